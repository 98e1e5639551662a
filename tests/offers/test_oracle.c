/* SPDX-License-Identifier: Apache-2.0 */
/* Random offers and usage, over everything a tariff can say, rated by apollo and by the oracle; each line must be the same. */
#include "offers/catalog.h"
#include "tests/offers/oracle.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined(__SANITIZE_ADDRESS__)
enum { ROUNDS = 10000 };
#else
enum { ROUNDS = 100000 };
#endif

enum { ROWS = 32, DIMENSIONS = 4, PHASES = 3 };

static uint64_t state;

static uint64_t random_next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static int64_t below(int64_t end)
{
	return (int64_t)(random_next() % (uint64_t)end);
}

static bool one_in(int64_t count)
{
	return below(count) == 0;
}

/* ---- a world ---- */

struct world {
	struct scope scope;
	struct catalog_dimension dimensions[DIMENSIONS];
	struct catalog_offer offer;
	struct phase phases[PHASES];
	struct contract contract;
	const struct zone *zone;
	struct usage_row rows[ROWS];
	struct usage usage;
};

static const struct zone *zones[4];
static const char *const zone_names[] = {"America/Los_Angeles", "Europe/Berlin", "Australia/Sydney", "Asia/Kolkata"};

static struct decimal decimal_of(struct world *world, int whole_digits, int places)
{
	struct decimal decimal = {0};
	char text[64];
	int size = 0;

	for (int i = 0; i < whole_digits; i++)
		text[size++] = (char)('0' + below(10));
	if (places)
		text[size++] = '.';
	for (int i = 0; i < places; i++)
		text[size++] = (char)('0' + below(10));
	text[size] = '\0';
	if (!decimal_read(scope_copy(&world->scope, text, (size_t)size), &decimal))
		abort();
	return decimal;
}

static struct decimal money(struct world *world)
{
	if (one_in(40))
		return decimal_of(world, 18, 18);
	return decimal_of(world, 1 + (int)below(3), one_in(3) ? 0 : (int)below(5));
}

static struct decimal percent(struct world *world)
{
	struct decimal decimal = {0};

	if (one_in(12))
		(void)decimal_read(one_in(2) ? "100" : "0", &decimal);
	else
		decimal = decimal_of(world, 1 + (int)below(2), (int)below(one_in(8) ? 7 : 3));
	return decimal;
}

static struct tariff_limits limits_make(struct world *world)
{
	struct tariff_limits limits = {0};

	if (one_in(3))
		limits.discount = percent(world);
	if (one_in(6))
		limits.discount_amount = money(world);
	if (one_in(5))
		limits.minimum = money(world);
	if (one_in(5))
		limits.maximum = money(world);
	if (limits.minimum.text && limits.maximum.text && decimal_compare(&limits.minimum, &limits.maximum) > 0)
		limits.minimum = limits.maximum;
	return limits;
}

/* A quantity that a bound may be at: whole units, halves, or anything. */
static int64_t bound(void)
{
	int64_t units = 1 + below(50);

	return one_in(4) ? units * APOLLO_MICRO / 2 : one_in(6) ? 1 + below(100 * APOLLO_MICRO) : units * APOLLO_MICRO;
}

static void charge_price_make(struct world *world, struct tariff_charge *charge)
{
	int64_t up_to = 0;

	charge->model = (enum tariff_model)below(4);
	charge->tier_count = charge->model == TARIFF_GRADUATED || charge->model == TARIFF_VOLUME ? (size_t)(1 + below(4)) : 1;
	charge->tiers = scope_alloc(&world->scope, charge->tier_count * sizeof(*charge->tiers));
	charge->package = charge->model == TARIFF_PACKAGE ? bound() : 0;
	for (size_t i = 0; i < charge->tier_count; i++) {
		struct tariff_tier *tier = &charge->tiers[i];

		tier->price = one_in(10) ? decimal_of(world, 1, 12) : money(world);
		if (one_in(3))
			tier->fee = money(world);
		up_to += bound();
		tier->up_to = i + 1 == charge->tier_count ? INT64_MAX : up_to;
	}
}

static void charge_make(struct world *world, struct tariff_charge *charge, const struct catalog_dimension *dimension)
{
	static const int resets[] = {0, 1, 1, 2, 3, 12};

	*charge = (struct tariff_charge){.where = "random:1", .dimension = dimension};
	charge->unlimited = one_in(12);
	charge->priced = !charge->unlimited || one_in(2);
	if (charge->priced)
		charge_price_make(world, charge);
	if (one_in(2)) {
		charge->included = bound();
		charge->reset_months = resets[below(6)];
	}
	charge->bound_above = one_in(3);
	charge->fee_at_zero = one_in(3);
	charge->step = one_in(4) ? one_in(2) ? APOLLO_MICRO : bound() : 0;
	charge->step_rounding = (enum rounding)below(7);
	charge->limits = limits_make(world);
}

static void payment_make(struct world *world, const struct tariff *tariff, struct tariff_payment *payment)
{
	*payment = (struct tariff_payment){.name = "payment", .paid = money(world)};
	if (!one_in(4))
		payment->credit = money(world);
	payment->expires = one_in(2);
	if (one_in(4)) {
		payment->at = world->contract.start + below(world->contract.end - world->contract.start + APOLLO_DAY) - APOLLO_HOUR;
		return;
	}
	payment->from_month = (int)below(5);
	if (one_in(2))
		payment->every_months = tariff->billing_months * (int)(1 + below(4));
	else if (one_in(2))
		payment->lasts_months = (int)(1 + below(8));
}

static void prices_make(struct world *world, struct tariff *tariff)
{
	for (size_t i = 0; i < tariff->charge_count; i++)
		charge_make(world, &tariff->charges[i], &world->dimensions[i]);
	tariff->base_fee = one_in(2) ? money(world) : (struct decimal){0};
	tariff->base_discount = one_in(3) ? percent(world) : (struct decimal){0};
	tariff->limits = one_in(2) ? limits_make(world) : (struct tariff_limits){0};
	for (size_t i = 0; i < tariff->payment_count; i++)
		payment_make(world, tariff, &tariff->payments[i]);
	tariff->overage = one_in(3) ? decimal_of(world, 1, (int)below(4)) : (struct decimal){0};
}

static struct tariff *tariff_make(struct world *world)
{
	struct tariff *tariff = scope_alloc(&world->scope, sizeof(*tariff));

	*tariff = (struct tariff){.where = "random:1", .currency = "USD", .rounding = (enum rounding)below(7), .place = (enum tariff_place)below(4),
				  .decimals = one_in(3) ? (int)below(7) : 2, .billing_months = one_in(2) ? 1 : (int)(1 + below(6)), .calendar = one_in(2),
				  .proration = (enum tariff_proration)below(3)};
	if (one_in(16)) {
		size_t zone = (size_t)below(4);

		world->zone = zones[zone];
		tariff->zone = zone_names[zone];
	}
	for (int i = 0; i < TARIFF_STEPS; i++) {
		int64_t other = below(i + 1);

		tariff->order[i] = tariff->order[other];
		tariff->order[other] = (enum tariff_step)i;
	}
	tariff->charge_count = (size_t)(1 + below(3));
	tariff->charges = scope_alloc(&world->scope, tariff->charge_count * sizeof(*tariff->charges));
	tariff->payment_count = one_in(2) ? 0 : (size_t)(1 + below(3));
	tariff->payments = scope_alloc(&world->scope, (tariff->payment_count + 1) * sizeof(*tariff->payments));
	return tariff;
}

/* Starts and ends lie on days, within them, or just beside them. */
static void term_make_random(struct world *world)
{
	int64_t day = apollo_days(2023, 1, 1) + below(1500), length = one_in(4) ? 1 + below(40) : 1 + below(500);

	world->contract.start = day * APOLLO_DAY + (one_in(3) ? below(86400) * APOLLO_MICRO : 0);
	world->contract.end = (day + length) * APOLLO_DAY + (one_in(3) ? below(86400) * APOLLO_MICRO : 0);
	if (world->contract.end <= world->contract.start)
		world->contract.end = world->contract.start + APOLLO_DAY;
}

/* Other prices, and other payments, which may be more. */
static void phase_change(struct world *world, struct tariff *tariff)
{
	if (one_in(2)) {
		tariff->payment_count = (size_t)below(4);
		tariff->payments = scope_alloc(&world->scope, 4 * sizeof(*tariff->payments));
	}
	prices_make(world, tariff);
}

static void phases_make(struct world *world, struct tariff *tariff)
{
	struct tariff *tariffs[PHASES] = {tariff};
	struct error error = {0};

	world->contract.phases = world->phases;
	world->contract.phase_count = one_in(3) ? (size_t)(1 + below(PHASES)) : 1;
	for (size_t i = 0; i < world->contract.phase_count; i++) {
		if (i == 0)
			continue;
		tariffs[i] = tariff_copy(&world->scope, tariffs[i - 1]);
		if (one_in(3))
			tariffs[i]->charges[0].included = bound();
		else
			phase_change(world, tariffs[i]);
	}
	UNIT_OK(tariffs_ready(tariffs, world->contract.phase_count, &error), &error);
	for (size_t i = 0; i < world->contract.phase_count; i++)
		world->phases[i] = (struct phase){.months = tariff->billing_months * (int)(1 + below(4)), .tariff = tariffs[i]};
}

/* Near something at which a charge changes its mind, mostly. */
static int64_t quantity_make(const struct tariff_charge *charge)
{
	int64_t quantity = 0;

	if (one_in(60))
		return below(INT64_MAX / ROWS);
	if (one_in(6))
		return one_in(2) ? 0 : below(200 * APOLLO_MICRO);
	if (charge->included && one_in(2))
		quantity += charge->included;
	if (charge->tier_count > 1 && one_in(2))
		quantity += charge->tiers[below((int64_t)charge->tier_count - 1)].up_to;
	else if (charge->package)
		quantity += charge->package * below(4);
	else if (charge->step)
		quantity += charge->step / 2 * below(6);
	else
		quantity += below(20) * APOLLO_MICRO;
	quantity += below(3) - 1;
	return one_in(8) ? -quantity : quantity;
}

static void usage_make(struct world *world)
{
	const struct tariff *tariff = world->contract.phases[below((int64_t)world->contract.phase_count)].tariff;
	int64_t span = world->contract.end - world->contract.start;
	struct error error = {0};

	world->usage = (struct usage){world->rows, (size_t)below(ROWS)};
	for (size_t i = 0; i < world->usage.count; i++) {
		struct usage_row *row = &world->rows[i];

		row->dimension = (uint32_t)below((int64_t)tariff->charge_count);
		row->time = world->contract.start + below(span);
		row->quantity = quantity_make(&tariff->charges[row->dimension]);
		if (one_in(20))
			row->time = one_in(2) ? world->contract.start - 1 : one_in(2) ? world->contract.end : world->contract.end - 1;
		else if (i && one_in(4))
			row->time = world->rows[i - 1].time + below(APOLLO_HOUR / 2); /* often of the same hour */
		if (one_in(40))
			row->dimension = DIMENSIONS - 1;
	}
	UNIT_OK(usage_sort(&world->usage, &error), &error);
}

static void world_make(struct world *world)
{
	struct tariff *tariff;

	*world = (struct world){.scope = scope_init(1 << 24)};
	for (size_t i = 0; i < DIMENSIONS; i++)
		world->dimensions[i] = (struct catalog_dimension){.name = "d", .unit = "unit"};
	world->offer = (struct catalog_offer){.name = "o", .dimensions = world->dimensions, .dimension_count = DIMENSIONS};
	world->contract = (struct contract){.name = "c", .offer = &world->offer};
	term_make_random(world);
	tariff = tariff_make(world);
	prices_make(world, tariff);
	phases_make(world, tariff);
	usage_make(world);
}

/* ---- one against the other ---- */

static struct oracle oracle;

static bool amount_same(const struct tariff *tariff, struct exact amount, const mpq_t wanted)
{
	mpq_t got;
	bool same;

	mpq_init(got);
	oracle_exact(amount, tariff->scale, got);
	same = !amount.overflow && mpq_equal(got, wanted);
	if (!same)
		(void)printf("\n    %f, the oracle says %f", mpq_get_d(got), mpq_get_d(wanted));
	mpq_clear(got);
	return same;
}

/* What a bill is and its oracle's is not; NULL: nothing. */
static const char *bill_differs(const struct bill *bill, const struct oracle_bill *wanted)
{
	if (bill->period->from != wanted->from || bill->period->to != wanted->to)
		return "the period";
	for (size_t i = 0; i < bill->line_count && i < wanted->line_count; i++) {
		const struct bill_line *line = &bill->lines[i];

		if (line->kind != wanted->lines[i].kind)
			return "the kind of a line";
		if (line->kind == BILL_USAGE && (line->usage.quantity != wanted->lines[i].quantity || line->usage.billable != wanted->lines[i].billable))
			return "a quantity";
		if (!amount_same(bill->tariff, line->amount, wanted->lines[i].amount))
			return bill_kind_name(line->kind);
	}
	if (bill->line_count != wanted->line_count)
		return "the number of lines";
	return amount_same(bill->tariff, bill->total, wanted->total) ? NULL : "the total";
}

static const char *quote_differs(const struct quote *quote)
{
	mpq_t total;
	bool same;

	if (quote->bill_count != oracle.count)
		return "the number of bills";
	if (quote->outside != oracle.outside)
		return "the rows left out";
	for (size_t i = 0; i < quote->bill_count; i++) {
		const char *what = bill_differs(&quote->bills[i], &oracle.bills[i]);

		if (what)
			return what;
	}
	mpq_init(total);
	oracle_exact(quote->total, quote->decimals, total);
	same = mpq_equal(total, oracle.total);
	mpq_clear(total);
	return same ? NULL : "the term's total";
}

/* The same without lines, as the tuner asks for it. */
static bool sums_same(struct world *world, const struct quote *quote)
{
	const struct tariff *tariff = world->phases[0].tariff;
	struct error error = {0};
	struct term term;
	int64_t *quantities;
	size_t outside;

	if (tariff->place == TARIFF_HOUR)
		return true;
	quantities = scope_alloc(&world->scope, quote->schedule.slice_count * tariff->charge_count * sizeof(*quantities));
	UNIT_OK(term_make(&world->scope, &quote->schedule, &term, &error), &error);
	UNIT_OK(usage_spread(&quote->schedule, &world->offer, &world->usage, quantities, &outside, &error), &error);
	return exact_compare(term_rate(&term, quantities, NULL, NULL, NULL), quote->total) == 0;
}

static void round_run(int round, int *rated)
{
	uint64_t before = state;
	struct error error = {0};
	struct world world;
	struct quote quote;
	const char *what;
	int code;

	world_make(&world);
	code = quote_make(&world.scope, &world.contract, &world.usage, &quote, &error);
	UNIT_OK(code, &error);
	if (code == 0 && oracle_rate(&oracle, &world.contract, world.zone, &world.usage)) {
		++*rated;
		what = quote_differs(&quote);
		if (!what && !sums_same(&world, &quote))
			what = "the sum without lines";
		if (what) {
			(void)printf("\n    round %d, state %llu, place %s, rounding %s: %s\n", round, (unsigned long long)before,
				     tariff_place_name(world.phases[0].tariff->place), rounding_name(world.phases[0].tariff->rounding), what);
			CU_FAIL("not what the oracle says");
		}
	}
	scope_release(&world.scope);
}

static void agrees(void)
{
	const char *seed = getenv("APOLLO_SEED"), *rounds = getenv("APOLLO_ROUNDS");
	int rated = 0, count = rounds ? (int)strtol(rounds, NULL, 10) : ROUNDS;

	state = seed ? strtoull(seed, NULL, 10) | 1 : ((uint64_t)time(NULL) << 1 | 1);
	(void)printf("\n    APOLLO_SEED=%llu ", (unsigned long long)state);
	(void)fflush(stdout);
	for (int i = 0; i < count && CU_get_number_of_failures() < 5; i++)
		round_run(i, &rated);
	(void)printf("%d offers ", rated);
	CU_ASSERT(rated > count / 10 * 9);
}

/* What has failed: credit left in one phase at more places than the next phase's factors had room for.  One world in 200,000 is so. */
static void agrees_again(void)
{
	static const uint64_t failed[] = {17770763845517047160u, 570145217532596373u, 3419966057521182253u, 11847288056684278336u, 11569717671464100732u};
	int rated = 0;

	for (size_t i = 0; i < sizeof(failed) / sizeof(*failed); i++) {
		state = failed[i];
		round_run((int)i, &rated);
	}
	CU_ASSERT_EQUAL(rated, 5);
}

/* A phase whose credit can be left at 13 places, and one that multiplies what it does not cover by 1.5: together they need 14. */
static void scale_is_for_all_phases(void)
{
	static const struct catalog_dimension dimension = {.name = "logical"};
	static struct tariff_tier tier = {.up_to = INT64_MAX};
	static struct tariff_charge charges[2] = {{.dimension = &dimension, .where = "a", .priced = true, .tiers = &tier, .tier_count = 1},
						  {.dimension = &dimension, .where = "b"}};
	struct tariff one = {.where = "a", .currency = "USD", .decimals = 2, .billing_months = 1, .charges = &charges[0], .charge_count = 1}, other = one;
	struct tariff *const tariffs[] = {&one, &other};
	struct error error = {0};

	CU_ASSERT_FATAL(decimal_read("0.123", &tier.price) && decimal_read("2.25", &charges[0].limits.discount) &&
			decimal_read("1.5", &other.overage));
	memcpy(one.order, (enum tariff_step[]){TARIFF_DISCOUNT, TARIFF_MAXIMUM, TARIFF_MINIMUM, TARIFF_CREDIT}, sizeof(one.order));
	memcpy(other.order, one.order, sizeof(one.order));
	other.charges = &charges[1];
	UNIT_OK(tariff_ready(&one, &error), &error);
	CU_ASSERT_EQUAL(one.scale, 13);
	UNIT_OK(tariff_ready(&other, &error), &error);
	CU_ASSERT_EQUAL(other.scale, 3);
	UNIT_OK(tariffs_ready(tariffs, 2, &error), &error);
	CU_ASSERT_EQUAL(one.scale, 14);
	CU_ASSERT_EQUAL(other.scale, 14);
}

int main(void)
{
	static const struct unit_test tests[] = {{"apollo and the oracle agree", agrees},
						 {"they agree where they once did not", agrees_again},
						 {"the scale is for all phases", scale_is_for_all_phases}};
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 20);
	struct error error = {0};

	oracle_init(&oracle);
	for (size_t i = 0; i < 4; i++)
		if (zone_read(&scope, zone_names[i], &zones[i], &error) < 0)
			return 1;
	return UNIT_RUN("rating against the oracle", tests);
}
