/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/pack.h"

#include "deploy/export_azure.h"
#include "deploy/export_gcp.h"
#include "deploy/handoff.h"
#include "deploy/page.h"
#include "deploy/print.h"

static bool is_mapped(const struct plan *plan)
{
	return plan->seat_count > 0;
}

static bool is_routed(const struct plan *plan)
{
	return plan->route_count > 0;
}

static bool is_named(const struct plan *plan)
{
	return plan->seat_count > 0 && plan->deployment->dns_suffix;
}

static bool is_advertised(const struct plan *plan)
{
	return plan->deployment->on_premises.count > 0;
}

const struct pack_file *pack_files(size_t *count)
{
	static const struct pack_file files[] = {
		{"plan.html", "the plan on one page, for people", NULL, plan_page, NULL},
		{"plan.json", "the whole plan, for programs and for apollo plan --diff", NULL, plan_json, NULL},
		{"map.csv", "who has which address", is_mapped, plan_csv, NULL},
		{"vip-pools.json", "the VIP pools, as the cluster's management takes them", is_mapped, vip_pools_json, NULL},
		{"routes.json", "the routes at rest, after each loss and during maintenance", is_routed, routes_document, NULL},
		{"azure-parameters.json", "the managed application's parameters, as its form and Azure's command line take them", plan_azure_wanted, plan_azure_parameters, plan_azure_lacks},
		{"terraform.tfvars.json", "the Terraform module's variables, as Terraform and Infrastructure Manager take them", plan_gcp_wanted, plan_gcp_variables, plan_gcp_lacks},
		{"dns-forward.zone", "names of all addresses, and what is the cluster's to answer", is_named, dns_forward, NULL},
		{"dns-reverse.zone", "from addresses to names, zone by zone", is_named, dns_reverse, NULL},
		{"firewall.json", "who must reach whom, at which ports and why", is_mapped, firewall_json, NULL},
		{"permissions.json", "what must be allowed to whom, and when", NULL, permissions_json, NULL},
		{"advertisements.json", "what other networks must learn, and by whom", is_advertised, advertisements_json, NULL},
	};

	*count = sizeof(files) / sizeof(*files);
	return files;
}
