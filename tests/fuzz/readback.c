/* SPDX-License-Identifier: Apache-2.0 */
/* What a marketplace answers of a private offer, against offers of both.  The first byte chooses the offer. */
#include "offers/readback.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

enum { OFFERS_MAX = 32 };

static struct catalog catalog;
static struct scope whole;
static struct export exports[OFFERS_MAX];
static unsigned export_count;

int LLVMFuzzerInitialize(int *count, char ***words)
{
	struct error error;

	(void)count;
	(void)words;
	whole = scope_init(64 << 20);
	FUZZ_CHECK(catalog_read(TEST_SOURCE_DIR "/tests/offers/golden/offers.cfg", CATALOG_SOLD, &catalog, &error) == 0);
	for (size_t i = 0; i < catalog.private_count && export_count < OFFERS_MAX; i++) {
		struct export *export = &exports[export_count];

		*export = (struct export){.scope = &whole, .offer = &catalog.privates[i], .amends = "projects/vendor/locations/global/privateOffers/abc"};
		if (export_make(export, &error) == 0 && !export->refused)
			export_count++;
		else
			export_release(export);
	}
	FUZZ_CHECK(export_count >= 4);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPE_CLEANUP struct scope scope = scope_init(256 << 20);
	struct fuzz_input input = {data, size};
	const struct export *export = &exports[fuzz_choose(&input, export_count)];
	char *text = fuzz_rest(&input, &size);
	struct readback readback;
	struct error error;

	if (readback_make(&scope, export, text, size, "answer", &readback, &error) == 0) {
		FUZZ_CHECK(readback.named >= 1 && readback.row_count <= readback.compared + READBACK_ROWS_MAX);
		for (size_t i = 0; i < readback.row_count; i++)
			FUZZ_CHECK(readback.rows[i].path && readback.rows[i].ours);
		for (size_t i = 0; i < readback.own_count; i++)
			FUZZ_CHECK(readback.own[i].path && readback.own[i].theirs);
	} else {
		FUZZ_CHECK(error.code == ERROR_INPUT || error.code == APOLLO_NOMEM || error.code == APOLLO_REJECTED);
		fuzz_check_line(error.message);
	}
	free(text);
	return 0;
}
