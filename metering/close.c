/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/close.h"

#include "metering/aggregate.h"
#include "metering/claim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SAMPLES_MAX = 1 << 28, /* of one hour: 6 GiB, far beyond a machine that closes in time */
	LINKS_MAX = 4096,      /* hours that one claim settles; more wait for the next claim */
};

struct closer {
	struct ledger *ledger;
	const struct book *book;
	uint32_t *by_id; /* from the ledger's series id to the book's index + 1 */
	size_t id_count;
	wide_t *remainders;  /* of each account of the book */
	int64_t *due;        /* of each account: pending that no claim has taken up */
	bool stale;          /* remainders and due must be read again: a transaction failed */

	int64_t hour;        /* loaded */
	struct sample *samples; /* of the hour, sorted by series of the book, time, value */
	size_t count, room;
	size_t *first;       /* of each series + 1: where its samples begin */
	int64_t longest_hold;
};

int closer_new(struct ledger *ledger, const struct book *book, struct closer **closer, struct error *error)
{
	struct closer *made = calloc(1, sizeof(*made));
	int64_t highest = 0;

	if (!made)
		return error_memory(error, "closing");
	made->ledger = ledger;
	made->book = book;
	made->stale = true;
	for (size_t i = 0; i < book->series_count; i++)
		if (book->series[i].id > highest)
			highest = book->series[i].id;
	for (size_t i = 0; i < book->meter_count; i++)
		if (book->meters[i].aggregation == BOOK_TIME_WEIGHTED && book->meters[i].hold > made->longest_hold)
			made->longest_hold = book->meters[i].hold;
	made->id_count = (size_t)highest + 1;
	made->by_id = calloc(made->id_count, sizeof(*made->by_id));
	made->remainders = calloc(book->account_count + 1, sizeof(*made->remainders));
	made->due = calloc(book->account_count + 1, sizeof(*made->due));
	made->first = calloc(book->series_count + 2, sizeof(*made->first));
	if (!made->by_id || !made->remainders || !made->due || !made->first) {
		closer_free(made);
		return error_memory(error, "closing");
	}
	for (size_t i = 0; i < book->series_count; i++)
		if (book->series[i].id > 0)
			made->by_id[book->series[i].id] = (uint32_t)i + 1;
	*closer = made;
	return 0;
}

void closer_free(struct closer *closer)
{
	if (!closer)
		return;
	free(closer->by_id);
	free(closer->remainders);
	free(closer->due);
	free(closer->first);
	free(closer->samples);
	free(closer);
}

/* ---- the events of an hour ---- */

static const struct book_meter *meter_of(const struct closer *closer, uint32_t series)
{
	return &closer->book->meters[closer->book->series[series].meter];
}

static int sample_push(struct closer *closer, const struct sample *sample, struct error *error)
{
	if (closer->count == closer->room) {
		size_t room = closer->room ? closer->room * 2 : 4096;
		struct sample *grown = room <= SAMPLES_MAX ? realloc(closer->samples, room * sizeof(*grown)) : NULL;

		if (!grown)
			return error_memory(error, "the events of an hour");
		closer->samples = grown;
		closer->room = room;
	}
	closer->samples[closer->count++] = *sample;
	return 0;
}

/* Keeps an event of the hour, and of the time before it what may still hold.  Series that the configuration no longer
 * has keep their events in the ledger and are not billed. */
static int event_keep(void *context, const struct event *event, struct error *error)
{
	struct closer *closer = context;
	size_t index = event->series < (int64_t)closer->id_count ? closer->by_id[event->series] : 0;
	struct sample sample = {.series = (int64_t)index - 1, .time = event->time, .value = event->value};

	if (index == 0)
		return 0;
	if (event->time < closer->hour) {
		const struct book_meter *meter = meter_of(closer, (uint32_t)index - 1);

		if (meter->aggregation != BOOK_TIME_WEIGHTED || event->time + meter->hold <= closer->hour)
			return 0;
	}
	return sample_push(closer, &sample, error);
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

int closer_load(struct closer *closer, int64_t hour, struct error *error)
{
	int64_t before = (closer->longest_hold + APOLLO_HOUR - 1) / APOLLO_HOUR * APOLLO_HOUR;
	bool sorted = true;

	closer->hour = hour;
	closer->count = 0;
	if (block_scan(closer->ledger, hour - before, hour + APOLLO_HOUR, event_keep, closer, error) < 0)
		return error->code;
	for (size_t i = 1; i < closer->count && sorted; i++)
		sorted = by_place(&closer->samples[i - 1], &closer->samples[i]) <= 0;
	if (!sorted)
		qsort(closer->samples, closer->count, sizeof(*closer->samples), by_place);
	for (size_t series = 0, at = 0; series <= closer->book->series_count; series++) {
		while (at < closer->count && closer->samples[at].series < (int64_t)series)
			at++;
		closer->first[series] = at;
	}
	return 0;
}

/* The part of the hour in which the subscription runs; false if it does not. */
static bool hour_part(const struct closer *closer, uint32_t series, int64_t hour, int64_t *from, int64_t *to)
{
	const struct book_subscription *subscription =
		&closer->book->subscriptions[closer->book->series[series].subscription];

	*from = subscription->start > hour ? subscription->start : hour;
	*to = subscription->end && subscription->end < hour + APOLLO_HOUR ? subscription->end : hour + APOLLO_HOUR;
	return *from < *to;
}

int closer_work_out(struct closer *closer, uint32_t series, struct aggregate *aggregate, struct error *error)
{
	size_t first = closer->first[series], end = closer->first[series + 1];
	int64_t from, to;

	if (!hour_part(closer, series, closer->hour, &from, &to)) {
		*aggregate = (struct aggregate){0};
		return 0;
	}
	return aggregate_hour(meter_of(closer, series), closer->hour, from, to, closer->samples + first, end - first,
			      aggregate, error);
}

int closer_posted(struct closer *closer, int64_t account, int64_t hour, wide_t *raw, struct error *error)
{
	struct db_statement *statement = db_statement(closer->ledger->db,
		"SELECT raw FROM posting WHERE hour = ?1 AND account = ?2 AND kind IN (4, 5)", error);
	wide_t sum = 0;
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, hour);
	db_bind_int(statement, 2, account);
	while ((code = db_step(statement, error)) == 1)
		sum += db_wide(statement, 0);
	if (code == 0)
		*raw = sum;
	return code;
}

/* ---- balances that closing keeps in memory ---- */

static int remainders_read(struct closer *closer, struct error *error)
{
	struct db_statement *statement = db_statement(closer->ledger->db,
		"SELECT remainder FROM account WHERE id = ?1", error);
	int code;

	if (!statement)
		return error->code;
	for (size_t i = 0; i < closer->book->account_count; i++) {
		db_bind_int(statement, 1, closer->book->accounts[i].id);
		code = db_step(statement, error);
		if (code < 0)
			return code;
		closer->remainders[i] = code ? db_wide(statement, 0) : 0;
		db_reset(statement);
	}
	return 0;
}

static int due_read(struct closer *closer, struct error *error)
{
	struct db_statement *statement = db_statement(closer->ledger->db,
		"SELECT account, SUM(amount) FROM due GROUP BY account", error);
	int64_t highest = 0;
	size_t *by_account;
	int code;

	if (!statement)
		return error->code;
	for (size_t i = 0; i < closer->book->account_count; i++) {
		closer->due[i] = 0;
		if (closer->book->accounts[i].id > highest)
			highest = closer->book->accounts[i].id;
	}
	by_account = calloc((size_t)highest + 1, sizeof(*by_account));
	if (!by_account)
		return error_memory(error, "what is due");
	for (size_t i = 0; i < closer->book->account_count; i++)
		by_account[closer->book->accounts[i].id] = i + 1;
	while ((code = db_step(statement, error)) == 1) {
		int64_t account = db_int(statement, 0);

		if (account > 0 && account <= highest && by_account[account])
			closer->due[by_account[account] - 1] = db_int(statement, 1);
	}
	free(by_account);
	return code;
}

/* ---- posting a quantity ---- */

/* How much of `quantity` is included in its period, by what is included in all of it: independent of the order in
 * which usage, late usage and corrections come. */
static int allowance_use(struct closer *closer, const struct book_account *account, int64_t hour, int64_t quantity,
			 int64_t *included, struct error *error)
{
	const struct book_series *series = &closer->book->series[account->series];
	int64_t start = closer->book->subscriptions[series->subscription].start;
	int64_t period = book_period(start, account->reset_months, hour), metered, used, target;
	struct db_statement *statement;
	int code;

	if (account->unlimited || account->included == 0) {
		*included = account->unlimited ? quantity : 0;
		return 0;
	}
	statement = db_statement(closer->ledger->db,
		"SELECT metered, included FROM allowance WHERE account = ?1 AND period = ?2", error);
	if (!statement)
		return error->code;
	db_bind_int(statement, 1, account->id);
	db_bind_int(statement, 2, period);
	code = db_step(statement, error);
	if (code < 0)
		return code;
	metered = code ? db_int(statement, 0) : 0;
	used = code ? db_int(statement, 1) : 0;
	db_reset(statement);
	if (!quantity_add(metered, quantity, &metered))
		return error_set(error, ERROR_INPUT, "the usage of a period leaves the range of a quantity");
	target = metered < 0 ? 0 : metered < account->included ? metered : account->included;
	statement = db_statement(closer->ledger->db,
		"INSERT INTO allowance (account, period, metered, included) VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT (account, period) DO UPDATE SET metered = excluded.metered, included = excluded.included", error);
	if (!statement)
		return error->code;
	db_bind_int(statement, 1, account->id);
	db_bind_int(statement, 2, period);
	db_bind_int(statement, 3, metered);
	db_bind_int(statement, 4, target);
	*included = target - used;
	return db_run(statement, error);
}

/* Divides, carries the rest, posts, and gives what became pending. */
static int quantity_post(struct closer *closer, size_t index, struct posting *posting, int64_t *pending,
			 struct error *error)
{
	const struct book_account *account = &closer->book->accounts[index];
	const struct book_meter *meter = meter_of(closer, account->series);
	int64_t quantity, included = 0;
	wide_t numerator;

	if (!wide_multiply(posting->raw, aggregate_factor(meter), &numerator) ||
	    !wide_add(numerator, closer->remainders[index], &numerator) ||
	    !wide_divide(numerator, aggregate_divisor(meter, account->divide_by), &quantity, &posting->remainder))
		return error_set(error, ERROR_INPUT, "subscription %s, dimension %s: an hour's usage leaves its range",
				 closer->book->subscriptions[closer->book->series[account->series].subscription].name,
				 account->dimension);
	if (allowance_use(closer, account, posting->hour, quantity, &included, error) < 0)
		return error->code;
	posting->account = account->id;
	posting->amounts[METERED] = quantity;
	posting->amounts[INCLUDED] = included;
	posting->amounts[PENDING] = quantity - included;
	*pending = quantity - included;
	closer->remainders[index] = posting->remainder;
	return posting_append(closer->ledger, posting, error);
}

/* ---- late events ---- */

struct late {
	int64_t hour;
	int64_t series; /* the ledger's id */
};

static int late_difference(struct closer *closer, uint32_t series, int64_t now, struct close_counts *counts,
			   struct error *error)
{
	const struct book_series *of = &closer->book->series[series];
	struct aggregate aggregate;

	if (closer_work_out(closer, series, &aggregate, error) < 0)
		return error->code;
	counts->late++;
	for (size_t i = of->first_account; i < of->first_account + of->account_count; i++) {
		struct posting posting = {.kind = POSTING_LATE, .time = now, .hour = closer->hour,
					  .samples = aggregate.samples, .gap = aggregate.gap};
		int64_t pending;
		wide_t posted;

		if (closer_posted(closer, closer->book->accounts[i].id, closer->hour, &posted, error) < 0)
			return error->code;
		if (aggregate.raw == posted)
			continue;
		posting.raw = aggregate.raw - posted;
		if (quantity_post(closer, i, &posting, &pending, error) < 0)
			return error->code;
		if (pending && due_add(closer->ledger, closer->book->accounts[i].id, closer->hour, pending, error) < 0)
			return error->code;
		closer->due[i] += pending;
	}
	return 0;
}

/* The hours to work out anew: those that events came for, and those into which their samples may hold. */
static int late_spread(struct closer *closer, struct error *error)
{
	struct db_statement *statement = db_statement(closer->ledger->db, "SELECT hour, series FROM late", error);
	struct late *all = NULL;
	size_t count = 0, room = 0;
	int code;

	if (!statement)
		return error->code;
	while ((code = db_step(statement, error)) == 1) {
		if (count == room) {
			struct late *grown = realloc(all, (room = room ? room * 2 : 64) * sizeof(*all));

			if (!grown) {
				free(all);
				return error_memory(error, "late events");
			}
			all = grown;
		}
		all[count++] = (struct late){db_int(statement, 0), db_int(statement, 1)};
	}
	for (size_t i = 0; i < count && code == 0; i++) {
		size_t index = all[i].series < (int64_t)closer->id_count ? closer->by_id[all[i].series] : 0;
		int64_t hold = index && meter_of(closer, (uint32_t)index - 1)->aggregation == BOOK_TIME_WEIGHTED
				       ? meter_of(closer, (uint32_t)index - 1)->hold : 0;

		for (int64_t hour = all[i].hour + APOLLO_HOUR;
		     hour < all[i].hour + APOLLO_HOUR + hold && hour < closer->ledger->closed && code == 0;
		     hour += APOLLO_HOUR) {
			struct db_statement *insert = db_statement(closer->ledger->db,
				"INSERT INTO late (hour, series) VALUES (?1, ?2) ON CONFLICT DO NOTHING", error);

			if (!insert) {
				code = error->code;
				break;
			}
			db_bind_int(insert, 1, hour);
			db_bind_int(insert, 2, all[i].series);
			code = db_run(insert, error);
		}
	}
	free(all);
	return code;
}

static int late_hour_next(struct closer *closer, int64_t after, int64_t *hour, struct error *error)
{
	struct db_statement *statement = db_statement(closer->ledger->db,
		"SELECT hour FROM late WHERE hour > ?1 ORDER BY hour LIMIT 1", error);
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, after);
	code = db_step(statement, error);
	if (code == 1)
		*hour = db_int(statement, 0);
	if (code >= 0)
		db_reset(statement);
	return code;
}

static int late_post(struct closer *closer, int64_t now, struct close_counts *counts, struct error *error)
{
	int64_t hour = -1;
	int code;

	if (late_spread(closer, error) < 0)
		return error->code;
	while ((code = late_hour_next(closer, hour, &hour, error)) == 1) {
		struct db_statement *statement;

		if (closer_load(closer, hour, error) < 0)
			return error->code;
		statement = db_statement(closer->ledger->db, "SELECT series FROM late WHERE hour = ?1 ORDER BY series", error);
		if (!statement)
			return error->code;
		db_bind_int(statement, 1, hour);
		while ((code = db_step(statement, error)) == 1) {
			int64_t id = db_int(statement, 0);
			size_t index = id > 0 && id < (int64_t)closer->id_count ? closer->by_id[id] : 0;

			if (index && late_difference(closer, (uint32_t)index - 1, now, counts, error) < 0)
				return error->code;
		}
		if (code < 0)
			return code;
	}
	if (code < 0)
		return code;
	return db_exec(closer->ledger->db, "DELETE FROM late", error);
}

/* ---- claims ---- */

/* Reads what is due for an account, oldest first, into links; gives their count, or a negative code. */
static int due_take(struct closer *closer, int64_t account, struct claim_link *links, struct error *error)
{
	struct db_statement *statement = db_statement(closer->ledger->db,
		"SELECT hour, amount FROM due WHERE account = ?1 ORDER BY hour LIMIT ?2", error);
	int count = 0, code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, account);
	db_bind_int(statement, 2, LINKS_MAX);
	while ((code = db_step(statement, error)) == 1) {
		links[count].hour = db_int(statement, 0);
		links[count++].amount = db_int(statement, 1);
	}
	if (code < 0)
		return code;
	statement = db_statement(closer->ledger->db, "DELETE FROM due WHERE account = ?1 AND hour <= ?2", error);
	if (!statement)
		return error->code;
	if (count) {
		db_bind_int(statement, 1, account);
		db_bind_int(statement, 2, links[count - 1].hour);
		code = db_run(statement, error);
	}
	return code < 0 ? code : count;
}

/* What is not claimed stays due, the newest of it first; corrections stay in the claim. */
static int rest_return(struct closer *closer, int64_t account, struct claim_link *links, size_t count, int64_t rest,
		       struct error *error)
{
	for (size_t i = count; i > 0 && rest; i--) {
		int64_t part = links[i - 1].amount < rest ? links[i - 1].amount : rest;

		if (part <= 0)
			continue;
		if (due_add(closer->ledger, account, links[i - 1].hour, part, error) < 0)
			return error->code;
		links[i - 1].amount -= part;
		rest -= part;
	}
	return 0;
}

/* Claims what is due in the slot of the closing hour.  fresh: became pending for this very hour, and is not in the table
 * of what is due yet; in the common case it never gets there. */
static int claim_due(struct closer *closer, size_t index, int64_t fresh, struct close_counts *counts,
		     struct error *error)
{
	const struct book_account *account = &closer->book->accounts[index];
	const char *market = closer->book->subscriptions[closer->book->series[account->series].subscription].market;
	struct claim_link links[LINKS_MAX + 1];
	int64_t sum = fresh, amount, rest;
	int count = 0;

	if (closer->due[index] && (count = due_take(closer, account->id, links, error)) < 0)
		return error->code;
	for (int i = 0; i < count; i++)
		if (!quantity_add(sum, links[i].amount, &sum))
			return error_set(error, ERROR_INPUT, "what is due leaves the range of a quantity");
	if (fresh && count && links[count - 1].hour == closer->hour)
		links[count - 1].amount += fresh;
	else if (fresh)
		links[count++] = (struct claim_link){closer->hour, fresh};
	closer->due[index] += fresh;
	amount = sum < account->step || !market || !account->listing ? 0 : sum - sum % account->step;
	if (amount > account->quantity_max)
		amount = account->quantity_max - account->quantity_max % account->step;
	rest = sum - amount;
	if (amount == 0) {
		for (int i = 0; i < count; i++)
			if (due_add(closer->ledger, account->id, links[i].hour, links[i].amount, error) < 0)
				return error->code;
		count = 0;
		if (!account->joined || !market || !account->listing)
			return 0;
	}
	if (rest_return(closer, account->id, links, (size_t)count, rest, error) < 0)
		return error->code;
	closer->due[index] -= amount;
	counts->claims++;
	return claim_make(closer->ledger, market, account->id, closer->hour, amount, links, (size_t)count, error);
}

/* ---- an hour ---- */

static int account_close(struct closer *closer, size_t index, const struct aggregate *aggregate, int64_t now,
			 struct close_counts *counts, struct error *error)
{
	const struct book_account *account = &closer->book->accounts[index];
	bool expected = closer->book->series[account->series].expected;
	int64_t pending = 0;

	if (aggregate->raw || aggregate->samples || account->joined || expected) {
		struct posting posting = {.kind = POSTING_HOUR, .time = now, .hour = closer->hour, .raw = aggregate->raw,
					  .samples = aggregate->samples, .gap = aggregate->gap};

		if (quantity_post(closer, index, &posting, &pending, error) < 0)
			return error->code;
	}
	if (pending == 0 && closer->due[index] == 0 && !account->joined)
		return 0;
	return claim_due(closer, index, pending, counts, error);
}

static int series_close(struct closer *closer, uint32_t series, int64_t now, struct close_counts *counts,
			struct error *error)
{
	const struct book_series *of = &closer->book->series[series];
	struct aggregate aggregate;
	int64_t from, to;

	if (!hour_part(closer, series, closer->hour, &from, &to)) {
		/* Late usage of a subscription that has ended is claimed all the same; the marketplace decides. */
		for (size_t i = of->first_account; i < of->first_account + of->account_count; i++)
			if (closer->due[i] >= closer->book->accounts[i].step && claim_due(closer, i, 0, counts, error) < 0)
				return error->code;
		return 0;
	}
	if (closer_work_out(closer, series, &aggregate, error) < 0)
		return error->code;
	counts->gaps += aggregate.gap > 0 && (aggregate.samples || aggregate.raw);
	counts->silent += of->expected && aggregate.samples == 0;
	for (size_t i = of->first_account; i < of->first_account + of->account_count; i++)
		if (account_close(closer, i, &aggregate, now, counts, error) < 0)
			return error->code;
	return 0;
}

static int hour_close(struct closer *closer, int64_t hour, int64_t now, struct close_counts *counts,
		      struct error *error)
{
	if (late_post(closer, now, counts, error) < 0 || closer_load(closer, hour, error) < 0)
		return error->code;
	for (size_t i = 0; i < closer->book->series_count; i++)
		if (series_close(closer, (uint32_t)i, now, counts, error) < 0)
			return error->code;
	counts->hours++;
	return ledger_set(closer->ledger, "closed", hour + APOLLO_HOUR, error);
}

/* The end of the last closed hour, or where the first one begins. */
static int hour_first(struct closer *closer, int64_t *hour, struct error *error)
{
	struct db_statement *statement;
	int64_t made;
	int code;

	*hour = closer->ledger->closed;
	if (*hour)
		return 0;
	if (ledger_get(closer->ledger, "made", 0, &made, error) < 0)
		return error->code;
	*hour = hour_of(made);
	statement = db_statement(closer->ledger->db, "SELECT hour FROM event_block ORDER BY hour LIMIT 1", error);
	if (!statement)
		return error->code;
	code = db_step(statement, error);
	if (code == 1 && db_int(statement, 0) < *hour)
		*hour = db_int(statement, 0);
	if (code >= 0)
		db_reset(statement);
	return code < 0 ? code : 0;
}

int close_hours(struct closer *closer, int64_t now, int64_t grace, struct close_counts *counts, struct error *error)
{
	for (;;) {
		struct close_counts sum = *counts;
		int64_t hour;

		if (ledger_begin(closer->ledger, error) < 0)
			return error->code;
		if (hour_first(closer, &hour, error) < 0)
			break;
		if (hour + APOLLO_HOUR + grace > now) {
			ledger_rollback(closer->ledger);
			return 0;
		}
		if (closer->stale && (remainders_read(closer, error) < 0 || due_read(closer, error) < 0))
			break;
		closer->stale = true; /* until it is on disk */
		if (hour_close(closer, hour, now, &sum, error) < 0 || ledger_commit(closer->ledger, error) < 0)
			break;
		closer->stale = false;
		*counts = sum;
	}
	ledger_rollback(closer->ledger);
	return error->code;
}
