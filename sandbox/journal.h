/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal.h - what was asked and answered: the last requests in memory, and a record of whole exchanges in a file.
 *
 * Invariants: no secret is kept.  The record holds for each exchange one line of JSON: route, method, path with query,
 * headers without Authorization's value, request body, status (0: no reply was given), Content-Type and reply body.
 * Bodies of token routes are left out, as are those of the control interface.
 */
#ifndef SANDBOX_JOURNAL_H
#define SANDBOX_JOURNAL_H

#include "core/buffer.h"
#include "core/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct sandbox;
struct request;

enum { JOURNAL_LINES = 4096, JOURNAL_TEXT = 160, RECORD_LINE_MAX = 64 << 20 };

struct journal_line {
	int64_t time;
	char method[16];
	char path[JOURNAL_TEXT]; /* cut */
	const char *route;       /* a constant */
	unsigned status;         /* 0: the connection was closed without a reply */
};

struct journal {
	struct journal_line *lines; /* a ring of JOURNAL_LINES */
	uint64_t count;             /* of all requests so far */
	FILE *record;
	struct buffer line;
	bool record_failed;
};

/* record_file: NULL for none. */
int journal_init(struct journal *journal, const char *record_file, struct error *error);

/* 0, or ERROR_IO if the record could not be written whole. */
int journal_close(struct journal *journal, struct error *error);
void journal_release(struct journal *journal);

/* After a request has been answered, or not: status is 0 then. */
void journal_note(struct sandbox *sandbox, const struct request *request, unsigned status);

/* The lines in memory from number `since` on (the first request is number 1), oldest first, as JSON. */
void journal_print(const struct journal *journal, uint64_t since, struct buffer *out);

#endif
