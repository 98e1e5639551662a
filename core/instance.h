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

#include "core/call.h"
#include "core/clock.h"
#include "core/loader.h"
#include "core/options.h"
#include "core/request.h"

enum {
	PREPARED_ID_MAX = 256,
	STATE_BYTES_MAX = 1 << 20
};

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
int instance_check_collect(const struct instance *instance, struct call *call, const char *task, struct error *error);

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

#endif
