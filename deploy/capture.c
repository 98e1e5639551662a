/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/capture_read.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CAPTURE_SCOPE = 1 << 30, CAPTURE_PATH = 100 };

/* ---- documents ---- */

static const char *const list_names[LIST_COUNT] = {
	"subnets", "peerings", "routes", "route_tables", "services", "reserved", "on_premises", "owned", "quotas", "firewall",
};

/* The text of a capture, and where in it we are. */
struct cursor {
	const char *text;
	size_t size, at;
};

/* White space, and the marks that some shells put before UTF-8 text. */
static void blanks_pass(struct cursor *cursor)
{
	while (cursor->at < cursor->size) {
		if (strchr(" \t\r\n", cursor->text[cursor->at]) && cursor->text[cursor->at])
			cursor->at++;
		else if (cursor->size - cursor->at >= 3 && memcmp(cursor->text + cursor->at, "\xef\xbb\xbf", 3) == 0)
			cursor->at += 3;
		else
			break;
	}
}

/* The end of the value that begins here: behind its last bracket or quote, or before what ends a word.  The parser says whether it is
 * a value at all. */
static size_t value_end(const struct cursor *cursor)
{
	size_t depth = 0, at = cursor->at;
	bool inside = false;

	for (; at < cursor->size; at++) {
		char c = cursor->text[at];

		if (inside && c == '\\')
			at++;
		else if (c == '"')
			inside = !inside;
		if (inside)
			continue;
		if (!depth && at > cursor->at && strchr(",]} \t\r\n", c))
			return at;
		depth += c == '{' || c == '[';
		if (depth && (c == '}' || c == ']') && !--depth)
			return at + 1;
	}
	return at > cursor->size ? cursor->size : at;
}

static bool kind_fits(const struct capture_kind *kind, struct json_object *object, const char *said)
{
	return kind->fits ? !said && kind->fits(object) : said && strcasecmp(kind->name, said) == 0;
}

static void unknown_count(struct capture *capture, const char *said)
{
	const char *name = said && network_text_fits(said) ? said : "objects that do not say what they are";

	for (size_t i = 0; i < capture->unknown_count; i++)
		if (strcmp(capture->unknown[i].name, name) == 0) {
			capture->unknown[i].count++;
			return;
		}
	if (capture->unknown_count == CAPTURE_UNKNOWN_MAX) {
		capture->unknown_more++;
		return;
	}
	name = scope_text(&capture->scope, name);
	capture->unknown[capture->unknown_count].name = name ? name : "";
	capture->unknown[capture->unknown_count++].count = 1;
}

/* One object: every row of the table that fits it and belongs to this stage. */
static void object_read(struct capture *capture, struct json_object *object, enum capture_stage stage)
{
	const char *said = capture_text(object, capture->cloud->kind_member);
	bool known = false;

	if (stage == STAGE_OFFER && ++capture->item_count > CAPTURE_ITEMS_MAX)
		capture_fail(capture, "more than %d objects", CAPTURE_ITEMS_MAX);
	for (size_t i = 0; capture->cloud->kinds[i].name && !capture->failed; i++) {
		const struct capture_kind *kind = &capture->cloud->kinds[i];

		if (!kind_fits(kind, object, said))
			continue;
		known = true;
		capture->seen[i] += stage == STAGE_OFFER;
		if (kind->read && kind->stage == stage)
			kind->read(capture, object);
	}
	if (!known && stage == STAGE_OFFER)
		unknown_count(capture, said);
}

/* One value of a document; the API's own lists are looked into. */
static int value_read(struct capture *capture, const struct cursor *cursor, size_t end, enum capture_stage stage)
{
	JSON_CLEANUP struct json_object *object = NULL;
	const char *list = capture->cloud->list_member;
	char what[CAPTURE_PATH + 40];

	(void)snprintf(what, sizeof(what), "%.*s: document %zu", CAPTURE_PATH, capture->file, capture->document);
	capture->byte = cursor->at;
	if (json_read_part(cursor->text, cursor->at, end - cursor->at, what, &object, capture->error) < 0)
		return capture->error->code;
	if (!capture_text(object, "name") && json_object_is_type(json_member(object, list), json_type_array))
		for (size_t i = 0; i < capture_count(object, list) && !capture->failed; i++)
			object_read(capture, capture_item(object, list, i), stage);
	else
		object_read(capture, object, stage);
	return capture->failed ? capture->error->code : 0;
}

/* The objects of an array, each by itself: what is parsed at once stays small. */
static int array_read(struct capture *capture, struct cursor *cursor, enum capture_stage stage)
{
	size_t begin = cursor->at++, count = 0;

	for (;;) {
		size_t end;

		blanks_pass(cursor);
		if (cursor->at < cursor->size && cursor->text[cursor->at] == ']' && !count)
			break;
		end = value_end(cursor);
		if (end == cursor->at || value_read(capture, cursor, end, stage) < 0)
			return end == cursor->at ? error_set(capture->error, ERROR_INPUT, "%s: document %zu, which begins at byte %zu, ends in the middle, at byte %zu",
							     capture->file, capture->document, begin, cursor->at)
						 : capture->error->code;
		cursor->at = end;
		count++;
		blanks_pass(cursor);
		if (cursor->at == cursor->size)
			return error_set(capture->error, ERROR_INPUT, "%s: document %zu, which begins at byte %zu, ends in the middle, at byte %zu",
					 capture->file, capture->document, begin, cursor->at);
		if (cursor->text[cursor->at] == ']')
			break;
		if (cursor->text[cursor->at++] != ',')
			return error_set(capture->error, ERROR_INPUT, "%s: document %zu is not JSON: neither a comma nor a bracket at byte %zu",
					 capture->file, capture->document, cursor->at - 1);
	}
	cursor->at++;
	capture->empty_count += !count && stage == STAGE_OFFER;
	return 0;
}

static int document_read(struct capture *capture, struct cursor *cursor, enum capture_stage stage)
{
	char first = cursor->text[cursor->at];

	if (++capture->document > CAPTURE_DOCUMENTS_MAX)
		return error_set(capture->error, ERROR_INPUT, "%s: more than %d documents", capture->file, CAPTURE_DOCUMENTS_MAX);
	if (first == '[')
		return array_read(capture, cursor, stage);
	if (first != '{') {
		(void)error_set(capture->error, ERROR_INPUT, "%s: document %zu is not JSON: neither an object nor an array at byte %zu",
				capture->file, capture->document, cursor->at);
		return error_hint(capture->error, "%s", (unsigned char)first >= 0xfe ? "it is UTF-16: let the shell write UTF-8, or run the commands in bash"
											 : "the commands print JSON with -o json (az) and --format=json (gcloud)");
	}
	if (value_read(capture, cursor, value_end(cursor), stage) < 0)
		return capture->error->code;
	cursor->at = value_end(cursor);
	return 0;
}

static int stage_run(struct capture *capture, const char *text, size_t size, enum capture_stage stage)
{
	struct cursor cursor = {text, size, 0};

	capture->document = 0;
	for (blanks_pass(&cursor); cursor.at < cursor.size; blanks_pass(&cursor))
		if (document_read(capture, &cursor, stage) < 0)
			return capture->error->code;
	if (!capture->document)
		return error_set(capture->error, ERROR_INPUT, "%s: nothing is in it", capture->file);
	return 0;
}

/* ---- which network ---- */

/* Who owns a network: the project or the resource group of its key. */
static const char *owner_of(struct capture *capture, const char *key)
{
	const char *group = capture_segment(capture, key, "resourceGroups");

	if (capture->which == CLOUD_AZURE)
		return group;
	return strchr(key, '/') ? scope_copy(&capture->scope, key, strcspn(key, "/")) : NULL;
}

static bool network_matches(struct capture_network *network, const char *wanted)
{
	size_t owner = network->owner ? strlen(network->owner) : 0;

	if (!wanted || strcasecmp(wanted, network->name) == 0)
		return true;
	return owner && strncasecmp(wanted, network->owner, owner) == 0 && wanted[owner] == '/' &&
	       strcasecmp(wanted + owner + 1, network->name) == 0;
}

static int compare_networks(const void *left, const void *right)
{
	return strcmp(((const struct capture_network *)left)->key, ((const struct capture_network *)right)->key);
}

static void names_list(struct capture *capture, char *text, size_t size)
{
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < capture->network_count && at < size - 1; i++)
		at += (size_t)snprintf(text + at, size - at, "%s%s%s%s", at ? ", " : "", capture->networks[i].owner ? capture->networks[i].owner : "",
				       capture->networks[i].owner ? "/" : "", capture->networks[i].name);
}

static int network_choose(struct capture *capture, const char *wanted)
{
	size_t found = 0, described = 0;
	char names[ERROR_TEXT / 2];

	for (size_t i = 0; i < capture->network_count; i++) {
		const char *owner = owner_of(capture, capture->networks[i].key);

		capture->networks[i].owner = owner && network_text_fits(owner) ? owner : NULL;
		described += capture->networks[i].described;
	}
	if (capture->network_count)
		qsort(capture->networks, capture->network_count, sizeof(*capture->networks), compare_networks);
	for (size_t i = 0; i < capture->network_count; i++) {
		if ((!wanted && described && !capture->networks[i].described) || !network_matches(&capture->networks[i], wanted))
			continue;
		found++;
		capture->network = capture->networks[i];
	}
	names_list(capture, names, sizeof(names));
	if (found == 1)
		return 0;
	if (!capture->network_count) {
		(void)error_set(capture->error, ERROR_INPUT, "%s: no network of %s's is in it", capture->file, cloud_name(capture->which));
		return error_hint(capture->error, "%s", capture->which == CLOUD_AZURE ? "az network vnet show -g GROUP -n NETWORK -o json"
										      : "gcloud compute networks describe NETWORK --format=json");
	}
	if (found)
		(void)error_set(capture->error, ERROR_INPUT, "%s: %zu networks are in it", capture->file, found);
	else
		(void)error_set(capture->error, ERROR_INPUT, "%s: no network is named %.100s", capture->file, wanted);
	return error_hint(capture->error, "say --name with one of: %s", names);
}

/* ---- what comes out ---- */

static int compare_ranges(const void *left, const void *right)
{
	const struct range *one = left, *other = right;

	if (one->family != other->family)
		return one->family < other->family ? -1 : 1;
	if (one->first != other->first)
		return one->first < other->first ? -1 : 1;
	return one->last < other->last ? -1 : one->last > other->last;
}

static void ranges_put(struct capture *capture, struct json_object *record, const char *name, const struct range *items, size_t count)
{
	struct json_object *list = count ? json_object_new_array() : NULL;
	char text[RANGE_TEXT];

	for (size_t i = 0; list && i < count; i++)
		if (json_object_array_add(list, json_object_new_string(range_print(items[i], text))) < 0)
			capture->failed = true;
	if (count && (!list || json_object_object_add(record, name, list) < 0))
		capture->failed = true;
}

/* Peers' ranges stay as they are; addresses in use become as few ranges as can be. */
static void holders_finish(struct capture *capture)
{
	for (size_t i = 0; i < capture->peerings.count; i++) {
		struct capture_ranges *ranges = &capture->peerings.items[i].ranges;
		size_t kept = 0;

		if (!ranges->count)
			continue;
		qsort(ranges->items, ranges->count, sizeof(*ranges->items), compare_ranges);
		for (size_t j = 0; j < ranges->count; j++)
			if (!j || compare_ranges(&ranges->items[j], &ranges->items[j - 1]) != 0)
				ranges->items[kept++] = ranges->items[j];
		ranges_put(capture, capture->peerings.items[i].record, "ranges", ranges->items, kept);
	}
	for (size_t i = 0; i < capture->subnets.count; i++) {
		struct capture_ranges *used = &capture->subnets.items[i].used;
		struct range_set set;

		if (range_set_make(&capture->scope, used->items, used->count, &set, capture->error) < 0)
			capture->failed = true;
		else
			ranges_put(capture, capture->subnets.items[i].record, "used", set.items, set.count);
	}
}

static const char *record_print(struct json_object *record)
{
	const char *text = json_object_to_json_string_ext(record, JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE);

	return text ? text : "";
}

static int compare_records(const void *left, const void *right)
{
	return strcmp(record_print(*(struct json_object *const *)left), record_print(*(struct json_object *const *)right));
}

static void snapshot_print(struct capture *capture, struct buffer *snapshot)
{
	(void)buffer_print(snapshot, "{\"apollo_network\": 1, \"cloud\": \"%s\"", cloud_name(capture->which));
	json_object_object_foreach(capture->head, name, value) {
		(void)buffer_print(snapshot, ",\n \"%s\": %s", name, record_print(value));
	}
	for (int i = 0; i < LIST_COUNT; i++) {
		struct json_object *list = capture->lists[i];
		size_t count = json_object_array_length(list);

		json_object_array_sort(list, compare_records);
		if (count)
			(void)buffer_print(snapshot, ",\n \"%s\": [", list_names[i]);
		for (size_t j = 0; j < count; j++)
			(void)buffer_print(snapshot, "%s\n  %s", j ? "," : "", record_print(json_object_array_get_idx(list, j)));
		if (count)
			(void)buffer_text(snapshot, "]");
	}
	(void)buffer_text(snapshot, "}\n");
}

static void notes_finish(struct capture *capture)
{
	const struct capture_need *need = capture->cloud->needs;

	for (; need->kind; need++)
		if (!capture_seen(capture, need->kind))
			capture_missing(capture, need->what, need->command);
	if (capture->empty_count)
		capture_note(capture, "%zu documents are empty lists: what they are lists of cannot be seen, and a note above may be of one of them",
			     capture->empty_count);
	for (size_t i = 0; i < capture->unknown_count; i++)
		capture_note(capture, "not used: %zu %s%s", capture->unknown[i].count,
			     strncmp(capture->unknown[i].name, "objects", 7) == 0 ? "" : "of kind ", capture->unknown[i].name);
	if (capture->unknown_more)
		capture_note(capture, "not used: %zu of other kinds", capture->unknown_more);
}

static int capture_finish(struct capture *capture, struct buffer *snapshot)
{
	NETWORK_CLEANUP struct network network = {0};

	capture->cloud->finish(capture);
	holders_finish(capture);
	notes_finish(capture);
	snapshot_print(capture, snapshot);
	if (capture->failed || buffer_failed(snapshot) || buffer_failed(capture->notes))
		return capture->error->code < 0 ? capture->error->code : error_memory(capture->error, "the snapshot");
	/* What cannot be read back must not be handed over. */
	return network_parse(buffer_string(snapshot), snapshot->size, capture->file, &network, capture->error);
}

/* ---- all of it ---- */

static int stages_run(struct capture *capture, const char *text, size_t size, const char *name)
{
	for (int stage = STAGE_OFFER; stage < STAGE_COUNT; stage++) {
		if (stage_run(capture, text, size, (enum capture_stage)stage) < 0)
			return capture->error->code;
		if (stage == STAGE_OFFER && network_choose(capture, name) < 0)
			return capture->error->code;
		if (stage == STAGE_OFFER)
			record_text(capture, capture->head, "name", capture->network.name);
	}
	return capture->failed ? capture->error->code : 0;
}

static int capture_run(struct capture *capture, const char *text, size_t size, const char *name, struct buffer *snapshot)
{
	bool made = (capture->head = json_object_new_object()) != NULL;

	for (int i = 0; i < LIST_COUNT; i++)
		made = (capture->lists[i] = json_object_new_array()) != NULL && made;
	if (!made)
		return error_memory(capture->error, "the capture");
	if (stages_run(capture, text, size, name) < 0)
		return capture->error->code;
	return capture_finish(capture, snapshot);
}

static void capture_release(struct capture *capture)
{
	json_object_put(capture->head);
	for (int i = 0; i < LIST_COUNT; i++)
		json_object_put(capture->lists[i]);
	map_release(&capture->known);
	map_release(&capture->subnets.index);
	map_release(&capture->peerings.index);
	map_release(&capture->tables.index);
	map_release(&capture->groups.index);
	scope_release(&capture->scope);
}

int capture_make(enum cloud cloud, const char *file, const char *text, size_t size, const char *name, struct buffer *snapshot,
		 struct buffer *notes, struct error *error)
{
	CLEANUP(capture_release) struct capture capture = {
		.cloud = cloud == CLOUD_AZURE ? &capture_azure : &capture_gcp,
		.which = cloud,
		.file = file,
		.scope = scope_init(CAPTURE_SCOPE),
		.known = map_init(CAPTURE_ITEMS_MAX),
		.subnets.index = map_init(NETWORK_PARTS_MAX),
		.peerings.index = map_init(NETWORK_PARTS_MAX),
		.tables.index = map_init(NETWORK_PARTS_MAX),
		.groups.index = map_init(NETWORK_PARTS_MAX),
		.notes = notes,
		.error = error,
	};

	*error = (struct error){0};
	if (size > CAPTURE_BYTES_MAX)
		return error_set(error, ERROR_INPUT, "%s: %zu bytes are more than %d", file, size, CAPTURE_BYTES_MAX);
	return capture_run(&capture, text, size, name, snapshot);
}
