#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The page of a plan in a browser: it draws what the map says, fits a narrow window and paper, and needs no script.  Skipped
# where chromium is absent.
. "${srcdir:-.}/tests/system/world.sh"
command -v chromium >/dev/null 2>&1 || exit 77
plans=$srcdir/docs/examples/plans

browser() {
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$world/browser" "$@" 2>browser.log
}

# A page says of itself what a browser made of it: squares by role, whether anything is wider than the window, whether something is hidden.
probe() {
	{
		sed '$d' "$1"
		echo '<script>'
		cat probe.js
		echo '</script></body></html>'
	} >probed.html
	browser --window-size="$2" --dump-dom "file://$world/probed.html" | sed -n 's/.*data-probe="\([^"]*\)".*/\1/p'
}
cat >probe.js <<'JS'
var seen = {}, wide = 0, empty = 0;
document.querySelectorAll("h3 + svg rect").forEach(function (r) {
	var box = r.getBoundingClientRect(), name = r.getAttribute("class");
	if (box.width < 4 || box.height < 4) empty++;
	seen[name] = (seen[name] || 0) + 1;
});
document.querySelectorAll("body *").forEach(function (e) {
	if (e.getBoundingClientRect().right > document.documentElement.clientWidth + 1) wide++;
});
var colours = {};
document.querySelectorAll(".legend rect").forEach(function (r) { colours[getComputedStyle(r).fill] = 1; });
document.body.setAttribute("data-probe", Object.keys(seen).sort().map(function (k) { return k + "=" + seen[k]; }).join(" ") +
	" wide=" + wide + " empty=" + empty + " colours=" + Object.keys(colours).length +
	" domains=" + document.querySelectorAll(".domain").length + " rows=" + document.querySelectorAll("tbody tr").length);
JS

for example in cluster-8 cluster-16; do
	apollo plan "$plans/$example.cfg" --network "$plans/$example-network.json" --out "$example" >said || fail "$example: $(cat said)"
	! grep -qE '<script|https?://|url\(' "$example/plan.html" || fail "$example: the page fetches or runs something"
	for window in 1000,800 400,800; do
		probe "$example/plan.html" "$window" >seen
		[ -s seen ] || fail "$example: the browser says nothing: $(cat browser.log)"
		grep -q ' wide=0 empty=0 colours=11 ' seen || fail "$example in $window: $(cat seen)"
		# Every address of the map is drawn once, under its role.
		sed 1d "$example/map.csv" | cut -d, -f2 | sort | uniq -c | while read -r count role; do
			case " $(cat seen) " in
			*" $role=$count "*) ;;
			*) fail "$example in $window: $count of $role are in the map, the drawing has: $(cat seen)" ;;
			esac
		done || exit 1
	done
done
grep -q 'domains=9 ' seen || grep -q 'domains=4 ' seen || fail "the domains: $(cat seen)"

# On paper, and a page that says why it does not fit.
browser --print-to-pdf="$world/plan.pdf" --no-pdf-header-footer "file://$world/cluster-8/plan.html" >/dev/null || fail "no paper: $(cat browser.log)"
[ "$(head -c 5 plan.pdf)" = '%PDF-' ] && [ "$(wc -c <plan.pdf)" -gt 20000 ] || fail "the paper is empty"
apollo plan "$plans/cluster-8-too-small.cfg" --network "$plans/cluster-8-network.json" --out small >said && fail "it fits"
probe small/plan.html 1000,800 >seen
grep -q ' wide=0 ' seen || fail "the page that refuses: $(cat seen)"
grep -q 'class="verdict does-not-fit"' small/plan.html || fail "the page does not say that it does not fit"
