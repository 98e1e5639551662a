/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/terms.h"

#include "offers/explain.h"
#include "offers/fees.h"

#include <apollo/kit.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TERMS_BYTES = 1 << 20 };

/* ---- rows ---- */

__attribute__((format(printf, 3, 4)))
static void row_add(struct terms *terms, const char *name, const char *format, ...)
{
	size_t room = terms->room ? 2 * terms->room : 32;
	struct term_row *rows;
	va_list arguments;
	const char *text;

	va_start(arguments, format);
	text = scope_vprint(terms->scope, format, arguments);
	va_end(arguments);
	if (terms->count == terms->room) {
		rows = scope_alloc(terms->scope, room * sizeof(*rows));
		if (rows && terms->count)
			memcpy(rows, terms->rows, terms->count * sizeof(*rows));
		terms->rows = rows ? rows : terms->rows;
		terms->room = rows ? room : terms->room;
	}
	if (!text || !name || terms->count == terms->room) {
		terms->failed = true;
		return;
	}
	terms->rows[terms->count++] = (struct term_row){name, text};
}

const char *terms_text(const struct terms *terms, const char *name)
{
	for (size_t i = 0; i < terms->count; i++)
		if (strcmp(terms->rows[i].name, name) == 0)
			return terms->rows[i].text;
	return NULL;
}

static void text_add(struct terms *terms, const char *name, const char *text)
{
	if (text)
		row_add(terms, name, "%s", text);
}

/* A day of a calendar; an instant that is none, with its time. */
static const char *day_text(const struct zone *zone, int64_t time, char text[static APOLLO_TIME_TEXT])
{
	int64_t local = zone_local(zone, time);

	(void)apollo_time_format(local, text);
	if (local == calendar_day(local))
		text[10] = '\0';
	else
		text[strlen(text) - 1] = '\0';
	return text;
}

/* ---- prices ---- */

static const char *price_after(struct terms *terms, const struct decimal *price, const struct decimal *percent)
{
	struct exact rest = exact_subtract(exact_power(percent->decimals + 2), percent->digits);
	char text[EXACT_TEXT];

	return scope_text(terms->scope, exact_text(exact_multiply(price->digits, rest), price->decimals + percent->decimals + 2, 0, text));
}

/* How much less the second is than the first; NULL: the first is nothing. */
static const char *percent_off(struct terms *terms, const char *list, const char *offer)
{
	struct decimal one, other;
	struct exact lower;
	char text[EXACT_TEXT];
	int scale;

	if (!decimal_read(list, &one) || !decimal_read(offer, &other) || exact_sign(one.digits) == 0)
		return NULL;
	scale = one.decimals > other.decimals ? one.decimals : other.decimals;
	lower = exact_multiply(exact_subtract(decimal_exact(&one, scale), decimal_exact(&other, scale)), exact_of(10000));
	return scope_text(terms->scope, exact_text(exact_divide(lower, decimal_exact(&one, scale), ROUND_HALF_AWAY), 2, 2, text));
}

static void price_add(struct terms *terms, struct price_row row)
{
	if (!row.offer) {
		terms->failed = true;
		return;
	}
	if (row.list)
		row.percent = percent_off(terms, row.list, row.offer);
	terms->prices[terms->price_count++] = row;
}

static void prices_make(struct terms *terms, const struct tariff *list, const struct tariff *tariff)
{
	size_t room = 1;

	for (size_t i = 0; i < tariff->charge_count; i++)
		room += tariff->charges[i].tier_count;
	terms->prices = scope_alloc(terms->scope, room * sizeof(*terms->prices));
	if (!terms->prices) {
		terms->failed = true;
		return;
	}
	price_add(terms, (struct price_row){.list = price_after(terms, &list->base_fee, &list->base_discount),
					    .offer = price_after(terms, &tariff->base_fee, &tariff->base_discount)});
	for (size_t i = 0; i < tariff->charge_count; i++) {
		const struct tariff_charge *charge = &tariff->charges[i], *other = tariff_charge(list, charge->dimension);

		for (size_t j = 0; j < charge->tier_count; j++) {
			const struct tariff_tier *tier = &charge->tiers[j];
			bool same = other && other->tier_count == charge->tier_count && other->tiers[j].up_to == tier->up_to;

			price_add(terms, (struct price_row){.charge = charge, .tier = j + 1, .from = tier->from, .up_to = tier->up_to,
							    .list = same ? price_after(terms, &other->tiers[j].price, &other->limits.discount) : NULL,
							    .offer = price_after(terms, &tier->price, &charge->limits.discount)});
		}
	}
}

/* ---- what a tariff says ---- */

static void charges_add(struct terms *terms, const struct tariff *tariff, const char *before)
{
	for (size_t i = 0; i < tariff->charge_count; i++) {
		BUFFER_CLEANUP struct buffer words = buffer_init(TERMS_BYTES);
		const struct tariff_charge *charge = &tariff->charges[i];

		charge_words(charge, &words);
		if (charge->step)
			(void)buffer_print(&words, ", in steps, %s", rounding_name(charge->step_rounding));
		terms->failed |= buffer_failed(&words);
		row_add(terms, scope_print(terms->scope, "%s%s", before, charge->dimension->name), "%s", buffer_string(&words));
	}
}

static void base_fee_add(struct terms *terms, const struct tariff *tariff, const char *name)
{
	if (exact_sign(tariff->base_fee.digits) == 0)
		return;
	if (exact_sign(tariff->base_discount.digits) == 0)
		row_add(terms, name, "%s", tariff->base_fee.text);
	else
		row_add(terms, name, "%s, %s percent off: %s", tariff->base_fee.text, tariff->base_discount.text,
			price_after(terms, &tariff->base_fee, &tariff->base_discount));
}

static void limits_add(struct terms *terms, const struct tariff_limits *limits)
{
	text_add(terms, "bill discount percent", limits->discount.text);
	text_add(terms, "bill discount", limits->discount_amount.text);
	text_add(terms, "bill minimum", limits->minimum.text);
	text_add(terms, "bill maximum", limits->maximum.text);
}

static void payment_add(struct terms *terms, const struct zone *zone, const struct tariff_payment *payment, size_t number)
{
	const char *paid = payment->paid.text ? payment->paid.text : "0", *left = payment->expires ? ", what is left is discarded" : ", what is left rolls over";
	char day[APOLLO_TIME_TEXT];

	if (payment_is_commitment(payment)) {
		row_add(terms, "commitment", "%s every %d months for usage worth %s%s", paid, payment->every_months, payment->credit.text, left);
	} else if (payment_is_instalment(payment)) {
		row_add(terms, scope_print(terms->scope, "instalment %zu", number), "%s on %s%s%s", paid, day_text(zone, payment->at, day),
			payment->credit.text ? " for usage worth " : "", payment->credit.text ? payment->credit.text : "");
	} else if (payment->lasts_months) {
		row_add(terms, scope_print(terms->scope, "credit %s", payment->name), "%s for usage worth %s from month %d, for %d months", paid, payment->credit.text,
			payment->from_month + 1, payment->lasts_months);
	} else {
		row_add(terms, scope_print(terms->scope, "credit %s", payment->name), "%s for usage worth %s from month %d", paid, payment->credit.text, payment->from_month + 1);
	}
}

static void payments_add(struct terms *terms, const struct tariff *tariff, const struct zone *zone)
{
	struct exact sum = exact_zero();
	size_t instalments = 0;
	char text[EXACT_TEXT];

	for (size_t i = 0; i < tariff->payment_count; i++) {
		bool instalment = payment_is_instalment(&tariff->payments[i]);

		instalments += instalment;
		payment_add(terms, zone, &tariff->payments[i], instalments);
		if (instalment)
			sum = exact_add(sum, decimal_exact(&tariff->payments[i].paid, tariff->scale));
	}
	if (instalments)
		row_add(terms, "instalments in all", "%s", exact_text(sum, tariff->scale, tariff->decimals, text));
	if (tariff->overage.text)
		row_add(terms, "overage", "usage past the credit costs %s times its price", tariff->overage.text);
}

static void steps_add(struct terms *terms, const struct contract *contract)
{
	int from = 0;

	for (size_t i = 0; i < contract->phase_count && contract->phase_count > 1; i++) {
		const char *name = scope_print(terms->scope, "from month %d", from + 1), *before = scope_print(terms->scope, "from month %d ", from + 1);

		if (!name || !before) {
			terms->failed = true;
			return;
		}
		base_fee_add(terms, contract->phases[i].tariff, name);
		charges_add(terms, contract->phases[i].tariff, before);
		from += contract->phases[i].months;
	}
}

static void billing_add(struct terms *terms, const struct tariff *tariff)
{
	static const char *const prorations[] = {"whole", "by days", "by seconds"};

	text_add(terms, "currency", tariff->currency);
	row_add(terms, "billing period", "%d month%s of %s, %s, parts of one %s", tariff->billing_months, tariff->billing_months == 1 ? "" : "s",
		tariff->zone ? tariff->zone : "UTC", tariff->calendar ? "from the first of a month" : "from the day of the start", prorations[tariff->proration]);
	row_add(terms, "order", "%s, %s, %s, %s", tariff_step_name(tariff->order[0]), tariff_step_name(tariff->order[1]), tariff_step_name(tariff->order[2]),
		tariff_step_name(tariff->order[3]));
	row_add(terms, "rounding", "%s to %d decimals, each %s", rounding_name(tariff->rounding), tariff->decimals, tariff_place_name(tariff->place));
}

/* ---- what a private offer says beside ---- */

static void dates_add(struct terms *terms, const struct private_offer *offer, const struct private_term *term)
{
	char day[APOLLO_TIME_TEXT];

	row_add(terms, "calendar", "%s", term->zone ? term->zone->name : "UTC");
	text_add(terms, "start", offer->start ? day_text(term->zone, offer->start, day) : "when it is accepted");
	if (offer->end || (offer->months && offer->start))
		row_add(terms, "last day", "%.10s", day_text(term->zone, term->end - 1, day));
	if (offer->months)
		row_add(terms, "months", "%d", offer->months);
	if (offer->accept_by)
		row_add(terms, "accept by", "%s", day_text(term->zone, offer->accept_by, day));
	if (offer->renewals)
		row_add(terms, "renewals", "%d at most", offer->renewals);
}

static void parties_add(struct terms *terms, const struct private_offer *offer)
{
	text_add(terms, "market", offer->market->name);
	text_add(terms, "title", offer->title);
	text_add(terms, "customer", offer->customer.name);
	text_add(terms, "contact", offer->customer.contact);
	text_add(terms, "billing account", offer->customer.billing_account);
	row_add(terms, "deal", "%s%s", private_deal_name(offer->deal), offer->renewal_attested ? ", attested" : "");
	text_add(terms, "amends", offer->amends ? offer->amends->name : NULL);
}

static int value_add(struct terms *terms, const struct private_offer *offer, const struct private_term *term, const struct marketplaces *marketplaces,
		     struct error *error)
{
	const struct marketplace_fee *fee;
	struct contract_value value;
	char text[EXACT_TEXT];

	if (private_value(terms->scope, offer, term, &value, error) < 0)
		return error->code;
	row_add(terms, "total contract value", "%s%s", exact_text(value.total, value.decimals, value.decimals, text),
		term->end_guessed ? ", for the plan's term" : "");
	fee = fee_find(marketplaces, offer->market->plugin, offer->deal, offer->renewal_attested, value.total, value.decimals);
	if (fee)
		row_add(terms, "marketplace fee", "%s percent, %s of that%s", fee->percent.text, exact_text(fee_of(fee, value.total), value.decimals, value.decimals, text),
			fee->unsure ? "; nobody is sure of it" : "");
	if (offer->additional_value.text)
		row_add(terms, "additional value", "%s", offer->additional_value.text);
	return 0;
}

int terms_make(struct scope *scope, const struct contract *contract, const struct marketplaces *marketplaces, int64_t now, struct terms *terms,
	       struct error *error)
{
	const struct tariff *list = &contract->plan->tariff, *tariff = contract->item ? &contract->item->tariff : list;
	const struct private_offer *private = contract->private;
	struct private_term term = {0};
	const struct zone *zone;

	*terms = (struct terms){.scope = scope};
	if (zone_read(scope, tariff->zone, &zone, error) < 0 || (private && private_term(scope, private, now, &term, error) < 0))
		return error->code;
	if (private)
		parties_add(terms, private);
	row_add(terms, "plan", "%s/%s, %s", contract->offer->name, contract->plan->name, catalog_product_name(contract->offer->product));
	if (private)
		dates_add(terms, private, &term);
	else
		row_add(terms, "term", "%d months", contract->plan->term_months);
	billing_add(terms, tariff);
	base_fee_add(terms, tariff, "base fee");
	charges_add(terms, tariff, "");
	limits_add(terms, &tariff->limits);
	if (private && private->interval != INTERVAL_NONE)
		text_add(terms, "interval", private_interval_name(private->interval));
	payments_add(terms, tariff, zone);
	steps_add(terms, contract);
	if (private && value_add(terms, private, &term, marketplaces, error) < 0)
		return error->code;
	prices_make(terms, list, tariff);
	return terms->failed ? error_memory(error, "the terms") : 0;
}
