/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kit of plugins, as far as replies from outside are read with it: decimals of any length, UTF-8, and what a JSON
 * text would cost; and that the core's own reader of JSON goes by it.
 */
#include "core/json.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <stdlib.h>
#include <string.h>

/* ---- decimals ---------------------------------------------------------------------------------------------- */

static void long_decimals_are_rounded(void)
{
	static const struct {
		const char *text;
		int code;         /* of reading it rounded, in units of 10^-6 */
		int64_t quantity;
		int exact;        /* code of reading it exactly */
	} cases[] = {
		{"9.1234567890123461", 0, 9123457, APOLLO_REJECTED},
		{"5.00000000000000000000000000000", 0, 5000000, 0},
		{"5.00000000000000000000000000001", 0, 5000000, APOLLO_REJECTED},
		{"4.99999999999999999999999999999", 0, 5000000, APOLLO_REJECTED},
		{"0.0000005", 0, 0, APOLLO_REJECTED},
		{"0.00000050000000000000000000001", 0, 1, APOLLO_REJECTED},
		{"0.0000015", 0, 2, APOLLO_REJECTED},
		{"0.00000149999999999999999999999", 0, 1, APOLLO_REJECTED},
		{"-4.0000005000000000000000000001", 0, -4000001, APOLLO_REJECTED},
		{"9223372036854.775807", 0, INT64_MAX, 0},
		{"9223372036854.7758074999999999999", 0, INT64_MAX, APOLLO_REJECTED},
		{"9223372036854.7758075", APOLLO_NOMEM, 0, APOLLO_REJECTED},
		{"9223372036854.7758070000000000005", 0, INT64_MAX, APOLLO_REJECTED},
		{"1000000000000.0000005", 0, INT64_C(1000000000000000000), APOLLO_REJECTED},
		{"1000000000000.0000015", 0, INT64_C(1000000000000000002), APOLLO_REJECTED},
		{"1000000000000.00000050000000001", 0, INT64_C(1000000000000000001), APOLLO_REJECTED},
		{"12345678901234567890123456789", APOLLO_NOMEM, 0, APOLLO_NOMEM},
		{"12345678901234567890123456789e-23", 0, INT64_C(123456789012), APOLLO_REJECTED},
		{"0.000000000000000000000000000001e24", 0, 1, 0},
		{"1e300", APOLLO_NOMEM, 0, APOLLO_NOMEM},
		{"1e-300", 0, 0, APOLLO_REJECTED},
		{"0e99999999999999999999", 0, 0, 0},
		{"1.", APOLLO_REJECTED, 0, APOLLO_REJECTED},
		{".", APOLLO_REJECTED, 0, APOLLO_REJECTED},
		{"1.2.3", APOLLO_REJECTED, 0, APOLLO_REJECTED},
		{"NaN", APOLLO_REJECTED, 0, APOLLO_REJECTED},
		{"", APOLLO_REJECTED, 0, APOLLO_REJECTED},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t quantity = 0;
		int code = apollo_quantity_parse(cases[i].text, strlen(cases[i].text), APOLLO_HALF_EVEN, &quantity);

		if (code != cases[i].code || quantity != cases[i].quantity)
			(void)printf("\n    %s: %d, %lld", cases[i].text, code, (long long)quantity);
		CU_ASSERT_EQUAL(code, cases[i].code);
		CU_ASSERT_EQUAL(quantity, cases[i].quantity);
		quantity = 0;
		CU_ASSERT_EQUAL(apollo_quantity_parse(cases[i].text, strlen(cases[i].text), APOLLO_EXACT, &quantity),
				cases[i].exact);
	}
}

/* ---- UTF-8 ------------------------------------------------------------------------------------------------- */

/* The encoding of a code point, by the definition. */
static size_t encode(uint32_t point, unsigned char *bytes)
{
	static const unsigned char heads[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
	size_t size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;

	for (size_t i = size; i-- > 1; point >>= 6)
		bytes[i] = (unsigned char)(0x80 | (point & 0x3f));
	bytes[0] = (unsigned char)(heads[size] | point);
	return size;
}

static void every_character_is_known(void)
{
	unsigned char bytes[5] = {0};
	size_t wrong = 0;

	for (uint32_t point = 0; point < 0x120000; point++) {
		size_t size = encode(point, bytes), wanted = (point >= 0xd800 && point < 0xe000) || point > 0x10ffff ? 0 : size;

		wrong += apollo_character_size((const char *)bytes, size) != wanted;
		wrong += apollo_character_size((const char *)bytes, size - 1) != 0;
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void what_is_no_character(void)
{
	static const char *const bad[] = {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80",
					  "\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3",
					  "\xc3(", "\xe2\x82(", "\xf0\x9f\x98("};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CU_ASSERT_EQUAL(apollo_character_size(bad[i], strlen(bad[i])), 0);
		CU_ASSERT_FALSE(apollo_text_valid(bad[i], strlen(bad[i])));
	}
	CU_ASSERT_TRUE(apollo_text_valid("", 0));
	CU_ASSERT_TRUE(apollo_text_valid("a\0\xe2\x82\xac", 5));
	CU_ASSERT_FALSE(apollo_text_valid("a\0\xe2\x82", 4));
}

/* ---- JSON -------------------------------------------------------------------------------------------------- */

static void check_counts(const char *text, size_t containers, size_t members, size_t values, int nul)
{
	struct apollo_json_counts counts = apollo_json_count(text, strlen(text));

	CU_ASSERT_EQUAL(counts.containers, containers);
	CU_ASSERT_EQUAL(counts.members, members);
	CU_ASSERT_EQUAL(counts.values, values);
	CU_ASSERT_EQUAL(counts.nul, nul);
}

static void json_is_counted(void)
{
	check_counts("", 0, 0, 1, 0);
	check_counts("7", 0, 0, 1, 0);
	check_counts("[]", 1, 0, 2, 0);
	check_counts("{\"a\":1,\"b\":[2,3,{}]}", 3, 2, 7, 0);
	check_counts("{\"a:{[,\\\"\":\"}:,\\\\\",\"b\":2}", 1, 2, 3, 0);
	check_counts("{\"a\\u0000b\":1}", 1, 1, 2, 1);
	check_counts("{\"a\\\\u0000b\":1}", 1, 1, 2, 0);
	check_counts("\"\\u000", 0, 0, 1, 0);
	check_counts("\"\\", 0, 0, 1, 0);
	CU_ASSERT_EQUAL(apollo_json_count("[\0]", 3).nul, 1);
}

/* count times `piece`, in brackets, for free(). */
static char *json_repeat(const char *piece, size_t count)
{
	char *text = malloc(count * (strlen(piece) + 1) + 2), *out = text;

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	*out++ = '[';
	for (size_t i = 0; i < count; i++) {
		out = stpcpy(out, piece);
		*out++ = ',';
	}
	memcpy(out - (count > 0), "]", 2);
	return text;
}

static void json_bombs_are_refused(void)
{
	static const struct {
		const char *piece;
		size_t count;
		bool taken;
	} cases[] = {
		{"{}", APOLLO_JSON_CONTAINERS_MAX - 1, true},
		{"{}", APOLLO_JSON_CONTAINERS_MAX, false},
		{"[0]", 1 << 20, false},
		{"0", APOLLO_JSON_VALUES_MAX - 2, true},
		{"0", APOLLO_JSON_VALUES_MAX, false},
		{"\"\"", 4 << 20, false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *text = json_repeat(cases[i].piece, cases[i].count);
		struct json_object *object JSON_CLEANUP = NULL;
		struct error error;
		int code = json_read(text, strlen(text), "a reply", &object, &error);

		if (cases[i].taken)
			UNIT_OK(code, &error);
		else
			UNIT_REFUSED(code, ERROR_INPUT, &error, "a reply", "131072 and 1048576 are the most");
		free(text);
	}
}

/* What json-c itself lets through. */
static void json_is_utf8(void)
{
	static const char *const bad[] = {"[\"\xed\xa0\x80\"]", "[\"\xc0\x80\"]", "[\"\xf4\x90\x80\x80\"]", "[\"\xff\"]"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct json_object *object = NULL;
		struct error error;

		UNIT_REFUSED(json_read(bad[i], strlen(bad[i]), "a reply", &object, &error), ERROR_INPUT, &error, "not UTF-8");
		CU_ASSERT_PTR_NULL(object);
	}
}

static void json_with_a_nul_is_refused(void)
{
	struct json_object *object = NULL;
	struct error error;

	UNIT_REFUSED(json_read("{\"status\\u0000x\":1}", 18, "a reply", &object, &error), ERROR_INPUT, &error, "holds a NUL");
	UNIT_REFUSED(json_read("[1]\0", 4, "a reply", &object, &error), ERROR_INPUT, &error, "holds a NUL");
	CU_ASSERT_PTR_NULL(object);
}

static const struct unit_test tests[] = {
	{"long decimals are rounded, never refused", long_decimals_are_rounded},
	{"every character of Unicode is known", every_character_is_known},
	{"what is no character", what_is_no_character},
	{"JSON is counted", json_is_counted},
	{"JSON bombs are refused", json_bombs_are_refused},
	{"JSON with a NUL is refused", json_with_a_nul_is_refused},
	{"JSON is UTF-8", json_is_utf8},
};

int main(void)
{
	return UNIT_RUN("kit", tests);
}
