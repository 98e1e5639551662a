/* SPDX-License-Identifier: Apache-2.0 */
#include "kpi/table.h"

#include <apollo/kit.h>
#include <string.h>

struct table table_begin(struct scope *scope, const char *const *heads)
{
	struct table table = {.scope = scope};

	while (heads[table.columns] && table.columns < TABLE_COLUMNS_MAX) {
		table.heads[table.columns] = heads[table.columns];
		table.columns++;
	}
	return table;
}

static bool room_make(struct table *table)
{
	size_t room = table->room ? 2 * table->room : 64;
	const char **cells;

	if (table->count < table->room)
		return true;
	cells = room <= TABLE_CELLS_MAX ? scope_alloc(table->scope, room * sizeof(*cells)) : NULL;
	if (!cells)
		return false;
	if (table->count)
		memcpy(cells, table->cells, table->count * sizeof(*cells));
	table->cells = cells;
	table->room = room;
	return true;
}

void table_cell(struct table *table, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = scope_vprint(table->scope, format, arguments);
	va_end(arguments);
	if (!text || !room_make(table)) {
		table->failed = true;
		return;
	}
	for (char *at = text; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			*at = ' ';
	table->cells[table->count++] = text;
}

/* Characters, not bytes. */
static size_t width_of(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static bool on_right(const struct table *table, size_t column)
{
	return table->heads[column][0] == '>';
}

static const char *head_of(const struct table *table, size_t column)
{
	return table->heads[column] + on_right(table, column);
}

/* Whether nothing stands behind this head. */
static bool heads_end(const struct table *table, size_t column)
{
	for (size_t i = column + 1; i < table->columns; i++)
		if (*head_of(table, i))
			return false;
	return true;
}

static void column_widths(const struct table *table, size_t *widths)
{
	for (size_t i = 0; i < table->columns; i++)
		widths[i] = width_of(head_of(table, i));
	for (size_t i = 0; i < table->count; i++)
		if (width_of(table->cells[i]) > widths[i % table->columns])
			widths[i % table->columns] = width_of(table->cells[i]);
}

static void padded(struct buffer *buffer, const char *text, size_t width, bool right, bool last)
{
	int blanks = (int)(width - width_of(text));

	if (right)
		(void)buffer_print(buffer, "%*s%s", blanks, "", text);
	else
		(void)buffer_print(buffer, "%s%*s", text, last ? 0 : blanks, "");
	(void)buffer_text(buffer, last ? "\n" : "  ");
}

void table_text(const struct table *table, struct buffer *buffer)
{
	size_t widths[TABLE_COLUMNS_MAX];

	buffer->failed |= table->failed;
	if (!table->count)
		return;
	column_widths(table, widths);
	for (size_t i = 0; i < table->columns && (!i || !heads_end(table, i - 1)); i++)
		padded(buffer, head_of(table, i), widths[i], on_right(table, i), heads_end(table, i));
	for (size_t i = 0; i < table->count; i++) {
		size_t column = i % table->columns;

		padded(buffer, table->cells[i], widths[column], on_right(table, column), column + 1 == table->columns);
	}
}

static void escaped(struct buffer *buffer, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\|<>*_`[]#&", *text))
			(void)buffer_append(buffer, "\\", 1);
		(void)buffer_append(buffer, text, 1);
	}
}

void table_markdown(const struct table *table, struct buffer *buffer)
{
	buffer->failed |= table->failed;
	if (!table->count)
		return;
	for (size_t i = 0; i < table->columns; i++)
		(void)buffer_print(buffer, "| %s ", head_of(table, i));
	(void)buffer_text(buffer, "|\n");
	for (size_t i = 0; i < table->columns; i++)
		(void)buffer_text(buffer, on_right(table, i) ? "|---:" : "|---");
	(void)buffer_text(buffer, "|\n");
	for (size_t i = 0; i < table->count; i++) {
		(void)buffer_text(buffer, "| ");
		escaped(buffer, table->cells[i]);
		(void)buffer_text(buffer, (i + 1) % table->columns ? " " : " |\n");
	}
}
