/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parity.h - the offer of another marketplace that costs the customer the same, or leaves us the same.
 *
 * Google takes percentages off the list, in hundredths of a percent, and a flat fee in cents; Azure takes prices, with so many decimals.  So each
 * price of one is put on the nearest place of the other's grid: a percentage is at most half of 0.01 percent off, which is 0.00005 of the list for
 * each unit, and a price at most half of its last place.
 *
 * Invariants
 *   - Both offers are rated exactly on the same paths and the same periods; what differs is what the grids and the marketplaces make differ.
 *   - What the other marketplace has no words for is dropped, said, and replaced by the nearest that it has; then no bound is given.
 */
#ifndef OFFERS_PARITY_H
#define OFFERS_PARITY_H

#include "core/buffer.h"
#include "offers/fees.h"
#include "offers/outcome.h"

enum { PARITY_LOSSES_MAX = 64, PARITY_PERCENT_PLACES = 2, PARITY_FEE_PLACES = 2 };

struct parity_input {
	const struct catalog_offer *offer;
	const struct catalog_plan *plan;
	const struct tariff *source; /* for the whole term */
	const struct schedule *schedule; /* of the source */
	const struct ground *ground;
	const char *from, *to;   /* "azure" and "gcp", or the other way round */
	int price_decimals;      /* that Azure takes */
	const struct marketplaces *marketplaces;
	enum private_deal deal;
	bool attested;
	bool net;
};

/* A price on the other's grid. */
struct parity_price {
	const struct tariff_charge *source;
	int64_t hundredths;   /* Google: of a percent, off the list */
	struct decimal price; /* Azure */
	bool matched;         /* one price in place of tiers: the same mean over all paths */
};

struct parity_loss {
	const char *what, *instead;
};

struct parity_side {
	const char *market;
	const struct marketplace_fee *fee; /* of what the contract is worth without usage */
	struct outcome outcome;
};

struct parity {
	const struct parity_input *input;
	struct tariff *tariff;        /* the other's, ready */
	struct parity_price *prices;  /* one for each charge */
	bool uniform;                 /* one percentage is all there is to say */
	int64_t hundredths;           /* that percentage */
	bool fee_own;                 /* tariff->base_fee is not the list's */
	struct parity_side source, target;
	struct {
		int64_t mean, largest; /* what the customer pays there less here; largest: without its sign; last place */
		int64_t bound;         /* of the path that could differ most; -1: none */
		bool kept;             /* on every path */
	} residual;
	int64_t net_residual; /* of the mean nets */
	struct parity_loss losses[PARITY_LOSSES_MAX];
	size_t loss_count;
};

/* input: kept by the parity.  ERROR_INPUT where amounts are larger than money can be. */
int parity_make(struct scope *scope, const struct parity_input *input, struct parity *parity, struct error *error);

/* The other offer's prices, in the words of a configuration: members of a private offer, each line behind `indent`. */
void parity_config(const struct parity *parity, const char *indent, struct buffer *buffer);

#endif
