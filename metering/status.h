/* SPDX-License-Identifier: Apache-2.0 */
/* status.h - how things stand, at a glance.  Reads only. */
#ifndef METERING_STATUS_H
#define METERING_STATUS_H

#include "metering/book.h"
#include "metering/ledger.h"

#include <stdio.h>

struct status {
	int64_t last_run;    /* when `meter run` last ended well; 0: never */
	int64_t closed;      /* end of the last closed hour; 0: none */
	int64_t differences; /* settled claims where the marketplace holds another amount */
	int64_t written_off; /* micro-units, of all accounts */
};

struct status_market {
	int64_t open;        /* claims not sent yet */
	int64_t in_doubt;    /* claims sent without a verdict */
	int64_t oldest;      /* the oldest hour of both; 0: none */
	int64_t parked;      /* claims that wait for a person */
	int64_t oldest_parked;
	char reason[ERROR_TEXT]; /* why the oldest unsettled or parked one waits; "" : not known */
};

int status_read(struct ledger *ledger, struct status *status, struct error *error);
int status_market_read(struct ledger *ledger, const char *market, struct status_market *status, struct error *error);

/* Calls each with the index of every series that is expected to have usage and had none in the last closed hour. */
typedef void (*status_silent)(void *context, uint32_t series, int64_t hour);
int status_silent_read(struct ledger *ledger, const struct book *book, status_silent each, void *context,
		       struct error *error);

/* Calls each for every parked claim. */
struct parked {
	int64_t claim, hour, amount;
	const char *subscription, *dimension, *market, *code, *message;
};
typedef void (*status_parked)(void *context, const struct parked *parked);
int status_parked_read(struct ledger *ledger, status_parked each, void *context, struct error *error);

#endif
