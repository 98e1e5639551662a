/* SPDX-License-Identifier: Apache-2.0 */
/*
 * files.h - what rules of every marketplace look for in the names and bytes of a package's files.
 */
#ifndef PACKAGE_FILES_H
#define PACKAGE_FILES_H

#include "package/check.h"

bool text_ends(const char *text, const char *end);

/* Without its folders. */
const char *file_base(const char *name);

/* Finds files that are keys, or hold one. */
void files_secrets_find(const struct package_rule *rule, struct package_check *check);

/* Finds what editors and systems leave behind. */
void files_strays_find(const struct package_rule *rule, struct package_check *check);

#endif
