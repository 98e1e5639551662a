/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A private offer for Azure: one request of the Product Ingestion API (configure 2022-07-01) with a resource private-offer 2023-07-15, and for absolute
 * prices one price-and-availability-private-offer-plan 2023-07-15 for each plan.
 *
 * Azure has one price a dimension.  A percentage is of the list, of all its prices alike; anything else is written as absolute prices.  What is included
 * can be changed of SaaS only, by a plan made for the customer.
 */
#include "offers/export.h"

#include <apollo/kit.h>
#include <string.h>

#define SCHEMA "https://schema.mp.microsoft.com/schema/"

enum { ITEMS_MOST = 10, CONTACTS_MOST = 5 };

/* How the prices of an item are written. */
struct writing {
	const struct private_item *item;
	const struct decimal *percent; /* of the whole plan; NULL: absolute prices */
	bool new_plan; /* made for this customer, with what is included */
	const char *resource; /* the name of its prices */
};

/* ---- what it is ---- */

static bool included_differs(const struct private_item *item)
{
	for (size_t i = 0; i < item->tariff.charge_count; i++) {
		const struct tariff_charge *charge = &item->tariff.charges[i], *list = &item->plan->tariff.charges[i];

		if (charge->included != list->included || charge->unlimited != list->unlimited ||
		    (charge->included && charge->reset_months != list->reset_months))
			return true;
	}
	return false;
}

static bool list_has_discount(const struct tariff *list)
{
	bool found = list->base_discount.text != NULL;

	for (size_t i = 0; i < list->charge_count; i++)
		found = found || list->charges[i].limits.discount.text;
	return found;
}

/* The percentage that all prices have off the list, or NULL. */
static const struct decimal *percent_of(const struct private_item *item)
{
	const struct tariff *tariff = &item->tariff, *list = &item->plan->tariff;
	const struct decimal *percent = NULL;

	if (item->absolute || list_has_discount(list))
		return NULL;
	for (size_t i = 0; i < tariff->charge_count; i++) {
		const struct tariff_charge *charge = &tariff->charges[i];

		if (!charge->priced || charge->unlimited)
			continue;
		if (percent && decimal_compare(percent, &charge->limits.discount) != 0)
			return NULL;
		percent = &charge->limits.discount;
	}
	if (exact_sign(tariff->base_fee.digits) != 0) {
		if (percent && decimal_compare(percent, &tariff->base_discount) != 0)
			return NULL;
		percent = &tariff->base_discount;
	}
	return percent && exact_sign(percent->digits) > 0 ? percent : NULL;
}

static bool changes_nothing(const struct private_item *item)
{
	const struct tariff *tariff = &item->tariff, *list = &item->plan->tariff;

	if (item->absolute || included_differs(item) || decimal_compare(&tariff->base_discount, &list->base_discount) != 0)
		return false;
	for (size_t i = 0; i < tariff->charge_count; i++)
		if (decimal_compare(&tariff->charges[i].limits.discount, &list->charges[i].limits.discount) != 0)
			return false;
	return true;
}

/* ---- what it cannot be ---- */

static void payments_refuse(struct export *export, const struct private_item *item)
{
	for (size_t i = 0; i < item->tariff.payment_count; i++) {
		const struct tariff_payment *payment = &item->tariff.payments[i];

		if (payment->credit.text)
			export_refuse(export, "a base fee with a quantity included comes nearest: publish a plan with that quantity",
				      "%s: Azure has no %s of %s that usage draws from", item->plan->name, payment->name, payment->credit.text);
		else
			export_refuse(export,
				      item->offer->product == PRODUCT_MANAGED_APPLICATION ? "ask for the same each month, as the base fee"
											  : "enter the schedule in Partner Center: its fields in the API are not known",
				      "%s: an instalment of %s", item->plan->name, payment->paid.text);
	}
}

static void charge_judge(struct export *export, const struct private_item *item, const struct tariff_charge *charge)
{
	const struct catalog_listing *listing = catalog_listing(charge->dimension, export->offer->market);
	char text[APOLLO_QUANTITY_TEXT];

	if (!listing && charge->priced)
		export_refuse(export, "give the dimension a listing with the id that Partner Center shows", "dimension %s has no id at Azure",
			      charge->dimension->name);
	if (charge->model != TARIFF_PER_UNIT)
		export_refuse(export, "a dimension for each tier, each with one price", "%s: Azure has one price for each dimension, and %s is %s",
			      item->plan->name, charge->dimension->name, tariff_model_name(charge->model));
	if (charge->included % APOLLO_MICRO)
		export_refuse(export, export_text(export, "include %lld or %lld", (long long)(charge->included / APOLLO_MICRO),
						  (long long)(charge->included / APOLLO_MICRO + 1)),
			      "%s: Azure includes whole numbers, and %s has %s", item->plan->name, charge->dimension->name,
			      apollo_quantity_format(charge->included, text));
	if (charge->included && charge->reset_months != item->tariff.billing_months && charge->reset_months != 12)
		export_refuse(export, "include it each month or each year", "%s: Azure includes a quantity each month or year, and %s is filled each %d months",
			      item->plan->name, charge->dimension->name, charge->reset_months);
}

static void item_judge(struct export *export, const struct writing *writing)
{
	const struct private_item *item = writing->item;
	const struct catalog_instance *market = export->offer->market;

	export_refuse_tariff(export, item, "Azure");
	payments_refuse(export, item);
	if (item->tariff.overage.text)
		export_refuse(export, "leave it out: without a commitment there is no overage", "%s: Azure has no other price for overage", item->plan->name);
	for (size_t i = 0; i < item->tariff.charge_count; i++)
		charge_judge(export, item, &item->tariff.charges[i]);
	if (changes_nothing(item))
		export_refuse(export, "give a discount or a price", "%s: the private offer changes nothing", item->plan->name);
	if (!catalog_offer_id(item->offer, market))
		export_refuse(export, export_text(export, "write in it: listings = ( { market = \"%s\"; id = \"product/GUID\"; } );", market->name),
			      "offer %s has no id at Azure", item->offer->name);
	if (!catalog_plan_id(item->plan, market))
		export_refuse(export, export_text(export, "write in it: listings = ( { market = \"%s\"; id = \"plan/GUID/GUID\"; } );", market->name),
			      "plan %s has no id at Azure", item->plan->name);
	if (included_differs(item) && item->offer->product != PRODUCT_SAAS)
		export_refuse(export, "publish a plan with that quantity, and offer that", "%s: what is included of a plan cannot change in a private offer",
			      item->plan->name);
	if (!writing->percent && item->offer->product == PRODUCT_VM)
		export_refuse(export, "give one percentage", "%s: an image of a machine takes a percentage only", item->plan->name);
}

/* ---- prices ---- */

static const char *text_of(const char *text)
{
	return text ? text : "";
}

static void term_write(int months, const char *before, const char *name, struct buffer *out)
{
	bool years = months % 12 == 0;

	(void)buffer_print(out, "%s\"%s\":{\"type\":\"%s\",\"value\":%d}", before, name, years ? "year" : "month", years ? months / 12 : months);
}

static void recurrent_write(struct export *export, const struct writing *writing, struct buffer *out)
{
	const struct tariff *tariff = &writing->item->tariff;
	int term = writing->item->offer->product == PRODUCT_SAAS ? writing->item->plan->term_months : tariff->billing_months;

	(void)buffer_print(out, "\"recurrentPrice\":{%s\"priceInputOption\":\"usd\",\"prices\":[{\"pricePerPaymentInUsd\":%s",
			   writing->new_plan ? "\"recurrentPriceMode\":\"flatRate\"," : "", export_net(export, &tariff->base_fee, &tariff->base_discount));
	if (writing->new_plan || term != tariff->billing_months)
		term_write(tariff->billing_months, ",", "paymentOption", out);
	term_write(term, ",", "billingTerm", out);
	(void)buffer_text(out, "}]}");
}

static void meter_write(struct export *export, const struct writing *writing, const struct tariff_charge *charge, const char *id, struct buffer *out)
{
	const char *before = "";

	(void)buffer_json(out, id);
	(void)buffer_text(out, ":{");
	if (charge->priced && !charge->unlimited) {
		(void)buffer_print(out, "\"pricePerPaymentInUsd\":%s", export_net(export, &charge->tiers[0].price, &charge->limits.discount));
		before = ",";
	}
	if (writing->new_plan) {
		(void)buffer_print(out, "%s\"includedQuantities\":[{", before);
		term_write(charge->included ? charge->reset_months : writing->item->tariff.billing_months, "", "billingTerm", out);
		if (!charge->unlimited)
			(void)buffer_print(out, ",\"quantity\":%lld", (long long)(charge->included / APOLLO_MICRO));
		(void)buffer_print(out, ",\"isInfinite\":%s}]", charge->unlimited ? "true" : "false");
	}
	(void)buffer_text(out, "}");
}

static void prices_write(struct export *export, const struct writing *writing, struct buffer *out)
{
	const struct private_item *item = writing->item;
	const char *before = "";

	(void)buffer_member(out, "{", "$schema", SCHEMA "price-and-availability-private-offer-plan/2023-07-15");
	(void)buffer_member(out, ",", "resourceName", writing->resource);
	(void)buffer_member(out, ",", "product", catalog_offer_id(item->offer, export->offer->market));
	(void)buffer_member(out, ",", "plan", catalog_plan_id(item->plan, export->offer->market));
	(void)buffer_member(out, ",", "offerPricingType", writing->new_plan ? "saasNewCustomizedPlans" : "editExistingOfferPricingOnly");
	(void)buffer_text(out, ",\"pricing\":{");
	recurrent_write(export, writing, out);
	(void)buffer_text(out, ",\"customMeters\":{\"priceInputOption\":\"usd\",\"meters\":{");
	for (size_t i = 0; i < item->tariff.charge_count; i++) {
		const struct tariff_charge *charge = &item->tariff.charges[i];
		const struct catalog_listing *listing = catalog_listing(charge->dimension, export->offer->market);

		if (!listing || (charge->unlimited && !writing->new_plan))
			continue;
		(void)buffer_text(out, before);
		meter_write(export, writing, charge, listing->id, out);
		before = ",";
	}
	(void)buffer_text(out, "}}}},");
}

static void pricing_write(struct export *export, const struct writing *writing, struct buffer *out)
{
	const struct private_offer *offer = export->offer;
	const struct private_item *item = writing->item;

	(void)buffer_member(out, "{", "product", text_of(catalog_offer_id(item->offer, offer->market)));
	(void)buffer_member(out, ",", writing->new_plan ? "basePlan" : "plan", text_of(catalog_plan_id(item->plan, offer->market)));
	if (writing->percent) {
		(void)buffer_print(out, ",\"discountType\":\"percentage\",\"discountPercentage\":%s}", export_decimal(export, writing->percent));
		return;
	}
	(void)buffer_member(out, ",\"discountType\":\"absolute\",\"priceDetails\":{", "resourceName", writing->resource);
	(void)buffer_text(out, "}");
	if (writing->new_plan) {
		(void)buffer_member(out, ",\"newPlanDetails\":{", "name", offer->title ? offer->title : offer->name);
		(void)buffer_member(out, ",", "description", offer->note ? offer->note : offer->title ? offer->title : offer->name);
		(void)buffer_text(out, "}");
	}
	(void)buffer_text(out, "}");
}

/* ---- the offer ---- */

static void day_write(struct export *export, const char *name, int64_t time, bool last, struct buffer *out)
{
	bool exact;
	const char *day = export_day(export, NULL, time, &exact);

	if (!exact)
		export_refuse(export, export_text(export, "write %s as a day", name), "Azure knows days, and %s is within one", name);
	/* The offer's end is the instant after it; Azure's is its last day. */
	if (last)
		day = export_day(export, NULL, time - APOLLO_DAY, &exact);
	(void)buffer_member(out, ",", name, day);
}

static void times_write(struct export *export, struct buffer *out)
{
	const struct private_offer *offer = export->offer;
	int64_t end = export_end(export);

	(void)buffer_print(out, ",\"variableStartDate\":%s", offer->on_acceptance ? "true" : "false");
	if (!offer->on_acceptance)
		day_write(export, "start", offer->start, false, out);
	if (end)
		day_write(export, "end", end, true, out);
	else
		export_refuse(export, "give the offer an end, the last day of a month",
			      "Azure wants the day on which it ends, and months from an acceptance are none");
	if (offer->accept_by)
		day_write(export, "acceptBy", offer->accept_by, false, out);
	else
		export_refuse(export, "write accept_by", "Azure wants the day by which it is accepted");
}

static void contacts_write(struct export *export, struct buffer *out)
{
	const struct private_offer *offer = export->offer;

	if (offer->prepared_by)
		(void)buffer_member(out, ",", "preparedBy", offer->prepared_by);
	else
		export_refuse(export, "write prepared_by", "Azure wants the address of whoever prepared it");
	if (offer->contact_count < 1 || offer->contact_count > CONTACTS_MOST)
		export_refuse(export, "write contacts = [ \"...\" ];", "Azure wants 1 to %d contacts, and there are %zu", CONTACTS_MOST, offer->contact_count);
	(void)buffer_text(out, ",\"notificationContacts\":[");
	for (size_t i = 0; i < offer->contact_count; i++) {
		(void)buffer_text(out, i ? "," : "");
		(void)buffer_json(out, offer->contacts[i]);
	}
	(void)buffer_text(out, "]");
}

static void terms_write(struct export *export, struct buffer *out)
{
	const char *terms = export->offer->terms;

	if (export_terms_file(export->offer))
		export_refuse(export, "put it where Azure can read it, and give that address", "Azure takes the address of a PDF, and terms is the file %s", terms);
	else if (terms && strcmp(terms, "standard") != 0)
		(void)buffer_member(out, ",", "termsAndConditionsDocSasUrl", terms);
}

static void customer_write(struct export *export, struct buffer *out)
{
	const struct private_customer *customer = &export->offer->customer;

	if (!customer->billing_account)
		export_refuse(export, "ask the customer for it: Cost Management, Billing accounts", "the customer has no billing_account");
	(void)buffer_member(out, ",\"beneficiaries\":[{", "id", customer->billing_account ? customer->billing_account : "");
	(void)buffer_member(out, ",", "description", customer->name ? customer->name : export->offer->name);
	(void)buffer_text(out, "}]");
}

static void amends_write(struct export *export, struct buffer *out)
{
	if (!export->offer->amends)
		return;
	if (!export->amends) {
		export_refuse(export, "say --amends private-offer/GUID, as Partner Center has it", "it amends %s, whose id is not known",
			      export->offer->amends->name);
		return;
	}
	(void)buffer_member(out, ",\"upgradedFrom\":{", "name", export->offer->amends->title ? export->offer->amends->title : export->offer->amends->name);
	(void)buffer_member(out, ",", "id", export->amends);
	(void)buffer_text(out, "}");
}

/* Words that have no place in Azure's private offers. */
static void words_tell(struct export *export, bool new_plan)
{
	const struct private_offer *offer = export->offer;

	if (offer->note && !new_plan)
		export_tell(export, "the note to the customer has no place at Azure: it is on the term sheet");
	if (offer->internal_note)
		export_tell(export, "the internal note has no place at Azure");
	if (offer->feature_count)
		export_tell(export, "features have no place at Azure: they are on the term sheet");
	if (offer->customer.contact || offer->customer.email || offer->customer.address)
		export_tell(export, "Azure knows the customer by the billing account alone: names and addresses are on the term sheet");
	if (offer->deal != DEAL_NEW && !offer->renewal_attested)
		export_tell(export, "the kind of deal has no place at Azure");
	if (offer->additional_value.text)
		export_refuse(export, "agree on it in the terms", "Azure has no obligation beside the marketplace (additional_value)");
	if (offer->renewals)
		export_refuse(export, "write an offer for each renewal, each amending the one before", "Azure has no renewals of a private offer");
}

static void offer_write(struct export *export, const struct writing *writings, bool new_plan, struct buffer *out)
{
	const struct private_offer *offer = export->offer;

	(void)buffer_member(out, "{", "$schema", SCHEMA "private-offer/2023-07-15");
	(void)buffer_member(out, ",", "name", offer->title ? offer->title : offer->name);
	(void)buffer_text(out, ",\"state\":\"live\",\"privateOfferType\":\"customerPromotion\"");
	(void)buffer_member(out, ",", "offerPricingType", new_plan ? "saasNewCustomizedPlans" : "editExistingOfferPricingOnly");
	if (offer->renewal_attested)
		(void)buffer_text(out, ",\"customerContractRenewal\":true");
	times_write(export, out);
	contacts_write(export, out);
	terms_write(export, out);
	customer_write(export, out);
	amends_write(export, out);
	(void)buffer_text(out, ",\"pricing\":[");
	for (size_t i = 0; i < offer->item_count; i++) {
		(void)buffer_text(out, i ? "," : "");
		pricing_write(export, &writings[i], out);
	}
	(void)buffer_text(out, "]}");
}

void export_azure(struct export *export)
{
	const struct private_offer *offer = export->offer;
	struct writing *writings = scope_alloc(export->scope, offer->item_count * sizeof(*writings));
	struct buffer *out = export_file(export, "configure.json");
	bool new_plan = false;

	if (!writings) {
		export->failed = true;
		return;
	}
	if (offer->item_count > ITEMS_MOST)
		export_refuse(export, "write another private offer", "Azure takes %d plans in one private offer, and there are %zu", ITEMS_MOST, offer->item_count);
	/* One private offer has one way of pricing for all of its plans. */
	for (size_t i = 0; i < offer->item_count; i++)
		new_plan = new_plan || (included_differs(&offer->items[i]) && offer->items[i].offer->product == PRODUCT_SAAS);
	(void)buffer_member(out, "{", "$schema", SCHEMA "configure/2022-07-01");
	(void)buffer_text(out, ",\"resources\":[");
	for (size_t i = 0; i < offer->item_count; i++) {
		writings[i] = (struct writing){.item = &offer->items[i], .percent = new_plan ? NULL : percent_of(&offer->items[i]), .new_plan = new_plan,
					       .resource = export_text(export, "prices-%zu", i + 1)};
		item_judge(export, &writings[i]);
		/* The prices stand before the offer that names them. */
		if (!writings[i].percent && !export->refused)
			prices_write(export, &writings[i], out);
	}
	words_tell(export, new_plan);
	offer_write(export, writings, new_plan, out);
	(void)buffer_text(out, "]}");
}
