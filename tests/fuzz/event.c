/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of events, as intake reads them: each line of the input is one. */
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
static void check_value(const struct event *event, const struct book_meter *meter, const struct attribute_text *digits)
{
	char written[64];
	int length = snprintf(written, sizeof(written), "%llde-%d", (long long)event->value, meter->decimals);

	FUZZ_CHECK(digits->text);
	if (meter->aggregation == BOOK_UNIQUE)
		return;
	FUZZ_CHECK(fuzz_decimals_same(digits->text, digits->size, written, (size_t)length));
	FUZZ_CHECK(event->value >= 0 || meter->negative);
}

static void check_event(const struct event *event, const struct envelope *envelope)
{
	const struct intake_options *options = &reader.options;
	const struct attribute_text *source = &envelope->attributes[ATTRIBUTE_SOURCE];

	FUZZ_CHECK(event->index < book.series_count);
	FUZZ_CHECK(event->id_size >= 1 && event->id_size <= EVENT_ID_MAX && !memchr(event->id, '\0', event->id_size));
	FUZZ_CHECK(source->size >= 1 && source->size <= EVENT_ID_MAX && !memchr(source->text, '\0', source->size));
	FUZZ_CHECK(event->time >= options->now - options->window && event->time <= options->now + options->ahead);
	FUZZ_CHECK(event->time >= book.subscriptions[0].start);
	check_value(event, &book.meters[book.series[event->index].meter], &envelope->attributes[ATTRIBUTE_VALUE]);
}

/* What is scanned is what json-c reads. */
static void check_scan(const char *line, size_t size)
{
	ENVELOPE_CLEANUP struct envelope parsed = {0};
	struct envelope scanned = {0};
	char reason[REASON_TEXT];

	if (!envelope_scan(line, size, &scanned))
		return;
	FUZZ_CHECK(!scanned.object && envelope_parse(reader.tokener, line, size, &parsed, reason));
	for (int i = 0; i < ATTRIBUTES; i++) {
		const struct attribute_text *one = &scanned.attributes[i], *other = &parsed.attributes[i];

		FUZZ_CHECK(one->wrong_type == other->wrong_type && one->size == other->size && !one->text == !other->text);
		FUZZ_CHECK(!one->text || memcmp(one->text, other->text, one->size) == 0);
	}
}

static void line_check(const char *line, size_t size)
{
	ENVELOPE_CLEANUP struct envelope envelope = {0}, envelope_again = {0};
	struct event event, again;
	char reason[REASON_TEXT] = "", reason_again[REASON_TEXT] = "";
	int taken = event_read(&reader, line, size, &event, &envelope, reason);

	check_scan(line, size);
	FUZZ_CHECK(taken == 0 || taken == 1);
	FUZZ_CHECK(event_read(&reader, line, size, &again, &envelope_again, reason_again) == taken);
	if (!taken) {
		FUZZ_CHECK(reason[0] && strcmp(reason, reason_again) == 0);
		return;
	}
	FUZZ_CHECK(memcmp(event.key, again.key, sizeof(event.key)) == 0 && event.value == again.value);
	check_event(&event, &envelope);
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
