#!/usr/bin/env bash
# Builds the page at / into a folder: tools/build_web.sh OUT. Installs its packages first where they are
# missing or older than the lock file.
set -euo pipefail
out=${1:?usage: tools/build_web.sh OUT}
cd "$(dirname "$0")/../web"
# Several builds may share the packages.
exec 9>.install.lock
flock 9
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
  npm ci --no-progress --loglevel=error >&2
  touch node_modules/.package-lock.json
fi
# The packages bring a Node of their own; the machine's may be older than the build needs.
PATH="$PWD/node_modules/.bin:$PATH" vite build --logLevel warn --emptyOutDir --outDir "$out"
