/* SPDX-License-Identifier: Apache-2.0 */
/* Months, zones and parts of periods: where bills begin and end, and what of a fee is due. */
#include "tests/offers/rate.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t state;

static uint64_t random_next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static int64_t below(int64_t end)
{
	return (int64_t)(random_next() % (uint64_t)end);
}

static void seed_print(void)
{
	const char *seed = getenv("APOLLO_SEED");

	state = seed ? strtoull(seed, NULL, 10) | 1 : ((uint64_t)time(NULL) << 1 | 1);
	(void)printf("\n    APOLLO_SEED=%llu ", (unsigned long long)state);
}

static int64_t instant(const char *text)
{
	int64_t time = 0;

	CU_ASSERT_FATAL(apollo_time_parse(text, strlen(text), 0, &time) == 0);
	return time;
}

/* A tariff that only has a calendar. */
struct plain {
	struct scope scope;
	struct tariff tariff;
	struct schedule schedule;
};

static void plain_make(struct plain *plain, const char *zone, bool calendar, int months, enum tariff_proration proration, const char *from, const char *to)
{
	struct error error = {0};
	struct phase phase = {.tariff = &plain->tariff};

	*plain = (struct plain){.scope = scope_init(1 << 20)};
	plain->tariff = (struct tariff){.where = "t:1", .currency = "USD", .billing_months = months, .calendar = calendar, .zone = zone, .proration = proration,
					.order = {TARIFF_DISCOUNT, TARIFF_MAXIMUM, TARIFF_MINIMUM, TARIFF_CREDIT}};
	UNIT_OK(tariff_ready(&plain->tariff, &error), &error);
	UNIT_OK(schedule_make(&plain->scope, &phase, 1, instant(from), instant(to), &plain->schedule, &error), &error);
}

static void begins_are(const struct plain *plain, const char *const *wanted, size_t count)
{
	char text[APOLLO_TIME_TEXT];

	CU_ASSERT_EQUAL_FATAL(plain->schedule.slice_count, count);
	for (size_t i = 0; i < count; i++)
		RATE_TEXT(apollo_time_format(plain->schedule.slices[i].from, text), wanted[i]);
}
#define BEGINS(PLAIN, ...)                                                                        \
	do {                                                                                      \
		static const char *const wanted_[] = {__VA_ARGS__};                               \
		begins_are(PLAIN, wanted_, sizeof(wanted_) / sizeof(*wanted_));                   \
	} while (0)

/* ---- where months begin ---- */

static void anniversaries(void)
{
	struct plain plain;

	/* The 31st is the last day of a shorter month, and the 31st again; a leap year. */
	plain_make(&plain, NULL, false, 1, TARIFF_WHOLE, "2027-12-31T06:00:00Z", "2028-05-01T00:00:00Z");
	BEGINS(&plain, "2027-12-31T06:00:00Z", "2028-01-31T06:00:00Z", "2028-02-29T06:00:00Z", "2028-03-31T06:00:00Z", "2028-04-30T06:00:00Z");
	scope_release(&plain.scope);
	plain_make(&plain, NULL, false, 12, TARIFF_WHOLE, "2028-02-29T00:00:00Z", "2030-02-28T00:00:00Z");
	CU_ASSERT_EQUAL(plain.schedule.period_count, 2);
	CU_ASSERT_EQUAL(plain.schedule.periods[1].from, instant("2029-02-28T00:00:00Z"));
	scope_release(&plain.scope);
	/* No leap year in 2100: 28 days. */
	plain_make(&plain, NULL, false, 1, TARIFF_WHOLE, "2100-01-29T00:00:00Z", "2100-03-01T00:00:00Z");
	BEGINS(&plain, "2100-01-29T00:00:00Z", "2100-02-28T00:00:00Z");
	scope_release(&plain.scope);
}

static void calendars(void)
{
	struct plain plain;

	plain_make(&plain, "America/Los_Angeles", true, 1, TARIFF_DAYS, "2027-02-10T08:00:00Z", "2027-05-01T07:00:00Z");
	BEGINS(&plain, "2027-02-10T08:00:00Z", "2027-03-01T08:00:00Z", "2027-04-01T07:00:00Z");
	CU_ASSERT_EQUAL(plain.schedule.slices[0].part.numerator, 19);
	CU_ASSERT_EQUAL(plain.schedule.slices[0].part.denominator, 28);
	CU_ASSERT_EQUAL(plain.schedule.slices[1].part.numerator, plain.schedule.slices[1].part.denominator);
	scope_release(&plain.scope);
	plain_make(&plain, "Europe/Berlin", true, 3, TARIFF_DAYS, "2027-02-10T23:00:00Z", "2027-06-15T22:00:00Z");
	BEGINS(&plain, "2027-02-10T23:00:00Z", "2027-02-28T23:00:00Z", "2027-03-31T22:00:00Z", "2027-04-30T22:00:00Z", "2027-05-31T22:00:00Z");
	/* From the 11th: 18 of 28 days of February, all of March and April, of 89; then 31 and 15 days of 31 + 30 + 31. */
	CU_ASSERT_EQUAL(plain.schedule.period_count, 2);
	CU_ASSERT_EQUAL(plain.schedule.periods[0].part.numerator, 18 + 31 + 30);
	CU_ASSERT_EQUAL(plain.schedule.periods[0].part.denominator, 28 + 31 + 30);
	CU_ASSERT_EQUAL(plain.schedule.periods[1].part.numerator, 31 + 15);
	CU_ASSERT_EQUAL(plain.schedule.periods[1].part.denominator, 31 + 30 + 31);
	scope_release(&plain.scope);
	/* A zone that never sets its clocks, half an hour off. */
	plain_make(&plain, "Asia/Kolkata", true, 1, TARIFF_WHOLE, "2027-03-31T18:30:00Z", "2027-05-31T18:30:00Z");
	BEGINS(&plain, "2027-03-31T18:30:00Z", "2027-04-30T18:30:00Z");
	scope_release(&plain.scope);
	/* South of the equator summer ends in April. */
	plain_make(&plain, "Australia/Sydney", true, 1, TARIFF_SECONDS, "2027-03-31T13:00:00Z", "2027-04-30T14:00:00Z");
	BEGINS(&plain, "2027-03-31T13:00:00Z");
	CU_ASSERT_EQUAL(plain.schedule.slices[0].part.numerator, plain.schedule.slices[0].part.denominator);
	scope_release(&plain.scope);
}

/* Days of 23 and 25 hours: a day is a day, and seconds are as many as there are. */
static void days_of_23_and_25_hours(void)
{
	static const struct {
		const char *from, *to; /* of a month that ends early */
		int64_t days, seconds, of_days, of_seconds;
	} cases[] = {
		/* March 2027 in Los Angeles: the 14th has 23 hours, the month an hour less. */
		{"2027-03-01T08:00:00Z", "2027-03-15T07:00:00Z", 14, 14 * 86400 - 3600, 31, 31 * 86400 - 3600},
		{"2027-03-01T08:00:00Z", "2027-03-14T08:00:00Z", 13, 13 * 86400, 31, 31 * 86400 - 3600},
		/* November 2027: the 7th has 25. */
		{"2027-11-01T07:00:00Z", "2027-11-08T08:00:00Z", 7, 7 * 86400 + 3600, 30, 30 * 86400 + 3600},
		/* A day that is begun counts. */
		{"2027-11-01T07:00:00Z", "2027-11-08T08:00:01Z", 8, 7 * 86400 + 3601, 30, 30 * 86400 + 3600},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct plain plain;

		plain_make(&plain, "America/Los_Angeles", true, 1, TARIFF_DAYS, cases[i].from, cases[i].to);
		CU_ASSERT_EQUAL(plain.schedule.slices[0].part.numerator, cases[i].days);
		CU_ASSERT_EQUAL(plain.schedule.slices[0].part.denominator, cases[i].of_days);
		scope_release(&plain.scope);
		plain_make(&plain, "America/Los_Angeles", true, 1, TARIFF_SECONDS, cases[i].from, cases[i].to);
		CU_ASSERT_EQUAL(plain.schedule.slices[0].part.numerator, cases[i].seconds);
		CU_ASSERT_EQUAL(plain.schedule.slices[0].part.denominator, cases[i].of_seconds);
		scope_release(&plain.scope);
	}
}

/* A subscription that starts in the hour that the clock shows twice, the second time: its first month is whole. */
static void starts_in_a_doubled_hour(void)
{
	struct plain plain;

	plain_make(&plain, "America/Los_Angeles", false, 1, TARIFF_SECONDS, "2027-11-07T09:30:00Z", "2028-01-07T09:30:00Z");
	BEGINS(&plain, "2027-11-07T09:30:00Z", "2027-12-07T09:30:00Z");
	CU_ASSERT_EQUAL(plain.schedule.slices[0].part.numerator, plain.schedule.slices[0].part.denominator);
	scope_release(&plain.scope);
}

/* Google: monthly prorated in calendar months of Los Angeles.  From 15 April, three months at 3,000: 16/30, whole, whole, 14/31 of it, 8,954.84 in all. */
static void google_prorates(void)
{
	RATE_CLEANUP struct rate rate;
	static const char *const wanted[] = {"1600.00", "3000.00", "3000.00", "1354.84"};
	char total[EXACT_TEXT];

	rate_make(&rate,
		  "zone = \"America/Los_Angeles\"; billing_months = \"calendar\"; proration = \"days\"; base_fee = \"3000\";"
		  " prices = ( { dimension = \"a\"; unit_price = \"1\"; } );",
		  "time,a\n", "2027-04-15", 4);
	scope_release(&rate.scope);
	rate.scope = scope_init(1 << 20);
	rate.contract.end = instant("2027-07-15T07:00:00Z");
	{
		struct usage none = {0};
		struct error error = {0};

		UNIT_OK(quote_make(&rate.scope, &rate.contract, &none, &rate.quote, &error), &error);
	}
	for (size_t i = 0; i < 4; i++)
		RATE_TEXT(rate_total(&rate, i), wanted[i]);
	RATE_TEXT(exact_text(rate.quote.total, 2, 2, total), "8954.84");
}

/* Azure: from anniversary to anniversary, whole. */
static void azure_is_whole(void)
{
	RATE_CLEANUP struct rate rate;
	char total[EXACT_TEXT];

	rate_make(&rate, "base_fee = \"3000\"; prices = ( { dimension = \"a\"; unit_price = \"1\"; } );", "time,a\n", "2027-01-31", 3);
	CU_ASSERT_EQUAL(rate.quote.bill_count, 3);
	CU_ASSERT_EQUAL(rate.quote.bills[1].period->from, instant("2027-02-28T00:00:00Z"));
	CU_ASSERT_EQUAL(rate.contract.end, instant("2027-04-30T00:00:00Z"));
	RATE_TEXT(exact_text(rate.quote.total, 2, 2, total), "9000.00");
}

/* What is included is in proportion too, toward nothing: 17 of 31 days of 10 are 5.483870 for 6.  Usage at an edge is of the later month. */
static void included_and_edges(void)
{
	RATE_CLEANUP struct rate rate;

	rate_make(&rate,
		  "billing_months = \"calendar\"; proration = \"days\"; decimals = 6; prices = ( { dimension = \"a\"; unit_price = \"1\"; } );"
		  " included = ( { dimension = \"a\"; quantity = \"10\"; } );",
		  "time,a\n2027-01-14,100\n2027-01-15,6\n2027-01-31T23:59:59Z,1\n2027-02-01T00:00:00Z,10\n", "2027-01-15", 2);
	RATE_TEXT(rate_total(&rate, 0), "1.516130");
	RATE_TEXT(rate_total(&rate, 1), "0.000000");
	CU_ASSERT_EQUAL(rate.quote.outside, 1);
}

/* ---- phases ---- */

static void phases(void)
{
	RATE_CLEANUP struct rate rate;
	static const char *const wanted[] = {"10.00", "10.00", "20.00", "30.00", "30.00"};

	rate_make(&rate,
		  "prices = ( { dimension = \"a\"; unit_price = \"1\"; } );"
		  " ramp = ( { months = \"2m\"; base_fee = \"10\"; }, { months = \"1m\"; base_fee = \"20\"; }, { base_fee = \"30\"; } );",
		  "time,a\n", NULL, 5);
	for (size_t i = 0; i < 5; i++)
		RATE_TEXT(rate_total(&rate, i), wanted[i]);
}

/* A correction of what was included gives nothing back; one of what was paid does. */
static void corrections(void)
{
	RATE_CLEANUP struct rate rate;
	static const char *const wanted[] = {"0.00", "0.00", "4.00", "-4.00"};

	rate_make(&rate,
		  "prices = ( { dimension = \"a\"; unit_price = \"1\"; } ); included = ( { dimension = \"a\"; quantity = \"10\"; reset = \"term\"; } );",
		  "time,a\n2027-01-10,9\n2027-02-10,-9\n2027-03-10,14\n2027-04-10,-6\n", NULL, 4);
	for (size_t i = 0; i < 4; i++)
		RATE_TEXT(rate_total(&rate, i), wanted[i]);
}

/* ---- properties ---- */

static void slices_touch_and_cover(void)
{
	static const char *const zones[] = {NULL, "America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca"};

	seed_print();
	for (int round = 0; round < 1500; round++) {
		struct plain plain;
		char from[APOLLO_TIME_TEXT], to[APOLLO_TIME_TEXT];
		int64_t start = (apollo_days(2020, 1, 1) + below(5000)) * APOLLO_DAY + below(86400) * APOLLO_MICRO;
		const struct schedule *schedule = &plain.schedule;
		bool whole;

		(void)apollo_time_format(start, from);
		(void)apollo_time_format(start + (1 + below(900 * 86400)) * APOLLO_MICRO, to);
		plain_make(&plain, zones[below(6)], below(2), 1 + (int)below(6), (enum tariff_proration)below(3), from, to);
		whole = schedule->slices[0].from == schedule->start && schedule->slices[schedule->slice_count - 1].to == schedule->end;
		for (size_t i = 0; i < schedule->slice_count; i++) {
			const struct slice *slice = &schedule->slices[i];

			whole = whole && slice->from < slice->to && (i == 0 || slice->from == slice[-1].to) && slice->part.numerator > 0 &&
				slice->part.numerator <= slice->part.denominator && schedule_slice(schedule, slice->from) == i &&
				schedule_slice(schedule, slice->to - 1) == i;
			/* Cut short at the ends only. */
			whole = whole && (i == 0 || i + 1 == schedule->slice_count || slice->part.numerator == slice->part.denominator);
		}
		for (size_t i = 1; i < schedule->period_count; i++)
			whole = whole && schedule->periods[i].from == schedule->periods[i - 1].to;
		whole = whole && schedule_slice(schedule, schedule->start - 1) == SIZE_MAX && schedule_slice(schedule, schedule->end) == SIZE_MAX;
		CU_ASSERT(whole);
		if (!whole)
			(void)printf("\n    %s to %s in %s\n", from, to, plain.tariff.zone ? plain.tariff.zone : "UTC");
		scope_release(&plain.scope);
	}
}

/* The clocks against the C library's. */
static void clocks(void)
{
	static const char *const zones[] = {"America/Los_Angeles", "Europe/Berlin", "Australia/Sydney", "Australia/Lord_Howe", "Asia/Kolkata",
					    "Pacific/Apia",	   "Africa/Casablanca", "America/St_Johns", "Asia/Tehran", "Pacific/Chatham"};
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 22);
	int64_t first = apollo_days(ZONE_FIRST_YEAR, 1, 2) * 86400, last = apollo_days(ZONE_LAST_YEAR, 12, 30) * 86400;

	seed_print();
	for (size_t i = 0; i < sizeof(zones) / sizeof(*zones); i++) {
		const struct zone *zone;
		struct error error = {0};
		int wrong = 0;

		UNIT_OK(zone_read(&scope, zones[i], &zone, &error), &error);
		(void)setenv("TZ", zones[i], 1);
		tzset();
		for (int round = 0; round < 20000; round++) {
			/* Half of them near a change. */
			const struct zone_change *change = &zone->changes[below((int64_t)zone->count)];
			int64_t second = below(2) ? first + below(last - first) : change->from / APOLLO_MICRO + below(14401) - 7200, local, back;
			time_t at;
			struct tm tm;

			if (second < first || second > last)
				continue;
			at = (time_t)second;
			(void)localtime_r(&at, &tm);
			local = zone_local(zone, second * APOLLO_MICRO);
			wrong += local != (apollo_days(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) * 86400 + tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec) * APOLLO_MICRO;
			/* There and back, but for an hour that comes twice: then it is the first of the two. */
			back = zone_time(zone, local);
			wrong += zone_local(zone, back) != local || back > second * APOLLO_MICRO;
		}
		if (wrong)
			(void)printf("\n    %s: %d instants\n", zones[i], wrong);
		CU_ASSERT_EQUAL(wrong, 0);
	}
	(void)unsetenv("TZ");
	tzset();
}

/* What the clock leaves out is moved on by as much: 02:30 is 03:30. */
static void skipped_and_doubled(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 20);
	const struct zone *zone;
	struct error error = {0};

	UNIT_OK(zone_read(&scope, "America/Los_Angeles", &zone, &error), &error);
	CU_ASSERT_EQUAL(zone_time(zone, instant("2027-03-14T02:30:00Z")), instant("2027-03-14T10:30:00Z"));
	CU_ASSERT_EQUAL(zone_local(zone, instant("2027-03-14T10:30:00Z")), instant("2027-03-14T03:30:00Z"));
	CU_ASSERT_EQUAL(zone_time(zone, instant("2027-11-07T01:30:00Z")), instant("2027-11-07T08:30:00Z"));
	UNIT_REFUSED(zone_read(&scope, "Mars/Olympus", &zone, &error), APOLLO_CONFIG, &error, "there is no time zone \"Mars/Olympus\"");
	UNIT_REFUSED(zone_read(&scope, "../etc/passwd", &zone, &error), APOLLO_CONFIG, &error, "there is no time zone");
}

int main(void)
{
	static const struct unit_test tests[] = {
		{"anniversaries of the 29th, 30th and 31st", anniversaries},
		{"calendar months in zones", calendars},
		{"days of 23 and 25 hours", days_of_23_and_25_hours},
		{"a start in an hour that comes twice", starts_in_a_doubled_hour},
		{"Google prorates calendar months", google_prorates},
		{"Azure bills whole months", azure_is_whole},
		{"included quantities in proportion, and edges", included_and_edges},
		{"phases", phases},
		{"corrections", corrections},
		{"slices touch and cover", slices_touch_and_cover},
		{"clocks are the C library's", clocks},
		{"hours that are left out and come twice", skipped_and_doubled},
	};

	return UNIT_RUN("schedules and zones", tests);
}
