/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/stages.h"

#include <string.h>

/* ---- spaces ---- */

/* The subnet that a range is of; NULL: of none. */
static const struct subnet *subnet_of(const struct network *network, struct range range)
{
	const struct object *holder = network_holder(network, range);

	return holder ? &network->subnets[holder->part] : NULL;
}

/* Machines of Google's have their own address in a subnet's own range, never in a secondary one. */
static bool machines_apart(const struct plan *plan)
{
	const struct ranges *ranges = &plan->deployment->ranges;

	for (size_t i = 0; plan->deployment->cloud == CLOUD_GCP && i < ranges->count; i++) {
		const struct object *holder = network_holder(plan->network, ranges->items[i]);

		if (holder && holder->kind == OBJECT_SECONDARY)
			return true;
	}
	return false;
}

struct losses {
	struct scope *scope;
	struct range *items;
	size_t count, room;
	bool failed;
};

static void loss_add(struct losses *losses, struct range range)
{
	if (losses->count == losses->room) {
		size_t room = losses->room ? 2 * losses->room : 256;
		struct range *items = scope_alloc(losses->scope, room * sizeof(*items));

		losses->failed = losses->failed || !items;
		if (!items)
			return;
		if (losses->count)
			memcpy(items, losses->items, losses->count * sizeof(*items));
		losses->items = items;
		losses->room = room;
	}
	losses->items[losses->count++] = range;
}

/* What the cloud keeps of a subnet with this range (rules A01, G01). */
static int reserved_add(const struct plan *plan, struct range range, struct losses *losses, struct error *error)
{
	bool azure = plan->deployment->cloud == CLOUD_AZURE;
	int64_t first, last;

	if (facts_value(plan->facts, azure ? "azure.reserved_first" : "gcp.reserved_first", &first, error) < 0 ||
	    facts_value(plan->facts, azure ? "azure.reserved_last" : "gcp.reserved_last", &last, error) < 0)
		return error->code;
	if (range.last - range.first < (uint64_t)(first + last)) {
		loss_add(losses, range);
		return 0;
	}
	if (first)
		loss_add(losses, (struct range){range.family, range.first, range.first + (uint64_t)(first - 1)});
	if (last)
		loss_add(losses, (struct range){range.family, range.last - (uint64_t)(last - 1), range.last});
	return 0;
}

/* Old clients take no address that ends in .0 or .255 (rule C09). */
static void edges_add(struct range range, struct losses *losses)
{
	for (address_value at = range.first & ~(address_value)255; at <= range.last; at += 256) {
		loss_add(losses, range_of(range.family, at));
		loss_add(losses, range_of(range.family, at | 255));
	}
}

/* What a routed range has in common with a subnet in it is the subnet's.  A range that is all in a subnet is refused for that alone:
 * how large it is can still be said. */
static void foreign_add(const struct object *object, const struct ranges *ranges, struct losses *losses)
{
	if (object->kind == OBJECT_SPACE || object->kind > OBJECT_SERVICE)
		return;
	for (size_t i = 0; i < ranges->count; i++) {
		enum relation relation = range_relation(ranges->items[i], object->range);
		struct range both;

		if ((relation == RELATION_CONTAINS || relation == RELATION_PARTIAL) &&
		    range_intersect(ranges->items[i], object->range, &both))
			loss_add(losses, both);
	}
}

/* What cannot be given of these ranges: kept by the cloud, in use, or at an edge. */
static int losses_find(struct plan *plan, const struct ranges *ranges, bool in_subnet, struct range_set *lost,
		       struct error *error)
{
	struct losses losses = {.scope = plan->scope};
	bool azure = plan->deployment->cloud == CLOUD_AZURE;

	for (size_t i = 0; i < plan->network->object_count; i++) {
		const struct object *object = &plan->network->objects[i];

		if (!in_subnet)
			foreign_add(object, ranges, &losses);
		/* Secondary ranges of Google's lose nothing. */
		else if ((object->kind == OBJECT_SUBNET || (object->kind == OBJECT_SECONDARY && azure)) &&
			 reserved_add(plan, object->range, &losses, error) < 0)
			return error->code;
	}
	for (size_t i = 0; in_subnet && i < plan->network->owned_count; i++)
		if (strcmp(plan->network->owned[i].owner, plan->deployment->name) != 0)
			loss_add(&losses, plan->network->owned[i].range);
	for (size_t i = 0; in_subnet && i < plan->network->subnet_count; i++)
		for (size_t j = 0; j < plan->network->subnets[i].used_count; j++)
			loss_add(&losses, plan->network->subnets[i].used[j]);
	for (size_t i = 0; i < ranges->count; i++) {
		/* What no subnet is known to hold becomes one. */
		if (in_subnet && !network_holder(plan->network, ranges->items[i]) && range_prefix(ranges->items[i]) >= 0 &&
		    reserved_add(plan, ranges->items[i], &losses, error) < 0)
			return error->code;
		if (plan->deployment->skip_edges && ranges->items[i].family == FAMILY_IPV4 &&
		    range_count(ranges->items[i]) <= PLAN_EDGES_MOST)
			edges_add(ranges->items[i], &losses);
	}
	if (losses.failed)
		return error_memory(error, "a plan");
	return range_set_make(plan->scope, losses.items, losses.count, lost, error);
}

/* The space and the pool of some ranges. */
static int space_make(struct plan *plan, const struct ranges *ranges, bool in_subnet, struct range_set *space,
		      struct pool *pool, struct error *error)
{
	struct range_set all, lost;

	if (losses_find(plan, ranges, in_subnet, &lost, error) < 0 ||
	    range_set_make(plan->scope, ranges->items, ranges->count, &all, error) < 0 ||
	    range_set_subtract(plan->scope, &all, &lost, space, error) < 0)
		return error->code;
	return pool_make(plan->scope, ranges->items, ranges->count, &lost, pool, error);
}

/* Which range of a subnet the virtual addresses are of, if it is one. */
static void holder_find(struct plan *plan)
{
	const struct ranges *ranges = &plan->deployment->ranges;

	if (plan->deployment->vip_mode != VIP_IN_SUBNET)
		return;
	plan->vip_holder = network_holder(plan->network, ranges->items[0]);
	for (size_t i = 1; i < ranges->count; i++)
		if (network_holder(plan->network, ranges->items[i]) != plan->vip_holder)
			plan->vip_holders_mixed = true;
}

/* Where the machines' addresses are: in the same ranges, in those that are given, or in the subnet. */
int spaces_make(struct plan *plan, struct pool *machines, struct pool *vips, struct error *error)
{
	const struct deployment *deployment = plan->deployment;
	struct ranges own = deployment->machine_ranges;
	struct range subnet_range;

	plan->shared = deployment->vip_mode == VIP_IN_SUBNET && !own.count && !machines_apart(plan);
	plan->family = deployment->ranges.items[0].family;
	plan->subnet = deployment->machine_subnet ? network_subnet(plan->network, deployment->machine_subnet, deployment->region)
		       : own.count ? subnet_of(plan->network, own.items[0])
		       : deployment->vip_mode == VIP_IN_SUBNET ? subnet_of(plan->network, deployment->ranges.items[0]) : NULL;
	holder_find(plan);
	if (!own.count && plan->subnet) {
		subnet_range = plan->subnet->range;
		own = (struct ranges){&subnet_range, 1, NULL};
	}
	if (space_make(plan, &deployment->ranges, deployment->vip_mode == VIP_IN_SUBNET, &plan->vip_space, vips, error) < 0)
		return error->code;
	plan->vip_capacity = range_set_count(&plan->vip_space);
	if (plan->shared) {
		plan->machine_space = plan->vip_space;
		plan->machine_capacity = plan->vip_capacity;
		return 0;
	}
	if (space_make(plan, &own, true, &plan->machine_space, machines, error) < 0)
		return error->code;
	plan->machine_capacity = range_set_count(&plan->machine_space);
	return 0;
}
