/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print.h - the KPI sheet as text for a terminal, as Markdown with everything, and as JSON with the same numbers.
 */
#ifndef KPI_PRINT_H
#define KPI_PRINT_H

#include "core/buffer.h"
#include "kpi/kpi.h"

/* A page; where there is much to say, the rest of it is counted. */
int kpi_text(const struct kpi *kpi, struct buffer *buffer, struct error *error);
int kpi_markdown(const struct kpi *kpi, struct buffer *buffer, struct error *error);

/* One document; rates in bytes a second, times in nanoseconds, money in millionths; null: not known. */
void kpi_json(const struct kpi *kpi, struct buffer *buffer);

/* value / unit with so many decimals, rounded half up, or "unknown". */
enum { KPI_NUMBER = 64 };
const char *kpi_number(char text[static KPI_NUMBER], int64_t value, int64_t unit, int places);

#endif
