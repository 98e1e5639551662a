/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/offers/oracle.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MONTHS = 256, CHARGES = 8, PAYMENTS = 8 };

/* ---- rationals ---- */

static void power_of_ten(mpq_t power, int exponent)
{
	mpq_set_ui(power, 1, 1);
	mpz_ui_pow_ui(mpq_numref(power), 10, (unsigned long)exponent);
}

static void set_integer(mpq_t rational, int64_t value)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%lld", (long long)value);
	(void)mpq_set_str(rational, text, 10);
}

/* From the text that was written, not from what was made of it. */
static void set_decimal(mpq_t rational, const struct decimal *decimal)
{
	char digits[64];
	size_t count = 0;
	int places = 0;
	bool behind = false;
	mpq_t power;

	mpq_set_ui(rational, 0, 1);
	if (!decimal->text)
		return;
	for (const char *at = decimal->text; *at; at++) {
		if (*at == '.') {
			behind = true;
			continue;
		}
		digits[count++] = *at;
		places += behind;
	}
	digits[count] = '\0';
	(void)mpq_set_str(rational, digits, 10);
	mpq_init(power);
	power_of_ten(power, places);
	mpq_div(rational, rational, power);
	mpq_clear(power);
}

void oracle_exact(struct exact value, int scale, mpq_t rational)
{
	mpq_t power;

	mpq_init(power);
	mpq_set_ui(rational, 0, 1);
	mpz_import(mpq_numref(rational), EXACT_LIMBS, -1, sizeof(mp_limb_t), 0, 0, value.limbs);
	if (value.negative)
		mpq_neg(rational, rational);
	power_of_ten(power, scale);
	mpq_div(rational, rational, power);
	mpq_clear(power);
}

/* To a whole number.  Ties are seen by comparing what is behind the floor with a half. */
static void round_whole(mpq_t value, enum rounding rounding)
{
	mpz_t floor, behind;
	int half, sign = mpq_sgn(value);
	bool whole, up = false;

	mpz_inits(floor, behind, NULL);
	mpz_fdiv_qr(floor, behind, mpq_numref(value), mpq_denref(value));
	whole = mpz_sgn(behind) == 0;
	mpz_mul_2exp(behind, behind, 1);
	half = mpz_cmp(behind, mpq_denref(value));
	if (rounding == ROUND_HALF_AWAY)
		up = half > 0 || (half == 0 && sign > 0);
	else if (rounding == ROUND_HALF_UP)
		up = half >= 0;
	else if (rounding == ROUND_HALF_EVEN)
		up = half > 0 || (half == 0 && mpz_odd_p(floor));
	else if (rounding == ROUND_UP)
		up = sign > 0;
	else if (rounding == ROUND_DOWN)
		up = sign < 0;
	else
		up = rounding == ROUND_CEILING;
	if (up && !whole)
		mpz_add_ui(floor, floor, 1);
	mpq_set_z(value, floor);
	mpz_clears(floor, behind, NULL);
}

static void round_to(mpq_t value, int places, enum rounding rounding)
{
	mpq_t power;

	mpq_init(power);
	power_of_ten(power, places);
	mpq_mul(value, value, power);
	round_whole(value, rounding);
	mpq_div(value, value, power);
	mpq_clear(power);
}

static void round_money(const struct tariff *tariff, mpq_t value)
{
	round_to(value, tariff->decimals, tariff->rounding);
}

/* value *= percent / 100 */
static void multiply_percent(mpq_t value, const struct decimal *percent)
{
	mpq_t factor, hundred;

	mpq_inits(factor, hundred, NULL);
	set_decimal(factor, percent);
	mpq_set_ui(hundred, 100, 1);
	mpq_div(factor, factor, hundred);
	mpq_mul(value, value, factor);
	mpq_clears(factor, hundred, NULL);
}

/* ---- months ---- */

static bool leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_length(int64_t year, int month)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && leap(year) ? 29 : lengths[month - 1];
}

/* Counts days one year and one month after the other. */
static int64_t days_of(int64_t year, int month, int day)
{
	int64_t days = 0;

	for (int64_t at = 1970; at < year; at++)
		days += leap(at) ? 366 : 365;
	for (int at = 1; at < month; at++)
		days += month_length(year, at);
	return days + day - 1;
}

static void date_of(int64_t days, int64_t *year, int *month, int *day)
{
	for (*year = 1970; days >= (leap(*year) ? 366 : 365); ++*year)
		days -= leap(*year) ? 366 : 365;
	for (*month = 1; days >= month_length(*year, *month); ++*month)
		days -= month_length(*year, *month);
	*day = (int)days + 1;
}

static int64_t months_later(int64_t local, int64_t months, bool first)
{
	int64_t days = local / APOLLO_DAY, year;
	int month, day;

	date_of(days, &year, &month, &day);
	while (months-- > 0)
		if (++month == 13) {
			month = 1;
			year++;
		}
	if (first)
		return days_of(year, month, 1) * APOLLO_DAY;
	return days_of(year, month, day < month_length(year, month) ? day : month_length(year, month)) * APOLLO_DAY + local % APOLLO_DAY;
}

/* ---- a term ---- */

struct fraction {
	int64_t part, whole;
};

struct month {
	int64_t from, to;
	struct fraction part;
	int64_t quantities[CHARGES];
};

struct purse_state {
	mpq_t left;
	int64_t until;
};

struct rating {
	const struct contract *contract;
	const struct zone *zone;
	const struct usage *usage;
	struct month months[MONTHS];
	int64_t month_count;
	/* Of each charge: what was used of its included quantity's period, and which that is. */
	int64_t used[CHARGES], reset_begin[CHARGES], reset_length[CHARGES];
	struct purse_state purses[PAYMENTS];
};

static int64_t month_begins(const struct rating *rating, int64_t number)
{
	const struct contract *contract = rating->contract;
	bool calendar = contract->phases[0].tariff->calendar;

	if (number == 0 && !calendar)
		return contract->start;
	return zone_time(rating->zone, months_later(zone_local(rating->zone, contract->start), number, calendar));
}

/* The days of the zone that a span touches. */
static int64_t days_touched(const struct zone *zone, int64_t from, int64_t to)
{
	return zone_local(zone, to - 1) / APOLLO_DAY - zone_local(zone, from) / APOLLO_DAY + 1;
}

static struct fraction fraction_of(const struct rating *rating, int64_t from, int64_t to, int64_t whole_from, int64_t whole_to)
{
	enum tariff_proration proration = rating->contract->phases[0].tariff->proration;

	if (proration == TARIFF_WHOLE || (from == whole_from && to == whole_to))
		return (struct fraction){1, 1};
	if (proration == TARIFF_DAYS)
		return (struct fraction){days_touched(rating->zone, from, to), days_touched(rating->zone, whole_from, whole_to)};
	return (struct fraction){(to - from) / 1000000, (whole_to - whole_from) / 1000000};
}

static bool months_cut(struct rating *rating)
{
	const struct contract *contract = rating->contract;

	for (rating->month_count = 0;; rating->month_count++) {
		int64_t from = month_begins(rating, rating->month_count), to = month_begins(rating, rating->month_count + 1);
		struct month *month = &rating->months[rating->month_count];

		if (from >= contract->end)
			return true;
		if (rating->month_count == MONTHS)
			return false;
		*month = (struct month){.from = from > contract->start ? from : contract->start, .to = to < contract->end ? to : contract->end};
		month->part = fraction_of(rating, month->from, month->to, from, to);
	}
}

static size_t phase_of(const struct contract *contract, int64_t month)
{
	size_t phase = 0;

	while (phase + 1 < contract->phase_count && month >= contract->phases[phase].months)
		month -= contract->phases[phase++].months;
	return phase;
}

/* ---- quantities ---- */

static int64_t quantity_stepped(const struct tariff_charge *charge, int64_t quantity)
{
	mpq_t rounded, step;
	int64_t result;

	if (!charge->step)
		return quantity;
	mpq_inits(rounded, step, NULL);
	set_integer(rounded, quantity);
	set_integer(step, charge->step);
	mpq_div(rounded, rounded, step);
	round_whole(rounded, charge->step_rounding);
	mpq_mul(rounded, rounded, step);
	result = (int64_t)mpz_get_si(mpq_numref(rounded));
	mpq_clears(rounded, step, NULL);
	return result;
}

/* Of what was used in a reset period, what is past the included quantity. */
static int64_t past(int64_t used, int64_t included)
{
	return used < 0 ? used : used > included ? used - included : 0;
}

static int64_t included_now(const struct rating *rating, const struct tariff *tariff, const struct tariff_charge *charge, int64_t month,
			    struct fraction period)
{
	struct fraction part = charge->reset_months == tariff->billing_months ? period
			       : charge->reset_months == 1		      ? rating->months[month].part
									      : (struct fraction){1, 1};
	__extension__ typedef __int128 wide;

	return (int64_t)((wide)charge->included * part.part / part.whole);
}

static int64_t billable_take(struct rating *rating, const struct tariff *tariff, size_t index, int64_t month, struct fraction period, int64_t quantity)
{
	const struct tariff_charge *charge = &tariff->charges[index];
	int64_t begin = charge->reset_months ? month - month % charge->reset_months : 0, before, included;

	if (charge->unlimited)
		return 0;
	if (rating->reset_begin[index] != begin || rating->reset_length[index] != charge->reset_months) {
		rating->reset_begin[index] = begin;
		rating->reset_length[index] = charge->reset_months;
		rating->used[index] = 0;
	}
	included = included_now(rating, tariff, charge, month, period);
	before = past(rating->used[index], included);
	rating->used[index] += quantity;
	return past(rating->used[index], included) - before;
}

/* ---- prices ---- */

static void price_positive(const struct tariff_charge *charge, int64_t billable, mpq_t price)
{
	mpq_t amount, unit, million;
	bool due = billable > 0 || charge->fee_at_zero;

	mpq_inits(amount, unit, million, NULL);
	mpq_set_ui(million, 1000000, 1);
	mpq_set_ui(price, 0, 1);
	for (size_t i = 0; i < charge->tier_count; i++) {
		const struct tariff_tier *tier = &charge->tiers[i];
		int64_t from = i ? charge->tiers[i - 1].up_to : 0, size;
		bool entered = i == 0 ? due : charge->bound_above ? billable >= from : billable > from;
		bool left = tier->up_to != INT64_MAX && (charge->bound_above ? billable >= tier->up_to : billable > tier->up_to);

		if (charge->model != TARIFF_GRADUATED && left)
			continue;
		if (!entered)
			break;
		size = charge->model == TARIFF_GRADUATED ? (left ? tier->up_to : billable) - from : billable;
		set_integer(amount, size);
		if (charge->model == TARIFF_PACKAGE) {
			set_integer(unit, charge->package);
			mpq_div(amount, amount, unit);
			round_whole(amount, ROUND_CEILING);
		} else {
			mpq_div(amount, amount, million);
		}
		set_decimal(unit, &tier->price);
		mpq_mul(amount, amount, unit);
		mpq_add(price, price, amount);
		set_decimal(amount, &tier->fee);
		mpq_add(price, price, amount);
		if (charge->model != TARIFF_GRADUATED)
			break;
	}
	mpq_clears(amount, unit, million, NULL);
}

/* A correction gives back what so much would have cost, but no fee that is due without usage too. */
static void price_of(const struct tariff_charge *charge, int64_t billable, mpq_t price)
{
	mpq_t nothing;

	if (!charge->priced) {
		mpq_set_ui(price, 0, 1);
		return;
	}
	if (billable >= 0) {
		price_positive(charge, billable, price);
		return;
	}
	mpq_init(nothing);
	price_positive(charge, 0, nothing);
	price_positive(charge, -billable, price);
	mpq_sub(price, nothing, price);
	mpq_add(price, price, nothing);
	mpq_clear(nothing);
}

/* ---- steps ---- */

static void set_prorated(const struct tariff *tariff, struct fraction period, const struct decimal *money, const struct decimal *percent, mpq_t value)
{
	mpq_t part;

	mpq_init(part);
	set_decimal(value, money);
	mpq_set(part, value);
	multiply_percent(part, percent);
	mpq_sub(value, value, part);
	if (period.part != period.whole) {
		set_integer(part, period.part);
		mpq_mul(value, value, part);
		set_integer(part, period.whole);
		mpq_div(value, value, part);
		round_money(tariff, value);
	}
	mpq_clear(part);
}

static void step_change(const struct tariff *tariff, struct fraction period, const struct tariff_limits *limits, enum tariff_step step,
			const mpq_t amount, mpq_t change)
{
	static const struct decimal none;
	mpq_t limit;

	mpq_init(limit);
	mpq_set_ui(change, 0, 1);
	if (step == TARIFF_DISCOUNT) {
		mpq_set(change, amount);
		multiply_percent(change, &limits->discount);
		mpq_neg(change, change);
		mpq_add(limit, amount, change); /* what is left */
		if (mpq_sgn(limit) > 0) {
			mpq_t fixed;

			mpq_init(fixed);
			set_decimal(fixed, &limits->discount_amount);
			mpq_sub(change, change, mpq_cmp(fixed, limit) < 0 ? fixed : limit);
			mpq_clear(fixed);
		}
	} else if (step == TARIFF_MAXIMUM && limits->maximum.text) {
		set_prorated(tariff, period, &limits->maximum, &none, limit);
		if (mpq_cmp(amount, limit) > 0)
			mpq_sub(change, limit, amount);
	} else if (step == TARIFF_MINIMUM && limits->minimum.text) {
		set_prorated(tariff, period, &limits->minimum, &none, limit);
		if (mpq_cmp(amount, limit) < 0)
			mpq_sub(change, limit, amount);
	}
	mpq_clear(limit);
}

/* ---- a bill ---- */

static void line_put(struct oracle_bill *bill, const struct tariff *tariff, enum bill_kind kind, const mpq_t amount)
{
	struct oracle_line *line = &bill->lines[bill->line_count];

	mpq_set(line->amount, amount);
	if (tariff->place != TARIFF_INVOICE && kind != BILL_USAGE)
		round_money(tariff, line->amount);
	if (kind != BILL_USAGE && mpq_sgn(line->amount) == 0)
		return;
	line->kind = kind;
	mpq_add(bill->total, bill->total, line->amount);
	bill->line_count++;
}

struct period_usage {
	int64_t quantity, billable;
	int64_t *hours;
	size_t hour_count;
};

static void usage_line(struct oracle_bill *bill, const struct tariff *tariff, struct fraction period, const struct tariff_charge *charge,
		       const struct period_usage *usage)
{
	struct oracle_line *line = &bill->lines[bill->line_count];
	mpq_t amount, change;

	mpq_inits(amount, change, NULL);
	if (tariff->place == TARIFF_HOUR) {
		mpq_t before, after;
		int64_t used = 0;

		mpq_inits(before, after, NULL);
		price_of(charge, 0, before);
		mpq_set(amount, before);
		round_money(tariff, amount);
		for (size_t i = 0; i < usage->hour_count; i++) {
			used += usage->hours[i];
			price_of(charge, used, after);
			mpq_sub(change, after, before);
			round_money(tariff, change);
			mpq_add(amount, amount, change);
			mpq_set(before, after);
		}
		mpq_clears(before, after, NULL);
	} else {
		price_of(charge, usage->billable, amount);
		if (tariff->place == TARIFF_STEP)
			round_money(tariff, amount);
	}
	for (int i = 0; i < TARIFF_STEPS; i++) {
		step_change(tariff, period, &charge->limits, tariff->order[i], amount, change);
		if (tariff->place == TARIFF_STEP)
			round_money(tariff, change);
		mpq_add(amount, amount, change);
	}
	if (tariff->place != TARIFF_INVOICE)
		round_money(tariff, amount);
	line->quantity = usage->quantity;
	line->billable = usage->billable;
	line_put(bill, tariff, BILL_USAGE, amount);
	mpq_clears(amount, change, NULL);
}

/* The first month of [from, to) in which a payment falls due; -1: none. */
static int64_t due_month(const struct tariff_payment *payment, const struct oracle_bill *bill, int64_t from, int64_t to)
{
	if (payment->at)
		return bill->from <= payment->at && payment->at < bill->to ? from : -1;
	for (int64_t month = payment->from_month; month < to; month += payment->every_months) {
		if (month >= from)
			return month;
		if (!payment->every_months)
			return -1;
	}
	return -1;
}

/* Of each billing period, so in proportion; or whole. */
static void payment_value(const struct tariff *tariff, struct fraction period, const struct tariff_payment *payment, const struct decimal *money, mpq_t value)
{
	static const struct decimal none;

	if (payment->every_months == tariff->billing_months)
		set_prorated(tariff, period, money, &none, value);
	else
		set_decimal(value, money);
}

static void credit_step(struct rating *rating, struct oracle_bill *bill, const struct tariff *tariff, struct fraction period, int64_t from, int64_t to)
{
	mpq_t usage, drawn;
	bool credits = false;

	mpq_inits(usage, drawn, NULL);
	for (size_t i = 0; i < bill->line_count; i++)
		if (bill->lines[i].kind == BILL_USAGE)
			mpq_add(usage, usage, bill->lines[i].amount);
	if (mpq_cmp(bill->total, usage) < 0)
		mpq_set(usage, bill->total);
	for (size_t i = 0; i < tariff->payment_count; i++) {
		const struct tariff_payment *payment = &tariff->payments[i];
		struct purse_state *purse = &rating->purses[i];
		int64_t due = due_month(payment, bill, from, to);

		if ((purse->until && from >= purse->until) || (due >= 0 && payment->expires))
			mpq_set_ui(purse->left, 0, 1);
		if (due >= 0) {
			payment_value(tariff, period, payment, &payment->credit, drawn);
			mpq_add(purse->left, purse->left, drawn);
			purse->until = payment->lasts_months ? due + payment->lasts_months : 0;
		}
		credits = credits || payment->credit.text;
		mpq_set(drawn, mpq_cmp(usage, purse->left) < 0 ? usage : purse->left);
		if (mpq_sgn(drawn) <= 0)
			continue;
		mpq_sub(usage, usage, drawn);
		mpq_sub(purse->left, purse->left, drawn);
		mpq_neg(drawn, drawn);
		line_put(bill, tariff, BILL_CREDIT, drawn);
	}
	if (credits && tariff->overage.text && mpq_sgn(usage) > 0) {
		set_decimal(drawn, &tariff->overage);
		mpq_mul(drawn, drawn, usage);
		mpq_sub(drawn, drawn, usage);
		line_put(bill, tariff, BILL_OVERAGE, drawn);
	}
	mpq_clears(usage, drawn, NULL);
}

static void bill_finish(struct rating *rating, struct oracle_bill *bill, const struct tariff *tariff, struct fraction period, int64_t from, int64_t to)
{
	static const enum bill_kind kinds[] = {BILL_DISCOUNT, BILL_MAXIMUM, BILL_MINIMUM};
	mpq_t amount;

	mpq_init(amount);
	set_prorated(tariff, period, &tariff->base_fee, &tariff->base_discount, amount);
	line_put(bill, tariff, BILL_BASE_FEE, amount);
	for (int i = 0; i < TARIFF_STEPS; i++) {
		enum tariff_step step = tariff->order[i];

		if (step == TARIFF_CREDIT) {
			credit_step(rating, bill, tariff, period, from, to);
			continue;
		}
		step_change(tariff, period, &tariff->limits, step, bill->total, amount);
		line_put(bill, tariff, kinds[step], amount);
	}
	for (size_t i = 0; i < tariff->payment_count; i++)
		if (due_month(&tariff->payments[i], bill, from, to) >= 0) {
			payment_value(tariff, period, &tariff->payments[i], &tariff->payments[i].paid, amount);
			line_put(bill, tariff, BILL_PAYMENT, amount);
		}
	mpq_set(amount, bill->total);
	round_money(tariff, amount);
	mpq_sub(amount, amount, bill->total);
	line_put(bill, tariff, BILL_ROUNDING, amount);
	mpq_clear(amount);
}

/* ---- the whole ---- */

static size_t charge_index(const struct contract *contract, uint32_t dimension)
{
	const struct tariff *tariff = contract->phases[0].tariff;

	for (size_t i = 0; i < tariff->charge_count; i++)
		if (tariff->charges[i].dimension == &contract->offer->dimensions[dimension])
			return i;
	return SIZE_MAX;
}

static void quantities_sum(struct rating *rating, struct oracle *oracle)
{
	for (size_t i = 0; i < rating->usage->count; i++) {
		const struct usage_row *row = &rating->usage->rows[i];
		size_t charge = charge_index(rating->contract, row->dimension);
		int64_t month = 0;

		while (month < rating->month_count && !(row->time >= rating->months[month].from && row->time < rating->months[month].to))
			month++;
		if (charge == SIZE_MAX || month == rating->month_count)
			oracle->outside++;
		else
			rating->months[month].quantities[charge] += row->quantity;
	}
}

/* What each hour of a month used, in order; hours without usage are left out. */
static void hours_take(struct rating *rating, const struct tariff *tariff, size_t charge, int64_t month, struct fraction period,
		       struct period_usage *usage)
{
	int64_t hour = INT64_MIN, sum = 0;

	for (size_t i = 0; i <= rating->usage->count; i++) {
		const struct usage_row *row = i < rating->usage->count ? &rating->usage->rows[i] : NULL;

		if (row && (row->time < rating->months[month].from || row->time >= rating->months[month].to ||
			    charge_index(rating->contract, row->dimension) != charge))
			continue;
		if (hour != INT64_MIN && (!row || row->time / APOLLO_HOUR != hour)) {
			int64_t quantity = quantity_stepped(&tariff->charges[charge], sum), billable;

			billable = billable_take(rating, tariff, charge, month, period, quantity);
			usage->quantity += quantity;
			usage->billable += billable;
			usage->hours[usage->hour_count++] = billable;
			sum = 0;
		}
		if (row) {
			hour = row->time / APOLLO_HOUR;
			sum += row->quantity;
		}
	}
}

static void period_rate(struct rating *rating, struct oracle_bill *bill, int64_t from, int64_t to)
{
	const struct tariff *tariff = rating->contract->phases[phase_of(rating->contract, from)].tariff;
	struct fraction period;

	bill->from = rating->months[from].from;
	bill->to = rating->months[to - 1].to;
	bill->line_count = 0;
	mpq_set_ui(bill->total, 0, 1);
	period = fraction_of(rating, bill->from, bill->to, month_begins(rating, from), month_begins(rating, from + tariff->billing_months));
	for (size_t i = 0; i < tariff->charge_count; i++) {
		struct period_usage usage = {.hours = calloc(rating->usage->count + 1, sizeof(*usage.hours))};

		if (!usage.hours)
			abort();
		for (int64_t month = from; month < to; month++) {
			int64_t quantity = quantity_stepped(&tariff->charges[i], rating->months[month].quantities[i]);

			if (tariff->place == TARIFF_HOUR) {
				hours_take(rating, tariff, i, month, period, &usage);
				continue;
			}
			usage.quantity += quantity;
			usage.billable += billable_take(rating, tariff, i, month, period, quantity);
		}
		usage_line(bill, tariff, period, &tariff->charges[i], &usage);
		free(usage.hours);
	}
	bill_finish(rating, bill, tariff, period, from, to);
}

void oracle_init(struct oracle *oracle)
{
	mpq_init(oracle->total);
	for (size_t i = 0; i < ORACLE_PERIODS; i++) {
		mpq_init(oracle->bills[i].total);
		for (size_t j = 0; j < ORACLE_LINES; j++)
			mpq_init(oracle->bills[i].lines[j].amount);
	}
}

bool oracle_rate(struct oracle *oracle, const struct contract *contract, const struct zone *zone, const struct usage *usage)
{
	struct rating rating = {.contract = contract, .zone = zone, .usage = usage};
	int64_t length = contract->phases[0].tariff->billing_months;

	oracle->count = 0;
	oracle->outside = 0;
	mpq_set_ui(oracle->total, 0, 1);
	if (!months_cut(&rating) || (rating.month_count + length - 1) / length > ORACLE_PERIODS)
		return false;
	for (size_t i = 0; i < PAYMENTS; i++)
		mpq_init(rating.purses[i].left);
	for (size_t i = 0; i < CHARGES; i++)
		rating.reset_begin[i] = -1;
	quantities_sum(&rating, oracle);
	for (int64_t from = 0; from < rating.month_count; from += length) {
		struct oracle_bill *bill = &oracle->bills[oracle->count++];

		period_rate(&rating, bill, from, from + length < rating.month_count ? from + length : rating.month_count);
		mpq_add(oracle->total, oracle->total, bill->total);
	}
	for (size_t i = 0; i < PAYMENTS; i++)
		mpq_clear(rating.purses[i].left);
	return true;
}
