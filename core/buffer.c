/* SPDX-License-Identifier: Apache-2.0 */
#include "core/buffer.h"

#include <apollo/plugin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buffer_release(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = buffer_init(buffer->ceiling);
}

void buffer_clear(struct buffer *buffer)
{
	buffer->size = 0;
	buffer->failed = false;
	if (buffer->data)
		buffer->data[0] = '\0';
}

static int buffer_fail(struct buffer *buffer)
{
	buffer->failed = true;
	return APOLLO_NOMEM;
}

/* Makes room for `more` bytes and a NUL. */
static int buffer_grow(struct buffer *buffer, size_t more)
{
	size_t room = buffer->room ? buffer->room : 64;
	char *data;

	if (buffer->failed || more > buffer->ceiling || buffer->size > buffer->ceiling - more)
		return buffer_fail(buffer);
	if (buffer->data && buffer->room - buffer->size > more)
		return 0;
	while (room - buffer->size <= more)
		room *= 2;
	data = realloc(buffer->data, room);
	if (!data)
		return buffer_fail(buffer);
	buffer->data = data;
	buffer->room = room;
	return 0;
}

int buffer_append(struct buffer *buffer, const void *data, size_t size)
{
	int code = buffer_grow(buffer, size);

	if (code < 0)
		return code;
	if (size)
		memcpy(buffer->data + buffer->size, data, size);
	buffer->size += size;
	buffer->data[buffer->size] = '\0';
	return 0;
}

int buffer_text(struct buffer *buffer, const char *text)
{
	return buffer_append(buffer, text, strlen(text));
}

int buffer_vprint(struct buffer *buffer, const char *format, va_list arguments)
{
	va_list again;
	int size, code;

	va_copy(again, arguments);
	size = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (size < 0)
		return buffer_fail(buffer);
	code = buffer_grow(buffer, (size_t)size);
	if (code < 0)
		return code;
	(void)vsnprintf(buffer->data + buffer->size, (size_t)size + 1, format, arguments);
	buffer->size += (size_t)size;
	return 0;
}

int buffer_print(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	int code;

	va_start(arguments, format);
	code = buffer_vprint(buffer, format, arguments);
	va_end(arguments);
	return code;
}

int buffer_json(struct buffer *buffer, const char *text)
{
	(void)buffer_append(buffer, "\"", 1);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			(void)buffer_print(buffer, "\\%c", c);
		else if (c < 0x20)
			(void)buffer_print(buffer, "\\u%04x", c);
		else
			(void)buffer_append(buffer, text, 1);
	}
	return buffer_append(buffer, "\"", 1);
}

int buffer_member(struct buffer *buffer, const char *before, const char *name, const char *text)
{
	(void)buffer_print(buffer, "%s\"%s\":", before, name);
	return buffer_json(buffer, text);
}

int buffer_markup(struct buffer *buffer, const char *text)
{
	static const char special[] = "&<>\"'";
	static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
	int code = 0;

	while (*text && code == 0) {
		size_t plain = strcspn(text, special);

		code = buffer_append(buffer, text, plain);
		text += plain;
		if (*text && code == 0)
			code = buffer_text(buffer, entities[strchr(special, *text++) - special]);
	}
	return code;
}
