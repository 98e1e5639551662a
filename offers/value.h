/* SPDX-License-Identifier: Apache-2.0 */
/*
 * value.h - what a private offer is worth however much is used, when it runs, and what one billing period of a tariff costs.
 *
 * Invariants: days and months are those of the marketplace's calendar.  A part of a month that a marketplace bills is rounded by itself, so a
 * contract's value is a sum of bills and not months times a price.
 */
#ifndef OFFERS_VALUE_H
#define OFFERS_VALUE_H

#include "offers/catalog.h"

struct private_term {
	const struct zone *zone; /* the marketplace's */
	int64_t start, end;      /* end: the instant after the last one */
	bool start_guessed;      /* it starts when it is accepted: taken as late as it can be accepted, or as now */
	bool end_guessed;        /* the offer has none: the plan's term */
};

int private_term(struct scope *scope, const struct private_offer *offer, int64_t now, struct private_term *term, struct error *error);

struct contract_value {
	struct exact total; /* of 10^-decimals */
	int decimals;
	const char *currency;
};

/* What the term's bills come to without usage: base fees, commitments and instalments. */
int private_value(struct scope *scope, const struct private_offer *offer, const struct private_term *term, struct contract_value *value,
		  struct error *error);

/* One whole billing period with this usage in each of its months, quantities for each charge in micro-units; in the tariff's last place.  A
 * commitment counts where it is paid each period, other payments do not. */
int tariff_period_cost(struct scope *scope, const struct tariff *tariff, const int64_t *quantities, struct exact *cost, struct error *error);

/* What is paid for such an interval, in months; 0: none of that kind. */
int interval_months(enum private_interval interval);

/* A commitment, an instalment. */
bool payment_is_commitment(const struct tariff_payment *payment);
bool payment_is_instalment(const struct tariff_payment *payment);

/* The base fee after its percentage, of 10^-scale of the tariff. */
struct exact tariff_base_fee(const struct tariff *tariff);

#endif
