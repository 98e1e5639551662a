/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/compare.h"

#include <stdio.h>
#include <string.h>

enum { TEBI_SHIFT = 40, CELL = 64 };

/* ---- numbers as texts ---- */

static const char *money(const struct compare *compare, int64_t amount, const char *unknown, char text[static EXACT_TEXT])
{
	return amount < 0 ? unknown : exact_text(exact_of(amount), compare->input->decimals, compare->input->decimals, text);
}

/* Cut to a tenth. */
static const char *tenths(int64_t value, int64_t unit, const char *unknown, char text[static CELL])
{
	if (value < 0)
		return unknown;
	(void)snprintf(text, CELL, "%lld.%lld", (long long)(value / unit), (long long)(value % unit / (unit / 10)));
	return text;
}

/* ---- a table for people ---- */

static void cells_print(const struct compare *compare, const struct compare_row *row, struct buffer *buffer)
{
	char text[EXACT_TEXT], cell[CELL];

	(void)buffer_print(buffer, " %9s", tenths(row->usable, INT64_C(1) << TEBI_SHIFT, "?", cell));
	(void)buffer_print(buffer, " %13s", money(compare, row->month, "unknown", text));
	(void)buffer_print(buffer, " %10s", money(compare, row->usable_price, "unknown", text));
	for (int i = 0; i < COMPARE_SHARES; i++)
		(void)buffer_print(buffer, " %9s", money(compare, row->logical_prices[i], "unknown", text));
	(void)buffer_print(buffer, " %11s", money(compare, row->read_price, "unknown", text));
	(void)buffer_print(buffer, " %11s\n", money(compare, row->write_price, "unknown", text));
}

/* Up to the next "; " that is in no parentheses, or the end. */
static size_t piece_size(const char *words)
{
	int depth = 0;
	size_t size = 0;

	for (; words[size]; size++) {
		depth += words[size] == '(' ? 1 : words[size] == ')' && depth ? -1 : 0;
		if (!depth && words[size] == ';' && words[size + 1] == ' ')
			break;
	}
	return size;
}

static void pieces_print(const char *label, const char *words, struct buffer *buffer)
{
	while (*words) {
		size_t size = piece_size(words);

		(void)buffer_print(buffer, "      %-10s %.*s\n", label, (int)size, words);
		label = "";
		words += size + (words[size] ? 2 : 0);
	}
}

static bool same_notes(const struct compare_row *one, const struct compare_row *other)
{
	if (strcmp(one->region, other->region) != 0 || strcmp(one->included, other->included) != 0 || strcmp(one->missing, other->missing) != 0 ||
	    one->read != other->read || one->write != other->write || one->warning_count != other->warning_count || !one->cluster || !other->cluster)
		return false;
	for (size_t i = 0; i < one->warning_count; i++)
		if (strcmp(one->warnings[i], other->warnings[i]) != 0)
			return false;
	return true;
}

static void notes_print(const struct compare_row *row, size_t first, size_t last, struct buffer *buffer)
{
	char cells[2][CELL];

	if (first == last)
		(void)buffer_print(buffer, "\n%2zu  %s, %s\n", first, row->name, row->region);
	else
		(void)buffer_print(buffer, "\n%2zu to %zu, %s\n", first, last, row->region);
	pieces_print("in it", row->included, buffer);
	pieces_print("not in it", row->missing, buffer);
	(void)buffer_print(buffer, "      %-10s reads %s GB/s, writes %s GB/s sustained%s\n", "rates", tenths(row->read, 1000000000, "unknown", cells[0]),
			   tenths(row->write, 1000000000, "unknown", cells[1]),
			   row->cluster ? ": ceilings of the hardware, not measured" : row->card->rate_source.text ? ": as its card says, not measured" : "");
	for (size_t i = 0; i < row->warning_count; i++)
		(void)buffer_print(buffer, "      %-10s %s\n", "WARNING", row->warnings[i]);
}

static void head_print(const struct compare *compare, int width, struct buffer *buffer)
{
	const struct compare_input *input = compare->input;
	char text[EXACT_TEXT], cell[CELL];

	(void)buffer_print(buffer, "At least %s TiB usable, for a month of %d hours, in %s; data reduces by", tenths(input->capacity, INT64_C(1) << TEBI_SHIFT, "", cell),
			   CARD_HOURS, input->currency);
	for (int i = 0; i < COMPARE_SHARES; i++)
		(void)buffer_print(buffer, "%s %s (%s)", i ? "," : "", exact_text(exact_round(exact_of(input->reductions[i]), 4, ROUND_HALF_AWAY), 6, 2, text),
				   compare_shares[i]);
	(void)buffer_print(buffer, "\n\n%*s %9s %13s %10s %29s %23s\n", width + 4, "", "usable", "", "a TiB", "a TiB written, by reduction", "a GB/s");
	(void)buffer_print(buffer, "%*s %9s %13s %10s %9s %9s %9s %11s %11s\n", width + 4, "", "TiB", "a month", "usable", compare_shares[0], compare_shares[1],
			   compare_shares[2], "read", "written");
}

void compare_text(const struct compare *compare, struct buffer *buffer)
{
	size_t width = 0, last;

	for (size_t i = 0; i < compare->count; i++)
		if (strlen(compare->rows[i].name) > width)
			width = strlen(compare->rows[i].name);
	head_print(compare, (int)width, buffer);
	for (size_t i = 0; i < compare->count; i++) {
		(void)buffer_print(buffer, "%2zu  %-*s", i + 1, (int)width, compare->rows[i].name);
		cells_print(compare, &compare->rows[i], buffer);
	}
	for (size_t i = 0; i < compare->count; i = last) {
		for (last = i + 1; last < compare->count && same_notes(&compare->rows[i], &compare->rows[last]);)
			last++;
		notes_print(&compare->rows[i], i + 1, last, buffer);
	}
}

/* ---- one list of columns for both machines' forms ---- */

enum column_kind { COLUMN_TEXT, COLUMN_MONEY, COLUMN_WHOLE };

struct column {
	const char *name;
	enum column_kind kind;
	const char *text;
	int64_t value;
};

enum { COLUMNS = 20 };

static const struct card_source *row_source(const struct compare_row *row)
{
	return row->card ? &row->card->source : &row->cluster->source;
}

static void columns_fill(const struct compare *compare, const struct compare_row *row, struct column columns[static COLUMNS])
{
	const struct card_source *source = row_source(row);
	const char *currency = row->card ? row->card->currency : compare->input->currency;
	const struct column all[COLUMNS] = {
		{"kind", COLUMN_TEXT, compare_kind_name(row->kind), 0},
		{"name", COLUMN_TEXT, row->name, 0},
		{"region", COLUMN_TEXT, row->region, 0},
		{"currency", COLUMN_TEXT, currency, 0},
		{"usable_bytes", COLUMN_WHOLE, NULL, row->usable},
		{"month", COLUMN_MONEY, NULL, row->month},
		{"software_month", COLUMN_MONEY, NULL, row->software},
		{"infrastructure_month", COLUMN_MONEY, NULL, row->infrastructure},
		{"usable_tib_month", COLUMN_MONEY, NULL, row->usable_price},
		{"logical_tib_month_p5", COLUMN_MONEY, NULL, row->logical_prices[0]},
		{"logical_tib_month_p50", COLUMN_MONEY, NULL, row->logical_prices[1]},
		{"logical_tib_month_p95", COLUMN_MONEY, NULL, row->logical_prices[2]},
		{"read_bytes_per_second", COLUMN_WHOLE, NULL, row->read},
		{"write_bytes_per_second", COLUMN_WHOLE, NULL, row->write},
		{"read_gb_per_second_month", COLUMN_MONEY, NULL, row->read_price},
		{"write_gb_per_second_month", COLUMN_MONEY, NULL, row->write_price},
		{"date", COLUMN_TEXT, source->text ? source->date : "", 0},
		{"source", COLUMN_TEXT, source->text ? source->text : "", 0},
		{"included", COLUMN_TEXT, row->included, 0},
		{"not_included", COLUMN_TEXT, row->missing, 0},
	};

	memcpy(columns, all, sizeof(all));
}

static void csv_text(struct buffer *buffer, const char *text)
{
	(void)buffer_text(buffer, "\"");
	for (; *text; text++)
		(void)buffer_print(buffer, *text == '"' ? "\"\"" : "%c", *text);
	(void)buffer_text(buffer, "\"");
}

static void warnings_csv(const struct compare_row *row, struct buffer *buffer)
{
	char all[1000] = "";
	size_t size = 0;

	for (size_t i = 0; i < row->warning_count && size < sizeof(all) - 1; i++) {
		int more = snprintf(all + size, sizeof(all) - size, "%s%s", i ? "; " : "", row->warnings[i]);

		size = more < 0 ? sizeof(all) : size + (size_t)more;
	}
	csv_text(buffer, all);
}

void compare_csv(const struct compare *compare, struct buffer *buffer)
{
	struct column columns[COLUMNS];
	char text[EXACT_TEXT];

	for (size_t i = 0; i < compare->count; i++) {
		columns_fill(compare, &compare->rows[i], columns);
		for (int j = 0; i == 0 && j < COLUMNS; j++)
			(void)buffer_print(buffer, "%s,", columns[j].name);
		if (i == 0)
			(void)buffer_text(buffer, "warnings\r\n");
		for (int j = 0; j < COLUMNS; j++) {
			if (columns[j].kind == COLUMN_TEXT)
				csv_text(buffer, columns[j].text);
			else if (columns[j].kind == COLUMN_MONEY)
				(void)buffer_text(buffer, money(compare, columns[j].value, "", text));
			else if (columns[j].value >= 0)
				(void)buffer_print(buffer, "%lld", (long long)columns[j].value);
			(void)buffer_text(buffer, ",");
		}
		warnings_csv(&compare->rows[i], buffer);
		(void)buffer_text(buffer, "\r\n");
	}
}

static void column_json(const struct compare *compare, const struct column *column, bool first, struct buffer *buffer)
{
	char text[EXACT_TEXT];

	if (column->kind == COLUMN_TEXT)
		(void)buffer_member(buffer, first ? "{" : ",", column->name, column->text);
	else if (column->value < 0)
		(void)buffer_print(buffer, ",\"%s\":null", column->name);
	else if (column->kind == COLUMN_MONEY)
		(void)buffer_print(buffer, ",\"%s\":\"%s\"", column->name, money(compare, column->value, "", text));
	else
		(void)buffer_print(buffer, ",\"%s\":%lld", column->name, (long long)column->value);
}

void compare_json(const struct compare *compare, struct buffer *buffer)
{
	const struct compare_input *input = compare->input;
	struct column columns[COLUMNS];
	char text[EXACT_TEXT];

	(void)buffer_print(buffer, "{\"currency\":\"%s\",\"capacity_bytes\":%lld,\"reduction\":{", input->currency, (long long)input->capacity);
	for (int i = 0; i < COMPARE_SHARES; i++)
		(void)buffer_print(buffer, "%s\"%c%s\":\"%s\"", i ? "," : "", 'p', compare_shares[i] + 1, exact_text(exact_of(input->reductions[i]), 6, 0, text));
	(void)buffer_text(buffer, "},\"rows\":[");
	for (size_t i = 0; i < compare->count; i++) {
		const struct compare_row *row = &compare->rows[i];

		columns_fill(compare, row, columns);
		(void)buffer_text(buffer, i ? ",\n" : "\n");
		for (int j = 0; j < COLUMNS; j++)
			column_json(compare, &columns[j], j == 0, buffer);
		(void)buffer_text(buffer, ",\"warnings\":[");
		for (size_t j = 0; j < row->warning_count; j++) {
			(void)buffer_text(buffer, j ? "," : "");
			(void)buffer_json(buffer, row->warnings[j]);
		}
		(void)buffer_text(buffer, "]}");
	}
	(void)buffer_text(buffer, "]}\n");
}
