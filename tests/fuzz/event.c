/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of events, as intake reads them: each line of the input is one. */
#include "core/json.h"
#include "metering/event.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct book book;
static struct event_reader reader;

static void meter_add(const char *name, int aggregation, int decimals, bool negative, uint32_t subscription)
{
	const struct book_meter meter = {name, aggregation, decimals, APOLLO_HOUR / 4, negative};
	struct error error;
	uint32_t index;

	FUZZ_CHECK(book_add_meter(&book, &meter, &index, &error) == 0);
	FUZZ_CHECK(book_add_series(&book, subscription, index, false, NULL, &error) == 0);
}

int LLVMFuzzerInitialize(int *count, char ***words)
{
	const struct book_subscription acme = {.name = "acme", .start = INT64_C(1767225600000000)}; /* 2026-01-01 */
	const struct intake_options options = {.now = acme.start + 30 * APOLLO_DAY, .window = 40 * APOLLO_DAY,
					       .ahead = 5 * 60 * APOLLO_MICRO};
	struct error error;
	uint32_t index;

	(void)count, (void)words;
	book = book_init();
	FUZZ_CHECK(book_add_subscription(&book, &acme, &index, &error) == 0);
	meter_add("capacity", BOOK_TIME_WEIGHTED, 0, false, index);
	meter_add("calls", BOOK_SUM, 6, true, index);
	meter_add("peak", BOOK_MAX, 3, false, index);
	meter_add("users", BOOK_UNIQUE, 0, false, index);
	FUZZ_CHECK(event_reader_init(&reader, &book, &options, 42, &error) == 0);
	return 0;
}

/* The value is the number that was written. */
static void check_value(const struct event *event, const struct book_meter *meter, struct json_object *object)
{
	char written[64];
	size_t size = 0;
	const char *digits = json_digits(json_member(json_member(object, "data"), "value"), &size);
	int length = snprintf(written, sizeof(written), "%llde-%d", (long long)event->value, meter->decimals);

	FUZZ_CHECK(digits);
	if (meter->aggregation == BOOK_UNIQUE)
		return;
	FUZZ_CHECK(fuzz_decimals_same(digits, size, written, (size_t)length));
	FUZZ_CHECK(event->value >= 0 || meter->negative);
}

static void check_event(const struct event *event, const char *source, struct json_object *object)
{
	const struct intake_options *options = &reader.options;

	FUZZ_CHECK(event->index < book.series_count);
	FUZZ_CHECK(event->id_size >= 1 && event->id_size <= EVENT_ID_MAX && strlen(event->id) == event->id_size);
	FUZZ_CHECK(*source && strlen(source) <= EVENT_ID_MAX);
	FUZZ_CHECK(event->time >= options->now - options->window && event->time <= options->now + options->ahead);
	FUZZ_CHECK(event->time >= book.subscriptions[0].start);
	check_value(event, &book.meters[book.series[event->index].meter], object);
}

static void line_check(const char *line, size_t size)
{
	struct json_object *object JSON_CLEANUP = NULL, *second JSON_CLEANUP = NULL;
	struct event event, again;
	const char *source = NULL, *source_again = NULL;
	char reason[REASON_TEXT] = "", reason_again[REASON_TEXT] = "";
	int taken = event_read(&reader, line, size, &event, &source, &object, reason);

	FUZZ_CHECK(taken == 0 || taken == 1);
	FUZZ_CHECK(event_read(&reader, line, size, &again, &source_again, &second, reason_again) == taken);
	if (!taken) {
		FUZZ_CHECK(reason[0] && strcmp(reason, reason_again) == 0);
		return;
	}
	FUZZ_CHECK(memcmp(event.key, again.key, sizeof(event.key)) == 0 && event.value == again.value);
	check_event(&event, source, object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};

	while (input.size) {
		char *line = fuzz_line(&input, &size);

		line_check(line, size);
		free(line);
	}
	return 0;
}
