/* SPDX-License-Identifier: Apache-2.0 */
/*
 * submit.h - what the conversations that submit a private offer (goal "offer") have in common: the task, the state, and the moves between steps.
 *
 * Invariants
 *   - A step is named in the state before its request leaves.  A turn without a reply asks the step's question; after a request that creates
 *     something and whose reply is not known, that question is whether it is there.
 *   - Nothing is created while it is not known whether it was.
 */
#ifndef PLUGINS_SUBMIT_H
#define PLUGINS_SUBMIT_H

#include "plugins/common/json.h"
#include "plugins/common/kit.h"

struct submit {
	const struct apollo_call *call;
	const struct apollo_turn *turn;
	struct apollo_move *move;
	struct json_object *task, *state, *answer; /* answer: NULL where there is no reply, or none that is JSON */
	int64_t wait; /* between two looks at what goes on, microseconds */
};

/* Reads the task, the state and the reply; ended by submit_close.  A negative code after fail(). */
int submit_open(struct submit *submit, const struct apollo_call *call, const struct apollo_turn *turn, struct apollo_move *move);
void submit_close(struct submit *submit);
#define SUBMIT_CLEANUP __attribute__((cleanup(submit_close)))

/* The step of the state, or the first one's name. */
const char *submit_step(const struct submit *submit, const char *first);
const char *submit_text(const struct submit *submit, const char *name); /* of the state, or "" */

/* A file of the task as JSON text; NULL: there is none. */
const char *submit_file(const struct submit *submit, const char *name);
const char *submit_name(const struct submit *submit);

/* A member, whatever the case of its name's letters. */
struct json_object *json_any(struct json_object *object, const char *name);
const char *json_any_text(struct json_object *object, const char *name);

/* The state for the next turn: the step, and what is being made, by its service's name. */
int submit_keep(struct submit *submit, const char *step, const char *made);

/* A request with a token for `scope`; body NULL: none.  once: it creates something. */
int submit_send(struct submit *submit, const char *method, const char *url, const char *body, const char *scope, bool once);

/* Comes back after a wait, with that step. */
int submit_wait(struct submit *submit, const char *step, const char *made);

/* Whether the reply is a success that is JSON. */
bool submit_good(const struct submit *submit);

/* Whether the request may have been acted on without saying so. */
bool submit_unknown(const struct submit *submit);

#endif
