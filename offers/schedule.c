/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/schedule.h"

#include "core/quantity.h"

#include <apollo/kit.h>
#include <string.h>

/* ---- months ---- */

/* Where the months of a term begin, on the wall's clock. */
struct months {
	const struct zone *zone;
	int64_t first;
	int64_t start; /* UTC: a clock that shows the start's time twice does not say which it was */
	bool calendar;
};

static struct months months_of(const struct zone *zone, bool calendar, int64_t start)
{
	int64_t local = zone_local(zone, start);

	return (struct months){zone, calendar ? calendar_month(local) : local, start, calendar};
}

static int64_t month_begin(const struct months *months, int64_t number)
{
	if (number == 0 && !months->calendar)
		return months->start;
	return zone_time(months->zone, calendar_add_months(months->first, number));
}

int schedule_end(struct scope *scope, const struct tariff *tariff, int64_t start, int months, int64_t *end, struct error *error)
{
	const struct zone *zone;
	struct months begins;

	if (zone_read(scope, tariff->zone, &zone, error) < 0)
		return error->code;
	begins = months_of(zone, tariff->calendar, start);
	*end = month_begin(&begins, months);
	return 0;
}

int64_t part_of(struct part part, int64_t value)
{
	return part.numerator == part.denominator ? value : (int64_t)((wide_t)value * part.numerator / part.denominator);
}

/* How much of [whole_from, whole_to) a span is, in the proration's units. */
static struct part part_make(const struct zone *zone, enum tariff_proration proration, int64_t from, int64_t to, int64_t whole_from, int64_t whole_to)
{
	int64_t unit = proration == TARIFF_DAYS ? APOLLO_DAY : APOLLO_MICRO;

	if (proration == TARIFF_WHOLE || (from == whole_from && to == whole_to))
		return (struct part){1, 1};
	if (proration == TARIFF_DAYS) {
		/* A day that is begun counts, so that the first and the last one are somebody's. */
		whole_from = calendar_day(zone_local(zone, whole_from));
		from = calendar_day(zone_local(zone, from));
		whole_to = calendar_day(zone_local(zone, whole_to - 1)) + APOLLO_DAY;
		to = calendar_day(zone_local(zone, to - 1)) + APOLLO_DAY;
	}
	return (struct part){(to - from) / unit, (whole_to - whole_from) / unit};
}

/* ---- the schedule ---- */

static const struct phase *phase_at(const struct phase *phases, size_t count, int64_t month)
{
	size_t i = 0;

	for (; i + 1 < count && month >= phases[i].months; i++)
		month -= phases[i].months;
	return &phases[i];
}

static bool text_same(const char *one, const char *other)
{
	return one == other || (one && other && strcmp(one, other) == 0);
}

static int phases_check(const struct phase *phases, size_t count, struct error *error)
{
	const struct tariff *first = phases[0].tariff;

	for (size_t i = 0; i < count; i++) {
		const struct tariff *tariff = phases[i].tariff;

		if (tariff->billing_months != first->billing_months || tariff->calendar != first->calendar || tariff->proration != first->proration ||
		    tariff->scale != first->scale)
			return error_set(error, APOLLO_CONFIG, "phase %zu has another billing period, proration or scale than the first one", i + 1);
		if (!text_same(tariff->zone, first->zone) || !text_same(tariff->currency, first->currency) || tariff->decimals != first->decimals)
			return error_set(error, APOLLO_CONFIG, "phase %zu has another zone, currency or number of decimals than the first one", i + 1);
		if (i + 1 < count && (phases[i].months < 1 || phases[i].months % first->billing_months != 0))
			return error_set(error, APOLLO_CONFIG, "phase %zu lasts %d months, which is no multiple of the billing period of %d", i + 1,
					 phases[i].months, first->billing_months);
	}
	return 0;
}

static void period_add(struct schedule *schedule, const struct months *months, const struct phase *phases, size_t phase_count)
{
	struct slice *slice = &schedule->slices[schedule->slice_count - 1];
	const struct phase *phase = phase_at(phases, phase_count, slice->month);
	int64_t length = phase->tariff->billing_months;
	struct period *period = &schedule->periods[schedule->period_count];

	if (schedule->period_count == 0 || slice->month % length == 0) {
		*period = (struct period){.from = slice->from, .month = slice->month, .tariff = phase->tariff, .slice = schedule->slice_count - 1,
					  .phase = (size_t)(phase - phases)};
		schedule->period_count++;
	} else {
		period--;
	}
	period->to = slice->to;
	period->slice_count++;
	slice->period = schedule->period_count - 1;
	period->part = part_make(schedule->zone, phase->tariff->proration, period->from, period->to,
				 month_begin(months, slice->month / length * length), month_begin(months, (slice->month / length + 1) * length));
}

int schedule_make(struct scope *scope, const struct phase *phases, size_t phase_count, int64_t start, int64_t end, struct schedule *schedule,
		  struct error *error)
{
	const struct tariff *tariff = phases[0].tariff;
	struct schedule made = {.start = start, .end = end};
	struct months months;
	int64_t count = 0;

	if (phases_check(phases, phase_count, error) < 0 || zone_read(scope, tariff->zone, &made.zone, error) < 0)
		return error->code;
	if (end <= start)
		return error_set(error, APOLLO_CONFIG, "a term ends before it begins");
	months = months_of(made.zone, tariff->calendar, start);
	while (count <= SCHEDULE_MONTHS_MAX && month_begin(&months, count) < end)
		count++;
	if (count > SCHEDULE_MONTHS_MAX)
		return error_set(error, APOLLO_CONFIG, "a term is longer than %d months", SCHEDULE_MONTHS_MAX);
	made.slices = scope_alloc(scope, (size_t)count * sizeof(*made.slices));
	made.periods = scope_alloc(scope, (size_t)count * sizeof(*made.periods));
	if (!made.slices || !made.periods)
		return error_memory(error, "a schedule");
	for (int64_t i = 0; i < count; i++) {
		int64_t from = month_begin(&months, i), to = month_begin(&months, i + 1);
		struct slice *slice = &made.slices[made.slice_count++];

		*slice = (struct slice){.from = from < start ? start : from, .to = to > end ? end : to, .month = i};
		slice->part = part_make(made.zone, tariff->proration, slice->from, slice->to, from, to);
		period_add(&made, &months, phases, phase_count);
	}
	*schedule = made;
	return 0;
}

const struct tariff *schedule_widest(const struct schedule *schedule)
{
	const struct tariff *widest = schedule->periods[0].tariff;

	for (size_t i = 1; i < schedule->period_count; i++)
		if (schedule->periods[i].tariff->payment_count > widest->payment_count)
			widest = schedule->periods[i].tariff;
	return widest;
}

size_t schedule_slice(const struct schedule *schedule, int64_t time)
{
	size_t low = 0, high = schedule->slice_count;

	if (time < schedule->start || time >= schedule->end)
		return SIZE_MAX;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (schedule->slices[middle].from <= time)
			low = middle;
		else
			high = middle;
	}
	return low;
}
