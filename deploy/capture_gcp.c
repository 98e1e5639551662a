/* SPDX-License-Identifier: Apache-2.0 */
/* What `gcloud ... --format=json` prints: objects of Compute v1, and of services that say no kind. */
#include "deploy/capture_read.h"

#include <stdio.h>
#include <string.h>

/* What is behind "projects/": hosts and versions of the API differ. */
static char *gcp_key(struct capture *capture, const char *text)
{
	const char *at = strstr(text, "projects/");

	return scope_text(&capture->scope, at && (at == text || at[-1] == '/') ? at + strlen("projects/") : text);
}

static const char *tail_of(struct json_object *object, const char *name)
{
	const char *text = capture_text(object, name);

	return text ? capture_tail(text) : NULL;
}

/* The key of an object by its own URL. */
static const char *key_of(struct capture *capture, struct json_object *object)
{
	const char *link = capture_text(object, "selfLink");

	return link ? gcp_key(capture, link) : NULL;
}

static bool is_own(struct capture *capture, struct json_object *object)
{
	return capture_is_network(capture, capture_text(object, "network"));
}

/* ---- networks ---- */

static void network_offer(struct capture *capture, struct json_object *object)
{
	const char *key = key_of(capture, object), *name = capture_text(object, "name");

	if (key && name)
		capture_offer(capture, key, name, true);
	else
		capture_fail(capture, "a network without selfLink or name");
}

/* Subnets can be all that there is of a network. */
static void subnet_offer(struct capture *capture, struct json_object *object)
{
	const char *network = capture_text(object, "network");

	if (network && strchr(network, '/'))
		capture_offer(capture, gcp_key(capture, network), capture_tail(network), false);
}

static void peering_read(struct capture *capture, struct json_object *object)
{
	const char *name = capture_text(object, "name"), *network = capture_text(object, "network");
	struct json_object *record;

	if (!name || !network || !capture_once(capture, "peering", name))
		return;
	record = capture_add(capture, LIST_PEERINGS);
	record_name(capture, record, name);
	record_text(capture, record, "network", capture_tail(network));
	record_flag(capture, record, "exports", capture_flag(object, "exportCustomRoutes", false));
	record_flag(capture, record, "imports", capture_flag(object, "importCustomRoutes", false));
	(void)holder_add(capture, &capture->peerings, gcp_key(capture, network), scope_text(&capture->scope, name), record);
}

/* `networks peerings list` prints peerings by themselves in some versions. */
static bool peering_fits(struct json_object *object)
{
	return capture_text(object, "network") && capture_text(object, "state") && capture_member(object, "exchangeSubnetRoutes");
}

static void peering_alone_read(struct capture *capture, struct json_object *object)
{
	const char *source = capture_text(object, "source_network");

	if (source ? capture_is_network(capture, source) : capture->network_count == 1)
		peering_read(capture, object);
}

static void chosen_read(struct capture *capture, struct json_object *object)
{
	const char *key = key_of(capture, object);
	int64_t mtu;

	if (!key || strcmp(key, capture->network.key) != 0)
		return;
	if (capture_once(capture, "network", key)) {
		if (capture_member(object, "autoCreateSubnetworks"))
			record_flag(capture, capture->head, "automatic", capture_flag(object, "autoCreateSubnetworks", false));
		if (capture_number(object, "mtu", &mtu))
			record_number(capture, capture->head, "mtu", mtu);
		if (capture_text(object, "id"))
			capture->network_id = scope_text(&capture->scope, capture_text(object, "id"));
	}
	for (size_t i = 0; i < capture_count(object, "peerings"); i++)
		peering_read(capture, capture_item(object, "peerings", i));
}

static void peer_imports(struct capture *capture, struct capture_holder *peering, bool imports)
{
	if (peering->known)
		return;
	record_flag(capture, peering->record, "peer_imports", imports);
	peering->known = 1;
}

/* A peer that is in the capture itself says whether it imports. */
static void peer_read(struct capture *capture, struct json_object *object)
{
	struct capture_holder *peering = holder_find(&capture->peerings, key_of(capture, object));

	for (size_t i = 0; peering && i < capture_count(object, "peerings"); i++) {
		struct json_object *one = capture_item(object, "peerings", i);

		if (is_own(capture, one))
			peer_imports(capture, peering, capture_flag(one, "importCustomRoutes", false));
	}
}

static void project_read(struct capture *capture, struct json_object *object)
{
	const char *name = capture_text(object, "name"), *owner = capture->network.owner;

	if (name && owner && strcmp(name, owner) != 0 && (!capture->project || strcmp(name, capture->project) < 0))
		capture->project = scope_text(&capture->scope, name);
}

/* ---- subnets ---- */

static const char *const purposes[][2] = {
	{"PRIVATE", NULL},
	{"PRIVATE_RFC_1918", NULL},
	{"REGIONAL_MANAGED_PROXY", "proxy"},
	{"GLOBAL_MANAGED_PROXY", "proxy"},
	{"INTERNAL_HTTPS_LOAD_BALANCER", "proxy"},
	{"PRIVATE_SERVICE_CONNECT", "service-connect"},
	{"PRIVATE_NAT", "nat"},
	{"PEER_MIGRATION", "migration"},
};

/* One that is not known keeps its name: no ordinary machine is to be put into it. */
static const char *purpose_of(struct json_object *object)
{
	const char *purpose = capture_text(object, "purpose");

	for (size_t i = 0; purpose && i < sizeof(purposes) / sizeof(*purposes); i++)
		if (strcmp(purpose, purposes[i][0]) == 0)
			return purposes[i][1];
	return purpose;
}

/* A range of a subnet behind its first one; list NULL: of a peer's, where its name does not matter. */
static void range_more(struct capture *capture, struct json_object *list, struct capture_ranges *ranges, const char *name, struct range range)
{
	struct json_object *record = list ? json_object_new_object() : NULL;

	ranges_add(capture, ranges, range);
	if (!list)
		return;
	record_name(capture, record, name);
	record_range(capture, record, "range", range);
	if (!record || json_object_array_add(list, record) < 0) {
		json_object_put(record);
		capture_fail(capture, "no memory for its ranges");
	}
}

static void ranges_more(struct capture *capture, struct json_object *object, struct json_object *list, struct capture_ranges *ranges)
{
	static const char *const sixes[] = {"internalIpv6Prefix", "externalIpv6Prefix", "ipv6CidrRange"};
	struct range range;

	for (size_t i = 0; i < capture_count(object, "secondaryIpRanges"); i++) {
		struct json_object *one = capture_item(object, "secondaryIpRanges", i);

		if (capture_range(capture, one, "ipCidrRange", &range))
			range_more(capture, list, ranges, capture_text(one, "rangeName"), range);
	}
	/* The third says the same as one of the others. */
	for (size_t i = 0; i < sizeof(sixes) / sizeof(*sixes); i++) {
		const char *text = capture_text(object, sixes[i]);

		if (text && *text && capture_range(capture, object, sixes[i], &range) && !ranges_hold(ranges, range))
			range_more(capture, list, ranges, sixes[i], range);
	}
}

static void subnet_add(struct capture *capture, struct json_object *object, const char *key)
{
	struct json_object *record, *secondary;
	const char *name = capture_tail(key), *region = capture_segment(capture, key, "regions");
	struct capture_holder *subnet;
	struct range range;

	if (!capture_range(capture, object, "ipCidrRange", &range))
		return;
	record = capture_add(capture, LIST_SUBNETS);
	record_name(capture, record, name);
	record_text(capture, record, "region", region);
	record_range(capture, record, "range", range);
	record_text(capture, record, "purpose", purpose_of(object));
	if (capture_member(object, "privateIpGoogleAccess"))
		record_flag(capture, record, "google_access", capture_flag(object, "privateIpGoogleAccess", false));
	subnet = holder_add(capture, &capture->subnets, key, name, record);
	secondary = json_object_new_array();
	if (subnet && secondary) {
		ranges_add(capture, &subnet->ranges, range);
		ranges_more(capture, object, secondary, &subnet->ranges);
	}
	if (record && secondary && json_object_array_length(secondary))
		(void)json_object_object_add(record, "secondary", secondary);
	else
		json_object_put(secondary);
	if (region && (!capture->region || strcmp(region, capture->region) < 0))
		capture->region = region;
}

static void subnet_read(struct capture *capture, struct json_object *object)
{
	const char *link = capture_text(object, "selfLink"), *network = capture_text(object, "network"), *key;
	struct capture_holder *peering;
	struct range range;

	/* What `list-usable` prints names the subnet as "subnetwork". */
	link = link ? link : capture_text(object, "subnetwork");
	if (!link || !network) {
		capture_fail(capture, "a subnet without selfLink or network");
		return;
	}
	key = gcp_key(capture, link);
	peering = holder_find(&capture->peerings, gcp_key(capture, network));
	if (!key || !(peering || is_own(capture, object)) || !capture_once(capture, "subnet", key))
		return;
	if (!peering) {
		subnet_add(capture, object, key);
		return;
	}
	if (capture_range(capture, object, "ipCidrRange", &range))
		ranges_add(capture, &peering->ranges, range);
	ranges_more(capture, object, NULL, &peering->ranges);
}

static bool usable_fits(struct json_object *object)
{
	return capture_text(object, "subnetwork") && capture_text(object, "ipCidrRange") && capture_text(object, "network");
}

/* ---- routes ---- */

static const char *next_hop(struct json_object *object)
{
	static const char *const hops[] = {"nextHopIp", "nextHopInstance", "nextHopIlb", "nextHopVpnTunnel", "nextHopGateway",
					   "nextHopInterconnectAttachment", "nextHopHub", "nextHopPeering"};

	for (size_t i = 0; i < sizeof(hops) / sizeof(*hops); i++)
		if (tail_of(object, hops[i]))
			return tail_of(object, hops[i]);
	return NULL;
}

static void route_add(struct capture *capture, struct json_object *object, const char *name, bool dynamic)
{
	const char *mark = capture_text(object, "description");
	struct json_object *record;
	struct range range;
	int64_t priority;

	if (!capture_range(capture, object, "destRange", &range))
		return;
	record = capture_add(capture, LIST_ROUTES);
	record_name(capture, record, name);
	record_range(capture, record, "destination", range);
	record_text(capture, record, "next_hop", next_hop(object));
	if (capture_number(object, "priority", &priority) && priority >= 0 && priority <= 65535)
		record_number(capture, record, "priority", priority);
	if (dynamic)
		record_flag(capture, record, "dynamic", true);
	if (capture_count(object, "tags"))
		record_flag(capture, record, "tagged", true);
	if (mark && strncmp(mark, "apollo:", 7) == 0 && mark[7])
		record_text(capture, record, "owner", mark + 7);
}

/* The peering of this name, which the network need not have told of. */
static struct capture_holder *peering_named(struct capture *capture, const char *name)
{
	struct json_object *record;

	for (size_t i = 0; i < capture->peerings.count; i++)
		if (strcmp(capture->peerings.items[i].name, name) == 0)
			return &capture->peerings.items[i];
	record = capture_add(capture, LIST_PEERINGS);
	record_name(capture, record, name);
	name = scope_text(&capture->scope, name);
	return name ? holder_add(capture, &capture->peerings, name, name, record) : NULL;
}

/* A route that somebody made.  Those of the network's own subnets say nothing that the subnets do not; those of a peer's subnets are
 * the peer's ranges. */
static void route_read(struct capture *capture, struct json_object *object)
{
	const char *name = capture_text(object, "name"), *type = capture_text(object, "routeType"), *key = key_of(capture, object);
	const char *peer = tail_of(object, "nextHopPeering");
	struct range range;
	int64_t priority = 0;

	if (!is_own(capture, object) || (key && !capture_once(capture, "route", key)) || capture_text(object, "nextHopNetwork"))
		return;
	(void)capture_number(object, "priority", &priority);
	if (peer && (type ? strcmp(type, "SUBNET") == 0 : !priority)) {
		struct capture_holder *holder = peering_named(capture, peer);

		if (holder && capture_range(capture, object, "destRange", &range))
			ranges_add(capture, &holder->ranges, range);
		return;
	}
	capture->static_routes += !peer;
	capture->static_imported += peer && !(type && strcmp(type, "BGP") == 0);
	route_add(capture, object, name, type && strcmp(type, "BGP") == 0);
}

/* Learned routes, once for each destination and next hop: each router of the network tells all of them. */
static void status_read(struct capture *capture, struct json_object *object)
{
	struct json_object *result = capture_member(object, "result");

	if (!is_own(capture, result))
		return;
	for (size_t i = 0; i < capture_count(result, "bestRoutes"); i++) {
		struct json_object *route = capture_item(result, "bestRoutes", i);
		const char *destination = capture_text(route, "destRange"), *hop = next_hop(route);
		const char *name = destination ? scope_print(&capture->scope, "learned %s", destination) : NULL;
		const char *key = name ? scope_print(&capture->scope, "%s %s", name, hop ? hop : "") : NULL;

		if (key && capture_once(capture, "learned", key))
			route_add(capture, route, name, true);
	}
}

/* A row of `networks peerings list-routes`.  It does not say of which peering it is: so it is the only one's, or nobody's. */
static bool exchanged_fits(struct json_object *object)
{
	return capture_text(object, "destRange") && capture_text(object, "type") && capture_member(object, "imported");
}

/* What this network tells: a route of its own that a peer took says that the peer imports. */
static void outgoing_read(struct capture *capture, struct json_object *object)
{
	struct capture_holder *only = capture->peerings.count == 1 ? &capture->peerings.items[0] : NULL;

	if (strcmp(capture_text(object, "type"), "SUBNET_PEERING_ROUTE") == 0)
		return;
	if (!only)
		capture->unplaced++;
	else if (capture_flag(object, "imported", false))
		only->taken++;
	else
		only->refused++;
}

static void exchanged_read(struct capture *capture, struct json_object *object)
{
	const char *type = capture_text(object, "type"), *status = capture_text(object, "status");
	const char *name = scope_print(&capture->scope, "peering route %s", capture_text(object, "destRange"));
	struct range range;

	if (status && strstr(status, "by peer")) {
		outgoing_read(capture, object);
		return;
	}
	if (!capture_flag(object, "imported", false) || !capture_range(capture, object, "destRange", &range))
		return;
	if (strcmp(type, "SUBNET_PEERING_ROUTE") == 0 && capture->peerings.count == 1) {
		ranges_add(capture, &capture->peerings.items[0].ranges, range);
		return;
	}
	capture->static_exchanged += strcmp(type, "STATIC_PEERING_ROUTE") == 0;
	capture_search(capture);
	for (size_t i = 0; i < capture->peerings.count; i++)
		if (ranges_hold(&capture->peerings.items[i].ranges, range))
			return;
	if (strcmp(type, "SUBNET_PEERING_ROUTE") == 0) {
		capture->unplaced++;
		capture_named(capture, LIST_RESERVED, "a peer's subnet", range);
	} else if (name && capture_once(capture, "learned", name)) {
		route_add(capture, object, name, strcmp(type, "DYNAMIC_PEERING_ROUTE") == 0);
	}
}

/* A router that could have learned routes; the first by its key is named where its status is missing. */
static void router_read(struct capture *capture, struct json_object *object)
{
	const char *key = key_of(capture, object);

	if (key && is_own(capture, object) && (!capture->router || strcmp(key, capture->router) < 0))
		capture->router = key;
}

/* ---- addresses in use ---- */

/* Apollo's own have its label, whatever they are. */
static void used_add(struct capture *capture, struct json_object *object, const char *subnet, const char *member, int64_t length, const char *owner)
{
	struct capture_holder *holder = subnet ? holder_find(&capture->subnets, gcp_key(capture, subnet)) : NULL;
	const char *text = capture_text(object, member);
	struct range range;

	if (!holder || !text || !*text || !capture_range(capture, object, member, &range))
		return;
	if (length >= 0 && length < family_bits(range.family) && range.first == range.last)
		range = range_around(range.family, range.first, (int)length);
	capture_used(capture, holder, owner, range);
}

static int64_t length_of(struct json_object *object, const char *name)
{
	int64_t length;

	return capture_number(object, name, &length) ? length : -1;
}

static void instance_read(struct capture *capture, struct json_object *object)
{
	const char *owner = capture_inner(object, "labels", "apollo");

	for (size_t i = 0; i < capture_count(object, "networkInterfaces"); i++) {
		struct json_object *card = capture_item(object, "networkInterfaces", i);
		const char *subnet = capture_text(card, "subnetwork");

		used_add(capture, card, subnet, "networkIP", -1, owner);
		used_add(capture, card, subnet, "ipv6Address", length_of(card, "internalIpv6PrefixLength"), owner);
		for (size_t j = 0; j < capture_count(card, "aliasIpRanges"); j++)
			used_add(capture, capture_item(card, "aliasIpRanges", j), subnet, "ipCidrRange", -1, owner);
	}
}

/* An address of a subnet, or a range that a service has of the network. */
static void address_read(struct capture *capture, struct json_object *object)
{
	const char *subnet = capture_text(object, "subnetwork"), *text = capture_text(object, "address"), *name = capture_text(object, "name");
	int64_t length = length_of(object, "prefixLength");
	struct range range;

	if (subnet) {
		used_add(capture, object, subnet, "address", length, capture_inner(object, "labels", "apollo"));
		return;
	}
	if (!text || !*text || !capture_text(object, "network") || !is_own(capture, object) || !capture_range(capture, object, "address", &range))
		return;
	if (length >= 0 && length <= family_bits(range.family))
		range = range_around(range.family, range.first, (int)length);
	capture_named(capture, LIST_SERVICES, name ? name : "", range);
}

/* The address of a load balancer inside the network, or of an end of Private Service Connect. */
static void forwarding_rule_read(struct capture *capture, struct json_object *object)
{
	const char *scheme = capture_text(object, "loadBalancingScheme"), *text = capture_text(object, "IPAddress");
	const char *subnet = capture_text(object, "subnetwork"), *name = capture_text(object, "name");
	struct capture_holder *holder;
	struct range range;

	if ((scheme && strncmp(scheme, "EXTERNAL", 8) == 0) || !text || !capture_range_parse(text, &range))
		return;
	if (subnet) {
		used_add(capture, object, subnet, "IPAddress", -1, capture_inner(object, "labels", "apollo"));
		return;
	}
	if (!capture_text(object, "network") || !is_own(capture, object))
		return;
	holder = capture_subnet_of(capture, range);
	if (holder)
		ranges_add(capture, &holder->used, range);
	else
		capture_named(capture, LIST_SERVICES, name ? name : "", range);
}

/* ---- firewall ---- */

/* Texts of an array. */
static void words_record(struct capture *capture, struct json_object *object, const char *name, struct json_object *record, const char *as)
{
	for (size_t i = 0; i < capture_count(object, name); i++) {
		struct json_object *item = capture_item(object, name, i);

		record_more(capture, record, as, json_object_is_type(item, json_type_string) ? json_object_get_string(item) : "");
	}
}

static void ranges_record(struct capture *capture, struct json_object *object, const char *name, struct json_object *record, const char *as)
{
	struct range range;
	char text[RANGE_TEXT];

	for (size_t i = 0; i < capture_count(object, name); i++) {
		struct json_object *item = capture_item(object, name, i);
		const char *word = json_object_is_type(item, json_type_string) ? json_object_get_string(item) : "";

		if (capture_range_parse(word, &range))
			record_more(capture, record, as, range_print(range, text));
		else
			capture_fail(capture, "%s[%zu] is not a prefix: %.100s", name, i, word);
	}
}

static void traffics_record(struct capture *capture, struct json_object *object, const char *name, struct json_object *record)
{
	for (size_t i = 0; i < capture_count(object, name); i++) {
		struct json_object *one = capture_item(object, name, i);
		const char *protocol = capture_text(one, "IPProtocol");

		struct json_object *traffic = record_traffic(capture, record, protocol ? protocol : "all");

		for (size_t j = 0; j < capture_count(one, "ports"); j++) {
			struct json_object *item = capture_item(one, "ports", j);

			record_ports(capture, traffic, json_object_is_type(item, json_type_string) ? json_object_get_string(item) : "");
		}
	}
}

/* A rule of the network's that is in force.  Apollo's own say so in their description, before what they are for. */
static void firewall_read(struct capture *capture, struct json_object *object)
{
	const char *name = capture_text(object, "name"), *way = capture_text(object, "direction"), *mark = capture_text(object, "description");
	bool deny = capture_count(object, "denied") > 0;
	struct json_object *record;
	int64_t priority = 1000;

	if (!is_own(capture, object) || capture_flag(object, "disabled", false) || (name && !capture_once(capture, "firewall", name)))
		return;
	record = capture_add(capture, LIST_FIREWALL);
	record_name(capture, record, name);
	record_text(capture, record, "direction", way && strcmp(way, "EGRESS") == 0 ? "egress" : "ingress");
	if (capture_member(object, "priority") && (!capture_number(object, "priority", &priority) || priority < 0 || priority > FIREWALL_PRIORITY_MOST))
		capture_fail(capture, "priority of a firewall rule is not from 0 to %d", FIREWALL_PRIORITY_MOST);
	record_number(capture, record, "priority", priority);
	record_text(capture, record, "action", deny ? "deny" : "allow");
	traffics_record(capture, object, deny ? "denied" : "allowed", record);
	if (record && !json_member(record, "traffic"))
		capture_fail(capture, "a firewall rule neither allows nor denies anything");
	ranges_record(capture, object, "sourceRanges", record, "sources");
	ranges_record(capture, object, "destinationRanges", record, "destinations");
	words_record(capture, object, "sourceTags", record, "source_names");
	words_record(capture, object, "sourceServiceAccounts", record, "source_names");
	words_record(capture, object, "targetTags", record, "target_names");
	words_record(capture, object, "targetServiceAccounts", record, "target_names");
	if (mark && strncmp(mark, "apollo:", 7) == 0 && mark[7] && mark[7] != ':')
		record_text(capture, record, "owner", scope_copy(&capture->scope, mark + 7, strcspn(mark + 7, ":")));
}

/* ---- what is reserved ---- */

/* Objects of other services have their collection in their name. */
static bool name_holds(struct json_object *object, const char *collection)
{
	const char *name = capture_text(object, "name");

	return name && strstr(name, collection) && capture_text(object, "network") && capture_text(object, "ipCidrRange");
}

static bool internal_range_fits(struct json_object *object)
{
	return name_holds(object, "/internalRanges/");
}

static void internal_range_read(struct capture *capture, struct json_object *object)
{
	const char *name = tail_of(object, "name"), *text = capture_text(object, "ipCidrRange");
	struct capture_holder *subnet;
	struct json_object *record;
	struct range range;

	if (!is_own(capture, object) || !capture_range(capture, object, "ipCidrRange", &range) || !capture_once(capture, "internal range", text))
		return;
	/* A subnet that was made of all of it says the same. */
	subnet = capture_subnet_of(capture, range);
	for (size_t i = 0; subnet && i < subnet->ranges.count; i++)
		if (range_relation(subnet->ranges.items[i], range) == RELATION_EQUAL)
			return;
	record = capture_add(capture, LIST_RESERVED);
	record_name(capture, record, name);
	record_range(capture, record, "range", range);
	record_text(capture, record, "owner", capture_inner(object, "labels", "apollo"));
}

static bool connector_fits(struct json_object *object)
{
	return name_holds(object, "/connectors/");
}

static void connector_read(struct capture *capture, struct json_object *object)
{
	struct range range;

	if (is_own(capture, object) && capture_range(capture, object, "ipCidrRange", &range))
		capture_named(capture, LIST_SERVICES, tail_of(object, "name"), range);
}

static bool cluster_fits(struct json_object *object)
{
	return capture_text(object, "name") && capture_text(object, "network") && capture_text(object, "clusterIpv4Cidr");
}

/* A cluster's ranges, where they are no secondary ranges of a subnet. */
static void cluster_range(struct capture *capture, struct json_object *object, const char *member, const char *name, const char *what)
{
	const char *text = capture_text(object, member);
	struct range range;

	if (!text || !*text || !capture_range(capture, object, member, &range) || capture_subnet_of(capture, range))
		return;
	name = scope_print(&capture->scope, "cluster %s, %s", name, what);
	if (name)
		capture_named(capture, LIST_SERVICES, name, range);
}

static void cluster_read(struct capture *capture, struct json_object *object)
{
	const char *name = capture_text(object, "name");

	if (!is_own(capture, capture_member(object, "networkConfig") ? capture_member(object, "networkConfig") : object))
		return;
	cluster_range(capture, object, "clusterIpv4Cidr", name, "pods");
	cluster_range(capture, object, "servicesIpv4Cidr", name, "services");
	cluster_range(capture, capture_member(object, "privateClusterConfig"), "masterIpv4CidrBlock", name, "control plane");
}

/* ---- limits ---- */

static bool quota_fits(struct json_object *object)
{
	return capture_text(object, "metric") && json_object_is_type(capture_member(object, "dimensionsInfos"), json_type_array);
}

/* Whether a limit is of this network: 2 of it alone, 1 of all, 0 of another. */
static int quota_rank(const struct capture *capture, struct json_object *info)
{
	struct json_object *dimensions = capture_member(info, "dimensions");
	const char *id = capture_text(dimensions, "network_id");

	if (!dimensions || json_object_object_length(dimensions) == 0)
		return 1;
	return id && capture->network_id && strcmp(id, capture->network_id) == 0 ? 2 : 0;
}

/* Static routes of the network alone, and of it and its peers (rule G13). */
static const char *const static_quotas[][2] = {
	{"compute.googleapis.com/static_routes_per_vpc_network", "STATIC_ROUTES_PER_NETWORK"},
	{"compute.googleapis.com/static_routes_per_peering_group", "STATIC_ROUTES_PER_PEERING_GROUP"},
};

static void quota_read(struct capture *capture, struct json_object *object)
{
	size_t which = 0;

	while (which < 2 && strcmp(capture_text(object, "metric"), static_quotas[which][0]) != 0)
		which++;
	if (which == 2)
		return;
	for (size_t i = 0; i < capture_count(object, "dimensionsInfos"); i++) {
		struct json_object *info = capture_item(object, "dimensionsInfos", i);
		int rank = quota_rank(capture, info);
		int64_t value;

		if (rank > capture->static_quotas[which].rank && capture_number(capture_member(info, "details"), "value", &value)) {
			capture->static_quotas[which].rank = rank;
			/* -1: without a limit. */
			capture->static_quotas[which].limit = value < 0 ? INT32_MAX : value;
		}
	}
}

/* ---- what is not known ---- */

static void peerings_finish(struct capture *capture)
{
	for (size_t i = 0; i < capture->peerings.count; i++) {
		struct capture_holder *peering = &capture->peerings.items[i];

		if (peering->taken || peering->refused)
			peer_imports(capture, peering, peering->taken > 0);
		if (!peering->known)
			capture_missing(capture, scope_print(&capture->scope, "whether the peer of %s imports routes", peering->name),
					scope_print(&capture->scope, "gcloud compute networks peerings list-routes %s --network={network} --project={project} "
								     "--region={region} --direction=OUTGOING --format=json", capture_word(peering->name, "PEERING")));
	}
	if (capture->unplaced)
		capture_note(capture, "%lld rows of list-routes do not say of which peering they are: routes list and the peers' own networks say more",
			     (long long)capture->unplaced);
}

static void quotas_finish(struct capture *capture)
{
	int64_t imported = capture->static_imported > capture->static_exchanged ? capture->static_imported : capture->static_exchanged;

	for (size_t i = 0; i < 2; i++) {
		struct json_object *record = capture->static_quotas[i].rank ? capture_add(capture, LIST_QUOTAS) : NULL;

		if (!record)
			continue;
		record_text(capture, record, "name", static_quotas[i][1]);
		record_number(capture, record, "limit", capture->static_quotas[i].limit);
		record_number(capture, record, "used", capture->static_routes + (i ? imported : 0));
	}
}

static void gcp_finish(struct capture *capture)
{
	record_text(capture, capture->head, "project", capture->project ? capture->project : capture->network.owner);
	if (capture->project)
		record_text(capture, capture->head, "host_project", capture->network.owner);
	quotas_finish(capture);
	peerings_finish(capture);
	if (capture->router && !capture_seen(capture, "compute#routerStatusResponse"))
		capture_missing(capture, "the routes that the network's routers learned",
				scope_print(&capture->scope, "gcloud compute routers get-status %s --region=%s --project={project} --format=json",
					    capture_word(capture_tail(capture->router), "ROUTER"),
					    capture_word(capture_segment(capture, capture->router, "regions"), "REGION")));
}

static const struct capture_kind gcp_kinds[] = {
	{"compute#network", NULL, STAGE_OFFER, network_offer},
	{"compute#network", NULL, STAGE_NETWORK, chosen_read},
	{"compute#network", NULL, STAGE_SUBNETS, peer_read},
	{"a peering", peering_fits, STAGE_NETWORK, peering_alone_read},
	{"compute#project", NULL, STAGE_NETWORK, project_read},
	{"compute#subnetwork", NULL, STAGE_OFFER, subnet_offer},
	{"compute#subnetwork", NULL, STAGE_SUBNETS, subnet_read},
	{"compute#subnetwork", usable_fits, STAGE_OFFER, subnet_offer},
	{"compute#subnetwork", usable_fits, STAGE_SUBNETS, subnet_read},
	{"compute#route", NULL, STAGE_REST, route_read},
	{"compute#routerStatusResponse", NULL, STAGE_REST, status_read},
	{"compute#router", NULL, STAGE_REST, router_read},
	{"a peering's route", exchanged_fits, STAGE_LAST, exchanged_read},
	{"compute#instance", NULL, STAGE_REST, instance_read},
	{"compute#address", NULL, STAGE_REST, address_read},
	{"compute#forwardingRule", NULL, STAGE_REST, forwarding_rule_read},
	{"compute#firewall", NULL, STAGE_REST, firewall_read},
	{"an internal range", internal_range_fits, STAGE_REST, internal_range_read},
	{"a connector", connector_fits, STAGE_REST, connector_read},
	{"a cluster", cluster_fits, STAGE_REST, cluster_read},
	{"a quota", quota_fits, STAGE_REST, quota_read},
	{"compute#interconnectAttachment", NULL, STAGE_REST, NULL},
	{"compute#vpnGateway", NULL, STAGE_REST, NULL},
	{"compute#vpnTunnel", NULL, STAGE_REST, NULL},
	{NULL, NULL, STAGE_OFFER, NULL},
};

static const struct capture_need gcp_needs[] = {
	{"compute#network", "packet size, peerings, and whether it is an auto-mode network",
	 "gcloud compute networks describe {network} --project={project} --format=json"},
	{"compute#subnetwork", "the subnets", "gcloud compute networks subnets list --network={network} --project={project} --format=json"},
	{"compute#route", "the routes, and the peers' subnets", "gcloud compute routes list --project={project} --format=json"},
	{"compute#instance", "the machines' addresses", "gcloud compute instances list --project={project} --format=json"},
	{"compute#address", "reserved addresses, and what services have of the network", "gcloud compute addresses list --project={project} --format=json"},
	{"compute#forwardingRule", "the load balancers' addresses", "gcloud compute forwarding-rules list --project={project} --format=json"},
	{"compute#firewall", "the firewall rules", "gcloud compute firewall-rules list --project={project} --format=json"},
	{"an internal range", "internal ranges", "gcloud network-connectivity internal-ranges list --project={project} --format=json"},
	{"compute#router", "whether routers learn routes", "gcloud compute routers list --project={project} --format=json"},
	{"a quota", "how many routes the network may have",
	 "gcloud beta quotas info list --service=compute.googleapis.com --project={project} --format=json"},
	{NULL, NULL, NULL},
};

const struct capture_cloud capture_gcp = {"kind", "items", gcp_kinds, gcp_needs, gcp_key, gcp_finish};
