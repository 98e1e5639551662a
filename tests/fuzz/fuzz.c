/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libconfig forgets a text that a syntax error stands behind. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig.so\n";
}

void fuzz_broken(const char *condition, const char *file, int line)
{
	(void)fprintf(stderr, "%s:%d: broken: %s\n", file, line, condition);
	abort();
}

unsigned fuzz_choose(struct fuzz_input *input, unsigned below)
{
	if (input->size == 0)
		return 0;
	input->size--;
	return *input->data++ % below;
}

static char *fuzz_take(struct fuzz_input *input, size_t size)
{
	char *text = malloc(size + 1);

	FUZZ_CHECK(text);
	text[size] = '\0';
	if (size == 0)
		return text;
	memcpy(text, input->data, size);
	input->data += size;
	input->size -= size;
	return text;
}

char *fuzz_line(struct fuzz_input *input, size_t *size)
{
	const uint8_t *end = input->size ? memchr(input->data, '\n', input->size) : NULL;
	char *text;

	*size = end ? (size_t)(end - input->data) : input->size;
	text = fuzz_take(input, *size);
	if (end) {
		input->data++;
		input->size--;
	}
	return text;
}

char *fuzz_rest(struct fuzz_input *input, size_t *size)
{
	*size = input->size;
	return fuzz_take(input, *size);
}

void fuzz_check_line(const char *text)
{
	if (!text)
		return;
	FUZZ_CHECK(apollo_text_valid(text, strlen(text)));
	for (; *text; text++)
		FUZZ_CHECK((unsigned char)*text >= 0x20 && *text != 0x7f);
}

/* A number as its digits without zeros at either end, and the power of ten of the last one. */
struct number {
	bool negative;
	char *digits;
	size_t count;
	long long exponent;
};

static struct number number_read(const char *text, size_t size)
{
	struct number number = {.digits = malloc(size + 1)};
	const char *end = text + size, *mark = text;
	bool point = false;

	FUZZ_CHECK(number.digits);
	while (mark < end && *mark != 'e' && *mark != 'E')
		mark++;
	if (mark < end)
		number.exponent = strtoll(mark + 1, NULL, 10); /* a NUL is behind the text */
	for (; text < mark; text++) {
		if (*text == '-')
			number.negative = true;
		if (*text == '.')
			point = true;
		if (*text < '0' || *text > '9')
			continue;
		number.exponent -= point;
		if (number.count || *text != '0')
			number.digits[number.count++] = *text;
	}
	for (; number.count && number.digits[number.count - 1] == '0'; number.count--)
		number.exponent++;
	if (!number.count)
		number.negative = false;
	return number;
}

bool fuzz_decimals_same(const char *a, size_t a_size, const char *b, size_t b_size)
{
	struct number one = number_read(a, a_size), two = number_read(b, b_size);
	bool same = one.count == two.count && one.negative == two.negative &&
		    (!one.count || (one.exponent == two.exponent && memcmp(one.digits, two.digits, one.count) == 0));

	free(one.digits);
	free(two.digits);
	return same;
}
