/* SPDX-License-Identifier: Apache-2.0 */
/* The two readers of JSON: the plugins' and the core's. */
#include "core/json.h"
#include "tests/fuzz/fuzz.h"

#include <apollo/kit.h>
#include <stdlib.h>
#include <string.h>

/* plugins/common/json.h, whose other names are the core's too. */
int json_load(const char *text, size_t size, struct json_object **object);
int json_quantity(struct json_object *object, const char *name, int64_t *value);

/* What is read is written and read again as the same. */
static void check_written(struct json_object *object)
{
	struct json_object *again JSON_CLEANUP = NULL;
	const char *text = json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN);
	struct error error;

	FUZZ_CHECK(text && json_read(text, strlen(text), "again", &again, &error) == 0);
	FUZZ_CHECK(strcmp(text, json_object_to_json_string_ext(again, JSON_C_TO_STRING_PLAIN)) == 0);
}

static void check_quantity(struct json_object *object)
{
	struct json_object *member = json_member(object, "quantity");
	int64_t value = 0, exact = 0;
	size_t size = 0;
	const char *digits = member ? json_digits(member, &size) : NULL;
	int found = json_quantity(object, "quantity", &value);

	FUZZ_CHECK(found == 0 || found == 1);
	FUZZ_CHECK(found == 0 || digits);
	if (found && apollo_quantity_parse(digits, size, APOLLO_EXACT, &exact) == 0)
		FUZZ_CHECK(exact == value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	struct json_object *ours JSON_CLEANUP = NULL, *theirs JSON_CLEANUP = NULL;
	struct error error = {0};
	char *text = fuzz_rest(&input, &size);
	int code = json_read(text, size, "the input", &ours, &error);
	int code_plugin = json_load(text, size, &theirs);

	FUZZ_CHECK(code == 0 || (code == ERROR_INPUT && error.code == code && error.message[0]));
	FUZZ_CHECK(code_plugin == 0 || code_plugin == APOLLO_REJECTED);
	/* The plugins' reader is the stricter one. */
	FUZZ_CHECK(code_plugin < 0 || code == 0);
	if (code == 0)
		check_written(ours);
	if (code_plugin == 0) {
		FUZZ_CHECK(json_object_is_type(theirs, json_type_object) || json_object_is_type(theirs, json_type_array));
		FUZZ_CHECK(strcmp(json_object_to_json_string(ours), json_object_to_json_string(theirs)) == 0);
		check_quantity(theirs);
	}
	free(text);
	return 0;
}
