/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.h - reading a remote service's JSON in a plugin, over json-c.
 *
 * Invariants: nothing deeper than JSON_NESTING or larger than <apollo/kit.h> allows (apollo_json_count) is read; a
 * document in which an object has one name twice, or that holds a NUL in any form, is refused whole, for two readers
 * could understand it differently; a getter checks presence and type and never converts silently; quantities are read
 * from their digits, never through a double.
 */
#ifndef PLUGINS_JSON_H
#define PLUGINS_JSON_H

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_NESTING = 24 };

/* One whole document.  0 and *object, which the caller puts (JSON_CLEANUP) and which is never NULL; APOLLO_REJECTED if
 * this is not a JSON object or array; APOLLO_NOMEM. */
int json_load(const char *text, size_t size, struct json_object **object);

/* The member, or NULL if `object` is no object or has no such member, or the member is null. */
struct json_object *json_get(struct json_object *object, const char *name);

/* The member if it is an array, else NULL. */
struct json_object *json_array(struct json_object *object, const char *name);

/* The member's text, or NULL if it is absent or no text.  Lives as long as the object. */
const char *json_text(struct json_object *object, const char *name);

/* The member, a number or a number in a text, as micro-units (rounding half to even) or as a whole number.  1 and *value;
 * 0 if it is absent, not one, or does not fit; APOLLO_NOMEM. */
int json_quantity(struct json_object *object, const char *name, int64_t *value);
int json_whole(struct json_object *object, const char *name, int64_t *value);

static inline void json_put_pointer(struct json_object **object)
{
	json_object_put(*object);
}
#define JSON_CLEANUP __attribute__((cleanup(json_put_pointer)))

#endif
