#!/usr/bin/env bash
# Runs the contract tests against the docent program that is given: tests/contract/run.sh build/asan/docent
set -euo pipefail
binary=$(realpath "${1:?usage: tests/contract/run.sh PATH_TO_DOCENT}")
cd "$(dirname "$0")"
. ../../tools/node_packages.sh
# The providers' packages have a folder of their own: other versions, another side.
(cd providers && . ../../../tools/node_packages.sh)
DOCENT_BINARY=$binary exec node --test --test-concurrency=2 --test-timeout=300000 ./*.test.mjs providers/*.test.mjs
