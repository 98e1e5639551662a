/* SPDX-License-Identifier: Apache-2.0 */
/*
 * service_control.h - the errors that Service Control's check can give.
 */
#ifndef SANDBOX_SERVICE_CONTROL_H
#define SANDBOX_SERVICE_CONTROL_H

enum { RPC_INVALID_ARGUMENT = 3, RPC_NOT_FOUND = 5, RPC_PERMISSION_DENIED = 7 };

/* The place of a check error's name in the list of them, or -1. */
int check_code_find(const char *name);

/* Its name, and the rpc code that goes with it. */
const char *check_code_name(int code);
int check_code_rpc(int code);

#endif
