/* SPDX-License-Identifier: Apache-2.0 */
/*
 * envelope.h - the attributes of one event, CloudEvents 1.0 in JSON, as texts.
 *
 * Most events have the usual shape: ASCII without escapes, each attribute once, plain numbers, nothing nested but data.
 * envelope_scan reads these without building anything.  Whatever else comes is left to envelope_parse, which has json-c read
 * it and is the judge of what is wrong.  Where both read a line, they read the same (tests/fuzz/event.c).
 */
#ifndef METERING_ENVELOPE_H
#define METERING_ENVELOPE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

enum { REASON_TEXT = 256 };

enum attribute {
	ATTRIBUTE_SPECVERSION,
	ATTRIBUTE_TYPE,
	ATTRIBUTE_SUBJECT,
	ATTRIBUTE_SOURCE,
	ATTRIBUTE_ID,
	ATTRIBUTE_TIME,
	ATTRIBUTE_VALUE, /* data.value: a text, or the digits of a number */
	ATTRIBUTES
};

/* Not ended by a NUL.  text NULL: missing, or, where wrong_type is true, of a type that it may not have. */
struct attribute_text {
	const char *text;
	size_t size;
	bool wrong_type;
};

/* Texts point into the line or into object. */
struct envelope {
	struct attribute_text attributes[ATTRIBUTES];
	struct json_object *object; /* NULL: scanned */
};

struct json_tokener *envelope_tokener(void);

/* "id", ..., "data.value". */
const char *attribute_name(enum attribute attribute);

/* True: read.  False: not of the usual shape, right or wrong; *envelope is untouched. */
bool envelope_scan(const char *line, size_t size, struct envelope *envelope);

/* 1, or 0 with the reason why the line is not one JSON object. */
int envelope_parse(struct json_tokener *tokener, const char *line, size_t size, struct envelope *envelope,
		   char reason[REASON_TEXT]);

void envelope_release(struct envelope *envelope);
#define ENVELOPE_CLEANUP __attribute__((cleanup(envelope_release)))

#endif
