/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/registry.h"

#include "sandbox/state.h"

#include <apollo/kit.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { FOLDED_MAX = 2048 };

void registry_init(struct registry *registry)
{
	*registry = (struct registry){.app_count = 0};
	settings_init(&registry->settings);
}

void registry_release(struct registry *registry)
{
	for (size_t i = 0; i < registry->resource_count; i++) {
		free(registry->resources[i].dimensions);
		free(registry->resources[i].apps);
	}
	for (size_t i = 0; i < registry->account_count; i++) {
		EVP_PKEY_free(registry->accounts[i].key);
		free(registry->accounts[i].services);
	}
	free(registry->apps);
	free(registry->resources);
	free(registry->metrics);
	free(registry->consumers);
	free(registry->accounts);
	table_release(&registry->resources_by_id);
	table_release(&registry->resources_by_uri);
	table_release(&registry->metrics_by_name);
	table_release(&registry->consumers_by_id);
	registry_init(registry);
}

/* ---- resources --------------------------------------------------------------------------------------------- */

static uint64_t folded_hash(const char *text)
{
	char folded[FOLDED_MAX];
	size_t size = 0;

	for (; text[size] && size < sizeof(folded); size++)
		folded[size] = (char)tolower((unsigned char)text[size]);
	return table_hash(folded, size);
}

static bool resource_has_id(const void *owner, uint32_t index, const void *key)
{
	return memcmp(((const struct registry *)owner)->resources[index].id, key, GUID_TEXT) == 0;
}

static bool resource_has_uri(const void *owner, uint32_t index, const void *key)
{
	const struct sandbox *sandbox = owner;

	return strcasecmp(names_text(&sandbox->names, sandbox->registry.resources[index].uri), key) == 0;
}

uint32_t resource_by_id(const struct sandbox *sandbox, const char *id)
{
	const struct registry *registry = &sandbox->registry;

	return table_find(&registry->resources_by_id, table_hash(id, GUID_TEXT), resource_has_id, registry, id);
}

uint32_t resource_by_uri(const struct sandbox *sandbox, const char *uri)
{
	return table_find(&sandbox->registry.resources_by_uri, folded_hash(uri), resource_has_uri, sandbox, uri);
}

uint32_t resource_new(struct sandbox *sandbox, const char *id, const char *uri)
{
	struct registry *registry = &sandbox->registry;
	struct resource resource = {.state = RESOURCE_SUBSCRIBED};
	uint32_t index = (uint32_t)registry->resource_count;

	if (array_grow(&registry->resources, &registry->resource_room, index, sizeof(resource), RESOURCES_MAX) < 0)
		return TABLE_NONE;
	memcpy(resource.id, id, GUID_TEXT);
	resource.uri = uri ? names_enter(&sandbox->names, uri) : 0;
	if (resource.uri == TABLE_NONE)
		return TABLE_NONE;
	registry->resources[index] = resource;
	if (table_enter(&registry->resources_by_id, table_hash(id, GUID_TEXT), index) < 0)
		return TABLE_NONE;
	registry->resource_count++;
	return uri && table_enter(&registry->resources_by_uri, folded_hash(uri), index) < 0 ? TABLE_NONE : index;
}

uint32_t resource_open(struct sandbox *sandbox, const char *id, const char *uri)
{
	uint32_t by_uri = uri ? resource_by_uri(sandbox, uri) : TABLE_NONE,
		 by_id = id ? resource_by_id(sandbox, id) : TABLE_NONE;
	char derived[GUID_TEXT];

	if (id && uri && by_id != by_uri)
		return TABLE_NONE;
	if (by_id != TABLE_NONE || by_uri != TABLE_NONE || !sandbox->open)
		return id ? by_id : by_uri;
	if (!id)
		guid_format(folded_hash(uri), ~folded_hash(uri), derived);
	return resource_new(sandbox, id ? id : derived, uri);
}

/* ---- apps and identities ----------------------------------------------------------------------------------- */

static bool name_is(const struct sandbox *sandbox, uint32_t number, const char *text)
{
	return strcasecmp(names_text(&sandbox->names, number), text) == 0;
}

uint32_t app_find(struct sandbox *sandbox, const char *tenant, const char *client)
{
	struct registry *registry = &sandbox->registry;
	struct app app = {0};

	for (size_t i = 0; i < registry->app_count; i++)
		if (!registry->apps[i].managed && name_is(sandbox, registry->apps[i].client, client) &&
		    name_is(sandbox, registry->apps[i].tenant, tenant))
			return (uint32_t)i;
	if (!sandbox->open ||
	    array_grow(&registry->apps, &registry->app_room, registry->app_count, sizeof(app), APPS_MAX) < 0)
		return TABLE_NONE;
	app.tenant = names_enter(&sandbox->names, tenant);
	app.client = names_enter(&sandbox->names, client);
	if (app.tenant == TABLE_NONE || app.client == TABLE_NONE)
		return TABLE_NONE;
	registry->apps[registry->app_count] = app;
	return (uint32_t)registry->app_count++;
}

static uint32_t identity_open(struct sandbox *sandbox, const char *client)
{
	struct registry *registry = &sandbox->registry;
	struct app app = {.managed = true};

	if (array_grow(&registry->apps, &registry->app_room, registry->app_count, sizeof(app), APPS_MAX) < 0)
		return TABLE_NONE;
	app.client = names_enter(&sandbox->names, client ? client : "00000000-0000-4000-8000-000000000001");
	app.tenant = names_enter(&sandbox->names, "00000000-0000-4000-8000-000000000000");
	if (app.client == TABLE_NONE || app.tenant == TABLE_NONE)
		return TABLE_NONE;
	registry->apps[registry->app_count] = app;
	return (uint32_t)registry->app_count++;
}

uint32_t identity_find(struct sandbox *sandbox, const char *client, const char *object, const char *arm)
{
	const struct registry *registry = &sandbox->registry;

	for (size_t i = 0; i < registry->app_count; i++) {
		const struct app *app = &registry->apps[i];

		if (app->managed && (!client || name_is(sandbox, app->client, client)) &&
		    (!object || name_is(sandbox, app->object, object)) &&
		    (!arm || name_is(sandbox, app->identity, arm)))
			return (uint32_t)i;
	}
	return sandbox->open && !object && !arm ? identity_open(sandbox, client) : TABLE_NONE;
}

/* ---- Google ------------------------------------------------------------------------------------------------ */

bool service_known(struct sandbox *sandbox, const char *service)
{
	struct registry *registry = &sandbox->registry;
	uint32_t name = sandbox->open ? names_enter(&sandbox->names, service) : names_find(&sandbox->names, service);

	if (name == TABLE_NONE)
		return false;
	for (size_t i = 0; i < registry->service_count; i++)
		if (registry->services[i] == name)
			return true;
	if (!sandbox->open || registry->service_count == SERVICES_MAX)
		return false;
	registry->services[registry->service_count++] = name;
	return true;
}

static bool metric_is(const void *owner, uint32_t index, const void *key)
{
	return ((const struct registry *)owner)->metrics[index].name == *(const uint32_t *)key;
}

static bool consumer_is(const void *owner, uint32_t index, const void *key)
{
	return ((const struct registry *)owner)->consumers[index].id == *(const uint32_t *)key;
}

/* The number of a text that may become a thing: entered in open mode, only looked up else. */
static uint32_t name_of_thing(struct sandbox *sandbox, const char *text)
{
	return sandbox->open ? names_enter(&sandbox->names, text) : names_find(&sandbox->names, text);
}

uint32_t metric_find(struct sandbox *sandbox, const char *text)
{
	struct registry *registry = &sandbox->registry;
	uint32_t name = name_of_thing(sandbox, text), index;
	uint64_t hash = table_hash(&name, sizeof(name));

	if (name == TABLE_NONE)
		return TABLE_NONE;
	index = table_find(&registry->metrics_by_name, hash, metric_is, registry, &name);
	if (index != TABLE_NONE || !sandbox->open)
		return index;
	if (array_grow(&registry->metrics, &registry->metric_room, registry->metric_count, sizeof(struct metric),
		       METRICS_MAX) < 0 ||
	    table_enter(&registry->metrics_by_name, hash, (uint32_t)registry->metric_count) < 0)
		return TABLE_NONE;
	registry->metrics[registry->metric_count] = (struct metric){.name = name, .type = METRIC_ANY};
	return (uint32_t)registry->metric_count++;
}

uint32_t consumer_find(struct sandbox *sandbox, const char *id)
{
	struct registry *registry = &sandbox->registry;
	uint32_t name = name_of_thing(sandbox, id), index;
	uint64_t hash = table_hash(&name, sizeof(name));

	if (name == TABLE_NONE)
		return TABLE_NONE;
	index = table_find(&registry->consumers_by_id, hash, consumer_is, registry, &name);
	if (index != TABLE_NONE || !sandbox->open)
		return index;
	if (array_grow(&registry->consumers, &registry->consumer_room, registry->consumer_count,
		       sizeof(struct consumer), CONSUMERS_MAX) < 0 ||
	    table_enter(&registry->consumers_by_id, hash, (uint32_t)registry->consumer_count) < 0)
		return TABLE_NONE;
	registry->consumers[registry->consumer_count] = (struct consumer){.id = name, .error = -1, .before = -1};
	return (uint32_t)registry->consumer_count++;
}

uint32_t account_find(struct sandbox *sandbox, const char *email)
{
	struct registry *registry = &sandbox->registry;
	uint32_t name = name_of_thing(sandbox, email);

	if (name == TABLE_NONE)
		return TABLE_NONE;
	for (size_t i = 0; i < registry->account_count; i++)
		if (registry->accounts[i].email == name)
			return (uint32_t)i;
	if (!sandbox->open || array_grow(&registry->accounts, &registry->account_room, registry->account_count,
					 sizeof(struct account), ACCOUNTS_MAX) < 0)
		return TABLE_NONE;
	registry->accounts[registry->account_count] = (struct account){.email = name};
	return (uint32_t)registry->account_count++;
}
