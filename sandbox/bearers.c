/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/bearers.h"

#include "sandbox/state.h"

#include <string.h>
#include <strings.h>
#include <xxhash.h>

void bearers_release(struct bearers *bearers)
{
	free(bearers->items);
	table_release(&bearers->by_hash);
	*bearers = (struct bearers){0};
}

static bool bearer_is(const void *owner, uint32_t index, const void *key)
{
	return memcmp(((const struct bearers *)owner)->items[index].hash, key, sizeof(uint64_t[2])) == 0;
}

static void bearer_hash(const char *text, uint64_t hash[2])
{
	XXH128_hash_t h = XXH3_128bits(text, strlen(text));

	hash[0] = h.low64;
	hash[1] = h.high64;
}

static void bearers_forget_expired(struct bearers *bearers, int64_t now)
{
	size_t kept = 0;

	table_clear(&bearers->by_hash);
	for (size_t i = 0; i < bearers->count; i++)
		if (bearers->items[i].expires > now)
			bearers->items[kept++] = bearers->items[i];
	bearers->count = kept;
	for (size_t i = 0; i < kept; i++)
		(void)table_enter(&bearers->by_hash, bearers->items[i].hash[0], (uint32_t)i);
}

int bearer_enter(struct sandbox *sandbox, const char *text, struct bearer bearer)
{
	struct bearers *bearers = &sandbox->bearers;
	uint32_t index;

	bearer_hash(text, bearer.hash);
	bearer.revoked = false;
	index = table_find(&bearers->by_hash, bearer.hash[0], bearer_is, bearers, bearer.hash);
	if (index != TABLE_NONE)
		return 0;
	if (bearers->count == BEARERS_MAX)
		bearers_forget_expired(bearers, calendar_now(&sandbox->calendar));
	if (array_grow(&bearers->items, &bearers->room, bearers->count, sizeof(bearer), BEARERS_MAX) < 0 ||
	    table_enter(&bearers->by_hash, bearer.hash[0], (uint32_t)bearers->count) < 0)
		return APOLLO_NOMEM;
	bearers->items[bearers->count++] = bearer;
	return 0;
}

int bearer_find(struct sandbox *sandbox, const char *authorization, int kind, struct bearer **found)
{
	struct bearers *bearers = &sandbox->bearers;
	struct bearer *bearer;
	uint64_t hash[2];
	uint32_t index;

	if (!authorization || strncasecmp(authorization, "Bearer ", 7) != 0 || !authorization[7])
		return BEARER_MISSING;
	bearer_hash(authorization + 7, hash);
	index = table_find(&bearers->by_hash, hash[0], bearer_is, bearers, hash);
	if (index == TABLE_NONE || bearers->items[index].kind != kind)
		return BEARER_UNKNOWN;
	bearer = &bearers->items[index];
	*found = bearer;
	if (bearer->revoked)
		return BEARER_REVOKED;
	return bearer->expires <= calendar_now(&sandbox->calendar) ? BEARER_EXPIRED : BEARER_GOOD;
}

size_t bearers_revoke(struct sandbox *sandbox, int kind, uint32_t principal)
{
	size_t revoked = 0;

	for (size_t i = 0; i < sandbox->bearers.count; i++) {
		struct bearer *bearer = &sandbox->bearers.items[i];

		if (bearer->revoked || (kind >= 0 && bearer->kind != kind) ||
		    (principal != TABLE_NONE && bearer->principal != principal))
			continue;
		bearer->revoked = true;
		revoked++;
	}
	return revoked;
}

void base64url_append(struct buffer *out, const void *data, size_t size)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const unsigned char *bytes = data;

	for (size_t i = 0; i < size; i += 3) {
		uint32_t group = (uint32_t)bytes[i] << 16 | (uint32_t)(i + 1 < size ? bytes[i + 1] : 0) << 8 |
				 (i + 2 < size ? bytes[i + 2] : 0);
		char four[4] = {digits[group >> 18], digits[group >> 12 & 63], digits[group >> 6 & 63],
				digits[group & 63]};

		(void)buffer_append(out, four, size - i < 3 ? size - i + 1 : 4);
	}
}

static int base64url_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '-' ? 62 : c == '_' ? 63 : -1;
}

int base64url_read(const char *text, size_t size, unsigned char *data, size_t room)
{
	uint32_t group = 0;
	size_t used = 0;
	int bits = 0;

	if (size % 4 == 1)
		return -1;
	for (size_t i = 0; i < size; i++) {
		int digit = base64url_digit(text[i]);

		if (digit < 0)
			return -1;
		group = (group << 6 | (uint32_t)digit) & 0xffff;
		bits += 6;
		if (bits < 8)
			continue;
		if (used == room)
			return -1;
		bits -= 8;
		data[used++] = (unsigned char)(group >> bits & 0xff);
	}
	return (int)used;
}
