#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The crash campaign: a run is killed at every boundary (a write or flush to disk, a piece of a request, a piece of a reply),
# before and after it takes effect, or finds the disk full or a flush failing from there on, and is started again; at the end
# the marketplaces' books equal what an undisturbed run gives, to the micro-unit, and the ledger is whole.
#   CAMPAIGN_STEP=N   only every Nth boundary (the short form); else every one
#   CAMPAIGN_LOSE=1   the marketplaces lose the first reply to each report, after they took it
. "${srcdir:-.}/tests/system/world.sh"
. "$srcdir/tests/crash/crash.sh"
step=${CAMPAIGN_STEP:-1}
now=2026-10-01T04:05:00Z

# Four hours of two customers, and usage that came late for an hour that is closed by then.
sh "$srcdir/templates/sample-usage.sh" 2026-10 | grep '"time":"2026-10-01T0[0-3]' >usage.jsonl
grep '"reads".*T01:' usage.jsonl | sed 's/"id":"/"id":"late-/' >late.jsonl
echo '[]' >script.json
[ -z "${CAMPAIGN_LOSE:-}" ] || echo '[{"route":"azure.batch","action":"lose-reply"},{"route":"azure.single","action":"lose-reply"},
	{"route":"sc.report","action":"lose-reply"}]' >script.json

# Two hours are closed and settled; then the spool is filled, so that a run takes events, works a closed hour out anew,
# closes two hours and reports to both marketplaces.
world_begin() {
	sandbox_start --clock 2026-10-01T02:05:00Z
	world_make
	grep 'T0[01]:' usage.jsonl >spool/first.jsonl
	run --now 2026-10-01T02:05:00Z >begin.log 2>&1 || fail "the run before: $(cat begin.log)"
	clock_set $now
	faults_set script.json
	cp usage.jsonl spool/usage.jsonl
	cp late.jsonl spool/late.jsonl
}

world_begin
LD_PRELOAD=$shim BOUNDARY_COUNT=$world/count run --now $now || fail "the undisturbed run failed"
settle 2026-10-01
read -r boundaries flushes writes <count
books_totals >expected
[ -s expected ] || fail "the undisturbed run told the marketplaces nothing"

disturbed=0
for when in BOUNDARY_KILL BOUNDARY_AFTER BOUNDARY_FAIL BOUNDARY_FULL; do
	last=$boundaries
	[ $when != BOUNDARY_FAIL ] || last=$flushes
	[ $when != BOUNDARY_FULL ] || last=$writes
	# The step is spread over the modes, so that the short form does not look at the same boundaries each time.
	at=$((disturbed % step + 1))
	while [ "$at" -le "$last" ]; do
		world_begin
		# The subshell keeps the shell from reporting the kill.
		(export LD_PRELOAD="$shim" $when=$at && run --now $now) >first.log 2>&1 || :
		settle 2026-10-01
		books_totals >books
		cmp -s expected books || fail "$when=$at: the books are $(cat books), not $(cat expected); the run said: $(cat first.log)"
		disturbed=$((disturbed + 1))
		at=$((at + step))
	done
done
echo "$disturbed runs were disturbed at $boundaries boundaries, $flushes flushes and $writes writes (every $step): nothing lost, nothing doubled"
