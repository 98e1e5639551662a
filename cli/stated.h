/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stated.h - the bills of a subscription by its ledger: what a statement prints, and what a forecast is measured with.
 *
 * Invariants: quantities and what of them is paid for are the ledger's, so a bill goes by what the marketplace was told; money is rated by the code
 * that quotes.
 */
#ifndef CLI_STATED_H
#define CLI_STATED_H

#include "cli/app.h"
#include "metering/statement.h"
#include "offers/bill.h"

/* What a statement is made of. */
struct statement {
	struct app *app;
	const struct catalog_subscription *subscription;
	uint32_t index; /* of it, in the book */
	struct schedule schedule;
	const struct period *period;
	struct statement_total *totals; /* by account of the book */
	bool *left;                     /* by account of the book: what is due will not be claimed any more */
	struct bill bill;
};

/* What a statement is made of but a bill: the schedule of the subscription, up to APP_OPEN_MONTHS where it is open.  The app has its book and its
 * ledger; subscription: its index in the book. */
int statement_begin(struct app *app, uint32_t subscription, struct statement *statement, struct error *error);

/* The bill of a billing period, `statement->bill`, and its totals; those before it are rated too where there is credit, which they may have used. */
int statement_rate(struct statement *statement, size_t period, struct error *error);

/* Whether an account of the book is the subscription's. */
bool account_mine(const struct statement *statement, size_t account);

/* What of an account nobody will pay. */
int64_t account_left(const struct statement *statement, size_t account);

#endif
