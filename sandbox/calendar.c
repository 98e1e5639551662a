/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/calendar.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

int64_t calendar_now(const struct calendar *calendar)
{
	struct timespec now;

	if (calendar->frozen)
		return calendar->now;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * APOLLO_MICRO + now.tv_nsec / 1000;
}

void calendar_http(int64_t time, char *text)
{
	static const char week[][4] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	int64_t seconds = time / APOLLO_MICRO, days = seconds / 86400, year;
	int of_day = (int)(seconds % 86400), month, day;

	apollo_civil(days, &year, &month, &day);
	(void)snprintf(text, CALENDAR_HTTP_TEXT, "%s, %02u %s %04u %02u:%02u:%02u GMT", week[days % 7],
		       (unsigned)day % 100, months[month - 1], (unsigned)year % 10000, (unsigned)of_day / 3600 % 100,
		       (unsigned)of_day / 60 % 60, (unsigned)of_day % 60);
}

bool calendar_loose(const char *text, int64_t *time)
{
	char whole[APOLLO_TIME_TEXT];
	size_t size = strlen(text);
	const char *rest = size == 10 ? "T00:00:00Z" : size == 16 ? ":00Z" : "";

	if (size + strlen(rest) >= sizeof(whole))
		return apollo_time_parse(text, size, 1, time) == 0;
	(void)snprintf(whole, sizeof(whole), "%s%s", text, rest);
	return apollo_time_parse(whole, strlen(whole), 1, time) == 0;
}

/* splitmix64 */
uint64_t chance_next(struct chance *chance)
{
	uint64_t z = chance->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

void guid_format(uint64_t high, uint64_t low, char *text)
{
	static const char hex[] = "0123456789abcdef";
	static const unsigned char groups[] = {8, 4, 4, 4, 12};
	int digit = 0;

	high = (high & ~UINT64_C(0xf000)) | UINT64_C(0x4000);
	low = (low & ~(UINT64_C(3) << 62)) | UINT64_C(1) << 63;
	for (size_t g = 0; g < sizeof(groups); g++) {
		for (int i = 0; i < groups[g]; i++, digit++)
			*text++ = hex[(digit < 16 ? high >> (60 - 4 * digit) : low >> (124 - 4 * digit)) & 15];
		*text++ = '-';
	}
	text[-1] = '\0';
}

bool guid_read(const char *text, char *lower)
{
	char read[GUID_TEXT] = "";

	for (int i = 0; i < GUID_TEXT - 1; i++) {
		char c = text[i];

		c = (char)(c >= 'A' && c <= 'F' ? c + 32 : c);
		if (i == 8 || i == 13 || i == 18 || i == 23 ? c != '-'
							    : !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
		read[i] = c;
	}
	if (text[GUID_TEXT - 1])
		return false;
	memcpy(lower, read, GUID_TEXT);
	return true;
}
