/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle.h - what a term costs, worked out a second time: slowly, in GMP's rationals, from the words of the headers of offers/.
 *
 * It reads the structs of a contract and calls nothing of offers/; clocks are those of core/calendar.h, months are its own.
 */
#ifndef TESTS_OFFERS_ORACLE_H
#define TESTS_OFFERS_ORACLE_H

#include "offers/quote.h"

enum { ORACLE_PERIODS = 64, ORACLE_LINES = 64 };

struct oracle_line {
	enum bill_kind kind;
	int64_t quantity, billable; /* USAGE */
	mpq_t amount;
};

struct oracle_bill {
	int64_t from, to;
	size_t line_count;
	struct oracle_line lines[ORACLE_LINES];
	mpq_t total;
};

struct oracle {
	size_t count;
	struct oracle_bill bills[ORACLE_PERIODS];
	mpq_t total;
	size_t outside;
};

void oracle_init(struct oracle *oracle);

/* False: the term has more periods than there is room for. */
bool oracle_rate(struct oracle *oracle, const struct contract *contract, const struct zone *zone, const struct usage *usage);

/* An exact number of apollo as a rational. */
void oracle_exact(struct exact value, int scale, mpq_t rational);

#endif
