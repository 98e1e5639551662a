/* SPDX-License-Identifier: Apache-2.0 */
#include "core/instance.h"
#include "core/json.h"

#include <stdint.h>
#include <string.h>

enum { NAME_BYTES_MAX = 64, VERDICT_TEXT_MAX = 500, REFERENCE_MAX = 1024, CONCURRENCY_MAX = 256 };

static const char author[] = "this is an error in the plugin; report it to its author";

/* The plugin broke the contract. */
static int instance_bug(const struct instance *instance, const char *function, const char *problem, struct error *error)
{
	(void)error_set(error, APOLLO_BUG, "%s: %s of plugin %s %s", instance->name, function,
			instance->plugin->descriptor.name, problem);
	return error_hint(error, "%s", author);
}

/* What a function of the plugin returned, as the core takes it: 0, or its code with its reason. */
static int instance_judge(const struct instance *instance, const char *function, const struct call *call, int code,
			  struct error *error)
{
	if (code >= 0)
		return 0;
	if (code < APOLLO_NOMEM)
		return instance_bug(instance, function, "gave a code that is not one of the contract", error);
	if (call->error.code >= 0) {
		(void)error_set(error, code, "%s: %s of plugin %s failed and did not say why", instance->name, function,
				instance->plugin->descriptor.name);
		return code;
	}
	*error = call->error;
	error->code = code;
	return error_prefix(error, "%s", instance->name);
}

static int instance_unsupported(const struct instance *instance, const char *what, struct error *error)
{
	return error_set(error, APOLLO_UNSUPPORTED, "%s: plugin %s does not offer %s", instance->name,
			 instance->plugin->descriptor.name, what);
}

/* ---- opening ----------------------------------------------------------------------------------------------- */

static int limits_check(const struct instance *instance, const struct apollo_limits *limits, struct error *error)
{
	const char *problem = NULL;

	if (limits->batch_records < 1 || limits->batch_bytes < 1)
		problem = "says that no record fits a request";
	else if (limits->batch_bytes > REQUEST_BODY_MAX)
		problem = "says batch_bytes above 16 MiB";
	else if (limits->step_min < 1 || limits->quantity_max < limits->step_min)
		problem = "says a step below 1 or a largest quantity below the step";
	else if (limits->window < 0 || limits->cutoff < 0 || (limits->window && limits->cutoff >= limits->window))
		problem = "says a cutoff that is not below its window";
	else if (limits->admission_ttl < 0)
		problem = "says a negative admission_ttl";
	else if (limits->concurrency < 1 || limits->concurrency > CONCURRENCY_MAX)
		problem = "says a concurrency that is not between 1 and 256";
	return problem ? instance_bug(instance, "limits", problem, error) : 0;
}

static int limits_ask(struct instance *instance, struct call *call, struct error *error)
{
	struct apollo_limits limits = {.size = sizeof(limits)};
	const struct apollo_market *market = instance->plugin->descriptor.market;
	int code;

	if (!market)
		return 0;
	code = instance_judge(instance, "limits", call, market->limits(instance->self, &call->table, &limits), error);
	if (code == 0)
		code = limits_check(instance, &limits, error);
	if (code < 0)
		return code;
	instance->limits = limits;
	return 0;
}

static bool name_is_good(const char *name)
{
	size_t size = strnlen(name, NAME_BYTES_MAX + 1);

	return size > 0 && size <= NAME_BYTES_MAX &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == size;
}

static int self_open(struct instance *instance, struct call *call, const struct setting *settings,
		     size_t setting_count, const char *base, struct error *error)
{
	const struct apollo_plugin *descriptor = &instance->plugin->descriptor;
	const char *const *values;
	void *self = NULL;
	int code;

	code = options_resolve(descriptor->options, descriptor->option_count, settings, setting_count, base,
			       &call->scope, &values, error);
	if (code < 0)
		return error_prefix(error, "%s", instance->name);
	code = instance_judge(instance, "open", call, descriptor->open(&call->table, instance->name, values, &self),
			      error);
	if (code < 0)
		return code;
	instance->self = self;
	return limits_ask(instance, call, error);
}

int instance_open(const struct plugin *plugin, const char *name, const struct setting *settings, size_t setting_count,
		  const char *base, const struct clock *clock, struct instance **instance, struct error *error)
{
	struct instance *made INSTANCE_CLEANUP = NULL;
	struct call call CALL_CLEANUP;
	int code;

	call_init(&call, name, clock_now(clock));
	if (!name_is_good(name)) {
		(void)error_set(error, APOLLO_CONFIG, "\"%.80s\" cannot name an instance", name);
		return error_hint(error, "use 1 to %d letters, digits, hyphens, underscores and dots", NAME_BYTES_MAX);
	}
	made = calloc(1, sizeof(*made));
	if (!made || !(made->name = strdup(name)))
		return error_memory(error, "an instance");
	made->plugin = plugin;
	code = self_open(made, &call, settings, setting_count, base, error);
	if (code < 0)
		return code;
	if (plugin->descriptor.issuer)
		made->issuer = made;
	*instance = TAKE(made);
	return 0;
}

void instance_close(struct instance **instance)
{
	if (!*instance)
		return;
	if ((*instance)->plugin)
		(*instance)->plugin->descriptor.close((*instance)->self);
	free((*instance)->name);
	free(*instance);
	*instance = NULL;
}

const char *role_name(enum role role)
{
	static const char *const names[] = {"market", "source", "issuer"};

	return names[role];
}

apollo_converse instance_converse_of(const struct instance *instance, enum role role)
{
	const struct apollo_plugin *descriptor = &instance->plugin->descriptor;

	switch (role) {
	case ROLE_MARKET: return descriptor->market ? descriptor->market->converse : NULL;
	case ROLE_SOURCE: return descriptor->source ? descriptor->source->converse : NULL;
	default: return descriptor->issuer ? descriptor->issuer->converse : NULL;
	}
}

/* ---- the market's functions -------------------------------------------------------------------------------- */

/* The market's table, or NULL and the reason. */
static const struct apollo_market *market_of(const struct instance *instance, struct error *error)
{
	const struct apollo_market *market = instance->plugin->descriptor.market;

	if (!market)
		(void)instance_unsupported(instance, "the role market", error);
	return market;
}

int instance_check_subscription(const struct instance *instance, struct call *call, const char *const *values,
				struct error *error)
{
	const struct apollo_market *market = market_of(instance, error);

	if (!market)
		return APOLLO_UNSUPPORTED;
	if (!market->check_subscription)
		return 0;
	return instance_judge(instance, "check_subscription", call,
			      market->check_subscription(instance->self, &call->table, values), error);
}

int instance_resource_of(const struct instance *instance, struct call *call, const char *const *values,
			 const char **resource, struct error *error)
{
	const struct apollo_market *market = market_of(instance, error);
	const char *found;

	if (!market)
		return APOLLO_UNSUPPORTED;
	found = market->resource_of ? market->resource_of(instance->self, &call->table, values) : NULL;
	if (market->resource_of && !found)
		return instance_judge(instance, "resource_of", call,
				      call->error.code < 0 ? call->error.code : APOLLO_NOMEM, error);
	*resource = found;
	return 0;
}

int instance_prepare(const struct instance *instance, struct call *call, const struct apollo_record *record,
		     struct apollo_prepared *prepared, struct error *error)
{
	const struct apollo_market *market = market_of(instance, error);
	struct apollo_prepared made = {.size = sizeof(made)};
	size_t size;
	int code;

	if (!market)
		return APOLLO_UNSUPPORTED;
	code = instance_judge(instance, "prepare", call, market->prepare(instance->self, &call->table, record, &made),
			      error);
	if (code < 0)
		return code;
	size = made.id ? strnlen(made.id, PREPARED_ID_MAX + 1) : 0;
	if (size == 0 || size > PREPARED_ID_MAX)
		return instance_bug(instance, "prepare", "gave no id, or one of more than 256 bytes", error);
	if (!made.body || made.body_size == 0)
		return instance_bug(instance, "prepare", "gave no body", error);
	if (made.body_size > instance->limits.batch_bytes)
		return error_set(error, APOLLO_REJECTED,
				 "%s: a record of %zu bytes is larger than the market takes, %llu",
				 instance->name, made.body_size, (unsigned long long)instance->limits.batch_bytes);
	*prepared = made;
	return 0;
}

/* What encode or admit_encode made of the request. */
static int request_judge(const struct instance *instance, const char *function, const struct call *call, int code,
			 const struct apollo_request *made, struct apollo_request *request, struct error *error)
{
	code = instance_judge(instance, function, call, code, error);
	if (code < 0)
		return code;
	code = request_check(made, error);
	if (code < 0)
		return error_prefix(error, "%s: %s", instance->name, function);
	*request = *made;
	return 0;
}

int instance_encode(const struct instance *instance, struct call *call, const struct apollo_item *items, size_t count,
		    struct apollo_request *request, struct error *error)
{
	const struct apollo_market *market = market_of(instance, error);
	struct apollo_request made = {.size = sizeof(made)};

	if (!market)
		return APOLLO_UNSUPPORTED;
	return request_judge(instance, "encode", call,
			     market->encode(instance->self, &call->table, items, count, &made), &made, request, error);
}

/* A text of at most `most` bytes, cut between characters; what the service sent may be of any length. */
static const char *text_cut(struct call *call, const char *text, size_t most)
{
	size_t size = text ? strnlen(text, most + 1) : 0;

	if (size <= most)
		return text;
	size = most;
	while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
		size--;
	return scope_copy(&call->scope, text, size);
}

static void verdict_settle(struct call *call, struct apollo_verdict *verdict)
{
	if (verdict->outcome <= APOLLO_PENDING_OUTCOME || verdict->outcome > APOLLO_APART)
		verdict->outcome = APOLLO_UNKNOWN;
	if (verdict->outcome != APOLLO_ALREADY || verdict->held < -1)
		verdict->held = -1;
	verdict->reference = text_cut(call, verdict->reference, REFERENCE_MAX);
	verdict->code = text_cut(call, verdict->code, VERDICT_TEXT_MAX);
	verdict->message = text_cut(call, verdict->message, VERDICT_TEXT_MAX);
}

int instance_decode(const struct instance *instance, struct call *call, const struct apollo_item *items, size_t count,
		    const struct apollo_reply *reply, struct apollo_verdict *verdicts, struct error *error)
{
	const struct apollo_market *market = market_of(instance, error);
	struct apollo_verdict **handed;
	int code;

	if (!market)
		return APOLLO_UNSUPPORTED;
	handed = scope_alloc(&call->scope, count * sizeof(*handed));
	if (!handed)
		return error_memory(error, "verdicts");
	for (size_t i = 0; i < count; i++) {
		verdicts[i] = (struct apollo_verdict){.size = sizeof(verdicts[i])};
		handed[i] = &verdicts[i];
	}
	code = instance_judge(instance, "decode", call,
			      market->decode(instance->self, &call->table, items, count, reply, handed), error);
	for (size_t i = 0; code == 0 && i < count; i++)
		verdict_settle(call, &verdicts[i]);
	return code;
}

bool instance_admits(const struct instance *instance)
{
	const struct apollo_market *market = instance->plugin->descriptor.market;

	return market && market->admit_encode;
}

int instance_admit_encode(const struct instance *instance, struct call *call, const struct apollo_item *item,
			  struct apollo_request *request, struct error *error)
{
	struct apollo_request made = {.size = sizeof(made)};
	const struct apollo_market *market = market_of(instance, error);

	if (!market || !market->admit_encode)
		return market ? instance_unsupported(instance, "admission", error) : APOLLO_UNSUPPORTED;
	return request_judge(instance, "admit_encode", call,
			     market->admit_encode(instance->self, &call->table, item, &made), &made, request, error);
}

int instance_admit_decode(const struct instance *instance, struct call *call, const struct apollo_item *item,
			  const struct apollo_reply *reply, struct apollo_admission *admission, struct error *error)
{
	struct apollo_admission made = {.size = sizeof(made)};
	const struct apollo_market *market = market_of(instance, error);
	int code;

	if (!market || !market->admit_decode)
		return market ? instance_unsupported(instance, "admission", error) : APOLLO_UNSUPPORTED;
	code = instance_judge(instance, "admit_decode", call,
			      market->admit_decode(instance->self, &call->table, item, reply, &made), error);
	if (code < 0)
		return code;
	if (made.outcome != APOLLO_ACCEPTED && made.outcome != APOLLO_REFUSED && made.outcome != APOLLO_NOT_TAKEN)
		made.outcome = APOLLO_UNKNOWN;
	made.code = text_cut(call, made.code, VERDICT_TEXT_MAX);
	made.message = text_cut(call, made.message, VERDICT_TEXT_MAX);
	*admission = made;
	return 0;
}

int instance_check_collect(const struct instance *instance, struct call *call, const char *task, struct error *error)
{
	const struct apollo_source *source = instance->plugin->descriptor.source;

	if (!source)
		return instance_unsupported(instance, "the role source", error);
	if (!source->check_collect)
		return 0;
	return instance_judge(instance, "check_collect", call, source->check_collect(instance->self, &call->table, task),
			      error);
}

/* ---- conversations ----------------------------------------------------------------------------------------- */

static bool json_is_good(const char *text, size_t most)
{
	struct json_object *document JSON_CLEANUP = NULL;
	struct error error;
	size_t size = text ? strnlen(text, most + 1) : 0;

	return size > 0 && size <= most && json_read(text, size, "", &document, &error) == 0;
}

static int move_check(const struct instance *instance, const struct apollo_move *move,
		      const struct apollo_request *request, struct error *error)
{
	int code;

	if (move->state && !json_is_good(move->state, STATE_BYTES_MAX))
		return instance_bug(instance, "converse", "left a state that is no JSON or has more than 1 MiB", error);
	switch (move->kind) {
	case APOLLO_SEND:
		if (move->request != request)
			return instance_bug(instance, "converse", "put a request in the place of the one that it was handed", error);
		code = request_check(move->request, error);
		return code < 0 ? error_prefix(error, "%s: converse", instance->name) : 0;
	case APOLLO_WAIT:
		return move->until > 0 ? 0 : instance_bug(instance, "converse", "waits until a time before 1970",
							  error);
	case APOLLO_DONE:
		return json_is_good(move->result, CALL_BYTES_MAX)
			       ? 0
			       : instance_bug(instance, "converse", "gave a result that is no JSON", error);
	default:
		return instance_bug(instance, "converse", "made no move that is known", error);
	}
}

int instance_converse(const struct instance *instance, enum role role, struct call *call,
		      const struct apollo_turn *turn, struct apollo_move *move, struct error *error)
{
	struct apollo_move made = {.size = sizeof(made)};
	struct apollo_request *request;
	apollo_converse converse = instance_converse_of(instance, role);
	int code;

	if (!converse)
		return error_set(error, APOLLO_UNSUPPORTED, "%s: plugin %s does not converse as %s", instance->name,
				 instance->plugin->descriptor.name, role_name(role));
	request = scope_alloc(&call->scope, sizeof(*request));
	if (!request)
		return error_memory(error, "a request");
	request->size = sizeof(*request);
	made.request = request;
	code = instance_judge(instance, "converse", call, converse(instance->self, &call->table, turn, &made), error);
	if (code == 0)
		code = move_check(instance, &made, request, error);
	if (code < 0)
		return code;
	*move = made;
	return 0;
}
