/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/export_azure.h"

#include "deploy/export.h"
#include "deploy/handoff.h"

static void parameter_text(struct buffer *buffer, const char *name, const char *value)
{
	(void)buffer_print(buffer, ",\n\"%s\":{\"value\":", name);
	(void)buffer_json(buffer, value ? value : "");
	(void)buffer_text(buffer, "}");
}

static void parameter_number(struct buffer *buffer, const char *name, int64_t value)
{
	(void)buffer_print(buffer, ",\n\"%s\":{\"value\":%lld}", name, (long long)value);
}

/* Ranges as prefixes: a security rule takes no others. */
static void prefixes_print(struct buffer *buffer, const char *name, const struct ranges *ranges)
{
	struct range prefixes[RANGE_PREFIXES_MAX];
	char text[RANGE_TEXT];
	const char *before = "";

	(void)buffer_print(buffer, ",\n\"%s\":{\"value\":[", name);
	for (size_t i = 0; i < ranges->count; i++) {
		size_t count = range_prefixes(ranges->items[i], prefixes);

		for (size_t j = 0; j < count; j++, before = ",")
			(void)buffer_print(buffer, "%s\"%s\"", before, prefix_print(prefixes[j], text));
	}
	(void)buffer_text(buffer, "]}");
}

static bool zonal(const struct plan *plan)
{
	return plan->deployment->zone_count > 0;
}

/* Of the scale set: it cannot be changed later, so it does not depend on how many machines there are. */
static int64_t fault_domains(const struct plan *plan)
{
	const struct limit *limit = facts_limit(plan->facts, "azure.fault_domains");

	return zonal(plan) || !limit ? 1 : limit->value;
}

static void zones_print(const struct plan *plan, struct buffer *buffer)
{
	(void)buffer_text(buffer, ",\n\"zones\":{\"value\":[");
	for (size_t i = 0; i < plan->deployment->zone_count; i++) {
		(void)buffer_text(buffer, i ? "," : "");
		(void)buffer_json(buffer, plan->deployment->zones[i]);
	}
	(void)buffer_text(buffer, "]}");
}

/* ---- machines ---- */

static void vips_print(const struct plan *plan, const struct belongings *belongings, size_t machine, struct buffer *buffer)
{
	(void)buffer_text(buffer, ",\"vips\":");
	belongings_print(plan, belongings, machine, seat_role_virtual, buffer);
	(void)buffer_text(buffer, "}");
}

/* The domain of a machine inside of its zone or region; -1: the zone's own. */
static int64_t fault_domain(const struct plan *plan, const struct machine *machine)
{
	return zonal(plan) ? -1 : machine->domain;
}

static void machine_print(const struct plan *plan, const struct belongings *belongings, size_t index, struct buffer *buffer)
{
	const struct machine *machine = &plan->machines[index];
	const char *zone = machine->domain >= 0 ? plan->domains[machine->domain].zone : NULL;
	char text[RANGE_TEXT];

	(void)buffer_print(buffer, "%s\n{\"number\":%lld", index == 1 ? "" : ",", (long long)machine_number(plan, index));
	(void)buffer_member(buffer, ",", "name", machine->name);
	(void)buffer_member(buffer, ",", "kind", machine_kind_name(machine->kind));
	(void)buffer_member(buffer, ",", "address", address_print(plan->family, machine->own, text));
	(void)buffer_member(buffer, ",", "zone", zone ? zone : "");
	(void)buffer_print(buffer, ",\"faultDomain\":%lld", (long long)fault_domain(plan, machine));
	(void)buffer_member(buffer, ",", "home", range_print(machine->home, text));
	vips_print(plan, belongings, index, buffer);
}

static void machines_print(const struct plan *plan, struct buffer *buffer)
{
	struct belongings belongings;
	char text[RANGE_TEXT];

	if (!belongings_make(plan, &belongings)) {
		buffer->failed = true;
		return;
	}
	(void)buffer_member(buffer, ",\n\"management\":{\"value\":{", "name", plan->machines[0].name);
	(void)buffer_member(buffer, ",", "address", address_print(plan->family, plan->machines[0].own, text));
	vips_print(plan, &belongings, 0, buffer);
	(void)buffer_text(buffer, "},\n\"machines\":{\"value\":[");
	for (size_t i = 1; i < plan->machine_count; i++)
		machine_print(plan, &belongings, i, buffer);
	(void)buffer_text(buffer, "]}");
}

/* ---- routes ---- */

static void routes_print(const struct plan *plan, struct buffer *buffer)
{
	char text[RANGE_TEXT], name[ROUTE_NAME];

	(void)buffer_text(buffer, ",\n\"routes\":{\"value\":[");
	for (size_t i = 0; i < plan->route_count; i++) {
		const struct planned_route *route = &plan->routes[i];

		(void)buffer_member(buffer, i ? ",\n{" : "\n{", "name", route_name(plan, route->destination, GENERATION_HOME, name));
		(void)buffer_print(buffer, ",\"destination\":\"%s\"", prefix_print(route->destination, text));
		(void)buffer_print(buffer, ",\"nextHop\":\"%s\"}", address_print(plan->family, plan->machines[route->machine].own, text));
	}
	(void)buffer_text(buffer, "]}");
}

static void route_table_print(const struct plan *plan, struct buffer *buffer)
{
	const char *table = plan->subnet ? plan->subnet->route_table : NULL;

	(void)buffer_text(buffer, ",\n\"routeTableName\":{\"value\":");
	if (table)
		(void)buffer_json(buffer, table);
	else
		(void)buffer_print(buffer, "\"%s-routes\"", plan->deployment->name);
	(void)buffer_print(buffer, "},\n\"routeTableExisting\":{\"value\":%s}", table ? "true" : "false");
}

const char *plan_azure_lacks(const struct plan *plan)
{
	if (plan->deployment->cloud != CLOUD_AZURE)
		return NULL;
	if (plan->family == FAMILY_IPV6)
		return "the addresses are IPv6, and a network card of Azure's has none without an IPv4 address";
	return plan_lacks(plan);
}

bool plan_azure_wanted(const struct plan *plan)
{
	return plan->deployment->cloud == CLOUD_AZURE && !plan_azure_lacks(plan);
}

void plan_azure_parameters(const struct plan *plan, struct buffer *buffer)
{
	const struct deployment *deployment = plan->deployment;

	if (!plan_azure_wanted(plan))
		return;
	(void)buffer_text(buffer, "{\"$schema\":\"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#\",\n"
				  "\"contentVersion\":\"1.0.0.0\",\n\"parameters\":{\n");
	(void)buffer_member(buffer, "\"clusterName\":{", "value", deployment->name);
	(void)buffer_text(buffer, "}");
	parameter_text(buffer, "location", deployment->region);
	parameter_number(buffer, "planVersion", PLAN_VERSION);
	parameter_text(buffer, "networkDigest", plan->network->digest);
	parameter_text(buffer, "virtualNetworkName", plan->network->name);
	parameter_text(buffer, "virtualNetworkNewOrExisting", "existing");
	parameter_text(buffer, "subnetName", plan->subnet ? plan->subnet->name : deployment->machine_subnet);
	zones_print(plan, buffer);
	parameter_number(buffer, "faultDomains", fault_domains(plan));
	parameter_text(buffer, "dataVmSize", deployment->shape);
	machines_print(plan, buffer);
	parameter_text(buffer, "vipMode", vip_mode_name(deployment->vip_mode));
	prefixes_print(buffer, "vipRanges", &deployment->ranges);
	routes_print(plan, buffer);
	route_table_print(plan, buffer);
	prefixes_print(buffer, "clientRanges", &deployment->clients);
	parameter_text(buffer, "dnsSuffix", deployment->dns_suffix);
	(void)buffer_text(buffer, "}}\n");
}
