/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage.h - a customer's usage, as history or forecast, read from a file.
 *
 * CSV with a header.  Long: columns time, dimension, quantity.  Wide: a column time, and one for each dimension.  Or JSON lines with the members
 * time, dimension and quantity.  A time is an instant with a zone, a day (2026-10-01) or a month (2026-10), whose usage is all at its first instant;
 * days and months are of the zone that is given.  Quantities are exact decimals of the dimension's unit, with at most six places, an
 * exponent where one was written; an empty field of the wide form is none.  Empty lines and those that begin with # are passed over.
 *
 * Invariants: rows are in the order of their times, and those of one time and dimension in the file's.  Nothing is added up: a bill does.
 */
#ifndef OFFERS_USAGE_H
#define OFFERS_USAGE_H

#include "core/calendar.h"
#include "offers/catalog.h"

enum { USAGE_ROWS_MAX = 20000000, USAGE_LINE_MAX = 65536, USAGE_BYTES_MAX = 1 << 30 };

struct usage_row {
	int64_t time; /* UTC */
	int64_t quantity; /* micro-units */
	uint32_t dimension; /* its index in the offer */
};

struct usage {
	struct usage_row *rows;
	size_t count;
};

/* ERROR_INPUT with FILE:LINE where a row is wrong; ERROR_IO.  "-": standard input. */
int usage_read(struct scope *scope, const char *path, const struct catalog_offer *offer, const struct zone *zone, struct usage *usage,
	       struct error *error);
int usage_parse(struct scope *scope, const char *text, size_t size, const char *name, const struct catalog_offer *offer, const struct zone *zone,
		struct usage *usage, struct error *error);

/* Sorts rows by time. */
int usage_sort(struct usage *usage, struct error *error);

#endif
