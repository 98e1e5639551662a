/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages between other people's programs and Microsoft's metering service, as somebody recorded them: what the azure
 * plugin makes of each reply, and whether it asks as they ask.  Skipped where the messages are not there.
 */
#include "tests/plugins/subject.h"

#include <CUnit/Basic.h>
#include <dirent.h>
#include <json-c/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SKIPPED = 77, MESSAGE_BYTES_MAX = 1 << 20 };

#define SAAS "fdc778a6-1281-40e4-cade-4a5fc11f5440"
#define FIRST "a1de677b-138c-4026-b5b7-9a788f7d6528"
#define HELD "f4d7af93-afb2-4b01-bda8-d192d3967767"
#define TOO_OLD "The effective time provided is has expired or is in future."
#define NOT_FOUND "The resourceId value provided cannot be found or this resource is not active."

static const char *const settings[] = {"identity", "managed", NULL};
static const char *const mine[] = {SAAS, NULL, NULL, "free_monthly_yearly"};
static const char *const other[] = {"fdc778a6-1281-40e4-cade-4a5fc11f5441", NULL, NULL, "free_monthly_yearly"};
static const char *const app[] = {"DB9C58DE-2fd6-4c1a-be4d-190dd8a84cb1", NULL, NULL, "plan1"};

/* Every captured message of the metering service.  status 0: it is a request. */
static const struct {
	const char *name;
	int status;
} messages[] = {
	{"MarketplaceRequest", 0},
	{"MarketplaceBatchRequest", 0},
	{"MarketplaceSuccessResponse", 200},
	{"MarketplaceErrorDuplicate", 409},
	{"MarketplaceExpiredErrorResponse", 400},
	{"MarketplaceGenericError", 200},
	{"MarketplaceBatchResponseDTO", 200},
};
enum { MESSAGES = sizeof(messages) / sizeof(messages[0]) };

/* What was sent, and what the reply says of it. */
static const struct sent {
	const char *message;
	const char *const *subscription;
	const char *dimension;
	int64_t quantity;
	const char *start;
	int outcome;
	int64_t held; /* ALREADY only */
	const char *code, *text, *reference;
} sent[] = {
	{"MarketplaceSuccessResponse", mine, "datasourcecharge", 9000000, "2021-12-14T01:00:00Z", APOLLO_ACCEPTED, 0,
	 "Accepted", NULL, FIRST},
	{"MarketplaceErrorDuplicate", mine, "datasourcecharge", 9000000, "2021-12-13T20:00:00Z", APOLLO_ALREADY,
	 5000000, "Duplicate", "This usage event already exist.", HELD},
	{"MarketplaceExpiredErrorResponse", mine, "datasourcecharge", 9000000, "2021-12-13T20:00:00Z", APOLLO_EXPIRED,
	 0, "BadArgument", TOO_OLD, NULL},
	{"MarketplaceGenericError", other, "datasourcecharge", 9123457, "2021-12-14T01:00:00Z", APOLLO_REFUSED, 0,
	 "ResourceNotFound", NOT_FOUND, NULL},
	/* One batch, in another order than its answer, with an event that has no row there. */
	{"MarketplaceBatchResponseDTO", app, "not-exist", 30200000, "2023-05-15T00:00:00Z", APOLLO_REFUSED, 0,
	 "InvalidDimension", "The payload dimension is invalid.", NULL},
	{"MarketplaceBatchResponseDTO", mine, "datasourcecharge", 9000000, "2021-12-13T20:00:00Z", APOLLO_ALREADY,
	 5000000, "Duplicate", "This usage event already exist.", HELD},
	{"MarketplaceBatchResponseDTO", app, "not-exist", 30200000, "2023-05-15T01:00:00Z", APOLLO_UNKNOWN, 0, NULL,
	 "the answer has no row for this event", NULL},
	{"MarketplaceBatchResponseDTO", other, "datasourcecharge", 9123457, "2021-12-14T01:00:00Z", APOLLO_REFUSED, 0,
	 "ResourceNotFound", NOT_FOUND, NULL},
	{"MarketplaceBatchResponseDTO", app, "dimension-included", 30200000, "2023-05-14T06:00:00Z", APOLLO_EXPIRED, 0,
	 "Expired", TOO_OLD, NULL},
	{"MarketplaceBatchResponseDTO", mine, "datasourcecharge", 9000000, "2021-12-14T01:00:00Z", APOLLO_ACCEPTED, 0,
	 "Accepted", NULL, FIRST},
	/* Requests: the verdict of none. */
	{"MarketplaceRequest", mine, "datasourcecharge", 9000000, "2021-12-14T01:00:00Z", 0, 0, NULL, NULL, NULL},
	{"MarketplaceBatchRequest", mine, "datasourcecharge", 5000000, "2021-12-13T20:00:00Z", 0, 0, NULL, NULL, NULL},
	{"MarketplaceBatchRequest", mine, "datasourcecharge", 5000000, "2021-12-13T22:00:00Z", 0, 0, NULL, NULL, NULL},
};
enum { SENT = sizeof(sent) / sizeof(sent[0]) };

static char folder[4096];

/* A message's text, for free(). */
static char *message_read(const char *name)
{
	char path[sizeof(folder) + 100], *text = calloc(1, MESSAGE_BYTES_MAX);
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s.json", folder, name);
	file = fopen(path, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	CU_ASSERT(fread(text, 1, MESSAGE_BYTES_MAX - 1, file) > 0);
	(void)fclose(file);
	return text;
}

/* The records of a message, ready to be sent; places: of each in `sent`. */
static void batch_of(struct batch *batch, struct subject *subject, const char *message, size_t *places)
{
	batch->count = 0;
	for (size_t i = 0; i < SENT; i++) {
		const struct sent *one = &sent[i];

		if (strcmp(one->message, message) != 0)
			continue;
		places[batch->count] = i;
		CU_ASSERT_EQUAL(batch_add(batch, subject, one->subscription, one->dimension, one->quantity, one->start,
					  "key"), 0);
	}
	CU_ASSERT(batch->count > 0);
}

static void check_verdict(const struct apollo_verdict *verdict, const struct sent *wanted)
{
	if (verdict->outcome != wanted->outcome)
		(void)printf("\n    %s %s %s: outcome %d, wanted %d\n", wanted->message, wanted->dimension,
			     wanted->start, (int)verdict->outcome, wanted->outcome);
	CU_ASSERT_EQUAL(verdict->outcome, wanted->outcome);
	if (wanted->outcome == APOLLO_ALREADY)
		CU_ASSERT_EQUAL(verdict->held, wanted->held);
	CHECK_TEXT(verdict->code, wanted->code);
	CHECK_TEXT(verdict->message, wanted->text);
	CHECK_TEXT(verdict->reference, wanted->reference);
}

static void test_replies(void)
{
	SUBJECT_CLEANUP struct subject subject;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "azure", settings), 0);
	for (size_t i = 0; i < MESSAGES; i++) {
		size_t places[RECORDS_MAX];
		struct apollo_reply reply;
		struct batch batch;
		char *body;

		if (!messages[i].status)
			continue;
		body = message_read(messages[i].name);
		reply = reply_make(messages[i].status, body);
		batch_of(&batch, &subject, messages[i].name, places);
		CU_ASSERT_EQUAL(batch_decode(&batch, &subject, &reply), 0);
		for (size_t j = 0; j < batch.count; j++)
			check_verdict(&batch.verdicts[j], &sent[places[j]]);
		free(body);
	}
}

/* The same members with the same values; only their time may lack the zone that ours has. */
static void check_event(struct json_object *ours, struct json_object *theirs)
{
	CU_ASSERT_EQUAL(json_object_object_length(ours), json_object_object_length(theirs));
	json_object_object_foreach(theirs, name, value)
	{
		struct json_object *member = json_object_object_get(ours, name);
		const char *text = json_object_get_string(member);
		size_t size = strlen(json_object_get_string(value));

		if (strcmp(name, "quantity") == 0) {
			CU_ASSERT(fabs(json_object_get_double(member) - json_object_get_double(value)) < 1e-9);
			continue;
		}
		CU_ASSERT(text && strncmp(text, json_object_get_string(value), size) == 0);
		CHECK_TEXT(text ? text + size : NULL, strcmp(name, "effectiveStartTime") == 0 ? "Z" : "");
	}
}

static void test_requests(void)
{
	SUBJECT_CLEANUP struct subject subject;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "azure", settings), 0);
	for (size_t i = 0; i < MESSAGES; i++) {
		struct apollo_request request = {.size = sizeof(request)};
		struct json_object *ours, *theirs, *our_rows, *their_rows;
		size_t places[RECORDS_MAX];
		struct batch batch;
		char *body;

		if (messages[i].status)
			continue;
		body = message_read(messages[i].name);
		batch_of(&batch, &subject, messages[i].name, places);
		CU_ASSERT_EQUAL_FATAL(subject.plugin->market->encode(subject.instance, &subject.host.call, batch.items,
								     batch.count, &request), 0);
		ours = json_tokener_parse(request.body);
		theirs = json_tokener_parse(body);
		our_rows = json_object_object_get(ours, "request");
		their_rows = json_object_object_get(theirs, "request");
		CU_ASSERT_EQUAL_FATAL(our_rows == NULL, their_rows == NULL);
		if (!their_rows)
			check_event(ours, theirs);
		for (size_t j = 0; their_rows && j < batch.count; j++)
			check_event(json_object_array_get_idx(our_rows, j), json_object_array_get_idx(their_rows, j));
		CU_ASSERT(!their_rows || json_object_array_length(their_rows) == batch.count);
		json_object_put(ours);
		json_object_put(theirs);
		free(body);
	}
}

/* A message that is new in the folder is not passed over. */
static void test_all_known(void)
{
	DIR *directory = opendir(folder);
	size_t found = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(directory);
	for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
		bool known = false;

		if (strncmp(entry->d_name, "Marketplace", strlen("Marketplace")) != 0)
			continue;
		for (size_t i = 0; i < MESSAGES; i++)
			known = known || strncmp(entry->d_name, messages[i].name, strcspn(entry->d_name, ".")) == 0;
		if (!known)
			(void)printf("\n    %s is not looked at\n", entry->d_name);
		CU_ASSERT(known);
		found++;
	}
	(void)closedir(directory);
	CU_ASSERT_EQUAL(found, MESSAGES);
}

int main(void)
{
	CU_TestInfo tests[] = {{"captured replies", test_replies},
			       {"captured requests", test_requests},
			       {"every captured message", test_all_known},
			       CU_TEST_INFO_NULL};
	CU_SuiteInfo suites[] = {{"captured", NULL, NULL, NULL, NULL, tests}, CU_SUITE_INFO_NULL};
	const char *root = getenv("APOLLO_CONTRACTS");
	unsigned int failed = 1;
	struct stat status;

	if (!root)
		root = TEST_SOURCE_DIR "/../shared/contracts";
	(void)snprintf(folder, sizeof(folder), "%s/microsoft/captured", root);
	if (stat(folder, &status) < 0) {
		(void)printf("skipped: %s is not there; set APOLLO_CONTRACTS\n", folder);
		return SKIPPED;
	}
	if (CU_initialize_registry() == CUE_SUCCESS && CU_register_suites(suites) == CUE_SUCCESS) {
		CU_basic_set_mode(CU_BRM_VERBOSE);
		(void)CU_basic_run_tests();
		failed = CU_get_number_of_failures() + (CU_get_number_of_asserts() == 0);
	}
	CU_cleanup_registry();
	return failed != 0;
}
