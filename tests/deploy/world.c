/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/deploy/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const usual[][2] = {
	{"name", "\"test\""},
	{"nodes", "8"},
	{"ranges", "[ \"10.20.0.0/24\" ]"},
	{"region", "\"here\""},
};

/* One setting, unless `more` has it. */
static size_t setting_print(char *text, size_t size, const char *name, const char *value, const char *more)
{
	char start[64];

	(void)snprintf(start, sizeof(start), "%s =", name);
	for (const char *at = more; (at = strstr(at, start)) != NULL; at++)
		if (at == more || strchr(" \n;", at[-1]))
			return 0;
	return (size_t)snprintf(text, size, "%s = %s;\n", name, value);
}

static void deployment_make(struct planned *planned, enum cloud cloud, const char *more)
{
	static char text[1 << 20];
	static const char *path; /* one file for all plans of a program */
	struct error error = {0};
	size_t at = 0;

	path = path ? path : unit_path("deployment.cfg");
	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		at += setting_print(text + at, sizeof(text) - at, usual[i][0], usual[i][1], more);
	at += setting_print(text + at, sizeof(text) - at, "provisioner", cloud == CLOUD_AZURE ? "\"azure\"" : "\"gcp\"", more);
	at += setting_print(text + at, sizeof(text) - at, "shape",
			    cloud == CLOUD_AZURE ? "\"Standard_L32aos_v4\"" : "\"z3-highmem-88-highlssd\"", more);
	at += (size_t)snprintf(text + at, sizeof(text) - at, "%s\n", more);
	unit_write(path, text, at, 0600);
	UNIT_OK(deployment_read(path, &planned->deployment, &error), &error);
	CU_ASSERT_FATAL(error.code == 0);
}

void planned_make(struct planned *planned, enum cloud cloud, const char *more, const char *network)
{
	static char text[1 << 24];
	struct error error = {0};

	*planned = (struct planned){.scope = scope_init(1 << 30), .network = network_none(cloud)};
	deployment_make(planned, cloud, more);
	UNIT_OK(facts_read(TEST_SOURCE_DIR "/templates", &planned->facts, &error), &error);
	if (network) {
		int size = snprintf(text, sizeof(text), "{\"apollo_network\":1,\"cloud\":\"%s\",\"name\":\"net\"%s%s}", cloud_name(cloud),
				    *network ? "," : "", network);

		UNIT_OK(network_parse(text, (size_t)size, "snapshot", &planned->network, &error), &error);
	}
	CU_ASSERT_FATAL(error.code == 0);
	UNIT_OK(plan_make(&planned->scope, &planned->deployment, &planned->network, &planned->facts, &planned->plan, &error), &error);
	CU_ASSERT_FATAL(error.code == 0);
}

void planned_release(struct planned *planned)
{
	deployment_release(&planned->deployment);
	network_release(&planned->network);
	facts_release(&planned->facts);
	scope_release(&planned->scope);
}

const struct finding *planned_finding(const struct planned *planned, const char *code, const char *object)
{
	for (size_t i = 0; i < planned->plan.findings.count; i++) {
		const struct finding *finding = &planned->plan.findings.items[i];

		if (strcmp(finding->code, code) == 0 && (!object || strstr(finding->object, object) || strstr(finding->other, object)))
			return finding;
	}
	return NULL;
}

static const char *home_of(const struct plan *plan, int64_t machine)
{
	return machine < 0 ? "the cluster" : plan->machines[machine].name;
}

void planned_grown(const struct planned *small, const struct planned *large)
{
	for (size_t i = 0; i < small->plan.seat_count; i++) {
		const struct seat *seat = &small->plan.seats[i];
		bool same = false;

		for (size_t j = 0; j < large->plan.seat_count && !same; j++)
			same = large->plan.seats[j].address == seat->address && large->plan.seats[j].role == seat->role &&
			       strcmp(home_of(&large->plan, large->plan.seats[j].machine), home_of(&small->plan, seat->machine)) == 0;
		if (!same)
			CU_FAIL("growth has moved an address");
	}
	for (size_t i = 0; i < small->plan.route_count; i++) {
		const struct planned_route *route = &small->plan.routes[i];
		bool same = false;

		for (size_t j = 0; j < large->plan.route_count && !same; j++)
			same = range_relation(large->plan.routes[j].destination, route->destination) == RELATION_EQUAL &&
			       strcmp(home_of(&large->plan, large->plan.routes[j].machine), home_of(&small->plan, route->machine)) == 0;
		if (!same)
			CU_FAIL("growth has changed a route");
	}
}

struct json_object *document_read(const struct plan *plan, void (*make)(const struct plan *, struct buffer *))
{
	BUFFER_CLEANUP struct buffer buffer = buffer_init(1 << 24);
	struct json_object *object = NULL;
	struct error error = {0};

	make(plan, &buffer);
	UNIT_OK(json_read(buffer_string(&buffer), buffer.size, "a document", &object, &error), &error);
	CU_ASSERT_FATAL(object != NULL);
	return object;
}
