/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/tariff.h"

#include <string.h>

enum { MICRO_DECIMALS = 6, PERCENT_DECIMALS = 2 };

/* ---- names ---- */

const char *tariff_model_name(enum tariff_model model)
{
	static const char *const names[] = {"per_unit", "graduated", "volume", "package"};

	return names[model];
}

const char *tariff_step_name(enum tariff_step step)
{
	static const char *const names[] = {"discount", "maximum", "minimum", "credit"};

	return names[step];
}

const char *tariff_place_name(enum tariff_place place)
{
	static const char *const names[] = {"line", "step", "hour", "invoice"};

	return names[place];
}

const char *rounding_name(enum rounding rounding)
{
	static const char *const names[] = {"half_away", "half_up", "half_even", "up", "down", "floor", "ceiling"};

	return names[rounding];
}

/* ---- the scale ---- */

static int larger(int one, int other)
{
	return one > other ? one : other;
}

/* Places that a product with a percentage adds. */
static int percent_places(const struct decimal *percent)
{
	return percent->text ? percent->decimals + PERCENT_DECIMALS : 0;
}

static int limits_places(const struct tariff_limits *limits)
{
	return larger(limits->discount_amount.decimals, larger(limits->maximum.decimals, limits->minimum.decimals));
}

/* Enough that a price, a step of the line, a step of the bill and the overage's factor each leave a whole number behind. */
struct places {
	int before; /* of what a bill comes to when credit is drawn, and so of what is left of the credit */
	int after;  /* that the steps from there on add */
};

static bool discount_before_credit(const struct tariff *tariff)
{
	for (int i = 0; i < TARIFF_STEPS && tariff->order[i] != TARIFF_CREDIT; i++)
		if (tariff->order[i] == TARIFF_DISCOUNT)
			return true;
	return false;
}

static struct places places_of(const struct tariff *tariff)
{
	int amounts = larger(tariff->decimals, larger(tariff->base_fee.decimals, limits_places(&tariff->limits)));
	int line_percent = percent_places(&tariff->base_discount);

	for (size_t i = 0; i < tariff->charge_count; i++) {
		const struct tariff_charge *charge = &tariff->charges[i];

		line_percent = larger(line_percent, percent_places(&charge->limits.discount));
		amounts = larger(amounts, limits_places(&charge->limits));
		for (size_t j = 0; j < charge->tier_count; j++)
			amounts = larger(amounts, larger(charge->tiers[j].price.decimals + MICRO_DECIMALS, charge->tiers[j].fee.decimals));
	}
	for (size_t i = 0; i < tariff->payment_count; i++)
		amounts = larger(amounts, larger(tariff->payments[i].paid.decimals, tariff->payments[i].credit.decimals));
	if (discount_before_credit(tariff))
		return (struct places){amounts + line_percent + percent_places(&tariff->limits.discount), tariff->overage.decimals};
	return (struct places){amounts + line_percent, percent_places(&tariff->limits.discount) + tariff->overage.decimals};
}

/* ---- what must be so ---- */

static int percent_check(const char *where, const char *what, const struct decimal *percent, struct error *error)
{
	if (!percent->text)
		return 0;
	if (percent->decimals > TARIFF_PERCENT_DECIMALS)
		return error_set(error, APOLLO_CONFIG, "%s: the %s %s has more than %d decimals", where, what, percent->text, TARIFF_PERCENT_DECIMALS);
	if (exact_compare(percent->digits, exact_multiply(exact_of(100), exact_power(percent->decimals))) > 0)
		return error_set(error, APOLLO_CONFIG, "%s: the %s %s is more than 100 percent", where, what, percent->text);
	return 0;
}

static int limits_check(const char *where, const struct tariff_limits *limits, struct error *error)
{
	if (percent_check(where, "discount", &limits->discount, error) < 0)
		return error->code;
	if (limits->minimum.text && limits->maximum.text && decimal_compare(&limits->minimum, &limits->maximum) > 0)
		return error_set(error, APOLLO_CONFIG, "%s: the minimum %s is above the maximum %s", where, limits->minimum.text, limits->maximum.text);
	return 0;
}

static int charge_check(const struct tariff_charge *charge, struct error *error)
{
	bool tiered = charge->model == TARIFF_GRADUATED || charge->model == TARIFF_VOLUME;

	if (charge->priced == (charge->tier_count == 0) || (!tiered && charge->tier_count > 1))
		return error_set(error, APOLLO_CONFIG, "%s: %zu tiers do not go with the model %s", charge->where, charge->tier_count,
				 tariff_model_name(charge->model));
	for (size_t i = 0; i < charge->tier_count; i++) {
		bool last = i + 1 == charge->tier_count;

		if (last != (charge->tiers[i].up_to == INT64_MAX))
			return error_set(error, APOLLO_CONFIG, "%s: the last tier, and it alone, has no \"up_to\"", charge->where);
		if (charge->tiers[i].up_to <= (i ? charge->tiers[i - 1].up_to : 0))
			return error_set(error, APOLLO_CONFIG, "%s: tier %zu ends where the one before it does, or earlier", charge->where, i + 1);
	}
	if (charge->priced && (charge->model == TARIFF_PACKAGE) != (charge->package > 0))
		return error_set(error, APOLLO_CONFIG, "%s: a package price wants the size of a package, and no other does", charge->where);
	return limits_check(charge->where, &charge->limits, error);
}

static int order_check(const struct tariff *tariff, struct error *error)
{
	bool seen[TARIFF_STEPS] = {false};

	for (int i = 0; i < TARIFF_STEPS; i++) {
		if (seen[tariff->order[i]])
			return error_set(error, APOLLO_CONFIG, "%s: the step %s is there twice in the order", tariff->where, tariff_step_name(tariff->order[i]));
		seen[tariff->order[i]] = true;
	}
	return 0;
}

/* ---- curves ---- */

static void charge_scale(struct tariff_charge *charge, int scale)
{
	struct exact below = exact_zero();
	int64_t from = 0;

	for (size_t i = 0; i < charge->tier_count; i++) {
		struct tariff_tier *tier = &charge->tiers[i];

		tier->unit = decimal_exact(&tier->price, scale - (charge->model == TARIFF_PACKAGE ? 0 : MICRO_DECIMALS));
		tier->entry = decimal_exact(&tier->fee, scale);
		tier->from = from;
		tier->below = below;
		if (tier->up_to != INT64_MAX)
			below = exact_add(exact_add(below, tier->entry), exact_multiply(tier->unit, exact_of(tier->up_to - from)));
		from = tier->up_to;
	}
}

static struct exact fee_of(const struct tariff *tariff)
{
	const struct decimal *percent = &tariff->base_discount;
	struct exact fee = decimal_exact(&tariff->base_fee, tariff->scale);

	if (!percent->text)
		return fee;
	return exact_subtract(fee, exact_divide(exact_multiply(fee, percent->digits), exact_power(percent_places(percent)), ROUND_DOWN));
}

/* Before the limits, which can then be applied to what is rounded. */
static bool discount_first(const struct tariff *tariff)
{
	for (int i = 0; tariff->order[i] != TARIFF_DISCOUNT; i++)
		if (tariff->order[i] != TARIFF_CREDIT)
			return false;
	return true;
}

/* Whether a line needs nothing but its tier and a percentage, all in so small numbers that two of them can be multiplied. */
static bool quick_possible(const struct tariff *tariff, const struct tariff_charge *charge)
{
	const struct tariff_limits *limits = &charge->limits;
	int64_t number;

	if (tariff->place != TARIFF_LINE || !charge->priced || charge->model == TARIFF_PACKAGE || limits->discount_amount.text ||
	    !discount_first(tariff) || limits->maximum.decimals > tariff->decimals ||
	    limits->minimum.decimals > tariff->decimals || tariff->scale - tariff->decimals + percent_places(&limits->discount) > 18)
		return false;
	for (size_t i = 0; i < charge->tier_count; i++) {
		const struct tariff_tier *tier = &charge->tiers[i];

		if (!exact_integer(tier->unit, &number) || !exact_integer(tier->entry, &number) || !exact_integer(tier->below, &number))
			return false;
	}
	return true;
}

/* Takes zeros off that all numbers of a charge and its divisor end in: small numbers are quicker. */
static void quick_shorten(struct tariff_charge *charge)
{
	for (;;) {
		bool zeros = charge->quick.divisor % 10 == 0;

		for (size_t i = 0; i < charge->tier_count && zeros; i++)
			zeros = charge->tiers[i].quick_unit % 10 == 0 && charge->tiers[i].quick_entry % 10 == 0 && charge->tiers[i].quick_below % 10 == 0;
		if (!zeros)
			return;
		charge->quick.divisor /= 10;
		for (size_t i = 0; i < charge->tier_count; i++) {
			charge->tiers[i].quick_unit /= 10;
			charge->tiers[i].quick_entry /= 10;
			charge->tiers[i].quick_below /= 10;
		}
	}
}

static void charge_quicken(const struct tariff *tariff, struct tariff_charge *charge)
{
	const struct decimal *percent = &charge->limits.discount;
	int places = percent_places(percent);
	int64_t last;

	charge->quick = (struct tariff_quick){.possible = quick_possible(tariff, charge)};
	if (!charge->quick.possible)
		return;
	(void)exact_integer(exact_power(places), &charge->quick.rest);
	(void)exact_integer(exact_power(tariff->scale - tariff->decimals), &last);
	charge->quick.divisor = charge->quick.rest * last;
	if (percent->text)
		(void)exact_integer(exact_subtract(exact_power(places), percent->digits), &charge->quick.rest);
	while (charge->quick.divisor % 10 == 0 && charge->quick.rest % 10 == 0) {
		charge->quick.divisor /= 10;
		charge->quick.rest /= 10;
	}
	for (size_t i = 0; i < charge->tier_count; i++) {
		struct tariff_tier *tier = &charge->tiers[i];

		(void)exact_integer(tier->unit, &tier->quick_unit);
		(void)exact_integer(tier->entry, &tier->quick_entry);
		(void)exact_integer(tier->below, &tier->quick_below);
	}
	quick_shorten(charge);
	charge->quick.minimum = INT64_MIN;
	charge->quick.maximum = INT64_MAX;
	if ((charge->limits.minimum.text && !exact_integer(decimal_exact(&charge->limits.minimum, tariff->decimals), &charge->quick.minimum)) ||
	    (charge->limits.maximum.text && !exact_integer(decimal_exact(&charge->limits.maximum, tariff->decimals), &charge->quick.maximum)))
		charge->quick.possible = false;
}

static int payments_check(const struct tariff *tariff, struct error *error)
{
	for (size_t i = 0; i < tariff->payment_count; i++)
		if (tariff->payments[i].every_months % tariff->billing_months != 0)
			return error_set(error, APOLLO_CONFIG, "%s: a payment of every %d months does not go with a billing period of %d", tariff->where,
					 tariff->payments[i].every_months, tariff->billing_months);
	return 0;
}

static int tariff_check(struct tariff *tariff, struct error *error)
{
	if (order_check(tariff, error) < 0 || limits_check(tariff->where, &tariff->limits, error) < 0 ||
	    percent_check(tariff->where, "discount", &tariff->base_discount, error) < 0 || payments_check(tariff, error) < 0)
		return error->code;
	if (tariff->overage.decimals > TARIFF_PERCENT_DECIMALS)
		return error_set(error, APOLLO_CONFIG, "%s: the overage factor %s has more than %d decimals", tariff->where, tariff->overage.text,
				 TARIFF_PERCENT_DECIMALS);
	for (size_t i = 0; i < tariff->charge_count; i++)
		if (charge_check(&tariff->charges[i], error) < 0)
			return error->code;
	return 0;
}

static void tariff_scale(struct tariff *tariff, int scale)
{
	tariff->scale = scale;
	tariff->fee = fee_of(tariff);
	for (size_t i = 0; i < tariff->charge_count; i++) {
		charge_scale(&tariff->charges[i], tariff->scale);
		charge_quicken(tariff, &tariff->charges[i]);
	}
}

int tariffs_ready(struct tariff *const *tariffs, size_t count, struct error *error)
{
	struct places most = {0};

	for (size_t i = 0; i < count; i++) {
		struct places places;

		if (tariff_check(tariffs[i], error) < 0)
			return error->code;
		places = places_of(tariffs[i]);
		most.before = larger(most.before, places.before);
		most.after = larger(most.after, places.after);
	}
	for (size_t i = 0; i < count; i++)
		tariff_scale(tariffs[i], most.before + most.after);
	return 0;
}

int tariff_ready(struct tariff *tariff, struct error *error)
{
	return tariffs_ready(&tariff, 1, error);
}

struct exact tariff_last_place(const struct tariff *tariff, struct exact money)
{
	return exact_divide(money, exact_power(tariff->scale - tariff->decimals), ROUND_DOWN);
}

/* ---- copies ---- */

static void *memory_copy(struct scope *scope, const void *from, size_t size)
{
	void *copy = scope_alloc(scope, size);

	if (copy && size)
		memcpy(copy, from, size);
	return copy;
}

struct tariff *tariff_copy(struct scope *scope, const struct tariff *tariff)
{
	struct tariff *copy = memory_copy(scope, tariff, sizeof(*tariff));

	if (!copy || !(copy->charges = memory_copy(scope, tariff->charges, tariff->charge_count * sizeof(*copy->charges))) ||
	    !(copy->payments = memory_copy(scope, tariff->payments, tariff->payment_count * sizeof(*copy->payments))))
		return NULL;
	for (size_t i = 0; i < copy->charge_count; i++) {
		struct tariff_charge *charge = &copy->charges[i];

		charge->tiers = memory_copy(scope, charge->tiers, charge->tier_count * sizeof(*charge->tiers));
		if (!charge->tiers)
			return NULL;
	}
	return copy;
}

struct tariff_charge *tariff_charge(const struct tariff *tariff, const struct catalog_dimension *dimension)
{
	for (size_t i = 0; i < tariff->charge_count; i++)
		if (tariff->charges[i].dimension == dimension)
			return &tariff->charges[i];
	return NULL;
}
