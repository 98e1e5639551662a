/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names.h - each different text is kept once and has a small number, so that the books hold numbers.
 *
 * Invariants: number 0 is the empty text and always there; a number is valid until names_release.  A text holds no
 * NUL.  Resource URIs, dimensions, plans, times as they were sent, and operation ids live here.
 */
#ifndef SANDBOX_NAMES_H
#define SANDBOX_NAMES_H

#include "core/buffer.h"
#include "core/scope.h"
#include "sandbox/table.h"

enum { NAMES_MAX = 12000000 };                            /* different texts */
#define NAMES_BYTES_MAX ((size_t)4 * 1024 * 1024 * 1024) /* of all of them */

struct name {
	const char *text;
	uint32_t size;
	bool plain; /* stands in JSON as it is */
};

struct names {
	struct table table;
	struct scope texts;
	struct name *items;
	size_t room;
	uint32_t count;
};

/* 0 or APOLLO_NOMEM. */
int names_init(struct names *names);
void names_release(struct names *names);

/* The number of a text, which is entered if it is new.  TABLE_NONE: memory or a ceiling. */
uint32_t names_enter(struct names *names, const char *text);

/* The number of a text, or TABLE_NONE if it was never entered. */
uint32_t names_find(const struct names *names, const char *text);

static inline const char *names_text(const struct names *names, uint32_t number)
{
	return names->items[number].text;
}

/* Appends the text as a JSON string. */
void names_json(const struct names *names, uint32_t number, struct buffer *out);

#endif
