/* SPDX-License-Identifier: Apache-2.0 */
/* Google's Service Control, version 1: check and report. */
#include "sandbox/service_control.h"

#include "sandbox/fields.h"
#include "sandbox/google.h"
#include "sandbox/operation_read.h"
#include "sandbox/routes.h"
#include "sandbox/state.h"

#include <apollo/kit.h>
#include <string.h>

enum { REPORT_SCOPE_MAX = 64 << 20, LABEL_TEXT_MAX = 4096, LABEL_VALUE_MAX = 63 };

static const char config_id[] = "2026-01-01r0";

/* One report under way. */
struct desk {
	struct sandbox *sandbox;
	uint32_t service; /* number of its name */
	int64_t now;
	const struct fault *fail; /* a fault for operations, or NULL */
};

/* ---- coming in --------------------------------------------------------------------------------------------- */

static bool account_serves(const struct sandbox *sandbox, uint32_t index, uint32_t service)
{
	const struct account *account;

	if (index == TABLE_NONE) /* the metadata server's */
		return true;
	account = &sandbox->registry.accounts[index];
	for (size_t i = 0; i < account->service_count; i++)
		if (account->services[i] == service)
			return true;
	return account->service_count == 0;
}

/* Token, service and body; the document, which the caller puts, or NULL with the reply filled. */
static struct json_object *service_enter(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	struct json_object *document = NULL;
	const struct bearer *bearer;
	struct error error = {0};

	reply->type = "application/json; charset=UTF-8";
	bearer = google_bearer(sandbox, request, reply);
	if (!bearer)
		return NULL;
	if (!service_known(sandbox, request->part)) {
		reply_google_error(reply, 404, "Service %s is not known.", request->part);
		return NULL;
	}
	if (!account_serves(sandbox, bearer->principal, names_find(&sandbox->names, request->part))) {
		reply_google_error(reply, 403, "The caller has no permission for service %s.", request->part);
		return NULL;
	}
	if (!request_is(request, "application/json")) {
		reply_google_error(reply, 400, "The Content-Type must be application/json.");
		return NULL;
	}
	if (fields_parse(buffer_string(&request->body), request->body.size, "the body", &document, &error) < 0) {
		reply_google_error(reply, 400, "%s", error.message);
		return NULL;
	}
	return document;
}

/* Whether the document has only these members beside serviceConfigId, which is a text. */
static bool envelope_good(struct json_object *document, const char *member)
{
	struct json_object *config = json_member(document, "serviceConfigId");
	int members = 1 + (config != NULL);

	return json_object_is_type(document, json_type_object) && json_member(document, member) &&
	       json_object_object_length(document) == members &&
	       (!config || json_object_is_type(config, json_type_string));
}

static bool consumer_form_good(const char *id)
{
	static const char *const forms[] = {"project:",  "project_number:", "projects/",
					    "folders/",  "organizations/",  "api_key:"};

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (strncmp(id, forms[i], strlen(forms[i])) == 0)
			return true;
	return false;
}

/* ---- check ------------------------------------------------------------------------------------------------- */

/* What keeps a consumer from being charged for use from `start` on; -1: nothing. */
static int consumer_error(const struct sandbox *sandbox, const struct consumer *consumer, int64_t start)
{
	int64_t now = calendar_now(&sandbox->calendar), lag = sandbox->registry.settings.google_policy_lag;

	if (consumer->ended && start >= consumer->ended && now >= consumer->ended + lag)
		return check_code_find("SERVICE_NOT_ACTIVATED");
	return now - consumer->changed < lag ? consumer->before : consumer->error;
}

/* The check error of an operation; -1: it may be used. */
static int check_error(struct sandbox *sandbox, const struct request *request, const struct sent_operation *operation)
{
	const struct fault *fault = plan_fault(&sandbox->faults, &request->plan, FAULT_CHECK_ERROR);
	uint32_t index;

	if (fault && (!*fault->text || strcmp(fault->text, operation->consumer) == 0))
		return fault->code;
	if (!consumer_form_good(operation->consumer))
		return check_code_find("CONSUMER_INVALID");
	index = consumer_find(sandbox, operation->consumer);
	if (index == TABLE_NONE)
		return check_code_find("NOT_FOUND");
	return consumer_error(sandbox, &sandbox->registry.consumers[index], operation->start);
}

static void print_check(const struct sent_operation *operation, int error, struct buffer *out)
{
	uint64_t number = table_hash(operation->consumer, strlen(operation->consumer)) % UINT64_C(1000000000000);

	(void)buffer_text(out, "{\"operationId\":");
	(void)buffer_json(out, operation->id);
	(void)buffer_print(out, ",\"serviceConfigId\":\"%s\",\"serviceRolloutId\":\"%s\"", config_id, config_id);
	if (error < 0) {
		(void)buffer_print(out,
				   ",\"checkInfo\":{\"consumerInfo\":{\"type\":\"PROJECT\",\"projectNumber\":\"%llu\","
				   "\"consumerNumber\":\"%llu\"}}}",
				   (unsigned long long)number, (unsigned long long)number);
		return;
	}
	(void)buffer_print(out, ",\"checkErrors\":[{\"code\":\"%s\",\"subject\":", check_code_name(error));
	(void)buffer_json(out, operation->consumer);
	(void)buffer_print(out,
			   ",\"detail\":\"The consumer may not use the service: "
			   "%s.\",\"status\":{\"code\":%d,\"message\":\"%s\"}}]}",
			   check_code_name(error), check_code_rpc(error), check_code_name(error));
}

void service_check(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	struct json_object *document JSON_CLEANUP = service_enter(sandbox, request, reply);
	struct scope scope SCOPE_CLEANUP = scope_init(REPORT_SCOPE_MAX);
	struct sent_operation operation;
	const char *wrong = NULL;
	int error;

	if (!document)
		return;
	if (!envelope_good(document, "operation")) {
		reply_google_error(reply, 400,
				   "The body must be {\"operation\": {...}, \"serviceConfigId\": \"...\"}.");
		return;
	}
	if (operation_read(json_member(document, "operation"), false, &scope, &operation, &wrong) < 0) {
		reply_google_error(reply, 400, "operation.%s", wrong);
		return;
	}
	error = check_error(sandbox, request, &operation);
	sandbox->books.google.checks++;
	sandbox->books.google.check_errors += error >= 0;
	print_check(&operation, error, &reply->body);
}

/* ---- report: whether an operation is good ------------------------------------------------------------------ */

/* Why an operation is refused on its own, as an rpc code; 0: it is good. */
static int operation_refused(const struct desk *desk, const struct sent_operation *operation, size_t place,
			     const char **why)
{
	struct sandbox *sandbox = desk->sandbox;
	uint32_t consumer;

	if (desk->fail && fault_row(desk->fail, place) &&
	    (!*desk->fail->text || strcmp(desk->fail->text, operation->id) == 0)) {
		*why = "told to fail";
		return desk->fail->code;
	}
	consumer = consumer_form_good(operation->consumer) ? consumer_find(sandbox, operation->consumer) : TABLE_NONE;
	if (consumer == TABLE_NONE) {
		*why = "the consumer is not known";
		return consumer_form_good(operation->consumer) ? RPC_NOT_FOUND : RPC_INVALID_ARGUMENT;
	}
	if (sandbox->registry.consumers[consumer].ended &&
	    operation->end > sandbox->registry.consumers[consumer].ended) {
		*why = "the window reaches behind the end of the consumer's subscription";
		return RPC_PERMISSION_DENIED;
	}
	return 0;
}

/* The same for one of its values. */
static int value_refused(const struct desk *desk, const struct sent_value *value, const char **why)
{
	const char *service = names_text(&desk->sandbox->names, desk->service);
	size_t size = strlen(service);
	uint32_t metric;
	int type;

	*why = "the metric is not one of the service's";
	if (strncmp(value->metric, service, size) != 0 || value->metric[size] != '/')
		return RPC_INVALID_ARGUMENT;
	metric = metric_find(desk->sandbox, value->metric);
	if (metric == TABLE_NONE)
		return RPC_INVALID_ARGUMENT;
	*why = "the value is not of the metric's type";
	type = desk->sandbox->registry.metrics[metric].type;
	if (value->kind == VALUE_OTHER || (type == METRIC_INT64 && value->kind != VALUE_INT64) ||
	    (type == METRIC_DOUBLE && value->kind != VALUE_DOUBLE))
		return RPC_INVALID_ARGUMENT;
	*why = "the value is negative, or larger than can be held";
	return !value->sized || value->amount < 0 ? RPC_INVALID_ARGUMENT : 0;
}

/* ---- report: taking ---------------------------------------------------------------------------------------- */

/* Labels of the value and of the operation as the books show them; 0 for none. */
static uint32_t label_text(struct sandbox *sandbox, const struct sent_operation *operation,
			   const struct sent_value *value)
{
	struct buffer text BUFFER_CLEANUP = buffer_init(LABEL_TEXT_MAX);
	const int plain = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;
	uint32_t number;

	if (!value->label_object && !operation->user_label_object)
		return 0;
	(void)buffer_print(&text, "{\"labels\":%s,\"userLabels\":%s}",
			   value->label_object ? json_object_to_json_string_ext(value->label_object, plain) : "{}",
			   operation->user_label_object
				   ? json_object_to_json_string_ext(operation->user_label_object, plain)
				   : "{}");
	number = buffer_failed(&text) ? TABLE_NONE : names_enter(&sandbox->names, buffer_string(&text));
	return number == TABLE_NONE ? 0 : number;
}

/* Whether every value is a label of the cloud's: at most 63 characters, lower case letters, digits, _ and -. */
static bool labels_good(struct json_object *labels)
{
	json_object_object_foreach(labels, name, value)
	{
		const char *text = json_object_get_string(value);

		(void)name;
		if (strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") != strlen(text) ||
		    strlen(text) > LABEL_VALUE_MAX)
			return false;
	}
	return true;
}

static void note_violations(const struct desk *desk, const struct sent_operation *operation,
			    const struct sent_value *value)
{
	struct sandbox *sandbox = desk->sandbox;

	if (value->rounded)
		books_violation(sandbox, "fine-quantity", "%s: %s has more than six places", operation->id,
				value->metric);
	if (value->end > desk->now)
		books_violation(sandbox, "early", "%s: its window ends after it was reported", operation->id);
	if (desk->now - value->end > sandbox->registry.settings.google_report_within)
		books_violation(sandbox, "late", "%s: reported %lld s after its window", operation->id,
				(long long)((desk->now - value->end) / APOLLO_MICRO));
	if (value->end - value->start > APOLLO_HOUR)
		books_violation(sandbox, "long-window", "%s: its window is longer than an hour", operation->id);
	if (operation->user_label_object && !labels_good(operation->user_label_object))
		books_violation(sandbox, "label", "%s: a user label's value is none of the cloud's labels",
				operation->id);
}

static int value_take(const struct desk *desk, const struct sent_operation *operation, const struct sent_value *value,
		      uint32_t index)
{
	struct sandbox *sandbox = desk->sandbox;
	struct series series = {.consumer = consumer_find(sandbox, operation->consumer),
				.metric = metric_find(sandbox, value->metric),
				.labels = value->labels * 3 + operation->user_labels,
				.label_text = label_text(sandbox, operation, value)};
	struct value entered = {.operation = index, .whole = value->kind == VALUE_INT64, .amount = value->amount,
				.start = value->start, .end = value->end};

	note_violations(desk, operation, value);
	return books_enter_value(&sandbox->books, &series, entered);
}

/* 0, or an rpc code: the sandbox is full. */
static int operation_enter(const struct desk *desk, const struct sent_operation *operation, uint32_t again,
			   const char **why)
{
	struct books *books = &desk->sandbox->books;
	struct operation entered = {.service = desk->service, .id = names_enter(&desk->sandbox->names, operation->id),
				    .content = operation->content, .taken = desk->now};
	uint32_t index = again;

	*why = "the sandbox is full";
	if (entered.id == TABLE_NONE || !books_have_room(books, operation->count))
		return 8;
	if (index == TABLE_NONE)
		index = books_enter_operation(books, &entered);
	if (index == TABLE_NONE)
		return 8;
	books->google.accepted++;
	for (size_t i = 0; i < operation->count; i++)
		if (value_take(desk, operation, &operation->values[i], index) < 0)
			return 13;
	return 0;
}

/* Whether an id was seen so long ago that it is a new one; then it is remembered from now on. */
static bool repeat_forgotten(const struct desk *desk, const struct sent_operation *operation, struct operation *known)
{
	int64_t memory = desk->sandbox->registry.settings.google_id_memory;

	if (!memory || desk->now - known->taken <= memory)
		return false;
	known->taken = desk->now;
	known->content = operation->content;
	return true;
}

/* An id that was seen before: counts once where the content is equal; else as the setting says. */
static int operation_repeat(const struct desk *desk, const struct sent_operation *operation, uint32_t index,
			    const char **why)
{
	struct books *books = &desk->sandbox->books;
	struct operation *known = &books->operations[index];

	known->repeats++;
	if (repeat_forgotten(desk, operation, known))
		return operation_enter(desk, operation, index, why);
	if (known->content == operation->content) {
		books->google.repeated_equal++;
		return 0;
	}
	known->changed = true;
	books->google.repeated_different++;
	books_violation(desk->sandbox, "changed-repeat", "%s: sent again with other content", operation->id);
	*why = "the operation id has been used with other content";
	if (desk->sandbox->registry.settings.google_changed_repeat == REPEAT_REJECT)
		return RPC_INVALID_ARGUMENT;
	return desk->sandbox->registry.settings.google_changed_repeat == REPEAT_TWICE
		       ? operation_enter(desk, operation, index, why)
		       : 0;
}

/* 0 if it was taken, now or before, else the rpc code of its refusal. */
static int operation_take(const struct desk *desk, const struct sent_operation *operation, size_t place,
			  const char **why)
{
	struct sandbox *sandbox = desk->sandbox;
	uint32_t id = names_find(&sandbox->names, operation->id), index;
	int code = operation_refused(desk, operation, place, why);

	for (size_t i = 0; code == 0 && i < operation->count; i++)
		code = value_refused(desk, &operation->values[i], why);
	if (code != 0)
		return code;
	index = id == TABLE_NONE ? TABLE_NONE : books_operation(&sandbox->books, desk->service, id);
	return index == TABLE_NONE ? operation_enter(desk, operation, TABLE_NONE, why)
				   : operation_repeat(desk, operation, index, why);
}

/* Every operation of a report read; NULL with the reply filled if the request fails as a whole. */
static struct sent_operation *operations_read(struct json_object *array, struct scope *scope, struct reply *reply)
{
	size_t count = json_object_array_length(array);
	struct sent_operation *operations = scope_alloc(scope, count * sizeof(*operations));
	const char *wrong = NULL;

	if (!operations)
		reply_google_error(reply, 503, "There is no memory for this report.");
	for (size_t i = 0; operations && i < count; i++)
		if (operation_read(json_object_array_get_idx(array, i), true, scope, &operations[i], &wrong) < 0) {
			reply_google_error(reply, 400, "operations[%zu].%s", i, wrong);
			operations = NULL;
		}
	return operations;
}

static void report_take(const struct desk *desk, const struct sent_operation *operations, size_t count,
			struct buffer *out)
{
	const char *why = "";
	bool any = false;

	(void)buffer_print(out, "{\"serviceConfigId\":\"%s\",\"serviceRolloutId\":\"%s\"", config_id, config_id);
	for (size_t i = 0; i < count; i++) {
		int code = operation_take(desk, &operations[i], i, &why);

		if (code == 0)
			continue;
		desk->sandbox->books.google.refused++;
		(void)buffer_text(out, any ? ",{\"operationId\":" : ",\"reportErrors\":[{\"operationId\":");
		(void)buffer_json(out, operations[i].id);
		(void)buffer_print(out, ",\"status\":{\"code\":%d,\"message\":\"%s\"}}", code, why);
		any = true;
	}
	(void)buffer_text(out, any ? "]}" : "}");
}

void service_report(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	struct json_object *document JSON_CLEANUP = service_enter(sandbox, request, reply);
	struct scope scope SCOPE_CLEANUP = scope_init(REPORT_SCOPE_MAX);
	struct desk desk = {.sandbox = sandbox, .now = calendar_now(&sandbox->calendar),
			    .fail = plan_fault(&sandbox->faults, &request->plan, FAULT_REPORT_ERROR)};
	struct json_object *array = json_member(document, "operations");
	struct sent_operation *operations;

	if (!document)
		return;
	if (!envelope_good(document, "operations") || !json_object_is_type(array, json_type_array)) {
		reply_google_error(reply, 400,
				   "The body must be {\"operations\": [...], \"serviceConfigId\": \"...\"}.");
		return;
	}
	desk.service = names_find(&sandbox->names, request->part);
	operations = operations_read(array, &scope, reply);
	if (operations)
		report_take(&desk, operations, json_object_array_length(array), &reply->body);
}
