/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aggregate.h - what the events of one series come to in one hour.  Pure.
 *
 * The result, `raw`, is exact and not yet divided.  Its unit is a micro-unit of the meter (UNIQUE: a millionth of one
 * value); for TIME_WEIGHTED it is a micro-unit times one microsecond.  aggregate_factor and aggregate_divisor bring both to
 * micro-units of a dimension; what is left by that division has one unit for all aggregations, so that it can be carried
 * over a change of the terms.
 *
 * TIME_WEIGHTED: each sample holds from its own time until the next sample, the hour's end, or `hold` after it,
 * whichever is first; two samples of one time count as the later-sorted one.  What no sample covers counts as zero and
 * is the gap.  The last sample before the hour is part of the input.
 */
#ifndef METERING_AGGREGATE_H
#define METERING_AGGREGATE_H

#include "core/error.h"
#include "metering/terms.h"

struct sample {
	int64_t time;
	uint32_t series; /* the ledger's id */
	bool hashed;     /* value is a hash, for UNIQUE */
	wide_t value;    /* micro-units */
};

struct aggregate {
	wide_t raw;
	int64_t samples; /* in the hour */
	int64_t gap;     /* TIME_WEIGHTED: microseconds of the hour that no sample covers */
};

/* samples: of one series, sorted by time then value, up to the hour's end; those before the hour count only for
 * TIME_WEIGHTED.  `from` and `to`: the part of the hour that is metered (a subscription may begin or end within it).
 * The array may be reordered (UNIQUE).  ERROR_INPUT if a sum leaves 128 bits, or where samples were taken for another
 * aggregation. */
int aggregate_hour(const struct terms *terms, int64_t hour, int64_t from, int64_t to, struct sample *samples,
		   size_t count, struct aggregate *aggregate, struct error *error);

/* quantity in micro-units = floor((raw * factor + what was carried) / divisor), the rest is carried. */
int64_t aggregate_factor(const struct terms *terms);
wide_t aggregate_divisor(const struct terms *terms);

#endif
