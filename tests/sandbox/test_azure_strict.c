/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The metering service: how strict it is about every member of an event, and what the settings loosen.  Names that
 * begin with a number are the points of the checklist that the sandbox was written from.
 */
#include "tests/sandbox/azure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- strictness -------------------------------------------------------------------------------------------- */

#define ROW(ID, QUANTITY, DIMENSION, TIME, PLAN) "{" ID QUANTITY DIMENSION TIME PLAN "}"
#define ID_ "'resourceId': '" ACTIVE "',"
#define QUANTITY_ "'quantity': 1,"
#define DIMENSION_ "'dimension': 'tib',"
#define TIME_ "'effectiveStartTime': '" AT "',"
#define PLAN_ "'planId': 'silver'"

static const struct {
	const char *row, *target;
} malformed[] = {
	/* missing */
	{ROW("", QUANTITY_, DIMENSION_, TIME_, PLAN_), "resourceId"},
	{ROW(ID_, "", DIMENSION_, TIME_, PLAN_), "quantity"},
	{ROW(ID_, QUANTITY_, "", TIME_, PLAN_), "dimension"},
	{ROW(ID_, QUANTITY_, DIMENSION_, "", PLAN_), "effectiveStartTime"},
	{ROW(ID_, QUANTITY_, DIMENSION_, TIME_, "'quantity': 1"), NULL}, /* and twice */
	{ROW(ID_, QUANTITY_, DIMENSION_, "'effectiveStartTime': '" AT "'", ""), "planId"},
	/* null */
	{ROW("'resourceId': null,", QUANTITY_, DIMENSION_, TIME_, PLAN_), "resourceId"},
	{ROW(ID_, "'quantity': null,", DIMENSION_, TIME_, PLAN_), "quantity"},
	{ROW(ID_, QUANTITY_, "'dimension': null,", TIME_, PLAN_), "dimension"},
	{ROW(ID_, QUANTITY_, DIMENSION_, "'effectiveStartTime': null,", PLAN_), "effectiveStartTime"},
	{ROW(ID_, QUANTITY_, DIMENSION_, TIME_, "'planId': null"), "planId"},
	/* of another type */
	{ROW("'resourceId': 7,", QUANTITY_, DIMENSION_, TIME_, PLAN_), "resourceId"},
	{ROW("'resourceUri': ['x'],", QUANTITY_, DIMENSION_, TIME_, PLAN_), "resourceUri"},
	{ROW(ID_, "'quantity': '1',", DIMENSION_, TIME_, PLAN_), "quantity"},
	{ROW(ID_, "'quantity': true,", DIMENSION_, TIME_, PLAN_), "quantity"},
	{ROW(ID_, "'quantity': [1],", DIMENSION_, TIME_, PLAN_), "quantity"},
	{ROW(ID_, QUANTITY_, "'dimension': 7,", TIME_, PLAN_), "dimension"},
	{ROW(ID_, QUANTITY_, DIMENSION_, "'effectiveStartTime': 1793534400,", PLAN_), "effectiveStartTime"},
	{ROW(ID_, QUANTITY_, DIMENSION_, TIME_, "'planId': {}"), "planId"},
	/* empty, too long, of another form */
	{ROW("'resourceId': '',", QUANTITY_, DIMENSION_, TIME_, PLAN_), "resourceId"},
	{ROW("'resourceId': '10000000-0000-4000-8000-00000000000',", QUANTITY_, DIMENSION_, TIME_, PLAN_),
	 "resourceId"},
	{ROW("'resourceId': '{10000000-0000-4000-8000-00000000000a}',", QUANTITY_, DIMENSION_, TIME_, PLAN_),
	 "resourceId"},
	{ROW("'resourceUri': 'subscriptions/S1',", QUANTITY_, DIMENSION_, TIME_, PLAN_), "resourceUri"},
	{ROW(ID_, QUANTITY_, "'dimension': '',", TIME_, PLAN_), "dimension"},
	{ROW(ID_, QUANTITY_, DIMENSION_, "'effectiveStartTime': '2026-11-01',", PLAN_), "effectiveStartTime"},
	{ROW(ID_, QUANTITY_, DIMENSION_, "'effectiveStartTime': '2026-11-31T11:00:00Z',", PLAN_), "effectiveStartTime"},
	{ROW(ID_, QUANTITY_, DIMENSION_, "'effectiveStartTime': '11/01/2026 11:00:00',", PLAN_), "effectiveStartTime"},
	{ROW(ID_, QUANTITY_, DIMENSION_, TIME_, "'planId': ''"), "planId"},
	{ROW(ID_, QUANTITY_, DIMENSION_, TIME_, "'planId': 'sil\\u0000ver'"), NULL}, /* the whole body is refused */
	/* one too many, and in another case */
	{ROW(ID_, QUANTITY_, DIMENSION_, TIME_, PLAN_ ", 'note': 'x'"), "usageEventRequest"},
	{ROW(ID_, QUANTITY_, DIMENSION_, TIME_, PLAN_ ", 'usageEventId': 'x'"), "usageEventRequest"},
	{ROW("'ResourceId': '" ACTIVE "',", QUANTITY_, DIMENSION_, TIME_, PLAN_), "usageEventRequest"},
	{ROW(ID_, "'Quantity': 1,", DIMENSION_, TIME_, PLAN_), "usageEventRequest"},
	{ROW(ID_, QUANTITY_, DIMENSION_, TIME_, "'planID': 'silver'"), "usageEventRequest"},
};

static void strict_rows(void)
{
	azure_begin();
	for (size_t i = 0; i < sizeof(malformed) / sizeof(*malformed); i++) {
		send_event(malformed[i].row);
		WANT_STATUS(400);
		WANT("code", "BadArgument");
		if (!malformed[i].target)
			continue;
		WANT("details.0.target", malformed[i].target);
		send_batch(malformed[i].row);
		WANT_STATUS(200);
		WANT("result.0.status", "BadArgument");
		WANT("result.0.error.code", "BadArgument");
		WANT("result.0.error.details.0.target", malformed[i].target);
	}
	want_accepted("0");
	stage_end();
}

/* A member that stands twice is nobody's to choose: the whole call is refused. */
static void strict_twice(void)
{
	static const char *const rows[] = {ROW(ID_ ID_, QUANTITY_, DIMENSION_, TIME_, PLAN_),
					   ROW(ID_, QUANTITY_ "'quantity': 2,", DIMENSION_, TIME_, PLAN_),
					   ROW(ID_, QUANTITY_, DIMENSION_ "'dimension': 'tb',", TIME_, PLAN_),
					   ROW(ID_, QUANTITY_, DIMENSION_, TIME_ TIME_, PLAN_),
					   ROW(ID_, QUANTITY_, DIMENSION_, TIME_, PLAN_ "," PLAN_)};

	azure_begin();
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		send_event(rows[i]);
		WANT_STATUS(400);
		send_batch(rows[i]);
		WANT_STATUS(400);
		WANT("code", "BadArgument");
	}
	/* Colons inside texts and objects beside each other are none. */
	send_batch(ROW(ID_, QUANTITY_, "'dimension': 'a:b\\\\\\\":c',", TIME_, PLAN_) "," EVENT("tib", AT, "1"));
	WANT_STATUS(200);
	WANT("result.0.status", "InvalidDimension");
	WANT("result.1.status", "Accepted");
	stage_end();
}

static void media(void)
{
	char token[4096];
	char *large = malloc((1 << 20) + 2);

	CU_ASSERT_FATAL(large != NULL);
	azure_begin();
	(void)snprintf(token, sizeof(token), "%s", token_azure(TENANT, APP, SECRET));
	ask("POST", SINGLE, strstr(bearer(token), "Authorization"), EVENT("tib", AT, "1"));
	WANT_STATUS(415);
	memset(large, ' ', (1 << 20) + 1);
	ask_raw("POST", SINGLE, bearer(token), large, (1 << 20) + 1);
	WANT_STATUS(413);
	CU_ASSERT_PTR_NOT_NULL(said("code"));
	ask_raw("POST", SINGLE, bearer(token), large, 1 << 20);
	WANT_STATUS(400);
	/* A NUL is no white space. */
	(void)snprintf(large, 400,
		       "{\"resourceId\":\"" ACTIVE
		       "\",\"quantity\":1,\"dimension\":\"tib\",\"effectiveStartTime\":\"" AT
		       "\",\"planId\":\"silver\"}");
	ask_raw("POST", SINGLE, bearer(token), large, strlen(large) + 1);
	WANT_STATUS(400);
	ask_raw("POST", SINGLE, bearer(token), large, strlen(large));
	WANT_STATUS(200);
	free(large);
	stage_end();
}

/* ---- quantities and the switches --------------------------------------------------------------------------- */

static void quantities(void)
{
	static const struct {
		const char *quantity, *status, *echo;
	} cases[] = {{"0.000001", "Accepted", "0.000001"},
		     {"1e-6", "Accepted", "0.000001"},
		     {"2.50", "Accepted", "2.5"},
		     {"9.1234567890123461", "Accepted", "9.123457"},
		     {"1000000", "Accepted", "1000000"},
		     {"0", "InvalidQuantity", "0"},
		     {"0.0", "InvalidQuantity", "0.0"},
		     {"-0.5", "InvalidQuantity", "-0.5"},
		     {"0.0000001", "InvalidQuantity", "0.0000001"},
		     {"1e30", "InvalidQuantity", "1e30"}};
	char event[400];

	azure_begin();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		(void)snprintf(event, sizeof(event),
			       "{'resourceId': '" ACTIVE "', 'quantity': %s, 'dimension': 'tib',"
			       " 'effectiveStartTime': '2026-11-01T%02zu:00:00Z', 'planId': 'silver'}",
			       cases[i].quantity, i);
		send_batch(event);
		WANT("result.0.status", cases[i].status);
		WANT("result.0.quantity", cases[i].echo);
	}
	/* Finer than the books: taken, rounded, and noted. */
	control("GET", "/sandbox/books?details=no", NULL);
	WANT("violations.0.kind", "fine-quantity");
	WANT("violation_count", "1");
	settings("{'azure_text_quantity': true}");
	send_batch(EVENT("tb", AT, "'2.5'") "," EVENT("tb", "2026-11-01T10:00:00Z", "'much'"));
	WANT("result.0.status", "Accepted");
	WANT("result.0.quantity", "2.5");
	WANT("result.1.status", "BadArgument");
	/* As a service that keeps doubles would print them. */
	settings("{'azure_quantity': 'double'}");
	send_batch(EVENT("tb", "2026-11-01T09:00:00Z", "30.1") "," EVENT("none", AT, "30.1"));
	CU_ASSERT(strstr(reply()->body, "\"quantity\":30.100000000000001,") != NULL);
	CU_ASSERT(strstr(strstr(reply()->body, "InvalidDimension"), "\"quantity\":30.100000000000001,") != NULL);
	send_batch(EVENT("tb", "2026-11-01T09:00:00Z", "7"));
	CU_ASSERT(strstr(strstr(reply()->body, "acceptedMessage"), "\"quantity\":30.100000000000001,") != NULL);
	stage_end();
}

static void plan_case(void)
{
	static const char event[] =
		"{'resourceId': '" ACTIVE "', 'quantity': 1, 'dimension': 'tib', 'effectiveStartTime': '" AT
		"', 'planId': 'Silver'}";

	azure_begin();
	send_event(event);
	WANT_STATUS(400);
	WANT("details.0.target", "planId");
	settings("{'azure_plan_case': 'any'}");
	send_event(event);
	WANT_STATUS(200);
	WANT("planId", "Silver");
	stage_end();
}

static void dimension_limit(void)
{
	char body[2000];

	azure_begin();
	for (int i = 0; i < 2; i++) {
		int most = i ? 18 : 30;

		if (i)
			settings("{'azure_dimension_limit': 18}");
		for (int count = most; count <= most + 1; count++) {
			size_t used = (size_t)snprintf(body, sizeof(body),
						       "{'resources': [{'id': '" ACTIVE "', 'dimensions': ['d0'");

			for (int d = 1; d < count; d++)
				used += (size_t)snprintf(body + used, sizeof(body) - used, ", 'd%d'", d);
			(void)snprintf(body + used, sizeof(body) - used, "]}]}");
			control("POST", "/sandbox/register", body);
			WANT_STATUS(count == most ? 200 : 400);
		}
	}
	stage_end();
}

static const struct unit_test tests[] = {
	{"every member: missing, null, wrong type, form, extra, case", strict_rows},
	{"a member twice", strict_twice},
	{"media type and size", media},
	{"quantities", quantities},
	{"10: plans without case, by option", plan_case},
	{"10: eighteen or thirty dimensions", dimension_limit},
};

int main(void)
{
	return UNIT_RUN("sandbox azure strict", tests);
}
