#!/bin/bash
# build.sh PRESET [TARGET...]: configures (once) and builds. Quiet when all goes well.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1; shift
log=build/$preset.log
mkdir -p build
began=$SECONDS
if [ ! -f "build/$preset/build.ninja" ]; then
    cmake --preset "$preset" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
fi
targets=()
[ $# -eq 0 ] || targets=(--target "$@")
if [ -t 2 ] || [ -n "${VERBOSE:-}" ]; then
    echo "building $preset ..." >&2
fi
cmake --build "build/$preset" -j "${JOBS:-$(nproc)}" "${targets[@]}" >"$log" 2>&1 || { grep -vE '^\[[0-9]+/[0-9]+\] (Building|Linking|Generating)' "$log" | tail -n 200 >&2; exit 1; }
took=$((SECONDS - began))
[ "$took" -lt 3 ] || echo "built $preset in $took s" >&2
