/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.h - tables of options, and the values that a configuration gives them.
 *
 * Invariants: a value that was resolved is UTF-8 and has the form that <apollo/plugin.h> promises for its type.  A table that was
 * checked has usable names, known types, no name twice, and defaults that fit.
 */
#ifndef CORE_OPTIONS_H
#define CORE_OPTIONS_H

#include "core/error.h"
#include "core/scope.h"

#include <stdbool.h>
#include <stddef.h>

enum {
	OPTIONS_MAX = 128,      /* options of one table */
	OPTION_NAME_MAX = 64,   /* bytes of a name */
	OPTION_VALUE_MAX = 4096 /* bytes of a value */
};

/* Checks a table: names, types, duplicates, defaults against their types.  whose: begins the message.
 * 0 or APOLLO_CONFIG. */
int options_check(const struct apollo_option *table, size_t count, const char *whose, struct error *error);

/* One setting as it was written. */
struct setting {
	const char *name;
	const char *value;
	const char *where; /* "apollo.cfg:12", begins the messages; NULL: not known */
};

/* Checks settings against a table and gives one value for each of its options, in its order: URLs without slashes at
 * the end, durations in seconds, paths (and the paths of file: references) absolute, defaults filled in, NULL where
 * there is none.
 *   base   folder that relative paths begin at; absolute
 *   scope  where the values live; for an empty table *values is a valid pointer to nothing
 * APOLLO_CONFIG for an unknown option (the nearest known one is named), one set twice, a required one that is
 * missing, or a value that does not fit its type. */
int options_resolve(const struct apollo_option *table, size_t count, const struct setting *settings,
		    size_t setting_count, const char *base, struct scope *scope, const char *const **values,
		    struct error *error);

/* Whether `text` fits an option's type as it is written in a configuration; reason: set where not, a constant. */
bool option_fits(int32_t type, const char *text, const char **reason);

#endif
