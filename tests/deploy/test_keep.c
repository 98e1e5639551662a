/* SPDX-License-Identifier: Apache-2.0 */
/* A map that keeps the addresses of an older one, whatever others have meanwhile. */
#include "deploy/diff.h"
#include "deploy/print.h"
#include "tests/deploy/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 250, TEXT = 1 << 16, WORLD = 1024 };

static unsigned seed;

static unsigned draw(unsigned below)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 12) % below;
}

/* What does not change between two plans of a deployment. */
struct case_kind {
	enum cloud cloud;
	bool routed, two_ranges;
	unsigned vips;
	int replication; /* -1: for each machine */
};

static void settings_print(const struct case_kind *kind, unsigned nodes, unsigned compute, char *text, size_t size)
{
	size_t at = (size_t)snprintf(text, size, "nodes = %u; compute_nodes = %u; vips_per_node = %u; vip_mode = \"%s\"; ", nodes, compute, kind->vips,
				     kind->routed ? "routed" : "in-subnet");

	if (kind->replication >= 0)
		at += (size_t)snprintf(text + at, size - at, "replication_vips = %d; ", kind->replication);
	(void)snprintf(text + at, size - at, "%s", kind->routed ? "ranges = \"10.20.0.0/23\"; machine_subnet = \"nodes\";"
						   : kind->two_ranges ? "ranges = [ \"10.1.2.0-10.1.2.9\", \"10.1.0.0/24\" ];" : "ranges = \"10.1.0.0/22\";");
}

/* Addresses of others in the subnet, which others is true for. */
static void network_print(const bool *others, char *text, size_t size)
{
	size_t at = (size_t)snprintf(text, size, "\"subnets\":[{\"name\":\"nodes\",\"range\":\"10.1.0.0/22\",\"google_access\":true,\"used\":[");
	bool any = false;

	for (unsigned i = 0; i < WORLD; i++)
		if (others[i]) {
			at += (size_t)snprintf(text + at, size - at, "%s\"10.1.%u.%u\"", any ? "," : "", i / 256, i % 256);
			any = true;
		}
	(void)snprintf(text + at, size - at, "]}]");
}

static void older_read(struct scope *scope, const struct plan *plan, struct diff_plan *older)
{
	BUFFER_CLEANUP struct buffer text = buffer_init(1 << 24);
	static const char *path;
	struct error error = {0};

	path = path ? path : unit_path("older.json");
	plan_json(plan, &text);
	unit_write(path, buffer_string(&text), text.size, 0600);
	UNIT_OK(diff_plan_read(scope, path, older, &error), &error);
}

/* The plan of a world again, with the addresses of an older one. */
static void planned_keep(struct planned *planned, const struct diff_plan *older)
{
	struct error error = {0};

	UNIT_OK(plan_make_keeping(&planned->scope, &planned->deployment, &planned->network, &planned->facts, &older->rows, &planned->plan, &error), &error);
	for (size_t i = 1; i < planned->plan.seat_count; i++)
		CU_ASSERT(planned->plan.seats[i - 1].address < planned->plan.seats[i].address);
	for (size_t i = 0; i < planned->plan.seat_count; i++)
		CU_ASSERT(range_set_holds(seat_role_virtual(planned->plan.seats[i].role) ? &planned->plan.vip_space : &planned->plan.machine_space,
					  range_of(planned->plan.family, planned->plan.seats[i].address)));
	for (size_t i = 0; i < planned->plan.seat_count; i++) {
		const struct seat *seat = &planned->plan.seats[i];
		const struct machine *machine = &planned->plan.machines[seat->role == SEAT_PROTOCOL ? seat->machine : 0];

		/* A home that is one block has all of its machine's, and is the smallest that has so many. */
		CU_ASSERT(seat->role != SEAT_PROTOCOL || !machine->aligned ||
			  (range_relation(range_of(planned->plan.family, seat->address), machine->home) != RELATION_DISJOINT &&
			   range_count(machine->home) < 2 * (uint64_t)planned->deployment.vips_per_node));
	}
}

static bool is_same(const struct planned *one, const struct planned *other)
{
	if (one->plan.seat_count != other->plan.seat_count)
		return false;
	for (size_t i = 0; i < one->plan.seat_count; i++)
		if (one->plan.seats[i].address != other->plan.seats[i].address || one->plan.seats[i].role != other->plan.seats[i].role ||
		    strcmp(seat_owner(&one->plan, &one->plan.seats[i]), seat_owner(&other->plan, &other->plan.seats[i])) != 0)
			return false;
	return true;
}

/* Others give up what they had and take other addresses, but none of the plan's. */
static void others_change(bool *others, const struct plan *plan)
{
	for (unsigned i = 0; i < WORLD; i++)
		others[i] = draw(8) == 0;
	for (size_t i = 0; i < plan->seat_count; i++)
		if (plan->seats[i].address - 0x0a010000u < WORLD)
			others[plan->seats[i].address - 0x0a010000u] = false;
}

struct random_case {
	struct case_kind kind;
	unsigned nodes, compute;
	bool others[WORLD];
	char settings[TEXT], network[TEXT];
};

static void case_draw(struct random_case *drawn)
{
	drawn->kind = (struct case_kind){draw(2) ? CLOUD_AZURE : CLOUD_GCP, draw(3) == 0, draw(2), 2 + draw(4), draw(2) ? -1 : (int)draw(9)};
	drawn->nodes = 8 + draw(12);
	drawn->compute = draw(4);
	for (unsigned i = 0; i < WORLD; i++)
		drawn->others[i] = draw(8) == 0;
	settings_print(&drawn->kind, drawn->nodes, drawn->compute, drawn->settings, TEXT);
	network_print(drawn->others, drawn->network, TEXT);
}

/* With others' addresses changed, and more machines: every address stays whose it was.  Without keeping some map does move. */
static void growth_moves_nothing(void)
{
	static struct random_case drawn;
	size_t moved = 0, seen = 0;

	seed = getenv("APOLLO_SEED") ? (unsigned)atol(getenv("APOLLO_SEED")) : 20261126;
	printf("(APOLLO_SEED=%u) ", seed);
	for (int round = 0; round < ROUNDS; round++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 28);
		PLANNED_CLEANUP struct planned small, again, large;
		struct diff_plan older;

		case_draw(&drawn);
		planned_make(&small, drawn.kind.cloud, drawn.settings, drawn.network);
		older_read(&scope, &small.plan, &older);
		others_change(drawn.others, &small.plan);
		network_print(drawn.others, drawn.network, TEXT);
		planned_make(&again, drawn.kind.cloud, drawn.settings, drawn.network);
		moved += again.plan.seat_count && !is_same(&small, &again);
		settings_print(&drawn.kind, drawn.nodes + draw(6), drawn.compute + draw(3), drawn.settings, TEXT);
		planned_make(&large, drawn.kind.cloud, drawn.settings, drawn.network);
		if (!small.plan.seat_count || !again.plan.seat_count || !large.plan.seat_count)
			continue;
		seen++;
		planned_keep(&again, &older);
		CU_ASSERT(is_same(&small, &again));
		planned_keep(&large, &older);
		planned_grown(&small, &large);
		CU_ASSERT(large.plan.kept == small.plan.seat_count && large.plan.lost_count == 0);
	}
	CU_ASSERT(moved > 10 && seen > ROUNDS / 3);
}

/* Fewer machines: what is left keeps what it had.  And back again. */
static void shrinking_moves_nothing(void)
{
	static struct random_case drawn;

	for (int round = 0; round < ROUNDS / 5; round++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 28);
		PLANNED_CLEANUP struct planned large, small;
		struct diff_plan older;

		case_draw(&drawn);
		drawn.kind.replication = -1;
		settings_print(&drawn.kind, drawn.nodes + 3, drawn.compute + 1, drawn.settings, TEXT);
		planned_make(&large, drawn.kind.cloud, drawn.settings, drawn.network);
		if (!large.plan.seat_count)
			continue;
		older_read(&scope, &large.plan, &older);
		settings_print(&drawn.kind, drawn.nodes, drawn.compute, drawn.settings, TEXT);
		others_change(drawn.others, &large.plan);
		network_print(drawn.others, drawn.network, TEXT);
		planned_make(&small, drawn.kind.cloud, drawn.settings, drawn.network);
		planned_keep(&small, &older);
		planned_grown(&small, &large);
		CU_ASSERT_EQUAL(small.plan.kept, small.plan.seat_count);
	}
}

/* What somebody else has now, or what is of no range any more, is refused and placed anew; nothing else moves. */
static void what_is_gone_is_told(void)
{
	static struct random_case drawn;

	for (int round = 0; round < ROUNDS / 5; round++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 28);
		PLANNED_CLEANUP struct planned small, again;
		const struct seat *gone;
		struct diff_plan older;
		char text[RANGE_TEXT];
		size_t others = 0;

		case_draw(&drawn);
		drawn.kind.routed = drawn.kind.two_ranges = false;
		settings_print(&drawn.kind, drawn.nodes, drawn.compute, drawn.settings, TEXT);
		planned_make(&small, drawn.kind.cloud, drawn.settings, drawn.network);
		CU_ASSERT_FATAL(small.plan.seat_count > 0);
		older_read(&scope, &small.plan, &older);
		gone = &small.plan.seats[draw((unsigned)small.plan.seat_count)];
		drawn.others[gone->address - 0x0a010000u] = true;
		network_print(drawn.others, drawn.network, TEXT);
		planned_make(&again, drawn.kind.cloud, drawn.settings, drawn.network);
		planned_keep(&again, &older);
		CU_ASSERT(again.plan.lost_count == 1 && again.plan.lost[0].address == gone->address && again.plan.lost[0].role == gone->role);
		CU_ASSERT_EQUAL(again.plan.kept, small.plan.seat_count - 1);
		CU_ASSERT_EQUAL(again.plan.verdict, VERDICT_NOT);
		CU_ASSERT_FATAL(planned_finding(&again, "C07", address_print(FAMILY_IPV4, gone->address, text)) != NULL);
		CU_ASSERT_STRING_EQUAL(planned_finding(&again, "C07", text)->other, "in use in subnet nodes");
		for (size_t i = 0; i < small.plan.seat_count; i++)
			for (size_t j = 0; j < again.plan.seat_count; j++)
				others += again.plan.seats[j].address == small.plan.seats[i].address && again.plan.seats[j].role == small.plan.seats[i].role;
		CU_ASSERT_EQUAL(others, small.plan.seat_count - 1);
	}
}

/* Rows that an attacker wrote: twice the same address, roles and owners that there are none of. */
static void wrong_rows_do_no_harm(void)
{
	static const char text[] = "{\"apollo_plan\":1,\"name\":\"test\",\"map\":[{\"address\":\"10.1.0.9\",\"role\":\"machine\",\"owner\":\"test-data-1\"},"
				   "{\"address\":\"10.1.0.9\",\"role\":\"machine\",\"owner\":\"test-data-2\"},{\"address\":\"10.1.0.10\",\"role\":\"king\",\"owner\":\"test-data-3\"},"
				   "{\"address\":\"fd00::1\",\"role\":\"machine\",\"owner\":\"test-data-4\"},{\"address\":\"10.1.0.11\",\"role\":\"machine\",\"owner\":\"nobody\"}]}";
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 24);
	PLANNED_CLEANUP struct planned planned;
	const char *path = unit_path("wrong.json");
	struct error error = {0};
	struct diff_plan older;

	unit_write(path, text, strlen(text), 0600);
	UNIT_OK(diff_plan_read(&scope, path, &older, &error), &error);
	planned_make(&planned, CLOUD_AZURE, "vip_mode = \"in-subnet\"; ranges = \"10.1.0.0/24\";", "\"subnets\":[{\"name\":\"nodes\",\"range\":\"10.1.0.0/24\"}]");
	planned_keep(&planned, &older);
	CU_ASSERT(planned.plan.kept == 1 && planned.plan.lost_count == 1);
	CU_ASSERT_EQUAL(planned.plan.seat_count, 66);
}

static const struct unit_test tests[] = {
	{"growth among others moves nothing", growth_moves_nothing},
	{"shrinking among others moves nothing", shrinking_moves_nothing},
	{"what is gone is told", what_is_gone_is_told},
	{"wrong rows do no harm", wrong_rows_do_no_harm},
};

int main(void)
{
	return UNIT_RUN("kept addresses", tests);
}
