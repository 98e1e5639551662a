/* SPDX-License-Identifier: Apache-2.0 */
#include "core/json.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/plugin.h"

#include <apollo/kit.h>
#include <stdlib.h>
#include <string.h>

#define GUID "fdc778a6-1281-40e4-cade-4a5fc11f5440"
#define OTHER "9a8b7c6d-1281-40e4-cade-4a5fc11f5440"
#define URI "/subscriptions/s/resourceGroups/r/providers/Microsoft.Solutions/applications/app"
#define PERIOD "{\"from\":\"2025-11-30T00:00:00Z\",\"to\":\"2025-12-02T00:00:00Z\"}"

static const struct fuzz_configuration configurations[] = {
	{{{"identity", "managed", NULL}, {NULL, NULL, NULL}}, {GUID, NULL, NULL, "plan1"}},
	{{{"tenant_id", "t", NULL}, {"client_id", "c", NULL}, {"client_secret", "env:FUZZ_SECRET", NULL},
	  {"login_version", "v2", NULL}, {NULL, NULL, NULL}},
	 {NULL, URI, OTHER, "plan1"}},
	{{{"identity", "managed", NULL}, {"identity_client_id", "me", NULL}, {NULL, NULL, NULL}}, {NULL, URI, NULL, "plan1"}},
};

static const struct fuzz_goal goals[] = {
	{ROLE_MARKET, "audit", PERIOD},
	{ROLE_ISSUER, "token", "{\"scope\":\"20e940b3-4c77-4b0b-9a53-9e16a1b010a7\"}"},
};

const struct fuzz_plugin fuzz_plugin = {configurations, sizeof(configurations) / sizeof(configurations[0]), goals,
					sizeof(goals) / sizeof(goals[0])};

void fuzz_plugin_begin(void)
{
	FUZZ_CHECK(setenv("FUZZ_SECRET", "a secret that nobody guesses", 1) == 0);
}

static void rows_check(struct json_object *rows)
{
	FUZZ_CHECK(json_object_is_type(rows, json_type_array));
	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		static const char *const quantities[] = {"submitted", "processed"};
		struct json_object *row = json_object_array_get_idx(rows, i);
		const char *state = json_text(row, "state"), *day = json_text(row, "day");
		int64_t count;

		FUZZ_CHECK(json_text(row, "resource") && json_text(row, "dimension"));
		FUZZ_CHECK(day && (strcmp(day, "2025-11-30") == 0 || strcmp(day, "2025-12-01") == 0));
		FUZZ_CHECK(state && (strcmp(state, "agreed") == 0 || strcmp(state, "pending") == 0 ||
				     strcmp(state, "rejected") == 0 || strcmp(state, "different") == 0));
		FUZZ_CHECK(json_integer(row, "count", &count));
		for (size_t j = 0; j < 2; j++) {
			const char *text = json_text(row, quantities[j]);
			int64_t quantity;

			FUZZ_CHECK(text && apollo_quantity_parse(text, strlen(text), APOLLO_EXACT, &quantity) == 0);
		}
	}
}

void fuzz_plugin_result(const struct fuzz_goal *goal, const char *result)
{
	struct json_object *document JSON_CLEANUP = NULL;
	struct error error;
	int64_t seconds;

	FUZZ_CHECK(json_read(result, strlen(result), "a result", &document, &error) == 0);
	if (strcmp(goal->goal, "audit") == 0) {
		rows_check(json_member(document, "rows"));
		return;
	}
	FUZZ_CHECK(json_text(document, "token"));
	FUZZ_CHECK(json_integer(document, "expires_in", &seconds) && seconds > 0 && seconds <= 86400);
}
