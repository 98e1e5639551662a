/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookups.h - what runs every hour finds its rows by an index.
 *
 * A ledger grows for years by what was told and is settled.  A statement of the hourly run that goes through a table of it, or through
 * all that is open, passes every test with a small ledger and none with a million open claims.
 */
#ifndef TESTS_METERING_LOOKUPS_H
#define TESTS_METERING_LOOKUPS_H

/* The database that is opened last from now on is the one that is looked at. */
void lookups_watch(void);

/* Fails the test for every statement that was prepared on it so far and goes through a table that grows; and where an index that the
 * hourly run needs was used by none, so that the test looks at something. */
void lookups_check(void);

#endif
