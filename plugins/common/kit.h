/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kit.h - what apollo's own plugins share beside apollo/kit.h: kept option values, errors, replies, flows, names.
 *
 * Invariants: nothing here keeps a state between calls, and all texts made here live in scope memory.
 */
#ifndef PLUGINS_KIT_H
#define PLUGINS_KIT_H

#include <apollo/kit.h>

#include <stdbool.h>
#include <stddef.h>

/* ---- options ----------------------------------------------------------------------------------------------- */

/* A copy of option values in one block of heap memory, for free(); values that are not set stay NULL.  NULL if memory is
 * short. */
char **values_copy(const char *const *values, size_t count);

/* A whole number, a duration in seconds included, between `least` and `most`.  0 and *number, or APOLLO_CONFIG after
 * fail() has named the option. */
int option_number(const struct apollo_call *call, const char *name, const char *value, int64_t least, int64_t most,
		  int64_t *number);

/* ---- errors ------------------------------------------------------------------------------------------------ */

/* call->fail with a formatted message that needs no memory. */
int fail_print(const struct apollo_call *call, int code, const char *detail, const char *hint, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* APOLLO_NOMEM; what: what memory was wanted for. */
int fail_memory(const struct apollo_call *call, const char *what);

/* What an HTTP reply that is no success means for a conversation, as a code; 0 for 2xx. */
int reply_code(const struct apollo_reply *reply);

/* Fails with reply_code, or with APOLLO_REJECTED for a 2xx that cannot be used.  what: what was asked for.
 * detail: the other side's words, or NULL for the first bytes of a body of text. */
int reply_fail(const struct apollo_call *call, const struct apollo_reply *reply, const char *what, const char *detail);

/* ---- texts ------------------------------------------------------------------------------------------------- */

enum { LINE_BYTES = 300 };

/* One line for people out of text from outside: cut at LINE_BYTES at a whole character, control characters as spaces.
 * NULL for a NULL text and where memory is short. */
const char *line_copy(const struct apollo_call *call, const char *text);

/* Equality without case of ASCII letters; false if either is NULL. */
bool text_same(const char *a, const char *b);

/* Whether text is 8-4-4-4-12 hexadecimal digits. */
bool guid_valid(const char *text);

/* Whether a token can stand in a header: 1 to 16 KiB of visible ASCII. */
bool token_valid(const char *text);

/* The result of the goal token, or NULL if memory is short.  seconds: cut at one day. */
char *token_result(const struct apollo_call *call, const char *token, int64_t seconds);

/* ---- conversations ----------------------------------------------------------------------------------------- */

/* One step of a conversation: how to ask, and how to read the answer, which may ask again. */
struct flow {
	const char *goal;
	int (*ask)(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
		   struct apollo_move *move);
	int (*read)(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
		    struct apollo_move *move);
};

/* Finds the goal's row and asks, or reads where there is a reply.  Fits goals whose requests are safe to repeat. */
int flow_turn(const struct flow *flows, size_t count, void *instance, const struct apollo_call *call,
	      const struct apollo_turn *turn, struct apollo_move *move);

/* Makes the move DONE or SEND.  A NULL result, or url, is memory that ran out: the same failure for both. */
int move_done(const struct apollo_call *call, struct apollo_move *move, const char *result);
int move_send(const struct apollo_call *call, struct apollo_move *move, const char *method, const char *url);

#endif
