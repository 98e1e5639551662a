/* SPDX-License-Identifier: Apache-2.0 */
/* Snapshots of networks, and the plans that are made with them.  The first byte chooses the deployment. */
#include "core/json.h"
#include "deploy/pack.h"
#include "deploy/print.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct facts facts;

int LLVMFuzzerInitialize(int *count, char ***words)
{
	const char *folder = getenv("srcdir");
	char path[4096];
	struct error error;

	(void)count;
	(void)words;
	(void)snprintf(path, sizeof(path), "%s/templates", folder ? folder : ".");
	FUZZ_CHECK(facts_read(path, &facts, &error) == 0);
	return 0;
}

static struct range range_of_text(const char *text)
{
	struct range range = {FAMILY_IPV4, 0, 0};
	struct error error;

	FUZZ_CHECK(range_parse(text, strlen(text), &range, &error) == 0);
	return range;
}

static void check_findings(const struct plan *plan)
{
	for (size_t i = 0; i < plan->findings.count; i++) {
		const struct finding *finding = &plan->findings.items[i];

		fuzz_check_line(finding->message);
		fuzz_check_line(finding->object);
		fuzz_check_line(finding->other);
		fuzz_check_line(finding->suggestion);
	}
	FUZZ_CHECK((plan->verdict == VERDICT_NOT) == (plan->findings.refused > 0));
}

static void check_map(const struct plan *plan)
{
	for (size_t i = 0; i < plan->seat_count; i++) {
		FUZZ_CHECK(!i || plan->seats[i - 1].address < plan->seats[i].address);
		FUZZ_CHECK(range_set_holds(seat_role_virtual(plan->seats[i].role) ? &plan->vip_space : &plan->machine_space,
					   range_of(plan->family, plan->seats[i].address)));
	}
}

/* Every file of the pack is made, and what is JSON is JSON. */
static void check_pack(const struct plan *plan)
{
	size_t count;
	const struct pack_file *files = pack_files(&count);

	for (size_t i = 0; i < count; i++) {
		struct buffer buffer = buffer_init(1 << 26);
		struct json_object *object = NULL;
		struct error error;

		if (!files[i].wanted || files[i].wanted(plan)) {
			files[i].make(plan, &buffer);
			FUZZ_CHECK(!buffer_failed(&buffer) && buffer.size);
			FUZZ_CHECK(!strstr(files[i].name, ".json") || json_read(buffer_string(&buffer), buffer.size, files[i].name, &object, &error) == 0);
		}
		json_object_put(object);
		buffer_release(&buffer);
	}
}

static void check_plan(const struct network *network, unsigned choice)
{
	struct range ranges[] = {range_of_text(choice & 1 ? "10.20.0.0/24" : "10.0.0.0/22"), range_of_text("192.168.7.0-192.168.7.99")};
	struct range clients = range_of_text("10.50.0.0/16");
	struct deployment deployment = {.name = "fuzz", .cloud = network->cloud, .region = "r", .shape = "z3-highmem-88-highlssd", .nodes = 8,
					.grow_to = 9, .reduction = 1500, .vips_per_node = 4, .replication_vips = -1, .compute_nodes = choice & 2,
					.vip_mode = choice & 4 ? VIP_IN_SUBNET : VIP_ROUTED, .ranges = {ranges, 2, "here"},
					.machine_subnet = choice & 8 ? "nodes" : NULL, .clients = {&clients, 1, "here"}, .on_premises = {&clients, choice & 1, "here"},
					.dns_suffix = "s.example", .skip_edges = choice & 16};
	struct scope scope = scope_init(1 << 28);
	struct plan plan;
	struct error error;

	if (plan_make(&scope, &deployment, network, &facts, &plan, &error) == 0) {
		check_findings(&plan);
		check_map(&plan);
		check_pack(&plan);
	} else {
		FUZZ_CHECK(error.code == APOLLO_NOMEM || error.code == ERROR_INPUT);
	}
	scope_release(&scope);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	unsigned choice = fuzz_choose(&input, 32);
	size_t length;
	char *text = fuzz_rest(&input, &length);
	struct network network;
	struct error error;

	if (network_parse(text, length, "snapshot", &network, &error) == 0) {
		check_plan(&network, choice);
		network_release(&network);
	} else {
		FUZZ_CHECK(error.code == ERROR_INPUT || error.code == APOLLO_NOMEM || error.code == APOLLO_REJECTED);
		fuzz_check_line(error.message);
		fuzz_check_line(error.hint);
	}
	free(text);
	return 0;
}
