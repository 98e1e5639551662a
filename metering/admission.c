/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/admission.h"

#include <stdio.h>
#include <stdlib.h>

void admissions_release(struct admissions *admissions)
{
	for (size_t i = 0; i < admissions->room; i++) {
		if (admissions->entries[i])
			dispatch_free(admissions->entries[i]->question);
		free(admissions->entries[i]);
	}
	free(admissions->entries);
	admissions->entries = NULL;
	admissions->room = 0;
}

static size_t subscription_of(const struct dispatcher *dispatcher, const struct claim *claim)
{
	const struct book_account *account = dispatcher_account(dispatcher, claim->account);

	return account ? dispatcher->book->series[account->series].subscription : SIZE_MAX;
}

static int64_t elapsed(const struct dispatcher *dispatcher)
{
	return clock_elapsed(exchanges_clock(dispatcher->exchanges));
}

enum admission admission_of(struct admissions *admissions, const struct dispatcher *dispatcher,
			    const struct claim *claim, const struct admission_entry **reason)
{
	size_t subscription = subscription_of(dispatcher, claim);
	const struct admission_entry *entry = subscription < admissions->room ? admissions->entries[subscription] : NULL;

	*reason = entry;
	/* A claim that left the configuration has no customer to ask about; dispatch_add says so. */
	if (subscription == SIZE_MAX || !dispatcher->exchanges || !instance_admits(admissions->instance))
		return ADMISSION_YES;
	if (!entry || entry->stage != ADMISSION_RECORDED)
		return ADMISSION_ASK;
	/* A refusal stands for the whole run: its claims are parked or wait, and are not asked about again and again. */
	if (entry->answer == ADMISSION_YES && elapsed(dispatcher) >= entry->until)
		return ADMISSION_ASK;
	return entry->answer;
}

static struct admission_entry *entry_get(struct admissions *admissions, const struct dispatcher *dispatcher,
					 size_t subscription)
{
	struct admission_entry *entry;

	if (!admissions->room) {
		admissions->entries = calloc(dispatcher->book->subscription_count, sizeof(*admissions->entries));
		if (!admissions->entries)
			return NULL;
		admissions->room = dispatcher->book->subscription_count;
	}
	if (subscription >= admissions->room)
		return NULL;
	if (admissions->entries[subscription])
		return admissions->entries[subscription];
	entry = calloc(1, sizeof(*entry));
	if (entry) {
		entry->admissions = admissions;
		entry->subscription = dispatcher->book->subscriptions[subscription].name;
	}
	return admissions->entries[subscription] = entry;
}

int admission_want(struct admissions *admissions, struct dispatcher *dispatcher, const struct claim *claim,
		   struct error *error)
{
	struct admission_entry *entry = entry_get(admissions, dispatcher, subscription_of(dispatcher, claim));

	if (!entry)
		return error_memory(error, "the admission of customers");
	if (entry->stage != ADMISSION_RECORDED)
		return 0;
	entry->question = dispatch_single(dispatcher, claim, admissions->now, error);
	if (!entry->question)
		return error->code;
	entry->stage = ADMISSION_WANTED;
	admissions->wanted++;
	return 0;
}

/* ---- asking ---- */

/* The last answer that the ledger has, for a service that cannot tell. */
static enum admission admission_known(struct admissions *admissions, const char *subscription)
{
	struct error error;
	struct db_statement *statement = db_statement(admissions->ledger->db,
		"SELECT outcome FROM admission WHERE subscription = ?1", &error);
	enum admission answer = ADMISSION_LATER;

	if (!statement)
		return answer;
	db_bind_text(statement, 1, subscription);
	if (db_step(statement, &error) == 1) {
		answer = db_int(statement, 0) == APOLLO_ACCEPTED ? ADMISSION_YES : ADMISSION_LATER;
		db_reset(statement);
	}
	return answer;
}

static void question_done(void *context, const struct apollo_reply *reply, const struct exchange_facts *facts)
{
	struct admission_entry *entry = context;
	struct admissions *admissions = entry->admissions;
	struct apollo_admission admission = {.size = sizeof(admission), .outcome = APOLLO_NOT_TAKEN,
					     .message = reply->transport_error};
	struct error error;

	if (facts->end != EXCHANGE_UNAUTHORIZED && facts->end != EXCHANGE_STOPPED &&
	    instance_admit_decode(admissions->instance, &entry->question->call, &entry->question->items[0], reply,
				  &admission, &error) < 0)
		admissions->error = error;
	entry->answer = admission.outcome == APOLLO_ACCEPTED  ? ADMISSION_YES
			: admission.outcome == APOLLO_REFUSED ? ADMISSION_NO
			: admission.outcome == APOLLO_UNKNOWN ? admission_known(admissions, entry->subscription)
							      : ADMISSION_LATER;
	entry->decided = admission.outcome == APOLLO_ACCEPTED || admission.outcome == APOLLO_REFUSED;
	(void)snprintf(entry->code, sizeof(entry->code), "%s", admission.code ? admission.code : "");
	(void)snprintf(entry->message, sizeof(entry->message), "%s",
		       admission.message ? admission.message : "it is not known whether the customer may be charged");
	entry->until = elapsed(entry->question->dispatcher) + admissions->instance->limits.admission_ttl;
	entry->stage = ADMISSION_ANSWERED;
	admissions->asked--;
	admissions->answered++;
}

static int question_start(struct dispatcher *dispatcher, struct admission_entry *entry, struct error *error)
{
	struct dispatch *dispatch = entry->question;

	if (instance_admit_encode(dispatcher->instance, &dispatch->call, &dispatch->items[0], &dispatch->request, error) < 0)
		return error->code;
	return exchange_start(dispatcher->exchanges, dispatcher->instance, &dispatch->request, NULL, question_done, entry,
			      error);
}

int admissions_ask(struct admissions *admissions, struct dispatcher *dispatcher, struct error *error)
{
	for (size_t i = 0; admissions->wanted && i < admissions->room; i++) {
		struct admission_entry *entry = admissions->entries[i];

		if (!entry || entry->stage != ADMISSION_WANTED)
			continue;
		if (question_start(dispatcher, entry, error) < 0)
			return error->code;
		entry->stage = ADMISSION_ASKED;
		admissions->wanted--;
		admissions->asked++;
	}
	return 0;
}

/* ---- recording ---- */

static int answer_store(struct admissions *admissions, const struct admission_entry *entry, struct error *error)
{
	struct db_statement *statement = db_statement(admissions->ledger->db,
		"INSERT INTO admission (subscription, time, outcome, code, message) VALUES (?1, ?2, ?3, ?4, ?5)"
		" ON CONFLICT (subscription) DO UPDATE SET time = excluded.time, outcome = excluded.outcome,"
		" code = excluded.code, message = excluded.message", error);

	if (!statement)
		return error->code;
	db_bind_text(statement, 1, entry->subscription);
	db_bind_int(statement, 2, admissions->now);
	db_bind_int(statement, 3, entry->answer == ADMISSION_YES ? APOLLO_ACCEPTED : APOLLO_REFUSED);
	db_bind_text(statement, 4, entry->code);
	db_bind_text(statement, 5, entry->message);
	return db_run(statement, error);
}

/* Parks the open claims of a subscription that may not be charged. */
static int claims_refuse(struct admissions *admissions, struct dispatcher *dispatcher,
			 const struct admission_entry *entry, struct error *error)
{
	const struct claim_verdict why = {.code = entry->code, .message = entry->message};
	struct ledger *ledger = dispatcher->ledger;
	struct claim claim = {0};
	int code = 1;

	while (code == 1) {
		struct db_statement *statement = db_statement(ledger->db,
			"SELECT id FROM claim WHERE market = ?1 AND state = 1 AND state < 3 AND id > ?2 AND account IN"
			" (SELECT id FROM account WHERE subscription = ?3) ORDER BY id LIMIT 1", error);

		if (!statement)
			return error->code;
		db_bind_text(statement, 1, dispatcher->instance->name);
		db_bind_int(statement, 2, claim.id);
		db_bind_text(statement, 3, entry->subscription);
		code = db_step(statement, error);
		if (code != 1)
			return code;
		claim.id = db_int(statement, 0);
		db_reset(statement);
		admissions->parked++;
		if (claim_get(ledger, claim.id, &claim, error) < 0 ||
		    claim_end(ledger, &claim, CLAIM_PARKED, &why, admissions->now, error) < 0)
			return error->code;
	}
	return code;
}

int admissions_record(struct admissions *admissions, struct dispatcher *dispatcher, struct error *error)
{
	if (admissions->error.code < 0) {
		*error = admissions->error;
		return error->code;
	}
	for (size_t i = 0; admissions->answered && i < admissions->room; i++) {
		struct admission_entry *entry = admissions->entries[i];

		if (!entry || entry->stage != ADMISSION_ANSWERED)
			continue;
		if (entry->decided && answer_store(admissions, entry, error) < 0)
			return error->code;
		if (entry->answer == ADMISSION_NO && claims_refuse(admissions, dispatcher, entry, error) < 0)
			return error->code;
		dispatch_free(entry->question);
		entry->question = NULL;
		entry->stage = ADMISSION_RECORDED;
		admissions->answered--;
	}
	return 0;
}
