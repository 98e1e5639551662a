/* SPDX-License-Identifier: Apache-2.0 */
#include "core/file.h"

#include "core/scope.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void file_close(const int *file)
{
	if (*file >= 0)
		(void)close(*file);
}

int file_read(const char *path, struct buffer *buffer, struct error *error)
{
	CLEANUP(file_close) int file = open(path, O_RDONLY | O_CLOEXEC);
	char piece[1 << 16];
	ssize_t size;

	if (file < 0)
		return error_errno(error, "%s cannot be read", path);
	while ((size = read(file, piece, sizeof(piece))) != 0) {
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return error_errno(error, "%s cannot be read", path);
		if (buffer_append(buffer, piece, (size_t)size) < 0)
			return error_set(error, ERROR_INPUT, "%s has more than %zu bytes, or there is no memory for it", path, buffer->ceiling);
	}
	return 0;
}

static int all_write(int file, const char *data, size_t size)
{
	while (size) {
		ssize_t written = write(file, data, size);

		if (written < 0 && errno != EINTR)
			return -1;
		if (written > 0) {
			data += written;
			size -= (size_t)written;
		}
	}
	return fsync(file);
}

int file_write(const char *folder, const char *name, const struct buffer *buffer, struct error *error)
{
	char path[PATH_MAX], draft[PATH_MAX];
	int file, failed;

	if (buffer_failed(buffer))
		return error_memory(error, name);
	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path) ||
	    snprintf(draft, sizeof(draft), "%s/.%s.draft", folder, name) >= (int)sizeof(draft))
		return error_set(error, ERROR_IO, "the folder %s has too long a name", folder);
	file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (file < 0)
		return error_errno(error, "%s cannot be written", draft);
	failed = all_write(file, buffer_string(buffer), buffer->size) < 0;
	failed = close(file) < 0 || failed;
	if (failed || rename(draft, path) < 0) {
		(void)error_errno(error, "%s cannot be written", path);
		(void)unlink(draft);
		return error->code;
	}
	return 0;
}
