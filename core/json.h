/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.h - reading JSON from outside with limits, over json-c.
 *
 * Invariants: nothing is read that is deeper than JSON_DEPTH, or larger than the caller's ceiling and those of
 * <apollo/kit.h> (apollo_json_count), or that holds a NUL in any form; a getter checks presence and type and never
 * converts silently.  Numbers that carry usage are read from their own digits, never
 * through a double.
 */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include "core/error.h"

#include <json-c/json.h>
#include <stdbool.h>

enum { JSON_DEPTH = 32 };

/* One whole document of `size` bytes; trailing white space only.  what: named in the error ("reply of login...").
 * The caller puts the object (json_put, or JSON_CLEANUP). */
int json_read(const char *text, size_t size, const char *what, struct json_object **object, struct error *error);

/* The same of a part of a text: size bytes from begin on.  Bytes in errors are counted from the beginning of the whole. */
int json_read_part(const char *whole, size_t begin, size_t size, const char *what, struct json_object **object,
		   struct error *error);

/* The member, or NULL if the object has none, is not an object, or the member is null. */
struct json_object *json_member(struct json_object *object, const char *name);

/* The member's text, or NULL if it is absent or not a text. */
const char *json_text(struct json_object *object, const char *name);

/* The member as an integer from a JSON integer or decimal text; false if absent or not one. */
bool json_integer(struct json_object *object, const char *name, int64_t *value);

/* The exact digits of a JSON number or text, and their count; NULL for any other type.  Valid while the object is. */
const char *json_digits(struct json_object *value, size_t *size);

static inline void json_put_pointer(struct json_object **object)
{
	json_object_put(*object);
}
#define JSON_CLEANUP __attribute__((cleanup(json_put_pointer)))

#endif
