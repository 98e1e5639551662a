/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rate.h - a plan as text, usage, and the bill, for tests of single amounts.
 *
 * Usage is of the dimensions a, b and c.  All is in January 2027 but where the text says otherwise.
 */
#ifndef TESTS_OFFERS_RATE_H
#define TESTS_OFFERS_RATE_H

#include "offers/explain.h"
#include "offers/quote.h"

struct rate {
	struct catalog catalog;
	struct scope scope;
	struct contract contract;
	struct quote quote;
};

/* plan: the members of a plan but its name.  usage: CSV, long or wide.  From `start` (a day) for so many months; NULL: 2027-01-01.  Fails the test where
 * it is refused. */
void rate_make(struct rate *rate, const char *plan, const char *usage, const char *start, int months);
void rate_release(struct rate *rate);
#define RATE_CLEANUP __attribute__((cleanup(rate_release)))

/* The amount of the nth bill's line of a kind, of a dimension or payment where there is one; "": there is no such line. */
const char *rate_line(const struct rate *rate, size_t bill, enum bill_kind kind, const char *name);
const char *rate_total(const struct rate *rate, size_t bill);

/* One month of one dimension `a`: its whole bill is `wanted`. */
void rate_is(const char *plan, const char *quantity, const char *wanted, const char *file, int line);
#define RATE_IS(PLAN, QUANTITY, WANTED) rate_is(PLAN, QUANTITY, WANTED, __FILE__, __LINE__)

/* Fails the test, with both, where they differ. */
void rate_text_is(const char *got, const char *wanted, const char *file, int line);
#define RATE_TEXT(GOT, WANTED) rate_text_is(GOT, WANTED, __FILE__, __LINE__)

/* A bill in words, and as JSON; valid until the next call. */
const char *rate_words(const struct rate *rate, size_t bill);
const char *rate_json(const struct rate *rate, size_t bill);

#endif
