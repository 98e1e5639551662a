/* SPDX-License-Identifier: Apache-2.0 */
/* Private offers: what is different for one customer. */
#include "offers/catalog_read.h"
#include "core/read.h"

#include <string.h>

/* ---- texts ---- */

static int text_member(struct catalog *catalog, const config_setting_t *group, const char *name, const char **text, struct error *error)
{
	const char *read = NULL;
	int found = read_text(group, name, READ_OPTIONAL, &read, error);

	if (found <= 0)
		return found;
	*text = scope_text(&catalog->scope, read);
	return *text ? 1 : error_memory(error, "the configuration");
}

static int texts_member(struct catalog *catalog, const config_setting_t *group, const char *name, const char ***texts, size_t *count,
			struct error *error)
{
	const config_setting_t *list = config_setting_get_member(group, name);

	if (!list)
		return 0;
	if (config_setting_type(list) != CONFIG_TYPE_ARRAY)
		return read_fail(list, error, "\"%s\" is not an array of texts: [ \"...\" ]", name);
	*texts = scope_alloc(&catalog->scope, ((size_t)config_setting_length(list) + 1) * sizeof(**texts));
	if (!*texts)
		return error_memory(error, "the configuration");
	for (int i = 0; i < config_setting_length(list); i++) {
		const char *text = config_setting_get_string_elem(list, i);

		if (!text)
			return read_fail(list, error, "\"%s\" is not an array of texts: [ \"...\" ]", name);
		(*texts)[*count] = scope_text(&catalog->scope, text);
		if (!(*texts)[(*count)++])
			return error_memory(error, "the configuration");
	}
	return 0;
}

static int customer_read(struct catalog *catalog, const config_setting_t *group, struct private_customer *customer, struct error *error)
{
	static const char *const names[] = {"name", "contact", "email", "address", "billing_account", NULL};
	const config_setting_t *member;
	int found = read_group(group, "customer", &member, error);

	if (found <= 0)
		return found;
	if (read_known(member, names, error) < 0 || text_member(catalog, member, "name", &customer->name, error) < 0 ||
	    text_member(catalog, member, "contact", &customer->contact, error) < 0 ||
	    text_member(catalog, member, "email", &customer->email, error) < 0 ||
	    text_member(catalog, member, "address", &customer->address, error) < 0 ||
	    text_member(catalog, member, "billing_account", &customer->billing_account, error) < 0)
		return error->code;
	return 0;
}

static int features_read(struct catalog *catalog, const config_setting_t *group, struct private_offer *offer, struct error *error)
{
	static const char *const names[] = {"name", "value", NULL};
	const config_setting_t *list;
	size_t count;

	if (read_groups(group, "features", READ_OPTIONAL, &list, &count, error) < 0)
		return error->code;
	offer->features = scope_alloc(&catalog->scope, (count + 1) * sizeof(*offer->features));
	if (!offer->features)
		return error_memory(error, "the configuration");
	for (; offer->feature_count < count; offer->feature_count++) {
		const config_setting_t *item = config_setting_get_elem(list, (unsigned)offer->feature_count);
		struct private_pair *feature = &offer->features[offer->feature_count];

		if (read_known(item, names, error) < 0 || text_member(catalog, item, "name", &feature->name, error) < 0 ||
		    text_member(catalog, item, "value", &feature->value, error) < 0)
			return error->code;
		if (!feature->name || !feature->value)
			return read_fail(item, error, "a feature wants \"name\" and \"value\"");
	}
	return 0;
}

/* ---- plans ---- */

/* Whether an overlay has a price that is not the plan's. */
static bool prices_differ(const struct tariff *base, const struct tariff *overlay)
{
	if (base->base_fee.text != overlay->base_fee.text && decimal_compare(&base->base_fee, &overlay->base_fee) != 0)
		return true;
	for (size_t i = 0; i < base->charge_count; i++) {
		const struct tariff_charge *one = &base->charges[i], *other = &overlay->charges[i];

		if (one->model != other->model || one->tier_count != other->tier_count)
			return true;
		for (size_t j = 0; j < one->tier_count; j++)
			if (one->tiers[j].up_to != other->tiers[j].up_to || decimal_compare(&one->tiers[j].price, &other->tiers[j].price) != 0 ||
			    decimal_compare(&one->tiers[j].fee, &other->tiers[j].fee) != 0)
				return true;
	}
	return false;
}

static int item_read(struct catalog *catalog, const struct private_offer *private, const config_setting_t *group, struct private_item *item,
		     struct error *error)
{
	const char *offer = NULL, *plan = NULL;
	struct tariff *tariff;

	item->where = read_where(group, &catalog->scope);
	if (read_text(group, "offer", READ_REQUIRED, &offer, error) < 0 || read_text(group, "plan", READ_REQUIRED, &plan, error) < 0)
		return error->code;
	item->offer = catalog_offer(catalog, offer);
	if (!item->offer)
		return read_fail(group, error, "there is no offer \"%s\"", offer);
	item->plan = catalog_plan(item->offer, plan);
	if (!item->plan)
		return read_fail(group, error, "offer %s has no plan \"%s\"", offer, plan);
	tariff = tariff_copy(&catalog->scope, &item->plan->tariff);
	if (!tariff)
		return error_memory(error, "the configuration");
	/* Days and months are the market's, unless the plan says whose. */
	if (!tariff->zone)
		tariff->zone = catalog_market_zone(private->market);
	if (private->interval == INTERVAL_MONTHLY_PRORATED && tariff->billing_months == 1) {
		tariff->calendar = true;
		tariff->proration = TARIFF_DAYS;
	}
	if (catalog_read_tariff(catalog, item->offer, group, false, tariff, error) < 0)
		return error->code;
	item->tariff = *tariff;
	item->absolute = prices_differ(&item->plan->tariff, tariff);
	/* The plan's own steps over the term are not the private offer's: it says what holds in all of it. */
	return catalog_read_phases(catalog, item->offer, group, &item->tariff, &item->phases, &item->phase_count, error);
}

static int items_read(struct catalog *catalog, const config_setting_t *group, struct private_offer *offer, struct error *error)
{
	static const char *const names[] = {"offer", "plan", "ramp", CATALOG_MONEY, NULL};
	const config_setting_t *list;
	size_t count;

	if (read_groups(group, "items", READ_OPTIONAL, &list, &count, error) < 0)
		return error->code;
	if (count > CATALOG_ITEMS_MAX)
		return read_fail(list, error, "more than %d items", CATALOG_ITEMS_MAX);
	if (count && config_setting_get_member(group, "plan"))
		return read_fail(group, error, "\"plan\" and \"items\" are there both");
	offer->item_count = count ? count : 1;
	offer->items = scope_alloc(&catalog->scope, offer->item_count * sizeof(*offer->items));
	if (!offer->items)
		return error_memory(error, "the configuration");
	if (!count)
		return item_read(catalog, offer, group, &offer->items[0], error);
	for (size_t i = 0; i < count; i++) {
		const config_setting_t *item = config_setting_get_elem(list, (unsigned)i);

		if (read_known(item, names, error) < 0 || item_read(catalog, offer, item, &offer->items[i], error) < 0)
			return error->code;
	}
	return 0;
}

/* ---- times ---- */

static int times_read(struct catalog *catalog, const config_setting_t *group, struct private_offer *offer, struct error *error)
{
	const char *start = NULL;
	const struct zone *zone;
	bool days[3] = {true, true, true};
	int found, end;

	if (zone_read(&catalog->scope, catalog_market_zone(offer->market), &zone, error) < 0 || read_text(group, "start", READ_OPTIONAL, &start, error) < 0)
		return error->code;
	offer->on_acceptance = !start || strcmp(start, "acceptance") == 0;
	if (!offer->on_acceptance && read_day(group, "start", READ_REQUIRED, zone, &offer->start, &days[0], error) < 0)
		return error->code;
	if ((end = read_day(group, "end", READ_OPTIONAL, zone, &offer->end, &days[1], error)) < 0 ||
	    read_day(group, "accept_by", READ_OPTIONAL, zone, &offer->accept_by, &days[2], error) < 0 ||
	    (found = read_months(group, "months", CATALOG_TERM_MAX, &offer->months, error)) < 0)
		return error->code;
	if (end && found)
		return read_fail(group, error, "\"end\" and \"months\" are there both");
	/* A day named as an end is in the term. */
	if (end && days[1])
		offer->end = zone_time(zone, zone_local(zone, offer->end) + APOLLO_DAY);
	if (end && offer->start && offer->end <= offer->start)
		return read_fail(group, error, "private offer %s ends before it begins", offer->name);
	offer->day_edges = days[0] && days[1] && days[2];
	return 0;
}

/* ---- the offer ---- */

static int choices_read(const config_setting_t *group, struct private_offer *offer, struct error *error)
{
	static const char *const deals[] = {"new", "renewal", "migration", "channel_shift", NULL};
	static const char *const intervals[] = {"usage", "monthly_prorated", "monthly", "quarterly", "yearly", "monthly_postpay", "custom", NULL};
	int deal = DEAL_NEW, interval = INTERVAL_NONE;
	int64_t renewals = 0;

	if (read_choice(group, "deal", READ_OPTIONAL, deals, &deal, error) < 0 ||
	    read_choice(group, "interval", READ_OPTIONAL, intervals, &interval, error) < 0 ||
	    read_integer(group, "renewals", READ_OPTIONAL, 0, 1000, &renewals, error) < 0 ||
	    read_boolean(group, "renewal_attested", &offer->renewal_attested, error) < 0)
		return error->code;
	offer->deal = (enum private_deal)deal;
	offer->interval = (enum private_interval)interval;
	offer->renewals = (int)renewals;
	return 0;
}

static int words_read(struct catalog *catalog, const config_setting_t *group, struct private_offer *offer, struct error *error)
{
	if (text_member(catalog, group, "title", &offer->title, error) < 0 || text_member(catalog, group, "note", &offer->note, error) < 0 ||
	    text_member(catalog, group, "internal_note", &offer->internal_note, error) < 0 ||
	    text_member(catalog, group, "prepared_by", &offer->prepared_by, error) < 0 ||
	    text_member(catalog, group, "terms", &offer->terms, error) < 0 ||
	    texts_member(catalog, group, "contacts", &offer->contacts, &offer->contact_count, error) < 0 ||
	    texts_member(catalog, group, "eligible", &offer->eligible, &offer->eligible_count, error) < 0 ||
	    catalog_read_decimal(catalog, group, "total", &offer->total, error) < 0 ||
	    catalog_read_decimal(catalog, group, "additional_value", &offer->additional_value, error) < 0)
		return error->code;
	return features_read(catalog, group, offer, error);
}

/* Offers that are amended stand before those that amend them, so there is no circle. */
static int amends_read(struct catalog *catalog, const config_setting_t *group, struct private_offer *offer, struct error *error)
{
	const char *name = NULL;
	int found = read_text(group, "amends", READ_OPTIONAL, &name, error);

	if (found <= 0)
		return found;
	offer->amends = catalog_private(catalog, name);
	if (!offer->amends || offer->amends == offer)
		return read_fail(group, error, "there is no private offer \"%s\" before this one, to be amended", name);
	return 0;
}

static int private_read(struct catalog *catalog, const config_setting_t *group, size_t index, struct error *error)
{
	static const char *const names[] = {"name", "market", "offer", "plan", "items", "customer", "start", "end", "months", "accept_by", "renewals",
					    "renewal_attested", "deal", "interval", "amends", "title", "note", "internal_note", "prepared_by", "terms",
					    "contacts", "features", "total", "additional_value", "eligible", "ramp", CATALOG_MONEY, NULL};
	struct private_offer *offer = &catalog->privates[index];
	const char *market = NULL;

	offer->where = read_where(group, &catalog->scope);
	if (read_known(group, names, error) < 0 || catalog_read_name(catalog, group, &catalog->private_names, index, &offer->name, error) < 0 ||
	    read_text(group, "market", READ_REQUIRED, &market, error) < 0)
		return error->code;
	offer->market = catalog_read_market(catalog, market);
	if (!offer->market)
		return read_fail(group, error, "market \"%s\" is not an instance", market);
	if (times_read(catalog, group, offer, error) < 0 || choices_read(group, offer, error) < 0 || items_read(catalog, group, offer, error) < 0 ||
	    customer_read(catalog, group, &offer->customer, error) < 0 ||
	    words_read(catalog, group, offer, error) < 0)
		return error->code;
	return amends_read(catalog, group, offer, error);
}

int catalog_read_privates(struct catalog *catalog, const config_setting_t *root, struct error *error)
{
	static const char *const names[] = {"drafts", "private_offers"};
	const config_setting_t *lists[2];
	size_t counts[2];

	for (int i = 0; i < 2; i++)
		if (read_groups(root, names[i], READ_OPTIONAL, &lists[i], &counts[i], error) < 0)
			return error->code;
	if (counts[0] + counts[1] > CATALOG_PRIVATES_MAX)
		return read_fail(root, error, "more than %d private offers", CATALOG_PRIVATES_MAX);
	catalog->privates = scope_alloc(&catalog->scope, (counts[0] + counts[1] + 1) * sizeof(*catalog->privates));
	if (!catalog->privates)
		return error_memory(error, "the configuration");
	for (int i = 0; i < 2; i++)
		for (size_t j = 0; j < counts[i]; j++) {
			catalog->privates[catalog->private_count].draft = i == 0;
			if (private_read(catalog, config_setting_get_elem(lists[i], (unsigned)j), catalog->private_count, error) < 0)
				return error->code;
			catalog->private_count++;
		}
	return 0;
}
