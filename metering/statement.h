/* SPDX-License-Identifier: Apache-2.0 */
/*
 * statement.h - what a customer's bill is made of: the usage of each hour, and what the marketplace was told.
 * Reads only.  Hours are counted where the usage belongs, late usage under its own hour.  A term is counted in whole hours,
 * like the periods of an allowance: an hour belongs to the term that its last instant falls into, so that the first hour of a
 * subscription that starts within it is in its first term, and every hour is in exactly one.
 */
#ifndef METERING_STATEMENT_H
#define METERING_STATEMENT_H

#include "metering/book.h"
#include "metering/ledger.h"

struct statement_total {
	int64_t metered, included, billable; /* of the term, micro-units; billable = metered - included */
	int64_t accepted;                    /* of claims whose slot is in the term */
	int64_t waiting;                     /* pending, in doubt or parked, of claims and of what no claim has taken up */
	int64_t due;                         /* of that, what no claim has taken up */
	int64_t written_off;                 /* usage of the term that nobody will be charged for */
	int64_t charged;                     /* what the customer pays for: billable without what was written off */
	int64_t hours;                       /* with usage */
	int64_t gap;                         /* microseconds without a sample to believe */
};

struct statement_line {
	int64_t posting; /* sequence number */
	int kind;        /* POSTING_HOUR or POSTING_LATE */
	int64_t hour, metered, included, billable, samples, gap;
};

struct statement_claim {
	int64_t id, slot, amount, held; /* slot: the hour under which the marketplace has it */
	int state;                      /* enum claim_state */
	const char *reference;          /* the marketplace's id, or NULL */
	const char *record;             /* our id, or NULL */
	const struct statement_link {
		int64_t hour, amount;
	} *links;
	size_t link_count;
};

/* Totals of an account (the ledger's id) over [from, to). */
int statement_total(struct ledger *ledger, int64_t account, int64_t from, int64_t to, struct statement_total *total,
		    struct error *error);

typedef int (*statement_line_each)(void *context, const struct statement_line *line, struct error *error);
int statement_lines(struct ledger *ledger, int64_t account, int64_t from, int64_t to, statement_line_each each,
		    void *context, struct error *error);

typedef int (*statement_claim_each)(void *context, const struct statement_claim *claim, struct error *error);
int statement_claims(struct ledger *ledger, int64_t account, int64_t from, int64_t to, statement_claim_each each,
		     void *context, struct error *error);

/* The events of one hour of a series (the ledger's id), in time order. */
struct event;
typedef int (*statement_event_each)(void *context, const struct event *event, const char *source, struct error *error);
int statement_events(struct ledger *ledger, int64_t series, int64_t hour, statement_event_each each, void *context,
		     struct error *error);

#endif
