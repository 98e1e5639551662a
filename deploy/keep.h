/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keep.h - the addresses that a plan keeps of an older one; used by map.c alone.
 *
 * Invariants
 *   - A row of the older map is for the same role of the same owner, and for at most one address of the new map.  Of several rows the first in
 *     the order of the customer's ranges, then by address, come first: as they were given.
 *   - Rows are gone through twice in the same order: first each that is wanted is taken out of its pool, so that nobody else gets it; then it is
 *     given.  What a pool has no more is lost: it is somebody else's now, or of no range.
 */
#ifndef DEPLOY_KEEP_H
#define DEPLOY_KEEP_H

#include "deploy/diff.h"
#include "deploy/plan.h"

enum kept_state { KEPT_IDLE, KEPT_TAKEN, KEPT_LOST };

struct kept {
	const char *owner;
	enum seat_role role;
	address_value address;
	size_t list; /* the number of the customer's range that it is of */
	enum kept_state state;
};

struct keeper {
	struct kept *items; /* by owner, role, list and address; of the plan's scope */
	size_t count;
	size_t *next;       /* of each group, at its first row: how many of it were gone through */
};

/* The rows of the plan's older map, which may be none; those of another family or of roles that are not known are left out.  APOLLO_NOMEM. */
int keeper_make(const struct plan *plan, struct keeper *keeper, struct error *error);

/* The next row of an owner in a role; NULL: there is none left. */
struct kept *keeper_next(struct keeper *keeper, const char *owner, enum seat_role role);

/* Back to the first rows. */
void keeper_rewind(struct keeper *keeper);

#endif
