/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token.h - access tokens, one for each issuer and scope, got once for all who want it.
 *
 * Invariants
 *   - Tokens live in memory only.  They are registered with log_secret, and never journalled or printed.
 *   - At any time at most one conversation is under way for an issuer and a scope; the others wait for it.
 *   - A token is renewed when what is left of it is less than a tenth of its life or 5 minutes, whichever is more,
 *     but never more than half of its life.  Where the renewal fails and the old token is not yet over, the old
 *     one is given.
 *   - A failure is given to all who wait, and at once to all who ask in the next 30 s; that time doubles with each
 *     failure in a row up to 10 minutes, so that a wrong credential does not lock an account.
 */
#ifndef CORE_TOKEN_H
#define CORE_TOKEN_H

#include "core/exchange.h"

enum { TOKENS_MAX = 256, TOKEN_BYTES_MAX = 32 << 10, TOKEN_SCOPE_MAX = 2048 };

#define TOKEN_MARGIN INT64_C(300000000)
#define TOKEN_PAUSE_FIRST INT64_C(30000000)
#define TOKEN_PAUSE_MAX INT64_C(600000000)
#define TOKEN_REFUSED_PAUSE INT64_C(30000000)

struct tokens;

/* token: valid during the call, NULL where there is none; then error says why.  Called at most once. */
typedef void (*token_done)(void *context, const char *token, const struct error *error);

/* One who waits; lives inside what waits.  All but done and context are the cache's. */
struct token_waiter {
	token_done done;
	void *context;
	struct token_waiter *next, **link; /* link NULL: waits for nothing */
};

/* The cache runs its conversations on `exchanges`, which owns it. */
int tokens_new(struct exchanges *exchanges, struct tokens **tokens, struct error *error);
void tokens_free(struct tokens **tokens);

/* The token that token_get would give at once, or NULL; valid until anything else is called. */
const char *token_peek(const struct tokens *tokens, const struct instance *issuer, const char *scope);

/* Calls waiter->done with a token: at once where there is one, else when it has come. */
void token_get(struct tokens *tokens, struct instance *issuer, const char *scope, struct token_waiter *waiter);

/* Waits no more; done is not called.  Does nothing if it waits for nothing. */
void token_leave(struct token_waiter *waiter);

/* The service took this token. */
void token_prove(struct tokens *tokens, const struct instance *issuer, const char *scope, const char *token);

/* The service refused this token: it is not given again, and another one can be asked for.  False where the one before it
 * was refused less than TOKEN_REFUSED_PAUSE ago and nobody took this one: then a new token is not the cure, and it stays. */
bool token_invalidate(struct tokens *tokens, const struct instance *issuer, const char *scope, const char *token);

#endif
