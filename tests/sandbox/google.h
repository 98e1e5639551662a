/* SPDX-License-Identifier: Apache-2.0 */
/* google.h - the service and the consumers with which Service Control is tried. */
#ifndef TESTS_SANDBOX_GOOGLE_H
#define TESTS_SANDBOX_GOOGLE_H

#include "tests/sandbox/stage.h"

#define CHECK "/v1/services/" SERVICE ":check"
#define REPORT "/v1/services/" SERVICE ":report"

#define GOOGLE_REGISTRY                                                                                                \
	"{'services': [{'name': '" SERVICE "', 'metrics': [{'name': '" SERVICE "/tib'},"                               \
	"  {'name': '" SERVICE "/gb', 'type': 'DOUBLE'}]}],"                                                           \
	" 'consumers': [{'id': 'project:one'}, {'id': 'project_number:2'}, {'id': 'project:off', 'error': "            \
	"'BILLING_DISABLED'},"                                                                                         \
	"  {'id': 'project:gone', 'ended': '2026-11-01T11:30:00Z'}]}"

/* From one time to another: a window of the day of the stage's clock. */
#define WINDOW(FROM, TO) "'startTime': '2026-11-01T" FROM "Z', 'endTime': '2026-11-01T" TO "Z'"
#define HOUR WINDOW("11:00:00", "12:00:00")

#define NAMED(ID) "'operationId': '" ID "', 'operationName': '" SERVICE "/report', "
#define TIB(VALUE) "'metricValueSets': [{'metricName': '" SERVICE "/tib', 'metricValues': [{'int64Value': " VALUE "}]}]"

/* One operation of project:one in the hour from 11 to 12. */
#define OPERATION(ID, VALUE) "{" NAMED(ID) "'consumerId': 'project:one', " HOUR ", " TIB(VALUE) "}"

#endif
