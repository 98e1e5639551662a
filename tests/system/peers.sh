#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Faults that other tools have and that no other test here shows end to end; tests/README.md has the list of all of them.
. "${srcdir:-.}/tests/system/world.sh"
day=2026-10-01

# begin: five units of each customer's first hour wait to be told.
begin() {
	rm -f told
	sandbox_start --clock ${day}T01:05:00Z --record "$world/told"
	world_make
	expect_nothing
	for customer in contoso fabrikam; do
		event reads $customer a-$customer ${day}T00:10:00Z 5
	done >u.jsonl
	apollo meter take --now ${day}T00:45:00Z u.jsonl >/dev/null
	apollo meter close --now ${day}T01:05:00Z >/dev/null
}

# holds QUANTITY: what Microsoft holds of contoso's reads, by its own books, foreign events included.
holds() {
	books_totals >totals
	sum=$(awk '/^azure tb_read/ {sum += $3} END {print sum + 0}' totals)
	[ "$sum" = "$1" ] || fail "the marketplace holds $sum, not $1: $(cat totals)"
}

# A duplicate that holds another amount is neither a success nor a failure: less is made up for in the next hour, more is netted.
for held in 3 7; do
	begin
	fault "{\"route\":\"azure.single\",\"action\":\"occupy\",\"quantity\":$held}"
	expect 4 '1 claims: the marketplace holds another amount; the difference is due again' apollo meter run --now ${day}T01:05:00Z
	usage_is contoso accepted $held
	usage_is contoso waiting $((5 - held))
	apollo --json meter statement contoso --hours --term $day --now ${day}T01:06:00Z |
		grep -q '"amount":"5","state":"accepted"' || fail "the claim is not settled"
	event reads contoso b ${day}T01:10:00Z 4 >u.jsonl
	apollo meter take --now ${day}T01:45:00Z u.jsonl >/dev/null
	clock ${day}T02:05:00Z
	quiet apollo meter run --now ${day}T02:05:00Z
	usage_is contoso accepted 9
	usage_is contoso waiting 0
	expect 0 '1 settled claims where the marketplace holds another amount' apollo meter status --now ${day}T02:06:00Z
	apollo ledger verify >/dev/null
done

# The same in a batch, where the other rows are as they were sent.
begin
for hour in 01 02; do
	event reads contoso h$hour ${day}T$hour:10:00Z 5
done >u.jsonl
apollo meter take --now ${day}T02:45:00Z u.jsonl >/dev/null
clock ${day}T03:05:00Z
fault '{"route":"azure.batch","action":"occupy","rows":[1],"quantity":2}'
expect 4 '1 claims: the marketplace holds another amount' apollo meter run --now ${day}T03:05:00Z
usage_is contoso accepted 12
usage_is contoso waiting 3
clock ${day}T04:05:00Z
quiet apollo meter run --now ${day}T04:05:00Z
usage_is contoso accepted 15
holds 15
apollo ledger verify >/dev/null

# A dry run prints, for both marketplaces, the very bodies that leave afterwards; also of what is in doubt.
bodies() {
	tr -d '\n' | grep -oE '"(body|request)": ?"([^"\\]|\\.)*"' | sed 's/^"[a-z]*": *//' | grep -E 'quantity|metricValueSets' | sort
}
begin
expect 0 'metricValueSets' apollo meter report --dry-run --now ${day}T01:05:00Z
bodies <said >printed
[ "$(wc -l <printed)" = 2 ] || fail "the dry run prints $(cat printed)"
fault '{"route":"azure.single","action":"html","taken":true,"count":-1}'
apollo meter run --now ${day}T01:05:00Z >said 2>&1 || :
bodies <told | uniq >sent
cmp -s printed sent || fail "printed: $(cat printed) sent: $(cat sent)"
faults_end
expect 0 '"url"' apollo meter report --dry-run --now ${day}T02:05:00Z
bodies <said >printed
grep quantity sent | cmp -s - printed || fail "in doubt, printed: $(cat printed) sent: $(cat sent)"
expect 0 'in doubt' apollo meter status --now ${day}T01:06:00Z

# An empty file is no ledger, and not a new one either: state that was lost is told, and nothing is metered into the void.
: >empty.db
sed 's/apollo.db/empty.db/' apollo.cfg >empty.cfg
for again in 1 2; do
	expect 3 'empty.db' apollo -c empty.cfg meter run --now ${day}T02:05:00Z
done
head -c 5000 apollo.db >cut.db
sed 's/apollo.db/cut.db/' apollo.cfg >cut.cfg
expect 3 'cut.db' apollo -c cut.cfg meter run --now ${day}T02:05:00Z

# More than a batch takes at once goes in several; Microsoft refuses one of 26.
begin
sed -i '/included = (/d' offers.cfg
for hour in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20; do
	event reads contoso r$hour ${day}T$hour:10:00Z 1
	event capacity contoso c$hour ${day}T$hour:10:00Z 1099511627776
done >u.jsonl
expect 0 '40 taken' apollo meter take --now ${day}T21:00:00Z u.jsonl
clock ${day}T21:05:00Z
apollo meter run --now ${day}T21:05:00Z >said 2>&1 || :
usage_is contoso accepted 25
[ "$(grep -c '"route":"azure.batch".*"status":200' told)" = 2 ] || fail "$(grep -c azure.batch told) batches: $(cat said)"
apollo ledger verify >/dev/null

# Every case that tests/README.md names is there.
grep -o '`tests/[^`]*`: [^;|]*' "$srcdir/tests/README.md" | sed 's/^`\([^`]*\)`: \(.*[^ ]\) *$/\1 \2/' >cases
[ "$(wc -l <cases)" -gt 60 ] || fail "tests/README.md names $(wc -l <cases) cases"
while read -r file case; do
	tr -s '\n# ' ' ' <"$srcdir/$file" | grep -qF -- "$case" || fail "tests/README.md: $file has no case \"$case\""
done <cases
