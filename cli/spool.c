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

#define FILE_CLEANUP __attribute__((cleanup(close_file)))

/* The folder that a path lies in; NULL: no memory. */
static const char *folder_of(const char *path, struct scope *scope)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return ".";
	return slash == path ? "/" : scope_copy(scope, path, (size_t)(slash - path));
}

/* A rename is on disk when its folder is. */
static int folder_sync(const char *folder, struct error *error)
{
	FILE_CLEANUP int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (file < 0 || fsync(file) < 0)
		return error_errno(error, "the folder %s cannot be written to disk", folder);
	return 0;
}

/* What is wrong with a file is counted, and the others go on; what is wrong with the ledger is the caller's. */
static int file_failed(struct spool_counts *counts, const struct error *error)
{
	switch (error->code) {
	case ERROR_BUSY:
	case ERROR_CORRUPT:
	case ERROR_FENCED:
	case APOLLO_BUG:
		return error->code;
	default:
		counts->failed++;
		counts->last = *error;
		return 0;
	}
}

/* ---- the names of what was taken ---- */

/* One file that is being taken. */
struct intake_file {
	const char *path;   /* NULL: standard input */
	const char *name;   /* without a number */
	const char *ending; /* of its rejects, behind the number */
	const char *from;   /* the folder that it is in */
	const char *folder; /* the folder that its rejects go to, and from the spool the file itself */
	bool moves;
	char taken[SPOOL_PATH];
	char rejected[SPOOL_PATH];
	char part[SPOOL_PATH]; /* the rejects while they are written */
};

static bool is_there(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0;
}

/* Finds a name that neither the file nor its rejects have there, and makes the file of rejects; NULL on failure. */
static FILE *rejects_open(struct intake_file *file, struct error *error)
{
	for (int number = 0; number < SPOOL_NAMES_MAX; number++) {
		char suffix[16] = "";
		int size, made;

		if (number)
			(void)snprintf(suffix, sizeof(suffix), ".%d", number);
		(void)snprintf(file->taken, sizeof(file->taken), "%s/%s%s", file->folder, file->name, suffix);
		(void)snprintf(file->rejected, sizeof(file->rejected), "%s/%s%s%s", file->folder, file->name, suffix, file->ending);
		size = snprintf(file->part, sizeof(file->part), "%s.part", file->rejected);
		if (size < 0 || size >= SPOOL_PATH) {
			(void)error_set(error, ERROR_INPUT, "the path %s/%s is too long", file->folder, file->name);
			return NULL;
		}
		if (is_there(file->rejected) || (file->moves && is_there(file->taken)))
			continue;
		made = open(file->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (made >= 0)
			return fdopen(made, "w");
		if (errno != EEXIST) {
			(void)error_errno(error, "the reject file %s cannot be made", file->part);
			return NULL;
		}
	}
	(void)error_set(error, ERROR_INPUT, "%d files of the name %s are in %s", SPOOL_NAMES_MAX, file->name, file->folder);
	(void)error_hint(error, "move some of them elsewhere");
	return NULL;
}

/* Puts the reject file in its place, or drops it where there is nothing to keep. */
static int rejects_finish(const struct intake_file *file, FILE *rejects, bool keep, struct error *error)
{
	bool whole = !keep || (fflush(rejects) == 0 && fsync(fileno(rejects)) == 0);

	whole = fclose(rejects) == 0 && whole;
	if (whole && keep && rename(file->part, file->rejected) == 0)
		return folder_sync(file->folder, error);
	if (!whole || keep)
		(void)error_errno(error, "the reject file %s cannot be written", file->rejected);
	(void)unlink(file->part);
	return !whole || keep ? error->code : 0;
}

/* ---- taking ---- */

/* Whether the file may grow yet: its last byte is no newline, or it is larger than it was. */
static int file_unfinished(int file, const char *path, int64_t before, bool *unfinished, struct error *error)
{
	struct stat status;
	char last = 0;

	if (fstat(file, &status) < 0 || (status.st_size > 0 && pread(file, &last, 1, status.st_size - 1) < 0))
		return error_errno(error, "%s cannot be read", path);
	*unfinished = status.st_size != before || last != '\n';
	return 0;
}

static int file_move(const struct intake_file *file, struct error *error)
{
	if (rename(file->path, file->taken) < 0)
		return error_errno(error, "%s cannot be moved to %s", file->path, file->taken);
	return folder_sync(file->folder, error) < 0 || folder_sync(file->from, error) < 0 ? error->code : 0;
}

/* Takes an open file. */
static int stream_take(struct intake *intake, int stream, struct intake_file *file, struct spool_counts *counts,
		       struct error *error)
{
	struct intake_counts mine = {0};
	bool unfinished = false;
	struct stat before = {0};
	FILE *rejects = rejects_open(file, error);

	if (!rejects)
		return error->code;
	if (fstat(stream, &before) < 0 ||
	    intake_stream(intake, stream, file->path ? file->path : "standard input", rejects, &mine, error) < 0 ||
	    (file->moves && file_unfinished(stream, file->path, before.st_size, &unfinished, error) < 0)) {
		(void)fclose(rejects);
		(void)unlink(file->part);
		return error->code;
	}
	if (rejects_finish(file, rejects, mine.rejected > 0 && !unfinished, error) < 0)
		return error->code;
	if (unfinished) {
		counts->unfinished++;
		(void)snprintf(counts->waiting, sizeof(counts->waiting), "%s", file->path);
		mine.rejected = 0;
	} else if (mine.rejected) {
		(void)snprintf(counts->rejects, sizeof(counts->rejects), "%s", file->rejected);
	}
	intake_counts_add(&counts->events, &mine);
	return file->moves && !unfinished ? file_move(file, error) : 0;
}

/* Takes a file by its path; taken: the folder that it moves to, NULL: it stays. */
static int file_take(struct intake *intake, const char *path, const char *taken, struct spool_counts *counts,
		     struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 16);
	const char *slash = strrchr(path, '/');
	struct intake_file file = {.path = path, .name = slash ? slash + 1 : path, .ending = ".rejected",
				   .from = folder_of(path, &scope), .moves = taken != NULL};
	FILE_CLEANUP int stream = -1;
	struct stat status;

	if (!file.from)
		return error_memory(error, "a path");
	if (stat(path, &status) < 0)
		return error_errno(error, "%s cannot be opened", path);
	if (S_ISDIR(status.st_mode) || (taken && !S_ISREG(status.st_mode)))
		return error_set(error, ERROR_INPUT, "%s is no file", path);
	stream = open(path, O_RDONLY | O_CLOEXEC);
	if (stream < 0)
		return error_errno(error, "%s cannot be opened", path);
	file.folder = taken ? taken : file.from;
	return stream_take(intake, stream, &file, counts, error);
}

static int is_events(const struct dirent *entry)
{
	size_t size = strlen(entry->d_name);

	return entry->d_name[0] != '.' && size > 6 && strcmp(entry->d_name + size - 6, ".jsonl") == 0;
}

/* Takes each file of a folder; taken: where to move them, or NULL. */
static int folder_take(struct intake *intake, const char *folder, const char *taken, struct spool_counts *counts,
		       struct error *error)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_events, alphasort), code = 0;

	if (count < 0) {
		(void)error_errno(error, "the folder %s cannot be read", folder);
		return error_hint(error, "make it, or change intake.directory in the configuration");
	}
	for (int i = 0; i < count; i++) {
		char path[SPOOL_PATH];
		struct error own = {0};
		int size = snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);

		if (code >= 0 && (size < 0 || size >= SPOOL_PATH))
			code = error_set(&own, ERROR_INPUT, "the path %s/%s is too long", folder, entries[i]->d_name);
		else if (code >= 0)
			code = file_take(intake, path, taken, counts, &own);
		if (own.code < 0 && (code = file_failed(counts, &own)) < 0)
			*error = own;
		free(entries[i]);
	}
	free(entries);
	return code;
}

/* Standard input, whose rejects go to a file that was named. */
static int input_take(struct intake *intake, const char *rejects, struct spool_counts *counts, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 16);
	const char *slash = strrchr(rejects, '/');
	struct intake_file file = {.name = slash ? slash + 1 : rejects, .ending = ""};

	file.folder = folder_of(rejects, &scope);
	return file.folder ? stream_take(intake, STDIN_FILENO, &file, counts, error) : error_memory(error, "a path");
}

int spool_take(struct intake *intake, const char *path, const char *rejects, struct spool_counts *counts,
	       struct error *error)
{
	struct error own = {0};
	struct stat status;

	if (strcmp(path, "-") == 0 && rejects) {
		(void)input_take(intake, rejects, counts, &own);
	} else if (strcmp(path, "-") == 0) {
		struct intake_counts mine = {0};

		if (intake_stream(intake, STDIN_FILENO, "standard input", stderr, &mine, &own) == 0)
			intake_counts_add(&counts->events, &mine);
	} else if (stat(path, &status) < 0) {
		(void)error_errno(&own, "%s cannot be opened", path);
	} else if (S_ISDIR(status.st_mode)) {
		(void)folder_take(intake, path, NULL, counts, &own);
	} else {
		(void)file_take(intake, path, NULL, counts, &own);
	}
	if (own.code < 0 && file_failed(counts, &own) < 0)
		*error = own;
	return error->code;
}

int spool_run(struct intake *intake, const char *folder, struct spool_counts *counts, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 16);
	char *taken = scope_print(&scope, "%s/taken", folder);
	struct error own = {0};

	if (!taken)
		return error_memory(error, "a path");
	if (access(folder, F_OK) == 0 && mkdir(taken, 0700) < 0 && errno != EEXIST)
		(void)error_errno(&own, "the folder %s cannot be made", taken);
	else
		(void)folder_take(intake, folder, taken, counts, &own);
	if (own.code < 0 && file_failed(counts, &own) < 0)
		*error = own;
	return error->code;
}
