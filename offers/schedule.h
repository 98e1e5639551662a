/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schedule.h - a term cut into months, and months put together into billing periods.
 *
 * A month is the atom: from an anniversary of the start to the next, or of the calendar, on the clock of the tariff's zone.  Allowances are reset,
 * phases begin and billing periods end where months do, so a month is in one of each.
 *
 * Invariants: slices touch, are in order, and cover the term; a slice is shorter than its month only at the term's ends.  An instant belongs to
 * the slice with from <= instant < to.
 */
#ifndef OFFERS_SCHEDULE_H
#define OFFERS_SCHEDULE_H

#include "core/calendar.h"
#include "offers/tariff.h"

enum { SCHEDULE_MONTHS_MAX = 1200 };

/* A part of the whole; both 1 where nothing is missing. */
struct part {
	int64_t numerator, denominator;
};

struct slice {
	int64_t from, to; /* UTC */
	int64_t month;    /* counted from the start's, which is 0 */
	size_t period;
	struct part part; /* of its month */
};

struct period {
	int64_t from, to;
	int64_t month; /* of its first slice */
	const struct tariff *tariff; /* of its phase */
	size_t slice, slice_count;
	struct part part; /* of a whole billing period */
	size_t phase;
};

/* A tariff, and for how many months; the last one's are the rest. */
struct phase {
	int months; /* a multiple of its billing period */
	const struct tariff *tariff;
};

struct schedule {
	int64_t start, end;
	const struct zone *zone;
	struct slice *slices;
	size_t slice_count;
	struct period *periods;
	size_t period_count;
};

/* The term from start to end, with phases that follow each other; all of one billing period, zone, calendar, scale,
 * currency and decimals.  Credit goes on from one to the next by the place of its payment; what is left of one that the next phase has none in place
 * of rests.  APOLLO_CONFIG where a phase is no whole number of billing periods, or the term is longer than SCHEDULE_MONTHS_MAX. */
int schedule_make(struct scope *scope, const struct phase *phases, size_t phase_count, int64_t start, int64_t end, struct schedule *schedule,
		  struct error *error);

/* The end of a term of so many months: on the calendar of the tariff, the end of its last month. */
int schedule_end(struct scope *scope, const struct tariff *tariff, int64_t start, int months, int64_t *end, struct error *error);

/* The slice that an instant is in; SIZE_MAX: outside of the term. */
size_t schedule_slice(const struct schedule *schedule, int64_t time);

/* The tariff with the most payments: a wallet and lines that are made for it have room for every phase. */
const struct tariff *schedule_widest(const struct schedule *schedule);

/* value * part, toward zero. */
int64_t part_of(struct part part, int64_t value);

#endif
