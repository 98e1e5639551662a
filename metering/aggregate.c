/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/aggregate.h"

#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
	const struct sample *left = a, *right = b;

	return (left->value > right->value) - (left->value < right->value);
}

static wide_t different_values(struct sample *samples, size_t count)
{
	wide_t different = count > 0;

	if (count == 0)
		return 0;
	qsort(samples, count, sizeof(*samples), by_value);
	for (size_t i = 1; i < count; i++)
		different += samples[i].value != samples[i - 1].value;
	return different * APOLLO_MICRO;
}

/* False if the sum leaves 128 bits. */
static bool integrate(const struct sample *samples, size_t count, int64_t from, int64_t to, int64_t hold, wide_t *sum,
		      int64_t *gap)
{
	int64_t covered = 0;

	for (size_t i = 0; i < count; i++) {
		int64_t begin = samples[i].time < from ? from : samples[i].time;
		int64_t end = i + 1 < count && samples[i + 1].time < to ? samples[i + 1].time : to;
		wide_t part;

		if (end > samples[i].time + hold)
			end = samples[i].time + hold;
		if (end <= begin)
			continue;
		if (!wide_multiply(samples[i].value, end - begin, &part) || !wide_add(*sum, part, sum))
			return false;
		covered += end - begin;
	}
	*gap = to - from - covered;
	return true;
}

/* False if the sum leaves 128 bits. */
static bool values_sum(const struct sample *samples, size_t count, wide_t *sum)
{
	for (size_t i = 0; i < count; i++)
		if (!wide_add(*sum, samples[i].value, sum))
			return false;
	return true;
}

static wide_t largest_value(const struct sample *samples, size_t count)
{
	wide_t largest = count ? samples[0].value : 0;

	for (size_t i = 1; i < count; i++)
		if (samples[i].value > largest)
			largest = samples[i].value;
	return largest;
}

int aggregate_hour(const struct terms *terms, int64_t hour, int64_t from, int64_t to, struct sample *samples,
		   size_t count, struct aggregate *aggregate, struct error *error)
{
	struct aggregate result = {0};
	bool fits = true;
	size_t first = 0;

	for (size_t i = 0; i < count; i++)
		if (samples[i].hashed != (terms->aggregation == BOOK_UNIQUE))
			return error_set(error, ERROR_INPUT, "account %lld: its events were taken for another aggregation",
					 (long long)terms->account);
	while (first < count && samples[first].time < hour)
		first++;
	result.samples = (int64_t)(count - first);
	if (terms->aggregation != BOOK_TIME_WEIGHTED) {
		samples += first;
		count -= first;
	}
	switch (terms->aggregation) {
	case BOOK_SUM: fits = values_sum(samples, count, &result.raw); break;
	case BOOK_MAX: result.raw = largest_value(samples, count); break;
	case BOOK_LAST: result.raw = count ? samples[count - 1].value : 0; break;
	case BOOK_UNIQUE: result.raw = different_values(samples, count); break;
	case BOOK_TIME_WEIGHTED:
		fits = integrate(samples, count, from, to, terms->hold, &result.raw, &result.gap);
		break;
	default:
		return error_set(error, ERROR_CORRUPT, "account %lld has aggregation %d", (long long)terms->account,
				 terms->aggregation);
	}
	if (!fits)
		return error_set(error, ERROR_INPUT, "account %lld: the sum of an hour leaves its range",
				 (long long)terms->account);
	*aggregate = result;
	return 0;
}

int64_t aggregate_factor(const struct terms *terms)
{
	return terms->aggregation == BOOK_TIME_WEIGHTED ? 1 : APOLLO_HOUR;
}

wide_t aggregate_divisor(const struct terms *terms)
{
	return (wide_t)terms->divide_by * APOLLO_HOUR;
}
