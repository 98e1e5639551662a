/* SPDX-License-Identifier: Apache-2.0 */
/*
 * azure.h - the Azure Marketplace metering service (api-version 2018-08-31): market and issuer.
 *
 * What Microsoft promises, and this plugin relies on
 *
 *   - One event is kept for each resource, dimension and UTC hour; the first one stands for ever and a later one is
 *     answered with what is held.  The request ids are for tracing and never stop a duplicate.
 *   - An event is taken for 24 hours after its hour.  Only quantities above zero are taken.
 *   - A batch is answered 200 even if every row failed, and rows come in any order.
 *
 * How a reply becomes a verdict (verdict.c)
 *
 *   - REFUSED only where Microsoft's own words are about this one record.  A refusal of a whole call (403, or a batch's
 *     400) says nothing about a record and parks none of them.
 *   - 401 and 403 are STALE_TOKEN.  Microsoft answers 403 to an expired token and to a token of another app alike: the
 *     first is cured by a new token, the second by a person, and in both cases the claim stays as it is.
 *   - 400, 413 and 422 to a batch are APART for all: one bad row must not hold up the other 24.  409 to a batch is
 *     UNKNOWN: it may be a conflict with an earlier try.
 *   - Rows are compared with the bytes that were sent, whatever the configuration says by now, and without case: that
 *     Microsoft gives names back to the letter is promised nowhere.
 *   - An accepted row that holds another quantity than was sent is ALREADY with what it holds.
 *   - What cannot be understood, or contradicts itself, is UNKNOWN: the same is sent again and the answer to that,
 *     accepted or duplicate, settles it.
 */
#ifndef PLUGINS_AZURE_H
#define PLUGINS_AZURE_H

#include "plugins/common/kit.h"

#define AZURE_VERSION "2018-08-31"

/* In the order of the option table in azure.c. */
enum {
	AZURE_ENDPOINT,
	AZURE_RESOURCE,
	AZURE_IDENTITY,
	AZURE_LOGIN_ENDPOINT,
	AZURE_LOGIN_VERSION,
	AZURE_TENANT_ID,
	AZURE_CLIENT_ID,
	AZURE_CLIENT_SECRET,
	AZURE_IMDS_ENDPOINT,
	AZURE_IDENTITY_CLIENT_ID,
	AZURE_WINDOW,
	AZURE_CUTOFF,
	AZURE_DECIMALS,
	AZURE_INGESTION_ENDPOINT,
	AZURE_INGESTION_RESOURCE,
	AZURE_OFFER_POLL,
	AZURE_OPTIONS
};

/* In the order of the table of subscription options. */
enum { AZURE_RESOURCE_ID, AZURE_RESOURCE_URI, AZURE_USAGE_RESOURCE_ID, AZURE_PLAN_ID, AZURE_SUBSCRIPTION_OPTIONS };

enum { AZURE_BATCH = 25 };

struct azure {
	char **values; /* one block, by the option's number */
	int64_t window; /* microseconds */
	int64_t cutoff; /* microseconds */
	int64_t step;   /* micro-units */
	int64_t offer_poll; /* microseconds */
	bool managed;   /* tokens come from the machine's managed identity */
	bool version_2; /* of the login endpoint */
};

/* market (usage.c, verdict.c, audit.c) */
int azure_prepare(void *instance, const struct apollo_call *call, const struct apollo_record *record,
		  struct apollo_prepared *prepared);
int azure_encode(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
		 struct apollo_request *request);
int azure_decode(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
		 const struct apollo_reply *reply, struct apollo_verdict *const *verdicts);
int azure_market_converse(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
			  struct apollo_move *move);
/* The goal offer (offer.c). */
int azure_offer(const struct azure *azure, const struct apollo_call *call, const struct apollo_turn *turn, struct apollo_move *move);
const char *azure_resource_of(void *instance, const struct apollo_call *call, const char *const *values);

/* Appends the prepared bodies with commas between them. */
void azure_events_write(struct apollo_text *text, const struct apollo_item *items, size_t count);

/* issuer (token.c) */
int azure_issuer_converse(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
			  struct apollo_move *move);

/* Most micro-units in one record: what an IEEE double, through which Microsoft reads a quantity, still tells apart. */
int64_t azure_quantity_max(const struct azure *azure);

#endif
