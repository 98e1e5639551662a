/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/range.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct range range_must(const char *text)
{
	struct range range = {FAMILY_IPV4, 0, 0};
	struct error error;

	UNIT_OK(range_parse(text, strlen(text), &range, &error), &error);
	return range;
}

/* ---- texts ---- */

static void forms_are_read(void)
{
	static const struct {
		const char *text, *printed;
		uint64_t count;
	} forms[] = {
		{"10.0.0.0/24", "10.0.0.0/24", 256},
		{" 10.0.0.4 ", "10.0.0.4", 1},
		{"10.0.0.4/32", "10.0.0.4", 1},
		{"10.0.0.4-10.0.0.9", "10.0.0.4-10.0.0.9", 6},
		{"10.0.0.4 - 10.0.0.4", "10.0.0.4", 1},
		{"10.0.0.0-10.0.0.255", "10.0.0.0/24", 256},
		{"10.0.0.128-10.0.1.127", "10.0.0.128-10.0.1.127", 256},
		{"0.0.0.0/0", "0.0.0.0/0", UINT64_C(1) << 32},
		{"0.0.0.0-255.255.255.255", "0.0.0.0/0", UINT64_C(1) << 32},
		{"255.255.255.255", "255.255.255.255", 1},
		{"255.255.255.254-255.255.255.255", "255.255.255.254/31", 2},
		{"::/0", "::/0", UINT64_MAX},
		{"::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0", UINT64_MAX},
		{"fd00:0:0::/64", "fd00::/64", UINT64_MAX},
		{"fd00::/65", "fd00::/65", UINT64_C(1) << 63},
		{"FD00::a-fd00::F", "fd00::a-fd00::f", 6},
		{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1},
		{"::1.2.3.4", "::1.2.3.4", 1},
	};
	char text[RANGE_TEXT];

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		struct range range = range_must(forms[i].text);

		CU_ASSERT_STRING_EQUAL(range_print(range, text), forms[i].printed);
		CU_ASSERT_EQUAL(range_count(range), forms[i].count);
	}
}

/* Rule C01: nothing is guessed, and what was probably meant is offered. */
static void wrong_forms_are_refused(void)
{
	static const struct {
		const char *text, *said, *offered;
	} wrong[] = {
		{"", "is empty", NULL},
		{"  ", "is empty", NULL},
		{"10.0.0.1/24", "bits behind its prefix", "10.0.0.0/24"},
		{"fd00::1/64", "bits behind its prefix", "fd00::/64"},
		{"10.0.0.9-10.0.0.4", "ends before it begins", "10.0.0.4-10.0.0.9"},
		{"10.0.0.010", "leading zero", "10.0.0.10"},
		{"010.0.0.0/8", "leading zero", "10.0.0.0"},
		{"10.0.0.4-10.0.0.09", "leading zero", "10.0.0.9"},
		{"10.0.0.0/024", "not a prefix length", NULL},
		{"10.0.0.0/33", "not a prefix length from 0 to 32", NULL},
		{"fd00::/129", "not a prefix length from 0 to 128", NULL},
		{"10.0.0.0/", "not a prefix length", NULL},
		{"10.0.0.0/-1", "not a prefix length", NULL},
		{"10.0.0.0/+8", "not a prefix length", NULL},
		{"10.0.0.0/8/8", "not a prefix length", NULL},
		{"10.0.0", "not an address", NULL},
		{"10.0.0.256", "not an address", NULL},
		{"10.0.0.1.", "not an address", NULL},
		{"10..0.1", "not an address", NULL},
		{"10.0.0.99999", "not an address", NULL},
		{"0x0a.0.0.1", "not an address", NULL},
		{"10.0.0.1 10.0.0.2", "not an address", NULL},
		{"10.0.0.1-", "not an address", NULL},
		{"10.0.0.1-2", "not an address", NULL},
		{"-10.0.0.1", "not an address", NULL},
		{"10.0.0.1-10.0.0.2-10.0.0.3", "not an address", NULL},
		{"10.0.0.0/24-10.0.1.0/24", "not a prefix length", NULL},
		{"10.0.0.1-fd00::1", "half IPv4 and half IPv6", NULL},
		{"fd00:::1", "not an address", NULL},
		{"fd00::1%eth0", "not an address", NULL},
		{"::ffff:10.0.0.1", "IPv4 address written as IPv6", "10.0.0.1"},
		{"example.com", "not an address", NULL},
	};
	struct error error;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct range range = {FAMILY_IPV4, 1, 2};
		int code = range_parse(wrong[i].text, strlen(wrong[i].text), &range, &error);

		UNIT_REFUSED(code, ERROR_INPUT, &error, wrong[i].said, wrong[i].offered ? wrong[i].offered : "");
		CU_ASSERT(range.first == 1 && range.last == 2);
	}
	/* A NUL inside, and a text that does not end. */
	UNIT_REFUSED(range_parse("fd00::1\0", 8, &(struct range){0}, &error), ERROR_INPUT, &error, "not an address");
	for (size_t size = 60; size < 1000; size++) {
		static char text[1000];

		memset(text, '1', sizeof(text));
		UNIT_REFUSED(range_parse(text, size, &(struct range){0}, &error), ERROR_INPUT, &error, "");
	}
}

/* ---- relations ---- */

static void relations_are_those_of_intervals(void)
{
	static const struct {
		const char *one, *other;
		enum relation relation;
		const char *both;
	} pairs[] = {
		{"10.0.0.0/24", "10.0.0.0/24", RELATION_EQUAL, "10.0.0.0/24"},
		{"10.0.0.0/25", "10.0.0.0/24", RELATION_INSIDE, "10.0.0.0/25"},
		{"10.0.0.0/24", "10.0.0.255", RELATION_CONTAINS, "10.0.0.255"},
		{"10.0.0.0/24", "10.0.1.0/24", RELATION_DISJOINT, NULL},
		{"10.0.0.0-10.0.1.0", "10.0.1.0/24", RELATION_PARTIAL, "10.0.1.0"},
		{"0.0.0.0/0", "::/0", RELATION_DISJOINT, NULL},
		{"255.255.255.255", "0.0.0.0/0", RELATION_INSIDE, "255.255.255.255"},
		{"10.1.0.0/16", "10.10.0.0/16", RELATION_DISJOINT, NULL}, /* whose texts begin alike */
	};
	char text[RANGE_TEXT];

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		struct range one = range_must(pairs[i].one), other = range_must(pairs[i].other), both;

		CU_ASSERT_EQUAL(range_relation(one, other), pairs[i].relation);
		CU_ASSERT_EQUAL(range_intersect(one, other, &both), pairs[i].both != NULL);
		if (pairs[i].both)
			CU_ASSERT_STRING_EQUAL(range_print(both, text), pairs[i].both);
	}
}

/* ---- an oracle: every address of a small world ---- */

enum { WORLD = 600, WORLD_RANGES = 24 };

/* Where the small world lies: at both ends of the spaces too. */
static const struct {
	enum family family;
	address_value base;
} places[] = {
	{FAMILY_IPV4, 0x0a000000}, {FAMILY_IPV4, 0}, {FAMILY_IPV4, (address_value)UINT32_MAX - WORLD + 1}, {FAMILY_IPV6, 0},
	{FAMILY_IPV6, ~(address_value)0 - WORLD + 1}, {FAMILY_IPV6, ((address_value)1 << 64) - WORLD / 2},
};

static int world_draw(bool world[static WORLD], struct range ranges[static WORLD_RANGES], size_t at)
{
	int count = rand() % WORLD_RANGES;

	memset(world, 0, WORLD * sizeof(*world));
	for (int i = 0; i < count; i++) {
		int first = rand() % WORLD, last = first + rand() % (i % 3 ? 8 : WORLD);

		last = last < WORLD ? last : WORLD - 1;
		ranges[i] = (struct range){places[at].family, places[at].base + (unsigned)first, places[at].base + (unsigned)last};
		memset(world + first, 1, (size_t)(last - first + 1) * sizeof(*world));
	}
	return count;
}

/* The set is the world, its ranges are sorted, and no two of them touch. */
static void set_is(const struct range_set *set, const bool world[static WORLD], size_t at)
{
	uint64_t count = 0;

	for (int i = 0; i < WORLD; i++) {
		count += world[i];
		if (range_set_holds(set, range_of(places[at].family, places[at].base + (unsigned)i)) != world[i])
			CU_FAIL("an address is in the one and not in the other");
	}
	CU_ASSERT_EQUAL(range_set_count(set), count);
	for (size_t i = 1; i < set->count; i++)
		CU_ASSERT(set->items[i - 1].last + 1 < set->items[i].first);
}

static void prefixes_are_exact(struct range range)
{
	struct range prefixes[RANGE_PREFIXES_MAX];
	size_t count = range_prefixes(range, prefixes);

	CU_ASSERT(prefixes[0].first == range.first && prefixes[count - 1].last == range.last);
	for (size_t i = 0; i < count; i++) {
		CU_ASSERT(range_prefix(prefixes[i]) >= 0);
		if (i) {
			struct range joined = {range.family, prefixes[i - 1].first, prefixes[i].last};

			CU_ASSERT(prefixes[i - 1].last + 1 == prefixes[i].first);
			CU_ASSERT(range_prefix(joined) < 0); /* no two of them are one */
		}
	}
}

static void sets_agree_with_every_address(void)
{
	const char *wanted = getenv("APOLLO_SEED");
	unsigned seed = wanted ? (unsigned)strtoul(wanted, NULL, 10) : 20261125;
	struct error error;

	(void)printf("(APOLLO_SEED=%u) ", seed);
	srand(seed);
	for (int round = 0; round < 3000; round++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 20);
		static bool one[WORLD], other[WORLD];
		struct range ranges[WORLD_RANGES], others[WORLD_RANGES];
		struct range_set set, less, rest;
		size_t at = (size_t)round % (sizeof(places) / sizeof(*places));
		int count = world_draw(one, ranges, at), other_count = world_draw(other, others, at);

		UNIT_OK(range_set_make(&scope, ranges, (size_t)count, &set, &error), &error);
		UNIT_OK(range_set_make(&scope, others, (size_t)other_count, &less, &error), &error);
		set_is(&set, one, at);
		UNIT_OK(range_set_subtract(&scope, &set, &less, &rest, &error), &error);
		for (int i = 0; i < WORLD; i++)
			one[i] = one[i] && !other[i];
		set_is(&rest, one, at);
		for (size_t i = 0; i < set.count; i++)
			prefixes_are_exact(set.items[i]);
	}
}

/* The most prefixes that a range can need: all but the two ends of the space. */
static void ends_of_the_space(void)
{
	struct range prefixes[RANGE_PREFIXES_MAX];

	CU_ASSERT_EQUAL(range_prefixes(range_must("0.0.0.0/0"), prefixes), 1);
	CU_ASSERT_EQUAL(range_prefixes(range_must("::/0"), prefixes), 1);
	CU_ASSERT_EQUAL(range_prefixes(range_must("0.0.0.1-255.255.255.254"), prefixes), 62);
	CU_ASSERT_EQUAL(range_prefixes(range_must("::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"), prefixes), RANGE_PREFIXES_MAX);
	CU_ASSERT_EQUAL(range_prefix(range_must("0.0.0.0-255.255.255.254")), -1);
}

/* A set with both families: the one is not seen in the other. */
static void families_are_apart(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 20);
	struct range mixed[] = {range_must("::/0"), range_must("10.0.0.0/8"), range_must("fd00::/8")},
		     four[] = {range_must("0.0.0.0/0")};
	struct range_set set, less, rest;
	struct error error;

	UNIT_OK(range_set_make(&scope, mixed, 3, &set, &error), &error);
	CU_ASSERT_EQUAL(set.count, 2);
	UNIT_OK(range_set_make(&scope, four, 1, &less, &error), &error);
	UNIT_OK(range_set_subtract(&scope, &set, &less, &rest, &error), &error);
	CU_ASSERT_EQUAL(rest.count, 1);
	CU_ASSERT_EQUAL(rest.items[0].family, FAMILY_IPV6);
}

static const struct unit_test tests[] = {
	{"every form is read", forms_are_read},
	{"wrong forms are refused, and the right one is offered", wrong_forms_are_refused},
	{"relations are those of intervals", relations_are_those_of_intervals},
	{"sets agree with every address of small worlds", sets_agree_with_every_address},
	{"the ends of the space", ends_of_the_space},
	{"families are apart", families_are_apart},
};

int main(void)
{
	return UNIT_RUN("address ranges", tests);
}
