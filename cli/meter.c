/* SPDX-License-Identifier: Apache-2.0 */
/* apollo meter take, collect, close, report, run, rehearse, release, settle, write-off */
#include "cli/meter.h"

#include "core/log.h"
#include "metering/claim.h"
#include "metering/close.h"
#include "metering/dedupe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CONVERSATIONS_KEPT_DAYS = 40,
	COLLECTIONS_KEPT_DAYS = 2, /* samples are events of the ledger, and a window of the past is not gone on with */
	LEASE_HOURS = 2, /* a run that goes on for longer is told */
	LEFT_MAX = 1024  /* accounts of one subscription that are decided about at once */
};

/* ---- the steps of a run ---- */

struct intake app_intake(struct app *app)
{
	const struct intake_options options = {.now = app->now, .window = app->catalog.intake.dedupe_window,
					       .ahead = app->catalog.intake.ahead};

	return intake_init(&app->ledger, &app->book, &options);
}

static int step_collect(struct app *app, struct intake *intake, struct meter_report *report, struct error *error)
{
	int64_t until = app->now - app->now % (60 * APOLLO_MICRO);

	return collect_run(intake, app->conversations, app->jobs, app->job_count, until, &report->collected, error);
}

static int step_close(struct app *app, struct meter_report *report, struct error *error)
{
	CLOSER_CLEANUP struct closer *closer = NULL;

	if (closer_new(&app->ledger, &app->book, &closer, error) < 0)
		return error->code;
	return close_hours(closer, app->now, app->catalog.grace, &report->closed, error);
}

static int step_report(struct app *app, FILE *dry_run, struct meter_report *report, struct error *error)
{
	const struct report_options options = {
		.book = &app->book, .markets = app->markets, .market_count = app->market_count,
		.values = (const char *const *const *)app->values, .now = app->now, .dry_run = dry_run};

	return report_run(&app->ledger, dry_run ? NULL : app->exchanges, &options, &report->told, error);
}

/* Forgets what the dedupe window, the requests and the journal no longer need. */
static int step_prune(struct app *app, struct intake *intake, struct error *error)
{
	int64_t ended;

	if (ledger_begin(&app->ledger, error) < 0)
		return error->code;
	if (intake_prune(intake, error) < 0 ||
	    report_prune(&app->ledger, app->now - REPORT_KEPT_DAYS * APOLLO_DAY, error) < 0 ||
	    ledger_set(&app->ledger, "run", app->now, error) < 0 || ledger_commit(&app->ledger, error) < 0) {
		ledger_rollback(&app->ledger);
		return error->code;
	}
	if (conversations_prune(app->ledger.db, ROLE_SOURCE, true, app->now - COLLECTIONS_KEPT_DAYS * APOLLO_DAY, &ended,
				error) < 0)
		return error->code;
	return conversations_prune(app->ledger.db, ROLE_MARKET, false, app->now - CONVERSATIONS_KEPT_DAYS * APOLLO_DAY, &ended,
				   error);
}

int meter_steps(struct app *app, struct meter_report *report, struct error *error)
{
	INTAKE_CLEANUP struct intake intake = app_intake(app);

	if (app->catalog.intake.directory &&
	    spool_run(&intake, app->catalog.intake.directory, &report->spool, error) < 0)
		return error->code;
	if (step_collect(app, &intake, report, error) < 0 || step_close(app, report, error) < 0 ||
	    step_report(app, NULL, report, error) < 0)
		return error->code;
	return step_prune(app, &intake, error);
}

/* ---- what a run has to say ---- */

static bool all_well(const struct meter_report *report)
{
	return report->spool.events.rejected == 0 && report->spool.failed == 0 && report->spool.unfinished == 0 &&
	       report->collected.failed == 0 && report->closed.silent == 0 && report->closed.failed == 0 && report->closed.waiting == 0 && report->told.parked == 0 &&
	       report->told.different == 0 && report->told.written_off == 0 && report->told.rebooked == 0;
}

static void report_json(const struct meter_report *report)
{
	(void)printf("{\"taken\":%lld,\"duplicates\":%lld,\"rejected\":%lld,\"late\":%lld,\"files_unfinished\":%lld,"
		     "\"files_failed\":%lld,\"collected\":%lld,"
		     "\"sources_failed\":%lld,\"hours_closed\":%lld,\"claims_made\":%lld,\"gaps\":%lld,\"silent\":%lld,\"failed\":%lld,"
		     "\"waiting\":%lld,"
		     "\"sent\":%lld,\"accepted\":%lld,\"different\":%lld,\"parked\":%lld,\"rebooked\":%lld,"
		     "\"written_off\":%lld,\"deferred\":%lld}\n",
		     (long long)report->spool.events.taken, (long long)report->spool.events.duplicates,
		     (long long)report->spool.events.rejected, (long long)report->spool.events.late,
		     (long long)report->spool.unfinished, (long long)report->spool.failed,
		     (long long)report->collected.samples, (long long)report->collected.failed,
		     (long long)report->closed.hours, (long long)report->closed.claims, (long long)report->closed.gaps,
		     (long long)report->closed.silent, (long long)report->closed.failed, (long long)report->closed.waiting, (long long)report->told.sent, (long long)report->told.accepted,
		     (long long)report->told.different, (long long)report->told.parked,
		     (long long)report->told.rebooked, (long long)report->told.written_off,
		     (long long)report->told.deferred);
}

void meter_tell_sources(const struct collect_counts *collected)
{
	if (collected->failed)
		log_line(APOLLO_WARNING, "%lld collections failed; the next run asks for the same again",
			 (long long)collected->failed);
	for (size_t i = 0; i < collected->told_count; i++)
		log_error(&collected->told[i]);
}

/* One line for each thing that a person should know. */
static void report_lines(const struct meter_report *report)
{
	if (report->spool.events.rejected)
		log_line(APOLLO_WARNING, "%lld events were rejected; mend %s, then: apollo meter take %s",
			 (long long)report->spool.events.rejected, report->spool.rejects, report->spool.rejects);
	if (report->spool.unfinished)
		log_line(APOLLO_WARNING, "%lld files are still being written and stay for the next run: %s; senders should rename"
			 " a finished file into the spool", (long long)report->spool.unfinished, report->spool.waiting);
	if (report->spool.failed) {
		log_line(APOLLO_WARNING, "%lld files or folders of events could not be taken; the next run tries again",
			 (long long)report->spool.failed);
		log_error(&report->spool.last);
	}
	meter_tell_sources(&report->collected);
	if (report->closed.silent)
		log_line(APOLLO_WARNING, "%lld hours without usage where usage is expected; see: apollo meter status",
			 (long long)report->closed.silent);
	if (report->closed.gaps)
		log_line(APOLLO_WARNING, "%lld hours have a gap, which is metered as zero; see: apollo meter status",
			 (long long)report->closed.gaps);
	if (report->closed.failed)
		log_line(APOLLO_WARNING, "%lld hours could not be worked out and wait, the last is %s",
			 (long long)report->closed.failed, report->closed.trouble);
	if (report->closed.waiting)
		log_line(APOLLO_WARNING, "events of %lld series that are not in the configuration wait; put them back, with an end",
			 (long long)report->closed.waiting);
	if (report->told.different)
		log_line(APOLLO_WARNING, "%lld claims: the marketplace holds another amount; the difference is due again",
			 (long long)report->told.different);
	if (report->told.written_off)
		log_line(APOLLO_WARNING, "%lld claims were too old and are written off", (long long)report->told.written_off);
	if (report->told.rebooked)
		log_line(APOLLO_WARNING, "%lld claims were too old and were booked into an open hour",
			 (long long)report->told.rebooked);
	if (report->told.deferred)
		log_line(APOLLO_WARNING, "%lld claims wait for another try: %s", (long long)report->told.deferred,
			 report->told.trouble);
}

struct told {
	const struct app *app;
	bool told;
	int left;
};

/* What stays wrong is told by every run, however quiet it was: an hour that nobody could report for long, what is parked,
 * and what no configured market can be told. */
static void market_tell(void *context, const struct status_market *market)
{
	struct told *told = context;
	int64_t age = market->oldest ? told->app->now - market->oldest : 0, alarm = app_alarm(told->app, age);
	char hour[APOLLO_TIME_TEXT];

	if (!market->known)
		log_line(APOLLO_WARNING, "%s: the configuration has no such market, but %lld of its claims are not settled",
			 market->name, (long long)(market->open + market->in_doubt + market->parked));
	if (alarm)
		log_line(APOLLO_WARNING, "%s: the oldest unsettled hour is %s, %lld hours old (alarm at %lld): %s", market->name,
			 apollo_time_format(market->oldest, hour), (long long)(age / APOLLO_HOUR),
			 (long long)(alarm / APOLLO_HOUR), market->reason[0] ? market->reason : "no answer yet");
	if (market->parked)
		log_line(APOLLO_WARNING, "%s: %lld claims are parked and wait for a person: %s; see: apollo meter status",
			 market->name, (long long)market->parked, market->parked_reason);
	told->told |= !market->known || alarm || market->parked;
}

static void left_tell(void *context, const struct due_left *left)
{
	struct told *told = context;
	char amount[APOLLO_QUANTITY_TEXT];

	if (!left_needs_person(left))
		return;
	told->told = true;
	if (told->left++ == 0)
		log_line(APOLLO_WARNING, "%s %s of %s are due and nothing will claim them; see: apollo meter status",
			 apollo_quantity_format(left->amount, amount), left->dimension, left->subscription);
}

static int report_finish(struct app *app, const struct meter_report *report, struct error *error)
{
	struct told told = {.app = app};

	if (app->cli->json)
		report_json(report);
	report_lines(report);
	if (app_markets_read(app, market_tell, &told, error) < 0 ||
	    due_left_read(&app->ledger, &app->book, left_tell, &told, error) < 0)
		return error->code;
	return all_well(report) && !told.told ? 0 : ERROR_PERSON;
}

/* ---- commands ---- */

enum { WRITE_PARTS = APP_BOOK | APP_LEDGER | APP_LEASE };

static int run_take(const struct cli *cli, struct error *error)
{
	APP_CLEANUP struct app app;
	struct spool_counts counts = {0};

	app_init(&app, cli);
	if (app_open(&app, APP_BOOK | APP_LEDGER, error) < 0 || app_bind(&app, error) < 0)
		return error->code;
	INTAKE_CLEANUP struct intake intake = app_intake(&app);

	for (int i = 0; i < cli->word_count; i++)
		if (spool_take(&intake, cli->words[i], cli_value(cli, "rejects"), &counts, error) < 0)
			return error->code;
	(void)printf(cli->json ? "{\"lines\":%lld,\"taken\":%lld,\"duplicates\":%lld,\"rejected\":%lld,\"late\":%lld}\n"
			       : "%lld lines: %lld taken, %lld known already, %lld rejected; %lld for closed hours\n",
		     (long long)counts.events.lines, (long long)counts.events.taken, (long long)counts.events.duplicates,
		     (long long)counts.events.rejected, (long long)counts.events.late);
	if (counts.failed) {
		*error = counts.last;
		if (counts.failed > 1)
			(void)error_prefix(error, "%lld files were not taken, the last", (long long)counts.failed);
		return error->code;
	}
	if (counts.events.rejected && counts.rejects[0])
		log_line(APOLLO_WARNING, "mend %s, then: apollo meter take %s", counts.rejects, counts.rejects);
	return counts.events.rejected ? ERROR_PERSON : 0;
}

/* Two at once are harmless; one that goes on for hours hangs, and nothing is reported meanwhile. */
static int leased_tell(const struct app *app, struct error *error)
{
	int64_t age = app->held_since ? app->now - app->held_since : 0;

	error->code = 0;
	if (age < LEASE_HOURS * APOLLO_HOUR) {
		(void)fprintf(stderr, "apollo: %s; this one leaves it to that\n", error->message);
		return 0;
	}
	log_line(APOLLO_WARNING, "%s for %lld hours and %lld minutes: it may hang; find it with: fuser %s.lease", error->message,
		 (long long)(age / APOLLO_HOUR), (long long)(age % APOLLO_HOUR / (60 * APOLLO_MICRO)), app->ledger.path);
	error->message[0] = '\0';
	return ERROR_PERSON;
}

static int run_run(const struct cli *cli, struct error *error)
{
	APP_CLEANUP struct app app;
	struct meter_report report = {0};

	app_init(&app, cli);
	if (app_open(&app, WRITE_PARTS | APP_ENGINE, error) < 0)
		return error->code == ERROR_LEASED ? leased_tell(&app, error) : error->code;
	if (app_bind(&app, error) < 0 || meter_steps(&app, &report, error) < 0)
		return error->code;
	return report_finish(&app, &report, error);
}

static int run_collect(const struct cli *cli, struct error *error)
{
	APP_CLEANUP struct app app;
	struct meter_report report = {0};

	app_init(&app, cli);
	if (app_open(&app, WRITE_PARTS | APP_ENGINE, error) < 0 || app_bind(&app, error) < 0)
		return error->code;
	INTAKE_CLEANUP struct intake intake = app_intake(&app);

	if (step_collect(&app, &intake, &report, error) < 0)
		return error->code;
	return report_finish(&app, &report, error);
}

static int run_close(const struct cli *cli, struct error *error)
{
	APP_CLEANUP struct app app;
	struct meter_report report = {0};

	app_init(&app, cli);
	if (app_open(&app, WRITE_PARTS, error) < 0 || app_bind(&app, error) < 0 || step_close(&app, &report, error) < 0)
		return error->code;
	return report_finish(&app, &report, error);
}

static int run_report(const struct cli *cli, struct error *error)
{
	APP_CLEANUP struct app app;
	struct meter_report report = {0};
	bool dry = cli_value(cli, "dry-run") != NULL;

	app_init(&app, cli);
	if (app_open(&app, dry ? APP_BOOK | APP_READ : WRITE_PARTS | APP_ENGINE, error) < 0 ||
	    (!dry && app_bind(&app, error) < 0) || step_report(&app, dry ? stdout : NULL, &report, error) < 0)
		return error->code;
	return dry ? 0 : report_finish(&app, &report, error);
}

/* ---- claims that wait for a person ---- */

/* The market that still takes a claim in its own slot, or NULL.  Where windows join, an hour that is not told is a hole, so a
 * claim that surely was not taken goes back to it; elsewhere its amount goes into an open hour. */
static const char *slot_market(const struct app *app, const struct claim *claim)
{
	const struct book_account *account = book_find_account(&app->book, claim->account);
	const struct book_subscription *subscription;

	if (!account || !account->joined || claim->amount % account->step != 0 || claim->amount > account->quantity_max)
		return NULL;
	subscription = &app->book.subscriptions[app->book.series[account->series].subscription];
	if (subscription->end && subscription->end <= claim->hour)
		return NULL;
	for (size_t i = 0; i < app->market_count; i++) {
		const struct report_market *market = &app->markets[i];
		int64_t age = app->now - claim->hour, window = market->instance->limits.window;

		if (strcmp(market->instance->name, subscription->market) == 0)
			return (window && age >= window) || (market->cutoff && age >= market->cutoff) ? NULL : subscription->market;
	}
	return NULL;
}

/* Its amount is told again: in its own slot where that can be, else in an open hour. */
static int claim_return(struct app *app, const struct claim *claim, int state, const struct claim_verdict *verdict,
			struct error *error)
{
	const char *market = slot_market(app, claim);
	int code = market ? claim_reopen(&app->ledger, claim, market, verdict, app->now, error) : 0;

	return code == 0 ? claim_end(&app->ledger, claim, state, verdict, app->now, error) : code < 0 ? code : 0;
}

/* What a person decides about one claim. */
static int claim_decide(struct app *app, int64_t id, int state, const char *held, struct error *error)
{
	struct claim_verdict verdict = {.code = "by hand", .message = "decided by a person"};
	struct claim claim;

	if (claim_get(&app->ledger, id, &claim, error) < 0)
		return error->code;
	if (claim.state != CLAIM_SENT && claim.state != CLAIM_PARKED &&
	    !(claim.state == CLAIM_OPEN && state == CLAIM_WRITTEN_OFF)) {
		(void)error_set(error, ERROR_USAGE, "claim %lld is %s, there is nothing to decide", (long long)id,
				claim_state_name(claim.state));
		return error_hint(error, "apollo meter status lists the claims that wait");
	}
	if (state == CLAIM_ACCEPTED) {
		verdict.held = claim.amount;
		if (held && apollo_quantity_parse(held, strlen(held), APOLLO_EXACT, &verdict.held) < 0)
			return error_set(error, ERROR_USAGE, "--held %s is not a quantity", held);
		return claim_accept(&app->ledger, &claim, &verdict, app->now, error);
	}
	if ((claim.state == CLAIM_SENT || claim.maybe_taken) && state != CLAIM_REBOOKED) {
		(void)error_set(error, ERROR_USAGE, "claim %lld is in doubt: it may have been taken", (long long)id);
		return error_hint(error, "reconcile, then: apollo meter settle --accepted or --not-accepted %lld", (long long)id);
	}
	if (claim.state == CLAIM_PARKED && state == CLAIM_REBOOKED)
		state = CLAIM_RELEASED;
	if (state == CLAIM_WRITTEN_OFF)
		return claim_end(&app->ledger, &claim, state, &verdict, app->now, error);
	return claim_return(app, &claim, state, &verdict, error);
}

/* The accounts of a subscription of which something is left. */
struct left_pick {
	const char *subscription;
	int count;
	int64_t accounts[LEFT_MAX];
};

static void left_take(void *context, const struct due_left *left)
{
	struct left_pick *pick = context;

	if (strcmp(left->subscription, pick->subscription) == 0 && pick->count < LEFT_MAX)
		pick->accounts[pick->count++] = left->account;
}

static int left_decide(struct app *app, const char *subscription, struct error *error)
{
	struct left_pick pick = {.subscription = subscription};

	if (due_left_read(&app->ledger, &app->book, left_take, &pick, error) < 0)
		return error->code;
	if (pick.count == 0) {
		(void)error_set(error, ERROR_USAGE, "nothing is left of a subscription \"%s\"", subscription);
		return error_hint(error, "apollo meter status lists what is left");
	}
	for (int i = 0; i < pick.count; i++)
		if (due_write_off(&app->ledger, pick.accounts[i], "decided by a person", app->now, error) < 0)
			return error->code;
	return 0;
}

/* One word of the command line: a claim, or with --left a subscription. */
static int word_decide(struct app *app, const char *word, int state, struct error *error)
{
	int64_t id;

	if (cli_value(app->cli, "left"))
		return left_decide(app, word, error);
	if (apollo_decimal_read(word, strlen(word), 0, APOLLO_EXACT, &id) < 0)
		return error_set(error, ERROR_USAGE, "%s is not the number of a claim", word);
	return claim_decide(app, id, state, cli_value(app->cli, "held"), error);
}

static int claims_decide(const struct cli *cli, int state, struct error *error)
{
	APP_CLEANUP struct app app;

	app_init(&app, cli);
	if (app_open(&app, WRITE_PARTS, error) < 0 ||
	    ledger_bind_book(&app.ledger, &app.book, app.now, false, error) < 0 || ledger_begin(&app.ledger, error) < 0)
		return error->code;
	for (int i = 0; i < cli->word_count; i++)
		if (word_decide(&app, cli->words[i], state, error) < 0) {
			ledger_rollback(&app.ledger);
			return error->code;
		}
	return ledger_commit(&app.ledger, error);
}

static int run_release(const struct cli *cli, struct error *error)
{
	return claims_decide(cli, CLAIM_RELEASED, error);
}

static int run_write_off(const struct cli *cli, struct error *error)
{
	return claims_decide(cli, CLAIM_WRITTEN_OFF, error);
}

static int run_settle(const struct cli *cli, struct error *error)
{
	bool accepted = cli_value(cli, "accepted") != NULL, refused = cli_value(cli, "not-accepted") != NULL;

	if (accepted == refused)
		return error_set(error, ERROR_USAGE, "say what the marketplace did: --accepted or --not-accepted");
	return claims_decide(cli, accepted ? CLAIM_ACCEPTED : CLAIM_REBOOKED, error);
}

static const struct cli_flag now_flags[] = {
	{"now", "TIME", "the time, on a rehearsal's ledger"},
	{NULL, NULL, NULL},
};
static const struct cli_flag run_flags[] = {
	{"now", "TIME", "the time, on a rehearsal's ledger"},
	{"after-gap", NULL, "the clock is right: nothing ran for days"},
	{"wait", "SECONDS", "how long to wait for another who writes to the ledger; else 300"},
	{NULL, NULL, NULL},
};
static const struct cli_flag take_flags[] = {
	{"now", "TIME", "the time, on a rehearsal's ledger"},
	{"rejects", "FILE", "where rejected lines of standard input go"},
	{"wait", "SECONDS", "how long to wait for another who writes to the ledger; else 300"},
	{NULL, NULL, NULL},
};
static const struct cli_flag report_flags[] = {
	{"now", "TIME", "the time, on a rehearsal's ledger"},
	{"dry-run", NULL, "print the requests, send and record nothing"},
	{NULL, NULL, NULL},
};
static const struct cli_flag write_off_flags[] = {
	{"now", "TIME", "the time, on a rehearsal's ledger"},
	{"left", NULL, "the words are subscriptions: what is left of them when nothing claims it any more"},
	{NULL, NULL, NULL},
};
static const struct cli_flag settle_flags[] = {
	{"now", "TIME", "the time, on a rehearsal's ledger"},
	{"accepted", NULL, "the marketplace has it"},
	{"held", "QUANTITY", "how much it holds, where that is another amount"},
	{"not-accepted", NULL, "the marketplace does not have it: it is claimed again"},
	{NULL, NULL, NULL},
};
static const struct cli_flag statement_flags[] = {
	{"term", "WHICH", "current, last, or a day in it; else the current one"},
	{"hours", NULL, "every hour with usage, and the claims that settle it"},
	{"events", "HOUR", "the events of one hour"},
	{"now", "TIME", "the time, on a rehearsal's ledger"},
	{NULL, NULL, NULL},
};
static const struct cli_flag reconcile_flags[] = {
	{"market", "NAME", "only this one"},
	{"from", "TIME", "first day; else 7 days ago"},
	{"to", "TIME", "the day after the last; else today's end"},
	{"record", "FILE", "the marketplace's record, instead of asking for it"},
	{"now", "TIME", "the time, on a rehearsal's ledger"},
	{NULL, NULL, NULL},
};
static const struct cli_flag rehearse_flags[] = {
	{"from", "TIME", "the first hour"},
	{"to", "TIME", "where it ends"},
	{"clock", "URL", "a sandbox whose clock goes along"},
	{NULL, NULL, NULL},
};

const struct cli_command meter_commands[] = {
	{"meter run", "", "collect, close and report: the hourly line of cron", run_flags, 0, 0, run_run},
	{"meter status", "", "how things stand, at a glance", now_flags, 0, 0, run_status},
	{"meter take", "FILE|FOLDER|-...", "take events: CloudEvents, one JSON object a line", take_flags, 1, -1, run_take},
	{"meter collect", "", "ask the sources for usage", now_flags, 0, 0, run_collect},
	{"meter close", "", "close the hours that have ended", now_flags, 0, 0, run_close},
	{"meter report", "", "tell the marketplaces what is open", report_flags, 0, 0, run_report},
	{"meter statement", "SUBSCRIPTION", "what the customer will see", statement_flags, 1, 1, run_statement},
	{"meter reconcile", "", "compare with the marketplace's own record", reconcile_flags, 0, 0, run_reconcile},
	{"meter release", "CLAIM...", "send parked claims again", now_flags, 1, -1, run_release},
	{"meter write-off", "CLAIM...|--left SUBSCRIPTION...", "give up parked claims, or what no claim takes up", write_off_flags,
	 1, -1, run_write_off},
	{"meter settle", "CLAIM...", "say what became of claims in doubt", settle_flags, 1, -1, run_settle},
	{"meter rehearse", "", "run every hour of a span of time, on a rehearsal's ledger", rehearse_flags, 0, 0, run_rehearse},
	{NULL, NULL, NULL, NULL, 0, 0, NULL},
};
