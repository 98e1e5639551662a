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
	static const char *const names[] = {"market", "id", "step", NULL};
	struct catalog_listing *listing = &dimension->listings[dimension->listing_count];
	const char *market = NULL, *id = NULL;

	listing->where = read_where(group, &catalog->scope);
	listing->step = 1;
	if (read_known(group, names, error) < 0 || read_text(group, "market", READ_REQUIRED, &market, error) < 0 ||
	    read_text(group, "id", READ_REQUIRED, &id, error) < 0 ||
	    read_quantity(group, "step", READ_OPTIONAL, 6, 1, &listing->step, error) < 0)
		return error->code;
	listing->market = catalog_instance(catalog, market);
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
	dimension->listing_count++;
	return listing->id ? 0 : error_memory(error, "the configuration");
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

/* The plan's term for the dimension that a group names; made where it is new. */
static struct catalog_term *term_get(struct catalog *catalog, const struct catalog_offer *offer,
				     struct catalog_plan *plan, const config_setting_t *group, struct error *error)
{
	const struct catalog_dimension *dimension;
	const char *name = NULL;
	struct catalog_term *term;

	if (read_text(group, "dimension", READ_REQUIRED, &name, error) < 0)
		return NULL;
	dimension = catalog_dimension(offer, name);
	if (!dimension) {
		(void)read_fail(group, error, "dimension \"%s\" is not one of offer %s", name, offer->name);
		return NULL;
	}
	for (size_t i = 0; i < plan->term_count; i++)
		if (plan->terms[i].dimension == dimension)
			return &plan->terms[i];
	term = &plan->terms[plan->term_count++];
	term->dimension = dimension;
	term->where = read_where(group, &catalog->scope);
	return term;
}

static int price_read(struct catalog *catalog, const struct catalog_offer *offer, struct catalog_plan *plan,
		      const config_setting_t *group, struct error *error)
{
	static const char *const names[] = {"dimension", "unit_price", NULL};
	struct catalog_term *term;
	const char *price = NULL;

	if (read_known(group, names, error) < 0 || !(term = term_get(catalog, offer, plan, group, error)) ||
	    read_decimal(group, "unit_price", READ_REQUIRED, &catalog->scope, &price, error) < 0)
		return error->code;
	if (term->priced)
		return read_fail(group, error, "dimension %s has a price already", term->dimension->name);
	if (!rate_price_init(&term->unit_price, price))
		return read_fail(group, error, "the price \"%s\" is not a plain decimal of at most 18 digits on each side", price);
	term->priced = true;
	return 0;
}

static int included_read(struct catalog *catalog, const struct catalog_offer *offer, struct catalog_plan *plan,
			 const config_setting_t *group, struct error *error)
{
	static const char *const names[] = {"dimension", "quantity", "reset", NULL};
	struct catalog_term *term;
	const char *quantity = NULL, *reset = NULL;

	if (read_known(group, names, error) < 0 || !(term = term_get(catalog, offer, plan, group, error)) ||
	    read_decimal(group, "quantity", READ_REQUIRED, &catalog->scope, &quantity, error) < 0 ||
	    read_text(group, "reset", READ_OPTIONAL, &reset, error) < 0)
		return error->code;
	if (term->included || term->unlimited)
		return read_fail(group, error, "dimension %s has an included quantity already", term->dimension->name);
	term->reset_months = plan->billing_months;
	if (reset && strcmp(reset, "term") == 0)
		term->reset_months = 0;
	else if (reset && read_months(group, "reset", CATALOG_TERM_MAX, &term->reset_months, error) < 0)
		return error->code;
	term->unlimited = strcmp(quantity, "unlimited") == 0;
	if (term->unlimited)
		return 0;
	if (read_quantity(group, "quantity", READ_REQUIRED, 6, 1, &term->included, error) < 0)
		return error->code;
	return 0;
}

static int plan_lists_read(struct catalog *catalog, const struct catalog_offer *offer, struct catalog_plan *plan,
			   const config_setting_t *group, struct error *error)
{
	const config_setting_t *prices, *included;
	size_t price_count, included_count;

	if (read_groups(group, "prices", READ_OPTIONAL, &prices, &price_count, error) < 0 ||
	    read_groups(group, "included", READ_OPTIONAL, &included, &included_count, error) < 0)
		return error->code;
	plan->terms = scope_alloc(&catalog->scope, (offer->dimension_count + 1) * sizeof(*plan->terms));
	if (!plan->terms)
		return error_memory(error, "the configuration");
	for (size_t i = 0; i < price_count; i++)
		if (price_read(catalog, offer, plan, config_setting_get_elem(prices, (unsigned)i), error) < 0)
			return error->code;
	for (size_t i = 0; i < included_count; i++)
		if (included_read(catalog, offer, plan, config_setting_get_elem(included, (unsigned)i), error) < 0)
			return error->code;
	for (size_t i = 0; i < plan->term_count; i++)
		if (!plan->terms[i].priced && !plan->terms[i].unlimited)
			return error_set(error, APOLLO_CONFIG, "%s: dimension %s has an included quantity and no price for the rest",
					 plan->terms[i].where, plan->terms[i].dimension->name);
	return 0;
}

static int plan_read(struct catalog *catalog, struct catalog_offer *offer, const config_setting_t *group,
		     struct error *error)
{
	static const char *const names[] = {"name", "currency", "term", "cutoff_policy", "base_fee", "billing_period",
					    "rounding", "decimals", "included", "prices", NULL};
	static const char *const policies[] = {"rebook", "hold", "write_off", NULL};
	static const char *const roundings[] = {"half_up", "half_even", "up", "down", NULL};
	struct catalog_plan *plan = &offer->plans[offer->plan_count++];
	const char *currency = "USD", *base_fee = "0";
	int64_t decimals = 2;

	plan->where = read_where(group, &catalog->scope);
	plan->term_months = plan->billing_months = 1;
	if (read_known(group, names, error) < 0 || catalog_read_name(catalog, group, NULL, 0, &plan->name, error) < 0 ||
	    read_text(group, "currency", READ_OPTIONAL, &currency, error) < 0 ||
	    read_months(group, "term", CATALOG_TERM_MAX, &plan->term_months, error) < 0 ||
	    read_months(group, "billing_period", CATALOG_TERM_MAX, &plan->billing_months, error) < 0 ||
	    read_choice(group, "cutoff_policy", READ_OPTIONAL, policies, &plan->policy, error) < 0 ||
	    read_choice(group, "rounding", READ_OPTIONAL, roundings, &plan->rule.rounding, error) < 0 ||
	    read_integer(group, "decimals", READ_OPTIONAL, 0, RATE_DECIMALS_MAX, &decimals, error) < 0 ||
	    read_decimal(group, "base_fee", READ_OPTIONAL, &catalog->scope, &base_fee, error) < 0)
		return error->code;
	plan->rule.decimals = (int)decimals;
	plan->currency = scope_text(&catalog->scope, currency);
	if (strlen(currency) != 3 || strspn(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
		return read_fail(group, error, "the currency \"%s\" is not three capital letters", currency);
	for (size_t i = 0; i + 1 < offer->plan_count; i++)
		if (strcmp(offer->plans[i].name, plan->name) == 0)
			return read_fail(group, error, "plan %s is there twice", plan->name);
	if (!rate_price_init(&plan->base_fee, base_fee))
		return read_fail(group, error, "the base fee \"%s\" is not a plain decimal", base_fee);
	return plan_lists_read(catalog, offer, plan, group, error);
}

static int offer_read(struct catalog *catalog, const config_setting_t *group, size_t index, struct error *error)
{
	static const char *const names[] = {"name", "meters", "dimensions", "plans", NULL};
	struct catalog_offer *offer = &catalog->offers[index];
	const config_setting_t *meters, *dimensions, *plans;
	size_t meter_count, dimension_count, plan_count;

	offer->where = read_where(group, &catalog->scope);
	if (read_known(group, names, error) < 0 ||
	    catalog_read_name(catalog, group, &catalog->offer_names, index, &offer->name, error) < 0 ||
	    read_groups(group, "meters", READ_REQUIRED, &meters, &meter_count, error) < 0 ||
	    read_groups(group, "dimensions", READ_REQUIRED, &dimensions, &dimension_count, error) < 0 ||
	    read_groups(group, "plans", READ_REQUIRED, &plans, &plan_count, error) < 0)
		return error->code;
	if (meter_count > CATALOG_METERS_MAX || dimension_count > CATALOG_DIMENSIONS_MAX || plan_count > CATALOG_PLANS_MAX)
		return read_fail(group, error, "offer %s has more than %d meters, %d dimensions or %d plans", offer->name,
				 CATALOG_METERS_MAX, CATALOG_DIMENSIONS_MAX, CATALOG_PLANS_MAX);
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
