/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plugin.h - what the target of plugin.c needs to know of the plugin that is compiled into it.
 *
 * Input: a byte for what is done (0 to 7: decode, of 1 to 4 records; 8 to 11: admit; above: the conversations in turn,
 * with the rest as the reply or, every other time, as the task), one for the configuration, one for the status of the
 * reply; the rest is its body.  In it @0 to @3 stand for the ids of the records.
 */
#ifndef TESTS_FUZZ_PLUGIN_H
#define TESTS_FUZZ_PLUGIN_H

#include "core/instance.h"

enum { FUZZ_RECORDS = 4 };

struct fuzz_configuration {
	const struct setting settings[8];  /* ended by a NULL name */
	const char *const subscription[8]; /* values of the subscription options */
};

struct fuzz_goal {
	enum role role;
	const char *goal;
	const char *task;
};

struct fuzz_plugin {
	const struct fuzz_configuration *configurations;
	size_t configuration_count;
	const struct fuzz_goal *goals;
	size_t goal_count;
};

extern const struct fuzz_plugin fuzz_plugin;

/* Before anything else: sets FUZZ_SECRET, which the configurations may refer to. */
void fuzz_plugin_begin(void);

/* The result of a conversation that is done, which is JSON. */
void fuzz_plugin_result(const struct fuzz_goal *goal, const char *result);

#endif
