/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tune.h - finds the offers that meet the goals: every choice that may be made is tried on the same paths of usage, and what no other one beats is kept.
 *
 * Prices enter a bill linearly once tiers and included quantities are fixed, so a discount at which a bound is just kept is found by halving, to the last
 * step of the grid; everything else is a choice among a few, and all are tried.
 *
 * Invariants
 *   - A candidate is a tariff, and was rated exactly on every path.  What is said of it is of all paths.
 *   - The front holds every candidate that keeps all bounds and that no other such one beats in the customer's cost, our net and the risk; of equals the
 *     first.
 *   - The result depends on the input alone, not on the number of threads.
 */
#ifndef OFFERS_TUNE_H
#define OFFERS_TUNE_H

#include "core/buffer.h"
#include "offers/goals.h"
#include "offers/outcome.h"

enum { TUNE_CANDIDATES_MAX = 1000000, TUNE_THREADS_MAX = 64 };

/* A bound that a candidate breaks. */
enum tune_bound { BOUND_NONE = 0, BOUND_FLOOR = 1, BOUND_CUSTOMER = 2, BOUND_REVENUE = 3, BOUND_SHORTFALL = 4, BOUND_DISCOUNT = 5, BOUNDS = 6 };

struct tune_candidate {
	const struct catalog_plan *plan;
	int months;
	enum commitment_form form;
	double quantile;    /* of a commitment, percent */
	int64_t commitment; /* of each interval, whole units of the currency; 0: none */
	int64_t discount;   /* millionths of a percent */
	int64_t base_fee;   /* index on its lever; -1: the plan's */
	int64_t prices[GOALS_PRICES_MAX]; /* in units of the lever's last place */
	const struct goals_infrastructure *infrastructure; /* NULL: none */
	enum tune_bound solved; /* the bound that its discount just keeps; NONE: of the grid */

	struct tariff *tariff;
	struct outcome outcome;
	int64_t customer; /* mean of what the customer pays, with infrastructure, last place */
	enum tune_bound broken;
	bool front;
};

/* The months of one plan and term, on which its candidates are rated. */
struct tune_field {
	const struct catalog_plan *plan;
	int months;
	struct schedule schedule; /* of the list */
	struct ground ground;
	int64_t *intervals;       /* usage at list prices in each interval of a commitment, of all paths; in order */
	size_t interval_count;
	struct outcome list;      /* the plan as it is */
};

struct tune {
	const struct goals *goals;
	struct tune_field *fields;
	size_t field_count;
	struct tune_candidate *candidates;
	size_t candidate_count;
	size_t left_out; /* combinations whose infrastructure is bound for longer than the offer's term */
	size_t *front; /* by the customer's cost */
	size_t front_count;
	size_t best, next; /* by net; SIZE_MAX: none */
	size_t broken[BOUNDS];
};

struct tune_input {
	const struct goals *goals;
	const struct forecast *forecast;
	int64_t start;
	outcome_fee fee;
	const void *fee_context;
	int threads;
};

/* APOLLO_CONFIG where a lever cannot be had at the marketplace; ERROR_INPUT where there are too many candidates. */
int tune_make(struct scope *scope, const struct tune_input *input, struct tune *tune, struct error *error);

/* Whether one candidate is at least as good as another in cost, net and risk, and better in one. */
bool tune_beats(const struct tune_candidate *one, const struct tune_candidate *other);

/* The candidate as a private offer, in the words of a configuration.  like: another one, whose customer, beginning and words it has; NULL: it has none. */
int tune_config(const struct tune *tune, const struct tune_candidate *candidate, const char *name, const struct private_offer *like,
		struct buffer *buffer, struct error *error);

/* Which part of a volume price nobody should be in: from there on to the bound it is dearer than just past the bound. */
struct dead_zone {
	const struct tariff_charge *charge;
	int64_t from, to; /* micro-units of a billing period */
	double mass;      /* share of paths' periods in it */
};
size_t tune_dead_zones(const struct ground *ground, const struct schedule *schedule, struct dead_zone *zones, size_t room);

/* A candidate in a few words: "standard, 12 months, 18.5% off". */
void tune_words(const struct tune *tune, const struct tune_candidate *candidate, struct buffer *buffer);

const char *tune_bound_name(enum tune_bound bound);

#endif
