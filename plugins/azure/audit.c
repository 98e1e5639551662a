/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/azure/azure.h"
#include "plugins/common/json.h"

enum { DAY_TEXT = 11, ROWS_MAX = 100000 };

struct period {
	int64_t from; /* microseconds */
	int64_t to;
};

/* Test purchases (TestHeaders) and dry runs (DryRun) are never billed and have no state of their own: they stay
 * pending, as every word does that this version does not know. */
static const struct {
	const char *word;
	const char *state;
} states[] = {
	{"Submitted", "pending"}, {"Accepted", "agreed"},     {"Rejected", "rejected"},
	{"Mismatch", "different"}, {"TestHeaders", "pending"}, {"DryRun", "pending"},
};

static int period_time(struct json_object *task, const char *name, int64_t *time)
{
	const char *text = json_text(task, name);

	return text ? apollo_time_parse(text, strlen(text), 0, time) : APOLLO_REJECTED;
}

static int period_read(const struct apollo_call *call, const char *text, struct period *period)
{
	JSON_CLEANUP struct json_object *task = NULL;
	int code = json_load(text, strlen(text), &task);

	if (code == APOLLO_NOMEM)
		return fail_memory(call, "a task");
	if (code < 0 || period_time(task, "from", &period->from) < 0 || period_time(task, "to", &period->to) < 0 ||
	    period->to <= period->from)
		return fail_print(call, APOLLO_BUG, text, NULL, "the audit's task has no from before a to");
	return 0;
}

static const char *day_format(int64_t time, char *text)
{
	char whole[APOLLO_TIME_TEXT];

	(void)snprintf(text, DAY_TEXT, "%.10s", apollo_time_format(time, whole));
	return text;
}

/* Whole days are asked for, one more than needed at the end: Microsoft does not say whether the end is part of it. */
static int audit_ask(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
		     struct apollo_move *move)
{
	const struct azure *azure = instance;
	char first[DAY_TEXT], last[DAY_TEXT];
	struct period period;
	int code = period_read(call, turn->task, &period);

	if (code < 0)
		return code;
	code = move_send(call, move, "GET",
			 apollo_print(call, "%s/usageEvents?api-version=" AZURE_VERSION "&usageStartDate=%s&UsageEndDate=%s",
				      azure->values[AZURE_ENDPOINT], day_format(period.from, first),
				      day_format(period.to + APOLLO_DAY - 1, last)));
	if (code < 0)
		return code;
	move->request->auth = APOLLO_AUTH_TOKEN;
	move->request->scope = azure->values[AZURE_RESOURCE];
	move->request->reply_max = UINT64_C(16) << 20;
	return 0;
}

static const char *state_of(const struct apollo_call *call, const char *word)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(word, states[i].word) == 0)
			return states[i].state;
	call->note(call, APOLLO_WARNING, "the usage record has a reconStatus that this version does not know; taken as pending");
	return "pending";
}

static int quantity_write(struct apollo_text *rows, const char *name, struct json_object *row, const char *member)
{
	char text[APOLLO_QUANTITY_TEXT];
	int64_t quantity;
	int found = json_quantity(row, member, &quantity);

	if (found == 1)
		apollo_text_print(rows, ",\"%s\":\"%s\"", name, apollo_quantity_format(quantity, text));
	return found;
}

/* 1 if the row could be read, whether or not it lies in the period; 0 if not; APOLLO_NOMEM. */
static int row_write(struct apollo_text *rows, struct json_object *row, const struct period *period)
{
	const char *date = json_text(row, "usageDate"), *resource = json_text(row, "usageResourceId");
	const char *dimension = json_text(row, "dimension"), *status = json_text(row, "reconStatus");
	size_t mark = rows->size;
	int64_t day, count = 0;
	char text[DAY_TEXT];
	int found;

	if (!date || !resource || !dimension || !status || apollo_time_parse(date, strlen(date), 1, &day) < 0)
		return 0;
	if (day < period->from || day >= period->to)
		return 1;
	apollo_text_print(rows, "%s{\"day\":\"%s\",\"resource\":", mark > 0 && rows->data[mark - 1] == '}' ? "," : "",
			  day_format(day, text));
	apollo_text_json(rows, resource);
	apollo_text_add(rows, ",\"dimension\":");
	apollo_text_json(rows, dimension);
	apollo_text_print(rows, ",\"state\":\"%s\"", state_of(rows->call, status));
	if ((found = quantity_write(rows, "submitted", row, "submittedQuantity")) == 1 &&
	    (found = quantity_write(rows, "processed", row, "processedQuantity")) == 1 &&
	    (found = json_whole(row, "submittedCount", &count)) >= 0) {
		apollo_text_print(rows, ",\"count\":%lld}", (long long)count);
		return 1;
	}
	rows->size = mark;
	return found;
}

static int rows_write(const struct apollo_call *call, struct json_object *answer, const struct period *period,
		      struct apollo_text *rows)
{
	size_t count = json_object_array_length(answer), unread = 0;

	for (size_t i = 0; i < count && !rows->failed; i++) {
		int found = row_write(rows, json_object_array_get_idx(answer, i), period);

		if (found < 0)
			return found;
		unread += found == 0;
	}
	if (unread)
		call->note(call, APOLLO_WARNING, "the usage record has rows that cannot be read; they were left out");
	return 0;
}

static int audit_read(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
		      struct apollo_move *move)
{
	JSON_CLEANUP struct json_object *answer = NULL;
	struct apollo_text rows = apollo_text_begin(call);
	struct period period;
	int code = period_read(call, turn->task, &period);

	(void)instance;
	if (code < 0)
		return code;
	if (turn->reply->status && json_load(turn->reply->body, turn->reply->body_size, &answer) == APOLLO_NOMEM)
		return fail_memory(call, "a usage record");
	if (reply_code(turn->reply) < 0 || !json_object_is_type(answer, json_type_array) ||
	    json_object_array_length(answer) > ROWS_MAX)
		return reply_fail(call, turn->reply, "usage record", line_copy(call, json_text(answer, "message")));
	apollo_text_add(&rows, "{\"rows\":[");
	code = rows_write(call, answer, &period, &rows);
	apollo_text_add(&rows, "]}");
	return code < 0 ? fail_memory(call, "a usage record") : move_done(call, move, apollo_text_end(&rows));
}

int azure_market_converse(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
			  struct apollo_move *move)
{
	static const struct flow flows[] = {{"audit", audit_ask, audit_read}};

	if (strcmp(turn->goal, "offer") == 0)
		return azure_offer(instance, call, turn, move);
	return flow_turn(flows, sizeof(flows) / sizeof(flows[0]), instance, call, turn, move);
}

const char *azure_resource_of(void *instance, const struct apollo_call *call, const char *const *values)
{
	static const int order[] = {AZURE_RESOURCE_ID, AZURE_USAGE_RESOURCE_ID, AZURE_RESOURCE_URI};

	(void)instance;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (values[order[i]])
			return apollo_copy(call, values[order[i]]);
	return apollo_copy(call, "");
}
