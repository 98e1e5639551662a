/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/backtest.h"

#include "core/quantity.h"

#include <apollo/kit.h>
#include <math.h>
#include <string.h>

/* ---- how far usage goes ---- */

int64_t usage_reach(const struct usage *usage, const struct zone *zone)
{
	bool months = true, days = true;
	int64_t last;

	if (usage->count == 0)
		return 0;
	for (size_t i = 0; i < usage->count && days; i++) {
		int64_t local = zone_local(zone, usage->rows[i].time);

		days = local == calendar_day(local);
		months = months && local == calendar_month(local);
	}
	last = usage->rows[usage->count - 1].time;
	if (!days)
		return last - last % APOLLO_HOUR + APOLLO_HOUR;
	last = zone_local(zone, last);
	return zone_time(zone, months ? calendar_add_months(last, 1) : last + APOLLO_DAY);
}

/* ---- quantities ---- */

static void cells_forecast(const struct backtest *backtest, int64_t *values, int64_t *means)
{
	const struct ground *ground = &backtest->ground;
	size_t charges = backtest->dimension_count, each = backtest->schedule.slice_count * charges;

	for (size_t cell = 0; cell < backtest->slice_count * charges; cell++) {
		for (size_t path = 0; path < ground->path_count; path++)
			values[path] = ground->quantities[path * each + cell];
		backtest->cells[cell].forecast = spread_of(values, ground->path_count, ground->risk);
		means[cell] = backtest->cells[cell].forecast.mean;
	}
}

static void dimension_sum(const struct backtest *backtest, size_t charge, struct backtest_dimension *dimension)
{
	for (size_t slice = 0; slice < backtest->slice_count; slice++) {
		const struct backtest_cell *cell = &backtest->cells[slice * backtest->dimension_count + charge];

		dimension->forecast = quantity_capped(dimension->forecast, cell->forecast.mean);
		dimension->came = quantity_capped(dimension->came, cell->came);
		dimension->inside += cell->came >= cell->forecast.shares[OUTCOME_LOW] && cell->came <= cell->forecast.shares[OUTCOME_HIGH];
	}
}

/* ---- the line ---- */

struct points {
	double count, x, y, xx, xy, yy;
};

static struct points points_of(const struct backtest *backtest, size_t charge)
{
	struct points points = {0};

	for (size_t slice = 0; slice < backtest->slice_count; slice++) {
		const struct backtest_cell *cell = &backtest->cells[slice * backtest->dimension_count + charge];
		double x = (double)slice, y;

		if (cell->came <= 0 || cell->forecast.mean <= 0)
			continue;
		y = log((double)cell->came / (double)cell->forecast.mean);
		points.count++;
		points.x += x;
		points.y += y;
		points.xx += x * x;
		points.xy += x * y;
		points.yy += y * y;
	}
	return points;
}

static void line_fit(const struct points *points, struct backtest_dimension *dimension)
{
	double count = points->count, spread = points->xx - points->x * points->x / count;
	double slope = (points->xy - points->x * points->y / count) / spread, begin = (points->y - slope * points->x) / count;
	double rest = points->yy - points->y * points->y / count - slope * slope * spread, variance = (rest > 0 ? rest : 0) / (count - 2);

	dimension->lined = true;
	dimension->level = expm1(begin);
	dimension->growth = expm1(slope);
	dimension->level_error = sqrt(variance * (1 / count + points->x * points->x / (count * count * spread)));
	dimension->growth_error = sqrt(variance / spread);
	dimension->noise = sqrt(variance);
}

static void dimension_explain(const struct backtest *backtest, const struct forecast *forecast, size_t charge, struct backtest_dimension *dimension,
			      const struct catalog_offer *offer)
{
	const struct forecast_dimension *known = &forecast->dimensions[dimension->charge->dimension - offer->dimensions];
	struct points points = points_of(backtest, charge);

	dimension->months = (size_t)points.count;
	if (dimension->months >= BACKTEST_LINE_LEAST)
		line_fit(&points, dimension);
	else if (dimension->months)
		dimension->level = expm1(points.y / points.count);
	if (known->reduced && dimension->came > 0)
		dimension->reduction = forecast->reduction_likely * ((double)dimension->forecast / (double)dimension->came);
}

/* ---- money ---- */

struct billing {
	const struct backtest *backtest;
	size_t period;
	int64_t sum;
	int64_t *bills; /* of each period, or NULL */
	bool failed;
};

static void bill_note(void *context, const struct bill *bill)
{
	struct billing *billing = context;
	int64_t total;

	if (billing->period >= billing->backtest->period_count)
		return;
	billing->failed |= !exact_integer(tariff_last_place(bill->tariff, bill->total), &total);
	if (billing->failed || !quantity_add(billing->sum, total, &billing->sum))
		billing->failed = true;
	else if (billing->bills)
		billing->bills[billing->period] = total;
	billing->period++;
}

/* The bills of the compared periods by quantities of each month. */
static int bills_sum(const struct backtest *backtest, struct term *term, const int64_t *quantities, int64_t *sum, struct error *error)
{
	struct billing billing = {.backtest = backtest};

	(void)term_rate(term, quantities, NULL, bill_note, &billing);
	if (billing.failed)
		return error_set(error, ERROR_INPUT, "a bill of the forecast is larger than money can be");
	*sum = billing.sum;
	return 0;
}

/* What came by its rows, as a quote has it. */
static int bills_came(struct scope *scope, const struct contract *contract, const struct usage *came, struct backtest *backtest, struct error *error)
{
	struct billing billing = {.backtest = backtest, .bills = backtest->bills};
	struct quote quote;

	if (quote_make(scope, contract, came, &quote, error) < 0)
		return error->code;
	for (size_t i = 0; i < quote.bill_count; i++)
		bill_note(&billing, &quote.bills[i]);
	if (billing.failed)
		return error_set(error, ERROR_INPUT, "a bill of what came is larger than money can be");
	backtest->came_bill = billing.sum;
	return 0;
}

/* One dimension after the other comes as it came; quantities: the mean's, which become those that came. */
static int effects_find(struct scope *scope, struct backtest *backtest, int64_t *quantities, struct error *error)
{
	struct term term;
	int64_t before = 0;

	if (term_make(scope, &backtest->schedule, &term, error) < 0 || bills_sum(backtest, &term, quantities, &before, error) < 0)
		return error->code;
	backtest->forecast_bill = before;
	for (size_t charge = 0; charge < backtest->dimension_count; charge++) {
		int64_t after = 0;

		for (size_t slice = 0; slice < backtest->slice_count; slice++) {
			size_t cell = slice * backtest->dimension_count + charge;

			quantities[cell] = backtest->cells[cell].came;
		}
		if (bills_sum(backtest, &term, quantities, &after, error) < 0)
			return error->code;
		backtest->dimensions[charge].effect = after - before;
		before = after;
	}
	backtest->hours_effect = backtest->came_bill - before;
	return 0;
}

/* ---- the whole ---- */

static int periods_count(struct backtest *backtest, int64_t reach, struct error *error)
{
	const struct schedule *schedule = &backtest->schedule;
	char texts[2][APOLLO_TIME_TEXT];

	while (backtest->period_count < schedule->period_count && schedule->periods[backtest->period_count].to <= reach) {
		backtest->slice_count += schedule->periods[backtest->period_count].slice_count;
		backtest->period_count++;
	}
	if (backtest->period_count)
		return 0;
	(void)error_set(error, ERROR_INPUT, "usage is known until %s, and the first billing period ends at %s", apollo_time_format(reach, texts[0]),
			apollo_time_format(schedule->periods[0].to, texts[1]));
	return error_hint(error, "say --until where it is known to be whole, or --start for an earlier term");
}

static int room_make(struct scope *scope, struct backtest *backtest, struct error *error)
{
	const struct tariff *tariff = backtest->schedule.periods[0].tariff;

	backtest->dimension_count = tariff->charge_count;
	backtest->cells = scope_alloc(scope, (backtest->slice_count * tariff->charge_count + 1) * sizeof(*backtest->cells));
	backtest->dimensions = scope_alloc(scope, (tariff->charge_count + 1) * sizeof(*backtest->dimensions));
	backtest->bands = scope_alloc(scope, backtest->schedule.period_count * sizeof(*backtest->bands));
	backtest->bills = scope_alloc(scope, backtest->period_count * sizeof(*backtest->bills));
	if (!backtest->cells || !backtest->dimensions || !backtest->bands || !backtest->bills)
		return error_memory(error, "a backtest");
	for (size_t i = 0; i < tariff->charge_count; i++)
		backtest->dimensions[i].charge = &tariff->charges[i];
	return 0;
}

/* The rows of the compared periods. */
static struct usage usage_between(const struct usage *usage, int64_t from, int64_t to)
{
	size_t first = 0, last;

	while (first < usage->count && usage->rows[first].time < from)
		first++;
	for (last = first; last < usage->count && usage->rows[last].time < to;)
		last++;
	return (struct usage){usage->rows + first, last - first};
}

int backtest_make(struct scope *scope, const struct contract *contract, const struct forecast *forecast, const struct usage *usage, int64_t reach,
		  double risk, struct backtest *backtest, struct error *error)
{
	struct backtest *made = backtest;
	int64_t *quantities, *means, *values;
	struct usage came;
	size_t all;

	*made = (struct backtest){0};
	if (schedule_make(scope, contract->phases, contract->phase_count, contract->start, contract->end, &made->schedule, error) < 0 ||
	    periods_count(made, reach, error) < 0 || room_make(scope, made, error) < 0)
		return error->code;
	all = made->schedule.slice_count * made->dimension_count + 1;
	made->ground = (struct ground){.schedule = &made->schedule, .path_count = forecast->paths, .risk = risk};
	made->ground.quantities = forecast_make(scope, forecast, &made->schedule, contract->offer, error);
	quantities = scope_alloc(scope, all * sizeof(*quantities));
	means = scope_alloc(scope, all * sizeof(*means));
	values = scope_alloc(scope, forecast->paths * sizeof(*values));
	if (!made->ground.quantities || !quantities || !means || !values)
		return error_memory(error, "a backtest");
	came = usage_between(usage, contract->start, made->schedule.periods[made->period_count - 1].to);
	if (usage_spread(&made->schedule, contract->offer, &came, quantities, &made->outside, error) < 0 ||
	    bills_came(scope, contract, &came, made, error) < 0 || outcome_bands(&made->ground, &made->schedule, made->bands, error) < 0)
		return error->code;
	cells_forecast(made, values, means);
	for (size_t cell = 0; cell < made->slice_count * made->dimension_count; cell++)
		made->cells[cell].came = quantities[cell];
	for (size_t i = 0; i < made->dimension_count; i++) {
		dimension_sum(made, i, &made->dimensions[i]);
		dimension_explain(made, forecast, i, &made->dimensions[i], contract->offer);
	}
	return effects_find(scope, made, means, error);
}
