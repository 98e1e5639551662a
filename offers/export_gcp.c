/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A private offer for Google Cloud Marketplace: a PrivateOffer of the Cloud Commerce Producer API v1beta, and the document with its terms.
 *
 * Google takes percentages off the list, in hundredths, of all tiers of a SKU alike.  A lower price of one's own is written as the percentage that it is,
 * where it is one to the last digit.  Either what is committed has a discount, or usage has one.  Times are days in Los Angeles.
 */
#include "offers/export.h"
#include "offers/value.h"

#include <apollo/kit.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#define ZONE "America/Los_Angeles"

enum { CENTS = 2, AMOUNT_MOST = 1000000000, CREDIT_MOST = 1000000, PERCENT_PLACES = 2, TITLE_MOST = 256, NOTE_MOST = 120, INTERNAL_MOST = 1500 };

static const char *text_of(const char *text)
{
	return text ? text : "";
}

/* ---- money and percentages ---- */

static const char *cents_near(struct export *export, struct exact value, int scale)
{
	struct exact down = exact_round(value, scale - CENTS, ROUND_FLOOR), up = exact_round(value, scale - CENTS, ROUND_CEILING);
	char texts[2][EXACT_TEXT];

	return export_text(export, "make it %s or %s", exact_text(down, scale, CENTS, texts[0]), exact_text(up, scale, CENTS, texts[1]));
}

/* google.type.Money: whole units and billionths. */
static void money_write(struct export *export, const char *before, const char *name, const char *what, struct exact value, int scale, int most,
			struct buffer *out)
{
	struct exact units = exact_divide(value, exact_power(scale), ROUND_DOWN);
	struct exact nanos = exact_divide(exact_multiply(exact_subtract(value, exact_multiply(units, exact_power(scale))), exact_power(9)), exact_power(scale), ROUND_DOWN);
	char text[EXACT_TEXT];
	int64_t small = 0;

	(void)exact_integer(nanos, &small);
	if (scale > CENTS && exact_compare(exact_round(value, scale - CENTS, ROUND_FLOOR), value) != 0)
		export_refuse(export, cents_near(export, value, scale), "Google takes whole cents, and %s is %s", what, exact_text(value, scale, 0, text));
	if (exact_compare(value, exact_multiply(exact_of(most), exact_power(scale))) > 0)
		export_refuse(export, "write more than one offer", "Google takes up to %d, and %s is %s", most, what, exact_text(value, scale, 0, text));
	(void)buffer_print(out, "%s\"%s\":{\"currencyCode\":\"USD\"", before, name);
	(void)buffer_print(out, ",\"units\":\"%s\"", exact_text(units, 0, 0, text));
	if (small)
		(void)buffer_print(out, ",\"nanos\":%lld", (long long)small);
	(void)buffer_text(out, "}");
}

static void decimal_money(struct export *export, const char *before, const char *name, const char *what, const struct decimal *amount, struct buffer *out)
{
	money_write(export, before, name, what, amount->digits, amount->decimals, AMOUNT_MOST, out);
}

/* A percentage in millionths of a percent; it has at most TARIFF_PERCENT_DECIMALS places. */
static struct exact percent_exact(const struct decimal *percent)
{
	return decimal_exact(percent, TARIFF_PERCENT_DECIMALS);
}

static void percent_write(struct export *export, const char *before, const char *name, const char *what, struct exact percent, struct buffer *out)
{
	const int places = TARIFF_PERCENT_DECIMALS - PERCENT_PLACES;
	struct exact down = exact_round(percent, places, ROUND_FLOOR);
	char texts[3][EXACT_TEXT];

	if (exact_compare(down, percent) != 0)
		export_refuse(export, export_text(export, "give %s or %s", exact_text(down, TARIFF_PERCENT_DECIMALS, 0, texts[0]),
						  exact_text(exact_round(percent, places, ROUND_CEILING), TARIFF_PERCENT_DECIMALS, 0, texts[1])),
			      "Google takes hundredths of a percent, and %s is %s", what, exact_text(percent, TARIFF_PERCENT_DECIMALS, 0, texts[2]));
	(void)buffer_print(out, "%s\"%s\":{\"value\":\"%s\"}", before, name, exact_text(percent, TARIFF_PERCENT_DECIMALS, 0, texts[0]));
}

/* ---- usage ---- */

/* A price less its percentage; gives its scale. */
static int net_exact(const struct decimal *price, const struct decimal *percent, struct exact *net)
{
	struct exact rest = exact_subtract(exact_multiply(exact_of(100), exact_power(percent->decimals)), percent->digits);

	*net = exact_multiply(price->digits, rest);
	return price->decimals + percent->decimals + 2;
}

/* What a private price is of the list's: the percentage off it, rounded down to the scale of percentages; false: that is not the whole truth. */
static bool tier_percent(const struct tariff_charge *charge, const struct tariff_charge *list, size_t tier, struct exact *percent)
{
	struct exact net, base, off;
	int net_scale = net_exact(&charge->tiers[tier].price, &charge->limits.discount, &net);
	int base_scale = net_exact(&list->tiers[tier].price, &list->limits.discount, &base);

	net = exact_multiply(net, exact_power(base_scale));
	base = exact_multiply(base, exact_power(net_scale));
	*percent = exact_zero();
	if (exact_compare(net, base) == 0)
		return true;
	if (exact_sign(base) == 0)
		return false;
	off = exact_multiply(exact_subtract(base, net), exact_multiply(exact_of(100), exact_power(TARIFF_PERCENT_DECIMALS)));
	*percent = exact_divide(off, base, ROUND_FLOOR);
	return exact_compare(exact_multiply(*percent, base), off) == 0;
}

static bool charge_form_same(const struct tariff_charge *charge, const struct tariff_charge *list)
{
	bool same = charge->model == list->model && charge->tier_count == list->tier_count && charge->package == list->package;

	for (size_t i = 0; same && i < charge->tier_count; i++)
		same = charge->tiers[i].up_to == list->tiers[i].up_to && decimal_compare(&charge->tiers[i].fee, &list->tiers[i].fee) == 0;
	return same;
}

/* The one percentage that is off all tiers of a charge. */
static void charge_percent(struct export *export, const struct private_item *item, size_t index, struct exact *percent)
{
	const struct tariff_charge *charge = &item->tariff.charges[index], *list = &item->plan->tariff.charges[index];
	const char *name = charge->dimension->name;

	*percent = exact_zero();
	if (!charge->priced || charge->unlimited)
		return;
	if (!charge_form_same(charge, list)) {
		export_refuse(export, "keep the list's tiers and give a percentage", "%s: Google keeps the tiers of the list, and those of %s differ",
			      item->plan->name, name);
		return;
	}
	for (size_t i = 0; i < charge->tier_count; i++) {
		const char *price = charge->tiers[i].price.text, *listed = list->tiers[i].price.text;
		struct exact own;
		bool whole = tier_percent(charge, list, i, &own);
		char text[EXACT_TEXT];

		if (own.negative) {
			export_refuse(export, export_text(export, "offer the list's %s", text_of(listed)),
				      "%s: Google's private prices are at most the list's, and %s of %s is above it", item->plan->name, text_of(price), name);
			own = exact_zero();
		} else if (!whole) {
			own = exact_round(own, TARIFF_PERCENT_DECIMALS - PERCENT_PLACES, ROUND_HALF_AWAY);
			export_refuse(export, export_text(export, "give a discount of %s", exact_text(own, TARIFF_PERCENT_DECIMALS, 0, text)),
				      "%s: Google takes percentages, and the price %s of %s is no percentage off %s", item->plan->name, text_of(price), name,
				      text_of(listed));
		} else if (i && exact_compare(own, *percent) != 0) {
			export_refuse(export, "give all tiers one percentage", "%s: Google takes one percentage for all tiers of %s", item->plan->name, name);
		}
		*percent = own;
	}
}

static bool charge_counts(const struct tariff_charge *charge)
{
	return charge->priced && !charge->unlimited;
}

/* The percentage that most charges have, so that the fewest are exceptions. */
static struct exact percent_default(const struct tariff *tariff, const struct exact *percents)
{
	struct exact best = exact_zero();
	size_t most = 0;

	for (size_t i = 0; i < tariff->charge_count; i++) {
		size_t count = 0;

		for (size_t j = 0; j < tariff->charge_count; j++)
			count += charge_counts(&tariff->charges[j]) && exact_compare(percents[i], percents[j]) == 0;
		if (charge_counts(&tariff->charges[i]) && count > most) {
			most = count;
			best = percents[i];
		}
	}
	return best;
}

static void sku_write(struct export *export, const char *before, const struct tariff_charge *charge, struct exact percent, struct buffer *out)
{
	const struct catalog_listing *listing = catalog_listing(charge->dimension, export->offer->market);

	if (!listing || !listing->sku)
		export_refuse(export, "write sku = \"projects/P/locations/global/services/S/skus/K\" in its listing, or give all one percentage",
			      "dimension %s has a percentage of its own, and its SKU at Google is not known", charge->dimension->name);
	(void)buffer_member(out, before, "sku", listing ? text_of(listing->sku) : "");
	percent_write(export, ",", "discountPercent", charge->dimension->name, percent, out);
	(void)buffer_text(out, "}");
}

/* Percentages of an item's charges. */
static const struct exact *percents_make(struct export *export, const struct private_item *item, bool *any)
{
	struct exact *percents = scope_alloc(export->scope, (item->tariff.charge_count + 1) * sizeof(*percents));

	*any = false;
	if (!percents) {
		export->failed = true;
		return NULL;
	}
	for (size_t i = 0; i < item->tariff.charge_count; i++) {
		charge_percent(export, item, i, &percents[i]);
		*any = *any || exact_sign(percents[i]) > 0;
	}
	return percents;
}

static void usage_write(struct export *export, const struct private_item *item, const struct exact *percents, const char *before, struct buffer *out)
{
	struct exact usual = percent_default(&item->tariff, percents);
	const char *next = ",\"skuDiscounts\":[{";

	(void)buffer_print(out, "%s\"usage\":{", before);
	percent_write(export, "", "defaultDiscountPercent", "the discount", usual, out);
	for (size_t i = 0; i < item->tariff.charge_count; i++)
		if (charge_counts(&item->tariff.charges[i]) && exact_compare(percents[i], usual) != 0) {
			sku_write(export, next, &item->tariff.charges[i], percents[i], out);
			next = ",{";
		}
	(void)buffer_text(out, *next == ',' && next[1] == '{' ? "]}" : "}");
}

/* ---- price models ---- */

static const struct tariff_payment *commitment_of(const struct tariff *tariff)
{
	for (size_t i = 0; i < tariff->payment_count; i++)
		if (payment_is_commitment(&tariff->payments[i]))
			return &tariff->payments[i];
	return NULL;
}

static void fee_write(struct export *export, const struct tariff *tariff, struct buffer *out)
{
	struct decimal net;

	if (!decimal_read(export_net(export, &tariff->base_fee, &tariff->base_discount), &net)) {
		export_refuse(export, "give one with fewer digits", "the base fee has too many digits");
		return;
	}
	decimal_money(export, "\"flatFee\":{", "flatFeeOverride", "the base fee", &net, out);
	(void)buffer_text(out, "}");
}

static void commitment_write(struct export *export, const struct tariff_payment *payment, bool discounts, struct buffer *out)
{
	decimal_money(export, "\"commitment\":{", "commitmentAmount", "the commitment", &payment->credit, out);
	if (exact_sign(payment->discount.digits) > 0 && discounts)
		export_refuse(export, "discount the commitment or the usage", "Google takes a discount on what is committed or on usage, and there are both");
	else if (!discounts)
		percent_write(export, ",", "discountPercent", "the commitment's discount", percent_exact(&payment->discount), out);
	if (payment->expires)
		(void)buffer_text(out, ",\"discardPreviousCreditBalance\":true");
	(void)buffer_text(out, "}");
}

/* What an instalment asks for: a fee, or a commitment whose credit may be more than what is paid. */
static void instalment_write(struct export *export, const struct tariff_payment *payment, bool discounts, struct buffer *out)
{
	int scale = payment->paid.decimals > payment->credit.decimals ? payment->paid.decimals : payment->credit.decimals;
	struct exact more = exact_subtract(decimal_exact(&payment->credit, scale), decimal_exact(&payment->paid, scale));

	if (!payment->credit.text) {
		decimal_money(export, "\"flatFee\":{", "flatFeeOverride", "an instalment", &payment->paid, out);
		(void)buffer_text(out, "}");
		return;
	}
	if (more.negative)
		export_refuse(export, "give at least as much credit as is paid", "an instalment of %s buys less credit, %s", payment->paid.text, payment->credit.text);
	decimal_money(export, "\"commitment\":{", "commitmentAmount", "an instalment", &payment->paid, out);
	if (!discounts)
		(void)buffer_text(out, ",\"discountPercent\":{\"value\":\"0\"}");
	if (exact_sign(more) > 0)
		money_write(export, ",", "additionalCredit", "an instalment's extra credit", more, scale, CREDIT_MOST, out);
	(void)buffer_text(out, "}");
}

/* ---- intervals ---- */

/* The interval that a fee or a commitment of so many months has, where the offer does not say. */
static enum private_interval interval_of(const struct private_item *item, int months)
{
	switch (months) {
	case 1: return item->tariff.proration == TARIFF_WHOLE ? INTERVAL_MONTHLY : INTERVAL_MONTHLY_PRORATED;
	case 3: return INTERVAL_QUARTERLY;
	case 12: return INTERVAL_YEARLY;
	default: return INTERVAL_NONE;
	}
}

static void interval_write(struct export *export, const struct private_item *item, int months, struct buffer *out)
{
	static const char *const names[] = {[INTERVAL_MONTHLY_PRORATED] = "MONTHLY_PRORATED", [INTERVAL_MONTHLY] = "MONTHLY_NOT_PRORATED",
					    [INTERVAL_QUARTERLY] = "QUARTERLY_NOT_PRORATED", [INTERVAL_YEARLY] = "YEARLY_NOT_PRORATED"};
	enum private_interval interval = export->offer->interval;

	if (interval == INTERVAL_POSTPAY) {
		export_refuse(export, "interval = \"monthly_prorated\" or \"monthly\"", "Google takes no monthly_postpay of new offers since May 2024");
		return;
	}
	if (interval == INTERVAL_NONE)
		interval = interval_of(item, months);
	if (interval == INTERVAL_NONE || interval == INTERVAL_CUSTOM || interval_months(interval) != months) {
		export_refuse(export, "ask for it each month, each 3 months or each 12 months, or write instalments",
			      "Google has no interval of %d months as the offer says", months);
		return;
	}
	(void)buffer_print(out, ",\"standardInterval\":\"%s\"", names[interval]);
}

static void standard_write(struct export *export, const struct private_item *item, struct buffer *out)
{
	const struct tariff *tariff = &item->tariff;
	const struct tariff_payment *commitment = commitment_of(tariff);
	bool fee = exact_sign(tariff->base_fee.digits) > 0, any;
	const struct exact *percents = percents_make(export, item, &any);

	(void)buffer_text(out, ",\"standardIntervalPrice\":{\"priceModel\":{");
	if (fee && commitment)
		export_refuse(export, "leave one out", "%s: Google takes a flat fee or a commitment, and there are both", item->plan->name);
	if (fee)
		fee_write(export, tariff, out);
	else if (commitment)
		commitment_write(export, commitment, any, out);
	/* With a commitment, naming usage is a promise that all of it has a discount. */
	if (percents && tariff->charge_count && (any || !commitment))
		usage_write(export, item, percents, fee || commitment ? "," : "", out);
	(void)buffer_text(out, "}");
	if (fee || commitment)
		interval_write(export, item, commitment ? commitment->every_months : tariff->billing_months, out);
	(void)buffer_text(out, "}");
}

/* ---- times ---- */

/* google.type.DateTime, of the first instant of a day in Los Angeles. */
static void time_write(struct export *export, const char *before, const char *name, const char *what, int64_t time, struct buffer *out)
{
	const struct zone *zone;
	struct error error;
	int year, month, day;
	const char *text;
	bool exact;

	if (zone_read(export->scope, ZONE, &zone, &error) < 0) {
		export_refuse(export, "install tzdata", "%s", error.message);
		return;
	}
	text = export_day(export, zone, time, &exact);
	if (!exact)
		export_refuse(export, export_text(export, "write %s as a day", what), "Google knows days in Los Angeles, and %s is within one", what);
	if (sscanf(text, "%d-%d-%d", &year, &month, &day) != 3) {
		export->failed = true;
		return;
	}
	(void)buffer_print(out, "%s\"%s\":{\"year\":%d,\"month\":%d,\"day\":%d,\"timeZone\":{\"id\":\"" ZONE "\"}}", before, name, year, month, day);
}

static void custom_write(struct export *export, const struct private_item *item, struct buffer *out)
{
	const struct tariff *tariff = &item->tariff;
	const char *before = ",\"customIntervalPrice\":{\"installments\":[";
	bool any, immediate = export->offer->on_acceptance;
	const struct exact *percents = percents_make(export, item, &any);

	if (exact_sign(tariff->base_fee.digits) > 0)
		export_tell(export, "%s: with instalments Google takes no base fee beside them: they are in its place", item->plan->name);
	for (size_t i = 0; percents && i < tariff->payment_count; i++) {
		const struct tariff_payment *payment = &tariff->payments[i];

		if (!payment_is_instalment(payment)) {
			export_refuse(export, "put it into an instalment", "%s: beside instalments Google takes no %s", item->plan->name, payment->name);
			continue;
		}
		if (!payment->credit.text != !tariff->payments[0].credit.text)
			export_refuse(export, "give each of them credit, or none", "instalments of two forms: Google takes one");
		(void)buffer_print(out, "%s{\"priceModel\":{", before);
		instalment_write(export, payment, any, out);
		if (any || !payment->credit.text)
			usage_write(export, item, percents, ",", out);
		(void)buffer_text(out, "}");
		/* The first one of an offer that starts when it is accepted has no time. */
		if (i > 0 || !immediate)
			time_write(export, ",", "startTime", "an instalment", payment->at, out);
		(void)buffer_text(out, "}");
		before = ",";
	}
	(void)buffer_text(out, "]}");
}

static void price_write(struct export *export, const struct private_item *item, struct buffer *out)
{
	bool instalments = false;

	for (size_t i = 0; i < item->tariff.payment_count; i++) {
		const struct tariff_payment *payment = &item->tariff.payments[i];

		instalments = instalments || payment_is_instalment(payment);
		if (!payment_is_instalment(payment) && !payment_is_commitment(payment))
			export_refuse(export, "raise the commitment, and give it a discount", "%s: Google has no credit %s that is given once outside of instalments",
				      item->plan->name, payment->name);
	}
	if (instalments)
		custom_write(export, item, out);
	else
		standard_write(export, item, out);
}

static void term_write(struct export *export, struct buffer *out)
{
	const struct private_offer *offer = export->offer;

	(void)buffer_print(out, ",\"term\":{\"startPolicy\":\"%s\"", offer->on_acceptance ? "IMMEDIATE" : "SCHEDULED_START_TIME");
	if (!offer->on_acceptance)
		time_write(export, ",", "scheduledStartTime", "start", offer->start, out);
	if (offer->end) {
		(void)buffer_text(out, ",\"endPolicy\":\"SCHEDULED_END_TIME\"");
		time_write(export, ",", "scheduledEndTime", "end", offer->end, out);
	} else {
		(void)buffer_print(out, ",\"endPolicy\":\"AFTER_DURATION\",\"durationMonths\":%d", offer->months ? offer->months : offer->items[0].plan->term_months);
	}
	if (offer->renewals)
		(void)buffer_print(out, ",\"maxRenewalCount\":%d", offer->renewals);
	(void)buffer_text(out, "}");
}

/* ---- words ---- */

static void words_limit(struct export *export, const char *what, const char *text, size_t most)
{
	size_t characters = 0;

	for (const char *at = text ? text : ""; *at; at++)
		characters += (*at & 0xc0) != 0x80;
	if (characters > most)
		export_refuse(export, "shorten it", "Google takes %zu characters of the %s, and there are %zu", most, what, characters);
}

static void partner_write(struct export *export, struct buffer *out)
{
	const struct private_offer *offer = export->offer;
	const char *email = offer->contact_count ? offer->contacts[0] : NULL;

	if (!offer->prepared_by)
		export_refuse(export, "write prepared_by", "Google wants a contact of the partner");
	(void)buffer_member(out, ",\"partnerContact\":{", "contact", text_of(offer->prepared_by));
	if (email)
		(void)buffer_member(out, ",", "email", email);
	(void)buffer_text(out, "}");
	if (offer->contact_count > 1)
		export_tell(export, "Google takes one contact of the partner: the first of %zu", offer->contact_count);
}

static void customer_write(struct export *export, struct buffer *out)
{
	const struct private_customer *customer = &export->offer->customer;
	const char *account = text_of(customer->billing_account);

	if (!customer->name || !customer->contact)
		export_refuse(export, "write customer: { name = \"...\"; contact = \"...\"; }", "Google wants the customer's name and contact");
	if (!*account)
		export_refuse(export, "ask the customer for it: Billing, Account management", "the customer has no billing_account");
	(void)buffer_member(out, ",\"customer\":{", "entityTitle", text_of(customer->name));
	(void)buffer_member(out, ",", "contact", text_of(customer->contact));
	if (customer->email)
		(void)buffer_member(out, ",", "email", customer->email);
	(void)buffer_text(out, ",\"targetBillingAccount\":");
	(void)buffer_json(out, strncmp(account, "billingAccounts/", 16) == 0 ? account : export_text(export, "billingAccounts/%s", account));
	(void)buffer_text(out, "}");
	if (customer->address)
		export_tell(export, "Google takes no address of the customer any more: it is on the term sheet");
}

static void features_write(const struct private_offer *offer, struct buffer *out)
{
	if (!offer->feature_count)
		return;
	(void)buffer_text(out, ",\"features\":[");
	for (size_t i = 0; i < offer->feature_count; i++) {
		(void)buffer_member(out, i ? ",{" : "{", "displayName", text_of(offer->features[i].name));
		if (offer->features[i].value)
			(void)buffer_member(out, ",", "value", offer->features[i].value);
		(void)buffer_text(out, "}");
	}
	(void)buffer_text(out, "]");
}

static void additional_write(struct export *export, struct buffer *out)
{
	const struct private_offer *offer = export->offer;

	if (!offer->additional_value.text)
		return;
	decimal_money(export, ",\"additionalContractValue\":{", "contractValue", "additional_value", &offer->additional_value, out);
	(void)buffer_text(out, ",\"eligibleSkus\":[");
	for (size_t i = 0; i < offer->eligible_count; i++) {
		(void)buffer_text(out, i ? "," : "");
		(void)buffer_json(out, offer->eligible[i]);
	}
	(void)buffer_text(out, "]}");
	if (!offer->eligible_count)
		export_refuse(export, "name the SKUs in eligible", "Google wants to know what counts toward additional_value");
}

/* ---- the offer ---- */

static void product_write(struct export *export, const struct private_item *item, struct buffer *out)
{
	const char *plan = catalog_plan_id(item->plan, export->offer->market);

	export_refuse_tariff(export, item, "Google");
	if (!plan)
		export_refuse(export, export_text(export, "write in it: listings = ( { market = \"%s\"; id = \"projects/P/locations/global/services/S/standardOffers/O\"; } );",
						  export->offer->market->name), "plan %s has no id at Google", item->plan->name);
	if (item->tariff.overage.text)
		export_refuse(export, "give the commitment the discount instead: usage past it then costs the list's price",
			      "%s: Google has no factor (%s) for what is used past a commitment", item->plan->name, item->tariff.overage.text);
	for (size_t i = 0; i < item->tariff.charge_count; i++)
		if (item->tariff.charges[i].included != item->plan->tariff.charges[i].included || item->tariff.charges[i].unlimited != item->plan->tariff.charges[i].unlimited)
			export_refuse(export, "give a flat fee with usage, or a commitment with its credit", "%s: what is included of %s cannot change at Google",
				      item->plan->name, item->tariff.charges[i].dimension->name);
	(void)buffer_member(out, ",\"singleProductOffer\":{", "baseStandardOffer", text_of(plan));
	if (export->offer->amends && !export->amends)
		export_refuse(export, "say --amends projects/P/locations/global/privateOffers/O", "it amends %s, whose name at Google is not known",
			      export->offer->amends->name);
	else if (export->offer->amends)
		(void)buffer_member(out, ",", "amendedPrivateOffer", export->amends);
	price_write(export, item, out);
	features_write(export->offer, out);
	additional_write(export, out);
	(void)buffer_text(out, "}");
}

static void offer_write(struct export *export, struct buffer *out)
{
	static const char *const deals[] = {[DEAL_NEW] = "NEW", [DEAL_RENEWAL] = "NATIVE_RENEWAL", [DEAL_MIGRATION] = "MIGRATION",
					    [DEAL_CHANNEL_SHIFT] = "CHANNEL_SHIFT"};
	const struct private_offer *offer = export->offer;

	words_limit(export, "title", offer->title, TITLE_MOST);
	words_limit(export, "note", offer->note, NOTE_MOST);
	words_limit(export, "internal note", offer->internal_note, INTERNAL_MOST);
	(void)buffer_member(out, "{", "title", offer->title ? offer->title : offer->name);
	(void)buffer_print(out, ",\"offerDealType\":\"%s\"", deals[offer->deal]);
	if (offer->note)
		(void)buffer_member(out, ",", "customerNote", offer->note);
	if (offer->internal_note)
		(void)buffer_member(out, ",", "internalNote", offer->internal_note);
	partner_write(export, out);
	customer_write(export, out);
	if (offer->accept_by)
		time_write(export, ",", "acceptDeadlineTime", "accept_by", offer->accept_by, out);
	else
		export_refuse(export, "write accept_by", "Google wants the day by which it is accepted");
	term_write(export, out);
	product_write(export, &offer->items[0], out);
	(void)buffer_text(out, "}");
}

static void base64_write(struct export *export, struct buffer *out)
{
	size_t size = (export->terms_size + 2) / 3 * 4 + 1;
	unsigned char *coded = scope_alloc(export->scope, size);

	if (!coded) {
		export->failed = true;
		return;
	}
	(void)EVP_EncodeBlock(coded, (const unsigned char *)export->terms, (int)export->terms_size);
	(void)buffer_member(out, ",", "mimeType", "application/pdf");
	(void)buffer_member(out, ",", "inlineContent", (const char *)coded);
}

static void document_write(struct export *export, struct buffer *out)
{
	const char *terms = export->offer->terms;

	if (!terms) {
		export_refuse(export, "write terms = \"standard\", or the file of a PDF", "Google wants a licence agreement");
	} else if (strcmp(terms, "standard") == 0) {
		(void)buffer_text(out, "{\"documentType\":\"STANDARD_END_USER_LICENSE_AGREEMENT_V2\"}");
	} else if (!export_terms_file(export->offer)) {
		export_refuse(export, "keep it as a file, and name that", "Google takes the bytes of a PDF, and terms is an address: %s", terms);
	} else if (!export->terms || export->terms_size < 5 || memcmp(export->terms, "%PDF-", 5) != 0) {
		export_refuse(export, "make a PDF of it", "Google takes a PDF, and %s is none", terms);
	} else {
		(void)buffer_text(out, "{\"documentType\":\"CUSTOM_END_USER_LICENSE_AGREEMENT\"");
		base64_write(export, out);
		(void)buffer_text(out, "}");
	}
}

void export_gcp(struct export *export)
{
	const struct private_offer *offer = export->offer;

	if (offer->item_count != 1)
		export_refuse(export, "write an offer for each", "Google takes one plan in one private offer, and there are %zu", offer->item_count);
	if (offer->renewal_attested)
		export_tell(export, "what renews is said by deal = \"renewal\" at Google: renewal_attested has no place there");
	offer_write(export, export_file(export, "private-offer.json"));
	document_write(export, export_file(export, "document.json"));
}
