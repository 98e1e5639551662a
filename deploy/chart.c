/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/page.h"

#include "deploy/print.h"

#include <inttypes.h>

enum {
	CHART_SQUARES = 1024, /* at most */
	CHART_COLUMNS = 32,
	SQUARE = 24 /* in the drawing's own units */
};

char role_letter(enum seat_role role)
{
	return "MhAIDRPCS"[role];
}

struct square {
	struct range range;
	size_t first, count; /* seats in it */
	bool usable;
};

/* Addresses in one square: a power of two. */
static uint64_t square_size(struct range range)
{
	address_value addresses = range.last - range.first, size = 1;

	while (addresses / size >= CHART_SQUARES)
		size *= 2;
	return size > UINT64_MAX ? UINT64_MAX : (uint64_t)size;
}

/* What most of its addresses are for. */
static enum seat_role square_role(const struct plan *plan, const struct square *square)
{
	size_t counts[SEAT_SPARE + 1] = {0};
	enum seat_role most = plan->seats[square->first].role;

	for (size_t i = 0; i < square->count; i++)
		counts[plan->seats[square->first + i].role]++;
	for (enum seat_role i = 0; i <= SEAT_SPARE; i++)
		if (counts[i] > counts[most])
			most = i;
	return most;
}

static void square_title(const struct plan *plan, const struct square *square, struct buffer *buffer)
{
	const struct seat *seat = square->count ? &plan->seats[square->first] : NULL;
	char text[RANGE_TEXT];

	(void)buffer_print(buffer, "<title>%s: ", range_print(square->range, text));
	if (square->count == 0)
		(void)buffer_text(buffer, square->usable ? "free" : "cannot be used");
	else if (square->count == 1 && range_count(square->range) == 1)
		(void)buffer_print(buffer, "%s, %s", seat_role_name(seat->role), seat_owner(plan, seat));
	else
		(void)buffer_print(buffer, "%zu of %" PRIu64 " given, most: %s", square->count, range_count(square->range),
				   seat_role_name(square_role(plan, square)));
	(void)buffer_text(buffer, "</title>");
}

static void square_draw(const struct plan *plan, const struct square *square, int column, int row, struct buffer *buffer)
{
	int x = column * SQUARE, y = row * SQUARE;

	(void)buffer_text(buffer, "<g>");
	square_title(plan, square, buffer);
	if (square->count) {
		enum seat_role role = square_role(plan, square);

		(void)buffer_print(buffer, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"22\" height=\"22\"/><text x=\"%d\" y=\"%d\">%c</text>",
				   seat_role_name(role), x + 1, y + 1, x + SQUARE / 2, y + 16, role_letter(role));
	} else {
		(void)buffer_print(buffer, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"22\" height=\"22\"/>", square->usable ? "free" : "lost",
				   x + 1, y + 1);
		if (!square->usable)
			(void)buffer_print(buffer, "<path d=\"M%d %dl16 16\"/>", x + 4, y + 4);
	}
	(void)buffer_text(buffer, "</g>\n");
}

void range_chart(const struct plan *plan, struct range range, const struct range_set *space, struct buffer *buffer)
{
	uint64_t size = square_size(range);
	size_t squares = (size_t)((range.last - range.first) / size) + 1, rows = (squares + CHART_COLUMNS - 1) / CHART_COLUMNS, seat = 0;
	char text[RANGE_TEXT];

	(void)buffer_print(buffer, "<svg role=\"img\" viewBox=\"0 0 %d %zu\" style=\"max-width:%dpx\"><title>%s</title>\n", CHART_COLUMNS * SQUARE,
			   rows * SQUARE, CHART_COLUMNS * SQUARE, range_print(range, text));
	while (seat < plan->seat_count && plan->seats[seat].address < range.first)
		seat++;
	for (size_t i = 0; i < squares; i++) {
		struct square square = {.range = {range.family, range.first + i * (address_value)size, range.last}, .first = seat};
		struct range_set one = {&square.range, 1};

		if (range.last - square.range.first >= size)
			square.range.last = square.range.first + size - 1;
		for (; seat < plan->seat_count && plan->seats[seat].address <= square.range.last; seat++)
			square.count++;
		square.usable = range_sets_meet(&one, space);
		square_draw(plan, &square, (int)(i % CHART_COLUMNS), (int)(i / CHART_COLUMNS), buffer);
	}
	(void)buffer_text(buffer, "</svg>\n");
	if (size > 1)
		(void)buffer_print(buffer, "<p class=\"small\">One square is %" PRIu64 " addresses.</p>\n", size);
}
