/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalog.h - the configuration as a checked model: what is sold, to whom, through which marketplace, and how its
 * usage is known.
 *
 * Invariants
 *   - A catalogue that was read is whole: every name that refers to something refers to it by pointer, names are
 *     unique where they must be, every plan prices or gives free each dimension it names, and its tariff is ready.  Whether an instance's
 *     plugin has the role it is used in, and whether its options are right, is checked by whoever opens it.
 *   - It is a value in memory, made once and then only read.  Everything it points to is its own.
 *   - Quantities are micro-units, times and durations microseconds, periods of the calendar months.
 *   - Arrays are in the order of the file; NULL with a count of 0.
 */
#ifndef OFFERS_CATALOG_H
#define OFFERS_CATALOG_H

#include "core/error.h"
#include "core/instance.h"
#include "core/map.h"
#include "core/scope.h"
#include "offers/schedule.h"

#include <apollo/kit.h>

#include <stdbool.h>
#include <stdint.h>

enum {
	CATALOG_SUBSCRIPTIONS_MAX = 1000000,
	CATALOG_OFFERS_MAX = 10000,
	CATALOG_INSTANCES_MAX = 256,
	CATALOG_METERS_MAX = 256,     /* of an offer */
	CATALOG_DIMENSIONS_MAX = 256, /* of an offer */
	CATALOG_LISTINGS_MAX = 64,    /* of a dimension */
	CATALOG_PLANS_MAX = 1000,     /* of an offer */
	CATALOG_ALARMS_MAX = 16,
	CATALOG_WARNINGS_MAX = 1000,
	CATALOG_NAME_MAX = 128,    /* bytes of the name of an offer, plan, meter, dimension or subscription */
	CATALOG_INSTANCE_MAX = 64, /* bytes of an instance's name */
	CATALOG_LISTING_MAX = 256, /* bytes of a marketplace's id of a dimension */
	CATALOG_TERM_MAX = 120,    /* months */
	CATALOG_PHASES_MAX = 60,   /* of a plan */
	CATALOG_CHANGES_MAX = 60,  /* of a plan */
	CATALOG_PRIVATES_MAX = 10000,
	CATALOG_ITEMS_MAX = 1000 /* of a private offer; a marketplace takes fewer, which its rules say */
};

/* ---- who is talked to -------------------------------------------------------------------------------------- */

struct catalog_settings {
	const struct setting *items; /* for options_resolve */
	size_t count;
};

struct catalog_instance {
	const char *where; /* "FILE:LINE" */
	const char *name;
	const char *plugin;
	int64_t cutoff; /* age of usage at which a plan's policy decides; 0: the plugin's own */
	const struct catalog_instance *issuer; /* where its tokens come from; NULL: its own plugin */
	struct catalog_settings options;
};

/* ---- what is sold ------------------------------------------------------------------------------------------ */

enum catalog_aggregation {
	CATALOG_SUM = 0,
	CATALOG_MAX = 1,
	CATALOG_LAST = 2,
	CATALOG_UNIQUE = 3,
	CATALOG_TIME_WEIGHTED = 4
};

struct catalog_meter {
	const char *where;
	const char *name;
	int aggregation; /* enum catalog_aggregation */
	int decimals;    /* values are counted in units of 10^-decimals, 0 to 6 */
	int64_t hold;    /* TIME_WEIGHTED: how long a sample is believed, up to a day; else 0 */
	bool negative;   /* SUM: negative values are taken, as corrections */
};

/* How a marketplace knows a dimension, a plan or an offer. */
struct catalog_listing {
	const char *where;
	const struct catalog_instance *market;
	const char *id;
	int64_t step; /* micro-units; what is told to the marketplace is a multiple of it; 1 or more */
	const char *sku; /* of a dimension at Google: the SKU whose price a private offer can change; NULL: not said */
};

struct catalog_dimension {
	const char *where;
	const char *name;
	const char *unit;
	const struct catalog_meter *meter;
	int64_t divide_by; /* the meter's units in one unit of the dimension, 1 or more */
	struct catalog_listing *listings; /* at most one for each market */
	size_t listing_count;
};

/* A change of a list price that was announced. */
struct catalog_change {
	const char *where;
	int64_t at, announced;
	const struct tariff *tariff; /* from then on */
};

struct catalog_plan {
	const char *where;
	const char *name;
	struct catalog_listing *listings; /* at most one for each market */
	size_t listing_count;
	int term_months;
	int policy; /* enum catalog_policy: what happens at the marketplace's cut-off */
	struct tariff tariff;  /* what a subscription begins with */
	struct phase *phases;  /* the first is that tariff; more where prices go in steps over the term */
	size_t phase_count;
	struct catalog_change *changes; /* in the order of their times */
	size_t change_count;
};

/* What it is to a marketplace, which decides what a private offer can change of it. */
enum catalog_product { PRODUCT_MANAGED_APPLICATION = 0, PRODUCT_SAAS = 1, PRODUCT_VM = 2 };

struct catalog_offer {
	const char *where;
	const char *name;
	enum catalog_product product;
	struct catalog_listing *listings; /* at most one for each market */
	size_t listing_count;
	struct catalog_meter *meters;
	size_t meter_count;
	struct catalog_dimension *dimensions;
	size_t dimension_count;
	struct catalog_plan *plans;
	size_t plan_count;
};

/* ---- to whom ----------------------------------------------------------------------------------------------- */

/* Where the usage of one meter is collected. */
struct catalog_collect {
	const char *where;
	const struct catalog_meter *meter;
	const struct catalog_instance *source;
	struct catalog_settings options;
};

struct catalog_subscription {
	const char *where;
	const char *name;
	const struct catalog_offer *offer;
	const struct catalog_plan *plan;
	const struct catalog_instance *market; /* NULL: metered, not reported */
	int64_t start;
	int64_t end; /* 0: open */
	struct catalog_settings options; /* for the market's subscription options */
	const struct catalog_meter **expects; /* meters that have usage every hour */
	size_t expect_count;
	struct catalog_collect *collects; /* at most one for each meter */
	size_t collect_count;
};

/* ---- what one customer is offered ------------------------------------------------------------------------ */

enum private_deal { DEAL_NEW = 0, DEAL_RENEWAL = 1, DEAL_MIGRATION = 2, DEAL_CHANNEL_SHIFT = 3 };

/* When money is asked for; of a commitment or a fixed fee. */
enum private_interval {
	INTERVAL_NONE = 0, /* usage only */
	INTERVAL_MONTHLY_PRORATED = 1,
	INTERVAL_MONTHLY = 2,
	INTERVAL_QUARTERLY = 3,
	INTERVAL_YEARLY = 4,
	INTERVAL_POSTPAY = 5,
	INTERVAL_CUSTOM = 6 /* instalments */
};

/* One plan of a private offer, with what is different in it. */
struct private_item {
	const char *where;
	const struct catalog_offer *offer;
	const struct catalog_plan *plan;
	bool absolute;         /* prices of its own; else a percentage off those of the list */
	struct tariff tariff;  /* the plan's with that on top */
	struct phase *phases;
	size_t phase_count;
};

struct private_pair {
	const char *name, *value;
};

struct private_offer {
	const char *where;
	const char *name;
	const struct catalog_instance *market;
	bool draft; /* of the list "drafts": others are made from it, and it is not to be sent */
	struct private_customer {
		const char *name, *contact, *email, *address, *billing_account; /* each NULL where it is not there */
	} customer;
	bool on_acceptance; /* it starts when it is accepted; `start` is then a guess that a bill can be made with, or 0 */
	bool day_edges;     /* start, end and accept_by were written as days */
	int64_t start, end, accept_by; /* on the market's calendar; end is the last instant's next; 0: not there */
	int months;                    /* instead of an end; 0: not there */
	int renewals;                  /* at most */
	bool renewal_attested;
	enum private_deal deal;
	enum private_interval interval;
	const struct private_offer *amends;
	const char *title, *note, *internal_note, *prepared_by, *terms; /* terms: a PDF's address or file; "standard" */
	const char **contacts;
	size_t contact_count;
	struct private_pair *features;
	size_t feature_count;
	struct decimal total;            /* of all instalments, as it was agreed; none without text */
	struct decimal additional_value; /* an obligation beside the marketplace; none without text */
	const char **eligible;           /* what counts toward it */
	size_t eligible_count;
	struct private_item *items; /* at least one */
	size_t item_count;
};

/* ---- the whole --------------------------------------------------------------------------------------------- */

/* What of a file is wanted. */
enum catalog_part {
	CATALOG_ALL = 0,
	CATALOG_SOLD = 1 /* offers and private offers: the rest may be missing, and a market that is no instance is the plugin of its name */
};

struct catalog {
	struct scope scope;
	enum catalog_part part;
	const char *path;   /* as it was given */
	const char *folder; /* absolute, of that file: where relative paths begin */

	const char *ledger;      /* absolute */
	const char *plugin_path; /* folders separated by colons, as it was written; NULL: not set */
	struct {
		const char *directory; /* absolute; NULL: not set */
		int64_t dedupe_window;
		int64_t ahead;
	} intake;
	int64_t grace;                    /* after an hour's end, before it is closed */
	int64_t alarms[CATALOG_ALARMS_MAX]; /* ages of unsettled usage that are told, microseconds, growing */
	size_t alarm_count;
	struct {
		const char *proxy;   /* URL; "": none; NULL: as the environment says */
		const char *ca_file; /* absolute; NULL: the system's */
	} http;

	struct catalog_instance *instances;
	size_t instance_count;
	struct catalog_offer *offers;
	size_t offer_count;
	struct catalog_subscription *subscriptions;
	size_t subscription_count;
	struct private_offer *privates;
	size_t private_count;

	struct map instance_names; /* to the index in the array; the lookups below */
	struct map offer_names;
	struct map subscription_names;
	struct map private_names;

	const char **warnings; /* "FILE:LINE: ...": not wrong, but hardly meant */
	size_t warning_count;
};

/* Reads and checks a configuration.  On failure nothing needs to be released.  ERROR_IO where the file cannot be read,
 * else APOLLO_CONFIG with file and line, or APOLLO_NOMEM. */
int catalog_read(const char *path, enum catalog_part part, struct catalog *catalog, struct error *error);

/* Reads a text instead; name stands for the file in messages, relative paths begin at `folder`.  No file is touched. */
int catalog_parse(const char *text, size_t size, const char *name, const char *folder, enum catalog_part part, struct catalog *catalog,
		  struct error *error);

void catalog_release(struct catalog *catalog);
#define CATALOG_CLEANUP __attribute__((cleanup(catalog_release)))

/* ---- lookups, each NULL where there is none ---------------------------------------------------------------- */

const struct catalog_instance *catalog_instance(const struct catalog *catalog, const char *name);
const struct catalog_offer *catalog_offer(const struct catalog *catalog, const char *name);
const struct catalog_subscription *catalog_subscription(const struct catalog *catalog, const char *name);
const struct catalog_meter *catalog_meter(const struct catalog_offer *offer, const char *name);
const struct catalog_dimension *catalog_dimension(const struct catalog_offer *offer, const char *name);
const struct catalog_plan *catalog_plan(const struct catalog_offer *offer, const char *name);

/* How the market lists the dimension. */
const struct catalog_listing *catalog_listing(const struct catalog_dimension *dimension,
					      const struct catalog_instance *market);

/* What the market calls the offer and the plan; NULL: not said. */
const char *catalog_offer_id(const struct catalog_offer *offer, const struct catalog_instance *market);
const char *catalog_plan_id(const struct catalog_plan *plan, const struct catalog_instance *market);

/* What the plan says of the dimension. */
const struct tariff_charge *catalog_charge(const struct catalog_plan *plan, const struct catalog_dimension *dimension);

const struct private_offer *catalog_private(const struct catalog *catalog, const char *name);

/* Whose days and months a marketplace goes by; NULL: UTC. */
const char *catalog_market_zone(const struct catalog_instance *market);

/* Whether the subscription expects usage of the meter every hour. */
bool catalog_expects(const struct catalog_subscription *subscription, const struct catalog_meter *meter);

#endif
