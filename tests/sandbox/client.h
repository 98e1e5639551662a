/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.h - a small HTTP client of the tests' own, which sees what is on the wire: whether a reply came, whether it
 * was whole, and whether the connection was closed behind it.
 *
 * One connection, kept where the server keeps it.  It waits for nothing but the other side, at most CLIENT_SECONDS.
 */
#ifndef TESTS_SANDBOX_CLIENT_H
#define TESTS_SANDBOX_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CLIENT_SECONDS = 60, CLIENT_HEAD_MAX = 16 << 10 };

struct client {
	int fd; /* -1: none */
	uint16_t port;
};

struct answer {
	int status; /* 0: the connection was closed without one */
	char head[CLIENT_HEAD_MAX];
	char *body; /* a NUL behind it; NULL where there is none */
	size_t size;
	size_t length; /* that Content-Length promised */
	bool whole;    /* all of it came */
};

/* A client of a server on 127.0.0.1. */
struct client client_init(uint16_t port);
void client_close(struct client *client);
void answer_release(struct answer *answer);

/* Sends these bytes as they are.  False: the connection is gone. */
bool client_send(struct client *client, const void *data, size_t size);

/* Reads one reply.  False: none came, or it was cut; `answer` has what did. */
bool client_read(struct client *client, struct answer *answer);

/* A request and its reply.  headers: lines that end in CRLF, or ""; body: NULL for none. */
bool client_ask(struct client *client, const char *method, const char *target, const char *headers, const char *body,
		size_t size, struct answer *answer);

/* The value of a header of the reply, or NULL.  Valid until the next call. */
const char *answer_header(const struct answer *answer, const char *name);

#endif
