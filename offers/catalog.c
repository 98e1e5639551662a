/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/catalog.h"

#include "offers/catalog_read.h"
#include "core/read.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCOPE_CEILING = 1 << 30 };

/* ---- the parts of the file that are no lists ---- */

/* A path of the configuration's, absolute. */
static const char *path_resolve(struct catalog *catalog, const char *path)
{
	return path[0] == '/' ? scope_text(&catalog->scope, path)
			      : scope_print(&catalog->scope, "%s/%s", catalog->folder, path);
}

static int intake_read(struct catalog *catalog, const config_setting_t *root, struct error *error)
{
	static const char *const names[] = {"directory", "dedupe_window", "ahead", NULL};
	const config_setting_t *group;
	const char *directory = NULL;
	int found = read_group(root, "intake", &group, error);

	catalog->intake.dedupe_window = 40 * APOLLO_DAY;
	catalog->intake.ahead = 300 * APOLLO_MICRO;
	if (found <= 0)
		return found;
	if (read_known(group, names, error) < 0 || read_text(group, "directory", READ_OPTIONAL, &directory, error) < 0 ||
	    read_duration(group, "dedupe_window", 400 * APOLLO_DAY, &catalog->intake.dedupe_window, error) < 0 ||
	    read_duration(group, "ahead", APOLLO_DAY, &catalog->intake.ahead, error) < 0)
		return error->code;
	if (directory && !(catalog->intake.directory = path_resolve(catalog, directory)))
		return error_memory(error, "the configuration");
	return 0;
}

static int close_read(struct catalog *catalog, const config_setting_t *root, struct error *error)
{
	static const char *const names[] = {"grace", NULL};
	const config_setting_t *group;
	int found = read_group(root, "close", &group, error);

	catalog->grace = 300 * APOLLO_MICRO;
	if (found <= 0)
		return found;
	if (read_known(group, names, error) < 0 || read_duration(group, "grace", APOLLO_DAY, &catalog->grace, error) < 0)
		return error->code;
	return 0;
}

static int alarms_read(struct catalog *catalog, const config_setting_t *root, struct error *error)
{
	static const char *const names[] = {"hours", NULL};
	static const int64_t usual[] = {6, 12, 20};
	const config_setting_t *group, *hours;
	int found = read_group(root, "alarms", &group, error);

	for (catalog->alarm_count = 0; catalog->alarm_count < 3; catalog->alarm_count++)
		catalog->alarms[catalog->alarm_count] = usual[catalog->alarm_count] * APOLLO_HOUR;
	if (found <= 0)
		return found;
	if (read_known(group, names, error) < 0)
		return error->code;
	hours = config_setting_get_member(group, "hours");
	if (!hours)
		return 0;
	if (config_setting_type(hours) != CONFIG_TYPE_ARRAY || config_setting_length(hours) > CATALOG_ALARMS_MAX)
		return read_fail(hours, error, "\"hours\" is not an array of at most %d hours: [ 6, 12, 20 ]", CATALOG_ALARMS_MAX);
	catalog->alarm_count = 0;
	for (int i = 0; i < config_setting_length(hours); i++) {
		int64_t hour = config_setting_get_int_elem(hours, i);

		if (hour < 1 || hour > 1000 || (i && hour * APOLLO_HOUR <= catalog->alarms[i - 1]))
			return read_fail(hours, error, "\"hours\" are not growing whole hours from 1 to 1000");
		catalog->alarms[catalog->alarm_count++] = hour * APOLLO_HOUR;
	}
	return 0;
}

static int http_read(struct catalog *catalog, const config_setting_t *root, struct error *error)
{
	static const char *const names[] = {"proxy", "ca_file", NULL};
	const config_setting_t *group;
	const char *proxy = NULL, *ca_file = NULL;
	int found = read_group(root, "http", &group, error);

	if (found <= 0)
		return found;
	if (read_known(group, names, error) < 0 || read_text(group, "proxy", READ_OPTIONAL, &proxy, error) < 0 ||
	    read_text(group, "ca_file", READ_OPTIONAL, &ca_file, error) < 0)
		return error->code;
	catalog->http.proxy = scope_text(&catalog->scope, proxy);
	if (ca_file && !(catalog->http.ca_file = path_resolve(catalog, ca_file)))
		return error_memory(error, "the configuration");
	return 0;
}

static int settings_read(struct catalog *catalog, const config_setting_t *root, struct error *error)
{
	static const char *const names[] = {"ledger", "plugin_path", "intake", "close", "alarms", "http", "instances",
					    "offers", "drafts", "private_offers", "subscriptions", NULL};
	const char *ledger = NULL, *plugin_path = NULL;

	if (read_known(root, names, error) < 0 || read_text(root, "ledger", catalog->part == CATALOG_ALL ? READ_REQUIRED : READ_OPTIONAL, &ledger, error) < 0 ||
	    read_text(root, "plugin_path", READ_OPTIONAL, &plugin_path, error) < 0)
		return error->code;
	catalog->ledger = ledger ? path_resolve(catalog, ledger) : NULL;
	catalog->plugin_path = scope_text(&catalog->scope, plugin_path);
	if (ledger && !catalog->ledger)
		return error_memory(error, "the configuration");
	if (intake_read(catalog, root, error) < 0 || close_read(catalog, root, error) < 0 ||
	    alarms_read(catalog, root, error) < 0)
		return error->code;
	return http_read(catalog, root, error);
}

/* ---- the whole ---- */

static int root_read(struct catalog *catalog, const config_setting_t *root, struct error *error)
{
	if (settings_read(catalog, root, error) < 0 || catalog_read_instances(catalog, root, error) < 0 ||
	    catalog_read_offers(catalog, root, error) < 0 || catalog_read_privates(catalog, root, error) < 0)
		return error->code;
	return catalog_read_subscriptions(catalog, root, error);
}

static int config_problem(const config_t *config, const char *path, struct error *error)
{
	const char *file = config_error_file(config);

	if (config_error_type(config) == CONFIG_ERR_FILE_IO) {
		(void)error_errno(error, "the configuration %s cannot be read", file ? file : path);
		return error_hint(error, "name it with -c, or copy templates/apollo.cfg");
	}
	(void)error_set(error, APOLLO_CONFIG, "%s:%d: %s", file ? file : path, config_error_line(config),
			config_error_text(config));
	return error_hint(error, "look at this line and the one before it; see apollo.cfg(5)");
}

static int config_take(config_t *config, struct catalog *catalog, struct error *error)
{
	int code = root_read(catalog, config_root_setting(config), error);

	config_destroy(config);
	if (code < 0)
		catalog_release(catalog);
	return code;
}

static int catalog_begin(struct catalog *catalog, enum catalog_part part, const char *path, const char *folder, struct error *error)
{
	*catalog = (struct catalog){.part = part,
				    .scope = scope_init(SCOPE_CEILING),
				    .instance_names = map_init(CATALOG_INSTANCES_MAX),
				    .offer_names = map_init(CATALOG_OFFERS_MAX),
				    .private_names = map_init(CATALOG_PRIVATES_MAX),
				    .subscription_names = map_init(CATALOG_SUBSCRIPTIONS_MAX)};
	catalog->path = scope_text(&catalog->scope, path);
	catalog->folder = scope_text(&catalog->scope, folder);
	if (catalog->path && catalog->folder)
		return 0;
	catalog_release(catalog);
	return error_memory(error, "the configuration");
}

int catalog_read(const char *path, enum catalog_part part, struct catalog *catalog, struct error *error)
{
	char real[PATH_MAX], folder[PATH_MAX];
	config_t config;

	if (!realpath(path, real)) {
		(void)error_errno(error, "the configuration %s cannot be read", path);
		return error_hint(error, "name it with -c, or copy templates/apollo.cfg");
	}
	(void)snprintf(folder, sizeof(folder), "%s", real);
	(void)dirname(folder);
	config_init(&config);
	config_set_include_dir(&config, folder);
	if (config_read_file(&config, path) != CONFIG_TRUE) {
		(void)config_problem(&config, path, error);
		config_destroy(&config);
		return error->code;
	}
	if (catalog_begin(catalog, part, path, folder, error) < 0) {
		config_destroy(&config);
		return error->code;
	}
	return config_take(&config, catalog, error);
}

int catalog_parse(const char *text, size_t size, const char *name, const char *folder, enum catalog_part part, struct catalog *catalog,
		  struct error *error)
{
	FREE_CLEANUP char *copy = strndup(text, size);
	config_t config;

	if (!copy)
		return error_memory(error, "the configuration");
	if (strstr(copy, "@include"))
		return error_set(error, APOLLO_CONFIG, "%s: a text includes no files", name);
	config_init(&config);
	if (config_read_string(&config, copy) != CONFIG_TRUE) {
		(void)config_problem(&config, name, error);
		config_destroy(&config);
		return error->code;
	}
	if (catalog_begin(catalog, part, name, folder, error) < 0) {
		config_destroy(&config);
		return error->code;
	}
	return config_take(&config, catalog, error);
}

void catalog_release(struct catalog *catalog)
{
	map_release(&catalog->instance_names);
	map_release(&catalog->offer_names);
	map_release(&catalog->private_names);
	map_release(&catalog->subscription_names);
	scope_release(&catalog->scope);
	*catalog = (struct catalog){0};
}

/* ---- lookups ---- */

const struct catalog_instance *catalog_instance(const struct catalog *catalog, const char *name)
{
	int64_t index = map_get(&catalog->instance_names, name, strlen(name));

	return index < 0 ? NULL : &catalog->instances[index];
}

const struct catalog_offer *catalog_offer(const struct catalog *catalog, const char *name)
{
	int64_t index = map_get(&catalog->offer_names, name, strlen(name));

	return index < 0 ? NULL : &catalog->offers[index];
}

const struct catalog_subscription *catalog_subscription(const struct catalog *catalog, const char *name)
{
	int64_t index = map_get(&catalog->subscription_names, name, strlen(name));

	return index < 0 ? NULL : &catalog->subscriptions[index];
}

#define FIND_BY_NAME(ARRAY, COUNT, NAME)                     \
	for (size_t i = 0; i < (COUNT); i++)                 \
		if (strcmp((ARRAY)[i].name, NAME) == 0)      \
			return &(ARRAY)[i];                  \
	return NULL

const struct catalog_meter *catalog_meter(const struct catalog_offer *offer, const char *name)
{
	FIND_BY_NAME(offer->meters, offer->meter_count, name);
}

const struct catalog_dimension *catalog_dimension(const struct catalog_offer *offer, const char *name)
{
	FIND_BY_NAME(offer->dimensions, offer->dimension_count, name);
}

const struct catalog_plan *catalog_plan(const struct catalog_offer *offer, const char *name)
{
	FIND_BY_NAME(offer->plans, offer->plan_count, name);
}

const struct catalog_listing *catalog_listing(const struct catalog_dimension *dimension,
					      const struct catalog_instance *market)
{
	for (size_t i = 0; i < dimension->listing_count; i++)
		if (dimension->listings[i].market == market)
			return &dimension->listings[i];
	return NULL;
}

static const char *listing_id(const struct catalog_listing *listings, size_t count, const struct catalog_instance *market)
{
	for (size_t i = 0; i < count; i++)
		if (listings[i].market == market)
			return listings[i].id;
	return NULL;
}

const char *catalog_offer_id(const struct catalog_offer *offer, const struct catalog_instance *market)
{
	return listing_id(offer->listings, offer->listing_count, market);
}

const char *catalog_plan_id(const struct catalog_plan *plan, const struct catalog_instance *market)
{
	return listing_id(plan->listings, plan->listing_count, market);
}

const struct tariff_charge *catalog_charge(const struct catalog_plan *plan, const struct catalog_dimension *dimension)
{
	return tariff_charge(&plan->tariff, dimension);
}

const struct private_offer *catalog_private(const struct catalog *catalog, const char *name)
{
	int64_t index = map_get(&catalog->private_names, name, strlen(name));

	return index < 0 ? NULL : &catalog->privates[index];
}

bool catalog_expects(const struct catalog_subscription *subscription, const struct catalog_meter *meter)
{
	for (size_t i = 0; i < subscription->expect_count; i++)
		if (subscription->expects[i] == meter)
			return true;
	return false;
}

const char *catalog_market_zone(const struct catalog_instance *market)
{
	return market && strcmp(market->plugin, "gcp") == 0 ? "America/Los_Angeles" : NULL;
}
