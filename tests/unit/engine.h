/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine.h - an engine of exchanges with a clock of steps, and what became of the exchanges of a test.
 */
#ifndef TESTS_UNIT_ENGINE_H
#define TESTS_UNIT_ENGINE_H

#include "core/exchange.h"
#include "tests/unit/fixture.h"
#include "tests/unit/server.h"

struct engine {
	struct clock_stepped steps;
	volatile sig_atomic_t stop;
	struct exchanges *exchanges;
	struct error error;
};

/* extra: its http, dry_run and policy are used; NULL: none.  The clock begins at 2026-01-01T12:00:00Z. */
void engine_init(struct engine *engine, const struct exchange_options *extra);
void engine_release(struct engine *engine);

/* Runs until nothing is pending. */
void engine_run(struct engine *engine);

struct outcome {
	int done; /* calls */
	int32_t status;
	char body[4096];
	char header[256]; /* the value of X-Test */
	char text[600];   /* transport_error */
	char reason[600]; /* facts.error's message */
	int code;         /* facts.error's code, or 0 */
	struct exchange_facts facts;
	int64_t at; /* elapsed */
	struct engine *engine;
};

/* A request of a test: GET unless there is a body. */
struct asked {
	const char *path; /* behind the instance's URL, or a whole URL */
	const char *body;
	struct apollo_request more; /* auth, scope, flags and so on */
	struct exchange_policy policy;
};

void engine_ask(struct engine *engine, struct instance *instance, const struct asked *asked, struct outcome *outcome);

/* Asks and runs until nothing is pending. */
#define ENGINE_GET(ENGINE, INSTANCE, OUTCOME, ...) \
	engine_get(ENGINE, INSTANCE, &(struct asked){__VA_ARGS__}, OUTCOME)
void engine_get(struct engine *engine, struct instance *instance, const struct asked *asked, struct outcome *outcome);

#endif
