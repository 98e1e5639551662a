/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/names.h"

#include <apollo/plugin.h>
#include <string.h>

struct name_key {
	const char *text;
	size_t size;
};

static bool name_equal(const void *owner, uint32_t index, const void *key)
{
	const struct name *name = &((const struct names *)owner)->items[index];
	const struct name_key *wanted = key;

	return name->size == wanted->size && memcmp(name->text, wanted->text, wanted->size) == 0;
}

static bool text_plain(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == '"' || *text == '\\')
			return false;
	return true;
}

uint32_t names_find(const struct names *names, const char *text)
{
	struct name_key key = {.text = text, .size = strlen(text)};

	return table_find(&names->table, table_hash(text, key.size), name_equal, names, &key);
}

uint32_t names_enter(struct names *names, const char *text)
{
	struct name_key key = {.text = text, .size = strlen(text)};
	uint64_t hash = table_hash(text, key.size);
	uint32_t number = table_find(&names->table, hash, name_equal, names, &key);
	char *copy;

	if (number != TABLE_NONE)
		return number;
	if (key.size >= TABLE_NONE ||
	    array_grow(&names->items, &names->room, names->count, sizeof(*names->items), NAMES_MAX) < 0)
		return TABLE_NONE;
	copy = scope_copy(&names->texts, text, key.size);
	if (!copy || table_enter(&names->table, hash, names->count) < 0)
		return TABLE_NONE;
	names->items[names->count] =
		(struct name){.text = copy, .size = (uint32_t)key.size, .plain = text_plain(copy)};
	return names->count++;
}

int names_init(struct names *names)
{
	*names = (struct names){.texts = scope_init(NAMES_BYTES_MAX)};
	if (names_enter(names, "") != 0) {
		names_release(names);
		return APOLLO_NOMEM;
	}
	return 0;
}

void names_release(struct names *names)
{
	table_release(&names->table);
	scope_release(&names->texts);
	free(names->items);
	names->items = NULL;
	names->count = 0;
	names->room = 0;
}

void names_json(const struct names *names, uint32_t number, struct buffer *out)
{
	const struct name *name = &names->items[number];

	if (!name->plain) {
		(void)buffer_json(out, name->text);
		return;
	}
	(void)buffer_append(out, "\"", 1);
	(void)buffer_append(out, name->text, name->size);
	(void)buffer_append(out, "\"", 1);
}
