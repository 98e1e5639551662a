/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/terms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TERMS_COLUMNS \
	"account, hour, series, aggregation, hold, starts, ends, divide_by, included, unlimited, reset_months, sold"
enum { TERMS_FIELDS = 12 };

void terms_release(struct terms_table *table)
{
	free(table->items);
	free(table->first);
	free(table->feeds);
	*table = (struct terms_table){0};
}

/* ---- reading ---- */

static void terms_read(struct db_statement *statement, struct terms *terms)
{
	*terms = (struct terms){
		.account = db_int(statement, 0), .hour = db_int(statement, 1), .series = db_int(statement, 2),
		.aggregation = (int)db_int(statement, 3), .hold = db_int(statement, 4), .start = db_int(statement, 5),
		.end = db_int(statement, 6), .divide_by = db_int(statement, 7), .included = db_int(statement, 8),
		.unlimited = db_int(statement, 9) != 0, .reset_months = (int)db_int(statement, 10),
		.sold = db_int(statement, 11) != 0};
}

static int by_feed(const void *a, const void *b)
{
	const struct terms_feed *left = a, *right = b;

	if (left->series != right->series)
		return left->series < right->series ? -1 : 1;
	return (left->account > right->account) - (left->account < right->account);
}

static int items_read(struct ledger *ledger, struct terms_table *table, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT " TERMS_COLUMNS ", seq FROM terms ORDER BY seq, account", error);
	size_t room = 0;
	int code;

	if (!statement)
		return error->code;
	while ((code = db_step(statement, error)) == 1) {
		if (table->count == room) {
			struct terms *grown = realloc(table->items, (room = room ? room * 2 : 256) * sizeof(*grown));

			if (!grown)
				return error_memory(error, "the terms of the accounts");
			table->items = grown;
		}
		terms_read(statement, &table->items[table->count]);
		table->items[table->count++].from = db_int(statement, TERMS_FIELDS); /* for the order alone */
	}
	return code;
}

static int by_version(const void *a, const void *b)
{
	const struct terms *left = a, *right = b;

	if (left->account != right->account)
		return left->account < right->account ? -1 : 1;
	return (left->from > right->from) - (left->from < right->from);
}

/* By account and version.  Of two changes within one open hour the first was never in force. */
static void items_sort(struct terms_table *table)
{
	bool sorted = true;
	size_t count = 0;

	for (size_t i = 1; i < table->count && sorted; i++)
		sorted = by_version(&table->items[i - 1], &table->items[i]) <= 0;
	if (!sorted)
		qsort(table->items, table->count, sizeof(*table->items), by_version);
	for (size_t i = 0; i < table->count; i++) {
		struct terms *before = count ? &table->items[count - 1] : NULL;

		if (before && before->account == table->items[i].account && before->hour == table->items[i].hour)
			*before = table->items[i];
		else
			table->items[count++] = table->items[i];
	}
	table->count = count;
}

/* From the last version of each account to its first: the widest time of it and the later ones. */
static void times_widen(struct terms_table *table)
{
	for (size_t i = table->count; i > 0; i--) {
		struct terms *terms = &table->items[i - 1];

		terms->from = terms->start;
		terms->to = terms->end ? terms->end : INT64_MAX;
		if (i == table->count || terms[1].account != terms->account)
			continue;
		if (terms[1].from < terms->from)
			terms->from = terms[1].from;
		if (terms[1].to > terms->to)
			terms->to = terms[1].to;
	}
}

static int table_index(struct terms_table *table, struct error *error)
{
	table->account_last = table->count ? table->items[table->count - 1].account : 0;
	table->first = calloc((size_t)table->account_last + 2, sizeof(*table->first));
	table->feeds = malloc((table->count + 1) * sizeof(*table->feeds));
	if (!table->first || !table->feeds)
		return error_memory(error, "the terms of the accounts");
	for (size_t at = 0, account = 0; account <= (size_t)table->account_last + 1; account++) {
		while (at < table->count && table->items[at].account < (int64_t)account)
			at++;
		table->first[account] = at;
	}
	for (size_t i = 0; i < table->count; i++)
		table->feeds[i] = (struct terms_feed){table->items[i].series, table->items[i].account};
	qsort(table->feeds, table->count, sizeof(*table->feeds), by_feed);
	for (size_t i = 0; i < table->count; i++)
		if (i == 0 || by_feed(&table->feeds[i], &table->feeds[table->feed_count - 1]) != 0)
			table->feeds[table->feed_count++] = table->feeds[i];
	return 0;
}

int terms_load(struct ledger *ledger, struct terms_table *table, struct error *error)
{
	struct terms_table loaded = {0};

	if (items_read(ledger, &loaded, error) < 0) {
		terms_release(&loaded);
		return error->code;
	}
	items_sort(&loaded);
	if (table_index(&loaded, error) < 0) {
		terms_release(&loaded);
		return error->code;
	}
	times_widen(&loaded);
	*table = loaded;
	return 0;
}

/* ---- asking ---- */

/* The last version of an account, or NULL. */
static const struct terms *terms_last(const struct terms_table *table, int64_t account)
{
	if (account < 1 || account > table->account_last || table->first[account] == table->first[account + 1])
		return NULL;
	return &table->items[table->first[account + 1] - 1];
}

const struct terms *terms_at(const struct terms_table *table, int64_t account, int64_t hour)
{
	const struct terms *terms = terms_last(table, account);

	if (!terms)
		return NULL;
	for (; terms->hour > hour; terms--)
		if (terms == &table->items[table->first[account]])
			return NULL;
	return terms->sold ? terms : NULL;
}

const struct terms_feed *terms_feeds(const struct terms_table *table, int64_t series, size_t *count)
{
	size_t low = 0, high = table->feed_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->feeds[middle].series < series)
			low = middle + 1;
		else
			high = middle;
	}
	for (*count = 0; low + *count < table->feed_count && table->feeds[low + *count].series == series;)
		(*count)++;
	return table->feeds + low;
}

/* Counted from the beginning of the start's hour, so that every hour lies in one period. */
static int64_t period_of(const struct terms *terms, int64_t hour)
{
	return book_period(terms->start - terms->start % APOLLO_HOUR, terms->reset_months, hour);
}

int64_t terms_period(const struct terms_table *table, const struct terms *terms, int64_t hour)
{
	int64_t period = period_of(terms, hour);

	while (period < terms->hour && terms > &table->items[table->first[terms->account]]) {
		hour = terms->hour - APOLLO_HOUR;
		terms--;
		period = period_of(terms, hour);
	}
	return period;
}

/* ---- binding ---- */

static struct terms terms_of(const struct book *book, const struct book_account *account)
{
	const struct book_series *series = &book->series[account->series];
	const struct book_subscription *subscription = &book->subscriptions[series->subscription];
	const struct book_meter *meter = &book->meters[series->meter];

	return (struct terms){
		.account = account->id, .series = series->id, .aggregation = meter->aggregation,
		.hold = meter->aggregation == BOOK_TIME_WEIGHTED ? meter->hold : 0, .start = subscription->start,
		.end = subscription->end, .divide_by = account->divide_by, .unlimited = account->unlimited,
		.included = account->unlimited ? 0 : account->included, .reset_months = account->reset_months, .sold = true};
}

static bool terms_equal(const struct terms *a, const struct terms *b)
{
	return a->series == b->series && a->aggregation == b->aggregation && a->hold == b->hold && a->start == b->start &&
	       a->end == b->end && a->divide_by == b->divide_by && a->included == b->included &&
	       a->unlimited == b->unlimited && a->reset_months == b->reset_months && a->sold == b->sold;
}

static int terms_insert(struct ledger *ledger, const struct terms *terms, int64_t *added, struct error *error)
{
	const int64_t fields[TERMS_FIELDS] = {
		terms->account, terms->hour, terms->series, terms->aggregation, terms->hold, terms->start, terms->end,
		terms->divide_by, terms->included, terms->unlimited, terms->reset_months, terms->sold};
	struct db_statement *statement = db_statement(ledger->db,
		"INSERT INTO terms (seq, " TERMS_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
		error);

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, ledger->sequence + 1);
	for (int i = 0; i < TERMS_FIELDS; i++)
		db_bind_int(statement, 2 + i, fields[i]);
	++*added;
	return db_run(statement, error);
}

/* The closed hours with events that a wider time may let in are worked out anew. */
static int widening_mark(struct ledger *ledger, const struct terms *last, const struct terms *wanted, struct error *error)
{
	int64_t to = wanted->end ? wanted->end : INT64_MAX, from = INT64_MAX;
	struct db_statement *statement;

	if (wanted->start < last->from)
		from = wanted->start - wanted->start % APOLLO_HOUR;
	if (to > last->to && last->to - last->to % APOLLO_HOUR < from)
		from = last->to - last->to % APOLLO_HOUR;
	if (from >= ledger->closed)
		return 0;
	from -= (wanted->hold + APOLLO_HOUR - 1) / APOLLO_HOUR * APOLLO_HOUR; /* its samples may hold into that time */
	statement = db_statement(ledger->db,
		"INSERT INTO late (hour, series) SELECT DISTINCT hour, ?1 FROM event_block WHERE hour >= ?2 AND hour < ?3"
		" ON CONFLICT DO NOTHING", error);
	if (!statement)
		return error->code;
	db_bind_int(statement, 1, wanted->series);
	db_bind_int(statement, 2, from);
	db_bind_int(statement, 3, ledger->closed);
	return db_run(statement, error);
}

/* Events of UNIQUE are kept as hashes, which nothing else can count, and the other way round. */
static int change_check(const struct book *book, const struct book_account *account, const struct terms *last,
			const struct terms *wanted, struct error *error)
{
	const struct book_series *series = &book->series[account->series];

	if (last->series != wanted->series || (last->aggregation == BOOK_UNIQUE) == (wanted->aggregation == BOOK_UNIQUE))
		return 0;
	(void)error_set(error, APOLLO_CONFIG, "subscription %s, meter %s: its aggregation cannot change to or from \"unique\"",
			book->subscriptions[series->subscription].name, book->meters[series->meter].name);
	return error_hint(error, "the events that were taken are kept another way; give the new meter a name of its own");
}

static int account_bind(struct ledger *ledger, const struct book *book, const struct book_account *account,
			const struct terms_table *table, int64_t series_known, int64_t *added, struct error *error)
{
	const struct terms *last = terms_last(table, account->id);
	struct terms wanted = terms_of(book, account);

	if (last && terms_equal(last, &wanted))
		return 0;
	if (last && (change_check(book, account, last, &wanted, error) < 0 ||
		     widening_mark(ledger, last, &wanted, error) < 0))
		return error->code;
	wanted.hour = last || wanted.series <= series_known ? ledger->closed : 0;
	return terms_insert(ledger, &wanted, added, error);
}

/* Accounts whose meter the book still has, but not them: they are not sold any more. */
static int dropped_bind(struct ledger *ledger, const struct book *book, const struct terms_table *table, int64_t *added,
			struct error *error)
{
	int64_t series_last = 0;
	bool *kept = calloc((size_t)table->account_last + 1, sizeof(*kept)), *metered;
	int code = 0;

	for (size_t i = 0; i < book->series_count; i++)
		if (book->series[i].id > series_last)
			series_last = book->series[i].id;
	metered = calloc((size_t)series_last + 1, sizeof(*metered));
	for (size_t i = 0; kept && i < book->account_count; i++)
		if (book->accounts[i].id <= table->account_last)
			kept[book->accounts[i].id] = true;
	for (size_t i = 0; metered && i < book->series_count; i++)
		metered[book->series[i].id] = true;
	if (!kept || !metered)
		code = error_memory(error, "the terms of the accounts");
	for (int64_t id = 1; code == 0 && id <= table->account_last; id++) {
		const struct terms *last = terms_last(table, id);
		struct terms ended;

		if (kept[id] || !last || !last->sold || last->series > series_last || !metered[last->series])
			continue;
		ended = *last;
		ended.hour = ledger->closed;
		ended.sold = false;
		code = terms_insert(ledger, &ended, added, error);
	}
	free(kept);
	free(metered);
	return code;
}

int terms_bind(struct ledger *ledger, const struct book *book, int64_t series_known, int64_t now, struct error *error)
{
	TERMS_CLEANUP struct terms_table table = {0};
	struct posting posting = {.kind = POSTING_TERMS, .time = now};

	if (terms_load(ledger, &table, error) < 0)
		return error->code;
	for (size_t i = 0; i < book->account_count; i++)
		if (account_bind(ledger, book, &book->accounts[i], &table, series_known, &posting.samples, error) < 0)
			return error->code;
	if (dropped_bind(ledger, book, &table, &posting.samples, error) < 0)
		return error->code;
	if (posting.samples == 0)
		return 0;
	if (terms_hash(ledger, ledger->sequence + 1, posting.evidence, error) < 0)
		return error->code;
	return posting_append(ledger, &posting, error);
}

int terms_hash(struct ledger *ledger, int64_t sequence, uint8_t hash[HASH_BYTES], struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT " TERMS_COLUMNS " FROM terms WHERE seq = ?1 ORDER BY account", error);
	int code;

	if (!statement)
		return error->code;
	memset(hash, 0, HASH_BYTES);
	db_bind_int(statement, 1, sequence);
	while ((code = db_step(statement, error)) == 1) {
		int64_t fields[TERMS_FIELDS];
		const struct hash_part parts[] = {{hash, HASH_BYTES}, {fields, sizeof(fields)}};

		for (int i = 0; i < TERMS_FIELDS; i++)
			fields[i] = db_int(statement, i);
		hash_parts(parts, 2, hash);
	}
	return code;
}
