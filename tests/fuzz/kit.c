/* SPDX-License-Identifier: Apache-2.0 */
/* Decimals, times, UTF-8 and quoting of apollo/kit.h.  The first byte chooses; the rest is the text. */
#include "core/call.h"
#include "core/json.h"
#include "tests/fuzz/fuzz.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A count of 10^-places as text. */
static int count_format(int64_t count, int places, char *text, size_t room)
{
	uint64_t value = count < 0 ? (uint64_t)0 - (uint64_t)count : (uint64_t)count;

	return snprintf(text, room, "%s%llue-%d", count < 0 ? "-" : "", (unsigned long long)value, places);
}

static void decimal(const char *text, size_t size, int places)
{
	char written[64];
	int64_t exact = 0, rounded = 0;
	int code = apollo_decimal_read(text, size, places, APOLLO_EXACT, &exact);
	int code_rounded = apollo_decimal_read(text, size, places, APOLLO_HALF_EVEN, &rounded);

	FUZZ_CHECK(code == 0 || code == APOLLO_REJECTED || code == APOLLO_NOMEM);
	if (code == 0) {
		int length = count_format(exact, places, written, sizeof(written));

		FUZZ_CHECK(fuzz_decimals_same(text, size, written, (size_t)length));
		FUZZ_CHECK(code_rounded == 0 && rounded == exact);
	}
	if (code == APOLLO_NOMEM)
		FUZZ_CHECK(code_rounded == APOLLO_NOMEM);
	if (code_rounded == APOLLO_REJECTED)
		FUZZ_CHECK(code == APOLLO_REJECTED);
	if (code_rounded == 0 && places == 6) {
		(void)apollo_quantity_format(rounded, written);
		FUZZ_CHECK(strlen(written) < APOLLO_QUANTITY_TEXT);
		FUZZ_CHECK(apollo_quantity_parse(written, strlen(written), APOLLO_EXACT, &exact) == 0 && exact == rounded);
	}
}

/* What rounding may move a number by, against a reader of doubles: far from exact, and far from wrong. */
static void decimal_near(const char *text, size_t size)
{
	int64_t rounded;
	double value, difference;

	if (apollo_quantity_parse(text, size, APOLLO_HALF_EVEN, &rounded) < 0)
		return;
	value = strtod(text, NULL);
	difference = value * 1e6 - (double)rounded;
	FUZZ_CHECK(difference <= 0.51 + 4e-15 * (double)llabs(rounded) && -difference <= 0.51 + 4e-15 * (double)llabs(rounded));
}

static void when(const char *text, size_t size, int zone_optional)
{
	char written[APOLLO_TIME_TEXT];
	int64_t time = 0, again = 0;
	int code = apollo_time_parse(text, size, zone_optional, &time);

	FUZZ_CHECK(code == 0 || code == APOLLO_REJECTED);
	if (code < 0)
		return;
	FUZZ_CHECK(time >= 0);
	(void)apollo_time_format(time, written);
	/* An offset or a leap second may lead beyond the year 9999, which has no text of four digits. */
	if (time < apollo_days(10000, 1, 1) * APOLLO_DAY)
		FUZZ_CHECK(apollo_time_parse(written, strlen(written), 0, &again) == 0 && again == time);
}

static void quote(const char *text, size_t size)
{
	CALL_CLEANUP struct call call;
	struct apollo_text json;
	struct json_object *object JSON_CLEANUP = NULL;
	struct error error;

	call_init(&call, "fuzz", 0);
	json = apollo_text_begin(&call.table);
	apollo_text_add(&json, "[");
	apollo_text_json(&json, text);
	apollo_text_add(&json, "]");
	FUZZ_CHECK(apollo_text_end(&json));
	if (apollo_text_valid(text, strlen(text))) {
		FUZZ_CHECK(json_read(json.data, json.size, "a text", &object, &error) == 0);
		FUZZ_CHECK(strcmp(json_object_get_string(json_object_array_get_idx(object, 0)), text) == 0);
	} else {
		FUZZ_CHECK(json_read(json.data, json.size, "a text", &object, &error) < 0);
	}
	for (const char *c = apollo_percent(&call.table, text); *c; c++)
		FUZZ_CHECK(*c > ' ' && *c < 0x7f && !strchr("&=+/?#\"", *c));
	(void)size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	unsigned choice = fuzz_choose(&input, 32);
	char *text = fuzz_rest(&input, &size);

	if (choice < 19)
		decimal(text, size, (int)choice);
	else if (choice == 19)
		decimal_near(text, size);
	else if (choice < 22)
		when(text, size, choice == 20);
	else
		quote(text, size);
	free(text);
	return 0;
}
