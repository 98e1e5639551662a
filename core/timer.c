/* SPDX-License-Identifier: Apache-2.0 */
#include "core/timer.h"

#include <apollo/plugin.h>
#include <stdlib.h>

void timers_release(struct timers *timers)
{
	for (size_t i = 1; i <= timers->count; i++)
		timers->heap[i]->place = 0;
	free(timers->heap);
	*timers = (struct timers){0};
}

static void timer_put(struct timers *timers, struct timer *timer, size_t place)
{
	timers->heap[place] = timer;
	timer->place = place;
}

static void timer_rise(struct timers *timers, struct timer *timer)
{
	size_t place = timer->place;

	for (; place > 1 && timers->heap[place / 2]->due > timer->due; place /= 2)
		timer_put(timers, timers->heap[place / 2], place);
	timer_put(timers, timer, place);
}

static void timer_sink(struct timers *timers, struct timer *timer)
{
	size_t place = timer->place, child;

	for (; (child = place * 2) <= timers->count; place = child) {
		if (child < timers->count && timers->heap[child + 1]->due < timers->heap[child]->due)
			child++;
		if (timers->heap[child]->due >= timer->due)
			break;
		timer_put(timers, timers->heap[child], place);
	}
	timer_put(timers, timer, place);
}

static int timers_grow(struct timers *timers)
{
	size_t room = timers->room ? timers->room * 2 : 64;
	struct timer **heap;

	if (timers->count + 1 < timers->room)
		return 0;
	if (timers->count >= TIMERS_MAX)
		return APOLLO_NOMEM;
	heap = realloc(timers->heap, room * sizeof(*heap));
	if (!heap)
		return APOLLO_NOMEM;
	timers->heap = heap;
	timers->room = room;
	return 0;
}

int timer_set(struct timers *timers, struct timer *timer, int64_t due)
{
	if (!timer_is_set(timer)) {
		if (timers_grow(timers) < 0)
			return APOLLO_NOMEM;
		timer->place = ++timers->count;
	}
	timer->due = due;
	timer_rise(timers, timer);
	timer_sink(timers, timer);
	return 0;
}

void timer_unset(struct timers *timers, struct timer *timer)
{
	size_t place = timer->place;
	struct timer *last;

	if (!place)
		return;
	last = timers->heap[timers->count--];
	timer->place = 0;
	if (last == timer)
		return;
	timer_put(timers, last, place);
	timer_rise(timers, last);
	timer_sink(timers, last);
}

int64_t timers_next(const struct timers *timers)
{
	return timers->count ? timers->heap[1]->due : INT64_MAX;
}

size_t timers_fire(struct timers *timers, int64_t time)
{
	size_t fired = 0, most = timers->count;

	for (; fired < most && timers_next(timers) <= time; fired++) {
		struct timer *timer = timers->heap[1];

		timer_unset(timers, timer);
		timer->fire(timer->context);
	}
	return fired;
}
