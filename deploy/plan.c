/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/plan.h"

#include "deploy/rules.h"

#include <stdlib.h>
#include <string.h>

/* ---- names ---- */

const char *seat_role_name(enum seat_role role)
{
	static const char *const names[] = {"machine", "held", "management-vip", "inner-management-vip", "dns-vip",
					    "replication-vip", "protocol-vip", "checker", "spare"};

	return names[role];
}

bool seat_role_virtual(enum seat_role role)
{
	return role >= SEAT_MANAGEMENT && role <= SEAT_PROTOCOL;
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {"fits", "fits-until", "does-not-fit"};

	return names[verdict];
}

/* ---- the budget ---- */

static void term_set(struct demand *demand, enum demand_term term, const char *name, int64_t count)
{
	bool machines = term <= TERM_SPARES;

	demand->terms[term] = (struct term){name, count, machines};
	*(machines ? &demand->machines : &demand->vips) += count;
}

int demand_make(const struct deployment *deployment, const struct facts *facts, int64_t nodes, struct demand *demand,
		struct error *error)
{
	int64_t each, management, checker, spare, machines = nodes + deployment->compute_nodes;

	if (facts_within(facts, "budget.addresses_per_machine", 1, PLAN_TERM_MOST, &each, error) < 0 ||
	    facts_within(facts, "budget.management_vips", 1, PLAN_TERM_MOST, &management, error) < 0 ||
	    facts_within(facts, "budget.checker_addresses", 0, PLAN_TERM_MOST, &checker, error) < 0 ||
	    facts_within(facts, "budget.spare_machines", 0, PLAN_TERM_MOST, &spare, error) < 0)
		return error->code;
	*demand = (struct demand){.each = each};
	term_set(demand, TERM_MACHINES, "machines, the management's with them", each * (machines + 1));
	term_set(demand, TERM_CHECKER, "checker", checker);
	term_set(demand, TERM_SPARES, "spare machines", each * spare);
	term_set(demand, TERM_MANAGEMENT, "management, inner management and DNS", management);
	term_set(demand, TERM_REPLICATION, "replication", deployment->replication_vips < 0 ? machines : deployment->replication_vips);
	term_set(demand, TERM_PROTOCOL, "protocol VIPs", deployment->vips_per_node * machines);
	return 0;
}

/* ---- spaces ---- */

/* Whether a range is a subnet's or a part of it. */
static const struct subnet *subnet_of(const struct network *network, struct range range)
{
	for (size_t i = 0; i < network->subnet_count; i++) {
		enum relation relation = range_relation(range, network->subnets[i].range);

		if (relation == RELATION_INSIDE || relation == RELATION_EQUAL)
			return &network->subnets[i];
	}
	return NULL;
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

	for (size_t i = 0; in_subnet && i < plan->network->subnet_count; i++) {
		const struct subnet *subnet = &plan->network->subnets[i];

		if (reserved_add(plan, subnet->range, &losses, error) < 0)
			return error->code;
		for (size_t j = 0; j < subnet->used_count; j++)
			loss_add(&losses, subnet->used[j]);
	}
	for (size_t i = 0; !in_subnet && i < plan->network->object_count; i++)
		foreign_add(&plan->network->objects[i], ranges, &losses);
	for (size_t i = 0; i < ranges->count; i++) {
		/* What no subnet is known to hold becomes one. */
		if (in_subnet && !subnet_of(plan->network, ranges->items[i]) && range_prefix(ranges->items[i]) >= 0 &&
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

/* Where the machines' addresses are: in the same ranges, in those that are given, or in the subnet. */
static int spaces_make(struct plan *plan, struct pool *machines, struct pool *vips, struct error *error)
{
	const struct deployment *deployment = plan->deployment;
	struct ranges own = deployment->machine_ranges;
	struct range subnet_range;

	plan->shared = deployment->vip_mode == VIP_IN_SUBNET && !own.count;
	plan->family = deployment->ranges.items[0].family;
	plan->subnet = deployment->machine_subnet ? network_subnet(plan->network, deployment->machine_subnet)
						  : plan->shared ? subnet_of(plan->network, deployment->ranges.items[0])
								 : own.count ? subnet_of(plan->network, own.items[0]) : NULL;
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

/* ---- the verdict ---- */

static bool demand_fits(const struct plan *plan, const struct demand *demand)
{
	bool machines_known = plan->machine_space.count > 0;

	if (plan->shared)
		return (uint64_t)(demand->machines + demand->vips) <= plan->vip_capacity;
	return (uint64_t)demand->vips <= plan->vip_capacity &&
	       (!machines_known || (uint64_t)demand->machines <= plan->machine_capacity);
}

/* The most data machines that fit, by halving: more machines never need less. */
static int nodes_most_find(struct plan *plan, struct error *error)
{
	int64_t fits = 0, not = DEPLOYMENT_NODES_MAX + 1;

	while (not - fits > 1) {
		int64_t middle = fits + (not - fits) / 2;
		struct demand demand;

		if (demand_make(plan->deployment, plan->facts, middle, &demand, error) < 0)
			return error->code;
		*(demand_fits(plan, &demand) ? &fits : &not) = middle;
	}
	plan->nodes_most = fits;
	return 0;
}

/* ---- machines and domains ---- */

/* Domains in one zone: what the cloud can be told to keep apart.  It does not depend on how many machines there are, or growth
 * would move them. */
static int64_t domains_per_zone(const struct plan *plan)
{
	bool azure = plan->deployment->cloud == CLOUD_AZURE;
	const struct limit *limit = facts_limit(plan->facts, azure ? "azure.fault_domains" : "gcp.availability_domains");

	/* A zonal set of Azure's has one domain, which means: as far apart as can be. */
	return (azure && plan->deployment->zone_count) || !limit ? 1 : limit->value;
}

static int domains_make(struct plan *plan, struct error *error)
{
	const struct deployment *deployment = plan->deployment;
	int64_t zones = deployment->zone_count ? (int64_t)deployment->zone_count : 1, each = domains_per_zone(plan);
	int64_t most = deployment->nodes > deployment->compute_nodes ? deployment->nodes : deployment->compute_nodes;

	plan->domain_count = (size_t)(most < zones * each ? most : zones * each);
	plan->domains = scope_alloc(plan->scope, plan->domain_count * sizeof(*plan->domains));
	if (!plan->domains)
		return error_memory(error, "a plan");
	for (size_t i = 0; i < plan->domain_count; i++) {
		struct domain *domain = &plan->domains[i];

		/* Neighbours in number are in different zones first, then in different domains. */
		domain->zone = deployment->zone_count ? deployment->zones[i % (size_t)zones] : NULL;
		domain->name = each == 1 && domain->zone ? domain->zone
			       : scope_print(plan->scope, "%s%sdomain-%zu", domain->zone ? domain->zone : "", domain->zone ? "/" : "",
					     i / (size_t)zones + 1);
		if (!domain->name)
			return error_memory(error, "a plan");
	}
	return 0;
}

static int machine_add(struct plan *plan, enum machine_kind kind, int64_t number, struct error *error)
{
	static const char *const kinds[] = {"management", "data", "compute"};
	struct machine *machine = &plan->machines[plan->machine_count];

	*machine = (struct machine){.kind = kind, .domain = -1};
	machine->name = kind == MACHINE_MANAGEMENT ? scope_print(plan->scope, "%s-management", plan->deployment->name)
						   : scope_print(plan->scope, "%s-%s-%lld", plan->deployment->name, kinds[kind], (long long)number + 1);
	if (!machine->name)
		return error_memory(error, "a plan");
	if (kind != MACHINE_MANAGEMENT)
		machine->domain = number % (int64_t)plan->domain_count;
	if (kind == MACHINE_DATA)
		plan->domains[machine->domain].nodes++;
	plan->machine_count++;
	return 0;
}

static int machines_make(struct plan *plan, struct error *error)
{
	const struct deployment *deployment = plan->deployment;

	plan->machines = scope_alloc(plan->scope, (size_t)(deployment_compute(deployment) + 1) * sizeof(*plan->machines));
	if (!plan->machines)
		return error_memory(error, "a plan");
	if (domains_make(plan, error) < 0 || machine_add(plan, MACHINE_MANAGEMENT, 0, error) < 0)
		return error->code;
	for (int64_t i = 0; i < deployment->nodes; i++)
		if (machine_add(plan, MACHINE_DATA, i, error) < 0)
			return error->code;
	for (int64_t i = 0; i < deployment->compute_nodes; i++)
		if (machine_add(plan, MACHINE_COMPUTE, i, error) < 0)
			return error->code;
	return 0;
}

/* ---- what a fault takes, and what the machines can do ---- */

enum { STRIPS_MOST = 10000 }; /* of a stripe or a buffer's code */

/* Zones with machines in them, where there are several: a zone is lost as one; else domains. */
static int64_t domains_count(const struct plan *plan)
{
	int64_t zones = 0, domains = 0;

	for (size_t z = 0; z < plan->deployment->zone_count; z++)
		for (size_t i = 0; i < plan->domain_count; i++)
			if (plan->domains[i].zone == plan->deployment->zones[z] && plan->domains[i].nodes) {
				zones++;
				break;
			}
	for (size_t i = 0; i < plan->domain_count; i++)
		domains += plan->domains[i].nodes > 0;
	return zones > 1 ? zones : domains;
}

/*
 * The proof that a fault is survived (rule P01).  A stripe has D data strips and P of parity, spread evenly over the domains.  It survives
 * the loss of one where no domain holds more than P strips; so it has at most P strips for each domain, and at least D_least + P: there
 * must be (D_least + P) / P domains, rounded up.
 */
static int stripe_make(struct plan *plan, struct error *error)
{
	int64_t parity, least, most, width;

	if (facts_within(plan->facts, "stripe.parity", 1, STRIPS_MOST, &parity, error) < 0 ||
	    facts_within(plan->facts, "stripe.data_least", 1, STRIPS_MOST, &least, error) < 0 ||
	    facts_within(plan->facts, "stripe.data_most", least, STRIPS_MOST, &most, error) < 0)
		return error->code;
	plan->domains_apart = domains_count(plan);
	plan->domains_needed = (least + parity + parity - 1) / parity;
	plan->stripe_parity = parity;
	width = parity * plan->domains_apart < most + parity ? parity * plan->domains_apart : most + parity;
	if (plan->domains_apart >= plan->domains_needed)
		plan->stripe_data = width - parity;
	return 0;
}

static int64_t clamp(int64_t value, int64_t least, int64_t most)
{
	return value < least ? least : value > most ? most : value;
}

static int estimate_fill(struct plan *plan, struct error *error)
{
	const struct shape *shape = facts_shape(plan->facts, plan->deployment->shape);
	int64_t nodes = plan->deployment->nodes, least, most, parity, data;

	if (!shape || strcmp(shape->cloud, cloud_name(plan->deployment->cloud)) != 0 || strcmp(shape->role, "data") != 0)
		return 0;
	if (facts_within(plan->facts, "buffer.data_least", 1, STRIPS_MOST, &least, error) < 0 ||
	    facts_within(plan->facts, "buffer.data_most", least, STRIPS_MOST, &most, error) < 0 ||
	    facts_within(plan->facts, "buffer.parity", 0, STRIPS_MOST, &parity, error) < 0)
		return error->code;
	data = clamp(nodes - parity, least, most);
	plan->shape = shape;
	plan->estimate = estimate_make(shape, nodes, (struct ratio){data + parity, data},
				       plan->stripe_data ? (struct ratio){plan->stripe_data + plan->stripe_parity, plan->stripe_data} : (struct ratio){1, 1},
				       (struct ratio){plan->deployment->reduction, 1000}, plan->deployment->region);
	/* One machine alone has neither code. */
	if (nodes == 1)
		plan->estimate.read = plan->estimate.burst = plan->estimate.sustained = (struct ceiling){FACTS_UNKNOWN, NULL};
	return 0;
}

/* ---- the map ---- */

struct mapper {
	struct plan *plan;
	struct pool *machines, *vips; /* the same one where they are shared; machines NULL: not known */
	bool failed;
};

static void seat_add(struct mapper *mapper, bool taken, address_value address, enum seat_role role, int64_t machine)
{
	mapper->failed = mapper->failed || !taken;
	if (!mapper->failed)
		mapper->plan->seats[mapper->plan->seat_count++] = (struct seat){address, role, machine};
}

/* Compute-only machines grow on their own. */
static enum lane lane_of(const struct plan *plan, int64_t machine)
{
	return machine >= 0 && plan->machines[machine].kind == MACHINE_COMPUTE ? LANE_MIDDLE : LANE_ENDS;
}

static address_value seat_take(struct mapper *mapper, struct pool *pool, enum seat_role role, int64_t machine)
{
	address_value address = 0;
	bool taken = pool_take(pool, lane_of(mapper->plan, machine), &address);

	seat_add(mapper, taken, address, role, machine);
	return address;
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
	taken = pool_take_block(mapper->vips, lane_of(plan, index), count, vips, &machine->aligned);
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
		(void)seat_take(mapper, mapper->vips, SEAT_REPLICATION, 1 + i % (data + compute));
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

static int map_make(struct plan *plan, struct pool *machines, struct pool *vips, struct error *error)
{
	struct mapper mapper = {.plan = plan, .vips = vips,
				.machines = plan->shared ? vips : plan->machine_space.count ? machines : NULL};

	plan->seats = scope_alloc(plan->scope, (size_t)(plan->demand.machines + plan->demand.vips) * sizeof(*plan->seats));
	if (!plan->seats)
		return error_memory(error, "a plan");
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
static int routes_make(struct plan *plan, struct error *error)
{
	int64_t vips = 0;

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

/* ---- the whole ---- */

/* What is given twice has no one owner: there is no map of it (rule C02). */
static bool ranges_overlap(const struct plan *plan)
{
	const struct ranges *lists[] = {&plan->deployment->ranges, &plan->deployment->machine_ranges};

	for (size_t l = 0; l < sizeof(lists) / sizeof(*lists); l++)
		for (size_t i = 0; i < lists[l]->count; i++)
			for (size_t j = i + 1; j < lists[l]->count; j++)
				if (range_relation(lists[l]->items[i], lists[l]->items[j]) != RELATION_DISJOINT)
					return true;
	return false;
}

static int parts_make(struct plan *plan, struct error *error)
{
	struct pool machines = {0}, vips = {0};

	if (demand_make(plan->deployment, plan->facts, plan->deployment->nodes, &plan->demand, error) < 0 ||
	    demand_make(plan->deployment, plan->facts, plan->deployment->grow_to, &plan->growth, error) < 0 ||
	    spaces_make(plan, &machines, &vips, error) < 0 || nodes_most_find(plan, error) < 0 || machines_make(plan, error) < 0 ||
	    stripe_make(plan, error) < 0 || estimate_fill(plan, error) < 0)
		return error->code;
	plan->verdict = plan->nodes_most >= plan->deployment->grow_to ? VERDICT_FITS
			: plan->nodes_most >= plan->deployment->nodes ? VERDICT_FITS_UNTIL : VERDICT_NOT;
	if (plan->verdict == VERDICT_NOT || ranges_overlap(plan))
		return 0;
	if (map_make(plan, &machines, &vips, error) < 0)
		return error->code;
	return plan->deployment->vip_mode == VIP_ROUTED ? routes_make(plan, error) : 0;
}

int plan_make(struct scope *scope, const struct deployment *deployment, const struct network *network, const struct facts *facts,
	      struct plan *plan, struct error *error)
{
	*plan = (struct plan){.scope = scope, .deployment = deployment, .network = network, .facts = facts,
			      .findings = findings_init(scope)};
	if (parts_make(plan, error) < 0 || rules_apply(plan, error) < 0)
		return error->code;
	if (plan->findings.failed)
		return error_memory(error, "a plan");
	findings_sort(&plan->findings);
	if (plan->findings.refused)
		plan->verdict = VERDICT_NOT;
	return 0;
}
