/* SPDX-License-Identifier: Apache-2.0 */
/*
 * google.h - what Google's routes share: who is calling.
 */
#ifndef SANDBOX_GOOGLE_H
#define SANDBOX_GOOGLE_H

#include "sandbox/bearers.h"
#include "sandbox/server.h"

/* The good token of a request, one of the token endpoint's or a self-signed one; NULL with the reply filled.  Its
 * principal is TABLE_NONE where the metadata server gave it. */
const struct bearer *google_bearer(struct sandbox *sandbox, const struct request *request, struct reply *reply);

#endif
