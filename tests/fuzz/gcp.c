/* SPDX-License-Identifier: Apache-2.0 */
#include "core/json.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/plugin.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

#define SERVICE {"service_name", "storage.endpoints.vendor.cloud.goog", NULL}

static const struct fuzz_configuration configurations[] = {
	{{SERVICE, {"credentials", "metadata", NULL}, {NULL, NULL, NULL}}, {"project_number:123", NULL}},
	{{SERVICE, {"key", "env:FUZZ_SECRET", NULL}, {NULL, NULL, NULL}}, {"project:p", "cluster-1"}},
	{{SERVICE, {"key", "env:FUZZ_SECRET", NULL}, {"self_signed_jwt", "true", NULL}, {NULL, NULL, NULL}}, {"project:p", NULL}},
};

static const struct fuzz_goal goals[] = {
	{ROLE_ISSUER, "token", "{\"scope\":\"https://www.googleapis.com/auth/servicecontrol\"}"},
};

const struct fuzz_plugin fuzz_plugin = {configurations, sizeof(configurations) / sizeof(configurations[0]), goals,
					sizeof(goals) / sizeof(goals[0])};

/* A key file with a key of its own. */
void fuzz_plugin_begin(void)
{
	struct json_object *file = json_object_new_object();
	EVP_PKEY *key = EVP_RSA_gen(2048);
	BIO *bio = BIO_new(BIO_s_mem());
	char *pem;
	long size;

	FUZZ_CHECK(PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1);
	size = BIO_get_mem_data(bio, &pem);
	json_object_object_add(file, "private_key", json_object_new_string_len(pem, (int)size));
	json_object_object_add(file, "client_email", json_object_new_string("meter@vendor.test"));
	json_object_object_add(file, "token_uri", json_object_new_string("https://oauth2.googleapis.com/token"));
	FUZZ_CHECK(setenv("FUZZ_SECRET", json_object_to_json_string(file), 1) == 0);
	json_object_put(file);
	BIO_free(bio);
	EVP_PKEY_free(key);
}

void fuzz_plugin_result(const struct fuzz_goal *goal, const char *result)
{
	struct json_object *document JSON_CLEANUP = NULL;
	struct error error;
	int64_t seconds;

	(void)goal;
	FUZZ_CHECK(json_read(result, strlen(result), "a result", &document, &error) == 0);
	FUZZ_CHECK(json_text(document, "token"));
	FUZZ_CHECK(json_integer(document, "expires_in", &seconds) && seconds > 0 && seconds <= 86400);
}
