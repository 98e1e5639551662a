/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/rate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE_DIGITS_MAX = 18 };

/* Digits before and behind the point; false where the text is not plain digits with at most one point. */
static bool digits_count(const char *text, size_t *before, size_t *behind)
{
	const char *point = strchr(text, '.');
	size_t length = strlen(text);

	*before = point ? (size_t)(point - text) : length;
	*behind = point ? length - *before - 1 : 0;
	return strspn(text, "0123456789") == *before && (!point || strspn(point + 1, "0123456789") == *behind) &&
	       *before >= 1 && *before <= SIDE_DIGITS_MAX && *behind <= SIDE_DIGITS_MAX && !(point && *behind == 0);
}

bool rate_price_init(struct rate_price *price, const char *text)
{
	char digits[2 * SIDE_DIGITS_MAX + 1];
	size_t before, behind;

	if (!digits_count(text, &before, &behind))
		return false;
	memcpy(digits, text, before);
	memcpy(digits + before, text + before + (behind ? 1 : 0), behind);
	digits[before + behind] = '\0';
	price->text = text;
	mpq_init(price->value);
	(void)mpz_set_str(mpq_numref(price->value), digits, 10);
	mpz_ui_pow_ui(mpq_denref(price->value), 10, behind);
	mpq_canonicalize(price->value);
	return true;
}

void rate_price_release(struct rate_price *price)
{
	mpq_clear(price->value);
}

void rate_amount_init(struct rate_amount *amount, int decimals)
{
	mpz_init(amount->value);
	amount->decimals = decimals;
}

void rate_amount_release(struct rate_amount *amount)
{
	mpz_clear(amount->value);
}

/* Whether the magnitude goes up by one, given the quotient toward zero and twice the rest against the divisor. */
static bool goes_up(int rounding, const mpz_t quotient, int rest_sign, int half)
{
	switch (rounding) {
	case RATE_UP: return rest_sign != 0;
	case RATE_DOWN: return false;
	case RATE_HALF_EVEN: return half > 0 || (half == 0 && mpz_odd_p(quotient));
	default: return half >= 0;
	}
}

/* The one rounding of a line. */
static void round_exact(const struct rate_rule *rule, const mpq_t exact, struct rate_amount *amount)
{
	mpz_t numerator, quotient, rest;
	int sign = mpq_sgn(exact), half;

	mpz_inits(numerator, quotient, rest, NULL);
	mpz_ui_pow_ui(numerator, 10, (unsigned long)rule->decimals);
	mpz_mul(numerator, numerator, mpq_numref(exact));
	mpz_abs(numerator, numerator);
	mpz_tdiv_qr(quotient, rest, numerator, mpq_denref(exact));
	mpz_mul_2exp(numerator, rest, 1);
	half = mpz_cmp(numerator, mpq_denref(exact));
	if (mpz_sgn(rest) != 0 && goes_up(rule->rounding, quotient, mpz_sgn(rest), half))
		mpz_add_ui(quotient, quotient, 1);
	if (sign < 0)
		mpz_neg(quotient, quotient);
	mpz_set(amount->value, quotient);
	amount->decimals = rule->decimals;
	mpz_clears(numerator, quotient, rest, NULL);
}

void rate_line(const struct rate_rule *rule, int64_t quantity, const struct rate_price *price,
	       struct rate_amount *amount)
{
	mpq_t exact;
	mpz_t digits;
	char text[24];

	/* An int64_t is wider than GMP's long on some machines: it goes in as text. */
	(void)snprintf(text, sizeof(text), "%lld", (long long)quantity);
	mpz_init_set_str(digits, text, 10);
	mpq_init(exact);
	mpq_set_z(exact, digits);
	mpq_mul(exact, exact, price->value);
	mpz_mul_ui(mpq_denref(exact), mpq_denref(exact), 1000000);
	mpq_canonicalize(exact);
	round_exact(rule, exact, amount);
	mpq_clear(exact);
	mpz_clear(digits);
}

void rate_fee(const struct rate_rule *rule, const struct rate_price *fee, struct rate_amount *amount)
{
	round_exact(rule, fee->value, amount);
}

void rate_add(struct rate_amount *total, const struct rate_amount *amount)
{
	mpz_add(total->value, total->value, amount->value);
}

const char *rate_text(const struct rate_amount *amount, char *text)
{
	mpz_t whole, part;
	int sign = mpz_sgn(amount->value);

	mpz_inits(whole, part, NULL);
	mpz_ui_pow_ui(part, 10, (unsigned long)amount->decimals);
	mpz_tdiv_qr(whole, part, amount->value, part);
	mpz_abs(whole, whole);
	mpz_abs(part, part);
	if (amount->decimals)
		(void)gmp_snprintf(text, RATE_TEXT, "%s%Zd.%0*Zd", sign < 0 ? "-" : "", whole, amount->decimals, part);
	else
		(void)gmp_snprintf(text, RATE_TEXT, "%s%Zd", sign < 0 ? "-" : "", whole);
	mpz_clears(whole, part, NULL);
	return text;
}
