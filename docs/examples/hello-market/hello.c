/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hello.c - a complete market: a shop that takes usage as
 *
 *     POST /usage  {"events": [{"id", "customer", "dimension", "hour", "quantity"}, ...]}
 *
 * and answers {"results": [{"id", "status": "accepted" | "known" | "refused", "quantity", "reason"}, ...]}.
 * It knows an event by its id, so that sending the same again is harmless.
 */
#include <apollo/kit.h>
#include <json-c/json.h>
#include <stdlib.h>

enum { URL, KEY };      /* of options */
enum { CUSTOMER };      /* of subscription_options */

static const struct apollo_option options[] = {
	{"url", APOLLO_URL, APOLLO_REQUIRED, NULL, "where the shop is"},
	{"key", APOLLO_SECRET, APOLLO_REQUIRED, NULL, "the vendor's key, as env:NAME or file:PATH"},
};
static const struct apollo_option subscription_options[] = {
	{"customer", APOLLO_TEXT, APOLLO_REQUIRED, NULL, "the customer's number in the shop"},
};

struct hello {
	char *url, *key;
};

static void hello_close(void *instance)
{
	struct hello *hello = instance;

	if (!hello)
		return;
	free(hello->url);
	free(hello->key);
	free(hello);
}

static int hello_open(const struct apollo_call *call, const char *name, const char *const *values, void **instance)
{
	struct hello *hello = calloc(1, sizeof(*hello));

	(void)name;
	if (hello && (hello->url = strdup(values[URL])) && (hello->key = strdup(values[KEY]))) {
		*instance = hello;
		return 0;
	}
	hello_close(hello);
	return call->fail(call, APOLLO_NOMEM, "no memory for an instance", NULL, NULL);
}

static int hello_limits(void *instance, const struct apollo_call *call, struct apollo_limits *limits)
{
	(void)instance, (void)call;
	limits->batch_records = 20;
	limits->batch_bytes = 100000;
	limits->quantity_max = INT64_C(1000000000000000);
	limits->step_min = 1;
	limits->window = 7 * APOLLO_DAY;
	limits->cutoff = 6 * APOLLO_DAY;
	limits->concurrency = 2;
	return 0;
}

static int hello_prepare(void *instance, const struct apollo_call *call, const struct apollo_record *record,
			 struct apollo_prepared *prepared)
{
	char quantity[APOLLO_QUANTITY_TEXT], hour[APOLLO_TIME_TEXT];
	struct apollo_text text = apollo_text_begin(call);

	(void)instance;
	apollo_text_add(&text, "{\"id\":");
	apollo_text_json(&text, record->key);
	apollo_text_add(&text, ",\"customer\":");
	apollo_text_json(&text, record->subscription[CUSTOMER]);
	apollo_text_add(&text, ",\"dimension\":");
	apollo_text_json(&text, record->dimension);
	apollo_text_print(&text, ",\"hour\":\"%s\",\"quantity\":%s}", apollo_time_format(record->start, hour),
			  apollo_quantity_format(record->quantity, quantity));
	prepared->id = apollo_copy(call, record->key);
	prepared->body = apollo_text_end(&text);
	if (!prepared->id || !prepared->body)
		return call->fail(call, APOLLO_NOMEM, "no memory for an event", NULL, NULL);
	prepared->body_size = text.size;
	return 0;
}

static int hello_encode(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
			struct apollo_request *request)
{
	static const struct apollo_header type = {"Content-Type", "application/json"};
	const struct hello *hello = instance;
	struct apollo_text text = apollo_text_begin(call);

	apollo_text_add(&text, "{\"events\":[");
	for (size_t i = 0; i < count; i++) {
		apollo_text_add(&text, i ? "," : "");
		apollo_text_bytes(&text, items[i].prepared->body, items[i].prepared->body_size);
	}
	apollo_text_add(&text, "]}");
	request->method = "POST";
	request->url = apollo_print(call, "%s/usage", hello->url);
	request->headers = &type;
	request->header_count = 1;
	request->body = apollo_text_end(&text);
	request->body_size = text.size;
	request->auth = APOLLO_AUTH_BEARER;
	request->secret = hello->key;
	return request->url && request->body ? 0 : call->fail(call, APOLLO_NOMEM, "no memory for a request", NULL, NULL);
}

/* A row's text by its name in scope memory, or NULL: what is not a text is as good as absent. */
static const char *row_text(const struct apollo_call *call, struct json_object *row, const char *name)
{
	struct json_object *value = NULL;

	(void)json_object_object_get_ex(row, name, &value);
	return json_object_is_type(value, json_type_string) ? apollo_copy(call, json_object_get_string(value)) : NULL;
}

static void row_read(const struct apollo_call *call, struct json_object *row, struct apollo_verdict *verdict)
{
	struct json_object *quantity = NULL;
	const char *status = row_text(call, row, "status"), *number;

	verdict->code = status;
	verdict->message = row_text(call, row, "reason");
	if (status && strcmp(status, "accepted") == 0) {
		verdict->outcome = APOLLO_ACCEPTED;
	} else if (status && strcmp(status, "refused") == 0) {
		verdict->outcome = APOLLO_REFUSED;
	} else if (status && strcmp(status, "known") == 0) {
		verdict->outcome = APOLLO_ALREADY;
		(void)json_object_object_get_ex(row, "quantity", &quantity);
		number = quantity ? json_object_to_json_string(quantity) : "";
		if (apollo_quantity_parse(number, strlen(number), APOLLO_EXACT, &verdict->held) < 0)
			verdict->held = -1;
	}
}

static int hello_decode(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
			const struct apollo_reply *reply, struct apollo_verdict *const *verdicts)
{
	int outcome = apollo_reply_outcome(reply);
	struct json_object *document = outcome ? NULL : json_tokener_parse(reply->body), *rows = NULL;

	(void)instance;
	(void)json_object_object_get_ex(document, "results", &rows);
	for (size_t i = 0; i < count; i++)
		verdicts[i]->outcome = outcome;
	for (size_t n = 0; json_object_is_type(rows, json_type_array) && n < json_object_array_length(rows); n++) {
		struct json_object *row = json_object_array_get_idx(rows, n);
		const char *id = json_object_is_type(row, json_type_object) ? row_text(call, row, "id") : NULL;

		for (size_t i = 0; id && i < count; i++)
			if (strcmp(items[i].prepared->id, id) == 0)
				row_read(call, row, verdicts[i]);
	}
	json_object_put(document);
	return 0;
}

static const struct apollo_market market = {
	.size = sizeof(market),
	.subscription_options = subscription_options,
	.subscription_option_count = 1,
	.limits = hello_limits,
	.prepare = hello_prepare,
	.encode = hello_encode,
	.decode = hello_decode,
};

static const struct apollo_plugin plugin = {
	APOLLO_PLUGIN_HEAD,
	.name = "hello",
	.version = "1.0",
	.summary = "usage to the Hello shop",
	.options = options,
	.option_count = 2,
	.open = hello_open,
	.close = hello_close,
	.market = &market,
};
APOLLO_PLUGIN(plugin);
