/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finding.h - what a plan has to say about a deployment: everything at once, each with its code.
 *
 * Invariants
 *   - A code is a rule's, stable for ever: a letter (C common, A Azure, G Google Cloud) and two digits.  docs/man/apollo-plan.5
 *     lists them.
 *   - All texts are of the findings' scope.  A failed addition (no memory) marks the list, and every later one fails too:
 *     one check at the end is enough.
 *   - Past FINDINGS_MAX they are only counted: whoever has so many learns nothing from one more.
 */
#ifndef DEPLOY_FINDING_H
#define DEPLOY_FINDING_H

#include "deploy/range.h"

enum { FINDINGS_MAX = 10000 };

enum severity {
	SEVERITY_REFUSED, /* the plan is not carried out */
	SEVERITY_WARNING, /* a person should know it before it is */
	SEVERITY_NOTE     /* what was counted, and how */
};

struct finding {
	char code[4];
	enum severity severity;
	const char *message;
	const char *object;       /* what it is about, as a name and a range; "" where there is none */
	const char *other;        /* what that collides with; "" */
	const char *intersection; /* what both have, as a range; "" */
	const char *suggestion;   /* the smallest change that would make it fit; "" */
};

struct findings {
	struct scope *scope;
	struct finding *items;
	size_t count, room;
	size_t left_out; /* past the ceiling */
	size_t refused, warned; /* how many of each, with those left out */
	bool failed;
};

static inline struct findings findings_init(struct scope *scope)
{
	return (struct findings){.scope = scope};
}

/* What a finding is about, beside its message; NULL: none. */
struct finding_parts {
	const char *object, *other;
	const struct range *both;
	const char *suggestion;
};

/* Adds one; code: such as "C06".  parts: copied; NULL: none. */
void finding_add(struct findings *findings, const char *code, enum severity severity, const struct finding_parts *parts,
		 const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Refusals first, then warnings, each by code, object and what it collides with. */
void findings_sort(struct findings *findings);

/* "refused", "warning", "note". */
const char *severity_name(enum severity severity);

#endif
