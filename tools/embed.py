#!/usr/bin/env python3
"""Writes a C++ file that holds the given files as bytes: embed.py SYMBOL BASE_DIR OUT FILE...
Without files: all that are below BASE_DIR."""
import pathlib
import sys

symbol, base, out, *files = sys.argv[1:]
files = files or [path.as_posix() for path in pathlib.Path(base).rglob("*") if path.is_file()]
lines = ['#include "base/embedded.hpp"', "namespace docent {", "namespace {"]
rows = []
for n, name in enumerate(sorted(files)):
    data = pathlib.Path(name).read_bytes()
    text = ",".join(str(b) for b in data) or "0"
    lines.append(f"constexpr unsigned char file_{n}[] = {{{text}}};")
    path = pathlib.Path(name).relative_to(base).as_posix()
    rows.append(f'{{"{path}", {{reinterpret_cast<const char*>(file_{n}), {len(data)}}}}},')
lines += ["}", f"const std::vector<Embedded>& embedded_{symbol}() {{",
          f"    static const std::vector<Embedded> files{{{''.join(rows)}}};", "    return files;", "}", "}", ""]
pathlib.Path(out).write_text("\n".join(lines))
