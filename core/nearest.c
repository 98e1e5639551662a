/* SPDX-License-Identifier: Apache-2.0 */
#include "core/nearest.h"

#include <string.h>

static char letter(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t nearest_distance(const char *one, const char *other, size_t most)
{
	/* Three rows of the table: this one, the one above, and the one above that for swaps. */
	size_t rows[3][NEAREST_NAME_MAX + 1];
	size_t length = strnlen(one, NEAREST_NAME_MAX + 1), width = strnlen(other, NEAREST_NAME_MAX + 1), distance;

	if (length > NEAREST_NAME_MAX || width > NEAREST_NAME_MAX)
		return most + 1;
	for (size_t j = 0; j <= width; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= length; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
		char a = letter(one[i - 1]);

		row[0] = i;
		for (size_t j = 1; j <= width; j++) {
			char b = letter(other[j - 1]);

			row[j] = least(above[j - 1] + (a != b), least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a == letter(other[j - 2]) && b == letter(one[i - 2]))
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	distance = rows[length % 3][width];
	return distance > most ? most + 1 : distance;
}

void nearest_offer(struct nearest *nearest, const char *name)
{
	size_t third = strnlen(nearest->wanted, NEAREST_NAME_MAX) / 3;
	size_t most = third < 1 ? 1 : third > 3 ? 3 : third;
	size_t distance = nearest_distance(nearest->wanted, name, most);

	if (distance > most || (nearest->name && distance >= nearest->distance))
		return;
	nearest->name = name;
	nearest->distance = distance;
}
