/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/value.h"

#include "offers/quote.h"

#include <apollo/kit.h>
#include <string.h>

bool payment_is_commitment(const struct tariff_payment *payment)
{
	return payment->every_months > 0;
}

bool payment_is_instalment(const struct tariff_payment *payment)
{
	return payment->at != 0;
}

int interval_months(enum private_interval interval)
{
	static const int months[] = {0, 1, 1, 3, 12, 1, 0};

	return months[interval];
}

/* ---- the term ---- */

int private_term(struct scope *scope, const struct private_offer *offer, int64_t now, struct private_term *term, struct error *error)
{
	int months = offer->months ? offer->months : offer->items[0].plan->term_months;
	struct private_term made = {.start = offer->start, .end = offer->end};

	if (zone_read(scope, catalog_market_zone(offer->market), &made.zone, error) < 0)
		return error->code;
	made.start_guessed = offer->start == 0;
	if (made.start_guessed)
		made.start = offer->accept_by ? offer->accept_by : zone_time(made.zone, calendar_day(zone_local(made.zone, now)));
	if (made.start_guessed && made.end && made.start >= made.end)
		made.start = now < made.end ? now : made.end - APOLLO_DAY;
	made.end_guessed = offer->end == 0 && offer->months == 0;
	if (made.end == 0)
		made.end = zone_time(made.zone, calendar_add_months(zone_local(made.zone, made.start), months));
	*term = made;
	return 0;
}

/* ---- the value ---- */

struct exact tariff_base_fee(const struct tariff *tariff)
{
	struct exact fee = decimal_exact(&tariff->base_fee, tariff->scale);
	const struct decimal *percent = &tariff->base_discount;

	return exact_subtract(fee, exact_divide(exact_multiply(fee, percent->digits), exact_power(percent->decimals + 2), ROUND_DOWN));
}

/* Bills without usage. */
static int bills_sum(struct scope *scope, const struct private_item *item, const struct private_term *term, struct exact *sum, struct error *error)
{
	struct schedule schedule;
	struct term rated;
	int64_t *quantities;

	if (schedule_make(scope, item->phases, item->phase_count, term->start, term->end, &schedule, error) < 0 ||
	    term_make(scope, &schedule, &rated, error) < 0)
		return error->code;
	quantities = scope_alloc(scope, (schedule.slice_count * item->tariff.charge_count + 1) * sizeof(*quantities));
	if (!quantities)
		return error_memory(error, "a contract's value");
	*sum = term_rate(&rated, quantities, NULL, NULL, NULL);
	return 0;
}

int private_value(struct scope *scope, const struct private_offer *offer, const struct private_term *term, struct contract_value *value,
		  struct error *error)
{
	const struct tariff *first = &offer->items[0].tariff;
	struct contract_value made = {exact_zero(), first->decimals, first->currency};

	for (size_t i = 0; i < offer->item_count; i++) {
		const struct tariff *tariff = &offer->items[i].tariff;
		struct exact sum;

		if (strcmp(tariff->currency, first->currency) != 0 || tariff->decimals != first->decimals)
			return error_set(error, APOLLO_CONFIG, "%s: the plans of private offer %s have different currencies or decimals", offer->where,
					 offer->name);
		if (bills_sum(scope, &offer->items[i], term, &sum, error) < 0)
			return error_prefix(error, "%s", offer->items[i].where);
		made.total = exact_add(made.total, sum);
	}
	*value = made;
	return 0;
}

/* ---- a billing period ---- */

int tariff_period_cost(struct scope *scope, const struct tariff *tariff, const int64_t *quantities, struct exact *cost, struct error *error)
{
	struct tariff *copy = tariff_copy(scope, tariff);
	struct phase phase = {.tariff = copy};
	struct schedule schedule;
	const struct zone *zone;
	int64_t *months, start, end;
	struct term term;

	if (!copy)
		return error_memory(error, "a billing period");
	if (zone_read(scope, copy->zone, &zone, error) < 0)
		return error->code;
	start = zone_time(zone, apollo_days(2026, 1, 1) * APOLLO_DAY);
	copy->payment_count = 0;
	for (size_t i = 0; i < tariff->payment_count; i++)
		if (payment_is_commitment(&tariff->payments[i]) && tariff->payments[i].every_months == tariff->billing_months)
			copy->payments[copy->payment_count++] = tariff->payments[i];
	if (schedule_end(scope, copy, start, copy->billing_months, &end, error) < 0 ||
	    schedule_make(scope, &phase, 1, start, end, &schedule, error) < 0 ||
	    term_make(scope, &schedule, &term, error) < 0)
		return error->code;
	months = scope_alloc(scope, (schedule.slice_count * copy->charge_count + 1) * sizeof(*months));
	if (!months)
		return error_memory(error, "a billing period");
	for (size_t i = 0; i < schedule.slice_count; i++)
		memcpy(&months[i * copy->charge_count], quantities, copy->charge_count * sizeof(*months));
	*cost = term_rate(&term, months, NULL, NULL, NULL);
	return 0;
}
