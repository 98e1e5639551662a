/* SPDX-License-Identifier: Apache-2.0 */
#include "core/read.h"

#include "core/nearest.h"

#include <apollo/kit.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *file_of(const config_setting_t *setting)
{
	const char *file = config_setting_source_file(setting);

	return file ? file : "configuration";
}

const char *read_where(const config_setting_t *setting, struct scope *scope)
{
	return scope_print(scope, "%s:%u", file_of(setting), config_setting_source_line(setting));
}

int read_fail(const config_setting_t *setting, struct error *error, const char *format, ...)
{
	char text[ERROR_TEXT];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return error_set(error, APOLLO_CONFIG, "%s:%u: %s", file_of(setting), config_setting_source_line(setting), text);
}

int read_fail_number(const config_setting_t *setting, const char *name, struct error *error)
{
	(void)read_fail(setting, error, "\"%s\" is a number without quotes, of which only 32 bits are read", name);
	return error_hint(error, "write it in quotes: %s = \"...\"", name);
}

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

int read_known(const config_setting_t *group, const char *const *names, struct error *error)
{
	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *member = config_setting_get_elem(group, (unsigned)i);
		const char *name = config_setting_name(member);
		struct nearest nearest;

		if (!name || is_one_of(name, names))
			continue;
		nearest = nearest_init(name);
		for (const char *const *at = names; *at; at++)
			nearest_offer(&nearest, *at);
		(void)read_fail(member, error, "\"%s\" is not known here", name);
		return nearest.name ? error_hint(error, "did you mean \"%s\"?", nearest.name)
				    : error_hint(error, "see apollo.cfg(5)");
	}
	return 0;
}

/* 1: it is there; 0: it is not, and need not be. */
static int member_find(const config_setting_t *group, const char *name, int need, const config_setting_t **member,
		       struct error *error)
{
	*member = config_setting_get_member(group, name);
	if (*member)
		return 1;
	return need ? read_fail(group, error, "\"%s\" is missing", name) : 0;
}

int read_text(const config_setting_t *group, const char *name, int need, const char **value, struct error *error)
{
	const config_setting_t *member;
	int found = member_find(group, name, need, &member, error);

	if (found <= 0)
		return found;
	if (config_setting_type(member) != CONFIG_TYPE_STRING || !*config_setting_get_string(member))
		return read_fail(member, error, "\"%s\" is not a text in quotes", name);
	if (!apollo_text_valid(config_setting_get_string(member), strlen(config_setting_get_string(member))))
		return read_fail(member, error, "\"%s\" is not UTF-8", name);
	*value = config_setting_get_string(member);
	return 1;
}

bool is_line(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

int read_line(const config_setting_t *group, const char *name, int need, const char **value, struct error *error)
{
	const char *text = NULL;
	int found = read_text(group, name, need, &text, error);

	if (found <= 0)
		return found;
	if (!is_line(text)) {
		(void)read_fail(config_setting_get_member(group, name), error, "\"%s\" has a line end, a tab or another control character in it", name);
		return error_hint(error, "write it on one line");
	}
	*value = text;
	return 1;
}

int read_choice(const config_setting_t *group, const char *name, int need, const char *const *choices, int *value,
		struct error *error)
{
	const char *text = NULL;
	int found = read_text(group, name, need, &text, error);

	if (found <= 0)
		return found;
	for (int i = 0; choices[i]; i++)
		if (strcmp(choices[i], text) == 0) {
			*value = i;
			return 1;
		}
	(void)read_fail(config_setting_get_member(group, name), error, "\"%s\" is \"%s\"", name, text);
	return error_hint(error, "it may be %s, %s%s%s", choices[0], choices[1], choices[1] && choices[2] ? ", " : "",
			  choices[1] && choices[2] ? choices[2] : "");
}

int read_integer(const config_setting_t *group, const char *name, int need, int64_t least, int64_t most, int64_t *value,
		 struct error *error)
{
	const config_setting_t *member;
	int found = member_find(group, name, need, &member, error), type;
	int64_t number;

	if (found <= 0)
		return found;
	type = config_setting_type(member);
	if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
		return read_fail(member, error, "\"%s\" is not a whole number", name);
	number = config_setting_get_int64(member);
	if (number < least || number > most)
		return read_fail(member, error, "\"%s\" is %lld, it may be %lld to %lld", name, (long long)number,
				 (long long)least, (long long)most);
	*value = number;
	return 1;
}

int read_boolean(const config_setting_t *group, const char *name, bool *value, struct error *error)
{
	const config_setting_t *member;
	int found = member_find(group, name, READ_OPTIONAL, &member, error);

	if (found <= 0)
		return found;
	if (config_setting_type(member) != CONFIG_TYPE_BOOL)
		return read_fail(member, error, "\"%s\" is neither true nor false", name);
	*value = config_setting_get_bool(member) != 0;
	return 1;
}

/* A number and one letter of `letters`, each worth `units`; false where it is not one. */
static bool counted_read(const char *text, const char *letters, const int64_t *units, int64_t most, int64_t *value)
{
	size_t size = strlen(text);
	const char *letter = size > 1 ? strchr(letters, text[size - 1]) : NULL;
	int64_t number;

	if (!letter || strspn(text, "0123456789") != size - 1 ||
	    apollo_decimal_read(text, size - 1, 0, APOLLO_EXACT, &number) < 0)
		return false;
	return !__builtin_mul_overflow(number, units[letter - letters], value) && *value <= most;
}

int read_duration(const config_setting_t *group, const char *name, int64_t most, int64_t *value, struct error *error)
{
	static const int64_t units[] = {APOLLO_MICRO, 60 * APOLLO_MICRO, APOLLO_HOUR, APOLLO_DAY};
	const char *text = NULL;
	int found = read_text(group, name, READ_OPTIONAL, &text, error);

	if (found <= 0)
		return found;
	if (counted_read(text, "smhd", units, most, value))
		return 1;
	(void)read_fail(config_setting_get_member(group, name), error, "\"%s\" is \"%s\", not a duration up to %lldh", name, text,
			(long long)(most / APOLLO_HOUR));
	return error_hint(error, "write it as 90s, 5m, 2h or 1d");
}

int read_months(const config_setting_t *group, const char *name, int most, int *value, struct error *error)
{
	static const int64_t units[] = {1, 12};
	const char *text = NULL;
	int64_t months = 0;
	int found = read_text(group, name, READ_OPTIONAL, &text, error);

	if (found <= 0)
		return found;
	if (!counted_read(text, "my", units, most, &months) || months < 1) {
		(void)read_fail(config_setting_get_member(group, name), error, "\"%s\" is \"%s\", not a period", name, text);
		return error_hint(error, "write it as 1m or 3y");
	}
	*value = (int)months;
	return 1;
}

int read_decimal(const config_setting_t *group, const char *name, int need, struct scope *scope, const char **value,
		 struct error *error)
{
	const config_setting_t *member;
	int found = member_find(group, name, need, &member, error);

	if (found <= 0)
		return found;
	switch (config_setting_type(member)) {
	case CONFIG_TYPE_INT:
		return read_fail_number(member, name, error);
	case CONFIG_TYPE_INT64:
		*value = scope_print(scope, "%lld", config_setting_get_int64(member));
		break;
	case CONFIG_TYPE_STRING:
		*value = scope_text(scope, config_setting_get_string(member));
		break;
	case CONFIG_TYPE_FLOAT:
		(void)read_fail(member, error, "\"%s\" would lose digits as a floating point number", name);
		return error_hint(error, "write it in quotes: %s = \"%g\"", name, config_setting_get_float(member));
	default:
		return read_fail(member, error, "\"%s\" is not a number", name);
	}
	return *value ? 1 : error_memory(error, "the configuration");
}

int read_quantity(const config_setting_t *group, const char *name, int need, int places, int64_t least, int64_t *value,
		  struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 16);
	const char *text = NULL;
	int64_t number;
	int found = read_decimal(group, name, need, &scope, &text, error);

	if (found <= 0)
		return found;
	if (apollo_decimal_read(text, strlen(text), places, APOLLO_EXACT, &number) < 0 || number < least)
		return read_fail(config_setting_get_member(group, name), error,
				 "\"%s\" is \"%s\", not a decimal with at most %d decimals that is large enough", name, text, places);
	*value = number;
	return 1;
}

int read_time(const config_setting_t *group, const char *name, int need, int64_t *value, struct error *error)
{
	const char *text = NULL;
	int found = read_text(group, name, need, &text, error);

	if (found <= 0)
		return found;
	if (apollo_time_parse(text, strlen(text), 0, value) == 0)
		return 1;
	(void)read_fail(config_setting_get_member(group, name), error, "\"%s\" is \"%s\", not a time with a zone", name, text);
	return error_hint(error, "write it as 2026-10-01T00:00:00Z");
}

int read_day(const config_setting_t *group, const char *name, int need, const struct zone *zone, int64_t *value, bool *day, struct error *error)
{
	const char *text = NULL;
	char midnight[32];
	int found = read_text(group, name, need, &text, error);
	bool short_form;
	int64_t time;

	if (found <= 0)
		return found;
	short_form = strlen(text) == 10;
	(void)snprintf(midnight, sizeof(midnight), "%.10sT00:00:00Z", text);
	if (apollo_time_parse(short_form ? midnight : text, strlen(short_form ? midnight : text), 0, &time) < 0) {
		(void)read_fail(config_setting_get_member(group, name), error, "\"%s\" is \"%s\", neither a day nor a time with a zone", name, text);
		return error_hint(error, "write it as 2026-10-01");
	}
	*value = short_form ? zone_time(zone, time) : time;
	if (day)
		*day = short_form;
	return 1;
}

int read_groups(const config_setting_t *group, const char *name, int need, const config_setting_t **list, size_t *count,
		struct error *error)
{
	int found = member_find(group, name, need, list, error);

	*count = 0;
	if (found <= 0)
		return found;
	if (config_setting_type(*list) != CONFIG_TYPE_LIST)
		return read_fail(*list, error, "\"%s\" is not a list: ( { ... }, { ... } )", name);
	*count = (size_t)config_setting_length(*list);
	for (size_t i = 0; i < *count; i++) {
		const config_setting_t *element = config_setting_get_elem(*list, (unsigned)i);

		if (config_setting_type(element) != CONFIG_TYPE_GROUP)
			return read_fail(element, error, "an element of \"%s\" is not a group: { ... }", name);
	}
	return 1;
}

int read_group(const config_setting_t *group, const char *name, const config_setting_t **member, struct error *error)
{
	int found = member_find(group, name, READ_OPTIONAL, member, error);

	if (found <= 0)
		return found;
	if (config_setting_type(*member) != CONFIG_TYPE_GROUP)
		return read_fail(*member, error, "\"%s\" is not a group: { ... }", name);
	return 1;
}
