/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/metering/lookups.h"

#include <CUnit/Basic.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char *const growing[] = {"allowance", "claim", "claim_link", "dispatch", "due", "event_block", "event_key", "posting"};
static const char *const needed[] = {"claim_age", "claim_dispatch", "claim_open", "dispatch_open", "posting_hour"};
enum { GROWING = sizeof(growing) / sizeof(growing[0]), NEEDED = sizeof(needed) / sizeof(needed[0]) };

static sqlite3 *watched;

static int watch(sqlite3 *db, char **error, const struct sqlite3_api_routines *routines)
{
	(void)error, (void)routines;
	watched = db;
	return SQLITE_OK;
}

void lookups_watch(void)
{
	(void)sqlite3_auto_extension((void (*)(void))watch);
}

/* A step of a plan that goes through a table that grows: as a whole, through an index from end to end, or by number from somewhere
 * on, which is the same where what is looked for is rare. */
static bool goes_through(const char *step)
{
	char scan[64], range[64];

	for (int i = 0; i < GROWING; i++) {
		size_t length = (size_t)snprintf(scan, sizeof(scan), "SCAN %s", growing[i]);

		(void)snprintf(range, sizeof(range), "SEARCH %s USING INTEGER PRIMARY KEY (rowid>?)", growing[i]);
		if ((strncmp(step, scan, length) == 0 && (step[length] == '\0' || step[length] == ' ')) || strcmp(step, range) == 0)
			return true;
	}
	return false;
}

/* The first rows in an index's own order are no walk. */
static bool takes_the_first(const char *sql)
{
	return strstr(sql, " LIMIT ") && !strstr(sql, " WHERE ");
}

static void statement_look(const char *sql, bool used[NEEDED])
{
	char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
	sqlite3_stmt *plan = NULL;

	CU_ASSERT_EQUAL_FATAL(sqlite3_prepare_v2(watched, explain, -1, &plan, NULL), SQLITE_OK);
	while (sqlite3_step(plan) == SQLITE_ROW) {
		const char *step = (const char *)sqlite3_column_text(plan, 3);

		for (int i = 0; i < NEEDED; i++)
			used[i] |= strstr(step, needed[i]) != NULL;
		if (goes_through(step) && !takes_the_first(sql)) {
			(void)fprintf(stderr, "%s\n    by: %s\n", sql, step);
			CU_FAIL("a statement goes through a table that grows");
		}
	}
	(void)sqlite3_finalize(plan);
	sqlite3_free(explain);
}

void lookups_check(void)
{
	bool used[NEEDED] = {false};

	CU_ASSERT_PTR_NOT_NULL_FATAL(watched);
	for (sqlite3_stmt *kept = sqlite3_next_stmt(watched, NULL); kept; kept = sqlite3_next_stmt(watched, kept))
		statement_look(sqlite3_sql(kept), used);
	for (int i = 0; i < NEEDED; i++)
		if (!used[i]) {
			(void)fprintf(stderr, "no statement uses %s\n", needed[i]);
			CU_FAIL("an index is used by nothing that was run");
		}
}
