/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/prometheus/prometheus.h"

#include <stdlib.h>

/* A counter that was seen: its labels as canonical JSON, and the last value. */
struct counter {
	const char *labels;
	int64_t time;
	int64_t value;
	bool answered; /* it has a series in this answer */
};

/* What all counters together grew up to one instant. */
struct growth {
	bool seen;
	int64_t amount;
};

struct counting {
	struct counter counters[COUNTERS_MAX];
	size_t count;
	struct growth growths[COUNTER_INSTANTS];
};

/* ---- the cursor ---- */

/* One counter of the cursor.  What cannot be read, because the meter has fewer decimals now, is not known any more. */
static int counter_read(const struct question *question, struct json_object *row, int64_t oldest,
			struct counter *counter)
{
	const char *labels = json_text(row, "labels"), *time = json_text(row, "time"), *value = json_text(row, "value");

	if (!labels || !time || !value || apollo_time_parse(time, strlen(time), 0, &counter->time) < 0 ||
	    apollo_decimal_read(value, strlen(value), question->decimals, APOLLO_EXACT, &counter->value) < 0 ||
	    counter->time < oldest)
		return 0;
	counter->labels = labels;
	return 1;
}

static void cursor_read(const struct question *question, struct counting *counting)
{
	size_t count = question->counters ? json_object_array_length(question->counters) : 0;
	int64_t oldest = question->from - COUNTER_DAYS * APOLLO_DAY;

	for (size_t i = 0; i < count && counting->count < COUNTERS_MAX; i++)
		counting->count += (size_t)counter_read(question, json_object_array_get_idx(question->counters, i),
							oldest, &counting->counters[counting->count]);
}

static int cursor_write(const struct apollo_call *call, const struct question *question,
			const struct counting *counting, struct apollo_text *text)
{
	char time[APOLLO_TIME_TEXT], value[APOLLO_QUANTITY_TEXT];
	size_t before = text->size;

	apollo_text_add(text, ",\"cursor\":{\"query\":");
	apollo_text_json(text, question->query);
	apollo_text_add(text, ",\"counters\":[");
	for (size_t i = 0; i < counting->count; i++) {
		const struct counter *counter = &counting->counters[i];

		apollo_text_add(text, i ? ",{\"labels\":" : "{\"labels\":");
		apollo_text_json(text, counter->labels);
		apollo_text_print(text, ",\"time\":\"%s\",\"value\":\"%s\"}", apollo_time_format(counter->time, time),
				  value_format(counter->value, question->decimals, value));
	}
	apollo_text_add(text, "]}");
	if (text->size - before > CURSOR_BYTES_MAX)
		return fail_print(call, APOLLO_REJECTED, NULL, "narrow the query, or drop labels when scraping",
				  "%s: the labels of %zu counters are more than %d bytes", question->what,
				  counting->count, CURSOR_BYTES_MAX);
	return 0;
}

/* ---- counters ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The labels as JSON with their names in order, so that the order in the answer does not matter.  NULL: no memory. */
static const char *labels_write(const struct apollo_call *call, struct json_object *metric)
{
	struct json_object_iterator at = json_object_iter_begin(metric), end = json_object_iter_end(metric);
	size_t count = (size_t)json_object_object_length(metric), i = 0;
	const char **names = call->alloc(call, (count + 1) * sizeof(*names));
	struct apollo_text text = apollo_text_begin(call);

	if (!names)
		return NULL;
	for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at))
		names[i++] = json_object_iter_peek_name(&at);
	qsort(names, count, sizeof(*names), by_name);
	for (i = 0; i < count; i++) {
		const char *value = json_text(metric, names[i]);

		apollo_text_add(&text, i ? "," : "{");
		apollo_text_json(&text, names[i]);
		apollo_text_add(&text, ":");
		apollo_text_json(&text, value ? value : "");
	}
	apollo_text_add(&text, "}");
	return apollo_text_end(&text);
}

/* Adds what the counter grew since it was last seen. */
static int growth_add(const struct apollo_call *call, const struct question *question, const struct counter *counter,
		      int64_t value, struct growth *growth)
{
	int64_t grown = value < counter->value ? value : value - counter->value; /* it began at zero again */

	if (growth->amount > INT64_MAX - grown)
		return fail_print(call, APOLLO_REJECTED, NULL, "count in a larger unit: divide in the query",
				  "%s: what the counters grew is too large", question->what);
	growth->seen = true;
	growth->amount += grown;
	return 0;
}

static int series_count(const struct apollo_call *call, const struct question *question, const struct span *span,
			struct json_object *values, struct counter *counter, bool known, struct counting *counting)
{
	int64_t time = INT64_MIN, value;

	for (size_t i = 0; i < json_object_array_length(values); i++) {
		int code = series_value(call, question, span, values, i, &time, &value);

		if (code == 0)
			continue;
		if (code > 0 && known)
			code = growth_add(call, question, counter, value,
					  &counting->growths[(time - span->first) / question->step]);
		if (code < 0)
			return code;
		counter->time = time;
		counter->value = value;
		known = true;
	}
	return known;
}

static int series_take(const struct apollo_call *call, const struct question *question, const struct span *span,
		       struct json_object *series, size_t index, struct counting *counting)
{
	struct json_object *values, *metric = json_get(json_object_array_get_idx(series, index), "metric");
	const char *labels;
	size_t i = 0;
	int code = series_values(call, question, series, index, &values);

	if (code < 0)
		return code;
	if (!json_text(metric, "__name__"))
		return fail_print(call, APOLLO_REJECTED, NULL,
				  "ask for the counters themselves, without sum() or rate(): apollo adds up what each "
				  "of them grew",
				  "%s: the query computes its values, and a reset cannot be told from a fall",
				  question->what);
	if (!(labels = labels_write(call, metric)))
		return fail_memory(call, "labels");
	while (i < counting->count && strcmp(counting->counters[i].labels, labels) != 0)
		i++;
	if (i < counting->count && counting->counters[i].answered)
		return fail_print(call, APOLLO_REJECTED, labels, NULL, "%s: the answer has one series twice",
				  question->what);
	if (i == COUNTERS_MAX)
		return fail_print(call, APOLLO_REJECTED, NULL, "narrow the query, or split it into several meters",
				  "%s: more than %d counters in %d days", question->what, COUNTERS_MAX, COUNTER_DAYS);
	counting->counters[i].labels = labels;
	counting->counters[i].answered = true;
	code = series_count(call, question, span, values, &counting->counters[i], i < counting->count, counting);
	if (code > 0 && i == counting->count)
		counting->count++;
	return code < 0 ? code : 0;
}

int counter_samples(const struct apollo_call *call, const struct question *question, const struct span *span,
		    struct json_object *series, struct apollo_text *text)
{
	struct counting *counting = call->alloc(call, sizeof(*counting));

	if (!counting)
		return fail_memory(call, "counters");
	if (question->renewed)
		call->note(call, APOLLO_WARNING,
			   "the query of a counter was changed: counting begins anew with its next value");
	cursor_read(question, counting);
	for (size_t i = 0; i < json_object_array_length(series); i++) {
		int code = series_take(call, question, span, series, i, counting);

		if (code < 0)
			return code;
	}
	for (int i = 0; i < COUNTER_INSTANTS; i++) {
		int64_t instant = span->first + i * question->step, begin = instant - question->step;

		if (counting->growths[i].seen)
			sample_write(text, question, instant, begin < question->from ? question->from : begin,
				     counting->growths[i].amount);
	}
	apollo_text_add(text, "]");
	return cursor_write(call, question, counting, text);
}
