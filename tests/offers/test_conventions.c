/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conventions of other billing systems as plans of ours, with the amounts of their own documentation, read in November 2026:
 *   Stripe      docs.stripe.com/subscriptions/pricing-models/tiered-pricing; stripe.com/docs/billing/subscriptions/tiers
 *   Lago        getlago.com/docs/guide/plans/charges/charge-models/{package,volume}
 *   flexprice   docs.flexprice.io/docs/product-catalogue/plans/billing-models/{flat-fee,tiered}
 *   Kill Bill   docs.killbill.io/latest/{consumable_in_arrear,catalog-examples}.html; killbill/killbill-docs 4699673
 *   OpenMeter   openmeter.io/docs/billing/invoicing/discounts
 * What cannot be imitated is in docs/PRICING-CONVENTIONS.md.
 */
#include "tests/offers/rate.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

/* ---- Stripe: half away from zero to the minor unit, a bound belongs to the lower tier ---- */

static void stripe(void)
{
	static const char volume[] = "prices = ( { dimension = \"a\"; model = \"volume\"; tiers = ( { up_to = \"5\"; unit_price = \"7\"; },"
				     " { up_to = \"10\"; unit_price = \"6.5\"; }, { unit_price = \"6\"; } ); } );";
	static const char five[] = "prices = ( { dimension = \"a\"; model = \"%s\"; tiers = ( { up_to = \"5\"; unit_price = \"5\"; },"
				   " { up_to = \"10\"; unit_price = \"4\"; }, { up_to = \"15\"; unit_price = \"3\"; }, { up_to = \"20\"; unit_price = \"2\"; },"
				   " { unit_price = \"1\"; } ); } );";
	static const char *const fonts[][2] = {{"1", "7.00"}, {"5", "35.00"}, {"6", "39.00"}, {"20", "120.00"}, {"25", "150.00"}};
	static const char *const older[][2] = {{"1", "5.00"}, {"5", "25.00"}, {"6", "24.00"}, {"20", "40.00"}, {"25", "25.00"}};
	char plan[512];

	for (size_t i = 0; i < 5; i++)
		RATE_IS(volume, fonts[i][0], fonts[i][1]);
	(void)snprintf(plan, sizeof(plan), "prices = ( { dimension = \"a\"; unit_price = \"5\"; } );");
	RATE_IS(plan, "6", "30.00");
	(void)snprintf(plan, sizeof(plan), five, "volume");
	for (size_t i = 0; i < 5; i++)
		RATE_IS(plan, older[i][0], older[i][1]);
	(void)snprintf(plan, sizeof(plan), five, "graduated");
	RATE_IS(plan, "5", "25.00");
	RATE_IS(plan, "6", "29.00");
}

/* ---- Lago: free units come off before packages are counted; a volume tier's fee ---- */

static void lago(void)
{
	static const char package[] = "prices = ( { dimension = \"a\"; model = \"package\"; package = \"100\"; unit_price = \"5\"; } );"
				      " included = ( { dimension = \"a\"; quantity = \"100\"; } );";
	static const char volume[] = "prices = ( { dimension = \"a\"; model = \"volume\"; tiers = ("
				     " { up_to = \"10000\"; unit_price = \"0.0010\"; fee = \"10\"; }, { up_to = \"50000\"; unit_price = \"0.0008\"; fee = \"10\"; },"
				     " { up_to = \"100000\"; unit_price = \"0.0006\"; fee = \"10\"; }, { unit_price = \"0.0004\"; fee = \"10\"; } ); } );";

	RATE_IS(package, "201", "10.00");
	RATE_IS(package, "100", "0.00");
	RATE_IS(volume, "65000", "49.00");
}

/* ---- flexprice: rounded once at the end, half away from zero; a started package counts ---- */

static void flexprice(void)
{
	RATE_IS("rounding_place = \"invoice\"; prices = ( { dimension = \"a\"; unit_price = \"0.05\"; } );", "1000", "50.00");
	RATE_IS("rounding_place = \"invoice\"; prices = ( { dimension = \"a\"; model = \"volume\"; tiers = ( { up_to = \"50000\"; unit_price = \"0.0008\"; },"
		" { unit_price = \"0.0006\"; } ); } );",
		"65000", "39.00");
	/* Packages within a tier: the quantity is rounded up to them, and the price is a thousandth. */
	RATE_IS("rounding_place = \"invoice\"; prices = ( { dimension = \"a\"; model = \"volume\"; step = \"1000\"; step_rounding = \"up\";"
		" tiers = ( { up_to = \"10000\"; unit_price = \"0.001\"; }, { unit_price = \"0.0008\"; } ); } );",
		"4500", "5.00");
}

/* ---- Kill Bill: money rounded half up to the currency; blocks are rounded up; all tiers, or the top tier ---- */

static void killbill(void)
{
	static const char water[] = "base_fee = \"30\"; rounding = \"half_up\"; prices = ( { dimension = \"a\"; step = \"1\"; step_rounding = \"up\";"
				    " tiers = ( { up_to = \"1000\"; unit_price = \"1.5\"; }, { unit_price = \"2.0\"; } ); } );";

	RATE_IS(water, "400", "630.00");
	RATE_IS(water, "1200", "1930.00");
}

/* ---- OpenMeter: free usage, price, percentage, maximum, minimum, credit ---- */

static void openmeter(void)
{
	RATE_CLEANUP struct rate rate;
	static const char *const wanted[] = {"0.00", "50.00", "100.00"};

	/* 500 are free; of 300, 250 and 100 that leaves 0, 50 and 100. */
	rate_make(&rate,
		  "order = [ \"discount\", \"maximum\", \"minimum\", \"credit\" ]; prices = ( { dimension = \"a\"; unit_price = \"1\"; } );"
		  " included = ( { dimension = \"a\"; quantity = \"500\"; reset = \"term\"; } );",
		  "time,a\n2027-01-10,300\n2027-02-10,250\n2027-03-10,100\n", NULL, 3);
	for (size_t i = 0; i < 3; i++)
		RATE_TEXT(rate_total(&rate, i), wanted[i]);
}

int main(void)
{
	static const struct unit_test tests[] = {
		{"Stripe", stripe}, {"Lago", lago}, {"flexprice", flexprice}, {"Kill Bill", killbill}, {"OpenMeter", openmeter}};

	return UNIT_RUN("conventions of other systems", tests);
}
