/* SPDX-License-Identifier: Apache-2.0 */
/*
 * price.h - what the commands of prices share: an offer file, a contract by its name, and usage from a file or the ledger.
 */
#ifndef CLI_PRICE_H
#define CLI_PRICE_H

#include "cli/cli.h"
#include "offers/quote.h"

/* Flags of every command that rates; see pricing_open. */
#define PRICE_FLAGS                                                                               \
	{"usage", "FILE", "usage, as CSV or JSON lines; see apollo-price(1)"},                    \
	{"ledger", "SUBSCRIPTION", "usage of the ledger of the configuration (-c) instead"},      \
	{"start", "DATE", "where the offer has none; else the month of the first usage"},         \
	{"months", "COUNT", "so many months; else as the offer or the plan says"}

struct pricing {
	struct scope scope;
	struct catalog catalog;
	bool catalog_open;
	struct contract contract;
	struct usage usage;
};

/* Reads the file and the contract named by the first two words, and the usage of --usage or --ledger, and settles the term. */
int pricing_open(const struct cli *cli, struct pricing *pricing, struct error *error);
void pricing_close(struct pricing *pricing);
#define PRICING_CLEANUP __attribute__((cleanup(pricing_close)))

/* A flag that is a day, 2026-10-01: its first instant on a zone's clock; time is kept where it was not given. */
int day_flag(const struct cli *cli, const char *flag, const struct zone *zone, int64_t *time, struct error *error);

/* Usage of a subscription of the ledger, each hour a row; dimensions by their names. */
int usage_from_ledger(const struct cli *cli, const char *subscription, struct scope *scope, const struct catalog_offer *offer, struct usage *usage,
		      struct error *error);

#endif
