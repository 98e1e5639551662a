/* SPDX-License-Identifier: Apache-2.0 */
/* The firewall rules of a snapshot. */
#include "deploy/network_read.h"

#include <apollo/kit.h>
#include <stdlib.h>
#include <string.h>

/* Texts of an array that may be absent. */
static int words_read(const struct reader *reader, struct json_object *object, const char *name, const char ***words, size_t *count)
{
	struct json_object *list;

	if (reader_list(reader, object, name, &list, count) < 0)
		return reader->error->code;
	*words = scope_alloc(&reader->network->scope, *count * sizeof(**words));
	if (!*words)
		return error_memory(reader->error, "the network");
	for (size_t i = 0; i < *count; i++) {
		struct json_object *item = json_object_array_get_idx(list, i);
		const char *word = json_object_is_type(item, json_type_string) ? json_object_get_string(item) : NULL;

		if (!word || !*word || !network_text_fits(word))
			return reader_fail(reader, name, "not lines of text of at most 200 bytes");
		if (!((*words)[i] = scope_text(&reader->network->scope, word)))
			return error_memory(reader->error, "the network");
	}
	return 0;
}

struct collected {
	struct range *items;
	size_t count;
};

static int range_collect(const struct reader *reader, void *context, struct range range)
{
	struct collected *collected = context;

	(void)reader;
	collected->items[collected->count++] = range;
	return 0;
}

static int end_read(const struct reader *reader, struct json_object *object, const char *ranges, const char *names, struct rule_end *end)
{
	struct collected collected = {0};
	struct json_object *list;
	size_t count;

	if (reader_list(reader, object, ranges, &list, &count) < 0 || words_read(reader, object, names, &end->names, &end->name_count) < 0)
		return reader->error->code;
	collected.items = scope_alloc(&reader->network->scope, count * sizeof(*collected.items));
	if (!collected.items)
		return error_memory(reader->error, "the network");
	if (reader_ranges(reader, object, ranges, range_collect, &collected) < 0)
		return reader->error->code;
	end->anybody = !count && !end->name_count;
	return range_set_make(&reader->network->scope, collected.items, collected.count, &end->ranges, reader->error);
}

bool ports_parse(const char *text, struct range *span)
{
	const char *dash = strchr(text, '-');
	size_t size = dash ? (size_t)(dash - text) : strlen(text);
	int64_t first, last;

	if (apollo_decimal_read(text, size, 0, APOLLO_EXACT, &first) < 0)
		return false;
	last = first;
	if (dash && apollo_decimal_read(dash + 1, strlen(dash + 1), 0, APOLLO_EXACT, &last) < 0)
		return false;
	*span = (struct range){FAMILY_IPV4, (address_value)first, (address_value)last};
	return first >= 0 && first <= last && last <= PORT_MOST;
}

static int traffic_read(const struct reader *reader, struct json_object *object, struct rule_traffic *traffic)
{
	const char **words = NULL;
	struct range *spans;
	size_t count;
	int found;

	if (reader_known(reader, object, KNOWN("protocol", "ports")) < 0)
		return reader->error->code;
	found = reader_text(reader, object, "protocol", &traffic->protocol);
	if (found <= 0)
		return found < 0 ? found : reader_fail(reader, "traffic.protocol", "missing");
	if (words_read(reader, object, "ports", &words, &count) < 0)
		return reader->error->code;
	spans = scope_alloc(&reader->network->scope, (count + 1) * sizeof(*spans));
	if (!spans)
		return error_memory(reader->error, "the network");
	for (size_t i = 0; i < count; i++)
		if (!ports_parse(words[i], &spans[i]))
			return reader_fail(reader, "traffic.ports", "neither a port nor a span such as 2049-2050");
	if (!count)
		spans[count++] = (struct range){FAMILY_IPV4, 0, PORT_MOST};
	return range_set_make(&reader->network->scope, spans, count, &traffic->ports, reader->error);
}

static int traffics_read(const struct reader *reader, struct json_object *object, struct firewall_rule *rule)
{
	struct json_object *list;
	int found = reader_list(reader, object, "traffic", &list, &rule->traffic_count);

	if (found <= 0)
		return found < 0 ? found : reader_fail(reader, "traffic", "missing");
	rule->traffic = scope_alloc(&reader->network->scope, rule->traffic_count * sizeof(*rule->traffic));
	if (!rule->traffic)
		return error_memory(reader->error, "the network");
	for (size_t i = 0; i < rule->traffic_count; i++) {
		struct json_object *one = json_object_array_get_idx(list, i);

		if (!json_object_is_type(one, json_type_object))
			return reader_fail(reader, "traffic", "not an array of objects");
		if (traffic_read(reader, one, &rule->traffic[i]) < 0)
			return reader->error->code;
	}
	return 0;
}

/* One of two words, which must be there. */
static int choice_read(const struct reader *reader, struct json_object *object, const char *name, const char *no, const char *yes, bool *value)
{
	const char *text = json_text(object, name);

	*value = text && strcmp(text, yes) == 0;
	return *value || (text && strcmp(text, no) == 0) ? 1 : reader_fail(reader, name, "missing, or not one of its two words; see apollo-plan(5)");
}

int firewall_rule_read(const struct reader *reader, struct json_object *object)
{
	struct firewall_rule *rule = &reader->network->firewall[reader->network->firewall_count];
	int found;

	if (reader_known(reader, object, KNOWN("name", "group", "owner", "direction", "priority", "action", "traffic", "sources", "source_names",
					       "source_ports", "destinations", "destination_names", "target_names")) < 0 ||
	    reader_name(reader, object, &rule->name) < 0 || reader_text(reader, object, "group", &rule->group) < 0 ||
	    reader_text(reader, object, "owner", &rule->owner) < 0 ||
	    choice_read(reader, object, "direction", "ingress", "egress", &rule->egress) < 0 ||
	    choice_read(reader, object, "action", "allow", "deny", &rule->deny) < 0 ||
	    reader_flag(reader, object, "source_ports", &rule->source_ports) < 0)
		return reader->error->code;
	found = reader_count(reader, object, "priority", FIREWALL_PRIORITY_MOST, &rule->priority);
	if (found <= 0)
		return found < 0 ? found : reader_fail(reader, "priority", "missing");
	if (traffics_read(reader, object, rule) < 0 || end_read(reader, object, "sources", "source_names", &rule->source) < 0 ||
	    end_read(reader, object, "destinations", "destination_names", &rule->destination) < 0 ||
	    words_read(reader, object, "target_names", &rule->targets, &rule->target_count) < 0)
		return reader->error->code;
	reader->network->firewall_count++;
	return 0;
}

static int rule_compare(const void *left, const void *right)
{
	const struct firewall_rule *one = left, *other = right;

	if (one->priority != other->priority)
		return one->priority < other->priority ? -1 : 1;
	if (one->deny != other->deny)
		return one->deny ? -1 : 1;
	return strcmp(one->name, other->name);
}

void firewall_rules_sort(struct network *network)
{
	if (network->firewall_count)
		qsort(network->firewall, network->firewall_count, sizeof(*network->firewall), rule_compare);
}
