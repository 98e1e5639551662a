/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain.h - a bill in words and in JSON: how each amount came about, tier by tier and step by step.
 *
 * Both are made from the bill's lines alone, so that what is said is what was rated.
 */
#ifndef OFFERS_EXPLAIN_H
#define OFFERS_EXPLAIN_H

#include "core/buffer.h"
#include "offers/bill.h"

/* The part of a billable quantity that falls into a tier.  False: none of it does. */
bool tier_part(const struct tariff_charge *charge, size_t tier, int64_t billable, int64_t *part);

/* An amount of a bill, with its currency's places. */
const char *bill_amount(const struct bill *bill, struct exact amount, char text[static EXACT_TEXT]);

/* Rows of a line: "  label   amount  why", each ended by a newline. */
void bill_line_text(const struct bill *bill, const struct bill_line *line, struct buffer *buffer);

/* {"kind":...,"amount":...}; documented in apollo-price(1). */
void bill_line_json(const struct bill *bill, const struct bill_line *line, struct buffer *buffer);

/* {"from":...,"to":...,"lines":[...],"total":...,"currency":...} */
void bill_json(const struct bill *bill, struct buffer *buffer);

/* What a charge asks for, in a few words: "0.0385 a TiB-hour, 100000 included each month, 12.5 % off". */
void charge_words(const struct tariff_charge *charge, struct buffer *buffer);

#endif
