/* SPDX-License-Identifier: Apache-2.0 */
/* azure.h - the publisher and the resources with which the metering service is tried. */
#ifndef TESTS_SANDBOX_AZURE_H
#define TESTS_SANDBOX_AZURE_H

#include "tests/sandbox/stage.h"

#define API_VERSION "?api-version=2018-08-31"
#define SINGLE "/api/usageEvent" API_VERSION
#define BATCH "/api/batchUsageEvent" API_VERSION
#define QUERY "/api/usageEvents" API_VERSION

#define ACTIVE "10000000-0000-4000-8000-00000000000a" /* with a URI, of the plan silver */
#define ACTIVE_URI "/subscriptions/S1/resourceGroups/Cases/providers/Microsoft.Solutions/applications/Vast"
#define FOREIGN "20000000-0000-4000-8000-00000000000b" /* of another app */
#define SUSPENDED "30000000-0000-4000-8000-00000000000c"
#define PENDING "40000000-0000-4000-8000-00000000000d"
#define ENDED "50000000-0000-4000-8000-00000000000e"   /* unsubscribed at 10:30 */
#define UNKNOWN "60000000-0000-4000-8000-00000000000f"
#define STRANGER "bbbbbbbb-0000-0000-0000-00000000000b" /* another app of the tenant */

#define AZURE_REGISTRY                                                                                                 \
	"{'apps': [{'tenant': '" TENANT "', 'client': '" APP "', 'secret': '" SECRET "'},"                             \
	" {'tenant': '" TENANT "', 'client': '" STRANGER "', 'secret': '" SECRET "'}],"                                \
	" 'resources': [{'id': '" ACTIVE "', 'uri': '" ACTIVE_URI "', 'offer': 'vast', 'plan': 'silver',"              \
	"   'dimensions': ['tib', 'tb'], 'subscription': '5c000000-0000-4000-8000-000000000001', 'apps': ['" APP       \
	"']},"                                                                                                         \
	"  {'id': '" FOREIGN "', 'plan': 'silver', 'apps': ['" STRANGER "']},"                                         \
	"  {'id': '" SUSPENDED "', 'state': 'Suspended'},"                                                             \
	"  {'id': '" PENDING "', 'state': 'PendingFulfillmentStart'},"                                                 \
	"  {'id': '" ENDED "', 'state': 'Unsubscribed', 'ended': '2026-11-01T10:30:00Z'}]}"

/* One event of the resource ACTIVE and the plan silver. */
#define EVENT(DIMENSION, START, QUANTITY)                                                                         \
	"{'resourceId': '" ACTIVE "', 'quantity': " QUANTITY ", 'dimension': '" DIMENSION                         \
	"', 'effectiveStartTime': '" START "', 'planId': 'silver'}"

#define AT "2026-11-01T11:00:00Z" /* an hour that is over */

/* Begins a stage with AZURE_REGISTRY and a token of the publisher's. */
void azure_begin(void);

/* One event; a batch of the events that stand between commas. */
void send_event(const char *event);
void send_batch(const char *events);

/* How many events the books hold. */
void want_accepted(const char *count);

#endif
