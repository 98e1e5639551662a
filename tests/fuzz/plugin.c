/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/plugin.h"
#include "core/loader.h"
#include "tests/fuzz/fuzz.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DECODES = 8, ADMITS = 4 };

static const int64_t now = INT64_C(1764849600000000); /* 2025-12-04T12:00:00Z */
static struct plugin *plugin;
static struct instance *instances[8];

const struct apollo_plugin *apollo_plugin_descriptor(void);

int LLVMFuzzerInitialize(int *count, char ***words)
{
	const struct clock clock = clock_system();
	struct error error;

	(void)count, (void)words;
	fuzz_plugin_begin();
	FUZZ_CHECK(loader_adopt(apollo_plugin_descriptor(), NULL, &plugin, &error) == 0);
	for (size_t i = 0; i < fuzz_plugin.configuration_count; i++) {
		const struct setting *settings = fuzz_plugin.configurations[i].settings;
		size_t length = 0;

		while (settings[length].name)
			length++;
		FUZZ_CHECK(instance_open(plugin, "fuzz", settings, length, "/", &clock, &instances[i], &error) == 0);
	}
	return 0;
}

/* ---- what is asked ----------------------------------------------------------------------------------------- */

struct question {
	struct instance *instance;
	struct call call;
	struct apollo_record records[FUZZ_RECORDS];
	struct apollo_prepared prepared[FUZZ_RECORDS];
	struct apollo_item items[FUZZ_RECORDS];
	size_t count;
	struct apollo_reply reply;
	char *body;
};

/* Two dimensions and hours in turn. */
static void records_make(struct question *question, const char *const *subscription, size_t count)
{
	static const char *const keys[FUZZ_RECORDS] = {"k-1", "k-2", "k-3", "k-4"}, *const dimensions[] = {"tb", "ops"};
	struct error error;

	question->count = count;
	for (size_t i = 0; i < count; i++) {
		question->records[i] = (struct apollo_record){
			.size = sizeof(struct apollo_record), .subscription = subscription, .dimension = dimensions[i % 2],
			.quantity = (int64_t)(5 + i) * APOLLO_MICRO, .start = now - (int64_t)(2 + i / 2) * APOLLO_HOUR,
			.key = keys[i]};
		question->records[i].end = question->records[i].start + APOLLO_HOUR;
		FUZZ_CHECK(instance_prepare(question->instance, &question->call, &question->records[i], &question->prepared[i],
					    &error) == 0);
		question->items[i] = (struct apollo_item){&question->records[i], &question->prepared[i]};
	}
}

/* The input's rest with ids for @0 to @3, in memory of its own size. */
static char *body_make(const struct question *question, struct fuzz_input *input, size_t *size)
{
	struct buffer text BUFFER_CLEANUP = buffer_init(1 << 26);
	struct fuzz_input whole;

	for (size_t i = 0; i < input->size; i++) {
		char c = (char)input->data[i], next = i + 1 < input->size ? (char)input->data[i + 1] : 0;

		if (c == '@' && next >= '0' && (size_t)(next - '0') < question->count) {
			(void)buffer_text(&text, question->prepared[next - '0'].id);
			i++;
		} else {
			(void)buffer_append(&text, &c, 1);
		}
	}
	FUZZ_CHECK(!buffer_failed(&text));
	whole = (struct fuzz_input){(const uint8_t *)text.data, text.size};
	return fuzz_rest(&whole, size);
}

/* status 0: there was no answer. */
static void reply_make(struct question *question, int status, struct fuzz_input *input)
{
	static const struct apollo_header headers[] = {{"Content-Type", "application/json"}, {"Metadata-Flavor", "Google"}};

	question->reply = (struct apollo_reply){.size = sizeof(question->reply), .status = status, .headers = headers,
						.header_count = 2};
	question->body = body_make(question, input, &question->reply.body_size);
	question->reply.body = question->body;
	if (status)
		return;
	question->reply.transport_error = "connection reset";
	question->reply.header_count = question->reply.body_size = 0;
	question->body[0] = '\0';
}

/* ---- verdicts ---------------------------------------------------------------------------------------------- */

static void verdict_check(const struct question *question, const struct apollo_record *record,
			  const struct apollo_verdict *verdict)
{
	int status = question->reply.status, outcome = verdict->outcome;
	bool good = status >= 200 && status < 300;

	FUZZ_CHECK(outcome >= APOLLO_ACCEPTED && outcome <= APOLLO_APART);
	FUZZ_CHECK(status || outcome == APOLLO_UNKNOWN);
	FUZZ_CHECK(outcome != APOLLO_ACCEPTED || good);
	FUZZ_CHECK(outcome != APOLLO_ALREADY || good || status == 409 || status == 400);
	FUZZ_CHECK(outcome != APOLLO_ALREADY || verdict->held == -1 || verdict->held > 0 || record->quantity == 0);
	FUZZ_CHECK((outcome != APOLLO_REFUSED && outcome != APOLLO_EXPIRED) || good || (status >= 400 && status < 500));
	FUZZ_CHECK(outcome != APOLLO_APART || (question->count > 1 && status >= 400 && status < 500));
	FUZZ_CHECK(outcome == APOLLO_STALE_TOKEN || (status != 401 && status != 403));
	FUZZ_CHECK(status != 429 || outcome == APOLLO_NOT_TAKEN);
	FUZZ_CHECK(status < 500 || outcome == APOLLO_UNKNOWN);
	fuzz_check_line(verdict->code);
	fuzz_check_line(verdict->message);
	fuzz_check_line(verdict->reference);
}

/* Decodes the items in an order: verdicts[i] is that of item i. */
static void decode_run(struct question *question, bool backwards, struct apollo_verdict *verdicts)
{
	struct apollo_item items[FUZZ_RECORDS];
	struct apollo_verdict *handed[FUZZ_RECORDS];
	size_t count = question->count;

	for (size_t i = 0; i < count; i++) {
		size_t from = backwards ? count - 1 - i : i;

		verdicts[from] = (struct apollo_verdict){.size = sizeof(verdicts[from])};
		items[i] = question->items[from];
		handed[i] = &verdicts[from];
	}
	FUZZ_CHECK(plugin->market.decode(question->instance->self, &question->call.table, items, count, &question->reply,
					 handed) == 0);
}

/* The order of the records must not matter, and the core must not change what is right. */
static void decode(struct question *question)
{
	struct apollo_verdict verdicts[FUZZ_RECORDS], again[FUZZ_RECORDS];
	struct error error;

	decode_run(question, false, verdicts);
	decode_run(question, true, again);
	for (size_t i = 0; i < question->count; i++) {
		verdict_check(question, &question->records[i], &verdicts[i]);
		FUZZ_CHECK(verdicts[i].outcome == again[i].outcome && verdicts[i].held == again[i].held);
	}
	FUZZ_CHECK(instance_decode(question->instance, &question->call, question->items, question->count, &question->reply,
				   again, &error) == 0);
	for (size_t i = 0; i < question->count; i++)
		FUZZ_CHECK(verdicts[i].outcome == again[i].outcome &&
			   (again[i].outcome != APOLLO_ALREADY || verdicts[i].held == again[i].held));
}

static void admit(struct question *question)
{
	struct apollo_admission admission = {.size = sizeof(admission)};
	int status = question->reply.status;

	if (!plugin->market.admit_decode)
		return;
	FUZZ_CHECK(plugin->market.admit_decode(question->instance->self, &question->call.table, &question->items[0],
					       &question->reply, &admission) == 0);
	FUZZ_CHECK(admission.outcome == APOLLO_ACCEPTED || admission.outcome == APOLLO_REFUSED ||
		   admission.outcome == APOLLO_NOT_TAKEN || admission.outcome == APOLLO_UNKNOWN);
	FUZZ_CHECK(admission.outcome != APOLLO_ACCEPTED || (status >= 200 && status < 300));
	FUZZ_CHECK(admission.outcome != APOLLO_REFUSED || (status >= 200 && status < 500 && status != 401 && status != 403));
	fuzz_check_line(admission.code);
	fuzz_check_line(admission.message);
}

/* ---- conversations ----------------------------------------------------------------------------------------- */

static void converse_check(const struct fuzz_goal *goal, const struct apollo_move *move, int code, bool task_is_ours,
			   const struct error *error)
{
	FUZZ_CHECK(code <= 0 && code >= APOLLO_NOMEM && (code == 0 || error->message[0]));
	/* A plugin says BUG of a task that is wrong; of its own moves the core would. */
	FUZZ_CHECK(code != APOLLO_BUG || (!task_is_ours && !strstr(error->message, " of plugin ")));
	if (code == 0 && move->kind == APOLLO_DONE)
		fuzz_plugin_result(goal, move->result);
}

/* Our task: asked first, and the reply read with the state that asking left.  Else the input is the task. */
static void converse(struct question *question, const struct fuzz_goal *goal, bool task_is_ours)
{
	struct apollo_turn turn = {.size = sizeof(turn), .goal = goal->goal, .task = task_is_ours ? goal->task : question->body};
	struct apollo_move move;
	struct error error = {0};
	int code = instance_converse(question->instance, goal->role, &question->call, &turn, &move, &error);

	converse_check(goal, &move, code, task_is_ours, &error);
	if (code < 0 || move.kind != APOLLO_SEND)
		return;
	turn.state = move.state;
	turn.reply = &question->reply;
	turn.count = 1;
	code = instance_converse(question->instance, goal->role, &question->call, &turn, &move, &error);
	converse_check(goal, &move, code, task_is_ours, &error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int statuses[] = {200, 200, 200, 200, 400, 409, 200, 0,   201, 204, 302, 401, 403, 404, 405, 408,
				       410, 413, 415, 422, 425, 429, 500, 502, 503, 504, 100, 599, 451, 499, 202, 200};
	struct fuzz_input input = {data, size};
	unsigned action = fuzz_choose(&input, (unsigned)(DECODES + ADMITS + 2 * fuzz_plugin.goal_count));
	unsigned number = fuzz_choose(&input, (unsigned)fuzz_plugin.configuration_count);
	int status = statuses[fuzz_choose(&input, sizeof(statuses) / sizeof(statuses[0]))];
	struct question question = {.instance = instances[number]};

	call_init(&question.call, "fuzz", now);
	if (plugin->descriptor.market)
		records_make(&question, fuzz_plugin.configurations[number].subscription, 1 + action % FUZZ_RECORDS);
	reply_make(&question, status, &input);
	if (action >= DECODES + ADMITS)
		converse(&question, &fuzz_plugin.goals[(action - DECODES - ADMITS) / 2], action % 2 == 0);
	else if (plugin->descriptor.market && action >= DECODES)
		admit(&question);
	else if (plugin->descriptor.market)
		decode(&question);
	call_release(&question.call);
	free(question.body);
	return 0;
}
