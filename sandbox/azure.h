/* SPDX-License-Identifier: Apache-2.0 */
/*
 * azure.h - what the routes of Azure's metering service share.
 */
#ifndef SANDBOX_AZURE_H
#define SANDBOX_AZURE_H

#include "sandbox/bearers.h"
#include "sandbox/server.h"

enum { BATCH_EVENTS_MAX = 25, URI_MAX = 1024, NAME_MAX_BYTES = 200 };

/* Checks api-version and the bearer token; gives the token, or NULL with the reply filled. */
const struct bearer *azure_enter(struct sandbox *sandbox, const struct request *request, struct reply *reply);

#endif
