/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/explain.h"

#include "offers/catalog.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>

const char *bill_amount(const struct bill *bill, struct exact amount, char text[static EXACT_TEXT])
{
	return exact_text(amount, bill->tariff->scale, bill->tariff->decimals, text);
}

bool tier_part(const struct tariff_charge *charge, size_t tier, int64_t billable, int64_t *part)
{
	const struct tariff_tier *at = &charge->tiers[tier];
	int64_t size = billable < 0 ? -billable : billable, end = size < at->up_to ? size : at->up_to;

	if (charge->model == TARIFF_VOLUME) {
		bool above = charge->bound_above ? size >= at->from : size > at->from, below = charge->bound_above ? size < at->up_to : size <= at->up_to;

		*part = billable;
		return (above || tier == 0) && (below || at->up_to == INT64_MAX);
	}
	if (tier > 0 && (charge->bound_above ? size < at->from : size <= at->from))
		return false;
	*part = billable < 0 ? -(end - at->from) : end - at->from;
	return true;
}

/* ---- words ---- */

static void row(struct buffer *buffer, const char *label, const char *amount, const char *why)
{
	(void)buffer_print(buffer, "  %-20s %18s  %s\n", label, amount, why);
}

/* How a row above came about. */
static void row_below(struct buffer *buffer, const char *label, const char *amount, const char *why)
{
	(void)buffer_print(buffer, "    %-18s %18s      %s\n", label, amount, why);
}

static const char *unit_of(const struct tariff_charge *charge)
{
	return charge->dimension && charge->dimension->unit ? charge->dimension->unit : "unit";
}

/* What a tier comes to, as an exact amount. */
static struct exact tier_amount(const struct tariff_charge *charge, const struct tariff_tier *tier, int64_t part)
{
	struct exact amount = charge->model == TARIFF_PACKAGE
				      ? exact_multiply(tier->unit, exact_divide(exact_of(part), exact_of(charge->package), ROUND_UP))
				      : exact_multiply(tier->unit, exact_of(part));

	return part != 0 || charge->fee_at_zero || tier->from > 0 ? exact_add(amount, tier->entry) : amount;
}

static void tier_row(const struct bill *bill, const struct tariff_charge *charge, size_t index, int64_t part, struct buffer *buffer)
{
	const struct tariff_tier *tier = &charge->tiers[index];
	char amount[EXACT_TEXT], quantity[APOLLO_QUANTITY_TEXT], package[APOLLO_QUANTITY_TEXT], why[300], label[32];
	const char *fee = tier->fee.text;

	(void)apollo_quantity_format(part, quantity);
	if (charge->model == TARIFF_PACKAGE)
		(void)snprintf(why, sizeof(why), "%s %s in packages of %s at %s", quantity, unit_of(charge), apollo_quantity_format(charge->package, package),
			       tier->price.text);
	else
		(void)snprintf(why, sizeof(why), "%s %s at %s%s", quantity, unit_of(charge), tier->price.text ? tier->price.text : "0",
			       fee ? " with its fee" : "");
	(void)snprintf(label, sizeof(label), charge->tier_count > 1 ? "tier %zu" : "price", index + 1);
	row_below(buffer, label, exact_text(tier_amount(charge, tier, part), bill->tariff->scale, bill->tariff->decimals, amount), why);
}

static void step_row(const struct bill *bill, const struct tariff_limits *limits, enum tariff_step step, struct exact change, struct buffer *buffer)
{
	const struct decimal *percent = &limits->discount, *fixed = &limits->discount_amount;
	char amount[EXACT_TEXT], why[200];

	if (step == TARIFF_DISCOUNT)
		(void)snprintf(why, sizeof(why), "%s%s%s%s%s", percent->text ? percent->text : "", percent->text ? " percent" : "",
			       percent->text && fixed->text ? " and " : "", fixed->text ? fixed->text : "", " off");
	else
		(void)snprintf(why, sizeof(why), "%s %s", step == TARIFF_MAXIMUM ? "down to the maximum" : "up to the minimum",
			       step == TARIFF_MAXIMUM ? limits->maximum.text : limits->minimum.text);
	row_below(buffer, tariff_step_name(step), exact_text(change, bill->tariff->scale, bill->tariff->decimals, amount), why);
}

static struct exact steps_sum(const struct bill_line *line)
{
	struct exact sum = line->priced;

	for (int i = 0; i < TARIFF_STEPS; i++)
		sum = exact_add(sum, line->steps[i]);
	return sum;
}

static void usage_text(const struct bill *bill, const struct bill_line *line, struct buffer *buffer)
{
	const struct tariff *tariff = bill->tariff;
	const struct tariff_charge *charge = line->charge;
	char amount[EXACT_TEXT], texts[3][APOLLO_QUANTITY_TEXT], why[200];
	int64_t part;

	(void)snprintf(why, sizeof(why), line->usage.quantity == line->usage.billable ? "%s %s" : "%s %s, of which %s included",
		       apollo_quantity_format(line->usage.quantity, texts[0]), unit_of(charge),
		       apollo_quantity_format(line->usage.quantity - line->usage.billable, texts[1]));
	row(buffer, charge->dimension->name, bill_amount(bill, line->amount, amount), why);
	for (size_t i = 0; i < charge->tier_count; i++)
		if (tier_part(charge, i, line->usage.billable, &part))
			tier_row(bill, charge, i, part, buffer);
	if (tariff->place == TARIFF_HOUR && line->usage.pieces)
		row_below(buffer, "hours", exact_text(line->priced, tariff->scale, tariff->decimals, amount), "each hour's share, rounded by itself");
	for (int i = 0; i < TARIFF_STEPS; i++)
		if (exact_sign(line->steps[tariff->order[i]]) != 0)
			step_row(bill, &charge->limits, tariff->order[i], line->steps[tariff->order[i]], buffer);
	if (exact_compare(steps_sum(line), line->amount) != 0) {
		(void)snprintf(why, sizeof(why), "%s, to %d decimals", rounding_name(tariff->rounding), tariff->decimals);
		row_below(buffer, "rounding", exact_text(exact_subtract(line->amount, steps_sum(line)), tariff->scale, tariff->decimals, amount), why);
	}
}

static void other_why(const struct bill *bill, const struct bill_line *line, char *why, size_t size)
{
	const struct tariff *tariff = bill->tariff;
	struct part part = bill->period->part;

	why[0] = '\0';
	switch (line->kind) {
	case BILL_BASE_FEE:
		(void)snprintf(why, size, "%s a billing period", tariff->base_fee.text);
		if (part.numerator != part.denominator)
			(void)snprintf(why + strlen(why), size - strlen(why), ", %lld of %lld %s", (long long)part.numerator, (long long)part.denominator,
				       tariff->proration == TARIFF_DAYS ? "days" : "seconds");
		if (tariff->base_discount.text)
			(void)snprintf(why + strlen(why), size - strlen(why), ", %s percent off", tariff->base_discount.text);
		break;
	case BILL_DISCOUNT:
		(void)snprintf(why, size, "off the bill");
		break;
	case BILL_MAXIMUM:
		(void)snprintf(why, size, "down to the maximum %s", tariff->limits.maximum.text);
		break;
	case BILL_MINIMUM:
		(void)snprintf(why, size, "up to the minimum %s", tariff->limits.minimum.text);
		break;
	case BILL_CREDIT:
		(void)snprintf(why, size, "drawn from %s", line->payment->name);
		break;
	case BILL_OVERAGE:
		(void)snprintf(why, size, "usage past the credit costs %s times its price", tariff->overage.text);
		break;
	case BILL_PAYMENT:
		(void)snprintf(why, size, "%s%s%s", line->payment->name, line->payment->credit.text ? ", for usage worth " : "",
			       line->payment->credit.text ? line->payment->credit.text : "");
		break;
	default:
		(void)snprintf(why, size, "the bill, %s, to %d decimals", rounding_name(tariff->rounding), tariff->decimals);
	}
}

void bill_line_text(const struct bill *bill, const struct bill_line *line, struct buffer *buffer)
{
	char amount[EXACT_TEXT], why[300];

	if (line->kind == BILL_USAGE) {
		usage_text(bill, line, buffer);
		return;
	}
	other_why(bill, line, why, sizeof(why));
	row(buffer, bill_kind_name(line->kind), bill_amount(bill, line->amount, amount), why);
}

/* ---- JSON ---- */

static void amount_member(const struct bill *bill, const char *before, const char *name, struct exact amount, struct buffer *buffer)
{
	char text[EXACT_TEXT];

	(void)buffer_print(buffer, "%s\"%s\":\"%s\"", before, name, exact_text(amount, bill->tariff->scale, bill->tariff->decimals, text));
}

static void quantity_member(const char *before, const char *name, int64_t quantity, struct buffer *buffer)
{
	char text[APOLLO_QUANTITY_TEXT];

	(void)buffer_print(buffer, "%s\"%s\":\"%s\"", before, name, apollo_quantity_format(quantity, text));
}

static void tiers_json(const struct bill *bill, const struct bill_line *line, struct buffer *buffer)
{
	const struct tariff_charge *charge = line->charge;
	const char *before = "{";
	int64_t part;

	(void)buffer_print(buffer, ",\"model\":\"%s\",\"tiers\":[", tariff_model_name(charge->model));
	for (size_t i = 0; i < charge->tier_count; i++) {
		const struct tariff_tier *tier = &charge->tiers[i];

		if (!tier_part(charge, i, line->usage.billable, &part))
			continue;
		(void)buffer_print(buffer, "%s\"tier\":%zu", before, i + 1);
		quantity_member(",", "quantity", part, buffer);
		(void)buffer_print(buffer, ",\"unit_price\":\"%s\",\"fee\":\"%s\"", tier->price.text ? tier->price.text : "0", tier->fee.text ? tier->fee.text : "0");
		amount_member(bill, ",", "amount", tier_amount(charge, tier, part), buffer);
		(void)buffer_text(buffer, "}");
		before = ",{";
	}
	(void)buffer_text(buffer, "]");
}

void bill_line_json(const struct bill *bill, const struct bill_line *line, struct buffer *buffer)
{
	(void)buffer_print(buffer, "{\"kind\":\"%s\"", bill_kind_name(line->kind));
	if (line->payment)
		(void)buffer_member(buffer, ",", "payment", line->payment->name);
	if (line->kind == BILL_USAGE) {
		(void)buffer_member(buffer, ",", "dimension", line->charge->dimension->name);
		quantity_member(",", "quantity", line->usage.quantity, buffer);
		quantity_member(",", "included", line->usage.quantity - line->usage.billable, buffer);
		quantity_member(",", "billable", line->usage.billable, buffer);
		tiers_json(bill, line, buffer);
		amount_member(bill, ",", "priced", line->priced, buffer);
		for (int i = 0; i < TARIFF_STEPS; i++)
			if (exact_sign(line->steps[i]) != 0)
				amount_member(bill, ",", tariff_step_name((enum tariff_step)i), line->steps[i], buffer);
	}
	amount_member(bill, ",", "amount", line->amount, buffer);
	(void)buffer_text(buffer, "}");
}

void bill_json(const struct bill *bill, struct buffer *buffer)
{
	char from[APOLLO_TIME_TEXT], to[APOLLO_TIME_TEXT];

	(void)buffer_print(buffer, "{\"from\":\"%s\",\"to\":\"%s\",\"phase\":%zu,\"lines\":[", apollo_time_format(bill->period->from, from),
			   apollo_time_format(bill->period->to, to), bill->period->phase + 1);
	for (size_t i = 0; i < bill->line_count; i++) {
		(void)buffer_text(buffer, i ? ",\n" : "\n");
		bill_line_json(bill, &bill->lines[i], buffer);
	}
	(void)buffer_text(buffer, "]");
	amount_member(bill, ",", "total", bill->total, buffer);
	(void)buffer_member(buffer, ",", "currency", bill->tariff->currency);
	(void)buffer_text(buffer, "}");
}

/* ---- what is asked for ---- */

static void reset_words(const struct tariff_charge *charge, struct buffer *buffer)
{
	if (charge->reset_months == 0)
		(void)buffer_text(buffer, " for the term");
	else if (charge->reset_months == 1)
		(void)buffer_text(buffer, " each month");
	else
		(void)buffer_print(buffer, " each %d months", charge->reset_months);
}

void charge_words(const struct tariff_charge *charge, struct buffer *buffer)
{
	char text[APOLLO_QUANTITY_TEXT];

	if (charge->unlimited) {
		(void)buffer_text(buffer, "all included");
		return;
	}
	for (size_t i = 0; i < charge->tier_count; i++) {
		const struct tariff_tier *tier = &charge->tiers[i];

		(void)buffer_print(buffer, "%s%s", i ? "; " : "", tier->price.text ? tier->price.text : "0");
		if (charge->model == TARIFF_PACKAGE)
			(void)buffer_print(buffer, " a package of %s %s", apollo_quantity_format(charge->package, text), unit_of(charge));
		else
			(void)buffer_print(buffer, " a %s", unit_of(charge));
		if (charge->tier_count > 1 && tier->up_to != INT64_MAX)
			(void)buffer_print(buffer, " up to %s", apollo_quantity_format(tier->up_to, text));
		else if (charge->tier_count > 1)
			(void)buffer_text(buffer, " above");
		if (tier->fee.text)
			(void)buffer_print(buffer, " and a fee of %s", tier->fee.text);
	}
	if (charge->model == TARIFF_VOLUME)
		(void)buffer_text(buffer, ", all at the tier of the whole");
	if (charge->included) {
		(void)buffer_print(buffer, ", %s included", apollo_quantity_format(charge->included, text));
		reset_words(charge, buffer);
	}
	if (charge->limits.discount.text)
		(void)buffer_print(buffer, ", %s percent off", charge->limits.discount.text);
	if (charge->limits.discount_amount.text)
		(void)buffer_print(buffer, ", %s off", charge->limits.discount_amount.text);
	if (charge->limits.minimum.text)
		(void)buffer_print(buffer, ", at least %s", charge->limits.minimum.text);
	if (charge->limits.maximum.text)
		(void)buffer_print(buffer, ", at most %s", charge->limits.maximum.text);
}
