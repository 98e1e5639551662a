/* SPDX-License-Identifier: Apache-2.0 */
/* Exact numbers against GMP's own rationals, and every rounding on both sides of zero. */
#include "offers/exact.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void text_is(struct exact value, int scale, int decimals, const char *wanted)
{
	char text[EXACT_TEXT];

	(void)exact_text(value, scale, decimals, text);
	if (strcmp(text, wanted) != 0)
		(void)printf("\n    %s, %s is wanted\n", text, wanted);
	CU_ASSERT_STRING_EQUAL(text, wanted);
}

static void texts(void)
{
	text_is(exact_of(0), 0, 0, "0");
	text_is(exact_of(0), 8, 2, "0.00");
	text_is(exact_of(1), 6, 0, "0.000001");
	text_is(exact_of(-1234), 2, 2, "-12.34");
	text_is(exact_of(1200), 2, 0, "12");
	text_is(exact_of(1250), 2, 0, "12.5");
	text_is(exact_of(7), 0, 2, "7.00");
	text_is(exact_of(75), 1, 3, "7.500");
	text_is(exact_of(INT64_MIN), 0, 0, "-9223372036854775808");
	text_is(exact_power(40), 40, 2, "1.00");
	text_is(exact_multiply(exact_of(INT64_MIN), exact_of(INT64_MIN)), 0, 0, "85070591730234615865843651857942052864");
}

static void decimals(void)
{
	static const char *const wrong[] = {"", ".", "1.", ".1", "-1", "+1", "1e5", " 1", "1 ", "1,5", "1.2.3", "0x1", "1234567890123456789", "0.1234567890123456789"};
	struct decimal decimal;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		CU_ASSERT_FALSE(decimal_read(wrong[i], &decimal));
	CU_ASSERT_TRUE_FATAL(decimal_read("000.5000", &decimal));
	CU_ASSERT_EQUAL(decimal.decimals, 4);
	text_is(decimal_exact(&decimal, 6), 6, 0, "0.5");
	CU_ASSERT_TRUE_FATAL(decimal_read("999999999999999999.999999999999999999", &decimal));
	text_is(decimal_exact(&decimal, 18), 18, 0, "999999999999999999.999999999999999999");
}

/* Halves and their neighbours, in tenths. */
static void roundings(void)
{
	static const struct {
		int64_t value;
		int64_t wanted[7]; /* by enum rounding */
	} cases[] = {
		/* away up even UP DOWN floor ceiling */
		{5, {1, 1, 0, 1, 0, 0, 1}},      {15, {2, 2, 2, 2, 1, 1, 2}},        {25, {3, 3, 2, 3, 2, 2, 3}},
		{-5, {-1, 0, 0, -1, 0, -1, 0}},  {-15, {-2, -1, -2, -2, -1, -2, -1}}, {-25, {-3, -2, -2, -3, -2, -3, -2}},
		{4, {0, 0, 0, 1, 0, 0, 1}},      {-4, {0, 0, 0, -1, 0, -1, 0}},      {6, {1, 1, 1, 1, 0, 0, 1}},
		{-6, {-1, -1, -1, -1, 0, -1, 0}}, {20, {2, 2, 2, 2, 2, 2, 2}},       {-20, {-2, -2, -2, -2, -2, -2, -2}},
		{0, {0, 0, 0, 0, 0, 0, 0}},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		for (int rounding = 0; rounding < 7; rounding++) {
			struct exact got = exact_divide(exact_of(cases[i].value), exact_of(10), (enum rounding)rounding);
			struct exact wide = exact_multiply(exact_of(cases[i].value), exact_power(39));

			CU_ASSERT_EQUAL(exact_compare(got, exact_of(cases[i].wanted[rounding])), 0);
			CU_ASSERT_EQUAL(exact_sign(got) == 0 && got.negative, false);
			/* By a divisor of several limbs too. */
			got = exact_divide(wide, exact_power(40), (enum rounding)rounding);
			CU_ASSERT_EQUAL(exact_compare(got, exact_of(cases[i].wanted[rounding])), 0);
			got = exact_round(wide, 40, (enum rounding)rounding);
			CU_ASSERT_EQUAL(exact_compare(got, exact_multiply(exact_of(cases[i].wanted[rounding]), exact_power(40))), 0);
		}
}

static void overflows(void)
{
	struct exact huge = exact_power(60), more = exact_multiply(huge, huge);
	int64_t integer = 7;

	CU_ASSERT_FALSE(huge.overflow);
	CU_ASSERT_TRUE(more.overflow);
	CU_ASSERT_TRUE(exact_add(more, exact_of(1)).overflow);
	CU_ASSERT_TRUE(exact_multiply(more, exact_of(0)).overflow);
	CU_ASSERT_TRUE(exact_divide(exact_of(1), exact_of(0), ROUND_DOWN).overflow);
	CU_ASSERT_FALSE(exact_integer(exact_power(19), &integer));
	CU_ASSERT_FALSE(exact_integer(more, &integer));
	CU_ASSERT_EQUAL(integer, 7);
	CU_ASSERT_TRUE(exact_integer(exact_of(-INT64_MAX), &integer));
	CU_ASSERT_EQUAL(integer, -INT64_MAX);
}

/* ---- against mpz ---- */

static uint64_t state;

static uint64_t random_next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void exact_random(int limbs, struct exact *value, mpz_t same)
{
	*value = (struct exact){0};
	for (int i = 0; i < limbs; i++)
		value->limbs[i] = random_next() % 4 == 0 ? (random_next() & 1 ? UINT64_MAX : 0) : random_next();
	mpz_import(same, EXACT_LIMBS, -1, sizeof(mp_limb_t), 0, 0, value->limbs);
	value->negative = (random_next() & 1) && mpz_sgn(same) != 0;
	if (value->negative)
		mpz_neg(same, same);
}

static void same_is(struct exact value, const mpz_t wanted, const char *what)
{
	char text[EXACT_TEXT];
	char *other = mpz_get_str(NULL, 10, wanted);

	(void)exact_text(value, 0, 0, text);
	if (value.overflow || strcmp(text, other) != 0)
		(void)printf("\n    %s: %s, %s is wanted\n", what, text, other);
	CU_ASSERT_TRUE(!value.overflow && strcmp(text, other) == 0);
	free(other);
}

static void arithmetic(void)
{
	const char *seed = getenv("APOLLO_SEED");
	mpz_t a, b, c;

	state = seed ? strtoull(seed, NULL, 10) | 1 : ((uint64_t)time(NULL) << 1 | 1);
	(void)printf("\n    APOLLO_SEED=%llu ", (unsigned long long)state);
	mpz_inits(a, b, c, NULL);
	for (int i = 0; i < 100000; i++) {
		struct exact one, other;

		exact_random((int)(random_next() % 3) + 1, &one, a);
		exact_random((int)(random_next() % 2) + 1, &other, b);
		mpz_add(c, a, b);
		same_is(exact_add(one, other), c, "sum");
		mpz_sub(c, a, b);
		same_is(exact_subtract(one, other), c, "difference");
		mpz_mul(c, a, b);
		same_is(exact_multiply(one, other), c, "product");
		CU_ASSERT_EQUAL(exact_compare(one, other), (mpz_cmp(a, b) > 0) - (mpz_cmp(a, b) < 0));
		other.negative = false;
		mpz_abs(b, b);
		if (mpz_sgn(b) == 0)
			continue;
		mpz_tdiv_q(c, a, b);
		same_is(exact_divide(one, other, ROUND_DOWN), c, "toward zero");
		mpz_fdiv_q(c, a, b);
		same_is(exact_divide(one, other, ROUND_FLOOR), c, "floor");
		mpz_cdiv_q(c, a, b);
		same_is(exact_divide(one, other, ROUND_CEILING), c, "ceiling");
		/* Half up is the floor of a + b/2. */
		mpz_mul_2exp(c, a, 1);
		mpz_add(c, c, b);
		mpz_mul_2exp(b, b, 1);
		mpz_fdiv_q(c, c, b);
		same_is(exact_divide(one, other, ROUND_HALF_UP), c, "half up");
	}
	mpz_clears(a, b, c, NULL);
}

int main(void)
{
	static const struct unit_test tests[] = {{"texts", texts},         {"decimals", decimals},     {"roundings", roundings},
						 {"overflows", overflows}, {"arithmetic", arithmetic}};

	return UNIT_RUN("exact", tests);
}
