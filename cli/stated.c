/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/stated.h"

#include "core/quantity.h"
#include "metering/due.h"

#include <string.h>

/* ---- accounts ---- */

bool account_mine(const struct statement *statement, size_t account)
{
	const struct book *book = &statement->app->book;

	return book->series[book->accounts[account].series].subscription == statement->index;
}

int64_t account_left(const struct statement *statement, size_t account)
{
	return statement->left[account] ? statement->totals[account].due : 0;
}

/* ---- money ---- */

/* Hours' billable amounts, where the plan rounds each hour. */
struct pieces {
	struct scope *scope;
	int64_t *items;
	int64_t hour; /* of the last one */
	size_t count, room;
};

static int piece_add(void *context, const struct statement_line *line, struct error *error)
{
	struct pieces *pieces = context;

	if (pieces->count == pieces->room)
		return error_set(error, ERROR_CORRUPT, "a statement has more lines than were counted");
	/* What came late is of its hour. */
	if (pieces->count && pieces->hour == line->hour)
		pieces->items[pieces->count - 1] = quantity_capped(pieces->items[pieces->count - 1], line->billable);
	else
		pieces->items[pieces->count++] = line->billable;
	pieces->hour = line->hour;
	return 0;
}

static int piece_count(void *context, const struct statement_line *line, struct error *error)
{
	struct pieces *pieces = context;

	(void)line;
	(void)error;
	pieces->room++;
	return 0;
}

static int pieces_read(struct statement *statement, size_t account, struct bill_usage *usage, struct error *error)
{
	struct pieces pieces = {.scope = &statement->app->scope};
	int64_t id = statement->app->book.accounts[account].id, from = statement->period->from, to = statement->period->to;

	if (statement_lines(&statement->app->ledger, id, from, to, piece_count, &pieces, error) < 0)
		return error->code;
	/* One more: what was written off or is left comes off at the end. */
	pieces.items = scope_alloc(pieces.scope, (pieces.room + 1) * sizeof(*pieces.items));
	if (!pieces.items)
		return error_memory(error, "a statement");
	if (statement_lines(&statement->app->ledger, id, from, to, piece_add, &pieces, error) < 0)
		return error->code;
	pieces.items[pieces.count] = usage->billable - statement->totals[account].billable;
	usage->pieces = pieces.items;
	usage->piece_count = pieces.count + 1;
	return 0;
}

/* Reads what a period's bill is made of. */
static int usage_read(struct statement *statement, struct bill_usage *usage, struct error *error)
{
	struct app *app = statement->app;
	const struct tariff *tariff = statement->period->tariff;

	memset(usage, 0, tariff->charge_count * sizeof(*usage));
	for (size_t i = 0; i < app->book.account_count; i++) {
		struct statement_total *total = &statement->totals[i];
		struct bill_usage *mine;

		if (!account_mine(statement, i))
			continue;
		if (statement_total(&app->ledger, app->book.accounts[i].id, statement->period->from, statement->period->to, total, error) < 0)
			return error->code;
		mine = &usage[app->charges[i] - statement->subscription->plan->tariff.charges];
		*mine = (struct bill_usage){.quantity = total->metered, .billable = total->charged - account_left(statement, i)};
		if (tariff->place == TARIFF_HOUR && pieces_read(statement, i, mine, error) < 0)
			return error->code;
	}
	return 0;
}

int statement_rate(struct statement *statement, size_t index, struct error *error)
{
	const struct tariff *tariff = &statement->subscription->plan->tariff;
	struct scope *scope = &statement->app->scope;
	const struct tariff *widest = schedule_widest(&statement->schedule);
	struct bill_usage *usage = scope_alloc(scope, tariff->charge_count * sizeof(*usage));
	struct wallet wallet;

	if (!usage || wallet_make(scope, widest, &wallet, error) < 0)
		return error_memory(error, "a statement");
	for (size_t i = widest->payment_count ? 0 : index; i <= index; i++) {
		statement->period = &statement->schedule.periods[i];
		statement->bill.lines = scope_alloc(scope, bill_room(widest) * sizeof(*statement->bill.lines));
		if (!statement->bill.lines)
			return error_memory(error, "a statement");
		if (usage_read(statement, usage, error) < 0)
			return error->code;
		bill_make(statement->period->tariff, statement->period, usage, &wallet, &statement->bill);
	}
	return 0;
}

/* ---- the whole ---- */

static void left_note(void *context, const struct due_left *left)
{
	const struct statement *statement = context;

	for (size_t i = 0; left->known && i < statement->app->book.account_count; i++)
		if (statement->app->book.accounts[i].id == left->account)
			statement->left[i] = true;
}

int statement_begin(struct app *app, uint32_t subscription, struct statement *statement, struct error *error)
{
	struct statement made = {.app = app, .index = subscription, .subscription = &app->catalog.subscriptions[app->book.subscriptions[subscription].index]};
	const struct catalog_plan *plan = made.subscription->plan;
	int64_t end = made.subscription->end;

	made.left = scope_alloc(&app->scope, (app->book.account_count + 1) * sizeof(*made.left));
	made.totals = scope_alloc(&app->scope, (app->book.account_count + 1) * sizeof(*made.totals));
	if (!made.left || !made.totals)
		return error_memory(error, "a statement");
	if ((!end && schedule_end(&app->scope, &plan->tariff, made.subscription->start, APP_OPEN_MONTHS, &end, error) < 0) ||
	    schedule_make(&app->scope, plan->phases, plan->phase_count, made.subscription->start, end, &made.schedule, error) < 0)
		return error->code;
	*statement = made;
	return due_left_read(&app->ledger, &app->book, left_note, statement, error);
}
