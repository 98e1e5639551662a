/* SPDX-License-Identifier: Apache-2.0 */
#include "core/clock.h"

#include <stddef.h>
#include <time.h>

static int64_t time_read(clockid_t id)
{
	struct timespec time;

	(void)clock_gettime(id, &time);
	return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static int64_t system_now(void *context)
{
	(void)context;
	return time_read(CLOCK_REALTIME);
}

static int64_t system_elapsed(void *context)
{
	(void)context;
	return time_read(CLOCK_MONOTONIC);
}

struct clock clock_system(void)
{
	return (struct clock){.now = system_now, .elapsed = system_elapsed};
}

struct clock clock_fixed(int64_t now)
{
	return (struct clock){.elapsed = system_elapsed, .fixed = now};
}

static int64_t steps_now(void *context)
{
	return ((struct clock_stepped *)context)->now;
}

static int64_t steps_elapsed(void *context)
{
	return ((struct clock_stepped *)context)->elapsed;
}

static int steps_idle(void *context, int64_t microseconds)
{
	struct clock_stepped *steps = context;

	steps->now += microseconds;
	steps->elapsed += microseconds;
	steps->waited += microseconds;
	return 0;
}

struct clock clock_of_steps(struct clock_stepped *steps)
{
	return (struct clock){.now = steps_now, .elapsed = steps_elapsed, .idle = steps_idle, .context = steps};
}
