/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/studio.h"

#include "cli/data.h"
#include "cli/machines.h"
#include "core/file.h"

#include <apollo/kit.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void studio_close(struct studio *studio)
{
	if (studio->goals_open)
		goals_release(&studio->goals);
	if (studio->catalog_open)
		catalog_release(&studio->catalog);
	if (studio->marketplaces_open)
		marketplaces_release(&studio->marketplaces);
	scope_release(&studio->scope);
}

int studio_goals(struct studio *studio, const char *path, struct error *error)
{
	char folder[PATH_MAX];

	studio->goals_open = true;
	if (goals_read(path, &studio->catalog, &studio->goals, error) < 0 ||
	    marketplaces_read(data_folder("marketplaces.cfg", folder), &studio->marketplaces, error) < 0)
		return error->code;
	studio->marketplaces_open = true;
	studio->goals.marketplaces = &studio->marketplaces;
	return 0;
}

/* ---- flags ---- */

int whole_flag(const struct cli *cli, const char *flag, int64_t least, int64_t most, int64_t *value, struct error *error)
{
	const char *text = cli_value(cli, flag);
	int64_t number;

	if (!text)
		return 0;
	if (apollo_decimal_read(text, strlen(text), 0, APOLLO_EXACT, &number) < 0 || number < least || number > most)
		return error_set(error, ERROR_USAGE, "--%s %s is not a whole number from %lld to %lld", flag, text, (long long)least, (long long)most);
	*value = number;
	return 0;
}

/* ---- what a forecast goes by ---- */

int studio_usage(struct studio *studio, const struct catalog_offer *offer, struct error *error)
{
	const char *file = cli_value(studio->cli, "usage"), *ledger = cli_value(studio->cli, "ledger");

	if (file && ledger)
		return error_set(error, ERROR_USAGE, "--usage and --ledger are there both");
	if (file)
		return usage_read(&studio->scope, file, offer, studio->zone, &studio->history, error);
	return ledger ? usage_from_ledger(studio->cli, ledger, &studio->scope, offer, &studio->history, error) : 0;
}

int studio_fit(struct studio *studio, const struct catalog_offer *offer, struct error *error)
{
	int64_t paths, seed;

	if (forecast_fit(&studio->scope, offer, studio->zone, &studio->history, &studio->forecast, error) < 0 ||
	    (studio->goals_open && studio->goals.forecast && forecast_read(studio->goals.forecast, offer, &studio->forecast, error) < 0))
		return error->code;
	paths = (int64_t)studio->forecast.paths;
	seed = (int64_t)studio->forecast.seed;
	if (whole_flag(studio->cli, "paths", 1, FORECAST_PATHS_MAX, &paths, error) < 0 || whole_flag(studio->cli, "seed", 0, INT64_MAX, &seed, error) < 0)
		return error->code;
	studio->forecast.paths = (size_t)paths;
	studio->forecast.seed = (uint64_t)seed;
	for (size_t i = 0; i < studio->forecast.dimension_count; i++)
		if (studio->forecast.dimensions[i].known)
			return 0;
	(void)error_set(error, ERROR_USAGE, "nothing says what will be used");
	return error_hint(error, "give --usage or --ledger, or a \"forecast\" with levels in the goals");
}

int studio_forecast(struct studio *studio, const struct catalog_offer *offer, struct error *error)
{
	return studio_usage(studio, offer, error) < 0 ? error->code : studio_fit(studio, offer, error);
}

int studio_start(struct studio *studio, int64_t *start, struct error *error)
{
	const struct usage *history = &studio->history;

	if (day_flag(studio->cli, "start", studio->zone, start, error) < 0)
		return error->code;
	if (*start == 0 && history->count)
		*start = zone_time(studio->zone, calendar_add_months(calendar_month(zone_local(studio->zone, history->rows[history->count - 1].time)), 1));
	if (*start)
		return 0;
	(void)error_set(error, ERROR_USAGE, "when does it begin?");
	return error_hint(error, "say --start 2027-01-01, or give usage: it begins behind that");
}

int studio_open(struct studio *studio, struct contract *contract, struct error *error)
{
	const char *goals = cli_value(studio->cli, "goals");
	int64_t start, months = 0;

	if (catalog_read(studio->cli->words[0], CATALOG_SOLD, &studio->catalog, error) < 0)
		return error->code;
	studio->catalog_open = true;
	if ((goals && studio_goals(studio, goals, error) < 0) ||
	    contract_find(&studio->catalog, studio->cli->words[1], contract, error) < 0 ||
	    zone_read(&studio->scope, contract->phases[0].tariff->zone, &studio->zone, error) < 0 || studio_forecast(studio, contract->offer, error) < 0 ||
	    whole_flag(studio->cli, "months", 1, CATALOG_TERM_MAX, &months, error) < 0)
		return error->code;
	if (goals && studio->goals.offer != contract->offer)
		return error_set(error, ERROR_INPUT, "the goals are for offer %s, and %s is of offer %s", studio->goals.offer->name, contract->name,
				 contract->offer->name);
	studio->decimals = contract->phases[0].tariff->decimals;
	studio->currency = contract->phases[0].tariff->currency;
	start = contract->start;
	if (studio_start(studio, &start, error) < 0)
		return error->code;
	contract->start = start;
	return contract_term(&studio->scope, contract, start, (int)months, error);
}

int studio_tune(struct studio *studio, int64_t start, struct tune *tune, struct error *error)
{
	struct tune_input input = {.goals = &studio->goals, .forecast = &studio->forecast, .start = start, .fee = goals_fee, .fee_context = &studio->goals};
	const struct machines_time time = {&studio->forecast, start};
	int64_t threads = sysconf(_SC_NPROCESSORS_ONLN);

	if (whole_flag(studio->cli, "threads", 1, TUNE_THREADS_MAX, &threads, error) < 0 ||
	    machines_enter(&studio->scope, &studio->goals, &time, error) < 0)
		return error->code;
	input.threads = (int)threads;
	return tune_make(&studio->scope, &input, tune, error);
}

/* ---- results ---- */

int output_write(const struct buffer *buffer, struct error *error)
{
	if (buffer_failed(buffer))
		return error_memory(error, "the result");
	(void)fwrite(buffer_string(buffer), 1, buffer->size, stdout);
	return 0;
}

int output_file(const struct cli *cli, const char *flag, const struct buffer *buffer, struct error *error)
{
	const char *out = cli_value(cli, flag), *slash = out ? strrchr(out, '/') : NULL;
	char folder[4096];

	if (!out)
		return 0;
	(void)snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - out) + (slash == out) : 1, slash ? out : ".");
	return file_write(folder, slash ? slash + 1 : out, buffer, error);
}
