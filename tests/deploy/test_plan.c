/* SPDX-License-Identifier: Apache-2.0 */
/* A plan against an oracle that looks at every address of small random worlds. */
#include "tests/deploy/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORLD = 2048, BASE = 0x0a140000 /* 10.20.0.0 */, TEXT = 4096 };

/* ---- drawing ---- */

static int draw(int least, int most)
{
	return least + rand() % (most - least + 1);
}

static void range_draw(char *text, size_t size, int longest)
{
	char one[RANGE_TEXT];
	int first = draw(0, WORLD - 1), last = first + draw(0, longest - 1);
	struct range range = {FAMILY_IPV4, (unsigned)(BASE + first), (unsigned)(BASE + (last < WORLD ? last : WORLD - 1))};

	if (rand() % 2) /* a prefix */
		range = range_around(FAMILY_IPV4, range.first, draw(22, 30));
	(void)snprintf(text, size, "%s", range_print(range, one));
}

struct drawn {
	char deployment[TEXT], network[TEXT];
};

static void world_draw(struct drawn *drawn, enum cloud cloud)
{
	char range[RANGE_TEXT], *at = drawn->deployment, *end = drawn->deployment + TEXT;
	int ranges = draw(1, 3);

	at += snprintf(at, (size_t)(end - at), "nodes = %d; vips_per_node = %d; compute_nodes = %d; vip_mode = \"routed\"; ranges = [", draw(8, 20), draw(2, 6),
		       draw(0, 2) ? 0 : draw(1, 4));
	for (int i = 0; i < ranges; i++) {
		range_draw(range, sizeof(range), 300);
		at += snprintf(at, (size_t)(end - at), "%s\"%s\"", i ? ", " : "", range);
	}
	at += snprintf(at, (size_t)(end - at), "]; skip_edges = %s;", rand() % 4 ? "false" : "true");
	if (rand() % 3 == 0)
		at += snprintf(at, (size_t)(end - at), " replication_vips = %d;", draw(0, 24));
	at = drawn->network;
	end = drawn->network + TEXT;
	at += snprintf(at, (size_t)(end - at), "\"subnets\":[");
	for (int i = 0, count = draw(0, 3); i < count; i++) {
		range_draw(range, sizeof(range), 40);
		at += snprintf(at, (size_t)(end - at), "%s{\"name\":\"s%d\",\"range\":\"%s\"}", i ? "," : "", i, range);
	}
	at += snprintf(at, (size_t)(end - at), "],\"peerings\":[");
	for (int i = 0, count = draw(0, 2); i < count; i++) {
		range_draw(range, sizeof(range), 30);
		at += snprintf(at, (size_t)(end - at), "%s{\"name\":\"p%d\",\"ranges\":[\"%s\"],\"exports\":true,\"peer_imports\":true}", i ? "," : "", i, range);
	}
	at += snprintf(at, (size_t)(end - at), "],\"reserved\":[");
	if (rand() % 2) {
		range_draw(range, sizeof(range), 30);
		at += snprintf(at, (size_t)(end - at), "{\"name\":\"r\",\"range\":\"%s\"}", range);
	}
	(void)snprintf(at, (size_t)(end - at), "],\"on_premises\":[],\"quotas\":[{\"name\":\"STATIC_ROUTES_PER_NETWORK\",\"limit\":5000}]");
	(void)cloud;
}

/* ---- the oracle ---- */

static bool in(struct range range, unsigned address)
{
	return range.family == FAMILY_IPV4 && range.first <= address && address <= range.last;
}

/* Whether an address is the object's: of a range that has others too, which are not. */
static bool lost(const struct planned *planned, struct range object, unsigned address)
{
	for (size_t i = 0; in(object, address) && i < planned->deployment.ranges.count; i++) {
		struct range range = planned->deployment.ranges.items[i];

		for (unsigned other = BASE - 1024; in(range, address) && other < BASE + WORLD + 1024; other++)
			if (in(range, other) && !in(object, other))
				return true;
	}
	return false;
}

/* How many addresses can be used, one by one. */
static uint64_t usable_count(const struct planned *planned, bool usable[static WORLD + 2048])
{
	uint64_t count = 0;

	for (unsigned i = 0; i < WORLD + 2048; i++) {
		unsigned address = BASE - 1024 + i;

		usable[i] = false;
		for (size_t j = 0; j < planned->deployment.ranges.count; j++)
			usable[i] = usable[i] || in(planned->deployment.ranges.items[j], address);
		for (size_t j = 0; j < planned->network.object_count; j++)
			if (planned->network.objects[j].kind == OBJECT_SUBNET || planned->network.objects[j].kind == OBJECT_PEER)
				usable[i] = usable[i] && !lost(planned, planned->network.objects[j].range, address);
		if (planned->deployment.skip_edges && ((address & 255) == 0 || (address & 255) == 255))
			usable[i] = false;
		count += usable[i];
	}
	return count;
}

/* Whether two ranges have an address in common, and whether the one has all of the other. */
static void look(struct range one, struct range other, bool *meet, bool *around)
{
	*meet = false;
	*around = true;
	for (unsigned address = BASE - 1024; address < BASE + WORLD + 1024; address++) {
		*meet = *meet || (in(one, address) && in(other, address));
		*around = *around && (!in(other, address) || in(one, address));
	}
	*around = *around && *meet && !(one.first == other.first && one.last == other.last);
}

/* Each collision that the addresses show is told, and no other. */
static void collisions_agree(const struct planned *planned)
{
	const bool azure = planned->deployment.cloud == CLOUD_AZURE;
	size_t wanted = 0, told = 0;

	for (size_t i = 0; i < planned->deployment.ranges.count; i++)
		for (size_t j = 0; j < planned->network.object_count; j++) {
			const struct object *object = &planned->network.objects[j];
			const char *code = object->kind == OBJECT_RESERVED ? "C06" : azure ? "A04" : "G04";
			bool meet, around, found = false;
			char mine[RANGE_TEXT + 16], text[RANGE_TEXT];

			look(planned->deployment.ranges.items[i], object->range, &meet, &around);
			(void)snprintf(mine, sizeof(mine), "range %s", range_print(planned->deployment.ranges.items[i], text));
			for (size_t k = 0; k < planned->plan.findings.count; k++) {
				const struct finding *finding = &planned->plan.findings.items[k];
				bool refused = azure || object->kind == OBJECT_RESERVED || !around;

				found = found || (strcmp(finding->code, code) == 0 && strcmp(finding->object, mine) == 0 &&
						  strncmp(finding->other, object->name, strlen(object->name)) == 0 &&
						  finding->severity == (refused ? SEVERITY_REFUSED : SEVERITY_WARNING));
			}
			if (found != meet)
				CU_FAIL("a collision that is there is not told, or one that is not is");
			wanted += meet;
		}
	for (size_t k = 0; k < planned->plan.findings.count; k++)
		told += strcmp(planned->plan.findings.items[k].code, "A04") == 0 || strcmp(planned->plan.findings.items[k].code, "G04") == 0 ||
			strcmp(planned->plan.findings.items[k].code, "C06") == 0;
	/* The same range given twice is told twice, under the same words. */
	CU_ASSERT(told == wanted);
}

/* The machine that a packet to this address reaches: the longest prefix wins. */
static int64_t routed_to(const struct plan *plan, address_value address)
{
	int64_t machine = -1;
	int longest = -1;

	for (size_t i = 0; i < plan->route_count; i++)
		if (plan->routes[i].destination.first <= address && address <= plan->routes[i].destination.last &&
		    range_prefix(plan->routes[i].destination) > longest) {
			longest = range_prefix(plan->routes[i].destination);
			machine = plan->routes[i].machine;
		}
	return machine;
}

/* Every seat is a usable address, no address is given twice, and every VIP is led to its owner. */
static void map_is_right(const struct planned *planned, const bool usable[static WORLD + 2048])
{
	const struct plan *plan = &planned->plan;
	int64_t vips = 0;

	for (size_t i = 0; i < plan->seat_count; i++) {
		const struct seat *seat = &plan->seats[i];

		CU_ASSERT(usable[(unsigned)seat->address - (BASE - 1024)]);
		CU_ASSERT(!i || plan->seats[i - 1].address < seat->address);
		CU_ASSERT(!seat_role_virtual(seat->role) || routed_to(plan, seat->address) == seat->machine);
		vips += seat_role_virtual(seat->role);
		CU_ASSERT(!range_set_holds(&plan->vip_free, range_of(FAMILY_IPV4, seat->address)));
	}
	CU_ASSERT_EQUAL(vips, plan->demand.vips);
	CU_ASSERT_EQUAL(range_set_count(&plan->vip_free) + plan->seat_count, plan->vip_capacity);
}

static void grown_compare(const struct drawn *drawn, enum cloud cloud, const struct planned *small)
{
	struct planned large;
	char text[TEXT];
	const char *behind = strchr(drawn->deployment, ';');

	bool moving = small->deployment.replication_vips > small->deployment.nodes;

	/* What growth would move is refused, and nothing else is for that. */
	CU_ASSERT_EQUAL(planned_finding(small, "C07", NULL) != NULL, moving);
	if (!small->plan.seat_count || small->plan.nodes_most <= small->deployment.nodes || moving)
		return;
	(void)snprintf(text, sizeof(text), "nodes = %d%s",
		       draw((int)small->deployment.nodes + 1, (int)(small->plan.nodes_most < 60 ? small->plan.nodes_most : 60)), behind);
	planned_make(&large, cloud, text, drawn->network);
	CU_ASSERT(large.plan.seat_count > small->plan.seat_count);
	planned_grown(small, &large);
	planned_release(&large);
}

static void plans_agree_with_every_address(void)
{
	const char *wanted = getenv("APOLLO_SEED");
	unsigned seed = wanted ? (unsigned)strtoul(wanted, NULL, 10) : 20261125;
	int mapped = 0;

	srand(seed);
	for (int round = 0; round < 2000; round++) {
		static bool usable[WORLD + 2048];
		static struct drawn drawn;
		enum cloud cloud = round % 2 ? CLOUD_AZURE : CLOUD_GCP;
		struct planned planned;
		uint64_t count;
		unsigned failed = CU_get_number_of_failures();

		world_draw(&drawn, cloud);
		planned_make(&planned, cloud, drawn.deployment, drawn.network);
		count = usable_count(&planned, usable);
		CU_ASSERT_EQUAL(planned.plan.vip_capacity, count);
		CU_ASSERT_EQUAL(planned.plan.seat_count > 0,
				(uint64_t)planned.plan.demand.vips <= count && !planned_finding(&planned, "C02", NULL));
		CU_ASSERT_EQUAL(planned_finding(&planned, "C05", "ranges of the VIPs") != NULL, (uint64_t)planned.plan.demand.vips > count);
		CU_ASSERT_EQUAL(planned.plan.verdict == VERDICT_NOT, planned.plan.findings.refused > 0);
		collisions_agree(&planned);
		if (planned.plan.seat_count) {
			map_is_right(&planned, usable);
			grown_compare(&drawn, cloud, &planned);
			mapped++;
		}
		if (CU_get_number_of_failures() != failed) {
			(void)printf("\n    round %d:\n    %s\n    %s\n", round, drawn.deployment, drawn.network);
			round = 2000;
		}
		planned_release(&planned);
	}
	(void)printf("(APOLLO_SEED=%u, %d with a map) ", seed, mapped);
	CU_ASSERT(mapped > 500);
}

/* The budget of section 1.4's example: 8 nodes with 4 VIPs each need 66 addresses of one subnet. */
static void budget_is_the_published_one(void)
{
	PLANNED_CLEANUP struct planned planned;

	planned_make(&planned, CLOUD_GCP, "vip_mode = \"in-subnet\"; ranges = \"10.20.0.0/26\";", NULL);
	CU_ASSERT_EQUAL(planned.plan.demand.machines + planned.plan.demand.vips, 66);
	CU_ASSERT_EQUAL(planned.plan.vip_capacity, 60);
	CU_ASSERT_EQUAL(planned.plan.verdict, VERDICT_NOT);
	CU_ASSERT_PTR_NOT_NULL(planned_finding(&planned, "C05", NULL));
	UNIT_HOLDS(planned_finding(&planned, "C05", NULL)->suggestion, "give 6 addresses more, or a /25");
}

/* Compute-only machines grow from the middle, so that neither kind moves the other. */
static void compute_only_grows_apart(void)
{
	PLANNED_CLEANUP struct planned small, large;

	planned_make(&small, CLOUD_GCP, "vip_mode = \"in-subnet\"; compute_nodes = 2; ranges = \"10.20.0.0/23\";", NULL);
	planned_make(&large, CLOUD_GCP, "vip_mode = \"in-subnet\"; nodes = 11; compute_nodes = 7; ranges = \"10.20.0.0/23\";", NULL);
	CU_ASSERT(small.plan.seat_count > 0 && large.plan.seat_count > small.plan.seat_count);
	planned_grown(&small, &large);
}

static const struct unit_test tests[] = {
	{"plans agree with every address of random worlds", plans_agree_with_every_address},
	{"the budget is the published one", budget_is_the_published_one},
	{"compute-only machines grow apart", compute_only_grows_apart},
};

int main(void)
{
	return UNIT_RUN("plans", tests);
}
