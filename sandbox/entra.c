/* SPDX-License-Identifier: Apache-2.0 */
/* Microsoft Entra's token endpoints and a virtual machine's instance metadata service. */
#include "sandbox/form.h"
#include "sandbox/routes.h"
#include "sandbox/state.h"

#include <apollo/kit.h>
#include <string.h>
#include <strings.h>

enum { TOKEN_TEXT_MAX = 4096, IMDS_LIFETIME_SECONDS = 86400 };

/* What a token is asked for, in the same form for all three ways of asking. */
struct asked {
	uint32_t app;
	const char *audience;
	const char *version; /* of the token */
	int64_t lifetime;    /* seconds */
};

void reply_entra_error(struct sandbox *sandbox, struct reply *reply, unsigned status, const char *word, int number,
		       const char *sentence)
{
	char time[APOLLO_TIME_TEXT], trace[GUID_TEXT], correlation[GUID_TEXT];
	int64_t now = calendar_now(&sandbox->calendar);
	uint64_t high = chance_next(&sandbox->chance);

	guid_format(high, chance_next(&sandbox->chance), trace);
	high = chance_next(&sandbox->chance);
	guid_format(high, chance_next(&sandbox->chance), correlation);
	(void)apollo_time_format(now - now % APOLLO_MICRO, time);
	time[10] = ' ';
	reply_status(reply, status, "application/json; charset=utf-8");
	(void)buffer_print(&reply->body,
			   "{\"error\":\"%s\",\"error_description\":\"AADSTS%d: %s Trace ID: %s Correlation ID: %s "
			   "Timestamp: %s\",\"error_codes\":[%d],\"timestamp\":\"%s\",\"trace_id\":\"%s\","
			   "\"correlation_id\":\"%s\"}",
			   word, number, sentence, trace, correlation, time, number, time, trace, correlation);
}

/* The audiences that Entra knows; a GUID or a URI with or without a slash at its end. */
static bool audience_known(const char *audience)
{
	static const char *const known[] = {"20e940b3-4c77-4b0b-9a53-9e16a1b010a7", "https://management.azure.com",
					    "https://management.core.windows.net", "https://graph.microsoft.com"};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		size_t size = strlen(known[i]);

		if (strncasecmp(known[i], audience, size) == 0 &&
		    (!audience[size] || (audience[size] == '/' && !audience[size + 1])))
			return true;
	}
	return false;
}

/* ---- tokens ------------------------------------------------------------------------------------------------ */

/* A number as version 1 and the instance metadata service write it: as a text, or as a number by option. */
static void print_number(const struct sandbox *sandbox, const char *name, int64_t number, struct buffer *out)
{
	const char *quote = sandbox->registry.settings.token_numbers ? "" : "\"";

	(void)buffer_print(out, ",\"%s\":%s%lld%s", name, quote, (long long)number, quote);
}

static void print_times(const struct sandbox *sandbox, const struct asked *asked, int64_t now, struct buffer *out)
{
	print_number(sandbox, "expires_in", asked->lifetime, out);
	print_number(sandbox, "ext_expires_in", asked->lifetime, out);
	print_number(sandbox, "expires_on", now + asked->lifetime, out);
	print_number(sandbox, "not_before", now, out);
	(void)buffer_text(out, ",\"resource\":");
	(void)buffer_json(out, asked->audience);
}

/* Looks like a signed JWT; nobody but this sandbox can tell that it is none. */
static void token_print(struct sandbox *sandbox, const struct asked *asked, int64_t now, struct buffer *token)
{
	const struct app *app = &sandbox->registry.apps[asked->app];
	struct buffer claims BUFFER_CLEANUP = buffer_init(TOKEN_TEXT_MAX);
	static const char head[] = "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"kid\":\"sandbox\"}";
	uint64_t signature[32];

	for (size_t i = 0; i < sizeof(signature) / sizeof(*signature); i++)
		signature[i] = chance_next(&sandbox->chance);
	(void)buffer_text(&claims, "{\"aud\":");
	(void)buffer_json(&claims, asked->audience);
	(void)buffer_text(&claims, ",\"iss\":\"https://sts.windows.net/");
	(void)buffer_text(&claims, names_text(&sandbox->names, app->tenant));
	(void)buffer_print(&claims, "/\",\"iat\":%lld,\"nbf\":%lld,\"exp\":%lld,\"appid\":", (long long)now,
			   (long long)now, (long long)(now + asked->lifetime));
	names_json(&sandbox->names, app->client, &claims);
	(void)buffer_text(&claims, ",\"tid\":");
	names_json(&sandbox->names, app->tenant, &claims);
	(void)buffer_print(&claims, ",\"ver\":\"%s\"}", asked->version);
	base64url_append(token, head, sizeof(head) - 1);
	(void)buffer_text(token, ".");
	base64url_append(token, buffer_string(&claims), claims.size);
	(void)buffer_text(token, ".");
	base64url_append(token, signature, sizeof(signature));
}

/* Makes a token and remembers it; false (and the reply filled) if there is no room. */
static bool token_issue(struct sandbox *sandbox, const struct asked *asked, int64_t now, struct buffer *token,
			struct reply *reply)
{
	struct bearer bearer = {.kind = BEARER_AZURE, .principal = asked->app,
				.audience = names_enter(&sandbox->names, asked->audience),
				.expires = (now + asked->lifetime) * APOLLO_MICRO};

	token_print(sandbox, asked, now, token);
	if (!buffer_failed(token) && bearer.audience != TABLE_NONE &&
	    bearer_enter(sandbox, buffer_string(token), bearer) == 0)
		return true;
	reply_entra_error(sandbox, reply, 503, "temporarily_unavailable", 90033, "The sandbox holds no more tokens.");
	return false;
}

/* ---- Entra ------------------------------------------------------------------------------------------------- */

static bool form_checked(struct sandbox *sandbox, struct request *request, struct form *form, struct reply *reply)
{
	const char *grant, *problem;

	if (!request_is(request, "application/x-www-form-urlencoded"))
		problem = "the body is not a form";
	else
		problem = form_read(form, &request->body);
	if (problem) {
		reply_entra_error(sandbox, reply, 400, "invalid_request", 9000410, problem);
		return false;
	}
	grant = form_value(form, "grant_type");
	if (!grant) {
		reply_entra_error(sandbox, reply, 400, "invalid_request", 900144, "The field grant_type is missing.");
		return false;
	}
	if (strcmp(grant, "client_credentials") != 0) {
		reply_entra_error(sandbox, reply, 400, "unsupported_grant_type", 70003,
				  "This grant type is not known.");
		return false;
	}
	return true;
}

/* The app that a form's id and secret prove; false with the reply filled. */
static bool client_checked(struct sandbox *sandbox, const char *tenant, const struct form *form, uint32_t *app,
			   struct reply *reply)
{
	const char *client = form_value(form, "client_id"), *secret = form_value(form, "client_secret");
	const struct app *known;

	if (!client || !secret) {
		reply_entra_error(sandbox, reply, client ? 401 : 400, client ? "invalid_client" : "invalid_request",
				  client ? 7000216 : 900144,
				  client ? "The field client_secret is missing." : "The field client_id is missing.");
		return false;
	}
	*app = app_find(sandbox, tenant, client);
	if (*app == TABLE_NONE) {
		reply_entra_error(sandbox, reply, 400, "unauthorized_client", 700016,
				  "The tenant has no application with this id.");
		return false;
	}
	known = &sandbox->registry.apps[*app];
	if (known->secret ? strcmp(names_text(&sandbox->names, known->secret), secret) != 0 : !sandbox->open) {
		reply_entra_error(sandbox, reply, 401, "invalid_client", 7000215,
				  "The client secret is not the right one.");
		return false;
	}
	return true;
}

void entra_v1(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	struct buffer token BUFFER_CLEANUP = buffer_init(TOKEN_TEXT_MAX);
	int64_t now = calendar_now(&sandbox->calendar) / APOLLO_MICRO;
	struct asked asked = {.version = "1.0", .lifetime = sandbox->registry.settings.token_lifetime / APOLLO_MICRO};
	struct form form;

	if (!form_checked(sandbox, request, &form, reply))
		return;
	asked.audience = form_value(&form, "resource");
	if (!asked.audience || !audience_known(asked.audience)) {
		reply_entra_error(sandbox, reply, 400, asked.audience ? "invalid_resource" : "invalid_request",
				  asked.audience ? 500011 : 900144,
				  asked.audience ? "The resource is not known in the tenant."
						 : "The field resource is missing.");
		return;
	}
	if (!client_checked(sandbox, request->part, &form, &asked.app, reply) ||
	    !token_issue(sandbox, &asked, now, &token, reply))
		return;
	(void)buffer_text(&reply->body, "{\"token_type\":\"Bearer\"");
	print_times(sandbox, &asked, now, &reply->body);
	(void)buffer_print(&reply->body, ",\"access_token\":\"%s\"}", buffer_string(&token));
	reply_header(reply, "Cache-Control", "no-store, no-cache");
}

void entra_v2(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	static const char suffix[] = "/.default";
	struct buffer token BUFFER_CLEANUP = buffer_init(TOKEN_TEXT_MAX);
	int64_t now = calendar_now(&sandbox->calendar) / APOLLO_MICRO;
	struct asked asked = {.version = "1.0", .lifetime = sandbox->registry.settings.token_lifetime / APOLLO_MICRO};
	struct form form;
	const char *scope;
	char audience[256];
	size_t size;

	if (!form_checked(sandbox, request, &form, reply))
		return;
	scope = form_value(&form, "scope");
	size = scope ? strlen(scope) : 0;
	if (!scope || size < sizeof(suffix) || size >= sizeof(audience) ||
	    strcmp(scope + size - (sizeof(suffix) - 1), suffix) != 0) {
		reply_entra_error(sandbox, reply, 400, scope ? "invalid_scope" : "invalid_request",
				  scope ? 1002012 : 900144,
				  scope ? "The scope must be one resource followed by /.default."
					: "The field scope is missing.");
		return;
	}
	(void)snprintf(audience, sizeof(audience), "%.*s", (int)(size - (sizeof(suffix) - 1)), scope);
	asked.audience = audience;
	if (!audience_known(audience)) {
		reply_entra_error(sandbox, reply, 400, "invalid_resource", 500011,
				  "The resource is not known in the tenant.");
		return;
	}
	if (!client_checked(sandbox, request->part, &form, &asked.app, reply) ||
	    !token_issue(sandbox, &asked, now, &token, reply))
		return;
	(void)buffer_print(
		&reply->body,
		"{\"token_type\":\"Bearer\",\"expires_in\":%lld,\"ext_expires_in\":%lld,\"access_token\":\"%s\"}",
		(long long)asked.lifetime, (long long)asked.lifetime, buffer_string(&token));
	reply_header(reply, "Cache-Control", "no-store, no-cache");
}

/* ---- the instance metadata service ------------------------------------------------------------------------- */

/* What is wrong with a request before it is looked who asks; NULL: nothing. */
static const char *imds_problem(const struct request *request)
{
	const char *metadata = request_header(request, "Metadata"), *version = request_query(request, "api-version");

	if (!metadata || strcasecmp(metadata, "true") != 0)
		return "The header Metadata: true is required.";
	if (request_header(request, "X-Forwarded-For"))
		return "Requests through a proxy are not answered.";
	if (!version || !*version)
		return "The parameter api-version is missing.";
	if (strcmp(version, "2018-02-01") != 0 && strcmp(version, "2019-08-01") != 0 &&
	    strcmp(version, "2021-02-01") != 0)
		return "This api-version is not supported.";
	if (!request_query(request, "resource"))
		return "The parameter resource is missing.";
	return NULL;
}

void entra_identity(struct sandbox *sandbox, struct request *request, struct reply *reply)
{
	struct buffer token BUFFER_CLEANUP = buffer_init(TOKEN_TEXT_MAX);
	int64_t now = calendar_now(&sandbox->calendar) / APOLLO_MICRO;
	struct asked asked = {.version = "1.0", .lifetime = IMDS_LIFETIME_SECONDS};
	const char *problem = imds_problem(request);

	if (problem) {
		reply_oauth_error(reply, 400, "invalid_request", problem);
		return;
	}
	asked.audience = request_query(request, "resource");
	if (!audience_known(asked.audience)) {
		reply_oauth_error(reply, 400, "invalid_resource",
				  "AADSTS500011: The resource is not known in the tenant.");
		return;
	}
	asked.app = identity_find(sandbox, request_query(request, "client_id"), request_query(request, "object_id"),
				  request_query(request, "msi_res_id"));
	if (asked.app == TABLE_NONE) {
		reply_oauth_error(reply, 400, "invalid_request", "Identity not found");
		return;
	}
	if (!token_issue(sandbox, &asked, now, &token, reply))
		return;
	(void)buffer_print(&reply->body, "{\"access_token\":\"%s\",\"client_id\":", buffer_string(&token));
	names_json(&sandbox->names, sandbox->registry.apps[asked.app].client, &reply->body);
	print_times(sandbox, &asked, now, &reply->body);
	(void)buffer_text(&reply->body, ",\"token_type\":\"Bearer\"}");
}
