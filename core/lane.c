/* SPDX-License-Identifier: Apache-2.0 */
#include "core/lane.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { RATE_WITH_BURST = 100, BURST = 100000, SECOND = 1000000 };

void lane_append(struct lane *lane, struct lane_item *item)
{
	item->next = NULL;
	item->previous = lane->last;
	if (lane->last)
		lane->last->next = item;
	else
		lane->first = item;
	lane->last = item;
}

void lane_prepend(struct lane *lane, struct lane_item *item)
{
	item->previous = NULL;
	item->next = lane->first;
	if (lane->first)
		lane->first->previous = item;
	else
		lane->last = item;
	lane->first = item;
}

void lane_remove(struct lane *lane, struct lane_item *item)
{
	if (item->previous)
		item->previous->next = item->next;
	else
		lane->first = item->next;
	if (item->next)
		item->next->previous = item->previous;
	else
		lane->last = item->previous;
	item->next = item->previous = NULL;
}

void lane_ready(struct lane *lane)
{
	struct lanes *lanes = lane->lanes;

	if (lane->ready || !lane->first)
		return;
	lane->ready = true;
	lane->ready_next = NULL;
	if (lanes->ready_last)
		lanes->ready_last->ready_next = lane;
	else
		lanes->ready_first = lane;
	lanes->ready_last = lane;
}

static void lane_wake(void *context)
{
	lane_ready(context);
}

int64_t lane_next(const struct lane *lane)
{
	int64_t at = lane->paused_until;

	if (lane->active >= lane->concurrency)
		return INT64_MAX;
	if (lane->interval && lane->free_at - lane->burst > at)
		at = lane->free_at - lane->burst;
	return at;
}

void lane_leave(struct lane *lane, int64_t now)
{
	if (lane->interval)
		lane->free_at = (lane->free_at > now ? lane->free_at : now) + lane->interval;
}

/* Scheme, host and port of a URL in small letters; they are its beginning. */
static char *authority_read(const char *url)
{
	size_t size = strcspn(url, ":") + 3;
	char *text;

	size += strcspn(url + size, "/?#");
	text = strndup(url, size);
	for (size_t i = 0; text && i < size; i++)
		text[i] = (char)tolower((unsigned char)text[i]);
	return text;
}

static size_t lane_bucket(const struct instance *instance, const char *authority)
{
	uint64_t hash = (uintptr_t)instance ^ UINT64_C(0xcbf29ce484222325);

	for (; *authority; authority++)
		hash = (hash ^ (unsigned char)*authority) * UINT64_C(0x100000001b3);
	return (size_t)((hash ^ hash >> 32) % LANE_BUCKETS);
}

static void rate_set(struct lane *lane, uint32_t rate)
{
	if (!rate)
		return;
	lane->interval = (SECOND + (int64_t)rate - 1) / rate;
	if (rate < RATE_WITH_BURST)
		return;
	lane->burst = BURST;
	lane->interval = ((int64_t)SECOND * 10 / 9 + rate - 1) / rate;
}

static struct lane *lane_new(struct lanes *lanes, const struct instance *instance)
{
	struct lane *lane = calloc(1, sizeof(*lane));

	if (!lane)
		return NULL;
	lane->lanes = lanes;
	lane->instance = instance;
	lane->concurrency = instance->limits.concurrency ? instance->limits.concurrency : LANE_CONCURRENCY;
	rate_set(lane, instance->limits.rate);
	lane->timer = (struct timer){.fire = lane_wake, .context = lane};
	return lane;
}

struct lane *lanes_find(struct lanes *lanes, const struct instance *instance, const char *url, struct error *error)
{
	char *authority FREE_CLEANUP = authority_read(url);
	struct lane **bucket, *lane = NULL;

	if (!authority) {
		(void)error_memory(error, "a request");
		return NULL;
	}
	bucket = &lanes->buckets[lane_bucket(instance, authority)];
	for (lane = *bucket; lane; lane = lane->chain)
		if (lane->instance == instance && strcmp(lane->authority, authority) == 0)
			return lane;
	if (lanes->count >= LANES_MAX) {
		(void)error_set(error, APOLLO_NOMEM, "more than %d hosts are talked to", LANES_MAX);
		return NULL;
	}
	lane = lane_new(lanes, instance);
	if (!lane) {
		(void)error_memory(error, "a request");
		return NULL;
	}
	lane->authority = TAKE(authority);
	lane->chain = *bucket;
	*bucket = lane;
	lanes->count++;
	return lane;
}

struct lane *lanes_take_ready(struct lanes *lanes)
{
	struct lane *first = lanes->ready_first;

	lanes->ready_first = lanes->ready_last = NULL;
	return first;
}

void lanes_release(struct lanes *lanes)
{
	for (size_t i = 0; i < LANE_BUCKETS; i++)
		for (struct lane *lane; (lane = lanes->buckets[i]) != NULL;) {
			lanes->buckets[i] = lane->chain;
			free(lane->authority);
			free(lane);
		}
	*lanes = (struct lanes){0};
}
