#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A ledger that was put back from an old copy: it is refused until a person knows; then what it says anew is told under the same ids,
# so it counts once, and what it says otherwise is found by comparing (Azure) or has an id of its own (Google).
. "${srcdir:-.}/tests/system/world.sh"
day=2026-10-01
sandbox_start --clock ${day}T01:05:00Z
world_make
expect_nothing
for customer in contoso fabrikam; do
	event reads $customer a-$customer ${day}T00:10:00Z 5
done >u.jsonl
apollo meter take --now ${day}T00:45:00Z u.jsonl >/dev/null
cp apollo.db copy.db
quiet apollo meter run --now ${day}T01:05:00Z

# put_back: the old copy; what was told since then is not in it.
put_back() {
	rm -f apollo.db-wal apollo.db-shm
	cp copy.db apollo.db
}
put_back
expect 1 'older than the last run that used it here' apollo meter run --now ${day}T01:10:00Z
grep -q 'reconcile with every marketplace, and then remove .*apollo.db.lease' said || fail "the remedy is not told: $(cat said)"
rm apollo.db.lease
quiet apollo meter run --now ${day}T01:10:00Z
usage_is contoso accepted 5
usage_is fabrikam accepted 5
curl -s "$url/sandbox/books" >books
grep -q '"accepted":2,"repeated_equal":2,"repeated_different":0' books || fail "the sandbox's Google: $(grep repeated books)"
apollo ledger verify >/dev/null

# Another quantity for the same hour: the marketplace holds five of contoso's seven, and two are told in the next hour.
put_back
rm apollo.db.lease
for customer in contoso fabrikam; do
	event reads $customer b-$customer ${day}T00:20:00Z 2
done >u.jsonl
apollo meter take --now ${day}T00:50:00Z u.jsonl >/dev/null
expect 4 '1 claims: the marketplace holds another amount; the difference is due again' apollo meter run --now ${day}T01:15:00Z
usage_is contoso accepted 5
usage_is contoso waiting 2
clock ${day}T02:05:00Z
apollo meter run --now ${day}T02:05:00Z >said 2>&1 || fail "the next hour: $(cat said)"
usage_is contoso accepted 7
usage_is fabrikam accepted 7
expect 0 '1 settled claims where the marketplace holds another amount' apollo meter status --now ${day}T02:06:00Z
apollo ledger verify >/dev/null
# Microsoft's books are ours.  Google was told five, and then seven under another id: reconcile --record shows what is too much.
books_totals >totals
grep -qx 'azure tb_read 7' totals || [ "$(awk '/^azure tb_read/ {sum += $3} END {print sum}' totals)" = 7 ] || fail "azure: $(cat totals)"
[ "$(awk '/^gcp tb_read/ {sum += $3} END {print sum}' totals)" = 12 ] || fail "gcp: $(cat totals)"
