/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outcome.h - what an offer comes to on every path of a forecast.
 *
 * Invariants
 *   - Each path is rated exactly, by the code of bills; amounts are in the currency's last place.
 *   - Statistics are of all paths: a mean is the exact sum, rounded once; a percentile is a path's own amount (nearest rank), not between two.
 *   - The same paths for every offer: differences between offers are the offers'.
 */
#ifndef OFFERS_OUTCOME_H
#define OFFERS_OUTCOME_H

#include "offers/quote.h"

/* Paths, and what is the same for all offers on them. */
struct ground {
	const struct schedule *schedule;
	size_t path_count;
	const int64_t *quantities; /* of forecast_make for this schedule */
	const int64_t *taken;      /* of ground_take; NULL: worked out each time */
	const int64_t *costs;      /* ours, of each path; NULL: not known */
	const int64_t *rivals;     /* what a competitor would ask for, of each path; NULL: not known */
	double risk;               /* the percentile that is the bad case: 5 */
};

enum outcome_share { OUTCOME_LOW = 0, OUTCOME_MIDDLE = 1, OUTCOME_HIGH = 2, OUTCOME_SHARES = 3 }; /* the risk's percentile, the median, its mirror */

struct spread {
	int64_t mean, shares[OUTCOME_SHARES];
};

struct outcome {
	struct spread bill;    /* what the customer pays for the software, over the term */
	struct spread net;     /* of it, what is left to us after the marketplace's fee and our costs */
	int64_t fee_mean, cost_mean;
	int64_t unused_mean;   /* credit that was paid and never used */
	int64_t at_risk;       /* mean of the net less its low share */
	double shortfall;      /* chance that credit is left unused, 0 to 1 */
	double overage;        /* chance that usage goes past the credit */
	double dearer;         /* chance that the customer pays more than the competitor asks; 0 where that is not known */
	double margin;         /* mean net of mean bill after fee, percent */
};

/* What a marketplace keeps of a total, in the last place; exact, rounded once.  context: the caller's. */
typedef int64_t (*outcome_fee)(const void *context, int64_t total);

/* Works out once what of the quantities is to be paid for; all offers that include the same are then quicker.  Nothing where there is no memory. */
void ground_take(struct scope *scope, struct ground *ground);

/* The totals of a tariff on each path; totals: room for path_count.  unused, uncovered: the same, or NULL. */
int ground_rate(const struct ground *ground, const struct schedule *schedule, int64_t *totals, int64_t *unused, int64_t *uncovered, struct error *error);

/* A schedule like another one, for a tariff with the same charges; of the scope. */
struct schedule *schedule_with(struct scope *scope, const struct schedule *schedule, const struct tariff *tariff, struct error *error);

/* Rates a tariff on all paths. */
int outcome_make(const struct ground *ground, const struct schedule *schedule, outcome_fee fee, const void *context, struct outcome *outcome,
		 struct error *error);

/* Monthly bands of the bill: for each period its low share, median and high share; bands: room for period_count. */
int outcome_bands(const struct ground *ground, const struct schedule *schedule, struct spread *bands, struct error *error);

/* The mean of values, and their shares at a risk's percentile; puts them into another order. */
struct spread spread_of(int64_t *values, size_t count, double risk);

/* The nearest rank of a percentile, 0 to 100, of count values, which are put into another order. */
int64_t share_of(int64_t *values, size_t count, double percent);

#endif
