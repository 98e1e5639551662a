/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.h - claims out: each is told to its marketplace until a verdict settles it.
 *
 * Invariants
 *   - A request leaves only after the transaction that records its claims, their exact bytes and the dispatch has
 *     committed.  A verdict counts only once its transaction has committed; until then the claim is in doubt.
 *   - A request whose outcome is unknown (a kill, a lost reply) is sent again with the same bytes before anything
 *     new; the marketplace's own rule (one event for a slot, one effect for an id) makes that harmless.
 *   - Dispatches and verdicts are committed together, many at a time: a round costs one flush to disk.
 *   - What proves a claim is its own: its id and bytes, and the marketplace's reference, code, message and quantity are kept for
 *     ever, and the chain vouches for them.  The request that it left with and the whole reply are kept to be looked at, for
 *     REPORT_KEPT_DAYS, and nothing is proven by them.
 */
#ifndef METERING_REPORT_H
#define METERING_REPORT_H

#include "core/exchange.h"
#include "core/instance.h"
#include "metering/book.h"
#include "metering/ledger.h"

enum {
	REPORT_FLIGHT = 2048,       /* claims on the way at once, to one market */
	REPORT_REPLY_KEPT = 65536,  /* bytes of a reply that are kept in the ledger */
	REPORT_KEPT_DAYS = 90,      /* how long a settled request and its reply are kept: past a month's bill and its dispute */
	REPORT_PRUNE_MAX = 16384,   /* requests that are looked at in one pruning; the next run goes on */
};

struct report_market {
	struct instance *instance; /* a plugin with the role market; its name is the market's */
	int64_t cutoff;            /* at this age the policy decides; 0: never */
};

struct report_options {
	const struct book *book; /* bound to the ledger */
	const struct report_market *markets;
	size_t market_count;
	/* The market's option values of each subscription, by book_subscription.index; NULL for one without. */
	const char *const *const *values;
	int64_t now;
	FILE *dry_run; /* where requests are printed instead of sent; nothing is written to the ledger then */
};

struct report_counts {
	int64_t sent;        /* claims that left, resends included */
	int64_t accepted;
	int64_t duplicates;  /* of them: held by the marketplace already, and equal */
	int64_t different;   /* the marketplace holds another amount: the difference is due again */
	int64_t parked;
	int64_t rebooked;
	int64_t written_off;
	int64_t deferred;    /* no verdict yet */
	char trouble[ERROR_TEXT]; /* the last reason of a deferral or a parking, "" if there was none */
};

/* Sends what is open in all markets of the options and settles what comes back.  Counts are added to.  0 also where
 * some claims were deferred or parked: see counts.  When the exchanges are stopped it ends early with 0 and everything
 * that came back recorded. */
int report_run(struct ledger *ledger, struct exchanges *exchanges, const struct report_options *options,
	       struct report_counts *counts, struct error *error);

/* Inside a transaction: forgets requests that were made and settled before `before` (microseconds since 1970), but for those
 * of claims still in doubt, and for the newest, whose number must not be given again. */
int report_prune(struct ledger *ledger, int64_t before, struct error *error);

#endif
