/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rate.h - what usage costs, exactly.
 *
 * Invariants: prices are decimals kept as exact rationals; an amount is a rational until the one rounding of its line,
 * and from then on an integer count of the currency's last place.  So the sum of rounded lines is the total, to the
 * last place, whatever the order.  Nothing here is floating point.  All functions are pure.
 */
#ifndef OFFERS_RATE_H
#define OFFERS_RATE_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RATE_DECIMALS_MAX = 6, /* places of an amount */
	RATE_TEXT = 64         /* room for the text of an amount; see rate_line for why it is enough */
};

enum rate_rounding {
	RATE_HALF_UP = 0,   /* to the nearest, ties away from zero */
	RATE_HALF_EVEN = 1, /* to the nearest, ties to the even last place */
	RATE_UP = 2,        /* away from zero */
	RATE_DOWN = 3       /* toward zero */
};

/* How a line is rounded. */
struct rate_rule {
	int rounding; /* enum rate_rounding */
	int decimals; /* places kept, 0 to RATE_DECIMALS_MAX */
};

/* A price of one unit, or a fee. */
struct rate_price {
	const char *text; /* as it was written */
	mpq_t value;
};

/* Reads plain decimal digits with at most one point, at most 18 before it and 18 behind; false, with nothing to
 * release, for any other text.  text is borrowed. */
bool rate_price_init(struct rate_price *price, const char *text);
void rate_price_release(struct rate_price *price);

/* A rounded amount in units of 10^-decimals. */
struct rate_amount {
	mpz_t value;
	int decimals;
};

void rate_amount_init(struct rate_amount *amount, int decimals); /* zero */
void rate_amount_release(struct rate_amount *amount);
#define RATE_AMOUNT_CLEANUP __attribute__((cleanup(rate_amount_release)))

/* The amount of one line: quantity micro-units at the price, rounded once.  A negative quantity gives a negative
 * amount.  amount: made by rate_amount_init; its decimals become the rule's. */
void rate_line(const struct rate_rule *rule, int64_t quantity, const struct rate_price *price,
	       struct rate_amount *amount);

/* A fee as a line of its own, rounded by the rule. */
void rate_fee(const struct rate_rule *rule, const struct rate_price *fee, struct rate_amount *amount);

/* Adds an amount to a total; both have the same decimals. */
void rate_add(struct rate_amount *total, const struct rate_amount *amount);

/* The text of an amount: "-12.34", "0.00", "7" with no decimals.  text: RATE_TEXT bytes.  A line has at most 32 digits
 * before its point, so a sum of any number of lines that memory can hold fits too. */
const char *rate_text(const struct rate_amount *amount, char *text);

#endif
