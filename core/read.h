/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read.h - values of libconfig settings, with errors that begin with FILE:LINE.
 *
 * Every getter takes a group and the name of a member; it gives 1 and sets its output where the member is there, 0 and
 * leaves it alone where it is not, and a negative code where it is wrong, or missing and required.
 */
#ifndef CORE_READ_H
#define CORE_READ_H

#include "core/calendar.h"
#include "core/error.h"
#include "core/scope.h"

#include <libconfig.h>
#include <stdbool.h>
#include <stdint.h>

enum { READ_OPTIONAL = 0, READ_REQUIRED = 1 };

/* "FILE:LINE" in the scope's memory. */
const char *read_where(const config_setting_t *setting, struct scope *scope);

int read_fail(const config_setting_t *setting, struct error *error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Refuses an integer without quotes where money, usage or an option is wanted: libconfig 1.5 keeps its lower 32 bits and
 * does not say so, so that nobody can tell a small number from a large one that was cut.  With an L it reads all 64. */
int read_fail_number(const config_setting_t *setting, const char *name, struct error *error);

/* Refuses members that are none of the names (ended by NULL), and names the nearest. */
int read_known(const config_setting_t *group, const char *const *names, struct error *error);

int read_text(const config_setting_t *group, const char *name, int need, const char **value, struct error *error);

/* A text that is shown in a line of a table: without line ends, tabs and other control characters; the first says whether one is. */
bool is_line(const char *text);
int read_line(const config_setting_t *group, const char *name, int need, const char **value, struct error *error);

int read_choice(const config_setting_t *group, const char *name, int need, const char *const *choices, int *value,
		struct error *error);
int read_integer(const config_setting_t *group, const char *name, int need, int64_t least, int64_t most, int64_t *value,
		 struct error *error);
int read_boolean(const config_setting_t *group, const char *name, bool *value, struct error *error);

/* "90s", "5m", "2h", "40d" to microseconds. */
int read_duration(const config_setting_t *group, const char *name, int64_t most, int64_t *value, struct error *error);

/* "1m", "3y" to months. */
int read_months(const config_setting_t *group, const char *name, int most, int *value, struct error *error);

/* An exact decimal, in quotes or an integer with an L, as a count of 10^-places. */
int read_quantity(const config_setting_t *group, const char *name, int need, int places, int64_t least, int64_t *value,
		  struct error *error);

/* The text of such a decimal, in the scope. */
int read_decimal(const config_setting_t *group, const char *name, int need, struct scope *scope, const char **value,
		 struct error *error);
int read_time(const config_setting_t *group, const char *name, int need, int64_t *value, struct error *error);

/* "2026-10-01", the first instant of that day in the zone (NULL: UTC), or a time as read_time; *day: which it was, unless NULL. */
int read_day(const config_setting_t *group, const char *name, int need, const struct zone *zone, int64_t *value, bool *day, struct error *error);

/* A list of groups; *count 0 where it is not there. */
int read_groups(const config_setting_t *group, const char *name, int need, const config_setting_t **list, size_t *count,
		struct error *error);
int read_group(const config_setting_t *group, const char *name, const config_setting_t **member, struct error *error);

#endif
