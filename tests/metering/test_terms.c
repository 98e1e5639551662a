/* SPDX-License-Identifier: Apache-2.0 */
/* What a change of the configuration between two runs does to the books, and what it does not. */
#include "tests/metering/world.h"

#include <stdlib.h>
#include <string.h>

static const struct world_terms plain = {.step = 1};
static const struct world_terms ten = {.step = 1, .included = 10000000};

/* ---- nothing is lost ---- */

static void test_usage_waits_for_a_subscription_that_is_left_out(void)
{
	struct close_counts counts;
	struct world world;

	world_init(&world, &plain);
	world_event(&world, "calls", "1", world_time(0, 1), "5", NULL);
	world_event(&world, "capacity", "2", world_time(0, 3300), "3600", NULL); /* holds into the next hour */
	world.config.without = true;
	WORLD_OK(&world, world_rebind(&world));
	counts = world_close(&world, world_time(3, 300));
	CU_ASSERT_EQUAL(counts.hours, 3);
	CU_ASSERT_EQUAL(counts.waiting, 2);
	world_prove(&world);
	world.config.without = false;
	WORLD_OK(&world, world_rebind(&world));
	CU_ASSERT_EQUAL(world_close(&world, world_time(4, 300)).waiting, 0);
	CU_ASSERT_EQUAL(world_balance(&world, "calls", METERED), 5000000);
	CU_ASSERT_EQUAL(world_balance(&world, "capacity", METERED), 900000);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM late"), 0);
	world_prove(&world);
	world_release(&world);
}

static void test_late_usage_waits_for_a_subscription_that_is_left_out(void)
{
	struct world world;

	world_init(&world, &plain);
	world_event(&world, "calls", "1", world_time(0, 1), "5", NULL);
	world_close(&world, world_time(1, 300));
	world_event(&world, "calls", "2", world_time(0, 2), "7", NULL);
	world.config.without = true;
	WORLD_OK(&world, world_rebind(&world));
	CU_ASSERT_EQUAL(world_close(&world, world_time(2, 300)).waiting, 1);
	world.config.without = false;
	WORLD_OK(&world, world_rebind(&world));
	world_close(&world, world_time(3, 300));
	CU_ASSERT_EQUAL(world_balance(&world, "calls", METERED), 12000000);
	world_prove(&world);
	world_release(&world);
}

/* Ten events of a million million in one hour: that series waits, all others go on, and the correction sets it free. */
static void test_an_hour_that_cannot_be_posted_holds_up_nobody(void)
{
	struct close_counts counts;
	struct world world;
	char id[32];

	world_init(&world, &plain);
	for (int i = 0; i < 10; i++) {
		(void)snprintf(id, sizeof(id), "%d", i);
		world_event(&world, "calls", id, world_time(0, i), "1000000000000", NULL);
	}
	world_event(&world, "peak", "p", world_time(0, 1), "5", NULL);
	counts = world_close(&world, world_time(1, 300));
	CU_ASSERT_EQUAL(counts.hours, 1);
	CU_ASSERT_EQUAL(counts.failed, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(counts.trouble, "calls of acme, hour 2026-01-01T00:00:00Z"));
	CU_ASSERT_EQUAL(world_balance(&world, "peak", METERED), 5000000);
	CU_ASSERT_EQUAL(world_balance(&world, "calls", METERED), 0);
	world_event(&world, "calls", "next", world_time(1, 1), "3", NULL);
	CU_ASSERT_EQUAL(world_close(&world, world_time(2, 300)).failed, 1);
	CU_ASSERT_EQUAL(world_balance(&world, "calls", METERED), 3000000);
	world_prove(&world);
	world_event(&world, "calls", "less", world_time(0, 99), "-1000000000000", NULL);
	world_event(&world, "calls", "less still", world_time(0, 100), "-1000000000000", NULL);
	CU_ASSERT_EQUAL(world_close(&world, world_time(3, 300)).failed, 0);
	CU_ASSERT_EQUAL(world_balance(&world, "calls", METERED), INT64_C(8000000000003000000));
	/* And a balance that would leave its range over two hours waits too. */
	for (int i = 0; i < 2; i++) {
		(void)snprintf(id, sizeof(id), "more %d", i);
		world_event(&world, "calls", id, world_time(3, i), "1000000000000", NULL);
	}
	CU_ASSERT_EQUAL(world_close(&world, world_time(4, 300)).failed, 1);
	CU_ASSERT_EQUAL(world_balance(&world, "calls", METERED), INT64_C(8000000000003000000));
	world_prove(&world);
	world_release(&world);
}

/* ---- an hour has the terms that were in force in it ---- */

static void test_decimals_change_between_taking_and_closing(void)
{
	struct world world;

	world_init(&world, &plain);
	world_event(&world, "calls", "1", world_time(0, 1), "5.25", NULL);
	world.config.meters[CALLS].meter.decimals = 3;
	WORLD_OK(&world, world_rebind(&world));
	world_event(&world, "calls", "2", world_time(0, 2), "1.5", NULL);
	world_close(&world, world_time(1, 300));
	CU_ASSERT_EQUAL(world_balance(&world, "calls", METERED), 6750000);
	world_prove(&world);
	world_release(&world);
}

static void test_a_dimension_sold_later_begins_then(void)
{
	struct world world;

	world_init(&world, &plain);
	world_event(&world, "calls", "1", world_time(0, 1), "5", NULL);
	world_close(&world, world_time(1, 300));
	world.config.more = CALLS;
	WORLD_OK(&world, world_rebind(&world));
	world_event(&world, "calls", "late", world_time(0, 2), "1", NULL);
	world_event(&world, "calls", "2", world_time(1, 1), "2", NULL);
	world_close(&world, world_time(2, 300));
	CU_ASSERT_EQUAL(world_balance(&world, "calls", METERED), 8000000);
	CU_ASSERT_EQUAL(world_balance(&world, "more", METERED), 2000000);
	world_prove(&world);
	/* Not sold for an hour, and sold again: what came meanwhile is not billed, however late. */
	world.config.more = WORLD_METERS;
	WORLD_OK(&world, world_rebind(&world));
	world_event(&world, "calls", "3", world_time(2, 1), "4", NULL);
	world_close(&world, world_time(3, 300));
	world.config.more = CALLS;
	WORLD_OK(&world, world_rebind(&world));
	world_event(&world, "calls", "4", world_time(2, 2), "8", NULL);
	world_event(&world, "calls", "5", world_time(1, 2), "16", NULL);
	world_close(&world, world_time(4, 300));
	CU_ASSERT_EQUAL(world_balance(&world, "more", METERED), 18000000);
	world_prove(&world);
	world_release(&world);
}

/* Everything that a plan says is changed; the hours that were closed are proven all the same. */
static void test_changes_are_no_tampering(void)
{
	struct world world;

	world_init(&world, &ten);
	world_event(&world, "capacity", "0", world_time(0, 600), "7200", NULL);
	world_event(&world, "calls", "1", world_time(0, 1), "5", NULL);
	world_event(&world, "calls", "2", world_time(0, 2), "6", NULL);
	world_close(&world, world_time(1, 300));
	world.config.meters[CAPACITY].meter.hold = 30 * 60 * APOLLO_MICRO;
	world.config.meters[CALLS].meter.aggregation = BOOK_MAX;
	world.config.meters[CALLS].account.divide_by = 3;
	world.config.meters[PEAK].account.unlimited = true;
	world.config.acme.end = world_time(4, 60);
	WORLD_OK(&world, world_rebind(&world));
	world_prove(&world);
	world_event(&world, "calls", "3", world_time(1, 1), "5", NULL);
	world_event(&world, "calls", "4", world_time(1, 2), "6", NULL);
	world_event(&world, "calls", "late", world_time(0, 3), "4", NULL);
	world_close(&world, world_time(2, 300));
	CU_ASSERT_EQUAL(world_balance(&world, "calls", METERED), 17000000); /* 5 + 6 + 4, and 6 / 3 */
	world_prove(&world);
	world_release(&world);
}

static void test_unique_cannot_become_another_aggregation(void)
{
	struct world world;

	world_init(&world, &plain);
	world.config.meters[USERS].meter.aggregation = BOOK_SUM;
	CU_ASSERT_EQUAL(world_rebind(&world), APOLLO_CONFIG);
	CU_ASSERT_PTR_NOT_NULL(strstr(world.error.message, "users"));
	world_release(&world);
}

/* The end is set and taken back after the hours closed: what was accepted meanwhile counts. */
static void test_a_wider_time_is_worked_out_anew(void)
{
	struct world world;

	world_init(&world, &plain);
	world_event(&world, "capacity", "1", world_time(0, 3300), "3600", NULL);
	world.config.acme.end = world_time(1, 60);
	WORLD_OK(&world, world_rebind(&world));
	world_close(&world, world_time(2, 300));
	CU_ASSERT_EQUAL(world_balance(&world, "capacity", METERED), 360000); /* six minutes */
	world.config.acme.end = 0;
	WORLD_OK(&world, world_rebind(&world));
	world_event(&world, "calls", "2", world_time(1, 600), "5", NULL);
	world_close(&world, world_time(3, 300));
	CU_ASSERT_EQUAL(world_balance(&world, "capacity", METERED), 900000);
	CU_ASSERT_EQUAL(world_balance(&world, "calls", METERED), 5000000);
	world_prove(&world);
	world_release(&world);
}

/* ---- the allowance ---- */

/* Eight of calls in each of the first two hours under 10 included; then the change, and eight more. */
static void allowance_check(void (*change)(struct world_config *config), int64_t included, int64_t pending)
{
	struct world world;

	world_init(&world, &ten);
	world_event(&world, "calls", "1", world_time(0, 1), "8", NULL);
	world_event(&world, "calls", "2", world_time(1, 1), "8", NULL);
	world_close(&world, world_time(2, 300));
	CU_ASSERT_EQUAL(world_balance(&world, "calls", INCLUDED), 10000000);
	change(&world.config);
	WORLD_OK(&world, world_rebind(&world));
	world_event(&world, "calls", "3", world_time(2, 1), "8", NULL);
	world_close(&world, world_time(3, 300));
	CU_ASSERT_EQUAL(world_balance(&world, "calls", INCLUDED), included);
	CU_ASSERT_EQUAL(world_balance(&world, "calls", PENDING), pending);
	world_prove(&world);
	world_release(&world);
}

static void lower(struct world_config *config)
{
	config->meters[CALLS].account.included = 1000000;
}

static void lift(struct world_config *config)
{
	config->meters[CALLS].account.included = 100000000;
}

static void free_all(struct world_config *config)
{
	config->meters[CALLS].account.unlimited = true;
}

static void reset_later(struct world_config *config)
{
	config->meters[CALLS].account.reset_months = 3;
}

static void start_by_a_second(struct world_config *config)
{
	config->acme.start += APOLLO_MICRO;
}

static void start_by_days(struct world_config *config)
{
	config->acme.start -= 12 * APOLLO_DAY;
}

static void sell_no_more(struct world_config *config)
{
	config->meters[CALLS].account.included = 0;
}

static void test_a_change_within_a_period_neither_bills_nor_grants_anew(void)
{
	allowance_check(lower, 10000000, 14000000);
	allowance_check(lift, 18000000, 6000000);
	allowance_check(free_all, 18000000, 6000000);
	allowance_check(reset_later, 10000000, 14000000);
	allowance_check(start_by_a_second, 10000000, 14000000);
	allowance_check(start_by_days, 10000000, 14000000);
	allowance_check(sell_no_more, 10000000, 14000000);
}

/* ---- what is due ---- */

/* More hours below the step than one claim once could settle: the claim takes them all up. */
static void test_nothing_due_is_stuck(void)
{
	enum { HOURS = 4200 };
	static char text[HOURS * 160];
	const struct world_terms step = {.step = INT64_C(1000000) * HOURS};
	struct intake_counts counts;
	struct world world;
	size_t size = 0;

	world_init(&world, &step);
	world.options.now = world_time(HOURS + 1, 0);
	world.options.window = 400 * APOLLO_DAY;
	for (int i = 0; i < HOURS; i++) {
		char time[APOLLO_TIME_TEXT];

		size += (size_t)snprintf(text + size, sizeof(text) - size,
					 "{\"specversion\":\"1.0\",\"type\":\"calls\",\"subject\":\"acme\",\"source\":\"s\","
					 "\"id\":\"%d\",\"time\":\"%s\",\"data\":{\"value\":1}}\n", i,
					 apollo_time_format(world_time(i, 1), time));
	}
	INTAKE_CLEANUP struct intake intake = intake_init(&world.ledger, &world.book, &world.options);

	WORLD_OK(&world, intake_text(&intake, text, size, "in", NULL, &counts, &world.error));
	world_close(&world, world_time(HOURS - 1, 300));
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM claim"), 0);
	world_close(&world, world_time(HOURS, 300));
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM claim"), 1);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM claim_link"), HOURS);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM due"), 0);
	world_release(&world);
}

/* ---- any changes at all ---- */

static void config_shake(struct world_config *config)
{
	struct world_meter *meter = &config->meters[rand() % 4]; /* not the unique one */

	switch (rand() % 12) {
	case 0: config->without = !config->without; break;
	case 1: meter->meter.decimals = rand() % 7; break;
	case 2: meter->meter.aggregation = (int[]){BOOK_SUM, BOOK_MAX, BOOK_LAST, BOOK_TIME_WEIGHTED}[rand() % 4]; break;
	case 3: meter->meter.hold = rand() % 90 * 60 * APOLLO_MICRO; break;
	case 4: meter->account.divide_by = 1 + rand() % 7; break;
	case 5: meter->account.included = rand() % 3 * 20000000; break;
	case 6: meter->account.unlimited = !meter->account.unlimited; break;
	case 7: meter->account.reset_months = rand() % 4; break;
	case 8: config->more = (int[]){CAPACITY, CALLS, PEAK, SEATS, WORLD_METERS}[rand() % 5]; break;
	case 9: meter->unsold = !meter->unsold; break;
	case 10: config->acme.start = world_time(-24 * (rand() % 40), rand() % 2); break;
	default: config->acme.end = rand() % 3 ? 0 : world_time(30, rand() % 3600); break;
	}
}

/* Whatever is changed between runs, everything that was closed is proven after each. */
static void test_random_changes_are_proven(void)
{
	static const char *const names[] = {"capacity", "calls", "peak", "seats", "users"};
	unsigned seed = getenv("APOLLO_SEED") ? (unsigned)strtoul(getenv("APOLLO_SEED"), NULL, 10) : 20260101;
	enum { ROUNDS = 12, STEPS = 40 };

	(void)printf("[APOLLO_SEED=%u] ", seed);
	for (int round = 0; round < ROUNDS; round++) {
		struct world world;
		int hour = 0;

		srand(seed + (unsigned)round);
		world_init(&world, &ten);
		for (int i = 0; i < STEPS; i++) {
			for (int j = rand() % 6; j > 0 && !world.config.without; j--) {
				int64_t time = world_time(hour - (hour ? rand() % (hour < 3 ? hour + 1 : 3) : 0), rand() % 3600);
				char id[32], value[32];

				(void)snprintf(id, sizeof(id), "%d.%d", i, j);
				(void)snprintf(value, sizeof(value), "%d", rand() % 20);
				world_event(&world, names[rand() % 5], id, time, value, NULL);
			}
			if (rand() % 2)
				world_close(&world, world_time(++hour, 300));
			if (rand() % 2)
				config_shake(&world.config);
			WORLD_OK(&world, world_rebind(&world));
			world_prove(&world);
			CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM account WHERE included < 0"), 0);
		}
		world_release(&world);
	}
}

void terms_tests(void)
{
	CU_pSuite suite = CU_add_suite("terms", NULL, NULL);

	CU_ADD_TEST(suite, test_usage_waits_for_a_subscription_that_is_left_out);
	CU_ADD_TEST(suite, test_late_usage_waits_for_a_subscription_that_is_left_out);
	CU_ADD_TEST(suite, test_an_hour_that_cannot_be_posted_holds_up_nobody);
	CU_ADD_TEST(suite, test_decimals_change_between_taking_and_closing);
	CU_ADD_TEST(suite, test_a_dimension_sold_later_begins_then);
	CU_ADD_TEST(suite, test_changes_are_no_tampering);
	CU_ADD_TEST(suite, test_unique_cannot_become_another_aggregation);
	CU_ADD_TEST(suite, test_a_wider_time_is_worked_out_anew);
	CU_ADD_TEST(suite, test_a_change_within_a_period_neither_bills_nor_grants_anew);
	CU_ADD_TEST(suite, test_nothing_due_is_stuck);
	CU_ADD_TEST(suite, test_random_changes_are_proven);
}
