#!/usr/bin/env python3
"""Checks that a type is defined once: two of a name in a namespace are undefined behaviour that no compiler tells. Exit 1 and a list."""
import pathlib, re, sys

SRC = pathlib.Path(__file__).resolve().parent.parent / "src"

found, wrong = {}, []
for path in sorted(SRC.rglob("*.[hc]pp")):
    space, unnamed = "", 0
    for n, line in enumerate(path.read_text().splitlines(), 1):
        if m := re.match(r"namespace ([\w:]+) \{$", line):
            space = m[1]
        unnamed += re.match(r"namespace \{$", line) is not None
        unnamed -= re.match(r"\}  // namespace$", line) is not None
        if m := re.match(r"(?:struct|class|enum class) (\w+)(?![\w:])[^;]*\{", line):
            place = f"{path.relative_to(SRC)}:{n}"
            if not unnamed and (first := found.setdefault(f"{space}::{m[1]}", place)) != place:
                wrong.append(f"{place}: {space}::{m[1]} is also defined at {first}")

print("\n".join(wrong) or f"{len(found)} types, each defined once")
sys.exit(1 if wrong else 0)
