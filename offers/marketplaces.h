/* SPDX-License-Identifier: Apache-2.0 */
/*
 * marketplaces.h - what marketplaces allow in a private offer, and what they keep of it, as data: templates/marketplaces.cfg.
 *
 * Invariants
 *   - A number that a marketplace may change is never in the code.  Each has the date on which it was looked up and its source, and says where
 *     nobody could be found who is sure of it.
 *   - Data that was read has every limit below, and a fee from nothing on for each marketplace and deal.
 */
#ifndef OFFERS_MARKETPLACES_H
#define OFFERS_MARKETPLACES_H

#include "offers/catalog.h"

enum { MARKETPLACES_FEES_MAX = 200 };

/* Constant, name in the file. */
#define MARKETPLACE_LIMITS(X)                                            \
	X(LIMIT_AZURE_ITEMS, "azure.items")                              \
	X(LIMIT_AZURE_DIMENSIONS, "azure.dimensions")                    \
	X(LIMIT_AZURE_DIMENSIONS_MANY, "azure.dimensions_many")          \
	X(LIMIT_AZURE_PRICE_DECIMALS, "azure.price_decimals")            \
	X(LIMIT_AZURE_PERCENT_DECIMALS, "azure.percent_decimals")        \
	X(LIMIT_AZURE_SUBSCRIBE_DAYS, "azure.subscribe_days")            \
	X(LIMIT_AZURE_RISE_DAYS, "azure.rise_days")                      \
	X(LIMIT_AZURE_INSTALMENTS, "azure.instalments")                  \
	X(LIMIT_AZURE_INSTALMENTS_TOTAL, "azure.instalments_total")      \
	X(LIMIT_AZURE_CONTACTS, "azure.contacts")                        \
	X(LIMIT_AZURE_PLAN_NAME, "azure.plan_name")                      \
	X(LIMIT_GCP_PERCENT_DECIMALS, "gcp.percent_decimals")            \
	X(LIMIT_GCP_AMOUNT, "gcp.amount")                                \
	X(LIMIT_GCP_EXTRA_CREDIT, "gcp.extra_credit")                    \
	X(LIMIT_GCP_TERM_MONTHS, "gcp.term_months")                      \
	X(LIMIT_GCP_ACCEPT_MONTHS, "gcp.accept_months")                  \
	X(LIMIT_GCP_START_MONTHS, "gcp.start_months")                    \
	X(LIMIT_GCP_TITLE, "gcp.title")                                  \
	X(LIMIT_GCP_NOTE, "gcp.note")                                    \
	X(LIMIT_GCP_INTERNAL_NOTE, "gcp.internal_note")                  \
	X(LIMIT_GCP_FEATURE_NAME, "gcp.feature_name")                    \
	X(LIMIT_GCP_FEATURE_VALUE, "gcp.feature_value")                  \
	X(LIMIT_GCP_REVIEW_ABOVE, "gcp.review_above")                    \
	X(LIMIT_GCP_REVIEW_HOURS, "gcp.review_hours")                    \
	X(LIMIT_GCP_ADDITIONAL_VALUE, "gcp.additional_value")

#define MARKETPLACE_LIMIT_CONSTANT(CONSTANT, NAME) CONSTANT,
enum marketplace_limit { MARKETPLACE_LIMITS(MARKETPLACE_LIMIT_CONSTANT) MARKETPLACE_LIMIT_COUNT };

struct marketplace_number {
	int64_t value;
	const char *date, *source; /* NULL: it was not read yet */
	bool unsure;
};

/* What is kept of a contract of this value or more. */
struct marketplace_fee {
	const char *market; /* "azure", "gcp" */
	enum private_deal deal;
	int64_t from;       /* USD */
	struct decimal percent;
	const char *date, *source;
	bool unsure;
};

struct marketplaces {
	struct scope scope;
	struct marketplace_number limits[MARKETPLACE_LIMIT_COUNT];
	struct marketplace_fee *fees;
	size_t fee_count;
};

/* Reads marketplaces.cfg of a folder.  APOLLO_CONFIG with file and line where it is wrong or lacks something. */
int marketplaces_read(const char *folder, struct marketplaces *marketplaces, struct error *error);
void marketplaces_release(struct marketplaces *marketplaces);
#define MARKETPLACES_CLEANUP __attribute__((cleanup(marketplaces_release)))

int64_t marketplace_limit(const struct marketplaces *marketplaces, enum marketplace_limit limit);

#endif
