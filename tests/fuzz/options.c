/* SPDX-License-Identifier: Apache-2.0 */
/* Option values.  The first byte chooses the type; the rest is the value. */
#include "core/options.h"
#include "tests/fuzz/fuzz.h"

#include <apollo/kit.h>
#include <stdlib.h>
#include <string.h>

static void check_number(const char *value, int64_t least)
{
	int64_t number;

	FUZZ_CHECK(apollo_decimal_read(value, strlen(value), 0, APOLLO_EXACT, &number) == 0 && number >= least);
}

/* The form that plugin.h promises for the type. */
static void check_form(int32_t type, const char *text, const char *value)
{
	size_t size = strlen(value);

	FUZZ_CHECK(apollo_text_valid(value, size));
	switch (type) {
	case APOLLO_URL:
		FUZZ_CHECK(strncmp(value, "https://", 8) == 0 || strncmp(value, "http://", 7) == 0);
		FUZZ_CHECK(value[size - 1] != '/' && !strpbrk(value, "?# \"") && strncmp(text, value, size) == 0);
		break;
	case APOLLO_SECRET:
		FUZZ_CHECK(strncmp(value, "env:", 4) == 0 || strncmp(value, "file:/", 6) == 0);
		break;
	case APOLLO_INTEGER:
		check_number(value, INT64_MIN);
		break;
	case APOLLO_BOOLEAN:
		FUZZ_CHECK(strcmp(value, "true") == 0 || strcmp(value, "false") == 0);
		break;
	case APOLLO_DURATION:
		check_number(value, 0);
		break;
	case APOLLO_PATH:
		FUZZ_CHECK(*value == '/');
		break;
	default:
		FUZZ_CHECK(strcmp(text, value) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	const int32_t type = (int32_t)fuzz_choose(&input, APOLLO_PATH + 1);
	const struct apollo_option table = {"option", type, APOLLO_REQUIRED, NULL, "help"};
	char *text = fuzz_rest(&input, &size);
	const struct setting setting = {"option", text, "file:1"};
	struct scope scope SCOPE_CLEANUP = scope_init(1 << 20);
	struct error error = {0};
	const char *const *values, *reason = NULL;
	bool fits = option_fits(type, text, &reason);
	int code = options_resolve(&table, 1, &setting, 1, "/base", &scope, &values, &error);

	FUZZ_CHECK(fits == (code == 0));
	FUZZ_CHECK(fits || (reason && code == APOLLO_CONFIG && error.message[0]));
	if (code == 0)
		check_form(type, text, values[0]);
	else if (type == APOLLO_SECRET && strlen(text) > 8)
		FUZZ_CHECK(!strstr(error.message, text));
	free(text);
	return 0;
}
