/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The policy around requests: retries, Retry-After, lanes, rates, deadlines, the stop and the dry run.
 */
#include "core/log.h"
#include "tests/unit/engine.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <stdlib.h>

/* What a server of these tests does, by the number of the request that it hears. */
struct script {
	int status[16]; /* of the first requests; 0: 200 */
	const char *headers;
	int mute;                    /* the first so many get no answer */
	bool mute_second;            /* the second one gets none */
	volatile sig_atomic_t *stop; /* set when the first request is heard */
	int heard;
};

static void script_play(void *context, const struct heard *heard, struct said *said)
{
	struct script *script = context;
	int number = script->heard++;

	said->status = number < 16 ? script->status[number] : 0;
	if (said->status && script->headers)
		said->headers = script->headers;
	said->mute = number < script->mute || (script->mute_second && number == 1);
	/* What begins so is held at the gate. */
	said->hold = strncmp(heard->target, "/hold", 5) == 0 || strcmp(heard->target, "/token") == 0;
	if (script->stop)
		*script->stop = 1;
	(void)snprintf(said->text, sizeof(said->text), "%d %.500s", number, heard->body);
}

struct stage {
	struct script script;
	struct server *server;
	struct engine engine;
	struct instance *instance;
};

static void stage_init(struct stage *stage, const struct exchange_options *extra)
{
	fixture_reset();
	stage->server = server_start(script_play, &stage->script, NULL, NULL);
	stage->instance = fixture_open("demo", server_url(stage->server));
	engine_init(&stage->engine, extra);
}

static void stage_release(struct stage *stage)
{
	engine_release(&stage->engine);
	server_stop(stage->server);
	instance_close(&stage->instance);
}
#define STAGE(NAME, ...)                                                                 \
	struct stage NAME __attribute__((cleanup(stage_release))) = {.script = {__VA_ARGS__}}; \
	stage_init(&NAME, NULL)

/* ---- retries ----------------------------------------------------------------------------------------------- */

static void answer_is_given(void)
{
	STAGE(stage, .status = {0});
	struct outcome outcome;

	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/a?b=c", .body = "hello");
	CU_ASSERT_EQUAL(outcome.status, 200);
	CU_ASSERT_STRING_EQUAL(outcome.body, "0 hello");
	CU_ASSERT_EQUAL(outcome.facts.end, EXCHANGE_ANSWERED);
	CU_ASSERT_EQUAL(outcome.facts.tries, 1);
	CU_ASSERT_TRUE(outcome.facts.maybe_arrived);
	CU_ASSERT_FALSE(outcome.facts.outcome_unknown);
	CU_ASSERT_EQUAL(outcome.facts.retry_after, -1);
	CU_ASSERT_EQUAL(stage.engine.steps.waited, 0);
	CU_ASSERT_STRING_EQUAL(server_heard(stage.server, 0)->method, "POST");
	CU_ASSERT_STRING_EQUAL(server_heard(stage.server, 0)->target, "/a?b=c");
	UNIT_HOLDS(server_heard(stage.server, 0)->user_agent, "apollo/");
}

static void passing_trouble_is_repeated(void)
{
	static const int passing[] = {408, 425, 429, 500, 502, 503, 504, 599};

	for (size_t i = 0; i < sizeof(passing) / sizeof(*passing); i++) {
		STAGE(stage, .status = {passing[i], passing[i]});
		struct outcome outcome;

		ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/", .body = "same");
		CU_ASSERT_EQUAL(outcome.status, 200);
		CU_ASSERT_EQUAL(outcome.facts.tries, 3);
		CU_ASSERT_STRING_EQUAL(server_heard(stage.server, 0)->body, "same");
		CU_ASSERT_STRING_EQUAL(server_heard(stage.server, 2)->body, "same");
		CU_ASSERT_TRUE(stage.engine.steps.waited > 0);
		CU_ASSERT_TRUE(stage.engine.steps.waited <= 3 * EXCHANGE_BACKOFF_FIRST + 2);
	}
}

static void final_answers_are_not_repeated(void)
{
	static const int final[] = {201, 204, 301, 302, 307, 400, 401, 403, 404, 409, 413, 422};

	for (size_t i = 0; i < sizeof(final) / sizeof(*final); i++) {
		STAGE(stage, .status = {final[i]}, .headers = "Location: /elsewhere\r\n");
		struct outcome outcome;

		ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/");
		CU_ASSERT_EQUAL(outcome.status, final[i]);
		CU_ASSERT_EQUAL(outcome.facts.tries, 1);
		CU_ASSERT_EQUAL(server_count(stage.server), 1);
	}
}

static void tries_come_to_an_end(void)
{
	STAGE(stage, .status = {500, 500, 500, 500, 500, 500, 500, 500});
	struct outcome outcome;

	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/");
	CU_ASSERT_EQUAL(outcome.status, 500);
	CU_ASSERT_EQUAL(outcome.facts.end, EXCHANGE_ANSWERED);
	CU_ASSERT_EQUAL(outcome.facts.tries, EXCHANGE_TRIES);
	/* Full jitter of 0.5, 1, 2, 4 and 8 s. */
	CU_ASSERT_TRUE(stage.engine.steps.waited <= 15500000 + 5);
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/", .policy = {.tries = 2});
	CU_ASSERT_EQUAL(outcome.facts.tries, 2);
}

/* The waits spread over the whole of their range, and differ with the seed. */
static void waits_are_spread(void)
{
	int64_t least = INT64_MAX, most = 0, sum = 0;

	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct exchange_options extra = {.seed = seed};
		struct stage stage __attribute__((cleanup(stage_release))) = {.script = {.status = {503}}};
		struct outcome outcome;

		stage_init(&stage, &extra);
		ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/", .policy = {.backoff_first = 1000000});
		CU_ASSERT_EQUAL(outcome.facts.tries, 2);
		least = stage.engine.steps.waited < least ? stage.engine.steps.waited : least;
		most = stage.engine.steps.waited > most ? stage.engine.steps.waited : most;
		sum += stage.engine.steps.waited;
	}
	CU_ASSERT_TRUE(least > 0 && least < 200000);
	CU_ASSERT_TRUE(most > 800000 && most <= 1000000);
	CU_ASSERT_TRUE(sum > 40 * 350000 && sum < 40 * 650000);
}

static void lost_answer_is_in_doubt(void)
{
	STAGE(stage, .mute = 1);
	struct outcome outcome;

	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/", .policy = {.tries = 1});
	CU_ASSERT_EQUAL(outcome.status, 0);
	CU_ASSERT_EQUAL(outcome.facts.end, EXCHANGE_UNANSWERED);
	CU_ASSERT_TRUE(outcome.facts.maybe_arrived);
	CU_ASSERT_TRUE(outcome.facts.outcome_unknown);
	UNIT_HOLDS(outcome.text, "without an answer");
}

/* The answer to the second try does not take away that the first may have had an effect. */
static void answered_retry_is_still_in_doubt(void)
{
	STAGE(stage, .mute = 1);
	struct outcome outcome;

	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/");
	CU_ASSERT_EQUAL(outcome.status, 200);
	CU_ASSERT_EQUAL(outcome.facts.tries, 2);
	CU_ASSERT_TRUE(outcome.facts.outcome_unknown);
}

/* What a later try is told takes nothing away from a failure that may have come after the request was taken. */
static void repeated_failure_is_in_doubt(void)
{
	static const struct {
		int first, second;
		bool unknown;
	} cases[] = {{504, 429, true}, {500, 403, true}, {502, 400, true}, {408, 200, true}, {429, 200, false}, {429, 400, false}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		STAGE(stage, .status = {cases[i].first, cases[i].second});
		struct outcome outcome;

		ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/", .policy = {.tries = 2});
		CU_ASSERT_EQUAL(outcome.status, cases[i].second);
		CU_ASSERT_EQUAL(outcome.facts.outcome_unknown, cases[i].unknown);
	}
}

/* A request that may be sent once is repeated only where surely nothing came of it. */
static void once_is_once(void)
{
	static const struct {
		struct script script;
		int status, tries;
	} cases[] = {{{.status = {503}}, 503, 1}, {{.status = {500}}, 500, 1}, {{.mute = 1}, 0, 1}, {{.status = {429}}, 200, 2}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct stage stage __attribute__((cleanup(stage_release))) = {.script = cases[i].script};
		struct outcome outcome;

		stage_init(&stage, NULL);
		ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/", .more = {.flags = APOLLO_ONCE});
		CU_ASSERT_EQUAL(outcome.status, cases[i].status);
		CU_ASSERT_EQUAL(outcome.facts.tries, (uint32_t)cases[i].tries);
		CU_ASSERT_EQUAL(server_count(stage.server), cases[i].tries);
	}
}

/* libcurl itself repeats what a connection that was used before did not answer. */
static void once_on_a_used_connection(void)
{
	STAGE(stage, .mute_second = true);
	struct outcome outcome;

	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/");
	CU_ASSERT_EQUAL(outcome.status, 200);
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/", .body = "make one", .more = {.flags = APOLLO_ONCE});
	CU_ASSERT_EQUAL(outcome.status, 0);
	CU_ASSERT_TRUE(outcome.facts.maybe_arrived);
	CU_ASSERT_EQUAL(server_count(stage.server), 2);
}

/* ---- Retry-After ------------------------------------------------------------------------------------------- */

static int64_t retry_after(const char *value, const char *date)
{
	struct apollo_header headers[] = {{"retry-after", value}, {"Date", date}};
	struct apollo_reply reply = {.size = sizeof(reply), .status = 503, .headers = headers,
				     .header_count = date ? 2 : 1, .body = ""};

	return http_retry_after(&reply, INT64_C(1767268800) * APOLLO_MICRO);
}

static void retry_after_is_read(void)
{
	CU_ASSERT_EQUAL(retry_after("0", NULL), 0);
	CU_ASSERT_EQUAL(retry_after("120", NULL), 120 * APOLLO_MICRO);
	CU_ASSERT_EQUAL(retry_after("Thu, 01 Jan 2026 12:00:30 GMT", NULL), 30 * APOLLO_MICRO);
	CU_ASSERT_EQUAL(retry_after("Thu, 01 Jan 2026 11:00:00 GMT", NULL), 0);
	/* The server's own clock counts, whatever ours says. */
	CU_ASSERT_EQUAL(retry_after("Fri, 02 Jan 2026 00:00:10 GMT", "Fri, 02 Jan 2026 00:00:00 GMT"),
			10 * APOLLO_MICRO);
	CU_ASSERT_EQUAL(retry_after("Thursday, 01-Jan-26 12:00:07 GMT", NULL), 7 * APOLLO_MICRO);
	CU_ASSERT_EQUAL(retry_after("Thu Jan  1 12:00:09 2026", NULL), 9 * APOLLO_MICRO);
	CU_ASSERT_EQUAL(retry_after("soon", NULL), -1);
	CU_ASSERT_EQUAL(retry_after("", NULL), -1);
	CU_ASSERT_EQUAL(retry_after("-5", NULL), -1);
	CU_ASSERT_TRUE(retry_after("99999999999999999999", NULL) > 365 * APOLLO_DAY);
}

static void retry_after_seconds_are_waited_for(void)
{
	STAGE(stage, .status = {429}, .headers = "Retry-After: 7\r\n");
	struct outcome outcome;

	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/");
	CU_ASSERT_EQUAL(outcome.status, 200);
	CU_ASSERT_EQUAL(stage.engine.steps.waited, 7 * APOLLO_MICRO);
}

static void retry_after_date_is_waited_for(void)
{
	STAGE(stage, .status = {503}, .headers = "Date: Fri, 02 Jan 2026 00:00:00 GMT\r\n"
						 "Retry-After: Fri, 02 Jan 2026 00:00:20 GMT\r\n");
	struct outcome outcome;

	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/");
	CU_ASSERT_EQUAL(outcome.status, 200);
	CU_ASSERT_EQUAL(stage.engine.steps.waited, 20 * APOLLO_MICRO);
}

static void retry_after_beyond_the_deadline_ends_it(void)
{
	STAGE(stage, .status = {429}, .headers = "Retry-After: 3600\r\n");
	struct outcome outcome;

	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/");
	CU_ASSERT_EQUAL(outcome.status, 429);
	CU_ASSERT_EQUAL(outcome.facts.end, EXCHANGE_ANSWERED);
	CU_ASSERT_EQUAL(outcome.facts.tries, 1);
	CU_ASSERT_EQUAL(outcome.facts.retry_after, 3600 * APOLLO_MICRO);
	CU_ASSERT_EQUAL(stage.engine.steps.waited, 0);
}

/* A host that throttles is left alone by all requests of its lane, not only by the one that it told. */
static void throttling_holds_the_lane(void)
{
	STAGE(stage, .status = {429}, .headers = "Retry-After: 9\r\n");
	struct outcome first, second;

	ENGINE_GET(&stage.engine, stage.instance, &first, .path = "/first", .policy = {.tries = 1});
	ENGINE_GET(&stage.engine, stage.instance, &second, .path = "/second");
	CU_ASSERT_EQUAL(second.status, 200);
	CU_ASSERT_EQUAL(second.at - first.at, 9 * APOLLO_MICRO);
	CU_ASSERT_EQUAL(server_count(stage.server), 2);
}

/* Those behind one that was told to wait beyond their time end at once, and know for how long. */
static void long_pause_ends_the_queue(void)
{
	STAGE(stage, .status = {429}, .headers = "Retry-After: 3600\r\n");
	struct outcome outcomes[3];

	for (int i = 0; i < 3; i++)
		engine_ask(&stage.engine, stage.instance, &(struct asked){.path = "/"}, &outcomes[i]);
	engine_run(&stage.engine);
	ENGINE_GET(&stage.engine, stage.instance, &outcomes[2], .path = "/late");
	CU_ASSERT_EQUAL(outcomes[2].facts.end, EXCHANGE_EXPIRED);
	CU_ASSERT_EQUAL(outcomes[2].facts.tries, 0);
	CU_ASSERT_EQUAL(outcomes[2].facts.retry_after, 3600 * APOLLO_MICRO);
	CU_ASSERT_FALSE(outcomes[2].facts.maybe_arrived);
	CU_ASSERT_EQUAL(stage.engine.steps.waited, 0);
}

/* ---- deadlines --------------------------------------------------------------------------------------------- */

static void deadline_ends_the_tries(void)
{
	STAGE(stage, .status = {503, 503, 503, 503, 503, 503, 503, 503, 503, 503, 503, 503, 503, 503, 503, 503});
	struct outcome outcome;
	int64_t begun = stage.engine.steps.elapsed;

	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/", .policy = {.tries = 100, .deadline = 5000000});
	CU_ASSERT_EQUAL(outcome.status, 503);
	CU_ASSERT_TRUE(outcome.facts.tries > 1);
	CU_ASSERT_TRUE(outcome.at - begun < 5000000);
}

/* The last try is cut at the deadline, however long a try may take. */
static void deadline_cuts_a_try(void)
{
	STAGE(stage, .mute = 0);
	struct outcome outcome;

	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/hold", .policy = {.deadline = 60000});
	CU_ASSERT_EQUAL(outcome.facts.end, EXCHANGE_UNANSWERED);
	CU_ASSERT_TRUE(outcome.facts.outcome_unknown);
	UNIT_HOLDS(outcome.text, "within 0.060 s");
}

static void deadline_passes_in_the_queue(void)
{
	STAGE(stage, .mute = 0);
	struct outcome outcomes[3];
	int64_t begun = stage.engine.steps.elapsed;

	stage.instance->limits.rate = 1;
	for (int i = 0; i < 3; i++)
		engine_ask(&stage.engine, stage.instance, &(struct asked){.path = "/", .policy = {.deadline = 1500000}},
			   &outcomes[i]);
	engine_run(&stage.engine);
	CU_ASSERT_EQUAL(outcomes[1].status, 200);
	CU_ASSERT_EQUAL(outcomes[2].facts.end, EXCHANGE_EXPIRED);
	CU_ASSERT_EQUAL(outcomes[2].facts.tries, 0);
	CU_ASSERT_FALSE(outcomes[2].facts.maybe_arrived);
	CU_ASSERT_EQUAL(outcomes[2].at - begun, 1500000);
	UNIT_HOLDS(outcomes[2].text, "127.0.0.1");
	UNIT_HOLDS(outcomes[2].text, "before the request could be sent");
	CU_ASSERT_EQUAL(server_count(stage.server), 2);
}

/* ---- lanes ------------------------------------------------------------------------------------------------- */

static void lane_has_its_most(void)
{
	STAGE(stage, .mute = 0);
	struct outcome outcomes[12];

	stage.instance->limits.concurrency = 3;
	/* Fewer than three at once would never open it. */
	server_open_gate_at(stage.server, 3);
	for (int i = 0; i < 12; i++)
		engine_ask(&stage.engine, stage.instance, &(struct asked){.path = "/hold"}, &outcomes[i]);
	engine_run(&stage.engine);
	CU_ASSERT_EQUAL(server_count(stage.server), 12);
	CU_ASSERT_EQUAL(server_busiest(stage.server), 3);
	CU_ASSERT_EQUAL(server_connections(stage.server), 3);
	for (int i = 0; i < 12; i++)
		CU_ASSERT_EQUAL(outcomes[i].status, 200);
}

static void slow_host_delays_only_its_own(void)
{
	STAGE(slow, .mute = 0);
	struct script quick_script = {.mute = 0};
	struct server *quick = server_start(script_play, &quick_script, NULL, NULL);
	struct outcome waiting[40], done[200];
	int ended = 0;

	for (int i = 0; i < 40; i++)
		engine_ask(&slow.engine, slow.instance, &(struct asked){.path = "/hold"}, &waiting[i]);
	for (int i = 0; i < 200; i++) {
		char url[128];

		(void)snprintf(url, sizeof(url), "%s/%d", server_url(quick), i);
		engine_ask(&slow.engine, slow.instance, &(struct asked){.path = url}, &done[i]);
	}
	while (ended < 200) {
		if (exchanges_run(slow.engine.exchanges, &slow.engine.error) < 0)
			break;
		ended = 0;
		for (int i = 0; i < 200; i++)
			ended += done[i].done;
	}
	CU_ASSERT_EQUAL(ended, 200);
	for (int i = 0; i < 40; i++)
		CU_ASSERT_EQUAL(waiting[i].done, 0);
	server_open_gate(slow.server);
	engine_run(&slow.engine);
	for (int i = 0; i < 40; i++)
		CU_ASSERT_EQUAL(waiting[i].status, 200);
	server_stop(quick);
}

static void lane_keeps_its_rate(void)
{
	STAGE(stage, .mute = 0);
	struct outcome outcomes[30];
	int64_t begun = stage.engine.steps.elapsed;

	stage.instance->limits.rate = 10;
	for (int i = 0; i < 30; i++)
		engine_ask(&stage.engine, stage.instance, &(struct asked){.path = "/"}, &outcomes[i]);
	engine_run(&stage.engine);
	/* No second has more than ten; the last of thirty leaves after 2.9 s. */
	for (int i = 0; i + 10 < 30; i++)
		CU_ASSERT_TRUE(outcomes[i + 10].at - outcomes[i].at >= APOLLO_MICRO);
	CU_ASSERT_EQUAL(outcomes[29].at - begun, 2900000);
}

static void quick_lane_keeps_its_rate(void)
{
	STAGE(stage, .mute = 0);
	static struct outcome outcomes[600];
	int64_t begun = stage.engine.steps.elapsed;

	stage.instance->limits.rate = 200;
	for (int i = 0; i < 600; i++)
		engine_ask(&stage.engine, stage.instance, &(struct asked){.path = "/"}, &outcomes[i]);
	engine_run(&stage.engine);
	for (int i = 0; i + 201 < 600; i++)
		CU_ASSERT_TRUE(outcomes[i + 201].at - outcomes[i].at >= APOLLO_MICRO);
	CU_ASSERT_TRUE(outcomes[599].at - begun < 3400000);
}

/* Order within a lane: first come, first sent. */
static void lane_is_a_queue(void)
{
	STAGE(stage, .mute = 0);
	struct outcome outcomes[50];

	stage.instance->limits.concurrency = 1;
	for (int i = 0; i < 50; i++) {
		char path[16];

		(void)snprintf(path, sizeof(path), "/%d", i);
		engine_ask(&stage.engine, stage.instance, &(struct asked){.path = path}, &outcomes[i]);
	}
	engine_run(&stage.engine);
	for (int i = 0; i < 50; i++)
		CU_ASSERT_EQUAL(atoi(server_heard(stage.server, i)->target + 1), i);
	CU_ASSERT_EQUAL(server_connections(stage.server), 1);
}

/* ---- the stop ---------------------------------------------------------------------------------------------- */

static void stop_lets_flying_ones_land(void)
{
	struct stage stage __attribute__((cleanup(stage_release))) = {.script = {.stop = &stage.engine.stop}};
	struct outcome flying, queued[5], late;

	stage_init(&stage, NULL);
	stage.instance->limits.concurrency = 1;
	engine_ask(&stage.engine, stage.instance, &(struct asked){.path = "/hold"}, &flying);
	for (int i = 0; i < 5; i++)
		engine_ask(&stage.engine, stage.instance, &(struct asked){.path = "/"}, &queued[i]);
	/* The flag is set, as by a signal, while the first one is held. */
	CU_ASSERT_EQUAL(exchanges_run(stage.engine.exchanges, &stage.engine.error), 1);
	CU_ASSERT_TRUE(exchanges_stopped(stage.engine.exchanges));
	for (int i = 0; i < 5; i++) {
		CU_ASSERT_EQUAL(queued[i].done, 1);
		CU_ASSERT_EQUAL(queued[i].facts.end, EXCHANGE_STOPPED);
		CU_ASSERT_FALSE(queued[i].facts.maybe_arrived);
		UNIT_HOLDS(queued[i].text, "stopped");
	}
	CU_ASSERT_EQUAL(flying.done, 0);
	server_open_gate(stage.server);
	engine_run(&stage.engine);
	CU_ASSERT_EQUAL(flying.status, 200);
	ENGINE_GET(&stage.engine, stage.instance, &late, .path = "/");
	CU_ASSERT_EQUAL(late.facts.end, EXCHANGE_STOPPED);
	CU_ASSERT_EQUAL(server_count(stage.server), 1);
}

static void stop_now(void *context)
{
	exchanges_stop(context);
}

/* One that pauses before its next try ends at once; what it knows is told. */
static void stop_ends_a_pause(void)
{
	STAGE(stage, .status = {503}, .headers = "Retry-After: 60\r\n");
	struct timer timer = {.fire = stop_now, .context = stage.engine.exchanges};
	struct outcome paused;

	UNIT_OK(exchange_wait(stage.engine.exchanges, &timer, 5 * APOLLO_MICRO), &stage.engine.error);
	ENGINE_GET(&stage.engine, stage.instance, &paused, .path = "/");
	CU_ASSERT_EQUAL(paused.facts.end, EXCHANGE_STOPPED);
	CU_ASSERT_TRUE(paused.facts.maybe_arrived);
	CU_ASSERT_EQUAL(paused.facts.tries, 1);
	CU_ASSERT_EQUAL(stage.engine.steps.waited, 5 * APOLLO_MICRO);
	CU_ASSERT_EQUAL(server_count(stage.server), 1);
}

/* An engine that ends with everything under way calls nobody and leaves nothing (a leak is seen by the sanitizer). */
static void engine_ends_in_the_middle(void)
{
	STAGE(stage, .mute = 0);
	struct outcome outcomes[20], quick;

	stage.instance->limits.concurrency = 6;
	for (int i = 0; i < 20; i++)
		engine_ask(&stage.engine, stage.instance,
			   &(struct asked){.path = "/hold",
					   .more = {.auth = i % 2 ? APOLLO_AUTH_TOKEN : APOLLO_AUTH_NONE,
						    .scope = "s"}},
			   &outcomes[i]);
	engine_ask(&stage.engine, stage.instance,
		   &(struct asked){.path = "http://127.0.0.1:1/", .policy = {.tries = 1}}, &quick);
	while (!quick.done && exchanges_run(stage.engine.exchanges, &stage.engine.error) > 0)
		;
	exchanges_free(&stage.engine.exchanges);
	CU_ASSERT_EQUAL(quick.done, 1);
	for (int i = 0; i < 20; i++)
		CU_ASSERT_EQUAL(outcomes[i].done, 0);
}

static void forgotten_ones_call_nobody(void)
{
	STAGE(stage, .mute = 0);
	struct outcome kept, forgotten;

	engine_ask(&stage.engine, stage.instance, &(struct asked){.path = "/"}, &kept);
	engine_ask(&stage.engine, stage.instance, &(struct asked){.path = "/"}, &forgotten);
	exchanges_forget(stage.engine.exchanges, &forgotten);
	engine_run(&stage.engine);
	CU_ASSERT_EQUAL(kept.done, 1);
	CU_ASSERT_EQUAL(forgotten.done, 0);
	CU_ASSERT_EQUAL(server_count(stage.server), 2);
}

/* ---- the dry run ------------------------------------------------------------------------------------------- */

static void dry_run_shows_and_sends_nothing(void)
{
	const char *path = unit_path("dry");
	FILE *file = fopen(path, "w");
	struct exchange_options extra = {.dry_run = file};
	struct stage stage __attribute__((cleanup(stage_release))) = {.script = {.mute = 0}};
	struct outcome first, second;

	stage_init(&stage, &extra);
	(void)log_secret("swordfish");
	engine_ask(&stage.engine, stage.instance,
		   &(struct asked){.path = "/?k=swordfish", .body = "{}",
				   .more = {.auth = APOLLO_AUTH_TOKEN, .scope = "s"}},
		   &first);
	engine_ask(&stage.engine, stage.instance, &(struct asked){.path = "/second"}, &second);
	CU_ASSERT_EQUAL(first.done, 0);
	engine_run(&stage.engine);
	CU_ASSERT_EQUAL(first.facts.end, EXCHANGE_DRY);
	CU_ASSERT_EQUAL(first.facts.tries, 0);
	CU_ASSERT_STRING_EQUAL(first.text, "dry run");
	CU_ASSERT_EQUAL(second.facts.end, EXCHANGE_DRY);
	CU_ASSERT_EQUAL(server_connections(stage.server), 0);
	(void)fclose(file);
	UNIT_HOLDS(unit_read(path), "\"method\":\"POST\"");
	UNIT_HOLDS(unit_read(path), "/?k=***\"");
	UNIT_HOLDS(unit_read(path), "\"auth\":\"token\",\"scope\":\"s\",\"body\":\"{}\"}\n{\"instance\":\"demo\"");
	CU_ASSERT_PTR_NULL(strstr(unit_read(path), "swordfish"));
	log_release();
}

/* ---- beginnings -------------------------------------------------------------------------------------------- */

static void nobody(void *context, const struct apollo_reply *reply, const struct exchange_facts *facts)
{
	(void)context, (void)reply, (void)facts;
}

static void wrong_requests_do_not_begin(void)
{
	STAGE(stage, .mute = 0);
	struct apollo_request request = {.size = sizeof(request), .method = "GET", .url = "nowhere"};
	struct error *error = &stage.engine.error;

	UNIT_REFUSED(exchange_start(stage.engine.exchanges, stage.instance, &request, NULL, nobody, NULL, error),
		     APOLLO_BUG, error, "demo", "url");
	request.url = server_url(stage.server);
	request.auth = APOLLO_AUTH_TOKEN;
	request.scope = "s";
	stage.instance->issuer = NULL;
	UNIT_REFUSED(exchange_start(stage.engine.exchanges, stage.instance, &request, NULL, nobody, NULL, error),
		     APOLLO_CONFIG, error, "demo", "token", "issuer");
	CU_ASSERT_EQUAL(exchanges_pending(stage.engine.exchanges), 0);
	CU_ASSERT_EQUAL(exchanges_run(stage.engine.exchanges, error), 0);
}

static void pending_bytes_have_a_ceiling(void)
{
	STAGE(stage, .mute = 0);
	char *body = calloc(1, REQUEST_BODY_MAX);
	struct apollo_request request = {.size = sizeof(request), .method = "POST", .url = server_url(stage.server),
					 .body = body, .body_size = REQUEST_BODY_MAX};
	struct error *error = &stage.engine.error;

	for (int i = 0; i < EXCHANGE_BYTES_MAX / REQUEST_BODY_MAX; i++)
		UNIT_OK(exchange_start(stage.engine.exchanges, stage.instance, &request, NULL, nobody, NULL, error),
			error);
	UNIT_REFUSED(exchange_start(stage.engine.exchanges, stage.instance, &request, NULL, nobody, NULL, error),
		     APOLLO_NOMEM, error, "pending");
	free(body);
}

static const struct unit_test tests[] = {
	{"an answer is given", answer_is_given},
	{"passing trouble is repeated", passing_trouble_is_repeated},
	{"final answers are not repeated", final_answers_are_not_repeated},
	{"tries come to an end", tries_come_to_an_end},
	{"waits are spread", waits_are_spread},
	{"a lost answer is in doubt", lost_answer_is_in_doubt},
	{"an answered retry is still in doubt", answered_retry_is_still_in_doubt},
	{"a repeated failure is in doubt", repeated_failure_is_in_doubt},
	{"once is once", once_is_once},
	{"once on a connection that was used", once_on_a_used_connection},
	{"Retry-After is read", retry_after_is_read},
	{"Retry-After in seconds is waited for", retry_after_seconds_are_waited_for},
	{"Retry-After as a date is waited for", retry_after_date_is_waited_for},
	{"Retry-After beyond the deadline ends it", retry_after_beyond_the_deadline_ends_it},
	{"throttling holds the lane", throttling_holds_the_lane},
	{"a long pause ends the queue", long_pause_ends_the_queue},
	{"the deadline ends the tries", deadline_ends_the_tries},
	{"the deadline cuts a try", deadline_cuts_a_try},
	{"the deadline passes in the queue", deadline_passes_in_the_queue},
	{"a lane has its most at once", lane_has_its_most},
	{"a slow host delays only its own", slow_host_delays_only_its_own},
	{"a lane keeps its rate", lane_keeps_its_rate},
	{"a quick lane keeps its rate", quick_lane_keeps_its_rate},
	{"a lane is a queue", lane_is_a_queue},
	{"a stop lets flying ones land", stop_lets_flying_ones_land},
	{"a stop ends a pause", stop_ends_a_pause},
	{"an engine ends in the middle", engine_ends_in_the_middle},
	{"forgotten ones call nobody", forgotten_ones_call_nobody},
	{"a dry run shows and sends nothing", dry_run_shows_and_sends_nothing},
	{"wrong requests do not begin", wrong_requests_do_not_begin},
	{"pending bytes have a ceiling", pending_bytes_have_a_ceiling},
};

int main(void)
{
	return UNIT_RUN("exchange", tests);
}
