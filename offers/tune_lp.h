/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tune_lp.h - the linear part of a tune as a linear program, for a solver that has nothing of apollo in it to look for the best too.
 *
 * With all other choices as they are in a candidate, prices on their levers' grids enter the mean bill linearly; where there are none, so does the
 * discount.  The program maximizes the mean net under the goals' bounds, over the same grid.  It is written in the LP format that CPLEX made usual
 * and glpsol, CBC and HiGHS read.  Rounding of single bills is not in it: what a solver finds is off by at most half of the last place for each line of
 * each bill.
 */
#ifndef OFFERS_TUNE_LP_H
#define OFFERS_TUNE_LP_H

#include "offers/tune.h"

/* candidate: one of the tune's.  ERROR_INPUT, with the reason, where its bills are not linear in what may be changed. */
int tune_lp(const struct tune *tune, const struct tune_candidate *candidate, struct buffer *buffer, struct error *error);

#endif
