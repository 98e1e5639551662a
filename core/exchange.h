/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exchange.h - a request and its last reply: authorization, queues, rates, retries and deadlines around http.h.
 *
 * Invariants
 *   - Every exchange that was started ends in exactly one call of its `done`, from within exchanges_run, unless the
 *     engine is freed before.
 *   - An instance has one lane for each scheme, host and port that it talks to.  A lane has its own queue, a most of
 *     requests at once and a most a second (a market's limits say; else LANE_CONCURRENCY and no rate), so a slow or
 *     throttling host delays its own lane and no other.
 *   - A try is repeated after a transport error, 408, 425, 429 and 5xx, after a random part of a time that doubles
 *     (full jitter); Retry-After, in seconds or as a date, is waited for instead where it is longer, and holds the
 *     whole lane after 429 and 503.  Where it does not fit the deadline the exchange ends at once with that reply.
 *   - A 401 or 403 to an APOLLO_AUTH_TOKEN request is repeated once, with a new token where the old one is not brand new.
 *   - An exchange whose lane is told to wait beyond its deadline ends at once.
 *   - An APOLLO_ONCE request is repeated only where surely no try of it was acted on.
 *   - Retries send the same bytes.  No value of a token or secret is printed, logged or kept beyond its use.
 */
#ifndef CORE_EXCHANGE_H
#define CORE_EXCHANGE_H

#include "core/http.h"
#include "core/instance.h"
#include "core/lane.h"
#include "core/timer.h"

#include <signal.h>
#include <stdio.h>

enum {
	EXCHANGE_TRIES = 6,            /* tries of one exchange */
	EXCHANGES_MAX = 100000,        /* pending at once */
	EXCHANGE_BYTES_MAX = 256 << 20 /* of the bodies of those pending */
};

#define EXCHANGE_DEADLINE INT64_C(300000000)   /* 5 minutes, the time in the queue included */
#define EXCHANGE_BACKOFF_FIRST INT64_C(500000) /* the first wait is a random part of this */
#define EXCHANGE_BACKOFF_MAX INT64_C(60000000)

/* Microseconds; 0 in any member: the value above. */
struct exchange_policy {
	uint32_t tries;
	int64_t deadline; /* from exchange_start; no try begins after it, and the last try is cut at it */
	int64_t backoff_first;
	int64_t backoff_max;
};

struct exchange_options {
	struct http_options http;
	struct clock clock;
	uint64_t seed;                     /* of the jitter; tests print it */
	const volatile sig_atomic_t *stop; /* NULL, or a flag that a signal handler sets: as exchanges_stop */
	FILE *dry_run;                     /* NULL, or where requests are printed instead of sent */
	struct exchange_policy policy;     /* for exchanges that bring none */
};

enum exchange_end {
	EXCHANGE_ANSWERED = 0,    /* reply->status is set */
	EXCHANGE_UNANSWERED = 1,  /* the last try ended in a transport error */
	EXCHANGE_EXPIRED = 2,     /* the deadline came before any try ended with a reply worth giving */
	EXCHANGE_UNAUTHORIZED = 3, /* no token or secret could be had: nothing was sent by this try; see error */
	EXCHANGE_STOPPED = 4,     /* asked to stop before a (next) try began */
	EXCHANGE_DRY = 5          /* printed, not sent */
};

struct exchange_facts {
	enum exchange_end end;
	uint32_t tries;            /* that left, 0 or more */
	bool maybe_arrived;        /* any try may have reached the service; where false, surely none did */
	bool outcome_unknown;      /* any try may have been acted on without saying so: it may have reached the service and
				      got no complete answer, or was repeated after 408, 425 or 5xx */
	int64_t retry_after;       /* what the last reply asked for, microseconds; -1: nothing */
	const struct error *error; /* UNAUTHORIZED: why; else NULL */
};

/* reply: the last one.  Where no try was answered its status is 0 and transport_error says why ("stopped",
 * "dry run" and the like included).  Reply and facts live until the function returns.  It may start exchanges. */
typedef void (*exchange_done)(void *context, const struct apollo_reply *reply, const struct exchange_facts *facts);

struct exchanges;

int exchanges_new(const struct exchange_options *options, struct exchanges **exchanges, struct error *error);

/* Ends everything without calling back. */
void exchanges_free(struct exchanges **exchanges);
#define EXCHANGES_CLEANUP __attribute__((cleanup(exchanges_free)))

/* Puts a request into its lane.
 *   instance  who asks: its limits, issuer and name count; lives as long as the engine
 *   request   copied
 *   policy    NULL: the engine's
 * Nothing is sent and done is not called before exchanges_run.  APOLLO_BUG for a request that cannot be sent,
 * APOLLO_CONFIG for one that wants a token where the instance has no issuer, APOLLO_NOMEM past a ceiling. */
int exchange_start(struct exchanges *exchanges, struct instance *instance, const struct apollo_request *request,
		   const struct exchange_policy *policy, exchange_done done, void *context, struct error *error);

/* Goes on until at least one done was called, or a timer set by exchange_wait fired, or nothing is pending.
 * 1: more is pending; 0: nothing is; negative: the engine itself failed, nothing more can be run. */
int exchanges_run(struct exchanges *exchanges, struct error *error);

/* The exchanges that were started with this context go on and call nobody: their owner ends. */
void exchanges_forget(struct exchanges *exchanges, const void *context);

/* Exchanges and waits that have not ended. */
size_t exchanges_pending(const struct exchanges *exchanges);

/* No try begins from now on.  Tries under way end and are reported with what they brought; all others end as
 * EXCHANGE_STOPPED at the next exchanges_run, and so do those started later.  Waits fire at once. */
void exchanges_stop(struct exchanges *exchanges);
bool exchanges_stopped(const struct exchanges *exchanges);

bool exchanges_dry(const struct exchanges *exchanges);
const struct clock *exchanges_clock(const struct exchanges *exchanges);

/* Fires timer->fire(timer->context) from within exchanges_run after `delay` microseconds, or at once when stopped.
 * exchange_unwait: no more; does nothing if it is not set.  0 or APOLLO_NOMEM. */
int exchange_wait(struct exchanges *exchanges, struct timer *timer, int64_t delay);
void exchange_unwait(struct exchanges *exchanges, struct timer *timer);

#endif
