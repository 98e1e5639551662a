/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The goal offer: a private offer through the Commerce Producer API.  It is made as a draft, gets its document, and is published; each of these is looked for
 * before it is done again.  The API gives an offer its name, so one whose reply was lost is found by its title.
 */
#include "plugins/gcp/gcp.h"
#include "plugins/common/submit.h"

static int send(const struct gcp *gcp, struct submit *submit, const char *method, const char *path, const char *body)
{
	return submit_send(submit, method, path ? apollo_print(submit->call, "%s/v1beta/%s", gcp->values[GCP_PRODUCER_ENDPOINT], path) : NULL, body,
			   gcp->values[GCP_PRODUCER_SCOPE], body != NULL);
}

static struct json_object *offer_of(const struct submit *submit)
{
	return json_get(json_get(submit->task, "files"), "private-offer.json");
}

/* "projects/P/locations/L", of the standard offer that it is based on. */
static int parent_read(const struct submit *submit, const char **parent)
{
	const char *base = json_text(json_get(offer_of(submit), "singleProductOffer"), "baseStandardOffer");
	const char *end = base ? strstr(base, "/services/") : NULL;

	if (!end)
		return fail_print(submit->call, APOLLO_REJECTED, NULL, NULL, "the task has no private-offer.json with a baseStandardOffer");
	*parent = apollo_print(submit->call, "%.*s", (int)(end - base), base);
	return *parent ? 0 : fail_memory(submit->call, "a request");
}

static int fail_reply(struct submit *submit, const char *what)
{
	return reply_fail(submit->call, submit->turn->reply, what, line_copy(submit->call, gcp_failure_read(submit->answer).message));
}

static int step_send(const struct gcp *gcp, struct submit *submit, const char *step, const char *made, const char *method, const char *path, const char *body)
{
	int code = submit_keep(submit, step, made);

	return code < 0 ? code : send(gcp, submit, method, path, body);
}

static int offers_ask(const struct gcp *gcp, struct submit *submit, const char *step, const char *page)
{
	const char *parent = NULL, *token = *page ? apollo_percent(submit->call, page) : "";
	int code = parent_read(submit, &parent);

	if (code < 0)
		return code;
	if (!token)
		return fail_memory(submit->call, "a request");
	return step_send(gcp, submit, step, "", "GET", apollo_print(submit->call, "%s/privateOffers?pageSize=500%s%s", parent, *page ? "&pageToken=" : "", token), NULL);
}

static int documents_ask(const struct gcp *gcp, struct submit *submit, const char *name)
{
	return step_send(gcp, submit, "documents", name, "GET", apollo_print(submit->call, "%s/documents", name), NULL);
}

static int state_ask(const struct gcp *gcp, struct submit *submit, const char *name)
{
	return step_send(gcp, submit, "state", name, "GET", apollo_print(submit->call, "%s?view=PRIVATE_OFFER_VIEW_FULL", name), NULL);
}

static bool is_over(const char *state)
{
	return strcmp(state, "CANCELLED") == 0 || strcmp(state, "EXPIRED") == 0 || strcmp(state, "ENDED") == 0;
}

/* A name that the service gave is part of an address: it must be one of its own kind. */
static const char *name_of(struct json_object *offer)
{
	const char *name = json_text(offer, "name");

	return name && strncmp(name, "projects/", 9) == 0 && strstr(name, "/privateOffers/") && strcspn(name, "?#%: \t") == strlen(name) ? name : NULL;
}

static int offers_read(const struct gcp *gcp, struct submit *submit, const char *step)
{
	struct json_object *offers = json_array(submit->answer, "privateOffers");
	const char *title = json_text(offer_of(submit), "title"), *page = json_text(submit->answer, "nextPageToken"), *body, *parent = NULL;
	int code;

	if (!submit_good(submit))
		return fail_reply(submit, "private offers");
	for (size_t i = 0; offers && title && i < json_object_array_length(offers); i++) {
		struct json_object *offer = json_object_array_get_idx(offers, i);
		const char *own = json_text(offer, "title"), *state = json_text(offer, "state"), *name = name_of(offer);

		if (!own || strcmp(own, title) != 0 || !name || is_over(state ? state : ""))
			continue;
		if (strcmp(step, "again") == 0)
			return documents_ask(gcp, submit, name);
		return fail_print(submit->call, APOLLO_DUPLICATE, name, "cancel or delete it, or give this one another title",
				  "there is a private offer \"%.200s\" already", title);
	}
	if (page && *page)
		return offers_ask(gcp, submit, step, page);
	if ((code = parent_read(submit, &parent)) < 0)
		return code;
	body = submit_file(submit, "private-offer.json");
	return body ? step_send(gcp, submit, "create", "", "POST", apollo_print(submit->call, "%s/privateOffers", parent), body)
		    : fail_memory(submit->call, "a request");
}

static int created_read(const struct gcp *gcp, struct submit *submit)
{
	const char *name = name_of(submit->answer);

	if (submit_unknown(submit))
		return submit_wait(submit, "again", "");
	return submit_good(submit) && name ? documents_ask(gcp, submit, name) : fail_reply(submit, "draft of a private offer");
}

static int documents_read(const struct gcp *gcp, struct submit *submit, const char *name)
{
	struct json_object *documents = json_array(submit->answer, "privateOfferDocuments");
	const char *body = submit_file(submit, "document.json");

	if (!submit_good(submit))
		return fail_reply(submit, "documents of a private offer");
	if (!json_get(json_get(submit->task, "files"), "document.json") || (documents && json_object_array_length(documents)))
		return state_ask(gcp, submit, name);
	if (!body)
		return fail_memory(submit->call, "a request");
	return step_send(gcp, submit, "attach", name, "POST", apollo_print(submit->call, "%s/documents", name), body);
}

static int attached_read(const struct gcp *gcp, struct submit *submit, const char *name)
{
	if (submit_unknown(submit))
		return submit_wait(submit, "documents", name);
	return submit_good(submit) ? state_ask(gcp, submit, name) : fail_reply(submit, "document of a private offer");
}

static int state_read(const struct gcp *gcp, struct submit *submit, const char *name)
{
	const char *state = json_text(submit->answer, "state");
	struct apollo_text text = apollo_text_begin(submit->call);

	if (!submit_good(submit) || !state)
		return fail_reply(submit, "private offer");
	if (strcmp(state, "DRAFT") == 0)
		return step_send(gcp, submit, "publish", name, "POST", apollo_print(submit->call, "%s:publish", name), "{}");
	if (strcmp(state, "PUBLISHING") == 0)
		return submit_wait(submit, "state", name);
	if (is_over(state))
		return fail_print(submit->call, APOLLO_REJECTED, name, NULL, "the private offer is %.50s", state);
	apollo_text_add(&text, "{\"id\":");
	apollo_text_json(&text, name);
	apollo_text_add(&text, ",\"state\":");
	apollo_text_json(&text, state);
	apollo_text_add(&text, "}");
	return move_done(submit->call, submit->move, apollo_text_end(&text));
}

static int published_read(const struct gcp *gcp, struct submit *submit, const char *name)
{
	if (submit_unknown(submit))
		return submit_wait(submit, "state", name);
	return submit_good(submit) ? state_ask(gcp, submit, name) : fail_reply(submit, "publication of a private offer");
}

static int offer_turn(const struct gcp *gcp, struct submit *submit)
{
	const char *step = submit_step(submit, "look"), *made = submit_text(submit, "made");
	bool reply = submit->turn->reply != NULL;

	if (strcmp(step, "create") == 0)
		return reply ? created_read(gcp, submit) : offers_ask(gcp, submit, "again", "");
	if (strcmp(step, "documents") == 0)
		return reply ? documents_read(gcp, submit, made) : documents_ask(gcp, submit, made);
	if (strcmp(step, "attach") == 0)
		return reply ? attached_read(gcp, submit, made) : documents_ask(gcp, submit, made);
	if (strcmp(step, "publish") == 0)
		return reply ? published_read(gcp, submit, made) : state_ask(gcp, submit, made);
	if (strcmp(step, "state") == 0)
		return reply ? state_read(gcp, submit, made) : state_ask(gcp, submit, made);
	return reply ? offers_read(gcp, submit, step) : offers_ask(gcp, submit, step, "");
}

int gcp_market_converse(void *instance, const struct apollo_call *call, const struct apollo_turn *turn, struct apollo_move *move)
{
	SUBMIT_CLEANUP struct submit submit = {0};
	const struct gcp *gcp = instance;
	int code;

	if (strcmp(turn->goal, "offer") != 0)
		return fail_print(call, APOLLO_UNSUPPORTED, NULL, NULL, "the goal \"%.100s\" is not offered", turn->goal);
	if ((code = submit_open(&submit, call, turn, move)) < 0)
		return code;
	submit.wait = gcp->offer_poll;
	return offer_turn(gcp, &submit);
}
