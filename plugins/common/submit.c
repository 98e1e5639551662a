/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/common/submit.h"

#include <string.h>

int submit_open(struct submit *submit, const struct apollo_call *call, const struct apollo_turn *turn, struct apollo_move *move)
{
	const struct apollo_reply *reply = turn->reply;
	int code;

	*submit = (struct submit){.call = call, .turn = turn, .move = move};
	if (json_load(turn->task, strlen(turn->task), &submit->task) < 0 || !submit_name(submit))
		return fail_print(call, APOLLO_BUG, NULL, NULL, "the task is no private offer with a name");
	if (turn->state && json_load(turn->state, strlen(turn->state), &submit->state) < 0)
		return fail_print(call, APOLLO_BUG, NULL, NULL, "the state of a submission cannot be read");
	code = reply && reply->status ? json_load(reply->body, reply->body_size, &submit->answer) : 0;
	return code == APOLLO_NOMEM ? fail_memory(call, "a reply") : 0;
}

void submit_close(struct submit *submit)
{
	json_object_put(submit->task);
	json_object_put(submit->state);
	json_object_put(submit->answer);
}

const char *submit_text(const struct submit *submit, const char *name)
{
	const char *text = json_text(submit->state, name);

	return text ? text : "";
}

const char *submit_step(const struct submit *submit, const char *first)
{
	const char *step = json_text(submit->state, "step");

	return step ? step : first;
}

const char *submit_name(const struct submit *submit)
{
	return json_text(submit->task, "name");
}

const char *submit_file(const struct submit *submit, const char *name)
{
	struct json_object *file = json_get(json_get(submit->task, "files"), name);

	return file ? apollo_copy(submit->call, json_object_to_json_string_ext(file, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)) : NULL;
}

struct json_object *json_any(struct json_object *object, const char *name)
{
	if (!json_object_is_type(object, json_type_object))
		return NULL;
	json_object_object_foreach(object, key, value)
		if (text_same(key, name))
			return value;
	return NULL;
}

const char *json_any_text(struct json_object *object, const char *name)
{
	struct json_object *member = json_any(object, name);

	return json_object_is_type(member, json_type_string) ? json_object_get_string(member) : NULL;
}

int submit_keep(struct submit *submit, const char *step, const char *made)
{
	struct apollo_text state = apollo_text_begin(submit->call);

	apollo_text_add(&state, "{\"step\":");
	apollo_text_json(&state, step);
	apollo_text_add(&state, ",\"made\":");
	apollo_text_json(&state, made);
	apollo_text_add(&state, "}");
	submit->move->state = apollo_text_end(&state);
	return submit->move->state ? 0 : fail_memory(submit->call, "a state");
}

int submit_send(struct submit *submit, const char *method, const char *url, const char *body, const char *scope, bool once)
{
	static const struct apollo_header json = {"Content-Type", "application/json"};
	int code = move_send(submit->call, submit->move, method, url);

	if (code < 0)
		return code;
	submit->move->request->auth = APOLLO_AUTH_TOKEN;
	submit->move->request->scope = scope;
	submit->move->request->flags = once ? APOLLO_ONCE : 0;
	if (body) {
		submit->move->request->headers = &json;
		submit->move->request->header_count = 1;
		submit->move->request->body = body;
		submit->move->request->body_size = strlen(body);
	}
	return 0;
}

int submit_wait(struct submit *submit, const char *step, const char *made)
{
	submit->move->kind = APOLLO_WAIT;
	submit->move->until = submit->call->now + submit->wait;
	return submit_keep(submit, step, made);
}

bool submit_good(const struct submit *submit)
{
	return reply_code(submit->turn->reply) == 0 && submit->answer;
}

bool submit_unknown(const struct submit *submit)
{
	int status = submit->turn->reply->status;

	return status == 0 || status >= 500 || status == 408;
}
