/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host.h - a host for plugins under test: the services of a call, with memory that can be made to fail.
 *
 * Invariants: nothing is sent, read from disk or taken from the clock; every allocation of a call is a block of its
 * own, so that a sanitizer or valgrind sees an access past its end; what a call got lives until host_clear.
 */
#ifndef TESTS_PLUGINS_HOST_H
#define TESTS_PLUGINS_HOST_H

#include <apollo/plugin.h>

#include <stdbool.h>
#include <stddef.h>

enum { HOST_TEXT = 501, HOST_BYTES_MAX = 16 << 20 };

struct host_block;

struct host {
	struct apollo_call call; /* handed to the plugin; call.now is the test's to set */
	struct host_block *blocks;
	size_t used;    /* bytes handed out since host_clear */
	size_t allocs;  /* asked for since host_clear */
	size_t fail_at; /* the allocation of this number, counted from 1, gives NULL; 0: none does */
	size_t fails;   /* calls of fail() since host_clear, and the last one's arguments: */
	int code;
	char message[HOST_TEXT];
	char detail[HOST_TEXT];
	char hint[HOST_TEXT];
	size_t notes;           /* calls of note() since host_clear, and the last text: */
	char note[HOST_TEXT];
	const char *secret;     /* what every secret reference resolves to; NULL: none can be had */
};

/* now: microseconds since 1970.  The host must not be moved until host_release. */
void host_init(struct host *host, int64_t now);

/* Frees what the calls got, and forgets their failures and notes. */
void host_clear(struct host *host);
void host_release(struct host *host);

/* The values of an option table: from `pairs` (name, value, name, value, NULL; durations in seconds), else the default
 * with a duration's unit worked out, else NULL.  For free(); the texts are the table's and the pairs'.  NULL if a
 * pair names no option, or memory is short. */
const char **host_values(struct host *host, const struct apollo_option *table, size_t count, const char *const *pairs);

#endif
