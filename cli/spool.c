/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/spool.h"

#include "core/scope.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_file(int *file)
{
	if (*file > 0)
		(void)close(*file);
}

static void counts_add(struct intake_counts *sum, const struct intake_counts *counts)
{
	sum->lines += counts->lines;
	sum->taken += counts->taken;
	sum->duplicates += counts->duplicates;
	sum->rejected += counts->rejected;
	sum->late += counts->late;
}

/* Puts the reject file in its place, or removes it where there is nothing in it. */
static int rejects_finish(FILE *file, const char *temporary, const char *path, int64_t rejected, struct error *error)
{
	bool whole = fflush(file) == 0 && fsync(fileno(file)) == 0;

	whole = fclose(file) == 0 && whole;
	if (whole && rejected == 0) {
		(void)unlink(temporary);
		(void)unlink(path);
		return 0;
	}
	if (whole && rename(temporary, path) == 0)
		return 0;
	(void)error_errno(error, "the reject file %s cannot be written", path);
	(void)unlink(temporary);
	return error->code;
}

/* Takes an open file whose rejects go to `path`. */
static int stream_take(struct intake *intake, int file, const char *name, const char *path,
		       struct intake_counts *counts, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 16);
	char *temporary = scope_print(&scope, "%s.part", path);
	struct intake_counts mine = {0};
	FILE *rejects = temporary ? fopen(temporary, "we") : NULL;

	if (!rejects)
		return error_errno(error, "the reject file %s cannot be made", path);
	if (intake_stream(intake, file, name, rejects, &mine, error) < 0) {
		(void)fclose(rejects);
		(void)unlink(temporary);
		return error->code;
	}
	counts_add(counts, &mine);
	return rejects_finish(rejects, temporary, path, mine.rejected, error);
}

static int file_take(struct intake *intake, const char *path, struct intake_counts *counts, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 16);
	char *rejects = scope_print(&scope, "%s.rejected", path);
	__attribute__((cleanup(close_file))) int file = open(path, O_RDONLY | O_CLOEXEC);

	if (file < 0)
		return error_errno(error, "%s cannot be opened", path);
	return rejects ? stream_take(intake, file, path, rejects, counts, error) : error_memory(error, "a path");
}

static int is_events(const struct dirent *entry)
{
	size_t size = strlen(entry->d_name);

	return entry->d_name[0] != '.' && size > 6 && strcmp(entry->d_name + size - 6, ".jsonl") == 0;
}

/* Takes each file of a folder; taken: where to move them, or NULL. */
static int folder_take(struct intake *intake, const char *folder, const char *taken, struct intake_counts *counts,
		       struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init((size_t)1 << 28);
	struct dirent **entries;
	int count = scandir(folder, &entries, is_events, alphasort), code = 0;

	if (count < 0) {
		(void)error_errno(error, "the folder %s cannot be read", folder);
		return error_hint(error, "make it, or change intake.directory in the configuration");
	}
	for (int i = 0; i < count; i++) {
		char *path = scope_print(&scope, "%s/%s", folder, entries[i]->d_name);
		char *moved = taken ? scope_print(&scope, "%s/%s", taken, entries[i]->d_name) : NULL;

		if (code >= 0)
			code = path ? file_take(intake, path, counts, error) : error_memory(error, "a path");
		if (code >= 0 && moved && rename(path, moved) < 0)
			code = error_errno(error, "%s cannot be moved to %s", path, taken);
		free(entries[i]);
	}
	free(entries);
	return code;
}

int spool_take(struct intake *intake, const char *path, const char *rejects, struct intake_counts *counts,
	       struct error *error)
{
	struct stat status;

	if (strcmp(path, "-") == 0 && rejects)
		return stream_take(intake, STDIN_FILENO, "standard input", rejects, counts, error);
	if (strcmp(path, "-") == 0) {
		struct intake_counts mine = {0};

		if (intake_stream(intake, STDIN_FILENO, "standard input", stderr, &mine, error) < 0)
			return error->code;
		counts_add(counts, &mine);
		return 0;
	}
	if (stat(path, &status) < 0)
		return error_errno(error, "%s cannot be opened", path);
	if (S_ISDIR(status.st_mode))
		return folder_take(intake, path, NULL, counts, error);
	return file_take(intake, path, counts, error);
}

int spool_run(struct intake *intake, const char *folder, struct intake_counts *counts, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 16);
	char *taken = scope_print(&scope, "%s/taken", folder);

	if (!taken)
		return error_memory(error, "a path");
	if (access(folder, F_OK) == 0 && mkdir(taken, 0700) < 0 && errno != EEXIST)
		return error_errno(error, "the folder %s cannot be made", taken);
	return folder_take(intake, folder, taken, counts, error);
}
