/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export_gcp.h - a plan as the variables of the Terraform module in gcp/: a terraform.tfvars.json.  Pure.
 *
 * Invariants
 *   - Every member is a variable of gcp/variables.tf, of its type; those that no plan knows (the image, sizes of disks, options) are
 *     not in it, and neither is one that the snapshot of the network does not say: Terraform asks for it.
 *   - The same plan gives the same bytes, and a plan that has grown gives every machine and every route what it had.
 *   - Routes and firewall rules are those of routes.json and firewall.json.
 *   - A plan for another cloud, without a map, of machines whose addresses are not known, for a VIP mode that is not carried out, or of
 *     IPv6, gives nothing: plan_gcp_wanted.
 */
#ifndef DEPLOY_EXPORT_GCP_H
#define DEPLOY_EXPORT_GCP_H

#include "core/buffer.h"
#include "deploy/plan.h"

/* Whether there is something to deploy. */
bool plan_gcp_wanted(const struct plan *plan);

/* Why there is nothing, of a plan for this cloud; NULL: there is, or it is for another cloud. */
const char *plan_gcp_lacks(const struct plan *plan);

void plan_gcp_variables(const struct plan *plan, struct buffer *buffer);

#endif
