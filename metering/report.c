/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/report.h"

#include "metering/admission.h"
#include "metering/claim.h"
#include "metering/dispatch.h"

#include <stdio.h>
#include <stdlib.h>

/* One market's reporting, from beginning to end. */
struct report {
	struct dispatcher dispatcher; /* what is on the way */
	const struct report_options *options;
	const struct report_market *market;
	struct report_counts *counts;
	struct admissions admissions;
	bool begun;         /* its first round was made */
	struct error error; /* why it ended; code 0: it did not fail */
};

static int64_t backoff(int64_t tries)
{
	int64_t minutes = tries < 5 ? INT64_C(1) << tries : 30;

	return minutes * 60 * APOLLO_MICRO;
}

static void trouble_note(struct report *report, const struct apollo_verdict *verdict)
{
	(void)snprintf(report->counts->trouble, sizeof(report->counts->trouble), "%s: %s%s%.300s",
		       report->market->instance->name, verdict->code ? verdict->code : "", verdict->code ? ": " : "",
		       verdict->message ? verdict->message : "no answer");
}

static int policy_of(const struct report *report, const struct claim *claim)
{
	const struct book_account *account = dispatcher_account(&report->dispatcher, claim->account);

	if (!account)
		return BOOK_HOLD;
	return report->options->book->subscriptions[report->options->book->series[account->series].subscription].policy;
}

/* The claim is too old to be taken.  One that may have been taken is never booked again without knowing. */
static int claim_lapse(struct report *report, const struct claim *claim, const struct claim_verdict *verdict,
		       struct error *error)
{
	struct claim_verdict why = *verdict;
	int policy = claim->maybe_taken ? BOOK_HOLD : policy_of(report, claim);
	int state = policy == BOOK_REBOOK ? CLAIM_REBOOKED : policy == BOOK_WRITE_OFF ? CLAIM_WRITTEN_OFF : CLAIM_PARKED;

	if (claim->maybe_taken)
		why.message = "too old, and it may have been taken: reconcile, then settle it by hand";
	report->counts->rebooked += state == CLAIM_REBOOKED;
	report->counts->written_off += state == CLAIM_WRITTEN_OFF;
	report->counts->parked += state == CLAIM_PARKED;
	if (state == CLAIM_PARKED)
		trouble_note(report, &(struct apollo_verdict){.code = why.code, .message = why.message});
	return claim_end(report->dispatcher.ledger, claim, state, &why, report->options->now, error);
}

static int claim_postpone(struct report *report, const struct dispatch *dispatch, const struct claim *claim,
			  bool maybe_taken, const struct apollo_verdict *verdict, struct error *error)
{
	const struct claim_verdict why = {.code = verdict->code, .message = verdict->message};
	int64_t wait = backoff(claim->tries);

	if (dispatch->retry_after > wait)
		wait = dispatch->retry_after;
	report->counts->deferred++;
	trouble_note(report, verdict);
	return claim_defer(report->dispatcher.ledger, claim, maybe_taken, report->options->now + wait, &why, error);
}

static int claim_refuse(struct report *report, const struct claim *claim, const struct apollo_verdict *verdict,
			struct error *error)
{
	const struct claim_verdict why = {.code = verdict->code, .message = verdict->message};

	report->counts->parked++;
	trouble_note(report, verdict);
	return claim_end(report->dispatcher.ledger, claim, CLAIM_PARKED, &why, report->options->now, error);
}

/* The request was refused as a whole, perhaps for another record's fault: each goes alone now, and is judged alone. */
static int claim_part(struct report *report, const struct dispatch *dispatch, struct claim *claim,
		      const struct apollo_verdict *verdict, struct error *error)
{
	const struct claim_verdict why = {.code = verdict->code, .message = verdict->message};

	if (dispatch->count == 1)
		return claim_refuse(report, claim, verdict, error);
	claim->alone = true;
	dispatcher_again(&report->dispatcher, claim);
	return claim_defer(report->dispatcher.ledger, claim, claim->maybe_taken, report->options->now, &why, error);
}

static int claim_settle(struct report *report, const struct claim *claim, const struct apollo_verdict *verdict,
			int64_t held, struct error *error)
{
	const struct claim_verdict why = {.held = held, .reference = verdict->reference, .code = verdict->code,
					  .message = verdict->message};

	report->counts->accepted++;
	return claim_accept(report->dispatcher.ledger, claim, &why, report->options->now, error);
}

/* What one verdict does to its claim. */
static int verdict_apply(struct report *report, const struct dispatch *dispatch, struct claim *claim,
			 const struct apollo_verdict *verdict, struct error *error)
{
	const struct claim_verdict why = {.code = verdict->code, .message = verdict->message};

	claim->maybe_taken |= dispatch->outcome_unknown;
	switch (verdict->outcome) {
	case APOLLO_ACCEPTED:
		return claim_settle(report, claim, verdict, claim->amount, error);
	case APOLLO_ALREADY:
		if (verdict->held < 0)
			return claim_postpone(report, dispatch, claim, true, verdict, error);
		report->counts->duplicates += verdict->held == claim->amount;
		report->counts->different += verdict->held != claim->amount;
		return claim_settle(report, claim, verdict, verdict->held, error);
	case APOLLO_REFUSED:
		return claim_refuse(report, claim, verdict, error);
	case APOLLO_APART:
		return claim_part(report, dispatch, claim, verdict, error);
	case APOLLO_EXPIRED:
		/* By our own clock it is young: one of the clocks is wrong, and until it is known which, nothing is given up. */
		if (report->market->cutoff && report->options->now - claim->hour < report->market->cutoff)
			return claim_postpone(report, dispatch, claim, claim->maybe_taken, verdict, error);
		return claim_lapse(report, claim, &why, error);
	case APOLLO_NOT_TAKEN:
	case APOLLO_STALE_TOKEN:
		return claim_postpone(report, dispatch, claim, claim->maybe_taken, verdict, error);
	default:
		return claim_postpone(report, dispatch, claim, true, verdict, error);
	}
}

static int dispatch_record(struct report *report, struct dispatch *dispatch, struct error *error)
{
	/* A reply that could not be read settles nothing: its claims stay in doubt, and the next run asks again. */
	if (!dispatch->verdicts)
		return 0;
	if (dispatch_settle(&report->dispatcher, dispatch, report->options->now, error) < 0)
		return error->code;
	for (size_t i = 0; i < dispatch->count; i++)
		if (verdict_apply(report, dispatch, &dispatch->claims[i], &dispatch->verdicts[i], error) < 0)
			return error->code;
	return 0;
}

/* Records everything that came back since the last time.  Inside a transaction. */
static int results_apply(struct report *report, struct error *error)
{
	struct dispatch *dispatch;

	while ((dispatch = dispatcher_result(&report->dispatcher)) != NULL)
		if (dispatch_record(report, dispatch, error) < 0)
			return error->code;
	return 0;
}

enum { OLD_MAX = 65536 }; /* claims that lapse in one run; the next run goes on */

/* Ids of the claims past the cut-off that surely were not taken. */
static int old_find(struct report *report, int64_t *ids, size_t *count, struct error *error)
{
	struct db_statement *statement = db_statement(report->dispatcher.ledger->db,
		"SELECT id FROM claim WHERE market = ?1 AND oldest < ?2 AND hour < ?2 AND state < 3 AND (state = 1 OR (maybe_taken = 0 AND"
		" NOT EXISTS (SELECT 1 FROM dispatch WHERE dispatch.id = claim.dispatch AND dispatch.settled IS NULL)))"
		" LIMIT ?3", error);
	int code;

	if (!statement)
		return error->code;
	db_bind_text(statement, 1, report->market->instance->name);
	db_bind_int(statement, 2, report->options->now - report->market->cutoff);
	db_bind_int(statement, 3, OLD_MAX);
	while ((code = db_step(statement, error)) == 1)
		ids[(*count)++] = db_int(statement, 0);
	return code;
}

/* Claims past the cut-off that surely were not taken go by the policy; they are not sent any more. */
static int old_lapse(struct report *report, struct error *error)
{
	static const struct claim_verdict why = {.code = "cut-off", .message = "older than the cut-off, not sent any more"};
	FREE_CLEANUP int64_t *ids = malloc(OLD_MAX * sizeof(*ids));
	size_t count = 0;

	if (!ids)
		return error_memory(error, "claims past the cut-off");
	if (report->market->cutoff == 0)
		return 0;
	if (old_find(report, ids, &count, error) < 0)
		return error->code;
	for (size_t i = 0; i < count; i++) {
		struct claim claim;

		if (claim_get(report->dispatcher.ledger, ids[i], &claim, error) < 0 ||
		    claim_lapse(report, &claim, &why, error) < 0)
			return error->code;
	}
	return 0;
}

/* Takes on more work while there is room: dispatches without a verdict first, then open claims. */
static int more_dispatch(struct report *report, struct error *error)
{
	struct dispatcher *dispatcher = &report->dispatcher;
	int code = 1;

	while (code == 1 && dispatcher->flying < REPORT_FLIGHT && !dispatcher->held &&
	       !exchanges_stopped(dispatcher->exchanges)) {
		code = dispatcher_resume(dispatcher, report->options->now, error);
		if (code == 0)
			code = dispatcher_open(dispatcher, report->options->now, &report->admissions, error);
	}
	return code < 0 ? code : 0;
}

static int round_record(struct report *report, struct error *error)
{
	if (!report->begun && old_lapse(report, error) < 0)
		return error->code;
	if (results_apply(report, error) < 0 ||
	    admissions_record(&report->admissions, &report->dispatcher, error) < 0)
		return error->code;
	return more_dispatch(report, error);
}

/* One transaction for all that came back and all that leaves next, and then it leaves. */
static int round_run(struct report *report, struct error *error)
{
	struct ledger *ledger = report->dispatcher.ledger;

	if (ledger_begin(ledger, error) < 0)
		return error->code;
	if (round_record(report, error) < 0 || ledger_commit(ledger, error) < 0) {
		ledger_rollback(ledger);
		return error->code;
	}
	report->begun = true;
	dispatcher_results_free(&report->dispatcher);
	if (dispatcher_launch(&report->dispatcher, report->counts, error) < 0)
		return error->code;
	return admissions_ask(&report->admissions, &report->dispatcher, error);
}

/* Whether a round has enough to do to be worth its flush to disk: half of what may be on the way came back, or all of it. */
static bool report_has_news(const struct report *report)
{
	const struct dispatcher *dispatcher = &report->dispatcher;

	if (report->error.code < 0)
		return false;
	return !report->begun || report->admissions.answered || dispatcher->returned >= REPORT_FLIGHT / 2 ||
	       (dispatcher->results && dispatcher->flying == 0);
}

/* A report that failed waits for what is on its way too: the answers find it alive. */
static bool report_is_waiting(const struct report *report)
{
	return dispatcher_flying(&report->dispatcher) || report->admissions.asked > 0;
}

/* Runs all markets until none has anything to do or on its way; none waits for another. */
static int reports_run(struct report *reports, size_t count, struct exchanges *exchanges, struct error *error)
{
	for (;;) {
		bool waiting = false;

		for (size_t i = 0; i < count; i++) {
			if (report_has_news(&reports[i]) && round_run(&reports[i], &reports[i].error) < 0)
				dispatcher_drop(&reports[i].dispatcher);
			waiting |= report_is_waiting(&reports[i]);
		}
		if (!waiting)
			return 0;
		if (exchanges_run(exchanges, error) < 0)
			return error->code;
	}
}

/* What a dry run prints: the requests that would leave, in the order in which they would. */
static int market_print(struct report *report, struct error *error)
{
	int code;

	do {
		code = dispatcher_resume(&report->dispatcher, report->options->now, error);
		if (code == 0)
			code = dispatcher_open(&report->dispatcher, report->options->now, NULL, error);
		if (code >= 0 && dispatcher_print(&report->dispatcher, report->options->dry_run, error) < 0)
			code = error->code;
	} while (code == 1);
	return code;
}

static void report_begin(struct report *report, struct ledger *ledger, struct exchanges *exchanges,
			 const struct report_options *options, const struct report_market *market,
			 struct report_counts *counts)
{
	*report = (struct report){.options = options, .market = market, .counts = counts};
	report->admissions = admissions_init(ledger, market->instance, options->now);
	(void)dispatcher_init(&report->dispatcher, ledger, exchanges, market->instance, options->book, options->values,
			      &report->error);
}

/* Adds up what a market's report came to; the first failure of all is the run's. */
static void report_end(struct report *report, struct error *error)
{
	const struct dispatcher *dispatcher = &report->dispatcher;

	report->counts->parked += report->admissions.parked;
	report->counts->deferred += dispatcher->passed;
	if (dispatcher->passed)
		trouble_note(report, &(struct apollo_verdict){.message = dispatcher->reason});
	if (report->error.code < 0 && error->code >= 0) {
		*error = report->error;
		(void)error_prefix(error, "market %s", report->market->instance->name);
	}
	admissions_release(&report->admissions);
	dispatcher_release(&report->dispatcher);
}

int report_run(struct ledger *ledger, struct exchanges *exchanges, const struct report_options *options,
	       struct report_counts *counts, struct error *error)
{
	FREE_CLEANUP struct report *reports = calloc(options->market_count + 1, sizeof(*reports));
	struct error first = {0};

	if (!reports)
		return error_memory(error, "reporting");
	for (size_t i = 0; i < options->market_count; i++) {
		report_begin(&reports[i], ledger, exchanges, options, &options->markets[i], counts);
		if (options->dry_run && reports[i].error.code == 0)
			(void)market_print(&reports[i], &reports[i].error);
	}
	if (!options->dry_run)
		(void)reports_run(reports, options->market_count, exchanges, &first);
	for (size_t i = 0; i < options->market_count; i++)
		report_end(&reports[i], &first);
	if (first.code < 0)
		*error = first;
	return first.code < 0 ? first.code : 0;
}

/* ---- forgetting ---- */

/* The last of the oldest requests that was made before, 0: there is none.  Requests are numbered in the order in which they
 * were made, so nothing but what is to be forgotten is read. */
static int prune_bound(struct ledger *ledger, int64_t before, int64_t *bound, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db, "SELECT id, time FROM dispatch ORDER BY id LIMIT ?1", error);
	int code;

	if (!statement)
		return error->code;
	*bound = 0;
	db_bind_int(statement, 1, REPORT_PRUNE_MAX);
	while ((code = db_step(statement, error)) == 1 && db_int(statement, 1) < before)
		*bound = db_int(statement, 0);
	if (code == 1)
		db_reset(statement);
	return code < 0 ? code : 0;
}

int report_prune(struct ledger *ledger, int64_t before, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"DELETE FROM dispatch WHERE id <= ?1 AND settled < ?2 AND id < (SELECT MAX(id) FROM dispatch)"
		" AND NOT EXISTS (SELECT 1 FROM claim WHERE claim.dispatch = dispatch.id AND claim.state = 2)", error);
	int64_t bound = 0;

	if (!statement || prune_bound(ledger, before, &bound, error) < 0)
		return error->code;
	if (bound == 0)
		return 0;
	db_bind_int(statement, 1, bound);
	db_bind_int(statement, 2, before);
	return db_run(statement, error);
}
