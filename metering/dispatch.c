/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/dispatch.h"

#include "core/log.h"
#include "metering/admission.h"
#include "metering/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PASSED_MAX = 512, /* claims looked at before what was passed over is recorded */
	KEY_BYTES = 16    /* of the hash of what a record says, in its key */
};

static int resume_bounds(struct dispatcher *dispatcher, struct error *error)
{
	struct db_statement *statement = db_statement(dispatcher->ledger->db,
		"SELECT id FROM dispatch ORDER BY id DESC LIMIT 1", error);
	int code;

	if (!statement)
		return error->code;
	code = db_step(statement, error);
	dispatcher->resume_last = code == 1 ? db_int(statement, 0) : 0;
	if (code >= 0)
		db_reset(statement);
	return code < 0 ? code : 0;
}

int dispatcher_init(struct dispatcher *dispatcher, struct ledger *ledger, struct exchanges *exchanges,
		    struct instance *instance, const struct book *book, const char *const *const *values,
		    struct error *error)
{
	int64_t highest = 0;

	*dispatcher = (struct dispatcher){.ledger = ledger, .exchanges = exchanges, .instance = instance, .book = book,
					  .values = values};
	for (size_t i = 0; i < book->account_count; i++)
		if (book->accounts[i].id > highest)
			highest = book->accounts[i].id;
	dispatcher->account_room = (size_t)highest + 1;
	dispatcher->by_account = calloc(dispatcher->account_room, sizeof(*dispatcher->by_account));
	if (!dispatcher->by_account)
		return error_memory(error, "reporting");
	for (size_t i = 0; i < book->account_count; i++)
		dispatcher->by_account[book->accounts[i].id] = (uint32_t)i + 1;
	return resume_bounds(dispatcher, error);
}

static void list_free(struct dispatch **list)
{
	while (*list) {
		struct dispatch *next = (*list)->next;

		dispatch_free(*list);
		*list = next;
	}
}

void dispatcher_release(struct dispatcher *dispatcher)
{
	list_free(&dispatcher->ready);
	list_free(&dispatcher->results);
	list_free(&dispatcher->settled);
	free(dispatcher->by_account);
	dispatcher->by_account = NULL;
}

const struct book_account *dispatcher_account(const struct dispatcher *dispatcher, int64_t account)
{
	uint32_t index;

	if (account <= 0 || (size_t)account >= dispatcher->account_room)
		return NULL;
	index = dispatcher->by_account[account];
	return index ? &dispatcher->book->accounts[index - 1] : NULL;
}

/* ---- building one ---- */

static struct dispatch *dispatch_new(struct dispatcher *dispatcher, size_t room, int64_t now, struct error *error)
{
	struct dispatch *dispatch = calloc(1, sizeof(*dispatch));

	if (!dispatch) {
		(void)error_memory(error, "a dispatch");
		return NULL;
	}
	call_init(&dispatch->call, dispatcher->instance->name, now);
	dispatch->dispatcher = dispatcher;
	dispatch->claims = scope_alloc(&dispatch->call.scope, room * sizeof(*dispatch->claims));
	dispatch->records = scope_alloc(&dispatch->call.scope, room * sizeof(*dispatch->records));
	dispatch->prepared = scope_alloc(&dispatch->call.scope, room * sizeof(*dispatch->prepared));
	dispatch->items = scope_alloc(&dispatch->call.scope, room * sizeof(*dispatch->items));
	if (!dispatch->claims || !dispatch->records || !dispatch->prepared || !dispatch->items) {
		dispatch_free(dispatch);
		(void)error_memory(error, "a dispatch");
		return NULL;
	}
	return dispatch;
}

void dispatch_free(struct dispatch *dispatch)
{
	if (!dispatch)
		return;
	call_release(&dispatch->call);
	free(dispatch);
}

/* A record is named by what it says, and not by its claim's number: a ledger that was put back from an old copy says the same of
 * an hour under the same key, and something else under another, whatever numbers its claims have by then. */
static char *record_key(struct scope *scope, const struct ledger *ledger, const char *subscription,
			const struct book_account *account, const struct apollo_record *record)
{
	const struct hash_part parts[] = {
		{subscription, strlen(subscription)}, {account->dimension, strlen(account->dimension)},
		{&record->start, sizeof(record->start)}, {&record->end, sizeof(record->end)},
		{&record->quantity, sizeof(record->quantity)}};
	uint8_t hash[HASH_BYTES];
	char text[2 * KEY_BYTES + 1];

	hash_parts(parts, sizeof(parts) / sizeof(parts[0]), hash);
	for (size_t i = 0; i < KEY_BYTES; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", hash[i]);
	return scope_print(scope, "%s-%s", ledger->id, text);
}

/* The record that a claim is; NULL where the configuration no longer has its account. */
static int record_make(struct dispatcher *dispatcher, struct scope *scope, const struct claim *claim,
		       struct apollo_record *record, struct error *error)
{
	const struct book_account *account = dispatcher_account(dispatcher, claim->account);
	const struct book_subscription *subscription;

	if (!account || !account->listing)
		return error_set(error, APOLLO_CONFIG, "claim %lld: its account %lld is not in the configuration any more",
				 (long long)claim->id, (long long)claim->account);
	subscription = &dispatcher->book->subscriptions[dispatcher->book->series[account->series].subscription];
	if (!subscription->market || strcmp(subscription->market, dispatcher->instance->name) != 0)
		return error_set(error, APOLLO_CONFIG, "claim %lld: %s is sold through %s now, not through %s any more",
				 (long long)claim->id, subscription->name,
				 subscription->market ? subscription->market : "no market", dispatcher->instance->name);
	*record = (struct apollo_record){
		.size = sizeof(*record),
		.subscription = dispatcher->values[subscription->index],
		.dimension = account->listing,
		.quantity = claim->amount,
		.start = claim->hour,
		.end = claim->hour + APOLLO_HOUR,
	};
	/* Windows that join begin and end with the subscription. */
	if (account->joined && subscription->start > record->start && subscription->start < record->end)
		record->start = subscription->start;
	if (account->joined && subscription->end > record->start && subscription->end < record->end)
		record->end = subscription->end;
	record->key = record_key(scope, dispatcher->ledger, subscription->name, account, record);
	return record->key ? 0 : error_memory(error, "a claim's key");
}

/* Adds a claim: with the bytes it left with before, or with new ones. */
static int dispatch_add(struct dispatcher *dispatcher, struct dispatch *dispatch, const struct claim *claim,
			struct error *error)
{
	size_t at = dispatch->count;
	struct claim *added = &dispatch->claims[at];
	struct apollo_prepared *prepared = &dispatch->prepared[at];
	struct scope *scope = &dispatch->call.scope;

	*added = *claim;
	if (record_make(dispatcher, scope, claim, &dispatch->records[at], error) < 0)
		return error->code;
	*prepared = (struct apollo_prepared){.size = sizeof(*prepared)};
	if (claim->record) {
		prepared->id = scope_text(scope, claim->record);
		prepared->body = scope_copy(scope, claim->body, claim->body_size);
		prepared->body_size = claim->body_size;
		if (!prepared->id || !prepared->body)
			return error_memory(error, "a claim's bytes");
	} else if (instance_prepare(dispatcher->instance, &dispatch->call, &dispatch->records[at], prepared, error) < 0) {
		return error->code;
	}
	added->record = prepared->id;
	added->body = prepared->body;
	added->body_size = prepared->body_size;
	dispatch->items[at] = (struct apollo_item){&dispatch->records[at], prepared};
	dispatch->bytes += prepared->body_size;
	dispatch->count++;
	return 0;
}

static int dispatch_encode(struct dispatcher *dispatcher, struct dispatch *dispatch, struct error *error)
{
	return instance_encode(dispatcher->instance, &dispatch->call, dispatch->items, dispatch->count, &dispatch->request,
			       error);
}

static void dispatch_push(struct dispatch **list, struct dispatch *dispatch)
{
	while (*list)
		list = &(*list)->next;
	dispatch->next = NULL;
	*list = dispatch;
}

struct dispatch *dispatch_single(struct dispatcher *dispatcher, const struct claim *claim, int64_t now,
				 struct error *error)
{
	struct dispatch *dispatch = dispatch_new(dispatcher, 1, now, error);

	if (dispatch && dispatch_add(dispatcher, dispatch, claim, error) < 0) {
		dispatch_free(dispatch);
		return NULL;
	}
	return dispatch;
}

/* ---- new ones ---- */

static int dispatch_insert(struct dispatcher *dispatcher, struct dispatch *dispatch, int64_t now, struct error *error)
{
	struct db_statement *statement = db_statement(dispatcher->ledger->db,
		"INSERT INTO dispatch (market, time, claims, digest) VALUES (?1, ?2, ?3, ?4) RETURNING id", error);
	const struct apollo_request *request = &dispatch->request;
	const struct hash_part parts[] = {{request->method, strlen(request->method)}, {request->url, strlen(request->url)},
					  {request->body ? request->body : "", request->body_size}};
	uint8_t digest[HASH_BYTES];

	if (!statement)
		return error->code;
	hash_parts(parts, 3, digest);
	db_bind_text(statement, 1, dispatcher->instance->name);
	db_bind_int(statement, 2, now);
	db_bind_int(statement, 3, (int64_t)dispatch->count);
	db_bind_blob(statement, 4, digest, HASH_BYTES);
	if (db_step(statement, error) < 0)
		return error->code;
	dispatch->id = db_int(statement, 0);
	db_reset(statement);
	for (size_t i = 0; i < dispatch->count; i++)
		if (claim_send(dispatcher->ledger, &dispatch->claims[i], dispatch->id, now, error) < 0)
			return error->code;
	return 0;
}

/* What is to be done with a claim that is looked at. */
enum look { LOOK_ADD, LOOK_FULL, LOOK_PASS, LOOK_ASK };

static enum look claim_look(struct dispatcher *dispatcher, const struct dispatch *dispatch, const struct claim *claim,
			    struct admissions *admissions, const struct admission_entry **reason)
{
	if (claim->alone && dispatch->count)
		return LOOK_FULL;
	/* Whether the customer may be charged is no question any more for one that may have been taken. */
	if (!admissions || claim->state == CLAIM_SENT)
		return LOOK_ADD;
	switch (admission_of(admissions, dispatcher, claim, reason)) {
	case ADMISSION_YES: return LOOK_ADD;
	case ADMISSION_ASK: return LOOK_ASK;
	default: return LOOK_PASS;
	}
}

/* A claim that was passed over, with the reason; recorded when the statement that gave it is over. */
struct passed {
	struct claim claim;
	char code[64];
	char message[ERROR_TEXT];
};

/* A pass over the claims of one sort. */
struct gathering {
	struct dispatcher *dispatcher;
	struct dispatch *dispatch;
	struct admissions *admissions;
	int64_t *last;  /* the last claim looked at */
	bool asking;    /* claims were left because their customers must be asked about */
	bool full;      /* the dispatch takes no more */
	struct passed *passed;
	size_t passed_count;
};

static void claim_pass(struct gathering *gathering, const struct claim *claim, const char *code, const char *message)
{
	struct passed *passed = &gathering->passed[gathering->passed_count++];

	passed->claim = *claim;
	(void)snprintf(passed->code, sizeof(passed->code), "%s", code);
	(void)snprintf(passed->message, sizeof(passed->message), "%s", message);
}

/* A claim that cannot be made into a record holds up no other. */
static int claim_add(struct gathering *gathering, const struct claim *claim, struct error *error)
{
	struct error why;

	if (dispatch_add(gathering->dispatcher, gathering->dispatch, claim, &why) == 0) {
		gathering->full = claim->alone;
		return 0;
	}
	if (why.code == APOLLO_NOMEM) {
		*error = why;
		return error->code;
	}
	claim_pass(gathering, claim, "", why.message);
	return 0;
}

/* The last claim was one too many for the market's bytes, which its size had to be known for: it waits for the next request. */
static bool claim_is_over(struct gathering *gathering)
{
	struct dispatch *dispatch = gathering->dispatch;

	if (dispatch->count < 2 || dispatch->bytes <= gathering->dispatcher->instance->limits.batch_bytes)
		return false;
	dispatch->bytes -= dispatch->prepared[--dispatch->count].body_size;
	gathering->full = true;
	return true;
}

/* Looks at one claim. */
static int claim_gather(struct gathering *gathering, const struct claim *claim, struct error *error)
{
	const struct admission_entry *reason = NULL;

	switch (claim_look(gathering->dispatcher, gathering->dispatch, claim, gathering->admissions, &reason)) {
	case LOOK_FULL:
		gathering->full = true;
		return 0;
	case LOOK_ASK:
		gathering->asking = true;
		return admission_want(gathering->admissions, gathering->dispatcher, claim, error);
	case LOOK_ADD:
		if (gathering->asking)
			return 0;
		if (claim_add(gathering, claim, error) < 0)
			return error->code;
		if (claim_is_over(gathering))
			return 0;
		break;
	case LOOK_PASS:
		if (!gathering->asking)
			claim_pass(gathering, claim, reason->code, reason->message);
		break;
	}
	if (!gathering->asking)
		*gathering->last = claim->id;
	return 0;
}

/* Fills a dispatch from a statement that gives claims. */
static int claims_gather(struct gathering *gathering, struct db_statement *statement, struct error *error)
{
	const struct dispatch *dispatch = gathering->dispatch;
	size_t looked = 0;
	int code = 0;

	while (dispatch->count < gathering->dispatcher->instance->limits.batch_records && looked++ < PASSED_MAX &&
	       !gathering->full && (code = db_step(statement, error)) == 1) {
		struct claim claim;

		claim_read(statement, &claim);
		code = claim_gather(gathering, &claim, error);
		if (code < 0)
			break;
	}
	db_reset(statement);
	return code < 0 ? code : 0;
}

/* Those passed over wait for a later run, with the reason. */
static int passed_record(struct gathering *gathering, int64_t now, struct error *error)
{
	struct dispatcher *dispatcher = gathering->dispatcher;

	dispatcher->passed += (int64_t)gathering->passed_count;
	for (size_t i = 0; i < gathering->passed_count; i++) {
		const struct passed *passed = &gathering->passed[i];
		const struct claim_verdict why = {.code = passed->code, .message = passed->message};

		(void)snprintf(dispatcher->reason, sizeof(dispatcher->reason), "%s", passed->message);
		if (dispatcher->exchanges &&
		    claim_defer(dispatcher->ledger, &passed->claim, passed->claim.maybe_taken, now + 1, &why, error) < 0)
			return error->code;
	}
	gathering->passed_count = 0;
	return 0;
}

static const char open_sql[] = "SELECT " CLAIM_COLUMNS " FROM claim WHERE market = ?1 AND state = 1 AND state < 3 AND id > ?2"
			       " AND next <= ?3 ORDER BY id";
static const char retry_sql[] = "SELECT " CLAIM_COLUMNS " FROM claim WHERE market = ?1 AND state = 2 AND state < 3 AND id > ?2"
				" AND next <= ?3 AND NOT EXISTS (SELECT 1 FROM dispatch WHERE dispatch.id = claim.dispatch"
				" AND dispatch.settled IS NULL) ORDER BY id";

/* 1: a dispatch was filled; 0: there are no more such claims; 2: customers must be asked about first. */
static int dispatch_fill(struct gathering *gathering, const char *sql, int64_t *last, int64_t now, struct error *error)
{
	struct dispatcher *dispatcher = gathering->dispatcher;
	const struct dispatch *dispatch = gathering->dispatch;
	int64_t before;

	gathering->last = last;
	do {
		struct db_statement *statement = db_statement(dispatcher->ledger->db, sql, error);

		if (!statement)
			return error->code;
		before = *last;
		db_bind_text(statement, 1, dispatcher->instance->name);
		db_bind_int(statement, 2, *last);
		db_bind_int(statement, 3, now);
		if (claims_gather(gathering, statement, error) < 0 || passed_record(gathering, now, error) < 0)
			return error->code;
	} while (dispatch->count == 0 && !gathering->asking && *last != before);
	return dispatch->count ? 1 : gathering->asking ? 2 : 0;
}

static int dispatch_gather(struct dispatcher *dispatcher, struct dispatch *dispatch, int64_t now,
			   struct admissions *admissions, struct error *error)
{
	FREE_CLEANUP struct passed *passed = malloc(PASSED_MAX * sizeof(*passed));
	struct gathering gathering = {.dispatcher = dispatcher, .dispatch = dispatch, .admissions = admissions,
				      .passed = passed};
	int code;

	if (!passed)
		return error_memory(error, "claims");
	/* Those on the way are of this sort too, and each look would pass over all of them. */
	code = dispatcher->retries_over ? 0 : dispatch_fill(&gathering, retry_sql, &dispatcher->retried, now, error);
	dispatcher->retries_over |= code == 0;
	if (code == 0)
		code = dispatch_fill(&gathering, open_sql, &dispatcher->opened, now, error);
	return code;
}

int dispatcher_open(struct dispatcher *dispatcher, int64_t now, struct admissions *admissions, struct error *error)
{
	struct dispatch *dispatch = dispatch_new(dispatcher, dispatcher->instance->limits.batch_records, now, error);
	int code;

	if (!dispatch)
		return error->code;
	code = dispatch_gather(dispatcher, dispatch, now, admissions, error);
	if (code == 1 && (dispatch_encode(dispatcher, dispatch, error) < 0 ||
			  (dispatcher->exchanges && dispatch_insert(dispatcher, dispatch, now, error) < 0)))
		code = error->code;
	if (code != 1) {
		dispatch_free(dispatch);
		return code;
	}
	dispatcher->flying += dispatch->count;
	dispatch_push(&dispatcher->ready, dispatch);
	return 1;
}

void dispatcher_drop(struct dispatcher *dispatcher)
{
	for (const struct dispatch *dispatch = dispatcher->ready; dispatch; dispatch = dispatch->next)
		dispatcher->flying -= dispatch->count;
	list_free(&dispatcher->ready);
}

void dispatcher_again(struct dispatcher *dispatcher, const struct claim *claim)
{
	dispatcher->retries_over = false;
	if (dispatcher->retried >= claim->id)
		dispatcher->retried = claim->id - 1;
}

/* ---- those that an earlier run left ---- */

static int resume_next(struct dispatcher *dispatcher, int64_t *id, size_t *claims, struct error *error)
{
	struct db_statement *statement = db_statement(dispatcher->ledger->db,
		"SELECT id, claims FROM dispatch WHERE market = ?1 AND settled IS NULL AND id > ?2 AND id <= ?3"
		" ORDER BY id LIMIT 1", error);
	int code;

	if (!statement)
		return error->code;
	db_bind_text(statement, 1, dispatcher->instance->name);
	db_bind_int(statement, 2, dispatcher->resumed);
	db_bind_int(statement, 3, dispatcher->resume_last);
	code = db_step(statement, error);
	if (code == 1) {
		*id = db_int(statement, 0);
		*claims = (size_t)db_int(statement, 1);
	}
	if (code >= 0)
		db_reset(statement);
	return code;
}

/* A claim that cannot be made into a record any more stays in doubt, and is passed over. */
static int resume_read(struct gathering *gathering, size_t room, struct error *error)
{
	struct dispatch *dispatch = gathering->dispatch;
	struct db_statement *statement = db_statement(gathering->dispatcher->ledger->db,
		"SELECT " CLAIM_COLUMNS " FROM claim WHERE dispatch = ?1 AND state = 2 ORDER BY id", error);
	struct claim claim;
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, dispatch->id);
	while ((code = db_step(statement, error)) == 1) {
		claim_read(statement, &claim);
		/* It is not known whether the request had left. */
		claim.maybe_taken = true;
		if (dispatch->count + gathering->passed_count == room)
			return error_set(error, ERROR_CORRUPT, "dispatch %lld has more claims than it says",
					 (long long)dispatch->id);
		if (claim_add(gathering, &claim, error) < 0)
			return error->code;
	}
	return code;
}

/* Makes one ready again; takes it over on success. */
static int dispatch_resume(struct dispatcher *dispatcher, struct dispatch *dispatch, size_t claims, int64_t now,
			   struct error *error)
{
	FREE_CLEANUP struct passed *passed = malloc(claims * sizeof(*passed));
	struct gathering gathering = {.dispatcher = dispatcher, .dispatch = dispatch, .passed = passed};

	if (!passed)
		return error_memory(error, "claims");
	if (resume_read(&gathering, claims, error) < 0 || passed_record(&gathering, now, error) < 0)
		return error->code;
	if (dispatch->count == 0)
		return dispatcher->exchanges ? dispatch_settle(dispatcher, dispatch, now, error) : 0;
	return dispatch_encode(dispatcher, dispatch, error);
}

int dispatcher_resume(struct dispatcher *dispatcher, int64_t now, struct error *error)
{
	struct dispatch *dispatch;
	size_t claims = 0;
	int64_t id = 0;
	int code = resume_next(dispatcher, &id, &claims, error);

	if (code <= 0)
		return code;
	if (claims == 0 || claims > UINT16_MAX)
		return error_set(error, ERROR_CORRUPT, "dispatch %lld says it has %zu claims", (long long)id, claims);
	dispatch = dispatch_new(dispatcher, claims, now, error);
	if (!dispatch)
		return error->code;
	dispatch->id = id;
	code = dispatch_resume(dispatcher, dispatch, claims, now, error);
	if (code < 0 || dispatch->count == 0) {
		dispatch_free(dispatch);
	} else {
		dispatcher->flying += dispatch->count;
		dispatch_push(&dispatcher->ready, dispatch);
	}
	dispatcher->resumed = id;
	return code < 0 ? code : 1;
}

/* ---- there and back ---- */

/* Nothing that reached the service can have been taken: every claim is as it was. */
static int verdicts_not_taken(struct dispatch *dispatch, const struct apollo_reply *reply, struct apollo_verdict *verdicts)
{
	const char *why = scope_text(&dispatch->call.scope, reply->transport_error ? reply->transport_error : "it was not sent");

	for (size_t i = 0; i < dispatch->count; i++)
		verdicts[i] = (struct apollo_verdict){.size = sizeof(verdicts[i]), .outcome = APOLLO_NOT_TAKEN, .message = why};
	return 0;
}

static int verdicts_read(struct dispatch *dispatch, const struct apollo_reply *reply,
			 const struct exchange_facts *facts, struct error *error)
{
	struct scope *scope = &dispatch->call.scope;
	struct apollo_verdict *verdicts = scope_alloc(scope, dispatch->count * sizeof(*verdicts));
	int code;
	char *kept;

	if (!verdicts)
		return error_memory(error, "verdicts");
	if (reply->status || facts->outcome_unknown)
		code = instance_decode(dispatch->dispatcher->instance, &dispatch->call, dispatch->items, dispatch->count,
				       reply, verdicts, error);
	else
		code = verdicts_not_taken(dispatch, reply, verdicts);
	if (code < 0)
		return code;
	dispatch->outcome_unknown = facts->outcome_unknown;
	dispatch->status = reply->status;
	dispatch->reply_size = reply->body_size < REPORT_REPLY_KEPT ? reply->body_size : REPORT_REPLY_KEPT;
	kept = scope_copy(scope, reply->body, dispatch->reply_size);
	if (kept)
		log_redact(kept, &dispatch->reply_size);
	else
		dispatch->reply_size = 0;
	dispatch->reply = kept;
	dispatch->retry_after = facts->retry_after;
	if (facts->retry_after > 0 && reply->status != 200)
		dispatch->dispatcher->held = true;
	dispatch->verdicts = verdicts;
	return 0;
}

static void dispatch_done(void *context, const struct apollo_reply *reply, const struct exchange_facts *facts)
{
	struct dispatch *dispatch = context;
	struct dispatcher *dispatcher = dispatch->dispatcher;
	struct error error;

	/* A plugin that cannot read a reply leaves the claims in doubt; the next run asks again. */
	if (verdicts_read(dispatch, reply, facts, &error) < 0)
		dispatcher->error = error;
	dispatcher->flying -= dispatch->count;
	dispatcher->returned += dispatch->count;
	dispatch_push(&dispatcher->results, dispatch);
}

int dispatcher_launch(struct dispatcher *dispatcher, struct report_counts *counts, struct error *error)
{
	while (dispatcher->ready) {
		struct dispatch *dispatch = dispatcher->ready;

		if (exchange_start(dispatcher->exchanges, dispatcher->instance, &dispatch->request, NULL, dispatch_done,
				   dispatch, error) < 0)
			return error->code;
		dispatcher->ready = dispatch->next;
		dispatch->next = NULL;
		counts->sent += (int64_t)dispatch->count;
	}
	if (dispatcher->error.code < 0) {
		*error = dispatcher->error;
		return error->code;
	}
	return 0;
}

int dispatcher_print(struct dispatcher *dispatcher, FILE *file, struct error *error)
{
	for (const struct dispatch *dispatch = dispatcher->ready; dispatch; dispatch = dispatch->next)
		if (request_print(file, dispatcher->instance->name, &dispatch->request, error) < 0)
			return error->code;
	dispatcher_drop(dispatcher);
	return 0;
}

struct dispatch *dispatcher_result(struct dispatcher *dispatcher)
{
	struct dispatch *dispatch = dispatcher->results;

	if (dispatch) {
		dispatcher->results = dispatch->next;
		dispatch->next = dispatcher->settled;
		dispatcher->settled = dispatch;
	}
	return dispatch;
}

void dispatcher_results_free(struct dispatcher *dispatcher)
{
	dispatcher->returned = 0;
	list_free(&dispatcher->settled);
}

int dispatch_settle(struct dispatcher *dispatcher, struct dispatch *dispatch, int64_t now, struct error *error)
{
	struct db_statement *statement = db_statement(dispatcher->ledger->db,
		"UPDATE dispatch SET status = ?2, reply = ?3, settled = ?4 WHERE id = ?1", error);

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, dispatch->id);
	db_bind_int(statement, 2, dispatch->status);
	db_bind_blob(statement, 3, dispatch->reply, dispatch->reply_size);
	db_bind_int(statement, 4, now);
	return db_run(statement, error);
}

bool dispatcher_flying(const struct dispatcher *dispatcher)
{
	return dispatcher->flying > 0;
}
