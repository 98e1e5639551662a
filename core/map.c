/* SPDX-License-Identifier: Apache-2.0 */
#include "core/map.h"

#include <apollo/plugin.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

void map_release(struct map *map)
{
	free(map->entries);
	*map = map_init(map->ceiling);
}

/* The key's entry, or the free one where it would go.  There is always a free one. */
static struct map_entry *entry_find(const struct map *map, const char *key, size_t size, uint32_t hash)
{
	size_t mask = map->room - 1, at = hash & mask;

	for (;; at = (at + 1) & mask) {
		struct map_entry *entry = &map->entries[at];

		if (!entry->key)
			return entry;
		if (entry->hash == hash && entry->size == size && memcmp(entry->key, key, size) == 0)
			return entry;
	}
}

static uint32_t hash_of(const char *key, size_t size)
{
	return (uint32_t)XXH3_64bits(key, size);
}

int64_t map_get(const struct map *map, const char *key, size_t size)
{
	struct map_entry *entry;

	if (!map->room)
		return -1;
	entry = entry_find(map, key, size, hash_of(key, size));
	return entry->key ? entry->value : -1;
}

static int map_grow(struct map *map)
{
	struct map grown = {.room = map->room ? map->room * 2 : 64, .count = map->count, .ceiling = map->ceiling};

	grown.entries = calloc(grown.room, sizeof(*grown.entries));
	if (!grown.entries)
		return APOLLO_NOMEM;
	for (size_t i = 0; i < map->room; i++) {
		struct map_entry *entry = &map->entries[i];

		if (entry->key)
			*entry_find(&grown, entry->key, entry->size, entry->hash) = *entry;
	}
	free(map->entries);
	*map = grown;
	return 0;
}

int map_set(struct map *map, const char *key, size_t size, int64_t value)
{
	uint32_t hash = hash_of(key, size);
	struct map_entry *entry;

	if (size > UINT32_MAX || ((map->count + 1) * 2 > map->room && map_grow(map) < 0))
		return APOLLO_NOMEM;
	entry = entry_find(map, key, size, hash);
	if (entry->key) {
		entry->value = value;
		return 0;
	}
	if (map->count == map->ceiling)
		return APOLLO_NOMEM;
	*entry = (struct map_entry){.key = key, .size = (uint32_t)size, .hash = hash, .value = value};
	map->count++;
	return 0;
}
