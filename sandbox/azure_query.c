/* SPDX-License-Identifier: Apache-2.0 */
/* Azure's own record of usage, a row for each day, and the control route that sets the state of its rows. */
#include "core/json.h"
#include "sandbox/azure.h"
#include "sandbox/fields.h"
#include "sandbox/routes.h"
#include "sandbox/state.h"

#include <apollo/kit.h>
#include <string.h>
#include <strings.h>

enum { QUERY_DAYS_MAX = 3700 };

struct query {
	const struct bearer *bearer;
	int64_t first, last; /* days since 1970 */
	const char *offer, *plan, *dimension, *subscription, *recon;
};

static bool query_read(struct sandbox *sandbox, const struct request *request, const struct bearer *bearer,
		       struct query *query, struct reply *reply)
{
	const char *start = request_query(request, "usageStartDate"), *end = request_query(request, "UsageEndDate");
	int64_t from, to = calendar_now(&sandbox->calendar);

	if (!start || !calendar_loose(start, &from)) {
		reply_azure_error(reply, 400, "BadArgument", "usageStartDate",
				  "It must be a date such as 2026-11-01 or 2026-11-01T15:00.");
		return false;
	}
	if ((end && !calendar_loose(end, &to)) || to < from || to - from > QUERY_DAYS_MAX * APOLLO_DAY) {
		reply_azure_error(reply, 400, "BadArgument", "UsageEndDate",
				  "It must be a date at or behind usageStartDate, by at most %d days.", QUERY_DAYS_MAX);
		return false;
	}
	*query = (struct query){.bearer = bearer, .first = from / APOLLO_DAY, .last = to / APOLLO_DAY,
				.offer = request_query(request, "offerId"), .plan = request_query(request, "planId"),
				.dimension = request_query(request, "dimension"),
				.subscription = request_query(request, "azureSubscriptionId"),
				.recon = request_query(request, "reconStatus")};
	return true;
}

/* What shows of a row's events, where they take a while to. */
struct shown {
	int64_t quantity, count;
	int state;
};

static struct shown day_shown(const struct sandbox *sandbox, const struct usage_day *day)
{
	const struct settings *settings = &sandbox->registry.settings;
	const struct books *books = &sandbox->books;
	int64_t now = calendar_now(&sandbox->calendar);
	struct shown shown = {.quantity = day->quantity, .count = day->count,
			      .state = usage_day_state(day, now, settings->azure_recon_delay)};

	if (!settings->azure_query_delay)
		return shown;
	for (uint32_t i = day->last; i != TABLE_NONE; i = books->events[i].earlier)
		if (now - books->events[i].taken < settings->azure_query_delay) {
			shown.quantity -= books->events[i].quantity;
			shown.count--;
		}
	return shown;
}

static bool is_or_any(const struct sandbox *sandbox, const char *wanted, uint32_t name)
{
	return !wanted || strcasecmp(names_text(&sandbox->names, name), wanted) == 0;
}

static bool day_wanted(const struct sandbox *sandbox, const struct query *query, const struct usage_day *day,
		       const struct shown *shown)
{
	const struct resource *resource = &sandbox->registry.resources[day->resource];

	return shown->count && shown->state != RECON_HIDDEN && azure_may_meter(sandbox, resource, query->bearer) &&
	       is_or_any(sandbox, query->offer, resource->offer) && is_or_any(sandbox, query->plan, day->plan) &&
	       is_or_any(sandbox, query->dimension, day->dimension) &&
	       is_or_any(sandbox, query->subscription, resource->subscription) &&
	       (!query->recon || strcasecmp(query->recon, recon_words[shown->state]) == 0);
}

/* What was processed of a row: all, nothing, or what a test said. */
static int64_t day_processed(const struct usage_day *day, const struct shown *shown)
{
	if (shown->state == RECON_MISMATCH)
		return day->processed;
	return shown->state == RECON_ACCEPTED ? shown->quantity : 0;
}

static void print_name(const struct sandbox *sandbox, struct buffer *out, const char *name, uint32_t number)
{
	(void)buffer_print(out, ",\"%s\":", name);
	names_json(&sandbox->names, number, out);
}

static void print_day(const struct sandbox *sandbox, const struct usage_day *day, const struct shown *shown,
		      struct buffer *out)
{
	const struct resource *resource = &sandbox->registry.resources[day->resource];
	bool named = shown->state == RECON_ACCEPTED || shown->state == RECON_MISMATCH;
	char time[APOLLO_TIME_TEXT], submitted[APOLLO_QUANTITY_TEXT], processed[APOLLO_QUANTITY_TEXT];

	(void)buffer_print(out, "{\"usageDate\":\"%s\",\"usageResourceId\":\"%s\"",
			   apollo_time_format((int64_t)day->day * APOLLO_DAY, time), resource->id);
	print_name(sandbox, out, "dimension", day->dimension);
	print_name(sandbox, out, "planId", day->plan);
	print_name(sandbox, out, "planName", named ? day->plan : 0);
	print_name(sandbox, out, "offerId", resource->offer);
	print_name(sandbox, out, "offerName", named ? resource->offer : 0);
	(void)buffer_print(out, ",\"offerType\":\"%s\"", named ? resource->uri ? "Managed Application" : "SaaS" : "");
	if (resource->subscription)
		print_name(sandbox, out, "azureSubscriptionId", resource->subscription);
	(void)buffer_print(out,
			   ",\"reconStatus\":\"%s\",\"submittedQuantity\":%s,\"processedQuantity\":%s,"
			   "\"submittedCount\":%lld}",
			   recon_words[shown->state], apollo_quantity_format(shown->quantity, submitted),
			   apollo_quantity_format(day_processed(day, shown), processed), (long long)shown->count);
}

void azure_query(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	const struct bearer *bearer = azure_enter(sandbox, request, reply);
	const struct books *books = &sandbox->books;
	bool any = false;
	struct query query;

	if (!bearer || !query_read(sandbox, request, bearer, &query, reply))
		return;
	(void)buffer_text(&reply->body, "[");
	for (int64_t date = query.first; date <= query.last; date++) {
		for (uint32_t i = books_day(books, (uint32_t)date); i != TABLE_NONE; i = books->days[i].earlier) {
			struct shown shown = day_shown(sandbox, &books->days[i]);

			if (!day_wanted(sandbox, &query, &books->days[i], &shown))
				continue;
			(void)buffer_text(&reply->body, any ? "," : "");
			print_day(sandbox, &books->days[i], &shown, &reply->body);
			any = true;
		}
	}
	(void)buffer_text(&reply->body, "]");
}

/* ---- POST /sandbox/recon ----------------------------------------------------------------------------------- */

struct recon {
	const char *day, *resource, *dimension;
	int state;
	int64_t processed;
};

static int recon_read(struct json_object *document, struct recon *recon, struct error *error)
{
	static const char what[] = "a state";
	static const char *const members[] = {"day", "resource", "dimension", "state", "processed", NULL};
	int code;

	if ((code = fields_known(document, what, members, error)) < 0 ||
	    (code = field_required(document, what, "day", &recon->day, error)) < 0 ||
	    (code = field_text(document, what, "resource", &recon->resource, error)) < 0 ||
	    (code = field_text(document, what, "dimension", &recon->dimension, error)) < 0 ||
	    (code = field_choice(document, what, "state", recon_words, &recon->state, error)) < 0)
		return code;
	return field_decimal(document, what, "processed", &recon->processed, error);
}

static size_t recon_set(struct sandbox *sandbox, const struct recon *recon, int64_t date)
{
	struct books *books = &sandbox->books;
	size_t changed = 0;

	for (uint32_t i = books_day(books, (uint32_t)(date / APOLLO_DAY)); i != TABLE_NONE;
	     i = books->days[i].earlier) {
		struct usage_day *day = &books->days[i];

		if ((recon->resource &&
		     strcasecmp(recon->resource, sandbox->registry.resources[day->resource].id) != 0) ||
		    !is_or_any(sandbox, recon->dimension, day->dimension))
			continue;
		day->state = recon->state;
		day->processed = recon->processed;
		changed++;
	}
	return changed;
}

void control_recon(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	struct json_object *document JSON_CLEANUP = NULL;
	struct recon recon = {.state = RECON_AUTOMATIC};
	struct error error;
	int64_t date;

	if (fields_parse(buffer_string(&request->body), request->body.size, "the body", &document, &error) < 0 ||
	    recon_read(document, &recon, &error) < 0)
		reply_control_error(reply, 400, "%s", error.message);
	else if (!calendar_loose(recon.day, &date))
		reply_control_error(reply, 400, "\"day\" must be a date such as 2026-11-01");
	else
		(void)buffer_print(&reply->body, "{\"changed\":%zu}", recon_set(sandbox, &recon, date));
}
