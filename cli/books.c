/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/books.h"

#include "cli/meter.h"
#include "cli/stated.h"
#include "core/quantity.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static size_t dimension_index(const struct backtest *backtest, const char *name)
{
	for (size_t i = 0; i < backtest->dimension_count; i++)
		if (strcmp(backtest->dimensions[i].charge->dimension->name, name) == 0)
			return i;
	return SIZE_MAX;
}

static bool period_same(const struct schedule *schedule, const struct period *period, size_t *index)
{
	for (*index = 0; *index < schedule->period_count; ++*index)
		if (schedule->periods[*index].from == period->from && schedule->periods[*index].to == period->to)
			return true;
	return false;
}

static bool last_place(const struct bill *bill, int64_t *total)
{
	return exact_integer(tariff_last_place(bill->tariff, bill->total), total);
}

static int period_books(struct books *books, struct statement *statement, size_t period, struct error *error)
{
	const struct app *app = statement->app;
	size_t index;

	if (!period_same(&statement->schedule, &books->backtest->schedule.periods[period], &index))
		return 0;
	if (statement_rate(statement, index, error) < 0)
		return error->code;
	books->known[period] = last_place(&statement->bill, &books->stated[period]);
	for (size_t i = 0; i < app->book.account_count; i++) {
		const struct statement_total *total = &statement->totals[i];
		size_t dimension = account_mine(statement, i) ? dimension_index(books->backtest, app->book.accounts[i].dimension) : SIZE_MAX;

		if (dimension != SIZE_MAX)
			books->cells[period * books->backtest->dimension_count + dimension] =
				(struct book_cell){total->metered, total->charged - account_left(statement, i), total->accepted, total->waiting, 0};
	}
	return 0;
}

/* Rows of the marketplace's record that are this subscription's. */
struct recording {
	struct books *books;
	const struct statement *statement;
	const char *resource;
};

static size_t listed_index(const struct recording *recording, const char *listing)
{
	const struct book *book = &recording->statement->app->book;

	for (size_t i = 0; i < book->account_count; i++)
		if (account_mine(recording->statement, i) && book->accounts[i].listing && strcmp(book->accounts[i].listing, listing) == 0)
			return dimension_index(recording->books->backtest, book->accounts[i].dimension);
	return SIZE_MAX;
}

static int record_note(void *context, const struct reconcile_row *row, struct error *error)
{
	const struct recording *recording = context;
	struct books *books = recording->books;
	char midnight[32];
	size_t dimension;
	int64_t day;

	if (!*row->resource)
		return error_set(error, ERROR_INPUT, "the record is of operations, which do not say whose they are: compare it with apollo meter reconcile");
	if (strcasecmp(row->resource, recording->resource) != 0 || (dimension = listed_index(recording, row->dimension)) == SIZE_MAX)
		return 0;
	(void)snprintf(midnight, sizeof(midnight), "%.10sT00:00:00Z", row->what);
	if (apollo_time_parse(midnight, strlen(midnight), 0, &day) < 0)
		return error_set(error, ERROR_INPUT, "the record has a day \"%s\"", row->what);
	for (size_t i = 0; i < books->backtest->period_count; i++) {
		const struct period *period = &books->backtest->schedule.periods[i];
		struct book_cell *cell = &books->cells[i * books->backtest->dimension_count + dimension];

		if (day >= period->from && day < period->to)
			cell->recorded = quantity_capped(cell->recorded, row->theirs);
	}
	return 0;
}

static int record_read(struct books *books, struct statement *statement, struct error *error)
{
	struct app *app = statement->app;
	const char *file = cli_value(app->cli, "record"), *market = app->book.subscriptions[statement->index].market;
	const struct backtest *backtest = books->backtest;
	struct recording recording = {books, statement, NULL};
	struct reconcile reconcile = {.ledger = &app->ledger, .book = &app->book, .values = (const char *const *const *)app->values,
				      .from = backtest->schedule.start, .to = backtest->schedule.periods[backtest->period_count - 1].to};
	CALL_CLEANUP struct call call;

	call_init(&call, market ? market : "", app->now);
	if (!file && !cli_value(app->cli, "ask"))
		return 0;
	for (size_t i = 0; i <= backtest->period_count; i++)
		if ((i ? backtest->schedule.periods[i - 1].to : reconcile.from) % APOLLO_DAY)
			return error_set(error, ERROR_INPUT, "a marketplace's record is of days in UTC, and these billing periods begin at other times");
	for (size_t i = 0; i < app->market_count && market; i++)
		if (strcmp(app->markets[i].instance->name, market) == 0)
			reconcile.market = app->markets[i].instance;
	if (!reconcile.market)
		return error_set(error, ERROR_INPUT, "subscription %s has no market whose record there could be", books->subscription);
	if (instance_resource_of(reconcile.market, &call, app->values[statement->index], &recording.resource, error) < 0)
		return error->code;
	if (!recording.resource)
		return error_set(error, ERROR_INPUT, "%s keeps no record that says whose usage it is: compare it with apollo meter reconcile", market);
	books->recorded = true;
	return record_compare(app, file, &reconcile, record_note, &recording, error);
}

static void books_compare(struct books *books)
{
	const struct backtest *backtest = books->backtest;

	for (size_t i = 0; i < backtest->period_count; i++) {
		books->differing += books->priced && books->known[i] && books->stated[i] != books->quoted[i];
		for (size_t j = 0; j < backtest->dimension_count && books->recorded; j++) {
			const struct book_cell *cell = &books->cells[i * backtest->dimension_count + j];

			books->differing += cell->recorded != cell->accepted;
		}
	}
}

/* The same usage by the prices, from the subscription's own beginning. */
static int quotes_make(struct books *books, const struct statement *statement, struct error *error)
{
	const struct backtest *backtest = books->backtest;
	struct contract contract = *books->contract;
	struct quote quote;

	contract.start = statement->schedule.start;
	contract.end = backtest->schedule.periods[backtest->period_count - 1].to;
	if (quote_make(books->scope, &contract, books->usage, &quote, error) < 0)
		return error->code;
	for (size_t i = 0; i < backtest->period_count; i++) {
		size_t index;

		if (!books->known[i] || !period_same(&quote.schedule, &backtest->schedule.periods[i], &index))
			continue;
		if (!last_place(&quote.bills[index], &books->quoted[i]))
			return error_set(error, ERROR_INPUT, "a bill is larger than money can be");
	}
	return 0;
}

int books_read(struct books *books, struct error *error)
{
	const struct cli *cli = books->cli;
	const struct backtest *backtest = books->backtest;
	struct scope *scope = books->scope;
	bool ask = cli_value(cli, "ask") != NULL;
	APP_CLEANUP struct app app;
	struct statement statement;
	uint32_t index;

	books->subscription = cli_value(cli, "ledger");
	app_init(&app, cli);
	if (!books->subscription)
		return ask || cli_value(cli, "record") ? error_set(error, ERROR_USAGE, "a marketplace's record goes with --ledger: whose is it?") : 0;
	books->known = scope_alloc(scope, backtest->period_count * sizeof(*books->known));
	books->stated = scope_alloc(scope, backtest->period_count * sizeof(*books->stated));
	books->cells = scope_alloc(scope, (backtest->period_count * backtest->dimension_count + 1) * sizeof(*books->cells));
	books->quoted = scope_alloc(scope, backtest->period_count * sizeof(*books->quoted));
	if (!books->known || !books->stated || !books->quoted || !books->cells)
		return error_memory(error, "a backtest");
	if (app_open(&app, ask ? APP_BOOK | APP_LEDGER | APP_ENGINE : APP_BOOK | APP_READ, error) < 0 ||
	    (ask && ledger_bind_book(&app.ledger, &app.book, app.now, false, error) < 0) || app_subscription(&app, books->subscription, &index, error) < 0 ||
	    statement_begin(&app, index, &statement, error) < 0)
		return error->code;
	books->market = scope_text(scope, app.book.subscriptions[index].market ? app.book.subscriptions[index].market : "no market");
	books->priced = !books->contract->private && strcmp(statement.subscription->offer->name, books->contract->offer->name) == 0 &&
			strcmp(statement.subscription->plan->name, books->contract->plan->name) == 0;
	for (size_t i = 0; i < backtest->period_count; i++)
		if (period_books(books, &statement, i, error) < 0)
			return error->code;
	if ((books->priced && quotes_make(books, &statement, error) < 0) || record_read(books, &statement, error) < 0)
		return error->code;
	books_compare(books);
	return 0;
}
