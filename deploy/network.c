/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/network_read.h"

#include "core/buffer.h"
#include "core/digest.h"
#include "core/file.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>

enum { NETWORK_CEILING = 1 << 30, SNAPSHOT_VERSION = 1 };

int reader_fail(const struct reader *reader, const char *member, const char *why)
{
	if (!reader->list)
		return error_set(reader->error, ERROR_INPUT, "%s: %s: %s", reader->file, member, why);
	return error_set(reader->error, ERROR_INPUT, "%s: %s[%zu].%s: %s", reader->file, reader->list, reader->index, member, why);
}

/* ---- members ---- */

/* UTF-8 without control characters can stand in a line for people. */
bool network_text_fits(const char *text)
{
	if (strlen(text) > NETWORK_TEXT_MAX)
		return false;
	for (const unsigned char *at = (const unsigned char *)text; *at; at++)
		if (*at < ' ' || *at == 127 || (*at == 0xc2 && at[1] < 0xa0))
			return false;
	return apollo_text_valid(text, strlen(text)) != 0;
}

/* A member that is not known is a mistake: what it was to say would be left out of the verdict. */
int reader_known(const struct reader *reader, struct json_object *object, const char *const *names)
{
	json_object_object_foreach(object, name, value) {
		const char *const *at = names;

		(void)value;
		while (*at && strcmp(*at, name) != 0)
			at++;
		if (!*at)
			return reader_fail(reader, network_text_fits(name) ? name : "a member", "is not known here; see apollo-plan(5)");
	}
	return 0;
}

/* A text that may be absent; *kept is of the network's scope. */
int reader_text(const struct reader *reader, struct json_object *object, const char *name, const char **kept)
{
	struct json_object *member = json_member(object, name);
	const char *text = json_text(object, name);

	if (!member)
		return 0;
	if (!text || !network_text_fits(text))
		return reader_fail(reader, name, "not a line of text of at most 200 bytes");
	*kept = scope_text(&reader->network->scope, text);
	return *kept ? 1 : error_memory(reader->error, "the network");
}

int reader_name(const struct reader *reader, struct json_object *object, const char **kept)
{
	int found = reader_text(reader, object, "name", kept);

	if (found == 0 || (found > 0 && !**kept))
		return reader_fail(reader, "name", "missing");
	return found;
}

int reader_flag(const struct reader *reader, struct json_object *object, const char *name, bool *flag)
{
	struct json_object *member = json_member(object, name);

	if (!member)
		return 0;
	if (!json_object_is_type(member, json_type_boolean))
		return reader_fail(reader, name, "neither true nor false");
	*flag = json_object_get_boolean(member) != 0;
	return 1;
}

static int answer_get(const struct reader *reader, struct json_object *object, const char *name, enum answer *answer)
{
	bool flag = false;
	int found = reader_flag(reader, object, name, &flag);

	if (found > 0)
		*answer = flag ? ANSWER_YES : ANSWER_NO;
	return found;
}

int reader_count(const struct reader *reader, struct json_object *object, const char *name, int64_t most, int64_t *count)
{
	if (!json_member(object, name))
		return 0;
	if (!json_integer(object, name, count) || *count < 0 || *count > most)
		return reader_fail(reader, name, "not a whole number that is 0 or more");
	return 1;
}

static int reader_range_of(const struct reader *reader, const char *name, struct json_object *value, struct range *range)
{
	struct error why;

	if (!json_object_is_type(value, json_type_string))
		return reader_fail(reader, name, "not a text");
	if (range_parse(json_object_get_string(value), (size_t)json_object_get_string_len(value), range, &why) < 0) {
		(void)reader_fail(reader, name, why.message);
		return why.hint[0] ? error_hint(reader->error, "%s", why.hint) : reader->error->code;
	}
	return 0;
}

static int range_get(const struct reader *reader, struct json_object *object, const char *name, struct range *range)
{
	struct json_object *member = json_member(object, name);

	return member ? reader_range_of(reader, name, member, range) : reader_fail(reader, name, "missing");
}

int reader_list(const struct reader *reader, struct json_object *object, const char *name, struct json_object **list, size_t *count)
{
	*count = 0;
	*list = json_member(object, name);
	if (!*list)
		return 0;
	if (!json_object_is_type(*list, json_type_array))
		return reader_fail(reader, name, "not an array");
	*count = json_object_array_length(*list);
	return 1;
}

int reader_ranges(const struct reader *reader, struct json_object *object, const char *name,
		  int (*each)(const struct reader *reader, void *context, struct range range), void *context)
{
	struct json_object *list;
	size_t count;

	if (reader_list(reader, object, name, &list, &count) < 0)
		return reader->error->code;
	for (size_t i = 0; i < count; i++) {
		struct range range;

		if (reader_range_of(reader, name, json_object_array_get_idx(list, i), &range) < 0 || each(reader, context, range) < 0)
			return reader->error->code;
	}
	return 0;
}

/* ---- objects ---- */

static int object_add(const struct reader *reader, enum object_kind kind, struct range range, size_t part, const char *prefix,
		      const char *name)
{
	struct network *network = reader->network;

	if (network->object_count == NETWORK_OBJECTS_MAX)
		return error_set(reader->error, ERROR_INPUT, "%s: more than %d ranges", reader->file, NETWORK_OBJECTS_MAX);
	if (network->object_count == network->object_room) {
		size_t room = network->object_room ? 2 * network->object_room : 256;
		struct object *objects = scope_alloc(&network->scope, room * sizeof(*objects));

		if (!objects)
			return error_memory(reader->error, "the network");
		if (network->object_count)
			memcpy(objects, network->objects, network->object_count * sizeof(*objects));
		network->objects = objects;
		network->object_room = room;
	}
	network->objects[network->object_count] = (struct object){
		.kind = kind, .range = range, .part = part, .name = scope_print(&network->scope, "%s %s", prefix, name)};
	return network->objects[network->object_count++].name ? 0 : error_memory(reader->error, "the network");
}

struct owner {
	enum object_kind kind;
	size_t part;
	const char *prefix, *name;
};

static int owned_add(const struct reader *reader, void *context, struct range range)
{
	const struct owner *owner = context;

	return object_add(reader, owner->kind, range, owner->part, owner->prefix, owner->name);
}

/* ---- the lists ---- */

static int used_add(const struct reader *reader, void *context, struct range range)
{
	struct subnet *subnet = context;

	(void)reader;
	subnet->used[subnet->used_count++] = range;
	return 0;
}

static int secondaries_read(const struct reader *reader, struct json_object *object, size_t index)
{
	struct json_object *list = json_member(object, "secondary");
	const struct subnet *subnet = &reader->network->subnets[index];

	if (list && !json_object_is_type(list, json_type_array))
		return reader_fail(reader, "secondary", "not an array");
	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		struct json_object *one = json_object_array_get_idx(list, i);
		const char *name = NULL, *whole;
		struct range range;

		if (reader_name(reader, one, &name) < 0 || range_get(reader, one, "range", &range) < 0)
			return reader->error->code;
		whole = scope_print(&reader->network->scope, "%s of subnet %s", name, subnet->name);
		if (!whole)
			return error_memory(reader->error, "the network");
		if (object_add(reader, OBJECT_SECONDARY, range, index, "secondary range", whole) < 0)
			return reader->error->code;
		reader->network->objects[reader->network->object_count - 1].label = name;
	}
	return 0;
}

static int subnet_read(const struct reader *reader, struct json_object *object)
{
	size_t index = reader->network->subnet_count;
	struct subnet *subnet = &reader->network->subnets[index];
	struct json_object *used = json_member(object, "used");
	size_t used_count = used && json_object_is_type(used, json_type_array) ? json_object_array_length(used) : 0;

	subnet->used = scope_alloc(&reader->network->scope, used_count * sizeof(*subnet->used));
	if (!subnet->used)
		return error_memory(reader->error, "the network");
	if (reader_known(reader, object, KNOWN("name", "region", "range", "secondary", "purpose", "delegated_to", "route_table",
						"security_group", "google_access", "used")) < 0 ||
	    reader_name(reader, object, &subnet->name) < 0 || range_get(reader, object, "range", &subnet->range) < 0 ||
	    reader_text(reader, object, "region", &subnet->region) < 0 ||
	    reader_text(reader, object, "purpose", &subnet->purpose) < 0 ||
	    reader_text(reader, object, "delegated_to", &subnet->delegated_to) < 0 ||
	    reader_text(reader, object, "route_table", &subnet->route_table) < 0 ||
	    reader_text(reader, object, "security_group", &subnet->security_group) < 0 ||
	    reader_flag(reader, object, "google_access", &subnet->google_access) < 0 ||
	    reader_ranges(reader, object, "used", used_add, subnet) < 0 || secondaries_read(reader, object, index) < 0)
		return reader->error->code;
	reader->network->subnet_count++;
	return object_add(reader, OBJECT_SUBNET, subnet->range, index, "subnet", subnet->name);
}

static int peering_read(const struct reader *reader, struct json_object *object)
{
	struct peering *peering = &reader->network->peerings[reader->network->peering_count];
	struct owner owner = {OBJECT_PEER, reader->network->peering_count, "peering", NULL};

	peering->in_sync = true;
	if (reader_known(reader, object, KNOWN("name", "network", "ranges", "exports", "imports", "peer_imports", "in_sync", "access", "forwarded",
						"peer_access", "peer_forwarded")) < 0 ||
	    reader_name(reader, object, &peering->name) < 0 || reader_text(reader, object, "network", &peering->network) < 0 ||
	    reader_flag(reader, object, "exports", &peering->exports) < 0 || reader_flag(reader, object, "imports", &peering->imports) < 0 ||
	    reader_flag(reader, object, "peer_imports", &peering->peer_imports) < 0 ||
	    reader_flag(reader, object, "in_sync", &peering->in_sync) < 0 || answer_get(reader, object, "access", &peering->access) < 0 ||
	    answer_get(reader, object, "forwarded", &peering->forwarded) < 0 ||
	    answer_get(reader, object, "peer_access", &peering->peer_access) < 0 ||
	    answer_get(reader, object, "peer_forwarded", &peering->peer_forwarded) < 0)
		return reader->error->code;
	reader->network->peering_count++;
	owner.name = peering->name;
	return reader_ranges(reader, object, "ranges", owned_add, &owner);
}

static int route_read(const struct reader *reader, struct json_object *object)
{
	size_t index = reader->network->route_count;
	struct route *route = &reader->network->routes[index];

	route->priority = -1;
	if (reader_known(reader, object, KNOWN("name", "destination", "next_hop", "priority", "dynamic", "tagged", "owner", "table")) < 0 ||
	    reader_name(reader, object, &route->name) < 0 || range_get(reader, object, "destination", &route->destination) < 0 ||
	    reader_text(reader, object, "next_hop", &route->next_hop) < 0 || reader_text(reader, object, "owner", &route->owner) < 0 ||
	    reader_text(reader, object, "table", &route->table) < 0 ||
	    reader_count(reader, object, "priority", 65535, &route->priority) < 0 ||
	    reader_flag(reader, object, "dynamic", &route->dynamic) < 0 || reader_flag(reader, object, "tagged", &route->tagged) < 0)
		return reader->error->code;
	reader->network->route_count++;
	return object_add(reader, route->dynamic ? OBJECT_DYNAMIC : OBJECT_ROUTE, route->destination, index, "route", route->name);
}

static int route_table_read(const struct reader *reader, struct json_object *object)
{
	struct route_table *table = &reader->network->route_tables[reader->network->route_table_count];

	table->editable = true;
	if (reader_known(reader, object, KNOWN("name", "routes", "editable")) < 0 || reader_name(reader, object, &table->name) < 0 ||
	    reader_count(reader, object, "routes", INT32_MAX, &table->route_count) < 0 ||
	    reader_flag(reader, object, "editable", &table->editable) < 0)
		return reader->error->code;
	reader->network->route_table_count++;
	return 0;
}

static int owned_read(const struct reader *reader, struct json_object *object)
{
	struct owned *owned = &reader->network->owned[reader->network->owned_count];
	int found;

	if (reader_known(reader, object, KNOWN("range", "owner")) < 0 || range_get(reader, object, "range", &owned->range) < 0)
		return reader->error->code;
	found = reader_text(reader, object, "owner", &owned->owner);
	if (found <= 0)
		return found < 0 ? found : reader_fail(reader, "owner", "missing");
	reader->network->owned_count++;
	return 0;
}

static int quota_read(const struct reader *reader, struct json_object *object)
{
	struct quota *quota = &reader->network->quotas[reader->network->quota_count];

	if (reader_known(reader, object, KNOWN("name", "limit", "used")) < 0 || reader_name(reader, object, &quota->name) < 0 ||
	    reader_count(reader, object, "limit", INT64_MAX, &quota->limit) < 0 ||
	    reader_count(reader, object, "used", INT64_MAX, &quota->used) < 0)
		return reader->error->code;
	if (!json_member(object, "limit"))
		return reader_fail(reader, "limit", "missing");
	reader->network->quota_count++;
	return 0;
}

static int named_read(const struct reader *reader, struct json_object *object, enum object_kind kind, const char *prefix)
{
	const char *name = NULL;
	struct range range;

	if (reader_known(reader, object, kind == OBJECT_RESERVED ? KNOWN("name", "range", "owner") : KNOWN("name", "range")) < 0 ||
	    reader_name(reader, object, &name) < 0 ||
	    range_get(reader, object, "range", &range) < 0)
		return reader->error->code;
	return object_add(reader, kind, range, 0, prefix, name);
}

static int service_read(const struct reader *reader, struct json_object *object)
{
	return named_read(reader, object, OBJECT_SERVICE, "service range");
}

static int reserved_read(const struct reader *reader, struct json_object *object)
{
	const char *owner = NULL;

	if (reader_text(reader, object, "owner", &owner) < 0 || named_read(reader, object, OBJECT_RESERVED, "reserved range") < 0)
		return reader->error->code;
	reader->network->objects[reader->network->object_count - 1].owner = owner;
	return 0;
}

static int on_premises_read(const struct reader *reader, struct json_object *object)
{
	return named_read(reader, object, OBJECT_ON_PREMISES, "on-premises");
}

/* Memory for all items of a list, of which there may be none; NULL where there is no memory. */
static void *list_room(const struct reader *reader, struct json_object *root, const char *name, size_t item_size)
{
	struct json_object *list = json_member(root, name);
	bool is_list = list && json_object_is_type(list, json_type_array);
	size_t count = is_list ? json_object_array_length(list) : 0;
	void *items = scope_alloc(&reader->network->scope, (count < NETWORK_PARTS_MAX ? count : NETWORK_PARTS_MAX) * item_size);

	if (!items)
		(void)error_memory(reader->error, "the network");
	return items;
}

/* Calls `each` for every object of a list. */
static int list_read(struct reader *reader, struct json_object *root, const char *name,
		     int (*each)(const struct reader *reader, struct json_object *object))
{
	struct json_object *list = json_member(root, name);
	size_t count;

	if (!list)
		return 0;
	if (!json_object_is_type(list, json_type_array))
		return reader_fail(reader, name, "not an array");
	count = json_object_array_length(list);
	if (count > NETWORK_PARTS_MAX)
		return reader_fail(reader, name, "more than 100000");
	reader->list = name;
	for (reader->index = 0; reader->index < count; reader->index++) {
		struct json_object *object = json_object_array_get_idx(list, reader->index);

		if (!json_object_is_type(object, json_type_object))
			return error_set(reader->error, ERROR_INPUT, "%s: %s[%zu] is not an object", reader->file, name, reader->index);
		if (each(reader, object) < 0)
			return reader->error->code;
	}
	reader->list = NULL;
	return 0;
}

/* ---- the whole ---- */

static int head_read(const struct reader *reader, struct json_object *root)
{
	struct network *network = reader->network;
	const char *cloud = json_text(root, "cloud");
	int64_t version = 0;

	if (!json_object_is_type(root, json_type_object) || !json_integer(root, "apollo_network", &version) || version != SNAPSHOT_VERSION) {
		(void)error_set(reader->error, ERROR_INPUT, "%s is not a snapshot of a network: \"apollo_network\" is not %d", reader->file, SNAPSHOT_VERSION);
		return error_hint(reader->error, "make one with: apollo plan --network-from azure|gcp FILE; see apollo-plan(5)");
	}
	for (int i = CLOUD_AZURE; cloud && i <= CLOUD_GCP; i++)
		if (strcmp(cloud_name((enum cloud)i), cloud) == 0) {
			network->cloud = (enum cloud)i;
			cloud = NULL;
		}
	if (cloud || !json_member(root, "cloud"))
		return reader_fail(reader, "cloud", "neither \"azure\" nor \"gcp\"");
	if (reader_known(reader, root, KNOWN("apollo_network", "cloud", "name", "project", "host_project", "automatic", "mtu", "taken",
					      "space", "subnets", "peerings", "routes", "route_tables", "services", "reserved",
					      "on_premises", "owned", "quotas", "firewall")) < 0 ||
	    reader_name(reader, root, &network->name) < 0 ||
	    reader_text(reader, root, "project", &network->project) < 0 ||
	    reader_text(reader, root, "host_project", &network->host_project) < 0 ||
	    reader_flag(reader, root, "automatic", &network->automatic) < 0)
		return reader->error->code;
	return reader_count(reader, root, "mtu", 65535, &network->mtu) < 0 ? reader->error->code : 0;
}

static int root_read(struct reader *reader, struct json_object *root)
{
	struct network *network = reader->network;
	struct owner space = {OBJECT_SPACE, 0, "address space of", NULL};

#define ROOM(NAME, ITEMS) ((ITEMS) = list_room(reader, root, NAME, sizeof(*(ITEMS))))
	if (head_read(reader, root) < 0)
		return reader->error->code;
	if (!ROOM("subnets", network->subnets) || !ROOM("peerings", network->peerings) || !ROOM("routes", network->routes) ||
	    !ROOM("route_tables", network->route_tables) || !ROOM("owned", network->owned) ||
	    !ROOM("quotas", network->quotas) || !ROOM("firewall", network->firewall))
		return reader->error->code;
#undef ROOM
	space.name = network->name;
	if (reader_ranges(reader, root, "space", owned_add, &space) < 0 || list_read(reader, root, "subnets", subnet_read) < 0 ||
	    list_read(reader, root, "peerings", peering_read) < 0 || list_read(reader, root, "routes", route_read) < 0 ||
	    list_read(reader, root, "route_tables", route_table_read) < 0 || list_read(reader, root, "owned", owned_read) < 0 ||
	    list_read(reader, root, "quotas", quota_read) < 0 ||
	    list_read(reader, root, "firewall", firewall_rule_read) < 0 ||
	    list_read(reader, root, "services", service_read) < 0 || list_read(reader, root, "reserved", reserved_read) < 0 ||
	    list_read(reader, root, "on_premises", on_premises_read) < 0)
		return reader->error->code;
	network->firewall_known = json_member(root, "firewall") != NULL;
	firewall_rules_sort(network);
	return 0;
}

struct network network_none(enum cloud cloud)
{
	return (struct network){.scope = scope_init(NETWORK_CEILING), .cloud = cloud, .name = ""};
}

int network_parse(const char *text, size_t size, const char *name, struct network *network, struct error *error)
{
	JSON_CLEANUP struct json_object *root = NULL;
	struct reader reader = {network, name, NULL, 0, error};

	if (json_read(text, size, name, &root, error) < 0)
		return error_hint(error, "a snapshot is made with: apollo plan --network-from azure|gcp FILE");
	*network = network_none(CLOUD_AZURE);
	if (root_read(&reader, root) == 0 && digest_make(text, size, network->digest, error) == 0)
		return 0;
	network_release(network);
	return error->code;
}

int network_read(const char *path, struct network *network, struct error *error)
{
	BUFFER_CLEANUP struct buffer text = buffer_init(NETWORK_BYTES_MAX);

	if (file_read(path, &text, error) < 0)
		return error->code;
	return network_parse(buffer_string(&text), text.size, path, network, error);
}

void network_release(struct network *network)
{
	scope_release(&network->scope);
	*network = (struct network){0};
}

/* ---- lookups ---- */

const struct subnet *network_subnet(const struct network *network, const char *name, const char *region)
{
	for (size_t i = 0; i < network->subnet_count; i++)
		if (strcmp(network->subnets[i].name, name) == 0 && (!network->subnets[i].region || strcmp(network->subnets[i].region, region) == 0))
			return &network->subnets[i];
	return NULL;
}

const struct object *network_holder(const struct network *network, struct range range)
{
	for (size_t i = 0; i < network->object_count; i++) {
		const struct object *object = &network->objects[i];
		enum relation relation = range_relation(range, object->range);

		if ((object->kind == OBJECT_SUBNET || object->kind == OBJECT_SECONDARY) &&
		    (relation == RELATION_INSIDE || relation == RELATION_EQUAL))
			return object;
	}
	return NULL;
}

const struct quota *network_quota(const struct network *network, const char *name)
{
	for (size_t i = 0; i < network->quota_count; i++)
		if (strcmp(network->quotas[i].name, name) == 0)
			return &network->quotas[i];
	return NULL;
}

const char *object_kind_name(enum object_kind kind)
{
	static const char *const names[] = {"space", "subnet", "secondary range", "peer", "service", "reserved",
					    "route", "learned route", "on-premises", "container bridge"};

	return names[kind];
}
