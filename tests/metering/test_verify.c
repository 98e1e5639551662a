/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/claim.h"
#include "metering/verify.h"
#include "tests/metering/world.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct world_terms included = {.step = 1000, .included = 3000000};

/* A ledger with something in every table that money depends on: sent, accepted, parked and late. */
static void world_live(struct world *world)
{
	char id[32];
	struct claim claim;

	world_init(world, &included);
	for (int hour = 0; hour < 4; hour++)
		for (int i = 0; i < 6; i++) {
			(void)snprintf(id, sizeof(id), "%d.%d", hour, i);
			world_event(world, i % 2 ? "calls" : "capacity", id, world_time(hour, i * 600), "1234", NULL);
		}
	world_close(world, world_time(4, 300));
	world_event(world, "calls", "late", world_time(1, 7), "7.0001", NULL);
	world_close(world, world_time(5, 300));
	world_event(world, "calls", "later", world_time(2, 7), "1", NULL);
	WORLD_OK(world, ledger_begin(&world->ledger, &world->error));
	WORLD_OK(world, db_exec(world->ledger.db, "INSERT INTO dispatch (id, market, time, claims, digest)"
				" VALUES (1, 'market', 0, 3, X'00')", &world->error));
	for (int64_t i = 1; i <= 3; i++) {
		WORLD_OK(world, claim_get(&world->ledger, i, &claim, &world->error));
		claim.record = "an-id-of-its-own";
		claim.body = "{\"the\":\"exact bytes\"}";
		claim.body_size = strlen(claim.body);
		WORLD_OK(world, claim_send(&world->ledger, &claim, 1, world_time(5, 301), &world->error));
		claim.state = CLAIM_SENT;
		if (i == 1)
			WORLD_OK(world, claim_accept(&world->ledger, &claim, &(struct claim_verdict){
							     .held = claim.amount - 5, .reference = "theirs", .code = "Accepted"},
						     world_time(5, 302), &world->error));
		if (i == 2)
			WORLD_OK(world, claim_end(&world->ledger, &claim, CLAIM_PARKED, &(struct claim_verdict){
							  .code = "InvalidDimension", .message = "no such dimension"},
						  world_time(5, 302), &world->error));
	}
	WORLD_OK(world, ledger_commit(&world->ledger, &world->error));
}

static void test_a_whole_ledger_is_proven(void)
{
	struct world world;
	struct verify_report report;

	world_live(&world);
	WORLD_OK(&world, ledger_verify(&world.ledger, &report, &world.error));
	CU_ASSERT_EQUAL(report.events, 26);
	CU_ASSERT_EQUAL(report.claims, world_query(&world, "SELECT COUNT(*) FROM claim"));
	CU_ASSERT_EQUAL(report.hours, 25);
	CU_ASSERT_EQUAL(world_balance(&world, "calls", METERED),
			world_balance(&world, "calls", INCLUDED) + world_balance(&world, "calls", PENDING) +
				world_balance(&world, "calls", PARKED) + world_balance(&world, "calls", IN_DOUBT) +
				world_balance(&world, "calls", ACCEPTED));
	world_release(&world);
}

/* What a person with a database editor can do to money, and what must be said of it. */
static const struct {
	const char *sql;
	const char *finding; /* a part of it */
} edits[] = {
	{"UPDATE posting SET note = 'x' WHERE seq = 20", "posting 20"},
	{"UPDATE posting SET metered = metered + 1, pending = pending + 1 WHERE kind = 4 AND metered > 0", "is not what was posted"},
	{"DELETE FROM posting WHERE seq = 12", "posting 12 is missing"},
	{"UPDATE account SET pending = pending + 1, accepted = accepted - 1 WHERE dimension = 'calls'", "balances"},
	{"UPDATE account SET remainder = X'00000000000000000000000000000001' WHERE dimension = 'capacity'", "remainder"},
	{"UPDATE claim SET amount = amount + 1000 WHERE id = 1", "are not what was made"},
	{"UPDATE claim SET body = X'78' WHERE id = 2", "claim 2 is not what was sent"},
	{"UPDATE claim SET reference = 'x' WHERE id = 1", "claim 1 is not what was settled"},
	{"UPDATE claim SET amount = amount + 1 WHERE id = 5", "are not what was made"},
	{"UPDATE claim SET oldest = oldest - 3600000000 WHERE id = 1", "are not what was made"},
	{"UPDATE claim_link SET hour = hour + 3600000000 WHERE claim = 3", "are not what was made"},
	{"UPDATE due SET amount = amount + 1", "is not the sum of its hours"},
	{"UPDATE account SET due = due + 1 WHERE dimension = 'calls'", "what is due and what open claims hold"},
	{"UPDATE allowance SET included = included - 1", "allowances"},
	{"UPDATE event_block SET data = X'00' WHERE id = 3", "block 3"},
	{"DELETE FROM event_block WHERE id = 4", "block 4 is missing"},
	{"UPDATE series SET meter = 'x' WHERE id = 1", "series 1"},
	{"UPDATE origin SET name = 'x'", "source 1"},
	{"UPDATE claim SET market = 'nowhere' WHERE state = 1", "are not what was made"},
	{"UPDATE claim SET hour = hour - 360000000000 WHERE id = 5", "are not what was made"},
	{"UPDATE claim SET maybe_taken = 1 WHERE state = 1", "was never sent"},
	{"UPDATE claim SET state = 1 WHERE id = 3", "claim"},
	{"INSERT INTO claim (account, hour, oldest, amount, market, state, maybe_taken, alone, tries, next, dispatch, held)"
	 " VALUES (2, 1, 1, 0, 'market', 1, 0, 0, 0, 0, 0, 0)", "was made by no posting"},
	{"DELETE FROM claim WHERE id = 5", "claim 5"},
	{"DELETE FROM dispatch", "request that is not there"},
	{"UPDATE due SET hour = hour - 3600000000", "due from an hour"},
	{"UPDATE allowance SET metered = metered - 1", "allowance"},
	{"UPDATE allowance SET period = period + 1", "allowance"},
	{"DELETE FROM allowance", "allowance"},
	{"UPDATE terms SET included = included + 1", "the terms of its accounts"},
	{"INSERT INTO terms SELECT seq + 1, account, hour, series, aggregation, hold, starts, ends, divide_by, included,"
	 " unlimited, reset_months, sold FROM terms", "set no terms"},
	{"UPDATE ledger SET value = value - 3600000000 WHERE name = 'closed'", "last closed"},
	{"UPDATE ledger SET value = value + 3600000000 WHERE name = 'closed'", "last closed"},
	{"UPDATE ledger SET value = value + 1 WHERE name = 'seed'", "posting 1"},
	{"UPDATE ledger SET value = 1 - value WHERE name = 'rehearsal'", "posting 1"},
	{"UPDATE ledger SET value = 'ffffffffffffffffffffffffffffffff' WHERE name = 'id'", "posting 1"},
	{"UPDATE ledger SET value = 0 WHERE name = 'made'", "posting 1"},
	{"INSERT INTO late VALUES (0, 99)", "a mark of late events"},
	{"DELETE FROM late", "do not come to what was posted"},
	{"DELETE FROM key_generation; DELETE FROM event_key", "dedupe"},
	{"UPDATE key_generation SET newest = 0", "dedupe generation 1"},
	{"UPDATE posting SET raw = X'' WHERE kind = 3", "another size"},
	{"DROP INDEX claim_open", "claim_open"},
	{"DELETE FROM event_key WHERE id IN (SELECT id FROM event_key LIMIT 1)", "dedupe generation 1"},
};

static void test_every_edit_is_found(void)
{
	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		struct world world;
		struct verify_report report;
		int code;

		world_live(&world);
		WORLD_OK(&world, db_exec(world.ledger.db, edits[i].sql, &world.error));
		code = ledger_verify(&world.ledger, &report, &world.error);
		CU_ASSERT_EQUAL(code, ERROR_CORRUPT);
		if (!strstr(world.error.message, edits[i].finding)) {
			(void)fprintf(stderr, "\"%s\": wanted \"%s\", got \"%s\"\n", edits[i].sql, edits[i].finding,
				      world.error.message);
			CU_FAIL("another finding");
		}
		world_release(&world);
	}
}

/* Everything that the ledger says, as one hash: what a flip may leave alone and still be harmless. */
static bool content_hash(struct world *world, struct db *db, uint8_t hash[HASH_BYTES])
{
	static const char *const tables[] = {
		"SELECT * FROM ledger", "SELECT * FROM origin", "SELECT * FROM series", "SELECT * FROM account",
		"SELECT * FROM event_block", "SELECT id, keys, newest, digest FROM key_generation", "SELECT * FROM event_key",
		"SELECT * FROM late", "SELECT * FROM posting", "SELECT * FROM allowance", "SELECT * FROM due",
		"SELECT id, account, hour, oldest, amount, market, state, record, body, held, reference, code FROM claim",
		"SELECT id, message FROM claim",
		"SELECT * FROM claim_link"};

	memset(hash, 0, HASH_BYTES);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct db_statement *statement = db_statement(db, tables[i], &world->error);
		int code;

		if (!statement)
			return false;
		while ((code = db_step(statement, &world->error)) == 1)
			for (int column = 0; column < 12; column++) {
				size_t size;
				const void *data = db_blob(statement, column, &size);
				const struct hash_part parts[] = {{hash, HASH_BYTES}, {data ? data : "", size}};

				hash_parts(parts, 2, hash);
			}
		if (code < 0)
			return false;
	}
	return true;
}

/* Flips one bit of the file; true if verify finds it or nothing that the ledger says has changed. */
static bool flip_is_found(struct world *world, int file, off_t at, int bit, const uint8_t whole[HASH_BYTES])
{
	struct ledger ledger = {.lock = -1};
	struct verify_report report;
	uint8_t byte, flipped, hash[HASH_BYTES];
	bool found;

	if (pread(file, &byte, 1, at) != 1)
		return false;
	flipped = (uint8_t)(byte ^ 1u << bit);
	if (pwrite(file, &flipped, 1, at) != 1)
		return false;
	found = ledger_open(world->path, true, 0, &ledger, &world->error) < 0 ||
		ledger_verify(&ledger, &report, &world->error) < 0;
	if (!found)
		found = content_hash(world, ledger.db, hash) && memcmp(hash, whole, HASH_BYTES) == 0;
	if (ledger.db)
		ledger_close(&ledger);
	(void)!pwrite(file, &byte, 1, at);
	return found;
}

static void test_a_flipped_bit_is_found(void)
{
	unsigned seed = getenv("APOLLO_SEED") ? (unsigned)strtoul(getenv("APOLLO_SEED"), NULL, 10) : 20260101;
	enum { FLIPS = 300 };
	uint8_t whole[HASH_BYTES];
	struct world world;
	off_t size;
	int file;

	(void)printf("[APOLLO_SEED=%u] ", seed);
	srand(seed);
	world_live(&world);
	CU_ASSERT(content_hash(&world, world.ledger.db, whole));
	ledger_close(&world.ledger); /* the last connection writes the log back */
	file = open(world.path, O_RDWR);
	size = lseek(file, 0, SEEK_END);
	CU_ASSERT_FATAL(size > 4096);
	for (int i = 0; i < FLIPS; i++) {
		off_t at = (off_t)(((uint64_t)rand() << 16 ^ (uint64_t)rand()) % (uint64_t)size);
		int bit = rand() % 8;

		if (!flip_is_found(&world, file, at, bit, whole)) {
			(void)fprintf(stderr, "bit %d of byte %lld was flipped and not found\n", bit, (long long)at);
			CU_FAIL("a flip was not found");
		}
	}
	/* And the file as it was is whole: the findings above were the flips'. */
	struct verify_report report;

	WORLD_OK(&world, ledger_open(world.path, false, 0, &world.ledger, &world.error));
	WORLD_OK(&world, ledger_verify(&world.ledger, &report, &world.error));
	(void)close(file);
	world_release(&world);
}

void verify_tests(void)
{
	CU_pSuite suite = CU_add_suite("verify", NULL, NULL);

	CU_ADD_TEST(suite, test_a_whole_ledger_is_proven);
	CU_ADD_TEST(suite, test_every_edit_is_found);
	CU_ADD_TEST(suite, test_a_flipped_bit_is_found);
}
