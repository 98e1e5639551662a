/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world.h - sheets and results for tests, from texts.
 */
#ifndef TESTS_KPI_WORLD_H
#define TESTS_KPI_WORLD_H

#include "kpi/kpi.h"
#include "tests/unit/unit.h"

struct world {
	struct scope scope;
	struct facts facts;
	struct sheet sheet;
	struct runs runs[SHEET_FILES_MAX];
	char digests[SHEET_FILES_MAX][DIGEST_TEXT];
	struct kpi kpi;
};

/* A row of elbencho's CSV. */
struct csv_row {
	const char *operation, *label;
	int hosts, block, direct, random;
	int64_t first, last; /* milliseconds */
	int cpu;
	int64_t iops, rate, mib; /* a second, MiB a second, MiB */
	int64_t read_iops;       /* in a mix */
	int64_t entries;         /* a second */
};

/* A usual row of a test that is in its band, by 16 clients. */
struct csv_row csv_usual(int test);

/* A file with each row `times` times.  Gives its text in the scope. */
const char *csv_text(struct scope *scope, const struct csv_row *rows, size_t count, int times);

/* The usual sheet of eight machines; `cluster`, `load` and `results` are more settings of these groups, and replace usual ones of the same name.
 * files: texts for the files 0, 1, ...; up to a NULL. */
int world_try(struct world *world, const char *cluster, const char *load, const char *results, const char *const *files, struct error *error);
void world_make(struct world *world, const char *cluster, const char *load, const char *results, const char *const *files);
void world_release(struct world *world);
#define WORLD_CLEANUP __attribute__((cleanup(world_release)))

#endif
