/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/hour.h"

#include "metering/block.h"

#include <stdlib.h>

enum { SAMPLES_MAX = 1 << 27 }; /* of one hour: 6 GiB, far beyond a machine that closes in time */

int hour_init(struct ledger *ledger, const struct terms_table *terms, struct hour *hour, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db, "SELECT id FROM series ORDER BY id DESC LIMIT 1", error);
	struct hour made = {.ledger = ledger, .terms = terms};
	int code = statement ? db_step(statement, error) : error->code;

	if (code < 0)
		return code;
	made.series_last = code ? db_int(statement, 0) : 0;
	db_reset(statement);
	if (made.series_last < 0 || made.series_last > UINT32_MAX)
		return error_set(error, ERROR_CORRUPT, "series %lld is out of range", (long long)made.series_last);
	made.first = calloc((size_t)made.series_last + 2, sizeof(*made.first));
	made.holds = calloc((size_t)made.series_last + 1, sizeof(*made.holds));
	if (!made.first || !made.holds) {
		hour_release(&made);
		return error_memory(error, "the events of an hour");
	}
	for (size_t i = 0; i < terms->count; i++) {
		const struct terms *of = &terms->items[i];

		if (of->series < 1 || of->series > made.series_last)
			continue;
		if (of->hold > made.holds[of->series])
			made.holds[of->series] = of->hold;
		if (of->hold > made.longest_hold)
			made.longest_hold = of->hold;
	}
	*hour = made;
	return 0;
}

void hour_release(struct hour *hour)
{
	free(hour->samples);
	free(hour->first);
	free(hour->holds);
	*hour = (struct hour){0};
}

/* ---- loading ---- */

static int sample_push(struct hour *hour, const struct sample *sample, struct error *error)
{
	if (hour->count == hour->room) {
		size_t room = hour->room ? hour->room * 2 : 4096;
		struct sample *grown = room <= SAMPLES_MAX ? realloc(hour->samples, room * sizeof(*grown)) : NULL;

		if (!grown)
			return error_memory(error, "the events of an hour");
		hour->samples = grown;
		hour->room = room;
	}
	hour->samples[hour->count++] = *sample;
	return 0;
}

static int event_keep(void *context, const struct event *event, struct error *error)
{
	static const int64_t scales[EVENT_HASHED + 1] = {1000000, 100000, 10000, 1000, 100, 10, 1, 1};
	struct hour *hour = context;
	struct sample sample = {.time = event->time, .series = (uint32_t)event->series,
				.hashed = event->decimals == EVENT_HASHED,
				.value = (wide_t)event->value * scales[event->decimals]};

	if (event->series < 1 || event->series > hour->series_last)
		return error_set(error, ERROR_CORRUPT, "an event is of series %lld, which does not exist",
				 (long long)event->series);
	if (event->time < hour->begin && event->time + hour->holds[event->series] <= hour->begin)
		return 0;
	return sample_push(hour, &sample, error);
}

static int by_place(const void *a, const void *b)
{
	const struct sample *left = a, *right = b;

	if (left->series != right->series)
		return left->series < right->series ? -1 : 1;
	if (left->time != right->time)
		return left->time < right->time ? -1 : 1;
	return (left->value > right->value) - (left->value < right->value);
}

int hour_load(struct hour *hour, int64_t begin, struct error *error)
{
	int64_t before = (hour->longest_hold + APOLLO_HOUR - 1) / APOLLO_HOUR * APOLLO_HOUR;
	bool sorted = true;

	hour->begin = begin;
	hour->count = 0;
	if (block_scan(hour->ledger, begin - before, begin + APOLLO_HOUR, event_keep, hour, error) < 0)
		return error->code;
	for (size_t i = 1; i < hour->count && sorted; i++)
		sorted = by_place(&hour->samples[i - 1], &hour->samples[i]) <= 0;
	if (!sorted)
		qsort(hour->samples, hour->count, sizeof(*hour->samples), by_place);
	for (size_t series = 0, at = 0; series <= (size_t)hour->series_last + 1; series++) {
		while (at < hour->count && hour->samples[at].series < series)
			at++;
		hour->first[series] = at;
	}
	return 0;
}

/* ---- working out ---- */

bool hour_has(const struct hour *hour, int64_t series)
{
	return hour->first[series] < hour->first[series + 1];
}

bool hour_part(const struct hour *hour, const struct terms *terms, int64_t *from, int64_t *to)
{
	if (!terms)
		return false;
	*from = terms->from > hour->begin ? terms->from : hour->begin;
	*to = terms->to < hour->begin + APOLLO_HOUR ? terms->to : hour->begin + APOLLO_HOUR;
	return *from < *to;
}

int hour_work_out(struct hour *hour, const struct terms *terms, struct aggregate *aggregate, struct error *error)
{
	int64_t from, to;
	size_t first;

	*aggregate = (struct aggregate){0};
	if (!hour_part(hour, terms, &from, &to))
		return 0;
	if (terms->series < 1 || terms->series > hour->series_last)
		return error_set(error, ERROR_CORRUPT, "account %lld feeds on series %lld, which does not exist",
				 (long long)terms->account, (long long)terms->series);
	first = hour->first[terms->series];
	return aggregate_hour(terms, hour->begin, from, to, hour->samples + first, hour->first[terms->series + 1] - first,
			      aggregate, error);
}

int hour_posted(struct ledger *ledger, int64_t account, int64_t begin, wide_t *raw, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT raw FROM posting WHERE hour = ?1 AND account = ?2 AND kind IN (4, 5)", error);
	wide_t sum = 0;
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, begin);
	db_bind_int(statement, 2, account);
	while ((code = db_step(statement, error)) == 1)
		if (!wide_add(sum, db_wide(statement, 0), &sum))
			return error_set(error, ERROR_CORRUPT, "account %lld: what was posted leaves its range", (long long)account);
	if (code == 0)
		*raw = sum;
	return code;
}
