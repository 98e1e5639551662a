/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/service_control.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *name;
	int rpc;
} codes[] = {{"NOT_FOUND", 5},
	     {"PERMISSION_DENIED", 7},
	     {"RESOURCE_EXHAUSTED", 8},
	     {"SERVICE_NOT_ACTIVATED", 7},
	     {"BILLING_DISABLED", 7},
	     {"PROJECT_DELETED", 7},
	     {"PROJECT_INVALID", 3},
	     {"CONSUMER_INVALID", 3},
	     {"IP_ADDRESS_BLOCKED", 7},
	     {"REFERER_BLOCKED", 7},
	     {"CLIENT_APP_BLOCKED", 7},
	     {"API_TARGET_BLOCKED", 7},
	     {"API_KEY_INVALID", 3},
	     {"API_KEY_EXPIRED", 3},
	     {"API_KEY_NOT_FOUND", 5},
	     {"INVALID_CREDENTIAL", 16},
	     {"NAMESPACE_LOOKUP_UNAVAILABLE", 14},
	     {"SERVICE_STATUS_UNAVAILABLE", 14},
	     {"BILLING_STATUS_UNAVAILABLE", 14},
	     {"CLOUD_RESOURCE_MANAGER_BACKEND_UNAVAILABLE", 14}};

int check_code_find(const char *name)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (strcmp(codes[i].name, name) == 0)
			return (int)i;
	return -1;
}

const char *check_code_name(int code)
{
	return codes[code].name;
}

int check_code_rpc(int code)
{
	return codes[code].rpc;
}
