#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Usage collected from a source: what is metered, what is told of sources that fail, and that a run killed at any boundary
# loses nothing and takes nothing twice.
#   CAMPAIGN_STEP=N   only every Nth boundary; else every fourth one
. "${srcdir:-.}/tests/system/world.sh"
metrics_process=
trap 'metrics_stop; sandbox_stop; rm -rf "$world"' EXIT
now=2026-10-01T03:05:00Z

metrics_stop() {
	[ -z "$metrics_process" ] || kill "$metrics_process" 2>/dev/null || :
	[ -z "$metrics_process" ] || wait "$metrics_process" 2>/dev/null || :
	metrics_process=
}

metrics_start() {
	"$builddir/tests/system/metrics" metrics.url &
	metrics_process=$!
	until [ -s metrics.url ]; do
		kill -0 "$metrics_process" 2>/dev/null || fail "the metrics did not start"
	done
	metrics=$(cat metrics.url)
}

# collected FILE USED READS: the configuration in FILE collects contoso's capacity by the query USED, and its reads by READS.
collected() {
	sed "s|^instances = (|&\n  { name = \"metrics\"; plugin = \"prometheus\"; options: { url = \"$metrics\"; }; },\n  { name = \"dead\"; plugin = \"prometheus\"; options: { url = \"http://127.0.0.1:1\"; }; },|
		s|subscriptions.cfg|$1.subscriptions|" apollo.cfg >"$1"
	sed "s|expects = \[ \"capacity\" \]; },|collect = ( { meter = \"capacity\"; source = \"metrics\"; options: { query = \"$2\"; kind = \"gauge\"; step = \"5m\"; }; }, { meter = \"reads\"; source = \"${4:-metrics}\"; options: { query = \"$3\"; kind = \"counter\"; }; } ); },|
		s|expects = \[ \"capacity\" \]; }\$|}|" subscriptions.cfg >"$1.subscriptions"
}

# metered FILE CAPACITY READS: what the books of that configuration say of contoso.
metered() {
	apollo -c "$1" --json meter statement contoso --term 2026-10-01 --now $now >statement.json
	for wanted in "\"tib_hours\",.*\"metered\":\"$2\"" "\"tb_read\",.*\"metered\":\"$3\""; do
		tr '{' '\n' <statement.json | grep -q "$wanted" || fail "the statement does not say $wanted: $(cat statement.json)"
	done
}

metrics_start
sandbox_start --clock $now
world_make
collected whole.cfg used reads_total
collected wrong.cfg many "sum(reads_total"
collected half.cfg used reads_total dead

# Options that do not fit the meter are found in the configuration.
sed 's/kind = "gauge"/kind = "counter"/' whole.cfg.subscriptions >unfit.cfg.subscriptions
sed 's/whole.cfg/unfit.cfg/' whole.cfg >unfit.cfg
expect 0 'contoso' apollo -c whole.cfg config
expect 2 ': metrics: meter capacity of contoso: kind is counter' apollo -c unfit.cfg config
grep -q 'unfit.cfg.subscriptions:[1-9]' said || fail "the place is not told: $(cat said)"

# Sources that fail: each is told, nothing moves, and what can be had is taken.
expect 4 '2 collections failed' apollo -c wrong.cfg meter collect --now $now
expect 4 'meter reads of contoso: HTTP 400, bad_data' apollo -c wrong.cfg meter collect --now $now
expect 4 '"collected":0,"sources_failed":2' apollo -c wrong.cfg --json meter collect --now $now
expect 4 'dead: meter reads of contoso: no answer' apollo -c half.cfg meter run --now $now
metered half.cfg 4.543945 0

# The source is there again: what is late belongs to its closed hours, and is booked with the next one.  Where all is well
# nothing is said but of the gaps that these samples have.
quiet() {
	"$@" >said 2>&1 || fail "$* failed: $(cat said)"
	! grep -v 'have a gap, which is metered as zero' said || fail "$*, where all is well, said: $(cat said)"
}
quiet apollo -c whole.cfg meter run --now 2026-10-01T03:06:00Z
now=2026-10-01T04:05:00Z
quiet apollo -c whole.cfg meter collect --now $now
quiet apollo -c whole.cfg meter close --now $now
metered whole.cfg 6.058593 57360
expect 0 '"collected":0,"sources_failed":0' apollo -c whole.cfg --json meter collect --now $now
expect 0 'The ledger is whole' apollo -c whole.cfg ledger verify
sandbox_stop

# Killed at every boundary of a collection.
shim=$builddir/tests/crash/.libs/boundary.so
case ${SANITIZED:-no} in yes) exit 0 ;; esac # a preloaded library must come after the sanitizer's
ledger_make() {
	rm -f apollo.db apollo.db-wal apollo.db-shm apollo.db.lease
	apollo ledger init --rehearsal --now 2026-10-01T00:00:00Z
}
now=2026-10-01T03:05:00Z
ledger_make
LD_PRELOAD=$shim BOUNDARY_COUNT=$world/count apollo -c whole.cfg meter collect --now $now
read -r boundaries flushes _ <count
step=${CAMPAIGN_STEP:-19}
kills=0
first=1
for when in BOUNDARY_KILL BOUNDARY_AFTER BOUNDARY_FAIL; do
	last=$boundaries
	[ $when != BOUNDARY_FAIL ] || last=$flushes
	at=$first
	first=$((first % step + 1)) # other ones for each way to die
	while [ "$at" -le "$last" ]; do
		ledger_make
		(LD_PRELOAD=$shim env $when=$at "$builddir/run" apollo -c whole.cfg meter collect --now $now) >first.log 2>&1 || :
		apollo -c whole.cfg meter collect --now 2026-10-01T03:05:10Z >second.log 2>&1 || fail "$when=$at: the next run failed: $(cat second.log)"
		apollo -c whole.cfg meter close --now 2026-10-01T03:05:10Z >third.log 2>&1 || fail "$when=$at: closing failed: $(cat third.log)"
		apollo -c whole.cfg ledger verify >verify.log 2>&1 || fail "$when=$at: $(cat verify.log)"
		metered whole.cfg 4.543945 43020
		kills=$((kills + 1))
		at=$((at + step))
	done
done
echo "$kills collections were killed or failed at $boundaries boundaries (every $step): nothing lost, nothing taken twice"
