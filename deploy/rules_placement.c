/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the cluster survives what one fault takes, and whether its shape is one that is known. */
#include "deploy/rules.h"

#include <string.h>

/* The domain with the most data machines. */
static const struct domain *largest(const struct plan *plan)
{
	const struct domain *most = &plan->domains[0];

	for (size_t i = 1; i < plan->domain_count; i++)
		if (plan->domains[i].nodes > most->nodes)
			most = &plan->domains[i];
	return most;
}

/* Data machines in each zone, where there are several: a zone is lost as one. */
static int64_t largest_zone(const struct plan *plan, const char **name, int64_t *zones)
{
	int64_t most = 0;

	*zones = 0;
	*name = NULL;
	for (size_t z = 0; z < plan->deployment->zone_count; z++) {
		int64_t nodes = 0;

		for (size_t i = 0; i < plan->domain_count; i++)
			if (plan->domains[i].zone == plan->deployment->zones[z])
				nodes += plan->domains[i].nodes;
		*zones += nodes > 0;
		if (nodes > most) {
			most = nodes;
			*name = plan->deployment->zones[z];
		}
	}
	return most;
}

static void survival_check(struct plan *plan)
{
	int64_t zone_nodes, zones;
	const char *zone;

	zone_nodes = largest_zone(plan, &zone, &zones);
	if (plan->stripe_data)
		finding_add(&plan->findings, "P01", SEVERITY_NOTE,
			    &(struct finding_parts){"failure domains", zones > 1 ? zone : largest(plan)->name, NULL, ""},
			    "one fault takes at most %lld of %lld data machines; over %lld domains a stripe of up to %lld data and %lld parity strips has at "
			    "most %lld of them in one, and survives",
			    (long long)(zones > 1 ? zone_nodes : largest(plan)->nodes), (long long)plan->deployment->nodes,
			    (long long)plan->domains_apart, (long long)plan->stripe_data, (long long)plan->stripe_parity, (long long)plan->stripe_parity);
	else
		finding_add(&plan->findings, "P01", SEVERITY_REFUSED,
			    &(struct finding_parts){"failure domains", zones > 1 ? zone : largest(plan)->name, NULL,
						    zones > 1 ? "use one zone, or three" : "more machines, or a place with more failure domains"},
			    "%lld domains are not enough: the narrowest stripe has more than %lld strips in one of them, which one fault takes; %lld domains "
			    "are needed",
			    (long long)plan->domains_apart, (long long)plan->stripe_parity, (long long)plan->domains_needed);
}

/* The smallest cluster, and one machine alone. */
static void size_check(struct plan *plan)
{
	const struct limit *least = facts_limit(plan->facts, plan->deployment->cloud == CLOUD_GCP ? "cluster.data_nodes_least.gcp"
												 : "cluster.data_nodes_least.azure");

	if (plan->deployment->nodes == 1) {
		finding_add(&plan->findings, "P02", SEVERITY_WARNING, &(struct finding_parts){"nodes", "", NULL, ""},
			    "a single instance cannot grow, and loses its data with its machine");
		if (plan->deployment->grow_to > 1)
			finding_add(&plan->findings, "P02", SEVERITY_REFUSED,
				    &(struct finding_parts){"grow_to", "", NULL, "begin with a cluster"}, "a single instance cannot grow to %lld",
				    (long long)plan->deployment->grow_to);
		return;
	}
	if (least && plan->deployment->nodes < least->value)
		finding_add(&plan->findings, "P02", SEVERITY_REFUSED,
			    &(struct finding_parts){"nodes", "", NULL,
						    scope_print(plan->scope, "say nodes = %lld, or 1", (long long)least->value)},
			    "a cluster has at least %lld data machines here", (long long)least->value);
	if (!least)
		finding_add(&plan->findings, "P02", SEVERITY_NOTE, &(struct finding_parts){"nodes", "", NULL, ""},
			    "the smallest cluster on %s is not known here", cloud_name(plan->deployment->cloud));
	survival_check(plan);
}

static void shape_check(struct plan *plan)
{
	const struct shape *shape = plan->shape;
	bool google = plan->deployment->cloud == CLOUD_GCP;

	if (!shape) {
		finding_add(&plan->findings, "P03", SEVERITY_REFUSED,
			    &(struct finding_parts){"shape", "", NULL, "use one of shapes.cfg, or add it there"},
			    "%s is not a data machine of %s that is known here", plan->deployment->shape, cloud_name(plan->deployment->cloud));
		return;
	}
	if (shape->terminates)
		finding_add(&plan->findings, google ? "G17" : "P03", SEVERITY_WARNING, &(struct finding_parts){"shape", "", NULL, ""},
			    "%s is not moved alive: when its host is maintained the machine ends and its local disks may be empty; one domain at a time",
			    shape->name);
	if (google && plan->deployment->nodes > 1)
		finding_add(&plan->findings, "G17", SEVERITY_NOTE, &(struct finding_parts){"failure domains", "", NULL, ""},
			    "a spread placement with %zu availability domains keeps the machines apart; if the API refuses it for this shape, the "
			    "domains are not promised", plan->domain_count);
}

void rules_placement(struct plan *plan)
{
	shape_check(plan);
	size_check(plan);
}
