/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dedupe.h - an event is taken once.
 *
 * The key of an event is a 128-bit hash of its source and id, seeded by the ledger.  Keys are kept for a window (40
 * days unless set otherwise) in generations of about a million.  Only the newest generation is written to, so its part
 * of the table stays in the cache however many keys there are; an older one is asked only if its filter (a Bloom
 * filter, 2 bytes a key, stored with it) does not rule the key out.  A filter never says no to a key that is there, so
 * the answer is exact: the cost is memory of 2 bytes for each event in the window.
 *
 * Everything happens inside the caller's transaction: keys and the events they stand for are kept together or not at
 * all.
 */
#ifndef METERING_DEDUPE_H
#define METERING_DEDUPE_H

#include "metering/block.h"
#include "metering/ledger.h"

enum {
	GENERATION_KEYS = 1 << 20,   /* a generation with this many is closed */
	GENERATIONS_MAX = 4096,      /* in one window: about four thousand million events */
};

struct generation {
	int64_t id;
	int64_t keys;
	uint8_t *filter; /* NULL for the newest */
	size_t filter_size;
};

struct dedupe {
	struct ledger *ledger;
	struct generation *generations; /* oldest first */
	size_t count;
	bool loaded;
};

static inline struct dedupe dedupe_init(struct ledger *ledger)
{
	return (struct dedupe){.ledger = ledger};
}

void dedupe_release(struct dedupe *dedupe);
#define DEDUPE_CLEANUP __attribute__((cleanup(dedupe_release)))

/* The key of (source, id). */
void dedupe_key(int64_t seed, const char *source, size_t source_size, const char *id, size_t id_size,
		uint8_t key[EVENT_KEY_BYTES]);

/* Drops the events whose key is known (also among themselves: the first stays) and keeps the keys of the rest.  events: sorted by
 * key (sorter.h).  *count: in and out.  now: when they are taken. */
int dedupe_take(struct dedupe *dedupe, struct event *events, size_t *count, int64_t now, struct error *error);

/* Forgets the oldest generations, as far as their newest key was taken before `before`; each by a posting that keeps the
 * digest of its keys.  Inside a transaction.  now: when.  *pruned: there were some. */
int dedupe_prune(struct dedupe *dedupe, int64_t before, int64_t now, bool *pruned,
		 struct error *error);

/* The digest of a generation is all its keys, exclusive-or'd: compares it with the keys themselves, and each key with the
 * filter. */
int dedupe_verify(struct ledger *ledger, struct error *error);

#endif
