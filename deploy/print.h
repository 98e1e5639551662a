/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print.h - a plan as text for people, as JSON and as CSV.
 *
 * Invariants: the three say the same; the order of everything is the plan's, so that the same plan gives the same bytes.
 * The JSON is described in apollo-plan(5).  A buffer that failed says so (buffer.h).
 */
#ifndef DEPLOY_PRINT_H
#define DEPLOY_PRINT_H

#include "core/buffer.h"
#include "deploy/plan.h"

/* The verdict, the budget, the findings, and what would exist: one screen, and one line for each finding. */
void plan_text(const struct plan *plan, struct buffer *buffer);

/* All of it, one document. */
void plan_json(const struct plan *plan, struct buffer *buffer);

/* The address map: address,role,owner,domain,home. */
void plan_csv(const struct plan *plan, struct buffer *buffer);

/* The range of what leads to a machine's VIPs, as text; "" where it has none. */
const char *machine_home(const struct plan *plan, const struct machine *machine, char text[static RANGE_TEXT]);

/* What the month in all is without; "" where it has everything. */
const char *cost_lacks(const struct plan *plan);

/* "7.2 s", or "unknown". */
enum { SECONDS_TEXT = 32 };
const char *seconds_text(int64_t milliseconds, char text[static SECONDS_TEXT]);

#endif
