/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/dedupe.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
	FILTER_BLOCK = 64,    /* bytes: one cache line holds all bits of a key */
	FILTER_BITS = 8,      /* set for each key */
	FILTER_BYTES_PER_KEY = 2,
	FILTER_MAX = 64 << 20
};

void dedupe_release(struct dedupe *dedupe)
{
	for (size_t i = 0; i < dedupe->count; i++)
		free(dedupe->generations[i].filter);
	free(dedupe->generations);
	*dedupe = dedupe_init(dedupe->ledger);
}

void dedupe_key(int64_t seed, const char *source, size_t source_size, const char *id, size_t id_size,
		uint8_t key[EVENT_KEY_BYTES])
{
	char both[2 * EVENT_ID_MAX + 1];
	XXH128_canonical_t canonical;

	memcpy(both, source, source_size);
	both[source_size] = '\0';
	memcpy(both + source_size + 1, id, id_size);
	XXH128_canonicalFromHash(&canonical, XXH3_128bits_withSeed(both, source_size + 1 + id_size, (XXH64_hash_t)seed));
	memcpy(key, canonical.digest, EVENT_KEY_BYTES);
}

/* ---- the filter of a closed generation ---- */

static uint64_t key_head(const uint8_t *key)
{
	uint64_t head = 0;

	for (int i = 0; i < 8; i++)
		head = head << 8 | key[i];
	return head;
}

/* The cache line of a key.  It grows with the key, so sorted keys walk the filter from front to back. */
static size_t filter_line(size_t size, const uint8_t *key)
{
	__extension__ unsigned __int128 product = (unsigned __int128)key_head(key) * (size / FILTER_BLOCK);

	return (size_t)(product >> 64) * FILTER_BLOCK;
}

/* Bit i of a key within its line: nine bits of the key's second half for each. */
static unsigned filter_bit(const uint8_t *key, int i)
{
	return ((unsigned)key[8 + i % 8] | (unsigned)(key[8 + (i + 3) % 8] & 1) << 8);
}

static void filter_add(uint8_t *filter, size_t size, const uint8_t *key)
{
	uint8_t *line = filter + filter_line(size, key);

	for (int i = 0; i < FILTER_BITS; i++) {
		unsigned bit = filter_bit(key, i);

		line[bit / 8] |= (uint8_t)(1u << bit % 8);
	}
}

static bool filter_may_have(const struct generation *generation, const uint8_t *key)
{
	const uint8_t *line = generation->filter + filter_line(generation->filter_size, key);

	for (int i = 0; i < FILTER_BITS; i++) {
		unsigned bit = filter_bit(key, i);

		if (!(line[bit / 8] & 1u << bit % 8))
			return false;
	}
	return true;
}

/* ---- generations ---- */

static int generations_load(struct dedupe *dedupe, struct error *error)
{
	struct db_statement *statement = db_statement(dedupe->ledger->db,
		"SELECT id, keys, filter FROM key_generation ORDER BY id", error);
	int code;

	if (!statement)
		return error->code;
	dedupe_release(dedupe);
	dedupe->generations = calloc(GENERATIONS_MAX, sizeof(*dedupe->generations));
	if (!dedupe->generations)
		return error_memory(error, "the dedupe window");
	while ((code = db_step(statement, error)) == 1) {
		struct generation *generation = &dedupe->generations[dedupe->count];
		size_t size;
		const void *filter = db_blob(statement, 2, &size);

		if (dedupe->count == GENERATIONS_MAX || size > FILTER_MAX || size % FILTER_BLOCK)
			return error_set(error, ERROR_CORRUPT, "the dedupe window of the ledger is damaged");
		*generation = (struct generation){.id = db_int(statement, 0), .keys = db_int(statement, 1), .filter_size = size};
		if (filter && size) {
			generation->filter = malloc(size);
			if (!generation->filter)
				return error_memory(error, "the dedupe window");
			memcpy(generation->filter, filter, size);
		}
		dedupe->count++;
	}
	dedupe->loaded = code == 0;
	return code;
}

/* Another process may have closed a generation, and a rolled back transaction may have left one that is not there. */
static int generations_refresh(struct dedupe *dedupe, struct error *error)
{
	struct db_statement *statement = db_statement(dedupe->ledger->db,
		"SELECT id, keys FROM key_generation ORDER BY id DESC LIMIT 1", error);
	struct generation *newest = dedupe->count ? &dedupe->generations[dedupe->count - 1] : NULL;
	int code;

	if (!statement)
		return error->code;
	code = db_step(statement, error);
	if (code < 0)
		return code;
	if (dedupe->loaded && ((code == 0 && !newest) || (code == 1 && newest && newest->id == db_int(statement, 0)))) {
		if (newest)
			newest->keys = db_int(statement, 1);
		db_reset(statement);
		return 0;
	}
	db_reset(statement);
	return generations_load(dedupe, error);
}

static int filter_build(struct dedupe *dedupe, struct generation *generation, struct error *error)
{
	struct db_statement *statement = db_statement(dedupe->ledger->db,
		"SELECT id FROM event_key WHERE generation = ?1", error);
	size_t size = ((size_t)generation->keys * FILTER_BYTES_PER_KEY / FILTER_BLOCK + 1) * FILTER_BLOCK;
	uint8_t *filter = calloc(1, size);
	int code;

	if (!statement || !filter) {
		free(filter);
		return statement ? error_memory(error, "a dedupe filter") : error->code;
	}
	db_bind_int(statement, 1, generation->id);
	while ((code = db_step(statement, error)) == 1) {
		size_t key_size;
		const uint8_t *key = db_blob(statement, 0, &key_size);

		if (key && key_size == EVENT_KEY_BYTES)
			filter_add(filter, size, key);
	}
	if (code < 0) {
		free(filter);
		return code;
	}
	free(generation->filter);
	generation->filter = filter;
	generation->filter_size = size;
	return 0;
}

static int generation_close(struct dedupe *dedupe, struct generation *generation, struct error *error)
{
	struct db_statement *statement;

	if (filter_build(dedupe, generation, error) < 0)
		return error->code;
	statement = db_statement(dedupe->ledger->db, "UPDATE key_generation SET filter = ?2 WHERE id = ?1", error);
	if (!statement)
		return error->code;
	db_bind_int(statement, 1, generation->id);
	db_bind_blob(statement, 2, generation->filter, generation->filter_size);
	return db_run(statement, error);
}

/* Begins a generation where there is none, or where the newest is full. */
static int generation_current(struct dedupe *dedupe, int64_t now, struct error *error)
{
	static const uint8_t zeros[EVENT_KEY_BYTES];
	struct generation *newest = dedupe->count ? &dedupe->generations[dedupe->count - 1] : NULL;
	struct db_statement *statement;
	int64_t id = newest ? newest->id + 1 : 1;

	if (newest && newest->keys < GENERATION_KEYS)
		return 0;
	if (newest && generation_close(dedupe, newest, error) < 0)
		return error->code;
	if (dedupe->count == GENERATIONS_MAX) {
		(void)error_set(error, APOLLO_NOMEM, "the dedupe window holds %d million events, more are not taken",
				GENERATIONS_MAX);
		return error_hint(error, "shorten dedupe_window in the configuration");
	}
	statement = db_statement(dedupe->ledger->db,
		"INSERT INTO key_generation (id, keys, newest, digest) VALUES (?1, 0, ?2, ?3)", error);
	if (!statement)
		return error->code;
	db_bind_int(statement, 1, id);
	db_bind_int(statement, 2, now);
	db_bind_blob(statement, 3, zeros, sizeof(zeros));
	if (db_run(statement, error) < 0)
		return error->code;
	dedupe->generations[dedupe->count++] = (struct generation){.id = id};
	return 0;
}

/* ---- taking ---- */

static int key_known(struct dedupe *dedupe, const struct generation *generation, const uint8_t *key,
		     struct error *error)
{
	struct db_statement *statement;
	int code;

	if (!filter_may_have(generation, key))
		return 0;
	statement = db_statement(dedupe->ledger->db, "SELECT 1 FROM event_key WHERE generation = ?1 AND id = ?2", error);
	if (!statement)
		return error->code;
	db_bind_int(statement, 1, generation->id);
	db_bind_blob(statement, 2, key, EVENT_KEY_BYTES);
	code = db_step(statement, error);
	if (code >= 0)
		db_reset(statement);
	return code;
}

/* Drops the events whose keys a closed generation has. */
static int drop_known(struct dedupe *dedupe, const struct generation *generation, struct event *events,
		      size_t *count, struct error *error)
{
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++) {
		int known = key_known(dedupe, generation, events[i].key, error);

		if (known < 0)
			return known;
		if (!known && kept++ != i)
			events[kept - 1] = events[i];
	}
	*count = kept;
	return 0;
}

/* Writes the keys into the newest generation and drops the events that it has already. */
static int keep_new(struct dedupe *dedupe, struct event *events, size_t *count, uint8_t digest[EVENT_KEY_BYTES],
		    struct error *error)
{
	struct generation *newest = &dedupe->generations[dedupe->count - 1];
	struct db_statement *statement = db_statement(dedupe->ledger->db,
		"INSERT INTO event_key (generation, id) VALUES (?1, ?2) ON CONFLICT DO NOTHING", error);
	size_t kept = 0;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, newest->id);
	for (size_t i = 0; i < *count; i++) {
		db_bind_blob(statement, 2, events[i].key, EVENT_KEY_BYTES);
		if (db_run(statement, error) < 0)
			return error->code;
		if (db_changes(dedupe->ledger->db) == 0)
			continue;
		for (int j = 0; j < EVENT_KEY_BYTES; j++)
			digest[j] ^= events[i].key[j];
		if (kept++ != i)
			events[kept - 1] = events[i];
	}
	*count = kept;
	return 0;
}

static int digest_update(struct dedupe *dedupe, int64_t added, int64_t now, const uint8_t digest[EVENT_KEY_BYTES],
			 struct error *error)
{
	struct generation *newest = &dedupe->generations[dedupe->count - 1];
	struct db_statement *statement = db_statement(dedupe->ledger->db,
		"SELECT digest FROM key_generation WHERE id = ?1", error);
	uint8_t whole[EVENT_KEY_BYTES] = {0};
	const uint8_t *before;
	size_t size;
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, newest->id);
	code = db_step(statement, error);
	if (code < 0)
		return code;
	before = db_blob(statement, 0, &size);
	for (size_t j = 0; j < EVENT_KEY_BYTES; j++)
		whole[j] = digest[j] ^ (before && size == EVENT_KEY_BYTES ? before[j] : 0);
	db_reset(statement);
	statement = db_statement(dedupe->ledger->db,
		"UPDATE key_generation SET keys = keys + ?2, newest = CASE WHEN newest > ?3 THEN newest ELSE ?3 END,"
		" digest = ?4 WHERE id = ?1", error);
	if (!statement)
		return error->code;
	db_bind_int(statement, 1, newest->id);
	db_bind_int(statement, 2, added);
	db_bind_int(statement, 3, now);
	db_bind_blob(statement, 4, whole, sizeof(whole));
	if (db_run(statement, error) < 0)
		return error->code;
	newest->keys += added;
	return 0;
}

int dedupe_take(struct dedupe *dedupe, struct event *events, size_t *count, int64_t now, struct error *error)
{
	uint8_t digest[EVENT_KEY_BYTES] = {0};
	size_t left = *count;

	if (generations_refresh(dedupe, error) < 0)
		return error->code;
	for (size_t i = 0; i < dedupe->count; i++)
		if (dedupe->generations[i].filter &&
		    drop_known(dedupe, &dedupe->generations[i], events, &left, error) < 0)
			return error->code;
	if (left == 0) {
		*count = 0;
		return 0;
	}
	/* A generation that is closed here gets its filter after the loop above, so ask it now. */
	size_t before = dedupe->count;

	if (generation_current(dedupe, now, error) < 0)
		return error->code;
	if (before && dedupe->count > before &&
	    drop_known(dedupe, &dedupe->generations[before - 1], events, &left, error) < 0)
		return error->code;
	if (keep_new(dedupe, events, &left, digest, error) < 0 ||
	    (left && digest_update(dedupe, (int64_t)left, now, digest, error) < 0))
		return error->code;
	*count = left;
	return 0;
}

/* What stays of a generation that is forgotten. */
static int generation_post(struct dedupe *dedupe, struct db_statement *oldest, int64_t now, struct error *error)
{
	struct posting posting = {.kind = POSTING_FORGOTTEN, .time = now, .samples = db_int(oldest, 1),
				  .raw = db_wide(oldest, 2)};

	return posting_append(dedupe->ledger, &posting, error);
}

/* Forgets the oldest generation; 1, or 0 where it is too young or still written to. */
static int generation_forget(struct dedupe *dedupe, int64_t before, int64_t now, struct error *error)
{
	static const char *const statements[] = {
		"DELETE FROM event_key WHERE generation = ?1", "DELETE FROM key_generation WHERE id = ?1"};
	struct db_statement *oldest = db_statement(dedupe->ledger->db,
		"SELECT id, keys, digest, newest, filter IS NULL FROM key_generation ORDER BY id LIMIT 1", error);
	int code = oldest ? db_step(oldest, error) : error->code;
	int64_t id;

	if (code < 0)
		return code;
	if (code == 0 || db_int(oldest, 3) >= before || db_int(oldest, 4)) {
		db_reset(oldest);
		return 0;
	}
	id = db_int(oldest, 0);
	if (generation_post(dedupe, oldest, now, error) < 0)
		return error->code;
	db_reset(oldest);
	for (size_t i = 0; i < 2; i++) {
		struct db_statement *statement = db_statement(dedupe->ledger->db, statements[i], error);

		if (!statement)
			return error->code;
		db_bind_int(statement, 1, id);
		if (db_run(statement, error) < 0)
			return error->code;
	}
	dedupe->loaded = false;
	return 1;
}

int dedupe_prune(struct dedupe *dedupe, int64_t before, int64_t now, bool *pruned, struct error *error)
{
	int code;

	*pruned = false;
	while ((code = generation_forget(dedupe, before, now, error)) == 1)
		*pruned = true;
	return code;
}

/* Counts the keys of a generation and compares them with what it says of itself. */
static int generation_verify(struct ledger *ledger, const struct generation *generation,
			     const uint8_t digest[EVENT_KEY_BYTES], struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db, "SELECT id FROM event_key WHERE generation = ?1", error);
	uint8_t whole[EVENT_KEY_BYTES] = {0};
	int64_t count = 0;
	bool found = true;
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, generation->id);
	for (; (code = db_step(statement, error)) == 1; count++) {
		size_t size;
		const uint8_t *key = db_blob(statement, 0, &size);

		found &= key && size == EVENT_KEY_BYTES && (!generation->filter || filter_may_have(generation, key));
		for (size_t i = 0; key && i < size; i++)
			whole[i % EVENT_KEY_BYTES] ^= key[i];
	}
	if (code < 0)
		return code;
	if (count != generation->keys || !found || memcmp(whole, digest, EVENT_KEY_BYTES) != 0)
		return error_set(error, ERROR_CORRUPT, "dedupe generation %lld: its %lld keys are not those that were taken",
				 (long long)generation->id, (long long)count);
	return 0;
}

int dedupe_verify(struct ledger *ledger, struct error *error)
{
	DEDUPE_CLEANUP struct dedupe dedupe = dedupe_init(ledger);
	struct db_statement *statement;
	int code;

	if (generations_load(&dedupe, error) < 0)
		return error->code;
	statement = db_statement(ledger->db, "SELECT digest FROM key_generation ORDER BY id", error);
	if (!statement)
		return error->code;
	for (size_t i = 0; (code = db_step(statement, error)) == 1 && i < dedupe.count; i++) {
		uint8_t digest[EVENT_KEY_BYTES] = {0};
		size_t size;
		const void *stored = db_blob(statement, 0, &size);

		if (stored && size == EVENT_KEY_BYTES)
			memcpy(digest, stored, size);
		if (!dedupe.generations[i].filter && i + 1 < dedupe.count)
			return error_set(error, ERROR_CORRUPT, "dedupe generation %lld has no filter",
					 (long long)dedupe.generations[i].id);
		if (generation_verify(ledger, &dedupe.generations[i], digest, error) < 0)
			return error->code;
	}
	return code;
}
