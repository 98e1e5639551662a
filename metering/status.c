/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/status.h"

#include "core/buffer.h"
#include "core/scope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one number that a constant query gives, 0 where it gives none. */
static int number_read(struct ledger *ledger, const char *sql, const char *text, int64_t *value, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db, sql, error);
	int code;

	if (!statement)
		return error->code;
	if (text)
		db_bind_text(statement, 1, text);
	code = db_step(statement, error);
	if (code < 0)
		return code;
	*value = code ? db_int(statement, 0) : 0;
	db_reset(statement);
	return 0;
}

int status_read(struct ledger *ledger, struct status *status, struct error *error)
{
	struct status read = {0};

	if (ledger_get(ledger, "run", 0, &read.last_run, error) < 0 ||
	    ledger_get(ledger, "made", 0, &read.made, error) < 0 ||
	    ledger_get(ledger, "closed", 0, &read.closed, error) < 0 ||
	    number_read(ledger, "SELECT COUNT(*) FROM claim WHERE state = 3 AND held <> amount", NULL, &read.differences,
			error) < 0 ||
	    number_read(ledger, "SELECT SUM(written_off) FROM account", NULL, &read.written_off, error) < 0)
		return error->code;
	*status = read;
	return 0;
}

/* ---- markets ---- */

/* Accounts of the ledger by their ids; the book's index + 1, 0: the configuration does not have it. */
struct account_index {
	uint32_t *of;
	int64_t highest;
};

static int account_index_make(const struct book *book, struct account_index *index, struct error *error)
{
	index->highest = 0;
	for (size_t i = 0; i < book->account_count; i++)
		if (book->accounts[i].id > index->highest)
			index->highest = book->accounts[i].id;
	index->of = calloc((size_t)index->highest + 1, sizeof(*index->of));
	if (!index->of)
		return error_memory(error, "the status of accounts");
	for (size_t i = 0; i < book->account_count; i++)
		index->of[book->accounts[i].id] = (uint32_t)i + 1;
	index->of[0] = 0;
	return 0;
}

static struct status_market *market_find(struct status_market *markets, size_t count, const char *name)
{
	for (size_t i = 0; name && i < count; i++)
		if (strcmp(markets[i].name, name) == 0)
			return &markets[i];
	return NULL;
}

static void reason_set(char reason[ERROR_TEXT], const char *code, const char *message)
{
	(void)snprintf(reason, ERROR_TEXT, "%.200s%s%.250s", code ? code : "", code && *code && message && *message ? ": " : "",
		       message ? message : "");
}

/* An hour is unsettled, for a reason that stands where there is no older one. */
static void hour_note(struct status_market *market, int64_t hour, const char *code, const char *message)
{
	if (market->oldest && market->oldest <= hour)
		return;
	market->oldest = hour;
	reason_set(market->reason, code, message);
}

/* What is due and no claim has taken up, though it reaches the step. */
static int due_note(struct ledger *ledger, const struct book *book, struct status_market *markets, size_t count,
		    struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT id, due, (SELECT MIN(hour) FROM due WHERE due.account = account.id) FROM account WHERE account.due > 0", error);
	struct account_index index;
	int code;

	if (!statement || account_index_make(book, &index, error) < 0)
		return error->code;
	while ((code = db_step(statement, error)) == 1) {
		int64_t id = db_int(statement, 0);
		const struct book_account *account =
			id > 0 && id <= index.highest && index.of[id] ? &book->accounts[index.of[id] - 1] : NULL;
		struct status_market *market;

		if (!account || !account->listing || db_int(statement, 1) < account->step)
			continue;
		market = market_find(markets, count, book->subscriptions[book->series[account->series].subscription].market);
		if (market)
			hour_note(market, db_int(statement, 2), NULL, "due, and not claimed yet");
	}
	free(index.of);
	return code;
}

/* The first hour that is not closed; 0 where a ledger is empty. */
static int first_open_hour(struct ledger *ledger, int64_t *hour, struct error *error)
{
	int64_t closed, made, first = 0;

	if (ledger_get(ledger, "closed", 0, &closed, error) < 0 || ledger_get(ledger, "made", 0, &made, error) < 0 ||
	    number_read(ledger, "SELECT MIN(hour) FROM event_block", NULL, &first, error) < 0)
		return error->code;
	*hour = closed ? closed : first && first < made ? first : made - made % APOLLO_HOUR;
	return 0;
}

/* Hours that have ended and are not closed, of subscriptions that run in them. */
static int unclosed_note(struct ledger *ledger, const struct status_options *options, struct status_market *markets,
			 size_t count, struct error *error)
{
	int64_t first = 0;

	if (first_open_hour(ledger, &first, error) < 0)
		return error->code;
	for (size_t i = 0; i < options->book->subscription_count; i++) {
		const struct book_subscription *subscription = &options->book->subscriptions[i];
		int64_t start = subscription->start - subscription->start % APOLLO_HOUR, hour = first > start ? first : start;
		struct status_market *market = market_find(markets, count, subscription->market);

		if (market && (!subscription->end || hour < subscription->end) &&
		    hour + APOLLO_HOUR + options->grace <= options->now)
			hour_note(market, hour, NULL, "the hour has ended and is not closed");
	}
	return 0;
}

/* The oldest hour of the claims that wait for a verdict. */
static int claims_note(struct ledger *ledger, struct status_market *market, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT oldest, code, message FROM claim WHERE market = ?1 AND state < 3 ORDER BY oldest LIMIT 1", error);
	int code;

	if (!statement)
		return error->code;
	db_bind_text(statement, 1, market->name);
	code = db_step(statement, error);
	if (code == 1)
		hour_note(market, db_int(statement, 0), db_text(statement, 1), db_text(statement, 2));
	if (code >= 0)
		db_reset(statement);
	return code < 0 ? code : 0;
}

static int parked_note(struct ledger *ledger, struct status_market *market, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT code, message FROM claim WHERE market = ?1 AND state = 4 ORDER BY hour LIMIT 1", error);
	int code;

	if (!statement)
		return error->code;
	db_bind_text(statement, 1, market->name);
	code = db_step(statement, error);
	if (code == 1)
		reason_set(market->parked_reason, db_text(statement, 0), db_text(statement, 1));
	if (code >= 0)
		db_reset(statement);
	return code < 0 ? code : 0;
}

static int claims_count(struct ledger *ledger, struct status_market *market, struct error *error)
{
	if (number_read(ledger, "SELECT COUNT(*) FROM claim WHERE market = ?1 AND state = 1 AND state < 3", market->name, &market->open,
			error) < 0 ||
	    number_read(ledger, "SELECT COUNT(*) FROM claim WHERE market = ?1 AND state = 2 AND state < 3", market->name, &market->in_doubt,
			error) < 0 ||
	    number_read(ledger, "SELECT COUNT(*) FROM claim WHERE market = ?1 AND state = 4", market->name, &market->parked,
			error) < 0 ||
	    claims_note(ledger, market, error) < 0)
		return error->code;
	return market->parked ? parked_note(ledger, market, error) : 0;
}

/* The markets of the options, and those that only the claims know. */
static int markets_list(struct ledger *ledger, const struct status_options *options, struct scope *scope,
			struct status_market *markets, size_t *count, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT DISTINCT market FROM claim WHERE state < 3 UNION SELECT DISTINCT market FROM claim WHERE state = 4", error);
	int code;

	if (!statement)
		return error->code;
	for (size_t i = 0; i < options->market_count; i++)
		markets[(*count)++] = (struct status_market){.name = options->markets[i], .known = true};
	while ((code = db_step(statement, error)) == 1) {
		const char *name = db_text(statement, 0);

		if (!name || market_find(markets, *count, name))
			continue;
		if (*count == STATUS_MARKETS_MAX || !(name = scope_text(scope, name))) {
			db_reset(statement);
			return error_memory(error, "the markets of the ledger");
		}
		markets[(*count)++] = (struct status_market){.name = name};
	}
	return code;
}

int status_markets_read(struct ledger *ledger, const struct status_options *options, status_market_each each,
			void *context, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 20);
	FREE_CLEANUP struct status_market *markets = calloc(STATUS_MARKETS_MAX, sizeof(*markets));
	size_t count = 0;

	if (!markets || options->market_count > STATUS_MARKETS_MAX)
		return error_memory(error, "the markets of the ledger");
	if (markets_list(ledger, options, &scope, markets, &count, error) < 0 ||
	    unclosed_note(ledger, options, markets, count, error) < 0 ||
	    due_note(ledger, options->book, markets, count, error) < 0)
		return error->code;
	for (size_t i = 0; i < count; i++)
		if (claims_count(ledger, &markets[i], error) < 0)
			return error->code;
	for (size_t i = 0; i < count; i++)
		each(context, &markets[i]);
	return 0;
}

/* ---- the last closed hour ---- */

/* Whether the subscription ran in the hour that ended at `closed`. */
static bool runs_before(const struct book_subscription *subscription, int64_t closed)
{
	return subscription->start < closed && (!subscription->end || subscription->end > closed - APOLLO_HOUR);
}

int status_lacks_read(struct ledger *ledger, const struct book *book, status_lack_each each, void *context,
		      struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT samples, gap, raw FROM posting WHERE hour = ?1 AND account = ?2 AND kind = 4", error);
	int64_t closed;

	if (!statement || ledger_get(ledger, "closed", 0, &closed, error) < 0)
		return error->code;
	for (size_t i = 0; closed && i < book->series_count; i++) {
		const struct book_series *series = &book->series[i];
		int64_t samples = 0, gap = 0;
		int code;

		if (series->account_count == 0 || !runs_before(&book->subscriptions[series->subscription], closed))
			continue;
		db_bind_int(statement, 1, closed - APOLLO_HOUR);
		db_bind_int(statement, 2, book->accounts[series->first_account].id);
		code = db_step(statement, error);
		if (code < 0)
			return code;
		if (code == 1) {
			samples = db_int(statement, 0);
			gap = samples || db_wide(statement, 2) ? db_int(statement, 1) : 0;
		}
		db_reset(statement);
		if (gap || (series->expected && samples == 0))
			each(context, (uint32_t)i, closed - APOLLO_HOUR, series->expected && samples == 0, gap);
	}
	return 0;
}

int status_parked_read(struct ledger *ledger, status_parked each, void *context, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT c.id, c.hour, c.amount, a.subscription, a.dimension, c.market, c.code, c.message FROM claim c"
		" JOIN account a ON a.id = c.account WHERE c.state = 4 ORDER BY c.id", error);
	int code;

	if (!statement)
		return error->code;
	while ((code = db_step(statement, error)) == 1) {
		const struct parked parked = {
			.claim = db_int(statement, 0), .hour = db_int(statement, 1), .amount = db_int(statement, 2),
			.subscription = db_text(statement, 3), .dimension = db_text(statement, 4),
			.market = db_text(statement, 5), .code = db_text(statement, 6), .message = db_text(statement, 7)};

		each(context, &parked);
	}
	return code;
}

int status_waiting_read(struct ledger *ledger, const struct book *book, status_waiting each, void *context,
			struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT s.subscription, s.meter, COUNT(*), MIN(l.hour) FROM late l JOIN series s ON s.id = l.series"
		" GROUP BY s.id, s.subscription, s.meter ORDER BY s.id", error);
	int code;

	if (!statement)
		return error->code;
	while ((code = db_step(statement, error)) == 1) {
		const struct waiting waiting = {db_text(statement, 0), db_text(statement, 1), db_int(statement, 2),
						db_int(statement, 3)};

		if (book_find_series(book, waiting.subscription, strlen(waiting.subscription), waiting.meter,
				     strlen(waiting.meter)) < 0)
			each(context, &waiting);
	}
	return code;
}
