/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/verify.h"

#include "metering/block.h"
#include "metering/claim.h"
#include "metering/dedupe.h"
#include "metering/hour.h"
#include "metering/proof.h"
#include "metering/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct verify {
	struct ledger *ledger;
	struct terms_table terms;
	struct proof_charge charge;
	struct proof_keys keys;
	int64_t closed; /* the end of the hours that are closed by postings so far */
	struct verify_report report;
	uint8_t head[HASH_BYTES];
};

/* ---- what a posting vouches for ---- */

static int named_verify(struct verify *verify, const struct posting *posting, int64_t sequence, struct error *error)
{
	static const struct {
		const char *what, *sql;
	} tables[] = {
		{"series", "SELECT id, subscription, meter FROM series WHERE id = ?1"},
		{"account", "SELECT id, subscription, dimension FROM account WHERE id = ?1"},
		{"source", "SELECT id, name, '' FROM origin WHERE id = ?1"},
	};
	const char *space = strchr(posting->note, ' ');
	uint8_t hash[HASH_BYTES] = {0};
	int64_t id = 0;

	if (!space || apollo_decimal_read(space + 1, strlen(space + 1), 0, APOLLO_EXACT, &id) < 0)
		return BAD(error, "posting %lld: its note names nothing", (long long)sequence);
	for (size_t i = 0; i < 3; i++) {
		struct db_statement *statement;
		int code;

		if (strlen(tables[i].what) != (size_t)(space - posting->note) ||
		    strncmp(posting->note, tables[i].what, strlen(tables[i].what)) != 0)
			continue;
		statement = db_statement(verify->ledger->db, tables[i].sql, error);
		if (!statement)
			return error->code;
		db_bind_int(statement, 1, id);
		code = db_step(statement, error);
		if (code < 0)
			return code;
		if (code == 1)
			named_hash(tables[i].what, id, db_text(statement, 1), db_text(statement, 2), hash);
		db_reset(statement);
	}
	if (memcmp(hash, posting->evidence, HASH_BYTES) != 0)
		return BAD(error, "posting %lld: %s is not what was named", (long long)sequence, posting->note);
	return 0;
}

static int event_witness(void *context, const struct event *event, struct error *error)
{
	struct verify *verify = context;

	verify->report.events++;
	return proof_keys_event(&verify->keys, event, error);
}

static int block_verify(struct verify *verify, const struct posting *posting, int64_t sequence, struct error *error)
{
	struct db_statement *statement = db_statement(verify->ledger->db,
		"SELECT hour, events, data FROM event_block WHERE id = ?1", error);
	int64_t id = 0, hour, events;
	uint8_t hash[HASH_BYTES] = {0};
	const void *data;
	size_t size;
	int code;

	if (!statement)
		return error->code;
	(void)apollo_decimal_read(posting->note, strlen(posting->note), 0, APOLLO_EXACT, &id);
	db_bind_int(statement, 1, id);
	code = db_step(statement, error);
	if (code < 0)
		return code;
	if (code == 0)
		return BAD(error, "posting %lld: event block %lld is missing", (long long)sequence, (long long)id);
	hour = db_int(statement, 0);
	events = db_int(statement, 1);
	data = db_blob(statement, 2, &size);
	block_hash(hour, events, data ? data : "", size, hash);
	if (memcmp(hash, posting->evidence, HASH_BYTES) != 0 || hour != posting->hour || events != posting->samples)
		return BAD(error, "posting %lld: event block %lld is not what was taken", (long long)sequence, (long long)id);
	code = block_decode(data, size, hour, events, event_witness, verify, error);
	db_reset(statement);
	verify->report.blocks++;
	if (code >= 0)
		code = proof_keys_taken(&verify->keys, posting->time, error);
	return code < 0 ? error_prefix(error, "posting %lld", (long long)sequence) : 0;
}

/* Whether this posting is the last that speaks of its claim's bytes (SENT) or of its verdict: what an older one vouched for
 * was replaced by a later verdict, or forgotten when the claim was opened again. */
static int speaks_last(struct verify *verify, const struct posting *posting, int64_t sequence, struct error *error)
{
	struct db_statement *statement = db_statement(verify->ledger->db,
		"SELECT 1 FROM posting WHERE hour = ?1 AND account = ?2 AND claim = ?3 AND seq > ?4"
		" AND (kind = 15 OR (?5 AND kind BETWEEN 7 AND 11)) LIMIT 1", error);
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, posting->hour);
	db_bind_int(statement, 2, posting->account);
	db_bind_int(statement, 3, posting->claim);
	db_bind_int(statement, 4, sequence);
	db_bind_int(statement, 5, posting->kind != POSTING_SENT);
	code = db_step(statement, error);
	if (code >= 0)
		db_reset(statement);
	return code < 0 ? code : code == 0;
}

static int claim_verify(struct verify *verify, const struct posting *posting, int64_t sequence, struct error *error)
{
	uint8_t hash[HASH_BYTES];
	int last;

	if ((posting->kind == POSTING_SENT ? claim_sent_hash(verify->ledger, posting->claim, hash, error)
					   : claim_ended_hash(verify->ledger, posting->claim, hash, error)) < 0)
		return error_prefix(error, "posting %lld", (long long)sequence);
	if (memcmp(hash, posting->evidence, HASH_BYTES) == 0)
		return 0;
	last = speaks_last(verify, posting, sequence, error);
	if (last > 0)
		return BAD(error, "posting %lld: claim %lld is not what was %s", (long long)sequence,
			   (long long)posting->claim, posting->kind == POSTING_SENT ? "sent" : "settled");
	return last;
}

static int terms_verify(struct verify *verify, const struct posting *posting, int64_t sequence, struct error *error)
{
	uint8_t hash[HASH_BYTES];

	if (terms_hash(verify->ledger, sequence, hash, error) < 0)
		return error->code;
	if (memcmp(hash, posting->evidence, HASH_BYTES) != 0)
		return BAD(error, "posting %lld: the terms of its accounts are not those that were set", (long long)sequence);
	return 0;
}

static int identity_verify(struct verify *verify, const struct posting *posting, int64_t sequence, struct error *error)
{
	uint8_t hash[HASH_BYTES];

	if (ledger_identity_hash(verify->ledger, hash, error) < 0)
		return error->code;
	if (sequence != 1 || memcmp(hash, posting->evidence, HASH_BYTES) != 0)
		return BAD(error, "posting %lld: the ledger's id, seed, format, making or kind is not what it was opened with",
			   (long long)sequence);
	return 0;
}

/* Hours close one after the other, without a hole. */
static int closed_verify(struct verify *verify, const struct posting *posting, int64_t sequence, struct error *error)
{
	uint8_t hash[HASH_BYTES];

	if (verify->closed && posting->hour != verify->closed)
		return BAD(error, "posting %lld closes another hour than the next", (long long)sequence);
	if (posting->samples && posting->claim != verify->report.claims + 1)
		return BAD(error, "posting %lld: its claims do not follow those before", (long long)sequence);
	if (claims_made_hash(verify->ledger, posting->claim, posting->samples, hash, error) < 0)
		return error_prefix(error, "posting %lld", (long long)sequence);
	if (memcmp(hash, posting->evidence, HASH_BYTES) != 0)
		return BAD(error, "posting %lld: its claims, %lld to %lld, are not what was made", (long long)sequence,
			   (long long)posting->claim, (long long)(posting->claim + posting->samples - 1));
	verify->report.claims += posting->samples;
	verify->closed = posting->hour + APOLLO_HOUR;
	return 0;
}

static int evidence_verify(struct verify *verify, const struct posting *posting, int64_t sequence, struct error *error)
{
	switch (posting->kind) {
	case POSTING_OPENED: return identity_verify(verify, posting, sequence, error);
	case POSTING_HOUR:
	case POSTING_LATE: return proof_charge_posting(&verify->charge, posting, sequence, error);
	case POSTING_CLOSED: return closed_verify(verify, posting, sequence, error);
	case POSTING_NAMED: return named_verify(verify, posting, sequence, error);
	case POSTING_TAKEN: return block_verify(verify, posting, sequence, error);
	case POSTING_TERMS: return terms_verify(verify, posting, sequence, error);
	case POSTING_SENT:
	case POSTING_SETTLED:
	case POSTING_PARKED:
	case POSTING_RELEASED:
	case POSTING_REBOOKED:
	case POSTING_WRITTEN_OFF: return posting->claim ? claim_verify(verify, posting, sequence, error) : 0;
	default: return 0;
	}
}

/* ---- the chain ---- */

static int posting_verify(struct verify *verify, const struct posting *posting, int64_t sequence,
			  const uint8_t stored[HASH_BYTES], struct error *error)
{
	uint8_t hash[HASH_BYTES];
	int64_t sum = 0;

	if (sequence != verify->report.postings + 1)
		return BAD(error, "posting %lld is missing, after it comes %lld", (long long)(verify->report.postings + 1),
			   (long long)sequence);
	posting_hash(posting, sequence, verify->head, hash);
	if (memcmp(hash, stored, HASH_BYTES) != 0)
		return BAD(error, "posting %lld (%s) is not what was posted: its hash does not follow from it and the one before",
			   (long long)sequence, posting_kind_name(posting->kind));
	for (int i = 1; i < LEDGER_AMOUNTS; i++)
		if (!quantity_add(sum, posting->amounts[i], &sum))
			return BAD(error, "posting %lld is out of range", (long long)sequence);
	if (sum != posting->amounts[METERED])
		return BAD(error, "posting %lld is not balanced", (long long)sequence);
	memcpy(verify->head, hash, HASH_BYTES);
	verify->report.postings++;
	return evidence_verify(verify, posting, sequence, error);
}

/* A value of another size than it was written with could read as the same. */
static int sizes_verify(struct db_statement *statement, int64_t sequence, struct error *error)
{
	static const struct {
		int column;
		size_t size;
	} blobs[] = {{13, WIDE_BYTES}, {14, WIDE_BYTES}, {17, HASH_BYTES}, {19, HASH_BYTES}};
	const char *note = db_text(statement, 18);
	bool fit = note != NULL;
	size_t size;

	for (size_t i = 0; i < sizeof(blobs) / sizeof(blobs[0]); i++) {
		(void)db_blob(statement, blobs[i].column, &size);
		fit &= size == blobs[i].size;
	}
	(void)db_blob(statement, 18, &size);
	if (fit && strlen(note) == size)
		return 0;
	return BAD(error, "posting %lld is not what was posted: a value has another size", (long long)sequence);
}

static int chain_verify(struct verify *verify, struct error *error)
{
	struct db_statement *statement = db_statement(verify->ledger->db,
		"SELECT " POSTING_COLUMNS " FROM posting ORDER BY seq", error);
	uint8_t hash[HASH_BYTES];
	struct posting posting;
	int code;

	if (!statement)
		return error->code;
	while ((code = db_step(statement, error)) == 1) {
		int64_t sequence = posting_read(statement, &posting, hash);

		if (sizes_verify(statement, sequence, error) < 0 ||
		    posting_verify(verify, &posting, sequence, hash, error) < 0) {
			db_reset(statement);
			return error->code;
		}
	}
	return code;
}

/* ---- the hours themselves ---- */

static int late_waits(struct verify *verify, int64_t hour, int64_t series, struct error *error)
{
	struct db_statement *statement = db_statement(verify->ledger->db,
		"SELECT 1 FROM late WHERE series = ?1 AND hour <= ?2 AND hour > ?3 LIMIT 1", error);
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, series);
	db_bind_int(statement, 2, hour);
	db_bind_int(statement, 3, hour - APOLLO_DAY - APOLLO_HOUR);
	code = db_step(statement, error);
	if (code >= 0)
		db_reset(statement);
	return code;
}

/* What keeps an hour out of the proof for now: it waits to be worked out anew. */
static int mismatch(struct verify *verify, const struct terms *terms, int64_t account, int64_t hour, struct error *error)
{
	struct db_statement *statement;
	char time[APOLLO_TIME_TEXT];
	int code = terms ? late_waits(verify, hour, terms->series, error) : 0;

	if (code != 0)
		return code < 0 ? code : 0;
	statement = db_statement(verify->ledger->db, "SELECT subscription, dimension FROM account WHERE id = ?1", error);
	if (!statement)
		return error->code;
	db_bind_int(statement, 1, account);
	code = db_step(statement, error);
	if (code < 0)
		return code;
	(void)BAD(error, "account %lld (%s of %s), hour %s: its events do not come to what was posted", (long long)account,
		  code ? db_text(statement, 1) : "?", code ? db_text(statement, 0) : "?", apollo_time_format(hour, time));
	db_reset(statement);
	return error->code;
}

static int account_verify(struct verify *verify, struct hour *hour, int64_t account, struct error *error)
{
	const struct terms *terms = terms_at(hour->terms, account, hour->begin);
	struct aggregate aggregate;
	int code = hour_work_out(hour, terms, &aggregate, error);
	wide_t posted;

	if (code < 0 && code != ERROR_INPUT)
		return code;
	if (hour_posted(verify->ledger, account, hour->begin, &posted, error) < 0)
		return error->code;
	verify->report.hours += terms != NULL;
	return code == 0 && posted == aggregate.raw ? 0 : mismatch(verify, terms, account, hour->begin, error);
}

/* The first hour with events or postings; the end of the closed ones where there is none. */
static int hour_first(struct verify *verify, int64_t *hour, struct error *error)
{
	static const char *const firsts[] = {
		"SELECT hour FROM event_block ORDER BY hour LIMIT 1",
		"SELECT hour FROM posting WHERE hour > 0 ORDER BY hour LIMIT 1",
	};

	*hour = verify->ledger->closed;
	for (size_t i = 0; i < 2; i++) {
		struct db_statement *statement = db_statement(verify->ledger->db, firsts[i], error);
		int code = statement ? db_step(statement, error) : error->code;

		if (code < 0)
			return code;
		if (code == 1 && db_int(statement, 0) < *hour)
			*hour = db_int(statement, 0);
		db_reset(statement);
	}
	return 0;
}

static void hour_end(struct hour *hour)
{
	hour_release(hour);
}

static int hours_verify(struct verify *verify, struct error *error)
{
	__attribute__((cleanup(hour_end))) struct hour hour = {0};
	int64_t begin;

	if (hour_first(verify, &begin, error) < 0 ||
	    hour_init(verify->ledger, &verify->terms, &hour, error) < 0)
		return error->code;
	for (; begin < verify->ledger->closed; begin += APOLLO_HOUR) {
		if (hour_load(&hour, begin, error) < 0)
			return error->code;
		for (int64_t account = 1; account <= verify->terms.account_last; account++)
			if (account_verify(verify, &hour, account, error) < 0)
				return error->code;
	}
	return 0;
}

/* Everything that the chain vouches for, and what must follow from it; inside one transaction. */
static int whole_verify(struct verify *verify, struct error *error)
{
	struct ledger *ledger = verify->ledger;

	if (ledger_get(ledger, "closed", 0, &ledger->closed, error) < 0 || terms_load(ledger, &verify->terms, error) < 0 ||
	    proof_charge_init(ledger, &verify->terms, &verify->charge, error) < 0 ||
	    proof_keys_init(ledger, &verify->keys, error) < 0 || chain_verify(verify, error) < 0 ||
	    proof_charge_end(&verify->charge, error) < 0 || proof_laws(ledger, error) < 0 ||
	    proof_keys_end(&verify->keys, error) < 0)
		return error->code;
	if (verify->closed != ledger->closed)
		return BAD(error, "the ledger says that another hour is the last closed one than its postings");
	return hours_verify(verify, error);
}

int ledger_verify(struct ledger *ledger, struct verify_report *report, struct error *error)
{
	struct verify verify = {.ledger = ledger};
	int code;

	/* One transaction, so that what others write meanwhile is not seen half. */
	if (db_check(ledger->db, error) < 0 || db_schema_check(ledger->db, schema_sql, error) < 0 ||
	    db_exec(ledger->db, "BEGIN", error) < 0)
		return error->code;
	code = whole_verify(&verify, error);
	db_rollback(ledger->db);
	terms_release(&verify.terms);
	proof_charge_release(&verify.charge);
	proof_keys_release(&verify.keys);
	if (code < 0) {
		if (code == ERROR_CORRUPT)
			(void)error_hint(error, "the ledger was changed or damaged outside apollo: keep the file, and restore a copy");
		return code;
	}
	for (int i = 0; i < HASH_BYTES; i++)
		(void)snprintf(verify.report.head + 2 * i, 3, "%02x", verify.head[i]);
	*report = verify.report;
	return 0;
}
