/* SPDX-License-Identifier: Apache-2.0 */
/*
 * archive.h - zip archives in memory, over libzip: written so that the same files give the same bytes, and read as what they
 * are, bytes from outside.
 *
 * Invariants
 *   - An archive that was read has files alone, each name once, and every name stays below the folder that it would be unpacked in:
 *     relative, with "/" between its parts, and no part that is empty, "." or "..".
 *   - Nothing is unpacked past the ceilings below, whatever an archive says of its sizes: one that has more is refused as a whole.
 *   - Written are files in the order that they are given in, stored, with one fixed time, so that neither the day nor the
 *     version of a library shows.
 */
#ifndef CORE_ARCHIVE_H
#define CORE_ARCHIVE_H

#include "core/buffer.h"
#include "core/error.h"
#include "core/scope.h"

#include <stdbool.h>

enum {
	ARCHIVE_FILES_MAX = 1000,
	ARCHIVE_NAME_MAX = 200,         /* bytes */
	ARCHIVE_FILE_BYTES = 64 << 20,  /* of one file, unpacked */
	ARCHIVE_BYTES = 256 << 20,      /* of all, unpacked; and of the archive itself */
	ARCHIVE_RATIO_MAX = 200,        /* unpacked to packed, of a file with more than a MiB */
	ARCHIVE_SCOPE = ARCHIVE_BYTES + (16 << 20) /* a scope that takes all of it */
};

struct archive_file {
	const char *name;
	const char *data; /* with a NUL behind it */
	size_t size;
};

/* Whether a name is one that an archive may have; reason: why not. */
bool archive_name_fits(const char *name, const char **reason);

/* Whether these bytes begin as a zip archive does. */
bool archive_is(const char *data, size_t size);

/* Appends an archive of these files.  ERROR_INPUT where a name is wrong or there twice; APOLLO_NOMEM. */
int archive_write(const struct archive_file *files, size_t count, struct buffer *buffer, struct error *error);

/* The files of an archive, of the scope and in the archive's order; folders are left out.  what: named in the error.
 * ERROR_INPUT where it is none, is broken, encrypted or over a ceiling, or has a name or a kind of file that it may not have. */
int archive_read(struct scope *scope, const char *data, size_t size, const char *what, struct archive_file **files, size_t *count,
		 struct error *error);

#endif
