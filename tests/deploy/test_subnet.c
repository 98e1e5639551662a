/* SPDX-License-Identifier: Apache-2.0 */
/* Plans whose virtual addresses are a subnet's, against an oracle that looks at every address of small random worlds. */
#include "tests/deploy/world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOT = 256, SLOTS = 8, BASE = 0x0a140000 /* 10.20.0.0 */, WORLD = SLOT * SLOTS, TEXT = 8192, NODES_MOST = 400, RANGES_MOST = 8 };

/* ---- drawing ---- */

static int draw(int least, int most)
{
	return least + rand() % (most - least + 1);
}

struct drawn {
	char deployment[TEXT], network[TEXT];
	struct range prefixes[SLOTS]; /* of subnets, a slot each */
	bool taken[SLOTS];
};

/* A span of addresses of a prefix: all of it, a smaller prefix, or any. */
static struct range span_draw(struct range prefix)
{
	int size = (int)range_count(prefix), first = draw(0, size - 1), last = draw(first, size - 1);

	switch (rand() % 3) {
	case 0:
		return prefix;
	case 1:
		return range_around(FAMILY_IPV4, prefix.first + (unsigned)first, draw(range_prefix(prefix), 32));
	default:
		return (struct range){FAMILY_IPV4, prefix.first + (unsigned)first, prefix.first + (unsigned)last};
	}
}

static int slot_draw(struct drawn *drawn)
{
	int slot = draw(0, SLOTS - 1);

	while (drawn->taken[slot])
		slot = (slot + 1) % SLOTS;
	drawn->taken[slot] = true;
	drawn->prefixes[slot] = range_around(FAMILY_IPV4, (unsigned)(BASE + slot * SLOT), draw(24, 29));
	return slot;
}

static size_t text_add(char *text, size_t at, const char *format, ...) __attribute__((format(printf, 3, 4)));
static size_t text_add(char *text, size_t at, const char *format, ...)
{
	va_list list;
	int size;

	va_start(list, format);
	size = vsnprintf(text + at, TEXT - at, format, list);
	va_end(list);
	return at + (size_t)size;
}

static void network_draw(struct drawn *drawn)
{
	static const char *const details[] = {"", "", "", ",\"purpose\":\"proxy\"", ",\"delegated_to\":\"somebody\""};
	char text[RANGE_TEXT];
	size_t at = text_add(drawn->network, 0, "\"subnets\":[");

	for (int i = 0, count = draw(0, 3); i < count; i++) {
		int slot = slot_draw(drawn);

		at = text_add(drawn->network, at, "%s{\"name\":\"s%d\",\"google_access\":true,\"range\":\"%s\"%s,\"used\":[", i ? "," : "", i,
			      range_print(drawn->prefixes[slot], text), details[draw(0, 4)]);
		for (int j = 0, used = draw(0, 4); j < used; j++)
			at = text_add(drawn->network, at, "%s\"%s\"", j ? "," : "",
				      range_print(rand() % 2 ? span_draw(range_around(FAMILY_IPV4, drawn->prefixes[slot].first + (unsigned)draw(0, 255), 29))
							     : range_of(FAMILY_IPV4, drawn->prefixes[slot].first + (unsigned)draw(0, 255)),
						  text));
		at = text_add(drawn->network, at, "],\"secondary\":[");
		if (rand() % 2)
			at = text_add(drawn->network, at, "{\"name\":\"more\",\"range\":\"%s\"}", range_print(drawn->prefixes[slot_draw(drawn)], text));
		at = text_add(drawn->network, at, "]}");
	}
	(void)text_add(drawn->network, at, "]");
}

/* Mostly of the same prefix, now and then of another one or of none. */
static size_t ranges_draw(struct drawn *drawn, size_t at, const char *name, int slot)
{
	char text[RANGE_TEXT];

	at = text_add(drawn->deployment, at, "; %s = [", name);
	for (int i = 0, count = rand() % 3 ? 1 : draw(2, 3); i < count; i++) {
		int one = rand() % 6 ? slot : draw(0, SLOTS - 1);
		struct range prefix = drawn->taken[one] && rand() % 12 ? drawn->prefixes[one]
								       : range_around(FAMILY_IPV4, (unsigned)(BASE + one * SLOT), draw(23, 28));

		at = text_add(drawn->deployment, at, "%s\"%s\"", i ? ", " : "", range_print(span_draw(prefix), text));
	}
	return text_add(drawn->deployment, at, "]");
}

static void world_draw(struct drawn *drawn)
{
	int slot = draw(0, SLOTS - 1), nodes = draw(1, 14);
	size_t at;

	*drawn = (struct drawn){0};
	network_draw(drawn);
	for (int i = 0; !drawn->taken[slot] && i < SLOTS && rand() % 16; i++)
		slot = (slot + 1) % SLOTS;
	at = text_add(drawn->deployment, 0, "nodes = %d; grow_to = %d; vips_per_node = %d; compute_nodes = %d; vip_mode = \"in-subnet\"; skip_edges = %s",
		      nodes, nodes + draw(0, 6), draw(1, 6), draw(0, 2) ? 0 : draw(1, 4), rand() % 4 ? "false" : "true");
	if (rand() % 4 == 0)
		at = text_add(drawn->deployment, at, "; replication_vips = %d", draw(0, nodes));
	at = ranges_draw(drawn, at, "ranges", slot);
	if (rand() % 4 == 0)
		at = ranges_draw(drawn, at, "machine_ranges", draw(0, 1) ? slot : draw(0, SLOTS - 1));
	(void)text_add(drawn->deployment, at, ";");
}

/* ---- the oracle ---- */

static bool in(struct range range, unsigned address)
{
	return range.first <= address && address <= range.last;
}

/* How many addresses of the one are the other's. */
static uint64_t common(struct range one, struct range other)
{
	uint64_t count = 0;

	for (unsigned address = (unsigned)one.first; address <= one.last; address++)
		count += in(other, address);
	return count;
}

static bool is_prefix_of_subnet(const struct object *object)
{
	return object->kind == OBJECT_SUBNET || object->kind == OBJECT_SECONDARY;
}

/* The prefix of a subnet that has all addresses of a range; NULL. */
static const struct object *holder_of(const struct planned *planned, struct range range)
{
	for (size_t i = 0; i < planned->network.object_count; i++)
		if (is_prefix_of_subnet(&planned->network.objects[i]) && common(range, planned->network.objects[i].range) == range_count(range))
			return &planned->network.objects[i];
	return NULL;
}

/* The first four and the last of a subnet on Azure; the first two and the last two of a subnet's own range on Google Cloud. */
static bool kept_of(const struct planned *planned, struct range prefix, unsigned address)
{
	bool azure = planned->deployment.cloud == CLOUD_AZURE;

	return in(prefix, address) && (address - prefix.first < (azure ? 4 : 2) || prefix.last - address < (azure ? 1 : 2));
}

static bool kept(const struct planned *planned, const struct ranges *ranges, const bool *becomes, unsigned address)
{
	for (size_t i = 0; i < planned->network.object_count; i++) {
		const struct object *object = &planned->network.objects[i];

		if (is_prefix_of_subnet(object) && (object->kind == OBJECT_SUBNET || planned->deployment.cloud == CLOUD_AZURE) &&
		    kept_of(planned, object->range, address))
			return true;
	}
	for (size_t i = 0; i < ranges->count; i++)
		if (becomes[i] && kept_of(planned, ranges->items[i], address))
			return true;
	return false;
}

static bool used(const struct planned *planned, unsigned address)
{
	for (size_t i = 0; i < planned->network.subnet_count; i++)
		for (size_t j = 0; j < planned->network.subnets[i].used_count; j++)
			if (in(planned->network.subnets[i].used[j], address))
				return true;
	return false;
}

struct space {
	bool usable[3 * WORLD]; /* from BASE - WORLD */
	uint64_t count;
};

static void space_look(const struct planned *planned, const struct ranges *ranges, struct space *space)
{
	bool becomes[RANGES_MOST]; /* a range that is no subnet's is to become one */

	*space = (struct space){.count = 0};
	for (size_t i = 0; i < ranges->count; i++)
		becomes[i] = !holder_of(planned, ranges->items[i]) && range_prefix(ranges->items[i]) >= 0;
	for (unsigned i = 0; i < 3 * WORLD; i++) {
		unsigned address = BASE - WORLD + i;

		for (size_t j = 0; j < ranges->count; j++)
			space->usable[i] = space->usable[i] || in(ranges->items[j], address);
		if (space->usable[i] && (kept(planned, ranges, becomes, address) || used(planned, address) ||
					 (planned->deployment.skip_edges && ((address & 255) == 0 || (address & 255) == 255))))
			space->usable[i] = false;
		space->count += space->usable[i];
	}
}

/* What the oracle says of a world. */
struct oracle {
	bool shared, known;      /* machines and virtual addresses are of the same ranges; it is known where the machines' are */
	struct ranges machines;  /* the machines' */
	struct range own;        /* where they are a subnet's: its own range */
	const struct object *subnet; /* a prefix of the machines' subnet; NULL: not known */
	struct space vip, machine;
	bool twice, given_twice; /* an address is named twice; one that can be used would have two owners */
};

static bool lists_meet(const struct ranges *one, const struct ranges *other)
{
	for (size_t i = 0; i < one->count; i++)
		for (size_t j = one == other ? i + 1 : 0; j < other->count; j++)
			if (common(one->items[i], other->items[j]))
				return true;
	return false;
}

static bool is_secondary(const struct planned *planned, const struct ranges *ranges)
{
	for (size_t i = 0; i < ranges->count; i++) {
		const struct object *holder = holder_of(planned, ranges->items[i]);

		if (holder && holder->kind == OBJECT_SECONDARY && planned->deployment.cloud == CLOUD_GCP)
			return true;
	}
	return false;
}

/* Machines of Google's have their own address in a subnet's own range, wherever their virtual ones are. */
static void world_look(const struct planned *planned, struct oracle *oracle)
{
	const struct deployment *deployment = &planned->deployment;

	oracle->shared = !deployment->machine_ranges.count && !is_secondary(planned, &deployment->ranges);
	oracle->machines = deployment->machine_ranges.count ? deployment->machine_ranges : deployment->ranges;
	oracle->subnet = holder_of(planned, oracle->machines.items[0]);
	if (!oracle->shared && !deployment->machine_ranges.count) {
		oracle->own = oracle->subnet ? planned->network.subnets[oracle->subnet->part].range : (struct range){0};
		oracle->machines = (struct ranges){&oracle->own, oracle->subnet ? 1 : 0, NULL};
	}
	oracle->known = oracle->shared || oracle->machines.count;
	space_look(planned, &deployment->ranges, &oracle->vip);
	space_look(planned, &oracle->machines, &oracle->machine);
	oracle->twice = lists_meet(&deployment->ranges, &deployment->ranges) || lists_meet(&deployment->machine_ranges, &deployment->machine_ranges) ||
			 (!oracle->shared && lists_meet(&deployment->ranges, &oracle->machines));
	oracle->given_twice = lists_meet(&deployment->ranges, &deployment->ranges) || lists_meet(&deployment->machine_ranges, &deployment->machine_ranges);
	for (unsigned i = 0; i < 3 * WORLD && !oracle->shared; i++)
		oracle->given_twice = oracle->given_twice || (oracle->vip.usable[i] && oracle->machine.usable[i]);
}

/* ---- the budget, as the issue has it ---- */

static uint64_t machines_needed(const struct deployment *deployment, int64_t nodes)
{
	return (uint64_t)(2 * (nodes + deployment->compute_nodes + 1) + 1 + 4);
}

static uint64_t vips_needed(const struct deployment *deployment, int64_t nodes)
{
	int64_t machines = nodes + deployment->compute_nodes, replication = deployment->replication_vips;

	return (uint64_t)(3 + (replication < 0 ? machines : replication) + deployment->vips_per_node * machines);
}

static bool fits(const struct planned *planned, const struct oracle *oracle, int64_t nodes)
{
	uint64_t machines = machines_needed(&planned->deployment, nodes), vips = vips_needed(&planned->deployment, nodes);

	if (oracle->shared)
		return machines + vips <= oracle->vip.count;
	return vips <= oracle->vip.count && (machines <= oracle->machine.count || !oracle->known);
}

static void budget_agrees(const struct planned *planned, const struct oracle *oracle)
{
	const struct plan *plan = &planned->plan;
	int64_t most = 0;

	while (fits(planned, oracle, most + 1) && most < NODES_MOST)
		most++;
	CU_ASSERT_EQUAL(plan->vip_capacity, oracle->vip.count);
	CU_ASSERT_EQUAL(plan->machine_capacity, oracle->machine.count);
	CU_ASSERT_EQUAL(plan->shared, oracle->shared);
	CU_ASSERT(most == NODES_MOST ? plan->nodes_most >= most : plan->nodes_most == most);
	CU_ASSERT_EQUAL(plan->seat_count > 0, most >= planned->deployment.nodes && !oracle->given_twice);
	CU_ASSERT_EQUAL(plan->verdict == VERDICT_NOT, plan->findings.refused > 0);
	if (most < planned->deployment.nodes)
		CU_ASSERT(plan->verdict == VERDICT_NOT && planned_finding(planned, "C05", "the "));
	if (plan->verdict != VERDICT_NOT)
		CU_ASSERT_EQUAL(plan->verdict == VERDICT_FITS, most >= planned->deployment.grow_to);
}

/* ---- what is wrong with a range ---- */

static bool is_refused(const struct planned *planned, const char *code, struct range range)
{
	char object[RANGE_TEXT + 16], text[RANGE_TEXT];

	(void)snprintf(object, sizeof(object), "range %s", range_print(range, text));
	for (size_t i = 0; i < planned->plan.findings.count; i++) {
		const struct finding *finding = &planned->plan.findings.items[i];

		if (strcmp(finding->code, code) == 0 && finding->severity == SEVERITY_REFUSED &&
		    (strcmp(finding->object, object) == 0 || strcmp(finding->other, object) == 0))
			return true;
	}
	return false;
}

/* In no subnet or only partly; in one that is kept for something; in another one than the machines. */
static bool is_misplaced(const struct planned *planned, const struct oracle *oracle, struct range range, bool machines)
{
	const struct object *holder = holder_of(planned, range);
	bool touches = false;

	for (size_t i = 0; i < planned->network.object_count; i++)
		touches = touches || common(planned->network.objects[i].range, range);
	if (!holder)
		return touches || (!machines && planned->network.object_count);
	if (planned->network.subnets[holder->part].purpose || planned->network.subnets[holder->part].delegated_to)
		return true;
	if (machines && holder->kind == OBJECT_SECONDARY && planned->deployment.cloud == CLOUD_GCP)
		return true;
	return oracle->subnet && oracle->subnet->part != holder->part;
}

static void refusals_agree(const struct planned *planned, const struct oracle *oracle)
{
	const char *code = planned->deployment.cloud == CLOUD_AZURE ? "A03" : "G03";
	const struct ranges *lists[] = {&planned->deployment.ranges, &planned->deployment.machine_ranges};

	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; i < lists[l]->count; i++) {
			struct range range = lists[l]->items[i];
			bool wanted = false;

			/* A range that is in both lists is told under the same words. */
			for (size_t k = 0; k < 2; k++)
				for (size_t j = 0; j < lists[k]->count; j++)
					if (range_relation(lists[k]->items[j], range) == RELATION_EQUAL)
						wanted = wanted || is_misplaced(planned, oracle, range, k == 1);
			CU_ASSERT_EQUAL(is_refused(planned, code, range), wanted);
		}
	CU_ASSERT_EQUAL(planned_finding(planned, "C02", NULL) != NULL, oracle->twice);
}

/* ---- the map ---- */

static bool is_free(const struct range_set *set, unsigned address)
{
	for (size_t i = 0; i < set->count; i++)
		if (in(set->items[i], address))
			return true;
	return false;
}

/* Every address that can be used is somebody's or free, and no other is either. */
static void complement_is_right(const struct planned *planned, const struct oracle *oracle)
{
	const struct plan *plan = &planned->plan;
	bool given[3 * WORLD] = {false};

	for (size_t i = 0; i < plan->seat_count; i++)
		given[(unsigned)plan->seats[i].address - (BASE - WORLD)] = true;
	for (unsigned i = 0; i < 3 * WORLD; i++) {
		unsigned address = BASE - WORLD + i;

		if (is_free(&plan->vip_free, address) != (oracle->vip.usable[i] && !given[i]) ||
		    is_free(&plan->machine_free, address) != (oracle->machine.usable[i] && !given[i]))
			CU_FAIL("an address is neither given nor free, or it is both");
	}
}

static void map_is_right(const struct planned *planned, const struct oracle *oracle)
{
	const struct plan *plan = &planned->plan;
	int64_t nodes = planned->deployment.nodes;
	uint64_t machines = 0, vips = 0;

	for (size_t i = 0; i < plan->seat_count; i++) {
		const struct seat *seat = &plan->seats[i];
		bool is_virtual = seat_role_virtual(seat->role);

		CU_ASSERT(!i || plan->seats[i - 1].address < seat->address);
		CU_ASSERT((is_virtual ? &oracle->vip : &oracle->machine)->usable[(unsigned)seat->address - (BASE - WORLD)]);
		*(is_virtual ? &vips : &machines) += 1;
	}
	CU_ASSERT_EQUAL(vips, vips_needed(&planned->deployment, nodes));
	CU_ASSERT_EQUAL(machines, oracle->known ? machines_needed(&planned->deployment, nodes) : 0);
	for (size_t i = 1; i < plan->machine_count; i++) {
		int64_t own = 0, protocol = 0;

		for (size_t j = 0; j < plan->seat_count; j++)
			if (plan->seats[j].machine == (int64_t)i) {
				own += plan->seats[j].role == SEAT_MACHINE;
				protocol += plan->seats[j].role == SEAT_PROTOCOL;
			}
		CU_ASSERT(own == oracle->known && protocol == planned->deployment.vips_per_node);
	}
	CU_ASSERT_EQUAL(plan->route_count, 0);
	complement_is_right(planned, oracle);
}

static void grown_compare(const struct drawn *drawn, enum cloud cloud, const struct planned *small)
{
	PLANNED_CLEANUP struct planned large = {0};
	int64_t most = small->plan.nodes_most < 40 ? small->plan.nodes_most : 40;
	const char *behind = strstr(drawn->deployment, "; vips_per_node");
	char text[TEXT + 40];
	int nodes;

	if (most <= small->deployment.nodes)
		return;
	nodes = draw((int)small->deployment.nodes + 1, (int)most);
	(void)snprintf(text, sizeof(text), "nodes = %d; grow_to = %d%s", nodes, nodes, behind);
	planned_make(&large, cloud, text, drawn->network);
	CU_ASSERT(large.plan.seat_count > small->plan.seat_count);
	planned_grown(small, &large);
}

static void plans_agree_with_every_address(void)
{
	const char *wanted = getenv("APOLLO_SEED");
	unsigned seed = wanted ? (unsigned)strtoul(wanted, NULL, 10) : 20261125;
	int mapped = 0, apart = 0;

	srand(seed);
	for (int round = 0; round < 3000; round++) {
		static struct drawn drawn;
		static struct oracle oracle;
		enum cloud cloud = round % 2 ? CLOUD_AZURE : CLOUD_GCP;
		PLANNED_CLEANUP struct planned planned;
		unsigned failed = CU_get_number_of_failures();

		world_draw(&drawn);
		planned_make(&planned, cloud, drawn.deployment, drawn.network);
		world_look(&planned, &oracle);
		budget_agrees(&planned, &oracle);
		refusals_agree(&planned, &oracle);
		if (planned.plan.seat_count) {
			map_is_right(&planned, &oracle);
			grown_compare(&drawn, cloud, &planned);
			mapped++;
			apart += !oracle.shared;
		}
		if (CU_get_number_of_failures() != failed) {
			(void)printf("\n    round %d on %s:\n    %s\n    %s\n", round, cloud_name(cloud), drawn.deployment, drawn.network);
			for (size_t i = 0; i < planned.plan.findings.count; i++)
				(void)printf("      %s %s | %s | %s\n", planned.plan.findings.items[i].code, planned.plan.findings.items[i].object,
					     planned.plan.findings.items[i].other, planned.plan.findings.items[i].message);
			round = 3000;
		}
	}
	(void)printf("(APOLLO_SEED=%u, %d with a map, %d of them with machines apart) ", seed, mapped, apart);
	CU_ASSERT(mapped > 300 && apart > 20);
}

static const struct unit_test tests[] = {
	{"plans in a subnet agree with every address of random worlds", plans_agree_with_every_address},
};

int main(void)
{
	return UNIT_RUN("plans in a subnet", tests);
}
