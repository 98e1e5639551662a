/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bill.h - one billing period's money, line by line.
 *
 * The statement of the ledger, a quote, a simulation and the tuner all rate here.  The lines add up to the total exactly: where the whole is
 * rounded (TARIFF_INVOICE) the difference is a line.
 *
 * Invariants: amounts are whole numbers of 10^-tariff->scale, rounded as the tariff says and so multiples of its last place.  What is asked for
 * twice with the same input gives the same; the wallet alone remembers.
 */
#ifndef OFFERS_BILL_H
#define OFFERS_BILL_H

#include "offers/schedule.h"
#include "offers/tariff.h"

/* ---- quantities ---- */

/* What was used of a charge in a billing period, after what is included. */
struct bill_usage {
	int64_t quantity;      /* as it was metered, rounded to the charge's step; micro-units */
	int64_t billable;      /* of it, what is to be paid; quantity - billable is included */
	const int64_t *pieces; /* billable of each hour with usage, for TARIFF_HOUR; NULL: as one */
	size_t piece_count;
};

/* What was used of included quantities: one for each charge of a tariff, zeroed before the first slice. */
struct allowance {
	int64_t used;     /* in the reset period, corrections taken off */
	int64_t number;   /* of that period, from 1; 0: none yet */
	int reset_months; /* of that period */
};

/* Takes what a slice's month used from an allowance, which begins anew where that month is of another reset period; the included quantity is that of the
 * charge as it is now, in proportion where the tariff prorates and the reset period, a month or a billing period, is cut short.  Gives what is to be
 * paid: what the reset period's usage past the included quantity grew by, so that it matters neither in how many parts nor in which order usage
 * comes.  A correction gives back what was to be paid first, then what was included, as the ledger does; what goes below nothing is billable, a
 * correction of an earlier reset period. */
int64_t allowance_take(const struct schedule *schedule, size_t slice, const struct tariff_charge *charge, int64_t quantity, struct allowance *allowance);

/* A month's quantity as it is sold, with TARIFF_HOUR an hour's: rounded to the charge's step. */
int64_t charge_quantity(const struct tariff_charge *charge, int64_t quantity);

/* ---- credit ---- */

/* What is left of the credit of payments. */
struct wallet {
	struct purse {
		struct exact left; /* at the tariff's scale */
		int64_t until;     /* the month in which it is gone; 0: the term's end */
	} *purses; /* one for each payment */
};

/* For the tariff of a schedule with the most payments (schedule_widest). */
int wallet_make(struct scope *scope, const struct tariff *tariff, struct wallet *wallet, struct error *error);

/* ---- lines ---- */

enum bill_kind {
	BILL_USAGE = 0,
	BILL_BASE_FEE = 1,
	BILL_DISCOUNT = 2, /* of the whole bill */
	BILL_MAXIMUM = 3,  /* what the bill's maximum takes off */
	BILL_MINIMUM = 4,  /* what is missing to its minimum */
	BILL_CREDIT = 5,   /* drawn from a payment; negative */
	BILL_OVERAGE = 6,  /* what usage past the credit costs on top */
	BILL_PAYMENT = 7,
	BILL_ROUNDING = 8,
	BILL_KINDS = 9
};

struct bill_line {
	enum bill_kind kind;
	const struct tariff_charge *charge;   /* USAGE */
	const struct tariff_payment *payment; /* CREDIT, PAYMENT */
	struct bill_usage usage;              /* USAGE */
	struct exact priced;                  /* USAGE: before the steps */
	struct exact steps[TARIFF_STEPS];     /* USAGE: what each one added or took */
	struct exact amount;
};

struct bill {
	const struct tariff *tariff;
	const struct period *period;
	struct bill_line *lines; /* NULL: only the sums are wanted */
	size_t line_count;       /* bill_room(tariff) at most */
	struct exact usage;      /* the sum of usage lines */
	struct exact expired;    /* credit that ended unused with the period's beginning */
	struct exact uncovered;  /* usage that no credit was left for, where the tariff has credit */
	struct exact total;
};

/* Lines that a bill can have. */
size_t bill_room(const struct tariff *tariff);

/* Rates one period.  usage: one for each charge.  wallet: NULL where the tariff has no payments.  bill->lines: room for bill_room, or NULL. */
void bill_make(const struct tariff *tariff, const struct period *period, const struct bill_usage *usage, struct wallet *wallet, struct bill *bill);

/* The month of the period in which a payment falls due; false: none. */
bool payment_due(const struct period *period, const struct tariff_payment *payment, int64_t *month);

/* The amount of a line of a whole billing period in one go, in the currency's last place: of prices, a percentage and limits alone.  False: it must be
 * worked out step by step, as bill_make does. */
bool charge_quick(const struct tariff *tariff, const struct tariff_charge *charge, int64_t billable, int64_t *amount);

/* What a billable quantity costs by the charge's prices alone, at the scale.  A negative one gives back what so much would have cost, with the fees of
 * its tiers, but not a fee that is due without usage too. */
struct exact charge_price(const struct tariff_charge *charge, int64_t billable);

const char *bill_kind_name(enum bill_kind kind);

#endif
