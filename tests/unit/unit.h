/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unit.h - what the unit tests of the core share: checks that show the error, and files of their own.
 */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include "core/error.h"

#include <CUnit/Basic.h>
#include <stddef.h>

struct unit_test {
	const char *name;
	void (*run)(void);
};

/* Runs a suite; the exit status of main: 1 where anything failed. */
int unit_run(const char *suite, const struct unit_test *tests, size_t count);
#define UNIT_RUN(SUITE, TESTS) unit_run(SUITE, TESTS, sizeof(TESTS) / sizeof(*(TESTS)))

/* Fails the test, with the error, where code is negative. */
#define UNIT_OK(CODE, ERROR) unit_ok(CODE, ERROR, __FILE__, __LINE__)
void unit_ok(int code, const struct error *error, const char *file, int line);

/* Fails the test unless `code` is `wanted` and every text is somewhere in message, detail or hint.  The last
 * argument is NULL. */
#define UNIT_REFUSED(CODE, WANTED, ERROR, ...) unit_refused(CODE, WANTED, ERROR, __FILE__, __LINE__, __VA_ARGS__, NULL)
void unit_refused(int code, int wanted, const struct error *error, const char *file, int line, ...);

/* Fails the test, showing both, where `text` does not hold `part`. */
#define UNIT_HOLDS(TEXT, PART) unit_holds(TEXT, PART, __FILE__, __LINE__)
void unit_holds(const char *text, const char *part, const char *file, int line);

/* A fresh folder, mode 700, that goes with the program.  Valid for ever. */
const char *unit_folder(void);

/* PATH in unit_folder() as a text that is valid for ever. */
const char *unit_path(const char *format, ...) __attribute__((format(printf, 1, 2)));

void unit_write(const char *path, const void *data, size_t size, unsigned mode);
void unit_copy(const char *from, const char *to, unsigned mode);

/* The whole of a small file; valid until the next call. */
const char *unit_read(const char *path);

#endif
