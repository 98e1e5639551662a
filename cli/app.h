/* SPDX-License-Identifier: Apache-2.0 */
/*
 * app.h - everything wired together: the configuration, the plugins, the book, the ledger and the engine.
 *
 * Invariants: app_open opens what it is asked for, and app_close ends all of it in the right order, also after a
 * failure.  The book is made from the catalogue here and nowhere else.
 */
#ifndef CLI_APP_H
#define CLI_APP_H

#include "cli/cli.h"
#include "core/conversation.h"
#include "core/exchange.h"
#include "core/instance.h"
#include "metering/collect.h"
#include "metering/ledger.h"
#include "metering/report.h"
#include "offers/catalog.h"

enum {
	APP_GAP_DAYS = 7,      /* a longer time without a run is believed only where a person says so */
	APP_WAIT_SECONDS = 300, /* for another one who writes to the ledger */
	APP_OPEN_MONTHS = 600  /* of a subscription without an end that are looked at */
};

enum app_parts {
	APP_BOOK = 1,    /* instances and the book: needs the plugins */
	APP_LEDGER = 2,  /* the ledger, for writing */
	APP_READ = 4,    /* the ledger, for reading only */
	APP_ENGINE = 8,  /* exchanges and conversations: needs the ledger */
	APP_LEASE = 16,  /* the lease of closing and sending */
};

struct app {
	const struct cli *cli;
	struct catalog catalog;
	bool catalog_open;
	int64_t now;
	int64_t held_since; /* ERROR_LEASED: when the other run began; 0: not known */
	struct clock clock;
	struct scope scope;

	struct plugin **plugins;
	struct instance **instances; /* in the catalogue's order */

	struct book book;
	const char *const **values; /* the market's option values, by subscription of the catalogue */
	/* For accounts of the book, in their order: what the plan says of them. */
	const struct tariff_charge **charges;
	struct report_market *markets;
	size_t market_count;
	struct collect_job *jobs;
	size_t job_count;

	struct ledger ledger;
	struct exchanges *exchanges;
	struct conversations *conversations;
};

/* The app of a command line, with nothing open. */
void app_init(struct app *app, const struct cli *cli);
void app_close(struct app *app);
#define APP_CLEANUP __attribute__((cleanup(app_close)))

/* Opens the parts; the time is that of --now where the command has it and the ledger allows it. */
int app_open(struct app *app, unsigned parts, struct error *error);

/* Exchanges and conversations at the app's clock; app_open does it for APP_ENGINE. */
int app_engine(struct app *app, struct error *error);

/* Gives series and accounts their ids, adding what is new; in a transaction of its own. */
int app_bind(struct app *app, struct error *error);

/* The subscription of the book by its name; ERROR_INPUT where there is none. */
int app_subscription(const struct app *app, const char *name, uint32_t *index, struct error *error);

/* The highest alarm of the configuration that an age has passed, microseconds; 0: none. */
int64_t app_alarm(const struct app *app, int64_t age);

/* Moves the time of a rehearsal. */
void app_set_now(struct app *app, int64_t now);

/* app_wire.c: from the catalogue to instances and the book. */
int app_instances(struct app *app, struct error *error);
int app_book(struct app *app, struct error *error);

#endif
