/* SPDX-License-Identifier: Apache-2.0 */
/* apollo meter rehearse: every hour of a span of time, as cron would run it, in one process. */
#include "cli/meter.h"

#include "core/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct sandbox_clock {
	struct app *app;
	const char *url; /* of the sandbox; NULL: none */
	bool done, moved;
	char trouble[ERROR_TEXT];
};

static void clock_moved(void *context, const struct apollo_reply *reply, const struct exchange_facts *facts)
{
	struct sandbox_clock *clock = context;

	(void)facts;
	clock->done = true;
	clock->moved = reply->status >= 200 && reply->status < 300;
	(void)snprintf(clock->trouble, sizeof(clock->trouble), "%s", reply->transport_error ? reply->transport_error : reply->body);
}

/* Sets the sandbox's clock, so that its window and its tokens go along with the rehearsal. */
static int clock_move(struct sandbox_clock *clock, struct error *error)
{
	char url[1024], body[64], time[APOLLO_TIME_TEXT];
	static const struct apollo_header json = {"Content-Type", "application/json"};
	struct apollo_request request = {.size = sizeof(request), .method = "PUT", .url = url, .headers = &json,
					 .header_count = 1, .body = body};

	if (!clock->url || clock->app->instances == NULL || clock->app->catalog.instance_count == 0)
		return 0;
	(void)snprintf(url, sizeof(url), "%s/sandbox/clock", clock->url);
	(void)snprintf(body, sizeof(body), "{\"now\":\"%s\"}", apollo_time_format(clock->app->now, time));
	request.body_size = strlen(body);
	clock->done = false;
	if (exchange_start(clock->app->exchanges, clock->app->instances[0], &request, NULL, clock_moved, clock, error) < 0)
		return error->code;
	while (!clock->done)
		if (exchanges_run(clock->app->exchanges, error) < 0)
			return error->code;
	if (clock->moved)
		return 0;
	(void)error_set(error, APOLLO_RETRY, "the sandbox at %s did not set its clock to %s", clock->url, time);
	(void)error_detail(error, "%.300s", clock->trouble);
	return error_hint(error, "start it with: apollo sandbox --clock TIME");
}

static void progress_show(int64_t from, int64_t now, int64_t to)
{
	enum { WIDTH = 40 };
	int done = (int)((now - from) * WIDTH / (to - from));
	char time[APOLLO_TIME_TEXT];

	if (!isatty(STDERR_FILENO))
		return;
	(void)fprintf(stderr, "\r[%-*.*s] %s", WIDTH, done, "########################################",
		      apollo_time_format(now, time));
	if (now >= to)
		(void)fprintf(stderr, "\r%*s\r", WIDTH + 30, "");
}

static int hours_run(struct app *app, int64_t from, int64_t to, struct error *error)
{
	struct sandbox_clock clock = {.app = app, .url = cli_value(app->cli, "clock")};
	struct meter_report report = {0};

	for (int64_t now = from; now <= to && !exchanges_stopped(app->exchanges); now += APOLLO_HOUR) {
		app_set_now(app, now);
		if (clock_move(&clock, error) < 0 || meter_steps(app, &report, error) < 0)
			return error->code;
		progress_show(from, now, to);
	}
	(void)printf(app->cli->json ? "{\"hours\":%lld,\"events\":%lld,\"claims\":%lld,\"accepted\":%lld,\"parked\":%lld,\"deferred\":%lld}\n"
				    : "%lld hours closed, %lld events taken, %lld claims made, %lld accepted, %lld parked, %lld deferred\n",
		     (long long)report.closed.hours, (long long)(report.spool.events.taken + report.collected.samples),
		     (long long)report.closed.claims, (long long)report.told.accepted, (long long)report.told.parked,
		     (long long)report.told.deferred);
	meter_tell_sources(&report.collected);
	if (report.spool.failed)
		log_error(&report.spool.last);
	return report.told.parked || report.collected.failed || report.spool.failed ? ERROR_PERSON : 0;
}

int run_rehearse(const struct cli *cli, struct error *error)
{
	APP_CLEANUP struct app app;
	int64_t from, to;

	app_init(&app, cli);
	if (cli_time(cli, "from", 0, &from, error) < 0 || cli_time(cli, "to", 0, &to, error) < 0)
		return error->code;
	if (!from || !to || from >= to)
		return error_set(error, ERROR_USAGE, "--from and --to say which hours, and --from comes first");
	if (app_open(&app, APP_BOOK | APP_LEDGER, error) < 0)
		return error->code;
	if (!app.ledger.rehearsal) {
		(void)error_set(error, ERROR_USAGE, "%s is a real ledger, it lives in real time", app.ledger.path);
		return error_hint(error, "rehearse on one made with: apollo ledger init --rehearsal");
	}
	/* The engine's clock is the rehearsal's; it moves with every hour. */
	app_set_now(&app, from);
	if (ledger_lease(&app.ledger, app.now, error) < 0 || app_engine(&app, error) < 0 || app_bind(&app, error) < 0)
		return error->code;
	return hours_run(&app, from, to, error);
}
