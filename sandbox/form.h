/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form.h - a body of application/x-www-form-urlencoded, as token endpoints take.
 *
 * Invariants: names and values point into the body, which is decoded in place.
 */
#ifndef SANDBOX_FORM_H
#define SANDBOX_FORM_H

#include "core/buffer.h"

enum { FORM_FIELDS_MAX = 32 };

struct form {
	const char *names[FORM_FIELDS_MAX], *values[FORM_FIELDS_MAX];
	size_t count;
};

/* NULL, or what is wrong with it: a constant. */
const char *form_read(struct form *form, struct buffer *body);

/* The value, or NULL if it is absent or empty. */
const char *form_value(const struct form *form, const char *name);

#endif
