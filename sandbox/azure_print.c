/* SPDX-License-Identifier: Apache-2.0 */
/* What an event is answered. */
#include "core/json.h"
#include "sandbox/azure.h"
#include "sandbox/state.h"

#include <apollo/kit.h>
#include <string.h>

const struct verdict_form verdict_forms[VERDICTS] = {
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

enum verdict verdict_find(const char *status)
{
	int verdict = 0;

	while (verdict < VERDICTS && strcmp(verdict_forms[verdict].status, status) != 0)
		verdict++;
	return (enum verdict)verdict;
}

/* ---- answering --------------------------------------------------------------------------------------------- */

static void print_member(struct buffer *out, const char *name, struct json_object *value)
{
	if (!value)
		return;
	(void)buffer_text(out, name);
	(void)buffer_text(
		out, json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

/* Both ids where the resource is known, else what was sent. */
static void print_resource(const struct azure_desk *desk, const struct offered *offered, struct buffer *out)
{
	const struct sandbox *sandbox = desk->sandbox;
	const struct resource *resource =
		offered->resource == TABLE_NONE ? NULL : &sandbox->registry.resources[offered->resource];

	if (!resource) {
		print_member(out, ",\"resourceId\":", json_member(offered->row, "resourceId"));
		print_member(out, ",\"resourceUri\":", json_member(offered->row, "resourceUri"));
		return;
	}
	(void)buffer_text(out, ",\"resourceId\":\"");
	(void)buffer_append(out, resource->id, GUID_TEXT - 1);
	(void)buffer_text(out, "\"");
	if (resource->uri) {
		(void)buffer_text(out, ",\"resourceUri\":");
		names_json(&sandbox->names, resource->uri, out);
	}
}

static void print_message_time(struct buffer *out, int64_t time)
{
	char text[APOLLO_TIME_TEXT];

	(void)buffer_text(out, ",\"messageTime\":\"");
	(void)buffer_text(out, apollo_time_format(time, text));
	(void)buffer_text(out, "\"");
}

/* A quantity as exact text, or as a service that keeps doubles writes it. */
static void print_quantity(const struct azure_desk *desk, const char *digits, struct buffer *out)
{
	(void)buffer_text(out, ",\"quantity\":");
	if (desk->sandbox->registry.settings.azure_quantity == 1)
		(void)buffer_print(out, "%.17g", strtod(digits, NULL));
	else
		(void)buffer_text(out, digits);
}

static void print_sent_quantity(const struct azure_desk *desk, struct json_object *quantity, struct buffer *out)
{
	if (json_object_is_type(quantity, json_type_double) || json_object_is_type(quantity, json_type_int))
		print_quantity(desk, json_object_to_json_string_ext(quantity, JSON_C_TO_STRING_PLAIN), out);
	else
		print_member(out, ",\"quantity\":", quantity);
}

static void print_sent(const struct azure_desk *desk, const struct offered *offered, struct buffer *out)
{
	print_resource(desk, offered, out);
	print_sent_quantity(desk, json_member(offered->row, "quantity"), out);
	print_member(out, ",\"dimension\":", json_member(offered->row, "dimension"));
	print_member(out, ",\"effectiveStartTime\":", json_member(offered->row, "effectiveStartTime"));
	print_member(out, ",\"planId\":", json_member(offered->row, "planId"));
}

void azure_print_held(const struct azure_desk *desk, const struct offered *offered, const char *status,
		      struct buffer *out)
{
	const struct sandbox *sandbox = desk->sandbox;
	const struct event *event = &sandbox->books.events[offered->event];
	char id[GUID_TEXT], quantity[APOLLO_QUANTITY_TEXT];

	event_id(sandbox->seed, offered->event, id);
	(void)buffer_text(out, "{\"usageEventId\":\"");
	(void)buffer_text(out, id);
	(void)buffer_text(out, "\",\"status\":\"");
	(void)buffer_text(out, status);
	(void)buffer_text(out, "\"");
	print_message_time(out, event->taken);
	print_resource(desk, offered, out);
	print_quantity(desk, apollo_quantity_format(event->quantity, quantity), out);
	(void)buffer_text(out, ",\"dimension\":");
	names_json(&sandbox->names, event->slot.dimension, out);
	(void)buffer_text(out, ",\"effectiveStartTime\":");
	names_json(&sandbox->names, event->time, out);
	(void)buffer_text(out, ",\"planId\":");
	names_json(&sandbox->names, event->plan, out);
	(void)buffer_text(out, "}");
}

void azure_print_error(const struct azure_desk *desk, const struct offered *offered, enum verdict verdict,
		       struct buffer *out)
{
	const char *target = verdict_forms[verdict].target ? verdict_forms[verdict].target : offered->wrong;

	if (!target && verdict == VERDICT_BAD_ARGUMENT) /* by a fault, of nothing in particular */
		target = "usageEventRequest";
	(void)buffer_print(out, "{\"code\":\"%s\"", verdict_forms[verdict].code);
	if (verdict == VERDICT_DUPLICATE) {
		(void)buffer_print(out, ",\"message\":\"%s\",\"additionalInfo\":{\"acceptedMessage\":",
				   verdict_forms[verdict].message);
		azure_print_held(desk, offered, "Duplicate", out);
		(void)buffer_text(out, "}}");
		return;
	}
	if (target)
		(void)buffer_print(out, ",\"target\":\"usageEventRequest\","
				   "\"message\":\"One or more members were refused.\","
				   "\"details\":[{\"code\":\"%s\",\"target\":\"%s\",\"message\":\"%s\"}]}",
				   verdict_forms[verdict].code, target, verdict_forms[verdict].message);
	else
		(void)buffer_print(out, ",\"message\":\"%s\"}", verdict_forms[verdict].message);
}

void azure_print_row(const struct azure_desk *desk, const struct offered *offered, enum verdict verdict,
		     struct buffer *out)
{
	if (verdict == VERDICT_ACCEPTED) {
		azure_print_held(desk, offered, "Accepted", out);
		return;
	}
	(void)buffer_text(out, "{\"status\":\"");
	(void)buffer_text(out, verdict_forms[verdict].status);
	(void)buffer_text(out, "\"");
	if (desk->sandbox->registry.settings.azure_failed_time == 1)
		(void)buffer_text(out, ",\"messageTime\":\"0001-01-01T00:00:00\"");
	else
		print_message_time(out, desk->now);
	print_sent(desk, offered, out);
	(void)buffer_text(out, ",\"error\":");
	azure_print_error(desk, offered, verdict, out);
	(void)buffer_text(out, "}");
}

