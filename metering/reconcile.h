/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reconcile.h - our books against the marketplace's own record.
 *
 * A record is a JSON document {"rows": [...]}: rows of days, as the goal "audit" of a market gives them (see
 * apollo/plugin.h), or rows of operations {"operation": ID, "quantity": DECIMAL TEXT}, for a marketplace that can
 * only be compared by operation, from a file.
 */
#ifndef METERING_RECONCILE_H
#define METERING_RECONCILE_H

#include "core/instance.h"
#include "metering/book.h"
#include "metering/ledger.h"

enum reconcile_state {
	RECONCILE_AGREED = 0,
	RECONCILE_PENDING_THERE = 1, /* known there, not processed yet */
	RECONCILE_MISSING_THERE = 2,
	RECONCILE_MISSING_HERE = 3,
	RECONCILE_DIFFERENT = 4,
	RECONCILE_REJECTED_THERE = 5,
	RECONCILE_STATES
};

struct reconcile_row {
	enum reconcile_state state;
	const char *what;      /* the day, or the operation */
	const char *resource;  /* "" for operations */
	const char *dimension;
	int64_t ours, theirs;  /* micro-units */
};

typedef int (*reconcile_each)(void *context, const struct reconcile_row *row, struct error *error);

struct reconcile {
	struct ledger *ledger;
	struct instance *market;
	const struct book *book; /* bound */
	const char *const *const *values; /* as in struct report_options */
	int64_t from, to;        /* whole days for rows of days */
};

/* Compares, one row for each day, resource and dimension (or operation) that either side knows, sorted.
 * record: the marketplace's, `size` bytes. */
int reconcile_compare(const struct reconcile *reconcile, const char *record, size_t size, reconcile_each each,
		      void *context, struct error *error);

const char *reconcile_state_name(enum reconcile_state state);

#endif
