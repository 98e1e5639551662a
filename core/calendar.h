/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calendar.h - months, and the days of a time zone.
 *
 * Times are microseconds since 1970 in UTC, without leap seconds.  A zone's rules are the system's (tzdata), read once into a table: so a bill
 * that is worked out again on the same system is the same.
 *
 * Invariants: a zone that was read knows every change of its offset from ZONE_FIRST_YEAR to ZONE_LAST_YEAR; before and after, the nearest known
 * offset holds.  All functions but zone_read are pure.
 */
#ifndef CORE_CALENDAR_H
#define CORE_CALENDAR_H

#include "core/error.h"
#include "core/scope.h"

#include <stdint.h>

enum { ZONE_FIRST_YEAR = 2000, ZONE_LAST_YEAR = 2060, ZONE_CHANGES_MAX = 400, ZONE_NAME_MAX = 64 };

struct zone {
	const char *name;
	struct zone_change {
		int64_t from; /* UTC */
		int64_t offset; /* added to UTC it gives the clock on the wall; microseconds */
	} *changes;
	size_t count; /* at least 1 */
};

/* A zone by its name in tzdata, such as America/Los_Angeles; NULL or "UTC": UTC, which needs no table.  *zone: the scope's; NULL for UTC.
 * APOLLO_CONFIG where there is none of that name.  Puts the process's own zone aside for an instant: not while other threads run. */
int zone_read(struct scope *scope, const char *name, const struct zone **zone, struct error *error);

/* Of a zone; NULL: UTC. */
int64_t zone_offset(const struct zone *zone, int64_t time);

/* The clock on the wall, as a time of its own; and back.  A time that the clock shows twice is the first one; one that it leaves out is
 * moved on by as much as was left out. */
int64_t zone_local(const struct zone *zone, int64_t time);
int64_t zone_time(const struct zone *zone, int64_t local);

/* So many months later at the same time of day; the last day of the month where it has no such day.  local: a wall clock's. */
int64_t calendar_add_months(int64_t local, int64_t months);

/* The first instant of the month, and of the day. */
int64_t calendar_month(int64_t local);
int64_t calendar_day(int64_t local);

#endif
