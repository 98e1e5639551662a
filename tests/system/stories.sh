#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The three stories of docs/examples/pricing are as they are told: each offer is found, keeps to its marketplace's rules, and has the numbers of the page.
. "${srcdir:-.}/tests/system/world.sh"
stories=$(cd "$srcdir/docs/examples/pricing" && pwd)
cp "$stories"/*.cfg "$stories"/*.csv .
story() {
	name=$1
	goals=$2
	shift 2
	apollo price tune offers.cfg "$goals.cfg" "$@" --start 2027-01-01 --like "$name-draft" --name "$name" --out "$name.cfg" >"$name.txt" ||
		fail "$goals: $(cat "$name.txt")"
	apollo offer check "$name.cfg" --now 2026-11-25T00:00:00Z >check || fail "$name: $(cat check)"
	grep -q '^1 private offer: 0 refused' check || fail "$name: $(cat check)"
	apollo offer export "$name.cfg" "$name" --now 2026-11-25T00:00:00Z --out "$name" >export || fail "$name: $(cat export)"
	[ -s "$name/term-sheet.html" ] || fail "$name has no term sheet"
	grep -qF "@include \"offers.cfg\"" "$name.cfg" || fail "$name.cfg does not stand by itself"
}
# The best offer's cost and net, with the thousands that the page writes.
told() {
	set -- "$1" $(sed -n '4p' "$1.txt")
	for number in "$2" "$3"; do
		written=$(echo "$number" | sed -E ':again; s/^([0-9]+)([0-9]{3})/\1,\2/; t again')
		grep -qF "$written" "$stories/README.md" || fail "$1: the page does not say $written"
	done
}
story northwind-azure burst-azure --usage northwind.csv
told northwind-azure
apollo price simulate offers.cfg vast/standard --usage northwind.csv --goals burst-azure.cfg --start 2027-01-01 >simulate || fail "simulate: $(cat simulate)"
apollo price quote northwind-azure.cfg northwind-azure --usage northwind.csv --start 2025-12-01 >quote || fail "quote: $(cat quote)"
story northwind-gcp burst-gcp --usage northwind.csv
told northwind-gcp
story fabrikam-azure petabyte
told fabrikam-azure
sed -n 4p fabrikam-azure.txt | grep -q '20.58% off, on 61 x Standard_L32aos_v4, on demand, room in 95% of cases (reduction 1.79), 68% of raw usable' ||
	fail "the petabyte: $(cat fabrikam-azure.txt)"
sed -n '/of the front/,/^$/p' fabrikam-azure.txt | grep -qE 'L64s_v3|L32s_v4' && fail "an offer on dearer machines keeps the bounds: $(cat fabrikam-azure.txt)"
# What the page says of machines is what is worked out.
apollo --json price compare fabrikam-azure.cfg fabrikam-azure --goals petabyte.cfg >machines || fail "machines: $(cat machines)"
for number in 161,020.48 370,945.12 368,906.96; do
	grep -qF "\"infrastructure_month\":\"$(echo "$number" | tr -d ,)\"" machines || fail "no machines cost $number: $(cat machines)"
	grep -qF "$number" "$stories/README.md" || fail "the page does not say $number"
done
story fabrikam-gcp petabyte-gcp
told fabrikam-gcp
sed -n 4p fabrikam-gcp.txt | grep -q '15.16% off, on 36 x z3-highmem-88-highlssd, 3 years' || fail "the petabyte on Google: $(cat fabrikam-gcp.txt)"
sed -n '/of the front/,/^$/p' fabrikam-gcp.txt | grep -qE 'on demand|1 year' && fail "an offer without three years keeps the bounds: $(cat fabrikam-gcp.txt)"
apollo --json price compare fabrikam-gcp.cfg fabrikam-gcp --goals petabyte-gcp.cfg >machines || fail "machines: $(cat machines)"
for number in 364,387.64 229,747.64 164,227.64; do
	grep -qF "\"infrastructure_month\":\"$(echo "$number" | tr -d ,)\"" machines || fail "no machines cost $number: $(cat machines)"
	grep -qF "$number" "$stories/README.md" || fail "the page does not say $number"
done
# A year's offer is not tried on machines that are taken for three.
sed 's/months = \[ 36 \]/months = [ 12 ]/; s/7200000/72000000/' petabyte-gcp.cfg >year.cfg
apollo price tune offers.cfg year.cfg --start 2027-01-01 >year.txt || fail "a year: $(cat year.txt)"
grep -q '^36 combinations were not tried' year.txt || fail "a year: $(cat year.txt)"
sed -n '/of the front/,/^$/p' year.txt | grep -q '3 years' && fail "a year on machines for three: $(cat year.txt)"
# The same again, whatever the threads.
apollo price tune offers.cfg burst-azure.cfg --usage northwind.csv --start 2027-01-01 --threads 1 >one
apollo price tune offers.cfg burst-azure.cfg --usage northwind.csv --start 2027-01-01 --threads 7 >seven
cmp one seven || fail "threads change the answer"
exit 0
