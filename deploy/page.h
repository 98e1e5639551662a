/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.h - a plan as one page for people: HTML with its drawings in it, nothing fetched, no script, printable.
 */
#ifndef DEPLOY_PAGE_H
#define DEPLOY_PAGE_H

#include "core/buffer.h"
#include "deploy/plan.h"

/* The verdict, the findings, the ranges drawn address by address, the failure domains side by side, the budget, the head-room, the
 * estimates, and what a fail-over takes. */
void plan_page(const struct plan *plan, struct buffer *buffer);

/* A drawing (SVG) of a range: squares in rows, coloured by what the addresses are for; a large range has several in one square. */
void range_chart(const struct plan *plan, struct range range, const struct range_set *space, struct buffer *buffer);

/* The letter and the class of a role in drawings and in the legend. */
char role_letter(enum seat_role role);

#endif
