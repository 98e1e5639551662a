/* SPDX-License-Identifier: Apache-2.0 */
#include "kpi/stages.h"

#include <string.h>

const char *const kpi_verdicts[] = {
	[VERDICT_THEORY] = "theory", [VERDICT_IN_BAND] = "in band", [VERDICT_BELOW] = "below", [VERDICT_INCOMPLETE] = "incomplete",
};

/* Runs of the sheet, each under its test. */
struct pile {
	struct judged *items;
	const struct test **tests;
	size_t count;
};

/* ---- which runs ---- */

static bool operation_counts(const char *operation)
{
	static const char *const others[] = {"READ", "WRITE", "RWMIX", "MIX-T", "NET", "SYNC", "DROPCACHE"};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (strncmp(operation, others[i], strlen(others[i])) == 0)
			return false;
	return true;
}

/* Whether a run is one of the test: it does what the test does and nothing else. */
static bool run_fits(const struct result *result, const struct run *run)
{
	const struct test *test = result->test;
	unsigned flows = 0;

	for (int i = 0; i < FLOWS; i++)
		if (run->flows[i].operations > 0 || run->flows[i].rate > 0)
			flows |= 1U << i;
	if ((result->label && strcmp(result->label, run->label) != 0) || (result->operation && strcmp(result->operation, run->operation) != 0))
		return false;
	if (test->flows == 1 << FLOW_ENTRIES)
		return (flows & test->flows) && (result->operation || operation_counts(run->operation));
	/* Files that are made or read count as entries too. */
	return (flows & ~(1U << FLOW_ENTRIES)) == test->flows && (test->random < 0 || test->random == run->random);
}

static int result_collect(const struct sheet *sheet, const struct result *result, const struct runs *runs, struct pile *pile, struct error *error)
{
	size_t before = pile->count;

	for (size_t i = 0; i < runs->count; i++) {
		if (!run_fits(result, &runs->items[i]))
			continue;
		if (pile->count == KPI_RUNS_MAX)
			return error_set(error, APOLLO_CONFIG, "more than %d runs", KPI_RUNS_MAX);
		pile->items[pile->count] = (struct judged){.run = &runs->items[i], .result = result};
		pile->tests[pile->count++] = result->test;
	}
	if (pile->count > before)
		return 0;
	(void)error_set(error, APOLLO_CONFIG, "%s: %s has no run of %s", result->where, sheet->files[result->file], result->test->name);
	if (!runs->count)
		return error->code;
	if (runs->items[0].failure)
		return error_hint(error, "the tool said: %s", runs->items[0].failure);
	return error_hint(error, "its first, on line %lld, is %s%s%s; see apollo-kpi(1) for what a test takes", (long long)runs->items[0].line,
			  runs->items[0].operation, *runs->items[0].label ? " of " : "", runs->items[0].label);
}

/* ---- rows ---- */

static const char *operation_of(const struct judged *judged)
{
	return judged->result->test == &kpi_tests[TEST_METADATA] ? judged->run->operation : "";
}

static struct row *row_of(struct kpi *kpi, const struct judged *judged, struct error *error)
{
	for (size_t i = 0; i < kpi->row_count; i++)
		if (kpi->rows[i].test == judged->result->test && strcmp(kpi->rows[i].operation, operation_of(judged)) == 0)
			return &kpi->rows[i];
	if (kpi->row_count == KPI_ROWS_MAX) {
		(void)error_set(error, APOLLO_CONFIG, "more than %d tests and operations", KPI_ROWS_MAX);
		return NULL;
	}
	kpi->rows[kpi->row_count] = (struct row){.test = judged->result->test, .operation = operation_of(judged)};
	return &kpi->rows[kpi->row_count++];
}

/* A pass for each of both: valid runs stand before the others. */
static void row_fill(const struct pile *pile, struct row *row, struct judged *room)
{
	row->runs = room;
	for (int valid = 1; valid >= 0; valid--)
		for (size_t i = 0; i < pile->count; i++)
			if (pile->tests[i] == row->test && pile->items[i].valid == (valid == 1) && strcmp(operation_of(&pile->items[i]), row->operation) == 0) {
				row->runs[row->count++] = pile->items[i];
				row->valid += valid == 1;
			}
}

static int rows_make(struct scope *scope, struct kpi *kpi, const struct pile *pile, struct error *error)
{
	struct judged *room = scope_alloc(scope, pile->count * sizeof(*room));

	if (!room)
		return error_memory(error, "the sheet");
	for (int test = 0; test < TESTS; test++)
		for (size_t i = 0; i < pile->count; i++)
			if (pile->tests[i] == &kpi_tests[test] && !row_of(kpi, &pile->items[i], error))
				return error->code;
	for (size_t i = 0; i < kpi->row_count; i++) {
		row_fill(pile, &kpi->rows[i], room);
		room += kpi->rows[i].count;
		row_judge(kpi, &kpi->rows[i]);
	}
	return 0;
}

/* ---- the verdict ---- */

const struct row *kpi_row(const struct kpi *kpi, int test)
{
	for (size_t i = 0; i < kpi->row_count; i++)
		if (kpi->rows[i].test == &kpi_tests[test])
			return &kpi->rows[i];
	return NULL;
}

static enum verdict verdict_of(const struct kpi *kpi)
{
	bool below = false, doubts = false;

	if (!kpi->row_count)
		return VERDICT_THEORY;
	for (int i = 0; i < TESTS; i++)
		doubts |= kpi_tests[i].band && !kpi_row(kpi, i);
	for (size_t i = 0; i < kpi->row_count; i++) {
		const struct row *row = &kpi->rows[i];

		below |= row->state == STATE_BELOW || row->state == STATE_INVALID;
		for (int doubt = 0; doubt < DOUBTS; doubt++)
			doubts |= row->doubts[doubt];
	}
	return below ? VERDICT_BELOW : doubts ? VERDICT_INCOMPLETE : VERDICT_IN_BAND;
}

int kpi_make(struct scope *scope, const struct sheet *sheet, const struct runs *runs, const char (*digests)[DIGEST_TEXT], struct kpi *kpi, struct error *error)
{
	struct pile pile = {scope_alloc(scope, KPI_RUNS_MAX * sizeof(*pile.items)), scope_alloc(scope, KPI_RUNS_MAX * sizeof(*pile.tests)), 0};
	struct rates cluster = sheet->rates;

	if (!pile.items || !pile.tests)
		return error_memory(error, "the sheet");
	cluster.clients = KPI_UNKNOWN;
	*kpi = (struct kpi){.sheet = sheet, .digests = digests, .ceilings = ceilings_make(&sheet->rates, sheet->nodes, &sheet->codes),
			    .cluster = ceilings_make(&cluster, sheet->nodes, &sheet->codes)};
	for (size_t i = 0; i < sheet->result_count; i++)
		if (result_collect(sheet, &sheet->results[i], &runs[sheet->results[i].file], &pile, error) < 0)
			return error->code;
	for (size_t i = 0; i < pile.count; i++)
		if (run_judge(scope, kpi, pile.tests[i], &pile.items[i], error) < 0)
			return error->code;
	if (rows_make(scope, kpi, &pile, error) < 0)
		return error->code;
	costs_make(kpi);
	kpi->verdict = verdict_of(kpi);
	return 0;
}
