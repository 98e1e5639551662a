/* SPDX-License-Identifier: Apache-2.0 */
/*
 * collect.h - usage in, from sources that are asked for it.
 *
 * A source is asked for windows that join: each begins where the last one that was taken ended.  The samples become
 * events like any others (source "collect:INSTANCE"), so that asking twice changes nothing.  The end of a window and the
 * source's cursor are kept after its events are on disk.
 */
#ifndef METERING_COLLECT_H
#define METERING_COLLECT_H

#include "core/conversation.h"
#include "metering/intake.h"

#define COLLECT_WINDOW (24 * APOLLO_HOUR) /* longest window of one question */

/* One meter of one subscription, asked of one source. */
struct collect_job {
	uint32_t series; /* of the book */
	struct instance *source;
	const char *options; /* the collect options as a JSON object of texts */
};

struct collect_counts {
	int64_t windows;
	int64_t samples; /* that were new */
	int64_t failed;  /* jobs whose source could not be asked; the next run asks for the same window again */
	struct error last; /* why, code 0: none failed */
};

/* Asks for everything up to `until`.  A source that fails does not keep the others from being asked. */
int collect_run(struct intake *intake, struct conversations *conversations, const struct collect_job *jobs,
		size_t count, int64_t until, struct collect_counts *counts, struct error *error);

#endif
