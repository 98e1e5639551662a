/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jwt.h - a signed assertion of a service account, checked.
 */
#ifndef SANDBOX_JWT_H
#define SANDBOX_JWT_H

#include "core/json.h"

struct sandbox;

enum { JWT_BYTES_MAX = 8192 };

struct jwt {
	uint32_t account; /* index of the issuer */
	int64_t issued, expires; /* seconds since 1970 */
	struct json_object *claims; /* the caller puts it */
};

/* Checks form, algorithm, issuer, key id and signature (where the account has a public key), and the times: issued not
 * in the future, not expired, at most an hour long, with five minutes of tolerance for clocks.  NULL, or what is
 * wrong: a constant; then jwt->claims is NULL. */
const char *jwt_read(struct sandbox *sandbox, const char *text, struct jwt *jwt);

#endif
