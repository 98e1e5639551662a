/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/outcome.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OUTCOME_SCOPE = 1 << 24 };

/* ---- statistics ---- */

/* Hoare's selection: the value that would be at `rank` if they were sorted. */
static int64_t value_select(int64_t *values, size_t count, size_t rank)
{
	ptrdiff_t low = 0, high = (ptrdiff_t)count - 1, wanted = (ptrdiff_t)rank;

	while (low < high) {
		int64_t pivot = values[low + (high - low) / 2];
		ptrdiff_t i = low, j = high;

		while (i <= j) {
			while (values[i] < pivot)
				i++;
			while (values[j] > pivot)
				j--;
			if (i <= j) {
				int64_t kept = values[i];

				values[i++] = values[j];
				values[j--] = kept;
			}
		}
		if (wanted <= j)
			high = j;
		else if (wanted >= i)
			low = i;
		else
			break;
	}
	return values[rank];
}

int64_t share_of(int64_t *values, size_t count, double percent)
{
	double rank = ceil(percent / 100 * (double)count);

	return value_select(values, count, rank < 1 ? 0 : rank > (double)count ? count - 1 : (size_t)rank - 1);
}

static int64_t mean_of(const int64_t *values, size_t count)
{
	wide_t sum = 0, half = (wide_t)(count / 2);

	for (size_t i = 0; i < count; i++)
		sum += values[i];
	return (int64_t)((sum < 0 ? sum - half : sum + half) / (wide_t)count);
}

struct spread spread_of(int64_t *values, size_t count, double risk)
{
	struct spread spread = {.mean = mean_of(values, count)};

	spread.shares[OUTCOME_LOW] = share_of(values, count, risk);
	spread.shares[OUTCOME_MIDDLE] = share_of(values, count, 50);
	spread.shares[OUTCOME_HIGH] = share_of(values, count, 100 - risk);
	return spread;
}

/* ---- rating ---- */

struct schedule *schedule_with(struct scope *scope, const struct schedule *schedule, const struct tariff *tariff, struct error *error)
{
	struct schedule *copy = scope_alloc(scope, sizeof(*copy));

	if (!copy || !(copy->periods = scope_alloc(scope, schedule->period_count * sizeof(*copy->periods)))) {
		(void)error_memory(error, "a schedule");
		return NULL;
	}
	*copy = (struct schedule){schedule->start, schedule->end, schedule->zone, schedule->slices, schedule->slice_count, copy->periods, schedule->period_count};
	for (size_t i = 0; i < copy->period_count; i++) {
		copy->periods[i] = schedule->periods[i];
		copy->periods[i].tariff = tariff;
	}
	return copy;
}

static int total_fail(struct error *error)
{
	return error_set(error, ERROR_INPUT, "a bill of the forecast is larger than money can be: is a level or a growth too high?");
}

void ground_take(struct scope *scope, struct ground *ground)
{
	const struct schedule *schedule = ground->schedule;
	size_t count = schedule->periods[0].tariff->charge_count, all;
	struct error error;
	struct term term;
	int64_t *taken;

	if (__builtin_mul_overflow(ground->path_count * sizeof(*taken), schedule->period_count * count, &all) || !(taken = scope_alloc(scope, all + 1)) ||
	    term_make(scope, schedule, &term, &error) < 0)
		return;
	for (size_t i = 0; i < ground->path_count; i++)
		term_take(&term, ground->quantities + i * schedule->slice_count * count, taken + i * schedule->period_count * count);
	ground->taken = taken;
}

/* What was taken of a path's quantities, where it holds for this schedule too. */
static const int64_t *path_taken(const struct ground *ground, const struct schedule *schedule)
{
	return ground->taken && schedule->slices == ground->schedule->slices &&
		       tariff_takes_alike(schedule->periods[0].tariff, ground->schedule->periods[0].tariff) ? ground->taken : NULL;
}

int ground_rate(const struct ground *ground, const struct schedule *schedule, int64_t *totals, int64_t *unused, int64_t *uncovered, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(OUTCOME_SCOPE);
	size_t charges = schedule->periods[0].tariff->charge_count, each = schedule->slice_count * charges;
	const int64_t *taken = path_taken(ground, schedule);
	struct term term;
	int64_t none;

	if (term_make(&scope, schedule, &term, error) < 0)
		return error->code;
	for (size_t i = 0; i < ground->path_count; i++) {
		struct exact total;

		if (!taken || !term_rate_taken(&term, taken + i * schedule->period_count * charges, &total))
			total = term_rate(&term, ground->quantities + i * each, NULL, NULL, NULL);
		if (!exact_integer(total, &totals[i]) || !exact_integer(term.unused, unused ? &unused[i] : &none) ||
		    !exact_integer(term.uncovered, uncovered ? &uncovered[i] : &none))
			return total_fail(error);
	}
	return 0;
}

static double chance_above(const int64_t *values, const int64_t *bounds, size_t count)
{
	size_t above = 0;

	for (size_t i = 0; i < count; i++)
		above += values[i] > (bounds ? bounds[i] : 0);
	return (double)above / (double)count;
}

int outcome_make(const struct ground *ground, const struct schedule *schedule, outcome_fee fee, const void *context, struct outcome *outcome,
		 struct error *error)
{
	size_t count = ground->path_count;
	FREE_CLEANUP int64_t *room = calloc(count, 4 * sizeof(*room));
	int64_t *bills = room, *unused = room + count, *uncovered = unused + count, *nets = uncovered + count;
	struct outcome made = {0};
	wide_t fees = 0;

	if (!room)
		return error_memory(error, "an outcome");
	if (ground_rate(ground, schedule, bills, unused, uncovered, error) < 0)
		return error->code;
	for (size_t i = 0; i < count; i++) {
		int64_t kept = fee(context, bills[i]);

		fees += kept;
		nets[i] = bills[i] - kept - (ground->costs ? ground->costs[i] : 0);
	}
	made.fee_mean = (int64_t)((fees + (wide_t)(count / 2)) / (wide_t)count);
	made.cost_mean = ground->costs ? mean_of(ground->costs, count) : 0;
	made.unused_mean = mean_of(unused, count);
	made.shortfall = chance_above(unused, NULL, count);
	made.overage = chance_above(uncovered, NULL, count);
	made.dearer = ground->rivals ? chance_above(bills, ground->rivals, count) : 0;
	made.bill = spread_of(bills, count, ground->risk);
	made.net = spread_of(nets, count, ground->risk);
	made.at_risk = made.net.mean - made.net.shares[OUTCOME_LOW];
	made.margin = made.bill.mean > made.fee_mean ? 100.0 * (double)made.net.mean / (double)(made.bill.mean - made.fee_mean) : 0;
	*outcome = made;
	return 0;
}

/* ---- bands ---- */

struct banding {
	int64_t *totals; /* totals[period * paths + path] */
	size_t path, path_count, period;
	bool failed;
};

static void band_note(void *context, const struct bill *bill)
{
	struct banding *banding = context;
	struct exact total = tariff_last_place(bill->tariff, bill->total);

	banding->failed |= !exact_integer(total, &banding->totals[banding->period++ * banding->path_count + banding->path]);
}

int outcome_bands(const struct ground *ground, const struct schedule *schedule, struct spread *bands, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(OUTCOME_SCOPE);
	size_t each = schedule->slice_count * schedule->periods[0].tariff->charge_count, count = ground->path_count;
	FREE_CLEANUP int64_t *totals = calloc(schedule->period_count * count, sizeof(*totals));
	struct banding banding = {.totals = totals, .path_count = count};
	struct term term;

	if (!totals || term_make(&scope, schedule, &term, error) < 0)
		return error_memory(error, "an outcome");
	for (; banding.path < count; banding.path++) {
		banding.period = 0;
		(void)term_rate(&term, ground->quantities + banding.path * each, NULL, band_note, &banding);
	}
	if (banding.failed)
		return total_fail(error);
	for (size_t i = 0; i < schedule->period_count; i++)
		bands[i] = spread_of(totals + i * count, count, ground->risk);
	return 0;
}
