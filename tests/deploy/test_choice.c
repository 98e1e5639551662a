/* SPDX-License-Identifier: Apache-2.0 */
/* Clusters to run on: how many machines, at each term's price, and what is refused because it is not known. */
#include "deploy/choice.h"
#include "tests/deploy/world.h"

#include <string.h>

#define TIB (INT64_C(1) << 40)

/* An n2-standard-16 in europe-west4, on demand at every term; what one costs on Azure is not known. */
#define MANAGEMENT INT64_C(499640000)

struct choosing {
	struct facts facts;
	struct scope scope;
	struct choices choices;
	struct error error;
};

static int choose(struct choosing *choosing, const struct choice_wish *wish)
{
	struct choice_wish whole = *wish;

	whole.where = "goals.cfg:7";
	if (!whole.reduction.over)
		whole.reduction = (struct ratio){1, 1};
	choosing->scope = scope_init(1 << 20);
	UNIT_OK(facts_read(TEST_SOURCE_DIR "/templates", &choosing->facts, &choosing->error), &choosing->error);
	return choices_find(&choosing->scope, &choosing->facts, &whole, &choosing->choices, &choosing->error);
}

static void choosing_end(struct choosing *choosing)
{
	facts_release(&choosing->facts);
	scope_release(&choosing->scope);
}

#define CHOOSING __attribute__((cleanup(choosing_end))) struct choosing

/* 8 machines have 210 TB, so each 26.25; 500 TiB are 549.76 TB and want 21 of them: 21 * 10,108 on demand.  A cluster is 8 at least. */
static void as_many_as_the_capacity_needs(void)
{
	CHOOSING choosing;
	CHOOSING least;
	const struct choice *items;

	UNIT_OK(choose(&choosing, &(struct choice_wish){.shape = "z3-highmem-88-highlssd", .region = "europe-west4", .capacity = 500 * TIB}), &choosing.error);
	CU_ASSERT_EQUAL_FATAL(choosing.choices.count, 3);
	items = choosing.choices.items;
	CU_ASSERT_EQUAL(items[0].nodes, 21);
	CU_ASSERT_EQUAL(items[0].usable, INT64_C(551250000000000));
	CU_ASSERT_EQUAL(items[0].micro_month, INT64_C(212268000000) + MANAGEMENT);
	CU_ASSERT_EQUAL(items[1].micro_month, INT64_C(133728000000) + MANAGEMENT);
	CU_ASSERT_EQUAL(items[2].micro_month, INT64_C(95508000000) + MANAGEMENT);
	CU_ASSERT_STRING_EQUAL(items[2].name, "21 x z3-highmem-88-highlssd, 3 years");
	CU_ASSERT_EQUAL(items[0].months, 0);
	CU_ASSERT_EQUAL(items[1].months, 12);
	CU_ASSERT_EQUAL(items[2].months, 36);
	CU_ASSERT_FALSE(items[0].assumed);
	CU_ASSERT_STRING_EQUAL(items[0].manager->name, "n2-standard-16");
	UNIT_OK(choose(&least, &(struct choice_wish){.shape = "z3-highmem-88-highlssd", .region = "europe-west4", .capacity = TIB}), &least.error);
	CU_ASSERT_EQUAL(least.choices.items[0].nodes, 8);
}

/* 21 machines of 62 Gbit/s, buffers 10+2 and stripes 17+4, data 2:1: 21 * 7.75 GB/s / (20/21 * (6/5 + 1 + 21/34)). */
static void rates_are_by_the_codes(void)
{
	CHOOSING choosing;

	UNIT_OK(choose(&choosing, &(struct choice_wish){.shape = "z3-highmem-88-highlssd", .region = "europe-west4", .capacity = 500 * TIB, .reduction = {2, 1}}),
		&choosing.error);
	CU_ASSERT_EQUAL(choosing.choices.items[0].sustained.rate, INT64_C(60649008350));
	CU_ASSERT_STRING_EQUAL(choosing.choices.items[0].sustained.term, "network");
	/* 21 * 21 / 41 * 7.75 */
	CU_ASSERT_EQUAL(choosing.choices.items[0].read.rate, INT64_C(83359756097));
}

static void terms_are_taken_in_their_order(void)
{
	static const char *const terms[] = {"3 years", "on demand"}, *const never[] = {"5 years"};
	CHOOSING choosing;
	CHOOSING wrong;

	UNIT_OK(choose(&choosing, &(struct choice_wish){.shape = "z3-highmem-88-highlssd", .region = "europe-west4", .nodes = 8, .terms = terms, .term_count = 2}),
		&choosing.error);
	CU_ASSERT_EQUAL_FATAL(choosing.choices.count, 2);
	CU_ASSERT_EQUAL(choosing.choices.items[0].micro_month, INT64_C(8) * 4548000000 + MANAGEMENT);
	CU_ASSERT_EQUAL(choosing.choices.items[1].months, 0);
	CU_ASSERT_EQUAL(choosing.choices.items[1].usable, INT64_C(210000000000000));
	UNIT_REFUSED(choose(&wrong, &(struct choice_wish){.shape = "z3-highmem-88-highlssd", .region = "europe-west4", .nodes = 8, .terms = never, .term_count = 1}),
		     APOLLO_CONFIG, &wrong.error, "goals.cfg:7: what z3-highmem-88-highlssd costs in europe-west4, 5 years is not known",
		     "known are: europe-west4 on demand");
}

/* Laosv4: 23.04 TB raw, of which 68 % are 15.6672; 500 TiB want 36. */
static void a_share_of_the_raw_capacity(void)
{
	CHOOSING choosing;
	CHOOSING counted;

	UNIT_OK(choose(&choosing, &(struct choice_wish){.shape = "Standard_L32aos_v4", .region = "eastus2", .capacity = 500 * TIB, .share = 68000}), &choosing.error);
	CU_ASSERT_EQUAL(choosing.choices.items[0].nodes, 36);
	CU_ASSERT_EQUAL(choosing.choices.items[0].usable, INT64_C(564019200000000));
	CU_ASSERT_TRUE(choosing.choices.items[0].assumed);
	CU_ASSERT_PTR_NULL(choosing.choices.items[0].manager);
	UNIT_OK(choose(&counted, &(struct choice_wish){.shape = "Standard_L32aos_v4", .region = "eastus2", .nodes = 12, .share = 50000}), &counted.error);
	CU_ASSERT_EQUAL(counted.choices.items[0].usable, INT64_C(138240000000000));
	CU_ASSERT_EQUAL(counted.choices.items[0].micro_month, INT64_C(31676160000));
}

static void what_is_not_known_is_refused(void)
{
	static const struct {
		struct choice_wish wish;
		const char *said, *hint;
	} wrongs[] = {
		{{.shape = "Standard_L32aos_v4", .region = "eastus2", .capacity = TIB}, "goals.cfg:7: how much of a cluster of Standard_L32aos_v4 is usable is not known",
		 "usable_percent"},
		{{.shape = "Standard_L32aos_v4", .region = "eastus2", .nodes = 12}, "is not known for so many machines", "\"usable\""},
		{{.shape = "z3-highmem-88-highlssd", .region = "us-central1", .capacity = TIB}, "costs in us-central1 is not known", "its date and source"},
		{{.shape = "Standard_L96s_v4", .region = "eastus2", .nodes = 8, .share = 50000}, "costs in eastus2 is not known", "known are: none"},
		{{.shape = "z3-highmem-88", .region = "europe-west4", .capacity = TIB}, "no data machine \"z3-highmem-88\"", "did you mean \"z3-highmem-88-highlssd\"?"},
		{{.shape = "n2-standard-16", .region = "europe-west4", .capacity = TIB}, "no data machine \"n2-standard-16\"", NULL},
		{{.shape = "z3-highmem-88-highlssd", .region = "europe-west4", .capacity = INT64_C(1) << 60}, "wants more than 10000 machines", "ask for less"},
	};

	for (size_t i = 0; i < sizeof(wrongs) / sizeof(*wrongs); i++) {
		CHOOSING choosing;

		UNIT_REFUSED(choose(&choosing, &wrongs[i].wish), APOLLO_CONFIG, &choosing.error, wrongs[i].said, wrongs[i].hint ? wrongs[i].hint : "");
	}
}

int main(void)
{
	static const struct unit_test tests[] = {
		{"as many machines as the capacity needs", as_many_as_the_capacity_needs},
		{"rates are by the codes", rates_are_by_the_codes},
		{"terms are taken in their order", terms_are_taken_in_their_order},
		{"a share of the raw capacity", a_share_of_the_raw_capacity},
		{"what is not known is refused", what_is_not_known_is_refused},
	};

	return UNIT_RUN("choice", tests);
}
