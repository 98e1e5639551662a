/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call.h - what a plugin is handed for the length of one call: memory, the time, a place for its errors, secrets.
 *
 * Invariants: all that a call gives out lives in its scope and ends with it.  A secret that was given out is known to
 * the log before the plugin sees it, and is never part of a message.
 */
#ifndef CORE_CALL_H
#define CORE_CALL_H

#include "core/error.h"
#include "core/scope.h"

enum {
	CALL_BYTES_MAX = 16 << 20,  /* scope memory of one call */
	SECRET_BYTES_MAX = 64 << 10 /* of a secret's file or variable */
};

/* What a plugin is handed for the length of a call.  It must not be moved between call_init and call_release. */
struct call {
	struct apollo_call table;
	struct scope scope;
	struct error error; /* code 0 until the plugin fails */
	const char *name;   /* of the instance, for notes and errors */
};

/* now: microseconds since 1970, see call->now in the contract.  name: lives as long as the call. */
void call_init(struct call *call, const char *name, int64_t now);

/* Ends what was allocated and forgets the error; the call can be used again. */
void call_clear(struct call *call, int64_t now);
void call_release(struct call *call);
#define CALL_CLEANUP __attribute__((cleanup(call_release)))

/* The value behind a secret reference, in scope memory and registered with log_secret; a JSON document's
 * "private_key" is registered too.  env:NAME, or file:PATH of a regular file that belongs to root or this user and
 * that neither group nor others may read or write; line ends at its end are dropped.  APOLLO_CONFIG otherwise; the
 * message never holds the value. */
int secret_resolve(const char *reference, struct scope *scope, const char **value, struct error *error);

#endif
