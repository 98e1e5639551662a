/* SPDX-License-Identifier: Apache-2.0 */
/*
 * claim.h - what a marketplace is told, and what became of it.
 *
 * Invariants
 *   - The slot of a claim (account, hour) is unique.  Its amount is the sum of its links, each of which names the hour
 *     that the usage comes from.
 *   - Its id and exact bytes are stored before the first send and never change while it may have been taken; a resend is
 *     byte-identical.  One that surely was not taken and is opened again is made anew, by what the configuration says then.
 *   - Money moves only by postings: pending -> in doubt when it is sent, and on by its verdict.
 *
 *     OPEN --sent--> SENT --accepted, duplicate--> ACCEPTED
 *                     |---rejected---------------> PARKED --released--> RELEASED (its amount is due again)
 *                     |                              |----reopened--> OPEN (in its own slot)
 *                     |---too old, by policy-----> REBOOKED | PARKED | WRITTEN_OFF
 *     OPEN --too old, by policy------------------> REBOOKED | PARKED | WRITTEN_OFF
 */
#ifndef METERING_CLAIM_H
#define METERING_CLAIM_H

#include "metering/ledger.h"

enum claim_state {
	CLAIM_OPEN = 1,
	CLAIM_SENT = 2,
	CLAIM_ACCEPTED = 3,
	CLAIM_PARKED = 4,
	CLAIM_REBOOKED = 5,
	CLAIM_WRITTEN_OFF = 6,
	CLAIM_RELEASED = 7
};

struct claim {
	int64_t id;
	int64_t account;
	int64_t hour;
	int64_t oldest;      /* the first hour that its links name; its own where there are none */
	int64_t amount;      /* micro-units, 0 or more */
	int state;           /* enum claim_state */
	bool maybe_taken;    /* a send of it may have arrived without an answer */
	bool alone;          /* to be sent in a request of its own: one that held it was refused as a whole */
	int64_t tries;
	int64_t next;        /* not to be sent before */
	int64_t dispatch;    /* the request it last left with, 0: none */
	const char *record;  /* id; NULL before the first send */
	const void *body;
	size_t body_size;
};

/* The claims that were made in one transaction, for the posting that vouches for them: their ids follow each other. */
struct claims_made {
	int64_t first, count;
	uint8_t hash[HASH_BYTES]; /* of each one's slot, oldest hour, amount, market and links, in order */
};

/* Makes a claim with its links, count of them in the order of their hours, summing to amount, and adds it to what was made.  Inside a
 * transaction. */
struct claim_link {
	int64_t hour;
	int64_t amount;
};
int claim_make(struct ledger *ledger, const char *market, int64_t account, int64_t hour, int64_t amount,
	       const struct claim_link *links, size_t count, struct claims_made *made, struct error *error);

/* Columns of a SELECT that claim_read reads; texts are valid until the statement's next step. */
#define CLAIM_COLUMNS "id, account, hour, amount, state, maybe_taken, tries, next, dispatch, record, body, alone, oldest"
void claim_read(struct db_statement *statement, struct claim *claim);

/* One claim by its id, without record and body; ERROR_INPUT where there is none. */
int claim_get(struct ledger *ledger, int64_t id, struct claim *claim, struct error *error);

/* The claim leaves with a dispatch: stores id and bytes, moves pending to in doubt (the first time), and is SENT. */
int claim_send(struct ledger *ledger, struct claim *claim, int64_t dispatch, int64_t now, struct error *error);

/* Why a claim ended, for the row and its posting's evidence. */
struct claim_verdict {
	int64_t held;          /* ACCEPTED: what the marketplace holds for the slot */
	const char *reference; /* each may be NULL */
	const char *code;
	const char *message;
};

/* in doubt (or parked, where a person says so) -> accepted.  Where the marketplace holds another amount than the claim's,
 * the difference is due again (it may be negative) and the posting's note says so. */
int claim_accept(struct ledger *ledger, const struct claim *claim, const struct claim_verdict *verdict, int64_t now,
		 struct error *error);

/* To PARKED, REBOOKED, WRITTEN_OFF or RELEASED, from where the diagram allows. */
int claim_end(struct ledger *ledger, const struct claim *claim, int state, const struct claim_verdict *verdict,
	      int64_t now, struct error *error);

/* PARKED, or SENT where a person says so, and surely not taken -> OPEN: it is told anew in its own slot, with an id and bytes
 * made anew.  1; or 0, and nothing changed, where it was made for another market than `market`. */
int claim_reopen(struct ledger *ledger, const struct claim *claim, const char *market,
		 const struct claim_verdict *verdict, int64_t now, struct error *error);

/* Not settled: remembers when to try again, and whether it may have been taken.  The alone of `claim` is
 * remembered too. */
int claim_defer(struct ledger *ledger, const struct claim *claim, bool maybe_taken, int64_t next,
		const struct claim_verdict *verdict, struct error *error);

/* The evidence hash of claims as they were made; ERROR_CORRUPT where one is missing. */
int claims_made_hash(struct ledger *ledger, int64_t first, int64_t count, uint8_t hash[HASH_BYTES], struct error *error);

/* The evidence hash of what a claim left with, its record's id and bytes; ERROR_CORRUPT where there is no such claim. */
int claim_sent_hash(struct ledger *ledger, int64_t claim, uint8_t hash[HASH_BYTES], struct error *error);

/* The evidence hash of how it ended; the same error. */
int claim_ended_hash(struct ledger *ledger, int64_t claim, uint8_t hash[HASH_BYTES], struct error *error);

const char *claim_state_name(int state);

#endif
