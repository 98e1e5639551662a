/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spool.h - files and folders of events.
 *
 * A file is taken whole.  What is rejected of FILE goes to FILE.rejected, which is written beside it and then put in
 * place in one step; where nothing is rejected an older one is removed.  From the spool, a folder that senders put
 * finished files into (by rename, names ending in .jsonl), a file that was taken moves to the folder "taken" in it; one
 * killed in between is taken again, which changes nothing.
 */
#ifndef CLI_SPOOL_H
#define CLI_SPOOL_H

#include "metering/intake.h"

/* Takes a file, a folder (its *.jsonl, in the order of their names) or "-", standard input.  rejects: where rejected lines of
 * standard input go, NULL: nowhere; files have their own. */
int spool_take(struct intake *intake, const char *path, const char *rejects, struct intake_counts *counts,
	       struct error *error);

/* Takes all of a spool and moves it away.  A folder that is not there is an error. */
int spool_run(struct intake *intake, const char *folder, struct intake_counts *counts, struct error *error);

#endif
