/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pack.h - the hand-off pack: what others need of a plan, each for its own hands, as files.
 *
 * Invariants: every file is made from the same plan, so that nothing is typed twice and none says what another one does not; the
 * same plan gives the same bytes.  A file that has nothing to say is not in the pack.
 */
#ifndef DEPLOY_PACK_H
#define DEPLOY_PACK_H

#include "core/buffer.h"
#include "deploy/plan.h"

struct pack_file {
	const char *name;
	const char *what; /* for people, one line */
	bool (*wanted)(const struct plan *plan); /* NULL: always */
	void (*make)(const struct plan *plan, struct buffer *buffer);
	const char *(*lacks)(const struct plan *plan); /* why a file is not there that somebody may look for; NULL, or gives NULL: nothing to say */
};

/* All that a pack may hold, in the order in which a person reads them; through *count how many. */
const struct pack_file *pack_files(size_t *count);

#endif
