/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The metering service, request by request.  Names that begin with a number are the points of the checklist that the
 * sandbox was written from.
 */
#include "tests/sandbox/azure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- who asks ---------------------------------------------------------------------------------------------- */

static void version(void)
{
	static const char *const targets[] = {"/api/usageEvent", "/api/batchUsageEvent", "/api/usageEvents"};
	char target[100];

	azure_begin();
	for (int i = 0; i < 3; i++) {
		azure(i == 2 ? "GET" : "POST", targets[i], i == 2 ? NULL : EVENT("tib", AT, "1"));
		WANT_STATUS(400);
		WANT("code", "BadArgument");
		WANT("target", "usageEventRequest");
		WANT("details.0.code", "BadArgument");
		WANT("details.0.target", "api-version");
		CU_ASSERT_PTR_NOT_NULL(said("details.0.message"));
		(void)snprintf(target, sizeof(target), "%s?api-version=2018-08-30", targets[i]);
		azure(i == 2 ? "GET" : "POST", target, i == 2 ? NULL : EVENT("tib", AT, "1"));
		WANT_STATUS(400);
	}
	settings("{'azure_version_error': 'front-door'}");
	send_event(EVENT("tib", AT, "1"));
	WANT_STATUS(200);
	azure("POST", "/api/usageEvent", EVENT("tb", AT, "1"));
	WANT_STATUS(400);
	WANT("Error.Code", "ApiVersionUnspecified");
	azure("POST", "/api/usageEvent?api-version=2019-01-01", EVENT("tb", AT, "1"));
	WANT("Error.Code", "UnsupportedApiVersion");
	want_accepted("1");
	stage_end();
}

static void want_forbidden(void)
{
	WANT_STATUS(403);
	WANT("code", "Forbidden");
	CU_ASSERT_PTR_NOT_NULL(said("message"));
}

static void tokens(void)
{
	const char *token;

	azure_begin();
	ask("POST", SINGLE, "Content-Type: application/json\r\n", EVENT("tib", AT, "1"));
	want_forbidden();
	ask("POST", SINGLE, "Content-Type: application/json\r\nAuthorization: Bearer \r\n", EVENT("tib", AT, "1"));
	want_forbidden();
	ask("POST", SINGLE, "Content-Type: application/json\r\nAuthorization: Basic YTpi\r\n", EVENT("tib", AT, "1"));
	want_forbidden();
	ask("POST", SINGLE, bearer("made.up.token"), EVENT("tib", AT, "1"));
	want_forbidden();
	ask("GET", QUERY "&usageStartDate=2026-11-01", "", NULL);
	want_forbidden();
	/* A token of Google's is none here. */
	token = keep(token_google());
	ask("POST", SINGLE, bearer(token), EVENT("tib", AT, "1"));
	want_forbidden();
	/* Of another audience: the token that is for ARM. */
	ask("POST", "/" TENANT "/oauth2/token", "Content-Type: application/x-www-form-urlencoded\r\n",
	    "grant_type=client_credentials&client_id=" APP "&client_secret=" SECRET
	    "&resource=https://management.azure.com/");
	token = keep(said("access_token"));
	ask("POST", SINGLE, bearer(token), EVENT("tib", AT, "1"));
	want_forbidden();
	/* Revoked, then expired. */
	control("POST", "/sandbox/tokens/revoke", "{'kind': 'azure'}");
	send_event(EVENT("tib", AT, "1"));
	want_forbidden();
	(void)token_azure(TENANT, APP, SECRET);
	clock_set("2026-11-01T13:00:00Z");
	send_event(EVENT("tib", AT, "1"));
	want_forbidden();
	settings("{'azure_token_status': 401}");
	send_event(EVENT("tib", AT, "1"));
	WANT_STATUS(401);
	CU_ASSERT_PTR_NOT_NULL(answer_header(reply(), "WWW-Authenticate"));
	want_accepted("0");
	stage_end();
}

static void foreign_app(void)
{
	azure_begin();
	send_event("{'resourceId': '" FOREIGN "', 'quantity': 1, 'dimension': 'tib', 'effectiveStartTime': '" AT
	       "', 'planId': 'silver'}");
	want_forbidden();
	send_batch(EVENT("tib", AT, "1") ", {'resourceId': '" FOREIGN
				    "', 'quantity': 1, 'dimension': 'tib', 'effectiveStartTime': '" AT
				    "', 'planId': 'silver'}");
	WANT_STATUS(200);
	WANT("result.0.status", "Accepted");
	WANT("result.1.status", "ResourceNotAuthorized");
	/* By option the whole call is refused, and nothing is taken. */
	settings("{'azure_foreign_app': 'call'}");
	send_batch(EVENT("tb", AT, "1") ", {'resourceId': '" FOREIGN
				   "', 'quantity': 1, 'dimension': 'tib', 'effectiveStartTime': '" AT
				   "', 'planId': 'silver'}");
	want_forbidden();
	want_accepted("1");
	settings("{'azure_foreign_app': 'row'}");
	/* The same app id in another tenant is another app, where the tenant is named. */
	control("POST", "/sandbox/register",
		"{'apps': [{'tenant': 'eeeeeeee-0000-0000-0000-000000000001', 'client': '" APP "', 'secret': 's'}],"
		" 'resources': [{'id': '" SUSPENDED "', 'state': 'Subscribed', 'apps': ['" TENANT "/" APP "']}]}");
	send_batch("{'resourceId': '" SUSPENDED "', 'quantity': 1, 'dimension': 'tib', 'effectiveStartTime': '" AT
	      "', 'planId': 'p'}");
	WANT("result.0.status", "Accepted");
	(void)token_azure("eeeeeeee-0000-0000-0000-000000000001", APP, "s");
	send_batch("{'resourceId': '" SUSPENDED "', 'quantity': 1, 'dimension': 'tb', 'effectiveStartTime': '" AT
	      "', 'planId': 'p'}");
	WANT("result.0.status", "ResourceNotAuthorized");
	/* The owner may, whatever the case in which the two wrote the id. */
	control("POST", "/sandbox/register",
		"{'resources': [{'id': '" FOREIGN "', 'apps': ['BBBBBBBB-0000-0000-0000-00000000000B']}]}");
	(void)token_azure(TENANT, STRANGER, SECRET);
	send_event("{'resourceId': '" FOREIGN "', 'quantity': 1, 'dimension': 'tib', 'effectiveStartTime': '" AT
	       "', 'planId': 'silver'}");
	WANT_STATUS(200);
	stage_end();
}

static void trace_ids(void)
{
	static const char given[] =
		"Content-Type: application/json\r\nx-ms-requestid: one\r\nx-ms-correlationid: two\r\n";

	azure_begin();
	ask("POST", SINGLE, given, EVENT("tib", AT, "1"));
	WANT_STATUS(403);
	WANT_HEADER("x-ms-requestid", "one");
	WANT_HEADER("x-ms-correlationid", "two");
	send_event(EVENT("tib", AT, "1"));
	WANT_STATUS(200);
	WANT_GUID(answer_header(reply(), "x-ms-requestid"));
	WANT_GUID(answer_header(reply(), "x-ms-correlationid"));
	azure("GET", QUERY, NULL);
	WANT_STATUS(400);
	WANT_GUID(answer_header(reply(), "x-ms-requestid"));
	azure("DELETE", SINGLE, NULL);
	WANT_STATUS(405);
	WANT_HEADER("Allow", "POST");
	WANT_GUID(answer_header(reply(), "x-ms-requestid"));
	azure("GET", "/api/nothing", NULL);
	WANT_STATUS(404);
	WANT_GUID(answer_header(reply(), "x-ms-requestid"));
	fault("{'route': 'azure.single', 'action': 'status', 'status': 503}");
	send_event(EVENT("tib", AT, "1"));
	WANT_STATUS(503);
	WANT_GUID(answer_header(reply(), "x-ms-correlationid"));
	stage_end();
}

/* ---- which resource ---------------------------------------------------------------------------------------- */

static void ids(void)
{
	azure_begin();
	send_event("{'resourceUri': "
	       "'/SUBSCRIPTIONS/s1/resourcegroups/CASES/providers/microsoft.solutions/Applications/VAST',"
	       " 'quantity': 2.5, 'dimension': 'tib', 'effectiveStartTime': '" AT "', 'planId': 'silver'}");
	WANT_STATUS(200);
	WANT("resourceId", ACTIVE);
	WANT("resourceUri", ACTIVE_URI);
	/* By its id, in capitals, it is the same one. */
	send_event("{'resourceId': '10000000-0000-4000-8000-00000000000A', 'quantity': 2.5, 'dimension': 'tib',"
	       " 'effectiveStartTime': '" AT "', 'planId': 'silver'}");
	WANT_STATUS(409);
	WANT("additionalInfo.acceptedMessage.resourceId", ACTIVE);
	WANT("additionalInfo.acceptedMessage.resourceUri", ACTIVE_URI);
	send_batch(EVENT("tib", AT, "2.5"));
	WANT("result.0.status", "Duplicate");
	WANT("result.0.resourceId", ACTIVE);
	WANT("result.0.resourceUri", ACTIVE_URI);
	stage_end();
}

#define BOTH(ID, URI)                                                                                                  \
	"{'resourceId': '" ID "', 'resourceUri': '" URI                                                                \
	"', 'quantity': 1, 'dimension': 'tib', 'effectiveStartTime': '" AT "', 'planId': 'silver'}"

static void both_ids(void)
{
	azure_begin();
	send_event(BOTH(ACTIVE, ACTIVE_URI));
	WANT_STATUS(400);
	WANT("details.0.target", "resourceUri");
	settings("{'azure_both_ids': true}");
	send_event(BOTH(FOREIGN, ACTIVE_URI));
	WANT_STATUS(400);
	WANT("details.0.target", "resourceId");
	send_event(BOTH(ACTIVE, "/subscriptions/other"));
	WANT_STATUS(400);
	send_event(BOTH(ACTIVE, ACTIVE_URI));
	WANT_STATUS(200);
	stage_end();
}

/* Where everything is taken, two ids of one event are one resource from then on. */
static void both_ids_open(void)
{
	stage_begin(NULL);
	(void)token_azure(TENANT, APP, SECRET);
	settings("{'azure_both_ids': true}");
	send_event(BOTH(ACTIVE, ACTIVE_URI));
	WANT_STATUS(200);
	send_event(BOTH(ACTIVE, "/subscriptions/other"));
	WANT_STATUS(400);
	send_event(
		"{'resourceUri': '/subscriptions/other', 'quantity': 1, 'dimension': 'tib', 'effectiveStartTime': '" AT
		"', 'planId': 'silver'}");
	WANT_STATUS(200);
	CU_ASSERT(said("resourceId") && strcmp(said("resourceId"), ACTIVE) != 0);
	send_event(BOTH(ACTIVE, ACTIVE_URI));
	WANT_STATUS(409);
	stage_end();
}

/* ---- one event for an hour --------------------------------------------------------------------------------- */

static void accepted_single(void)
{
	azure_begin();
	send_event(EVENT("tib", "2026-11-01T11:17:00", "3.250000"));
	WANT_STATUS(200);
	WANT_HEADER("Content-Type", "application/json");
	WANT_GUID(said("usageEventId"));
	WANT("status", "Accepted");
	WANT("messageTime", NOON);
	WANT("resourceId", ACTIVE);
	WANT("resourceUri", ACTIVE_URI);
	WANT("quantity", "3.25");
	WANT("dimension", "tib");
	WANT("effectiveStartTime", "2026-11-01T11:17:00"); /* as it was sent */
	WANT("planId", "silver");
	WANT_COUNT("", 9);
	stage_end();
}

static void duplicates(void)
{
	const char *id;

	azure_begin();
	send_event(EVENT("tib", "2026-11-01T11:00:00Z", "5"));
	id = keep(said("usageEventId"));
	clock_set("2026-11-01T12:30:00Z");
	/* Another quantity, minute and way to write the time: the first one stands. */
	send_event(EVENT("tib", "2026-11-01T12:59:59.5+01:00", "9"));
	WANT_STATUS(409);
	WANT("code", "Conflict");
	CU_ASSERT_PTR_NOT_NULL(said("message"));
	WANT("additionalInfo.acceptedMessage.usageEventId", id);
	WANT("additionalInfo.acceptedMessage.status", "Duplicate");
	WANT("additionalInfo.acceptedMessage.messageTime", NOON);
	WANT("additionalInfo.acceptedMessage.resourceId", ACTIVE);
	WANT("additionalInfo.acceptedMessage.quantity", "5");
	WANT("additionalInfo.acceptedMessage.dimension", "tib");
	WANT("additionalInfo.acceptedMessage.effectiveStartTime", "2026-11-01T11:00:00Z");
	WANT("additionalInfo.acceptedMessage.planId", "silver");
	WANT_NONE("status");
	/* In a batch: what was sent beside what is held; and two of one batch. */
	send_batch(EVENT("tib", AT, "9") ", " EVENT("tb", AT, "1") ", " EVENT("tb", AT, "2"));
	WANT_STATUS(200);
	WANT("result.0.status", "Duplicate");
	WANT("result.0.quantity", "9");
	WANT_NONE("result.0.usageEventId");
	WANT("result.0.error.code", "Conflict");
	WANT("result.0.error.additionalInfo.acceptedMessage.quantity", "5");
	WANT("result.0.error.additionalInfo.acceptedMessage.usageEventId", id);
	WANT("result.1.status", "Accepted");
	WANT("result.2.status", "Duplicate");
	WANT("result.2.error.additionalInfo.acceptedMessage.quantity", "1");
	/* Another hour is free. */
	send_event(EVENT("tib", "2026-11-01T10:59:59Z", "1"));
	WANT_STATUS(200);
	control("GET", "/sandbox/books", NULL);
	WANT("azure.counts.accepted", "3");
	WANT("azure.counts.duplicate_different", "3");
	WANT_COUNT("azure.events", 3);
	stage_end();
}

static void plan_in_key(void)
{
	static const char gold[] =
		"{'resourceId': '" SUSPENDED "', 'quantity': 1, 'dimension': 'tib', 'effectiveStartTime': '" AT
		"', 'planId': 'gold'}";
	static const char silver[] =
		"{'resourceId': '" SUSPENDED "', 'quantity': 1, 'dimension': 'tib', 'effectiveStartTime': '" AT
		"', 'planId': 'silver'}";

	azure_begin();
	control("POST", "/sandbox/register", "{'resources': [{'id': '" SUSPENDED "', 'state': 'Subscribed'}]}");
	send_event(gold);
	WANT_STATUS(200);
	send_event(silver);
	WANT_STATUS(409);
	WANT("additionalInfo.acceptedMessage.planId", "gold");
	settings("{'azure_plan_in_key': true}");
	control("POST", "/sandbox/reset", NULL);
	(void)token_azure(TENANT, APP, SECRET);
	send_event(gold);
	WANT_STATUS(200);
	send_event(silver);
	WANT_STATUS(200);
	send_event(silver);
	WANT_STATUS(409);
	WANT("additionalInfo.acceptedMessage.planId", "silver");
	stage_end();
}

/* ---- time -------------------------------------------------------------------------------------------------- */

static void want_expired(void)
{
	WANT_STATUS(400);
	WANT("code", "BadArgument");
	WANT("target", "usageEventRequest");
	WANT("details.0.code", "BadArgument");
	WANT("details.0.target", "effectiveStartTime");
}

static void window(void)
{
	azure_begin();
	clock_set("2026-11-01T12:30:00Z");
	(void)token_azure(TENANT, APP, SECRET);
	send_event(EVENT("tib", "2026-10-31T12:29:59.999999Z", "1"));
	want_expired();
	send_event(EVENT("tib", "2026-10-31T12:30:00Z", "1"));
	WANT_STATUS(200);
	/* The hour that is not over is taken, up to this very moment; later is the future. */
	send_event(EVENT("tib", "2026-11-01T12:30:00Z", "1"));
	WANT_STATUS(200);
	send_event(EVENT("tib", "2026-11-01T12:30:00.000001Z", "1"));
	want_expired();
	send_batch(EVENT("tb", "2026-11-01T13:00:00Z", "1") ", " EVENT("tb", "2026-10-30T12:00:00Z", "1"));
	WANT("result.0.status", "Expired");
	WANT("result.1.status", "Expired");
	WANT("result.1.error.code", "BadArgument");
	WANT("result.1.error.target", "usageEventRequest");
	WANT("result.1.error.details.0.target", "effectiveStartTime");
	/* Aligned to the hour, by option. */
	settings("{'azure_window': 'hour'}");
	send_event(EVENT("tb", "2026-10-31T11:59:59Z", "1"));
	want_expired();
	send_event(EVENT("tb", "2026-10-31T12:00:00Z", "1"));
	WANT_STATUS(200);
	send_event(EVENT("tb", "2026-11-01T12:30:01Z", "1"));
	want_expired();
	/* A slot stays taken for ever, but an hour that has expired is that first. */
	clock_set("2026-11-03T12:30:00Z");
	(void)token_azure(TENANT, APP, SECRET);
	send_event(EVENT("tib", "2026-11-01T12:30:00Z", "1"));
	want_expired();
	settings("{'azure_order': ['duplicate']}");
	send_event(EVENT("tib", "2026-11-01T12:30:00Z", "1"));
	WANT_STATUS(409);
	stage_end();
}

/* ---- the order of the checks ------------------------------------------------------------------------------- */

/* Wrong in every way but its form; each check that is mended shows the next. */
static void order(void)
{
	static const char row[] =
		"{'resourceId': '%s', 'quantity': %s, 'dimension': '%s', 'effectiveStartTime': '%s', 'planId': '%s'}";
	static const struct {
		const char *id, *quantity, *dimension, *time, *plan, *status;
	} steps[] = {{UNKNOWN, "0", "none", "2026-10-01T00:00:00Z", "gold", "ResourceNotFound"},
		     {FOREIGN, "0", "none", "2026-10-01T00:00:00Z", "gold", "ResourceNotAuthorized"},
		     {SUSPENDED, "0", "none", "2026-10-01T00:00:00Z", "gold", "ResourceNotActive"},
		     {ACTIVE, "0", "none", "2026-10-01T00:00:00Z", "gold", "BadArgument"},
		     {ACTIVE, "0", "none", "2026-10-01T00:00:00Z", "silver", "InvalidDimension"},
		     {ACTIVE, "0", "tib", "2026-10-01T00:00:00Z", "silver", "InvalidQuantity"},
		     {ACTIVE, "1", "tib", "2026-10-01T00:00:00Z", "silver", "Expired"},
		     {ACTIVE, "1", "tib", AT, "silver", "Accepted"},
		     {ACTIVE, "1", "tib", AT, "silver", "Duplicate"}};
	char event[400];

	azure_begin();
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		(void)snprintf(event, sizeof(event), row, steps[i].id, steps[i].quantity, steps[i].dimension,
			       steps[i].time, steps[i].plan);
		send_batch(event);
		WANT("result.0.status", steps[i].status);
	}
	settings("{'azure_order': ['time', 'quantity', 'duplicate', 'dimension']}");
	(void)snprintf(event, sizeof(event), row, UNKNOWN, "0", "none", "2026-10-01T00:00:00Z", "gold");
	send_batch(event);
	WANT("result.0.status", "Expired");
	(void)snprintf(event, sizeof(event), row, UNKNOWN, "0", "none", AT, "gold");
	send_batch(event);
	WANT("result.0.status", "InvalidQuantity");
	(void)snprintf(event, sizeof(event), row, ACTIVE, "1", "tib", AT, "gold");
	send_batch(event);
	WANT("result.0.status", "Duplicate");
	(void)snprintf(event, sizeof(event), row, UNKNOWN, "1", "none", AT, "gold");
	send_batch(event);
	WANT("result.0.status", "ResourceNotFound");
	stage_end();
}

/* What each refusal is to a single call. */
static void single_statuses(void)
{
	static const struct {
		const char *body;
		int status;
		const char *code, *target;
	} cases[] = {
		{"{'resourceId': '" UNKNOWN "', 'quantity': 1, 'dimension': 'tib', 'effectiveStartTime': '" AT
		 "', 'planId': 'silver'}",
		 400, "BadArgument", "resourceId"},
		{"{'resourceId': '" SUSPENDED "', 'quantity': 1, 'dimension': 'tib', 'effectiveStartTime': '" AT
		 "', 'planId': 'silver'}",
		 400, "BadArgument", "resourceId"},
		{EVENT("none", AT, "1"), 400, "BadArgument", "dimension"},
		{EVENT("tib", AT, "0"), 400, "BadArgument", "quantity"},
		{EVENT("tib", AT, "-1"), 400, "BadArgument", "quantity"},
		{EVENT("tib", AT, "'1'"), 400, "BadArgument", "quantity"},
	};

	azure_begin();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		send_event(cases[i].body);
		WANT_STATUS(cases[i].status);
		WANT("code", cases[i].code);
		WANT("target", "usageEventRequest");
		WANT("details.0.target", cases[i].target);
	}
	/* The generic error happens when it is told to. */
	fault("{'route': 'azure.single', 'action': 'rows'}");
	send_event(EVENT("tib", AT, "1"));
	WANT_STATUS(500);
	want_accepted("0");
	stage_end();
}

static void lifecycle(void)
{
	static const char row[] =
		"{'resourceId': '%s', 'quantity': 1, 'dimension': 'tib', 'effectiveStartTime': '%s', 'planId': 'p'}";
	char event[400];

	azure_begin();
	(void)snprintf(event, sizeof(event), row, PENDING, AT);
	send_batch(event);
	WANT("result.0.status", "ResourceNotActive");
	(void)snprintf(event, sizeof(event), row, SUSPENDED, AT);
	send_batch(event);
	WANT("result.0.status", "ResourceNotActive");
	WANT("result.0.error.details.0.target", "resourceId");
	/* What was used before the end is still taken behind it. */
	(void)snprintf(event, sizeof(event), row, ENDED, "2026-11-01T10:29:59Z");
	send_batch(event);
	WANT("result.0.status", "Accepted");
	(void)snprintf(event, sizeof(event), row, ENDED, AT);
	send_batch(event);
	WANT("result.0.status", "ResourceNotActive");
	control("POST", "/sandbox/register", "{'resources': [{'id': '" SUSPENDED "', 'state': 'Subscribed'}]}");
	(void)snprintf(event, sizeof(event), row, SUSPENDED, AT);
	send_batch(event);
	WANT("result.0.status", "Accepted");
	/* What was deleted is not known any more. */
	control("POST", "/sandbox/register", "{'resources': [{'id': '" SUSPENDED "', 'state': 'Deleted'}]}");
	send_batch(event);
	WANT("result.0.status", "ResourceNotFound");
	stage_end();
}

/* ---- batches ----------------------------------------------------------------------------------------------- */

static void events(int count)
{
	char body[8192] = "", event[300];
	size_t used = 0;

	for (int i = 0; i < count; i++) {
		(void)snprintf(event, sizeof(event),
			       "%s{'resourceId': '" ACTIVE "', 'quantity': %d, 'dimension': 'tib',"
			       " 'effectiveStartTime': '2026-%02d-%02dT%02d:00:00Z', 'planId': 'silver'}",
			       i ? "," : "", i + 1, i < 12 ? 10 : 11, i < 12 ? 31 : 1, i < 12 ? i + 12 : i - 12);
		used += (size_t)snprintf(body + used, sizeof(body) - used, "%s", event);
	}
	send_batch(body);
}

static void batch_sizes(void)
{
	azure_begin();
	events(0);
	WANT_STATUS(400);
	WANT("code", "BadArgument");
	events(26);
	WANT_STATUS(400);
	want_accepted("0");
	events(25);
	WANT_STATUS(200);
	WANT("count", "25");
	WANT_COUNT("result", 25);
	WANT("result.24.status", "Accepted");
	WANT("result.24.quantity", "25");
	events(1);
	WANT_STATUS(200);
	WANT("count", "1");
	WANT("result.0.status", "Duplicate");
	want_accepted("25");
	stage_end();
}

static void batch_forms(void)
{
	static const char *const bodies[] = {
		"",
		"{}",
		"[]",
		"{'request': {}}",
		"{'request': null}",
		"{'Request': []}",
		"'x'",
		"7",
		"{'request': [" EVENT("tib", AT, "1") "], 'more': 1}",
		"{'request': [" EVENT("tib", AT, "1") "], 'request': [" EVENT("tb", AT, "1") "]}",
		"{'request': [" EVENT("tib", AT, "1") "]} {}",
		"{'request': [" EVENT("tib", AT, "1") ",]}",
		"{'request': [" EVENT("tib", AT, "NaN") "]}"};

	azure_begin();
	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies) - 1; i++) {
		azure("POST", BATCH, bodies[i]);
		WANT_STATUS(400);
		WANT("code", "BadArgument");
	}
	/* No JSON, but some parsers take it: then it is that row that is malformed. */
	azure("POST", BATCH, bodies[sizeof(bodies) / sizeof(*bodies) - 1]);
	CU_ASSERT(reply()->status == 400 ||
		  (said("result.0.status") && strcmp(said("result.0.status"), "BadArgument") == 0));
	/* A row that is none does not stop the others. */
	send_batch(EVENT("tib", AT, "1") ", 7, null, [], {}");
	WANT_STATUS(200);
	WANT("result.0.status", "Accepted");
	for (int i = 1; i < 5; i++) {
		char path[40];

		(void)snprintf(path, sizeof(path), "result.%d.status", i);
		WANT(path, "BadArgument");
	}
	want_accepted("1");
	stage_end();
}

static void failed_rows(void)
{
	azure_begin();
	send_batch(EVENT("none", AT, "1") ", " EVENT("tib", AT, "1"));
	WANT_STATUS(200);
	WANT("result.0.status", "InvalidDimension");
	WANT_NONE("result.0.usageEventId");
	WANT("result.0.messageTime", NOON);
	WANT("result.0.resourceId", ACTIVE);
	WANT("result.0.quantity", "1");
	WANT("result.0.dimension", "none");
	WANT("result.0.effectiveStartTime", AT);
	WANT("result.0.planId", "silver");
	WANT("result.0.error.code", "BadArgument");
	WANT("result.0.error.details.0.target", "dimension");
	WANT_GUID(said("result.1.usageEventId"));
	WANT_NONE("result.1.error");
	settings("{'azure_failed_time': 'zero'}");
	send_batch(EVENT("none", AT, "1") ", " EVENT("tb", AT, "1"));
	WANT("result.0.messageTime", "0001-01-01T00:00:00");
	WANT("result.1.messageTime", NOON);
	/* All of them failed, and still it is 200. */
	send_batch(EVENT("none", AT, "1") ", " EVENT("tib", AT, "0"));
	WANT_STATUS(200);
	WANT("count", "2");
	stage_end();
}

/* Nobody promises that rows come in the order of the events. */
static void row_order(void)
{
	bool seen[26] = {false};
	int moved = 0;

	azure_begin();
	settings("{'azure_row_order': 'shuffled'}");
	events(25);
	WANT_STATUS(200);
	WANT_COUNT("result", 25);
	for (int i = 0; i < 25; i++) {
		char path[40];
		int quantity;

		(void)snprintf(path, sizeof(path), "result.%d.quantity", i);
		quantity = said(path) ? (int)strtol(said(path), NULL, 10) : 0;
		CU_ASSERT_FATAL(quantity >= 1 && quantity <= 25 && !seen[quantity]);
		seen[quantity] = true;
		moved += quantity != i + 1;
	}
	CU_ASSERT(moved > 10);
	stage_end();
}

/* Anybody may meter anything in an open sandbox; its form is as strict. */
static void open_mode(void)
{
	stage_begin(NULL);
	(void)token_azure(TENANT, STRANGER, "whatever");
	send_event("{'resourceUri': '/subscriptions/x', 'quantity': 1, 'dimension': 'any', 'effectiveStartTime': '" AT
	       "', 'planId': 'p'}");
	WANT_STATUS(200);
	WANT_GUID(said("resourceId"));
	send_event("{'resourceUri': '/subscriptions/X', 'quantity': 1, 'dimension': 'any', 'effectiveStartTime': '" AT
	       "', 'planId': 'p'}");
	WANT_STATUS(409);
	send_event("{'resourceUri': '/subscriptions/x', 'quantity': 1, 'dimension': 'any', 'effectiveStartTime': '" AT
	       "'}");
	WANT_STATUS(400);
	stage_end();
}

static const struct unit_test tests[] = {
	{"1: api-version is required, and there is one", version},
	{"1: a token is missing, not good, expired, revoked or of another audience", tokens},
	{"1: an app that is not bound to the resource", foreign_app},
	{"2: both trace ids with every answer", trace_ids},
	{"3: id and URI name one resource, without case, and both are told", ids},
	{"3: one of both ids, not two", both_ids},
	{"3: two ids in an open sandbox", both_ids_open},
	{"4: what an accepted event is answered", accepted_single},
	{"4: the first event of an hour stands; duplicates show it", duplicates},
	{"4: the plan in the key, by option", plan_in_key},
	{"5: twenty-four hours, to the second or to the hour", window},
	{"6: the order of the checks", order},
	{"each refusal of a single call", single_statuses},
	{"suspended, pending and ended resources", lifecycle},
	{"7: one to twenty-five events", batch_sizes},
	{"7: bodies that are no batch", batch_forms},
	{"7: failed rows", failed_rows},
	{"7: rows in any order, by option", row_order},
	{"an open sandbox", open_mode},
};

int main(void)
{
	return UNIT_RUN("sandbox azure", tests);
}
