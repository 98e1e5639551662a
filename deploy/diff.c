/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/diff.h"

#include "core/file.h"
#include "core/json.h"
#include "deploy/network.h"

#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

static int row_read(struct scope *scope, struct json_object *object, const char *path, size_t index, struct diff_row *row,
		    struct error *error)
{
	const char *address = json_text(object, "address"), *role = json_text(object, "role"), *owner = json_text(object, "owner");

	if (!address || !role || !owner || address_parse(address, strlen(address), &row->address, error) < 0)
		return error_set(error, ERROR_INPUT, "%s: map[%zu] has no address, role and owner", path, index);
	row->role = scope_text(scope, role);
	row->owner = scope_text(scope, owner);
	return row->role && row->owner ? 0 : error_memory(error, "a plan");
}

static int group_compare(const struct diff_row *one, const struct diff_row *other)
{
	int order = strcmp(one->owner, other->owner);

	return order ? order : strcmp(one->role, other->role);
}

static int row_compare(const void *left, const void *right)
{
	const struct diff_row *one = left, *other = right;
	int order = group_compare(one, other);

	if (order)
		return order;
	if (one->address.family != other->address.family)
		return one->address.family < other->address.family ? -1 : 1;
	return one->address.first < other->address.first ? -1 : one->address.first > other->address.first;
}

/* Each member of the head, with what it means that it is another one.  apart: nothing of the old plan is kept. */
static const struct head {
	const char *member;
	bool apart;
	const char *meaning;
} heads[HEAD_COUNT] = {
	[HEAD_NAME] = {"name", true, "they are two deployments: what the old one has is given up, and the new one is made beside it"},
	[HEAD_PROVISIONER] = {"provisioner", true, "it is another cloud: nothing is kept, and all is made anew there"},
	[HEAD_REGION] = {"region", true, "it is another region: nothing is kept, and all is made anew there"},
	[HEAD_NETWORK] = {"network", true, "it is another network: addresses are the same numbers at most, and all is made anew there"},
	[HEAD_VIP_MODE] = {"vip_mode", true, "virtual addresses come to the machines in another way: all of them are made anew"},
	[HEAD_SHAPE] = {"shape", false, "data machines are replaced by those of the new shape, one failure domain after another"},
	[HEAD_RANGES] = {"ranges", false, "whoever has an address that is in the old ranges alone moves, or gives it up"},
};

/* A text that can stand in a line; "?" where it cannot, which is told as it is. */
static const char *text_of(struct json_object *item)
{
	const char *text = json_object_is_type(item, json_type_string) ? json_object_get_string(item) : "?";

	return network_text_fits(text) ? text : "?";
}

/* The texts of an array, with commas. */
static const char *texts_join(struct scope *scope, struct json_object *list)
{
	const char *joined = "";

	for (size_t i = 0; joined && i < json_object_array_length(list); i++) {
		struct json_object *item = json_object_array_get_idx(list, i);

		joined = scope_print(scope, "%s%s%s", joined, i ? ", " : "", text_of(item));
	}
	return joined;
}

static int heads_read(struct scope *scope, struct json_object *root, struct diff_plan *plan, struct error *error)
{
	for (int i = 0; i < HEAD_COUNT; i++) {
		struct json_object *member = json_member(root, heads[i].member);

		if (json_object_is_type(member, json_type_array) && json_object_array_length(member) <= DIFF_RANGES_MAX)
			plan->heads[i] = texts_join(scope, member);
		else if (json_object_is_type(member, json_type_string))
			plan->heads[i] = scope_text(scope, text_of(member));
		else
			continue;
		if (!plan->heads[i])
			return error_memory(error, "a plan");
	}
	return 0;
}

int diff_plan_parse(struct scope *scope, const char *text, size_t size, const char *path, struct diff_plan *plan, struct error *error)
{
	JSON_CLEANUP struct json_object *root = NULL;
	struct json_object *map;
	struct diff_row *items;
	size_t count;

	if (json_read(text, size, path, &root, error) < 0)
		return error->code;
	map = json_member(root, "map");
	if (!json_member(root, "apollo_plan") || !map || !json_object_is_type(map, json_type_array)) {
		(void)error_set(error, ERROR_INPUT, "%s is not the JSON of a plan", path);
		return error_hint(error, "make one with: apollo --json plan DEPLOYMENT.cfg");
	}
	count = json_object_array_length(map);
	items = scope_alloc(scope, count * sizeof(*items));
	if (!items)
		return error_memory(error, "a plan");
	for (size_t i = 0; i < count; i++)
		if (row_read(scope, json_object_array_get_idx(map, i), path, i, &items[i], error) < 0)
			return error->code;
	if (count)
		qsort(items, count, sizeof(*items), row_compare);
	for (size_t i = 1; i < count; i++)
		if (row_compare(&items[i - 1], &items[i]) == 0)
			return error_set(error, ERROR_INPUT, "%s is not the JSON of a plan: %s has the same address twice as %s", path, items[i].owner, items[i].role);
	*plan = (struct diff_plan){.rows = {items, count}};
	return heads_read(scope, root, plan, error);
}

int diff_plan_read(struct scope *scope, const char *path, struct diff_plan *plan, struct error *error)
{
	BUFFER_CLEANUP struct buffer text = buffer_init(DIFF_BYTES_MAX);

	return file_read(path, &text, error) < 0 ? error->code : diff_plan_parse(scope, buffer_string(&text), text.size, path, plan, error);
}

/* ---- comparing ---- */

struct writer {
	struct buffer *buffer;
	bool json;
	bool any;
};

static void change_write(struct writer *writer, const char *what, const struct diff_row *before, const struct diff_row *after)
{
	const struct diff_row *row = before ? before : after;
	char from[RANGE_TEXT] = "", to[RANGE_TEXT] = "";

	if (before)
		(void)range_print(before->address, from);
	if (after)
		(void)range_print(after->address, to);
	if (!writer->json) {
		(void)buffer_print(writer->buffer, "%-6s %-22s %-32s %s%s%s\n", what, row->role, row->owner, from, before && after ? " -> " : "", to);
		return;
	}
	(void)buffer_print(writer->buffer, "%s\n{\"change\":\"%s\",\"role\":", writer->any ? "," : "", what);
	(void)buffer_json(writer->buffer, row->role);
	(void)buffer_text(writer->buffer, ",\"owner\":");
	(void)buffer_json(writer->buffer, row->owner);
	(void)buffer_print(writer->buffer, ",\"from\":\"%s\",\"to\":\"%s\"}", from, to);
	writer->any = true;
}

/* The rows of the group that `at` begins with; one past its last. */
static size_t group_end(const struct diff_rows *rows, size_t at)
{
	size_t end = at;

	while (end < rows->count && group_compare(&rows->items[at], &rows->items[end]) == 0)
		end++;
	return end;
}

/* The next row of a group, from `at`, whose address the other's group has not. */
static size_t only_here(const struct diff_rows *rows, size_t at, size_t end, const struct diff_rows *other, size_t other_at, size_t other_end)
{
	while (at < end && other_at < other_end &&
	       bsearch(&rows->items[at], &other->items[other_at], other_end - other_at, sizeof(*other->items), row_compare))
		at++;
	return at;
}

static void group_compare_rows(const struct diff_rows *old, size_t old_at, size_t old_end, const struct diff_rows *new, size_t new_at,
			       size_t new_end, struct diff *diff, struct writer *writer)
{
	size_t i = only_here(old, old_at, old_end, new, new_at, new_end), j = only_here(new, new_at, new_end, old, old_at, old_end);
	size_t gone = 0;

	while (i < old_end || j < new_end) {
		const struct diff_row *before = i < old_end ? &old->items[i] : NULL, *after = j < new_end ? &new->items[j] : NULL;

		change_write(writer, before && after ? "moved" : before ? "freed" : "added", before, after);
		diff->moved += before && after;
		diff->freed += before && !after;
		diff->added += after && !before;
		gone += before != NULL;
		i = before ? only_here(old, i + 1, old_end, new, new_at, new_end) : i;
		j = after ? only_here(new, j + 1, new_end, old, old_at, old_end) : j;
	}
	diff->same += old_end - old_at - gone;
}

/* Whether the new ranges are the old ones with more behind them. */
static bool is_longer(const char *old, const char *new)
{
	return strncmp(old, new, strlen(old)) == 0 && strncmp(new + strlen(old), ", ", 2) == 0;
}

static void head_compare(const char *old, const char *new, enum diff_head which, struct diff *diff, struct writer *writer)
{
	const struct head *head = &heads[which];
	const char *meaning = head->meaning;

	/* A plan without a snapshot does not know the network's name. */
	if (!old || !new || !*old || !*new || strcmp(old, new) == 0)
		return;
	if (which == HEAD_RANGES && is_longer(old, new))
		meaning = "a range was added behind: what was given stays where it is";
	diff->apart = diff->apart || head->apart;
	if (!writer->json) {
		(void)buffer_print(writer->buffer, "%s: %s -> %s: %s\n", head->member, old, new, meaning);
		return;
	}
	(void)buffer_member(writer->buffer, writer->any ? ",\n{" : "\n{", "member", head->member);
	(void)buffer_member(writer->buffer, ",", "old", old);
	(void)buffer_member(writer->buffer, ",", "new", new);
	(void)buffer_member(writer->buffer, ",", "meaning", meaning);
	(void)buffer_text(writer->buffer, "}");
	writer->any = true;
}

static void rows_compare(const struct diff_rows *old, const struct diff_rows *new, struct diff *diff, struct writer *writer)
{
	size_t i = 0, j = 0;

	while (i < old->count || j < new->count) {
		int order = i == old->count ? 1 : j == new->count ? -1 : group_compare(&old->items[i], &new->items[j]);
		size_t old_end = order <= 0 ? group_end(old, i) : i, new_end = order >= 0 ? group_end(new, j) : j;

		group_compare_rows(old, i, old_end, new, j, new_end, diff, writer);
		i = old_end;
		j = new_end;
	}
}

void diff_make(const struct diff_plan *old, const struct diff_plan *new, bool json, struct diff *diff, struct buffer *buffer)
{
	struct writer writer = {buffer, json, false};

	*diff = (struct diff){0};
	if (json)
		(void)buffer_text(buffer, "{\"differences\":[");
	for (int i = 0; i < HEAD_COUNT; i++)
		head_compare(old->heads[i], new->heads[i], (enum diff_head)i, diff, &writer);
	if (json)
		(void)buffer_print(buffer, "],\n\"apart\":%s,\n\"changes\":[", diff->apart ? "true" : "false");
	writer.any = false;
	rows_compare(&old->rows, &new->rows, diff, &writer);
	if (json)
		(void)buffer_print(buffer, "],\n\"same\":%zu,\"moved\":%zu,\"added\":%zu,\"freed\":%zu}\n", diff->same, diff->moved, diff->added,
				   diff->freed);
	else
		(void)buffer_print(buffer, "%zu as they were, %zu moved, %zu added, %zu freed%s\n", diff->same, diff->moved, diff->added, diff->freed,
				   diff->apart ? "; but the plans are not of one deployment at one place" : "");
}
