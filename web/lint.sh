#!/usr/bin/env bash
# Types, lint, formatting and unit tests of the page.
set -euo pipefail
cd "$(dirname "$0")"
. ../tools/node_packages.sh
npm run --silent check
