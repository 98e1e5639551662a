/* SPDX-License-Identifier: Apache-2.0 */
#include "package/package.h"

#include "core/file.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PACKAGE_FOLDERS_MAX = 100 };

void package_release(struct package *package)
{
	scope_release(&package->scope);
}

static int file_compare(const void *left, const void *right)
{
	return strcmp(((const struct archive_file *)left)->name, ((const struct archive_file *)right)->name);
}

static void files_finish(struct package *package)
{
	if (package->count)
		qsort(package->files, package->count, sizeof(*package->files), file_compare);
	for (size_t i = 0; i < package->count; i++)
		package->size += package->files[i].size;
}

const struct archive_file *package_file(const struct package *package, const char *name)
{
	struct archive_file wanted = {.name = name};

	return package->count ? bsearch(&wanted, package->files, package->count, sizeof(wanted), file_compare) : NULL;
}

int package_unpack(const char *path, const char *data, size_t size, struct package *package, struct error *error)
{
	struct package read = {.scope = scope_init(ARCHIVE_SCOPE), .path = path};

	if (archive_read(&read.scope, data, size, path, &read.files, &read.count, error) < 0) {
		package_release(&read);
		return error->code;
	}
	files_finish(&read);
	*package = read;
	return 0;
}

int package_pack(const struct package *package, struct buffer *buffer, struct error *error)
{
	for (size_t i = 0; i < package->count; i++)
		if (!package->files[i].data)
			return error_set(error, ERROR_INPUT, "%s has %zu bytes; %d are the most", package->files[i].name, package->files[i].size,
					 ARCHIVE_FILE_BYTES);
	return archive_write(package->files, package->count, buffer, error);
}

/* ---- folders ---- */

struct walk {
	struct package *package;
	const char *folders[PACKAGE_FOLDERS_MAX]; /* below the package's, "" for itself: those to look into, and those done */
	size_t folder_count;
	size_t read; /* bytes */
};

static void folder_close(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder);
}

static int data_read(struct walk *walk, const char *path, struct archive_file *file, struct error *error)
{
	BUFFER_CLEANUP struct buffer buffer = buffer_init(ARCHIVE_FILE_BYTES);

	if (file->size > ARCHIVE_FILE_BYTES)
		return 0;
	if (file->size > ARCHIVE_BYTES - walk->read)
		return error_set(error, ERROR_INPUT, "%s: more than %d bytes in all", walk->package->path, ARCHIVE_BYTES);
	if (file_read(path, &buffer, error) < 0)
		return error->code;
	file->size = buffer.size;
	walk->read += buffer.size;
	file->data = scope_copy(&walk->package->scope, buffer_string(&buffer), buffer.size);
	return file->data ? 0 : error_memory(error, "a package");
}

/* One name in a folder. */
static int name_read(struct walk *walk, const char *below, const char *name, struct error *error)
{
	struct package *package = walk->package;
	const char *full = scope_print(&package->scope, "%s%s%s", below, *below ? "/" : "", name), *reason;
	char path[PATH_MAX];
	struct stat stat;

	if (!full)
		return error_memory(error, "a package");
	if (!archive_name_fits(full, &reason))
		return error_set(error, ERROR_INPUT, "%s: a file has a name that it may not have in a package: %s", package->path, reason);
	if (snprintf(path, sizeof(path), "%s/%s", package->path, full) >= (int)sizeof(path))
		return error_set(error, ERROR_INPUT, "%s: too long a path", package->path);
	if (lstat(path, &stat) < 0)
		return error_errno(error, "%s cannot be read", path);
	if (S_ISDIR(stat.st_mode)) {
		if (walk->folder_count == PACKAGE_FOLDERS_MAX)
			return error_set(error, ERROR_INPUT, "%s has more than %d folders", package->path, PACKAGE_FOLDERS_MAX);
		walk->folders[walk->folder_count++] = full;
		return 0;
	}
	if (!S_ISREG(stat.st_mode))
		return error_set(error, ERROR_INPUT, "%s is no regular file", path);
	if (package->count == ARCHIVE_FILES_MAX)
		return error_set(error, ERROR_INPUT, "%s has more than %d files", package->path, ARCHIVE_FILES_MAX);
	package->files[package->count] = (struct archive_file){.name = full, .size = (size_t)stat.st_size};
	return data_read(walk, path, &package->files[package->count++], error);
}

static int folder_read(struct walk *walk, const char *below, struct error *error)
{
	char path[PATH_MAX];
	CLEANUP(folder_close) DIR *folder = NULL;
	struct dirent *entry;

	if (snprintf(path, sizeof(path), "%s/%s", walk->package->path, below) >= (int)sizeof(path))
		return error_set(error, ERROR_INPUT, "%s: too long a path", walk->package->path);
	folder = opendir(path);
	if (!folder)
		return error_errno(error, "%s cannot be read", path);
	while ((errno = 0, entry = readdir(folder)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && name_read(walk, below, entry->d_name, error) < 0)
			return error->code;
	return errno ? error_errno(error, "%s cannot be read", path) : 0;
}

static int folders_read(struct package *package, struct error *error)
{
	struct walk walk = {.package = package, .folders = {""}, .folder_count = 1};

	package->files = scope_alloc(&package->scope, ARCHIVE_FILES_MAX * sizeof(*package->files));
	if (!package->files)
		return error_memory(error, "a package");
	for (size_t i = 0; i < walk.folder_count; i++)
		if (folder_read(&walk, walk.folders[i], error) < 0)
			return error->code;
	files_finish(package);
	return 0;
}

int package_read(const char *path, struct package *package, struct error *error)
{
	BUFFER_CLEANUP struct buffer buffer = buffer_init(ARCHIVE_BYTES);
	struct package read = {.scope = scope_init(ARCHIVE_SCOPE), .path = path};
	struct stat about;

	if (stat(path, &about) < 0)
		return error_errno(error, "%s cannot be read", path);
	if (!S_ISDIR(about.st_mode)) {
		if (file_read(path, &buffer, error) < 0)
			return error->code;
		return package_unpack(path, buffer_string(&buffer), buffer.size, package, error);
	}
	if (folders_read(&read, error) < 0) {
		package_release(&read);
		return error->code;
	}
	*package = read;
	return 0;
}

void package_keep(struct package *package, const char *const *names)
{
	size_t count = 0;

	package->size = 0;
	for (size_t i = 0; i < package->count; i++)
		for (size_t j = 0; names[j]; j++)
			if (strcmp(package->files[i].name, names[j]) == 0) {
				package->size += package->files[i].size;
				package->files[count++] = package->files[i];
				break;
			}
	package->count = count;
}
