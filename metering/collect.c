/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/collect.h"

#include "core/json.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 256 << 20, RESULT_MAX = 64 << 20 };

struct window {
	const struct collect_job *job;
	const struct book_series *series;
	const struct book_subscription *subscription;
	const struct book_meter *meter;
	int64_t from, to;
	const char *cursor; /* JSON, or NULL */
	struct scope *scope; /* of the cursor's text */
};

/* ---- where the last window ended ---- */

static int cursor_read(struct ledger *ledger, struct window *window, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT until, cursor FROM cursor WHERE source = ?1 AND subscription = ?2 AND meter = ?3", error);
	int code;

	if (!statement)
		return error->code;
	db_bind_text(statement, 1, window->job->source->name);
	db_bind_text(statement, 2, window->subscription->name);
	db_bind_text(statement, 3, window->meter->name);
	code = db_step(statement, error);
	if (code < 0)
		return code;
	window->from = code ? db_int(statement, 0) : window->subscription->start;
	window->cursor = code ? scope_text(window->scope, db_text(statement, 1)) : NULL;
	db_reset(statement);
	return 0;
}

static int cursor_write(struct ledger *ledger, const struct window *window, const char *cursor, struct error *error)
{
	struct db_statement *statement;

	if (ledger_begin(ledger, error) < 0)
		return error->code;
	statement = db_statement(ledger->db,
		"INSERT INTO cursor (source, subscription, meter, until, cursor) VALUES (?1, ?2, ?3, ?4, ?5)"
		" ON CONFLICT (source, subscription, meter) DO UPDATE SET until = excluded.until, cursor = excluded.cursor",
		error);
	if (!statement) {
		ledger_rollback(ledger);
		return error->code;
	}
	db_bind_text(statement, 1, window->job->source->name);
	db_bind_text(statement, 2, window->subscription->name);
	db_bind_text(statement, 3, window->meter->name);
	db_bind_int(statement, 4, window->to);
	db_bind_text(statement, 5, cursor);
	if (db_run(statement, error) < 0) {
		ledger_rollback(ledger);
		return error->code;
	}
	return ledger_commit(ledger, error);
}

/* ---- the question ---- */

static int task_write(const struct window *window, struct buffer *task)
{
	static const char *const aggregations[] = {"sum", "max", "last", "unique", "time_weighted"};
	char from[APOLLO_TIME_TEXT], to[APOLLO_TIME_TEXT];

	(void)buffer_text(task, "{\"subscription\":");
	(void)buffer_json(task, window->subscription->name);
	(void)buffer_text(task, ",\"meter\":");
	(void)buffer_json(task, window->meter->name);
	return buffer_print(task, ",\"aggregation\":\"%s\",\"from\":\"%s\",\"to\":\"%s\",\"hold\":%lld,\"options\":%s,\"cursor\":%s}",
			    aggregations[window->meter->aggregation], apollo_time_format(window->from, from),
			    apollo_time_format(window->to, to), (long long)(window->meter->hold / APOLLO_MICRO),
			    window->job->options, window->cursor ? window->cursor : "null");
}

/* ---- the answer ---- */

static int event_write(const struct window *window, struct json_object *sample, struct buffer *text, struct error *error)
{
	const char *id = json_text(sample, "id"), *time = json_text(sample, "time"), *value = json_text(sample, "value");

	if (!id || !time || !value)
		return error_set(error, APOLLO_BUG, "source %s gave a sample without id, time or value",
				 window->job->source->name);
	(void)buffer_text(text, "{\"specversion\":\"1.0\",\"type\":");
	(void)buffer_json(text, window->meter->name);
	(void)buffer_text(text, ",\"subject\":");
	(void)buffer_json(text, window->subscription->name);
	(void)buffer_print(text, ",\"source\":\"collect:%s\",\"id\":", window->job->source->name);
	(void)buffer_json(text, id);
	(void)buffer_text(text, ",\"time\":");
	(void)buffer_json(text, time);
	(void)buffer_text(text, ",\"data\":{\"value\":");
	(void)buffer_json(text, value);
	if (buffer_text(text, "}}\n") < 0)
		return error_memory(error, "the samples of a source");
	return 0;
}

static int answer_take(struct intake *intake, struct window *window, const char *result, struct collect_counts *counts,
		       struct error *error)
{
	JSON_CLEANUP struct json_object *answer = NULL;
	BUFFER_CLEANUP struct buffer text = buffer_init(TEXT_MAX);
	struct intake_counts taken = {0};
	struct json_object *samples, *cursor;

	if (json_read(result, strlen(result), "a source's answer", &answer, error) < 0)
		return error->code;
	samples = json_member(answer, "samples");
	if (!json_object_is_type(samples, json_type_array))
		return error_set(error, APOLLO_BUG, "source %s gave no samples", window->job->source->name);
	for (size_t i = 0; i < json_object_array_length(samples); i++)
		if (event_write(window, json_object_array_get_idx(samples, i), &text, error) < 0)
			return error->code;
	if (text.size && intake_text(intake, text.data, text.size, window->job->source->name, NULL, &taken, error) < 0)
		return error->code;
	counts->windows++;
	counts->samples += taken.taken;
	cursor = json_member(answer, "cursor");
	return cursor_write(intake->ledger, window, cursor ? json_object_to_json_string_ext(cursor, JSON_C_TO_STRING_PLAIN) : NULL,
			    error);
}

static int window_collect(struct intake *intake, struct conversations *conversations, struct window *window,
			  struct collect_counts *counts, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(RESULT_MAX);
	BUFFER_CLEANUP struct buffer task = buffer_init(CONVERSATION_TASK_MAX);
	struct conversation_goal goal = {.instance = window->job->source, .role = ROLE_SOURCE, .goal = "collect"};
	const char *result;

	if (task_write(window, &task) < 0)
		return error_memory(error, "a source's question");
	goal.task = task.data;
	if (conversation_run(conversations, &goal, &scope, &result, error) < 0)
		return error->code;
	return answer_take(intake, window, result, counts, error);
}

static int job_collect(struct intake *intake, struct conversations *conversations, const struct collect_job *job,
		       int64_t until, struct collect_counts *counts, struct error *error)
{
	const struct book *book = intake->book;
	const struct book_series *series = &book->series[job->series];
	struct window window = {.job = job, .series = series, .subscription = &book->subscriptions[series->subscription],
				.meter = &book->meters[series->meter]};

	if (window.subscription->end && until > window.subscription->end)
		until = window.subscription->end;
	for (;;) {
		SCOPE_CLEANUP struct scope scope = scope_init(CONVERSATION_TASK_MAX);

		window.scope = &scope;
		if (cursor_read(intake->ledger, &window, error) < 0)
			return error->code;
		/* What is older than the dedupe window would be rejected. */
		if (window.from < intake->options.now - intake->options.window)
			window.from = intake->options.now - intake->options.window;
		window.to = window.from + COLLECT_WINDOW < until ? window.from + COLLECT_WINDOW : until;
		if (window.from >= window.to)
			return 0;
		if (window_collect(intake, conversations, &window, counts, error) < 0)
			return error->code;
	}
}

int collect_run(struct intake *intake, struct conversations *conversations, const struct collect_job *jobs,
		size_t count, int64_t until, struct collect_counts *counts, struct error *error)
{
	for (size_t i = 0; i < count; i++) {
		struct error why;
		int code = job_collect(intake, conversations, &jobs[i], until, counts, &why);

		/* The ledger's own trouble ends everything; a source's does not. */
		if (code == ERROR_FENCED || code == ERROR_CORRUPT || code == ERROR_IO) {
			*error = why;
			return code;
		}
		if (code < 0) {
			counts->failed++;
			counts->last = why;
		}
	}
	return 0;
}
