/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sheet.h - what a person says of a deployment and of how it was measured: a file of settings, apollo-kpi(1).
 *
 * Invariants: what was read is complete and in range.  What the sheet and the shape's facts do not say is KPI_UNKNOWN, and what follows from it
 * is not known either.
 */
#ifndef KPI_SHEET_H
#define KPI_SHEET_H

#include "core/quantity.h"
#include "deploy/estimate.h"
#include "kpi/run.h"

enum {
	SHEET_IDENTITY = 10, /* texts of who and where */
	SHEET_LOAD = 7,      /* texts of how it was loaded */
	SHEET_RESULTS_MAX = 256,
	SHEET_FILES_MAX = 256,
	SHEET_TEXT_MAX = 200 /* bytes of a text */
};

enum measure { MEASURE_RATE, MEASURE_OPERATIONS };

enum bound { BOUND_NONE, BOUND_READ, BOUND_BURST, BOUND_SUSTAINED };

/* A test of the standard sheet. */
struct test {
	const char *name;
	unsigned flows;    /* 1 << FLOW_READ, ...: what it moves, and nothing else */
	int random;        /* 1, 0, or -1: either */
	enum measure measure;
	enum bound bound;  /* the ceiling that it is held against */
	int64_t band;      /* thousandths of the ceiling that it must reach; 0: none */
	bool small_blocks; /* of 4 KiB */
	bool one_client;
	bool degraded;
};

enum { TEST_READ, TEST_BURST, TEST_SUSTAINED, TEST_RANDOM_READ, TEST_RANDOM_WRITE, TEST_MIXED, TEST_METADATA, TEST_CLIENT_READ, TEST_CLIENT_WRITE,
       TEST_DEGRADED_READ, TEST_DEGRADED_WRITE, TESTS };

extern const struct test kpi_tests[TESTS];

/* Why a test is below its band. */
enum cause { CAUSE_CLIENT, CAUSE_NIC, CAUSE_SSD, CAUSE_CPU, CAUSE_IMBALANCE, CAUSES };

extern const char *const kpi_causes[CAUSES + 1]; /* ends with NULL */

/* Runs of one test in one file. */
struct result {
	const struct test *test;
	size_t file;           /* of the sheet's */
	const char *label;     /* only runs with this one; NULL: all */
	const char *operation; /* the same */
	int cause;             /* stated; -1 */
	int64_t cpu_busy, network_busy; /* of the cluster's machines, in percent, as its monitoring had them; KPI_UNKNOWN */
	int64_t data_set;      /* bytes; KPI_UNKNOWN: the load's */
	const char *where;     /* for errors: "FILE:LINE", or the command line */
};

struct sheet {
	struct scope scope;
	const char *name;
	const char *identity[SHEET_IDENTITY]; /* NULL: not said; see sheet_identity_names */
	const char *load[SHEET_LOAD];
	const char *region;        /* for the price; "" */
	const struct shape *shape; /* of the facts', which must outlive the sheet */
	int64_t nodes;
	bool paid_network;         /* the shape's better network (Tier_1) is on */
	struct codes codes;        /* the reduction is that of the test's data */
	const char *buffer_code, *capacity_code;
	struct rates rates;
	int64_t buffer;            /* bytes, of the cluster */
	int64_t usable;            /* bytes */
	int64_t fill;              /* thousandths of a percent */
	int64_t reduction;         /* measured, in thousandths */
	const char *reduction_method;
	int64_t clients;
	int64_t client_rate;       /* bytes a second, of one */
	int64_t client_memory;     /* bytes, of one */
	int64_t data_set;          /* bytes */
	int64_t infrastructure_hour, software_hour; /* millionths of the currency's unit */
	const char *currency;
	const char *rebuild;       /* how long it took; NULL */
	const char *files[SHEET_FILES_MAX]; /* paths */
	size_t file_count;
	struct result results[SHEET_RESULTS_MAX];
	size_t result_count;
};

extern const char *const sheet_identity_names[SHEET_IDENTITY];
extern const char *const sheet_load_names[SHEET_LOAD];

/* Reads a sheet; paths in it are relative to its folder.  APOLLO_CONFIG with file and line. */
int sheet_read(const char *path, const struct facts *facts, struct sheet *sheet, struct error *error);

/* "TEST=FILE" of a command line.  ERROR_USAGE. */
int sheet_add(struct sheet *sheet, const char *text, struct error *error);

void sheet_release(struct sheet *sheet);
#define SHEET_CLEANUP __attribute__((cleanup(sheet_release)))

#endif
