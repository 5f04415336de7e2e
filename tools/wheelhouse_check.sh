#!/usr/bin/env bash
# tools/wheelhouse_check.sh WHEELHOUSE: the wheelhouse in an empty environment, in a network namespace that has not even a
# loopback, from a folder without a checkout: layouts, mappings and kernel must be inside.
set -euo pipefail

if [[ ${2:-} != inside ]]; then
    wheels=$(realpath "$1") self=$(realpath "$0")
    for space in "unshare --net" "unshare --map-root-user --net"; do
        if $space true 2> /dev/null; then exec $space "$self" "$wheels" inside; fi
    done
    echo 'ネットワークの名前空間を作れません。pip の --no-index だけで確かめます (no network namespace here: --no-index alone)' >&2
    exec "$self" "$wheels" inside
fi

wheels=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
(cd "$wheels" && sha256sum --check --quiet SHA256SUMS)
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-index --find-links "$wheels" 'chukan-layout[gaiji,conform,db,seal]'
chukan=$scratch/venv/bin/chukan
"$chukan" layout check
"$chukan" sample --area 住民基本台帳 --rows 20000 --seed 1 --as vendorA --out source
"$chukan" convert source --from vendorA --to standard --out run --jobs 2 --no-progress
"$chukan" report run --format html --output-file report.html
test -s report.html
test -s run/report.json
"$chukan" seal run --recipient "$("$chukan" seal --new-key key.txt)"
"$chukan" open run.tar.age --identity key.txt --out again
rm -f run/.lock
diff -r run again
echo "wheelhouse: $(ls "$wheels"/*.whl | wc -l) wheels; network: $(awk -F: 'NR > 2 {printf "%s ", $1}' /proc/self/net/dev)"
