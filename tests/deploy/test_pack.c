/* SPDX-License-Identifier: Apache-2.0 */
/* The hand-off pack: every address has a way while machines are away, the documents say what the plan says, and what ends growth. */
#include "core/json.h"
#include "deploy/handoff.h"
#include "deploy/pack.h"
#include "deploy/page.h"
#include "tests/deploy/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NODES "\"subnets\":[{\"name\":\"nodes\",\"range\":\"10.1.0.0/23\",\"google_access\":true}]"
#define MACHINES "machine_subnet = \"nodes\"; "

enum { ROUNDS = 60, SETTINGS = 512 };

/* A deployment by the dice: both clouds, zones or none, both modes, home blocks or none. */
static void world_random(struct planned *planned)
{
	static const char *const zones[] = {"", "zones = [ \"a\" ]; ", "zones = [ \"a\", \"b\" ]; ", "zones = [ \"a\", \"b\", \"c\" ]; "};
	static const char *const ranges[] = {"ranges = \"10.20.0.0/24\"; ", "ranges = \"10.20.0.3-10.20.0.250\"; ",
					     "ranges = [ \"10.20.0.0/25\", \"10.30.0.9-10.30.0.99\" ]; "};
	enum cloud cloud = rand() % 2 ? CLOUD_GCP : CLOUD_AZURE;
	bool routed = rand() % 3 > 0;
	char settings[SETTINGS];

	(void)snprintf(settings, sizeof(settings), "%s%snodes = %d; compute_nodes = %d; vips_per_node = %d; vip_mode = \"%s\"; %s", zones[rand() % 4],
		       routed ? ranges[rand() % 3] : "ranges = \"10.1.0.0/23\"; ", 1 + rand() % 14, rand() % 4, 1 + rand() % 8,
		       routed ? "routed" : "in-subnet", MACHINES);
	planned_make(planned, cloud, settings, NODES);
}

/* ---- fail-over ---- */

static bool is_away(const struct plan *plan, size_t failover, int64_t machine)
{
	return failover < plan->domain_count ? plan->machines[machine].domain == (int64_t)failover : machine == 1;
}

/* Who is reached at an address: the longest prefix wins, then the newer generation; -1: nobody. */
static int64_t machine_reached(const struct plan *plan, const struct failover *failover, const struct seat *seat)
{
	struct range address = range_of(plan->family, seat->address);
	int64_t reached = plan->deployment->vip_mode == VIP_ROUTED ? -1 : seat->machine;
	int longest = -1;

	for (size_t i = 0; i < plan->route_count; i++) {
		const struct planned_route *route = &plan->routes[i];

		if (range_relation(address, route->destination) != RELATION_DISJOINT && range_prefix(route->destination) > longest) {
			longest = range_prefix(route->destination);
			reached = route->machine;
		}
	}
	for (size_t i = 0; i < failover->detour_count; i++) {
		const struct detour *detour = &failover->detours[i];

		if (range_relation(address, detour->destination) != RELATION_DISJOINT && range_prefix(detour->destination) >= longest) {
			longest = range_prefix(detour->destination);
			reached = detour->to;
		}
	}
	return reached;
}

static void failover_check(const struct plan *plan, size_t index)
{
	const struct failover *failover = &plan->failovers[index];
	int64_t away = 0, left = 0;

	for (size_t i = 1; i < plan->machine_count; i++)
		*(is_away(plan, index, (int64_t)i) ? &away : &left) += 1;
	CU_ASSERT_EQUAL(failover->machines, away);
	CU_ASSERT_EQUAL(failover->stranded > 0, away > 0 && left == 0);
	for (size_t i = 0; i < plan->seat_count; i++) {
		const struct seat *seat = &plan->seats[i];
		int64_t reached;

		if (!seat_role_virtual(seat->role))
			continue;
		reached = machine_reached(plan, failover, seat);
		CU_ASSERT(reached >= 0 && (left == 0 || !is_away(plan, index, reached)));
		CU_ASSERT(is_away(plan, index, seat->machine) || reached == seat->machine);
	}
	if (plan->deployment->vip_mode == VIP_ROUTED)
		CU_ASSERT_EQUAL(failover->operations,
				plan->deployment->cloud == CLOUD_AZURE ? failover->detour_count > 0 : (int64_t)failover->detour_count);
	CU_ASSERT(failover->operations <= 2 * (int64_t)failover->detour_count);
	CU_ASSERT_EQUAL(failover->milliseconds > 0, failover->operations > 0);
}

static void every_address_has_a_way(void)
{
	unsigned seed = getenv("APOLLO_SEED") ? (unsigned)strtoul(getenv("APOLLO_SEED"), NULL, 10) : 20260101;
	int mapped = 0;

	(void)printf("[APOLLO_SEED=%u] ", seed);
	srand(seed);
	for (int round = 0; round < ROUNDS; round++) {
		PLANNED_CLEANUP struct planned planned;

		world_random(&planned);
		CU_ASSERT(!planned.plan.seat_count || planned.plan.failover_count == planned.plan.domain_count + 1);
		for (size_t i = 0; i < planned.plan.failover_count; i++)
			failover_check(&planned.plan, i);
		mapped += planned.plan.seat_count > 0;
	}
	CU_ASSERT(mapped > ROUNDS / 2);
}

/* One call for a home block, one for each address without: what alignment is worth. */
static void a_home_block_is_one_call(void)
{
	PLANNED_CLEANUP struct planned aligned, scattered;
	char text[2048] = "zones = \"a\"; vips_per_node = 8; nodes = 8; ranges = [ ";
	size_t size = strlen(text);

	/* Four addresses in a row, and never eight. */
	for (int i = 0; i < 20; i++)
		size += (size_t)snprintf(text + size, sizeof(text) - size, "%s\"10.20.0.%d/30\"", i ? ", " : "", 8 * i);
	(void)snprintf(text + size, sizeof(text) - size, " ];");
	planned_make(&aligned, CLOUD_GCP, "zones = \"a\"; vips_per_node = 8; nodes = 8; ranges = \"10.20.0.0/25\";", "");
	planned_make(&scattered, CLOUD_GCP, text, "");
	CU_ASSERT_EQUAL(aligned.plan.failovers[0].operations, 2); /* and its replication address */
	CU_ASSERT_EQUAL(aligned.plan.failovers[0].milliseconds, 800);
	CU_ASSERT_EQUAL(scattered.plan.failovers[0].operations, 9);
	CU_ASSERT_EQUAL(scattered.plan.failovers[0].milliseconds, 3600);
}

/* ---- growth ---- */

static bool fits(enum cloud cloud, const char *settings, int64_t nodes, const char *network)
{
	PLANNED_CLEANUP struct planned planned;
	char text[SETTINGS];

	(void)snprintf(text, sizeof(text), "%s nodes = %lld;", settings, (long long)nodes);
	planned_make(&planned, cloud, text, network);
	return planned.plan.verdict != VERDICT_NOT && !planned_finding(&planned, cloud == CLOUD_AZURE ? "A06" : "G13", "routes");
}

/* The head-room is what trying one size after another finds. */
static void headroom_is_what_trying_finds(void)
{
	static const struct {
		enum cloud cloud;
		const char *settings, *network;
		enum bound first;
	} cases[] = {
		{CLOUD_GCP, MACHINES "ranges = \"10.20.0.0/25\"; zones = [ \"a\", \"b\", \"c\" ]; ", NODES ",\"quotas\":[{\"name\":\"STATIC_ROUTES_PER_NETWORK\",\"limit\":250,\"used\":3}]", BOUND_ROUTES},
		{CLOUD_GCP, MACHINES "ranges = \"10.20.0.0/25\"; zones = [ \"a\", \"b\", \"c\" ]; ", NODES ",\"quotas\":[{\"name\":\"STATIC_ROUTES_PER_NETWORK\",\"limit\":9000,\"used\":3}]", BOUND_RANGES},
		{CLOUD_GCP, MACHINES "ranges = \"10.20.0.0/22\"; zones = [ \"a\", \"b\", \"c\" ]; ", "\"subnets\":[{\"name\":\"nodes\",\"range\":\"10.1.0.0/26\",\"google_access\":true}]"
		 ",\"quotas\":[{\"name\":\"STATIC_ROUTES_PER_NETWORK\",\"limit\":9000,\"used\":3}]", BOUND_MACHINES},
		{CLOUD_AZURE, MACHINES "ranges = \"10.20.0.0/23\"; zones = [ \"a\", \"b\", \"c\" ]; ", NODES, BOUND_ROUTES},
		{CLOUD_AZURE, "vip_mode = \"in-subnet\"; compute_nodes = 3; ranges = \"10.1.0.0/16\"; zones = [ \"a\", \"b\", \"c\" ]; ", "\"subnets\":[{\"name\":\"nodes\",\"range\":\"10.1.0.0/16\"}]", BOUND_TEMPLATE},
		{CLOUD_AZURE, "vip_mode = \"in-subnet\"; ranges = \"10.1.0.0/24\"; zones = [ \"a\", \"b\", \"c\" ]; ", "\"subnets\":[{\"name\":\"nodes\",\"range\":\"10.1.0.0/24\"}]", BOUND_RANGES},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		PLANNED_CLEANUP struct planned planned;
		char text[SETTINGS];
		int64_t most;

		(void)snprintf(text, sizeof(text), "%s nodes = 12;", cases[i].settings);
		planned_make(&planned, cases[i].cloud, text, cases[i].network);
		most = planned.plan.headroom.nodes[planned.plan.headroom.first];
		CU_ASSERT_EQUAL(planned.plan.headroom.first, cases[i].first);
		CU_ASSERT(most >= 12);
		CU_ASSERT(fits(cases[i].cloud, cases[i].settings, most, cases[i].network));
		CU_ASSERT(!fits(cases[i].cloud, cases[i].settings, most + 1, cases[i].network));
	}
}

/* What twice the size wants is enough, and one bit less is not. */
static void twice_the_size_fits(void)
{
	PLANNED_CLEANUP struct planned planned;
	char text[SETTINGS];
	int length;

	planned_make(&planned, CLOUD_GCP, "zones = \"a\"; nodes = 20;", "");
	length = planned.plan.headroom.twice_ranges;
	(void)snprintf(text, sizeof(text), "zones = \"a\"; nodes = 40; ranges = \"10.20.0.0/%d\";", length);
	{
		PLANNED_CLEANUP struct planned twice;

		planned_make(&twice, CLOUD_GCP, text, "");
		CU_ASSERT(!planned_finding(&twice, "C05", "ranges"));
	}
	(void)snprintf(text, sizeof(text), "zones = \"a\"; nodes = 40; ranges = \"10.20.0.0/%d\";", length + 1);
	{
		PLANNED_CLEANUP struct planned twice;

		planned_make(&twice, CLOUD_GCP, text, "");
		CU_ASSERT(planned_finding(&twice, "C05", "ranges") != NULL);
	}
}

/* ---- documents ---- */

/* The pairs of a pool are the seats of its role, each once. */
static void pool_check(const struct plan *plan, struct json_object *pool)
{
	enum seat_role role = strcmp(json_text(pool, "role"), "PROTOCOLS") == 0 ? SEAT_PROTOCOL : SEAT_REPLICATION;
	struct json_object *pairs = json_member(pool, "ip_ranges");
	size_t seat = 0;

	for (size_t i = 0; i < json_object_array_length(pairs); i++) {
		struct json_object *pair = json_object_array_get_idx(pairs, i);
		const char *first = json_object_get_string(json_object_array_get_idx(pair, 0)), *last = json_object_get_string(json_object_array_get_idx(pair, 1));
		struct range from, to;
		struct error error;

		CU_ASSERT_FATAL(address_parse(first, strlen(first), &from, &error) == 0 && address_parse(last, strlen(last), &to, &error) == 0);
		for (address_value at = from.first; at <= to.first; at++) {
			while (seat < plan->seat_count && plan->seats[seat].role != role)
				seat++;
			CU_ASSERT_FATAL(seat < plan->seat_count);
			CU_ASSERT(plan->seats[seat++].address == at);
		}
	}
	while (seat < plan->seat_count && plan->seats[seat].role != role)
		seat++;
	CU_ASSERT_EQUAL(seat, plan->seat_count);
}

static void vip_pools_are_the_map(void)
{
	for (int round = 0; round < ROUNDS; round++) {
		PLANNED_CLEANUP struct planned planned;
		JSON_CLEANUP struct json_object *document = NULL;
		struct json_object *pools;

		world_random(&planned);
		if (!planned.plan.seat_count)
			continue;
		document = document_read(&planned.plan, vip_pools_json);
		pools = json_member(document, "vippools");
		for (size_t i = 0; i < json_object_array_length(pools); i++)
			pool_check(&planned.plan, json_object_array_get_idx(pools, i));
	}
}

/* Names as Google takes them, none twice in a table of both generations, and the new generation goes before the old. */
static void routes_have_names_of_their_own(void)
{
	PLANNED_CLEANUP struct planned planned;
	JSON_CLEANUP struct json_object *document = NULL;
	struct json_object *rest, *lost, *added;
	int64_t home = 0, away = 0;

	planned_make(&planned, CLOUD_GCP, "name = \"a-name-of-thirty-characters-30\"; zones = \"a\";", NODES);
	document = document_read(&planned.plan, routes_document);
	rest = json_member(document, "at_rest");
	lost = json_object_array_get_idx(json_member(document, "failovers"), 0);
	added = json_member(lost, "added");
	CU_ASSERT_EQUAL(json_object_array_length(rest), planned.plan.route_count);
	CU_ASSERT_EQUAL(json_object_array_length(added), planned.plan.failovers[0].detour_count);
	for (size_t i = 0; i < json_object_array_length(rest); i++) {
		const char *name = json_text(json_object_array_get_idx(rest, i), "name");

		CU_ASSERT(strchr(json_text(json_object_array_get_idx(rest, i), "destination"), '/') != NULL);
		CU_ASSERT(strlen(name) <= 63 && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name));
		for (size_t j = 0; j < i; j++)
			CU_ASSERT(strcmp(name, json_text(json_object_array_get_idx(rest, j), "name")) != 0);
		for (size_t j = 0; j < json_object_array_length(added); j++)
			CU_ASSERT(strcmp(name, json_text(json_object_array_get_idx(added, j), "name")) != 0);
	}
	CU_ASSERT(json_integer(json_object_array_get_idx(rest, 0), "priority", &home) && json_integer(json_object_array_get_idx(added, 0), "priority", &away));
	CU_ASSERT(away < home);
}

/* The page shows hostile names as text, and every file of the pack is made without failing. */
static void names_stay_text_on_the_page(void)
{
	PLANNED_CLEANUP struct planned planned;
	const struct pack_file *files;
	size_t count;

	planned_make(&planned, CLOUD_GCP, "zones = \"a\"; dns_suffix = \"example.com\";",
		     NODES ",\"reserved\":[{\"name\":\"<script>alert('&')</script>\",\"range\":\"10.20.0.128/25\"}]");
	files = pack_files(&count);
	for (size_t i = 0; i < count; i++) {
		BUFFER_CLEANUP struct buffer buffer = buffer_init(1 << 24);

		if (files[i].wanted && !files[i].wanted(&planned.plan))
			continue;
		files[i].make(&planned.plan, &buffer);
		CU_ASSERT(!buffer_failed(&buffer) && buffer.size > 0);
		if (strcmp(files[i].name, "plan.html") != 0)
			continue;
		CU_ASSERT(strstr(buffer_string(&buffer), "&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;") != NULL);
		CU_ASSERT(strstr(buffer_string(&buffer), "<script") == NULL);
	}
}

static const struct unit_test tests[] = {
	{"every address has a way while machines are away", every_address_has_a_way},
	{"a home block is one call", a_home_block_is_one_call},
	{"the head-room is what trying finds", headroom_is_what_trying_finds},
	{"twice the size fits in what it is said to want", twice_the_size_fits},
	{"VIP pools are the map", vip_pools_are_the_map},
	{"routes have names of their own", routes_have_names_of_their_own},
	{"names stay text on the page", names_stay_text_on_the_page},
};

int main(void)
{
	return UNIT_RUN("the hand-off pack", tests);
}
