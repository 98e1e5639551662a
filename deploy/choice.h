/* SPDX-License-Identifier: Apache-2.0 */
/*
 * choice.h - clusters that somebody could run on: one shape in one region, as many machines as a capacity needs, at each term's price.
 *
 * Invariants
 *   - A choice has a price and a usable capacity: one of which the facts lack something is refused, with what is missing and where to put it.
 *   - The price is that of the data machines, for a month of 730 hours, and of the management's one on demand where that is known in the same
 *     currency; nothing else is in it.
 *   - Rates are the ceilings of estimate.h, with the codes that codes_make gives; FACTS_UNKNOWN where they are not known.
 */
#ifndef DEPLOY_CHOICE_H
#define DEPLOY_CHOICE_H

#include "core/scope.h"
#include "deploy/estimate.h"

enum { CHOICE_TERMS_MAX = FACTS_STEPS_MAX, CHOICE_NAME = 160 };

struct choice_wish {
	const char *where;  /* for errors: "FILE:LINE" or a flag */
	const char *shape;  /* one of shapes.cfg, by its whole name */
	const char *region;
	const char *const *terms; /* of its prices there */
	size_t term_count;        /* 0: all that have one */
	int64_t capacity;   /* bytes, usable, at least; 0: nodes says it */
	int64_t nodes;      /* 0: as many as the capacity needs */
	int64_t share;      /* of the raw capacity that is usable, in thousandths of a percent; 0: as the shape's facts say */
	struct ratio reduction; /* of the data, for what is written sustained */
};

struct choice {
	char name[CHOICE_NAME]; /* "20 x z3-highmem-88-highlssd, 3 years" */
	const struct shape *shape;
	const char *region, *term;
	int months;         /* that it is bound for: 36 of "3 years", 0 of "on demand" */
	int64_t nodes, usable;
	int64_t micro_month; /* of all machines that are known */
	const struct shape *manager; /* whose on-demand price is in it; NULL: it is not known */
	struct ceiling read, sustained;
	bool assumed;       /* usable is by the wish's share */
};

struct choices {
	struct choice *items; /* in the order of the terms */
	size_t count;
};

/* APOLLO_CONFIG, where the wish is, for a shape, region, term, price or capacity that is not known. */
int choices_find(struct scope *scope, const struct facts *facts, const struct choice_wish *wish, struct choices *choices, struct error *error);

#endif
