/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timer.h - what is to happen at a time: a heap of timers that live inside what they wake.
 *
 * Invariants: adding, moving and removing cost O(log n).  A timer belongs to its owner, who removes it before its
 * memory ends; a zeroed timer is one that is not set.  Times are those of one clock's `elapsed`.
 */
#ifndef CORE_TIMER_H
#define CORE_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TIMERS_MAX = 1 << 20 };

struct timer {
	int64_t due;
	size_t place; /* in the heap, from 1; 0: not set */
	void (*fire)(void *context);
	void *context;
};

struct timers {
	struct timer **heap; /* heap[0] is not used */
	size_t count;
	size_t room;
};

void timers_release(struct timers *timers);

/* Sets a timer, or moves one that is set.  0, or APOLLO_NOMEM; moving never fails. */
int timer_set(struct timers *timers, struct timer *timer, int64_t due);

/* Does nothing if it is not set. */
void timer_unset(struct timers *timers, struct timer *timer);

/* When the next one is due; INT64_MAX: none is set. */
int64_t timers_next(const struct timers *timers);

/* Fires, in their order, those that are due at `time`, each unset first; at most as many as were set at the start,
 * so that a timer that sets itself again does not hold the run.  Gives how many fired. */
size_t timers_fire(struct timers *timers, int64_t time);

static inline bool timer_is_set(const struct timer *timer)
{
	return timer->place > 0;
}

#endif
