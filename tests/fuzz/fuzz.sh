#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs one fuzzer over its corpus and then for FUZZ_SECONDS; called by make check and make fuzz in a build with
# --enable-fuzzers.  FUZZ_KEEP names a folder for what is found new; else it is thrown away.
program=$1
name=$(basename "$program")
here=${srcdir:-.}/tests/fuzz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
found=${FUZZ_KEEP:+$FUZZ_KEEP/$name}
found=${found:-$work/found}
mkdir -p "$found"
[ ! -f "$here/$name.dict" ] || set -- "-dict=$here/$name.dict"
[ "$1" != "$program" ] || shift
# What libconfig forgets is known (see fuzz.c), and looking for leaks after each such input takes all the time.
case $name in cards | catalog | deployment | goals) set -- "$@" -detect_leaks=0 ;; esac

# What libfuzzer finds with a seed is the same only while the code is; the corpus is what must not break again.
nice -n 19 "$program" -seed=1 -max_total_time="${FUZZ_SECONDS:-5}" -max_len=65536 -timeout=20 -rss_limit_mb=2048 \
	-artifact_prefix="$work/" -print_final_stats=1 "$@" "$found" "$here/corpus/$name" >"$work/log" 2>&1
status=$?
grep -E '^#[0-9]+.*(INITED|DONE)|^stat::number_of_executed_units|^stat::average' "$work/log"
[ "$status" -eq 0 ] && exit 0

grep -E 'ERROR|SUMMARY|broken:|^    #[0-9]' "$work/log" | head -n 40
for input in "$work"/crash-* "$work"/leak-* "$work"/timeout-* "$work"/oom-*; do
	[ -f "$input" ] || continue
	echo "The input, to be kept as $here/corpus/$name/NAME once it passes; make it again with base64 -d:"
	base64 "$input" | head -n 400
done
exit 1
