/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/fields.h"

#include "core/scope.h"

#include <apollo/kit.h>
#include <json-c/json_visit.h>
#include <string.h>

const char *plain_digits(struct json_object *value, size_t *size)
{
	const char *digits = json_digits(value, size);

	return digits && *size && strspn(digits, "+-.0123456789eE") == *size ? digits : NULL;
}

/* json-c keeps the last of two members with one name and says nothing, but then its tree has fewer members than the
 * text, which is known to be well formed, has colons outside of its strings. */
static size_t colons_count(const char *text, size_t size)
{
	size_t count = 0;
	bool inside = false;

	for (size_t i = 0; i < size; i++) {
		if (text[i] == '"')
			inside = !inside;
		else if (inside)
			i += text[i] == '\\';
		else
			count += text[i] == ':';
	}
	return count;
}

static int member_count(json_object *value, int flags, json_object *parent, const char *name, size_t *place,
			void *count)
{
	(void)value;
	(void)parent;
	(void)place;
	if (name && !(flags & JSON_C_VISIT_SECOND))
		(*(size_t *)count)++;
	return JSON_C_VISIT_RETURN_CONTINUE;
}

int fields_parse(const char *text, size_t size, const char *what, struct json_object **document, struct error *error)
{
	struct json_object *read JSON_CLEANUP = NULL;
	size_t members = 0;
	int code = json_read(text, size, what, &read, error);

	if (code < 0)
		return code;
	if (json_c_visit(read, 0, member_count, &members) < 0 || members != colons_count(text, size))
		return error_set(error, ERROR_INPUT, "%s: an object has a member twice", what);
	*document = TAKE(read);
	return 0;
}

const char *plain_text(struct json_object *value)
{
	const char *text;

	if (!json_object_is_type(value, json_type_string))
		return NULL;
	text = json_object_get_string(value);
	return strlen(text) == (size_t)json_object_get_string_len(value) ? text : NULL;
}

int fields_known(struct json_object *object, const char *what, const char *const *names, struct error *error)
{
	if (!json_object_is_type(object, json_type_object))
		return error_set(error, ERROR_INPUT, "%s: an object is wanted here", what);
	json_object_object_foreach(object, member, value)
	{
		const char *const *name = names;

		(void)value;
		while (*name && strcmp(*name, member) != 0)
			name++;
		if (!*name)
			return error_set(error, ERROR_INPUT, "%s: there is no member \"%s\"", what, member);
	}
	return 0;
}

int field_text(struct json_object *object, const char *what, const char *name, const char **value, struct error *error)
{
	struct json_object *member = json_member(object, name);
	const char *text = plain_text(member);

	if (!member)
		return 0;
	if (!text || !*text)
		return error_set(error, ERROR_INPUT, "%s: \"%s\" must be a text that is not empty", what, name);
	*value = text;
	return 0;
}

int field_required(struct json_object *object, const char *what, const char *name, const char **value,
		   struct error *error)
{
	if (!json_member(object, name))
		return error_set(error, ERROR_INPUT, "%s: \"%s\" is missing", what, name);
	return field_text(object, what, name, value, error);
}

int field_flag(struct json_object *object, const char *what, const char *name, bool *value, struct error *error)
{
	struct json_object *member = json_member(object, name);

	if (!member)
		return 0;
	if (!json_object_is_type(member, json_type_boolean))
		return error_set(error, ERROR_INPUT, "%s: \"%s\" must be true or false", what, name);
	*value = json_object_get_boolean(member);
	return 0;
}

int field_number(struct json_object *object, const char *what, const char *name, int64_t low, int64_t high,
		 int64_t *value, struct error *error)
{
	struct json_object *member = json_member(object, name);
	int64_t number;

	if (!member)
		return 0;
	if (!json_object_is_type(member, json_type_int) || !json_integer(object, name, &number) || number < low ||
	    number > high)
		return error_set(error, ERROR_INPUT, "%s: \"%s\" must be a whole number from %lld to %lld", what, name,
				 (long long)low, (long long)high);
	*value = number;
	return 0;
}

int field_decimal(struct json_object *object, const char *what, const char *name, int64_t *value, struct error *error)
{
	struct json_object *member = json_member(object, name);
	const char *digits;
	int64_t number;
	size_t size;

	if (!member)
		return 0;
	digits = json_digits(member, &size);
	if (!digits || apollo_quantity_parse(digits, size, APOLLO_EXACT, &number) < 0 || number < 0)
		return error_set(error, ERROR_INPUT, "%s: \"%s\" must be a decimal of at most six places", what, name);
	*value = number;
	return 0;
}

int field_time(struct json_object *object, const char *what, const char *name, int64_t *value, struct error *error)
{
	const char *text = NULL;
	int code = field_text(object, what, name, &text, error);

	if (code < 0 || !text)
		return code;
	if (apollo_time_parse(text, strlen(text), 0, value) < 0)
		return error_set(error, ERROR_INPUT, "%s: \"%s\" must be a time such as 2026-11-01T05:00:00Z, not %s",
				 what, name, text);
	return 0;
}

int field_choice(struct json_object *object, const char *what, const char *name, const char *const *choices, int *value,
		 struct error *error)
{
	const char *text = NULL;
	int code = field_text(object, what, name, &text, error);

	if (code < 0 || !text)
		return code;
	for (int i = 0; choices[i]; i++)
		if (strcmp(choices[i], text) == 0) {
			*value = i;
			return 0;
		}
	(void)error_set(error, ERROR_INPUT, "%s: \"%s\" cannot be %s", what, name, text);
	(void)error_hint(error, "it begins with %s; the manual page lists them all", choices[0]);
	return error->code;
}

int field_array(struct json_object *object, const char *what, const char *name, size_t most,
		struct json_object **array, size_t *count, struct error *error)
{
	struct json_object *member = json_member(object, name);

	*count = 0;
	if (!member)
		return 0;
	if (!json_object_is_type(member, json_type_array))
		return error_set(error, ERROR_INPUT, "%s: \"%s\" must be an array", what, name);
	if (json_object_array_length(member) > most)
		return error_set(error, ERROR_INPUT, "%s: \"%s\" has more than %zu items", what, name, most);
	*array = member;
	*count = json_object_array_length(member);
	return 0;
}

int item_text(struct json_object *array, const char *what, size_t place, const char **value, struct error *error)
{
	const char *text = plain_text(json_object_array_get_idx(array, place));

	if (!text || !*text)
		return error_set(error, ERROR_INPUT, "%s: item %zu must be a text that is not empty", what, place);
	*value = text;
	return 0;
}
