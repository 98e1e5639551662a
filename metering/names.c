/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers that series, accounts and sources have in the ledger; a name gets its number once, by a posting. */
#include "metering/ledger.h"
#include "metering/terms.h"

#include <stdio.h>
#include <string.h>

void named_hash(const char *what, int64_t id, const char *first, const char *second, uint8_t hash[HASH_BYTES])
{
	const struct hash_part parts[] = {
		{what, strlen(what)}, {&id, sizeof(id)}, {first, strlen(first)}, {second, strlen(second)}};

	hash_parts(parts, 4, hash);
}

static int named_append(struct ledger *ledger, const char *what, int64_t id, const char *first, const char *second,
			int64_t now, struct error *error)
{
	struct posting posting = {.kind = POSTING_NAMED, .time = now};
	char note[40];

	(void)snprintf(note, sizeof(note), "%s %lld", what, (long long)id);
	posting.note = note;
	named_hash(what, id, first, second, posting.evidence);
	return posting_append(ledger, &posting, error);
}

/* Finds (first, second) in the kept statement `find`, or adds it with `insert`.  *id stays 0 where it is unknown and
 * not to be added. */
static int pair_bind(struct ledger *ledger, const char *find, const char *insert, const char *what,
		     const char *first, const char *second, int64_t now, bool add, int64_t *id, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db, find, error);
	int code;

	if (!statement)
		return error->code;
	db_bind_text(statement, 1, first);
	db_bind_text(statement, 2, second);
	code = db_step(statement, error);
	if (code < 0)
		return code;
	*id = code == 1 ? db_int(statement, 0) : 0;
	db_reset(statement);
	if (code == 1 || !add)
		return 0;
	statement = db_statement(ledger->db, insert, error);
	if (!statement)
		return error->code;
	db_bind_text(statement, 1, first);
	db_bind_text(statement, 2, second);
	if (db_step(statement, error) < 0)
		return error->code;
	*id = db_int(statement, 0);
	db_reset(statement);
	return named_append(ledger, what, *id, first, second, now, error);
}

static int series_last(struct ledger *ledger, int64_t *id, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db, "SELECT id FROM series ORDER BY id DESC LIMIT 1", error);
	int code = statement ? db_step(statement, error) : error->code;

	if (code < 0)
		return code;
	*id = code ? db_int(statement, 0) : 0;
	db_reset(statement);
	return 0;
}

int ledger_bind_book(struct ledger *ledger, struct book *book, int64_t now, bool add, struct error *error)
{
	int64_t known;

	if (series_last(ledger, &known, error) < 0)
		return error->code;
	for (size_t i = 0; i < book->series_count; i++) {
		struct book_series *series = &book->series[i];
		const char *subscription = book->subscriptions[series->subscription].name;

		if (series->id)
			continue;
		if (pair_bind(ledger, "SELECT id FROM series WHERE subscription = ?1 AND meter = ?2",
			      "INSERT INTO series (subscription, meter) VALUES (?1, ?2) RETURNING id", "series",
			      subscription, book->meters[series->meter].name, now, add, &series->id, error) < 0)
			return error->code;
		for (uint32_t j = 0; j < series->account_count; j++) {
			struct book_account *account = &book->accounts[series->first_account + j];

			if (pair_bind(ledger, "SELECT id FROM account WHERE subscription = ?1 AND dimension = ?2",
				      "INSERT INTO account (subscription, dimension, remainder, metered, included, pending,"
				      " parked, in_doubt, accepted, written_off, due)"
				      " VALUES (?1, ?2, X'00000000000000000000000000000000', 0, 0, 0, 0, 0, 0, 0, 0) RETURNING id",
				      "account", subscription, account->dimension, now, add, &account->id, error) < 0)
				return error->code;
		}
	}
	return add ? terms_bind(ledger, book, known, now, error) : 0;
}

int ledger_origin(struct ledger *ledger, const char *text, size_t size, int64_t now, int64_t *id,
		  struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 16);
	const char *name = scope_copy(&scope, text, size);
	struct db_statement *statement;
	int code;

	if (!name)
		return error_memory(error, "the name of a source");
	statement = db_statement(ledger->db, "SELECT id FROM origin WHERE name = ?1", error);
	if (!statement)
		return error->code;
	db_bind_text(statement, 1, name);
	code = db_step(statement, error);
	if (code < 0)
		return code;
	if (code == 1) {
		*id = db_int(statement, 0);
		db_reset(statement);
		return 0;
	}
	statement = db_statement(ledger->db, "INSERT INTO origin (name) VALUES (?1) RETURNING id", error);
	if (!statement)
		return error->code;
	db_bind_text(statement, 1, name);
	if (db_step(statement, error) < 0)
		return error->code;
	*id = db_int(statement, 0);
	db_reset(statement);
	return named_append(ledger, "source", *id, name, "", now, error);
}
