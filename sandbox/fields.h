/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fields.h - strict reading of JSON: what clients send, and the documents that a person writes for the sandbox.
 *
 * Invariants: every function gives 0, or ERROR_INPUT with a message that begins with `what` and names the member.  A
 * member that is absent leaves its output alone.  Members that nobody asked for are an error: see fields_known.
 */
#ifndef SANDBOX_FIELDS_H
#define SANDBOX_FIELDS_H

#include "core/json.h"

/* One whole document in which no object has a member twice; see json_read.  The caller puts it. */
int fields_parse(const char *text, size_t size, const char *what, struct json_object **document, struct error *error);

/* That the object is one, and has no members but these; names ends in NULL. */
int fields_known(struct json_object *object, const char *what, const char *const *names, struct error *error);

/* A text without NUL bytes that lives as long as the object; not empty. */
int field_text(struct json_object *object, const char *what, const char *name, const char **value, struct error *error);

/* As field_text, and it must be there. */
int field_required(struct json_object *object, const char *what, const char *name, const char **value,
		   struct error *error);
int field_flag(struct json_object *object, const char *what, const char *name, bool *value, struct error *error);

/* A whole number from low to high. */
int field_number(struct json_object *object, const char *what, const char *name, int64_t low, int64_t high,
		 int64_t *value, struct error *error);

/* An exact decimal, as micro-units, 0 or more. */
int field_decimal(struct json_object *object, const char *what, const char *name, int64_t *value, struct error *error);

/* An RFC 3339 time. */
int field_time(struct json_object *object, const char *what, const char *name, int64_t *value, struct error *error);

/* One of the texts in choices, which ends in NULL; gives its place. */
int field_choice(struct json_object *object, const char *what, const char *name, const char *const *choices, int *value,
		 struct error *error);

/* An array of at most `most` items; *count is 0 where it is absent. */
int field_array(struct json_object *object, const char *what, const char *name, size_t most,
		struct json_object **array, size_t *count, struct error *error);

/* The text at a place of an array; not empty. */
int item_text(struct json_object *array, const char *what, size_t place, const char **value, struct error *error);

/* A text without NUL bytes, or NULL if the value is none. */
const char *plain_text(struct json_object *value);

/* The digits of a number, or of a text that is one: sign, point and exponent only; NULL if the value is none.  They are
 * not proven to be a number yet. */
const char *plain_digits(struct json_object *value, size_t *size);

#endif
