/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/window.h"

/* 1, 0, or a negative code. */
static int claim_exists(struct ledger *ledger, int64_t account, int64_t hour, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db, "SELECT 1 FROM claim WHERE hour = ?1 AND account = ?2", error);
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, hour);
	db_bind_int(statement, 2, account);
	code = db_step(statement, error);
	db_reset(statement);
	return code;
}

/* The hour of the first claim of all, or `otherwise`. */
static int claims_begin(struct ledger *ledger, int64_t otherwise, int64_t *hour, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db, "SELECT hour FROM claim ORDER BY hour LIMIT 1", error);
	int code = statement ? db_step(statement, error) : error->code;

	if (code < 0)
		return code;
	*hour = code ? db_int(statement, 0) : otherwise;
	db_reset(statement);
	return 0;
}

/* The account's last claim before `hour`, or `hour` where it has none. */
static int window_last(struct ledger *ledger, int64_t account, int64_t hour, int64_t *last, struct error *error)
{
	int64_t first, at = hour - APOLLO_HOUR;
	int code = claim_exists(ledger, account, at, error);

	*last = at;
	if (code != 0)
		return code;
	/* Hour by hour: the claims of an hour are many, and the index begins with it. */
	if (claims_begin(ledger, hour, &first, error) < 0)
		return error->code;
	if (first < hour - WINDOWS_BACK * APOLLO_HOUR)
		first = hour - WINDOWS_BACK * APOLLO_HOUR;
	for (; code == 0 && at >= first; at -= APOLLO_HOUR) {
		code = claim_exists(ledger, account, at, error);
		*last = at;
	}
	if (code == 0)
		*last = hour;
	return code;
}

int windows_join(struct ledger *ledger, const struct terms_table *table, int64_t account, const char *market, int64_t hour,
		 struct claims_made *made, struct error *error)
{
	int64_t last;

	if (window_last(ledger, account, hour, &last, error) < 0)
		return error->code;
	for (int64_t at = last + APOLLO_HOUR; at < hour; at += APOLLO_HOUR) {
		const struct terms *terms = terms_at(table, account, at);
		bool runs = terms && terms->from < at + APOLLO_HOUR && terms->to > at;

		if (runs && claim_make(ledger, market, account, at, 0, NULL, 0, made, error) < 0)
			return error->code;
	}
	return 0;
}
