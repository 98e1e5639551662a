/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What marketplaces answer, and what becomes of the claims: against a small marketplace that counts what it took by the
 * ids that it was told, so that what is counted there can be held against what was metered.
 */
#include "metering/claim.h"
#include "metering/report.h"
#include "metering/verify.h"
#include "tests/metering/lookups.h"
#include "tests/metering/world.h"
#include "tests/unit/engine.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <stdlib.h>

enum { CLAIMS_MAX = 64 };

/* ---- the marketplace ---- */

struct shop {
	int status[16];            /* of the first requests; 0: 200 */
	bool take[16];             /* it took what the request brought, whatever it answered */
	const char *headers;       /* of an answer that is not 200 */
	int outcome[CLAIMS_MAX];   /* by the number of the key; 0: ACCEPTED */
	int64_t held[CLAIMS_MAX];  /* with ALREADY */
	int poison;                /* a request that brings this claim beside others is answered 400 */
	int answers[16];           /* of the admission questions: an outcome; 0: ACCEPTED */
	struct server *opens;      /* the gate of another shop, opened by the first request */
	bool hold;                 /* its own gate holds every request */
	int64_t took[CLAIMS_MAX];  /* what it took, by claim */
	int requests, questions;
	int busiest;               /* most records in one request */
	char keys[CLAIMS_MAX][80]; /* that it was told, the first at 1: so far as claims come in order, their numbers */
	char text[8192];           /* of the answer */
};

static struct {
	bool unreadable; /* decode fails */
	bool admits;
	uint64_t batch_bytes; /* 0: far more than any test has */
} market_manner;

/* The number of a key, which ends at a space: the how manieth that the marketplace was told; 0 where it knows no more. */
static int claim_of(struct shop *shop, const char *line)
{
	char key[sizeof(shop->keys[0])];

	(void)snprintf(key, sizeof(key), "%.*s", (int)strcspn(line, " "), line);
	for (int i = 1; i < CLAIMS_MAX; i++) {
		if (!shop->keys[i][0])
			(void)snprintf(shop->keys[i], sizeof(key), "%s", key);
		if (strcmp(shop->keys[i], key) == 0)
			return i;
	}
	return 0;
}

/* One line "KEY QUANTITY" of a request. */
static void line_take(struct shop *shop, const char *line, bool take, char *said, size_t room)
{
	const char *space = strchr(line, ' ');
	char key[80];
	int id = claim_of(shop, line);
	int64_t quantity = strtoll(space ? space : "0", NULL, 10);
	size_t used = strlen(said);
	int outcome;

	(void)snprintf(key, sizeof(key), "%.*s", (int)(space ? space - line : 0), line);
	if (id == 0)
		return;
	outcome = shop->outcome[id] ? shop->outcome[id] : APOLLO_ACCEPTED;
	if (take && outcome == APOLLO_ACCEPTED)
		shop->took[id] = quantity;
	(void)snprintf(said + used, room - used, "%s %d %lld\n", key, outcome, (long long)shop->held[id]);
}

static void shop_answer(void *context, const struct heard *heard, struct said *said)
{
	struct shop *shop = context;
	char *text = shop->text;
	int number = shop->requests, records = 0;
	bool poisoned = false, take;

	if (strcmp(heard->target, "/admit") == 0) {
		number = shop->questions++;
		(void)snprintf(said->text, sizeof(said->text), "%d",
			       number < 16 && shop->answers[number] ? shop->answers[number] : APOLLO_ACCEPTED);
		return;
	}
	shop->requests++;
	for (const char *line = heard->body; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		poisoned |= shop->poison && claim_of(shop, line) == shop->poison;
		records++;
	}
	if (records > shop->busiest)
		shop->busiest = records;
	said->status = poisoned ? 400 : number < 16 ? shop->status[number] : 0;
	take = !poisoned && (!said->status || shop->take[number < 16 ? number : 0]);
	text[0] = '\0';
	for (const char *line = heard->body; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		line_take(shop, line, take, text, sizeof(shop->text));
	said->body = text;
	if (said->status)
		said->headers = shop->headers;
	said->hold = shop->hold;
	if (shop->opens)
		server_open_gate(shop->opens);
}

/* ---- the plugin that speaks to it ---- */

static int market_open(const struct apollo_call *call, const char *name, const char *const *values, void **instance)
{
	(void)call, (void)name;
	*instance = strdup(values[0]);
	return *instance ? 0 : call->fail(call, APOLLO_NOMEM, "no memory", NULL, NULL);
}

static int market_limits(void *instance, const struct apollo_call *call, struct apollo_limits *limits)
{
	(void)instance, (void)call;
	*limits = (struct apollo_limits){.size = sizeof(*limits), .batch_records = 25,
					 .batch_bytes = market_manner.batch_bytes ? market_manner.batch_bytes : 1 << 20,
					 .quantity_max = INT64_MAX, .step_min = 1, .window = APOLLO_DAY,
					 .cutoff = 23 * APOLLO_HOUR, .admission_ttl = 60 * APOLLO_MICRO, .concurrency = 1};
	return 0;
}

static int market_prepare(void *instance, const struct apollo_call *call, const struct apollo_record *record,
			  struct apollo_prepared *prepared)
{
	(void)instance;
	prepared->id = apollo_copy(call, record->key);
	prepared->body = apollo_print(call, "%s %lld\n", record->key, (long long)record->quantity);
	prepared->body_size = strlen(prepared->body);
	return 0;
}

static int market_encode(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
			 struct apollo_request *request)
{
	struct apollo_text text = apollo_text_begin(call);

	for (size_t i = 0; i < count; i++)
		apollo_text_bytes(&text, items[i].prepared->body, items[i].prepared->body_size);
	request->method = "POST";
	request->url = apollo_print(call, "%s/usage", (const char *)instance);
	request->body = apollo_text_end(&text);
	request->body_size = text.size;
	return 0;
}

static int market_decode(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
			 const struct apollo_reply *reply, struct apollo_verdict *const *verdicts)
{
	int outcome = apollo_reply_outcome(reply);

	(void)instance;
	if (market_manner.unreadable)
		return call->fail(call, APOLLO_NOMEM, "the reply cannot be read", NULL, NULL);
	if (outcome == APOLLO_REFUSED)
		outcome = APOLLO_APART;
	for (size_t i = 0; i < count; i++) {
		const char *found = outcome ? NULL : strstr(reply->body, items[i].prepared->id);

		verdicts[i]->outcome = outcome;
		verdicts[i]->message = "as the test says";
		if (found && sscanf(found + strlen(items[i].prepared->id), " %d %ld", &verdicts[i]->outcome,
				    &verdicts[i]->held) < 1)
			verdicts[i]->outcome = APOLLO_UNKNOWN;
	}
	return 0;
}

static int market_admit_encode(void *instance, const struct apollo_call *call, const struct apollo_item *item,
			       struct apollo_request *request)
{
	(void)item;
	request->method = "POST";
	request->url = apollo_print(call, "%s/admit", (const char *)instance);
	return 0;
}

static int market_admit_decode(void *instance, const struct apollo_call *call, const struct apollo_item *item,
			       const struct apollo_reply *reply, struct apollo_admission *admission)
{
	(void)instance, (void)call, (void)item;
	admission->outcome = (int)strtol(reply->body, NULL, 10);
	admission->code = "ADMISSION";
	admission->message = "as the test says of the customer";
	return 0;
}

static const struct apollo_option options[] = {{"url", APOLLO_URL, APOLLO_REQUIRED, NULL, "where it is"}};
static const struct apollo_market plain_market = {
	.size = sizeof(plain_market), .limits = market_limits, .prepare = market_prepare, .encode = market_encode,
	.decode = market_decode};
static const struct apollo_market asking_market = {
	.size = sizeof(asking_market), .limits = market_limits, .prepare = market_prepare, .encode = market_encode,
	.decode = market_decode, .admit_encode = market_admit_encode, .admit_decode = market_admit_decode};
static struct apollo_plugin descriptor = {
	APOLLO_PLUGIN_HEAD, .name = "shop", .version = "1", .summary = "a marketplace of the tests", .options = options,
	.option_count = 1, .open = market_open, .close = free};

/* ---- the stage ---- */

struct stage {
	struct world world;
	struct shop shop;
	struct server *server;
	struct engine engine;
	struct plugin *plugin;
	struct instance *instance;
	struct report_market market;
	int64_t last;                /* when it was */
	struct report_counts counts; /* what it came to */
};

static void stage_init(struct stage *stage, int hours)
{
	const struct world_terms terms = {.step = 1};
	const struct setting url = {"url", NULL, NULL};
	struct setting settings[] = {url};
	const struct clock clock = clock_fixed(0);
	struct error error;
	char id[32];

	descriptor.market = market_manner.admits ? &asking_market : &plain_market;
	stage->server = server_start(shop_answer, &stage->shop, NULL, NULL);
	settings[0].value = server_url(stage->server);
	UNIT_OK(loader_adopt(&descriptor, NULL, &stage->plugin, &error), &error);
	UNIT_OK(instance_open(stage->plugin, "market", settings, 1, "/", &clock, &stage->instance, &error), &error);
	stage->market = (struct report_market){stage->instance, 23 * APOLLO_HOUR};
	engine_init(&stage->engine, NULL);
	world_init(&stage->world, &terms);
	for (int hour = 0; hour < hours; hour++) {
		(void)snprintf(id, sizeof(id), "%d", hour);
		world_event(&stage->world, "calls", id, world_time(hour, 60), "5", NULL);
	}
	(void)world_close(&stage->world, world_time(hours, 300));
}

static void stage_release(struct stage *stage)
{
	engine_release(&stage->engine);
	server_stop(stage->server);
	instance_close(&stage->instance);
	plugin_free(&stage->plugin);
	world_release(&stage->world);
	market_manner.unreadable = market_manner.admits = false;
	market_manner.batch_bytes = 0;
}
/* A claim of 5 calls for each of so many hours; their numbers begin with 1. */
#define STAGE(NAME, HOURS, ...)                                                              \
	struct stage NAME __attribute__((cleanup(stage_release))) = {.shop = {__VA_ARGS__}}; \
	stage_init(&NAME, HOURS)

enum { FIVE = 5000000 };

static int report_try(struct stage *stage, int64_t now)
{
	static const char *const none[1];
	const char *const *const values[] = {none};
	const struct report_options run = {.book = &stage->world.book, .markets = &stage->market, .market_count = 1,
					   .values = values, .now = now};

	/* Time goes by for the engine too, as it does for a process of its own. */
	stage->engine.steps.elapsed += stage->last && now > stage->last ? now - stage->last : 0;
	stage->last = now;
	stage->counts = (struct report_counts){0};
	return report_run(&stage->world.ledger, stage->engine.exchanges, &run, &stage->counts, &stage->world.error);
}

static void report_at(struct stage *stage, int64_t now)
{
	WORLD_OK(&stage->world, report_try(stage, now));
}

/* The books are whole, and the marketplace holds what was accepted. */
static void whole(struct stage *stage, int line)
{
	struct verify_report report;
	int64_t took = 0;

	for (int i = 0; i < CLAIMS_MAX; i++)
		took += stage->shop.took[i];
	if (ledger_verify(&stage->world.ledger, &report, &stage->world.error) < 0) {
		(void)fprintf(stderr, "line %d: %s\n", line, stage->world.error.message);
		CU_FAIL("the ledger is not whole");
	}
	CU_ASSERT_EQUAL(world_balance(&stage->world, "calls", ACCEPTED), took);
}
#define WHOLE(STAGE) whole(&(STAGE), __LINE__)

static int64_t balance(struct stage *stage, enum ledger_amount amount)
{
	return world_balance(&stage->world, "calls", amount);
}

static int64_t claims_in(struct stage *stage, int state)
{
	char sql[80];

	(void)snprintf(sql, sizeof(sql), "SELECT COUNT(*) FROM claim WHERE state = %d", state);
	/* A statement is known by its address, so these are kept for ever. */
	return world_query(&stage->world, unit_path("%s", sql) + strlen(unit_folder()) + 1);
}

/* The books are put back to an older state after a claim was told: the same of an hour has the same key, other things have
 * another, whatever the claims' numbers are. */
static void a_key_is_what_a_record_says(void)
{
	STAGE(stage, 2, .outcome = {[1] = APOLLO_REFUSED, [2] = APOLLO_REFUSED});

	report_at(&stage, world_time(2, 400));
	/* The second claim becomes the first one's: the same amount of another hour. */
	CU_ASSERT_STRING_NOT_EQUAL(stage.shop.keys[1], stage.shop.keys[2]);
	WORLD_OK(&stage.world, ledger_begin(&stage.world.ledger, &stage.world.error));
	WORLD_OK(&stage.world, db_exec(stage.world.ledger.db, "DELETE FROM claim WHERE id = 1; UPDATE claim SET id = 9, state = 1,"
				       " record = NULL, body = NULL", &stage.world.error));
	WORLD_OK(&stage.world, ledger_commit(&stage.world.ledger, &stage.world.error));
	report_at(&stage, world_time(2, 500));
	CU_ASSERT_EQUAL(stage.shop.keys[3][0], 0);
	WORLD_OK(&stage.world, ledger_begin(&stage.world.ledger, &stage.world.error));
	WORLD_OK(&stage.world, db_exec(stage.world.ledger.db, "UPDATE claim SET state = 1, amount = amount + 1, record = NULL,"
				       " body = NULL", &stage.world.error));
	WORLD_OK(&stage.world, ledger_commit(&stage.world.ledger, &stage.world.error));
	report_at(&stage, world_time(2, 600));
	CU_ASSERT_NOT_EQUAL(stage.shop.keys[3][0], 0);
	CU_ASSERT_EQUAL(stage.shop.keys[4][0], 0);
}

/* ---- verdicts ---- */

static void accepted_is_settled(void)
{
	STAGE(stage, 3, .poison = 0);

	report_at(&stage, world_time(3, 400));
	CU_ASSERT_EQUAL(stage.counts.accepted, 3);
	CU_ASSERT_EQUAL(stage.shop.requests, 1);
	CU_ASSERT_EQUAL(balance(&stage, ACCEPTED), 3 * FIVE);
	WHOLE(stage);
}

/* Each verdict at the first send, and after a send whose outcome is not known. */
static void every_verdict_keeps_the_books_whole(void)
{
	static const struct {
		int outcome;
		enum ledger_amount holds; /* where the five are then */
	} cases[] = {{APOLLO_REFUSED, PARKED}, {APOLLO_EXPIRED, IN_DOUBT}, {APOLLO_NOT_TAKEN, IN_DOUBT}, {APOLLO_UNKNOWN, IN_DOUBT},
		     {APOLLO_STALE_TOKEN, IN_DOUBT}, {APOLLO_APART, PARKED}, {99, IN_DOUBT}, {APOLLO_PENDING_OUTCOME, IN_DOUBT}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int before = 0; before < 2; before++) {
			STAGE(stage, 1, .outcome = {[1] = before ? APOLLO_UNKNOWN : cases[i].outcome ? cases[i].outcome : 77});

			report_at(&stage, world_time(1, 400));
			stage.shop.outcome[1] = cases[i].outcome ? cases[i].outcome : 77;
			if (before)
				report_at(&stage, world_time(2, 400));
			CU_ASSERT_EQUAL(balance(&stage, cases[i].holds), FIVE);
			CU_ASSERT_EQUAL(balance(&stage, PENDING), 0);
			WHOLE(stage);
		}
}

static void duplicates_are_compared(void)
{
	STAGE(stage, 3, .outcome = {[1] = APOLLO_ALREADY, [2] = APOLLO_ALREADY, [3] = APOLLO_ALREADY},
	      .held = {[1] = FIVE, [2] = 3000000, [3] = -1});

	stage.shop.took[1] = FIVE;
	stage.shop.took[2] = 3000000;
	report_at(&stage, world_time(3, 400));
	CU_ASSERT_EQUAL(stage.counts.duplicates, 1);
	CU_ASSERT_EQUAL(stage.counts.different, 1);
	CU_ASSERT_EQUAL(stage.counts.deferred, 1);
	CU_ASSERT_EQUAL(balance(&stage, ACCEPTED), 8000000);
	CU_ASSERT_EQUAL(balance(&stage, PENDING), 2000000);
	CU_ASSERT_EQUAL(balance(&stage, IN_DOUBT), FIVE);
	WHOLE(stage);
}

/* Refused by an answer to a repetition: the first try may have been taken, and a person is told so. */
static void refusal_after_a_lost_reply_is_doubt(void)
{
	STAGE(stage, 1, .outcome = {[1] = APOLLO_REFUSED}, .status = {504});

	report_at(&stage, world_time(1, 400));
	CU_ASSERT_EQUAL(balance(&stage, PARKED), FIVE);
	CU_ASSERT_EQUAL(world_query(&stage.world, "SELECT maybe_taken FROM claim"), 1);
	WHOLE(stage);
}

/* ---- released into its own slot ---- */

static int reopen(struct stage *stage, const char *market, struct claim *claim)
{
	static const struct claim_verdict why = {.code = "by hand", .message = "decided by a person"};
	struct ledger *ledger = &stage->world.ledger;
	int code;

	WORLD_OK(&stage->world, ledger_begin(ledger, &stage->world.error));
	WORLD_OK(&stage->world, claim_get(ledger, 1, claim, &stage->world.error));
	code = claim_reopen(ledger, claim, market, &why, world_time(1, 500), &stage->world.error);
	if (code >= 0)
		WORLD_OK(&stage->world, ledger_commit(ledger, &stage->world.error));
	else
		ledger_rollback(ledger);
	return code;
}

/* Refused, mended, and sent once more for the same hour; the ledger is whole at every step. */
static void reopened_claim_keeps_its_slot(void)
{
	STAGE(stage, 2, .outcome = {[1] = APOLLO_REFUSED});
	struct claim claim;

	report_at(&stage, world_time(2, 400));
	CU_ASSERT_EQUAL(reopen(&stage, "elsewhere", &claim), 0);
	CU_ASSERT_EQUAL(balance(&stage, PARKED), FIVE);
	CU_ASSERT_EQUAL(reopen(&stage, "market", &claim), 1);
	CU_ASSERT_EQUAL(balance(&stage, PARKED), 0);
	CU_ASSERT_EQUAL(balance(&stage, PENDING), FIVE);
	WHOLE(stage);
	CU_ASSERT_EQUAL(reopen(&stage, "market", &claim), APOLLO_BUG);
	(void)world_close(&stage.world, world_time(3, 300)); /* what is open already is not claimed again */
	CU_ASSERT_EQUAL(world_query(&stage.world, "SELECT COUNT(*) FROM claim"), 2);
	stage.shop.outcome[1] = 0;
	report_at(&stage, world_time(3, 400));
	CU_ASSERT_EQUAL(balance(&stage, ACCEPTED), 2 * FIVE);
	CU_ASSERT_EQUAL(world_query(&stage.world, "SELECT hour FROM claim WHERE id = 1 AND state = 3"), world_time(0, 0));
	WHOLE(stage);
}

/* One in doubt, of which a person says that it was not taken; its request is not told again. */
static void reopened_doubt_is_sent_anew(void)
{
	STAGE(stage, 1, .poison = 0);
	struct claim claim;

	market_manner.unreadable = true;
	CU_ASSERT_EQUAL(report_try(&stage, world_time(1, 400)), APOLLO_NOMEM);
	market_manner.unreadable = false;
	stage.shop.took[1] = 0;
	CU_ASSERT_EQUAL(reopen(&stage, "market", &claim), 1);
	CU_ASSERT_EQUAL(balance(&stage, IN_DOUBT), 0);
	WHOLE(stage);
	report_at(&stage, world_time(2, 400));
	CU_ASSERT_EQUAL(stage.shop.requests, 2);
	CU_ASSERT_EQUAL(balance(&stage, ACCEPTED), FIVE);
	WHOLE(stage);
}

/* ---- the cut-off ---- */

/* Surely not taken and too old: the plan's policy. */
static void cutoff_follows_the_policy(void)
{
	static const struct {
		int policy;
		enum ledger_amount holds;
	} cases[] = {{BOOK_REBOOK, PENDING}, {BOOK_HOLD, PARKED}, {BOOK_WRITE_OFF, WRITTEN_OFF}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		STAGE(stage, 2, .status = {429}, .headers = "Retry-After: 9000\r\n");

		stage.world.book.subscriptions[0].policy = cases[i].policy;
		report_at(&stage, world_time(2, 400));
		CU_ASSERT_EQUAL(stage.counts.deferred, 2);
		(void)world_close(&stage.world, world_time(25, 300));
		report_at(&stage, world_time(25, 400));
		CU_ASSERT_EQUAL(balance(&stage, cases[i].holds), 2 * FIVE);
		CU_ASSERT_EQUAL(stage.counts.rebooked, cases[i].policy == BOOK_REBOOK ? 2 : 0);
		CU_ASSERT_EQUAL(stage.counts.parked, cases[i].policy == BOOK_HOLD ? 2 : 0);
		CU_ASSERT_EQUAL(stage.counts.written_off, cases[i].policy == BOOK_WRITE_OFF ? 2 : 0);
		CU_ASSERT_EQUAL(stage.shop.requests, 1);
		WHOLE(stage);
		if (cases[i].policy != BOOK_REBOOK)
			continue;
		(void)world_close(&stage.world, world_time(26, 300));
		report_at(&stage, world_time(26, 400));
		CU_ASSERT_EQUAL(balance(&stage, ACCEPTED), 2 * FIVE);
		CU_ASSERT_EQUAL(balance(&stage, ACCEPTED), 2 * FIVE);
		CU_ASSERT_EQUAL(world_query(&stage.world, "SELECT COUNT(*) FROM claim_link WHERE claim = 3"), 2);
		WHOLE(stage);
	}
}

/* A gateway that gave up after the event was taken, then a throttled repetition: that is doubt, and is never booked
 * again without a person. */
static void doubt_is_held_at_the_cutoff(void)
{
	STAGE(stage, 1, .status = {504, 429, 429, 429, 429, 429}, .take = {true});

	report_at(&stage, world_time(1, 400));
	CU_ASSERT_EQUAL(world_query(&stage.world, "SELECT maybe_taken FROM claim"), 1);
	stage.shop.outcome[1] = APOLLO_EXPIRED;
	report_at(&stage, world_time(25, 0));
	CU_ASSERT_EQUAL(stage.counts.rebooked, 0);
	CU_ASSERT_EQUAL(stage.counts.parked, 1);
	UNIT_HOLDS(stage.counts.trouble, "may have been taken");
	CU_ASSERT_EQUAL(balance(&stage, PARKED), FIVE);
}

/* The marketplace's clock and ours disagree: nothing is given up before our own cut-off. */
static void young_is_not_expired(void)
{
	STAGE(stage, 1, .outcome = {[1] = APOLLO_EXPIRED});

	report_at(&stage, world_time(1, 400));
	CU_ASSERT_EQUAL(stage.counts.deferred, 1);
	CU_ASSERT_EQUAL(balance(&stage, IN_DOUBT), FIVE);
	report_at(&stage, world_time(24, 0));
	CU_ASSERT_EQUAL(stage.counts.rebooked, 1);
	WHOLE(stage);
}

/* ---- replies that say nothing ---- */

static void unreadable_reply_leaves_doubt(void)
{
	STAGE(stage, 1, .poison = 0);

	market_manner.unreadable = true;
	CU_ASSERT_EQUAL(report_try(&stage, world_time(1, 400)), APOLLO_NOMEM);
	market_manner.unreadable = false;
	stage.shop.status[1] = 429;
	stage.shop.headers = "Retry-After: 9000\r\n";
	report_at(&stage, world_time(2, 400));
	CU_ASSERT_EQUAL(stage.shop.requests, 2);
	CU_ASSERT_EQUAL(world_query(&stage.world, "SELECT maybe_taken FROM claim"), 1);
	report_at(&stage, world_time(25, 0));
	CU_ASSERT_EQUAL(stage.counts.rebooked, 0);
	report_at(&stage, world_time(26, 0));
	CU_ASSERT_EQUAL(balance(&stage, ACCEPTED), FIVE);
	WHOLE(stage);
}

static void html_settles_nothing(void)
{
	STAGE(stage, 1, .poison = 0);

	stage.shop.outcome[1] = APOLLO_PENDING_OUTCOME;
	stage.shop.status[0] = 502;
	stage.shop.status[1] = 502;
	stage.shop.headers = "Content-Type: text/html\r\n";
	report_at(&stage, world_time(1, 400));
	CU_ASSERT_EQUAL(stage.counts.accepted, 1); /* at the third try */
	CU_ASSERT_EQUAL(stage.shop.requests, 3);
	WHOLE(stage);
}

/* What the service asks to wait for is waited for by later runs too, and nothing new is opened meanwhile. */
static void retry_after_holds_later_runs(void)
{
	STAGE(stage, 30, .status = {429}, .headers = "Retry-After: 7200\r\n");

	stage.market.cutoff = 0;
	report_at(&stage, world_time(30, 400));
	CU_ASSERT_EQUAL(stage.shop.requests, 1);
	CU_ASSERT_EQUAL(stage.counts.deferred, 25 + 5);
	report_at(&stage, world_time(31, 400));
	CU_ASSERT_EQUAL(stage.shop.requests, 1);
	report_at(&stage, world_time(32, 500));
	CU_ASSERT_EQUAL(balance(&stage, ACCEPTED), 30 * FIVE);
	WHOLE(stage);
}

/* ---- forgetting ---- */

static void prune(struct stage *stage, int64_t before)
{
	WORLD_OK(&stage->world, ledger_begin(&stage->world.ledger, &stage->world.error));
	WORLD_OK(&stage->world, report_prune(&stage->world.ledger, before, &stage->world.error));
	WORLD_OK(&stage->world, ledger_commit(&stage->world.ledger, &stage->world.error));
}

/* Requests are forgotten when they are old, but for one whose claim is in doubt, and the newest; the proof needs none. */
static void old_requests_are_forgotten(void)
{
	STAGE(stage, 1, .status = {0, 429, 429, 429, 429, 429}, .headers = "Retry-After: 9000\r\n");

	report_at(&stage, world_time(1, 400));
	world_event(&stage.world, "calls", "doubt", world_time(1, 60), "5", NULL);
	(void)world_close(&stage.world, world_time(2, 300));
	report_at(&stage, world_time(2, 400));
	stage.shop.headers = NULL;
	memset(stage.shop.status, 0, sizeof(stage.shop.status));
	world_event(&stage.world, "calls", "settled", world_time(2, 60), "5", NULL);
	(void)world_close(&stage.world, world_time(3, 300));
	report_at(&stage, world_time(3, 400));
	CU_ASSERT_EQUAL(world_query(&stage.world, "SELECT COUNT(*) FROM dispatch"), 3);
	prune(&stage, world_time(1, 400)); /* the first was made then, and not before */
	CU_ASSERT_EQUAL(world_query(&stage.world, "SELECT COUNT(*) FROM dispatch"), 3);
	prune(&stage, world_time(1, 401));
	CU_ASSERT_EQUAL(world_query(&stage.world, "SELECT MIN(id) FROM dispatch"), 2);
	prune(&stage, world_time(9, 0));
	CU_ASSERT_EQUAL(world_query(&stage.world, "SELECT MIN(id) FROM dispatch"), 2); /* in doubt */
	WHOLE(stage);
	report_at(&stage, world_time(9, 0));
	CU_ASSERT_EQUAL(balance(&stage, ACCEPTED), 3 * FIVE);
	prune(&stage, world_time(99, 0));
	CU_ASSERT_EQUAL(world_query(&stage.world, "SELECT COUNT(*) FROM dispatch"), 1);
	CU_ASSERT_EQUAL(world_query(&stage.world, "SELECT id FROM dispatch"), 4);
	WHOLE(stage);
}

/* ---- none holds up another ---- */

/* A request holds as many bytes as the market takes, to the byte, and no more; nothing is left out or told twice. */
static void requests_keep_to_the_bytes(void)
{
	enum { BODY = 2 * 32 + 1 + sizeof(" 5000000\n") - 1 };

	for (int less = 0; less < 2; less++) {
		market_manner.batch_bytes = (uint64_t)(3 * BODY - less);
		STAGE(stage, 10, .poison = 0);

		report_at(&stage, world_time(10, 400));
		CU_ASSERT_EQUAL(stage.shop.busiest, 3 - less);
		CU_ASSERT_EQUAL(stage.shop.requests, less ? 5 : 4);
		CU_ASSERT_EQUAL(stage.counts.accepted, 10);
		WHOLE(stage);
	}
}

static void poison_is_taken_apart(void)
{
	STAGE(stage, 10, .poison = 4);

	report_at(&stage, world_time(10, 400));
	CU_ASSERT_EQUAL(stage.counts.accepted, 9);
	CU_ASSERT_EQUAL(stage.counts.parked, 1);
	CU_ASSERT_EQUAL(claims_in(&stage, CLAIM_PARKED), 1);
	CU_ASSERT_EQUAL(stage.shop.requests, 1 + 10);
	CU_ASSERT_EQUAL(stage.shop.busiest, 10);
	WHOLE(stage);
}

/* The account of an open claim left the configuration, and came back. */
static void lost_account_holds_up_nobody(void)
{
	STAGE(stage, 3, .poison = 0);
	int64_t id;

	world_event(&stage.world, "seats", "s", world_time(3, 60), "7", NULL);
	(void)world_close(&stage.world, world_time(4, 300));
	id = stage.world.book.accounts[1].id;
	stage.world.book.accounts[1].id = 0; /* calls */
	report_at(&stage, world_time(4, 400));
	CU_ASSERT_EQUAL(stage.counts.accepted, 1);
	CU_ASSERT_EQUAL(stage.counts.deferred, 3);
	UNIT_HOLDS(stage.counts.trouble, "not in the configuration any more");
	stage.world.book.accounts[1].id = id;
	report_at(&stage, world_time(5, 400));
	CU_ASSERT_EQUAL(balance(&stage, ACCEPTED), 3 * FIVE);
}

/* A request without a verdict, one of whose claims left the configuration meanwhile. */
static void lost_account_in_doubt_holds_up_nobody(void)
{
	STAGE(stage, 2, .poison = 0);
	int64_t id;

	world_event(&stage.world, "seats", "s", world_time(2, 60), "7", NULL);
	(void)world_close(&stage.world, world_time(3, 300));
	market_manner.unreadable = true;
	CU_ASSERT_EQUAL(report_try(&stage, world_time(3, 400)), APOLLO_NOMEM);
	market_manner.unreadable = false;
	id = stage.world.book.accounts[1].id;
	stage.world.book.accounts[1].id = 0;
	report_at(&stage, world_time(4, 400));
	CU_ASSERT_EQUAL(stage.counts.accepted, 1);
	CU_ASSERT_EQUAL(stage.counts.deferred, 2);
	CU_ASSERT_EQUAL(balance(&stage, IN_DOUBT), 2 * FIVE);
	stage.world.book.accounts[1].id = id;
	report_at(&stage, world_time(5, 400));
	CU_ASSERT_EQUAL(balance(&stage, ACCEPTED), 2 * FIVE);
}

/* A subscription that moved to another market: its old claims are not told to the old one by its new values. */
static void moved_subscription_is_told(void)
{
	STAGE(stage, 1, .poison = 0);

	stage.world.book.subscriptions[0].market = "elsewhere";
	report_at(&stage, world_time(1, 400));
	CU_ASSERT_EQUAL(stage.counts.sent, 0);
	CU_ASSERT_EQUAL(stage.counts.deferred, 1);
	UNIT_HOLDS(stage.counts.trouble, "is sold through elsewhere now");
}

/* A second subscription, bolt, that the market "other" bills, with a claim of its own. */
static void stage_add_bolt(struct stage *stage)
{
	const struct book_subscription bolt = {.name = "bolt", .market = "other", .start = world_time(0, 0)};
	struct book_account account = {.dimension = "calls", .listing = "calls", .divide_by = 1, .step = 1,
				       .quantity_max = INT64_MAX / 4};
	struct world *world = &stage->world;
	uint32_t subscription;

	WORLD_OK(world, book_add_subscription(&world->book, &bolt, &subscription, &world->error));
	WORLD_OK(world, book_add_series(&world->book, subscription, 1, false, &account.series, &world->error));
	WORLD_OK(world, book_add_account(&world->book, &account, &world->error));
	WORLD_OK(world, ledger_begin(&world->ledger, &world->error));
	WORLD_OK(world, ledger_bind_book(&world->ledger, &world->book, world_time(2, 301), true, &world->error));
	WORLD_OK(world, ledger_commit(&world->ledger, &world->error));
	world_event_of(world, "bolt", "calls", "b", world_time(2, 60), "5", NULL);
	(void)world_close(world, world_time(3, 300));
}

/* A market whose answers are held back until the other one was asked. */
static void slow_market_delays_no_other(void)
{
	STAGE(stage, 2, .hold = true);
	static struct shop quick;
	struct server *other = server_start(shop_answer, &quick, NULL, NULL);
	static const char *const none[1];
	const char *const *const values[] = {none};
	struct setting settings[] = {{"url", server_url(other), NULL}};
	const struct clock clock = clock_fixed(0);
	struct report_market markets[2] = {stage.market};
	struct report_options run = {.book = &stage.world.book, .markets = markets, .market_count = 2, .values = values,
				     .now = world_time(3, 400)};
	struct error error;

	stage_add_bolt(&stage);

	UNIT_OK(instance_open(stage.plugin, "other", settings, 1, "/", &clock, &markets[1].instance, &error), &error);
	quick = (struct shop){.opens = stage.server};
	WORLD_OK(&stage.world,
		 report_run(&stage.world.ledger, stage.engine.exchanges, &run, &stage.counts, &stage.world.error));
	CU_ASSERT_EQUAL(stage.counts.accepted, 3);
	CU_ASSERT_EQUAL(stage.shop.requests, 1);
	CU_ASSERT_EQUAL(quick.requests, 1);
	instance_close(&markets[1].instance);
	server_stop(other);
}

/* ---- admission ---- */

static void admission_is_asked_once(void)
{
	market_manner.admits = true;
	STAGE(stage, 3, .poison = 0);

	report_at(&stage, world_time(3, 400));
	CU_ASSERT_EQUAL(stage.shop.questions, 1);
	CU_ASSERT_EQUAL(stage.counts.accepted, 3);
	WHOLE(stage);
}

static void refused_customer_is_parked(void)
{
	market_manner.admits = true;
	STAGE(stage, 3, .answers = {APOLLO_REFUSED});

	report_at(&stage, world_time(3, 400));
	CU_ASSERT_EQUAL(stage.shop.requests, 0);
	CU_ASSERT_EQUAL(stage.counts.parked, 3);
	CU_ASSERT_EQUAL(balance(&stage, PARKED), 3 * FIVE);
	WHOLE(stage);
}

/* Asked again later: told as deferred, with the reason; and the last yes is not forgotten for it. */
static void undecided_customer_waits_and_is_told(void)
{
	market_manner.admits = true;
	STAGE(stage, 1, .answers = {APOLLO_ACCEPTED, APOLLO_NOT_TAKEN, APOLLO_UNKNOWN});

	report_at(&stage, world_time(1, 400));
	CU_ASSERT_EQUAL(stage.counts.accepted, 1);
	world_event(&stage.world, "calls", "more", world_time(1, 60), "5", NULL);
	(void)world_close(&stage.world, world_time(2, 300));
	stage.engine.steps.elapsed += 61 * APOLLO_MICRO;
	report_at(&stage, world_time(2, 400));
	CU_ASSERT_EQUAL(stage.counts.deferred, 1);
	CU_ASSERT_EQUAL(stage.counts.sent, 0);
	UNIT_HOLDS(stage.counts.trouble, "as the test says of the customer");
	report_at(&stage, world_time(2, 500));
	CU_ASSERT_EQUAL(stage.counts.accepted, 1);
	WHOLE(stage);
}

/* What may have been taken is told again, whatever is said of the customer today. */
static void doubt_asks_no_admission(void)
{
	market_manner.admits = true;
	STAGE(stage, 1, .outcome = {[1] = APOLLO_UNKNOWN}, .answers = {APOLLO_ACCEPTED, APOLLO_REFUSED});

	report_at(&stage, world_time(1, 400));
	stage.shop.outcome[1] = APOLLO_ACCEPTED;
	stage.engine.steps.elapsed += 61 * APOLLO_MICRO;
	report_at(&stage, world_time(2, 400));
	CU_ASSERT_EQUAL(stage.counts.accepted, 1);
	CU_ASSERT_EQUAL(balance(&stage, ACCEPTED), FIVE);
	WHOLE(stage);
}

/* ---- what grows is not gone through ---- */

/* An hour is closed and told, and its request lost; another is closed, and late usage with it; both are told, one that is too old ends, and
 * old requests are forgotten. */
static void open_claims_are_found_by_an_index(void)
{
	lookups_watch();
	market_manner.admits = true;
	STAGE(stage, 2, .answers = {APOLLO_ACCEPTED, APOLLO_REFUSED});

	market_manner.unreadable = true;
	CU_ASSERT_EQUAL(report_try(&stage, world_time(2, 400)), APOLLO_NOMEM);
	market_manner.unreadable = false;
	report_at(&stage, world_time(2, 800));
	CU_ASSERT_EQUAL(stage.counts.accepted, 2);
	world_event(&stage.world, "calls", "late", world_time(0, 90), "5", NULL);
	(void)world_close(&stage.world, world_time(3, 300));
	stage.engine.steps.elapsed += 61 * APOLLO_MICRO;
	report_at(&stage, world_time(3, 400));
	CU_ASSERT_EQUAL(stage.counts.parked, 1);
	prune(&stage, world_time(2, 500));
	lookups_check();
	WHOLE(stage);
}

static const struct unit_test tests[] = {
	{"a key is what a record says", a_key_is_what_a_record_says},
	{"accepted is settled", accepted_is_settled},
	{"every verdict keeps the books whole", every_verdict_keeps_the_books_whole},
	{"duplicates are compared", duplicates_are_compared},
	{"a refusal after a lost reply is doubt", refusal_after_a_lost_reply_is_doubt},
	{"a reopened claim keeps its slot", reopened_claim_keeps_its_slot},
	{"a reopened doubt is sent anew", reopened_doubt_is_sent_anew},
	{"the cut-off follows the policy", cutoff_follows_the_policy},
	{"doubt is held at the cut-off", doubt_is_held_at_the_cutoff},
	{"young is not expired", young_is_not_expired},
	{"an unreadable reply leaves doubt", unreadable_reply_leaves_doubt},
	{"HTML settles nothing", html_settles_nothing},
	{"Retry-After holds later runs", retry_after_holds_later_runs},
	{"old requests are forgotten", old_requests_are_forgotten},
	{"requests keep to the bytes", requests_keep_to_the_bytes},
	{"poison is taken apart", poison_is_taken_apart},
	{"a lost account holds up nobody", lost_account_holds_up_nobody},
	{"a lost account in doubt holds up nobody", lost_account_in_doubt_holds_up_nobody},
	{"a moved subscription is told", moved_subscription_is_told},
	{"a slow market delays no other", slow_market_delays_no_other},
	{"admission is asked once", admission_is_asked_once},
	{"a refused customer is parked", refused_customer_is_parked},
	{"an undecided customer waits and is told", undecided_customer_waits_and_is_told},
	{"doubt asks no admission", doubt_asks_no_admission},
	{"open claims are found by an index", open_claims_are_found_by_an_index},
};

int main(void)
{
	return UNIT_RUN("report", tests);
}
