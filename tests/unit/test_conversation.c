/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conversations: their turns, their journal, and that they go on after a kill at any instant.
 */
#include "core/conversation.h"
#include "core/db.h"
#include "core/json.h"
#include "core/log.h"
#include "tests/unit/engine.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <sqlite3.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- a service that makes one thing, and the plugin that asks for it --------------------------------------- */

struct service {
	int made;       /* things; one is right */
	int asked;      /* status requests */
	int busy;       /* the first so many find it busy */
	int kill_at;    /* the process that asks is killed when this request is heard; from 1 */
	int heard;
	pid_t victim;
};

static void service_play(void *context, const struct heard *heard, struct said *said)
{
	struct service *service = context;

	if (strcmp(heard->target, "/create") == 0) {
		service->made++;
		said->headers = "X-Test: made\r\n";
		(void)snprintf(said->text, sizeof(said->text), "{\"id\": %d}", service->made);
	} else if (strcmp(heard->target, "/find") == 0) {
		said->status = service->made ? 200 : 404;
		(void)snprintf(said->text, sizeof(said->text), "{\"id\": %d}", service->made);
	} else if (strstr(heard->target, "/echo")) {
		said->headers = "X-Test: swordfish\r\n";
		(void)snprintf(said->text, sizeof(said->text), "you said %.100s", heard->body);
	} else {
		(void)snprintf(said->text, sizeof(said->text), "{\"ready\": %s}",
			       ++service->asked > service->busy ? "true" : "false");
	}
	if (++service->heard == service->kill_at && service->victim > 0) {
		(void)kill(service->victim, SIGKILL);
		said->mute = true;
	}
}

static int flow_send(const struct apollo_call *call, struct apollo_move *move, const char *url, const char *method,
		     const char *path, const char *state)
{
	move->kind = APOLLO_SEND;
	move->request->method = method;
	move->request->url = apollo_print(call, "%s%s", url, path);
	move->state = state;
	return 0;
}

static int flow_wait(const struct apollo_call *call, struct apollo_move *move)
{
	move->kind = APOLLO_WAIT;
	move->until = call->now + 30 * APOLLO_MICRO;
	move->state = "{\"step\": \"poll\"}";
	return 0;
}

/* What is said after each step; making is not safe to repeat, so what is not known is asked first. */
static int flow(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
		struct apollo_move *move)
{
	const struct apollo_reply *reply = turn->reply;
	const char *state = turn->state ? turn->state : "";

	if (strcmp(turn->goal, "collect") != 0)
		return call->fail(call, APOLLO_UNSUPPORTED, "no such goal", NULL, NULL);
	if (strstr(state, "create") && reply && reply->status == 200)
		return flow_wait(call, move);
	if (strstr(state, "create") || (strstr(state, "find") && !reply))
		return flow_send(call, move, instance, "GET", "/find", "{\"step\": \"find\"}");
	if (strstr(state, "find") && reply->status == 200)
		return flow_wait(call, move);
	if (strstr(state, "poll") && !reply)
		return flow_send(call, move, instance, "GET", "/status", NULL);
	if (strstr(state, "poll") && strstr(reply->body, "true")) {
		move->kind = APOLLO_DONE;
		move->result = "{\"thing\": \"ready\"}";
		return 0;
	}
	if (strstr(state, "poll"))
		return flow_wait(call, move);
	return flow_send(call, move, instance, "POST", "/create", "{\"step\": \"create\"}");
}

/* ---- a stage ----------------------------------------------------------------------------------------------- */

struct stage {
	struct service service;
	struct server *server;
	struct engine engine;
	struct instance *instance;
	struct db *db;
	struct conversations *conversations;
	struct scope scope;
	const char *path;
};

static void stage_begin(struct stage *stage, const struct exchange_options *extra)
{
	struct error error;

	engine_init(&stage->engine, extra);
	UNIT_OK(db_open(stage->path, DB_CREATE, 0, &stage->db, &error), &error);
	UNIT_OK(conversations_new(stage->engine.exchanges, stage->db, &stage->conversations, &error), &error);
}

static void stage_end(struct stage *stage)
{
	conversations_free(&stage->conversations);
	engine_release(&stage->engine);
	db_close(stage->db);
	stage->db = NULL;
}

static void stage_init(struct stage *stage, const struct exchange_options *extra)
{
	static int number;

	fixture_reset();
	fixture.converse = flow;
	stage->path = unit_path("journal-%d", number++);
	stage->scope = scope_init(1 << 20);
	stage->server = server_start(service_play, &stage->service, NULL, NULL);
	stage->instance = fixture_open("demo", server_url(stage->server));
	stage_begin(stage, extra);
}

static void stage_release(struct stage *stage)
{
	stage_end(stage);
	server_stop(stage->server);
	instance_close(&stage->instance);
	scope_release(&stage->scope);
	log_release();
}
#define STAGE(NAME, ...)                                                                    \
	struct stage NAME __attribute__((cleanup(stage_release))) = {.service = {__VA_ARGS__}}; \
	stage_init(&NAME, NULL)

static struct conversation_goal goal_of(struct stage *stage)
{
	return (struct conversation_goal){
		.instance = stage->instance, .role = ROLE_SOURCE, .goal = "collect", .task = "{\"meter\": \"m\"}"};
}

static int run(struct stage *stage, const char **result, struct error *error)
{
	struct conversation_goal goal = goal_of(stage);

	return conversation_run(stage->conversations, &goal, &stage->scope, result, error);
}

/* The one number, or the one text, that a query gives. */
static int64_t number_of(struct stage *stage, const char *sql)
{
	struct error error;
	struct db_statement *statement = db_statement(stage->db, sql, &error);
	int64_t number = statement && db_step(statement, &error) == 1 ? db_int(statement, 0) : -1;

	if (statement)
		db_reset(statement);
	return number;
}

static const char *text_of(struct stage *stage, const char *sql)
{
	struct error error;
	struct db_statement *statement = db_statement(stage->db, sql, &error);
	const char *text = NULL;

	if (statement && db_step(statement, &error) == 1)
		text = scope_text(&stage->scope, db_text(statement, 0));
	if (statement)
		db_reset(statement);
	return text ? text : "";
}

/* ---- turns ------------------------------------------------------------------------------------------------- */

static void conversation_reaches_its_goal(void)
{
	STAGE(stage, .busy = 2);
	const char *result = NULL;
	struct error error;

	UNIT_OK(run(&stage, &result, &error), &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(result);
	CU_ASSERT_STRING_EQUAL(result, "{\"thing\": \"ready\"}");
	CU_ASSERT_EQUAL(stage.engine.steps.waited, 90 * APOLLO_MICRO);
	CU_ASSERT_EQUAL(server_count(stage.server), 4);
	CU_ASSERT_STRING_EQUAL(text_of(&stage, "SELECT status FROM conversation"), "done");
	CU_ASSERT_STRING_EQUAL(text_of(&stage, "SELECT result FROM conversation"), "{\"thing\": \"ready\"}");
	CU_ASSERT_EQUAL(number_of(&stage, "SELECT turns FROM conversation"), 7);
	CU_ASSERT_EQUAL(number_of(&stage, "SELECT COUNT(*) FROM conversation_turn WHERE reply_status = 200"), 4);
	UNIT_HOLDS(text_of(&stage, "SELECT request FROM conversation_turn WHERE turn = 0"), "/create");
	UNIT_HOLDS(text_of(&stage, "SELECT reply_headers FROM conversation_turn WHERE turn = 0"), "X-Test: made\n");
	/* It has ended: the same goal begins anew. */
	UNIT_OK(run(&stage, &result, &error), &error);
	CU_ASSERT_EQUAL(stage.service.made, 2);
	CU_ASSERT_EQUAL(number_of(&stage, "SELECT COUNT(*) FROM conversation WHERE status = 'done'"), 2);
}

static void failure_is_told_and_written(void)
{
	STAGE(stage, .busy = 0);
	struct conversation_goal goal = goal_of(&stage);
	const char *result = NULL;
	struct error error;

	goal.goal = "audit";
	UNIT_REFUSED(conversation_run(stage.conversations, &goal, &stage.scope, &result, &error), APOLLO_UNSUPPORTED,
		     &error, "demo: no such goal");
	CU_ASSERT_PTR_NULL(result);
	CU_ASSERT_STRING_EQUAL(text_of(&stage, "SELECT status FROM conversation"), "failed");
	CU_ASSERT_EQUAL(number_of(&stage, "SELECT code FROM conversation"), APOLLO_UNSUPPORTED);
	UNIT_HOLDS(text_of(&stage, "SELECT message FROM conversation"), "no such goal");
}

static void wrong_tasks_do_not_begin(void)
{
	STAGE(stage, .busy = 0);
	struct conversation_goal goal = goal_of(&stage);
	const char *result = NULL;
	struct error error;

	goal.task = "[]";
	UNIT_REFUSED(conversation_run(stage.conversations, &goal, &stage.scope, &result, &error), APOLLO_BUG, &error,
		     "no JSON object");
	goal.task = "{";
	UNIT_REFUSED(conversation_run(stage.conversations, &goal, &stage.scope, &result, &error), ERROR_INPUT, &error,
		     "not JSON");
	CU_ASSERT_EQUAL(number_of(&stage, "SELECT COUNT(*) FROM conversation"), 0);
}

static void took(void *context, const char *result, const struct error *error)
{
	int *count = context;

	(void)error;
	*count += result ? 1 : 100;
}

static void same_name_runs_once(void)
{
	STAGE(stage, .busy = 1);
	struct conversation_goal goal = goal_of(&stage), other = goal;
	struct error error;
	int count = 0;

	other.task = "{\"meter\": \"other\"}";
	UNIT_OK(conversation_start(stage.conversations, &goal, took, &count, &error), &error);
	UNIT_REFUSED(conversation_start(stage.conversations, &goal, took, &count, &error), ERROR_BUSY, &error, "demo",
		     "under way already");
	UNIT_OK(conversation_start(stage.conversations, &other, took, &count, &error), &error);
	CU_ASSERT_EQUAL(count, 0);
	engine_run(&stage.engine);
	CU_ASSERT_EQUAL(count, 2);
}

/* A thousand at once, on one thread. */
static void many_run_together(void)
{
	STAGE(stage, .busy = 0);
	struct error error;
	int count = 0;

	UNIT_OK(db_exec(stage.db, "PRAGMA synchronous = OFF", &error), &error);
	for (int i = 0; i < 1000; i++) {
		struct conversation_goal goal = goal_of(&stage);
		char task[32];

		(void)snprintf(task, sizeof(task), "{\"meter\": %d}", i);
		goal.task = task;
		UNIT_OK(conversation_start(stage.conversations, &goal, took, &count, &error), &error);
	}
	engine_run(&stage.engine);
	CU_ASSERT_EQUAL(count, 1000);
	CU_ASSERT_EQUAL(number_of(&stage, "SELECT COUNT(*) FROM conversation WHERE status = 'done'"), 1000);
	CU_ASSERT_TRUE(server_connections(stage.server) > 1);
}

/* ---- ends that it did not want ----------------------------------------------------------------------------- */

static int wait_for_ever(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
			 struct apollo_move *move)
{
	(void)instance, (void)turn;
	move->kind = APOLLO_WAIT;
	move->until = call->now + 1;
	return 0;
}

static void endless_talk_is_ended(void)
{
	STAGE(stage, .busy = 0);
	struct conversations *loose CONVERSATIONS_CLEANUP = NULL;
	struct conversation_goal goal = goal_of(&stage);
	const char *result = NULL;
	struct error error;

	fixture.converse = wait_for_ever;
	UNIT_OK(conversations_new(stage.engine.exchanges, NULL, &loose, &error), &error);
	UNIT_REFUSED(conversation_run(loose, &goal, &stage.scope, &result, &error), APOLLO_BUG, &error, "demo",
		     "no end in 10000 turns");
}

static int wait_long(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
		     struct apollo_move *move)
{
	(void)instance, (void)turn;
	move->kind = APOLLO_WAIT;
	move->until = call->now + APOLLO_DAY;
	return 0;
}

static void deadline_ends_it(void)
{
	STAGE(stage, .busy = 0);
	struct conversation_goal goal = goal_of(&stage);
	const char *result = NULL;
	struct error error;

	fixture.converse = wait_long;
	goal.deadline = 600 * APOLLO_MICRO;
	UNIT_REFUSED(conversation_run(stage.conversations, &goal, &stage.scope, &result, &error), APOLLO_RETRY, &error,
		     "demo", "time allowed", "later");
	CU_ASSERT_EQUAL(stage.engine.steps.waited, 600 * APOLLO_MICRO);
	CU_ASSERT_EQUAL(number_of(&stage, "SELECT updated FROM conversation"), stage.engine.steps.now);
}

/* The ledger's time may stand still; a wait ends all the same, and the plugin sees the time that it waited for. */
static int wait_once(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
		     struct apollo_move *move)
{
	char *text = apollo_print(call, "%lld", (long long)(call->now + 60 * APOLLO_MICRO));

	(void)instance;
	if (!turn->state) {
		move->kind = APOLLO_WAIT;
		move->until = call->now + 60 * APOLLO_MICRO;
		move->state = text;
		return 0;
	}
	move->kind = APOLLO_DONE;
	move->result = strtoll(turn->state, NULL, 10) == call->now ? "\"in time\"" : "\"early\"";
	return 0;
}

static int64_t elapsed_of(void *context)
{
	return ((struct clock_stepped *)context)->elapsed;
}

static int idle_of(void *context, int64_t microseconds)
{
	((struct clock_stepped *)context)->elapsed += microseconds;
	return 0;
}

static void time_may_stand_still(void)
{
	STAGE(stage, .busy = 0);
	struct clock_stepped steps = {0};
	struct exchange_options options = {
		.clock = {.elapsed = elapsed_of, .idle = idle_of, .context = &steps, .fixed = 1000 * APOLLO_MICRO}};
	struct exchanges *still EXCHANGES_CLEANUP = NULL;
	struct conversations *loose CONVERSATIONS_CLEANUP = NULL;
	struct conversation_goal goal = goal_of(&stage);
	const char *result = NULL;
	struct error error;

	fixture.converse = wait_once;
	UNIT_OK(exchanges_new(&options, &still, &error), &error);
	UNIT_OK(conversations_new(still, NULL, &loose, &error), &error);
	UNIT_OK(conversation_run(loose, &goal, &stage.scope, &result, &error), &error);
	CU_ASSERT_STRING_EQUAL(result, "\"in time\"");
	CU_ASSERT_EQUAL(steps.elapsed, 60 * APOLLO_MICRO);
}

static void stop_now(void *context)
{
	exchanges_stop(context);
}

static void stopped_one_goes_on_later(void)
{
	STAGE(stage, .busy = 3);
	struct timer timer = {.fire = stop_now, .context = stage.engine.exchanges};
	const char *result = NULL;
	struct error error;

	UNIT_OK(exchange_wait(stage.engine.exchanges, &timer, 45 * APOLLO_MICRO), &error);
	UNIT_REFUSED(run(&stage, &result, &error), ERROR_STOPPED, &error, "demo", "stopped", "goes on");
	CU_ASSERT_STRING_EQUAL(text_of(&stage, "SELECT status FROM conversation"), "open");
	stage_end(&stage);
	stage_begin(&stage, NULL);
	UNIT_OK(run(&stage, &result, &error), &error);
	CU_ASSERT_STRING_EQUAL(result, "{\"thing\": \"ready\"}");
	CU_ASSERT_EQUAL(stage.service.made, 1);
	CU_ASSERT_EQUAL(number_of(&stage, "SELECT COUNT(*) FROM conversation"), 1);
	/* The new clock begins where the first one began: the wait that was cut short ends when it would have. */
	CU_ASSERT_EQUAL(stage.engine.steps.waited, (60 + 30 + 30) * APOLLO_MICRO);
}

static void dry_run_writes_nothing(void)
{
	const char *path = unit_path("dry");
	FILE *file = fopen(path, "w");
	struct exchange_options extra = {.dry_run = file};
	STAGE(stage, .busy = 0);
	const char *result = NULL;
	struct error error;

	stage_end(&stage);
	stage_begin(&stage, &extra);
	UNIT_REFUSED(run(&stage, &result, &error), ERROR_DRY_RUN, &error, "demo", "dry run");
	(void)fclose(file);
	UNIT_HOLDS(unit_read(path), "/create");
	CU_ASSERT_EQUAL(server_count(stage.server), 0);
	CU_ASSERT_EQUAL(number_of(&stage, "SELECT COUNT(*) FROM conversation"), 0);
}

/* ---- what is written --------------------------------------------------------------------------------------- */

static int tell_secrets(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
			struct apollo_move *move)
{
	static const char body[] = "key=swordfish";

	if (turn->count == 2) {
		move->kind = APOLLO_DONE;
		move->result = "{\"key\": \"swordfish\"}";
		return 0;
	}
	(void)flow_send(call, move, instance, "POST", turn->count ? "/echo?swordfish" : "/status",
			"{\"key\": \"swordfish\"}");
	move->request->flags = turn->count ? 0 : APOLLO_CONFIDENTIAL;
	move->request->body = body;
	move->request->body_size = sizeof(body) - 1;
	return 0;
}

static void secrets_are_not_written(void)
{
	STAGE(stage, .busy = 0);
	const char *result = NULL;
	struct error error;

	(void)log_secret("swordfish");
	fixture.converse = tell_secrets;
	UNIT_OK(run(&stage, &result, &error), &error);
	CU_ASSERT_STRING_EQUAL(result, "{\"key\": \"swordfish\"}");
	CU_ASSERT_STRING_EQUAL(text_of(&stage, "SELECT state FROM conversation"), "{\"key\": \"***\"}");
	CU_ASSERT_STRING_EQUAL(text_of(&stage, "SELECT result FROM conversation"), "{\"key\": \"***\"}");
	UNIT_HOLDS(text_of(&stage, "SELECT request FROM conversation_turn WHERE turn = 0"), "\"confidential\":true");
	CU_ASSERT_PTR_NULL(strstr(text_of(&stage, "SELECT request FROM conversation_turn WHERE turn = 0"), "body"));
	CU_ASSERT_EQUAL(number_of(&stage, "SELECT COUNT(*) FROM conversation_turn WHERE turn = 0 AND replied IS NULL"
					  " AND reply_body IS NULL"), 1);
	UNIT_HOLDS(text_of(&stage, "SELECT request FROM conversation_turn WHERE turn = 1"), "/echo?***");
	UNIT_HOLDS(text_of(&stage, "SELECT request FROM conversation_turn WHERE turn = 1"), "key=***");
	CU_ASSERT_STRING_EQUAL(text_of(&stage, "SELECT reply_body FROM conversation_turn WHERE turn = 1"),
			       "you said key=***");
	UNIT_HOLDS(text_of(&stage, "SELECT reply_headers FROM conversation_turn WHERE turn = 1"), "X-Test: ***\n");
	stage_end(&stage);
	/* Nowhere in the file, nor in what SQLite keeps beside it. */
	UNIT_HOLDS(unit_read(stage.path), "SQLite");
	for (const char *at = unit_read(stage.path), *end = at + (1 << 20) - 16; at < end; at++)
		if (memcmp(at, "swordfish", 9) == 0) {
			CU_FAIL("a secret is in the file");
			break;
		}
	stage_begin(&stage, NULL);
}

static void journal_is_pruned(void)
{
	STAGE(stage, .busy = 0);
	const char *result = NULL;
	int64_t count = -1;
	struct error error;

	UNIT_OK(run(&stage, &result, &error), &error);
	UNIT_OK(conversations_prune(stage.db, ROLE_SOURCE, true, stage.engine.steps.now, &count, &error), &error);
	CU_ASSERT_EQUAL(count, 0);
	UNIT_OK(conversations_prune(stage.db, ROLE_MARKET, true, stage.engine.steps.now + 1, &count, &error), &error);
	CU_ASSERT_EQUAL(count, 0);
	UNIT_OK(conversations_prune(stage.db, ROLE_SOURCE, false, stage.engine.steps.now + 1, &count, &error), &error);
	CU_ASSERT_EQUAL(count, 1);
	CU_ASSERT_EQUAL(number_of(&stage, "SELECT COUNT(*) FROM conversation_turn"), 0);
}

/* One that is open stays, unless it is said that nobody goes on with it. */
static void open_ones_are_pruned_where_it_is_said(void)
{
	STAGE(stage, .busy = 0);
	struct conversation_goal goal = goal_of(&stage);
	int64_t count = -1;
	struct error error;
	int ended = 0;

	UNIT_OK(conversation_start(stage.conversations, &goal, took, &ended, &error), &error);
	stage_end(&stage);
	stage_begin(&stage, NULL);
	UNIT_OK(conversations_prune(stage.db, ROLE_SOURCE, false, stage.engine.steps.now + 1, &count, &error), &error);
	CU_ASSERT_EQUAL(count, 0);
	UNIT_OK(conversations_prune(stage.db, ROLE_SOURCE, true, stage.engine.steps.now + 1, &count, &error), &error);
	CU_ASSERT_EQUAL(count, 1);
	CU_ASSERT_EQUAL(number_of(&stage, "SELECT COUNT(*) FROM conversation"), 0);
}

/* ---- going on ---------------------------------------------------------------------------------------------- */

/* Ends the engine after so many steps, as if nothing had happened, and goes on with another one. */
static void abandoned_one_goes_on(void)
{
	int steps = 0, code = 1;

	for (; code > 0 && steps < 100; steps++) {
		STAGE(stage, .busy = 2);
		struct conversation_goal goal = goal_of(&stage);
		const char *result = NULL;
		struct error error;
		int count = 0;

		UNIT_OK(conversation_start(stage.conversations, &goal, took, &count, &error), &error);
		for (int i = 0; i < steps && code > 0; i++)
			code = exchanges_run(stage.engine.exchanges, &error);
		if (count) {
			CU_ASSERT_EQUAL(code, 0);
			break;
		}
		stage_end(&stage);
		server_settle(stage.server);
		stage_begin(&stage, NULL);
		UNIT_OK(run(&stage, &result, &error), &error);
		CU_ASSERT_EQUAL(stage.service.made, 1);
		CU_ASSERT_EQUAL(number_of(&stage, "SELECT COUNT(*) FROM conversation"), 1);
		CU_ASSERT_STRING_EQUAL(text_of(&stage, "SELECT status FROM conversation"), "done");
	}
	/* Four requests; a wait and the reply behind it may be one step. */
	CU_ASSERT_TRUE(steps >= 4 && steps < 100);
}

/* A child counts instants: looks at the clock, turns, and commits just before they are made. */
static struct {
	long instant;
	long die_at;
	int turns;
} child;

enum { CHILD_DIED = 9, CHILD_WRONG = 3, CHILD_FAILED = 4 };

static void instant(void)
{
	if (++child.instant == child.die_at)
		_exit(CHILD_DIED);
}

static int64_t mortal_now(void *context)
{
	instant();
	return ((struct clock_stepped *)context)->now;
}

static int64_t mortal_elapsed(void *context)
{
	instant();
	return ((struct clock_stepped *)context)->elapsed;
}

static int mortal_idle(void *context, int64_t microseconds)
{
	struct clock_stepped *steps = context;

	instant();
	steps->now += microseconds;
	steps->elapsed += microseconds;
	return 0;
}

static int mortal_commit(void *context)
{
	(void)context;
	instant();
	return 0;
}

static int mortal_database(sqlite3 *database, const char **message, const struct sqlite3_api_routines *routines)
{
	(void)message, (void)routines;
	(void)sqlite3_commit_hook(database, mortal_commit, NULL);
	return SQLITE_OK;
}

static int mortal_flow(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
		       struct apollo_move *move)
{
	int code;

	instant();
	/* Resumed is said at the first turn of a process and at no other. */
	if (child.turns++ > 0 && turn->resumed)
		_exit(CHILD_WRONG);
	code = flow(instance, call, turn, move);
	instant();
	return code;
}

static int die_at_second_turn(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
			      struct apollo_move *move)
{
	if (turn->count == 1)
		_exit(CHILD_DIED);
	return flow(instance, call, turn, move);
}

enum { AT_SECOND_TURN = -1 };

/* Runs the conversation to its end in a process of its own, which dies at an instant, or at its second turn; never
 * returns. */
static void child_run(const char *path, struct instance *instance, long die_at)
{
	struct clock_stepped steps = {.now = 1000 * APOLLO_MICRO, .elapsed = 1};
	struct exchange_options options = {
		.clock = {.now = mortal_now, .elapsed = mortal_elapsed, .idle = mortal_idle, .context = &steps}};
	struct conversation_goal goal = {
		.instance = instance, .role = ROLE_SOURCE, .goal = "collect", .task = "{\"meter\": \"m\"}"};
	struct scope scope = scope_init(1 << 20);
	struct exchanges *exchanges = NULL;
	struct conversations *conversations = NULL;
	struct db *db = NULL;
	struct error error;
	const char *result;

	child.die_at = die_at;
	fixture.converse = die_at == AT_SECOND_TURN ? die_at_second_turn : mortal_flow;
	(void)sqlite3_auto_extension((void (*)(void))mortal_database);
	if (exchanges_new(&options, &exchanges, &error) < 0 || db_open(path, DB_CREATE, 0, &db, &error) < 0 ||
	    conversations_new(exchanges, db, &conversations, &error) < 0 ||
	    conversation_run(conversations, &goal, &scope, &result, &error) < 0) {
		(void)fprintf(stderr, "%s\n%s\n", error.message, error.detail);
		_exit(CHILD_FAILED);
	}
	_exit(strcmp(result, "{\"thing\": \"ready\"}") == 0 ? 0 : CHILD_WRONG);
}

/* The program again, as a child: --child GATE PATH URL DIE_AT.  A mere fork would have the locks of the server's threads
 * as they were at that instant, with nobody to free them; a sanitizer's allocator has such locks. */
static int child_main(char **arguments)
{
	char byte;

	fixture_reset();
	/* Zero bytes is the parent's end of the gate closing. */
	(void)!read((int)strtol(arguments[0], NULL, 10), &byte, 1);
	child_run(arguments[1], fixture_open("demo", arguments[2]), strtol(arguments[3], NULL, 10));
	return CHILD_FAILED;
}

/* The exit status of a child, or -1 where it was killed.  It begins when the service knows its name. */
static int child_wait(struct stage *stage, long die_at)
{
	char gate_text[16], die_text[24], program[] = "/proc/self/exe", word[] = "--child", byte = 0;
	char *arguments[] = {program, word, gate_text, NULL, NULL, die_text, NULL};
	int gate[2], status = 0;
	pid_t pid;

	if (pipe(gate) < 0 || fcntl(gate[1], F_SETFD, FD_CLOEXEC) < 0)
		exit(2);
	(void)snprintf(gate_text, sizeof(gate_text), "%d", gate[0]);
	(void)snprintf(die_text, sizeof(die_text), "%ld", die_at);
	arguments[3] = strdup(stage->path);
	arguments[4] = strdup(server_url(stage->server));
	if (!arguments[3] || !arguments[4])
		exit(2);
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		(void)execv(program, arguments);
		_exit(CHILD_FAILED);
	}
	free(arguments[3]);
	free(arguments[4]);
	(void)close(gate[0]);
	stage->service.victim = pid;
	(void)!write(gate[1], &byte, 1);
	(void)close(gate[1]);
	(void)waitpid(pid, &status, 0);
	/* What it had sent is heard before anyone asks again. */
	server_settle(stage->server);
	stage->service.victim = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void whole_after_death(struct stage *stage, const char *when, long number)
{
	int status = child_wait(stage, 0);

	if (status != 0 || stage->service.made != 1)
		(void)printf("\n    death at %s %ld: then status %d, %d made\n", when, number, status,
			     stage->service.made);
	CU_ASSERT_EQUAL(status, 0);
	CU_ASSERT_EQUAL(stage->service.made, 1);
	CU_ASSERT_EQUAL(number_of(stage, "SELECT COUNT(*) FROM conversation"), 1);
	CU_ASSERT_STRING_EQUAL(text_of(stage, "SELECT status FROM conversation"), "done");
}

static void death_at_any_instant(void)
{
	long at = 1;

	for (; at < 1000; at++) {
		STAGE(stage, .busy = 1);
		int status = child_wait(&stage, at);

		if (status == 0)
			break;
		CU_ASSERT_EQUAL(status, CHILD_DIED);
		whole_after_death(&stage, "instant", at);
	}
	/* It is known to have been long enough, and to have come to its end. */
	CU_ASSERT_TRUE(at > 30 && at < 1000);
}

static void death_before_any_reply(void)
{
	int at = 1;

	for (; at < 20; at++) {
		STAGE(stage, .busy = 1, .kill_at = at);
		int status = child_wait(&stage, 0);

		if (status == 0)
			break;
		CU_ASSERT_EQUAL(status, -1);
		whole_after_death(&stage, "request", at);
	}
	CU_ASSERT_EQUAL(at, 4);
}

/* Two deaths, one after the other. */
static void death_on_the_way_back(void)
{
	for (long at = 1; at < 400; at += 7) {
		STAGE(stage, .busy = 1, .kill_at = 1);
		int status = child_wait(&stage, 0);

		CU_ASSERT_EQUAL(status, -1);
		status = child_wait(&stage, at);
		if (status == 0)
			break;
		CU_ASSERT_EQUAL(status, CHILD_DIED);
		whole_after_death(&stage, "second instant", at);
	}
}

/* What a journalled reply looks like to the turn that it was kept for. */
static int look_at_second_turn(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
			       struct apollo_move *move)
{
	(void)instance;
	CU_ASSERT_EQUAL(turn->count, 1);
	CU_ASSERT_EQUAL(turn->resumed, 1);
	CU_ASSERT_STRING_EQUAL(turn->state, "{\"step\": \"create\"}");
	CU_ASSERT_STRING_EQUAL(turn->task, "{\"meter\": \"m\"}");
	CU_ASSERT_PTR_NOT_NULL_FATAL(turn->reply);
	CU_ASSERT_EQUAL(turn->reply->status, 200);
	CU_ASSERT_PTR_NULL(turn->reply->transport_error);
	CU_ASSERT_STRING_EQUAL(turn->reply->body, "{\"id\": 1}");
	CU_ASSERT_EQUAL(turn->reply->body_size, 9);
	CU_ASSERT_STRING_EQUAL(apollo_reply_header(turn->reply, "x-test"), "made");
	move->kind = APOLLO_DONE;
	move->result = apollo_copy(call, "1");
	return 0;
}

static void kept_reply_is_handed_over(void)
{
	STAGE(stage, .busy = 0);
	const char *result = NULL;
	struct error error;

	CU_ASSERT_EQUAL(child_wait(&stage, AT_SECOND_TURN), CHILD_DIED);
	fixture.converse = look_at_second_turn;
	UNIT_OK(run(&stage, &result, &error), &error);
	CU_ASSERT_STRING_EQUAL(result, "1");
	CU_ASSERT_EQUAL(server_count(stage.server), 1);
}

static const struct unit_test tests[] = {
	{"a conversation reaches its goal", conversation_reaches_its_goal},
	{"a failure is told and written", failure_is_told_and_written},
	{"wrong tasks do not begin", wrong_tasks_do_not_begin},
	{"the same name runs once", same_name_runs_once},
	{"many run together", many_run_together},
	{"endless talk is ended", endless_talk_is_ended},
	{"the deadline ends it", deadline_ends_it},
	{"time may stand still", time_may_stand_still},
	{"a stopped one goes on later", stopped_one_goes_on_later},
	{"a dry run writes nothing", dry_run_writes_nothing},
	{"secrets are not written", secrets_are_not_written},
	{"the journal is pruned", journal_is_pruned},
	{"open ones are pruned where it is said", open_ones_are_pruned_where_it_is_said},
	{"an abandoned one goes on", abandoned_one_goes_on},
	{"a kept reply is handed over", kept_reply_is_handed_over},
	{"death at any instant", death_at_any_instant},
	{"death before any reply", death_before_any_reply},
	{"death on the way back", death_on_the_way_back},
};

int main(int argc, char **argv)
{
	if (argc == 6 && strcmp(argv[1], "--child") == 0)
		return child_main(argv + 2);
	return UNIT_RUN("conversation", tests);
}
