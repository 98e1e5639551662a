#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How quickly claims are reported, and how soon a run that follows a killed one sends again, through the command line against
# the sandbox on loopback.
#   BENCH_CLAIMS=N   claims that are reported; 100000 unless given
#   BENCH_OPEN=N     claims that are open when a run is killed; 1000000 unless given
. "${srcdir:-.}/tests/system/world.sh"
claims=${BENCH_CLAIMS:-100000}
open=${BENCH_OPEN:-1000000}

seconds() {
	awk -v from="$1" -v to="$2" 'BEGIN { printf "%.2f", (to - from) / 1e9 }'
}

# row WHAT HOW-MANY FROM TO
row() {
	awk -v what="$1" -v count="$2" -v from="$3" -v to="$4" 'BEGIN {
		took = (to - from) / 1e9
		printf "%-44s %10d  %7.2f s  %10.0f /s\n", what, count, took, count / took }'
}

# world_of MARKET SUBSCRIPTIONS HOURS: each with one sum an hour, taken and closed, nothing reported.
world_of() {
	sandbox_start --clock 2026-10-01T00:00:00Z
	world_make
	awk -v market="$1" -v count="$2" 'BEGIN {
		print "subscriptions = ("
		for (i = 1; i <= count; i++) {
			if (market == "gcp")
				options = sprintf("consumer_id = \"project_number:%d\";", i)
			else
				options = sprintf("resource_id = \"00000000-0000-0000-0000-%012d\"; plan_id = \"standard\";", i)
			printf "{ name = \"s%d\"; offer = \"vast-cluster\"; plan = \"standard\"; market = \"%s\"; start = \"2026-10-01T00:00:00Z\"; options: { %s }; }%s\n",
				i, market, options, i < count ? "," : ""
		}
		print ");"
	}' >subscriptions.cfg
	awk -v count="$2" -v hours="$3" 'BEGIN {
		for (hour = 0; hour < hours; hour++)
			for (i = 1; i <= count; i++)
				printf "{\"specversion\":\"1.0\",\"type\":\"reads\",\"subject\":\"s%d\",\"source\":\"bench\",\"id\":\"%d.%d\",\"time\":\"2026-10-%02dT%02d:30:00Z\",\"data\":{\"value\":%d}}\n",
					i, i, hour, 1 + hour / 24, hour % 24, 1 + i % 100
	}' >usage.jsonl
	now=$(printf '2026-10-%02dT%02d:05:00Z' $((1 + $3 / 24)) $(($3 % 24)))
	apollo meter take --now "$now" usage.jsonl >/dev/null
	apollo meter close --now "$now" >/dev/null 2>&1 || [ $? -eq 4 ]
	curl -sSf -X PUT -d "{\"now\":\"$now\"}" "$url/sandbox/clock" >/dev/null
}

hours=20
world_of azure $((claims / hours)) $hours
from=$(date +%s%N)
apollo --json meter report --now "$now" >told.json 2>said || fail "reporting: $(cat said)"
row "claims reported, verdicts durable" "$claims" "$from" "$(date +%s%N)"
grep -q "\"accepted\":$((claims / hours * hours))," told.json || fail "not all were accepted: $(cat told.json)"

hours=200
world_of gcp $((open / hours / 2)) $hours # and as many of zero: its windows join
# Killed as soon as the first report is under way.
"$builddir/run" apollo meter report --now "$now" >/dev/null 2>&1 &
run=$!
until curl -sS "$url/sandbox/log" | grep -q 'sc.report'; do
	kill -0 $run 2>/dev/null || fail "the run ended before it reported"
done
kill -9 $run
wait $run 2>/dev/null || :
left=$(sqlite3 apollo.db 'SELECT COUNT(*) FROM claim WHERE state < 3')
from=$(date +%s%N)
apollo meter report --dry-run --now "$now" 2>/dev/null | head -n 1 >first.json
to=$(date +%s%N)
grep -q ':report' first.json || fail "no request: $(cat first.json)"
printf '%-44s %10d  %7s s\n' "first request again after a kill, open claims" "$left" "$(seconds "$from" "$to")"
