/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.h - what a private offer means, as tables: each number is made once, as a cell, and the page, JSON and CSV print the cells.
 *
 * Invariants
 *   - A cell's text is exact where it is money; its position is a float, for drawings alone.
 *   - The same input gives the same cells, and the same bytes of each form.
 *   - Bills against usage are of the whole term, with the same usage in each of its months: what `price quote` says for it.
 */
#ifndef OFFERS_REPORT_H
#define OFFERS_REPORT_H

#include "offers/simulation.h"

enum { REPORT_COLUMNS_MAX = 12, REPORT_TABLES_MAX = 16, REPORT_POINTS = 40, REPORT_BINS = 20 };

struct report_cell {
	const char *text;
	double position;
};

struct report_column {
	const char *name; /* of JSON and CSV: lower case and underscores */
	const char *head; /* for people */
	bool number;
};

struct report_table {
	const char *name, *title;
	const char *note; /* what its numbers are; NULL: nothing to say */
	struct report_column columns[REPORT_COLUMNS_MAX];
	size_t column_count;
	struct report_cell *cells; /* cells[row * column_count + column] */
	size_t row_count, row_room;
};

struct report {
	const char *name, *currency;
	const char *rival_name; /* NULL: there is none */
	struct report_table tables[REPORT_TABLES_MAX];
	size_t table_count;
};

struct report_input {
	const struct contract *contract; /* its term is set */
	const struct forecast *forecast;
	const struct goals *goals; /* NULL: no costs, competitor or fee */
	const struct tune *tune;   /* NULL: no front */
};

/* All tables, of the scope.  Errors are the simulation's. */
int report_make(struct scope *scope, const struct report_input *input, struct report *report, struct error *error);

/* NULL: there is no such table. */
const struct report_table *report_table(const struct report *report, const char *name);

/* SIZE_MAX: there is no such column. */
size_t report_column(const struct report_table *table, const char *name);

static inline const struct report_cell *report_cell(const struct report_table *table, size_t row, size_t column)
{
	return &table->cells[row * table->column_count + column];
}

/* One page for people: HTML with its drawings in it, no script, nothing fetched. */
void report_page(const struct report *report, struct buffer *buffer);

/* {"name":...,"tables":[{"name":...,"columns":[...],"rows":[[...],...]},...]}, each cell a text. */
void report_json(const struct report *report, struct buffer *buffer);

/* table,row,column,value; rows are counted from 1. */
void report_csv(const struct report *report, struct buffer *buffer);

#endif
