/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instance.h - a plugin opened with option values, and checked calls into it.
 *
 * Invariants
 *   - An option value that reaches a plugin has the form that <apollo/plugin.h> promises for its type.
 *   - A plugin is called only through the functions here.  What it gives back is checked before anyone uses it: a
 *     code that is not the contract's, a request without an absolute URL, a size over a ceiling are APOLLO_BUG, with
 *     the instance's name in the message.
 *   - What a call gives lives in the call's scope, until call_clear or call_release.
 */
#ifndef CORE_INSTANCE_H
#define CORE_INSTANCE_H

#include "core/clock.h"
#include "core/error.h"
#include "core/loader.h"
#include "core/scope.h"

enum {
	CALL_BYTES_MAX = 16 << 20,   /* scope memory of one call */
	SECRET_BYTES_MAX = 64 << 10, /* of a secret's file or variable */
	REQUEST_BODY_MAX = 16 << 20,
	REQUEST_URL_MAX = 8 << 10,
	REQUEST_HEADERS_MAX = 64,
	PREPARED_ID_MAX = 256,
	STATE_BYTES_MAX = 1 << 20
};

/* ---- option values ----------------------------------------------------------------------------------------- */

/* One setting as it was written. */
struct setting {
	const char *name;
	const char *value;
	const char *where; /* "apollo.cfg:12", begins the messages; NULL: not known */
};

/* Checks settings against a table and gives one value for each of its options, in its order: URLs without slashes at
 * the end, durations in seconds, paths (and the paths of file: references) absolute, defaults filled in, NULL where
 * there is none.
 *   base   folder that relative paths begin at; absolute
 *   scope  where the values live; for an empty table *values is a valid pointer to nothing
 * APOLLO_CONFIG for an unknown option (the nearest known one is named), one set twice, a required one that is
 * missing, or a value that does not fit its type. */
int options_resolve(const struct apollo_option *table, size_t count, const struct setting *settings,
		    size_t setting_count, const char *base, struct scope *scope, const char *const **values,
		    struct error *error);

/* Whether `text` fits an option's type as it is written in a configuration; reason: set where not, a constant. */
bool option_fits(int32_t type, const char *text, const char **reason);

/* ---- one call ---------------------------------------------------------------------------------------------- */

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

/* ---- instances --------------------------------------------------------------------------------------------- */

struct instance {
	const struct plugin *plugin;
	char *name;
	void *self;
	struct apollo_limits limits; /* what the market said at open; all zero where the plugin is no market */

	/* Where the tokens of its APOLLO_AUTH_TOKEN requests come from: itself if its plugin is an issuer, else NULL
	 * until its owner says otherwise.  Not owned; closed after this one. */
	struct instance *issuer;
};

/* Opens an instance: resolves the settings, calls open, asks a market for its limits and checks them.
 * plugin: outlives the instance.  name: letters, digits, '-', '_', '.', at most 64. */
int instance_open(const struct plugin *plugin, const char *name, const struct setting *settings, size_t setting_count,
		  const char *base, const struct clock *clock, struct instance **instance, struct error *error);

/* *instance may be NULL. */
void instance_close(struct instance **instance);
#define INSTANCE_CLEANUP __attribute__((cleanup(instance_close)))

enum role { ROLE_MARKET = 0, ROLE_SOURCE = 1, ROLE_ISSUER = 2 };

/* "market", "source", "issuer". */
const char *role_name(enum role role);

/* The role's converse function, or NULL where it is not offered. */
apollo_converse instance_converse_of(const struct instance *instance, enum role role);

/* ---- checked calls into the plugin -------------------------------------------------------------------------
 * Each returns 0, or the plugin's code with the reason in *error ("INSTANCE: ..." is the message), APOLLO_UNSUPPORTED
 * where the role or the function is not offered, or APOLLO_BUG where the plugin broke the contract. */

/* Calls with no such function in the plugin succeed: NULL means that it has nothing to say. */
int instance_check_subscription(const struct instance *instance, struct call *call, const char *const *values,
				struct error *error);

/* NULL in *resource where the plugin has no such function. */
int instance_resource_of(const struct instance *instance, struct call *call, const char *const *values,
			 const char **resource, struct error *error);

/* The id is not empty and at most PREPARED_ID_MAX bytes; the body fits the market's batch_bytes. */
int instance_prepare(const struct instance *instance, struct call *call, const struct apollo_record *record,
		     struct apollo_prepared *prepared, struct error *error);

int instance_encode(const struct instance *instance, struct call *call, const struct apollo_item *items, size_t count,
		    struct apollo_request *request, struct error *error);

/* verdicts: room for `count`; zeroed here.  An outcome that the core does not know, and one left undecided, is given
 * as APOLLO_UNKNOWN.  code, message and reference are cut at 500 bytes. */
int instance_decode(const struct instance *instance, struct call *call, const struct apollo_item *items, size_t count,
		    const struct apollo_reply *reply, struct apollo_verdict *verdicts, struct error *error);

/* Whether the market asks before it sends. */
bool instance_admits(const struct instance *instance);
int instance_admit_encode(const struct instance *instance, struct call *call, const struct apollo_item *item,
			  struct apollo_request *request, struct error *error);

/* The outcome is one of ACCEPTED, REFUSED, NOT_TAKEN and UNKNOWN; any other is given as UNKNOWN. */
int instance_admit_decode(const struct instance *instance, struct call *call, const struct apollo_item *item,
			  const struct apollo_reply *reply, struct apollo_admission *admission, struct error *error);

/* One turn.  A SEND's request, a WAIT's time, a DONE's result and every state are checked; result and state are
 * JSON and at most STATE_BYTES_MAX for the state, CALL_BYTES_MAX for the result. */
int instance_converse(const struct instance *instance, enum role role, struct call *call,
		      const struct apollo_turn *turn, struct apollo_move *move, struct error *error);

/* Whether a request can be sent as it is; APOLLO_BUG and the reason where not.  Authorization, Content-Length, Host,
 * Transfer-Encoding, Connection and Expect are the core's to set. */
int request_check(const struct apollo_request *request, struct error *error);

#endif
