/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diff.h - what became of the addresses between two plans, from their JSON.
 *
 * Invariants: an address is what it was where its role and owner are the same in both.  What an owner lost and got back
 * elsewhere in the same role is moved; the rest is freed or added.
 */
#ifndef DEPLOY_DIFF_H
#define DEPLOY_DIFF_H

#include "core/buffer.h"
#include "core/scope.h"
#include "deploy/range.h"

/* A row of a plan's map. */
struct diff_row {
	struct range address;
	const char *role, *owner;
};

struct diff_rows {
	struct diff_row *items; /* by owner, role and address */
	size_t count;
};

enum { DIFF_BYTES_MAX = 256 << 20 };

/* The map of a plan's JSON.  ERROR_INPUT where it is none. */
int diff_rows_read(struct scope *scope, const char *path, struct diff_rows *rows, struct error *error);

struct diff {
	size_t same, moved, added, freed;
};

/* Compares, and writes a line for every change: as text, or as one JSON document. */
void diff_make(const struct diff_rows *old, const struct diff_rows *new, bool json, struct diff *diff, struct buffer *buffer);

#endif
