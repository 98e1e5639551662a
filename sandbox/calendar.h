/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calendar.h - the sandbox's time and its chance.
 *
 * Invariants: a frozen clock moves only when it is told to; the system's clock cannot be moved.  The same seed gives
 * the same ids, tokens and dice in the same order.  None of it is fit for secrets.
 */
#ifndef SANDBOX_CALENDAR_H
#define SANDBOX_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

enum { CALENDAR_HTTP_TEXT = 32, GUID_TEXT = 37 };

struct calendar {
	bool frozen;
	int64_t now; /* microseconds since 1970; used where frozen */
};

/* The time, microseconds since 1970. */
int64_t calendar_now(const struct calendar *calendar);

/* "Sun, 06 Nov 1994 08:49:37 GMT".  text: CALENDAR_HTTP_TEXT bytes. */
void calendar_http(int64_t time, char *text);

/* A time as query parameters carry it: RFC 3339 with or without a zone, to the minute, or a date alone. */
bool calendar_loose(const char *text, int64_t *time);

struct chance {
	uint64_t state;
};

uint64_t chance_next(struct chance *chance);

/* The 128 bits of two numbers as a version 4 GUID in lower case.  text: GUID_TEXT bytes. */
void guid_format(uint64_t high, uint64_t low, char *text);

/* A GUID in any case to lower case; false if it is none. */
bool guid_read(const char *text, char *lower);

#endif
