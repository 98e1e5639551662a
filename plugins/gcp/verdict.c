/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/common/verdict.h"
#include "plugins/gcp/gcp.h"

enum { ERRORS_MAX = 1000 }; /* more errors than this answer another question */

/* https://github.com/googleapis/googleapis google/rpc/code.proto names the codes; what follows from each is ours. */
static const struct gcp_code codes[] = {
	{1, "CANCELLED", APOLLO_UNKNOWN},
	{2, "UNKNOWN", APOLLO_UNKNOWN},
	{3, "INVALID_ARGUMENT", APOLLO_REFUSED},
	{4, "DEADLINE_EXCEEDED", APOLLO_UNKNOWN},
	{5, "NOT_FOUND", APOLLO_REFUSED},
	{6, "ALREADY_EXISTS", APOLLO_ALREADY},
	{7, "PERMISSION_DENIED", APOLLO_REFUSED},
	{8, "RESOURCE_EXHAUSTED", APOLLO_NOT_TAKEN},
	{9, "FAILED_PRECONDITION", APOLLO_REFUSED},
	{10, "ABORTED", APOLLO_UNKNOWN},
	{11, "OUT_OF_RANGE", APOLLO_REFUSED},
	{12, "UNIMPLEMENTED", APOLLO_REFUSED},
	{13, "INTERNAL", APOLLO_UNKNOWN},
	{14, "UNAVAILABLE", APOLLO_NOT_TAKEN},
	{15, "DATA_LOSS", APOLLO_UNKNOWN},
	{16, "UNAUTHENTICATED", APOLLO_STALE_TOKEN},
};

const struct gcp_code *gcp_code_find(int64_t number)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].number == number)
			return &codes[i];
	return NULL;
}

struct gcp_failure gcp_failure_read(struct json_object *answer)
{
	struct json_object *error = json_get(answer, "error");

	return (struct gcp_failure){json_text(error, "status"), json_text(error, "message")};
}

static bool error_names(struct json_object *error, const struct apollo_item *item)
{
	const char *id = json_text(error, "operationId");

	return id && text_same(id, item->prepared->id);
}

/* An operation that exists under this id is this one: the id is made of the record, and its bytes were made once. */
static int error_read(const struct apollo_call *call, const struct apollo_item *item, struct json_object *error,
		      struct apollo_verdict *verdict)
{
	struct json_object *status = json_get(error, "status");
	const char *message = json_text(status, "message");
	const struct gcp_code *known;
	int64_t number = 0;
	int found = json_whole(status, "code", &number);

	if (found < 0)
		return fail_memory(call, "a verdict");
	known = gcp_code_find(number);
	if (!known)
		return verdict_set(call, verdict, APOLLO_UNKNOWN, NULL, message ? message : "an error without a known code");
	found = verdict_set(call, verdict, known->outcome, known->word, message);
	if (known->outcome == APOLLO_ALREADY)
		verdict->held = item->record->quantity;
	return found;
}

/* One operation among the errors: absent is accepted, unless an error's owner cannot be told. */
static int errors_search(const struct apollo_call *call, const struct apollo_item *item, struct json_object *errors,
			 bool stray, struct apollo_verdict *verdict)
{
	size_t count = errors ? json_object_array_length(errors) : 0, found = 0;

	for (size_t i = 0; i < count; i++) {
		struct json_object *error = json_object_array_get_idx(errors, i);
		struct apollo_verdict read = {.size = verdict->size};
		int code;

		if (!error_names(error, item))
			continue;
		code = error_read(call, item, error, &read);
		if (code < 0)
			return code;
		if (found++ && read.outcome != verdict->outcome)
			return verdict_set(call, verdict, APOLLO_UNKNOWN, NULL, "the answer contradicts itself");
		*verdict = read;
	}
	if (found)
		return 0;
	if (stray)
		return verdict_set(call, verdict, APOLLO_UNKNOWN, NULL, "the answer has an error of no operation that was sent");
	return verdict_set(call, verdict, APOLLO_ACCEPTED, NULL, NULL);
}

static bool errors_stray(const struct apollo_item *items, size_t count, struct json_object *errors)
{
	size_t length = errors ? json_object_array_length(errors) : 0;

	for (size_t i = 0; i < length; i++) {
		struct json_object *error = json_object_array_get_idx(errors, i);
		bool named = false;

		for (size_t j = 0; j < count && !named; j++)
			named = error_names(error, &items[j]);
		if (!named)
			return true;
	}
	return false;
}

static int answer_read(const struct apollo_call *call, const struct apollo_item *items, size_t count,
		       struct json_object *answer, struct apollo_verdict *const *verdicts)
{
	struct json_object *member = json_get(answer, "reportErrors"), *errors = json_array(answer, "reportErrors");
	bool stray;
	int code = 0;

	if (json_get(answer, "error") || (member && !errors) || (errors && json_object_array_length(errors) > ERRORS_MAX))
		return verdicts_set(call, verdicts, count, APOLLO_UNKNOWN, NULL, "the answer is not one of Service Control");
	stray = errors_stray(items, count, errors);
	for (size_t i = 0; i < count && code >= 0; i++)
		code = errors_search(call, &items[i], errors, stray, verdicts[i]);
	return code;
}

/* A call that failed as a whole.  answer may be NULL. */
static int call_read(const struct apollo_call *call, size_t count, const struct apollo_reply *reply,
		     struct json_object *answer, struct apollo_verdict *const *verdicts)
{
	struct gcp_failure failure = gcp_failure_read(answer);
	int outcome = apollo_reply_outcome(reply);

	if (!reply->status)
		return verdicts_set(call, verdicts, count, APOLLO_UNKNOWN, NULL, reply->transport_error);
	if (reply->status == 403)
		outcome = APOLLO_STALE_TOKEN;
	else if (count > 1 && status_apart(reply->status) && (failure.word || reply->status == 413))
		outcome = APOLLO_APART;
	else if (outcome == APOLLO_REFUSED && !failure.word) /* not Google's own answer */
		outcome = APOLLO_UNKNOWN;
	else if (outcome == APOLLO_REFUSED && reply->status != 400)
		outcome = APOLLO_NOT_TAKEN;
	else if (outcome == APOLLO_PENDING_OUTCOME)
		outcome = APOLLO_UNKNOWN;
	if (!failure.message)
		failure.message = apollo_print(call, "HTTP %d%s", (int)reply->status,
					       answer ? "" : " with an answer that is no JSON");
	if (!failure.message)
		return fail_memory(call, "a verdict");
	return verdicts_set(call, verdicts, count, outcome, failure.word, failure.message);
}

int gcp_decode(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
	       const struct apollo_reply *reply, struct apollo_verdict *const *verdicts)
{
	JSON_CLEANUP struct json_object *answer = NULL;

	(void)instance;
	if (reply->status && json_load(reply->body, reply->body_size, &answer) == APOLLO_NOMEM)
		return fail_memory(call, "an answer");
	if (reply->status >= 200 && reply->status < 300 && json_object_is_type(answer, json_type_object))
		return answer_read(call, items, count, answer, verdicts);
	return call_read(call, count, reply, answer, verdicts);
}
