/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/common/guid.h"
#include "plugins/gcp/gcp.h"

static int quantity_check(const struct apollo_call *call, const struct apollo_record *record)
{
	char text[APOLLO_QUANTITY_TEXT];

	if (record->quantity >= 0 && record->quantity % APOLLO_MICRO == 0)
		return 0;
	return fail_print(call, APOLLO_BUG, NULL, NULL, "quantity %s of %.100s is not a whole number of units",
			  apollo_quantity_format(record->quantity, text), record->dimension);
}

/* The id names all that the operation says; the quantity is in the key.  What becomes of another content under an id that was
 * taken is promised nowhere, so there is none. */
static char *operation_id(const struct gcp *gcp, const struct apollo_call *call, const struct apollo_record *record)
{
	const char *service = gcp->values[GCP_SERVICE_NAME], *resource = record->subscription[GCP_RESOURCE_NAME];
	char start[APOLLO_TIME_TEXT], end[APOLLO_TIME_TEXT];

	return guid_named(call, apollo_print(call, "%s|%s|%s/%s|%s|%s|%s%s%s", service, record->subscription[GCP_CONSUMER_ID],
					     service, record->dimension, apollo_time_format(record->start, start),
					     apollo_time_format(record->end, end), record->key, resource ? "|" : "",
					     resource ? resource : ""));
}

void gcp_operation_write(const struct gcp *gcp, struct apollo_text *text, const struct apollo_record *record,
			 const char *id)
{
	const char *name = apollo_print(text->call, "%s/report", gcp->values[GCP_SERVICE_NAME]);
	char start[APOLLO_TIME_TEXT], end[APOLLO_TIME_TEXT];

	if (!name) {
		text->failed = 1;
		return;
	}
	apollo_text_add(text, "\"operationId\":");
	apollo_text_json(text, id);
	apollo_text_add(text, ",\"operationName\":");
	apollo_text_json(text, name);
	apollo_text_add(text, ",\"consumerId\":");
	apollo_text_json(text, record->subscription[GCP_CONSUMER_ID]);
	apollo_text_print(text, ",\"startTime\":\"%s\",\"endTime\":\"%s\"", apollo_time_format(record->start, start),
			  apollo_time_format(record->end, end));
}

int gcp_prepare(void *instance, const struct apollo_call *call, const struct apollo_record *record,
		struct apollo_prepared *prepared)
{
	const struct gcp *gcp = instance;
	struct apollo_text body = apollo_text_begin(call);
	const char *id, *metric, *resource = record->subscription[GCP_RESOURCE_NAME];
	int code = quantity_check(call, record);

	if (code < 0)
		return code;
	id = operation_id(gcp, call, record);
	metric = apollo_print(call, "%s/%s", gcp->values[GCP_SERVICE_NAME], record->dimension);
	if (!id || !metric)
		return fail_memory(call, "an operation");
	apollo_text_add(&body, "{");
	gcp_operation_write(gcp, &body, record, id);
	apollo_text_add(&body, ",\"metricValueSets\":[{\"metricName\":");
	apollo_text_json(&body, metric);
	apollo_text_print(&body, ",\"metricValues\":[{\"int64Value\":\"%lld\"}]}]",
			  (long long)(record->quantity / APOLLO_MICRO));
	if (resource) {
		apollo_text_add(&body, ",\"userLabels\":{\"cloudmarketplace.googleapis.com/resource_name\":");
		apollo_text_json(&body, resource);
		apollo_text_add(&body, "}");
	}
	apollo_text_add(&body, "}");
	if (!apollo_text_end(&body))
		return fail_memory(call, "an operation");
	prepared->id = id;
	prepared->body = body.data;
	prepared->body_size = body.size;
	return 0;
}

int gcp_request(const struct gcp *gcp, const struct apollo_call *call, const char *method,
		const struct apollo_text *body, struct apollo_request *request)
{
	static const struct apollo_header json = {"Content-Type", "application/json"};
	const char *service = apollo_percent(call, gcp->values[GCP_SERVICE_NAME]);
	const char *url = service ? apollo_print(call, "%s/v1/services/%s:%s", gcp->values[GCP_ENDPOINT], service, method)
				  : NULL;

	if (!url || body->failed)
		return fail_memory(call, "a request");
	request->method = "POST";
	request->url = url;
	request->headers = &json;
	request->header_count = 1;
	request->body = body->data;
	request->body_size = body->size;
	request->auth = APOLLO_AUTH_TOKEN;
	request->scope = gcp->values[GCP_SCOPE];
	return 0;
}

int gcp_encode(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
	       struct apollo_request *request)
{
	struct apollo_text body = apollo_text_begin(call);

	apollo_text_add(&body, "{\"operations\":[");
	for (size_t i = 0; i < count; i++) {
		apollo_text_add(&body, i ? "," : "");
		apollo_text_bytes(&body, items[i].prepared->body, items[i].prepared->body_size);
	}
	apollo_text_add(&body, "]}");
	return gcp_request(instance, call, "report", &body, request);
}
