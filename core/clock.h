/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock.h - the two times the core lives by, handed in so that tests and rehearsals bring their own.
 *
 * Invariants
 *   - `now` is the ledger's time: microseconds since 1970 UTC, 0 or more; it may be virtual and may stand still.
 *   - `elapsed` is for backoff, timeouts, rates and the age of tokens: microseconds since some start, never backwards.
 *   - A clock is a plain value and is copied freely; what `context` points to outlives every copy.
 */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stdint.h>

struct clock {
	int64_t (*now)(void *context); /* NULL: the time is `fixed` */
	int64_t (*elapsed)(void *context);

	/* Called instead of waiting where nothing but time is waited for; 0, or negative to end the run with an
	 * error.  It must let `elapsed` advance by at least `microseconds`.  NULL: really wait. */
	int (*idle)(void *context, int64_t microseconds);
	void *context;
	int64_t fixed;
};

/* The system's time and its monotonic clock. */
struct clock clock_system(void);

/* The ledger's time stands still at `now`; everything else is as in clock_system.  For rehearsals. */
struct clock clock_fixed(int64_t now);

/* A clock that moves only where the engine waits, or by hand: both times go together.  For tests. */
struct clock_stepped {
	int64_t now;
	int64_t elapsed;
	int64_t waited; /* sum of what idle was asked for */
};
struct clock clock_of_steps(struct clock_stepped *steps);

static inline int64_t clock_now(const struct clock *clock)
{
	return clock->now ? clock->now(clock->context) : clock->fixed;
}

static inline int64_t clock_elapsed(const struct clock *clock)
{
	return clock->elapsed(clock->context);
}

#endif
