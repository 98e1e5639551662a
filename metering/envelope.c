/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/envelope.h"

#include "core/json.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>

enum { EVENT_DEPTH = 8, DIGITS_MOST = 18 /* always an int64_t */ };

static const char *const names[ATTRIBUTES] = {"specversion", "type", "subject", "source", "id", "time", "data.value"};

const char *attribute_name(enum attribute attribute)
{
	return names[attribute];
}

/* ---- the usual shape ---- */

struct scanner {
	const char *at, *end;
};

static char next(const struct scanner *scanner)
{
	return scanner->at < scanner->end ? *scanner->at : '\0';
}

static void space_skip(struct scanner *scanner)
{
	while (next(scanner) == ' ' || next(scanner) == '\t')
		scanner->at++;
}

/* A sign of the grammar and the space before and behind it. */
static bool sign_take(struct scanner *scanner, char sign)
{
	space_skip(scanner);
	if (next(scanner) != sign)
		return false;
	scanner->at++;
	space_skip(scanner);
	return true;
}

/* Printable ASCII between quotation marks, without escapes. */
static bool string_take(struct scanner *scanner, struct attribute_text *text)
{
	const char *from = scanner->at + 1;

	if (next(scanner) != '"')
		return false;
	for (scanner->at++; next(scanner) >= ' ' && next(scanner) < 127 && next(scanner) != '"' && next(scanner) != '\\'; scanner->at++)
		;
	if (next(scanner) != '"')
		return false;
	*text = (struct attribute_text){from, (size_t)(scanner->at - from), false};
	scanner->at++;
	return true;
}

static size_t digits_skip(struct scanner *scanner)
{
	const char *from = scanner->at;

	while (next(scanner) >= '0' && next(scanner) <= '9')
		scanner->at++;
	return (size_t)(scanner->at - from);
}

/* A number as it is written most often.  json-c writes -0 anew, so that is left to it. */
static bool number_take(struct scanner *scanner, struct attribute_text *text)
{
	const char *from = scanner->at, *first;
	size_t digits;

	if (next(scanner) == '-')
		scanner->at++;
	first = scanner->at;
	digits = digits_skip(scanner);
	if (digits == 0 || digits > DIGITS_MOST || (*first == '0' && digits > 1))
		return false;
	if (next(scanner) == '.') {
		scanner->at++;
		if (digits_skip(scanner) == 0)
			return false;
	} else if (first > from && *first == '0') {
		return false;
	}
	if (next(scanner) == 'e' || next(scanner) == 'E')
		return false;
	*text = (struct attribute_text){from, (size_t)(scanner->at - from), false};
	return true;
}

/* The attribute of this name, ATTRIBUTES where it is none of ours. */
static enum attribute attribute_find(const struct attribute_text *name)
{
	for (enum attribute i = 0; i < ATTRIBUTE_VALUE; i++)
		if (strlen(names[i]) == name->size && memcmp(names[i], name->text, name->size) == 0)
			return i;
	return ATTRIBUTES;
}

static bool name_is(const struct attribute_text *name, const char *text)
{
	return name->size == strlen(text) && memcmp(name->text, text, name->size) == 0;
}

static bool name_take(struct scanner *scanner, struct attribute_text *name)
{
	return string_take(scanner, name) && sign_take(scanner, ':');
}

/* {"value": ...}, with other plain members beside it. */
static bool data_take(struct scanner *scanner, struct attribute_text *value)
{
	if (value->text || !sign_take(scanner, '{'))
		return false;
	do {
		struct attribute_text name, member;

		if (!name_take(scanner, &name) || !(string_take(scanner, &member) || number_take(scanner, &member)))
			return false;
		if (!name_is(&name, "value"))
			continue;
		if (value->text)
			return false;
		*value = member;
	} while (sign_take(scanner, ','));
	return sign_take(scanner, '}') && value->text;
}

static bool member_take(struct scanner *scanner, struct envelope *envelope)
{
	struct attribute_text name, member;
	enum attribute attribute;

	if (!name_take(scanner, &name))
		return false;
	if (name_is(&name, "data"))
		return data_take(scanner, &envelope->attributes[ATTRIBUTE_VALUE]);
	attribute = attribute_find(&name);
	if (!string_take(scanner, &member) && (attribute != ATTRIBUTES || !number_take(scanner, &member)))
		return false;
	if (attribute == ATTRIBUTES)
		return true;
	if (envelope->attributes[attribute].text)
		return false;
	envelope->attributes[attribute] = member;
	return true;
}

bool envelope_scan(const char *line, size_t size, struct envelope *envelope)
{
	struct scanner scanner = {line, line + size};
	struct envelope found = {0};

	if (!sign_take(&scanner, '{'))
		return false;
	do {
		if (!member_take(&scanner, &found))
			return false;
	} while (sign_take(&scanner, ','));
	if (!sign_take(&scanner, '}'))
		return false;
	while (next(&scanner) == ' ' || next(&scanner) == '\t' || next(&scanner) == '\r')
		scanner.at++;
	if (scanner.at != scanner.end)
		return false;
	*envelope = found;
	return true;
}

/* ---- every shape ---- */

struct json_tokener *envelope_tokener(void)
{
	struct json_tokener *tokener = json_tokener_new_ex(EVENT_DEPTH);

	if (tokener)
		json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
	return tokener;
}

#define WRONG(...) ((void)snprintf(reason, REASON_TEXT, __VA_ARGS__), 0)

/* The object of a line, or NULL with the reason. */
static struct json_object *line_parse(struct json_tokener *tokener, const char *line, size_t size, char *reason)
{
	struct json_object *object;
	enum json_tokener_error problem;
	size_t end;

	/* json-c lets surrogates and overlong forms through. */
	if (!apollo_text_valid(line, size)) {
		(void)WRONG("not JSON: not UTF-8");
		return NULL;
	}
	json_tokener_reset(tokener);
	object = json_tokener_parse_ex(tokener, line, (int)size);
	problem = json_tokener_get_error(tokener);
	end = json_tokener_get_parse_end(tokener);
	if (problem == json_tokener_continue)
		(void)WRONG("not a whole JSON object: it ends too early");
	else if (problem != json_tokener_success)
		(void)WRONG("not JSON: %s at byte %zu", json_tokener_error_desc(problem), end + 1);
	else if (!json_object_is_type(object, json_type_object))
		(void)WRONG("not a JSON object");
	else {
		while (end < size && (line[end] == ' ' || line[end] == '\t' || line[end] == '\r'))
			end++;
		if (end == size)
			return object;
		(void)WRONG("something stands behind the JSON object at byte %zu", end + 1);
	}
	json_object_put(object);
	return NULL;
}

static struct attribute_text text_of(struct json_object *member, bool number)
{
	struct attribute_text text = {0};

	if (member && (number || json_object_is_type(member, json_type_string)))
		text.text = json_digits(member, &text.size);
	text.wrong_type = member && !text.text;
	return text;
}

int envelope_parse(struct json_tokener *tokener, const char *line, size_t size, struct envelope *envelope,
		   char reason[REASON_TEXT])
{
	struct json_object *object = line_parse(tokener, line, size, reason);

	if (!object)
		return 0;
	envelope->object = object;
	for (enum attribute i = 0; i < ATTRIBUTE_VALUE; i++)
		envelope->attributes[i] = text_of(json_member(object, names[i]), false);
	envelope->attributes[ATTRIBUTE_VALUE] = text_of(json_member(json_member(object, "data"), "value"), true);
	return 1;
}

void envelope_release(struct envelope *envelope)
{
	json_object_put(envelope->object);
	envelope->object = NULL;
}
