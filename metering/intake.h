/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intake.h - events in: CloudEvents 1.0, one JSON object a line.
 *
 *   {"specversion": "1.0", "type": METER, "subject": SUBSCRIPTION, "source": ..., "id": ..., "time": RFC 3339,
 *    "data": {"value": NUMBER or "DECIMAL TEXT"}}
 *
 * Each line is judged alone.  What is wrong is rejected with its line number and a reason, and goes to a reject file
 * that can be mended and fed again (there, lines that begin with # are comments and are passed over); the rest is taken.
 * What is known already is counted and ignored, so feeding a file twice changes nothing.
 *
 * Lines are read and parsed in a thread of their own while the caller's thread commits; at most INTAKE_BATCHES batches
 * of INTAKE_BATCH events are between the two, so memory does not grow with the input.  A batch is on disk when its
 * transaction has committed; when intake_stream returns 0 all of the input is.
 */
#ifndef METERING_INTAKE_H
#define METERING_INTAKE_H

#include "metering/book.h"
#include "metering/dedupe.h"
#include "metering/ledger.h"
#include "metering/sorter.h"

#include <stdio.h>

enum {
	INTAKE_LINE_MAX = 64 << 10,   /* a longer line is rejected */
	INTAKE_BATCH = 128 << 10,     /* events in one transaction */
	INTAKE_BATCHES = 3,
	INTAKE_ORIGINS_MAX = 1 << 16, /* different sources in one run */
};

struct intake_options {
	int64_t now;
	int64_t window;  /* of dedupe, microseconds; older events cannot be told from duplicates and are rejected */
	int64_t ahead;   /* how far in the future a sender's clock may be, microseconds */
};

struct intake_counts {
	int64_t lines;      /* that are not empty and not comments */
	int64_t taken;
	int64_t duplicates;
	int64_t rejected;
	int64_t late;       /* taken, for an hour that was closed already */
};

static inline void intake_counts_add(struct intake_counts *sum, const struct intake_counts *counts)
{
	sum->lines += counts->lines;
	sum->taken += counts->taken;
	sum->duplicates += counts->duplicates;
	sum->rejected += counts->rejected;
	sum->late += counts->late;
}

struct intake {
	struct ledger *ledger;
	const struct book *book; /* bound to the ledger: see ledger_bind_book */
	struct intake_options options;
	struct dedupe dedupe;
	struct sorter sorter;
	struct intake_counts counts; /* of everything so far */
};

static inline struct intake intake_init(struct ledger *ledger, const struct book *book,
					const struct intake_options *options)
{
	return (struct intake){.ledger = ledger, .book = book, .options = *options, .dedupe = dedupe_init(ledger)};
}

void intake_release(struct intake *intake);
#define INTAKE_CLEANUP __attribute__((cleanup(intake_release)))

/* Takes all lines of an open file, pipe or terminal.  name: for messages.  rejects: where rejected lines go, each
 * behind a comment with its number and reason; NULL: they are only counted.  *counts: of this stream. */
int intake_stream(struct intake *intake, int file, const char *name, FILE *rejects, struct intake_counts *counts,
		  struct error *error);

/* Takes lines from memory; as intake_stream. */
int intake_text(struct intake *intake, const char *text, size_t size, const char *name, FILE *rejects,
		struct intake_counts *counts, struct error *error);

/* Forgets the keys that the dedupe window no longer needs.  Inside a transaction. */
int intake_prune(struct intake *intake, struct error *error);

#endif
