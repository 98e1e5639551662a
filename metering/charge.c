/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/charge.h"

#include "metering/aggregate.h"

#include <stdlib.h>

/* ---- balances ---- */

static int balances_read(struct charger *charger, struct error *error)
{
	struct db_statement *statement = db_statement(charger->ledger->db,
		"SELECT id, remainder, due FROM account", error);
	int code;

	if (!statement)
		return error->code;
	while ((code = db_step(statement, error)) == 1) {
		int64_t id = db_int(statement, 0);

		if (id < 1 || id > charger->account_last)
			return error_set(error, ERROR_CORRUPT, "account %lld is out of range", (long long)id);
		charger->balances[id] = (struct balance){db_wide(statement, 1), db_int(statement, 2)};
	}
	return code;
}

int charger_init(struct ledger *ledger, const struct terms_table *terms, struct charger *charger, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db, "SELECT id FROM account ORDER BY id DESC LIMIT 1", error);
	struct charger made = {.ledger = ledger, .terms = terms};
	int code = statement ? db_step(statement, error) : error->code;

	if (code < 0)
		return code;
	made.account_last = code ? db_int(statement, 0) : 0;
	db_reset(statement);
	made.balances = calloc((size_t)made.account_last + 1, sizeof(*made.balances));
	if (!made.balances)
		return error_memory(error, "the balances of the accounts");
	if (balances_read(&made, error) < 0) {
		charger_release(&made);
		return error->code;
	}
	*charger = made;
	return 0;
}

void charger_release(struct charger *charger)
{
	free(charger->balances);
	*charger = (struct charger){0};
}

/* ---- the allowance ---- */

struct allowance {
	int64_t period, metered, used;
	bool kept; /* whether the account has one at all */
};

int allowance_share(const struct terms *terms, int64_t quantity, int64_t *metered, int64_t *used, int64_t *share,
		    struct error *error)
{
	int64_t sum, target, part;

	if (!quantity_add(*metered, quantity, &sum) || sum > LEDGER_AMOUNT_MAX || sum < -LEDGER_AMOUNT_MAX)
		return error_set(error, ERROR_INPUT, "account %lld: the usage of a period leaves its range",
				 (long long)terms->account);
	target = sum < 0 ? 0 : sum < terms->included ? sum : terms->included;
	part = target - *used;
	/* Under unchanged terms this is never needed. */
	if (part > (quantity > 0 ? quantity : 0))
		part = quantity > 0 ? quantity : 0;
	if (part < (quantity < 0 ? quantity : 0))
		part = quantity < 0 ? quantity : 0;
	*metered = sum;
	*used += part;
	*share = part;
	return 0;
}

static int allowance_read(struct charger *charger, const struct terms *terms, int64_t hour, struct allowance *allowance,
			  struct error *error)
{
	struct db_statement *statement;
	int code;

	*allowance = (struct allowance){.kept = !terms->unlimited && terms->included > 0};
	if (!allowance->kept)
		return 0;
	allowance->period = terms_period(charger->terms, terms, hour);
	statement = db_statement(charger->ledger->db,
		"SELECT metered, included FROM allowance WHERE account = ?1 AND period = ?2", error);
	if (!statement)
		return error->code;
	db_bind_int(statement, 1, terms->account);
	db_bind_int(statement, 2, allowance->period);
	code = db_step(statement, error);
	if (code < 0)
		return code;
	allowance->metered = code ? db_int(statement, 0) : 0;
	allowance->used = code ? db_int(statement, 1) : 0;
	db_reset(statement);
	return 0;
}

static int allowance_write(struct charger *charger, const struct terms *terms, const struct allowance *allowance,
			   struct error *error)
{
	struct db_statement *statement;

	if (!allowance->kept)
		return 0;
	statement = db_statement(charger->ledger->db,
		"INSERT INTO allowance (account, period, metered, included) VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT (account, period) DO UPDATE SET metered = excluded.metered, included = excluded.included", error);
	if (!statement)
		return error->code;
	db_bind_int(statement, 1, terms->account);
	db_bind_int(statement, 2, allowance->period);
	db_bind_int(statement, 3, allowance->metered);
	db_bind_int(statement, 4, allowance->used);
	return db_run(statement, error);
}

/* ---- posting ---- */

int charge_post(struct charger *charger, const struct terms *terms, struct posting *posting, int64_t *pending,
		struct error *error)
{
	struct balance *balance = &charger->balances[terms->account];
	int64_t quantity, included = 0;
	struct allowance allowance;
	wide_t numerator;

	if (!wide_multiply(posting->raw, aggregate_factor(terms), &numerator) ||
	    !wide_add(numerator, balance->remainder, &numerator) ||
	    !wide_divide(numerator, aggregate_divisor(terms), &quantity, &posting->remainder))
		return error_set(error, ERROR_INPUT, "account %lld: an hour's usage leaves its range", (long long)terms->account);
	if (allowance_read(charger, terms, posting->hour, &allowance, error) < 0)
		return error->code;
	if (terms->unlimited)
		included = quantity;
	else if (allowance.kept && allowance_share(terms, quantity, &allowance.metered, &allowance.used, &included, error) < 0)
		return error->code;
	posting->account = terms->account;
	posting->amounts[METERED] = quantity;
	posting->amounts[INCLUDED] = included;
	posting->amounts[PENDING] = quantity - included;
	/* The posting is the last that may be refused: what follows it must not be undone alone. */
	if (posting_append(charger->ledger, posting, error) < 0 || allowance_write(charger, terms, &allowance, error) < 0)
		return error->code;
	balance->remainder = posting->remainder;
	*pending = quantity - included;
	return 0;
}
