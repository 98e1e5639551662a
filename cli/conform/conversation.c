/* SPDX-License-Identifier: Apache-2.0 */
/* Conversations: every goal's first turn, every senseless reply, a resume, memory that runs out. */
#include "cli/conform/conform.h"

#include "core/json.h"

#include <string.h>

enum { TURNS_MAX = 20, TASK_BYTES = 64 << 10 };

static const char *const aggregations[] = {"sum", "max", "last", "unique", "time_weighted"};

/* ---- tasks ---- */

static const char *collect_task(struct conform *conform, const char *aggregation)
{
	const struct apollo_source *source = conform->plugin->descriptor.source;
	const char *const *values = conform_values(conform, source->collect_options, source->collect_option_count);
	BUFFER_CLEANUP struct buffer text = buffer_init(TASK_BYTES);
	const char *comma = "";

	if (!values)
		return NULL;
	(void)buffer_print(&text, "{\"subscription\":\"acme\",\"meter\":\"usage\",\"aggregation\":\"%s\","
			   "\"from\":\"2026-11-01T10:00:00Z\",\"to\":\"2026-11-01T11:00:00Z\",\"hold\":1200,"
			   "\"decimals\":6,\"cursor\":null,\"options\":{", aggregation);
	for (size_t i = 0; i < source->collect_option_count; i++) {
		if (!values[i])
			continue;
		(void)buffer_text(&text, comma);
		(void)buffer_json(&text, source->collect_options[i].name);
		(void)buffer_text(&text, ":");
		(void)buffer_json(&text, values[i]);
		comma = ",";
	}
	return buffer_text(&text, "}}") < 0 ? NULL : scope_text(&conform->scope, text.data);
}

/* ---- turns ---- */

struct talk {
	enum role role;
	struct apollo_turn turn;
};

static int turn_call(struct conform *conform, struct instance *instance, struct probe *probe, void *context,
		     struct error *error)
{
	const struct talk *talk = context;
	struct apollo_move move;

	(void)conform;
	return instance_converse(instance, talk->role, &probe->call, &talk->turn, &move, error);
}

static bool text_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool move_same(const struct apollo_move *a, const struct apollo_move *b)
{
	if (a->kind != b->kind || !text_same(a->state, b->state))
		return false;
	if (a->kind == APOLLO_WAIT)
		return a->until == b->until;
	if (a->kind == APOLLO_DONE)
		return text_same(a->result, b->result);
	return text_same(a->request->method, b->request->method) && text_same(a->request->url, b->request->url) &&
	       a->request->body_size == b->request->body_size &&
	       (!a->request->body_size || memcmp(a->request->body, b->request->body, a->request->body_size) == 0);
}

static int talk_turn(struct conform *conform, struct instance *instance, const struct talk *talk, struct probe *probe,
		     struct apollo_move *move, struct error *error)
{
	int code = instance_converse(instance, talk->role, &probe->call, &talk->turn, move, error);

	if (code < 0 && probe->call.error.code == 0 && code != APOLLO_BUG)
		conform_find(conform, "%s: gave %d without call->fail()", talk->turn.goal, code);
	return code;
}

/* The same reply again and again, until it is done, gives up, or has had turns enough. */
static void reply_check(struct conform *conform, struct instance *instance, struct talk talk,
			const struct conform_reply *reply, const char *state)
{
	PROBE_CLEANUP struct probe probe;
	struct apollo_move move;
	struct error error;

	probe_init(&probe);
	talk.turn.state = state;
	talk.turn.reply = &reply->reply;
	conform_doing(conform, "%s, after %s", talk.turn.goal, reply->name);
	if (reply->reply.body_size < 100)
		conform_memory(conform, instance, talk.turn.goal, turn_call, &talk);
	for (talk.turn.count = 1; talk.turn.count < TURNS_MAX; talk.turn.count++) {
		int code = talk_turn(conform, instance, &talk, &probe, &move, &error);

		if (code == APOLLO_BUG)
			conform_find(conform, "%s, after %s: %s", talk.turn.goal, reply->name, error.message);
		if (code < 0)
			return;
		if (move.kind == APOLLO_DONE) {
			if (reply->reply.status == 0 || reply->reply.status >= 400)
				conform_find(conform, "%s: is done after %s", talk.turn.goal, reply->name);
			return;
		}
		talk.turn.state = move.state ? scope_text(&conform->scope, move.state) : talk.turn.state;
		talk.turn.reply = move.kind == APOLLO_SEND ? &reply->reply : NULL;
		probe_begin(&probe, 0);
	}
}

/* The first turn, twice the same; its state for the next.  False after a finding, and with *code where it was said no. */
static bool first_check(struct conform *conform, struct instance *instance, const struct talk *talk, const char **state,
			int *code)
{
	PROBE_CLEANUP struct probe first, second;
	struct apollo_move one, other;
	struct error error;

	probe_init(&first);
	probe_init(&second);
	conform_doing(conform, "%s, the first turn", talk->turn.goal);
	*code = talk_turn(conform, instance, talk, &first, &one, &error);
	/* A source may have options that fit some aggregations only; the files of an offer may be another marketplace's. */
	if (*code == APOLLO_UNSUPPORTED || (*code == APOLLO_REJECTED && strcmp(talk->turn.goal, "offer") == 0) ||
	    (*code == APOLLO_CONFIG && talk->role == ROLE_SOURCE))
		return false;
	if (*code < 0 || talk_turn(conform, instance, talk, &second, &other, &error) < 0) {
		conform_find(conform, "%s: %s", talk->turn.goal, error.message);
		return false;
	}
	if (!move_same(&one, &other))
		conform_find(conform, "%s: the same first turn gives another move the second time", talk->turn.goal);
	*state = one.state ? scope_text(&conform->scope, one.state) : NULL;
	return one.kind != APOLLO_DONE;
}

static void resume_check(struct conform *conform, struct instance *instance, struct talk talk, const char *state)
{
	PROBE_CLEANUP struct probe probe;
	struct apollo_move move;
	struct error error;

	probe_init(&probe);
	talk.turn.state = state;
	talk.turn.resumed = 1;
	talk.turn.count = 1;
	conform_doing(conform, "%s, resumed without a reply", talk.turn.goal);
	if (talk_turn(conform, instance, &talk, &probe, &move, &error) == APOLLO_BUG)
		conform_find(conform, "%s, resumed without a reply: %s", talk.turn.goal, error.message);
}

static int goal_check(struct conform *conform, struct instance *instance, enum role role, const char *goal,
		      const char *task)
{
	struct talk talk = {role, {.size = sizeof(talk.turn), .goal = goal, .task = task}};
	const char *state = NULL;
	struct conform_reply reply;
	int code;

	if (!task || !first_check(conform, instance, &talk, &state, &code))
		return task ? code : APOLLO_NOMEM;
	conform_memory(conform, instance, goal, turn_call, &talk);
	resume_check(conform, instance, talk, state);
	for (size_t n = 0; conform_reply(conform, n, &reply); n++)
		reply_check(conform, instance, talk, &reply, state);
	return 0;
}

static void unknown_check(struct conform *conform, struct instance *instance, enum role role)
{
	struct talk talk = {role, {.size = sizeof(talk.turn), .goal = "no-such-goal", .task = "{}"}};
	PROBE_CLEANUP struct probe probe;
	struct apollo_move move;
	struct error error;
	int code;

	probe_init(&probe);
	conform_doing(conform, "converse of a %s with an unknown goal", role_name(role));
	code = talk_turn(conform, instance, &talk, &probe, &move, &error);
	if (code != APOLLO_UNSUPPORTED)
		conform_find(conform, "an unknown goal of a %s gives %d; APOLLO_UNSUPPORTED, %d, is expected", role_name(role), code,
			     APOLLO_UNSUPPORTED);
}

/* ---- roles ---- */

#define SPAN "{\"from\":\"2026-10-01T00:00:00Z\",\"to\":\"2026-11-01T00:00:00Z\"}"

#define OFFER                                                                                                  \
	"{\"name\":\"check\",\"files\":{\"configure.json\":{\"resources\":[{\"name\":\"check\"}]},"                  \
	"\"private-offer.json\":{\"title\":\"check\",\"singleProductOffer\":{\"baseStandardOffer\":"                  \
	"\"projects/p/locations/global/services/s/standardOffers/o\"}},\"document.json\":{}}}"

static void offer_check(struct conform *conform)
{
	INSTANCE_CLEANUP struct instance *instance = conform_open(conform);

	if (instance)
		(void)goal_check(conform, instance, ROLE_MARKET, "offer", OFFER);
}

static void audit_check(struct conform *conform)
{
	INSTANCE_CLEANUP struct instance *instance = conform_open(conform);

	if (!instance)
		return;
	unknown_check(conform, instance, ROLE_MARKET);
	if (goal_check(conform, instance, ROLE_MARKET, "audit", SPAN) != APOLLO_UNSUPPORTED &&
	    !conform->plugin->descriptor.market->resource_of)
		conform_find(conform, "the goal audit is offered and market.resource_of is NULL: its rows belong to nobody");
}

/* What check_collect says of a task, the first turn says too. */
static int task_check(struct conform *conform, struct instance *instance, const char *task)
{
	PROBE_CLEANUP struct probe probe;
	struct error error;
	int code;

	probe_init(&probe);
	conform_doing(conform, "check_collect");
	code = instance_check_collect(instance, &probe.call, task, &error);
	if (code < 0 && code != APOLLO_CONFIG)
		conform_find(conform, "check_collect: %s", error.message);
	return code;
}

static void collect_check(struct conform *conform)
{
	INSTANCE_CLEANUP struct instance *instance = conform_open(conform);
	size_t offered = 0;

	if (!instance)
		return;
	unknown_check(conform, instance, ROLE_SOURCE);
	for (size_t i = 0; i < sizeof(aggregations) / sizeof(aggregations[0]); i++) {
		const char *task = collect_task(conform, aggregations[i]);

		if (task && task_check(conform, instance, task) == 0)
			offered += goal_check(conform, instance, ROLE_SOURCE, "collect", task) == 0;
	}
	if (!offered)
		conform_find(conform, "collect: no aggregation is taken with these options");
}

static void token_check(struct conform *conform)
{
	INSTANCE_CLEANUP struct instance *instance = conform_open(conform);

	if (!instance)
		return;
	unknown_check(conform, instance, ROLE_ISSUER);
	if (goal_check(conform, instance, ROLE_ISSUER, "token", "{\"scope\":\"https://service.example\"}") == APOLLO_UNSUPPORTED)
		conform_find(conform, "an issuer without the goal token");
}

static bool is_conversing(const struct plugin *plugin)
{
	return plugin->descriptor.market && plugin->descriptor.market->converse;
}

static bool is_source(const struct plugin *plugin)
{
	return plugin->descriptor.source != NULL;
}

static bool is_issuer(const struct plugin *plugin)
{
	return plugin->descriptor.issuer != NULL;
}

const struct conform_check conform_conversation_checks[] = {
	{"audit", "the marketplace's record is asked for, and no reply makes it crash or be done wrongly", is_conversing, audit_check},
	{"offer", "a private offer is submitted, and no reply makes it crash or be done wrongly", is_conversing, offer_check},
	{"collect", "usage is asked for, and no reply makes it crash or be done wrongly", is_source, collect_check},
	{"token", "a token is asked for, and no reply makes it crash or be done wrongly", is_issuer, token_check},
	{NULL, NULL, NULL, NULL},
};
