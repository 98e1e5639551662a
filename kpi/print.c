/* SPDX-License-Identifier: Apache-2.0 */
#include "kpi/print.h"

#include "core/quantity.h"
#include "kpi/table.h"

#include <stdio.h>
#include <string.h>

enum { PRINT_SCOPE = 64 << 20, REMARKS_SHOWN = 8, FILES_SHOWN = 4 };

#define GIGA INT64_C(1000000000)

/* The sections, which both forms write in this order. */
enum section { SECTION_WHAT, SECTION_CEILINGS, SECTION_RESULTS, SECTION_LATENCY, SECTION_REMARKS, SECTION_RATIOS, SECTION_COSTS, SECTION_FILES, SECTIONS };

struct page {
	const struct kpi *kpi;
	struct table tables[SECTIONS];
	size_t remarks_most; /* rows of remarks and files that are shown */
	size_t files_most;
	size_t remarks, files; /* that there are */
};

#define HEADS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NUMBER(VALUE, UNIT, PLACES) kpi_number((char[KPI_NUMBER]){0}, VALUE, UNIT, PLACES)

const char *kpi_number(char text[static KPI_NUMBER], int64_t value, int64_t unit, int places)
{
	wide_t scale = 1, scaled;

	if (value < 0)
		return "unknown";
	for (int i = 0; i < places; i++)
		scale *= 10;
	scaled = ((wide_t)value * scale * 2 + unit) / (2 * (wide_t)unit);
	(void)snprintf(text, KPI_NUMBER, "%lld%s%.*lld", (long long)(scaled / scale), places ? "." : "", places, (long long)(scaled % scale));
	if (!places)
		(void)snprintf(text, KPI_NUMBER, "%lld", (long long)scaled);
	return text;
}

/* ---- what was measured ---- */

/* A line is parts that are said, with commas between them. */
static void part_add(struct buffer *line, const char *before, const char *text, const char *behind)
{
	if (text)
		(void)buffer_print(line, "%s%s%s%s", line->size ? ", " : "", before, text, behind);
}

static void line_end(struct table *table, const char *name, struct buffer *line)
{
	if (line->size) {
		table_cell(table, "%s", name);
		table_cell(table, "%s", buffer_string(line));
	}
	table->failed |= line->failed;
	buffer_release(line);
}

static const char *known(int64_t value, int64_t unit, int places, char text[static KPI_NUMBER])
{
	return value < 0 ? NULL : kpi_number(text, value, unit, places);
}

#define PART(LINE, BEFORE, VALUE, UNIT, PLACES, BEHIND) part_add(LINE, BEFORE, known(VALUE, UNIT, PLACES, (char[KPI_NUMBER]){0}), BEHIND)

static const char *identity(const struct sheet *sheet, const char *name)
{
	for (int i = 0; i < SHEET_IDENTITY; i++)
		if (strcmp(sheet_identity_names[i], name) == 0)
			return sheet->identity[i];
	return NULL;
}

static const char *load(const struct sheet *sheet, const char *name)
{
	for (int i = 0; i < SHEET_LOAD; i++)
		if (strcmp(sheet_load_names[i], name) == 0)
			return sheet->load[i];
	return NULL;
}

static void identity_lines(const struct sheet *sheet, struct table *table)
{
	struct buffer line = buffer_init(1 << 16);

	part_add(&line, "", identity(sheet, "offer"), "");
	part_add(&line, "plan ", identity(sheet, "plan"), "");
	part_add(&line, "on ", identity(sheet, "market"), "");
	part_add(&line, "software ", identity(sheet, "software"), "");
	line_end(table, "offer", &line);
	line = buffer_init(1 << 16);
	part_add(&line, "", identity(sheet, "date"), "");
	part_add(&line, "", identity(sheet, "region"), "");
	part_add(&line, "zones ", identity(sheet, "zones"), "");
	part_add(&line, "placement: ", identity(sheet, "placement"), "");
	part_add(&line, "quota: ", identity(sheet, "quota"), "");
	part_add(&line, "networking: ", identity(sheet, "networking"), "");
	line_end(table, "where", &line);
}

static void cluster_lines(const struct sheet *sheet, struct table *table)
{
	struct buffer line = buffer_init(1 << 16);

	(void)buffer_print(&line, "%lld x %s", (long long)sheet->nodes, sheet->shape->name);
	PART(&line, "", sheet->shape->cpus > 0 ? sheet->shape->cpus : KPI_UNKNOWN, 1, 0, " vCPU each");
	PART(&line, "egress ", sheet->rates.egress, GIGA, 3, sheet->paid_network ? " GB/s (the better network)" : " GB/s");
	PART(&line, "ingress ", sheet->rates.ingress, GIGA, 3, " GB/s");
	PART(&line, "disks read ", sheet->rates.disk_read, GIGA, 3, "");
	PART(&line, "write ", sheet->rates.disk_write, GIGA, 3, " GB/s");
	PART(&line, "cpu reads ", sheet->rates.cpu_read, GIGA, 3, "");
	PART(&line, "cpu writes ", sheet->rates.cpu_write, GIGA, 3, "");
	line_end(table, "cluster", &line);
	line = buffer_init(1 << 16);
	part_add(&line, "buffer ", sheet->buffer_code, "");
	(void)buffer_print(&line, " (%s%s)", NUMBER(sheet->buffer, 1000 * GIGA, 3), sheet->buffer < 0 ? "" : " TB");
	part_add(&line, "capacity ", sheet->capacity_code, "");
	PART(&line, "", sheet->usable, 1000 * GIGA, 1, " TB usable");
	PART(&line, "", sheet->fill, 1000, 0, " % full");
	PART(&line, "reduction ", sheet->reduction, 1000, 2, "");
	if (sheet->reduction >= 0)
		(void)buffer_print(&line, " (%s)", sheet->reduction_method);
	part_add(&line, "", sheet->codes.replicated ? "replicated before it counts as written" : NULL, "");
	line_end(table, "data", &line);
}

static void load_line(const struct sheet *sheet, struct table *table)
{
	struct buffer line = buffer_init(1 << 16);

	part_add(&line, "", load(sheet, "tool"), "");
	PART(&line, "clients: ", sheet->clients, 1, 0, "");
	PART(&line, "", sheet->client_rate < 0 ? KPI_UNKNOWN : sheet->client_rate * 8, GIGA, 0, " Gbit/s each");
	PART(&line, "memory ", sheet->client_memory, GIGA, 0, " GB each");
	part_add(&line, "threads ", load(sheet, "threads"), "");
	part_add(&line, "depth ", load(sheet, "depth"), "");
	part_add(&line, "blocks ", load(sheet, "block"), "");
	PART(&line, "data set ", sheet->data_set, 1000 * GIGA, 3, " TB");
	part_add(&line, "", load(sheet, "compressibility"), "");
	PART(&line, "reduction ", sheet->codes.reduction.over, 1000, 2, "");
	part_add(&line, "warm-up ", load(sheet, "warm_up"), "");
	line_end(table, "load", &line);
}

static void what_make(const struct kpi *kpi, struct table *table)
{
	identity_lines(kpi->sheet, table);
	cluster_lines(kpi->sheet, table);
	load_line(kpi->sheet, table);
	if (load(kpi->sheet, "command")) {
		table_cell(table, "command");
		table_cell(table, "%s", load(kpi->sheet, "command"));
	}
}

/* ---- ceilings and results ---- */

static void ceiling_row(struct table *table, const char *name, struct ceiling ceiling, struct ceiling cluster)
{
	table_cell(table, "%s", name);
	table_cell(table, "%s", NUMBER(ceiling.rate, GIGA, 3));
	table_cell(table, "%s", ceiling.term ? ceiling.term : "");
	table_cell(table, "%s", NUMBER(cluster.rate, GIGA, 3));
	table_cell(table, "%s", cluster.term ? cluster.term : "");
}

static void ceilings_make_table(const struct kpi *kpi, struct table *table)
{
	ceiling_row(table, "read", kpi->ceilings.read, kpi->cluster.read);
	ceiling_row(table, "burst write", kpi->ceilings.burst, kpi->cluster.burst);
	ceiling_row(table, "sustained write", kpi->ceilings.sustained, kpi->cluster.sustained);
}

static void value_cell(struct table *table, const struct row *row, int64_t value)
{
	table_cell(table, "%s", row->test->measure == MEASURE_RATE ? NUMBER(value, GIGA, 3) : NUMBER(value, 1, 0));
}

static void name_cell(struct table *table, const struct row *row)
{
	table_cell(table, "%s%s%s", row->test->name, *row->operation ? " " : "", row->operation);
}

/* Thousandths, which are whole. */
static void ratio_cell(struct table *table, int64_t ratio)
{
	table_cell(table, "%s", ratio < 0 ? "" : NUMBER(ratio, 1000, 3));
}

static void result_row(struct table *table, const struct row *row)
{
	name_cell(table, row);
	value_cell(table, row, row->median);
	value_cell(table, row, row->least);
	value_cell(table, row, row->most);
	table_cell(table, "%s", row->test->measure == MEASURE_RATE ? "GB/s" : *row->operation ? "ops/s" : "IOPS");
	if (row->variation < 0)
		table_cell(table, "%s", "");
	else
		table_cell(table, "%.1f", row->variation * 100);
	if (row->valid == row->count)
		table_cell(table, "%zu", row->count);
	else
		table_cell(table, "%zu of %zu", row->valid, row->count);
	table_cell(table, "%s", row->gap < 0 ? "" : NUMBER(row->gap, 10, 1));
	ratio_cell(table, row->state == STATE_INVALID ? KPI_UNKNOWN : row->ratio);
	table_cell(table, "%s", row->ceiling.term ? row->ceiling.term : "");
	ratio_cell(table, row->test->band ? row->test->band : KPI_UNKNOWN);
	table_cell(table, "%s", kpi_states[row->state]);
}

static void latency_row(struct table *table, const struct row *row)
{
	bool any = false;

	for (int i = 0; i < LATENCIES; i++)
		any |= row->latency[i] >= 0;
	if (!any)
		return;
	name_cell(table, row);
	for (int i = 0; i < LATENCIES; i++)
		table_cell(table, "%s", row->latency[i] < 0 ? "" : NUMBER(row->latency[i], 1000000, 3));
}

/* ---- remarks ---- */

static bool remark_begin(struct page *page, const struct row *row)
{
	if (page->remarks++ >= page->remarks_most)
		return false;
	name_cell(&page->tables[SECTION_REMARKS], row);
	return true;
}

static void invalid_remark(struct page *page, const struct row *row, const struct judged *judged)
{
	BUFFER_CLEANUP struct buffer line = buffer_init(1 << 16);

	if (!remark_begin(page, row))
		return;
	for (int i = 0; i < REASONS; i++)
		if (judged->reasons[i])
			(void)buffer_print(&line, "%s%s (%s)", line.size ? "; " : "", kpi_reasons[i], judged->reasons[i]);
	table_cell(&page->tables[SECTION_REMARKS], "%s:%lld does not count: %s", page->kpi->sheet->files[judged->result->file],
		   (long long)judged->run->line, buffer_string(&line));
}

static void cause_remark(struct page *page, const struct row *row)
{
	BUFFER_CLEANUP struct buffer line = buffer_init(1 << 16);

	if (row->state != STATE_BELOW || !remark_begin(page, row))
		return;
	if (row->cause < 0)
		(void)buffer_text(&line, "no cause is seen: state one in the sheet");
	else
		(void)buffer_print(&line, "cause: %s, %s", kpi_causes[row->cause], row->stated ? "as the sheet states" : "proposed");
	for (int i = 0; i < CAUSES; i++)
		if (row->proposed[i] && i != row->cause)
			(void)buffer_print(&line, "; the data says %s", kpi_causes[i]);
	table_cell(&page->tables[SECTION_REMARKS], "%s", buffer_string(&line));
}

static void remarks_make(struct page *page, const struct row *row)
{
	cause_remark(page, row);
	if (row->ceiling.rate < row->cluster.rate && row->state != STATE_INVALID && remark_begin(page, row))
		table_cell(&page->tables[SECTION_REMARKS], "the clients bind: %s of the cluster's own %s GB/s, to which the band belongs", NUMBER(row->cluster_ratio, 1000, 3),
			   NUMBER(row->cluster.rate, GIGA, 3));
	for (size_t i = row->valid; i < row->count; i++)
		invalid_remark(page, row, &row->runs[i]);
}

/* One for each doubt, with all the tests that have it. */
static void doubt_remark(struct page *page, int doubt)
{
	BUFFER_CLEANUP struct buffer line = buffer_init(1 << 16);

	for (size_t i = 0; i < page->kpi->row_count; i++) {
		const struct row *row = &page->kpi->rows[i];

		if (row->doubts[doubt])
			(void)buffer_print(&line, "%s%s%s%s", line.size ? ", " : "", row->test->name, *row->operation ? " " : "", row->operation);
	}
	if (!line.size || page->remarks++ >= page->remarks_most)
		return;
	table_cell(&page->tables[SECTION_REMARKS], "doubt");
	table_cell(&page->tables[SECTION_REMARKS], "%s: %s", kpi_doubts[doubt], buffer_string(&line));
}

/* ---- ratios, costs, files ---- */

static const struct row *valid_row(const struct kpi *kpi, int test)
{
	const struct row *row = kpi_row(kpi, test);

	return row && row->valid && row->median > 0 ? row : NULL;
}

static void each_row(struct table *table, const struct sheet *sheet, const char *name, const struct row *row)
{
	int64_t cpus = sheet->shape->cpus * sheet->nodes;

	if (!row)
		return;
	table_cell(table, "%s, each", name);
	table_cell(table, "%s GB/s a machine%s%s%s", NUMBER(row->median / sheet->nodes, GIGA, 3), cpus > 0 ? ", " : "",
		   cpus > 0 ? NUMBER(row->median / cpus, GIGA / 1000, 1) : "", cpus > 0 ? " MB/s a vCPU" : "");
}

static void against_row(struct table *table, const char *name, const struct row *row, const struct row *other)
{
	if (!row || !other)
		return;
	table_cell(table, "%s", name);
	table_cell(table, "%s", NUMBER((int64_t)((wide_t)row->median * 1000 / other->median), 1000, 3));
}

static void ratios_make(const struct kpi *kpi, struct table *table)
{
	const struct row *read = valid_row(kpi, TEST_READ), *sustained = valid_row(kpi, TEST_SUSTAINED);

	against_row(table, "read : sustained write", read, sustained);
	each_row(table, kpi->sheet, "read", read);
	each_row(table, kpi->sheet, "sustained write", sustained);
	against_row(table, "degraded read : read", valid_row(kpi, TEST_DEGRADED_READ), read);
	against_row(table, "degraded write : sustained write", valid_row(kpi, TEST_DEGRADED_WRITE), sustained);
	if (kpi->sheet->rebuild) {
		table_cell(table, "rebuild after the loss of a machine");
		table_cell(table, "%s", kpi->sheet->rebuild);
	}
}

static void costs_make_table(const struct kpi *kpi, struct table *table)
{
	static const char *const names[] = {"infrastructure", "software", "both"};

	for (int i = 0; i < 3; i++) {
		table_cell(table, "%s", names[i]);
		for (int cost = 0; cost < COSTS; cost++)
			table_cell(table, "%s", NUMBER(kpi->costs[i][cost], 1000000, 2));
	}
}

static void files_make(struct page *page)
{
	const struct sheet *sheet = page->kpi->sheet;

	page->files = sheet->file_count;
	for (size_t i = 0; i < sheet->file_count && i < page->files_most; i++) {
		table_cell(&page->tables[SECTION_FILES], "%s", sheet->files[i]);
		table_cell(&page->tables[SECTION_FILES], "%s", page->kpi->digests[i]);
	}
}

/* ---- the page ---- */

static void page_make(struct page *page, struct scope *scope)
{
	const struct kpi *kpi = page->kpi;
	struct table *tables = page->tables;
	const char *costs = scope_print(scope, "Costs, %s", kpi->sheet->currency ? kpi->sheet->currency : "");

	tables[SECTION_WHAT] = table_begin(scope, HEADS("What", "was measured"));
	tables[SECTION_CEILINGS] = table_begin(scope, HEADS("Ceilings", ">GB/s", "bound by", ">cluster's own", "bound by"));
	tables[SECTION_RESULTS] = table_begin(scope, HEADS("Results", ">median", ">min", ">max", "unit", ">CV %", ">runs", ">gap %", ">ratio", "of", ">band", "state"));
	tables[SECTION_LATENCY] = table_begin(scope, HEADS("Latency, ms", ">p50", ">p95", ">p99", ">p99.9", ">mean", ">max"));
	tables[SECTION_REMARKS] = table_begin(scope, HEADS("Remarks", ""));
	tables[SECTION_RATIOS] = table_begin(scope, HEADS("Ratios", ""));
	tables[SECTION_COSTS] = table_begin(scope, HEADS(costs ? costs : "Costs", ">hour", ">month", ">usable TiB-month", ">logical TiB-month", ">GB/s read-month", ">GB/s sustained-month",
						      ">PB read"));
	tables[SECTION_FILES] = table_begin(scope, HEADS("Files", "SHA-256"));
	what_make(kpi, &tables[SECTION_WHAT]);
	ceilings_make_table(kpi, &tables[SECTION_CEILINGS]);
	for (size_t i = 0; i < kpi->row_count; i++) {
		result_row(&tables[SECTION_RESULTS], &kpi->rows[i]);
		latency_row(&tables[SECTION_LATENCY], &kpi->rows[i]);
		remarks_make(page, &kpi->rows[i]);
	}
	for (int doubt = 0; doubt < DOUBTS; doubt++)
		doubt_remark(page, doubt);
	ratios_make(kpi, &tables[SECTION_RATIOS]);
	if (kpi->costs[0][COST_HOUR] >= 0 || kpi->costs[1][COST_HOUR] >= 0)
		costs_make_table(kpi, &tables[SECTION_COSTS]);
	files_make(page);
}

static void names_print(const struct kpi *kpi, enum state state, struct buffer *buffer)
{
	bool first = true;

	for (size_t i = 0; i < kpi->row_count; i++)
		if (kpi->rows[i].state == state) {
			(void)buffer_print(buffer, "%s%s%s%s", first ? "" : ", ", kpi->rows[i].test->name, *kpi->rows[i].operation ? " " : "", kpi->rows[i].operation);
			first = false;
		}
}

static void missing_print(const struct kpi *kpi, struct buffer *buffer)
{
	bool first = true;

	for (int i = 0; i < TESTS; i++)
		if (!kpi_row(kpi, i)) {
			(void)buffer_print(buffer, "%s%s", first ? "Not measured: " : ", ", kpi_tests[i].name);
			first = false;
		}
	(void)buffer_text(buffer, first ? "" : "\n");
}

static size_t state_count(const struct kpi *kpi, enum state state)
{
	size_t count = 0;

	for (size_t i = 0; i < kpi->row_count; i++)
		count += kpi->rows[i].state == state;
	return count;
}

static void verdict_print(const struct kpi *kpi, struct buffer *buffer)
{
	static const char *const words[] = {
		[VERDICT_THEORY] = "none: nothing was measured, these are the ceilings",
		[VERDICT_IN_BAND] = "in band: read, burst and sustained write reach what they should",
		[VERDICT_BELOW] = "NOT in band",
		[VERDICT_INCOMPLETE] = "incomplete: nothing is below its band, but it is not a whole sheet",
	};

	(void)buffer_print(buffer, "Verdict: %s", words[kpi->verdict]);
	for (int state = STATE_BELOW; state <= STATE_INVALID; state++)
		if (state_count(kpi, (enum state)state)) {
			(void)buffer_print(buffer, "; %s: ", kpi_states[state]);
			names_print(kpi, (enum state)state, buffer);
		}
	(void)buffer_text(buffer, "\n");
}

static int page_end(const struct buffer *buffer, struct error *error)
{
	return buffer_failed(buffer) ? error_memory(error, "the sheet") : 0;
}

static void more_print(struct buffer *buffer, size_t all, size_t shown, const char *what)
{
	if (all > shown)
		(void)buffer_print(buffer, "... and %zu %s more: see --out or --json\n", all - shown, what);
}

int kpi_text(const struct kpi *kpi, struct buffer *buffer, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(PRINT_SCOPE);
	struct page page = {.kpi = kpi, .remarks_most = REMARKS_SHOWN, .files_most = FILES_SHOWN};

	page_make(&page, &scope);
	(void)buffer_print(buffer, "KPI sheet: %s\n", kpi->sheet->name);
	for (int i = 0; i < SECTIONS; i++) {
		if (i > SECTION_WHAT && page.tables[i].count)
			(void)buffer_text(buffer, "\n");
		table_text(&page.tables[i], buffer);
		if (i == SECTION_REMARKS)
			more_print(buffer, page.remarks, page.remarks_most, "remarks");
		if (i == SECTION_FILES)
			more_print(buffer, page.files, page.files_most, "files");
	}
	(void)buffer_text(buffer, "\n");
	if (kpi->row_count)
		missing_print(kpi, buffer);
	verdict_print(kpi, buffer);
	return page_end(buffer, error);
}

int kpi_markdown(const struct kpi *kpi, struct buffer *buffer, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(PRINT_SCOPE);
	struct page page = {.kpi = kpi, .remarks_most = SIZE_MAX, .files_most = SIZE_MAX};

	page_make(&page, &scope);
	(void)buffer_print(buffer, "# KPI sheet: %s\n\n", kpi->sheet->name);
	verdict_print(kpi, buffer);
	if (kpi->row_count) {
		(void)buffer_text(buffer, "\n");
		missing_print(kpi, buffer);
	}
	for (int i = 0; i < SECTIONS; i++) {
		if (page.tables[i].count)
			(void)buffer_print(buffer, "\n## %s\n\n", page.tables[i].heads[0]);
		table_markdown(&page.tables[i], buffer);
	}
	return page_end(buffer, error);
}
