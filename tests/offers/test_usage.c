/* SPDX-License-Identifier: Apache-2.0 */
/* Usage files: every form that is taken, and every error with file and line. */
#include "offers/usage.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct catalog_dimension dimensions[] = {{.name = "a"}, {.name = "b"}, {.name = "with, comma"}, {.name = "said \"so\""}};
static const struct catalog_offer offer = {.name = "o", .dimensions = dimensions, .dimension_count = 4};

static int parse(struct scope *scope, const char *text, const struct zone *zone, struct usage *usage, struct error *error)
{
	return usage_parse(scope, text, strlen(text), "u.csv", &offer, zone, usage, error);
}

/* What was read, as "TIME DIMENSION QUANTITY" lines. */
static void reads_as(const char *text, const char *wanted)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 24);
	struct error error = {0};
	struct usage usage = {0};
	char got[2048] = "", time[APOLLO_TIME_TEXT], quantity[APOLLO_QUANTITY_TEXT];
	size_t size = 0;

	UNIT_OK(parse(&scope, text, NULL, &usage, &error), &error);
	for (size_t i = 0; i < usage.count; i++)
		size += (size_t)snprintf(got + size, sizeof(got) - size, "%s %u %s\n", apollo_time_format(usage.rows[i].time, time), usage.rows[i].dimension,
					 apollo_quantity_format(usage.rows[i].quantity, quantity));
	if (strcmp(got, wanted) != 0)
		(void)printf("\n    of:\n%s\n    was read:\n%s    wanted:\n%s", text, got, wanted);
	CU_ASSERT_STRING_EQUAL(got, wanted);
}

#define ONE "2026-10-01T00:00:00Z 0 1.5\n"

static void forms(void)
{
	static const char *const same[] = {
		"time,dimension,quantity\n2026-10-01,a,1.5\n",
		"quantity,time,dimension\n1.5,2026-10,a\n",
		"time;dimension;quantity\n2026-10-01;a;1.5\n",
		"time\tdimension\tquantity\n2026-10-01\ta\t1.5\n",
		"\xef\xbb\xbftime,dimension,quantity\r\n2026-10-01,a,1.5\r\n",
		"time,a\n2026-10-01T00:00:00Z,1.5",
		"time,a\n2026-10-01T02:00:00+02:00,1.500000\n",
		"time,a,b\n2026-10-01,1.5,\n",
		"# what it is\n\ntime,a\n\n# more\n2026-10-01,1.5\n",
		"\"time\",\"a\"\n\"2026-10-01\",\"1.5\"\n",
		"{\"time\":\"2026-10-01\",\"dimension\":\"a\",\"quantity\":1.5}\n",
		"{\"time\":\"2026-10\",\"dimension\":\"a\",\"quantity\":\"1.5\",\"who\":\"cares\"}\r\n",
	};

	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
		reads_as(same[i], ONE);
}

static void rows(void)
{
	/* Sorted by time; those of one time in the file's order. */
	reads_as("time,a,b\n2026-11,3,4\n2026-10,1,2\n2026-10,5,\n",
		 "2026-10-01T00:00:00Z 0 1\n2026-10-01T00:00:00Z 1 2\n2026-10-01T00:00:00Z 0 5\n2026-11-01T00:00:00Z 0 3\n2026-11-01T00:00:00Z 1 4\n");
	reads_as("time,\"with, comma\",\"said \"\"so\"\"\"\n2026-10,1,2\n", "2026-10-01T00:00:00Z 2 1\n2026-10-01T00:00:00Z 3 2\n");
	reads_as("time,a\n2026-10,-1\n2026-10,0\n2026-10,9223372036854.775807\n",
		 "2026-10-01T00:00:00Z 0 -1\n2026-10-01T00:00:00Z 0 0\n2026-10-01T00:00:00Z 0 9223372036854.775807\n");
	reads_as("time,a\n2026-10,0.000001\n", "2026-10-01T00:00:00Z 0 0.000001\n");
	reads_as("time,a\n", "");
	reads_as("", "");
	reads_as("time,a\n2026-10,1.5e3\n2026-10,2E-6\n", "2026-10-01T00:00:00Z 0 1500\n2026-10-01T00:00:00Z 0 0.000002\n");
}

/* Days and months are of the zone; instants are what they say. */
static void zones(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 22);
	const struct zone *zone;
	struct error error = {0};
	struct usage usage = {0};
	char text[APOLLO_TIME_TEXT];
	static const char *const wanted[] = {"2026-07-01T07:00:00Z", "2026-11-01T07:00:00Z", "2026-11-02T08:00:00Z", "2026-11-03T00:00:00Z"};

	UNIT_OK(zone_read(&scope, "America/Los_Angeles", &zone, &error), &error);
	UNIT_OK(parse(&scope, "time,a\n2026-07,1\n2026-11-01,1\n2026-11-02,1\n2026-11-03T00:00:00Z,1\n", zone, &usage, &error), &error);
	CU_ASSERT_EQUAL_FATAL(usage.count, 4);
	for (size_t i = 0; i < 4; i++)
		CU_ASSERT_STRING_EQUAL(apollo_time_format(usage.rows[i].time, text), wanted[i]);
}

static void errors(void)
{
	static const struct {
		const char *text, *said;
	} wrong[] = {
		{"a,b\n", "u.csv:1: the first line does not name the columns"},
		{"time\n", "u.csv:1: the first line does not name the columns"},
		{"time,dimension\n", "u.csv:1: the first line does not name the columns"},
		{"time,a,quantity\n", "u.csv:1: the first line does not name the columns"},
		{"time,x\n", "u.csv:1: column \"x\" is none of time, dimension, quantity, and no dimension of offer o"},
		{"time,a\n2026-13,1\n", "u.csv:2: \"2026-13\" is not a time"},
		{"time,a\n2026-02-29,1\n", "u.csv:2: \"2026-02-29\" is not a time"},
		{"time,a\n2026-10-01T00:00:00,1\n", "u.csv:2: \"2026-10-01T00:00:00\" is not a time"},
		{"time,a\n,1\n", "u.csv:2: \"\" is not a time"},
		{"time,a\n2026-10,1\n\n2026-10,1e-7\n", "u.csv:4: \"1e-7\" is not a quantity"},
		{"time,a\n2026-10,1e30\n", "u.csv:2: \"1e30\" is not a quantity"},
		{"time,a\n1969-12-31,1\n", "u.csv:2: \"1969-12-31\" is not a time"},
		{"time,a\n2026-10,0.0000001\n", "u.csv:2: \"0.0000001\" is not a quantity"},
		{"time,a\n2026-10,1.000.000\n", "u.csv:2: \"1.000.000\" is not a quantity"},
		{"time;a\n2026-10;1,5\n", "u.csv:2: \"1,5\" is not a quantity"},
		{"time,a\n2026-10,9223372036854.775808\n", "u.csv:2: \"9223372036854.775808\" is not a quantity"},
		{"time,dimension,quantity\n2026-10,a,\n", "u.csv:2: \"\" is not a quantity"},
		{"time,dimension,quantity\n2026-10,c,1\n", "u.csv:2: \"c\" is not a dimension of offer o"},
		{"time,a\n2026-10,1,2\n", "u.csv:2: 3 fields, and 2 columns"},
		{"time,a\n2026-10\n", "u.csv:2: 1 fields, and 2 columns"},
		{"time,a\n\"2026-10,1\n", "u.csv:2: a quotation mark is not closed"},
		{"time,a\n\"2026-10\"x,1\n", "u.csv:2: "},
		{"time,time,a\n", "u.csv:1: column \"time\" is there twice"},
		{"time,a,a\n2026-10,1,2\n", "u.csv:1: column \"a\" is there twice"},
		{"{\"time\":\"2026-10\",\"dimension\":\"a\"}\n", "u.csv:1: not an object with time, dimension and quantity"},
		{"{\"time\":\"2026-10\",\"dimension\":\"a\",\"quantity\":1e-9}\n", "u.csv:1: \"1e-9\" is not a quantity"},
		{"{\"time\":\"2026-10\",\"dimension\":\"a\",\"quantity\":[1]}\n", "u.csv:1: not an object"},
		{"{\"time\":\"2026-10\",\n", "u.csv:1: "},
		{"\n\n{}\n", "u.csv:3: not an object"},
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 22);
		struct error error = {0};
		struct usage usage = {0};
		int code = parse(&scope, wrong[i].text, NULL, &usage, &error);

		if (code == 0)
			(void)printf("\n    taken: %s", wrong[i].text);
		UNIT_REFUSED(code, ERROR_INPUT, &error, wrong[i].said);
		CU_ASSERT_PTR_NULL(usage.rows);
	}
}

static void ceilings(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 24);
	static char text[2 * USAGE_LINE_MAX];
	struct error error = {0};
	struct usage usage;
	size_t size = (size_t)snprintf(text, sizeof(text), "time,a\n");

	memset(text + size, 'x', USAGE_LINE_MAX + 1);
	text[size + USAGE_LINE_MAX + 1] = '\0';
	UNIT_REFUSED(parse(&scope, text, NULL, &usage, &error), ERROR_INPUT, &error, "u.csv:2: a line of more than 65536 bytes");
	memset(text, ',', 2000);
	text[2000] = '\0';
	UNIT_REFUSED(parse(&scope, text, NULL, &usage, &error), ERROR_INPUT, &error, "u.csv:1: more than");
	UNIT_REFUSED(usage_parse(&scope, "time,a\n2026-10\0,1\n", 18, "u.csv", &offer, NULL, &usage, &error), ERROR_INPUT, &error, "u.csv:2: a line with a NUL");
	UNIT_REFUSED(usage_read(&scope, unit_path("nowhere.csv"), &offer, NULL, &usage, &error), ERROR_IO, &error, "nowhere.csv");
	unit_write(unit_path("u.csv"), "time,a\n2026-10,1\n", 17, 0600);
	UNIT_OK(usage_read(&scope, unit_path("u.csv"), &offer, NULL, &usage, &error), &error);
	CU_ASSERT_EQUAL(usage.count, 1);
}

int main(void)
{
	static const struct unit_test tests[] = {{"forms", forms}, {"rows", rows}, {"zones", zones}, {"errors", errors}, {"ceilings", ceilings}};

	return UNIT_RUN("usage files", tests);
}
