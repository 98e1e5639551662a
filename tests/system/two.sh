#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Two runs at once: the second says so and leaves with 0; and one that lost its lease is shut out.
. "${srcdir:-.}/tests/system/world.sh"
command -v sqlite3 >/dev/null || exit 77
sandbox_start
world_make
exec 8>apollo.db.lease
flock -n 8 || fail "the lease is held before anything runs"
expect 0 'another run holds the ledger' apollo meter run --now 2026-10-01T01:05:00Z
exec 8>&-
expect 4 'without usage' apollo meter run --now 2026-10-01T01:05:00Z

# Fencing: a run that lost its lease while it was stopped records nothing any more, and what it had sent is told once.
expect_nothing
event reads contoso a 2026-10-01T01:10:00Z 5 >u.jsonl
apollo meter take --now 2026-10-01T01:45:00Z u.jsonl >/dev/null
clock 2026-10-01T02:05:00Z
fault '{"route":"azure.single","action":"slow","before_ms":600000,"count":1}'
"$builddir/run" apollo meter run --now 2026-10-01T02:05:00Z >first 2>&1 &
run=$!
until curl -s "$url/sandbox/" | grep -q '"waiting":[1-9]'; do kill -0 $run || fail "the first run ended: $(cat first)"; done
# It may be stopped in a transaction, which it then holds: that is another test's.
kill -STOP $run
until sqlite3 apollo.db "PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; ROLLBACK" >/dev/null 2>&1; do
	kill -CONT $run
	kill -STOP $run
done
rm apollo.db.lease
apollo meter run --now 2026-10-01T02:05:00Z >second 2>&1 || fail "the second run: $(cat second)"
kill -CONT $run
curl -sf -X POST "$url/sandbox/release" >/dev/null
status=0
wait $run || status=$?
[ $status = 1 ] && grep -q 'was taken over by another run' first || fail "the first run: status $status: $(cat first)"
usage_is contoso accepted 5
apollo ledger verify >/dev/null
books_totals >books
grep -qxF 'azure tb_read 5' books || fail "the books hold: $(cat books)"
