/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules.h - private offers against their marketplace's rules, before anything is uploaded.
 *
 * Invariants
 *   - A rule is a row of OFFER_RULES: a code that is stable for ever, whether the marketplace refuses what breaks it or a person is to know, what
 *     must be so, where that is from, and the day on which it was looked up.  A rule that nobody is sure of only warns; so does a refusing rule where
 *     a part of it is not sure.
 *   - Everything is found at once, in the order of the file's lines, then of codes; what is found twice at one line with the same words is told once.
 *   - Each finding has the nearest thing that would be allowed as its hint, where there is one.
 *   - Numbers that a marketplace may change are data (marketplaces.h).  Time is handed in.  Money is exact.
 *   - All texts are of the check's scope.  A failed addition (no memory) marks the check, and every later one fails too: one look at the end is
 *     enough.  Past OFFER_FINDINGS_MAX they are only counted.
 */
#ifndef OFFERS_RULES_H
#define OFFERS_RULES_H

#include "core/buffer.h"
#include "offers/marketplaces.h"
#include "offers/usage.h"
#include "offers/value.h"

enum { OFFER_FINDINGS_MAX = 10000 };

enum offer_severity { OFFER_REFUSED, OFFER_WARNING };

struct offer_check;

struct offer_rule {
	const char *code; /* "AZ-01": of Azure; "GC-01": of Google Cloud */
	enum offer_severity severity;
	const char *title;  /* what must be so */
	const char *source; /* where that is from */
	const char *date;   /* when it was looked up */
	void (*look)(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer);
};

struct offer_finding {
	const struct offer_rule *rule;
	const struct private_offer *offer;
	enum offer_severity severity;
	const char *where; /* "FILE:LINE" */
	const char *message;
	const char *hint; /* "": none */
};

/* What is to be checked, and what was found. */
struct offer_check {
	struct scope *scope;
	const struct catalog *catalog;
	const struct marketplaces *marketplaces;
	int64_t now;               /* when it is published */
	const struct usage *usage; /* of the one offer that is checked, its first plan's product; NULL: none */
	const char *name;   /* of the one private offer; NULL: all */
	const char *market; /* of the one marketplace; NULL: all */

	/* The offer that is looked at; term and value where it has them. */
	struct private_term term;
	struct contract_value value;

	struct offer_finding *findings;
	size_t count, room;
	size_t left_out;          /* past the ceiling */
	size_t refused, warned;   /* of each, with those left out */
	size_t checked, unchecked; /* private offers; unchecked: of a marketplace without rules */
	bool failed;
};

/* Looks at all that is wanted and sorts what was found. */
int offer_check_run(struct offer_check *check, struct error *error);

/* The rules, and how many they are. */
const struct offer_rule *offer_rules(size_t *count);

/* "refused", "warning". */
const char *offer_severity_name(enum offer_severity severity);

/* ---- for the rules ---- */

/* Adds one.  hint: NULL is no memory, which is kept in mind. */
void offer_find(struct offer_check *check, const struct offer_rule *rule, const struct private_offer *offer, const char *where, const char *hint,
		const char *format, ...) __attribute__((format(printf, 6, 7)));

/* The same of a part of a rule that is not sure, or that is no fault. */
void offer_warn(struct offer_check *check, const struct offer_rule *rule, const struct private_offer *offer, const char *where, const char *hint,
		const char *format, ...) __attribute__((format(printf, 6, 7)));

/* One of both, by how sure the limit is. */
#define offer_find_limit(LIMIT, CHECK, ...) \
	((CHECK)->marketplaces->limits[LIMIT].unsure ? offer_warn(CHECK, __VA_ARGS__) : offer_find(CHECK, __VA_ARGS__))

/* A formatted text of the check's scope; NULL: no memory. */
const char *offer_text(struct offer_check *check, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A day of a calendar as "2026-10-01"; an instant that is no midnight there, with its time. */
const char *offer_day(struct offer_check *check, const struct zone *zone, int64_t time);

/* Whether an instant is the first one of a day, or of a month. */
bool day_begins(const struct zone *zone, int64_t time);
bool month_begins(const struct zone *zone, int64_t time);

/* The first instant of the month of a time, and of so many later. */
int64_t month_of(const struct zone *zone, int64_t time, int64_t later);

/* A price less a percentage, exactly; NULL: no memory. */
const char *price_less(struct offer_check *check, const struct decimal *price, const struct decimal *percent);

/* The percentage off a list price, of so many decimals, that comes nearest to a price, and what price that gives. */
struct nearest_discount {
	const char *percent, *price;
};
struct nearest_discount discount_nearest(struct offer_check *check, const struct decimal *list, const struct decimal *price, int decimals);

/* Whether a charge asks for another price than the list's, leaving percentages aside. */
bool charge_differs(const struct tariff_charge *list, const struct tariff_charge *charge);

/* Whether something other than a price and a percentage is asked of an amount; says what. */
const char *limits_other(const struct tariff_limits *limits);

/* Instalments: how many, and their sum in the currency's last place. */
size_t instalments_count(const struct tariff *tariff, struct exact *sum);

/* What the instalments of private offers have in common; the rule is the marketplace's. */
void instalments_total_check(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer);

/* An amount of 10^-decimals as a text of the scope. */
const char *money_text(struct offer_check *check, struct exact amount, int decimals);

/* ---- the rules ---- */

#define ISV "Microsoft: manage ISV to customer private offers"
#define INGESTION "Microsoft: Product Ingestion API, private offers"
#define PROTO "googleapis: commerceproducer v1beta, private_offer.proto"

/* Function, code, severity, what must be so, source, date. */
#define OFFER_RULES(X)                                                                                                                                \
	/* rules_azure.c: prices and plans */                                                                                                         \
	X(azure_items, "AZ-01", REFUSED, "a private offer has not more products and plans than one may have", ISV, "2026-11-22")                     \
	X(azure_dimensions, "AZ-02", REFUSED, "dimensions are the public plan's, listed there, one price each, and not too many", ISV, "2026-11-22") \
	X(azure_prices, "AZ-03", REFUSED, "a plan has one percentage that lowers it, or prices of its own, and no machine image has those", ISV, "2026-11-22") \
	X(azure_days, "AZ-04", REFUSED, "it starts on acceptance or with a month, ends with a month, and has a day to accept it by", INGESTION, "2026-11-22") \
	X(azure_follow, "AZ-05", REFUSED, "what was accepted stays, so an upgrade follows on and prices do not go in steps", ISV, "2026-11-22") \
	X(azure_subscribe, "AZ-06", WARNING, "SaaS is subscribed to within the days that are given for it", "Microsoft: private offers, frequently asked by customers", "2026-11-22") \
	X(azure_overlap, "AZ-07", WARNING, "no two private offers of a customer are about one plan at one time", "Microsoft: private offers, frequently asked by customers", "2026-11-22") \
	X(azure_included, "AZ-08", REFUSED, "an included quantity is a whole number, of a month or of a year", "Microsoft: metered billing", "2026-11-22") \
	X(azure_events, "AZ-09", WARNING, "what is metered is never negative and never nothing, once an hour", "Microsoft: metering service; flexprice/flexprice#2357", "2026-11-22") \
	X(azure_changes, "AZ-10", REFUSED, "list prices change with a month, rises are told in time, and a percentage moves with the list", "Microsoft: price changes, frequently asked", "2026-11-22") \
	X(azure_instalments, "AZ-11", REFUSED, "instalments have days of their own within the term, are not too many, and add up", "Microsoft: flexible billing schedule", "2026-11-22") \
	X(azure_people, "AZ-12", REFUSED, "contacts are few, terms are a PDF, and the billing account is one", INGESTION, "2026-11-22") \
	X(azure_plan_name, "AZ-13", WARNING, "a plan's id is not too long", "Microsoft: pages of 2020 to 2022", "2026-11-22") \
	X(azure_attested, "AZ-14", REFUSED, "a renewal is attested when the offer is made, or never", "Microsoft: agency fee discount for renewals", "2026-11-22") \
	X(azure_cliff, "AZ-15", WARNING, "who goes on after the end knows what the list asks for then", ISV, "2026-11-22") \
	X(azure_flat, "AZ-16", REFUSED, "only a plan with a flat fee has one in a private offer", ISV, "2026-11-22") \
	X(azure_allowance, "AZ-17", REFUSED, "what is included in a managed application stays as its plan has it", ISV, "2026-11-22") \
	X(azure_ahead, "AZ-18", REFUSED, "instalments are not for managed applications, and commitments for none", "Microsoft: flexible billing schedule", "2026-11-22") \
	X(azure_many, "AZ-19", WARNING, "a plan has not very many dimensions", "Microsoft: metered billing", "2026-11-22") \
	/* rules_gcp.c */                                                                                                                             \
	X(gcp_discounts, "GC-01", REFUSED, "a price is the list's less one percentage of 0 to 100 with two decimals", PROTO, "2026-11-22") \
	X(gcp_forms, "GC-02", REFUSED, "a commitment or the usage has the discount, a flat fee goes with its plan, and not both", PROTO, "2026-11-22") \
	X(gcp_amounts, "GC-03", REFUSED, "amounts are USD in whole cents and not too high; extra credit comes with instalments", PROTO, "2026-11-22") \
	X(gcp_length, "GC-04", REFUSED, "the term with its renewals is not too long, and only standard intervals renew", PROTO, "2026-11-22") \
	X(gcp_accept, "GC-05", REFUSED, "it is accepted by a midnight of the Pacific coast, soon enough, before it starts and ends", PROTO, "2026-11-22") \
	X(gcp_start, "GC-06", REFUSED, "it starts at a midnight of the Pacific coast, soon enough", PROTO, "2026-11-22") \
	X(gcp_instalments, "GC-07", REFUSED, "instalments follow each other from the start to the end, have one form, and add up", PROTO, "2026-11-22") \
	X(gcp_intervals, "GC-08", REFUSED, "what is paid ahead has an interval that Google still takes, and one price for all of it", PROTO, "2026-11-22") \
	X(gcp_amendment, "GC-09", REFUSED, "an amendment keeps the form and the frequency, and does not lower the commitment", PROTO, "2026-11-22") \
	X(gcp_words, "GC-10", REFUSED, "title, notes and features are there and not too long; there is a licence and one product", PROTO, "2026-11-22") \
	X(gcp_customer, "GC-11", REFUSED, "the customer has a name, a contact, an address and a billing account", PROTO, "2026-11-22") \
	X(gcp_review, "GC-12", WARNING, "Google looks at large offers, and at deals that are not new, before they are published", "Google Cloud Marketplace: how offers are reviewed", "2026-11-22") \
	X(gcp_additional, "GC-13", REFUSED, "an obligation beside the marketplace is not too high and says what counts toward it", PROTO, "2026-11-22") \
	X(gcp_rollover, "GC-14", REFUSED, "credit that is left rolls over, or all of it is discarded when the next one comes", PROTO, "2026-11-22")

#define OFFER_RULE_DECLARE(FUNCTION, ...) \
	void FUNCTION(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer);
OFFER_RULES(OFFER_RULE_DECLARE)

#endif
