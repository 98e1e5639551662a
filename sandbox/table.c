/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/table.h"

#include <apollo/plugin.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

void table_release(struct table *table)
{
	free(table->cells);
	*table = (struct table){0};
}

void table_clear(struct table *table)
{
	if (table->room)
		memset(table->cells, 0, table->room * sizeof(*table->cells));
	table->count = 0;
}

uint64_t table_hash(const void *data, size_t size)
{
	return XXH3_64bits(data, size);
}

uint32_t table_find(const struct table *table, uint64_t hash, table_equal equal, const void *owner, const void *key)
{
	size_t mask = table->room - 1, at = (size_t)hash;

	if (!table->room)
		return TABLE_NONE;
	for (;; at++) {
		const struct table_cell *cell = &table->cells[at & mask];

		if (!cell->index)
			return TABLE_NONE;
		if (cell->hash == (uint32_t)hash && equal(owner, cell->index - 1, key))
			return cell->index - 1;
	}
}

static void cell_put(struct table_cell *cells, size_t room, struct table_cell cell)
{
	size_t at = cell.hash;

	while (cells[at & (room - 1)].index)
		at++;
	cells[at & (room - 1)] = cell;
}

static int table_grow(struct table *table)
{
	size_t room = table->room ? table->room * 2 : 64;
	struct table_cell *cells = calloc(room, sizeof(*cells));

	if (!cells)
		return APOLLO_NOMEM;
	for (size_t i = 0; i < table->room; i++)
		if (table->cells[i].index)
			cell_put(cells, room, table->cells[i]);
	free(table->cells);
	table->cells = cells;
	table->room = room;
	return 0;
}

int table_enter(struct table *table, uint64_t hash, uint32_t index)
{
	if ((table->count + 1) * 3 > table->room * 2 && table_grow(table) < 0)
		return APOLLO_NOMEM;
	cell_put(table->cells, table->room, (struct table_cell){.hash = (uint32_t)hash, .index = index + 1});
	table->count++;
	return 0;
}

int array_grow(void *items, size_t *room, size_t count, size_t size, size_t ceiling)
{
	size_t wanted = *room ? *room * 2 : 16;
	char *moved;

	if (count < *room)
		return 0;
	if (count >= ceiling)
		return APOLLO_NOMEM;
	if (wanted > ceiling)
		wanted = ceiling;
	moved = reallocarray(*(void **)items, wanted, size);
	if (!moved)
		return APOLLO_NOMEM;
	memset(moved + *room * size, 0, (wanted - *room) * size);
	*(void **)items = moved;
	*room = wanted;
	return 0;
}
