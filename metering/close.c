/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/close.h"

#include "metering/block.h"
#include "metering/charge.h"
#include "metering/claim.h"
#include "metering/due.h"
#include "metering/hour.h"
#include "metering/window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct closer {
	struct ledger *ledger;
	const struct book *book;
	uint32_t *by_id; /* from the ledger's series id to the book's index + 1 */
	int64_t id_last;

	/* Read from the ledger, anew where it is stale. */
	struct terms_table terms;
	int64_t terms_seq; /* the posting of the newest of them */
	struct hour hour;
	struct charger charger;
	bool stale;        /* a transaction failed, or terms were added */

	struct claims_made made; /* in the hour that closes */
};

int closer_new(struct ledger *ledger, const struct book *book, struct closer **closer, struct error *error)
{
	struct closer *made = calloc(1, sizeof(*made));

	if (!made)
		return error_memory(error, "closing");
	made->ledger = ledger;
	made->book = book;
	made->stale = true;
	for (size_t i = 0; i < book->series_count; i++)
		if (book->series[i].id > made->id_last)
			made->id_last = book->series[i].id;
	made->by_id = calloc((size_t)made->id_last + 1, sizeof(*made->by_id));
	if (!made->by_id) {
		closer_free(made);
		return error_memory(error, "closing");
	}
	for (size_t i = 0; i < book->series_count; i++)
		if (book->series[i].id > 0)
			made->by_id[book->series[i].id] = (uint32_t)i + 1;
	*closer = made;
	return 0;
}

static void closer_forget(struct closer *closer)
{
	terms_release(&closer->terms);
	hour_release(&closer->hour);
	charger_release(&closer->charger);
}

void closer_free(struct closer *closer)
{
	if (!closer)
		return;
	closer_forget(closer);
	free(closer->by_id);
	free(closer);
}

/* Another process may have bound another configuration since the last hour. */
static int closer_refresh(struct closer *closer, struct error *error)
{
	struct db_statement *statement = db_statement(closer->ledger->db,
		"SELECT seq FROM terms ORDER BY seq DESC LIMIT 1", error);
	int code = statement ? db_step(statement, error) : error->code;
	int64_t newest;

	if (code < 0)
		return code;
	newest = code ? db_int(statement, 0) : 0;
	db_reset(statement);
	if (!closer->stale && newest == closer->terms_seq)
		return 0;
	closer_forget(closer);
	closer->terms_seq = newest;
	if (terms_load(closer->ledger, &closer->terms, error) < 0 ||
	    hour_init(closer->ledger, &closer->terms, &closer->hour, error) < 0)
		return error->code;
	return charger_init(closer->ledger, &closer->terms, &closer->charger, error);
}

/* The series of the book with this id of the ledger, or NULL. */
static const struct book_series *series_of(const struct closer *closer, int64_t id)
{
	uint32_t index = id > 0 && id <= closer->id_last ? closer->by_id[id] : 0;

	return index ? &closer->book->series[index - 1] : NULL;
}

/* ---- what is not passed over in silence ---- */

static int late_mark(struct closer *closer, int64_t hour, int64_t series, struct error *error)
{
	struct db_statement *statement = db_statement(closer->ledger->db,
		"INSERT INTO late (hour, series) VALUES (?1, ?2) ON CONFLICT DO NOTHING", error);

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, hour);
	db_bind_int(statement, 2, series);
	return db_run(statement, error);
}

/* An hour of a series that cannot be posted waits with a mark; anything else that fails, fails the whole. */
static int hour_postpone(struct closer *closer, int64_t series, const struct error *why, struct close_counts *counts,
			 struct error *error)
{
	const struct book_series *of = series_of(closer, series);
	char time[APOLLO_TIME_TEXT];

	if (why->code != ERROR_INPUT) {
		*error = *why;
		return error->code;
	}
	counts->failed++;
	(void)snprintf(counts->trouble, sizeof(counts->trouble), "%.100s of %.100s, hour %s: %.200s",
		       of ? closer->book->meters[of->meter].name : "?",
		       of ? closer->book->subscriptions[of->subscription].name : "?",
		       apollo_time_format(closer->hour.begin, time), why->message);
	return late_mark(closer, closer->hour.begin, series, error);
}

static bool is_sold(const struct closer *closer, int64_t series)
{
	size_t count;
	const struct terms_feed *feeds = terms_feeds(&closer->terms, series, &count);
	bool sold = false;

	for (size_t i = 0; i < count; i++)
		sold |= terms_at(&closer->terms, feeds[i].account, closer->hour.begin) != NULL;
	return sold;
}

/* Events of series that the configuration does not have at the moment wait until it does. */
static int strangers_mark(struct closer *closer, struct error *error)
{
	for (int64_t id = 1; id <= closer->hour.series_last; id++)
		if (hour_has(&closer->hour, id) && !series_of(closer, id) && is_sold(closer, id) &&
		    late_mark(closer, closer->hour.begin, id, error) < 0)
			return error->code;
	return 0;
}

static int strangers_count(struct closer *closer, int64_t *count, struct error *error)
{
	struct db_statement *statement = db_statement(closer->ledger->db, "SELECT DISTINCT series FROM late", error);
	int code;

	if (!statement)
		return error->code;
	*count = 0;
	while ((code = db_step(statement, error)) == 1)
		*count += series_of(closer, db_int(statement, 0)) == NULL;
	return code;
}

/* ---- late events ---- */

struct late {
	int64_t hour;
	int64_t series; /* the ledger's id */
};

struct lates {
	struct late *items;
	size_t count, room;
};

static void lates_release(struct lates *lates)
{
	free(lates->items);
}
#define LATES_CLEANUP __attribute__((cleanup(lates_release)))

static int late_push(struct lates *lates, int64_t hour, int64_t series, struct error *error)
{
	if (lates->count == lates->room) {
		size_t room = lates->room ? lates->room * 2 : 64;
		struct late *grown = realloc(lates->items, room * sizeof(*grown));

		if (!grown)
			return error_memory(error, "late events");
		lates->items = grown;
		lates->room = room;
	}
	lates->items[lates->count++] = (struct late){hour, series};
	return 0;
}

static int by_late(const void *a, const void *b)
{
	const struct late *left = a, *right = b;

	if (left->hour != right->hour)
		return left->hour < right->hour ? -1 : 1;
	return (left->series > right->series) - (left->series < right->series);
}

/* The marks of series that the book has. */
static int lates_read(struct closer *closer, struct lates *lates, struct error *error)
{
	struct db_statement *statement = db_statement(closer->ledger->db, "SELECT hour, series FROM late", error);
	int code;

	if (!statement)
		return error->code;
	while ((code = db_step(statement, error)) == 1) {
		int64_t series = db_int(statement, 1);

		if (series_of(closer, series) && late_push(lates, db_int(statement, 0), series, error) < 0)
			return error->code;
	}
	return code;
}

static int late_delete(struct closer *closer, const struct late *late, struct error *error)
{
	struct db_statement *statement = db_statement(closer->ledger->db,
		"DELETE FROM late WHERE hour = ?1 AND series = ?2", error);

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, late->hour);
	db_bind_int(statement, 2, late->series);
	return db_run(statement, error);
}

/* Marks are taken out of the ledger, and the closed hours into which their samples may hold are added; sorted. */
static int lates_take(struct closer *closer, struct lates *lates, struct error *error)
{
	size_t marked, count = 0;

	if (lates_read(closer, lates, error) < 0)
		return error->code;
	marked = lates->count;
	for (size_t i = 0; i < marked; i++) {
		struct late late = lates->items[i];
		int64_t end = late.hour + APOLLO_HOUR + closer->hour.holds[late.series];

		if (late_delete(closer, &late, error) < 0)
			return error->code;
		for (int64_t hour = late.hour + APOLLO_HOUR; hour < end && hour < closer->ledger->closed; hour += APOLLO_HOUR)
			if (late_push(lates, hour, late.series, error) < 0)
				return error->code;
	}
	if (lates->count)
		qsort(lates->items, lates->count, sizeof(*lates->items), by_late);
	for (size_t i = 0; i < lates->count; i++)
		if (count == 0 || by_late(&lates->items[i], &lates->items[count - 1]) != 0)
			lates->items[count++] = lates->items[i];
	lates->count = count;
	return 0;
}

/* Posts the difference for one account; *why: why it could not. */
static int account_late(struct closer *closer, const struct terms *terms, int64_t now, struct error *why)
{
	struct posting posting = {.kind = POSTING_LATE, .time = now, .hour = closer->hour.begin};
	struct balance *balance = &closer->charger.balances[terms->account];
	struct aggregate aggregate;
	int64_t pending;
	wide_t posted;

	if (hour_work_out(&closer->hour, terms, &aggregate, why) < 0 ||
	    hour_posted(closer->ledger, terms->account, closer->hour.begin, &posted, why) < 0)
		return why->code;
	posting.samples = aggregate.samples;
	posting.gap = aggregate.gap;
	posting.raw = aggregate.raw - posted;
	if (posting.raw == 0)
		return 0;
	if (charge_post(&closer->charger, terms, &posting, &pending, why) < 0)
		return why->code;
	if (pending == 0)
		return 0;
	if (due_add(closer->ledger, terms->account, closer->hour.begin, pending, why) < 0 ||
	    !quantity_add(balance->due, pending, &balance->due))
		return error_set(why, ERROR_CORRUPT, "account %lld: what is due leaves its range", (long long)terms->account);
	return 0;
}

/* The accounts that the series fed in that hour, also those that are sold no more. */
static int series_late(struct closer *closer, int64_t series, int64_t now, struct close_counts *counts,
		       struct error *error)
{
	size_t count;
	const struct terms_feed *feeds = terms_feeds(&closer->terms, series, &count);
	struct error why;

	counts->late++;
	for (size_t i = 0; i < count; i++) {
		const struct terms *terms = terms_at(&closer->terms, feeds[i].account, closer->hour.begin);

		if (terms && terms->series == series && account_late(closer, terms, now, &why) < 0 &&
		    hour_postpone(closer, series, &why, counts, error) < 0)
			return error->code;
	}
	return 0;
}

static int late_post(struct closer *closer, int64_t now, struct close_counts *counts, struct error *error)
{
	LATES_CLEANUP struct lates lates = {0};

	if (lates_take(closer, &lates, error) < 0)
		return error->code;
	for (size_t i = 0; i < lates.count; i++) {
		if ((i == 0 || lates.items[i].hour != lates.items[i - 1].hour) &&
		    hour_load(&closer->hour, lates.items[i].hour, error) < 0)
			return error->code;
		if (series_late(closer, lates.items[i].series, now, counts, error) < 0)
			return error->code;
	}
	return 0;
}

/* ---- an hour ---- */

/* Posts the hour for one account, and gives what became pending; *why: why it could not. */
static int account_post(struct closer *closer, const struct terms *terms, const struct aggregate *aggregate, int64_t now,
			int64_t *pending, struct error *why)
{
	struct posting posting = {.kind = POSTING_HOUR, .time = now, .hour = closer->hour.begin, .raw = aggregate->raw,
				  .samples = aggregate->samples, .gap = aggregate->gap};

	return charge_post(&closer->charger, terms, &posting, pending, why);
}

/* The claim that was made last is told to nobody before a person says so. */
static int claim_hold(struct closer *closer, int64_t now, struct error *error)
{
	static const struct claim_verdict why = {
		.code = "ended", .message = "usage that came when the last window of its subscription was told: no window is left to join"};
	struct claim claim;

	if (claim_get(closer->ledger, closer->made.first + closer->made.count - 1, &claim, error) < 0)
		return error->code;
	return claim_end(closer->ledger, &claim, CLAIM_PARKED, &why, now, error);
}

static int account_claim(struct closer *closer, const struct book_account *account, int64_t pending, struct error *error)
{
	const struct book_series *series = &closer->book->series[account->series];
	const char *market = closer->book->subscriptions[series->subscription].market;
	int64_t hour = closer->hour.begin;

	if (account->joined && account->listing && market &&
	    windows_join(closer->ledger, &closer->terms, account->id, market, hour, &closer->made, error) < 0)
		return error->code;
	return due_claim(closer->ledger, account, market, hour, pending, &closer->charger.balances[account->id].due, &closer->made, error);
}

/* One account in the closing hour; the aggregate is given for the caller's own counts. */
static int account_close(struct closer *closer, const struct book_account *account, int64_t now,
			 struct aggregate *aggregate, struct close_counts *counts, struct error *error)
{
	const struct book_series *series = &closer->book->series[account->series];
	const struct terms *terms = terms_at(&closer->terms, account->id, closer->hour.begin);
	int64_t due = closer->charger.balances[account->id].due, pending = 0, from, to;
	bool runs = hour_part(&closer->hour, terms, &from, &to);
	int64_t made;
	struct error why;

	*aggregate = (struct aggregate){0};
	if (runs && (hour_work_out(&closer->hour, terms, aggregate, &why) < 0 ||
		     ((aggregate->raw || aggregate->samples || account->joined || series->expected) &&
		      account_post(closer, terms, aggregate, now, &pending, &why) < 0)) &&
	    hour_postpone(closer, series->id, &why, counts, error) < 0)
		return error->code;
	if (pending == 0 && due < account->step && !(runs && account->joined))
		return 0;
	/* Late usage of a subscription that has ended is claimed all the same: the marketplace decides, or, where its windows
	 * join and the last one is told, a person. */
	made = closer->made.count;
	if (account_claim(closer, account, pending, error) < 0)
		return error->code;
	return account->joined && !runs && closer->made.count > made ? claim_hold(closer, now, error) : 0;
}

static int series_close(struct closer *closer, const struct book_series *series, int64_t now, struct close_counts *counts,
			struct error *error)
{
	const struct book_subscription *subscription = &closer->book->subscriptions[series->subscription];
	int64_t hour = closer->hour.begin;
	struct aggregate aggregate = {0};

	for (size_t i = series->first_account; i < series->first_account + series->account_count; i++)
		if (account_close(closer, &closer->book->accounts[i], now, &aggregate, counts, error) < 0)
			return error->code;
	if (series->account_count == 0 || subscription->start >= hour + APOLLO_HOUR ||
	    (subscription->end && subscription->end <= hour))
		return 0;
	counts->gaps += aggregate.gap > 0 && (aggregate.samples || aggregate.raw);
	counts->silent += series->expected && aggregate.samples == 0;
	return 0;
}

static int hour_close(struct closer *closer, int64_t hour, int64_t now, struct close_counts *counts,
		      struct error *error)
{
	struct posting closed = {.kind = POSTING_CLOSED, .time = now, .hour = hour};

	closer->made = (struct claims_made){0};
	if (late_post(closer, now, counts, error) < 0 || hour_load(&closer->hour, hour, error) < 0 ||
	    strangers_mark(closer, error) < 0)
		return error->code;
	for (size_t i = 0; i < closer->book->series_count; i++)
		if (series_close(closer, &closer->book->series[i], now, counts, error) < 0)
			return error->code;
	counts->hours++;
	counts->claims += closer->made.count;
	closed.claim = closer->made.first;
	closed.samples = closer->made.count;
	memcpy(closed.evidence, closer->made.hash, HASH_BYTES);
	if (posting_append(closer->ledger, &closed, error) < 0)
		return error->code;
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

/* Closes the next hour in a transaction of its own; 1, or 0 where none has ended long enough ago. */
static int hour_next(struct closer *closer, int64_t now, int64_t grace, struct close_counts *counts, struct error *error)
{
	struct close_counts sum = *counts;
	int64_t hour;

	if (hour_first(closer, &hour, error) < 0 || strangers_count(closer, &counts->waiting, error) < 0)
		return error->code;
	if (hour + APOLLO_HOUR + grace > now)
		return 0;
	if (closer_refresh(closer, error) < 0)
		return error->code;
	closer->stale = true; /* until it is on disk */
	if (hour_close(closer, hour, now, &sum, error) < 0 || ledger_commit(closer->ledger, error) < 0)
		return error->code;
	closer->stale = false;
	*counts = sum;
	return 1;
}

int close_hours(struct closer *closer, int64_t now, int64_t grace, struct close_counts *counts, struct error *error)
{
	int code = 1;

	while (code == 1) {
		if (ledger_begin(closer->ledger, error) < 0)
			return error->code;
		code = hour_next(closer, now, grace, counts, error);
		ledger_rollback(closer->ledger);
	}
	return code;
}
