/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/range.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- from text ---- */

enum { ADDRESS_TEXT = 64 };

struct text {
	const char *at;
	size_t size;
};

static struct text text_trim(const char *at, size_t size)
{
	while (size && (at[0] == ' ' || at[0] == '\t')) {
		at++;
		size--;
	}
	while (size && (at[size - 1] == ' ' || at[size - 1] == '\t'))
		size--;
	return (struct text){at, size};
}

enum { SHOWN = 2 * ADDRESS_TEXT };

/* A text for a message: whatever was written, what cannot be part of an address is not repeated. */
static const char *text_show(struct text text, char shown[static SHOWN])
{
	size_t size = text.size < SHOWN ? text.size : SHOWN - 1;

	for (size_t i = 0; i < size; i++)
		shown[i] = text.at[i] > ' ' && text.at[i] <= '~' ? text.at[i] : text.at[i] == ' ' ? ' ' : '?';
	shown[size] = '\0';
	return shown;
}

#define TEXT_SHOWN(TEXT) text_show(TEXT, (char[SHOWN]){0})

/* The four numbers of a text that is meant as IPv4, leading zeros or not; false where it has none or they are too large. */
static bool ipv4_numbers(struct text text, uint32_t *address, bool *zeros)
{
	size_t at = 0;

	*address = 0;
	*zeros = false;
	for (int part = 0; part < 4; part++) {
		uint32_t number = 0;
		size_t digits = 0;

		for (; at < text.size && text.at[at] >= '0' && text.at[at] <= '9' && digits < 4; at++, digits++)
			number = number * 10 + (uint32_t)(text.at[at] - '0');
		if (!digits || number > 255)
			return false;
		*zeros = *zeros || (digits > 1 && text.at[at - digits] == '0');
		*address = *address << 8 | number;
		if (part < 3 && (at >= text.size || text.at[at++] != '.'))
			return false;
	}
	return at == text.size;
}

static int ipv4_read(struct text text, struct range *address, struct error *error)
{
	char meant[RANGE_TEXT];
	uint32_t number;
	bool zeros;

	if (!ipv4_numbers(text, &number, &zeros))
		return error_set(error, ERROR_INPUT, "\"%s\" is not an address", TEXT_SHOWN(text));
	*address = range_of(FAMILY_IPV4, number);
	if (!zeros)
		return 0;
	(void)error_set(error, ERROR_INPUT, "\"%s\" has a number with a leading zero, which some read as octal", TEXT_SHOWN(text));
	return error_hint(error, "if it is decimal, write %s", address_print(FAMILY_IPV4, number, meant));
}

static int ipv6_read(struct text text, struct range *address, struct error *error)
{
	char copy[ADDRESS_TEXT], meant[RANGE_TEXT];
	unsigned char bytes[16];
	address_value value = 0;

	if (text.size < sizeof(copy)) {
		memcpy(copy, text.at, text.size);
		copy[text.size] = '\0';
	}
	if (text.size >= sizeof(copy) || strlen(copy) != text.size || inet_pton(AF_INET6, copy, bytes) != 1)
		return error_set(error, ERROR_INPUT, "\"%s\" is not an address", TEXT_SHOWN(text));
	for (size_t i = 0; i < sizeof(bytes); i++)
		value = value << 8 | bytes[i];
	*address = range_of(FAMILY_IPV6, value);
	if (value >> 32 != 0xffff)
		return 0;
	(void)error_set(error, ERROR_INPUT, "\"%s\" is an IPv4 address written as IPv6", TEXT_SHOWN(text));
	return error_hint(error, "write %s", address_print(FAMILY_IPV4, value & UINT32_MAX, meant));
}

int address_parse(const char *at, size_t size, struct range *address, struct error *error)
{
	struct text text = text_trim(at, size);
	struct range found;
	int code = memchr(text.at, ':', text.size) ? ipv6_read(text, &found, error) : ipv4_read(text, &found, error);

	if (code == 0)
		*address = found;
	return code;
}

/* "/24", without its slash. */
static int length_read(struct text text, enum family family, int *length, struct error *error)
{
	int number = 0;
	bool plain = text.size >= 1 && text.size <= 3 && (text.at[0] != '0' || text.size == 1);

	for (size_t i = 0; i < text.size && plain; i++) {
		plain = text.at[i] >= '0' && text.at[i] <= '9';
		number = number * 10 + (text.at[i] - '0');
	}
	if (!plain || number > family_bits(family))
		return error_set(error, ERROR_INPUT, "\"/%s\" is not a prefix length from 0 to %d", TEXT_SHOWN(text),
				 family_bits(family));
	*length = number;
	return 0;
}

static int prefix_parse(struct text text, size_t slash, struct range *range, struct error *error)
{
	struct range address, prefix;
	char meant[RANGE_TEXT];
	int length = 0;

	if (address_parse(text.at, slash, &address, error) < 0 ||
	    length_read((struct text){text.at + slash + 1, text.size - slash - 1}, address.family, &length, error) < 0)
		return error->code;
	prefix = range_around(address.family, address.first, length);
	if (prefix.first != address.first) {
		(void)error_set(error, ERROR_INPUT, "\"%s\" has bits behind its prefix", TEXT_SHOWN(text));
		return error_hint(error, "the network is %s", range_print(prefix, meant));
	}
	*range = prefix;
	return 0;
}

static int span_parse(struct text text, size_t dash, struct range *range, struct error *error)
{
	struct range first, last;
	char one[RANGE_TEXT], other[RANGE_TEXT];

	if (address_parse(text.at, dash, &first, error) < 0 ||
	    address_parse(text.at + dash + 1, text.size - dash - 1, &last, error) < 0)
		return error->code;
	if (first.family != last.family)
		return error_set(error, ERROR_INPUT, "\"%s\" is half IPv4 and half IPv6", TEXT_SHOWN(text));
	if (first.first > last.first) {
		(void)error_set(error, ERROR_INPUT, "\"%s\" ends before it begins", TEXT_SHOWN(text));
		return error_hint(error, "did you mean %s-%s?", range_print(last, one), range_print(first, other));
	}
	*range = (struct range){first.family, first.first, last.first};
	return 0;
}

int range_parse(const char *at, size_t size, struct range *range, struct error *error)
{
	struct text text = text_trim(at, size);
	const char *slash, *dash;

	if (!text.size)
		return error_set(error, ERROR_INPUT, "an item of the list of addresses is empty");
	if (text.size >= 2 * ADDRESS_TEXT)
		return error_set(error, ERROR_INPUT, "\"%s...\" is too long for an address range", TEXT_SHOWN(((struct text){text.at, ADDRESS_TEXT})));
	slash = memchr(text.at, '/', text.size);
	dash = memchr(text.at, '-', text.size);
	if (dash && (!slash || dash < slash))
		return span_parse(text, (size_t)(dash - text.at), range, error);
	if (slash)
		return prefix_parse(text, (size_t)(slash - text.at), range, error);
	return address_parse(text.at, text.size, range, error);
}

/* ---- to text ---- */

char *address_print(enum family family, address_value address, char text[static RANGE_TEXT])
{
	unsigned char bytes[16];
	int size = family_bits(family) / 8;

	for (int i = 0; i < size; i++)
		bytes[i] = (unsigned char)(address >> (8 * (size - 1 - i)));
	(void)inet_ntop(family == FAMILY_IPV4 ? AF_INET : AF_INET6, bytes, text, RANGE_TEXT);
	return text;
}

char *range_print(struct range range, char text[static RANGE_TEXT])
{
	int length = range_prefix(range);
	size_t size;

	(void)address_print(range.family, range.first, text);
	if (range.first == range.last)
		return text;
	size = strlen(text);
	if (length >= 0) {
		(void)snprintf(text + size, RANGE_TEXT - size, "/%d", length);
	} else {
		char last[RANGE_TEXT];

		(void)snprintf(text + size, RANGE_TEXT - size, "-%.46s", address_print(range.family, range.last, last));
	}
	return text;
}

/* ---- numbers ---- */

uint64_t range_count(struct range range)
{
	address_value less = range.last - range.first;

	return less >= UINT64_MAX ? UINT64_MAX : (uint64_t)less + 1;
}

/* The bits below the first `length` of the family's. */
static address_value host_bits(enum family family, int length)
{
	int bits = family_bits(family) - length;

	return bits == 0 ? 0 : bits == 128 ? ~(address_value)0 : ((address_value)1 << bits) - 1;
}

struct range range_around(enum family family, address_value address, int length)
{
	address_value hosts = host_bits(family, length);

	return (struct range){family, address & ~hosts, address | hosts};
}

/* The longest run of ones that `value` ends with, in bits. */
static int ones_behind(address_value value)
{
	uint64_t low = (uint64_t)~value, high = (uint64_t)(~value >> 64);

	return low ? __builtin_ctzll(low) : high ? 64 + __builtin_ctzll(high) : 128;
}

int range_prefix(struct range range)
{
	address_value hosts = range.last - range.first;
	int bits = ones_behind(hosts);

	/* The size must be a power of two, and the first address a multiple of it. */
	if (hosts != host_bits(range.family, family_bits(range.family) - bits) || (range.first & hosts) != 0)
		return -1;
	return family_bits(range.family) - bits;
}

size_t range_prefixes(struct range range, struct range prefixes[static RANGE_PREFIXES_MAX])
{
	address_value at = range.first;
	size_t count = 0;

	for (;;) {
		int bits = family_bits(range.family), length = 0;

		/* The shortest prefix that begins here and does not reach beyond the last. */
		while (length < bits && ((at & host_bits(range.family, length)) != 0 ||
					 host_bits(range.family, length) > range.last - at))
			length++;
		prefixes[count] = range_around(range.family, at, length);
		if (prefixes[count++].last == range.last)
			return count;
		at = prefixes[count - 1].last + 1;
	}
}

enum relation range_relation(struct range one, struct range other)
{
	if (one.family != other.family || one.last < other.first || other.last < one.first)
		return RELATION_DISJOINT;
	if (one.first == other.first && one.last == other.last)
		return RELATION_EQUAL;
	if (one.first >= other.first && one.last <= other.last)
		return RELATION_INSIDE;
	if (one.first <= other.first && one.last >= other.last)
		return RELATION_CONTAINS;
	return RELATION_PARTIAL;
}

const char *relation_name(enum relation relation)
{
	static const char *const names[] = {"disjoint", "equal", "inside", "contains", "partial"};

	return names[relation];
}

bool range_intersect(struct range one, struct range other, struct range *both)
{
	if (range_relation(one, other) == RELATION_DISJOINT)
		return false;
	*both = (struct range){one.family, one.first > other.first ? one.first : other.first,
			       one.last < other.last ? one.last : other.last};
	return true;
}

void range_privates(struct range privates[static RANGE_PRIVATES])
{
	static const char *const texts[RANGE_PRIVATES] = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"};
	struct error error;

	for (size_t i = 0; i < RANGE_PRIVATES; i++)
		(void)range_parse(texts[i], strlen(texts[i]), &privates[i], &error);
}

/* ---- sets ---- */

static int range_compare(const void *left, const void *right)
{
	const struct range *one = left, *other = right;

	if (one->family != other->family)
		return one->family < other->family ? -1 : 1;
	return one->first < other->first ? -1 : one->first > other->first;
}

/* Whether `next`, which does not begin before `range`, is all in it or goes on where it ends. */
static bool range_joins(struct range range, struct range next)
{
	return range.family == next.family &&
	       (next.first <= range.last || (range.last != family_last(range.family) && next.first == range.last + 1));
}

/* Of two ranges the one that ends first meets nothing of the other's set that comes later. */
static bool range_ends_first(struct range one, struct range other)
{
	return one.family != other.family ? one.family < other.family : one.last < other.last;
}

int range_set_make(struct scope *scope, const struct range *ranges, size_t count, struct range_set *set,
		   struct error *error)
{
	struct range *items = scope_alloc(scope, count * sizeof(*items));
	size_t kept = 0;

	if (!items)
		return error_memory(error, "address ranges");
	if (count) {
		memcpy(items, ranges, count * sizeof(*items));
		qsort(items, count, sizeof(*items), range_compare);
	}
	for (size_t i = 0; i < count; i++) {
		if (!kept || !range_joins(items[kept - 1], items[i]))
			items[kept++] = items[i];
		else if (items[i].last > items[kept - 1].last)
			items[kept - 1].last = items[i].last;
	}
	*set = (struct range_set){items, kept};
	return 0;
}

int range_set_subtract(struct scope *scope, const struct range_set *set, const struct range_set *less,
		       struct range_set *result, struct error *error)
{
	/* Each range of `less` splits at most one of `set`. */
	struct range *items = scope_alloc(scope, (set->count + less->count) * sizeof(*items));
	size_t kept = 0, hole = 0;

	if (!items)
		return error_memory(error, "address ranges");
	for (size_t i = 0; i < set->count; i++) {
		struct range rest = set->items[i];
		bool more = true;

		/* A hole that ends behind this range may begin the next one too: it is not passed. */
		while (hole < less->count && (less->items[hole].family < rest.family ||
					      (less->items[hole].family == rest.family && less->items[hole].last < rest.first)))
			hole++;
		for (size_t at = hole; more && at < less->count && range_relation(less->items[at], rest) != RELATION_DISJOINT; at++) {
			struct range cut = less->items[at];

			if (cut.first > rest.first)
				items[kept++] = (struct range){rest.family, rest.first, cut.first - 1};
			more = cut.last < rest.last;
			if (more)
				rest.first = cut.last + 1;
		}
		if (more)
			items[kept++] = rest;
	}
	*result = (struct range_set){items, kept};
	return 0;
}

int range_set_intersect(struct scope *scope, const struct range_set *one, const struct range_set *other, struct range_set *result,
			struct error *error)
{
	struct range *items = scope_alloc(scope, (one->count + other->count) * sizeof(*items));
	size_t kept = 0, i = 0, j = 0;

	if (!items)
		return error_memory(error, "address ranges");
	while (i < one->count && j < other->count) {
		kept += range_intersect(one->items[i], other->items[j], &items[kept]);
		*(range_ends_first(one->items[i], other->items[j]) ? &i : &j) += 1;
	}
	*result = (struct range_set){items, kept};
	return 0;
}

uint64_t range_set_count(const struct range_set *set)
{
	uint64_t count = 0;

	for (size_t i = 0; i < set->count; i++)
		if (__builtin_add_overflow(count, range_count(set->items[i]), &count))
			return UINT64_MAX;
	return count;
}

bool range_set_holds(const struct range_set *set, struct range range)
{
	/* The set's ranges do not touch: what holds it is one of them. */
	for (size_t i = 0; i < set->count; i++) {
		enum relation relation = range_relation(range, set->items[i]);

		if (relation == RELATION_EQUAL || relation == RELATION_INSIDE)
			return true;
	}
	return false;
}

bool range_sets_meet(const struct range_set *one, const struct range_set *other)
{
	size_t i = 0, j = 0;

	while (i < one->count && j < other->count) {
		if (range_relation(one->items[i], other->items[j]) != RELATION_DISJOINT)
			return true;
		*(range_ends_first(one->items[i], other->items[j]) ? &i : &j) += 1;
	}
	return false;
}

char *prefix_print(struct range prefix, char text[static RANGE_TEXT])
{
	size_t size = strlen(address_print(prefix.family, prefix.first, text));

	(void)snprintf(text + size, RANGE_TEXT - size, "/%d", range_prefix(prefix));
	return text;
}
