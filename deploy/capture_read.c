/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/capture_read.h"

#include <apollo/kit.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- members of an object ---- */

static struct json_object *member_find(struct json_object *object, const char *name)
{
	struct json_object *found = json_member(object, name);

	if (found || !json_object_is_type(object, json_type_object))
		return found;
	json_object_object_foreach(object, other, value) {
		if (value && strcasecmp(other, name) == 0)
			return value;
	}
	return NULL;
}

struct json_object *capture_member(struct json_object *object, const char *name)
{
	struct json_object *found = member_find(object, name);

	return found ? found : member_find(json_member(object, "properties"), name);
}

const char *capture_text(struct json_object *object, const char *name)
{
	struct json_object *member = capture_member(object, name);

	return json_object_is_type(member, json_type_string) ? json_object_get_string(member) : NULL;
}

const char *capture_inner(struct json_object *object, const char *name, const char *inner)
{
	return capture_text(capture_member(object, name), inner);
}

bool capture_flag(struct json_object *object, const char *name, bool otherwise)
{
	struct json_object *member = capture_member(object, name);

	return json_object_is_type(member, json_type_boolean) ? json_object_get_boolean(member) != 0 : otherwise;
}

bool capture_number(struct json_object *object, const char *name, int64_t *value)
{
	struct json_object *member = capture_member(object, name);
	size_t size;
	const char *digits = member ? json_digits(member, &size) : NULL;

	return digits && apollo_decimal_read(digits, size, 0, APOLLO_EXACT, value) == 0;
}

size_t capture_count(struct json_object *object, const char *name)
{
	struct json_object *member = capture_member(object, name);

	return json_object_is_type(member, json_type_array) ? json_object_array_length(member) : 0;
}

struct json_object *capture_item(struct json_object *object, const char *name, size_t index)
{
	return index < capture_count(object, name) ? json_object_array_get_idx(capture_member(object, name), index) : NULL;
}

/* ---- keys ---- */

const char *capture_tail(const char *key)
{
	const char *slash = strrchr(key, '/');

	return slash ? slash + 1 : key;
}

static const char *kept(struct capture *capture, const char *text)
{
	if (!text && !capture->failed) {
		(void)error_memory(capture->error, "the capture");
		capture->failed = true;
	}
	return text;
}

const char *capture_segment(struct capture *capture, const char *key, const char *name)
{
	size_t size = strlen(name);

	for (const char *at = key; (at = strchr(at, '/')) != NULL; at++)
		if (strncasecmp(at + 1, name, size) == 0 && at[size + 1] == '/') {
			const char *from = at + size + 2;

			return kept(capture, scope_copy(&capture->scope, from, strcspn(from, "/")));
		}
	return NULL;
}

const char *capture_parent(struct capture *capture, const char *key)
{
	size_t size = strlen(key);

	for (int cut = 0; cut < 2 && size; cut++)
		do
			size--;
		while (size && key[size] != '/');
	return kept(capture, scope_copy(&capture->scope, key, size));
}

bool capture_is_network(struct capture *capture, const char *text)
{
	const char *key = text ? kept(capture, capture->cloud->key(capture, text)) : NULL, *own = capture->network.key;

	if (!key)
		return false;
	if (strcmp(key, own) == 0 || (!strchr(key, '/') && strcmp(key, capture->network.name) == 0))
		return true;
	/* Google names a project by its number here and there. */
	return strspn(key, "0123456789") == strcspn(key, "/") && strchr(key, '/') && strchr(own, '/') &&
	       strcmp(strchr(key, '/'), strchr(own, '/')) == 0;
}

bool capture_once(struct capture *capture, const char *space, const char *key)
{
	const char *whole = kept(capture, scope_print(&capture->scope, "%s %s", space, key));

	if (!whole || map_get(&capture->known, whole, strlen(whole)) >= 0)
		return false;
	if (map_set(&capture->known, whole, strlen(whole), 0) < 0)
		return kept(capture, NULL) != NULL;
	return true;
}

/* ---- results ---- */

void capture_fail(struct capture *capture, const char *format, ...)
{
	va_list arguments;
	char text[ERROR_TEXT];

	if (capture->failed)
		return;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	(void)error_set(capture->error, ERROR_INPUT, "%s: document %zu, the object at byte %zu: %s", capture->file, capture->document,
			capture->byte, text);
	capture->failed = true;
}

void capture_note(struct capture *capture, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)buffer_vprint(capture->notes, format, arguments);
	va_end(arguments);
	(void)buffer_text(capture->notes, "\n");
}

/* What stands for a name in a command: names with anything else in them are left for a person to write. */
const char *capture_word(const char *name, const char *otherwise)
{
	return name && *name && *name != '-' &&
			       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:") == strlen(name)
		       ? name : otherwise;
}

static const char *command_fill(struct capture *capture, const char *command)
{
	const struct { const char *place, *word; } words[] = {
		{"{network}", capture_word(capture->network.name, "NETWORK")},
		{"{project}", capture_word(capture->network.owner, "PROJECT")},
		{"{group}", capture_word(capture->network.owner, "GROUP")},
		{"{region}", capture_word(capture->region, "REGION")},
	};
	const char *at;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		while (command && (at = strstr(command, words[i].place)) != NULL)
			command = kept(capture, scope_print(&capture->scope, "%.*s%s%s", (int)(at - command), command, words[i].word,
							    at + strlen(words[i].place)));
	return command ? command : "";
}

void capture_missing(struct capture *capture, const char *what, const char *command)
{
	capture_note(capture, "not known: %s; run: %s", what, command_fill(capture, command));
}

void capture_offer(struct capture *capture, const char *key, const char *name, bool described)
{
	for (size_t i = 0; key && i < capture->network_count; i++)
		if (strcmp(capture->networks[i].key, key) == 0) {
			capture->networks[i].described |= described;
			return;
		}
	if (!key || !network_text_fits(name)) {
		capture_fail(capture, "the name of the network is not a line of text of at most %d bytes", NETWORK_TEXT_MAX);
		return;
	}
	if (capture->network_count == CAPTURE_NETWORKS_MAX) {
		capture_fail(capture, "more than %d networks", CAPTURE_NETWORKS_MAX);
		return;
	}
	if (capture->network_count == capture->network_room) {
		size_t room = capture->network_room ? 2 * capture->network_room : 16;
		struct capture_network *networks = scope_alloc(&capture->scope, room * sizeof(*networks));

		if (!networks) {
			(void)kept(capture, NULL);
			return;
		}
		if (capture->network_count)
			memcpy(networks, capture->networks, capture->network_count * sizeof(*networks));
		capture->networks = networks;
		capture->network_room = room;
	}
	capture->networks[capture->network_count++] =
		(struct capture_network){key, kept(capture, scope_text(&capture->scope, name)), NULL, described};
}

struct json_object *capture_add(struct capture *capture, enum capture_list list)
{
	size_t most = list == LIST_PEERINGS ? CAPTURE_PEERINGS_MAX : NETWORK_PARTS_MAX;
	struct json_object *record;

	if (capture->failed)
		return NULL;
	if (json_object_array_length(capture->lists[list]) == most) {
		capture_fail(capture, "more than %zu of its kind", most);
		return NULL;
	}
	record = json_object_new_object();
	if (!record || json_object_array_add(capture->lists[list], record) < 0) {
		json_object_put(record);
		(void)kept(capture, NULL);
		return NULL;
	}
	return record;
}

static void record_set(struct capture *capture, struct json_object *record, const char *name, struct json_object *value)
{
	if (record && value && json_object_object_add(record, name, value) == 0)
		return;
	json_object_put(value);
	if (record)
		(void)kept(capture, NULL);
}

void record_text(struct capture *capture, struct json_object *record, const char *name, const char *text)
{
	if (!text || capture->failed)
		return;
	if (!network_text_fits(text))
		capture_fail(capture, "%s is not a line of text of at most %d bytes", name, NETWORK_TEXT_MAX);
	else
		record_set(capture, record, name, json_object_new_string(text));
}

void record_name(struct capture *capture, struct json_object *record, const char *name)
{
	if (!name || !*name)
		capture_fail(capture, "without a name");
	else
		record_text(capture, record, "name", name);
}

void record_more(struct capture *capture, struct json_object *record, const char *name, const char *text)
{
	struct json_object *list = json_member(record, name), *item = NULL;

	if (!record || capture->failed)
		return;
	if (!list)
		record_set(capture, record, name, list = json_object_new_array());
	if (!text || capture->failed)
		return;
	if (!*text || !network_text_fits(text)) {
		capture_fail(capture, "one of %s is not a line of text of at most %d bytes", name, NETWORK_TEXT_MAX);
		return;
	}
	item = json_object_new_string(text);
	if (!item || json_object_array_add(list, item) < 0) {
		json_object_put(item);
		(void)kept(capture, NULL);
	}
}

struct json_object *record_traffic(struct capture *capture, struct json_object *record, const char *protocol)
{
	static const char *const numbers[][2] = {{"*", "all"}, {"6", "tcp"}, {"17", "udp"}};
	struct json_object *list = json_member(record, "traffic"), *one = json_object_new_object();
	char small[16];

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		protocol = strcmp(protocol, numbers[i][0]) == 0 ? numbers[i][1] : protocol;
	for (size_t i = 0; i == 0 || (i < sizeof(small) && small[i - 1]); i++)
		small[i] = (char)tolower((unsigned char)protocol[i]);
	if (!memchr(small, '\0', sizeof(small)))
		capture_fail(capture, "its protocol is none: %.100s", protocol);
	else
		record_text(capture, one, "protocol", small);
	if (!list && record && !capture->failed)
		record_set(capture, record, "traffic", list = json_object_new_array());
	if (!list || capture->failed || !one || json_object_array_add(list, one) < 0) {
		json_object_put(one);
		if (list)
			(void)kept(capture, NULL);
		return NULL;
	}
	return one;
}

void record_ports(struct capture *capture, struct json_object *traffic, const char *text)
{
	struct range span;

	if (ports_parse(text, &span))
		record_more(capture, traffic, "ports", text);
	else
		capture_fail(capture, "its ports are none: %.100s", text);
}

void record_flag(struct capture *capture, struct json_object *record, const char *name, bool flag)
{
	record_set(capture, record, name, json_object_new_boolean(flag));
}

void record_number(struct capture *capture, struct json_object *record, const char *name, int64_t number)
{
	record_set(capture, record, name, json_object_new_int64(number));
}

void record_range(struct capture *capture, struct json_object *record, const char *name, struct range range)
{
	char text[RANGE_TEXT];

	record_set(capture, record, name, json_object_new_string(range_print(range, text)));
}

void capture_named(struct capture *capture, enum capture_list list, const char *name, struct range range)
{
	char text[RANGE_TEXT];
	const char *key = kept(capture, scope_print(&capture->scope, "%d %s %s", (int)list, range_print(range, text), name));
	struct json_object *record = key && capture_once(capture, "named", key) ? capture_add(capture, list) : NULL;

	record_text(capture, record, "name", *name ? name : text);
	record_range(capture, record, "range", range);
}

void capture_used(struct capture *capture, struct capture_holder *subnet, const char *owner, struct range range)
{
	char text[RANGE_TEXT];
	const char *key;
	struct json_object *record;

	if (!owner || !*owner) {
		ranges_add(capture, &subnet->used, range);
		return;
	}
	key = kept(capture, scope_print(&capture->scope, "%s %s", range_print(range, text), owner));
	record = key && capture_once(capture, "owned", key) ? capture_add(capture, LIST_OWNED) : NULL;
	record_range(capture, record, "range", range);
	record_text(capture, record, "owner", owner);
}

bool capture_range_parse(const char *text, struct range *range)
{
	const char *slash = strchr(text, '/');
	size_t size = slash ? (size_t)(slash - text) : strlen(text);
	struct range address;
	struct error error;
	int64_t length;

	if (address_parse(text, size, &address, &error) < 0)
		return false;
	if (!slash) {
		*range = address;
		return true;
	}
	if (apollo_decimal_read(slash + 1, strlen(slash + 1), 0, APOLLO_EXACT, &length) < 0 || length < 0 ||
	    length > family_bits(address.family))
		return false;
	*range = range_around(address.family, address.first, (int)length);
	return true;
}

bool capture_range(struct capture *capture, struct json_object *object, const char *name, struct range *range)
{
	const char *text = capture_text(object, name);

	if (!text)
		capture_fail(capture, "%s is missing, or not a text", name);
	else if (!capture_range_parse(text, range))
		capture_fail(capture, "%s is neither a prefix nor an address: %.100s", name, text);
	else
		return true;
	return false;
}

/* ---- holders ---- */

struct capture_holder *holder_find(const struct capture_holders *holders, const char *key)
{
	int64_t at = key ? map_get(&holders->index, key, strlen(key)) : -1;

	return at < 0 ? NULL : &holders->items[at];
}

struct capture_holder *holder_add(struct capture *capture, struct capture_holders *holders, const char *key, const char *name,
				  struct json_object *record)
{
	if (!record || capture->failed)
		return NULL;
	if (holders->count == holders->room) {
		size_t room = holders->room ? 2 * holders->room : 16;
		struct capture_holder *items = scope_alloc(&capture->scope, room * sizeof(*items));

		if (!items) {
			(void)kept(capture, NULL);
			return NULL;
		}
		if (holders->count)
			memcpy(items, holders->items, holders->count * sizeof(*items));
		holders->items = items;
		holders->room = room;
	}
	if (map_set(&holders->index, key, strlen(key), (int64_t)holders->count) < 0) {
		(void)kept(capture, NULL);
		return NULL;
	}
	holders->items[holders->count] = (struct capture_holder){.key = key, .name = kept(capture, scope_text(&capture->scope, name)), .record = record};
	return &holders->items[holders->count++];
}

void ranges_add(struct capture *capture, struct capture_ranges *ranges, struct range range)
{
	if (ranges->count == NETWORK_OBJECTS_MAX) {
		capture_fail(capture, "more than %d addresses of one subnet or peer", NETWORK_OBJECTS_MAX);
		return;
	}
	if (ranges->count == ranges->room) {
		size_t room = ranges->room ? 2 * ranges->room : 8;
		struct range *items = scope_alloc(&capture->scope, room * sizeof(*items));

		if (!items) {
			(void)kept(capture, NULL);
			return;
		}
		if (ranges->count)
			memcpy(items, ranges->items, ranges->count * sizeof(*items));
		ranges->items = items;
		ranges->room = room;
	}
	ranges->items[ranges->count++] = range;
}

bool ranges_hold(const struct capture_ranges *ranges, struct range range)
{
	for (size_t i = 0; i < ranges->count; i++) {
		enum relation relation = range_relation(range, ranges->items[i]);

		if (relation == RELATION_INSIDE || relation == RELATION_EQUAL)
			return true;
	}
	return false;
}

void capture_search(struct capture *capture)
{
	if (++capture->search_count > CAPTURE_SEARCHES_MAX)
		capture_fail(capture, "more than %d objects that do not say which subnet or peer they are of", CAPTURE_SEARCHES_MAX);
}

struct capture_holder *capture_subnet_of(struct capture *capture, struct range range)
{
	capture_search(capture);
	for (size_t i = 0; i < capture->subnets.count; i++)
		if (ranges_hold(&capture->subnets.items[i].ranges, range))
			return &capture->subnets.items[i];
	return NULL;
}

size_t capture_seen(const struct capture *capture, const char *kind)
{
	size_t seen = 0;

	for (size_t i = 0; capture->cloud->kinds[i].name; i++)
		if (strcmp(capture->cloud->kinds[i].name, kind) == 0)
			seen += capture->seen[i];
	return seen;
}
