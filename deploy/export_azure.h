/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export_azure.h - a plan as the parameters of the managed application in arm/: a file of deployment parameters.  Pure.
 *
 * Invariants
 *   - Every parameter is one of arm/mainTemplate.json, of its type; those that no plan knows (the image, keys, secrets, sizes of the
 *     management, the network's resource group) are not in it.
 *   - The same plan gives the same bytes, and a plan that has grown gives every machine and every route what it had.
 *   - A plan for another cloud, without a map, of machines whose addresses are not known, for a VIP mode that is not carried out, or of
 *     IPv6, which no network card of Azure's has alone, gives nothing: plan_azure_wanted.
 */
#ifndef DEPLOY_EXPORT_AZURE_H
#define DEPLOY_EXPORT_AZURE_H

#include "core/buffer.h"
#include "deploy/plan.h"

/* Whether there is something to deploy. */
bool plan_azure_wanted(const struct plan *plan);

/* Why there is nothing, of a plan for this cloud; NULL: there is, or it is for another cloud. */
const char *plan_azure_lacks(const struct plan *plan);

void plan_azure_parameters(const struct plan *plan, struct buffer *buffer);

#endif
