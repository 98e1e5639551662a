/* SPDX-License-Identifier: Apache-2.0 */
/* apollo meter reconcile */
#include "cli/meter.h"

#include "core/buffer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORD_MAX = 1 << 30 };

struct tally {
	const char *market;
	bool json, verbose;
	int64_t rows;
	int64_t states[RECONCILE_STATES];
};

static void row_json(const struct tally *tally, const struct reconcile_row *row, const char *ours, const char *theirs)
{
	const char *const members[][2] = {{"market", tally->market}, {"what", row->what}, {"resource", row->resource},
					  {"dimension", row->dimension}, {"ours", ours}, {"theirs", theirs},
					  {"state", reconcile_state_name(row->state)}};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		(void)printf("%c\"%s\":", i ? ',' : '{', members[i][0]);
		json_put(members[i][1]);
	}
	(void)printf("}\n");
}

static int row_print(void *context, const struct reconcile_row *row, struct error *error)
{
	struct tally *tally = context;
	char ours[APOLLO_QUANTITY_TEXT], theirs[APOLLO_QUANTITY_TEXT];

	(void)error;
	tally->rows++;
	tally->states[row->state]++;
	(void)apollo_quantity_format(row->ours, ours);
	(void)apollo_quantity_format(row->theirs, theirs);
	if (tally->json)
		row_json(tally, row, ours, theirs);
	else if (tally->verbose || (row->state != RECONCILE_AGREED && row->state != RECONCILE_PENDING_THERE))
		(void)printf("  %s %s %s: ours %s, theirs %s: %s\n", row->what, row->resource, row->dimension, ours, theirs,
			     reconcile_state_name(row->state));
	return 0;
}

static int record_read(const char *path, struct buffer *record, struct error *error)
{
	FILE *file = fopen(path, "re");
	char part[65536];
	size_t size;

	if (!file)
		return error_errno(error, "the record %s cannot be opened", path);
	while ((size = fread(part, 1, sizeof(part), file)) > 0)
		(void)buffer_append(record, part, size);
	if (ferror(file))
		(void)error_errno(error, "the record %s cannot be read", path);
	else if (buffer_failed(record))
		(void)error_memory(error, "the marketplace's record");
	(void)fclose(file);
	return error->code;
}

/* Asks the market itself. */
static int record_ask(struct app *app, struct instance *market, const struct reconcile *reconcile, struct scope *scope,
		      const char **record, struct error *error)
{
	char task[160], from[APOLLO_TIME_TEXT], to[APOLLO_TIME_TEXT];
	struct conversation_goal goal = {.instance = market, .role = ROLE_MARKET, .goal = "audit", .task = task};

	(void)snprintf(task, sizeof(task), "{\"from\":\"%s\",\"to\":\"%s\"}", apollo_time_format(reconcile->from, from),
		       apollo_time_format(reconcile->to, to));
	return conversation_run(app->conversations, &goal, scope, record, error);
}

int record_compare(struct app *app, const char *file, const struct reconcile *reconcile, reconcile_each each, void *context, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init((size_t)1 << 28);
	BUFFER_CLEANUP struct buffer content = buffer_init(RECORD_MAX);
	const char *record = NULL;

	if (file)
		return record_read(file, &content, error) < 0
			       ? error->code
			       : reconcile_compare(reconcile, buffer_string(&content), content.size, each, context, error);
	return record_ask(app, reconcile->market, reconcile, &scope, &record, error) < 0
		       ? error->code
		       : reconcile_compare(reconcile, record, strlen(record), each, context, error);
}

static int market_compare(struct app *app, struct instance *market, const char *file, struct tally *tally,
			  const struct reconcile *span, struct error *error)
{
	struct reconcile reconcile = *span;

	reconcile.market = market;
	tally->market = market->name;
	if (record_compare(app, file, &reconcile, row_print, tally, error) < 0)
		return error->code;
	if (!tally->json)
		(void)printf("%s: %lld rows agree, %lld pending there, %lld missing there, %lld missing here, %lld different, "
			     "%lld rejected there\n", market->name, (long long)tally->states[RECONCILE_AGREED],
			     (long long)tally->states[RECONCILE_PENDING_THERE], (long long)tally->states[RECONCILE_MISSING_THERE],
			     (long long)tally->states[RECONCILE_MISSING_HERE], (long long)tally->states[RECONCILE_DIFFERENT],
			     (long long)tally->states[RECONCILE_REJECTED_THERE]);
	return 0;
}

static int span_read(struct app *app, struct reconcile *reconcile, struct error *error)
{
	int64_t today = app->now - app->now % APOLLO_DAY;

	if (cli_time(app->cli, "from", today - 7 * APOLLO_DAY, &reconcile->from, error) < 0 ||
	    cli_time(app->cli, "to", today + APOLLO_DAY, &reconcile->to, error) < 0)
		return error->code;
	reconcile->from -= reconcile->from % APOLLO_DAY;
	if (reconcile->to % APOLLO_DAY)
		reconcile->to += APOLLO_DAY - reconcile->to % APOLLO_DAY;
	if (reconcile->from >= reconcile->to)
		return error_set(error, ERROR_USAGE, "--from is not before --to");
	return 0;
}

/* Only the rows of a market's own record have names that belong to somebody. */
static bool keeps_record(const struct instance *market)
{
	return instance_converse_of(market, ROLE_MARKET) && market->plugin->market.resource_of;
}

int run_reconcile(const struct cli *cli, struct error *error)
{
	APP_CLEANUP struct app app;
	const char *wanted = cli_value(cli, "market"), *file = cli_value(cli, "record");
	int64_t bad = 0;
	int compared = 0;

	app_init(&app, cli);
	/* The ledger is opened for writing: a question to a marketplace is a journalled conversation. */
	if (app_open(&app, APP_BOOK | APP_LEDGER | APP_ENGINE, error) < 0 ||
	    ledger_bind_book(&app.ledger, &app.book, app.now, false, error) < 0)
		return error->code;
	struct reconcile span = {.ledger = &app.ledger, .book = &app.book, .values = (const char *const *const *)app.values};

	if (span_read(&app, &span, error) < 0)
		return error->code;
	if (file && !wanted)
		return error_set(error, ERROR_USAGE, "--record goes with --market: whose record is it?");
	for (size_t i = 0; i < app.market_count; i++) {
		struct instance *market = app.markets[i].instance;
		struct tally tally = {.json = cli->json, .verbose = cli->verbose};

		if (wanted && strcmp(wanted, market->name) != 0)
			continue;
		compared++;
		if (!file && !wanted && !keeps_record(market)) {
			(void)fprintf(stderr, "apollo: %s keeps no record that can be asked for; give one with --record\n", market->name);
			continue;
		}
		if (!file && !keeps_record(market)) {
			(void)error_set(error, ERROR_USAGE, "market %s keeps no record that can be asked for", market->name);
			return error_hint(error, "give it in a file: apollo meter reconcile --market %s --record FILE", market->name);
		}
		if (market_compare(&app, market, file, &tally, &span, error) < 0)
			return error->code;
		bad += tally.rows - tally.states[RECONCILE_AGREED] - tally.states[RECONCILE_PENDING_THERE];
	}
	if (!compared)
		return error_set(error, ERROR_USAGE, "there is no market \"%s\" in %s", wanted ? wanted : "", cli->config);
	return bad ? ERROR_NO : 0;
}
