/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handoff.h - documents of the pack for other programs and other people's tools; each is described in apollo-plan(5).
 */
#ifndef DEPLOY_HANDOFF_H
#define DEPLOY_HANDOFF_H

#include "core/buffer.h"
#include "deploy/plan.h"

/* The VIP pools in the words of VAST's management interface (its /vippools/): one of protocols, one of replication. */
void vip_pools_json(const struct plan *plan, struct buffer *buffer);

/* The route table at rest, what each fail-over adds to it, and what that takes. */
void routes_document(const struct plan *plan, struct buffer *buffer);

/* The name of a route: DEPLOYMENT-ADDRESS-LENGTH-GENERATION, the address in hexadecimal digits.  Two generations of a destination
 * stand beside each other while it moves.  At most ROUTE_NAME - 1 bytes: Google takes 63. */
enum { ROUTE_NAME = 72, GENERATION_HOME = 0, GENERATION_AWAY = 1 };
const char *route_name(const struct plan *plan, struct range destination, int generation, char name[static ROUTE_NAME]);

/* Of a generation: a lower number wins over a higher one.  FACTS_UNKNOWN where the cloud has none. */
int64_t route_priority(const struct plan *plan, int generation);

/* A route as a member of an array: name, destination, next_hop, priority, owner, role. */
struct hop {
	struct range destination;
	int64_t machine;
	enum seat_role role;
	int generation;
};
void hop_json(const struct plan *plan, const char *before, const struct hop *hop, struct buffer *buffer);

#endif
