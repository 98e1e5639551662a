/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timers and clocks: a heap against a plain list, with a seed that is printed.
 */
#include "core/clock.h"
#include "core/timer.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MANY = 400, ROUNDS = 20000 };

static struct timer timers_of[MANY];
static bool set[MANY];
static int fired_count;
static int64_t fired_last;

static void note(void *context)
{
	struct timer *timer = context;

	CU_ASSERT_TRUE(set[timer - timers_of]);
	CU_ASSERT_FALSE(timer_is_set(timer));
	CU_ASSERT_TRUE(timer->due >= fired_last);
	fired_last = timer->due;
	set[timer - timers_of] = false;
	fired_count++;
}

static int64_t least_due(void)
{
	int64_t least = INT64_MAX;

	for (int i = 0; i < MANY; i++)
		if (set[i] && timers_of[i].due < least)
			least = timers_of[i].due;
	return least;
}

static int due_by(int64_t time)
{
	int count = 0;

	for (int i = 0; i < MANY; i++)
		count += set[i] && timers_of[i].due <= time;
	return count;
}

static void heap_is_as_good_as_a_list(void)
{
	const char *given = getenv("APOLLO_UNIT_SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL), state = seed;
	struct timers timers = {0};

	(void)printf("(APOLLO_UNIT_SEED=%u) ", seed);
	for (int i = 0; i < MANY; i++)
		timers_of[i] = (struct timer){.fire = note, .context = &timers_of[i]};
	for (int round = 0; round < ROUNDS; round++) {
		int i = rand_r(&state) % MANY, what = rand_r(&state) % 10;
		int64_t time = rand_r(&state) % 1000;

		if (what < 6) {
			CU_ASSERT_EQUAL(timer_set(&timers, &timers_of[i], time), 0);
			set[i] = true;
		} else if (what < 9) {
			timer_unset(&timers, &timers_of[i]);
			set[i] = false;
		} else {
			int wanted = due_by(time / 10);

			fired_count = 0;
			fired_last = INT64_MIN;
			CU_ASSERT_EQUAL(timers_fire(&timers, time / 10), (size_t)wanted);
			CU_ASSERT_EQUAL(fired_count, wanted);
		}
		CU_ASSERT_EQUAL(timers_next(&timers), least_due());
	}
	timers_release(&timers);
	for (int i = 0; i < MANY; i++)
		CU_ASSERT_FALSE(timer_is_set(&timers_of[i]));
}

static struct timers eager_timers;
static int eager_count;

static void again(void *context)
{
	eager_count++;
	(void)timer_set(&eager_timers, context, 0);
}

/* One that sets itself again has its turn in the next round. */
static void eager_timer_does_not_hold_the_run(void)
{
	struct timer timer = {.fire = again, .context = &timer};

	(void)timer_set(&eager_timers, &timer, 0);
	CU_ASSERT_EQUAL(timers_fire(&eager_timers, 10), 1);
	CU_ASSERT_EQUAL(timers_fire(&eager_timers, 10), 1);
	CU_ASSERT_EQUAL(eager_count, 2);
	timers_release(&eager_timers);
	CU_ASSERT_EQUAL(timers_next(&eager_timers), INT64_MAX);
}

static void clocks_tell_their_time(void)
{
	struct clock real = clock_system(), fixed = clock_fixed(12345);
	struct clock_stepped steps = {.now = 10, .elapsed = 20};
	struct clock stepped = clock_of_steps(&steps);
	int64_t before = clock_elapsed(&real);

	CU_ASSERT_TRUE(clock_now(&real) > INT64_C(1577836800) * APOLLO_MICRO);
	CU_ASSERT_PTR_NULL(real.idle);
	CU_ASSERT_EQUAL(clock_now(&fixed), 12345);
	CU_ASSERT_TRUE(clock_elapsed(&fixed) >= before);
	CU_ASSERT_EQUAL(stepped.idle(stepped.context, 5), 0);
	CU_ASSERT_EQUAL(clock_now(&stepped), 15);
	CU_ASSERT_EQUAL(clock_elapsed(&stepped), 25);
	CU_ASSERT_EQUAL(steps.waited, 5);
}

static const struct unit_test tests[] = {
	{"a heap is as good as a list", heap_is_as_good_as_a_list},
	{"an eager timer does not hold the run", eager_timer_does_not_hold_the_run},
	{"clocks tell their time", clocks_tell_their_time},
};

int main(void)
{
	return UNIT_RUN("timer", tests);
}
