/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/keep.h"

#include <stdlib.h>
#include <string.h>

static int group_compare(const struct kept *one, const struct kept *other)
{
	int order = strcmp(one->owner, other->owner);

	return order ? order : (int)one->role - (int)other->role;
}

static int kept_compare(const void *left, const void *right)
{
	const struct kept *one = left, *other = right;
	int order = group_compare(one, other);

	if (order)
		return order;
	if (one->list != other->list)
		return one->list < other->list ? -1 : 1;
	return one->address < other->address ? -1 : one->address > other->address;
}

static bool role_find(const char *name, enum seat_role *role)
{
	for (int i = 0; i < SEAT_ROLES; i++)
		if (strcmp(seat_role_name((enum seat_role)i), name) == 0) {
			*role = (enum seat_role)i;
			return true;
		}
	return false;
}

static size_t list_of(const struct ranges *ranges, struct range address)
{
	size_t i = 0;

	while (i < ranges->count && range_relation(ranges->items[i], address) == RELATION_DISJOINT)
		i++;
	return i;
}

int keeper_make(const struct plan *plan, struct keeper *keeper, struct error *error)
{
	const struct diff_rows *rows = plan->older;
	size_t count = rows ? rows->count : 0;

	*keeper = (struct keeper){.items = scope_alloc(plan->scope, count * sizeof(*keeper->items)),
				  .next = scope_alloc(plan->scope, count * sizeof(*keeper->next))};
	if (!keeper->items || !keeper->next)
		return error_memory(error, "a plan");
	for (size_t i = 0; i < count; i++) {
		const struct diff_row *row = &rows->items[i];
		struct kept *kept = &keeper->items[keeper->count];

		*kept = (struct kept){.owner = row->owner, .address = row->address.first, .list = list_of(&plan->deployment->ranges, row->address)};
		keeper->count += row->address.family == plan->family && role_find(row->role, &kept->role);
	}
	if (keeper->count)
		qsort(keeper->items, keeper->count, sizeof(*keeper->items), kept_compare);
	return 0;
}

/* The first row of a group, by halving; count: there is none. */
static size_t group_find(const struct keeper *keeper, const struct kept *wanted)
{
	size_t low = 0, high = keeper->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (group_compare(&keeper->items[middle], wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < keeper->count && group_compare(&keeper->items[low], wanted) == 0 ? low : keeper->count;
}

struct kept *keeper_next(struct keeper *keeper, const char *owner, enum seat_role role)
{
	const struct kept wanted = {.owner = owner, .role = role};
	size_t first = group_find(keeper, &wanted), at;

	if (first == keeper->count)
		return NULL;
	at = first + keeper->next[first];
	if (at == keeper->count || group_compare(&keeper->items[at], &wanted) != 0)
		return NULL;
	keeper->next[first]++;
	return &keeper->items[at];
}

void keeper_rewind(struct keeper *keeper)
{
	if (keeper->count)
		memset(keeper->next, 0, keeper->count * sizeof(*keeper->next));
}
