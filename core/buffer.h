/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buffer.h - bytes that grow up to a ceiling named when the buffer is made.
 *
 * Invariants: `data` is NULL or holds `size` bytes followed by a NUL.  A failed append marks the buffer as failed
 * and every later one fails too, so a run of appends needs one check at its end (buffer_failed).
 */
#ifndef CORE_BUFFER_H
#define CORE_BUFFER_H

#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>

struct buffer {
	char *data;
	size_t size;
	size_t room;
	size_t ceiling;
	bool failed;
};

/* An empty buffer of at most `ceiling` bytes. */
static inline struct buffer buffer_init(size_t ceiling)
{
	return (struct buffer){.ceiling = ceiling};
}

void buffer_release(struct buffer *buffer);

/* Empties it and keeps its memory. */
void buffer_clear(struct buffer *buffer);

/* Appends; 0, or APOLLO_NOMEM if memory is short or the ceiling is reached (then nothing is appended). */
int buffer_append(struct buffer *buffer, const void *data, size_t size);
int buffer_text(struct buffer *buffer, const char *text);
int buffer_print(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
int buffer_vprint(struct buffer *buffer, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));

/* Appends a text as a JSON string, quoted and escaped. */
int buffer_json(struct buffer *buffer, const char *text);

/* A member of an object, behind `before`: a comma, a brace or nothing. */
int buffer_member(struct buffer *buffer, const char *before, const char *name, const char *text);

/* As text of an HTML or XML document, also within an attribute's quotation marks. */
int buffer_markup(struct buffer *buffer, const char *text);

static inline bool buffer_failed(const struct buffer *buffer)
{
	return buffer->failed;
}

/* The content as a text; "" when empty. */
static inline const char *buffer_string(const struct buffer *buffer)
{
	return buffer->data ? buffer->data : "";
}

#define BUFFER_CLEANUP __attribute__((cleanup(buffer_release)))

#endif
