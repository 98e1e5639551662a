/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/quote.h"

#include "core/nearest.h"
#include "core/quantity.h"

#include <stdio.h>
#include <string.h>

/* ---- contracts ---- */

static int name_unknown(const struct catalog *catalog, const char *name, struct error *error)
{
	struct nearest nearest = nearest_init(name);
	char plan[2 * CATALOG_NAME_MAX + 2];

	for (size_t i = 0; i < catalog->private_count; i++)
		nearest_offer(&nearest, catalog->privates[i].name);
	(void)error_set(error, ERROR_INPUT, "there is no private offer and no plan \"%s\" in %s", name, catalog->path);
	if (nearest.name)
		return error_hint(error, "did you mean \"%s\"? A plan is written OFFER/PLAN", nearest.name);
	if (catalog->offer_count && catalog->offers[0].plan_count) {
		(void)snprintf(plan, sizeof(plan), "%s/%s", catalog->offers[0].name, catalog->offers[0].plans[0].name);
		return error_hint(error, "a plan is written OFFER/PLAN, such as %s", plan);
	}
	return error->code;
}

static const struct catalog_plan *plan_find(const struct catalog *catalog, const char *name, const struct catalog_offer **offer)
{
	const char *slash = strchr(name, '/');
	char first[CATALOG_NAME_MAX + 1];

	if (!slash || slash - name > CATALOG_NAME_MAX)
		return NULL;
	(void)snprintf(first, sizeof(first), "%.*s", (int)(slash - name), name);
	*offer = catalog_offer(catalog, first);
	return *offer ? catalog_plan(*offer, slash + 1) : NULL;
}

static const struct private_item *item_find(const struct catalog *catalog, const char *name, const struct private_offer **offer)
{
	const char *colon = strchr(name, ':');
	char first[CATALOG_NAME_MAX + 1];

	(void)snprintf(first, sizeof(first), "%.*s", colon ? (int)(colon - name) : CATALOG_NAME_MAX, name);
	*offer = colon && colon - name > CATALOG_NAME_MAX ? NULL : catalog_private(catalog, first);
	if (!*offer)
		return NULL;
	for (size_t i = 0; i < (*offer)->item_count; i++)
		if (!colon || strcmp((*offer)->items[i].plan->name, colon + 1) == 0)
			return &(*offer)->items[i];
	return NULL;
}

int contract_find(const struct catalog *catalog, const char *name, struct contract *contract, struct error *error)
{
	const struct private_offer *private = NULL;
	const struct private_item *item = item_find(catalog, name, &private);
	const struct catalog_offer *offer = NULL;
	const struct catalog_plan *plan = item ? item->plan : plan_find(catalog, name, &offer);

	if (!plan)
		return name_unknown(catalog, name, error);
	*contract = (struct contract){.name = name, .offer = item ? item->offer : offer, .plan = plan, .private = item ? private : NULL, .item = item,
				      .phases = item ? item->phases : plan->phases, .phase_count = item ? item->phase_count : plan->phase_count};
	if (item) {
		contract->start = private->start;
		contract->end = private->end;
		contract->months = private->months;
	}
	return 0;
}

/* So many months from the start: a private offer's are those of its marketplace's term, from day to day; a plan's those that it bills. */
static int contract_end(struct scope *scope, struct contract *contract, int months, struct error *error)
{
	const struct zone *zone;

	if (!contract->private)
		return schedule_end(scope, contract->phases[0].tariff, contract->start, months, &contract->end, error);
	if (zone_read(scope, catalog_market_zone(contract->private->market), &zone, error) < 0)
		return error->code;
	contract->end = zone_time(zone, calendar_add_months(zone_local(zone, contract->start), months));
	return 0;
}

int contract_term(struct scope *scope, struct contract *contract, int64_t start, int months, struct error *error)
{
	if (!contract->start)
		contract->start = start;
	if (months)
		contract->end = 0;
	if (contract->end)
		return contract->end > contract->start ? 0
						       : error_set(error, ERROR_INPUT, "%s would end before it begins: give another --start", contract->name);
	if (!months)
		months = contract->months ? contract->months : contract->plan->term_months;
	return contract_end(scope, contract, months, error);
}

/* ---- quantities ---- */

/* The charge of each dimension of an offer; SIZE_MAX: it is not sold. */
static size_t *charges_index(struct scope *scope, const struct catalog_offer *offer, const struct tariff *tariff)
{
	size_t *index = scope_alloc(scope, (offer->dimension_count + 1) * sizeof(*index));

	for (size_t i = 0; index && i < offer->dimension_count; i++) {
		const struct tariff_charge *charge = tariff_charge(tariff, &offer->dimensions[i]);

		index[i] = charge ? (size_t)(charge - tariff->charges) : SIZE_MAX;
	}
	return index;
}

int usage_spread(const struct schedule *schedule, const struct catalog_offer *offer, const struct usage *usage, int64_t *quantities, size_t *outside,
		 struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 16);
	const struct tariff *tariff = schedule->periods[0].tariff;
	size_t *index = charges_index(&scope, offer, tariff), slice = 0;

	if (!index)
		return error_memory(error, "usage");
	*outside = 0;
	memset(quantities, 0, schedule->slice_count * tariff->charge_count * sizeof(*quantities));
	for (size_t i = 0; i < usage->count; i++) {
		const struct usage_row *row = &usage->rows[i];
		size_t charge = index[row->dimension];
		int64_t *sum;

		while (slice < schedule->slice_count && row->time >= schedule->slices[slice].to)
			slice++;
		if (slice == schedule->slice_count || row->time < schedule->start || charge == SIZE_MAX) {
			++*outside;
			continue;
		}
		sum = &quantities[slice * tariff->charge_count + charge];
		if (!quantity_add(*sum, row->quantity, sum))
			return error_set(error, ERROR_INPUT, "the usage of %s in one month is more than can be counted", offer->dimensions[row->dimension].name);
	}
	return 0;
}

/* ---- rating ---- */

/* Of a term whose every bill is plain: whole billing periods, lines that charge_quick works out, a fee, and credit, all in the last place. */
struct term_quick {
	int64_t fee;
	struct quick_payment {
		int64_t paid, credit;
		int64_t left, until; /* of its purse */
	} *payments;
};

static bool places_fit(const struct tariff *tariff, const struct decimal *decimal, int64_t *value)
{
	return decimal->decimals <= tariff->decimals && exact_integer(decimal_exact(decimal, tariff->decimals), value);
}

static bool tariff_plain(const struct tariff *tariff)
{
	const struct tariff_limits *limits = &tariff->limits;

	if (limits->discount.text || limits->discount_amount.text || limits->maximum.text || limits->minimum.text || tariff->overage.text)
		return false;
	for (size_t i = 0; i < tariff->charge_count; i++)
		if (!tariff->charges[i].quick.possible && tariff->charges[i].priced)
			return false;
	return true;
}

/* NULL where the term is not plain, or there is no memory: it is then rated the long way. */
static struct term_quick *quick_make(struct scope *scope, const struct schedule *schedule)
{
	const struct tariff *tariff = schedule->periods[0].tariff;
	struct term_quick *quick = scope_alloc(scope, sizeof(*quick));

	for (size_t i = 0; i < schedule->period_count; i++)
		if (schedule->periods[i].tariff != tariff || schedule->periods[i].part.numerator != schedule->periods[i].part.denominator)
			return NULL;
	if (!quick || !tariff_plain(tariff) || tariff->place != TARIFF_LINE || !(quick->payments = scope_alloc(scope, (tariff->payment_count + 1) * sizeof(*quick->payments))) ||
	    !exact_integer(exact_divide(tariff->fee, exact_power(tariff->scale - tariff->decimals), tariff->rounding), &quick->fee))
		return NULL;
	for (size_t i = 0; i < tariff->payment_count; i++)
		if (!places_fit(tariff, &tariff->payments[i].paid, &quick->payments[i].paid) ||
		    !places_fit(tariff, &tariff->payments[i].credit, &quick->payments[i].credit))
			return NULL;
	return quick;
}

int term_make(struct scope *scope, const struct schedule *schedule, struct term *term, struct error *error)
{
	const struct tariff *tariff = schedule->periods[0].tariff;

	*term = (struct term){.schedule = schedule};
	term->allowances = scope_alloc(scope, (tariff->charge_count + 1) * sizeof(*term->allowances));
	term->usage = scope_alloc(scope, (tariff->charge_count + 1) * sizeof(*term->usage));
	term->quick = quick_make(scope, schedule);
	term->billables = scope_alloc(scope, (schedule->period_count * tariff->charge_count + 1) * sizeof(*term->billables));
	if (!term->allowances || !term->usage || !term->billables)
		return error_memory(error, "a term");
	return wallet_make(scope, schedule_widest(schedule), &term->wallet, error);
}

/* The quantities of a period, month by month, with what is included taken off. */
static void months_take(struct term *term, const struct period *period, const int64_t *quantities)
{
	size_t count = period->tariff->charge_count;

	memset(term->usage, 0, count * sizeof(*term->usage));
	for (size_t slice = period->slice; slice < period->slice + period->slice_count; slice++)
		for (size_t i = 0; i < count; i++) {
			const struct tariff_charge *charge = &period->tariff->charges[i];
			int64_t quantity = charge_quantity(charge, quantities[slice * count + i]);

			term->usage[i].quantity = quantity_capped(term->usage[i].quantity, quantity);
			term->usage[i].billable = quantity_capped(term->usage[i].billable, allowance_take(term->schedule, slice, charge, quantity,
															  &term->allowances[i]));
		}
}

/* An hour of a charge that is being added up. */
struct hour_sum {
	size_t slice;
	int64_t hour, quantity;
	bool open;
};

static void hour_take(struct term *term, size_t index, const struct tariff_charge *charge, struct hour_sum *sum, int64_t *pieces)
{
	struct bill_usage *usage = &term->usage[index];
	int64_t quantity = charge_quantity(charge, sum->quantity), piece;

	if (!sum->open)
		return;
	piece = allowance_take(term->schedule, sum->slice, charge, quantity, &term->allowances[index]);
	pieces[usage->piece_count++] = piece;
	usage->quantity = quantity_capped(usage->quantity, quantity);
	usage->billable = quantity_capped(usage->billable, piece);
	sum->open = false;
}

/* The same by hours, each a piece: all rows of an hour are one, however many they are. */
static void hours_take(struct term *term, const struct period *period)
{
	const struct term_hours *hours = term->hours;
	int64_t *pieces = hours->pieces;

	memset(term->usage, 0, period->tariff->charge_count * sizeof(*term->usage));
	for (size_t i = 0; i < period->tariff->charge_count; i++) {
		const struct tariff_charge *charge = &period->tariff->charges[i];
		struct hour_sum sum = {.slice = period->slice};

		for (size_t row = 0; row < hours->usage->count; row++) {
			const struct usage_row *at = &hours->usage->rows[row];

			if (at->time < period->from || at->time >= period->to || hours->index[at->dimension] != i)
				continue;
			if (at->time / APOLLO_HOUR != sum.hour || at->time >= term->schedule->slices[sum.slice].to)
				hour_take(term, i, charge, &sum, pieces);
			while (at->time >= term->schedule->slices[sum.slice].to)
				sum.slice++;
			if (!sum.open)
				sum = (struct hour_sum){sum.slice, at->time / APOLLO_HOUR, 0, true};
			sum.quantity = quantity_capped(sum.quantity, at->quantity);
		}
		hour_take(term, i, charge, &sum, pieces);
		term->usage[i].pieces = pieces;
		pieces += term->usage[i].piece_count;
	}
}

static void credit_note(struct term *term, const struct bill *bill)
{
	term->unused = exact_add(term->unused, tariff_last_place(bill->tariff, bill->expired));
	term->uncovered = exact_add(term->uncovered, tariff_last_place(bill->tariff, bill->uncovered));
}

/* What is left of credit when the term ends. */
static void credit_end(struct term *term)
{
	const struct tariff *widest = schedule_widest(term->schedule);

	for (size_t i = 0; i < widest->payment_count; i++)
		term->unused = exact_add(term->unused, tariff_last_place(widest, term->wallet.purses[i].left));
}

/* Sums of the last place, as bills would have them; false: one does not fit. */
struct quick_sums {
	int64_t total, unused, uncovered;
};

static bool quick_credit(struct term_quick *quick, const struct period *period, int64_t open, struct quick_sums *sums)
{
	const struct tariff *tariff = period->tariff;
	bool credit = false, fits = true;

	for (size_t i = 0; i < tariff->payment_count; i++) {
		const struct tariff_payment *payment = &tariff->payments[i];
		struct quick_payment *purse = &quick->payments[i];
		int64_t month, drawn;
		bool due = payment_due(period, payment, &month);

		credit |= payment->credit.text != NULL;
		if ((purse->until && period->month >= purse->until) || (due && payment->expires)) {
			fits &= quantity_add(sums->unused, purse->left, &sums->unused);
			purse->left = 0;
		}
		if (due) {
			fits &= quantity_add(purse->left, purse->credit, &purse->left) && quantity_add(sums->total, purse->paid, &sums->total);
			purse->until = payment->lasts_months ? month + payment->lasts_months : 0;
		}
		drawn = open < purse->left ? open : purse->left;
		purse->left -= drawn;
		open -= drawn;
		sums->total -= drawn;
	}
	return fits && (!credit || quantity_add(sums->uncovered, open, &sums->uncovered));
}

/* billables: of each charge. */
static bool period_quick(struct term *term, const struct period *period, const int64_t *billables, struct quick_sums *sums)
{
	const struct tariff *tariff = period->tariff;
	int64_t used = 0, amount;

	for (size_t i = 0; i < tariff->charge_count; i++)
		/* What has no price can still have a minimum. */
		if ((tariff->charges[i].priced || tariff->charges[i].limits.minimum.text) &&
		    (!charge_quick(tariff, &tariff->charges[i], billables[i], &amount) || !quantity_add(used, amount, &used)))
			return false;
	return quantity_add(sums->total, used, &sums->total) && quantity_add(sums->total, term->quick->fee, &sums->total) &&
	       (tariff->payment_count == 0 || quick_credit(term->quick, period, used, sums));
}

void term_take(struct term *term, const int64_t *quantities, int64_t *billables)
{
	const struct schedule *schedule = term->schedule;
	size_t count = schedule->periods[0].tariff->charge_count;

	memset(term->allowances, 0, count * sizeof(*term->allowances));
	for (size_t i = 0; i < schedule->period_count; i++) {
		months_take(term, &schedule->periods[i], quantities);
		for (size_t j = 0; j < count; j++)
			billables[i * count + j] = term->usage[j].billable;
	}
}

bool tariff_takes_alike(const struct tariff *one, const struct tariff *other)
{
	if (one->charge_count != other->charge_count || one->billing_months != other->billing_months || one->proration != other->proration)
		return false;
	for (size_t i = 0; i < one->charge_count; i++) {
		const struct tariff_charge *left = &one->charges[i], *right = &other->charges[i];

		if (left->included != right->included || left->reset_months != right->reset_months || left->unlimited != right->unlimited ||
		    left->step != right->step || left->step_rounding != right->step_rounding)
			return false;
	}
	return true;
}

bool term_rate_taken(struct term *term, const int64_t *billables, struct exact *total)
{
	const struct schedule *schedule = term->schedule;
	const struct tariff *tariff = schedule->periods[0].tariff;
	struct quick_sums sums = {0};

	if (!term->quick)
		return false;
	for (size_t i = 0; i < tariff->payment_count; i++)
		term->quick->payments[i].left = term->quick->payments[i].until = 0;
	for (size_t i = 0; i < schedule->period_count; i++)
		if (!period_quick(term, &schedule->periods[i], billables + i * tariff->charge_count, &sums))
			return false;
	for (size_t i = 0; i < tariff->payment_count; i++)
		if (!quantity_add(sums.unused, term->quick->payments[i].left, &sums.unused))
			return false;
	*total = exact_of(sums.total);
	term->unused = exact_of(sums.unused);
	term->uncovered = exact_of(sums.uncovered);
	return true;
}

struct exact term_rate(struct term *term, const int64_t *quantities, struct bill_line *lines, term_each each, void *context)
{
	const struct tariff *first = term->schedule->periods[0].tariff;
	size_t payments = schedule_widest(term->schedule)->payment_count;
	struct exact total = exact_zero();
	struct bill bill;

	term->unused = term->uncovered = exact_zero();
	if (term->quick && !lines && !each && !term->hours) {
		term_take(term, quantities, term->billables);
		if (term_rate_taken(term, term->billables, &total))
			return total;
	}
	memset(term->allowances, 0, first->charge_count * sizeof(*term->allowances));
	memset(term->wallet.purses, 0, payments * sizeof(*term->wallet.purses));
	for (size_t i = 0; i < term->schedule->period_count; i++) {
		const struct period *period = &term->schedule->periods[i];

		if (term->hours)
			hours_take(term, period);
		else
			months_take(term, period, quantities);
		bill.lines = lines;
		bill_make(period->tariff, period, term->usage, &term->wallet, &bill);
		total = exact_add(total, tariff_last_place(period->tariff, bill.total));
		if (payments)
			credit_note(term, &bill);
		if (each)
			each(context, &bill);
	}
	credit_end(term);
	return total;
}

/* ---- a quote ---- */

struct keeping {
	struct scope *scope;
	struct quote *quote;
	bool failed;
};

static void bill_keep(void *context, const struct bill *bill)
{
	struct keeping *keeping = context;
	struct bill *kept = &keeping->quote->bills[keeping->quote->bill_count++];

	*kept = *bill;
	kept->lines = scope_alloc(keeping->scope, (bill->line_count + 1) * sizeof(*kept->lines));
	if (kept->lines)
		memcpy(kept->lines, bill->lines, bill->line_count * sizeof(*kept->lines));
	else
		keeping->failed = true;
}

static int hours_make(struct scope *scope, const struct contract *contract, const struct usage *usage, struct term *term, struct error *error)
{
	struct term_hours *hours;

	if (contract->phases[0].tariff->place != TARIFF_HOUR)
		return 0;
	hours = scope_alloc(scope, sizeof(*hours));
	if (!hours || !(hours->pieces = scope_alloc(scope, (usage->count + 1) * sizeof(*hours->pieces))) ||
	    !(hours->index = charges_index(scope, contract->offer, contract->phases[0].tariff)))
		return error_memory(error, "usage");
	hours->usage = usage;
	term->hours = hours;
	return 0;
}

static size_t payments_outside(const struct schedule *schedule)
{
	const struct tariff *widest = schedule_widest(schedule);
	size_t count = 0;

	for (size_t i = 0; i < widest->payment_count; i++)
		count += widest->payments[i].at && (widest->payments[i].at < schedule->start || widest->payments[i].at >= schedule->end);
	return count;
}

int quote_make(struct scope *scope, const struct contract *contract, const struct usage *usage, struct quote *quote, struct error *error)
{
	const struct tariff *tariff = contract->phases[0].tariff;
	struct quote made = {.decimals = tariff->decimals, .currency = tariff->currency};
	struct keeping keeping = {scope, &made, false};
	struct bill_line *lines;
	struct term term;
	int64_t *quantities;

	if (schedule_make(scope, contract->phases, contract->phase_count, contract->start, contract->end, &made.schedule, error) < 0 ||
	    term_make(scope, &made.schedule, &term, error) < 0 || hours_make(scope, contract, usage, &term, error) < 0)
		return error->code;
	lines = scope_alloc(scope, bill_room(schedule_widest(&made.schedule)) * sizeof(*lines));
	made.bills = scope_alloc(scope, made.schedule.period_count * sizeof(*made.bills));
	quantities = scope_alloc(scope, (made.schedule.slice_count * tariff->charge_count + 1) * sizeof(*quantities));
	if (!lines || !made.bills || !quantities)
		return error_memory(error, "a quote");
	if (usage_spread(&made.schedule, contract->offer, usage, quantities, &made.outside, error) < 0)
		return error->code;
	made.payments_outside = payments_outside(&made.schedule);
	made.total = term_rate(&term, quantities, lines, bill_keep, &keeping);
	if (keeping.failed)
		return error_memory(error, "a quote");
	*quote = made;
	for (size_t i = 0; i < quote->bill_count; i++)
		quote->bills[i].period = &quote->schedule.periods[i];
	return 0;
}
