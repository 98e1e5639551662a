/* SPDX-License-Identifier: Apache-2.0 */
/*
 * size.h - the smallest cluster that holds and reads so much, on each shape.
 *
 * Invariants: an answer is the estimate of estimate.h for its number of machines; one machine less does not reach what
 * was asked, or is less than a cluster.  What a shape's facts do not say is told, not guessed.
 */
#ifndef DEPLOY_SIZE_H
#define DEPLOY_SIZE_H

#include "core/buffer.h"
#include "deploy/plan.h"

struct size_wish {
	int64_t capacity;  /* bytes, usable; 0: no matter */
	int64_t read;      /* bytes a second; 0 */
	const char *on;    /* a shape, or what begins several before a dash; NULL: all that are known */
	const char *region;
	int64_t reduction; /* in thousandths: capacity is asked for after it */
	int64_t share;     /* of the raw capacity that is usable, in thousandths of a percent; 0: as the shape's facts say */
};

enum size_state {
	SIZE_FOUND,
	SIZE_UNKNOWN,  /* the shape's facts lack what was asked for */
	SIZE_TOO_LARGE /* more than DEPLOYMENT_NODES_MAX machines */
};

struct size_answer {
	const struct shape *shape;
	enum size_state state;
	const char *binds; /* "capacity", "read" or "smallest cluster" */
	int64_t nodes, addresses, routes;
	struct estimate estimate;
	struct month_cost cost;
};

struct size_answers {
	struct size_answer *items; /* cheapest first; those without a price behind them, by machines; then what was not found */
	size_t count;
};

/* APOLLO_CONFIG where the shape is not known, or the facts lack a limit. */
int size_find(struct scope *scope, const struct facts *facts, const struct size_wish *wish, struct size_answers *answers, struct error *error);

/* One shape alone: a data machine of the facts. */
int size_make(const struct facts *facts, const struct size_wish *wish, const struct shape *shape, struct size_answer *answer, struct error *error);

void size_text(const struct size_answers *answers, struct buffer *buffer);
void size_json(const struct size_answers *answers, struct buffer *buffer);

#endif
