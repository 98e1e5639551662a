/* SPDX-License-Identifier: Apache-2.0 */
/* Google's token endpoint, the metadata server, and who holds a bearer token. */
#include "sandbox/fields.h"
#include "sandbox/form.h"
#include "sandbox/google.h"
#include "sandbox/jwt.h"
#include "sandbox/routes.h"
#include "sandbox/state.h"

#include <apollo/kit.h>
#include <string.h>

enum { GOOGLE_TOKEN_WORDS = 12 };

/* Scopes that Service Control accepts. */
static bool scope_good(const char *scopes)
{
	static const char *const good[] = {"https://www.googleapis.com/auth/cloud-platform",
					   "https://www.googleapis.com/auth/servicecontrol"};

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		const char *at = strstr(scopes, good[i]);
		size_t size = strlen(good[i]);

		if (at && (at == scopes || at[-1] == ' ' || at[-1] == ',') &&
		    (!at[size] || at[size] == ' ' || at[size] == ','))
			return true;
	}
	return false;
}

/* ---- giving tokens ----------------------------------------------------------------------------------------- */

static void token_reply(struct sandbox *sandbox, uint32_t account, const char *scopes, struct reply *reply)
{
	int64_t lifetime = sandbox->registry.settings.token_lifetime;
	struct bearer bearer = {.kind = BEARER_GOOGLE, .principal = account,
				.audience = names_enter(&sandbox->names, scopes),
				.expires = calendar_now(&sandbox->calendar) + lifetime};
	struct buffer token BUFFER_CLEANUP = buffer_init(BEARER_BYTES_MAX);

	(void)buffer_text(&token, "ya29.");
	for (int i = 0; i < GOOGLE_TOKEN_WORDS; i++) {
		uint64_t word = chance_next(&sandbox->chance);

		base64url_append(&token, &word, sizeof(word));
	}
	if (buffer_failed(&token) || bearer.audience == TABLE_NONE ||
	    bearer_enter(sandbox, buffer_string(&token), bearer) < 0) {
		reply_oauth_error(reply, 503, "temporarily_unavailable", "The sandbox holds no more tokens.");
		return;
	}
	(void)buffer_print(&reply->body, "{\"access_token\":\"%s\",\"expires_in\":%lld,\"token_type\":\"Bearer\"}",
			   buffer_string(&token), (long long)(lifetime / APOLLO_MICRO));
}

/* Whether an assertion is meant for this endpoint: its own URL, or the one it stands for. */
static bool audience_good(const struct sandbox *sandbox, const struct request *request, const char *audience)
{
	const char *host = request_header(request, "Host");
	size_t size = strlen(sandbox->url);

	if (strcmp(audience, "https://oauth2.googleapis.com/token") == 0)
		return true;
	if (strncmp(audience, sandbox->url, size) == 0 && strcmp(audience + size, "/token") == 0)
		return true;
	if (!host || strncmp(audience, "http://", 7) != 0)
		return false;
	size = strlen(host);
	return strncmp(audience + 7, host, size) == 0 && strcmp(audience + 7 + size, "/token") == 0;
}

void google_token(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	const char *problem, *grant, *assertion, *audience, *scope, *subject;
	struct jwt jwt = {.claims = NULL};
	struct form form;

	problem = request_is(request, "application/x-www-form-urlencoded") ? form_read(&form, &request->body)
									      : "The body must be a form.";
	if (problem) {
		reply_oauth_error(reply, 400, "invalid_request", problem);
		return;
	}
	grant = form_value(&form, "grant_type");
	assertion = form_value(&form, "assertion");
	if (!grant || strcmp(grant, "urn:ietf:params:oauth:grant-type:jwt-bearer") != 0) {
		reply_oauth_error(reply, 400, "unsupported_grant_type", "The grant type must be jwt-bearer.");
		return;
	}
	problem = assertion ? jwt_read(sandbox, assertion, &jwt) : "The assertion is missing.";
	if (problem) {
		reply_oauth_error(reply, 400, assertion ? "invalid_grant" : "invalid_request", problem);
		return;
	}
	audience = plain_text(json_member(jwt.claims, "aud"));
	scope = plain_text(json_member(jwt.claims, "scope"));
	subject = plain_text(json_member(jwt.claims, "sub"));
	if (!audience || !audience_good(sandbox, request, audience))
		reply_oauth_error(reply, 400, "invalid_grant", "The claim aud is not this token endpoint.");
	else if (!scope || !*scope)
		reply_oauth_error(reply, 400, "invalid_scope", "The claim scope is missing.");
	else if (subject && strcmp(subject, plain_text(json_member(jwt.claims, "iss"))) != 0)
		reply_oauth_error(reply, 400, "unauthorized_client",
				  "The account may not act for the one in the claim sub.");
	else
		token_reply(sandbox, jwt.account, scope, reply);
	json_object_put(jwt.claims);
}

void google_metadata(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	const char *flavor = request_header(request, "Metadata-Flavor"), *scopes = request_query(request, "scopes");
	uint32_t account = TABLE_NONE;

	if (!flavor || strcmp(flavor, "Google") != 0 || request_header(request, "X-Forwarded-For")) {
		reply_status(reply, 403, "text/html");
		(void)buffer_text(&reply->body, "The header Metadata-Flavor: Google is required.\n");
		return;
	}
	if (strcmp(request->part, "default") != 0) {
		account = account_find(sandbox, request->part);
		if (account == TABLE_NONE) {
			reply_status(reply, 404, "text/html");
			(void)buffer_text(&reply->body, "There is no such service account here.\n");
			return;
		}
	}
	token_reply(sandbox, account, scopes && *scopes ? scopes : "https://www.googleapis.com/auth/cloud-platform",
		    reply);
}

/* ---- reading tokens ---------------------------------------------------------------------------------------- */

/* A self-signed token is remembered like one of ours once it has been found good. */
static const char *self_signed(struct sandbox *sandbox, const char *text)
{
	struct jwt jwt;
	const char *problem = jwt_read(sandbox, text, &jwt), *audience, *scope, *subject, *issuer;
	struct bearer bearer = {.kind = BEARER_GOOGLE, .principal = jwt.account, .expires = jwt.expires * APOLLO_MICRO};

	if (problem)
		return problem;
	audience = plain_text(json_member(jwt.claims, "aud"));
	scope = plain_text(json_member(jwt.claims, "scope"));
	issuer = plain_text(json_member(jwt.claims, "iss"));
	subject = plain_text(json_member(jwt.claims, "sub"));
	if (!subject || strcmp(subject, issuer) != 0)
		problem = "A self-signed token needs sub, equal to iss.";
	else if (!scope && !(audience && strcmp(audience, "https://servicecontrol.googleapis.com/") == 0))
		problem = "A self-signed token needs this service as aud, or a scope.";
	bearer.audience = problem ? 0 : names_enter(&sandbox->names,
						    scope ? scope : "https://www.googleapis.com/auth/servicecontrol");
	json_object_put(jwt.claims);
	if (!problem && (bearer.audience == TABLE_NONE || bearer_enter(sandbox, text, bearer) < 0))
		problem = "The sandbox holds no more tokens.";
	return problem;
}

const struct bearer *google_bearer(struct sandbox *sandbox, const struct request *request, struct reply *reply)
{
	static const char *const states[] = {[BEARER_MISSING] = "The access token is missing.",
					     [BEARER_UNKNOWN] = "The access token is not valid.",
					     [BEARER_EXPIRED] = "The access token has expired.",
					     [BEARER_REVOKED] = "The access token has been revoked."};
	const char *authorization = request_header(request, "Authorization"), *problem = NULL;
	struct bearer *bearer = NULL;
	int state = bearer_find(sandbox, authorization, BEARER_GOOGLE, &bearer);

	if (state == BEARER_UNKNOWN && strncmp(authorization + 7, "ey", 2) == 0) {
		problem = self_signed(sandbox, authorization + 7);
		if (!problem)
			state = bearer_find(sandbox, authorization, BEARER_GOOGLE, &bearer);
	}
	if (state != BEARER_GOOD) {
		reply_google_error(reply, 401, "%s", problem ? problem : states[state]);
		return NULL;
	}
	if (!scope_good(names_text(&sandbox->names, bearer->audience))) {
		reply_google_error(reply, 403, "The access token has no scope for this service.");
		return NULL;
	}
	return bearer;
}
