/* SPDX-License-Identifier: Apache-2.0 */
/* apollo meter statement */
#include "cli/meter.h"
#include "cli/stated.h"

#include "core/buffer.h"
#include "core/quantity.h"
#include "metering/block.h"
#include "metering/claim.h"
#include "offers/explain.h"

#include <stdio.h>
#include <string.h>

enum { STATEMENT_CEILING = 1 << 24 };

/* The billing period that is asked for. */
static int period_find(const struct app *app, const struct schedule *schedule, size_t *index, struct error *error)
{
	const char *which = cli_value(app->cli, "term");
	bool last = which && strcmp(which, "last") == 0;
	int64_t time = app->now - 1;
	char text[APOLLO_TIME_TEXT];
	size_t slice;

	if (which && !last && strcmp(which, "current") != 0) {
		(void)snprintf(text, sizeof(text), "%.10s%s", which, strlen(which) == 7 ? "-01T00:00:00Z" : "T00:00:00Z");
		if (apollo_time_parse(text, strlen(text), 0, &time) < 0) {
			(void)error_set(error, ERROR_USAGE, "--term %s is neither current, last, nor a day", which);
			return error_hint(error, "write it as 2026-10-01");
		}
		time = zone_time(schedule->zone, time);
	}
	if (time >= schedule->end)
		time = schedule->end - 1;
	slice = schedule_slice(schedule, time);
	if (slice == SIZE_MAX || (last && schedule->slices[slice].period == 0))
		return error_set(error, ERROR_USAGE, "the subscription begins at %s, there is no earlier term", apollo_time_format(schedule->start, text));
	*index = schedule->slices[slice].period - (last ? 1 : 0);
	return 0;
}

struct lines {
	bool json;
	int count;
};

static int line_print(void *context, const struct statement_line *line, struct error *error)
{
	struct lines *lines = context;
	char hour[APOLLO_TIME_TEXT], metered[APOLLO_QUANTITY_TEXT], included[APOLLO_QUANTITY_TEXT],
		billable[APOLLO_QUANTITY_TEXT];

	(void)error;
	(void)apollo_time_format(line->hour, hour);
	(void)apollo_quantity_format(line->metered, metered);
	(void)apollo_quantity_format(line->included, included);
	(void)apollo_quantity_format(line->billable, billable);
	if (lines->json)
		(void)printf("%s{\"posting\":%lld,\"hour\":\"%s\",\"kind\":\"%s\",\"metered\":\"%s\",\"included\":\"%s\","
			     "\"billable\":\"%s\",\"samples\":%lld,\"gap_seconds\":%lld}", lines->count ? "," : "",
			     (long long)line->posting, hour, posting_kind_name(line->kind), metered, included, billable,
			     (long long)line->samples, (long long)(line->gap / APOLLO_MICRO));
	else
		(void)printf("    %s %-4s %16s metered %16s included %16s billable  (%lld events%s, posting %lld)\n", hour,
			     line->kind == POSTING_LATE ? "late" : "", metered, included, billable, (long long)line->samples,
			     line->gap ? ", with a gap" : "", (long long)line->posting);
	lines->count++;
	return 0;
}

static int claim_print(void *context, const struct statement_claim *claim, struct error *error)
{
	struct lines *lines = context;
	char slot[APOLLO_TIME_TEXT], hour[APOLLO_TIME_TEXT], amount[APOLLO_QUANTITY_TEXT];

	(void)error;
	(void)apollo_time_format(claim->slot, slot);
	(void)apollo_quantity_format(claim->amount, amount);
	if (lines->json) {
		(void)printf("%s{\"claim\":%lld,\"slot\":\"%s\",\"amount\":\"%s\",\"state\":\"%s\",\"reference\":", lines->count ? "," : "",
			     (long long)claim->id, slot, amount, claim_state_name(claim->state));
		json_put(claim->reference);
		(void)printf(",\"record\":");
		json_put(claim->record);
		(void)printf(",\"settles\":[");
		for (size_t i = 0; i < claim->link_count; i++) {
			(void)apollo_quantity_format(claim->links[i].amount, amount);
			(void)printf("%s{\"hour\":\"%s\",\"amount\":\"%s\"}", i ? "," : "",
				     apollo_time_format(claim->links[i].hour, hour), amount);
		}
		(void)printf("]}");
	} else {
		(void)printf("    claim %-8lld slot %s %16s %s%s%s\n", (long long)claim->id, slot, amount,
			     claim_state_name(claim->state), claim->reference ? " " : "", claim->reference ? claim->reference : "");
		for (size_t i = 0; i < claim->link_count && claim->link_count > 1; i++) {
			(void)apollo_quantity_format(claim->links[i].amount, amount);
			(void)printf("          of hour %s %16s\n", apollo_time_format(claim->links[i].hour, hour), amount);
		}
	}
	lines->count++;
	return 0;
}

/* ---- printing ---- */

static int account_details(const struct statement *statement, const struct book_account *account, struct error *error)
{
	struct ledger *ledger = &statement->app->ledger;
	struct lines lines = {.json = statement->app->cli->json};

	if (lines.json)
		(void)printf(",\"hours\":[");
	if (statement_lines(ledger, account->id, statement->period->from, statement->period->to, line_print, &lines, error) < 0)
		return error->code;
	if (lines.json)
		(void)printf("],\"claims\":[");
	lines.count = 0;
	if (statement_claims(ledger, account->id, statement->period->from, statement->period->to, claim_print, &lines, error) < 0)
		return error->code;
	if (lines.json)
		(void)printf("]");
	return 0;
}

static const struct bill_line *line_of(const struct bill *bill, size_t charge)
{
	return &bill->lines[charge]; /* usage comes first, a line for each charge */
}

static void rating_print(const struct statement *statement, const struct bill_line *line)
{
	BUFFER_CLEANUP struct buffer text = buffer_init(STATEMENT_CEILING);

	if (statement->app->cli->json)
		bill_line_json(&statement->bill, line, &text);
	else
		bill_line_text(&statement->bill, line, &text);
	(void)fputs(buffer_string(&text), stdout);
}

static void account_json(const struct statement *statement, size_t account, const struct bill_line *line, bool first)
{
	const struct statement_total *total = &statement->totals[account];
	const int64_t amounts[] = {total->metered, total->included, total->billable, total->accepted, total->waiting - account_left(statement, account),
				   total->written_off, account_left(statement, account)};
	static const char *const names[] = {"metered", "included", "billable", "accepted", "waiting", "written_off", "left"};
	char text[EXACT_TEXT];

	(void)printf("%s{\"dimension\":\"%s\"", first ? "" : ",", statement->app->book.accounts[account].dimension);
	for (size_t i = 0; i < sizeof(amounts) / sizeof(*amounts); i++)
		(void)printf(",\"%s\":\"%s\"", names[i], apollo_quantity_format(amounts[i], text));
	(void)printf(",\"amount\":\"%s\",\"hours_with_usage\":%lld,\"gap_seconds\":%lld,\"rating\":", bill_amount(&statement->bill, line->amount, text),
		     (long long)total->hours, (long long)(total->gap / APOLLO_MICRO));
	rating_print(statement, line);
}

static void account_text(const struct statement *statement, size_t account, const struct bill_line *line)
{
	const struct statement_total *total = &statement->totals[account];
	const struct catalog_instance *market = statement->subscription->market;
	int64_t left = account_left(statement, account);
	char texts[3][APOLLO_QUANTITY_TEXT];

	rating_print(statement, line);
	(void)printf("  %-20s %18s  accepted by %s, %s waiting, %s written off\n", "", apollo_quantity_format(total->accepted, texts[0]),
		     market ? market->name : "nobody", apollo_quantity_format(total->waiting - left, texts[1]),
		     apollo_quantity_format(total->written_off, texts[2]));
	if (left)
		(void)printf("  %-20s %18s  left when it ended: it cannot be told, and nobody pays it\n", "", apollo_quantity_format(left, texts[0]));
}

static int accounts_print(struct statement *statement, struct error *error)
{
	const struct app *app = statement->app;
	bool first = true;

	for (size_t i = 0; i < app->book.account_count; i++) {
		const struct bill_line *line;

		if (!account_mine(statement, i))
			continue;
		line = line_of(&statement->bill, (size_t)(app->charges[i] - statement->subscription->plan->tariff.charges));
		if (app->cli->json)
			account_json(statement, i, line, first);
		else
			account_text(statement, i, line);
		first = false;
		if (cli_value(app->cli, "hours") && account_details(statement, &app->book.accounts[i], error) < 0)
			return error->code;
		if (app->cli->json)
			(void)printf("}");
	}
	return 0;
}

/* What is no usage: fees, payments, the bill's own steps. */
static void others_print(const struct statement *statement)
{
	const struct bill *bill = &statement->bill;
	const char *before = "";

	for (size_t i = bill->tariff->charge_count; i < bill->line_count; i++) {
		(void)fputs(before, stdout);
		rating_print(statement, &bill->lines[i]);
		before = statement->app->cli->json ? "," : "";
	}
}

static int statement_print(struct statement *statement, struct error *error)
{
	const struct catalog_plan *plan = statement->subscription->plan;
	bool json = statement->app->cli->json;
	char from[APOLLO_TIME_TEXT], to[APOLLO_TIME_TEXT], money[EXACT_TEXT];

	(void)printf(json ? "{\"subscription\":\"%s\",\"plan\":\"%s\",\"from\":\"%s\",\"to\":\"%s\",\"lines\":[" : "%s, plan %s, %s to %s\n",
		     statement->subscription->name, plan->name, apollo_time_format(statement->period->from, from),
		     apollo_time_format(statement->period->to, to));
	if (accounts_print(statement, error) < 0)
		return error->code;
	if (json)
		(void)printf("],\"others\":[");
	others_print(statement);
	(void)printf(json ? "],\"total\":\"%s\",\"currency\":\"%s\"}\n" : "  total                %18s  %s to pay\n",
		     bill_amount(&statement->bill, statement->bill.total, money), plan->tariff.currency);
	return 0;
}

/* ---- events ---- */

struct event_list {
	const struct book_meter *meter;
	bool json;
};

enum { VALUE_TEXT = 48 };

/* The value as it was told; of a unique meter the number that its text became. */
static const char *event_value(const struct event *event, char text[VALUE_TEXT])
{
	static const uint64_t scales[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
	int decimals = event->decimals % EVENT_HASHED;
	uint64_t magnitude = event->value < 0 ? 0 - (uint64_t)event->value : (uint64_t)event->value, scale;

	for (; decimals > 0 && magnitude % 10 == 0; decimals--)
		magnitude /= 10;
	scale = scales[decimals];
	if (decimals == 0)
		(void)snprintf(text, VALUE_TEXT, "%s%llu", event->value < 0 ? "-" : "", (unsigned long long)magnitude);
	else
		(void)snprintf(text, VALUE_TEXT, "%s%llu.%0*llu", event->value < 0 ? "-" : "", (unsigned long long)(magnitude / scale),
			       decimals, (unsigned long long)(magnitude % scale));
	return text;
}

static int event_print(void *context, const struct event *event, const char *source, struct error *error)
{
	const struct event_list *list = context;
	char time[APOLLO_TIME_TEXT], id[EVENT_ID_MAX + 1], value[VALUE_TEXT];

	(void)error;
	(void)apollo_time_format(event->time, time);
	if (!list->json) {
		(void)printf("  %s  %s %s  %.*s  from %s\n", time, event_value(event, value), list->meter->name,
			     (int)event->id_size, event->id, source);
		return 0;
	}
	(void)snprintf(id, sizeof(id), "%.*s", (int)event->id_size, event->id);
	(void)printf("{\"time\":\"%s\",\"meter\":", time);
	json_put(list->meter->name);
	(void)printf(",\"value\":%lld,\"decimals\":%d,\"id\":", (long long)event->value, event->decimals % EVENT_HASHED);
	json_put(id);
	(void)printf(",\"source\":");
	json_put(source);
	(void)printf("}\n");
	return 0;
}

static int events_print(struct app *app, uint32_t subscription, struct error *error)
{
	int64_t hour;

	if (cli_time(app->cli, "events", 0, &hour, error) < 0)
		return error->code;
	for (size_t i = 0; i < app->book.series_count; i++) {
		struct event_list list = {&app->book.meters[app->book.series[i].meter], app->cli->json};

		if (app->book.series[i].subscription == subscription &&
		    statement_events(&app->ledger, app->book.series[i].id, hour_of(hour), event_print, &list, error) < 0)
			return error->code;
	}
	return 0;
}

int run_statement(const struct cli *cli, struct error *error)
{
	APP_CLEANUP struct app app;
	struct statement statement;
	uint32_t subscription;
	size_t period = 0;

	app_init(&app, cli);
	if (app_open(&app, APP_BOOK | APP_READ, error) < 0 || app_subscription(&app, cli->words[0], &subscription, error) < 0)
		return error->code;
	if (cli_value(cli, "events"))
		return events_print(&app, subscription, error);
	if (statement_begin(&app, subscription, &statement, error) < 0 || period_find(&app, &statement.schedule, &period, error) < 0 ||
	    statement_rate(&statement, period, error) < 0)
		return error->code;
	return statement_print(&statement, error);
}
