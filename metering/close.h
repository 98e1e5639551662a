/* SPDX-License-Identifier: Apache-2.0 */
/*
 * close.h - an hour ends: its events become quantities, quantities become postings, and what is due becomes claims.
 *
 * Invariants
 *   - Hours close in order, each in one transaction, `grace` after their end.
 *   - A quantity is a function of the events and of what was closed before; no clock and no order of arrival enters.
 *   - A closed hour is never reopened.  Events that came for it since are counted by working it out anew and posting
 *     the difference under the hour's own name; the amount is claimed in the slot of the hour that closes now.
 *   - What is left below a micro-unit, and what does not fit the marketplace's step, is carried, never rounded away.
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

/* Reads the events of an hour, and what still holds from before it; the closer forgets the hour that it had. */
int closer_load(struct closer *closer, int64_t hour, struct error *error);

/* What the loaded hour comes to for a series of the book.  A pure function of the stored events. */
struct aggregate;
int closer_work_out(struct closer *closer, uint32_t series, struct aggregate *aggregate, struct error *error);

/* What has been posted for an hour of an account so far, before dividing. */
int closer_posted(struct closer *closer, int64_t account, int64_t hour, wide_t *raw, struct error *error);

#endif
