#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The report of an offer: its page, JSON and CSV have the same numbers; in a browser everything can be read, in light and in dark, in a
# narrow window and on paper.  What wants a browser is left out where chromium is absent.
. "${srcdir:-.}/tests/system/world.sh"

cat >offers.cfg <<'CFG'
offers = (
  { name = "cluster"; product = "saas";
    meters = ( { name = "capacity"; aggregation = "sum"; }, { name = "reads"; aggregation = "sum"; } );
    dimensions = ( { name = "tib_months"; meter = "capacity"; unit = "TiB-month"; }, { name = "tb_read"; meter = "reads"; unit = "TB"; } );
    plans = ( { name = "standard"; currency = "USD"; term = "1y"; billing_period = "1m"; base_fee = "1000";
        prices = ( { dimension = "tib_months"; model = "volume"; tiers = ( { up_to = "500"; unit_price = "28"; }, { unit_price = "24"; } ); },
                   { dimension = "tb_read"; unit_price = "0.25"; } ); } ); } );
private_offers = (
  { name = "burst"; market = "gcp"; offer = "cluster"; plan = "standard"; start = "2027-01-01"; months = "1y"; discount = "18"; } );
CFG
cat >goals.cfg <<'CFG'
offer = "cluster"; plans = [ "standard" ]; market = "gcp"; fee = "3";
forecast: { paths = 200; seed = 7; correlation = "0.3";
  dimensions = ( { dimension = "tib_months"; level = "420"; growth = "2"; spread = "1.5"; noise = "12"; reduced = true; },
                 { dimension = "tb_read"; level = "9000"; growth = "1"; spread = "1"; noise = "35"; } );
  reduction: { low = "1.2"; likely = "1.6"; high = "2.2"; }; events = ( { month = 7; factor = "1.4"; chance = "0.5"; } ); };
cost: { base_fee = "300"; prices = ( { dimension = "tib_months"; unit_price = "7"; }, { dimension = "tb_read"; unit_price = "0.05"; } ); };
competitor: { name = "Smith & \"Sons\", <files>"; prices = ( { dimension = "tib_months"; unit_price = "30"; } ); };
bounds: { floor_margin = "40"; customer_most = "150000"; };
levers: { discount: { from = "0"; to = "30"; step = "2"; solve = true; }; months = [ 12 ]; commitment: { quantiles = [ 20, 50 ]; every = "1y"; }; };
CFG

report() {
	apollo "$@" price report offers.cfg burst --goals goals.cfg --tune $more
}

more='--out report.html'
quiet report
more='--csv'
report >report.csv || fail "no CSV"
more=
report --json >report.json || fail "no JSON"
more='--csv --threads 1'
report | cmp - report.csv || fail "threads change the numbers"
mv report.html first.html
more='--out report.html'
quiet report
cmp report.html first.html || fail "the page is not the same twice"

# ---- one number, three forms ----

# Each as lines of "table value", tables in the order of their names.
tr -d '\r' <report.csv | sed '1d; s/^\([a-z_]*\),[0-9]*,[a-z_]*,/\1 /; / "/{s/ "/ /; s/"$//; s/""/"/g;}' | sort -s -k1,1 >csv.cells
awk '/^\{"name":"/ && !/"tables"/ { sub(/^\{"name":"/, ""); table = $0; sub(/".*/, "", table); }
	/^\["/ { sub(/^\["/, ""); sub(/"\](\]\}.*|,)?$/, ""); gsub(/\\"/, "\001"); n = split($0, cells, /","/);
		for (i = 1; i <= n; i++) { gsub(/\001/, "\"", cells[i]); print table " " cells[i]; } }' report.json | sort -s -k1,1 >json.cells
awk '/<table id="/ { table = $0; sub(/.*<table id="/, "", table); sub(/".*/, "", table); }
	/^<tr/ { n = split($0, cells, /<\/td>/); for (i = 1; i < n; i++) { sub(/.*<td[^>]*>/, "", cells[i]); print table " " cells[i]; } }' report.html |
	sed "s/&lt;/</g; s/&gt;/>/g; s/&quot;/\"/g; s/&#39;/'/g; s/&apos;/'/g; s/&amp;/\\&/g" | sort -s -k1,1 >html.cells
[ "$(wc -l <csv.cells)" -gt 500 ] || fail "the CSV has $(wc -l <csv.cells) cells"
cmp csv.cells json.cells || fail "JSON has other cells than CSV: $(diff csv.cells json.cells | head -5)"
cmp csv.cells html.cells || fail "the page has other cells than CSV: $(diff csv.cells html.cells | head -5)"
for table in basis bill chances dead_zones density front months net tornado unit_price waterfall; do
	grep -q "^$table " csv.cells || fail "there is no table $table"
done
grep -qF 'Smith & "Sons", <files>' csv.cells || fail "the competitor's name is not what it was"

# What simulate says is what the report says.
apollo --json price simulate offers.cfg burst --goals goals.cfg >simulated || fail "no simulation"
net=$(sed -n 's/.*"offer":{.*"net":{"mean":"\([^"]*\)".*"list":.*/\1/p' simulated)
grep -qx "waterfall $net" csv.cells || fail "the net of simulate, $net, is not the waterfall's"

# ---- refusals ----

expect 2 '--out report.html, --json or --csv' apollo price report offers.cfg burst --goals goals.cfg
expect 2 '--tune needs --goals' apollo price report offers.cfg burst --tune --out x.html
expect 1 'nowhere' apollo price report offers.cfg burst --goals goals.cfg --out nowhere/x.html

# ---- in a browser ----

! grep -qE '<script|https?://|url\(|@import' report.html || fail "the page fetches or runs something"
command -v chromium >/dev/null 2>&1 || exit 0

browser() {
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$world/browser" "$@" 2>browser.log
}
cat >probe.js <<'JS'
function rgb(text) { return text.match(/[\d.]+/g).map(Number); }
function light(text) {
	var c = rgb(text).slice(0, 3).map(function (v) { v /= 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); });
	return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
}
function contrast(one, other) { var a = light(one), b = light(other); return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); }
var page = getComputedStyle(document.body).backgroundColor, faint = 0, pale = 0, out = 0, over = 0, wide = 0;
document.querySelectorAll("h1, h2, p, td, th, svg text").forEach(function (e) {
	var style = getComputedStyle(e);
	if (contrast(e.ownerSVGElement ? style.fill : style.color, page) < 4.5) faint++;
});
document.querySelectorAll("svg .line:not(.join), svg .bar:not(.density)").forEach(function (e) {
	var style = getComputedStyle(e), colour = e.classList.contains("line") ? style.stroke : style.fill;
	if (style.opacity == 1 && contrast(colour, page) < 3) pale++;
});
document.querySelectorAll("svg").forEach(function (svg) {
	var boxes = [], all = svg.viewBox.baseVal;
	svg.querySelectorAll("text").forEach(function (t) {
		var b = t.getBBox();
		if (b.x < -1 || b.y < -3 || b.x + b.width > all.width + 1 || b.y + b.height > all.height + 3) out++;
		boxes.forEach(function (c) {
			if (Math.min(b.x + b.width, c.x + c.width) - Math.max(b.x, c.x) > 3 && Math.min(b.y + b.height, c.y + c.height) - Math.max(b.y, c.y) > 4) over++;
		});
		boxes.push(b);
	});
});
if (document.documentElement.scrollWidth > document.documentElement.clientWidth + 1) wide = document.documentElement.scrollWidth;
document.body.setAttribute("data-probe", "dark=" + (matchMedia("(prefers-color-scheme:dark)").matches ? 1 : 0) + " background=" + (light(page) < 0.2 ? "dark" : "light") +
	" charts=" + document.querySelectorAll("svg").length + " faint=" + faint + " pale=" + pale + " outside=" + out + " overlapping=" + over + " wide=" + wide);
JS
{
	sed '$d' report.html
	echo '<script>'
	cat probe.js
	echo '</script></body></html>'
} >probed.html
for scheme in 1:0:light 0:1:dark; do
	for window in 1200,800 400,800; do
		browser --blink-settings=preferredColorScheme="${scheme%%:*}" --window-size=$window --dump-dom "file://$world/probed.html" |
			sed -n 's/.*data-probe="\([^"]*\)".*/\1/p' >seen
		[ -s seen ] || fail "the browser says nothing: $(cat browser.log)"
		dark=${scheme#*:}
		[ "$(cat seen)" = "dark=${dark%:*} background=${scheme##*:} charts=8 faint=0 pale=0 outside=0 overlapping=0 wide=0" ] ||
			fail "${scheme##*:} in $window: $(cat seen)"
	done
done

# On paper: the whole of each table, in either scheme.
for scheme in 1 0; do
	browser --blink-settings=preferredColorScheme=$scheme --print-to-pdf="$world/report-$scheme.pdf" --no-pdf-header-footer "file://$world/report.html" >/dev/null ||
		fail "no paper: $(cat browser.log)"
	[ "$(head -c 5 report-$scheme.pdf)" = '%PDF-' ] && [ "$(wc -c <report-$scheme.pdf)" -gt 30000 ] || fail "the paper is empty"
done
