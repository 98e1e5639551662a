/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/collect.h"

#include "core/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 256 << 20 };

/* One job on its way through its windows. */
struct errand {
	const struct collect_job *job;
	const struct book_subscription *subscription;
	const struct book_meter *meter;
	int64_t end; /* where its last window ends */
	int64_t from, to;
	struct asked *source;
	char *result;        /* of the window that was asked for, or NULL and the error */
	struct error error;
	struct errand *next; /* that are answered */
};

/* One source and the jobs that wait for it: errands[first .. first + count). */
struct asked {
	struct collect *collect;
	size_t first, count, begun;
	size_t active;
	size_t failures; /* passing ones since the last success */
};

struct collect {
	struct intake *intake;
	struct conversations *conversations;
	struct collect_counts *counts;
	struct errand *errands;
	struct asked *sources;
	size_t source_count;
	int64_t until;
	struct errand *answered, **answered_end;
	size_t active;
	bool stopped;
};

static void collect_release(struct collect *collect)
{
	for (size_t i = 0; i < collect->source_count; i++)
		for (size_t j = 0; j < collect->sources[i].count; j++) {
			struct errand *errand = &collect->errands[collect->sources[i].first + j];

			conversations_forget(collect->conversations, errand);
			free(errand->result);
		}
	free(collect->errands);
	free(collect->sources);
}

/* ---- where the last window ended ---- */

/* cursor: the source's own, in scope memory; NULL where the last window was another source's. */
static int cursor_read(struct ledger *ledger, struct errand *errand, struct scope *scope, const char **cursor,
		       struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT until, cursor, source FROM cursor WHERE subscription = ?1 AND meter = ?2"
		" ORDER BY until DESC, CASE WHEN source = ?3 THEN 0 ELSE 1 END LIMIT 1", error);
	int code;

	if (!statement)
		return error->code;
	db_bind_text(statement, 1, errand->subscription->name);
	db_bind_text(statement, 2, errand->meter->name);
	db_bind_text(statement, 3, errand->job->source->name);
	code = db_step(statement, error);
	if (code < 0)
		return code;
	errand->from = code ? db_int(statement, 0) : errand->subscription->start;
	*cursor = NULL;
	if (code && db_text(statement, 1) && strcmp(db_text(statement, 2), errand->job->source->name) == 0 &&
	    !(*cursor = scope_text(scope, db_text(statement, 1))))
		return error_memory(error, "a source's cursor");
	db_reset(statement);
	return 0;
}

static int cursor_write(struct ledger *ledger, const struct errand *errand, const char *cursor, struct error *error)
{
	struct db_statement *statement;

	if (ledger_begin(ledger, error) < 0)
		return error->code;
	statement = db_statement(ledger->db,
		"INSERT INTO cursor (source, subscription, meter, until, cursor) VALUES (?1, ?2, ?3, ?4, ?5)"
		" ON CONFLICT (subscription, meter, source)"
		" DO UPDATE SET until = excluded.until, cursor = excluded.cursor",
		error);
	if (!statement) {
		ledger_rollback(ledger);
		return error->code;
	}
	db_bind_text(statement, 1, errand->job->source->name);
	db_bind_text(statement, 2, errand->subscription->name);
	db_bind_text(statement, 3, errand->meter->name);
	db_bind_int(statement, 4, errand->to);
	db_bind_text(statement, 5, cursor);
	if (db_run(statement, error) < 0) {
		ledger_rollback(ledger);
		return error->code;
	}
	return ledger_commit(ledger, error);
}

/* ---- the question ---- */

int collect_task(const struct book *book, const struct collect_job *job, int64_t from, int64_t to, const char *cursor,
		 struct buffer *task)
{
	static const char *const aggregations[] = {"sum", "max", "last", "unique", "time_weighted"};
	const struct book_series *series = &book->series[job->series];
	const struct book_meter *meter = &book->meters[series->meter];
	char begin[APOLLO_TIME_TEXT], end[APOLLO_TIME_TEXT];

	(void)buffer_text(task, "{\"subscription\":");
	(void)buffer_json(task, book->subscriptions[series->subscription].name);
	(void)buffer_text(task, ",\"meter\":");
	(void)buffer_json(task, meter->name);
	(void)buffer_print(task, ",\"aggregation\":\"%s\",\"decimals\":%d,\"hold\":%lld,\"from\":\"%s\",\"to\":\"%s\"",
			   aggregations[meter->aggregation], meter->decimals, (long long)(meter->hold / APOLLO_MICRO),
			   apollo_time_format(from, begin), apollo_time_format(to, end));
	(void)buffer_text(task, ",\"options\":");
	(void)buffer_text(task, job->options);
	(void)buffer_text(task, ",\"cursor\":");
	(void)buffer_text(task, cursor ? cursor : "null");
	return buffer_text(task, "}");
}

static void errand_answered(void *context, const char *result, const struct error *error)
{
	struct errand *errand = context;
	struct collect *collect = errand->source->collect;

	errand->error = (struct error){0};
	errand->result = result ? strdup(result) : NULL;
	if (error)
		errand->error = *error;
	else if (!errand->result)
		(void)error_memory(&errand->error, "a source's answer");
	errand->source->active--;
	collect->active--;
	*collect->answered_end = errand;
	collect->answered_end = &errand->next;
}

/* 1: the next window was asked for; 0: there is none. */
static int errand_ask(struct collect *collect, struct errand *errand, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(CONVERSATION_TASK_MAX);
	BUFFER_CLEANUP struct buffer task = buffer_init(CONVERSATION_TASK_MAX);
	struct conversation_goal goal = {.instance = errand->job->source, .role = ROLE_SOURCE, .goal = "collect",
					 .policy = {.deadline = COLLECT_DEADLINE}};
	const struct intake_options *options = &collect->intake->options;
	const char *cursor;

	if (cursor_read(collect->intake->ledger, errand, &scope, &cursor, error) < 0)
		return error->code;
	/* What is older than the dedupe window would be rejected. */
	if (errand->from < options->now - options->window)
		errand->from = options->now - options->window;
	errand->to = errand->from + COLLECT_WINDOW < errand->end ? errand->from + COLLECT_WINDOW : errand->end;
	if (errand->from >= errand->to)
		return 0;
	if (collect_task(collect->intake->book, errand->job, errand->from, errand->to, cursor, &task) < 0)
		return error_memory(error, "a source's question");
	goal.task = task.data;
	errand->next = NULL;
	if (conversation_start(collect->conversations, &goal, errand_answered, errand, error) < 0)
		return error->code;
	errand->source->active++;
	collect->active++;
	return 1;
}

/* ---- the answer ---- */

static int sample_time(const struct errand *errand, const char *text, int64_t to, int64_t *time, struct error *error)
{
	if (text && apollo_time_parse(text, strlen(text), 0, time) == 0 && *time >= errand->from && *time <= to)
		return 0;
	return error_set(error, APOLLO_BUG,
			 "source %s answered with the time \"%.60s\", which is not within the window", errand->job->source->name, text ? text : "");
}

/* A sample as the line of an event.  The last window's end is not part of it. */
static int event_write(const struct errand *errand, struct json_object *sample, struct buffer *text,
		       struct error *error)
{
	const char *id = json_text(sample, "id"), *time = json_text(sample, "time");
	const char *value = json_text(sample, "value");
	char whole[EVENT_ID_MAX + 2];
	int64_t at;

	if (!id || !*id || !time || !value)
		return error_set(error, APOLLO_BUG, "source %s gave a sample without id, time or value",
				 errand->job->source->name);
	/* An id is the source's own for one meter of one subscription; the ledger's is for all of them. */
	if (snprintf(whole, sizeof(whole), "%s/%s/%s", errand->subscription->name, errand->meter->name, id) >
	    EVENT_ID_MAX)
		return error_set(error, APOLLO_BUG, "source %s gave an id that is too long: %.60s...",
				 errand->job->source->name, id);
	if (sample_time(errand, time, errand->to - 1, &at, error) < 0)
		return error->code;
	(void)buffer_text(text, "{\"specversion\":\"1.0\",\"type\":");
	(void)buffer_json(text, errand->meter->name);
	(void)buffer_text(text, ",\"subject\":");
	(void)buffer_json(text, errand->subscription->name);
	(void)buffer_print(text, ",\"source\":\"collect:%s\",\"id\":", errand->job->source->name);
	(void)buffer_json(text, whole);
	(void)buffer_text(text, ",\"time\":");
	(void)buffer_json(text, time);
	(void)buffer_text(text, ",\"data\":{\"value\":");
	(void)buffer_json(text, value);
	if (buffer_text(text, "}}\n") < 0)
		return error_memory(error, "the samples of a source");
	return 0;
}

/* The events onto the disk.  What intake refuses is an error: the samples around it stay, and come again as known. */
static int events_take(struct collect *collect, const struct errand *errand, const struct buffer *text,
		       struct error *error)
{
	struct intake_counts taken = {0};
	char *rejects FREE_CLEANUP = NULL;
	size_t size = 0;
	FILE *file = text->size ? open_memstream(&rejects, &size) : NULL;
	int code;

	if (!text->size)
		return 0;
	if (!file)
		return error_memory(error, "the samples of a source");
	code = intake_text(collect->intake, text->data, text->size, errand->job->source->name, file, &taken, error);
	if (fclose(file) != 0 && code == 0)
		code = error_memory(error, "the samples of a source");
	if (code < 0)
		return code;
	collect->counts->samples += taken.taken;
	if (taken.rejected == 0)
		return 0;
	(void)error_set(error, APOLLO_REJECTED, "source %s, meter %s of %s: %lld of %lld samples were refused",
			errand->job->source->name, errand->meter->name, errand->subscription->name,
			(long long)taken.rejected, (long long)taken.lines);
	(void)error_detail(error, "%.*s", rejects ? (int)strcspn(rejects, "\n") : 0, rejects ? rejects : "");
	return error_hint(error, "mend the query or the meter: the window is asked for again");
}

/* Takes the answer and sets errand->to to where it really ended.  1: there may be more; 0: not now. */
static int answer_take(struct collect *collect, struct errand *errand, struct error *error)
{
	JSON_CLEANUP struct json_object *answer = NULL;
	BUFFER_CLEANUP struct buffer text = buffer_init(TEXT_MAX);
	struct json_object *samples, *cursor;
	bool whole;

	if (json_read(errand->result, strlen(errand->result), "a source's answer", &answer, error) < 0)
		return error->code;
	samples = json_member(answer, "samples");
	if (!json_object_is_type(samples, json_type_array))
		return error_set(error, APOLLO_BUG, "source %s gave no samples", errand->job->source->name);
	whole = !json_member(answer, "until");
	if (!whole && sample_time(errand, json_text(answer, "until"), errand->to, &errand->to, error) < 0)
		return error->code;
	for (size_t i = 0; i < json_object_array_length(samples); i++)
		if (event_write(errand, json_object_array_get_idx(samples, i), &text, error) < 0)
			return error->code;
	if (errand->to == errand->from)
		return 0;
	if (events_take(collect, errand, &text, error) < 0)
		return error->code;
	collect->counts->windows++;
	cursor = json_member(answer, "cursor");
	if (cursor_write(collect->intake->ledger, errand,
			 cursor ? json_object_to_json_string_ext(cursor, JSON_C_TO_STRING_PLAIN) : NULL, error) < 0)
		return error->code;
	return errand->to < errand->end;
}

/* ---- one job ---- */

/* The ledger's own trouble ends everything, a source's does not. */
static bool ends_everything(int code)
{
	return code == ERROR_FENCED || code == ERROR_CORRUPT || code == ERROR_IO || code == ERROR_BUSY;
}

static bool passes(int code)
{
	return code == APOLLO_RETRY || code == APOLLO_THROTTLED || code == APOLLO_AUTH;
}

/* What a failure means: for the job, and for the others of its source. */
static int errand_fail(struct collect *collect, struct errand *errand, const struct error *why, struct error *error)
{
	if (ends_everything(why->code)) {
		*error = *why;
		return error->code;
	}
	if (why->code == ERROR_STOPPED) {
		collect->stopped = true;
		return 0;
	}
	collect->counts->failed++;
	if (collect->counts->told_count < COLLECT_TOLD)
		collect->counts->told[collect->counts->told_count++] = *why;
	errand->source->failures = passes(why->code) ? errand->source->failures + 1 : 0;
	return 0;
}

/* Asks for the next window, after taking the answer to the last one. */
static int errand_go(struct collect *collect, struct errand *errand, struct error *error)
{
	struct error why = {0};
	int code = 1;

	if (errand->error.code < 0)
		return errand_fail(collect, errand, &errand->error, error);
	if (errand->result) {
		code = answer_take(collect, errand, &why);
		free(errand->result);
		errand->result = NULL;
		errand->source->failures = 0;
	}
	if (code > 0)
		code = errand_ask(collect, errand, &why);
	return code < 0 ? errand_fail(collect, errand, &why, error) : 0;
}

/* ---- all jobs ---- */

static int by_source(const void *a, const void *b)
{
	const struct errand *left = a, *right = b;

	if (left->job->source != right->job->source)
		return (uintptr_t)left->job->source < (uintptr_t)right->job->source ? -1 : 1;
	return (left->job > right->job) - (left->job < right->job);
}

/* The errands, those of one source side by side. */
static int collect_prepare(struct collect *collect, const struct collect_job *jobs, size_t count, struct error *error)
{
	const struct book *book = collect->intake->book;

	collect->errands = calloc(count + 1, sizeof(*collect->errands));
	collect->sources = calloc(count + 1, sizeof(*collect->sources));
	if (!collect->errands || !collect->sources)
		return error_memory(error, "the jobs of the sources");
	for (size_t i = 0; i < count; i++) {
		const struct book_series *series = &book->series[jobs[i].series];
		const struct book_subscription *subscription = &book->subscriptions[series->subscription];
		bool ended = subscription->end && collect->until > subscription->end;

		collect->errands[i] = (struct errand){.job = &jobs[i], .subscription = subscription,
						      .meter = &book->meters[series->meter],
						      .end = ended ? subscription->end : collect->until};
	}
	qsort(collect->errands, count, sizeof(*collect->errands), by_source);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || collect->errands[i].job->source != collect->errands[i - 1].job->source)
			collect->sources[collect->source_count++] = (struct asked){.collect = collect, .first = i};
		collect->sources[collect->source_count - 1].count++;
		collect->errands[i].source = &collect->sources[collect->source_count - 1];
	}
	return 0;
}

/* Begins with another job each hour, so that those behind one that always fails have their turn. */
static struct errand *errand_next(struct collect *collect, struct asked *source)
{
	size_t shift = (size_t)(collect->until / APOLLO_HOUR) % source->count;

	return &collect->errands[source->first + (source->begun++ + shift) % source->count];
}

static int source_begin(struct collect *collect, struct asked *source, struct error *error)
{
	while (source->begun < source->count && source->active < COLLECT_ACTIVE && !collect->stopped) {
		if (source->failures >= COLLECT_FAILURES) {
			collect->counts->failed += (int64_t)(source->count - source->begun);
			source->begun = source->count;
		} else if (errand_go(collect, errand_next(collect, source), error) < 0) {
			return error->code;
		}
	}
	return 0;
}

/* Everything that can be done without waiting. */
static int collect_step(struct collect *collect, struct error *error)
{
	while (collect->answered) {
		struct errand *errand = collect->answered;

		collect->answered = errand->next;
		if (!collect->answered)
			collect->answered_end = &collect->answered;
		if (errand_go(collect, errand, error) < 0)
			return error->code;
	}
	for (size_t i = 0; i < collect->source_count; i++)
		if (source_begin(collect, &collect->sources[i], error) < 0)
			return error->code;
	return 0;
}

int collect_run(struct intake *intake, struct conversations *conversations, const struct collect_job *jobs,
		size_t count, int64_t until, struct collect_counts *counts, struct error *error)
{
	CLEANUP(collect_release) struct collect collect = {.intake = intake, .conversations = conversations,
							   .counts = counts, .until = until};

	collect.answered_end = &collect.answered;
	if (count == 0)
		return 0;
	if (collect_prepare(&collect, jobs, count, error) < 0)
		return error->code;
	for (;;) {
		if (collect_step(&collect, error) < 0)
			return error->code;
		if (collect.active == 0 && !collect.answered)
			return 0;
		if (conversations_run(conversations, error) < 0)
			return error->code;
	}
}
