#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The rows of the benchmark's table that need a marketplace: how quickly claims are reported, and how soon a run that follows
# a killed one sends again, through the command line against the sandbox on loopback.
#   BENCH_CLAIMS=N   claims that are reported; 100000 unless given
#   BENCH_OPEN=N     claims that are open when a run is killed; 1000000 unless given
. "${srcdir:-.}/tests/system/world.sh"
claims=${BENCH_CLAIMS:-100000}
open=${BENCH_OPEN:-1000000}

# row WHAT HOW-MANY FROM TO [LIMIT-OF]: a row as tests/bench/bench prints them; what the process used is in the file `used`.
row() {
	[ $# -eq 5 ] || echo 0 0 0 0 >used
	awk -v what="$1" -v count="$2" -v from="$3" -v to="$4" -v of="${5:-}" '{
		took = (to - from) / 1e9
		printf "%-40s %10d %8.2f s ", what, count, took
		if (of)
			printf "%10.0f /s %10.0f /s, %-16s %5d, %6.2f s %6.0f MiB\n", count / took, count / $1, of, $3, $2, $4
		else
			print ""
	}' used
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

# A claim is one core's work in apollo; the sandbox has the other one.
hours=20
world_of azure $((claims / hours)) $hours
from=$(date +%s%N)
BENCH_MEASURE=$world/used LD_PRELOAD=$builddir/tests/bench/.libs/measure.so "$builddir/run" apollo --json meter report --now "$now" \
	>told.json 2>said || fail "reporting: $(cat said)"
row "reporting, claims in batches of 25" $((claims / hours * hours)) "$from" "$(date +%s%N)" "one core"
grep -q "\"accepted\":$((claims / hours * hours))," told.json || fail "not all were accepted: $(cat told.json)"

# Until the marketplace has a report from number $1 of its log on; $run sends it.
reported_wait() {
	until curl -sS "$url/sandbox/log?since=$1" | grep "sc.report" >/dev/null; do
		kill -0 $run 2>/dev/null || fail "the run ended before it reported: $(cat said)"
	done
}
run_start() {
	"$builddir/run" apollo meter run --now "$now" >said 2>&1 &
	run=$!
}
run_kill() {
	kill -9 $run
	wait $run 2>/dev/null || :
}

# The hourly run, killed as soon as it reports, and the next one, which has another hour to close before that.
hours=200
world_of gcp $((open / hours / 2)) $hours # and as many of zero: its windows join
run_start
reported_wait 1
run_kill
left=$(sqlite3 apollo.db 'SELECT COUNT(*) FROM claim WHERE state < 3')
now=$(printf '2026-10-%02dT%02d:05:00Z' $((1 + (hours + 1) / 24)) $(((hours + 1) % 24)))
curl -sSf -X PUT -d "{\"now\":\"$now\"}" "$url/sandbox/clock" >/dev/null
seen=$(curl -sS "$url/sandbox/log" | grep -o '"number": *[0-9]*' | tail -n 1 | tr -dc 0-9)
from=$(date +%s%N)
run_start
reported_wait $((seen + 1))
row "first report after a kill, open claims" "$left" "$from" "$(date +%s%N)"
run_kill
