/* SPDX-License-Identifier: Apache-2.0 */
#include "core/calendar.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ZONES "/usr/share/zoneinfo/"

/* Clocks are not set twice within so short a time. */
enum { STRIDE_DAYS = 7 };

/* ---- reading a zone ---- */

/* By the process's zone, in seconds. */
static int64_t offset_now(int64_t second)
{
	time_t time = (time_t)second;
	struct tm local;

	return localtime_r(&time, &local) ? (int64_t)local.tm_gmtoff : 0;
}

/* The first second at which the offset is that of `late`. */
static int64_t change_find(int64_t early, int64_t late)
{
	int64_t offset = offset_now(late);

	while (late - early > 1) {
		int64_t middle = early + (late - early) / 2;

		if (offset_now(middle) == offset)
			late = middle;
		else
			early = middle;
	}
	return late;
}

static int changes_find(struct zone *zone, struct error *error)
{
	int64_t second = apollo_days(ZONE_FIRST_YEAR, 1, 1) * 86400, end = apollo_days(ZONE_LAST_YEAR + 1, 1, 1) * 86400, stride = STRIDE_DAYS * 86400;

	zone->changes[zone->count++] = (struct zone_change){second * APOLLO_MICRO, offset_now(second) * APOLLO_MICRO};
	for (; second < end; second += stride) {
		if (offset_now(second) == offset_now(second + stride))
			continue;
		if (zone->count == ZONE_CHANGES_MAX)
			return error_set(error, APOLLO_CONFIG, "the zone %s changes its offset more than %d times", zone->name, ZONE_CHANGES_MAX);
		zone->changes[zone->count++] = (struct zone_change){change_find(second, second + stride) * APOLLO_MICRO,
								    offset_now(second + stride) * APOLLO_MICRO};
	}
	return 0;
}

/* The C library takes a name that it does not know for UTC, so the file is asked for first. */
static int zone_check(const char *name, struct error *error)
{
	char path[sizeof(ZONES) + ZONE_NAME_MAX];

	if (strlen(name) < ZONE_NAME_MAX && name[0] != '/' && !strstr(name, "..") && name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
												       "0123456789_+-/")] == '\0') {
		(void)snprintf(path, sizeof(path), ZONES "%s", name);
		if (access(path, R_OK) == 0)
			return 0;
	}
	(void)error_set(error, APOLLO_CONFIG, "there is no time zone \"%.64s\" on this system", name);
	return error_hint(error, "write it as America/Los_Angeles; zones are of the package tzdata");
}

int zone_read(struct scope *scope, const char *name, const struct zone **zone, struct error *error)
{
	const char *before = getenv("TZ");
	FREE_CLEANUP char *kept = before ? strdup(before) : NULL;
	struct zone *read;
	int code;

	if (!name || strcmp(name, "UTC") == 0) {
		*zone = NULL;
		return 0;
	}
	if (zone_check(name, error) < 0)
		return error->code;
	read = scope_alloc(scope, sizeof(*read));
	if (!read || !(read->name = scope_text(scope, name)) || !(read->changes = scope_alloc(scope, ZONE_CHANGES_MAX * sizeof(*read->changes))) ||
	    (before && !kept) || setenv("TZ", name, 1) < 0)
		return error_memory(error, "a time zone");
	tzset();
	code = changes_find(read, error);
	if (kept ? setenv("TZ", kept, 1) < 0 : unsetenv("TZ") < 0)
		return error_memory(error, "a time zone");
	tzset();
	if (code < 0)
		return code;
	*zone = read;
	return 0;
}

/* ---- clocks ---- */

int64_t zone_offset(const struct zone *zone, int64_t time)
{
	size_t low = 0, high;

	if (!zone)
		return 0;
	for (high = zone->count; high - low > 1;) {
		size_t middle = low + (high - low) / 2;

		if (zone->changes[middle].from <= time)
			low = middle;
		else
			high = middle;
	}
	return zone->changes[low].offset;
}

int64_t zone_local(const struct zone *zone, int64_t time)
{
	return time + zone_offset(zone, time);
}

int64_t zone_time(const struct zone *zone, int64_t local)
{
	int64_t before, after;

	if (!zone)
		return local;
	/* Offsets are below a day, so those a day away are the ones on both sides of a change nearby. */
	before = zone_offset(zone, local - APOLLO_DAY);
	after = zone_offset(zone, local + APOLLO_DAY);
	if (zone_local(zone, local - before) == local)
		return local - before;
	if (zone_local(zone, local - after) == local)
		return local - after;
	return local - before;
}

/* ---- months ---- */

static int64_t floor_divide(int64_t value, int64_t divisor)
{
	return value / divisor - (value % divisor < 0);
}

int64_t calendar_day(int64_t local)
{
	return floor_divide(local, APOLLO_DAY) * APOLLO_DAY;
}

int64_t calendar_month(int64_t local)
{
	int64_t year;
	int month, day;

	apollo_civil(floor_divide(local, APOLLO_DAY), &year, &month, &day);
	return apollo_days(year, month, 1) * APOLLO_DAY;
}

int64_t calendar_add_months(int64_t local, int64_t months)
{
	int64_t of_day = local - calendar_day(local), year, all;
	int month, day, last;

	apollo_civil(floor_divide(local, APOLLO_DAY), &year, &month, &day);
	all = year * 12 + month - 1 + months;
	year = floor_divide(all, 12);
	month = (int)(all - year * 12) + 1;
	last = apollo_month_days(year, month);
	return apollo_days(year, month, day < last ? day : last) * APOLLO_DAY + of_day;
}
