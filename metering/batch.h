/* SPDX-License-Identifier: Apache-2.0 */
/*
 * batch.h - the reading half of intake: a thread that turns lines into batches of events.
 *
 * Invariants: a batch belongs to the reading thread until pipeline_next gives it out, and again after
 * pipeline_return.  Batches come in the order of the input.  The reading thread touches neither the ledger nor the
 * database.
 */
#ifndef METERING_BATCH_H
#define METERING_BATCH_H

#include "metering/event.h"

#include "core/scope.h"

enum { REJECTS_MAX = 4096 }; /* in one batch; more end it */

struct reject {
	int64_t line;
	const char *reason;
	const char *text;
	size_t size;
};

struct batch {
	struct event *events; /* INTAKE_BATCH of them; origin is an index into struct origins */
	size_t count;
	struct reject *rejects;
	size_t reject_count;
	const char **origins; /* the sources first seen in this batch */
	size_t origin_count;
	int64_t lines;
	struct scope scope; /* texts of this batch */
	struct batch *next;
};

/* The sources of one run: their numbers in the order in which they were first seen. */
struct origins {
	struct map names;   /* the reading thread's */
	struct scope scope; /* likewise */
	size_t count;       /* likewise */
	int64_t *ids;       /* the committing thread's: INTAKE_ORIGINS_MAX ids of the ledger */
	size_t bound;       /* likewise */
};

int origins_init(struct origins *origins, struct error *error);
void origins_release(struct origins *origins);
#define ORIGINS_CLEANUP __attribute__((cleanup(origins_release)))

struct pipeline;

/* Starts the reading thread.  Everything handed in must outlive the pipeline. */
int pipeline_new(const struct intake *intake, struct origins *origins, int file, const char *name,
		 struct pipeline **pipeline, struct error *error);

/* 1: the next batch; 0: the input is read; negative: it could not be read. */
int pipeline_next(struct pipeline *pipeline, struct batch **batch, struct error *error);

void pipeline_return(struct pipeline *pipeline, struct batch *batch);

/* Stops the thread and frees everything. */
void pipeline_free(struct pipeline *pipeline);

#endif
