/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The goal offer: a private offer through the Product Ingestion API.  A job is posted, looked at once a minute at most until it is done, and what it made is
 * read.  The API knows no key by which a request counts once, so offers of the same name are looked for first, and after a job whose reply was lost.
 */
#include "plugins/azure/azure.h"
#include "plugins/common/submit.h"

#include <stdlib.h>

#define CONFIGURE_VERSION "2022-07-01"
#define OFFER_VERSION "2023-07-15"

/* Looks for an offer whose job's reply was lost: until it shows, and until its job is through. */
enum { LOOKS_TO_SHOW = 3, LOOKS_TO_LIVE = 60 };

static const char *endpoint(const struct azure *azure)
{
	return azure->values[AZURE_INGESTION_ENDPOINT];
}

static int send(const struct azure *azure, struct submit *submit, const char *method, const char *url, const char *body)
{
	return submit_send(submit, method, url, body, azure->values[AZURE_INGESTION_RESOURCE], body != NULL);
}

/* Offers that are there; LOOK before it is posted, AGAIN after a job whose reply was lost. */
static int offers_ask(const struct azure *azure, struct submit *submit, const char *step)
{
	int code = submit_keep(submit, step, submit_text(submit, "made"));

	return code < 0 ? code : send(azure, submit, "GET", apollo_print(submit->call, "%s/private-offer/query?$version=" OFFER_VERSION, endpoint(azure)), NULL);
}

/* What the API calls an offer: of the configure request, the resource's own name. */
static const char *offer_name(const struct submit *submit)
{
	struct json_object *resources = json_array(json_get(json_get(submit->task, "files"), "configure.json"), "resources");
	size_t count = resources ? json_object_array_length(resources) : 0;

	return count ? json_text(json_object_array_get_idx(resources, count - 1), "name") : NULL;
}

static bool is_over(const char *state)
{
	return text_same(state, "withdrawn") || text_same(state, "deleted") || text_same(state, "expired") || text_same(state, "ended");
}

static struct json_object *offer_find(const struct submit *submit, const char *name)
{
	struct json_object *offers = json_any(submit->answer, "privateOffers");

	if (!json_object_is_type(offers, json_type_array))
		offers = json_any(submit->answer, "value");
	for (size_t i = 0; json_object_is_type(offers, json_type_array) && i < json_object_array_length(offers); i++) {
		struct json_object *offer = json_object_array_get_idx(offers, i);
		const char *own = json_any_text(offer, "name"), *state = json_any_text(offer, "state");

		if (own && strcmp(own, name) == 0 && !is_over(state ? state : ""))
			return offer;
	}
	return NULL;
}

static int offer_done(struct submit *submit, struct json_object *offer)
{
	struct apollo_text text = apollo_text_begin(submit->call);
	const char *id = json_any_text(offer, "id"), *state = json_any_text(offer, "state");

	apollo_text_add(&text, "{\"id\":");
	apollo_text_json(&text, id ? id : "");
	apollo_text_add(&text, ",\"state\":");
	apollo_text_json(&text, state ? state : "");
	apollo_text_add(&text, "}");
	return move_done(submit->call, submit->move, apollo_text_end(&text));
}

/* Its job has ended, one way or the other. */
static bool is_through(struct json_object *offer)
{
	const char *state = json_any_text(offer, "state");

	return state && !text_same(state, "draft") && !text_same(state, "inProgress");
}

/* What is kept in an AGAIN is how often it was looked. */
static int look_again(struct submit *submit, long looks)
{
	const char *count = apollo_print(submit->call, "%ld", looks + 1);

	return count ? submit_wait(submit, "again", count) : fail_memory(submit->call, "a state");
}

static int offers_read(const struct azure *azure, struct submit *submit, const char *step, const char *name)
{
	const char *next = json_any_text(submit->answer, "@nextLink"), *made = submit_text(submit, "made"), *body;
	struct json_object *found = submit_good(submit) ? offer_find(submit, name) : NULL;
	size_t size = strlen(endpoint(azure));
	bool again = strcmp(step, "again") == 0;
	long looks = strtol(made, NULL, 10);
	int code;

	if (!submit_good(submit))
		return reply_fail(submit->call, submit->turn->reply, "private offers", NULL);
	if (found && again)
		return looks < LOOKS_TO_LIVE && !is_through(found) ? look_again(submit, looks) : offer_done(submit, found);
	if (found)
		return fail_print(submit->call, APOLLO_DUPLICATE, json_any_text(found, "id"), "withdraw it, or give this one another title",
				  "there is a private offer \"%.200s\" already", name);
	/* Only pages of the same service: the token goes with it. */
	if (next && strncmp(next, endpoint(azure), size) == 0 && (next[size] == '/' || next[size] == '?')) {
		code = submit_keep(submit, step, made);
		return code < 0 ? code : send(azure, submit, "GET", apollo_copy(submit->call, next), NULL);
	}
	if (again && looks < LOOKS_TO_SHOW)
		return look_again(submit, looks);
	if (again)
		return fail_print(submit->call, APOLLO_RETRY, NULL, "look in Partner Center before you submit it again",
				  "whether \"%.200s\" was taken is not known: it does not show", name);
	body = submit_file(submit, "configure.json");
	code = body ? submit_keep(submit, "post", "") : fail_memory(submit->call, "a request");
	return code < 0 ? code : send(azure, submit, "POST", apollo_print(submit->call, "%s/configure?$version=" CONFIGURE_VERSION, endpoint(azure)), body);
}

/* The first of a job's errors, in its words. */
static const char *errors_words(const struct submit *submit)
{
	struct json_object *errors = json_any(submit->answer, "errors"), *error = json_any(submit->answer, "error");
	const char *code, *message;

	if (json_object_is_type(errors, json_type_array) && json_object_array_length(errors))
		error = json_object_array_get_idx(errors, 0);
	code = json_any_text(error, "code");
	message = json_any_text(error, "message");
	return line_copy(submit->call, apollo_print(submit->call, "%s: %s", code ? code : "no code", message ? message : "no message"));
}

static int job_read(struct submit *submit, bool posted)
{
	const char *job = posted ? json_any_text(submit->answer, "jobId") : submit_text(submit, "made");
	const char *status = json_any_text(submit->answer, "jobStatus"), *result = json_any_text(submit->answer, "jobResult");

	if (posted && submit_unknown(submit))
		return submit_wait(submit, "again", "");
	if (!submit_good(submit) || !job || !*job || strcspn(job, "/?#") != strlen(job))
		return reply_fail(submit->call, submit->turn->reply, "job of a private offer", submit->answer ? errors_words(submit) : NULL);
	if (!text_same(status ? status : "", "completed"))
		return submit_wait(submit, "job", job);
	if (!text_same(result ? result : "", "succeeded"))
		return fail_print(submit->call, APOLLO_REJECTED, errors_words(submit), NULL, "the job %.100s ended as %.50s", job, result ? result : "nothing");
	return submit_wait(submit, "result", job);
}

static int job_ask(const struct azure *azure, struct submit *submit, const char *step)
{
	const char *job = submit_text(submit, "made");
	int code = submit_keep(submit, step, job);

	return code < 0 ? code
			: send(azure, submit, "GET", apollo_print(submit->call, "%s/configure/%s%s?$version=" CONFIGURE_VERSION, endpoint(azure), job,
								  strcmp(step, "job") == 0 ? "/status" : ""), NULL);
}

static int result_read(struct submit *submit, const char *name)
{
	struct json_object *resources = json_any(submit->answer, "resources");

	if (!submit_good(submit))
		return reply_fail(submit->call, submit->turn->reply, "result of a job", submit->answer ? errors_words(submit) : NULL);
	for (size_t i = 0; json_object_is_type(resources, json_type_array) && i < json_object_array_length(resources); i++) {
		struct json_object *resource = json_object_array_get_idx(resources, i);
		const char *own = json_any_text(resource, "name");

		if (own && strcmp(own, name) == 0)
			return offer_done(submit, resource);
	}
	return fail_print(submit->call, APOLLO_REJECTED, NULL, "look in Partner Center", "the job is done, and its result has no private offer \"%.200s\"", name);
}

int azure_offer(const struct azure *azure, const struct apollo_call *call, const struct apollo_turn *turn, struct apollo_move *move)
{
	SUBMIT_CLEANUP struct submit submit;
	int code = submit_open(&submit, call, turn, move);
	const char *step, *name;

	if (code < 0)
		return code;
	submit.wait = azure->offer_poll;
	step = submit_step(&submit, "look");
	name = offer_name(&submit);
	if (!name)
		return fail_print(call, APOLLO_REJECTED, NULL, NULL, "the task has no configure.json with a private offer");
	if (strcmp(step, "job") == 0)
		return turn->reply ? job_read(&submit, false) : job_ask(azure, &submit, step);
	if (strcmp(step, "result") == 0)
		return turn->reply ? result_read(&submit, name) : job_ask(azure, &submit, step);
	if (strcmp(step, "post") == 0)
		return turn->reply ? job_read(&submit, true) : offers_ask(azure, &submit, "again");
	return turn->reply ? offers_read(azure, &submit, step, name) : offers_ask(azure, &submit, step);
}
