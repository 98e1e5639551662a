/* SPDX-License-Identifier: Apache-2.0 */
/* Google Cloud's rules about prices and what is paid ahead. */
#include "offers/rules.h"

#include "offers/fees.h"

#include <apollo/kit.h>
#include <string.h>

/* ---- percentages ---- */

/* A percentage on the grid. */
static void percent_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const char *where, const char *of,
			 const struct decimal *percent)
{
	int most = (int)marketplace_limit(check->marketplaces, LIMIT_GCP_PERCENT_DECIMALS), more = percent->decimals - most;
	struct exact down, up;

	if (more <= 0)
		return;
	down = exact_divide(percent->digits, exact_power(more), ROUND_DOWN);
	up = exact_divide(percent->digits, exact_power(more), ROUND_UP);
	offer_find(check, rule, offer, where,
		   exact_compare(down, up) == 0 ? money_text(check, down, most)
						: offer_text(check, "%s or %s", money_text(check, down, most), money_text(check, up, most)),
		   "%s is %s percent, and Google takes %d decimals", of, percent->text, most);
}

/* A price of its own, and what Google has instead. */
static void price_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct tariff_charge *list,
		       const struct tariff_charge *charge)
{
	int decimals = (int)marketplace_limit(check->marketplaces, LIMIT_GCP_PERCENT_DECIMALS);
	const char *name = charge->dimension->name, *hint = "keep the tiers of the list, and take a percentage off all of them";
	struct nearest_discount nearest;
	size_t tier = 0;

	if (list->tier_count != charge->tier_count || list->model != charge->model || list->tier_count == 0) {
		offer_find(check, rule, offer, charge->where, hint, "%s has tiers of its own, and Google's are those of the list", name);
		return;
	}
	while (tier + 1 < list->tier_count && decimal_compare(&list->tiers[tier].price, &charge->tiers[tier].price) == 0 &&
	       list->tiers[tier].up_to == charge->tiers[tier].up_to)
		tier++;
	if (list->tiers[tier].up_to != charge->tiers[tier].up_to) {
		offer_find(check, rule, offer, charge->where, hint, "%s has tiers of its own, and Google's are those of the list", name);
		return;
	}
	if (exact_sign(list->tiers[tier].price.digits) == 0) {
		offer_find(check, rule, offer, charge->where, "leave it out", "%s has a price of its own, and the list has none to take a percentage off", name);
		return;
	}
	nearest = discount_nearest(check, &list->tiers[tier].price, &charge->tiers[tier].price, decimals);
	if (decimal_compare(&charge->tiers[tier].price, &list->tiers[tier].price) > 0)
		offer_find(check, rule, offer, charge->where, offer_text(check, "the list price, %s", nearest.price), "%s costs %s, which is above the list, and Google takes only discounts",
			   name, charge->tiers[tier].price.text);
	else
		offer_find(check, rule, offer, charge->where,
			   offer_text(check, "discount = \"%s\" comes nearest: %s%s", nearest.percent, nearest.price,
				      list->tier_count > 1 ? ", and the same percentage off every other tier" : ""),
			   "%s has a price of its own, %s, and Google takes a percentage off the list's %s", name,
			   charge->tiers[tier].price.text ? charge->tiers[tier].price.text : "0", list->tiers[tier].price.text);
}

static void included_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct tariff_charge *list,
			  const struct tariff_charge *charge)
{
	char text[EXACT_TEXT], quantity[APOLLO_QUANTITY_TEXT];
	const char *hint = "a flat fee with usage beside it, or credit";

	if (list->included == charge->included && list->unlimited == charge->unlimited)
		return;
	if (charge->tier_count == 1 && charge->tiers[0].price.text && !charge->unlimited)
		hint = offer_text(check, "credit of %s each billing period, which is what so much costs",
				  exact_text(exact_multiply(charge->tiers[0].price.digits, exact_of(charge->included)), charge->tiers[0].price.decimals + 6, 2, text));
	offer_find(check, rule, offer, charge->where, hint, "%s of %s would be included, and a private offer of Google's does not change that",
		   charge->unlimited ? "all" : apollo_quantity_format(charge->included, quantity), charge->dimension->name);
}

static void limits_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const char *where, const char *of,
			const struct tariff_limits *limits)
{
	const char *what = limits_other(limits);

	if (what)
		offer_find(check, rule, offer, where,
			   limits->discount_amount.text ? "a percentage"
			   : limits->minimum.text	? offer_text(check, "a commitment of %s", limits->minimum.text)
							: "a flat fee",
			   "%s has %s, and Google has none", of, what);
}

static void charge_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct private_item *item, size_t index)
{
	const struct tariff_charge *list = &item->plan->tariff.charges[index], *charge = &item->tariff.charges[index];

	if (!catalog_listing(charge->dimension, offer->market))
		offer_find(check, rule, offer, charge->where, offer_text(check, "add a listing with market \"%s\" and its id there", offer->market->name),
			   "plan %s sells %s, which is not listed at %s", item->plan->name, charge->dimension->name, offer->market->name);
	if (charge_differs(list, charge))
		price_look(rule, check, offer, list, charge);
	included_look(rule, check, offer, list, charge);
	limits_look(rule, check, offer, charge->where, charge->dimension->name, &charge->limits);
	if (charge->limits.discount.text != item->tariff.base_discount.text)
		percent_look(rule, check, offer, charge->where, offer_text(check, "the discount of %s", charge->dimension->name), &charge->limits.discount);
}

static void phases_percent(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct private_item *item)
{
	for (size_t i = 0; i < item->phase_count && item->phase_count > 1; i++)
		percent_look(rule, check, offer, item->phases[i].tariff->where, "the discount of a step", &item->phases[i].tariff->base_discount);
}

void gcp_discounts(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	for (size_t i = 0; i < offer->item_count; i++) {
		const struct private_item *item = &offer->items[i];

		percent_look(rule, check, offer, item->where, "the discount", &item->tariff.base_discount);
		limits_look(rule, check, offer, item->where, "the bill", &item->tariff.limits);
		if (item->tariff.limits.discount.text)
			offer_find(check, rule, offer, item->where, "discount = \"...\" off the list", "there is a discount off the whole bill, and Google takes one off the list");
		for (size_t j = 0; j < item->tariff.payment_count; j++)
			percent_look(rule, check, offer, item->where, "the discount of the commitment", &item->tariff.payments[j].discount);
		for (size_t j = 0; j < item->tariff.charge_count; j++)
			charge_look(rule, check, offer, item, j);
		phases_percent(rule, check, offer, item);
	}
}

/* ---- forms ---- */

/* What usage and what is paid ahead have to do with each other. */
enum form { FORM_USAGE, FORM_COMMITMENT, FORM_COMMITMENT_USAGE, FORM_FLAT, FORM_FLAT_USAGE };

static const char *form_name(enum form form)
{
	static const char *const names[] = {"usage only", "commitment, and usage past it at list price", "commitment, and all usage at a discount", "flat fee",
					    "flat fee and usage"};

	return names[form];
}

static bool usage_discounted(const struct tariff *tariff)
{
	for (size_t i = 0; i < tariff->charge_count; i++)
		if (exact_sign(tariff->charges[i].limits.discount.digits) > 0)
			return true;
	return false;
}

/* The commitment; NULL: there is none. */
static const struct tariff_payment *commitment_of(const struct tariff *tariff)
{
	for (size_t i = 0; i < tariff->payment_count; i++)
		if (payment_is_commitment(&tariff->payments[i]))
			return &tariff->payments[i];
	return NULL;
}

/* A commitment also in instalments, which then buy credit. */
static bool commits(const struct tariff *tariff)
{
	for (size_t i = 0; i < tariff->payment_count; i++)
		if (payment_is_commitment(&tariff->payments[i]) || (payment_is_instalment(&tariff->payments[i]) && tariff->payments[i].credit.text))
			return true;
	return false;
}

static enum form form_of(const struct tariff *tariff)
{
	struct exact sum;

	if (commits(tariff))
		return usage_discounted(tariff) ? FORM_COMMITMENT_USAGE : FORM_COMMITMENT;
	if (exact_sign(tariff->base_fee.digits) > 0 || instalments_count(tariff, &sum) > 0)
		return tariff->charge_count ? FORM_FLAT_USAGE : FORM_FLAT;
	return FORM_USAGE;
}

/* 1 / (1 - d), to four places, as what usage past the credit costs of what it cost before. */
static const char *premium_text(struct offer_check *check, const struct decimal *discount)
{
	struct exact rest = exact_subtract(exact_multiply(exact_of(100), exact_power(discount->decimals)), discount->digits);

	if (exact_sign(rest) <= 0)
		return "any number of";
	return money_text(check, exact_divide(exact_multiply(exact_of(1000000), exact_power(discount->decimals)), rest, ROUND_HALF_AWAY), 4);
}

static void commitment_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct private_item *item,
			    const struct tariff_payment *commitment)
{
	const struct decimal *discount = &commitment->discount;

	if (exact_sign(discount->digits) <= 0)
		return;
	if (usage_discounted(&item->tariff))
		offer_find(check, rule, offer, item->where,
			   offer_text(check, "commitment: { amount = \"%s\"; discount = \"%s\"; } with usage at list price, or amount = \"%s\" with discount = \"%s\" off all usage",
				      commitment->credit.text, discount->text, commitment->paid.text, discount->text),
			   "the commitment is %s percent off, and usage has a discount too", discount->text);
	else
		offer_warn(check, rule, offer, item->where,
			   offer_text(check, "amount = \"%s\" with discount = \"%s\" off all usage costs the same up to there", commitment->paid.text, discount->text),
			   "%s pays for usage worth %s, and past it usage costs %s times as much as before", commitment->paid.text, commitment->credit.text,
			   premium_text(check, discount));
}

void gcp_forms(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	for (size_t i = 0; i < offer->item_count; i++) {
		const struct private_item *item = &offer->items[i];
		const struct tariff_payment *commitment = commitment_of(&item->tariff);
		bool flat = exact_sign(item->plan->tariff.base_fee.digits) > 0;

		if (commitment)
			commitment_look(rule, check, offer, item, commitment);
		if (flat && commits(&item->tariff))
			offer_find(check, rule, offer, item->where, "a flat fee, or a plan that has none", "plan %s has a flat fee, and a commitment goes only with a plan that has none",
				   item->plan->name);
		if (!flat && exact_sign(item->tariff.base_fee.digits) > 0)
			offer_find(check, rule, offer, item->where, offer_text(check, "a commitment of %s, or a plan that has a flat fee", item->tariff.base_fee.text),
				   "there is a flat fee of %s, and plan %s has none", item->tariff.base_fee.text, item->plan->name);
		if (item->tariff.overage.text)
			offer_find(check, rule, offer, item->where,
				   commitment && commitment->discount.text ? offer_text(check, "%s follows from the discount", premium_text(check, &commitment->discount))
									    : "a discount on the commitment makes usage past it dearer",
				   "usage past the credit costs %s times its price, and Google has no such factor", item->tariff.overage.text);
	}
}

/* ---- amounts ---- */

static void amount_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct private_item *item,
			const char *what, const struct decimal *amount)
{
	int64_t most = marketplace_limit(check->marketplaces, LIMIT_GCP_AMOUNT);
	char up[EXACT_TEXT], down[EXACT_TEXT];
	struct exact part;

	if (!amount->text)
		return;
	if (amount->decimals > 2) {
		part = exact_power(amount->decimals - 2);
		if (exact_compare(exact_round(amount->digits, amount->decimals - 2, ROUND_DOWN), amount->digits) != 0)
			offer_find(check, rule, offer, item->where,
				   offer_text(check, "%s or %s", exact_text(exact_divide(amount->digits, part, ROUND_DOWN), 2, 2, down),
					      exact_text(exact_divide(amount->digits, part, ROUND_UP), 2, 2, up)),
				   "%s of %s is not in whole cents", what, amount->text);
	}
	if (exact_compare(amount->digits, exact_multiply(exact_of(most), exact_power(amount->decimals))) > 0)
		offer_find(check, rule, offer, item->where, offer_text(check, "at most %lld", (long long)most), "%s of %s is too much", what, amount->text);
}

static void credit_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct private_item *item,
			const struct tariff_payment *credit)
{
	int64_t most = marketplace_limit(check->marketplaces, LIMIT_GCP_EXTRA_CREDIT);

	if (exact_sign(credit->paid.digits) > 0)
		offer_find(check, rule, offer, item->where, offer_text(check, "a commitment of %s", credit->credit.text), "credit %s is paid for with %s, and Google gives extra credit away",
			   credit->name, credit->paid.text);
	if (offer->interval != INTERVAL_CUSTOM)
		offer_find(check, rule, offer, item->where, "interval = \"custom\" with instalments, or a discount", "there is extra credit %s, which goes only with instalments", credit->name);
	if (exact_compare(credit->credit.digits, exact_multiply(exact_of(most), exact_power(credit->credit.decimals))) > 0)
		offer_find(check, rule, offer, item->where, offer_text(check, "at most %lld", (long long)most), "the extra credit %s of %s is too much", credit->name, credit->credit.text);
}

void gcp_amounts(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	for (size_t i = 0; i < offer->item_count; i++) {
		const struct private_item *item = &offer->items[i];
		const struct decimal fee = {price_less(check, &item->tariff.base_fee, &item->tariff.base_discount),
					    exact_multiply(item->tariff.base_fee.digits, exact_subtract(exact_power(item->tariff.base_discount.decimals + 2), item->tariff.base_discount.digits)),
					    item->tariff.base_fee.decimals + item->tariff.base_discount.decimals + 2};

		if (strcmp(item->tariff.currency, "USD") != 0)
			offer_find(check, rule, offer, item->plan->where, "USD, which Google converts when it bills", "plan %s is in %s", item->plan->name, item->tariff.currency);
		amount_look(rule, check, offer, item, "the flat fee", &fee);
		for (size_t j = 0; j < item->tariff.payment_count; j++) {
			const struct tariff_payment *payment = &item->tariff.payments[j];

			if (!payment_is_commitment(payment) && !payment_is_instalment(payment)) {
				credit_look(rule, check, offer, item, payment);
				continue;
			}
			amount_look(rule, check, offer, item, payment_is_commitment(payment) ? "what is paid for the commitment" : "an instalment", &payment->paid);
			if (payment->credit.text != payment->paid.text)
				amount_look(rule, check, offer, item, payment_is_commitment(payment) ? "the commitment" : "the credit of an instalment", &payment->credit);
		}
	}
}

/* ---- intervals ---- */

/* A word of "interval" for so many months. */
static const char *interval_for(int months)
{
	return months == 12 ? "yearly" : months == 3 ? "quarterly" : months == 1 ? "monthly_prorated" : "custom";
}

static void interval_item(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct private_item *item)
{
	const struct tariff_payment *commitment = commitment_of(&item->tariff);
	int months = interval_months(offer->interval), wants = commitment ? commitment->every_months : item->tariff.billing_months;
	bool ahead = commitment || exact_sign(item->tariff.base_fee.digits) > 0;
	struct exact sum;

	if (ahead && offer->interval == INTERVAL_NONE)
		offer_find(check, rule, offer, item->where, offer_text(check, "interval = \"%s\"", interval_for(wants)), "something is paid every %d months, and there is no interval", wants);
	else if (ahead && offer->interval == INTERVAL_CUSTOM)
		offer_find(check, rule, offer, item->where, "instalments alone, each with its credit; or a standard interval", "%s is paid every %d months, and the interval is custom",
			   commitment ? "a commitment" : "a flat fee", wants);
	else if (ahead && months != wants)
		offer_find(check, rule, offer, item->where, offer_text(check, "interval = \"%s\", or an amount for %d months", interval_for(wants), months),
			   "something is paid every %d months, and the interval is %s", wants, private_interval_name(offer->interval));
	if (!ahead && months && instalments_count(&item->tariff, &sum) == 0)
		offer_find(check, rule, offer, item->where, "leave out \"interval\"", "the interval is %s, and nothing is paid ahead", private_interval_name(offer->interval));
	if (item->phase_count > 1 && offer->interval != INTERVAL_CUSTOM)
		offer_find(check, rule, offer, item->where, "interval = \"custom\", with an instalment where each step begins",
			   "prices go in %zu steps, and an interval has one price for the whole term", item->phase_count);
}

void gcp_intervals(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	int months = interval_months(offer->interval);

	if (offer->interval == INTERVAL_POSTPAY)
		offer_find(check, rule, offer, offer->where, "interval = \"monthly_prorated\" or \"monthly\"", "the interval monthly_postpay is not taken for new offers since May 2024");
	if (offer->amends && offer->end && offer->end == offer->amends->end && offer->interval != INTERVAL_CUSTOM)
		offer_find(check, rule, offer, offer->where, "months = \"...\", or instalments", "it ends together with %s, which Google has declared and does not support yet",
			   offer->amends->name);
	if (months > 1 && offer->months % months != 0)
		offer_warn(check, rule, offer, offer->where, offer_text(check, "months = \"%dm\" or \"%dm\"", offer->months / months * months, (offer->months / months + 1) * months),
			   "a term of %d months is no whole number of %s intervals: the last one is paid in full", offer->months, private_interval_name(offer->interval));
	for (size_t i = 0; i < offer->item_count; i++)
		interval_item(rule, check, offer, &offer->items[i]);
}

/* ---- amendments ---- */

static bool interval_may_follow(enum private_interval old, enum private_interval new)
{
	return old == new || new == INTERVAL_CUSTOM || old == INTERVAL_NONE || (old == INTERVAL_MONTHLY_PRORATED && new == INTERVAL_MONTHLY);
}

static void commitment_follow(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct private_offer *old)
{
	const struct tariff_payment *was = commitment_of(&old->items[0].tariff), *is = commitment_of(&offer->items[0].tariff);
	struct exact before, after;
	int scale;

	if (!was || !is || interval_months(old->interval) == 0 || interval_months(offer->interval) == 0)
		return;
	scale = was->credit.decimals > is->credit.decimals ? was->credit.decimals : is->credit.decimals;
	/* For a year, where the intervals differ. */
	before = exact_multiply(decimal_exact(&was->credit, scale), exact_of(is->every_months));
	after = exact_multiply(decimal_exact(&is->credit, scale), exact_of(was->every_months));
	if (exact_compare(after, before) < 0)
		offer_find(check, rule, offer, offer->items[0].where, offer_text(check, "at least %s every %d months", was->credit.text, was->every_months),
			   "the commitment falls from %s to %s", was->credit.text, is->credit.text);
}

void gcp_amendment(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	const struct private_offer *old = offer->amends;
	enum form was, is;

	if (!old)
		return;
	was = form_of(&old->items[0].tariff);
	is = form_of(&offer->items[0].tariff);
	if (old->market != offer->market || !old->customer.billing_account || !offer->customer.billing_account ||
	    strcmp(old->customer.billing_account, offer->customer.billing_account) != 0)
		offer_find(check, rule, offer, offer->where, "take the market and billing_account of the other", "it amends %s, which is another customer's or marketplace's", old->name);
	if (was != is && !(was == FORM_USAGE && (is == FORM_COMMITMENT || is == FORM_COMMITMENT_USAGE)))
		offer_find(check, rule, offer, offer->items[0].where, offer_text(check, "as in %s: %s", old->name, form_name(was)), "the form becomes %s", form_name(is));
	if (!interval_may_follow(old->interval, offer->interval))
		offer_find(check, rule, offer, offer->where, offer_text(check, "interval = \"%s\" or \"custom\"", private_interval_name(old->interval)),
			   "the interval goes from %s to %s", private_interval_name(old->interval), private_interval_name(offer->interval));
	if (offer->deal == DEAL_NEW && old->deal != DEAL_NEW)
		offer_find(check, rule, offer, offer->where, offer_text(check, "deal = \"%s\"", private_deal_name(old->deal)), "the deal is new, and %s was a %s", old->name,
			   private_deal_name(old->deal));
	commitment_follow(rule, check, offer, old);
}

/* ---- credit that is left ---- */

void gcp_rollover(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	for (size_t i = 0; i < offer->item_count; i++)
		for (size_t j = 0; j < offer->items[i].tariff.payment_count; j++) {
			const struct private_item *item = &offer->items[i];
			const struct tariff_payment *payment = &item->tariff.payments[j];
			int64_t second = calendar_add_months(check->term.start, payment->every_months);

			if (payment->lasts_months)
				offer_find(check, rule, offer, item->where, "leave out \"lasts\": what is left stays to the end; or discard = true of a commitment",
					   "credit %s lasts %d months, and Google keeps it to the end or discards it with the next instalment", payment->name, payment->lasts_months);
			if (payment->from_month)
				offer_find(check, rule, offer, item->where, "put it into the instalment of that day", "credit %s comes %d months after the start, and Google gives it with an instalment",
					   payment->name, payment->from_month);
			if (payment_is_commitment(payment) && payment->expires && second >= check->term.end)
				offer_warn(check, rule, offer, item->where, "leave out \"discard\", or a shorter interval", "what is left is discarded when the next instalment comes, and there is none after the first");
		}
}
