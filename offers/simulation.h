/* SPDX-License-Identifier: Apache-2.0 */
/*
 * simulation.h - what a contract and its plan's list come to on the paths of one forecast.
 *
 * Invariants: both, our costs and the competitor's prices are rated on the same paths.
 */
#ifndef OFFERS_SIMULATION_H
#define OFFERS_SIMULATION_H

#include "offers/tune.h"

enum { SIMULATION_ZONES_MAX = 32 };

struct simulation {
	struct schedule schedule, list_schedule;
	struct ground ground, list_ground;
	struct outcome offer, list;
	struct spread *bands, *list_bands; /* of each period */
	struct dead_zone zones[SIMULATION_ZONES_MAX];
	size_t zone_count;
};

/* The term of the contract is set.  goals: costs, a competitor, the fee and the risk; NULL: none, and a risk of 5. */
int simulation_make(struct scope *scope, const struct contract *contract, const struct forecast *forecast, const struct goals *goals,
		    struct simulation *simulation, struct error *error);

/* The offer alone: what its outcome is. */
int simulation_outcome(struct scope *scope, const struct contract *contract, const struct forecast *forecast, const struct goals *goals,
		       struct outcome *outcome, struct error *error);

#endif
