/* SPDX-License-Identifier: Apache-2.0 */
/* What existing firewall rules do: against every packet of small worlds, and by hand. */
#include "deploy/handoff.h"
#include "deploy/policy.h"
#include "tests/deploy/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- every packet of small worlds ---- */

enum { WORLDS = 1500, RULES_MOST = 7, SIDE = 6, WORLD_TEXT = 1 << 14 };

#define BASE 0x0a000000u /* 10.0.0.0 */

static unsigned seed;

static unsigned draw(unsigned below)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 12) % below;
}

static size_t end_print(char *text, size_t size, const char *ranges, const char *names)
{
	static const char *const words[] = {"tag", "VirtualNetwork", "Internet", "AzureLoadBalancer", "virtualnetwork"};
	size_t at = 0;

	if (draw(3)) {
		unsigned first = draw(SIDE), last = first + draw(SIDE - first), more = draw(SIDE);

		at += (size_t)snprintf(text + at, size - at, ",\"%s\":[\"10.0.0.%u-10.0.0.%u\",\"10.0.0.%u\"]", ranges, first, last, more);
	}
	if (!draw(4))
		at += (size_t)snprintf(text + at, size - at, ",\"%s\":[\"%s\"]", names, words[draw(5)]);
	return at;
}

static size_t rule_print(char *text, size_t size, unsigned number)
{
	static const char *const protocols[] = {"tcp", "udp", "all", "icmp"};
	size_t at = (size_t)snprintf(text, size, "%s{\"name\":\"r%u\",\"group\":\"%s\",\"direction\":\"%s\",\"action\":\"%s\",\"priority\":%u,\"traffic\":[", number ? "," : "",
				     number, draw(6) ? "g" : "other", draw(3) ? "ingress" : "egress", draw(2) ? "allow" : "deny", 5 * draw(5));

	for (unsigned i = 0, count = 1 + draw(2); i < count; i++) {
		unsigned first = draw(SIDE), last = first + draw(SIDE - first);

		at += (size_t)snprintf(text + at, size - at, "%s{\"protocol\":\"%s\"", i ? "," : "", protocols[draw(4)]);
		if (draw(3))
			at += (size_t)snprintf(text + at, size - at, ",\"ports\":[\"%u-%u\",\"%u\"]", first, last, draw(SIDE));
		at += (size_t)snprintf(text + at, size - at, "}");
	}
	at += (size_t)snprintf(text + at, size - at, "]");
	at += end_print(text + at, size - at, "sources", "source_names");
	at += end_print(text + at, size - at, "destinations", "destination_names");
	if (!draw(6))
		at += (size_t)snprintf(text + at, size - at, ",\"target_names\":[\"t\"],\"owner\":\"%s\"", draw(2) ? "test" : "other");
	if (!draw(8))
		at += (size_t)snprintf(text + at, size - at, ",\"source_ports\":true");
	return at + (size_t)snprintf(text + at, size - at, "}");
}

static void world_make(struct network *network)
{
	static char text[WORLD_TEXT];
	struct error error = {0};
	size_t at = (size_t)snprintf(text, sizeof(text), "{\"apollo_network\":1,\"cloud\":\"%s\",\"name\":\"n\",\"space\":[\"10.0.0.0-10.0.0.2\"],\"firewall\":[",
				     draw(2) ? "azure" : "gcp");

	for (unsigned i = 0, count = draw(RULES_MOST + 1); i < count; i++)
		at += rule_print(text + at, sizeof(text) - at, i);
	at += (size_t)snprintf(text + at, sizeof(text) - at, "]}");
	UNIT_OK(network_parse(text, at, "world", network, &error), &error);
	CU_ASSERT_FATAL(error.code == 0);
}

/* 1: it surely is one of these, 0: perhaps, -1: it is none. */
static int end_holds(const struct network *network, const struct rule_end *end, unsigned address)
{
	bool perhaps = false;

	if (end->anybody || range_set_holds(&end->ranges, range_of(FAMILY_IPV4, BASE + address)))
		return 1;
	for (size_t i = 0; i < end->name_count; i++) {
		bool azure = network->cloud == CLOUD_AZURE;

		if (azure && strcasecmp(end->names[i], "VirtualNetwork") == 0 && address <= 2)
			return 1;
		/* Private addresses are neither public nor Azure's host. */
		perhaps = perhaps || !azure || (strcmp(end->names[i], "Internet") != 0 && strcmp(end->names[i], "AzureLoadBalancer") != 0);
	}
	return perhaps ? 0 : -1;
}

/* The same of a rule and a packet. */
static int rule_matches(const struct network *network, const struct firewall_rule *rule, bool egress, unsigned from, unsigned to, unsigned port)
{
	int sender = end_holds(network, &rule->source, from), receiver = end_holds(network, &rule->destination, to);
	bool ports = false;

	for (size_t i = 0; i < rule->traffic_count; i++)
		ports = ports || ((strcmp(rule->traffic[i].protocol, "tcp") == 0 || strcmp(rule->traffic[i].protocol, "all") == 0) &&
				  range_set_holds(&rule->traffic[i].ports, range_of(FAMILY_IPV4, port)));
	if (rule->egress != egress || !ports || sender < 0 || receiver < 0 || (network->cloud == CLOUD_AZURE && strcmp(rule->group, "g") != 0))
		return -1;
	if (rule->source_ports || (rule->target_count && strcmp(rule->owner, "test") != 0))
		return 0;
	return sender && receiver;
}

/* Whether the packet goes through, where the rules that may match are those of `world`; own: with the cluster's own rule. */
static bool goes_through(const struct network *network, const int *matches, unsigned world, bool own, int64_t own_priority, bool open)
{
	for (size_t i = 0, bit = 0; i < network->firewall_count; i++) {
		const struct firewall_rule *rule = &network->firewall[i];

		if (own && (rule->priority > own_priority || (rule->priority == own_priority && !rule->deny)))
			return true;
		if (matches[i] > 0 || (matches[i] == 0 && world & 1u << bit++))
			return !rule->deny;
	}
	return own || open;
}

static enum policy_answer packet_answer(const struct network *network, bool egress, unsigned from, unsigned to, unsigned port, int64_t own_priority)
{
	bool open = network->cloud == CLOUD_GCP && egress, with[2] = {false, false}, without[2] = {false, false};
	int matches[RULES_MOST];
	unsigned unsure = 0;

	for (size_t i = 0; i < network->firewall_count; i++) {
		matches[i] = rule_matches(network, &network->firewall[i], egress, from, to, port);
		unsure += matches[i] == 0;
	}
	for (unsigned world = 0; world < 1u << unsure; world++) {
		with[goes_through(network, matches, world, true, own_priority, open)] = true;
		without[goes_through(network, matches, world, false, own_priority, open)] = true;
	}
	if (with[false])
		return with[true] ? POLICY_UNKNOWN : POLICY_BLOCKED;
	return without[false] ? POLICY_ADD : POLICY_THERE;
}

static struct range_set random_set(struct scope *scope, address_value base)
{
	struct range ranges[2];
	struct range_set set = {0};
	struct error error;

	for (int i = 0; i < 2; i++) {
		unsigned first = draw(SIDE), last = first + draw(SIDE - first);

		ranges[i] = (struct range){FAMILY_IPV4, base + first, base + last};
	}
	(void)range_set_make(scope, ranges, 2, &set, &error);
	return set;
}

static void packets_compare(struct scope *scope, const struct network *network)
{
	struct policy_view view = {network, "g", "test", 10};
	struct traffic traffic = {.egress = draw(2), .protocol = "tcp", .axes = {random_set(scope, BASE), random_set(scope, BASE), random_set(scope, 0)}};
	struct policy policy;
	struct policy_parts parts;
	struct error error = {0};
	size_t wrong = 0;

	UNIT_OK(policy_make(scope, &view, &policy, &error), &error);
	UNIT_OK(policy_judge(scope, &policy, &traffic, &parts, &error), &error);
	for (unsigned packet = 0; packet < SIDE * SIDE * SIDE; packet++) {
		unsigned at[] = {packet % SIDE, packet / SIDE % SIDE, packet / SIDE / SIDE};
		struct range values[] = {range_of(FAMILY_IPV4, BASE + at[0]), range_of(FAMILY_IPV4, BASE + at[1]), range_of(FAMILY_IPV4, at[2])};
		size_t found = 0;
		bool wanted = true;

		for (int i = 0; i < AXIS_COUNT; i++)
			wanted = wanted && range_set_holds(&traffic.axes[i], values[i]);
		for (size_t i = 0; i < parts.count; i++) {
			const struct policy_part *part = &parts.items[i];

			if (!range_set_holds(&part->axes[0], values[0]) || !range_set_holds(&part->axes[1], values[1]) || !range_set_holds(&part->axes[2], values[2]))
				continue;
			found++;
			wrong += part->answer != packet_answer(network, traffic.egress, at[0], at[1], at[2], view.own_priority);
		}
		wrong += found != wanted;
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void answers_are_each_packets(void)
{
	seed = getenv("APOLLO_SEED") ? (unsigned)atol(getenv("APOLLO_SEED")) : 20261126;
	printf("(APOLLO_SEED=%u) ", seed);
	for (int i = 0; i < WORLDS; i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 24);
		NETWORK_CLEANUP struct network network = {0};

		world_make(&network);
		packets_compare(&scope, &network);
	}
}

/* ---- by hand ---- */

#define NODES "\"subnets\":[{\"name\":\"nodes\",\"range\":\"10.1.0.0/24\",\"google_access\":true,\"security_group\":\"sg\"}]"
#define RULE(NAME, WAY, ACTION, PRIORITY, TRAFFIC, MORE) \
	"{\"name\":\"" NAME "\",\"group\":\"sg\",\"direction\":\"" WAY "\",\"action\":\"" ACTION "\",\"priority\":" PRIORITY ",\"traffic\":[" TRAFFIC "]" MORE "}"
#define TCP(PORTS) "{\"protocol\":\"tcp\",\"ports\":[" PORTS "]}"
#define ALL "{\"protocol\":\"all\"}"
#define FIREWALL(RULES) NODES ",\"space\":[\"10.1.0.0/16\"],\"firewall\":[" RULES "]"
#define NFS "protocols = \"nfs\"; clients = \"10.50.0.0/16\"; machine_subnet = \"nodes\"; "
#define DEFAULTS \
	RULE("AllowVnetInBound", "ingress", "allow", "65000", ALL, ",\"source_names\":[\"VirtualNetwork\"],\"destination_names\":[\"VirtualNetwork\"]") "," \
	RULE("AllowAzureLoadBalancerInBound", "ingress", "allow", "65001", ALL, ",\"source_names\":[\"AzureLoadBalancer\"]") "," \
	RULE("DenyAllInBound", "ingress", "deny", "65500", ALL, "") "," \
	RULE("AllowVnetOutBound", "egress", "allow", "65000", ALL, ",\"source_names\":[\"VirtualNetwork\"],\"destination_names\":[\"VirtualNetwork\"]") "," \
	RULE("AllowInternetOutBound", "egress", "allow", "65001", ALL, ",\"destination_names\":[\"Internet\"]") "," \
	RULE("DenyAllOutBound", "egress", "deny", "65500", ALL, "")

static const struct hand {
	enum cloud cloud;
	const char *settings, *network;
	const char *state, *by;           /* of the first rule for clients; by: a rule's name or "" */
	const char *object, *message;     /* of a finding; NULL: none has the word "rule" in its object */
	enum severity severity;
} hands[] = {
	/* Google: the implied rules deny what comes in */
	{CLOUD_GCP, NFS, FIREWALL(""), "to be added", "", NULL, NULL, 0},
	{CLOUD_GCP, NFS, FIREWALL(RULE("in", "ingress", "allow", "1000", TCP("\"111\",\"2049\""), ",\"sources\":[\"10.0.0.0/8\"]")), "there already", "in", "in, priority 1000", "allows already: client (ingress, tcp 111, 2049)", SEVERITY_NOTE},
	{CLOUD_GCP, NFS, FIREWALL(RULE("in", "ingress", "allow", "1000", TCP("\"111\""), ",\"sources\":[\"10.0.0.0/8\"]")), "to be added", "", "in, priority 1000", "allows already: client (ingress, tcp 111, 2049, in part)", SEVERITY_NOTE},
	{CLOUD_GCP, NFS, FIREWALL(RULE("in", "ingress", "allow", "1000", TCP("\"100-3000\""), ",\"sources\":[\"10.50.0.0/17\"]")), "to be added", "", "in, priority 1000", "allows already", SEVERITY_NOTE},
	{CLOUD_GCP, NFS, FIREWALL(RULE("no", "ingress", "deny", "800", TCP("\"2000-2100\""), "")), "blocked", "no", "no, priority 800", "denies what the cluster needs: client (ingress, tcp 111, 2049, in part)", SEVERITY_WARNING},
	{CLOUD_GCP, NFS, FIREWALL(RULE("no", "ingress", "deny", "800", ALL, "")), "blocked", "no", "no, priority 800", "denies what the cluster needs", SEVERITY_REFUSED},
	/* of a group that is not the cluster's own, a part; and of the cluster's own, any */
	{CLOUD_GCP, NFS, FIREWALL(RULE("no", "ingress", "deny", "800", ALL, ",\"sources\":[\"10.50.7.0/24\"]")), "blocked", "no", "no, priority 800", "client", SEVERITY_WARNING},
	{CLOUD_GCP, NFS, FIREWALL(RULE("no", "egress", "deny", "0", TCP("\"5551\""), ",\"destinations\":[\"10.1.0.0/28\"]")), "to be added", "", "no, priority 0", "cluster (egress", SEVERITY_REFUSED},
	{CLOUD_GCP, NFS, FIREWALL(RULE("no", "ingress", "deny", "0", TCP("\"22\""), ",\"sources\":[\"10.50.0.0/16\"]")), "to be added", "", "no, priority 0", "ssh (ingress", SEVERITY_WARNING},
	/* what comes behind the cluster's own rule does not count, and at its own priority what denies comes before it */
	{CLOUD_GCP, NFS, FIREWALL(RULE("no", "ingress", "deny", "901", ALL, "")), "to be added", "", NULL, NULL, 0},
	{CLOUD_GCP, NFS, FIREWALL(RULE("no", "ingress", "deny", "900", ALL, "")), "blocked", "no", "no, priority 900", "denies", SEVERITY_REFUSED},
	{CLOUD_GCP, NFS, FIREWALL(RULE("no", "ingress", "deny", "800", ALL, "") "," RULE("yes", "ingress", "allow", "700", ALL, "")), "there already", "yes", "yes, priority 700", "allows", SEVERITY_NOTE},
	{CLOUD_GCP, NFS, FIREWALL(RULE("no", "ingress", "deny", "800", ALL, "") "," RULE("yes", "ingress", "allow", "800", ALL, "")), "blocked", "no", "no, priority 800", "denies", SEVERITY_REFUSED},
	{CLOUD_GCP, NFS, FIREWALL(RULE("no", "ingress", "deny", "800", "{\"protocol\":\"udp\"}", ",\"sources\":[\"10.50.0.0/16\"]")), "to be added", "", NULL, NULL, 0},
	/* targets that are not known; those of the deployment itself are */
	{CLOUD_GCP, NFS, FIREWALL(RULE("no", "ingress", "deny", "800", ALL, ",\"target_names\":[\"web\"]")), "not known", "no", "no, priority 800", "cannot be seen here, as it is for web: client", SEVERITY_NOTE},
	{CLOUD_GCP, NFS, FIREWALL(RULE("no", "ingress", "deny", "800", ALL, ",\"source_names\":[\"robot@p.iam.gserviceaccount.com\"]")), "not known", "no", "no, priority 800", "robot@p", SEVERITY_NOTE},
	{CLOUD_GCP, NFS, FIREWALL(RULE("no", "ingress", "deny", "800", ALL, "") "," RULE("yes", "ingress", "allow", "700", ALL, ",\"target_names\":[\"web\"]")), "not known", "yes", "yes, priority 700", "before another rule denies it", SEVERITY_NOTE},
	{CLOUD_GCP, NFS, FIREWALL(RULE("no", "ingress", "deny", "901", ALL, ",\"target_names\":[\"web\"]")), "to be added", "", NULL, NULL, 0},
	{CLOUD_GCP, NFS, FIREWALL(RULE("yes", "ingress", "allow", "700", ALL, ",\"target_names\":[\"web\"]")), "to be added", "", NULL, NULL, 0},
	{CLOUD_GCP, NFS, FIREWALL(RULE("own", "ingress", "allow", "900", ALL, ",\"target_names\":[\"test@p.iam.gserviceaccount.com\"],\"owner\":\"test\"")), "there already", "own", "own, priority 900", "allows", SEVERITY_NOTE},
	{CLOUD_GCP, NFS, FIREWALL(RULE("own", "ingress", "allow", "900", ALL, ",\"target_names\":[\"test@p.iam.gserviceaccount.com\"],\"owner\":\"test2\"")), "to be added", "", NULL, NULL, 0},
	/* Azure: virtual addresses outside the network's space may be of the tag, or not (A14) */
	{CLOUD_AZURE, NFS, FIREWALL(DEFAULTS), "to be added", "", "AllowVnetInBound of sg, priority 65000", "allows already: ", SEVERITY_NOTE},
	{CLOUD_AZURE, NFS "vip_mode = \"in-subnet\"; ranges = \"10.1.0.0/24\"; ", FIREWALL(DEFAULTS) ",\"peerings\":[{\"name\":\"p\",\"ranges\":[\"10.50.0.0/16\"]}]", "there already", "AllowVnetInBound", "AllowVnetInBound", "client", SEVERITY_NOTE},
	{CLOUD_AZURE, NFS, FIREWALL(DEFAULTS "," RULE("no", "ingress", "deny", "4096", ALL, "")), "blocked", "no", "no of sg, priority 4096", "denies", SEVERITY_REFUSED},
	{CLOUD_AZURE, NFS, FIREWALL(DEFAULTS "," RULE("no", "ingress", "deny", "4096", ALL, ",\"source_names\":[\"Internet\"]")), "to be added", "", "AllowVnetInBound", "allows", SEVERITY_NOTE},
	{CLOUD_AZURE, NFS, FIREWALL(DEFAULTS "," RULE("no", "ingress", "deny", "300", ALL, ",\"destination_names\":[\"web-asg\"]")), "not known", "no", "no of sg, priority 300", "as it is for web-asg", SEVERITY_NOTE},
	{CLOUD_AZURE, NFS, FIREWALL(DEFAULTS "," RULE("no", "ingress", "deny", "300", ALL, ",\"source_ports\":true")), "not known", "no", "no of sg, priority 300", "some ports of the sender", SEVERITY_NOTE},
	{CLOUD_AZURE, NFS, FIREWALL(DEFAULTS "," RULE("yes", "ingress", "allow", "300", TCP("\"1-65535\""), ",\"sources\":[\"10.50.0.0/16\"]")), "there already", "yes", "yes of sg, priority 300", "client", SEVERITY_NOTE},
	/* groups of other subnets, a subnet without one, and a group that was not read */
	{CLOUD_AZURE, NFS, NODES ",\"firewall\":[" "{\"name\":\"x\",\"group\":\"other\",\"direction\":\"ingress\",\"action\":\"deny\",\"priority\":100,\"traffic\":[" ALL "]}]", "not known", "", NULL, NULL, 0},
	{CLOUD_AZURE, NFS, "\"subnets\":[{\"name\":\"nodes\",\"range\":\"10.1.0.0/24\"}],\"firewall\":[]", "there already", "", NULL, NULL, 0},
	{CLOUD_AZURE, NFS, NODES, "not known", "", NULL, NULL, 0},
};

static const struct finding *rule_finding(const struct planned *planned, const char *object)
{
	for (size_t i = 0; i < planned->plan.findings.count; i++) {
		const struct finding *finding = &planned->plan.findings.items[i];

		if ((strncmp(finding->object, "rule ", 5) == 0 || strncmp(finding->object, "firewall rule ", 14) == 0) && (!object || strstr(finding->object, object)))
			return finding;
	}
	return NULL;
}

static struct json_object *client_rule(struct json_object *document)
{
	struct json_object *rules = json_member(document, "rules");

	for (size_t i = 0; i < json_object_array_length(rules); i++)
		if (strcmp(json_text(json_object_array_get_idx(rules, i), "group"), "client") == 0)
			return json_object_array_get_idx(rules, i);
	return NULL;
}

static void rules_by_hand(void)
{
	for (size_t i = 0; i < sizeof(hands) / sizeof(*hands); i++) {
		const struct hand *hand = &hands[i];
		PLANNED_CLEANUP struct planned planned;
		JSON_CLEANUP struct json_object *document = NULL;
		struct json_object *rule, *by;
		const struct finding *finding;

		planned_make(&planned, hand->cloud, hand->settings, hand->network);
		document = document_read(&planned.plan, firewall_json);
		rule = client_rule(document);
		CU_ASSERT_FATAL(rule != NULL);
		by = json_member(rule, "by");
		if (strcmp(json_text(rule, "state"), hand->state) != 0 || (json_object_array_length(by) > 0) != (*hand->by != '\0') ||
		    (*hand->by && strcmp(json_object_get_string(json_object_array_get_idx(by, 0)), hand->by) != 0)) {
			printf("\ncase %zu: %s", i, json_object_to_json_string(rule));
			CU_FAIL("another state");
		}
		finding = rule_finding(&planned, hand->object);
		if ((finding != NULL) != (hand->object != NULL)) {
			printf("\ncase %zu: %s", i, finding ? finding->object : "no finding");
			CU_FAIL("a finding more, or less");
		}
		if (!finding || !hand->object)
			continue;
		CU_ASSERT_STRING_EQUAL(finding->code, hand->cloud == CLOUD_AZURE ? "A14" : "G15");
		UNIT_HOLDS(finding->message, hand->message);
		if (finding->severity != hand->severity) {
			printf("\ncase %zu: %s: %s", i, severity_name(finding->severity), finding->message);
			CU_FAIL("another severity");
		}
	}
}

/* The rules of the Google package come at the priority that is counted with here. */
static void the_package_has_the_priority(void)
{
	UNIT_HOLDS(unit_read(TEST_SOURCE_DIR "/gcp/main.tf"), "priority                = 900\n");
}

/* ---- ceilings ---- */

/* Rules that cut everything into ever smaller pieces end in "not known", in time and memory. */
static void many_parts_are_not_known(void)
{
	static char text[1 << 22];
	SCOPE_CLEANUP struct scope scope = scope_init(256 << 20);
	NETWORK_CLEANUP struct network network = {0};
	struct range all = {FAMILY_IPV4, 0, UINT32_MAX}, ports = {FAMILY_IPV4, 0, PORT_MOST};
	struct traffic traffic = {.protocol = "tcp"};
	struct policy_view view = {&network, NULL, "test", 900};
	struct error error = {0};
	struct policy policy;
	struct policy_parts parts;
	size_t unseen = 0, at = (size_t)snprintf(text, sizeof(text), "{\"apollo_network\":1,\"cloud\":\"gcp\",\"name\":\"n\",\"firewall\":[");

	for (unsigned i = 0; i < 3000; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s{\"name\":\"r\",\"direction\":\"ingress\",\"action\":\"%s\",\"priority\":%u,\"traffic\":[{\"protocol\":\"tcp\","
				       "\"ports\":[\"%u-%u\"]}],\"sources\":[\"%u.0.0.0/9\"],\"destinations\":[\"%u.%u.0.0/15\"],\"source_names\":[\"t\"]}",
				       i ? "," : "", i % 2 ? "allow" : "deny", i % 800, i * 7 % 60000, i * 7 % 60000 + 3000, i % 250, i * 3 % 250, i * 2 % 250);
	at += (size_t)snprintf(text + at, sizeof(text) - at, "]}");
	UNIT_OK(network_parse(text, at, "many", &network, &error), &error);
	UNIT_OK(range_set_make(&scope, &all, 1, &traffic.axes[AXIS_SENDERS], &error), &error);
	traffic.axes[AXIS_RECEIVERS] = traffic.axes[AXIS_SENDERS];
	UNIT_OK(range_set_make(&scope, &ports, 1, &traffic.axes[AXIS_PORTS], &error), &error);
	UNIT_OK(policy_make(&scope, &view, &policy, &error), &error);
	UNIT_OK(policy_judge(&scope, &policy, &traffic, &parts, &error), &error);
	CU_ASSERT(parts.count <= POLICY_PARTS_MAX + POLICY_BOXES_MAX);
	for (size_t i = 0; i < parts.count; i++)
		unseen += parts.items[i].answer == POLICY_UNKNOWN && !parts.items[i].rule;
	CU_ASSERT(unseen > 0);
}

/* ---- wrong rules ---- */

static const struct { const char *rule, *member; } wrongs[] = {
	{"{}", "name"},
	{"{\"name\":\"x\"}", "direction"},
	{"{\"name\":\"x\",\"direction\":\"in\"}", "direction"},
	{"{\"name\":\"x\",\"direction\":\"ingress\",\"action\":\"drop\"}", "action"},
	{"{\"name\":\"x\",\"direction\":\"ingress\",\"action\":\"deny\"}", "priority"},
	{"{\"name\":\"x\",\"direction\":\"ingress\",\"action\":\"deny\",\"priority\":65536,\"traffic\":[]}", "priority"},
	{"{\"name\":\"x\",\"direction\":\"ingress\",\"action\":\"deny\",\"priority\":1}", "traffic"},
	{"{\"name\":\"x\",\"direction\":\"ingress\",\"action\":\"deny\",\"priority\":1,\"traffic\":[3]}", "traffic"},
	{"{\"name\":\"x\",\"direction\":\"ingress\",\"action\":\"deny\",\"priority\":1,\"traffic\":[{\"ports\":[\"1\"]}]}", "traffic.protocol"},
	{"{\"name\":\"x\",\"direction\":\"ingress\",\"action\":\"deny\",\"priority\":1,\"traffic\":[{\"protocol\":\"tcp\",\"ports\":[\"2-1\"]}]}", "traffic.ports"},
	{"{\"name\":\"x\",\"direction\":\"ingress\",\"action\":\"deny\",\"priority\":1,\"traffic\":[{\"protocol\":\"tcp\",\"ports\":[\"65536\"]}]}", "traffic.ports"},
	{"{\"name\":\"x\",\"direction\":\"ingress\",\"action\":\"deny\",\"priority\":1,\"traffic\":[{\"protocol\":\"tcp\",\"ports\":[1]}]}", "ports"},
	{"{\"name\":\"x\",\"direction\":\"ingress\",\"action\":\"deny\",\"priority\":1,\"traffic\":[{\"protocol\":\"tcp\",\"port\":[]}]}", "port"},
	{"{\"name\":\"x\",\"direction\":\"ingress\",\"action\":\"deny\",\"priority\":1,\"traffic\":[],\"sources\":[\"10.0.0.0/33\"]}", "sources"},
	{"{\"name\":\"x\",\"direction\":\"ingress\",\"action\":\"deny\",\"priority\":1,\"traffic\":[],\"source_names\":[\"\"]}", "source_names"},
	{"{\"name\":\"x\",\"direction\":\"ingress\",\"action\":\"deny\",\"priority\":1,\"traffic\":[],\"tags\":[]}", "tags"},
};

static void wrong_rules_are_refused(void)
{
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(*wrongs); i++) {
		NETWORK_CLEANUP struct network network = {0};
		struct error error = {0};
		char text[1000];
		int size = snprintf(text, sizeof(text), "{\"apollo_network\":1,\"cloud\":\"gcp\",\"name\":\"n\",\"firewall\":[%s]}", wrongs[i].rule);

		UNIT_REFUSED(network_parse(text, (size_t)size, "w.json", &network, &error), ERROR_INPUT, &error, "w.json: firewall[0].", wrongs[i].member);
	}
}

static const struct unit_test tests[] = {
	{"answers are those of every packet", answers_are_each_packets},
	{"rules by hand", rules_by_hand},
	{"the Google package has the priority that is counted with", the_package_has_the_priority},
	{"too many parts are not known", many_parts_are_not_known},
	{"wrong rules are refused", wrong_rules_are_refused},
};

int main(void)
{
	return UNIT_RUN("firewalls", tests);
}
