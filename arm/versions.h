/* SPDX-License-Identifier: Apache-2.0 */
/*
 * versions.h - the newest versions of Azure's APIs that are known, as data: templates/azure-versions.cfg.
 *
 * Invariant: a version is a date; each has the day on which it was looked up, and where.  What is not in the file is not known.
 */
#ifndef ARM_VERSIONS_H
#define ARM_VERSIONS_H

#include "core/error.h"
#include "core/scope.h"

#include <stdbool.h>
#include <stdint.h>

enum { VERSIONS_MAX = 1000, VERSION_DAYS_MOST = 730 /* a version is recent for so long */ };

struct version {
	const char *type;   /* "Microsoft.Compute/virtualMachines" */
	const char *newest; /* "2025-04-01" */
};

struct versions {
	struct version *items;
	size_t count;
};

/* Reads the file of a folder.  APOLLO_CONFIG with file and line where it is wrong. */
int versions_read(struct scope *scope, const char *folder, struct versions *versions, struct error *error);

/* The newest of a type, of any case; NULL: not known. */
const char *versions_newest(const struct versions *versions, const char *type);

/* Days since 1970-01-01 of "2025-04-01" or "2025-04-01-preview"; false where it is none.  preview: whether something follows. */
bool version_day(const char *text, int64_t *day, bool *preview);

#endif
