/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands of prices share. */
#include "cli/price.h"

#include "cli/app.h"
#include "metering/statement.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>

enum { PRICING_CEILING = 1 << 30 };

/* ---- the ledger's usage ---- */

struct ledger_rows {
	struct usage usage;
	uint32_t dimension;
	bool counting;
};

static int ledger_row(void *context, const struct statement_line *line, struct error *error)
{
	struct ledger_rows *rows = context;

	if (!rows->counting)
		rows->usage.rows[rows->usage.count] = (struct usage_row){line->hour, line->metered, rows->dimension};
	if (++rows->usage.count > USAGE_ROWS_MAX)
		return error_set(error, ERROR_INPUT, "the ledger has more than %d hours of usage", USAGE_ROWS_MAX);
	return 0;
}

static int ledger_pass(struct app *app, uint32_t subscription, const struct catalog_offer *offer, struct ledger_rows *rows, struct error *error)
{
	for (size_t i = 0; i < app->book.account_count; i++) {
		const struct book_account *account = &app->book.accounts[i];
		const struct catalog_dimension *dimension = catalog_dimension(offer, account->dimension);

		if (app->book.series[account->series].subscription != subscription || !dimension)
			continue;
		rows->dimension = (uint32_t)(dimension - offer->dimensions);
		if (statement_lines(&app->ledger, account->id, 0, INT64_MAX, ledger_row, rows, error) < 0)
			return error->code;
	}
	return 0;
}

int usage_from_ledger(const struct cli *cli, const char *subscription, struct scope *scope, const struct catalog_offer *offer, struct usage *usage,
		      struct error *error)
{
	APP_CLEANUP struct app app;
	struct ledger_rows rows = {.counting = true};
	uint32_t index;

	app_init(&app, cli);
	if (app_open(&app, APP_BOOK | APP_READ, error) < 0 || app_subscription(&app, subscription, &index, error) < 0 ||
	    ledger_pass(&app, index, offer, &rows, error) < 0)
		return error->code;
	rows.usage.rows = scope_alloc(scope, (rows.usage.count + 1) * sizeof(*rows.usage.rows));
	if (!rows.usage.rows)
		return error_memory(error, "usage");
	rows.usage.count = 0;
	rows.counting = false;
	if (ledger_pass(&app, index, offer, &rows, error) < 0 || usage_sort(&rows.usage, error) < 0)
		return error->code;
	*usage = rows.usage;
	return 0;
}

/* ---- the term ---- */

static int months_flag(const struct cli *cli, int *months, struct error *error)
{
	const char *text = cli_value(cli, "months");
	int64_t count;

	*months = 0;
	if (!text)
		return 0;
	if (apollo_decimal_read(text, strlen(text), 0, APOLLO_EXACT, &count) < 0 || count < 1 || count > CATALOG_TERM_MAX)
		return error_set(error, ERROR_USAGE, "--months %s is not a whole number from 1 to %d", text, CATALOG_TERM_MAX);
	*months = (int)count;
	return 0;
}

int day_flag(const struct cli *cli, const char *flag, const struct zone *zone, int64_t *time, struct error *error)
{
	const char *text = cli_value(cli, flag);
	char midnight[32];

	if (!text)
		return 0;
	(void)snprintf(midnight, sizeof(midnight), "%.10sT00:00:00Z", text);
	if (strlen(text) != 10 || apollo_time_parse(midnight, strlen(midnight), 0, time) < 0) {
		(void)error_set(error, ERROR_USAGE, "--%s %s is not a day", flag, text);
		return error_hint(error, "write it as 2026-10-01");
	}
	*time = zone_time(zone, *time);
	return 0;
}

static int term_settle(const struct cli *cli, struct pricing *pricing, const struct zone *zone, struct error *error)
{
	int64_t start = 0;
	int months;

	if (months_flag(cli, &months, error) < 0 || day_flag(cli, "start", zone, &start, error) < 0)
		return error->code;
	if (!start && pricing->usage.count)
		start = zone_time(zone, calendar_month(zone_local(zone, pricing->usage.rows[0].time)));
	if (cli_value(cli, "start"))
		pricing->contract.start = 0;
	if (!start && !pricing->contract.start) {
		(void)error_set(error, ERROR_USAGE, "when does %s begin?", pricing->contract.name);
		return error_hint(error, "say --start 2026-10-01, or give usage");
	}
	return contract_term(&pricing->scope, &pricing->contract, start, months, error);
}

int pricing_open(const struct cli *cli, struct pricing *pricing, struct error *error)
{
	const char *file = cli_value(cli, "usage"), *ledger = cli_value(cli, "ledger");
	const struct zone *zone;

	*pricing = (struct pricing){.scope = scope_init(PRICING_CEILING)};
	if (file && ledger)
		return error_set(error, ERROR_USAGE, "--usage and --ledger are there both");
	if (catalog_read(cli->words[0], CATALOG_SOLD, &pricing->catalog, error) < 0)
		return error->code;
	pricing->catalog_open = true;
	if (contract_find(&pricing->catalog, cli->words[1], &pricing->contract, error) < 0 ||
	    zone_read(&pricing->scope, pricing->contract.phases[0].tariff->zone, &zone, error) < 0 ||
	    (file && usage_read(&pricing->scope, file, pricing->contract.offer, zone, &pricing->usage, error) < 0) ||
	    (ledger && usage_from_ledger(cli, ledger, &pricing->scope, pricing->contract.offer, &pricing->usage, error) < 0))
		return error->code;
	return term_settle(cli, pricing, zone, error);
}

void pricing_close(struct pricing *pricing)
{
	if (pricing->catalog_open)
		catalog_release(&pricing->catalog);
	scope_release(&pricing->scope);
}
