/* SPDX-License-Identifier: Apache-2.0 */
/*
 * machines.h - machines that goals name by their shape, made choices of with what is known of shapes: offers/ knows no shapes, and deploy/ no offers.
 */
#ifndef CLI_MACHINES_H
#define CLI_MACHINES_H

#include "deploy/choice.h"
#include "offers/goals.h"

/* What a forecast is asked with: its paths, and from when on. */
struct machines_time {
	const struct forecast *forecast;
	int64_t start;
};

/* The clusters of one such entry.  *capacity: what they are to hold, usable; 0 where the number of machines was said.  APOLLO_CONFIG, with the entry's
 * place, where what they cost or hold is not known, or they are not of the goals' marketplace. */
int machines_choose(struct scope *scope, const struct facts *facts, const struct goals *goals, const struct machines_time *time,
		    const struct goals_machines *machines, struct choices *choices, int64_t *capacity, struct error *error);

/* A market's offer runs on machines of its cloud.  where: for the error. */
int machines_market(const struct shape *shape, const char *market, const char *where, struct error *error);

/* The P50 of the reduction, as a ratio of small numbers. */
struct ratio machines_reduction(const struct forecast *forecast);

/* In the currency's last place. */
int64_t machines_month(const struct choice *choice, int decimals);

/* All machines of the goals among their infrastructure, behind what is there already. */
int machines_enter(struct scope *scope, struct goals *goals, const struct machines_time *time, struct error *error);

#endif
