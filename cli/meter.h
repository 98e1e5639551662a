/* SPDX-License-Identifier: Apache-2.0 */
/* meter.h - the commands of metering: what they share. */
#ifndef CLI_METER_H
#define CLI_METER_H

#include "cli/app.h"
#include "cli/spool.h"
#include "metering/close.h"
#include "metering/due.h"
#include "metering/reconcile.h"
#include "metering/status.h"

struct meter_report {
	struct spool_counts spool;
	struct collect_counts collected;
	struct close_counts closed;
	struct report_counts told;
};

/* An intake with the configuration's window, at the app's time. */
struct intake app_intake(struct app *app);

/* One run: spool, collect, close, report, prune.  Counts are added to. */
int meter_steps(struct app *app, struct meter_report *report, struct error *error);

/* Which meters could not be collected, and why; nothing where all could. */
void meter_tell_sources(const struct collect_counts *collected);

/* A text as a JSON string on standard output; NULL as an empty one. */
void json_put(const char *text);

/* Whether what is left of an account is told as long as nobody has decided: it is not in the configuration any more, or the
 * customer paid too much. */
bool left_needs_person(const struct due_left *left);

/* Reads how things stand with every market. */
int app_markets_read(struct app *app, status_market_each each, void *context, struct error *error);

/* Compares our books with a market's record, of a file or, where that is NULL, by asking the market, which needs APP_LEDGER and APP_ENGINE. */
int record_compare(struct app *app, const char *file, const struct reconcile *reconcile, reconcile_each each, void *context, struct error *error);

int run_status(const struct cli *cli, struct error *error);
int run_statement(const struct cli *cli, struct error *error);
int run_reconcile(const struct cli *cli, struct error *error);
int run_rehearse(const struct cli *cli, struct error *error);

#endif
