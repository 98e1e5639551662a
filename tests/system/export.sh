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
