/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hour.h - one hour's events, and what they come to by the terms in force in it.
 *
 * Invariants: it knows the ledger and its terms, and no configuration, so that closing an hour, working it out anew for late
 * events and proving it give the same.
 */
#ifndef METERING_HOUR_H
#define METERING_HOUR_H

#include "metering/aggregate.h"
#include "metering/terms.h"

struct hour {
	struct ledger *ledger;
	const struct terms_table *terms;
	int64_t begin;          /* of the hour that is loaded */
	struct sample *samples; /* of it, and of the time before what may hold into it; by series, time and value */
	size_t count, room;
	size_t *first;          /* of each series id, and one behind the last: where its samples begin */
	int64_t *holds;         /* of each series id: the longest that any of its terms let a sample hold */
	int64_t series_last, longest_hold;
};

/* terms: loaded, and must outlive the hour. */
int hour_init(struct ledger *ledger, const struct terms_table *terms, struct hour *hour, struct error *error);
void hour_release(struct hour *hour);

/* Reads the events of an hour; it forgets the hour that it had. */
int hour_load(struct hour *hour, int64_t begin, struct error *error);

/* Whether a series has events in the loaded hour, or before it one that may hold into it. */
bool hour_has(const struct hour *hour, int64_t series);

/* The part of the loaded hour in which the subscription runs; false if it does not.  terms: NULL counts as not sold. */
bool hour_part(const struct hour *hour, const struct terms *terms, int64_t *from, int64_t *to);

/* What the loaded hour comes to by these terms; nothing where the subscription does not run in it.  A pure function of
 * the stored events.  ERROR_INPUT as aggregate_hour. */
int hour_work_out(struct hour *hour, const struct terms *terms, struct aggregate *aggregate, struct error *error);

/* What has been posted for an hour of an account so far, before dividing. */
int hour_posted(struct ledger *ledger, int64_t account, int64_t begin, wide_t *raw, struct error *error);

#endif
