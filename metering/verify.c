/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/verify.h"

#include "metering/aggregate.h"
#include "metering/block.h"
#include "metering/claim.h"
#include "metering/close.h"
#include "metering/dedupe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct verify {
	struct ledger *ledger;
	struct verify_report report;
	uint8_t head[HASH_BYTES];
};

#define BAD(ERROR, ...) error_set(ERROR, ERROR_CORRUPT, __VA_ARGS__)

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

static int event_count(void *context, const struct event *event, struct error *error)
{
	(void)event;
	(void)error;
	(*(int64_t *)context)++;
	return 0;
}

static int block_verify(struct verify *verify, const struct posting *posting, int64_t sequence, struct error *error)
{
	struct db_statement *statement = db_statement(verify->ledger->db,
		"SELECT hour, events, data FROM event_block WHERE id = ?1", error);
	int64_t id = 0, hour, events, counted = 0;
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
	code = block_decode(data, size, hour, events, event_count, &counted, error);
	db_reset(statement);
	verify->report.blocks++;
	verify->report.events += counted;
	return code < 0 ? error_prefix(error, "posting %lld", (long long)sequence) : 0;
}

/* Whether this posting is the last that ends its claim: an older one's verdict was replaced by a later one's. */
static int ended_last(struct verify *verify, const struct posting *posting, int64_t sequence, struct error *error)
{
	struct db_statement *statement = db_statement(verify->ledger->db,
		"SELECT 1 FROM posting WHERE hour = ?1 AND account = ?2 AND claim = ?3 AND seq > ?4 AND kind >= 7 LIMIT 1",
		error);
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, posting->hour);
	db_bind_int(statement, 2, posting->account);
	db_bind_int(statement, 3, posting->claim);
	db_bind_int(statement, 4, sequence);
	code = db_step(statement, error);
	if (code >= 0)
		db_reset(statement);
	return code < 0 ? code : code == 0;
}

static int claim_verify(struct verify *verify, const struct posting *posting, int64_t sequence, struct error *error)
{
	uint8_t hash[HASH_BYTES];
	int last = 1;

	if (posting->kind == POSTING_SENT) {
		if (claim_hash(verify->ledger, posting->claim, hash, error) < 0)
			return error_prefix(error, "posting %lld", (long long)sequence);
	} else {
		last = ended_last(verify, posting, sequence, error);
		if (last < 0 || (last && claim_verdict_hash(verify->ledger, posting->claim, hash, error) < 0))
			return error->code;
	}
	if (last && memcmp(hash, posting->evidence, HASH_BYTES) != 0)
		return BAD(error, "posting %lld: claim %lld is not what was %s", (long long)sequence,
			   (long long)posting->claim, posting->kind == POSTING_SENT ? "sent" : "settled");
	return 0;
}

static int evidence_verify(struct verify *verify, const struct posting *posting, int64_t sequence, struct error *error)
{
	switch (posting->kind) {
	case POSTING_NAMED: return named_verify(verify, posting, sequence, error);
	case POSTING_TAKEN: return block_verify(verify, posting, sequence, error);
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

		if (posting_verify(verify, &posting, sequence, hash, error) < 0) {
			db_reset(statement);
			return error->code;
		}
	}
	return code;
}

/* ---- what must follow from the postings ---- */

/* Each query gives rows that must not be there: an id, and a text that says what is wrong. */
static const struct {
	const char *what, *sql;
} laws[] = {
	{"account %lld: its balances are not the sum of its postings",
	 "SELECT a.id FROM account a LEFT JOIN (SELECT account, SUM(metered) m, SUM(included) i, SUM(pending) p,"
	 " SUM(parked) k, SUM(in_doubt) d, SUM(accepted) c, SUM(written_off) w FROM posting GROUP BY account) s"
	 " ON s.account = a.id WHERE a.metered <> COALESCE(s.m, 0) OR a.included <> COALESCE(s.i, 0)"
	 " OR a.pending <> COALESCE(s.p, 0) OR a.parked <> COALESCE(s.k, 0) OR a.in_doubt <> COALESCE(s.d, 0)"
	 " OR a.accepted <> COALESCE(s.c, 0) OR a.written_off <> COALESCE(s.w, 0) ORDER BY a.id LIMIT 1"},
	{"account %lld breaks the law: metered is not the sum of the others",
	 "SELECT id FROM account WHERE metered <> included + pending + parked + in_doubt + accepted + written_off LIMIT 1"},
	{"account %lld: its remainder is not the one last carried",
	 "SELECT a.id FROM account a JOIN (SELECT account, MAX(seq) last FROM posting WHERE kind IN (4, 5) GROUP BY account) l"
	 " ON l.account = a.id JOIN posting p ON p.seq = l.last WHERE p.remainder <> a.remainder ORDER BY a.id LIMIT 1"},
	{"account %lld: what is due and what open claims hold is not what is pending",
	 "SELECT a.id FROM account a LEFT JOIN (SELECT account, SUM(amount) amount FROM due GROUP BY account) d"
	 " ON d.account = a.id LEFT JOIN (SELECT account, SUM(amount) amount FROM claim WHERE state = 1 GROUP BY account) c"
	 " ON c.account = a.id WHERE a.pending <> COALESCE(d.amount, 0) + COALESCE(c.amount, 0) ORDER BY a.id LIMIT 1"},
	{"account %lld: its claims in doubt are not its balance in doubt",
	 "SELECT a.id FROM account a LEFT JOIN (SELECT account, SUM(amount) amount FROM claim WHERE state = 2 GROUP BY account)"
	 " c ON c.account = a.id WHERE a.in_doubt <> COALESCE(c.amount, 0) ORDER BY a.id LIMIT 1"},
	{"account %lld: its parked claims are not its parked balance",
	 "SELECT a.id FROM account a LEFT JOIN (SELECT account, SUM(amount) amount FROM claim WHERE state = 4 GROUP BY account)"
	 " c ON c.account = a.id WHERE a.parked <> COALESCE(c.amount, 0) ORDER BY a.id LIMIT 1"},
	{"account %lld: its accepted claims are not its accepted balance",
	 "SELECT a.id FROM account a LEFT JOIN (SELECT account, SUM(held) amount FROM claim WHERE state = 3 GROUP BY account)"
	 " c ON c.account = a.id WHERE a.accepted <> COALESCE(c.amount, 0) ORDER BY a.id LIMIT 1"},
	{"claim %lld: its links do not add up to its amount",
	 "SELECT c.id FROM claim c LEFT JOIN (SELECT claim, SUM(amount) amount FROM claim_link GROUP BY claim) l"
	 " ON l.claim = c.id WHERE c.amount <> COALESCE(l.amount, 0) ORDER BY c.id LIMIT 1"},
	{"claim %lld is of an account that does not exist",
	 "SELECT id FROM claim WHERE account NOT IN (SELECT id FROM account) LIMIT 1"},
	{"a link belongs to claim %lld, which does not exist",
	 "SELECT claim FROM claim_link WHERE claim NOT IN (SELECT id FROM claim) LIMIT 1"},
	{"account %lld: the allowances it used are not what was included",
	 "SELECT a.id FROM account a JOIN (SELECT account, SUM(included) amount FROM allowance GROUP BY account) u"
	 " ON u.account = a.id WHERE a.included <> u.amount ORDER BY a.id LIMIT 1"},
	{"event block %lld was taken by no posting",
	 "SELECT b.id FROM event_block b WHERE (SELECT COUNT(*) FROM event_block) <>"
	 " (SELECT COUNT(*) FROM posting WHERE kind = 3) ORDER BY b.id DESC LIMIT 1"},
	{"series %lld was named by no posting",
	 "SELECT s.id FROM series s WHERE (SELECT COUNT(*) FROM series) + (SELECT COUNT(*) FROM account) +"
	 " (SELECT COUNT(*) FROM origin) <> (SELECT COUNT(*) FROM posting WHERE kind = 2) ORDER BY s.id DESC LIMIT 1"},
};

static int laws_verify(struct verify *verify, struct error *error)
{
	for (size_t i = 0; i < sizeof(laws) / sizeof(laws[0]); i++) {
		struct db_statement *statement = db_statement(verify->ledger->db, laws[i].sql, error);
		int64_t id;
		int code;

		if (!statement)
			return error->code;
		code = db_step(statement, error);
		if (code < 0)
			return code;
		id = code ? db_int(statement, 0) : 0;
		db_reset(statement);
		if (code == 1) {
			char number[24];
			const char *at = strstr(laws[i].what, "%lld");

			(void)snprintf(number, sizeof(number), "%lld", (long long)id);
			return BAD(error, "%.*s%s%s", (int)(at - laws[i].what), laws[i].what, number, at + 4);
		}
	}
	return 0;
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

static int series_verify(struct verify *verify, struct closer *closer, const struct book *book, uint32_t index,
			 int64_t hour, struct error *error)
{
	const struct book_series *series = &book->series[index];
	struct aggregate aggregate;
	int code;

	if (closer_work_out(closer, index, &aggregate, error) < 0)
		return error->code;
	for (size_t i = series->first_account; i < series->first_account + series->account_count; i++) {
		char time[APOLLO_TIME_TEXT];
		wide_t posted;

		if (closer_posted(closer, book->accounts[i].id, hour, &posted, error) < 0)
			return error->code;
		if (posted == aggregate.raw)
			continue;
		code = late_waits(verify, hour, series->id, error);
		if (code < 0)
			return code;
		if (code == 0)
			return BAD(error, "account %lld (%s of %s), hour %s: its events do not come to what was posted",
				   (long long)book->accounts[i].id, book->accounts[i].dimension,
				   book->subscriptions[series->subscription].name, apollo_time_format(hour, time));
	}
	verify->report.hours++;
	return 0;
}

static int hours_verify(struct verify *verify, const struct book *book, struct error *error)
{
	CLOSER_CLEANUP struct closer *closer = NULL;
	struct db_statement *statement = db_statement(verify->ledger->db,
		"SELECT hour FROM posting WHERE kind = 4 ORDER BY hour LIMIT 1", error);
	int64_t hour;
	int code;

	if (!statement || closer_new(verify->ledger, book, &closer, error) < 0)
		return error->code;
	code = db_step(statement, error);
	if (code <= 0)
		return code;
	hour = db_int(statement, 0);
	db_reset(statement);
	for (; hour < verify->ledger->closed; hour += APOLLO_HOUR) {
		if (closer_load(closer, hour, error) < 0)
			return error->code;
		for (size_t i = 0; i < book->series_count; i++)
			if (series_verify(verify, closer, book, (uint32_t)i, hour, error) < 0)
				return error->code;
	}
	return 0;
}

static int claims_count(struct verify *verify, struct error *error)
{
	struct db_statement *statement = db_statement(verify->ledger->db, "SELECT COUNT(*) FROM claim", error);
	int code = statement ? db_step(statement, error) : error->code;

	if (code < 0)
		return code;
	verify->report.claims = db_int(statement, 0);
	db_reset(statement);
	return 0;
}

int ledger_verify(struct ledger *ledger, const struct book *book, struct verify_report *report, struct error *error)
{
	struct verify verify = {.ledger = ledger};
	int code;

	/* One transaction, so that what others write meanwhile is not seen half. */
	if (db_check(ledger->db, error) < 0 || db_exec(ledger->db, "BEGIN", error) < 0)
		return error->code;
	code = ledger_get(ledger, "closed", 0, &ledger->closed, error);
	if (code >= 0)
		code = chain_verify(&verify, error);
	if (code >= 0)
		code = laws_verify(&verify, error);
	if (code >= 0)
		code = dedupe_verify(ledger, error);
	if (code >= 0)
		code = claims_count(&verify, error);
	if (code >= 0 && book)
		code = hours_verify(&verify, book, error);
	db_rollback(ledger->db);
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
