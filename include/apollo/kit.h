/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apollo/kit.h - what nearly every plugin needs, header only: texts in scope memory, exact decimals, RFC 3339
 * times, and the usual reading of an HTTP status.
 *
 * Nothing here is part of the binary contract: it is compiled into the plugin.  The core uses the same functions,
 * so that a quantity or a time is read and written in one way everywhere.  All functions are pure but for the
 * memory they take from the call, and no function here depends on the locale.
 */
#ifndef APOLLO_KIT_H
#define APOLLO_KIT_H

#include <apollo/plugin.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#if defined(__GNUC__)
#define APOLLO_KIT static inline __attribute__((unused))
#define APOLLO_PRINTF(F, A) __attribute__((format(printf, F, A)))
#else
#define APOLLO_KIT static inline
#define APOLLO_PRINTF(F, A)
#endif

#define APOLLO_MICRO INT64_C(1000000)       /* micro-units in a unit, and microseconds in a second */
#define APOLLO_HOUR (3600 * APOLLO_MICRO)   /* microseconds */
#define APOLLO_DAY (24 * APOLLO_HOUR)

/* ---- texts ------------------------------------------------------------------------------------------------- */

/* A formatted text in scope memory, or NULL if there is none left. */
APOLLO_KIT APOLLO_PRINTF(2, 3) char *apollo_print(const struct apollo_call *call, const char *format, ...)
{
	va_list arguments;
	char *text = NULL;
	int size;

	va_start(arguments, format);
	size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (size >= 0)
		text = (char *)call->alloc(call, (size_t)size + 1);
	if (text) {
		va_start(arguments, format);
		(void)vsnprintf(text, (size_t)size + 1, format, arguments);
		va_end(arguments);
	}
	return text;
}

/* A copy in scope memory, or NULL. */
APOLLO_KIT char *apollo_copy(const struct apollo_call *call, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = (char *)call->alloc(call, size);

	if (copy)
		memcpy(copy, text, size);
	return copy;
}

/* Percent-encoding of all but the unreserved characters (RFC 3986, 2.3); right in a query and in a form. */
APOLLO_KIT char *apollo_percent(const struct apollo_call *call, const char *text)
{
	static const char hex[] = "0123456789ABCDEF";
	char *encoded = (char *)call->alloc(call, strlen(text) * 3 + 1), *out = encoded;

	if (!encoded)
		return NULL;
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    strchr("-._~", c)) {
			*out++ = (char)c;
			continue;
		}
		*out++ = '%';
		*out++ = hex[c >> 4];
		*out++ = hex[c & 15];
	}
	return encoded;
}

/* A text that grows in scope memory: begin, append, end.  A failed append marks it and the later ones do nothing, so a
 * run of appends needs one check, at the end. */
struct apollo_text {
	const struct apollo_call *call;
	char *data;
	size_t size; /* without the NUL behind it */
	size_t room;
	int failed;
};

APOLLO_KIT struct apollo_text apollo_text_begin(const struct apollo_call *call)
{
	struct apollo_text text = {call, NULL, 0, 0, 0};

	return text;
}

APOLLO_KIT void apollo_text_bytes(struct apollo_text *text, const void *data, size_t size)
{
	size_t room = text->room ? text->room : 128;
	char *grown;

	if (text->failed)
		return;
	while (room - text->size <= size) {
		if (room > SIZE_MAX / 2) {
			text->failed = 1;
			return;
		}
		room *= 2;
	}
	if (!text->data || room > text->room) {
		grown = (char *)text->call->alloc(text->call, room);
		if (!grown) {
			text->failed = 1;
			return;
		}
		if (text->size)
			memcpy(grown, text->data, text->size);
		text->data = grown;
		text->room = room;
	}
	if (size)
		memcpy(text->data + text->size, data, size);
	text->size += size;
	text->data[text->size] = '\0';
}

APOLLO_KIT void apollo_text_add(struct apollo_text *text, const char *more)
{
	apollo_text_bytes(text, more, strlen(more));
}

/* At most 500 bytes at once; longer ones fail. */
APOLLO_KIT APOLLO_PRINTF(2, 3) void apollo_text_print(struct apollo_text *text, const char *format, ...)
{
	char piece[501];
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(piece, sizeof(piece), format, arguments);
	va_end(arguments);
	if (size < 0 || (size_t)size >= sizeof(piece))
		text->failed = 1;
	else
		apollo_text_bytes(text, piece, (size_t)size);
}

/* Appends a text as a JSON string, quoted and escaped. */
APOLLO_KIT void apollo_text_json(struct apollo_text *text, const char *value)
{
	const char *plain = value; /* the first byte not yet written */

	apollo_text_bytes(text, "\"", 1);
	for (; *value; value++) {
		unsigned char c = (unsigned char)*value;

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		apollo_text_bytes(text, plain, (size_t)(value - plain));
		if (c < 0x20)
			apollo_text_print(text, "\\u%04x", c);
		else
			apollo_text_print(text, "\\%c", c);
		plain = value + 1;
	}
	apollo_text_bytes(text, plain, (size_t)(value - plain));
	apollo_text_bytes(text, "\"", 1);
}

/* The whole text in scope memory, or NULL if an append failed. */
APOLLO_KIT char *apollo_text_end(struct apollo_text *text)
{
	apollo_text_bytes(text, "", 0);
	return text->failed ? NULL : text->data;
}

/* The bytes of the well-formed UTF-8 character (no overlong form, no surrogate, not above U+10FFFF) that begins at text,
 * of `size` bytes, or 0 if there is none. */
APOLLO_KIT size_t apollo_character_size(const char *text, size_t size)
{
	const unsigned char *c = (const unsigned char *)text;
	size_t length;

	if (size == 0)
		return 0;
	if (c[0] < 0x80)
		return 1;
	length = c[0] < 0xc2 ? 0 : c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : c[0] < 0xf5 ? 4 : 0;
	if (length == 0 || length > size)
		return 0;
	if ((c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] > 0x9f) || (c[0] == 0xf0 && c[1] < 0x90) ||
	    (c[0] == 0xf4 && c[1] > 0x8f))
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((c[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

/* Whether all of it is UTF-8; a NUL is a character. */
APOLLO_KIT int apollo_text_valid(const char *text, size_t size)
{
	size_t length;

	for (; size > 0; text += length, size -= length) {
		uint64_t eight = UINT64_C(0x8080808080808080);

		/* Most text is ASCII, and eight of its bytes are looked at like one. */
		if (size >= sizeof(eight))
			memcpy(&eight, text, sizeof(eight));
		if (!(eight & UINT64_C(0x8080808080808080)))
			length = sizeof(eight);
		else if ((length = apollo_character_size(text, size)) == 0)
			return 0;
	}
	return 1;
}

/* ---- JSON from outside ------------------------------------------------------------------------------------- */

/* A parser makes much of little: four megabytes of [{},{},...] are a gigabyte in memory.  What is larger than this is
 * not to be parsed. */
enum { APOLLO_JSON_CONTAINERS_MAX = 1 << 17, APOLLO_JSON_VALUES_MAX = 1 << 20 };

/* What a JSON text holds, counted before it is parsed.  The text need not be JSON; then the counts say nothing, and the
 * parser will. */
struct apollo_json_counts {
	size_t containers; /* objects and arrays */
	size_t members;    /* of all objects together */
	size_t values;     /* at most so many, the containers included */
	int excess;        /* 1 if there are more than the two ceilings allow */
	int nul;           /* 1 if it holds a NUL, as it is or as \u0000 in a text or a name */
};

APOLLO_KIT struct apollo_json_counts apollo_json_count(const char *text, size_t size)
{
	struct apollo_json_counts counts = {0, 0, 1, 0, 0};
	int inside = 0; /* a text */

	for (size_t i = 0; i < size; i++) {
		char c = text[i];

		counts.nul |= c == '\0';
		if (inside && c == '\\') {
			i++;
			counts.nul |= i + 4 < size && text[i] == 'u' && text[i + 1] == '0' && text[i + 2] == '0' &&
				      text[i + 3] == '0' && text[i + 4] == '0';
		} else if (c == '"') {
			inside = !inside;
		} else if (!inside) {
			counts.containers += c == '{' || c == '[';
			counts.members += c == ':';
			counts.values += c == '{' || c == '[' || c == ',';
		}
	}
	counts.excess = counts.containers > APOLLO_JSON_CONTAINERS_MAX || counts.values > APOLLO_JSON_VALUES_MAX;
	return counts;
}

/* ---- exact decimals ---------------------------------------------------------------------------------------- */

enum apollo_rounding {
	APOLLO_EXACT = 0,    /* what does not fit the places is an error, unless it is zeros */
	APOLLO_HALF_EVEN = 1 /* to the nearest, ties to even */
};

enum { APOLLO_QUANTITY_TEXT = 24 }; /* room for the text of any quantity */

/* Digits of a decimal text with optional sign, fraction and exponent (the JSON number syntax, and a leading plus
 * or zeros).  Reads all of `size` bytes. */
struct apollo_decimal {
	int negative;
	int digits;        /* significant digits kept in `value`, at most 19 */
	uint64_t value;    /* the digits as a number, leading and trailing zeros dropped */
	int64_t exponent;  /* the number is value * 10^exponent, and `beyond` */
	int beyond;        /* what the digits behind the 19th are worth, in halves of the 19th: 0 nothing, 1 less than
			      one half, 2 one half, 3 more */
};

APOLLO_KIT int apollo_decimal_exponent(const char **cursor, const char *end, int64_t *exponent)
{
	const char *p = *cursor;
	int64_t number = 0;
	int minus = 0, digits = 0;

	if (p < end && (*p == '+' || *p == '-'))
		minus = *p++ == '-';
	for (; p < end && *p >= '0' && *p <= '9'; p++, digits++)
		if (number < 100000)
			number = number * 10 + (*p - '0');
	if (!digits)
		return APOLLO_REJECTED;
	*exponent += minus ? -number : number;
	*cursor = p;
	return 0;
}

/* The next significant digit, after `zeros` that were held back.  Behind the 19th they only say how to round. */
APOLLO_KIT void apollo_decimal_digit(struct apollo_decimal *d, int digit, int64_t *zeros)
{
	if (d->beyond) {
		d->beyond |= 1;
		++*zeros;
		return;
	}
	for (; *zeros > 0 && d->digits < 19; --*zeros, d->digits++)
		d->value *= 10;
	if (d->digits < 19) {
		d->value = d->value * 10 + (uint64_t)digit;
		d->digits++;
		return;
	}
	d->beyond = *zeros > 0 || digit < 5 ? 1 : digit == 5 ? 2 : 3;
	++*zeros;
}

/* 0, or APOLLO_REJECTED if it is not a decimal. */
APOLLO_KIT int apollo_decimal_parse(const char *text, size_t size, struct apollo_decimal *decimal)
{
	struct apollo_decimal d = {0, 0, 0, 0, 0};
	const char *p = text, *end = text + size;
	int64_t zeros = 0; /* seen after the last significant digit */
	int seen = 0, point = 0;

	if (p < end && (*p == '-' || *p == '+'))
		d.negative = *p++ == '-';
	for (; p < end && ((*p >= '0' && *p <= '9') || (*p == '.' && !point)); p++) {
		if (*p == '.') {
			point = 1;
			continue;
		}
		seen = 1;
		d.exponent -= point;
		if (*p == '0')
			zeros += d.digits > 0;
		else
			apollo_decimal_digit(&d, *p - '0', &zeros);
	}
	d.exponent += zeros;
	if (!seen || p[-1] == '.')
		return APOLLO_REJECTED;
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		if (apollo_decimal_exponent(&p, end, &d.exponent) < 0)
			return APOLLO_REJECTED;
	}
	if (p != end)
		return APOLLO_REJECTED;
	*decimal = d;
	return 0;
}

/* Decimal text to a count of 10^-places.  places: 0 to 18.  0; APOLLO_REJECTED if it is no decimal or, with
 * APOLLO_EXACT, not a whole number of 10^-places; APOLLO_NOMEM if it does not fit an int64_t. */
APOLLO_KIT int apollo_decimal_read(const char *text, size_t size, int places, int rounding, int64_t *quantity)
{
	struct apollo_decimal d;
	uint64_t value;
	int64_t exponent;

	if (apollo_decimal_parse(text, size, &d) < 0)
		return APOLLO_REJECTED;
	value = d.value;
	exponent = d.exponent + places;
	if (value == 0) {
		*quantity = 0;
		return 0;
	}
	for (; exponent > 0; exponent--) {
		if (value > UINT64_MAX / 10)
			return APOLLO_NOMEM;
		value *= 10;
	}
	if ((exponent < 0 || d.beyond) && rounding == APOLLO_EXACT)
		return APOLLO_REJECTED;
	if (exponent < -19) { /* below half of the last place whatever the digits */
		value = 0;
		exponent = 0;
		d.beyond = 0;
	}
	if (exponent < 0) {
		uint64_t unit = 1, rest;

		for (; exponent < 0; exponent++)
			unit *= 10;
		rest = value % unit;
		value /= unit;
		d.beyond = rest > unit / 2 ? 3 : rest == unit / 2 ? 2 + (d.beyond > 0) : 0;
	}
	if (d.beyond == 3 || (d.beyond == 2 && (value & 1)))
		value++;
	if (value > (uint64_t)INT64_MAX)
		return APOLLO_NOMEM;
	*quantity = d.negative ? -(int64_t)value : (int64_t)value;
	return 0;
}

/* Decimal text to micro-units; as apollo_decimal_read with six places. */
APOLLO_KIT int apollo_quantity_parse(const char *text, size_t size, int rounding, int64_t *quantity)
{
	return apollo_decimal_read(text, size, 6, rounding, quantity);
}

/* Micro-units to the shortest exact decimal text: "0", "12", "-0.5", "3.000001".  text: APOLLO_QUANTITY_TEXT bytes. */
APOLLO_KIT const char *apollo_quantity_format(int64_t quantity, char *text)
{
	uint64_t value = quantity < 0 ? (uint64_t)0 - (uint64_t)quantity : (uint64_t)quantity;
	const char *sign = quantity < 0 ? "-" : "";
	uint32_t fraction = (uint32_t)(value % 1000000u);
	int places = 6;

	for (; fraction && fraction % 10 == 0; places--)
		fraction /= 10;
	if (fraction)
		(void)snprintf(text, APOLLO_QUANTITY_TEXT, "%s%llu.%0*u", sign,
			       (unsigned long long)(value / 1000000u), places, fraction);
	else
		(void)snprintf(text, APOLLO_QUANTITY_TEXT, "%s%llu", sign, (unsigned long long)(value / 1000000u));
	return text;
}

/* ---- times ------------------------------------------------------------------------------------------------- */

enum { APOLLO_TIME_TEXT = 32 }; /* room for the text of any time */

/* Days from 1970-01-01 to a civil date in the proleptic Gregorian calendar; month 1 to 12, day 1 to 31. */
APOLLO_KIT int64_t apollo_days(int64_t year, int month, int day)
{
	int64_t y = year - (month <= 2), era, of_era, of_year;

	era = (y >= 0 ? y : y - 399) / 400;
	of_era = y - era * 400;
	of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* The civil date of a count of days since 1970-01-01. */
APOLLO_KIT void apollo_civil(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;

	*day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = y + era * 400 + (*month <= 2);
}

APOLLO_KIT int apollo_month_days(int64_t year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : days[month - 1];
}

/* Reads exactly `count` digits; -1 if they are not there. */
APOLLO_KIT int apollo_digits(const char **cursor, const char *end, int count)
{
	int number = 0;

	for (; count > 0; count--, (*cursor)++) {
		if (*cursor >= end || **cursor < '0' || **cursor > '9')
			return -1;
		number = number * 10 + (**cursor - '0');
	}
	return number;
}

APOLLO_KIT int apollo_expect(const char **cursor, const char *end, const char *any)
{
	if (*cursor >= end || !**cursor || !strchr(any, **cursor))
		return APOLLO_REJECTED;
	(*cursor)++;
	return 0;
}

/* An RFC 3339 time (with Z or an offset, years 1970 to 9999; a leap second reads as the second after it; digits past
 * the microsecond are dropped) to microseconds since 1970.  zone_optional: a time without a zone is read as UTC, as
 * some services write it.  0 or APOLLO_REJECTED. */
APOLLO_KIT int apollo_time_parse(const char *text, size_t size, int zone_optional, int64_t *time)
{
	const char *p = text, *end = text + size;
	int year, month, day, hour, minute, second, fraction = 0, places = 0, zone_hour = 0, zone_minute = 0, sign = 1;

	if ((year = apollo_digits(&p, end, 4)) < 1970 || apollo_expect(&p, end, "-") < 0 ||
	    (month = apollo_digits(&p, end, 2)) < 1 || month > 12 || apollo_expect(&p, end, "-") < 0 ||
	    (day = apollo_digits(&p, end, 2)) < 1 || day > apollo_month_days(year, month) ||
	    apollo_expect(&p, end, "Tt ") < 0 || (hour = apollo_digits(&p, end, 2)) < 0 || hour > 23 ||
	    apollo_expect(&p, end, ":") < 0 || (minute = apollo_digits(&p, end, 2)) < 0 || minute > 59 ||
	    apollo_expect(&p, end, ":") < 0 || (second = apollo_digits(&p, end, 2)) < 0 || second > 60)
		return APOLLO_REJECTED;
	if (p < end && *p == '.') {
		for (p++; p < end && *p >= '0' && *p <= '9'; p++)
			if (places < 6) {
				fraction = fraction * 10 + (*p - '0');
				places++;
			}
		if (p[-1] == '.')
			return APOLLO_REJECTED;
		for (; places < 6; places++)
			fraction *= 10;
	}
	if (p < end && (*p == '+' || *p == '-')) {
		sign = *p++ == '-' ? -1 : 1;
		if ((zone_hour = apollo_digits(&p, end, 2)) < 0 || zone_hour > 23 || apollo_expect(&p, end, ":") < 0 ||
		    (zone_minute = apollo_digits(&p, end, 2)) < 0 || zone_minute > 59)
			return APOLLO_REJECTED;
	} else if (!(zone_optional && p == end) && apollo_expect(&p, end, "Zz") < 0) {
		return APOLLO_REJECTED;
	}
	if (p != end)
		return APOLLO_REJECTED;
	*time = ((apollo_days(year, month, day) * 24 + hour - sign * zone_hour) * 60 + minute - sign * zone_minute) * 60;
	*time = (*time + second) * APOLLO_MICRO + fraction;
	return *time < 0 ? APOLLO_REJECTED : 0;
}

/* RFC 3339 in UTC with Z, and microseconds only where there are any.  time: 0 or more, before the year 10000.
 * text: APOLLO_TIME_TEXT bytes. */
APOLLO_KIT const char *apollo_time_format(int64_t time, char *text)
{
	int64_t seconds = time / APOLLO_MICRO, days = seconds / 86400, year;
	int fraction = (int)(time % APOLLO_MICRO), of_day = (int)(seconds % 86400), month, day, size;

	apollo_civil(days, &year, &month, &day);
	size = snprintf(text, APOLLO_TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d", (int)(year % 10000), month, day,
			of_day / 3600, of_day / 60 % 60, of_day % 60);
	(void)snprintf(text + size, (size_t)(APOLLO_TIME_TEXT - size), fraction ? ".%06dZ" : "Z", fraction);
	return text;
}

/* ---- replies ----------------------------------------------------------------------------------------------- */

/* The value of a reply's header, compared without case, or NULL. */
APOLLO_KIT const char *apollo_reply_header(const struct apollo_reply *reply, const char *name)
{
	size_t i, n;

	for (i = 0; i < reply->header_count; i++) {
		const char *have = reply->headers[i].name;

		for (n = 0; name[n] && have[n]; n++) {
			char a = name[n], b = have[n];

			a = (char)(a >= 'A' && a <= 'Z' ? a + 32 : a);
			b = (char)(b >= 'A' && b <= 'Z' ? b + 32 : b);
			if (a != b)
				break;
		}
		if (!name[n] && !have[n])
			return reply->headers[i].value;
	}
	return NULL;
}

/* What a whole request's reply says of its records where the body says nothing better: an apollo_outcome.
 *   401 the token is stale; 429 not taken; 2xx undecided; other 4xx refused, but 404, 408, 409 and 425 unknown (a proxy
 *   or a moved endpoint gives 404 as easily as the service does, and a conflict may be one with an earlier try of the
 *   same request); everything else, and no answer, unknown.
 *   REFUSED of more than one record is APART, or better, where the service refused them together. */
APOLLO_KIT int apollo_reply_outcome(const struct apollo_reply *reply)
{
	int status = reply->status;

	if (status == 401)
		return APOLLO_STALE_TOKEN;
	if (status == 429)
		return APOLLO_NOT_TAKEN;
	if (status >= 200 && status < 300)
		return APOLLO_PENDING_OUTCOME;
	if (status >= 400 && status < 500 && status != 404 && status != 408 && status != 409 &&
	    status != 425)
		return APOLLO_REFUSED;
	return APOLLO_UNKNOWN;
}

#endif
