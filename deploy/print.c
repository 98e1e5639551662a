/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/print.h"

#include "deploy/handoff.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *domain_name(const struct plan *plan, int64_t machine)
{
	int64_t domain = machine < 0 ? -1 : plan->machines[machine].domain;

	return domain < 0 ? "" : plan->domains[domain].name;
}

const char *machine_home(const struct plan *plan, const struct machine *machine, char text[static RANGE_TEXT])
{
	if (machine->kind == MACHINE_MANAGEMENT || !plan->seat_count)
		return "";
	return range_print(machine->home, text);
}

static const char *seat_domain(const struct plan *plan, const struct seat *seat)
{
	return seat_shared(plan, seat) ? "" : domain_name(plan, seat->machine);
}

static const char *seat_home(const struct plan *plan, const struct seat *seat, char text[static RANGE_TEXT])
{
	return seat->role == SEAT_PROTOCOL ? machine_home(plan, &plan->machines[seat->machine], text) : "";
}

/* ---- text ---- */

static void findings_text(const struct plan *plan, struct buffer *buffer, enum severity severity, const char *title)
{
	bool any = false;

	for (size_t i = 0; i < plan->findings.count; i++) {
		const struct finding *finding = &plan->findings.items[i];

		if (finding->severity != severity)
			continue;
		if (!any)
			(void)buffer_print(buffer, "\n%s\n", title);
		any = true;
		(void)buffer_print(buffer, "  %s  %s%s%s: %s%s%s%s\n", finding->code, finding->object,
				   *finding->other ? " and " : "", finding->other, finding->message, *finding->intersection ? " [" : "",
				   finding->intersection, *finding->intersection ? "]" : "");
		if (*finding->suggestion)
			(void)buffer_print(buffer, "       -> %s\n", finding->suggestion);
	}
}

static void budget_text(const struct plan *plan, struct buffer *buffer)
{
	(void)buffer_text(buffer, "\nAddresses\n");
	for (size_t i = 0; i < TERM_COUNT; i++)
		(void)buffer_print(buffer, "  %8lld  %s\n", (long long)plan->demand.terms[i].count, plan->demand.terms[i].name);
	if (plan->shared) {
		(void)buffer_print(buffer, "  %8lld  needed, %" PRIu64 " can be used\n", (long long)(plan->demand.machines + plan->demand.vips),
				   plan->vip_capacity);
		return;
	}
	(void)buffer_print(buffer, "  %8lld  needed of the VIPs' ranges, %" PRIu64 " can be used\n", (long long)plan->demand.vips, plan->vip_capacity);
	(void)buffer_print(buffer, "  %8lld  needed of the machines' subnet", (long long)plan->demand.machines);
	if (plan->machine_space.count)
		(void)buffer_print(buffer, ", %" PRIu64 " can be used\n", plan->machine_capacity);
	else
		(void)buffer_text(buffer, ", which is not known here\n");
}

/* A count of `unit`s with one decimal, rounded down; "unknown" where it is not known. */
static void amount_text(struct buffer *buffer, const char *name, int64_t value, int64_t unit, const char *unit_name, const char *behind)
{
	if (value < 0)
		(void)buffer_print(buffer, "  %-22s unknown\n", name);
	else
		(void)buffer_print(buffer, "  %-22s %lld.%lld %s%s%s\n", name, (long long)(value / unit), (long long)(value % unit / (unit / 10)),
				   unit_name, *behind ? ", " : "", behind);
}

static const char *term_text(const struct ceiling *ceiling)
{
	return ceiling->term ? ceiling->term : "";
}

const char *cost_lacks(const struct plan *plan)
{
	bool compute = plan->deployment->compute_nodes > 0;

	if (plan->cost.whole)
		return compute ? "without machines for compute only" : "";
	return compute ? "without the management and machines for compute only" : "without the management, whose price is not known";
}

static void estimate_text(const struct plan *plan, struct buffer *buffer)
{
	const int64_t tebi = INT64_C(1) << 40, giga = 1000000000, unit = 1000000;
	const struct estimate *estimate = &plan->estimate;
	const struct month_cost *cost = &plan->cost;

	if (!plan->shape)
		return;
	(void)buffer_print(buffer, "\nEstimates (facts of %s: %s)\n", plan->shape->date, plan->shape->source);
	amount_text(buffer, "raw", estimate->raw, tebi, "TiB", "");
	amount_text(buffer, "usable", estimate->usable, tebi, "TiB", "before reduction");
	amount_text(buffer, "read, at best", estimate->read.rate, giga, "GB/s", term_text(&estimate->read));
	amount_text(buffer, "write, burst", estimate->burst.rate, giga, "GB/s", term_text(&estimate->burst));
	amount_text(buffer, "write, sustained", estimate->sustained.rate, giga, "GB/s", term_text(&estimate->sustained));
	amount_text(buffer, "data machines, a month", cost->data, unit, cost->currency ? cost->currency : "", "on demand");
	amount_text(buffer, "management, a month", cost->management, unit, cost->manager && cost->manager->currency ? cost->manager->currency : "",
		    cost->manager ? cost->manager->name : "");
	amount_text(buffer, "in all, a month", cost->total, unit, cost->currency ? cost->currency : "", cost_lacks(plan));
}

static void headroom_text(const struct plan *plan, struct buffer *buffer)
{
	const struct headroom *headroom = &plan->headroom;

	(void)buffer_text(buffer, "\nHead-room, in data machines\n");
	for (enum bound i = 0; i < BOUND_COUNT; i++)
		if (headroom->nodes[i] != FACTS_UNKNOWN)
			(void)buffer_print(buffer, "  %8lld  %s%s\n", (long long)headroom->nodes[i], bound_name(i),
					   i == headroom->first ? ": what runs out first" : "");
	(void)buffer_print(buffer, "  twice the size wants a /%d%s", headroom->twice_ranges, plan->shared ? "\n" : " for the VIPs");
	if (!plan->shared)
		(void)buffer_print(buffer, " and a /%d for the machines\n", headroom->twice_machines);
}

/* "7.2 s". */
const char *seconds_text(int64_t milliseconds, char text[static SECONDS_TEXT])
{
	if (milliseconds < 0)
		(void)snprintf(text, SECONDS_TEXT, "unknown");
	else
		(void)snprintf(text, SECONDS_TEXT, "%lld.%lld s", (long long)(milliseconds / 1000), (long long)(milliseconds % 1000 / 100));
	return text;
}

static void failover_text(const struct plan *plan, const struct failover *failover, struct buffer *buffer)
{
	char text[SECONDS_TEXT];

	(void)buffer_print(buffer, "  %-44s %5lld %s  %s", failover->what, (long long)failover->operations,
			   failover->operations == 1 ? "call, " : "calls,", seconds_text(failover->milliseconds, text));
	if (plan->deployment->vip_mode == VIP_ROUTED)
		(void)buffer_print(buffer, ", %lld routes meanwhile", (long long)failover->routes);
	if (failover->stranded)
		(void)buffer_print(buffer, "; %lld addresses or blocks have nowhere to go", (long long)failover->stranded);
	(void)buffer_text(buffer, "\n");
}

/* The loss that takes longest, and the maintenance. */
static void failovers_text(const struct plan *plan, struct buffer *buffer)
{
	const struct failover *worst = plan->failovers;

	if (!plan->failover_count)
		return;
	for (size_t i = 1; i + 1 < plan->failover_count; i++)
		if (plan->failovers[i].operations > worst->operations)
			worst = &plan->failovers[i];
	(void)buffer_text(buffer, "\nFail-over (calls to the cloud, and how long they take; that they spread comes on top)\n");
	failover_text(plan, worst, buffer);
	failover_text(plan, &plan->failovers[plan->failover_count - 1], buffer);
}

static void machines_text(const struct plan *plan, struct buffer *buffer)
{
	char own[RANGE_TEXT], home[RANGE_TEXT];

	if (!plan->seat_count)
		return;
	(void)buffer_print(buffer, "\n%-32s %-24s %-18s %s\n", "Machine", "Domain", "Address", plan->route_count ? "VIPs (one route)" : "VIPs");
	for (size_t i = 0; i < plan->machine_count && i < 64; i++) {
		const struct machine *machine = &plan->machines[i];

		(void)buffer_print(buffer, "%-32s %-24s %-18s %s\n", machine->name, domain_name(plan, (int64_t)i),
				   plan->machine_space.count ? address_print(plan->family, machine->own, own) : "-",
				   machine_home(plan, machine, home));
	}
	if (plan->machine_count > 64)
		(void)buffer_print(buffer, "... and %zu more: see --json or --out\n", plan->machine_count - 64);
}

void plan_text(const struct plan *plan, struct buffer *buffer)
{
	const struct deployment *deployment = plan->deployment;

	(void)buffer_print(buffer, "%s: %lld x %s on %s in %s", deployment->name, (long long)deployment->nodes, deployment->shape,
			   cloud_name(deployment->cloud), deployment->region);
	if (deployment->compute_nodes)
		(void)buffer_print(buffer, ", and %lld for compute only", (long long)deployment->compute_nodes);
	if (plan->verdict == VERDICT_FITS && deployment->nodes == 1)
		(void)buffer_text(buffer, "\nIt fits; a single instance does not grow.\n");
	else if (plan->verdict == VERDICT_FITS)
		(void)buffer_print(buffer, "\nIt fits, up to %lld data machines.\n", (long long)plan->nodes_most);
	else if (plan->verdict == VERDICT_FITS_UNTIL)
		(void)buffer_print(buffer, "\nIt fits until %lld data machines; the growth to %lld does not.\n", (long long)plan->nodes_most,
				   (long long)deployment->grow_to);
	else
		(void)buffer_print(buffer, "\nIt does not fit: %zu %s.\n", plan->findings.refused, plan->findings.refused == 1 ? "reason" : "reasons");
	findings_text(plan, buffer, SEVERITY_REFUSED, "Refused");
	findings_text(plan, buffer, SEVERITY_WARNING, "To know before");
	findings_text(plan, buffer, SEVERITY_NOTE, "Notes");
	if (plan->findings.left_out)
		(void)buffer_print(buffer, "  ... and %zu more findings\n", plan->findings.left_out);
	budget_text(plan, buffer);
	headroom_text(plan, buffer);
	estimate_text(plan, buffer);
	failovers_text(plan, buffer);
	machines_text(plan, buffer);
}

/* ---- JSON ---- */

static void findings_json(const struct plan *plan, struct buffer *buffer)
{
	(void)buffer_text(buffer, ",\n\"findings\":[");
	for (size_t i = 0; i < plan->findings.count; i++) {
		const struct finding *finding = &plan->findings.items[i];

		(void)buffer_member(buffer, i ? ",\n{" : "\n{", "code", finding->code);
		(void)buffer_member(buffer, ",", "severity", severity_name(finding->severity));
		(void)buffer_member(buffer, ",", "message", finding->message);
		(void)buffer_member(buffer, ",", "object", finding->object);
		(void)buffer_member(buffer, ",", "other", finding->other);
		(void)buffer_member(buffer, ",", "intersection", finding->intersection);
		(void)buffer_member(buffer, ",", "suggestion", finding->suggestion);
		(void)buffer_text(buffer, "}");
	}
	(void)buffer_print(buffer, "],\n\"findings_left_out\":%zu", plan->findings.left_out);
}

static void map_json(const struct plan *plan, struct buffer *buffer)
{
	char text[RANGE_TEXT];

	(void)buffer_text(buffer, ",\n\"map\":[");
	for (size_t i = 0; i < plan->seat_count; i++) {
		const struct seat *seat = &plan->seats[i];

		(void)buffer_member(buffer, i ? ",\n{" : "\n{", "address", address_print(plan->family, seat->address, text));
		(void)buffer_member(buffer, ",", "role", seat_role_name(seat->role));
		(void)buffer_member(buffer, ",", "owner", seat_owner(plan, seat));
		(void)buffer_member(buffer, ",", "domain", seat_domain(plan, seat));
		(void)buffer_member(buffer, ",", "home", seat_home(plan, seat, text));
		(void)buffer_text(buffer, "}");
	}
	(void)buffer_text(buffer, "]");
}

static void set_json(const struct range_set *set, const char *name, struct buffer *buffer)
{
	char text[RANGE_TEXT];

	(void)buffer_print(buffer, ",\n\"%s\":[", name);
	for (size_t i = 0; i < set->count; i++) {
		(void)buffer_text(buffer, i ? "," : "");
		(void)buffer_json(buffer, range_print(set->items[i], text));
	}
	(void)buffer_text(buffer, "]");
}

static void routes_json(const struct plan *plan, struct buffer *buffer)
{
	(void)buffer_text(buffer, ",\n\"routes\":[");
	for (size_t i = 0; i < plan->route_count; i++) {
		const struct planned_route *route = &plan->routes[i];

		hop_json(plan, i ? ",\n{" : "\n{", &(struct hop){route->destination, route->machine, route->role, GENERATION_HOME}, buffer);
	}
	(void)buffer_print(buffer, "],\n\"routes_at_rest\":%zu,\"routes_at_worst\":%lld", plan->route_count, (long long)plan->routes_worst);
}

static void budget_json(const struct plan *plan, struct buffer *buffer)
{
	(void)buffer_text(buffer, ",\n\"budget\":[");
	for (size_t i = 0; i < TERM_COUNT; i++) {
		(void)buffer_member(buffer, i ? ",{" : "{", "term", plan->demand.terms[i].name);
		(void)buffer_print(buffer, ",\"addresses\":%lld,\"of\":\"%s\"}", (long long)plan->demand.terms[i].count,
				   plan->demand.terms[i].machines && !plan->shared ? "machines" : "ranges");
	}
	(void)buffer_print(buffer, "],\n\"needed\":{\"ranges\":%lld,\"machines\":%lld},\"usable\":{\"ranges\":%" PRIu64 ",\"machines\":",
			   (long long)(plan->demand.vips + (plan->shared ? plan->demand.machines : 0)),
			   (long long)(plan->shared ? 0 : plan->demand.machines), plan->vip_capacity);
	if (plan->shared || plan->machine_space.count)
		(void)buffer_print(buffer, "%" PRIu64 "}", plan->shared ? UINT64_C(0) : plan->machine_capacity);
	else
		(void)buffer_text(buffer, "null}");
}

static void number_json(struct buffer *buffer, const char *before, const char *name, int64_t value)
{
	if (value < 0)
		(void)buffer_print(buffer, "%s\"%s\":null", before, name);
	else
		(void)buffer_print(buffer, "%s\"%s\":%lld", before, name, (long long)value);
}

static void ceiling_json(struct buffer *buffer, const char *name, const struct ceiling *ceiling)
{
	(void)buffer_print(buffer, ",\"%s\":{", name);
	number_json(buffer, "", "bytes_per_second", ceiling->rate);
	(void)buffer_member(buffer, ",", "bound_by", term_text(ceiling));
	(void)buffer_text(buffer, "}");
}

static void estimate_json(const struct plan *plan, struct buffer *buffer)
{
	const struct estimate *estimate = &plan->estimate;
	const struct month_cost *cost = &plan->cost;

	if (!plan->shape)
		return;
	number_json(buffer, ",\n\"estimate\":{", "raw_bytes", estimate->raw);
	number_json(buffer, ",", "usable_bytes", estimate->usable);
	ceiling_json(buffer, "read", &estimate->read);
	ceiling_json(buffer, "write_burst", &estimate->burst);
	ceiling_json(buffer, "write_sustained", &estimate->sustained);
	number_json(buffer, ",", "data_machines_month_micro", cost->data);
	number_json(buffer, ",", "management_month_micro", cost->management);
	number_json(buffer, ",", "month_micro", cost->total);
	(void)buffer_member(buffer, ",", "month_lacks", cost->total >= 0 ? cost_lacks(plan) : "");
	(void)buffer_member(buffer, ",", "currency", cost->currency ? cost->currency : "");
	(void)buffer_member(buffer, ",", "management_machine", cost->manager ? cost->manager->name : "");
	(void)buffer_member(buffer, ",", "management_date", cost->manager ? cost->manager->date : "");
	(void)buffer_member(buffer, ",", "management_source", cost->manager ? cost->manager->source : "");
	(void)buffer_member(buffer, ",", "date", plan->shape->date);
	(void)buffer_member(buffer, ",", "source", plan->shape->source);
	(void)buffer_text(buffer, "}");
}

static void domains_json(const struct plan *plan, struct buffer *buffer)
{
	(void)buffer_text(buffer, ",\n\"domains\":[");
	for (size_t i = 0; i < plan->domain_count; i++) {
		(void)buffer_member(buffer, i ? ",{" : "{", "name", plan->domains[i].name);
		(void)buffer_print(buffer, ",\"data_machines\":%lld}", (long long)plan->domains[i].nodes);
	}
	(void)buffer_text(buffer, "]");
}

static void headroom_json(const struct plan *plan, struct buffer *buffer)
{
	static const char *const names[] = {"ranges", "machines", "routes", "template"};
	const struct headroom *headroom = &plan->headroom;

	(void)buffer_text(buffer, ",\n\"headroom\":{");
	for (enum bound i = 0; i < BOUND_COUNT; i++)
		number_json(buffer, i ? "," : "", names[i], headroom->nodes[i]);
	(void)buffer_member(buffer, ",", "first", names[headroom->first]);
	(void)buffer_print(buffer, ",\"twice\":{\"ranges\":%d,\"machines\":", headroom->twice_ranges);
	if (plan->shared)
		(void)buffer_text(buffer, "null}}");
	else
		(void)buffer_print(buffer, "%d}}", headroom->twice_machines);
}

static void failovers_json(const struct plan *plan, struct buffer *buffer)
{
	(void)buffer_text(buffer, ",\n\"failovers\":[");
	for (size_t i = 0; i < plan->failover_count; i++) {
		const struct failover *failover = &plan->failovers[i];

		(void)buffer_member(buffer, i ? ",\n{" : "\n{", "what", failover->what);
		(void)buffer_print(buffer, ",\"machines\":%lld,\"operations\":%lld", (long long)failover->machines, (long long)failover->operations);
		number_json(buffer, ",", "milliseconds", failover->milliseconds);
		if (plan->deployment->vip_mode == VIP_ROUTED)
			number_json(buffer, ",", "routes", failover->routes);
		number_json(buffer, ",", "stranded", failover->stranded);
		(void)buffer_text(buffer, "}");
	}
	(void)buffer_text(buffer, "]");
}

static void ranges_json(const struct plan *plan, struct buffer *buffer)
{
	const struct ranges *ranges = &plan->deployment->ranges;

	set_json(&(struct range_set){ranges->items, ranges->count}, "ranges", buffer);
}

void plan_json(const struct plan *plan, struct buffer *buffer)
{
	(void)buffer_print(buffer, "{\"apollo_plan\":%d", PLAN_VERSION);
	(void)buffer_member(buffer, ",", "name", plan->deployment->name);
	(void)buffer_member(buffer, ",", "provisioner", cloud_name(plan->deployment->cloud));
	(void)buffer_member(buffer, ",", "region", plan->deployment->region);
	(void)buffer_member(buffer, ",", "shape", plan->deployment->shape);
	(void)buffer_member(buffer, ",", "vip_mode", vip_mode_name(plan->deployment->vip_mode));
	(void)buffer_member(buffer, ",", "network", plan->network->name);
	(void)buffer_member(buffer, ",", "network_digest", plan->network->digest);
	ranges_json(plan, buffer);
	(void)buffer_member(buffer, ",\n", "verdict", verdict_name(plan->verdict));
	(void)buffer_print(buffer, ",\"nodes\":%lld,\"nodes_most\":%lld,\"grow_to\":%lld", (long long)plan->deployment->nodes,
			   (long long)plan->nodes_most, (long long)plan->deployment->grow_to);
	findings_json(plan, buffer);
	budget_json(plan, buffer);
	domains_json(plan, buffer);
	estimate_json(plan, buffer);
	map_json(plan, buffer);
	set_json(&plan->vip_free, "free", buffer);
	set_json(&plan->machine_free, "machines_free", buffer);
	routes_json(plan, buffer);
	headroom_json(plan, buffer);
	failovers_json(plan, buffer);
	(void)buffer_text(buffer, "}\n");
}

/* ---- CSV ---- */

void plan_csv(const struct plan *plan, struct buffer *buffer)
{
	char address[RANGE_TEXT], home[RANGE_TEXT];

	/* No value holds a comma or a quote: names are letters, digits and dashes. */
	(void)buffer_text(buffer, "address,role,owner,domain,home\r\n");
	for (size_t i = 0; i < plan->seat_count; i++) {
		const struct seat *seat = &plan->seats[i];

		(void)buffer_print(buffer, "%s,%s,%s,%s,%s\r\n", address_print(plan->family, seat->address, address), seat_role_name(seat->role),
				   seat_owner(plan, seat), seat_domain(plan, seat), seat_home(plan, seat, home));
	}
}
