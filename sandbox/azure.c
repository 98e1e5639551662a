/* SPDX-License-Identifier: Apache-2.0 */
/* The routes of Azure's metering service that take events: one event, and a batch of them. */
#include "sandbox/azure.h"

#include "sandbox/fields.h"
#include "sandbox/routes.h"
#include "sandbox/state.h"

#include <string.h>
#include <strings.h>

/* ---- coming in --------------------------------------------------------------------------------------------- */

static void refuse_version(const struct sandbox *sandbox, const char *version, struct reply *reply)
{
	const char *why = version ? "This api-version is not supported." : "The parameter api-version is missing.";

	reply_azure_error(reply, 400, "BadArgument", "api-version", "%s", why);
	if (sandbox->registry.settings.azure_version_error == 0)
		return;
	reply_status(reply, 400, "application/json");
	(void)buffer_print(&reply->body, "{\"Error\":{\"Code\":\"%s\",\"Message\":\"%s\"}}",
			   version ? "UnsupportedApiVersion" : "ApiVersionUnspecified", why);
}

static void refuse_token(const struct sandbox *sandbox, struct reply *reply, int state)
{
	unsigned status = (unsigned)sandbox->registry.settings.azure_token_status;
	const char *why = state == BEARER_MISSING ? "missing" : state == BEARER_EXPIRED ? "expired" :
			  state == BEARER_REVOKED ? "revoked" : "not valid";

	reply_azure_error(reply, status, status == 401 ? "Unauthorized" : "Forbidden", NULL, "The access token is %s.",
			  why);
	if (status == 401)
		reply_header(reply, "WWW-Authenticate", "Bearer error=\"invalid_token\"");
}

const struct bearer *azure_enter(struct sandbox *sandbox, const struct request *request, struct reply *reply)
{
	const char *version = request_query(request, "api-version");
	struct bearer *bearer = NULL;
	int state;

	if (!version || strcmp(version, "2018-08-31") != 0) {
		refuse_version(sandbox, version, reply);
		return NULL;
	}
	state = bearer_find(sandbox, request_header(request, "Authorization"), BEARER_AZURE, &bearer);
	if (state == BEARER_GOOD && strcasecmp(names_text(&sandbox->names, bearer->audience),
					       "20e940b3-4c77-4b0b-9a53-9e16a1b010a7") != 0)
		state = BEARER_UNKNOWN;
	if (state != BEARER_GOOD) {
		refuse_token(sandbox, reply, state);
		return NULL;
	}
	return bearer;
}

/* The body as JSON, which the caller puts; NULL with the reply filled. */
static struct json_object *read_body(const struct request *request, struct reply *reply)
{
	struct json_object *document = NULL;
	struct error error = {0};

	if (!request_is(request, "application/json")) {
		reply_azure_error(reply, 415, "UnsupportedMediaType", NULL,
				  "The Content-Type must be application/json.");
		return NULL;
	}
	if (fields_parse(buffer_string(&request->body), request->body.size, "the body", &document, &error) < 0 ||
	    !json_object_is_type(document, json_type_object)) {
		json_object_put(document);
		reply_azure_error(reply, 400, "BadArgument", "usageEventRequest", "%s",
				  *error.message ? error.message : "The body must be an object.");
		return NULL;
	}
	return document;
}

static struct azure_desk desk_open(struct sandbox *sandbox, const struct request *request, const struct bearer *bearer)
{
	return (struct azure_desk){.sandbox = sandbox,
				   .bearer = bearer,
				   .now = calendar_now(&sandbox->calendar),
				   .fail = plan_fault(&sandbox->faults, &request->plan, FAULT_ROWS),
				   .occupy = plan_fault(&sandbox->faults, &request->plan, FAULT_OCCUPY)};
}

static void refuse_app(struct reply *reply)
{
	const struct verdict_form *form = &verdict_forms[VERDICT_NOT_AUTHORIZED];

	reply_azure_error(reply, form->http, form->code, NULL, "%s", form->message);
}

/* ---- the routes -------------------------------------------------------------------------------------------- */

void azure_single(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	const struct bearer *bearer = azure_enter(sandbox, request, reply);
	struct json_object *document JSON_CLEANUP = bearer ? read_body(request, reply) : NULL;
	struct azure_desk desk = desk_open(sandbox, request, bearer);
	struct offered offered;
	enum verdict verdict;

	if (!document)
		return;
	verdict = offered_take(&desk, document, 0, &offered);
	reply->status = verdict_forms[verdict].http;
	if (verdict == VERDICT_ACCEPTED)
		azure_print_held(&desk, &offered, "Accepted", &reply->body);
	else if (verdict == VERDICT_NOT_AUTHORIZED)
		refuse_app(reply);
	else
		azure_print_error(&desk, &offered, verdict, &reply->body);
}

static bool batch_refused(const struct azure_desk *desk, struct json_object *rows, size_t count, struct reply *reply)
{
	bool refused = false;

	if (desk->sandbox->registry.settings.azure_foreign_app == 1)
		for (size_t i = 0; i < count && !refused; i++)
			refused = offered_foreign(desk, json_object_array_get_idx(rows, i));
	if (refused)
		refuse_app(reply);
	return refused;
}

/* In which order the rows are answered. */
static void places_deal(struct sandbox *sandbox, size_t *places, size_t count)
{
	for (size_t i = 0; i < count; i++)
		places[i] = i;
	if (sandbox->registry.settings.azure_row_order == 0)
		return;
	for (size_t i = count; i > 1; i--) {
		size_t other = (size_t)(chance_next(&sandbox->dice) % i), place = places[i - 1];

		places[i - 1] = places[other];
		places[other] = place;
	}
}

static void batch_take(const struct azure_desk *desk, struct json_object *rows, size_t count, struct buffer *out)
{
	struct offered offered[BATCH_EVENTS_MAX];
	enum verdict verdicts[BATCH_EVENTS_MAX];
	size_t places[BATCH_EVENTS_MAX];

	for (size_t i = 0; i < count; i++)
		verdicts[i] = offered_take(desk, json_object_array_get_idx(rows, i), i, &offered[i]);
	places_deal(desk->sandbox, places, count);
	(void)buffer_print(out, "{\"count\":%zu,\"result\":[", count);
	for (size_t i = 0; i < count; i++) {
		if (i)
			(void)buffer_text(out, ",");
		azure_print_row(desk, &offered[places[i]], verdicts[places[i]], out);
	}
	(void)buffer_text(out, "]}");
}

void azure_batch(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	const struct bearer *bearer = azure_enter(sandbox, request, reply);
	struct json_object *document JSON_CLEANUP = bearer ? read_body(request, reply) : NULL;
	struct azure_desk desk = desk_open(sandbox, request, bearer);
	struct json_object *rows = json_member(document, "request");
	size_t count = json_object_is_type(rows, json_type_array) ? json_object_array_length(rows) : 0;

	if (!document)
		return;
	if (count < 1 || count > BATCH_EVENTS_MAX || json_object_object_length(document) != 1)
		reply_azure_error(reply, 400, "BadArgument", "request",
				  "The body must be {\"request\": [...]} with 1 to %d events.", BATCH_EVENTS_MAX);
	else if (!batch_refused(&desk, rows, count, reply))
		batch_take(&desk, rows, count, &reply->body);
}
