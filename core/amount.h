/* SPDX-License-Identifier: Apache-2.0 */
/*
 * amount.h - capacities and rates as people write them: "500TiB", "1.5 GB/s" without the space.
 *
 * Invariants: a prefix of ten is one of ten (TB is 10^12), one of two has its i (TiB is 2^40).  What is read is 1 or more and at most 2^62.
 */
#ifndef CORE_AMOUNT_H
#define CORE_AMOUNT_H

#include "core/read.h"

struct amount_unit {
	const char *name;
	int64_t worth;
};

extern const struct amount_unit amount_bytes[]; /* ends with a NULL name */
extern const struct amount_unit amount_rates[]; /* bytes a second */

/* A decimal with at most six places and one of the units; false where it is not one.  What is less than one is cut. */
bool amount_parse(const char *text, const struct amount_unit *units, int64_t *value);

/* "write a number and TiB or PiB, such as 1.5TiB" */
int amount_hint(struct error *error, const struct amount_unit *units);

/* Such a text in a group, as read.h reads. */
int read_amount(const config_setting_t *group, const char *name, int need, const struct amount_unit *units, int64_t *value, struct error *error);

#endif
