/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/catalog.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

/* A whole configuration with three holes: of the plan's base fee, the dimension's divisor, and an instance. */
static int parse(const char *base_fee, const char *divide_by, const char *instance, struct catalog *catalog,
		 struct error *error)
{
	char text[2048];
	int size = snprintf(text, sizeof(text),
			    "ledger = \"l\"; instances = ( { name = \"m\"; plugin = \"p\"; %s } );\n"
			    "offers = ( { name = \"o\"; meters = ( { name = \"c\"; aggregation = \"sum\"; } );\n"
			    "dimensions = ( { name = \"d\"; meter = \"c\"; divide_by = %s;\n"
			    " listings = ( { market = \"m\"; id = \"x\"; } ); } );\n"
			    "plans = ( { name = \"p\"; base_fee = %s;\n"
			    " prices = ( { dimension = \"d\"; unit_price = \"0.5\"; } ); } ); } );\n",
			    instance, divide_by, base_fee);

	return catalog_parse(text, (size_t)size, "test.cfg", "/", CATALOG_ALL, catalog, error);
}

/* An error that the caller had before is no failure of this call. */
static void earlier_error(void)
{
	struct error error = {.code = -99};
	struct catalog catalog;

	CU_ASSERT_EQUAL_FATAL(parse("\"5000\"", "\"1\"", "", &catalog, &error), 0);
	CU_ASSERT_EQUAL(error.code, -99);
	CU_ASSERT_STRING_EQUAL(catalog.offers[0].plans[0].tariff.base_fee.text, "5000");
	catalog_release(&catalog);
}

/* libconfig 1.5 keeps 32 bits of an integer without quotes, whatever was written: 5000000000 reads as 705032704. */
static void integers_without_quotes(void)
{
	static const struct {
		const char *base_fee, *divide_by, *instance;
	} wrong[] = {
		{"5000000000", "\"1\"", ""},
		{"5000", "\"1\"", ""}, /* nobody can tell it from one that was cut */
		{"\"5000\"", "4294967297", ""},
		{"\"5000\"", "\"1\"", "options: { size = 4294967297; };"},
	};
	struct error error;
	struct catalog catalog;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		CU_ASSERT_EQUAL_FATAL(parse(wrong[i].base_fee, wrong[i].divide_by, wrong[i].instance, &catalog, &error),
				      APOLLO_CONFIG);
		CU_ASSERT_PTR_NOT_NULL(strstr(error.hint, "in quotes"));
	}
	CU_ASSERT_EQUAL_FATAL(parse("\"5000000000\"", "\"1099511627776\"", "", &catalog, &error), 0);
	CU_ASSERT_STRING_EQUAL(catalog.offers[0].plans[0].tariff.base_fee.text, "5000000000");
	CU_ASSERT_EQUAL(catalog.offers[0].dimensions[0].divide_by, INT64_C(1099511627776));
	catalog_release(&catalog);
	/* With an L it is read whole. */
	CU_ASSERT_EQUAL_FATAL(parse("5000000000L", "1099511627776L", "options: { size = 4294967297L; };", &catalog, &error), 0);
	CU_ASSERT_STRING_EQUAL(catalog.offers[0].plans[0].tariff.base_fee.text, "5000000000");
	CU_ASSERT_EQUAL(catalog.offers[0].dimensions[0].divide_by, INT64_C(1099511627776));
	CU_ASSERT_STRING_EQUAL(catalog.instances[0].options.items[0].value, "4294967297");
	catalog_release(&catalog);
}

/* What is not UTF-8 would ruin every batch that it stands in. */
static void texts_are_utf8(void)
{
	struct error error;
	struct catalog catalog;

	CU_ASSERT_EQUAL(parse("\"5000\"", "\"1\"", "issuer = \"caf\xe9\";", &catalog, &error), APOLLO_CONFIG);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "\"issuer\" is not UTF-8"));
	CU_ASSERT_EQUAL_FATAL(parse("\"5000\"", "\"1\"", "options: { label = \"caf\xc3\xa9\"; };", &catalog, &error), 0);
	catalog_release(&catalog);
}

int main(void)
{
	CU_pSuite suite;
	unsigned failures;

	if (CU_initialize_registry() != CUE_SUCCESS)
		return 1;
	suite = CU_add_suite("catalog", NULL, NULL);
	CU_add_test(suite, "an earlier error is no failure", earlier_error);
	CU_add_test(suite, "integers without quotes", integers_without_quotes);
	CU_add_test(suite, "texts are UTF-8", texts_are_utf8);
	CU_basic_set_mode(CU_BRM_VERBOSE);
	(void)CU_basic_run_tests();
	failures = CU_get_number_of_failures() + CU_get_number_of_tests_failed();
	CU_cleanup_registry();
	return failures ? 1 : 0;
}
