/* SPDX-License-Identifier: Apache-2.0 */
/* apollo price report */
#include "cli/studio.h"
#include "offers/report.h"

static int run_report(const struct cli *cli, struct error *error)
{
	STUDIO_CLEANUP struct studio studio = {.cli = cli, .scope = scope_init(STUDIO_SCOPE)};
	BUFFER_CLEANUP struct buffer page = buffer_init(STUDIO_OUTPUT), data = buffer_init(STUDIO_OUTPUT);
	bool csv = cli_value(cli, "csv") != NULL, tuned = cli_value(cli, "tune") != NULL;
	struct contract contract;
	struct report report;
	struct tune tune;

	if (!cli_value(cli, "out") && !csv && !cli->json) {
		(void)error_set(error, ERROR_USAGE, "where to?");
		return error_hint(error, "say --out report.html, --json or --csv");
	}
	if (tuned && !cli_value(cli, "goals")) {
		(void)error_set(error, ERROR_USAGE, "--tune needs --goals");
		return error_hint(error, "their levers say what may be changed");
	}
	if (csv && cli->json)
		return error_set(error, ERROR_USAGE, "--csv and --json are there both");
	if (studio_open(&studio, &contract, error) < 0 || (tuned && studio_tune(&studio, contract.start, &tune, error) < 0))
		return error->code;
	const struct report_input input = {&contract, &studio.forecast, studio.goals_open ? &studio.goals : NULL, tuned ? &tune : NULL};
	if (report_make(&studio.scope, &input, &report, error) < 0)
		return error->code;
	report_page(&report, &page);
	if (csv)
		report_csv(&report, &data);
	else if (cli->json)
		report_json(&report, &data);
	return output_file(cli, "out", &page, error) < 0 ? error->code : output_write(&data, error);
}

static const struct cli_flag report_flags[] = {
	FORECAST_FLAGS,
	{"months", "COUNT", "so many; else as the offer or the plan says"},
	{"goals", "FILE", "a forecast, costs, a competitor and the fee; see apollo-price(5)"},
	{"tune", NULL, "also what could be offered instead, by the goals' levers"},
	{"threads", "COUNT", "of --tune; else one for each processor; the result is the same"},
	{"out", "FILE", "write the page there"},
	{"csv", NULL, "each number as CSV: table,row,column,value"},
	{NULL, NULL, NULL},
};

const struct cli_command report_commands[] = {
	{"price report", "OFFERS.cfg NAME|OFFER/PLAN", "an offer in pictures and tables: a page, JSON or CSV", report_flags, 2, 2, run_report},
	{NULL, NULL, NULL, NULL, 0, 0, NULL},
};
