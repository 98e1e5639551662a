/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every I/O call under every plugin's conversation fails in turn: token, report, check, audit and collect, as the engine
 * runs them against a server on loopback.  A plugin does no I/O itself, so the calls are those that curl makes for it.
 *
 * Whatever fails, the end is a success with the answer of an undisturbed run, or an error that allows another try, and
 * never a verdict that the server's own books contradict.
 */
#include "core/conversation.h"
#include "core/loader.h"
#include "tests/unit/engine.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* ---- calls that fail --------------------------------------------------------------------------------------- */

enum { ROUNDS_MAX = 2000 };

static struct {
	long count;    /* calls so far */
	long fail_at;  /* the number of the one that fails, from 1; 0: none */
	bool for_ever; /* and all after it */
} io;
static _Thread_local bool io_armed; /* the engine's thread, not the server's */

static bool io_fails(int error)
{
	if (!io_armed || !io.fail_at || ++io.count < io.fail_at || (io.count > io.fail_at && !io.for_ever))
		return false;
	errno = error;
	return true;
}

/* The call NAME, which gives -1 and ERROR where it is to fail. */
#define WRAP(TYPE, NAME, ERROR, PARAMETERS, ...)                            \
	__attribute__((visibility("default"))) TYPE NAME PARAMETERS;        \
	__attribute__((visibility("default"))) TYPE NAME PARAMETERS         \
	{                                                                   \
		static TYPE(*real) PARAMETERS;                              \
		if (!real)                                                  \
			*(void **)&real = dlsym(RTLD_NEXT, #NAME);          \
		return io_fails(ERROR) ? -1 : real(__VA_ARGS__);            \
	}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wredundant-decls"
WRAP(int, socket, EMFILE, (int domain, int type, int protocol), domain, type, protocol)
WRAP(int, connect, ECONNREFUSED, (int file, const struct sockaddr *address, socklen_t size), file, address, size)
WRAP(int, getsockopt, ENOBUFS, (int file, int level, int name, void *value, socklen_t *size), file, level, name, value, size)
WRAP(ssize_t, send, ECONNRESET, (int file, const void *data, size_t size, int flags), file, data, size, flags)
WRAP(ssize_t, recv, ECONNRESET, (int file, void *data, size_t size, int flags), file, data, size, flags)
WRAP(int, poll, ENOMEM, (struct pollfd *files, nfds_t count, int timeout), files, count, timeout)
#pragma GCC diagnostic pop

/* ---- the other side ---------------------------------------------------------------------------------------- */

#define GUID "fdc778a6-1281-40e4-cade-4a5fc11f5440"
#define SLOT(DIMENSION) \
	"\"resourceId\":\"" GUID "\",\"dimension\":\"" DIMENSION "\",\"effectiveStartTime\":\"2026-01-01T10:00:00Z\",\"planId\":\"plan1\",\"quantity\":5"
#define TAKEN(DIMENSION) "{" SLOT(DIMENSION) ",\"status\":\"Accepted\",\"usageEventId\":\"u\"}"
#define HELD(DIMENSION) "\"additionalInfo\":{\"acceptedMessage\":{" SLOT(DIMENSION) "}}"
#define KNOWN(DIMENSION) "{" SLOT(DIMENSION) ",\"status\":\"Duplicate\",\"error\":{\"code\":\"Conflict\"," HELD(DIMENSION) "}}"

/*
 * How often the service took the usage of each act, by its own books: that of a single event, and that of a list.  What is told
 * again is a duplicate.  A service lives for one round: what one of its threads does late belongs to no other.
 */
enum act { ACT_LIST, ACT_EVENT, ACT_COUNT };

struct books {
	_Atomic int taken[ACT_COUNT];
};

static void say(void *context, const struct heard *heard, struct said *said)
{
	struct books *books = context;
	const char *what = heard->target;
	bool again = false;

	if (strstr(what, "UsageEvent?") || strstr(what, "usageEvent?") || strstr(what, ":report"))
		again = atomic_fetch_add(&books->taken[strstr(what, "/usageEvent?") ? ACT_EVENT : ACT_LIST], 1) > 0;
	said->headers = "Metadata-Flavor: Google\r\nContent-Type: application/json\r\n";
	said->body = "{}"; /* Google's way to say yes */
	if (strstr(what, "/oauth2/") || strstr(what, "/computeMetadata/")) {
		said->body = "{\"access_token\":\"abc\",\"expires_in\":3599}";
	} else if (strstr(what, "/batchUsageEvent?")) {
		said->body = again ? "{\"result\":[" KNOWN("ops") "," KNOWN("tb") "]}"
				   : "{\"result\":[" TAKEN("ops") "," TAKEN("tb") "]}";
	} else if (strstr(what, "/usageEvent?")) {
		said->status = again ? 409 : 200;
		said->body = again ? "{\"code\":\"Conflict\"," HELD("tb") "}" : TAKEN("tb");
	} else if (strstr(what, "/usageEvents?")) {
		said->body = "[{\"usageDate\":\"2026-01-01T00:00:00Z\",\"usageResourceId\":\"" GUID "\",\"dimension\":\"tb\",\"planId\":"
			     "\"plan1\",\"reconStatus\":\"Accepted\",\"submittedQuantity\":5,\"processedQuantity\":5,\"submittedCount\":1}]";
	} else if (strstr(what, "/query_range")) {
		said->body = "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":["
			     "[1767261600,\"5\"],[1767261900,\"9.5\"]]}]}}";
	}
}

/* ---- one run ----------------------------------------------------------------------------------------------- */

struct stage {
	struct books books;
	struct server *server;
	struct instance *instance;
	struct engine engine;
	const char *const *subscription;
	bool failed;         /* the engine gave up */
	char answers[8][512]; /* what came of each act, for comparison with an undisturbed run */
	size_t answer_count;
};

static void answer_note(struct stage *stage, const char *text)
{
	(void)snprintf(stage->answers[stage->answer_count++], sizeof(stage->answers[0]), "%s", text);
}

/* Runs until nothing is pending; the engine itself may fail with its poll. */
static void stage_run(struct stage *stage)
{
	struct error error = {0};
	int code;

	do
		code = exchanges_run(stage->engine.exchanges, &error);
	while (code > 0);
	stage->failed = stage->failed || code < 0;
	if (code < 0)
		CU_ASSERT_EQUAL(code, ERROR_IO);
}

struct telling {
	struct stage *stage;
	struct call call;
	struct apollo_record records[2];
	struct apollo_prepared prepared[2];
	struct apollo_item items[2];
	size_t count;
	int done;
};

/* No verdict says more than the server's books, and what they hold is not denied. */
static void verdicts_check(struct telling *telling, const struct apollo_reply *reply, const struct exchange_facts *facts)
{
	struct apollo_verdict verdicts[2];
	bool took = atomic_load(&telling->stage->books.taken[telling->count == 1 ? ACT_EVENT : ACT_LIST]) > 0;
	struct error error;
	char text[64] = "";

	CU_ASSERT(!took || facts->maybe_arrived);
	if (!reply->status && !facts->maybe_arrived)
		return;
	UNIT_OK(instance_decode(telling->stage->instance, &telling->call, telling->items, telling->count, reply, verdicts, &error),
		&error);
	for (size_t i = 0; i < telling->count; i++) {
		bool settled = verdicts[i].outcome == APOLLO_ACCEPTED ||
			       (verdicts[i].outcome == APOLLO_ALREADY && verdicts[i].held == telling->records[i].quantity);

		CU_ASSERT(settled || verdicts[i].outcome == APOLLO_UNKNOWN);
		CU_ASSERT(!settled || took);
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s ", settled ? "settled" : "unknown");
	}
	answer_note(telling->stage, text);
}

static void report_done(void *context, const struct apollo_reply *reply, const struct exchange_facts *facts)
{
	struct telling *telling = context;

	telling->done++;
	if (facts->end == EXCHANGE_UNAUTHORIZED)
		CU_ASSERT(facts->error->code == APOLLO_RETRY || facts->error->code == ERROR_IO);
	verdicts_check(telling, reply, facts);
}

static void check_done(void *context, const struct apollo_reply *reply, const struct exchange_facts *facts)
{
	struct telling *telling = context;
	struct apollo_admission admission;
	struct error error;

	(void)facts;
	telling->done++;
	UNIT_OK(instance_admit_decode(telling->stage->instance, &telling->call, telling->items, reply, &admission, &error), &error);
	CU_ASSERT(admission.outcome == (reply->status ? APOLLO_ACCEPTED : APOLLO_UNKNOWN));
	answer_note(telling->stage, admission.outcome == APOLLO_ACCEPTED ? "admitted" : "unknown");
}

/* Tells `count` records, or asks whether the first may be told. */
static void tell(struct stage *stage, size_t count, bool ask)
{
	static const char *const dimensions[] = {"tb", "ops"}, *const keys[] = {"k-1", "k-2"};
	struct telling telling = {.stage = stage, .count = count};
	const int64_t hour = INT64_C(1767261600) * APOLLO_MICRO;
	struct apollo_request request;
	struct error error;

	call_init(&telling.call, "io", hour + 2 * APOLLO_HOUR);
	for (size_t i = 0; i < count; i++) {
		telling.records[i] = (struct apollo_record){
			.size = sizeof(telling.records[i]), .subscription = stage->subscription, .dimension = dimensions[i],
			.quantity = 5 * APOLLO_MICRO, .start = hour, .end = hour + APOLLO_HOUR, .key = keys[i]};
		UNIT_OK(instance_prepare(stage->instance, &telling.call, &telling.records[i], &telling.prepared[i], &error), &error);
		telling.items[i] = (struct apollo_item){&telling.records[i], &telling.prepared[i]};
	}
	UNIT_OK(ask ? instance_admit_encode(stage->instance, &telling.call, telling.items, &request, &error)
		    : instance_encode(stage->instance, &telling.call, telling.items, count, &request, &error), &error);
	UNIT_OK(exchange_start(stage->engine.exchanges, stage->instance, &request, NULL, ask ? check_done : report_done,
			       &telling, &error), &error);
	stage_run(stage);
	CU_ASSERT(telling.done == 1 || (stage->failed && telling.done == 0));
	if (stage->failed)
		exchanges_forget(stage->engine.exchanges, &telling);
	call_release(&telling.call);
}

struct talk {
	struct stage *stage;
	int done;
};

/* What a conversation could not reach because of the line is tried again; it is no refusal. */
static void talk_done(void *context, const char *result, const struct error *error)
{
	struct talk *talk = context;

	talk->done++;
	if (result) {
		answer_note(talk->stage, result);
		return;
	}
	if (error->code != APOLLO_RETRY && error->code != ERROR_IO)
		(void)printf("\n    %d: %s\n", error->code, error->message);
	CU_ASSERT(error->code == APOLLO_RETRY || error->code == ERROR_IO);
}

static void converse(struct stage *stage, enum role role, const char *goal, const char *task)
{
	struct conversations *conversations CONVERSATIONS_CLEANUP = NULL;
	const struct conversation_goal wanted = {.instance = stage->instance, .role = role, .goal = goal, .task = task};
	struct talk talk = {.stage = stage};
	struct error error;

	if (stage->failed)
		return;
	UNIT_OK(conversations_new(stage->engine.exchanges, NULL, &conversations, &error), &error);
	UNIT_OK(conversation_start(conversations, &wanted, talk_done, &talk, &error), &error);
	stage_run(stage);
	CU_ASSERT(talk.done == 1 || (stage->failed && talk.done == 0));
}

/* ---- the plugins ------------------------------------------------------------------------------------------- */

struct play {
	const char *plugin;
	const char *const settings[12];     /* name and value in turn; @ stands for the server's URL */
	const char *const subscription[4];
	void (*run)(struct stage *stage);
};

static void azure_run(struct stage *stage)
{
	tell(stage, 2, false);
	if (!stage->failed)
		tell(stage, 1, false);
	converse(stage, ROLE_MARKET, "audit", "{\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-01-02T00:00:00Z\"}");
}

static void gcp_run(struct stage *stage)
{
	tell(stage, 1, true);
	if (!stage->failed)
		tell(stage, 2, false);
}

static void prometheus_run(struct stage *stage)
{
	converse(stage, ROLE_SOURCE, "collect",
		 "{\"subscription\":\"acme\",\"meter\":\"m\",\"aggregation\":\"max\",\"decimals\":3,\"from\":\"2026-01-01T10:00:00Z\","
		 "\"to\":\"2026-01-01T11:00:00Z\",\"hold\":900,\"options\":{\"query\":\"q\",\"kind\":\"gauge\",\"step\":\"300\"},"
		 "\"cursor\":null}");
}

static const struct play azure_play = {
	"azure",
	{"tenant_id", "t", "client_id", "c", "client_secret", "env:IO_SECRET", "login_endpoint", "@", "endpoint", "@", NULL},
	{GUID, NULL, NULL, "plan1"}, azure_run};
static const struct play gcp_play = {
	"gcp", {"service_name", "s.test", "credentials", "metadata", "metadata_endpoint", "@", "endpoint", "@", NULL},
	{"project:p", NULL}, gcp_run};
static const struct play prometheus_play = {"prometheus", {"url", "@", "delay", "0s", NULL}, {NULL}, prometheus_run};

/* ---- every N ----------------------------------------------------------------------------------------------- */

static void instance_make(struct stage *stage, const struct play *play, const struct plugin *plugin)
{
	const struct clock noon = {.fixed = INT64_C(1767268800) * APOLLO_MICRO};
	struct setting settings[6];
	size_t count = 0;
	struct error error;

	for (const char *const *text = play->settings; *text; text += 2)
		settings[count++] = (struct setting){text[0], *text[1] == '@' ? server_url(stage->server) : text[1], NULL};
	UNIT_OK(instance_open(plugin, "io", settings, count, "/", &noon, &stage->instance, &error), &error);
}

/* One run with the nth call failing, from then on or once; true where it came to that. */
static bool stage_play(struct stage *stage, const struct play *play, const struct plugin *plugin, long n, bool for_ever)
{
	const struct exchange_options options = {.http = {.proxy = ""}, .policy = {.tries = 3}};

	*stage = (struct stage){.subscription = play->subscription};
	stage->server = server_start(say, &stage->books, NULL, NULL);
	instance_make(stage, play, plugin);
	engine_init(&stage->engine, &options);
	io.count = 0;
	io.fail_at = n;
	io.for_ever = for_ever;
	io_armed = true;
	play->run(stage);
	io_armed = false;
	engine_release(&stage->engine);
	instance_close(&stage->instance);
	server_stop(stage->server);
	return io.count >= n;
}

static bool answered_as(const struct stage *stage, const struct stage *wanted)
{
	for (size_t i = 0; i < wanted->answer_count; i++)
		if (strcmp(stage->answers[i], wanted->answers[i]) != 0)
			return false;
	return stage->answer_count == wanted->answer_count;
}

static void play_every(const struct play *play)
{
	static struct stage wanted, stage;
	struct plugin *plugin PLUGIN_CLEANUP = NULL;
	char path[4096];
	struct error error;
	long settled = 0, n;

	(void)snprintf(path, sizeof(path), "%s/%s.so", TEST_PLUGIN_DIR, play->plugin);
	UNIT_OK(loader_open(path, &plugin, &error), &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(plugin);
	(void)stage_play(&wanted, play, plugin, 0, false);
	CU_ASSERT(!wanted.failed && wanted.answer_count > 0);
	for (int mode = 0; mode < 2; mode++) {
		for (n = 1; n < ROUNDS_MAX && stage_play(&stage, play, plugin, n, mode == 1); n++)
			settled += answered_as(&stage, &wanted);
		CU_ASSERT(n > 5 && n < ROUNDS_MAX);
		CU_ASSERT_TRUE(answered_as(&stage, &wanted));
	}
	(void)printf("(%ld calls, %ld runs settled all the same) ", n, settled);
}

static void azure_conversations(void)
{
	CU_ASSERT_EQUAL(setenv("IO_SECRET", "swordfish-of-the-line", 1), 0);
	play_every(&azure_play);
}

static void gcp_conversations(void)
{
	play_every(&gcp_play);
}

static void prometheus_conversations(void)
{
	play_every(&prometheus_play);
}

static const struct unit_test tests[] = {
	{"azure: token, batch, event, audit", azure_conversations},
	{"gcp: token, check, report", gcp_conversations},
	{"prometheus: collect", prometheus_conversations},
};

int main(void)
{
	return UNIT_RUN("every I/O call fails", tests);
}
