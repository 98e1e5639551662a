/* SPDX-License-Identifier: Apache-2.0 */
#include "core/conversation.h"
#include "core/journal.h"
#include "core/json.h"

#include <string.h>

enum { BUCKETS = 256, RESUME_BYTES_MAX = 32 << 20 };

struct conversation {
	struct conversations *engine;
	struct instance *instance;
	enum role role;
	char *goal;
	char *task;
	char *state;
	struct exchange_policy policy;
	int64_t deadline; /* by elapsed */
	int64_t until;    /* WAIT: the ledger's time that the plugin asked for */
	int64_t id;       /* in the journal; 0: not journalled */
	uint32_t turns;
	bool resumed;     /* the next turn is the first one since the process began */
	bool confidential;
	bool sending;
	struct timer timer;
	conversation_done done;
	void *context;
	struct conversation *next, **link;
};

struct conversations {
	struct exchanges *exchanges;
	struct db *db;
	struct conversation *buckets[BUCKETS]; /* by id */
	size_t count;
};

/* ---- one conversation -------------------------------------------------------------------------------------- */

static void conversation_free(struct conversation *conversation)
{
	struct conversations *engine = conversation->engine;

	if (conversation->sending)
		exchanges_forget(engine->exchanges, conversation);
	exchange_unwait(engine->exchanges, &conversation->timer);
	if (conversation->link) {
		*conversation->link = conversation->next;
		if (conversation->next)
			conversation->next->link = conversation->link;
		engine->count--;
	}
	free(conversation->goal);
	free(conversation->task);
	free(conversation->state);
	free(conversation);
}

static void conversation_link(struct conversation *conversation)
{
	struct conversations *engine = conversation->engine;
	struct conversation **bucket = &engine->buckets[conversation->id % BUCKETS];

	conversation->next = *bucket;
	conversation->link = bucket;
	if (*bucket)
		(*bucket)->link = &conversation->next;
	*bucket = conversation;
	engine->count++;
}

static int64_t conversation_now(const struct conversation *conversation)
{
	int64_t now = clock_now(exchanges_clock(conversation->engine->exchanges));

	/* The ledger's time may stand still; what was waited for has come all the same. */
	return now > conversation->until ? now : conversation->until;
}

/* Tells the owner.  The journal stays as it is. */
static void conversation_leave(struct conversation *conversation, const char *result, const struct error *error)
{
	conversation_done done = conversation->done;
	void *context = conversation->context;

	conversation_free(conversation);
	done(context, result, error);
}

/* The end: on disk first, then told. */
static void conversation_end(struct conversation *conversation, const char *result, const struct error *failure)
{
	struct conversations *engine = conversation->engine;
	struct error error;

	if (conversation->id &&
	    journal_end(engine->db, conversation->id, result, failure, conversation_now(conversation), &error) < 0)
		conversation_leave(conversation, NULL, failure ? failure : &error);
	else
		conversation_leave(conversation, result, failure);
}

static void conversation_stop(struct conversation *conversation)
{
	struct error error;

	(void)error_set(&error, ERROR_STOPPED, "%s: %s was stopped before its end", conversation->instance->name,
			conversation->goal);
	if (conversation->id)
		(void)error_hint(&error, "it goes on where it was when the same command is run again");
	conversation_leave(conversation, NULL, &error);
}

/* ---- turns ------------------------------------------------------------------------------------------------- */

static void conversation_turn(struct conversation *conversation, const struct apollo_reply *reply);

static int64_t time_left(const struct conversation *conversation)
{
	return conversation->deadline - clock_elapsed(exchanges_clock(conversation->engine->exchanges));
}

/* The reply is written before anything is made of it; what could not be written is no reply. */
static void conversation_replied(void *context, const struct apollo_reply *reply, const struct exchange_facts *facts)
{
	struct conversation *conversation = context;
	struct error error;

	conversation->sending = false;
	if (facts->end == EXCHANGE_STOPPED) {
		conversation_stop(conversation);
		return;
	}
	if (facts->end == EXCHANGE_DRY) {
		(void)error_set(&error, ERROR_DRY_RUN, "%s: %s: dry run, the first request was shown and not sent",
				conversation->instance->name, conversation->goal);
		conversation_leave(conversation, NULL, &error);
		return;
	}
	if (facts->end == EXCHANGE_UNAUTHORIZED) {
		conversation_end(conversation, NULL, facts->error);
		return;
	}
	if (conversation->id && !conversation->confidential &&
	    journal_reply(conversation->engine->db, conversation->id, conversation->turns - 1, reply,
			  conversation_now(conversation), &error) < 0) {
		conversation_leave(conversation, NULL, &error);
		return;
	}
	conversation_turn(conversation, reply);
}

/* Writes the move and its state down.  A state of NULL keeps the last one. */
static int conversation_write(struct conversation *conversation, const struct apollo_move *move, struct error *error)
{
	int code = 0;

	if (move->state) {
		char *state = strdup(move->state);

		if (!state)
			return error_memory(error, "a conversation's state");
		free(conversation->state);
		conversation->state = state;
	}
	if (conversation->id)
		code = journal_move(conversation->engine->db, conversation->id, conversation->turns,
				    conversation->instance->name, move, conversation->state,
				    conversation_now(conversation), error);
	if (code == 0)
		conversation->turns++;
	return code;
}

static int conversation_send(struct conversation *conversation, const struct apollo_move *move, struct error *error)
{
	struct exchanges *exchanges = conversation->engine->exchanges;
	struct exchange_policy policy = conversation->policy;
	int64_t left = time_left(conversation);
	int code = conversation_write(conversation, move, error);

	if (code < 0)
		return code;
	if (policy.deadline <= 0)
		policy.deadline = EXCHANGE_DEADLINE;
	if (policy.deadline > left)
		policy.deadline = left > 0 ? left : 1;
	conversation->confidential = (move->request->flags & APOLLO_CONFIDENTIAL) != 0;
	code = exchange_start(exchanges, conversation->instance, move->request, &policy, conversation_replied,
			      conversation, error);
	conversation->sending = code == 0;
	return code;
}

/* Sets the timer for a time of the ledger, or for the deadline where that comes first. */
static int conversation_wait(struct conversation *conversation, int64_t until, struct error *error)
{
	int64_t delay = until - conversation_now(conversation), left = time_left(conversation);

	if (delay < 0)
		delay = 0;
	if (left < 0)
		left = 0;
	conversation->until = until;
	if (exchange_wait(conversation->engine->exchanges, &conversation->timer, delay < left ? delay : left) < 0)
		return error_memory(error, "a timer");
	return 0;
}

/* Whether it may go on; where not, *error says why. */
static int turn_allow(const struct conversation *conversation, struct error *error)
{
	if (conversation->turns >= CONVERSATION_TURNS_MAX)
		return error_set(error, APOLLO_BUG, "%s: %s came to no end in %d turns", conversation->instance->name,
				 conversation->goal, CONVERSATION_TURNS_MAX);
	if (time_left(conversation) > 0)
		return 0;
	(void)error_set(error, APOLLO_RETRY, "%s: %s did not end in the time allowed", conversation->instance->name,
			conversation->goal);
	return error_hint(error, "the service is slow or does not answer; run the command again later");
}

/* What the plugin says next, checked; call keeps it. */
static int turn_ask(struct conversation *conversation, struct call *call, const struct apollo_reply *reply,
		    struct apollo_move *move, struct error *error)
{
	struct apollo_turn turn = {
		.size = sizeof(turn),
		.goal = conversation->goal,
		.task = conversation->task,
		.state = conversation->state,
		.reply = reply,
		.resumed = conversation->resumed,
		.count = conversation->turns,
	};
	int code = turn_allow(conversation, error);

	conversation->resumed = false;
	return code < 0 ? code : instance_converse(conversation->instance, conversation->role, call, &turn, move,
						   error);
}

static void conversation_turn(struct conversation *conversation, const struct apollo_reply *reply)
{
	struct call call CALL_CLEANUP;
	struct apollo_move move;
	struct error error;
	int code;

	call_init(&call, conversation->instance->name, conversation_now(conversation));
	code = turn_ask(conversation, &call, reply, &move, &error);
	if (code < 0) {
		conversation_end(conversation, NULL, &error);
		return;
	}
	if (move.kind == APOLLO_DONE) {
		conversation_end(conversation, move.result, NULL);
		return;
	}
	/* What is not written is asked again on a resume, with the same reply. */
	if (exchanges_stopped(conversation->engine->exchanges)) {
		conversation_stop(conversation);
		return;
	}
	if (move.kind == APOLLO_SEND) {
		code = conversation_send(conversation, &move, &error);
	} else {
		code = conversation_write(conversation, &move, &error);
		if (code == 0)
			code = conversation_wait(conversation, move.until, &error);
	}
	if (code < 0)
		conversation_end(conversation, NULL, &error);
}

/* ---- beginnings -------------------------------------------------------------------------------------------- */

/* The first turn since the process began: the journal says what was the last thing known. */
static void conversation_resume(struct conversation *conversation)
{
	struct scope scope SCOPE_CLEANUP = scope_init(HTTP_REPLY_CEILING + (size_t)RESUME_BYTES_MAX);
	struct journal_turn last = {0};
	struct error error;

	if (conversation->turns > 0 && journal_turn(conversation->engine->db, conversation->id, conversation->turns - 1,
						    &scope, &last, &error) < 0) {
		conversation_leave(conversation, NULL, &error);
		return;
	}
	conversation_turn(conversation, last.reply);
}

/* The time has come: of the first turn, or what a WAIT waited for. */
static void conversation_wake(void *context)
{
	struct conversation *conversation = context;

	/* Woken by its deadline, it is not as late as the plugin wanted to be. */
	if (time_left(conversation) <= 0)
		conversation->until = 0;
	if (exchanges_stopped(conversation->engine->exchanges))
		conversation_stop(conversation);
	else if (conversation->resumed)
		conversation_resume(conversation);
	else
		conversation_turn(conversation, NULL);
}

static struct conversation *conversation_new(struct conversations *engine, const struct conversation_goal *goal)
{
	struct conversation *conversation = calloc(1, sizeof(*conversation));
	int64_t now = clock_elapsed(exchanges_clock(engine->exchanges));

	if (!conversation)
		return NULL;
	conversation->engine = engine;
	conversation->instance = goal->instance;
	conversation->role = goal->role;
	conversation->goal = strdup(goal->goal);
	conversation->task = strdup(goal->task);
	conversation->policy = goal->policy;
	conversation->deadline = now + (goal->deadline > 0 ? goal->deadline : CONVERSATION_DEADLINE);
	conversation->timer = (struct timer){.fire = conversation_wake, .context = conversation};
	if (conversation->goal && conversation->task)
		return conversation;
	conversation_free(conversation);
	return NULL;
}

static int goal_check(const struct conversations *engine, const struct conversation_goal *goal, struct error *error)
{
	struct json_object *task JSON_CLEANUP = NULL;
	int code;

	if (!instance_converse_of(goal->instance, goal->role))
		return error_set(error, APOLLO_UNSUPPORTED, "%s: plugin %s does not converse as %s",
				 goal->instance->name, goal->instance->plugin->descriptor.name, role_name(goal->role));
	if (engine->count >= CONVERSATIONS_MAX)
		return error_set(error, APOLLO_NOMEM, "%d conversations are open, more are not begun",
				 CONVERSATIONS_MAX);
	if (strnlen(goal->task, CONVERSATION_TASK_MAX + 1) > CONVERSATION_TASK_MAX)
		return error_set(error, APOLLO_NOMEM, "%s: the task of %s is larger than 1 MiB", goal->instance->name,
				 goal->goal);
	code = json_read(goal->task, strlen(goal->task), "a conversation's task", &task, error);
	if (code == 0 && !json_object_is_type(task, json_type_object))
		code = error_set(error, APOLLO_BUG, "%s: the task of %s is no JSON object", goal->instance->name,
				 goal->goal);
	return code;
}

/* Finds it in the journal or writes it there; sets the wait that an interrupted WAIT has left. */
static int conversation_enter(struct conversation *conversation, int64_t *until, struct error *error)
{
	struct conversations *engine = conversation->engine;
	struct scope scope SCOPE_CLEANUP = scope_init(HTTP_REPLY_CEILING + (size_t)RESUME_BYTES_MAX);
	struct journal_name name = {conversation->instance->name, role_name(conversation->role), conversation->goal,
				    conversation->task};
	struct journal_turn last = {0};
	struct journal_entry entry;
	int code = journal_open(engine->db, &name, conversation_now(conversation), &scope, &entry, error);

	if (code < 0)
		return code;
	for (struct conversation *other = engine->buckets[entry.id % BUCKETS]; other; other = other->next)
		if (other->id == entry.id)
			return error_set(error, ERROR_BUSY, "%s: %s is under way already", conversation->instance->name,
					 conversation->goal);
	conversation->id = entry.id;
	conversation->turns = entry.turns;
	conversation->resumed = entry.resumed;
	if (entry.state && !(conversation->state = strdup(entry.state)))
		return error_memory(error, "a conversation");
	if (entry.turns > 0)
		code = journal_turn(engine->db, entry.id, entry.turns - 1, &scope, &last, error);
	if (code == 0 && last.kind == APOLLO_WAIT)
		*until = last.until;
	return code;
}

static int conversation_begin(struct conversations *engine, const struct conversation_goal *goal,
			      conversation_done done, void *context, struct conversation **begun, struct error *error)
{
	struct conversation *conversation;
	int64_t until = 0;
	int code = goal_check(engine, goal, error);

	if (code < 0)
		return code;
	conversation = conversation_new(engine, goal);
	if (!conversation)
		return error_memory(error, "a conversation");
	conversation->done = done;
	conversation->context = context;
	if (engine->db && !exchanges_dry(engine->exchanges))
		code = conversation_enter(conversation, &until, error);
	if (code == 0)
		code = conversation_wait(conversation, until, error);
	if (code < 0) {
		conversation_free(conversation);
		return code;
	}
	conversation_link(conversation);
	if (begun)
		*begun = conversation;
	return 0;
}

/* ---- the engine -------------------------------------------------------------------------------------------- */

int conversations_new(struct exchanges *exchanges, struct db *db, struct conversations **conversations,
		      struct error *error)
{
	struct conversations *made;
	int code = db ? journal_create(db, error) : 0;

	if (code < 0)
		return code;
	made = calloc(1, sizeof(*made));
	if (!made)
		return error_memory(error, "the engine");
	made->exchanges = exchanges;
	made->db = db;
	*conversations = made;
	return 0;
}

void conversations_free(struct conversations **conversations)
{
	if (!*conversations)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		while ((*conversations)->buckets[i])
			conversation_free((*conversations)->buckets[i]);
	free(*conversations);
	*conversations = NULL;
}

int conversation_start(struct conversations *conversations, const struct conversation_goal *goal,
		       conversation_done done, void *context, struct error *error)
{
	return conversation_begin(conversations, goal, done, context, NULL, error);
}

int conversations_run(struct conversations *conversations, struct error *error)
{
	return exchanges_run(conversations->exchanges, error);
}

void conversations_forget(struct conversations *conversations, const void *context)
{
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct conversation *next, *one = conversations->buckets[i]; one; one = next) {
			next = one->next;
			if (one->context == context)
				conversation_free(one);
		}
}

struct run {
	struct scope *scope;
	const char *result;
	struct error error;
	bool over;
};

static void run_done(void *context, const char *result, const struct error *error)
{
	struct run *run = context;

	run->over = true;
	if (error)
		run->error = *error;
	else if (!(run->result = scope_text(run->scope, result)))
		(void)error_memory(&run->error, "a conversation's result");
}

int conversation_run(struct conversations *conversations, const struct conversation_goal *goal, struct scope *scope,
		     const char **result, struct error *error)
{
	struct run run = {.scope = scope};
	struct conversation *conversation;
	int code = conversation_begin(conversations, goal, run_done, &run, &conversation, error);

	if (code < 0)
		return code;
	while (!run.over) {
		code = conversations_run(conversations, error);
		if (code < 0 && !run.over) {
			conversation_free(conversation);
			return code;
		}
	}
	if (!run.result) {
		*error = run.error;
		return error->code;
	}
	*result = run.result;
	return 0;
}

int conversations_prune(struct db *db, enum role role, bool also_open, int64_t before, int64_t *count,
			struct error *error)
{
	return journal_prune(db, role_name(role), also_open, before, count, error);
}
