/* SPDX-License-Identifier: Apache-2.0 */
/* Documents for other people's tools: names lead to addresses and back, advertisements hold the ranges and nothing else. */
#include "core/json.h"
#include "deploy/handoff.h"
#include "deploy/pack.h"
#include "tests/deploy/world.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NODES "\"subnets\":[{\"name\":\"nodes\",\"range\":\"10.1.0.0/23\",\"google_access\":true}]"

enum { ROUNDS = 60, SETTINGS = 1024, RECORDS_MAX = 20000, NAME_TEXT = 300 };

static void seed_set(void)
{
	unsigned seed = getenv("APOLLO_SEED") ? (unsigned)strtoul(getenv("APOLLO_SEED"), NULL, 10) : 20260301;

	(void)printf("[APOLLO_SEED=%u] ", seed);
	srand(seed);
}

/* A deployment by the dice: whole octets and parts of them, a subnet with other guests or ranges of its own, both families. */
static void world_random(struct planned *planned)
{
	static const char *const ranges[] = {
		"ranges = \"10.20.0.0/24\"; ", "ranges = \"10.20.0.3-10.20.1.250\"; ", "ranges = \"10.20.4.0/22\"; ",
		"ranges = [ \"10.20.0.0/25\", \"10.20.0.128/26\", \"10.30.0.9-10.30.0.99\" ]; ", "ranges = \"10.20.0.0/15\"; ",
		"ranges = \"10.1.2.40-10.1.5.9\"; "};
	static const char *const six[] = {"ranges = \"fd00:20::/116\"; ", "ranges = \"fd00:20::7-fd00:20::1fe\"; ",
					  "ranges = [ \"fd00:20::40/122\", \"fd00:20::200/119\" ]; "};
	bool ipv6 = rand() % 4 == 0;
	char settings[SETTINGS];

	(void)snprintf(settings, sizeof(settings), "%snodes = %d; compute_nodes = %d; vips_per_node = %d; dns_suffix = \"%s\"; on_premises = \"192.168.0.0/16\"; %s%s",
		       ipv6 ? six[rand() % 3] : ranges[rand() % 6], 1 + rand() % 12, rand() % 4, 1 + rand() % 8,
		       rand() % 2 ? "example.com" : "s", rand() % 3 ? "" : "replication_vips = 5; ",
		       ipv6 ? "machine_ranges = \"fd00:10::/121\";" : rand() % 2 ? "machine_ranges = \"10.1.0.17-10.1.0.199\";" : "machine_subnet = \"nodes\";");
	planned_make(planned, rand() % 2 ? CLOUD_GCP : CLOUD_AZURE, settings, NODES);
}

/* ---- names ---- */

struct record {
	char name[NAME_TEXT], type[8], value[NAME_TEXT];
};

struct zone {
	struct record *records;
	size_t count;
};

/* A name of a zone file in full. */
static void name_complete(const char *name, const char *origin, char text[static NAME_TEXT])
{
	size_t size = strlen(name);
	int written = strcmp(name, "@") == 0 ? snprintf(text, NAME_TEXT, "%s", origin)
		      : name[size - 1] == '.' ? snprintf(text, NAME_TEXT, "%s", name) : snprintf(text, NAME_TEXT, "%s.%s", name, origin);

	CU_ASSERT_FATAL(written > 0 && written < 254 + 1);
}

/* The records of one document, read as a name server reads them. */
static struct zone zone_read(const struct plan *plan, void (*make)(const struct plan *, struct buffer *))
{
	BUFFER_CLEANUP struct buffer buffer = buffer_init(1 << 24);
	struct zone zone = {calloc(RECORDS_MAX, sizeof(struct record)), 0};
	char origin[NAME_TEXT] = "", *rest = NULL;

	make(plan, &buffer);
	CU_ASSERT_FATAL(zone.records && !buffer_failed(&buffer));
	for (char *line = strtok_r(buffer.data, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		struct record *record = &zone.records[zone.count];
		char name[NAME_TEXT], value[NAME_TEXT];

		if (line[0] == ';' || strncmp(line, "$TTL ", 5) == 0)
			continue;
		if (sscanf(line, "$ORIGIN %299s", origin) == 1)
			continue;
		CU_ASSERT_FATAL(zone.count < RECORDS_MAX && sscanf(line, "%299s IN %7s %299s", name, record->type, value) == 3);
		name_complete(name, origin, record->name);
		if (record->type[0] == 'A')
			(void)snprintf(record->value, NAME_TEXT, "%s", value);
		else
			name_complete(value, origin, record->value);
		zone.count++;
	}
	return zone;
}

/* How many records of a type a name has; *value: the last one's. */
static size_t zone_ask(const struct zone *zone, const char *name, const char *type, const char **value)
{
	size_t found = 0;

	for (size_t i = 0; i < zone->count; i++)
		if (strcmp(zone->records[i].type, type) == 0 && strcmp(zone->records[i].name, name) == 0) {
			*value = zone->records[i].value;
			found++;
		}
	return found;
}

/* The name under which an address is asked for, from its text. */
static void reverse_name(const char *address, char text[static NAME_TEXT])
{
	unsigned char bytes[16];
	size_t size = 0;

	if (inet_pton(AF_INET, address, bytes) == 1) {
		(void)snprintf(text, NAME_TEXT, "%u.%u.%u.%u.in-addr.arpa.", bytes[3], bytes[2], bytes[1], bytes[0]);
		return;
	}
	CU_ASSERT_FATAL(inet_pton(AF_INET6, address, bytes) == 1);
	for (int i = 15; i >= 0; i--)
		size += (size_t)snprintf(text + size, NAME_TEXT - size, "%x.%x.", bytes[i] & 15U, bytes[i] >> 4);
	(void)snprintf(text + size, NAME_TEXT - size, "ip6.arpa.");
}

/* One name leads back from each address, by way of one alias at most, and the name leads to the address. */
static void names_check(const struct plan *plan)
{
	struct zone forward = zone_read(plan, dns_forward), reverse = zone_read(plan, dns_reverse);
	const char *type = plan->family == FAMILY_IPV4 ? "A" : "AAAA", *value = "";
	size_t names = 0, ways_back = 0;

	for (size_t i = 0; i < plan->seat_count; i++) {
		char address[RANGE_TEXT], asked[NAME_TEXT];
		const char *name = asked;
		size_t aliases;

		reverse_name(address_print(plan->family, plan->seats[i].address, address), asked);
		aliases = zone_ask(&reverse, asked, "CNAME", &name);
		CU_ASSERT(aliases <= 1 && (aliases == 0 || zone_ask(&reverse, asked, "PTR", &value) == 0));
		CU_ASSERT_EQUAL(zone_ask(&reverse, name, "PTR", &value), 1);
		CU_ASSERT_EQUAL(zone_ask(&forward, value, type, &value), 1);
		CU_ASSERT_STRING_EQUAL(value, address);
	}
	for (size_t i = 0; i < forward.count; i++)
		names += strcmp(forward.records[i].type, type) == 0;
	for (size_t i = 0; i < reverse.count; i++)
		ways_back += strcmp(reverse.records[i].type, "PTR") == 0;
	CU_ASSERT_EQUAL(names, plan->seat_count);
	CU_ASSERT_EQUAL(ways_back, plan->seat_count);
	free(forward.records);
	free(reverse.records);
}

static void names_lead_there_and_back(void)
{
	int mapped = 0;

	seed_set();
	for (int round = 0; round < ROUNDS; round++) {
		PLANNED_CLEANUP struct planned planned;

		world_random(&planned);
		if (!planned.plan.seat_count)
			continue;
		names_check(&planned.plan);
		mapped++;
	}
	CU_ASSERT(mapped > ROUNDS / 2);
}

static size_t text_count(const char *text, const char *part)
{
	size_t count = 0;

	for (; (text = strstr(text, part)) != NULL; text += strlen(part))
		count++;
	return count;
}

/* Zones are cut at octets and nibbles, and no zone has addresses that the customer did not give. */
static void zones_are_cut_at_their_units(void)
{
	static const struct {
		const char *settings;
		const char *zones[4];
		size_t lines;
	} cases[] = {
		{"ranges = \"10.20.0.0/24\";", {"; zone 0.20.10.in-addr.arpa.\n"}, 0},
		{"ranges = [ \"10.20.0.0/25\", \"10.20.0.128/25\" ];", {"; zone 0.20.10.in-addr.arpa.\n"}, 0},
		{"ranges = \"10.20.0.0/16\";", {"; zone 20.10.in-addr.arpa.\n"}, 0},
		{"ranges = \"10.20.0.0/23\"; vips_per_node = 40;", {"; zone 0.20.10.in-addr.arpa.\n", "; zone 1.20.10.in-addr.arpa.\n"}, 0},
		{"ranges = \"10.20.0.64/26\";", {"; lines 0.20.10.in-addr.arpa. ", "; zone 64-127.0.20.10.in-addr.arpa.\n"}, 1},
		{"ranges = \"10.20.0.200-10.20.2.9\"; vips_per_node = 40;",
		 {"; zone 200-255.0.20.10.in-addr.arpa.\n", "; zone 1.20.10.in-addr.arpa.\n", "; zone 0-9.2.20.10.in-addr.arpa.\n"}, 2},
		{"ranges = \"fd00:20::/64\";", {"; zone 0.0.0.0.0.0.0.0.0.2.0.0.0.0.d.f.ip6.arpa.\n"}, 0},
		{"ranges = \"10.20.0.0/24\"; machine_subnet = \"nodes\";", {"; zone 0.20.10.in-addr.arpa.\n", "; lines 0.1.10.in-addr.arpa. "}, 1},
		{"ranges = \"10.9.0.128/25\"; machine_subnet = \"low\";", {"; zone 128-255.0.9.10.in-addr.arpa.\n"}, 2},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		PLANNED_CLEANUP struct planned planned;
		BUFFER_CLEANUP struct buffer buffer = buffer_init(1 << 24);
		char settings[SETTINGS];
		size_t zones = 0;

		(void)snprintf(settings, sizeof(settings), "%s nodes = 7; dns_suffix = \"s\";", cases[i].settings);
		planned_make(&planned, CLOUD_GCP, settings, "\"subnets\":[{\"name\":\"nodes\",\"range\":\"10.1.0.0/23\"},{\"name\":\"low\",\"range\":\"10.9.0.0/25\"}]");
		dns_reverse(&planned.plan, &buffer);
		for (size_t z = 0; z < 4 && cases[i].zones[z]; z++) {
			CU_ASSERT_EQUAL(text_count(buffer_string(&buffer), cases[i].zones[z]), 1);
			zones += cases[i].zones[z][2] == 'z';
		}
		CU_ASSERT_EQUAL(text_count(buffer_string(&buffer), "\n; zone "), zones);
		CU_ASSERT_EQUAL(text_count(buffer_string(&buffer), "\n; lines "), cases[i].lines);
	}
}

/* A thousand parts and no more; what is left out is told. */
static void parts_have_a_ceiling(void)
{
	static char settings[1 << 16];
	PLANNED_CLEANUP struct planned planned;
	BUFFER_CLEANUP struct buffer buffer = buffer_init(1 << 24);
	const char *last;
	size_t left_out = 0;
	size_t size = (size_t)snprintf(settings, sizeof(settings), "nodes = 250; vips_per_node = 8; dns_suffix = \"s\"; ranges = [ ");

	for (int i = 0; i < 900; i++)
		size += (size_t)snprintf(settings + size, sizeof(settings) - size, "%s\"10.%d.%d.254-10.%d.%d.1\"", i ? ", " : "", 20 + i / 60, 4 * (i % 60),
					 20 + i / 60, 4 * (i % 60) + 1);
	(void)snprintf(settings + size, sizeof(settings) - size, " ];");
	planned_make(&planned, CLOUD_GCP, settings, NULL);
	CU_ASSERT_EQUAL_FATAL(planned.plan.seat_count, 3 + 250 + 2000);
	dns_reverse(&planned.plan, &buffer);
	CU_ASSERT_EQUAL(text_count(buffer_string(&buffer), "\n; zone "), DNS_PARTS_MOST);
	last = strrchr(buffer_string(&buffer), ';');
	CU_ASSERT(sscanf(last, "; %zu addresses are left out", &left_out) == 1 && left_out > 0);
	CU_ASSERT_EQUAL(text_count(buffer_string(&buffer), " IN PTR ") + left_out, planned.plan.seat_count);
}

/* Names of a smaller cluster lead to the same addresses in a larger one. */
static void growth_renames_nothing(void)
{
	static const char *const kinds[] = {"", "replication_vips = 8;"};

	for (size_t k = 0; k < 2; k++) {
		PLANNED_CLEANUP struct planned small, large;
		struct zone before, after;
		char settings[SETTINGS];
		const char *value;

		(void)snprintf(settings, sizeof(settings), "nodes = 8; dns_suffix = \"s\"; machine_subnet = \"nodes\"; %s", kinds[k]);
		planned_make(&small, CLOUD_GCP, settings, NODES);
		(void)snprintf(settings, sizeof(settings), "nodes = 15; compute_nodes = 2; dns_suffix = \"s\"; machine_subnet = \"nodes\"; %s", kinds[k]);
		planned_make(&large, CLOUD_GCP, settings, NODES);
		before = zone_read(&small.plan, dns_forward);
		after = zone_read(&large.plan, dns_forward);
		for (size_t i = 0; i < before.count; i++) {
			CU_ASSERT_EQUAL(zone_ask(&after, before.records[i].name, before.records[i].type, &value), 1);
			CU_ASSERT_STRING_EQUAL(value, before.records[i].value);
		}
		free(before.records);
		free(after.records);
	}
}

/* The sub-domain is the cluster's name server's, and clients ask again before the time for a fail-over is over. */
static void the_sub_domain_is_delegated(void)
{
	PLANNED_CLEANUP struct planned planned;
	BUFFER_CLEANUP struct buffer buffer = buffer_init(1 << 24);
	const char *server = "", *address = "";
	struct zone zone;
	long long ttl = 0;

	planned_make(&planned, CLOUD_AZURE, "dns_suffix = \"storage.example.com\";", NULL);
	zone = zone_read(&planned.plan, dns_forward);
	CU_ASSERT_EQUAL(zone_ask(&zone, "test.storage.example.com.", "NS", &server), 1);
	CU_ASSERT_EQUAL(zone_ask(&zone, server, "A", &address), 1);
	CU_ASSERT_STRING_EQUAL(address, "10.20.0.2");
	dns_forward(&planned.plan, &buffer);
	CU_ASSERT(sscanf(strstr(buffer_string(&buffer), "$TTL"), "$TTL %lld", &ttl) == 1);
	CU_ASSERT(ttl >= 1 && ttl < facts_limit(&planned.facts, "failover.budget_seconds")->value);
	CU_ASSERT(strstr(buffer_string(&buffer), "forwarders { 10.20.0.2; }") != NULL);
	free(zone.records);
}

/* ---- advertisements ---- */

/* The ranges of an array of prefixes, each with its length. */
static size_t prefixes_read(struct json_object *array, struct range *prefixes, size_t most)
{
	size_t count = json_object_array_length(array);

	CU_ASSERT_FATAL(count <= most);
	for (size_t i = 0; i < count; i++) {
		const char *text = json_object_get_string(json_object_array_get_idx(array, i));
		struct error error;

		CU_ASSERT(strchr(text, '/') != NULL);
		CU_ASSERT_FATAL(range_parse(text, strlen(text), &prefixes[i], &error) == 0);
	}
	return count;
}

static bool sets_equal(struct scope *scope, const struct range_set *one, const struct range_set *other)
{
	struct range_set more, less;
	struct error error;

	CU_ASSERT_FATAL(range_set_subtract(scope, one, other, &more, &error) == 0 && range_set_subtract(scope, other, one, &less, &error) == 0);
	return more.count == 0 && less.count == 0;
}

/* No two neighbours are one prefix. */
static bool is_shortest(const struct range *prefixes, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct range both = prefixes[i - 1];

		both.last = prefixes[i].last;
		if (prefixes[i - 1].last + 1 == prefixes[i].first && range_prefix(both) >= 0)
			return false;
	}
	return true;
}

static void random_ranges(char *settings, size_t room)
{
	size_t size = (size_t)snprintf(settings, room, "nodes = 2; on_premises = \"192.168.0.0/16\"; ranges = [ ");
	int count = 1 + rand() % 8;

	for (int i = 0; i < count; i++) {
		int first = rand() % 200;

		size += (size_t)snprintf(settings + size, room - size, "%s\"10.20.%d.%d-10.20.%d.%d\"", i ? ", " : "", rand() % 2, first, 1, first + rand() % 56);
	}
	(void)snprintf(settings + size, room - size, " ];");
}

static void advertisements_are_the_ranges(void)
{
	seed_set();
	for (int round = 0; round < 4 * ROUNDS; round++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 20);
		PLANNED_CLEANUP struct planned planned;
		JSON_CLEANUP struct json_object *document = NULL;
		struct range prefixes[2000];
		struct range_set advertised, given;
		char settings[SETTINGS];
		struct error error;
		int64_t said = 0;
		size_t count;

		random_ranges(settings, sizeof(settings));
		planned_make(&planned, rand() % 2 ? CLOUD_GCP : CLOUD_AZURE, settings, NULL);
		document = document_read(&planned.plan, advertisements_json);
		count = prefixes_read(json_member(document, "advertise"), prefixes, 2000);
		CU_ASSERT_FATAL(range_set_make(&scope, prefixes, count, &advertised, &error) == 0);
		CU_ASSERT_FATAL(range_set_make(&scope, planned.deployment.ranges.items, planned.deployment.ranges.count, &given, &error) == 0);
		CU_ASSERT(sets_equal(&scope, &advertised, &given) && is_shortest(prefixes, count));
		CU_ASSERT(json_integer(document, "addresses", &said) && (uint64_t)said == range_set_count(&given));
		CU_ASSERT_EQUAL(prefixes_read(json_member(document, "to"), prefixes, 2000), 1);
	}
}

/* A person must know whether anybody announces the ranges. */
static void the_announcer_is_named(void)
{
	static const struct {
		enum cloud cloud;
		const char *mode, *by;
		bool command;
	} cases[] = {
		{CLOUD_GCP, "routed", "a custom advertisement of the Cloud Router", true}, {CLOUD_GCP, "in-subnet", "the Cloud Router: it announces all subnets", false},
		{CLOUD_AZURE, "routed", "nobody: ", false}, {CLOUD_AZURE, "in-subnet", "the network's gateway: ", false}, {CLOUD_GCP, "bgp", "the cluster itself", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		PLANNED_CLEANUP struct planned planned;
		JSON_CLEANUP struct json_object *document = NULL;
		char settings[SETTINGS];

		(void)snprintf(settings, sizeof(settings), "vip_mode = \"%s\"; on_premises = \"192.168.0.0/16\";", cases[i].mode);
		planned_make(&planned, cases[i].cloud, settings, NULL);
		document = document_read(&planned.plan, advertisements_json);
		CU_ASSERT(strncmp(json_text(document, "by"), cases[i].by, strlen(cases[i].by)) == 0);
		CU_ASSERT_EQUAL(json_member(document, "command") != NULL, cases[i].command);
	}
}

/* ---- firewall ---- */

static size_t rules_count(struct json_object *document, const char *group, const char *direction)
{
	struct json_object *rules = json_member(document, "rules");
	size_t count = 0;

	for (size_t i = 0; i < json_object_array_length(rules); i++) {
		struct json_object *rule = json_object_array_get_idx(rules, i);

		count += strcmp(json_text(rule, "group"), group) == 0 && strcmp(json_text(rule, "direction"), direction) == 0;
	}
	return count;
}

static bool is_left_out(struct json_object *document, const char *member, const char *value)
{
	struct json_object *list = json_member(document, "left_out");

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *one = json_object_array_get_idx(list, i);

		if (json_member(one, member) && strcmp(json_text(one, member), value) == 0)
			return *json_text(one, "reason") != '\0';
	}
	return false;
}

/* Every rule has both ends, ports and a reason; each group that is wanted has rules or is told as left out. */
static void rules_are_complete(void)
{
	static const char *const always[][2] = {{"client", "ingress"}, {"admin", "ingress"}, {"ssh", "ingress"}, {"cluster", "ingress"}, {"cluster", "egress"},
						{"replication", "ingress"}, {"replication", "egress"}, {"directory", "egress"}, {"dns", "ingress"}};

	seed_set();
	for (int round = 0; round < ROUNDS; round++) {
		PLANNED_CLEANUP struct planned planned;
		JSON_CLEANUP struct json_object *document = NULL;
		struct json_object *rules;

		world_random(&planned);
		if (!planned.plan.seat_count)
			continue;
		document = document_read(&planned.plan, firewall_json);
		rules = json_member(document, "rules");
		for (size_t i = 0; i < json_object_array_length(rules); i++) {
			struct json_object *rule = json_object_array_get_idx(rules, i);

			CU_ASSERT(json_object_array_length(json_member(rule, "sources")) > 0 && json_object_array_length(json_member(rule, "destinations")) > 0);
			CU_ASSERT(json_object_array_length(json_member(rule, "ports")) > 0 && *json_text(rule, "reason") && *json_text(rule, "source"));
		}
		for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++)
			CU_ASSERT((rules_count(document, always[i][0], always[i][1]) > 0) != is_left_out(document, "group", always[i][0]));
		CU_ASSERT(is_left_out(document, "group", "client") && rules_count(document, "directory", "egress") > 0); /* as world_random has it */
	}
}

static void rules_follow_the_deployment(void)
{
	static const struct {
		enum cloud cloud;
		const char *settings, *network, *group, *direction;
		size_t rules;
	} cases[] = {
		{CLOUD_GCP, "", NODES, "client", "ingress", 7},
		{CLOUD_GCP, "protocols = \"nfs\"; ", NODES, "client", "ingress", 2},
		{CLOUD_GCP, "protocols = [ \"s3\", \"block\" ]; ", NODES, "client", "ingress", 3},
		{CLOUD_GCP, "protocols = \"tape\"; ", NODES, "client", "ingress", 0},
		{CLOUD_GCP, "", NODES, "private-services", "egress", 2},
		{CLOUD_GCP, "", "\"subnets\":[{\"name\":\"nodes\",\"range\":\"10.1.0.0/23\"}]", "private-services", "egress", 0},
		{CLOUD_AZURE, "", NODES, "private-services", "egress", 0},
		{CLOUD_GCP, "", NODES, "dns", "ingress", 0},
		{CLOUD_GCP, "dns_suffix = \"s\"; ", NODES, "dns", "ingress", 2},
		{CLOUD_GCP, "dns_suffix = \"s\"; ", NODES, "dns-forwarding", "ingress", 2},
		{CLOUD_AZURE, "dns_suffix = \"s\"; ", NODES, "dns-forwarding", "ingress", 0},
		{CLOUD_GCP, "on_premises = \"192.168.0.0/16\"; ", NODES, "replication", "egress", 1},
		{CLOUD_GCP, "on_premises = \"192.168.0.0/16\"; replication_vips = 0; ", NODES, "replication", "egress", 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		PLANNED_CLEANUP struct planned planned;
		JSON_CLEANUP struct json_object *document = NULL;
		char settings[SETTINGS];

		(void)snprintf(settings, sizeof(settings), "machine_subnet = \"nodes\"; clients = \"10.50.0.0/16\"; %s", cases[i].settings);
		planned_make(&planned, cases[i].cloud, settings, cases[i].network);
		document = document_read(&planned.plan, firewall_json);
		CU_ASSERT_EQUAL(rules_count(document, cases[i].group, cases[i].direction), cases[i].rules);
		CU_ASSERT_EQUAL(is_left_out(document, "protocol", "tape"), strstr(cases[i].settings, "tape") != NULL);
	}
}

/* The destinations of clients are the protocols' addresses, each and no other. */
static void a_rule_names_the_virtual_addresses(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 20);
	PLANNED_CLEANUP struct planned planned;
	JSON_CLEANUP struct json_object *document = NULL;
	struct range prefixes[500], seats[500];
	struct range_set named, wanted;
	struct error error;
	size_t count, seat_count = 0;

	planned_make(&planned, CLOUD_AZURE, "clients = \"10.50.0.0/16\"; vips_per_node = 3; machine_subnet = \"nodes\";", NODES);
	document = document_read(&planned.plan, firewall_json);
	count = prefixes_read(json_member(json_object_array_get_idx(json_member(document, "rules"), 0), "destinations"), prefixes, 500);
	for (size_t i = 0; i < planned.plan.seat_count; i++)
		if (planned.plan.seats[i].role == SEAT_PROTOCOL)
			seats[seat_count++] = range_of(FAMILY_IPV4, planned.plan.seats[i].address);
	CU_ASSERT_EQUAL(seat_count, 24);
	CU_ASSERT_FATAL(range_set_make(&scope, prefixes, count, &named, &error) == 0 && range_set_make(&scope, seats, seat_count, &wanted, &error) == 0);
	CU_ASSERT(sets_equal(&scope, &named, &wanted));
}

/* ---- permissions ---- */

static bool is_permitted(struct json_object *document, const char *phase, const char *verb)
{
	struct json_object *list = json_member(document, "permissions");

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *one = json_object_array_get_idx(list, i), *verbs = json_member(one, "verbs");

		for (size_t j = 0; j < json_object_array_length(verbs); j++)
			if (strcmp(json_text(one, "phase"), phase) == 0 && strcmp(json_object_get_string(json_object_array_get_idx(verbs, j)), verb) == 0)
				return true;
	}
	return false;
}

/* Who moves virtual addresses may do just that; every phase has permissions; one cloud's are not the other's. */
static void permissions_follow_the_plan(void)
{
	static const char *const phases[] = {"look", "create", "operate", "update", "destroy"};
	static const struct {
		enum cloud cloud;
		const char *mode, *moves, *not;
	} cases[] = {
		{CLOUD_GCP, "routed", "compute.routes.create", "compute.instances.updateNetworkInterface"},
		{CLOUD_GCP, "in-subnet", "compute.instances.updateNetworkInterface", "compute.routes.create"},
		{CLOUD_AZURE, "routed", "Microsoft.Network/routeTables/write", "Microsoft.Network/networkInterfaces/write"},
		{CLOUD_AZURE, "in-subnet", "Microsoft.Network/networkInterfaces/write", "Microsoft.Network/routeTables/write"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		PLANNED_CLEANUP struct planned planned;
		BUFFER_CLEANUP struct buffer buffer = buffer_init(1 << 20);
		JSON_CLEANUP struct json_object *document = NULL;
		char settings[SETTINGS];

		(void)snprintf(settings, sizeof(settings), "vip_mode = \"%s\";", cases[i].mode);
		planned_make(&planned, cases[i].cloud, settings, NULL);
		document = document_read(&planned.plan, permissions_json);
		permissions_json(&planned.plan, &buffer);
		CU_ASSERT(is_permitted(document, "operate", cases[i].moves) && !is_permitted(document, "operate", cases[i].not));
		CU_ASSERT_EQUAL(strstr(buffer_string(&buffer), "Microsoft.") != NULL, cases[i].cloud == CLOUD_AZURE);
		for (size_t p = 0; p < sizeof(phases) / sizeof(*phases); p++)
			CU_ASSERT_EQUAL(text_count(buffer_string(&buffer), phases[p]) > 0, true);
	}
}

static const struct unit_test tests[] = {
	{"names lead there and back", names_lead_there_and_back},
	{"zones are cut at their units", zones_are_cut_at_their_units},
	{"parts of the reverse zones have a ceiling", parts_have_a_ceiling},
	{"growth renames nothing", growth_renames_nothing},
	{"the sub-domain is delegated", the_sub_domain_is_delegated},
	{"advertisements are the ranges", advertisements_are_the_ranges},
	{"the announcer is named", the_announcer_is_named},
	{"no rule is for everybody, and none is missed", rules_are_complete},
	{"rules are for what is served and used", rules_follow_the_deployment},
	{"a rule names the virtual addresses", a_rule_names_the_virtual_addresses},
	{"permissions are for the cloud and the mode", permissions_follow_the_plan},
};

int main(void)
{
	return UNIT_RUN("documents for others", tests);
}
