/* SPDX-License-Identifier: Apache-2.0 */
/* Azure's rules about prices and plans. */
#include "offers/rules.h"

#include <apollo/kit.h>
#include <string.h>

/* A whole number of units as text. */
static const char *quantity_text(struct offer_check *check, int64_t quantity)
{
	char text[APOLLO_QUANTITY_TEXT];

	return offer_text(check, "%s", apollo_quantity_format(quantity, text));
}

void azure_items(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	size_t most = (size_t)marketplace_limit(check->marketplaces, LIMIT_AZURE_ITEMS);

	if (most && offer->item_count > most)
		offer_find(check, rule, offer, offer->where, offer_text(check, "make %zu private offers of it", (offer->item_count + most - 1) / most),
			   "%s has %zu plans, and %zu may be in one private offer", offer->name, offer->item_count, most);
}

/* ---- dimensions ---- */

/* Azure's nearest thing to a charge that has more than one price. */
static const char *tiers_instead(struct offer_check *check, const struct private_item *item, const struct tariff_charge *charge)
{
	const char *name = charge->dimension->name, *parts = "";
	size_t left = item->tariff.charge_count - 1 + charge->tier_count;

	if (charge->model == TARIFF_PACKAGE)
		return offer_text(check, "a dimension whose unit is a package of %s %s, at %s each", quantity_text(check, charge->package),
				  charge->dimension->unit, charge->tiers[0].price.text ? charge->tiers[0].price.text : "0");
	if (charge->model == TARIFF_VOLUME)
		return offer_text(check, "a plan for each tier, with one price of %s in each", name);
	for (size_t i = 0; i < charge->tier_count && parts; i++) {
		const struct tariff_tier *tier = &charge->tiers[i];
		const char *price = tier->price.text ? tier->price.text : "0";

		parts = tier->up_to == INT64_MAX ? offer_text(check, "%s, %s_%zu for the rest at %s", parts, name, i + 1, price)
						 : offer_text(check, "%s, %s_%zu for %s to %s at %s", parts, name, i + 1, quantity_text(check, tier->from),
							      quantity_text(check, tier->up_to), price);
	}
	return parts ? offer_text(check, "a dimension for each tier%s: %zu dimensions of this plan in all", parts, left) : NULL;
}

static void dimension_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct private_item *item,
			   size_t index)
{
	const struct tariff_charge *charge = &item->tariff.charges[index], *list = &item->plan->tariff.charges[index];
	const char *name = charge->dimension->name;

	if (!catalog_listing(charge->dimension, offer->market))
		offer_find(check, rule, offer, charge->where, offer_text(check, "add a listing with market \"%s\" and its id there", offer->market->name),
			   "plan %s sells %s, which is not listed at %s", item->plan->name, name, offer->market->name);
	if (charge->tier_count > 1 || charge->model == TARIFF_PACKAGE)
		offer_find(check, rule, offer, charge->where, tiers_instead(check, item, charge), "%s is priced by %s, and Azure has one price for a dimension",
			   name, charge->model == TARIFF_PACKAGE ? "the package" : "tiers");
	else if (charge->tier_count && charge->tiers[0].fee.text)
		offer_find(check, rule, offer, charge->where, "put the fee into the base fee", "%s has a fee of %s beside its price, and Azure has none", name,
			   charge->tiers[0].fee.text);
	if (list->model != charge->model || list->tier_count != charge->tier_count)
		offer_find(check, rule, offer, item->where, offer_text(check, "price %s as plan %s does: %s", name, item->plan->name, tariff_model_name(list->model)),
			   "%s is priced by another model than in the public plan %s", name, item->plan->name);
}

void azure_dimensions(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	int64_t most = marketplace_limit(check->marketplaces, LIMIT_AZURE_DIMENSIONS);

	for (size_t i = 0; i < offer->item_count; i++) {
		const struct private_item *item = &offer->items[i];
		int64_t listed = 0;

		for (size_t j = 0; j < item->offer->dimension_count; j++)
			listed += catalog_listing(&item->offer->dimensions[j], offer->market) != NULL;
		if (listed > most)
			offer_find(check, rule, offer, item->offer->where, "sell the rest as a product of its own", "offer %s lists %lld dimensions there, and %lld may be in one",
				   item->offer->name, (long long)listed, (long long)most);
		for (size_t j = 0; j < item->tariff.charge_count; j++)
			dimension_look(rule, check, offer, item, j);
	}
}

void azure_many(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	int64_t most = marketplace_limit(check->marketplaces, LIMIT_AZURE_DIMENSIONS_MANY);

	for (size_t i = 0; i < offer->item_count; i++)
		if ((int64_t)offer->items[i].tariff.charge_count > most)
			offer_find(check, rule, offer, offer->items[i].where, "sell some of them in another plan", "plan %s sells %zu dimensions, and more than %lld are reported to fail",
				   offer->items[i].plan->name, offer->items[i].tariff.charge_count, (long long)most);
}

/* ---- prices ---- */

/* Prices of its own that do what a percentage was to do. */
static const char *prices_instead(struct offer_check *check, const struct private_item *item)
{
	const char *text = "prices of its own:";

	for (size_t i = 0; i < item->tariff.charge_count && text; i++) {
		const struct tariff_charge *charge = &item->tariff.charges[i];

		if (charge->tier_count == 1 && charge->tiers[0].price.text)
			text = offer_text(check, "%s %s at %s%s", text, charge->dimension->name, price_less(check, &charge->tiers[0].price, &charge->limits.discount),
					  i + 1 < item->tariff.charge_count ? "," : "");
	}
	return text;
}

struct prices {
	bool own, percent, uneven;
	size_t first; /* a charge with a price of its own; SIZE_MAX: none */
};

/* What an item says of prices. */
static struct prices prices_of(const struct private_item *item)
{
	const struct tariff *tariff = &item->tariff, *list = &item->plan->tariff;
	struct prices prices = {.own = item->absolute, .first = SIZE_MAX};

	prices.percent = decimal_compare(&tariff->base_discount, &list->base_discount) != 0;
	for (size_t i = 0; i < tariff->charge_count; i++) {
		const struct decimal *discount = &tariff->charges[i].limits.discount;

		prices.percent |= decimal_compare(discount, &list->charges[i].limits.discount) != 0;
		prices.uneven |= decimal_compare(discount, &tariff->base_discount) != 0;
		if (prices.first == SIZE_MAX && charge_differs(&list->charges[i], &tariff->charges[i]))
			prices.first = i;
	}
	prices.uneven &= prices.percent;
	return prices;
}

/* Whether something else than prices is new. */
static bool terms_differ(const struct private_item *item)
{
	for (size_t i = 0; i < item->tariff.charge_count; i++) {
		const struct tariff_charge *charge = &item->tariff.charges[i], *list = &item->plan->tariff.charges[i];

		if (charge->included != list->included || charge->unlimited != list->unlimited || charge->reset_months != list->reset_months)
			return true;
	}
	return item->tariff.payment_count > 0 || item->phase_count > 1;
}

static void limits_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct private_item *item,
			const char *of, const char *where, const struct tariff_limits *limits)
{
	const char *what = limits_other(limits);

	if (!what)
		return;
	offer_find(check, rule, offer, where,
		   limits->discount_amount.text ? "a lower price, or a percentage"
		   : limits->minimum.text	? offer_text(check, "a base fee of %s, and an included quantity that is worth it", limits->minimum.text)
						: "a base fee with everything included, in a plan of its own",
		   "%s of plan %s has %s, and Azure has none", of, item->plan->name, what);
}

/* A machine image's prices. */
static void image_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct private_item *item,
		       size_t index)
{
	const struct tariff_charge *list = &item->plan->tariff.charges[index], *charge = &item->tariff.charges[index];
	struct nearest_discount nearest;

	if (list->tier_count != 1 || charge->tier_count != 1)
		return;
	nearest = discount_nearest(check, &list->tiers[0].price, &charge->tiers[0].price, (int)marketplace_limit(check->marketplaces, LIMIT_AZURE_PERCENT_DECIMALS));
	offer_find(check, rule, offer, charge->where, offer_text(check, "%s percent off comes nearest: %s", nearest.percent, nearest.price),
		   "%s has a price of its own, %s, and a machine image has only percentages", charge->dimension->name,
		   charge->tiers[0].price.text ? charge->tiers[0].price.text : "0");
}

static void decimals_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct private_item *item)
{
	int most = (int)marketplace_limit(check->marketplaces, LIMIT_AZURE_PRICE_DECIMALS), percent = (int)marketplace_limit(check->marketplaces, LIMIT_AZURE_PERCENT_DECIMALS);

	for (size_t i = 0; i < item->tariff.charge_count; i++) {
		const struct tariff_charge *charge = &item->tariff.charges[i];

		if (charge->tier_count == 1 && charge->tiers[0].price.decimals > most && charge_differs(&item->plan->tariff.charges[i], charge))
			offer_find_limit(LIMIT_AZURE_PRICE_DECIMALS, check, rule, offer, charge->where, "save a draft with it, and see what became of it",
					 "the price %s of %s has more than the %d decimals that are known to be taken", charge->tiers[0].price.text,
					 charge->dimension->name, most);
	}
	if (item->tariff.base_discount.decimals > percent)
		offer_find_limit(LIMIT_AZURE_PERCENT_DECIMALS, check, rule, offer, item->where, "save a draft with it, and see what became of it",
				 "%s percent has more than %d decimals, and nobody has seen so many taken", item->tariff.base_discount.text, percent);
}

static void item_prices(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct private_item *item)
{
	struct prices prices = prices_of(item);
	const char *plan = item->plan->name;

	if (item->offer->product == PRODUCT_VM && prices.first != SIZE_MAX)
		image_look(rule, check, offer, item, prices.first);
	if (prices.own && prices.percent)
		offer_find(check, rule, offer, item->where, prices_instead(check, item), "plan %s has prices of its own and a percentage, and Azure takes one of them", plan);
	else if (prices.uneven)
		offer_find(check, rule, offer, item->where, prices_instead(check, item), "plan %s has more than one percentage, and Azure takes one for all of a plan", plan);
	else if (!prices.own && item->tariff.base_discount.text && exact_sign(item->tariff.base_discount.digits) == 0)
		offer_find(check, rule, offer, item->where, "leave the plan out, or write prices of its own, which may be as in the list",
			   "plan %s has %s percent off, and a percentage lowers the list", plan, item->tariff.base_discount.text);
	else if (!prices.own && !prices.percent && !terms_differ(item))
		offer_find(check, rule, offer, item->where, "write \"discount\" or \"prices\", or leave the plan out", "nothing of plan %s is other than in the list", plan);
	limits_look(rule, check, offer, item, "the bill", item->where, &item->tariff.limits);
	for (size_t i = 0; i < item->tariff.charge_count; i++)
		limits_look(rule, check, offer, item, item->tariff.charges[i].dimension->name, item->tariff.charges[i].where, &item->tariff.charges[i].limits);
	decimals_look(rule, check, offer, item);
}

void azure_prices(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	for (size_t i = 0; i < offer->item_count; i++)
		item_prices(rule, check, offer, &offer->items[i]);
}

void azure_flat(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	for (size_t i = 0; i < offer->item_count; i++) {
		const struct private_item *item = &offer->items[i];

		if (exact_sign(item->tariff.base_fee.digits) > 0 && exact_sign(item->plan->tariff.base_fee.digits) == 0)
			offer_find(check, rule, offer, item->where, "take a plan that has a base fee, or put it into the price of a dimension",
				   "a base fee of %s for plan %s, which has none", item->tariff.base_fee.text, item->plan->name);
	}
}

/* ---- what is included ---- */

static void included_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct tariff_charge *charge)
{
	int64_t whole = charge->included / APOLLO_MICRO * APOLLO_MICRO;
	const char *name = charge->dimension->name;

	if (charge->unlimited || charge->included == 0)
		return;
	if (charge->included != whole)
		offer_find(check, rule, offer, charge->where,
			   offer_text(check, "%s or %s", quantity_text(check, whole), quantity_text(check, whole + APOLLO_MICRO)),
			   "%s of %s are included, and Azure takes whole numbers", quantity_text(check, charge->included), name);
	if (charge->reset_months == 0)
		offer_find(check, rule, offer, charge->where, "write reset = \"1m\" or \"1y\"",
			   "what is included of %s is for the whole term, and Azure has it for a month or a year", name);
	else if (charge->reset_months != 1 && charge->reset_months != 12)
		offer_find(check, rule, offer, charge->where,
			   offer_text(check, "%s each month", quantity_text(check, charge->included / charge->reset_months / APOLLO_MICRO * APOLLO_MICRO)),
			   "what is included of %s is for %d months, and Azure has it for a month or a year", name, charge->reset_months);
}

void azure_included(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	for (size_t i = 0; i < offer->item_count; i++)
		for (size_t j = 0; j < offer->items[i].tariff.charge_count; j++)
			included_look(rule, check, offer, &offer->items[i].tariff.charges[j]);
}

static bool same_included(const struct tariff_charge *one, const struct tariff_charge *other)
{
	return one->unlimited == other->unlimited && (one->unlimited || (one->included == other->included && (one->included == 0 || one->reset_months == other->reset_months)));
}

/* The plan of the list that includes what is wanted. */
static const char *plan_instead(struct offer_check *check, const struct private_item *item, const struct tariff_charge *charge)
{
	for (size_t i = 0; i < item->offer->plan_count; i++) {
		const struct tariff_charge *other = catalog_charge(&item->offer->plans[i], charge->dimension);

		if (other && same_included(other, charge))
			return offer_text(check, "plan %s includes just that: make the offer on it", item->offer->plans[i].name);
	}
	return offer_text(check, "publish a plan that includes %s of %s, and make the offer on it",
			  charge->unlimited ? "all" : quantity_text(check, charge->included), charge->dimension->name);
}

void azure_allowance(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	for (size_t i = 0; i < offer->item_count; i++) {
		const struct private_item *item = &offer->items[i];

		for (size_t j = 0; j < item->tariff.charge_count && item->offer->product != PRODUCT_SAAS; j++) {
			const struct tariff_charge *charge = &item->tariff.charges[j], *list = &item->plan->tariff.charges[j];

			if (!same_included(list, charge))
				offer_find(check, rule, offer, item->where, plan_instead(check, item, charge),
					   "%s of %s would be included, and plan %s of a %s includes %s", charge->unlimited ? "all" : quantity_text(check, charge->included),
					   charge->dimension->name, item->plan->name, item->offer->product == PRODUCT_VM ? "machine image" : "managed application",
					   list->unlimited ? "all" : quantity_text(check, list->included));
		}
	}
}

/* ---- what is metered ---- */

void azure_events(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	for (size_t i = 0; i < offer->item_count; i++)
		for (size_t j = 0; j < offer->items[i].tariff.charge_count; j++) {
			const struct tariff_charge *charge = &offer->items[i].tariff.charges[j];
			const struct catalog_listing *listing = catalog_listing(charge->dimension, offer->market);

			if (charge->dimension->meter->negative)
				offer_find(check, rule, offer, charge->dimension->where, "leave out \"negative\", and correct usage before its hour closes",
					   "meter %s of %s takes negative values, and Azure takes none: a correction waits until more was used than it takes back",
					   charge->dimension->meter->name, charge->dimension->name);
			if (listing && charge->step && charge->step % listing->step != 0)
				offer_find(check, rule, offer, charge->where, offer_text(check, "a step of %s", quantity_text(check, listing->step)),
					   "%s is billed in steps of %s and told to the marketplace in steps of %s, so its bill would be another one", charge->dimension->name,
					   quantity_text(check, charge->step), quantity_text(check, listing->step));
		}
}

void azure_plan_name(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	size_t most = (size_t)marketplace_limit(check->marketplaces, LIMIT_AZURE_PLAN_NAME);

	for (size_t i = 0; i < offer->item_count; i++)
		if (strlen(offer->items[i].plan->name) > most)
			offer_find(check, rule, offer, offer->items[i].plan->where, offer_text(check, "%.*s", (int)most, offer->items[i].plan->name),
				   "plan %s has %zu characters, and a plan's id has at most %zu", offer->items[i].plan->name, strlen(offer->items[i].plan->name), most);
}
