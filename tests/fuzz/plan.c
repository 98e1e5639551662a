/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON of two plans, a line each, as --diff and --keep read it. */
#include "core/json.h"
#include "deploy/diff.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

static void check_rows(const struct diff_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		FUZZ_CHECK(rows->items[i].role && rows->items[i].owner);
		FUZZ_CHECK(rows->items[i].address.first <= rows->items[i].address.last);
		/* In order, and none twice. */
		FUZZ_CHECK(i == 0 || strcmp(rows->items[i - 1].owner, rows->items[i].owner) <= 0);
	}
}

static void check_diff(const struct diff_plan *old, const struct diff_plan *new)
{
	struct buffer text = buffer_init(1 << 26), json = buffer_init(1 << 26);
	struct json_object *root = NULL;
	struct diff diff, again;
	struct error error;

	diff_make(old, new, false, &diff, &text);
	diff_make(old, new, true, &again, &json);
	FUZZ_CHECK(diff.same == again.same && diff.moved == again.moved && diff.added == again.added && diff.freed == again.freed && diff.apart == again.apart);
	FUZZ_CHECK(diff.same + diff.moved + diff.freed == old->rows.count && diff.same + diff.moved + diff.added == new->rows.count);
	FUZZ_CHECK(buffer_failed(&json) || json_read(buffer_string(&json), json.size, "diff", &root, &error) == 0);
	json_object_put(root);
	buffer_release(&text);
	buffer_release(&json);
}

static bool plan_of(struct scope *scope, char *text, size_t size, struct diff_plan *plan)
{
	struct error error;
	int code = diff_plan_parse(scope, text, size, "plan", plan, &error);

	free(text);
	if (code < 0) {
		FUZZ_CHECK(error.code == code && (code == ERROR_INPUT || code == APOLLO_NOMEM || code == APOLLO_REJECTED));
		fuzz_check_line(error.message);
		fuzz_check_line(error.hint);
		return false;
	}
	check_rows(&plan->rows);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 28);
	struct fuzz_input input = {data, size};
	struct diff_plan old, new;
	char *first = fuzz_line(&input, &size);
	bool known = plan_of(&scope, first, size, &old);
	char *second = fuzz_rest(&input, &size);

	if (plan_of(&scope, second, size, &new) && known)
		check_diff(&old, &new);
	return 0;
}
