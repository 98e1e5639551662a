/* SPDX-License-Identifier: Apache-2.0 */
/* catalog_read.h - the lists of a configuration, in the order in which they refer to each other.  Internal to offers. */
#ifndef OFFERS_CATALOG_READ_H
#define OFFERS_CATALOG_READ_H

#include "offers/catalog.h"

#include <libconfig.h>

int catalog_read_instances(struct catalog *catalog, const config_setting_t *root, struct error *error);
int catalog_read_offers(struct catalog *catalog, const config_setting_t *root, struct error *error);
int catalog_read_subscriptions(struct catalog *catalog, const config_setting_t *root, struct error *error);

/* The options of a group as settings: texts as they are, numbers and booleans as text. */
int catalog_read_options(struct catalog *catalog, const config_setting_t *group, struct catalog_settings *settings,
			 struct error *error);

/* The name of a group: letters, digits and -_. , not taken yet in `names`, which it enters with `index`. */
int catalog_read_name(struct catalog *catalog, const config_setting_t *group, struct map *names, size_t index,
		      const char **name, struct error *error);

#endif
