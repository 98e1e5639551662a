/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/prometheus/prometheus.h"

enum { STEP_MOST = 3600 };

static int64_t floor_to(int64_t time, int64_t step)
{
	return time - time % step;
}

static int64_t ceil_to(int64_t time, int64_t step)
{
	return floor_to(time + step - 1, step);
}

void question_release(struct question *question)
{
	json_object_put(question->task);
}

static int task_time(struct json_object *task, const char *name, int64_t *time)
{
	const char *text = json_text(task, name);

	return text ? apollo_time_parse(text, strlen(text), 0, time) : APOLLO_REJECTED;
}

/* Whether the query's kind gives what the meter does with samples. */
static int kind_check(const struct apollo_call *call, const struct question *question, const char *kind,
		      const char *aggregation)
{
	bool sum = strcmp(aggregation, "sum") == 0;

	if (strcmp(kind, "gauge") != 0 && strcmp(kind, "counter") != 0)
		return fail_print(call, APOLLO_CONFIG, NULL, NULL, "%s: kind is \"%.100s\", not gauge or counter",
				  question->what, kind);
	if (question->counter == sum)
		return 0;
	return fail_print(call, APOLLO_CONFIG, NULL,
			  sum ? "a sum of samples would grow with their number: set kind to counter, or make the meter "
				"time_weighted"
			      : "what a counter grew is summed: set kind to gauge, or the meter's aggregation to sum",
			  "%s: kind is %s, and the meter's aggregation is %.20s", question->what, kind, aggregation);
}

static int options_read(const struct apollo_call *call, struct question *question, const char *aggregation,
			int64_t hold)
{
	struct json_object *options = json_get(question->task, "options");
	const char *kind = json_text(options, "kind");
	int64_t step;
	int code;

	question->query = json_text(options, "query");
	if (!question->query || !question->query[strspn(question->query, " ")])
		return fail_print(call, APOLLO_CONFIG, NULL, NULL, "%s: query is empty", question->what);
	question->counter = kind && strcmp(kind, "counter") == 0;
	code = kind_check(call, question, kind ? kind : "", aggregation);
	if (code < 0)
		return code;
	code = option_number(call, "step", json_text(options, "step"), 1, STEP_MOST, &step);
	if (code < 0)
		return code;
	if (STEP_MOST % step != 0)
		return fail_print(call, APOLLO_CONFIG, NULL, "take a whole part of an hour, such as 15s, 1m or 5m",
				  "%s: step is %llds, of which no whole number makes an hour", question->what,
				  (long long)step);
	if (strcmp(aggregation, "time_weighted") == 0 && step > hold)
		return fail_print(call, APOLLO_CONFIG, NULL, "make the step shorter, or the meter's hold longer",
				  "%s: step is %llds, and the meter believes a sample for %llds only", question->what,
				  (long long)step, (long long)hold);
	question->step = step * APOLLO_MICRO;
	return 0;
}

/* A cursor of another query is no beginning for this one. */
static void cursor_read(struct question *question)
{
	struct json_object *cursor = json_get(question->task, "cursor");
	const char *query = json_text(cursor, "query");

	if (!question->counter || !cursor)
		return;
	if (query && strcmp(query, question->query) == 0)
		question->counters = json_array(cursor, "counters");
	question->renewed = !question->counters;
}

static int task_read(const struct apollo_call *call, struct question *question, const char *text)
{
	const char *meter = json_text(question->task, "meter"),
		   *subscription = json_text(question->task, "subscription");
	const char *aggregation = json_text(question->task, "aggregation");
	int64_t hold, decimals;

	if (!meter || !subscription || !aggregation || task_time(question->task, "from", &question->from) < 0 ||
	    task_time(question->task, "to", &question->to) < 0 || question->to <= question->from ||
	    json_whole(question->task, "decimals", &decimals) != 1 || decimals < 0 || decimals > 6 ||
	    json_whole(question->task, "hold", &hold) != 1)
		return fail_print(call, APOLLO_BUG, text, NULL, "the task of collect is not whole");
	question->decimals = (int)decimals;
	question->what = apollo_print(call, "meter %.128s of %.128s", meter, subscription);
	if (!question->what)
		return fail_memory(call, "a task");
	return options_read(call, question, aggregation, hold);
}

int question_read(const struct apollo_call *call, const char *text, struct question *question)
{
	struct question read = {0};
	int code = json_load(text, strlen(text), &read.task);

	if (code == APOLLO_NOMEM)
		return fail_memory(call, "a task");
	if (code == 0)
		code = task_read(call, &read, text);
	else
		code = fail_print(call, APOLLO_BUG, text, NULL, "the task of collect is no JSON");
	if (code < 0) {
		question_release(&read);
		return code;
	}
	cursor_read(&read);
	*question = read;
	return 0;
}

static struct span gauge_span(const struct question *question, int64_t end)
{
	struct span span = {.first = ceil_to(question->from, question->step),
			    .last = floor_to(end - 1, question->step),
			    .until = end};
	int64_t most = span.first + (GAUGE_INSTANTS - 1) * question->step;

	if (span.last > most) {
		span.last = most;
		span.until = most + question->step;
	}
	return span;
}

/* What grew up to an instant belongs before it: the window's end is asked for, and its beginning only if counting begins
 * there. */
static struct span counter_span(const struct question *question, int64_t end)
{
	int64_t step = question->step;
	struct span span = {.first = question->counters ? floor_to(question->from, step) + step
							: ceil_to(question->from, step),
			    .last = floor_to(end, step)};
	int64_t most = span.first + (COUNTER_INSTANTS - 1) * step;

	if (span.last > most)
		span.last = most;
	if (span.last <= question->from)
		span.last = span.first - 1;
	span.until = span.last < span.first ? question->from : span.last;
	return span;
}

struct span question_span(const struct question *question, int64_t now)
{
	int64_t end = floor_to(now < question->to ? now : question->to, APOLLO_MICRO);

	if (end <= question->from)
		return (struct span){.first = 1, .last = 0, .until = question->from};
	return question->counter ? counter_span(question, end) : gauge_span(question, end);
}
