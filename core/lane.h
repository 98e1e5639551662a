/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lane.h - the queues of an engine: one for each instance and host, with its most at once and its most a second.
 *
 * Invariants
 *   - A lane is known by instance and by scheme, host and port in small letters; it lives as long as its lanes.
 *   - In any second a lane with a rate gives leave at most that often.  From 100 a second on it runs at nine tenths
 *     of its rate and may catch up with a tenth of a second, so that a late wake-up does not slow it.
 *   - A lane is in the list of ready lanes at most once, and only while something is queued in it.
 *   - Finding a lane costs O(1); queueing, taking and removing too.
 * Times are those of one clock's `elapsed`, microseconds.
 */
#ifndef CORE_LANE_H
#define CORE_LANE_H

#include "core/instance.h"
#include "core/timer.h"

enum { LANES_MAX = 4096, LANE_BUCKETS = 1024, LANE_CONCURRENCY = 8 /* where no market says */ };

/* What can be queued; first member of what is. */
struct lane_item {
	struct lane_item *next, *previous;
};

struct lane {
	struct lanes *lanes;
	const struct instance *instance;
	char *authority; /* "https://host:port", as the URL had it */
	struct lane_item *first, *last;
	uint32_t active; /* that have leave and have not ended; counted by the owner */
	uint32_t concurrency;
	int64_t interval;     /* between two; 0: no rate */
	int64_t burst;        /* what may be caught up with */
	int64_t free_at;      /* when the rate allows the next one, without the burst */
	int64_t paused_until; /* the host asked for it; set by the owner */
	struct timer timer;   /* makes it ready again; set by the owner */
	struct lane *chain;
	struct lane *ready_next;
	bool ready;
};

struct lanes {
	struct lane *buckets[LANE_BUCKETS];
	size_t count;
	struct lane *ready_first, *ready_last;
};

/* Its timers are unset before.  What is queued is the owner's. */
void lanes_release(struct lanes *lanes);

/* The lane of an instance for a checked URL, made where it is new; NULL and the reason past LANES_MAX. */
struct lane *lanes_find(struct lanes *lanes, const struct instance *instance, const char *url, struct error *error);

/* Takes the list of ready lanes, linked by ready_next, out of it; each is unmarked by its owner (ready = false). */
struct lane *lanes_take_ready(struct lanes *lanes);

/* Behind all others. */
void lane_append(struct lane *lane, struct lane_item *item);
/* Before all others: it was here before them. */
void lane_prepend(struct lane *lane, struct lane_item *item);
void lane_remove(struct lane *lane, struct lane_item *item);

/* Marks it ready, if anything is queued. */
void lane_ready(struct lane *lane);

/* When the next one has leave: `now` or before, later, or INT64_MAX: when one of those that have leave ends. */
int64_t lane_next(const struct lane *lane);

/* One has leave at `now`. */
void lane_leave(struct lane *lane, int64_t now);

#endif
