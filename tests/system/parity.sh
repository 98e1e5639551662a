#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# apollo price parity at the command line: the pair is a configuration that quotes the same, within what the grids allow; wrong input.
. "${srcdir:-.}/tests/system/world.sh"
cp "$srcdir/templates/offers.cfg" .
awk 'BEGIN { print "time,tib_hours,tb_read"; for (m = 0; m < 12; m++) printf "2026-%02d,%d,%d\n", m + 1, 200000 * 1.01 ^ m, 3000 }' >usage.csv
awk 'BEGIN { print "time,tib_hours,tb_read"; for (m = 0; m < 12; m++) printf "2027-%02d,%d,%d\n", m + 1, 230000 * 1.01 ^ m, 3100 }' >came.csv

# total FILE NAME: what the usage of 2027 costs by it, in cents.
total() {
	apollo --json price quote "$1" "$2" --usage came.csv --start 2027-01-01 >quote.json || fail "no quote of $2"
	tr -d '\n' <quote.json | sed 's/.*"total":"\([0-9]*\)\.\([0-9][0-9]\)","currency".*/\1\2/'
}

# A percentage of the whole plan is the same one at both.
expect 0 'gcp less azure: 0.00 in the mean, 0.00 at most on any path' apollo price parity offers.cfg vast-cluster/standard --market azure --discount 12.34 --usage usage.csv
{
	echo '@include "offers.cfg"'
	cat said
} >pair.cfg
azure=$(total pair.cfg standard-azure)
[ "$azure" -gt 1000000 ] && [ "$azure" = "$(total pair.cfg standard-gcp)" ] || fail "$azure at Azure, $(total pair.cfg standard-gcp) at Google"

# A price of four decimals at Azure goes to Google's hundredths of a percent: not further off than was said.
cat >deal.item <<'CFG'
  { name = "deal"; market = "azure"; offer = "vast-cluster"; plan = "standard"; start = "2027-01-01"; end = "2027-12-31"; accept_by = "2026-12-15"; title = "Deal";
    prices = ( { dimension = "tib_hours"; unit_price = "0.0333"; }, { dimension = "tb_read"; unit_price = "0.2111"; } ); }
CFG
# offers_write FILE ITEM...: a file with these private offers.
offers_write() {
	file=$1
	shift
	printf '@include "offers.cfg"\nprivate_offers = (\n' >"$file"
	for item; do
		[ "$item" = "$1" ] || echo ',' >>"$file"
		cat "$item" >>"$file"
	done
	echo ');' >>"$file"
}
offers_write deal.cfg deal.item
expect 0 'deal at azure, and at gcp for the same bill' apollo price parity deal.cfg deal --usage usage.csv
bound=$(sed -n 's/.*the grids allow \([0-9]*\)\.\([0-9][0-9]\).*/\1\2/p' said)
sed -n '/^  { name/,/^  }/p' said | sed 's/months = "12m";/start = "2027-01-01"; &/' >gcp.item
offers_write both.cfg deal.item gcp.item
azure=$(total both.cfg deal)
google=$(total both.cfg deal-gcp)
off=$((azure > google ? azure - google : google - azure))
# The paths' usage is another than this, by less than a half.
[ -n "$bound" ] && [ "$off" -gt 0 ] && [ "$off" -le $((bound * 2)) ] || fail "$azure and $google are $off off, and $bound was said"

# The nets agree where that is asked for, and the JSON says the same as the text.
expect 0 'for the same net' apollo price parity both.cfg deal --net --usage usage.csv
apollo --json price parity both.cfg deal --usage usage.csv >parity.json || fail "no JSON"
grep -q '"same":"bill".*"residual":{"mean":"[-0-9.]*","largest":"[0-9.]*"' parity.json || fail "as JSON: $(cat parity.json)"
apollo --json price parity both.cfg deal --usage usage.csv | cmp - parity.json || fail "two of the same differ"
# And back.
expect 0 'deal-gcp at gcp, and at azure' apollo price parity both.cfg deal-gcp --usage usage.csv

# Wrong input.
expect 2 'say --market azure or --market gcp' apollo price parity offers.cfg vast-cluster/standard --usage usage.csv
expect 2 'is not a percentage' apollo price parity offers.cfg vast-cluster/standard --market azure --discount 101 --usage usage.csv
expect 2 'and deal is a private offer' apollo price parity both.cfg deal --discount 5 --usage usage.csv
expect 2 'nothing says what will be used' apollo price parity both.cfg deal
expect 1 'there is no private offer and no plan "dealt"' apollo price parity both.cfg dealt --usage usage.csv
sed 's/title = "Deal";/& ramp = ( { months = "6m"; discount = "5"; }, { discount = "10"; } );/' both.cfg >ramp.cfg
expect 1 'write each step as an offer of its own' apollo price parity ramp.cfg deal --usage usage.csv
