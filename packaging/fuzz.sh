#!/usr/bin/env bash
# Fuzzes every target of tests/fuzz for a minute (or FUZZ_SECONDS each, or FUZZ_RUNS executions).
# What is found stays in build/fuzz/found/<target>; a finding belongs into tests/fuzz/corpus.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. packaging/setup.sh
# shellcheck disable=SC2086 -- a list of words
install_packages $(missing_packages clang)
build fuzz
bound=-max_total_time=${FUZZ_SECONDS:-60}
[ -z "${FUZZ_RUNS:-}" ] || bound=-runs=$FUZZ_RUNS
failed=0
for program in build/fuzz/tests/fuzz_*; do
    [ -x "$program" ] && [ -f "$program" ] || continue
    name=${program##*/fuzz_}
    found=build/fuzz/found/$name
    mkdir -p "$found" "build/fuzz/corpus/$name"
    say "Fuzzing $name"
    # An input that takes a minute is a finding; libFuzzer counts by the clock, and machines are busy.
    # New inputs go to the build directory; the corpus in the tree is only read.
    "$program" "$bound" -max_len=4096 -timeout=60 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$found/" "build/fuzz/corpus/$name" "tests/fuzz/corpus/$name" \
        2>&1 | grep -E '^(stat::number|==|SUMMARY|Done)' || failed=1
    [ -z "$(ls -A "$found")" ] || failed=1
done
[ "$failed" = 0 ] || say "Findings are in build/fuzz/found."
exit "$failed"
