/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backtest.h - what a forecast said of a contract, and what came.
 *
 * Invariants
 *   - The forecast knows nothing of what came: usage before the term is what it goes by, usage in the term is what it is measured with.
 *   - Whole billing periods are compared, from the first one on, as far as usage is known; nothing is scaled up.
 *   - Money is told apart exactly: the bills of the mean usage, and each dimension's usage put in its place, one after another in the plan's order; what
 *     each of these changes adds up to the whole difference.
 *   - Per dimension, the logarithm of what came over the forecast's mean is a line through the months (least squares): where it begins is the level's
 *     error, how it rises the growth's, and what is left around it the noise.  Months where one of both is nothing are left out of the line.
 */
#ifndef OFFERS_BACKTEST_H
#define OFFERS_BACKTEST_H

#include "offers/forecast.h"
#include "offers/outcome.h"

enum { BACKTEST_LINE_LEAST = 3 /* months that a line needs; of fewer only the mean is told */ };

struct backtest_cell {
	struct spread forecast; /* micro-units of one month */
	int64_t came;
};

struct backtest_dimension {
	const struct tariff_charge *charge;
	int64_t forecast, came; /* sums of the months, of the mean */
	size_t inside;          /* months within the forecast's low and high share */
	size_t months;          /* that the line is of */
	bool lined;
	double level;  /* of the first month: what came over the forecast, less 1; where there is no line, of the mean of months */
	double growth; /* from month to month, beside what was forecast; 0 without a line */
	double level_error, growth_error; /* the standard errors of their logarithms; 0 without a line */
	double noise;  /* standard deviation of what is left, of the logarithm; 0 without a line */
	double reduction; /* that would have made it right, where the quantity is after reduction; else 0 */
	int64_t effect;   /* on the bills, in the last place */
};

struct backtest {
	struct schedule schedule; /* of the whole term */
	struct ground ground;
	size_t period_count, slice_count; /* that are compared */
	struct backtest_cell *cells;      /* cells[slice * charges + charge] */
	struct backtest_dimension *dimensions; /* of each charge */
	size_t dimension_count;
	struct spread *bands; /* of each period's bill, over the paths */
	int64_t *bills;       /* of each period, by what came */
	int64_t forecast_bill, came_bill; /* of all these periods: by the mean usage, and by what came */
	int64_t hours_effect; /* what rounding each hour adds, of a plan that does; the effects and this are the difference of both */
	size_t outside;       /* rows of what came that are in no bill */
};

/* Where usage is known until: the end of the month, day or hour of its last row, by what its rows are of.  0: there is none. */
int64_t usage_reach(const struct usage *usage, const struct zone *zone);

/* The term of the contract is set; usage: all of it, sorted; reach: until when it is known.  forecast: of what was before the term.  risk: the
 * percentile of the low share.  ERROR_INPUT where no whole billing period is known. */
int backtest_make(struct scope *scope, const struct contract *contract, const struct forecast *forecast, const struct usage *usage, int64_t reach,
		  double risk, struct backtest *backtest, struct error *error);

#endif
