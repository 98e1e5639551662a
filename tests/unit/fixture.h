/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fixture.h - a plugin that is compiled into the tests and does what a test tells it.
 *
 * It has every role.  As an issuer it gets tokens by POST to URL/token, with the scope as the body, and takes the reply
 * {"token", "expires_in"} as its result; any other status than 200 is APOLLO_AUTH.  Its other functions are those that
 * the test puts into `fixture`.
 */
#ifndef TESTS_UNIT_FIXTURE_H
#define TESTS_UNIT_FIXTURE_H

#include "core/instance.h"

struct fixture {
	struct apollo_limits limits;
	apollo_converse converse; /* of source and market */
	int (*prepare)(void *instance, const struct apollo_call *call, const struct apollo_record *record,
		       struct apollo_prepared *prepared);
	int (*encode)(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
		      struct apollo_request *request);
	int (*decode)(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
		      const struct apollo_reply *reply, struct apollo_verdict *const *verdicts);
	const char *(*resource_of)(void *instance, const struct apollo_call *call, const char *const *values);
	int opened, closed;
};

extern struct fixture fixture;

/* As at the start of a program: limits that allow much, no functions. */
void fixture_reset(void);

/* An instance with the option url; its plugin is a market, a source and an issuer.  Ends the program where it cannot
 * be opened. */
struct instance *fixture_open(const char *name, const char *url);

/* Its plugin; valid for ever. */
const struct plugin *fixture_plugin(void);

#endif
