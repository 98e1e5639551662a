/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admission.h - whether a customer may be charged, as the marketplace said last.
 *
 * A market that offers admit is asked before a claim of a subscription is sent, with the claim's own id, and the
 * answer holds for its admission_ttl.  Only a yes or a no is kept in the ledger: where the service cannot tell, the last
 * of those holds on.
 *
 * A question goes from stage to stage: wanted, asked, answered, and recorded in the ledger, which is when its answer
 * counts.  Nobody waits for one but the claims of its customer.
 */
#ifndef METERING_ADMISSION_H
#define METERING_ADMISSION_H

#include "metering/dispatch.h"

enum admission { ADMISSION_ASK, ADMISSION_YES, ADMISSION_NO, ADMISSION_LATER };
enum admission_stage { ADMISSION_RECORDED, ADMISSION_WANTED, ADMISSION_ASKED, ADMISSION_ANSWERED };

struct admission_entry {
	enum admission answer;
	enum admission_stage stage;
	bool decided;   /* the service said yes or no; else the answer is the last one, or LATER */
	int64_t until;  /* by the engine's elapsed time */
	char code[64];
	char message[256];
	struct admissions *admissions;
	const char *subscription;
	struct dispatch *question;
};

struct admissions {
	struct ledger *ledger;
	struct instance *instance;
	int64_t now;
	struct admission_entry **entries; /* by index of the subscription in the book */
	size_t room;
	size_t wanted, asked, answered; /* entries in these stages */
	int64_t parked;     /* claims of customers that may not be charged */
	struct error error; /* of a callback; code 0: none */
};

static inline struct admissions admissions_init(struct ledger *ledger, struct instance *instance, int64_t now)
{
	return (struct admissions){.ledger = ledger, .instance = instance, .now = now};
}

/* No question may be on the way. */
void admissions_release(struct admissions *admissions);

/* What is known for a claim's subscription now; YES for a market that does not ask.  *reason: where a NO or LATER says
 * why; NULL where nobody was asked. */
enum admission admission_of(struct admissions *admissions, const struct dispatcher *dispatcher,
			    const struct claim *claim, const struct admission_entry **reason);

/* Remembers to ask about a claim's subscription, with this claim. */
int admission_want(struct admissions *admissions, struct dispatcher *dispatcher, const struct claim *claim,
		   struct error *error);

/* Sends the questions that are wanted; the answers come from within exchanges_run. */
int admissions_ask(struct admissions *admissions, struct dispatcher *dispatcher, struct error *error);

/* Inside a transaction: records what was answered; open claims of customers that may not be charged are parked. */
int admissions_record(struct admissions *admissions, struct dispatcher *dispatcher, struct error *error);

#endif
