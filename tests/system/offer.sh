#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# apollo offer at the command line: what is refused and what would be allowed, offers in words, what they change in money, and wrong input.
. "${srcdir:-.}/tests/system/world.sh"
now=2026-11-25T12:00:00Z

cp "$srcdir/templates/offers.cfg" "$srcdir/templates/private-offers.cfg" .

# The example is taken by both marketplaces; what a person should know is told.
expect 0 '2 private offers: 0 refused, 2 warnings' apollo offer check private-offers.cfg --now $now
grep -qF 'AZ-15 warning: example-azure: from 2028-01-01 plan standard is at list price: tib_hours from 0.03388 to 0.0385' said || fail "no cliff: $(cat said)"
expect 0 '1 private offer: 0 refused, 0 warnings' apollo offer check private-offers.cfg --now $now --market gcp
expect 0 '1 private offer: 0 refused, 2 warnings' apollo offer check private-offers.cfg --now $now --offer example-azure

# All at once, with the file's line, and the nearest thing that would be allowed.
sed 's/discount = "12"; terms = "standard"; }$/discount = "12.345"; }/; s/end = "2027-12-31"/end = "2027-12-30"/' private-offers.cfg >wrong.cfg
expect 3 'GC-01 refused: example-gcp: the discount is 12.345 percent, and Google takes 2 decimals' apollo offer check wrong.cfg --now $now
for one in '-> 12.34 or 12.35' 'GC-10 refused: example-gcp: it has no licence agreement' 'AZ-04 refused: example-azure: it ends on 2027-12-30' \
	'-> end = "2027-11-30" or "2027-12-31"' '2 private offers: 3 refused, 2 warnings'; do
	grep -qF -- "$one" said || fail "not told: $one: $(cat said)"
done
[ "$(grep -n 'AZ-04' said | cut -d: -f1)" -lt "$(grep -n 'GC-01' said | cut -d: -f1)" ] || fail "the order: $(cat said)"
expect 3 '"code":"GC-01","severity":"refused","offer":"example-gcp","where":"wrong.cfg:' apollo --json offer check wrong.cfg --now $now
grep -qF '"offers":2,"without_rules":0,"refused":3,"warnings":2' said || fail "the counts: $(cat said)"
grep -qF '"hint":"12.34 or 12.35"' said || fail "the hint: $(cat said)"
# The day counts.
expect 3 'AZ-04 refused: example-azure: it starts on 2027-01-01, which is past' apollo offer check private-offers.cfg --now 2027-01-15T00:00:00Z

# With usage, what comes after the end is said in money.
cat >usage.csv <<CSV
time,dimension,quantity
2026-09,tib_hours,150000
2026-10,tib_hours,200000
2026-10,tb_read,1000
CSV
expect 0 "with the usage's last month a billing period goes from 8008.00 to 9100.00 USD" apollo offer check private-offers.cfg --now $now --offer example-azure --usage usage.csv

expect 0 'AZ-01  refused' apollo offer rules
[ "$(grep -c '^[AG][ZC]-[0-9][0-9]  ' said)" = 33 ] || fail "the rules: $(cat said)"
expect 0 '"code":"GC-14"' apollo --json offer rules

# In words.
expect 0 'total contract value     52800.00' apollo offer show private-offers.cfg example-gcp --now $now
for one in 'calendar                 America/Los_Angeles' 'last day                 2027-12-31' 'accept by                2026-12-31' 'interval                 monthly_prorated' \
	'0.0385          0.03388      12.00'; do
	grep -qF "$one" said || fail "not shown: $one: $(cat said)"
done
expect 0 '"total_contract_value":"52800.00"' apollo --json offer show private-offers.cfg example-azure --now $now
grep -qF '{"price":"tb_read","model":"per_unit","tier":1,"from":"0","list":"0.25","offer":"0.22","percent_off":"12.00"}' said || fail "the prices: $(cat said)"
expect 0 'term                     12 months' apollo offer show private-offers.cfg vast-cluster/standard
expect 0 'example-gcp' apollo offer show private-offers.cfg --now $now
grep -q '^vast-cluster/standard$' said || fail "not all: $(cat said)"

# What differs, and what it changes: (100000 + 50000) at 0.0385 and so on, less 12 percent.
expect 0 'base fee' apollo offer diff private-offers.cfg vast-cluster/standard example-azure --now $now
grep -qE '^  tib_hours +1000000 +39650.00 +34892.00 +-4758.00 +-12.00$' said || fail "round quantities: $(cat said)"
expect 0 'in all' apollo offer diff private-offers.cfg vast-cluster/standard example-azure --usage usage.csv --now $now
grep -qE '^  2026-09-01 +6925.00 +6094.00 +-831.00 +-12.00$' said || fail "a month: $(cat said)"
grep -qE '^  in all +16025.00 +14102.00 +-1923.00 +-12.00$' said || fail "in all: $(cat said)"
expect 0 '"of":"in all","quantity":"","first":"16025.00","second":"14102.00","change":"-1923.00","percent":"-12.00"' \
	apollo --json offer diff private-offers.cfg vast-cluster/standard example-azure --usage usage.csv --now $now
expect 0 'Nothing differs' apollo offer diff private-offers.cfg vast-cluster/standard vast-cluster/standard

# Wrong input.
expect 2 'there is no private offer "example-azur" in private-offers.cfg' apollo offer check private-offers.cfg --offer example-azur
grep -qF 'did you mean "example-azure"?' said || fail "no hint: $(cat said)"
expect 2 'neither azure nor gcp' apollo offer check private-offers.cfg --market aws
expect 2 'is not a time' apollo offer check private-offers.cfg --now tomorrow
expect 2 'is of one offer' apollo offer check private-offers.cfg --usage usage.csv
expect 2 'no private offer and no plan "nobody"' apollo offer show private-offers.cfg nobody
expect 2 'no private offer and no plan "nobody"' apollo offer diff private-offers.cfg nobody example-gcp
expect 2 'something is missing' apollo offer diff private-offers.cfg example-gcp
expect 1 'nowhere.cfg' apollo offer check nowhere.cfg
sed 's/discount = "12"/discont = "12"/' private-offers.cfg >typo.cfg
expect 2 'did you mean "discount"?' apollo offer check typo.cfg
mkdir data
sed '/azure.contacts/d' "$srcdir/templates/marketplaces.cfg" >data/marketplaces.cfg
expect 2 'has no limit "azure.contacts"' env APOLLO_DATA_PATH="$PWD/data" "$builddir/run" apollo offer check private-offers.cfg
# A limit is data: another number, another answer.
sed '/azure.rise_days/s/value = 90/value = 91/; /gcp.percent_decimals/s/value = 2/value = 3/' "$srcdir/templates/marketplaces.cfg" >data/marketplaces.cfg
APOLLO_DATA_PATH="$PWD/data" "$builddir/run" apollo offer check wrong.cfg --now $now >said 2>&1 || :
! grep -qF 'GC-01' said || fail "the limit is not the data's: $(cat said)"
grep -qF 'GC-10' said || fail "nothing was checked: $(cat said)"
