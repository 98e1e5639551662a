/* SPDX-License-Identifier: Apache-2.0 */
#include "core/digest.h"

#include <openssl/evp.h>
#include <stdio.h>

int digest_make(const void *data, size_t size, char digest[static DIGEST_TEXT], struct error *error)
{
	unsigned char bytes[32];

	if (EVP_Digest(data, size, bytes, NULL, EVP_sha256(), NULL) != 1)
		return error_memory(error, "a digest");
	for (size_t i = 0; i < sizeof(bytes); i++)
		(void)snprintf(digest + 2 * i, 3, "%02x", bytes[i]);
	return 0;
}
