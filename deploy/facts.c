/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/facts.h"

#include "core/read.h"
#include "deploy/deployment.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>

enum { FACTS_CEILING = 16 << 20, PATH_BYTES = 4096 };

#define KNOWN(...) ((const char *const[]){__VA_ARGS__, NULL})

static int text_keep(struct facts *facts, const config_setting_t *group, const char *name, int need, const char **kept,
		     struct error *error)
{
	const char *text = NULL;
	int found = read_text(group, name, need, &text, error);

	if (found <= 0)
		return found;
	*kept = scope_text(&facts->scope, text);
	return *kept ? 1 : error_memory(error, "the facts of the clouds");
}

/* A whole number of `unit`s that may be absent. */
static int amount_read(const config_setting_t *group, const char *name, int64_t unit, int64_t *value, struct error *error)
{
	int64_t count = 0;
	int found = read_integer(group, name, READ_OPTIONAL, 0, INT64_MAX / unit, &count, error);

	if (found > 0)
		*value = count * unit;
	return found;
}

/* A file of one list; its groups go to `each`, one by one. */
static int file_read(const char *folder, const char *name, const char *list_name, size_t most,
		     int (*each)(struct facts *, const config_setting_t *, struct error *), struct facts *facts,
		     struct error *error)
{
	const config_setting_t *list;
	char path[PATH_BYTES];
	config_t config;
	size_t count;
	int code;

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
		return error_set(error, APOLLO_CONFIG, "the folder %s has too long a name", folder);
	config_init(&config);
	if (config_read_file(&config, path) != CONFIG_TRUE) {
		code = error_set(error, APOLLO_CONFIG, "%s:%d: %s", path, config_error_line(&config), config_error_text(&config));
		config_destroy(&config);
		return code;
	}
	code = read_groups(config_root_setting(&config), list_name, READ_REQUIRED, &list, &count, error);
	if (code >= 0 && count > most)
		code = read_fail(list, error, "more than %zu %s", most, list_name);
	for (size_t i = 0; code >= 0 && i < count; i++)
		code = each(facts, config_setting_get_elem(list, (unsigned)i), error);
	config_destroy(&config);
	return code < 0 ? code : 0;
}

static int limit_read(struct facts *facts, const config_setting_t *group, struct error *error)
{
	struct limit *limit = &facts->limits[facts->limit_count];

	if (read_known(group, KNOWN("name", "value", "date", "source"), error) < 0 ||
	    text_keep(facts, group, "name", READ_REQUIRED, &limit->name, error) < 0 ||
	    read_integer(group, "value", READ_REQUIRED, 0, FACTS_LIMIT_MOST, &limit->value, error) < 0 ||
	    text_keep(facts, group, "date", READ_REQUIRED, &limit->date, error) < 0 ||
	    text_keep(facts, group, "source", READ_REQUIRED, &limit->source, error) < 0)
		return error->code;
	if (facts_limit(facts, limit->name))
		return read_fail(group, error, "the limit \"%s\" is there twice", limit->name);
	if (map_set(&facts->limit_names, limit->name, strlen(limit->name), (int64_t)facts->limit_count) < 0)
		return error_memory(error, "the facts of the clouds");
	facts->limit_count++;
	return 0;
}

static int usable_read(struct shape *shape, const config_setting_t *group, struct error *error)
{
	const config_setting_t *list;
	size_t count;

	if (read_groups(group, "usable", READ_OPTIONAL, &list, &count, error) < 0)
		return error->code;
	for (; shape->usable_count < count && count <= FACTS_STEPS_MAX; shape->usable_count++) {
		const config_setting_t *step = config_setting_get_elem(list, (unsigned)shape->usable_count);
		struct usable *usable = &shape->usable[shape->usable_count];
		int64_t micro_terabytes;

		if (read_known(step, KNOWN("nodes", "tb"), error) < 0 ||
		    read_integer(step, "nodes", READ_REQUIRED, 1, 1000000, &usable->nodes, error) < 0 ||
		    read_quantity(step, "tb", READ_REQUIRED, 6, 1, &micro_terabytes, error) < 0)
			return error->code;
		if (__builtin_mul_overflow(micro_terabytes, INT64_C(1000000), &usable->bytes) ||
		    (shape->usable_count && usable->nodes <= usable[-1].nodes))
			return read_fail(step, error, "\"usable\" has too much, or not more nodes than the step before it");
	}
	return shape->usable_count < count ? read_fail(list, error, "more than %d steps", FACTS_STEPS_MAX) : 0;
}

static int prices_read(struct facts *facts, struct shape *shape, const config_setting_t *group, struct error *error)
{
	const config_setting_t *list;
	size_t count;

	if (read_groups(group, "prices", READ_OPTIONAL, &list, &count, error) < 0)
		return error->code;
	if (count > FACTS_STEPS_MAX)
		return read_fail(list, error, "more than %d prices", FACTS_STEPS_MAX);
	for (; shape->price_count < count; shape->price_count++) {
		const config_setting_t *one = config_setting_get_elem(list, (unsigned)shape->price_count);
		struct price *price = &shape->prices[shape->price_count];

		if (read_known(one, KNOWN("region", "term", "month"), error) < 0 ||
		    text_keep(facts, one, "region", READ_REQUIRED, &price->region, error) < 0 ||
		    text_keep(facts, one, "term", READ_REQUIRED, &price->term, error) < 0 ||
		    read_quantity(one, "month", READ_REQUIRED, 6, 1, &price->micro_month, error) < 0)
			return error->code;
	}
	if (count && !shape->currency)
		return read_fail(group, error, "%s has prices and no \"currency\"", shape->name);
	return 0;
}

/* Sizes and rates, each in the unit in which its cloud publishes it. */
static int amounts_read(struct shape *shape, const config_setting_t *group, struct error *error)
{
	static const int64_t giga = 1000000000, mega = 1000000, gibi = INT64_C(1) << 30, mebi = 1 << 20;

	if (read_integer(group, "cpus", READ_REQUIRED, 1, 100000, &shape->cpus, error) < 0 ||
	    amount_read(group, "raw_gib", gibi, &shape->raw_bytes, error) < 0 ||
	    amount_read(group, "raw_gb", giga, &shape->raw_bytes, error) < 0 ||
	    amount_read(group, "network_gbit", giga, &shape->network, error) < 0 ||
	    amount_read(group, "network_best_gbit", giga, &shape->network_best, error) < 0 ||
	    amount_read(group, "disk_read_mib", mebi, &shape->disk_read, error) < 0 ||
	    amount_read(group, "disk_write_mib", mebi, &shape->disk_write, error) < 0 ||
	    amount_read(group, "disk_read_mb", mega, &shape->disk_read, error) < 0 ||
	    amount_read(group, "disk_write_mb", mega, &shape->disk_write, error) < 0)
		return error->code;
	return read_boolean(group, "terminates", &shape->terminates, error);
}

static int shape_read(struct facts *facts, const config_setting_t *group, struct error *error)
{
	struct shape *shape = &facts->shapes[facts->shape_count];

	*shape = (struct shape){.network = FACTS_UNKNOWN, .network_best = FACTS_UNKNOWN, .disk_read = FACTS_UNKNOWN,
				.disk_write = FACTS_UNKNOWN};
	if (read_known(group, KNOWN("name", "cloud", "role", "cpus", "raw_gib", "raw_gb", "network_gbit", "network_best_gbit",
				    "disk_read_mib", "disk_write_mib", "disk_read_mb", "disk_write_mb", "terminates", "usable",
				    "prices", "currency", "date", "source"), error) < 0 ||
	    text_keep(facts, group, "name", READ_REQUIRED, &shape->name, error) < 0 ||
	    text_keep(facts, group, "cloud", READ_REQUIRED, &shape->cloud, error) < 0 ||
	    text_keep(facts, group, "role", READ_REQUIRED, &shape->role, error) < 0 ||
	    text_keep(facts, group, "currency", READ_OPTIONAL, &shape->currency, error) < 0 ||
	    text_keep(facts, group, "date", READ_REQUIRED, &shape->date, error) < 0 ||
	    text_keep(facts, group, "source", READ_REQUIRED, &shape->source, error) < 0 ||
	    amounts_read(shape, group, error) < 0 || usable_read(shape, group, error) < 0 ||
	    prices_read(facts, shape, group, error) < 0)
		return error->code;
	if (facts_shape(facts, shape->name))
		return read_fail(group, error, "the shape \"%s\" is there twice", shape->name);
	facts->shape_count++;
	return 0;
}

/* ---- ports ---- */

static const char *const groups[] = {"client", "admin", "ssh", "dns", "dns-forwarding", "cluster", "replication", "directory", "private-services", NULL};

bool facts_serves(const struct facts *facts, const char *protocol)
{
	for (size_t i = 0; i < facts->port_count; i++)
		if (facts->ports[i].serves && strcmp(facts->ports[i].serves, protocol) == 0)
			return true;
	return false;
}

const char *port_group_name(enum port_group group)
{
	return groups[group];
}

/* A port at the beginning of a text; gives the text behind it, or NULL. */
static const char *port_parse(const char *text, int *port)
{
	int value = 0;
	size_t digits = strspn(text, "0123456789");

	for (size_t i = 0; i < digits && value <= 65535; i++)
		value = 10 * value + (text[i] - '0');
	*port = value;
	return value >= 1 && value <= 65535 ? text + digits : NULL;
}

/* "111, 5205-5241". */
static int spans_read(struct port *port, const config_setting_t *group, struct error *error)
{
	const char *text = NULL, *at;

	if (read_text(group, "ports", READ_REQUIRED, &text, error) < 0)
		return error->code;
	for (at = text; port->span_count < FACTS_SPANS_MAX; at += 1 + strspn(at + 1, " ")) {
		struct port_span *span = &port->spans[port->span_count++];

		at = port_parse(at, &span->first);
		span->last = span->first;
		if (at && *at == '-')
			at = port_parse(at + 1, &span->last);
		if (at && !*at && span->last >= span->first)
			return 0;
		if (!at || *at != ',' || span->last < span->first)
			break;
	}
	return read_fail(config_setting_get_member(group, "ports"), error, "\"ports\" is \"%.60s\", not ports such as \"111, 5205-5241\", at most %d", text,
			 FACTS_SPANS_MAX);
}

/* The cloud's own addresses at the other end: with a cloud, and only there. */
static int port_range_read(struct port *port, const config_setting_t *group, struct error *error)
{
	const config_setting_t *setting = config_setting_get_member(group, "range");
	bool platform = port->group == PORT_DNS_FORWARDING || port->group == PORT_PRIVATE_SERVICES;
	const char *text = NULL;
	struct error wrong;

	if (read_text(group, "range", READ_OPTIONAL, &text, error) < 0)
		return error->code;
	if (platform != (text != NULL) || platform != (port->cloud != NULL))
		return read_fail(group, error, "\"cloud\" and \"range\" are for %s and %s, and needed there", groups[PORT_DNS_FORWARDING],
				 groups[PORT_PRIVATE_SERVICES]);
	if (text && range_parse(text, strlen(text), &port->range, &wrong) < 0)
		return read_fail(setting, error, "\"range\": %s", wrong.message);
	return 0;
}

/* One of the clouds' names, where there is one. */
static int cloud_read(const config_setting_t *group, int need, const char **cloud, struct error *error)
{
	const char *const clouds[] = {cloud_name(CLOUD_AZURE), cloud_name(CLOUD_GCP), NULL};
	int choice = 0, found = read_choice(group, "cloud", need, clouds, &choice, error);

	if (found > 0)
		*cloud = clouds[choice];
	return found;
}

static int port_read(struct facts *facts, const config_setting_t *group, struct error *error)
{
	static const char *const protocols[] = {"tcp", "udp", NULL};
	struct port *port = &facts->ports[facts->port_count];
	int choice = 0, protocol = 0;

	*port = (struct port){0};
	if (read_known(group, KNOWN("group", "protocol", "ports", "serves", "cloud", "range", "reason", "date", "source"), error) < 0 ||
	    read_choice(group, "group", READ_REQUIRED, groups, &choice, error) < 0 ||
	    read_choice(group, "protocol", READ_REQUIRED, protocols, &protocol, error) < 0 || spans_read(port, group, error) < 0 ||
	    text_keep(facts, group, "serves", READ_OPTIONAL, &port->serves, error) < 0 || cloud_read(group, READ_OPTIONAL, &port->cloud, error) < 0 ||
	    text_keep(facts, group, "reason", READ_REQUIRED, &port->reason, error) < 0 ||
	    text_keep(facts, group, "date", READ_REQUIRED, &port->date, error) < 0 ||
	    text_keep(facts, group, "source", READ_REQUIRED, &port->source, error) < 0)
		return error->code;
	port->group = (enum port_group)choice;
	port->protocol = protocols[protocol];
	if (port_range_read(port, group, error) < 0)
		return error->code;
	facts->port_count++;
	return 0;
}

/* ---- permissions ---- */

static int verbs_read(struct facts *facts, struct permission *permission, const config_setting_t *group, struct error *error)
{
	const config_setting_t *list = config_setting_get_member(group, "verbs");
	int count = list && config_setting_type(list) == CONFIG_TYPE_ARRAY ? config_setting_length(list) : 0;

	if (count < 1 || count > FACTS_VERBS_MAX)
		return read_fail(list ? list : group, error, "\"verbs\" is not an array of 1 to %d texts", FACTS_VERBS_MAX);
	for (int i = 0; i < count; i++) {
		const char *verb = config_setting_get_string_elem(list, i);

		if (!verb || !*verb)
			return read_fail(list, error, "an element of \"verbs\" is not a text in quotes");
		if (!(permission->verbs[permission->verb_count++] = scope_text(&facts->scope, verb)))
			return error_memory(error, "the facts of the clouds");
	}
	return 0;
}

static int permission_read(struct facts *facts, const config_setting_t *group, struct error *error)
{
	static const char *const phases[] = {"look", "create", "operate", "update", "destroy", NULL};
	const char *const modes[] = {vip_mode_name(VIP_ROUTED), vip_mode_name(VIP_IN_SUBNET), vip_mode_name(VIP_BGP), NULL};
	struct permission *permission = &facts->permissions[facts->permission_count];
	int phase = 0, mode = 0, found;

	*permission = (struct permission){0};
	if (read_known(group, KNOWN("cloud", "mode", "phase", "scope", "verbs", "unsure", "reason", "date", "source"), error) < 0 ||
	    cloud_read(group, READ_REQUIRED, &permission->cloud, error) < 0 ||
	    (found = read_choice(group, "mode", READ_OPTIONAL, modes, &mode, error)) < 0 ||
	    read_choice(group, "phase", READ_REQUIRED, phases, &phase, error) < 0 ||
	    text_keep(facts, group, "scope", READ_REQUIRED, &permission->scope, error) < 0 || verbs_read(facts, permission, group, error) < 0 ||
	    read_boolean(group, "unsure", &permission->unsure, error) < 0 ||
	    text_keep(facts, group, "reason", READ_REQUIRED, &permission->reason, error) < 0 ||
	    text_keep(facts, group, "date", READ_REQUIRED, &permission->date, error) < 0 ||
	    text_keep(facts, group, "source", READ_REQUIRED, &permission->source, error) < 0)
		return error->code;
	permission->phase = phases[phase];
	permission->mode = found ? modes[mode] : NULL;
	facts->permission_count++;
	return 0;
}

int facts_read(const char *folder, struct facts *facts, struct error *error)
{
	*facts = (struct facts){.scope = scope_init(FACTS_CEILING), .limit_names = map_init(FACTS_LIMITS_MAX)};
	facts->limits = scope_alloc(&facts->scope, FACTS_LIMITS_MAX * sizeof(*facts->limits));
	facts->shapes = scope_alloc(&facts->scope, FACTS_SHAPES_MAX * sizeof(*facts->shapes));
	facts->ports = scope_alloc(&facts->scope, FACTS_PORTS_MAX * sizeof(*facts->ports));
	facts->permissions = scope_alloc(&facts->scope, FACTS_PERMISSIONS_MAX * sizeof(*facts->permissions));
	if (!facts->limits || !facts->shapes || !facts->ports || !facts->permissions)
		(void)error_memory(error, "the facts of the clouds");
	else if (file_read(folder, "limits.cfg", "limits", FACTS_LIMITS_MAX, limit_read, facts, error) == 0 &&
		 file_read(folder, "shapes.cfg", "shapes", FACTS_SHAPES_MAX, shape_read, facts, error) == 0 &&
		 file_read(folder, "ports.cfg", "ports", FACTS_PORTS_MAX, port_read, facts, error) == 0 &&
		 file_read(folder, "permissions.cfg", "permissions", FACTS_PERMISSIONS_MAX, permission_read, facts, error) == 0)
		return 0;
	facts_release(facts);
	return error->code;
}

void facts_release(struct facts *facts)
{
	map_release(&facts->limit_names);
	scope_release(&facts->scope);
	*facts = (struct facts){0};
}

const struct limit *facts_limit(const struct facts *facts, const char *name)
{
	int64_t index = map_get(&facts->limit_names, name, strlen(name));

	return index < 0 ? NULL : &facts->limits[index];
}

int facts_value(const struct facts *facts, const char *name, int64_t *value, struct error *error)
{
	const struct limit *limit = facts_limit(facts, name);

	if (!limit) {
		(void)error_set(error, APOLLO_CONFIG, "limits.cfg has no limit \"%s\"", name);
		return error_hint(error, "add it, with its value, date and source");
	}
	*value = limit->value;
	return 0;
}

int facts_within(const struct facts *facts, const char *name, int64_t least, int64_t most, int64_t *value, struct error *error)
{
	int64_t found = 0;

	if (facts_value(facts, name, &found, error) < 0)
		return error->code;
	if (found < least || found > most)
		return error_set(error, APOLLO_CONFIG, "limits.cfg: \"%s\" is %lld, it may be %lld to %lld", name, (long long)found,
				 (long long)least, (long long)most);
	*value = found;
	return 0;
}

const struct shape *facts_shape(const struct facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->shape_count; i++)
		if (strcmp(facts->shapes[i].name, name) == 0)
			return &facts->shapes[i];
	return NULL;
}

const struct shape *facts_manager(const struct facts *facts, const char *cloud)
{
	for (size_t i = 0; i < facts->shape_count; i++)
		if (strcmp(facts->shapes[i].cloud, cloud) == 0 && strcmp(facts->shapes[i].role, "management") == 0)
			return &facts->shapes[i];
	return NULL;
}
