/* SPDX-License-Identifier: Apache-2.0 */
#include "core/options.h"

#include <apollo/kit.h>
#include <stdlib.h>
#include <string.h>

/* ---- values ------------------------------------------------------------------------------------------------ */

enum { DURATION_DAYS_MAX = 36500 };

static bool text_is_printable(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

static const char *url_reason(const char *text)
{
	const char *host = strncmp(text, "https://", 8) == 0  ? text + 8
			   : strncmp(text, "http://", 7) == 0 ? text + 7
							      : NULL;
	size_t size = host ? strcspn(host, "/?#") : 0;

	if (!host)
		return "must begin with https:// or http://";
	if (!size || *host == ':')
		return "has no host name";
	if (memchr(host, '@', size))
		return "must not hold a user or password";
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c <= 0x20 || (unsigned char)*c >= 0x7f || strchr("#\"<>\\^`{|}", *c))
			return "holds a character that a URL cannot have; percent-encode it, and a host name as xn--";
	/* Paths are put behind it. */
	if (strchr(text, '?'))
		return "must be a base address, without a query behind ?";
	return NULL;
}

static const char *secret_reason(const char *text)
{
	const char *name = text + 4;

	if (strncmp(text, "file:", 5) == 0)
		return text[5] ? NULL : "names no file behind file:";
	if (strncmp(text, "env:", 4) != 0)
		return "must be a reference, env:NAME or file:PATH, never the secret itself";
	if (!*name || strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") != strlen(name))
		return "names no variable behind env:";
	return NULL;
}

/* Whole seconds; false where the text is no duration. */
static bool duration_read(const char *text, int64_t *seconds)
{
	static const char units[] = "smhd";
	static const int64_t sizes[] = {1, 60, 3600, 86400};
	size_t digits = strspn(text, "0123456789");
	const char *unit = text[digits] ? strchr(units, text[digits]) : NULL;
	int64_t count;

	if (!digits || !unit || text[digits + 1] ||
	    apollo_decimal_read(text, digits, 0, APOLLO_EXACT, &count) < 0 ||
	    count > (int64_t)DURATION_DAYS_MAX * 86400 / sizes[unit - units])
		return false;
	*seconds = count * sizes[unit - units];
	return true;
}

static bool integer_fits(const char *text)
{
	size_t size = strlen(text), sign = *text == '-' || *text == '+';
	int64_t value;

	return size > sign && strspn(text + sign, "0123456789") == size - sign &&
	       apollo_decimal_read(text, size, 0, APOLLO_EXACT, &value) == 0;
}

bool option_fits(int32_t type, const char *text, const char **reason)
{
	const char *problem = NULL;
	int64_t seconds;

	if (strlen(text) > OPTION_VALUE_MAX)
		problem = "is longer than 4096 bytes";
	else if (!text_is_printable(text))
		problem = "holds a control character";
	else if (!apollo_text_valid(text, strlen(text)))
		problem = "is not UTF-8";
	else if (type == APOLLO_URL)
		problem = url_reason(text);
	else if (type == APOLLO_SECRET)
		problem = secret_reason(text);
	else if (type == APOLLO_INTEGER && !integer_fits(text))
		problem = "must be a whole number";
	else if (type == APOLLO_BOOLEAN && strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
		problem = "must be true or false";
	else if (type == APOLLO_DURATION && !duration_read(text, &seconds))
		problem = "must be a time such as 90s, 5m, 2h or 1d";
	else if (type == APOLLO_PATH && !*text)
		problem = "must name a file";
	if (problem)
		*reason = problem;
	return !problem;
}

/* ---- tables ------------------------------------------------------------------------------------------------ */

static bool name_is_good(const char *name)
{
	size_t size = name ? strnlen(name, OPTION_NAME_MAX + 1) : 0;

	return size > 0 && size <= OPTION_NAME_MAX && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == size;
}

static int option_check(const struct apollo_option *option, size_t number, const char *whose, struct error *error)
{
	const char *reason;

	if (!name_is_good(option->name)) {
		(void)error_set(error, APOLLO_CONFIG, "%s: option %zu is named \"%.80s\"", whose, number,
				option->name ? option->name : "");
		return error_hint(error, "the plugin's author must name it with 1 to %d of a-z, 0-9 and _",
				  OPTION_NAME_MAX);
	}
	if (option->type < APOLLO_TEXT || option->type > APOLLO_PATH) {
		(void)error_set(error, APOLLO_CONFIG, "%s: option %s is of type %d, known are %d to %d", whose,
				option->name, option->type, APOLLO_TEXT, APOLLO_PATH);
		return error_hint(error, "the plugin's author must use a type of enum apollo_option_type");
	}
	if (!option->help || !*option->help || !text_is_printable(option->help)) {
		(void)error_set(error, APOLLO_CONFIG, "%s: option %s has no line of help", whose, option->name);
		return error_hint(error, "the plugin's author must give it one");
	}
	if (option->fallback && (option->flags & APOLLO_REQUIRED)) {
		(void)error_set(error, APOLLO_CONFIG, "%s: option %s is required and has the default \"%.80s\"", whose,
				option->name, option->fallback);
		return error_hint(error, "the plugin's author must drop one of the two");
	}
	if (option->fallback && !option_fits(option->type, option->fallback, &reason)) {
		(void)error_set(error, APOLLO_CONFIG, "%s: the default \"%.80s\" of option %s %s", whose,
				option->fallback, option->name, reason);
		return error_hint(error, "the plugin's author must correct it");
	}
	return 0;
}

int options_check(const struct apollo_option *table, size_t count, const char *whose, struct error *error)
{
	int code;

	if (count > OPTIONS_MAX || (!table && count)) {
		(void)error_set(error, APOLLO_CONFIG, "%s: %zu options, %s", whose, count,
				table ? "128 are the most" : "but the table is NULL");
		return error_hint(error, "the plugin's author must correct the option table and its count");
	}
	for (size_t i = 0; i < count; i++) {
		if ((code = option_check(&table[i], i + 1, whose, error)) < 0)
			return code;
		for (size_t j = 0; j < i; j++)
			if (strcmp(table[i].name, table[j].name) == 0) {
				(void)error_set(error, APOLLO_CONFIG, "%s: options %zu and %zu are both named %s",
						whose, j + 1, i + 1, table[i].name);
				return error_hint(error, "the plugin's author must rename one of them");
			}
	}
	return 0;
}

/* ---- settings ---------------------------------------------------------------------------------------------- */

/* How many letters differ: inserted, left out or replaced. */
static size_t names_distance(const char *a, const char *b)
{
	size_t row[OPTION_NAME_MAX + 2], length = strlen(b);

	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= length; j++) {
			size_t least = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			least = least < row[j] + 1 ? least : row[j] + 1;
			row[j] = least < row[j - 1] + 1 ? least : row[j - 1] + 1;
		}
	}
	return row[length];
}

static int setting_unknown(const struct apollo_option *table, size_t count, const struct setting *setting,
			   struct error *error)
{
	const char *nearest = NULL;
	size_t least = 4;

	for (size_t i = 0; i < count && strnlen(setting->name, OPTION_NAME_MAX + 1) <= OPTION_NAME_MAX; i++) {
		size_t distance = names_distance(setting->name, table[i].name);

		if (distance < least) {
			least = distance;
			nearest = table[i].name;
		}
	}
	(void)error_set(error, APOLLO_CONFIG, "there is no option \"%.80s\" here", setting->name);
	if (nearest)
		return error_hint(error, "did you mean \"%s\"?", nearest);
	return error_hint(error,
			  count ? "the options are listed by `apollo plugins NAME`" : "no option can be set here");
}

/* A relative path against the base; both are texts. */
static const char *path_resolve(const char *path, const char *base, struct scope *scope)
{
	return *path == '/' ? scope_text(scope, path) : scope_print(scope, "%s/%s", base, path);
}

/* The form that the plugin gets; NULL where memory is short.  text fits its type. */
static const char *value_resolve(int32_t type, const char *text, const char *base, struct scope *scope)
{
	size_t size = strlen(text);
	const char *path;
	int64_t seconds;

	switch (type) {
	case APOLLO_URL:
		while (size > 0 && text[size - 1] == '/')
			size--;
		return scope_copy(scope, text, size);
	case APOLLO_DURATION:
		return duration_read(text, &seconds) ? scope_print(scope, "%lld", (long long)seconds) : NULL;
	case APOLLO_PATH:
		return path_resolve(text, base, scope);
	case APOLLO_SECRET:
		if (strncmp(text, "file:", 5) != 0)
			return scope_text(scope, text);
		path = path_resolve(text + 5, base, scope);
		return path ? scope_print(scope, "file:%s", path) : NULL;
	default:
		return scope_text(scope, text);
	}
}

static int setting_resolve(const struct apollo_option *table, size_t count, const struct setting *setting,
			   const char *base, struct scope *scope, const char **values, struct error *error)
{
	const char *reason;
	size_t i = 0;

	while (i < count && strcmp(table[i].name, setting->name) != 0)
		i++;
	if (i == count)
		return setting_unknown(table, count, setting, error);
	if (values[i])
		return error_set(error, APOLLO_CONFIG, "option %s is set twice", setting->name);
	if (!option_fits(table[i].type, setting->value, &reason)) {
		/* Who writes the secret itself where its reference belongs must not find it in a log. */
		if (table[i].type == APOLLO_SECRET)
			(void)error_set(error, APOLLO_CONFIG, "the value of option %s %s", setting->name, reason);
		else
			(void)error_set(error, APOLLO_CONFIG, "\"%.100s\" of option %s %s", setting->value,
					setting->name, reason);
		return error_hint(error, "%s: %.300s", setting->name, table[i].help);
	}
	values[i] = value_resolve(table[i].type, setting->value, base, scope);
	return values[i] ? 0 : error_memory(error, "the options");
}

/* Fills in what was not set. */
static int defaults_resolve(const struct apollo_option *table, size_t count, const char *base, struct scope *scope,
			    const char **values, struct error *error)
{
	for (size_t i = 0; i < count; i++) {
		if (!values[i] && (table[i].flags & APOLLO_REQUIRED)) {
			(void)error_set(error, APOLLO_CONFIG, "option %s is missing", table[i].name);
			return error_hint(error, "set %s: %.300s", table[i].name, table[i].help);
		}
		if (values[i] || !table[i].fallback)
			continue;
		values[i] = value_resolve(table[i].type, table[i].fallback, base, scope);
		if (!values[i])
			return error_memory(error, "the options");
	}
	return 0;
}

int options_resolve(const struct apollo_option *table, size_t count, const struct setting *settings,
		    size_t setting_count, const char *base, struct scope *scope, const char *const **values,
		    struct error *error)
{
	const char **list = scope_alloc(scope, count * sizeof(*list));
	int code;

	if (!list)
		return error_memory(error, "the options");
	for (size_t i = 0; i < setting_count; i++) {
		code = setting_resolve(table, count, &settings[i], base, scope, list, error);
		if (code < 0)
			return settings[i].where ? error_prefix(error, "%s", settings[i].where) : code;
	}
	code = defaults_resolve(table, count, base, scope, list, error);
	if (code < 0)
		return code;
	*values = list;
	return 0;
}
