/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/goals.h"

#include "core/amount.h"
#include "offers/catalog_read.h"

#include <apollo/kit.h>
#include <stdlib.h>
#include <string.h>

const char *commitment_form_name(enum commitment_form form)
{
	static const char *const names[] = {"usage", "commitment, paid less", "commitment, usage costs less"};

	return names[form];
}

/* ---- numbers ---- */

/* A decimal as a whole number of 10^-places. */
static int scaled_read(const config_setting_t *group, const char *name, int places, int64_t *value, struct error *error)
{
	return read_quantity(group, name, READ_OPTIONAL, places, 0, value, error);
}

static int percent_read(const config_setting_t *group, const char *name, double *percent, struct error *error)
{
	int64_t millionths = 0;
	int found = scaled_read(group, name, 6, &millionths, error);

	if (found > 0 && millionths > 100000000)
		return read_fail(config_setting_get_member(group, name), error, "\"%s\" is more than 100 percent", name);
	if (found > 0)
		*percent = (double)millionths / 1e6;
	return found;
}

/* How many places a lever's step has, so that its grid is in whole numbers. */
static int places_of(const config_setting_t *group, const char *name)
{
	const config_setting_t *member = config_setting_get_member(group, name);
	const char *text = member ? config_setting_get_string(member) : NULL, *point = text ? strchr(text, '.') : NULL;

	return point ? (int)strlen(point + 1) : 0;
}

static int larger(int one, int other)
{
	return one > other ? one : other;
}

static int lever_fields(const config_setting_t *group, int most, struct lever *lever, struct error *error)
{
	int places = larger(places_of(group, "from"), larger(places_of(group, "to"), places_of(group, "step")));
	int64_t count;

	if (places > most)
		return read_fail(group, error, "more than %d decimals", most);
	lever->decimals = places;
	if (read_quantity(group, "from", READ_REQUIRED, places, 0, &lever->from, error) < 0 ||
	    read_quantity(group, "to", READ_REQUIRED, places, 0, &lever->to, error) < 0 ||
	    read_quantity(group, "step", READ_REQUIRED, places, 1, &lever->step, error) < 0)
		return error->code;
	if (lever->to < lever->from)
		return read_fail(group, error, "\"to\" is below \"from\"");
	count = (lever->to - lever->from) / lever->step + 1;
	if (count > LEVER_STEPS_MAX)
		return read_fail(group, error, "more than %d steps", LEVER_STEPS_MAX);
	lever->count = (size_t)count;
	return 0;
}

/* ---- bounds ---- */

static int bounds_read(struct goals *goals, const config_setting_t *root, int decimals, struct error *error)
{
	static const char *const names[] = {"floor_margin", "customer_most", "revenue_least", "shortfall_most", "discount_most", NULL};
	const config_setting_t *group;
	int found = read_group(root, "bounds", &group, error), floor, customer, revenue, shortfall, discount;

	if (found <= 0)
		return found;
	if (read_known(group, names, error) < 0 || (floor = percent_read(group, "floor_margin", &goals->bounds.floor, error)) < 0 ||
	    (customer = scaled_read(group, "customer_most", decimals, &goals->bounds.customer, error)) < 0 ||
	    (revenue = scaled_read(group, "revenue_least", decimals, &goals->bounds.revenue, error)) < 0 ||
	    (shortfall = percent_read(group, "shortfall_most", &goals->bounds.shortfall, error)) < 0 ||
	    (discount = scaled_read(group, "discount_most", 6, &goals->bounds.discount, error)) < 0)
		return error->code;
	goals->bounds.floor_known = floor;
	goals->bounds.customer_known = customer;
	goals->bounds.revenue_known = revenue;
	goals->bounds.shortfall_known = shortfall;
	goals->bounds.discount_known = discount;
	return 0;
}

/* ---- levers ---- */

static int discount_lever(struct goals *goals, const config_setting_t *levers, struct error *error)
{
	static const char *const names[] = {"from", "to", "step", "solve", NULL};
	const config_setting_t *group;
	int found = read_group(levers, "discount", &group, error);
	struct lever *lever = &goals->levers.discount;

	if (found <= 0)
		return found;
	if (read_known(group, names, error) < 0 || lever_fields(group, TARIFF_PERCENT_DECIMALS, lever, error) < 0 ||
	    read_boolean(group, "solve", &goals->levers.solve, error) < 0)
		return error->code;
	for (int64_t most = lever->to, i = lever->decimals; i < 6; i++, most *= 10)
		if (most > 100000000)
			return read_fail(group, error, "a discount of more than 100 percent");
	return 0;
}

static int price_lever(struct goals *goals, const config_setting_t *group, struct error *error)
{
	static const char *const names[] = {"dimension", "from", "to", "step", NULL};
	struct goals_price *price = &goals->levers.prices[goals->levers.price_count];
	const char *name = NULL;

	if (read_known(group, names, error) < 0 || read_text(group, "dimension", READ_REQUIRED, &name, error) < 0)
		return error->code;
	price->dimension = catalog_dimension(goals->offer, name);
	if (!price->dimension)
		return read_fail(group, error, "dimension \"%s\" is not one of offer %s", name, goals->offer->name);
	for (size_t i = 0; i < goals->levers.price_count; i++)
		if (goals->levers.prices[i].dimension == price->dimension)
			return read_fail(group, error, "dimension %s has a lever already", name);
	for (size_t i = 0; i < goals->plan_count; i++) {
		const struct tariff_charge *charge = catalog_charge(goals->plans[i], price->dimension);

		if (!charge || charge->tier_count != 1)
			return read_fail(group, error, "plan %s has not one price for %s, which could be moved", goals->plans[i]->name, name);
	}
	goals->levers.price_count++;
	return lever_fields(group, 6, &price->lever, error);
}

static int months_lever(struct goals *goals, const config_setting_t *levers, struct error *error)
{
	const config_setting_t *list = config_setting_get_member(levers, "months");

	if (!list)
		return 0;
	if (config_setting_type(list) != CONFIG_TYPE_ARRAY || config_setting_length(list) < 1 || config_setting_length(list) > GOALS_CHOICES_MAX)
		return read_fail(list, error, "\"months\" is not an array of at most %d whole numbers: [ 12, 36 ]", GOALS_CHOICES_MAX);
	for (int i = 0; i < config_setting_length(list); i++) {
		int months = config_setting_get_int_elem(list, i);

		if (months < 1 || months > CATALOG_TERM_MAX)
			return read_fail(list, error, "\"months\" are not whole numbers from 1 to %d", CATALOG_TERM_MAX);
		goals->levers.months[goals->levers.month_count++] = months;
	}
	return 0;
}

static int forms_read(struct goals *goals, const config_setting_t *group, struct error *error)
{
	static const char *const words[] = {"none", "payment", "usage"};
	const config_setting_t *list = config_setting_get_member(group, "forms");

	for (int form = 0; form < FORMS; form++)
		goals->levers.forms[form] = !list;
	if (!list)
		return 0;
	if (config_setting_type(list) != CONFIG_TYPE_ARRAY)
		return read_fail(list, error, "\"forms\" is not an array of none, payment and usage");
	for (int i = 0; i < config_setting_length(list); i++) {
		const char *word = config_setting_get_string_elem(list, i);
		int form = 0;

		while (form < FORMS && (!word || strcmp(words[form], word) != 0))
			form++;
		if (form == FORMS)
			return read_fail(list, error, "\"%s\" is none of none, payment and usage", word ? word : "?");
		goals->levers.forms[form] = true;
	}
	return 0;
}

static int commitment_lever(struct goals *goals, const config_setting_t *levers, struct error *error)
{
	static const char *const names[] = {"quantiles", "every", "forms", "discard", NULL};
	const config_setting_t *group, *list;
	int found = read_group(levers, "commitment", &group, error);

	goals->levers.forms[FORM_NONE] = true;
	goals->levers.commitment_months = 12;
	if (found <= 0)
		return found;
	list = config_setting_get_member(group, "quantiles");
	if (read_known(group, names, error) < 0 || read_months(group, "every", CATALOG_TERM_MAX, &goals->levers.commitment_months, error) < 0 ||
	    read_boolean(group, "discard", &goals->levers.discard, error) < 0 || forms_read(goals, group, error) < 0)
		return error->code;
	if (!list || config_setting_type(list) != CONFIG_TYPE_ARRAY || config_setting_length(list) < 1 || config_setting_length(list) > GOALS_CHOICES_MAX)
		return read_fail(group, error, "\"quantiles\" is not an array of percentages: [ 20, 50, 80 ]");
	for (int i = 0; i < config_setting_length(list); i++) {
		int quantile = config_setting_get_int_elem(list, i);

		if (quantile < 1 || quantile > 100)
			return read_fail(list, error, "\"quantiles\" are not whole numbers from 1 to 100");
		goals->levers.quantiles[goals->levers.quantile_count++] = quantile;
	}
	return 0;
}

static int text_keep(struct goals *goals, const config_setting_t *group, const char *name, const char **kept, struct error *error)
{
	const char *text = NULL;

	if (read_line(group, name, READ_REQUIRED, &text, error) < 0)
		return error->code;
	*kept = scope_text(&goals->scope, text);
	return *kept ? 0 : error_memory(error, "goals");
}

static int fixed_read(struct goals *goals, const config_setting_t *item, int decimals, struct error *error)
{
	struct goals_infrastructure *infrastructure = &goals->levers.infrastructure[goals->levers.infrastructure_count];

	if (read_known(item, ((const char *const[]){"name", "month", "bound", NULL}), error) < 0 ||
	    text_keep(goals, item, "name", &infrastructure->name, error) < 0 ||
	    read_quantity(item, "month", READ_REQUIRED, decimals, 0, &infrastructure->month, error) < 0 ||
	    read_months(item, "bound", CATALOG_TERM_MAX, &infrastructure->bound, error) < 0)
		return error->code;
	if (infrastructure->month > GOALS_MONTH_MOST)
		return read_fail(config_setting_get_member(item, "month"), error, "\"month\" is too large");
	goals->levers.infrastructure_count++;
	return 0;
}

static int terms_read(struct goals *goals, const config_setting_t *item, struct goals_machines *machines, struct error *error)
{
	const config_setting_t *list = config_setting_get_member(item, "terms");

	if (!list)
		return 0;
	if (config_setting_type(list) != CONFIG_TYPE_ARRAY || config_setting_length(list) < 1 || config_setting_length(list) > GOALS_TERMS_MAX)
		return read_fail(list, error, "\"terms\" is not an array of at most %d texts: [ \"on demand\", \"1 year\", \"3 years\" ]", GOALS_TERMS_MAX);
	for (int i = 0; i < config_setting_length(list); i++) {
		const char *term = config_setting_get_string_elem(list, i);

		if (!term || !*term || !apollo_text_valid(term, strlen(term)) || !is_line(term))
			return read_fail(list, error, "\"terms\" are not texts on one line, such as \"on demand\"");
		for (size_t j = 0; j < machines->term_count; j++)
			if (strcmp(machines->terms[j], term) == 0)
				return read_fail(list, error, "\"%s\" is there twice", term);
		machines->terms[machines->term_count] = scope_text(&goals->scope, term);
		if (!machines->terms[machines->term_count++])
			return error_memory(error, "goals");
	}
	return 0;
}

/* A dimension whose usage is what is stored. */
static int stores_read(struct goals *goals, const config_setting_t *item, struct goals_machines *machines, struct error *error)
{
	const char *name = NULL;
	int found = read_text(item, "stores", READ_OPTIONAL, &name, error);

	if (found <= 0)
		return found;
	machines->stores = catalog_dimension(goals->offer, name);
	if (!machines->stores || !catalog_charge(goals->plans[0], machines->stores))
		return read_fail(config_setting_get_member(item, "stores"), error, "dimension \"%s\" is not one of offer %s that plan %s sells", name,
				 goals->offer->name, goals->plans[0]->name);
	if (strcmp(machines->stores->unit, "TiB-hour") == 0)
		return found;
	(void)read_fail(config_setting_get_member(item, "stores"), error, "dimension %s is counted in %s, which is no capacity", name, machines->stores->unit);
	return error_hint(error, "name one whose unit is \"TiB-hour\", or say \"logical\"");
}

/* How many machines: by one of four. */
static int machines_size(struct goals *goals, const config_setting_t *item, struct goals_machines *machines, struct error *error)
{
	int capacity, logical, stores, nodes, percentile, count;

	machines->percentile = goals->risk;
	if ((capacity = read_amount(item, "capacity", READ_OPTIONAL, amount_bytes, &machines->capacity, error)) < 0 ||
	    (logical = read_amount(item, "logical", READ_OPTIONAL, amount_bytes, &machines->logical, error)) < 0 ||
	    (stores = stores_read(goals, item, machines, error)) < 0 ||
	    (nodes = read_integer(item, "nodes", READ_OPTIONAL, 1, 10000, &machines->nodes, error)) < 0 ||
	    (percentile = percent_read(item, "reduction_percentile", &machines->percentile, error)) < 0 ||
	    read_quantity(item, "usable_percent", READ_OPTIONAL, 3, 1, &machines->share, error) < 0)
		return error->code;
	if (machines->capacity > GOALS_CAPACITY_MOST || machines->logical > GOALS_CAPACITY_MOST)
		return read_fail(item, error, "a capacity of more than 512PiB");
	count = capacity + logical + stores + nodes;
	if (count != 1) {
		(void)read_fail(item, error, "%s of \"capacity\", \"logical\", \"stores\" and \"nodes\" is there", count ? "more than one" : "none");
		return error_hint(error, "say what is to be usable, what is written, which dimension is stored, or how many machines: capacity = \"500TiB\"");
	}
	if (percentile && !logical && !stores)
		return read_fail(item, error, "\"reduction_percentile\" goes with \"logical\" or \"stores\"");
	if (machines->share > 100000)
		return read_fail(config_setting_get_member(item, "usable_percent"), error, "\"usable_percent\" is more than 100");
	return 0;
}

static int machines_read(struct goals *goals, const config_setting_t *item, struct error *error)
{
	static const char *const names[] = {"shape", "region", "terms", "capacity", "logical", "stores", "nodes", "reduction_percentile", "usable_percent", NULL};
	struct goals_machines *machines = &goals->levers.machines[goals->levers.machine_count];

	if (read_known(item, names, error) < 0)
		return error->code;
	if (goals->offer->product == PRODUCT_SAAS) {
		(void)read_fail(item, error, "offer %s is a service, whose machines the customer does not pay for", goals->offer->name);
		return error_hint(error, "put what they cost into \"cost\"");
	}
	machines->where = read_where(item, &goals->scope);
	if (!machines->where)
		return error_memory(error, "goals");
	if (text_keep(goals, item, "shape", &machines->shape, error) < 0 || text_keep(goals, item, "region", &machines->region, error) < 0 ||
	    terms_read(goals, item, machines, error) < 0 || machines_size(goals, item, machines, error) < 0)
		return error->code;
	goals->levers.machine_count++;
	return 0;
}

static int infrastructure_lever(struct goals *goals, const config_setting_t *levers, int decimals, struct error *error)
{
	const config_setting_t *list;
	size_t count;

	if (read_groups(levers, "infrastructure", READ_OPTIONAL, &list, &count, error) < 0)
		return error->code;
	if (count > GOALS_CHOICES_MAX)
		return read_fail(list, error, "more than %d kinds of infrastructure", GOALS_CHOICES_MAX);
	for (size_t i = 0; i < count; i++) {
		const config_setting_t *item = config_setting_get_elem(list, (unsigned)i);
		bool machines = config_setting_get_member(item, "shape") != NULL;

		if ((machines ? machines_read(goals, item, error) : fixed_read(goals, item, decimals, error)) < 0)
			return error->code;
	}
	return 0;
}

static int levers_read(struct goals *goals, const config_setting_t *root, int decimals, struct error *error)
{
	static const char *const names[] = {"discount", "base_fee", "prices", "months", "commitment", "infrastructure", NULL};
	static const char *const lever_names[] = {"from", "to", "step", NULL};
	const config_setting_t *levers, *group, *prices;
	size_t count;
	int found = read_group(root, "levers", &levers, error);

	if (found < 0)
		return found;
	if (found == 0)
		return read_fail(root, error, "\"levers\" is missing: what may be changed?");
	if (read_known(levers, names, error) < 0 || discount_lever(goals, levers, error) < 0 ||
	    (found = read_group(levers, "base_fee", &group, error)) < 0)
		return error->code;
	if (found > 0 && (read_known(group, lever_names, error) < 0 || lever_fields(group, 6, &goals->levers.base_fee, error) < 0))
		return error->code;
	if (read_groups(levers, "prices", READ_OPTIONAL, &prices, &count, error) < 0)
		return error->code;
	if (count > GOALS_PRICES_MAX)
		return read_fail(prices, error, "more than %d price levers", GOALS_PRICES_MAX);
	for (size_t i = 0; i < count; i++)
		if (price_lever(goals, config_setting_get_elem(prices, (unsigned)i), error) < 0)
			return error->code;
	if (months_lever(goals, levers, error) < 0 || commitment_lever(goals, levers, error) < 0)
		return error->code;
	return infrastructure_lever(goals, levers, decimals, error);
}

/* ---- prices of ours and of others ---- */

/* A group of prices as a tariff that bills as the first plan does; *tariff NULL where it is not there. */
static int prices_read(struct goals *goals, struct catalog *catalog, const config_setting_t *root, const char *name, struct tariff **tariff,
		       struct error *error)
{
	static const char *const names[] = {"name", "base_fee", "prices", "included", NULL};
	const struct tariff *like = &goals->plans[0]->tariff;
	const config_setting_t *group;
	int found = read_group(root, name, &group, error);
	const char *title = NULL;

	if (found <= 0)
		return found;
	if (read_known(group, names, error) < 0 || read_line(group, "name", READ_OPTIONAL, &title, error) < 0)
		return error->code;
	*tariff = scope_alloc(&catalog->scope, sizeof(**tariff));
	if (!*tariff)
		return error_memory(error, "goals");
	**tariff = (struct tariff){.currency = like->currency, .rounding = like->rounding, .decimals = like->decimals, .billing_months = like->billing_months,
				   .calendar = like->calendar, .zone = like->zone, .proration = like->proration};
	memcpy((*tariff)->order, like->order, sizeof(like->order));
	(*tariff)->charges = scope_alloc(&catalog->scope, (goals->offer->dimension_count + 1) * sizeof(*(*tariff)->charges));
	if (!(*tariff)->charges)
		return error_memory(error, "goals");
	if (strcmp(name, "competitor") == 0)
		goals->rival_name = title ? scope_text(&goals->scope, title) : "the competitor";
	return catalog_read_tariff(catalog, goals->offer, group, true, *tariff, error);
}

/* ---- the file ---- */

static int plans_read(struct goals *goals, const struct catalog *catalog, const config_setting_t *root, struct error *error)
{
	const config_setting_t *list = config_setting_get_member(root, "plans");
	const char *offer = NULL;

	if (read_text(root, "offer", READ_REQUIRED, &offer, error) < 0)
		return error->code;
	goals->offer = catalog_offer(catalog, offer);
	if (!goals->offer)
		return read_fail(root, error, "there is no offer \"%s\"", offer);
	if (!list || config_setting_type(list) != CONFIG_TYPE_ARRAY || config_setting_length(list) < 1 || config_setting_length(list) > GOALS_CHOICES_MAX)
		return read_fail(root, error, "\"plans\" is not an array of plans: [ \"standard\" ]");
	for (int i = 0; i < config_setting_length(list); i++) {
		const char *name = config_setting_get_string_elem(list, i);
		const struct catalog_plan *plan = name ? catalog_plan(goals->offer, name) : NULL;

		if (!plan)
			return read_fail(list, error, "offer %s has no plan \"%s\"", offer, name ? name : "?");
		if (plan->phase_count > 1)
			return read_fail(list, error, "plan %s goes in steps, and cannot be tuned as one", name);
		if (goals->plan_count && (strcmp(plan->tariff.currency, goals->plans[0]->tariff.currency) != 0 ||
					  plan->tariff.decimals != goals->plans[0]->tariff.decimals))
			return read_fail(list, error, "plan %s has another currency or number of decimals than plan %s", name, goals->plans[0]->name);
		goals->plans[goals->plan_count++] = plan;
	}
	return 0;
}

static int root_read(struct goals *goals, struct catalog *catalog, const config_setting_t *root, struct error *error)
{
	static const char *const names[] = {"offer", "plans", "market", "forecast", "cost", "competitor", "bounds", "risk", "fee", "levers", NULL};
	static const char *const markets[] = {"azure", "gcp", NULL};
	int market = 0, found;

	goals->risk = 5;
	if (read_known(root, names, error) < 0 || plans_read(goals, catalog, root, error) < 0 ||
	    read_choice(root, "market", READ_REQUIRED, markets, &market, error) < 0 ||
	    prices_read(goals, catalog, root, "cost", &goals->cost, error) < 0 ||
	    prices_read(goals, catalog, root, "competitor", &goals->rival, error) < 0 || percent_read(root, "risk", &goals->risk, error) < 0 ||
	    catalog_read_decimal(catalog, root, "fee", &goals->fee, error) < 0 ||
	    bounds_read(goals, root, goals->plans[0]->tariff.decimals, error) < 0 ||
	    levers_read(goals, root, goals->plans[0]->tariff.decimals, error) < 0 ||
	    (found = read_group(root, "forecast", &goals->forecast, error)) < 0)
		return error->code;
	goals->market = markets[market];
	if (!(goals->risk > 0 && goals->risk < 50))
		return read_fail(root, error, "\"risk\" is not a percentile above 0 and below 50");
	if (found == 0)
		goals->forecast = NULL;
	return 0;
}

static int config_problem(const config_t *config, const char *name, struct error *error)
{
	return error_set(error, APOLLO_CONFIG, "%s:%d: %s", config_error_file(config) ? config_error_file(config) : name, config_error_line(config),
			 config_error_text(config));
}

int goals_read(const char *path, struct catalog *catalog, struct goals *goals, struct error *error)
{
	*goals = (struct goals){.scope = scope_init(1 << 24), .path = path};
	config_init(&goals->config);
	if (config_read_file(&goals->config, path) != CONFIG_TRUE) {
		if (config_error_type(&goals->config) == CONFIG_ERR_FILE_IO)
			return error_errno(error, "the goals %s cannot be read", path);
		return config_problem(&goals->config, path, error);
	}
	return root_read(goals, catalog, config_root_setting(&goals->config), error);
}

int goals_parse(const char *text, const char *name, struct catalog *catalog, struct goals *goals, struct error *error)
{
	*goals = (struct goals){.scope = scope_init(1 << 24), .path = name};
	config_init(&goals->config);
	if (strstr(text, "@include"))
		return error_set(error, APOLLO_CONFIG, "%s: a text includes no files", name);
	if (config_read_string(&goals->config, text) != CONFIG_TRUE)
		return config_problem(&goals->config, name, error);
	return root_read(goals, catalog, config_root_setting(&goals->config), error);
}

void goals_release(struct goals *goals)
{
	config_destroy(&goals->config);
	scope_release(&goals->scope);
}

int64_t goals_fee(const void *goals, int64_t total)
{
	const struct goals *given = goals;
	struct marketplace_fee own = {0};
	const struct marketplace_fee *row = NULL;
	int64_t fee = 0;

	if (!given || total <= 0)
		return 0;
	own.percent = given->fee;
	if (own.percent.text)
		row = &own;
	else if (given->marketplaces)
		row = fee_find(given->marketplaces, given->market, DEAL_NEW, false, exact_of(total), given->plans[0]->tariff.decimals);
	if (row)
		(void)exact_integer(fee_of(row, exact_of(total)), &fee);
	return fee;
}
