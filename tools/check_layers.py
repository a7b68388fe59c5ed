#!/usr/bin/env python3
"""Checks src/ against src/LAYERS, and keeps the costly headers where they belong. Exit 1 and a list if not."""
import pathlib, re, sys

SRC = pathlib.Path(__file__).resolve().parent.parent / "src"
ONLY_IN = {  # header prefix -> the files that may include it
    "boost/beast": r"net/server.*\.cpp",
    "boost/asio.hpp": r"(?!)",
    "boost/asio/co_spawn": r"base/.*\.cpp",
    "boost/asio/experimental": r"base/.*\.cpp",
    "sqlite3.h": r"store/sqlite\.cpp",
    "libpq-fe.h": r"store/postgres\.cpp",
    "spdlog": r"base/log\.cpp",
    "sodium": r"base/crypto\.cpp",
    "CLI/": r"cli/.*",
    "toml++": r"app/config\.cpp",
    "libstemmer": r"search/.*\.cpp",
    "hnswlib": r"search/nearest_graph\.cpp",
    "git2": r"git/.*\.cpp",
    "seccomp.h": r"sandbox/seccomp\.cpp",
    "curl/": r"net/http_client_multi\.[hc]pp",
    "valijson/": r"llm/tool_args\.cpp",
}
def in_condition(line):
    """True if a co_await stands in the parentheses of an if, while or switch (not of an if with an initialiser)."""
    for m in re.finditer(r"\b(?:if|while|switch) \(", line):
        depth, end = 1, m.end()
        while depth and end < len(line):
            depth += {"(": 1, ")": -1}.get(line[end], 0)
            end += 1
        cond = line[m.end():end]
        if "co_await" in cond.split(";")[-1]:
            return True
    return False


allowed, wrong = {}, []
for line in (SRC / "LAYERS").read_text().splitlines():
    if m := re.match(r"([a-z]+): *(.*)", line):
        deps = m[2].split()
        wrong += [f"LAYERS: {m[1]} names {d}, which is not above it" for d in deps if d not in allowed]
        allowed[m[1]] = set(deps) | {m[1]}

for path in sorted(SRC.rglob("*.[hc]pp")):
    rel = path.relative_to(SRC).as_posix()
    here = rel.split("/")[0] if "/" in rel else None   # src/main.cpp may include anything
    for n, line in enumerate(path.read_text().splitlines(), 1):
        if m := re.match(r'\s*#include "([a-z_]+)/', line):
            if here and m[1] not in allowed[here]:
                wrong.append(f"{rel}:{n}: {here} may not include {m[1]}")
        if m := re.match(r"\s*#include <([^>]+)>", line):
            for prefix, ok in ONLY_IN.items():
                if m[1].startswith(prefix) and not re.fullmatch(ok, rel):
                    wrong.append(f"{rel}:{n}: <{m[1]}> is not for this file")
        # GCC 12 miscompiles these (docs/internals/decisions/0004): an await in a condition, a ?: or a braced temporary with it.
        if in_condition(line) or re.search(r"\?[^\"]*co_await|co_await[^;\"]*(\w\{|\(\{|[(,] *\[(?!&|\]|this\]))", line):
            wrong.append(f"{rel}:{n}: one co_await a statement, bound to a name")

print("\n".join(wrong) or f"{len(allowed)} modules in order")
sys.exit(1 if wrong else 0)
