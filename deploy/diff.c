/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/diff.h"

#include "core/file.h"
#include "core/json.h"

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
	return one->address.first < other->address.first ? -1 : one->address.first > other->address.first;
}

int diff_rows_read(struct scope *scope, const char *path, struct diff_rows *rows, struct error *error)
{
	BUFFER_CLEANUP struct buffer text = buffer_init(DIFF_BYTES_MAX);
	JSON_CLEANUP struct json_object *root = NULL;
	struct json_object *map;
	struct diff_row *items;
	size_t count;

	if (file_read(path, &text, error) < 0 || json_read(buffer_string(&text), text.size, path, &root, error) < 0)
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
	*rows = (struct diff_rows){items, count};
	return 0;
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
	for (; at < end; at++) {
		size_t i = other_at;

		while (i < other_end && other->items[i].address.first != rows->items[at].address.first)
			i++;
		if (i == other_end)
			break;
	}
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

void diff_make(const struct diff_rows *old, const struct diff_rows *new, bool json, struct diff *diff, struct buffer *buffer)
{
	struct writer writer = {buffer, json, false};
	size_t i = 0, j = 0;

	*diff = (struct diff){0};
	if (json)
		(void)buffer_text(buffer, "{\"changes\":[");
	while (i < old->count || j < new->count) {
		int order = i == old->count ? 1 : j == new->count ? -1 : group_compare(&old->items[i], &new->items[j]);
		size_t old_end = order <= 0 ? group_end(old, i) : i, new_end = order >= 0 ? group_end(new, j) : j;

		group_compare_rows(old, i, old_end, new, j, new_end, diff, &writer);
		i = old_end;
		j = new_end;
	}
	if (json)
		(void)buffer_print(buffer, "],\n\"same\":%zu,\"moved\":%zu,\"added\":%zu,\"freed\":%zu}\n", diff->same, diff->moved, diff->added,
				   diff->freed);
	else
		(void)buffer_print(buffer, "%zu as they were, %zu moved, %zu added, %zu freed\n", diff->same, diff->moved, diff->added, diff->freed);
}
