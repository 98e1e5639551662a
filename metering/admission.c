/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/admission.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

enum admission admission_of(struct admissions *admissions, const struct dispatcher *dispatcher,
			    const struct claim *claim)
{
	size_t subscription = subscription_of(dispatcher, claim);
	const struct admission_entry *entry;

	if (!dispatcher->exchanges || !instance_admits(admissions->instance))
		return ADMISSION_YES;
	entry = subscription < admissions->room ? admissions->entries[subscription] : NULL;
	if (!entry || entry->wanted)
		return ADMISSION_ASK;
	/* A refusal stands for the whole run: its claims are parked or wait, and are not asked about again and again. */
	if (entry->answer == ADMISSION_YES && clock_elapsed(exchanges_clock(dispatcher->exchanges)) >= entry->until)
		return ADMISSION_ASK;
	return entry->answer;
}

static struct admission_entry *entry_get(struct admissions *admissions, const struct dispatcher *dispatcher,
					 size_t subscription)
{
	if (!admissions->room) {
		admissions->entries = calloc(dispatcher->book->subscription_count, sizeof(*admissions->entries));
		if (!admissions->entries)
			return NULL;
		admissions->room = dispatcher->book->subscription_count;
	}
	if (subscription >= admissions->room)
		return NULL;
	if (!admissions->entries[subscription])
		admissions->entries[subscription] = calloc(1, sizeof(**admissions->entries));
	return admissions->entries[subscription];
}

int admission_want(struct admissions *admissions, struct dispatcher *dispatcher, const struct claim *claim,
		   struct error *error)
{
	struct admission_entry *entry = entry_get(admissions, dispatcher, subscription_of(dispatcher, claim));

	if (!entry)
		return error_memory(error, "the admission of customers");
	if (entry->wanted)
		return 0;
	entry->question = dispatch_single(dispatcher, claim, admissions->now, error);
	if (!entry->question)
		return error->code;
	entry->wanted = true;
	admissions->wanted++;
	return 0;
}

/* ---- asking ---- */

struct question {
	struct admissions *admissions;
	struct admission_entry *entry;
	const char *subscription;
};

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
	struct question *question = context;
	struct admission_entry *entry = question->entry;
	struct admissions *admissions = question->admissions;
	struct apollo_admission admission = {.size = sizeof(admission), .outcome = APOLLO_UNKNOWN};
	struct error error;

	if (facts->end == EXCHANGE_UNAUTHORIZED || facts->end == EXCHANGE_STOPPED)
		admission = (struct apollo_admission){.size = sizeof(admission), .outcome = APOLLO_NOT_TAKEN,
						      .message = facts->error ? facts->error->message : reply->transport_error};
	else if (instance_admit_decode(admissions->instance, &entry->question->call, &entry->question->items[0], reply,
				       &admission, &error) < 0)
		admissions->error = error;
	entry->answer = admission.outcome == APOLLO_ACCEPTED  ? ADMISSION_YES
			: admission.outcome == APOLLO_REFUSED ? ADMISSION_NO
			: admission.outcome == APOLLO_UNKNOWN ? admission_known(admissions, question->subscription)
							      : ADMISSION_LATER;
	(void)snprintf(entry->code, sizeof(entry->code), "%s", admission.code ? admission.code : "");
	(void)snprintf(entry->message, sizeof(entry->message), "%s", admission.message ? admission.message : "");
	entry->until = clock_elapsed(exchanges_clock(admissions->dispatcher->exchanges)) +
		       admissions->instance->limits.admission_ttl;
	if (entry->answer != ADMISSION_YES)
		admissions->trouble = entry->message;
	entry->wanted = false;
	admissions->wanted--;
}

static int question_start(struct dispatcher *dispatcher, struct question *question, struct error *error)
{
	struct dispatch *dispatch = question->entry->question;

	if (instance_admit_encode(dispatcher->instance, &dispatch->call, &dispatch->items[0], &dispatch->request, error) < 0)
		return error->code;
	return exchange_start(dispatcher->exchanges, dispatcher->instance, &dispatch->request, NULL, question_done, question,
			      error);
}

/* ---- recording ---- */

static int answer_store(struct admissions *admissions, const struct question *question, struct error *error)
{
	const struct admission_entry *entry = question->entry;
	struct db_statement *statement = db_statement(admissions->ledger->db,
		"INSERT INTO admission (subscription, time, outcome, code, message) VALUES (?1, ?2, ?3, ?4, ?5)"
		" ON CONFLICT (subscription) DO UPDATE SET time = excluded.time, outcome = excluded.outcome,"
		" code = excluded.code, message = excluded.message", error);

	if (!statement)
		return error->code;
	db_bind_text(statement, 1, question->subscription);
	db_bind_int(statement, 2, admissions->now);
	db_bind_int(statement, 3, entry->answer == ADMISSION_YES ? APOLLO_ACCEPTED
				  : entry->answer == ADMISSION_NO ? APOLLO_REFUSED : APOLLO_UNKNOWN);
	db_bind_text(statement, 4, entry->code);
	db_bind_text(statement, 5, entry->message);
	return db_run(statement, error);
}

/* Parks the open claims of a subscription that may not be charged. */
static int claims_refuse(struct dispatcher *dispatcher, const struct question *question, struct error *error)
{
	const struct claim_verdict why = {.code = question->entry->code, .message = question->entry->message};
	struct ledger *ledger = dispatcher->ledger;
	struct claim claim = {0};
	int code = 1;

	while (code == 1) {
		struct db_statement *statement = db_statement(ledger->db,
			"SELECT id FROM claim WHERE market = ?1 AND state = 1 AND id > ?2 AND account IN"
			" (SELECT id FROM account WHERE subscription = ?3) ORDER BY id LIMIT 1", error);

		if (!statement)
			return error->code;
		db_bind_text(statement, 1, dispatcher->instance->name);
		db_bind_int(statement, 2, claim.id);
		db_bind_text(statement, 3, question->subscription);
		code = db_step(statement, error);
		if (code != 1)
			return code;
		claim.id = db_int(statement, 0);
		db_reset(statement);
		question->admissions->parked++;
		if (claim_get(ledger, claim.id, &claim, error) < 0 ||
		    claim_end(ledger, &claim, CLAIM_PARKED, &why, question->admissions->now, error) < 0)
			return error->code;
	}
	return code;
}

static int answers_store(struct admissions *admissions, struct dispatcher *dispatcher, const struct question *questions,
			 size_t count, struct error *error)
{
	if (ledger_begin(admissions->ledger, error) < 0)
		return error->code;
	for (size_t i = 0; i < count; i++)
		if (answer_store(admissions, &questions[i], error) < 0 ||
		    (questions[i].entry->answer == ADMISSION_NO && claims_refuse(dispatcher, &questions[i], error) < 0)) {
			ledger_rollback(admissions->ledger);
			return error->code;
		}
	return ledger_commit(admissions->ledger, error);
}

static int questions_run(struct admissions *admissions, struct dispatcher *dispatcher, struct question *questions,
			 size_t count, struct error *error)
{
	for (size_t i = 0; i < count; i++)
		if (question_start(dispatcher, &questions[i], error) < 0)
			return error->code;
	while (admissions->wanted)
		if (exchanges_run(dispatcher->exchanges, error) < 0)
			return error->code;
	if (admissions->error.code < 0) {
		*error = admissions->error;
		return error->code;
	}
	return answers_store(admissions, dispatcher, questions, count, error);
}

int admissions_run(struct admissions *admissions, struct dispatcher *dispatcher, struct error *error)
{
	struct question *questions;
	size_t count = 0;
	int code;

	if (admissions->wanted == 0)
		return 0;
	admissions->dispatcher = dispatcher;
	questions = calloc(admissions->wanted, sizeof(*questions));
	if (!questions)
		return error_memory(error, "the admission of customers");
	for (size_t i = 0; i < admissions->room; i++)
		if (admissions->entries[i] && admissions->entries[i]->wanted)
			questions[count++] = (struct question){admissions, admissions->entries[i],
							       dispatcher->book->subscriptions[i].name};
	code = questions_run(admissions, dispatcher, questions, count, error);
	for (size_t i = 0; i < count; i++) {
		dispatch_free(questions[i].entry->question);
		questions[i].entry->question = NULL;
	}
	free(questions);
	return code < 0 ? code : 1;
}
