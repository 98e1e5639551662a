/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/prometheus/prometheus.h"

/* Prometheus gives up before the core does, and does not work on for nobody. */
#define QUERY_TIMEOUT "25s"

static const struct apollo_header form[] = {{"Content-Type", "application/x-www-form-urlencoded"}};

/* ---- what is kept between the two turns ---- */

static const char *span_write(const struct apollo_call *call, const struct span *span)
{
	char first[APOLLO_TIME_TEXT], last[APOLLO_TIME_TEXT], until[APOLLO_TIME_TEXT];

	return apollo_print(call, "{\"first\":\"%s\",\"last\":\"%s\",\"until\":\"%s\"}",
			    apollo_time_format(span->first, first), apollo_time_format(span->last, last),
			    apollo_time_format(span->until, until));
}

static int span_read(const struct apollo_call *call, const char *state, struct span *span)
{
	static const char *const names[] = {"first", "last", "until"};
	int64_t *const times[] = {&span->first, &span->last, &span->until};
	JSON_CLEANUP struct json_object *read = NULL;
	int code = state ? json_load(state, strlen(state), &read) : APOLLO_REJECTED;

	for (size_t i = 0; code == 0 && i < 3; i++) {
		const char *text = json_text(read, names[i]);

		code = text ? apollo_time_parse(text, strlen(text), 0, times[i]) : APOLLO_REJECTED;
	}
	if (code == APOLLO_NOMEM)
		return fail_memory(call, "a state");
	return code == 0 ? 0
			 : fail_print(call, APOLLO_BUG, state, NULL, "the state of collect is not what was left there");
}

/* ---- turns ---- */

static const char *form_write(const struct apollo_call *call, const struct question *question, const struct span *span)
{
	const char *query = apollo_percent(call, question->query);

	if (!query)
		return NULL;
	return apollo_print(call, "query=%s&start=%lld&end=%lld&step=%lld&timeout=" QUERY_TIMEOUT, query,
			    (long long)(span->first / APOLLO_MICRO), (long long)(span->last / APOLLO_MICRO),
			    (long long)(question->step / APOLLO_MICRO));
}

static int collect_ask(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
		       struct apollo_move *move)
{
	const struct prometheus *prometheus = instance;
	QUESTION_CLEANUP struct question question = {0};
	struct span span;
	char until[APOLLO_TIME_TEXT];
	int code = question_read(call, turn->task, &question);

	if (code < 0)
		return code;
	span = question_span(&question, call->now - prometheus->delay);
	if (span.last < span.first)
		return move_done(
			call, move,
			apollo_print(call, "{\"samples\":[],\"until\":\"%s\"}", apollo_time_format(span.until, until)));
	code = move_send(call, move, "POST",
			 apollo_print(call, "%s/api/v1/query_range", prometheus->values[PROMETHEUS_URL]));
	if (code < 0)
		return code;
	move->state = span_write(call, &span);
	move->request->body = form_write(call, &question, &span);
	if (!move->state || !move->request->body)
		return fail_memory(call, "a request");
	move->request->body_size = strlen(move->request->body);
	move->request->headers = form;
	move->request->header_count = 1;
	move->request->auth = prometheus->auth;
	move->request->user = prometheus->values[PROMETHEUS_USER];
	move->request->secret = prometheus->values[PROMETHEUS_SECRET];
	move->request->ca_file = prometheus->values[PROMETHEUS_CA_FILE];
	move->request->pinned_key = prometheus->values[PROMETHEUS_PINNED_KEY];
	move->request->reply_max = REPLY_BYTES_MAX;
	return 0;
}

static int collect_read(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
			struct apollo_move *move)
{
	JSON_CLEANUP struct json_object *answer = NULL;
	QUESTION_CLEANUP struct question question = {0};
	struct apollo_text text = apollo_text_begin(call);
	struct json_object *series;
	struct span span;
	char until[APOLLO_TIME_TEXT];
	int code = question_read(call, turn->task, &question);

	(void)instance;
	if (code < 0 || (code = span_read(call, turn->state, &span)) < 0 ||
	    (code = answer_read(call, &question, turn->reply, &answer, &series)) < 0)
		return code;
	apollo_text_print(&text, "{\"until\":\"%s\",\"samples\":[", apollo_time_format(span.until, until));
	if (text.failed)
		return fail_memory(call, "samples");
	code = (question.counter ? counter_samples : gauge_samples)(call, &question, &span, series, &text);
	if (code < 0)
		return code;
	apollo_text_add(&text, question.counter ? "}" : "]}");
	return move_done(call, move, apollo_text_end(&text));
}

int prometheus_check_collect(void *instance, const struct apollo_call *call, const char *task)
{
	QUESTION_CLEANUP struct question question = {0};

	(void)instance;
	return question_read(call, task, &question);
}

int prometheus_converse(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
			struct apollo_move *move)
{
	static const struct flow flows[] = {{"collect", collect_ask, collect_read}};

	return flow_turn(flows, 1, instance, call, turn, move);
}
