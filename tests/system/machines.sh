#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Goals that name machines by their shape: apollo price tune works out how many there are and what they cost, at every term, and refuses what it
# does not know, with the goals' line.
. "${srcdir:-.}/tests/system/world.sh"
export APOLLO_DATA_PATH="$world/data:$srcdir/templates"
mkdir data
cat >offers.cfg <<'CFG'
offers = ( { name = "o"; meters = ( { name = "m"; aggregation = "sum"; } ); dimensions = ( { name = "a"; meter = "m"; } );
  plans = ( { name = "p"; term = "3y"; cutoff_policy = "hold"; base_fee = "10000"; prices = ( { dimension = "a"; unit_price = "1"; } ); },
            { name = "e"; currency = "EUR"; term = "3y"; cutoff_policy = "hold"; prices = ( { dimension = "a"; unit_price = "1"; } ); } ); },
  { name = "s"; product = "saas"; meters = ( { name = "m"; aggregation = "sum"; } ); dimensions = ( { name = "a"; meter = "m"; } );
  plans = ( { name = "p"; term = "3y"; cutoff_policy = "hold"; prices = ( { dimension = "a"; unit_price = "1"; } ); } ); } );
CFG
# goals MARKET LEVERS: data that is halved, and a bill of 10,000 a month.
goals() {
	cat >goals.cfg <<CFG
offer = "o"; plans = [ "p" ]; market = "$1"; forecast: { paths = 5; dimensions = ( { dimension = "a"; level = "0"; } );
  reduction: { low = "2"; likely = "2"; high = "2"; }; };
levers: { discount: { from = "0"; to = "10"; step = "10"; };
$2 };
CFG
}
tune() {
	apollo "$@" price tune offers.cfg goals.cfg --start 2027-01-01
}
z3='shape = "z3-highmem-88-highlssd"; region = "europe-west4"'

# 1,000 TiB that are halved want 21 machines: 212,268 on demand, 133,728 and 95,508, and the management's 499.64.  With 10,000 of software for 36 months
# the last are 3,816,275.04.
goals gcp "infrastructure = ( { $z3; logical = \"1000TiB\"; }, { name = \"theirs\"; month = \"500000\"; } );"
tune --json >json || fail "no tune: $(cat json)"
grep -qF '"candidates":8,' json || fail "the choices: $(cat json)"
for number in '"infrastructure_month":"96007.64"' '"customer":"3816275.04"' '21 x z3-highmem-88-highlssd, 3 years, room in 95% of cases (reduction 2.00)'; do
	grep -qF "$number" json || fail "not said: $number: $(cat json)"
done
# The customer pays least on the machines of three years, and nothing on dearer ones is in the front; nor is it best for us anywhere else.
[ "$(grep -c '"infrastructure":"21 x z3-highmem-88-highlssd, 3 years' json)" = 3 ] || fail "the front: $(cat json)"
! grep -q '"infrastructure":"\(21 x z3-highmem-88-highlssd, on\|theirs\)' json || fail "the front: $(cat json)"

# Shape and reservation count where the discount cannot: the same budget is kept by the reservation alone.
sed 's/^levers/bounds: { customer_most = "3790000"; };\nlevers/' goals.cfg >budget.cfg
mv budget.cfg goals.cfg
tune >text || fail "no tune within a budget"
sed -n 4p text | grep -q '10% off, on 21 x z3-highmem-88-highlssd, 3 years' || fail "within the budget: $(cat text)"
grep -qF '7 offers were left out by customer_most' text || fail "within the budget: $(cat text)"

# A year's offer is tried on what is taken for a year or can be given back.
goals gcp "months = [ 12, 36 ]; infrastructure = ( { $z3; capacity = \"500TiB\"; terms = [ \"3 years\", \"on demand\" ]; } );"
tune --json >json || fail "no tune of two terms"
grep -qF '"candidates":6,' json && grep -qF '"left_out":2,' json || fail "terms: $(cat json)"
# The report's tune has the same machines.
apollo price report offers.cfg o/p --goals goals.cfg --tune --start 2027-01-01 --json >report || fail "no report"
grep -qF '21 x z3-highmem-88-highlssd, 3 years' report || fail "the report: $(cat report)"

# What is stored, by the forecast: 730,000 TiB-hours a month are 1,000 TiB that are written and halved, so 21 machines; counted after the reduction they
# are 1,000 TiB that are to be usable, and 1,099.51 TB want 42 of 26.25.
sed -i 's/meter = "m"; } ); *$/meter = "m"; unit = "TiB-hour"; } );/' offers.cfg
goals gcp "infrastructure = ( { $z3; stores = \"a\"; terms = [ \"on demand\" ]; } );"
sed -i 's/level = "0"/level = "730000"/' goals.cfg
expect 0 'on 21 x z3-highmem-88-highlssd, on demand, room in 95% of cases' tune
sed -i 's/level = "730000"/level = "730000"; reduced = true/; s/high = "2"/high = "2"; base = "2"/' goals.cfg
expect 0 'on 42 x z3-highmem-88-highlssd, on demand' tune
sed -i 's/level = "730000"; reduced = true/level = "0"/' goals.cfg
expect 2 'goals.cfg:4: the forecast has no usage of a to be stored' tune

# What the management's machine costs on Azure is not known, which is told.
goals azure 'infrastructure = ( { shape = "Standard_L32aos_v4"; region = "eastus2"; nodes = 12; usable_percent = "68"; } );'
tune --json >json || fail "no tune on Azure"
grep -qF '"infrastructure":"12 x Standard_L32aos_v4, on demand, 68% of raw usable, without the management machine","infrastructure_month":"31676.16"' json ||
	fail "Azure: $(cat json)"

# ---- refusals: what is missing, and where ----

goals gcp "infrastructure = ( { shape = \"z3-highmem-176-standardlssd\"; region = \"europe-west4\"; capacity = \"500TiB\"; } );"
expect 2 'goals.cfg:4: how much of a cluster of z3-highmem-176-standardlssd is usable is not known' tune
grep -qF 'usable_percent' said || fail "no hint: $(cat said)"
goals gcp "infrastructure = ( { shape = \"z3-highmem-176-standardlssd\"; region = \"europe-west4\"; nodes = 8; } );"
expect 2 'is not known for so many machines' tune
goals gcp "infrastructure = ( { shape = \"z3-highmem-176-standardlssd\"; region = \"europe-west4\"; nodes = 8; usable_percent = \"68\"; } );"
expect 0 '8 x z3-highmem-176-standardlssd, 3 years, 68% of raw usable' tune
goals gcp "infrastructure = ( { shape = \"z3-highmem-44-highlssd\"; region = \"europe-west4\"; nodes = 8; usable_percent = \"68\"; } );"
expect 2 'goals.cfg:4: what z3-highmem-44-highlssd costs in europe-west4 is not known' tune
goals gcp "infrastructure = ( { $z3; capacity = \"500TiB\"; terms = [ \"5 years\" ]; } );"
expect 2 'costs in europe-west4, 5 years is not known' tune
goals gcp 'infrastructure = ( { shape = "z3-highmem-88"; region = "europe-west4"; capacity = "500TiB"; } );'
expect 2 'did you mean "z3-highmem-88-highlssd"?' tune
goals azure "infrastructure = ( { $z3; capacity = \"500TiB\"; } );"
expect 2 'goals.cfg:4: z3-highmem-88-highlssd are machines of gcp, and the offer is at azure' tune
goals gcp "infrastructure = ( { $z3; capacity = \"500TiB\"; } );"
sed -i 's/plans = \[ "p" \]/plans = [ "e" ]/' goals.cfg
expect 2 'is in USD, and the plans are in EUR: nothing is converted' tune
sed -i 's/offer = "o"; plans = \[ "e" \]/offer = "s"; plans = [ "p" ]/' goals.cfg
expect 2 'goals.cfg:4: offer s is a service, whose machines the customer does not pay for' tune
exit 0
