/* SPDX-License-Identifier: Apache-2.0 */
/*
 * azure.h - what the parts of Azure's metering service share: azure.c has the routes, azure_event.c reads and judges
 * one event, azure_print.c answers it, azure_query.c has the record of usage.
 */
#ifndef SANDBOX_AZURE_H
#define SANDBOX_AZURE_H

#include "sandbox/bearers.h"
#include "sandbox/registry.h"
#include "sandbox/server.h"

enum { BATCH_EVENTS_MAX = 25, URI_MAX = 1024, NAME_MAX_BYTES = 200 };

enum verdict {
	VERDICT_ACCEPTED, VERDICT_EXPIRED, VERDICT_DUPLICATE, VERDICT_ERROR, VERDICT_NOT_FOUND, VERDICT_NOT_AUTHORIZED,
	VERDICT_NOT_ACTIVE, VERDICT_BAD_DIMENSION, VERDICT_BAD_QUANTITY, VERDICT_BAD_ARGUMENT, VERDICTS
};

/* What a verdict looks like: in a row of a batch, and as the answer to a single call. */
struct verdict_form {
	const char *status; /* of the row */
	unsigned http;      /* of the single call */
	const char *code;   /* of the error */
	const char *target; /* of its detail; NULL: what the event says */
	const char *message;
};

extern const struct verdict_form verdict_forms[VERDICTS];

/* The verdict of a row's status, or VERDICTS. */
enum verdict verdict_find(const char *status);

/* One event as it was sent; texts point into the document. */
struct offered {
	struct json_object *row;
	const char *dimension, *plan, *time; /* texts, or NULL */
	const char *wrong;                   /* the member that BAD_ARGUMENT means */
	bool sized;                          /* quantity is a number that the books can hold */
	bool rounded;                        /* it had more than six places */
	int64_t quantity, start;
	uint32_t resource; /* TABLE_NONE: not known */
	uint32_t event;    /* accepted: it; duplicate: the one before */
};

/* One call under way. */
struct azure_desk {
	struct sandbox *sandbox;
	const struct bearer *bearer;
	int64_t now;
	const struct fault *fail, *occupy; /* faults for rows, or NULL */
};

/* Checks api-version and the bearer token; gives the token, or NULL with the reply filled. */
const struct bearer *azure_enter(struct sandbox *sandbox, const struct request *request, struct reply *reply);

/* Whether an app may meter a resource. */
bool azure_may_meter(const struct sandbox *sandbox, const struct resource *resource, const struct bearer *bearer);

/* Whether an event is of good form and about a resource that the caller may not meter.  Takes nothing. */
bool offered_foreign(const struct azure_desk *desk, struct json_object *row);

/* Judges the event at a place of the call and takes it if it is good; fills *offered. */
enum verdict offered_take(const struct azure_desk *desk, struct json_object *row, size_t place,
			  struct offered *offered);

/* An event of the books, as it was when it was taken. */
void azure_print_held(const struct azure_desk *desk, const struct offered *offered, const char *status,
		      struct buffer *out);

/* The error object of a verdict, and the row of a batch's answer. */
void azure_print_error(const struct azure_desk *desk, const struct offered *offered, enum verdict verdict,
		       struct buffer *out);
void azure_print_row(const struct azure_desk *desk, const struct offered *offered, enum verdict verdict,
		     struct buffer *out);

#endif
