/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/due.h"

#include <stdlib.h>

/* ---- rows and their sum ---- */

static int range_left(int64_t account, struct error *error)
{
	return error_set(error, ERROR_INPUT, "account %lld: what is due would leave its range", (long long)account);
}

/* Moves the account's sum. */
static int due_move(struct ledger *ledger, int64_t account, int64_t amount, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"UPDATE account SET due = due + ?2 WHERE id = ?1 AND due + ?2 " LEDGER_AMOUNT_RANGE, error);

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, account);
	db_bind_int(statement, 2, amount);
	if (db_run(statement, error) < 0)
		return error->code;
	return db_changes(ledger->db) == 1 ? 0 : range_left(account, error);
}

int due_add(struct ledger *ledger, int64_t account, int64_t hour, int64_t amount, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"INSERT INTO due (account, hour, amount) VALUES (?1, ?2, ?3)"
		" ON CONFLICT (account, hour) DO UPDATE SET amount = due.amount + excluded.amount"
		" WHERE due.amount + excluded.amount " LEDGER_AMOUNT_RANGE, error);

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, account);
	db_bind_int(statement, 2, hour);
	db_bind_int(statement, 3, amount);
	if (db_run(statement, error) < 0)
		return error->code;
	return db_changes(ledger->db) == 1 ? due_move(ledger, account, amount, error) : range_left(account, error);
}

/* ---- claiming ---- */

enum { LINKS_MAX = 1 << 20 }; /* hours that one claim settles: more than a century of them */

struct links {
	struct claim_link *items;
	size_t count, room;
	int64_t sum;
};

static void links_release(struct links *links)
{
	free(links->items);
}
#define LINKS_CLEANUP __attribute__((cleanup(links_release)))

static int link_push(struct links *links, int64_t hour, int64_t amount, struct error *error)
{
	if (links->count == links->room) {
		size_t room = links->room ? links->room * 2 : 16;
		struct claim_link *grown = room <= LINKS_MAX ? realloc(links->items, room * sizeof(*grown)) : NULL;

		if (!grown)
			return error_memory(error, "the hours of a claim");
		links->items = grown;
		links->room = room;
	}
	if (!quantity_add(links->sum, amount, &links->sum))
		return error_set(error, ERROR_INPUT, "what is due leaves the range of a quantity");
	links->items[links->count++] = (struct claim_link){hour, amount};
	return 0;
}

/* Takes the rows up to an hour away, which come to `sum`. */
static int rows_delete(struct ledger *ledger, int64_t account, int64_t hour, int64_t sum, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db, "DELETE FROM due WHERE account = ?1 AND hour <= ?2", error);

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, account);
	db_bind_int(statement, 2, hour);
	return db_run(statement, error) < 0 ? error->code : due_move(ledger, account, -sum, error);
}

/* Takes rows, oldest first, until they come to the amount. */
static int rows_take(struct ledger *ledger, int64_t account, int64_t amount, struct links *links, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT hour, amount FROM due WHERE account = ?1 ORDER BY hour", error);
	int code = 1;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, account);
	while (links->sum < amount && (code = db_step(statement, error)) == 1)
		if (link_push(links, db_int(statement, 0), db_int(statement, 1), error) < 0)
			return error->code;
	db_reset(statement);
	if (code < 0 || links->count == 0)
		return code < 0 ? code : 0;
	return rows_delete(ledger, account, links->items[links->count - 1].hour, links->sum, error);
}

/* The links that come to `amount`, out of the rows and of what is fresh; what is left of the last stays due, and so does a
 * fresh amount that is not needed. */
static int links_take(struct ledger *ledger, int64_t account, int64_t hour, int64_t fresh, int64_t due, int64_t amount,
		      struct links *links, struct error *error)
{
	int64_t rest;

	if (due && rows_take(ledger, account, amount, links, error) < 0)
		return error->code;
	if (links->sum < amount) {
		if (link_push(links, hour, fresh, error) < 0)
			return error->code;
		fresh = 0;
	}
	rest = links->sum - amount;
	if (rest < 0)
		return error_set(error, ERROR_CORRUPT, "account %lld: what is due is not what is pending", (long long)account);
	links->items[links->count - 1].amount -= rest;
	if (rest && due_add(ledger, account, links->items[links->count - 1].hour, rest, error) < 0)
		return error->code;
	return fresh ? due_add(ledger, account, hour, fresh, error) : 0;
}

int due_claim(struct ledger *ledger, const struct book_account *account, const char *market, int64_t hour, int64_t fresh,
	      int64_t *due, struct claims_made *made, struct error *error)
{
	LINKS_CLEANUP struct links links = {0};
	bool told = market && account->listing;
	int64_t sum, amount;

	if (!quantity_add(*due, fresh, &sum))
		return error_set(error, ERROR_INPUT, "what is due leaves the range of a quantity");
	amount = told && sum >= account->step ? sum : 0;
	if (amount > account->quantity_max)
		amount = account->quantity_max;
	amount -= amount % account->step;
	if (amount == 0) {
		if (fresh && due_add(ledger, account->id, hour, fresh, error) < 0)
			return error->code;
	} else if (links_take(ledger, account->id, hour, fresh, *due, amount, &links, error) < 0) {
		return error->code;
	}
	*due = sum - amount;
	if (amount == 0 && !(told && account->joined))
		return 0;
	return claim_make(ledger, market, account->id, hour, amount, links.items, links.count, made, error);
}

/* ---- what nobody will claim ---- */

/* The account of the book that claims for each account of the ledger, or NULL. */
static const struct book_account **claimers_find(const struct book *book, int64_t *last)
{
	const struct book_account **found;

	*last = 0;
	for (size_t i = 0; i < book->account_count; i++)
		if (book->accounts[i].id > *last)
			*last = book->accounts[i].id;
	found = calloc((size_t)*last + 1, sizeof(*found));
	for (size_t i = 0; found && i < book->account_count; i++)
		found[book->accounts[i].id] = &book->accounts[i];
	return found;
}

/* Whether nothing is left: what is due is claimed by itself, now or with more usage, or is told to nobody. */
static bool nothing_is_left(int64_t closed, const struct book *book, const struct book_account *account, int64_t amount)
{
	const struct book_subscription *subscription;

	if (!account)
		return false;
	subscription = &book->subscriptions[book->series[account->series].subscription];
	return !subscription->market || !account->listing || !subscription->end || subscription->end > closed ||
	       amount >= account->step;
}

int due_left_read(struct ledger *ledger, const struct book *book, due_left_each each, void *context, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT id, subscription, dimension, due FROM account WHERE due <> 0 ORDER BY id", error);
	const struct book_account **claimers;
	int64_t last, closed;
	int code;

	if (!statement || ledger_get(ledger, "closed", 0, &closed, error) < 0)
		return error->code;
	claimers = claimers_find(book, &last);
	if (!claimers)
		return error_memory(error, "what is left");
	while ((code = db_step(statement, error)) == 1) {
		int64_t id = db_int(statement, 0);
		const struct book_account *account = id > 0 && id <= last ? claimers[id] : NULL;
		const struct due_left left = {id, db_text(statement, 1), db_text(statement, 2), db_int(statement, 3), account != NULL};

		if (!nothing_is_left(closed, book, account, left.amount))
			each(context, &left);
	}
	free(claimers);
	return code;
}

int due_write_off(struct ledger *ledger, int64_t account, const char *note, int64_t now, struct error *error)
{
	struct posting posting = {.kind = POSTING_WRITTEN_OFF, .time = now, .account = account, .note = note};
	LINKS_CLEANUP struct links links = {0};

	/* Every row: a sum that is never reached. */
	if (rows_take(ledger, account, INT64_MAX, &links, error) < 0)
		return error->code;
	for (size_t i = 0; i < links.count; i++) {
		posting.hour = links.items[i].hour;
		posting.amounts[PENDING] = -links.items[i].amount;
		posting.amounts[WRITTEN_OFF] = links.items[i].amount;
		if (posting_append(ledger, &posting, error) < 0)
			return error->code;
	}
	return 0;
}
