/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/tune.h"

#include "offers/private_text.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *tune_bound_name(enum tune_bound bound)
{
	static const char *const names[] = {"", "floor_margin", "customer_most", "revenue_least", "shortfall_most", "discount_most"};

	return names[bound];
}

/* ---- fields ---- */

struct collecting {
	int64_t *values;
	size_t count;
	int months; /* of an interval */
	bool failed;
};

/* Adds a period's usage to its interval. */
static void usage_note(void *context, const struct bill *bill)
{
	struct collecting *collecting = context;
	int64_t usage = 0;

	if (bill->period->month % collecting->months == 0)
		collecting->values[collecting->count++] = 0;
	collecting->failed |= !exact_integer(tariff_last_place(bill->tariff, bill->usage), &usage) ||
			      !quantity_add(collecting->values[collecting->count - 1], usage, &collecting->values[collecting->count - 1]);
}

/* What is used in each interval of a commitment, at list prices, on all paths. */
static int intervals_make(struct scope *scope, const struct goals *goals, struct tune_field *field, struct error *error)
{
	int months = goals->levers.commitment_months;
	size_t each = field->schedule.slice_count * field->plan->tariff.charge_count;
	size_t intervals = (field->schedule.slice_count + (size_t)months - 1) / (size_t)months;
	struct collecting collecting = {.values = scope_alloc(scope, intervals * field->ground.path_count * sizeof(int64_t)), .months = months};
	struct term term;

	if (goals->levers.quantile_count == 0)
		return 0;
	if (!collecting.values || term_make(scope, &field->schedule, &term, error) < 0)
		return error_memory(error, "a tune");
	for (size_t i = 0; i < field->ground.path_count; i++)
		(void)term_rate(&term, field->ground.quantities + i * each, NULL, usage_note, &collecting);
	if (collecting.failed)
		return error_set(error, ERROR_INPUT, "usage at list prices is more than can be counted");
	field->intervals = collecting.values;
	field->interval_count = collecting.count;
	return 0;
}

/* The totals on each path of a tariff that is not the plan's: its own quantities are drawn, of the same paths. */
static int others_rate(struct scope *scope, const struct tune_input *input, const struct tune_field *field, const struct tariff *tariff,
		       const int64_t **totals, struct error *error)
{
	const struct phase phase = {0, tariff};
	struct ground ground = field->ground;
	struct schedule schedule;
	int64_t *made = scope_alloc(scope, ground.path_count * sizeof(*made));

	if (!tariff)
		return 0;
	if (!made)
		return error_memory(error, "a tune");
	if (schedule_make(scope, &phase, 1, field->schedule.start, field->schedule.end, &schedule, error) < 0 ||
	    !(ground.quantities = forecast_make(scope, input->forecast, &schedule, input->goals->offer, error)) ||
	    ground_rate(&ground, &schedule, made, NULL, NULL, error) < 0)
		return error->code;
	*totals = made;
	return 0;
}

static int field_make(struct scope *scope, const struct tune_input *input, const struct catalog_plan *plan, int months, struct tune_field *field,
		      struct error *error)
{
	const struct phase phase = {0, &plan->tariff};
	int64_t end;

	*field = (struct tune_field){.plan = plan, .months = months};
	if (schedule_end(scope, &plan->tariff, input->start, months, &end, error) < 0 ||
	    schedule_make(scope, &phase, 1, input->start, end, &field->schedule, error) < 0)
		return error->code;
	field->ground = (struct ground){.schedule = &field->schedule, .path_count = input->forecast->paths, .risk = input->goals->risk};
	field->ground.quantities = forecast_make(scope, input->forecast, &field->schedule, input->goals->offer, error);
	if (field->ground.quantities)
		ground_take(scope, &field->ground);
	if (!field->ground.quantities || others_rate(scope, input, field, input->goals->cost, &field->ground.costs, error) < 0 ||
	    others_rate(scope, input, field, input->goals->rival, &field->ground.rivals, error) < 0 || intervals_make(scope, input->goals, field, error) < 0)
		return error->code;
	return outcome_make(&field->ground, &field->schedule, input->fee, input->fee_context, &field->list, error);
}

static int fields_make(struct scope *scope, const struct tune_input *input, struct tune *tune, struct error *error)
{
	const struct goals *goals = input->goals;
	size_t terms = goals->levers.month_count ? goals->levers.month_count : 1;

	tune->fields = scope_alloc(scope, goals->plan_count * terms * sizeof(*tune->fields));
	if (!tune->fields)
		return error_memory(error, "a tune");
	for (size_t i = 0; i < goals->plan_count; i++)
		for (size_t j = 0; j < terms; j++) {
			int months = goals->levers.month_count ? goals->levers.months[j] : goals->plans[i]->term_months;

			if (field_make(scope, input, goals->plans[i], months, &tune->fields[tune->field_count++], error) < 0)
				return error->code;
		}
	return 0;
}

/* ---- a candidate's tariff ---- */

/* A whole number of 10^-decimals as a decimal that was written. */
static bool decimal_of(struct scope *scope, int64_t value, int decimals, struct decimal *decimal)
{
	return decimal_make(scope, exact_of(value), decimals, decimal);
}

static bool discount_apply(struct scope *scope, int64_t millionths, struct tariff *tariff)
{
	struct decimal discount;

	if (millionths == 0)
		return true;
	if (!decimal_of(scope, millionths, 6, &discount))
		return false;
	tariff->base_discount = discount;
	for (size_t i = 0; i < tariff->charge_count; i++)
		tariff->charges[i].limits.discount = discount;
	return true;
}

/* amount less the discount, in hundredths of the currency; exact where the amount is whole. */
static int64_t less_discount(int64_t amount, int64_t millionths)
{
	wide_t cents = (wide_t)amount * 100 * (100000000 - millionths);

	return (int64_t)((cents + 50000000) / 100000000);
}

/* What the customer commits to in each interval: a quantile of what usage would be worth, in whole units. */
static int64_t commitment_amount(const struct tune_field *field, enum commitment_form form, double quantile, int64_t millionths)
{
	double rank = quantile / 100 * (double)field->interval_count;
	size_t at = rank < 1 ? 0 : (size_t)rank - 1;
	wide_t units = field->intervals[at];

	for (int i = 0; i < field->plan->tariff.decimals; i++)
		units /= 10;
	if (form == FORM_USAGE)
		units = units * (100000000 - millionths) / 100000000;
	return (int64_t)units;
}

static bool commitment_apply(struct scope *scope, const struct goals *goals, const struct tune_candidate *candidate, struct tariff *tariff)
{
	struct tariff_payment *payment;

	if (candidate->form == FORM_NONE || candidate->commitment == 0)
		return true;
	payment = scope_alloc(scope, sizeof(*payment));
	if (!payment)
		return false;
	*payment = (struct tariff_payment){.name = "commitment", .every_months = goals->levers.commitment_months, .expires = goals->levers.discard};
	tariff->payments = payment;
	tariff->payment_count = 1;
	return decimal_of(scope, candidate->commitment, 0, &payment->credit) &&
	       decimal_of(scope, candidate->form == FORM_PAYMENT ? less_discount(candidate->commitment, candidate->discount) : candidate->commitment * 100, 2,
			  &payment->paid);
}

static int tariff_make(struct scope *scope, const struct goals *goals, const struct tune_field *field, struct tune_candidate *candidate,
		       struct error *error)
{
	struct tariff *tariff = tariff_copy(scope, &field->plan->tariff);

	if (!tariff)
		return error_memory(error, "a candidate");
	candidate->commitment =
		candidate->form == FORM_NONE ? 0 : commitment_amount(field, candidate->form, candidate->quantile, candidate->discount);
	if (candidate->form != FORM_PAYMENT && !discount_apply(scope, candidate->discount, tariff))
		return error_memory(error, "a candidate");
	if (candidate->base_fee >= 0 &&
	    !decimal_of(scope, goals->levers.base_fee.from + candidate->base_fee * goals->levers.base_fee.step, goals->levers.base_fee.decimals,
			&tariff->base_fee))
		return error_memory(error, "a candidate");
	for (size_t i = 0; i < goals->levers.price_count; i++)
		if (!decimal_of(scope, candidate->prices[i], goals->levers.prices[i].lever.decimals,
				&tariff_charge(tariff, goals->levers.prices[i].dimension)->tiers[0].price))
			return error_memory(error, "a candidate");
	if (!commitment_apply(scope, goals, candidate, tariff))
		return error_memory(error, "a candidate");
	candidate->tariff = tariff;
	return tariff_ready(tariff, error);
}

/* ---- rating ---- */

static int64_t customer_cost(const struct tune_candidate *candidate)
{
	return candidate->outcome.bill.mean + (candidate->infrastructure ? candidate->infrastructure->month * candidate->months : 0);
}

static enum tune_bound bound_broken(const struct goals *goals, const struct tune_candidate *candidate)
{
	const struct outcome *outcome = &candidate->outcome;

	if (goals->bounds.discount_known && candidate->discount > goals->bounds.discount)
		return BOUND_DISCOUNT;
	if (goals->bounds.floor_known && outcome->margin < goals->bounds.floor)
		return BOUND_FLOOR;
	if (goals->bounds.customer_known && candidate->customer > goals->bounds.customer)
		return BOUND_CUSTOMER;
	if (goals->bounds.revenue_known && outcome->net.mean < goals->bounds.revenue)
		return BOUND_REVENUE;
	if (goals->bounds.shortfall_known && outcome->shortfall * 100 > goals->bounds.shortfall)
		return BOUND_SHORTFALL;
	return BOUND_NONE;
}

static const struct tune_field *field_of(const struct tune *tune, const struct tune_candidate *candidate)
{
	size_t i = 0;

	while (tune->fields[i].plan != candidate->plan || tune->fields[i].months != candidate->months)
		i++;
	return &tune->fields[i];
}

/* scope: of the caller alone. */
static int candidate_rate(struct scope *scope, const struct tune *tune, const struct tune_input *input, struct tune_candidate *candidate,
			  struct error *error)
{
	const struct tune_field *field = field_of(tune, candidate);
	struct schedule *schedule;

	if (tariff_make(scope, tune->goals, field, candidate, error) < 0 || !(schedule = schedule_with(scope, &field->schedule, candidate->tariff, error)) ||
	    outcome_make(&field->ground, schedule, input->fee, input->fee_context, &candidate->outcome, error) < 0)
		return error->code;
	candidate->customer = customer_cost(candidate);
	candidate->broken = bound_broken(tune->goals, candidate);
	return 0;
}

/* The largest discount of a 0.01 percent grid in the lever's range that keeps a bound, or, for the customer's, the smallest; added behind the candidate
 * it was found from.  1: there is one. */
static int discount_solve(struct scope *scope, const struct tune *tune, const struct tune_input *input, enum tune_bound bound,
			  struct tune_candidate *candidate, struct error *error)
{
	const struct lever *lever = &tune->goals->levers.discount;
	int64_t unit = 1, low, high, step = 10000;
	bool falling = bound != BOUND_CUSTOMER; /* kept at small discounts, broken at large ones */

	for (int i = lever->decimals; i < 6; i++)
		unit *= 10;
	low = (lever->from * unit + step - 1) / step;
	high = lever->to * unit / step;
	while (low < high) {
		int64_t middle = falling ? low + (high - low + 1) / 2 : low + (high - low) / 2;
		struct tune_candidate tried = *candidate;
		bool kept;

		tried.discount = middle * step;
		if (candidate_rate(scope, tune, input, &tried, error) < 0)
			return error->code;
		kept = bound == BOUND_FLOOR     ? tried.outcome.margin >= tune->goals->bounds.floor
		       : bound == BOUND_REVENUE ? tried.outcome.net.mean >= tune->goals->bounds.revenue
						: tried.customer <= tune->goals->bounds.customer;
		if (falling)
			kept ? (low = middle) : (high = middle - 1);
		else
			kept ? (high = middle) : (low = middle + 1);
	}
	candidate->discount = low * step;
	candidate->solved = bound;
	if (candidate_rate(scope, tune, input, candidate, error) < 0)
		return error->code;
	return candidate->broken != bound;
}

/* ---- threads ---- */

struct work {
	struct tune *tune;
	const struct tune_input *input;
	atomic_size_t *next;
	atomic_bool *stop;
	struct scope scope;
	struct error error;
	int code;
};

static void *work_run(void *context)
{
	struct work *work = context;
	size_t i;

	while (!atomic_load(work->stop) && (i = atomic_fetch_add(work->next, 1)) < work->tune->candidate_count) {
		struct tune_candidate *candidate = &work->tune->candidates[i];

		work->code = candidate->solved ? discount_solve(&work->scope, work->tune, work->input, candidate->solved, candidate, &work->error)
					       : candidate_rate(&work->scope, work->tune, work->input, candidate, &work->error);
		/* A bound that no discount keeps: the candidate stays, and is said to break it.  Tariffs of the front are made again for good. */
		candidate->tariff = NULL;
		scope_clear(&work->scope);
		if (work->code < 0) {
			atomic_store(work->stop, true);
			return NULL;
		}
	}
	return NULL;
}

enum { WORK_SCOPE = 1 << 26 };

static int candidates_rate(struct tune *tune, const struct tune_input *input, struct error *error)
{
	int threads = input->threads < 1 ? 1 : input->threads > TUNE_THREADS_MAX ? TUNE_THREADS_MAX : input->threads, started = 0;
	struct work works[TUNE_THREADS_MAX];
	pthread_t handles[TUNE_THREADS_MAX];
	atomic_size_t next = 0;
	atomic_bool stop = false;
	int code = 0;

	for (int i = 0; i < threads; i++)
		works[i] = (struct work){.tune = tune, .input = input, .next = &next, .stop = &stop, .scope = scope_init(WORK_SCOPE)};
	while (started < threads - 1 && pthread_create(&handles[started], NULL, work_run, &works[started]) == 0)
		started++;
	(void)work_run(&works[threads - 1]);
	for (int i = 0; i < started; i++)
		(void)pthread_join(handles[i], NULL);
	for (int i = 0; i < threads; i++) {
		if (works[i].code < 0 && code == 0) {
			*error = works[i].error;
			code = works[i].code;
		}
		scope_release(&works[i].scope);
	}
	return code;
}

/* ---- candidates ---- */

/* Every combination, one after another: an odometer over the levers, the discount turning fastest. */
struct odometer {
	size_t counts[6 + GOALS_PRICES_MAX], at[6 + GOALS_PRICES_MAX];
	size_t wheels;
};

enum wheel { WHEEL_FIELD = 0, WHEEL_INFRASTRUCTURE = 1, WHEEL_BASE_FEE = 2, WHEEL_COMMITMENT = 3, WHEEL_DISCOUNT = 4, WHEEL_PRICES = 5 };

/* The form and quantile of a turn of the commitment's wheel; the first are without one. */
static void commitment_turn(const struct goals *goals, size_t turn, struct tune_candidate *candidate)
{
	for (int form = 0; form < FORMS; form++) {
		size_t count = form == FORM_NONE ? 1 : goals->levers.quantile_count;

		if (!goals->levers.forms[form])
			continue;
		if (turn < count) {
			candidate->form = (enum commitment_form)form;
			candidate->quantile = form == FORM_NONE ? 0 : goals->levers.quantiles[turn];
			return;
		}
		turn -= count;
	}
}

static size_t commitment_turns(const struct goals *goals)
{
	size_t turns = 0;

	for (int form = 0; form < FORMS; form++)
		turns += !goals->levers.forms[form] ? 0 : form == FORM_NONE ? 1 : goals->levers.quantile_count;
	return turns;
}

static size_t one_or(size_t count)
{
	return count ? count : 1;
}

static struct odometer odometer_make(const struct tune *tune, size_t discounts)
{
	const struct goals *goals = tune->goals;
	struct odometer odometer = {.wheels = WHEEL_PRICES + goals->levers.price_count};

	odometer.counts[WHEEL_FIELD] = tune->field_count;
	odometer.counts[WHEEL_INFRASTRUCTURE] = one_or(goals->levers.infrastructure_count);
	odometer.counts[WHEEL_BASE_FEE] = one_or(goals->levers.base_fee.count);
	odometer.counts[WHEEL_COMMITMENT] = one_or(commitment_turns(goals));
	odometer.counts[WHEEL_DISCOUNT] = discounts;
	for (size_t i = 0; i < goals->levers.price_count; i++)
		odometer.counts[WHEEL_PRICES + i] = goals->levers.prices[i].lever.count;
	return odometer;
}

/* How many there are; more than the ceiling: one more than it. */
static size_t odometer_size(const struct odometer *odometer)
{
	size_t size = 1;

	for (size_t i = 0; i < odometer->wheels; i++)
		if (__builtin_mul_overflow(size, odometer->counts[i], &size) || size > TUNE_CANDIDATES_MAX)
			return TUNE_CANDIDATES_MAX + 1;
	return size;
}

static void odometer_turn(struct odometer *odometer)
{
	for (size_t i = odometer->wheels; i-- > 0;) {
		if (++odometer->at[i] < odometer->counts[i])
			return;
		odometer->at[i] = 0;
	}
}

static struct tune_candidate candidate_at(const struct tune *tune, const struct odometer *odometer)
{
	const struct goals *goals = tune->goals;
	const struct tune_field *field = &tune->fields[odometer->at[WHEEL_FIELD]];
	struct tune_candidate candidate = {.plan = field->plan, .months = field->months, .base_fee = -1};
	int64_t unit = 1;

	if (goals->levers.infrastructure_count)
		candidate.infrastructure = &goals->levers.infrastructure[odometer->at[WHEEL_INFRASTRUCTURE]];
	if (goals->levers.base_fee.count)
		candidate.base_fee = (int64_t)odometer->at[WHEEL_BASE_FEE];
	commitment_turn(goals, odometer->at[WHEEL_COMMITMENT], &candidate);
	for (int i = goals->levers.discount.decimals; i < 6; i++)
		unit *= 10;
	candidate.discount = (goals->levers.discount.from + (int64_t)odometer->at[WHEEL_DISCOUNT] * goals->levers.discount.step) * unit;
	for (size_t i = 0; i < goals->levers.price_count; i++) {
		const struct lever *lever = &goals->levers.prices[i].lever;

		candidate.prices[i] = lever->from + (int64_t)odometer->at[WHEEL_PRICES + i] * lever->step;
	}
	return candidate;
}

/* A customer is not made to pay for machines beyond the offer. */
static void candidate_add(struct tune *tune, const struct tune_candidate *candidate)
{
	if (candidate->infrastructure && candidate->infrastructure->bound > candidate->months)
		tune->left_out++;
	else
		tune->candidates[tune->candidate_count++] = *candidate;
}

static int candidates_make(struct scope *scope, struct tune *tune, struct error *error)
{
	const struct goals *goals = tune->goals;
	const bool solvable[BOUNDS] = {[BOUND_FLOOR] = goals->bounds.floor_known, [BOUND_CUSTOMER] = goals->bounds.customer_known,
				       [BOUND_REVENUE] = goals->bounds.revenue_known};
	struct odometer grid = odometer_make(tune, one_or(goals->levers.discount.count)), solves = odometer_make(tune, 1);
	size_t grid_size = odometer_size(&grid), solve_size = odometer_size(&solves), most = grid_size + (goals->levers.solve ? 3 * solve_size : 0);

	if (most > TUNE_CANDIDATES_MAX) {
		(void)error_set(error, ERROR_INPUT, "the levers of %s make more than %d offers", goals->path, TUNE_CANDIDATES_MAX);
		return error_hint(error, "take larger steps, or let the discount be solved");
	}
	tune->candidates = scope_alloc(scope, most * sizeof(*tune->candidates));
	if (!tune->candidates)
		return error_memory(error, "a tune");
	for (size_t i = 0; i < grid_size; i++, odometer_turn(&grid)) {
		struct tune_candidate candidate = candidate_at(tune, &grid);

		candidate_add(tune, &candidate);
	}
	for (size_t i = 0; goals->levers.solve && i < solve_size; i++, odometer_turn(&solves))
		for (int bound = 1; bound < BOUNDS; bound++)
			if (solvable[bound]) {
				struct tune_candidate candidate = candidate_at(tune, &solves);

				candidate.solved = (enum tune_bound)bound;
				candidate_add(tune, &candidate);
			}
	if (tune->candidate_count)
		return 0;
	(void)error_set(error, ERROR_INPUT, "every infrastructure of %s is bound for longer than the offer", goals->path);
	return error_hint(error, "add a longer term to \"months\", or infrastructure that is on demand");
}

/* ---- the front ---- */

bool tune_beats(const struct tune_candidate *one, const struct tune_candidate *other)
{
	if (one->customer > other->customer || one->outcome.net.mean < other->outcome.net.mean || one->outcome.at_risk > other->outcome.at_risk)
		return false;
	return one->customer < other->customer || one->outcome.net.mean > other->outcome.net.mean || one->outcome.at_risk < other->outcome.at_risk;
}

static bool same_outcome(const struct tune_candidate *one, const struct tune_candidate *other)
{
	return one->customer == other->customer && one->outcome.net.mean == other->outcome.net.mean && one->outcome.at_risk == other->outcome.at_risk;
}

static int cost_compare(const void *left, const void *right)
{
	const struct tune_candidate *one = *(const struct tune_candidate *const *)left, *other = *(const struct tune_candidate *const *)right;

	if (one->customer != other->customer)
		return one->customer < other->customer ? -1 : 1;
	if (one->outcome.net.mean != other->outcome.net.mean)
		return one->outcome.net.mean > other->outcome.net.mean ? -1 : 1;
	if (one->outcome.at_risk != other->outcome.at_risk)
		return one->outcome.at_risk < other->outcome.at_risk ? -1 : 1;
	return one < other ? -1 : one > other;
}

/* Cheapest first, so that who is beaten is beaten by one that is in the front already. */
static int front_make(struct scope *scope, struct tune *tune, struct error *error)
{
	const struct tune_candidate **sorted = scope_alloc(scope, (tune->candidate_count + 1) * sizeof(*sorted));
	size_t count = 0;

	tune->front = scope_alloc(scope, (tune->candidate_count + 1) * sizeof(*tune->front));
	if (!sorted || !tune->front)
		return error_memory(error, "a tune");
	for (size_t i = 0; i < tune->candidate_count; i++) {
		tune->broken[tune->candidates[i].broken]++;
		if (tune->candidates[i].broken == BOUND_NONE)
			sorted[count++] = &tune->candidates[i];
	}
	qsort(sorted, count, sizeof(*sorted), cost_compare);
	for (size_t i = 0; i < count; i++) {
		bool beaten = false;

		for (size_t j = 0; j < tune->front_count && !beaten; j++) {
			const struct tune_candidate *member = &tune->candidates[tune->front[j]];

			beaten = tune_beats(member, sorted[i]) || same_outcome(member, sorted[i]);
		}
		if (!beaten)
			tune->front[tune->front_count++] = (size_t)(sorted[i] - tune->candidates);
	}
	return 0;
}

static int best_find(struct scope *scope, struct tune *tune, struct error *error)
{
	tune->best = tune->next = SIZE_MAX;
	for (size_t i = 0; i < tune->front_count; i++) {
		struct tune_candidate *candidate = &tune->candidates[tune->front[i]];

		candidate->front = true;
		if (tune->best == SIZE_MAX || candidate->outcome.net.mean > tune->candidates[tune->best].outcome.net.mean) {
			tune->next = tune->best;
			tune->best = tune->front[i];
		} else if (tune->next == SIZE_MAX || candidate->outcome.net.mean > tune->candidates[tune->next].outcome.net.mean) {
			tune->next = tune->front[i];
		}
		if (tariff_make(scope, tune->goals, field_of(tune, candidate), candidate, error) < 0)
			return error->code;
	}
	return 0;
}

/* ---- the whole ---- */

/* What a marketplace has no words for is refused before anything is rated. */
static int levers_check(const struct goals *goals, struct error *error)
{
	bool committed = goals->levers.forms[FORM_PAYMENT] || goals->levers.forms[FORM_USAGE];

	if (strcmp(goals->market, "gcp") == 0 && (goals->levers.price_count || goals->levers.base_fee.count)) {
		(void)error_set(error, APOLLO_CONFIG, "%s: Google takes a percentage off the list alone, and no other prices", goals->path);
		return error_hint(error, "take \"prices\" and \"base_fee\" out of the levers, and use \"discount\"");
	}
	if (strcmp(goals->market, "gcp") == 0 && goals->levers.discount.decimals > 2)
		return error_set(error, APOLLO_CONFIG, "%s: Google takes percentages with two decimals (GC-01)", goals->path);
	if (strcmp(goals->market, "azure") == 0 && goals->levers.discount.count && (goals->levers.price_count || goals->levers.base_fee.count)) {
		(void)error_set(error, APOLLO_CONFIG, "%s: an offer on Azure is a percentage off the list or has prices of its own, and not both", goals->path);
		return error_hint(error, "take \"discount\" out of the levers, or \"prices\" and \"base_fee\"");
	}
	if (strcmp(goals->market, "azure") == 0 && committed && goals->levers.quantile_count) {
		(void)error_set(error, APOLLO_CONFIG, "%s: Azure has no commitment with a draw-down", goals->path);
		return error_hint(error, "use \"base_fee\" and a plan with an included quantity, and forms = [ \"none\" ]");
	}
	return 0;
}

static int interval_compare(const void *left, const void *right)
{
	int64_t one = *(const int64_t *)left, other = *(const int64_t *)right;

	return (one > other) - (one < other);
}

int tune_make(struct scope *scope, const struct tune_input *input, struct tune *tune, struct error *error)
{
	*tune = (struct tune){.goals = input->goals};
	if (levers_check(input->goals, error) < 0 || fields_make(scope, input, tune, error) < 0)
		return error->code;
	for (size_t i = 0; i < tune->field_count; i++)
		if (tune->fields[i].interval_count)
			qsort(tune->fields[i].intervals, tune->fields[i].interval_count, sizeof(int64_t), interval_compare);
	if (candidates_make(scope, tune, error) < 0 || candidates_rate(tune, input, error) < 0 || front_make(scope, tune, error) < 0)
		return error->code;
	return best_find(scope, tune, error);
}

/* ---- what is said of it ---- */

static void percent_text(int64_t millionths, char text[static EXACT_TEXT])
{
	(void)exact_text(exact_of(millionths), 6, 0, text);
}

static void prices_config(const struct tune *tune, const struct tune_candidate *candidate, struct buffer *buffer)
{
	const struct goals *goals = tune->goals;
	char text[EXACT_TEXT];

	if (goals->levers.price_count == 0)
		return;
	(void)buffer_text(buffer, "    prices = (");
	for (size_t i = 0; i < goals->levers.price_count; i++)
		(void)buffer_print(buffer, "%s\n      { dimension = \"%s\"; unit_price = \"%s\"; }", i ? "," : "", goals->levers.prices[i].dimension->name,
				   exact_text(exact_of(candidate->prices[i]), goals->levers.prices[i].lever.decimals, 0, text));
	(void)buffer_text(buffer, " );\n");
}

static void commitment_config(const struct tune *tune, const struct tune_candidate *candidate, struct buffer *buffer)
{
	const struct goals *goals = tune->goals;
	char text[EXACT_TEXT];

	if (candidate->form == FORM_NONE || candidate->commitment == 0)
		return;
	(void)buffer_print(buffer, "    commitment: { amount = \"%lld\"; every = \"%dm\";", (long long)candidate->commitment, goals->levers.commitment_months);
	percent_text(candidate->discount, text);
	if (candidate->form == FORM_PAYMENT && candidate->discount)
		(void)buffer_print(buffer, " discount = \"%s\";", text);
	(void)buffer_text(buffer, goals->levers.discard ? " discard = true; };\n" : " };\n");
}

/* When money is asked for: a commitment in its own intervals; a fixed fee at Google by calendar months, as its part of one is worked out. */
static const char *interval_of(const struct tune *tune, const struct tune_candidate *candidate)
{
	int months = tune->goals->levers.commitment_months;

	if (candidate->commitment)
		return months == 1 ? "monthly" : months == 3 ? "quarterly" : months == 12 ? "yearly" : "custom";
	if (strcmp(tune->goals->market, "gcp") == 0 && candidate->tariff->base_fee.text && exact_sign(candidate->tariff->base_fee.digits) > 0)
		return "monthly_prorated";
	return "usage";
}

int tune_config(const struct tune *tune, const struct tune_candidate *candidate, const char *name, const struct private_offer *like,
		struct buffer *buffer, struct error *error)
{
	const struct lever *fee = &tune->goals->levers.base_fee;
	char text[EXACT_TEXT];

	(void)buffer_print(buffer, "  { name = \"%s\"; market = \"%s\"; offer = \"%s\"; plan = \"%s\"; months = \"%dm\";\n", name, tune->goals->market,
			   tune->goals->offer->name, candidate->plan->name, candidate->months);
	if (like && private_head_print(like, buffer, error) < 0)
		return error->code;
	(void)buffer_print(buffer, "    interval = \"%s\";\n", interval_of(tune, candidate));
	percent_text(candidate->discount, text);
	if (candidate->form != FORM_PAYMENT && candidate->discount)
		(void)buffer_print(buffer, "    discount = \"%s\";\n", text);
	if (candidate->base_fee >= 0)
		(void)buffer_print(buffer, "    base_fee = \"%s\";\n", exact_text(exact_of(fee->from + candidate->base_fee * fee->step), fee->decimals, 0, text));
	prices_config(tune, candidate, buffer);
	commitment_config(tune, candidate, buffer);
	(void)buffer_text(buffer, "  }");
	return 0;
}

/* ---- dead zones ---- */

/* The quantity from which the end of a tier is dearer than just past it: above where its price reaches the next tier's at the bound. */
static bool zone_find(const struct tariff_charge *charge, size_t tier, struct dead_zone *zone)
{
	const struct tariff_tier *here = &charge->tiers[tier], *next = &charge->tiers[tier + 1];
	struct exact past = exact_add(exact_multiply(next->unit, exact_of(here->up_to)), next->entry);
	struct exact room = exact_subtract(past, here->entry);

	if (exact_sign(here->unit) <= 0 || exact_compare(exact_multiply(here->unit, exact_of(here->up_to)), room) <= 0)
		return false;
	*zone = (struct dead_zone){.charge = charge, .to = here->up_to};
	if (exact_sign(room) > 0)
		(void)exact_integer(exact_divide(room, here->unit, ROUND_CEILING), &zone->from);
	if (zone->from < here->from)
		zone->from = here->from;
	return true;
}

struct zoning {
	struct dead_zone *zones;
	size_t count, periods;
};

static void zone_note(void *context, const struct bill *bill)
{
	struct zoning *zoning = context;

	zoning->periods++;
	for (size_t i = 0; i < bill->line_count; i++)
		for (size_t j = 0; j < zoning->count; j++)
			if (bill->lines[i].kind == BILL_USAGE && bill->lines[i].charge == zoning->zones[j].charge &&
			    bill->lines[i].usage.billable > zoning->zones[j].from && bill->lines[i].usage.billable <= zoning->zones[j].to)
				zoning->zones[j].mass++;
}

size_t tune_dead_zones(const struct ground *ground, const struct schedule *schedule, struct dead_zone *zones, size_t room)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 24);
	const struct tariff *tariff = schedule->periods[0].tariff;
	struct zoning zoning = {.zones = zones};
	struct bill_line *lines = scope_alloc(&scope, bill_room(tariff) * sizeof(*lines));
	struct error error;
	struct term term;

	for (size_t i = 0; i < tariff->charge_count; i++)
		for (size_t j = 0; tariff->charges[i].model == TARIFF_VOLUME && j + 1 < tariff->charges[i].tier_count && zoning.count < room; j++)
			zoning.count += zone_find(&tariff->charges[i], j, &zones[zoning.count]);
	if (zoning.count == 0 || !lines || term_make(&scope, schedule, &term, &error) < 0)
		return 0;
	for (size_t i = 0; i < ground->path_count; i++)
		(void)term_rate(&term, ground->quantities + i * schedule->slice_count * tariff->charge_count, lines, zone_note, &zoning);
	for (size_t i = 0; i < zoning.count; i++)
		zones[i].mass /= (double)zoning.periods;
	return zoning.count;
}
