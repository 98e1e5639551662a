/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rating - what rating and tuning take on this machine, as rows of a table.  Each customer's hours are put into months once, and the months are then
 * rated exactly under every candidate; the work is shared by BENCH_THREADS (else one for each processor).
 *   BENCH_CUSTOMERS    else 1,000
 *   BENCH_CANDIDATES   else 1,000
 *   BENCH_PATHS        else 10,000
 */
#include "offers/tune.h"
#include "tests/bench/measure.h"

#include <apollo/kit.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DIMENSIONS = 10, HOURS = 8760, MONTHS = 12, THREADS_MAX = TUNE_THREADS_MAX };

static void must(int code, const struct error *error)
{
	if (code >= 0)
		return;
	(void)fprintf(stderr, "rating: %s: %s\n", error->message, error->detail);
	exit(1);
}

static size_t setting(const char *name, size_t otherwise)
{
	const char *text = getenv(name);
	long long value = text ? strtoll(text, NULL, 10) : 0;

	return value > 0 ? (size_t)value : otherwise;
}

static int64_t start_time(void)
{
	return apollo_days(2026, 1, 1) * APOLLO_DAY;
}

/* ---- offers ---- */

/* One offer of ten dimensions: every second one with tiers, each with something included. */
static void offers_print(struct buffer *text)
{
	(void)buffer_text(text, "offers = ( { name = \"o\"; meters = (");
	for (int i = 0; i < DIMENSIONS; i++)
		(void)buffer_print(text, "%s { name = \"m%d\"; aggregation = \"sum\"; }", i ? "," : "", i);
	(void)buffer_text(text, " ); dimensions = (");
	for (int i = 0; i < DIMENSIONS; i++)
		(void)buffer_print(text, "%s { name = \"d%d\"; meter = \"m%d\"; }", i ? "," : "", i, i);
	(void)buffer_text(text, " ); plans = ( { name = \"p\"; term = \"1y\"; base_fee = \"500\"; included = (");
	for (int i = 0; i < DIMENSIONS; i++)
		(void)buffer_print(text, "%s { dimension = \"d%d\"; quantity = \"%d\"; }", i ? "," : "", i, 100 * (i + 1));
	(void)buffer_text(text, " ); prices = (");
	for (int i = 0; i < DIMENSIONS; i++)
		(void)buffer_print(text, i % 2 ? "%s { dimension = \"d%d\"; unit_price = \"0.0385\"; }"
					       : "%s { dimension = \"d%d\"; tiers = ( { up_to = \"5000\"; unit_price = \"0.05\"; }, { up_to = \"20000\"; unit_price = \"0.04\"; }, "
						 "{ unit_price = \"0.03\"; } ); }", i ? "," : "", i);
	(void)buffer_text(text, " ); } ); } );\n");
}

/* ---- rating ---- */

struct work {
	const struct catalog_offer *offer;
	const struct schedule *schedule;
	struct tariff *const *candidates;
	size_t customer_count, candidate_count;
	atomic_size_t next;
	atomic_llong sum; /* of all totals: what is not used is not worked out */
};

static void usage_make(size_t customer, struct usage *usage)
{
	struct chance chance = draw_of(1, customer);

	usage->count = 0;
	for (int64_t hour = 0; hour < HOURS; hour++)
		for (uint32_t i = 0; i < DIMENSIONS; i++)
			usage->rows[usage->count++] = (struct usage_row){start_time() + hour * APOLLO_HOUR, (int64_t)(draw_next(&chance) % 60000000), i};
}

static void *work_run(void *context)
{
	struct work *work = context;
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 30);
	struct usage usage = {.rows = scope_alloc(&scope, HOURS * DIMENSIONS * sizeof(struct usage_row))};
	struct term *terms = scope_alloc(&scope, work->candidate_count * sizeof(*terms));
	int64_t quantities[MONTHS * DIMENSIONS];
	size_t customer, outside;
	struct error error;
	long long sum = 0;

	if (!usage.rows || !terms)
		exit(1);
	for (size_t i = 0; i < work->candidate_count; i++) {
		struct schedule *schedule = schedule_with(&scope, work->schedule, work->candidates[i], &error);

		must(schedule ? term_make(&scope, schedule, &terms[i], &error) : error.code, &error);
	}
	while ((customer = atomic_fetch_add(&work->next, 1)) < work->customer_count) {
		usage_make(customer, &usage);
		must(usage_spread(work->schedule, work->offer, &usage, quantities, &outside, &error), &error);
		for (size_t i = 0; i < work->candidate_count; i++) {
			int64_t amount;

			if (exact_integer(term_rate(&terms[i], quantities, NULL, NULL, NULL), &amount))
				sum += amount;
		}
	}
	(void)atomic_fetch_add(&work->sum, sum);
	return NULL;
}

static void threads_run(void *(*run)(void *), void *context, size_t threads)
{
	pthread_t handles[THREADS_MAX];
	size_t started = 0;

	while (started + 1 < threads && pthread_create(&handles[started], NULL, run, context) == 0)
		started++;
	(void)run(context);
	for (size_t i = 0; i < started; i++)
		(void)pthread_join(handles[i], NULL);
}

static void row_print(const char *what, size_t count, const char *of, const struct measure *from, double goal)
{
	const struct measure now = measure_now();
	double took = now.time - from->time;

	(void)printf("%-64s %8.2f s %8.2f s %12.0f %-12s %6.1f s %6.0f MiB\n", what, took, now.cpu - from->cpu, (double)count / took, of, goal, now.peak);
	(void)fflush(stdout);
}

/* The plan less a percentage each, from 0.05 to 50. */
static struct tariff **candidates_make(struct scope *scope, const struct tariff *list, size_t count)
{
	struct tariff **candidates = scope_alloc(scope, count * sizeof(struct tariff *));
	struct error error;

	for (size_t i = 0; candidates && i < count; i++) {
		struct decimal percent;

		candidates[i] = tariff_copy(scope, list);
		if (!candidates[i] || !decimal_make(scope, exact_of((int64_t)(i % 1000 + 1) * 5), 2, &percent))
			exit(1);
		candidates[i]->base_discount = percent;
		for (size_t j = 0; j < list->charge_count; j++)
			candidates[i]->charges[j].limits.discount = percent;
		must(tariff_ready(candidates[i], &error), &error);
	}
	return candidates;
}

static void rating_measure(const struct catalog *catalog, size_t threads)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 30);
	const struct tariff *list = &catalog->offers[0].plans[0].tariff;
	const struct phase phase = {0, list};
	struct work work = {.offer = &catalog->offers[0], .customer_count = setting("BENCH_CUSTOMERS", 1000), .candidate_count = setting("BENCH_CANDIDATES", 1000)};
	struct schedule schedule;
	struct measure from;
	struct error error;
	char what[128];

	must(schedule_make(&scope, &phase, 1, start_time(), start_time() + HOURS * APOLLO_HOUR, &schedule, &error), &error);
	work.schedule = &schedule;
	work.candidates = candidates_make(&scope, list, work.candidate_count);
	from = measure_now();
	threads_run(work_run, &work, threads);
	(void)snprintf(what, sizeof(what), "%zu customers x %d hours x %d dimensions, %zu candidates", work.customer_count, HOURS, DIMENSIONS, work.candidate_count);
	row_print(what, work.customer_count * work.candidate_count, "terms/s", &from, 10);
	if (atomic_load(&work.sum) == 0)
		exit(1);
}

/* ---- tuning ---- */

static int64_t fee_three(const void *context, int64_t total)
{
	(void)context;
	return (total * 3 + 50) / 100;
}

static void goals_make(struct catalog *catalog, size_t candidates, size_t paths, struct goals *goals)
{
	BUFFER_CLEANUP struct buffer text = buffer_init(1 << 20);
	char path[] = "/tmp/apollo-bench-XXXXXX";
	int file = mkstemp(path);
	struct error error;

	(void)buffer_print(&text, "offer = \"o\"; plans = [ \"p\" ]; market = \"gcp\"; levers: { discount: { from = \"0.05\"; to = \"%.2f\"; step = \"0.05\"; }; };\n"
			   "forecast: { paths = %zu; seed = 1; dimensions = (", 0.05 * (double)(candidates > 1900 ? 1900 : candidates), paths);
	for (int i = 0; i < DIMENSIONS; i++)
		(void)buffer_print(&text, "%s { dimension = \"d%d\"; level = \"%d\"; growth = \"2\"; spread = \"1\"; noise = \"20\"; }", i ? "," : "", i, 2000 * (i + 1));
	(void)buffer_text(&text, " ); };\n");
	if (file < 0 || write(file, buffer_string(&text), text.size) != (ssize_t)text.size) {
		perror("rating");
		exit(1);
	}
	(void)close(file);
	must(goals_read(path, catalog, goals, &error), &error);
	(void)unlink(path);
}

static void tune_measure(struct catalog *catalog, size_t threads)
{
	SCOPE_CLEANUP struct scope scope = scope_init((size_t)1 << 31);
	const struct usage none = {0};
	struct tune_input input = {.fee = fee_three, .start = start_time(), .threads = (int)threads};
	struct forecast forecast;
	struct measure from;
	struct error error;
	struct goals goals;
	struct tune tune;
	char what[128];

	goals_make(catalog, setting("BENCH_CANDIDATES", 1000), setting("BENCH_PATHS", 10000), &goals);
	from = measure_now();
	must(forecast_fit(&scope, goals.offer, NULL, &none, &forecast, &error), &error);
	must(forecast_read(goals.forecast, goals.offer, &forecast, &error), &error);
	input.goals = &goals;
	input.forecast = &forecast;
	must(tune_make(&scope, &input, &tune, &error), &error);
	(void)snprintf(what, sizeof(what), "a tune of 1 customer, %d dimensions, %zu paths, %zu candidates", DIMENSIONS, forecast.paths, tune.candidate_count);
	row_print(what, forecast.paths * tune.candidate_count, "terms/s", &from, 5);
	goals_release(&goals);
}

int main(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t threads = setting("BENCH_THREADS", processors > 0 ? (size_t)processors : 1);
	BUFFER_CLEANUP struct buffer text = buffer_init(1 << 20);
	CATALOG_CLEANUP struct catalog catalog = {0};
	struct error error;

	threads = threads > THREADS_MAX ? THREADS_MAX : threads;
	offers_print(&text);
	must(catalog_parse(buffer_string(&text), text.size, "offers.cfg", "/", CATALOG_SOLD, &catalog, &error), &error);
	(void)printf("%-64s %10s %10s %25s %8s %10s\n", "what", "time", "cpu", "rate          ", "goal", "memory");
	rating_measure(&catalog, threads);
	tune_measure(&catalog, threads);
	return 0;
}
