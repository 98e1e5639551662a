/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/bill.h"

#include "core/quantity.h"

const char *bill_kind_name(enum bill_kind kind)
{
	static const char *const names[] = {"usage", "base_fee", "discount", "maximum", "minimum", "credit", "overage", "payment", "rounding"};

	return names[kind];
}

/* ---- quantities ---- */

int64_t charge_quantity(const struct tariff_charge *charge, int64_t quantity)
{
	struct exact rounded;
	int64_t result;

	if (charge->step == 0)
		return quantity;
	rounded = exact_multiply(exact_divide(exact_of(quantity), exact_of(charge->step), charge->step_rounding), exact_of(charge->step));
	return exact_integer(rounded, &result) ? result : quantity < 0 ? -INT64_MAX : INT64_MAX;
}

/* Of what was used in a reset period, what is to be paid. */
static int64_t past(int64_t used, int64_t included)
{
	return used < 0 ? used : used > included ? used - included : 0;
}

int64_t allowance_take(const struct schedule *schedule, size_t slice, const struct tariff_charge *charge, int64_t quantity, struct allowance *allowance)
{
	const struct slice *month = &schedule->slices[slice];
	const struct period *period = &schedule->periods[month->period];
	int64_t number = charge->reset_months ? month->month / charge->reset_months + 1 : 1, included, before;
	struct part part = charge->reset_months == period->tariff->billing_months ? period->part
			   : charge->reset_months == 1			      ? month->part
										      : (struct part){1, 1};

	if (charge->unlimited)
		return 0;
	if (allowance->number != number || allowance->reset_months != charge->reset_months)
		*allowance = (struct allowance){.number = number, .reset_months = charge->reset_months};
	included = part_of(part, charge->included);
	before = past(allowance->used, included);
	allowance->used = quantity_capped(allowance->used, quantity);
	return past(allowance->used, included) - before;
}

/* ---- prices ---- */

/* Whether a quantity is past a tier's bound. */
static bool passes(const struct tariff_charge *charge, int64_t quantity, int64_t bound)
{
	return charge->bound_above ? quantity >= bound : quantity > bound;
}

/* Of a quantity that is not negative. */
static struct exact package_price(const struct tariff_charge *charge, int64_t billable)
{
	struct exact packages = exact_divide(exact_of(billable), exact_of(charge->package), ROUND_UP);
	struct exact price = exact_multiply(charge->tiers[0].unit, packages);

	return billable > 0 || charge->fee_at_zero ? exact_add(price, charge->tiers[0].entry) : price;
}

/* Of a quantity that is not negative. */
static struct exact curve_price(const struct tariff_charge *charge, int64_t billable)
{
	const struct tariff_tier *tier = charge->tiers;
	bool entered = billable > 0 || charge->fee_at_zero;
	struct exact price;

	while (tier->up_to != INT64_MAX && passes(charge, billable, tier->up_to))
		tier++;
	price = exact_multiply(tier->unit, exact_of(charge->model == TARIFF_GRADUATED ? billable - tier->from : billable));
	if (entered)
		price = exact_add(price, tier->entry);
	return charge->model == TARIFF_GRADUATED ? exact_add(price, tier->below) : price;
}

struct exact charge_price(const struct tariff_charge *charge, int64_t billable)
{
	if (!charge->priced)
		return exact_zero();
	if (billable < 0) {
		struct exact nothing = charge_price(charge, 0);

		return exact_subtract(exact_add(nothing, nothing), charge_price(charge, -billable));
	}
	return charge->model == TARIFF_PACKAGE ? package_price(charge, billable) : curve_price(charge, billable);
}

/* ---- steps ---- */

static struct exact cents(const struct tariff *tariff, struct exact amount)
{
	return exact_round(amount, tariff->scale - tariff->decimals, tariff->rounding);
}

/* Money of a whole billing period, in proportion where the period is cut short. */
static struct exact in_proportion(const struct tariff *tariff, const struct period *period, struct exact whole)
{
	struct exact last = exact_power(tariff->scale - tariff->decimals), parts;

	if (period->part.numerator == period->part.denominator)
		return whole;
	parts = exact_multiply(last, exact_of(period->part.denominator));
	return exact_multiply(exact_divide(exact_multiply(whole, exact_of(period->part.numerator)), parts, tariff->rounding), last);
}

static struct exact money_of(const struct tariff *tariff, const struct period *period, const struct decimal *money)
{
	return in_proportion(tariff, period, decimal_exact(money, tariff->scale));
}

/* The part of an amount that a percentage is; exact, since the scale has room for it. */
static struct exact percent_of(struct exact amount, const struct decimal *percent)
{
	return exact_divide(exact_multiply(amount, percent->digits), exact_power(percent->decimals + 2), ROUND_DOWN);
}

static struct exact discount_of(const struct tariff *tariff, const struct tariff_limits *limits, struct exact amount)
{
	struct exact discount = exact_zero(), left, fixed;

	if (limits->discount.text)
		discount = percent_of(amount, &limits->discount);
	if (limits->discount_amount.text && exact_sign(amount) > 0) {
		left = exact_subtract(amount, discount);
		fixed = decimal_exact(&limits->discount_amount, tariff->scale);
		discount = exact_add(discount, exact_compare(fixed, left) < 0 ? fixed : left);
	}
	return exact_negate(discount);
}

/* What a step changes of an amount. */
static struct exact step_change(const struct tariff *tariff, const struct period *period, const struct tariff_limits *limits, enum tariff_step step,
				struct exact amount)
{
	struct exact limit;

	switch (step) {
	case TARIFF_DISCOUNT:
		return discount_of(tariff, limits, amount);
	case TARIFF_MAXIMUM:
		if (limits->maximum.text && exact_compare(amount, limit = money_of(tariff, period, &limits->maximum)) > 0)
			return exact_subtract(limit, amount);
		return exact_zero();
	case TARIFF_MINIMUM:
		if (limits->minimum.text && exact_compare(amount, limit = money_of(tariff, period, &limits->minimum)) < 0)
			return exact_subtract(limit, amount);
		return exact_zero();
	default:
		return exact_zero();
	}
}

/* ---- a line of usage ---- */

static struct exact hours_price(const struct tariff *tariff, const struct tariff_charge *charge, const struct bill_usage *usage)
{
	struct exact sum = exact_zero(), before = charge_price(charge, 0), after;
	int64_t used = 0;

	sum = cents(tariff, before);
	for (size_t i = 0; i < usage->piece_count; i++) {
		used += usage->pieces[i];
		after = charge_price(charge, used);
		sum = exact_add(sum, cents(tariff, exact_subtract(after, before)));
		before = after;
	}
	return sum;
}

static struct exact usage_price(const struct tariff *tariff, const struct tariff_charge *charge, const struct bill_usage *usage)
{
	struct exact price;

	if (tariff->place == TARIFF_HOUR && usage->pieces)
		return hours_price(tariff, charge, usage);
	price = charge_price(charge, usage->billable);
	return tariff->place == TARIFF_STEP || tariff->place == TARIFF_HOUR ? cents(tariff, price) : price;
}

/* The whole of a line where all numbers are small and it rounds to the nearest: most lines are so, and wide numbers take long to divide. */
static bool quick_narrow(const struct tariff_quick *quick, enum rounding rounding, const struct tariff_tier *tier, int64_t units, int64_t fees, wide_t *amount)
{
	uint64_t quotient, rest, divisor = (uint64_t)quick->divisor;
	int64_t product;

	if (rounding > ROUND_HALF_UP || __builtin_mul_overflow(tier->quick_unit, units, &product) || __builtin_add_overflow(product, fees, &product) ||
	    __builtin_mul_overflow(product, quick->rest, &product))
		return false;
	quotient = (uint64_t)product / divisor;
	rest = (uint64_t)product - quotient * divisor;
	*amount = (wide_t)(quotient + (rest >= divisor - rest));
	return true;
}

/* Limits are of the last place, so it does not matter that they come after the rounding. */
bool charge_quick(const struct tariff *tariff, const struct tariff_charge *charge, int64_t billable, int64_t *amount)
{
	const struct tariff_quick *quick = &charge->quick;
	const struct tariff_tier *tier = charge->tiers;
	int64_t units = billable, fees;
	wide_t price;

	if (!quick->possible || billable < 0)
		return false;
	while (tier->up_to != INT64_MAX && passes(charge, billable, tier->up_to))
		tier++;
	fees = billable > 0 || charge->fee_at_zero ? tier->quick_entry : 0;
	if (charge->model == TARIFF_GRADUATED) {
		units -= tier->from;
		if (__builtin_add_overflow(fees, tier->quick_below, &fees))
			return false;
	}
	if (!quick_narrow(quick, tariff->rounding, tier, units, fees, &price)) {
		if (__builtin_mul_overflow((wide_t)tier->quick_unit * units + fees, (wide_t)quick->rest, &price))
			return false;
		price = wide_round(price, (wide_t)quick->divisor, tariff->rounding);
	}
	price = price > quick->maximum ? quick->maximum : price < quick->minimum ? quick->minimum : price;
	*amount = (int64_t)price;
	return price <= INT64_MAX;
}

/* Whether limits have anything to say in a step. */
static bool step_wanted(const struct tariff_limits *limits, enum tariff_step step)
{
	switch (step) {
	case TARIFF_DISCOUNT: return limits->discount.text || limits->discount_amount.text;
	case TARIFF_MAXIMUM: return limits->maximum.text;
	case TARIFF_MINIMUM: return limits->minimum.text;
	default: return false;
	}
}

/* The amount of a line; priced, steps: what it came from, or NULL. */
static struct exact usage_rate(const struct tariff *tariff, const struct period *period, const struct tariff_charge *charge, const struct bill_usage *usage,
			       struct exact *priced, struct exact *steps)
{
	struct exact amount = usage_price(tariff, charge, usage);

	if (priced)
		*priced = amount;
	for (int i = 0; i < TARIFF_STEPS; i++) {
		enum tariff_step step = tariff->order[i];
		struct exact change;

		if (!step_wanted(&charge->limits, step))
			continue;
		change = step_change(tariff, period, &charge->limits, step, amount);
		if (tariff->place == TARIFF_STEP)
			change = cents(tariff, change);
		if (steps)
			steps[step] = change;
		amount = exact_add(amount, change);
	}
	return tariff->place != TARIFF_INVOICE ? cents(tariff, amount) : amount;
}

static struct exact base_fee_of(const struct tariff *tariff, const struct period *period)
{
	struct exact fee;

	if (period->part.numerator == period->part.denominator)
		return tariff->fee;
	fee = decimal_exact(&tariff->base_fee, tariff->scale);

	/* The discount first: what is in proportion is rounded, and that once. */
	if (tariff->base_discount.text)
		fee = exact_subtract(fee, percent_of(fee, &tariff->base_discount));
	return in_proportion(tariff, period, fee);
}

/* ---- the bill ---- */

size_t bill_room(const struct tariff *tariff)
{
	return tariff->charge_count + 2 * tariff->payment_count + BILL_KINDS;
}

static void line_add(struct bill *bill, const struct bill_line *line)
{
	if (bill->lines)
		bill->lines[bill->line_count++] = *line;
	bill->total = exact_add(bill->total, line->amount);
}

/* A line of the whole bill; not where it is nothing. */
static void change_add(struct bill *bill, enum bill_kind kind, const struct tariff_payment *payment, struct exact amount)
{
	struct bill_line line;

	if (exact_sign(amount) == 0)
		return;
	line = (struct bill_line){.kind = kind, .payment = payment, .amount = amount};
	if (bill->tariff->place != TARIFF_INVOICE)
		line.amount = cents(bill->tariff, amount);
	if (exact_sign(line.amount) != 0)
		line_add(bill, &line);
}

static struct exact smaller(struct exact one, struct exact other)
{
	return exact_compare(one, other) < 0 ? one : other;
}

bool payment_due(const struct period *period, const struct tariff_payment *payment, int64_t *month)
{
	if (payment->at) {
		*month = period->month;
		return payment->at >= period->from && payment->at < period->to;
	}
	for (*month = period->month; *month < period->month + (int64_t)period->slice_count; ++*month) {
		int64_t since = *month - payment->from_month;

		if (since == 0 || (since > 0 && payment->every_months && since % payment->every_months == 0))
			return true;
	}
	return false;
}

/* What comes with every billing period is in proportion like the base fee; what comes by a date or less often is whole. */
static struct exact payment_money(const struct bill *bill, const struct tariff_payment *payment, const struct decimal *money)
{
	if (payment->every_months == bill->tariff->billing_months)
		return money_of(bill->tariff, bill->period, money);
	return decimal_exact(money, bill->tariff->scale);
}

static void purse_fill(struct bill *bill, size_t index, struct purse *purse)
{
	const struct tariff_payment *payment = &bill->tariff->payments[index];
	struct exact credit = payment_money(bill, payment, &payment->credit);
	int64_t month;
	bool due = payment_due(bill->period, payment, &month);

	if ((purse->until && bill->period->month >= purse->until) || (due && payment->expires)) {
		bill->expired = exact_add(bill->expired, purse->left);
		purse->left = exact_zero();
	}
	if (!due)
		return;
	purse->left = exact_add(purse->left, credit);
	purse->until = payment->lasts_months ? month + payment->lasts_months : 0;
}

/* Draws credit for usage, and charges what it does not cover. */
static void credit_draw(struct bill *bill, struct wallet *wallet)
{
	const struct tariff *tariff = bill->tariff;
	struct exact open = smaller(bill->usage, bill->total);
	bool credit = false;

	for (size_t i = 0; i < tariff->payment_count; i++) {
		struct purse *purse = &wallet->purses[i];
		struct exact drawn;

		purse_fill(bill, i, purse);
		credit |= tariff->payments[i].credit.text != NULL;
		if (exact_sign(open) <= 0 || exact_sign(purse->left) <= 0)
			continue;
		drawn = smaller(open, purse->left);
		purse->left = exact_subtract(purse->left, drawn);
		open = exact_subtract(open, drawn);
		change_add(bill, BILL_CREDIT, &tariff->payments[i], exact_negate(drawn));
	}
	if (credit && exact_sign(open) > 0)
		bill->uncovered = open;
	if (credit && tariff->overage.text && exact_sign(open) > 0)
		change_add(bill, BILL_OVERAGE, NULL,
			   exact_subtract(exact_divide(exact_multiply(open, tariff->overage.digits), exact_power(tariff->overage.decimals), ROUND_DOWN),
					  open));
}

static void steps_apply(struct bill *bill, struct wallet *wallet)
{
	static const enum bill_kind kinds[] = {BILL_DISCOUNT, BILL_MAXIMUM, BILL_MINIMUM};
	const struct tariff *tariff = bill->tariff;

	for (int i = 0; i < TARIFF_STEPS; i++) {
		enum tariff_step step = tariff->order[i];

		if (step_wanted(&tariff->limits, step))
			change_add(bill, kinds[step], NULL, step_change(tariff, bill->period, &tariff->limits, step, bill->total));
		else if (step == TARIFF_CREDIT && tariff->payment_count)
			credit_draw(bill, wallet);
	}
}

static void payments_add(struct bill *bill)
{
	const struct tariff *tariff = bill->tariff;
	int64_t month;

	for (size_t i = 0; i < tariff->payment_count; i++)
		if (payment_due(bill->period, &tariff->payments[i], &month))
			change_add(bill, BILL_PAYMENT, &tariff->payments[i], payment_money(bill, &tariff->payments[i], &tariff->payments[i].paid));
}

void bill_make(const struct tariff *tariff, const struct period *period, const struct bill_usage *usage, struct wallet *wallet, struct bill *bill)
{
	struct bill_line line;

	*bill = (struct bill){.tariff = tariff, .period = period, .lines = bill->lines};
	for (size_t i = 0; i < tariff->charge_count; i++) {
		const struct tariff_charge *charge = &tariff->charges[i];

		if (!bill->lines) {
			bill->total = exact_add(bill->total, usage_rate(tariff, period, charge, &usage[i], NULL, NULL));
			continue;
		}
		line = (struct bill_line){.kind = BILL_USAGE, .charge = charge, .usage = usage[i]};
		line.amount = usage_rate(tariff, period, charge, &usage[i], &line.priced, line.steps);
		line_add(bill, &line);
	}
	bill->usage = bill->total;
	change_add(bill, BILL_BASE_FEE, NULL, base_fee_of(tariff, period));
	steps_apply(bill, wallet);
	payments_add(bill);
	if (tariff->place == TARIFF_INVOICE) {
		line = (struct bill_line){.kind = BILL_ROUNDING, .amount = exact_subtract(cents(tariff, bill->total), bill->total)};
		if (exact_sign(line.amount) != 0)
			line_add(bill, &line);
	}
}

int wallet_make(struct scope *scope, const struct tariff *tariff, struct wallet *wallet, struct error *error)
{
	wallet->purses = scope_alloc(scope, tariff->payment_count * sizeof(*wallet->purses));
	return wallet->purses ? 0 : error_memory(error, "a wallet");
}
