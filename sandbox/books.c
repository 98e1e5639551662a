/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/books.h"

#include "sandbox/state.h"

#include <apollo/kit.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Keys are structs without padding, so that their bytes can be hashed. */
struct day_key {
	uint32_t resource, dimension, plan, day;
};

struct total_key {
	uint32_t resource, dimension;
};

struct operation_key {
	uint32_t service, id;
};

struct series_key {
	uint64_t labels;
	uint32_t consumer, metric;
};

void books_release(struct books *books)
{
	free(books->events);
	free(books->days);
	free(books->totals);
	free(books->operations);
	free(books->values);
	free(books->series);
	free(books->violations);
	table_release(&books->slots);
	table_release(&books->days_by_key);
	table_release(&books->days_by_date);
	table_release(&books->totals_by_key);
	table_release(&books->operations_by_id);
	table_release(&books->series_by_key);
	*books = (struct books){0};
}

/* ---- Azure: slots ------------------------------------------------------------------------------------------ */

static bool slot_is(const void *owner, uint32_t index, const void *key)
{
	return memcmp(&((const struct books *)owner)->events[index].slot, key, sizeof(struct slot)) == 0;
}

uint32_t books_slot(const struct books *books, const struct slot *slot)
{
	return table_find(&books->slots, table_hash(slot, sizeof(*slot)), slot_is, books, slot);
}

void event_id(uint64_t seed, uint32_t index, char *text)
{
	struct chance chance = {.state = seed ^ ((uint64_t)index + 1) * UINT64_C(0xd1342543de82ef95)};
	uint64_t high = chance_next(&chance);

	guid_format(high, chance_next(&chance), text);
}

/* ---- Azure: sums ------------------------------------------------------------------------------------------- */

static bool day_is(const void *owner, uint32_t index, const void *key)
{
	const struct usage_day *day = &((const struct books *)owner)->days[index];
	struct day_key have = {day->resource, day->dimension, day->plan, day->day};

	return memcmp(&have, key, sizeof(have)) == 0;
}

static bool date_is(const void *owner, uint32_t index, const void *key)
{
	return ((const struct books *)owner)->days[index].day == *(const uint32_t *)key;
}

/* The rows of one date hang on the first one that was made, newest next to it. */
uint32_t books_day(const struct books *books, uint32_t day)
{
	return table_find(&books->days_by_date, table_hash(&day, sizeof(day)), date_is, books, &day);
}

static struct day_key day_key_of(const struct event *event)
{
	return (struct day_key){event->slot.resource, event->slot.dimension, event->plan,
				(uint32_t)(event->start / APOLLO_DAY)};
}

const struct usage_day *books_day_of(const struct books *books, const struct event *event)
{
	struct day_key key = day_key_of(event);

	return &books->days[table_find(&books->days_by_key, table_hash(&key, sizeof(key)), day_is, books, &key)];
}

static struct usage_day *day_row(struct books *books, const struct event *event)
{
	struct day_key key = day_key_of(event);
	uint64_t hash = table_hash(&key, sizeof(key));
	uint32_t index = table_find(&books->days_by_key, hash, day_is, books, &key), first;

	if (index != TABLE_NONE)
		return &books->days[index];
	index = (uint32_t)books->day_count;
	first = books_day(books, key.day);
	if (array_grow(&books->days, &books->day_room, index, sizeof(*books->days), DAYS_MAX) < 0 ||
	    table_enter(&books->days_by_key, hash, index) < 0)
		return NULL;
	books->days[index] = (struct usage_day){.resource = key.resource, .dimension = key.dimension, .plan = key.plan,
						.day = key.day, .earlier = TABLE_NONE, .last = TABLE_NONE};
	books->day_count++;
	if (first == TABLE_NONE) {
		(void)table_enter(&books->days_by_date, table_hash(&key.day, sizeof(key.day)), index);
		return &books->days[index];
	}
	books->days[index].earlier = books->days[first].earlier;
	books->days[first].earlier = index;
	return &books->days[index];
}

static bool total_is(const void *owner, uint32_t index, const void *key)
{
	const struct usage_total *total = &((const struct books *)owner)->totals[index];
	const struct total_key *wanted = key;

	return total->resource == wanted->resource && total->dimension == wanted->dimension;
}

static struct usage_total *total_row(struct books *books, const struct event *event)
{
	struct total_key key = {event->slot.resource, event->slot.dimension};
	uint64_t hash = table_hash(&key, sizeof(key));
	uint32_t index = table_find(&books->totals_by_key, hash, total_is, books, &key);

	if (index != TABLE_NONE)
		return &books->totals[index];
	index = (uint32_t)books->total_count;
	if (array_grow(&books->totals, &books->total_room, index, sizeof(*books->totals), SERIES_MAX) < 0 ||
	    table_enter(&books->totals_by_key, hash, index) < 0)
		return NULL;
	books->totals[index] = (struct usage_total){.resource = key.resource, .dimension = key.dimension};
	books->total_count++;
	return &books->totals[index];
}

uint32_t books_enter_event(struct books *books, const struct event *event)
{
	struct usage_total *total = total_row(books, event);
	struct usage_day *day = total ? day_row(books, event) : NULL;
	uint32_t index = (uint32_t)books->event_count;
	int64_t sum;

	if (!day || !quantity_add(day->quantity, event->quantity, &sum) ||
	    array_grow(&books->events, &books->event_room, index, sizeof(*event), EVENTS_MAX) < 0)
		return TABLE_NONE;
	books->events[index] = *event;
	if (table_enter(&books->slots, table_hash(&event->slot, sizeof(event->slot)), index) < 0)
		return TABLE_NONE;
	books->events[index].earlier = day->last;
	books->event_count++;
	day->last = index;
	day->quantity = sum;
	day->count++;
	day->taken = event->taken;
	total->quantity += event->quantity;
	total->count++;
	if (event->foreign)
		books->azure.foreign++;
	else
		books->azure.accepted++;
	return index;
}

const char *const recon_words[] = {[RECON_AUTOMATIC] = "Automatic",      [RECON_SUBMITTED] = "Submitted",
				   [RECON_ACCEPTED] = "Accepted",        [RECON_REJECTED] = "Rejected",
				   [RECON_MISMATCH] = "Mismatch",        [RECON_TEST_HEADERS] = "TestHeaders",
				   [RECON_DRY_RUN] = "DryRun",           [RECON_HIDDEN] = "Hidden",
				   NULL};

int usage_day_state(const struct usage_day *day, int64_t now, int64_t recon_delay)
{
	if (day->state != RECON_AUTOMATIC)
		return day->state;
	return now - day->taken < recon_delay ? RECON_SUBMITTED : RECON_ACCEPTED;
}

/* ---- Google ------------------------------------------------------------------------------------------------ */

static bool operation_is(const void *owner, uint32_t index, const void *key)
{
	const struct operation *operation = &((const struct books *)owner)->operations[index];
	const struct operation_key *wanted = key;

	return operation->service == wanted->service && operation->id == wanted->id;
}

uint32_t books_operation(const struct books *books, uint32_t service, uint32_t id)
{
	struct operation_key key = {service, id};

	return table_find(&books->operations_by_id, table_hash(&key, sizeof(key)), operation_is, books, &key);
}

uint32_t books_enter_operation(struct books *books, const struct operation *operation)
{
	struct operation_key key = {operation->service, operation->id};
	uint32_t index = (uint32_t)books->operation_count;

	if (array_grow(&books->operations, &books->operation_room, index, sizeof(*operation), OPERATIONS_MAX) < 0)
		return TABLE_NONE;
	books->operations[index] = *operation;
	if (table_enter(&books->operations_by_id, table_hash(&key, sizeof(key)), index) < 0)
		return TABLE_NONE;
	books->operation_count++;
	return index;
}

bool books_have_room(const struct books *books, size_t values)
{
	return values <= VALUES_MAX - books->value_count && values <= SERIES_MAX - books->series_count &&
	       books->operation_count < OPERATIONS_MAX;
}

static bool series_is(const void *owner, uint32_t index, const void *key)
{
	const struct series *series = &((const struct books *)owner)->series[index];
	const struct series_key *wanted = key;

	return series->consumer == wanted->consumer && series->metric == wanted->metric &&
	       series->labels == wanted->labels;
}

static uint32_t series_row(struct books *books, const struct series *wanted)
{
	struct series_key key = {wanted->labels, wanted->consumer, wanted->metric};
	uint64_t hash = table_hash(&key, sizeof(key));
	uint32_t index = table_find(&books->series_by_key, hash, series_is, books, &key);

	if (index != TABLE_NONE)
		return index;
	index = (uint32_t)books->series_count;
	if (array_grow(&books->series, &books->series_room, index, sizeof(*wanted), SERIES_MAX) < 0 ||
	    table_enter(&books->series_by_key, hash, index) < 0)
		return TABLE_NONE;
	books->series[index] = (struct series){.labels = wanted->labels, .consumer = wanted->consumer,
					       .metric = wanted->metric, .label_text = wanted->label_text,
					       .last = TABLE_NONE};
	books->series_count++;
	return index;
}

int books_enter_value(struct books *books, const struct series *wanted, struct value value)
{
	struct series *series;

	value.series = series_row(books, wanted);
	if (value.series == TABLE_NONE ||
	    array_grow(&books->values, &books->value_room, books->value_count, sizeof(value), VALUES_MAX) < 0)
		return APOLLO_NOMEM;
	series = &books->series[value.series];
	value.earlier = series->last;
	series->last = (uint32_t)books->value_count;
	series->count++;
	series->total += value.whole ? (wide_t)value.amount * APOLLO_MICRO : value.amount;
	books->values[books->value_count++] = value;
	return 0;
}

/* ---- violations -------------------------------------------------------------------------------------------- */

void books_violation(struct sandbox *sandbox, const char *kind, const char *format, ...)
{
	struct books *books = &sandbox->books;
	struct violation *violation;
	va_list arguments;

	books->violations_seen++;
	if (array_grow(&books->violations, &books->violation_room, books->violation_count, sizeof(*violation),
		       VIOLATIONS_MAX) < 0)
		return;
	violation = &books->violations[books->violation_count++];
	violation->time = calendar_now(&sandbox->calendar);
	violation->kind = kind;
	va_start(arguments, format);
	(void)vsnprintf(violation->text, sizeof(violation->text), format, arguments);
	va_end(arguments);
}

const char *wide_format(wide_t micro, char *text)
{
	__extension__ unsigned __int128 value = micro < 0 ? -(unsigned __int128)micro : (unsigned __int128)micro;
	char digits[WIDE_TEXT];
	int places = 0, at = 0;

	/* From the last digit to the first; trailing zeros of the fraction are left out. */
	for (; places < 6 && value % 10 == 0; places++)
		value /= 10;
	for (; places < 6; places++, value /= 10)
		digits[at++] = (char)('0' + (int)(value % 10));
	if (at)
		digits[at++] = '.';
	do {
		digits[at++] = (char)('0' + (int)(value % 10));
		value /= 10;
	} while (value);
	if (micro < 0)
		digits[at++] = '-';
	for (int i = 0; i < at; i++)
		text[i] = digits[at - 1 - i];
	text[at] = '\0';
	return text;
}
