/* SPDX-License-Identifier: Apache-2.0 */
/* The metering service's own record of usage: point 9 of the checklist. */
#include "tests/sandbox/azure.h"

#include <stdio.h>
#include <string.h>

#define OTHER "70000000-0000-4000-8000-000000000001"

/* Two resources; three hours of the 31st, two of the 1st. */
static void begin(void)
{
	static const struct {
		const char *id, *dimension, *time, *quantity;
	} events[] = {{ACTIVE, "tib", "2026-10-31T21:00:00Z", "1.5"}, {ACTIVE, "tib", "2026-10-31T22:00:00Z", "2.25"},
		      {ACTIVE, "tb", "2026-10-31T22:00:00Z", "7"},    {ACTIVE, "tib", "2026-11-01T00:00:00Z", "4"},
		      {OTHER, "tib", "2026-11-01T01:00:00Z", "0.000001"}};
	char body[400];

	stage_begin(AZURE_REGISTRY);
	control("POST", "/sandbox/register", "{'resources': [{'id': '" OTHER "', 'apps': ['" APP "']}]}");
	(void)token_azure(TENANT, APP, SECRET);
	for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++) {
		(void)snprintf(body, sizeof(body),
			       "{'resourceId': '%s', 'quantity': %s, 'dimension': '%s', 'effectiveStartTime': '%s',"
			       " 'planId': 'silver'}",
			       events[i].id, events[i].quantity, events[i].dimension, events[i].time);
		azure("POST", SINGLE, body);
		WANT_STATUS(200);
	}
}

static void query(const char *parameters)
{
	char target[400];

	(void)snprintf(target, sizeof(target), QUERY "%s", parameters);
	azure("GET", target, NULL);
}

/* The row of a dimension, a day and a resource in the last reply; -1 where there is none. */
static int row_of(const char *day, const char *dimension, const char *resource)
{
	for (int i = 0; i < said_count(""); i++) {
		char path[60];
		bool same;

		(void)snprintf(path, sizeof(path), "%d.usageDate", i);
		same = said(path) && strncmp(said(path), day, 10) == 0;
		(void)snprintf(path, sizeof(path), "%d.dimension", i);
		same = same && said(path) && strcmp(said(path), dimension) == 0;
		(void)snprintf(path, sizeof(path), "%d.usageResourceId", i);
		if (same && said(path) && strcmp(said(path), resource) == 0)
			return i;
	}
	return -1;
}

#define WANT_ROW(DAY, DIMENSION, RESOURCE, MEMBER, TEXT) \
	want_row(DAY, DIMENSION, RESOURCE, MEMBER, TEXT, __LINE__)
static void want_row(const char *day, const char *dimension, const char *resource, const char *member, const char *text,
		     int line)
{
	char path[80];

	(void)snprintf(path, sizeof(path), "%d.%s", row_of(day, dimension, resource), member);
	want(path, text, __FILE__, line);
}

static void sums(void)
{
	begin();
	query("&usageStartDate=2026-10-31");
	WANT_STATUS(200);
	CU_ASSERT(reply()->body && *reply()->body == '[');
	WANT_COUNT("", 4);
	WANT_ROW("2026-10-31", "tib", ACTIVE, "usageDate", "2026-10-31T00:00:00Z");
	WANT_ROW("2026-10-31", "tib", ACTIVE, "submittedQuantity", "3.75");
	WANT_ROW("2026-10-31", "tib", ACTIVE, "processedQuantity", "3.75");
	WANT_ROW("2026-10-31", "tib", ACTIVE, "submittedCount", "2");
	WANT_ROW("2026-10-31", "tib", ACTIVE, "planId", "silver");
	WANT_ROW("2026-10-31", "tib", ACTIVE, "offerId", "vast");
	WANT_ROW("2026-10-31", "tib", ACTIVE, "azureSubscriptionId", "5c000000-0000-4000-8000-000000000001");
	WANT_ROW("2026-10-31", "tib", ACTIVE, "reconStatus", "Accepted");
	WANT_ROW("2026-10-31", "tb", ACTIVE, "submittedQuantity", "7");
	WANT_ROW("2026-11-01", "tib", ACTIVE, "submittedQuantity", "4");
	WANT_ROW("2026-11-01", "tib", OTHER, "submittedQuantity", "0.000001");
	/* From a time of a day, and to one: whole days. */
	query("&usageStartDate=2026-10-31T23:59&UsageEndDate=2026-10-31T23:59");
	WANT_COUNT("", 2);
	query("&usageStartDate=2026-11-01T00:00:00Z");
	WANT_COUNT("", 2);
	query("&usageStartDate=2026-10-01&UsageEndDate=2026-10-30");
	WANT_STATUS(200);
	WANT_COUNT("", 0);
	stage_end();
}

static void filters(void)
{
	static const struct {
		const char *filter;
		int count;
	} cases[] = {{"&dimension=tb", 1}, {"&planId=silver", 4}, {"&planId=gold", 0}, {"&offerId=vast", 3},
		     {"&azureSubscriptionId=5C000000-0000-4000-8000-000000000001", 3}, {"&reconStatus=Accepted", 4},
		     {"&reconStatus=Submitted", 0}, {"&dimension=tib&offerId=vast", 2}};
	char parameters[200];

	begin();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		(void)snprintf(parameters, sizeof(parameters), "&usageStartDate=2026-10-31%s", cases[i].filter);
		query(parameters);
		WANT_STATUS(200);
		WANT_COUNT("", cases[i].count);
	}
	stage_end();
}

static void refused(void)
{
	static const char *const cases[] = {"",
					    "&usageStartDate=",
					    "&usageStartDate=yesterday",
					    "&usageStartDate=2026-02-30",
					    "&usageStartDate=2026-10-31&UsageEndDate=2026-10-30",
					    "&usageStartDate=2026-10-31&UsageEndDate=soon"};

	begin();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		query(cases[i]);
		WANT_STATUS(400);
		WANT("code", "BadArgument");
	}
	stage_end();
}

/* A publisher sees its own. */
static void foreign(void)
{
	begin();
	(void)token_azure(TENANT, STRANGER, SECRET);
	query("&usageStartDate=2026-10-31");
	WANT_STATUS(200);
	WANT_COUNT("", 0);
	stage_end();
}

static void states(void)
{
	begin();
	settings("{'azure_recon_delay': 3600}");
	query("&usageStartDate=2026-10-31");
	WANT_ROW("2026-11-01", "tib", ACTIVE, "reconStatus", "Submitted");
	WANT_ROW("2026-11-01", "tib", ACTIVE, "submittedQuantity", "4");
	WANT_ROW("2026-11-01", "tib", ACTIVE, "processedQuantity", "0");
	WANT_ROW("2026-11-01", "tib", ACTIVE, "planName", "");
	WANT_ROW("2026-11-01", "tib", ACTIVE, "offerName", "");
	clock_set("2026-11-01T13:00:00Z");
	(void)token_azure(TENANT, APP, SECRET);
	query("&usageStartDate=2026-10-31");
	WANT_ROW("2026-11-01", "tib", ACTIVE, "reconStatus", "Accepted");
	WANT_ROW("2026-11-01", "tib", ACTIVE, "processedQuantity", "4");
	WANT_ROW("2026-11-01", "tib", ACTIVE, "planName", "silver");
	control("POST", "/sandbox/recon", "{'day': '2026-11-01', 'resource': '" ACTIVE "', 'state': 'Rejected'}");
	WANT("changed", "1");
	control("POST", "/sandbox/recon",
		"{'day': '2026-10-31', 'dimension': 'tib', 'state': 'Mismatch', 'processed': '3.5'}");
	WANT("changed", "1");
	control("POST", "/sandbox/recon", "{'day': '2026-10-31', 'dimension': 'tb', 'state': 'Hidden'}");
	query("&usageStartDate=2026-10-31");
	WANT_COUNT("", 3);
	WANT_ROW("2026-11-01", "tib", ACTIVE, "reconStatus", "Rejected");
	WANT_ROW("2026-11-01", "tib", ACTIVE, "processedQuantity", "0");
	WANT_ROW("2026-11-01", "tib", OTHER, "reconStatus", "Accepted");
	WANT_ROW("2026-10-31", "tib", ACTIVE, "reconStatus", "Mismatch");
	WANT_ROW("2026-10-31", "tib", ACTIVE, "submittedQuantity", "3.75");
	WANT_ROW("2026-10-31", "tib", ACTIVE, "processedQuantity", "3.5");
	control("POST", "/sandbox/recon", "{'day': '2026-11-01', 'state': 'TestHeaders'}");
	WANT("changed", "2");
	query("&usageStartDate=2026-11-01&reconStatus=testheaders");
	WANT_COUNT("", 2);
	control("POST", "/sandbox/recon", "{'day': '2026-11-01', 'state': 'Automatic'}");
	query("&usageStartDate=2026-11-01&reconStatus=Accepted");
	WANT_COUNT("", 2);
	control("POST", "/sandbox/recon", "{'day': '2026-11-01', 'state': 'accepted'}");
	WANT_STATUS(400);
	control("POST", "/sandbox/recon", "{'state': 'Accepted'}");
	WANT_STATUS(400);
	/* The books show the same state beside each event. */
	control("POST", "/sandbox/recon", "{'day': '2026-10-31', 'state': 'Rejected'}");
	control("GET", "/sandbox/books", NULL);
	WANT("azure.events.0.state", "Rejected");
	WANT("azure.events.3.state", "Accepted");
	stage_end();
}

/* What has just been accepted is not there at once. */
static void eventual(void)
{
	begin();
	settings("{'azure_query_delay': 600}");
	query("&usageStartDate=2026-10-31");
	WANT_COUNT("", 0);
	clock_set("2026-11-01T12:05:00Z");
	azure("POST", SINGLE, EVENT("tib", "2026-11-01T02:00:00Z", "10"));
	WANT_STATUS(200);
	clock_set("2026-11-01T12:10:00Z");
	query("&usageStartDate=2026-10-31");
	WANT_COUNT("", 4);
	WANT_ROW("2026-11-01", "tib", ACTIVE, "submittedQuantity", "4");
	WANT_ROW("2026-11-01", "tib", ACTIVE, "submittedCount", "1");
	clock_set("2026-11-01T12:15:00Z");
	query("&usageStartDate=2026-10-31");
	WANT_ROW("2026-11-01", "tib", ACTIVE, "submittedQuantity", "14");
	WANT_ROW("2026-11-01", "tib", ACTIVE, "submittedCount", "2");
	/* But the slot was taken all the time. */
	azure("POST", SINGLE, EVENT("tib", "2026-11-01T02:00:00Z", "10"));
	WANT_STATUS(409);
	stage_end();
}

static const struct unit_test tests[] = {
	{"9: a row for each day", sums},
	{"9: filters", filters},
	{"9: wrong parameters", refused},
	{"9: only the caller's resources", foreign},
	{"9: states, with time and by hand", states},
	{"9: usage shows late, by option", eventual},
};

int main(void)
{
	return UNIT_RUN("sandbox azure query", tests);
}
