/* SPDX-License-Identifier: Apache-2.0 */
/* Subscriptions: who bought what, and how their usage is known. */
#include "offers/catalog_read.h"
#include "core/read.h"

#include <string.h>

static int expects_read(struct catalog *catalog, struct catalog_subscription *subscription,
			const config_setting_t *group, struct error *error)
{
	const config_setting_t *list = config_setting_get_member(group, "expects");

	if (!list)
		return 0;
	if (config_setting_type(list) != CONFIG_TYPE_ARRAY)
		return read_fail(list, error, "\"expects\" is not an array of meters: [ \"capacity\" ]");
	subscription->expects = scope_alloc(&catalog->scope, ((size_t)config_setting_length(list) + 1) *
							     sizeof(*subscription->expects));
	if (!subscription->expects)
		return error_memory(error, "the configuration");
	for (int i = 0; i < config_setting_length(list); i++) {
		const char *name = config_setting_get_string_elem(list, i);
		const struct catalog_meter *meter = name ? catalog_meter(subscription->offer, name) : NULL;

		if (!meter)
			return read_fail(list, error, "\"%s\" is not a meter of offer %s", name ? name : "?", subscription->offer->name);
		subscription->expects[subscription->expect_count++] = meter;
	}
	return 0;
}

static int collect_read(struct catalog *catalog, struct catalog_subscription *subscription, const config_setting_t *group,
			struct error *error)
{
	static const char *const names[] = {"meter", "source", "options", NULL};
	struct catalog_collect *collect = &subscription->collects[subscription->collect_count];
	const char *meter = NULL, *source = NULL;

	collect->where = read_where(group, &catalog->scope);
	if (read_known(group, names, error) < 0 || read_text(group, "meter", READ_REQUIRED, &meter, error) < 0 ||
	    read_text(group, "source", READ_REQUIRED, &source, error) < 0 ||
	    catalog_read_options(catalog, group, &collect->options, error) < 0)
		return error->code;
	collect->meter = catalog_meter(subscription->offer, meter);
	collect->source = catalog_instance(catalog, source);
	if (!collect->meter)
		return read_fail(group, error, "\"%s\" is not a meter of offer %s", meter, subscription->offer->name);
	if (!collect->source)
		return read_fail(group, error, "the source \"%s\" is not an instance", source);
	for (size_t i = 0; i < subscription->collect_count; i++)
		if (subscription->collects[i].meter == collect->meter)
			return read_fail(group, error, "meter %s is collected twice", meter);
	subscription->collect_count++;
	return 0;
}

static int collects_read(struct catalog *catalog, struct catalog_subscription *subscription,
			 const config_setting_t *group, struct error *error)
{
	const config_setting_t *list;
	size_t count;

	if (read_groups(group, "collect", READ_OPTIONAL, &list, &count, error) < 0)
		return error->code;
	subscription->collects = scope_alloc(&catalog->scope, (count + 1) * sizeof(*subscription->collects));
	if (!subscription->collects)
		return error_memory(error, "the configuration");
	for (size_t i = 0; i < count; i++)
		if (collect_read(catalog, subscription, config_setting_get_elem(list, (unsigned)i), error) < 0)
			return error->code;
	return 0;
}

/* Every dimension that the plan sells for money must be listed where the subscription is billed. */
static int listings_check(const struct catalog_subscription *subscription, const config_setting_t *group,
			  struct error *error)
{
	for (size_t i = 0; subscription->market && i < subscription->plan->tariff.charge_count; i++) {
		const struct tariff_charge *charge = &subscription->plan->tariff.charges[i];

		if (charge->priced && !catalog_listing(charge->dimension, subscription->market))
			return read_fail(group, error, "plan %s sells %s, which has no listing at market %s", subscription->plan->name,
					 charge->dimension->name, subscription->market->name);
	}
	return 0;
}

static int references_read(struct catalog *catalog, struct catalog_subscription *subscription,
			   const config_setting_t *group, struct error *error)
{
	const char *offer = NULL, *plan = NULL, *market = NULL;

	if (read_text(group, "offer", READ_REQUIRED, &offer, error) < 0 ||
	    read_text(group, "plan", READ_REQUIRED, &plan, error) < 0 ||
	    read_text(group, "market", READ_OPTIONAL, &market, error) < 0)
		return error->code;
	subscription->offer = catalog_offer(catalog, offer);
	if (!subscription->offer)
		return read_fail(group, error, "there is no offer \"%s\"", offer);
	subscription->plan = catalog_plan(subscription->offer, plan);
	if (!subscription->plan)
		return read_fail(group, error, "offer %s has no plan \"%s\"", offer, plan);
	subscription->market = market ? catalog_instance(catalog, market) : NULL;
	if (market && !subscription->market)
		return read_fail(group, error, "market \"%s\" is not an instance", market);
	return listings_check(subscription, group, error);
}

static int subscription_read(struct catalog *catalog, const config_setting_t *group, size_t index, struct error *error)
{
	static const char *const names[] = {"name", "offer", "plan", "market", "start", "end", "options", "expects", "collect", NULL};
	struct catalog_subscription *subscription = &catalog->subscriptions[index];

	subscription->where = read_where(group, &catalog->scope);
	if (read_known(group, names, error) < 0 ||
	    catalog_read_name(catalog, group, &catalog->subscription_names, index, &subscription->name, error) < 0 ||
	    references_read(catalog, subscription, group, error) < 0 ||
	    read_time(group, "start", READ_REQUIRED, &subscription->start, error) < 0 ||
	    read_time(group, "end", READ_OPTIONAL, &subscription->end, error) < 0 ||
	    catalog_read_options(catalog, group, &subscription->options, error) < 0 ||
	    expects_read(catalog, subscription, group, error) < 0)
		return error->code;
	if (subscription->end && subscription->end <= subscription->start)
		return read_fail(group, error, "subscription %s ends before it starts", subscription->name);
	return collects_read(catalog, subscription, group, error);
}

int catalog_read_subscriptions(struct catalog *catalog, const config_setting_t *root, struct error *error)
{
	const config_setting_t *list;
	size_t count;

	if (read_groups(root, "subscriptions", READ_OPTIONAL, &list, &count, error) < 0)
		return error->code;
	if (catalog->part == CATALOG_SOLD)
		count = 0;
	if (count > CATALOG_SUBSCRIPTIONS_MAX)
		return read_fail(list, error, "more than %d subscriptions", CATALOG_SUBSCRIPTIONS_MAX);
	catalog->subscriptions = scope_alloc(&catalog->scope, (count + 1) * sizeof(*catalog->subscriptions));
	if (!catalog->subscriptions)
		return error_memory(error, "the configuration");
	for (; catalog->subscription_count < count; catalog->subscription_count++)
		if (subscription_read(catalog, config_setting_get_elem(list, (unsigned)catalog->subscription_count),
				      catalog->subscription_count, error) < 0)
			return error->code;
	return 0;
}
