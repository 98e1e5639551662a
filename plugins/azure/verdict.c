/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/azure/azure.h"
#include "plugins/common/json.h"

enum { ROWS_MAX = 4 * AZURE_BATCH }; /* more rows than this answer another question */

enum match { DIFFERENT, UNCLEAR, SAME };

/* Microsoft's words for what became of a row, apart from Accepted and Duplicate, which carry values. */
static const struct {
	const char *word;
	int outcome;
} statuses[] = {
	{"Expired", APOLLO_EXPIRED},
	{"Error", APOLLO_UNKNOWN},
	{"ResourceNotFound", APOLLO_REFUSED},
	{"ResourceNotAuthorized", APOLLO_REFUSED},
	{"ResourceNotActive", APOLLO_REFUSED},
	{"InvalidDimension", APOLLO_REFUSED},
	{"InvalidQuantity", APOLLO_REFUSED},
	{"BadArgument", APOLLO_REFUSED},
};

/* ---- which record a row is about --------------------------------------------------------------------------- */

static enum match resource_match(const char *const *subscription, struct json_object *row)
{
	const char *id = json_text(row, "resourceId"), *uri = json_text(row, "resourceUri");
	const char *ours = subscription[AZURE_RESOURCE_ID], *same = ours ? id : uri, *other = ours ? uri : id;

	if (!ours)
		ours = subscription[AZURE_RESOURCE_URI];
	if (text_same(ours, same) || text_same(ours, other))
		return SAME;
	return same ? DIFFERENT : UNCLEAR;
}

static enum match hour_match(int64_t start, struct json_object *row)
{
	const char *text = json_text(row, "effectiveStartTime");
	int64_t time;

	if (!text || apollo_time_parse(text, strlen(text), 1, &time) < 0)
		return UNCLEAR;
	return time / APOLLO_HOUR == start / APOLLO_HOUR ? SAME : DIFFERENT;
}

static enum match dimension_match(const char *dimension, struct json_object *row)
{
	const char *text = json_text(row, "dimension");

	return !text ? UNCLEAR : strcmp(text, dimension) == 0 ? SAME : DIFFERENT;
}

/* The slot that Microsoft keeps one event for: resource, dimension and hour. */
static enum match slot_match(const struct apollo_record *record, struct json_object *row)
{
	enum match resource = resource_match(record->subscription, row), hour = hour_match(record->start, row),
		   dimension = dimension_match(record->dimension, row);

	if (resource == DIFFERENT || hour == DIFFERENT || dimension == DIFFERENT)
		return DIFFERENT;
	return resource == SAME && hour == SAME && dimension == SAME ? SAME : UNCLEAR;
}

static enum match row_match(const struct apollo_record *record, struct json_object *row)
{
	const char *plan = json_text(row, "planId");

	if (plan && strcmp(plan, record->subscription[AZURE_PLAN_ID]) != 0)
		return DIFFERENT;
	return slot_match(record, row);
}

/* ---- what a row says --------------------------------------------------------------------------------------- */

static int verdict_set(const struct apollo_call *call, struct apollo_verdict *verdict, int outcome, const char *code,
		       const char *message)
{
	verdict->outcome = outcome;
	verdict->code = line_copy(call, code);
	verdict->message = line_copy(call, message);
	if ((code && !verdict->code) || (message && !verdict->message))
		return fail_memory(call, "a verdict");
	return 0;
}

static int reference_set(const struct apollo_call *call, struct apollo_verdict *verdict, struct json_object *event)
{
	const char *id = json_text(event, "usageEventId");

	verdict->reference = line_copy(call, id);
	return id && !verdict->reference ? fail_memory(call, "a verdict") : 0;
}

static int accepted_read(const struct apollo_call *call, const struct apollo_record *record, struct json_object *row,
			 struct apollo_verdict *verdict)
{
	int64_t held = record->quantity;
	int code = json_quantity(row, "quantity", &held);

	if (code < 0)
		return fail_memory(call, "a verdict");
	if (held == record->quantity)
		code = verdict_set(call, verdict, APOLLO_ACCEPTED, "Accepted", NULL);
	else
		code = verdict_set(call, verdict, APOLLO_ALREADY, "Accepted",
				   "Microsoft accepted another quantity than was sent");
	verdict->held = held;
	return code < 0 ? code : reference_set(call, verdict, row);
}

/* error: the object that holds additionalInfo.  The plan is not part of Microsoft's key, so the event that holds the
 * slot may have come under another one. */
static int duplicate_read(const struct apollo_call *call, const struct apollo_record *record, struct json_object *error,
			  struct apollo_verdict *verdict)
{
	struct json_object *event = json_get(json_get(error, "additionalInfo"), "acceptedMessage");
	int64_t held = -1;
	int code;

	if (event && slot_match(record, event) == DIFFERENT)
		return verdict_set(call, verdict, APOLLO_UNKNOWN, "Duplicate", "the accepted event shown is another one's");
	code = json_quantity(event, "quantity", &held);
	if (code < 0)
		return fail_memory(call, "a verdict");
	code = verdict_set(call, verdict, APOLLO_ALREADY, "Duplicate", json_text(error, "message"));
	verdict->held = held >= 0 ? held : -1;
	return code < 0 ? code : reference_set(call, verdict, event);
}

/* Whether the details of an error are all about the time. */
static bool details_expired(struct json_object *error)
{
	struct json_object *details = json_array(error, "details");
	size_t count = details ? json_object_array_length(details) : 0;

	for (size_t i = 0; i < count; i++)
		if (!text_same(json_text(json_object_array_get_idx(details, i), "target"), "effectiveStartTime"))
			return false;
	return count > 0;
}

static const char *error_message(struct json_object *error)
{
	struct json_object *details = json_array(error, "details");
	const char *message = NULL;

	if (details && json_object_array_length(details) > 0)
		message = json_text(json_object_array_get_idx(details, 0), "message");
	return message ? message : json_text(error, "message");
}

static int row_read(const struct apollo_call *call, const struct apollo_record *record, struct json_object *row,
		    struct apollo_verdict *verdict)
{
	const char *status = json_text(row, "status");
	struct json_object *error = json_get(row, "error");

	if (!status)
		return verdict_set(call, verdict, APOLLO_UNKNOWN, NULL, "the answer has no status");
	if (strcmp(status, "Accepted") == 0)
		return accepted_read(call, record, row, verdict);
	if (strcmp(status, "Duplicate") == 0)
		return duplicate_read(call, record, error ? error : row, verdict);
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (strcmp(status, statuses[i].word) == 0)
			return verdict_set(call, verdict,
					   statuses[i].outcome == APOLLO_REFUSED && details_expired(error)
						   ? APOLLO_EXPIRED
						   : statuses[i].outcome,
					   status, error_message(error));
	return verdict_set(call, verdict, APOLLO_UNKNOWN, status, "a status that this version does not know");
}

/* ---- whole replies ----------------------------------------------------------------------------------------- */

static int all_set(const struct apollo_call *call, struct apollo_verdict *const *verdicts, size_t count, int outcome,
		   const char *code, const char *message)
{
	int failed = 0;

	for (size_t i = 0; i < count && failed >= 0; i++)
		failed = verdict_set(call, verdicts[i], outcome, code, message);
	return failed;
}

/* One record among the rows.  Rows that repeat each other are one; rows that contradict each other are none. */
static int rows_search(const struct apollo_call *call, const struct apollo_record *record, struct json_object *rows,
		       struct apollo_verdict *verdict)
{
	size_t count = json_object_array_length(rows), found = 0;

	for (size_t i = 0; i < count; i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);
		struct apollo_verdict read = {.size = verdict->size};
		int code;

		if (row_match(record, row) != SAME)
			continue;
		code = row_read(call, record, row, &read);
		if (code < 0)
			return code;
		if (found++ && (read.outcome != verdict->outcome || read.held != verdict->held))
			return verdict_set(call, verdict, APOLLO_UNKNOWN, NULL, "the answer contradicts itself");
		*verdict = read;
	}
	if (!found)
		return verdict_set(call, verdict, APOLLO_UNKNOWN, NULL, "the answer has no row for this record");
	return 0;
}

static int rows_read(const struct apollo_call *call, const struct apollo_item *items, size_t count,
		     struct json_object *rows, struct apollo_verdict *const *verdicts)
{
	int code = 0;

	if (json_object_array_length(rows) > ROWS_MAX)
		return all_set(call, verdicts, count, APOLLO_UNKNOWN, NULL, "the answer has far more rows than the request");
	for (size_t i = 0; i < count && code >= 0; i++)
		code = rows_search(call, items[i].record, rows, verdicts[i]);
	return code;
}

/* The answer to a call with one event, which may leave out what the request said. */
static int single_read(const struct apollo_call *call, const struct apollo_record *record, int status,
		       struct json_object *answer, struct apollo_verdict *verdict)
{
	const char *word = json_text(answer, "code");

	if (row_match(record, answer) == DIFFERENT)
		return verdict_set(call, verdict, APOLLO_UNKNOWN, NULL, "the answer is about another event");
	if (status >= 300 && json_text(answer, "status") && strcmp(json_text(answer, "status"), "Accepted") == 0)
		return verdict_set(call, verdict, APOLLO_UNKNOWN, NULL, "the answer contradicts itself");
	if (json_text(answer, "status"))
		return row_read(call, record, answer, verdict);
	if (status == 409)
		return duplicate_read(call, record, json_get(answer, "error") ? json_get(answer, "error") : answer, verdict);
	if (status != 400)
		return verdict_set(call, verdict, APOLLO_UNKNOWN, NULL, "the answer has no status");
	if (!word || strcmp(word, "BadArgument") != 0)
		return verdict_set(call, verdict, APOLLO_NOT_TAKEN, word, error_message(answer));
	return verdict_set(call, verdict, details_expired(answer) ? APOLLO_EXPIRED : APOLLO_REFUSED, word,
			   error_message(answer));
}

/* A reply whose status already says what became of the whole call.  answer may be NULL. */
static int call_read(const struct apollo_call *call, size_t count, const struct apollo_reply *reply,
		     struct json_object *answer, struct apollo_verdict *const *verdicts)
{
	const char *code = json_text(answer, "code"), *said = error_message(answer);
	int outcome = apollo_reply_outcome(reply);

	if (!reply->status)
		return all_set(call, verdicts, count, APOLLO_UNKNOWN, NULL, reply->transport_error);
	if (reply->status == 403)
		outcome = APOLLO_STALE_TOKEN;
	else if (outcome == APOLLO_REFUSED) /* of the call, not of a record */
		outcome = answer ? APOLLO_NOT_TAKEN : APOLLO_UNKNOWN;
	else if (outcome == APOLLO_PENDING_OUTCOME)
		outcome = APOLLO_UNKNOWN;
	if (!said)
		said = apollo_print(call, "HTTP %d%s", (int)reply->status, answer ? "" : " with an answer that is no JSON");
	return said ? all_set(call, verdicts, count, outcome, code, said) : fail_memory(call, "a verdict");
}

int azure_decode(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
		 const struct apollo_reply *reply, struct apollo_verdict *const *verdicts)
{
	JSON_CLEANUP struct json_object *answer = NULL;
	int status = reply->status;
	bool good = status >= 200 && status < 300, told = good || status == 400 || status == 409;
	struct json_object *rows;

	(void)instance;
	if (status && json_load(reply->body, reply->body_size, &answer) == APOLLO_NOMEM)
		return fail_memory(call, "an answer");
	rows = json_array(answer, "result");
	if (good && rows)
		return rows_read(call, items, count, rows, verdicts);
	if (told && count == 1 && json_object_is_type(answer, json_type_object))
		return single_read(call, items[0].record, status, answer, verdicts[0]);
	return call_read(call, count, reply, answer, verdicts);
}
