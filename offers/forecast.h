/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forecast.h - usage that may come: paths of monthly quantities, drawn from what is known and what is not.
 *
 * A path has for each dimension a growth of its own, for each month a season and a deviation, and for the whole a reduction of the data, which is a
 * distribution because nobody knows it before the data is there.  Events multiply from a month on, with a chance.
 *
 *     quantity(month) = level * exp(sum of growth) * season(month) * exp(noise * z - noise^2 / 2) * base_reduction / reduction * events
 *
 * Invariants
 *   - Floating point is used for what is guessed, never for money: quantities come out as micro-units, and are rated exactly.
 *   - A path depends on the seed and its number alone, so every offer is tried on the same paths, and the number of threads changes nothing.
 */
#ifndef OFFERS_FORECAST_H
#define OFFERS_FORECAST_H

#include "offers/quote.h"

#include <libconfig.h>

enum { FORECAST_PATHS_MAX = 1000000, FORECAST_EVENTS_MAX = 32, FORECAST_HISTORY_MAX = 600 };

#define FORECAST_QUANTITY_MAX 9e17 /* micro-units of a month: more of a path is cut there */

struct forecast_dimension {
	bool known;       /* a level was given or fitted; else its usage is 0 */
	double level;     /* units in the month before the first one */
	double growth;    /* logarithm of the factor from month to month */
	double spread;    /* standard deviation of growth from path to path */
	double noise;     /* standard deviation of a month's logarithm */
	double season[12]; /* factors, of the calendar's months; their mean is 1 */
	bool reduced;     /* its quantity is after reduction, and falls where the reduction rises */
};

struct forecast_event {
	int month; /* counted from the first, which is 1 */
	double factor, chance;
};

struct forecast {
	struct forecast_dimension *dimensions; /* of the offer */
	size_t dimension_count;
	double reduction_low, reduction_likely, reduction_high; /* a triangle; all 1 where nothing is said */
	double reduction_base; /* that of the level */
	double correlation;    /* of growth between dimensions, 0 to 1 */
	struct forecast_event events[FORECAST_EVENTS_MAX];
	size_t event_count;
	size_t paths;
	uint64_t seed;
	size_t history_months; /* that were fitted; 0: none */
	int64_t history_end;   /* the last of them, counted from year 0: growth goes on from there */
};

/* The level, growth, noise and, of two years or more, season that usage shows, for each dimension that has any. */
int forecast_fit(struct scope *scope, const struct catalog_offer *offer, const struct zone *zone, const struct usage *usage, struct forecast *forecast,
		 struct error *error);

/* What a group "forecast" says, on top of what was fitted; documented in apollo-price(5).  APOLLO_CONFIG with FILE:LINE. */
int forecast_read(const config_setting_t *group, const struct catalog_offer *offer, struct forecast *forecast, struct error *error);

/* quantities[(path * slices + slice) * charges + charge], as usage_spread makes them. */
int64_t *forecast_make(struct scope *scope, const struct forecast *forecast, const struct schedule *schedule, const struct catalog_offer *offer,
		       struct error *error);

/* The reduction of the data that it stays below with that chance: a percentile, 0 to 100, of the triangle. */
double forecast_reduction(const struct forecast *forecast, double percent);

/* What of a dimension that counts TiB-hours must be usable, in bytes, so that in so many of a hundred paths there is room for the largest month of
 * 730 hours: its usage where it is counted after reduction, else that less the path's own.  percent: 0 to 100.  0 where nothing is used. */
int forecast_stored(const struct forecast *forecast, const struct schedule *schedule, const struct catalog_offer *offer,
		    const struct catalog_dimension *dimension, double percent, int64_t *bytes, struct error *error);

/* ---- chance ---- */

struct chance {
	uint64_t state;
};

struct chance draw_of(uint64_t seed, uint64_t path);
uint64_t draw_next(struct chance *chance);
double draw_unit(struct chance *chance);   /* 0 < u < 1 */
double draw_normal(struct chance *chance); /* mean 0, deviation 1 */

#endif
