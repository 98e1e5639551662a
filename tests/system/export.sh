#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# apollo offer export as a person uses it: both marketplaces, what is refused, and what is wrong.
. "${srcdir:-.}/tests/system/world.sh"
now=2026-11-25T00:00:00Z
offers=$srcdir/tests/offers/golden/offers.cfg
same() {
	cmp -s "$1" "$2" || fail "$1 and $2 differ"
}

# Files that can be uploaded, the same each time, and a term sheet that says what it was made from.
expect 0 "one: configure.json term-sheet.md term-sheet.html" apollo offer export "$offers" acme-absolute --out one --now $now
expect 0 "" apollo offer export "$offers" acme-absolute --azure --out two --now $now
expect 0 "private-offer.json document.json" apollo offer export "$offers" acme-commit --gcp --out three --now $now
for file in configure.json term-sheet.md term-sheet.html; do
	same one/$file two/$file
done
same one/configure.json "$srcdir/tests/offers/golden/acme-absolute.json"
same three/private-offer.json "$srcdir/tests/offers/golden/acme-commit.json"
hash=$(sha256sum "$offers" | cut -d' ' -f1)
grep -q "| SHA-256 | $hash |" one/term-sheet.md || fail "the sheet has another hash than $hash"
grep -q "306001.53 USD" three/term-sheet.md || fail "the sheet has no total"

# What cannot be said there is refused, all at once, and nothing is written.
expect 3 "instead: a dimension for each tier" apollo offer export "$offers" acme-tiers --out none --now $now
[ ! -e none ] || fail "a refused offer has files"
expect 3 '"what":"GC-11' apollo --json offer export "$offers" acme-wrong --out none --now $now
[ ! -e none ] || fail "a refused offer has files"
# An offer that amends another needs its name there.
expect 3 "say --amends" apollo offer export "$offers" beta-instalments --out none --now $now
expect 0 "" apollo offer export "$offers" beta-instalments --out four --now $now --amends projects/vendor/locations/global/privateOffers/abc

# What the marketplace holds is read back: its own forms of the same values, its own members, and what differs, value by value.
golden=$srcdir/tests/offers/golden
readback() {
	apollo offer readback "$offers" "$@"
}
for name in acme-percent acme-absolute acme-usage acme-commit beta-fee beta-saas; do
	expect 0 ', 0 differ' readback $name --from "$golden/$name.json"
done
expect 0 ', 0 differ' readback beta-instalments --from "$golden/beta-instalments.json" --amends projects/vendor/locations/global/privateOffers/abc
sed 's/"discountPercentage": 12.5/"discountPercentage": "12.50", "x": 3/; s/"variableStartDate": true,/"start":"2026-12-05",&/
	s/"state": "live"/"id":"private-offer\/abc","state":"accepted"/; s/"2027-12-31"/"2027-12-31T00:00:00Z"/' "$golden/acme-percent.json" >theirs.json
expect 0 'acme-percent at azure: accepted, private-offer/abc' readback acme-percent --from theirs.json
grep -qF 'there     start is "2026-12-05"' said || fail "its own members are not shown: $(cat said)"
sed 's/12.50/12.51/; s/"bob@vendor.example"/"eve@vendor.example"/; /"preparedBy"/d' theirs.json >other.json
expect 3 '15 values were compared, 3 differ' readback acme-percent --from other.json
for text in 'pricing[0].discountPercentage: ours 12.5, theirs "12.51"' 'notificationContacts[1]: ours "bob@vendor.example", theirs "eve@vendor.example"' \
	'preparedBy: ours "amy@vendor.example", theirs is not there'; do
	grep -qF "$text" said || fail "not said: $text: $(cat said)"
done
expect 3 '{"path":"preparedBy","ours":"amy@vendor.example","theirs":null}' apollo --json offer readback "$offers" acme-percent --from other.json
# What is zero may be left out; what is not, may not.  An array of another length is shown whole.
sed '/"variableStartDate": false,/d' "$golden/beta-saas.json" >theirs.json
expect 0 ', 0 differ' readback beta-saas --from theirs.json
sed '/"bob@vendor.example"/d; s/"amy@vendor.example",$/"amy@vendor.example"/; s/"preparedBy": "amy@vendor.example"/&,/' "$golden/acme-percent.json" >theirs.json
expect 3 'notificationContacts: ours ["amy@vendor.example","bob@vendor.example"], theirs ["amy@vendor.example"]' readback acme-percent --from theirs.json
# Of two with the name the one that is not over; of a list the one that it is.
printf '{"privateOffers":[%s,%s]}' "$(sed 's/^{/{"state":"CANCELLED","name":"privateOffers\/old",/; s/"offerDealType": "[A-Z]*"/"offerDealType":"X"/' "$golden/acme-usage.json")" \
	"$(sed 's/^{/{"state":"ACCEPTED","name":"privateOffers\/new",/' "$golden/acme-usage.json")" >theirs.json
expect 0 'ACCEPTED, privateOffers/new' readback acme-usage --from theirs.json
grep -q '2 offers have that name' said || fail "two are not told: $(cat said)"
expect 1 'holds no private offer' readback acme-commit --from theirs.json
expect 1 'there.json' readback acme-commit --from there.json
echo '{' >theirs.json
expect 1 'theirs.json' readback acme-commit --from theirs.json
expect 2 '--from is missing' readback acme-commit
expect 3 'cannot be there as it is here' readback acme-tiers --from other.json

# What is wrong is said, and how it is put right.
expect 2 "--out is missing" apollo offer export "$offers" acme-commit
expect 2 "is of market gcp, and --azure is asked for" apollo offer export "$offers" acme-commit --azure --out none --now $now
expect 2 "are there both" apollo offer export "$offers" acme-commit --azure --gcp --out none --now $now
expect 2 'there is no private offer "acme"' apollo offer export "$offers" acme --out none --now $now
expect 1 "missing.cfg" apollo offer export missing.cfg acme --out none --now $now
expect 1 "cannot be made" apollo offer export "$offers" acme-commit --out /dev/null/none --now $now
sed 's|terms = "standard"; discount = "10";|terms = "own.pdf"; discount = "10";|' "$offers" >own.cfg
expect 1 "the terms of private offer beta-fee" apollo offer export own.cfg beta-fee --out none --now $now
echo text >own.pdf
grep -q "| GC-02 | warning |" three/term-sheet.md || fail "the sheet has no rules"
# A rule of the marketplace is told by its code; a licence is a PDF.
expect 3 "GC-10" apollo offer export "$offers" acme-wrong --out none --now $now
expect 3 "Google takes a PDF" apollo offer export own.cfg beta-fee --out none --now $now
