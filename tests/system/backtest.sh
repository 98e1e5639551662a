#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# apollo price backtest: planted errors are named; the ledger's month against its statement and the marketplace's record; wrong input.
. "${srcdir:-.}/tests/system/world.sh"
sandbox_start
world_make

# ---- a file: nine months of 1 percent growth, then a step of 10 percent and 3 percent ----
awk 'BEGIN { print "time,tib_hours,tb_read"
	for (m = 0; m < 15; m++) {
		q = m < 9 ? 200000 * 1.01 ^ m : 200000 * 1.01 ^ 9 * 1.1 * 1.03 ^ (m - 9)
		printf "%d-%02d,%d,%d\n", 2026 + int(m / 12), m % 12 + 1, q, 3000
	} }' >usage.csv
expect 0 '6 of 12 billing periods came, until 2027-04-01' apollo price backtest offers.cfg vast-cluster/standard --usage usage.csv --start 2026-10-01
for text in 'from 9 months of usage before it' 'level: 10.00 % too low in the first month' 'growth: 1.98 % a month more than forecast' \
	'tib_hours: +15.' '0 of 6 months within low and high' 'tb_read: 0.00 % came, 6 of 6 months' 'growth: as forecast, as far as these months can say'; do
	grep -qF -- "$text" said || fail "not said: $text: $(cat said)"
done
apollo --json price backtest offers.cfg vast-cluster/standard --usage usage.csv --start 2026-10-01 >one.json || fail "no JSON"
apollo --json price backtest offers.cfg vast-cluster/standard --usage usage.csv --start 2026-10-01 | cmp - one.json || fail "two of the same differ"
# The bills of what came are those of a quote, and the effects add up to the difference.
cat >check.js <<'JS'
const t = JSON.parse(require("fs").readFileSync("one.json")), q = JSON.parse(require("fs").readFileSync("quote.json"));
const cents = (x) => Math.round(Number(x) * 100), bills = t.bills.reduce((s, b) => s + cents(b.came), 0);
const effects = t.dimensions.reduce((s, d) => s + cents(d.effect), 0);
const ok = bills === cents(t.bill_of_what_came) && bills === cents(q.total) && cents(t.bill_of_mean_usage) + effects + cents(t.hours_effect) === bills &&
	t.dimensions[0].months.length === 6 && Math.abs(t.dimensions[0].growth_off - (1.03 / 1.01 - 1)) < 1e-4;
process.exit(ok ? 0 : 1);
JS
if command -v node >/dev/null; then
	apollo --json price quote offers.cfg vast-cluster/standard --usage usage.csv --start 2026-10-01 --months 6 >quote.json
	node check.js || fail "the JSON does not add up: $(cat one.json)"
fi
# Fewer are known where one says so.
expect 0 '2 of 12 billing periods came, until 2026-12-01' apollo price backtest offers.cfg vast-cluster/standard --usage usage.csv --start 2026-10-01 --until 2026-12-31
expect 0 'growth: too few months to say' apollo price backtest offers.cfg vast-cluster/standard --usage usage.csv --start 2026-10-01 --until 2026-12-31

# ---- the ledger: a month that is metered, stated and accepted ----
sh "$srcdir/templates/sample-usage.sh" 2026-10 >usage.jsonl
apollo meter take --now 2026-11-01T00:00:00Z usage.jsonl >/dev/null || fail "the events are not taken"
expect 0 'hours closed' apollo meter rehearse --from 2026-10-01T01:05:00Z --to 2026-11-01T00:05:00Z --clock "$url"
cat >goals.cfg <<'CFG'
offer = "vast-cluster"; plans = [ "standard" ]; market = "azure";
forecast: { dimensions = ( { dimension = "tib_hours"; level = "1500000"; noise = "5"; }, { dimension = "tb_read"; level = "9000"; noise = "5"; } ); };
levers: { discount: { from = "0"; to = "10"; step = "5"; }; months = [ 12 ]; };
CFG
books() {
	apollo price backtest offers.cfg vast-cluster/standard --goals goals.cfg --ledger contoso --start 2026-10-01 --now 2026-11-01T00:06:00Z "$@"
}
expect 0 'The statement is what these prices say of what came.' books
grep -q 'contoso in the ledger and at azure' said || fail "no ledger: $(cat said)"
expect 0 'and the record what was accepted.' books --ask
accepted=$(awk '$1 == "tb_read" && NF == 6 { print $4, $6 }' said)
[ -n "${accepted%% *}" ] && [ "${accepted%% *}" = "${accepted##* }" ] || fail "accepted and recorded: $accepted in $(cat said)"
# A record that has a day less, and one of nobody's names.
resource=db9c58de-1c6e-4a7b-9d3f-2f1f0f6c5a01
printf '{"rows":[{"day":"2026-10-01","resource":"%s","dimension":"tb_read","submitted":"5"},{"day":"2026-10-01","resource":"other","dimension":"tb_read","submitted":"7"}]}' \
	$resource >record.json
expect 3 'DIFFERS' books --record record.json
grep -qE '^  2026-10-01 .*|tb_read .* 5  DIFFERS$' said || fail "the record's day is not shown: $(cat said)"
apollo --json price backtest offers.cfg vast-cluster/standard --goals goals.cfg --ledger contoso --start 2026-10-01 --record record.json >books.json || :
grep -q '"dimension":"tb_read","metered":"[0-9.]*","to_pay":"[0-9.]*","accepted":"[0-9.]*","waiting":"0","record":"5"}' books.json || fail "as JSON: $(cat books.json)"
printf '{"rows":[{"operation":"x","quantity":"5"}]}' >record.json
expect 1 'compare it with apollo meter reconcile' books --record record.json

# ---- wrong input ----
expect 2 '' apollo price backtest offers.cfg
expect 2 'when does vast-cluster/standard begin?' apollo price backtest offers.cfg vast-cluster/standard --usage usage.csv
expect 2 'is not a day' apollo price backtest offers.cfg vast-cluster/standard --usage usage.csv --start soon
expect 2 'is not a day' apollo price backtest offers.cfg vast-cluster/standard --usage usage.csv --start 2026-10-01 --until 2027
expect 1 'usage is known until 2027-04-01' apollo price backtest offers.cfg vast-cluster/standard --usage usage.csv --start 2027-06-01
expect 2 'nothing says what will be used' apollo price backtest offers.cfg vast-cluster/standard --usage usage.csv --start 2026-01-01
expect 2 'goes with --ledger' apollo price backtest offers.cfg vast-cluster/standard --usage usage.csv --start 2026-10-01 --ask
expect 2 'both' books --usage usage.csv
expect 1 'the record none.json cannot be opened' books --record none.json
