/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/report.h"

#include <apollo/kit.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- cells ---- */

struct reporting {
	struct scope *scope;
	const struct report_input *input;
	struct report *report;
	struct simulation simulation;
	int decimals;
	bool failed; /* no memory */
};

static struct report_table *table_open(struct reporting *reporting, const char *name, const char *title, const char *note)
{
	struct report_table *table = &reporting->report->tables[reporting->report->table_count++];

	*table = (struct report_table){.name = name, .title = title, .note = note};
	return table;
}

static void column_add(struct report_table *table, const char *name, const char *head, bool number)
{
	table->columns[table->column_count++] = (struct report_column){name, head, number};
}

/* Room for one more row, without cells. */
static struct report_cell *row_add(struct reporting *reporting, struct report_table *table)
{
	size_t room = table->row_room ? 2 * table->row_room : 64;

	if (table->row_count == table->row_room) {
		struct report_cell *cells = scope_alloc(reporting->scope, room * table->column_count * sizeof(*cells));

		if (!cells) {
			reporting->failed = true;
			return NULL;
		}
		if (table->cells)
			memcpy(cells, table->cells, table->row_count * table->column_count * sizeof(*cells));
		table->cells = cells;
		table->row_room = room;
	}
	return &table->cells[table->row_count++ * table->column_count];
}

static struct report_cell cell_of(struct reporting *reporting, double position, const char *text)
{
	char *kept = scope_text(reporting->scope, text);

	reporting->failed |= !kept;
	return (struct report_cell){kept ? kept : "", position};
}

static struct report_cell cell_exact(struct reporting *reporting, struct exact value, int scale, int decimals)
{
	char text[EXACT_TEXT];

	return cell_of(reporting, exact_double(value, scale), exact_text(value, scale, decimals, text));
}

static struct report_cell cell_money(struct reporting *reporting, int64_t amount)
{
	return cell_exact(reporting, exact_of(amount), reporting->decimals, reporting->decimals);
}

static struct report_cell cell_quantity(struct reporting *reporting, int64_t quantity)
{
	char text[APOLLO_QUANTITY_TEXT];

	return cell_of(reporting, (double)quantity / 1e6, apollo_quantity_format(quantity, text));
}

/* Of a hundred, with two places. */
static struct report_cell cell_percent(struct reporting *reporting, double percent)
{
	const char *text = scope_print(reporting->scope, "%.2f", percent);

	return cell_of(reporting, percent, text ? text : "");
}

static struct report_cell cell_count(struct reporting *reporting, unsigned long long count)
{
	const char *text = scope_print(reporting->scope, "%llu", count);

	return cell_of(reporting, (double)count, text ? text : "");
}

static struct report_cell cell_day(struct reporting *reporting, int64_t time)
{
	char text[APOLLO_TIME_TEXT], day[16];

	(void)snprintf(day, sizeof(day), "%.10s", apollo_time_format(zone_local(reporting->simulation.schedule.zone, time), text));
	return cell_of(reporting, (double)time, day);
}

/* ---- what the report goes by ---- */

static void fact_row(struct reporting *reporting, struct report_table *table, const char *what, struct report_cell value)
{
	struct report_cell *row = row_add(reporting, table);

	if (!row)
		return;
	row[0] = cell_of(reporting, 0, what);
	row[1] = value;
}

static void basis_table(struct reporting *reporting)
{
	const struct report_input *input = reporting->input;
	const struct simulation *simulation = &reporting->simulation;
	struct report_table *table = table_open(reporting, "basis", "What it goes by", NULL);

	column_add(table, "what", "What", false);
	column_add(table, "value", "Value", false);
	fact_row(reporting, table, "offer", cell_of(reporting, 0, input->contract->name));
	fact_row(reporting, table, "plan of the list", cell_of(reporting, 0, input->contract->plan->name));
	fact_row(reporting, table, "currency", cell_of(reporting, 0, reporting->report->currency));
	fact_row(reporting, table, "first day", cell_day(reporting, simulation->schedule.start));
	fact_row(reporting, table, "last day", cell_day(reporting, simulation->schedule.end - 1));
	fact_row(reporting, table, "months of history", cell_count(reporting, input->forecast->history_months));
	fact_row(reporting, table, "paths", cell_count(reporting, input->forecast->paths));
	fact_row(reporting, table, "seed", cell_count(reporting, input->forecast->seed));
	fact_row(reporting, table, "low and high are percentiles",
		 cell_of(reporting, 0, scope_print(reporting->scope, "%g and %g", simulation->ground.risk, 100 - simulation->ground.risk)));
	if (input->goals && input->goals->fee.text)
		fact_row(reporting, table, "the marketplace keeps, percent", cell_of(reporting, 0, input->goals->fee.text));
	if (reporting->report->rival_name)
		fact_row(reporting, table, "competitor", cell_of(reporting, 0, reporting->report->rival_name));
}

/* ---- bill against usage ---- */

/* What each dimension uses in a mean month, and which one the others are drawn along with. */
struct mix {
	int64_t *means; /* of each dimension of the offer, micro-units */
	size_t main;    /* SIZE_MAX: nothing is used */
	int64_t *paths; /* of the main one: each path's mean month */
};

static int mix_make(struct reporting *reporting, struct mix *mix, struct error *error)
{
	const struct ground *ground = &reporting->simulation.ground;
	const struct schedule *schedule = &reporting->simulation.schedule;
	const struct tariff *tariff = schedule->periods[0].tariff, *list = reporting->simulation.list_schedule.periods[0].tariff;
	const struct catalog_offer *offer = reporting->input->contract->offer;
	size_t slices = schedule->slice_count, charges = tariff->charge_count, main = 0;
	double most = -1;

	*mix = (struct mix){.main = SIZE_MAX};
	mix->means = scope_alloc(reporting->scope, (offer->dimension_count + 1) * sizeof(*mix->means));
	mix->paths = scope_alloc(reporting->scope, ground->path_count * sizeof(*mix->paths));
	if (!mix->means || !mix->paths)
		return error_memory(error, "a report");
	for (size_t i = 0; i < charges; i++) {
		size_t dimension = (size_t)(tariff->charges[i].dimension - offer->dimensions);
		const struct tariff_charge *sold = tariff_charge(list, tariff->charges[i].dimension);
		wide_t sum = 0;
		double cost;

		for (size_t at = i; at < ground->path_count * slices * charges; at += charges)
			sum += ground->quantities[at];
		mix->means[dimension] = (int64_t)(sum / (wide_t)(ground->path_count * slices));
		cost = sold && sold->priced ? exact_double(charge_price(sold, mix->means[dimension]), list->scale) : 0;
		if (mix->means[dimension] > 0 && cost > most) {
			most = cost;
			main = i;
			mix->main = dimension;
		}
	}
	for (size_t path = 0; path < ground->path_count && mix->main != SIZE_MAX; path++) {
		wide_t sum = 0;

		for (size_t slice = 0; slice < slices; slice++)
			sum += ground->quantities[(path * slices + slice) * charges + main];
		mix->paths[path] = (int64_t)(sum / (wide_t)slices);
	}
	return 0;
}

/* A digit and zeros, of which `count` reach at least to `most`. */
static int64_t step_of(int64_t most, int count)
{
	static const int64_t factors[] = {1, 2, 3, 4, 5, 6, 8, 10};
	int64_t least = most / count + 1, power = 1;

	for (;; power *= 10)
		for (size_t i = 0; i < sizeof(factors) / sizeof(*factors); i++)
			if (power * factors[i] >= least)
				return power * factors[i];
}

/* Prices, to be rated with the same usage in each month. */
struct curve {
	struct schedule schedule;
	struct term term;
	int64_t *quantities;
};

static int curve_make(struct reporting *reporting, const struct phase *phases, size_t phase_count, struct curve *curve, struct error *error)
{
	const struct contract *contract = reporting->input->contract;

	if (schedule_make(reporting->scope, phases, phase_count, contract->start, contract->end, &curve->schedule, error) < 0 ||
	    term_make(reporting->scope, &curve->schedule, &curve->term, error) < 0)
		return error->code;
	curve->quantities = scope_alloc(reporting->scope, (curve->schedule.slice_count * phases[0].tariff->charge_count + 1) * sizeof(*curve->quantities));
	return curve->quantities ? 0 : error_memory(error, "a report");
}

static struct exact curve_rate(struct curve *curve, const struct catalog_offer *offer, const struct mix *mix, int64_t usage)
{
	const struct tariff *tariff = curve->schedule.periods[0].tariff;

	for (size_t i = 0; i < tariff->charge_count; i++) {
		int64_t mean = mix->means[tariff->charges[i].dimension - offer->dimensions];
		wide_t quantity = (wide_t)mean * usage / mix->means[mix->main], most = (wide_t)FORECAST_QUANTITY_MAX;

		for (size_t slice = 0; slice < curve->schedule.slice_count; slice++)
			curve->quantities[slice * tariff->charge_count + i] = (int64_t)(quantity < most ? quantity : most);
	}
	return term_rate(&curve->term, curve->quantities, NULL, NULL, NULL);
}

enum { CURVES_MAX = 3 };

static void curve_columns(struct reporting *reporting, struct report_table *table, const char *unit)
{
	const char *head = scope_print(reporting->scope, "%s", unit);

	column_add(table, "usage", head ? head : "Usage", true);
	column_add(table, "list", "List", true);
	column_add(table, "offer", "Offer", true);
	if (reporting->report->rival_name)
		column_add(table, "competitor", reporting->report->rival_name, true);
}

static void curve_rows(struct reporting *reporting, struct report_table *bills, struct report_table *units, struct curve *curves, size_t curve_count,
		       const struct mix *mix, int64_t usage)
{
	struct report_cell *bill = row_add(reporting, bills), *unit = usage ? row_add(reporting, units) : NULL;
	struct exact used = exact_multiply(exact_of(usage), exact_of((int64_t)reporting->simulation.schedule.slice_count));

	if (!bill || (usage && !unit))
		return;
	bill[0] = cell_quantity(reporting, usage);
	if (unit)
		unit[0] = bill[0];
	for (size_t i = 0; i < curve_count; i++) {
		struct exact total = curve_rate(&curves[i], reporting->input->contract->offer, mix, usage), price;

		bill[i + 1] = cell_exact(reporting, total, reporting->decimals, reporting->decimals);
		if (!unit)
			continue;
		/* Money by units with six places: micro-units and the places of both cancel out. */
		price = exact_multiply(total, exact_power(12 - reporting->decimals));
		unit[i + 1] = cell_exact(reporting, exact_divide(price, used, ROUND_HALF_AWAY), 6, 6);
	}
}

static void density_table(struct reporting *reporting, const struct mix *mix, int64_t step, const char *unit)
{
	struct report_table *table = table_open(reporting, "density", "Where the scenarios are", "Each path counts by its mean month; the last row has all beyond, too.");
	size_t counts[REPORT_BINS] = {0}, paths = reporting->simulation.ground.path_count;
	int64_t width = step * (REPORT_POINTS / REPORT_BINS);

	column_add(table, "from", "From", true);
	column_add(table, "to", scope_print(reporting->scope, "to, %s", unit), true);
	column_add(table, "share", "% of paths", true);
	for (size_t i = 0; i < paths; i++) {
		int64_t bin = mix->paths[i] / width;

		counts[bin < REPORT_BINS ? bin : REPORT_BINS - 1]++;
	}
	for (int i = 0; i < REPORT_BINS; i++) {
		struct report_cell *row = row_add(reporting, table);

		if (!row)
			return;
		row[0] = cell_quantity(reporting, i * width);
		row[1] = cell_quantity(reporting, (i + 1) * width);
		row[2] = cell_percent(reporting, 100.0 * (double)counts[i] / (double)paths);
	}
}

static int curves_tables(struct reporting *reporting, struct error *error)
{
	const struct contract *contract = reporting->input->contract;
	const struct goals *goals = reporting->input->goals;
	const struct phase rival = {0, goals ? goals->rival : NULL};
	struct report_table *bills, *units;
	struct curve curves[CURVES_MAX] = {0};
	size_t paths = reporting->simulation.ground.path_count;
	int64_t most, step;
	const char *unit, *note;
	struct mix mix;

	if (mix_make(reporting, &mix, error) < 0)
		return error->code;
	if (mix.main == SIZE_MAX)
		return 0;
	if (curve_make(reporting, contract->plan->phases, contract->plan->phase_count, &curves[0], error) < 0 ||
	    curve_make(reporting, contract->phases, contract->phase_count, &curves[1], error) < 0 ||
	    (rival.tariff && curve_make(reporting, &rival, 1, &curves[2], error) < 0))
		return error->code;
	most = share_of(mix.paths, paths, 99);
	step = step_of(most + most / 8, REPORT_POINTS);
	unit = contract->offer->dimensions[mix.main].unit ? contract->offer->dimensions[mix.main].unit : contract->offer->dimensions[mix.main].name;
	note = scope_print(reporting->scope, "The whole term, with this much of %s in each of its %zu months%s.", contract->offer->dimensions[mix.main].name,
			   reporting->simulation.schedule.slice_count, contract->offer->dimension_count > 1 ? ", and all else in the forecast's proportion to it" : "");
	bills = table_open(reporting, "bill", "Bill against usage", note);
	units = table_open(reporting, "unit_price", "Effective price of a unit",
			   scope_print(reporting->scope, "The bill, all in, by the units of %s.", contract->offer->dimensions[mix.main].name));
	curve_columns(reporting, bills, unit);
	curve_columns(reporting, units, unit);
	for (int i = 0; i <= REPORT_POINTS; i++)
		curve_rows(reporting, bills, units, curves, rival.tariff ? 3 : 2, &mix, i * step);
	density_table(reporting, &mix, step, unit);
	return 0;
}

/* ---- months ---- */

/* What is paid in a period whatever is used. */
struct committing {
	int64_t *amounts;
	size_t count;
};

static void commitment_note(void *context, const struct bill *bill)
{
	struct committing *committing = context;
	struct exact total = tariff_last_place(bill->tariff, bill->total);

	(void)exact_integer(total, &committing->amounts[committing->count++]);
}

static int months_table(struct reporting *reporting, struct error *error)
{
	const struct simulation *simulation = &reporting->simulation;
	const struct contract *contract = reporting->input->contract;
	struct report_table *table = table_open(reporting, "months", "Month by month", "Each bill over all paths; committed is what is paid without any usage.");
	struct committing committing = {0};
	struct curve curve;

	column_add(table, "from", "From", false);
	column_add(table, "low", "Low", true);
	column_add(table, "median", "Median", true);
	column_add(table, "high", "High", true);
	column_add(table, "list", "List, median", true);
	column_add(table, "committed", "Committed", true);
	if (curve_make(reporting, contract->phases, contract->phase_count, &curve, error) < 0)
		return error->code;
	committing.amounts = scope_alloc(reporting->scope, simulation->schedule.period_count * sizeof(*committing.amounts));
	if (!committing.amounts)
		return error_memory(error, "a report");
	(void)term_rate(&curve.term, curve.quantities, NULL, commitment_note, &committing);
	for (size_t i = 0; i < simulation->schedule.period_count; i++) {
		struct report_cell *row = row_add(reporting, table);
		bool listed = i < simulation->list_schedule.period_count;

		if (!row)
			break;
		row[0] = cell_day(reporting, simulation->schedule.periods[i].from);
		for (int share = 0; share < OUTCOME_SHARES; share++)
			row[share + 1] = cell_money(reporting, simulation->bands[i].shares[share]);
		row[4] = cell_money(reporting, listed ? simulation->list_bands[i].shares[OUTCOME_MIDDLE] : 0);
		row[5] = cell_money(reporting, committing.amounts[i]);
	}
	return 0;
}

/* ---- waterfall ---- */

/* A bar from where the one before ended; kind: "total" stands on nothing. */
static void bar_row(struct reporting *reporting, struct report_table *table, const char *what, const char *kind, int64_t amount, int64_t *height)
{
	struct report_cell *row = row_add(reporting, table);

	*height = strcmp(kind, "total") == 0 ? amount : *height + amount;
	if (!row)
		return;
	row[0] = cell_of(reporting, 0, what);
	row[1] = cell_of(reporting, 0, kind);
	row[2] = cell_money(reporting, amount);
	row[3] = cell_money(reporting, *height);
}

static void waterfall_table(struct reporting *reporting)
{
	const struct outcome *offer = &reporting->simulation.offer;
	struct report_table *table = table_open(reporting, "waterfall", "From the list to our net",
						"Means over all paths and the whole term. Breakage is credit that is paid and never used.");
	int64_t list = reporting->simulation.list.bill.mean, height = 0, rounding;

	column_add(table, "what", "What", false);
	column_add(table, "kind", "Kind", false);
	column_add(table, "amount", "Amount", true);
	column_add(table, "level", "Level", true);
	bar_row(reporting, table, "list", "total", list, &height);
	bar_row(reporting, table, "discount", "change", offer->bill.mean - offer->unused_mean - list, &height);
	bar_row(reporting, table, "commitment breakage", "change", offer->unused_mean, &height);
	bar_row(reporting, table, "bill", "total", offer->bill.mean, &height);
	bar_row(reporting, table, "marketplace's fee", "change", -offer->fee_mean, &height);
	bar_row(reporting, table, "our costs", "change", -offer->cost_mean, &height);
	rounding = offer->net.mean - height;
	if (rounding) /* each mean is rounded by itself */
		bar_row(reporting, table, "rounding of the means", "change", rounding, &height);
	bar_row(reporting, table, "net", "total", offer->net.mean, &height);
}

/* ---- fee and net ---- */

static void net_row(struct reporting *reporting, struct report_table *table, const char *what, const struct outcome *outcome)
{
	struct report_cell *row = row_add(reporting, table);

	if (!row)
		return;
	row[0] = cell_of(reporting, 0, what);
	row[1] = cell_money(reporting, outcome->bill.mean);
	row[2] = cell_money(reporting, outcome->fee_mean);
	row[3] = cell_money(reporting, outcome->cost_mean);
	row[4] = cell_money(reporting, outcome->net.mean);
	row[5] = cell_money(reporting, outcome->net.shares[OUTCOME_LOW]);
	row[6] = cell_money(reporting, outcome->net.shares[OUTCOME_HIGH]);
	row[7] = cell_percent(reporting, outcome->margin);
}

static void net_table(struct reporting *reporting)
{
	struct report_table *table = table_open(reporting, "net", "Fee and net", "Means over all paths; the margin is the net of the bill less the fee.");

	column_add(table, "what", "What", false);
	column_add(table, "bill", "Bill", true);
	column_add(table, "fee", "Fee", true);
	column_add(table, "cost", "Costs", true);
	column_add(table, "net", "Net", true);
	column_add(table, "net_low", "Net, low", true);
	column_add(table, "net_high", "Net, high", true);
	column_add(table, "margin", "Margin, %", true);
	net_row(reporting, table, "list", &reporting->simulation.list);
	net_row(reporting, table, "offer", &reporting->simulation.offer);
}

static void chances_table(struct reporting *reporting)
{
	const struct outcome *offer = &reporting->simulation.offer;
	struct report_table *table = table_open(reporting, "chances", "Risk", NULL);

	column_add(table, "what", "What", false);
	column_add(table, "value", "Value", true);
	fact_row(reporting, table, "revenue at risk (mean net less its low share)", cell_money(reporting, offer->at_risk));
	if (reporting->input->contract->phases[0].tariff->payment_count) {
		fact_row(reporting, table, "credit is left unused, % of paths", cell_percent(reporting, 100 * offer->shortfall));
		fact_row(reporting, table, "usage goes past the credit, % of paths", cell_percent(reporting, 100 * offer->overage));
	}
	if (reporting->report->rival_name)
		fact_row(reporting, table, "dearer than the competitor, % of paths", cell_percent(reporting, 100 * offer->dearer));
}

/* ---- front ---- */

static void front_row(struct reporting *reporting, struct report_table *table, const char *kind, int64_t customer, const struct outcome *outcome,
		      const char *words)
{
	struct report_cell *row = row_add(reporting, table);

	if (!row)
		return;
	row[0] = cell_of(reporting, 0, kind);
	row[1] = cell_money(reporting, customer);
	row[2] = cell_money(reporting, outcome->net.mean);
	row[3] = cell_money(reporting, outcome->at_risk);
	row[4] = cell_percent(reporting, outcome->margin);
	row[5] = cell_of(reporting, 0, words);
}

static void front_table(struct reporting *reporting)
{
	const struct tune *tune = reporting->input->tune;
	struct report_table *table;

	if (!tune)
		return;
	table = table_open(reporting, "front", "What could be offered instead",
			   "Offers that keep all bounds and that no other beats in the customer's cost, our net and its risk; chosen has the largest mean net.");
	column_add(table, "kind", "", false);
	column_add(table, "customer", "Customer pays", true);
	column_add(table, "net", "Our net", true);
	column_add(table, "at_risk", "At risk", true);
	column_add(table, "margin", "Margin, %", true);
	column_add(table, "offer", "Offer", false);
	front_row(reporting, table, "this", reporting->simulation.offer.bill.mean, &reporting->simulation.offer, reporting->input->contract->name);
	for (size_t i = 0; i < tune->front_count; i++) {
		const struct tune_candidate *candidate = &tune->candidates[tune->front[i]];
		BUFFER_CLEANUP struct buffer words = buffer_init(4096);

		tune_words(tune, candidate, &words);
		front_row(reporting, table, tune->front[i] == tune->best ? "chosen" : "front", candidate->customer, &candidate->outcome, buffer_string(&words));
	}
}

/* ---- dead zones ---- */

static void zones_table(struct reporting *reporting)
{
	const struct simulation *simulation = &reporting->simulation;
	struct report_table *table;

	if (simulation->zone_count == 0)
		return;
	table = table_open(reporting, "dead_zones", "Dead zones of volume prices",
			   "Usage of a billing period that costs more than a little more usage would: just past the end it is cheaper.");
	column_add(table, "dimension", "Dimension", false);
	column_add(table, "from", "From", true);
	column_add(table, "to", "To", true);
	column_add(table, "share", "% of months in it", true);
	for (size_t i = 0; i < simulation->zone_count; i++) {
		struct report_cell *row = row_add(reporting, table);

		if (!row)
			return;
		row[0] = cell_of(reporting, 0, simulation->zones[i].charge->dimension->name);
		row[1] = cell_quantity(reporting, simulation->zones[i].from);
		row[2] = cell_quantity(reporting, simulation->zones[i].to);
		row[3] = cell_percent(reporting, 100 * simulation->zones[i].mass);
	}
}

/* ---- tornado ---- */

/* What is changed, one at a time, and by how much. */
struct turn {
	const char *name;
	const char *low, *high; /* the settings, in words */
	struct forecast forecasts[2];
	struct contract contracts[2];
	struct goals goals[2];
	int64_t nets[2], bills[2];
};

struct turns {
	struct turn *items;
	size_t count, room;
};

static struct turn *turn_add(struct reporting *reporting, struct turns *turns, const char *name)
{
	const struct report_input *input = reporting->input;
	struct turn *turn = turns->count < turns->room ? &turns->items[turns->count] : NULL;

	if (!turn || !name) {
		reporting->failed = true;
		return NULL;
	}
	turns->count++;
	*turn = (struct turn){.name = name, .low = "", .high = ""};
	for (int end = 0; end < 2; end++) {
		turn->forecasts[end] = *input->forecast;
		turn->contracts[end] = *input->contract;
		if (input->goals)
			turn->goals[end] = *input->goals;
		turn->forecasts[end].dimensions =
			(void *)scope_copy(reporting->scope, input->forecast->dimensions, input->forecast->dimension_count * sizeof(*input->forecast->dimensions));
		reporting->failed |= !turn->forecasts[end].dimensions;
	}
	return reporting->failed ? NULL : turn;
}

static const char *kept(struct reporting *reporting, const char *text)
{
	reporting->failed |= !text;
	return text ? text : "";
}

enum { LEVEL_SWING = 10 }; /* percent; nothing says how far a level may be off */

/* The standard normal's 90th percentile. */
#define NORMAL_P90 1.2815515655446004

static void dimension_turns(struct reporting *reporting, struct turns *turns, size_t index)
{
	const char *name = reporting->input->contract->offer->dimensions[index].name;
	const struct forecast_dimension *dimension = &reporting->input->forecast->dimensions[index];
	struct turn *turn;

	if (!dimension->known || !tariff_charge(reporting->input->contract->phases[0].tariff, &reporting->input->contract->offer->dimensions[index]))
		return;
	turn = turn_add(reporting, turns, scope_print(reporting->scope, "level of %s", name));
	for (int end = 0; turn && end < 2; end++)
		turn->forecasts[end].dimensions[index].level *= end ? 1 + LEVEL_SWING / 100.0 : 1 - LEVEL_SWING / 100.0;
	if (turn) {
		turn->low = kept(reporting, scope_print(reporting->scope, "%d %%", -LEVEL_SWING));
		turn->high = kept(reporting, scope_print(reporting->scope, "+%d %%", LEVEL_SWING));
	}
	if (dimension->spread <= 0 || !(turn = turn_add(reporting, turns, scope_print(reporting->scope, "growth of %s", name))))
		return;
	for (int end = 0; end < 2; end++) {
		turn->forecasts[end].dimensions[index].growth += (end ? NORMAL_P90 : -NORMAL_P90) * dimension->spread;
		turn->forecasts[end].dimensions[index].spread = 0;
	}
	turn->low = kept(reporting, scope_print(reporting->scope, "P10, %+.2f %% a month", 100 * expm1(turn->forecasts[0].dimensions[index].growth)));
	turn->high = kept(reporting, scope_print(reporting->scope, "P90, %+.2f %% a month", 100 * expm1(turn->forecasts[1].dimensions[index].growth)));
}

/* A percentile of a triangle, of a share from 0 to 1. */
static double triangle_at(const struct forecast *forecast, double share)
{
	double low = forecast->reduction_low, likely = forecast->reduction_likely, high = forecast->reduction_high, width = high - low;

	return share < (likely - low) / width ? low + sqrt(share * width * (likely - low)) : high - sqrt((1 - share) * width * (high - likely));
}

static void reduction_turn(struct reporting *reporting, struct turns *turns)
{
	const struct forecast *forecast = reporting->input->forecast;
	struct turn *turn;

	if (forecast->reduction_high <= forecast->reduction_low || !(turn = turn_add(reporting, turns, "reduction of the data")))
		return;
	for (int end = 0; end < 2; end++) {
		double value = triangle_at(forecast, end ? 0.9 : 0.1);

		turn->forecasts[end].reduction_low = turn->forecasts[end].reduction_likely = turn->forecasts[end].reduction_high = value;
	}
	turn->low = kept(reporting, scope_print(reporting->scope, "P10, %.2f : 1", turn->forecasts[0].reduction_low));
	turn->high = kept(reporting, scope_print(reporting->scope, "P90, %.2f : 1", turn->forecasts[1].reduction_low));
}

/* value + change, both exact of the scale, within 0 and most. */
static bool decimal_turn(struct reporting *reporting, const struct decimal *from, struct exact change, int scale, struct exact most, struct decimal *decimal)
{
	struct exact value = exact_add(from->text ? decimal_exact(from, scale) : exact_zero(), change);
	char text[EXACT_TEXT], *kept;

	if (exact_sign(value) < 0)
		value = exact_zero();
	if (exact_compare(value, most) > 0)
		value = most;
	kept = scope_text(reporting->scope, exact_text(value, scale, 0, text));
	reporting->failed |= !kept || !decimal_read(kept, decimal);
	return !reporting->failed;
}

/* A percentage, one point up or down. */
static bool percent_turn(struct reporting *reporting, struct decimal *percent, int sign)
{
	int scale = percent->decimals;
	struct exact point = exact_power(scale), from = sign < 0 ? exact_negate(point) : point;
	const struct decimal before = *percent;

	return decimal_turn(reporting, &before, from, scale, exact_power(scale + 2), percent);
}

/* One point more or less off the prices; where a commitment is paid less, off what is paid. */
static bool discount_turn_tariff(struct reporting *reporting, struct tariff *tariff, int sign)
{
	bool paid_less = false;

	for (size_t i = 0; i < tariff->payment_count; i++) {
		struct tariff_payment *payment = &tariff->payments[i];
		const struct decimal before = payment->paid;
		int scale = (payment->credit.decimals > before.decimals ? payment->credit.decimals : before.decimals) + 2;
		struct exact change;

		if (!payment->discount.text)
			continue;
		paid_less = true;
		change = exact_divide(decimal_exact(&payment->credit, scale), exact_of(100), ROUND_HALF_AWAY);
		if (!decimal_turn(reporting, &before, sign > 0 ? exact_negate(change) : change, scale, decimal_exact(&payment->credit, scale), &payment->paid))
			return false;
	}
	if (paid_less)
		return true;
	if (!percent_turn(reporting, &tariff->base_discount, sign))
		return false;
	for (size_t i = 0; i < tariff->charge_count; i++)
		if (!percent_turn(reporting, &tariff->charges[i].limits.discount, sign))
			return false;
	return true;
}

static int discount_turn(struct reporting *reporting, struct turns *turns, struct error *error)
{
	struct turn *turn = turn_add(reporting, turns, "discount");

	for (int end = 0; turn && end < 2; end++) {
		struct contract *contract = &turn->contracts[end];
		struct phase *phases = (void *)scope_copy(reporting->scope, contract->phases, contract->phase_count * sizeof(*phases));
		struct tariff *tariffs[CATALOG_PHASES_MAX];

		for (size_t i = 0; phases && i < contract->phase_count; i++) {
			struct tariff *tariff = tariff_copy(reporting->scope, phases[i].tariff);

			if (!tariff || !discount_turn_tariff(reporting, tariff, end ? 1 : -1))
				return error_memory(error, "a report");
			phases[i].tariff = tariffs[i] = tariff;
		}
		if (phases && tariffs_ready(tariffs, contract->phase_count, error) < 0)
			return error->code;
		contract->phases = phases;
		reporting->failed |= !phases;
	}
	if (turn) {
		turn->low = "one point less";
		turn->high = "one point more";
	}
	return 0;
}

static void fee_turn(struct reporting *reporting, struct turns *turns)
{
	struct turn *turn;

	if (!reporting->input->goals || !reporting->input->goals->fee.text || !(turn = turn_add(reporting, turns, "marketplace's fee")))
		return;
	for (int end = 0; end < 2; end++)
		(void)percent_turn(reporting, &turn->goals[end].fee, end ? 1 : -1);
	turn->low = kept(reporting, scope_print(reporting->scope, "%s %%", turn->goals[0].fee.text));
	turn->high = kept(reporting, scope_print(reporting->scope, "%s %%", turn->goals[1].fee.text));
}

static int turn_rate(struct reporting *reporting, struct turn *turn, struct error *error)
{
	for (int end = 0; end < 2; end++) {
		SCOPE_CLEANUP struct scope scope = scope_init(INT32_MAX);
		struct outcome outcome;

		if (simulation_outcome(&scope, &turn->contracts[end], &turn->forecasts[end], reporting->input->goals ? &turn->goals[end] : NULL, &outcome, error) < 0)
			return error->code;
		turn->nets[end] = outcome.net.mean;
		turn->bills[end] = outcome.bill.mean;
	}
	return 0;
}

static double swing(const struct turn *turn)
{
	return fabs((double)turn->nets[1] - (double)turn->nets[0]);
}

static void tornado_rows(struct reporting *reporting, struct turns *turns)
{
	struct report_table *table = table_open(reporting, "tornado", "What our net depends on",
						"One thing at a time, all else as in the forecast, on the same paths; the largest first. How far a level may be off is "
						"nowhere said: 10 % is taken.");

	column_add(table, "factor", "Factor", false);
	column_add(table, "low", "Low", false);
	column_add(table, "high", "High", false);
	column_add(table, "net_low", "Net at low", true);
	column_add(table, "net_high", "Net at high", true);
	column_add(table, "bill_low", "Bill at low", true);
	column_add(table, "bill_high", "Bill at high", true);
	for (size_t i = 1; i < turns->count; i++)
		for (size_t j = i; j > 0 && swing(&turns->items[j]) > swing(&turns->items[j - 1]); j--) {
			struct turn kept = turns->items[j];

			turns->items[j] = turns->items[j - 1];
			turns->items[j - 1] = kept;
		}
	for (size_t i = 0; i < turns->count; i++) {
		const struct turn *turn = &turns->items[i];
		struct report_cell *row = row_add(reporting, table);

		if (!row)
			return;
		row[0] = cell_of(reporting, 0, turn->name);
		row[1] = cell_of(reporting, 0, turn->low);
		row[2] = cell_of(reporting, 0, turn->high);
		for (int end = 0; end < 2; end++) {
			row[3 + end] = cell_money(reporting, turn->nets[end]);
			row[5 + end] = cell_money(reporting, turn->bills[end]);
		}
	}
}

static int tornado_table(struct reporting *reporting, struct error *error)
{
	struct turns turns = {.room = 2 * reporting->input->forecast->dimension_count + 3};

	turns.items = scope_alloc(reporting->scope, turns.room * sizeof(*turns.items));
	if (!turns.items)
		return error_memory(error, "a report");
	for (size_t i = 0; i < reporting->input->forecast->dimension_count; i++)
		dimension_turns(reporting, &turns, i);
	reduction_turn(reporting, &turns);
	if (discount_turn(reporting, &turns, error) < 0)
		return error->code;
	fee_turn(reporting, &turns);
	for (size_t i = 0; i < turns.count && !reporting->failed; i++)
		if (turn_rate(reporting, &turns.items[i], error) < 0)
			return error->code;
	tornado_rows(reporting, &turns);
	return 0;
}

/* ---- the whole ---- */

int report_make(struct scope *scope, const struct report_input *input, struct report *report, struct error *error)
{
	const struct tariff *tariff = input->contract->phases[0].tariff;
	struct reporting reporting = {.scope = scope, .input = input, .report = report, .decimals = tariff->decimals};

	*report = (struct report){.name = input->contract->name, .currency = tariff->currency,
				  .rival_name = input->goals && input->goals->rival ? input->goals->rival_name : NULL};
	if (simulation_make(scope, input->contract, input->forecast, input->goals, &reporting.simulation, error) < 0)
		return error->code;
	basis_table(&reporting);
	net_table(&reporting);
	if (curves_tables(&reporting, error) < 0 || months_table(&reporting, error) < 0)
		return error->code;
	waterfall_table(&reporting);
	front_table(&reporting);
	if (tornado_table(&reporting, error) < 0)
		return error->code;
	zones_table(&reporting);
	chances_table(&reporting);
	return reporting.failed ? error_memory(error, "a report") : 0;
}

const struct report_table *report_table(const struct report *report, const char *name)
{
	for (size_t i = 0; i < report->table_count; i++)
		if (strcmp(report->tables[i].name, name) == 0)
			return &report->tables[i];
	return NULL;
}

size_t report_column(const struct report_table *table, const char *name)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (strcmp(table->columns[i].name, name) == 0)
			return i;
	return SIZE_MAX;
}

/* ---- JSON and CSV ---- */

static void table_json(const struct report_table *table, struct buffer *buffer)
{
	(void)buffer_member(buffer, "{", "name", table->name);
	(void)buffer_member(buffer, ",", "title", table->title);
	(void)buffer_text(buffer, ",\"columns\":[");
	for (size_t i = 0; i < table->column_count; i++) {
		(void)buffer_text(buffer, i ? "," : "");
		(void)buffer_json(buffer, table->columns[i].name);
	}
	(void)buffer_text(buffer, "],\"rows\":[");
	for (size_t row = 0; row < table->row_count; row++) {
		(void)buffer_text(buffer, row ? ",\n[" : "\n[");
		for (size_t i = 0; i < table->column_count; i++) {
			(void)buffer_text(buffer, i ? "," : "");
			(void)buffer_json(buffer, report_cell(table, row, i)->text);
		}
		(void)buffer_text(buffer, "]");
	}
	(void)buffer_text(buffer, "]}");
}

void report_json(const struct report *report, struct buffer *buffer)
{
	(void)buffer_member(buffer, "{", "name", report->name);
	(void)buffer_member(buffer, ",", "currency", report->currency);
	(void)buffer_text(buffer, ",\"tables\":[");
	for (size_t i = 0; i < report->table_count; i++) {
		(void)buffer_text(buffer, i ? ",\n" : "\n");
		table_json(&report->tables[i], buffer);
	}
	(void)buffer_text(buffer, "]}\n");
}

static void field_csv(const char *text, struct buffer *buffer)
{
	if (!text[strcspn(text, ",\"\r\n")]) {
		(void)buffer_text(buffer, text);
		return;
	}
	(void)buffer_text(buffer, "\"");
	for (; *text; text++) {
		(void)buffer_append(buffer, text, 1);
		if (*text == '"')
			(void)buffer_append(buffer, text, 1);
	}
	(void)buffer_text(buffer, "\"");
}

void report_csv(const struct report *report, struct buffer *buffer)
{
	(void)buffer_text(buffer, "table,row,column,value\r\n");
	for (size_t i = 0; i < report->table_count; i++) {
		const struct report_table *table = &report->tables[i];

		for (size_t row = 0; row < table->row_count; row++)
			for (size_t column = 0; column < table->column_count; column++) {
				(void)buffer_print(buffer, "%s,%zu,%s,", table->name, row + 1, table->columns[column].name);
				field_csv(report_cell(table, row, column)->text, buffer);
				(void)buffer_text(buffer, "\r\n");
			}
	}
}
