/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/handoff.h"

#include <stdio.h>

/* ---- VIP pools ---- */

/* Addresses that follow each other are one pair. */
static void pool_ranges(const struct plan *plan, enum seat_role role, struct buffer *buffer)
{
	char text[RANGE_TEXT];
	size_t last = 0, pairs = 0;

	for (size_t i = 0; i < plan->seat_count; i = last + 1) {
		last = i;
		if (plan->seats[i].role != role)
			continue;
		while (last + 1 < plan->seat_count && plan->seats[last + 1].role == role &&
		       plan->seats[last + 1].address == plan->seats[last].address + 1)
			last++;
		(void)buffer_text(buffer, pairs++ ? ",[" : "[");
		(void)buffer_json(buffer, address_print(plan->family, plan->seats[i].address, text));
		(void)buffer_text(buffer, ",");
		(void)buffer_json(buffer, address_print(plan->family, plan->seats[last].address, text));
		(void)buffer_text(buffer, "]");
	}
}

/* Routed addresses are in no subnet: each stands alone.  In a subnet they have its prefix and gateway. */
static void pool_subnet(const struct plan *plan, struct buffer *buffer)
{
	const struct subnet *subnet = plan->deployment->vip_mode == VIP_IN_SUBNET ? plan->subnet : NULL;
	char text[RANGE_TEXT];

	(void)buffer_print(buffer, ",\"subnet_cidr\":%d", subnet ? range_prefix(subnet->range) : family_bits(plan->family));
	if (subnet)
		(void)buffer_member(buffer, ",", "gw_ip", address_print(plan->family, subnet->range.first + 1, text));
}

static void pool_json(const struct plan *plan, const char *before, const char *role, enum seat_role seats, struct buffer *buffer)
{
	const char *suffix = plan->deployment->dns_suffix;

	(void)buffer_print(buffer, "%s{\"name\":\"%s-%s\"", before, plan->deployment->name, seats == SEAT_PROTOCOL ? "protocols" : "replication");
	(void)buffer_member(buffer, ",", "role", role);
	(void)buffer_text(buffer, ",\"ip_ranges\":[");
	pool_ranges(plan, seats, buffer);
	(void)buffer_text(buffer, "]");
	pool_subnet(plan, buffer);
	(void)buffer_text(buffer, ",\"vlan\":0,\"enable_l3\":false,\"enabled\":true");
	if (suffix && seats == SEAT_PROTOCOL)
		(void)buffer_member(buffer, ",", "domain_name", plan->deployment->name);
	(void)buffer_text(buffer, "}");
}

static int64_t seats_count(const struct plan *plan, enum seat_role role)
{
	int64_t count = 0;

	for (size_t i = 0; i < plan->seat_count; i++)
		count += plan->seats[i].role == role;
	return count;
}

void vip_pools_json(const struct plan *plan, struct buffer *buffer)
{
	(void)buffer_text(buffer, "{\"vippools\":[\n");
	pool_json(plan, "", "PROTOCOLS", SEAT_PROTOCOL, buffer);
	if (seats_count(plan, SEAT_REPLICATION))
		pool_json(plan, ",\n", "REPLICATION", SEAT_REPLICATION, buffer);
	(void)buffer_text(buffer, "\n]}\n");
}

/* ---- routes ---- */

const char *route_name(const struct plan *plan, struct range destination, int generation, char name[static ROUTE_NAME])
{
	char digits[33];
	int width = plan->family == FAMILY_IPV4 ? 8 : 32;

	for (int i = 0; i < width; i++)
		digits[i] = "0123456789abcdef"[(unsigned)(destination.first >> 4 * (width - 1 - i)) & 15];
	digits[width] = '\0';
	(void)snprintf(name, ROUTE_NAME, plan->deployment->cloud == CLOUD_AZURE ? "apollo.%s.%s-%d-%d" : "%s-%s-%d-%d", plan->deployment->name, digits,
		       range_prefix(destination), generation);
	return name;
}

int64_t route_priority(const struct plan *plan, int generation)
{
	const struct limit *home = plan->deployment->cloud == CLOUD_GCP ? facts_limit(plan->facts, "gcp.route_priority") : NULL;

	return home ? home->value - 10 * generation : FACTS_UNKNOWN;
}

void hop_json(const struct plan *plan, const char *before, const struct hop *hop, struct buffer *buffer)
{
	const struct machine *machine = &plan->machines[hop->machine];
	char name[ROUTE_NAME], text[RANGE_TEXT];

	(void)buffer_member(buffer, before, "name", route_name(plan, hop->destination, hop->generation, name));
	(void)buffer_member(buffer, ",", "destination", prefix_print(hop->destination, text));
	(void)buffer_member(buffer, ",", "next_hop", plan->machine_space.count ? address_print(plan->family, machine->own, text) : "");
	if (route_priority(plan, hop->generation) >= 0)
		(void)buffer_print(buffer, ",\"priority\":%lld", (long long)route_priority(plan, hop->generation));
	(void)buffer_member(buffer, ",", "owner", machine->name);
	(void)buffer_member(buffer, ",", "role", seat_role_name(hop->role));
	(void)buffer_text(buffer, "}");
}

static void failover_json(const struct plan *plan, const char *before, const struct failover *failover, struct buffer *buffer)
{
	(void)buffer_member(buffer, before, "what", failover->what);
	(void)buffer_print(buffer, ",\"machines_away\":%lld,\"routes\":%lld,\"operations\":%lld,\"operations_back\":%lld,\"seconds\":",
			   (long long)failover->machines, (long long)failover->routes, (long long)failover->operations,
			   (long long)failover->operations);
	if (failover->milliseconds < 0)
		(void)buffer_text(buffer, "null");
	else
		(void)buffer_print(buffer, "%lld.%lld", (long long)(failover->milliseconds / 1000), (long long)(failover->milliseconds % 1000 / 100));
	(void)buffer_print(buffer, ",\"stranded\":%lld,\"added\":[", (long long)failover->stranded);
	for (size_t i = 0; i < failover->detour_count; i++) {
		const struct detour *detour = &failover->detours[i];

		hop_json(plan, i ? ",\n  {" : "\n  {", &(struct hop){detour->destination, detour->to, detour->role, GENERATION_AWAY}, buffer);
	}
	(void)buffer_text(buffer, "]}");
}

void routes_document(const struct plan *plan, struct buffer *buffer)
{
	(void)buffer_text(buffer, "{\"at_rest\":[");
	for (size_t i = 0; i < plan->route_count; i++) {
		const struct planned_route *route = &plan->routes[i];

		hop_json(plan, i ? ",\n{" : "\n{", &(struct hop){route->destination, route->machine, route->role, GENERATION_HOME}, buffer);
	}
	(void)buffer_print(buffer, "],\n\"routes_at_worst\":%lld,\n\"failovers\":[", (long long)plan->routes_worst);
	for (size_t i = 0; i < plan->failover_count; i++)
		failover_json(plan, i ? ",\n{" : "\n{", &plan->failovers[i], buffer);
	(void)buffer_text(buffer, "]}\n");
}
