/* SPDX-License-Identifier: Apache-2.0 */
/* Collection, against a server on loopback and the fixture's plugin: it asks GET URL/METER?FROM/TO/CURSOR and answers
 * with what came back. */
#include "metering/collect.h"

#include "tests/metering/world.h"
#include "tests/unit/engine.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

enum { METERS = 5, ANSWERS_MAX = 16 };

static const struct world_terms plain = {.step = 1};

/* What is said to a target that begins so; the rows of one target are said in turn, and the last one stays. */
struct answer {
	const char *target;
	int status;
	const char *body;
	bool hold;
	int said;
};

struct stage {
	struct world world;
	struct engine engine;
	struct server *server;
	struct conversations *conversations;
	struct instance *first, *second;
	struct answer answers[ANSWERS_MAX];
	struct collect_counts counts;
};

static void stage_answer(void *context, const struct heard *heard, struct said *said)
{
	struct stage *stage = context;
	struct answer *fit = NULL;

	for (size_t i = 0; i < ANSWERS_MAX && stage->answers[i].target; i++) {
		struct answer *answer = &stage->answers[i];

		if (strncmp(heard->target, answer->target, strlen(answer->target)) == 0 &&
		    (!fit || (fit->said && strcmp(fit->target, answer->target) == 0)))
			fit = answer;
	}
	said->body = "{\"samples\":[]}";
	if (!fit)
		return;
	fit->said = 1;
	said->status = fit->status;
	said->body = fit->body ? fit->body : "";
	said->hold = fit->hold;
}

static int speak(void *instance, const struct apollo_call *call, const struct apollo_turn *turn, struct apollo_move *move)
{
	const char *meter = strstr(turn->task, "\"meter\":\"") + 9, *from = strstr(turn->task, "\"from\":\"") + 8;
	const char *to = strstr(turn->task, "\"to\":\"") + 6, *cursor = strstr(turn->task, "\"cursor\":") + 9;
	int status = turn->reply ? turn->reply->status : 0;

	if (!turn->reply) {
		move->kind = APOLLO_SEND;
		move->request->method = "GET";
		move->request->url = apollo_print(call, "%s/%.*s?%.*s/%.*s/%s", (const char *)instance, (int)strcspn(meter, "\""),
						  meter, (int)strcspn(from, "\""), from, (int)strcspn(to, "\""), to,
						  strncmp(cursor, "{\"a\":1}", 7) == 0 ? "cursor" : "null");
		return 0;
	}
	if (status != 200)
		return call->fail(call, status == 401 ? APOLLO_AUTH : status == 400 ? APOLLO_REJECTED : APOLLO_RETRY, "no answer",
				  turn->reply->body, NULL);
	move->kind = APOLLO_DONE;
	move->result = apollo_copy(call, turn->reply->body);
	return 0;
}

static void stage_open(struct stage *stage)
{
	char url[128];

	memset(stage, 0, sizeof(*stage));
	world_init(&stage->world, &plain);
	fixture_reset();
	fixture.converse = speak;
	engine_init(&stage->engine, NULL);
	stage->server = server_start(stage_answer, stage, NULL, NULL);
	(void)snprintf(url, sizeof(url), "%s/b", server_url(stage->server));
	stage->first = fixture_open("first", server_url(stage->server));
	stage->second = fixture_open("second", url);
	WORLD_OK(&stage->world, conversations_new(stage->engine.exchanges, stage->world.ledger.db, &stage->conversations,
						  &stage->world.error));
}

static void stage_close(struct stage *stage)
{
	conversations_free(&stage->conversations);
	engine_release(&stage->engine);
	instance_close(&stage->first);
	instance_close(&stage->second);
	server_stop(stage->server);
	world_release(&stage->world);
}

/* One run at that hour. */
static int stage_run(struct stage *stage, const struct collect_job *jobs, size_t count, int hour)
{
	struct intake intake;
	int code;

	stage->world.options.now = world_time(hour, 0);
	stage->engine.steps.now = world_time(hour, 0);
	stage->counts = (struct collect_counts){0};
	intake = intake_init(&stage->world.ledger, &stage->world.book, &stage->world.options);
	code = collect_run(&intake, stage->conversations, jobs, count, world_time(hour, 0), &stage->counts,
			   &stage->world.error);
	intake_release(&intake);
	return code;
}

static int heard_count(struct stage *stage, const char *target)
{
	int found = 0;

	for (int i = 0; i < server_count(stage->server); i++)
		found += strstr(server_heard(stage->server, i)->target, target) != NULL;
	return found;
}

#define SAMPLE(ID, TIME, VALUE) "{\"id\":\"" ID "\",\"time\":\"2026-01-" TIME "Z\",\"value\":\"" VALUE "\"}"

static int64_t taken(struct stage *stage)
{
	int64_t events = world_query(&stage->world, "SELECT COALESCE(SUM(events), 0) FROM event_block");

	CU_ASSERT(events >= 0);
	return events;
}

/* ---- windows ----------------------------------------------------------------------------------------------- */

static void test_windows_join_and_samples_are_taken_once(void)
{
	struct stage stage;

	stage_open(&stage);
	const struct collect_job job = {CALLS, stage.first, "{}"};

	stage.answers[0] = (struct answer){.target = "/calls?2026-01-01T00:00:00Z/2026-01-01T02:00:00Z/null", .status = 200,
					   .body = "{\"samples\":[" SAMPLE("1", "01T00:00:00", "1") "," SAMPLE("2", "01T01:59:59.999999", "2") "],\"cursor\":{\"a\":1}}"};
	stage.answers[1] = (struct answer){.target = "/calls?2026-01-01T02:00:00Z/2026-01-01T03:00:00Z/cursor", .status = 200,
					   .body = "{\"samples\":[" SAMPLE("1", "01T02:00:00", "1") "," SAMPLE("3", "01T02:00:00", "4") "]}"};
	WORLD_OK(&stage.world, stage_run(&stage, &job, 1, 2));
	CU_ASSERT_EQUAL(stage.counts.samples, 2);
	CU_ASSERT_EQUAL(stage.counts.windows, 1);
	CU_ASSERT_EQUAL(stage.counts.failed, 0);
	WORLD_OK(&stage.world, stage_run(&stage, &job, 1, 2));
	CU_ASSERT_EQUAL(server_count(stage.server), 1); /* there is nothing to ask for */
	WORLD_OK(&stage.world, stage_run(&stage, &job, 1, 3));
	CU_ASSERT_EQUAL(stage.counts.samples, 1); /* 1 is known */
	CU_ASSERT_EQUAL(taken(&stage), 3);
	stage_close(&stage);
}

/* An id is one meter's own: the same one from another meter is another sample. */
static void test_ids_of_two_meters_do_not_meet(void)
{
	struct stage stage;

	stage_open(&stage);
	const struct collect_job jobs[] = {{CALLS, stage.first, "{}"}, {PEAK, stage.first, "{}"}};

	stage.answers[0] = (struct answer){.target = "/calls", .status = 200, .body = "{\"samples\":[" SAMPLE("t", "01T00:00:00", "1") "]}"};
	stage.answers[1] = (struct answer){.target = "/peak", .status = 200, .body = "{\"samples\":[" SAMPLE("t", "01T00:00:00", "5") "]}"};
	WORLD_OK(&stage.world, stage_run(&stage, jobs, 2, 1));
	CU_ASSERT_EQUAL(stage.counts.samples, 2);
	world_close(&stage.world, world_time(1, 300));
	CU_ASSERT_EQUAL(world_balance(&stage.world, "calls", METERED), APOLLO_MICRO);
	CU_ASSERT_EQUAL(world_balance(&stage.world, "peak", METERED), 5 * APOLLO_MICRO);
	stage_close(&stage);
}

/* A source may answer with a part of the window, and is asked for the rest at once; with nothing, it is left alone. */
static void test_a_part_of_a_window(void)
{
	struct stage stage;

	stage_open(&stage);
	const struct collect_job job = {CALLS, stage.first, "{}"};

	stage.answers[0] = (struct answer){.target = "/calls?2026-01-01T00:00:00Z/", .status = 200,
					   .body = "{\"samples\":[" SAMPLE("1", "01T00:00:00", "1") "],\"until\":\"2026-01-01T02:30:00Z\"}"};
	stage.answers[1] = (struct answer){.target = "/calls?2026-01-01T02:30:00Z/", .status = 200,
					   .body = "{\"samples\":[" SAMPLE("2", "01T02:30:00", "1") "],\"until\":\"2026-01-01T03:00:00Z\"}"};
	stage.answers[2] = (struct answer){.target = "/calls?2026-01-01T03:00:00Z/", .status = 200,
					   .body = "{\"samples\":[],\"until\":\"2026-01-01T03:00:00Z\"}"};
	WORLD_OK(&stage.world, stage_run(&stage, &job, 1, 4));
	CU_ASSERT_EQUAL(server_count(stage.server), 3);
	CU_ASSERT_EQUAL(stage.counts.samples, 2);
	CU_ASSERT_EQUAL(stage.counts.failed, 0);
	CU_ASSERT_EQUAL(world_query(&stage.world, "SELECT until FROM cursor"), world_time(3, 0));
	stage_close(&stage);
}

/* A long backlog is asked for day by day, and nothing older than the dedupe window. */
static void test_a_backlog(void)
{
	struct stage stage;

	stage_open(&stage);
	const struct collect_job job = {CALLS, stage.first, "{}"};

	WORLD_OK(&stage.world, stage_run(&stage, &job, 1, 49));
	CU_ASSERT_EQUAL(server_count(stage.server), 3);
	CU_ASSERT_EQUAL(heard_count(&stage, "/calls?2026-01-03T00:00:00Z/2026-01-03T01:00:00Z/"), 1);
	WORLD_OK(&stage.world, stage_run(&stage, &job, 1, 100 * 24));
	CU_ASSERT_EQUAL(heard_count(&stage, "/calls?2026-03-02T00:00:00Z/2026-03-03T00:00:00Z/"), 1);
	CU_ASSERT_EQUAL(server_count(stage.server), 3 + 40);
	stage_close(&stage);
}

/* What one source was asked for is not asked of another: the same instance under a new name bills nothing again. */
static void test_another_source_goes_on_where_the_last_one_ended(void)
{
	struct stage stage;

	stage_open(&stage);
	const struct collect_job before = {CALLS, stage.first, "{}"}, after = {CALLS, stage.second, "{}"};

	stage.answers[0] = (struct answer){.target = "/calls", .status = 200, .body = "{\"samples\":[],\"cursor\":{\"a\":1}}"};
	WORLD_OK(&stage.world, stage_run(&stage, &before, 1, 5));
	WORLD_OK(&stage.world, stage_run(&stage, &after, 1, 6));
	CU_ASSERT_EQUAL(heard_count(&stage, "/b/calls?2026-01-01T05:00:00Z/2026-01-01T06:00:00Z/null"), 1);
	/* And back: the first one's cursor is of an hour that is gone. */
	WORLD_OK(&stage.world, stage_run(&stage, &before, 1, 7));
	CU_ASSERT_EQUAL(heard_count(&stage, "/calls?2026-01-01T06:00:00Z/2026-01-01T07:00:00Z/null"), 1);
	CU_ASSERT_EQUAL(server_count(stage.server), 3);
	stage_close(&stage);
}

/* The process died between the events and the cursor: the same window comes again, and counts once. */
static void test_what_comes_again_counts_once(void)
{
	struct stage stage;

	stage_open(&stage);
	const struct collect_job job = {CALLS, stage.first, "{}"};

	stage.answers[0] = (struct answer){.target = "/calls", .status = 200, .body = "{\"samples\":[" SAMPLE("1", "01T00:10:00", "7") "]}"};
	WORLD_OK(&stage.world, stage_run(&stage, &job, 1, 1));
	WORLD_OK(&stage.world, db_exec(stage.world.ledger.db, "DELETE FROM cursor", &stage.world.error));
	WORLD_OK(&stage.world, stage_run(&stage, &job, 1, 1));
	CU_ASSERT_EQUAL(server_count(stage.server), 2);
	CU_ASSERT_EQUAL(stage.counts.samples, 0);
	CU_ASSERT_EQUAL(taken(&stage), 1);
	stage_close(&stage);
}

/* ---- answers that are wrong -------------------------------------------------------------------------------- */

/* Nothing that intake refuses is lost: the window stays where it is until the answer is right. */
static void test_a_refused_sample_holds_the_window(void)
{
	struct stage stage;

	stage_open(&stage);
	const struct collect_job job = {PEAK, stage.first, "{}"};

	stage.answers[0] = (struct answer){.target = "/peak", .status = 200,
					   .body = "{\"samples\":[" SAMPLE("1", "01T00:00:00", "1") "," SAMPLE("2", "01T00:30:00", "0.1234567") "]}"};
	stage.answers[1] = (struct answer){.target = "/peak", .status = 200,
					   .body = "{\"samples\":[" SAMPLE("1", "01T00:00:00", "1") "," SAMPLE("2", "01T00:30:00", "0.123456") "]}"};
	WORLD_OK(&stage.world, stage_run(&stage, &job, 1, 1));
	CU_ASSERT_EQUAL(stage.counts.failed, 1);
	CU_ASSERT_EQUAL(stage.counts.told[0].code, APOLLO_REJECTED);
	UNIT_REFUSED(stage.counts.told[0].code, APOLLO_REJECTED, &stage.counts.told[0], "source first, meter peak of acme: 1 of 2 samples",
		     "at most 6 decimals");
	CU_ASSERT_EQUAL(world_query(&stage.world, "SELECT COUNT(*) FROM cursor"), 0);
	WORLD_OK(&stage.world, stage_run(&stage, &job, 1, 1));
	CU_ASSERT_EQUAL(stage.counts.failed, 0);
	CU_ASSERT_EQUAL(taken(&stage), 2);
	stage_close(&stage);
}

static const struct {
	const char *body, *reason;
} wrong[] = {
	{"[]", "gave no samples"},
	{"{\"samples\":{}}", "gave no samples"},
	{"{\"samples\":[7]}", "without id, time or value"},
	{"{\"samples\":[{\"id\":\"1\",\"time\":\"2026-01-01T00:00:00Z\"}]}", "without id, time or value"},
	{"{\"samples\":[{\"id\":\"\",\"time\":\"2026-01-01T00:00:00Z\",\"value\":\"1\"}]}", "without id, time or value"},
	{"{\"samples\":[" SAMPLE("1", "01T01:00:00", "1") "]}", "not within the window"},
	{"{\"samples\":[{\"id\":\"1\",\"time\":\"2025-12-31T23:59:59Z\",\"value\":\"1\"}]}", "not within the window"},
	{"{\"samples\":[" SAMPLE("1", "01T00:45:00", "1") "],\"until\":\"2026-01-01T00:30:00Z\"}", "not within the window"},
	{"{\"samples\":[],\"until\":\"2026-01-01T01:00:00.000001Z\"}", "not within the window"},
	{"{\"samples\":[],\"until\":\"2025-12-31T23:00:00Z\"}", "not within the window"},
	{"{\"samples\":[],\"until\":7}", "not within the window"},
	{"{\"samples\":[" SAMPLE("1", "01T00:00:00", "1") "],\"until\":\"2026-01-01T00:00:00Z\"}", "not within the window"},
};

static void test_an_answer_that_breaks_the_contract_moves_nothing(void)
{
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct stage stage;

		stage_open(&stage);
		const struct collect_job job = {CALLS, stage.first, "{}"};

		stage.answers[0] = (struct answer){.target = "/calls", .status = 200, .body = wrong[i].body};
		WORLD_OK(&stage.world, stage_run(&stage, &job, 1, 1));
		CU_ASSERT_EQUAL(stage.counts.failed, 1);
		UNIT_REFUSED(stage.counts.told[0].code, APOLLO_BUG, &stage.counts.told[0], "source first", wrong[i].reason);
		CU_ASSERT_EQUAL(taken(&stage), 0);
		CU_ASSERT_EQUAL(world_query(&stage.world, "SELECT COUNT(*) FROM cursor"), 0);
		stage_close(&stage);
	}
}

static void test_an_id_that_is_too_long(void)
{
	static char body[1024];
	struct stage stage;

	stage_open(&stage);
	const struct collect_job job = {CALLS, stage.first, "{}"};

	(void)snprintf(body, sizeof(body), "{\"samples\":[{\"id\":\"%0*d\",\"time\":\"2026-01-01T00:00:00Z\",\"value\":\"1\"}]}", 503, 1);
	stage.answers[0] = (struct answer){.target = "/calls", .status = 200, .body = body};
	WORLD_OK(&stage.world, stage_run(&stage, &job, 1, 1));
	UNIT_REFUSED(stage.counts.told[0].code, APOLLO_BUG, &stage.counts.told[0], "too long");
	stage_close(&stage);
}

/* ---- sources that fail ------------------------------------------------------------------------------------- */

static void test_a_source_that_fails_keeps_no_other_from_being_asked(void)
{
	struct stage stage;

	stage_open(&stage);
	const struct collect_job jobs[] = {
		{CAPACITY, stage.first, "{}"}, {CALLS, stage.second, "{}"}, {PEAK, stage.first, "{}"},
		{SEATS, stage.second, "{}"}, {USERS, stage.first, "{}"},
	};

	stage.answers[0] = (struct answer){.target = "/b/", .status = 200, .body = "{\"samples\":[" SAMPLE("1", "01T00:00:00", "1") "]}"};
	stage.answers[1] = (struct answer){.target = "/", .status = 503, .body = "down"};
	WORLD_OK(&stage.world, stage_run(&stage, jobs, 5, 1));
	CU_ASSERT_EQUAL(stage.counts.failed, 3);
	CU_ASSERT_EQUAL(stage.counts.told_count, 3);
	CU_ASSERT_EQUAL(stage.counts.samples, 2);
	UNIT_REFUSED(stage.counts.told[0].code, APOLLO_RETRY, &stage.counts.told[0], "first", "down");
	/* It is there again: the same windows. */
	stage.answers[1] = stage.answers[0];
	stage.answers[1].target = "/";
	WORLD_OK(&stage.world, stage_run(&stage, jobs, 5, 1));
	CU_ASSERT_EQUAL(stage.counts.failed, 0);
	CU_ASSERT_EQUAL(stage.counts.samples, 3);
	stage_close(&stage);
}

/* A question that is wrong fails alone; a source that is not there is asked a few times and no more. */
static void test_a_dead_source_is_not_asked_for_ever(void)
{
	enum { JOBS = 24 };
	static const struct {
		int status, asked;
	} cases[] = {{400, JOBS}, {401, COLLECT_FAILURES}};

	for (size_t i = 0; i < 2; i++) {
		struct collect_job jobs[JOBS];
		struct stage stage;

		stage_open(&stage);
		stage.answers[0] = (struct answer){.target = "/", .status = cases[i].status, .body = "no"};
		for (size_t j = 0; j < JOBS; j++)
			jobs[j] = (struct collect_job){(uint32_t)(j % METERS), stage.first,
						       scope_print(&stage.world.book.scope, "{\"n\":\"%zu\"}", j)};
		WORLD_OK(&stage.world, stage_run(&stage, jobs, JOBS, 1));
		CU_ASSERT_EQUAL(stage.counts.failed, JOBS);
		CU_ASSERT(stage.counts.told_count >= COLLECT_FAILURES && stage.counts.told_count <= COLLECT_TOLD);
		CU_ASSERT(server_count(stage.server) >= cases[i].asked);
		CU_ASSERT(server_count(stage.server) < cases[i].asked + COLLECT_ACTIVE);
		stage_close(&stage);
	}
}

/* The first source is held until the second one is asked for its second window: that is, until the samples of its
 * first window are on disk. */
static void test_a_slow_source_delays_no_other(void)
{
	struct stage stage;

	stage_open(&stage);
	const struct collect_job jobs[] = {{CALLS, stage.first, "{}"}, {PEAK, stage.second, "{}"}};

	stage.answers[0] = (struct answer){.target = "/calls", .status = 200, .hold = true, .body = "{\"samples\":[" SAMPLE("1", "01T00:00:00", "1") "]}"};
	stage.answers[1] = (struct answer){.target = "/b/peak?2026-01-01T00:00:00Z", .status = 200, .body = "{\"samples\":[" SAMPLE("1", "01T00:00:00", "1") "],\"until\":\"2026-01-01T00:30:00Z\"}"};
	stage.answers[2] = (struct answer){.target = "/b/peak?2026-01-01T00:30:00Z", .status = 200, .hold = true, .body = "{\"samples\":[" SAMPLE("2", "01T00:30:00", "1") "]}"};
	server_open_gate_at(stage.server, 2);
	WORLD_OK(&stage.world, stage_run(&stage, jobs, 2, 1));
	CU_ASSERT_EQUAL(stage.counts.samples, 3);
	CU_ASSERT_EQUAL(stage.counts.failed, 0);
	stage_close(&stage);
}

/* Told to stop, it ends without a failure, and goes on the next time. */
static void test_stopped(void)
{
	struct stage stage;

	stage_open(&stage);
	const struct collect_job jobs[] = {{CALLS, stage.first, "{}"}, {PEAK, stage.second, "{}"}};

	stage.engine.stop = 1;
	WORLD_OK(&stage.world, stage_run(&stage, jobs, 2, 1));
	CU_ASSERT_EQUAL(stage.counts.failed, 0);
	CU_ASSERT_EQUAL(stage.counts.windows, 0);
	CU_ASSERT_EQUAL(server_count(stage.server), 0);
	stage_close(&stage);
}

/* The ledger's own trouble ends the run, also with questions under way; nobody is called after it. */
static void test_the_ledgers_trouble_ends_everything(void)
{
	struct stage stage;

	stage_open(&stage);
	const struct collect_job jobs[] = {{CALLS, stage.first, "{}"}, {PEAK, stage.second, "{}"}};

	stage.answers[0] = (struct answer){.target = "/calls", .status = 200, .body = "{\"samples\":[" SAMPLE("1", "01T00:00:00", "1") "]}"};
	stage.answers[1] = (struct answer){.target = "/b/", .status = 200, .hold = true, .body = "{\"samples\":[]}"};
	stage.world.ledger.epoch = 5; /* another run has taken the ledger over */
	CU_ASSERT_EQUAL(stage_run(&stage, jobs, 2, 1), ERROR_FENCED);
	CU_ASSERT_EQUAL(stage.counts.failed, 0);
	CU_ASSERT_EQUAL(taken(&stage), 0);
	server_open_gate(stage.server);
	engine_run(&stage.engine);
	CU_ASSERT_EQUAL(stage.counts.windows, 0);
	stage_close(&stage);
}

void collect_tests(void)
{
	CU_pSuite suite = CU_add_suite("collect", NULL, NULL);

	CU_ADD_TEST(suite, test_windows_join_and_samples_are_taken_once);
	CU_ADD_TEST(suite, test_ids_of_two_meters_do_not_meet);
	CU_ADD_TEST(suite, test_a_part_of_a_window);
	CU_ADD_TEST(suite, test_a_backlog);
	CU_ADD_TEST(suite, test_another_source_goes_on_where_the_last_one_ended);
	CU_ADD_TEST(suite, test_what_comes_again_counts_once);
	CU_ADD_TEST(suite, test_a_refused_sample_holds_the_window);
	CU_ADD_TEST(suite, test_an_answer_that_breaks_the_contract_moves_nothing);
	CU_ADD_TEST(suite, test_an_id_that_is_too_long);
	CU_ADD_TEST(suite, test_a_source_that_fails_keeps_no_other_from_being_asked);
	CU_ADD_TEST(suite, test_a_dead_source_is_not_asked_for_ever);
	CU_ADD_TEST(suite, test_a_slow_source_delays_no_other);
	CU_ADD_TEST(suite, test_stopped);
	CU_ADD_TEST(suite, test_the_ledgers_trouble_ends_everything);
}
