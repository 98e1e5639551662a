/* SPDX-License-Identifier: Apache-2.0 */
/* Deployments. */
#include "deploy/deployment.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

static void check_ranges(const struct ranges *ranges, bool given)
{
	FUZZ_CHECK(ranges->count <= DEPLOYMENT_RANGES_MAX && (!given || ranges->count));
	for (size_t i = 0; i < ranges->count; i++) {
		FUZZ_CHECK(ranges->items[i].first <= ranges->items[i].last);
		FUZZ_CHECK(ranges->items[i].last <= family_last(ranges->items[i].family));
		FUZZ_CHECK(ranges->items[i].family == ranges->items[0].family);
	}
}

static void check_deployment(const struct deployment *deployment)
{
	FUZZ_CHECK(deployment->name && *deployment->name && strlen(deployment->name) <= 30);
	fuzz_check_line(deployment->region);
	fuzz_check_line(deployment->shape);
	fuzz_check_line(deployment->subscription);
	fuzz_check_line(deployment->machine_subnet);
	fuzz_check_line(deployment->dns_suffix);
	FUZZ_CHECK(deployment->region && deployment->shape);
	FUZZ_CHECK(deployment->nodes >= 1 && deployment->nodes <= DEPLOYMENT_NODES_MAX && deployment->grow_to >= deployment->nodes);
	FUZZ_CHECK(deployment->compute_nodes >= 0 && deployment->vips_per_node >= 1 && deployment->vips_per_node <= DEPLOYMENT_VIPS_MAX);
	FUZZ_CHECK(deployment->zone_count <= DEPLOYMENT_ZONES_MAX && deployment->protocol_count <= DEPLOYMENT_PROTOCOLS_MAX);
	FUZZ_CHECK(deployment->replication_vips >= -1 && deployment->reduction >= 1);
	check_ranges(&deployment->ranges, true);
	check_ranges(&deployment->machine_ranges, false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	char *text = fuzz_rest(&input, &size);
	struct deployment deployment;
	struct error error = {0};
	int code = deployment_parse(text, size, "fuzz.cfg", &deployment, &error);

	if (code == 0) {
		check_deployment(&deployment);
		deployment_release(&deployment);
	} else {
		FUZZ_CHECK(code == APOLLO_CONFIG && error.code == code && error.message[0]);
		fuzz_check_line(error.message);
		fuzz_check_line(error.hint);
	}
	free(text);
	return 0;
}
