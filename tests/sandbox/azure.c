/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sandbox/azure.h"

#include <stdio.h>

void azure_begin(void)
{
	stage_begin(AZURE_REGISTRY);
	(void)token_azure(TENANT, APP, SECRET);
}

void send_event(const char *event)
{
	azure("POST", SINGLE, event);
}

void send_batch(const char *events)
{
	char body[8192];

	(void)snprintf(body, sizeof(body), "{'request': [%s]}", events);
	azure("POST", BATCH, body);
}

void want_accepted(const char *count)
{
	control("GET", "/sandbox/books?details=no", NULL);
	WANT("azure.counts.accepted", count);
}
