/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench - what intake and closing do on this machine, as the first rows of a table; report.sh has the others.  Everything is
 * measured here and now, against a ledger in a fresh folder (TMPDIR, else /tmp), with durable commits.
 *   BENCH_EVENTS   events for the intake, else 10,000,000
 *   BENCH_SERIES   series for the closing, else 1,000,000
 */
#include "metering/batch.h"
#include "metering/close.h"
#include "metering/intake.h"
#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { METERS = 10, FEED_BYTES = 1 << 20 };

struct bench {
	char folder[64], path[96];
	struct ledger ledger;
	struct book book;
	struct error error;
};

static int64_t start_time(void)
{
	return apollo_days(2026, 1, 1) * APOLLO_DAY;
}

static void must(const struct bench *bench, int code)
{
	if (code >= 0)
		return;
	(void)fprintf(stderr, "bench: %s: %s\n", bench->error.message, bench->error.detail);
	exit(1);
}

static long long setting(const char *name, long long otherwise)
{
	const char *text = getenv(name);

	return text ? strtoll(text, NULL, 10) : otherwise;
}

/* subscriptions s0, s1, ... with the meters m0 .. m9, each a sum with one dimension. */
static void bench_init(struct bench *bench, long long series)
{
	const char *base = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
	char name[32];

	*bench = (struct bench){.ledger = {.lock = -1}};
	bench->book = book_init();
	(void)snprintf(bench->folder, sizeof(bench->folder), "%s/apollo-bench-XXXXXX", base);
	if (!mkdtemp(bench->folder)) {
		perror("bench");
		exit(1);
	}
	(void)snprintf(bench->path, sizeof(bench->path), "%s/ledger", bench->folder);
	for (int i = 0; i < METERS; i++) {
		(void)snprintf(name, sizeof(name), "m%d", i);
		must(bench, book_add_meter(&bench->book, &(struct book_meter){.name = name, .decimals = 6}, NULL, &bench->error));
	}
	for (long long i = 0; i < series; i++) {
		uint32_t added;

		(void)snprintf(name, sizeof(name), "s%lld", i / METERS);
		if (i % METERS == 0)
			must(bench, book_add_subscription(&bench->book, &(struct book_subscription){.name = name, .market = "m",
							  .start = start_time()}, NULL, &bench->error));
		must(bench, book_add_series(&bench->book, (uint32_t)(i / METERS), (uint32_t)(i % METERS), false, &added, &bench->error));
		(void)snprintf(name, sizeof(name), "d%lld", i % METERS);
		must(bench, book_add_account(&bench->book, &(struct book_account){.series = added, .dimension = name, .listing = name,
					     .divide_by = 1, .step = 1, .quantity_max = INT64_MAX / 4}, &bench->error));
	}
	must(bench, ledger_init(bench->path, true, start_time(), &bench->error));
	must(bench, ledger_open(bench->path, false, 0, &bench->ledger, &bench->error));
	must(bench, ledger_begin(&bench->ledger, &bench->error));
	must(bench, ledger_bind_book(&bench->ledger, &bench->book, start_time(), true, &bench->error));
	must(bench, ledger_commit(&bench->ledger, &bench->error));
}

static void bench_release(struct bench *bench)
{
	static const char *const ends[] = {"", "-wal", "-shm", ".lease"};
	char path[160];

	ledger_close(&bench->ledger);
	book_release(&bench->book);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", bench->path, ends[i]);
		(void)unlink(path);
	}
	(void)rmdir(bench->folder);
}

/* ---- events, written once to a file so that making them is not measured ---- */

static int feed_write(const struct bench *bench, long long events, long long series, int64_t span, char *path, size_t room)
{
	FILE *file;

	(void)snprintf(path, room, "%s/feed", bench->folder);
	file = fopen(path, "w");
	for (long long i = 0; file && i < events; i++) {
		long long of = i % series;
		char time[APOLLO_TIME_TEXT];

		(void)fprintf(file, "{\"specversion\":\"1.0\",\"type\":\"m%lld\",\"subject\":\"s%lld\",\"source\":\"bench\","
			      "\"id\":\"%08llx-%04llx\",\"time\":\"%s\",\"data\":{\"value\":%lld.25}}\n", of % METERS, of / METERS,
			      (unsigned long long)i * 2654435761u % 4294967296u, (unsigned long long)i & 0xffff,
			      apollo_time_format(start_time() + (int64_t)((__int128)span * i / events), time), i % 1000);
	}
	if (!file || fclose(file) != 0) {
		perror("bench: the feed cannot be written");
		exit(1);
	}
	return 0;
}

/* A row of the table.  limit: how many a second there could be at most, and by what. */
static void row_print(const char *what, long long count, const struct measure *from, double limit, const char *of)
{
	const struct measure now = measure_now();
	double took = now.time - from->time;

	(void)printf("%-40s %10lld %8.2f s %10.0f /s %10.0f /s, %-16s %5ld, %6.2f s %6.0f MiB\n", what, count, took,
		     (double)count / took, limit, of, now.flushes - from->flushes, now.flushing - from->flushing, now.peak);
	(void)fflush(stdout);
}

/* How many events a second the reading thread gives where nobody does anything with them. */
static double reading_measure(struct bench *bench, const struct intake *intake, FILE *feed)
{
	ORIGINS_CLEANUP struct origins origins = {0};
	const struct measure from = measure_now();
	struct pipeline *pipeline;
	struct batch *batch;
	double events = 0;
	int code;

	must(bench, origins_init(&origins, &bench->error));
	must(bench, pipeline_new(intake, &origins, fileno(feed), "feed", &pipeline, &bench->error));
	while ((code = pipeline_next(pipeline, &batch, &bench->error)) == 1) {
		events += (double)batch->count;
		pipeline_return(pipeline, batch);
	}
	must(bench, code);
	pipeline_free(pipeline);
	(void)fseek(feed, 0, SEEK_SET);
	return events / (measure_now().time - from.time);
}

static void intake_measure(void)
{
	long long events = setting("BENCH_EVENTS", 10000000);
	struct intake_counts counts;
	struct measure from;
	struct bench bench;
	char path[128];
	double reading;
	FILE *feed;

	bench_init(&bench, 10000);
	(void)feed_write(&bench, events, 10000, 720 * APOLLO_HOUR, path, sizeof(path));
	const struct intake_options options = {.now = start_time() + 720 * APOLLO_HOUR, .window = 40 * APOLLO_DAY};
	struct intake intake = intake_init(&bench.ledger, &bench.book, &options);

	feed = fopen(path, "r");
	reading = reading_measure(&bench, &intake, feed);
	from = measure_now();
	must(&bench, intake_stream(&intake, fileno(feed), "feed", NULL, &counts, &bench.error));
	row_print("intake with dedupe", counts.taken, &from, reading, "reading alone");
	(void)fseek(feed, 0, SEEK_SET);
	from = measure_now();
	must(&bench, intake_stream(&intake, fileno(feed), "feed", NULL, &counts, &bench.error));
	row_print("the same again, all duplicates", counts.duplicates, &from, reading, "reading alone");
	(void)fclose(feed);
	(void)unlink(path);
	intake_release(&intake);
	bench_release(&bench);
}

static void close_measure(void)
{
	long long series = setting("BENCH_SERIES", 1000000);
	struct intake_counts taken;
	struct close_counts counts = {0};
	struct closer *closer;
	struct measure from;
	struct bench bench;
	char path[128];
	FILE *feed;

	bench_init(&bench, series);
	(void)feed_write(&bench, series, series, APOLLO_HOUR, path, sizeof(path));
	const struct intake_options options = {.now = start_time() + APOLLO_HOUR, .window = 40 * APOLLO_DAY};
	struct intake intake = intake_init(&bench.ledger, &bench.book, &options);

	feed = fopen(path, "r");
	must(&bench, intake_stream(&intake, fileno(feed), "feed", NULL, &taken, &bench.error));
	(void)fclose(feed);
	(void)unlink(path);
	intake_release(&intake);
	from = measure_now();
	must(&bench, closer_new(&bench.ledger, &bench.book, &closer, &bench.error));
	must(&bench, close_hours(closer, start_time() + APOLLO_HOUR, 0, &counts, &bench.error));
	row_print("closing an hour, series", series, &from, (double)series / (measure_now().cpu - from.cpu), "one core");
	closer_free(closer);
	bench_release(&bench);
}

int main(void)
{
	(void)printf("%-40s %10s %10s %13s %31s %15s %10s\n", "what", "how many", "time", "rate", "limit, and of what     ", "flushes",
		     "memory");
	intake_measure();
	close_measure();
	return 0;
}
