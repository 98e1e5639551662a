/* SPDX-License-Identifier: Apache-2.0 */
/* Tariffs: what of a group is about money, whether it is a plan's, a step's over the term, or a private offer's on top of a plan. */
#include "offers/catalog_read.h"
#include "core/read.h"

#include <stdio.h>
#include <string.h>

static const char *const roundings[] = {"half_away", "half_up", "half_even", "up", "down", "floor", "ceiling", NULL};

/* ---- decimals ---- */

int catalog_read_decimal(struct catalog *catalog, const config_setting_t *group, const char *name, struct decimal *decimal, struct error *error)
{
	const char *text = NULL;
	int found = read_decimal(group, name, READ_OPTIONAL, &catalog->scope, &text, error);

	if (found <= 0)
		return found;
	if (decimal_read(text, decimal))
		return 1;
	return read_fail(config_setting_get_member(group, name), error, "\"%s\" is \"%s\", not a plain decimal of at most %d digits on each side", name, text,
			 DECIMAL_DIGITS_MAX);
}

/* amount * (1 - percent / 100) */
static bool decimal_less(struct scope *scope, const struct decimal *amount, const struct decimal *percent, struct decimal *less)
{
	struct exact rest = exact_subtract(exact_multiply(exact_of(100), exact_power(percent->decimals)), percent->digits);

	return decimal_make(scope, exact_multiply(amount->digits, rest), amount->decimals + percent->decimals + 2, less);
}

static int limits_read(struct catalog *catalog, const config_setting_t *group, const char *prefix, struct tariff_limits *limits, struct error *error)
{
	char discount[32], amount[32];

	(void)snprintf(discount, sizeof(discount), "%sdiscount", prefix);
	(void)snprintf(amount, sizeof(amount), "%sdiscount_amount", prefix);
	if (catalog_read_decimal(catalog, group, discount, &limits->discount, error) < 0 ||
	    catalog_read_decimal(catalog, group, amount, &limits->discount_amount, error) < 0 ||
	    catalog_read_decimal(catalog, group, "maximum", &limits->maximum, error) < 0 ||
	    catalog_read_decimal(catalog, group, "minimum", &limits->minimum, error) < 0)
		return error->code;
	return 0;
}

/* ---- prices ---- */

/* A tariff that is read, and which of its charges this group has spoken of already. */
struct reading {
	struct catalog *catalog;
	const struct catalog_offer *offer;
	struct tariff *tariff;
	bool plan; /* a plan's own: it may sell what it did not before */
	bool priced[CATALOG_DIMENSIONS_MAX], included[CATALOG_DIMENSIONS_MAX]; /* by dimension */
};

static struct tariff_charge *charge_get(struct reading *reading, const config_setting_t *group, size_t *dimension, struct error *error)
{
	const struct catalog_dimension *sold;
	const char *name = NULL;
	struct tariff_charge *charge;

	if (read_text(group, "dimension", READ_REQUIRED, &name, error) < 0)
		return NULL;
	sold = catalog_dimension(reading->offer, name);
	if (!sold) {
		(void)read_fail(group, error, "dimension \"%s\" is not one of offer %s", name, reading->offer->name);
		return NULL;
	}
	*dimension = (size_t)(sold - reading->offer->dimensions);
	charge = tariff_charge(reading->tariff, sold);
	if (charge && !reading->plan)
		charge->where = read_where(group, &reading->catalog->scope);
	if (charge)
		return charge;
	if (!reading->plan) {
		(void)read_fail(group, error, "the plan does not sell dimension %s", name);
		return NULL;
	}
	charge = &reading->tariff->charges[reading->tariff->charge_count++];
	*charge = (struct tariff_charge){.dimension = sold, .where = read_where(group, &reading->catalog->scope)};
	return charge;
}

static int tier_read(struct reading *reading, const config_setting_t *group, struct tariff_tier *tier, struct error *error)
{
	static const char *const names[] = {"up_to", "unit_price", "fee", NULL};

	*tier = (struct tariff_tier){.up_to = INT64_MAX};
	if (read_known(group, names, error) < 0 || read_quantity(group, "up_to", READ_OPTIONAL, 6, 1, &tier->up_to, error) < 0 ||
	    catalog_read_decimal(reading->catalog, group, "unit_price", &tier->price, error) < 0 ||
	    catalog_read_decimal(reading->catalog, group, "fee", &tier->fee, error) < 0)
		return error->code;
	if (!tier->price.text && !tier->fee.text)
		return read_fail(group, error, "a tier has neither \"unit_price\" nor \"fee\"");
	return 0;
}

/* One price, or a list of tiers. */
static int tiers_read(struct reading *reading, const config_setting_t *group, struct tariff_charge *charge, struct error *error)
{
	const config_setting_t *list;
	struct decimal price = {0};
	size_t count;

	if (catalog_read_decimal(reading->catalog, group, "unit_price", &price, error) < 0 ||
	    read_groups(group, "tiers", READ_OPTIONAL, &list, &count, error) < 0)
		return error->code;
	if (count > TARIFF_TIERS_MAX)
		return read_fail(list, error, "more than %d tiers", TARIFF_TIERS_MAX);
	if (price.text && count)
		return read_fail(group, error, "\"unit_price\" and \"tiers\" are there both");
	if (!price.text && !count)
		return reading->plan ? read_fail(group, error, "\"unit_price\" is missing") : 0;
	charge->tier_count = count ? count : 1;
	charge->tiers = scope_alloc(&reading->catalog->scope, charge->tier_count * sizeof(*charge->tiers));
	if (!charge->tiers)
		return error_memory(error, "the configuration");
	charge->tiers[0] = (struct tariff_tier){.up_to = INT64_MAX, .price = price};
	for (size_t i = 0; i < count; i++)
		if (tier_read(reading, config_setting_get_elem(list, (unsigned)i), &charge->tiers[i], error) < 0)
			return error->code;
	charge->model = count ? TARIFF_GRADUATED : TARIFF_PER_UNIT;
	charge->priced = true;
	return 0;
}

static int price_read(struct reading *reading, const config_setting_t *group, struct error *error)
{
	static const char *const names[] = {"dimension", "unit_price", "tiers", "model", "package", "bounds", "fee_at_zero", "step", "step_rounding",
					    "discount", "discount_amount", "maximum", "minimum", NULL};
	static const char *const models[] = {"per_unit", "graduated", "volume", "package", NULL};
	static const char *const bounds[] = {"inclusive", "exclusive", NULL};
	struct tariff_charge *charge;
	size_t dimension;
	int model, step_rounding, bound;

	if (read_known(group, names, error) < 0 || !(charge = charge_get(reading, group, &dimension, error)))
		return error->code;
	if (reading->priced[dimension])
		return read_fail(group, error, "dimension %s has a price already", charge->dimension->name);
	reading->priced[dimension] = true;
	if (tiers_read(reading, group, charge, error) < 0)
		return error->code;
	model = (int)charge->model;
	bound = charge->bound_above;
	step_rounding = (int)charge->step_rounding;
	if (read_choice(group, "model", READ_OPTIONAL, models, &model, error) < 0 ||
	    read_quantity(group, "package", READ_OPTIONAL, 6, 1, &charge->package, error) < 0 ||
	    read_choice(group, "bounds", READ_OPTIONAL, bounds, &bound, error) < 0 ||
	    read_boolean(group, "fee_at_zero", &charge->fee_at_zero, error) < 0 ||
	    read_quantity(group, "step", READ_OPTIONAL, 6, 1, &charge->step, error) < 0 ||
	    read_choice(group, "step_rounding", READ_OPTIONAL, roundings, &step_rounding, error) < 0 ||
	    limits_read(reading->catalog, group, "", &charge->limits, error) < 0)
		return error->code;
	charge->model = (enum tariff_model)model;
	charge->bound_above = bound;
	charge->step_rounding = (enum rounding)step_rounding;
	return 0;
}

static int included_read(struct reading *reading, const config_setting_t *group, struct error *error)
{
	static const char *const names[] = {"dimension", "quantity", "reset", NULL};
	const char *quantity = NULL, *reset = NULL;
	struct tariff_charge *charge;
	size_t dimension;

	if (read_known(group, names, error) < 0 || !(charge = charge_get(reading, group, &dimension, error)) ||
	    read_decimal(group, "quantity", READ_REQUIRED, &reading->catalog->scope, &quantity, error) < 0 ||
	    read_text(group, "reset", READ_OPTIONAL, &reset, error) < 0)
		return error->code;
	if (reading->included[dimension])
		return read_fail(group, error, "dimension %s has an included quantity already", charge->dimension->name);
	reading->included[dimension] = true;
	charge->reset_months = reading->tariff->billing_months;
	if (reset && strcmp(reset, "term") == 0)
		charge->reset_months = 0;
	else if (reset && read_months(group, "reset", CATALOG_TERM_MAX, &charge->reset_months, error) < 0)
		return error->code;
	charge->unlimited = strcmp(quantity, "unlimited") == 0;
	charge->included = 0;
	if (charge->unlimited)
		return 0;
	return read_quantity(group, "quantity", READ_REQUIRED, 6, reading->plan ? 1 : 0, &charge->included, error) < 0 ? error->code : 0;
}

static int charges_read(struct reading *reading, const config_setting_t *group, struct error *error)
{
	const config_setting_t *prices, *included;
	size_t price_count, included_count;

	if (read_groups(group, "prices", READ_OPTIONAL, &prices, &price_count, error) < 0 ||
	    read_groups(group, "included", READ_OPTIONAL, &included, &included_count, error) < 0)
		return error->code;
	for (size_t i = 0; i < price_count; i++)
		if (price_read(reading, config_setting_get_elem(prices, (unsigned)i), error) < 0)
			return error->code;
	for (size_t i = 0; i < included_count; i++)
		if (included_read(reading, config_setting_get_elem(included, (unsigned)i), error) < 0)
			return error->code;
	for (size_t i = 0; i < reading->tariff->charge_count; i++) {
		const struct tariff_charge *charge = &reading->tariff->charges[i];

		if (!charge->priced && !charge->unlimited)
			return error_set(error, APOLLO_CONFIG, "%s: dimension %s has an included quantity and no price for the rest", charge->where,
					 charge->dimension->name);
	}
	return 0;
}

/* ---- what is paid ahead ---- */

static struct tariff_payment *payment_add(struct tariff *tariff, const char *name)
{
	struct tariff_payment *payment = &tariff->payments[tariff->payment_count++];

	*payment = (struct tariff_payment){.name = name};
	return payment;
}

static int commitment_read(struct reading *reading, const config_setting_t *group, struct error *error)
{
	static const char *const names[] = {"amount", "every", "discount", "discard", "overage", NULL};
	struct tariff *tariff = reading->tariff;
	const config_setting_t *member;
	struct tariff_payment *payment;
	int found = read_group(group, "commitment", &member, error);

	if (found <= 0)
		return found;
	payment = payment_add(tariff, "commitment");
	payment->every_months = tariff->billing_months;
	if (read_known(member, names, error) < 0 || (found = catalog_read_decimal(reading->catalog, member, "amount", &payment->credit, error)) < 0 ||
	    read_months(member, "every", CATALOG_TERM_MAX, &payment->every_months, error) < 0 ||
	    catalog_read_decimal(reading->catalog, member, "discount", &payment->discount, error) < 0 ||
	    read_boolean(member, "discard", &payment->expires, error) < 0 ||
	    catalog_read_decimal(reading->catalog, member, "overage", &tariff->overage, error) < 0)
		return error->code;
	if (!found)
		return read_fail(member, error, "\"amount\" is missing");
	if (payment->every_months % tariff->billing_months != 0)
		return read_fail(member, error, "a commitment of every %d months does not go with a billing period of %d", payment->every_months,
				 tariff->billing_months);
	payment->paid = payment->credit;
	if (payment->discount.text && !decimal_less(&reading->catalog->scope, &payment->credit, &payment->discount, &payment->paid))
		return read_fail(member, error, "the amount %s less %s percent has more digits than money can have", payment->credit.text,
				 payment->discount.text);
	return 0;
}

static int credit_read(struct reading *reading, const config_setting_t *group, struct error *error)
{
	static const char *const names[] = {"name", "amount", "paid", "after", "lasts", NULL};
	struct tariff_payment *payment = payment_add(reading->tariff, "credit");
	int found;

	if (read_known(group, names, error) < 0 || catalog_read_name(reading->catalog, group, NULL, 0, &payment->name, error) < 0 ||
	    (found = catalog_read_decimal(reading->catalog, group, "amount", &payment->credit, error)) < 0 ||
	    catalog_read_decimal(reading->catalog, group, "paid", &payment->paid, error) < 0 ||
	    read_months(group, "after", CATALOG_TERM_MAX, &payment->from_month, error) < 0 ||
	    read_months(group, "lasts", CATALOG_TERM_MAX, &payment->lasts_months, error) < 0)
		return error->code;
	return found ? 0 : read_fail(group, error, "\"amount\" is missing");
}

static int instalment_read(struct reading *reading, const config_setting_t *group, struct error *error)
{
	static const char *const names[] = {"at", "amount", "credit", NULL};
	struct tariff_payment *payment = payment_add(reading->tariff, "instalment");
	const struct zone *zone;
	int found;

	if (read_known(group, names, error) < 0 || zone_read(&reading->catalog->scope, reading->tariff->zone, &zone, error) < 0 ||
	    read_day(group, "at", READ_REQUIRED, zone, &payment->at, NULL, error) < 0 ||
	    (found = catalog_read_decimal(reading->catalog, group, "amount", &payment->paid, error)) < 0 ||
	    catalog_read_decimal(reading->catalog, group, "credit", &payment->credit, error) < 0)
		return error->code;
	return found ? 0 : read_fail(group, error, "\"amount\" is missing");
}

/* All of them anew where the group has one of them. */
static int payments_read(struct reading *reading, const config_setting_t *group, struct error *error)
{
	const config_setting_t *credits, *instalments;
	size_t credit_count, instalment_count;
	struct tariff *tariff = reading->tariff;

	if (read_groups(group, "credits", READ_OPTIONAL, &credits, &credit_count, error) < 0 ||
	    read_groups(group, "instalments", READ_OPTIONAL, &instalments, &instalment_count, error) < 0)
		return error->code;
	if (!credit_count && !instalment_count && !config_setting_get_member(group, "commitment"))
		return 0;
	if (credit_count + instalment_count + 1 > TARIFF_PAYMENTS_MAX)
		return read_fail(group, error, "more than %d payments", TARIFF_PAYMENTS_MAX);
	tariff->payment_count = 0;
	tariff->payments = scope_alloc(&reading->catalog->scope, (credit_count + instalment_count + 1) * sizeof(*tariff->payments));
	if (!tariff->payments)
		return error_memory(error, "the configuration");
	/* Credit that ends is drawn before what stays. */
	for (size_t i = 0; i < credit_count; i++)
		if (credit_read(reading, config_setting_get_elem(credits, (unsigned)i), error) < 0)
			return error->code;
	if (commitment_read(reading, group, error) < 0)
		return error->code;
	for (size_t i = 0; i < instalment_count; i++)
		if (instalment_read(reading, config_setting_get_elem(instalments, (unsigned)i), error) < 0)
			return error->code;
	return 0;
}

/* ---- the whole ---- */

/* A percentage off the list: of every price, and of the base fee. */
static int discount_read(struct reading *reading, const config_setting_t *group, struct error *error)
{
	struct tariff *tariff = reading->tariff;
	int found = catalog_read_decimal(reading->catalog, group, "discount", &tariff->base_discount, error);

	if (found <= 0)
		return found;
	for (size_t i = 0; i < tariff->charge_count; i++)
		tariff->charges[i].limits.discount = tariff->base_discount;
	return 0;
}

int catalog_read_tariff(struct catalog *catalog, const struct catalog_offer *offer, const config_setting_t *group, bool plan, struct tariff *tariff,
			struct error *error)
{
	struct reading reading = {.catalog = catalog, .offer = offer, .tariff = tariff, .plan = plan};

	tariff->where = read_where(group, &catalog->scope);
	/* A plan's discount is for prices that are still to be read; one on top of a plan comes before what is said of single prices. */
	if ((!plan && discount_read(&reading, group, error) < 0) || charges_read(&reading, group, error) < 0 ||
	    (plan && discount_read(&reading, group, error) < 0) || catalog_read_decimal(catalog, group, "base_fee", &tariff->base_fee, error) < 0 ||
	    limits_read(catalog, group, "bill_", &tariff->limits, error) < 0 || payments_read(&reading, group, error) < 0)
		return error->code;
	return tariff_ready(tariff, error);
}

/* ---- how a plan bills ---- */

static int order_read(const config_setting_t *group, struct tariff *tariff, struct error *error)
{
	const config_setting_t *list = config_setting_get_member(group, "order");

	if (!list)
		return 0;
	if (config_setting_type(list) != CONFIG_TYPE_ARRAY || config_setting_length(list) != TARIFF_STEPS)
		return read_fail(list, error, "\"order\" is not an array of the %d steps: [ \"discount\", \"maximum\", \"minimum\", \"credit\" ]", TARIFF_STEPS);
	for (int i = 0; i < TARIFF_STEPS; i++) {
		const char *name = config_setting_get_string_elem(list, i);
		int step = 0;

		while (name && step < TARIFF_STEPS && strcmp(tariff_step_name((enum tariff_step)step), name) != 0)
			step++;
		if (!name || step == TARIFF_STEPS)
			return read_fail(list, error, "\"%s\" is not a step: discount, maximum, minimum or credit", name ? name : "?");
		tariff->order[i] = (enum tariff_step)step;
	}
	return 0;
}

int catalog_read_billing(struct catalog *catalog, const config_setting_t *group, struct tariff *tariff, struct error *error)
{
	static const char *const places[] = {"line", "step", "hour", "invoice", NULL};
	static const char *const prorations[] = {"none", "days", "seconds", NULL};
	static const char *const months[] = {"anniversary", "calendar", NULL};
	const char *currency = "USD", *zone = NULL;
	int rounding = ROUND_HALF_AWAY, place = TARIFF_LINE, proration = TARIFF_WHOLE, calendar = 0;
	const struct zone *known;
	int64_t decimals = 2;

	tariff->billing_months = 1;
	for (int i = 0; i < TARIFF_STEPS; i++)
		tariff->order[i] = (enum tariff_step)i;
	if (read_text(group, "currency", READ_OPTIONAL, &currency, error) < 0 ||
	    read_months(group, "billing_period", CATALOG_TERM_MAX, &tariff->billing_months, error) < 0 ||
	    read_choice(group, "billing_months", READ_OPTIONAL, months, &calendar, error) < 0 ||
	    read_choice(group, "proration", READ_OPTIONAL, prorations, &proration, error) < 0 ||
	    read_text(group, "zone", READ_OPTIONAL, &zone, error) < 0 ||
	    read_choice(group, "rounding", READ_OPTIONAL, roundings, &rounding, error) < 0 ||
	    read_choice(group, "rounding_place", READ_OPTIONAL, places, &place, error) < 0 ||
	    read_integer(group, "decimals", READ_OPTIONAL, 0, TARIFF_DECIMALS_MAX, &decimals, error) < 0 || order_read(group, tariff, error) < 0)
		return error->code;
	if (strlen(currency) != 3 || strspn(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
		return read_fail(group, error, "the currency \"%s\" is not three capital letters", currency);
	tariff->currency = scope_text(&catalog->scope, currency);
	tariff->zone = scope_text(&catalog->scope, zone);
	tariff->calendar = calendar;
	tariff->proration = (enum tariff_proration)proration;
	tariff->rounding = (enum rounding)rounding;
	tariff->place = (enum tariff_place)place;
	tariff->decimals = (int)decimals;
	if (!tariff->currency || (zone && !tariff->zone))
		return error_memory(error, "the configuration");
	if (zone_read(&catalog->scope, tariff->zone, &known, error) < 0)
		return error_prefix(error, "%s", read_where(group, &catalog->scope));
	return 0;
}

/* ---- prices that go in steps ---- */

int catalog_read_phases(struct catalog *catalog, const struct catalog_offer *offer, const config_setting_t *group, const struct tariff *tariff,
			struct phase **phases, size_t *phase_count, struct error *error)
{
	static const char *const names[] = {"months", CATALOG_PRICES, NULL};
	struct tariff *tariffs[CATALOG_PHASES_MAX];
	const config_setting_t *list;
	size_t count;

	if (read_groups(group, "ramp", READ_OPTIONAL, &list, &count, error) < 0)
		return error->code;
	if (count > CATALOG_PHASES_MAX)
		return read_fail(list, error, "more than %d phases", CATALOG_PHASES_MAX);
	*phases = scope_alloc(&catalog->scope, (count ? count : 1) * sizeof(**phases));
	if (!*phases)
		return error_memory(error, "the configuration");
	*phase_count = count ? count : 1;
	(*phases)[0] = (struct phase){.tariff = tariff};
	for (size_t i = 0; i < count; i++) {
		const config_setting_t *item = config_setting_get_elem(list, (unsigned)i);
		struct tariff *step = tariff_copy(&catalog->scope, tariff);
		struct phase *phase = &(*phases)[i];
		int found;

		if (!step)
			return error_memory(error, "the configuration");
		if (read_known(item, names, error) < 0 || (found = read_months(item, "months", CATALOG_TERM_MAX, &phase->months, error)) < 0 ||
		    catalog_read_tariff(catalog, offer, item, false, step, error) < 0)
			return error->code;
		if (found == 0 && i + 1 < count)
			return read_fail(item, error, "\"months\" is missing: only the last phase goes on to the end");
		phase->tariff = tariffs[i] = step;
	}
	return tariffs_ready(tariffs, count, error);
}
