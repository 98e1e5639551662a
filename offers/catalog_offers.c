/* SPDX-License-Identifier: Apache-2.0 */
/* Offers: meters, dimensions and plans. */
#include "offers/catalog_read.h"
#include "core/read.h"

#include <string.h>

static int meter_read(struct catalog *catalog, struct catalog_offer *offer, const config_setting_t *group,
		      struct error *error)
{
	static const char *const names[] = {"name", "aggregation", "decimals", "hold", "negative", NULL};
	static const char *const aggregations[] = {"sum", "max", "last", "unique", "time_weighted", NULL};
	struct catalog_meter *meter = &offer->meters[offer->meter_count];
	int64_t decimals = 6;

	meter->where = read_where(group, &catalog->scope);
	if (read_known(group, names, error) < 0 || catalog_read_name(catalog, group, NULL, 0, &meter->name, error) < 0 ||
	    read_choice(group, "aggregation", READ_REQUIRED, aggregations, &meter->aggregation, error) < 0 ||
	    read_integer(group, "decimals", READ_OPTIONAL, 0, 6, &decimals, error) < 0 ||
	    read_duration(group, "hold", APOLLO_DAY, &meter->hold, error) < 0 ||
	    read_boolean(group, "negative", &meter->negative, error) < 0)
		return error->code;
	meter->decimals = (int)decimals;
	if (catalog_meter(offer, meter->name))
		return read_fail(group, error, "meter %s is there twice", meter->name);
	if (meter->aggregation == CATALOG_TIME_WEIGHTED && meter->hold == 0)
		return read_fail(group, error, "meter %s is time weighted and wants a \"hold\": how long is a sample believed?",
				 meter->name);
	if (meter->aggregation != CATALOG_TIME_WEIGHTED && meter->hold)
		return read_fail(group, error, "\"hold\" goes with time_weighted only");
	if (meter->aggregation != CATALOG_SUM && meter->negative)
		return read_fail(group, error, "\"negative\" goes with sum only");
	offer->meter_count++;
	return 0;
}

static int listing_read(struct catalog *catalog, const struct catalog_offer *offer, struct catalog_dimension *dimension,
			const config_setting_t *group, struct error *error)
{
	static const char *const names[] = {"market", "id", "step", "sku", NULL};
	struct catalog_listing *listing = &dimension->listings[dimension->listing_count];
	const char *market = NULL, *id = NULL, *sku = NULL;

	listing->where = read_where(group, &catalog->scope);
	listing->step = 1;
	if (read_known(group, names, error) < 0 || read_text(group, "market", READ_REQUIRED, &market, error) < 0 ||
	    read_text(group, "id", READ_REQUIRED, &id, error) < 0 ||
	    read_text(group, "sku", READ_OPTIONAL, &sku, error) < 0 ||
	    read_quantity(group, "step", READ_OPTIONAL, 6, 1, &listing->step, error) < 0)
		return error->code;
	listing->market = catalog_read_market(catalog, market);
	if (!listing->market)
		return read_fail(group, error, "market \"%s\" is not an instance", market);
	if (catalog_listing(dimension, listing->market))
		return read_fail(group, error, "dimension %s is listed twice at %s", dimension->name, market);
	for (size_t i = 0; i < offer->dimension_count; i++) {
		const struct catalog_listing *other = catalog_listing(&offer->dimensions[i], listing->market);

		if (other && strcmp(other->id, id) == 0)
			return read_fail(group, error, "\"%s\" is the id of dimension %s at market %s already (%s)", id,
					 offer->dimensions[i].name, market, other->where);
	}
	listing->id = scope_text(&catalog->scope, id);
	listing->sku = scope_text(&catalog->scope, sku);
	dimension->listing_count++;
	return listing->id && !listing->sku == !sku ? 0 : error_memory(error, "the configuration");
}

static int dimension_read(struct catalog *catalog, struct catalog_offer *offer, const config_setting_t *group,
			  struct error *error)
{
	static const char *const names[] = {"name", "meter", "unit", "divide_by", "listings", NULL};
	struct catalog_dimension *dimension = &offer->dimensions[offer->dimension_count];
	const char *meter = NULL, *unit = "unit";
	const config_setting_t *list;
	size_t count;

	dimension->where = read_where(group, &catalog->scope);
	dimension->divide_by = 1;
	if (read_known(group, names, error) < 0 || catalog_read_name(catalog, group, NULL, 0, &dimension->name, error) < 0 ||
	    read_text(group, "meter", READ_REQUIRED, &meter, error) < 0 ||
	    read_text(group, "unit", READ_OPTIONAL, &unit, error) < 0 ||
	    read_quantity(group, "divide_by", READ_OPTIONAL, 0, 1, &dimension->divide_by, error) < 0 ||
	    read_groups(group, "listings", READ_OPTIONAL, &list, &count, error) < 0)
		return error->code;
	dimension->meter = catalog_meter(offer, meter);
	if (!dimension->meter)
		return read_fail(group, error, "meter \"%s\" is not one of offer %s", meter, offer->name);
	if (catalog_dimension(offer, dimension->name))
		return read_fail(group, error, "dimension %s is there twice", dimension->name);
	dimension->unit = scope_text(&catalog->scope, unit);
	dimension->listings = scope_alloc(&catalog->scope, (count + 1) * sizeof(*dimension->listings));
	if (!dimension->unit || !dimension->listings)
		return error_memory(error, "the configuration");
	for (size_t i = 0; i < count; i++)
		if (listing_read(catalog, offer, dimension, config_setting_get_elem(list, (unsigned)i), error) < 0)
			return error->code;
	offer->dimension_count++;
	return 0;
}

/* What marketplaces call an offer or a plan. */
static int ids_read(struct catalog *catalog, const config_setting_t *group, struct catalog_listing **listings, size_t *count, struct error *error)
{
	static const char *const names[] = {"market", "id", NULL};
	const config_setting_t *list;
	size_t size;

	if (read_groups(group, "listings", READ_OPTIONAL, &list, &size, error) < 0)
		return error->code;
	if (size > CATALOG_LISTINGS_MAX)
		return read_fail(list, error, "more than %d listings", CATALOG_LISTINGS_MAX);
	*listings = scope_alloc(&catalog->scope, (size + 1) * sizeof(**listings));
	if (!*listings)
		return error_memory(error, "the configuration");
	for (; *count < size; ++*count) {
		const config_setting_t *item = config_setting_get_elem(list, (unsigned)*count);
		struct catalog_listing *listing = &(*listings)[*count];
		const char *market = NULL, *id = NULL;

		listing->where = read_where(item, &catalog->scope);
		if (read_known(item, names, error) < 0 || read_text(item, "market", READ_REQUIRED, &market, error) < 0 ||
		    read_text(item, "id", READ_REQUIRED, &id, error) < 0)
			return error->code;
		listing->market = catalog_read_market(catalog, market);
		if (!listing->market)
			return read_fail(item, error, "market \"%s\" is not an instance", market);
		for (size_t i = 0; i < *count; i++)
			if ((*listings)[i].market == listing->market)
				return read_fail(item, error, "it is listed twice at %s", market);
		listing->id = scope_text(&catalog->scope, id);
		if (!listing->id)
			return error_memory(error, "the configuration");
	}
	return 0;
}

/* Changes of the list that were announced. */
static int changes_read(struct catalog *catalog, const struct catalog_offer *offer, struct catalog_plan *plan, const config_setting_t *group,
			struct error *error)
{
	static const char *const names[] = {"at", "announced", CATALOG_PRICES, NULL};
	const config_setting_t *list;
	size_t count;

	if (read_groups(group, "changes", READ_OPTIONAL, &list, &count, error) < 0)
		return error->code;
	if (count > CATALOG_CHANGES_MAX)
		return read_fail(list, error, "more than %d changes", CATALOG_CHANGES_MAX);
	plan->changes = scope_alloc(&catalog->scope, (count + 1) * sizeof(*plan->changes));
	if (!plan->changes)
		return error_memory(error, "the configuration");
	for (; plan->change_count < count; plan->change_count++) {
		const config_setting_t *item = config_setting_get_elem(list, (unsigned)plan->change_count);
		struct catalog_change *change = &plan->changes[plan->change_count];
		struct tariff *tariff = tariff_copy(&catalog->scope, plan->change_count ? change[-1].tariff : &plan->tariff);

		if (!tariff)
			return error_memory(error, "the configuration");
		change->where = read_where(item, &catalog->scope);
		change->tariff = tariff;
		if (read_known(item, names, error) < 0 || read_day(item, "at", READ_REQUIRED, NULL, &change->at, NULL, error) < 0 ||
		    read_day(item, "announced", READ_OPTIONAL, NULL, &change->announced, NULL, error) < 0 ||
		    catalog_read_tariff(catalog, offer, item, false, tariff, error) < 0)
			return error->code;
		if (plan->change_count && change->at <= change[-1].at)
			return read_fail(item, error, "a change is not after the one before it");
	}
	return 0;
}

static int plan_read(struct catalog *catalog, struct catalog_offer *offer, const config_setting_t *group,
		     struct error *error)
{
	static const char *const names[] = {"name", "listings", "currency", "term", "cutoff_policy", "billing_period", "billing_months", "zone", "proration",
					    "rounding", "rounding_place", "decimals", "order", "ramp", "changes", CATALOG_MONEY, NULL};
	static const char *const policies[] = {"rebook", "hold", "write_off", NULL};
	struct catalog_plan *plan = &offer->plans[offer->plan_count++];

	plan->where = read_where(group, &catalog->scope);
	plan->term_months = 1;
	plan->tariff.charges = scope_alloc(&catalog->scope, (offer->dimension_count + 1) * sizeof(*plan->tariff.charges));
	if (!plan->tariff.charges)
		return error_memory(error, "the configuration");
	if (read_known(group, names, error) < 0 || catalog_read_name(catalog, group, NULL, 0, &plan->name, error) < 0 ||
	    ids_read(catalog, group, &plan->listings, &plan->listing_count, error) < 0 ||
	    read_months(group, "term", CATALOG_TERM_MAX, &plan->term_months, error) < 0 ||
	    read_choice(group, "cutoff_policy", READ_OPTIONAL, policies, &plan->policy, error) < 0 ||
	    catalog_read_billing(catalog, group, &plan->tariff, error) < 0)
		return error->code;
	for (size_t i = 0; i + 1 < offer->plan_count; i++)
		if (strcmp(offer->plans[i].name, plan->name) == 0)
			return read_fail(group, error, "plan %s is there twice", plan->name);
	if (catalog_read_tariff(catalog, offer, group, true, &plan->tariff, error) < 0 ||
	    catalog_read_phases(catalog, offer, group, &plan->tariff, &plan->phases, &plan->phase_count, error) < 0)
		return error->code;
	return changes_read(catalog, offer, plan, group, error);
}

static int offer_read(struct catalog *catalog, const config_setting_t *group, size_t index, struct error *error)
{
	static const char *const names[] = {"name", "product", "listings", "meters", "dimensions", "plans", NULL};
	static const char *const products[] = {"managed_application", "saas", "vm", NULL};
	struct catalog_offer *offer = &catalog->offers[index];
	const config_setting_t *meters, *dimensions, *plans;
	size_t meter_count, dimension_count, plan_count;
	int product = PRODUCT_MANAGED_APPLICATION;

	offer->where = read_where(group, &catalog->scope);
	if (read_known(group, names, error) < 0 ||
	    catalog_read_name(catalog, group, &catalog->offer_names, index, &offer->name, error) < 0 ||
	    read_choice(group, "product", READ_OPTIONAL, products, &product, error) < 0 ||
	    ids_read(catalog, group, &offer->listings, &offer->listing_count, error) < 0 ||
	    read_groups(group, "meters", READ_REQUIRED, &meters, &meter_count, error) < 0 ||
	    read_groups(group, "dimensions", READ_REQUIRED, &dimensions, &dimension_count, error) < 0 ||
	    read_groups(group, "plans", READ_REQUIRED, &plans, &plan_count, error) < 0)
		return error->code;
	if (meter_count > CATALOG_METERS_MAX || dimension_count > CATALOG_DIMENSIONS_MAX || plan_count > CATALOG_PLANS_MAX)
		return read_fail(group, error, "offer %s has more than %d meters, %d dimensions or %d plans", offer->name,
				 CATALOG_METERS_MAX, CATALOG_DIMENSIONS_MAX, CATALOG_PLANS_MAX);
	offer->product = (enum catalog_product)product;
	offer->meters = scope_alloc(&catalog->scope, (meter_count + 1) * sizeof(*offer->meters));
	offer->dimensions = scope_alloc(&catalog->scope, (dimension_count + 1) * sizeof(*offer->dimensions));
	offer->plans = scope_alloc(&catalog->scope, (plan_count + 1) * sizeof(*offer->plans));
	if (!offer->meters || !offer->dimensions || !offer->plans)
		return error_memory(error, "the configuration");
	for (size_t i = 0; i < meter_count; i++)
		if (meter_read(catalog, offer, config_setting_get_elem(meters, (unsigned)i), error) < 0)
			return error->code;
	for (size_t i = 0; i < dimension_count; i++)
		if (dimension_read(catalog, offer, config_setting_get_elem(dimensions, (unsigned)i), error) < 0)
			return error->code;
	for (size_t i = 0; i < plan_count; i++)
		if (plan_read(catalog, offer, config_setting_get_elem(plans, (unsigned)i), error) < 0)
			return error->code;
	return 0;
}

int catalog_read_offers(struct catalog *catalog, const config_setting_t *root, struct error *error)
{
	const config_setting_t *list;
	size_t count;

	if (read_groups(root, "offers", READ_REQUIRED, &list, &count, error) < 0)
		return error->code;
	if (count > CATALOG_OFFERS_MAX)
		return read_fail(list, error, "more than %d offers", CATALOG_OFFERS_MAX);
	catalog->offers = scope_alloc(&catalog->scope, (count + 1) * sizeof(*catalog->offers));
	if (!catalog->offers)
		return error_memory(error, "the configuration");
	for (size_t i = 0; i < count; i++) {
		catalog->offer_count++; /* before it is read: what it has by then is released with the rest */
		if (offer_read(catalog, config_setting_get_elem(list, (unsigned)i), i, error) < 0)
			return error->code;
	}
	return 0;
}
