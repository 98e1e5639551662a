/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/readback.h"

#include "core/json.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- one value ---- */

static bool is_nothing(struct json_object *value)
{
	size_t size;
	const char *digits;
	struct decimal decimal;

	switch (json_object_get_type(value)) {
	case json_type_boolean: return !json_object_get_boolean(value);
	case json_type_array: return json_object_array_length(value) == 0;
	case json_type_object: return json_object_object_length(value) == 0;
	case json_type_null: return true;
	default: break;
	}
	digits = json_digits(value, &size);
	return digits && (size == 0 || (decimal_read(digits, &decimal) && exact_sign(decimal.digits) == 0));
}

static bool texts_same(const char *one, const char *other)
{
	struct decimal decimals[2];
	int64_t times[2];
	size_t size = strlen(one);

	if (strcmp(one, other) == 0)
		return true;
	if (decimal_read(one, &decimals[0]) && decimal_read(other, &decimals[1]))
		return decimal_compare(&decimals[0], &decimals[1]) == 0;
	if (apollo_time_parse(one, size, 0, &times[0]) >= 0 && apollo_time_parse(other, strlen(other), 0, &times[1]) >= 0)
		return times[0] == times[1];
	/* A day, and the midnight that it begins with. */
	return size == 10 && strncmp(one, other, size) == 0 && strncmp(other + size, "T00:00:00", 9) == 0;
}

static bool leaves_same(struct json_object *ours, struct json_object *theirs)
{
	size_t sizes[2];
	const char *digits[2] = {json_digits(ours, &sizes[0]), json_digits(theirs, &sizes[1])};

	if (digits[0] && digits[1])
		return texts_same(digits[0], digits[1]);
	return json_object_is_type(ours, json_type_boolean) && json_object_is_type(theirs, json_type_boolean) &&
	       json_object_get_boolean(ours) == json_object_get_boolean(theirs);
}

/* Microsoft writes a member with a capital in one answer and without it in another. */
static struct json_object *their_member(struct json_object *theirs, const char *name)
{
	struct json_object *exact = json_member(theirs, name);

	if (exact || !json_object_is_type(theirs, json_type_object))
		return exact;
	json_object_object_foreach(theirs, other, value)
		if (strcasecmp(other, name) == 0)
			return value;
	return NULL;
}

static const char *their_text(struct json_object *theirs, const char *name)
{
	struct json_object *value = their_member(theirs, name);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

/* ---- the walk ---- */

struct pair {
	const char *path;
	struct json_object *ours, *theirs;
};

struct walk {
	struct scope *scope;
	struct readback *readback;
	struct pair stack[READBACK_STACK];
	size_t count;
	bool failed; /* no memory, or more than can be compared */
};

static void pair_push(struct walk *walk, const char *path, struct json_object *ours, struct json_object *theirs)
{
	if (!path || walk->count == READBACK_STACK)
		walk->failed = true;
	else
		walk->stack[walk->count++] = (struct pair){path, ours, theirs};
}

static const char *json_kept(struct scope *scope, struct json_object *value)
{
	return scope_text(scope, json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

static void row_add(struct walk *walk, const struct pair *pair)
{
	struct readback *readback = walk->readback;
	struct readback_row *row = &readback->rows[readback->row_count];

	if (readback->row_count == READBACK_ROWS_MAX) {
		walk->failed = true;
		return;
	}
	row->path = pair->path;
	row->ours = json_kept(walk->scope, pair->ours);
	row->theirs = pair->theirs ? json_kept(walk->scope, pair->theirs) : NULL;
	walk->failed |= !row->ours || (pair->theirs && !row->theirs);
	readback->row_count++;
}

/* What is not the offer's: the schema's version, the state that was asked for, and names within one request. */
static bool is_handle(const char *member)
{
	static const char *const handles[] = {"$schema", "state", "resourceName", "priceDetails"};

	for (size_t i = 0; i < sizeof(handles) / sizeof(*handles); i++)
		if (strcasecmp(member, handles[i]) == 0)
			return true;
	return false;
}

static void members_push(struct walk *walk, const struct pair *pair)
{
	json_object_object_foreach(pair->ours, name, value)
		if (!is_handle(name))
			pair_push(walk, scope_print(walk->scope, "%s%s%s", pair->path, *pair->path ? "." : "", name), value, their_member(pair->theirs, name));
}

static void elements_push(struct walk *walk, const struct pair *pair)
{
	size_t count = json_object_array_length(pair->ours);

	if (count != json_object_array_length(pair->theirs)) {
		row_add(walk, pair);
		return;
	}
	for (size_t i = 0; i < count; i++)
		pair_push(walk, scope_print(walk->scope, "%s[%zu]", pair->path, i), json_object_array_get_idx(pair->ours, i),
			  json_object_array_get_idx(pair->theirs, i));
}

static void pair_compare(struct walk *walk, const struct pair *pair)
{
	enum json_type type = json_object_get_type(pair->ours);

	if (!pair->theirs) {
		walk->readback->compared++;
		if (!is_nothing(pair->ours))
			row_add(walk, pair);
	} else if (type == json_type_object && json_object_is_type(pair->theirs, json_type_object)) {
		members_push(walk, pair);
	} else if (type == json_type_array && json_object_is_type(pair->theirs, json_type_array)) {
		elements_push(walk, pair);
	} else {
		walk->readback->compared++;
		if (!leaves_same(pair->ours, pair->theirs))
			row_add(walk, pair);
	}
}

/* Deepest first, in the order of ours: what a value pushes is turned around. */
static void walk_run(struct walk *walk)
{
	while (walk->count && !walk->failed) {
		struct pair pair = walk->stack[--walk->count];
		size_t first = walk->count;

		pair_compare(walk, &pair);
		for (size_t low = first, high = walk->count; low + 1 < high; low++) {
			struct pair kept = walk->stack[low];

			walk->stack[low] = walk->stack[--high];
			walk->stack[high] = kept;
		}
	}
}

/* ---- which of theirs ---- */

static bool is_over(const char *state)
{
	static const char *const over[] = {"withdrawn", "deleted", "cancelled", "expired", "ended"};

	for (size_t i = 0; i < sizeof(over) / sizeof(*over); i++)
		if (state && strcasecmp(state, over[i]) == 0)
			return true;
	return false;
}

/* The kind of a resource: its schema without the version. */
static bool kinds_same(struct json_object *one, struct json_object *other)
{
	const char *left = json_text(one, "$schema"), *right = their_text(other, "$schema"), *slash = left ? strrchr(left, '/') : NULL;

	return !left || !right || (slash && strncmp(left, right, (size_t)(slash - left) + 1) == 0);
}

/* Whether theirs is the resource that ours was sent as: by its name, or, where it has none of its own, by the plan whose prices it holds. */
static bool is_of(struct json_object *ours, struct json_object *theirs)
{
	static const char *const names[] = {"title", "name", "plan"};

	if (!json_object_is_type(theirs, json_type_object) || !kinds_same(ours, theirs))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *left = json_text(ours, names[i]), *right = their_text(theirs, names[i]);

		if (left)
			return right && strcmp(left, right) == 0;
	}
	return false;
}

static struct json_object *list_of(struct json_object *document)
{
	static const char *const lists[] = {"resources", "value", "privateOffers"};

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		struct json_object *list = their_member(document, lists[i]);

		if (json_object_is_type(list, json_type_array))
			return list;
	}
	return NULL;
}

static struct json_object *theirs_find(struct json_object *document, struct json_object *ours, size_t *named)
{
	struct json_object *list = list_of(document), *found = NULL;
	size_t count = list ? json_object_array_length(list) : 1;

	*named = 0;
	for (size_t i = 0; i < count; i++) {
		struct json_object *one = list ? json_object_array_get_idx(list, i) : document;

		if (!is_of(ours, one))
			continue;
		++*named;
		if (!found || is_over(their_text(found, "state")))
			found = one;
	}
	return found;
}

/* ---- the whole ---- */

/* Single values of the offer that we did not send. */
static void own_note(struct walk *walk, struct json_object *ours, struct json_object *theirs)
{
	struct readback *readback = walk->readback;

	json_object_object_foreach(theirs, name, value) {
		enum json_type type = json_object_get_type(value);
		struct readback_row *row = &readback->own[readback->own_count];

		if (their_member(ours, name) || is_handle(name) || type == json_type_object || type == json_type_array || type == json_type_null ||
		    readback->own_count == READBACK_ROWS_MAX)
			continue;
		*row = (struct readback_row){scope_text(walk->scope, name), NULL, json_kept(walk->scope, value)};
		walk->failed |= !row->path || !row->theirs;
		readback->own_count++;
	}
}

static bool is_offer(struct json_object *ours)
{
	return json_text(ours, "title") || json_text(ours, "name");
}

/* One resource of ours with what there is of it. */
static int resource_compare(struct walk *walk, struct json_object *ours, struct json_object *document, const char *name, struct error *error)
{
	size_t named;
	struct json_object *theirs = theirs_find(document, ours, &named);
	const char *title = json_text(ours, "title") ? json_text(ours, "title") : json_text(ours, "name");

	if (is_offer(ours)) {
		if (!theirs) {
			(void)error_set(error, ERROR_INPUT, "%s holds no private offer \"%s\"", name, title);
			return error_hint(error, "give the marketplace's answer for this offer, or its list of them");
		}
		walk->readback->named = named;
		walk->readback->state = their_text(theirs, "state") ? scope_text(walk->scope, their_text(theirs, "state")) : NULL;
		/* Google's own name stands where ours has a title. */
		title = their_text(theirs, json_text(ours, "title") ? "name" : "id");
		walk->readback->id = title ? scope_text(walk->scope, title) : NULL;
		own_note(walk, ours, theirs);
	}
	pair_push(walk, is_offer(ours) ? "" : scope_print(walk->scope, "prices of %s", json_text(ours, "plan") ? json_text(ours, "plan") : "a plan"), ours, theirs);
	walk_run(walk);
	return walk->failed ? error_set(error, ERROR_INPUT, "the private offer has more values than can be compared, or there is no memory") : 0;
}

static int file_compare(struct walk *walk, const struct export_file *file, struct json_object *document, const char *name, struct error *error)
{
	JSON_CLEANUP struct json_object *ours = NULL;
	struct json_object *list;

	if (json_read(buffer_string(&file->content), file->content.size, file->name, &ours, error) < 0)
		return error->code;
	list = json_member(ours, "resources");
	if (!json_object_is_type(list, json_type_array))
		return resource_compare(walk, ours, document, name, error);
	for (size_t i = 0; i < json_object_array_length(list); i++)
		if (resource_compare(walk, json_object_array_get_idx(list, i), document, name, error) < 0)
			return error->code;
	return 0;
}

int readback_make(struct scope *scope, const struct export *export, const char *text, size_t size, const char *name, struct readback *readback,
		  struct error *error)
{
	JSON_CLEANUP struct json_object *document = NULL;
	struct walk *walk = scope_alloc(scope, sizeof(*walk));

	*readback = (struct readback){.rows = scope_alloc(scope, READBACK_ROWS_MAX * sizeof(*readback->rows)),
				      .own = scope_alloc(scope, READBACK_ROWS_MAX * sizeof(*readback->own))};
	if (!walk || !readback->rows || !readback->own)
		return error_memory(error, "what a marketplace holds");
	if (json_read(text, size, name, &document, error) < 0)
		return error->code;
	*walk = (struct walk){.scope = scope, .readback = readback};
	for (size_t i = 0; i < export->file_count; i++)
		/* Google's document of terms is a resource of its own, which its answer does not hold. */
		if (strcmp(export->files[i].name, "document.json") != 0 && file_compare(walk, &export->files[i], document, name, error) < 0)
			return error->code;
	return 0;
}
