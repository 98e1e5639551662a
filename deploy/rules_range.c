/* SPDX-License-Identifier: Apache-2.0 */
/* What the customer's ranges are, and what they collide with. */
#include "deploy/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- ranges by themselves ---- */

/* A range of the customer's as an object: "range 10.0.0.0/24". */
static const char *range_object(struct plan *plan, struct range range)
{
	char text[RANGE_TEXT];
	const char *object = scope_print(plan->scope, "range %s", range_print(range, text));

	plan->findings.failed = plan->findings.failed || !object;
	return object;
}

struct special {
	const char *range;
	const char *code;    /* common, or a cloud's */
	const char *what;
};

/* What no cluster can be given (rules C03, A02, G02).  RFC 6890 and the clouds' own pages. */
static const struct special specials[] = {
	{"0.0.0.0/8", "C03", "\"this network\""},
	{"127.0.0.0/8", "C03", "loopback"},
	{"169.254.0.0/16", "C03", "link-local"},
	{"192.0.0.0/24", "C03", "protocol assignments"},
	{"192.0.2.0/24", "C03", "documentation"},
	{"198.18.0.0/15", "C03", "benchmarks"},
	{"198.51.100.0/24", "C03", "documentation"},
	{"203.0.113.0/24", "C03", "documentation"},
	{"224.0.0.0/4", "C03", "multicast"},
	{"240.0.0.0/4", "C03", "reserved and broadcast"},
	{"::/127", "C03", "unspecified and loopback"},
	{"::ffff:0:0-::ffff:ffff:ffff", "C03", "IPv4 addresses in IPv6"},
	{"2001:db8::/32", "C03", "documentation"},
	{"fe80::/10", "C03", "link-local"},
	{"ff00::/8", "C03", "multicast"},
	{"168.63.129.16", "A02", "Azure's own services"},
	{"199.36.153.4/30", "G02", "Google's own services"},
	{"199.36.153.8/30", "G02", "Google's own services"},
};

static struct range range_known(const char *text)
{
	struct range range = {FAMILY_IPV4, 0, 0};
	struct error error;

	if (strcmp(text, "::ffff:0:0-::ffff:ffff:ffff") == 0)
		return range_around(FAMILY_IPV6, (address_value)0xffff << 32, 96);
	(void)range_parse(text, strlen(text), &range, &error);
	return range;
}

static bool special_applies(const struct plan *plan, const struct special *special)
{
	return special->code[0] == 'C' || special->code[0] == (plan->deployment->cloud == CLOUD_AZURE ? 'A' : 'G');
}

static bool is_special(const struct plan *plan, struct range range)
{
	for (size_t i = 0; i < sizeof(specials) / sizeof(*specials); i++)
		if (special_applies(plan, &specials[i]) && range_relation(range, range_known(specials[i].range)) != RELATION_DISJOINT)
			return true;
	return false;
}

static void special_check(struct plan *plan, struct range range)
{
	for (size_t i = 0; i < sizeof(specials) / sizeof(*specials); i++) {
		struct range special = range_known(specials[i].range), both;

		if (special_applies(plan, &specials[i]) && range_intersect(range, special, &both))
			finding_add(&plan->findings, specials[i].code, SEVERITY_REFUSED,
				    &(struct finding_parts){range_object(plan, range), specials[i].what, &both, "give a range without these addresses"},
				    "the range holds addresses for %s", specials[i].what);
	}
}

/* Rule C16: public addresses that somebody else may own. */
static void public_check(struct plan *plan, struct range range)
{
	bool allowed = plan->deployment->allow_public;
	struct range privates[RANGE_PRIVATES];

	if (is_special(plan, range))
		return;
	range_privates(privates);
	for (size_t i = 0; i < RANGE_PRIVATES; i++) {
		enum relation relation = range_relation(range, privates[i]);

		if (relation == RELATION_EQUAL || relation == RELATION_INSIDE)
			return;
	}
	finding_add(&plan->findings, "C16", allowed ? SEVERITY_WARNING : SEVERITY_REFUSED,
		    &(struct finding_parts){range_object(plan, range), "", NULL,
					    allowed ? "" : "give private addresses, or say allow_public = true"},
		    "the range is not all private: from this network its real owner cannot be reached");
}

/* Rule C02.  The ranges sorted by their first address: each is looked at against those that it begins in. */
static int compare_first(const void *left, const void *right)
{
	const struct range *one = left, *other = right;

	return one->first < other->first ? -1 : one->first > other->first ? 1 : one->last < other->last ? -1 : one->last > other->last;
}

static void overlap_add(struct plan *plan, struct range one, struct range other, const char *what)
{
	struct range both;

	if (range_intersect(one, other, &both))
		finding_add(&plan->findings, "C02", SEVERITY_REFUSED,
			    &(struct finding_parts){range_object(plan, one), range_object(plan, other), &both, "name these addresses once"},
			    "%s have addresses in common", what);
}

static int overlaps_check(struct plan *plan, const struct ranges *ranges, struct error *error)
{
	struct range *sorted = scope_alloc(plan->scope, ranges->count * sizeof(*sorted));

	if (!sorted)
		return error_memory(error, "a plan");
	if (ranges->count) {
		memcpy(sorted, ranges->items, ranges->count * sizeof(*sorted));
		qsort(sorted, ranges->count, sizeof(*sorted), compare_first);
	}
	for (size_t i = 0; i < ranges->count; i++)
		for (size_t j = i + 1; j < ranges->count && sorted[j].first <= sorted[i].last && plan->findings.count < FINDINGS_MAX; j++)
			overlap_add(plan, sorted[i], sorted[j], "two of the ranges");
	return 0;
}

/* The same of virtual addresses and machines'.  A subnet in a routed range is a collision of its own. */
static void overlaps_between(struct plan *plan)
{
	const struct ranges *ranges = &plan->deployment->ranges;
	struct range subnet = plan->subnet ? plan->subnet->range : (struct range){0};
	struct ranges machines = plan->deployment->machine_ranges;

	if (!machines.count && plan->subnet && plan->deployment->vip_mode == VIP_IN_SUBNET && !plan->shared)
		machines = (struct ranges){&subnet, 1, NULL};
	for (size_t i = 0; i < ranges->count; i++)
		for (size_t j = 0; j < machines.count && plan->findings.count < FINDINGS_MAX; j++)
			overlap_add(plan, ranges->items[i], machines.items[j], "virtual addresses and machines'");
}

/* Rule C09: what was asked for and not done. */
static void edges_check(struct plan *plan, struct range range)
{
	if (plan->deployment->skip_edges && range.family == FAMILY_IPV4 && range_count(range) > PLAN_EDGES_MOST)
		finding_add(&plan->findings, "C09", SEVERITY_WARNING,
			    &(struct finding_parts){range_object(plan, range), "", NULL, "give at most a /8"},
			    "the range is too large to leave out all that ends in .0 or .255: none is left out");
}

/* ---- collisions ---- */

/* What is said of a collision; code NULL: nothing. */
struct ruling {
	const char *code;
	enum severity severity;
	const char *why;
};

static const struct ruling nothing;

static struct ruling space_ruling(const struct plan *plan, enum relation relation)
{
	(void)relation;
	if (plan->deployment->cloud != CLOUD_AZURE || plan->deployment->vip_mode == VIP_IN_SUBNET)
		return nothing;
	return (struct ruling){"A04", SEVERITY_REFUSED, "virtual addresses inside the network's own space are delivered by the network, not by a route"};
}

static struct ruling subnet_ruling(const struct plan *plan, enum relation relation)
{
	bool azure = plan->deployment->cloud == CLOUD_AZURE, inside = relation == RELATION_INSIDE || relation == RELATION_EQUAL;

	if (plan->deployment->vip_mode == VIP_IN_SUBNET)
		return inside ? nothing
			      : (struct ruling){azure ? "A03" : "G03", SEVERITY_REFUSED, "the range is partly in a subnet and partly not"};
	if (azure)
		return (struct ruling){"A04", SEVERITY_REFUSED, "virtual addresses in a subnet are delivered by the subnet, not by a route"};
	if (relation == RELATION_CONTAINS)
		return (struct ruling){"G04", SEVERITY_WARNING, "the subnet wins inside the range: its addresses are left out"};
	return (struct ruling){"G04", SEVERITY_REFUSED, "a route may not lead to addresses of a subnet"};
}

static struct ruling peer_ruling(const struct plan *plan, enum relation relation)
{
	if (plan->deployment->cloud == CLOUD_AZURE)
		return plan->deployment->vip_mode == VIP_IN_SUBNET
			       ? (struct ruling){"A05", SEVERITY_REFUSED, "peered networks may not overlap"}
			       : (struct ruling){"A04", SEVERITY_REFUSED, "virtual addresses in a peered network's space are delivered by that network"};
	if (relation == RELATION_CONTAINS && plan->deployment->vip_mode != VIP_IN_SUBNET)
		return (struct ruling){"G04", SEVERITY_WARNING, "the peered subnet wins inside the range: its addresses are left out"};
	return (struct ruling){"G04", SEVERITY_REFUSED, "the addresses are a peered network's"};
}

/* Routes that somebody made; apollo's own of this deployment are what the plan replaces. */
static struct ruling route_ruling(const struct plan *plan, const struct object *object, enum relation relation)
{
	const struct route *route = &plan->network->routes[object->part];
	bool google = plan->deployment->cloud == CLOUD_GCP, broader = relation == RELATION_INSIDE;
	const char *code = google ? "G06" : "C06";

	if (route->owner && strcmp(route->owner, plan->deployment->name) == 0)
		return nothing;
	if (broader)
		return range_prefix(object->range) == 0
			       ? nothing
			       : (struct ruling){code, SEVERITY_NOTE, "a broader route: the cluster's own are more specific and win"};
	if (route->dynamic)
		return (struct ruling){code, SEVERITY_WARNING, relation == RELATION_EQUAL
									 ? "a learned route to the same addresses: the priority decides"
									 : "a learned route to a part of the range takes its traffic"};
	return (struct ruling){code, SEVERITY_REFUSED, "somebody else's route leads these addresses away"};
}

static struct ruling object_ruling(const struct plan *plan, const struct object *object, enum relation relation)
{
	bool google = plan->deployment->cloud == CLOUD_GCP;

	switch (object->kind) {
	case OBJECT_SPACE: return space_ruling(plan, relation);
	case OBJECT_SUBNET: return subnet_ruling(plan, relation);
	case OBJECT_SECONDARY:
		return plan->deployment->vip_mode == VIP_IN_SUBNET && (relation == RELATION_INSIDE || relation == RELATION_EQUAL)
			       ? nothing : subnet_ruling(plan, relation);
	case OBJECT_PEER: return peer_ruling(plan, relation);
	case OBJECT_SERVICE:
		return (struct ruling){google ? "G05" : "C06", SEVERITY_REFUSED, "the addresses are allocated to a service"};
	case OBJECT_RESERVED:
		return object->owner && strcmp(object->owner, plan->deployment->name) == 0
			       ? nothing : (struct ruling){"C06", SEVERITY_REFUSED, "somebody has reserved the addresses"};
	case OBJECT_ROUTE:
	case OBJECT_DYNAMIC: return route_ruling(plan, object, relation);
	case OBJECT_ON_PREMISES:
		return relation == RELATION_INSIDE
			       ? (struct ruling){"C06", SEVERITY_WARNING, "a prefix on premises holds the range: the range must be advertised there as the more specific one"}
			       : (struct ruling){"C06", SEVERITY_REFUSED, "the addresses are in use on premises"};
	case OBJECT_BRIDGE: return (struct ruling){"C06", SEVERITY_REFUSED, "every machine uses these addresses for its containers"};
	case OBJECT_KINDS: break;
	}
	return nothing;
}

/* The part of the range that no collision touches, as a suggestion: the smallest change. */
static const char *rest_suggest(struct plan *plan, struct range range, struct range taken)
{
	struct range_set all, less, rest;
	struct error error;
	char text[RANGE_TEXT];

	if (range_set_make(plan->scope, &range, 1, &all, &error) < 0 || range_set_make(plan->scope, &taken, 1, &less, &error) < 0 ||
	    range_set_subtract(plan->scope, &all, &less, &rest, &error) < 0) {
		plan->findings.failed = true;
		return "";
	}
	if (!rest.count)
		return "give another range";
	if (rest.count == 1)
		return scope_print(plan->scope, "give %s instead", range_print(rest.items[0], text));
	else {
		char other[RANGE_TEXT];

		return scope_print(plan->scope, "give %s and %s instead", range_print(rest.items[0], text), range_print(rest.items[1], other));
	}
}

/* A subnet inside the space that was found already says nothing new (Azure). */
static bool is_told(const struct plan *plan, const struct object *object)
{
	if (object->kind != OBJECT_SUBNET || plan->deployment->cloud != CLOUD_AZURE || plan->deployment->vip_mode == VIP_IN_SUBNET)
		return false;
	for (size_t i = 0; i < plan->network->object_count && plan->network->objects[i].kind == OBJECT_SPACE; i++)
		if (range_relation(object->range, plan->network->objects[i].range) != RELATION_DISJOINT)
			return true;
	return false;
}

static void object_check(struct plan *plan, struct range range, const struct object *object)
{
	enum relation relation = range_relation(range, object->range);
	struct ruling ruling = relation == RELATION_DISJOINT || is_told(plan, object) ? nothing : object_ruling(plan, object, relation);
	struct range both;
	char text[RANGE_TEXT];

	if (!ruling.code)
		return;
	(void)range_intersect(range, object->range, &both);
	finding_add(&plan->findings, ruling.code, ruling.severity,
		    &(struct finding_parts){range_object(plan, range),
					    scope_print(plan->scope, "%s (%s)", object->name, range_print(object->range, text)), &both,
					    ruling.severity == SEVERITY_REFUSED ? rest_suggest(plan, range, both) : NULL},
		    "the range is %s %s: %s", relation == RELATION_EQUAL ? "equal to" : relation == RELATION_INSIDE ? "inside"
					      : relation == RELATION_CONTAINS ? "around" : "partly in", object->name, ruling.why);
}

/* What is everywhere, and what the deployment itself says of other networks. */
static void told_check(struct plan *plan, struct range range)
{
	const struct object bridge = {.kind = OBJECT_BRIDGE, .range = range_known("172.17.0.0/16"), .name = "container bridge"};

	object_check(plan, range, &bridge);
	for (size_t i = 0; i < plan->deployment->on_premises.count; i++)
		object_check(plan, range, &(struct object){.kind = OBJECT_ON_PREMISES, .range = plan->deployment->on_premises.items[i], .name = "on_premises"});
	for (size_t i = 0; i < plan->deployment->clients.count; i++) {
		struct range both, clients = plan->deployment->clients.items[i];
		char text[RANGE_TEXT];

		if (plan->deployment->vip_mode != VIP_IN_SUBNET && range_intersect(range, clients, &both))
			finding_add(&plan->findings, "C12", SEVERITY_REFUSED,
				    &(struct finding_parts){range_object(plan, range),
							    scope_print(plan->scope, "clients (%s)", range_print(clients, text)), &both,
							    rest_suggest(plan, range, both)},
				    "clients have addresses of the range: they would look for it beside themselves");
	}
}

/* Rules A03 and G03: what is of a subnet is of the machines' one, and that is an ordinary one. */
static void holder_check(struct plan *plan, struct range range, const struct object *holder)
{
	const char *code = plan->deployment->cloud == CLOUD_AZURE ? "A03" : "G03";
	const struct subnet *subnet = &plan->network->subnets[holder->part];
	const char *object = range_object(plan, range);

	if (subnet->purpose || subnet->delegated_to)
		finding_add(&plan->findings, code, SEVERITY_REFUSED,
			    &(struct finding_parts){object, holder->name, &range, "give a range of an ordinary subnet"},
			    "the subnet is kept for %s", subnet->purpose ? subnet->purpose : subnet->delegated_to);
	if (plan->subnet && subnet != plan->subnet)
		finding_add(&plan->findings, code, SEVERITY_REFUSED,
			    &(struct finding_parts){object, holder->name, &range, scope_print(plan->scope, "give a range of subnet %s", plan->subnet->name)},
			    "the machines are in subnet %s, and a network card has addresses of its own subnet only", plan->subnet->name);
}

static void subnet_check(struct plan *plan, struct range range)
{
	const struct object *holder = network_holder(plan->network, range);

	if (plan->deployment->vip_mode != VIP_IN_SUBNET || !plan->network->object_count)
		return;
	if (holder && holder->kind == OBJECT_SECONDARY && plan->deployment->cloud == CLOUD_GCP)
		finding_add(&plan->findings, "G03", plan->vip_holders_mixed ? SEVERITY_WARNING : SEVERITY_NOTE,
			    &(struct finding_parts){range_object(plan, range), holder->name, &range,
						    plan->vip_holders_mixed ? "give ranges of one of them alone, or make the aliases by other means" : ""},
			    plan->vip_holders_mixed ? "virtual addresses are of several ranges of the subnet, and the module makes aliases of one"
						    : "virtual addresses are aliases of a secondary range, which are asked for by its name");
	if (holder)
		holder_check(plan, range, holder);
	else
		finding_add(&plan->findings, plan->deployment->cloud == CLOUD_AZURE ? "A03" : "G03", SEVERITY_REFUSED,
			    &(struct finding_parts){range_object(plan, range), "", NULL, "make the subnet first, or give a range of one that is there"},
			    "virtual addresses of a subnet must be in one, and this range is in none of the snapshot's");
}

/* Whose addresses a new subnet may not have, and the rule's code; NULL: it may. */
static const char *new_subnet_code(const struct plan *plan, const struct object *object)
{
	bool azure = plan->deployment->cloud == CLOUD_AZURE;

	switch (object->kind) {
	case OBJECT_SUBNET:
	case OBJECT_SECONDARY: return azure ? "A03" : "G03";
	case OBJECT_PEER: return azure ? "A05" : "G04";
	case OBJECT_SERVICE: return azure ? "C06" : "G05";
	case OBJECT_RESERVED: return object->owner && strcmp(object->owner, plan->deployment->name) == 0 ? NULL : "C06";
	case OBJECT_ON_PREMISES: return "C06";
	default: return NULL;
	}
}

/* The same of a range of the machines': what is in no subnet yet is to become one. */
static void machine_range_check(struct plan *plan, struct range range)
{
	const char *code = plan->deployment->cloud == CLOUD_AZURE ? "A03" : "G03";
	const struct object *holder = network_holder(plan->network, range);

	if (holder)
		holder_check(plan, range, holder);
	if (holder && holder->kind == OBJECT_SECONDARY && plan->deployment->cloud == CLOUD_GCP)
		finding_add(&plan->findings, code, SEVERITY_REFUSED,
			    &(struct finding_parts){range_object(plan, range), holder->name, &range,
						    "give addresses of the subnet's own range to the machines"},
			    "a machine's own address is never of a secondary range");
	for (size_t i = 0; !holder && i < plan->network->object_count; i++) {
		const struct object *object = &plan->network->objects[i];
		const char *collision = new_subnet_code(plan, object);
		bool subnet = object->kind == OBJECT_SUBNET || object->kind == OBJECT_SECONDARY;
		struct range both;

		if (collision && range_intersect(range, object->range, &both))
			finding_add(&plan->findings, collision, SEVERITY_REFUSED,
				    &(struct finding_parts){range_object(plan, range), object->name, &both,
							    subnet ? "give a range that is all in the subnet" : rest_suggest(plan, range, both)},
				    "%s", subnet ? "the machines' range is partly in a subnet and partly not"
						 : "the machines' range is in no subnet yet, and a new one may not have these addresses");
	}
}

/* ---- all of it ---- */

/* Rule C15. */
static void family_check(struct plan *plan)
{
	const struct ranges *machines = &plan->deployment->machine_ranges;
	struct range own = machines->count ? machines->items[0] : plan->subnet ? plan->subnet->range : plan->deployment->ranges.items[0];

	if (own.family != plan->family)
		finding_add(&plan->findings, "C15", SEVERITY_REFUSED,
			    &(struct finding_parts){range_object(plan, plan->deployment->ranges.items[0]), range_object(plan, own), NULL,
						    "give ranges of the machines' family"},
			    "virtual addresses are IPv%d and the machines' IPv%d: a next hop is of the same family", (int)plan->family, (int)own.family);
	if (plan->family != FAMILY_IPV6)
		return;
	if (plan->deployment->cloud == CLOUD_GCP)
		finding_add(&plan->findings, "C15", SEVERITY_REFUSED,
			    &(struct finding_parts){range_object(plan, plan->deployment->ranges.items[0]), "", NULL, "give IPv4 addresses"},
			    "IPv6 is not supported here: Google Cloud assigns subnets' IPv6 ranges itself and has no IPv6 routes to machines");
	else if (plan->deployment->vip_mode == VIP_IN_SUBNET)
		finding_add(&plan->findings, "C15", SEVERITY_REFUSED,
			    &(struct finding_parts){range_object(plan, plan->deployment->ranges.items[0]), "", NULL, "use vip_mode = \"routed\", or IPv4"},
			    "IPv6 is not supported here: a subnet of Azure's has IPv6 beside IPv4 only, and the cluster's machines have one family");
	else
		finding_add(&plan->findings, "C15", SEVERITY_WARNING,
			    &(struct finding_parts){range_object(plan, plan->deployment->ranges.items[0]), "", NULL, "give IPv4 addresses, or make machines and routes by other means"},
			    "a plan of IPv6 is a plan only: the package does not carry it out, as a network card of Azure's has no IPv6 address without an IPv4 one");
}

static void ranges_check(struct plan *plan, const struct ranges *ranges, bool vips)
{
	for (size_t i = 0; i < ranges->count; i++) {
		struct range range = ranges->items[i];

		special_check(plan, range);
		public_check(plan, range);
		edges_check(plan, range);
		if (!vips) {
			machine_range_check(plan, range);
			continue;
		}
		for (size_t j = 0; j < plan->network->object_count; j++)
			object_check(plan, range, &plan->network->objects[j]);
		told_check(plan, range);
		subnet_check(plan, range);
	}
}

int rules_range(struct plan *plan, struct error *error)
{
	if (overlaps_check(plan, &plan->deployment->ranges, error) < 0 ||
	    overlaps_check(plan, &plan->deployment->machine_ranges, error) < 0)
		return error->code;
	overlaps_between(plan);
	ranges_check(plan, &plan->deployment->ranges, true);
	ranges_check(plan, &plan->deployment->machine_ranges, false);
	family_check(plan);
	return 0;
}
