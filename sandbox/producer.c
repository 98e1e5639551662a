/* SPDX-License-Identifier: Apache-2.0 */
/* Google's Commerce Producer API, as far as private offers go: drafts, their documents, and publishing. */
#include "sandbox/fields.h"
#include "sandbox/google.h"
#include "sandbox/routes.h"
#include "sandbox/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PREFIX = sizeof("/v1beta/") - 1 };

/* The body as an object, which the caller puts; NULL with the reply filled. */
static struct json_object *body_read(struct sandbox *sandbox, const struct request *request, struct reply *reply)
{
	struct json_object *document = NULL;
	struct error error = {0};

	if (!google_bearer(sandbox, request, reply))
		return NULL;
	if (fields_parse(buffer_string(&request->body), request->body.size, "the body", &document, &error) == 0 &&
	    json_object_is_type(document, json_type_object))
		return document;
	json_object_put(document);
	reply_google_error(reply, 400, "%s", *error.message ? error.message : "The body must be an object.");
	return NULL;
}

/* The offer that a path is about, without what stands behind it. */
static struct offer *offer_find(struct sandbox *sandbox, const struct request *request, const char *suffix, struct reply *reply)
{
	const char *path = request->path + PREFIX;
	size_t size = strlen(path) - strlen(suffix);
	char name[REQUEST_PATH_MAX];

	for (size_t i = 0; i < sandbox->offers.count; i++) {
		struct offer *offer = &sandbox->offers.items[i];

		if (offer->market == OFFER_PRODUCER &&
		    snprintf(name, sizeof(name), "%s/privateOffers/offer-%zu", offer->parent, i + 1) == (int)size && memcmp(name, path, size) == 0)
			return offer;
	}
	reply_google_error(reply, 404, "There is no private offer %.*s.", (int)size, path);
	return NULL;
}

static void offer_begin(const struct sandbox *sandbox, const struct offer *offer, struct buffer *out)
{
	static const char *const states[] = {"DRAFT", "PUBLISHING", "PUBLISHED", "CANCELLED"};

	(void)buffer_print(out, "{\"name\":\"%s/privateOffers/offer-%zu\",\"state\":\"%s\",", offer->parent,
			   (size_t)(offer - sandbox->offers.items) + 1, states[offer->stage]);
}

static void offer_print(const struct sandbox *sandbox, const struct offer *offer, struct buffer *out)
{
	offer_begin(sandbox, offer, out);
	(void)buffer_member(out, "", "title", offer->name);
	(void)buffer_text(out, "}");
}

/* With all that it was made with, of which the title is one. */
static void offer_print_full(const struct sandbox *sandbox, const struct offer *offer, struct buffer *out)
{
	offer_begin(sandbox, offer, out);
	(void)buffer_text(out, offer->body + 1);
}

void producer_list(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	const char *path = request->path + PREFIX, *before = "";
	size_t size = strlen(path) - strlen("/privateOffers");

	if (!google_bearer(sandbox, request, reply))
		return;
	(void)buffer_text(&reply->body, "{\"privateOffers\":[");
	for (size_t i = 0; i < sandbox->offers.count; i++) {
		const struct offer *offer = &sandbox->offers.items[i];

		if (offer->market != OFFER_PRODUCER || strlen(offer->parent) != size || memcmp(offer->parent, path, size) != 0)
			continue;
		(void)buffer_text(&reply->body, before);
		offer_print(sandbox, offer, &reply->body);
		before = ",";
	}
	(void)buffer_text(&reply->body, "]}");
}

/* A draft may be incomplete, but knows no other members. */
static int draft_check(struct json_object *document, const char **title, struct error *error)
{
	static const char *const members[] = {"title", "offerDealType", "customerNote", "internalNote", "partnerContact", "customer", "acceptDeadlineTime", "term",
					      "singleProductOffer", NULL};

	return fields_known(document, "privateOffer", members, error) < 0 ? error->code : field_required(document, "privateOffer", "title", title, error);
}

void producer_create(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	struct json_object *document JSON_CLEANUP = body_read(sandbox, request, reply);
	const char *path = request->path + PREFIX, *title = NULL;
	char parent[REQUEST_PATH_MAX];
	struct error error = {0};
	struct offer *offer;

	if (!document)
		return;
	if (draft_check(document, &title, &error) < 0) {
		reply_google_error(reply, 400, "%s", error.message);
		return;
	}
	(void)snprintf(parent, sizeof(parent), "%.*s", (int)(strlen(path) - strlen("/privateOffers")), path);
	offer = offers_add(&sandbox->offers, OFFER_PRODUCER, title, parent, json_object_to_json_string(document));
	if (offer)
		offer_print(sandbox, offer, &reply->body);
	else
		reply_google_error(reply, 503, "The sandbox holds no more private offers.");
}

void producer_get(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	struct offer *offer = google_bearer(sandbox, request, reply) ? offer_find(sandbox, request, "", reply) : NULL;

	if (!offer)
		return;
	offer_print_full(sandbox, offer, &reply->body);
	/* What is published is so at the next look. */
	if (offer->stage == OFFER_RUNNING)
		offer->stage = OFFER_LIVE;
}

void producer_documents(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	const struct offer *offer = google_bearer(sandbox, request, reply) ? offer_find(sandbox, request, "/documents", reply) : NULL;

	if (offer)
		(void)buffer_print(&reply->body, "{\"privateOfferDocuments\":[%s]}", offer->document ? offer->document : "");
}

void producer_attach(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	static const char *const members[] = {"documentType", "mimeType", "inlineContent", NULL};
	struct json_object *document JSON_CLEANUP = body_read(sandbox, request, reply);
	struct offer *offer = document ? offer_find(sandbox, request, "/documents", reply) : NULL;
	struct error error = {0};
	const char *type = NULL;

	if (!offer)
		return;
	if (fields_known(document, "privateOfferDocument", members, &error) < 0 ||
	    field_required(document, "privateOfferDocument", "documentType", &type, &error) < 0)
		reply_google_error(reply, 400, "%s", error.message);
	else if (offer->stage != OFFER_WAITING || offer->document)
		reply_google_error(reply, 400, "The private offer is no draft, or has a licence agreement already.");
	else if (!(offer->document = strdup(json_object_to_json_string(document))))
		reply_google_error(reply, 503, "The sandbox has no memory.");
	else
		(void)buffer_text(&reply->body, offer->document);
}

/* What is missing to publish an offer; NULL: nothing. */
static const char *missing(const struct offer *offer)
{
	static const char *const needed[] = {"\"offerDealType\"", "\"partnerContact\"", "\"entityTitle\"", "\"targetBillingAccount\"", "\"acceptDeadlineTime\"",
					     "\"startPolicy\"", "\"endPolicy\"", "\"baseStandardOffer\"", "IntervalPrice\""};

	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++)
		if (!strstr(offer->body, needed[i]))
			return needed[i];
	return offer->document ? NULL : "a licence agreement";
}

void producer_publish(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	struct json_object *document JSON_CLEANUP = body_read(sandbox, request, reply);
	struct offer *offer = document ? offer_find(sandbox, request, ":publish", reply) : NULL;
	const char *lacks = offer ? missing(offer) : NULL;

	if (!offer)
		return;
	if (offer->stage != OFFER_WAITING || lacks) {
		reply_google_error(reply, 400, lacks ? "The private offer lacks %s." : "The private offer is no draft.%s", lacks ? lacks : "");
		return;
	}
	offer->stage = OFFER_RUNNING;
	offer_print(sandbox, offer, &reply->body);
}
