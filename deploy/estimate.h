/* SPDX-License-Identifier: Apache-2.0 */
/*
 * estimate.h - what a cluster holds, how fast it can be at best, and what its machines cost.  Pure, in integers.
 *
 * Invariants
 *   - What follows from a number that is not known is not known: FACTS_UNKNOWN, and nothing is guessed.
 *   - Rates are ceilings of the hardware, in bytes a second, rounded down once; each names the term that binds it.  What a
 *     cluster reaches of them is measured, not estimated.
 *
 * The terms.  N machines with an egress of E, an ingress of I and disks that read S_r and write S_w; a share l = (N - 1) / N of
 * what is transferred inside crosses the network; w is the amplification of the write buffer's code, a that of the capacity's,
 * R the reduction of the data, and r the amplification of reads.
 *     read             min(N E / (1 + l), N S_r / r)
 *     write, burst     min(N I / (1 + l w), N E / (l w), N S_w / w)
 *     write, sustained min(N I / (1 + l (w + 1 + a / R)), N E / (l (w + 1 + a / R)), N S_w / (w + a / R), N S_r, burst)
 * and, where they are known, what the machines' processors and all the clients' networks carry.
 * With synchronous replication every byte that is written leaves for the other cluster too: N E / (l w + 1) and N E / (l (w + 1 + a / R) + 1).
 * A byte that is read leaves the machine that holds it and the one that serves it.  A byte that is written comes in and leaves for
 * the buffers; sustained, the buffers are read back and written to capacity too.
 */
#ifndef DEPLOY_ESTIMATE_H
#define DEPLOY_ESTIMATE_H

#include "deploy/facts.h"

/* A ratio of small whole numbers, such as 8 / 6. */
struct ratio {
	int64_t over, under; /* both 1 to RATIO_MOST */
};

enum { RATIO_MOST = 1000000, CODE_STRIPS_MOST = 10000 /* of a stripe or a buffer's code */ };

#define RATE_MOST INT64_C(10000000000000) /* of what one machine, or all clients together, can do */

/* Bytes a second, of one machine but for the clients; FACTS_UNKNOWN where it is not known.  Without the egress and the disks a ceiling
 * is not known; the others bind only where they are known. */
struct rates {
	int64_t egress, ingress;
	int64_t disk_read, disk_write;
	int64_t cpu_read, cpu_write; /* measured */
	int64_t clients;
};

struct codes {
	struct ratio buffer, capacity, reduction, read; /* w, a, R and r */
	bool replicated; /* what is written is sent to another cluster before it counts as written: 1 more in both writes' egress, l w + 1 */
};

struct ceiling {
	int64_t rate;     /* bytes a second */
	const char *term; /* "network", "ingress", "disk reads", "disk writes", "cpu", "clients"; NULL where it is not known */
};

struct ceilings {
	struct ceiling read, burst, sustained;
};

/* What a shape's facts say: its network as it comes, and its disks. */
struct rates rates_of_shape(const struct shape *shape);

/* nodes: 1 or more; of the rates none is more than RATE_MOST. */
struct ceilings ceilings_make(const struct rates *rates, int64_t nodes, const struct codes *codes);

/* The codes of a cluster of so many machines, by the limits buffer.* and stripe.* of the facts: as wide as there are machines for, a strip on each, and no
 * narrower than the narrowest.  reads are not amplified.  reduction: each side 1 to RATIO_MOST.  APOLLO_CONFIG where a limit is not there. */
int codes_make(const struct facts *facts, int64_t nodes, struct ratio reduction, struct codes *codes, struct error *error);

struct estimate {
	int64_t raw, usable; /* bytes */
	struct ceiling read, burst, sustained;
	int64_t micro_month; /* of the data machines, on demand in the region, in millionths of the currency's unit */
	const char *currency;
};

/* nodes: 1 or more.  region: for the price. */
struct estimate estimate_make(const struct shape *shape, int64_t nodes, struct ratio buffer, struct ratio capacity, struct ratio reduction,
			      const char *region);

/* ---- cost ---- */

/* On demand in a region, a month, in millionths of the currency's unit; FACTS_UNKNOWN. */
struct month_cost {
	int64_t data, management;
	int64_t total;               /* of data and management machines; FACTS_UNKNOWN where the data machines' price is not known */
	bool whole;                  /* the total has the management machine: else its price is not known, or is in another currency */
	const struct shape *manager; /* the cloud's management machine; NULL: none is known */
	const char *currency;        /* NULL: not known */
};

/* Of so many data machines, 1 or more, and the management's one. */
struct month_cost month_cost_make(const struct facts *facts, const struct shape *shape, int64_t nodes, const char *region);

#endif
