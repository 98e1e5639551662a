/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope.h - memory with a lifetime, and cleanup by scope.
 *
 * Invariants: all that was allocated from a scope ends with it, in one step.  A scope has a ceiling, named when
 * it is made; past it an allocation gives NULL, exactly as when memory is short.
 */
#ifndef CORE_SCOPE_H
#define CORE_SCOPE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

struct scope_chunk;

struct scope {
	struct scope_chunk *chunks; /* newest first */
	size_t used;                /* bytes handed out */
	size_t ceiling;
};

/* A scope of at most `ceiling` bytes.  Nothing is allocated yet. */
static inline struct scope scope_init(size_t ceiling)
{
	return (struct scope){.ceiling = ceiling};
}

/* Ends everything allocated from it; the scope can be used again. */
void scope_release(struct scope *scope);

/* As scope_release, but keeps the first chunk for the next use: for loops. */
void scope_clear(struct scope *scope);

/* Zeroed memory aligned for any type, or NULL.  A size of 0 gives a valid pointer. */
void *scope_alloc(struct scope *scope, size_t size);

/* A copy of size bytes with a NUL behind them, or NULL. */
char *scope_copy(struct scope *scope, const void *data, size_t size);

/* A copy of a text; a NULL text or no memory gives NULL. */
char *scope_text(struct scope *scope, const char *text);

/* A formatted text, or NULL. */
char *scope_print(struct scope *scope, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *scope_vprint(struct scope *scope, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));

/* CLEANUP(f) on a variable calls f(&variable) when its block ends. */
#define CLEANUP(FUNCTION) __attribute__((cleanup(FUNCTION)))
#define SCOPE_CLEANUP CLEANUP(scope_release)

/* For heap pointers: free at the end of the block. */
static inline void free_pointer(void *pointer)
{
	free(*(void **)pointer);
}
#define FREE_CLEANUP CLEANUP(free_pointer)

/* Hands a pointer out of a cleaned scope: gives its value and leaves NULL behind. */
#define TAKE(POINTER)                                \
	__extension__({                              \
		__typeof__(POINTER) taken_ = (POINTER); \
		(POINTER) = NULL;                    \
		taken_;                              \
	})

#endif
