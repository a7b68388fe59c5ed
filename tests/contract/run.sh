#!/usr/bin/env bash
# Runs the contract tests against the docent program that is given: tests/contract/run.sh build/asan/docent
set -euo pipefail
binary=$(realpath "${1:?usage: tests/contract/run.sh PATH_TO_DOCENT}")
cd "$(dirname "$0")"
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-progress
# The newest packages need Node 22 or later: the one from npm, whatever the machine has.
DOCENT_BINARY=$binary exec node_modules/.bin/node --test --test-concurrency=2 --test-timeout=120000 ./*.test.mjs
