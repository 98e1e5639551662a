/* SPDX-License-Identifier: Apache-2.0 */
#include "kpi/run.h"

#include "core/quantity.h"

#include <stdlib.h>
#include <string.h>

/* Names of columns, as elbencho's header has them.  Of two values it is always the one of the last thread done. */
enum column {
	COLUMN_LABEL, COLUMN_HOSTS, COLUMN_BLOCK, COLUMN_DIRECT, COLUMN_RANDOM, COLUMN_OPERATION, COLUMN_TIME_FIRST, COLUMN_TIME_LAST, COLUMN_CPU,
	COLUMN_ENTRIES, COLUMN_IOPS, COLUMN_RATE, COLUMN_MIB, COLUMN_ENTRY_MEAN, COLUMN_ENTRY_MAX, COLUMN_MEAN, COLUMN_MAX, COLUMN_READ_IOPS,
	COLUMN_READ_RATE, COLUMN_READ_MIB, COLUMN_READ_MEAN, COLUMN_READ_MAX, COLUMN_VERSION, COLUMN_COMMAND, COLUMNS
};

static const char *const column_names[COLUMNS] = {
	[COLUMN_LABEL] = "label", [COLUMN_HOSTS] = "hosts", [COLUMN_BLOCK] = "block size", [COLUMN_DIRECT] = "direct IO", [COLUMN_RANDOM] = "random",
	[COLUMN_OPERATION] = "operation", [COLUMN_TIME_FIRST] = "time ms [first]", [COLUMN_TIME_LAST] = "time ms [last]", [COLUMN_CPU] = "CPU% [last]",
	[COLUMN_ENTRIES] = "entries/s [last]", [COLUMN_IOPS] = "IOPS [last]", [COLUMN_RATE] = "MiB/s [last]", [COLUMN_MIB] = "MiB [last]",
	[COLUMN_ENTRY_MEAN] = "Ent lat us [avg]", [COLUMN_ENTRY_MAX] = "Ent lat us [max]", [COLUMN_MEAN] = "IO lat us [avg]", [COLUMN_MAX] = "IO lat us [max]",
	[COLUMN_READ_IOPS] = "rwmix read IOPS [last]", [COLUMN_READ_RATE] = "rwmix read MiB/s [last]", [COLUMN_READ_MIB] = "rwmix read MiB [last]",
	[COLUMN_READ_MEAN] = "rwmix read IO lat us [avg]", [COLUMN_READ_MAX] = "rwmix read IO lat us [max]", [COLUMN_VERSION] = "version",
	[COLUMN_COMMAND] = "command",
};

struct field {
	const char *text;
	size_t size;
};

struct table {
	struct scope *scope;
	const char *name;
	int64_t line;
	struct error *error;
	size_t columns;            /* of the header */
	int at[RESULT_COLUMNS_MAX]; /* what each column of the file is; -1: nothing that is wanted */
	struct field fields[COLUMNS]; /* of the row; no text: the file has no such column */
};

/* ---- fields ---- */

/* The size of a field in quotation marks, both included, where a comma or the line's end follows; 0: it is not one.  elbencho puts no field
 * into quotation marks, but its last begins with one: the command's words are in them each.  Other programs put whole fields into them. */
static size_t quoted_size(const char *text, size_t size)
{
	if (!size || *text != '"')
		return 0;
	for (size_t at = 1; at < size; at++) {
		if (text[at] != '"')
			continue;
		if (at + 1 == size || text[at + 1] == ',')
			return at + 1;
		if (text[at + 1] != '"')
			return 0;
		at++;
	}
	return 0;
}

/* Takes the next field off the line; *more: whether a comma stood behind it. */
static struct field field_take(const char **line, size_t *size, bool *more)
{
	size_t quoted = quoted_size(*line, *size);
	const char *comma = quoted ? (quoted < *size ? *line + quoted : NULL) : memchr(*line, ',', *size);
	size_t taken = comma ? (size_t)(comma - *line) : *size;
	struct field field = {*line + (quoted ? 1 : 0), taken - (quoted ? 2 : 0)};

	*more = comma != NULL;
	*line += taken + (comma ? 1 : 0);
	*size -= taken + (comma ? 1 : 0);
	return field;
}

static bool field_is(struct field field, const char *text)
{
	return field.size == strlen(text) && memcmp(field.text, text, field.size) == 0;
}

/* Takes the next line off the text, without its end. */
static struct field line_take(const char **text, size_t *size)
{
	const char *newline = memchr(*text, '\n', *size);
	struct field line = {*text, newline ? (size_t)(newline - *text) : *size};
	size_t taken = line.size + (newline ? 1 : 0);

	*text += taken;
	*size -= taken;
	if (line.size && line.text[line.size - 1] == '\r')
		line.size--;
	return line;
}

/* ---- the header ---- */

static int column_of(struct field field)
{
	for (int i = 0; i < COLUMNS; i++)
		if (field_is(field, column_names[i]))
			return i;
	return -1;
}

static int table_fail(const struct table *table, const char *what)
{
	return error_set(table->error, ERROR_INPUT, "%s:%lld: %s", table->name, (long long)table->line, what);
}

static int header_read(struct table *table, struct field line)
{
	static const enum column needed[] = {COLUMN_OPERATION, COLUMN_TIME_LAST};
	bool more = true, seen[COLUMNS] = {false};

	while (more) {
		int column = column_of(field_take(&line.text, &line.size, &more));

		if (table->columns == RESULT_COLUMNS_MAX)
			return error_set(table->error, ERROR_INPUT, "%s:1: more than %d columns", table->name, RESULT_COLUMNS_MAX);
		if (column >= 0 && seen[column])
			return error_set(table->error, ERROR_INPUT, "%s:1: the column \"%s\" is there twice", table->name, column_names[column]);
		if (column >= 0)
			seen[column] = true;
		table->at[table->columns++] = column;
	}
	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++)
		if (!seen[needed[i]])
			return error_set(table->error, ERROR_INPUT, "%s:1: elbencho's header has no column \"%s\"", table->name, column_names[needed[i]]);
	return 0;
}

bool elbencho_is(const char *text, size_t size)
{
	struct field line = line_take(&text, &size);
	bool more;

	return field_is(field_take(&line.text, &line.size, &more), "ISO date") && more;
}

/* ---- rows ---- */

static int fields_read(struct table *table, struct field line)
{
	bool more = true;
	size_t count = 0;

	memset(table->fields, 0, sizeof(table->fields));
	for (; more && count <= table->columns; count++) {
		struct field field = field_take(&line.text, &line.size, &more);

		if (count < table->columns && table->at[count] >= 0)
			table->fields[table->at[count]] = field;
	}
	if (count != table->columns)
		return error_set(table->error, ERROR_INPUT, "%s:%lld: %zu%s fields, the header has %zu", table->name, (long long)table->line, count,
				 count > table->columns ? " or more" : "", table->columns);
	return 0;
}

/* A whole number times `unit`; `otherwise` where the field is empty or not there. */
static int number_read(const struct table *table, enum column column, int64_t unit, int64_t otherwise, int64_t *value)
{
	struct field field = table->fields[column];
	int64_t number;

	*value = otherwise;
	if (!field.size)
		return 0;
	if (apollo_decimal_read(field.text, field.size, 0, APOLLO_HALF_EVEN, &number) < 0 || number < 0 || __builtin_mul_overflow(number, unit, value)) {
		*value = otherwise;
		return error_set(table->error, ERROR_INPUT, "%s:%lld: \"%s\" is \"%.*s\", not a number that can be", table->name, (long long)table->line,
				 column_names[column], field.size > 40 ? 40 : (int)field.size, field.text);
	}
	return 0;
}

static int text_read(const struct table *table, enum column column, const char **text)
{
	struct field field = table->fields[column];

	if (field.size && (!apollo_text_valid(field.text, field.size) || memchr(field.text, '\0', field.size)))
		return table_fail(table, "a text is not UTF-8, or holds a NUL");
	*text = field.size ? scope_copy(table->scope, field.text, field.size) : "";
	return *text ? 0 : error_memory(table->error, table->name);
}

struct flow_columns {
	enum column iops, rate, mib, mean, max;
};

static const struct flow_columns plain = {COLUMN_IOPS, COLUMN_RATE, COLUMN_MIB, COLUMN_MEAN, COLUMN_MAX};
static const struct flow_columns mixed = {COLUMN_READ_IOPS, COLUMN_READ_RATE, COLUMN_READ_MIB, COLUMN_READ_MEAN, COLUMN_READ_MAX};

static int flow_read(const struct table *table, const struct flow_columns *columns, struct flow *flow)
{
	const int64_t mebi = 1 << 20;

	if (number_read(table, columns->iops, 1, 0, &flow->operations) < 0 || number_read(table, columns->rate, mebi, 0, &flow->rate) < 0 ||
	    number_read(table, columns->mib, mebi, 0, &flow->bytes) < 0 ||
	    number_read(table, columns->mean, 1000, KPI_UNKNOWN, &flow->latency[LATENCY_MEAN]) < 0 ||
	    number_read(table, columns->max, 1000, KPI_UNKNOWN, &flow->latency[LATENCY_MAX]) < 0)
		return table->error->code;
	return 0;
}

static int numbers_read(const struct table *table, struct run *run)
{
	struct flow *entries = &run->flows[FLOW_ENTRIES];
	int64_t direct = 0, random = 0, first = 0;

	if (number_read(table, COLUMN_HOSTS, 1, KPI_UNKNOWN, &run->clients) < 0 || number_read(table, COLUMN_BLOCK, 1, KPI_UNKNOWN, &run->block) < 0 ||
	    number_read(table, COLUMN_DIRECT, 1, 0, &direct) < 0 || number_read(table, COLUMN_RANDOM, 1, 0, &random) < 0 ||
	    number_read(table, COLUMN_CPU, 1, KPI_UNKNOWN, &run->cpu) < 0 || number_read(table, COLUMN_TIME_FIRST, 1, KPI_UNKNOWN, &first) < 0 ||
	    number_read(table, COLUMN_TIME_LAST, 1, 0, &run->milliseconds) < 0 ||
	    number_read(table, COLUMN_ENTRIES, 1, 0, &entries->operations) < 0 ||
	    number_read(table, COLUMN_ENTRY_MEAN, 1000, KPI_UNKNOWN, &entries->latency[LATENCY_MEAN]) < 0 ||
	    number_read(table, COLUMN_ENTRY_MAX, 1000, KPI_UNKNOWN, &entries->latency[LATENCY_MAX]) < 0)
		return table->error->code;
	run->cached = !direct;
	run->random = random != 0;
	if (first >= 0 && run->milliseconds > 0 && first <= run->milliseconds)
		run->gap = (int64_t)((wide_t)(run->milliseconds - first) * 1000 / run->milliseconds);
	return 0;
}

static int row_read(const struct table *table, struct run *run)
{
	const char *version = NULL;
	bool reads;

	*run = run_none();
	run->line = table->line;
	if (text_read(table, COLUMN_OPERATION, &run->operation) < 0 || text_read(table, COLUMN_LABEL, &run->label) < 0 ||
	    text_read(table, COLUMN_COMMAND, &run->command) < 0 || text_read(table, COLUMN_VERSION, &version) < 0 || numbers_read(table, run) < 0)
		return table->error->code;
	if (!*run->operation)
		return table_fail(table, "the row has no operation");
	/* In a mix of both, the plain columns are the writes. */
	reads = strncmp(run->operation, "READ", 4) == 0;
	if (flow_read(table, &plain, &run->flows[reads ? FLOW_READ : FLOW_WRITE]) < 0 || (!reads && flow_read(table, &mixed, &run->flows[FLOW_READ]) < 0))
		return table->error->code;
	run->tool = scope_print(table->scope, "elbencho%s%s", *version ? " " : "", version);
	return run->tool ? 0 : error_memory(table->error, table->name);
}

int elbencho_read(struct scope *scope, const char *text, size_t size, const char *name, struct runs *runs, struct error *error)
{
	FREE_CLEANUP struct run *items = calloc(RESULT_RUNS_MAX, sizeof(*items));
	struct table table = {.scope = scope, .name = name, .error = error, .line = 1};
	size_t count = 0;
	struct run *kept;

	if (!items)
		return error_memory(error, name);
	if (header_read(&table, line_take(&text, &size)) < 0)
		return error->code;
	while (size) {
		struct field line = line_take(&text, &size);

		table.line++;
		if (!line.size)
			continue;
		if (count == RESULT_RUNS_MAX)
			return error_set(error, ERROR_INPUT, "%s:%lld: more than %d rows", name, (long long)table.line, RESULT_RUNS_MAX);
		if (fields_read(&table, line) < 0 || row_read(&table, &items[count]) < 0)
			return error->code;
		count++;
	}
	kept = scope_alloc(scope, count * sizeof(*kept));
	if (!kept)
		return error_memory(error, name);
	if (count)
		memcpy(kept, items, count * sizeof(*kept));
	*runs = (struct runs){kept, count};
	return 0;
}
