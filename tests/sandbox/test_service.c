/* SPDX-License-Identifier: Apache-2.0 */
/* Service Control: check and report, point by point of the checklist. */
#include "tests/sandbox/google.h"

#include "core/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void begin(void)
{
	stage_begin(GOOGLE_REGISTRY);
	(void)token_google();
}

static void report(const char *operations)
{
	struct buffer body BUFFER_CLEANUP = buffer_init(4 << 20);

	(void)buffer_print(&body, "{'operations': [%s]}", operations);
	google(REPORT, body.data);
}

static void check(const char *operation)
{
	char body[2000];

	(void)snprintf(body, sizeof(body), "{'operation': %s}", operation);
	google(CHECK, body);
}

static void books(void)
{
	control("GET", "/sandbox/books", NULL);
	WANT_STATUS(200);
}

/* A refusal of the whole call, in the shape of Google's REST errors. */
#define WANT_ERROR(STATUS, WORD) want_error(STATUS, WORD, __LINE__)
static void want_error(int status, const char *word, int line)
{
	char code[12];

	(void)snprintf(code, sizeof(code), "%d", status);
	want_status(status, __FILE__, line);
	want("error.code", code, __FILE__, line);
	want("error.status", word, __FILE__, line);
	if (!said("error.message"))
		want("error.message", "a message", __FILE__, line);
}

/* ---- who asks, and where ----------------------------------------------------------------------------------- */

static void paths(void)
{
	const char *token;

	stage_begin(GOOGLE_REGISTRY);
	token = keep(token_google());
	ask("POST", CHECK, "Content-Type: application/json\r\n", "{}");
	WANT_ERROR(401, "UNAUTHENTICATED");
	CU_ASSERT_PTR_NOT_NULL(answer_header(reply(), "WWW-Authenticate"));
	ask("POST", REPORT, bearer("ya29.made-up"), "{}");
	WANT_ERROR(401, "UNAUTHENTICATED");
	ask("POST", "/v1/services/other.example:report", bearer(token), "{}");
	WANT_ERROR(404, "NOT_FOUND");
	ask("POST", "/v1/services/" SERVICE ":allocateQuota", bearer(token), "{}");
	WANT_ERROR(404, "NOT_FOUND");
	ask("POST", "/v1/services/" SERVICE, bearer(token), "{}");
	WANT_ERROR(404, "NOT_FOUND");
	ask("GET", REPORT, bearer(token), NULL);
	WANT_STATUS(405);
	ask("POST", REPORT, strstr(bearer(token), "Authorization"), "{'operations': []}");
	WANT_ERROR(400, "INVALID_ARGUMENT");
	control("POST", "/sandbox/tokens/revoke", "{'kind': 'google'}");
	ask("POST", REPORT, bearer(token), "{'operations': []}");
	WANT_ERROR(401, "UNAUTHENTICATED");
	(void)token_google();
	clock_set("2026-11-01T13:00:00Z");
	report(OPERATION("a", "'1'"));
	WANT_ERROR(401, "UNAUTHENTICATED");
	stage_end();
}

/* ---- check ------------------------------------------------------------------------------------------------- */

static void checked(void)
{
	begin();
	check("{" NAMED("op-1") "'consumerId': 'project:one', 'startTime': '" NOON "'}");
	WANT_STATUS(200);
	WANT("operationId", "op-1");
	WANT_NONE("checkErrors");
	CU_ASSERT_PTR_NOT_NULL(said("serviceConfigId"));
	CU_ASSERT_PTR_NOT_NULL(said("serviceRolloutId"));
	WANT("checkInfo.consumerInfo.type", "PROJECT");
	CU_ASSERT_PTR_NOT_NULL(said("checkInfo.consumerInfo.consumerNumber"));
	google(CHECK, "{'operation': {" NAMED("op-1") "'consumerId': 'project:one', 'startTime': '" NOON
						      "', 'endTime': '" NOON "'}, 'serviceConfigId': '2026-01-01r0'}");
	WANT_STATUS(200);
	books();
	WANT("google.counts.checks", "2");
	WANT("google.counts.accepted", "0");
	stage_end();
}

static void check_refused(void)
{
	static const struct {
		const char *consumer, *code, *rpc;
	} cases[] = {{"project:nobody", "NOT_FOUND", "5"},
		     {"nonsense", "CONSUMER_INVALID", "3"},
		     {"project:off", "BILLING_DISABLED", "7"},
		     {"project:gone", "SERVICE_NOT_ACTIVATED", "7"}};
	char body[400];

	begin();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		(void)snprintf(body, sizeof(body), "{" NAMED("c") "'consumerId': '%s', 'startTime': '" NOON "'}",
			       cases[i].consumer);
		check(body);
		WANT_STATUS(200); /* the refusal is in the body */
		WANT("checkErrors.0.code", cases[i].code);
		WANT("checkErrors.0.subject", cases[i].consumer);
		WANT("checkErrors.0.status.code", cases[i].rpc);
		CU_ASSERT_PTR_NOT_NULL(said("checkErrors.0.detail"));
	}
	/* What was used before the end may be charged. */
	check("{" NAMED("c") "'consumerId': 'project:gone', 'startTime': '2026-11-01T11:29:59Z'}");
	WANT_NONE("checkErrors");
	books();
	WANT("google.counts.check_errors", "4");
	stage_end();
}

/* Every word that check can say, and its rpc code. */
static void check_words(void)
{
	static const struct {
		const char *word, *rpc;
	} words[] = {{"NOT_FOUND", "5"},
		     {"PERMISSION_DENIED", "7"},
		     {"RESOURCE_EXHAUSTED", "8"},
		     {"SERVICE_NOT_ACTIVATED", "7"},
		     {"BILLING_DISABLED", "7"},
		     {"PROJECT_DELETED", "7"},
		     {"PROJECT_INVALID", "3"},
		     {"CONSUMER_INVALID", "3"},
		     {"IP_ADDRESS_BLOCKED", "7"},
		     {"REFERER_BLOCKED", "7"},
		     {"CLIENT_APP_BLOCKED", "7"},
		     {"API_TARGET_BLOCKED", "7"},
		     {"API_KEY_INVALID", "3"},
		     {"API_KEY_EXPIRED", "3"},
		     {"API_KEY_NOT_FOUND", "5"},
		     {"INVALID_CREDENTIAL", "16"},
		     {"NAMESPACE_LOOKUP_UNAVAILABLE", "14"},
		     {"SERVICE_STATUS_UNAVAILABLE", "14"},
		     {"BILLING_STATUS_UNAVAILABLE", "14"},
		     {"CLOUD_RESOURCE_MANAGER_BACKEND_UNAVAILABLE", "14"}};
	char body[200];

	begin();
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		(void)snprintf(body, sizeof(body), "{'consumers': [{'id': 'project:one', 'error': '%s'}]}",
			       words[i].word);
		control("POST", "/sandbox/register", body);
		WANT_STATUS(200);
		check("{" NAMED("c") "'consumerId': 'project:one', 'startTime': '" NOON "'}");
		WANT("checkErrors.0.code", words[i].word);
		WANT("checkErrors.0.status.code", words[i].rpc);
	}
	control("POST", "/sandbox/register", "{'consumers': [{'id': 'project:one', 'error': 'OUT_OF_MILK'}]}");
	WANT_STATUS(400);
	stage_end();
}

/* A change of policy shows in check after a while. */
static void check_lag(void)
{
	begin();
	settings("{'google_policy_lag': 60}");
	control("POST", "/sandbox/register", "{'consumers': [{'id': 'project:one', 'error': 'BILLING_DISABLED'}]}");
	check("{" NAMED("c") "'consumerId': 'project:one', 'startTime': '" NOON "'}");
	WANT_NONE("checkErrors");
	clock_set("2026-11-01T12:00:59Z");
	check("{" NAMED("c") "'consumerId': 'project:one', 'startTime': '" NOON "'}");
	WANT_NONE("checkErrors");
	clock_set("2026-11-01T12:01:00Z");
	check("{" NAMED("c") "'consumerId': 'project:one', 'startTime': '" NOON "'}");
	WANT("checkErrors.0.code", "BILLING_DISABLED");
	control("POST", "/sandbox/register", "{'consumers': [{'id': 'project:one'}]}");
	check("{" NAMED("c") "'consumerId': 'project:one', 'startTime': '" NOON "'}");
	WANT("checkErrors.0.code", "BILLING_DISABLED");
	clock_set("2026-11-01T12:02:00Z");
	check("{" NAMED("c") "'consumerId': 'project:one', 'startTime': '" NOON "'}");
	WANT_NONE("checkErrors");
	stage_end();
}

/* ---- strictness -------------------------------------------------------------------------------------------- */

#define CONSUMER_ "'consumerId': 'project:one', "
#define SET(VALUES) "'metricValueSets': [{'metricName': '" SERVICE "/tib', 'metricValues': [" VALUES "]}]"

/* What both calls refuse as a whole. */
static const char *const malformed[] = {
	/* missing, null, empty, of another type */
	"{'operationName': 'x', " CONSUMER_ HOUR "}",
	"{'operationId': null, 'operationName': 'x', " CONSUMER_ HOUR "}",
	"{'operationId': '', 'operationName': 'x', " CONSUMER_ HOUR "}",
	"{'operationId': 7, 'operationName': 'x', " CONSUMER_ HOUR "}",
	"{'operationId': 'o', " CONSUMER_ HOUR "}",
	"{'operationId': 'o', 'operationName': {}, " CONSUMER_ HOUR "}",
	"{" NAMED("o") HOUR "}",
	"{" NAMED("o") "'consumerId': 2, " HOUR "}",
	"{" NAMED("o") CONSUMER_ "'endTime': '" NOON "'}",
	"{" NAMED("o") CONSUMER_ "'startTime': 1793534400, 'endTime': '" NOON "'}",
	"{" NAMED("o") CONSUMER_ "'startTime': '2026-11-01 12', 'endTime': '" NOON "'}",
	"{" NAMED("o") CONSUMER_ "'startTime': '2026-11-01T12:00:00', 'endTime': '" NOON "'}",
	"{" NAMED("o") CONSUMER_ "'startTime': '" NOON "', 'endTime': 'soon'}",
	"{" NAMED("o") CONSUMER_ WINDOW("12:00:00", "11:59:59") "}",
	/* in another case, unknown, twice */
	"{'operationID': 'o', 'operationName': 'x', " CONSUMER_ HOUR "}",
	"{'operation_id': 'o', 'operationName': 'x', " CONSUMER_ HOUR "}",
	"{" NAMED("o") CONSUMER_ HOUR ", 'more': 1}",
	"{" NAMED("o") CONSUMER_ HOUR ", 'quotaProperties': {}}",
	"{" NAMED("o") CONSUMER_ CONSUMER_ HOUR "}",
	"{" NAMED("o") CONSUMER_ HOUR ", 'importance': 'MEDIUM'}",
	"{" NAMED("o") CONSUMER_ HOUR ", 'labels': []}",
	"{" NAMED("o") CONSUMER_ HOUR ", 'labels': {'a': 1}}",
	/* values */
	"{" NAMED("o") CONSUMER_ HOUR ", 'metricValueSets': {}}",
	"{" NAMED("o") CONSUMER_ HOUR ", 'metricValueSets': [7]}",
	"{" NAMED("o") CONSUMER_ HOUR ", 'metricValueSets': [{'metricValues': []}]}",
	"{" NAMED("o") CONSUMER_ HOUR ", 'metricValueSets': [{'metricName': 'm', 'metricValues': {}}]}",
	"{" NAMED("o") CONSUMER_ HOUR ", 'metricValueSets': [{'metricName': 'm', 'metricValues': [], 'x': 1}]}",
	"{" NAMED("o") CONSUMER_ HOUR ", " SET("{}") "}",
	"{" NAMED("o") CONSUMER_ HOUR ", " SET("7") "}",
	"{" NAMED("o") CONSUMER_ HOUR ", " SET("{'int64Value': '1', 'doubleValue': 1}") "}",
	"{" NAMED("o") CONSUMER_ HOUR ", " SET("{'int64Value': '1', 'int64Value': '2'}") "}",
	"{" NAMED("o") CONSUMER_ HOUR ", " SET("{'int64value': '1'}") "}",
	"{" NAMED("o") CONSUMER_ HOUR ", " SET("{'int64Value': '1.5'}") "}",
	"{" NAMED("o") CONSUMER_ HOUR ", " SET("{'int64Value': 1.5}") "}",
	"{" NAMED("o") CONSUMER_ HOUR ", " SET("{'int64Value': '+1'}") "}",
	"{" NAMED("o") CONSUMER_ HOUR ", " SET("{'int64Value': ''}") "}",
	"{" NAMED("o") CONSUMER_ HOUR ", " SET("{'int64Value': 'one'}") "}",
	"{" NAMED("o") CONSUMER_ HOUR ", " SET("{'int64Value': '9223372036854775808'}") "}",
	"{" NAMED("o") CONSUMER_ HOUR ", " SET("{'int64Value': true}") "}",
	"{" NAMED("o") CONSUMER_ HOUR ", " SET("{'doubleValue': '1'}") "}",
	"{" NAMED("o") CONSUMER_ HOUR ", " SET("{'doubleValue': NaN}") "}",
	"{" NAMED("o") CONSUMER_ HOUR ", " SET("{'int64Value': '1', 'endTime': '2026-11-01T10:00:00Z'}") "}",
	"{" NAMED("o") CONSUMER_ HOUR ", " SET("{'int64Value': '1', 'labels': {'a': null}}") "}",
	/* the same metric with the same labels, in one set or in two */
	"{" NAMED("o") CONSUMER_ HOUR ", " SET("{'int64Value': '1'}, {'int64Value': '2'}") "}",
	"{" NAMED("o") CONSUMER_ HOUR
	", 'metricValueSets': [{'metricName': 'm', 'metricValues': [{'int64Value': '1', 'labels':"
	" {'a': 'x', 'b': 'y'}}]}, {'metricName': 'm', 'metricValues': [{'int64Value': '1', 'labels': {'b': 'y', 'a': "
	"'x'}}]}]}",
};

static void strict(void)
{
	begin();
	for (size_t i = 0; i < sizeof(malformed) / sizeof(*malformed); i++) {
		char both[1600];

		(void)snprintf(both, sizeof(both), OPERATION("good", "'1'") ", %s", malformed[i]);
		report(both);
		WANT_ERROR(400, "INVALID_ARGUMENT");
		check(malformed[i]);
		WANT_ERROR(400, "INVALID_ARGUMENT");
	}
	/* The end of the window: a report must have one, a check need not. */
	report("{" NAMED("o") CONSUMER_ "'startTime': '" NOON "'}");
	WANT_ERROR(400, "INVALID_ARGUMENT");
	/* User labels: a report may have them, a check not. */
	check("{" NAMED("o") CONSUMER_ HOUR ", 'userLabels': {'a': 'b'}}");
	WANT_ERROR(400, "INVALID_ARGUMENT");
	books();
	WANT("google.counts.accepted", "0");
	report("{" NAMED("o") CONSUMER_ HOUR
	       ", 'userLabels': {'a': 'b'}, 'importance': 'LOW', 'labels': {'c': 'd'}, " TIB("'1'") "}");
	WANT_STATUS(200);
	WANT_NONE("reportErrors");
	stage_end();
}

static void envelopes(void)
{
	static const char *const bodies[] = {"",
					     "[]",
					     "{}",
					     "7",
					     "{'operations': {}}",
					     "{'operations': null}",
					     "{'operation': {}}",
					     "{'operations': [], 'more': 1}",
					     "{'operations': [], 'serviceConfigId': 7}",
					     "{'operations': [7]}",
					     "{'operations': []} x",
					     "{'Operations': []}",
					     "{'operations': [], 'operations': [" OPERATION("o", "'1'") "]}"};

	begin();
	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
		google(REPORT, bodies[i]);
		WANT_ERROR(400, "INVALID_ARGUMENT");
	}
	google(CHECK, "{'operations': []}");
	WANT_ERROR(400, "INVALID_ARGUMENT");
	google(CHECK, "{'operation': null}");
	WANT_ERROR(400, "INVALID_ARGUMENT");
	google(REPORT, "{'operations': []}");
	WANT_STATUS(200);
	stage_end();
}

static void sizes(void)
{
	struct buffer body BUFFER_CLEANUP = buffer_init(4 << 20);
	char id[20];

	begin();
	(void)buffer_text(&body, "{\"operations\": [");
	for (int i = 0; body.size < (1 << 20) - 400; i++) {
		char operation[500];

		(void)snprintf(id, sizeof(id), "op%d", i);
		(void)snprintf(operation, sizeof(operation),
			       "%s{'operationId': '%s', 'operationName': 'x', " CONSUMER_ HOUR ", " TIB("'1'") "}",
			       i ? "," : "", id);
		for (char *at = operation; *at; at++)
			*at = *at == '\'' ? '"' : *at;
		(void)buffer_text(&body, operation);
	}
	(void)buffer_text(&body, "]}");
	while (body.size < 1 << 20)
		(void)buffer_text(&body, " ");
	/* A megabyte and a byte is too much, a megabyte is not. */
	(void)buffer_text(&body, " ");
	google(REPORT, body.data);
	WANT_ERROR(400, "INVALID_ARGUMENT");
	body.data[--body.size] = '\0';
	google(REPORT, body.data);
	WANT_STATUS(200);
	WANT_NONE("reportErrors");
	stage_end();
}

/* ---- report ------------------------------------------------------------------------------------------------ */

static void reported(void)
{
	begin();
	report(OPERATION("op-1", "'42'"));
	WANT_STATUS(200);
	WANT_NONE("reportErrors");
	CU_ASSERT_PTR_NOT_NULL(said("serviceConfigId"));
	CU_ASSERT_PTR_NOT_NULL(said("serviceRolloutId"));
	/* As protobuf's JSON allows: a number for an int64; and the window of the value itself. */
	report("{" NAMED("op-2") CONSUMER_ HOUR
	       ", " SET("{'int64Value': 7, 'startTime': '2026-11-01T10:00:00Z', 'endTime': '2026-11-01T11:00:00Z',"
			" 'labels': {'zone': 'a'}}") "}");
	WANT_NONE("reportErrors");
	report("{" NAMED("op-3") "'consumerId': 'project_number:2', " HOUR
				 ", 'metricValueSets': [{'metricName': '" SERVICE
				 "/gb', 'metricValues': [{'doubleValue': 0.25}]}]}");
	WANT_NONE("reportErrors");
	books();
	WANT("google.counts.accepted", "3");
	WANT("google.values.0.operation", "op-1");
	WANT("google.values.0.service", SERVICE);
	WANT("google.values.0.consumer", "project:one");
	WANT("google.values.0.metric", SERVICE "/tib");
	WANT("google.values.0.start", "2026-11-01T11:00:00Z");
	WANT("google.values.0.end", NOON);
	WANT("google.values.0.taken", NOON);
	WANT("google.values.0.quantity", "42");
	WANT("google.values.0.state", "accepted");
	WANT("google.values.1.start", "2026-11-01T10:00:00Z");
	WANT("google.values.2.quantity", "0.25");
	WANT("violation_count", "0");
	stage_end();
}

static void refused_alone(void)
{
	static const struct {
		const char *operation, *code;
	} cases[] = {
		{"{" NAMED("x") "'consumerId': 'project:nobody', " HOUR ", " TIB("'1'") "}", "5"},
		{"{" NAMED("x") "'consumerId': 'nonsense', " HOUR ", " TIB("'1'") "}", "3"},
		/* after the end of the subscription; what lies before it is taken below */
		{"{" NAMED("x") "'consumerId': 'project:gone', " HOUR ", " TIB("'1'") "}", "7"},
		{"{" NAMED("x") CONSUMER_ HOUR ", 'metricValueSets': [{'metricName': '" SERVICE
					       "/none', 'metricValues': [{'int64Value': '1'}]}]}",
		 "3"},
		{"{" NAMED("x") CONSUMER_ HOUR ", 'metricValueSets': [{'metricName': '" SERVICE
					       "/Tib', 'metricValues': [{'int64Value': '1'}]}]}",
		 "3"},
		{"{" NAMED("x") CONSUMER_ HOUR
		 ", 'metricValueSets': [{'metricName': 'tib', 'metricValues': [{'int64Value': '1'}]}]}",
		 "3"},
		{"{" NAMED("x") CONSUMER_ HOUR ", " SET("{'doubleValue': 1}") "}", "3"},
		{"{" NAMED("x") CONSUMER_ HOUR ", " SET("{'boolValue': true}") "}", "3"},
		{"{" NAMED("x") CONSUMER_ HOUR ", 'metricValueSets': [{'metricName': '" SERVICE
					       "/gb', 'metricValues': [{'int64Value': '1'}]}]}",
		 "3"},
		{"{" NAMED("x") CONSUMER_ HOUR ", " TIB("'-1'") "}", "3"},
	};
	char both[2000];

	begin();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		(void)snprintf(both, sizeof(both), "%s, " OPERATION("good", "'1'"), cases[i].operation);
		report(both);
		WANT_STATUS(200);
		WANT_COUNT("reportErrors", 1);
		WANT("reportErrors.0.operationId", "x");
		WANT("reportErrors.0.status.code", cases[i].code);
		CU_ASSERT_PTR_NOT_NULL(said("reportErrors.0.status.message"));
	}
	report("{" NAMED("before") "'consumerId': 'project:gone', " WINDOW("11:00:00", "11:30:00") ", " TIB("'1'") "}");
	WANT_NONE("reportErrors");
	books();
	WANT("google.counts.accepted", "2");
	WANT("google.counts.repeated_equal", "9");
	WANT("google.counts.refused", "10");
	WANT_COUNT("google.values", 2);
	stage_end();
}

#define LABEL63 "abcdefghijklmnopqrstuvwxyz0123456789_-abcdefghijklmnopqrstuvwxy"

/* Labels whose values change places are other labels. */
static void labels(void)
{
	begin();
	report("{" NAMED("a") CONSUMER_ HOUR ", " SET("{'int64Value': '1', 'labels': {'a': 'x', 'b': 'y'}},"
						      " {'int64Value': '2', 'labels': {'a': 'y', 'b': 'x'}}") "}");
	WANT_STATUS(200);
	WANT_NONE("reportErrors");
	books();
	WANT_COUNT("google.totals", 2);
	WANT("google.totals.0.labels.labels.a", "x");
	/* A name that the customer chose must be a label of the cloud's. */
	report("{" NAMED("b") CONSUMER_ HOUR
	       ", 'userLabels': {'cloudmarketplace.googleapis.com/resource_name': 'good_name-1'}, " TIB("'1'") "}");
	books();
	WANT("violation_count", "0");
	report("{" NAMED("c") CONSUMER_ HOUR
	       ", 'userLabels': {'cloudmarketplace.googleapis.com/resource_name': 'Bad Name'}, " TIB("'1'") "}");
	WANT_NONE("reportErrors");
	books();
	WANT("violations.0.kind", "label");
	/* Of 63 characters at most. */
	report("{" NAMED("d") CONSUMER_ HOUR ", 'userLabels': {'n': '" LABEL63 "'}, " TIB("'1'") "}");
	books();
	WANT("violation_count", "1");
	report("{" NAMED("e") CONSUMER_ HOUR ", 'userLabels': {'n': '" LABEL63 "0'}, " TIB("'1'") "}");
	books();
	WANT("violation_count", "2");
	stage_end();
}

/* ---- the same operation again ------------------------------------------------------------------------------ */

static void repeats(void)
{
	begin();
	report(OPERATION("o", "'5'"));
	report(OPERATION("o", "'5'"));
	WANT_STATUS(200);
	WANT_NONE("reportErrors");
	/* The order of members and a number in place of a text are the same content. */
	report("{" TIB("5") ", " HOUR ", 'consumerId': 'project:one', 'operationName': '" SERVICE
			    "/report', 'operationId': 'o'}");
	books();
	WANT("google.counts.accepted", "1");
	WANT("google.counts.repeated_equal", "2");
	WANT("google.totals.0.quantity", "5");
	WANT("google.values.0.repeats", "2");
	/* Other content: counted once unless told otherwise; the books say that it happened. */
	report(OPERATION("o", "'6'"));
	WANT_NONE("reportErrors");
	books();
	WANT("google.counts.repeated_different", "1");
	WANT("google.totals.0.quantity", "5");
	WANT("google.values.0.state", "disputed");
	WANT("violations.0.kind", "changed-repeat");
	settings("{'google_changed_repeat': 'reject'}");
	report(OPERATION("o", "'6'"));
	WANT("reportErrors.0.status.code", "3");
	settings("{'google_changed_repeat': 'twice'}");
	report(OPERATION("o", "'6'"));
	books();
	WANT("google.totals.0.quantity", "11");
	WANT("google.counts.accepted", "2");
	stage_end();
}

/* Nobody says how long ids are remembered. */
static void memory(void)
{
	begin();
	settings("{'google_id_memory': 3600, 'google_report_within': 86400}");
	report(OPERATION("o", "'5'"));
	clock_set("2026-11-01T13:00:00Z");
	(void)token_google();
	report(OPERATION("o", "'5'"));
	books();
	WANT("google.totals.0.quantity", "5");
	clock_set("2026-11-01T13:00:01Z");
	report(OPERATION("o", "'5'"));
	WANT_NONE("reportErrors");
	books();
	WANT("google.totals.0.quantity", "10");
	stage_end();
}

/* ---- windows ----------------------------------------------------------------------------------------------- */

static void windows(void)
{
	begin();
	report("{" NAMED("a") CONSUMER_ WINDOW("09:00:00", "10:00:00") ", " TIB("'1'") "}");
	report("{" NAMED("c") CONSUMER_ WINDOW("11:00:00", "12:00:00") ", " TIB("'3'") "}");
	books();
	WANT("violation_count", "2"); /* the first was late, and there is a gap */
	WANT("violations.0.kind", "late");
	WANT("violations.1.kind", "gap");
	report("{" NAMED("b") CONSUMER_ WINDOW("10:00:00", "11:00:00") ", " TIB("'2'") "}");
	books();
	WANT("violation_count", "1"); /* the gap is filled: and 10 to 11 ended an hour ago, which is in time */
	report("{" NAMED("d") CONSUMER_ WINDOW("11:30:00", "12:30:00") ", " TIB("'4'") "}");
	report("{" NAMED("e") "'consumerId': 'project_number:2', " WINDOW("10:00:00", "12:00:00") ", " TIB("'5'") "}");
	books();
	WANT("violation_count", "4");
	WANT("violations.1.kind", "early");
	WANT("violations.2.kind", "long-window");
	WANT("violations.3.kind", "overlap");
	/* For a consumer, a metric and an hour: what is billed. */
	WANT("google.hours.0.hour", "2026-11-01T09:00:00Z");
	WANT("google.hours.0.quantity", "1");
	WANT("google.hours.2.hour", "2026-11-01T11:00:00Z");
	WANT("google.hours.2.quantity", "7");
	WANT("google.totals.0.quantity", "10");
	WANT("google.totals.1.quantity", "5");
	stage_end();
}

static void open_mode(void)
{
	stage_begin(NULL);
	(void)token_google();
	google("/v1/services/any.example:report",
	       "{'operations': [{'operationId': 'o', 'operationName': 'n', 'consumerId': 'project:any', " HOUR
	       ", 'metricValueSets': [{'metricName': 'any.example/m', 'metricValues': [{'int64Value': '1'}]}]}]}");
	WANT_STATUS(200);
	WANT_NONE("reportErrors");
	google("/v1/services/any.example:report", "{'operations': [{'operationId': 'o'}]}");
	WANT_ERROR(400, "INVALID_ARGUMENT");
	stage_end();
}

static const struct unit_test tests[] = {
	{"two paths, with a token", paths},
	{"check: a consumer that may", checked},
	{"check: consumers that may not, and 200 all the same", check_refused},
	{"check: every error", check_words},
	{"check: policy shows late, by option", check_lag},
	{"strict: operations", strict},
	{"strict: the body around them", envelopes},
	{"strict: one megabyte", sizes},
	{"report: what is taken", reported},
	{"report: operations that are refused alone", refused_alone},
	{"report: labels", labels},
	{"report: an id again, with equal and with other content", repeats},
	{"report: ids are forgotten, by option", memory},
	{"report: windows join, or the books say so", windows},
	{"an open sandbox", open_mode},
};

int main(void)
{
	return UNIT_RUN("sandbox service control", tests);
}
