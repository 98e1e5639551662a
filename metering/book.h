/* SPDX-License-Identifier: Apache-2.0 */
/*
 * book.h - what is metered: meters, subscriptions, their series, and the accounts that are billed.
 *
 * The book is made from the configuration by whoever wires metering to the offers; metering knows neither offers nor
 * clouds.  It is a value in memory: made once, then only read (but for the ledger's ids, which are filled in).
 *
 * Invariants: a series is one meter of one subscription; an account is one dimension of one subscription and feeds on
 * one series.  Accounts are grouped: those of series i are accounts[first_account .. first_account + account_count).
 * All texts are owned by the book's scope.
 */
#ifndef METERING_BOOK_H
#define METERING_BOOK_H

#include "core/error.h"
#include "core/map.h"
#include "core/quantity.h"
#include "core/scope.h"

enum {
	BOOK_SERIES_MAX = 4000000,  /* series and accounts of one ledger */
	BOOK_NAME_MAX = 128,        /* bytes in the name of a subscription, meter or dimension */
};

enum book_aggregation {
	BOOK_SUM = 0,          /* the values added up */
	BOOK_MAX = 1,          /* the largest value of the hour */
	BOOK_LAST = 2,         /* the value with the latest time */
	BOOK_UNIQUE = 3,       /* how many different values */
	BOOK_TIME_WEIGHTED = 4 /* the integral over the hour in value-hours, each sample held until the next */
};

enum book_policy { BOOK_REBOOK = 0, BOOK_HOLD = 1, BOOK_WRITE_OFF = 2 };

struct book_meter {
	const char *name;
	int aggregation; /* enum book_aggregation */
	int decimals;    /* values may have this many, 0 to 6: intake refuses more */
	int64_t hold;    /* TIME_WEIGHTED: how long a sample is believed, microseconds, up to a day */
	bool negative;   /* negative values are allowed (corrections) */
};

struct book_subscription {
	const char *name;
	const char *market; /* the market instance that bills it, or NULL: metered, not reported */
	int64_t start;      /* usage before it is not accepted */
	int64_t end;        /* usage from it on is not accepted; 0: open */
	int policy;         /* what happens at the marketplace's cut-off */
	int64_t index;      /* the maker's own number for it */
};

struct book_series {
	uint32_t subscription, meter;
	uint32_t first_account, account_count;
	int64_t id;     /* the ledger's id, 0: not yet in the ledger */
	bool expected;  /* always has usage: an hour without is an alarm */
};

struct book_account {
	uint32_t series;
	const char *dimension;    /* our name */
	const char *listing;      /* the marketplace's id of the dimension, or NULL: not reported */
	int64_t divide_by;        /* meter units in one unit of the dimension, 1 or more */
	int64_t step;             /* micro-units; what is told to the marketplace is a multiple of it */
	int64_t quantity_max;     /* most micro-units in one claim */
	bool joined;              /* an hour without usage is claimed too, as zero */
	bool unlimited;           /* all usage is included */
	int64_t included;         /* micro-units included in each period */
	int reset_months;         /* length of the period in months from the start; 0: the whole term */
	int64_t id;               /* the ledger's id, 0: not yet in the ledger */
};

struct book {
	struct scope scope;
	struct book_meter *meters;
	size_t meter_count;
	struct book_subscription *subscriptions;
	size_t subscription_count;
	struct book_series *series;
	size_t series_count;
	struct book_account *accounts;
	size_t account_count;
	struct map subscription_names; /* to the index in subscriptions */
	struct map series_names;       /* "subscription\0meter" to the index in series */
};

/* An empty book. */
struct book book_init(void);
void book_release(struct book *book);

/* Each adds one and gives its index through *index (which may be NULL).  Names are copied; a name twice is
 * ERROR_INPUT.  The series of a subscription are added before its accounts, accounts right after their series. */
int book_add_meter(struct book *book, const struct book_meter *meter, uint32_t *index, struct error *error);
int book_add_subscription(struct book *book, const struct book_subscription *subscription, uint32_t *index,
			  struct error *error);
int book_add_series(struct book *book, uint32_t subscription, uint32_t meter, bool expected, uint32_t *index,
		    struct error *error);
int book_add_account(struct book *book, const struct book_account *account, struct error *error);

/* The index of a series, or -1 (unknown meter) or -2 (unknown subscription). */
int64_t book_find_series(const struct book *book, const char *subscription, size_t subscription_size,
			 const char *meter, size_t meter_size);

/* The account with this id of the ledger, or NULL. */
const struct book_account *book_find_account(const struct book *book, int64_t id);

/* Where the period of `months` that holds `time` begins, counted from `start`: the k-th period begins k * months
 * after the start on the start's own day of the month, or the month's last day where it has no such day, so that it
 * never drifts (Jan 31, Feb 28, Mar 31).  months 0: `start`.  A time before the start gives `start`. */
int64_t book_period(int64_t start, int months, int64_t time);

/* The start of the k-th period. */
int64_t book_period_start(int64_t start, int months, int64_t k);

#endif
