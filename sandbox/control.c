/* SPDX-License-Identifier: Apache-2.0 */
/* The control interface: what a test or a person says to the sandbox itself. */
#include "core/json.h"
#include "sandbox/fields.h"
#include "sandbox/routes.h"
#include "sandbox/state.h"

#include <apollo/kit.h>
#include <string.h>

#define ADVANCE_MAX (INT64_C(400) * 86400)

/* The body as a document, which the caller puts; an empty body is an empty object.  NULL with the reply filled. */
static struct json_object *control_body(const struct request *request, struct reply *reply)
{
	struct json_object *document = NULL;
	struct error error;

	if (!request->body.size)
		return json_object_new_object();
	if (fields_parse(request->body.data, request->body.size, "the body", &document, &error) < 0) {
		reply_control_error(reply, 400, "%s", error.message);
		return NULL;
	}
	return document;
}

static void control_failed(struct reply *reply, const struct error *error)
{
	reply_control_error(reply, error->code == ERROR_INPUT ? 400 : 503, "%s", error->message);
}

void control_home(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	char now[APOLLO_TIME_TEXT];

	(void)request;
	(void)buffer_print(&reply->body,
			   "{\"url\":\"%s\",\"open\":%s,\"now\":\"%s\",\"seed\":%llu,\"requests\":%llu,\"waiting\":%zu,"
			   "\"faults\":%zu}",
			   sandbox->url, sandbox->open ? "true" : "false",
			   apollo_time_format(calendar_now(&sandbox->calendar), now), (unsigned long long)sandbox->seed,
			   (unsigned long long)sandbox->journal.count, sandbox->server.waiting, sandbox->faults.count);
}

/* ---- books ------------------------------------------------------------------------------------------------- */

void control_books(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	const char *details = request_query(request, "details");
	struct sink sink = {.out = &reply->body};

	books_print(sandbox, !(details && strcmp(details, "no") == 0), &sink);
	if (sink.failed)
		reply_control_error(reply, 503, "there is no memory for the books");
}

/* A time of a query, where there is one. */
static bool query_time(const struct request *request, const char *name, int64_t *time)
{
	const char *text = request_query(request, name);

	return !text || calendar_loose(text, time);
}

void control_operations(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	struct sink sink = {.out = &reply->body};
	int64_t from = 0, to = INT64_MAX;

	if (!query_time(request, "from", &from) || !query_time(request, "to", &to))
		reply_control_error(reply, 400,
				    "\"from\" and \"to\" must be times such as 2026-11-01 or 2026-11-01T05:00:00Z");
	else
		books_print_operations(sandbox, from, to, &sink);
}

void control_books_write(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	struct error error;

	(void)request;
	if (!sandbox->books_file && !sandbox->operations_file)
		reply_control_error(reply, 409, "the sandbox was started without --books and without --operations");
	else if (books_write(sandbox, &error) < 0)
		control_failed(reply, &error);
	else
		(void)buffer_text(&reply->body, "{}");
}

/* ---- clock ------------------------------------------------------------------------------------------------- */

void control_clock(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	char now[APOLLO_TIME_TEXT];

	(void)request;
	(void)buffer_print(&reply->body, "{\"now\":\"%s\",\"clock\":\"%s\"}",
			   apollo_time_format(calendar_now(&sandbox->calendar), now),
			   sandbox->calendar.frozen ? "frozen" : "system");
}

static int clock_read(struct json_object *document, struct calendar *calendar, struct error *error)
{
	static const char what[] = "the clock";
	static const char *const members[] = {"now", "advance", "system", NULL};
	bool system = false;
	int64_t now = -1, advance = 0;
	int code;

	if ((code = fields_known(document, what, members, error)) < 0 ||
	    (code = field_time(document, what, "now", &now, error)) < 0 ||
	    (code = field_number(document, what, "advance", 0, ADVANCE_MAX, &advance, error)) < 0 ||
	    (code = field_flag(document, what, "system", &system, error)) < 0)
		return code;
	if (system && (now >= 0 || advance))
		return error_set(error, ERROR_INPUT, "%s: the system's clock cannot be set", what);
	if (now < 0)
		now = calendar_now(calendar);
	*calendar = (struct calendar){.frozen = !system, .now = now + advance * APOLLO_MICRO};
	return 0;
}

void control_clock_set(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	struct json_object *document JSON_CLEANUP = control_body(request, reply);
	struct error error;

	if (!document)
		return;
	if (clock_read(document, &sandbox->calendar, &error) < 0)
		control_failed(reply, &error);
	else
		control_clock(sandbox, request, reply);
}

/* ---- faults ------------------------------------------------------------------------------------------------ */

void control_faults(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	(void)request;
	faults_print(&sandbox->faults, &reply->body);
}

void control_faults_add(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	struct json_object *document JSON_CLEANUP = control_body(request, reply);
	struct error error;

	if (!document)
		return;
	if (faults_read(sandbox, document, &error) < 0)
		control_failed(reply, &error);
	else
		(void)buffer_print(&reply->body, "{\"number\":%u}", sandbox->faults.last);
}

void control_faults_remove(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	const char *text = request_query(request, "number");
	int64_t number = 0;

	if (text && (apollo_decimal_read(text, strlen(text), 0, APOLLO_EXACT, &number) < 0 || number < 1 ||
		     number > UINT32_MAX))
		reply_control_error(reply, 400, "\"number\" must be one of a fault");
	else if (!faults_remove(&sandbox->faults, (uint32_t)number))
		reply_control_error(reply, 404, "there is no fault %lld", (long long)number);
	else
		(void)buffer_text(&reply->body, "{}");
}

/* ---- the rest ---------------------------------------------------------------------------------------------- */

void control_register(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	struct json_object *document JSON_CLEANUP = control_body(request, reply);
	struct error error;

	if (!document)
		return;
	if (registry_read(sandbox, document, &error) < 0)
		control_failed(reply, &error);
	else
		(void)buffer_text(&reply->body, "{}");
}

void control_revoke(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	static const char *const members[] = {"kind", NULL};
	static const char *const kinds[] = {"azure", "google", NULL};
	struct json_object *document JSON_CLEANUP = control_body(request, reply);
	struct error error;
	int kind = -1;

	if (!document)
		return;
	if (fields_known(document, "a revocation", members, &error) < 0 ||
	    field_choice(document, "a revocation", "kind", kinds, &kind, &error) < 0)
		control_failed(reply, &error);
	else
		(void)buffer_print(&reply->body, "{\"revoked\":%zu}", bearers_revoke(sandbox, kind, TABLE_NONE));
}

void control_release(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	(void)request;
	(void)buffer_print(&reply->body, "{\"released\":%zu}", server_release_waiting(sandbox));
}

void control_log(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	const char *text = request_query(request, "since");
	int64_t since = 1;

	if (text && (apollo_decimal_read(text, strlen(text), 0, APOLLO_EXACT, &since) < 0 || since < 1))
		reply_control_error(reply, 400, "\"since\" must be a number from 1 on");
	else
		journal_print(&sandbox->journal, (uint64_t)since, &reply->body);
}

void control_reset(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	static const char *const members[] = {"registry", NULL};
	struct json_object *document JSON_CLEANUP = control_body(request, reply);
	bool registry = false;
	struct error error;

	if (!document)
		return;
	if (fields_known(document, "a reset", members, &error) < 0 ||
	    field_flag(document, "a reset", "registry", &registry, &error) < 0) {
		control_failed(reply, &error);
		return;
	}
	/* Tokens name apps and accounts by their place, and the books name everything so. */
	bearers_release(&sandbox->bearers);
	books_release(&sandbox->books);
	offers_release(&sandbox->offers);
	(void)faults_remove(&sandbox->faults, 0);
	if (registry)
		registry_release(&sandbox->registry);
	(void)buffer_text(&reply->body, "{}");
}
