/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world.h - plans for tests: a deployment and a network as texts, and the facts of templates/.
 */
#ifndef TESTS_DEPLOY_WORLD_H
#define TESTS_DEPLOY_WORLD_H

#include "core/buffer.h"
#include "core/json.h"
#include "deploy/plan.h"
#include "tests/unit/unit.h"

struct planned {
	struct scope scope;
	struct deployment deployment;
	struct network network;
	struct facts facts;
	struct plan plan;
};

/* What is usual for a cloud, with `more` settings behind it; a setting in `more` replaces a usual one of the same name.
 * network: a snapshot's members behind "cloud" and "name"; NULL: no snapshot. */
void planned_make(struct planned *planned, enum cloud cloud, const char *more, const char *network);
void planned_release(struct planned *planned);
#define PLANNED_CLEANUP __attribute__((cleanup(planned_release)))

/* The first finding with this code whose object or other holds `object`; NULL: any. */
const struct finding *planned_finding(const struct planned *planned, const char *code, const char *object);

/* Fails where the larger plan has not given an address, or a route, of the smaller one's to the same machine. */
void planned_grown(const struct planned *small, const struct planned *large);

/* A document of the pack, which must be JSON; to be put away by the caller. */
struct json_object *document_read(const struct plan *plan, void (*make)(const struct plan *, struct buffer *));

#endif
