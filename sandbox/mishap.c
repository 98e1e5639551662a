/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/mishap.h"

#include "sandbox/routes.h"
#include "sandbox/state.h"

#include <apollo/kit.h>
#include <string.h>

static const struct fault *fault_of(const struct sandbox *sandbox, const struct request *request, int action)
{
	return plan_fault(&sandbox->faults, &request->plan, action);
}

int64_t request_delay(const struct sandbox *sandbox, const struct request *request, bool behind)
{
	const struct fault *slow = fault_of(sandbox, request, FAULT_SLOW);

	return !slow ? 0 : behind ? slow->behind : slow->before;
}

size_t request_cut(const struct sandbox *sandbox, const struct request *request)
{
	const struct fault *truncate = fault_of(sandbox, request, FAULT_TRUNCATE);
	size_t size = request->reply.body.size;

	if (!truncate || !size)
		return SIZE_MAX;
	return (size_t)truncate->bytes < size ? (size_t)truncate->bytes : size - 1;
}

/* Trace ids go with every answer of the metering service, a made one where none came. */
static void add_trace_ids(struct sandbox *sandbox, struct request *request)
{
	static const char *const names[] = {"x-ms-requestid", "x-ms-correlationid"};
	char made[GUID_TEXT];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *given = request_header(request, names[i]);

		if (!given || !*given) {
			uint64_t high = chance_next(&sandbox->chance);

			guid_format(high, chance_next(&sandbox->chance), made);
			given = made;
		}
		reply_header(&request->reply, names[i], "%s", given);
	}
}

static void answer_status(struct sandbox *sandbox, struct request *request, const struct fault *fault)
{
	struct reply *reply = &request->reply;
	char date[CALENDAR_HTTP_TEXT];

	reply_error(sandbox, reply, request->family, (unsigned)fault->status, "told to answer %d", (int)fault->status);
	if (fault->retry_after < 0)
		return;
	calendar_http(calendar_now(&sandbox->calendar) + fault->retry_after * APOLLO_MICRO, date);
	if (fault->retry_date)
		reply_header(reply, "Retry-After", "%s", date);
	else
		reply_header(reply, "Retry-After", "%lld", (long long)fault->retry_after);
}

static void answer_html(struct request *request, const struct fault *fault)
{
	reply_status(&request->reply, (unsigned)fault->status, "text/html");
	(void)buffer_print(&request->reply.body,
			   "<!DOCTYPE html><html><head><title>%d</title></head><body><h1>Something in between "
			   "answered</h1></body></html>\n",
			   (int)fault->status);
}

/* Pads with spaces: still the same JSON, if anybody reads that far. */
static void answer_huge(struct reply *reply, const struct fault *fault)
{
	char spaces[4096];

	memset(spaces, ' ', sizeof(spaces));
	while (reply->body.size < (size_t)fault->bytes && !buffer_failed(&reply->body)) {
		size_t more = (size_t)fault->bytes - reply->body.size;

		(void)buffer_append(&reply->body, spaces, more < sizeof(spaces) ? more : sizeof(spaces));
	}
}

static void revoke_presented(struct sandbox *sandbox, const struct request *request)
{
	const char *authorization = request_header(request, "Authorization");
	struct bearer *bearer = NULL;

	(void)bearer_find(sandbox, authorization, BEARER_AZURE, &bearer);
	if (!bearer)
		(void)bearer_find(sandbox, authorization, BEARER_GOOGLE, &bearer);
	if (bearer)
		bearer->revoked = true;
}

/* The service itself, behind the checks that all of them share. */
static void serve(struct sandbox *sandbox, struct request *request)
{
	struct reply *reply = &request->reply;

	reply_status(reply, 200, "application/json");
	if (request->path_cut)
		reply_error(sandbox, reply, request->family, 414, "The path is longer than %d bytes.",
			    REQUEST_PATH_MAX - 1);
	else if (request->allow)
		reply_error(sandbox, reply, request->family, 405, "This path has another method.");
	else if (!request->route->handle)
		reply_error(sandbox, reply, request->family, 404, "There is nothing at this path.");
	else if (request_too_large(request))
		reply_error(sandbox, reply, request->family, request->family == FAMILY_GOOGLE ? 400 : 413,
			    "The request is larger than %zu bytes.", request->route->body_max);
	else
		request->route->handle(sandbox, request, reply);
	if (request->allow)
		reply_header(reply, "Allow", "%s", request->allow);
	if (buffer_failed(&reply->body))
		reply_error(sandbox, reply, request->family, 507, "The answer is larger than the sandbox holds.");
}

void request_take(struct sandbox *sandbox, struct request *request)
{
	const struct fault *status = fault_of(sandbox, request, FAULT_STATUS);
	const struct fault *html = fault_of(sandbox, request, FAULT_HTML);
	const struct fault *huge = fault_of(sandbox, request, FAULT_HUGE);
	const struct fault *type = fault_of(sandbox, request, FAULT_WRONG_TYPE);
	struct reply *reply = &request->reply;

	if (request->family == FAMILY_AZURE)
		add_trace_ids(sandbox, request);
	if (request->route->handle == google_metadata)
		reply_header(reply, "Metadata-Flavor", "Google");
	if (fault_of(sandbox, request, FAULT_REVOKE))
		revoke_presented(sandbox, request);
	if ((!status || status->taken) && (!html || html->taken))
		serve(sandbox, request);
	if (status)
		answer_status(sandbox, request, status);
	else if (html)
		answer_html(request, html);
	if (huge)
		answer_huge(reply, huge);
	if (type) {
		(void)snprintf(reply->other_type, sizeof(reply->other_type), "%s",
			       *type->text ? type->text : "text/plain");
		reply->type = reply->other_type;
	}
}
