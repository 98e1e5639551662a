/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fees.h - what a marketplace keeps of what a customer pays.
 *
 * The whole of a contract is at the percentage of the band that its total value falls into, so what is left of it jumps where a band begins.
 * Microsoft's lower fee wants an attested deal; Google's goes by the deal alone.
 */
#ifndef OFFERS_FEES_H
#define OFFERS_FEES_H

#include "offers/marketplaces.h"

/* The row for a deal of this total value, a whole number of 10^-decimals of a USD.  market: the name of its plugin.  NULL: there is none for
 * that market. */
const struct marketplace_fee *fee_find(const struct marketplaces *marketplaces, const char *market, enum private_deal deal, bool attested,
				       struct exact value, int decimals);

/* What is kept of an amount in such a contract, in the amount's own last place, half away from zero. */
struct exact fee_of(const struct marketplace_fee *fee, struct exact amount);

/* The value at which the next band of the same deal begins; false: it is the last. */
bool fee_step(const struct marketplaces *marketplaces, const struct marketplace_fee *fee, int64_t *from);

const char *private_deal_name(enum private_deal deal);
const char *private_interval_name(enum private_interval interval);
const char *catalog_product_name(enum catalog_product product);

#endif
