/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/rate.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MICRO INT64_C(1000000)

/* The text of a line. */
static void line_is(const char *price_text, int64_t quantity, int rounding, int decimals, const char *wanted)
{
	const struct rate_rule rule = {.rounding = rounding, .decimals = decimals};
	RATE_AMOUNT_CLEANUP struct rate_amount amount;
	struct rate_price price;
	char text[RATE_TEXT];

	rate_amount_init(&amount, 0);
	CU_ASSERT_TRUE_FATAL(rate_price_init(&price, price_text));
	rate_line(&rule, quantity, &price, &amount);
	if (strcmp(rate_text(&amount, text), wanted) != 0)
		(void)printf("\n    %s x %lld: %s, %s is wanted\n", price_text, (long long)quantity, text, wanted);
	CU_ASSERT_STRING_EQUAL(text, wanted);
	CU_ASSERT_EQUAL(amount.decimals, decimals);
	rate_price_release(&price);
}

static void golden(void)
{
	line_is("0.05", 1000 * MICRO, RATE_HALF_UP, 2, "50.00");
	line_is("0.05", 0, RATE_UP, 2, "0.00");
	line_is("0", INT64_MAX, RATE_UP, 2, "0.00");
	line_is("0.0385", 123456789012, RATE_HALF_UP, 2, "4753.09");
	line_is("1", 1, RATE_UP, 2, "0.01");
	line_is("1", 1, RATE_DOWN, 2, "0.00");
	line_is("1", 1, RATE_HALF_UP, 6, "0.000001");
	line_is("7", 2 * MICRO, RATE_HALF_EVEN, 0, "14");
	line_is("000.5000", 2 * MICRO, RATE_HALF_EVEN, 3, "1.000");
}

static void halves(void)
{
	static const struct {
		int64_t quantity;
		const char *half_up, *half_even, *up, *down;
	} cases[] = {
		{5000, "0.01", "0.00", "0.01", "0.00"},      {15000, "0.02", "0.02", "0.02", "0.01"},
		{25000, "0.03", "0.02", "0.03", "0.02"},     {4999, "0.00", "0.00", "0.01", "0.00"},
		{5001, "0.01", "0.01", "0.01", "0.00"},      {-5000, "-0.01", "0.00", "-0.01", "0.00"},
		{-15000, "-0.02", "-0.02", "-0.02", "-0.01"}, {-25000, "-0.03", "-0.02", "-0.03", "-0.02"},
		{-4999, "0.00", "0.00", "-0.01", "0.00"},    {995000, "1.00", "1.00", "1.00", "0.99"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		line_is("1", cases[i].quantity, RATE_HALF_UP, 2, cases[i].half_up);
		line_is("1", cases[i].quantity, RATE_HALF_EVEN, 2, cases[i].half_even);
		line_is("1", cases[i].quantity, RATE_UP, 2, cases[i].up);
		line_is("1", cases[i].quantity, RATE_DOWN, 2, cases[i].down);
	}
}

static void huge(void)
{
	/* 9223372036854.775807 x 999999999999999999.999999999999999999 */
	line_is("999999999999999999.999999999999999999", INT64_MAX, RATE_DOWN, 6,
		"9223372036854775806999999999999.999990");
	line_is("999999999999999999", INT64_MIN, RATE_HALF_UP, 0, "-9223372036854775798776627963145");
	line_is("0.000000000000000001", INT64_MAX, RATE_HALF_UP, 6, "0.000009");
}

static void prices(void)
{
	static const char *const wrong[] = {"", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", " 1", "1 ", "0x10", "1.2.3",
					    "1234567890123456789", "0.1234567890123456789", "nan", "unlimited"};
	struct rate_price price;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		CU_ASSERT_FALSE(rate_price_init(&price, wrong[i]));
}

/* The sum of the rounded lines is the total, and a fee is a line like the others. */
static void totals(void)
{
	const struct rate_rule rule = {.rounding = RATE_HALF_UP, .decimals = 2};
	RATE_AMOUNT_CLEANUP struct rate_amount total, amount;
	struct rate_price third, fee;
	char text[RATE_TEXT];

	rate_amount_init(&total, 2);
	rate_amount_init(&amount, 2);
	CU_ASSERT_TRUE_FATAL(rate_price_init(&third, "0.3333"));
	CU_ASSERT_TRUE_FATAL(rate_price_init(&fee, "5000.005"));
	for (int i = 0; i < 3; i++) {
		rate_line(&rule, MICRO, &third, &amount);
		rate_add(&total, &amount);
	}
	CU_ASSERT_STRING_EQUAL(rate_text(&total, text), "0.99");
	rate_fee(&rule, &fee, &amount);
	rate_add(&total, &amount);
	CU_ASSERT_STRING_EQUAL(rate_text(&total, text), "5001.00");
	rate_line(&rule, -6000 * MICRO, &third, &amount);
	rate_add(&total, &amount);
	CU_ASSERT_STRING_EQUAL(rate_text(&total, text), "3001.20");
	rate_price_release(&third);
	rate_price_release(&fee);
}

__extension__ typedef __int128 wide;

/* quantity * price / 10^(6 + 4 - 2), rounded, by integers alone. */
static int64_t by_hand(int64_t quantity, int64_t price, int rounding)
{
	const wide unit = 100000000;
	wide exact = (wide)quantity * price, size = exact < 0 ? -exact : exact, whole = size / unit, rest = size % unit;
	bool more = rounding == RATE_UP ? rest > 0 : rounding == RATE_HALF_UP ? 2 * rest >= unit
		  : rounding == RATE_HALF_EVEN ? 2 * rest > unit || (2 * rest == unit && whole % 2 == 1) : false;

	whole += more;
	return (int64_t)(exact < 0 ? -whole : whole);
}

static void random_lines(void)
{
	unsigned seed = getenv("SEED") ? (unsigned)strtoul(getenv("SEED"), NULL, 10) : (unsigned)time(NULL);

	(void)printf("SEED=%u ", seed);
	srandom(seed);
	for (int i = 0; i < 20000; i++) {
		int64_t quantity = (random() - (INT64_C(1) << 30)) * 5000, price = random() % 100000;
		const struct rate_rule rule = {.rounding = i % 4, .decimals = 2};
		RATE_AMOUNT_CLEANUP struct rate_amount amount;
		struct rate_price exact;
		char text[32];

		(void)snprintf(text, sizeof(text), "%lld.%04lld", (long long)(price / 10000), (long long)(price % 10000));
		rate_amount_init(&amount, 2);
		CU_ASSERT_TRUE_FATAL(rate_price_init(&exact, text));
		rate_line(&rule, quantity, &exact, &amount);
		CU_ASSERT_EQUAL_FATAL(mpz_get_si(amount.value), by_hand(quantity, price, i % 4));
		rate_price_release(&exact);
	}
}

int main(void)
{
	static const struct unit_test tests[] = {
		{"golden amounts", golden},
		{"halves and signs in every mode", halves},
		{"the largest quantities and prices", huge},
		{"what is no price", prices},
		{"totals", totals},
		{"random lines agree with integers", random_lines},
	};

	return UNIT_RUN("rate", tests);
}
