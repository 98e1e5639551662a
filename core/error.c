/* SPDX-License-Identifier: Apache-2.0 */
#include "core/error.h"

#include <apollo/kit.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* What is not UTF-8, is cut in the middle of a character or would move a terminal's cursor becomes question marks. */
static void text_tame(char *text)
{
	size_t size = strlen(text), length;

	for (; size; text += length, size -= length) {
		bool control = (unsigned char)*text < ' ' || *text == 127 ||
			       ((unsigned char)*text == 0xc2 && (unsigned char)text[1] < 0xa0);

		length = apollo_character_size(text, size);
		if (length && !control)
			continue;
		length = length ? length : 1;
		memset(text, '?', length);
	}
}

#define FORMAT_INTO(TEXT, FORMAT)                                    \
	do {                                                         \
		va_list arguments;                                   \
		va_start(arguments, FORMAT);                         \
		(void)vsnprintf(TEXT, sizeof(TEXT), FORMAT, arguments); \
		va_end(arguments);                                   \
		text_tame(TEXT);                                     \
	} while (0)

int error_set(struct error *error, int code, const char *format, ...)
{
	/* The arguments may point into the error itself, so the text is made elsewhere first. */
	char text[ERROR_TEXT];

	FORMAT_INTO(text, format);
	*error = (struct error){.code = code};
	memcpy(error->message, text, sizeof(text));
	return code;
}

int error_detail(struct error *error, const char *format, ...)
{
	FORMAT_INTO(error->detail, format);
	return error->code;
}

int error_hint(struct error *error, const char *format, ...)
{
	FORMAT_INTO(error->hint, format);
	return error->code;
}

int error_errno(struct error *error, const char *format, ...)
{
	int number = errno;
	char text[ERROR_TEXT];

	FORMAT_INTO(text, format);
	(void)error_set(error, ERROR_IO, "%s", text);
	return error_detail(error, "%s", strerror(number));
}

int error_memory(struct error *error, const char *what)
{
	return error_set(error, APOLLO_NOMEM, "out of memory for %s", what);
}

int error_prefix(struct error *error, const char *format, ...)
{
	char context[ERROR_TEXT], text[ERROR_TEXT];

	FORMAT_INTO(context, format);
	memcpy(text, error->message, sizeof(text));
	(void)snprintf(error->message, sizeof(error->message), "%.240s: %.256s", context, text);
	text_tame(error->message);
	return error->code;
}
