/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/exact.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

_Static_assert(GMP_NUMB_BITS == 64, "limbs of 64 bits");

/* Nearly all money fits 128 bits, which the machine works with itself: what is larger goes to GMP. */
__extension__ typedef unsigned __int128 pair_t;

static bool fits_pair(const struct exact *value)
{
	return (value->limbs[2] | value->limbs[3] | value->limbs[4]) == 0;
}

static pair_t pair_of(const struct exact *value)
{
	return (pair_t)value->limbs[1] << 64 | value->limbs[0];
}

static struct exact exact_pair(pair_t magnitude, bool negative, bool overflow)
{
	return (struct exact){negative && magnitude != 0, overflow, {(mp_limb_t)magnitude, (mp_limb_t)(magnitude >> 64)}};
}

/* ---- size and sign ---- */

/* Limbs that are not leading zeros. */
static mp_size_t limbs_used(const mp_limb_t *limbs, mp_size_t count)
{
	while (count > 0 && limbs[count - 1] == 0)
		count--;
	return count;
}

static struct exact exact_overflow(bool negative)
{
	struct exact value = exact_power(EXACT_DIGITS);

	(void)mpn_sub_1(value.limbs, value.limbs, EXACT_LIMBS, 1);
	value.negative = negative;
	value.overflow = true;
	return value;
}

/* Takes on what was wrong with what a result was made of, and keeps zero from being negative. */
static struct exact settled(struct exact value, bool overflow)
{
	value.overflow |= overflow;
	value.negative = value.negative && limbs_used(value.limbs, EXACT_LIMBS) > 0;
	return value;
}

struct exact exact_of(int64_t value)
{
	struct exact result = {.negative = value < 0};

	result.limbs[0] = value < 0 ? (mp_limb_t)0 - (mp_limb_t)value : (mp_limb_t)value;
	return result;
}

struct exact exact_power(int exponent)
{
	static const mp_limb_t tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000,
					 10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000, 1000000000000000000,
					 10000000000000000000U};
	struct exact power = {.limbs = {1}};

	if (exponent < 20)
		return (struct exact){.limbs = {tens[exponent < 0 ? 0 : exponent]}};
	if (exponent < 39)
		return exact_pair((pair_t)tens[19] * tens[exponent - 19], false, false);
	for (; exponent >= 19; exponent -= 19)
		(void)mpn_mul_1(power.limbs, power.limbs, EXACT_LIMBS, tens[19]);
	(void)mpn_mul_1(power.limbs, power.limbs, EXACT_LIMBS, tens[exponent]);
	return power;
}

struct exact exact_negate(struct exact value)
{
	value.negative = !value.negative;
	return settled(value, false);
}

int exact_sign(struct exact value)
{
	if (value.negative)
		return -1;
	return (value.limbs[0] | value.limbs[1] | value.limbs[2] | value.limbs[3] | value.limbs[4]) != 0;
}

int exact_compare(struct exact one, struct exact other)
{
	int magnitude;

	if (one.negative != other.negative)
		return one.negative ? -1 : 1;
	magnitude = mpn_cmp(one.limbs, other.limbs, EXACT_LIMBS);
	magnitude = (magnitude > 0) - (magnitude < 0);
	return one.negative ? -magnitude : magnitude;
}

/* ---- arithmetic ---- */

struct exact exact_add(struct exact one, struct exact other)
{
	struct exact sum = {.negative = one.negative};
	bool overflow = one.overflow || other.overflow;

	if (fits_pair(&one) && fits_pair(&other)) {
		pair_t a = pair_of(&one), b = pair_of(&other), both;

		if (one.negative != other.negative)
			return a >= b ? exact_pair(a - b, one.negative, overflow) : exact_pair(b - a, other.negative, overflow);
		if (!__builtin_add_overflow(a, b, &both))
			return exact_pair(both, one.negative, overflow);
	}

	if (one.negative == other.negative) {
		if (mpn_add_n(sum.limbs, one.limbs, other.limbs, EXACT_LIMBS))
			return exact_overflow(one.negative);
	} else if (mpn_cmp(one.limbs, other.limbs, EXACT_LIMBS) >= 0) {
		(void)mpn_sub_n(sum.limbs, one.limbs, other.limbs, EXACT_LIMBS);
	} else {
		(void)mpn_sub_n(sum.limbs, other.limbs, one.limbs, EXACT_LIMBS);
		sum.negative = other.negative;
	}
	return settled(sum, overflow);
}

struct exact exact_subtract(struct exact one, struct exact other)
{
	return exact_add(one, exact_negate(other));
}

/* By GMP. */
static struct exact multiply_large(struct exact one, struct exact other)
{
	mp_size_t one_size = limbs_used(one.limbs, EXACT_LIMBS), other_size = limbs_used(other.limbs, EXACT_LIMBS);
	struct exact product = {.negative = one.negative != other.negative};
	mp_limb_t room[2 * EXACT_LIMBS] = {0};

	if (one_size == 0 || other_size == 0)
		return settled((struct exact){0}, one.overflow || other.overflow);
	if (other_size == 1)
		room[one_size] = mpn_mul_1(room, one.limbs, one_size, other.limbs[0]);
	else if (one_size >= other_size)
		(void)mpn_mul(room, one.limbs, one_size, other.limbs, other_size);
	else
		(void)mpn_mul(room, other.limbs, other_size, one.limbs, one_size);
	if (limbs_used(room, one_size + other_size) > EXACT_LIMBS)
		return exact_overflow(product.negative);
	memcpy(product.limbs, room, sizeof(product.limbs));
	return settled(product, one.overflow || other.overflow);
}

struct exact exact_multiply(struct exact one, struct exact other)
{
	pair_t product;

	if (fits_pair(&one) && fits_pair(&other) && !__builtin_mul_overflow(pair_of(&one), pair_of(&other), &product))
		return exact_pair(product, one.negative != other.negative, one.overflow || other.overflow);
	return multiply_large(one, other);
}

/* Whether the magnitude goes up by one.  half: twice the rest against the divisor. */
static bool goes_up(enum rounding rounding, bool odd, bool negative, int half)
{
	switch (rounding) {
	case ROUND_HALF_UP: return half > 0 || (half == 0 && !negative);
	case ROUND_HALF_EVEN: return half > 0 || (half == 0 && odd);
	case ROUND_UP: return true;
	case ROUND_DOWN: return false;
	case ROUND_FLOOR: return negative;
	case ROUND_CEILING: return !negative;
	default: return half >= 0;
	}
}

/* Twice the rest against the divisor, both of `size` limbs. */
static int half_compare(const mp_limb_t *rest, const mp_limb_t *divisor, mp_size_t size)
{
	mp_limb_t twice[EXACT_LIMBS];

	if (mpn_lshift(twice, rest, size, 1))
		return 1;
	return mpn_cmp(twice, divisor, size);
}

/* By GMP. */
static struct exact divide_large(struct exact value, struct exact divisor, enum rounding rounding)
{
	mp_size_t size = limbs_used(value.limbs, EXACT_LIMBS), divisor_size = limbs_used(divisor.limbs, EXACT_LIMBS);
	struct exact quotient = {.negative = value.negative};
	mp_limb_t rest[EXACT_LIMBS] = {0};

	if (divisor_size == 0)
		return exact_overflow(value.negative);
	if (size < divisor_size)
		memcpy(rest, value.limbs, sizeof(rest));
	else if (divisor_size == 1)
		rest[0] = mpn_divrem_1(quotient.limbs, 0, value.limbs, size, divisor.limbs[0]);
	else
		mpn_tdiv_qr(quotient.limbs, rest, 0, value.limbs, size, divisor.limbs, divisor_size);
	if (limbs_used(rest, divisor_size) > 0 && goes_up(rounding, quotient.limbs[0] & 1, value.negative, half_compare(rest, divisor.limbs, divisor_size)))
		(void)mpn_add_1(quotient.limbs, quotient.limbs, EXACT_LIMBS, 1);
	return settled(quotient, value.overflow || divisor.overflow);
}

struct exact exact_divide(struct exact value, struct exact divisor, enum rounding rounding)
{
	pair_t dividend, by, quotient, rest;

	if (!fits_pair(&value) || !fits_pair(&divisor) || exact_sign(divisor) == 0)
		return divide_large(value, divisor, rounding);
	dividend = pair_of(&value);
	by = pair_of(&divisor);
	if ((uint64_t)(dividend >> 64) == 0 && (uint64_t)(by >> 64) == 0) {
		quotient = (uint64_t)dividend / (uint64_t)by;
		rest = (uint64_t)dividend % (uint64_t)by;
	} else {
		quotient = dividend / by;
		rest = dividend - quotient * by;
	}
	if (rest != 0 && goes_up(rounding, quotient & 1, value.negative, rest > by - rest ? 1 : rest == by - rest ? 0 : -1))
		quotient++;
	return exact_pair(quotient, value.negative, value.overflow || divisor.overflow);
}

wide_t wide_round(wide_t dividend, wide_t divisor, enum rounding rounding)
{
	pair_t by = (pair_t)divisor, quotient = (pair_t)dividend / by, rest = (pair_t)dividend - quotient * by;

	if (rest != 0 && goes_up(rounding, quotient & 1, false, rest > by - rest ? 1 : rest == by - rest ? 0 : -1))
		quotient++;
	return (wide_t)quotient;
}

struct exact exact_round(struct exact value, int places, enum rounding rounding)
{
	struct exact power;

	if (places <= 0)
		return value;
	power = exact_power(places);
	return exact_multiply(exact_divide(value, power, rounding), power);
}

/* ---- texts ---- */

bool decimal_read(const char *text, struct decimal *decimal)
{
	size_t before = strspn(text, "0123456789"), behind = 0;
	struct exact digits = {0};

	if (before < 1 || before > DECIMAL_DIGITS_MAX)
		return false;
	if (text[before] == '.') {
		behind = strspn(text + before + 1, "0123456789");
		if (behind < 1 || behind > DECIMAL_DIGITS_MAX || text[before + 1 + behind])
			return false;
	} else if (text[before]) {
		return false;
	}
	for (const char *at = text; *at; at++)
		if (*at != '.') {
			(void)mpn_mul_1(digits.limbs, digits.limbs, EXACT_LIMBS, 10);
			(void)mpn_add_1(digits.limbs, digits.limbs, EXACT_LIMBS, (mp_limb_t)(*at - '0'));
		}
	*decimal = (struct decimal){text, digits, (int)behind};
	return true;
}

struct exact decimal_exact(const struct decimal *decimal, int scale)
{
	return exact_multiply(decimal->digits, exact_power(scale - decimal->decimals));
}

bool decimal_make(struct scope *scope, struct exact value, int scale, struct decimal *decimal)
{
	char text[EXACT_TEXT];
	const char *copy = scope_text(scope, exact_text(value, scale, 0, text));

	return copy && decimal_read(copy, decimal);
}

int decimal_compare(const struct decimal *one, const struct decimal *other)
{
	return exact_compare(decimal_exact(one, DECIMAL_DIGITS_MAX), decimal_exact(other, DECIMAL_DIGITS_MAX));
}

double exact_double(struct exact value, int scale)
{
	double result = 0;

	for (int i = EXACT_LIMBS - 1; i >= 0; i--)
		result = result * 18446744073709551616.0 + (double)value.limbs[i];
	result /= pow(10, scale);
	return value.negative ? -result : result;
}

bool exact_integer(struct exact value, int64_t *integer)
{
	if (value.overflow || limbs_used(value.limbs, EXACT_LIMBS) > 1 || value.limbs[0] > (uint64_t)INT64_MAX)
		return false;
	*integer = value.negative ? -(int64_t)value.limbs[0] : (int64_t)value.limbs[0];
	return true;
}

const char *exact_text(struct exact value, int scale, int decimals, char text[static EXACT_TEXT])
{
	char digits[EXACT_TEXT], *out = text;
	int count = EXACT_TEXT - 2, places = scale;

	/* From behind: as many digits as there are, and one before the point. */
	digits[EXACT_TEXT - 1] = '\0';
	for (; limbs_used(value.limbs, EXACT_LIMBS) > 0 || EXACT_TEXT - 2 - count <= scale; count--)
		digits[count] = (char)('0' + mpn_divrem_1(value.limbs, 0, value.limbs, EXACT_LIMBS, 10));
	count++;
	for (; places > decimals && digits[EXACT_TEXT - 2 - (scale - places)] == '0'; places--)
		;
	if (value.negative)
		*out++ = '-';
	for (; count < EXACT_TEXT - 1 - scale; count++)
		*out++ = digits[count];
	if (places > 0)
		*out++ = '.';
	for (int i = 0; i < places; i++)
		*out++ = digits[EXACT_TEXT - 1 - scale + i];
	/* More places than the scale has: zeros. */
	for (int i = places; i < decimals; i++) {
		if (i == 0)
			*out++ = '.';
		*out++ = '0';
	}
	*out = '\0';
	return text;
}
