/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fixture.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <stdlib.h>

struct fixture fixture;

/* What an instance is: a copy of its URL. */
static int fixture_open_self(const struct apollo_call *call, const char *name, const char *const *values,
			     void **instance)
{
	(void)name;
	if (!(*instance = strdup(values[0])))
		return call->fail(call, APOLLO_NOMEM, "no memory", NULL, NULL);
	fixture.opened++;
	return 0;
}

static void fixture_close_self(void *instance)
{
	fixture.closed += instance != NULL;
	free(instance);
}

static int fixture_limits(void *instance, const struct apollo_call *call, struct apollo_limits *limits)
{
	(void)instance, (void)call;
	*limits = fixture.limits;
	return 0;
}

static int fixture_prepare(void *instance, const struct apollo_call *call, const struct apollo_record *record,
			   struct apollo_prepared *prepared)
{
	return fixture.prepare(instance, call, record, prepared);
}

static int fixture_encode(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
			  struct apollo_request *request)
{
	return fixture.encode(instance, call, items, count, request);
}

static int fixture_decode(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
			  const struct apollo_reply *reply, struct apollo_verdict *const *verdicts)
{
	return fixture.decode(instance, call, items, count, reply, verdicts);
}

static const char *fixture_resource_of(void *instance, const struct apollo_call *call, const char *const *values)
{
	return fixture.resource_of ? fixture.resource_of(instance, call, values) : "resource";
}

static int fixture_converse(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
			    struct apollo_move *move)
{
	return fixture.converse(instance, call, turn, move);
}

static int fixture_issue(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
			 struct apollo_move *move)
{
	if (turn->reply) {
		if (turn->reply->status != 200)
			return call->fail(call, APOLLO_AUTH, "the credential was refused", turn->reply->body,
					  "look at the credential");
		move->kind = APOLLO_DONE;
		move->result = apollo_copy(call, turn->reply->body);
		return 0;
	}
	move->kind = APOLLO_SEND;
	move->request->method = "POST";
	move->request->url = apollo_print(call, "%s/token", (const char *)instance);
	move->request->body = apollo_copy(call, turn->task);
	move->request->body_size = strlen(turn->task);
	move->request->flags = APOLLO_CONFIDENTIAL;
	return 0;
}

static const struct apollo_option options[] = {{"url", APOLLO_URL, APOLLO_REQUIRED, NULL, "where the service is"}};

static const struct apollo_market market = {
	.size = sizeof(market),
	.limits = fixture_limits,
	.prepare = fixture_prepare,
	.encode = fixture_encode,
	.decode = fixture_decode,
	.converse = fixture_converse,
	.resource_of = fixture_resource_of,
};
static const struct apollo_source source = {.size = sizeof(source), .converse = fixture_converse};
static const struct apollo_issuer issuer = {.size = sizeof(issuer), .converse = fixture_issue};
static const struct apollo_plugin descriptor = {
	APOLLO_PLUGIN_HEAD,
	.name = "fixture",
	.version = "1.0",
	.summary = "does what a test says",
	.options = options,
	.option_count = 1,
	.open = fixture_open_self,
	.close = fixture_close_self,
	.market = &market,
	.source = &source,
	.issuer = &issuer,
};

void fixture_reset(void)
{
	fixture = (struct fixture){.limits = {.size = sizeof(struct apollo_limits),
					      .batch_records = 25,
					      .batch_bytes = 1 << 20,
					      .quantity_max = INT64_MAX,
					      .step_min = 1,
					      .concurrency = 16}};
}

static struct plugin *adopted;

static void adopted_free(void)
{
	plugin_free(&adopted);
}

const struct plugin *fixture_plugin(void)
{
	struct error error;

	if (adopted)
		return adopted;
	if (loader_adopt(&descriptor, NULL, &adopted, &error) < 0) {
		(void)fprintf(stderr, "%s\n", error.message);
		exit(2);
	}
	(void)atexit(adopted_free);
	return adopted;
}

struct instance *fixture_open(const char *name, const char *url)
{
	const struct setting settings[] = {{"url", url, NULL}};
	const struct clock clock = clock_fixed(0);
	struct instance *instance = NULL;
	struct error error;

	if (instance_open(fixture_plugin(), name, settings, 1, "/", &clock, &instance, &error) < 0) {
		(void)fprintf(stderr, "%s\n", error.message);
		exit(2);
	}
	return instance;
}
