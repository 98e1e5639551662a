/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/form.h"

#include <string.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 32);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* In place; false for a broken escape or an encoded NUL. */
static bool form_decode(char *text)
{
	char *out = text;

	for (; *text; text++) {
		if (*text == '%') {
			int high = hex_digit(text[1]), low = high < 0 ? -1 : hex_digit(text[2]);

			if (low < 0 || high + low == 0)
				return false;
			*out++ = (char)(high * 16 + low);
			text += 2;
		} else {
			*out++ = *text == '+' ? ' ' : *text;
		}
	}
	*out = '\0';
	return true;
}

const char *form_read(struct form *form, struct buffer *body)
{
	char *rest = body->data, *field;

	*form = (struct form){.count = 0};
	if (!rest || strlen(rest) != body->size)
		return "it is empty or holds a NUL byte";
	while ((field = strsep(&rest, "&"))) {
		char *value = strchr(field, '=');

		if (!value)
			return "a field has no value";
		*value++ = '\0';
		if (!form_decode(field) || !form_decode(value))
			return "a field is badly encoded";
		for (size_t i = 0; i < form->count; i++)
			if (strcmp(form->names[i], field) == 0)
				return "a field stands there twice";
		if (form->count == FORM_FIELDS_MAX)
			return "it has too many fields";
		form->names[form->count] = field;
		form->values[form->count++] = value;
	}
	return NULL;
}

const char *form_value(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++)
		if (strcmp(form->names[i], name) == 0)
			return *form->values[i] ? form->values[i] : NULL;
	return NULL;
}
