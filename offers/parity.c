/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/parity.h"

#include "core/quantity.h"

#include <apollo/kit.h>
#include <stdlib.h>
#include <string.h>

#define PARITY_ONE INT64_C(1000000000) /* the factor by which all prices are moved for the same net, in parts of it */

static bool google(const char *market)
{
	return strcmp(market, "gcp") == 0;
}

/* ---- ratios ---- */

struct fraction {
	struct exact over, under; /* under above 0 */
};

static struct fraction fraction_of(const struct decimal *decimal)
{
	return (struct fraction){decimal->digits, exact_power(decimal->decimals)};
}

static struct fraction fraction_multiply(struct fraction one, struct fraction other)
{
	return (struct fraction){exact_multiply(one.over, other.over), exact_multiply(one.under, other.under)};
}

static struct fraction fraction_divide(struct fraction one, struct fraction other)
{
	return fraction_multiply(one, (struct fraction){other.under, other.over});
}

/* What a percentage leaves. */
static struct fraction rest_of(const struct decimal *percent)
{
	struct exact whole = exact_power(percent->decimals + 2);

	return (struct fraction){exact_subtract(whole, percent->digits), whole};
}

/* As a whole number of 10^-places, times a factor in parts of PARITY_ONE. */
static struct exact fraction_place(struct fraction fraction, int places, int64_t factor)
{
	return exact_divide(exact_multiply(exact_multiply(fraction.over, exact_power(places)), exact_of(factor)),
			    exact_multiply(fraction.under, exact_of(PARITY_ONE)), ROUND_HALF_AWAY);
}

/* ---- what the source's usage is worth ---- */

/* Of one charge, over all paths; money in the last place. */
struct worth {
	struct exact paid, list, billable;
};

struct working {
	struct parity *parity;
	struct worth *worths;
	struct fraction *factors; /* of each charge's list */
	struct fraction *units;   /* what one unit costs, of each charge */
	struct fraction fee;      /* the base fee */
	bool alike;               /* the source is the list less one percentage, which the other takes as it is */
	int64_t fee_step;         /* the base fee on its grid; -1: as the factor says */
	int64_t *bounds;          /* of each path */
	size_t path;
	struct exact bound;       /* of the path that is rated, in millionths of the last place */
};

static struct exact last_place(const struct tariff *tariff, struct exact money)
{
	return exact_divide(money, exact_power(tariff->scale - tariff->decimals), ROUND_HALF_AWAY);
}

static void worth_note(void *context, const struct bill *bill)
{
	struct working *working = context;
	const struct tariff *list = &working->parity->input->plan->tariff;

	for (size_t i = 0; i < bill->line_count; i++) {
		const struct bill_line *line = &bill->lines[i];
		struct worth *worth;

		if (line->kind != BILL_USAGE)
			continue;
		worth = &working->worths[line->charge - bill->tariff->charges];
		worth->paid = exact_add(worth->paid, last_place(bill->tariff, line->amount));
		worth->list = exact_add(worth->list, last_place(list, charge_price(&list->charges[line->charge - bill->tariff->charges], line->usage.billable)));
		worth->billable = exact_add(worth->billable, exact_of(line->usage.billable));
	}
}

static int paths_rate(struct scope *scope, const struct parity_input *input, struct working *working, term_each each, struct error *error)
{
	size_t count = input->schedule->slice_count * input->source->charge_count;
	struct bill_line *lines = scope_alloc(scope, bill_room(input->source) * sizeof(*lines));
	struct term term;

	if (!lines || term_make(scope, input->schedule, &term, error) < 0)
		return error_memory(error, "a pair of offers");
	for (working->path = 0; working->path < input->ground->path_count; working->path++) {
		working->bound = exact_zero();
		(void)term_rate(&term, input->ground->quantities + working->path * count, lines, each, working);
		if (working->bounds && !exact_integer(exact_divide(working->bound, exact_of(1000000), ROUND_CEILING), &working->bounds[working->path]))
			return error_set(error, ERROR_INPUT, "a bill is larger than money can be");
	}
	return 0;
}

/* ---- what is carried over ---- */

static void loss_add(struct parity *parity, const char *what, const char *instead)
{
	if (parity->loss_count < PARITY_LOSSES_MAX)
		parity->losses[parity->loss_count++] = (struct parity_loss){what, instead};
}

static bool curves_same(const struct tariff_charge *one, const struct tariff_charge *other)
{
	if (one->model != other->model || one->tier_count != other->tier_count || one->package != other->package)
		return false;
	for (size_t i = 0; i < one->tier_count; i++)
		if (one->tiers[i].up_to != other->tiers[i].up_to || decimal_compare(&one->tiers[i].price, &other->tiers[i].price) != 0 ||
		    decimal_compare(&one->tiers[i].fee, &other->tiers[i].fee) != 0)
			return false;
	return true;
}

static bool single(const struct tariff_charge *charge)
{
	return charge->model == TARIFF_PER_UNIT && charge->tier_count == 1 && exact_sign(charge->tiers[0].fee.digits) == 0;
}

/* What one unit costs inside of the credit that was paid for: Azure has no commitment, so that is what a unit costs there. */
static struct fraction credit_factor(const struct tariff *tariff)
{
	struct exact paid = exact_zero(), credit = exact_zero();

	for (size_t i = 0; i < tariff->payment_count; i++)
		if (tariff->payments[i].credit.text) {
			paid = exact_add(paid, decimal_exact(&tariff->payments[i].paid, DECIMAL_DIGITS_MAX));
			credit = exact_add(credit, decimal_exact(&tariff->payments[i].credit, DECIMAL_DIGITS_MAX));
		}
	/* Places that both do not have are not carried on. */
	for (int i = 0; i < DECIMAL_DIGITS_MAX - 4 && exact_sign(credit) > 0; i++) {
		struct exact ten = exact_of(10), less = exact_divide(paid, ten, ROUND_DOWN), fewer = exact_divide(credit, ten, ROUND_DOWN);

		if (exact_compare(exact_multiply(less, ten), paid) != 0 || exact_compare(exact_multiply(fewer, ten), credit) != 0)
			break;
		paid = less;
		credit = fewer;
	}
	return exact_sign(credit) > 0 ? (struct fraction){paid, credit} : (struct fraction){exact_of(1), exact_of(1)};
}

static void charge_carry(struct scope *scope, struct working *working, size_t index, struct fraction credit)
{
	struct parity *parity = working->parity;
	const struct tariff_charge *charge = &parity->input->source->charges[index], *list = &parity->input->plan->tariff.charges[index];
	struct fraction rest = fraction_multiply(rest_of(&charge->limits.discount), credit);
	const struct worth *worth = &working->worths[index];
	bool to_google = google(parity->input->to), alike = curves_same(charge, list), flat = single(charge) && single(list) && exact_sign(list->tiers[0].price.digits) > 0;
	const char *name = charge->dimension->name;

	parity->prices[index] = (struct parity_price){.source = charge};
	if (!charge->priced)
		return;
	if (single(charge))
		working->units[index] = fraction_multiply(fraction_of(&charge->tiers[0].price), rest);
	if (alike)
		working->factors[index] = rest;
	else if (flat)
		working->factors[index] = fraction_divide(working->units[index], fraction_of(&list->tiers[0].price));
	if (to_google && !alike && !flat) {
		parity->prices[index].matched = true;
		working->factors[index] = exact_sign(worth->list) > 0 ? (struct fraction){worth->paid, worth->list} : (struct fraction){exact_of(1), exact_of(1)};
		loss_add(parity, scope_print(scope, "the prices of %s, which are not the list's tiers less a percentage", name),
			 "the percentage off the list that comes to the same over all paths");
	} else if (!to_google && !single(charge)) {
		struct exact under = exact_multiply(worth->billable, exact_power(parity->input->source->decimals));

		parity->prices[index].matched = true;
		working->units[index] = exact_sign(under) > 0 ? fraction_multiply((struct fraction){exact_multiply(worth->paid, exact_of(1000000)), under}, credit)
							      : fraction_multiply(fraction_of(&charge->tiers[0].price), rest);
		loss_add(parity, scope_print(scope, "the tiers of %s: Azure has none", name), "one price that comes to the same over all paths; or a dimension for each tier");
	}
	if (to_google && exact_compare(working->factors[index].over, working->factors[index].under) > 0)
		loss_add(parity, scope_print(scope, "the price of %s, which is above the list: Google takes only discounts", name), "the list price");
}

static bool limited(const struct tariff_limits *limits, bool whole)
{
	return limits->discount_amount.text || limits->maximum.text || limits->minimum.text || (whole && limits->discount.text);
}

static void terms_carry(struct scope *scope, struct working *working)
{
	struct parity *parity = working->parity;
	const struct parity_input *input = parity->input;
	bool keeps = !google(input->to) && input->offer->product == PRODUCT_SAAS;

	for (size_t i = 0; i < input->source->charge_count; i++) {
		const struct tariff_charge *charge = &input->source->charges[i], *list = &input->plan->tariff.charges[i];
		const char *name = charge->dimension->name;

		if (!keeps && (charge->included != list->included || charge->unlimited != list->unlimited))
			loss_add(parity, scope_print(scope, "the included quantity of %s, which is fixed with the plan there", name),
				 google(input->to) ? "a flat fee with usage beside it, or credit" : "a plan of its own, published before");
		if (limited(&charge->limits, false))
			loss_add(parity, scope_print(scope, "a least, a most or an amount off for %s", name), "a percentage");
	}
	if (limited(&input->source->limits, true))
		loss_add(parity, "what applies to the bill as a whole: a least, a most, or an amount or a percentage off", "prices that are lower by it");
}

/* Instalments are carried over; credit is not. */
static bool carried(const struct tariff_payment *payment)
{
	return payment->at && !payment->credit.text;
}

static struct fraction payments_carry(struct working *working)
{
	const struct parity_input *input = working->parity->input;
	struct fraction factor = {exact_of(1), exact_of(1)};

	for (size_t i = 0; i < input->source->payment_count; i++)
		if (!google(input->to) && input->source->payments[i].credit.text) {
			loss_add(working->parity, "the commitment: Azure has none that usage draws down",
				 "prices as they are within the commitment; or a base fee and an included quantity, in a plan of its own");
			return credit_factor(input->source);
		} else if (!carried(&input->source->payments[i])) {
			loss_add(working->parity, "credit that is paid ahead", "a commitment, which is to be agreed anew");
		}
	return factor;
}

/* Whether all of it is one percentage that Azure takes too. */
static bool percentage_alike(const struct parity_input *input)
{
	const struct tariff *source = input->source, *list = &input->plan->tariff;
	bool alike = !input->net && !google(input->to) && source->base_discount.text && source->base_discount.decimals <= PARITY_PERCENT_PLACES &&
		     decimal_compare(&source->base_fee, &list->base_fee) == 0;

	for (size_t i = 0; i < source->charge_count; i++)
		alike &= !source->charges[i].priced || (single(&list->charges[i]) && curves_same(&source->charges[i], &list->charges[i]) &&
							decimal_compare(&source->charges[i].limits.discount, &source->base_discount) == 0);
	return alike;
}

/* ---- the other offer ---- */

static bool fee_make(struct scope *scope, const struct working *working, int64_t factor, struct tariff *tariff)
{
	const struct parity_input *input = working->parity->input;
	int places = google(input->to) ? PARITY_FEE_PLACES : input->price_decimals;

	if (working->alike)
		return (tariff->base_discount = input->source->base_discount, true);
	tariff->base_discount = (struct decimal){0};
	if (working->fee_step >= 0)
		return decimal_make(scope, exact_of(working->fee_step), places, &tariff->base_fee);
	return exact_sign(working->fee.over) == 0 ? (tariff->base_fee = input->source->base_fee, true)
						  : decimal_make(scope, fraction_place(working->fee, places, factor), places, &tariff->base_fee);
}

static bool price_make(struct scope *scope, const struct working *working, size_t index, int64_t factor, struct tariff *tariff)
{
	const struct parity_input *input = working->parity->input;
	struct parity_price *price = &working->parity->prices[index];
	struct tariff_charge *charge = &tariff->charges[index];
	int64_t rest;

	charge->limits = (struct tariff_limits){0};
	if (!charge->priced)
		return true;
	if (working->alike) {
		charge->limits.discount = input->source->base_discount;
		return exact_integer(decimal_exact(&charge->limits.discount, PARITY_PERCENT_PLACES), &price->hundredths);
	}
	if (google(input->to)) {
		if (!exact_integer(fraction_place(working->factors[index], 4, factor), &rest))
			return false;
		price->hundredths = rest > 10000 ? 0 : 10000 - rest;
		return decimal_make(scope, exact_of(price->hundredths), PARITY_PERCENT_PLACES, &charge->limits.discount);
	}
	charge->model = TARIFF_PER_UNIT;
	charge->tier_count = 1;
	charge->package = 0;
	charge->tiers[0] = (struct tariff_tier){.up_to = INT64_MAX};
	return decimal_make(scope, fraction_place(working->units[index], input->price_decimals, factor), input->price_decimals, &charge->tiers[0].price) &&
	       (price->price = charge->tiers[0].price, true);
}

/* One percentage says it all where every charge has the same, and the base fee is the list's less it. */
static void uniform_find(const struct working *working, struct parity *parity)
{
	const struct tariff *list = &parity->input->plan->tariff, *tariff = parity->tariff;
	size_t first = 0;

	parity->fee_own = exact_sign(tariff->base_fee.digits) > 0 || exact_sign(list->base_fee.digits) > 0;
	parity->uniform = google(parity->input->to) || working->alike;
	while (first < tariff->charge_count && !tariff->charges[first].priced)
		first++;
	if (first == tariff->charge_count || !parity->uniform) {
		parity->uniform = false;
		return;
	}
	parity->hundredths = parity->prices[first].hundredths;
	for (size_t i = first; i < tariff->charge_count; i++)
		parity->uniform &= !tariff->charges[i].priced || parity->prices[i].hundredths == parity->hundredths;
	if (parity->uniform && parity->fee_own && !working->alike) {
		struct exact less = exact_multiply(list->base_fee.digits, exact_of(10000 - parity->hundredths));

		parity->uniform = exact_compare(exact_multiply(less, exact_power(tariff->base_fee.decimals)),
						exact_multiply(tariff->base_fee.digits, exact_power(list->base_fee.decimals + 4))) == 0;
	}
}

static bool payments_make(struct scope *scope, const struct parity_input *input, struct tariff *tariff)
{
	tariff->payment_count = 0;
	tariff->payments = scope_alloc(scope, (input->source->payment_count + 1) * sizeof(*tariff->payments));
	for (size_t i = 0; tariff->payments && i < input->source->payment_count; i++)
		if (carried(&input->source->payments[i]))
			tariff->payments[tariff->payment_count++] = input->source->payments[i];
	return tariff->payments;
}

/* The other offer with all prices times a factor. */
static int target_make(struct scope *scope, struct working *working, int64_t factor, struct error *error)
{
	const struct parity_input *input = working->parity->input;
	struct tariff *tariff = tariff_copy(scope, &input->plan->tariff);
	bool made = tariff && fee_make(scope, working, factor, tariff) && payments_make(scope, input, tariff);

	if (made) {
		tariff->limits = (struct tariff_limits){0};
		tariff->zone = input->source->zone;
	}
	for (size_t i = 0; made && i < tariff->charge_count; i++) {
		made = price_make(scope, working, i, factor, tariff);
		if (!google(input->to) && input->offer->product == PRODUCT_SAAS) {
			tariff->charges[i].included = input->source->charges[i].included;
			tariff->charges[i].reset_months = input->source->charges[i].reset_months;
			tariff->charges[i].unlimited = input->source->charges[i].unlimited;
		}
	}
	if (!made)
		return error_set(error, ERROR_INPUT, "a price of the pair has more digits than money can have");
	working->parity->tariff = tariff;
	return tariff_ready(tariff, error);
}

/* ---- outcomes ---- */

static int64_t side_fee(const void *context, int64_t total)
{
	const struct parity_side *side = context;
	int64_t fee = 0;

	if (side->fee && total > 0)
		(void)exact_integer(fee_of(side->fee, exact_of(total)), &fee);
	return fee;
}

/* totals: of each path, or NULL. */
static int side_rate(struct scope *scope, const struct parity_input *input, const struct schedule *schedule, struct parity_side *side, struct error *error)
{
	const struct tariff *tariff = schedule->periods[0].tariff;
	int64_t *none = scope_alloc(scope, (schedule->slice_count * tariff->charge_count + 1) * sizeof(*none));
	struct term term;

	if (!none || term_make(scope, schedule, &term, error) < 0)
		return error_memory(error, "a pair of offers");
	/* What a contract is worth to a marketplace is what is paid without any usage. */
	side->fee = fee_find(input->marketplaces, side->market, input->deal, input->attested, term_rate(&term, none, NULL, NULL, NULL), tariff->decimals);
	return outcome_make(input->ground, schedule, side_fee, side, &side->outcome, error);
}

static int target_rate(struct scope *scope, struct working *working, struct error *error)
{
	const struct parity_input *input = working->parity->input;
	struct schedule *schedule = schedule_with(scope, input->schedule, working->parity->tariff, error);

	return schedule ? side_rate(scope, input, schedule, &working->parity->target, error) : error->code;
}

/* How far the net at a factor is from the source's. */
static int net_try(struct scope *scope, struct working *working, int64_t factor, int64_t *less, struct error *error)
{
	struct parity *parity = working->parity;

	if (target_make(scope, working, factor, error) < 0 || target_rate(scope, working, error) < 0)
		return error->code;
	*less = parity->target.outcome.net.mean - parity->source.outcome.net.mean;
	return 0;
}

/* Prices at a factor, and the base fee, whose grid is finest, at the step that comes nearest. */
static int fee_solve(struct scope *scope, struct working *working, int64_t factor, struct error *error)
{
	int places = google(working->parity->input->to) ? PARITY_FEE_PLACES : working->parity->input->price_decimals;
	int64_t low = 0, high, less = 0, before = 0;

	if (!exact_integer(fraction_place(working->fee, places, 2 * factor), &high))
		return error_set(error, ERROR_INPUT, "a base fee is larger than money can be");
	while (low < high) {
		SCOPE_CLEANUP struct scope trial = scope_init(1 << 26);

		working->fee_step = low + (high - low) / 2;
		if (net_try(&trial, working, factor, &less, error) < 0)
			return error->code;
		*(less >= 0 ? &high : &low) = less >= 0 ? working->fee_step : working->fee_step + 1;
	}
	working->fee_step = low > 0 ? low - 1 : 0;
	if (net_try(scope, working, factor, &before, error) < 0)
		return error->code;
	working->fee_step = low;
	if (net_try(scope, working, factor, &less, error) < 0)
		return error->code;
	if (llabs(before) >= llabs(less) || low == 0)
		return 0;
	working->fee_step = low - 1;
	return net_try(scope, working, factor, &less, error);
}

/* Nets rise with prices, so the first factor that is not below is found by halving; it or the last one below it is nearest. */
static int net_solve(struct scope *scope, struct working *working, struct error *error)
{
	int64_t low = 0, high = 2 * PARITY_ONE, less = 0, before = 0;

	while (low < high) {
		SCOPE_CLEANUP struct scope trial = scope_init(1 << 26);
		int64_t middle = low + (high - low) / 2;

		if (net_try(&trial, working, middle, &less, error) < 0)
			return error->code;
		*(less >= 0 ? &high : &low) = less >= 0 ? middle : middle + 1;
	}
	if (low > 0 && net_try(scope, working, low - 1, &before, error) < 0)
		return error->code;
	if (net_try(scope, working, low, &less, error) < 0)
		return error->code;
	if (low > 0 && llabs(before) < llabs(less)) {
		low--;
		less = before;
		if (net_try(scope, working, low, &less, error) < 0)
			return error->code;
	}
	if (less && exact_sign(working->parity->tariff->base_fee.digits) > 0)
		return fee_solve(scope, working, low, error);
	if (llabs(less) > 0 && low == 2 * PARITY_ONE)
		loss_add(working->parity, "our net: no price that the other marketplace takes leaves as much", "the dearest offer that it takes");
	return 0;
}

/* ---- residuals ---- */

/* What the grids let a bill differ by: half a step of each price, and the two roundings of each line. */
static void bound_note(void *context, const struct bill *bill)
{
	struct working *working = context;
	const struct parity_input *input = working->parity->input;
	const struct tariff *list = &input->plan->tariff;
	struct exact micro = exact_of(1000000), sum = exact_zero();
	int places = google(input->to) ? PARITY_FEE_PLACES : input->price_decimals, finer = bill->tariff->decimals;

	for (size_t i = 0; i < bill->line_count; i++) {
		const struct bill_line *line = &bill->lines[i];

		sum = exact_add(sum, micro);
		if (line->kind != BILL_USAGE)
			continue;
		if (google(input->to)) /* list * 0.00005 */
			sum = exact_add(sum, exact_divide(exact_multiply(charge_price(&list->charges[line->charge - bill->tariff->charges], line->usage.billable), exact_of(50)),
							  exact_power(list->scale - list->decimals), ROUND_CEILING));
		else /* billable / 10^6 * 0.5 / 10^places, in millionths of the last place */
			sum = exact_add(sum, exact_divide(exact_multiply(exact_of(line->usage.billable), exact_power(finer)), exact_multiply(exact_of(2), exact_power(places)),
							  ROUND_CEILING));
	}
	sum = exact_add(sum, exact_divide(exact_multiply(micro, exact_power(finer)), exact_multiply(exact_of(2), exact_power(places)), ROUND_CEILING));
	working->bound = exact_add(working->bound, sum);
}

static int residuals_find(struct scope *scope, struct working *working, struct error *error)
{
	struct parity *parity = working->parity;
	const struct parity_input *input = parity->input;
	size_t count = input->ground->path_count;
	int64_t *here = scope_alloc(scope, count * sizeof(*here)), *there = scope_alloc(scope, count * sizeof(*there));
	struct schedule *schedule = schedule_with(scope, input->schedule, parity->tariff, error);
	wide_t sum = 0;

	working->bounds = scope_alloc(scope, count * sizeof(*working->bounds));
	if (!here || !there || !schedule || !working->bounds)
		return error_memory(error, "a pair of offers");
	if (ground_rate(input->ground, input->schedule, here, NULL, NULL, error) < 0 || ground_rate(input->ground, schedule, there, NULL, NULL, error) < 0 ||
	    paths_rate(scope, input, working, bound_note, error) < 0)
		return error->code;
	parity->residual.kept = true;
	for (size_t i = 0; i < count; i++) {
		int64_t less = there[i] - here[i], size = less < 0 ? -less : less;

		sum += less;
		parity->residual.largest = size > parity->residual.largest ? size : parity->residual.largest;
		parity->residual.bound = working->bounds[i] > parity->residual.bound ? working->bounds[i] : parity->residual.bound;
		parity->residual.kept &= size <= working->bounds[i];
	}
	parity->residual.mean = (int64_t)(sum / (wide_t)count);
	if (input->net || parity->loss_count)
		parity->residual.bound = -1;
	parity->net_residual = parity->target.outcome.net.mean - parity->source.outcome.net.mean;
	return 0;
}

/* ---- the whole ---- */

static int working_make(struct scope *scope, struct parity *parity, struct working *working, struct error *error)
{
	const struct parity_input *input = parity->input;
	size_t count = input->source->charge_count + 1;
	struct fraction credit;

	*working = (struct working){.parity = parity,
				    .worths = scope_alloc(scope, count * sizeof(*working->worths)),
				    .factors = scope_alloc(scope, count * sizeof(*working->factors)),
				    .units = scope_alloc(scope, count * sizeof(*working->units))};
	parity->prices = scope_alloc(scope, count * sizeof(*parity->prices));
	if (!working->worths || !working->factors || !working->units || !parity->prices)
		return error_memory(error, "a pair of offers");
	if (paths_rate(scope, input, working, worth_note, error) < 0)
		return error->code;
	credit = payments_carry(working);
	for (size_t i = 0; i + 1 < count; i++) {
		working->factors[i] = working->units[i] = (struct fraction){exact_zero(), exact_of(1)};
		charge_carry(scope, working, i, credit);
	}
	working->fee = fraction_multiply(fraction_of(&input->source->base_fee), rest_of(&input->source->base_discount));
	working->fee_step = -1;
	working->alike = percentage_alike(input);
	terms_carry(scope, working);
	return 0;
}

int parity_make(struct scope *scope, const struct parity_input *input, struct parity *parity, struct error *error)
{
	struct working working;

	*parity = (struct parity){.input = input, .source = {.market = input->from}, .target = {.market = input->to}};
	if (working_make(scope, parity, &working, error) < 0 || side_rate(scope, input, input->schedule, &parity->source, error) < 0)
		return error->code;
	if (input->net ? net_solve(scope, &working, error) < 0
		       : target_make(scope, &working, PARITY_ONE, error) < 0 || target_rate(scope, &working, error) < 0)
		return error->code;
	uniform_find(&working, parity);
	return residuals_find(scope, &working, error);
}

/* ---- what is said of it ---- */

static void prices_config(const struct parity *parity, const char *indent, struct buffer *buffer)
{
	bool said = false;
	char text[EXACT_TEXT];

	for (size_t i = 0; i < parity->tariff->charge_count; i++) {
		const struct parity_price *price = &parity->prices[i];

		if (!price->source->priced)
			continue;
		(void)buffer_print(buffer, "%s\n%s  { dimension = \"%s\"; ", said ? "," : "", indent, price->source->dimension->name);
		if (google(parity->input->to))
			(void)buffer_print(buffer, "discount = \"%s\"; }", exact_text(exact_of(price->hundredths), PARITY_PERCENT_PLACES, 0, text));
		else
			(void)buffer_print(buffer, "unit_price = \"%s\"; }", price->price.text);
		said = true;
	}
}

static void payments_config(const struct parity *parity, const char *indent, struct buffer *buffer)
{
	const struct tariff *tariff = parity->tariff;
	char at[APOLLO_TIME_TEXT];


	for (size_t i = 0; i < tariff->payment_count; i++)
		(void)buffer_print(buffer, "%s\n%s  { at = \"%.10s\"; amount = \"%s\"; }", i ? "," : "", indent,
				   apollo_time_format(zone_local(parity->input->schedule->zone, tariff->payments[i].at), at), tariff->payments[i].paid.text);
}

void parity_config(const struct parity *parity, const char *indent, struct buffer *buffer)
{
	char text[EXACT_TEXT];

	if (parity->uniform) {
		(void)buffer_print(buffer, "%sdiscount = \"%s\";\n", indent, exact_text(exact_of(parity->hundredths), PARITY_PERCENT_PLACES, 0, text));
	} else {
		if (parity->fee_own)
			(void)buffer_print(buffer, "%sbase_fee = \"%s\";\n", indent, parity->tariff->base_fee.text ? parity->tariff->base_fee.text : "0");
		(void)buffer_print(buffer, "%sprices = (", indent);
		prices_config(parity, indent, buffer);
		(void)buffer_text(buffer, " );\n");
	}
	if (parity->tariff->payment_count) {
		(void)buffer_print(buffer, "%sinstalments = (", indent);
		payments_config(parity, indent, buffer);
		(void)buffer_text(buffer, " );\n");
	}
}
