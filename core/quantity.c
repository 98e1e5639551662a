/* SPDX-License-Identifier: Apache-2.0 */
#include "core/quantity.h"

bool wide_divide(wide_t numerator, wide_t divisor, int64_t *quotient, wide_t *remainder)
{
	wide_t q = numerator / divisor, r = numerator % divisor;

	if (r < 0) {
		r += divisor;
		q--;
	}
	if (q > INT64_MAX || q < INT64_MIN)
		return false;
	*quotient = (int64_t)q;
	*remainder = r;
	return true;
}

void wide_store(wide_t value, uint8_t *bytes)
{
	for (int i = WIDE_BYTES - 1; i >= 0; i--, value >>= 8)
		bytes[i] = (uint8_t)(value & 0xff);
}

wide_t wide_load(const uint8_t *bytes)
{
	wide_t value = (int8_t)bytes[0];

	for (int i = 1; i < WIDE_BYTES; i++)
		value = value * 256 + bytes[i];
	return value;
}
