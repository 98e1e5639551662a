/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faulty.c - a plugin that breaks the contract in the way that its option "fault" names, and in no other; with
 * FAULTY_FILE defined its file does too.  What apollo-plugin-check is tried with.
 */
#include <apollo/kit.h>
#include <stdlib.h>
#include <time.h>

#ifdef FAULTY_FILE
APOLLO_EXPORT int faulty_export(void);
int faulty_export(void)
{
	return time(NULL) != 0;
}
#define NAME "faulty-file"
#else
#define NAME "faulty"
#endif

static const char *fault;
static unsigned count;

static int is(const char *name)
{
	return fault && strcmp(fault, name) == 0;
}

static int faulty_open(const struct apollo_call *call, const char *name, const char *const *values, void **instance)
{
	char *kept = apollo_copy(call, values[0] ? values[0] : "");

	(void)name;
	if (!kept) /* without memory */
		return values[0] && strcmp(values[0], "open") == 0
			       ? APOLLO_NOMEM
			       : call->fail(call, APOLLO_NOMEM, "no memory", NULL, NULL);
	free((void *)(uintptr_t)fault);
	fault = strdup(kept);
	*instance = &count;
	return 0;
}

static void faulty_close(void *instance)
{
	if (!instance && is("close"))
		__builtin_trap();
}

static int faulty_limits(void *instance, const struct apollo_call *call, struct apollo_limits *limits)
{
	(void)instance, (void)call;
	limits->batch_records = 10;
	limits->batch_bytes = 10000;
	limits->quantity_max = limits->step_min = limits->concurrency = 1;
	return 0;
}

static int faulty_prepare(void *instance, const struct apollo_call *call, const struct apollo_record *record,
			  struct apollo_prepared *prepared)
{
	(void)instance;
	prepared->id = is("id") ? "id" : apollo_copy(call, record->key);
	prepared->body = apollo_print(call, "%s %u", record->key, is("prepare") ? count++ : 0);
	if (!prepared->id || !prepared->body)
		return is("prepare-memory") ? APOLLO_NOMEM : call->fail(call, APOLLO_NOMEM, "no memory", NULL, NULL);
	prepared->body_size = strlen(prepared->body);
	return 0;
}

static int faulty_encode(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t many,
			 struct apollo_request *request)
{
	(void)instance, (void)items, (void)many;
	request->method = "POST";
	request->url = apollo_print(call, "https://a.test/%u", is("encode") ? count++ : 0);
	return request->url ? 0 : call->fail(call, APOLLO_NOMEM, "no memory", NULL, NULL);
}

static int outcome_of(const struct apollo_reply *reply)
{
	if (is("decode-accepts") || (is("decode-busy") && reply->status == 503))
		return APOLLO_ACCEPTED;
	if (is("decode-gives-up") && reply->status == 0)
		return APOLLO_REFUSED;
	if (is("decode-forgets"))
		return count++ % 2 ? APOLLO_UNKNOWN : APOLLO_NOT_TAKEN;
	return apollo_reply_outcome(reply);
}

static int faulty_decode(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t many,
			 const struct apollo_reply *reply, struct apollo_verdict *const *verdicts)
{
	(void)instance, (void)items;
	if (is("decode-crash") && reply->body[0] == '<')
		__builtin_trap();
	while (is("decode-loop") && reply->status == 204)
		count++;
	if (is("decode-code") && reply->status == 500)
		return call->fail(call, APOLLO_RETRY, "try again", NULL, NULL);
	for (size_t i = 0; i < many; i++)
		verdicts[i]->outcome = outcome_of(reply);
	return 0;
}

static int faulty_admit_encode(void *instance, const struct apollo_call *call, const struct apollo_item *item,
			       struct apollo_request *request)
{
	return faulty_encode(instance, call, item, 1, request);
}

static int faulty_admit_decode(void *instance, const struct apollo_call *call, const struct apollo_item *item,
			       const struct apollo_reply *reply, struct apollo_admission *admission)
{
	(void)instance, (void)call, (void)item;
	admission->outcome = is("admission") ? APOLLO_REFUSED : apollo_reply_outcome(reply);
	return 0;
}

static int faulty_converse(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
			   struct apollo_move *move)
{
	(void)instance;
	if (strcmp(turn->goal, "token") != 0 && strcmp(turn->goal, "audit") != 0 && strcmp(turn->goal, "collect") != 0)
		return is("goal") ? APOLLO_REJECTED : call->fail(call, APOLLO_UNSUPPORTED, "no such goal", NULL, NULL);
	if (turn->resumed && is("resume"))
		__builtin_trap();
	move->kind = turn->reply ? APOLLO_DONE : APOLLO_SEND;
	move->request->method = "GET";
	move->request->url = is("move") && count++ % 2 ? "https://a.test/1" : "https://a.test/2";
	move->result = is("result") ? "{" : "{}";
	if (!turn->reply || is("done"))
		return 0;
	return turn->reply->status >= 200 && turn->reply->status < 300
		       ? 0
		       : is("say-why") ? APOLLO_RETRY : call->fail(call, APOLLO_RETRY, "not yet", NULL, NULL);
}

static const char *faulty_resource_of(void *instance, const struct apollo_call *call, const char *const *values)
{
	(void)instance, (void)call, (void)values;
	return "resource";
}

static const struct apollo_option options[] = {{"fault", APOLLO_TEXT, 0, NULL, "what it does wrong"}};
static const struct apollo_market market = {
	.size = sizeof(market), .limits = faulty_limits, .prepare = faulty_prepare, .encode = faulty_encode,
	.decode = faulty_decode, .admit_encode = faulty_admit_encode, .admit_decode = faulty_admit_decode,
	.converse = faulty_converse, .resource_of = faulty_resource_of};
static const struct apollo_source source = {.size = sizeof(source), .converse = faulty_converse};
static const struct apollo_issuer issuer = {.size = sizeof(issuer), .converse = faulty_converse};
static const struct apollo_plugin plugin = {
	APOLLO_PLUGIN_HEAD, .name = NAME, .version = "1", .summary = "breaks the contract", .options = options,
	.option_count = 1, .open = faulty_open, .close = faulty_close, .market = &market, .source = &source,
	.issuer = &issuer};
APOLLO_PLUGIN(plugin);
