/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/export_gcp.h"

#include "deploy/export.h"
#include "deploy/handoff.h"
#include "deploy/print.h"

static void variable_text(struct buffer *buffer, const char *name, const char *value)
{
	(void)buffer_member(buffer, ",\n", name, value);
}

static void variable_known(struct buffer *buffer, const char *name, const char *value)
{
	if (value && *value)
		variable_text(buffer, name, value);
}

static void variable_number(struct buffer *buffer, const char *name, int64_t value)
{
	(void)buffer_print(buffer, ",\n\"%s\":%lld", name, (long long)value);
}

/* ---- machines ---- */

static bool is_held(enum seat_role role)
{
	return role == SEAT_HELD;
}

/* The domain inside of its zone, from 1: placement.c gives neighbours different zones first. */
static int64_t availability_domain(const struct plan *plan, const struct machine *machine)
{
	int64_t zones = plan->deployment->zone_count ? (int64_t)plan->deployment->zone_count : 1;

	return machine->domain / zones + 1;
}

/* The management is of no failure domain: it is in the first zone. */
static const char *machine_zone(const struct plan *plan, const struct machine *machine)
{
	const char *zone = machine->domain >= 0 ? plan->domains[machine->domain].zone : plan->deployment->zones[0];

	return plan->deployment->zone_count && zone ? zone : "";
}

static void machine_begin(const struct plan *plan, const struct machine *machine, const char *before, struct buffer *buffer)
{
	char text[RANGE_TEXT];

	(void)buffer_member(buffer, before, "name", machine->name);
	(void)buffer_member(buffer, ",", "address", address_print(plan->family, machine->own, text));
	(void)buffer_member(buffer, ",", "zone", machine_zone(plan, machine));
}

static void machine_end(const struct plan *plan, const struct belongings *belongings, size_t index, struct buffer *buffer)
{
	(void)buffer_text(buffer, ",\"held\":");
	belongings_print(plan, belongings, index, is_held, buffer);
	(void)buffer_text(buffer, ",\"vips\":");
	belongings_print(plan, belongings, index, seat_role_virtual, buffer);
	(void)buffer_text(buffer, "}");
}

static void machine_print(const struct plan *plan, const struct belongings *belongings, size_t index, struct buffer *buffer)
{
	const struct machine *machine = &plan->machines[index];
	char text[RANGE_TEXT];

	machine_begin(plan, machine, index == 1 ? "\n{" : ",\n{", buffer);
	(void)buffer_print(buffer, ",\"number\":%lld", (long long)machine_number(plan, index));
	(void)buffer_member(buffer, ",", "kind", machine_kind_name(machine->kind));
	(void)buffer_print(buffer, ",\"domain\":%lld", (long long)availability_domain(plan, machine));
	(void)buffer_member(buffer, ",", "home", machine_home(plan, machine, text));
	machine_end(plan, belongings, index, buffer);
}

static void machines_print(const struct plan *plan, struct buffer *buffer)
{
	struct belongings belongings;

	if (!belongings_make(plan, &belongings)) {
		buffer->failed = true;
		return;
	}
	(void)buffer_text(buffer, ",\n\"management\":");
	machine_begin(plan, &plan->machines[0], "{", buffer);
	machine_end(plan, &belongings, 0, buffer);
	(void)buffer_text(buffer, ",\n\"machines\":[");
	for (size_t i = 1; i < plan->machine_count; i++)
		machine_print(plan, &belongings, i, buffer);
	(void)buffer_text(buffer, "]");
}

/* What is the cluster's and of no machine yet. */
static void reserved_print(const struct plan *plan, struct buffer *buffer)
{
	int64_t spares = 0, checkers = 0;
	char text[RANGE_TEXT];

	(void)buffer_text(buffer, ",\n\"reserved\":[");
	for (size_t i = 0; i < plan->seat_count; i++) {
		const struct seat *seat = &plan->seats[i];
		int64_t *count = seat->role == SEAT_SPARE ? &spares : &checkers;

		if (seat->role != SEAT_SPARE && seat->role != SEAT_CHECKER)
			continue;
		(void)buffer_text(buffer, spares + checkers ? ",\n{" : "\n{");
		(void)buffer_print(buffer, "\"name\":\"%s-%s-%lld\"", plan->deployment->name, seat_role_name(seat->role), (long long)++*count);
		(void)buffer_member(buffer, ",", "address", address_print(plan->family, seat->address, text));
		(void)buffer_text(buffer, "}");
	}
	(void)buffer_text(buffer, "]");
}

/* ---- the network ---- */

static void ranges_print(const struct plan *plan, struct buffer *buffer)
{
	const struct ranges *ranges = &plan->deployment->ranges;
	struct range_set set;
	struct error error;

	if (range_set_make(plan->scope, ranges->items, ranges->count, &set, &error) < 0) {
		buffer->failed = true;
		return;
	}
	(void)buffer_text(buffer, ",\n\"vip_ranges\":");
	(void)prefixes_json(&set, buffer);
}

static void routes_print(const struct plan *plan, struct buffer *buffer)
{
	char name[ROUTE_NAME], text[RANGE_TEXT];

	(void)buffer_text(buffer, ",\n\"routes\":[");
	for (size_t i = 0; i < plan->route_count; i++) {
		const struct planned_route *route = &plan->routes[i];

		(void)buffer_member(buffer, i ? ",\n{" : "\n{", "name", route_name(plan, route->destination, GENERATION_HOME, name));
		(void)buffer_member(buffer, ",", "destination", prefix_print(route->destination, text));
		(void)buffer_member(buffer, ",", "next_hop", address_print(plan->family, plan->machines[route->machine].own, text));
		(void)buffer_print(buffer, ",\"priority\":%lld}", (long long)route_priority(plan, GENERATION_HOME));
	}
	(void)buffer_text(buffer, "]");
}

/* Aliases of a secondary range are asked for by that range's name; "" where they are of the subnet's own. */
static const char *range_name(const struct plan *plan)
{
	const struct object *holder = plan->vip_holder;

	return holder && holder->kind == OBJECT_SECONDARY && holder->label ? holder->label : "";
}

const char *plan_gcp_lacks(const struct plan *plan)
{
	if (plan->deployment->cloud != CLOUD_GCP)
		return NULL;
	if (plan->vip_holders_mixed)
		return "virtual addresses are of several ranges of the subnet, and the module makes aliases of one (G03)";
	if (plan->family == FAMILY_IPV6)
		return "the addresses are IPv6, and no route of Google Cloud's leads IPv6 to a machine (C15)";
	return plan_lacks(plan);
}

bool plan_gcp_wanted(const struct plan *plan)
{
	return plan->deployment->cloud == CLOUD_GCP && !plan_gcp_lacks(plan);
}

void plan_gcp_variables(const struct plan *plan, struct buffer *buffer)
{
	const struct deployment *deployment = plan->deployment;
	const struct network *network = plan->network;
	const struct limit *domains = facts_limit(plan->facts, "gcp.availability_domains");

	if (!plan_gcp_wanted(plan))
		return;
	(void)buffer_member(buffer, "{", "name", deployment->name);
	variable_number(buffer, "plan_version", PLAN_VERSION);
	variable_text(buffer, "network_digest", network->digest);
	variable_known(buffer, "project_id", network->project);
	variable_text(buffer, "region", deployment->region);
	variable_known(buffer, "network_project", network->host_project);
	variable_known(buffer, "network", network->name);
	variable_known(buffer, "subnet", plan->subnet ? plan->subnet->name : deployment->machine_subnet);
	variable_number(buffer, "mtu", deployment->mtu ? deployment->mtu : network->mtu);
	variable_text(buffer, "machine_type", deployment->shape);
	variable_number(buffer, "availability_domains", domains ? domains->value : 1);
	machines_print(plan, buffer);
	reserved_print(plan, buffer);
	variable_text(buffer, "vip_mode", vip_mode_name(deployment->vip_mode));
	variable_known(buffer, "subnetwork_range_name", range_name(plan));
	ranges_print(plan, buffer);
	routes_print(plan, buffer);
	(void)buffer_text(buffer, ",\n\"firewall_rules\":");
	firewall_rules_json(plan, buffer);
	variable_text(buffer, "dns_suffix", deployment->dns_suffix ? deployment->dns_suffix : "");
	(void)buffer_text(buffer, "}\n");
}
