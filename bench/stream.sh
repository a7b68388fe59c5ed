#!/bin/bash
# Docent's server, bare Node and the AI SDK's server under the same load, in one run. Prints a table.
#   bench/stream.sh [seconds a run]     needs the preset "bench" built, and node and npm for the other two
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-5}
bench=build/bench/bench/stream_bench
[ -x "$bench" ] || { echo "build it first: cmake --preset bench && cmake --build build/bench --target stream_bench" >&2; exit 1; }
[ -d bench/node/node_modules ] || (cd bench/node && npm install --silent --no-audit --no-fund >&2)
out=$(mktemp)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -f "$out"' EXIT
on() { if command -v taskset >/dev/null && [ "$(nproc)" -gt 1 ]; then taskset -c "$1" "${@:2}"; else "${@:2}"; fi; }

run() {  # NAME PATH CONNECTIONS COMMAND...: a fresh server for every row
    local name=$1 path=$2 connections=$3; shift 3
    on 0 "$@" > "$out" & server=$!
    for _ in $(seq 100); do [ -s "$out" ] && break; sleep 0.1; done
    on 1 "$bench" load "$name" "$(head -1 "$out")" "$path" "$connections" "$seconds" || true
    kill "$server"; wait "$server" 2>/dev/null || true; server=; : > "$out"
}

echo "| server, load | frames a second | CPU | frames per CPU-second | resident bytes a stream | allocated bytes a stream |"
echo "|---|---|---|---|---|---|"
for load in "1,000 x 50/s:/stream?hz=50:1000" "1,000 x 500/s:/stream?hz=500:1000" "idle:/stream?hz=0:5000"; do
    IFS=: read -r name path connections <<< "$load"
    run "docent, $name" "$path" "$connections" "$bench" serve
    run "node http, $name" "$path" "$connections" node bench/node/http.js
    # A fifth of the streams, and not ten times their rate: with more it does not take the last ones in.
    [ "$name" = "1,000 x 500/s" ] ||
        run "ai sdk, $name, a fifth of the streams" "$path" "$((connections / 5))" node bench/node/ai_sdk.js
done
