/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dispatch.h - requests full of claims, on their way to one market.
 *
 * Invariants: a dispatch is in the ledger before its request leaves (dispatcher_launch is called after the commit), and
 * carries claims of its own market only.  Its claims' ids and bytes are those in the ledger; the request is made from
 * them by the plugin's pure encode, so the one that leaves after a kill is the one that left before it.
 */
#ifndef METERING_DISPATCH_H
#define METERING_DISPATCH_H

#include "core/exchange.h"
#include "core/instance.h"
#include "metering/book.h"
#include "metering/claim.h"
#include "metering/ledger.h"

#include <stdio.h>

struct report_counts;
struct admissions;

struct dispatch {
	int64_t id;
	struct claim *claims; /* record and body live in the call's scope */
	struct apollo_record *records;
	struct apollo_prepared *prepared;
	struct apollo_item *items;
	size_t count;
	size_t bytes; /* of the bodies */
	struct call call;
	struct apollo_request request;

	/* Filled when it came back. */
	const struct apollo_verdict *verdicts; /* one for each claim */
	bool outcome_unknown; /* some try got no complete answer */
	int64_t retry_after;  /* what the service asked to wait for, microseconds; -1: nothing */
	int32_t status;
	const char *reply;
	size_t reply_size;

	struct dispatcher *dispatcher;
	struct dispatch *next;
};

struct dispatcher {
	struct ledger *ledger;
	struct exchanges *exchanges;
	struct instance *instance;
	const struct book *book;
	const char *const *const *values;
	uint32_t *by_account; /* from the ledger's account id to the book's index + 1 */
	size_t account_room;
	int64_t resumed, resume_last; /* ids of the dispatches that an earlier run left without a verdict */
	int64_t opened, retried;      /* ids of the last claims looked at */
	bool retries_over;            /* no claim waits for another try in this run */
	size_t flying;                /* claims in dispatches without a result */
	size_t returned;              /* claims in dispatches whose result is not recorded yet */
	bool held;                    /* the service asked to be left alone: nothing new is opened in this run */
	int64_t passed;               /* claims that could not be sent in this run */
	char reason[ERROR_TEXT];      /* of the last of them */
	struct dispatch *ready;       /* in the ledger, not sent yet */
	struct dispatch *results;     /* came back, verdict not recorded yet */
	struct dispatch *settled;     /* recorded in the transaction under way */
	struct error error;           /* of a callback; code 0: none */
};

/* Zeroes what it does not set; dispatcher_release may follow a failure. */
int dispatcher_init(struct dispatcher *dispatcher, struct ledger *ledger, struct exchanges *exchanges,
		    struct instance *instance, const struct book *book, const char *const *const *values,
		    struct error *error);
void dispatcher_release(struct dispatcher *dispatcher);

/* The account of the book behind the ledger's id, or NULL where the configuration no longer has it. */
const struct book_account *dispatcher_account(const struct dispatcher *dispatcher, int64_t account);

/* Inside a transaction: makes the next dispatch ready.  1: one was made; 0: there is nothing (more) of that sort.
 * resume: one that an earlier run left without a verdict.  open: of claims that are open or due for another try; those
 * that cannot be sent are passed over and remember why; with admissions, 2: some customers must be asked about first,
 * nothing was made. */
int dispatcher_resume(struct dispatcher *dispatcher, int64_t now, struct error *error);
int dispatcher_open(struct dispatcher *dispatcher, int64_t now, struct admissions *admissions, struct error *error);

/* Drops what is ready: its transaction failed, or it was printed. */
void dispatcher_drop(struct dispatcher *dispatcher);

/* The claim is to be looked at again in this run. */
void dispatcher_again(struct dispatcher *dispatcher, const struct claim *claim);

/* After the commit: sends what is ready. */
int dispatcher_launch(struct dispatcher *dispatcher, struct report_counts *counts, struct error *error);

/* Prints what is ready instead, and drops it. */
int dispatcher_print(struct dispatcher *dispatcher, FILE *file, struct error *error);

/* The next dispatch that came back, or NULL; it stays the dispatcher's until dispatcher_results_free. */
struct dispatch *dispatcher_result(struct dispatcher *dispatcher);
void dispatcher_results_free(struct dispatcher *dispatcher);

/* Inside a transaction: records that a dispatch came back, and its reply. */
int dispatch_settle(struct dispatcher *dispatcher, struct dispatch *dispatch, int64_t now, struct error *error);

/* Whether something is on the way. */
bool dispatcher_flying(const struct dispatcher *dispatcher);

/* A dispatch of one claim that is not in the ledger, for asking about its customer; NULL on failure. */
struct dispatch *dispatch_single(struct dispatcher *dispatcher, const struct claim *claim, int64_t now,
				 struct error *error);
void dispatch_free(struct dispatch *dispatch);

#endif
