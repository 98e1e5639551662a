/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.h - requests, replies, the routing table and the loop that serves them.
 *
 * Invariants: one thread runs the loop; a handler never blocks.  A reply that is to come late lies in the connection's
 * request, and the connection is suspended until its time, so that others go on.  A request's body is whole when its
 * handler runs; one that is larger than its route allows is cut at that size plus one byte, which the handler sees as
 * too large.
 */
#ifndef SANDBOX_SERVER_H
#define SANDBOX_SERVER_H

#include "core/buffer.h"
#include "core/error.h"
#include "sandbox/faults.h"

#include <microhttpd.h>
#include <pthread.h>

struct sandbox;
struct request;
struct reply;

enum {
	CONNECTIONS_MAX = 1000,
	CONNECTION_BYTES = 64 << 10,  /* of buffers for each; headers must fit */
	REQUEST_PATH_MAX = 2048,
	REQUEST_BODY_MAX = 16 << 20,  /* control routes: what is registered */
	MARKET_BODY_MAX = 1 << 20,    /* everything else */
	REPLY_HEADERS_MAX = 8,
	REPLY_HEADER_TEXT = 200,
	REPLY_BODY_MAX = 512 << 20,
	CONNECTION_IDLE = 300         /* seconds until an idle connection is closed */
};

/* Whose error shapes an answer has. */
enum route_family { FAMILY_CONTROL, FAMILY_AZURE, FAMILY_ENTRA, FAMILY_OAUTH, FAMILY_GOOGLE };

struct route {
	const char *name; /* what faults and the log call it */
	const char *method;
	const char *prefix; /* of the path */
	const char *suffix; /* NULL: the prefix is the whole path; else one segment stands between them */
	void (*handle)(struct sandbox *sandbox, struct request *request, struct reply *reply);
	size_t body_max;
	enum route_family family;
	bool faulty;              /* faults may befall it */
	bool secret;              /* its bodies are never recorded */
	bool deep;                /* several segments may stand between prefix and suffix */
};

struct reply_header {
	const char *name; /* a constant */
	char value[REPLY_HEADER_TEXT];
};

struct reply {
	unsigned status;
	const char *type; /* a constant, or other_type */
	char other_type[FAULT_TEXT];
	struct buffer body;
	struct reply_header headers[REPLY_HEADERS_MAX];
	size_t header_count;
};

enum request_stage {
	STAGE_READING, /* its body is coming in */
	STAGE_BEFORE,  /* whole; nothing has been taken */
	STAGE_BEHIND   /* taken; the reply is ready */
};

struct request {
	struct MHD_Connection *connection;
	const struct route *route; /* never NULL when a handler runs */
	enum route_family family;  /* of the route, or of the path where there is none */
	const char *allow;         /* the method that the path has, where it is another one; or NULL */
	char method[16];
	char path[REQUEST_PATH_MAX];
	char part[256]; /* the segment between prefix and suffix */
	bool path_cut;  /* the path is longer than is kept */
	struct buffer body;
	enum request_stage stage;
	struct plan plan;
	struct reply reply;
	/* While suspended: a place in the list ordered by time. */
	int64_t due; /* monotonic, milliseconds */
	struct request *sooner, *later;
};

struct server {
	struct MHD_Daemon *daemon;
	struct request *waiting_first, *waiting_last;
	size_t waiting;
	pthread_t thread;
	bool running;
	bool stopping; /* nothing is held back any more */
	bool resuming; /* some that waited go on in the next round */
	int stop_event;
	uint16_t port;
	int64_t date_second; /* of the Date header made last */
	char date[32];
};

int server_start(struct sandbox *sandbox, const char *listen, uint16_t port, bool reachable, struct error *error);

/* Answers what is held back, stops listening and ends the thread.  Harmless where it does not run. */
void server_stop(struct sandbox *sandbox);

/* Lets every held-back request go on at once; gives their count. */
size_t server_release_waiting(struct sandbox *sandbox);

/* Whether faults may name it: a route that is not the control interface's, or "*". */
bool route_name_known(const char *name);

/* The value of a header or of a query parameter ("" if it has none), or NULL. */
const char *request_header(const struct request *request, const char *name);
const char *request_query(const struct request *request, const char *name);

/* Whether the body is larger than the route allows, and whether its media type is this one. */
bool request_too_large(const struct request *request);
bool request_is(const struct request *request, const char *media_type);

/* Adds a header; name is a constant, the value is cut at REPLY_HEADER_TEXT. */
void reply_header(struct reply *reply, const char *name, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Empties the body, leaves the headers. */
void reply_status(struct reply *reply, unsigned status, const char *type);

/* The error shapes of the services, with their status.  The message is one line, cut where it is long; a sentence is
 * printed as it is.  target: the member of an Azure request that is wrong, or NULL; number: Entra's own. */
void reply_error(struct sandbox *sandbox, struct reply *reply, enum route_family family, unsigned status,
		 const char *format, ...) __attribute__((format(printf, 5, 6)));
void reply_azure_error(struct reply *reply, unsigned status, const char *code, const char *target, const char *format,
		       ...) __attribute__((format(printf, 5, 6)));
void reply_entra_error(struct sandbox *sandbox, struct reply *reply, unsigned status, const char *word, int number,
		       const char *sentence);
void reply_oauth_error(struct reply *reply, unsigned status, const char *word, const char *sentence);
void reply_google_error(struct reply *reply, unsigned status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void reply_control_error(struct reply *reply, unsigned status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

extern const struct route routes[];

#endif
