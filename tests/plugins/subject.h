/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject.h - a built plugin, loaded as apollo loads it, and the sentences that its tests are made of.
 *
 * Invariant: a plugin is reached through its .so alone, so what is tested is what is shipped.
 */
#ifndef TESTS_SUBJECT_H
#define TESTS_SUBJECT_H

#include "tests/plugins/host.h"

#include <CUnit/CUnit.h>
#include <apollo/kit.h>

#define TEST_NOW INT64_C(1764849600000000) /* 2025-12-04T12:00:00Z */

struct subject {
	const struct apollo_plugin *plugin;
	void *instance;
	struct host host;
};

/* The plugin NAME opened with settings (name, value, ..., NULL); durations are given in seconds.  The code of open; a
 * plugin that cannot be loaded ends the program. */
int subject_open(struct subject *subject, const char *name, const char *const *settings);
void subject_close(struct subject *subject);
#define SUBJECT_CLEANUP __attribute__((cleanup(subject_close)))

/* A reply with a status and a JSON body; status 0: the transport failed. */
struct apollo_reply reply_make(int status, const char *body);

/* The last subject's one instance decodes a reply for records made ready with prepare.  Room for RECORDS_MAX. */
enum { RECORDS_MAX = 32 };
struct batch {
	struct apollo_record records[RECORDS_MAX];
	struct apollo_prepared prepared[RECORDS_MAX];
	struct apollo_item items[RECORDS_MAX];
	struct apollo_verdict verdicts[RECORDS_MAX];
	size_t count;
};
/* Adds a record and prepares it; the code of prepare. */
int batch_add(struct batch *batch, struct subject *subject, const char *const *subscription, const char *dimension,
	      int64_t quantity, const char *start, const char *key);
int batch_decode(struct batch *batch, struct subject *subject, const struct apollo_reply *reply);

/* One turn of a conversation of the market, source or issuer. */
int turn_run(struct subject *subject, apollo_converse converse, const char *goal, const char *task, const char *state,
	     const struct apollo_reply *reply, struct apollo_move *move);

int64_t time_of(const char *text);

#define CHECK_TEXT(A, B) check_text((A), (B), __FILE__, __LINE__)
void check_text(const char *got, const char *wanted, const char *file, int line);

#define CHECK_FAILS(SUBJECT, CALL, CODE)                                           \
	do {                                                                       \
		host_clear(&(SUBJECT)->host);                                      \
		CU_ASSERT_EQUAL((CALL), (CODE));                                   \
		CU_ASSERT_EQUAL((SUBJECT)->host.code, (CODE));                     \
		CU_ASSERT_NOT_EQUAL((SUBJECT)->host.message[0], '\0');             \
	} while (0)

int gcp_begin(void);
int gcp_end(void);

extern CU_TestInfo azure_tests[], gcp_tests[], prometheus_tests[];

#endif
