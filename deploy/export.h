/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export.h - what the exporters of both clouds' packages say alike; used by export_azure.c and export_gcp.c alone.
 */
#ifndef DEPLOY_EXPORT_H
#define DEPLOY_EXPORT_H

#include "core/buffer.h"
#include "deploy/plan.h"

/* The seats of each machine, in their order. */
struct belongings {
	size_t *next;  /* of each seat, the next one of the same machine; SIZE_MAX: none */
	size_t *first; /* of each machine */
};

/* Of the plan's scope; false: no memory. */
bool belongings_make(const struct plan *plan, struct belongings *belongings);

/* An array of the machine's addresses of these roles. */
void belongings_print(const struct plan *plan, const struct belongings *belongings, size_t machine, bool (*is)(enum seat_role role), struct buffer *buffer);

/* Of its kind: it does not change when there are more of the other. */
int64_t machine_number(const struct plan *plan, size_t index);

/* Why a plan gives nothing to deploy, whatever the cloud; NULL: no reason is known. */
const char *plan_lacks(const struct plan *plan);

/* "data", "compute". */
const char *machine_kind_name(enum machine_kind kind);

#endif
