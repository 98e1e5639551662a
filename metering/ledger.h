/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.h - the books: accounts, the chain of postings, and the lease of the one who may send.
 *
 * The law, for every account at every instant:
 *
 *     metered = included + pending + in doubt + accepted + written off        (pending counts what is parked)
 *
 * A posting is one balanced entry: seven amounts of which the first equals the sum of the others, so the law
 * holds after each posting if it held before.  Postings are never changed or removed; a correction is a posting that
 * names what it corrects.  Each carries the SHA-256 of its own content and of the hash before it, and an `evidence`
 * hash of the rows it vouches for (an event block, a claim's bytes, a verdict), so that the chain covers them too.
 *
 * Everything is written inside ledger_begin .. ledger_commit; a transaction that is not committed leaves nothing.
 * Amounts are micro-units; times microseconds since 1970 UTC; an hour is named by the time it begins.
 */
#ifndef METERING_LEDGER_H
#define METERING_LEDGER_H

#include "core/db.h"
#include "core/error.h"
#include "core/quantity.h"
#include "metering/book.h"

enum {
	LEDGER_FORMAT = 3,
	HASH_BYTES = 32,
	LEDGER_ID_TEXT = 33, /* 32 hexadecimal digits and a NUL */
};

/* The largest amount of a posting or balance, either sign, in micro-units.  It leaves room below 2^63, so that the
 * database's own sum of two of them is seen to be out of range and never becomes a floating point number unseen. */
#define LEDGER_AMOUNT_MAX INT64_C(9000000000000000000)
#define LEDGER_AMOUNT_RANGE "BETWEEN -9000000000000000000 AND 9000000000000000000"

/* The seven amounts of a posting and of an account. */
enum ledger_amount {
	METERED = 0,
	INCLUDED = 1,
	PENDING = 2,
	PARKED = 3, /* pending, but refused by the marketplace: waits for a person */
	IN_DOUBT = 4, /* sent, and no verdict yet */
	ACCEPTED = 5,
	WRITTEN_OFF = 6,
	LEDGER_AMOUNTS = 7
};

enum posting_kind {
	POSTING_OPENED = 1,   /* the ledger was made */
	POSTING_NAMED = 2,    /* a series, account or source got its number; evidence: its names */
	POSTING_TAKEN = 3,    /* an event block was taken; evidence: its bytes */
	POSTING_HOUR = 4,     /* an hour of an account was closed */
	POSTING_LATE = 5,     /* late events changed a closed hour: `hour` names it, a claim of an open hour settles it */
	POSTING_SENT = 6,     /* pending -> in doubt; evidence: the claim's bytes */
	POSTING_SETTLED = 7,  /* in doubt -> accepted (and pending, where the marketplace holds another amount) */
	POSTING_PARKED = 8,   /* in doubt -> parked */
	POSTING_RELEASED = 9, /* parked -> pending, to be claimed again */
	POSTING_REBOOKED = 10, /* in doubt -> pending: the claim was too old and its amount goes into an open hour */
	POSTING_WRITTEN_OFF = 11, /* in doubt, parked or pending -> written off; without a claim: what was due from the hour */
	POSTING_TERMS = 12,   /* accounts are worked out by new terms from an hour on; evidence: the versions, see terms.h */
	POSTING_CLOSED = 13,  /* an hour is closed: no posting HOUR of it follows; claim: the first that was made in it, samples:
			       * how many were, evidence: their slots, markets, amounts and links */
	POSTING_FORGOTTEN = 14, /* the dedupe window moved on; samples: keys of the oldest generation, raw: their digest */
	POSTING_REOPENED = 15, /* parked or in doubt -> pending: the claim is open again, in its own slot */
	POSTING_KINDS
};

struct posting {
	int kind;        /* enum posting_kind */
	int64_t time;    /* when it was posted */
	int64_t account; /* the ledger's id, 0: none */
	int64_t hour;    /* the usage hour it is about, 0: none */
	int64_t claim;   /* 0: none */
	int64_t amounts[LEDGER_AMOUNTS];
	wide_t raw;       /* HOUR, LATE: what the events came to (LATE: the difference), before dividing */
	wide_t remainder; /* HOUR, LATE: what is carried on, below one micro-unit times the divisor */
	int64_t samples;  /* HOUR: events; CLOSED: claims */
	int64_t gap;      /* HOUR: microseconds without a sample to believe */
	uint8_t evidence[HASH_BYTES]; /* zeros: none */
	const char *note; /* "" : none */
};

struct ledger {
	struct db *db;
	char id[LEDGER_ID_TEXT]; /* random, made with the ledger; part of every record's key */
	bool rehearsal;          /* may be given another time than now, and only talks to loopback */
	int64_t closed;          /* the end of the last closed hour; 0: none yet */
	int64_t seed;            /* of the hash of event ids */
	int lock;                /* file descriptor of the lease, -1: not held */
	int64_t epoch;           /* of the lease held, 0: none */
	int64_t sequence;        /* of the last posting, as of this transaction */
	uint8_t head[HASH_BYTES];
	char *path;
};

/* Makes a new ledger in a file that does not exist yet. */
int ledger_init(const char *path, bool rehearsal, int64_t now, struct error *error);

/* Opens it.  read_only: for status, statement and verify.  cache: see db_open. */
int ledger_open(const char *path, bool read_only, size_t cache, struct ledger *ledger, struct error *error);
void ledger_close(struct ledger *ledger);
#define LEDGER_CLEANUP __attribute__((cleanup(ledger_close)))

/* The lease of closing and sending.  ERROR_FENCED if the ledger is older than the last one that was leased here, by the file of the
 * lease; a person who knows what that means removes the file.  ERROR_LEASED if another living process holds it; a dead one's is taken
 * over at once.  The value "leased" of the ledger says since when it is held.
 * Every transaction begun while it is held fails with ERROR_FENCED once somebody else has taken it. */
int ledger_lease(struct ledger *ledger, int64_t now, struct error *error);
void ledger_unlease(struct ledger *ledger);

int ledger_begin(struct ledger *ledger, struct error *error);
int ledger_commit(struct ledger *ledger, struct error *error);
void ledger_rollback(struct ledger *ledger);

/* Appends one posting and moves its account's balances.  Inside a transaction.  Fails with APOLLO_BUG if the entry is
 * not balanced and with ERROR_INPUT, and nothing changed, if a balance would leave its range. */
int posting_append(struct ledger *ledger, const struct posting *posting, struct error *error);

/* The hash of a posting that follows `before`.  sequence: of this posting. */
void posting_hash(const struct posting *posting, int64_t sequence, const uint8_t before[HASH_BYTES],
		  uint8_t hash[HASH_BYTES]);

/* Reads a posting from a statement whose columns are POSTING_COLUMNS; note is valid until the next step. */
#define POSTING_COLUMNS \
	"seq, kind, time, account, hour, claim, metered, included, pending, parked, in_doubt, accepted, written_off," \
	" raw, remainder, samples, gap, evidence, note, hash"
int64_t posting_read(struct db_statement *statement, struct posting *posting, uint8_t hash[HASH_BYTES]);

/* The word for a kind ("hour", "sent", ...). */
const char *posting_kind_name(int kind);

/* Gives every series and account of the book its id, adding to the ledger what it does not know, and the terms that
 * changed (see terms.h).  Inside a transaction if `add`; without it unknown ones keep 0. */
int ledger_bind_book(struct ledger *ledger, struct book *book, int64_t now, bool add, struct error *error);

/* The number of an event source's name; added where it is new.  Inside a transaction. */
int ledger_origin(struct ledger *ledger, const char *text, size_t size, int64_t now, int64_t *id,
		  struct error *error);

/* The evidence hash of a name: what is "series", "account" or "source". */
void named_hash(const char *what, int64_t id, const char *first, const char *second, uint8_t hash[HASH_BYTES]);

/* The evidence hash of what a ledger is made with and keeps: id, format, rehearsal, made and seed. */
int ledger_identity_hash(struct ledger *ledger, uint8_t hash[HASH_BYTES], struct error *error);

/* Sets a named value of the ledger; inside a transaction. */
int ledger_set(struct ledger *ledger, const char *name, int64_t value, struct error *error);
/* Gets it; `otherwise` where it was never set. */
int ledger_get(struct ledger *ledger, const char *name, int64_t otherwise, int64_t *value, struct error *error);

/* SHA-256 of parts, each preceded by its length, so that ("ab","c") and ("a","bc") differ. */
struct hash_part {
	const void *data;
	size_t size;
};
void hash_parts(const struct hash_part *parts, size_t count, uint8_t hash[HASH_BYTES]);

#endif
