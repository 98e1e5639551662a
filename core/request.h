/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.h - requests as plugins make them: checked, copied, and shown without secrets.
 *
 * Invariants: what passed request_check can be sent as it is and cannot break out of its line, its headers or its
 * body.  A copy is one block of memory.
 */
#ifndef CORE_REQUEST_H
#define CORE_REQUEST_H

#include "core/buffer.h"
#include "core/error.h"
#include "core/scope.h"

#include <stdio.h>

enum {
	REQUEST_BODY_MAX = 16 << 20,
	REQUEST_URL_MAX = 8 << 10,
	REQUEST_HEADERS_MAX = 64,
	REQUEST_HEADER_MAX = 16 << 10,  /* bytes of one header's value */
	REQUEST_TEXT_MAX = 4 << 10,     /* bytes of scope, user, secret reference and file names */
	REQUEST_WRITTEN_MAX = 128 << 20 /* bytes of a request as JSON, every byte of it escaped */
};

/* Whether a request can be sent as it is; APOLLO_BUG and the reason where not.  Authorization, Content-Length, Host,
 * Transfer-Encoding, Connection, Expect and User-Agent are the core's to set. */
int request_check(const struct apollo_request *request, struct error *error);

/* A copy of a checked request, with all that it points to, in one block for free(); NULL where memory is short. */
struct apollo_request *request_copy(const struct apollo_request *request);

/* The value of the Authorization header of an AUTH_BASIC or AUTH_BEARER request, in scope memory. */
int request_authorization(const struct apollo_request *request, struct scope *scope, const char **value,
			  struct error *error);

/* Appends one JSON object, without secrets: {"instance","method","url","headers","auth",...,"body"}; the body as it
 * is, or as "body_base64" where it is not UTF-8, or left out where the request is confidential.  Errors stay in the
 * buffer. */
void request_write(struct buffer *buffer, const char *instance, const struct apollo_request *request);

/* The same as one line of a file, written through. */
int request_print(FILE *file, const char *instance, const struct apollo_request *request, struct error *error);

#endif
