#!/usr/bin/env bash
# Runs the browser tests against the docent program that is given: tests/browser/run.sh build/asan/docent
# Chromium is the machine's (CHROMIUM, else /usr/bin/chromium).
set -euo pipefail
binary=$(realpath "${1:?usage: tests/browser/run.sh PATH_TO_DOCENT}")
cd "$(dirname "$0")"
. ../../tools/node_packages.sh
DOCENT_BINARY=$binary exec node --test --test-concurrency=1 --test-timeout=120000 ./*.test.mjs
