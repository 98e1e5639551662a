/* SPDX-License-Identifier: Apache-2.0 */
/* apollo meter status */
#include "cli/meter.h"

#include "core/buffer.h"
#include "metering/claim.h"

#include <stdio.h>
#include <string.h>

void json_put(const char *text)
{
	BUFFER_CLEANUP struct buffer quoted = buffer_init(1 << 20);

	(void)buffer_json(&quoted, text ? text : "");
	(void)fputs(buffer_string(&quoted), stdout);
}

static const char *time_or_never(int64_t time, char text[APOLLO_TIME_TEXT])
{
	return time ? apollo_time_format(time, text) : "never";
}

/* ---- status ---- */

/* What the last closed hour lacks: the silent ones in one list, those with a gap in another. */
struct lack_list {
	const struct app *app;
	bool gaps; /* this is the list of gaps */
	int count;
};

static void lack_print(void *context, uint32_t series, int64_t hour, bool silent, int64_t gap)
{
	struct lack_list *list = context;
	const struct book *book = &list->app->book;
	const char *subscription = book->subscriptions[book->series[series].subscription].name;
	const char *meter = book->meters[book->series[series].meter].name;
	char time[APOLLO_TIME_TEXT];

	if (silent == list->gaps)
		return;
	(void)apollo_time_format(hour, time);
	if (list->app->cli->json) {
		(void)printf("%s{\"subscription\":", list->count ? "," : "");
		json_put(subscription);
		(void)printf(",\"meter\":");
		json_put(meter);
		(void)printf(",\"hour\":\"%s\",\"gap_seconds\":%lld}", time, (long long)(gap / APOLLO_MICRO));
	} else if (silent) {
		(void)printf("  no usage:  %s of %s in the hour %s, though it is expected every hour\n", meter, subscription, time);
	} else {
		(void)printf("  gap:       %s of %s in the hour %s: %lld s are covered by no sample and metered as zero\n", meter,
			     subscription, time, (long long)(gap / APOLLO_MICRO));
	}
	list->count++;
}

struct parked_list {
	bool json;
	int count;
};

static void parked_print(void *context, const struct parked *parked)
{
	struct parked_list *list = context;
	char hour[APOLLO_TIME_TEXT], amount[APOLLO_QUANTITY_TEXT];

	(void)apollo_time_format(parked->hour, hour);
	(void)apollo_quantity_format(parked->amount, amount);
	if (list->json) {
		(void)printf("%s{\"claim\":%lld,\"hour\":\"%s\",\"amount\":\"%s\",\"subscription\":", list->count ? "," : "",
			     (long long)parked->claim, hour, amount);
		json_put(parked->subscription);
		(void)printf(",\"dimension\":");
		json_put(parked->dimension);
		(void)printf(",\"market\":");
		json_put(parked->market);
		(void)printf(",\"reason\":");
		json_put(parked->message);
		(void)printf("}");
	} else {
		(void)printf("  parked:    claim %lld, %s %s of %s, hour %s: %s%s%s\n", (long long)parked->claim, amount,
			     parked->dimension, parked->subscription, hour, parked->code ? parked->code : "",
			     parked->code && parked->message ? ": " : "", parked->message ? parked->message : "");
	}
	list->count++;
}

/* What no claim will take up by itself, and what to do about it. */
struct left_list {
	bool json;
	bool person; /* somebody must decide */
	int count;
};

bool left_needs_person(const struct due_left *left)
{
	return !left->known || left->amount < 0;
}

static void left_print(void *context, const struct due_left *left)
{
	struct left_list *list = context;
	char amount[APOLLO_QUANTITY_TEXT];
	const char *why = left->amount < 0 ? "the customer was told too much: credit it another way, then"
			  : !left->known  ? "not in the configuration any more: put it back, with an end, to have it claimed, or"
					  : "the subscription has ended and this cannot be told: it may stay, or";

	list->person |= left_needs_person(left);
	(void)apollo_quantity_format(left->amount, amount);
	if (list->json) {
		(void)printf("%s{\"subscription\":", list->count ? "," : "");
		json_put(left->subscription);
		(void)printf(",\"dimension\":");
		json_put(left->dimension);
		(void)printf(",\"amount\":\"%s\",\"configured\":%s}", amount, left->known ? "true" : "false");
	} else {
		(void)printf("  left:      %s %s of %s: %s: apollo meter write-off --left %s\n", amount, left->dimension,
			     left->subscription, why, left->subscription);
	}
	list->count++;
}

static void waiting_print(void *context, const struct waiting *waiting)
{
	struct left_list *list = context;
	char oldest[APOLLO_TIME_TEXT];

	(void)apollo_time_format(waiting->oldest, oldest);
	if (list->json) {
		(void)printf("%s{\"subscription\":", list->count ? "," : "");
		json_put(waiting->subscription);
		(void)printf(",\"meter\":");
		json_put(waiting->meter);
		(void)printf(",\"hours\":%lld,\"oldest\":\"%s\"}", (long long)waiting->hours, oldest);
	} else {
		(void)printf("  waiting:   events of %s of %s in %lld hours from %s on: not in the configuration any more; put it back,"
			     " with an end\n", waiting->meter, waiting->subscription, (long long)waiting->hours, oldest);
	}
	list->person = true;
	list->count++;
}

/* The markets of the status. */
struct market_list {
	const struct app *app;
	bool person; /* something needs one */
	int count;
};

static void market_json(const struct status_market *market, int64_t age, int64_t alarm, bool first)
{
	(void)printf("%s{\"market\":", first ? "" : ",");
	json_put(market->name);
	(void)printf(",\"configured\":%s,\"open\":%lld,\"in_doubt\":%lld,\"parked\":%lld,\"age_seconds\":%lld,\"alarm_hours\":%lld,"
		     "\"reason\":", market->known ? "true" : "false", (long long)market->open, (long long)market->in_doubt,
		     (long long)market->parked, (long long)(age / APOLLO_MICRO), (long long)(alarm / APOLLO_HOUR));
	json_put(market->reason);
	(void)printf("}");
}

static void market_print(void *context, const struct status_market *market)
{
	struct market_list *list = context;
	int64_t age = market->oldest ? list->app->now - market->oldest : 0, alarm = app_alarm(list->app, age);
	char oldest[APOLLO_TIME_TEXT];

	list->person |= alarm || !market->known;
	if (list->app->cli->json) {
		market_json(market, age, alarm, list->count++ == 0);
		return;
	}
	if (market->oldest)
		(void)printf("  %-10s oldest unsettled hour %s, %lld h %lld min old%s; %lld to send, %lld in doubt%s%s\n", market->name,
			     apollo_time_format(market->oldest, oldest), (long long)(age / APOLLO_HOUR),
			     (long long)(age % APOLLO_HOUR / (60 * APOLLO_MICRO)), alarm ? " (ALARM)" : "",
			     (long long)market->open, (long long)market->in_doubt, market->reason[0] ? "\n             " : "",
			     market->reason);
	else
		(void)printf("  %-10s everything is settled%s\n", market->name, market->parked ? " but what is parked" : "");
	if (!market->known)
		(void)printf("             the configuration has no such market: who tells it of these claims?\n");
}

int app_markets_read(struct app *app, status_market_each each, void *context, struct error *error)
{
	struct status_options options = {.book = &app->book, .market_count = app->market_count, .now = app->now,
					 .grace = app->catalog.grace};
	const char **names = scope_alloc(&app->scope, (app->market_count + 1) * sizeof(*names));

	if (!names)
		return error_memory(error, "the status");
	for (size_t i = 0; i < app->market_count; i++)
		names[i] = app->markets[i].instance->name;
	options.markets = names;
	return status_markets_read(&app->ledger, &options, each, context, error);
}

static void run_print(const struct app *app, const struct status *status, bool *person)
{
	int64_t age = app->now - (status->last_run ? status->last_run : status->made), alarm = app_alarm(app, age);
	char run_text[APOLLO_TIME_TEXT], closed_text[APOLLO_TIME_TEXT], written_off[APOLLO_QUANTITY_TEXT];
	const char *run = time_or_never(status->last_run, run_text), *closed = time_or_never(status->closed, closed_text);

	*person |= alarm > 0;
	if (app->cli->json) {
		(void)printf("{\"last_run\":\"%s\",\"run_age_seconds\":%lld,\"run_alarm_hours\":%lld,\"closed_to\":\"%s\","
			     "\"written_off\":\"%s\",\"different\":%lld,\"markets\":[", run, (long long)(age / APOLLO_MICRO),
			     (long long)(alarm / APOLLO_HOUR), closed, apollo_quantity_format(status->written_off, written_off),
			     (long long)status->differences);
		return;
	}
	(void)printf("Last run %s; hours are closed to %s\n", run, closed);
	if (alarm)
		(void)printf("  no run ended well for %lld h (ALARM): is cron still calling apollo meter run?\n",
			     (long long)(age / APOLLO_HOUR));
}

static int lists_print(struct app *app, bool *person, struct error *error)
{
	struct parked_list parked = {.json = app->cli->json};
	struct lack_list silent = {.app = app}, gaps = {.app = app, .gaps = true};
	struct left_list left = {.json = app->cli->json}, waiting = {.json = app->cli->json};

	if (app->cli->json)
		(void)printf("],\"parked\":[");
	if (status_parked_read(&app->ledger, parked_print, &parked, error) < 0)
		return error->code;
	if (app->cli->json)
		(void)printf("],\"silent\":[");
	if (status_lacks_read(&app->ledger, &app->book, lack_print, &silent, error) < 0)
		return error->code;
	if (app->cli->json)
		(void)printf("],\"gaps\":[");
	if (status_lacks_read(&app->ledger, &app->book, lack_print, &gaps, error) < 0)
		return error->code;
	if (app->cli->json)
		(void)printf("],\"left\":[");
	if (due_left_read(&app->ledger, &app->book, left_print, &left, error) < 0)
		return error->code;
	if (app->cli->json)
		(void)printf("],\"waiting\":[");
	if (status_waiting_read(&app->ledger, &app->book, waiting_print, &waiting, error) < 0)
		return error->code;
	if (app->cli->json)
		(void)printf("]}\n");
	*person |= parked.count || silent.count || left.person || waiting.person;
	return 0;
}

/* Prints; *person: something needs one. */
static int status_print(struct app *app, bool *person, struct error *error)
{
	struct market_list markets = {.app = app};
	char written_off[APOLLO_QUANTITY_TEXT];
	struct status status;

	if (status_read(&app->ledger, &status, error) < 0)
		return error->code;
	run_print(app, &status, person);
	if (app_markets_read(app, market_print, &markets, error) < 0 || lists_print(app, person, error) < 0)
		return error->code;
	*person |= markets.person;
	if (!app->cli->json && status.written_off)
		(void)printf("  written off so far: %s units\n", apollo_quantity_format(status.written_off, written_off));
	if (!app->cli->json && status.differences)
		(void)printf("  %lld settled claims where the marketplace holds another amount than we said\n",
			     (long long)status.differences);
	return 0;
}

int run_status(const struct cli *cli, struct error *error)
{
	APP_CLEANUP struct app app;
	bool person = false;

	app_init(&app, cli);
	if (app_open(&app, APP_BOOK | APP_READ, error) < 0 || status_print(&app, &person, error) < 0)
		return error->code;
	return person ? ERROR_PERSON : 0;
}

