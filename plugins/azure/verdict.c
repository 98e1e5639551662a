/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/azure/azure.h"
#include "plugins/common/json.h"
#include "plugins/common/verdict.h"

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

/* What names an event, as it was sent or as an answer says it; NULL, or no hour, where it is left out. */
struct names {
	const char *id, *uri, *dimension, *plan;
	int64_t hour;
	bool timed;
};

/* One event as it was sent.  The configuration may have changed since: nothing is compared with it but the GUID of a
 * resource that was sent by its URI. */
struct event {
	const struct apollo_record *record;
	struct names sent;
	bool strict; /* another event of the request differs from this one in case only */
};

/* Read once for each event and row, as every event is compared with every row. */
static struct names names_read(struct json_object *event)
{
	struct names names = {json_text(event, "resourceId"), json_text(event, "resourceUri"),
			      json_text(event, "dimension"), json_text(event, "planId"), 0, false};
	const char *start = json_text(event, "effectiveStartTime");
	int64_t time;

	if (start && apollo_time_parse(start, strlen(start), 1, &time) == 0) {
		names.hour = time / APOLLO_HOUR;
		names.timed = true;
	}
	return names;
}

static enum match text_match(const struct event *event, const char *ours, const char *theirs)
{
	if (!theirs)
		return UNCLEAR;
	return ours && (event->strict ? strcmp(ours, theirs) == 0 : text_same(ours, theirs)) ? SAME : DIFFERENT;
}

static enum match resource_match(const struct event *event, const struct names *row)
{
	const char *ours = event->sent.id, *same = ours ? row->id : row->uri;
	const char *alias = ours ? NULL : event->record->subscription[AZURE_USAGE_RESOURCE_ID];

	if (!ours)
		ours = event->sent.uri;
	if (text_same(ours, row->id) || text_same(ours, row->uri) || text_same(alias, row->id))
		return SAME;
	return same || (alias && row->id) ? DIFFERENT : UNCLEAR;
}

static enum match hour_match(const struct event *event, const struct names *row)
{
	if (!event->sent.timed || !row->timed)
		return UNCLEAR;
	return event->sent.hour == row->hour ? SAME : DIFFERENT;
}

/* The slot that Microsoft keeps one event for: resource, dimension and hour. */
static enum match slot_match(const struct event *event, const struct names *row)
{
	enum match resource = resource_match(event, row), hour = hour_match(event, row),
		   dimension = text_match(event, event->sent.dimension, row->dimension);

	if (resource == DIFFERENT || hour == DIFFERENT || dimension == DIFFERENT)
		return DIFFERENT;
	return resource == SAME && hour == SAME && dimension == SAME ? SAME : UNCLEAR;
}

static enum match row_match(const struct event *event, const struct names *row)
{
	return text_match(event, event->sent.plan, row->plan) == DIFFERENT ? DIFFERENT : slot_match(event, row);
}

/* The events of a request in scope memory, which point into *sent, an array that the caller puts.  *events is NULL
 * where what was sent cannot be read. */
static int events_read(const struct apollo_call *call, const struct apollo_item *items, size_t count,
		       struct json_object **sent, struct event **events)
{
	struct apollo_text text = apollo_text_begin(call);
	struct event *list = call->alloc(call, count * sizeof(*list));
	int code;

	apollo_text_add(&text, "[");
	azure_events_write(&text, items, count);
	apollo_text_add(&text, "]");
	if (!list || !apollo_text_end(&text) || (code = json_load(text.data, text.size, sent)) == APOLLO_NOMEM)
		return fail_memory(call, "the events of an answer");
	*events = code == 0 && json_object_array_length(*sent) == count ? list : NULL;
	for (size_t i = 0; *events && i < count; i++)
		list[i] = (struct event){items[i].record, names_read(json_object_array_get_idx(*sent, i)), false};
	for (size_t i = 0; *events && i < count; i++)
		for (size_t j = 0; j < count && !list[i].strict; j++)
			list[i].strict = j != i && row_match(&list[i], &list[j].sent) == SAME;
	return 0;
}

/* ---- what a row says --------------------------------------------------------------------------------------- */

static int reference_set(const struct apollo_call *call, struct apollo_verdict *verdict, struct json_object *event)
{
	const char *id = json_text(event, "usageEventId");

	verdict->reference = line_copy(call, id);
	return id && !verdict->reference ? fail_memory(call, "a verdict") : 0;
}

/* The answer may leave the quantity out; one that is there and cannot be read says that something is wrong. */
static int accepted_read(const struct apollo_call *call, const struct event *event, struct json_object *row,
			 struct apollo_verdict *verdict)
{
	int64_t sent = event->record->quantity, held = sent;
	int code = json_quantity(row, "quantity", &held);

	if (code < 0)
		return fail_memory(call, "a verdict");
	if ((code == 0 && json_get(row, "quantity")) || held <= 0)
		return verdict_set(call, verdict, APOLLO_UNKNOWN, "Accepted", "the accepted quantity cannot be read");
	if (held == sent)
		code = verdict_set(call, verdict, APOLLO_ACCEPTED, "Accepted", NULL);
	else
		code = verdict_set(call, verdict, APOLLO_ALREADY, "Accepted",
				   "Microsoft accepted another quantity than was sent");
	verdict->held = held;
	return code < 0 ? code : reference_set(call, verdict, row);
}

/* error: the object that holds additionalInfo.  The plan is not part of Microsoft's key, so the event that holds the
 * slot may have come under another one.  No event holds a quantity of zero or less. */
static int duplicate_read(const struct apollo_call *call, const struct event *event, struct json_object *error,
			  struct apollo_verdict *verdict)
{
	struct json_object *first = json_get(json_get(error, "additionalInfo"), "acceptedMessage");
	const struct names names = names_read(first);
	int64_t held = -1;
	int code;

	if (first && slot_match(event, &names) == DIFFERENT)
		return verdict_set(call, verdict, APOLLO_UNKNOWN, "Duplicate", "the accepted event shown is another one's");
	code = json_quantity(first, "quantity", &held);
	if (code < 0)
		return fail_memory(call, "a verdict");
	code = verdict_set(call, verdict, APOLLO_ALREADY, "Duplicate", json_text(error, "message"));
	verdict->held = held > 0 ? held : -1;
	return code < 0 ? code : reference_set(call, verdict, first);
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

static int row_read(const struct apollo_call *call, const struct event *event, struct json_object *row,
		    struct apollo_verdict *verdict)
{
	const char *status = json_text(row, "status");
	struct json_object *error = json_get(row, "error");

	if (!status)
		return verdict_set(call, verdict, APOLLO_UNKNOWN, NULL, "the answer has no status");
	if (strcmp(status, "Accepted") == 0)
		return accepted_read(call, event, row, verdict);
	if (strcmp(status, "Duplicate") == 0)
		return duplicate_read(call, event, error ? error : row, verdict);
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

/* One event among the rows.  Rows that repeat each other are one; rows that contradict each other are none. */
static int rows_search(const struct apollo_call *call, const struct event *event, struct json_object *rows,
		       const struct names *names, struct apollo_verdict *verdict)
{
	size_t count = json_object_array_length(rows), found = 0;

	for (size_t i = 0; i < count; i++) {
		struct apollo_verdict read = {.size = verdict->size};
		int code;

		if (row_match(event, &names[i]) != SAME)
			continue;
		code = row_read(call, event, json_object_array_get_idx(rows, i), &read);
		if (code < 0)
			return code;
		if (found++ && (read.outcome != verdict->outcome || read.held != verdict->held))
			return verdict_set(call, verdict, APOLLO_UNKNOWN, NULL, "the answer contradicts itself");
		*verdict = read;
	}
	if (!found)
		return verdict_set(call, verdict, APOLLO_UNKNOWN, NULL, "the answer has no row for this event");
	return 0;
}

static int rows_read(const struct apollo_call *call, const struct event *events, size_t count,
		     struct json_object *rows, struct apollo_verdict *const *verdicts)
{
	size_t row_count = json_object_array_length(rows);
	struct names names[ROWS_MAX];
	int code = 0;

	if (row_count > ROWS_MAX)
		return verdicts_set(call, verdicts, count, APOLLO_UNKNOWN, NULL,
				    "the answer has far more rows than the request");
	for (size_t i = 0; i < row_count; i++)
		names[i] = names_read(json_object_array_get_idx(rows, i));
	for (size_t i = 0; i < count && code >= 0; i++)
		code = rows_search(call, &events[i], rows, names, verdicts[i]);
	return code;
}

/* The answer to a call with one event, which may leave out what the request said. */
static int single_read(const struct apollo_call *call, const struct event *event, int status,
		       struct json_object *answer, struct apollo_verdict *verdict)
{
	const char *word = json_text(answer, "code");
	const struct names names = names_read(answer);

	if (row_match(event, &names) == DIFFERENT)
		return verdict_set(call, verdict, APOLLO_UNKNOWN, NULL, "the answer is about another event");
	if (status >= 300 && json_text(answer, "status") && strcmp(json_text(answer, "status"), "Accepted") == 0)
		return verdict_set(call, verdict, APOLLO_UNKNOWN, NULL, "the answer contradicts itself");
	if (json_text(answer, "status"))
		return row_read(call, event, answer, verdict);
	if (status == 409)
		return duplicate_read(call, event, json_get(answer, "error") ? json_get(answer, "error") : answer, verdict);
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
		return verdicts_set(call, verdicts, count, APOLLO_UNKNOWN, NULL, reply->transport_error);
	if (reply->status == 403)
		outcome = APOLLO_STALE_TOKEN;
	else if (count > 1 && status_apart(reply->status) && (answer || reply->status == 413))
		outcome = APOLLO_APART;
	else if (outcome == APOLLO_REFUSED) /* of the call, not of a record */
		outcome = answer ? APOLLO_NOT_TAKEN : APOLLO_UNKNOWN;
	else if (outcome == APOLLO_PENDING_OUTCOME)
		outcome = APOLLO_UNKNOWN;
	if (!said)
		said = apollo_print(call, "HTTP %d%s", (int)reply->status, answer ? "" : " with an answer that is no JSON");
	return said ? verdicts_set(call, verdicts, count, outcome, code, said) : fail_memory(call, "a verdict");
}

/* What the rows of a batch's answer, or the answer to one event, say. */
static int events_decode(const struct apollo_call *call, const struct apollo_item *items, size_t count,
			 const struct apollo_reply *reply, struct json_object *answer,
			 struct apollo_verdict *const *verdicts)
{
	JSON_CLEANUP struct json_object *sent = NULL;
	struct json_object *rows = json_array(answer, "result");
	struct event *events = NULL;
	int code = events_read(call, items, count, &sent, &events);

	if (code < 0)
		return code;
	if (!events)
		return verdicts_set(call, verdicts, count, APOLLO_UNKNOWN, NULL, "the events that were sent cannot be read");
	if (rows && reply->status < 300)
		return rows_read(call, events, count, rows, verdicts);
	return single_read(call, events, reply->status, answer, verdicts[0]);
}

int azure_decode(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
		 const struct apollo_reply *reply, struct apollo_verdict *const *verdicts)
{
	JSON_CLEANUP struct json_object *answer = NULL;
	int status = reply->status;
	bool good = status >= 200 && status < 300, told = good || status == 400 || status == 409;

	(void)instance;
	if (status && json_load(reply->body, reply->body_size, &answer) == APOLLO_NOMEM)
		return fail_memory(call, "an answer");
	if ((good && json_array(answer, "result")) ||
	    (told && count == 1 && json_object_is_type(answer, json_type_object)))
		return events_decode(call, items, count, reply, answer, verdicts);
	return call_read(call, count, reply, answer, verdicts);
}
