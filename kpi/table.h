/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.h - a table of texts, written as aligned text or as Markdown.
 *
 * Invariants: cells go row by row, from the left; a row is complete before it is written.  What was put into a cell cannot break the
 * table, whatever it holds: control characters become blanks, and Markdown's marks are escaped.  A failure of memory shows when it is written.
 */
#ifndef KPI_TABLE_H
#define KPI_TABLE_H

#include "core/buffer.h"
#include "core/scope.h"

enum { TABLE_COLUMNS_MAX = 16, TABLE_CELLS_MAX = 1 << 16 };

struct table {
	struct scope *scope;
	const char *heads[TABLE_COLUMNS_MAX]; /* NULL: ends; one that begins with '>' is of a column on the right */
	const char **cells;
	size_t columns, count, room;
	bool failed;
};

/* heads: ends with NULL; borrowed. */
struct table table_begin(struct scope *scope, const char *const *heads);

/* The next cell. */
void table_cell(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Both write nothing of a table without rows. */
void table_text(const struct table *table, struct buffer *buffer);
void table_markdown(const struct table *table, struct buffer *buffer);

#endif
