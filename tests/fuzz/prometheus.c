/* SPDX-License-Identifier: Apache-2.0 */
#include "core/json.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/plugin.h"

#include <apollo/kit.h>
#include <stdlib.h>
#include <string.h>

#define TASK(AGGREGATION, OPTIONS, CURSOR)                                                                             \
	"{\"subscription\":\"acme\",\"meter\":\"m\",\"aggregation\":\"" AGGREGATION "\",\"decimals\":3,\"from\":"      \
	"\"2025-12-04T10:00:00Z\",\"to\":\"2025-12-04T11:00:00Z\",\"hold\":900,\"options\":{" OPTIONS "},\"cursor\":" \
	CURSOR "}"
#define SEEN(NODE)                                                                                                 \
	"{\"labels\":\"{\\\"__name__\\\":\\\"read_total\\\",\\\"node\\\":\\\"" NODE "\\\"}\",\"time\":\"2025-12-04T10:00:00Z\"," \
	"\"value\":\"7.5\"}"

static const struct fuzz_configuration configurations[] = {
	{{{"url", "http://127.0.0.1:9090", NULL}, {"delay", "0s", NULL}, {NULL, NULL, NULL}}, {NULL}},
};

static const struct fuzz_goal goals[] = {
	{ROLE_SOURCE, "collect", TASK("time_weighted", "\"query\":\"sum(size)\",\"kind\":\"gauge\",\"step\":\"300\"", "null")},
	{ROLE_SOURCE, "collect", TASK("sum", "\"query\":\"read_total\",\"kind\":\"counter\",\"step\":\"300\"", "null")},
	{ROLE_SOURCE, "collect", TASK("sum", "\"query\":\"read_total\",\"kind\":\"counter\",\"step\":\"300\"",
				      "{\"query\":\"read_total\",\"counters\":[" SEEN("a") "," SEEN("b") "]}")},
};

const struct fuzz_plugin fuzz_plugin = {configurations, sizeof(configurations) / sizeof(configurations[0]), goals,
					sizeof(goals) / sizeof(goals[0])};

void fuzz_plugin_begin(void)
{
}

static int64_t time_of(struct json_object *object, const char *name)
{
	const char *text = json_text(object, name);
	int64_t time = 0;

	FUZZ_CHECK(text && apollo_time_parse(text, strlen(text), 0, &time) == 0);
	return time;
}

/* What is promised in plugin.h of a result: samples of the window, each id once, and where to go on. */
void fuzz_plugin_result(const struct fuzz_goal *goal, const char *result)
{
	struct json_object *document JSON_CLEANUP = NULL, *task JSON_CLEANUP = NULL, *samples;
	int64_t from, to, until, last = 0;
	struct error error;

	FUZZ_CHECK(json_read(result, strlen(result), "a result", &document, &error) == 0);
	FUZZ_CHECK(json_read(goal->task, strlen(goal->task), "a task", &task, &error) == 0);
	samples = json_member(document, "samples");
	from = time_of(task, "from");
	to = time_of(task, "to");
	until = time_of(document, "until");
	FUZZ_CHECK(json_object_is_type(samples, json_type_array));
	for (size_t i = 0; i < json_object_array_length(samples); i++) {
		struct json_object *sample = json_object_array_get_idx(samples, i);
		const char *value = json_text(sample, "value");
		int64_t time = time_of(sample, "time"), id = time_of(sample, "id"), number;

		FUZZ_CHECK(value && apollo_decimal_read(value, strlen(value), 3, APOLLO_EXACT, &number) == 0 && number >= 0);
		FUZZ_CHECK(id > last);
		last = id;
		/* A task that the fuzzer made has a window of its own. */
		if (until > from && until <= to)
			FUZZ_CHECK(time >= from && time < until);
	}
}
