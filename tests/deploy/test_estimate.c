/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/estimate.h"
#include "tests/deploy/world.h"

#include <string.h>

static const struct shape *shape_of(struct facts *facts, const char *name)
{
	struct error error;
	const struct shape *shape;

	UNIT_OK(facts_read(TEST_SOURCE_DIR "/templates", facts, &error), &error);
	shape = facts_shape(facts, name);
	CU_ASSERT_PTR_NOT_NULL_FATAL(shape);
	return shape;
}

/* Tenths of a GB/s. */
static int64_t tenths(struct ceiling ceiling)
{
	return ceiling.rate / 100000000;
}

/* Worked by hand: 8 machines of 50 Gbit/s with w = a = 1.25 read 8 * 6.25 / (1 + 7/8) = 26.6; a burst is 50 / (7/8 * 1.25) = 45.7; sustained it
 * is 50 / (7/8 * 3.5) = 16.3.  12 machines with 1.2 and 2:1: 75 / (11/12 * 1.2) = 68.1 and 75 / (11/12 * 2.8) = 29.2. */
static void ceilings_are_the_worked_ones(void)
{
	FACTS_CLEANUP struct facts facts;
	const struct shape *shape = shape_of(&facts, "Standard_L32aos_v4");
	struct estimate eight = estimate_make(shape, 8, (struct ratio){5, 4}, (struct ratio){5, 4}, (struct ratio){1, 1}, "eastus2");
	struct estimate twelve = estimate_make(shape, 12, (struct ratio){6, 5}, (struct ratio){6, 5}, (struct ratio){2, 1}, "eastus2");

	CU_ASSERT_EQUAL(tenths(eight.read), 266);
	CU_ASSERT_STRING_EQUAL(eight.read.term, "network");
	CU_ASSERT_EQUAL(tenths(eight.burst), 457);
	CU_ASSERT_EQUAL(tenths(eight.sustained), 163);
	CU_ASSERT_EQUAL(tenths(twelve.burst), 681);
	CU_ASSERT_EQUAL(tenths(twelve.sustained), 292);
	CU_ASSERT_EQUAL(eight.raw, INT64_C(8) * 23040 * 1000000000);
	CU_ASSERT_EQUAL(eight.micro_month, INT64_C(8) * 2639680000);
}

/* A network that is fast enough leaves the disks to bind. */
static void disks_bind_where_the_network_does_not(void)
{
	const struct shape fast = {.name = "fast", .network = INT64_C(1000000000000), .disk_read = 9000000000, .disk_write = 4000000000, .raw_bytes = 1};
	struct estimate estimate = estimate_make(&fast, 4, (struct ratio){4, 3}, (struct ratio){3, 2}, (struct ratio){1, 1}, "here");

	CU_ASSERT_EQUAL(estimate.read.rate, INT64_C(36000000000));
	CU_ASSERT_STRING_EQUAL(estimate.read.term, "disk reads");
	CU_ASSERT_EQUAL(estimate.burst.rate, INT64_C(12000000000));
	/* 16 GB/s of writes shared by 4/3 and 3/2 for each byte. */
	CU_ASSERT_EQUAL(estimate.sustained.rate, INT64_C(16000000000) * 6 / 17);
	CU_ASSERT_STRING_EQUAL(estimate.sustained.term, "disk writes");
}

static void unknown_stays_unknown(void)
{
	const struct shape bare = {.name = "bare", .network = FACTS_UNKNOWN, .disk_read = FACTS_UNKNOWN, .disk_write = FACTS_UNKNOWN};
	struct estimate estimate = estimate_make(&bare, 8, (struct ratio){4, 3}, (struct ratio){1, 1}, (struct ratio){1, 1}, "here");

	CU_ASSERT(estimate.raw == FACTS_UNKNOWN && estimate.usable == FACTS_UNKNOWN && estimate.micro_month == FACTS_UNKNOWN);
	CU_ASSERT(estimate.read.rate == FACTS_UNKNOWN && !estimate.read.term);
	CU_ASSERT(estimate.burst.rate == FACTS_UNKNOWN && estimate.sustained.rate == FACTS_UNKNOWN);
}

/* What is published for 1 and for 8 machines, and in proportion above; a price of another region is none. */
static void capacity_is_the_published_one(void)
{
	FACTS_CLEANUP struct facts facts;
	const struct shape *shape = shape_of(&facts, "z3-highmem-88-highlssd");
	const struct ratio one = {1, 1};

	CU_ASSERT_EQUAL(estimate_make(shape, 1, one, one, one, "x").usable, INT64_C(25000000000000));
	CU_ASSERT_EQUAL(estimate_make(shape, 7, one, one, one, "x").usable, INT64_C(175000000000000));
	CU_ASSERT_EQUAL(estimate_make(shape, 8, one, one, one, "x").usable, INT64_C(210000000000000));
	CU_ASSERT_EQUAL(estimate_make(shape, 16, one, one, one, "x").usable, INT64_C(420000000000000));
	CU_ASSERT_EQUAL(estimate_make(shape, 8, one, one, one, "x").micro_month, FACTS_UNKNOWN);
	CU_ASSERT_EQUAL(estimate_make(shape, 8, one, one, one, "europe-west4").micro_month, INT64_C(80864000000));
}

/* The management's price is data as the others' are: where it is there it is in the total, else that says so. */
static void costs_are_those_of_the_data(void)
{
	FACTS_CLEANUP struct facts facts;
	const struct shape *shape = shape_of(&facts, "z3-highmem-88-highlssd");
	struct month_cost known = month_cost_make(&facts, shape, 8, "europe-west4"), elsewhere = month_cost_make(&facts, shape, 8, "us-central1"), none = month_cost_make(&facts, shape, 8, "x");
	struct month_cost azure = month_cost_make(&facts, facts_shape(&facts, "Standard_L32aos_v4"), 16, "eastus2");
	struct shape other = *shape;
	struct price price = {INT64_MAX / 8, "on demand", "europe-west4"};

	CU_ASSERT_STRING_EQUAL(known.manager->name, "n2-standard-16");
	CU_ASSERT(known.data == INT64_C(80864000000) && known.management == INT64_C(499640000) && known.total == INT64_C(81363640000) && known.whole);
	CU_ASSERT(elsewhere.data == FACTS_UNKNOWN && elsewhere.management == INT64_C(453850000) && elsewhere.total == FACTS_UNKNOWN && !elsewhere.whole);
	CU_ASSERT(none.management == FACTS_UNKNOWN && none.total == FACTS_UNKNOWN && !none.whole);
	CU_ASSERT(azure.management == FACTS_UNKNOWN && azure.total == azure.data && azure.data == INT64_C(16) * 2639680000 && !azure.whole);
	/* Two currencies are not added, and neither is what would be too much. */
	other.currency = "EUR";
	CU_ASSERT(month_cost_make(&facts, &other, 8, "europe-west4").total == INT64_C(80864000000) && !month_cost_make(&facts, &other, 8, "europe-west4").whole);
	other.currency = "USD";
	other.prices[0] = price;
	CU_ASSERT(month_cost_make(&facts, &other, 8, "europe-west4").total == INT64_MAX / 8 * 8 && !month_cost_make(&facts, &other, 8, "europe-west4").whole);
}

/* The largest numbers that can come do not overflow: a rate is there, and is the one of doubles. */
static void large_numbers_hold(void)
{
	const struct shape huge = {.name = "huge", .network = INT64_C(400000000000), .disk_read = INT64_C(1) << 40, .disk_write = INT64_C(1) << 40};
	const struct ratio wide = {RATIO_MOST, RATIO_MOST - 1};
	struct estimate estimate = estimate_make(&huge, 10000, wide, wide, (struct ratio){100000, 1000}, "x");
	double wanted = 10000.0 * 50e9 / (0.9999 * (1.000001 + 1 + 0.01));

	CU_ASSERT_STRING_EQUAL(estimate.sustained.term, "network");
	CU_ASSERT((double)estimate.sustained.rate > wanted * 0.99999 && (double)estimate.sustained.rate < wanted * 1.00001);
}

static const struct unit_test tests[] = {
	{"ceilings are those worked by hand", ceilings_are_the_worked_ones},
	{"disks bind where the network does not", disks_bind_where_the_network_does_not},
	{"what is not known stays unknown", unknown_stays_unknown},
	{"capacity is the published one", capacity_is_the_published_one},
	{"costs are those of the data", costs_are_those_of_the_data},
	{"large numbers hold", large_numbers_hold},
};

int main(void)
{
	return UNIT_RUN("estimates", tests);
}
