/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/metering/world.h"

#include "metering/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int64_t world_time(int hours, int seconds)
{
	return apollo_days(2026, 1, 1) * APOLLO_DAY + hours * APOLLO_HOUR + seconds * APOLLO_MICRO;
}

void world_check(struct world *world, int code, const char *file, int line)
{
	if (code >= 0)
		return;
	(void)fprintf(stderr, "%s:%d: %s\n    %s\n", file, line, world->error.message, world->error.detail);
	CU_FAIL("a call failed");
}

static const struct {
	struct book_meter meter;
	int64_t divide_by;
} meters[] = {
	{{.name = "capacity", .aggregation = BOOK_TIME_WEIGHTED, .decimals = 0, .hold = 15 * 60 * APOLLO_MICRO}, 1000},
	{{.name = "calls", .aggregation = BOOK_SUM, .decimals = 6, .negative = true}, 1},
	{{.name = "peak", .aggregation = BOOK_MAX, .decimals = 6}, 1},
	{{.name = "seats", .aggregation = BOOK_LAST, .decimals = 6}, 1},
	{{.name = "users", .aggregation = BOOK_UNIQUE}, 1},
};

static void config_fill(struct world_config *config, const struct world_terms *terms)
{
	config->acme = (struct book_subscription){.name = "acme", .market = "market", .start = world_time(0, 0)};
	config->more = WORLD_METERS;
	for (int i = 0; i < WORLD_METERS; i++) {
		config->meters[i].meter = meters[i].meter;
		config->meters[i].account = (struct book_account){
			.dimension = meters[i].meter.name, .listing = meters[i].meter.name, .divide_by = meters[i].divide_by,
			.step = terms->step, .quantity_max = INT64_C(9000000000) * APOLLO_MICRO, .joined = terms->joined,
			.included = terms->included, .reset_months = 1};
	}
}

static int meter_fill(struct world *world, int index, uint32_t subscription)
{
	const struct world_meter *from = &world->config.meters[index];
	struct book_account account = from->account;
	uint32_t meter;

	if (book_add_meter(&world->book, &from->meter, &meter, &world->error) < 0 ||
	    book_add_series(&world->book, subscription, meter, false, &account.series, &world->error) < 0 ||
	    (!from->unsold && book_add_account(&world->book, &account, &world->error) < 0))
		return -1;
	account.dimension = account.listing = "more";
	return world->config.more == index ? book_add_account(&world->book, &account, &world->error) : 0;
}

static int book_fill(struct world *world)
{
	uint32_t subscription;

	if (world->config.without)
		return 0;
	if (book_add_subscription(&world->book, &world->config.acme, &subscription, &world->error) < 0)
		return -1;
	for (int i = 0; i < WORLD_METERS; i++)
		if (meter_fill(world, i, subscription) < 0)
			return -1;
	return 0;
}

int world_rebind(struct world *world)
{
	int code;

	book_release(&world->book);
	if (book_fill(world) < 0 || ledger_begin(&world->ledger, &world->error) < 0)
		return world->error.code;
	code = ledger_bind_book(&world->ledger, &world->book, world->options.now, true, &world->error);
	if (code >= 0)
		return ledger_commit(&world->ledger, &world->error);
	ledger_rollback(&world->ledger);
	return code;
}

void world_prove(struct world *world)
{
	struct verify_report report;

	WORLD_OK(world, ledger_verify(&world->ledger, &report, &world->error));
}

void world_init(struct world *world, const struct world_terms *terms)
{
	*world = (struct world){.folder = "/tmp/apollo-test-XXXXXX", .ledger = {.lock = -1}};
	world->book = book_init();
	world->options = (struct intake_options){.now = world_time(0, 0), .window = 40 * APOLLO_DAY,
						 .ahead = 300 * APOLLO_MICRO};
	if (!mkdtemp(world->folder)) {
		perror("mkdtemp");
		exit(1);
	}
	(void)snprintf(world->path, sizeof(world->path), "%s/ledger", world->folder);
	config_fill(&world->config, terms);
	if (ledger_init(world->path, true, world_time(0, 0), &world->error) < 0 ||
	    ledger_open(world->path, false, 0, &world->ledger, &world->error) < 0 ||
	    world_rebind(world) < 0) {
		(void)fprintf(stderr, "%s\n%s\n", world->error.message, world->error.detail);
		exit(1);
	}
}

void world_release(struct world *world)
{
	static const char *const ends[] = {"", "-wal", "-shm", ".lease"};
	char path[160];

	ledger_close(&world->ledger);
	book_release(&world->book);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", world->path, ends[i]);
		(void)unlink(path);
	}
	(void)rmdir(world->folder);
}

void world_event(struct world *world, const char *meter, const char *id, int64_t time, const char *value,
		 struct intake_counts *counts)
{
	world_event_of(world, "acme", meter, id, time, value, counts);
}

void world_event_of(struct world *world, const char *subscription, const char *meter, const char *id, int64_t time,
		    const char *value, struct intake_counts *counts)
{
	char line[512], text[APOLLO_TIME_TEXT];
	struct intake_counts mine;
	int size = snprintf(line, sizeof(line), "{\"specversion\":\"1.0\",\"type\":\"%s\",\"subject\":\"%s\","
			    "\"source\":\"test\",\"id\":\"%s\",\"time\":\"%s\",\"data\":{\"value\":\"%s\"}}\n", meter,
			    subscription, id, apollo_time_format(time, text), value);
	INTAKE_CLEANUP struct intake intake;

	if (time > world->options.now)
		world->options.now = time;
	intake = intake_init(&world->ledger, &world->book, &world->options);
	WORLD_OK(world, intake_text(&intake, line, (size_t)size, "test", NULL, counts ? counts : &mine, &world->error));
}

struct close_counts world_close(struct world *world, int64_t now)
{
	CLOSER_CLEANUP struct closer *closer = NULL;
	struct close_counts counts = {0};

	WORLD_OK(world, closer_new(&world->ledger, &world->book, &closer, &world->error));
	WORLD_OK(world, close_hours(closer, now, 300 * APOLLO_MICRO, &counts, &world->error));
	return counts;
}

int64_t world_query(struct world *world, const char *sql)
{
	struct db_statement *statement = db_statement(world->ledger.db, sql, &world->error);
	int64_t value = -1;

	if (statement && db_step(statement, &world->error) == 1) {
		value = db_int(statement, 0);
		db_reset(statement);
	}
	return value;
}

int64_t world_balance(struct world *world, const char *dimension, enum ledger_amount amount)
{
	struct db_statement *statement = db_statement(world->ledger.db,
		"SELECT metered, included, pending, parked, in_doubt, accepted, written_off FROM account"
		" WHERE dimension = ?1", &world->error);
	int64_t value = -1;

	if (!statement)
		return -1;
	db_bind_text(statement, 1, dimension);
	if (db_step(statement, &world->error) == 1) {
		value = db_int(statement, (int)amount);
		db_reset(statement);
	}
	return value;
}
