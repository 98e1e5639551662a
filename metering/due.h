/* SPDX-License-Identifier: Apache-2.0 */
/*
 * due.h - what is pending and not claimed, by the hour it comes from, and how it becomes a claim.
 *
 * Invariants: the sum of an account's rows is its pending balance without what open claims hold, and is kept as the
 * account's `due`.  Rows are touched only when a claim takes them up, oldest first; each is taken once and put back at most
 * once, so the work does not grow with how long an amount waited.
 */
#ifndef METERING_DUE_H
#define METERING_DUE_H

#include "metering/book.h"
#include "metering/claim.h"
#include "metering/ledger.h"

/* Adds to what is due for an account from an hour.  ERROR_INPUT where that leaves its range; the transaction is then to be
 * rolled back. */
int due_add(struct ledger *ledger, int64_t account, int64_t hour, int64_t amount, struct error *error);

/* Adds `fresh`, which became pending for the hour that closes, and claims in its slot what fits the marketplace's step;
 * what does not, waits.  A joined account gets a claim in each hour, of zero if need be.  market: NULL where nobody is
 * told.  *due: the sum of what is due, in and out.  A claim that is made is added to *made. */
int due_claim(struct ledger *ledger, const struct book_account *account, const char *market, int64_t hour, int64_t fresh,
	      int64_t *due, struct claims_made *made, struct error *error);

/* Calls each for every account of which something is pending, and nothing more will be claimed by itself: its
 * subscription has ended or it is not in the book any more, and what is left is below the step or negative.  An account that is
 * told to nobody is metered only, and has nothing left. */
struct due_left {
	int64_t account;
	const char *subscription, *dimension;
	int64_t amount;
	bool known; /* the book has the account */
};
typedef void (*due_left_each)(void *context, const struct due_left *left);
int due_left_read(struct ledger *ledger, const struct book *book, due_left_each each, void *context, struct error *error);

/* Writes off what is due for an account, all of it, each amount under the hour it comes from.  Inside a transaction. */
int due_write_off(struct ledger *ledger, int64_t account, const char *note, int64_t now, struct error *error);

#endif
