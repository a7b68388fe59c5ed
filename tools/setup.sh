#!/bin/bash
# setup.sh GROUP...: installs the Debian packages of these groups of tools/packages.txt (build, test, check,
# bench, web) that are missing. Says what it does; asks for root only when something is missing. The group
# web is Node with npm: Debian's is taken where there is none (npm's own package brings a newer Node).
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
for group in "$@"; do
    if [ "$group" = web ]; then
        command -v node >/dev/null && command -v npm >/dev/null || missing+=(nodejs npm)
        continue
    fi
    wanted=$(awk -v group="[$group]" '/^\[/ {on = ($0 == group); next} on && NF && !/^#/' tools/packages.txt)
    [ -n "$wanted" ] || { echo "setup: there is no group \"$group\" in tools/packages.txt" >&2; exit 2; }
    # One query for all: a second when something is missing, nothing to notice when not.
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2>/dev/null | awk '$2 == "installed" {print $1}' || true)
    for package in $wanted; do
        grep -qxF "$package" <<<"$installed" || missing+=("$package")
    done
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "setup: this machine has no apt-get. Docent builds on Debian 12; these packages are needed: ${missing[*]}" >&2
    exit 1
fi
as_root=()
if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "setup: run this as root, then try again:" >&2
        echo "  apt-get update && apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "setup: installing ${#missing[@]} Debian packages: ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
echo "setup: done" >&2
