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

/*
 * Set by SIGTERM and SIGINT where there is an engine: the exchange in hand ends, is written down, and the command leaves with
 * 0.  Without one the signal ends the command where it is: nothing is half-written whenever it dies, and an input that never ends
 * must not keep it.
 */
static volatile sig_atomic_t app_stop;

static void stop_handler(int number)
{
	(void)number;
	app_stop = 1;
}

void app_init(struct app *app, const struct cli *cli)
{
	*app = (struct app){.cli = cli, .clock = clock_system(), .scope = scope_init(APP_SCOPE), .book = book_init(),
			    .ledger = {.lock = -1}};
	app->now = clock_now(&app->clock);
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

/* When the ledger was last written to by a run, or made. */
static int last_seen(struct app *app, int64_t *seen, struct error *error)
{
	static const char *const names[] = {"made", "closed", "run"};

	*seen = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int64_t value;

		if (ledger_get(&app->ledger, names[i], 0, &value, error) < 0)
			return error->code;
		if (value > *seen)
			*seen = value;
	}
	return 0;
}

/* A clock that jumped back would close nothing and stamp postings out of order; one that jumped ahead would close
 * hours whose events are still to come, and have every run refused once it is set right. */
static int clock_check(struct app *app, struct error *error)
{
	char last[APOLLO_TIME_TEXT], now[APOLLO_TIME_TEXT];
	int64_t seen;

	if (last_seen(app, &seen, error) < 0)
		return error->code;
	(void)apollo_time_format(app->now, now);
	(void)apollo_time_format(seen, last);
	if (seen > app->now + APOLLO_HOUR) {
		(void)error_set(error, ERROR_INPUT, "the clock says %s, but the last run was at %s", now, last);
		return error_hint(error, "set the machine's clock right; nothing was changed");
	}
	if (app->ledger.rehearsal || cli_value(app->cli, "after-gap") || app->now - seen <= APP_GAP_DAYS * APOLLO_DAY)
		return 0;
	(void)error_set(error, ERROR_INPUT, "the clock says %s, and nothing has run since %s, more than %d days", now,
			last, APP_GAP_DAYS);
	return error_hint(error, "if the clock is right: apollo meter run --after-gap; else set it right, nothing was changed");
}

/* How long to wait for another one who writes. */
static int wait_apply(struct app *app, struct error *error)
{
	const char *text = cli_value(app->cli, "wait");
	int64_t seconds = APP_WAIT_SECONDS;

	if (text && (apollo_decimal_read(text, strlen(text), 0, APOLLO_EXACT, &seconds) < 0 || seconds < 0 || seconds > 86400))
		return error_set(error, ERROR_USAGE, "--wait %s is not a number of seconds up to a day", text);
	db_set_wait(app->ledger.db, (int)seconds * 1000);
	return 0;
}

static int lease_take(struct app *app, struct error *error)
{
	struct error own = {0};
	int code = ledger_lease(&app->ledger, app->now, error);

	if (code == ERROR_LEASED)
		(void)ledger_get(&app->ledger, "leased", 0, &app->held_since, &own);
	return code;
}

static int ledger_part(struct app *app, unsigned parts, struct error *error)
{
	if (ledger_open(app->catalog.ledger, (parts & APP_READ) != 0, 0, &app->ledger, error) < 0)
		return error->code;
	if (time_open(app, error) < 0 || (!(parts & APP_READ) && wait_apply(app, error) < 0))
		return error->code;
	if (parts & APP_LEASE && clock_check(app, error) < 0)
		return error->code;
	return parts & APP_LEASE ? lease_take(app, error) : 0;
}

int app_engine(struct app *app, struct error *error)
{
	struct sigaction action = {.sa_handler = stop_handler};
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
	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
	if (exchanges_new(&options, &app->exchanges, error) < 0)
		return error->code;
	return conversations_new(app->exchanges, app->ledger.db, &app->conversations, error);
}

int app_open(struct app *app, unsigned parts, struct error *error)
{
	if (catalog_read(app->cli->config, CATALOG_ALL, &app->catalog, error) < 0)
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

int64_t app_alarm(const struct app *app, int64_t age)
{
	int64_t passed = 0;

	for (size_t i = 0; i < app->catalog.alarm_count; i++)
		if (age >= app->catalog.alarms[i])
			passed = app->catalog.alarms[i];
	return passed;
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
