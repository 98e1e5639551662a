/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/engine.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <stdio.h>

void engine_init(struct engine *engine, const struct exchange_options *extra)
{
	struct exchange_options options = extra ? *extra : (struct exchange_options){0};

	*engine = (struct engine){.steps = {.now = INT64_C(1767268800) * APOLLO_MICRO, .elapsed = APOLLO_MICRO}};
	options.clock = clock_of_steps(&engine->steps);
	options.stop = &engine->stop;
	if (!options.seed)
		options.seed = 42;
	UNIT_OK(exchanges_new(&options, &engine->exchanges, &engine->error), &engine->error);
}

void engine_release(struct engine *engine)
{
	exchanges_free(&engine->exchanges);
}

void engine_run(struct engine *engine)
{
	int code;

	do
		code = exchanges_run(engine->exchanges, &engine->error);
	while (code > 0);
	UNIT_OK(code, &engine->error);
}

static void outcome_take(void *context, const struct apollo_reply *reply, const struct exchange_facts *facts)
{
	struct outcome *outcome = context;
	const char *header = apollo_reply_header(reply, "X-Test");

	outcome->done++;
	outcome->status = reply->status;
	outcome->at = outcome->engine->steps.elapsed;
	outcome->facts = *facts;
	outcome->code = facts->error ? facts->error->code : 0;
	(void)snprintf(outcome->body, sizeof(outcome->body), "%.4000s", reply->body);
	(void)snprintf(outcome->header, sizeof(outcome->header), "%.200s", header ? header : "");
	(void)snprintf(outcome->text, sizeof(outcome->text), "%s",
		       reply->transport_error ? reply->transport_error : "");
	(void)snprintf(outcome->reason, sizeof(outcome->reason), "%s", facts->error ? facts->error->message : "");
	CU_ASSERT_TRUE((reply->status != 0) != (reply->transport_error != NULL));
}

void engine_ask(struct engine *engine, struct instance *instance, const struct asked *asked, struct outcome *outcome)
{
	struct apollo_request request = asked->more;
	char url[REQUEST_URL_MAX];

	(void)snprintf(url, sizeof(url), "%s%s", strstr(asked->path, "://") ? "" : (const char *)instance->self,
		       asked->path);
	request.size = sizeof(request);
	request.url = url;
	if (!request.method)
		request.method = asked->body ? "POST" : "GET";
	request.body = asked->body;
	request.body_size = asked->body ? strlen(asked->body) : 0;
	*outcome = (struct outcome){.engine = engine};
	UNIT_OK(exchange_start(engine->exchanges, instance, &request, &asked->policy, outcome_take, outcome,
			       &engine->error),
		&engine->error);
}

void engine_get(struct engine *engine, struct instance *instance, const struct asked *asked, struct outcome *outcome)
{
	engine_ask(engine, instance, asked, outcome);
	engine_run(engine);
	CU_ASSERT_EQUAL(outcome->done, 1);
}
