/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/keep.h"
#include "deploy/stages.h"

#include <stdlib.h>

/* ---- the map ---- */

struct mapper {
	struct plan *plan;
	struct pool *machines, *vips; /* the same one where they are shared; machines NULL: not known */
	struct keeper keeper;
	bool claiming; /* what is kept is taken out of the pools; nothing is given yet */
	bool failed;
};

static void seat_add(struct mapper *mapper, bool taken, address_value address, enum seat_role role, int64_t machine)
{
	mapper->failed = mapper->failed || (!taken && !mapper->claiming);
	if (!mapper->failed && !mapper->claiming)
		mapper->plan->seats[mapper->plan->seat_count++] = (struct seat){address, role, machine};
}

/* Compute-only machines grow on their own. */
static enum lane lane_of(const struct plan *plan, int64_t machine)
{
	return machine >= 0 && plan->machines[machine].kind == MACHINE_COMPUTE ? LANE_MIDDLE : LANE_ENDS;
}

static void lost_add(struct plan *plan, const struct kept *kept)
{
	plan->lost[plan->lost_count++] = (struct lost){kept->address, kept->role, kept->owner};
}

/* The address that a role of an owner has in the older plan.  The first time that it is asked for it leaves its pool, or is lost. */
static bool kept_take(struct mapper *mapper, struct pool *pool, enum seat_role role, int64_t machine, address_value *address)
{
	struct plan *plan = mapper->plan;
	struct kept *kept = keeper_next(&mapper->keeper, seat_owner(plan, &(struct seat){0, role, machine}), role);

	if (!kept)
		return false;
	if (mapper->claiming) {
		kept->state = pool_take_at(pool, kept->address) ? KEPT_TAKEN : KEPT_LOST;
		if (kept->state == KEPT_LOST)
			lost_add(plan, kept);
	} else {
		plan->kept += kept->state == KEPT_TAKEN;
	}
	*address = kept->address;
	return kept->state == KEPT_TAKEN;
}

static bool address_take(struct mapper *mapper, struct pool *pool, enum lane lane, enum seat_role role, int64_t machine, address_value *address)
{
	return kept_take(mapper, pool, role, machine, address) || (!mapper->claiming && pool_take(pool, lane, address));
}

static address_value seat_take(struct mapper *mapper, struct pool *pool, enum seat_role role, int64_t machine)
{
	address_value address = 0;
	bool taken = address_take(mapper, pool, lane_of(mapper->plan, machine), role, machine, &address);

	seat_add(mapper, taken, address, role, machine);
	return address;
}

/* A virtual address that the cluster has whatever its machines.  Its home is a data machine: compute-only ones come and go. */
static void common_take(struct mapper *mapper, enum seat_role role, int64_t machine)
{
	address_value address = 0;
	bool taken = address_take(mapper, mapper->vips, LANE_ENDS, role, machine, &address);

	seat_add(mapper, taken, address, role, machine);
}

static int address_compare(const void *left, const void *right)
{
	const address_value *one = left, *other = right;

	return *one < *other ? -1 : *one > *other;
}

/* Whether they are the first addresses of one aligned block, as a pool gives it. */
static bool is_block(const address_value *addresses, size_t count)
{
	address_value size = 1;

	while (size < count)
		size *= 2;
	return addresses[0] % size == 0 && addresses[count - 1] - addresses[0] == count - 1;
}

/* The virtual addresses of a machine: those that it keeps, and single ones for what is missing; else a block. */
static bool vips_take(struct mapper *mapper, int64_t index, size_t count, address_value *vips, bool *aligned)
{
	enum lane lane = lane_of(mapper->plan, index);
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		kept += kept_take(mapper, mapper->vips, SEAT_PROTOCOL, index, &vips[kept]);
	if (mapper->claiming || !kept)
		return !mapper->claiming && pool_take_block(mapper->vips, lane, count, vips, aligned);
	while (kept < count)
		if (!pool_take(mapper->vips, lane, &vips[kept++]))
			return false;
	qsort(vips, count, sizeof(*vips), address_compare);
	*aligned = is_block(vips, count);
	return true;
}

/* All that one machine has: its addresses, its replication address and its block of VIPs. */
static void machine_seat(struct mapper *mapper, int64_t index)
{
	struct plan *plan = mapper->plan;
	struct machine *machine = &plan->machines[index];
	size_t count = (size_t)plan->deployment->vips_per_node;
	address_value vips[DEPLOYMENT_VIPS_MAX];
	bool taken;

	if (mapper->machines) {
		machine->own = seat_take(mapper, mapper->machines, SEAT_MACHINE, index);
		for (int64_t i = 1; i < plan->demand.each; i++)
			(void)seat_take(mapper, mapper->machines, SEAT_HELD, index);
	}
	if (machine->kind == MACHINE_MANAGEMENT)
		return;
	if (plan->deployment->replication_vips < 0)
		(void)seat_take(mapper, mapper->vips, SEAT_REPLICATION, index);
	taken = vips_take(mapper, index, count, vips, &machine->aligned);
	for (size_t i = 0; i < count; i++)
		seat_add(mapper, taken, vips[i], SEAT_PROTOCOL, index);
	if (!taken)
		return;
	machine->home = range_of(plan->family, vips[0]);
	while (machine->aligned && machine->home.last < vips[count - 1])
		machine->home = range_around(plan->family, vips[0], range_prefix(machine->home) - 1);
}

/* What does not grow with the machines comes first; then one machine after another, so that the next moves none. */
static void map_fill(struct mapper *mapper)
{
	struct plan *plan = mapper->plan;
	const struct demand *demand = &plan->demand;
	int64_t data = plan->deployment->nodes, compute = plan->deployment->compute_nodes;

	for (int64_t i = 0; i < demand->terms[TERM_MANAGEMENT].count; i++)
		(void)seat_take(mapper, mapper->vips, i == 0 ? SEAT_MANAGEMENT : i == 1 ? SEAT_INNER : i == 2 ? SEAT_DNS : SEAT_MANAGEMENT, 0);
	for (int64_t i = 0; mapper->machines && i < demand->terms[TERM_CHECKER].count; i++)
		(void)seat_take(mapper, mapper->machines, SEAT_CHECKER, -1);
	for (int64_t i = 0; mapper->machines && i < demand->terms[TERM_SPARES].count; i++)
		(void)seat_take(mapper, mapper->machines, SEAT_SPARE, -1);
	for (int64_t i = 0; i < plan->deployment->replication_vips; i++)
		common_take(mapper, SEAT_REPLICATION, 1 + i % data);
	machine_seat(mapper, 0);
	for (int64_t i = 0; i < compute; i++)
		machine_seat(mapper, 1 + data + i);
	for (int64_t i = 0; i < data; i++)
		machine_seat(mapper, 1 + i);
}

static int seat_compare(const void *left, const void *right)
{
	const struct seat *one = left, *other = right;

	return one->address < other->address ? -1 : one->address > other->address;
}

/* What nobody was given. */
static int free_find(struct plan *plan, struct error *error)
{
	struct range *taken = scope_alloc(plan->scope, plan->seat_count * sizeof(*taken));
	struct range_set set;

	if (!taken)
		return error_memory(error, "a plan");
	for (size_t i = 0; i < plan->seat_count; i++)
		taken[i] = range_of(plan->family, plan->seats[i].address);
	if (range_set_make(plan->scope, taken, plan->seat_count, &set, error) < 0 ||
	    range_set_subtract(plan->scope, &plan->vip_space, &set, &plan->vip_free, error) < 0)
		return error->code;
	return range_set_subtract(plan->scope, &plan->machine_space, &set, &plan->machine_free, error);
}

/* What is given twice has no one owner: in two ranges, or in a routed range and the machines' subnet. */
static bool owners_single(const struct plan *plan)
{
	const struct ranges *lists[] = {&plan->deployment->ranges, &plan->deployment->machine_ranges};

	for (size_t l = 0; l < sizeof(lists) / sizeof(*lists); l++)
		for (size_t i = 0; i < lists[l]->count; i++)
			for (size_t j = i + 1; j < lists[l]->count; j++)
				if (range_relation(lists[l]->items[i], lists[l]->items[j]) != RELATION_DISJOINT)
					return false;
	/* Of another family there is no way to the machines at all (rule C15). */
	if (plan->machine_space.count && plan->machine_space.items[0].family != plan->family)
		return false;
	return plan->shared || !range_sets_meet(&plan->vip_space, &plan->machine_space);
}

int map_make(struct plan *plan, struct pool *machines, struct pool *vips, struct error *error)
{
	struct mapper mapper = {.plan = plan, .vips = vips,
				.machines = plan->shared ? vips : plan->machine_space.count ? machines : NULL};

	if (!owners_single(plan))
		return 0;
	plan->seats = scope_alloc(plan->scope, (size_t)(plan->demand.machines + plan->demand.vips) * sizeof(*plan->seats));
	if (!plan->seats)
		return error_memory(error, "a plan");
	plan->lost = scope_alloc(plan->scope, (size_t)(plan->demand.machines + plan->demand.vips) * sizeof(*plan->lost));
	if (!plan->lost || keeper_make(plan, &mapper.keeper, error) < 0)
		return error_memory(error, "a plan");
	mapper.claiming = mapper.keeper.count > 0;
	if (mapper.claiming) {
		map_fill(&mapper);
		keeper_rewind(&mapper.keeper);
		mapper.claiming = false;
	}
	map_fill(&mapper);
	if (mapper.failed)
		return error_memory(error, "a plan");
	qsort(plan->seats, plan->seat_count, sizeof(*plan->seats), seat_compare);
	return free_find(plan, error);
}

/* ---- routes ---- */

static void route_add(struct plan *plan, struct range destination, int64_t machine, enum seat_role role)
{
	plan->routes[plan->route_count++] = (struct planned_route){destination, machine, role};
}

/* One route for the block of a machine's VIPs, or one for each; and one for every other virtual address. */
int routes_make(struct plan *plan, struct error *error)
{
	int64_t vips = 0;

	if (plan->deployment->vip_mode != VIP_ROUTED || !plan->seat_count)
		return 0;
	plan->routes = scope_alloc(plan->scope, (plan->seat_count + plan->machine_count) * sizeof(*plan->routes));
	if (!plan->routes)
		return error_memory(error, "a plan");
	for (size_t i = 1; i < plan->machine_count; i++)
		if (plan->machines[i].aligned)
			route_add(plan, plan->machines[i].home, (int64_t)i, SEAT_PROTOCOL);
	for (size_t i = 0; i < plan->seat_count; i++) {
		const struct seat *seat = &plan->seats[i];

		vips += seat_role_virtual(seat->role);
		if (seat_role_virtual(seat->role) && !(seat->role == SEAT_PROTOCOL && plan->machines[seat->machine].aligned))
			route_add(plan, range_of(plan->family, seat->address), seat->machine, seat->role);
	}
	/* All virtual addresses away from home, each in two generations while it moves, over the routes of the homes. */
	plan->routes_worst = (int64_t)plan->route_count + 2 * vips;
	return 0;
}
