/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diff.h - what became of the addresses between two plans, from their JSON.
 *
 * Invariants
 *   - An address is what it was where its role and owner are the same in both.  What an owner lost and got back elsewhere in the same
 *     role is moved; the rest is freed or added.
 *   - What else is another in the two plans is told first, with what it means.  Plans of two deployments, or of one that is elsewhere, are apart:
 *     nothing of the old one is kept, whatever the addresses.
 *   - What a plan does not say, as one that an older apollo made, is not compared.
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

enum { DIFF_BYTES_MAX = 256 << 20, DIFF_RANGES_MAX = 1000 };

/* What a plan says of itself. */
enum diff_head { HEAD_NAME, HEAD_PROVISIONER, HEAD_REGION, HEAD_NETWORK, HEAD_VIP_MODE, HEAD_SHAPE, HEAD_RANGES, HEAD_COUNT };

struct diff_plan {
	struct diff_rows rows;
	const char *heads[HEAD_COUNT]; /* NULL: it does not say; the ranges are a list with commas */
};

/* A plan's JSON.  ERROR_INPUT where it is none. */
int diff_plan_read(struct scope *scope, const char *path, struct diff_plan *plan, struct error *error);

/* The same of a text; path stands for it in messages. */
int diff_plan_parse(struct scope *scope, const char *text, size_t size, const char *path, struct diff_plan *plan, struct error *error);

struct diff {
	size_t same, moved, added, freed;
	bool apart; /* they are not two plans of one deployment at one place */
};

/* Compares, and writes a line for every change: as text, or as one JSON document. */
void diff_make(const struct diff_plan *old, const struct diff_plan *new, bool json, struct diff *diff, struct buffer *buffer);

#endif
