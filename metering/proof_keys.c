/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/proof.h"

#include "metering/dedupe.h"

#include <stdlib.h>
#include <string.h>

static int run_push(struct proof_keys *proof, size_t *room, const struct proof_run *run, struct error *error)
{
	if (proof->run_count == *room) {
		struct proof_run *grown = realloc(proof->runs, (*room = *room ? *room * 2 : 64) * sizeof(*grown));

		if (!grown)
			return error_memory(error, "the dedupe window");
		proof->runs = grown;
	}
	proof->runs[proof->run_count++] = *run;
	return 0;
}

/* Generations that were forgotten, then those that are there: together all keys, in the order in which they were taken. */
static int runs_read(struct proof_keys *proof, struct error *error)
{
	struct db_statement *statement = db_statement(proof->ledger->db,
		"SELECT 0, samples, 0, raw FROM posting WHERE kind = 14 ORDER BY seq", error);
	size_t room = 0, size;
	int code;

	for (int i = 0; i < 2; i++) {
		if (!statement)
			return error->code;
		while ((code = db_step(statement, error)) == 1) {
			struct proof_run run = {.id = db_int(statement, 0), .keys = db_int(statement, 1),
						.newest = db_int(statement, 2)};
			const void *digest = db_blob(statement, 3, &size);

			if (!digest || size != EVENT_KEY_BYTES)
				return BAD(error, "dedupe generation %lld has no digest", (long long)run.id);
			memcpy(run.digest, digest, size);
			if (run_push(proof, &room, &run, error) < 0)
				return error->code;
		}
		if (code < 0)
			return code;
		statement = db_statement(proof->ledger->db,
			"SELECT id, keys, newest, digest FROM key_generation ORDER BY id", error);
	}
	return 0;
}

static int origins_read(struct proof_keys *proof, struct error *error)
{
	struct db_statement *statement = db_statement(proof->ledger->db, "SELECT id, name FROM origin ORDER BY id", error);
	int code;

	if (!statement)
		return error->code;
	while ((code = db_step(statement, error)) == 1) {
		int64_t id = db_int(statement, 0);
		const char *name = db_text(statement, 1);

		if (id != (int64_t)proof->origin_count + 1 || !name || strlen(name) > EVENT_ID_MAX)
			return BAD(error, "source %lld is not what was named", (long long)id);
		if ((proof->origin_count & (proof->origin_count - 1)) == 0) {
			size_t room = proof->origin_count ? proof->origin_count * 2 : 1;
			const char **grown = realloc(proof->origins, room * sizeof(*grown));

			if (!grown)
				return error_memory(error, "the sources of events");
			proof->origins = grown;
		}
		proof->origins[proof->origin_count] = scope_text(&proof->scope, name);
		if (!proof->origins[proof->origin_count++])
			return error_memory(error, "the sources of events");
	}
	return code;
}

int proof_keys_init(struct ledger *ledger, struct proof_keys *proof, struct error *error)
{
	*proof = (struct proof_keys){.ledger = ledger, .scope = scope_init(1 << 30)};
	if (ledger_get(ledger, "seed", 0, &proof->seed, error) < 0 || runs_read(proof, error) < 0)
		return error->code;
	return origins_read(proof, error);
}

void proof_keys_release(struct proof_keys *proof)
{
	free(proof->runs);
	free(proof->origins);
	scope_release(&proof->scope);
	*proof = (struct proof_keys){0};
}

int proof_keys_event(struct proof_keys *proof, const struct event *event, struct error *error)
{
	uint8_t key[EVENT_KEY_BYTES];
	const char *source;

	if (event->origin < 1 || event->origin > (int64_t)proof->origin_count)
		return BAD(error, "an event is of source %lld, which does not exist", (long long)event->origin);
	source = proof->origins[event->origin - 1];
	dedupe_key(proof->seed, source, strlen(source), event->id, event->id_size, key);
	for (int i = 0; i < EVENT_KEY_BYTES; i++)
		proof->digest[i] ^= key[i];
	proof->counted++;
	return 0;
}

/* A run ends where its number of keys is reached: a generation begins with a batch, never within one. */
int proof_keys_taken(struct proof_keys *proof, int64_t time, struct error *error)
{
	const struct proof_run *run;

	while (proof->at < proof->run_count && proof->runs[proof->at].keys == 0)
		proof->at++;
	if (proof->at == proof->run_count)
		return BAD(error, "the dedupe window has fewer keys than events were taken");
	run = &proof->runs[proof->at];
	if (proof->counted < run->keys)
		return 0;
	if (proof->counted > run->keys || memcmp(proof->digest, run->digest, EVENT_KEY_BYTES) != 0 ||
	    (run->id && run->newest != time))
		return BAD(error, "dedupe generation %lld is not that of the events that were taken", (long long)run->id);
	memset(proof->digest, 0, sizeof(proof->digest));
	proof->counted = 0;
	proof->at++;
	return 0;
}

int proof_keys_end(struct proof_keys *proof, struct error *error)
{
	while (proof->at < proof->run_count && proof->runs[proof->at].keys == 0)
		proof->at++;
	if (proof->counted || proof->at < proof->run_count)
		return BAD(error, "the dedupe window has more keys than events were taken");
	return dedupe_verify(proof->ledger, error);
}
