/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kpi.h - the sheet's ceilings, its tests against them, and a verdict.  Pure.
 *
 * Invariants
 *   - A run that cannot count says why, and no number of the sheet comes from it, but where a test has no other: then the test is invalid.
 *   - A test with a band is held against the cluster's own ceiling, so that clients that are too slow never make a cluster look good.
 *   - Ratios are in thousandths, rounded down: what is shown as 0.850 is not less.
 *
 * What a run must be follows IO500 (300 s of writing, and runs that say they are invalid), MLPerf Storage (five runs; a data set of five times the
 * clients' memory) and elbencho (the last thread done; how far it is behind the first); how a ceiling is made follows deploy/estimate.h.
 */
#ifndef KPI_KPI_H
#define KPI_KPI_H

#include "core/digest.h"
#include "kpi/sheet.h"

enum {
	KPI_RUNS_MAX = 4096,        /* of all files */
	KPI_ROWS_MAX = 64,
	KPI_RUNS_WANTED = 5,        /* of one test */
	KPI_SUSTAINED_SECONDS = 300,
	KPI_MEMORIES = 5,           /* the data set is as many times the clients' memory */
	KPI_BLOCK = 4096,           /* of small blocks */
	KPI_GAP = 100,              /* thousandths that the slowest is behind the fastest: more is an imbalance */
	KPI_BUSY = 90               /* percent: more is a limit */
};

/* Why a run does not count; the numbers are in its text. */
enum reason {
	REASON_FAILED, REASON_SHORT, REASON_WITHIN_BUFFER, REASON_BEYOND_BUFFER, REASON_DATA_SET, REASON_BLOCK, REASON_MIX, REASON_CLIENTS,
	REASON_ABOVE_CEILING, REASONS
};

extern const char *const kpi_reasons[REASONS];

/* What could not be looked at, or is less than the standard asks for: a person decides. */
enum doubt { DOUBT_FEW_RUNS, DOUBT_BUFFER, DOUBT_DATA_SET, DOUBT_BLOCK, DOUBT_CLIENTS, DOUBT_CEILING, DOUBTS };

extern const char *const kpi_doubts[DOUBTS];

struct judged {
	const struct run *run;
	const struct result *result;
	int64_t value;                /* bytes or operations a second */
	int64_t latency[LATENCIES];   /* nanoseconds; of both directions the worse */
	const char *reasons[REASONS]; /* texts; NULL: does not hold */
	bool valid;
};

enum state { STATE_MEASURED, STATE_IN_BAND, STATE_BELOW, STATE_INVALID, STATE_UNKNOWN };

extern const char *const kpi_states[];

struct row {
	const struct test *test;
	const char *operation; /* of metadata; else "" */
	struct judged *runs;   /* valid ones first, each part in the order that they were given in */
	size_t count, valid;
	int64_t median, least, most; /* of the valid, or of all where none is */
	double variation;            /* the sample's standard deviation by its mean; negative: fewer than two */
	int64_t latency[LATENCIES];  /* medians; KPI_UNKNOWN */
	int64_t gap;                 /* the median; KPI_UNKNOWN */
	struct ceiling ceiling;      /* with the clients' term */
	struct ceiling cluster;      /* without it */
	int64_t ratio;               /* to the ceiling, in thousandths; KPI_UNKNOWN */
	int64_t cluster_ratio;       /* to the cluster's own */
	enum state state;
	bool doubts[DOUBTS];
	bool proposed[CAUSES];
	int cause;                   /* stated, else the first that is proposed; -1: none */
	bool stated;
};

enum verdict { VERDICT_THEORY, VERDICT_IN_BAND, VERDICT_BELOW, VERDICT_INCOMPLETE };

extern const char *const kpi_verdicts[];

enum cost { COST_HOUR, COST_MONTH, COST_USABLE, COST_LOGICAL, COST_READ, COST_SUSTAINED, COST_MOVED, COSTS };

struct kpi {
	const struct sheet *sheet;
	const char (*digests)[DIGEST_TEXT];  /* one for each of the sheet's files; SHA-256 */
	struct ceilings ceilings;   /* with the clients' terms */
	struct ceilings cluster;    /* without them */
	struct row rows[KPI_ROWS_MAX]; /* in the order of kpi_tests */
	size_t row_count;
	int64_t costs[3][COSTS];    /* infrastructure, software, both; in millionths; KPI_UNKNOWN */
	enum verdict verdict;
};

/* runs, digests: one for each of the sheet's files.  APOLLO_CONFIG where a result's file has no run of its test. */
int kpi_make(struct scope *scope, const struct sheet *sheet, const struct runs *runs, const char (*digests)[DIGEST_TEXT], struct kpi *kpi, struct error *error);

/* The row of a test without operations, or NULL. */
const struct row *kpi_row(const struct kpi *kpi, int test);

#endif
