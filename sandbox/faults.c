/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/faults.h"

#include "sandbox/azure.h"
#include "sandbox/fields.h"
#include "sandbox/service_control.h"
#include "sandbox/state.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>

#define COUNT_MAX INT64_C(1000000000)
enum { DELAY_MAX = 3600 * 1000, BYTES_MAX = 256 << 20, RPC_CODE_MAX = 16 };

static const char *const action_words[] = {
	[FAULT_LOSE_REPLY] = "lose-reply",   [FAULT_CLOSE] = "close",	    [FAULT_STATUS] = "status",
	[FAULT_SLOW] = "slow",		     [FAULT_TRUNCATE] = "truncate", [FAULT_HTML] = "html",
	[FAULT_HUGE] = "huge",		     [FAULT_WRONG_TYPE] = "wrong-type", [FAULT_REVOKE] = "revoke",
	[FAULT_ROWS] = "rows",		     [FAULT_OCCUPY] = "occupy",	    [FAULT_CHECK_ERROR] = "check-error",
	[FAULT_REPORT_ERROR] = "report-error", [FAULT_ACTIONS] = NULL};

void faults_release(struct faults *faults)
{
	free(faults->items);
	*faults = (struct faults){0};
}

/* ---- reading ----------------------------------------------------------------------------------------------- */

static int read_short(struct json_object *object, const char *name, char *text, struct error *error)
{
	const char *read = NULL;
	int code = field_text(object, "a fault", name, &read, error);

	if (code < 0 || !read)
		return code;
	if (strlen(read) >= FAULT_TEXT)
		return error_set(error, ERROR_INPUT, "a fault: \"%s\" is longer than %d bytes", name, FAULT_TEXT - 1);
	(void)snprintf(text, FAULT_TEXT, "%s", read);
	return 0;
}

static int read_rows(struct json_object *object, struct fault *fault, struct error *error)
{
	struct json_object *array = NULL;
	size_t count;
	int code = field_array(object, "a fault", "rows", FAULT_ROWS_MAX, &array, &count, error);

	for (size_t i = 0; code == 0 && i < count; i++) {
		struct json_object *item = json_object_array_get_idx(array, i);
		int64_t row = json_object_is_type(item, json_type_int) ? json_object_get_int64(item) : -1;

		if (row < 0 || row >= FAULT_ROWS_MAX)
			return error_set(error, ERROR_INPUT, "a fault: rows are whole numbers from 0 to %d",
					 FAULT_ROWS_MAX - 1);
		fault->rows[row / 64] |= UINT64_C(1) << (row % 64);
	}
	return code;
}

/* The error that check or report gives, by its word or its number. */
static int read_code(struct json_object *object, struct fault *fault, struct error *error)
{
	const char *word = NULL;
	int64_t number = 14;
	int code;

	if (fault->action == FAULT_REPORT_ERROR) {
		code = field_number(object, "a fault", "code", 1, RPC_CODE_MAX, &number, error);
		fault->code = (int)number;
		return code;
	}
	if (fault->action != FAULT_CHECK_ERROR)
		return json_member(object, "code")
			       ? error_set(error, ERROR_INPUT, "a fault: this action has no \"code\"")
			       : 0;
	code = field_required(object, "a fault", "code", &word, error);
	if (code < 0)
		return code;
	fault->code = check_code_find(word);
	return fault->code < 0 ? error_set(error, ERROR_INPUT, "a fault: there is no check error %s", word) : 0;
}

/* How often it fires. */
static int read_when(struct json_object *object, struct fault *fault, struct error *error)
{
	int code;

	if ((code = read_short(object, "match", fault->match, error)) < 0 ||
	    (code = field_number(object, "a fault", "after", 0, COUNT_MAX, &fault->after, error)) < 0 ||
	    (code = field_number(object, "a fault", "count", -1, COUNT_MAX, &fault->count, error)) < 0 ||
	    (code = field_decimal(object, "a fault", "probability", &fault->chance, error)) < 0)
		return code;
	if (fault->chance > APOLLO_MICRO)
		return error_set(error, ERROR_INPUT, "a fault: \"probability\" is from 0 to 1");
	return 0;
}

static int read_text(struct json_object *object, struct fault *fault, struct error *error)
{
	int code = read_short(object, "text", fault->text, error);
	enum verdict verdict;

	if (code < 0 || fault->action != FAULT_ROWS || !*fault->text)
		return code;
	verdict = verdict_find(fault->text);
	if (verdict == VERDICT_ACCEPTED || verdict == VERDICT_DUPLICATE || verdict == VERDICTS)
		return error_set(error, ERROR_INPUT, "a fault: a row cannot fail with the status %s", fault->text);
	return 0;
}

/* What it does. */
static int read_what(struct json_object *object, struct fault *fault, struct error *error)
{
	static const char what[] = "a fault";
	int code;

	if ((code = field_flag(object, what, "taken", &fault->taken, error)) < 0 ||
	    (code = field_number(object, what, "status", 200, 599, &fault->status, error)) < 0 ||
	    (code = field_number(object, what, "retry_after", 0, 86400, &fault->retry_after, error)) < 0 ||
	    (code = field_flag(object, what, "retry_date", &fault->retry_date, error)) < 0 ||
	    (code = field_number(object, what, "before_ms", 0, DELAY_MAX, &fault->before, error)) < 0 ||
	    (code = field_number(object, what, "after_ms", 0, DELAY_MAX, &fault->behind, error)) < 0 ||
	    (code = field_number(object, what, "bytes", 0, BYTES_MAX, &fault->bytes, error)) < 0 ||
	    (code = read_rows(object, fault, error)) < 0 || (code = read_code(object, fault, error)) < 0 ||
	    (code = field_decimal(object, what, "quantity", &fault->quantity, error)) < 0)
		return code;
	return read_text(object, fault, error);
}

/* Whether an action can befall a route at all. */
static bool action_belongs(const struct fault *fault)
{
	const char *own = fault->action == FAULT_ROWS || fault->action == FAULT_OCCUPY ? "azure." :
			     fault->action == FAULT_CHECK_ERROR ? "sc.check" :
			     fault->action == FAULT_REPORT_ERROR ? "sc.report" : "";

	return strcmp(fault->route, "*") == 0 || strncmp(fault->route, own, strlen(own)) == 0;
}

static int fault_read(struct sandbox *sandbox, struct json_object *object, struct error *error)
{
	static const char *const members[] = {"route",	     "action",	 "match",  "after",	  "count",
					      "probability", "taken",	 "status", "retry_after", "retry_date",
					      "before_ms",   "after_ms", "bytes",  "rows",	  "code",
					      "quantity",    "text",	 NULL};
	struct faults *faults = &sandbox->faults;
	struct fault fault = {.count = 1, .chance = APOLLO_MICRO, .status = 503, .retry_after = -1, .bytes = 16,
			      .quantity = APOLLO_MICRO, .action = -1};
	int code;

	if ((code = fields_known(object, "a fault", members, error)) < 0 ||
	    (code = read_short(object, "route", fault.route, error)) < 0 ||
	    (code = field_choice(object, "a fault", "action", action_words, &fault.action, error)) < 0)
		return code;
	if (fault.action < 0 || !route_name_known(fault.route))
		return error_set(error, ERROR_INPUT, "a fault: it needs an \"action\" and a \"route\" that exists");
	if (!action_belongs(&fault))
		return error_set(error, ERROR_INPUT, "a fault: %s cannot happen on the route %s",
				 action_words[fault.action], fault.route);
	if ((code = read_when(object, &fault, error)) < 0 || (code = read_what(object, &fault, error)) < 0)
		return code;
	if (array_grow(&faults->items, &faults->room, faults->count, sizeof(fault), FAULTS_MAX) < 0)
		return error_set(error, APOLLO_NOMEM, "there are %zu faults already, and no more fit", faults->count);
	fault.number = ++faults->last;
	faults->items[faults->count++] = fault;
	return 0;
}

int faults_read(struct sandbox *sandbox, struct json_object *document, struct error *error)
{
	int code = 0;

	if (!json_object_is_type(document, json_type_array))
		return fault_read(sandbox, document, error);
	for (size_t i = 0; code == 0 && i < json_object_array_length(document); i++)
		code = fault_read(sandbox, json_object_array_get_idx(document, i), error);
	return code;
}

bool faults_remove(struct faults *faults, uint32_t number)
{
	size_t kept = 0, count = faults->count;

	for (size_t i = 0; i < count; i++)
		if (number && faults->items[i].number != number)
			faults->items[kept++] = faults->items[i];
	faults->count = kept;
	return !number || kept < count;
}

void faults_print(const struct faults *faults, struct buffer *out)
{
	(void)buffer_text(out, "[");
	for (size_t i = 0; i < faults->count; i++) {
		const struct fault *fault = &faults->items[i];

		(void)buffer_print(out, "%s{\"number\":%u,\"route\":", i ? "," : "", fault->number);
		(void)buffer_json(out, fault->route);
		(void)buffer_print(out, ",\"action\":\"%s\",\"count\":%lld,\"seen\":%lld,\"fired\":%lld}",
				   action_words[fault->action], (long long)fault->count, (long long)fault->seen,
				   (long long)fault->fired);
	}
	(void)buffer_text(out, "]");
}

/* ---- firing ------------------------------------------------------------------------------------------------ */

static bool fault_matches(const struct fault *fault, const struct request *request)
{
	if (strcmp(fault->route, "*") == 0 ? !request->route->faulty : strcmp(fault->route, request->route->name) != 0)
		return false;
	return !*fault->match || strstr(request->path, fault->match) ||
	       memmem(request->body.data ? request->body.data : "", request->body.size, fault->match,
		      strlen(fault->match));
}

static bool fault_fires(struct sandbox *sandbox, struct fault *fault)
{
	if (fault->count >= 0 && fault->fired >= fault->count)
		return false;
	if (fault->seen++ < fault->after)
		return false;
	if (fault->chance < APOLLO_MICRO &&
	    (int64_t)(chance_next(&sandbox->dice) % (uint64_t)APOLLO_MICRO) >= fault->chance)
		return false;
	fault->fired++;
	return true;
}

void faults_plan(struct sandbox *sandbox, const struct request *request, struct plan *plan)
{
	*plan = (struct plan){{0}};
	for (size_t i = 0; i < sandbox->faults.count; i++) {
		struct fault *fault = &sandbox->faults.items[i];

		if (fault_matches(fault, request) && !plan->of[fault->action] && fault_fires(sandbox, fault))
			plan->of[fault->action] = fault->number;
	}
}

const struct fault *plan_fault(const struct faults *faults, const struct plan *plan, int action)
{
	if (!plan->of[action])
		return NULL;
	for (size_t i = 0; i < faults->count; i++)
		if (faults->items[i].number == plan->of[action])
			return &faults->items[i];
	return NULL;
}

bool fault_row(const struct fault *fault, size_t place)
{
	bool any = false;

	for (size_t i = 0; i < FAULT_ROWS_MAX / 64; i++)
		any = any || fault->rows[i];
	return !any || (place < FAULT_ROWS_MAX && (fault->rows[place / 64] >> (place % 64) & 1));
}
