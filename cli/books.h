/* SPDX-License-Identifier: Apache-2.0 */
/*
 * books.h - a subscription's ledger and its marketplace's record, beside what a backtest says of the same periods.
 *
 * Invariants: periods are the backtest's; of those that the subscription bills from or to other instants nothing is known.
 */
#ifndef CLI_BOOKS_H
#define CLI_BOOKS_H

#include "cli/cli.h"
#include "offers/backtest.h"

/* What the ledger and the marketplace have of a period's dimension. */
struct book_cell {
	int64_t metered, paid, accepted, waiting, recorded;
};

/* The books of a subscription, period by period as the backtest has them. */
struct books {
	/* What they are held against, set by the caller: */
	const struct cli *cli;
	struct scope *scope;
	const struct backtest *backtest;
	const struct contract *contract;
	const struct usage *usage; /* before the term and in it */

	const char *subscription; /* NULL: none are looked at */
	const char *market;       /* NULL: it has none */
	bool recorded;            /* the marketplace's own record is there */
	bool priced;              /* the subscription has the prices that were forecast */
	bool *known;              /* of each period: the ledger bills it from and to the same instants */
	int64_t *stated, *quoted; /* of each period, in the last place: the statement, and what the prices say of the same usage */
	struct book_cell *cells;  /* cells[period * dimensions + dimension] */
	size_t differing;         /* periods and cells that are not what they should be */
};

/* Reads those of --ledger, with the record of --record or --ask; nothing where there is no --ledger. */
int books_read(struct books *books, struct error *error);

#endif
