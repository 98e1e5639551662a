/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/tune_lp.h"

#include <apollo/kit.h>
#include <math.h>
#include <string.h>

enum { LP_SCOPE = 1 << 28 };

/* ---- whether it is linear ---- */

static bool limits_bend(const struct tariff_limits *limits)
{
	return limits->discount_amount.text || limits->maximum.text || limits->minimum.text;
}

static int linear_check(const struct tune *tune, const struct tune_candidate *candidate, struct error *error)
{
	const struct tariff *tariff = candidate->tariff;

	if (candidate->form != FORM_NONE || tariff->payment_count)
		return error_set(error, ERROR_INPUT, "the best offer has a commitment or payments, and its bills are not linear in prices");
	if (limits_bend(&tariff->limits))
		return error_set(error, ERROR_INPUT, "plan %s has a minimum, a maximum or a fixed discount, and its bills are not linear in prices", candidate->plan->name);
	for (size_t i = 0; i < tariff->charge_count; i++)
		if (limits_bend(&tariff->charges[i].limits))
			return error_set(error, ERROR_INPUT, "the price of %s has a minimum, a maximum or a fixed discount, and is not linear",
					 tariff->charges[i].dimension->name);
	for (size_t i = 0; i < tune->goals->levers.price_count; i++) {
		const struct tariff_charge *charge = tariff_charge(tariff, tune->goals->levers.prices[i].dimension);

		if (charge->tier_count != 1 || charge->model == TARIFF_PACKAGE)
			return error_set(error, ERROR_INPUT, "the price of %s has tiers or packages, and is not linear", charge->dimension->name);
	}
	if (tune->goals->levers.price_count == 0 && tune->goals->levers.discount.count == 0)
		return error_set(error, ERROR_INPUT, "there is neither a price nor a discount among the levers");
	return 0;
}

/* ---- what the program is made of ---- */

/* A variable counts the steps of a lever; each step changes the mean bill by so much. */
struct variable {
	const char *what;
	const struct lever *lever;
	double step; /* of the mean bill, in the currency */
	double at;   /* steps that the candidate is up */
};

struct program {
	struct variable variables[GOALS_PRICES_MAX];
	size_t count;
	double rest; /* of the mean bill, with all variables 0 */
	double fee;  /* share of a bill that the marketplace keeps */
	double cost, infrastructure;
	double unit; /* one of the currency in its last place */
};

static double lever_value(const struct lever *lever, int64_t value)
{
	return (double)value / pow(10, lever->decimals);
}

/* The mean of what is to be paid for of each charge over the term, in units. */
static int means_make(struct scope *scope, const struct tune_field *field, const struct tune_candidate *candidate, double *means, struct error *error)
{
	const struct schedule *schedule = schedule_with(scope, &field->schedule, candidate->tariff, error);
	size_t charges = candidate->tariff->charge_count;
	int64_t *billables;
	struct term term;

	if (!schedule || term_make(scope, schedule, &term, error) < 0)
		return error->code;
	billables = scope_alloc(scope, (schedule->period_count * charges + 1) * sizeof(*billables));
	if (!billables)
		return error_memory(error, "a linear program");
	for (size_t path = 0; path < field->ground.path_count; path++) {
		term_take(&term, field->ground.quantities + path * schedule->slice_count * charges, billables);
		for (size_t i = 0; i < schedule->period_count * charges; i++)
			means[i % charges] += (double)billables[i] / 1e6 / (double)field->ground.path_count;
	}
	return 0;
}

static void prices_add(const struct tune *tune, const struct tune_candidate *candidate, const double *means, struct program *program)
{
	for (size_t i = 0; i < tune->goals->levers.price_count; i++) {
		const struct lever *lever = &tune->goals->levers.prices[i].lever;
		const struct tariff_charge *charge = tariff_charge(candidate->tariff, tune->goals->levers.prices[i].dimension);
		double kept = 1 - (charge->limits.discount.text ? exact_double(charge->limits.discount.digits, charge->limits.discount.decimals) / 100 : 0);
		double whole = 1 - (candidate->tariff->limits.discount.text
					    ? exact_double(candidate->tariff->limits.discount.digits, candidate->tariff->limits.discount.decimals) / 100
					    : 0);

		program->variables[program->count++] =
			(struct variable){charge->dimension->name, lever, lever_value(lever, lever->step) * means[charge - candidate->tariff->charges] * kept * whole,
					  (double)(candidate->prices[i] - lever->from) / (double)lever->step};
	}
}

/* All of the bill falls with the discount. */
static void discount_add(const struct tune *tune, const struct tune_candidate *candidate, double bill, struct program *program)
{
	const struct lever *lever = &tune->goals->levers.discount;
	double percent = (double)candidate->discount / 1e6, list = bill / (1 - percent / 100);

	program->variables[program->count++] = (struct variable){"the discount", lever, -lever_value(lever, lever->step) / 100 * list,
								  (percent - lever_value(lever, lever->from)) / lever_value(lever, lever->step)};
}

static int program_make(const struct tune *tune, const struct tune_candidate *candidate, struct program *program, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(LP_SCOPE);
	const struct outcome *outcome = &candidate->outcome;
	double *means = scope_alloc(&scope, (candidate->tariff->charge_count + 1) * sizeof(*means));
	const struct tune_field *field = tune->fields;
	double bill;

	while (field->plan != candidate->plan || field->months != candidate->months)
		field++;
	if (!means)
		return error_memory(error, "a linear program");
	if (means_make(&scope, field, candidate, means, error) < 0)
		return error->code;
	program->unit = pow(10, candidate->tariff->decimals);
	bill = (double)outcome->bill.mean / program->unit;
	program->fee = outcome->bill.mean ? (double)outcome->fee_mean / (double)outcome->bill.mean : 0;
	program->cost = (double)outcome->cost_mean / program->unit;
	program->infrastructure = candidate->infrastructure ? (double)candidate->infrastructure->month * candidate->months / program->unit : 0;
	if (tune->goals->levers.price_count)
		prices_add(tune, candidate, means, program);
	else if (candidate->discount < 100000000)
		discount_add(tune, candidate, bill, program);
	else
		return error_set(error, ERROR_INPUT, "the best offer is free, and nothing can be said of its discount");
	program->rest = bill;
	for (size_t i = 0; i < program->count; i++)
		program->rest -= program->variables[i].step * program->variables[i].at;
	return 0;
}

/* ---- writing ---- */

static void bounds_write(const struct tune *tune, const struct program *program, struct buffer *buffer)
{
	const struct goals *goals = tune->goals;
	double kept = 1 - program->fee;

	if (goals->bounds.customer_known)
		(void)buffer_print(buffer, " customer_most: bill <= %.10g\n", (double)goals->bounds.customer / program->unit - program->infrastructure);
	if (goals->bounds.revenue_known)
		(void)buffer_print(buffer, " revenue_least: %.12g bill >= %.10g\n", kept, (double)goals->bounds.revenue / program->unit + program->cost);
	if (goals->bounds.discount_known && goals->levers.price_count == 0)
		(void)buffer_print(buffer, " discount_most: %.10g steps_0 <= %.10g\n", lever_value(&goals->levers.discount, goals->levers.discount.step),
				   (double)goals->bounds.discount / 1e6 - lever_value(&goals->levers.discount, goals->levers.discount.from));
	if (goals->bounds.floor_known)
		(void)buffer_print(buffer, " floor_margin: %.12g bill >= %.10g\n", kept * (1 - goals->bounds.floor / 100), program->cost);
}

static void variables_write(const struct program *program, struct buffer *buffer)
{
	(void)buffer_text(buffer, "Bounds\n one = 1\n");
	for (size_t i = 0; i < program->count; i++)
		(void)buffer_print(buffer, " 0 <= steps_%zu <= %zu\n", i, program->variables[i].lever->count - 1);
	(void)buffer_text(buffer, "General\n");
	for (size_t i = 0; i < program->count; i++)
		(void)buffer_print(buffer, " steps_%zu\n", i);
	(void)buffer_text(buffer, "End\n");
}

int tune_lp(const struct tune *tune, const struct tune_candidate *candidate, struct buffer *buffer, struct error *error)
{
	struct program program = {.count = 0};

	if (linear_check(tune, candidate, error) < 0 || program_make(tune, candidate, &program, error) < 0)
		return error->code;
	(void)buffer_text(buffer, "\\ The mean net of an offer like this one: ");
	tune_words(tune, candidate, buffer);
	(void)buffer_print(buffer, "\n\\ apollo found %.10g; a solver may differ by the rounding of single bills.\n", (double)candidate->outcome.net.mean / program.unit);
	for (size_t i = 0; i < program.count; i++)
		(void)buffer_print(buffer, "\\ steps_%zu: of %.10g each from %.10g, %s\n", i, lever_value(program.variables[i].lever, program.variables[i].lever->step),
				   lever_value(program.variables[i].lever, program.variables[i].lever->from), program.variables[i].what);
	(void)buffer_print(buffer, "Maximize\n net: %.12g bill - %.10g one\nSubject To\n mean_bill: bill - %.10g one", 1 - program.fee, program.cost, program.rest);
	for (size_t i = 0; i < program.count; i++)
		(void)buffer_print(buffer, " %c %.12g steps_%zu", program.variables[i].step < 0 ? '+' : '-', fabs(program.variables[i].step), i);
	(void)buffer_text(buffer, " = 0\n");
	bounds_write(tune, &program, buffer);
	variables_write(&program, buffer);
	return buffer_failed(buffer) ? error_memory(error, "a linear program") : 0;
}
