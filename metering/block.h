/* SPDX-License-Identifier: Apache-2.0 */
/*
 * block.h - events packed for the ledger.
 *
 * A block holds events of one hour, sorted by series, time and key, in a compact form: counts and differences as
 * base-128 numbers, the sender's id as it came.  A block is written once and never changed; its SHA-256 is the
 * evidence of a posting.  Reading trusts nothing: a damaged block is ERROR_CORRUPT.
 */
#ifndef METERING_BLOCK_H
#define METERING_BLOCK_H

#include "core/buffer.h"
#include "core/error.h"
#include "metering/ledger.h"

enum {
	EVENT_ID_MAX = 512,      /* bytes of an event's id, and of its source */
	EVENT_KEY_BYTES = 16,
	BLOCK_EVENTS = 32768,    /* most events in a block */
	BLOCK_BYTES = 32 << 20,  /* most bytes of a block */
	EVENT_HASHED = 7,
};

/* The largest value of an event, either sign, in units of 10^-decimals: a million million with six decimals. */
#define EVENT_VALUE_MAX INT64_C(1000000000000000000)

struct event {
	int64_t time;
	int64_t value;   /* in units of 10^-decimals */
	int decimals;    /* 0 to 6, as the meter had them when it was taken; EVENT_HASHED: value is a hash, for UNIQUE */
	int64_t series;  /* the ledger's id */
	int64_t origin;  /* the ledger's id of the source */
	const char *id;  /* borrowed, id_size bytes */
	uint32_t id_size;
	uint32_t index;  /* the taker's own: index of the series in the book */
	uint8_t key[EVENT_KEY_BYTES]; /* hash of source and id; not stored in a block */
};

/* The hour that holds a time. */
static inline int64_t hour_of(int64_t time)
{
	return time - time % APOLLO_HOUR;
}

/* Packs count events of one hour, sorted, into data (appended). */
int block_encode(const struct event *events, size_t count, int64_t hour, struct buffer *data, struct error *error);

/* Hands each event of a block to `each` in its order; stops at the first negative code and gives it.  ids point into
 * data; key and index are not filled. */
typedef int (*block_each)(void *context, const struct event *event, struct error *error);
int block_decode(const void *data, size_t size, int64_t hour, int64_t events, block_each each, void *context,
		 struct error *error);

/* The evidence hash of a block. */
void block_hash(int64_t hour, int64_t events, const void *data, size_t size, uint8_t hash[HASH_BYTES]);

/* Every block of [from, to) in the order of hours and ids, decoded.  A damaged one names its id. */
int block_scan(struct ledger *ledger, int64_t from, int64_t to, block_each each, void *context, struct error *error);

#endif
