/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/common/json.h"

#include <apollo/kit.h>

#include <json-c/json_visit.h>
#include <limits.h>

static int member_count(struct json_object *object, int flags, struct json_object *parent, const char *key, size_t *index,
			void *count)
{
	(void)parent;
	(void)key;
	(void)index;
	if (!(flags & JSON_C_VISIT_SECOND) && json_object_is_type(object, json_type_object))
		*(size_t *)count += (size_t)json_object_object_length(object);
	return JSON_C_VISIT_RETURN_CONTINUE;
}

/* json-c keeps the last of several members of one name and, before 0.17, drops members when memory is short.  Either
 * could turn "refused" into "accepted", so the members read are counted against those written. */
static int members_whole(struct json_object *object, size_t written)
{
	size_t count = 0;

	return json_c_visit(object, 0, member_count, &count) == 0 && count == written;
}

static int load_code(enum json_tokener_error problem, struct json_object *object, const char *text)
{
#if JSON_C_VERSION_NUM >= ((0 << 16) | (17 << 8))
	if (problem == json_tokener_error_memory)
		return APOLLO_NOMEM;
#endif
	if (problem != json_tokener_success)
		return APOLLO_REJECTED;
	/* Success without an object is a null, or memory that ran out on the way. */
	if (!object)
		return text[strspn(text, " \t\r\n")] == 'n' ? APOLLO_REJECTED : APOLLO_NOMEM;
	return 0;
}

int json_load(const char *text, size_t size, struct json_object **object)
{
	const struct apollo_json_counts counts = apollo_json_count(text, size);
	JSON_CLEANUP struct json_object *read = NULL;
	struct json_tokener *tokener;
	enum json_tokener_error problem;
	size_t end;
	int code;

	/* json-c lets surrogates and overlong forms through. */
	if (size > INT_MAX || counts.excess || counts.nul || !apollo_text_valid(text, size))
		return APOLLO_REJECTED;
	tokener = json_tokener_new_ex(JSON_NESTING);
	if (!tokener)
		return APOLLO_NOMEM;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
	read = json_tokener_parse_ex(tokener, text, (int)size);
	problem = json_tokener_get_error(tokener);
	end = json_tokener_get_parse_end(tokener);
	json_tokener_free(tokener);
	code = load_code(problem, read, text);
	if (code < 0)
		return code;
	while (end < size && (text[end] == ' ' || text[end] == '\t' || text[end] == '\r' || text[end] == '\n'))
		end++;
	if (end < size || !members_whole(read, counts.members) ||
	    !(json_object_is_type(read, json_type_object) || json_object_is_type(read, json_type_array)))
		return APOLLO_REJECTED;
	*object = read;
	read = NULL;
	return 0;
}

struct json_object *json_get(struct json_object *object, const char *name)
{
	struct json_object *member = NULL;

	if (!json_object_is_type(object, json_type_object) || !json_object_object_get_ex(object, name, &member))
		return NULL;
	return member;
}

struct json_object *json_array(struct json_object *object, const char *name)
{
	struct json_object *member = json_get(object, name);

	return json_object_is_type(member, json_type_array) ? member : NULL;
}

const char *json_text(struct json_object *object, const char *name)
{
	struct json_object *member = json_get(object, name);

	return json_object_is_type(member, json_type_string) ? json_object_get_string(member) : NULL;
}

/* json-c keeps the digits of a parsed double and prints them as they came. */
static int number_read(struct json_object *object, const char *name, int places, int rounding, int64_t *value)
{
	struct json_object *member = json_get(object, name);
	const char *digits;

	if (!json_object_is_type(member, json_type_string) && !json_object_is_type(member, json_type_int) &&
	    !json_object_is_type(member, json_type_double))
		return 0;
	digits = json_object_is_type(member, json_type_string)
			 ? json_text(object, name)
			 : json_object_to_json_string_ext(member, JSON_C_TO_STRING_PLAIN);
	if (!digits)
		return json_object_is_type(member, json_type_string) ? 0 : APOLLO_NOMEM;
	return apollo_decimal_read(digits, strlen(digits), places, rounding, value) == 0;
}

int json_quantity(struct json_object *object, const char *name, int64_t *value)
{
	return number_read(object, name, 6, APOLLO_HALF_EVEN, value);
}

int json_whole(struct json_object *object, const char *name, int64_t *value)
{
	return number_read(object, name, 0, APOLLO_EXACT, value);
}
