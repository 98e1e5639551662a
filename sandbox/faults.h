/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faults.h - the ways in which the sandbox can be told to misbehave.
 *
 * Invariants: a fault belongs to one route name, or to all but the control routes ("*").  It looks at each request of
 * its route that matches, lets the first `after` pass, then fires for `count` of them, or each time with a
 * probability.  All that fire for one request join into one plan; of two that say different things about the same
 * matter the older one wins.  A fault that has fired its count stays in the list and does nothing.
 */
#ifndef SANDBOX_FAULTS_H
#define SANDBOX_FAULTS_H

#include "core/error.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

struct sandbox;
struct request;
struct buffer;

enum { FAULTS_MAX = 256, FAULT_TEXT = 128, FAULT_ROWS_MAX = 128 };

enum fault_action {
	FAULT_LOSE_REPLY,   /* take it, then close the connection */
	FAULT_CLOSE,        /* close the connection, take nothing */
	FAULT_STATUS,       /* answer `status` */
	FAULT_SLOW,         /* wait before taking, after taking, or both */
	FAULT_TRUNCATE,     /* the reply ends after `bytes`, then the connection closes */
	FAULT_HTML,         /* a page instead of the reply */
	FAULT_HUGE,         /* `bytes` bytes of reply */
	FAULT_WRONG_TYPE,   /* the reply with another Content-Type */
	FAULT_REVOKE,       /* the token that came is revoked, and so refused */
	FAULT_ROWS,         /* Azure batch: these rows fail with the status `text` and are not taken */
	FAULT_OCCUPY,       /* Azure: these rows' slots were taken before with `quantity` */
	FAULT_CHECK_ERROR,  /* check: answer with this error */
	FAULT_REPORT_ERROR, /* report: these operations fail with `code` and are not taken */
	FAULT_ACTIONS
};

struct fault {
	uint32_t number; /* from 1 on; what it is called in the list */
	char route[FAULT_TEXT];
	int action;             /* enum fault_action */
	char match[FAULT_TEXT]; /* only requests whose path or body holds this text; empty: all */
	int64_t after;          /* requests that pass first */
	int64_t count;          /* how often it fires; -1: for ever */
	int64_t chance;         /* probability in millionths; 1000000: always */
	int64_t seen, fired;
	bool taken;             /* status, html: take the request first */
	int64_t status;
	int64_t retry_after; /* seconds; -1: no such header */
	bool retry_date;     /* as a date */
	int64_t before, behind; /* milliseconds of delay before and after taking */
	int64_t bytes;
	uint64_t rows[FAULT_ROWS_MAX / 64]; /* bit set: places in the batch or report; none set: all */
	int code;                           /* check error (check_code) or rpc code */
	int64_t quantity;                   /* micro-units */
	char text[FAULT_TEXT];              /* row status, Content-Type, or consumer */
};

struct faults {
	struct fault *items;
	size_t count, room;
	uint32_t last;
};

/* What one request suffers: for each action the number of the fault that says it, or 0. */
struct plan {
	uint32_t of[FAULT_ACTIONS];
};

void faults_release(struct faults *faults);

/* A fault, or an array of them; see the manual page for the members.  0, ERROR_INPUT or APOLLO_NOMEM (the ceiling). */
int faults_read(struct sandbox *sandbox, struct json_object *document, struct error *error);

/* Removes the fault of that number, or all for 0; false if there is none. */
bool faults_remove(struct faults *faults, uint32_t number);

/* The list as a JSON array. */
void faults_print(const struct faults *faults, struct buffer *out);

/* Counts a request against the faults of its route, and says what it suffers. */
void faults_plan(struct sandbox *sandbox, const struct request *request, struct plan *plan);

/* The fault that a plan has for an action; NULL if there is none, or if it has been removed since. */
const struct fault *plan_fault(const struct faults *faults, const struct plan *plan, int action);

/* Whether a fault means the thing at this place. */
bool fault_row(const struct fault *fault, size_t place);

#endif
