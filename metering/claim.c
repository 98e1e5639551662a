/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/claim.h"

#include "metering/due.h"

#include <stdio.h>
#include <string.h>

const char *claim_state_name(int state)
{
	static const char *const names[] = {"?", "open", "sent", "accepted", "parked", "rebooked", "written off", "released"};

	return state >= CLAIM_OPEN && state <= CLAIM_RELEASED ? names[state] : names[0];
}

void claim_read(struct db_statement *statement, struct claim *claim)
{
	*claim = (struct claim){
		.id = db_int(statement, 0),
		.account = db_int(statement, 1),
		.hour = db_int(statement, 2),
		.amount = db_int(statement, 3),
		.state = (int)db_int(statement, 4),
		.maybe_taken = db_int(statement, 5) != 0,
		.tries = db_int(statement, 6),
		.next = db_int(statement, 7),
		.dispatch = db_int(statement, 8),
		.record = db_text(statement, 9),
	};
	claim->body = db_blob(statement, 10, &claim->body_size);
	claim->alone = db_int(statement, 11) != 0;
	claim->oldest = db_int(statement, 12);
}

int claim_get(struct ledger *ledger, int64_t id, struct claim *claim, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db, "SELECT " CLAIM_COLUMNS " FROM claim WHERE id = ?1", error);
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, id);
	code = db_step(statement, error);
	if (code == 0)
		return error_set(error, ERROR_INPUT, "there is no claim %lld", (long long)id);
	if (code < 0)
		return code;
	claim_read(statement, claim);
	claim->record = NULL;
	claim->body = NULL;
	claim->body_size = 0;
	db_reset(statement);
	return 0;
}

/* ---- evidence ---- */

static struct hash_part text_part(const char *text)
{
	return (struct hash_part){text ? text : "", text ? strlen(text) : 0};
}

/* One more link into the hash of those before it. */
static void link_hash(int64_t hour, int64_t amount, uint8_t hash[HASH_BYTES])
{
	const struct hash_part parts[] = {{hash, HASH_BYTES}, {&hour, sizeof(hour)}, {&amount, sizeof(amount)}};

	hash_parts(parts, 3, hash);
}

static void made_hash(const struct claim *claim, const char *market, const uint8_t links[HASH_BYTES],
		      uint8_t hash[HASH_BYTES])
{
	const struct hash_part parts[] = {
		{&claim->id, sizeof(claim->id)}, {&claim->account, sizeof(claim->account)}, {&claim->hour, sizeof(claim->hour)},
		{&claim->oldest, sizeof(claim->oldest)}, {&claim->amount, sizeof(claim->amount)}, text_part(market),
		{links, HASH_BYTES}};

	hash_parts(parts, 7, hash);
}

/* The links of a claim, in order, as one hash. */
static int links_hash(struct ledger *ledger, int64_t claim, uint8_t hash[HASH_BYTES], struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT hour, amount FROM claim_link WHERE claim = ?1 ORDER BY hour", error);
	int code;

	if (!statement)
		return error->code;
	memset(hash, 0, HASH_BYTES);
	db_bind_int(statement, 1, claim);
	while ((code = db_step(statement, error)) == 1)
		link_hash(db_int(statement, 0), db_int(statement, 1), hash);
	return code;
}

static int claim_missing(int64_t claim, struct error *error)
{
	return error_set(error, ERROR_CORRUPT, "there is no claim %lld", (long long)claim);
}

static int claim_made_hash(struct ledger *ledger, int64_t claim, uint8_t hash[HASH_BYTES], struct error *error)
{
	struct db_statement *statement;
	uint8_t links[HASH_BYTES];
	struct claim read;
	int code;

	if (links_hash(ledger, claim, links, error) < 0)
		return error->code;
	statement = db_statement(ledger->db, "SELECT " CLAIM_COLUMNS ", market FROM claim WHERE id = ?1", error);
	if (!statement)
		return error->code;
	db_bind_int(statement, 1, claim);
	code = db_step(statement, error);
	if (code <= 0)
		return code < 0 ? code : claim_missing(claim, error);
	claim_read(statement, &read);
	made_hash(&read, db_text(statement, 13), links, hash);
	db_reset(statement);
	return 0;
}

/* One more claim into the hash of those made before it. */
static void claim_chain(const uint8_t claim[HASH_BYTES], uint8_t hash[HASH_BYTES])
{
	const struct hash_part parts[] = {{hash, HASH_BYTES}, {claim, HASH_BYTES}};

	hash_parts(parts, 2, hash);
}

int claims_made_hash(struct ledger *ledger, int64_t first, int64_t count, uint8_t hash[HASH_BYTES], struct error *error)
{
	memset(hash, 0, HASH_BYTES);
	for (int64_t id = first; id - first < count; id++) {
		uint8_t claim[HASH_BYTES];

		if (claim_made_hash(ledger, id, claim, error) < 0)
			return error->code;
		claim_chain(claim, hash);
	}
	return 0;
}

static void sent_hash(const struct claim *claim, uint8_t hash[HASH_BYTES])
{
	const struct hash_part parts[] = {
		{&claim->id, sizeof(claim->id)}, text_part(claim->record), {claim->body ? claim->body : "", claim->body_size}};

	hash_parts(parts, 3, hash);
}

static void ended_hash(int64_t claim, int64_t state, const struct claim_verdict *verdict, uint8_t hash[HASH_BYTES])
{
	const struct hash_part parts[] = {
		{&claim, sizeof(claim)}, {&state, sizeof(state)}, {&verdict->held, sizeof(verdict->held)},
		text_part(verdict->reference), text_part(verdict->code), text_part(verdict->message)};

	hash_parts(parts, 6, hash);
}

int claim_sent_hash(struct ledger *ledger, int64_t claim, uint8_t hash[HASH_BYTES], struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db, "SELECT " CLAIM_COLUMNS " FROM claim WHERE id = ?1", error);
	struct claim read;
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, claim);
	code = db_step(statement, error);
	if (code <= 0)
		return code < 0 ? code : claim_missing(claim, error);
	claim_read(statement, &read);
	sent_hash(&read, hash);
	db_reset(statement);
	return 0;
}

int claim_ended_hash(struct ledger *ledger, int64_t claim, uint8_t hash[HASH_BYTES], struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT state, held, reference, code, message FROM claim WHERE id = ?1", error);
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, claim);
	code = db_step(statement, error);
	if (code <= 0)
		return code < 0 ? code : claim_missing(claim, error);
	const struct claim_verdict verdict = {db_int(statement, 1), db_text(statement, 2), db_text(statement, 3),
					      db_text(statement, 4)};

	ended_hash(claim, db_int(statement, 0), &verdict, hash);
	db_reset(statement);
	return 0;
}

/* ---- making ---- */

/* The id of the next claim that is made. */
static int claim_next(struct ledger *ledger, int64_t *id, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db, "SELECT id FROM claim ORDER BY id DESC LIMIT 1", error);
	int code = statement ? db_step(statement, error) : error->code;

	if (code < 0)
		return code;
	*id = code ? db_int(statement, 0) + 1 : 1;
	db_reset(statement);
	return 0;
}

static int claim_insert(struct ledger *ledger, const char *market, const struct claim *claim, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"INSERT INTO claim (id, account, hour, oldest, amount, market, state, maybe_taken, alone, tries, next, dispatch,"
		" held) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, 0, 0, 0, 0, 0, 0)", error);

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, claim->id);
	db_bind_int(statement, 2, claim->account);
	db_bind_int(statement, 3, claim->hour);
	db_bind_int(statement, 4, claim->oldest);
	db_bind_int(statement, 5, claim->amount);
	db_bind_text(statement, 6, market);
	return db_run(statement, error);
}

int claim_make(struct ledger *ledger, const char *market, int64_t account, int64_t hour, int64_t amount,
	       const struct claim_link *links, size_t count, struct claims_made *made, struct error *error)
{
	struct claim claim = {.account = account, .hour = hour, .oldest = count ? links[0].hour : hour, .amount = amount};
	uint8_t hash[HASH_BYTES] = {0};
	struct db_statement *statement;

	/* Only the first is asked for: they follow each other. */
	if (made->count == 0 && claim_next(ledger, &made->first, error) < 0)
		return error->code;
	claim.id = made->first + made->count;
	if (claim_insert(ledger, market, &claim, error) < 0)
		return error->code;
	statement = db_statement(ledger->db, "INSERT INTO claim_link (claim, hour, amount) VALUES (?1, ?2, ?3)", error);
	if (!statement)
		return error->code;
	db_bind_int(statement, 1, claim.id);
	for (size_t i = 0; i < count; i++) {
		db_bind_int(statement, 2, links[i].hour);
		db_bind_int(statement, 3, links[i].amount);
		if (db_run(statement, error) < 0)
			return error->code;
		link_hash(links[i].hour, links[i].amount, hash);
	}
	made_hash(&claim, market, hash, hash);
	claim_chain(hash, made->hash);
	made->count++;
	return 0;
}

/* ---- moves ---- */

static int record_store(struct ledger *ledger, const struct claim *claim, int64_t dispatch, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"UPDATE claim SET state = 2, dispatch = ?2, tries = tries + 1, record = ?3, body = ?4 WHERE id = ?1", error);

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, claim->id);
	db_bind_int(statement, 2, dispatch);
	db_bind_text(statement, 3, claim->record);
	db_bind_blob(statement, 4, claim->body, claim->body_size);
	return db_run(statement, error);
}

int claim_send(struct ledger *ledger, struct claim *claim, int64_t dispatch, int64_t now, struct error *error)
{
	struct posting posting = {.kind = POSTING_SENT, .time = now, .account = claim->account, .hour = claim->hour,
				  .claim = claim->id};

	if (record_store(ledger, claim, dispatch, error) < 0)
		return error->code;
	if (claim->state == CLAIM_SENT)
		return 0; /* in doubt already: the same bytes leave again */
	posting.amounts[PENDING] = -claim->amount;
	posting.amounts[IN_DOUBT] = claim->amount;
	sent_hash(claim, posting.evidence);
	if (posting_append(ledger, &posting, error) < 0)
		return error->code;
	claim->state = CLAIM_SENT;
	return 0;
}

static int verdict_store(struct ledger *ledger, const struct claim *claim, int state,
			 const struct claim_verdict *verdict, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"UPDATE claim SET state = ?2, held = ?3, reference = ?4, code = ?5, message = ?6,"
		" maybe_taken = maybe_taken OR ?8 WHERE id = ?1 AND state = ?7", error);

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, claim->id);
	db_bind_int(statement, 2, state);
	db_bind_int(statement, 3, verdict->held);
	db_bind_text(statement, 4, verdict->reference);
	db_bind_text(statement, 5, verdict->code);
	db_bind_text(statement, 6, verdict->message);
	db_bind_int(statement, 7, claim->state);
	db_bind_int(statement, 8, claim->maybe_taken);
	if (db_run(statement, error) < 0)
		return error->code;
	/* Where the money is taken from follows from the state that the caller knows. */
	if (db_changes(ledger->db) != 1)
		return error_set(error, APOLLO_BUG, "claim %lld is not %s any more, and cannot become %s",
				 (long long)claim->id, claim_state_name(claim->state), claim_state_name(state));
	return 0;
}

int claim_accept(struct ledger *ledger, const struct claim *claim, const struct claim_verdict *verdict, int64_t now,
		 struct error *error)
{
	struct posting posting = {.kind = POSTING_SETTLED, .time = now, .account = claim->account, .hour = claim->hour,
				  .claim = claim->id};
	char note[160], held[APOLLO_QUANTITY_TEXT], told[APOLLO_QUANTITY_TEXT];
	int64_t difference;

	if (!quantity_add(claim->amount, -verdict->held, &difference) || verdict->held < 0)
		return error_set(error, ERROR_INPUT, "claim %lld: the marketplace says it holds %lld, out of range",
				 (long long)claim->id, (long long)verdict->held);
	if (verdict_store(ledger, claim, CLAIM_ACCEPTED, verdict, error) < 0)
		return error->code;
	posting.amounts[claim->state == CLAIM_PARKED ? PARKED : IN_DOUBT] = -claim->amount;
	posting.amounts[ACCEPTED] = verdict->held;
	posting.amounts[PENDING] = difference;
	if (difference) {
		(void)snprintf(note, sizeof(note), "the marketplace holds %s for this slot, we said %s",
			       apollo_quantity_format(verdict->held, held), apollo_quantity_format(claim->amount, told));
		posting.note = note;
		if (due_add(ledger, claim->account, claim->hour, difference, error) < 0)
			return error->code;
	}
	ended_hash(claim->id, CLAIM_ACCEPTED, verdict, posting.evidence);
	return posting_append(ledger, &posting, error);
}

/* The amounts of a claim are due again, each from its own hour. */
static int links_return(struct ledger *ledger, const struct claim *claim, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT hour, amount FROM claim_link WHERE claim = ?1 ORDER BY hour", error);
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, claim->id);
	while ((code = db_step(statement, error)) == 1)
		if (due_add(ledger, claim->account, db_int(statement, 0), db_int(statement, 1), error) < 0)
			return error->code;
	return code;
}

static const struct {
	int posting;
	enum ledger_amount to;
	bool due_again;
} ends[] = {
	[CLAIM_PARKED] = {POSTING_PARKED, PARKED, false},
	[CLAIM_REBOOKED] = {POSTING_REBOOKED, PENDING, true},
	[CLAIM_WRITTEN_OFF] = {POSTING_WRITTEN_OFF, WRITTEN_OFF, false},
	[CLAIM_RELEASED] = {POSTING_RELEASED, PENDING, true},
};

int claim_end(struct ledger *ledger, const struct claim *claim, int state, const struct claim_verdict *verdict,
	      int64_t now, struct error *error)
{
	struct posting posting = {.time = now, .account = claim->account, .hour = claim->hour, .claim = claim->id,
				  .note = verdict->message};
	enum ledger_amount from = claim->state == CLAIM_OPEN ? PENDING : claim->state == CLAIM_SENT ? IN_DOUBT : PARKED;

	if (state < CLAIM_PARKED || state > CLAIM_RELEASED || claim->state == CLAIM_ACCEPTED || claim->state > CLAIM_PARKED)
		return error_set(error, APOLLO_BUG, "claim %lld cannot go from %s to %s", (long long)claim->id,
				 claim_state_name(claim->state), claim_state_name(state));
	if (verdict_store(ledger, claim, state, verdict, error) < 0)
		return error->code;
	posting.kind = ends[state].posting;
	posting.amounts[from] -= claim->amount;
	posting.amounts[ends[state].to] += claim->amount;
	if (ends[state].due_again && links_return(ledger, claim, error) < 0)
		return error->code;
	ended_hash(claim->id, state, verdict, posting.evidence);
	return posting_append(ledger, &posting, error);
}

int claim_reopen(struct ledger *ledger, const struct claim *claim, const char *market,
		 const struct claim_verdict *verdict, int64_t now, struct error *error)
{
	struct posting posting = {.kind = POSTING_REOPENED, .time = now, .account = claim->account, .hour = claim->hour,
				  .claim = claim->id, .note = verdict->message};
	struct db_statement *statement;

	if (claim->state != CLAIM_PARKED && claim->state != CLAIM_SENT)
		return error_set(error, APOLLO_BUG, "claim %lld is %s and cannot be opened again", (long long)claim->id,
				 claim_state_name(claim->state));
	statement = db_statement(ledger->db,
		"UPDATE claim SET state = 1, maybe_taken = 0, alone = 0, tries = 0, next = 0, dispatch = 0, record = NULL,"
		" body = NULL, held = 0, reference = NULL, code = ?2, message = ?3 WHERE id = ?1 AND state = ?4 AND market = ?5",
		error);
	if (!statement)
		return error->code;
	db_bind_int(statement, 1, claim->id);
	db_bind_text(statement, 2, verdict->code);
	db_bind_text(statement, 3, verdict->message);
	db_bind_int(statement, 4, claim->state);
	db_bind_text(statement, 5, market);
	if (db_run(statement, error) < 0)
		return error->code;
	if (db_changes(ledger->db) != 1)
		return 0;
	posting.amounts[claim->state == CLAIM_PARKED ? PARKED : IN_DOUBT] = -claim->amount;
	posting.amounts[PENDING] = claim->amount;
	return posting_append(ledger, &posting, error) < 0 ? error->code : 1;
}

int claim_defer(struct ledger *ledger, const struct claim *claim, bool maybe_taken, int64_t next,
		const struct claim_verdict *verdict, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"UPDATE claim SET maybe_taken = ?2, next = ?3, code = ?4, message = ?5, alone = ?6 WHERE id = ?1", error);

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, claim->id);
	db_bind_int(statement, 2, maybe_taken || claim->maybe_taken);
	db_bind_int(statement, 3, next);
	db_bind_text(statement, 4, verdict->code);
	db_bind_text(statement, 5, verdict->message);
	db_bind_int(statement, 6, claim->alone);
	return db_run(statement, error);
}
