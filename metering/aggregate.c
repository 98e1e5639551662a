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
	return different;
}

/* 2^63 values of 2^63 microseconds each fit 128 bits, so the sum needs no check beyond its terms. */
static wide_t integrate(const struct sample *samples, size_t count, int64_t from, int64_t to, int64_t hold, int64_t *gap)
{
	wide_t sum = 0;
	int64_t covered = 0;

	for (size_t i = 0; i < count; i++) {
		int64_t begin = samples[i].time < from ? from : samples[i].time;
		int64_t end = i + 1 < count && samples[i + 1].time < to ? samples[i + 1].time : to;

		if (end > samples[i].time + hold)
			end = samples[i].time + hold;
		if (end <= begin)
			continue;
		sum += (wide_t)samples[i].value * (end - begin);
		covered += end - begin;
	}
	*gap = to - from - covered;
	return sum;
}

int aggregate_hour(const struct book_meter *meter, int64_t hour, int64_t from, int64_t to, struct sample *samples,
		   size_t count, struct aggregate *aggregate, struct error *error)
{
	struct aggregate result = {0};
	size_t first = 0;

	while (first < count && samples[first].time < hour)
		first++;
	result.samples = (int64_t)(count - first);
	if (meter->aggregation == BOOK_TIME_WEIGHTED) {
		result.raw = integrate(samples, count, from, to, meter->hold, &result.gap);
		*aggregate = result;
		return 0;
	}
	samples += first;
	count -= first;
	switch (meter->aggregation) {
	case BOOK_SUM:
		for (size_t i = 0; i < count; i++)
			if (!wide_add(result.raw, samples[i].value, &result.raw))
				return error_set(error, ERROR_INPUT, "meter %s: the sum of an hour leaves its range",
						 meter->name);
		break;
	case BOOK_MAX:
		for (size_t i = 0; i < count; i++)
			if (i == 0 || samples[i].value > result.raw)
				result.raw = samples[i].value;
		break;
	case BOOK_LAST:
		result.raw = count ? samples[count - 1].value : 0;
		break;
	case BOOK_UNIQUE:
		result.raw = different_values(samples, count);
		break;
	default:
		return error_set(error, APOLLO_BUG, "meter %s has aggregation %d", meter->name, meter->aggregation);
	}
	*aggregate = result;
	return 0;
}

int64_t aggregate_factor(const struct book_meter *meter)
{
	int64_t factor = 1;
	int decimals = meter->aggregation == BOOK_UNIQUE ? 0 : meter->decimals;

	for (int places = decimals; places < 6; places++)
		factor *= 10;
	return factor;
}

wide_t aggregate_divisor(const struct book_meter *meter, int64_t divide_by)
{
	return meter->aggregation == BOOK_TIME_WEIGHTED ? (wide_t)divide_by * APOLLO_HOUR : divide_by;
}
