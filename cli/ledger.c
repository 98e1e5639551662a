/* SPDX-License-Identifier: Apache-2.0 */
/* apollo ledger ... */
#include "cli/app.h"

#include "metering/verify.h"

#include <stdio.h>

static int run_init(const struct cli *cli, struct error *error)
{
	CATALOG_CLEANUP struct catalog catalog = {0};
	bool rehearsal = cli_value(cli, "rehearsal") != NULL;
	struct clock clock = clock_system();
	int64_t now;

	if (cli_value(cli, "now") && !rehearsal)
		return error_set(error, ERROR_USAGE, "--now goes with --rehearsal: a real ledger lives in real time");
	if (cli_time(cli, "now", clock_now(&clock), &now, error) < 0 || catalog_read(cli->config, CATALOG_ALL, &catalog, error) < 0 ||
	    ledger_init(catalog.ledger, rehearsal, now, error) < 0)
		return error->code;
	if (cli->json)
		(void)printf("{\"ledger\":\"made\",\"rehearsal\":%s}\n", rehearsal ? "true" : "false");
	return 0;
}

static int run_verify(const struct cli *cli, struct error *error)
{
	APP_CLEANUP struct app app;
	struct verify_report report;

	app_init(&app, cli);
	if (app_open(&app, APP_READ, error) < 0 || ledger_verify(&app.ledger, &report, error) < 0)
		return error->code;
	(void)printf(cli->json ? "{\"whole\":true,\"postings\":%lld,\"events\":%lld,\"blocks\":%lld,\"claims\":%lld,"
				 "\"hours\":%lld,\"head\":\"%s\"}\n"
			       : "The ledger is whole: %lld postings, %lld events in %lld blocks, %lld claims, %lld hours worked "
				 "out anew.\nHead of the chain: %s\n",
		     (long long)report.postings, (long long)report.events, (long long)report.blocks,
		     (long long)report.claims, (long long)report.hours, report.head);
	return 0;
}

static int run_config(const struct cli *cli, struct error *error)
{
	APP_CLEANUP struct app app;

	app_init(&app, cli);
	if (app_open(&app, APP_BOOK, error) < 0)
		return error->code;
	if (cli->json) {
		(void)printf("{\"instances\":%zu,\"offers\":%zu,\"subscriptions\":%zu,\"series\":%zu,\"accounts\":%zu,"
			     "\"warnings\":%zu}\n", app.catalog.instance_count, app.catalog.offer_count,
			     app.catalog.subscription_count, app.book.series_count, app.book.account_count,
			     app.catalog.warning_count);
		return 0;
	}
	for (size_t i = 0; i < app.catalog.warning_count; i++)
		(void)printf("warning: %s\n", app.catalog.warnings[i]);
	for (size_t i = 0; i < app.catalog.subscription_count; i++) {
		const struct catalog_subscription *subscription = &app.catalog.subscriptions[i];

		(void)printf("%-24s %s, plan %s, billed by %s\n", subscription->name, subscription->offer->name,
			     subscription->plan->name, subscription->market ? subscription->market->name : "nobody");
	}
	return 0;
}

static const struct cli_flag init_flags[] = {
	{"rehearsal", NULL, "may be given another time than now, and only talks to loopback"},
	{"now", "TIME", "the time at which the rehearsal begins"},
	{NULL, NULL, NULL},
};

const struct cli_command ledger_commands[] = {
	{"config", "", "check the configuration, and list the subscriptions", NULL, 0, 0, run_config},
	{"ledger init", "", "make the ledger that the configuration names", init_flags, 0, 0, run_init},
	{"ledger verify", "", "prove that the books are whole, or name the first bad posting", NULL, 0, 0, run_verify},
	{NULL, NULL, NULL, NULL, 0, 0, NULL},
};
