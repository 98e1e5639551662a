/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h - the one place that writes to standard error.
 *
 * Invariants: libraries below the command line return errors and stay silent; who knows the context logs, once.
 * A line is "apollo: [level: ]message", its detail and hint on lines of their own, indented.  Values handed to
 * log_secret are replaced by *** in everything that is written.
 */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Lines below this level (enum apollo_level) are dropped; at first APOLLO_WARNING. */
void log_threshold(int level);

void log_line(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Message, detail and hint of an error, at APOLLO_ERROR. */
void log_error(const struct error *error);

/* From now on this value is never written.  Values shorter than 4 bytes are too common to be hidden and are
 * ignored.  At most 64 values of 64 KiB; more are refused with APOLLO_NOMEM. */
int log_secret(const char *value);

/* Takes back a value that was given to log_secret as often as it was given: an expired token.  Its memory is wiped. */
void log_secret_forget(const char *value);

/* Replaces every secret in text by ***, in place; for what goes to a journal or a file. */
void log_redact(char *text, size_t *size);

/* Forgets the secrets and wipes their memory. */
void log_release(void);

#endif
