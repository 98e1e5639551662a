/* SPDX-License-Identifier: Apache-2.0 */
/* Results of fio and elbencho, and the sheets that are made of them.  The first byte chooses the test. */
#include "core/json.h"
#include "kpi/print.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>

static struct facts facts;
static struct sheet sheet;

int LLVMFuzzerInitialize(int *count, char ***words)
{
	const char *folder = getenv("srcdir");
	char path[4096];
	struct error error;

	(void)count;
	(void)words;
	(void)snprintf(path, sizeof(path), "%s/templates", folder ? folder : ".");
	FUZZ_CHECK(facts_read(path, &facts, &error) == 0);
	(void)snprintf(path, sizeof(path), "%s/docs/examples/kpi/contoso-8.cfg", folder ? folder : ".");
	FUZZ_CHECK(sheet_read(path, &facts, &sheet, &error) == 0);
	sheet.file_count = sheet.result_count = 1;
	sheet.results[0].label = sheet.results[0].operation = NULL;
	return 0;
}

static void check_runs(const struct runs *runs)
{
	FUZZ_CHECK(runs->count <= RESULT_RUNS_MAX);
	for (size_t i = 0; i < runs->count; i++) {
		const struct run *run = &runs->items[i];

		FUZZ_CHECK(run->milliseconds >= 0 && run->line >= 1 && run->gap >= KPI_UNKNOWN && run->gap <= 1000);
		FUZZ_CHECK(run->operation && run->label && run->tool && run->command);
		for (int flow = 0; flow < FLOWS; flow++) {
			FUZZ_CHECK(run->flows[flow].bytes >= 0 && run->flows[flow].rate >= 0 && run->flows[flow].operations >= 0);
			for (int latency = 0; latency < LATENCIES; latency++)
				FUZZ_CHECK(run->flows[flow].latency[latency] >= KPI_UNKNOWN);
		}
	}
}

static void check_rows(const struct kpi *kpi)
{
	for (size_t i = 0; i < kpi->row_count; i++) {
		const struct row *row = &kpi->rows[i];

		FUZZ_CHECK(row->count && row->valid <= row->count);
		FUZZ_CHECK(row->least <= row->median && row->median <= row->most);
		FUZZ_CHECK((row->state == STATE_INVALID) == !row->valid);
		FUZZ_CHECK(!row->valid || row->cluster.rate < 0 || row->median <= row->cluster.rate);
	}
}

static void check_prints(const struct kpi *kpi)
{
	struct buffer text = {.ceiling = 1 << 26}, markdown = {.ceiling = 1 << 26}, json = {.ceiling = 1 << 26};
	struct json_object *root = NULL;
	struct error error;

	FUZZ_CHECK(kpi_text(kpi, &text, &error) == 0 && kpi_markdown(kpi, &markdown, &error) == 0);
	kpi_json(kpi, &json);
	FUZZ_CHECK(!buffer_failed(&json) && json_read(buffer_string(&json), json.size, "sheet", &root, &error) == 0);
	json_object_put(root);
	buffer_release(&text);
	buffer_release(&markdown);
	buffer_release(&json);
}

static void check_kpi(struct scope *scope, const struct runs *runs)
{
	static const char digests[1][DIGEST_TEXT];
	static struct kpi kpi;
	struct error error;

	if (kpi_make(scope, &sheet, runs, digests, &kpi, &error) == 0) {
		check_rows(&kpi);
		check_prints(&kpi);
	} else {
		FUZZ_CHECK(error.code == APOLLO_CONFIG);
		fuzz_check_line(error.message);
		fuzz_check_line(error.hint);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	struct scope scope = scope_init(1 << 28);
	struct runs runs;
	struct error error;
	size_t length;
	char *text;

	sheet.results[0].test = &kpi_tests[fuzz_choose(&input, TESTS)];
	text = fuzz_rest(&input, &length);
	if (runs_read(&scope, text, length, "result", &runs, &error) == 0) {
		check_runs(&runs);
		check_kpi(&scope, &runs);
	} else {
		FUZZ_CHECK(error.code == ERROR_INPUT || error.code == APOLLO_NOMEM || error.code == APOLLO_REJECTED);
		fuzz_check_line(error.message);
		fuzz_check_line(error.hint);
	}
	scope_release(&scope);
	free(text);
	return 0;
}
