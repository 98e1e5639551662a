/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/jwt.h"

#include "sandbox/fields.h"
#include "sandbox/state.h"

#include <apollo/kit.h>
#include <openssl/evp.h>
#include <string.h>

enum { JWT_SKEW = 300, JWT_LIFETIME_MAX = 3600 };

struct jwt_parts {
	const char *head, *claims, *signature;
	size_t head_size, claims_size, signature_size;
};

static bool parts_split(const char *text, struct jwt_parts *parts)
{
	const char *first = strchr(text, '.'), *second = first ? strchr(first + 1, '.') : NULL;

	if (!second || strchr(second + 1, '.') || strlen(text) > JWT_BYTES_MAX)
		return false;
	*parts = (struct jwt_parts){.head = text, .head_size = (size_t)(first - text),
				    .claims = first + 1, .claims_size = (size_t)(second - first - 1),
				    .signature = second + 1, .signature_size = strlen(second + 1)};
	return true;
}

static struct json_object *part_read(const char *text, size_t size)
{
	unsigned char bytes[JWT_BYTES_MAX];
	int count = base64url_read(text, size, bytes, sizeof(bytes));
	struct json_object *object = NULL;
	struct error error;

	if (count < 0 || fields_parse((const char *)bytes, (size_t)count, "a token", &object, &error) < 0)
		return NULL;
	return object;
}

static bool signature_good(EVP_PKEY *key, const struct jwt_parts *parts)
{
	unsigned char signature[1024];
	int size = base64url_read(parts->signature, parts->signature_size, signature, sizeof(signature));
	EVP_MD_CTX *context = size > 0 ? EVP_MD_CTX_new() : NULL;
	bool good = context && EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
		    EVP_DigestVerify(context, signature, (size_t)size, (const unsigned char *)parts->head,
				     parts->head_size + 1 + parts->claims_size) == 1;

	EVP_MD_CTX_free(context);
	return good;
}

static const char *head_problem(const struct sandbox *sandbox, struct json_object *head, const struct account *account)
{
	const char *algorithm = json_text(head, "alg"), *type = json_text(head, "typ"),
		   *key_id = json_text(head, "kid");

	if (!algorithm || strcmp(algorithm, "RS256") != 0 || (type && strcmp(type, "JWT") != 0))
		return "The token must be a JWT signed with RS256.";
	if (account->key_id && (!key_id || strcmp(key_id, names_text(&sandbox->names, account->key_id)) != 0))
		return "The key id is not one of the account's.";
	return NULL;
}

/* A time as a claim has it: a number, not a text. */
static bool claim_time(struct json_object *claims, const char *name, int64_t *time)
{
	return json_object_is_type(json_member(claims, name), json_type_int) && json_integer(claims, name, time);
}

static const char *times_problem(const struct sandbox *sandbox, struct jwt *jwt)
{
	int64_t now = calendar_now(&sandbox->calendar) / APOLLO_MICRO;

	if (!claim_time(jwt->claims, "iat", &jwt->issued) || !claim_time(jwt->claims, "exp", &jwt->expires))
		return "The claims iat and exp are required, as numbers.";
	if (jwt->issued > now + JWT_SKEW || jwt->expires < now - JWT_SKEW || jwt->expires <= jwt->issued ||
	    jwt->expires - jwt->issued > JWT_LIFETIME_MAX)
		return "The token must be a short-lived one of now: check iat, exp and the clock.";
	return NULL;
}

static const char *jwt_problem(struct sandbox *sandbox, const struct jwt_parts *parts, struct json_object *head,
			       struct jwt *jwt)
{
	const char *issuer = jwt->claims ? plain_text(json_member(jwt->claims, "iss")) : NULL, *problem;
	const struct account *account;

	if (!head || !issuer || !*issuer)
		return "The token is no JWT with an issuer.";
	jwt->account = account_find(sandbox, issuer);
	if (jwt->account == TABLE_NONE)
		return "The account is not known.";
	account = &sandbox->registry.accounts[jwt->account];
	problem = head_problem(sandbox, head, account);
	if (!problem && account->key && !signature_good(account->key, parts))
		problem = "The signature is not valid.";
	return problem ? problem : times_problem(sandbox, jwt);
}

const char *jwt_read(struct sandbox *sandbox, const char *text, struct jwt *jwt)
{
	struct json_object *head JSON_CLEANUP = NULL;
	struct jwt_parts parts;
	const char *problem;

	*jwt = (struct jwt){.account = TABLE_NONE};
	if (!parts_split(text, &parts))
		return "The token is no JWT.";
	head = part_read(parts.head, parts.head_size);
	jwt->claims = part_read(parts.claims, parts.claims_size);
	problem = jwt_problem(sandbox, &parts, head, jwt);
	if (problem) {
		json_object_put(jwt->claims);
		jwt->claims = NULL;
	}
	return problem;
}
