/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/plugins/memory.h"

#include <stdlib.h>
#include <string.h>

#define GUID "fdc778a6-1281-40e4-cade-4a5fc11f5440"
#define URI "/subscriptions/s/resourceGroups/r/providers/Microsoft.Solutions/applications/app"

static const char *const secret_settings[] = {"tenant_id", "tenant", "client_id", "app", "client_secret", "env:SECRET", NULL};
static const char *const managed_settings[] = {"identity", "managed", NULL};
static const char *const by_id[] = {GUID, NULL, NULL, "plan1"};
static const char *const by_uri[] = {NULL, URI, NULL, "plan1"};

static void test_open(void)
{
	static const char *const bad[][9] = {
		{"client_id", "a", "client_secret", "env:S", NULL},
		{"identity", "password", NULL},
		{"identity", "managed", "login_version", "v3", NULL},
		{"identity", "managed", "decimals", "7", NULL},
		{"identity", "managed", "window", "3600", "cutoff", "3600", NULL},
	};
	struct apollo_limits limits = {.size = sizeof(limits)};
	struct subject subject;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CU_ASSERT_EQUAL(subject_open(&subject, "azure", bad[i]), APOLLO_CONFIG);
		CU_ASSERT(subject.host.message[0] != '\0');
		subject_close(&subject);
	}
	CU_ASSERT_EQUAL(subject_open(&subject, "azure", managed_settings), 0);
	CU_ASSERT_EQUAL(subject.plugin->market->limits(subject.instance, &subject.host.call, &limits), 0);
	CU_ASSERT_EQUAL(limits.batch_records, 25);
	CU_ASSERT_EQUAL(limits.flags, 0);
	CU_ASSERT_EQUAL(limits.step_min, 1);
	CU_ASSERT_EQUAL(limits.window, 24 * APOLLO_HOUR);
	CU_ASSERT_EQUAL(limits.cutoff, 23 * APOLLO_HOUR);
	/* The largest quantity, and the one below it, are still two different doubles. */
	CU_ASSERT((int64_t)((double)limits.quantity_max / 1e6 * 1e6 + 0.5) == limits.quantity_max);
	CU_ASSERT((double)limits.quantity_max / 1e6 != (double)(limits.quantity_max - 1) / 1e6);
	subject_close(&subject);
}

static void test_subscription(void)
{
	static const struct {
		const char *values[4];
		int code;
	} cases[] = {
		{{GUID, NULL, NULL, "p"}, 0},
		{{NULL, URI, NULL, "p"}, 0},
		{{NULL, URI, GUID, "p"}, 0},
		{{NULL, NULL, NULL, "p"}, APOLLO_CONFIG},
		{{GUID, URI, NULL, "p"}, APOLLO_CONFIG},
		{{"fdc778a6", NULL, NULL, "p"}, APOLLO_CONFIG},
		{{GUID "0", NULL, NULL, "p"}, APOLLO_CONFIG},
		{{NULL, "resourceGroups/r", NULL, "p"}, APOLLO_CONFIG},
		{{NULL, URI, "x", "p"}, APOLLO_CONFIG},
		{{GUID, NULL, GUID, "p"}, APOLLO_CONFIG},
		{{GUID, NULL, NULL, ""}, APOLLO_CONFIG},
	};
	SUBJECT_CLEANUP struct subject subject;
	const struct apollo_market *market;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "azure", managed_settings), 0);
	market = subject.plugin->market;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CU_ASSERT_EQUAL(market->check_subscription(subject.instance, &subject.host.call, cases[i].values),
				cases[i].code);
	CHECK_TEXT(market->resource_of(subject.instance, &subject.host.call, by_id), GUID);
	CHECK_TEXT(market->resource_of(subject.instance, &subject.host.call, cases[2].values), GUID);
	CHECK_TEXT(market->resource_of(subject.instance, &subject.host.call, by_uri), URI);
}

static void test_prepare(void)
{
	static const char *const odd[] = {GUID, NULL, NULL, "a\"b\\c\n"};
	SUBJECT_CLEANUP struct subject subject;
	struct batch batch = {.count = 0};

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "azure", managed_settings), 0);
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, by_id, "tb", 12500001, "2025-12-04T10:00:00Z", "key-1"), 0);
	CHECK_TEXT(batch.prepared[0].id, "key-1");
	CHECK_TEXT(batch.prepared[0].body, "{\"resourceId\":\"" GUID "\",\"quantity\":12.500001,\"dimension\":\"tb\","
					   "\"effectiveStartTime\":\"2025-12-04T10:00:00Z\",\"planId\":\"plan1\"}");
	CU_ASSERT_EQUAL(batch.prepared[0].body_size, strlen(batch.prepared[0].body));
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, by_uri, "tb", 3000000, "2025-12-04T10:00:00Z", "key-2"), 0);
	CHECK_TEXT(batch.prepared[1].body, "{\"resourceUri\":\"" URI "\",\"quantity\":3,\"dimension\":\"tb\","
					   "\"effectiveStartTime\":\"2025-12-04T10:00:00Z\",\"planId\":\"plan1\"}");
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, odd, "tb", 1, "2025-12-04T10:00:00Z", "key-3"), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(batch.prepared[2].body, "\"quantity\":0.000001,"));
	CU_ASSERT_PTR_NOT_NULL(strstr(batch.prepared[2].body, "\"planId\":\"a\\\"b\\\\c\\u000a\"}"));
	CHECK_FAILS(&subject, batch_add(&batch, &subject, by_id, "tb", 0, "2025-12-04T10:00:00Z", "k"), APOLLO_REJECTED);
	CHECK_FAILS(&subject, batch_add(&batch, &subject, by_id, "tb", INT64_MAX, "2025-12-04T10:00:00Z", "k"), APOLLO_BUG);
}

static void test_decimals(void)
{
	static const char *const settings[] = {"identity", "managed", "decimals", "2", NULL};
	SUBJECT_CLEANUP struct subject subject;
	struct apollo_limits limits = {.size = sizeof(limits)};
	struct batch batch = {.count = 0};

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "azure", settings), 0);
	CU_ASSERT_EQUAL(subject.plugin->market->limits(subject.instance, &subject.host.call, &limits), 0);
	CU_ASSERT_EQUAL(limits.step_min, 10000);
	CU_ASSERT_EQUAL(limits.quantity_max % limits.step_min, 0);
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, by_id, "tb", 120000, "2025-12-04T10:00:00Z", "a"), 0);
	CHECK_FAILS(&subject, batch_add(&batch, &subject, by_id, "tb", 120001, "2025-12-04T10:00:00Z", "a"), APOLLO_BUG);
}

static const char *header_of(const struct apollo_request *request, const char *name)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (strcmp(request->headers[i].name, name) == 0)
			return request->headers[i].value;
	return "";
}

static void test_encode(void)
{
	static const char *const settings[] = {"identity", "managed", "endpoint", "http://127.0.0.1:1/api", NULL};
	SUBJECT_CLEANUP struct subject subject;
	struct apollo_request one = {.size = sizeof(one)}, again = one, two = one;
	const struct apollo_market *market;
	struct batch batch = {.count = 0};

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "azure", settings), 0);
	market = subject.plugin->market;
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, by_id, "tb", 1000000, "2025-12-04T10:00:00Z", "a"), 0);
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, by_id, "tb", 2000000, "2025-12-04T11:00:00Z", "b"), 0);
	CU_ASSERT_EQUAL(market->encode(subject.instance, &subject.host.call, batch.items, 1, &one), 0);
	CU_ASSERT_EQUAL(market->encode(subject.instance, &subject.host.call, batch.items, 1, &again), 0);
	CU_ASSERT_EQUAL(market->encode(subject.instance, &subject.host.call, batch.items, 2, &two), 0);
	CHECK_TEXT(one.method, "POST");
	CHECK_TEXT(one.url, "http://127.0.0.1:1/api/usageEvent?api-version=2018-08-31");
	CHECK_TEXT(one.body, batch.prepared[0].body);
	CHECK_TEXT(two.url, "http://127.0.0.1:1/api/batchUsageEvent?api-version=2018-08-31");
	CU_ASSERT_EQUAL(strncmp(two.body, "{\"request\":[{\"resourceId\"", 24), 0);
	CU_ASSERT_EQUAL(strcmp(two.body + two.body_size - 3, "}]}"), 0);
	CU_ASSERT_EQUAL(two.body_size, strlen("{\"request\":[,]}") + batch.prepared[0].body_size + batch.prepared[1].body_size);
	CU_ASSERT_EQUAL(one.auth, APOLLO_AUTH_TOKEN);
	CU_ASSERT_EQUAL(one.flags, 0);
	CHECK_TEXT(one.scope, "20e940b3-4c77-4b0b-9a53-9e16a1b010a7");
	CHECK_TEXT(header_of(&one, "Content-Type"), "application/json");
	CU_ASSERT_EQUAL(strlen(header_of(&one, "x-ms-requestid")), 36);
	CU_ASSERT_EQUAL(header_of(&one, "x-ms-requestid")[14], '5');
	CHECK_TEXT(header_of(&again, "x-ms-requestid"), header_of(&one, "x-ms-requestid"));
	CHECK_TEXT(header_of(&again, "x-ms-correlationid"), header_of(&one, "x-ms-correlationid"));
	CU_ASSERT_NOT_EQUAL(strcmp(header_of(&one, "x-ms-correlationid"), header_of(&one, "x-ms-requestid")), 0);
	CU_ASSERT_NOT_EQUAL(strcmp(header_of(&two, "x-ms-requestid"), header_of(&one, "x-ms-requestid")), 0);
}

#define SLOT "\"resourceId\":\"" GUID "\",\"dimension\":\"tb\",\"effectiveStartTime\":\"2025-12-04T10:00:00Z\",\"planId\":\"plan1\""
#define HELD(Q) "\"additionalInfo\":{\"acceptedMessage\":{" SLOT ",\"quantity\":" Q ",\"status\":\"Duplicate\",\"usageEventId\":\"first\"}}"
#define BAD(TARGET) "{\"code\":\"BadArgument\",\"message\":\"m\",\"target\":\"usageEventRequest\",\"details\":[{\"code\":\"BadArgument\",\"target\":\"" TARGET "\",\"message\":\"why\"}]}"
#define ROW(STATUS) "{" SLOT ",\"quantity\":5,\"status\":\"" STATUS "\"}"

/* What a reply to one event, or to a batch that holds only it, says of a quantity of 5. */
static const struct single_case {
	int status;
	const char *body;
	int outcome;
	int64_t held; /* ALREADY only */
} single_cases[] = {
	{200, "{" SLOT ",\"quantity\":5.0,\"status\":\"Accepted\",\"usageEventId\":\"u\"}", APOLLO_ACCEPTED, 0},
	{200, "{" SLOT ",\"status\":\"Accepted\",\"usageEventId\":\"u\"}", APOLLO_ACCEPTED, 0},
	{200, "{\"status\":\"Accepted\"}", APOLLO_ACCEPTED, 0},
	{200, "{" SLOT ",\"quantity\":5.00000000000000001,\"status\":\"Accepted\"}", APOLLO_ACCEPTED, 0},
	{200, "{" SLOT ",\"quantity\":4,\"status\":\"Accepted\"}", APOLLO_ALREADY, 4000000},
	{200, "{\"resourceId\":\"11111111-1281-40e4-cade-4a5fc11f5440\",\"status\":\"Accepted\"}", APOLLO_UNKNOWN, 0},
	{200, "{\"planId\":\"plan2\",\"status\":\"Accepted\"}", APOLLO_UNKNOWN, 0},
	{200, "{\"planId\":\"PLAN1\",\"dimension\":\"TB\",\"status\":\"Accepted\"}", APOLLO_ACCEPTED, 0},
	{200, "{" SLOT ",\"quantity\":null,\"status\":\"Accepted\"}", APOLLO_ACCEPTED, 0},
	{200, "{" SLOT ",\"quantity\":0,\"status\":\"Accepted\"}", APOLLO_UNKNOWN, 0},
	{200, "{" SLOT ",\"quantity\":-5,\"status\":\"Accepted\"}", APOLLO_UNKNOWN, 0},
	{200, "{" SLOT ",\"quantity\":1e-9,\"status\":\"Accepted\"}", APOLLO_UNKNOWN, 0},
	{200, "{" SLOT ",\"quantity\":NaN,\"status\":\"Accepted\"}", APOLLO_UNKNOWN, 0},
	{200, "{" SLOT ",\"quantity\":1e300,\"status\":\"Accepted\"}", APOLLO_UNKNOWN, 0},
	{200, "{" SLOT ",\"quantity\":\"five\",\"status\":\"Accepted\"}", APOLLO_UNKNOWN, 0},
	{200, "{" SLOT ",\"quantity\":{},\"status\":\"Accepted\"}", APOLLO_UNKNOWN, 0},
	{200, "{" SLOT ",\"quantity\":false,\"status\":\"Accepted\"}", APOLLO_UNKNOWN, 0},
	{200, "{" SLOT ",\"status\\u0000x\":\"Expired\",\"status\":\"Accepted\"}", APOLLO_UNKNOWN, 0},
	{200, "{" SLOT ",\"status\\u0000x\":\"Accepted\"}", APOLLO_UNKNOWN, 0},
	{200, ROW("Expired"), APOLLO_EXPIRED, 0},
	{200, ROW("Error"), APOLLO_UNKNOWN, 0},
	{200, ROW("ResourceNotFound"), APOLLO_REFUSED, 0},
	{200, ROW("ResourceNotAuthorized"), APOLLO_REFUSED, 0},
	{200, ROW("ResourceNotActive"), APOLLO_REFUSED, 0},
	{200, ROW("InvalidDimension"), APOLLO_REFUSED, 0},
	{200, ROW("InvalidQuantity"), APOLLO_REFUSED, 0},
	{200, ROW("BadArgument"), APOLLO_REFUSED, 0},
	{200, "{" SLOT ",\"status\":\"BadArgument\",\"error\":" BAD("effectiveStartTime") "}", APOLLO_EXPIRED, 0},
	{200, ROW("Postponed"), APOLLO_UNKNOWN, 0},
	{200, "{" SLOT ",\"status\":7}", APOLLO_UNKNOWN, 0},
	{200, "{" SLOT ",\"status\":\"Accepted\",\"status\":\"Expired\"}", APOLLO_UNKNOWN, 0},
	{200, "{" SLOT ",\"quantity\":5,\"status\":\"Duplicate\",\"error\":{\"code\":\"Conflict\"," HELD("5") "}}", APOLLO_ALREADY, 5000000},
	{200, "{\"count\":1,\"result\":[" ROW("Accepted") "]}", APOLLO_ACCEPTED, 0},
	{200, "{\"count\":0,\"result\":[]}", APOLLO_UNKNOWN, 0},
	{200, "", APOLLO_UNKNOWN, 0},
	{200, "<html><body>Accepted</body></html>", APOLLO_UNKNOWN, 0},
	{200, "{\"status\":\"Accepted\"", APOLLO_UNKNOWN, 0},
	{200, "{\"status\":\"Accepted\"} and more", APOLLO_UNKNOWN, 0},
	{200, "[\"Accepted\"]", APOLLO_UNKNOWN, 0},
	{200, "\"Accepted\"", APOLLO_UNKNOWN, 0},
	{200, "null", APOLLO_UNKNOWN, 0},
	{202, "{}", APOLLO_UNKNOWN, 0},
	{302, "", APOLLO_UNKNOWN, 0},
	{400, BAD("effectiveStartTime"), APOLLO_EXPIRED, 0},
	{400, BAD("dimension"), APOLLO_REFUSED, 0},
	{400, BAD("resourceId"), APOLLO_REFUSED, 0},
	{400, "{\"code\":\"BadArgument\"}", APOLLO_REFUSED, 0},
	{400, "{\"Error\":{\"Code\":\"ApiVersionUnspecified\"}}", APOLLO_NOT_TAKEN, 0},
	{400, "{\"status\":\"Accepted\"}", APOLLO_UNKNOWN, 0},
	{400, "<html>Bad Request</html>", APOLLO_UNKNOWN, 0},
	{401, "", APOLLO_STALE_TOKEN, 0},
	{403, "{\"code\":\"Forbidden\",\"message\":\"not authorised\"}", APOLLO_STALE_TOKEN, 0},
	{403, "<html/>", APOLLO_STALE_TOKEN, 0},
	{404, "", APOLLO_UNKNOWN, 0},
	{405, "{}", APOLLO_NOT_TAKEN, 0},
	{408, "", APOLLO_UNKNOWN, 0},
	{409, "{\"code\":\"Conflict\",\"message\":\"exists\"," HELD("5") "}", APOLLO_ALREADY, 5000000},
	{409, "{\"code\":\"Conflict\"," HELD("\"7.5\"") "}", APOLLO_ALREADY, 7500000},
	{409, "{\"code\":\"Conflict\"," HELD("9.1234567890123461") "}", APOLLO_ALREADY, 9123457},
	{409, "{\"code\":\"Conflict\"," HELD("2.5e-6") "}", APOLLO_ALREADY, 2},
	{409, "{\"code\":\"Conflict\"," HELD("1e300") "}", APOLLO_ALREADY, -1},
	{409, "{\"code\":\"Conflict\"," HELD("-3") "}", APOLLO_ALREADY, -1},
	{409, "{\"code\":\"Conflict\"," HELD("0") "}", APOLLO_ALREADY, -1},
	{409, "{\"code\":\"Conflict\"," HELD("0.0000001") "}", APOLLO_ALREADY, -1},
	{409, "{\"code\":\"Conflict\"," HELD("4.99999999999999999999999999") "}", APOLLO_ALREADY, 5000000},
	{409, "{\"code\":\"Conflict\"," HELD("4.0000005000000000000000001") "}", APOLLO_ALREADY, 4000001},
	{409, "{\"code\":\"Conflict\"," HELD("[5]") "}", APOLLO_ALREADY, -1},
	{409, "{\"code\":\"Conflict\"}", APOLLO_ALREADY, -1},
	{409, "{\"code\":\"Conflict\",\"additionalInfo\":{\"acceptedMessage\":{\"dimension\":\"other\",\"quantity\":5}}}", APOLLO_UNKNOWN, 0},
	{409, "{\"code\":\"Conflict\",\"additionalInfo\":{\"acceptedMessage\":{\"planId\":\"older\",\"quantity\":5}}}", APOLLO_ALREADY, 5000000},
	{409, "", APOLLO_UNKNOWN, 0},
	{429, "", APOLLO_NOT_TAKEN, 0},
	{500, "{\"status\":\"Accepted\"}", APOLLO_UNKNOWN, 0},
	{503, "<html/>", APOLLO_UNKNOWN, 0},
	{0, "", APOLLO_UNKNOWN, 0},
};

static void test_decode_single(void)
{
	SUBJECT_CLEANUP struct subject subject;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "azure", managed_settings), 0);
	for (size_t i = 0; i < sizeof(single_cases) / sizeof(single_cases[0]); i++) {
		const struct single_case *test = &single_cases[i];
		struct apollo_reply reply = reply_make(test->status, test->body);
		struct batch batch = {.count = 0};

		CU_ASSERT_EQUAL(batch_add(&batch, &subject, by_id, "tb", 5000000, "2025-12-04T10:00:00Z", "k"), 0);
		CU_ASSERT_EQUAL(batch_decode(&batch, &subject, &reply), 0);
		if (batch.verdicts[0].outcome != test->outcome)
			(void)printf("\n    HTTP %d %s: outcome %d, wanted %d\n", test->status, test->body,
				     (int)batch.verdicts[0].outcome, test->outcome);
		CU_ASSERT_EQUAL(batch.verdicts[0].outcome, test->outcome);
		if (test->outcome == APOLLO_ALREADY)
			CU_ASSERT_EQUAL(batch.verdicts[0].held, test->held);
		host_clear(&subject.host);
	}
}

static void test_decode_texts(void)
{
	SUBJECT_CLEANUP struct subject subject;
	struct batch batch = {.count = 0};
	struct apollo_reply reply = reply_make(409, "{\"code\":\"Conflict\",\"message\":\"it\\nexists\"," HELD("5") "}");

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "azure", managed_settings), 0);
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, by_id, "tb", 5000000, "2025-12-04T10:00:00Z", "k"), 0);
	CU_ASSERT_EQUAL(batch_decode(&batch, &subject, &reply), 0);
	CHECK_TEXT(batch.verdicts[0].reference, "first");
	CHECK_TEXT(batch.verdicts[0].code, "Duplicate");
	CHECK_TEXT(batch.verdicts[0].message, "it exists");
	reply = reply_make(400, BAD("dimension"));
	CU_ASSERT_EQUAL(batch_decode(&batch, &subject, &reply), 0);
	CHECK_TEXT(batch.verdicts[0].code, "BadArgument");
	CHECK_TEXT(batch.verdicts[0].message, "why");
}

static void batch_of_four(struct batch *batch, struct subject *subject)
{
	batch->count = 0;
	CU_ASSERT_EQUAL(batch_add(batch, subject, by_id, "tb", 5000000, "2025-12-04T09:00:00Z", "a"), 0);
	CU_ASSERT_EQUAL(batch_add(batch, subject, by_id, "tb", 5000000, "2025-12-04T10:00:00Z", "b"), 0);
	CU_ASSERT_EQUAL(batch_add(batch, subject, by_id, "ops", 5000000, "2025-12-04T10:00:00Z", "c"), 0);
	CU_ASSERT_EQUAL(batch_add(batch, subject, by_uri, "tb", 5000000, "2025-12-04T10:00:00Z", "d"), 0);
}

static void check_four(const struct batch *batch, int a, int b, int c, int d)
{
	const int wanted[] = {a, b, c, d};

	for (size_t i = 0; i < 4; i++) {
		if (batch->verdicts[i].outcome != wanted[i])
			(void)printf("\n    row %zu: outcome %d, wanted %d\n", i, (int)batch->verdicts[i].outcome, wanted[i]);
		CU_ASSERT_EQUAL(batch->verdicts[i].outcome, wanted[i]);
	}
}

#define R(ID, DIMENSION, HOUR, STATUS) "{" ID ",\"dimension\":\"" DIMENSION "\",\"effectiveStartTime\":\"" HOUR "\",\"planId\":\"plan1\",\"quantity\":5,\"status\":\"" STATUS "\"}"
#define ID_UPPER "\"resourceId\":\"FDC778A6-1281-40E4-CADE-4A5FC11F5440\""
#define ID_LOWER "\"resourceId\":\"" GUID "\""
#define ID_BOTH "\"resourceId\":\"99999999-1281-40e4-cade-4a5fc11f5440\",\"resourceUri\":\"/SUBSCRIPTIONS/s/resourceGroups/R/providers/Microsoft.Solutions/applications/app\""

static const struct {
	int status;
	const char *body;
	int outcome;
} whole_cases[] = {
	{400, BAD("dimension"), APOLLO_APART},
	{400, "<html/>", APOLLO_UNKNOWN},
	{403, "{}", APOLLO_STALE_TOKEN},
	{405, "{}", APOLLO_NOT_TAKEN},
	{409, "{\"code\":\"Conflict\"}", APOLLO_UNKNOWN},
	{409, "", APOLLO_UNKNOWN},
	{413, "{}", APOLLO_APART},
	{413, "<html/>", APOLLO_APART},
	{422, "{}", APOLLO_APART},
	{422, "", APOLLO_UNKNOWN},
};

static void test_decode_batch(void)
{
	static const struct {
		const char *body;
		int outcomes[4];
	} cases[] = {
		/* Another order, another case, without zone, with a fraction, within the hour, both ids. */
		{"{\"count\":4,\"result\":[" R(ID_BOTH, "tb", "2025-12-04T10:00:00", "Accepted") ","
		 R(ID_UPPER, "ops", "2025-12-04T10:00:00.0000000Z", "InvalidDimension") ","
		 R(ID_LOWER, "tb", "2025-12-04T10:59:59Z", "Expired") "," R(ID_LOWER, "tb", "2025-12-04T09:00:00Z", "Accepted") "]}",
		 {APOLLO_ACCEPTED, APOLLO_EXPIRED, APOLLO_REFUSED, APOLLO_ACCEPTED}},
		/* Rows that are missing, or cannot be told apart, or repeat each other, or contradict each other. */
		{"{\"result\":[" R(ID_LOWER, "tb", "2025-12-04T09:00:00Z", "Accepted") "," R(ID_LOWER, "tb", "2025-12-04T09:00:00Z", "Accepted") ","
		 R(ID_LOWER, "tb", "2025-12-04T10:00:00Z", "Accepted") "," R(ID_LOWER, "tb", "2025-12-04T10:00:00Z", "Expired") ",{},7,null,[],"
		 R(ID_LOWER, "tb", "noon", "Accepted") ",{\"status\":\"Accepted\"}]}",
		 {APOLLO_ACCEPTED, APOLLO_UNKNOWN, APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
		{"{\"result\":{}}", {APOLLO_UNKNOWN, APOLLO_UNKNOWN, APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
		{"{\"status\":\"Accepted\"}", {APOLLO_UNKNOWN, APOLLO_UNKNOWN, APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
	};
	SUBJECT_CLEANUP struct subject subject;
	struct apollo_reply reply;
	struct batch batch;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "azure", managed_settings), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		batch_of_four(&batch, &subject);
		reply = reply_make(200, cases[i].body);
		CU_ASSERT_EQUAL(batch_decode(&batch, &subject, &reply), 0);
		check_four(&batch, cases[i].outcomes[0], cases[i].outcomes[1], cases[i].outcomes[2], cases[i].outcomes[3]);
	}
	for (size_t i = 0; i < sizeof(whole_cases) / sizeof(whole_cases[0]); i++) {
		const int outcome = whole_cases[i].outcome;

		reply = reply_make(whole_cases[i].status, whole_cases[i].body);
		CU_ASSERT_EQUAL(batch_decode(&batch, &subject, &reply), 0);
		if (batch.verdicts[0].outcome != outcome)
			(void)printf("\n    HTTP %d %s\n", whole_cases[i].status, whole_cases[i].body);
		check_four(&batch, outcome, outcome, outcome, outcome);
	}
}

#define OTHER "9a8b7c6d-1281-40e4-cade-4a5fc11f5440"
#define EVENT(ID, DIMENSION, PLAN, STATUS) "{" ID ",\"dimension\":\"" DIMENSION "\",\"effectiveStartTime\":\"2025-12-04T10:00:00Z\",\"planId\":\"" PLAN "\",\"quantity\":5,\"status\":\"" STATUS "\"}"

/* One event of a batch of two, as it was sent, and the configuration by the time that the answer is read. */
static void check_match(const char *const *sent, const char *dimension, const char *const *now, const char *row, int outcome)
{
	SUBJECT_CLEANUP struct subject subject;
	struct batch batch = {.count = 0};
	struct apollo_reply reply;
	char body[1000];

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "azure", managed_settings), 0);
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, sent, dimension, 5000000, "2025-12-04T10:00:00Z", "a"), 0);
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, by_id, "other", 5000000, "2025-12-04T10:00:00Z", "b"), 0);
	batch.records[0].subscription = now;
	batch.records[0].dimension = "renamed";
	(void)snprintf(body, sizeof(body), "{\"result\":[%s]}", row);
	reply = reply_make(200, body);
	CU_ASSERT_EQUAL(batch_decode(&batch, &subject, &reply), 0);
	if (batch.verdicts[0].outcome != outcome)
		(void)printf("\n    %s: outcome %d, wanted %d\n", row, (int)batch.verdicts[0].outcome, outcome);
	CU_ASSERT_EQUAL(batch.verdicts[0].outcome, outcome);
}

/* A row is about what was sent, whatever the configuration says by now. */
static void test_decode_match(void)
{
	static const char *const plan_2[] = {GUID, NULL, NULL, "plan2"}, *const elsewhere[] = {OTHER, NULL, NULL, "plan1"};
	static const char *const aliased[] = {NULL, URI, OTHER, "plan1"};

	check_match(by_id, "tb", plan_2, EVENT(ID_LOWER, "tb", "plan1", "Accepted"), APOLLO_ACCEPTED);
	check_match(by_id, "tb", plan_2, EVENT(ID_LOWER, "tb", "plan2", "Accepted"), APOLLO_UNKNOWN);
	check_match(by_id, "tb", elsewhere, EVENT(ID_LOWER, "tb", "plan1", "Accepted"), APOLLO_ACCEPTED);
	check_match(by_id, "tb", elsewhere, EVENT("\"resourceId\":\"" OTHER "\"", "tb", "plan1", "Accepted"), APOLLO_UNKNOWN);
	check_match(by_id, "tb", by_uri, EVENT(ID_UPPER, "TB", "PLAN1", "Accepted"), APOLLO_ACCEPTED);
	check_match(by_uri, "tb", by_uri, EVENT(ID_LOWER, "tb", "plan1", "Accepted"), APOLLO_UNKNOWN);
	check_match(by_uri, "tb", aliased, EVENT(ID_LOWER, "tb", "plan1", "Accepted"), APOLLO_UNKNOWN);
	check_match(aliased, "tb", aliased, EVENT("\"resourceId\":\"" OTHER "\"", "tb", "plan1", "Accepted"), APOLLO_ACCEPTED);
	/* Two that only their case tells apart are told apart by it. */
	check_match(by_id, "Other", by_id, EVENT(ID_LOWER, "other", "plan1", "Accepted"), APOLLO_UNKNOWN);
	check_match(by_id, "Other", by_id, EVENT(ID_LOWER, "Other", "plan1", "Accepted"), APOLLO_ACCEPTED);
}

/* Four megabytes of objects are not read into a gigabyte. */
static void test_decode_bomb(void)
{
	SUBJECT_CLEANUP struct subject subject;
	struct batch batch = {.count = 0};
	struct apollo_reply reply;
	size_t count = (4 << 20) / 3;
	char *body = malloc(count * 3 + 2), *out = body;

	*out++ = '[';
	for (size_t i = 0; i < count; i++)
		out = stpcpy(out, i ? ",{}" : "{}");
	memcpy(out, "]", 2);
	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "azure", managed_settings), 0);
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, by_id, "tb", 5000000, "2025-12-04T10:00:00Z", "k"), 0);
	reply = reply_make(200, body);
	CU_ASSERT_EQUAL(batch_decode(&batch, &subject, &reply), 0);
	CU_ASSERT_EQUAL(batch.verdicts[0].outcome, APOLLO_UNKNOWN);
	CHECK_TEXT(batch.verdicts[0].message, "HTTP 200 with an answer that is no JSON");
	free(body);
}

#define AUDIT_TASK "{\"from\":\"2025-11-30T00:00:00Z\",\"to\":\"2025-12-02T00:00:00Z\"}"
#define AUDIT_ROW(DAY, STATE, SENT, TAKEN) "{\"usageDate\":\"" DAY "\",\"usageResourceId\":\"" GUID "\",\"dimension\":\"tb\",\"planId\":\"p\",\"reconStatus\":\"" STATE "\",\"submittedQuantity\":" SENT ",\"processedQuantity\":" TAKEN ",\"submittedCount\":17}"
#define AUDIT_BODY "[" AUDIT_ROW("2025-11-30T00:00:00Z", "Accepted", "17.5", "17.5") "," AUDIT_ROW("2025-12-01T00:00:00", "Submitted", "1.0000000000000002", "0") "," \
	AUDIT_ROW("2025-12-01T00:00:00Z", "Rejected", "2", "0") "," AUDIT_ROW("2025-12-01T00:00:00Z", "Mismatch", "17", "16.0") "," \
	AUDIT_ROW("2025-12-01T00:00:00Z", "Novel", "1", "1") "," AUDIT_ROW("2025-12-02T00:00:00Z", "Accepted", "1", "1") ",{},7]"

static void test_audit(void)
{
	SUBJECT_CLEANUP struct subject subject;
	struct apollo_reply reply = reply_make(200, AUDIT_BODY);
	struct apollo_move move;
	apollo_converse converse;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "azure", managed_settings), 0);
	converse = subject.plugin->market->converse;
	CU_ASSERT_EQUAL(turn_run(&subject, converse, "audit", AUDIT_TASK, NULL, NULL, &move), 0);
	CU_ASSERT_EQUAL(move.kind, APOLLO_SEND);
	CHECK_TEXT(move.request->method, "GET");
	CHECK_TEXT(move.request->url, "https://marketplaceapi.microsoft.com/api/usageEvents?api-version=2018-08-31"
				     "&usageStartDate=2025-11-30&UsageEndDate=2025-12-02");
	CU_ASSERT_EQUAL(move.request->auth, APOLLO_AUTH_TOKEN);
	CU_ASSERT_EQUAL(turn_run(&subject, converse, "audit", AUDIT_TASK, NULL, &reply, &move), 0);
	CU_ASSERT_EQUAL(move.kind, APOLLO_DONE);
#define WANT(DAY, STATE, SENT, TAKEN) "{\"day\":\"" DAY "\",\"resource\":\"" GUID "\",\"dimension\":\"tb\",\"state\":\"" STATE "\",\"submitted\":\"" SENT "\",\"processed\":\"" TAKEN "\",\"count\":17}"
	CHECK_TEXT(move.result, "{\"rows\":[" WANT("2025-11-30", "agreed", "17.5", "17.5") "," WANT("2025-12-01", "pending", "1", "0") ","
				WANT("2025-12-01", "rejected", "2", "0") "," WANT("2025-12-01", "different", "17", "16") ","
				WANT("2025-12-01", "pending", "1", "1") "]}");
	CU_ASSERT_EQUAL(subject.host.notes, 2);
	reply = reply_make(403, "{\"code\":\"Forbidden\",\"message\":\"no\"}");
	CHECK_FAILS(&subject, turn_run(&subject, converse, "audit", AUDIT_TASK, NULL, &reply, &move), APOLLO_AUTH);
	CHECK_TEXT(subject.host.detail, "no");
	reply = reply_make(503, "");
	CHECK_FAILS(&subject, turn_run(&subject, converse, "audit", AUDIT_TASK, NULL, &reply, &move), APOLLO_RETRY);
	reply = reply_make(0, "");
	CHECK_FAILS(&subject, turn_run(&subject, converse, "audit", AUDIT_TASK, NULL, &reply, &move), APOLLO_RETRY);
	reply = reply_make(200, "{}");
	CHECK_FAILS(&subject, turn_run(&subject, converse, "audit", AUDIT_TASK, NULL, &reply, &move), APOLLO_REJECTED);
	CHECK_FAILS(&subject, turn_run(&subject, converse, "audit", "{}", NULL, NULL, &move), APOLLO_BUG);
	CHECK_FAILS(&subject, turn_run(&subject, converse, "notice", "{}", NULL, NULL, &move), APOLLO_UNSUPPORTED);
}

#define TOKEN_TASK "{\"scope\":\"20e940b3-4c77-4b0b-9a53-9e16a1b010a7\"}"

static void test_token_secret(void)
{
	static const char *const version_2[] = {"tenant_id", "te/nant", "client_id", "app", "client_secret", "env:SECRET",
						"login_version", "v2", NULL};
	SUBJECT_CLEANUP struct subject subject;
	struct subject second;
	struct apollo_move move;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "azure", secret_settings), 0);
	subject.host.secret = "s&cret=+";
	CU_ASSERT_EQUAL(turn_run(&subject, subject.plugin->issuer->converse, "token", TOKEN_TASK, NULL, NULL, &move), 0);
	CHECK_TEXT(move.request->method, "POST");
	CHECK_TEXT(move.request->url, "https://login.microsoftonline.com/tenant/oauth2/token");
	CHECK_TEXT(move.request->body, "grant_type=client_credentials&client_id=app&client_secret=s%26cret%3D%2B"
				      "&resource=20e940b3-4c77-4b0b-9a53-9e16a1b010a7");
	CU_ASSERT_EQUAL(move.request->flags, APOLLO_CONFIDENTIAL);
	CU_ASSERT_EQUAL(move.request->auth, APOLLO_AUTH_NONE);
	CHECK_TEXT(header_of(move.request, "Content-Type"), "application/x-www-form-urlencoded");
	subject.host.secret = NULL;
	CHECK_FAILS(&subject, turn_run(&subject, subject.plugin->issuer->converse, "token", TOKEN_TASK, NULL, NULL, &move),
		    APOLLO_CONFIG);
	CHECK_FAILS(&subject, turn_run(&subject, subject.plugin->issuer->converse, "token", "{}", NULL, NULL, &move), APOLLO_BUG);

	CU_ASSERT_EQUAL_FATAL(subject_open(&second, "azure", version_2), 0);
	second.host.secret = "x";
	CU_ASSERT_EQUAL(turn_run(&second, second.plugin->issuer->converse, "token", TOKEN_TASK, NULL, NULL, &move), 0);
	CHECK_TEXT(move.request->url, "https://login.microsoftonline.com/te%2Fnant/oauth2/v2.0/token");
	CHECK_TEXT(move.request->body, "grant_type=client_credentials&client_id=app&client_secret=x"
				      "&scope=20e940b3-4c77-4b0b-9a53-9e16a1b010a7%2F.default");
	subject_close(&second);
}

static void test_token_managed(void)
{
	static const char *const assigned[] = {"identity", "managed", "identity_client_id", "who", NULL};
	SUBJECT_CLEANUP struct subject subject;
	struct apollo_move move;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "azure", assigned), 0);
	CU_ASSERT_EQUAL(turn_run(&subject, subject.plugin->issuer->converse, "token", TOKEN_TASK, NULL, NULL, &move), 0);
	CHECK_TEXT(move.request->url, "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01"
				     "&resource=20e940b3-4c77-4b0b-9a53-9e16a1b010a7&client_id=who");
	CHECK_TEXT(header_of(move.request, "Metadata"), "true");
	CU_ASSERT_EQUAL(move.request->flags, APOLLO_CONFIDENTIAL | APOLLO_DIRECT);
}

static void test_token_reply(void)
{
	static const struct {
		int status;
		const char *body;
		int code;
		const char *text; /* the result, or the detail */
	} cases[] = {
		{200, "{\"access_token\":\"abc\",\"expires_in\":\"3599\"}", 0, "{\"token\":\"abc\",\"expires_in\":3599}"},
		{200, "{\"access_token\":\"abc\",\"expires_in\":3599}", 0, "{\"token\":\"abc\",\"expires_in\":3599}"},
		{200, "{\"access_token\":\"abc\",\"expires_on\":\"1764849700\"}", 0, "{\"token\":\"abc\",\"expires_in\":100}"},
		{200, "{\"access_token\":\"abc\",\"expires_in\":99999999999}", 0, "{\"token\":\"abc\",\"expires_in\":86400}"},
		{200, "{\"access_token\":\"abc\",\"expires_in\":0}", APOLLO_REJECTED, ""},
		{200, "{\"access_token\":\"abc\"}", APOLLO_REJECTED, ""},
		{200, "{\"access_token\":\"a\\r\\nb\",\"expires_in\":10}", APOLLO_REJECTED, ""},
		{200, "{\"access_token\":7,\"expires_in\":10}", APOLLO_REJECTED, ""},
		{200, "<html/>", APOLLO_REJECTED, ""},
		{400, "{\"error\":\"unauthorized_client\",\"error_description\":\"AADSTS700016: not found\"}", APOLLO_AUTH, "AADSTS700016: not found"},
		{401, "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215\\r\\nTrace\"}", APOLLO_AUTH, "AADSTS7000215  Trace"},
		{401, "", APOLLO_AUTH, ""},
		{429, "{\"error\":\"x\"}", APOLLO_THROTTLED, "x"},
		{500, "", APOLLO_RETRY, ""},
		{0, "", APOLLO_RETRY, "connection reset"},
	};
	SUBJECT_CLEANUP struct subject subject;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "azure", managed_settings), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct apollo_reply reply = reply_make(cases[i].status, cases[i].body);
		struct apollo_move move;
		int code;

		host_clear(&subject.host);
		code = turn_run(&subject, subject.plugin->issuer->converse, "token", TOKEN_TASK, NULL, &reply, &move);
		CU_ASSERT_EQUAL(code, cases[i].code);
		CHECK_TEXT(code < 0 ? subject.host.detail : move.result, cases[i].text);
	}
}

/* The machine's service starts: it is asked again, a little later each time, and not for ever. */
static void test_token_wait(void)
{
	SUBJECT_CLEANUP struct subject subject;
	struct apollo_reply replies[] = {reply_make(404, ""), reply_make(410, "")};
	struct apollo_request request = {.size = sizeof(request)};
	struct apollo_turn turn = {.size = sizeof(turn), .goal = "token", .task = TOKEN_TASK};
	struct apollo_move move;
	apollo_converse converse;
	int64_t waited = 0;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "azure", managed_settings), 0);
	converse = subject.plugin->issuer->converse;
	for (turn.count = 0; turn.count < 100; turn.count++) {
		move = (struct apollo_move){.size = sizeof(move), .request = &request};
		turn.reply = turn.count % 2 ? &replies[turn.count / 2 % 2] : NULL;
		if (converse(subject.instance, &subject.host.call, &turn, &move) < 0)
			break;
		CU_ASSERT_EQUAL(move.kind, turn.reply ? APOLLO_WAIT : APOLLO_SEND);
		if (move.kind == APOLLO_WAIT)
			waited += move.until - TEST_NOW;
	}
	CU_ASSERT_EQUAL(turn.count, 13);
	CU_ASSERT_EQUAL(waited, 63 * APOLLO_MICRO);
	CU_ASSERT_EQUAL(subject.host.code, APOLLO_RETRY);
}

/* ---- memory ------------------------------------------------------------------------------------------------ */

static int ordeal_usage(struct subject *subject, const void *context)
{
	struct apollo_reply reply = reply_make(200, context);
	struct apollo_request request = {.size = sizeof(request)};
	struct batch batch = {.count = 0};
	int code = batch_add(&batch, subject, by_id, "tb", 5000000, "2025-12-04T10:00:00Z", "a");

	if (code < 0 || (code = batch_add(&batch, subject, by_uri, "tb", 5000000, "2025-12-04T10:00:00Z", "b")) < 0 ||
	    (code = subject->plugin->market->encode(subject->instance, &subject->host.call, batch.items, 2, &request)) < 0)
		return code;
	code = batch_decode(&batch, subject, &reply);
	if (code >= 0)
		CU_ASSERT_EQUAL(batch.verdicts[0].outcome, APOLLO_ALREADY);
	return code;
}

static int ordeal_audit(struct subject *subject, const void *context)
{
	struct apollo_reply reply = reply_make(200, AUDIT_BODY);
	apollo_converse converse = subject->plugin->market->converse;
	struct apollo_move move;
	int code = turn_run(subject, converse, "audit", AUDIT_TASK, NULL, NULL, &move);

	(void)context;
	return code < 0 ? code : turn_run(subject, converse, "audit", AUDIT_TASK, NULL, &reply, &move);
}

static int ordeal_token(struct subject *subject, const void *context)
{
	struct apollo_reply reply = reply_make(200, "{\"access_token\":\"abc\",\"expires_in\":3599}");
	apollo_converse converse = subject->plugin->issuer->converse;
	struct apollo_move move;
	int code = turn_run(subject, converse, "token", TOKEN_TASK, NULL, NULL, &move);

	(void)context;
	return code < 0 ? code : turn_run(subject, converse, "token", TOKEN_TASK, NULL, &reply, &move);
}

static void test_memory(void)
{
	SUBJECT_CLEANUP struct subject subject;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "azure", secret_settings), 0);
	subject.host.secret = "secret";
	ordeal_run(&subject, ordeal_usage, "{\"result\":[{" SLOT ",\"status\":\"Duplicate\",\"error\":{\"message\":\"m\"," HELD("5") "}}]}", 0);
	ordeal_run(&subject, ordeal_audit, NULL, 0);
	ordeal_run(&subject, ordeal_token, NULL, APOLLO_CONFIG);
}

CU_TestInfo azure_tests[] = {
	{"open and limits", test_open},
	{"subscriptions", test_subscription},
	{"an event's bytes", test_prepare},
	{"fewer decimals", test_decimals},
	{"requests", test_encode},
	{"replies to one event", test_decode_single},
	{"texts of verdicts", test_decode_texts},
	{"replies to a batch", test_decode_batch},
	{"which event a row is about", test_decode_match},
	{"an answer of too many objects", test_decode_bomb},
	{"audit", test_audit},
	{"token by secret", test_token_secret},
	{"token by managed identity", test_token_managed},
	{"token replies", test_token_reply},
	{"a token that is not there yet", test_token_wait},
	{"every allocation fails", test_memory},
	CU_TEST_INFO_NULL,
};
