/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/azure/azure.h"
#include "plugins/common/json.h"

enum { MANAGED_WAITS = 6 }; /* 63 seconds in all */

/* The task's scope is an audience: the login endpoint v2 wants it with /.default behind it. */
static int audience_read(const struct apollo_call *call, const char *text, char **audience)
{
	JSON_CLEANUP struct json_object *task = NULL;
	int code = json_load(text, strlen(text), &task);
	const char *scope;

	if (code == APOLLO_NOMEM)
		return fail_memory(call, "a task");
	scope = code < 0 ? NULL : json_text(task, "scope");
	if (!scope || !*scope)
		return fail_print(call, APOLLO_BUG, NULL, NULL, "the token's task has no scope");
	*audience = apollo_percent(call, scope);
	return *audience ? 0 : fail_memory(call, "a token request");
}

static int managed_ask(const struct azure *azure, const struct apollo_call *call, const char *audience,
		       struct apollo_move *move)
{
	static const struct apollo_header metadata = {"Metadata", "true"};
	const char *client = azure->values[AZURE_IDENTITY_CLIENT_ID];
	const char *selector = client ? apollo_percent(call, client) : "";
	int code;

	if (!selector)
		return fail_memory(call, "a token request");
	code = move_send(call, move, "GET",
			 apollo_print(call, "%s/metadata/identity/oauth2/token?api-version=2018-02-01&resource=%s%s%s",
				      azure->values[AZURE_IMDS_ENDPOINT], audience, client ? "&client_id=" : "", selector));
	if (code < 0)
		return code;
	move->request->headers = &metadata;
	move->request->header_count = 1;
	move->request->flags = APOLLO_CONFIDENTIAL | APOLLO_DIRECT;
	return 0;
}

static int secret_ask(const struct azure *azure, const struct apollo_call *call, const char *audience,
		      struct apollo_move *move)
{
	static const struct apollo_header form = {"Content-Type", "application/x-www-form-urlencoded"};
	const char *secret = call->secret(call, azure->values[AZURE_CLIENT_SECRET]), *client, *tenant, *body;
	int code;

	if (!secret)
		return APOLLO_CONFIG;
	secret = apollo_percent(call, secret);
	client = apollo_percent(call, azure->values[AZURE_CLIENT_ID]);
	tenant = apollo_percent(call, azure->values[AZURE_TENANT_ID]);
	if (!secret || !client || !tenant)
		return fail_memory(call, "a token request");
	body = apollo_print(call, "grant_type=client_credentials&client_id=%s&client_secret=%s&%s=%s%s", client, secret,
			    azure->version_2 ? "scope" : "resource", audience, azure->version_2 ? "%2F.default" : "");
	if (!body)
		return fail_memory(call, "a token request");
	code = move_send(call, move, "POST",
			 apollo_print(call, "%s/%s/oauth2/%stoken", azure->values[AZURE_LOGIN_ENDPOINT], tenant,
				      azure->version_2 ? "v2.0/" : ""));
	if (code < 0)
		return code;
	move->request->headers = &form;
	move->request->header_count = 1;
	move->request->body = body;
	move->request->body_size = strlen(body);
	move->request->flags = APOLLO_CONFIDENTIAL;
	return 0;
}

static int token_ask(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
		     struct apollo_move *move)
{
	const struct azure *azure = instance;
	char *audience = NULL;
	int code = audience_read(call, turn->task, &audience);

	if (code < 0)
		return code;
	return (azure->managed ? managed_ask : secret_ask)(azure, call, audience, move);
}

/* Entra's own words make a refusal a matter of the credential. */
static int token_fail(const struct azure *azure, const struct apollo_call *call, const struct apollo_reply *reply,
		      struct json_object *answer)
{
	const char *what = azure->managed ? "token of the managed identity" : "token of the app registration";
	const char *said = json_text(answer, "error_description"), *word = json_text(answer, "error");
	int status = reply->status;

	said = line_copy(call, said ? said : word);
	if (azure->managed && (status == 404 || status == 410))
		return fail_print(call, APOLLO_RETRY, said, NULL, "%s: HTTP %d", what, status);
	if (status >= 400 && status < 500 && status != 408 && status != 429 && word)
		return fail_print(call, APOLLO_AUTH, said,
				  azure->managed ? "check the identity that this machine was given"
						 : "check tenant_id, client_id and client_secret",
				  "%s: HTTP %d", what, status);
	return reply_fail(call, reply, what, said ? said : "");
}

/* The machine's service answers 404 and 410 while it starts or is updated.  Each wait is two turns and twice as long as
 * the one before. */
static bool managed_starts(const struct azure *azure, const struct apollo_call *call, const struct apollo_turn *turn,
			   struct apollo_move *move)
{
	uint32_t waits = turn->count / 2;

	if (!azure->managed || (turn->reply->status != 404 && turn->reply->status != 410) || waits >= MANAGED_WAITS)
		return false;
	move->kind = APOLLO_WAIT;
	move->until = call->now + (APOLLO_MICRO << waits);
	return true;
}

static int token_read(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
		      struct apollo_move *move)
{
	JSON_CLEANUP struct json_object *answer = NULL;
	const struct apollo_reply *reply = turn->reply;
	const char *token;
	int64_t seconds = 0;
	int found;

	if (managed_starts(instance, call, turn, move))
		return 0;
	if (reply->status && json_load(reply->body, reply->body_size, &answer) == APOLLO_NOMEM)
		return fail_memory(call, "a token");
	token = json_text(answer, "access_token");
	if ((found = json_whole(answer, "expires_in", &seconds)) == 0 &&
	    (found = json_whole(answer, "expires_on", &seconds)) == 1)
		seconds -= call->now / APOLLO_MICRO;
	if (found < 0)
		return fail_memory(call, "a token");
	if (reply_code(reply) < 0 || !token || !token_valid(token) || seconds <= 0)
		return token_fail(instance, call, reply, answer);
	return move_done(call, move, token_result(call, token, seconds));
}

int azure_issuer_converse(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
			  struct apollo_move *move)
{
	static const struct flow flows[] = {{"token", token_ask, token_read}};

	return flow_turn(flows, sizeof(flows) / sizeof(flows[0]), instance, call, turn, move);
}
