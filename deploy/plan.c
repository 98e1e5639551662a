/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/plan.h"

#include "deploy/rules.h"
#include "deploy/stages.h"

/* ---- names ---- */

const char *seat_role_name(enum seat_role role)
{
	static const char *const names[] = {"machine", "held", "management-vip", "inner-management-vip", "dns-vip",
					    "replication-vip", "protocol-vip", "checker", "spare"};

	return names[role];
}

bool seat_role_virtual(enum seat_role role)
{
	return role >= SEAT_MANAGEMENT && role <= SEAT_PROTOCOL;
}

bool seat_shared(const struct plan *plan, const struct seat *seat)
{
	return seat->machine < 0 || (seat->role == SEAT_REPLICATION && plan->deployment->replication_vips >= 0);
}

const char *seat_owner(const struct plan *plan, const struct seat *seat)
{
	return seat_shared(plan, seat) ? plan->deployment->name : plan->machines[seat->machine].name;
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {"fits", "fits-until", "does-not-fit"};

	return names[verdict];
}

/* ---- the budget ---- */

static void term_set(struct demand *demand, enum demand_term term, const char *name, int64_t count)
{
	bool machines = term <= TERM_SPARES;

	demand->terms[term] = (struct term){name, count, machines};
	*(machines ? &demand->machines : &demand->vips) += count;
}

int demand_make(const struct deployment *deployment, const struct facts *facts, int64_t nodes, struct demand *demand,
		struct error *error)
{
	int64_t each, management, checker, spare, machines = nodes + deployment->compute_nodes;

	if (facts_within(facts, "budget.addresses_per_machine", 1, PLAN_TERM_MOST, &each, error) < 0 ||
	    facts_within(facts, "budget.management_vips", 1, PLAN_TERM_MOST, &management, error) < 0 ||
	    facts_within(facts, "budget.checker_addresses", 0, PLAN_TERM_MOST, &checker, error) < 0 ||
	    facts_within(facts, "budget.spare_machines", 0, PLAN_TERM_MOST, &spare, error) < 0)
		return error->code;
	*demand = (struct demand){.each = each};
	term_set(demand, TERM_MACHINES, "machines, the management's with them", each * (machines + 1));
	term_set(demand, TERM_CHECKER, "checker", checker);
	term_set(demand, TERM_SPARES, "spare machines", each * spare);
	term_set(demand, TERM_MANAGEMENT, "management, inner management and DNS", management);
	term_set(demand, TERM_REPLICATION, "replication", deployment->replication_vips < 0 ? machines : deployment->replication_vips);
	term_set(demand, TERM_PROTOCOL, "protocol VIPs", deployment->vips_per_node * machines);
	return 0;
}

/* ---- the verdict ---- */

bool machines_known(const struct plan *plan)
{
	return plan->shared || plan->subnet || plan->deployment->machine_ranges.count;
}

static bool demand_fits(const struct plan *plan, const struct demand *demand)
{
	if (plan->shared)
		return (uint64_t)(demand->machines + demand->vips) <= plan->vip_capacity;
	return (uint64_t)demand->vips <= plan->vip_capacity &&
	       (!machines_known(plan) || (uint64_t)demand->machines <= plan->machine_capacity);
}

/* The most data machines that fit, by halving: more machines never need less. */
static int nodes_most_find(struct plan *plan, struct error *error)
{
	int64_t fits = 0, not = DEPLOYMENT_NODES_MAX + 1;

	while (not - fits > 1) {
		int64_t middle = fits + (not - fits) / 2;
		struct demand demand;

		if (demand_make(plan->deployment, plan->facts, middle, &demand, error) < 0)
			return error->code;
		*(demand_fits(plan, &demand) ? &fits : &not) = middle;
	}
	plan->nodes_most = fits;
	return 0;
}

/* ---- the whole ---- */

/* What the files of the pack are made with: they cannot fail any more. */
static int facts_check(const struct facts *facts, struct error *error)
{
	int64_t budget, lifetime;

	if (facts_within(facts, "failover.budget_seconds", 2, 86400, &budget, error) < 0)
		return error->code;
	return facts_within(facts, "dns.ttl_seconds", 1, budget - 1, &lifetime, error);
}

static int parts_make(struct plan *plan, struct error *error)
{
	struct pool machines = {0}, vips = {0};

	if (demand_make(plan->deployment, plan->facts, plan->deployment->nodes, &plan->demand, error) < 0 ||
	    demand_make(plan->deployment, plan->facts, plan->deployment->grow_to, &plan->growth, error) < 0 ||
	    spaces_make(plan, &machines, &vips, error) < 0 || nodes_most_find(plan, error) < 0 || placement_make(plan, error) < 0)
		return error->code;
	plan->verdict = plan->nodes_most >= plan->deployment->grow_to ? VERDICT_FITS
			: plan->nodes_most >= plan->deployment->nodes ? VERDICT_FITS_UNTIL : VERDICT_NOT;
	if (plan->verdict == VERDICT_NOT)
		return headroom_make(plan, error);
	if (map_make(plan, &machines, &vips, error) < 0)
		return error->code;
	if (routes_make(plan, error) < 0 || failovers_make(plan, error) < 0)
		return error->code;
	return headroom_make(plan, error);
}

int plan_make(struct scope *scope, const struct deployment *deployment, const struct network *network, const struct facts *facts,
	      struct plan *plan, struct error *error)
{
	return plan_make_keeping(scope, deployment, network, facts, NULL, plan, error);
}

int plan_make_keeping(struct scope *scope, const struct deployment *deployment, const struct network *network, const struct facts *facts,
		      const struct diff_rows *older, struct plan *plan, struct error *error)
{
	*plan = (struct plan){.scope = scope, .deployment = deployment, .network = network, .facts = facts, .older = older,
			      .findings = findings_init(scope)};
	if (facts_check(facts, error) < 0 || parts_make(plan, error) < 0 || rules_apply(plan, error) < 0)
		return error->code;
	if (plan->findings.failed)
		return error_memory(error, "a plan");
	findings_sort(&plan->findings);
	if (plan->findings.refused)
		plan->verdict = VERDICT_NOT;
	return 0;
}
