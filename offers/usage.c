/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/usage.h"

#include "core/file.h"
#include "core/json.h"
#include "core/order.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>

enum { FIELDS_MAX = CATALOG_DIMENSIONS_MAX + 16 };

/* A file that is read line by line. */
struct reader {
	struct scope *scope;
	const char *name;
	size_t line;
	const struct catalog_offer *offer;
	const struct zone *zone;
	struct usage_row *rows;
	size_t count, room;
	/* CSV: */
	char separator;
	size_t fields;
	int64_t columns[FIELDS_MAX]; /* the dimension of a column; below 0: one of these */
	char *texts[FIELDS_MAX];     /* of a row */
};

enum column { COLUMN_TIME = -1, COLUMN_DIMENSION = -2, COLUMN_QUANTITY = -3, COLUMN_OTHER = -4 };

static int reader_fail(const struct reader *reader, struct error *error, const char *format, ...) __attribute__((format(printf, 3, 4)));
static int reader_fail(const struct reader *reader, struct error *error, const char *format, ...)
{
	char text[ERROR_TEXT];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return error_set(error, ERROR_INPUT, "%s:%zu: %s", reader->name, reader->line, text);
}

/* ---- one row ---- */

/* 2026-10, 2026-10-01, or an instant with a zone. */
static int time_read(const struct reader *reader, const char *text, int64_t *time, struct error *error)
{
	size_t size = strlen(text);
	char whole[32];
	int64_t read;

	(void)snprintf(whole, sizeof(whole), size == 7 ? "%.7s-01T00:00:00Z" : "%.10sT00:00:00Z", text);
	if (size == 7 || size == 10) {
		if (apollo_time_parse(whole, strlen(whole), 0, &read) == 0) {
			*time = zone_time(reader->zone, read);
			return 0;
		}
	} else if (apollo_time_parse(text, size, 0, &read) == 0) {
		*time = read;
		return 0;
	}
	(void)reader_fail(reader, error, "\"%.40s\" is not a time", text);
	return error_hint(error, "write it as 2026-10, 2026-10-01 or 2026-10-01T13:00:00Z");
}

static int64_t dimension_index(const struct catalog_offer *offer, const char *name)
{
	const struct catalog_dimension *dimension = catalog_dimension(offer, name);

	return dimension ? dimension - offer->dimensions : COLUMN_OTHER;
}

static int row_add(struct reader *reader, int64_t time, int64_t dimension, const char *quantity, struct error *error)
{
	struct usage_row *row = &reader->rows[reader->count];

	if (reader->count == reader->room)
		return reader_fail(reader, error, "more than %d quantities", USAGE_ROWS_MAX);
	if (apollo_decimal_read(quantity, strlen(quantity), 6, APOLLO_EXACT, &row->quantity) < 0) {
		(void)reader_fail(reader, error, "\"%.40s\" is not a quantity", quantity);
		return error_hint(error, "write a decimal with a point and at most six places");
	}
	row->time = time;
	row->dimension = (uint32_t)dimension;
	reader->count++;
	return 0;
}

static int dimension_need(const struct reader *reader, const char *name, int64_t *dimension, struct error *error)
{
	*dimension = dimension_index(reader->offer, name);
	return *dimension >= 0 ? 0 : reader_fail(reader, error, "\"%.100s\" is not a dimension of offer %s", name, reader->offer->name);
}

/* ---- CSV ---- */

/* Cuts a line, in place, into reader->texts; quotation marks as in RFC 4180, without line ends in them. */
static int fields_cut(struct reader *reader, char *line, size_t *count, struct error *error)
{
	char *in = line, *out = line;

	for (*count = 0;; in++) {
		bool quoted = *in == '"';

		if (*count == FIELDS_MAX)
			return reader_fail(reader, error, "more than %d fields", FIELDS_MAX);
		reader->texts[(*count)++] = out;
		if (quoted) {
			for (in++; *in && !(*in == '"' && in[1] != '"'); in++) {
				in += *in == '"';
				*out++ = *in;
			}
			if (*in++ != '"')
				return reader_fail(reader, error, "a quotation mark is not closed");
		}
		while (*in && *in != reader->separator)
			*out++ = *in++;
		if (!*in) {
			*out = '\0';
			return 0;
		}
		*out++ = '\0';
	}
}

/* A column that is there twice would count twice, or be forgotten. */
static int column_once(const struct reader *reader, size_t index, struct error *error)
{
	for (size_t i = 0; i < index; i++)
		if (reader->columns[i] == reader->columns[index])
			return reader_fail(reader, error, "column \"%.100s\" is there twice", reader->texts[index]);
	return 0;
}

static int header_read(struct reader *reader, char *line, struct error *error)
{
	bool time = false, quantity = false, dimension = false, wide = false;

	reader->separator = strchr(line, '\t') ? '\t' : strchr(line, ';') ? ';' : ',';
	if (fields_cut(reader, line, &reader->fields, error) < 0)
		return error->code;
	for (size_t i = 0; i < reader->fields; i++) {
		const char *name = reader->texts[i];

		reader->columns[i] = strcmp(name, "time") == 0	       ? COLUMN_TIME
				     : strcmp(name, "dimension") == 0 ? COLUMN_DIMENSION
				     : strcmp(name, "quantity") == 0  ? COLUMN_QUANTITY
								      : dimension_index(reader->offer, name);
		time |= reader->columns[i] == COLUMN_TIME;
		dimension |= reader->columns[i] == COLUMN_DIMENSION;
		quantity |= reader->columns[i] == COLUMN_QUANTITY;
		wide |= reader->columns[i] >= 0;
		if (reader->columns[i] == COLUMN_OTHER)
			return reader_fail(reader, error, "column \"%.100s\" is none of time, dimension, quantity, and no dimension of offer %s", name,
					   reader->offer->name);
		if (column_once(reader, i, error) < 0)
			return error->code;
	}
	if (time && (wide ? !dimension && !quantity : dimension && quantity))
		return 0;
	(void)reader_fail(reader, error, "the first line does not name the columns");
	return error_hint(error, "write time,dimension,quantity or time and a column for each dimension");
}

static int fields_read(struct reader *reader, char *line, struct error *error)
{
	const char *quantity = NULL;
	int64_t time = 0, dimension = 0;
	size_t count;

	if (fields_cut(reader, line, &count, error) < 0)
		return error->code;
	if (count != reader->fields)
		return reader_fail(reader, error, "%zu fields, and %zu columns", count, reader->fields);
	for (size_t i = 0; i < count; i++) {
		if ((reader->columns[i] == COLUMN_TIME && time_read(reader, reader->texts[i], &time, error) < 0) ||
		    (reader->columns[i] == COLUMN_DIMENSION && dimension_need(reader, reader->texts[i], &dimension, error) < 0))
			return error->code;
		if (reader->columns[i] == COLUMN_QUANTITY)
			quantity = reader->texts[i];
	}
	if (quantity)
		return row_add(reader, time, dimension, quantity, error);
	for (size_t i = 0; i < count; i++)
		if (reader->columns[i] >= 0 && reader->texts[i][0] && row_add(reader, time, reader->columns[i], reader->texts[i], error) < 0)
			return error->code;
	return 0;
}

/* ---- JSON lines ---- */

static int object_read(struct reader *reader, const char *line, size_t size, struct error *error)
{
	JSON_CLEANUP struct json_object *object = NULL;
	const char *time, *name, *digits;
	char quantity[64];
	int64_t at, dimension;
	size_t digit_count;

	if (json_read(line, size, "a line", &object, error) < 0) {
		error->code = ERROR_INPUT;
		return error_prefix(error, "%s:%zu", reader->name, reader->line);
	}
	time = json_text(object, "time");
	name = json_text(object, "dimension");
	digits = json_digits(json_member(object, "quantity"), &digit_count);
	if (!time || !name || !digits || digit_count >= sizeof(quantity))
		return reader_fail(reader, error, "not an object with time, dimension and quantity");
	(void)snprintf(quantity, sizeof(quantity), "%.*s", (int)digit_count, digits);
	if (time_read(reader, time, &at, error) < 0 || dimension_need(reader, name, &dimension, error) < 0)
		return error->code;
	return row_add(reader, at, dimension, quantity, error);
}

/* ---- the file ---- */

static int line_read(struct reader *reader, const char *line, size_t size, struct error *error)
{
	char *copy;

	while (size && (line[size - 1] == '\r' || line[size - 1] == ' '))
		size--;
	if (size == 0 || line[0] == '#')
		return 0;
	if (size > USAGE_LINE_MAX)
		return reader_fail(reader, error, "a line of more than %d bytes", USAGE_LINE_MAX);
	if (memchr(line, '\0', size))
		return reader_fail(reader, error, "a line with a NUL");
	if (line[0] == '{')
		return object_read(reader, line, size, error);
	copy = scope_copy(reader->scope, line, size);
	if (!copy)
		return error_memory(error, "usage");
	return reader->fields ? fields_read(reader, copy, error) : header_read(reader, copy, error);
}

/* At most so many quantities are in a text: one for each line, or for each separator. */
static size_t room_of(const char *text, size_t size)
{
	size_t room = 1;

	for (size_t i = 0; i < size; i++)
		room += text[i] == '\n' || text[i] == ',' || text[i] == ';' || text[i] == '\t';
	return room > USAGE_ROWS_MAX ? USAGE_ROWS_MAX : room;
}

int usage_sort(struct usage *usage, struct error *error)
{
	FREE_CLEANUP struct order *items = calloc(usage->count + 1, sizeof(*items)), *spare = calloc(usage->count + 1, sizeof(*spare));
	FREE_CLEANUP struct usage_row *rows = calloc(usage->count + 1, sizeof(*rows));

	if (!items || !spare || !rows)
		return error_memory(error, "usage");
	for (size_t i = 0; i < usage->count; i++)
		items[i] = (struct order){(uint64_t)usage->rows[i].time ^ (UINT64_C(1) << 63), (uint32_t)i};
	order_sort(items, spare, usage->count);
	for (size_t i = 0; i < usage->count; i++)
		rows[i] = usage->rows[items[i].index];
	memcpy(usage->rows, rows, usage->count * sizeof(*rows));
	return 0;
}

int usage_parse(struct scope *scope, const char *text, size_t size, const char *name, const struct catalog_offer *offer, const struct zone *zone,
		struct usage *usage, struct error *error)
{
	/* What is cut out of lines is needed for a line only. */
	SCOPE_CLEANUP struct scope lines = scope_init(8 * USAGE_LINE_MAX);
	struct reader reader = {.scope = &lines, .name = name, .offer = offer, .zone = zone};
	const char *end = text + size;
	struct usage made;

	if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	reader.room = room_of(text, (size_t)(end - text));
	reader.rows = scope_alloc(scope, reader.room * sizeof(*reader.rows));
	if (!reader.rows)
		return error_memory(error, "usage");
	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t length = stop ? (size_t)(stop - text) : (size_t)(end - text);

		reader.line++;
		scope_clear(&lines);
		if (line_read(&reader, text, length, error) < 0)
			return error->code;
		text += length + (stop ? 1 : 0);
	}
	made = (struct usage){reader.rows, reader.count};
	if (usage_sort(&made, error) < 0)
		return error->code;
	*usage = made;
	return 0;
}

int usage_read(struct scope *scope, const char *path, const struct catalog_offer *offer, const struct zone *zone, struct usage *usage,
	       struct error *error)
{
	BUFFER_CLEANUP struct buffer text = buffer_init(USAGE_BYTES_MAX);

	if (file_read(strcmp(path, "-") == 0 ? "/dev/stdin" : path, &text, error) < 0)
		return error->code;
	return usage_parse(scope, buffer_string(&text), text.size, path, offer, zone, usage, error);
}
