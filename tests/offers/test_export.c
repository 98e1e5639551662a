/* SPDX-License-Identifier: Apache-2.0 */
/* Private offers as their marketplaces' files and as term sheets, against files that were looked at (golden/). */
#include "core/file.h"
#include "offers/sheet.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GOLDEN_BYTES = 1 << 20 };

#define AMENDED "projects/vendor/locations/global/privateOffers/abc"

static struct catalog catalog;

static const char *golden_path(const char *name, char path[static 512])
{
	const char *srcdir = getenv("srcdir");

	(void)snprintf(path, 512, "%s/tests/offers/golden/%s", srcdir ? srcdir : ".", name);
	return path;
}

/* Says where two texts part. */
static void same(const char *name, const char *made)
{
	BUFFER_CLEANUP struct buffer golden = buffer_init(GOLDEN_BYTES);
	struct error error;
	char path[512];
	size_t at = 0;

	CU_ASSERT_EQUAL_FATAL(file_read(golden_path(name, path), &golden, &error), 0);
	if (strcmp(buffer_string(&golden), made) == 0)
		return;
	while (made[at] && made[at] == buffer_string(&golden)[at])
		at++;
	(void)printf("%s differs at byte %zu: made \"%.60s\", golden \"%.60s\"\n", name, at, made + at, buffer_string(&golden) + at);
	CU_FAIL("not the golden file");
}

static void made(struct scope *scope, const char *name, struct export *export)
{
	struct error error;

	*export = (struct export){.scope = scope, .offer = catalog_private(&catalog, name), .amends = AMENDED};
	CU_ASSERT_PTR_NOT_NULL_FATAL(export->offer);
	CU_ASSERT_EQUAL_FATAL(export_make(export, &error), 0);
}

static void files(void)
{
	static const char *const names[] = {"acme-percent", "acme-absolute", "beta-saas", "acme-commit", "acme-usage", "beta-instalments", "beta-fee"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 24);
		EXPORT_CLEANUP struct export export;
		char name[64];

		made(&scope, names[i], &export);
		CU_ASSERT_EQUAL(export.refused, 0);
		(void)snprintf(name, sizeof(name), "%s.json", names[i]);
		same(name, buffer_string(&export.files[0].content));
	}
}

static void refusals(void)
{
	static const char *const names[] = {"acme-wrong", "acme-tiers", "beta-nothing"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 24);
		BUFFER_CLEANUP struct buffer text = buffer_init(GOLDEN_BYTES);
		EXPORT_CLEANUP struct export export;
		char name[64];

		made(&scope, names[i], &export);
		for (size_t j = 0; j < export.note_count; j++) {
			CU_ASSERT_TRUE(export.notes[j].refused);
			(void)buffer_print(&text, "refused  %s\n         instead: %s\n", export.notes[j].what, export.notes[j].instead);
		}
		(void)snprintf(name, sizeof(name), "%s.txt", names[i]);
		same(name, buffer_string(&text));
	}
}

static void sheet_of(const char *name, enum sheet_form form, struct buffer *out)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 24);
	static const struct sheet_rule rule = {"GC-01", "passed", "percentages are hundredths"};
	EXPORT_CLEANUP struct export export;
	struct error error;

	made(&scope, name, &export);
	const struct sheet sheet = {.export = &export, .file = "offers.cfg", .sha256 = "HASH", .version = "VERSION", .rules = &rule, .rule_count = form == SHEET_HTML};

	CU_ASSERT_EQUAL_FATAL(sheet_make(&sheet, form, out, &error), 0);
}

static void sheets(void)
{
	static const char *const names[] = {"acme-commit", "beta-saas"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		BUFFER_CLEANUP struct buffer text = buffer_init(SHEET_BYTES);
		char name[64];

		sheet_of(names[i], SHEET_MARKDOWN, &text);
		(void)snprintf(name, sizeof(name), "%s.md", names[i]);
		same(name, buffer_string(&text));
	}
}

/* One page: nothing fetched, nothing run, right in the dark, and what a customer is called is text. */
static void page(void)
{
	BUFFER_CLEANUP struct buffer text = buffer_init(SHEET_BYTES), fee = buffer_init(SHEET_BYTES);
	const char *html;

	sheet_of("acme-percent", SHEET_HTML, &text);
	html = buffer_string(&text);
	CU_ASSERT_PTR_NOT_NULL(strstr(html, "<h1>Acme &lt;burst&gt; &amp; more</h1>"));
	CU_ASSERT_PTR_NOT_NULL(strstr(html, "prefers-color-scheme:dark"));
	CU_ASSERT_PTR_NOT_NULL(strstr(html, "@media print"));
	CU_ASSERT_PTR_NOT_NULL(strstr(html, "<td>GC-01</td><td>passed</td>"));
	CU_ASSERT_PTR_NULL(strstr(html, "<script"));
	CU_ASSERT_PTR_NULL(strstr(html, "://"));
	/* What is the vendor's alone is not the customer's to read. */
	sheet_of("beta-fee", SHEET_HTML, &fee);
	CU_ASSERT_PTR_NULL(strstr(buffer_string(&fee), "secret floor"));
	CU_ASSERT_PTR_NOT_NULL(strstr(buffer_string(&fee), "Hello"));
}

/* The terms of a file are Google's document; what is no PDF is refused. */
static void documents(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 24);
	static const char *const bytes[] = {"%PDF-1.4 x", "plain"};
	struct private_offer offer = *catalog_private(&catalog, "beta-fee");
	struct error error;

	offer.terms = "eula.pdf";
	for (int i = 0; i < 2; i++) {
		EXPORT_CLEANUP struct export export = {.scope = &scope, .offer = &offer, .terms = bytes[i], .terms_size = strlen(bytes[i])};

		CU_ASSERT_EQUAL_FATAL(export_make(&export, &error), 0);
		CU_ASSERT_EQUAL(export.refused, (size_t)i);
		if (i == 0)
			CU_ASSERT_PTR_NOT_NULL(strstr(buffer_string(&export.files[1].content), "\"inlineContent\": \"JVBERi0xLjQgeA==\""));
	}
}

/* A marketplace that nobody has described gets no files. */
static void unknown_market(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 24);
	struct catalog_instance market = {.name = "aws", .plugin = "aws"};
	struct private_offer offer = *catalog_private(&catalog, "beta-fee");
	EXPORT_CLEANUP struct export export = {.scope = &scope, .offer = &offer};
	struct error error;

	offer.market = &market;
	CU_ASSERT_EQUAL(export_make(&export, &error), ERROR_NO);
}

static void layout(void)
{
	BUFFER_CLEANUP struct buffer out = buffer_init(1 << 16);

	export_layout("{\"a\":[1,\"x,\\\"{}\"],\"b\":{},\"c\":[]}", &out);
	CU_ASSERT_STRING_EQUAL(buffer_string(&out), "{\n  \"a\": [\n    1,\n    \"x,\\\"{}\"\n  ],\n  \"b\": {},\n  \"c\": []\n}\n");
}

int main(void)
{
	struct error error;
	CU_pSuite suite;
	unsigned failures;
	char path[512];

	if (CU_initialize_registry() != CUE_SUCCESS)
		return 1;
	if (catalog_read(golden_path("offers.cfg", path), CATALOG_SOLD, &catalog, &error) < 0) {
		(void)printf("%s\n", error.message);
		return 1;
	}
	suite = CU_add_suite("export", NULL, NULL);
	CU_add_test(suite, "files of both marketplaces", files);
	CU_add_test(suite, "what cannot be expressed is refused", refusals);
	CU_add_test(suite, "term sheets", sheets);
	CU_add_test(suite, "the page", page);
	CU_add_test(suite, "terms as a document", documents);
	CU_add_test(suite, "a market that is not known", unknown_market);
	CU_add_test(suite, "JSON laid out", layout);
	CU_basic_set_mode(CU_BRM_VERBOSE);
	(void)CU_basic_run_tests();
	failures = CU_get_number_of_failures() + CU_get_number_of_tests_failed();
	CU_cleanup_registry();
	catalog_release(&catalog);
	return failures ? 1 : 0;
}
