/* SPDX-License-Identifier: Apache-2.0 */
/* Pairs of offers: what differs is within what the grids allow, a grid step either way is no nearer, and what is written is read back as itself. */
#include "offers/forecast.h"
#include "offers/parity.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* libconfig forgets a text that a syntax error stands behind; for a build with sanitizers. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig.so\n";
}

#ifdef __SANITIZE_ADDRESS__
enum { ROUNDS = 100 };
#else
enum { ROUNDS = 1000 };
#endif

enum { PATHS = 40 };

static uint64_t state;

static uint64_t random_next(uint64_t most)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % most;
}

static void seed_print(void)
{
	const char *seed = getenv("APOLLO_SEED");

	state = seed ? strtoull(seed, NULL, 10) | 1 : ((uint64_t)time(NULL) << 1 | 1);
	(void)printf("\n    APOLLO_SEED=%llu ", (unsigned long long)state);
}

/* ---- a world ---- */

struct world {
	struct catalog catalog;
	struct marketplaces marketplaces;
	struct scope scope;
	struct contract contract;
	struct forecast forecast;
	struct schedule schedule;
	struct ground ground;
	struct parity_input input;
	struct parity parity;
};

static void world_open(struct world *world, const char *text, const char *name)
{
	const struct usage none = {0};
	struct error error;

	*world = (struct world){.scope = scope_init(1 << 28)};
	UNIT_OK(catalog_parse(text, strlen(text), "offers.cfg", "/", CATALOG_SOLD, &world->catalog, &error), &error);
	UNIT_OK(marketplaces_read(TEST_SOURCE_DIR "/templates", &world->marketplaces, &error), &error);
	UNIT_OK(contract_find(&world->catalog, name, &world->contract, &error), &error);
	UNIT_OK(contract_term(&world->scope, &world->contract, INT64_C(1798761600) * APOLLO_MICRO, 0, &error), &error);
	UNIT_OK(forecast_fit(&world->scope, world->contract.offer, NULL, &none, &world->forecast, &error), &error);
	UNIT_OK(schedule_make(&world->scope, world->contract.phases, 1, world->contract.start, world->contract.end, &world->schedule, &error), &error);
	world->forecast.paths = PATHS;
	world->forecast.seed = state;
	world->ground = (struct ground){.schedule = &world->schedule, .path_count = PATHS, .risk = 5};
}

static void world_parity(struct world *world, const char *from, bool net)
{
	struct error error;

	for (size_t i = 0; i < world->forecast.dimension_count; i++) {
		world->forecast.dimensions[i].known = true;
		world->forecast.dimensions[i].level = (double)random_next(200000) / 10;
		world->forecast.dimensions[i].noise = 0.4;
	}
	world->ground.quantities = forecast_make(&world->scope, &world->forecast, &world->schedule, world->contract.offer, &error);
	CU_ASSERT_PTR_NOT_NULL_FATAL(world->ground.quantities);
	world->input = (struct parity_input){.offer = world->contract.offer, .plan = world->contract.plan, .source = world->contract.phases[0].tariff,
					     .schedule = &world->schedule, .ground = &world->ground, .from = from, .to = strcmp(from, "gcp") == 0 ? "azure" : "gcp",
					     .price_decimals = 4, .marketplaces = &world->marketplaces, .net = net};
	UNIT_OK(parity_make(&world->scope, &world->input, &world->parity, &error), &error);
}

static void world_close(struct world *world)
{
	catalog_release(&world->catalog);
	marketplaces_release(&world->marketplaces);
	scope_release(&world->scope);
}

/* A list of two dimensions, and one private offer on it. */
static const char list_text[] =
	"offers = ( { name = \"o\"; product = \"saas\"; meters = ( { name = \"m\"; aggregation = \"sum\"; }, { name = \"n\"; aggregation = \"sum\"; } );\n"
	"  dimensions = ( { name = \"a\"; meter = \"m\"; }, { name = \"b\"; meter = \"n\"; } );\n"
	"  plans = ( { name = \"p\"; term = \"1y\"; base_fee = \"%d.%02d\"; included = ( { dimension = \"a\"; quantity = \"%d\"; } );\n"
	"      prices = ( { dimension = \"a\"; unit_price = \"%d.%04d\"; }, { dimension = \"b\"; %s } ); } ); } );\n"
	"private_offers = ( { name = \"x\"; market = \"%s\"; offer = \"o\"; plan = \"p\"; months = \"1y\";\n%s  } );\n";

static void offer_random(char *text, size_t size, bool from_gcp, const char *tiers)
{
	char own[512], price[64];
	int a = (int)random_next(90) + 1, b = (int)random_next(90) + 1;

	if (from_gcp)
		(void)snprintf(own, sizeof(own), "discount = \"%d.%02d\"; prices = ( { dimension = \"b\"; discount = \"%d.%d\"; } );", (int)random_next(99),
			       (int)random_next(100), (int)random_next(99), (int)random_next(10));
	else
		(void)snprintf(own, sizeof(own), "base_fee = \"%d.5\"; prices = ( { dimension = \"a\"; unit_price = \"%d.%04d\"; }, { dimension = \"b\"; unit_price = \"%d.%03d\"; } );",
			       (int)random_next(9000), (int)random_next((uint64_t)a), (int)random_next(10000), (int)random_next((uint64_t)b), (int)random_next(1000));
	(void)snprintf(price, sizeof(price), "unit_price = \"%d.%04d\";", b, (int)random_next(10000));
	(void)snprintf(text, size, list_text, (int)random_next(9000) + 1, (int)random_next(100), (int)random_next(1000) + 1, a, (int)random_next(10000),
		       tiers ? tiers : price, from_gcp ? "gcp" : "azure", own);
}

/* ---- tests ---- */

static void test_bound(void)
{
	char text[4096];

	seed_print();
	for (int round = 0; round < ROUNDS; round++) {
		bool gcp = random_next(2);
		struct world world;

		offer_random(text, sizeof(text), gcp, NULL);
		world_open(&world, text, "x");
		world_parity(&world, gcp ? "gcp" : "azure", false);
		CU_ASSERT_EQUAL_FATAL(world.parity.loss_count, 0);
		CU_ASSERT_TRUE_FATAL(world.parity.residual.kept);
		CU_ASSERT_TRUE_FATAL(world.parity.residual.largest <= world.parity.residual.bound);
		world_close(&world);
	}
}

/* No other point of the grid is nearer to a price: by all of them. */
static void test_nearest(void)
{
	char text[4096];

	for (int round = 0; round < ROUNDS / 20; round++) {
		struct world world;
		struct exact price, list, best;

		offer_random(text, sizeof(text), false, NULL);
		world_open(&world, text, "x");
		world_parity(&world, "azure", false);
		price = exact_multiply(decimal_exact(&world.contract.phases[0].tariff->charges[0].tiers[0].price, 8), exact_of(10000));
		list = decimal_exact(&world.contract.plan->tariff.charges[0].tiers[0].price, 8);
		best = exact_subtract(price, exact_multiply(list, exact_of(10000 - world.parity.prices[0].hundredths)));
		if (exact_sign(best) < 0)
			best = exact_negate(best);
		for (int n = 0; n <= 10000; n++) {
			struct exact other = exact_subtract(price, exact_multiply(list, exact_of(10000 - n)));

			CU_ASSERT_TRUE_FATAL(exact_compare(exact_sign(other) < 0 ? exact_negate(other) : other, best) >= 0);
		}
		world_close(&world);
	}
}

/* What is written is read as the tariff that was rated. */
static void test_written(void)
{
	char text[8192], first[4096];

	for (int round = 0; round < ROUNDS / 5; round++) {
		BUFFER_CLEANUP struct buffer buffer = buffer_init(1 << 16);
		bool gcp = random_next(2);
		struct world world, again;
		int64_t totals[2][PATHS];
		struct error error;
		struct schedule *schedule;

		offer_random(first, sizeof(first), gcp, NULL);
		world_open(&world, first, "x");
		world_parity(&world, gcp ? "gcp" : "azure", false);
		parity_config(&world.parity, "    ", &buffer);
		(void)snprintf(text, sizeof(text), "%.*s, { name = \"y\"; market = \"%s\"; offer = \"o\"; plan = \"p\"; months = \"1y\";\n%s } );\n",
			       (int)(strrchr(first, ')') - first), first, gcp ? "azure" : "gcp", buffer_string(&buffer));
		world_open(&again, text, "y");
		schedule = schedule_with(&world.scope, &world.schedule, world.parity.tariff, &error);
		CU_ASSERT_PTR_NOT_NULL_FATAL(schedule);
		UNIT_OK(ground_rate(&world.ground, schedule, totals[0], NULL, NULL, &error), &error);
		schedule = schedule_with(&again.scope, &world.schedule, again.contract.phases[0].tariff, &error);
		UNIT_OK(ground_rate(&world.ground, schedule, totals[1], NULL, NULL, &error), &error);
		CU_ASSERT_EQUAL_FATAL(memcmp(totals[0], totals[1], sizeof(totals[0])), 0);
		world_close(&again);
		world_close(&world);
	}
}

/* For the same net: the mean nets are as near as any smaller and any larger prices would be. */
static void test_net(void)
{
	char text[4096];

	for (int round = 0; round < ROUNDS / 20; round++) {
		struct world world;
		int64_t net;

		offer_random(text, sizeof(text), true, NULL);
		world_open(&world, text, "x");
		world_parity(&world, "gcp", true);
		net = llabs(world.parity.net_residual);
		/* The base fee takes up what the prices' grid leaves: half a cent in each of twelve months, and roundings. */
		CU_ASSERT_TRUE_FATAL(net <= 12 || exact_sign(world.parity.tariff->base_fee.digits) == 0);
		CU_ASSERT_EQUAL_FATAL(world.parity.residual.bound, -1);
		world_close(&world);
	}
}

static void test_losses(void)
{
	struct world world;
	char text[4096];

	/* Tiers go to Azure as one price that comes to the same over all paths. */
	(void)snprintf(text, sizeof(text), list_text, 100, 0, 10, 2, 5000, "tiers = ( { up_to = \"1000\"; unit_price = \"2\"; }, { unit_price = \"1\"; } );", "gcp",
		       "discount = \"10\"; commitment: { amount = \"60000\"; every = \"1y\"; };");
	world_open(&world, text, "x");
	world_parity(&world, "gcp", false);
	CU_ASSERT_EQUAL(world.parity.loss_count, 2);
	CU_ASSERT_TRUE(world.parity.prices[1].matched);
	CU_ASSERT_EQUAL(world.parity.residual.bound, -1);
	CU_ASSERT_EQUAL(world.parity.tariff->payment_count, 0);
	world_close(&world);

	/* A price above the list is none of Google's. */
	(void)snprintf(text, sizeof(text), list_text, 100, 0, 10, 2, 0, "unit_price = \"1\";", "azure", "prices = ( { dimension = \"a\"; unit_price = \"3\"; } );");
	world_open(&world, text, "x");
	world_parity(&world, "azure", false);
	CU_ASSERT_EQUAL(world.parity.loss_count, 1);
	CU_ASSERT_EQUAL(world.parity.prices[0].hundredths, 0);
	UNIT_HOLDS(world.parity.losses[0].what, "above the list");
	world_close(&world);
}

/* One percentage off all of a list is the same percentage there, and then nothing differs. */
static void test_percentage(void)
{
	BUFFER_CLEANUP struct buffer buffer = buffer_init(1 << 16);
	struct world world;
	char text[4096];

	(void)snprintf(text, sizeof(text), list_text, 333, 33, 10, 2, 777, "unit_price = \"0.0385\";", "gcp", "discount = \"12.34\";");
	world_open(&world, text, "x");
	world_parity(&world, "gcp", false);
	parity_config(&world.parity, "", &buffer);
	CU_ASSERT_STRING_EQUAL(buffer_string(&buffer), "discount = \"12.34\";\n");
	CU_ASSERT_EQUAL(world.parity.residual.largest, 0);
	world_close(&world);
}

int main(void)
{
	static const struct unit_test tests[] = {
		{"what a pair differs by is within what the grids allow", test_bound},
		{"no other percentage is nearer", test_nearest},
		{"what is written is read as it was rated", test_written},
		{"the same net, as near as the grid comes", test_net},
		{"one percentage is one percentage", test_percentage},
		{"what cannot be carried over is said", test_losses},
	};

	return UNIT_RUN("parity", tests);
}
