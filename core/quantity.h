/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quantity.h - checked integers for usage, and the exact division that closes an hour.
 *
 * Invariants: usage is an int64_t count of micro-units (see apollo/kit.h for its text).  What is summed or
 * integrated before an hour closes is a wide_t, 128 bits.  Every operation that could leave its range says so
 * instead of wrapping.
 */
#ifndef CORE_QUANTITY_H
#define CORE_QUANTITY_H

#include <apollo/kit.h>
#include <stdbool.h>
#include <stdint.h>

__extension__ typedef __int128 wide_t;

enum { WIDE_BYTES = 16 };

/* True, and *sum set, if a + b fits. */
static inline bool quantity_add(int64_t a, int64_t b, int64_t *sum)
{
	return !__builtin_add_overflow(a, b, sum);
}

/* a + b, or the nearest to it that fits; never INT64_MIN, so that it can be negated. */
static inline int64_t quantity_capped(int64_t a, int64_t b)
{
	int64_t sum;

	if (!quantity_add(a, b, &sum))
		return a < 0 ? -INT64_MAX : INT64_MAX;
	return sum == INT64_MIN ? -INT64_MAX : sum;
}

static inline bool wide_add(wide_t a, wide_t b, wide_t *sum)
{
	return !__builtin_add_overflow(a, b, sum);
}

static inline bool wide_multiply(wide_t a, wide_t b, wide_t *product)
{
	return !__builtin_mul_overflow(a, b, product);
}

/* Floor division: numerator = *quotient * divisor + *remainder with 0 <= *remainder < divisor.  divisor > 0.
 * False, and nothing set, if the quotient does not fit an int64_t. */
bool wide_divide(wide_t numerator, wide_t divisor, int64_t *quotient, wide_t *remainder);

/* Big-endian two's complement, WIDE_BYTES bytes; the form that the ledger stores and hashes. */
void wide_store(wide_t value, uint8_t *bytes);
wide_t wide_load(const uint8_t *bytes);

#endif
