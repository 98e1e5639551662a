/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/handoff.h"

#include <string.h>

enum { FIREWALL_MEMORY = 512 << 20 };

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

struct firewall {
	const struct plan *plan;
	bool sourced; /* rules say where they are from */
	struct scope scope;
	struct range *all; /* room for an address of every seat */
	struct range_set inner[PORT_GROUPS], clients, on_premises;
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

static int firewall_make(const struct plan *plan, struct firewall *firewall, struct error *error)
{
	const struct deployment *deployment = plan->deployment;

	*firewall = (struct firewall){.plan = plan, .scope = scope_init(FIREWALL_MEMORY)};
	firewall->all = scope_alloc(&firewall->scope, plan->seat_count * sizeof(*firewall->all));
	if (!firewall->all)
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

/* ---- rules ---- */

static void ports_json(const struct port *port, struct buffer *buffer)
{
	(void)buffer_text(buffer, "[");
	for (size_t i = 0; i < port->span_count; i++) {
		const struct port_span *span = &port->spans[i];

		(void)buffer_print(buffer, span->first == span->last ? "%s\"%d\"" : "%s\"%d-%d\"", i ? "," : "", span->first, span->last);
	}
	(void)buffer_text(buffer, "]");
}

static void rule_json(const struct firewall *firewall, const struct port *port, bool in, struct buffer *buffer)
{
	struct range cloud_range = port->range;
	struct range_set cloud = {&cloud_range, 1};
	const struct range_set *inner = &firewall->inner[port->group];
	const struct range_set *outer[] = {[PEER_CLIENTS] = &firewall->clients, [PEER_ON_PREMISES] = &firewall->on_premises,
					   [PEER_CLOUD] = &cloud, [PEER_CLUSTER] = inner};
	const struct range_set *other = outer[ends[port->group].peer];

	(void)buffer_member(buffer, "{", "group", port_group_name(port->group));
	(void)buffer_member(buffer, ",", "direction", in ? "ingress" : "egress");
	(void)buffer_text(buffer, ",\"sources\":");
	(void)prefixes_json(in ? other : inner, buffer);
	(void)buffer_text(buffer, ",\"destinations\":");
	(void)prefixes_json(in ? inner : other, buffer);
	(void)buffer_member(buffer, ",", "protocol", port->protocol);
	(void)buffer_text(buffer, ",\"ports\":");
	ports_json(port, buffer);
	(void)buffer_member(buffer, ",", "reason", port->reason);
	if (firewall->sourced) {
		(void)buffer_member(buffer, ",", "date", port->date);
		(void)buffer_member(buffer, ",", "source", port->source);
	}
	(void)buffer_text(buffer, "}");
}

static void rules_json(const struct firewall *firewall, struct buffer *buffer)
{
	const struct facts *facts = firewall->plan->facts;
	size_t printed = 0;

	(void)buffer_text(buffer, "[");
	for (size_t i = 0; i < facts->port_count; i++) {
		const struct port *port = &facts->ports[i];

		if (!port_wanted(firewall->plan, port) || group_lacks(firewall, port->group))
			continue;
		for (int in = 1; in >= 0; in--)
			if (in ? ends[port->group].in : ends[port->group].out) {
				(void)buffer_text(buffer, printed++ ? ",\n" : "\n");
				rule_json(firewall, port, in, buffer);
			}
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
	struct firewall firewall;
	struct error error;

	if (firewall_make(plan, &firewall, &error) < 0) {
		buffer->failed = true;
	} else {
		firewall.sourced = true;
		(void)buffer_text(buffer, "{\"rules\":");
		rules_json(&firewall, buffer);
		(void)buffer_text(buffer, ",\n\"left_out\":[");
		left_out_json(&firewall, buffer);
		(void)buffer_text(buffer, "]}\n");
	}
	scope_release(&firewall.scope);
}

void firewall_rules_json(const struct plan *plan, struct buffer *buffer)
{
	struct firewall firewall;
	struct error error;

	if (firewall_make(plan, &firewall, &error) < 0)
		buffer->failed = true;
	else
		rules_json(&firewall, buffer);
	scope_release(&firewall.scope);
}
