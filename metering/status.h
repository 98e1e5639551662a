/* SPDX-License-Identifier: Apache-2.0 */
/* status.h - how things stand, at a glance.  Reads only. */
#ifndef METERING_STATUS_H
#define METERING_STATUS_H

#include "metering/book.h"
#include "metering/ledger.h"

#include <stdio.h>

enum { STATUS_MARKETS_MAX = 1024 };

struct status {
	int64_t made;        /* when the ledger was */
	int64_t last_run;    /* when `meter run` last ended well; 0: never */
	int64_t closed;      /* end of the last closed hour; 0: none */
	int64_t differences; /* settled claims where the marketplace holds another amount */
	int64_t written_off; /* micro-units, of all accounts */
};

/*
 * Usage is unsettled from the hour that it comes from until a verdict: while its hour is not closed though it should be,
 * while it is due and no claim has taken it up though it reaches the marketplace's step, and while its claim is open or
 * in doubt.  The hour of a claim is the oldest that its links name: one that was booked anew stays as old as its usage.
 */
struct status_market {
	const char *name;
	bool known;          /* the configuration has it */
	int64_t open;        /* claims not sent yet */
	int64_t in_doubt;    /* claims sent without a verdict */
	int64_t parked;      /* claims that wait for a person */
	int64_t oldest;      /* the oldest unsettled hour; 0: none */
	char reason[ERROR_TEXT]; /* why that one waits; "": not known */
	char parked_reason[ERROR_TEXT]; /* why the oldest parked one does; likewise */
};

struct status_options {
	const struct book *book;  /* bound to the ledger */
	const char *const *markets; /* that the configuration has */
	size_t market_count;
	int64_t now, grace;       /* an hour should be closed `grace` after its end */
};

int status_read(struct ledger *ledger, struct status *status, struct error *error);

/* Calls each for every market of the options, and for every other one that has a claim without a verdict. */
typedef void (*status_market_each)(void *context, const struct status_market *market);
int status_markets_read(struct ledger *ledger, const struct status_options *options, status_market_each each,
			void *context, struct error *error);

/* Calls each for every series whose last closed hour lacks usage: it is silent (expected every hour, and there was no sample), or
 * a part of the hour is covered by no sample and metered as zero (gap: microseconds). */
typedef void (*status_lack_each)(void *context, uint32_t series, int64_t hour, bool silent, int64_t gap);
int status_lacks_read(struct ledger *ledger, const struct book *book, status_lack_each each, void *context,
		      struct error *error);

/* Calls each for every series that the book does not have and that has events waiting for it in closed hours. */
struct waiting {
	const char *subscription, *meter;
	int64_t hours, oldest;
};
typedef void (*status_waiting)(void *context, const struct waiting *waiting);
int status_waiting_read(struct ledger *ledger, const struct book *book, status_waiting each, void *context,
			struct error *error);

/* Calls each for every parked claim. */
struct parked {
	int64_t claim, hour, amount;
	const char *subscription, *dimension, *market, *code, *message;
};
typedef void (*status_parked)(void *context, const struct parked *parked);
int status_parked_read(struct ledger *ledger, status_parked each, void *context, struct error *error);

#endif
