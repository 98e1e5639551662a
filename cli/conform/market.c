/* SPDX-License-Identifier: Apache-2.0 */
/* The pure functions of a market: prepare, encode, decode, admit_encode, admit_decode. */
#include "cli/conform/conform.h"

#include <inttypes.h>
#include <string.h>

enum { RECORDS_MAX = 100, HOSTILE_RECORDS = 3 };

/* A market that was opened, and records of one subscription to tell it. */
struct shop {
	struct instance *instance;
	const char *const *values;
	size_t count;
	struct apollo_record records[RECORDS_MAX];
	struct apollo_prepared prepared[RECORDS_MAX];
	struct apollo_item items[RECORDS_MAX];
};

static void shop_close(struct shop *shop)
{
	instance_close(&shop->instance);
}
#define SHOP_CLEANUP __attribute__((cleanup(shop_close)))

static bool shop_open(struct conform *conform, struct shop *shop)
{
	const struct apollo_market *market = conform->plugin->descriptor.market;
	PROBE_CLEANUP struct probe probe;
	struct error error = {0};

	probe_init(&probe);
	*shop = (struct shop){.instance = conform_open(conform)};
	if (!shop->instance)
		return false;
	shop->values = conform_values(conform, market->subscription_options, market->subscription_option_count);
	if (!shop->values)
		return false;
	conform_doing(conform, "check_subscription");
	if (instance_check_subscription(shop->instance, &probe.call, shop->values, &error) == 0)
		return true;
	conform_find(conform, "check_subscription: %s; give option values that it takes: NAME=VALUE", error.message);
	return false;
}

static struct apollo_record record_make(const struct shop *shop, size_t n)
{
	static char keys[RECORDS_MAX][40];
	const int64_t hour = CONFORM_NOW - CONFORM_NOW % APOLLO_HOUR - 2 * APOLLO_HOUR;

	(void)snprintf(keys[n], sizeof(keys[n]), "check/1/%04zu/%" PRId64, n, hour / APOLLO_HOUR);
	return (struct apollo_record){.size = sizeof(struct apollo_record), .subscription = shop->values,
				      .dimension = n % 2 ? "one" : "another",
				      .quantity = (int64_t)(n + 1) * shop->instance->limits.step_min, .start = hour,
				      .end = hour + APOLLO_HOUR, .key = keys[n]};
}

/* Prepares `count` records; what they are lives in the conform's scope. */
static bool shop_fill(struct conform *conform, struct shop *shop, size_t count)
{
	PROBE_CLEANUP struct probe probe;

	probe_init(&probe);
	for (size_t i = 0; i < count; i++) {
		struct apollo_prepared made;
		struct error error;

		shop->records[i] = record_make(shop, i);
		probe_begin(&probe, 0);
		conform_doing(conform, "prepare of record %zu", i);
		if (instance_prepare(shop->instance, &probe.call, &shop->records[i], &made, &error) < 0) {
			conform_find(conform, "prepare: %s", error.message);
			return false;
		}
		made.id = scope_text(&conform->scope, made.id);
		made.body = scope_copy(&conform->scope, made.body, made.body_size);
		shop->prepared[i] = made;
		shop->items[i] = (struct apollo_item){&shop->records[i], &shop->prepared[i]};
	}
	shop->count = count;
	return true;
}

/* ---- prepare ---- */

static int prepare_call(struct conform *conform, struct instance *instance, struct probe *probe, void *context,
			struct error *error)
{
	struct apollo_prepared made;

	(void)conform;
	return instance_prepare(instance, &probe->call, context, &made, error);
}

static bool prepared_same(const struct apollo_prepared *a, const struct apollo_prepared *b)
{
	return strcmp(a->id, b->id) == 0 && a->body_size == b->body_size && memcmp(a->body, b->body, a->body_size) == 0;
}

/* The least and the most that it says it takes. */
static void extremes_check(struct conform *conform, struct shop *shop)
{
	const struct apollo_limits *limits = &shop->instance->limits;
	const int64_t quantities[] = {0, limits->step_min, limits->quantity_max - limits->quantity_max % limits->step_min};
	PROBE_CLEANUP struct probe probe;

	probe_init(&probe);
	for (size_t i = limits->flags & APOLLO_JOINED_WINDOWS ? 0 : 1; i < sizeof(quantities) / sizeof(quantities[0]); i++) {
		struct apollo_record record = shop->records[0];
		struct apollo_prepared made;
		struct error error;

		record.quantity = quantities[i];
		conform_doing(conform, "prepare of %" PRId64 " micro-units", record.quantity);
		if (instance_prepare(shop->instance, &probe.call, &record, &made, &error) < 0)
			conform_find(conform, "prepare of %" PRId64 " micro-units: %s", record.quantity, error.message);
	}
}

static void prepare_check(struct conform *conform)
{
	SHOP_CLEANUP struct shop shop = {0}, again = {0};

	if (!shop_open(conform, &shop) || !shop_open(conform, &again) || !shop_fill(conform, &shop, HOSTILE_RECORDS) ||
	    !shop_fill(conform, &again, HOSTILE_RECORDS))
		return;
	for (size_t i = 0; i < HOSTILE_RECORDS; i++) {
		if (!prepared_same(&shop.prepared[i], &again.prepared[i]))
			conform_find(conform, "prepare: one record has other bytes the second time: a resend would be no resend");
		if (i && strcmp(shop.prepared[i].id, shop.prepared[0].id) == 0)
			conform_find(conform, "prepare: two records have one id, %s", shop.prepared[i].id);
	}
	extremes_check(conform, &shop);
	conform_memory(conform, shop.instance, "prepare", prepare_call, &shop.records[1]);
}

/* ---- encode ---- */

static int encode_call(struct conform *conform, struct instance *instance, struct probe *probe, void *context,
		       struct error *error)
{
	const struct shop *shop = context;
	struct apollo_request request;

	(void)conform;
	return instance_encode(instance, &probe->call, shop->items, shop->count, &request, error);
}

static int admit_call(struct conform *conform, struct instance *instance, struct probe *probe, void *context,
		      struct error *error)
{
	const struct shop *shop = context;
	struct apollo_request request;

	(void)conform;
	return instance_admit_encode(instance, &probe->call, shop->items, &request, error);
}

/* A request as one line of text, without what is secret. */
static int request_text(struct shop *shop, size_t count, bool admit, struct buffer *text, struct error *error)
{
	PROBE_CLEANUP struct probe probe;
	struct apollo_request request;
	int code;

	probe_init(&probe);
	code = admit ? instance_admit_encode(shop->instance, &probe.call, shop->items, &request, error)
		     : instance_encode(shop->instance, &probe.call, shop->items, count, &request, error);
	if (code == 0)
		request_write(text, "check", &request);
	return code;
}

static void request_check_same(struct conform *conform, struct shop *shop, size_t count, bool admit)
{
	BUFFER_CLEANUP struct buffer first = buffer_init(REQUEST_WRITTEN_MAX), second = buffer_init(REQUEST_WRITTEN_MAX);
	const char *name = admit ? "admit_encode" : "encode";
	struct error error;

	conform_doing(conform, "%s of %zu records", name, count);
	if (request_text(shop, count, admit, &first, &error) < 0 || request_text(shop, count, admit, &second, &error) < 0)
		conform_find(conform, "%s of %zu records: %s", name, count, error.message);
	else if (first.size != second.size || memcmp(first.data, second.data, first.size) != 0)
		conform_find(conform, "%s: the same records give another request the second time", name);
}

static void encode_check(struct conform *conform)
{
	SHOP_CLEANUP struct shop shop = {0};
	size_t most;

	if (!shop_open(conform, &shop))
		return;
	most = shop.instance->limits.batch_records < RECORDS_MAX ? shop.instance->limits.batch_records : RECORDS_MAX;
	if (!shop_fill(conform, &shop, most))
		return;
	request_check_same(conform, &shop, 1, false);
	request_check_same(conform, &shop, most, false);
	conform_memory(conform, shop.instance, "encode", encode_call, &shop);
	if (!instance_admits(shop.instance))
		return;
	request_check_same(conform, &shop, 1, true);
	conform_memory(conform, shop.instance, "admit_encode", admit_call, &shop);
}

/* ---- decode ---- */

/* Whether the outcome would lose or invent usage after such a reply, and why; NULL where it may stand. */
static const char *outcome_problem(const struct apollo_reply *reply, int outcome)
{
	bool final = outcome == APOLLO_ACCEPTED || outcome == APOLLO_ALREADY || outcome == APOLLO_REFUSED ||
		     outcome == APOLLO_EXPIRED;
	int status = reply->status;

	if (status == 0 && outcome != APOLLO_UNKNOWN)
		return "no answer says nothing: UNKNOWN is expected";
	if (final && (status >= 500 || status == 408 || status == 425))
		return "the service did not decide: UNKNOWN or NOT_TAKEN is expected";
	if (final && (status == 401 || status == 429))
		return "it was not taken: STALE_TOKEN or NOT_TAKEN is expected";
	if (outcome == APOLLO_ACCEPTED && status >= 300)
		return "that is no success: it cannot be ACCEPTED";
	if (outcome == APOLLO_STALE_TOKEN && status < 300)
		return "a success does not refuse a token";
	return NULL;
}

static const char *outcome_name(int outcome)
{
	static const char *const names[] = {"PENDING", "ACCEPTED", "ALREADY", "REFUSED", "EXPIRED", "NOT_TAKEN", "UNKNOWN",
					    "STALE_TOKEN", "APART"};

	return names[outcome];
}

struct question {
	struct shop *shop;
	const struct apollo_reply *reply;
};

static int decode_call(struct conform *conform, struct instance *instance, struct probe *probe, void *context,
		       struct error *error)
{
	const struct question *question = context;
	struct apollo_verdict verdicts[HOSTILE_RECORDS];

	(void)conform;
	return instance_decode(instance, &probe->call, question->shop->items, question->shop->count, question->reply,
			       verdicts, error);
}

static void reply_check(struct conform *conform, struct shop *shop, const struct conform_reply *reply, size_t count)
{
	struct apollo_verdict verdicts[HOSTILE_RECORDS], again[HOSTILE_RECORDS];
	PROBE_CLEANUP struct probe probe;
	struct error error;

	probe_init(&probe);
	conform_doing(conform, "decode of %s, %zu records", reply->name, count);
	if (instance_decode(shop->instance, &probe.call, shop->items, count, &reply->reply, verdicts, &error) < 0 ||
	    instance_decode(shop->instance, &probe.call, shop->items, count, &reply->reply, again, &error) < 0) {
		conform_find(conform, "decode of %s: %s; 0 is expected whatever the reply was", reply->name, error.message);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const char *problem = outcome_problem(&reply->reply, verdicts[i].outcome);

		if (problem)
			conform_find(conform, "decode of %s gives %s; %s", reply->name, outcome_name(verdicts[i].outcome), problem);
		if (verdicts[i].outcome != again[i].outcome || verdicts[i].held != again[i].held)
			conform_find(conform, "decode of %s gives another verdict the second time", reply->name);
	}
}

static void decode_check(struct conform *conform)
{
	SHOP_CLEANUP struct shop shop = {0};
	struct conform_reply reply;
	size_t count;

	if (!shop_open(conform, &shop))
		return;
	count = shop.instance->limits.batch_records < HOSTILE_RECORDS ? 1 : HOSTILE_RECORDS;
	if (!shop_fill(conform, &shop, count))
		return;
	for (size_t n = 0; conform_reply(conform, n, &reply); n++) {
		struct question question = {&shop, &reply.reply};

		reply_check(conform, &shop, &reply, 1);
		reply_check(conform, &shop, &reply, count);
		if (reply.reply.body_size < 100)
			conform_memory(conform, shop.instance, "decode", decode_call, &question);
	}
}

static int admission_call(struct conform *conform, struct instance *instance, struct probe *probe, void *context,
			  struct error *error)
{
	const struct question *question = context;
	struct apollo_admission admission;

	(void)conform;
	return instance_admit_decode(instance, &probe->call, question->shop->items, question->reply, &admission, error);
}

static void admission_check(struct conform *conform)
{
	SHOP_CLEANUP struct shop shop = {0};
	struct conform_reply reply;

	if (!shop_open(conform, &shop) || !shop_fill(conform, &shop, 1))
		return;
	for (size_t n = 0; conform_reply(conform, n, &reply); n++) {
		struct question question = {&shop, &reply.reply};
		struct apollo_admission admission;
		PROBE_CLEANUP struct probe probe;
		struct error error;
		const char *problem;

		probe_init(&probe);
		conform_doing(conform, "admit_decode of %s", reply.name);
		if (instance_admit_decode(shop.instance, &probe.call, shop.items, &reply.reply, &admission, &error) < 0) {
			conform_find(conform, "admit_decode of %s: %s; 0 is expected whatever the reply was", reply.name, error.message);
			continue;
		}
		problem = reply.reply.status ? outcome_problem(&reply.reply, admission.outcome) : NULL;
		if (problem || (!reply.reply.status && admission.outcome == APOLLO_ACCEPTED) ||
		    (!reply.reply.status && admission.outcome == APOLLO_REFUSED))
			conform_find(conform, "admit_decode of %s gives %s; %s", reply.name, outcome_name(admission.outcome),
				     problem ? problem : "no answer says nothing");
		if (reply.reply.body_size < 100)
			conform_memory(conform, shop.instance, "admit_decode", admission_call, &question);
	}
}

/* ---- the table ---- */

static bool is_market(const struct plugin *plugin)
{
	return plugin->descriptor.market != NULL;
}

static bool is_admitting(const struct plugin *plugin)
{
	return plugin->descriptor.market && plugin->descriptor.market->admit_decode;
}

const struct conform_check conform_market_checks[] = {
	{"prepare", "one record has one id and the same bytes each time, and no other has that id", is_market, prepare_check},
	{"encode", "the same records give the same request, one or as many as it takes", is_market, encode_check},
	{"decode", "no reply makes it crash, invent a verdict, or give usage up", is_market, decode_check},
	{"admission", "no reply makes it crash, or admit or refuse a customer without reason", is_admitting, admission_check},
	{NULL, NULL, NULL, NULL},
};
