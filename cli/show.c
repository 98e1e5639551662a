/* SPDX-License-Identifier: Apache-2.0 */
/* apollo meter status, statement */
#include "cli/meter.h"

#include "core/buffer.h"
#include "metering/block.h"
#include "metering/claim.h"
#include "metering/statement.h"
#include "offers/rate.h"

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

/* ---- statement ---- */

struct term {
	int64_t from, to;
};

static int term_find(const struct app *app, const struct catalog_subscription *subscription, struct term *term,
		     struct error *error)
{
	const char *which = cli_value(app->cli, "term");
	int months = subscription->plan->billing_months;
	int64_t time = app->now - 1;
	char text[APOLLO_TIME_TEXT];

	if (which && strcmp(which, "last") == 0) {
		time = book_period(subscription->start, months, time) - 1;
	} else if (which && strcmp(which, "current") != 0) {
		(void)snprintf(text, sizeof(text), "%.10s%s", which, strlen(which) == 7 ? "-01T00:00:00Z" : "T00:00:00Z");
		if (apollo_time_parse(text, strlen(text), 0, &time) < 0) {
			(void)error_set(error, ERROR_USAGE, "--term %s is neither current, last, nor a day", which);
			return error_hint(error, "write it as 2026-10-01");
		}
	}
	if (time < subscription->start)
		return error_set(error, ERROR_USAGE, "subscription %s begins at %s, there is no earlier term", subscription->name,
				 apollo_time_format(subscription->start, text));
	term->from = book_period(subscription->start, months, time);
	term->to = book_period(subscription->start, months, term->from + 32 * APOLLO_DAY * months);
	while (book_period(subscription->start, months, term->to - 1) != term->from)
		term->to = book_period(subscription->start, months, term->to - 1);
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
		(void)printf("    claim %-8lld slot %s %16s %s %s\n", (long long)claim->id, slot, amount,
			     claim_state_name(claim->state), claim->reference ? claim->reference : "");
		for (size_t i = 0; i < claim->link_count && claim->link_count > 1; i++) {
			(void)apollo_quantity_format(claim->links[i].amount, amount);
			(void)printf("          of hour %s %16s\n", apollo_time_format(claim->links[i].hour, hour), amount);
		}
	}
	lines->count++;
	return 0;
}

struct bill {
	const struct app *app;
	const struct catalog_subscription *subscription;
	struct term term;
	struct rate_amount total;
	bool *left; /* by account of the book: what is due will not be claimed any more */
	int count;
};

static int account_details(struct bill *bill, const struct book_account *account, struct error *error)
{
	struct ledger *ledger = (struct ledger *)&bill->app->ledger;
	struct lines lines = {.json = bill->app->cli->json};

	if (lines.json)
		(void)printf(",\"hours\":[");
	if (statement_lines(ledger, account->id, bill->term.from, bill->term.to, line_print, &lines, error) < 0)
		return error->code;
	if (lines.json)
		(void)printf("],\"claims\":[");
	lines.count = 0;
	if (statement_claims(ledger, account->id, bill->term.from, bill->term.to, claim_print, &lines, error) < 0)
		return error->code;
	if (lines.json)
		(void)printf("]");
	return 0;
}

static int account_print(struct bill *bill, size_t index, struct error *error)
{
	const struct app *app = bill->app;
	const struct book_account *account = &app->book.accounts[index];
	const struct catalog_term *terms = app->terms[index];
	const struct rate_rule *rule = &bill->subscription->plan->rule;
	const char *currency = bill->subscription->plan->currency;
	RATE_AMOUNT_CLEANUP struct rate_amount amount;
	char texts[7][APOLLO_QUANTITY_TEXT], money[RATE_TEXT] = "0";
	struct statement_total total;
	int64_t left;

	if (statement_total((struct ledger *)&app->ledger, account->id, bill->term.from, bill->term.to, &total, error) < 0)
		return error->code;
	left = bill->left[index] ? total.due : 0;
	rate_amount_init(&amount, rule->decimals);
	if (terms->priced)
		rate_line(rule, total.charged - left, &terms->unit_price, &amount);
	rate_add(&bill->total, &amount);
	(void)rate_text(&amount, money);
	(void)apollo_quantity_format(total.metered, texts[0]);
	(void)apollo_quantity_format(total.included, texts[1]);
	(void)apollo_quantity_format(total.billable, texts[2]);
	(void)apollo_quantity_format(total.accepted, texts[3]);
	(void)apollo_quantity_format(total.waiting - left, texts[4]);
	(void)apollo_quantity_format(total.written_off, texts[5]);
	(void)apollo_quantity_format(left, texts[6]);
	if (app->cli->json) {
		(void)printf("%s{\"dimension\":\"%s\",\"metered\":\"%s\",\"included\":\"%s\",\"billable\":\"%s\",\"accepted\":\"%s\","
			     "\"waiting\":\"%s\",\"written_off\":\"%s\",\"left\":\"%s\",\"unit_price\":\"%s\",\"amount\":\"%s\",\"hours_with_usage\":%lld,\"gap_seconds\":%lld",
			     bill->count ? "," : "", account->dimension, texts[0], texts[1], texts[2], texts[3], texts[4], texts[5],
			     texts[6], terms->priced ? terms->unit_price.text : "0", money, (long long)total.hours,
			     (long long)(total.gap / APOLLO_MICRO));
	} else {
		(void)printf("  %-16s %18s metered, %s included, %s billable\n", account->dimension, texts[0], texts[1], texts[2]);
		(void)printf("  %-16s %18s accepted by %s, %s waiting, %s written off\n", "", texts[3],
			     bill->subscription->market ? bill->subscription->market->name : "nobody", texts[4], texts[5]);
		if (left)
			(void)printf("  %-16s %18s left when it ended: it cannot be told, and nobody pays it\n", "", texts[6]);
		(void)printf("  %-16s %18s %s at %s a unit\n", "", money, currency, terms->priced ? terms->unit_price.text : "0");
	}
	bill->count++;
	if (cli_value(app->cli, "hours") && account_details(bill, account, error) < 0)
		return error->code;
	if (app->cli->json)
		(void)printf("}");
	return 0;
}

static int accounts_print(struct bill *bill, uint32_t subscription, struct error *error)
{
	const struct book *book = &bill->app->book;

	for (size_t i = 0; i < book->account_count; i++)
		if (book->series[book->accounts[i].series].subscription == subscription && account_print(bill, i, error) < 0)
			return error->code;
	return 0;
}

static int statement_print(struct bill *bill, uint32_t subscription, struct error *error)
{
	const struct catalog_plan *plan = bill->subscription->plan;
	RATE_AMOUNT_CLEANUP struct rate_amount fee;
	char from[APOLLO_TIME_TEXT], to[APOLLO_TIME_TEXT], money[RATE_TEXT], base[RATE_TEXT];

	rate_amount_init(&fee, plan->rule.decimals);
	rate_fee(&plan->rule, &plan->base_fee, &fee);
	rate_add(&bill->total, &fee);
	(void)rate_text(&fee, base);
	(void)printf(bill->app->cli->json ? "{\"subscription\":\"%s\",\"plan\":\"%s\",\"from\":\"%s\",\"to\":\"%s\",\"lines\":["
					  : "%s, plan %s, %s to %s\n",
		     bill->subscription->name, plan->name, apollo_time_format(bill->term.from, from),
		     apollo_time_format(bill->term.to, to));
	if (accounts_print(bill, subscription, error) < 0)
		return error->code;
	(void)rate_text(&bill->total, money);
	(void)printf(bill->app->cli->json ? "],\"base_fee\":\"%s\",\"total\":\"%s\",\"currency\":\"%s\"}\n"
					  : "  %-16s %18s base fee\n  %-16s %18s %s to pay\n",
		     bill->app->cli->json ? base : "", bill->app->cli->json ? money : base,
		     bill->app->cli->json ? plan->currency : "total", money, plan->currency);
	return 0;
}

struct event_list {
	const struct book_meter *meter;
	bool json;
};

static int event_print(void *context, const struct event *event, const char *source, struct error *error)
{
	const struct event_list *list = context;
	char time[APOLLO_TIME_TEXT], id[EVENT_ID_MAX + 1];

	(void)error;
	(void)apollo_time_format(event->time, time);
	if (!list->json) {
		(void)printf("  %s  %lld (10^-%d %s)  %.*s  from %s\n", time, (long long)event->value, event->decimals % EVENT_HASHED,
			     list->meter->name, (int)event->id_size, event->id, source);
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

static void left_note(void *context, const struct due_left *left)
{
	const struct bill *bill = context;

	for (size_t i = 0; left->known && i < bill->app->book.account_count; i++)
		if (bill->app->book.accounts[i].id == left->account)
			bill->left[i] = true;
}

/* Which accounts have something that will not be claimed any more. */
static int bill_left(struct app *app, struct bill *bill, struct error *error)
{
	bill->left = scope_alloc(&app->scope, (app->book.account_count + 1) * sizeof(*bill->left));
	if (!bill->left)
		return error_memory(error, "a statement");
	return due_left_read(&app->ledger, &app->book, left_note, bill, error);
}

static void bill_release(struct bill *bill)
{
	rate_amount_release(&bill->total);
}

int run_statement(const struct cli *cli, struct error *error)
{
	APP_CLEANUP struct app app;
	uint32_t subscription;

	app_init(&app, cli);
	if (app_open(&app, APP_BOOK | APP_READ, error) < 0 || app_subscription(&app, cli->words[0], &subscription, error) < 0)
		return error->code;
	__attribute__((cleanup(bill_release))) struct bill bill = {
		.app = &app, .subscription = &app.catalog.subscriptions[app.book.subscriptions[subscription].index]};

	rate_amount_init(&bill.total, bill.subscription->plan->rule.decimals);
	if (cli_value(cli, "events"))
		return events_print(&app, subscription, error);
	if (term_find(&app, bill.subscription, &bill.term, error) < 0 || bill_left(&app, &bill, error) < 0)
		return error->code;
	return statement_print(&bill, subscription, error);
}
