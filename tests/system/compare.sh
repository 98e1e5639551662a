#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# apollo price compare at the command line: numbers worked by hand in text, JSON and CSV, what is told beside them, and wrong input.
. "${srcdir:-.}/tests/system/world.sh"
export APOLLO_DATA_PATH="$srcdir/templates"

cat >offers.cfg <<'CFG'
offers = ( { name = "o"; meters = ( { name = "m"; aggregation = "sum"; } );
  dimensions = ( { name = "a"; meter = "m"; unit = "TiB-hour"; } );
  plans = ( { name = "p"; term = "1y"; cutoff_policy = "hold"; base_fee = "10000"; prices = ( { dimension = "a"; unit_price = "1"; } ); } ); },
  { name = "s"; product = "saas"; meters = ( { name = "m"; aggregation = "sum"; } ); dimensions = ( { name = "a"; meter = "m"; unit = "TiB-hour"; } );
  plans = ( { name = "p"; term = "1y"; cutoff_policy = "hold"; base_fee = "10000"; prices = ( { dimension = "a"; unit_price = "1"; } ); } ); } );
private_offers = ( { name = "x"; market = "gcp"; offer = "o"; plan = "p"; start = "2027-01-01"; months = "1y"; discount = "50"; } );
CFG
cat >goals.cfg <<'CFG'
offer = "o"; plans = [ "p" ]; market = "gcp"; levers: {};
forecast: { paths = 10; seed = 1; dimensions = ( { dimension = "a"; level = "2000"; } ); reduction: { low = "2"; likely = "2"; high = "2"; }; };
CFG
sed 's/offer = "o"/offer = "s"/' goals.cfg >service.cfg
sed 's/market = "gcp"/market = "azure"/' goals.cfg >azure.cfg
# The same machines, named by the goals: 1,000 TiB that are halved.
sed 's/levers: {}/levers: { infrastructure = ( { shape = "z3-highmem-88-highlssd"; region = "europe-west4"; logical = "1000TiB"; terms = [ "3 years" ]; } ); }/' \
	goals.cfg >machines.cfg
cat >cards.cfg <<'CFG'
services = ( { name = "files, \"fast\""; region = "europe-west4"; currency = "USD"; reduction = "none"; infrastructure = "included";
    price: { amount = "100"; per = "TiB-month"; date = "2026-01-15"; source = "a page"; }; } );
hardware = ( { name = "racks"; region = "ours"; currency = "USD"; usable = "400TiB"; capital = "1200000"; years = 5; reduction = "same";
    date = "2026-11-01"; source = "quotation 1"; performance: { read = "40GB/s"; write = "10GB/s"; date = "2026-11-01"; source = "quotation 1"; }; } );
CFG
compare() {
	apollo "$@" --capacity 500TiB --shape z3-highmem-88-highlssd --region europe-west4 --cards cards.cfg --now 2026-11-26T00:00:00Z
}

# 10,000 and 2,000 a month by the list, half of it by the offer; the year has 8,760 hours, so a month of 730 is a twelfth.  21 machines are 212,268,
# 133,728 and 95,508, the management's is 499.64, with 551.25 TB: 501.36 TiB.  Two systems of 20,000 for 800 TiB.
compare price compare offers.cfg x --goals goals.cfg >text || fail "no table"
for row in '1  the list on 21 x z3-highmem-88-highlssd, on demand     501.3     224767.64     448.32    224.16    224.16    224.16     2696.36     3706.04' \
	'6  x on 21 x z3-highmem-88-highlssd, 3 years              501.3     102007.64     203.46    101.73    101.73    101.73     1223.70     1681.93' \
	'7  files, "fast"                                          500.0      50000.00     100.00    100.00    100.00    100.00     unknown     unknown' \
	'8  racks                                                  800.0      40000.00      50.00     25.00     25.00     25.00      500.00     2000.00' \
	'1 to 6, europe-west4' 'at its mean bill for 2000.0 TiB-hour' '3 percent at gcp' 'prices of 2026-08-31' 'the management machine, on demand: prices of 2026-08-20' 'reads 83.3 GB/s, writes 60.6 GB/s sustained' \
	'WARNING    the price is of 2026-01-15: older than 6 months' '2 systems, written off over 5 years' \
	'not in it  support' 'data reduces by 2.00 (P5), 2.00 (P50), 2.00 (P95)'; do
	grep -qF -- "$row" text || fail "not said: $row: $(cat text)"
done

# The same numbers in the other forms.
compare price compare offers.cfg x --goals goals.cfg --csv >csv || fail "no CSV"
compare --json price compare offers.cfg x --goals goals.cfg >json || fail "no JSON"
[ "$(wc -l <csv)" = 9 ] || fail "the CSV has $(wc -l <csv) lines"
grep -qF '"offer","x on 21 x z3-highmem-88-highlssd, 3 years","europe-west4","USD",551250000000000,102007.64,6000.00,96007.64,203.46,101.73,' csv ||
	fail "the CSV: $(cat csv)"
grep -qF '"service","files, ""fast""","europe-west4","USD",549755813888000,50000.00,,,100.00,100.00,100.00,100.00,,,,,"2026-01-15","a page"' csv ||
	fail "the CSV: $(cat csv)"
grep -qF '"month":"102007.64","software_month":"6000.00","infrastructure_month":"96007.64","usable_tib_month":"203.46"' json || fail "the JSON: $(cat json)"
if command -v node >/dev/null; then
	node -e 'const c = JSON.parse(require("fs").readFileSync("json")), lines = require("fs").readFileSync("csv", "utf8").trim().split("\r\n");
if (c.rows.length !== lines.length - 1) process.exit(1);
for (const row of c.rows) for (const [name, value] of Object.entries(row)) if (value === "0.00" && name !== "infrastructure_month") process.exit(2);' ||
		fail "JSON and CSV differ, or what is not known is nothing"
fi

# A plan alone has no offer beside it; a service has its machines in its price.
compare price compare offers.cfg o/p --goals goals.cfg --start 2027-01-01 --csv >csv || fail "no CSV of a plan"
[ "$(grep -c '^"list"' csv)" = 3 ] && ! grep -q '^"offer"' csv || fail "a plan: $(cat csv)"
compare price compare offers.cfg s/p --goals service.cfg --start 2027-01-01 >text || fail "no service"
grep -qF '1  the list on 21 x z3-highmem-88-highlssd, on demand     501.3      12000.00' text || fail "a service: $(cat text)"
grep -qF 'the machines, which the vendor pays for' text || fail "a service: $(cat text)"

# Machines that the goals name; others are to hold as much.
apollo price compare offers.cfg x --goals machines.cfg --cards cards.cfg --now 2026-11-26T00:00:00Z >text || fail "no machines of the goals"
grep -qF '2  x on 21 x z3-highmem-88-highlssd, 3 years            501.3     102007.64     203.46' text || fail "machines of the goals: $(cat text)"
grep -qF '3  files, "fast"                                        500.0      50000.00     100.00' text || fail "machines of the goals: $(cat text)"

# What is delivered can be compared with.
apollo price compare offers.cfg x --goals goals.cfg --capacity 500TiB --shape z3-highmem-88-highlssd --region europe-west4 >text || fail "the delivered cards"
grep -qF 'Azure NetApp Files, Premium' text || fail "the delivered cards: $(cat text)"

# ---- refusals ----

expect 2 'on which machines would it run?' apollo price compare offers.cfg x --goals goals.cfg
expect 2 '--capacity 5 is not an amount' apollo price compare offers.cfg x --goals goals.cfg --capacity 5
expect 2 'how much is it to hold?' apollo price compare offers.cfg x --goals goals.cfg --shape z3-highmem-88-highlssd --region europe-west4
expect 2 'more than 1024PiB' apollo price compare offers.cfg x --goals goals.cfg --capacity 1025PiB
expect 2 'did you mean "z3-highmem-88-highlssd"?' apollo price compare offers.cfg x --goals goals.cfg --capacity 5TiB --shape z3-highmem-88 --region europe-west4
expect 2 'costs in mars is not known' apollo price compare offers.cfg x --goals goals.cfg --capacity 5TiB --shape z3-highmem-88-highlssd --region mars
expect 2 'Standard_L64s_v3 are machines of azure, and the offer is at gcp' apollo price compare offers.cfg x --goals goals.cfg --capacity 5TiB \
	--shape Standard_L64s_v3 --region eastus2 --usable-percent 68
expect 2 'is usable is not known' apollo price compare offers.cfg o/p --start 2027-01-01 --goals azure.cfg --capacity 5TiB --shape Standard_L64s_v3 --region eastus2
expect 2 '--usable-percent 0 is not a percentage' apollo price compare offers.cfg x --goals goals.cfg --capacity 5TiB --shape z3-highmem-88-highlssd \
	--region europe-west4 --usable-percent 0
expect 0 'a share of the raw one' apollo price compare offers.cfg o/p --start 2027-01-01 --goals azure.cfg --capacity 5TiB --shape Standard_L64s_v3 \
	--region eastus2 --usable-percent 68
expect 2 '--json and --csv do not go together' compare --json price compare offers.cfg x --goals goals.cfg --csv
sed -i 's/source = "a page"; //' cards.cfg
expect 2 'cards.cfg:2: these numbers have no "source"' compare price compare offers.cfg x --goals goals.cfg
expect 1 'cannot be read' apollo price compare offers.cfg x --goals goals.cfg --capacity 5TiB --shape z3-highmem-88-highlssd --region europe-west4 --cards nowhere.cfg
exit 0
