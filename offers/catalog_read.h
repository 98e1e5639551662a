/* SPDX-License-Identifier: Apache-2.0 */
/* catalog_read.h - the lists of a configuration, in the order in which they refer to each other.  Internal to offers. */
#ifndef OFFERS_CATALOG_READ_H
#define OFFERS_CATALOG_READ_H

#include "offers/catalog.h"

#include <libconfig.h>

/* Members that are about money: of a phase; of a private offer; of a plan. */
#define CATALOG_PRICES "base_fee", "discount", "prices", "bill_discount", "bill_discount_amount", "minimum", "maximum"
#define CATALOG_MONEY CATALOG_PRICES, "included", "commitment", "credits", "instalments"

int catalog_read_instances(struct catalog *catalog, const config_setting_t *root, struct error *error);
int catalog_read_offers(struct catalog *catalog, const config_setting_t *root, struct error *error);
int catalog_read_subscriptions(struct catalog *catalog, const config_setting_t *root, struct error *error);
int catalog_read_privates(struct catalog *catalog, const config_setting_t *root, struct error *error);

/* Puts what a group says about money on top of a tariff, and makes it ready.  plan: it is a plan's own, whose charges have room for every dimension of
 * the offer; else only what it has can change. */
int catalog_read_tariff(struct catalog *catalog, const struct catalog_offer *offer, const config_setting_t *group, bool plan, struct tariff *tariff,
			struct error *error);

/* How a plan bills: periods, zone, rounding, order. */
int catalog_read_billing(struct catalog *catalog, const config_setting_t *group, struct tariff *tariff, struct error *error);

/* The phases of a group's "ramp" on top of a tariff; one where it has none. */
int catalog_read_phases(struct catalog *catalog, const struct catalog_offer *offer, const config_setting_t *group, const struct tariff *tariff,
			struct phase **phases, size_t *phase_count, struct error *error);

/* The market of this name: an instance; where only what is sold is read, also one that is made up for a plugin of that name.  NULL: there is none. */
const struct catalog_instance *catalog_read_market(struct catalog *catalog, const char *name);

/* A decimal where it is there. */
int catalog_read_decimal(struct catalog *catalog, const config_setting_t *group, const char *name, struct decimal *decimal, struct error *error);

/* The options of a group as settings: texts as they are, numbers and booleans as text. */
int catalog_read_options(struct catalog *catalog, const config_setting_t *group, struct catalog_settings *settings,
			 struct error *error);

/* The name of a group: letters, digits and -_. , not taken yet in `names`, which it enters with `index`. */
int catalog_read_name(struct catalog *catalog, const config_setting_t *group, struct map *names, size_t index,
		      const char **name, struct error *error);

#endif
