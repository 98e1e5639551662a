/* SPDX-License-Identifier: Apache-2.0 */
#include "core/order.h"

#include <stdbool.h>
#include <string.h>

enum { DIGITS = 8, DIGIT_BITS = 8, DIGIT_VALUES = 1 << DIGIT_BITS };

static unsigned digit_of(uint64_t key, int digit)
{
	return (unsigned)(key >> digit * DIGIT_BITS) & (DIGIT_VALUES - 1);
}

/* Counts become places; false where all keys have this digit in common. */
static bool places_make(size_t places[DIGIT_VALUES], size_t count)
{
	size_t place = 0;

	for (int i = 0; i < DIGIT_VALUES; i++) {
		size_t here = places[i];

		if (here == count)
			return false;
		places[i] = place;
		place += here;
	}
	return true;
}

void order_sort(struct order *items, struct order *spare, size_t count)
{
	size_t places[DIGITS][DIGIT_VALUES] = {{0}};
	struct order *from = items, *to = spare;

	for (size_t i = 0; i < count; i++)
		for (int digit = 0; digit < DIGITS; digit++)
			places[digit][digit_of(items[i].key, digit)]++;
	for (int digit = 0; digit < DIGITS; digit++) {
		struct order *sorted = to;

		if (!places_make(places[digit], count))
			continue;
		for (size_t i = 0; i < count; i++)
			to[places[digit][digit_of(from[i].key, digit)]++] = from[i];
		to = from;
		from = sorted;
	}
	if (from != items)
		memcpy(items, from, count * sizeof(*items));
}
