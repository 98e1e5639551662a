/* SPDX-License-Identifier: Apache-2.0 */
/* What `az network ... -o json` prints: objects of Azure's Network resource provider, their "properties" flattened. */
#include "deploy/capture_read.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { AZURE_PREFIXES_MAX = 1000 }; /* of one network, subnet or peer */

/* Ids are the same whatever their case. */
static char *azure_key(struct capture *capture, const char *text)
{
	char *key = scope_text(&capture->scope, text);

	for (char *at = key; at && *at; at++)
		*at = (char)tolower((unsigned char)*at);
	return key;
}

/* The key of an object, or of one that it speaks of; NULL: it says none. */
static const char *key_of(struct capture *capture, struct json_object *object, const char *inner)
{
	const char *id = inner ? capture_inner(object, inner, "id") : capture_text(object, "id");

	return id ? azure_key(capture, id) : NULL;
}

/* Whether an object is a part of the chosen network, by its id. */
static bool is_part(struct capture *capture, struct json_object *object)
{
	const char *key = key_of(capture, object, NULL);

	return key && strcmp(capture_parent(capture, key), capture->network.key) == 0;
}

/* Calls `each` for every prefix: "addressPrefix" is a text, now and then an array; "addressPrefixes" is an array. */
static void prefixes_each(struct capture *capture, struct json_object *object,
			  void (*each)(struct capture *capture, void *context, struct range range), void *context)
{
	static const char *const names[] = {"addressPrefix", "addressPrefixes"};
	struct range range;

	for (size_t i = 0; i < 2; i++) {
		if (json_object_is_type(capture_member(object, names[i]), json_type_string) && capture_range(capture, object, names[i], &range))
			each(capture, context, range);
		for (size_t j = 0; j < capture_count(object, names[i]); j++) {
			struct json_object *item = capture_item(object, names[i], j);
			const char *text = json_object_is_type(item, json_type_string) ? json_object_get_string(item) : "";

			if (capture_range_parse(text, &range))
				each(capture, context, range);
			else
				capture_fail(capture, "%s[%zu] is not a prefix: %.100s", names[i], j, text);
		}
	}
}

/* Each range once, though both forms of a prefix are there. */
static void range_keep(struct capture *capture, void *context, struct range range)
{
	struct capture_ranges *ranges = context;

	for (size_t i = 0; i < ranges->count; i++)
		if (range_relation(ranges->items[i], range) == RELATION_EQUAL)
			return;
	if (ranges->count == AZURE_PREFIXES_MAX)
		capture_fail(capture, "more than %d prefixes", AZURE_PREFIXES_MAX);
	else
		ranges_add(capture, ranges, range);
}

/* ---- networks and peerings ---- */

static void network_offer(struct capture *capture, struct json_object *object)
{
	const char *key = key_of(capture, object, NULL);

	if (key)
		capture_offer(capture, key, capture_tail(capture_text(object, "id")), true);
	else
		capture_fail(capture, "a virtual network without an id");
}

/* Subnets can be all that there is of a network. */
static void parent_offer(struct capture *capture, struct json_object *object)
{
	const char *id = capture_text(object, "id"), *parent = id ? capture_parent(capture, id) : NULL;

	if (parent && *parent)
		capture_offer(capture, azure_key(capture, parent), capture_tail(parent), false);
}

/* What a side of a peering lets in from the other one. */
static void peering_flags(struct capture *capture, struct json_object *object, struct json_object *record, const char *access, const char *forwarded)
{
	if (capture_member(object, "allowVirtualNetworkAccess"))
		record_flag(capture, record, access, capture_flag(object, "allowVirtualNetworkAccess", true));
	if (capture_member(object, "allowForwardedTraffic"))
		record_flag(capture, record, forwarded, capture_flag(object, "allowForwardedTraffic", false));
}

static void peering_read(struct capture *capture, struct json_object *object)
{
	const char *remote = capture_inner(object, "remoteVirtualNetwork", "id"), *key = remote ? azure_key(capture, remote) : "";
	const char *level = capture_text(object, "peeringSyncLevel"), *state = capture_text(object, "peeringState");
	const char *name = capture_text(object, "name");
	struct json_object *record;
	struct capture_holder *peer;

	if (!is_part(capture, object) || !capture_once(capture, "peering", key_of(capture, object, NULL)))
		return;
	record = capture_add(capture, LIST_PEERINGS);
	record_name(capture, record, name);
	record_text(capture, record, "network", remote ? capture_tail(remote) : NULL);
	if (level || state)
		record_flag(capture, record, "in_sync", level ? strcasecmp(level, "FullyInSync") == 0 : strcasecmp(state, "Connected") == 0);
	peering_flags(capture, object, record, "access", "forwarded");
	peer = holder_add(capture, &capture->peerings, key, name ? name : "", record);
	if (!peer)
		return;
	/* What the peer has now, and what this network knows of it. */
	prefixes_each(capture, capture_member(object, "remoteVirtualNetworkAddressSpace"), range_keep, &peer->ranges);
	prefixes_each(capture, capture_member(object, "remoteAddressSpace"), range_keep, &peer->ranges);
}

static void chosen_read(struct capture *capture, struct json_object *object)
{
	const char *key = key_of(capture, object, NULL);
	struct capture_ranges space = {0};

	if (!key || strcmp(key, capture->network.key) != 0)
		return;
	if (capture_once(capture, "network", key)) {
		struct json_object *list = json_object_new_array();
		char text[RANGE_TEXT];

		record_text(capture, capture->head, "project", capture_segment(capture, capture_text(object, "id"), "subscriptions"));
		if (capture_text(object, "location"))
			capture->region = scope_text(&capture->scope, capture_text(object, "location"));
		prefixes_each(capture, capture_member(object, "addressSpace"), range_keep, &space);
		for (size_t i = 0; list && i < space.count; i++)
			(void)json_object_array_add(list, json_object_new_string(range_print(space.items[i], text)));
		if (!list || json_object_object_add(capture->head, "space", list) < 0)
			capture_fail(capture, "no memory for its address space");
	}
	for (size_t i = 0; i < capture_count(object, "virtualNetworkPeerings"); i++)
		peering_read(capture, capture_item(object, "virtualNetworkPeerings", i));
}

/* The peer's own side of a peering with this network. */
static void back_read(struct capture *capture, struct json_object *object)
{
	const char *key = key_of(capture, object, NULL), *remote = capture_inner(object, "remoteVirtualNetwork", "id");
	struct capture_holder *peer = key ? holder_find(&capture->peerings, capture_parent(capture, key)) : NULL;

	if (!peer || peer->known || !remote || !capture_is_network(capture, remote))
		return;
	peering_flags(capture, object, peer->record, "peer_access", "peer_forwarded");
	peer->known = 1;
}

/* A peer that is in the capture itself: its whole space. */
static void peer_read(struct capture *capture, struct json_object *object)
{
	struct capture_holder *peer = holder_find(&capture->peerings, key_of(capture, object, NULL));

	if (!peer)
		return;
	prefixes_each(capture, capture_member(object, "addressSpace"), range_keep, &peer->ranges);
	for (size_t i = 0; i < capture_count(object, "virtualNetworkPeerings"); i++)
		back_read(capture, capture_item(object, "virtualNetworkPeerings", i));
}

/* ---- subnets ---- */

static const char *const purposes[][2] = {
	{"GatewaySubnet", "gateway"},
	{"AzureBastionSubnet", "bastion"},
	{"AzureFirewallSubnet", "firewall"},
	{"AzureFirewallManagementSubnet", "firewall"},
	{"RouteServerSubnet", "route-server"},
};

static const char *purpose_of(struct json_object *object, const char *name)
{
	for (size_t i = 0; i < sizeof(purposes) / sizeof(*purposes); i++)
		if (strcasecmp(name, purposes[i][0]) == 0)
			return purposes[i][1];
	/* A gateway of applications has its subnet for itself. */
	return capture_count(object, "applicationGatewayIPConfigurations") ? "application-gateway" : NULL;
}

/* The name of a route table or a security group; with its resource group where that is not the network's. */
static const char *part_name(struct capture *capture, const char *id)
{
	const char *group = capture_segment(capture, id, "resourceGroups"), *own = capture->network.owner;

	if (!group || (own && strcasecmp(group, own) == 0))
		return capture_tail(id);
	return scope_print(&capture->scope, "%s/%s", group, capture_tail(id));
}

/* An address that is in use: of a network card, a load balancer's front or a gateway's; `object` is its configuration. */
static void configuration_read(struct capture *capture, struct json_object *object, struct capture_holder *subnet, const char *owner)
{
	const char *key = key_of(capture, object, NULL);
	struct range range;
	int64_t length;

	if (!subnet || !capture_text(object, "privateIPAddress") || !capture_range(capture, object, "privateIPAddress", &range) ||
	    (key && !capture_once(capture, "configuration", key)))
		return;
	if (capture_number(object, "privateIPAddressPrefixLength", &length) && length >= 0 && length <= family_bits(range.family))
		range = range_around(range.family, range.first, (int)length);
	capture_used(capture, subnet, owner, range);
	subnet->known++;
}

static void prefixes_record(struct capture *capture, struct json_object *record, const struct capture_ranges *ranges)
{
	struct json_object *more = ranges->count > 1 ? json_object_new_array() : NULL;
	char name[40];

	if (ranges->count)
		record_range(capture, record, "range", ranges->items[0]);
	for (size_t i = 1; more && i < ranges->count; i++) {
		struct json_object *one = json_object_new_object();

		(void)snprintf(name, sizeof(name), "prefix %zu", i + 1);
		record_text(capture, one, "name", name);
		record_range(capture, one, "range", ranges->items[i]);
		(void)json_object_array_add(more, one);
	}
	if (more)
		(void)json_object_object_add(record, "secondary", more);
}

/* The security group of a subnet. */
static void group_keep(struct capture *capture, struct json_object *record, const char *id)
{
	const char *key = azure_key(capture, id);

	if (key && capture_once(capture, "group", key))
		(void)holder_add(capture, &capture->groups, key, part_name(capture, id), record);
	if (record && !json_member(record, "security_group"))
		record_text(capture, record, "security_group", part_name(capture, id));
}

static void subnet_details(struct capture *capture, struct json_object *object, const char *name, struct json_object *record)
{
	const char *table = capture_inner(object, "routeTable", "id"), *group = capture_inner(object, "networkSecurityGroup", "id");

	record_text(capture, record, "purpose", purpose_of(object, name));
	record_text(capture, record, "delegated_to", capture_text(capture_item(object, "delegations", 0), "serviceName"));
	if (group)
		group_keep(capture, record, group);
	if (!table)
		return;
	if (capture_once(capture, "table", azure_key(capture, table)))
		(void)holder_add(capture, &capture->tables, azure_key(capture, table), part_name(capture, table), record);
	if (holder_find(&capture->tables, azure_key(capture, table)))
		record_text(capture, record, "route_table", holder_find(&capture->tables, azure_key(capture, table))->name);
}

static void subnet_read(struct capture *capture, struct json_object *object)
{
	const char *key = key_of(capture, object, NULL), *id = capture_text(object, "id"), *name = id ? capture_tail(id) : "";
	struct capture_holder *subnet;
	struct json_object *record;

	if (!is_part(capture, object) || !capture_once(capture, "subnet", key))
		return;
	record = capture_add(capture, LIST_SUBNETS);
	record_name(capture, record, name);
	record_text(capture, record, "region", capture->region);
	subnet = holder_add(capture, &capture->subnets, key, name, record);
	if (!subnet)
		return;
	prefixes_each(capture, object, range_keep, &subnet->ranges);
	if (!subnet->ranges.count)
		capture_fail(capture, "subnet %.100s has no addressPrefix", name);
	prefixes_record(capture, record, &subnet->ranges);
	subnet_details(capture, object, name, record);
	capture->gateway |= strcasecmp(name, purposes[0][0]) == 0;
	subnet->configurations = (int64_t)capture_count(object, "ipConfigurations");
	for (size_t i = 0; i < capture_count(object, "ipConfigurations"); i++)
		configuration_read(capture, capture_item(object, "ipConfigurations", i), subnet, NULL);
}

static void subnets_read(struct capture *capture, struct json_object *object)
{
	const char *key = key_of(capture, object, NULL);

	if (!key || strcmp(key, capture->network.key) != 0)
		return;
	for (size_t i = 0; i < capture_count(object, "subnets"); i++)
		subnet_read(capture, capture_item(object, "subnets", i));
}

/* ---- routes ---- */

/* The deployment that a route's name speaks of; NULL: somebody else's. */
static const char *owner_of(struct capture *capture, const char *name)
{
	const char *dot;

	if (strncmp(name, "apollo.", 7) != 0 || !(dot = strchr(name + 7, '.')) || dot == name + 7)
		return NULL;
	return scope_copy(&capture->scope, name + 7, (size_t)(dot - name - 7));
}

static void route_read(struct capture *capture, struct json_object *object, const struct capture_holder *table)
{
	const char *name = capture_text(object, "name"), *prefix = capture_text(object, "addressPrefix"), *key = key_of(capture, object, NULL);
	const char *hop = capture_text(object, "nextHopIpAddress");
	struct json_object *record;
	struct range range;

	if (key && !capture_once(capture, "route", key))
		return;
	/* The name of a service of Azure's stands for its public addresses. */
	if (prefix && !capture_range_parse(prefix, &range) && !strchr(prefix, '/') && !strchr(prefix, ':') && strspn(prefix, "0123456789.") == 0) {
		capture->skipped_tags++;
		return;
	}
	if (!capture_range(capture, object, "addressPrefix", &range))
		return;
	record = capture_add(capture, LIST_ROUTES);
	record_name(capture, record, name);
	record_range(capture, record, "destination", range);
	record_text(capture, record, "next_hop", hop && *hop ? hop : capture_text(object, "nextHopType"));
	record_text(capture, record, "owner", owner_of(capture, name ? name : ""));
	record_text(capture, record, "table", table->name);
}

static void table_read(struct capture *capture, struct json_object *object)
{
	const char *key = key_of(capture, object, NULL);
	struct capture_holder *table = holder_find(&capture->tables, key);
	struct json_object *record;

	if (!table || !capture_once(capture, "route table", key))
		return;
	record = capture_add(capture, LIST_ROUTE_TABLES);
	record_text(capture, record, "name", table->name);
	record_number(capture, record, "routes", (int64_t)capture_count(object, "routes"));
	/* A lock may have been read before its table. */
	table->record = record;
	if (table->locked)
		record_flag(capture, record, "editable", false);
	table->known = 1;
	for (size_t i = 0; i < capture_count(object, "routes"); i++)
		route_read(capture, capture_item(object, "routes", i), table);
}

/* A read-only lock of a route table. */
static void lock_read(struct capture *capture, struct json_object *object)
{
	const char *key = key_of(capture, object, NULL), *level = capture_text(object, "level");
	const char *provider = key ? strstr(key, "/providers/microsoft.authorization/") : NULL;
	struct capture_holder *table;

	if (!provider || !level || strcasecmp(level, "ReadOnly") != 0)
		return;
	for (size_t i = 0; i < capture->tables.count; i++) {
		table = &capture->tables.items[i];
		/* Of the table, of its group or of the subscription. */
		if (strncmp(table->key, key, (size_t)(provider - key)) != 0 || !strchr("/", table->key[provider - key]))
			continue;
		if (table->known && !table->locked)
			record_flag(capture, table->record, "editable", false);
		table->locked = true;
	}
}

/* A route that a gateway learned; once, though each of its instances tells it. */
static void learned_add(struct capture *capture, const char *prefix, const char *hop)
{
	struct json_object *record;
	struct range range;
	char text[RANGE_TEXT];

	if (!capture_range_parse(prefix, &range)) {
		capture_fail(capture, "a learned route's prefix is not one: %.100s", prefix);
		return;
	}
	if (!capture_once(capture, "learned", range_print(range, text)))
		return;
	record = capture_add(capture, LIST_ROUTES);
	record_text(capture, record, "name", scope_print(&capture->scope, "learned %s", text));
	record_range(capture, record, "destination", range);
	record_text(capture, record, "next_hop", hop);
	record_flag(capture, record, "dynamic", true);
	capture->routes_learned = true;
}

static bool learned_fits(struct json_object *object)
{
	return capture_text(object, "network") && capture_text(object, "origin") && capture_text(object, "sourcePeer");
}

static void learned_read(struct capture *capture, struct json_object *object)
{
	/* "Network" is what the gateway tells of the network itself. */
	if (strcasecmp(capture_text(object, "origin"), "Network") != 0)
		learned_add(capture, capture_text(object, "network"), "VirtualNetworkGateway");
}

static bool effective_fits(struct json_object *object)
{
	return json_object_is_type(capture_member(object, "addressPrefix"), json_type_array) && capture_text(object, "nextHopType") &&
	       capture_text(object, "source");
}

static void effective_read(struct capture *capture, struct json_object *object)
{
	if (strcasecmp(capture_text(object, "source"), "VirtualNetworkGateway") != 0)
		return;
	for (size_t i = 0; i < capture_count(object, "addressPrefix"); i++) {
		struct json_object *item = capture_item(object, "addressPrefix", i);

		learned_add(capture, json_object_is_type(item, json_type_string) ? json_object_get_string(item) : "", "VirtualNetworkGateway");
	}
}

/* ---- security groups ---- */

/* Addresses, and what stands for some: a text, an array of texts, or both; "*" is everybody. */
static void end_words(struct capture *capture, struct json_object *object, const char *name, bool *anybody, struct json_object *record,
		      const char *ranges, const char *names)
{
	struct json_object *member = capture_member(object, name);
	size_t count = json_object_is_type(member, json_type_string) ? 1 : capture_count(object, name);
	struct range range;
	char text[RANGE_TEXT];

	for (size_t i = 0; i < count; i++) {
		struct json_object *item = json_object_is_type(member, json_type_string) ? member : capture_item(object, name, i);
		const char *word = json_object_is_type(item, json_type_string) ? json_object_get_string(item) : "";

		if (strcmp(word, "*") == 0 || strcasecmp(word, "Any") == 0)
			*anybody = true;
		else if (capture_range_parse(word, &range))
			record_more(capture, record, ranges, range_print(range, text));
		else if (*word)
			record_more(capture, record, names, word);
	}
}

/* One end of a rule.  Where everybody is among others, the others say nothing. */
static void end_record(struct capture *capture, struct json_object *object, const char *const *names, struct json_object *record,
		       const char *ranges, const char *words)
{
	bool anybody = false;

	end_words(capture, object, names[0], &anybody, record, ranges, words);
	end_words(capture, object, names[1], &anybody, record, ranges, words);
	for (size_t i = 0; i < capture_count(object, names[2]); i++) {
		const char *id = capture_text(capture_item(object, names[2], i), "id");

		record_more(capture, record, words, id ? capture_tail(id) : "?");
	}
	if (anybody && record) {
		json_object_object_del(record, ranges);
		json_object_object_del(record, words);
	} else if (record && !capture->failed && !json_member(record, ranges) && !json_member(record, words)) {
		capture_fail(capture, "a security rule has neither %s nor %s", names[0], names[1]);
	}
}

/* Ports: a text, an array of texts, or both; false: they are all. */
static bool ports_each(struct capture *capture, struct json_object *object, const char *one, const char *more, struct json_object *record)
{
	const char *names[] = {one, more};
	bool some = false, all = false;

	for (size_t i = 0; i < 2; i++) {
		struct json_object *member = capture_member(object, names[i]);
		size_t count = json_object_is_type(member, json_type_string) ? 1 : capture_count(object, names[i]);

		for (size_t j = 0; j < count; j++) {
			struct json_object *item = json_object_is_type(member, json_type_string) ? member : capture_item(object, names[i], j);
			const char *text = json_object_is_type(item, json_type_string) ? json_object_get_string(item) : "";

			if (strcmp(text, "*") == 0)
				all = true;
			else if (*text && (some = true) && record)
				record_ports(capture, record, text);
		}
	}
	if (all && record)
		json_object_object_del(record, "ports");
	return some && !all;
}

static bool word_is(struct capture *capture, struct json_object *object, const char *name, const char *no, const char *yes)
{
	const char *text = capture_text(object, name);

	if (!text || (strcasecmp(text, no) != 0 && strcasecmp(text, yes) != 0))
		capture_fail(capture, "%s of a security rule is neither %s nor %s", name, no, yes);
	return text && strcasecmp(text, yes) == 0;
}

static void security_rule_read(struct capture *capture, struct json_object *object, const char *group)
{
	static const char *const source[] = {"sourceAddressPrefix", "sourceAddressPrefixes", "sourceApplicationSecurityGroups"};
	static const char *const destination[] = {"destinationAddressPrefix", "destinationAddressPrefixes", "destinationApplicationSecurityGroups"};
	struct json_object *record = capture_add(capture, LIST_FIREWALL);
	const char *protocol = capture_text(object, "protocol");
	int64_t priority;

	record_name(capture, record, capture_text(object, "name"));
	record_text(capture, record, "group", group);
	record_text(capture, record, "direction", word_is(capture, object, "direction", "Inbound", "Outbound") ? "egress" : "ingress");
	if (!capture_number(object, "priority", &priority) || priority < 0 || priority > FIREWALL_PRIORITY_MOST)
		capture_fail(capture, "priority of a security rule is missing, or not from 0 to %d", FIREWALL_PRIORITY_MOST);
	else
		record_number(capture, record, "priority", priority);
	record_text(capture, record, "action", word_is(capture, object, "access", "Allow", "Deny") ? "deny" : "allow");
	(void)ports_each(capture, object, "destinationPortRange", "destinationPortRanges", record_traffic(capture, record, protocol ? protocol : "*"));
	if (ports_each(capture, object, "sourcePortRange", "sourcePortRanges", NULL))
		record_flag(capture, record, "source_ports", true);
	end_record(capture, object, source, record, "sources", "source_names");
	end_record(capture, object, destination, record, "destinations", "destination_names");
}

/* A group of a subnet of the network; others are for cards alone, or for other networks. */
static void group_read(struct capture *capture, struct json_object *object)
{
	static const char *const lists[] = {"securityRules", "defaultSecurityRules"};
	const char *id = capture_text(object, "id"), *key = key_of(capture, object, NULL);
	struct capture_holder *group;

	for (size_t i = 0; id && i < capture_count(object, "subnets"); i++) {
		const char *subnet = capture_text(capture_item(object, "subnets", i), "id");
		struct capture_holder *holder = subnet ? holder_find(&capture->subnets, azure_key(capture, subnet)) : NULL;

		if (holder)
			group_keep(capture, holder->record, id);
	}
	group = holder_find(&capture->groups, key);
	if (!group || !capture_once(capture, "security group", key))
		return;
	group->known = 1;
	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < capture_count(object, lists[i]); j++)
			security_rule_read(capture, capture_item(object, lists[i], j), group->name);
}

/* ---- addresses, other networks, limits ---- */

/* Network cards, load balancers and gateways: each configuration names its subnet.  Apollo's own have its tag. */
static void configurations_read(struct capture *capture, struct json_object *object)
{
	static const char *const lists[] = {"ipConfigurations", "frontendIPConfigurations"};

	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < capture_count(object, lists[i]); j++) {
			struct json_object *one = capture_item(object, lists[i], j);

			configuration_read(capture, one, holder_find(&capture->subnets, key_of(capture, one, "subnet")), capture_inner(object, "tags", "apollo"));
		}
}

struct premises {
	const char *name;
};

static void premises_add(struct capture *capture, void *context, struct range range)
{
	capture_named(capture, LIST_ON_PREMISES, ((struct premises *)context)->name, range);
}

static void local_gateway_read(struct capture *capture, struct json_object *object)
{
	const char *name = capture_text(object, "name");
	struct premises premises = {name ? name : ""};

	prefixes_each(capture, capture_member(object, "localNetworkAddressSpace"), premises_add, &premises);
}

static bool usage_fits(struct json_object *object)
{
	return capture_member(object, "currentValue") && capture_member(object, "limit") && capture_inner(object, "name", "value");
}

/* The limits that rules look for (rules A06 and A11). */
static void usage_read(struct capture *capture, struct json_object *object)
{
	static const char *const wanted[] = {"RoutesPerRouteTable", "IPConfigurationsPerVirtualNetwork"};
	const char *name = capture_inner(object, "name", "value"), *id = capture_text(object, "id");
	const char *region = id ? capture_segment(capture, id, "locations") : NULL;
	struct json_object *record;
	int64_t limit;

	if (region && capture->region && strcasecmp(region, capture->region) != 0)
		return;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		if (strcasecmp(name, wanted[i]) == 0 && capture_number(object, "limit", &limit) && limit >= 0 &&
		    capture_once(capture, "quota", wanted[i])) {
			record = capture_add(capture, LIST_QUOTAS);
			record_text(capture, record, "name", wanted[i]);
			record_number(capture, record, "limit", limit);
		}
}

/* ---- what is not known ---- */

static void azure_finish(struct capture *capture)
{
	int64_t configurations = 0, known = 0;

	for (size_t i = 0; i < capture->subnets.count; i++) {
		const struct capture_holder *subnet = &capture->subnets.items[i];

		/* Of subnets that no machine can be in nothing more is wanted. */
		if (purpose_of(NULL, subnet->name))
			continue;
		configurations += subnet->configurations;
		known += subnet->known < subnet->configurations ? subnet->known : subnet->configurations;
	}
	if (known < configurations)
		capture_missing(capture,
				scope_print(&capture->scope, "%lld of %lld addresses that are in use in the subnets", (long long)(configurations - known),
					    (long long)configurations),
				"az network nic list -o json; az network lb list -o json; az vmss nic list -g GROUP --vmss-name NAME -o json");
	for (size_t i = 0; i < capture->peerings.count; i++)
		if (!capture->peerings.items[i].known)
			capture_missing(capture, scope_print(&capture->scope, "what the peer of %s lets in", capture->peerings.items[i].name),
					scope_print(&capture->scope, "az network vnet peering list -g %s --vnet-name %s -o json",
						    capture_word(capture_segment(capture, capture->peerings.items[i].key, "resourcegroups"), "GROUP"),
						    capture_word(capture_tail(capture->peerings.items[i].key), "PEER")));
	for (size_t i = 0; i < capture->tables.count; i++)
		if (!capture->tables.items[i].known)
			capture_missing(capture, scope_print(&capture->scope, "the routes of route table %s", capture->tables.items[i].name),
					"az network route-table list -o json");
	for (size_t i = 0; i < capture->groups.count; i++)
		if (!capture->groups.items[i].known)
			capture_missing(capture, scope_print(&capture->scope, "the rules of security group %s", capture->groups.items[i].name),
					"az network nsg list -o json");
	if (capture->gateway && !capture->routes_learned)
		capture_missing(capture, "what is on premises: there is a gateway's subnet, and no route that was learned",
				"az network vnet-gateway list-learned-routes -g {group} -n GATEWAY -o json; az network local-gateway list -g {group} -o json");
	if (capture->skipped_tags)
		capture_note(capture, "left out: %lld routes to services of Azure's, which have public addresses", (long long)capture->skipped_tags);
}

static const struct capture_kind azure_kinds[] = {
	{"Microsoft.Network/virtualNetworks", NULL, STAGE_OFFER, network_offer},
	{"Microsoft.Network/virtualNetworks", NULL, STAGE_NETWORK, chosen_read},
	{"Microsoft.Network/virtualNetworks", NULL, STAGE_SUBNETS, subnets_read},
	{"Microsoft.Network/virtualNetworks", NULL, STAGE_REST, peer_read},
	{"Microsoft.Network/virtualNetworks/virtualNetworkPeerings", NULL, STAGE_NETWORK, peering_read},
	{"Microsoft.Network/virtualNetworks/virtualNetworkPeerings", NULL, STAGE_REST, back_read},
	{"Microsoft.Network/virtualNetworks/subnets", NULL, STAGE_OFFER, parent_offer},
	{"Microsoft.Network/virtualNetworks/subnets", NULL, STAGE_SUBNETS, subnet_read},
	{"Microsoft.Network/routeTables", NULL, STAGE_REST, table_read},
	{"Microsoft.Network/networkSecurityGroups", NULL, STAGE_REST, group_read},
	{"Microsoft.Network/networkInterfaces", NULL, STAGE_REST, configurations_read},
	{"Microsoft.Compute/virtualMachineScaleSets/virtualMachines/networkInterfaces", NULL, STAGE_REST, configurations_read},
	{"Microsoft.Network/loadBalancers", NULL, STAGE_REST, configurations_read},
	{"Microsoft.Network/applicationGateways", NULL, STAGE_REST, configurations_read},
	{"Microsoft.Network/localNetworkGateways", NULL, STAGE_REST, local_gateway_read},
	{"Microsoft.Authorization/locks", NULL, STAGE_REST, lock_read},
	{"a learned route", learned_fits, STAGE_REST, learned_read},
	{"an effective route", effective_fits, STAGE_REST, effective_read},
	{"a usage", usage_fits, STAGE_REST, usage_read},
	{"Microsoft.Network/azureFirewalls", NULL, STAGE_REST, NULL},
	{"Microsoft.Network/bastionHosts", NULL, STAGE_REST, NULL},
	{"Microsoft.Network/connections", NULL, STAGE_REST, NULL},
	{"Microsoft.Network/natGateways", NULL, STAGE_REST, NULL},
	{"Microsoft.Network/privateEndpoints", NULL, STAGE_REST, NULL}, /* their addresses are network cards' */
	{"Microsoft.Network/publicIPAddresses", NULL, STAGE_REST, NULL},
	{"Microsoft.Network/virtualNetworkGateways", NULL, STAGE_REST, NULL},
	{NULL, NULL, STAGE_OFFER, NULL},
};

static const struct capture_need azure_needs[] = {
	{"Microsoft.Network/virtualNetworks", "the network's address space and its peerings", "az network vnet show -g {group} -n {network} -o json"},
	{"a usage", "how many routes a route table takes here", "az network list-usages -l {region} -o json"},
	{NULL, NULL, NULL},
};

const struct capture_cloud capture_azure = {"type", "value", azure_kinds, azure_needs, azure_key, azure_finish};
