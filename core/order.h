/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order.h - sorting by 64-bit numbers, in time that grows with the count alone.
 *
 * Stable: what is equal stays in its order, so that sorting by the least part first and by the greatest last sorts by all.
 */
#ifndef CORE_ORDER_H
#define CORE_ORDER_H

#include <stddef.h>
#include <stdint.h>

struct order {
	uint64_t key;
	uint32_t index; /* the caller's */
};

/* Sorts items by key.  spare: room for as many. */
void order_sort(struct order *items, struct order *spare, size_t count);

#endif
