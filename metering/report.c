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
	return claim_end(report->dispatcher.ledger, claim, state, &why, report->options->now, error);
}

static int claim_postpone(struct report *report, const struct claim *claim, bool maybe_taken,
			  const struct apollo_verdict *verdict, struct error *error)
{
	const struct claim_verdict why = {.code = verdict->code, .message = verdict->message};

	report->counts->deferred++;
	trouble_note(report, verdict);
	return claim_defer(report->dispatcher.ledger, claim, maybe_taken, report->options->now + backoff(claim->tries),
			   &why, error);
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
static int verdict_apply(struct report *report, struct claim *claim, const struct apollo_verdict *verdict,
			 bool outcome_unknown, struct error *error)
{
	const struct claim_verdict why = {.code = verdict->code, .message = verdict->message};

	claim->maybe_taken |= outcome_unknown;
	switch (verdict->outcome) {
	case APOLLO_ACCEPTED:
		return claim_settle(report, claim, verdict, claim->amount, error);
	case APOLLO_ALREADY:
		if (verdict->held < 0)
			return claim_postpone(report, claim, true, verdict, error);
		report->counts->duplicates += verdict->held == claim->amount;
		report->counts->different += verdict->held != claim->amount;
		return claim_settle(report, claim, verdict, verdict->held, error);
	case APOLLO_REFUSED:
		report->counts->parked++;
		trouble_note(report, verdict);
		return claim_end(report->dispatcher.ledger, claim, CLAIM_PARKED, &why, report->options->now, error);
	case APOLLO_EXPIRED:
		return claim_lapse(report, claim, &why, error);
	case APOLLO_NOT_TAKEN:
	case APOLLO_STALE_TOKEN:
		return claim_postpone(report, claim, claim->maybe_taken, verdict, error);
	default:
		return claim_postpone(report, claim, true, verdict, error);
	}
}

/* Records everything that came back since the last time.  Inside a transaction. */
static int results_apply(struct report *report, struct error *error)
{
	struct dispatch *dispatch;

	while ((dispatch = dispatcher_result(&report->dispatcher)) != NULL) {
		int code = dispatch_settle(&report->dispatcher, dispatch, report->options->now, error);

		for (size_t i = 0; code >= 0 && dispatch->verdicts && i < dispatch->count; i++)
			code = verdict_apply(report, &dispatch->claims[i], &dispatch->verdicts[i],
					     dispatch->outcome_unknown, error);
		if (code < 0)
			return code;
	}
	return 0;
}

enum { OLD_MAX = 65536 }; /* claims that lapse in one run; the next run goes on */

/* Ids of the claims past the cut-off that surely were not taken. */
static int old_find(struct report *report, int64_t *ids, size_t *count, struct error *error)
{
	struct db_statement *statement = db_statement(report->dispatcher.ledger->db,
		"SELECT id FROM claim WHERE market = ?1 AND hour < ?2 AND state < 3 AND (state = 1 OR (maybe_taken = 0 AND"
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

	while (code == 1 && dispatcher->flying < REPORT_FLIGHT && !exchanges_stopped(dispatcher->exchanges)) {
		code = dispatcher_resume(dispatcher, error);
		if (code == 0)
			code = dispatcher_open(dispatcher, report->options->now, &report->admissions, error);
	}
	return code < 0 ? code : 0;
}

static int round_run(struct report *report, struct error *error)
{
	struct ledger *ledger = report->dispatcher.ledger;

	if (ledger_begin(ledger, error) < 0)
		return error->code;
	if (results_apply(report, error) < 0 || more_dispatch(report, error) < 0 || ledger_commit(ledger, error) < 0) {
		ledger_rollback(ledger);
		return error->code;
	}
	dispatcher_results_free(&report->dispatcher);
	return dispatcher_launch(&report->dispatcher, report->counts, error);
}

static int lapse_run(struct report *report, struct error *error)
{
	struct ledger *ledger = report->dispatcher.ledger;

	if (ledger_begin(ledger, error) < 0)
		return error->code;
	if (old_lapse(report, error) < 0 || ledger_commit(ledger, error) < 0) {
		ledger_rollback(ledger);
		return error->code;
	}
	return 0;
}

/* What a dry run prints: the requests that would leave, in the order in which they would. */
static int market_print(struct report *report, struct error *error)
{
	int code;

	do {
		code = dispatcher_resume(&report->dispatcher, error);
		if (code == 0)
			code = dispatcher_open(&report->dispatcher, report->options->now, NULL, error);
		if (code >= 0 && dispatcher_print(&report->dispatcher, report->options->dry_run, error) < 0)
			code = error->code;
	} while (code == 1);
	return code;
}

static int market_send(struct report *report, struct error *error)
{
	int code;

	if (lapse_run(report, error) < 0)
		return error->code;
	for (;;) {
		code = round_run(report, error);
		if (code < 0)
			return code;
		if (dispatcher_idle(&report->dispatcher)) {
			code = admissions_run(&report->admissions, &report->dispatcher, error);
			if (code <= 0)
				return code;
			continue;
		}
		if (exchanges_run(report->dispatcher.exchanges, error) < 0)
			return error->code;
	}
}

static int market_report(struct ledger *ledger, struct exchanges *exchanges, const struct report_options *options,
			 const struct report_market *market, struct report_counts *counts, struct error *error)
{
	struct report report = {.options = options, .market = market, .counts = counts};
	int code = dispatcher_init(&report.dispatcher, ledger, exchanges, market->instance, options->book, options->values,
				   error);

	report.admissions = admissions_init(ledger, market->instance, options->now);
	if (code >= 0)
		code = options->dry_run ? market_print(&report, error) : market_send(&report, error);
	counts->parked += report.admissions.parked;
	if (report.admissions.trouble)
		trouble_note(&report, &(struct apollo_verdict){.message = report.admissions.trouble});
	admissions_release(&report.admissions);
	dispatcher_release(&report.dispatcher);
	return code;
}

int report_run(struct ledger *ledger, struct exchanges *exchanges, const struct report_options *options,
	       struct report_counts *counts, struct error *error)
{
	for (size_t i = 0; i < options->market_count; i++)
		if (market_report(ledger, exchanges, options, &options->markets[i], counts, error) < 0)
			return error_prefix(error, "market %s", options->markets[i].instance->name);
	return 0;
}
