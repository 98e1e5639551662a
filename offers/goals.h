/* SPDX-License-Identifier: Apache-2.0 */
/*
 * goals.h - what a private offer is tuned for, from a file: what may be changed, what must hold, and what the usage may be.
 *
 * The file is libconfig's and is documented in apollo-price(5).
 */
#ifndef OFFERS_GOALS_H
#define OFFERS_GOALS_H

#include "offers/fees.h"
#include "offers/forecast.h"

enum { GOALS_PRICES_MAX = 16, GOALS_CHOICES_MAX = 64, LEVER_STEPS_MAX = 100001, GOALS_TERMS_MAX = 8 };

/* A range of decimals on a grid: from, from + step, ..., at most to; in units of 10^-decimals.  count 0: there is no such lever. */
struct lever {
	int64_t from, to, step;
	int decimals;
	size_t count;
};

/* How a customer commits. */
enum commitment_form {
	FORM_NONE = 0,    /* usage alone */
	FORM_PAYMENT = 1, /* pays the commitment less the discount, and draws usage at the list's prices */
	FORM_USAGE = 2,   /* pays the commitment, and draws usage at prices less the discount */
	FORMS = 3
};

/* Infrastructure that the offer could run on, as the customer pays for it. */
struct goals_infrastructure {
	const char *name;
	int64_t month; /* in the currency's last place, at most GOALS_MONTH_MOST */
	int bound;     /* months that it is taken for at this price; 0: it can be given back.  No offer of a shorter term is tried on it */
};

#define GOALS_MONTH_MOST (INT64_MAX / 1000)
#define GOALS_CAPACITY_MOST (INT64_C(1) << 59) /* bytes: ten times as much still fits */

/* Machines by their shape, which whoever knows shapes makes infrastructure of: offers know none. */
struct goals_machines {
	const char *where; /* "FILE:LINE" */
	const char *shape, *region;
	const char *terms[GOALS_TERMS_MAX];
	size_t term_count;  /* 0: all that have a price */
	/* One of four says how many: */
	int64_t capacity;   /* bytes that are usable */
	int64_t logical;    /* bytes that are written, before reduction: the capacity follows from it */
	const struct catalog_dimension *stores; /* in TiB-hours: what the forecast has of it */
	int64_t nodes;
	double percentile;  /* for logical and stores: in so many of a hundred cases there is no room.  Of logical, that of the reduction */
	int64_t share;      /* of the raw capacity that is usable, in thousandths of a percent; 0: as is known of the shape */
};

struct goals {
	struct scope scope;
	const char *path;
	const struct catalog_plan *plans[GOALS_CHOICES_MAX]; /* at least one */
	size_t plan_count;
	const struct catalog_offer *offer;
	const char *market; /* the name of a plugin */

	struct tariff *cost, *rival; /* NULL: not known */
	const char *rival_name;

	struct {
		bool floor_known, customer_known, revenue_known, shortfall_known, discount_known;
		double floor;        /* least margin, percent */
		int64_t customer;    /* most of the mean bill with infrastructure, last place */
		int64_t revenue;     /* least mean net */
		double shortfall;    /* most chance of credit left unused, percent */
		int64_t discount;    /* most, in millionths of a percent */
	} bounds;
	double risk;
	struct decimal fee;  /* percent that the marketplace keeps; without text: as `marketplaces` say of a new deal */
	const struct marketplaces *marketplaces; /* set by whoever has read them; NULL: nothing is kept */

	struct {
		struct lever discount;
		bool solve; /* also the discounts at which a bound is just kept */
		struct lever base_fee;
		struct goals_price {
			const struct catalog_dimension *dimension;
			struct lever lever;
		} prices[GOALS_PRICES_MAX];
		size_t price_count;
		int months[GOALS_CHOICES_MAX];
		size_t month_count;
		bool forms[FORMS];
		double quantiles[GOALS_CHOICES_MAX]; /* of usage in an interval, percent */
		size_t quantile_count;
		int commitment_months; /* of an interval */
		bool discard;
		struct goals_infrastructure infrastructure[GOALS_CHOICES_MAX];
		size_t infrastructure_count;
		struct goals_machines machines[GOALS_CHOICES_MAX]; /* that are not among them yet */
		size_t machine_count;
	} levers;

	const config_setting_t *forecast; /* NULL: history alone */
	config_t config;
};

/* Reads goals for a catalogue's offers.  APOLLO_CONFIG with FILE:LINE, ERROR_IO.  catalog: it keeps cost and rival, so it must outlive the goals. */
int goals_read(const char *path, struct catalog *catalog, struct goals *goals, struct error *error);

/* The same of a text, which includes no files; name stands for the file in messages. */
int goals_parse(const char *text, const char *name, struct catalog *catalog, struct goals *goals, struct error *error);

/* Also where they could not be read. */
void goals_release(struct goals *goals);
#define GOALS_CLEANUP __attribute__((cleanup(goals_release)))

const char *commitment_form_name(enum commitment_form form);

/* What the marketplace keeps of a total, in its last place, rounded half away from zero; an outcome_fee.  goals: struct goals, or NULL: nothing. */
int64_t goals_fee(const void *goals, int64_t total);

#endif
