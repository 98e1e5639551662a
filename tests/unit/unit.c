/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECONDS_MAX = 300, PATHS_MAX = 512, READ_MAX = 1 << 20 };

static struct {
	char folder[64];
	pid_t owner;
	char *paths[PATHS_MAX];
	size_t path_count;
} unit;

static int entry_remove(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status, (void)type, (void)walk;
	return remove(path);
}

static void unit_clean(void)
{
	for (size_t i = 0; i < unit.path_count; i++)
		free(unit.paths[i]);
	if (unit.folder[0] && unit.owner == getpid())
		(void)nftw(unit.folder, entry_remove, 16, FTW_DEPTH | FTW_PHYS);
}

const char *unit_folder(void)
{
	const char *base = getenv("TMPDIR");

	if (unit.folder[0])
		return unit.folder;
	(void)snprintf(unit.folder, sizeof(unit.folder), "%.40s/apollo-unit-XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(unit.folder)) {
		perror(unit.folder);
		exit(2);
	}
	unit.owner = getpid();
	(void)atexit(unit_clean);
	return unit.folder;
}

const char *unit_path(const char *format, ...)
{
	char name[PATH_MAX];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(name, sizeof(name), format, arguments);
	va_end(arguments);
	if (unit.path_count == PATHS_MAX || asprintf(&unit.paths[unit.path_count], "%s/%s", unit_folder(), name) < 0)
		exit(2);
	return unit.paths[unit.path_count++];
}

void unit_write(const char *path, const void *data, size_t size, unsigned mode)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0 || chmod(path, mode) < 0) {
		perror(path);
		exit(2);
	}
}

void unit_copy(const char *from, const char *to, unsigned mode)
{
	static char data[8 << 20];
	FILE *file = fopen(from, "rb");
	size_t size;

	if (!file) {
		perror(from);
		exit(2);
	}
	size = fread(data, 1, sizeof(data), file);
	(void)fclose(file);
	unit_write(to, data, size, mode);
}

const char *unit_read(const char *path)
{
	static char text[READ_MAX];
	FILE *file = fopen(path, "rb");
	size_t size = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

	if (file)
		(void)fclose(file);
	text[size] = '\0';
	return text;
}

static void fail(const char *file, int line, const char *what)
{
	(void)CU_assertImplementation(CU_FALSE, (unsigned)line, what, file, "", CU_FALSE);
}

void unit_ok(int code, const struct error *error, const char *file, int line)
{
	if (code >= 0) {
		CU_PASS("");
		return;
	}
	(void)printf("\n    %d: %s\n    %s\n", code, error->message, error->detail);
	fail(file, line, "no error");
}

void unit_refused(int code, int wanted, const struct error *error, const char *file, int line, ...)
{
	char all[3 * ERROR_TEXT + 8];
	const char *part;
	va_list parts;

	if (code != wanted) {
		(void)printf("\n    code %d, %d is wanted\n", code, wanted);
		fail(file, line, "the code");
	}
	if (code >= 0)
		return;
	(void)snprintf(all, sizeof(all), "%s\n%s\n%s", error->message, error->detail, error->hint);
	va_start(parts, line);
	while ((part = va_arg(parts, const char *)) != NULL)
		unit_holds(all, part, file, line);
	va_end(parts);
}

void unit_holds(const char *text, const char *part, const char *file, int line)
{
	if (text && strstr(text, part)) {
		CU_PASS("");
		return;
	}
	(void)printf("\n    \"%s\" is not in: %s\n", part, text ? text : "(null)");
	fail(file, line, "the text");
}

int unit_run(const char *suite, const struct unit_test *tests, size_t count)
{
	CU_pSuite made;
	int failed;

	/* Nothing here waits for time; who hangs is ended. */
	(void)alarm(SECONDS_MAX);
	(void)signal(SIGPIPE, SIG_IGN);
	if (CU_initialize_registry() != CUE_SUCCESS || !(made = CU_add_suite(suite, NULL, NULL)))
		return 2;
	for (size_t i = 0; i < count; i++)
		if (!CU_add_test(made, tests[i].name, tests[i].run))
			return 2;
	CU_basic_set_mode(CU_BRM_VERBOSE);
	failed = CU_basic_run_tests() != CUE_SUCCESS || CU_get_number_of_failures() > 0;
	CU_cleanup_registry();
	return failed;
}
