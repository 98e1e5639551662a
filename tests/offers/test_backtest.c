/* SPDX-License-Identifier: Apache-2.0 */
/* What a forecast got wrong: planted errors are found, and money is told apart to the cent. */
#include "offers/backtest.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char offers[] =
	"offers = ( { name = \"o\"; meters = ( { name = \"m\"; aggregation = \"sum\"; }, { name = \"n\"; aggregation = \"sum\"; } );\n"
	"  dimensions = ( { name = \"a\"; meter = \"m\"; }, { name = \"b\"; meter = \"n\"; } );\n"
	"  plans = ( { name = \"line\"; term = \"1y\"; base_fee = \"100\"; prices = ( { dimension = \"a\"; unit_price = \"2\"; }, { dimension = \"b\"; unit_price = \"0.5\"; } ); },\n"
	"    { name = \"tiers\"; term = \"1y\"; billing_period = \"3m\"; included = ( { dimension = \"a\"; quantity = \"50\"; } ); minimum = \"10\";\n"
	"      prices = ( { dimension = \"a\"; tiers = ( { up_to = \"500\"; unit_price = \"2.123\"; }, { unit_price = \"1.5\"; } ); }, { dimension = \"b\"; unit_price = \"0.75\"; } );\n"
	"      commitment: { amount = \"700\"; every = \"3m\"; overage = \"1.25\"; }; },\n"
	"    { name = \"hours\"; term = \"1y\"; rounding_place = \"hour\"; rounding = \"up\";\n"
	"      prices = ( { dimension = \"a\"; unit_price = \"0.0333\"; }, { dimension = \"b\"; unit_price = \"0.75\"; } ); } ); } );\n";

/* 2027-01-01 */
static const int64_t january = INT64_C(1798761600) * APOLLO_MICRO;

static uint64_t state;

static uint64_t random_next(uint64_t most)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % most;
}

/* ---- a world ---- */

enum { ROWS = 400 };

struct world {
	struct scope scope;
	struct catalog catalog;
	struct contract contract;
	const struct zone *utc;
	struct forecast forecast;
	struct usage_row rows[ROWS];
	struct usage usage;
	struct backtest backtest;
};

static void world_make(struct world *world, const char *plan)
{
	const struct usage none = {0};
	struct error error;

	*world = (struct world){.scope = scope_init(1 << 26)};
	world->usage.rows = world->rows;
	UNIT_OK(catalog_parse(offers, sizeof(offers) - 1, "offers.cfg", "/", CATALOG_SOLD, &world->catalog, &error), &error);
	UNIT_OK(contract_find(&world->catalog, plan, &world->contract, &error), &error);
	UNIT_OK(zone_read(&world->scope, NULL, &world->utc, &error), &error);
	world->contract.start = january;
	UNIT_OK(contract_term(&world->scope, &world->contract, january, 12, &error), &error);
	UNIT_OK(forecast_fit(&world->scope, world->contract.offer, world->utc, &none, &world->forecast, &error), &error);
	world->forecast.paths = 50;
	for (int i = 0; i < 2; i++) {
		world->forecast.dimensions[i].known = true;
		world->forecast.dimensions[i].level = i ? 1000 : 100;
	}
}

static void row_add(struct world *world, int64_t time, uint32_t dimension, double units)
{
	world->rows[world->usage.count++] = (struct usage_row){time, llround(units * 1e6), dimension};
}

static int64_t month_at(int month)
{
	return calendar_add_months(january, month);
}

static int world_test(struct world *world, int64_t reach, struct error *error)
{
	UNIT_OK(usage_sort(&world->usage, error), error);
	return backtest_make(&world->scope, &world->contract, &world->forecast, &world->usage, reach, 5, &world->backtest, error);
}

static void world_end(struct world *world)
{
	catalog_release(&world->catalog);
	scope_release(&world->scope);
}

/* ---- planted errors ---- */

/* A level 10 percent too low, and 2 percent of growth a month that nobody forecast; and a dimension that came as it was forecast. */
static void level_and_growth(void)
{
	const struct backtest_dimension *dimension;
	struct world world;
	struct error error;

	world_make(&world, "o/line");
	for (int i = 0; i < 6; i++) {
		row_add(&world, month_at(i), 0, 100 * 1.1 * pow(1.02, i));
		row_add(&world, month_at(i), 1, 1000);
	}
	row_add(&world, month_at(-3), 0, 77); /* of before the term: in nothing that is compared */
	UNIT_OK(world_test(&world, month_at(6), &error), &error);
	CU_ASSERT_EQUAL(world.backtest.period_count, 6);
	dimension = &world.backtest.dimensions[0];
	CU_ASSERT_EQUAL(dimension->forecast, 600 * APOLLO_MICRO);
	CU_ASSERT_EQUAL(dimension->came, 693893306); /* 110 x (1 + 1.02 + ... + 1.02^5), each month to a micro-unit */
	CU_ASSERT(dimension->lined && dimension->months == 6 && dimension->inside == 0);
	CU_ASSERT_DOUBLE_EQUAL(dimension->level, 0.1, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(dimension->growth, 0.02, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(dimension->noise, 0, 1e-6);
	/* 93.893306 at 2, each month rounded: 220, 224.40, 228.89, 233.47, 238.14, 242.90 less 1,200. */
	CU_ASSERT_EQUAL(dimension->effect, 18780);
	CU_ASSERT_EQUAL(world.backtest.dimensions[1].inside, 6);
	CU_ASSERT_EQUAL(world.backtest.dimensions[1].effect, 0);
	CU_ASSERT_DOUBLE_EQUAL(world.backtest.dimensions[1].level, 0, 1e-9);
	/* Six times 100 + 200 + 500. */
	CU_ASSERT_EQUAL(world.backtest.forecast_bill, 480000);
	CU_ASSERT_EQUAL(world.backtest.came_bill, 498780);
	CU_ASSERT_EQUAL(world.backtest.bills[5], 84290);
	CU_ASSERT_EQUAL(world.backtest.bands[5].shares[OUTCOME_MIDDLE], 80000);
	world_end(&world);
}

/* Months up and down by a tenth: the line is flat, and what is left is the logarithm of 1.1, by n - 2 degrees of freedom. */
static void noise(void)
{
	const struct backtest_dimension *dimension;
	struct world world;
	struct error error;

	world_make(&world, "o/line");
	for (int i = 0; i < 8; i++)
		row_add(&world, month_at(i), 0, i % 4 == 0 || i % 4 == 3 ? 110 : 100 / 1.1);
	UNIT_OK(world_test(&world, month_at(8), &error), &error);
	dimension = &world.backtest.dimensions[0];
	CU_ASSERT_DOUBLE_EQUAL(dimension->level, 0, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(dimension->growth, 0, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(dimension->noise, log(1.1) * sqrt(8.0 / 6.0), 1e-6);
	/* Sxx of 0 to 7 is 42; the first month stands 3.5 from the mean. */
	CU_ASSERT_DOUBLE_EQUAL(dimension->growth_error, dimension->noise / sqrt(42), 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(dimension->level_error, dimension->noise * sqrt(1.0 / 8 + 3.5 * 3.5 / 42), 1e-9);
	/* Of the second dimension nothing came: there is no line, and all of it is missing. */
	CU_ASSERT_EQUAL(world.backtest.dimensions[1].months, 0);
	CU_ASSERT_EQUAL(world.backtest.dimensions[1].effect, -8 * 50000);
	world_end(&world);
}

/* Of two months there is a mean and no line. */
static void few_months(void)
{
	struct world world;
	struct error error;

	world_make(&world, "o/line");
	world.forecast.dimensions[0].reduced = true;
	world.forecast.reduction_low = world.forecast.reduction_likely = world.forecast.reduction_high = world.forecast.reduction_base = 3;
	row_add(&world, month_at(0), 0, 150);
	row_add(&world, month_at(1), 0, 150);
	UNIT_OK(world_test(&world, month_at(2), &error), &error);
	CU_ASSERT(!world.backtest.dimensions[0].lined && world.backtest.dimensions[0].months == 2);
	CU_ASSERT_DOUBLE_EQUAL(world.backtest.dimensions[0].level, 0.5, 1e-9);
	/* Half as much again came as at a reduction of 3: it was 2. */
	CU_ASSERT_DOUBLE_EQUAL(world.backtest.dimensions[0].reduction, 2, 1e-9);
	CU_ASSERT_EQUAL(world.backtest.dimensions[1].reduction, 0);
	world_end(&world);
}

/* ---- what is known ---- */

static void reach(void)
{
	struct world world;
	struct error error;

	world_make(&world, "o/tiers");
	CU_ASSERT_EQUAL(usage_reach(&world.usage, world.utc), 0);
	row_add(&world, month_at(0), 0, 1);
	row_add(&world, month_at(1), 0, 1);
	CU_ASSERT_EQUAL(usage_reach(&world.usage, world.utc), month_at(2));
	row_add(&world, month_at(1) + 9 * APOLLO_DAY, 0, 1);
	CU_ASSERT_EQUAL(usage_reach(&world.usage, world.utc), month_at(1) + 10 * APOLLO_DAY);
	row_add(&world, month_at(1) + 9 * APOLLO_DAY + 90 * 60 * APOLLO_MICRO, 0, 1);
	CU_ASSERT_EQUAL(usage_reach(&world.usage, world.utc), month_at(1) + 9 * APOLLO_DAY + 2 * APOLLO_HOUR);
	/* A quarter is whole or is not compared; usage behind it is not in it. */
	UNIT_REFUSED(world_test(&world, month_at(3) - 1, &error), ERROR_INPUT, &error, "the first billing period ends at 2027-04-01T00:00:00Z");
	row_add(&world, month_at(3), 0, 1000);
	UNIT_OK(world_test(&world, month_at(6) - 1, &error), &error);
	CU_ASSERT_EQUAL(world.backtest.period_count, 1);
	CU_ASSERT_EQUAL(world.backtest.slice_count, 3);
	CU_ASSERT_EQUAL(world.backtest.dimensions[0].came, 4 * APOLLO_MICRO);
	world_end(&world);
}

/* ---- money ---- */

/* The bills of what came, by the quote alone. */
static int64_t bills_quoted(struct world *world)
{
	struct error error;
	struct quote quote;
	int64_t sum = 0, total;

	UNIT_OK(quote_make(&world->scope, &world->contract, &world->usage, &quote, &error), &error);
	for (size_t i = 0; i < world->backtest.period_count; i++) {
		const struct bill *bill = &quote.bills[i];

		CU_ASSERT_TRUE_FATAL(exact_integer(exact_divide(bill->total, exact_power(bill->tariff->scale - bill->tariff->decimals), ROUND_DOWN), &total));
		CU_ASSERT_EQUAL(world->backtest.bills[i], total);
		sum += total;
	}
	return sum;
}

/* Whatever came and however it is priced, the parts add up to the difference, and what came is what a quote says. */
static void parts_add_up(void)
{
	static const char *const plans[] = {"o/line", "o/tiers", "o/hours"};
	const char *seed = getenv("APOLLO_SEED");

	state = seed ? strtoull(seed, NULL, 10) | 1 : ((uint64_t)time(NULL) << 1 | 1);
	(void)printf("\n    APOLLO_SEED=%llu ", (unsigned long long)state);
	for (int round = 0; round < 300; round++) {
		size_t plan = random_next(3), count = 1 + random_next(ROWS - 1);
		int months = 3 * (1 + (int)random_next(4));
		struct world world;
		struct error error;
		int64_t sum;

		world_make(&world, plans[plan]);
		for (int i = 0; i < 2; i++) {
			world.forecast.dimensions[i].noise = 0.2;
			world.forecast.dimensions[i].level = (double)random_next(2000);
		}
		for (size_t i = 0; i < count; i++)
			row_add(&world, january + (int64_t)random_next((uint64_t)(month_at(months) - january)), (uint32_t)random_next(2), (double)random_next(1000) / 7);
		UNIT_OK(world_test(&world, month_at(months), &error), &error);
		CU_ASSERT_EQUAL(world.backtest.slice_count, (size_t)months);
		CU_ASSERT_EQUAL(world.backtest.came_bill, bills_quoted(&world));
		sum = world.backtest.forecast_bill + world.backtest.dimensions[0].effect + world.backtest.dimensions[1].effect;
		CU_ASSERT_EQUAL(sum + world.backtest.hours_effect, world.backtest.came_bill);
		/* Only hours can round otherwise than their months. */
		CU_ASSERT(plan == 2 || world.backtest.hours_effect == 0);
		world_end(&world);
	}
}

int main(void)
{
	static const struct unit_test tests[] = {{"a level and a growth are found", level_and_growth},
						 {"noise is what a line leaves", noise},
						 {"few months have no line; the reduction that was", few_months},
						 {"what is known, and whole periods of it", reach},
						 {"the parts of money add up", parts_add_up}};

	return UNIT_RUN("what a forecast got wrong", tests);
}
