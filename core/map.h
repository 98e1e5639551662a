/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map.h - from a text to a number, in memory.
 *
 * Invariants: keys are borrowed, not copied: they must outlive the map.  Values are 0 or more.  A map has a ceiling
 * of entries, named when it is made.  Iteration order is not defined.
 */
#ifndef CORE_MAP_H
#define CORE_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_entry {
	const char *key; /* NULL: free */
	uint32_t size;
	uint32_t hash;
	int64_t value;
};

struct map {
	struct map_entry *entries; /* open addressing, a power of two, at most half full */
	size_t room;
	size_t count;
	size_t ceiling;
};

static inline struct map map_init(size_t ceiling)
{
	return (struct map){.ceiling = ceiling};
}

void map_release(struct map *map);

/* The value, or -1. */
int64_t map_get(const struct map *map, const char *key, size_t size);

/* Sets or replaces; 0 or APOLLO_NOMEM (memory, or the ceiling). */
int map_set(struct map *map, const char *key, size_t size, int64_t value);

#endif
