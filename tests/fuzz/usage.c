/* SPDX-License-Identifier: Apache-2.0 */
/* Usage files. */
#include "offers/usage.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

static struct catalog_dimension dimensions[] = {{.name = "a"}, {.name = "b"}};
static const struct catalog_offer offer = {.name = "o", .dimensions = dimensions, .dimension_count = 2};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	char *text = fuzz_rest(&input, &size);
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 28);
	struct usage usage = {0};
	struct error error = {0};
	int code = usage_parse(&scope, text, size, "fuzz.csv", &offer, NULL, &usage, &error);

	FUZZ_CHECK(code == 0 || (code == ERROR_INPUT && error.code == code && strncmp(error.message, "fuzz.csv:", 9) == 0));
	FUZZ_CHECK(code == 0 || !usage.rows);
	for (size_t i = 0; i < usage.count; i++) {
		FUZZ_CHECK(usage.rows[i].dimension < 2);
		FUZZ_CHECK(i == 0 || usage.rows[i - 1].time <= usage.rows[i].time);
	}
	free(text);
	return 0;
}
