/* SPDX-License-Identifier: Apache-2.0 */
/* Whether there is enough: addresses, alignment, routes, and what clouds allow of each. */
#include "deploy/rules.h"
#include "deploy/stages.h"

#include <stdio.h>
#include <string.h>

static bool azure(const struct plan *plan)
{
	return plan->deployment->cloud == CLOUD_AZURE;
}

/* ---- addresses (rules C05, A01, G01) ---- */

/* One pool: how many it wants and has. */
static int pool_check(struct plan *plan, const char *what, uint64_t wanted, uint64_t capacity, uint64_t growth, bool in_subnet,
		      struct error *error)
{
	int length = 0;

	if (prefix_for(plan, wanted > capacity ? wanted : growth, in_subnet, &length, error) < 0)
		return error->code;
	if (wanted > capacity)
		finding_add(&plan->findings, "C05", SEVERITY_REFUSED,
			    &(struct finding_parts){what, "", NULL, scope_print(plan->scope, "give %llu addresses more, or a /%d",
										(unsigned long long)(wanted - capacity), length)},
			    "%lld data machines need %llu addresses and %llu can be used", (long long)plan->deployment->nodes,
			    (unsigned long long)wanted, (unsigned long long)capacity);
	else if (growth > capacity)
		finding_add(&plan->findings, "C05", SEVERITY_WARNING,
			    &(struct finding_parts){what, "", NULL, scope_print(plan->scope, "give %llu addresses more, or a /%d",
										(unsigned long long)(growth - capacity), length)},
			    "it fits until %lld data machines; the growth to %lld needs %llu addresses and %llu can be used",
			    (long long)plan->nodes_most, (long long)plan->deployment->grow_to, (unsigned long long)growth,
			    (unsigned long long)capacity);
	if (plan->deployment->exact && wanted < capacity)
		finding_add(&plan->findings, "C05", SEVERITY_REFUSED,
			    &(struct finding_parts){what, "", NULL, "give just as many, or leave exact out"},
			    "an exact size is asked for: %llu addresses are needed, and the ranges have %llu, %llu too many",
			    (unsigned long long)wanted, (unsigned long long)capacity, (unsigned long long)(capacity - wanted));
	return 0;
}

static int addresses_check(struct plan *plan, struct error *error)
{
	const struct demand *demand = &plan->demand, *growth = &plan->growth;
	bool in_subnet = plan->deployment->vip_mode == VIP_IN_SUBNET;

	if (plan->shared)
		return pool_check(plan, "the ranges", (uint64_t)(demand->machines + demand->vips), plan->vip_capacity,
				  (uint64_t)(growth->machines + growth->vips), true, error);
	if (pool_check(plan, "the ranges of the VIPs", (uint64_t)demand->vips, plan->vip_capacity, (uint64_t)growth->vips, in_subnet, error) < 0)
		return error->code;
	if (machines_known(plan))
		return pool_check(plan, "the machines' subnet", (uint64_t)demand->machines, plan->machine_capacity,
				  (uint64_t)growth->machines, true, error);
	finding_add(&plan->findings, "C05", SEVERITY_NOTE,
		    &(struct finding_parts){"the machines' subnet", "", NULL, "say machine_subnet or machine_ranges, and give a snapshot"},
		    "the machines need %lld addresses of their own subnet, which is not known here", (long long)demand->machines);
	return 0;
}

/* Virtual addresses of one node (rule C05). */
static int vips_check(struct plan *plan, struct error *error)
{
	int64_t least, preferred, count = plan->deployment->vips_per_node;

	if (facts_value(plan->facts, "vips.per_node_least", &least, error) < 0 ||
	    facts_value(plan->facts, "vips.per_node_preferred", &preferred, error) < 0)
		return error->code;
	if (plan->deployment->nodes > 1 && count < preferred)
		finding_add(&plan->findings, "C05", count < least ? SEVERITY_REFUSED : SEVERITY_WARNING,
			    &(struct finding_parts){"vips_per_node", "", NULL, scope_print(plan->scope, "say vips_per_node = %lld", (long long)preferred)},
			    "%lld for each node: %lld is the least, and with %lld the load spreads better when a node is lost", (long long)count,
			    (long long)least, (long long)preferred);
	return 0;
}

/* Whose an address is now, as far as the snapshot says; "" where it does not. */
static const char *holder_told(struct plan *plan, struct range address)
{
	const struct network *network = plan->network;

	for (size_t i = 0; i < network->owned_count; i++)
		if (range_relation(address, network->owned[i].range) != RELATION_DISJOINT && strcmp(network->owned[i].owner, plan->deployment->name) != 0)
			return scope_print(plan->scope, "deployment %s", network->owned[i].owner);
	for (size_t i = 0; i < network->subnet_count; i++)
		for (size_t j = 0; j < network->subnets[i].used_count; j++)
			if (range_relation(address, network->subnets[i].used[j]) != RELATION_DISJOINT)
				return scope_print(plan->scope, "in use in subnet %s", network->subnets[i].name);
	return "";
}

static bool is_given(const struct ranges *ranges, struct range address)
{
	for (size_t i = 0; i < ranges->count; i++)
		if (range_relation(ranges->items[i], address) != RELATION_DISJOINT)
			return true;
	return false;
}

/* Rule C07: what an older plan gave is kept, or it is told. */
static void kept_check(struct plan *plan)
{
	if (!plan->older || !plan->seat_count)
		return;
	finding_add(&plan->findings, "C07", SEVERITY_NOTE, &(struct finding_parts){"map", "", NULL, ""},
		    "%zu addresses are those of the older plan, and %zu are new", plan->kept, plan->seat_count - plan->kept);
	for (size_t i = 0; i < plan->lost_count; i++) {
		const struct lost *lost = &plan->lost[i];
		struct range address = range_of(plan->family, lost->address);
		bool given = is_given(&plan->deployment->ranges, address) || is_given(&plan->deployment->machine_ranges, address) ||
			     (plan->subnet && range_relation(plan->subnet->range, address) != RELATION_DISJOINT);
		char text[RANGE_TEXT];

		finding_add(&plan->findings, "C07", SEVERITY_REFUSED,
			    &(struct finding_parts){scope_print(plan->scope, "address %s", range_print(address, text)), given ? holder_told(plan, address) : "", NULL,
						    given ? "let it be given back or marked as the deployment's own; or plan without --keep, which moves it"
							  : "give its range again; or plan without --keep, which moves it"},
			    given ? "%s of %s has it in the older plan, and it is not free" : "%s of %s has it in the older plan, and it is not of the ranges any more",
			    seat_role_name(lost->role), lost->owner);
	}
}

/* Rule C07: an address is at home on the data machine of its number.  Past the last of them it would be on one that has its own already, and
 * move to another with the next machine. */
static void homes_check(struct plan *plan)
{
	int64_t count = plan->deployment->replication_vips, nodes = plan->deployment->nodes;

	if (nodes > 1 && count > nodes)
		finding_add(&plan->findings, "C07", SEVERITY_REFUSED,
			    &(struct finding_parts){"replication_vips", "", NULL,
						    scope_print(plan->scope, "say replication_vips = %lld or less, or leave it out: one for each machine",
								(long long)nodes)},
			    "%lld replication addresses are at home on %lld data machines: growth would give some of them another home",
			    (long long)count, (long long)nodes);
}

/* What is to be a subnet must be large enough for one (rules A01, G01). */
static int subnets_check(struct plan *plan, struct error *error)
{
	int64_t longest;

	if (facts_value(plan->facts, azure(plan) ? "azure.subnet_prefix_longest" : "gcp.subnet_prefix_longest", &longest, error) < 0)
		return error->code;
	for (size_t i = 0; plan->deployment->vip_mode == VIP_IN_SUBNET && !plan->subnet && i < plan->deployment->ranges.count; i++) {
		struct range range = plan->deployment->ranges.items[i];
		char text[RANGE_TEXT];

		if (range.family == FAMILY_IPV4 && range_prefix(range) > longest)
			finding_add(&plan->findings, azure(plan) ? "A01" : "G01", SEVERITY_REFUSED,
				    &(struct finding_parts){scope_print(plan->scope, "range %s", range_print(range, text)), "", NULL,
							    scope_print(plan->scope, "give at least a /%lld", (long long)longest)},
				    "no subnet can be so small");
	}
	return 0;
}

/* ---- limits of machines and networks (rules A11, G03) ---- */

static int nic_check(struct plan *plan, struct error *error)
{
	int64_t most, total = plan->demand.machines + plan->demand.vips, network;
	int64_t replication = plan->deployment->replication_vips, count = plan->deployment->vips_per_node;

	if (plan->deployment->vip_mode != VIP_IN_SUBNET)
		return 0;
	if (facts_value(plan->facts, azure(plan) ? "azure.addresses_per_nic" : "gcp.alias_ranges_per_nic", &most, error) < 0)
		return error->code;
	/* Its share of the replication's, and what is on the card beside them: its own address on Azure, on Google Cloud those held for it. */
	count += replication < 0 ? 1 : (replication + plan->deployment->nodes - 1) / plan->deployment->nodes;
	count += azure(plan) ? 1 : plan->demand.each - 1;
	/* When its domain's neighbours are lost a node takes as many again. */
	if (2 * count > most)
		finding_add(&plan->findings, azure(plan) ? "A11" : "G03", count > most ? SEVERITY_REFUSED : SEVERITY_WARNING,
			    &(struct finding_parts){"vips_per_node", "", NULL, "fewer VIPs for each node, or vip_mode = \"routed\""},
			    "a node has %lld addresses, twice as many when it takes over for another, and a network card takes %lld", (long long)count,
			    (long long)most);
	if (!azure(plan))
		return 0;
	if (plan_limit(plan, "IPConfigurationsPerVirtualNetwork", "azure.addresses_per_network", &network, error) < 0)
		return error->code;
	if (total > network)
		finding_add(&plan->findings, "A11", SEVERITY_REFUSED, &(struct finding_parts){"the cluster", "", NULL, "fewer nodes"},
			    "it has %lld addresses, and a network takes %lld", (long long)total, (long long)network);
	return 0;
}

/* Rule A16: what the managed application's template can make. */
static int template_check(struct plan *plan, struct error *error)
{
	int64_t most, compute = plan->deployment->compute_nodes, growth = plan->deployment->grow_to + compute;
	bool over;

	if (!azure(plan))
		return 0;
	if (facts_value(plan->facts, "azure.machines_per_template", &most, error) < 0)
		return error->code;
	over = plan->deployment->nodes + compute > most;
	if (over || growth > most)
		finding_add(&plan->findings, "A16", over ? SEVERITY_REFUSED : SEVERITY_WARNING,
			    &(struct finding_parts){"machines", "", NULL,
						    most > compute ? scope_print(plan->scope, "at most %lld data machines in one cluster, and more clusters", (long long)(most - compute))
								   : "fewer compute-only machines"},
			    "%lld machines%s: the managed application's template takes %lld, as Azure takes only so many resources of one",
			    (long long)(over ? plan->deployment->nodes + compute : growth), over ? "" : " are the growth's target", (long long)most);
	return 0;
}

/* ---- routes (rules C10, C11, A06, G13) ---- */

static void alignment_check(struct plan *plan)
{
	int64_t alone = 0, vips = plan->deployment->vips_per_node, block = 1;

	for (size_t i = 1; i < plan->machine_count; i++)
		alone += !plan->machines[i].aligned;
	while (block < vips)
		block *= 2;
	if (!plan->seat_count)
		return;
	if (alone)
		finding_add(&plan->findings, "C10", SEVERITY_WARNING,
			    &(struct finding_parts){"home blocks", "", NULL,
						    scope_print(plan->scope, "a larger range, or one that begins at a multiple of %lld", (long long)block)},
			    "%lld nodes have no aligned block: their VIPs take %lld routes instead of %lld", (long long)alone,
			    (long long)(alone * vips), (long long)alone);
	if (block > vips)
		finding_add(&plan->findings, "C10", SEVERITY_NOTE,
			    &(struct finding_parts){"home blocks", "", NULL, scope_print(plan->scope, "vips_per_node = %lld fills them", (long long)block)},
			    "blocks of %lld addresses for %lld VIPs: %lld of each are left for other uses, or free", (long long)block, (long long)vips,
			    (long long)(block - vips));
}

static int routes_check(struct plan *plan, struct error *error)
{
	const char *code = azure(plan) ? "A06" : "G13";
	int64_t limit, used;

	if (plan->deployment->vip_mode != VIP_ROUTED || !plan->route_count)
		return 0;
	if (routes_left(plan, &limit, &used, error) < 0)
		return error->code;
	finding_add(&plan->findings, "C11", limit != FACTS_UNKNOWN && plan->routes_worst > limit - used ? SEVERITY_REFUSED : SEVERITY_NOTE,
		    &(struct finding_parts){"routes", "", NULL, ""},
		    "%zu routes at rest, %lld at the worst moment: the homes', and every virtual address away from home in two generations",
		    plan->route_count, (long long)plan->routes_worst);
	if (!azure(plan) && !network_quota(plan->network, "STATIC_ROUTES_PER_NETWORK"))
		finding_add(&plan->findings, code, SEVERITY_WARNING,
			    &(struct finding_parts){"routes", "", NULL, "give the quota STATIC_ROUTES_PER_NETWORK in the snapshot"},
			    "how many routes the network may have is not known here");
	if (limit != FACTS_UNKNOWN && plan->routes_worst > limit - used)
		finding_add(&plan->findings, code, SEVERITY_REFUSED,
			    &(struct finding_parts){"routes", "", NULL,
						    scope_print(plan->scope, "ask for a limit of %lld, or fewer VIPs for each node", (long long)(plan->routes_worst + used))},
			    "%lld routes are allowed and %lld are there: %lld more do not fit", (long long)limit, (long long)used,
			    (long long)plan->routes_worst);
	return 0;
}

int rules_size(struct plan *plan, struct error *error)
{
	if (addresses_check(plan, error) < 0 || vips_check(plan, error) < 0 || subnets_check(plan, error) < 0 ||
	    nic_check(plan, error) < 0 || template_check(plan, error) < 0)
		return error->code;
	homes_check(plan);
	kept_check(plan);
	if (plan->deployment->vip_mode == VIP_ROUTED)
		alignment_check(plan);
	return routes_check(plan, error);
}
