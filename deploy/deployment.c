/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/deployment.h"

#include "core/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPLOYMENT_CEILING = 64 << 20, NAME_MAX_SIZE = 30, WORD_MAX = 200, REDUCTION_MOST = 100000 };

static const char *const clouds[] = {"azure", "gcp", NULL};
static const char *const modes[] = {"routed", "in-subnet", "bgp", NULL};

const char *cloud_name(enum cloud cloud)
{
	return clouds[cloud];
}

const char *vip_mode_name(enum vip_mode mode)
{
	return modes[mode];
}

/* ---- lists ---- */

/* Calls `each` for every text of a list or array of texts, or for one text. */
static int texts_each(const config_setting_t *group, const char *name,
		      int (*each)(void *context, const config_setting_t *setting, const char *text, struct error *error),
		      void *context, struct error *error)
{
	const config_setting_t *setting = config_setting_get_member(group, name);
	int code = 0;

	if (!setting)
		return 0;
	if (config_setting_type(setting) == CONFIG_TYPE_STRING)
		return each(context, setting, config_setting_get_string(setting), error) < 0 ? error->code : 1;
	if (config_setting_type(setting) != CONFIG_TYPE_ARRAY && config_setting_type(setting) != CONFIG_TYPE_LIST)
		return read_fail(setting, error, "\"%s\" is neither a text nor an array of texts: [ \"...\", \"...\" ]", name);
	for (int i = 0; code >= 0 && i < config_setting_length(setting); i++) {
		const char *text = config_setting_get_string_elem(setting, i);

		if (!text)
			return read_fail(setting, error, "an element of \"%s\" is not a text in quotes", name);
		code = each(context, setting, text, error);
	}
	return code < 0 ? code : 1;
}

struct words {
	struct deployment *deployment;
	const char **items;
	size_t most, *count;
};

static int word_add(void *context, const config_setting_t *setting, const char *text, struct error *error)
{
	struct words *words = context;
	const char *name = config_setting_name(setting);

	if (!*text || strlen(text) > WORD_MAX ||
	    strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != strlen(text))
		return read_fail(setting, error, "\"%.40s\" in \"%s\" is not a name", text, name);
	for (size_t i = 0; i < *words->count; i++)
		if (strcmp(words->items[i], text) == 0)
			return read_fail(setting, error, "\"%s\" is in \"%s\" twice", text, name);
	if (*words->count == words->most)
		return read_fail(setting, error, "\"%s\" has more than %zu", name, words->most);
	words->items[*words->count] = scope_text(&words->deployment->scope, text);
	return words->items[(*words->count)++] ? 0 : error_memory(error, "the deployment");
}

static int words_read(struct deployment *deployment, const config_setting_t *root, const char *name, size_t most,
		      const char **items, size_t *count, struct error *error)
{
	struct words words = {deployment, items, most, count};

	return texts_each(root, name, word_add, &words, error);
}

/* Rule C01 and what it is about, before the reason; its hint stays. */
static int range_fail(const config_setting_t *setting, struct error *error)
{
	char message[ERROR_TEXT], hint[ERROR_TEXT];

	(void)snprintf(message, sizeof(message), "%s", error->message);
	(void)snprintf(hint, sizeof(hint), "%s", error->hint);
	(void)read_fail(setting, error, "C01: %s: %s", config_setting_name(setting), message);
	return hint[0] ? error_hint(error, "%s", hint) : error->code;
}

struct range_list {
	struct deployment *deployment;
	struct ranges *ranges;
	size_t room;
};

static int range_add(struct range_list *list, const config_setting_t *setting, struct range range, struct error *error)
{
	struct ranges *ranges = list->ranges;

	if (ranges->count == DEPLOYMENT_RANGES_MAX)
		return read_fail(setting, error, "\"%s\" has more than %d ranges", config_setting_name(setting), DEPLOYMENT_RANGES_MAX);
	if (ranges->count && ranges->items[0].family != range.family) {
		(void)error_set(error, ERROR_INPUT, "IPv4 and IPv6 are in one list");
		return range_fail(setting, error);
	}
	if (ranges->count == list->room) {
		size_t room = list->room ? 2 * list->room : 8;
		struct range *items = scope_alloc(&list->deployment->scope, room * sizeof(*items));

		if (!items)
			return error_memory(error, "the deployment");
		if (ranges->count)
			memcpy(items, ranges->items, ranges->count * sizeof(*items));
		ranges->items = items;
		list->room = room;
	}
	ranges->items[ranges->count++] = range;
	return 0;
}

/* One text of ranges, separated by commas. */
static int ranges_add(void *context, const config_setting_t *setting, const char *text, struct error *error)
{
	struct range_list *list = context;

	for (;;) {
		size_t size = strcspn(text, ",");
		struct range range;

		if (range_parse(text, size, &range, error) < 0)
			return range_fail(setting, error);
		if (range_add(list, setting, range, error) < 0)
			return error->code;
		if (!text[size])
			return 0;
		text += size + 1;
	}
}

static int ranges_read(struct deployment *deployment, const config_setting_t *root, const char *name, int need,
		       struct ranges *ranges, struct error *error)
{
	struct range_list list = {deployment, ranges, 0};
	const config_setting_t *setting = config_setting_get_member(root, name);

	if (!setting)
		return need ? read_fail(root, error, "\"%s\" is missing", name) : 0;
	if (!(ranges->where = read_where(setting, &deployment->scope)))
		return error_memory(error, "the deployment");
	if (texts_each(root, name, ranges_add, &list, error) < 0)
		return error->code;
	return need && !ranges->count ? read_fail(setting, error, "C01: %s: no range is given", name) : 0;
}

/* ---- single values ---- */

static int text_read(struct deployment *deployment, const config_setting_t *root, const char *name, int need,
		     const char **kept, struct error *error)
{
	const char *text = NULL;
	int found = read_text(root, name, need, &text, error);

	if (found <= 0)
		return found;
	if (strlen(text) > WORD_MAX || strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != strlen(text))
		return read_fail(config_setting_get_member(root, name), error, "\"%s\" is \"%.40s\", which is not a name", name, text);
	*kept = scope_text(&deployment->scope, text);
	return *kept ? 1 : error_memory(error, "the deployment");
}

/* It begins the names of routes, which Google takes in this form up to 63 characters (rule G07). */
static int name_read(struct deployment *deployment, const config_setting_t *root, struct error *error)
{
	const char *name;

	if (text_read(deployment, root, "name", READ_REQUIRED, &deployment->name, error) < 0)
		return error->code;
	name = deployment->name;
	if (strlen(name) <= NAME_MAX_SIZE && name[0] >= 'a' && name[0] <= 'z' && name[strlen(name) - 1] != '-' &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name))
		return 0;
	return read_fail(config_setting_get_member(root, "name"), error,
			 "\"%s\" is not a name of small letters, digits and dashes, a letter first and no dash last, at most %d", name,
			 NAME_MAX_SIZE);
}

/* A name of labels as DNS has them (RFC 1035): it is written into zones. */
static int suffix_read(struct deployment *deployment, const config_setting_t *root, struct error *error)
{
	const char *suffix;
	int found = text_read(deployment, root, "dns_suffix", READ_OPTIONAL, &deployment->dns_suffix, error);
	bool right;

	if (found <= 0)
		return found;
	suffix = deployment->dns_suffix;
	right = strlen(suffix) <= DEPLOYMENT_SUFFIX_MAX && !strchr(suffix, '_');
	for (size_t size; right; suffix += size + 1) {
		size = strcspn(suffix, ".");
		right = size >= 1 && size <= 63 && suffix[0] != '-' && suffix[size - 1] != '-';
		if (!suffix[size])
			break;
	}
	if (right)
		return 0;
	return read_fail(config_setting_get_member(root, "dns_suffix"), error,
			 "\"dns_suffix\" is \"%.40s\", which is not a name of a zone, such as vast1.example.com, at most %d",
			 deployment->dns_suffix, DEPLOYMENT_SUFFIX_MAX);
}

static int size_read(struct deployment *deployment, const config_setting_t *root, struct error *error)
{
	deployment->vips_per_node = 4;
	deployment->replication_vips = -1;
	if (read_integer(root, "nodes", READ_REQUIRED, 1, DEPLOYMENT_NODES_MAX, &deployment->nodes, error) < 0 ||
	    read_integer(root, "compute_nodes", READ_OPTIONAL, 0, DEPLOYMENT_NODES_MAX, &deployment->compute_nodes, error) < 0 ||
	    read_integer(root, "vips_per_node", READ_OPTIONAL, 1, DEPLOYMENT_VIPS_MAX, &deployment->vips_per_node, error) < 0 ||
	    read_integer(root, "replication_vips", READ_OPTIONAL, 0, DEPLOYMENT_NODES_MAX, &deployment->replication_vips, error) < 0)
		return error->code;
	deployment->grow_to = deployment->nodes;
	return read_integer(root, "grow_to", READ_OPTIONAL, deployment->nodes, DEPLOYMENT_NODES_MAX, &deployment->grow_to, error);
}

static int place_read(struct deployment *deployment, const config_setting_t *root, struct error *error)
{
	int cloud = 0, mode = 0;

	if (read_choice(root, "provisioner", READ_REQUIRED, clouds, &cloud, error) < 0 ||
	    read_choice(root, "vip_mode", READ_OPTIONAL, modes, &mode, error) < 0 ||
	    text_read(deployment, root, "subscription", READ_OPTIONAL, &deployment->subscription, error) < 0 ||
	    text_read(deployment, root, "region", READ_REQUIRED, &deployment->region, error) < 0 ||
	    text_read(deployment, root, "shape", READ_REQUIRED, &deployment->shape, error) < 0 ||
	    text_read(deployment, root, "machine_subnet", READ_OPTIONAL, &deployment->machine_subnet, error) < 0 ||
	    suffix_read(deployment, root, error) < 0 ||
	    words_read(deployment, root, "zones", DEPLOYMENT_ZONES_MAX, deployment->zones, &deployment->zone_count, error) < 0 ||
	    words_read(deployment, root, "protocols", DEPLOYMENT_PROTOCOLS_MAX, deployment->protocols, &deployment->protocol_count,
		       error) < 0)
		return error->code;
	deployment->cloud = (enum cloud)cloud;
	deployment->vip_mode = (enum vip_mode)mode;
	return 0;
}

static int addresses_read(struct deployment *deployment, const config_setting_t *root, struct error *error)
{
	if (ranges_read(deployment, root, "ranges", READ_REQUIRED, &deployment->ranges, error) < 0 ||
	    ranges_read(deployment, root, "machine_ranges", READ_OPTIONAL, &deployment->machine_ranges, error) < 0 ||
	    ranges_read(deployment, root, "clients", READ_OPTIONAL, &deployment->clients, error) < 0 ||
	    ranges_read(deployment, root, "on_premises", READ_OPTIONAL, &deployment->on_premises, error) < 0 ||
	    read_boolean(root, "exact", &deployment->exact, error) < 0 ||
	    read_boolean(root, "allow_public", &deployment->allow_public, error) < 0 ||
	    read_boolean(root, "skip_edges", &deployment->skip_edges, error) < 0)
		return error->code;
	deployment->reduction = 1000;
	if (read_quantity(root, "reduction", READ_OPTIONAL, 3, 1, &deployment->reduction, error) < 0)
		return error->code;
	if (deployment->reduction > REDUCTION_MOST)
		return read_fail(config_setting_get_member(root, "reduction"), error, "\"reduction\" is more than %d", REDUCTION_MOST / 1000);
	return read_integer(root, "mtu", READ_OPTIONAL, 1280, 65535, &deployment->mtu, error);
}

static int root_read(struct deployment *deployment, const config_setting_t *root, struct error *error)
{
	static const char *const names[] = {
		"name", "subscription", "provisioner", "region", "zones", "shape", "nodes", "compute_nodes", "grow_to",
		"vips_per_node", "replication_vips", "protocols", "vip_mode", "ranges", "machine_ranges", "machine_subnet",
		"clients", "on_premises", "dns_suffix", "mtu", "exact", "allow_public", "skip_edges",
		"reduction", NULL};

	if (read_known(root, names, error) < 0 || name_read(deployment, root, error) < 0 ||
	    place_read(deployment, root, error) < 0 || size_read(deployment, root, error) < 0)
		return error->code;
	return addresses_read(deployment, root, error);
}

/* What libconfig read of a file or a text, which ends here. */
static int config_take(config_t *config, int was_read, const char *name, struct deployment *deployment, struct error *error)
{
	int code;

	*deployment = (struct deployment){.scope = scope_init(DEPLOYMENT_CEILING)};
	if (was_read == CONFIG_TRUE)
		code = root_read(deployment, config_root_setting(config), error);
	else if (config_error_type(config) == CONFIG_ERR_FILE_IO)
		code = error_errno(error, "the deployment %s cannot be read", name);
	else
		code = error_set(error, APOLLO_CONFIG, "%s:%d: %s", name, config_error_line(config), config_error_text(config));
	config_destroy(config);
	if (code < 0)
		deployment_release(deployment);
	return code < 0 ? code : 0;
}

int deployment_read(const char *path, struct deployment *deployment, struct error *error)
{
	config_t config;

	config_init(&config);
	return config_take(&config, config_read_file(&config, path), path, deployment, error);
}

int deployment_parse(const char *text, size_t size, const char *name, struct deployment *deployment, struct error *error)
{
	FREE_CLEANUP char *copy = strndup(text, size);
	config_t config;

	if (!copy)
		return error_memory(error, "the deployment");
	if (strstr(copy, "@include"))
		return error_set(error, APOLLO_CONFIG, "%s: a text includes no files", name);
	config_init(&config);
	return config_take(&config, config_read_string(&config, copy), name, deployment, error);
}

void deployment_release(struct deployment *deployment)
{
	scope_release(&deployment->scope);
	*deployment = (struct deployment){0};
}
