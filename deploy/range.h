/* SPDX-License-Identifier: Apache-2.0 */
/*
 * range.h - IP addresses as numbers and ranges of them as intervals.  Pure.
 *
 * Invariants
 *   - A range has one family, and its first and last address both belong to it: nothing is counted as last + 1, so that
 *     0.0.0.0/0, ::/0 and the last address of the space are ranges like any other (rule C04).
 *   - Ranges of different families are disjoint.
 *   - Everything is worked out on the numbers, never on the texts.
 *
 * Texts are RFC 4632 (IPv4), RFC 4291 and, written, RFC 5952 (IPv6).
 */
#ifndef DEPLOY_RANGE_H
#define DEPLOY_RANGE_H

#include "core/error.h"
#include "core/scope.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 address_value;

enum family { FAMILY_IPV4 = 4, FAMILY_IPV6 = 6 };

struct range {
	enum family family;
	address_value first, last; /* first <= last */
};

enum {
	RANGE_TEXT = 96,       /* bytes for a range as text, with its NUL */
	RANGE_PREFIXES_MAX = 254, /* prefixes that one range can need */
	RANGE_PRIVATES = 5
};

/* Bits of an address. */
static inline int family_bits(enum family family)
{
	return family == FAMILY_IPV4 ? 32 : 128;
}

/* The last address of the family's space. */
static inline address_value family_last(enum family family)
{
	return family == FAMILY_IPV4 ? UINT32_MAX : ~(address_value)0;
}

static inline struct range range_of(enum family family, address_value address)
{
	return (struct range){family, address, address};
}

/* "10.0.0.0/24", "10.0.0.4-10.0.0.9" or "10.0.0.4", with blanks around it and around the dash.  ERROR_INPUT where it is
 * none: a leading zero, host bits behind a prefix, a first behind its last, two families, an IPv4 address written as
 * IPv6; the hint offers the corrected text where there is one (rule C01). */
int range_parse(const char *text, size_t size, struct range *range, struct error *error);

/* As range_parse, of one address alone. */
int address_parse(const char *text, size_t size, struct range *address, struct error *error);

/* As text: a prefix where it is one, an address where it is one, else "first-last".  Gives its argument. */
char *range_print(struct range range, char text[static RANGE_TEXT]);

/* A prefix as text, its length always with it: of one address, too, as routes and firewalls want it. */
char *prefix_print(struct range prefix, char text[static RANGE_TEXT]);

/* The first address of a range as text. */
char *address_print(enum family family, address_value address, char text[static RANGE_TEXT]);

/* Addresses in it; UINT64_MAX where there are as many or more. */
uint64_t range_count(struct range range);

/* The length of the prefix that it is, or -1. */
int range_prefix(struct range range);

/* The prefix of this length that holds the address.  length: 0 to family_bits. */
struct range range_around(enum family family, address_value address, int length);

/* The shortest list of prefixes that cover it exactly, in order; how many. */
size_t range_prefixes(struct range range, struct range prefixes[static RANGE_PREFIXES_MAX]);

/* How `one` lies to `other` (rule C06). */
enum relation {
	RELATION_DISJOINT,
	RELATION_EQUAL,
	RELATION_INSIDE,   /* one is a part of other */
	RELATION_CONTAINS, /* other is a part of one */
	RELATION_PARTIAL   /* each has what the other has not */
};

enum relation range_relation(struct range one, struct range other);
const char *relation_name(enum relation relation);

/* Addresses that everybody may use at home: RFC 1918, RFC 6598 and RFC 4193. */
void range_privates(struct range privates[static RANGE_PRIVATES]);

/* What both have; false where that is nothing. */
bool range_intersect(struct range one, struct range other, struct range *both);

/* ---- sets ---- */

/* Sorted, disjoint and as few as can be: ranges that touch are one. */
struct range_set {
	struct range *items; /* of a scope */
	size_t count;
};

/* The set of these ranges, in any order and overlapping or not.  APOLLO_NOMEM. */
int range_set_make(struct scope *scope, const struct range *ranges, size_t count, struct range_set *set,
		   struct error *error);

/* What is in `set` and not in `less`.  `result` may be neither.  APOLLO_NOMEM. */
int range_set_subtract(struct scope *scope, const struct range_set *set, const struct range_set *less,
		       struct range_set *result, struct error *error);

/* What is in both.  `result` may be neither.  APOLLO_NOMEM. */
int range_set_intersect(struct scope *scope, const struct range_set *one, const struct range_set *other, struct range_set *result,
			struct error *error);

/* Addresses in it; UINT64_MAX where there are as many or more. */
uint64_t range_set_count(const struct range_set *set);

/* Whether every address of the range is in the set. */
bool range_set_holds(const struct range_set *set, struct range range);

/* Whether an address is in both. */
bool range_sets_meet(const struct range_set *one, const struct range_set *other);

#endif
