/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.h - a small HTTP server on loopback that says what a test tells it, right or wrong.
 *
 * One thread for each connection; connections are kept.  What was heard is kept too, in order.
 */
#ifndef TESTS_UNIT_SERVER_H
#define TESTS_UNIT_SERVER_H

#include <stdbool.h>
#include <stddef.h>

enum { SERVER_HEARD_MAX = 20000 };

struct server;

struct heard {
	char method[16];
	char target[600];
	char authorization[600];
	char user_agent[64];
	char content_type[64];
	char *body; /* NUL behind it */
	size_t body_size;
	int connection; /* from 0 */
};

/* What is said.  Zeroed before the handler is called; status 0 is 200. */
struct said {
	int status;
	const char *headers; /* lines, each ending in CRLF; NULL: none */
	const char *body;
	char text[600];        /* for a body that is made */
	size_t length;         /* Content-Length, where it is to be another one than the body's */
	bool chunked;          /* no Content-Length */
	bool close;            /* the connection, afterwards */
	bool mute;             /* say nothing, close */
	bool hold;             /* until server_open_gate */
	const char *raw;       /* these bytes instead of all that */
};

/* Called for one request at a time. */
typedef void (*server_handler)(void *context, const struct heard *heard, struct said *said);

/* certificate, key: PEM files, NULL: no TLS.  Ends the program where it cannot be started. */
struct server *server_start(server_handler handler, void *context, const char *certificate, const char *key);
void server_stop(struct server *server);

/* "http://127.0.0.1:PORT". */
const char *server_url(const struct server *server);

/* Lets those go who are held now and later: at once, or when so many are held at the same time. */
void server_open_gate(struct server *server);
void server_open_gate_at(struct server *server, int held);

/* Waits until every connection has ended at its other end and all that it brought was answered. */
void server_settle(struct server *server);

/* What came so far. */
int server_count(struct server *server);
int server_connections(struct server *server);
int server_busiest(struct server *server); /* most requests at once */
const struct heard *server_heard(struct server *server, int index);

#endif
