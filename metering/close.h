/* SPDX-License-Identifier: Apache-2.0 */
/*
 * close.h - an hour ends: its events become quantities, quantities become postings, and what is due becomes claims.
 *
 * Invariants
 *   - Hours close in order, each in one transaction, `grace` after their end.
 *   - A quantity is a function of the events and of what was closed before; no clock and no order of arrival enters.
 *   - A closed hour is never reopened.  Events that came for it since are counted by working it out anew and posting
 *     the difference under the hour's own name; the amount is claimed in the slot of the hour that closes now.
 *   - Windows that join end with the subscription.  What comes in late after that has no window to join: its claim is parked for
 *     a person, who knows what was agreed with the customer.
 *   - What is left below a micro-unit, and what does not fit the marketplace's step, is carried, never rounded away.
 *   - An hour is worked out by the terms that the ledger has for it (terms.h), whatever the configuration says meanwhile.
 *   - No usage is passed over in silence.  Events of a series that the book does not have, and hours of a series that cannot
 *     be posted, keep a mark in the ledger, are counted here, and are tried again each time that an hour closes; they hold up
 *     no other series.
 */
#ifndef METERING_CLOSE_H
#define METERING_CLOSE_H

#include "metering/book.h"
#include "metering/ledger.h"

struct close_counts {
	int64_t hours;
	int64_t claims;
	int64_t late;       /* hours of series that were worked out anew */
	int64_t gaps;       /* hours of series with a gap */
	int64_t silent;     /* hours of series that are expected to have usage and had none */
	int64_t failed;     /* hours of series that could not be posted, and wait */
	int64_t waiting;    /* not added to: series with events that wait, and that are not in the book now */
	char trouble[ERROR_TEXT]; /* why the last of `failed` could not be posted */
};

struct closer;

/* book: bound to the ledger.  Both must outlive the closer. */
int closer_new(struct ledger *ledger, const struct book *book, struct closer **closer, struct error *error);
void closer_free(struct closer *closer);
static inline void closer_free_pointer(struct closer **closer)
{
	closer_free(*closer);
}
#define CLOSER_CLEANUP __attribute__((cleanup(closer_free_pointer)))

/* Closes every hour that ended `grace` or more before now.  Counts are added to.  The first hour of a ledger is that
 * of its first event, or the one in which it was made if that is earlier. */
int close_hours(struct closer *closer, int64_t now, int64_t grace, struct close_counts *counts, struct error *error);

#endif
