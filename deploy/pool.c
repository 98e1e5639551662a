/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/pool.h"

#include <string.h>

int pool_make(struct scope *scope, const struct range *ranges, size_t count, const struct range_set *less, struct pool *pool,
	      struct error *error)
{
	/* Taking from the middle of a piece makes one more: room is doubled when it is needed. */
	size_t room = 2 * (count + 1) * (less->count + 2);

	*pool = (struct pool){.scope = scope};
	if (count)
		pool->middle = ranges[0].first + (ranges[0].last - ranges[0].first) / 2 + (ranges[0].first < ranges[0].last);
	room = room < 64 ? 64 : room > 4096 ? 4096 : room;
	for (size_t i = 0; i < count; i++) {
		struct range_set one, rest;

		if (range_set_make(scope, &ranges[i], 1, &one, error) < 0 || range_set_subtract(scope, &one, less, &rest, error) < 0)
			return error->code;
		if (!pool->pieces || pool->count + rest.count > pool->room) {
			size_t wanted = 2 * (pool->count + rest.count) > room ? 2 * (pool->count + rest.count) : room;
			struct pool_piece *pieces = scope_alloc(scope, wanted * sizeof(*pieces));

			if (!pieces)
				return error_memory(error, "a pool of addresses");
			if (pool->count)
				memcpy(pieces, pool->pieces, pool->count * sizeof(*pieces));
			pool->pieces = pieces;
			pool->room = wanted;
		}
		for (size_t j = 0; j < rest.count; j++)
			pool->pieces[pool->count++] = (struct pool_piece){rest.items[j], i};
		if (__builtin_add_overflow(pool->left, range_set_count(&rest), &pool->left))
			pool->left = UINT64_MAX;
	}
	return 0;
}

/* Takes a part of a piece out; what is left of it stays at its place. */
static bool piece_cut(struct pool *pool, size_t index, struct range part)
{
	struct pool_piece *piece = &pool->pieces[index], above = *piece;

	if (pool->left != UINT64_MAX)
		pool->left -= range_count(part);
	if (part.first == piece->range.first && part.last == piece->range.last) {
		memmove(piece, piece + 1, (pool->count - index - 1) * sizeof(*piece));
		pool->count--;
		return true;
	}
	if (part.first == piece->range.first) {
		piece->range.first = part.last + 1;
		return true;
	}
	above.range.first = part.last + 1;
	piece->range.last = part.first - 1;
	if (part.last == above.range.last)
		return true;
	if (pool->count == pool->room) {
		struct pool_piece *pieces = scope_alloc(pool->scope, 2 * pool->room * sizeof(*pieces));

		if (!pieces)
			return false;
		memcpy(pieces, pool->pieces, pool->count * sizeof(*pieces));
		pool->pieces = pieces;
		pool->room *= 2;
	}
	memmove(&pool->pieces[index + 2], &pool->pieces[index + 1], (pool->count - index - 1) * sizeof(*pool->pieces));
	pool->pieces[index + 1] = above;
	pool->count++;
	return true;
}

bool pool_take(struct pool *pool, enum lane lane, address_value *address)
{
	size_t at = 0;

	if (!pool->count)
		return false;
	while (lane == LANE_MIDDLE && at < pool->count && pool->pieces[at].list == 0 && pool->pieces[at].range.last < pool->middle)
		at++;
	at = at < pool->count ? at : 0;
	*address = pool->pieces[at].range.first;
	if (lane == LANE_MIDDLE && *address < pool->middle && pool->pieces[at].range.last >= pool->middle)
		*address = pool->middle;
	return piece_cut(pool, at, range_of(pool->pieces[at].range.family, *address));
}

bool pool_take_at(struct pool *pool, address_value address)
{
	for (size_t i = 0; i < pool->count; i++)
		if (pool->pieces[i].range.first <= address && address <= pool->pieces[i].range.last)
			return piece_cut(pool, i, range_of(pool->pieces[i].range.family, address));
	return false;
}

/* The highest aligned block of 2^bits addresses in a range. */
static bool block_find(struct range range, int bits, struct range *block)
{
	address_value size = (address_value)1 << bits, first;

	if (range.last - range.first < size - 1)
		return false;
	first = (range.last - (size - 1)) & ~(size - 1);
	if (first < range.first)
		return false;
	*block = (struct range){range.family, first, first + (size - 1)};
	return true;
}

/* One past the last piece of the same range of the customer's, and its free addresses. */
static size_t list_end(const struct pool *pool, size_t begin, uint64_t *left)
{
	size_t end = begin;

	for (*left = 0; end < pool->count && pool->pieces[end].list == pool->pieces[begin].list; end++)
		if (__builtin_add_overflow(*left, range_count(pool->pieces[end].range), left))
			*left = UINT64_MAX;
	return end;
}

static bool block_take(struct pool *pool, enum lane lane, size_t begin, size_t end, size_t count, address_value *addresses)
{
	int bits = 0;

	while ((size_t)1 << bits < count)
		bits++;
	for (size_t i = end; i-- > begin;) {
		struct range range = pool->pieces[i].range, block;

		if (lane == LANE_MIDDLE && range.last >= pool->middle) {
			if (range.first >= pool->middle)
				continue;
			range.last = pool->middle - 1;
		}
		if (!block_find(range, bits, &block))
			continue;
		for (size_t j = 0; j < count; j++)
			addresses[j] = block.first + j;
		/* What is over of the block stays free, for single addresses when nothing else is left. */
		block.last = block.first + (count - 1);
		return piece_cut(pool, i, block);
	}
	return false;
}

static bool singles_take(struct pool *pool, size_t end, size_t count, address_value *addresses)
{
	for (size_t j = count; j-- > 0;) {
		struct range range = pool->pieces[end - 1].range;
		size_t before = pool->count;

		addresses[j] = range.last;
		if (!piece_cut(pool, end - 1, range_of(range.family, range.last)))
			return false;
		end -= before - pool->count;
	}
	return true;
}

bool pool_take_block(struct pool *pool, enum lane lane, size_t count, address_value *addresses, bool *aligned)
{
	if (!count || pool->left < count)
		return false;
	for (size_t begin = 0; begin < pool->count;) {
		uint64_t left;
		size_t end = list_end(pool, begin, &left);

		*aligned = (lane == LANE_MIDDLE && begin == 0 && block_take(pool, lane, begin, end, count, addresses)) ||
			   block_take(pool, LANE_ENDS, begin, end, count, addresses);
		if (*aligned)
			return true;
		if (left >= count)
			return singles_take(pool, end, count, addresses);
		begin = end;
	}
	/* No range has as many: from all of them. */
	return singles_take(pool, pool->count, count, addresses);
}
