#!/bin/bash
# node.sh: prints the folder of a node program of version 22 or newer. Debian 12 has 18: then npm's own
# package `node` is installed below build/tools, once.
set -euo pipefail
cd "$(dirname "$0")/.."
enough() { [ -x "$1" ] && [ "$("$1" -p 'process.versions.node.split(".")[0] >= 22' 2>/dev/null)" = true ]; }
if enough "$(command -v node || true)"; then
    dirname "$(command -v node)"
    exit
fi
place=$PWD/build/tools/node
if ! enough "$place/node_modules/node/bin/node"; then
    mkdir -p "$place"
    echo "node: installing Node 22 below build/tools" >&2
    npm install --silent --no-audit --no-fund --prefix "$place" node@22 >&2
fi
echo "$place/node_modules/node/bin"
