/* SPDX-License-Identifier: Apache-2.0 */
#include "core/json.h"

#include <apollo/kit.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

int json_read_part(const char *whole, size_t begin, size_t size, const char *what, struct json_object **object, struct error *error)
{
	const char *text = whole + begin;
	const struct apollo_json_counts counts = apollo_json_count(text, size);
	struct json_tokener *tokener;
	struct json_object *read;
	enum json_tokener_error problem;
	size_t end;

	if (size > INT_MAX)
		return error_set(error, ERROR_INPUT, "%s: %zu bytes of JSON are more than can be read", what, size);
	if (counts.excess)
		return error_set(error, ERROR_INPUT, "%s: %zu objects and arrays, %zu values; %d and %d are the most", what,
				 counts.containers, counts.values, APOLLO_JSON_CONTAINERS_MAX, APOLLO_JSON_VALUES_MAX);
	if (counts.nul)
		return error_set(error, ERROR_INPUT, "%s: the JSON holds a NUL", what);
	/* json-c lets surrogates and overlong forms through. */
	if (!apollo_text_valid(text, size))
		return error_set(error, ERROR_INPUT, "%s: not JSON: not UTF-8", what);
	tokener = json_tokener_new_ex(JSON_DEPTH);
	if (!tokener)
		return error_memory(error, what);
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
	read = json_tokener_parse_ex(tokener, text, (int)size);
	problem = json_tokener_get_error(tokener);
	end = json_tokener_get_parse_end(tokener);
	if (problem == json_tokener_continue) {
		/* A bare number or nothing at all: the end of the text has to be told. */
		read = json_tokener_parse_ex(tokener, "", -1);
		problem = json_tokener_get_error(tokener);
	}
	json_tokener_free(tokener);
	if (problem != json_tokener_success) {
		json_object_put(read);
		return error_set(error, ERROR_INPUT, "%s: not JSON: %s at byte %zu", what,
				 json_tokener_error_desc(problem), begin + end);
	}
	while (end < size && strchr(" \t\r\n", text[end]))
		end++;
	if (end < size) {
		json_object_put(read);
		return error_set(error, ERROR_INPUT, "%s: something stands behind the JSON at byte %zu", what, begin + end);
	}
	*object = read;
	return 0;
}

int json_read(const char *text, size_t size, const char *what, struct json_object **object, struct error *error)
{
	return json_read_part(text, 0, size, what, object, error);
}

struct json_object *json_member(struct json_object *object, const char *name)
{
	struct json_object *member = NULL;

	if (!json_object_is_type(object, json_type_object) || !json_object_object_get_ex(object, name, &member))
		return NULL;
	return member;
}

const char *json_text(struct json_object *object, const char *name)
{
	struct json_object *member = json_member(object, name);

	return json_object_is_type(member, json_type_string) ? json_object_get_string(member) : NULL;
}

bool json_integer(struct json_object *object, const char *name, int64_t *value)
{
	struct json_object *member = json_member(object, name);
	size_t size;
	const char *digits = member ? json_digits(member, &size) : NULL;

	return digits && apollo_decimal_read(digits, size, 0, APOLLO_EXACT, value) == 0;
}

const char *json_digits(struct json_object *value, size_t *size)
{
	const char *digits;

	switch (json_object_get_type(value)) {
	case json_type_string:
		*size = (size_t)json_object_get_string_len(value);
		return json_object_get_string(value);
	case json_type_int:
	case json_type_double:
		/* json-c keeps the digits of a parsed double and prints them as they were. */
		digits = json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN);
		*size = digits ? strlen(digits) : 0;
		return digits;
	default:
		return NULL;
	}
}
