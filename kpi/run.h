/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.h - what one run of a benchmark measured, read from what fio and elbencho write.
 *
 * Invariants
 *   - Rates are those at the end of the slowest: what was moved by all, by the time of the longest.
 *   - What a tool does not say is KPI_UNKNOWN, and no number is negative otherwise.
 *   - Files are from outside: more than the ceilings below is refused, and an error names the file and the line.
 */
#ifndef KPI_RUN_H
#define KPI_RUN_H

#include "core/error.h"
#include "core/scope.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	KPI_UNKNOWN = -1,
	RESULT_BYTES_MAX = 16 << 20, /* of one file */
	RESULT_JOBS_MAX = 4096,      /* of one fio file */
	RESULT_COLUMNS_MAX = 128,    /* of elbencho's */
	RESULT_RUNS_MAX = 1000       /* of one file */
};

enum flow_kind { FLOW_READ, FLOW_WRITE, FLOW_ENTRIES, FLOWS };

enum latency { LATENCY_P50, LATENCY_P95, LATENCY_P99, LATENCY_P999, LATENCY_MEAN, LATENCY_MAX, LATENCIES };

/* One direction.  Of entries (files, folders) only `operations` and the latencies are there. */
struct flow {
	int64_t bytes;              /* in all */
	int64_t rate;               /* bytes a second */
	int64_t operations;         /* a second */
	int64_t latency[LATENCIES]; /* nanoseconds; of several jobs the worst */
};

struct run {
	struct flow flows[FLOWS]; /* zeros: nothing of the kind was done */
	int64_t milliseconds;
	int64_t gap;     /* by how much the slowest is behind the fastest, in thousandths; KPI_UNKNOWN where there is only one */
	int64_t clients; /* machines; KPI_UNKNOWN */
	int64_t cpu;     /* how busy the tool's own processors or threads were, in percent; KPI_UNKNOWN */
	int64_t block;   /* bytes; KPI_UNKNOWN */
	bool random;
	bool cached; /* through the client's cache, and never told to wait for the disks */
	const char *operation; /* as the tool calls it: "READ", "randread", "stat" */
	const char *label;     /* elbencho's label, fio's name of the job; or "" */
	const char *tool;      /* and its version */
	const char *command;   /* or "" */
	const char *failure;   /* what the tool said went wrong; NULL */
	int64_t line;          /* of the file, from 1 */
};

struct runs {
	struct run *items;
	size_t count;
};

/* Reads a file's text, which is either tool's: fio's --output-format=json or json+ with or without lines before, between and behind,
 * also of --client and of --status-interval (the last of its documents counts); or elbencho's --csvfile.  Jobs of one group are one run,
 * and each row of elbencho's is one.  name: begins errors.  Texts are copied to the scope.
 * ERROR_INPUT where it is neither, or is wrong. */
int runs_read(struct scope *scope, const char *text, size_t size, const char *name, struct runs *runs, struct error *error);

/* The two readers. */
int fio_read(struct scope *scope, const char *text, size_t size, const char *name, struct runs *runs, struct error *error);
int elbencho_read(struct scope *scope, const char *text, size_t size, const char *name, struct runs *runs, struct error *error);

/* Whether the first line is the header of elbencho's CSV. */
bool elbencho_is(const char *text, size_t size);

/* A run of which nothing is known. */
struct run run_none(void);

#endif
