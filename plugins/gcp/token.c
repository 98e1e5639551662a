/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/gcp/gcp.h"
#include "plugins/gcp/jwt.h"

enum { JWT_SECONDS = 3600 }; /* Google's limit */

/* What is needed of a service account's key file. */
struct account {
	const char *email;
	const char *key;
	const char *key_id;
	const char *token_uri;
};

static int scope_read(const struct apollo_call *call, const char *text, char **scope)
{
	JSON_CLEANUP struct json_object *task = NULL;
	int code = json_load(text, strlen(text), &task);
	const char *asked = code < 0 ? NULL : json_text(task, "scope");

	if (code == APOLLO_NOMEM)
		return fail_memory(call, "a task");
	if (!asked || !*asked)
		return fail_print(call, APOLLO_BUG, NULL, NULL, "the token's task has no scope");
	*scope = apollo_copy(call, asked);
	return *scope ? 0 : fail_memory(call, "a token request");
}

/* A signed statement goes to this address in clear only where it stays on this machine. */
static bool url_valid(const char *text)
{
	static const char *const loopback[] = {"http://127.0.0.1", "http://[::1]", "http://localhost"};

	for (size_t i = 0; i < sizeof(loopback) / sizeof(loopback[0]); i++) {
		size_t size = strlen(loopback[i]);

		if (strncmp(text, loopback[i], size) == 0 && (text[size] == ':' || text[size] == '/' || !text[size]))
			return true;
	}
	return strncmp(text, "https://", 8) == 0;
}

/* account points into *file. */
static int account_read(const struct gcp *gcp, const struct apollo_call *call, struct json_object **file,
			struct account *account)
{
	const char *text = call->secret(call, gcp->values[GCP_KEY]);
	int code = text ? json_load(text, strlen(text), file) : APOLLO_CONFIG;

	if (!text)
		return code;
	if (code == APOLLO_NOMEM)
		return fail_memory(call, "a key");
	*account = (struct account){json_text(*file, "client_email"), json_text(*file, "private_key"),
				    json_text(*file, "private_key_id"), json_text(*file, "token_uri")};
	if (!account->email || !account->key || !account->token_uri)
		return fail_print(call, APOLLO_CONFIG, NULL, "take the JSON file as Google made it",
				  "the key has no client_email, private_key or token_uri");
	if (!url_valid(account->token_uri))
		return fail_print(call, APOLLO_CONFIG, line_copy(call, account->token_uri), "take the JSON file as Google made it",
				  "the key's token_uri does not begin with https://");
	return 0;
}

static char *header_make(const struct apollo_call *call, const struct account *account)
{
	struct apollo_text text = apollo_text_begin(call);

	apollo_text_add(&text, "{\"alg\":\"RS256\",\"typ\":\"JWT\"");
	if (account->key_id) {
		apollo_text_add(&text, ",\"kid\":");
		apollo_text_json(&text, account->key_id);
	}
	apollo_text_add(&text, "}");
	return apollo_text_end(&text);
}

/* A statement for the token endpoint names it as the audience; one that is itself the token names its subject. */
static char *claims_make(const struct gcp *gcp, const struct apollo_call *call, const struct account *account,
			 const char *scope)
{
	struct apollo_text text = apollo_text_begin(call);
	int64_t now = call->now / APOLLO_MICRO;

	apollo_text_add(&text, "{\"iss\":");
	apollo_text_json(&text, account->email);
	apollo_text_add(&text, gcp->self_signed ? ",\"sub\":" : ",\"aud\":");
	apollo_text_json(&text, gcp->self_signed ? account->email : account->token_uri);
	apollo_text_add(&text, ",\"scope\":");
	apollo_text_json(&text, scope);
	apollo_text_print(&text, ",\"iat\":%lld,\"exp\":%lld}", (long long)now, (long long)(now + JWT_SECONDS));
	return apollo_text_end(&text);
}

static int exchange_ask(const struct gcp *gcp, const struct apollo_call *call, const struct account *account,
			const char *jwt, struct apollo_move *move)
{
	static const struct apollo_header form = {"Content-Type", "application/x-www-form-urlencoded"};
	const char *endpoint = gcp->values[GCP_TOKEN_ENDPOINT];
	const char *body = apollo_print(call, "grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Agrant-type%%3Ajwt-bearer"
					      "&assertion=%s", jwt);
	int code = move_send(call, move, "POST", body ? apollo_copy(call, endpoint ? endpoint : account->token_uri) : NULL);

	if (code < 0)
		return code;
	move->request->headers = &form;
	move->request->header_count = 1;
	move->request->body = body;
	move->request->body_size = strlen(body);
	move->request->flags = APOLLO_CONFIDENTIAL;
	return 0;
}

static int key_ask(const struct gcp *gcp, const struct apollo_call *call, const char *scope, struct apollo_move *move)
{
	JSON_CLEANUP struct json_object *file = NULL;
	struct account account = {0};
	const char *header, *claims;
	char *jwt = NULL;
	int code = account_read(gcp, call, &file, &account);

	if (code < 0)
		return code;
	header = header_make(call, &account);
	claims = claims_make(gcp, call, &account, scope);
	if (!header || !claims)
		return fail_memory(call, "a token request");
	code = jwt_sign(call, header, claims, account.key, &jwt);
	if (code < 0)
		return code;
	if (gcp->self_signed)
		return move_done(call, move, token_result(call, jwt, JWT_SECONDS));
	return exchange_ask(gcp, call, &account, jwt, move);
}

static int metadata_ask(const struct gcp *gcp, const struct apollo_call *call, const char *scope,
			struct apollo_move *move)
{
	static const struct apollo_header flavor = {"Metadata-Flavor", "Google"};
	const char *encoded = apollo_percent(call, scope);
	int code = move_send(call, move, "GET",
			     !encoded ? NULL
				      : apollo_print(call,
						     "%s/computeMetadata/v1/instance/service-accounts/default/token?scopes=%s",
						     gcp->values[GCP_METADATA_ENDPOINT], encoded));

	if (code < 0)
		return code;
	move->request->headers = &flavor;
	move->request->header_count = 1;
	move->request->flags = APOLLO_CONFIDENTIAL | APOLLO_DIRECT;
	return 0;
}

static int token_ask(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
		     struct apollo_move *move)
{
	const struct gcp *gcp = instance;
	char *scope = NULL;
	int code = scope_read(call, turn->task, &scope);

	if (code < 0)
		return code;
	return (gcp->metadata ? metadata_ask : key_ask)(gcp, call, scope, move);
}

static int token_fail(const struct gcp *gcp, const struct apollo_call *call, const struct apollo_reply *reply,
		      struct json_object *answer)
{
	const char *what = gcp->metadata ? "token of this machine's account" : "token of the service account";
	const char *said = json_text(answer, "error_description"), *word = json_text(answer, "error");
	int status = reply->status;

	said = line_copy(call, said ? said : word);
	if (status >= 400 && status < 500 && status != 408 && status != 429 && word)
		return fail_print(call, APOLLO_AUTH, said, "check the key, the account and this machine's clock",
				  "%s: HTTP %d", what, status);
	return reply_fail(call, reply, what, said ? said : "");
}

static int token_read(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
		      struct apollo_move *move)
{
	JSON_CLEANUP struct json_object *answer = NULL;
	const struct gcp *gcp = instance;
	const struct apollo_reply *reply = turn->reply;
	const char *token, *flavor = apollo_reply_header(reply, "Metadata-Flavor");
	int64_t seconds = 0;

	if (gcp->metadata && reply->status && !text_same(flavor, "Google"))
		return fail_print(call, APOLLO_AUTH, NULL, "check metadata_endpoint, and that this machine runs on Google Cloud",
				  "the metadata server's answer is not one of Google's");
	if (reply->status && json_load(reply->body, reply->body_size, &answer) == APOLLO_NOMEM)
		return fail_memory(call, "a token");
	token = json_text(answer, "access_token");
	if (json_whole(answer, "expires_in", &seconds) < 0)
		return fail_memory(call, "a token");
	if (reply_code(reply) < 0 || !token || !token_valid(token) || seconds <= 0)
		return token_fail(gcp, call, reply, answer);
	return move_done(call, move, token_result(call, token, seconds));
}

int gcp_issuer_converse(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
			struct apollo_move *move)
{
	static const struct flow flows[] = {{"token", token_ask, token_read}};

	return flow_turn(flows, sizeof(flows) / sizeof(flows[0]), instance, call, turn, move);
}
