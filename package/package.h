/* SPDX-License-Identifier: Apache-2.0 */
/*
 * package.h - a marketplace package: the files of a zip archive, or of a folder that is to become one.
 *
 * Invariants
 *   - Files are sorted by name, in bytes, so that nothing depends on the order of a folder or of an archive.
 *   - Names are those of archive.h, in a folder too; what is neither a file nor a folder (a link, a socket) is refused.
 *   - A file that is larger than ARCHIVE_FILE_BYTES is listed with its size and is not read: data is NULL.  Only a folder can have
 *     one; an archive with one is refused.
 */
#ifndef PACKAGE_PACKAGE_H
#define PACKAGE_PACKAGE_H

#include "core/archive.h"

#include <stdint.h>

struct package {
	struct scope scope;
	const char *path;
	struct archive_file *files;
	size_t count;
	uint64_t size; /* of all files, unpacked */
};

/* Reads a folder or an archive.  ERROR_IO, ERROR_INPUT, APOLLO_NOMEM. */
int package_read(const char *path, struct package *package, struct error *error);

/* The same from an archive's bytes; path: named in errors. */
int package_unpack(const char *path, const char *data, size_t size, struct package *package, struct error *error);

void package_release(struct package *package);
#define PACKAGE_CLEANUP __attribute__((cleanup(package_release)))

/* The file with this name, or NULL. */
const struct archive_file *package_file(const struct package *package, const char *name);

/* Leaves out all but the files with these names, ended by NULL. */
void package_keep(struct package *package, const char *const *names);

/* Appends it as an archive: the same files give the same bytes. */
int package_pack(const struct package *package, struct buffer *buffer, struct error *error);

#endif
