#!/bin/bash
# What relays add to a model's tokens, in one run: the upstream alone, a bare epoll relay, Docent's model client and
# server, the whole of Docent, and a Node relay with the AI SDK. Prints a table, and how busy the machine was.
#   bench/relay.sh [streams] [tokens a second each] [seconds a run]
# RELAYS="bare whole" runs only those.
set -euo pipefail
cd "$(dirname "$0")/.."
streams=${1:-1000} hz=${2:-10} seconds=${3:-5}
relays=" ${RELAYS:-none bare client whole node} "
bench=build/bench/bench/relay_bench
docent=${DOCENT:-build/release/docent}
[ -x "$bench" ] || { echo "build it first: cmake --preset bench && cmake --build build/bench --target relay_bench" >&2; exit 1; }
[ -d bench/node/node_modules/@ai-sdk/openai ] || (cd bench/node && npm install --silent --no-audit --no-fund >&2)
work=$(mktemp -d)
pids=()
end() { [ ${#pids[@]} -eq 0 ] || { kill "${pids[@]}" 2>/dev/null; wait "${pids[@]}" 2>/dev/null; }; pids=(); }
trap 'end || true; rm -rf "$work"' EXIT
export no_proxy=127.0.0.1

wanted() { [[ "$relays" == *" $1 "* ]]; }
started() {  # NAME COMMAND...: sets $port to what the command prints
    rm -f "$work/$1"
    "${@:2}" > "$work/$1" 2> "$work/$1.log" & pids+=($!)
    for _ in $(seq 100); do [ -s "$work/$1" ] && break; sleep 0.1; done
    port=$(head -1 "$work/$1")
}
again() { end || true; started upstream "$bench" upstream "$hz"; upstream=$port; }
read_all() {  # NAME PATH STREAMS [KEY]: reads from $port, which the last one of $pids serves
    "$bench" load "$1" "$port" "$2" "$3" "$seconds" "${pids[-1]}" "${@:4}" || tail -5 "$work"/*.log >&2
}

echo "$(nproc) cores, load average at the start $(cut -d' ' -f1 /proc/loadavg)"
echo
echo "| relay, $hz tokens a second a stream | streams | tokens a second | p50 ms | p99 ms | longest ms | CPU us a token |"
echo "|---|---|---|---|---|---|---|"
if wanted none; then
    again
    read_all "none: the upstream itself" /stream "$streams"
fi
if wanted bare; then
    again
    started relay "$bench" bare "$upstream"
    read_all "bare epoll, bytes as they are" /stream "$streams"
fi
if wanted client; then
    again
    started relay "$bench" relay "$upstream"
    read_all "docent, model client and server" /stream "$streams"
fi
if wanted whole && [ -x "$docent" ]; then
    again
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    DOCENT_MODEL_PROVIDER=openai DOCENT_MODEL_BASE_URL=http://127.0.0.1:$upstream/v1 DOCENT_MODEL_NAME=m \
        DOCENT_MODEL_MAX_RUNNING=0 DOCENT_LIMITS_PER_IP_DAY=0 DOCENT_LIMITS_PER_KEY_MONTH=0 \
        DOCENT_LIMITS_PER_ORGANIZATION_HOUR=0 DOCENT_LOG_LEVEL=warn \
        "$docent" serve --data "$work/data" --docs docs --listen "127.0.0.1:$port" > "$work/docent.log" 2>&1 & pids+=($!)
    for _ in $(seq 100); do curl -sf "http://127.0.0.1:$port/readyz" > /dev/null && break; sleep 0.1; done
    key=$("$docent" key create --project default --kind assistant --data "$work/data" 2>/dev/null)
    read_all "docent, a whole answer" /v2/assistant/default/message "$streams" "$key"
fi
if wanted node; then
    # With more than a fifth of the streams its one core is full, and it does not take the last ones in.
    for count in $((streams / 5)) $((streams / 10)); do
        again
        started node node bench/node/relay.js "$upstream"
        read_all "node, ai sdk" / "$count"
    done
fi
