/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/status.h"

#include <stdio.h>
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
	    ledger_get(ledger, "closed", 0, &read.closed, error) < 0 ||
	    number_read(ledger, "SELECT COUNT(*) FROM claim WHERE state = 3 AND held <> amount", NULL, &read.differences,
			error) < 0 ||
	    number_read(ledger, "SELECT SUM(written_off) FROM account", NULL, &read.written_off, error) < 0)
		return error->code;
	*status = read;
	return 0;
}

static int reason_read(struct ledger *ledger, const char *sql, const char *market, int64_t *hour, char *reason,
		       struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db, sql, error);
	int code;

	if (!statement)
		return error->code;
	db_bind_text(statement, 1, market);
	code = db_step(statement, error);
	if (code == 1) {
		const char *name = db_text(statement, 1), *message = db_text(statement, 2);

		*hour = db_int(statement, 0);
		if ((name && *name) || (message && *message))
			(void)snprintf(reason, ERROR_TEXT, "%s%s%s", name ? name : "", name && *name ? ": " : "",
				       message ? message : "");
	}
	if (code >= 0)
		db_reset(statement);
	return code < 0 ? code : 0;
}

int status_market_read(struct ledger *ledger, const char *market, struct status_market *status, struct error *error)
{
	struct status_market read = {0};

	if (number_read(ledger, "SELECT COUNT(*) FROM claim WHERE market = ?1 AND state = 1", market, &read.open, error) < 0 ||
	    number_read(ledger, "SELECT COUNT(*) FROM claim WHERE market = ?1 AND state = 2", market, &read.in_doubt,
			error) < 0 ||
	    number_read(ledger, "SELECT COUNT(*) FROM claim WHERE market = ?1 AND state = 4", market, &read.parked, error) < 0 ||
	    reason_read(ledger, "SELECT hour, code, message FROM claim WHERE market = ?1 AND state = 4 ORDER BY hour LIMIT 1",
			market, &read.oldest_parked, read.reason, error) < 0 ||
	    reason_read(ledger, "SELECT hour, code, message FROM claim WHERE market = ?1 AND state < 3 ORDER BY hour LIMIT 1",
			market, &read.oldest, read.reason, error) < 0)
		return error->code;
	*status = read;
	return 0;
}

int status_silent_read(struct ledger *ledger, const struct book *book, status_silent each, void *context,
		       struct error *error)
{
	int64_t closed;

	if (ledger_get(ledger, "closed", 0, &closed, error) < 0)
		return error->code;
	for (size_t i = 0; closed && i < book->series_count; i++) {
		const struct book_series *series = &book->series[i];
		const struct book_subscription *subscription = &book->subscriptions[series->subscription];
		struct db_statement *statement = db_statement(ledger->db,
			"SELECT samples FROM posting WHERE hour = ?1 AND account = ?2 AND kind = 4", error);
		int code;

		if (!statement)
			return error->code;
		if (!series->expected || series->account_count == 0 || subscription->start >= closed ||
		    (subscription->end && subscription->end <= closed - APOLLO_HOUR))
			continue;
		db_bind_int(statement, 1, closed - APOLLO_HOUR);
		db_bind_int(statement, 2, book->accounts[series->first_account].id);
		code = db_step(statement, error);
		if (code < 0)
			return code;
		if (code == 0 || db_int(statement, 0) == 0)
			each(context, (uint32_t)i, closed - APOLLO_HOUR);
		db_reset(statement);
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
