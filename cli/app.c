/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/app.h"

#include "core/log.h"

#include <openssl/rand.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { APP_SCOPE = 1 << 30 };

/* Set by SIGTERM and SIGINT: the exchange in hand ends, is written down, and the command leaves with 0. */
static volatile sig_atomic_t app_stop;

static void stop_handler(int number)
{
	(void)number;
	app_stop = 1;
}

void app_init(struct app *app, const struct cli *cli)
{
	struct sigaction action = {.sa_handler = stop_handler};

	*app = (struct app){.cli = cli, .clock = clock_system(), .scope = scope_init(APP_SCOPE), .book = book_init(),
			    .ledger = {.lock = -1}};
	app->now = clock_now(&app->clock);
	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
}

void app_close(struct app *app)
{
	conversations_free(&app->conversations);
	exchanges_free(&app->exchanges);
	if (app->ledger.db)
		ledger_close(&app->ledger);
	book_release(&app->book);
	for (size_t i = 0; app->instances && i < app->catalog.instance_count; i++)
		instance_close(&app->instances[i]);
	for (size_t i = 0; app->plugins && i < app->catalog.instance_count; i++)
		plugin_free(&app->plugins[i]);
	free(app->instances);
	free(app->plugins);
	scope_release(&app->scope);
	if (app->catalog_open)
		catalog_release(&app->catalog);
	app->catalog_open = false;
}

static int64_t rehearsal_now(void *context)
{
	return ((const struct app *)context)->now;
}

void app_set_now(struct app *app, int64_t now)
{
	app->now = now;
	/* Everyone who has a copy of the clock sees the rehearsal's time move. */
	app->clock.now = rehearsal_now;
	app->clock.context = app;
}

/* --now is for rehearsals only: a real ledger lives in real time. */
static int time_open(struct app *app, struct error *error)
{
	int64_t now;

	if (!cli_value(app->cli, "now"))
		return 0;
	if (cli_time(app->cli, "now", 0, &now, error) < 0)
		return error->code;
	if (app->ledger.db && !app->ledger.rehearsal) {
		(void)error_set(error, ERROR_USAGE, "--now is refused: %s is a real ledger", app->ledger.path);
		return error_hint(error, "rehearse on one made with: apollo ledger init --rehearsal");
	}
	app_set_now(app, now);
	return 0;
}

/* A clock that jumped back would close nothing and stamp postings out of order; one that jumped ahead would close
 * hours whose events are still to come. */
static int clock_check(struct app *app, struct error *error)
{
	char last[APOLLO_TIME_TEXT], now[APOLLO_TIME_TEXT];
	int64_t seen;

	if (ledger_get(&app->ledger, "run", 0, &seen, error) < 0)
		return error->code;
	if (seen > app->now + APOLLO_HOUR) {
		(void)error_set(error, ERROR_INPUT, "the clock says %s, but the last run was at %s", apollo_time_format(app->now, now),
				apollo_time_format(seen, last));
		return error_hint(error, "set the machine's clock right; nothing was changed");
	}
	return 0;
}

static int ledger_part(struct app *app, unsigned parts, struct error *error)
{
	if (ledger_open(app->catalog.ledger, (parts & APP_READ) != 0, 0, &app->ledger, error) < 0)
		return error->code;
	if (time_open(app, error) < 0)
		return error->code;
	if (parts & APP_LEASE && clock_check(app, error) < 0)
		return error->code;
	return parts & APP_LEASE ? ledger_lease(&app->ledger, app->now, error) : 0;
}

int app_engine(struct app *app, struct error *error)
{
	uint64_t seed = 0;
	struct exchange_options options = {
		.http = {.proxy = app->catalog.http.proxy, .ca_file = app->catalog.http.ca_file,
			 .loopback_only = app->ledger.rehearsal},
		.clock = app->clock,
		.stop = &app_stop,
	};

	if (RAND_bytes((unsigned char *)&seed, sizeof(seed)) != 1)
		return error_set(error, ERROR_IO, "the system gives no random bytes");
	options.seed = seed;
	if (exchanges_new(&options, &app->exchanges, error) < 0)
		return error->code;
	return conversations_new(app->exchanges, app->ledger.db, &app->conversations, error);
}

int app_open(struct app *app, unsigned parts, struct error *error)
{
	if (catalog_read(app->cli->config, &app->catalog, error) < 0)
		return error->code;
	app->catalog_open = true;
	for (size_t i = 0; i < app->catalog.warning_count; i++)
		log_line(APOLLO_INFO, "%s", app->catalog.warnings[i]);
	if (parts & (APP_LEDGER | APP_READ) && ledger_part(app, parts, error) < 0)
		return error->code;
	if (parts & APP_BOOK && (app_instances(app, error) < 0 || app_book(app, error) < 0))
		return error->code;
	if (parts & APP_BOOK && app->ledger.db && parts & APP_READ &&
	    ledger_bind_book(&app->ledger, &app->book, app->now, false, error) < 0)
		return error->code;
	return parts & APP_ENGINE ? app_engine(app, error) : 0;
}

int app_bind(struct app *app, struct error *error)
{
	if (ledger_begin(&app->ledger, error) < 0)
		return error->code;
	if (ledger_bind_book(&app->ledger, &app->book, app->now, true, error) < 0 ||
	    ledger_commit(&app->ledger, error) < 0) {
		ledger_rollback(&app->ledger);
		return error->code;
	}
	return 0;
}

int app_subscription(const struct app *app, const char *name, uint32_t *index, struct error *error)
{
	int64_t found = map_get(&app->book.subscription_names, name, strlen(name));

	if (found < 0) {
		(void)error_set(error, ERROR_USAGE, "there is no subscription \"%s\" in %s", name, app->cli->config);
		return error_hint(error, "apollo config lists them");
	}
	*index = (uint32_t)found;
	return 0;
}
