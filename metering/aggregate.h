/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aggregate.h - what the events of one series come to in one hour.  Pure.
 *
 * The result, `raw`, is exact and not yet divided: the unit is 10^-decimals of the meter for SUM, MAX and LAST, one
 * for UNIQUE, and 10^-decimals times one microsecond for TIME_WEIGHTED.  aggregate_divisor gives what it is divided by
 * to become micro-units of a dimension.
 *
 * TIME_WEIGHTED: each sample holds from its own time until the next sample, the hour's end, or `hold` after it,
 * whichever is first; two samples of one time count as the later-sorted one.  What no sample covers counts as zero and
 * is the gap.  The last sample before the hour is part of the input.
 */
#ifndef METERING_AGGREGATE_H
#define METERING_AGGREGATE_H

#include "core/error.h"
#include "metering/block.h"
#include "metering/book.h"

struct sample {
	int64_t series;
	int64_t time;
	int64_t value;
};

struct aggregate {
	wide_t raw;
	int64_t samples; /* in the hour */
	int64_t gap;     /* TIME_WEIGHTED: microseconds of the hour that no sample covers */
};

/* samples: of one series, sorted by time then value, up to the hour's end; those before the hour count only for
 * TIME_WEIGHTED.  `from` and `to`: the part of the hour that is metered (a subscription may begin or end within it).
 * The array may be reordered (UNIQUE).  ERROR_INPUT if a sum leaves 128 bits. */
int aggregate_hour(const struct book_meter *meter, int64_t hour, int64_t from, int64_t to, struct sample *samples,
		   size_t count, struct aggregate *aggregate, struct error *error);

/* quantity in micro-units = floor(raw / divisor), the rest is carried. */
wide_t aggregate_divisor(const struct book_meter *meter, int64_t divide_by);

/* raw is multiplied by this before it is divided: micro-units for one 10^-decimals. */
int64_t aggregate_factor(const struct book_meter *meter);

#endif
