#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The random crash campaign: a day under load is metered by runs that are killed at random times, while the marketplaces lose
# replies, answer 503 and HTML, and cut connections.  Usage comes late, and twice.  At the end the marketplaces' books equal the
# events that were fed, to the micro-unit, and the ledger is whole.
#   CAMPAIGN_KILLS=N   how many runs are killed at least; 3000 unless given.  A day has a few in each hour: what is done is done, and
#                      more of them would find nothing to do.  So there are as many days as it takes, each with a new ledger.
#   APOLLO_SEED=N      of the kills and of the marketplaces' dice; a new one unless given, and always printed
. "${srcdir:-.}/tests/system/world.sh"
. "$srcdir/tests/crash/crash.sh"
kills=${CAMPAIGN_KILLS:-3000}
seed=${APOLLO_SEED:-$(date +%s)}
hours=20
echo "seed $seed"

sh "$srcdir/templates/sample-usage.sh" 2026-10 | grep '"time":"2026-10-01T[01]' >usage.jsonl
cat >faults.json <<FAULTS
[{"route":"azure.batch","action":"lose-reply","count":-1,"probability":0.15},
 {"route":"azure.single","action":"lose-reply","count":-1,"probability":0.15},
 {"route":"sc.report","action":"lose-reply","count":-1,"probability":0.15},
 {"route":"*","action":"close","count":-1,"probability":0.05},
 {"route":"*","action":"status","status":503,"count":-1,"probability":0.05},
 {"route":"azure.batch","action":"status","status":504,"taken":true,"count":-1,"probability":0.05},
 {"route":"*","action":"html","status":502,"count":-1,"probability":0.03},
 {"route":"*","action":"truncate","bytes":20,"count":-1,"probability":0.03}]
FAULTS

# What an hour brings: its own events, the ones of the hour before again, and every third hour some that are late.
hour_feed() {
	hour=$(printf '%02d' "$1")
	grep "\"time\":\"2026-10-01T$hour:" usage.jsonl >"spool/.$hour"
	before=$(printf '%02d' $(($1 > 0 ? $1 - 1 : 0)))
	grep "\"time\":\"2026-10-01T$before:" usage.jsonl >>"spool/.$hour"
	[ $(($1 % 3)) -ne 2 ] || grep "\"reads\".*\"time\":\"2026-10-01T$before:" usage.jsonl | sed 's/"id":"/"id":"late-/' >>"spool/.$hour"
	cat "spool/.$hour" >>fed.jsonl
	mv "spool/.$hour" "spool/$hour.jsonl"
}

# What was read, added up from the events themselves, each id once: Azure takes it as it is, Google in whole units.
reads_totals() {
	sort -u fed.jsonl | awk -F'"' '/"type":"reads"/ {
		for (i = 1; i < NF; i++) if ($i == "subject") customer = $(i + 2)
		sub(/.*"value":/, "")
		split($0, part, /[.}]/)
		sum[customer] += part[1] * 1000 + part[2]
	}
	END {
		printf "azure tb_read %s\n", sum["contoso"] / 1000
		printf "gcp tb_read %d\n", sum["fabrikam"] / 1000
	}'
}

# day NUMBER KILLS-AN-HOUR: twenty hours, each fed, then run so many times and killed, then run once to its end.
day() {
	sandbox_start --clock 2026-10-01T00:00:00Z --seed "$((seed + $1))"
	world_make
	[ "$2" -eq 0 ] || faults_set faults.json
	at=0
	while [ "$at" -lt "$hours" ]; do
		hour_feed "$at"
		at=$((at + 1))
		now=$(printf '2026-10-01T%02d:05:00Z' "$at")
		clock_set "$now"
		if [ "$2" -gt 0 ]; then
			awk -v seed="$((seed + $1))$at" -v count="$2" 'BEGIN { srand(seed); for (i = 0; i < count; i++) print int(1000 + rand() * '"$most"') }' >times
			while read -r microseconds; do
				status=0
				(LD_PRELOAD=$shim BOUNDARY_TIMER=$microseconds run --now "$now") >>killed.log 2>&1 || status=$?
				runs=$((runs + 1))
				[ "$status" -ne 137 ] || killed=$((killed + 1))
			done <times
		fi
		began=$(date +%s%N)
		run --now "$now" >>ended.log 2>&1 || :
		# The quickest undisturbed run, in microseconds: what is killed later than that is seldom still there.
		took=$((($(date +%s%N) - began) / 1000))
		if [ "$2" -eq 0 ] && { [ "$most" -eq 0 ] || [ "$took" -lt "$most" ]; }; then
			most=$took
		fi
	done
	echo '[]' >none.json
	faults_set none.json
	apollo meter rehearse --from 2026-10-01T20:20:00Z --to 2026-10-01T22:21:00Z --clock "$url" >settle.log 2>&1 || fail "seed $seed, day $1: the runs after: $(cat settle.log)"
	apollo ledger verify >verify.log 2>&1 || fail "seed $seed, day $1: the ledger: $(cat verify.log)"
	apollo meter status --now 2026-10-01T22:21:00Z >status.log 2>&1 || :
	[ "$(grep -c 'everything is settled' status.log)" -eq 2 ] || fail "seed $seed, day $1: not everything is settled: $(cat status.log)"
}

runs=0 killed=0 most=0
day 0 0
books_totals >expected
reads_totals >reads
while read -r line; do
	grep -qxF "$line" expected || fail "the events come to $line, the undisturbed books to $(cat expected)"
done <reads
days=0
while [ "$killed" -lt "$kills" ]; do
	days=$((days + 1))
	before=$killed
	began=$runs
	day "$days" 4
	books_totals >books
	cmp -s expected books || fail "seed $seed, day $days: the books are $(cat books), not $(cat expected)"
	[ $((killed - before)) -gt $(((runs - began) / 4)) ] ||
		fail "day $days: only $((killed - before)) of $((runs - began)) runs were still there to be killed"
done
echo "$killed of $runs runs in $days days were killed at random times: nothing lost, nothing doubled"
