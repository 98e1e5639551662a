/* SPDX-License-Identifier: Apache-2.0 */
#include "core/amount.h"

#include "core/quantity.h"

#include <string.h>

const struct amount_unit amount_bytes[] = {
	{"TiB", INT64_C(1) << 40}, {"PiB", INT64_C(1) << 50}, {"GiB", INT64_C(1) << 30},
	{"TB", 1000000000000},     {"PB", 1000000000000000},  {"GB", 1000000000},
	{NULL, 0},
};

const struct amount_unit amount_rates[] = {
	{"GB/s", 1000000000}, {"TB/s", 1000000000000}, {"MB/s", 1000000}, {"MiB/s", 1 << 20}, {"GiB/s", 1 << 30}, {NULL, 0},
};

bool amount_parse(const char *text, const struct amount_unit *units, int64_t *value)
{
	size_t size = strspn(text, "0123456789.");
	int64_t millionths;

	for (; units->name; units++) {
		wide_t whole;

		if (strcmp(text + size, units->name) != 0 || apollo_decimal_read(text, size, 6, APOLLO_EXACT, &millionths) < 0)
			continue;
		whole = (wide_t)millionths * units->worth / 1000000;
		if (whole < 1 || whole > INT64_C(1) << 62)
			return false;
		*value = (int64_t)whole;
		return true;
	}
	return false;
}

int amount_hint(struct error *error, const struct amount_unit *units)
{
	return error_hint(error, "write a number and %s or %s, such as 1.5%s", units[0].name, units[1].name, units[0].name);
}

int read_amount(const config_setting_t *group, const char *name, int need, const struct amount_unit *units, int64_t *value, struct error *error)
{
	const char *text = NULL;
	int found = read_text(group, name, need, &text, error);

	if (found <= 0 || amount_parse(text, units, value))
		return found;
	(void)read_fail(config_setting_get_member(group, name), error, "\"%s\" is \"%s\", which is not an amount", name, text);
	return amount_hint(error, units);
}
