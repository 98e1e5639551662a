/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terms.h - what a list plan or a private offer says, in words, for people and to be compared.
 *
 * Invariants: rows are in one order, each name once, so that two contracts are compared row by row; a row that does not apply is not there.  Amounts
 * and prices are exact.
 */
#ifndef OFFERS_TERMS_H
#define OFFERS_TERMS_H

#include "core/buffer.h"
#include "offers/marketplaces.h"
#include "offers/quote.h"
#include "offers/value.h"

struct term_row {
	const char *name, *text;
};

/* A price of the list, and what the contract makes of it; tier from 1. */
struct price_row {
	const struct tariff_charge *charge; /* the contract's; NULL: the base fee */
	size_t tier;
	int64_t from, up_to;
	const char *list;    /* NULL: the list has no such price */
	const char *offer;
	const char *percent; /* off the list, to two decimals; NULL: there is nothing to compare with */
};

struct terms {
	struct scope *scope;
	struct term_row *rows;
	size_t count, room;
	struct price_row *prices;
	size_t price_count;
	bool failed;
};

/* now: for what begins with acceptance. */
int terms_make(struct scope *scope, const struct contract *contract, const struct marketplaces *marketplaces, int64_t now, struct terms *terms,
	       struct error *error);

/* The text of a row; NULL: it is not there. */
const char *terms_text(const struct terms *terms, const char *name);

#endif
