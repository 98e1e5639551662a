/* SPDX-License-Identifier: Apache-2.0 */
#include "core/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FORMAT_INTO(TEXT, FORMAT)                                    \
	do {                                                         \
		va_list arguments;                                   \
		va_start(arguments, FORMAT);                         \
		(void)vsnprintf(TEXT, sizeof(TEXT), FORMAT, arguments); \
		va_end(arguments);                                   \
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
	return error->code;
}
