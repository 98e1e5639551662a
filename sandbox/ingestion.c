/* SPDX-License-Identifier: Apache-2.0 */
/* Azure's Product Ingestion API, as far as private offers go: a job that makes one, its status, and what it made. */
#include "sandbox/fields.h"
#include "sandbox/routes.h"
#include "sandbox/state.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { REQUEST_RESOURCES_MAX = 100 };

#define SCHEMA "https://schema.mp.microsoft.com/schema/"

static bool enter(struct sandbox *sandbox, const struct request *request, const char *version, struct reply *reply)
{
	struct bearer *bearer = NULL;
	const char *asked = request_query(request, "$version");
	int state = bearer_find(sandbox, request_header(request, "Authorization"), BEARER_AZURE, &bearer);

	if (state == BEARER_GOOD && strncasecmp(names_text(&sandbox->names, bearer->audience), "https://graph.microsoft.com", 27) != 0)
		state = BEARER_UNKNOWN;
	if (state != BEARER_GOOD)
		reply_azure_error(reply, 401, "Unauthorized", NULL, "The access token is missing, over, or for another audience.");
	else if (!asked || strcmp(asked, version) != 0)
		reply_azure_error(reply, 400, "badRequest", NULL, "$version must be %s.", version);
	else
		return true;
	return false;
}

/* ---- what is posted ---- */

static int prices_check(struct json_object *resource, struct error *error)
{
	static const char *const members[] = {"$schema", "resourceName", "product", "plan", "offerPricingType", "pricing", NULL};
	const char *text;

	if (fields_known(resource, "a price resource", members, error) < 0 ||
	    field_required(resource, "a price resource", "resourceName", &text, error) < 0 || field_required(resource, "a price resource", "product", &text, error) < 0 ||
	    field_required(resource, "a price resource", "plan", &text, error) < 0 ||
	    field_required(resource, "a price resource", "offerPricingType", &text, error) < 0)
		return error->code;
	return 0;
}

static int offer_check(struct json_object *resource, struct error *error)
{
	static const char *const members[] = {"$schema", "name", "state", "privateOfferType", "offerPricingType", "customerContractRenewal", "variableStartDate",
					      "start", "end", "acceptBy", "preparedBy", "notificationContacts", "termsAndConditionsDocSasUrl", "beneficiaries",
					      "upgradedFrom", "pricing", NULL};
	static const char *const states[] = {"live", NULL};
	const char *text;
	int state;

	if (fields_known(resource, "a private offer", members, error) < 0 || field_required(resource, "a private offer", "name", &text, error) < 0 ||
	    field_choice(resource, "a private offer", "state", states, &state, error) < 0 || field_required(resource, "a private offer", "end", &text, error) < 0 ||
	    field_required(resource, "a private offer", "acceptBy", &text, error) < 0 ||
	    field_required(resource, "a private offer", "privateOfferType", &text, error) < 0)
		return error->code;
	return 0;
}

/* The private offer of a request, after its prices; NULL with the error set. */
static struct json_object *configure_check(struct json_object *document, struct error *error)
{
	static const char *const members[] = {"$schema", "resources", NULL};
	struct json_object *array = NULL, *resource = NULL;
	const char *schema = NULL;
	size_t count = 0;

	if (fields_known(document, "the body", members, error) < 0 || field_required(document, "the body", "$schema", &schema, error) < 0 ||
	    field_array(document, "the body", "resources", REQUEST_RESOURCES_MAX, &array, &count, error) < 0)
		return NULL;
	if (strcmp(schema, SCHEMA "configure/2022-07-01") != 0 || count == 0) {
		(void)error_set(error, ERROR_INPUT, "the body is no configure request of 2022-07-01 with resources");
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		resource = json_object_array_get_idx(array, i);
		schema = json_text(resource, "$schema");
		if (schema && strcmp(schema, SCHEMA "price-and-availability-private-offer-plan/2023-07-15") == 0 && i + 1 < count) {
			if (prices_check(resource, error) < 0)
				return NULL;
		} else if (!schema || strcmp(schema, SCHEMA "private-offer/2023-07-15") != 0 || i + 1 < count) {
			(void)error_set(error, ERROR_INPUT, "resources[%zu] is no resource that stands there", i);
			return NULL;
		}
	}
	return offer_check(resource, error) < 0 ? NULL : resource;
}

/* What a job finds wrong with an offer of good form; NULL: nothing. */
static const char *offer_wrong(const struct sandbox *sandbox, struct json_object *resource)
{
	const char *name = json_text(resource, "name"), *end = json_text(resource, "end");
	int64_t last;

	for (size_t i = 0; i < sandbox->offers.count; i++) {
		const struct offer *other = &sandbox->offers.items[i];

		if (other->market == OFFER_INGESTION && other->stage != OFFER_FAILED && strcmp(other->name, name) == 0)
			return "A private offer with this name exists.";
	}
	if (!calendar_loose(end, &last) || last < calendar_now(&sandbox->calendar))
		return "The end date is in the past.";
	return NULL;
}

/* ---- jobs ---- */

/* Members in the casing of the moment: that of "jobId" differs between the calls, as it does at Microsoft. */
static void job_print(const struct sandbox *sandbox, const struct offer *offer, const char *id_name, struct buffer *out)
{
	static const char *const states[] = {"notStarted", "running", "completed", "completed"};
	static const char *const results[] = {"pending", "pending", "succeeded", "failed"};
	size_t number = (size_t)(offer - sandbox->offers.items) + 1;

	(void)buffer_print(out, "{\"$schema\":\"" SCHEMA "configure-status/2022-07-01\",\"%s\":\"job-%zu\",\"jobStatus\":\"%s\",\"jobResult\":\"%s\",\"errors\":[",
			   id_name, number, states[offer->stage], results[offer->stage]);
	if (offer->stage == OFFER_FAILED) {
		(void)buffer_member(out, "{\"code\":\"invalidState\",", "message", offer->why);
		(void)buffer_text(out, "}");
	}
	(void)buffer_text(out, "]}");
}

void ingestion_configure(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	struct json_object *document JSON_CLEANUP = NULL;
	struct json_object *resource = NULL;
	const char *wrong;
	struct offer *offer;
	struct error error = {0};

	if (!enter(sandbox, request, "2022-07-01", reply))
		return;
	if (fields_parse(buffer_string(&request->body), request->body.size, "the body", &document, &error) == 0)
		resource = configure_check(document, &error);
	if (!resource) {
		reply_azure_error(reply, 400, "badRequest", NULL, "%s", error.message);
		return;
	}
	wrong = offer_wrong(sandbox, resource);
	offer = offers_add(&sandbox->offers, OFFER_INGESTION, json_text(resource, "name"), "", json_object_to_json_string(resource));
	if (!offer) {
		reply_azure_error(reply, 503, "serviceUnavailable", NULL, "The sandbox holds no more private offers.");
		return;
	}
	offer->why = wrong ? strdup(wrong) : NULL;
	reply->status = 202;
	job_print(sandbox, offer, "jobId", &reply->body);
}

static struct offer *job_find(struct sandbox *sandbox, const struct request *request, struct reply *reply)
{
	char *end = NULL;
	unsigned long number = strncmp(request->part, "job-", 4) == 0 ? strtoul(request->part + 4, &end, 10) : 0;

	if (number >= 1 && number <= sandbox->offers.count && *end == '\0' && sandbox->offers.items[number - 1].market == OFFER_INGESTION)
		return &sandbox->offers.items[number - 1];
	reply_azure_error(reply, 404, "notFound", NULL, "There is no such job.");
	return NULL;
}

/* A job is further at each look. */
static void job_step(struct offer *offer)
{
	if (offer->stage == OFFER_WAITING)
		offer->stage = OFFER_RUNNING;
	else if (offer->stage == OFFER_RUNNING)
		offer->stage = offer->why ? OFFER_FAILED : OFFER_LIVE;
}

void ingestion_status(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	struct offer *offer = enter(sandbox, request, "2022-07-01", reply) ? job_find(sandbox, request, reply) : NULL;

	if (!offer)
		return;
	job_step(offer);
	job_print(sandbox, offer, "jobID", &reply->body);
}

static void offer_print(const struct sandbox *sandbox, const struct offer *offer, struct buffer *out)
{
	(void)buffer_print(out, "{\"id\":\"private-offer/%08zu-0000-4000-8000-000000000000\",", (size_t)(offer - sandbox->offers.items) + 1);
	(void)buffer_member(out, "", "name", offer->name);
	(void)buffer_print(out, ",\"privateOfferType\":\"customerPromotion\",\"state\":\"%s\"}", offer->stage == OFFER_LIVE ? "Live" : "draft");
}

void ingestion_result(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	struct offer *offer = enter(sandbox, request, "2022-07-01", reply) ? job_find(sandbox, request, reply) : NULL;

	if (!offer)
		return;
	if (offer->stage != OFFER_LIVE) {
		reply_azure_error(reply, 400, "badRequest", NULL, "The job is not completed.");
		return;
	}
	(void)buffer_text(&reply->body, "{\"$schema\":\"" SCHEMA "configure-detail/2022-07-01\",\"resources\":[");
	offer_print(sandbox, offer, &reply->body);
	(void)buffer_text(&reply->body, "]}");
}

void ingestion_query(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	const char *before = "";

	if (!enter(sandbox, request, "2023-07-15", reply))
		return;
	(void)buffer_text(&reply->body, "{\"privateOffers\":[");
	for (size_t i = 0; i < sandbox->offers.count; i++) {
		struct offer *offer = &sandbox->offers.items[i];

		if (offer->market != OFFER_INGESTION || offer->why)
			continue;
		job_step(offer);
		(void)buffer_text(&reply->body, before);
		offer_print(sandbox, offer, &reply->body);
		before = ",";
	}
	(void)buffer_text(&reply->body, "]}");
}
