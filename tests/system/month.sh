#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Two days of two customers, every hour closed and reported; the bills equal the marketplaces' books; run again, nothing moves.
. "${srcdir:-.}/tests/system/world.sh"
sandbox_start --operations "$world/operations.json"
world_make
sh "$srcdir/templates/sample-usage.sh" 2026-10 | grep '"time":"2026-10-0[12]' >usage.jsonl
expect 0 '0 known already' apollo meter take --now 2026-10-03T00:00:00Z usage.jsonl
expect 0 ' 0 taken' apollo meter take --now 2026-10-03T00:00:00Z usage.jsonl
expect 0 '48 hours closed' apollo meter rehearse --from 2026-10-01T01:05:00Z --to 2026-10-03T00:05:00Z --clock "$url"
expect 0 'The ledger is whole' apollo ledger verify
expect 0 'everything is settled' apollo meter status --now 2026-10-03T00:05:00Z
expect 0 'azure: ' apollo meter reconcile --now 2026-10-03T00:05:00Z --from 2026-10-01T00:00:00Z --to 2026-10-03T00:00:00Z --market azure
before=$(apollo meter statement contoso --term 2026-10-01 --now 2026-10-03T00:05:00Z)
apollo meter run --now 2026-10-03T00:06:00Z >said 2>&1 || fail "a run with nothing to do: $(cat said)"
[ ! -s said ] || fail "a quiet run said: $(cat said)"
[ "$before" = "$(apollo meter statement contoso --term 2026-10-01 --now 2026-10-03T00:06:00Z)" ] || fail "a run with nothing to do moved something"
accepted=$(apollo --json meter statement contoso --term 2026-10-01 --now 2026-10-03T00:05:00Z | sed 's/.*"tb_read"[^}]*"accepted":"\([^"]*\)".*/\1/')
books_totals >books
grep -qxF "azure tb_read $accepted" books || fail "the books hold $(cat books), the ledger says $accepted"
expect 0 'gcp: 96 rows agree, 0 pending there, 0 missing there, 0 missing here, 0 different' apollo meter reconcile --now 2026-10-03T00:05:00Z \
	--from 2026-10-01T00:00:00Z --to 2026-10-03T00:00:00Z --market gcp --record operations.json
