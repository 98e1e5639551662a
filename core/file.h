/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.h - whole files: read up to a ceiling, and written so that there is never half of one.
 */
#ifndef CORE_FILE_H
#define CORE_FILE_H

#include "core/buffer.h"
#include "core/error.h"

/* Appends all of a file.  ERROR_IO; ERROR_INPUT where it has more than the buffer takes. */
int file_read(const char *path, struct buffer *buffer, struct error *error);

/* Makes or replaces folder/name: it holds all of the buffer and is on disk, or is as it was.  ERROR_IO; APOLLO_NOMEM where the
 * buffer failed. */
int file_write(const char *folder, const char *name, const struct buffer *buffer, struct error *error);

#endif
