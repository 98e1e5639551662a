/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/common/guid.h"

#include <apollo/kit.h>

#include <openssl/err.h>
#include <openssl/evp.h>

static const unsigned char namespace_bytes[16] = {0x4f, 0x2b, 0x9c, 0x61, 0x0d, 0x57, 0x4e, 0x8a,
						  0xb3, 0x1e, 0x76, 0xc0, 0x5a, 0x98, 0xe2, 0x3d};

static int digest(const char *name, unsigned char *hash)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	int done = context && EVP_DigestInit_ex(context, EVP_sha1(), NULL) == 1 &&
		   EVP_DigestUpdate(context, namespace_bytes, sizeof(namespace_bytes)) == 1 &&
		   EVP_DigestUpdate(context, name, strlen(name)) == 1 && EVP_DigestFinal_ex(context, hash, NULL) == 1;

	EVP_MD_CTX_free(context);
	if (!done)
		ERR_clear_error();
	return done;
}

char *guid_named(const struct apollo_call *call, const char *name)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	char *text = name ? call->alloc(call, GUID_TEXT) : NULL;

	if (!text || !digest(name, hash))
		return NULL;
	hash[6] = (unsigned char)((hash[6] & 0x0f) | 0x50);
	hash[8] = (unsigned char)((hash[8] & 0x3f) | 0x80);
	for (size_t i = 0, at = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			text[at++] = '-';
		(void)snprintf(text + at, GUID_TEXT - at, "%02x", hash[i]);
		at += 2;
	}
	return text;
}
