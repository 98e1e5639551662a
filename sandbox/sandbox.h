/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sandbox.h - the marketplaces on loopback: Azure's metering service with Entra and the instance metadata service,
 * Google's Service Control with its token endpoint and metadata server, and a control interface below /sandbox/.
 *
 * Invariants
 *   - One sandbox is one HTTP server on one thread; all its state is in memory and touched by that thread only.
 *   - It behaves as the services are documented to, strict about every field, and misbehaves only as told (faults).
 *   - Its books are exact: what it answered as taken is in them once, and nothing else is.
 *   - It shares no encoding or decoding of messages with the plugins.
 *   - Every collection has a ceiling named in its header; a full sandbox answers 503 and takes nothing.
 */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include "core/error.h"

#include <stdbool.h>

enum { SANDBOX_URL_TEXT = 80 };

struct sandbox_options {
	const char *listen;          /* numeric address; NULL: 127.0.0.1 */
	uint16_t port;               /* 0: the kernel chooses */
	bool reachable;              /* allow an address that is not loopback */
	bool open;                   /* take any app, resource, dimension, service, metric and consumer */
	bool frozen;                 /* the clock starts at `clock` and moves when told; else it is the system's */
	int64_t clock;               /* microseconds since 1970 */
	uint64_t seed;               /* of ids, tokens and dice */
	const char *config_file;     /* a registry document, read at start; NULL: none */
	const char *script_file;     /* a fault or an array of faults, read at start; NULL: none */
	const char *books_file;      /* written by sandbox_stop and on request; NULL: none */
	const char *operations_file; /* Service Control's operations, at the same times; NULL: none */
	const char *record_file;     /* one JSON line for each exchange; NULL: none */
};

struct sandbox;

/* Starts one.  When it returns 0 requests are answered.  The caller frees it.
 * ERROR_USAGE: an address that is not allowed; ERROR_IO: socket or file; ERROR_INPUT: what a file says. */
int sandbox_new(const struct sandbox_options *options, struct sandbox **sandbox, struct error *error);

/* Where it listens. */
uint16_t sandbox_port(const struct sandbox *sandbox);
const char *sandbox_url(const struct sandbox *sandbox); /* "http://127.0.0.1:PORT", without a slash at the end */

/* Stops answering, lets held-back replies go, ends the thread and writes the files that were asked for.  0, or
 * ERROR_IO if one could not be written. */
int sandbox_stop(struct sandbox *sandbox, struct error *error);

/* Stops it if it runs, and ends it; NULL is ignored. */
void sandbox_free(struct sandbox *sandbox);

/* The command `apollo sandbox`; gives the exit status.  The URL is the first line on standard output.  SIGTERM and
 * SIGINT end it with 0. */
int sandbox_main(int argc, char **argv);

#endif
