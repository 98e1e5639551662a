/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stages.h - the stages of making a plan, in this order; used by plan.c alone.
 *
 * Each takes a plan whose earlier stages are done and fills its own part of it (plan.h), of the plan's scope.  None judges:
 * that is what rules.h does to the whole.  Negative codes: no memory, or facts that lack something.
 */
#ifndef DEPLOY_STAGES_H
#define DEPLOY_STAGES_H

#include "deploy/plan.h"

/* The addresses that can be given, and the pools that give them; where the plan's are shared, `machines` stays empty. */
int spaces_make(struct plan *plan, struct pool *machines, struct pool *vips, struct error *error);

/* The domains, the machines in them, the stripe that survives the loss of one, and what the machines can do. */
int placement_make(struct plan *plan, struct error *error);

/* Who has which address, and what is free; nothing where an address is given twice (rule C02).  The addresses are enough. */
int map_make(struct plan *plan, struct pool *machines, struct pool *vips, struct error *error);

/* The routes that carry the map's virtual addresses; none in a subnet. */
int routes_make(struct plan *plan, struct error *error);

/* What is done when a domain is lost, and in a maintenance; nothing without a map. */
int failovers_make(struct plan *plan, struct error *error);

/* What runs out first. */
int headroom_make(struct plan *plan, struct error *error);

/* Whether it is known where the machines' addresses are, if there are any. */
bool machines_known(const struct plan *plan);

/* The length of the shortest prefix with so many addresses; in_subnet: and those that the cloud keeps. */
int prefix_for(const struct plan *plan, uint64_t addresses, bool in_subnet, int *length, struct error *error);

/* A limit of the cloud's: what the snapshot says of it under `name`, else the fact. */
int plan_limit(const struct plan *plan, const char *name, const char *fact, int64_t *limit, struct error *error);

/* Routes of the snapshot that this deployment made, which the plan's take the place of; table: only those in it; NULL: all. */
int64_t routes_own(const struct plan *plan, const char *table);

/* What the cloud lets the network have of routes, and how many others' there are; *limit is FACTS_UNKNOWN where the snapshot does not say. */
int routes_left(const struct plan *plan, int64_t *limit, int64_t *used, struct error *error);

#endif
