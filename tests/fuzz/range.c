/* SPDX-License-Identifier: Apache-2.0 */
/* Address ranges.  Each line is one; what was read is written and read again, and its prefixes are it. */
#include "deploy/range.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

static void check_prefixes(struct range range)
{
	struct range prefixes[RANGE_PREFIXES_MAX];
	size_t count = range_prefixes(range, prefixes);

	FUZZ_CHECK(count >= 1 && count <= RANGE_PREFIXES_MAX);
	FUZZ_CHECK(prefixes[0].first == range.first && prefixes[count - 1].last == range.last);
	for (size_t i = 0; i < count; i++) {
		FUZZ_CHECK(range_prefix(prefixes[i]) >= 0);
		FUZZ_CHECK(!i || prefixes[i].first == prefixes[i - 1].last + 1);
	}
}

static void check_line(const char *text, size_t size)
{
	char written[RANGE_TEXT];
	struct range range, again;
	struct error error;

	if (range_parse(text, size, &range, &error) < 0) {
		FUZZ_CHECK(error.code == ERROR_INPUT);
		fuzz_check_line(error.message);
		fuzz_check_line(error.hint);
		return;
	}
	FUZZ_CHECK(range.first <= range.last && range.last <= family_last(range.family));
	(void)range_print(range, written);
	FUZZ_CHECK(range_parse(written, strlen(written), &again, &error) == 0);
	FUZZ_CHECK(range_relation(range, again) == RELATION_EQUAL);
	check_prefixes(range);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};

	while (input.size) {
		size_t length;
		char *line = fuzz_line(&input, &length);

		check_line(line, length);
		free(line);
	}
	return 0;
}
