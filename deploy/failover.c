/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a cloud is told when machines go.  A home block goes as a whole to one machine that is left: that is one operation for all its
 * addresses, and spreading them comes at leisure.  The route at home stays: a machine that comes back finds it, and a longer
 * prefix or a lower priority goes before it (docs: apollo-plan(5), ROUTES).
 */
#include "deploy/stages.h"

#include <stdlib.h>

/* What goes to another machine as one: the destination of a route, or a virtual address. */
struct unit {
	struct range destination;
	int64_t machine;
	enum seat_role role;
};

struct units {
	struct unit *items;
	size_t count;
};

static int units_make(const struct plan *plan, struct units *units, struct error *error)
{
	bool routed = plan->deployment->vip_mode == VIP_ROUTED;
	size_t most = routed ? plan->route_count : plan->seat_count;

	*units = (struct units){scope_alloc(plan->scope, (most + 1) * sizeof(*units->items)), 0};
	if (!units->items)
		return error_memory(error, "a plan");
	for (size_t i = 0; i < most; i++) {
		const struct planned_route *route = routed ? &plan->routes[i] : NULL;
		const struct seat *seat = routed ? NULL : &plan->seats[i];

		if (route)
			units->items[units->count++] = (struct unit){route->destination, route->machine, route->role};
		else if (seat_role_virtual(seat->role))
			units->items[units->count++] = (struct unit){range_of(plan->family, seat->address), seat->machine, seat->role};
	}
	return 0;
}

/* Who is away: the machines of a domain, or one machine. */
struct absence {
	int64_t domain;  /* -1: none */
	int64_t machine; /* -1: none */
};

static bool is_away(const struct plan *plan, const struct absence *absence, int64_t machine)
{
	return machine == absence->machine || (absence->domain >= 0 && plan->machines[machine].domain == absence->domain);
}

/* The next machine after `last` that serves and is there, or -1. */
static int64_t receiver_next(const struct plan *plan, const struct absence *absence, int64_t last)
{
	int64_t serving = (int64_t)plan->machine_count - 1;

	for (int64_t i = 1; i <= serving; i++) {
		int64_t machine = 1 + (last - 1 + i) % serving;

		if (!is_away(plan, absence, machine))
			return machine;
	}
	return -1;
}

/* How many calls: of a route each, but all of a table at once on Azure; in a subnet, of each network card that loses or gains. */
static int64_t operations_count(const struct plan *plan, const struct failover *failover)
{
	int64_t cards = 0, last_from = -1, last_to = -1;

	if (plan->deployment->vip_mode == VIP_ROUTED)
		return plan->deployment->cloud == CLOUD_AZURE ? failover->detour_count > 0 : (int64_t)failover->detour_count;
	/* Detours are by machine that is away, and each machine's go to one. */
	for (size_t i = 0; i < failover->detour_count; i++) {
		cards += (failover->detours[i].from != last_from) + (failover->detours[i].to != last_to);
		last_from = failover->detours[i].from;
		last_to = failover->detours[i].to;
	}
	return cards;
}

static int64_t duration_of(const struct plan *plan, int64_t operations)
{
	bool azure = plan->deployment->cloud == CLOUD_AZURE, routed = plan->deployment->vip_mode == VIP_ROUTED;
	const struct limit *each = facts_limit(plan->facts, azure ? routed ? "azure.route_table_milliseconds" : "azure.address_milliseconds"
							       : routed ? "gcp.route_milliseconds" : "gcp.alias_milliseconds");

	return each ? operations * each->value : FACTS_UNKNOWN;
}

static int unit_compare(const void *left, const void *right)
{
	const struct unit *one = left, *other = right;

	if (one->machine != other->machine)
		return one->machine < other->machine ? -1 : 1;
	return one->destination.first < other->destination.first ? -1 : one->destination.first > other->destination.first;
}

/* All that is at home on a machine that is away goes to one that is left; the next one's to the next. */
static void detours_fill(const struct plan *plan, const struct units *units, const struct absence *absence, struct failover *failover)
{
	int64_t away = -1, receiver = -1;

	for (size_t i = 0; i < units->count; i++) {
		const struct unit *unit = &units->items[i];

		if (!is_away(plan, absence, unit->machine))
			continue;
		if (unit->machine != away)
			receiver = receiver_next(plan, absence, receiver < 0 ? unit->machine : receiver);
		away = unit->machine;
		if (receiver < 0)
			failover->stranded++;
		else
			failover->detours[failover->detour_count++] = (struct detour){unit->destination, away, receiver, unit->role};
	}
}

static int failover_add(struct plan *plan, const struct units *units, struct absence absence, const char *what, struct error *error)
{
	struct failover *failover = &plan->failovers[plan->failover_count];
	size_t count = 0;

	*failover = (struct failover){.what = what};
	for (size_t i = 0; i < units->count; i++)
		count += is_away(plan, &absence, units->items[i].machine);
	for (size_t i = 1; i < plan->machine_count; i++)
		failover->machines += is_away(plan, &absence, (int64_t)i);
	failover->detours = scope_alloc(plan->scope, (count + 1) * sizeof(*failover->detours));
	if (!what || !failover->detours)
		return error_memory(error, "a plan");
	detours_fill(plan, units, &absence, failover);
	failover->operations = operations_count(plan, failover);
	failover->milliseconds = duration_of(plan, failover->operations);
	if (plan->deployment->vip_mode == VIP_ROUTED)
		failover->routes = (int64_t)(plan->route_count + failover->detour_count);
	plan->failover_count++;
	return 0;
}

int failovers_make(struct plan *plan, struct error *error)
{
	struct units units;

	if (!plan->seat_count || plan->machine_count < 2)
		return 0;
	plan->failovers = scope_alloc(plan->scope, (plan->domain_count + 1) * sizeof(*plan->failovers));
	if (!plan->failovers)
		return error_memory(error, "a plan");
	if (units_make(plan, &units, error) < 0)
		return error->code;
	qsort(units.items, units.count, sizeof(*units.items), unit_compare);
	for (size_t i = 0; i < plan->domain_count; i++)
		if (failover_add(plan, &units, (struct absence){(int64_t)i, -1}, scope_print(plan->scope, "%s is lost", plan->domains[i].name),
				 error) < 0)
			return error->code;
	return failover_add(plan, &units, (struct absence){-1, 1}, scope_print(plan->scope, "%s is emptied for maintenance", plan->machines[1].name),
			    error);
}
