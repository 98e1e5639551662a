/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nearest.h - which known name a mistyped one was probably meant to be.  Pure.
 *
 *   struct nearest nearest = nearest_init("dimenson");
 *   nearest_offer(&nearest, "dimension");
 *   if (nearest.name) "did you mean \"dimension\"?"
 */
#ifndef CORE_NEAREST_H
#define CORE_NEAREST_H

#include <stddef.h>

enum { NEAREST_NAME_MAX = 64 }; /* longer names are never near */

struct nearest {
	const char *wanted;
	const char *name; /* the nearest of those offered so far, borrowed; NULL: none is near enough */
	size_t distance;  /* its distance from wanted */
};

static inline struct nearest nearest_init(const char *wanted)
{
	return (struct nearest){.wanted = wanted};
}

/* Letters to insert, drop, change or swap with their neighbour to come from one to the other; more than `most`
 * gives most + 1.  Without regard to case. */
size_t nearest_distance(const char *one, const char *other, size_t most);

/* Near enough is a third of the wanted name's letters, at least one and at most three; the first offered wins a tie. */
void nearest_offer(struct nearest *nearest, const char *name);

#endif
