/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mishap.h - from a whole request to its reply, with what the plan of faults does to it on the way.
 */
#ifndef SANDBOX_MISHAP_H
#define SANDBOX_MISHAP_H

#include "sandbox/server.h"

/* Runs the handler, unless a fault answers in its place, and then does to the reply what the other faults say. */
void request_take(struct sandbox *sandbox, struct request *request);

/* The delay that a fault puts before or behind the taking, milliseconds; 0: none. */
int64_t request_delay(const struct sandbox *sandbox, const struct request *request, bool behind);

/* How many bytes of the reply are sent before the connection closes; SIZE_MAX: all. */
size_t request_cut(const struct sandbox *sandbox, const struct request *request);

#endif
