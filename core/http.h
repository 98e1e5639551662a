/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.h - single tries of HTTP requests, many at once, on one thread; over libcurl's multi interface.
 *
 * Invariants
 *   - Only http and https; TLS 1.2 or newer with the certificate and the host name checked, always; no redirect is
 *     followed; no decompression; no credentials from a .netrc or a URL.
 *   - Connections are kept and used again.  HTTP/2 is used over TLS where the server offers it.
 *   - A reply larger than its ceiling ends the try while it is being received.
 *   - A reply and all that it points to live until the callback that was given it returns.
 */
#ifndef CORE_HTTP_H
#define CORE_HTTP_H

#include "core/clock.h"
#include "core/error.h"

#include <stdbool.h>

enum {
	HTTP_REPLY_MAX = 4 << 20,     /* bytes of a reply's body where the request does not say */
	HTTP_REPLY_CEILING = 1 << 30, /* the most a request may ask for */
	HTTP_HEADERS_MAX = 256,       /* headers of a reply */
	HTTP_HEADER_BYTES_MAX = 64 << 10,
	HTTP_UNDER_WAY_MAX = 1024 /* tries at once */
};

#define HTTP_TIMEOUT INT64_C(30000000)         /* of one try, microseconds */
#define HTTP_CONNECT_TIMEOUT INT64_C(10000000) /* of connecting, microseconds; within the try's */

struct http_options {
	const char *proxy;   /* URL; "": none; NULL: as the environment says (https_proxy, no_proxy and so on) */
	const char *ca_file; /* trusted where a request names no file; NULL: the system's */
	bool loopback_only;  /* refuse to connect to anything but loopback; no proxy is used then: rehearsals */
};

/* What is known of a try besides its reply. */
struct http_facts {
	bool maybe_arrived; /* a connection stood, so that some of the request may have been received */
	int64_t duration;   /* microseconds */
};

/* Called once for each http_send, from within http_run; it may call http_send. */
typedef void (*http_done)(void *context, const struct apollo_reply *reply, const struct http_facts *facts);

struct http;

int http_new(const struct http_options *options, const struct clock *clock, struct http **http, struct error *error);

/* Ends what is under way without calling back. */
void http_free(struct http **http);
#define HTTP_CLEANUP __attribute__((cleanup(http_free)))

/* Begins one try.
 *   request        checked (request_check); what it points to lives until done is called
 *   authorization  value of the Authorization header; copied; NULL: none
 * APOLLO_NOMEM where HTTP_UNDER_WAY_MAX is reached; done is then not called. */
int http_send(struct http *http, const struct apollo_request *request, const char *authorization, http_done done,
	      void *context, struct error *error);

/* Lets transfers go on until at least one ended, or for `timeout` microseconds.  With none under way it waits all of
 * the time: by the clock's idle where it has one.  Gives how many ended, or a negative code. */
int http_run(struct http *http, int64_t timeout, struct error *error);

/* Tries under way. */
size_t http_under_way(const struct http *http);

/* What a reply's Retry-After asks for, in microseconds, 0 or more; -1 where it has none or it is not understood.  A
 * date counts from the reply's own Date where it has one, else from `now`. */
int64_t http_retry_after(const struct apollo_reply *reply, int64_t now);

#endif
