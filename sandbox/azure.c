/* SPDX-License-Identifier: Apache-2.0 */
/* Azure's metering service: one event, and a batch of them. */
#include "sandbox/azure.h"

#include "core/json.h"
#include "sandbox/fields.h"
#include "sandbox/routes.h"
#include "sandbox/state.h"

#include <apollo/kit.h>
#include <string.h>
#include <strings.h>

enum verdict {
	VERDICT_ACCEPTED, VERDICT_EXPIRED, VERDICT_DUPLICATE, VERDICT_ERROR, VERDICT_NOT_FOUND, VERDICT_NOT_AUTHORIZED,
	VERDICT_NOT_ACTIVE, VERDICT_BAD_DIMENSION, VERDICT_BAD_QUANTITY, VERDICT_BAD_ARGUMENT
};

/* What a verdict looks like: in a row of a batch, and as the answer to a single call. */
static const struct {
	const char *status; /* of the row */
	unsigned http;      /* of the single call */
	const char *code;   /* of the error */
	const char *target; /* of its detail; NULL: what the event says */
	const char *message;
} verdicts[] = {
	[VERDICT_ACCEPTED] = {"Accepted", 200, NULL, NULL, NULL},
	[VERDICT_EXPIRED] = {"Expired", 400, "BadArgument", "effectiveStartTime",
			     "The usage began too long ago, or has not begun yet."},
	[VERDICT_DUPLICATE] = {"Duplicate", 409, "Conflict", NULL, "Usage of this hour has been accepted before."},
	[VERDICT_ERROR] = {"Error", 500, "InternalError", NULL, "The event could not be processed."},
	[VERDICT_NOT_FOUND] = {"ResourceNotFound", 400, "BadArgument", "resourceId",
			       "No such resource is known, or it is not active."},
	[VERDICT_NOT_AUTHORIZED] = {"ResourceNotAuthorized", 403, "Forbidden", "resourceId",
				    "This application may not report usage of the resource."},
	[VERDICT_NOT_ACTIVE] = {"ResourceNotActive", 400, "BadArgument", "resourceId",
				"The resource is not in the state Subscribed."},
	[VERDICT_BAD_DIMENSION] = {"InvalidDimension", 400, "BadArgument", "dimension",
				   "The plan has no such dimension."},
	[VERDICT_BAD_QUANTITY] = {"InvalidQuantity", 400, "BadArgument", "quantity",
				  "The quantity must be a number above zero."},
	[VERDICT_BAD_ARGUMENT] = {"BadArgument", 400, "BadArgument", NULL, "The member is missing or malformed."},
};

/* One event as it was sent. */
struct offered {
	struct json_object *row;
	const char *dimension, *plan, *time; /* texts, or NULL */
	const char *wrong;                   /* the member that BAD_ARGUMENT means */
	bool sized;                          /* quantity is a number that the books can hold */
	bool rounded;                        /* it had more than six places */
	int64_t quantity, start;
	uint32_t resource; /* TABLE_NONE: not known */
	uint32_t event;    /* accepted: it; duplicate: the one before */
};

struct desk {
	struct sandbox *sandbox;
	const struct bearer *bearer;
	int64_t now;
	const struct fault *fail, *occupy; /* faults for rows, or NULL */
};

/* ---- coming in --------------------------------------------------------------------------------------------- */

static void refuse_token(const struct sandbox *sandbox, struct reply *reply, int state)
{
	unsigned status = (unsigned)sandbox->registry.settings.token_status;
	const char *why = state == BEARER_MISSING ? "missing" : state == BEARER_EXPIRED ? "expired" :
			  state == BEARER_REVOKED ? "revoked" : "not valid";

	reply_azure_error(reply, status, status == 401 ? "Unauthorized" : "Forbidden", NULL, "The access token is %s.", why);
	if (status == 401)
		reply_header(reply, "WWW-Authenticate", "Bearer error=\"invalid_token\"");
}

const struct bearer *azure_enter(struct sandbox *sandbox, const struct request *request, struct reply *reply)
{
	const char *version = request_query(request, "api-version");
	struct bearer *bearer = NULL;
	int state;

	if (!version || strcmp(version, "2018-08-31") != 0) {
		reply_azure_error(reply, 400, "BadArgument", "api-version",
				  version ? "This api-version is not supported." : "The parameter api-version is missing.");
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
		reply_azure_error(reply, 415, "UnsupportedMediaType", NULL, "The Content-Type must be application/json.");
		return NULL;
	}
	if (json_read(buffer_string(&request->body), request->body.size, "the body", &document, &error) < 0 ||
	    !json_object_is_type(document, json_type_object)) {
		json_object_put(document);
		reply_azure_error(reply, 400, "BadArgument", "usageEventRequest", "%s",
				  *error.message ? error.message : "The body must be an object.");
		return NULL;
	}
	return document;
}

/* ---- reading one event ------------------------------------------------------------------------------------- */

/* The first member that has no business in an event, or NULL. */
static const char *unknown_member(struct json_object *row)
{
	static const char *const members[] = {"resourceId", "resourceUri", "quantity", "dimension", "effectiveStartTime",
					      "planId"};

	json_object_object_foreach(row, name, value)
	{
		size_t i = 0;

		(void)value;
		while (i < sizeof(members) / sizeof(*members) && strcmp(members[i], name) != 0)
			i++;
		if (i == sizeof(members) / sizeof(*members))
			return "usageEventRequest";
	}
	return NULL;
}

/* A text of reasonable length, or NULL. */
static const char *short_text(struct json_object *row, const char *name, size_t most)
{
	const char *text = plain_text(json_member(row, name));

	return text && *text && strlen(text) <= most ? text : NULL;
}

static const char *read_quantity(const struct settings *settings, struct json_object *row, struct offered *offered)
{
	struct json_object *quantity = json_member(row, "quantity");
	const char *digits;
	size_t size;

	if (!quantity || (json_object_is_type(quantity, json_type_string) && !settings->text_quantity))
		return "quantity";
	digits = json_digits(quantity, &size);
	if (!digits)
		return "quantity";
	offered->sized = apollo_quantity_parse(digits, size, APOLLO_EXACT, &offered->quantity) == 0;
	if (offered->sized)
		return NULL;
	/* Finer than the books' millionths: it is taken as a double would be, and said so. */
	offered->rounded = apollo_quantity_parse(digits, size, APOLLO_HALF_EVEN, &offered->quantity) == 0;
	offered->sized = offered->rounded;
	return NULL;
}

static const char *read_resource(struct sandbox *sandbox, struct json_object *row, struct offered *offered)
{
	struct json_object *id = json_member(row, "resourceId"), *uri = json_member(row, "resourceUri");
	const char *id_text = plain_text(id), *uri_text = short_text(row, "resourceUri", URI_MAX);
	char lower[GUID_TEXT];

	offered->resource = TABLE_NONE;
	if ((!id && !uri) || (id && uri && !sandbox->registry.settings.both_ids))
		return id ? "resourceUri" : "resourceId";
	if (id && (!id_text || !guid_read(id_text, lower)))
		return "resourceId";
	if (uri && (!uri_text || *uri_text != '/'))
		return "resourceUri";
	offered->resource = resource_open(sandbox, id ? lower : NULL, uri ? uri_text : NULL);
	/* Two ids of different resources name none. */
	if (id && uri && offered->resource != TABLE_NONE &&
	    strcmp(sandbox->registry.resources[offered->resource].id, lower) != 0)
		offered->resource = TABLE_NONE;
	return NULL;
}

/* Fills *offered; gives the first wrong member, or NULL. */
static const char *offered_read(struct sandbox *sandbox, struct json_object *row, struct offered *offered)
{
	const char *wrong;

	*offered = (struct offered){.row = row, .resource = TABLE_NONE, .event = TABLE_NONE};
	if (!json_object_is_type(row, json_type_object))
		return "usageEventRequest";
	offered->dimension = short_text(row, "dimension", NAME_MAX_BYTES);
	offered->plan = short_text(row, "planId", NAME_MAX_BYTES);
	offered->time = short_text(row, "effectiveStartTime", APOLLO_TIME_TEXT * 2);
	wrong = unknown_member(row);
	if (!wrong)
		wrong = read_resource(sandbox, row, offered);
	if (!wrong)
		wrong = read_quantity(&sandbox->registry.settings, row, offered);
	if (!wrong && !offered->dimension)
		wrong = "dimension";
	if (!wrong && (!offered->time ||
		       apollo_time_parse(offered->time, strlen(offered->time), 1, &offered->start) < 0))
		wrong = "effectiveStartTime";
	if (!wrong && !offered->plan)
		wrong = "planId";
	return wrong;
}

/* ---- the checks -------------------------------------------------------------------------------------------- */

static const struct resource *resource_of(const struct desk *desk, const struct offered *offered)
{
	return offered->resource == TABLE_NONE ? NULL : &desk->sandbox->registry.resources[offered->resource];
}

static bool in_list(const uint32_t *list, size_t count, uint32_t wanted)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == wanted)
			return true;
	return false;
}

static enum verdict check_resource(const struct desk *desk, struct offered *offered)
{
	return resource_of(desk, offered) ? VERDICT_ACCEPTED : VERDICT_NOT_FOUND;
}

static enum verdict check_authorised(const struct desk *desk, struct offered *offered)
{
	const struct resource *resource = resource_of(desk, offered);
	uint32_t client = desk->sandbox->registry.apps[desk->bearer->principal].client;

	return resource && resource->apps && !in_list(resource->apps, resource->app_count, client) ? VERDICT_NOT_AUTHORIZED
												     : VERDICT_ACCEPTED;
}

/* Usage from before a cancellation is still taken after it. */
static enum verdict check_active(const struct desk *desk, struct offered *offered)
{
	const struct resource *resource = resource_of(desk, offered);

	if (!resource || resource->state == RESOURCE_SUBSCRIBED ||
	    (resource->state == RESOURCE_UNSUBSCRIBED && offered->start < resource->ended))
		return VERDICT_ACCEPTED;
	return VERDICT_NOT_ACTIVE;
}

static enum verdict check_plan(const struct desk *desk, struct offered *offered)
{
	const struct resource *resource = resource_of(desk, offered);

	if (!resource || !resource->plan || strcmp(names_text(&desk->sandbox->names, resource->plan), offered->plan) == 0)
		return VERDICT_ACCEPTED;
	offered->wrong = "planId";
	return VERDICT_BAD_ARGUMENT;
}

static enum verdict check_dimension(const struct desk *desk, struct offered *offered)
{
	const struct resource *resource = resource_of(desk, offered);

	if (!resource || !resource->dimensions ||
	    in_list(resource->dimensions, resource->dimension_count, names_find(&desk->sandbox->names, offered->dimension)))
		return VERDICT_ACCEPTED;
	return VERDICT_BAD_DIMENSION;
}

static enum verdict check_quantity(const struct desk *desk, struct offered *offered)
{
	(void)desk;
	return offered->sized && offered->quantity > 0 ? VERDICT_ACCEPTED : VERDICT_BAD_QUANTITY;
}

static enum verdict check_time(const struct desk *desk, struct offered *offered)
{
	bool hourly = desk->sandbox->registry.settings.window == 1;
	int64_t now = desk->now, start = offered->start;

	if (start > now)
		return VERDICT_EXPIRED;
	if (hourly) {
		now -= now % APOLLO_HOUR;
		start -= start % APOLLO_HOUR;
	}
	return start < now - APOLLO_DAY ? VERDICT_EXPIRED : VERDICT_ACCEPTED;
}

static enum verdict check_duplicate(const struct desk *desk, struct offered *offered)
{
	uint32_t dimension = names_find(&desk->sandbox->names, offered->dimension);

	if (dimension != TABLE_NONE && offered->resource != TABLE_NONE)
		offered->event = books_slot(&desk->sandbox->books, offered->resource, dimension, offered->start);
	return offered->event == TABLE_NONE ? VERDICT_ACCEPTED : VERDICT_DUPLICATE;
}

static enum verdict (*const checks[CHECK_COUNT])(const struct desk *desk, struct offered *offered) = {
	[CHECK_RESOURCE] = check_resource,   [CHECK_AUTHORISED] = check_authorised, [CHECK_ACTIVE] = check_active,
	[CHECK_PLAN] = check_plan,	     [CHECK_DIMENSION] = check_dimension,   [CHECK_QUANTITY] = check_quantity,
	[CHECK_TIME] = check_time,	     [CHECK_DUPLICATE] = check_duplicate};

/* ---- taking ------------------------------------------------------------------------------------------------ */

static uint32_t offered_enter(const struct desk *desk, const struct offered *offered, int64_t quantity, bool foreign)
{
	struct sandbox *sandbox = desk->sandbox;
	struct event event = {.resource = offered->resource,
			      .dimension = names_enter(&sandbox->names, offered->dimension),
			      .plan = names_enter(&sandbox->names, offered->plan),
			      .time = names_enter(&sandbox->names, offered->time),
			      .start = offered->start,
			      .taken = desk->now,
			      .quantity = quantity,
			      .foreign = foreign};

	if (event.dimension == TABLE_NONE || event.plan == TABLE_NONE || event.time == TABLE_NONE)
		return TABLE_NONE;
	return books_enter_event(&sandbox->books, &event);
}

static enum verdict judge(const struct desk *desk, struct offered *offered, size_t place)
{
	const int *order = desk->sandbox->registry.settings.order;
	enum verdict verdict = VERDICT_ACCEPTED;

	for (int i = 0; i < CHECK_COUNT && verdict == VERDICT_ACCEPTED; i++)
		verdict = checks[order[i]](desk, offered);
	if (verdict == VERDICT_ACCEPTED && offered->resource == TABLE_NONE)
		verdict = VERDICT_NOT_FOUND;
	if (verdict != VERDICT_ACCEPTED || !desk->occupy || !fault_row(desk->occupy, place))
		return verdict;
	/* The fault: somebody else filled the slot of a good event just before it came. */
	offered->event = offered_enter(desk, offered, desk->occupy->quantity, true);
	return offered->event == TABLE_NONE ? VERDICT_ERROR : VERDICT_DUPLICATE;
}

/* The word of a fault for rows as a verdict; the generic error unless it is one of them. */
static enum verdict fault_verdict(const struct fault *fault)
{
	for (size_t i = 1; i < sizeof(verdicts) / sizeof(*verdicts); i++)
		if (i != VERDICT_DUPLICATE && strcmp(verdicts[i].status, fault->text) == 0)
			return (enum verdict)i;
	return VERDICT_ERROR;
}

static void count_verdict(const struct desk *desk, const struct offered *offered, enum verdict verdict)
{
	struct azure_counts *counts = &desk->sandbox->books.azure;

	if (verdict == VERDICT_DUPLICATE && desk->sandbox->books.events[offered->event].quantity == offered->quantity)
		counts->duplicate_equal++;
	else if (verdict == VERDICT_DUPLICATE)
		counts->duplicate_different++;
	else if (verdict != VERDICT_ACCEPTED)
		counts->rejected++;
}

/* Judges an event and takes it if it is good. */
static enum verdict offered_take(const struct desk *desk, struct json_object *row, size_t place, struct offered *offered)
{
	enum verdict verdict;

	offered->wrong = offered_read(desk->sandbox, row, offered);
	if (offered->wrong)
		verdict = VERDICT_BAD_ARGUMENT;
	else if (desk->fail && fault_row(desk->fail, place))
		verdict = fault_verdict(desk->fail);
	else
		verdict = judge(desk, offered, place);
	if (verdict == VERDICT_ACCEPTED) {
		offered->event = offered_enter(desk, offered, offered->quantity, false);
		if (offered->event == TABLE_NONE)
			verdict = VERDICT_ERROR;
		else if (offered->rounded)
			books_violation(desk->sandbox, "fine-quantity", "%s %s: more than six places",
					desk->sandbox->registry.resources[offered->resource].id, offered->time);
	}
	count_verdict(desk, offered, verdict);
	return verdict;
}

/* ---- answering --------------------------------------------------------------------------------------------- */

static void print_text(struct buffer *out, const char *text)
{
	(void)buffer_append(out, text, strlen(text));
}

static void print_member(struct buffer *out, const char *name, struct json_object *value)
{
	if (!value)
		return;
	print_text(out, name);
	print_text(out, json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

/* Both ids where the resource is known, else what was sent. */
static void print_resource(const struct desk *desk, const struct offered *offered, struct buffer *out)
{
	const struct resource *resource = resource_of(desk, offered);

	if (!resource) {
		print_member(out, ",\"resourceId\":", json_member(offered->row, "resourceId"));
		print_member(out, ",\"resourceUri\":", json_member(offered->row, "resourceUri"));
		return;
	}
	print_text(out, ",\"resourceId\":\"");
	(void)buffer_append(out, resource->id, GUID_TEXT - 1);
	print_text(out, "\"");
	if (resource->uri) {
		print_text(out, ",\"resourceUri\":");
		names_json(&desk->sandbox->names, resource->uri, out);
	}
}

static void print_message_time(struct buffer *out, int64_t time)
{
	char text[APOLLO_TIME_TEXT];

	print_text(out, ",\"messageTime\":\"");
	print_text(out, apollo_time_format(time, text));
	print_text(out, "\"");
}

static void print_sent(const struct desk *desk, const struct offered *offered, struct buffer *out)
{
	print_resource(desk, offered, out);
	print_member(out, ",\"quantity\":", json_member(offered->row, "quantity"));
	print_member(out, ",\"dimension\":", json_member(offered->row, "dimension"));
	print_member(out, ",\"effectiveStartTime\":", json_member(offered->row, "effectiveStartTime"));
	print_member(out, ",\"planId\":", json_member(offered->row, "planId"));
}

/* An event of the books, as it was when it was taken. */
static void print_held(const struct desk *desk, const struct offered *offered, const char *status, struct buffer *out)
{
	const struct sandbox *sandbox = desk->sandbox;
	const struct event *event = &sandbox->books.events[offered->event];
	char id[GUID_TEXT], quantity[APOLLO_QUANTITY_TEXT];

	event_id(sandbox->seed, offered->event, id);
	print_text(out, "{\"usageEventId\":\"");
	print_text(out, id);
	print_text(out, "\",\"status\":\"");
	print_text(out, status);
	print_text(out, "\"");
	print_message_time(out, event->taken);
	print_resource(desk, offered, out);
	print_text(out, ",\"quantity\":");
	print_text(out, apollo_quantity_format(event->quantity, quantity));
	print_text(out, ",\"dimension\":");
	names_json(&sandbox->names, event->dimension, out);
	print_text(out, ",\"effectiveStartTime\":");
	names_json(&sandbox->names, event->time, out);
	print_text(out, ",\"planId\":");
	names_json(&sandbox->names, event->plan, out);
	print_text(out, "}");
}

static void print_error(const struct desk *desk, const struct offered *offered, enum verdict verdict, struct buffer *out)
{
	const char *target = verdicts[verdict].target ? verdicts[verdict].target : offered->wrong;

	(void)buffer_print(out, "{\"code\":\"%s\"", verdicts[verdict].code);
	if (verdict == VERDICT_DUPLICATE) {
		(void)buffer_print(out, ",\"message\":\"%s\",\"additionalInfo\":{\"acceptedMessage\":",
				   verdicts[verdict].message);
		print_held(desk, offered, "Duplicate", out);
		print_text(out, "}}");
		return;
	}
	(void)buffer_print(out, ",\"target\":\"usageEventRequest\",\"message\":\"%s\"",
			   target ? "One or more members were refused." : verdicts[verdict].message);
	if (target)
		(void)buffer_print(out, ",\"details\":[{\"code\":\"%s\",\"target\":\"%s\",\"message\":\"%s\"}]",
				   verdicts[verdict].code, target, verdicts[verdict].message);
	print_text(out, "}");
}

static void print_row(const struct desk *desk, const struct offered *offered, enum verdict verdict, struct buffer *out)
{
	if (verdict == VERDICT_ACCEPTED) {
		print_held(desk, offered, "Accepted", out);
		return;
	}
	print_text(out, "{\"status\":\"");
	print_text(out, verdicts[verdict].status);
	print_text(out, "\"");
	if (desk->sandbox->registry.settings.failed_time == 1)
		print_text(out, ",\"messageTime\":\"0001-01-01T00:00:00\"");
	else
		print_message_time(out, desk->now);
	print_sent(desk, offered, out);
	print_text(out, ",\"error\":");
	print_error(desk, offered, verdict, out);
	print_text(out, "}");
}

/* ---- the routes -------------------------------------------------------------------------------------------- */

static struct desk desk_open(struct sandbox *sandbox, const struct request *request, const struct bearer *bearer)
{
	return (struct desk){.sandbox = sandbox,
			     .bearer = bearer,
			     .now = calendar_now(&sandbox->calendar),
			     .fail = plan_fault(&sandbox->faults, &request->plan, FAULT_ROWS),
			     .occupy = plan_fault(&sandbox->faults, &request->plan, FAULT_OCCUPY)};
}

void azure_single(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	const struct bearer *bearer = azure_enter(sandbox, request, reply);
	struct json_object *document JSON_CLEANUP = bearer ? read_body(request, reply) : NULL;
	struct desk desk = desk_open(sandbox, request, bearer);
	struct offered offered;
	enum verdict verdict;

	if (!document)
		return;
	verdict = offered_take(&desk, document, 0, &offered);
	reply->status = verdicts[verdict].http;
	if (verdict == VERDICT_ACCEPTED)
		print_held(&desk, &offered, "Accepted", &reply->body);
	else if (verdict == VERDICT_NOT_AUTHORIZED)
		reply_azure_error(reply, 403, verdicts[verdict].code, NULL, "%s", verdicts[verdict].message);
	else
		print_error(&desk, &offered, verdict, &reply->body);
}

void azure_batch(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	const struct bearer *bearer = azure_enter(sandbox, request, reply);
	struct json_object *document JSON_CLEANUP = bearer ? read_body(request, reply) : NULL;
	struct desk desk = desk_open(sandbox, request, bearer);
	struct json_object *rows = json_member(document, "request");
	size_t count = json_object_is_type(rows, json_type_array) ? json_object_array_length(rows) : 0;
	struct offered offered;

	if (!document)
		return;
	if (count < 1 || count > BATCH_EVENTS_MAX || json_object_object_length(document) != 1) {
		reply_azure_error(reply, 400, "BadArgument", "request",
				  "The body must be {\"request\": [...]} with 1 to %d events.", BATCH_EVENTS_MAX);
		return;
	}
	(void)buffer_print(&reply->body, "{\"count\":%zu,\"result\":[", count);
	for (size_t i = 0; i < count; i++) {
		enum verdict verdict = offered_take(&desk, json_object_array_get_idx(rows, i), i, &offered);

		if (i)
			print_text(&reply->body, ",");
		print_row(&desk, &offered, verdict, &reply->body);
	}
	print_text(&reply->body, "]}");
}
