/* SPDX-License-Identifier: Apache-2.0 */
/* Files of cards, and comparisons with what is on them. */
#include "core/json.h"
#include "offers/compare.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

static void check_card(const struct card *card)
{
	FUZZ_CHECK(card->where && card->name && card->region && strlen(card->currency) == 3);
	FUZZ_CHECK((card->nano_price < 0 && card->kind == CARD_SERVICE) || (card->source.text && strlen(card->source.date) == 10));
	FUZZ_CHECK((card->read < 0 && card->write < 0) || card->rate_source.text);
	FUZZ_CHECK(card->kind == CARD_SERVICE || (card->usable > 0 && card->years >= 1 && card->years <= 30));
	fuzz_check_line(card->name);
	fuzz_check_line(card->region);
}

static void check_row(const struct compare_row *row)
{
	FUZZ_CHECK(row->included && row->missing && row->warning_count <= COMPARE_WARNINGS_MAX);
	FUZZ_CHECK(row->usable >= row->card->least || row->usable < 0);
	FUZZ_CHECK(row->month >= COMPARE_UNKNOWN && row->usable_price >= COMPARE_UNKNOWN && row->read_price >= COMPARE_UNKNOWN);
	FUZZ_CHECK(row->month >= 0 || (row->usable_price < 0 && row->read_price < 0 && row->write_price < 0));
	for (int i = 0; i < COMPARE_SHARES; i++)
		FUZZ_CHECK(row->logical_prices[i] >= COMPARE_UNKNOWN && (i == 0 || row->logical_prices[i] <= row->logical_prices[i - 1]));
}

static void check_compare(const struct cards *cards, int64_t capacity)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 26);
	BUFFER_CLEANUP struct buffer text = buffer_init(1 << 26), json = buffer_init(1 << 26), csv = buffer_init(1 << 26);
	const struct compare_input input = {.usage = "", .fee = "", .cards = cards, .capacity = capacity, .reductions = {1000000, 2000000, 3000000},
					    .currency = "USD", .decimals = 2, .now = INT64_C(1795608000000000)};
	struct json_object *root = NULL;
	struct error error = {0};
	struct compare compare;

	if (compare_make(&scope, &input, &compare, &error) < 0) {
		FUZZ_CHECK(error.code == APOLLO_NOMEM);
		return;
	}
	FUZZ_CHECK(compare.count == cards->count);
	for (size_t i = 0; i < compare.count; i++)
		check_row(&compare.rows[i]);
	compare_text(&compare, &text);
	compare_json(&compare, &json);
	compare_csv(&compare, &csv);
	FUZZ_CHECK(!buffer_failed(&text) && !buffer_failed(&csv) && !buffer_failed(&json));
	FUZZ_CHECK(json_read(buffer_string(&json), json.size, "cards", &root, &error) == 0);
	json_object_put(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t capacities[] = {1, INT64_C(1) << 40, INT64_C(500) << 40, CARD_CAPACITY_MOST};
	struct fuzz_input input = {data, size};
	int64_t capacity = capacities[fuzz_choose(&input, sizeof(capacities) / sizeof(*capacities))];
	char *text = fuzz_rest(&input, &size);
	struct cards cards = {0};
	struct error error = {0};
	int code = cards_parse(text, "fuzz.cfg", &cards, &error);

	FUZZ_CHECK(code == 0 || ((code == APOLLO_CONFIG || code == APOLLO_NOMEM) && error.code == code && error.message[0]));
	fuzz_check_line(error.message);
	fuzz_check_line(error.hint);
	for (size_t i = 0; i < cards.count; i++)
		check_card(&cards.items[i]);
	if (code == 0) {
		check_compare(&cards, capacity);
		cards_release(&cards);
	}
	free(text);
	return 0;
}
