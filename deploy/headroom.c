/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/stages.h"

#include <string.h>

const char *bound_name(enum bound bound)
{
	static const char *const names[] = {"the ranges", "the machines' subnet", "the routes that are allowed", "the managed application's template"};

	return names[bound];
}

/* The shortest subnet that holds so many addresses, with what the cloud keeps of it. */
int prefix_for(const struct plan *plan, uint64_t addresses, bool in_subnet, int *length, struct error *error)
{
	int64_t first = 0, last = 0;
	bool azure = plan->deployment->cloud == CLOUD_AZURE;
	int bits = 0;

	if (in_subnet && (facts_value(plan->facts, azure ? "azure.reserved_first" : "gcp.reserved_first", &first, error) < 0 ||
			  facts_value(plan->facts, azure ? "azure.reserved_last" : "gcp.reserved_last", &last, error) < 0))
		return error->code;
	addresses += (uint64_t)(first + last);
	while (bits < 32 && (UINT64_C(1) << bits) < addresses)
		bits++;
	*length = family_bits(plan->family) - bits;
	return 0;
}

int plan_limit(const struct plan *plan, const char *name, const char *fact, int64_t *limit, struct error *error)
{
	const struct quota *quota = network_quota(plan->network, name);

	if (!quota)
		return facts_value(plan->facts, fact, limit, error);
	*limit = quota->limit;
	return 0;
}

int64_t routes_own(const struct plan *plan, const char *table)
{
	int64_t count = 0;

	for (size_t i = 0; i < plan->network->route_count; i++) {
		const struct route *route = &plan->network->routes[i];

		count += route->owner && strcmp(route->owner, plan->deployment->name) == 0 && (!table || (route->table && strcmp(route->table, table) == 0));
	}
	return count;
}

/* Of Google's quotas the one that has the least left. */
static const struct quota *google_quota(const struct plan *plan)
{
	const struct quota *network = network_quota(plan->network, "STATIC_ROUTES_PER_NETWORK");
	const struct quota *group = network_quota(plan->network, "STATIC_ROUTES_PER_PEERING_GROUP");

	return group && (!network || group->limit - group->used < network->limit - network->used) ? group : network;
}

int routes_left(const struct plan *plan, int64_t *limit, int64_t *used, struct error *error)
{
	const struct quota *quota = google_quota(plan);

	*used = 0;
	if (plan->deployment->cloud == CLOUD_AZURE) {
		const char *name = plan->subnet ? plan->subnet->route_table : NULL;

		for (size_t i = 0; name && i < plan->network->route_table_count; i++)
			if (strcmp(plan->network->route_tables[i].name, name) == 0)
				*used = plan->network->route_tables[i].route_count - routes_own(plan, name);
		return plan_limit(plan, "RoutesPerRouteTable", "azure.routes_per_table", limit, error);
	}
	*limit = quota ? quota->limit : FACTS_UNKNOWN;
	*used = quota ? quota->used - routes_own(plan, NULL) : 0;
	*used = *used < 0 ? 0 : *used;
	return 0;
}

/* At the worst moment, with so many data machines, laid out as these are. */
static int64_t routes_worst_of(const struct plan *plan, const struct demand *demand, int64_t nodes)
{
	int64_t serving = nodes + plan->deployment->compute_nodes, each = plan->deployment->vips_per_node, homes = serving;

	for (size_t i = 1; i < plan->machine_count; i++)
		if (!plan->machines[i].aligned)
			homes = serving * each;
	return homes + demand->vips - demand->terms[TERM_PROTOCOL].count + 2 * demand->vips;
}

static int bound_holds(const struct plan *plan, enum bound bound, int64_t nodes, bool *holds, struct error *error)
{
	struct demand demand;
	int64_t limit, used, most;

	if (facts_value(plan->facts, "azure.machines_per_template", &most, error) < 0 || demand_make(plan->deployment, plan->facts, nodes, &demand, error) < 0 || routes_left(plan, &limit, &used, error) < 0)
		return error->code;
	switch (bound) {
	case BOUND_RANGES:
		*holds = (uint64_t)(demand.vips + (plan->shared ? demand.machines : 0)) <= plan->vip_capacity;
		break;
	case BOUND_MACHINES:
		*holds = (uint64_t)demand.machines <= plan->machine_capacity;
		break;
	case BOUND_TEMPLATE:
		*holds = nodes + plan->deployment->compute_nodes <= most;
		break;
	default:
		*holds = routes_worst_of(plan, &demand, nodes) <= limit - used;
	}
	return 0;
}

/* Whether it is known at all, and bounds anything. */
static int bound_known(const struct plan *plan, enum bound bound, bool *known, struct error *error)
{
	int64_t limit, used;

	if (routes_left(plan, &limit, &used, error) < 0)
		return error->code;
	*known = bound == BOUND_RANGES || (bound == BOUND_MACHINES && !plan->shared && machines_known(plan)) ||
		 (bound == BOUND_ROUTES && plan->route_count && limit != FACTS_UNKNOWN) ||
		 (bound == BOUND_TEMPLATE && plan->deployment->cloud == CLOUD_AZURE);
	return 0;
}

/* By halving: more machines never need less. */
static int bound_find(const struct plan *plan, enum bound bound, int64_t *nodes, struct error *error)
{
	int64_t fits = 0, not = DEPLOYMENT_NODES_MAX + 1;
	bool known = false, holds = false;

	*nodes = FACTS_UNKNOWN;
	if (bound_known(plan, bound, &known, error) < 0)
		return error->code;
	if (!known)
		return 0;
	while (not - fits > 1) {
		int64_t middle = fits + (not - fits) / 2;

		if (bound_holds(plan, bound, middle, &holds, error) < 0)
			return error->code;
		*(holds ? &fits : &not) = middle;
	}
	*nodes = fits;
	return 0;
}

int headroom_make(struct plan *plan, struct error *error)
{
	struct headroom *headroom = &plan->headroom;
	struct demand twice;
	bool in_subnet = plan->deployment->vip_mode == VIP_IN_SUBNET;

	for (enum bound i = 0; i < BOUND_COUNT; i++) {
		if (bound_find(plan, i, &headroom->nodes[i], error) < 0)
			return error->code;
		if (headroom->nodes[i] != FACTS_UNKNOWN && headroom->nodes[i] < headroom->nodes[headroom->first])
			headroom->first = i;
	}
	if (demand_make(plan->deployment, plan->facts, 2 * plan->deployment->nodes, &twice, error) < 0 ||
	    prefix_for(plan, (uint64_t)(twice.vips + (plan->shared ? twice.machines : 0)), in_subnet, &headroom->twice_ranges, error) < 0)
		return error->code;
	return prefix_for(plan, (uint64_t)twice.machines, true, &headroom->twice_machines, error);
}
