/* SPDX-License-Identifier: Apache-2.0 */
/* apollo price backtest */
#include "cli/books.h"
#include "cli/studio.h"
#include "offers/backtest.h"

#include "core/quantity.h"

#include <apollo/kit.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct backtesting {
	struct studio studio;
	struct contract contract;
	struct usage usage; /* before the term and in it */
	int64_t reach;
	struct backtest backtest;
	struct books books;
};

/* ---- text ---- */

static const char *money(const struct backtesting *testing, int64_t amount, char text[static EXACT_TEXT])
{
	return exact_text(exact_of(amount), testing->studio.decimals, testing->studio.decimals, text);
}

static const char *off(int64_t came, int64_t forecast, char text[static 32])
{
	double percent;

	if (forecast == 0)
		return came ? "none was" : "";
	percent = 100 * ((double)came - (double)forecast) / (double)forecast;
	if (fabs(percent) < 0.005)
		return "0.00 %";
	(void)snprintf(text, 32, "%+.2f %%", percent);
	return text;
}

static const char *day_of(const struct backtesting *testing, int64_t time, char text[static APOLLO_TIME_TEXT])
{
	(void)apollo_time_format(zone_local(testing->studio.zone, time), text);
	text[10] = '\0';
	return text;
}

/* To two places, which is enough for people. */
static const char *quantity_short(int64_t quantity, char text[static APOLLO_QUANTITY_TEXT])
{
	int64_t place = 10000, rest = quantity % place;

	return apollo_quantity_format(quantity - rest + (rest >= place / 2 ? place : rest <= -place / 2 ? -place : 0), text);
}

static void dimension_text(const struct backtesting *testing, size_t index, struct buffer *buffer)
{
	const struct backtest *backtest = &testing->backtest;
	const struct backtest_dimension *dimension = &backtest->dimensions[index];
	const struct catalog_dimension *sold = dimension->charge->dimension;
	char texts[4][APOLLO_QUANTITY_TEXT], percent[32], day[APOLLO_TIME_TEXT];

	(void)buffer_print(buffer, "%s%s%s\n  %-12s %20s %20s %20s %20s %12s\n", sold->name, sold->unit ? ", " : "", sold->unit ? sold->unit : "", "", "forecast",
			   "low", "high", "came", "off");
	for (size_t slice = 0; slice < backtest->slice_count; slice++) {
		const struct backtest_cell *cell = &backtest->cells[slice * backtest->dimension_count + index];

		(void)buffer_print(buffer, "  %-12s %20s %20s %20s %20s %12s\n", day_of(testing, backtest->schedule.slices[slice].from, day),
				   quantity_short(cell->forecast.mean, texts[0]), quantity_short(cell->forecast.shares[OUTCOME_LOW], texts[1]),
				   quantity_short(cell->forecast.shares[OUTCOME_HIGH], texts[2]), quantity_short(cell->came, texts[3]),
				   off(cell->came, cell->forecast.mean, percent));
	}
	(void)buffer_print(buffer, "  %-12s %20s %20s %20s %20s %12s\n\n", "all", quantity_short(dimension->forecast, texts[0]), "", "",
			   quantity_short(dimension->came, texts[3]), off(dimension->came, dimension->forecast, percent));
}

static void bills_text(const struct backtesting *testing, struct buffer *buffer)
{
	const struct backtest *backtest = &testing->backtest;
	const struct books *books = &testing->books;
	char texts[5][EXACT_TEXT], percent[32], day[APOLLO_TIME_TEXT];

	(void)buffer_print(buffer, "bills, %s\n  %-12s %20s %20s %20s %20s %12s%s\n", testing->studio.currency, "", "median", "low", "high", "came", "off",
			   books->subscription ? "            statement" : "");
	for (size_t i = 0; i < backtest->period_count; i++) {
		const struct spread *band = &backtest->bands[i];

		(void)buffer_print(buffer, "  %-12s %20s %20s %20s %20s %12s", day_of(testing, backtest->schedule.periods[i].from, day),
				   money(testing, band->shares[OUTCOME_MIDDLE], texts[0]), money(testing, band->shares[OUTCOME_LOW], texts[1]),
				   money(testing, band->shares[OUTCOME_HIGH], texts[2]), money(testing, backtest->bills[i], texts[3]),
				   off(backtest->bills[i], band->shares[OUTCOME_MIDDLE], percent));
		if (books->subscription)
			(void)buffer_print(buffer, " %20s", books->known[i] ? money(testing, books->stated[i], texts[4]) : "not billed so");
		(void)buffer_text(buffer, "\n");
	}
	(void)buffer_text(buffer, "\n");
}

/* Whether an error is more than chance alone would make of these months, and more than nothing. */
static bool beyond_chance(double error, double standard)
{
	return fabs(log1p(error)) > 2 * standard && fabs(error) >= 0.00005;
}

static void line_text(const struct backtest_dimension *dimension, double noise, struct buffer *buffer)
{
	if (!dimension->months)
		return;
	if (beyond_chance(dimension->level, dimension->level_error))
		(void)buffer_print(buffer, "    level: %.2f %% too %s%s\n", 100 * fabs(dimension->level), dimension->level > 0 ? "low" : "high",
				   dimension->lined ? " in the first month" : "");
	else
		(void)buffer_text(buffer, "    level: as forecast, as far as these months can say\n");
	if (dimension->lined && beyond_chance(dimension->growth, dimension->growth_error))
		(void)buffer_print(buffer, "    growth: %.2f %% a month %s than forecast, give or take %.2f\n", 100 * fabs(dimension->growth),
				   dimension->growth > 0 ? "more" : "less", 200 * dimension->growth_error);
	else
		(void)buffer_print(buffer, "    growth: %s\n", dimension->lined ? "as forecast, as far as these months can say" : "too few months to say");
	if (dimension->lined)
		(void)buffer_print(buffer, "    noise: %.2f %% of a month beside that; %.2f %% was forecast\n", 100 * dimension->noise, 100 * noise);
}

static void wrong_text(const struct backtesting *testing, struct buffer *buffer)
{
	const struct backtest *backtest = &testing->backtest;
	const struct forecast *forecast = &testing->studio.forecast;
	int64_t difference = backtest->came_bill - backtest->forecast_bill;
	char text[EXACT_TEXT], percent[32];

	(void)buffer_text(buffer, "What the forecast got wrong\n");
	for (size_t i = 0; i < backtest->dimension_count; i++) {
		const struct backtest_dimension *dimension = &backtest->dimensions[i];
		const struct forecast_dimension *known = &forecast->dimensions[dimension->charge->dimension - testing->contract.offer->dimensions];

		(void)buffer_print(buffer, "  %s: %s came, %zu of %zu months within low and high\n", dimension->charge->dimension->name,
				   dimension->forecast ? off(dimension->came, dimension->forecast, percent) : dimension->came ? "some of which nothing was forecast" : "none",
				   dimension->inside, backtest->slice_count);
		line_text(dimension, known->noise, buffer);
		if (dimension->reduction > 0)
			(void)buffer_print(buffer, "    reduction: %.2f would have made it right; %.2f was likely\n", dimension->reduction, forecast->reduction_likely);
	}
	(void)buffer_print(buffer, "  bills: %s %s than of the mean usage; of that\n", money(testing, difference < 0 ? -difference : difference, text),
			   difference < 0 ? "less" : "more");
	for (size_t i = 0; i < backtest->dimension_count; i++)
		(void)buffer_print(buffer, "    %-22s %18s\n", backtest->dimensions[i].charge->dimension->name, money(testing, backtest->dimensions[i].effect, text));
	if (backtest->hours_effect)
		(void)buffer_print(buffer, "    %-22s %18s  hours are rounded one by one\n", "rounding", money(testing, backtest->hours_effect, text));
	if (backtest->outside)
		(void)buffer_print(buffer, "  %zu rows of usage are of what is not sold, and in no bill\n", backtest->outside);
}

static void books_text(const struct backtesting *testing, struct buffer *buffer)
{
	const struct backtest *backtest = &testing->backtest;
	const struct books *books = &testing->books;
	char texts[5][APOLLO_QUANTITY_TEXT], amounts[2][EXACT_TEXT], day[APOLLO_TIME_TEXT];

	(void)buffer_print(buffer, "\n%s in the ledger and at %s\n  %-12s %-20s %20s %20s %20s %20s%s\n", books->subscription, books->market, "", "", "metered", "to pay",
			   "accepted", "waiting", books->recorded ? "            in record" : "");
	for (size_t i = 0; i < backtest->period_count; i++)
		for (size_t j = 0; j < backtest->dimension_count; j++) {
			const struct book_cell *cell = &books->cells[i * backtest->dimension_count + j];

			if (!books->known[i])
				continue;
			(void)buffer_print(buffer, "  %-12s %-20s %20s %20s %20s %20s", j ? "" : day_of(testing, backtest->schedule.periods[i].from, day),
					   backtest->dimensions[j].charge->dimension->name, apollo_quantity_format(cell->metered, texts[0]),
					   apollo_quantity_format(cell->paid, texts[1]), apollo_quantity_format(cell->accepted, texts[2]),
					   apollo_quantity_format(cell->waiting, texts[3]));
			(void)buffer_print(buffer, books->recorded ? " %20s%s\n" : "%s%s\n", books->recorded ? apollo_quantity_format(cell->recorded, texts[4]) : "",
					   books->recorded && cell->recorded != cell->accepted ? "  DIFFERS" : "");
		}
	if (!books->priced)
		(void)buffer_text(buffer, "The subscription has other prices than were forecast, so its statement is not held against them.\n");
	for (size_t i = 0; i < backtest->period_count && books->priced; i++)
		if (books->known[i] && books->stated[i] != books->quoted[i])
			(void)buffer_print(buffer, "%s: the statement says %s, and the prices %s\n", day_of(testing, backtest->schedule.periods[i].from, day),
					   money(testing, books->stated[i], amounts[0]), money(testing, books->quoted[i], amounts[1]));
	if (books->priced && books->differing == 0)
		(void)buffer_print(buffer, "The statement is what these prices say of what came%s.\n", books->recorded ? ", and the record what was accepted" : "");
}

static void backtest_text(const struct backtesting *testing, struct buffer *buffer)
{
	const struct backtest *backtest = &testing->backtest;
	const struct forecast *forecast = &testing->studio.forecast;
	char from[APOLLO_TIME_TEXT], to[APOLLO_TIME_TEXT];

	(void)buffer_print(buffer, "%s from %s: %zu of %zu billing periods came, until %s\n", testing->contract.name, day_of(testing, backtest->schedule.start, from),
			   backtest->period_count, backtest->schedule.period_count, day_of(testing, backtest->schedule.periods[backtest->period_count - 1].to, to));
	(void)buffer_print(buffer, "%zu paths of seed %llu, from %zu months of usage before it; low and high are P%g and P%g\n\n", forecast->paths,
			   (unsigned long long)forecast->seed, forecast->history_months, backtest->ground.risk, 100 - backtest->ground.risk);
	for (size_t i = 0; i < backtest->dimension_count; i++)
		dimension_text(testing, i, buffer);
	bills_text(testing, buffer);
	wrong_text(testing, buffer);
	if (testing->books.subscription)
		books_text(testing, buffer);
}

/* ---- JSON ---- */

static void amount_member(const struct backtesting *testing, struct buffer *buffer, const char *before, const char *name, int64_t amount)
{
	char text[EXACT_TEXT];

	(void)buffer_print(buffer, "%s\"%s\":\"%s\"", before, name, money(testing, amount, text));
}

static void quantity_member(struct buffer *buffer, const char *before, const char *name, int64_t quantity)
{
	char text[APOLLO_QUANTITY_TEXT];

	(void)buffer_print(buffer, "%s\"%s\":\"%s\"", before, name, apollo_quantity_format(quantity, text));
}

static void dimension_json(const struct backtesting *testing, size_t index, struct buffer *buffer)
{
	const struct backtest *backtest = &testing->backtest;
	const struct backtest_dimension *dimension = &backtest->dimensions[index];
	char text[APOLLO_TIME_TEXT];

	(void)buffer_member(buffer, index ? ",\n{" : "\n{", "dimension", dimension->charge->dimension->name);
	quantity_member(buffer, ",", "forecast", dimension->forecast);
	quantity_member(buffer, ",", "came", dimension->came);
	(void)buffer_print(buffer, ",\"months_within\":%zu,\"months_compared\":%zu,\"level_off\":%.6f,\"level_known_to\":%.6f,\"growth_off\":%.6f,"
			   "\"growth_known_to\":%.6f,\"noise\":%.6f", dimension->inside, dimension->months, dimension->level, 2 * dimension->level_error,
			   dimension->growth, 2 * dimension->growth_error, dimension->noise);
	if (dimension->reduction > 0)
		(void)buffer_print(buffer, ",\"reduction_right\":%.6f", dimension->reduction);
	amount_member(testing, buffer, ",", "effect", dimension->effect);
	(void)buffer_text(buffer, ",\"months\":[");
	for (size_t slice = 0; slice < backtest->slice_count; slice++) {
		const struct backtest_cell *cell = &backtest->cells[slice * backtest->dimension_count + index];

		(void)buffer_print(buffer, "%s{\"from\":\"%s\"", slice ? "," : "", apollo_time_format(backtest->schedule.slices[slice].from, text));
		quantity_member(buffer, ",", "forecast", cell->forecast.mean);
		quantity_member(buffer, ",", "low", cell->forecast.shares[OUTCOME_LOW]);
		quantity_member(buffer, ",", "high", cell->forecast.shares[OUTCOME_HIGH]);
		quantity_member(buffer, ",", "came", cell->came);
		(void)buffer_text(buffer, "}");
	}
	(void)buffer_text(buffer, "]}");
}

static void books_json(const struct backtesting *testing, size_t period, struct buffer *buffer)
{
	const struct backtest *backtest = &testing->backtest;
	const struct books *books = &testing->books;

	amount_member(testing, buffer, ",", "statement", books->stated[period]);
	(void)buffer_text(buffer, ",\"ledger\":[");
	for (size_t i = 0; i < backtest->dimension_count; i++) {
		const struct book_cell *cell = &books->cells[period * backtest->dimension_count + i];

		(void)buffer_member(buffer, i ? ",{" : "{", "dimension", backtest->dimensions[i].charge->dimension->name);
		quantity_member(buffer, ",", "metered", cell->metered);
		quantity_member(buffer, ",", "to_pay", cell->paid);
		quantity_member(buffer, ",", "accepted", cell->accepted);
		quantity_member(buffer, ",", "waiting", cell->waiting);
		if (books->recorded)
			quantity_member(buffer, ",", "record", cell->recorded);
		(void)buffer_text(buffer, "}");
	}
	(void)buffer_text(buffer, "]");
}

static void backtest_json(const struct backtesting *testing, struct buffer *buffer)
{
	const struct backtest *backtest = &testing->backtest;
	char text[APOLLO_TIME_TEXT];

	(void)buffer_member(buffer, "{", "name", testing->contract.name);
	(void)buffer_member(buffer, ",", "currency", testing->studio.currency);
	(void)buffer_print(buffer, ",\"paths\":%zu,\"seed\":%llu,\"risk\":%g,\"history_months\":%zu,\"dimensions\":[", testing->studio.forecast.paths,
			   (unsigned long long)testing->studio.forecast.seed, backtest->ground.risk, testing->studio.forecast.history_months);
	for (size_t i = 0; i < backtest->dimension_count; i++)
		dimension_json(testing, i, buffer);
	(void)buffer_text(buffer, "],\"bills\":[");
	for (size_t i = 0; i < backtest->period_count; i++) {
		(void)buffer_print(buffer, "%s{\"from\":\"%s\"", i ? ",\n" : "\n", apollo_time_format(backtest->schedule.periods[i].from, text));
		(void)buffer_print(buffer, ",\"to\":\"%s\"", apollo_time_format(backtest->schedule.periods[i].to, text));
		amount_member(testing, buffer, ",", "median", backtest->bands[i].shares[OUTCOME_MIDDLE]);
		amount_member(testing, buffer, ",", "low", backtest->bands[i].shares[OUTCOME_LOW]);
		amount_member(testing, buffer, ",", "high", backtest->bands[i].shares[OUTCOME_HIGH]);
		amount_member(testing, buffer, ",", "came", backtest->bills[i]);
		if (testing->books.subscription && testing->books.known[i])
			books_json(testing, i, buffer);
		(void)buffer_text(buffer, "}");
	}
	amount_member(testing, buffer, "],", "bill_of_mean_usage", backtest->forecast_bill);
	amount_member(testing, buffer, ",", "bill_of_what_came", backtest->came_bill);
	amount_member(testing, buffer, ",", "hours_effect", backtest->hours_effect);
	(void)buffer_print(buffer, ",\"usage_left_out\":%zu,\"differing\":%zu}\n", backtest->outside, testing->books.differing);
}

/* ---- the command ---- */

/* The term, and what usage is before it. */
static int term_settle(struct backtesting *testing, struct error *error)
{
	struct contract *contract = &testing->contract;
	int64_t start = contract->start, months = 0;
	size_t before = 0;

	if (day_flag(testing->studio.cli, "start", testing->studio.zone, &start, error) < 0 || whole_flag(testing->studio.cli, "months", 1, CATALOG_TERM_MAX, &months, error) < 0)
		return error->code;
	if (!start) {
		(void)error_set(error, ERROR_USAGE, "when does %s begin?", contract->name);
		return error_hint(error, "say --start 2026-10-01: usage before that is what the forecast goes by, and from then on what it is measured with");
	}
	contract->start = start;
	if (contract_term(&testing->studio.scope, contract, start, (int)months, error) < 0)
		return error->code;
	testing->usage = testing->studio.history;
	testing->reach = usage_reach(&testing->usage, testing->studio.zone);
	while (before < testing->usage.count && testing->usage.rows[before].time < start)
		before++;
	testing->studio.history.count = before;
	return day_flag(testing->studio.cli, "until", testing->studio.zone, &testing->reach, error);
}

static int backtesting_open(const struct cli *cli, struct backtesting *testing, struct error *error)
{
	struct studio *studio = &testing->studio;
	const char *goals = cli_value(cli, "goals");

	if (catalog_read(cli->words[0], CATALOG_SOLD, &studio->catalog, error) < 0)
		return error->code;
	studio->catalog_open = true;
	if ((goals && studio_goals(studio, goals, error) < 0) || contract_find(&studio->catalog, cli->words[1], &testing->contract, error) < 0 ||
	    zone_read(&studio->scope, testing->contract.phases[0].tariff->zone, &studio->zone, error) < 0)
		return error->code;
	studio->decimals = testing->contract.phases[0].tariff->decimals;
	studio->currency = testing->contract.phases[0].tariff->currency;
	if (goals && studio->goals.offer != testing->contract.offer)
		return error_set(error, ERROR_INPUT, "the goals are for offer %s, and %s is of offer %s", studio->goals.offer->name, testing->contract.name,
				 testing->contract.offer->name);
	if (studio_usage(studio, testing->contract.offer, error) < 0 || term_settle(testing, error) < 0)
		return error->code;
	return studio_fit(studio, testing->contract.offer, error);
}

static void backtesting_close(struct backtesting *testing)
{
	studio_close(&testing->studio);
}

static int run_backtest(const struct cli *cli, struct error *error)
{
	__attribute__((cleanup(backtesting_close))) struct backtesting testing = {.studio = {.cli = cli, .scope = scope_init(STUDIO_SCOPE)}};
	BUFFER_CLEANUP struct buffer buffer = buffer_init(STUDIO_OUTPUT);
	const struct studio *studio = &testing.studio;

	testing.books = (struct books){cli, &testing.studio.scope, &testing.backtest, &testing.contract, &testing.usage, .subscription = NULL};
	if (backtesting_open(cli, &testing, error) < 0 ||
	    backtest_make(&testing.studio.scope, &testing.contract, &studio->forecast, &testing.usage, testing.reach,
			  studio->goals_open ? studio->goals.risk : 5, &testing.backtest, error) < 0 ||
	    books_read(&testing.books, error) < 0)
		return error->code;
	if (cli->json)
		backtest_json(&testing, &buffer);
	else
		backtest_text(&testing, &buffer);
	if (output_write(&buffer, error) < 0)
		return error->code;
	return testing.books.differing ? ERROR_NO : 0;
}

static const struct cli_flag backtest_flags[] = {
	{"usage", "FILE", "what was used before the term and in it, as CSV or JSON lines"},
	{"ledger", "SUBSCRIPTION", "usage of the ledger of the configuration (-c) instead, with its statements"},
	{"record", "FILE", "with --ledger: the marketplace's record too, as apollo meter reconcile takes it"},
	{"ask", NULL, "with --ledger: ask the marketplace for its record"},
	{"now", "TIME", "the time, on a rehearsal's ledger"},
	{"start", "DATE", "when the term begins; else as the offer says"},
	{"until", "DATE", "what came is known until then; else until the last usage"},
	{"months", "COUNT", "so many; else as the offer or the plan says"},
	{"goals", "FILE", "what the forecast goes by beside the usage before the term; see apollo-price(5)"},
	{"paths", "COUNT", "how many are drawn; else as the goals say, or 1000"},
	{"seed", "NUMBER", "of what is drawn; else as the goals say, or 1"},
	{NULL, NULL, NULL},
};

const struct cli_command backtest_commands[] = {
	{"price backtest", "OFFERS.cfg NAME|OFFER/PLAN", "what a forecast said, what came, and what the marketplace has of it", backtest_flags, 2, 2, run_backtest},
	{NULL, NULL, NULL, NULL, 0, 0, NULL},
};
