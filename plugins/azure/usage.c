/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/azure/azure.h"
#include "plugins/common/guid.h"

static int quantity_check(const struct azure *azure, const struct apollo_call *call, const struct apollo_record *record)
{
	char text[APOLLO_QUANTITY_TEXT];

	if (record->quantity <= 0)
		return fail_print(call, APOLLO_REJECTED, NULL, "an hour without usage is not sent",
				  "quantity %s of %.100s: Microsoft takes quantities above zero only",
				  apollo_quantity_format(record->quantity, text), record->dimension);
	if (record->quantity > azure_quantity_max(azure) || record->quantity % azure->step != 0)
		return fail_print(call, APOLLO_BUG, NULL, NULL, "quantity %s of %.100s is not within this market's limits",
				  apollo_quantity_format(record->quantity, text), record->dimension);
	return 0;
}

int azure_prepare(void *instance, const struct apollo_call *call, const struct apollo_record *record,
		  struct apollo_prepared *prepared)
{
	const char *id = record->subscription[AZURE_RESOURCE_ID], *uri = record->subscription[AZURE_RESOURCE_URI];
	struct apollo_text body = apollo_text_begin(call);
	char number[APOLLO_QUANTITY_TEXT], time[APOLLO_TIME_TEXT], *key = apollo_copy(call, record->key);
	int code = quantity_check(instance, call, record);

	if (code < 0)
		return code;
	apollo_text_add(&body, id ? "{\"resourceId\":" : "{\"resourceUri\":");
	apollo_text_json(&body, id ? id : uri);
	apollo_text_print(&body, ",\"quantity\":%s,\"dimension\":", apollo_quantity_format(record->quantity, number));
	apollo_text_json(&body, record->dimension);
	apollo_text_print(&body, ",\"effectiveStartTime\":\"%s\",\"planId\":", apollo_time_format(record->start, time));
	apollo_text_json(&body, record->subscription[AZURE_PLAN_ID]);
	apollo_text_add(&body, "}");
	if (!apollo_text_end(&body) || !key)
		return fail_memory(call, "a usage event");
	prepared->id = key;
	prepared->body = body.data;
	prepared->body_size = body.size;
	return 0;
}

/* The tracing ids are derived from the records, so that a request that is made again is the same to the byte. */
static struct apollo_header *headers_make(const struct apollo_call *call, const struct apollo_item *items, size_t count)
{
	static const char *const names[] = {"x-ms-requestid", "x-ms-correlationid"};
	struct apollo_header *headers = call->alloc(call, 3 * sizeof(*headers));

	if (!headers)
		return NULL;
	headers[0] = (struct apollo_header){"Content-Type", "application/json"};
	for (size_t i = 0; i < 2; i++) {
		struct apollo_text name = apollo_text_begin(call);

		apollo_text_add(&name, names[i]);
		for (size_t j = 0; j < count; j++) {
			apollo_text_add(&name, "|");
			apollo_text_add(&name, items[j].prepared->id);
		}
		headers[i + 1] = (struct apollo_header){names[i], guid_named(call, apollo_text_end(&name))};
		if (!headers[i + 1].value)
			return NULL;
	}
	return headers;
}

void azure_events_write(struct apollo_text *text, const struct apollo_item *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		apollo_text_add(text, i ? "," : "");
		apollo_text_bytes(text, items[i].prepared->body, items[i].prepared->body_size);
	}
}

int azure_encode(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
		 struct apollo_request *request)
{
	const struct azure *azure = instance;
	struct apollo_text body = apollo_text_begin(call);
	struct apollo_header *headers = headers_make(call, items, count);
	const char *url = apollo_print(call, "%s/%s?api-version=" AZURE_VERSION, azure->values[AZURE_ENDPOINT],
				       count == 1 ? "usageEvent" : "batchUsageEvent");

	apollo_text_add(&body, count == 1 ? "" : "{\"request\":[");
	azure_events_write(&body, items, count);
	apollo_text_add(&body, count == 1 ? "" : "]}");
	if (!headers || !url || !apollo_text_end(&body))
		return fail_memory(call, "a usage request");
	request->method = "POST";
	request->url = url;
	request->headers = headers;
	request->header_count = 3;
	request->body = body.data;
	request->body_size = body.size;
	request->auth = APOLLO_AUTH_TOKEN;
	request->scope = azure->values[AZURE_RESOURCE];
	return 0;
}
