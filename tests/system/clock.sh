#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A clock that jumps, a run that hangs, and a database that somebody holds.
. "${srcdir:-.}/tests/system/world.sh"
command -v sqlite3 >/dev/null || exit 77
sandbox_start --clock 2026-10-01T01:05:00Z
world_make
expect_nothing
day=2026-10-01

# A run that goes on for hours hangs: the next one tells.
quiet apollo meter run --now ${day}T01:05:00Z
exec 8>apollo.db.lease
flock -n 8 || fail "the lease is held after the run"
expect 0 'another run holds the ledger' apollo meter run --now ${day}T02:05:00Z
expect 4 'for 3 hours and 0 minutes: it may hang; find it with: fuser' apollo meter run --now ${day}T04:05:00Z
exec 8>&-
clock ${day}T04:05:00Z
quiet apollo meter run --now ${day}T04:05:00Z

# Somebody holds the database: a clear error, nothing half-written, and then it goes on.
event reads contoso a ${day}T04:10:00Z 5 >spool/a.jsonl
sed 's/"a"/"b"/' spool/a.jsonl >b.jsonl
mkfifo hold
sqlite3 apollo.db <hold >/dev/null &
holder=$!
exec 7>hold
echo "BEGIN IMMEDIATE; UPDATE ledger SET value = value; 
.shell touch held" >&7
while [ ! -e held ]; do kill -0 $holder || fail "sqlite3 ended"; done
expect 1 'another program holds the database' apollo meter take --wait 0 --now ${day}T05:05:00Z b.jsonl
expect 1 'another program holds the database' apollo meter run --wait 0 --now ${day}T05:05:00Z
expect 2 '--wait soon is not a number' apollo meter run --wait soon --now ${day}T05:05:00Z
expect 0 'hours are closed to 2026-10-01T04:00:00Z' apollo meter status --now ${day}T05:04:00Z
[ -e spool/a.jsonl ] || fail "the spool was moved: $(ls -R spool)"
# One that waits gets it.
(exec 7>&- && exec "$builddir/run" apollo meter take --wait 60 --now ${day}T05:05:00Z b.jsonl) >waited 2>&1 &
waiter=$!
exec 7>&-
wait $holder || :
wait $waiter || fail "the one that waited: $(cat waited)"
grep -q '1 taken' waited || fail "the one that waited: $(cat waited)"
clock ${day}T05:05:00Z
quiet apollo meter run --now ${day}T05:05:00Z
usage_is contoso accepted 10
apollo ledger verify >/dev/null

# A real ledger lives in real time: where that jumps back, or ahead for more than a week, nothing is closed unless a person
# says so.  The jump is made by moving what the ledger last saw.
sed 's/apollo.db/real.db/; /subscriptions.cfg/d' apollo.cfg >real.cfg
apollo -c real.cfg ledger init
apollo -c real.cfg meter run >said 2>&1 || fail "the first run on a real ledger: $(cat said)"
shift_seen() {
	sqlite3 real.db "UPDATE ledger SET value = CAST(value AS INTEGER) + $1 * 86400000000 WHERE name IN ('run', 'closed', 'made')"
}
shift_seen 2
expect 1 'but the last run was at' apollo -c real.cfg meter run
shift_seen -8
quiet apollo -c real.cfg meter run
closed() {
	sqlite3 real.db "SELECT value FROM ledger WHERE name = 'closed'"
}
shift_seen -8
before=$(closed)
for command in run close collect report; do
	expect 1 'nothing has run since' apollo -c real.cfg meter $command
done
expect 1 'apollo meter run --after-gap' apollo -c real.cfg meter run
[ "$(closed)" = "$before" ] || fail "hours were closed all the same"
expect 0 '' apollo -c real.cfg meter run --after-gap
[ "$(closed)" != "$before" ] || fail "no hour was closed with --after-gap"
quiet apollo -c real.cfg meter run
