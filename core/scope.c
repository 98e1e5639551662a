/* SPDX-License-Identifier: Apache-2.0 */
#include "core/scope.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { CHUNK_FIRST = 4096, CHUNK_DOUBLED = 64 << 10 }; /* each has twice the size of the one before, up to this */

struct scope_chunk {
	struct scope_chunk *older;
	size_t size; /* of data */
	size_t used;
	_Alignas(max_align_t) unsigned char data[];
};

static void chunks_free(struct scope_chunk *chunk)
{
	while (chunk) {
		struct scope_chunk *older = chunk->older;

		free(chunk);
		chunk = older;
	}
}

void scope_release(struct scope *scope)
{
	chunks_free(scope->chunks);
	*scope = scope_init(scope->ceiling);
}

void scope_clear(struct scope *scope)
{
	struct scope_chunk *kept = scope->chunks;

	if (!kept)
		return;
	chunks_free(kept->older);
	memset(kept->data, 0, kept->used);
	kept->older = NULL;
	kept->used = 0;
	scope->used = 0;
}

static struct scope_chunk *chunk_new(size_t size, size_t before)
{
	size_t least = before == 0 ? CHUNK_FIRST : before < CHUNK_DOUBLED ? 2 * before : CHUNK_DOUBLED;
	struct scope_chunk *chunk;

	if (size < least)
		size = least;
	chunk = calloc(1, sizeof(*chunk) + size);
	if (chunk)
		chunk->size = size;
	return chunk;
}

void *scope_alloc(struct scope *scope, size_t size)
{
	const size_t unit = _Alignof(max_align_t);
	struct scope_chunk *chunk = scope->chunks;
	void *memory;

	if (size > scope->ceiling || scope->used > scope->ceiling - size)
		return NULL;
	if (size > SIZE_MAX - unit - sizeof(*chunk))
		return NULL;
	size = size ? (size + unit - 1) / unit * unit : unit;
	if (!chunk || chunk->size - chunk->used < size) {
		chunk = chunk_new(size, chunk ? chunk->size : 0);
		if (!chunk)
			return NULL;
		chunk->older = scope->chunks;
		scope->chunks = chunk;
	}
	memory = chunk->data + chunk->used;
	chunk->used += size;
	scope->used += size;
	return memory;
}

char *scope_copy(struct scope *scope, const void *data, size_t size)
{
	char *copy = size < SIZE_MAX ? scope_alloc(scope, size + 1) : NULL;

	if (copy && size)
		memcpy(copy, data, size);
	return copy;
}

char *scope_text(struct scope *scope, const char *text)
{
	return text ? scope_copy(scope, text, strlen(text)) : NULL;
}

char *scope_vprint(struct scope *scope, const char *format, va_list arguments)
{
	va_list again;
	char *text = NULL;
	int size;

	va_copy(again, arguments);
	size = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (size >= 0)
		text = scope_alloc(scope, (size_t)size + 1);
	if (text)
		(void)vsnprintf(text, (size_t)size + 1, format, arguments);
	return text;
}

char *scope_print(struct scope *scope, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = scope_vprint(scope, format, arguments);
	va_end(arguments);
	return text;
}
