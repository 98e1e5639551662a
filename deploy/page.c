/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/page.h"

#include "deploy/print.h"

#include <inttypes.h>

enum { PAGE_MACHINES = 64 /* of one domain; the map has them all */ };

static const char page_style[] =
	"body{font:15px/1.45 system-ui,sans-serif;color:#1c1c1c;max-width:60rem;margin:2rem auto;padding:0 1rem}\n"
	"h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:1px solid #ccc}h3{font-size:1rem;margin:1rem 0 .3rem}\n"
	".verdict{font-size:1.2rem;padding:.6rem 1rem;border-left:.5rem solid;margin:1rem 0}.fits{border-color:#2a7d2e;background:#eef7ee}\n"
	".fits-until{border-color:#b57900;background:#fdf6e6}.does-not-fit{border-color:#b3261e;background:#fbeceb}\n"
	"table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.25rem .6rem .25rem 0;border-bottom:1px solid #e4e4e4}\n"
	"td,p,h3,li{overflow-wrap:anywhere}td.n{text-align:right;white-space:nowrap}th.n{text-align:right}code,.code{font-family:ui-monospace,monospace;font-size:.9em}\n"
	".refused{color:#b3261e;font-weight:600}.warning{color:#8a5a00;font-weight:600}.note{color:#555}.small{font-size:.85rem;color:#555}\n"
	".scroll{overflow-x:auto}svg{display:block;width:100%;height:auto}svg text{font:11px ui-monospace,monospace;text-anchor:middle;fill:#111}\n"
	"rect{stroke:#999;stroke-width:.5}.machine{fill:#9ec5e8}.held{fill:#dbeaf6}.management-vip{fill:#f2a6a0}.inner-management-vip{fill:#f6c3bf}\n"
	".dns-vip{fill:#f9dedc}.replication-vip{fill:#d3bce0}.protocol-vip{fill:#a8d5a5}.checker{fill:#f0d98c}.spare{fill:#f7ebc4}.free{fill:#fff}\n"
	".lost{fill:#ddd}path{stroke:#888;stroke-width:1}.legend{display:flex;flex-wrap:wrap;gap:.3rem 1rem;padding:0;list-style:none;font-size:.9rem}\n"
	".legend svg{display:inline-block;width:18px;height:18px;vertical-align:-4px;margin-right:.3rem}\n"
	".domains{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:.8rem}\n"
	".domain{border:1px solid #bbb;border-radius:.4rem;padding:.5rem .7rem;break-inside:avoid}.domain ul{list-style:none;margin:0;padding:0}\n"
	"@media print{body{margin:0;max-width:none;font-size:11px}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}h2{break-after:avoid}tr,svg{break-inside:avoid}}\n";

static void cell(struct buffer *buffer, const char *tag, const char *class, const char *text)
{
	(void)buffer_print(buffer, "<%s%s%s%s>", tag, *class ? " class=\"" : "", class, *class ? "\"" : "");
	(void)buffer_markup(buffer, text);
	(void)buffer_print(buffer, "</%s>", tag);
}

/* ---- verdict and findings ---- */

static void verdict_part(const struct plan *plan, struct buffer *buffer)
{
	const struct deployment *deployment = plan->deployment;

	(void)buffer_text(buffer, "<h1>");
	(void)buffer_markup(buffer, deployment->name);
	(void)buffer_print(buffer, "</h1>\n<p>%lld data machines <span class=\"code\">", (long long)deployment->nodes);
	(void)buffer_markup(buffer, deployment->shape);
	(void)buffer_print(buffer, "</span>, %lld for compute only, on %s in ", (long long)deployment->compute_nodes, cloud_name(deployment->cloud));
	(void)buffer_markup(buffer, deployment->region);
	(void)buffer_print(buffer, ". VIPs: %s. Network: ", vip_mode_name(deployment->vip_mode));
	(void)buffer_markup(buffer, *plan->network->name ? plan->network->name : "no snapshot");
	(void)buffer_print(buffer, ".</p>\n<p class=\"verdict %s\">", verdict_name(plan->verdict));
	if (plan->verdict == VERDICT_FITS && plan->deployment->nodes == 1)
		(void)buffer_text(buffer, "It fits; a single instance does not grow.");
	else if (plan->verdict == VERDICT_FITS)
		(void)buffer_print(buffer, "It fits, up to %lld data machines.", (long long)plan->nodes_most);
	else if (plan->verdict == VERDICT_FITS_UNTIL)
		(void)buffer_print(buffer, "It fits until %lld data machines; the growth to %lld does not.", (long long)plan->nodes_most,
				   (long long)deployment->grow_to);
	else
		(void)buffer_print(buffer, "It does not fit: %zu %s.", plan->findings.refused, plan->findings.refused == 1 ? "reason" : "reasons");
	(void)buffer_text(buffer, "</p>\n");
}

static void finding_row(const struct finding *finding, struct buffer *buffer)
{
	(void)buffer_text(buffer, "<tr>");
	cell(buffer, "td", severity_name(finding->severity), severity_name(finding->severity));
	cell(buffer, "td", "code", finding->code);
	(void)buffer_text(buffer, "<td><b>");
	(void)buffer_markup(buffer, finding->object);
	if (*finding->other) {
		(void)buffer_text(buffer, "</b> and <b>");
		(void)buffer_markup(buffer, finding->other);
	}
	(void)buffer_text(buffer, "</b>: ");
	(void)buffer_markup(buffer, finding->message);
	if (*finding->intersection) {
		(void)buffer_text(buffer, " <span class=\"code\">");
		(void)buffer_markup(buffer, finding->intersection);
		(void)buffer_text(buffer, "</span>");
	}
	if (*finding->suggestion) {
		(void)buffer_text(buffer, "<br>&rarr; ");
		(void)buffer_markup(buffer, finding->suggestion);
	}
	(void)buffer_text(buffer, "</td></tr>\n");
}

static void findings_part(const struct plan *plan, struct buffer *buffer)
{
	if (!plan->findings.count)
		return;
	(void)buffer_text(buffer, "<h2>Findings</h2>\n<table><thead><tr><th>Severity</th><th>Rule</th><th>What, and what to do</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < plan->findings.count; i++)
		finding_row(&plan->findings.items[i], buffer);
	(void)buffer_text(buffer, "</tbody></table>\n");
	if (plan->findings.left_out)
		(void)buffer_print(buffer, "<p>... and %zu more.</p>\n", plan->findings.left_out);
}

/* ---- drawings ---- */

static void legend_part(struct buffer *buffer)
{
	(void)buffer_text(buffer, "<ul class=\"legend\">\n");
	for (enum seat_role i = 0; i <= SEAT_SPARE; i++)
		(void)buffer_print(buffer, "<li><svg viewBox=\"0 0 24 24\"><rect class=\"%s\" x=\"1\" y=\"1\" width=\"22\" height=\"22\"/>"
				   "<text x=\"12\" y=\"16\">%c</text></svg>%s</li>\n", seat_role_name(i), role_letter(i), seat_role_name(i));
	(void)buffer_text(buffer, "<li><svg viewBox=\"0 0 24 24\"><rect class=\"free\" x=\"1\" y=\"1\" width=\"22\" height=\"22\"/></svg>free</li>\n"
			  "<li><svg viewBox=\"0 0 24 24\"><rect class=\"lost\" x=\"1\" y=\"1\" width=\"22\" height=\"22\"/><path d=\"M4 4l16 16\"/></svg>"
			  "cannot be used</li>\n</ul>\n");
}

static void range_part(const struct plan *plan, const char *title, struct range range, const struct range_set *space, struct buffer *buffer)
{
	char text[RANGE_TEXT];

	(void)buffer_print(buffer, "<h3>%s <span class=\"code\">%s</span></h3>\n", title, range_print(range, text));
	range_chart(plan, range, space, buffer);
}

static void ranges_part(const struct plan *plan, struct buffer *buffer)
{
	const struct ranges *vips = &plan->deployment->ranges, *machines = &plan->deployment->machine_ranges;

	(void)buffer_text(buffer, "<h2>Addresses</h2>\n");
	legend_part(buffer);
	for (size_t i = 0; i < vips->count; i++)
		range_part(plan, plan->shared ? "Range" : "VIPs", vips->items[i], &plan->vip_space, buffer);
	for (size_t i = 0; !plan->shared && i < machines->count; i++)
		range_part(plan, "Machines", machines->items[i], &plan->machine_space, buffer);
	if (!plan->shared && !machines->count && plan->subnet)
		range_part(plan, "Machines, subnet", plan->subnet->range, &plan->machine_space, buffer);
}

/* ---- domains ---- */

static void machine_item(const struct plan *plan, const struct machine *machine, struct buffer *buffer)
{
	char text[RANGE_TEXT];

	(void)buffer_print(buffer, "<li>%s", machine->name);
	if (plan->seat_count && plan->machine_space.count)
		(void)buffer_print(buffer, " <span class=\"code\">%s</span>", address_print(plan->family, machine->own, text));
	if (*machine_home(plan, machine, text))
		(void)buffer_print(buffer, "<br><span class=\"small\">VIPs <span class=\"code\">%s</span></span>", machine_home(plan, machine, text));
	(void)buffer_text(buffer, "</li>\n");
}

static void domain_part(const struct plan *plan, int64_t domain, const char *title, struct buffer *buffer)
{
	size_t shown = 0, all = 0;

	(void)buffer_text(buffer, "<div class=\"domain\"><h3>");
	(void)buffer_markup(buffer, title);
	(void)buffer_text(buffer, "</h3><ul>\n");
	for (size_t i = 0; i < plan->machine_count; i++) {
		if (plan->machines[i].domain != domain)
			continue;
		if (++all > PAGE_MACHINES)
			continue;
		shown++;
		machine_item(plan, &plan->machines[i], buffer);
	}
	if (all > shown)
		(void)buffer_print(buffer, "<li>... and %zu more</li>\n", all - shown);
	(void)buffer_text(buffer, "</ul></div>\n");
}

static void domains_part(const struct plan *plan, struct buffer *buffer)
{
	(void)buffer_text(buffer, "<h2>Failure domains</h2>\n<div class=\"domains\">\n");
	domain_part(plan, -1, "management", buffer);
	for (size_t i = 0; i < plan->domain_count; i++)
		domain_part(plan, (int64_t)i, plan->domains[i].name, buffer);
	(void)buffer_text(buffer, "</div>\n");
}

/* ---- tables ---- */

static void count_row(struct buffer *buffer, const char *what, const char *count, const char *more)
{
	(void)buffer_text(buffer, "<tr>");
	cell(buffer, "td", "", what);
	cell(buffer, "td", "n", count);
	cell(buffer, "td", "", more);
	(void)buffer_text(buffer, "</tr>\n");
}

static const char *count_text(const struct plan *plan, int64_t count)
{
	const char *text = count < 0 ? "unknown" : scope_print(plan->scope, "%lld", (long long)count);

	return text ? text : "";
}

static void budget_part(const struct plan *plan, struct buffer *buffer)
{
	const struct headroom *headroom = &plan->headroom;

	(void)buffer_text(buffer, "<h2>Budget and head-room</h2>\n<table><thead><tr><th>Addresses for</th><th class=\"n\">Count</th><th>Of</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < TERM_COUNT; i++)
		count_row(buffer, plan->demand.terms[i].name, count_text(plan, plan->demand.terms[i].count),
			  plan->demand.terms[i].machines && !plan->shared ? "the machines' subnet" : "the ranges");
	(void)buffer_text(buffer, "</tbody></table>\n<table><thead><tr><th>Enough for so many data machines</th><th class=\"n\">Count</th><th></th></tr></thead><tbody>\n");
	for (enum bound i = 0; i < BOUND_COUNT; i++)
		if (headroom->nodes[i] != FACTS_UNKNOWN)
			count_row(buffer, bound_name(i), count_text(plan, headroom->nodes[i]), i == headroom->first ? "what runs out first" : "");
	(void)buffer_print(buffer, "</tbody></table>\n<p>Twice the size wants a /%d", headroom->twice_ranges);
	if (!plan->shared)
		(void)buffer_print(buffer, " for the VIPs and a /%d for the machines", headroom->twice_machines);
	(void)buffer_text(buffer, ".</p>\n");
}

/* With one decimal, rounded down. */
static void amount_row(const struct plan *plan, struct buffer *buffer, const char *what, int64_t value, int64_t unit, const char *name, const char *more)
{
	const char *text = value < 0 ? "unknown" : scope_print(plan->scope, "%lld.%lld %s", (long long)(value / unit),
							       (long long)(value % unit / (unit / 10)), name);

	count_row(buffer, what, text ? text : "", more ? more : "");
}

static void estimate_part(const struct plan *plan, struct buffer *buffer)
{
	const struct estimate *estimate = &plan->estimate;
	const struct month_cost *cost = &plan->cost;

	if (!plan->shape)
		return;
	(void)buffer_text(buffer, "<h2>Estimates</h2>\n<table><tbody>\n");
	amount_row(plan, buffer, "raw", estimate->raw, INT64_C(1) << 40, "TiB", "");
	amount_row(plan, buffer, "usable", estimate->usable, INT64_C(1) << 40, "TiB", "before reduction");
	amount_row(plan, buffer, "read, at best", estimate->read.rate, 1000000000, "GB/s", estimate->read.term);
	amount_row(plan, buffer, "write, burst", estimate->burst.rate, 1000000000, "GB/s", estimate->burst.term);
	amount_row(plan, buffer, "write, sustained", estimate->sustained.rate, 1000000000, "GB/s", estimate->sustained.term);
	amount_row(plan, buffer, "data machines, a month", cost->data, 1000000, cost->currency ? cost->currency : "", "on demand");
	amount_row(plan, buffer, "management, a month", cost->management, 1000000, cost->manager && cost->manager->currency ? cost->manager->currency : "",
		   cost->manager ? cost->manager->name : "");
	amount_row(plan, buffer, "in all, a month", cost->total, 1000000, cost->currency ? cost->currency : "", cost->total >= 0 ? cost_lacks(plan) : "");
	(void)buffer_text(buffer, "</tbody></table>\n<p class=\"small\">Facts of ");
	(void)buffer_markup(buffer, plan->shape->date);
	(void)buffer_text(buffer, ": ");
	(void)buffer_markup(buffer, plan->shape->source);
	(void)buffer_text(buffer, "</p>\n");
}

static void failovers_part(const struct plan *plan, struct buffer *buffer)
{
	char text[SECONDS_TEXT];

	if (!plan->failover_count)
		return;
	(void)buffer_text(buffer, "<h2>Fail-over</h2>\n<table><thead><tr><th>When</th><th class=\"n\">Calls</th><th class=\"n\">They take</th>"
			  "<th class=\"n\">Routes meanwhile</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < plan->failover_count; i++) {
		const struct failover *failover = &plan->failovers[i];

		(void)buffer_text(buffer, "<tr>");
		cell(buffer, "td", "", failover->what);
		cell(buffer, "td", "n", count_text(plan, failover->operations));
		cell(buffer, "td", "n", seconds_text(failover->milliseconds, text));
		cell(buffer, "td", "n", plan->route_count ? count_text(plan, failover->routes) : "");
		(void)buffer_text(buffer, "</tr>\n");
	}
	(void)buffer_text(buffer, "</tbody></table>\n<p class=\"small\">That a change spreads through the cloud's network comes on top; no cloud says how long it takes.</p>\n");
}

void plan_page(const struct plan *plan, struct buffer *buffer)
{
	(void)buffer_text(buffer, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\n<title>");
	(void)buffer_markup(buffer, plan->deployment->name);
	(void)buffer_text(buffer, ": plan</title>\n<style>\n");
	(void)buffer_text(buffer, page_style);
	(void)buffer_text(buffer, "</style></head><body>\n");
	verdict_part(plan, buffer);
	findings_part(plan, buffer);
	ranges_part(plan, buffer);
	domains_part(plan, buffer);
	budget_part(plan, buffer);
	estimate_part(plan, buffer);
	failovers_part(plan, buffer);
	(void)buffer_print(buffer, "<p class=\"small\">apollo plan, version %d. ", PLAN_VERSION);
	if (*plan->network->digest)
		(void)buffer_print(buffer, "Snapshot of the network: <span class=\"code\">%s</span>", plan->network->digest);
	(void)buffer_text(buffer, "</p>\n</body></html>\n");
}
