/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What users of other billing tools reported as wrong, in rounding and tiers: each test is named after the report, and shows our amount, worked out by hand.
 */
#include "tests/offers/rate.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#define ONE_PRICE(PRICE) "prices = ( { dimension = \"a\"; unit_price = \"" PRICE "\"; } );"
#define TIERS(MODEL, FIRST, PRICE1, PRICE2)                                                       \
	"prices = ( { dimension = \"a\"; model = \"" MODEL "\"; tiers = ( { up_to = \"" FIRST      \
	"\"; unit_price = \"" PRICE1 "\"; }, { unit_price = \"" PRICE2 "\"; } ); } );"

/* 55 x 0.067 = 3.685: the figure on the line is the one that is added and checked. */
static void killbill_1124(void)
{
	RATE_CLEANUP struct rate rate;

	rate_make(&rate, ONE_PRICE("0.067"), "time,a\n2027-01-10,55\n", NULL, 1);
	RATE_TEXT(rate_line(&rate, 0, BILL_USAGE, "a"), "3.69");
	RATE_TEXT(rate_total(&rate, 0), "3.69");
	UNIT_HOLDS(rate_json(&rate, 0), "\"total\":\"3.69\"");
}

/* Both ways: 5 x 2 + 5 x 1, and all ten at the top tier's 1. */
static void killbill_719(void)
{
	RATE_IS(TIERS("graduated", "5", "2", "1"), "10", "15.00");
	RATE_IS(TIERS("volume", "5", "2", "1"), "10", "10.00");
}

static void killbill_1579_1603(void)
{
	RATE_IS(ONE_PRICE("0.10"), "2.5", "0.25");
	RATE_IS(ONE_PRICE("1000000"), "0.000001", "1.00");
}

/* 17 of 31 days of 4.65 are 2.55 exactly; a binary fraction above it would be 2.56 where all is rounded up. */
static void lago_api_170(void)
{
	RATE_CLEANUP struct rate rate;

	rate_make(&rate, "billing_months = \"calendar\"; proration = \"days\"; rounding = \"up\"; base_fee = \"4.65\";" ONE_PRICE("1"), "time,a\n",
		  "2027-01-15", 1);
	RATE_TEXT(rate_total(&rate, 0), "2.55");
}

/* Bounds are quantities like any other: 0.5 x 10, and 0.500001 x 4 = 2.000004. */
static void lago_api_394(void)
{
	RATE_IS(TIERS("volume", "0.5", "10", "4"), "0.5", "5.00");
	RATE_IS(TIERS("volume", "0.5", "10", "4"), "0.500001", "2.00");
	RATE_IS("decimals = 6;" TIERS("volume", "0.5", "10", "4"), "0.500001", "2.000004");
}

/* 5.5 units with tiers to 5 and above: 5 x 1 + 0.5 x 2. */
static void lago_api_1699(void)
{
	RATE_IS(TIERS("graduated", "5", "1", "2"), "5.5", "6.00");
}

/* 1.1111 x 3 = 3.3333; what is missing to 10 is exact where the bill is rounded, and of the rounded line where lines are. */
static void lago_api_3963(void)
{
	static const char *const places[][3] = {{"line", "3.33", "6.67"}, {"invoice", "3.3333", "6.6667"}};

	for (size_t i = 0; i < 2; i++) {
		RATE_CLEANUP struct rate rate;
		char plan[256];

		(void)snprintf(plan, sizeof(plan), "rounding_place = \"%s\"; minimum = \"10\"; %s", places[i][0], ONE_PRICE("1.1111"));
		rate_make(&rate, plan, "time,a\n2027-01-10,3\n", NULL, 1);
		RATE_TEXT(rate_line(&rate, 0, BILL_USAGE, "a"), places[i][1]);
		RATE_TEXT(rate_line(&rate, 0, BILL_MINIMUM, NULL), places[i][2]);
		RATE_TEXT(rate_line(&rate, 0, BILL_ROUNDING, NULL), "");
		RATE_TEXT(rate_total(&rate, 0), "10.00");
	}
}

/* The words name the tiers that were charged, at the bound and just past it. */
static void lago_front_3489(void)
{
	RATE_CLEANUP struct rate at, past;

	rate_make(&at, TIERS("graduated", "5", "1", "2"), "time,a\n2027-01-10,5\n", NULL, 1);
	UNIT_HOLDS(rate_words(&at, 0), "5 TiB-hour at 1");
	CU_ASSERT_PTR_NULL(strstr(rate_words(&at, 0), "tier 2"));
	rate_make(&past, TIERS("graduated", "5", "1", "2"), "time,a\n2027-01-10,5.000001\n", NULL, 1);
	UNIT_HOLDS(rate_words(&past, 0), "5 TiB-hour at 1");
	UNIT_HOLDS(rate_words(&past, 0), "0.000001 TiB-hour at 2");
}

static void lago_front_3938(void)
{
	RATE_CLEANUP struct rate rate;

	rate_make(&rate, ONE_PRICE("0.3"), "time,a\n2027-01-10,0.1\n", NULL, 1);
	UNIT_HOLDS(rate_words(&rate, 0), " 0.1 TiB-hour");
	CU_ASSERT_PTR_NULL(strstr(rate_words(&rate, 0), "0.10"));
	UNIT_HOLDS(rate_json(&rate, 0), "\"quantity\":\"0.1\"");
}

/* 50 used, at least 100, ten percent off: 90 where the minimum comes first, 100 where it comes last. */
static void openmeter_2627(void)
{
	static const char limits[] = "{ dimension = \"a\"; unit_price = \"1\"; discount = \"10\"; minimum = \"100\"; } );";
	char plan[512];

	(void)snprintf(plan, sizeof(plan), "order = [ \"minimum\", \"discount\", \"maximum\", \"credit\" ]; prices = ( %s", limits);
	RATE_IS(plan, "50", "90.00");
	(void)snprintf(plan, sizeof(plan), "order = [ \"discount\", \"maximum\", \"minimum\", \"credit\" ]; prices = ( %s", limits);
	RATE_IS(plan, "50", "100.00");
}

/* A fee without usage is what the plan says; the line is there either way. */
static void openmeter_2119_3151(void)
{
	static const char *const plans[] = {
		"prices = ( { dimension = \"a\"; tiers = ( { unit_price = \"1\"; fee = \"7\"; } ); } );",
		"prices = ( { dimension = \"a\"; fee_at_zero = true; tiers = ( { unit_price = \"1\"; fee = \"7\"; } ); } );",
	};
	static const char *const wanted[] = {"0.00", "7.00"};

	for (size_t i = 0; i < 2; i++) {
		RATE_CLEANUP struct rate rate;

		rate_make(&rate, plans[i], "time,a\n", NULL, 1);
		RATE_TEXT(rate_line(&rate, 0, BILL_USAGE, "a"), wanted[i]);
		RATE_TEXT(rate_total(&rate, 0), wanted[i]);
	}
}

/* 10 % of 0.05, three times: 0.045 is 0.05 on each line, and 0.135 is 0.14 on the bill.  What is worked out again is the same. */
static void openmeter_2632_2703(void)
{
	static const char prices[] = "discount = \"10\"; prices = ( { dimension = \"a\"; unit_price = \"1\"; }, { dimension = \"b\"; unit_price = \"1\"; },"
				     " { dimension = \"c\"; unit_price = \"1\"; } );";
	static const char *const places[][2] = {{"line", "0.15"}, {"invoice", "0.14"}};

	for (size_t i = 0; i < 4; i++) {
		RATE_CLEANUP struct rate rate;
		char plan[512];

		(void)snprintf(plan, sizeof(plan), "rounding_place = \"%s\"; %s", places[i % 2][0], prices);
		rate_make(&rate, plan, "time,a,b,c\n2027-01-10,0.05,0.05,0.05\n", NULL, 1);
		RATE_TEXT(rate_total(&rate, 0), places[i % 2][1]);
	}
}

/* Usage past a commitment goes on along the tiers: 10 x 20 + 5 x 10 = 250; of it 100 is credit, 150 costs half as much again: 75; 100 is paid ahead. */
static void flexprice_793(void)
{
	RATE_CLEANUP struct rate rate;

	rate_make(&rate, "commitment: { amount = \"100\"; overage = \"1.5\"; };" TIERS("graduated", "10", "20", "10"), "time,a\n2027-01-10,15\n", NULL, 1);
	RATE_TEXT(rate_line(&rate, 0, BILL_USAGE, "a"), "250.00");
	RATE_TEXT(rate_line(&rate, 0, BILL_CREDIT, NULL), "-100.00");
	RATE_TEXT(rate_line(&rate, 0, BILL_OVERAGE, NULL), "75.00");
	RATE_TEXT(rate_total(&rate, 0), "325.00");
	UNIT_HOLDS(rate_words(&rate, 0), "usage past the credit costs 1.5 times its price");
}

/* 0.01999... is two cents, in words too. */
static void nango_7495(void)
{
	RATE_CLEANUP struct rate rate;

	rate_make(&rate, ONE_PRICE("0.019999999999999999"), "time,a\n2027-01-10,1\n", NULL, 1);
	RATE_TEXT(rate_total(&rate, 0), "0.02");
	UNIT_HOLDS(rate_words(&rate, 0), "0.02");
}

/* An estimate, which asks for no lines, is the bill: here a maximum of 10 over 10.006, and 9.996 under it. */
static void polar_14075(void)
{
	static const char *const quantities[] = {"10.006", "9.996", "0", "100"};

	for (size_t i = 0; i < 4; i++) {
		RATE_CLEANUP struct rate rate;
		struct error error = {0};
		char usage[64];
		struct term term;
		int64_t quantity;

		(void)snprintf(usage, sizeof(usage), "time,a\n2027-01-10,%s\n", quantities[i]);
		rate_make(&rate, "prices = ( { dimension = \"a\"; unit_price = \"1\"; maximum = \"10\"; } );", usage, NULL, 1);
		quantity = rate.quote.bills[0].lines[0].usage.quantity;
		UNIT_OK(term_make(&rate.scope, &rate.quote.schedule, &term, &error), &error);
		CU_ASSERT_EQUAL(exact_compare(term_rate(&term, &quantity, NULL, NULL, NULL), rate.quote.total), 0);
		RATE_TEXT(rate_total(&rate, 0), i == 2 ? "0.00" : "10.00");
	}
}

/* A thousand records of a tenth of a cent are a unit of money, also where hours are rounded: they are one hour. */
static void mitos_662(void)
{
	static const char *const places[] = {"line", "step", "hour", "invoice"};
	char usage[1000 * 40 + 64];
	size_t size = (size_t)snprintf(usage, sizeof(usage), "time,a\n");

	for (int i = 0; i < 1000; i++)
		size += (size_t)snprintf(usage + size, sizeof(usage) - size, "2027-01-10T05:%02d:%02dZ,0.001\n", i / 60, i % 60);
	for (size_t i = 0; i < 4; i++) {
		RATE_CLEANUP struct rate rate;
		char plan[256];

		(void)snprintf(plan, sizeof(plan), "rounding_place = \"%s\"; %s", places[i], ONE_PRICE("1"));
		rate_make(&rate, plan, usage, NULL, 1);
		RATE_TEXT(rate_total(&rate, 0), "1.00");
	}
}

/* A lower tier is a price, not a discount: ten percent are of 5 x 2 + 5 x 1, and the only discount that is said. */
static void focus_1625_2513(void)
{
	RATE_CLEANUP struct rate rate;

	rate_make(&rate, "discount = \"10\";" TIERS("graduated", "5", "2", "1"), "time,a\n2027-01-10,10\n", NULL, 1);
	UNIT_HOLDS(rate_json(&rate, 0), "\"priced\":\"15.00\",\"discount\":\"-1.50\",\"amount\":\"13.50\"");
}

/* Every tier that usage reaches: 100 x 1 + 400 x 0.8 + 500 x 0.5. */
static void infracost_220_1950(void)
{
	RATE_IS("prices = ( { dimension = \"a\"; tiers = ( { up_to = \"100\"; unit_price = \"1\"; }, { up_to = \"500\"; unit_price = \"0.8\"; },"
		" { unit_price = \"0.5\"; } ); } );",
		"1000", "670.00");
}

/* A hundred in three parts: no float is asked whether they add up. */
static void private_offer_wizard(void)
{
	RATE_CLEANUP struct rate rate;
	char total[EXACT_TEXT];

	rate_make(&rate,
		  "instalments = ( { at = \"2027-01-01\"; amount = \"33.34\"; }, { at = \"2027-02-01\"; amount = \"33.33\"; },"
		  " { at = \"2027-03-01\"; amount = \"33.33\"; } );" ONE_PRICE("1"),
		  "time,a\n", NULL, 3);
	RATE_TEXT(rate_line(&rate, 0, BILL_PAYMENT, NULL), "33.34");
	RATE_TEXT(rate_line(&rate, 2, BILL_PAYMENT, NULL), "33.33");
	RATE_TEXT(exact_text(rate.quote.total, 2, 2, total), "100.00");
}

/* The penny meter: cents that somebody else worked out, sold at a cent; and none of them. */
static void flexprice_2357(void)
{
	RATE_IS(ONE_PRICE("0.01"), "12345", "123.45");
	RATE_IS(ONE_PRICE("0.01"), "0", "0.00");
}

int main(void)
{
	static const struct unit_test tests[] = {
		{"killbill/killbill#1124, #1125: one rounded figure", killbill_1124},
		{"killbill/killbill#719: all units at the top tier", killbill_719},
		{"killbill/killbill#1579, #1603: quantities are decimals", killbill_1579_1603},
		{"getlago/lago-api#170: proration without floats", lago_api_170},
		{"getlago/lago-api#394: fractional bounds", lago_api_394},
		{"getlago/lago-api#1699: no quantity between tiers", lago_api_1699},
		{"getlago/lago-api#3963: true-up, precise and rounded", lago_api_3963},
		{"getlago/lago-front#3489: words and money of one engine", lago_front_3489},
		{"getlago/lago-front#3938: units as they were written", lago_front_3938},
		{"openmeterio/openmeter#2627: order", openmeter_2627},
		{"openmeterio/openmeter#2119, #3151: a fee at zero", openmeter_2119_3151},
		{"openmeterio/openmeter#2632, #2703: discounts, again the same", openmeter_2632_2703},
		{"flexprice/flexprice#793: overage along the tiers", flexprice_793},
		{"NangoHQ/nango#7495: rounded, never cut", nango_7495},
		{"polarsource/polar#14075: the estimate is the bill", polar_14075},
		{"mitos-run/mitos#662: never rounded by records", mitos_662},
		{"FOCUS_Spec#1625, #2513: a tier is no discount", focus_1625_2513},
		{"infracost/infracost#220, #1950: all tiers", infracost_220_1950},
		{"commercial-marketplace-private-offer: parts add up", private_offer_wizard},
		{"flexprice/flexprice#2357: the penny meter", flexprice_2357},
	};

	return UNIT_RUN("faults of other tools: rounding and tiers", tests);
}
