#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# apollo price quote at the command line: text, JSON and CSV that add up, the ledger's usage as the statement rates it, wrong input.
. "${srcdir:-.}/tests/system/world.sh"
cat >plain.cfg <<'CFG'
offers = ( { name = "o"; meters = ( { name = "m"; aggregation = "sum"; negative = true; } );
  dimensions = ( { name = "a"; meter = "m"; unit = "TiB-hour"; }, { name = "b"; meter = "m"; } );
  plans = ( { name = "p"; term = "3m"; cutoff_policy = "hold"; base_fee = "100";
      prices = ( { dimension = "a"; tiers = ( { up_to = "5"; unit_price = "2"; }, { unit_price = "1"; } ); }, { dimension = "b"; unit_price = "0.067"; } ); },
    { name = "q"; term = "3m"; cutoff_policy = "hold"; base_fee = "10"; prices = ( { dimension = "a"; unit_price = "1"; }, { dimension = "b"; unit_price = "1"; } ); },
    { name = "e"; currency = "EUR"; term = "3m"; cutoff_policy = "hold"; prices = ( { dimension = "a"; unit_price = "1"; } ); } ); } );
CFG
printf 'time,a,b\n2027-01-05,10,55\n2027-02-05,3,\n2027-09-01,1,\n' >usage.csv

# 5 x 2 + 5 x 1 = 15, 55 x 0.067 = 3.685, and 100: 118.69; 106; 100.
expect 0 '324.69  USD in all' apollo price quote plain.cfg o/p --usage usage.csv
for text in '5 TiB-hour at 2' '5 TiB-hour at 1' '118.69  USD' '1 rows of usage are outside of the term'; do
	grep -qF -- "$text" said || fail "not said: $text: $(cat said)"
done
apollo --json price quote plain.cfg o/p --usage usage.csv >quote.json || fail "no JSON"
apollo price quote plain.cfg o/p --usage usage.csv --csv >quote.csv || fail "no CSV"

# Lines add up to their bill, bills to the term; the CSV has the same lines.  Amounts are counted in cents.
sed -n 's/.*"amount":"\(-\{0,1\}[0-9]*\)\.\([0-9][0-9]\)"}[],]*.*/\1\2/p' quote.json | sort >json.amounts
tr -d '\r' <quote.csv | awk -F, 'NR > 1 { sub(/\./, "", $7); print $7 }' | sort >csv.amounts
cmp json.amounts csv.amounts || fail "JSON and CSV have other amounts: $(cat json.amounts) and $(cat csv.amounts)"
[ "$(awk '{ sum += $1 } END { print sum }' csv.amounts)" = 32469 ] || fail "the lines do not add up: $(cat csv.amounts)"
grep -q '"total":"324.69","currency":"USD","usage_left_out":1}' quote.json || fail "the term's total: $(cat quote.json)"
if command -v node >/dev/null; then
	node -e 'const q = JSON.parse(require("fs").readFileSync("quote.json")); const cents = (t) => Math.round(Number(t) * 100);
		for (const p of q.parts) { let all = 0; for (const b of p.bills) { const s = b.lines.reduce((x, l) => x + cents(l.amount), 0);
			if (s !== cents(b.total)) process.exit(1); all += s; } if (all !== cents(p.total)) process.exit(1); }' || fail "the JSON does not add up"
fi
apollo --json price quote plain.cfg o/p --usage usage.csv | cmp - quote.json || fail "two quotes differ"

# Standard input, JSON lines, no usage, another length.
expect 0 '324.69  USD in all' sh -c "'$builddir/run' apollo price quote plain.cfg o/p --usage - <usage.csv"
printf '{"time":"2027-01-05","dimension":"a","quantity":10}\n{"time":"2027-01-05","dimension":"b","quantity":"55"}\n' >usage.jsonl
expect 0 '118.69  USD in all' apollo price quote plain.cfg o/p --usage usage.jsonl --months 1
expect 0 '100.00  USD in all' apollo price quote plain.cfg o/p --start 2027-01-01 --months 1

# Another plan from February on: 118.69, then 3 x 1 + 10, and 10.
expect 0 '141.69  USD in all' apollo price quote plain.cfg o/p --usage usage.csv --then o/q@2027-02-01
expect 2 'is not NAME@DAY' apollo price quote plain.cfg o/p --usage usage.csv --then o/q
expect 2 'is not within the term' apollo price quote plain.cfg o/p --usage usage.csv --then o/q@2028-01-01
expect 1 'is of another offer, currency' apollo price quote plain.cfg o/p --usage usage.csv --then o/e@2027-02-01

# Wrong input of every kind.
expect 2 '' apollo price quote
expect 2 '' apollo price quote plain.cfg
expect 2 'both' apollo price quote plain.cfg o/p --usage usage.csv --ledger x
expect 2 'is not a day' apollo price quote plain.cfg o/p --start soon
expect 2 'is not a whole number' apollo price quote plain.cfg o/p --start 2027-01-01 --months 0
expect 2 'say --start' apollo price quote plain.cfg o/p
expect 1 'a plan is written OFFER/PLAN' apollo price quote plain.cfg zzzzzz --start 2027-01-01
printf 'time,a\n2027-01-05,much\n' >wrong.csv
expect 1 'wrong.csv:2: "much" is not a quantity' apollo price quote plain.cfg o/p --usage wrong.csv
expect 1 'nowhere.csv' apollo price quote plain.cfg o/p --usage nowhere.csv
expect 1 'nowhere.cfg' apollo price quote nowhere.cfg o/p --start 2027-01-01
echo 'offers = 5;' >broken.cfg
expect 2 'broken.cfg:1: ' apollo price quote broken.cfg o/p --start 2027-01-01

# ---- the ledger's usage: the quote is the statement ----

# ledger_agrees PLAN: a plan's members; three months of reads, each quoted as the statement says.
ledger_agrees() {
	cat >offers.cfg <<CFG
offers = ( { name = "vast-cluster"; meters = ( { name = "reads"; aggregation = "sum"; negative = true; } );
  dimensions = ( { name = "tb_read"; meter = "reads"; unit = "TB"; listings = ( { market = "azure"; id = "tb_read"; step = "0.000001"; } ); } );
  plans = ( { name = "standard"; term = "1y"; billing_period = "1m"; cutoff_policy = "rebook"; $1 } ); } );
CFG
	rm -f apollo.db* && apollo ledger init --rehearsal --now 2026-10-01T00:00:00Z
	for month in 10 11 12; do
		apollo meter take --now "2026-$month-10T00:00:00Z" "events-$month.jsonl" >said 2>&1 || fail "the events are not taken: $(cat said)"
	done
	apollo meter close --now 2027-01-02T00:00:00Z >said 2>&1 || : # nothing was reported, which it tells
	apollo --json price quote offers.cfg vast-cluster/standard --ledger contoso --start 2026-10-01 --months 3 >quote.json || fail "no quote of the ledger"
	tr -d '\n' <quote.json | sed 's/"total":"/\n/g' | sed -n '2,4s/".*//p' >quoted
	for month in 2026-10-01 2026-11-01 2026-12-01; do
		apollo --json meter statement contoso --term $month --now 2027-01-02T00:00:00Z | tr -d '\n' | sed 's/.*"total":"\([^"]*\)".*/\1/'
		echo
	done >stated
	cmp quoted stated || fail "$1: quoted $(cat quoted), stated $(cat stated)"
	[ "$(grep -c "^[1-9]" quoted)" = 3 ] || fail "three months with money are wanted: $(cat quoted)"
}
url=http://127.0.0.1:1
world_make
sed -i '/fabrikam/,$d; s/expects = \[ "capacity" \]; },/expects = []; } );/' subscriptions.cfg
for month in 10 11 12; do
	for day in 1 2 3 4 5; do
		event reads contoso "$month-$day" "2026-$month-0${day}T0$day:10:00Z" "$((month * day % 17)).333"
		event reads contoso "$month-$day-more" "2026-$month-0${day}T0$day:20:00Z" "0.111"
	done >"events-$month.jsonl"
done
prices='prices = ( { dimension = "tb_read"; tiers = ( { up_to = "20"; unit_price = "2"; }, { unit_price = "0.333"; } ); } )'
ledger_agrees "base_fee = \"10\"; $prices"
ledger_agrees "$prices; included = ( { dimension = \"tb_read\"; quantity = \"7.5\"; reset = \"1m\"; } ); minimum = \"90\""
ledger_agrees "$prices; commitment: { amount = \"55\"; every = \"1m\"; overage = \"1.5\"; }"
ledger_agrees "$prices; rounding_place = \"hour\"; rounding = \"up\"; decimals = 1"
ledger_agrees "$prices; rounding_place = \"invoice\"; rounding = \"half_even\"; discount = \"12.5\""
# What begins with the calendar's months does so in the ledger too; and money goes by months of any zone.
ledger_agrees "billing_months = \"calendar\"; proration = \"days\"; base_fee = \"31\"; $prices; included = ( { dimension = \"tb_read\"; quantity = \"7.5\"; } )"
sed -i 's/2026-10-01T00:00:00Z/2026-09-30T23:00:00Z/' subscriptions.cfg
ledger_agrees "zone = \"Europe/London\"; billing_months = \"calendar\"; proration = \"seconds\"; base_fee = \"10\"; $prices"
sed -i 's/2026-09-30T23:00:00Z/2026-10-01T00:00:00Z/' subscriptions.cfg

# What hours cannot say is not sold by the hour: a quote would not be the statement.
plan_refused() {
	sed "s|term = \"1y\"; |term = \"1y\"; $2 |" offers.plain >offers.cfg
	expect 2 "$1" apollo meter status
	[ -z "${3:-}" ] || grep -qF -- "$3" said || fail "no hint: $(cat said)"
}
ledger_agrees "base_fee = \"10\"; $prices; included = ( { dimension = \"tb_read\"; quantity = \"7.5\"; } )"
cp offers.cfg offers.plain
plan_refused 'includes of tb_read anew at 2026-10-01T07:00:00Z, and the ledger at 2026-11-01T00:00:00Z' 'zone = \"America/Los_Angeles\"; billing_months = \"calendar\";' \
	'leave billing_months and zone out'
sed -i 's/2026-10-01T00:00:00Z/2026-10-16T00:00:00Z/' subscriptions.cfg
plan_refused 'anew at 2026-11-01T00:00:00Z, and the ledger at 2026-11-16T00:00:00Z' 'billing_months = \"calendar\";'
sed -i 's/start = "2026-10-16T00:00:00Z";/start = "2026-10-16T00:00:00Z"; end = "2026-11-21T00:00:00Z";/' subscriptions.cfg
plan_refused 'the bill of 2026-11-16T00:00:00Z has a part of what plan standard includes of tb_read' 'proration = \"days\";' 'leave proration out'
sed 's/dimension = "tb_read"; tiers/dimension = "tb_read"; step = "0.5"; tiers/' offers.plain >offers.cfg
expect 2 'the usage of tb_read is told as it comes, and plan standard rounds it to steps' apollo meter status
