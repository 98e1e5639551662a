/* SPDX-License-Identifier: Apache-2.0 */
/* One usage event: reading it strictly, judging it, taking it. */
#include "core/json.h"
#include "sandbox/azure.h"
#include "sandbox/fields.h"
#include "sandbox/state.h"

#include <apollo/kit.h>
#include <string.h>
#include <strings.h>

/* ---- reading one event ------------------------------------------------------------------------------------- */

/* The first member that has no business in an event, or NULL. */
static const char *unknown_member(struct json_object *row)
{
	static const char *const members[] = {"resourceId", "resourceUri",	  "quantity",
					      "dimension",  "effectiveStartTime", "planId"};

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

	if (!quantity || (json_object_is_type(quantity, json_type_string) && !settings->azure_text_quantity))
		return "quantity";
	digits = plain_digits(quantity, &size);
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
	if ((!id && !uri) || (id && uri && !sandbox->registry.settings.azure_both_ids))
		return id ? "resourceUri" : "resourceId";
	if (id && (!id_text || !guid_read(id_text, lower)))
		return "resourceId";
	if (uri && (!uri_text || *uri_text != '/'))
		return "resourceUri";
	offered->resource = resource_open(sandbox, id ? lower : NULL, uri ? uri_text : NULL);	return NULL;
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

static const struct resource *resource_of(const struct azure_desk *desk, const struct offered *offered)
{
	return offered->resource == TABLE_NONE ? NULL : &desk->sandbox->registry.resources[offered->resource];
}

static enum verdict check_resource(const struct azure_desk *desk, struct offered *offered)
{
	const struct resource *resource = resource_of(desk, offered);

	return resource && resource->state != RESOURCE_DELETED ? VERDICT_ACCEPTED : VERDICT_NOT_FOUND;
}

bool azure_may_meter(const struct sandbox *sandbox, const struct resource *resource, const struct bearer *bearer)
{
	const struct app *app = &sandbox->registry.apps[bearer->principal];
	const char *tenant = names_text(&sandbox->names, app->tenant),
		   *client = names_text(&sandbox->names, app->client);
	size_t size = strlen(tenant);

	for (size_t i = 0; i < resource->app_count; i++) {
		const char *may = names_text(&sandbox->names, resource->apps[i]);

		if (strncasecmp(may, tenant, size) == 0 && may[size] == '/')
			may += size + 1;
		if (strcasecmp(may, client) == 0)
			return true;
	}
	return !resource->apps;
}

static enum verdict check_authorised(const struct azure_desk *desk, struct offered *offered)
{
	const struct resource *resource = resource_of(desk, offered);

	return !resource || azure_may_meter(desk->sandbox, resource, desk->bearer) ? VERDICT_ACCEPTED
										   : VERDICT_NOT_AUTHORIZED;
}

/* Usage from before a cancellation is still taken after it. */
static enum verdict check_active(const struct azure_desk *desk, struct offered *offered)
{
	const struct resource *resource = resource_of(desk, offered);

	if (!resource || resource->state == RESOURCE_SUBSCRIBED ||
	    (resource->state == RESOURCE_UNSUBSCRIBED && offered->start < resource->ended))
		return VERDICT_ACCEPTED;
	return VERDICT_NOT_ACTIVE;
}

static enum verdict check_plan(const struct azure_desk *desk, struct offered *offered)
{
	const struct resource *resource = resource_of(desk, offered);
	bool any_case = desk->sandbox->registry.settings.azure_plan_case == 1;
	const char *plan = resource ? names_text(&desk->sandbox->names, resource->plan) : "";

	if (!*plan || (any_case ? strcasecmp(plan, offered->plan) : strcmp(plan, offered->plan)) == 0)
		return VERDICT_ACCEPTED;
	offered->wrong = "planId";
	return VERDICT_BAD_ARGUMENT;
}

static enum verdict check_dimension(const struct azure_desk *desk, struct offered *offered)
{
	const struct resource *resource = resource_of(desk, offered);
	uint32_t dimension = names_find(&desk->sandbox->names, offered->dimension);

	if (!resource || !resource->dimensions)
		return VERDICT_ACCEPTED;
	for (size_t i = 0; i < resource->dimension_count; i++)
		if (resource->dimensions[i] == dimension)
			return VERDICT_ACCEPTED;
	return VERDICT_BAD_DIMENSION;
}

static enum verdict check_quantity(const struct azure_desk *desk, struct offered *offered)
{
	(void)desk;
	return offered->sized && offered->quantity > 0 ? VERDICT_ACCEPTED : VERDICT_BAD_QUANTITY;
}

static enum verdict check_time(const struct azure_desk *desk, struct offered *offered)
{
	bool hourly = desk->sandbox->registry.settings.azure_window == 1;
	int64_t now = desk->now, start = offered->start;

	if (start > now)
		return VERDICT_EXPIRED;
	if (hourly) {
		now -= now % APOLLO_HOUR;
		start -= start % APOLLO_HOUR;
	}
	return start < now - APOLLO_DAY ? VERDICT_EXPIRED : VERDICT_ACCEPTED;
}

/* Where an event belongs: a slot of the books.  An unknown name has no slot that could be taken. */
static struct slot slot_of(const struct azure_desk *desk, const struct offered *offered)
{
	const struct sandbox *sandbox = desk->sandbox;

	return (struct slot){
		.resource = offered->resource,
		.dimension = names_find(&sandbox->names, offered->dimension),
		.plan = sandbox->registry.settings.azure_plan_in_key ? names_find(&sandbox->names, offered->plan) : 0,
		.hour = offered->start / APOLLO_HOUR};
}

static enum verdict check_duplicate(const struct azure_desk *desk, struct offered *offered)
{
	struct slot slot = slot_of(desk, offered);

	offered->event = books_slot(&desk->sandbox->books, &slot);
	return offered->event == TABLE_NONE ? VERDICT_ACCEPTED : VERDICT_DUPLICATE;
}

static enum verdict (*const checks[CHECK_COUNT])(const struct azure_desk *desk, struct offered *offered) = {
	[CHECK_RESOURCE] = check_resource,   [CHECK_AUTHORISED] = check_authorised, [CHECK_ACTIVE] = check_active,
	[CHECK_PLAN] = check_plan,	     [CHECK_DIMENSION] = check_dimension,   [CHECK_QUANTITY] = check_quantity,
	[CHECK_TIME] = check_time,	     [CHECK_DUPLICATE] = check_duplicate};

/* ---- taking ------------------------------------------------------------------------------------------------ */

static uint32_t offered_enter(const struct azure_desk *desk, const struct offered *offered, int64_t quantity,
			      bool foreign)
{
	struct sandbox *sandbox = desk->sandbox;
	uint32_t dimension = names_enter(&sandbox->names, offered->dimension);
	struct event event = {.plan = names_enter(&sandbox->names, offered->plan),
			      .time = names_enter(&sandbox->names, offered->time),
			      .start = offered->start,
			      .taken = desk->now,
			      .quantity = quantity,
			      .foreign = foreign};

	if (dimension == TABLE_NONE || event.plan == TABLE_NONE || event.time == TABLE_NONE)
		return TABLE_NONE;
	event.slot = slot_of(desk, offered);
	return books_enter_event(&sandbox->books, &event);
}

static enum verdict judge(const struct azure_desk *desk, struct offered *offered, size_t place)
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

static void count_verdict(const struct azure_desk *desk, const struct offered *offered, enum verdict verdict)
{
	struct azure_counts *counts = &desk->sandbox->books.azure;

	if (verdict == VERDICT_DUPLICATE && desk->sandbox->books.events[offered->event].quantity == offered->quantity)
		counts->duplicate_equal++;
	else if (verdict == VERDICT_DUPLICATE)
		counts->duplicate_different++;
	else if (verdict != VERDICT_ACCEPTED)
		counts->rejected++;
}

bool offered_foreign(const struct azure_desk *desk, struct json_object *row)
{
	struct offered offered;

	return !offered_read(desk->sandbox, row, &offered) &&
	       check_authorised(desk, &offered) == VERDICT_NOT_AUTHORIZED;
}

enum verdict offered_take(const struct azure_desk *desk, struct json_object *row, size_t place, struct offered *offered)
{
	enum verdict verdict;

	offered->wrong = offered_read(desk->sandbox, row, offered);
	if (offered->wrong)
		verdict = VERDICT_BAD_ARGUMENT;
	else if (desk->fail && fault_row(desk->fail, place))
		verdict = *desk->fail->text ? verdict_find(desk->fail->text) : VERDICT_ERROR;
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

