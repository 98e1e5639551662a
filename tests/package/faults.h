/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faults.h - each rule of a marketplace against the package that apollo brings for it, with one fault in it.
 */
#ifndef TESTS_PACKAGE_FAULTS_H
#define TESTS_PACKAGE_FAULTS_H

#include "package/check.h"
#include "tests/unit/unit.h"

enum { FAULTS_DAY = 20782 /* 2026-11-25 */ };

/* The first `find` in the file becomes `put`; find NULL: the file is added, with `put` in it; put NULL: it gets the name `find`. */
struct fault {
	const char *rule, *file, *find, *put;
	const char *told; /* in the finding's file, path or message */
};

struct fault_table {
	const struct package_kind *kind;
	const struct fault *faults;
	size_t count;
	const char *const *elsewhere; /* rules that another test turns red, ended by NULL */
};

/* What apollo brings, in the package's memory. */
void shipped_read(const struct package_kind *kind, struct package *package);
void fault_make(struct package *package, const struct fault *fault);
void check_make(const struct package_kind *kind, struct package_check *check, struct scope *scope, const struct package *package);

/* Findings of a rule. */
size_t count_of(const struct package_check *check, const char *rule);

/* Tests: the package is clean; each fault is found by its rule and at its place; a rule that no fault turns red could as well be absent. */
void shipped_is_clean(const struct package_kind *kind);
void faults_are_found(const struct fault_table *table);
void rules_have_faults(const struct fault_table *table);

/* Everything at once, and in one order. */
void findings_are_sorted(const struct fault_table *table);

#endif
