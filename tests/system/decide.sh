#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a person decides about claims, and what the plan's policy decides at the cut-off: where the money is afterwards.
. "${srcdir:-.}/tests/system/world.sh"
day=2026-10-01
next=2026-10-02
sandbox_start

# begin: five units of contoso's first hour, claimed.
begin() {
	curl -sf -X POST -d '{}' "$url/sandbox/reset" >/dev/null || fail "the sandbox cannot be reset"
	clock ${day}T01:05:00Z
	world_make
	expect_nothing
	[ -z "${1:-}" ] || sed -i "$1" offers.cfg
	event reads contoso a ${day}T00:10:00Z 5 >u.jsonl
	apollo meter take --now ${day}T00:45:00Z u.jsonl >/dev/null
	apollo meter close --now ${day}T01:05:00Z >/dev/null
}

# ends MEMBER VALUE ...: after the next run that is what the statement says, and the ledger is whole.
ends() {
	faults_end
	clock ${day}T02:05:00Z
	apollo meter run --now ${day}T02:05:00Z >said 2>&1 || :
	while [ $# -gt 0 ]; do
		usage_is contoso "$1" "$2"
		shift 2
	done
	apollo ledger verify >/dev/null
}

# Refused, so parked.  Nothing moves until somebody decides.
parked() {
	begin
	fault '{"route":"azure.single","action":"rows","text":"ResourceNotActive","count":-1}'
	expect 4 'claims are parked' apollo meter run --now ${day}T01:05:00Z
	expect 4 'parked:    claim 1, 5 tb_read of contoso' apollo meter status --now ${day}T01:06:00Z
}
parked
quiet apollo meter release --now ${day}T01:06:00Z 1
ends accepted 5 waiting 0
expect 2 'claim 1 is released, there is nothing to decide' apollo meter release --now ${day}T02:06:00Z 1
parked
quiet apollo meter write-off --now ${day}T01:06:00Z 1
ends accepted 0 waiting 0
expect 0 'written off so far: 5 units' apollo meter status --now ${day}T02:06:00Z
parked
quiet apollo meter settle --accepted --now ${day}T01:06:00Z 1
ends accepted 5 waiting 0

# In doubt: it may have been taken, so it can only be settled.
doubt() {
	begin
	fault '{"route":"azure.single","action":"html","count":-1}'
	apollo meter run --now ${day}T01:05:00Z >said 2>&1 || :
	expect 2 'is in doubt: it may have been taken' apollo meter write-off --now ${day}T01:06:00Z 1
}
doubt
quiet apollo meter settle --accepted --now ${day}T01:06:00Z 1
ends accepted 5 waiting 0
doubt
quiet apollo meter settle --accepted --held 3 --now ${day}T01:06:00Z 1
ends accepted 5 waiting 0
[ "$(curl -s "$url/sandbox/books" | grep -c '"quantity": *"2"')" != 0 ] || fail "the two that were not held are not claimed again"
doubt
quiet apollo meter settle --not-accepted --now ${day}T01:06:00Z 1
ends accepted 5 waiting 0
expect 2 'say what the marketplace did' apollo meter settle --now ${day}T01:06:00Z 1
expect 2 'is not the number of a claim' apollo meter release --now ${day}T02:06:00Z one
expect 1 '99' apollo meter release --now ${day}T02:06:00Z 99

# The cut-off, a day later: booked anew and accepted, held for a person, or written off.
late() {
	begin "s/cutoff_policy = \"rebook\"/cutoff_policy = \"$1\"/"
	clock ${next}T01:05:00Z
}
late rebook
expect 4 'booked into an open hour' apollo meter run --now ${next}T01:05:00Z
clock ${next}T02:05:00Z
quiet apollo meter run --now ${next}T02:05:00Z
usage_is contoso accepted 5
apollo meter statement contoso --hours --term $day --now ${next}T02:06:00Z | grep -q 'slot 2026-10-02T01:00:00Z' ||
	fail "it is not in the open hour's slot: $(apollo meter statement contoso --hours --term $day --now ${next}T02:06:00Z)"
late hold
expect 4 'claims are parked and wait for a person: cut-off' apollo meter run --now ${next}T01:05:00Z
usage_is contoso waiting 5
late write_off
expect 4 'too old and are written off' apollo meter run --now ${next}T01:05:00Z
usage_is contoso waiting 0
usage_is contoso accepted 0
apollo ledger verify >/dev/null

# Where windows join, a claim that surely was not taken goes back to its own slot, whoever refused it: no hole is left.
begin_google() {
	curl -sf -X POST -d '{}' "$url/sandbox/reset" >/dev/null || fail "the sandbox cannot be reset"
	clock ${day}T01:05:00Z
	world_make
	expect_nothing
	event reads fabrikam a ${day}T00:10:00Z 5 >u.jsonl
	apollo meter take --now ${day}T00:45:00Z u.jsonl >/dev/null
	fault "$1"
	expect 4 'claims are parked' apollo meter run --now ${day}T01:05:00Z
	clock ${day}T02:05:00Z
	apollo meter run --now ${day}T02:05:00Z >said 2>&1 || :
	faults_end
}
# joined MEMBER: after the next run the books show no hole, and the five in the hour they are of.
joined() {
	apollo ledger verify >/dev/null
	clock ${day}T03:05:00Z
	quiet apollo meter run --now ${day}T03:05:00Z
	usage_is fabrikam accepted 5
	apollo --json meter statement fabrikam --hours --term $day --now ${day}T03:06:00Z |
		grep -q "\"slot\":\"${day}T00:00:00Z\",\"amount\":\"5\",\"state\":\"accepted\"" || fail "the five are not in their slot"
	curl -s "$url/sandbox/books" >books
	! grep -E '"kind":"(gap|overlap)"' books >said || fail "the windows do not join: $(cat said)"
	apollo ledger verify >/dev/null
}
claims_of() {
	apollo --json meter statement fabrikam --hours --term $day --now ${day}T02:06:00Z | tr '{' '\n' |
		sed -n 's/^"claim":\([0-9]*\),.*"state":"'"$1"'".*/\1/p'
}
begin_google '{"route":"sc.check","action":"check-error","code":"BILLING_DISABLED","count":-1}'
quiet apollo meter release --now ${day}T02:06:00Z $(claims_of parked)
joined
begin_google '{"route":"sc.report","action":"report-error","code":5,"rows":[0,1],"count":-1}'
quiet apollo meter release --now ${day}T02:06:00Z $(claims_of parked)
joined
