/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/stages.h"

#include <string.h>

/* ---- machines and domains ---- */

/* Domains in one zone: what the cloud can be told to keep apart.  It does not depend on how many machines there are, or growth
 * would move them. */
static int64_t domains_per_zone(const struct plan *plan)
{
	bool azure = plan->deployment->cloud == CLOUD_AZURE;
	const struct limit *limit = facts_limit(plan->facts, azure ? "azure.fault_domains" : "gcp.availability_domains");

	/* A zonal set of Azure's has one domain, which means: as far apart as can be. */
	return (azure && plan->deployment->zone_count) || !limit ? 1 : limit->value;
}

static int domains_make(struct plan *plan, struct error *error)
{
	const struct deployment *deployment = plan->deployment;
	int64_t zones = deployment->zone_count ? (int64_t)deployment->zone_count : 1, each = domains_per_zone(plan);
	int64_t most = deployment->nodes > deployment->compute_nodes ? deployment->nodes : deployment->compute_nodes;

	plan->domain_count = (size_t)(most < zones * each ? most : zones * each);
	plan->domains = scope_alloc(plan->scope, plan->domain_count * sizeof(*plan->domains));
	if (!plan->domains)
		return error_memory(error, "a plan");
	for (size_t i = 0; i < plan->domain_count; i++) {
		struct domain *domain = &plan->domains[i];
		const char *zone;

		/* Neighbours in number are in different zones first, then in different domains. */
		domain->zone = deployment->zone_count ? deployment->zones[i % (size_t)zones] : NULL;
		/* A zone of Azure's is a bare number. */
		zone = !domain->zone ? "" : deployment->cloud == CLOUD_AZURE ? scope_print(plan->scope, "zone-%s", domain->zone) : domain->zone;
		domain->name = !zone ? NULL
			       : each == 1 && domain->zone ? zone
			       : scope_print(plan->scope, "%s%sdomain-%zu", zone, domain->zone ? "/" : "", i / (size_t)zones + 1);
		if (!domain->name)
			return error_memory(error, "a plan");
	}
	return 0;
}

static int machine_add(struct plan *plan, enum machine_kind kind, int64_t number, struct error *error)
{
	static const char *const kinds[] = {"management", "data", "compute"};
	struct machine *machine = &plan->machines[plan->machine_count];

	*machine = (struct machine){.kind = kind, .domain = -1};
	machine->name = kind == MACHINE_MANAGEMENT ? scope_print(plan->scope, "%s-management", plan->deployment->name)
						   : scope_print(plan->scope, "%s-%s-%lld", plan->deployment->name, kinds[kind], (long long)number + 1);
	if (!machine->name)
		return error_memory(error, "a plan");
	if (kind != MACHINE_MANAGEMENT)
		machine->domain = number % (int64_t)plan->domain_count;
	if (kind == MACHINE_DATA)
		plan->domains[machine->domain].nodes++;
	plan->machine_count++;
	return 0;
}

static int machines_make(struct plan *plan, struct error *error)
{
	const struct deployment *deployment = plan->deployment;

	plan->machines = scope_alloc(plan->scope, (size_t)(deployment_compute(deployment) + 1) * sizeof(*plan->machines));
	if (!plan->machines)
		return error_memory(error, "a plan");
	if (domains_make(plan, error) < 0 || machine_add(plan, MACHINE_MANAGEMENT, 0, error) < 0)
		return error->code;
	for (int64_t i = 0; i < deployment->nodes; i++)
		if (machine_add(plan, MACHINE_DATA, i, error) < 0)
			return error->code;
	for (int64_t i = 0; i < deployment->compute_nodes; i++)
		if (machine_add(plan, MACHINE_COMPUTE, i, error) < 0)
			return error->code;
	return 0;
}

/* ---- what a fault takes, and what the machines can do ---- */

/* Zones with machines in them, where there are several: a zone is lost as one; else domains. */
static int64_t domains_count(const struct plan *plan)
{
	int64_t zones = 0, domains = 0;

	for (size_t z = 0; z < plan->deployment->zone_count; z++)
		for (size_t i = 0; i < plan->domain_count; i++)
			if (plan->domains[i].zone == plan->deployment->zones[z] && plan->domains[i].nodes) {
				zones++;
				break;
			}
	for (size_t i = 0; i < plan->domain_count; i++)
		domains += plan->domains[i].nodes > 0;
	return zones > 1 ? zones : domains;
}

/*
 * The proof that a fault is survived (rule P01).  A stripe has D data strips and P of parity, spread evenly over the domains.  It survives
 * the loss of one where no domain holds more than P strips; so it has at most P strips for each domain, and at least D_least + P: there
 * must be (D_least + P) / P domains, rounded up.
 */
static int stripe_make(struct plan *plan, struct error *error)
{
	int64_t parity, least, most, width;

	if (facts_within(plan->facts, "stripe.parity", 1, CODE_STRIPS_MOST, &parity, error) < 0 ||
	    facts_within(plan->facts, "stripe.data_least", 1, CODE_STRIPS_MOST, &least, error) < 0 ||
	    facts_within(plan->facts, "stripe.data_most", least, CODE_STRIPS_MOST, &most, error) < 0)
		return error->code;
	plan->domains_apart = domains_count(plan);
	plan->domains_needed = (least + parity + parity - 1) / parity;
	plan->stripe_parity = parity;
	width = parity * plan->domains_apart < most + parity ? parity * plan->domains_apart : most + parity;
	if (plan->domains_apart >= plan->domains_needed)
		plan->stripe_data = width - parity;
	return 0;
}

static int estimate_fill(struct plan *plan, struct error *error)
{
	const struct shape *shape = facts_shape(plan->facts, plan->deployment->shape);
	int64_t nodes = plan->deployment->nodes;
	struct codes codes;

	if (!shape || strcmp(shape->cloud, cloud_name(plan->deployment->cloud)) != 0 || strcmp(shape->role, "data") != 0)
		return 0;
	if (codes_make(plan->facts, nodes, (struct ratio){plan->deployment->reduction, 1000}, &codes, error) < 0)
		return error->code;
	plan->shape = shape;
	plan->estimate = estimate_make(shape, nodes, codes.buffer,
				       plan->stripe_data ? (struct ratio){plan->stripe_data + plan->stripe_parity, plan->stripe_data} : (struct ratio){1, 1},
				       codes.reduction, plan->deployment->region);
	plan->cost = month_cost_make(plan->facts, shape, nodes, plan->deployment->region);
	/* One machine alone has neither code: how it keeps what is written is not known. */
	if (nodes == 1)
		plan->estimate.burst = plan->estimate.sustained = (struct ceiling){FACTS_UNKNOWN, NULL};
	return 0;
}

int placement_make(struct plan *plan, struct error *error)
{
	if (machines_make(plan, error) < 0 || stripe_make(plan, error) < 0)
		return error->code;
	return estimate_fill(plan, error);
}
