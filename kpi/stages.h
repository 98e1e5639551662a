/* SPDX-License-Identifier: Apache-2.0 */
/* stages.h - what kpi_make does one after the other; for kpi/ alone. */
#ifndef KPI_STAGES_H
#define KPI_STAGES_H

#include "kpi/kpi.h"

/* Fills a judged run's value, latencies and reasons. */
int run_judge(struct scope *scope, const struct kpi *kpi, const struct test *test, struct judged *judged, struct error *error);

/* Statistics over a row's runs, its ratios, doubts and causes. */
void row_judge(const struct kpi *kpi, struct row *row);

/* The costs, from the sheet's prices and the rows. */
void costs_make(struct kpi *kpi);

/* The ceiling of a test. */
struct ceiling ceiling_of(const struct ceilings *ceilings, enum bound bound);

#endif
