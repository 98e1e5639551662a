/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/handoff.h"

enum { ADVERTISE_MEMORY = 16 << 20 };

uint64_t prefixes_json(const struct range_set *set, struct buffer *buffer)
{
	struct range prefixes[RANGE_PREFIXES_MAX];
	char text[RANGE_TEXT];
	uint64_t addresses = 0;
	size_t printed = 0;

	(void)buffer_text(buffer, "[");
	for (size_t i = 0; i < set->count; i++) {
		size_t count = range_prefixes(set->items[i], prefixes);

		for (size_t j = 0; j < count; j++) {
			uint64_t more = range_count(prefixes[j]);

			(void)buffer_print(buffer, "%s\"%s\"", printed++ ? "," : "", prefix_print(prefixes[j], text));
			addresses = more > UINT64_MAX - addresses ? UINT64_MAX : addresses + more;
		}
	}
	(void)buffer_text(buffer, "]");
	return addresses;
}

/* Who tells the other networks, and what a person must do for it (rules A10 and G12). */
static const char *advertiser(const struct deployment *deployment)
{
	static const char *const by[][3] = {
		[CLOUD_AZURE] = {
			"nobody: a gateway announces the network's address space, and routes of a route table are not announced. Give the other "
			"networks a static route to these prefixes by way of the gateway, add them to what the tunnel or circuit lets through, and "
			"put the routes of routes.json in a route table of the gateway's subnet too",
			"the network's gateway: it announces the address space, and these prefixes are a part of it",
			"the cluster itself, over BGP with a Route Server: apollo does not carry this out yet"},
		[CLOUD_GCP] = {
			"a custom advertisement of the Cloud Router of the VPN or the Interconnect: a router announces subnets, and static routes only where "
			"it is told to. A BGP session with an advertisement of its own needs the same",
			"the Cloud Router: it announces all subnets unless it is told otherwise, and these prefixes are a part of one",
			"the cluster itself, over BGP with a router appliance: apollo does not carry this out yet"},
	};

	return by[deployment->cloud][deployment->vip_mode];
}

/* The words of Google's tool, of which the router's name is the customer's to say. */
static void command_json(const struct plan *plan, const struct range_set *set, struct buffer *buffer)
{
	struct range prefixes[RANGE_PREFIXES_MAX];
	char text[RANGE_TEXT];

	(void)buffer_print(buffer, ",\n\"command\":\"gcloud compute routers update ROUTER --region=%s --advertisement-mode=custom "
			   "--set-advertisement-groups=all_subnets --set-advertisement-ranges=", plan->deployment->region);
	for (size_t i = 0; i < set->count; i++)
		for (size_t j = 0, count = range_prefixes(set->items[i], prefixes); j < count; j++)
			(void)buffer_print(buffer, "%s%s", i || j ? "," : "", prefix_print(prefixes[j], text));
	(void)buffer_text(buffer, "\",\n\"beware\":\"it takes the place of a custom advertisement that is there: then use "
			  "--add-advertisement-ranges alone\"");
}

void advertisements_json(const struct plan *plan, struct buffer *buffer)
{
	const struct deployment *deployment = plan->deployment;
	SCOPE_CLEANUP struct scope scope = scope_init(ADVERTISE_MEMORY);
	struct range_set set, learners;
	struct error error;
	uint64_t addresses;

	if (range_set_make(&scope, deployment->ranges.items, deployment->ranges.count, &set, &error) < 0 ||
	    range_set_make(&scope, deployment->on_premises.items, deployment->on_premises.count, &learners, &error) < 0) {
		buffer->failed = true;
		return;
	}
	(void)buffer_text(buffer, "{\"advertise\":");
	addresses = prefixes_json(&set, buffer);
	(void)buffer_print(buffer, ",\n\"addresses\":%llu,\n\"addresses_of_ranges\":%llu,\n\"to\":", (unsigned long long)addresses,
			   (unsigned long long)range_set_count(&set));
	(void)prefixes_json(&learners, buffer);
	(void)buffer_member(buffer, ",\n", "by", advertiser(deployment));
	if (deployment->cloud == CLOUD_GCP && deployment->vip_mode == VIP_ROUTED)
		command_json(plan, &set, buffer);
	(void)buffer_text(buffer, "}\n");
}
