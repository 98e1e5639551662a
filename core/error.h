/* SPDX-License-Identifier: Apache-2.0 */
/*
 * error.h - what failed, with which values, and what to do.
 *
 * Invariants: an error is a plain value without ownership; its texts always end in NUL, are cut, never overrun, and are lines
 * of UTF-8 without control characters, whatever was put into them: they often quote what came from outside.  A function that can
 * fail takes a `struct error *` last, which may not be NULL, and returns a negative code after filling it; on success it leaves it
 * alone.  Nothing here prints: see log.h for the one place that does.
 */
#ifndef CORE_ERROR_H
#define CORE_ERROR_H

#include <apollo/plugin.h>

/* The core's own codes continue the contract's. */
enum error_code {
	ERROR_IO = -20,      /* the operating system refused; the errno text is the detail */
	ERROR_CORRUPT = -21, /* stored data is not what was written */
	ERROR_USAGE = -22,   /* the command line is wrong */
	ERROR_BUSY = -23,    /* another process has it */
	ERROR_NO = -24,      /* done, and the answer is no: books that do not agree */
	ERROR_PERSON = -25,  /* done, but something needs a person */
	ERROR_INPUT = -26,   /* data from outside is wrong */
	ERROR_FENCED = -27,  /* the lease was taken over by another run: stop at once, write nothing */
	ERROR_DRY_RUN = -28, /* nothing was sent: what would have been was printed */
	ERROR_STOPPED = -29, /* asked to stop; what was begun goes on next time */
	ERROR_LEASED = -30   /* another run closes and sends */
};

enum { ERROR_TEXT = 500 };

struct error {
	int code;
	char message[ERROR_TEXT]; /* one line: what failed, with the values */
	char detail[ERROR_TEXT];  /* what the other side or the system said, or empty */
	char hint[ERROR_TEXT];    /* what a person can do, or empty */
};

/* Fills *error and returns code.  The format gives the message; detail and hint are emptied. */
int error_set(struct error *error, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Adds to an error just set; both return its code, so that calls chain. */
int error_detail(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
int error_hint(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* error_set with ERROR_IO and the text of errno as the detail. */
int error_errno(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* error_set with APOLLO_NOMEM; what: what memory was wanted for. */
int error_memory(struct error *error, const char *what);

/* Puts "context: " before the message; returns the code. */
int error_prefix(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
