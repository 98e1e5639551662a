/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/settings.h"

#include "sandbox/fields.h"
#include "sandbox/registry.h"

#include <apollo/kit.h>
#include <string.h>

enum { SECONDS_MAX = 400 * 86400 };

static const char *const check_words[] = {"resource",  "authorised", "active", "plan",
					  "dimension", "quantity",   "time",   "duplicate"};

/* What a member may be: one of words; or a whole number of units from low to high; or, where neither is given, a
 * flag. */
struct member {
	const char *name;
	size_t place;
	const char *words[4];
	int64_t low, high, unit;
};

#define PLACE(NAME) #NAME, offsetof(struct settings, NAME)
#define SECONDS(NAME) {PLACE(NAME), {NULL}, 0, SECONDS_MAX, APOLLO_MICRO}

static const struct member members[] = {
	{PLACE(azure_window), {"second", "hour"}, 0, 0, 0},
	{PLACE(azure_failed_time), {"now", "zero"}, 0, 0, 0},
	{PLACE(azure_row_order), {"sent", "shuffled"}, 0, 0, 0},
	{PLACE(azure_quantity), {"exact", "double"}, 0, 0, 0},
	{PLACE(azure_foreign_app), {"row", "call"}, 0, 0, 0},
	{PLACE(azure_version_error), {"plain", "front-door"}, 0, 0, 0},
	{PLACE(azure_plan_case), {"exact", "any"}, 0, 0, 0},
	{PLACE(azure_plan_in_key), {NULL}, 0, 0, 0},
	{PLACE(azure_text_quantity), {NULL}, 0, 0, 0},
	{PLACE(azure_both_ids), {NULL}, 0, 0, 0},
	{PLACE(azure_token_status), {NULL}, 401, 403, 1},
	{PLACE(azure_dimension_limit), {NULL}, 1, RESOURCE_DIMENSIONS_MAX, 1},
	SECONDS(azure_query_delay),
	SECONDS(azure_recon_delay),
	{PLACE(google_changed_repeat), {"once", "twice", "reject"}, 0, 0, 0},
	SECONDS(google_id_memory),
	SECONDS(google_policy_lag),
	SECONDS(google_report_within),
	SECONDS(token_lifetime),
	{PLACE(token_numbers), {NULL}, 0, 0, 0},
};

enum { MEMBERS = sizeof(members) / sizeof(*members) };

void settings_init(struct settings *settings)
{
	*settings = (struct settings){.azure_token_status = 403,
				      .azure_dimension_limit = 30,
				      .google_report_within = APOLLO_HOUR,
				      .token_lifetime = APOLLO_HOUR};
	for (int i = 0; i < CHECK_COUNT; i++)
		settings->order[i] = i;
}

/* The checks named come first and in this order; those left out keep their order behind them. */
static int read_order(struct json_object *object, int *order, struct error *error)
{
	struct json_object *array = NULL;
	const char *text = NULL;
	int read[CHECK_COUNT], used = 0;
	bool seen[CHECK_COUNT] = {false};
	size_t count;
	int code = field_array(object, "settings", "azure_order", CHECK_COUNT, &array, &count, error);

	if (code < 0 || !array)
		return code;
	for (size_t i = 0; i < count; i++) {
		int check = 0;

		if ((code = item_text(array, "azure_order", i, &text, error)) < 0)
			return code;
		while (check < CHECK_COUNT && strcmp(check_words[check], text) != 0)
			check++;
		if (check == CHECK_COUNT || seen[check])
			return error_set(error, ERROR_INPUT, "azure_order: %s is no check or stands there twice", text);
		seen[check] = true;
		read[used++] = check;
	}
	for (int check = 0; check < CHECK_COUNT; check++)
		if (!seen[check])
			read[used++] = check;
	memcpy(order, read, sizeof(read));
	return 0;
}

static int read_member(struct json_object *object, const struct member *member, int64_t *value, struct error *error)
{
	static const char what[] = "settings";
	int64_t number = member->unit ? *value / member->unit : 0;
	int choice = (int)*value, code;
	bool flag = *value != 0;

	if (member->words[0]) {
		code = field_choice(object, what, member->name, member->words, &choice, error);
		*value = choice;
	} else if (member->unit) {
		code = field_number(object, what, member->name, member->low, member->high, &number, error);
		*value = number * member->unit;
	} else {
		code = field_flag(object, what, member->name, &flag, error);
		*value = flag;
	}
	return code;
}

int settings_read(struct json_object *object, struct settings *settings, struct error *error)
{
	const char *names[MEMBERS + 2] = {"azure_order"};
	struct settings read = *settings;
	int code;

	for (size_t i = 0; i < MEMBERS; i++)
		names[i + 1] = members[i].name;
	if ((code = fields_known(object, "settings", names, error)) < 0 ||
	    (code = read_order(object, read.order, error)) < 0)
		return code;
	for (size_t i = 0; i < MEMBERS; i++) {
		int64_t *value = (int64_t *)(void *)((char *)&read + members[i].place);

		if ((code = read_member(object, &members[i], value, error)) < 0)
			return code;
	}
	if (read.azure_token_status == 402)
		return error_set(error, ERROR_INPUT, "settings: \"azure_token_status\" must be 401 or 403");
	*settings = read;
	return 0;
}
