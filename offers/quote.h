/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quote.h - what a whole term costs: a contract, and usage or quantities for it.
 *
 * Invariants: amounts over several periods are whole numbers of the currency's last place, since each bill's total is rounded; so contracts with
 * different prices add up.
 */
#ifndef OFFERS_QUOTE_H
#define OFFERS_QUOTE_H

#include "offers/bill.h"
#include "offers/usage.h"

/* ---- what is quoted ---- */

/* A list plan or one item of a private offer, by name. */
struct contract {
	const char *name;
	const struct catalog_offer *offer;
	const struct catalog_plan *plan;
	const struct private_offer *private; /* NULL: the list */
	const struct private_item *item;     /* NULL: the list */
	const struct phase *phases;
	size_t phase_count;
	int64_t start, end; /* 0: not set by the offer */
	int months;
};

/* By "NAME" of a private offer, "NAME:PLAN" where it has several, or "OFFER/PLAN".  ERROR_INPUT, with what there is in the hint. */
int contract_find(const struct catalog *catalog, const char *name, struct contract *contract, struct error *error);

/* Fills in what the offer leaves open: start (on the zone's month), and so many months, or the plan's term where that is 0. */
int contract_term(struct scope *scope, struct contract *contract, int64_t start, int months, struct error *error);

/* ---- quantities ---- */

/* Months of a schedule by charges: quantities[slice * charge_count + charge], micro-units.  Usage outside of the term, or of what is not sold, is left
 * out and counted. */
int usage_spread(const struct schedule *schedule, const struct catalog_offer *offer, const struct usage *usage, int64_t *quantities, size_t *outside,
		 struct error *error);

/* ---- rating ---- */

/* Usage again, by hours, for tariffs that round each. */
struct term_hours {
	const struct usage *usage;
	size_t *index;   /* the charge of each dimension; SIZE_MAX: none */
	int64_t *pieces; /* room for all of it */
};

/* A term that is rated, as often as one likes. */
struct term {
	const struct schedule *schedule;
	struct allowance *allowances; /* one for each charge */
	struct bill_usage *usage;     /* of one period, for each charge */
	int64_t *billables;           /* of all periods */
	struct wallet wallet;
	const struct term_hours *hours; /* NULL: a month is rated as one */
	/* Of the last rating, in the currency's last place: */
	struct exact unused;    /* credit that ended unused, at the latest with the term */
	struct exact uncovered; /* usage that no credit was left for */
	struct term_quick *quick; /* NULL: it must be rated bill by bill */
};

int term_make(struct scope *scope, const struct schedule *schedule, struct term *term, struct error *error);

/* One bill after another, from the first period to the last; each: NULL, or is told of it.  lines: room for bill_room, or NULL where they are not
 * wanted.  quantities: as of usage_spread.  Gives the sum of totals in the currency's last place. */
typedef void (*term_each)(void *context, const struct bill *bill);
struct exact term_rate(struct term *term, const int64_t *quantities, struct bill_line *lines, term_each each, void *context);

/* What is to be paid for in each period, after what is included: billables[period * charge_count + charge]. */
void term_take(struct term *term, const int64_t *quantities, int64_t *billables);

/* term_rate's sum from that alone; false: this term must be rated from its quantities. */
bool term_rate_taken(struct term *term, const int64_t *billables, struct exact *total);

/* Whether two tariffs take the same off quantities: then what is taken by one is so by the other. */
bool tariff_takes_alike(const struct tariff *one, const struct tariff *other);

/* ---- a quote ---- */

struct quote {
	struct schedule schedule;
	struct bill *bills; /* with their lines */
	size_t bill_count;
	struct exact total; /* in the currency's last place */
	int decimals;
	const char *currency;
	size_t outside;     /* rows of usage that are in no bill */
	size_t payments_outside; /* payments of a day that is not in the term */
};

int quote_make(struct scope *scope, const struct contract *contract, const struct usage *usage, struct quote *quote, struct error *error);

#endif
