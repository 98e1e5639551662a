/* SPDX-License-Identifier: Apache-2.0 */
/* Event blocks as the ledger keeps them.  The first byte says how many events there are to be. */
#include "metering/block.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

enum { EVENTS_MAX = 255 };

static const int64_t hour = 490000 * APOLLO_HOUR;

struct seen {
	const char *begin, *end; /* of the block */
	struct event events[EVENTS_MAX];
	size_t count;
};

static int each(void *context, const struct event *event, struct error *error)
{
	struct seen *seen = context;

	(void)error;
	FUZZ_CHECK(hour_of(event->time) == hour && event->series >= 0 && event->origin >= 0);
	FUZZ_CHECK(event->id_size <= EVENT_ID_MAX);
	FUZZ_CHECK(event->id >= seen->begin && event->id + event->id_size <= seen->end);
	FUZZ_CHECK(seen->count == 0 || event->series >= seen->events[(seen->count - 1) % EVENTS_MAX].series);
	seen->events[seen->count++ % EVENTS_MAX] = *event;
	return 0;
}

static bool events_same(const struct event *a, const struct event *b)
{
	return a->time == b->time && a->value == b->value && a->series == b->series && a->origin == b->origin &&
	       a->id_size == b->id_size && memcmp(a->id, b->id, a->id_size) == 0;
}

/* What was read is packed and read again as the same. */
static void check_packed(const struct seen *seen)
{
	struct buffer data BUFFER_CLEANUP = buffer_init(BLOCK_BYTES);
	struct seen *again = calloc(1, sizeof(*again));
	struct error error;

	FUZZ_CHECK(again && block_encode(seen->events, seen->count, hour, &data, &error) == 0);
	again->begin = data.data;
	again->end = data.data + data.size;
	FUZZ_CHECK(block_decode(data.data, data.size, hour, (int64_t)seen->count, each, again, &error) == 0);
	FUZZ_CHECK(again->count == seen->count);
	for (size_t i = 0; i < seen->count; i++)
		FUZZ_CHECK(events_same(&seen->events[i], &again->events[i]));
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	const unsigned count = fuzz_choose(&input, EVENTS_MAX + 1);
	char *block = fuzz_rest(&input, &size);
	struct seen *seen = calloc(1, sizeof(*seen));
	struct error error = {0};
	int code;

	FUZZ_CHECK(seen);
	seen->begin = block;
	seen->end = block + size;
	code = block_decode(block, size, hour, count, each, seen, &error);
	FUZZ_CHECK(code == 0 || (code == ERROR_CORRUPT && error.message[0]));
	FUZZ_CHECK(code < 0 || seen->count == count);
	if (code == 0 && count > 0)
		check_packed(seen);
	free(seen);
	free(block);
	return 0;
}
