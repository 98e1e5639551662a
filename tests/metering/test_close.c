/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/claim.h"
#include "metering/due.h"
#include "metering/statement.h"
#include "metering/window.h"
#include "tests/metering/world.h"

#include <string.h>

static const struct world_terms plain = {.step = 1};
static const struct world_terms whole = {.step = 1000000};

/* 1000 bytes from 00:00 to 00:10 (the next sample), 3000 from 00:10 for the 15 minutes that a sample is held. */
static void test_gauge_is_integrated_and_held(void)
{
	struct world world;

	world_init(&world, &plain);
	world_event(&world, "capacity", "b", world_time(0, 600), "3000", NULL);
	world_event(&world, "capacity", "a", world_time(0, 0), "1000", NULL); /* out of order */
	CU_ASSERT_EQUAL(world_close(&world, world_time(1, 300)).gaps, 1);
	/* (1000*600 + 3000*900) byte seconds / 3600 / 1000 = 0.916666.. */
	CU_ASSERT_EQUAL(world_balance(&world, "capacity", METERED), 916666);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT gap FROM posting WHERE kind = 4 AND raw <> X'00' AND samples = 2"),
			INT64_C(2100) * APOLLO_MICRO);
	world_release(&world);
}

/* Usage between the last sample and the end of the subscription is billed, the hour of the end is told, and nothing after it; in
 * bytes that 32 bits do not hold. */
static void test_the_last_part_of_an_hour_is_billed(void)
{
	struct world world;

	world_init(&world, &plain);
	world.config.acme.end = world_time(1, 600);
	WORLD_OK(&world, world_rebind(&world));
	world_event(&world, "capacity", "a", world_time(1, 0), "5000000000000", NULL);
	world_close(&world, world_time(4, 300));
	/* 5e12 bytes * 600 s / 3600 / 1000 */
	CU_ASSERT_EQUAL(world_balance(&world, "capacity", METERED), INT64_C(833333333333333));
	CU_ASSERT_EQUAL(world_query(&world, "SELECT amount FROM claim"), INT64_C(833333333333333));
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM claim"), 1);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT hour FROM claim"), world_time(1, 0));
	world_prove(&world);
	world_release(&world);
}

/* A third of a micro-unit each hour is lost nowhere: three hours make it whole. */
static void test_remainder_is_carried(void)
{
	struct world world;
	char id[32];

	world_init(&world, &plain);
	for (int hour = 0; hour < 3; hour++)
		for (int quarter = 0; quarter < 4; quarter++) {
			(void)snprintf(id, sizeof(id), "%d.%d", hour, quarter);
			world_event(&world, "capacity", id, world_time(hour, quarter * 900), quarter ? "0" : "4", NULL);
		}
	/* 4 bytes for a quarter of an hour = 1 byte-hour = 0.001 units, exactly, each hour. */
	CU_ASSERT_EQUAL(world_close(&world, world_time(3, 300)).hours, 3);
	CU_ASSERT_EQUAL(world_balance(&world, "capacity", METERED), 3000);
	world_release(&world);
}

static void test_each_aggregation(void)
{
	struct world world;

	world_init(&world, &plain);
	world_event(&world, "calls", "e1", world_time(0, 1), "0.5", NULL);
	world_event(&world, "calls", "e2", world_time(0, 2), "2", NULL);
	world_event(&world, "peak", "e3", world_time(0, 1), "7", NULL);
	world_event(&world, "peak", "e4", world_time(0, 2), "3", NULL);
	world_event(&world, "seats", "e5", world_time(0, 9), "5", NULL);
	world_event(&world, "seats", "e6", world_time(0, 8), "6", NULL);
	world_event(&world, "users", "e7", world_time(0, 1), "1", NULL);
	world_event(&world, "users", "e8", world_time(0, 2), "2", NULL);
	world_event(&world, "users", "e9", world_time(0, 3), "1", NULL);
	world_close(&world, world_time(1, 300));
	CU_ASSERT_EQUAL(world_balance(&world, "calls", METERED), 2500000);
	CU_ASSERT_EQUAL(world_balance(&world, "peak", METERED), 7000000);
	CU_ASSERT_EQUAL(world_balance(&world, "seats", METERED), 5000000);
	CU_ASSERT_EQUAL(world_balance(&world, "users", METERED), 2000000);
	world_release(&world);
}

/* What does not fit a whole unit waits, and the claim that takes it up names both hours. */
static void test_step_is_carried_with_its_hour(void)
{
	struct world world;

	world_init(&world, &whole);
	world_event(&world, "calls", "1", world_time(0, 1), "0.7", NULL);
	world_event(&world, "calls", "2", world_time(1, 1), "0.6", NULL);
	world_close(&world, world_time(2, 300));
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM claim"), 1);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT amount FROM claim"), 1000000);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM claim_link"), 2);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT amount FROM claim_link ORDER BY hour DESC LIMIT 1"), 300000);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT amount FROM due"), 300000);
	CU_ASSERT_EQUAL(world_balance(&world, "calls", PENDING), 1300000);
	world_release(&world);
}

static void test_joined_windows_claim_empty_hours(void)
{
	struct world world;
	const struct world_terms joined = {.step = 1000000, .joined = true};

	world_init(&world, &joined);
	world_event(&world, "calls", "1", world_time(2, 1), "3", NULL);
	world_close(&world, world_time(3, 300));
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM claim WHERE account = 2"), 3);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT SUM(amount) FROM claim WHERE account = 2"), 3000000);
	world_release(&world);
}

/* Hours closed while nothing could be claimed: left out, ended before the end was moved, and not sold. */
static void test_windows_join_over_hours_without_claims(void)
{
	struct world world;
	const struct world_terms joined = {.step = 1000000, .joined = true};

	world_init(&world, &joined);
	world_close(&world, world_time(2, 300));
	world_event(&world, "calls", "1", world_time(1, 1), "3", NULL);
	world.config.without = true;
	WORLD_OK(&world, world_rebind(&world));
	world_close(&world, world_time(5, 300));
	world.config.without = false;
	world.config.acme.end = world_time(7, 0);
	WORLD_OK(&world, world_rebind(&world));
	world_close(&world, world_time(9, 300));
	/* Hours 0 to 6, each once, and none after the end. */
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM claim WHERE account = 2"), 7);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT MAX(hour) FROM claim WHERE account = 2"), world_time(6, 0));
	world.config.acme.end = 0;
	WORLD_OK(&world, world_rebind(&world));
	world_close(&world, world_time(10, 300));
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM claim WHERE account = 2"), 10);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT SUM(amount) FROM claim WHERE account = 2"), 3000000);
	world.config.meters[CALLS].unsold = true;
	WORLD_OK(&world, world_rebind(&world));
	world_close(&world, world_time(12, 300));
	world.config.meters[CALLS].unsold = false;
	WORLD_OK(&world, world_rebind(&world));
	world_close(&world, world_time(13, 300));
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM claim WHERE account = 2"), 11);
	world_prove(&world);
	world_release(&world);
}

/* Hours before a start that was moved are no hole. */
static void test_no_window_precedes_the_start(void)
{
	struct world world;
	const struct world_terms joined = {.step = 1000000, .joined = true};

	world_init(&world, &joined);
	world_close(&world, world_time(1, 300));
	world.config.without = true;
	WORLD_OK(&world, world_rebind(&world));
	world_close(&world, world_time(4, 300));
	world.config.without = false;
	world.config.acme.start = world_time(6, 1800);
	WORLD_OK(&world, world_rebind(&world));
	world_close(&world, world_time(7, 300));
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM claim WHERE account = 2"), 5); /* hours 0 to 3 and 6 */
	world_release(&world);
}

/* A hole is looked for so far back and no further; what the ledger has from before does not hide a young one. */
static void test_windows_join_so_far_back(void)
{
	struct world world;
	const struct world_terms joined = {.step = 1000000, .joined = true};
	static const struct {
		int closed, claims; /* hours closed while the subscription was left out; claims with the hour after them */
	} holes[] = {{WINDOWS_BACK + 1, 2}, {2, 5}};
	int hour = 1;

	world_init(&world, &joined);
	world_close(&world, world_time(hour, 300));
	for (int i = 0; i < 2; i++) {
		world.config.without = true;
		WORLD_OK(&world, world_rebind(&world));
		world_close(&world, world_time(hour += holes[i].closed, 300));
		world.config.without = false;
		WORLD_OK(&world, world_rebind(&world));
		world_close(&world, world_time(++hour, 300));
		CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM claim WHERE account = 2"), holes[i].claims);
	}
	world_release(&world);
}

/* Usage that came when the last window is told has none to join: a person decides, and nothing is told meanwhile. */
static void test_no_window_follows_the_end(void)
{
	struct world world;
	const struct world_terms joined = {.step = 1000000, .joined = true};

	world_init(&world, &joined);
	world.config.acme.end = world_time(3, 0);
	WORLD_OK(&world, world_rebind(&world));
	world_event(&world, "calls", "1", world_time(0, 1), "3", NULL);
	world_close(&world, world_time(3, 300));
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM claim WHERE account = 2 AND state = 1"), 3);
	world_close(&world, world_time(4, 300)); /* an hour after the end is no hole */
	world_event(&world, "calls", "2", world_time(1, 1), "5.5", NULL);
	world_close(&world, world_time(5, 300));
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM claim WHERE state = 1 AND account = 2"), 3);
	CU_ASSERT_EQUAL(world_balance(&world, "calls", PARKED), 5000000);
	CU_ASSERT_EQUAL(world_balance(&world, "calls", PENDING), 3500000);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM claim WHERE state = 4 AND code = 'ended'"), 1);
	world_prove(&world);
	world_release(&world);
}

/* Where the end comes with late usage, the last window takes that up. */
static void test_the_last_window_takes_late_usage(void)
{
	struct world world;
	const struct world_terms joined = {.step = 1000000, .joined = true};

	world_init(&world, &joined);
	world.config.acme.end = world_time(2, 1800);
	WORLD_OK(&world, world_rebind(&world));
	world_close(&world, world_time(2, 300));
	world_event(&world, "calls", "1", world_time(0, 1), "3", NULL);
	world_close(&world, world_time(5, 300));
	CU_ASSERT_EQUAL(world_balance(&world, "calls", PARKED), 0);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT hour FROM claim WHERE state = 1 AND amount = 3000000"), world_time(2, 0));
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM claim WHERE account = 2"), 3);
	world_release(&world);
}

/* Included usage is used up first, comes back each month, and does not depend on the order of events. */
static void test_included_quantity(void)
{
	struct world world;
	const struct world_terms included = {.step = 1, .included = 10000000};

	world_init(&world, &included);
	world_event(&world, "calls", "1", world_time(0, 1), "8", NULL);
	world_event(&world, "calls", "2", world_time(1, 1), "5", NULL);
	world_close(&world, world_time(2, 300));
	CU_ASSERT_EQUAL(world_balance(&world, "calls", INCLUDED), 10000000);
	CU_ASSERT_EQUAL(world_balance(&world, "calls", PENDING), 3000000);
	/* A correction gives back what was pending first, then the allowance. */
	world_event(&world, "calls", "3", world_time(2, 1), "-4", NULL);
	world_close(&world, world_time(3, 300));
	CU_ASSERT_EQUAL(world_balance(&world, "calls", INCLUDED), 9000000);
	CU_ASSERT_EQUAL(world_balance(&world, "calls", PENDING), 0);
	/* February has its own. */
	world_event(&world, "calls", "4", world_time(31 * 24, 1), "9", NULL);
	world_close(&world, world_time(31 * 24 + 1, 300));
	CU_ASSERT_EQUAL(world_balance(&world, "calls", INCLUDED), 18000000);
	world_release(&world);
}

/* A late event never touches its closed hour: the difference is posted under the hour's name and claimed later. */
static void test_late_usage_names_its_hour(void)
{
	struct world world;
	struct intake_counts counts;

	world_init(&world, &plain);
	world_event(&world, "calls", "1", world_time(0, 1), "8", NULL);
	world_close(&world, world_time(1, 300));
	world_event(&world, "calls", "2", world_time(0, 2), "5", &counts);
	CU_ASSERT_EQUAL(counts.late, 1);
	CU_ASSERT_EQUAL(world_close(&world, world_time(2, 300)).late, 1);
	CU_ASSERT_EQUAL(world_balance(&world, "calls", METERED), 13000000);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM claim"), 2);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT l.hour FROM claim_link l JOIN claim c ON c.id = l.claim"
				    " WHERE c.amount = 5000000"), world_time(0, 0));
	CU_ASSERT_EQUAL(world_query(&world, "SELECT hour FROM claim WHERE amount = 5000000"), world_time(1, 0));
	world_release(&world);
}

/* A late gauge sample changes its own hour and the one that it holds into. */
static void test_late_sample_spreads_as_far_as_it_holds(void)
{
	struct world world;

	world_init(&world, &plain);
	world_event(&world, "capacity", "a", world_time(0, 0), "3600", NULL);
	world_close(&world, world_time(2, 300));
	CU_ASSERT_EQUAL(world_balance(&world, "capacity", METERED), 900000); /* a quarter of an hour */
	world_event(&world, "capacity", "b", world_time(0, 3600 - 300), "3600", NULL);
	CU_ASSERT_EQUAL(world_close(&world, world_time(3, 300)).late, 2);
	CU_ASSERT_EQUAL(world_balance(&world, "capacity", METERED), 1800000);
	world_release(&world);
}

static void test_corrections_are_netted(void)
{
	struct world world;

	world_init(&world, &plain);
	world_event(&world, "calls", "1", world_time(0, 1), "-4", NULL);
	world_event(&world, "calls", "2", world_time(1, 1), "3", NULL);
	world_event(&world, "calls", "3", world_time(2, 1), "3", NULL);
	world_close(&world, world_time(3, 300));
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM claim"), 1);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT amount FROM claim"), 2000000);
	CU_ASSERT_EQUAL(world_balance(&world, "calls", PENDING), 2000000);
	world_release(&world);
}

/* A sum beyond 64 bits would silently become a floating point number in the database. */
static void test_no_balance_leaves_its_range(void)
{
	struct posting posting = {.kind = POSTING_HOUR, .account = 2, .hour = world_time(0, 0)};
	struct world world;

	world_init(&world, &plain);
	posting.amounts[METERED] = posting.amounts[PENDING] = INT64_C(5000000000000000000);
	WORLD_OK(&world, ledger_begin(&world.ledger, &world.error));
	WORLD_OK(&world, posting_append(&world.ledger, &posting, &world.error));
	WORLD_OK(&world, due_add(&world.ledger, 2, posting.hour, posting.amounts[PENDING], &world.error));
	CU_ASSERT_EQUAL(posting_append(&world.ledger, &posting, &world.error), ERROR_INPUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(world.error.message, "acme"));
	CU_ASSERT_EQUAL(due_add(&world.ledger, 2, posting.hour, posting.amounts[PENDING], &world.error), ERROR_INPUT);
	WORLD_OK(&world, ledger_commit(&world.ledger, &world.error));
	CU_ASSERT_EQUAL(world_balance(&world, "calls", METERED), INT64_C(5000000000000000000));
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM posting WHERE kind = 4"), 1);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT amount FROM due"), INT64_C(5000000000000000000));
	world_release(&world);
}

/* What starts at half past is in the statement, and what was written off is charged to nobody. */
static void test_a_statement_has_every_hour_and_charges_no_write_off(void)
{
	const struct claim_verdict why = {.code = "cut-off"};
	struct statement_total total;
	struct claim claim;
	struct world world;
	int64_t from, to;

	world_init(&world, &plain);
	world.config.acme.start = from = world_time(0, 1800);
	to = world_time(31 * 24, 1800);
	WORLD_OK(&world, world_rebind(&world));
	world_event(&world, "calls", "1", world_time(0, 2400), "5", NULL);
	world_event(&world, "calls", "2", world_time(1, 2400), "3", NULL);
	world_close(&world, world_time(2, 300));
	WORLD_OK(&world, statement_total(&world.ledger, 2, from, to, &total, &world.error));
	CU_ASSERT_EQUAL(total.metered, 8000000);
	CU_ASSERT_EQUAL(total.charged, 8000000);
	WORLD_OK(&world, ledger_begin(&world.ledger, &world.error));
	WORLD_OK(&world, claim_get(&world.ledger, world_query(&world, "SELECT id FROM claim WHERE amount = 3000000"), &claim,
				   &world.error));
	WORLD_OK(&world, claim_end(&world.ledger, &claim, CLAIM_WRITTEN_OFF, &why, world_time(2, 301), &world.error));
	WORLD_OK(&world, ledger_commit(&world.ledger, &world.error));
	WORLD_OK(&world, statement_total(&world.ledger, 2, from, to, &total, &world.error));
	CU_ASSERT_EQUAL(total.billable, 8000000);
	CU_ASSERT_EQUAL(total.written_off, 3000000);
	CU_ASSERT_EQUAL(total.charged, 5000000);
	WORLD_OK(&world, statement_total(&world.ledger, 2, to, world_time(60 * 24, 0), &total, &world.error));
	CU_ASSERT_EQUAL(total.metered, 0);
	world_prove(&world);
	world_release(&world);
}

/* The rest of an ended subscription is written off by a person; its law holds, and nobody is charged for it. */
static void test_what_is_left_can_be_written_off(void)
{
	struct statement_total total;
	struct world world;

	world_init(&world, &whole);
	world.config.acme.end = world_time(2, 0);
	WORLD_OK(&world, world_rebind(&world));
	world_event(&world, "calls", "1", world_time(0, 1), "1.4", NULL);
	world_event(&world, "calls", "2", world_time(1, 1), "0.3", NULL);
	world_close(&world, world_time(3, 300));
	WORLD_OK(&world, ledger_begin(&world.ledger, &world.error));
	WORLD_OK(&world, due_write_off(&world.ledger, 2, "by hand", world_time(3, 301), &world.error));
	WORLD_OK(&world, ledger_commit(&world.ledger, &world.error));
	CU_ASSERT_EQUAL(world_balance(&world, "calls", PENDING), 1000000);
	CU_ASSERT_EQUAL(world_balance(&world, "calls", WRITTEN_OFF), 700000);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM due"), 0);
	WORLD_OK(&world, statement_total(&world.ledger, 2, world_time(0, 0), world_time(2, 0), &total, &world.error));
	CU_ASSERT_EQUAL(total.written_off, 700000);
	CU_ASSERT_EQUAL(total.charged, 1000000);
	world_prove(&world);
	world_close(&world, world_time(4, 300));
	world_prove(&world);
	world_release(&world);
}

static void left_sum(void *context, const struct due_left *left)
{
	CU_ASSERT_STRING_EQUAL(left->dimension, "calls");
	*(int64_t *)context += left->amount;
}

/* What is below the step when a subscription ends is told, not forgotten. */
static void test_what_is_left_at_the_end_is_told(void)
{
	struct world world;
	int64_t left = 0;

	world_init(&world, &whole);
	world_event(&world, "calls", "1", world_time(0, 1), "1.4", NULL);
	world_close(&world, world_time(1, 300));
	WORLD_OK(&world, due_left_read(&world.ledger, &world.book, left_sum, &left, &world.error));
	CU_ASSERT_EQUAL(left, 0);
	world.config.acme.end = world_time(2, 0);
	WORLD_OK(&world, world_rebind(&world));
	world_close(&world, world_time(3, 300));
	WORLD_OK(&world, due_left_read(&world.ledger, &world.book, left_sum, &left, &world.error));
	CU_ASSERT_EQUAL(left, 400000);
	left = 0;
	world.config.acme.market = NULL; /* metered only */
	WORLD_OK(&world, world_rebind(&world));
	WORLD_OK(&world, due_left_read(&world.ledger, &world.book, left_sum, &left, &world.error));
	CU_ASSERT_EQUAL(left, 0);
	world.config.without = true;
	WORLD_OK(&world, world_rebind(&world));
	WORLD_OK(&world, due_left_read(&world.ledger, &world.book, left_sum, &left, &world.error));
	CU_ASSERT_EQUAL(left, 400000);
	world_release(&world);
}

static void test_periods_do_not_drift(void)
{
	int64_t start = apollo_days(2026, 1, 31) * APOLLO_DAY;

	CU_ASSERT_EQUAL(book_period_start(start, 1, 1), apollo_days(2026, 2, 28) * APOLLO_DAY);
	CU_ASSERT_EQUAL(book_period_start(start, 1, 2), apollo_days(2026, 3, 31) * APOLLO_DAY);
	CU_ASSERT_EQUAL(book_period_start(start, 1, 25), apollo_days(2028, 2, 29) * APOLLO_DAY);
	CU_ASSERT_EQUAL(book_period(start, 1, apollo_days(2026, 3, 30) * APOLLO_DAY), apollo_days(2026, 2, 28) * APOLLO_DAY);
	CU_ASSERT_EQUAL(book_period(start, 12, apollo_days(2027, 1, 30) * APOLLO_DAY), start);
	CU_ASSERT_EQUAL(book_period(start, 0, apollo_days(2030, 1, 30) * APOLLO_DAY), start);
}

void close_tests(void)
{
	CU_pSuite suite = CU_add_suite("closing", NULL, NULL);

	CU_ADD_TEST(suite, test_gauge_is_integrated_and_held);
	CU_ADD_TEST(suite, test_the_last_part_of_an_hour_is_billed);
	CU_ADD_TEST(suite, test_remainder_is_carried);
	CU_ADD_TEST(suite, test_each_aggregation);
	CU_ADD_TEST(suite, test_step_is_carried_with_its_hour);
	CU_ADD_TEST(suite, test_joined_windows_claim_empty_hours);
	CU_ADD_TEST(suite, test_windows_join_over_hours_without_claims);
	CU_ADD_TEST(suite, test_windows_join_so_far_back);
	CU_ADD_TEST(suite, test_no_window_precedes_the_start);
	CU_ADD_TEST(suite, test_no_window_follows_the_end);
	CU_ADD_TEST(suite, test_the_last_window_takes_late_usage);
	CU_ADD_TEST(suite, test_included_quantity);
	CU_ADD_TEST(suite, test_late_usage_names_its_hour);
	CU_ADD_TEST(suite, test_late_sample_spreads_as_far_as_it_holds);
	CU_ADD_TEST(suite, test_corrections_are_netted);
	CU_ADD_TEST(suite, test_a_statement_has_every_hour_and_charges_no_write_off);
	CU_ADD_TEST(suite, test_what_is_left_at_the_end_is_told);
	CU_ADD_TEST(suite, test_what_is_left_can_be_written_off);
	CU_ADD_TEST(suite, test_periods_do_not_drift);
	CU_ADD_TEST(suite, test_no_balance_leaves_its_range);
}
