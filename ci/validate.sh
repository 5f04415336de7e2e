#!/usr/bin/env bash
# What every CI does with a dump: one validation, its reports in the forms that CI systems read, and the evidence.
# DUMP, RESULTS, LAYOUT_VERSION, FAIL_ON, MIN_FIT, CHUKAN_KEY (a private key, optional) come from the environment.
set -euo pipefail

results=${RESULTS:-chukan-results}
version=${LAYOUT_VERSION:-latest}
fail_on=${FAIL_ON:-error}
min_fit=${MIN_FIT:-0}
chukan=${CHUKAN:-chukan}
mkdir -p "$results"

code=0
"$chukan" validate "$DUMP" --layout-version "$version" --fail-on "$fail_on" --min-fit "$min_fit" --metadata-only \
    --out "$results/run" --overwrite --no-progress || code=$?
if [ "$code" -gt 1 ] && [ ! -f "$results/run/report.json" ]; then
    exit "$code"
fi

for form in junit:junit.xml sarif:chukan.sarif html:report.html json:report.json; do
    "$chukan" report "$results/run" --format "${form%%:*}" --output-file "$results/${form#*:}"
done
if [ "${GITHUB_ACTIONS:-}" = true ]; then
    "$chukan" report "$results/run" --format github
    verdict=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1], encoding="utf-8"))["verdict"])' "$results/report.json")
    echo "verdict=$verdict" >> "$GITHUB_OUTPUT"
fi

evidence=("$chukan" conform run "$DUMP" --layout-version "$version" --fail-on "$fail_on" --min-fit "$min_fit"
    --evidence "$results/evidence.zip" --no-progress --quiet)
if [ -n "${CHUKAN_KEY:-}" ]; then
    secret=$(mktemp)
    trap 'rm -f "$secret"' EXIT
    printf '%s\n' "$CHUKAN_KEY" > "$secret"
    evidence+=(--key "$secret")
fi
rm -f "$results/evidence.zip"
"${evidence[@]}" || true # its verdict is that of the validation above
[ -f "$results/evidence.zip" ] || exit 2
exit "$code"
