/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/gcp/jwt.h"

#include "plugins/common/kit.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

enum { KEY_BITS_MIN = 2048, KEY_BYTES_MAX = 65536, SIGNATURE_BYTES_MAX = 2048 };

static void key_put(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

static void context_put(EVP_MD_CTX **context)
{
	EVP_MD_CTX_free(*context);
}

/* A key with a passphrase is refused; OpenSSL would ask for it at the terminal. */
static int passphrase_none(char *buffer, int size, int writing, void *data)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)data;
	return -1;
}

/* Empties OpenSSL's list of errors; whether one of them was about memory. */
static bool errors_clear(void)
{
	unsigned long error;
	bool memory = false;

	while ((error = ERR_get_error()) != 0)
		memory = memory || ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
	ERR_clear_error();
	return memory;
}

static EVP_PKEY *key_read(const char *pem)
{
	size_t size = strlen(pem);
	BIO *bio = size <= KEY_BYTES_MAX ? BIO_new_mem_buf(pem, (int)size) : NULL;
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, passphrase_none, NULL) : NULL;

	BIO_free(bio);
	return key;
}

static void base64url_write(struct apollo_text *text, const unsigned char *data, size_t size)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	for (size_t i = 0; i < size; i += 3) {
		unsigned int left = (unsigned int)(size - i), group = (unsigned int)data[i] << 16;
		char four[4];

		group |= left > 1 ? (unsigned int)data[i + 1] << 8 : 0;
		group |= left > 2 ? data[i + 2] : 0;
		for (int j = 0; j < 4; j++)
			four[j] = digits[group >> (18 - 6 * j) & 63];
		apollo_text_bytes(text, four, left > 2 ? 4 : left + 1);
	}
}

/* 1; 0 if OpenSSL could not, which with a sound key means memory. */
static int signature_make(EVP_PKEY *key, const struct apollo_text *text, unsigned char *signature, size_t *size)
{
	__attribute__((cleanup(context_put))) EVP_MD_CTX *context = EVP_MD_CTX_new();

	return context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
	       EVP_DigestSign(context, signature, size, (const unsigned char *)text->data, text->size) == 1;
}

int jwt_sign(const struct apollo_call *call, const char *header, const char *claims, const char *key, char **jwt)
{
	__attribute__((cleanup(key_put))) EVP_PKEY *read = key_read(key);
	struct apollo_text text = apollo_text_begin(call);
	unsigned char signature[SIGNATURE_BYTES_MAX];
	size_t size = sizeof(signature);
	int made;

	if (!read || !EVP_PKEY_is_a(read, "RSA") || EVP_PKEY_get_bits(read) < KEY_BITS_MIN ||
	    EVP_PKEY_get_size(read) > SIGNATURE_BYTES_MAX) {
		if (errors_clear())
			return fail_memory(call, "a key");
		return fail_print(call, APOLLO_CONFIG, NULL, "take the JSON file as Google made it",
				  "the key's private_key is no RSA key of %d bits or more", KEY_BITS_MIN);
	}
	base64url_write(&text, (const unsigned char *)header, strlen(header));
	apollo_text_add(&text, ".");
	base64url_write(&text, (const unsigned char *)claims, strlen(claims));
	made = !text.failed && signature_make(read, &text, signature, &size);
	(void)errors_clear();
	apollo_text_add(&text, ".");
	if (made)
		base64url_write(&text, signature, size);
	if (!made || !apollo_text_end(&text))
		return fail_memory(call, "a signature");
	*jwt = text.data;
	return 0;
}
