/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool.h - free addresses, and how they are given out so that growth moves nothing (rules C07, C10).
 *
 * Invariants
 *   - What is given depends only on the pool's ranges and on what was taken before: whoever asks for the same things in the
 *     same order gets the same addresses, and asking for one more thing at the end changes none of them.
 *   - A request fails only when the pool has too few addresses: alignment is given up before that.
 *   - An earlier range is used up before a later one is begun, so that a range that is added behind moves nothing.
 */
#ifndef DEPLOY_POOL_H
#define DEPLOY_POOL_H

#include "deploy/range.h"

struct pool_piece {
	struct range range;
	size_t list; /* the number of the customer's range that it is of */
};

/* Two kinds of takers that grow independently begin at different places. */
enum lane {
	LANE_ENDS,  /* single addresses from the bottom up, blocks from the top down */
	LANE_MIDDLE /* single addresses from the middle of the first range up, blocks from there down */
};

struct pool {
	struct pool_piece *pieces; /* free, in the order of the ranges and ascending in each */
	size_t count, room;
	uint64_t left; /* free addresses; UINT64_MAX: as many or more */
	address_value middle;
	struct scope *scope;
};

/* The addresses of `ranges`, in that order, that are not in `less`.  APOLLO_NOMEM. */
int pool_make(struct scope *scope, const struct range *ranges, size_t count, const struct range_set *less, struct pool *pool,
	      struct error *error);

/* One address, at the lane's place or, where nothing is free there, the lowest; false where there is none. */
bool pool_take(struct pool *pool, enum lane lane, address_value *address);

/* This very address; false where it is not free. */
bool pool_take_at(struct pool *pool, address_value address);

/* `count` addresses at the lane's place in the first range that has as many: one aligned block of the next power of two, of which
 * they are the first, or, where none is free, the highest single ones.  aligned: which it was.  False, and nothing
 * taken, where the pool has too few. */
bool pool_take_block(struct pool *pool, enum lane lane, size_t count, address_value *addresses, bool *aligned);

#endif
