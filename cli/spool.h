/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spool.h - files and folders of events.
 *
 * Invariants
 *   - Nothing that is there is removed or written over.  What is rejected of FILE goes to FILE.rejected, or to
 *     FILE.1.rejected, FILE.2.rejected ... where there is one already; it is written as NAME.part beside it and then put in
 *     place in one step.  Where nothing is rejected there is none.
 *   - From the spool, a folder that senders put finished files into (by rename, names ending in .jsonl), a file that
 *     was taken moves to the folder "taken" in it, under its name or NAME.1, NAME.2 ...; its rejects lie beside it and
 *     bear the same name.  One that was killed in between is taken again, which changes nothing.
 *   - A file that is still being written (its last byte is no newline, or it grew while it was read) stays: what was read of
 *     it is taken, and the next run takes the rest.
 *   - A file that cannot be taken holds up no other.
 */
#ifndef CLI_SPOOL_H
#define CLI_SPOOL_H

#include "metering/intake.h"

enum { SPOOL_PATH = 4096, SPOOL_NAMES_MAX = 1000000 /* files of one name */ };

struct spool_counts {
	struct intake_counts events; /* rejects of a file that stays are not counted: they come again */
	int64_t unfinished; /* files that are still being written */
	int64_t failed;     /* files and folders that could not be taken */
	struct error last;  /* why, of the last one */
	char waiting[SPOOL_PATH]; /* the last file still being written */
	char rejects[SPOOL_PATH]; /* the last reject file */
};

/* Takes a file, a folder (its *.jsonl, in the order of their names) or "-", standard input.  rejects: where rejected lines of
 * standard input go, NULL: to standard error; files have their own.  Counts are added to.  A negative code where it is the
 * ledger that fails, or memory; what is wrong with a file is counted. */
int spool_take(struct intake *intake, const char *path, const char *rejects, struct spool_counts *counts,
	       struct error *error);

/* Takes all of a spool and moves it away; as spool_take. */
int spool_run(struct intake *intake, const char *folder, struct spool_counts *counts, struct error *error);

#endif
