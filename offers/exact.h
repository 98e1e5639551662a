/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exact.h - money before it is rounded.
 *
 * All that a bill is made of - prices, quantities, percentages, factors - is written as a decimal, and a product or a sum of decimals is
 * one.  So money is a whole number of some 10^-scale, chosen so that nothing has to be cut; only rounding divides.  The numbers are GMP's,
 * of a fixed size: values without owners, copied like an int, that allocate nothing.
 *
 * Invariants
 *   - Nothing here is floating point, and nothing wraps: a result that does not fit is EXACT_DIGITS of nines, and `overflow` is set in it and
 *     in all that is worked out from it.  The ceilings of the offers' model (tariff.h) keep every bill far below.
 *   - Zero is not negative.
 *   - All functions are pure.
 */
#ifndef OFFERS_EXACT_H
#define OFFERS_EXACT_H

#include "core/quantity.h"
#include "core/scope.h"

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	EXACT_LIMBS = 5, /* 320 bits */
	EXACT_DIGITS = 90, /* any number of so many digits fits */
	EXACT_SCALE_MAX = 80,
	EXACT_TEXT = 120,
	DECIMAL_DIGITS_MAX = 18 /* of a decimal, on each side of its point */
};

struct exact {
	bool negative;
	bool overflow;
	mp_limb_t limbs[EXACT_LIMBS];
};

enum rounding {
	ROUND_HALF_AWAY = 0, /* to the nearest, ties away from zero */
	ROUND_HALF_UP = 1,   /* to the nearest, ties toward plus infinity */
	ROUND_HALF_EVEN = 2, /* to the nearest, ties to the even last place */
	ROUND_UP = 3,        /* away from zero */
	ROUND_DOWN = 4,      /* toward zero */
	ROUND_FLOOR = 5,     /* toward minus infinity */
	ROUND_CEILING = 6    /* toward plus infinity */
};

/* A number as it was written: digits and where the point is. */
struct decimal {
	const char *text;    /* borrowed; NULL: there is none, which counts as 0 */
	struct exact digits; /* value = digits / 10^decimals */
	int decimals;        /* 0 to DECIMAL_DIGITS_MAX */
};

/* Plain digits with at most one point, at most DECIMAL_DIGITS_MAX before it and behind it, none missing on either side; else false. */
bool decimal_read(const char *text, struct decimal *decimal);

/* value / 10^scale as a decimal that was written, its text of the scope; false: it is negative, has too many digits, or there is no memory. */
bool decimal_make(struct scope *scope, struct exact value, int scale, struct decimal *decimal);

/* decimals: at least the decimal's own. */
struct exact decimal_exact(const struct decimal *decimal, int scale);

/* As decimals of different lengths. */
int decimal_compare(const struct decimal *one, const struct decimal *other);

struct exact exact_of(int64_t value);
struct exact exact_power(int exponent); /* 10^exponent, 0 to EXACT_DIGITS */
struct exact exact_negate(struct exact value);
struct exact exact_add(struct exact one, struct exact other);
struct exact exact_subtract(struct exact one, struct exact other);
struct exact exact_multiply(struct exact one, struct exact other);

/* The quotient, rounded to a whole number; divisor above 0. */
struct exact exact_divide(struct exact value, struct exact divisor, enum rounding rounding);

/* dividend / divisor, rounded; dividend not negative, divisor above 0. */
wide_t wide_round(wide_t dividend, wide_t divisor, enum rounding rounding);

/* value rounded to a multiple of 10^places. */
struct exact exact_round(struct exact value, int places, enum rounding rounding);

int exact_compare(struct exact one, struct exact other); /* -1, 0, 1 */
int exact_sign(struct exact value);

static inline struct exact exact_zero(void)
{
	return (struct exact){0};
}

/* Nearest; for pictures and statistics, never for money that is said to somebody. */
double exact_double(struct exact value, int scale);

/* False where it does not fit. */
bool exact_integer(struct exact value, int64_t *integer);

/* "-12.34": value / 10^scale with at least `decimals` places, more where they are not zeros.  Gives text; cut nowhere. */
const char *exact_text(struct exact value, int scale, int decimals, char text[static EXACT_TEXT]);

#endif
