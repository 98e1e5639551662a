/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tariff.h - by what usage becomes money: prices, what is included, discounts, limits, commitments, and the order in which they apply.
 *
 * A list price, a private offer and a candidate of the tuner are all a tariff; whoever has one needs to know nothing else to rate by it
 * (bill.h).  Everything it points to is its maker's.
 *
 * Invariants
 *   - Quantities are micro-units, percentages are of a hundred, money is a decimal of the tariff's currency.
 *   - The order is always: the quantity is rounded to its step; what is included comes off; the rest is priced; then the steps of `order`, on
 *     each line and then on the bill; then what is paid ahead.
 *   - Credit covers what usage costs, and never more than the bill is when its step comes: what a step of the whole bill took off before counts as taken
 *     off what is not usage.
 *   - Tiers are half-open intervals that touch, the last one without an end: no quantity is in none or in two.
 *   - tariff_ready has been called: `scale` is set.
 */
#ifndef OFFERS_TARIFF_H
#define OFFERS_TARIFF_H

#include "core/error.h"
#include "core/scope.h"
#include "offers/exact.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TARIFF_TIERS_MAX = 100,      /* of a charge */
	TARIFF_PAYMENTS_MAX = 200,   /* of a tariff */
	TARIFF_PERCENT_DECIMALS = 6, /* of a percentage or a factor */
	TARIFF_DECIMALS_MAX = 6      /* places of an amount */
};

/* ---- one dimension ---- */

enum tariff_model {
	TARIFF_PER_UNIT = 0,  /* one price for all */
	TARIFF_GRADUATED = 1, /* each unit at the price of the tier it falls into; the fee of each tier that was entered */
	TARIFF_VOLUME = 2,    /* all units at the price of the tier that the whole falls into, and its fee */
	TARIFF_PACKAGE = 3    /* whole packages at one price, the last one full */
};

struct tariff_tier {
	int64_t up_to; /* INT64_MAX: the last one */
	struct decimal price, fee;
	/* Set by tariff_ready, at the scale: */
	int64_t from;        /* where it begins */
	struct exact unit;   /* the price of a micro-unit; of a package */
	struct exact entry;  /* the fee */
	struct exact below;  /* GRADUATED: all tiers before it, full, with their fees */
	int64_t quick_unit, quick_entry, quick_below; /* the same of a quick charge, without the zeros that quick.divisor lacks too */
};

/* What is done to an amount, to a line or to the whole bill. */
/* A limit of a period that is cut short, and a base fee less its discount, are rounded to the last place, once, at every place of rounding: a
 * fraction of days is no decimal. */
struct tariff_limits {
	struct decimal discount;        /* percent, 0 to 100 */
	struct decimal discount_amount; /* at most the amount, which does not go below nothing by it */
	struct decimal maximum, minimum; /* in a whole billing period */
};

struct catalog_dimension;

/* Numbers that a line of prices and a percentage alone is worked out with in one go; set by tariff_ready. */
struct tariff_quick {
	bool possible;
	int64_t rest;    /* what the percentage leaves, as digits */
	int64_t divisor; /* takes those digits off, and what is behind the currency's last place */
	int64_t minimum, maximum; /* in the last place */
};

struct tariff_charge {
	const char *where; /* "FILE:LINE" of its price, or of what is included where it has none */
	const struct catalog_dimension *dimension;
	bool unlimited;    /* all usage is included; there is no price */
	int64_t included;  /* in each period of reset_months; 0: none */
	int reset_months;  /* from the subscription's start; 0: the whole term */
	bool priced;
	enum tariff_model model;
	struct tariff_tier *tiers; /* PER_UNIT and PACKAGE have one */
	size_t tier_count;
	int64_t package;   /* PACKAGE: units in one; else 0 */
	bool bound_above;  /* a quantity just at a bound is of the tier above it; usual is below */
	bool fee_at_zero;  /* the first tier's fee is due also without usage */
	int64_t step;      /* quantities are rounded to multiples of it; 0: as they are */
	enum rounding step_rounding;
	struct tariff_limits limits;
	struct tariff_quick quick;
};

/* ---- what is paid ahead ---- */

/* A payment, and the credit that it buys, if any: a commitment's, a prepaid credit, an instalment of a fixed fee. */
struct tariff_payment {
	const char *name;
	int64_t at;            /* when; 0: from_month months after the start */
	int from_month;
	int every_months;      /* 0: once; else a multiple of the billing period */
	bool expires;          /* what is left of it ends when the next one comes, or after lasts_months; else with the term */
	int lasts_months;      /* where it is paid once: gone with the first period that begins so many months later; 0: with the term */
	struct decimal paid;
	struct decimal credit; /* usage that it covers, at the prices of the tariff after discounts */
	struct decimal discount; /* of a commitment: percent of the credit by which what is paid is less */
};

/* ---- the whole ---- */

enum tariff_step { TARIFF_DISCOUNT = 0, TARIFF_MAXIMUM = 1, TARIFF_MINIMUM = 2, TARIFF_CREDIT = 3, TARIFF_STEPS = 4 };

enum tariff_place {
	TARIFF_LINE = 0,    /* each line once, when it is done */
	TARIFF_STEP = 1,    /* the price of a line, and each step, by itself */
	TARIFF_HOUR = 2,    /* what each hour adds to a line, whose quantity is rounded to its step by hours too; then as TARIFF_LINE */
	TARIFF_INVOICE = 3  /* the bill, once */
};

enum tariff_proration { TARIFF_WHOLE = 0, TARIFF_DAYS = 1, TARIFF_SECONDS = 2 };

struct tariff {
	const char *where;    /* "FILE:LINE" */
	const char *currency; /* three capital letters */
	enum rounding rounding;
	enum tariff_place place;
	int decimals; /* places of an amount, to TARIFF_DECIMALS_MAX */
	enum tariff_step order[TARIFF_STEPS];

	int billing_months;
	bool calendar;     /* billing periods begin on the first of a month; else where the subscription did */
	const char *zone;  /* whose days and months they are; NULL: UTC */
	enum tariff_proration proration; /* of base fee, included quantities, limits and what is paid ahead of each period, in one that is cut short */

	struct decimal base_fee; /* of each billing period */
	struct decimal base_discount; /* percent of it */
	struct tariff_limits limits;
	struct tariff_charge *charges; /* one for each dimension that is sold, in the offer's order */
	size_t charge_count;
	struct tariff_payment *payments; /* drawn in this order */
	size_t payment_count;
	struct decimal overage; /* what credit does not cover costs so many times its price; none: once */

	/* Set by tariff_ready: */
	struct exact fee; /* the base fee of a whole billing period, less its discount */
	int scale; /* of exact amounts: enough for all that is worked out */
};

/* Sets the scale of the phases of one term, which have one, since credit that is left in one is drawn in the next; APOLLO_CONFIG, with charge->where,
 * where a tier, a limit or a percentage is out of order. */
int tariffs_ready(struct tariff *const *tariffs, size_t count, struct error *error);

/* The same of a term with one phase. */
int tariff_ready(struct tariff *tariff, struct error *error);

/* Money of a tariff, that is a whole number of its last place already, in that place. */
struct exact tariff_last_place(const struct tariff *tariff, struct exact money);

/* A copy with charges, tiers and payments of its own, to be changed; NULL: no memory. */
struct tariff *tariff_copy(struct scope *scope, const struct tariff *tariff);

/* The charge of a dimension; NULL: it is not sold. */
struct tariff_charge *tariff_charge(const struct tariff *tariff, const struct catalog_dimension *dimension);

const char *tariff_model_name(enum tariff_model model);
const char *tariff_step_name(enum tariff_step step);
const char *tariff_place_name(enum tariff_place place);
const char *rounding_name(enum rounding rounding);

#endif
