#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The crash campaign: a run is killed at every boundary (a flush to disk, a piece of a request, a piece of a reply), before and
# after it takes effect, and started again; at the end the marketplaces' books equal what an undisturbed run gives, to
# the micro-unit, and the ledger is whole.
#   CAMPAIGN_STEP=N   only every Nth boundary (the short form); else every one
. "${srcdir:-.}/tests/system/world.sh"
shim=$builddir/.libs/boundary.so
step=${CAMPAIGN_STEP:-1}
now=2026-10-01T04:05:00Z
[ -f "$shim" ] || fail "$shim is not built"

sh "$srcdir/templates/sample-usage.sh" 2026-10 | grep '"time":"2026-10-01T0[0-3]' >usage.jsonl

# The spool is filled, so that a run takes events, closes four hours and reports to both marketplaces.
world_begin() {
	sandbox_start --clock $now
	world_make
	cp usage.jsonl spool/usage.jsonl
}

world_begin
LD_PRELOAD=$shim BOUNDARY_COUNT=$world/count apollo meter run --now $now || fail "the undisturbed run failed"
apollo ledger verify >/dev/null
read -r boundaries flushes <count
books_totals >expected
[ -s expected ] || fail "the undisturbed run told the marketplaces nothing"

kills=0
for when in BOUNDARY_KILL BOUNDARY_AFTER BOUNDARY_FAIL; do
	last=$boundaries
	[ $when != BOUNDARY_FAIL ] || last=$flushes
	at=1
	while [ "$at" -le "$last" ]; do
		world_begin
		# The subshell keeps the shell from reporting the kill.
		(LD_PRELOAD=$shim env $when=$at "$builddir/run" apollo meter run --now $now) >first.log 2>&1 || :
		apollo meter rehearse --from 2026-10-01T04:20:00Z --to 2026-10-01T04:21:00Z --clock "$url" >second.log 2>&1 || fail "$when=$at: the next run failed: $(cat second.log)"
		apollo ledger verify >verify.log 2>&1 || fail "$when=$at: $(cat verify.log)"
		books_totals >books
		cmp -s expected books || fail "$when=$at: the books are $(cat books), not $(cat expected)"
		kills=$((kills + 1))
		at=$((at + step))
	done
done
echo "$kills runs were killed or failed at $boundaries boundaries (every $step): nothing lost, nothing doubled"
