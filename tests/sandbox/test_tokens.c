/* SPDX-License-Identifier: Apache-2.0 */
/* Where tokens come from: Entra, the instance metadata service, Google's token endpoint and the metadata server. */
#include "sandbox/bearers.h"
#include "tests/sandbox/azure.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define V1 "/" TENANT "/oauth2/token"
#define V2 "/" TENANT "/oauth2/v2.0/token"
#define CLIENT_ "grant_type=client_credentials&client_id=" APP "&client_secret=open%20sesame"
#define IMDS "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=" METERING

#define IDENTITIES                                                                                                 \
	"{'apps': [{'tenant': '" TENANT "', 'client': '" APP "', 'secret': '" SECRET "'},"                         \
	" {'tenant': '" TENANT "', 'client': 'cccccccc-0000-0000-0000-000000000001', 'managed': true,"              \
	"  'object': 'cccccccc-0000-0000-0000-0000000000aa', 'identity': '/subscriptions/s/id1'},"                  \
	" {'tenant': '" TENANT "', 'client': 'cccccccc-0000-0000-0000-000000000002', 'managed': true}],"            \
	" 'resources': [{'id': '" ACTIVE "'}]}"

/* The claims of a token, decoded from its middle part; valid until the next call. */
static struct json_object *claims_of(const char *token)
{
	static struct json_object *claims;
	unsigned char text[4096];
	const char *middle = token ? strchr(token, '.') : NULL, *end = middle ? strchr(middle + 1, '.') : NULL;
	int size = end ? base64url_read(middle + 1, (size_t)(end - middle - 1), text, sizeof(text) - 1) : -1;

	json_object_put(claims);
	text[size > 0 ? size : 0] = '\0';
	claims = json_tokener_parse((const char *)text);
	return claims;
}

static const char *claim(struct json_object *claims, const char *name)
{
	struct json_object *value = NULL;

	(void)json_object_object_get_ex(claims, name, &value);
	return value ? json_object_get_string(value) : "";
}

/* ---- Entra ------------------------------------------------------------------------------------------------- */

static void version_1(void)
{
	struct json_object *claims;

	stage_begin(IDENTITIES);
	ask("POST", V1, FORM, CLIENT_ "&resource=" METERING);
	WANT_STATUS(200);
	WANT("token_type", "Bearer");
	WANT("expires_in", "3600");
	WANT("ext_expires_in", "3600");
	WANT("expires_on", "1793538000");
	WANT("not_before", "1793534400");
	WANT("resource", METERING);
	WANT_COUNT("", 7);
	CU_ASSERT_PTR_NOT_NULL(strstr(reply()->body, "\"expires_in\":\"3600\"")); /* texts, all of them */
	claims = claims_of(said("access_token"));
	CU_ASSERT_STRING_EQUAL(claim(claims, "aud"), METERING);
	CU_ASSERT_STRING_EQUAL(claim(claims, "iss"), "https://sts.windows.net/" TENANT "/");
	CU_ASSERT_STRING_EQUAL(claim(claims, "appid"), APP);
	CU_ASSERT_STRING_EQUAL(claim(claims, "tid"), TENANT);
	CU_ASSERT_STRING_EQUAL(claim(claims, "exp"), "1793538000");
	settings("{'token_numbers': true, 'token_lifetime': 60}");
	ask("POST", V1, FORM, CLIENT_ "&resource=" METERING);
	CU_ASSERT_PTR_NOT_NULL(strstr(reply()->body, "\"expires_in\":60,"));
	CU_ASSERT_PTR_NOT_NULL(strstr(reply()->body, "\"expires_on\":1793534460,"));
	stage_end();
}

static void version_2(void)
{
	stage_begin(IDENTITIES);
	ask("POST", V2, FORM, CLIENT_ "&scope=" METERING "%2F.default");
	WANT_STATUS(200);
	WANT("token_type", "Bearer");
	WANT_COUNT("", 4);
	CU_ASSERT_PTR_NOT_NULL(strstr(reply()->body, "\"expires_in\":3600"));
	CU_ASSERT_STRING_EQUAL(claim(claims_of(said("access_token")), "aud"), METERING);
	ask("POST", SINGLE, bearer(keep(said("access_token"))), EVENT("tib", NOON, "1"));
	WANT_STATUS(200);
	ask("POST", V2, FORM, CLIENT_ "&scope=" METERING);
	WANT_STATUS(400);
	WANT("error", "invalid_scope");
	ask("POST", V2, FORM, CLIENT_ "&resource=" METERING);
	WANT_STATUS(400);
	WANT("error", "invalid_request");
	ask("POST", V2, FORM, CLIENT_ "&scope=elsewhere/.default");
	WANT("error", "invalid_resource");
	stage_end();
}

static void entra_refusals(void)
{
	static const struct {
		const char *target, *type, *form;
		int status;
		const char *error;
	} cases[] = {
		{V1, FORM, "", 400, "invalid_request"},
		{V1, FORM, "client_id=" APP "&client_secret=x&resource=" METERING, 400, "invalid_request"},
		{V1, FORM, "grant_type=password&client_id=" APP "&client_secret=x&resource=" METERING, 400,
		 "unsupported_grant_type"},
		{V1, FORM, CLIENT_, 400, "invalid_request"},
		{V1, FORM, CLIENT_ "&resource=elsewhere", 400, "invalid_resource"},
		{V1, FORM, CLIENT_ "&resource=" METERING "&resource=" METERING, 400, "invalid_request"},
		{V1, FORM, CLIENT_ "&Resource=" METERING, 400, "invalid_request"},
		{V1, FORM, CLIENT_ "&resource=%zz", 400, "invalid_request"},
		{V1, FORM, "grant_type=client_credentials&client_secret=x&resource=" METERING, 400, "invalid_request"},
		{V1, FORM, "grant_type=client_credentials&client_id=" APP "&resource=" METERING, 401, "invalid_client"},
		{V1, FORM, "grant_type=client_credentials&client_id=" APP "&client_secret=wrong&resource=" METERING,
		 401, "invalid_client"},
		{V1, FORM,
		 "grant_type=client_credentials&client_id=" STRANGER "&client_secret=open+sesame&resource=" METERING,
		 400, "unauthorized_client"},
		{"/dddddddd-0000-0000-0000-000000000001/oauth2/token", FORM, CLIENT_ "&resource=" METERING, 400,
		 "unauthorized_client"},
		{V1, "Content-Type: application/json\r\n", CLIENT_ "&resource=" METERING, 400, "invalid_request"},
		{V2, FORM,
		 "grant_type=client_credentials&client_id=" APP "&client_secret=wrong&scope=" METERING "/.default", 401,
		 "invalid_client"},
	};

	stage_begin(IDENTITIES);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ask("POST", cases[i].target, cases[i].type, cases[i].form);
		WANT_STATUS(cases[i].status);
		WANT("error", cases[i].error);
		WANT_NONE("access_token");
		CU_ASSERT_PTR_NOT_NULL(said("error_description"));
		CU_ASSERT(said_count("error_codes") == 1);
		WANT("timestamp", "2026-11-01 12:00:00Z");
	}
	ask("GET", V1, "", NULL);
	WANT_STATUS(405);
	stage_end();
}

static void expiry(void)
{
	stage_begin(IDENTITIES);
	settings("{'token_lifetime': 60}");
	(void)token_azure(TENANT, APP, SECRET);
	clock_set("2026-11-01T12:00:59Z");
	azure("POST", SINGLE, EVENT("tib", "2026-11-01T11:00:00Z", "1"));
	WANT_STATUS(200);
	clock_set("2026-11-01T12:01:00Z");
	azure("POST", SINGLE, EVENT("tib", "2026-11-01T10:00:00Z", "1"));
	WANT_STATUS(403);
	stage_end();
}

/* ---- the instance metadata service ------------------------------------------------------------------------- */

static void identity(void)
{
	static const struct {
		const char *select, *client;
	} selects[] = {{"", "cccccccc-0000-0000-0000-000000000001"},
		       {"&client_id=CCCCCCCC-0000-0000-0000-000000000002", "cccccccc-0000-0000-0000-000000000002"},
		       {"&object_id=cccccccc-0000-0000-0000-0000000000aa", "cccccccc-0000-0000-0000-000000000001"},
		       {"&msi_res_id=%2Fsubscriptions%2FS%2Fid1", "cccccccc-0000-0000-0000-000000000001"}};
	char target[300];

	stage_begin(IDENTITIES);
	for (size_t i = 0; i < sizeof(selects) / sizeof(*selects); i++) {
		(void)snprintf(target, sizeof(target), IMDS "%s", selects[i].select);
		ask("GET", target, "Metadata: true\r\n", NULL);
		WANT_STATUS(200);
		WANT("client_id", selects[i].client);
		WANT("expires_in", "86400");
		WANT("resource", METERING);
		WANT("token_type", "Bearer");
		CU_ASSERT_STRING_EQUAL(claim(claims_of(said("access_token")), "appid"), selects[i].client);
	}
	ask("POST", SINGLE, bearer(keep(said("access_token"))), EVENT("tib", NOON, "1"));
	WANT_STATUS(200);
	/* The same service, asked for ARM: a token, but not for metering. */
	ask("GET", "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://management.azure.com/",
	    "Metadata: true\r\n", NULL);
	WANT_STATUS(200);
	ask("POST", SINGLE, bearer(keep(said("access_token"))), EVENT("tib", NOON, "1"));
	WANT_STATUS(403);
	stage_end();
}

static void identity_refusals(void)
{
	static const struct {
		const char *target, *headers;
	} cases[] = {
		{IMDS, ""},
		{IMDS, "Metadata: yes\r\n"},
		{IMDS, "Metadata: true\r\nX-Forwarded-For: 10.0.0.1\r\n"},
		{"/metadata/identity/oauth2/token?resource=" METERING, "Metadata: true\r\n"},
		{"/metadata/identity/oauth2/token?api-version=2017-01-01&resource=" METERING, "Metadata: true\r\n"},
		{"/metadata/identity/oauth2/token?api-version=2018-02-01", "Metadata: true\r\n"},
		{"/metadata/identity/oauth2/token?api-version=2018-02-01&resource=elsewhere", "Metadata: true\r\n"},
		{IMDS "&client_id=" APP, "Metadata: true\r\n"}};

	stage_begin(IDENTITIES);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ask("GET", cases[i].target, cases[i].headers, NULL);
		WANT_STATUS(400);
		CU_ASSERT_PTR_NOT_NULL(said("error"));
		WANT_NONE("access_token");
	}
	stage_end();
}

/* ---- Google ------------------------------------------------------------------------------------------------ */

static EVP_PKEY *key, *other_key;

/* An account with the public half of `key`. */
static void google_begin(void)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char document[4000], pem[2000] = "";
	char *data;
	size_t used = 0;
	long size;

	if (!key) {
		key = EVP_RSA_gen(2048);
		other_key = EVP_RSA_gen(2048);
	}
	(void)PEM_write_bio_PUBKEY(bio, key);
	size = BIO_get_mem_data(bio, &data);
	for (long i = 0; i < size && used < sizeof(pem) - 3; i++) {
		if (data[i] == '\n')
			pem[used++] = '\\';
		pem[used++] = data[i] == '\n' ? 'n' : data[i];
	}
	BIO_free(bio);
	(void)snprintf(document, sizeof(document),
		       "{'services': [{'name': '" SERVICE "', 'metrics': [{'name': '" SERVICE
		       "/tib'}]}, {'name': 'other.example'}],"
		       " 'consumers': [{'id': 'project:one'}],"
		       " 'accounts': [{'email': '" ACCOUNT
		       "', 'key_id': 'k1', 'public_key': '%s', 'services': ['" SERVICE "']}]}",
		       pem);
	stage_begin(document);
}

static const char *assertion(EVP_PKEY *signer, const char *head, const char *claims)
{
	struct buffer text BUFFER_CLEANUP = buffer_init(16384);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char signature[512];
	size_t size = sizeof(signature);
	char plain[2][2000];

	(void)snprintf(plain[0], sizeof(plain[0]), "%s", head);
	(void)snprintf(plain[1], sizeof(plain[1]), "%s", claims);
	for (int i = 0; i < 2; i++) {
		for (char *at = plain[i]; *at; at++)
			*at = *at == '\'' ? '"' : *at;
		(void)buffer_text(&text, i ? "." : "");
		base64url_append(&text, plain[i], strlen(plain[i]));
	}
	if (EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, signer) != 1 ||
	    EVP_DigestSign(context, signature, &size, (const unsigned char *)text.data, text.size) != 1)
		exit(2);
	EVP_MD_CTX_free(context);
	(void)buffer_text(&text, ".");
	base64url_append(&text, signature, size);
	return keep(text.data);
}

static void exchange(const char *token)
{
	struct buffer form BUFFER_CLEANUP = buffer_init(16384);

	(void)buffer_print(&form, "grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Agrant-type%%3Ajwt-bearer&assertion=%s",
			   token);
	ask("POST", "/token", FORM, form.data);
}

#define HEAD "{'alg': 'RS256', 'typ': 'JWT', 'kid': 'k1'}"
#define SCOPE_ "'scope': 'https://www.googleapis.com/auth/servicecontrol'"
#define AUD_ "'aud': 'https://oauth2.googleapis.com/token'"
#define TIMES_ "'iat': 1793534400, 'exp': 1793538000"
#define ISS_ "'iss': '" ACCOUNT "'"
#define CHECK "/v1/services/" SERVICE ":check"
#define CHECK_BODY                                                                                                     \
	"{'operation': {'operationId': 'o', 'operationName': 'x/report', 'consumerId': 'project:one', 'startTime': "   \
	"'" NOON "'}}"

static void key_exchange(void)
{
	google_begin();
	exchange(assertion(key, HEAD, "{" ISS_ "," AUD_ "," SCOPE_ "," TIMES_ "}"));
	WANT_STATUS(200);
	WANT("token_type", "Bearer");
	WANT("expires_in", "3600");
	CU_ASSERT_PTR_NOT_NULL(strstr(reply()->body, "\"expires_in\":3600"));
	ask("POST", CHECK, bearer(keep(said("access_token"))), CHECK_BODY);
	WANT_STATUS(200);
	/* The endpoint's own URL is as good an audience. */
	{
		char claims[600];

		(void)snprintf(claims, sizeof(claims), "{" ISS_ ", 'aud': '%s/token', " SCOPE_ ", " TIMES_ "}",
			       sandbox_url(stage_sandbox()));
		exchange(assertion(key, HEAD, claims));
		WANT_STATUS(200);
	}
	stage_end();
}

static void assertion_refusals(void)
{
	static const struct {
		const char *head, *claims, *error;
		bool other;
	} cases[] = {
		{HEAD, "{" ISS_ "," AUD_ "," SCOPE_ "," TIMES_ "}", "invalid_grant", true},
		{"{'alg': 'none', 'typ': 'JWT', 'kid': 'k1'}", "{" ISS_ "," AUD_ "," SCOPE_ "," TIMES_ "}",
		 "invalid_grant", false},
		{"{'alg': 'HS256', 'typ': 'JWT', 'kid': 'k1'}", "{" ISS_ "," AUD_ "," SCOPE_ "," TIMES_ "}",
		 "invalid_grant", false},
		{"{'alg': 'RS256', 'typ': 'JWT', 'kid': 'k2'}", "{" ISS_ "," AUD_ "," SCOPE_ "," TIMES_ "}",
		 "invalid_grant", false},
		{"{'alg': 'RS256', 'typ': 'JWT'}", "{" ISS_ "," AUD_ "," SCOPE_ "," TIMES_ "}", "invalid_grant", false},
		{HEAD, "{'iss': 'who@else'," AUD_ "," SCOPE_ "," TIMES_ "}", "invalid_grant", false},
		{HEAD, "{" AUD_ "," SCOPE_ "," TIMES_ "}", "invalid_grant", false},
		{HEAD, "{" ISS_ ", 'aud': 'https://elsewhere/token'," SCOPE_ "," TIMES_ "}", "invalid_grant", false},
		{HEAD, "{" ISS_ "," SCOPE_ "," TIMES_ "}", "invalid_grant", false},
		{HEAD, "{" ISS_ "," AUD_ "," TIMES_ "}", "invalid_scope", false},
		{HEAD, "{" ISS_ "," AUD_ "," SCOPE_ "}", "invalid_grant", false},
		{HEAD, "{" ISS_ "," AUD_ "," SCOPE_ ", 'iat': '1793534400', 'exp': '1793538000'}", "invalid_grant",
		 false},
		/* too long, of the future, of the past */
		{HEAD, "{" ISS_ "," AUD_ "," SCOPE_ ", 'iat': 1793534400, 'exp': 1793538001}", "invalid_grant", false},
		{HEAD, "{" ISS_ "," AUD_ "," SCOPE_ ", 'iat': 1793534701, 'exp': 1793538000}", "invalid_grant", false},
		{HEAD, "{" ISS_ "," AUD_ "," SCOPE_ ", 'iat': 1793530000, 'exp': 1793533600}", "invalid_grant", false},
		{HEAD, "{" ISS_ "," AUD_ "," SCOPE_ ", 'iat': 1793534400, 'exp': 1793534400}", "invalid_grant", false},
		/* on behalf of somebody */
		{HEAD, "{" ISS_ "," AUD_ "," SCOPE_ "," TIMES_ ", 'sub': 'user@example.com'}", "unauthorized_client",
		 false},
		{HEAD, "{" ISS_ "," ISS_ "," AUD_ "," SCOPE_ "," TIMES_ "}", "invalid_grant", false},
	};

	google_begin();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		exchange(assertion(cases[i].other ? other_key : key, cases[i].head, cases[i].claims));
		WANT_STATUS(400);
		WANT("error", cases[i].error);
		CU_ASSERT_PTR_NOT_NULL(said("error_description"));
	}
	exchange("no.jwt");
	WANT("error", "invalid_grant");
	exchange("");
	WANT("error", "invalid_request");
	ask("POST", "/token", FORM, "grant_type=refresh_token&assertion=x");
	WANT_STATUS(400);
	WANT("error", "unsupported_grant_type");
	ask("POST", "/token", "Content-Type: application/json\r\n", "{}");
	WANT("error", "invalid_request");
	stage_end();
}

static void scopes(void)
{
	google_begin();
	exchange(assertion(key, HEAD,
			   "{" ISS_ "," AUD_ ", 'scope': 'https://www.googleapis.com/auth/pubsub'," TIMES_ "}"));
	WANT_STATUS(200);
	ask("POST", CHECK, bearer(keep(said("access_token"))), CHECK_BODY);
	WANT_STATUS(403);
	WANT("error.code", "403");
	WANT("error.status", "PERMISSION_DENIED");
	exchange(assertion(key, HEAD, "{" ISS_ "," AUD_ ", 'scope': 'https://www.googleapis.com/auth/pubsub "
				      "https://www.googleapis.com/auth/cloud-platform'," TIMES_ "}"));
	ask("POST", CHECK, bearer(keep(said("access_token"))), CHECK_BODY);
	WANT_STATUS(200);
	/* Of a service that the account has no role on, and of one that nobody knows. */
	exchange(assertion(key, HEAD, "{" ISS_ "," AUD_ "," SCOPE_ "," TIMES_ "}"));
	{
		const char *token = keep(said("access_token"));

		ask("POST", "/v1/services/other.example:check", bearer(token), CHECK_BODY);
		WANT_STATUS(403);
		ask("POST", "/v1/services/nobody.example:check", bearer(token), CHECK_BODY);
		WANT_STATUS(404);
		WANT("error.status", "NOT_FOUND");
	}
	stage_end();
}

static void self_signed(void)
{
	static const char *const bad[] = {
		"{" ISS_ ", 'aud': 'https://servicecontrol.googleapis.com/'," TIMES_ "}",
		"{" ISS_ ", 'sub': 'else', 'aud': 'https://servicecontrol.googleapis.com/'," TIMES_ "}",
		"{" ISS_ ", 'sub': '" ACCOUNT "', 'aud': 'https://pubsub.googleapis.com/'," TIMES_ "}",
		"{" ISS_ ", 'sub': '" ACCOUNT
		"', 'aud': 'https://servicecontrol.googleapis.com/', 'iat': 1, 'exp': 2}"};

	google_begin();
	ask("POST", CHECK,
	    bearer(assertion(key, HEAD,
			     "{" ISS_ ", 'sub': '" ACCOUNT "', 'aud': 'https://servicecontrol.googleapis.com/'," TIMES_
			     "}")),
	    CHECK_BODY);
	WANT_STATUS(200);
	ask("POST", CHECK, bearer(assertion(key, HEAD, "{" ISS_ ", 'sub': '" ACCOUNT "'," SCOPE_ "," TIMES_ "}")),
	    CHECK_BODY);
	WANT_STATUS(200);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ask("POST", CHECK, bearer(assertion(key, HEAD, bad[i])), CHECK_BODY);
		WANT_STATUS(401);
		WANT("error.status", "UNAUTHENTICATED");
	}
	stage_end();
}

static void metadata(void)
{
	static const char target[] = "/computeMetadata/v1/instance/service-accounts/default/token";

	google_begin();
	ask("GET", target, "Metadata-Flavor: Google\r\n", NULL);
	WANT_STATUS(200);
	WANT_HEADER("Metadata-Flavor", "Google");
	WANT("token_type", "Bearer");
	WANT("expires_in", "3600");
	ask("POST", CHECK, bearer(keep(said("access_token"))), CHECK_BODY);
	WANT_STATUS(200);
	ask("GET", target, "", NULL);
	WANT_STATUS(403);
	WANT_HEADER("Metadata-Flavor", "Google");
	ask("GET", target, "Metadata-Flavor: google\r\n", NULL);
	WANT_STATUS(403);
	ask("GET", target, "Metadata-Flavor: Google\r\nX-Forwarded-For: 10.0.0.1\r\n", NULL);
	WANT_STATUS(403);
	ask("GET", "/computeMetadata/v1/instance/service-accounts/" ACCOUNT "/token", "Metadata-Flavor: Google\r\n",
	    NULL);
	WANT_STATUS(200);
	ask("GET", "/computeMetadata/v1/instance/service-accounts/who@else/token", "Metadata-Flavor: Google\r\n", NULL);
	WANT_STATUS(404);
	ask("GET",
	    "/computeMetadata/v1/instance/service-accounts/default/token?scopes=https://www.googleapis.com/auth/pubsub",
	    "Metadata-Flavor: Google\r\n", NULL);
	WANT_STATUS(200);
	ask("POST", CHECK, bearer(keep(said("access_token"))), CHECK_BODY);
	WANT_STATUS(403);
	stage_end();
}

static const struct unit_test tests[] = {
	{"Entra version 1: the answer and the token", version_1},
	{"Entra version 2", version_2},
	{"Entra: what is refused", entra_refusals},
	{"a token's lifetime", expiry},
	{"IMDS: which identity, for which audience", identity},
	{"IMDS: what is refused", identity_refusals},
	{"Google: a key's assertion for a token", key_exchange},
	{"Google: assertions that are refused", assertion_refusals},
	{"Google: scopes, roles and services", scopes},
	{"Google: self-signed tokens", self_signed},
	{"Google: the metadata server", metadata},
};

int main(void)
{
	int status = UNIT_RUN("sandbox tokens", tests);

	EVP_PKEY_free(key);
	EVP_PKEY_free(other_key);
	return status;
}
