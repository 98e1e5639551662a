/* SPDX-License-Identifier: Apache-2.0 */
/*
 * collect.h - usage in, from sources that are asked for it.
 *
 * Invariants
 *   - The windows of one meter of a subscription join, whichever source they were asked of: each begins where the last
 *     one that was taken ended, so that a source under another name does not give the same usage again.
 *   - Samples become events like any others: source "collect:INSTANCE", id "SUBSCRIPTION/METER/ID".  Asking twice
 *     changes nothing.
 *   - The end of a window and the source's cursor are kept after its events are on disk.  An answer of which anything
 *     was refused moves neither: the same window is asked for again.
 *   - Sources are asked side by side, COLLECT_ACTIVE questions of each at a time.  One that fails, or is slow, keeps no
 *     other from being asked; after COLLECT_FAILURES passing failures in a row its other jobs wait for the next run.
 *     A job whose question is at fault (rejected, wrong configuration) fails alone.
 */
#ifndef METERING_COLLECT_H
#define METERING_COLLECT_H

#include "core/buffer.h"
#include "core/conversation.h"
#include "metering/intake.h"

#define COLLECT_WINDOW (24 * APOLLO_HOUR)           /* longest window of one question */
#define COLLECT_DEADLINE (60 * INT64_C(1000000))    /* of one request with its retries, microseconds */

enum { COLLECT_ACTIVE = 4, COLLECT_FAILURES = 4, COLLECT_TOLD = 8 };

/* One meter of one subscription, asked of one source. */
struct collect_job {
	uint32_t series; /* of the book */
	struct instance *source;
	const char *options; /* the collect options as a JSON object of texts */
};

struct collect_counts {
	int64_t windows;
	int64_t samples; /* that were new */
	int64_t failed;  /* jobs that could not be collected to the end; the next run asks for the same window again */
	struct error told[COLLECT_TOLD]; /* why, of the first ones */
	size_t told_count;
};

/* The task of a question.  cursor: JSON, or NULL.  0 or APOLLO_NOMEM. */
int collect_task(const struct book *book, const struct collect_job *job, int64_t from, int64_t to, const char *cursor,
		 struct buffer *task);

/* Asks for everything up to `until`.  Counts are added to.  A job that fails is counted; what is given back is the
 * ledger's or the engine's own trouble.  A run that is asked to stop ends early and is no failure. */
int collect_run(struct intake *intake, struct conversations *conversations, const struct collect_job *jobs,
		size_t count, int64_t until, struct collect_counts *counts, struct error *error);

#endif
