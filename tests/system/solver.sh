#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# apollo price tune --lp: a solver that knows nothing of apollo finds the same best, for prices and for a discount, under each bound; what is not linear.
. "${srcdir:-.}/tests/system/world.sh"
command -v glpsol >/dev/null || exit 77
cp "$srcdir/templates/offers.cfg" .
awk 'BEGIN { print "time,tib_hours,tb_read"; for (m = 0; m < 12; m++) printf "2026-%02d,%d,%d\n", m + 1, 200000 * 1.01 ^ m, 3000 + 40 * m }' >usage.csv

# goals BOUNDS LEVERS
goals() {
	cat >goals.cfg <<CFG
offer = "vast-cluster"; plans = [ "standard" ]; market = "azure"; risk = "5";
forecast: { paths = 200; seed = 7; dimensions = ( { dimension = "tib_hours"; growth = "1.5"; spread = "1"; noise = "4"; }, { dimension = "tb_read"; noise = "15"; } ); };
cost: { base_fee = "1500"; prices = ( { dimension = "tib_hours"; unit_price = "0.0100"; }, { dimension = "tb_read"; unit_price = "0.02"; } ); };
bounds: { $1 };
levers: { $2; months = [ 12 ]; };
CFG
}
# same: what apollo found, and what the solver did, are apart by at most half a cent for each line of each bill: 12 x 3 of them.
same() {
	apollo --json price tune offers.cfg goals.cfg --usage usage.csv --lp best.lp >tune.json || fail "no tune: $(cat tune.json)"
	glpsol --lp best.lp -o best.txt >glpsol.log 2>&1 || fail "the solver failed: $(cat glpsol.log best.lp)"
	grep -q 'INTEGER OPTIMAL' best.txt || fail "the solver found no best: $(cat best.txt best.lp)"
	solved=$(awk '/^Objective:/ { printf "%.4f", $4 }' best.txt)
	found=$(tr -d '\n' <tune.json | sed 's/.*"best":{.*"net":{"mean":"\([-0-9.]*\)".*"front".*/\1/')
	awk -v a="$found" -v b="$solved" 'BEGIN { d = a - b; exit !(a > 1000 && d < 0.18 && d > -0.18) }' ||
		fail "$1: apollo found $found, the solver $solved: $(cat best.lp)"
}
prices='prices = ( { dimension = "tib_hours"; from = "0.0250"; to = "0.0400"; step = "0.0005"; }, { dimension = "tb_read"; from = "0.10"; to = "0.30"; step = "0.02"; } )'
goals 'customer_most = "110000";' "$prices"
same 'prices under the most the customer pays'
grep -q 'customer_most: bill <= 110000' best.lp || fail "the bound is not in it: $(cat best.lp)"
goals 'customer_most = "118000"; floor_margin = "50"; revenue_least = "50000";' "$prices"
same 'prices under three bounds'
goals 'customer_most = "123456.78";' 'discount: { from = "0"; to = "50"; step = "0.1"; }'
same 'a discount under the most the customer pays'
goals 'discount_most = "3"; floor_margin = "10";' 'discount: { from = "2"; to = "50"; step = "0.1"; }'
same 'a discount under the most of it'

# A bound that is moved moves the solver's best as it moves apollo's: the program is not one that is right by chance.
goals 'customer_most = "120000";' "$prices"
apollo price tune offers.cfg goals.cfg --usage usage.csv --lp best.lp >/dev/null || fail "no tune"
sed 's/customer_most: bill <= 120000/customer_most: bill <= 108000/' best.lp >less.lp
cmp -s best.lp less.lp && fail "the bound is not in it: $(cat best.lp)"
glpsol --lp best.lp -o best.txt >/dev/null && glpsol --lp less.lp -o less.txt >/dev/null
awk '/^Objective:/ { v[FILENAME] = $4 } END { exit !(v["best.txt"] - v["less.txt"] > 9000) }' best.txt less.txt || fail "the bound does not bind"

# What is not linear is said, and nothing is written.
rm -f none.lp
goals 'customer_most = "500000";' 'base_fee: { from = "0"; to = "100"; step = "10"; }'
expect 1 'there is neither a price nor a discount among the levers' apollo price tune offers.cfg goals.cfg --usage usage.csv --lp none.lp
sed 's/base_fee = "5000"/minimum = "9"; &/' offers.cfg >bent.cfg
goals 'customer_most = "500000";' 'discount: { from = "0"; to = "50"; step = "5"; }'
expect 1 'has a minimum, a maximum or a fixed discount' apollo price tune bent.cfg goals.cfg --usage usage.csv --lp none.lp
[ ! -e none.lp ] || fail "something was written"
