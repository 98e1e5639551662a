/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bearers.h - the access tokens that the sandbox has given out.
 *
 * Invariants: a token is kept as a 128-bit hash of its text; it is good until it expires or is revoked, by the
 * sandbox's clock.  Expired ones are forgotten when the ceiling is reached.
 */
#ifndef SANDBOX_BEARERS_H
#define SANDBOX_BEARERS_H

#include "core/buffer.h"
#include "sandbox/table.h"

struct sandbox;

enum { BEARERS_MAX = 65536, BEARER_BYTES_MAX = 8192 };

enum bearer_kind { BEARER_AZURE, BEARER_GOOGLE };

struct bearer {
	uint64_t hash[2];
	int kind;           /* enum bearer_kind */
	uint32_t principal; /* index of the app or of the account */
	uint32_t audience;  /* Azure: number of the audience's name; Google: of the scopes */
	int64_t expires;    /* microseconds since 1970 */
	bool revoked;
};

struct bearers {
	struct bearer *items;
	size_t count, room;
	struct table by_hash;
};

enum bearer_state { BEARER_GOOD, BEARER_MISSING, BEARER_UNKNOWN, BEARER_EXPIRED, BEARER_REVOKED };

void bearers_release(struct bearers *bearers);

/* Remembers a token's text with what it is good for; hash and revoked are filled here.  0 or APOLLO_NOMEM. */
int bearer_enter(struct sandbox *sandbox, const char *text, struct bearer bearer);

/* The token in the value of an Authorization header, which may be NULL.  *bearer is set unless it is missing or
 * unknown. */
int bearer_find(struct sandbox *sandbox, const char *authorization, int kind, struct bearer **bearer);

/* Marks every token, or those of one principal, as revoked; gives how many were good before. */
size_t bearers_revoke(struct sandbox *sandbox, int kind, uint32_t principal);

/* Base64url without padding. */
void base64url_append(struct buffer *out, const void *data, size_t size);

/* The reverse, into `room` bytes; the count of bytes, or -1 if it is no base64url or too long. */
int base64url_read(const char *text, size_t size, unsigned char *data, size_t room);

#endif
