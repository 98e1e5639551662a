/* SPDX-License-Identifier: Apache-2.0 */
/* What the customer's network must have, or a person must do there, so that clients reach the virtual addresses. */
#include "deploy/rules.h"
#include "deploy/stages.h"

#include <stdio.h>
#include <string.h>

static bool routed(const struct plan *plan)
{
	return plan->deployment->vip_mode == VIP_ROUTED;
}

/* ---- both clouds ---- */

/* Rule C18. */
static void mtu_check(struct plan *plan)
{
	if (plan->deployment->mtu > plan->network->mtu && plan->network->mtu)
		finding_add(&plan->findings, "C18", SEVERITY_REFUSED,
			    &(struct finding_parts){"mtu", plan->network->name, NULL,
						    scope_print(plan->scope, "say mtu = %lld, or raise the network's", (long long)plan->network->mtu)},
			    "machines would send %lld bytes where the network carries %lld", (long long)plan->deployment->mtu,
			    (long long)plan->network->mtu);
	else if (plan->deployment->mtu > 1500 && (plan->deployment->on_premises.count || !plan->network->mtu))
		finding_add(&plan->findings, "C18", SEVERITY_WARNING, &(struct finding_parts){"mtu", "", NULL, "let machines on premises keep to 1500 bytes, or less in a tunnel"},
			    "%lld bytes are carried inside the cloud's network only", (long long)plan->deployment->mtu);
}

/* Rule C14. */
static void snapshot_check(struct plan *plan)
{
	if (!plan->network->digest[0])
		finding_add(&plan->findings, "C14", SEVERITY_WARNING,
			    &(struct finding_parts){"network", "", NULL, "give a snapshot: apollo plan --network-from azure|gcp FILE"},
			    "without a snapshot nothing of the customer's network was looked at");
}

/* Rules A14 and G15: clients reach a protocol only where its ports are open. */
static void protocols_check(struct plan *plan)
{
	for (size_t i = 0; i < plan->deployment->protocol_count; i++)
		if (!facts_serves(plan->facts, plan->deployment->protocols[i]))
			finding_add(&plan->findings, plan->deployment->cloud == CLOUD_AZURE ? "A14" : "G15", SEVERITY_WARNING,
				    &(struct finding_parts){"protocols", plan->deployment->protocols[i], NULL,
							    "ask for its ports, and add them to ports.cfg or to the firewall yourself"},
				    "no port is known here that serves it: firewall.json has no rule for it");
}

/* Rule C17: what the third way to carry VIPs would need. */
static void bgp_check(struct plan *plan)
{
	if (plan->deployment->vip_mode != VIP_BGP)
		return;
	finding_add(&plan->findings, "C17", SEVERITY_REFUSED,
		    &(struct finding_parts){"vip_mode", "", NULL, "use vip_mode = \"routed\""},
		    "the cluster would announce its VIPs to %s: a private ASN for it that differs from the cloud's and from every peer's, and a "
		    "peer address for each node; apollo does not carry this out yet",
		    plan->deployment->cloud == CLOUD_AZURE ? "a Route Server" : "a Router Appliance of Network Connectivity Center");
}

/* The fewest prefixes that are the VIPs' ranges and nothing else, as a text. */
static const char *advertisement(struct plan *plan)
{
	const struct ranges *ranges = &plan->deployment->ranges;
	struct range_set set;
	struct error error;
	const char *text = "";

	if (range_set_make(plan->scope, ranges->items, ranges->count, &set, &error) < 0) {
		plan->findings.failed = true;
		return "";
	}
	for (size_t i = 0; i < set.count && i < 8; i++) {
		struct range prefixes[RANGE_PREFIXES_MAX];
		size_t count = range_prefixes(set.items[i], prefixes);
		char one[RANGE_TEXT];

		for (size_t j = 0; text && j < count && j < 16; j++)
			text = scope_print(plan->scope, "%s%s%s", text, *text ? ", " : "", range_print(prefixes[j], one));
	}
	plan->findings.failed = plan->findings.failed || !text;
	return text;
}

static bool has_on_premises(const struct plan *plan)
{
	if (plan->deployment->on_premises.count)
		return true;
	for (size_t i = 0; i < plan->network->object_count; i++)
		if (plan->network->objects[i].kind == OBJECT_ON_PREMISES || plan->network->objects[i].kind == OBJECT_DYNAMIC)
			return true;
	return false;
}

/* Whether clients of the deployment are in the peering's ranges. */
static bool peer_has_clients(const struct plan *plan, size_t peering)
{
	for (size_t i = 0; i < plan->network->object_count; i++) {
		const struct object *object = &plan->network->objects[i];

		for (size_t j = 0; object->kind == OBJECT_PEER && object->part == peering && j < plan->deployment->clients.count; j++)
			if (range_relation(object->range, plan->deployment->clients.items[j]) != RELATION_DISJOINT)
				return true;
	}
	return false;
}

/* ---- Azure ---- */

static const struct route_table *table_of(const struct plan *plan, const struct subnet *subnet)
{
	for (size_t i = 0; subnet->route_table && i < plan->network->route_table_count; i++)
		if (strcmp(plan->network->route_tables[i].name, subnet->route_table) == 0)
			return &plan->network->route_tables[i];
	return NULL;
}

/* Rules A06 and A07: every subnet with clients wants the routes; a table that is there is edited. */
static int azure_subnets(struct plan *plan, struct error *error)
{
	int64_t most;

	if (plan_limit(plan, "RoutesPerRouteTable", "azure.routes_per_table", &most, error) < 0)
		return error->code;
	for (size_t i = 0; i < plan->network->subnet_count; i++) {
		const struct subnet *subnet = &plan->network->subnets[i];
		const struct route_table *table = table_of(plan, subnet);
		const char *object = scope_print(plan->scope, "subnet %s", subnet->name);
		int64_t others = table ? table->route_count - routes_own(plan, table->name) : 0;
		bool full = table && others + (int64_t)plan->route_count > most;

		if (subnet->purpose && strcmp(subnet->purpose, "gateway") != 0)
			continue;
		if (!subnet->route_table)
			finding_add(&plan->findings, "A07", SEVERITY_NOTE, &(struct finding_parts){object, "", NULL, ""},
				    "it gets the cluster's route table: routes are of a subnet, and not inherited");
		else
			finding_add(&plan->findings, "A06", (table && !table->editable) || full ? SEVERITY_REFUSED : SEVERITY_WARNING,
				    &(struct finding_parts){object, scope_print(plan->scope, "route table %s", subnet->route_table), NULL,
							    full ? "free routes in the table" : table && !table->editable ? "ask its owner to add the routes, or for the right to edit it" : ""},
				    full ? "the table is full: %zu routes more do not fit"
					 : table && !table->editable ? "the table may not be edited: it needs %zu routes"
								     : "the table is edited: %zu routes are added, the others stay as they are", plan->route_count);
	}
	return 0;
}

/* Rule A08: what a peering lets through.  Answers to the peer's clients come from virtual addresses, which are not of this network's space: to
 * the peer they are forwarded. */
static void azure_peering(struct plan *plan, size_t index)
{
	const struct peering *peering = &plan->network->peerings[index];
	const char *object = scope_print(plan->scope, "peering %s", peering->name), *peer = peering->network ? peering->network : "the peer";
	bool clients = peer_has_clients(plan, index);

	if (peering->access == ANSWER_NO || peering->peer_access == ANSWER_NO)
		finding_add(&plan->findings, "A08", clients ? SEVERITY_REFUSED : SEVERITY_WARNING,
			    &(struct finding_parts){object, "", NULL, peering->access == ANSWER_NO ? "switch allowVirtualNetworkAccess on here" : "switch allowVirtualNetworkAccess on in the peer's peering"},
			    "machines of %s do not reach this network's", peer);
	if (!routed(plan))
		return;
	if (peering->peer_forwarded == ANSWER_NO)
		finding_add(&plan->findings, "A08", clients ? SEVERITY_REFUSED : SEVERITY_WARNING,
			    &(struct finding_parts){object, "", NULL, "switch allowForwardedTraffic on in the peer's peering"},
			    "answers come from virtual addresses outside this network's space, and %s does not let forwarded traffic in", peer);
	else if (peering->peer_forwarded == ANSWER_UNKNOWN)
		finding_add(&plan->findings, "A08", SEVERITY_NOTE,
			    &(struct finding_parts){object, "", NULL, "see that allowForwardedTraffic is on in the peer's peering"},
			    "answers come from virtual addresses outside this network's space: whether %s lets forwarded traffic in is not known here", peer);
	if (peering->forwarded == ANSWER_NO)
		finding_add(&plan->findings, "A08", SEVERITY_WARNING,
			    &(struct finding_parts){object, "", NULL, "switch allowForwardedTraffic on here, where clients come by way of the peer"},
			    "this network does not let in what %s forwards, such as clients on premises behind its gateway or firewall", peer);
}

static int azure_check(struct plan *plan, struct error *error)
{
	const char *vips = advertisement(plan);

	for (size_t i = 0; i < plan->network->peering_count; i++) {
		const struct peering *peering = &plan->network->peerings[i];
		const char *object = scope_print(plan->scope, "peering %s", peering->name);

		if (!peering->in_sync)
			finding_add(&plan->findings, "A05", SEVERITY_WARNING, &(struct finding_parts){object, "", NULL, "synchronize the peering"},
				    "the peer does not know all of this network's space");
		azure_peering(plan, i);
		if (routed(plan))
			finding_add(&plan->findings, "A07", SEVERITY_WARNING, &(struct finding_parts){object, "", NULL, scope_print(plan->scope, "a route to %s in every client subnet there", vips)},
				    "routes are not inherited over a peering: subnets of %s need their own", peering->network ? peering->network : "the peer");
	}
	if (!routed(plan))
		return 0;
	finding_add(&plan->findings, "A08", SEVERITY_NOTE, &(struct finding_parts){"machines", "", NULL, ""},
		    "next hops are the machines' own addresses; their network cards forward");
	finding_add(&plan->findings, "A09", SEVERITY_NOTE, &(struct finding_parts){"routes", "", NULL, ""},
		    "private addresses outside the network's space are dropped where no route leads to them");
	finding_add(&plan->findings, "A14", SEVERITY_WARNING, &(struct finding_parts){"security groups", "", NULL, scope_print(plan->scope, "allow clients to %s", vips)},
		    "whether the rule that allows traffic inside the network counts for VIPs outside it is not sure: rules must name them");
	finding_add(&plan->findings, "A16", SEVERITY_NOTE, &(struct finding_parts){"permissions", "", NULL, ""},
		    "the managed application needs, on the customer's network: Microsoft.Network/virtualNetworks/subnets/join/action, "
		    "Microsoft.Network/routeTables/read, /write and /join/action, Microsoft.Network/routeTables/routes/write and /delete");
	if (has_on_premises(plan))
		finding_add(&plan->findings, "A10", SEVERITY_WARNING, &(struct finding_parts){"on premises", "", NULL, scope_print(plan->scope, "advertise %s, and add the routes to the gateway's subnet", vips)},
			    "static routes are not advertised, and the gateway's subnet needs them too");
	return azure_subnets(plan, error);
}

/* ---- Google Cloud ---- */

/* Rule G11: only untagged routes cross a peering, and only where both sides let them. */
static void google_peerings(struct plan *plan, const char *vips)
{
	for (size_t i = 0; i < plan->network->peering_count; i++) {
		const struct peering *peering = &plan->network->peerings[i];

		if (peering->exports && peering->peer_imports)
			continue;
		finding_add(&plan->findings, "G11", peer_has_clients(plan, i) ? SEVERITY_REFUSED : SEVERITY_WARNING,
			    &(struct finding_parts){scope_print(plan->scope, "peering %s", peering->name), "", NULL,
						    !peering->exports ? "export custom routes here, and import them there" : "import custom routes there"},
			    "the peer's machines do not learn the routes to %s", vips);
	}
}

static void google_check(struct plan *plan)
{
	const char *vips = advertisement(plan);

	/* Rule G19. */
	if (plan->subnet && !plan->subnet->google_access)
		finding_add(&plan->findings, "G19", SEVERITY_REFUSED,
			    &(struct finding_parts){scope_print(plan->scope, "subnet %s", plan->subnet->name), "", NULL, "switch Private Google Access on"},
			    "machines without a public address reach no Google API from it");
	if (!routed(plan))
		return;
	google_peerings(plan, vips);
	if (plan->network->host_project && (!plan->network->project || strcmp(plan->network->host_project, plan->network->project) != 0)) {
		finding_add(&plan->findings, "G09", SEVERITY_NOTE, &(struct finding_parts){"routes", plan->network->host_project, NULL, ""},
			    "the network is shared: next hops are addresses, not machines");
		finding_add(&plan->findings, "G10", SEVERITY_WARNING,
			    &(struct finding_parts){"permissions", plan->network->host_project, NULL,
						    scope_print(plan->scope, "grant them in the project %s", plan->network->host_project)},
			    "routes are made in the host project: compute.routes.create, .delete, .get, .list and compute.networks.updatePolicy there");
	}
	if (plan->network->automatic)
		for (size_t i = 0; i < plan->deployment->ranges.count; i++) {
			const struct range own = {FAMILY_IPV4, 0x0a800000, 0x0affffff}; /* 10.128.0.0/9 */
			struct range both;

			if (range_intersect(plan->deployment->ranges.items[i], own, &both))
				finding_add(&plan->findings, "G05", SEVERITY_REFUSED,
					    &(struct finding_parts){"ranges", "10.128.0.0/9", &both, "give a range outside 10.128.0.0/9"},
					    "an auto-mode network makes subnets of these addresses in every new region");
		}
	finding_add(&plan->findings, "G14", SEVERITY_NOTE, &(struct finding_parts){"routes", "", NULL, ""},
		    "a route that is done is not yet everywhere: measure how long it takes before promising a time");
	finding_add(&plan->findings, "G15", SEVERITY_NOTE, &(struct finding_parts){"firewall", "", NULL, ""},
		    "rules see the VIP as the destination: allow the clients' prefixes to the machines' tag");
	if (has_on_premises(plan))
		finding_add(&plan->findings, "G12", SEVERITY_WARNING,
			    &(struct finding_parts){"on premises", "", NULL, scope_print(plan->scope, "custom advertisement of %s on the Cloud Router", vips)},
			    "static routes are not advertised by themselves");
}

int rules_network(struct plan *plan, struct error *error)
{
	snapshot_check(plan);
	mtu_check(plan);
	protocols_check(plan);
	bgp_check(plan);
	if (plan->network->digest[0] && plan->network->cloud != plan->deployment->cloud)
		return error_set(error, ERROR_INPUT, "the snapshot is of %s, and the deployment of %s", cloud_name(plan->network->cloud),
				 cloud_name(plan->deployment->cloud));
	if (plan->deployment->machine_subnet && plan->network->digest[0] && !plan->subnet)
		finding_add(&plan->findings, plan->deployment->cloud == CLOUD_AZURE ? "A03" : "G03", SEVERITY_REFUSED,
			    &(struct finding_parts){"machine_subnet", plan->deployment->machine_subnet, NULL, "name a subnet of the snapshot"},
			    "there is no such subnet in %s", plan->deployment->region);
	if (plan->deployment->cloud == CLOUD_AZURE)
		return azure_check(plan, error);
	google_check(plan);
	return 0;
}

int rules_apply(struct plan *plan, struct error *error)
{
	if (rules_range(plan, error) < 0 || rules_size(plan, error) < 0)
		return error->code;
	rules_placement(plan);
	if (rules_network(plan, error) < 0)
		return error->code;
	return rules_firewall(plan, error);
}
