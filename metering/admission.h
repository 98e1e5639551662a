/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admission.h - whether a customer may be charged, as the marketplace said last.
 *
 * A market that offers admit is asked before a claim of a subscription is sent, with the claim's own id, and the
 * answer holds for its admission_ttl.  Where the service cannot tell, the last answer in the ledger holds on.
 */
#ifndef METERING_ADMISSION_H
#define METERING_ADMISSION_H

#include "metering/dispatch.h"

enum admission { ADMISSION_ASK, ADMISSION_YES, ADMISSION_NO, ADMISSION_LATER };

struct admission_entry {
	enum admission answer;
	bool wanted;    /* to be asked about, or being asked about */
	int64_t until;  /* by the engine's elapsed time */
	char code[64];
	char message[256];
	struct dispatch *question;
};

struct admissions {
	struct ledger *ledger;
	struct instance *instance;
	int64_t now;
	struct admission_entry **entries; /* by index of the subscription in the book */
	size_t room;
	size_t wanted;
	int64_t parked;   /* claims of customers that may not be charged */
	const char *trouble; /* why some customer's claims wait or were parked; NULL: none */
	struct dispatcher *dispatcher;
	struct error error; /* of a callback; code 0: none */
};

static inline struct admissions admissions_init(struct ledger *ledger, struct instance *instance, int64_t now)
{
	return (struct admissions){.ledger = ledger, .instance = instance, .now = now};
}

void admissions_release(struct admissions *admissions);

/* What is known for a claim's subscription now; YES for a market that does not ask. */
enum admission admission_of(struct admissions *admissions, const struct dispatcher *dispatcher,
			    const struct claim *claim);

/* Remembers to ask about a claim's subscription, with this claim. */
int admission_want(struct admissions *admissions, struct dispatcher *dispatcher, const struct claim *claim,
		   struct error *error);

/* Asks about all that are wanted and waits for the answers; claims of those refused are parked.  1: some were asked;
 * 0: there was nothing to ask. */
int admissions_run(struct admissions *admissions, struct dispatcher *dispatcher, struct error *error);

#endif
