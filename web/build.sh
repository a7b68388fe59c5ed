#!/usr/bin/env bash
# Builds the page at / into a folder: web/build.sh [OUT] (web/dist without one; CMake gives its own).
set -euo pipefail
cd "$(dirname "$0")"
out=$(realpath -m "${1:-dist}")
. ../tools/node_packages.sh
vite build --logLevel warn --emptyOutDir --outDir "$out"
