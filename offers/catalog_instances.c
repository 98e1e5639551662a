/* SPDX-License-Identifier: Apache-2.0 */
/* Instances, and what instances and subscriptions share: names and options. */
#include "offers/catalog_read.h"
#include "core/read.h"

#include <string.h>

int catalog_read_name(struct catalog *catalog, const config_setting_t *group, struct map *names, size_t index,
		      const char **name, struct error *error)
{
	const char *text = NULL;

	if (read_text(group, "name", READ_REQUIRED, &text, error) < 0)
		return error->code;
	if (strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != strlen(text) ||
	    strlen(text) > CATALOG_NAME_MAX)
		return read_fail(group, error, "\"%s\" is not a name: letters, digits and -_. , at most %d", text, CATALOG_NAME_MAX);
	if (names && map_get(names, text, strlen(text)) >= 0)
		return read_fail(group, error, "the name \"%s\" is there twice", text);
	*name = scope_text(&catalog->scope, text);
	if (!*name || (names && map_set(names, *name, strlen(*name), (int64_t)index) < 0))
		return error_memory(error, "the configuration");
	return 0;
}

static const char *value_text(struct catalog *catalog, const config_setting_t *option)
{
	switch (config_setting_type(option)) {
	case CONFIG_TYPE_STRING: return scope_text(&catalog->scope, config_setting_get_string(option));
	case CONFIG_TYPE_INT64: return scope_print(&catalog->scope, "%lld", config_setting_get_int64(option));
	case CONFIG_TYPE_BOOL: return config_setting_get_bool(option) ? "true" : "false";
	default: return NULL;
	}
}

int catalog_read_options(struct catalog *catalog, const config_setting_t *group, struct catalog_settings *settings,
			 struct error *error)
{
	const config_setting_t *options;
	struct setting *items;
	int found = read_group(group, "options", &options, error);

	if (found <= 0)
		return found;
	settings->count = (size_t)config_setting_length(options);
	items = scope_alloc(&catalog->scope, settings->count * sizeof(*items));
	if (!items)
		return error_memory(error, "the configuration");
	for (size_t i = 0; i < settings->count; i++) {
		const config_setting_t *option = config_setting_get_elem(options, (unsigned)i);

		items[i] = (struct setting){scope_text(&catalog->scope, config_setting_name(option)), value_text(catalog, option),
					    read_where(option, &catalog->scope)};
		if (config_setting_type(option) == CONFIG_TYPE_INT)
			return read_fail_number(option, config_setting_name(option), error);
		if (!items[i].value)
			return read_fail(option, error, "\"%s\" is neither a text nor true or false", config_setting_name(option));
		if (!items[i].name || !items[i].where)
			return error_memory(error, "the configuration");
	}
	settings->items = items;
	return 0;
}

static int instance_read(struct catalog *catalog, const config_setting_t *group, size_t index, struct error *error)
{
	static const char *const names[] = {"name", "plugin", "cutoff", "issuer", "options", NULL};
	struct catalog_instance *instance = &catalog->instances[index];
	const char *plugin = NULL;

	instance->where = read_where(group, &catalog->scope);
	if (read_known(group, names, error) < 0 ||
	    catalog_read_name(catalog, group, &catalog->instance_names, index, &instance->name, error) < 0 ||
	    read_text(group, "plugin", READ_REQUIRED, &plugin, error) < 0 ||
	    read_duration(group, "cutoff", 400 * APOLLO_DAY, &instance->cutoff, error) < 0 ||
	    catalog_read_options(catalog, group, &instance->options, error) < 0)
		return error->code;
	instance->plugin = scope_text(&catalog->scope, plugin);
	return instance->plugin && instance->where ? 0 : error_memory(error, "the configuration");
}

static int issuer_read(struct catalog *catalog, const config_setting_t *group, size_t index, struct error *error)
{
	const char *issuer = NULL;
	int found = read_text(group, "issuer", READ_OPTIONAL, &issuer, error);

	if (found <= 0)
		return found;
	catalog->instances[index].issuer = catalog_instance(catalog, issuer);
	if (!catalog->instances[index].issuer)
		return read_fail(group, error, "the issuer \"%s\" is not an instance", issuer);
	return 0;
}

int catalog_read_instances(struct catalog *catalog, const config_setting_t *root, struct error *error)
{
	const config_setting_t *list;
	size_t count;

	if (read_groups(root, "instances", READ_OPTIONAL, &list, &count, error) < 0)
		return error->code;
	if (count > CATALOG_INSTANCES_MAX)
		return read_fail(list, error, "more than %d instances", CATALOG_INSTANCES_MAX);
	/* Markets that only what is sold speaks of are added later. */
	catalog->instances = scope_alloc(&catalog->scope, (catalog->part == CATALOG_SOLD ? CATALOG_INSTANCES_MAX : count + 1) * sizeof(*catalog->instances));
	if (!catalog->instances)
		return error_memory(error, "the configuration");
	for (; catalog->instance_count < count; catalog->instance_count++)
		if (instance_read(catalog, config_setting_get_elem(list, (unsigned)catalog->instance_count),
				  catalog->instance_count, error) < 0)
			return error->code;
	for (size_t i = 0; i < count; i++)
		if (issuer_read(catalog, config_setting_get_elem(list, (unsigned)i), i, error) < 0)
			return error->code;
	return 0;
}

const struct catalog_instance *catalog_read_market(struct catalog *catalog, const char *name)
{
	const struct catalog_instance *known = catalog_instance(catalog, name);
	struct catalog_instance *made = &catalog->instances[catalog->instance_count];

	if (known || catalog->part != CATALOG_SOLD || catalog->instance_count == CATALOG_INSTANCES_MAX || strlen(name) > CATALOG_INSTANCE_MAX)
		return known;
	made->where = "";
	made->name = made->plugin = scope_text(&catalog->scope, name);
	if (!made->name || map_set(&catalog->instance_names, made->name, strlen(name), (int64_t)catalog->instance_count) < 0)
		return NULL;
	catalog->instance_count++;
	return made;
}
