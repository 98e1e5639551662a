/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/offers/rate.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>

static void rate_read(struct rate *rate, const char *plan)
{
	struct error error = {0};
	char text[8192];
	int size = snprintf(text, sizeof(text),
			    "offers = ( { name = \"o\";\n"
			    "  meters = ( { name = \"m\"; aggregation = \"sum\"; negative = true; } );\n"
			    "  dimensions = ( { name = \"a\"; meter = \"m\"; unit = \"TiB-hour\"; }, { name = \"b\"; meter = \"m\"; },\n"
			    "    { name = \"c\"; meter = \"m\"; } );\n"
			    "  plans = ( { name = \"p\"; term = \"1y\"; cutoff_policy = \"hold\"; %s } ); } );\n",
			    plan);

	CU_ASSERT_FATAL(size > 0 && (size_t)size < sizeof(text));
	UNIT_OK(catalog_parse(text, (size_t)size, "plan.cfg", "/", CATALOG_SOLD, &rate->catalog, &error), &error);
}

void rate_make(struct rate *rate, const char *plan, const char *usage, const char *start, int months)
{
	struct error error = {0};
	const struct zone *zone;
	struct usage rows;
	char day[32];
	int64_t time = 0;

	*rate = (struct rate){.scope = scope_init(1 << 24)};
	rate_read(rate, plan);
	CU_ASSERT_FATAL(contract_find(&rate->catalog, "o/p", &rate->contract, &error) == 0);
	(void)snprintf(day, sizeof(day), "%.10sT00:00:00Z", start ? start : "2027-01-01");
	CU_ASSERT_FATAL(apollo_time_parse(day, strlen(day), 0, &time) == 0);
	UNIT_OK(zone_read(&rate->scope, rate->contract.phases[0].tariff->zone, &zone, &error), &error);
	UNIT_OK(usage_parse(&rate->scope, usage, strlen(usage), "usage.csv", rate->contract.offer, zone, &rows, &error), &error);
	UNIT_OK(contract_term(&rate->scope, &rate->contract, zone_time(zone, time), months, &error), &error);
	UNIT_OK(quote_make(&rate->scope, &rate->contract, &rows, &rate->quote, &error), &error);
}

void rate_release(struct rate *rate)
{
	catalog_release(&rate->catalog);
	scope_release(&rate->scope);
}

static const char *line_name(const struct bill_line *line)
{
	return line->kind == BILL_USAGE ? line->charge->dimension->name : line->payment ? line->payment->name : NULL;
}

const char *rate_line(const struct rate *rate, size_t bill, enum bill_kind kind, const char *name)
{
	static char text[EXACT_TEXT];
	const struct bill *at = &rate->quote.bills[bill];

	CU_ASSERT_FATAL(bill < rate->quote.bill_count);
	for (size_t i = 0; i < at->line_count; i++)
		if (at->lines[i].kind == kind && (!name || strcmp(line_name(&at->lines[i]), name) == 0))
			return bill_amount(at, at->lines[i].amount, text);
	return "";
}

const char *rate_total(const struct rate *rate, size_t bill)
{
	static char text[EXACT_TEXT];

	CU_ASSERT_FATAL(bill < rate->quote.bill_count);
	return bill_amount(&rate->quote.bills[bill], rate->quote.bills[bill].total, text);
}

void rate_text_is(const char *got, const char *wanted, const char *file, int line)
{
	bool same = strcmp(got, wanted) == 0;

	if (!same)
		(void)printf("\n    %s:%d: %s, %s is wanted\n", file, line, got, wanted);
	(void)CU_assertImplementation(same, (unsigned)line, "the amount", file, "", CU_FALSE);
}

void rate_is(const char *plan, const char *quantity, const char *wanted, const char *file, int line)
{
	RATE_CLEANUP struct rate rate;
	char usage[128];

	(void)snprintf(usage, sizeof(usage), "time,a\n2027-01-10,%s\n", quantity);
	rate_make(&rate, plan, usage, NULL, 1);
	rate_text_is(rate_total(&rate, 0), wanted, file, line);
}

static struct buffer words = {0};

const char *rate_words(const struct rate *rate, size_t bill)
{
	const struct bill *at = &rate->quote.bills[bill];

	buffer_release(&words);
	words = buffer_init(1 << 20);
	for (size_t i = 0; i < at->line_count; i++)
		bill_line_text(at, &at->lines[i], &words);
	return buffer_string(&words);
}

const char *rate_json(const struct rate *rate, size_t bill)
{
	buffer_release(&words);
	words = buffer_init(1 << 20);
	bill_json(&rate->quote.bills[bill], &words);
	return buffer_string(&words);
}
