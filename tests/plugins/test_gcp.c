/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/plugins/memory.h"

#include <json-c/json.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

#define SERVICE "storage.endpoints.vendor.cloud.goog"

static const char *const machine[] = {"service_name", SERVICE, "credentials", "metadata", NULL};
static const char *const by_key[] = {"service_name", SERVICE, "key", "env:KEY", NULL};
static const char *const customer[] = {"project_number:123", NULL};
static const char *const labelled[] = {"project_number:123", "cluster-1"};

static void test_open(void)
{
	static const char *const bad[][7] = {
		{"service_name", SERVICE, NULL},
		{"service_name", "", "key", "env:K", NULL},
		{"service_name", SERVICE, "credentials", "password", NULL},
		{"service_name", SERVICE, "credentials", "metadata", "self_signed_jwt", "true", NULL},
	};
	static const char *const windowed[] = {"service_name", SERVICE, "key", "env:K", "window", "7200", "cutoff", "3600", NULL};
	struct apollo_limits limits = {.size = sizeof(limits)};
	struct subject subject;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CU_ASSERT_EQUAL(subject_open(&subject, "gcp", bad[i]), APOLLO_CONFIG);
		CU_ASSERT(subject.host.message[0] != '\0');
		subject_close(&subject);
	}
	CU_ASSERT_EQUAL(subject_open(&subject, "gcp", by_key), 0);
	CU_ASSERT_EQUAL(subject.plugin->market->limits(subject.instance, &subject.host.call, &limits), 0);
	CU_ASSERT_EQUAL(limits.batch_records, 99);
	CU_ASSERT(limits.batch_bytes > 511 * 1024);
	CU_ASSERT_EQUAL(limits.flags, APOLLO_JOINED_WINDOWS);
	CU_ASSERT_EQUAL(limits.step_min, APOLLO_MICRO);
	CU_ASSERT_EQUAL(limits.window, 0);
	CU_ASSERT_EQUAL(limits.admission_ttl, 60 * APOLLO_MICRO);
	CU_ASSERT_PTR_NULL(subject.plugin->market->resource_of); /* there is no record that could be audited */
	subject_close(&subject);
	CU_ASSERT_EQUAL(subject_open(&subject, "gcp", windowed), 0);
	CU_ASSERT_EQUAL(subject.plugin->market->limits(subject.instance, &subject.host.call, &limits), 0);
	CU_ASSERT_EQUAL(limits.window, 2 * APOLLO_HOUR);
	CU_ASSERT_EQUAL(limits.cutoff, APOLLO_HOUR);
	subject_close(&subject);
}

static void test_subscription(void)
{
	static const struct {
		const char *values[2];
		int code;
	} cases[] = {
		{{"project:p", NULL}, 0},
		{{"project_number:1", "a-b_c9"}, 0},
		{{"organizations/7", NULL}, 0},
		{{"123", NULL}, APOLLO_CONFIG},
		{{"project_number:", NULL}, APOLLO_CONFIG},
		{{"", NULL}, APOLLO_CONFIG},
		{{"project:p", "Cluster"}, APOLLO_CONFIG},
		{{"project:p", ""}, APOLLO_CONFIG},
		{{"project:p", "0123456789012345678901234567890123456789012345678901234567890123"}, APOLLO_CONFIG},
	};
	SUBJECT_CLEANUP struct subject subject;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "gcp", machine), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CU_ASSERT_EQUAL(subject.plugin->market->check_subscription(subject.instance, &subject.host.call, cases[i].values),
				cases[i].code);
}

#define TIMES "\"startTime\":\"2025-12-04T10:00:00Z\",\"endTime\":\"2025-12-04T11:00:00Z\""

static void test_prepare(void)
{
	SUBJECT_CLEANUP struct subject subject;
	struct batch batch = {.count = 0};
	char wanted[1000];

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "gcp", machine), 0);
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, customer, "gib_hours", 42000000, "2025-12-04T10:00:00Z", "k1"), 0);
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, customer, "gib_hours", 43000000, "2025-12-04T10:00:00Z", "k1"), 0);
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, labelled, "gib_hours", 0, "2025-12-04T10:00:00Z", "k2"), 0);
	CU_ASSERT_EQUAL(strlen(batch.prepared[0].id), 36);
	/* Made with Python's uuid.uuid5 from the same namespace and name. */
	CHECK_TEXT(batch.prepared[0].id, "7b3c9e2a-d64e-57b9-a669-c17026348857");
	CHECK_TEXT(batch.prepared[1].id, batch.prepared[0].id);
	CU_ASSERT_NOT_EQUAL(strcmp(batch.prepared[2].id, batch.prepared[0].id), 0);
	(void)snprintf(wanted, sizeof(wanted), "{\"operationId\":\"%s\",\"operationName\":\"" SERVICE "/report\","
		       "\"consumerId\":\"project_number:123\"," TIMES ",\"metricValueSets\":[{\"metricName\":\"" SERVICE "/gib_hours\","
		       "\"metricValues\":[{\"int64Value\":\"42\"}]}]}", batch.prepared[0].id);
	CHECK_TEXT(batch.prepared[0].body, wanted);
	(void)snprintf(wanted, sizeof(wanted), "{\"operationId\":\"%s\",\"operationName\":\"" SERVICE "/report\","
		       "\"consumerId\":\"project_number:123\"," TIMES ",\"metricValueSets\":[{\"metricName\":\"" SERVICE "/gib_hours\","
		       "\"metricValues\":[{\"int64Value\":\"0\"}]}],"
		       "\"userLabels\":{\"cloudmarketplace.googleapis.com/resource_name\":\"cluster-1\"}}", batch.prepared[2].id);
	CHECK_TEXT(batch.prepared[2].body, wanted);
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, labelled, "gib_hours", 42000000, "2025-12-04T10:00:00Z", "k1"), 0);
	CU_ASSERT_NOT_EQUAL(strcmp(batch.prepared[3].id, batch.prepared[0].id), 0);
	CHECK_FAILS(&subject, batch_add(&batch, &subject, customer, "m", 1500000, "2025-12-04T10:00:00Z", "k"), APOLLO_BUG);
	CHECK_FAILS(&subject, batch_add(&batch, &subject, customer, "m", -1000000, "2025-12-04T10:00:00Z", "k"), APOLLO_BUG);
}

static void test_encode(void)
{
	static const char *const settings[] = {"service_name", SERVICE, "key", "env:K", "endpoint", "http://127.0.0.1:1",
					       "scope", "https://example.test/scope", NULL};
	SUBJECT_CLEANUP struct subject subject;
	struct apollo_request report = {.size = sizeof(report)}, check = report;
	struct batch batch = {.count = 0};
	char wanted[2000];

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "gcp", settings), 0);
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, labelled, "m", 1000000, "2025-12-04T10:00:00Z", "a"), 0);
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, customer, "m", 1000000, "2025-12-04T10:00:00Z", "b"), 0);
	CU_ASSERT_EQUAL(subject.plugin->market->encode(subject.instance, &subject.host.call, batch.items, 2, &report), 0);
	CHECK_TEXT(report.method, "POST");
	CHECK_TEXT(report.url, "http://127.0.0.1:1/v1/services/" SERVICE ":report");
	CHECK_TEXT(report.scope, "https://example.test/scope");
	CU_ASSERT_EQUAL(report.auth, APOLLO_AUTH_TOKEN);
	(void)snprintf(wanted, sizeof(wanted), "{\"operations\":[%s,%s]}", batch.prepared[0].body, batch.prepared[1].body);
	CHECK_TEXT(report.body, wanted);
	CU_ASSERT_EQUAL(report.body_size, strlen(wanted));
	CU_ASSERT_EQUAL(subject.plugin->market->admit_encode(subject.instance, &subject.host.call, &batch.items[0], &check), 0);
	CHECK_TEXT(check.url, "http://127.0.0.1:1/v1/services/" SERVICE ":check");
	(void)snprintf(wanted, sizeof(wanted), "{\"operation\":{\"operationId\":\"%s\",\"operationName\":\"" SERVICE "/report\","
		       "\"consumerId\":\"project_number:123\"," TIMES "}}", batch.prepared[0].id);
	CHECK_TEXT(check.body, wanted);
}

/* As many operations and as many bytes of them as the market takes make a request of 512 KiB at most. */
static void test_encode_full(void)
{
	enum { OPERATIONS = 99 };
	SUBJECT_CLEANUP struct subject subject;
	struct apollo_limits limits = {.size = sizeof(limits)};
	struct apollo_request report = {.size = sizeof(report)};
	struct apollo_prepared prepared[OPERATIONS];
	struct apollo_item items[OPERATIONS];
	size_t left;
	char *body;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "gcp", machine), 0);
	CU_ASSERT_EQUAL(subject.plugin->market->limits(subject.instance, &subject.host.call, &limits), 0);
	left = (size_t)limits.batch_bytes;
	body = malloc(left);
	CU_ASSERT_PTR_NOT_NULL_FATAL(body);
	memset(body, 'x', left);
	for (size_t i = 0; i < OPERATIONS; i++) {
		prepared[i] = (struct apollo_prepared){.size = sizeof(prepared[i]), .id = "i", .body = body,
						       .body_size = left / (OPERATIONS - i)};
		left -= prepared[i].body_size;
		items[i].prepared = &prepared[i];
	}
	CU_ASSERT_EQUAL(subject.plugin->market->encode(subject.instance, &subject.host.call, items, OPERATIONS, &report), 0);
	CU_ASSERT(report.body_size <= 512 * 1024);
	CU_ASSERT(report.body_size > 512 * 1024 - 8);
	free(body);
}

/* @0 and @1 stand for the ids of the two operations that were sent. */
static char *body_make(const struct batch *batch, const char *pattern)
{
	char *body = calloc(1, strlen(pattern) + 4096), *out = body;

	for (; body && *pattern; pattern++) {
		if (*pattern != '@') {
			*out++ = *pattern;
			continue;
		}
		pattern++;
		out = stpcpy(out, batch->prepared[*pattern - '0'].id);
	}
	return body;
}

#define ERROR(ID, CODE) "{\"operationId\":\"" ID "\",\"status\":{\"code\":" CODE ",\"message\":\"m\"}}"
#define WHOLE(CODE, WORD) "{\"error\":{\"code\":" CODE ",\"message\":\"m\",\"status\":\"" WORD "\"}}"

static const struct {
	int status;
	const char *body;
	int outcomes[2];
} report_cases[] = {
	{200, "{}", {APOLLO_ACCEPTED, APOLLO_ACCEPTED}},
	{200, "{\"reportErrors\":[],\"serviceConfigId\":\"c\"}", {APOLLO_ACCEPTED, APOLLO_ACCEPTED}},
	{200, "{\"reportErrors\":null}", {APOLLO_ACCEPTED, APOLLO_ACCEPTED}},
	{200, "{\"reportErrors\":[" ERROR("@1", "3") "]}", {APOLLO_ACCEPTED, APOLLO_REFUSED}},
	{200, "{\"reportErrors\":[" ERROR("@0", "5") "," ERROR("@1", "7") "]}", {APOLLO_REFUSED, APOLLO_REFUSED}},
	{200, "{\"reportErrors\":[" ERROR("@1", "8") "," ERROR("@0", "13") "]}", {APOLLO_UNKNOWN, APOLLO_NOT_TAKEN}},
	{200, "{\"reportErrors\":[" ERROR("@0", "14") "," ERROR("@1", "16") "]}", {APOLLO_NOT_TAKEN, APOLLO_STALE_TOKEN}},
	{200, "{\"reportErrors\":[" ERROR("@0", "6") "," ERROR("@1", "99") "]}", {APOLLO_ALREADY, APOLLO_UNKNOWN}},
	{200, "{\"reportErrors\":[" ERROR("@0", "\"x\"") "," ERROR("@1", "0") "]}", {APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
	{200, "{\"reportErrors\":[" ERROR("@0", "3") "," ERROR("@0", "3") "]}", {APOLLO_REFUSED, APOLLO_ACCEPTED}},
	{200, "{\"reportErrors\":[" ERROR("@0", "3") "," ERROR("@0", "8") "]}", {APOLLO_UNKNOWN, APOLLO_ACCEPTED}},
	{200, "{\"reportErrors\":[" ERROR("@0", "3") "," ERROR("someone-else", "3") "]}", {APOLLO_REFUSED, APOLLO_UNKNOWN}},
	{200, "{\"reportErrors\":[{\"status\":{\"code\":3}}]}", {APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
	{200, "{\"reportErrors\":[7,null]}", {APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
	{200, "{\"reportErrors\":{}}", {APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
	{200, "{\"reportErrors\":[" ERROR("@0", "3") "],\"reportErrors\":[]}", {APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
	{200, WHOLE("503", "UNAVAILABLE"), {APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
	{200, "", {APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
	{200, "<html/>", {APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
	{200, "{\"reportErrors\":[", {APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
	{200, "[]", {APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
	{302, "{}", {APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
	{400, WHOLE("400", "INVALID_ARGUMENT"), {APOLLO_APART, APOLLO_APART}},
	{400, "<html/>", {APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
	{401, WHOLE("401", "UNAUTHENTICATED"), {APOLLO_STALE_TOKEN, APOLLO_STALE_TOKEN}},
	{403, WHOLE("403", "PERMISSION_DENIED"), {APOLLO_STALE_TOKEN, APOLLO_STALE_TOKEN}},
	{404, WHOLE("404", "NOT_FOUND"), {APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
	{405, WHOLE("405", "INVALID_ARGUMENT"), {APOLLO_NOT_TAKEN, APOLLO_NOT_TAKEN}},
	{409, WHOLE("409", "ABORTED"), {APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
	{413, WHOLE("413", "INVALID_ARGUMENT"), {APOLLO_APART, APOLLO_APART}},
	{413, "<html/>", {APOLLO_APART, APOLLO_APART}},
	{422, WHOLE("422", "INVALID_ARGUMENT"), {APOLLO_APART, APOLLO_APART}},
	{429, WHOLE("429", "RESOURCE_EXHAUSTED"), {APOLLO_NOT_TAKEN, APOLLO_NOT_TAKEN}},
	{500, "{}", {APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
	{503, "", {APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
	{0, "", {APOLLO_UNKNOWN, APOLLO_UNKNOWN}},
};

static void test_decode(void)
{
	SUBJECT_CLEANUP struct subject subject;
	struct batch batch = {.count = 0};

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "gcp", machine), 0);
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, customer, "m", 1000000, "2025-12-04T10:00:00Z", "a"), 0);
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, customer, "m", 1000000, "2025-12-04T11:00:00Z", "b"), 0);
	for (size_t i = 0; i < sizeof(report_cases) / sizeof(report_cases[0]); i++) {
		char *body = body_make(&batch, report_cases[i].body);
		struct apollo_reply reply = reply_make(report_cases[i].status, body);

		CU_ASSERT_EQUAL(batch_decode(&batch, &subject, &reply), 0);
		for (size_t j = 0; j < 2; j++) {
			if (batch.verdicts[j].outcome != report_cases[i].outcomes[j])
				(void)printf("\n    HTTP %d %s: outcome %d of @%zu, wanted %d\n", report_cases[i].status,
					     report_cases[i].body, (int)batch.verdicts[j].outcome, j, report_cases[i].outcomes[j]);
			CU_ASSERT_EQUAL(batch.verdicts[j].outcome, report_cases[i].outcomes[j]);
		}
		free(body);
	}
}

/* A call about one operation is a call about that operation. */
static void test_decode_single(void)
{
	SUBJECT_CLEANUP struct subject subject;
	struct batch batch = {.count = 0};
	struct apollo_reply reply = reply_make(400, WHOLE("400", "INVALID_ARGUMENT"));

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "gcp", machine), 0);
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, customer, "m", 1000000, "2025-12-04T10:00:00Z", "a"), 0);
	CU_ASSERT_EQUAL(batch_decode(&batch, &subject, &reply), 0);
	CU_ASSERT_EQUAL(batch.verdicts[0].outcome, APOLLO_REFUSED);
	CHECK_TEXT(batch.verdicts[0].code, "INVALID_ARGUMENT");
	CHECK_TEXT(batch.verdicts[0].message, "m");
	reply = reply_make(200, "{\"reportErrors\":[{\"operationId\":\"x\"}]}");
	CU_ASSERT_EQUAL(batch_decode(&batch, &subject, &reply), 0);
	CU_ASSERT_EQUAL(batch.verdicts[0].outcome, APOLLO_UNKNOWN);
	reply = reply_make(413, "<html/>");
	CU_ASSERT_EQUAL(batch_decode(&batch, &subject, &reply), 0);
	CU_ASSERT_EQUAL(batch.verdicts[0].outcome, APOLLO_UNKNOWN);
}

/* What exists under the id is what was sent: it settles. */
static void test_decode_exists(void)
{
	SUBJECT_CLEANUP struct subject subject;
	struct batch batch = {.count = 0};
	struct apollo_reply reply;
	char *body;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "gcp", machine), 0);
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, customer, "m", 7000000, "2025-12-04T10:00:00Z", "a"), 0);
	body = body_make(&batch, "{\"reportErrors\":[" ERROR("@0", "6") "]}");
	reply = reply_make(200, body);
	CU_ASSERT_EQUAL(batch_decode(&batch, &subject, &reply), 0);
	CU_ASSERT_EQUAL(batch.verdicts[0].outcome, APOLLO_ALREADY);
	CU_ASSERT_EQUAL(batch.verdicts[0].held, 7000000);
	free(body);
}

#define CHECK(WORD) "{\"code\":\"" WORD "\",\"detail\":\"d\"}"

static const struct {
	int status;
	const char *body;
	int outcome;
	const char *code;
} check_cases[] = {
	{200, "{\"operationId\":\"x\",\"checkInfo\":{}}", APOLLO_ACCEPTED, NULL},
	{200, "{\"checkErrors\":[]}", APOLLO_ACCEPTED, NULL},
	{200, "{\"checkErrors\":[" CHECK("SERVICE_NOT_ACTIVATED") "]}", APOLLO_REFUSED, "SERVICE_NOT_ACTIVATED"},
	{200, "{\"checkErrors\":[" CHECK("BILLING_DISABLED") "]}", APOLLO_REFUSED, "BILLING_DISABLED"},
	{200, "{\"checkErrors\":[" CHECK("NOT_FOUND") "]}", APOLLO_REFUSED, "NOT_FOUND"},
	{200, "{\"checkErrors\":[" CHECK("API_KEY_INVALID") "]}", APOLLO_REFUSED, "API_KEY_INVALID"},
	{200, "{\"checkErrors\":[" CHECK("RESOURCE_EXHAUSTED") "]}", APOLLO_NOT_TAKEN, "RESOURCE_EXHAUSTED"},
	{200, "{\"checkErrors\":[" CHECK("BILLING_STATUS_UNAVAILABLE") "]}", APOLLO_UNKNOWN, "BILLING_STATUS_UNAVAILABLE"},
	{200, "{\"checkErrors\":[" CHECK("PROJECT_DELETED") "," CHECK("NAMESPACE_LOOKUP_UNAVAILABLE") "]}", APOLLO_UNKNOWN, "NAMESPACE_LOOKUP_UNAVAILABLE"},
	{200, "{\"checkErrors\":[" CHECK("RESOURCE_EXHAUSTED") "," CHECK("PROJECT_DELETED") "]}", APOLLO_NOT_TAKEN, "RESOURCE_EXHAUSTED"},
	{200, "{\"checkErrors\":[" CHECK("NEWER_THAN_US") "]}", APOLLO_NOT_TAKEN, "NEWER_THAN_US"},
	{200, "{\"checkErrors\":[7]}", APOLLO_UNKNOWN, NULL},
	{200, "{\"checkErrors\":{}}", APOLLO_UNKNOWN, NULL},
	{200, "", APOLLO_UNKNOWN, NULL},
	{200, "<html/>", APOLLO_UNKNOWN, NULL},
	{200, WHOLE("500", "INTERNAL"), APOLLO_UNKNOWN, "INTERNAL"},
	{400, WHOLE("400", "INVALID_ARGUMENT"), APOLLO_REFUSED, "INVALID_ARGUMENT"},
	{400, "<html/>", APOLLO_UNKNOWN, NULL},
	{401, "", APOLLO_NOT_TAKEN, NULL},
	{403, WHOLE("403", "PERMISSION_DENIED"), APOLLO_NOT_TAKEN, "PERMISSION_DENIED"},
	{404, WHOLE("404", "NOT_FOUND"), APOLLO_UNKNOWN, "NOT_FOUND"},
	{429, "", APOLLO_NOT_TAKEN, NULL},
	{503, "", APOLLO_UNKNOWN, NULL},
	{0, "", APOLLO_UNKNOWN, NULL},
};

static void test_admission(void)
{
	SUBJECT_CLEANUP struct subject subject;
	struct batch batch = {.count = 0};

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "gcp", machine), 0);
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, customer, "m", 1000000, "2025-12-04T10:00:00Z", "a"), 0);
	for (size_t i = 0; i < sizeof(check_cases) / sizeof(check_cases[0]); i++) {
		struct apollo_reply reply = reply_make(check_cases[i].status, check_cases[i].body);
		struct apollo_admission admission = {.size = sizeof(admission)};

		CU_ASSERT_EQUAL(subject.plugin->market->admit_decode(subject.instance, &subject.host.call, &batch.items[0],
								     &reply, &admission), 0);
		if (admission.outcome != check_cases[i].outcome)
			(void)printf("\n    HTTP %d %s: outcome %d, wanted %d\n", check_cases[i].status, check_cases[i].body,
				     (int)admission.outcome, check_cases[i].outcome);
		CU_ASSERT_EQUAL(admission.outcome, check_cases[i].outcome);
		CHECK_TEXT(admission.code, check_cases[i].code);
	}
}

/* CheckError.Code of Service Control v1, whole. */
static const struct {
	const char *word;
	int outcome;
} check_words[] = {
	{"ERROR_CODE_UNSPECIFIED", APOLLO_NOT_TAKEN}, {"NOT_FOUND", APOLLO_REFUSED},
	{"PERMISSION_DENIED", APOLLO_REFUSED}, {"RESOURCE_EXHAUSTED", APOLLO_NOT_TAKEN},
	{"BUDGET_EXCEEDED", APOLLO_REFUSED}, {"DENIAL_OF_SERVICE_DETECTED", APOLLO_NOT_TAKEN},
	{"LOAD_SHEDDING", APOLLO_NOT_TAKEN}, {"ABUSER_DETECTED", APOLLO_REFUSED},
	{"SERVICE_NOT_ACTIVATED", APOLLO_REFUSED}, {"VISIBILITY_DENIED", APOLLO_REFUSED},
	{"BILLING_DISABLED", APOLLO_REFUSED}, {"PROJECT_DELETED", APOLLO_REFUSED},
	{"PROJECT_INVALID", APOLLO_REFUSED}, {"CONSUMER_INVALID", APOLLO_REFUSED},
	{"IP_ADDRESS_BLOCKED", APOLLO_REFUSED}, {"REFERER_BLOCKED", APOLLO_REFUSED},
	{"CLIENT_APP_BLOCKED", APOLLO_REFUSED}, {"API_TARGET_BLOCKED", APOLLO_REFUSED},
	{"API_KEY_INVALID", APOLLO_REFUSED}, {"API_KEY_EXPIRED", APOLLO_REFUSED},
	{"API_KEY_NOT_FOUND", APOLLO_REFUSED}, {"SPATULA_HEADER_INVALID", APOLLO_REFUSED},
	{"LOAS_ROLE_INVALID", APOLLO_REFUSED}, {"NO_LOAS_PROJECT", APOLLO_REFUSED},
	{"LOAS_PROJECT_DISABLED", APOLLO_REFUSED}, {"SECURITY_POLICY_VIOLATED", APOLLO_REFUSED},
	{"INVALID_CREDENTIAL", APOLLO_REFUSED}, {"LOCATION_POLICY_VIOLATED", APOLLO_REFUSED},
	{"NAMESPACE_LOOKUP_UNAVAILABLE", APOLLO_UNKNOWN}, {"SERVICE_STATUS_UNAVAILABLE", APOLLO_UNKNOWN},
	{"BILLING_STATUS_UNAVAILABLE", APOLLO_UNKNOWN}, {"QUOTA_CHECK_UNAVAILABLE", APOLLO_UNKNOWN},
	{"LOAS_PROJECT_LOOKUP_UNAVAILABLE", APOLLO_UNKNOWN}, {"CLOUD_RESOURCE_MANAGER_BACKEND_UNAVAILABLE", APOLLO_UNKNOWN},
	{"SECURITY_POLICY_BACKEND_UNAVAILABLE", APOLLO_UNKNOWN}, {"LOCATION_POLICY_BACKEND_UNAVAILABLE", APOLLO_UNKNOWN},
	{"INJECTED_ERROR", APOLLO_NOT_TAKEN},
	/* Not in it. */
	{"SOMETHING_NEW_UNAVAILABLE", APOLLO_UNKNOWN}, {"_UNAVAILABLE", APOLLO_NOT_TAKEN}, {"UNAVAILABLE", APOLLO_NOT_TAKEN},
	{"not_found", APOLLO_NOT_TAKEN}, {"", APOLLO_NOT_TAKEN},
};

static void test_check_words(void)
{
	SUBJECT_CLEANUP struct subject subject;
	struct batch batch = {.count = 0};

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "gcp", machine), 0);
	CU_ASSERT_EQUAL(batch_add(&batch, &subject, customer, "m", 1000000, "2025-12-04T10:00:00Z", "a"), 0);
	for (size_t i = 0; i < sizeof(check_words) / sizeof(check_words[0]); i++) {
		struct apollo_admission admission = {.size = sizeof(admission)};
		struct apollo_reply reply;
		char body[200];

		(void)snprintf(body, sizeof(body), "{\"checkErrors\":[{\"code\":\"%s\"}]}", check_words[i].word);
		reply = reply_make(200, body);
		CU_ASSERT_EQUAL(subject.plugin->market->admit_decode(subject.instance, &subject.host.call, &batch.items[0],
								     &reply, &admission), 0);
		if (admission.outcome != check_words[i].outcome)
			(void)printf("\n    %s: outcome %d\n", check_words[i].word, (int)admission.outcome);
		CU_ASSERT_EQUAL(admission.outcome, check_words[i].outcome);
		CHECK_TEXT(admission.code, check_words[i].word);
	}
}

/* ---- tokens ------------------------------------------------------------------------------------------------ */

#define TOKEN_TASK "{\"scope\":\"https://www.googleapis.com/auth/servicecontrol\"}"

static EVP_PKEY *test_key;

/* A key file as Google makes it, for free(). */
static char *key_file(EVP_PKEY *key, const char *token_uri)
{
	struct json_object *file = json_object_new_object();
	BIO *bio = BIO_new(BIO_s_mem());
	char *pem, *text;
	long size;

	CU_ASSERT_EQUAL_FATAL(PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL), 1);
	size = BIO_get_mem_data(bio, &pem);
	json_object_object_add(file, "type", json_object_new_string("service_account"));
	json_object_object_add(file, "private_key_id", json_object_new_string("key-1"));
	json_object_object_add(file, "private_key", json_object_new_string_len(pem, (int)size));
	json_object_object_add(file, "client_email", json_object_new_string("meter@vendor.test"));
	json_object_object_add(file, "token_uri", json_object_new_string(token_uri));
	text = strdup(json_object_to_json_string(file));
	json_object_put(file);
	BIO_free(bio);
	return text;
}

static size_t base64url_read(const char *text, size_t size, unsigned char *out)
{
	char padded[4096];
	size_t room = (size + 3) / 4 * 4, pad = room - size;

	CU_ASSERT_FATAL(room < sizeof(padded));
	for (size_t i = 0; i < room; i++)
		padded[i] = i >= size ? '=' : text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];
	CU_ASSERT_EQUAL(EVP_DecodeBlock(out, (const unsigned char *)padded, (int)room), (int)(room / 4 * 3));
	return room / 4 * 3 - pad;
}

/* The claims of a token whose header is Google's and whose signature is the key's. */
static void check_jwt(const char *jwt, size_t size, const char *claims)
{
	unsigned char plain[4096];
	const char *first = memchr(jwt, '.', size), *second = memchr(first + 1, '.', size - (size_t)(first + 1 - jwt));
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t length;

	length = base64url_read(jwt, (size_t)(first - jwt), plain);
	plain[length] = '\0';
	CHECK_TEXT((char *)plain, "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"key-1\"}");
	length = base64url_read(first + 1, (size_t)(second - first - 1), plain);
	plain[length] = '\0';
	CHECK_TEXT((char *)plain, claims);
	length = base64url_read(second + 1, size - (size_t)(second + 1 - jwt), plain);
	CU_ASSERT_EQUAL(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, test_key), 1);
	CU_ASSERT_EQUAL(EVP_DigestVerify(context, plain, length, (const unsigned char *)jwt, (size_t)(second - jwt)), 1);
	EVP_MD_CTX_free(context);
}

#define CLAIMS_TAIL "\"scope\":\"https://www.googleapis.com/auth/servicecontrol\",\"iat\":1764849600,\"exp\":1764853200}"
#define FORM "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="

static void test_token_key(void)
{
	static const char *const elsewhere[] = {"service_name", SERVICE, "key", "env:K", "token_endpoint", "http://127.0.0.1:1/token", NULL};
	SUBJECT_CLEANUP struct subject subject;
	char *file = key_file(test_key, "https://oauth2.googleapis.com/token");
	struct apollo_move move, again;
	struct subject other;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "gcp", by_key), 0);
	subject.host.secret = file;
	CU_ASSERT_EQUAL(turn_run(&subject, subject.plugin->issuer->converse, "token", TOKEN_TASK, NULL, NULL, &move), 0);
	CU_ASSERT_EQUAL(move.kind, APOLLO_SEND);
	CHECK_TEXT(move.request->url, "https://oauth2.googleapis.com/token");
	CU_ASSERT_EQUAL(move.request->flags, APOLLO_CONFIDENTIAL);
	CU_ASSERT_EQUAL_FATAL(strncmp(move.request->body, FORM, strlen(FORM)), 0);
	check_jwt(move.request->body + strlen(FORM), move.request->body_size - strlen(FORM),
		  "{\"iss\":\"meter@vendor.test\",\"aud\":\"https://oauth2.googleapis.com/token\"," CLAIMS_TAIL);
	CU_ASSERT_EQUAL(turn_run(&subject, subject.plugin->issuer->converse, "token", TOKEN_TASK, NULL, NULL, &again), 0);
	CHECK_TEXT(again.request->body, move.request->body);
	CU_ASSERT_EQUAL_FATAL(subject_open(&other, "gcp", elsewhere), 0);
	other.host.secret = file;
	CU_ASSERT_EQUAL(turn_run(&other, other.plugin->issuer->converse, "token", TOKEN_TASK, NULL, NULL, &move), 0);
	CHECK_TEXT(move.request->url, "http://127.0.0.1:1/token");
	CHECK_TEXT(move.request->body, again.request->body);
	subject_close(&other);
	free(file);
}

static void test_token_self_signed(void)
{
	static const char *const settings[] = {"service_name", SERVICE, "key", "env:K", "self_signed_jwt", "true", NULL};
	static const char head[] = "{\"token\":\"", tail[] = "\",\"expires_in\":3600}";
	SUBJECT_CLEANUP struct subject subject;
	char *file = key_file(test_key, "https://oauth2.googleapis.com/token");
	struct apollo_move move;
	size_t size;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "gcp", settings), 0);
	subject.host.secret = file;
	CU_ASSERT_EQUAL(turn_run(&subject, subject.plugin->issuer->converse, "token", TOKEN_TASK, NULL, NULL, &move), 0);
	CU_ASSERT_EQUAL_FATAL(move.kind, APOLLO_DONE);
	size = strlen(move.result);
	CU_ASSERT_EQUAL(strncmp(move.result, head, strlen(head)), 0);
	CHECK_TEXT(move.result + size - strlen(tail), tail);
	check_jwt(move.result + strlen(head), size - strlen(head) - strlen(tail),
		  "{\"iss\":\"meter@vendor.test\",\"sub\":\"meter@vendor.test\"," CLAIMS_TAIL);
	free(file);
}

static void test_token_key_bad(void)
{
	static const char *const bad[] = {
		"", "not json", "{}", "[]",
		"{\"client_email\":\"e\",\"private_key\":\"k\",\"token_uri\":\"ftp://x\"}",
		"{\"client_email\":\"e\",\"private_key\":\"k\",\"token_uri\":\"https://x\"}",
		"{\"client_email\":\"e\",\"private_key\":\"k\",\"token_uri\":\"http://oauth2.googleapis.com/token\"}",
		"{\"client_email\":\"e\",\"private_key\":\"k\",\"token_uri\":\"http://127.0.0.1.example.com/token\"}",
		"{\"client_email\":\"e\",\"private_key\":\"-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----\\n\",\"token_uri\":\"https://x\"}",
	};
	SUBJECT_CLEANUP struct subject subject;
	static const char *const addresses[] = {"http://127.0.0.1:1/token", "http://[::1]/token", "http://localhost:1/token"};
	EVP_PKEY *small = EVP_RSA_gen(1024), *curve = EVP_EC_gen("P-256");
	char *files[2] = {key_file(small, "https://x"), key_file(curve, "https://x")};
	struct apollo_move move;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "gcp", by_key), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		subject.host.secret = bad[i];
		CHECK_FAILS(&subject, turn_run(&subject, subject.plugin->issuer->converse, "token", TOKEN_TASK, NULL, NULL, &move),
			    APOLLO_CONFIG);
	}
	for (size_t i = 0; i < 2; i++) {
		subject.host.secret = files[i];
		CHECK_FAILS(&subject, turn_run(&subject, subject.plugin->issuer->converse, "token", TOKEN_TASK, NULL, NULL, &move),
			    APOLLO_CONFIG);
		CU_ASSERT_PTR_NULL(strstr(subject.host.detail, "PRIVATE"));
		free(files[i]);
	}
	EVP_PKEY_free(small);
	EVP_PKEY_free(curve);
	subject.host.secret = bad[7];
	CHECK_FAILS(&subject, turn_run(&subject, subject.plugin->issuer->converse, "token", TOKEN_TASK, NULL, NULL, &move),
		    APOLLO_CONFIG);
	CHECK_TEXT(subject.host.message, "the key's token_uri does not begin with https://");
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		char *file = key_file(test_key, addresses[i]);

		subject.host.secret = file;
		CU_ASSERT_EQUAL(turn_run(&subject, subject.plugin->issuer->converse, "token", TOKEN_TASK, NULL, NULL, &move), 0);
		CHECK_TEXT(move.request->url, addresses[i]);
		free(file);
	}
}

static void test_token_machine(void)
{
	SUBJECT_CLEANUP struct subject subject;
	struct apollo_reply reply = reply_make(200, "{\"access_token\":\"abc\",\"expires_in\":3599,\"token_type\":\"Bearer\"}");
	struct apollo_move move;
	apollo_converse converse;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "gcp", machine), 0);
	converse = subject.plugin->issuer->converse;
	CU_ASSERT_EQUAL(turn_run(&subject, converse, "token", TOKEN_TASK, NULL, NULL, &move), 0);
	CHECK_TEXT(move.request->url, "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"
				     "?scopes=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fservicecontrol");
	CHECK_TEXT(move.request->headers[0].name, "Metadata-Flavor");
	CHECK_TEXT(move.request->headers[0].value, "Google");
	CU_ASSERT_EQUAL(move.request->flags, APOLLO_CONFIDENTIAL | APOLLO_DIRECT);
	CU_ASSERT_EQUAL(turn_run(&subject, converse, "token", TOKEN_TASK, NULL, &reply, &move), 0);
	CHECK_TEXT(move.result, "{\"token\":\"abc\",\"expires_in\":3599}");
	reply.header_count = 1; /* no flavor: somebody else answers at that address */
	CHECK_FAILS(&subject, turn_run(&subject, converse, "token", TOKEN_TASK, NULL, &reply, &move), APOLLO_AUTH);
	reply = reply_make(400, "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT\"}");
	CHECK_FAILS(&subject, turn_run(&subject, converse, "token", TOKEN_TASK, NULL, &reply, &move), APOLLO_AUTH);
	CHECK_TEXT(subject.host.detail, "Invalid JWT");
	reply = reply_make(503, "");
	CHECK_FAILS(&subject, turn_run(&subject, converse, "token", TOKEN_TASK, NULL, &reply, &move), APOLLO_RETRY);
	reply = reply_make(0, "");
	CHECK_FAILS(&subject, turn_run(&subject, converse, "token", TOKEN_TASK, NULL, &reply, &move), APOLLO_RETRY);
	reply = reply_make(200, "{\"access_token\":\"abc\"}");
	CHECK_FAILS(&subject, turn_run(&subject, converse, "token", TOKEN_TASK, NULL, &reply, &move), APOLLO_REJECTED);
	CHECK_FAILS(&subject, turn_run(&subject, converse, "audit", TOKEN_TASK, NULL, NULL, &move), APOLLO_UNSUPPORTED);
}

/* ---- memory ------------------------------------------------------------------------------------------------ */

static int ordeal_usage(struct subject *subject, const void *context)
{
	const struct apollo_market *market = subject->plugin->market;
	struct apollo_reply refused = reply_make(200, "{\"checkErrors\":[" CHECK("BILLING_DISABLED") "]}"), reply;
	struct apollo_request request = {.size = sizeof(request)};
	struct apollo_admission admission = {.size = sizeof(admission)};
	struct batch batch = {.count = 0};
	char *body;
	int code = batch_add(&batch, subject, labelled, "m", 5000000, "2025-12-04T10:00:00Z", "a");

	(void)context;
	if (code < 0 || (code = batch_add(&batch, subject, customer, "m", 5000000, "2025-12-04T11:00:00Z", "b")) < 0 ||
	    (code = market->encode(subject->instance, &subject->host.call, batch.items, 2, &request)) < 0 ||
	    (code = market->admit_encode(subject->instance, &subject->host.call, batch.items, &request)) < 0 ||
	    (code = market->admit_decode(subject->instance, &subject->host.call, batch.items, &refused, &admission)) < 0)
		return code;
	CU_ASSERT_EQUAL(admission.outcome, APOLLO_REFUSED);
	body = body_make(&batch, "{\"reportErrors\":[" ERROR("@0", "3") "]}");
	reply = reply_make(200, body);
	code = batch_decode(&batch, subject, &reply);
	free(body);
	if (code >= 0) {
		CU_ASSERT_EQUAL(batch.verdicts[0].outcome, APOLLO_REFUSED);
		CU_ASSERT_EQUAL(batch.verdicts[1].outcome, APOLLO_ACCEPTED);
	}
	return code;
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
	char *file = key_file(test_key, "https://oauth2.googleapis.com/token");

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "gcp", by_key), 0);
	subject.host.secret = file;
	ordeal_run(&subject, ordeal_usage, NULL, 0);
	ordeal_run(&subject, ordeal_token, NULL, APOLLO_CONFIG);
	free(file);
}

int gcp_begin(void)
{
	test_key = EVP_RSA_gen(2048);
	return test_key == NULL;
}

int gcp_end(void)
{
	EVP_PKEY_free(test_key);
	return 0;
}

CU_TestInfo gcp_tests[] = {
	{"open and limits", test_open},
	{"subscriptions", test_subscription},
	{"an operation's bytes", test_prepare},
	{"requests", test_encode},
	{"replies to a report", test_decode},
	{"replies to one operation", test_decode_single},
	{"an operation that exists", test_decode_exists},
	{"replies to a check", test_admission},
	{"every word of a check", test_check_words},
	{"encode: a full request", test_encode_full},
	{"token by key", test_token_key},
	{"token signed here", test_token_self_signed},
	{"keys that are none", test_token_key_bad},
	{"token of the machine", test_token_machine},
	{"every allocation fails", test_memory},
	CU_TEST_INFO_NULL,
};
