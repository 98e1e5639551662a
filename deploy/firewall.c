/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/firewall.h"

#include <stdio.h>
#include <string.h>

enum { FIREWALL_MEMORY = 512 << 20, JUDGE_MEMORY = 256 << 20, SPAN_TEXT = 32, SPANS_TOLD = 4 };

#define ROLE(ROLE) (1U << (ROLE))
#define ROLES_MACHINES (ROLE(SEAT_MACHINE) | ROLE(SEAT_HELD) | ROLE(SEAT_CHECKER) | ROLE(SEAT_SPARE))
#define ROLES_VIRTUAL (ROLE(SEAT_MANAGEMENT) | ROLE(SEAT_INNER) | ROLE(SEAT_DNS) | ROLE(SEAT_REPLICATION) | ROLE(SEAT_PROTOCOL))

/* Who is at an end of a rule. */
enum peer { PEER_CLIENTS, PEER_ON_PREMISES, PEER_CLOUD, PEER_CLUSTER };

/* The outer end of each group, the addresses of the cluster's that it reaches, and who begins. */
static const struct group_ends {
	enum peer peer;
	unsigned roles;
	bool in, out;
} ends[] = {
	[PORT_CLIENT] = {PEER_CLIENTS, ROLE(SEAT_PROTOCOL), true, false},
	[PORT_ADMIN] = {PEER_CLIENTS, ROLE(SEAT_MANAGEMENT), true, false},
	[PORT_SSH] = {PEER_CLIENTS, ROLES_MACHINES, true, false},
	[PORT_DNS] = {PEER_CLIENTS, ROLE(SEAT_DNS), true, false},
	[PORT_DNS_FORWARDING] = {PEER_CLOUD, ROLE(SEAT_DNS), true, false},
	[PORT_CLUSTER] = {PEER_CLUSTER, ROLES_MACHINES | ROLES_VIRTUAL, true, true},
	[PORT_REPLICATION] = {PEER_ON_PREMISES, ROLES_MACHINES | ROLE(SEAT_REPLICATION), true, true},
	[PORT_DIRECTORY] = {PEER_ON_PREMISES, ROLES_MACHINES, false, true},
	[PORT_PRIVATE_SERVICES] = {PEER_CLOUD, ROLES_MACHINES, false, true},
};

/* The addresses of these roles: the set is built in place of all that was in it. */
static int roles_set(struct firewall *firewall, unsigned roles, struct range_set *set, struct error *error)
{
	const struct plan *plan = firewall->plan;
	size_t count = 0;

	for (size_t i = 0; i < plan->seat_count; i++)
		if (roles & ROLE(plan->seats[i].role))
			firewall->all[count++] = range_of(plan->family, plan->seats[i].address);
	return range_set_make(&firewall->scope, firewall->all, count, set, error);
}

static int ends_make(struct firewall *firewall, struct error *error)
{
	const struct plan *plan = firewall->plan;
	const struct deployment *deployment = plan->deployment;

	firewall->all = scope_alloc(&firewall->scope, plan->seat_count * sizeof(*firewall->all));
	firewall->clouds = scope_alloc(&firewall->scope, plan->facts->port_count * sizeof(*firewall->clouds));
	firewall->needs = scope_alloc(&firewall->scope, 2 * plan->facts->port_count * sizeof(*firewall->needs));
	if (!firewall->all || !firewall->clouds || !firewall->needs)
		return error_memory(error, "firewall rules");
	for (int i = 0; i < PORT_GROUPS; i++)
		if (roles_set(firewall, ends[i].roles, &firewall->inner[i], error) < 0)
			return error->code;
	if (range_set_make(&firewall->scope, deployment->clients.items, deployment->clients.count, &firewall->clients, error) < 0)
		return error->code;
	return range_set_make(&firewall->scope, deployment->on_premises.items, deployment->on_premises.count, &firewall->on_premises, error);
}

/* ---- what is wanted ---- */

static bool serves(const struct deployment *deployment, const char *protocol)
{
	for (size_t i = 0; i < deployment->protocol_count; i++)
		if (strcmp(deployment->protocols[i], protocol) == 0)
			return true;
	return !protocol[0] || deployment->protocol_count == 0;
}

/* What this deployment has no use for is no rule, and nothing to be told. */
static bool port_wanted(const struct plan *plan, const struct port *port)
{
	const struct deployment *deployment = plan->deployment;

	if (port->cloud && strcmp(port->cloud, cloud_name(deployment->cloud)) != 0)
		return false;
	switch (port->group) {
	case PORT_DNS:
	case PORT_DNS_FORWARDING:
		return deployment->dns_suffix != NULL;
	case PORT_PRIVATE_SERVICES:
		return plan->subnet && plan->subnet->google_access;
	case PORT_REPLICATION:
		return deployment->replication_vips != 0;
	default:
		return serves(deployment, port->serves ? port->serves : "");
	}
}

/* Why a group has no rule, though it is wanted; NULL: it has. */
static const char *group_lacks(const struct firewall *firewall, enum port_group group)
{
	if (ends[group].peer == PEER_CLIENTS && !firewall->clients.count)
		return "the deployment names no clients: a rule without sources would be one for everybody";
	if (ends[group].peer == PEER_ON_PREMISES && !firewall->on_premises.count)
		return "the deployment names no networks on premises: put the other end's prefixes into a rule yourself";
	if (ends[group].roles & ROLES_MACHINES && !firewall->plan->machine_space.count)
		return "where the machines are is not known: name machine_ranges, or machine_subnet with a snapshot of the network";
	return firewall->inner[group].count ? NULL : "the map has no address for it";
}

static int need_add(struct firewall *firewall, size_t index, bool in, struct error *error)
{
	const struct port *port = &firewall->plan->facts->ports[index];
	const struct range_set *inner = &firewall->inner[port->group];
	const struct range_set *outer[] = {[PEER_CLIENTS] = &firewall->clients, [PEER_ON_PREMISES] = &firewall->on_premises,
					   [PEER_CLOUD] = &firewall->clouds[index], [PEER_CLUSTER] = inner};
	const struct range_set *other = outer[ends[port->group].peer];

	firewall->needs[firewall->need_count++] = (struct firewall_need){.port = port, .in = in, .senders = in ? other : inner,
									 .receivers = in ? inner : other, .answer = POLICY_UNKNOWN};
	return range_set_make(&firewall->scope, &port->range, 1, &firewall->clouds[index], error);
}

static int needs_make(struct firewall *firewall, struct error *error)
{
	const struct facts *facts = firewall->plan->facts;

	for (size_t i = 0; i < facts->port_count; i++) {
		const struct port *port = &facts->ports[i];

		if (!port_wanted(firewall->plan, port) || group_lacks(firewall, port->group))
			continue;
		for (int in = 1; in >= 0; in--)
			if ((in ? ends[port->group].in : ends[port->group].out) && need_add(firewall, i, in, error) < 0)
				return error->code;
	}
	return 0;
}

/* ---- what there is ---- */

/* Why the snapshot's rules say nothing here; NULL: they do. */
static const char *compare_lacks(struct firewall *firewall)
{
	const struct plan *plan = firewall->plan;
	const struct network *network = plan->network;

	if (!network->digest[0])
		return "there is no snapshot of the network";
	if (!network->firewall_known)
		return "the snapshot says nothing of firewall rules";
	if (network->cloud != CLOUD_AZURE)
		return NULL;
	if (!plan->subnet)
		return "it is not known which subnet the machines are in";
	firewall->group = plan->subnet->security_group;
	for (size_t i = 0; i < network->firewall_count; i++)
		if (!firewall->group || (network->firewall[i].group && strcmp(network->firewall[i].group, firewall->group) == 0))
			return NULL;
	return firewall->group ? "the snapshot has no rules of the subnet's security group" : NULL;
}

/* Parts by their answer and rule, each once. */
static int answers_keep(struct firewall *firewall, struct firewall_need *need, const struct policy_parts *parts, struct error *error)
{
	need->answers = scope_alloc(&firewall->scope, parts->count * sizeof(*need->answers));
	if (!need->answers)
		return error_memory(error, "firewall rules");
	need->answer = POLICY_THERE;
	need->whole = true;
	for (size_t i = 0; i < parts->count; i++) {
		const struct policy_part *part = &parts->items[i];
		size_t at = 0;

		need->whole = need->whole && part->answer == parts->items[0].answer;
		need->answer = part->answer > need->answer ? part->answer : need->answer;
		while (at < need->answer_count && (need->answers[at].rule != part->rule || need->answers[at].answer != part->answer))
			at++;
		if (at == need->answer_count)
			need->answers[need->answer_count++] = (struct need_answer){part->answer, part->rule, part->axes[AXIS_RECEIVERS].items[0]};
	}
	return 0;
}

static int need_judge(struct firewall *firewall, const struct policy *policy, struct firewall_need *need, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(JUDGE_MEMORY);
	struct traffic traffic = {.egress = !need->in, .protocol = need->port->protocol, .axes = {*need->senders, *need->receivers}};
	struct range spans[FACTS_SPANS_MAX];
	struct policy_parts parts;

	for (size_t i = 0; i < need->port->span_count; i++)
		spans[i] = (struct range){FAMILY_IPV4, (address_value)need->port->spans[i].first, (address_value)need->port->spans[i].last};
	if (range_set_make(&scope, spans, need->port->span_count, &traffic.axes[AXIS_PORTS], error) < 0 ||
	    policy_judge(&scope, policy, &traffic, &parts, error) < 0)
		return error->code;
	return answers_keep(firewall, need, &parts, error);
}

static int needs_compare(struct firewall *firewall, struct error *error)
{
	const struct plan *plan = firewall->plan;
	struct policy_view view = {plan->network, firewall->group, plan->deployment->name,
				   plan->network->cloud == CLOUD_AZURE ? FIREWALL_OWN_AZURE : FIREWALL_OWN_GOOGLE};
	struct policy policy;

	if (policy_make(&firewall->scope, &view, &policy, error) < 0)
		return error->code;
	for (size_t i = 0; i < firewall->need_count; i++)
		if (need_judge(firewall, &policy, &firewall->needs[i], error) < 0)
			return error->code;
	return 0;
}

int firewall_make(const struct plan *plan, struct firewall *firewall, struct error *error)
{
	*firewall = (struct firewall){.plan = plan, .scope = scope_init(FIREWALL_MEMORY)};
	if (ends_make(firewall, error) < 0 || needs_make(firewall, error) < 0)
		return error->code;
	firewall->lacks = compare_lacks(firewall);
	return firewall->lacks ? 0 : needs_compare(firewall, error);
}

void firewall_release(struct firewall *firewall)
{
	scope_release(&firewall->scope);
}

/* ---- rules ---- */

static const char *span_text(const struct port_span *span, char text[static SPAN_TEXT])
{
	(void)snprintf(text, SPAN_TEXT, span->first == span->last ? "%d" : "%d-%d", span->first, span->last);
	return text;
}

void ports_text(const struct port *port, struct buffer *buffer)
{
	char text[SPAN_TEXT];

	for (size_t i = 0; i < port->span_count && i < SPANS_TOLD; i++)
		(void)buffer_print(buffer, "%s%s", i ? ", " : "", span_text(&port->spans[i], text));
	if (port->span_count > SPANS_TOLD)
		(void)buffer_print(buffer, " and %zu more", port->span_count - SPANS_TOLD);
}

static void ports_json(const struct port *port, struct buffer *buffer)
{
	char text[SPAN_TEXT];

	(void)buffer_text(buffer, "[");
	for (size_t i = 0; i < port->span_count; i++)
		(void)buffer_print(buffer, "%s\"%s\"", i ? "," : "", span_text(&port->spans[i], text));
	(void)buffer_text(buffer, "]");
}

/* Against what there is: the answer, and by which rules. */
static void state_json(const struct firewall_need *need, struct buffer *buffer)
{
	size_t printed = 0;

	(void)buffer_member(buffer, ",", "state", policy_answer_name(need->answer));
	(void)buffer_text(buffer, ",\"by\":[");
	for (size_t i = 0; i < need->answer_count; i++)
		if (need->answers[i].answer == need->answer && need->answers[i].rule) {
			(void)buffer_text(buffer, printed++ ? "," : "");
			(void)buffer_json(buffer, need->answers[i].rule->name);
		}
	(void)buffer_text(buffer, "]");
}

static void rule_json(const struct firewall_need *need, bool whole, struct buffer *buffer)
{
	const struct port *port = need->port;

	(void)buffer_member(buffer, "{", "group", port_group_name(port->group));
	(void)buffer_member(buffer, ",", "direction", need->in ? "ingress" : "egress");
	(void)buffer_text(buffer, ",\"sources\":");
	(void)prefixes_json(need->senders, buffer);
	(void)buffer_text(buffer, ",\"destinations\":");
	(void)prefixes_json(need->receivers, buffer);
	(void)buffer_member(buffer, ",", "protocol", port->protocol);
	(void)buffer_text(buffer, ",\"ports\":");
	ports_json(port, buffer);
	(void)buffer_member(buffer, ",", "reason", port->reason);
	if (whole) {
		(void)buffer_member(buffer, ",", "date", port->date);
		(void)buffer_member(buffer, ",", "source", port->source);
		state_json(need, buffer);
	}
	(void)buffer_text(buffer, "}");
}

/* whole: with what is for people, and of what there is. */
static void rules_json(const struct firewall *firewall, bool whole, struct buffer *buffer)
{
	(void)buffer_text(buffer, "[");
	for (size_t i = 0; i < firewall->need_count; i++) {
		(void)buffer_text(buffer, i ? ",\n" : "\n");
		rule_json(&firewall->needs[i], whole, buffer);
	}
	(void)buffer_text(buffer, "]");
}

static bool group_wanted(const struct plan *plan, enum port_group group)
{
	for (size_t i = 0; i < plan->facts->port_count; i++)
		if (plan->facts->ports[i].group == group && port_wanted(plan, &plan->facts->ports[i]))
			return true;
	return false;
}

/* What a person must see to, because apollo does not know enough for a rule. */
static void left_out_json(const struct firewall *firewall, struct buffer *buffer)
{
	const struct plan *plan = firewall->plan;
	size_t printed = 0;

	for (int i = 0; i < PORT_GROUPS; i++) {
		const char *reason = group_lacks(firewall, (enum port_group)i);

		if (!reason || !group_wanted(plan, (enum port_group)i))
			continue;
		(void)buffer_member(buffer, printed++ ? ",\n{" : "\n{", "group", port_group_name((enum port_group)i));
		(void)buffer_member(buffer, ",", "reason", reason);
		(void)buffer_text(buffer, "}");
	}
	for (size_t i = 0; i < plan->deployment->protocol_count; i++) {
		if (facts_serves(plan->facts, plan->deployment->protocols[i]))
			continue;
		(void)buffer_member(buffer, printed++ ? ",\n{" : "\n{", "protocol", plan->deployment->protocols[i]);
		(void)buffer_member(buffer, ",", "reason", "no port that serves it is known to ports.cfg: find it out, and write the rule yourself");
		(void)buffer_text(buffer, "}");
	}
}

void firewall_json(const struct plan *plan, struct buffer *buffer)
{
	FIREWALL_CLEANUP struct firewall firewall;
	struct error error;

	if (firewall_make(plan, &firewall, &error) < 0) {
		buffer->failed = true;
		return;
	}
	(void)buffer_text(buffer, "{\"rules\":");
	rules_json(&firewall, true, buffer);
	(void)buffer_text(buffer, ",\n\"left_out\":[");
	left_out_json(&firewall, buffer);
	(void)buffer_member(buffer, "],\n", "compared_with", firewall.lacks ? "" : plan->network->name);
	(void)buffer_member(buffer, ",", "security_group", firewall.group ? firewall.group : "");
	(void)buffer_member(buffer, ",", "not_compared", firewall.lacks ? firewall.lacks : "");
	(void)buffer_text(buffer, "}\n");
}

void firewall_rules_json(const struct plan *plan, struct buffer *buffer)
{
	FIREWALL_CLEANUP struct firewall firewall;
	struct error error;

	if (firewall_make(plan, &firewall, &error) < 0)
		buffer->failed = true;
	else
		rules_json(&firewall, false, buffer);
}
