/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens: got once for all, renewed in time, replaced once after a 401 or 403, not asked for again and again.
 */
#include "core/log.h"
#include "core/token.h"
#include "tests/unit/engine.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <stdlib.h>

/* The service takes any token but the refused one; the issuer numbers its tokens. */
struct script {
	int issued;
	int life;            /* seconds */
	int fail_from;       /* this token and all later ones are refused to the asker; 0: none */
	int fail_to;
	const char *refused; /* "token-1": a request with it gets 401; "*": every one */
	int refusal; /* its status; 0: 401 */
	const char *result;  /* instead of a token */
};

static void script_play(void *context, const struct heard *heard, struct said *said)
{
	struct script *script = context;

	if (strcmp(heard->target, "/token") != 0) {
		if (script->refused &&
		    (*script->refused == '*' || strcmp(heard->authorization + 7, script->refused) == 0))
			said->status = script->refusal ? script->refusal : 401;
		return;
	}
	script->issued++;
	if (script->fail_from && script->issued >= script->fail_from && script->issued <= script->fail_to) {
		said->status = 400;
		(void)snprintf(said->text, sizeof(said->text), "invalid_client");
		return;
	}
	if (script->result)
		said->body = script->result;
	else
		(void)snprintf(said->text, sizeof(said->text), "{\"token\": \"token-%d\", \"expires_in\": %d}",
			       script->issued, script->life ? script->life : 3600);
}

struct stage {
	struct script script;
	struct server *server;
	struct engine engine;
	struct instance *instance;
};

static void stage_init(struct stage *stage)
{
	fixture_reset();
	stage->server = server_start(script_play, &stage->script, NULL, NULL);
	stage->instance = fixture_open("demo", server_url(stage->server));
	engine_init(&stage->engine, NULL);
}

static void stage_release(struct stage *stage)
{
	engine_release(&stage->engine);
	server_stop(stage->server);
	instance_close(&stage->instance);
	log_release();
}
#define STAGE(NAME, ...)                                                                   \
	struct stage NAME __attribute__((cleanup(stage_release))) = {.script = {__VA_ARGS__}}; \
	stage_init(&NAME)

static void get(struct stage *stage, const char *scope, struct outcome *outcome)
{
	ENGINE_GET(&stage->engine, stage->instance, outcome, .path = "/x",
		   .more = {.auth = APOLLO_AUTH_TOKEN, .scope = scope});
}

/* The Authorization of the last request that was no token's. */
static const char *last_authorization(struct stage *stage)
{
	int i = server_count(stage->server) - 1;

	while (i > 0 && strcmp(server_heard(stage->server, i)->target, "/token") == 0)
		i--;
	return server_heard(stage->server, i)->authorization;
}

static int issued(struct stage *stage)
{
	int count = 0;

	for (int i = 0; i < server_count(stage->server); i++)
		count += strcmp(server_heard(stage->server, i)->target, "/token") == 0;
	return count;
}

static void advance(struct stage *stage, int64_t seconds)
{
	stage->engine.steps.elapsed += seconds * APOLLO_MICRO;
	stage->engine.steps.now += seconds * APOLLO_MICRO;
}

static void token_is_got_once_for_all(void)
{
	STAGE(stage, .issued = 0);
	struct outcome outcomes[100], other;

	for (int i = 0; i < 100; i++)
		engine_ask(&stage.engine, stage.instance,
			   &(struct asked){.path = "/x",
					   .more = {.auth = APOLLO_AUTH_TOKEN, .scope = "one"}}, &outcomes[i]);
	engine_run(&stage.engine);
	for (int i = 0; i < 100; i++)
		CU_ASSERT_EQUAL(outcomes[i].status, 200);
	CU_ASSERT_EQUAL(issued(&stage), 1);
	CU_ASSERT_STRING_EQUAL(server_heard(stage.server, 0)->body, "{\"scope\":\"one\"}");
	CU_ASSERT_STRING_EQUAL(last_authorization(&stage), "Bearer token-1");
	get(&stage, "two", &other);
	CU_ASSERT_EQUAL(issued(&stage), 2);
	CU_ASSERT_STRING_EQUAL(last_authorization(&stage), "Bearer token-2");
}

/* Waiting for a token does not change the order of a queue. */
static void order_is_kept(void)
{
	STAGE(stage, .issued = 0);
	struct outcome outcomes[20];

	stage.instance->limits.concurrency = 1;
	for (int i = 0; i < 20; i++) {
		char path[16];

		(void)snprintf(path, sizeof(path), "/%d", i);
		engine_ask(&stage.engine, stage.instance,
			   &(struct asked){.path = path, .more = {.auth = APOLLO_AUTH_TOKEN, .scope = "s"}}, &outcomes[i]);
	}
	engine_run(&stage.engine);
	CU_ASSERT_EQUAL(server_count(stage.server), 21);
	for (int i = 0; i < 20; i++)
		CU_ASSERT_EQUAL(atoi(server_heard(stage.server, i + 1)->target + 1), i);
}

static void token_is_kept_out_of_the_log(void)
{
	STAGE(stage, .issued = 0);
	struct outcome outcome;
	char text[] = "Authorization: Bearer token-1";
	size_t size = strlen(text);

	get(&stage, "s", &outcome);
	log_redact(text, &size);
	CU_ASSERT_STRING_EQUAL(text, "Authorization: Bearer ***");
}

static void token_is_renewed_in_time(void)
{
	static const struct {
		int life, kept, renewed; /* seconds */
	} cases[] = {{3600, 3600 - 361, 3600 - 359}, /* a tenth of its life */
		     {1000, 1000 - 301, 1000 - 299}, /* five minutes */
		     {60, 29, 31}};                  /* half of its life */

	for (size_t i = 0; i < 3; i++) {
		STAGE(stage, .life = cases[i].life);
		struct outcome outcome;

		get(&stage, "s", &outcome);
		advance(&stage, cases[i].kept);
		get(&stage, "s", &outcome);
		CU_ASSERT_EQUAL(issued(&stage), 1);
		advance(&stage, cases[i].renewed - cases[i].kept);
		get(&stage, "s", &outcome);
		CU_ASSERT_EQUAL(issued(&stage), 2);
		CU_ASSERT_STRING_EQUAL(last_authorization(&stage), "Bearer token-2");
	}
}

/* While the old token lives a renewal that fails does no harm, and is not tried again at once. */
static void old_token_serves_where_renewal_fails(void)
{
	STAGE(stage, .fail_from = 2, .fail_to = 100);
	struct outcome outcome;

	get(&stage, "s", &outcome);
	advance(&stage, 3600 - 200);
	get(&stage, "s", &outcome);
	CU_ASSERT_EQUAL(outcome.status, 200);
	CU_ASSERT_STRING_EQUAL(last_authorization(&stage), "Bearer token-1");
	get(&stage, "s", &outcome);
	CU_ASSERT_EQUAL(outcome.status, 200);
	CU_ASSERT_EQUAL(issued(&stage), 2);
	advance(&stage, 201);
	get(&stage, "s", &outcome);
	CU_ASSERT_EQUAL(outcome.facts.end, EXCHANGE_UNAUTHORIZED);
	CU_ASSERT_EQUAL(issued(&stage), 3);
}

static void refused_token_is_replaced_once(void)
{
	STAGE(stage, .refused = "token-1");
	struct outcome outcome;

	get(&stage, "s", &outcome);
	CU_ASSERT_EQUAL(outcome.status, 200);
	CU_ASSERT_EQUAL(outcome.facts.tries, 2);
	CU_ASSERT_EQUAL(issued(&stage), 2);
	CU_ASSERT_STRING_EQUAL(last_authorization(&stage), "Bearer token-2");
	CU_ASSERT_EQUAL(stage.engine.steps.waited, 0);
}

static void second_refusal_is_final(void)
{
	STAGE(stage, .refused = "*");
	struct outcome outcome;

	get(&stage, "s", &outcome);
	CU_ASSERT_EQUAL(outcome.status, 401);
	CU_ASSERT_EQUAL(outcome.facts.end, EXCHANGE_ANSWERED);
	CU_ASSERT_EQUAL(outcome.facts.tries, 2);
	CU_ASSERT_EQUAL(issued(&stage), 2);
}

/* Many requests that come back with 401 at once need one new token, not one each. */
static void many_refusals_need_one_token(void)
{
	STAGE(stage, .refused = "token-1");
	struct outcome outcomes[50];

	for (int i = 0; i < 50; i++)
		engine_ask(&stage.engine, stage.instance,
			   &(struct asked){.path = "/x",
					   .more = {.auth = APOLLO_AUTH_TOKEN, .scope = "s"}}, &outcomes[i]);
	engine_run(&stage.engine);
	for (int i = 0; i < 50; i++)
		CU_ASSERT_EQUAL(outcomes[i].status, 200);
	CU_ASSERT_EQUAL(issued(&stage), 2);
}

/* A service that refuses every token is not a reason to ask for one token a request. */
static void many_refusals_of_every_token_need_two(void)
{
	STAGE(stage, .refused = "*");
	struct outcome outcomes[50], late;

	for (int i = 0; i < 50; i++)
		engine_ask(&stage.engine, stage.instance,
			   &(struct asked){.path = "/x",
					   .more = {.auth = APOLLO_AUTH_TOKEN, .scope = "s"}}, &outcomes[i]);
	engine_run(&stage.engine);
	for (int i = 0; i < 50; i++)
		CU_ASSERT_EQUAL(outcomes[i].status, 401);
	CU_ASSERT_EQUAL(issued(&stage), 2);
	stage.engine.steps.elapsed += TOKEN_REFUSED_PAUSE;
	get(&stage, "s", &late);
	CU_ASSERT_EQUAL(late.status, 401);
	CU_ASSERT_EQUAL(issued(&stage), 3);
}

/* Some services say 403 of a token that is over. */
static void forbidden_token_is_replaced_once(void)
{
	STAGE(stage, .refused = "token-1", .refusal = 403);
	struct outcome outcome;

	get(&stage, "s", &outcome);
	CU_ASSERT_EQUAL(outcome.status, 200);
	CU_ASSERT_EQUAL(issued(&stage), 2);
}

static void failure_is_told_to_all(void)
{
	STAGE(stage, .fail_from = 1, .fail_to = 100);
	struct outcome outcomes[30];

	for (int i = 0; i < 30; i++)
		engine_ask(&stage.engine, stage.instance,
			   &(struct asked){.path = "/x",
					   .more = {.auth = APOLLO_AUTH_TOKEN, .scope = "s"}}, &outcomes[i]);
	engine_run(&stage.engine);
	for (int i = 0; i < 30; i++) {
		CU_ASSERT_EQUAL(outcomes[i].facts.end, EXCHANGE_UNAUTHORIZED);
		CU_ASSERT_EQUAL(outcomes[i].code, APOLLO_AUTH);
		CU_ASSERT_FALSE(outcomes[i].facts.maybe_arrived);
		UNIT_HOLDS(outcomes[i].reason, "demo: the credential was refused");
		UNIT_HOLDS(outcomes[i].text, "the credential was refused");
	}
	CU_ASSERT_EQUAL(issued(&stage), 1);
}

static void failure_pauses_and_doubles(void)
{
	STAGE(stage, .fail_from = 1, .fail_to = 4);
	struct outcome outcome;
	int64_t pause = TOKEN_PAUSE_FIRST / APOLLO_MICRO;

	for (int failed = 1; failed <= 4; failed++, pause *= 2) {
		get(&stage, "s", &outcome);
		CU_ASSERT_EQUAL(issued(&stage), failed);
		advance(&stage, pause - 1);
		get(&stage, "s", &outcome);
		CU_ASSERT_EQUAL(outcome.facts.end, EXCHANGE_UNAUTHORIZED);
		CU_ASSERT_EQUAL(issued(&stage), failed);
		advance(&stage, 2);
	}
	get(&stage, "s", &outcome);
	CU_ASSERT_EQUAL(outcome.status, 200);
	CU_ASSERT_EQUAL(issued(&stage), 5);
}

static void hostile_results_are_refused(void)
{
	static const char *const results[] = {
		"[]",
		"{\"token\": 5, \"expires_in\": 60}",
		"{\"token\": \"\", \"expires_in\": 60}",
		"{\"token\": \"a b\", \"expires_in\": 60}",
		"{\"token\": \"a\\r\\nX: y\", \"expires_in\": 60}",
		"{\"token\": \"t\", \"expires_in\": 0}",
		"{\"token\": \"t\", \"expires_in\": -5}",
		"{\"token\": \"t\"}",
		"{\"expires_in\": 60}",
	};

	for (size_t i = 0; i < sizeof(results) / sizeof(*results); i++) {
		STAGE(stage, .result = results[i]);
		struct outcome outcome;

		get(&stage, "s", &outcome);
		CU_ASSERT_EQUAL(outcome.facts.end, EXCHANGE_UNAUTHORIZED);
		CU_ASSERT_EQUAL(outcome.code, APOLLO_BUG);
		UNIT_HOLDS(outcome.reason, "demo");
	}
}

/* A life without end is not believed. */
static void long_life_is_cut(void)
{
	STAGE(stage, .result = "{\"token\": \"for-ever\", \"expires_in\": \"9223372036854775807\"}");
	struct outcome outcome;

	get(&stage, "s", &outcome);
	CU_ASSERT_EQUAL(outcome.status, 200);
	advance(&stage, 31 * 86400);
	get(&stage, "s", &outcome);
	CU_ASSERT_EQUAL(issued(&stage), 2);
}

/* A process that runs for months forgets the tokens that it no longer has. */
static void old_tokens_are_forgotten(void)
{
	STAGE(stage, .life = 600);
	struct outcome outcome;

	for (int i = 0; i < 200; i++) {
		get(&stage, "s", &outcome);
		CU_ASSERT_EQUAL(outcome.status, 200);
		advance(&stage, 600);
	}
	CU_ASSERT_EQUAL(issued(&stage), 200);
}

static void another_instance_issues(void)
{
	STAGE(stage, .issued = 0);
	struct instance *market INSTANCE_CLEANUP = fixture_open("market", server_url(stage.server));
	struct outcome outcome;

	market->issuer = stage.instance;
	ENGINE_GET(&stage.engine, market, &outcome, .path = "/x", .more = {.auth = APOLLO_AUTH_TOKEN, .scope = "s"});
	get(&stage, "s", &outcome);
	CU_ASSERT_EQUAL(outcome.status, 200);
	CU_ASSERT_EQUAL(issued(&stage), 1);
}

static const struct unit_test tests[] = {
	{"a token is got once for all", token_is_got_once_for_all},
	{"the order is kept", order_is_kept},
	{"a token is kept out of the log", token_is_kept_out_of_the_log},
	{"a token is renewed in time", token_is_renewed_in_time},
	{"the old token serves where renewal fails", old_token_serves_where_renewal_fails},
	{"a refused token is replaced once", refused_token_is_replaced_once},
	{"a second refusal is final", second_refusal_is_final},
	{"many refusals need one token", many_refusals_need_one_token},
	{"many refusals of every token need two", many_refusals_of_every_token_need_two},
	{"a forbidden token is replaced once", forbidden_token_is_replaced_once},
	{"a failure is told to all", failure_is_told_to_all},
	{"a failure pauses and doubles", failure_pauses_and_doubles},
	{"hostile results are refused", hostile_results_are_refused},
	{"a long life is cut", long_life_is_cut},
	{"old tokens are forgotten", old_tokens_are_forgotten},
	{"another instance issues", another_instance_issues},
};

int main(void)
{
	return UNIT_RUN("token", tests);
}
