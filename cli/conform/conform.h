/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conform.h - the checks of apollo-plugin-check: whether a plugin keeps the contract of <apollo/plugin.h>.
 *
 * Invariants
 *   - A check runs in a process of its own with a limit of CPU time, so that a plugin that crashes or never comes back
 *     fails its check and no other.  What it was doing then is known: conform_doing is written before each call.
 *   - Calls go through core/instance.h, which judges what comes back as apollo does.  What is checked here is what one
 *     call alone cannot show: the same answer to the same question, memory that runs out, replies that make no sense.
 *   - No check sends anything, and every check is the same each time.
 */
#ifndef CLI_CONFORM_CONFORM_H
#define CLI_CONFORM_CONFORM_H

#include "core/instance.h"

#include <apollo/kit.h>

#include <stdbool.h>

enum {
	CONFORM_WORDS_MAX = 128,   /* NAME=VALUE words of the command line */
	CONFORM_FINDINGS_MAX = 20, /* told of one check */
	CONFORM_LINE_BYTES = 1024, /* of a finding */
	CONFORM_CPU_SECONDS = 20   /* of one check */
};

/* The time that every call is told. */
#define CONFORM_NOW INT64_C(1793534400000000) /* 2026-11-01T12:00:00Z */

struct conform {
	struct plugin *plugin;
	const struct setting *words; /* NAME=VALUE, for whatever table has an option of that name */
	size_t word_count;
	struct scope scope;
	size_t findings; /* of the check that runs */
	char last[CONFORM_LINE_BYTES]; /* the last finding: the same is not told again */
	char *doing;     /* 256 bytes that outlive a crash */
};

/* A call whose memory can be made to run out at its Nth allocation. */
struct probe {
	struct call call;
	size_t allocs;  /* asked for since probe_begin */
	size_t fail_at; /* counted from 1; 0: none fails */
};

void probe_init(struct probe *probe);
/* Ends what the last call got. */
void probe_begin(struct probe *probe, size_t fail_at);
void probe_release(struct probe *probe);
#define PROBE_CLEANUP __attribute__((cleanup(probe_release)))

/* A finding: one line, to standard output. */
void conform_find(struct conform *conform, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says what is being asked of the plugin, should it not come back. */
void conform_doing(struct conform *conform, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* An instance with the words' values, and an example of its type's for a required option without a word.  Finds why
 * not and gives NULL where it does not open.  For instance_close. */
struct instance *conform_open(struct conform *conform);

/* Values of a table as conform_open makes them, in the conform's scope; NULL after a finding. */
const char *const *conform_values(struct conform *conform, const struct apollo_option *table, size_t count);

/* Runs `run` with memory that runs out at its first, second, ... allocation, until it takes no more: each time it must
 * end as it does with memory, or give APOLLO_NOMEM and say why.  what: for findings. */
typedef int (*conform_call)(struct conform *conform, struct instance *instance, struct probe *probe, void *context,
			    struct error *error);
void conform_memory(struct conform *conform, struct instance *instance, const char *what, conform_call run,
		    void *context);

/* Replies that a plugin meets sooner or later: every status worth a thought with every body worth one, and none. */
struct conform_reply {
	const char *name;
	struct apollo_reply reply;
};
/* Reply number n, counted from 0; false where there are no more.  deep: 1 MiB of brackets lives in the scope. */
bool conform_reply(struct conform *conform, size_t n, struct conform_reply *reply);

/* A check: a row of the program's table. */
struct conform_check {
	const char *name;
	const char *promise; /* what is true where it passes */
	bool (*applies)(const struct plugin *plugin); /* NULL: always */
	void (*run)(struct conform *conform);
};
extern const struct conform_check conform_file_checks[];         /* each ends with a NULL name */
extern const struct conform_check conform_open_checks[];         /* where it fails, those below cannot be tried */
extern const struct conform_check conform_market_checks[];
extern const struct conform_check conform_conversation_checks[];

#endif
