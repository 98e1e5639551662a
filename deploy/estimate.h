/* SPDX-License-Identifier: Apache-2.0 */
/*
 * estimate.h - what a cluster holds, how fast it can be at best, and what its machines cost.  Pure, in integers.
 *
 * Invariants
 *   - What follows from a number that is not known is not known: FACTS_UNKNOWN, and nothing is guessed.
 *   - Rates are ceilings of the hardware, in bytes a second, rounded down once; each names the term that binds it.  What a
 *     cluster reaches of them is measured, not estimated.
 *
 * The terms.  N machines with an egress of E and disks that read S_r and write S_w; a share l = (N - 1) / N of what is
 * transferred inside crosses the network; w is the amplification of the write buffer's code, a that of the capacity's,
 * and R the reduction of the data.
 *     read             min(N E / (1 + l), N S_r)
 *     write, burst     min(N E / (l w), N S_w / w)
 *     write, sustained min(N E / (l (w + 1 + a / R)), N S_w / (w + a / R), N S_r, burst)
 * A byte that is read leaves the machine that holds it and the one that serves it.  A byte that is written leaves for the
 * buffers; sustained, the buffers are read back and written to capacity too.
 */
#ifndef DEPLOY_ESTIMATE_H
#define DEPLOY_ESTIMATE_H

#include "deploy/facts.h"

/* A ratio of small whole numbers, such as 8 / 6. */
struct ratio {
	int64_t over, under; /* both 1 to RATIO_MOST */
};

enum { RATIO_MOST = 1000000 };

struct ceiling {
	int64_t rate;     /* bytes a second */
	const char *term; /* "network", "disk reads", "disk writes"; NULL where it is not known */
};

struct estimate {
	int64_t raw, usable; /* bytes */
	struct ceiling read, burst, sustained;
	int64_t micro_month; /* of the data machines, on demand in the region, in millionths of the currency's unit */
	const char *currency;
};

/* nodes: 1 or more.  region: for the price. */
struct estimate estimate_make(const struct shape *shape, int64_t nodes, struct ratio buffer, struct ratio capacity, struct ratio reduction,
			      const char *region);

#endif
