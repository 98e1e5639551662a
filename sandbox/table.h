/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.h - finding one of many by its key: an open hash table of indices into an array of the owner's.
 *
 * Invariants: the table holds indices and 32 bits of each key's hash, never keys; the owner compares.  At most two
 * thirds of the cells are taken.  Nothing is ever removed but by table_clear.
 */
#ifndef SANDBOX_TABLE_H
#define SANDBOX_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TABLE_NONE UINT32_MAX

struct table_cell {
	uint32_t hash;
	uint32_t index; /* plus one; 0: the cell is free */
};

struct table {
	struct table_cell *cells;
	size_t room; /* a power of two, or 0 */
	size_t count;
};

/* Whether the owner's item `index` has the key. */
typedef bool (*table_equal)(const void *owner, uint32_t index, const void *key);

void table_release(struct table *table);

/* Empties it and keeps its memory. */
void table_clear(struct table *table);

/* The index under the key, or TABLE_NONE. */
uint32_t table_find(const struct table *table, uint64_t hash, table_equal equal, const void *owner, const void *key);

/* Enters an index under a key that the table does not hold.  0 or APOLLO_NOMEM. */
int table_enter(struct table *table, uint64_t hash, uint32_t index);

/* The hash of `size` bytes; for structs used as keys, which must have no padding. */
uint64_t table_hash(const void *data, size_t size);

/* Makes room in *items for one more than `count` items of `size` bytes each; *room is what there is.  The new room
 * is zeroed.  0, or APOLLO_NOMEM if memory is short or `ceiling` items are there already. */
int array_grow(void *items, size_t *room, size_t count, size_t size, size_t ceiling);

#endif
