#!/bin/bash
# data_dir.sh DATA DOCS: the data directory of `make run`: DATA, or one below ./data for each DOCS, so that
# switching between documentations keeps the indexes, threads and keys of each.
set -euo pipefail
if [ -n "$1" ]; then echo "$1"; exit; fi
place=$(realpath -m -- "$2")
case $2 in *://*|git@*) place=$2 ;; esac
if [ "$place" = "$(realpath docs)" ]; then echo data/docent; exit; fi
name=$(basename -- "$place" | tr -c 'A-Za-z0-9\n' '-' | cut -c1-40)
echo "data/$name-$(printf '%s' "$place" | cksum | cut -d' ' -f1)"
