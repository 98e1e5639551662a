/* SPDX-License-Identifier: Apache-2.0 */
/* sorter.h - the two orders that a batch of events goes through.  An event is large, so numbers are sorted and it moves once. */
#ifndef METERING_SORTER_H
#define METERING_SORTER_H

#include "core/order.h"
#include "metering/block.h"

struct sorter {
	struct event *events; /* room for as many of each */
	struct order *orders, *spare;
};

/* For batches of at most `room` events; what has its room already is left as it is.  APOLLO_NOMEM. */
int sorter_reserve(struct sorter *sorter, size_t room, struct error *error);
void sorter_release(struct sorter *sorter);

/* By key; of equal ones the first by time is first. */
void sorter_by_key(struct sorter *sorter, struct event *events, size_t count);

/* From that order: by hour, series, time and key, as a block wants them. */
void sorter_by_place(struct sorter *sorter, struct event *events, size_t count);

#endif
