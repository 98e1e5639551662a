/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/sorter.h"

#include <stdlib.h>
#include <string.h>

int sorter_reserve(struct sorter *sorter, size_t room, struct error *error)
{
	if (sorter->events)
		return 0;
	sorter->events = malloc(room * sizeof(*sorter->events));
	sorter->orders = malloc(room * sizeof(*sorter->orders));
	sorter->spare = malloc(room * sizeof(*sorter->spare));
	if (sorter->events && sorter->orders && sorter->spare)
		return 0;
	sorter_release(sorter);
	return error_memory(error, "sorting events");
}

void sorter_release(struct sorter *sorter)
{
	free(sorter->events);
	free(sorter->orders);
	free(sorter->spare);
	*sorter = (struct sorter){0};
}

/* A key is a hash: its first half tells nearly all apart. */
static uint64_t key_head(const struct event *event)
{
	uint64_t head = 0;

	for (int i = 0; i < 8; i++)
		head = head << 8 | event->key[i];
	return head;
}

static uint64_t event_time(const struct event *event)
{
	return (uint64_t)event->time;
}

static uint64_t event_series(const struct event *event)
{
	return (uint64_t)event->series;
}

static uint64_t event_hour(const struct event *event)
{
	return (uint64_t)(event->time / APOLLO_HOUR);
}

static void orders_begin(struct sorter *sorter, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sorter->orders[i].index = (uint32_t)i;
}

static void orders_sort(struct sorter *sorter, const struct event *events, size_t count, uint64_t (*key)(const struct event *))
{
	for (size_t i = 0; i < count; i++)
		sorter->orders[i].key = key(&events[sorter->orders[i].index]);
	order_sort(sorter->orders, sorter->spare, count);
}

static void orders_end(struct sorter *sorter, struct event *events, size_t count)
{
	for (size_t i = 0; i < count; i++)
		sorter->events[i] = events[sorter->orders[i].index];
	memcpy(events, sorter->events, count * sizeof(*events));
}

static int order_by_key(const void *a, const void *b)
{
	const struct event *left = a, *right = b;
	int order = memcmp(left->key, right->key, EVENT_KEY_BYTES);

	return order ? order : (left->time > right->time) - (left->time < right->time);
}

void sorter_by_key(struct sorter *sorter, struct event *events, size_t count)
{
	orders_begin(sorter, count);
	orders_sort(sorter, events, count, key_head);
	orders_end(sorter, events, count);
	for (size_t first = 0, next = 1; first < count; first = next++) {
		while (next < count && sorter->orders[next].key == sorter->orders[first].key)
			next++;
		if (next - first > 1)
			qsort(events + first, next - first, sizeof(*events), order_by_key);
	}
}

void sorter_by_place(struct sorter *sorter, struct event *events, size_t count)
{
	orders_begin(sorter, count);
	orders_sort(sorter, events, count, event_time);
	orders_sort(sorter, events, count, event_series);
	orders_sort(sorter, events, count, event_hour);
	orders_end(sorter, events, count);
}
