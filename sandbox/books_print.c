/* SPDX-License-Identifier: Apache-2.0 */
/* The books as a document, and the judgement whether reported windows join. */
#include "sandbox/books.h"
#include "sandbox/state.h"

#include <apollo/kit.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SINK_FLUSH_BYTES = 64 << 10 };

void sink_flush(struct sink *sink, bool at_once)
{
	if (!sink->file || (!at_once && sink->out->size < SINK_FLUSH_BYTES))
		return;
	if (buffer_failed(sink->out) ||
	    fwrite(buffer_string(sink->out), 1, sink->out->size, sink->file) != sink->out->size)
		sink->failed = true;
	buffer_clear(sink->out);
}

static void print_time(struct buffer *out, const char *name, int64_t time)
{
	char text[APOLLO_TIME_TEXT];

	(void)buffer_print(out, ",\"%s\":\"%s\"", name, apollo_time_format(time, text));
}

static void print_name(const struct sandbox *sandbox, struct buffer *out, const char *name, uint32_t number)
{
	(void)buffer_print(out, ",\"%s\":", name);
	names_json(&sandbox->names, number, out);
}

static void print_separator(struct sink *sink, bool *any)
{
	if (*any)
		(void)buffer_text(sink->out, ",\n");
	*any = true;
	sink_flush(sink, false);
}

/* ---- Azure ------------------------------------------------------------------------------------------------- */

static void print_resource(const struct sandbox *sandbox, struct buffer *out, uint32_t index)
{
	const struct resource *resource = &sandbox->registry.resources[index];

	(void)buffer_print(out, "{\"resource\":\"%s\"", resource->id);
	if (resource->uri)
		print_name(sandbox, out, "uri", resource->uri);
}

static void print_event(const struct sandbox *sandbox, struct buffer *out, uint32_t index)
{
	const struct event *event = &sandbox->books.events[index];
	int state = usage_day_state(books_day_of(&sandbox->books, event), calendar_now(&sandbox->calendar),
				    sandbox->registry.settings.azure_recon_delay);
	char id[GUID_TEXT], quantity[APOLLO_QUANTITY_TEXT];

	print_resource(sandbox, out, event->slot.resource);
	print_name(sandbox, out, "dimension", event->slot.dimension);
	print_name(sandbox, out, "plan", event->plan);
	print_time(out, "hour", event->start - event->start % APOLLO_HOUR);
	print_time(out, "start", event->start);
	print_time(out, "taken", event->taken);
	event_id(sandbox->seed, index, id);
	(void)buffer_print(out, ",\"quantity\":\"%s\",\"id\":\"%s\",\"state\":\"%s\",\"foreign\":%s}",
			   apollo_quantity_format(event->quantity, quantity), id, recon_words[state],
			   event->foreign ? "true" : "false");
}

static void print_totals(const struct sandbox *sandbox, struct sink *sink)
{
	const struct books *books = &sandbox->books;
	char quantity[WIDE_TEXT];
	bool any = false;

	for (size_t i = 0; i < books->total_count; i++) {
		const struct usage_total *total = &books->totals[i];

		print_separator(sink, &any);
		print_resource(sandbox, sink->out, total->resource);
		print_name(sandbox, sink->out, "dimension", total->dimension);
		(void)buffer_print(sink->out, ",\"count\":%lld,\"quantity\":\"%s\"}", (long long)total->count,
				   wide_format(total->quantity, quantity));
	}
}

static void print_azure(const struct sandbox *sandbox, bool details, struct sink *sink)
{
	const struct books *books = &sandbox->books;
	const struct azure_counts *counts = &books->azure;
	bool any = false;

	(void)buffer_print(sink->out,
			   ",\n\"azure\":{\"counts\":{\"accepted\":%lld,\"foreign\":%lld,\"duplicate_equal\":%lld,"
			   "\"duplicate_different\":%lld,\"rejected\":%lld},\n\"totals\":[",
			   (long long)counts->accepted, (long long)counts->foreign, (long long)counts->duplicate_equal,
			   (long long)counts->duplicate_different, (long long)counts->rejected);
	print_totals(sandbox, sink);
	(void)buffer_text(sink->out, "]");
	if (details) {
		(void)buffer_text(sink->out, ",\n\"events\":[");
		for (size_t i = 0; i < books->event_count; i++) {
			print_separator(sink, &any);
			print_event(sandbox, sink->out, (uint32_t)i);
		}
		(void)buffer_text(sink->out, "]");
	}
	(void)buffer_text(sink->out, "}");
}

/* ---- Google ------------------------------------------------------------------------------------------------ */

static int value_order(const void *a, const void *b)
{
	const struct value *const *x = a, *const *y = b;

	if ((*x)->start != (*y)->start)
		return (*x)->start < (*y)->start ? -1 : 1;
	return ((*x)->end > (*y)->end) - ((*x)->end < (*y)->end);
}

/* The values of a series by their start; the caller frees them.  NULL: no memory. */
static const struct value **series_sorted(const struct books *books, const struct series *series)
{
	const struct value **values = calloc((size_t)series->count + 1, sizeof(*values));
	size_t count = 0;

	if (!values)
		return NULL;
	for (uint32_t i = series->last; i != TABLE_NONE; i = books->values[i].earlier)
		values[count++] = &books->values[i];
	qsort(values, count, sizeof(*values), value_order);
	return values;
}

static void print_series_key(const struct sandbox *sandbox, struct buffer *out, const struct series *series)
{
	(void)buffer_text(out, "{\"consumer\":");
	names_json(&sandbox->names, sandbox->registry.consumers[series->consumer].id, out);
	print_name(sandbox, out, "metric", sandbox->registry.metrics[series->metric].name);
	if (series->label_text)
		(void)buffer_print(out, ",\"labels\":%s", names_text(&sandbox->names, series->label_text));
}

static wide_t value_micro(const struct value *value)
{
	return value->whole ? (wide_t)value->amount * APOLLO_MICRO : value->amount;
}

/* Sums of a series by the hour in which its windows begin. */
static void print_hours(const struct sandbox *sandbox, const struct series *series, struct sink *sink, bool *any)
{
	const struct value **values FREE_CLEANUP = series_sorted(&sandbox->books, series);
	char quantity[WIDE_TEXT];

	if (!values) {
		sink->failed = true;
		return;
	}
	for (size_t i = 0, count = (size_t)series->count; i < count;) {
		int64_t hour = values[i]->start / APOLLO_HOUR;
		wide_t sum = 0;

		for (; i < count && values[i]->start / APOLLO_HOUR == hour; i++)
			sum += value_micro(values[i]);
		print_separator(sink, any);
		print_series_key(sandbox, sink->out, series);
		print_time(sink->out, "hour", hour * APOLLO_HOUR);
		(void)buffer_print(sink->out, ",\"quantity\":\"%s\"}", wide_format(sum, quantity));
	}
}

static void print_value(const struct sandbox *sandbox, struct buffer *out, const struct value *value)
{
	const struct operation *operation = &sandbox->books.operations[value->operation];
	char quantity[WIDE_TEXT];

	print_series_key(sandbox, out, &sandbox->books.series[value->series]);
	print_name(sandbox, out, "service", operation->service);
	print_name(sandbox, out, "operation", operation->id);
	print_time(out, "start", value->start);
	print_time(out, "end", value->end);
	print_time(out, "taken", operation->taken);
	(void)buffer_print(out, ",\"quantity\":\"%s\",\"state\":\"%s\",\"repeats\":%lld}",
			   wide_format(value_micro(value), quantity), operation->changed ? "disputed" : "accepted",
			   (long long)operation->repeats);
}

static void print_google_totals(const struct sandbox *sandbox, struct sink *sink)
{
	const struct books *books = &sandbox->books;
	char quantity[WIDE_TEXT];
	bool any = false;

	for (size_t i = 0; i < books->series_count; i++) {
		print_separator(sink, &any);
		print_series_key(sandbox, sink->out, &books->series[i]);
		(void)buffer_print(sink->out, ",\"count\":%lld,\"quantity\":\"%s\"}", (long long)books->series[i].count,
				   wide_format(books->series[i].total, quantity));
	}
}

static void print_google(const struct sandbox *sandbox, bool details, struct sink *sink)
{
	const struct books *books = &sandbox->books;
	const struct google_counts *counts = &books->google;
	bool any = false;

	(void)buffer_print(sink->out,
			   ",\n\"google\":{\"counts\":{\"checks\":%lld,\"check_errors\":%lld,\"accepted\":%lld,"
			   "\"repeated_equal\":%lld,\"repeated_different\":%lld,\"refused\":%lld},\n\"totals\":[",
			   (long long)counts->checks, (long long)counts->check_errors, (long long)counts->accepted,
			   (long long)counts->repeated_equal, (long long)counts->repeated_different,
			   (long long)counts->refused);
	print_google_totals(sandbox, sink);
	(void)buffer_text(sink->out, "]");
	if (details) {
		(void)buffer_text(sink->out, ",\n\"hours\":[");
		for (size_t i = 0; i < books->series_count; i++)
			print_hours(sandbox, &books->series[i], sink, &any);
		(void)buffer_text(sink->out, "],\n\"values\":[");
		any = false;
		for (size_t i = 0; i < books->value_count; i++) {
			print_separator(sink, &any);
			print_value(sandbox, sink->out, &books->values[i]);
		}
		(void)buffer_text(sink->out, "]");
	}
	(void)buffer_text(sink->out, "}");
}

/* ---- violations -------------------------------------------------------------------------------------------- */

/* Prints where consecutive windows of a series do not join; gives how many such places there are. */
static int64_t print_joints(const struct sandbox *sandbox, const struct series *series, struct sink *sink, bool *any)
{
	const struct value **values FREE_CLEANUP = series_sorted(&sandbox->books, series);
	char left[APOLLO_TIME_TEXT], right[APOLLO_TIME_TEXT];
	int64_t found = 0, reached;

	if (!values) {
		sink->failed = true;
		return 0;
	}
	reached = values[0]->end;
	for (size_t i = 1; i < (size_t)series->count; i++) {
		const struct value *value = values[i];

		if (value->start != reached && ++found <= VIOLATIONS_MAX) {
			print_separator(sink, any);
			(void)buffer_print(
				sink->out,
				"{\"kind\":\"%s\",\"text\":\"a window ends %s, the next begins %s\",\"series\":",
				value->start > reached ? "gap" : "overlap", apollo_time_format(reached, left),
				apollo_time_format(value->start, right));
			print_series_key(sandbox, sink->out, series);
			(void)buffer_text(sink->out, "}}");
		}
		if (value->end > reached)
			reached = value->end;
	}
	return found;
}

static void print_violations(const struct sandbox *sandbox, struct sink *sink)
{
	const struct books *books = &sandbox->books;
	int64_t count = books->violations_seen;
	bool any = false;

	(void)buffer_text(sink->out, ",\n\"violations\":[");
	for (size_t i = 0; i < books->violation_count; i++) {
		print_separator(sink, &any);
		(void)buffer_print(sink->out, "{\"kind\":\"%s\",\"text\":", books->violations[i].kind);
		(void)buffer_json(sink->out, books->violations[i].text);
		print_time(sink->out, "time", books->violations[i].time);
		(void)buffer_text(sink->out, "}");
	}
	for (size_t i = 0; i < books->series_count; i++)
		count += print_joints(sandbox, &books->series[i], sink, &any);
	(void)buffer_print(sink->out, "],\n\"violation_count\":%lld", (long long)count);
}

void books_print_operations(const struct sandbox *sandbox, int64_t from, int64_t to, struct sink *sink)
{
	const struct books *books = &sandbox->books;
	char quantity[WIDE_TEXT];
	bool any = false;

	(void)buffer_text(sink->out, "{\"rows\":[\n");
	for (size_t i = 0; i < books->value_count; i++) {
		const struct value *value = &books->values[i];

		if (value->start < from || value->start >= to)
			continue;
		print_separator(sink, &any);
		(void)buffer_text(sink->out, "{\"operation\":");
		names_json(&sandbox->names, books->operations[value->operation].id, sink->out);
		(void)buffer_print(sink->out, ",\"quantity\":\"%s\"}", wide_format(value_micro(value), quantity));
	}
	(void)buffer_text(sink->out, "]}\n");
	sink_flush(sink, true);
}

void books_print(const struct sandbox *sandbox, bool details, struct sink *sink)
{
	char now[APOLLO_TIME_TEXT];

	(void)buffer_print(sink->out, "{\"now\":\"%s\",\"clock\":\"%s\",\"seed\":%llu",
			   apollo_time_format(calendar_now(&sandbox->calendar), now),
			   sandbox->calendar.frozen ? "frozen" : "system", (unsigned long long)sandbox->seed);
	print_azure(sandbox, details, sink);
	print_google(sandbox, details, sink);
	print_violations(sandbox, sink);
	(void)buffer_text(sink->out, "}\n");
	sink_flush(sink, true);
}

static void print_whole(const struct sandbox *sandbox, struct sink *sink)
{
	books_print(sandbox, true, sink);
}

static void print_every_operation(const struct sandbox *sandbox, struct sink *sink)
{
	books_print_operations(sandbox, 0, INT64_MAX, sink);
}

static int file_write(const struct sandbox *sandbox, const char *path,
		      void (*print)(const struct sandbox *sandbox, struct sink *sink), struct error *error)
{
	struct buffer text BUFFER_CLEANUP = buffer_init(REPLY_BODY_MAX);
	struct sink sink = {.out = &text};
	char *temporary FREE_CLEANUP = NULL;
	bool bad;

	if (asprintf(&temporary, "%s.new", path) < 0) {
		temporary = NULL;
		return error_memory(error, "a file's name");
	}
	sink.file = fopen(temporary, "we");
	if (!sink.file)
		return error_errno(error, "cannot write %s", temporary);
	print(sandbox, &sink);
	bad = sink.failed || fflush(sink.file) != 0 || fsync(fileno(sink.file)) < 0;
	if (fclose(sink.file) != 0 || bad || rename(temporary, path) < 0)
		return error_errno(error, "cannot write %s", path);
	return 0;
}

int books_write(const struct sandbox *sandbox, struct error *error)
{
	int code = 0;

	if (sandbox->books_file)
		code = file_write(sandbox, sandbox->books_file, print_whole, error);
	if (code == 0 && sandbox->operations_file)
		code = file_write(sandbox, sandbox->operations_file, print_every_operation, error);
	return code;
}
