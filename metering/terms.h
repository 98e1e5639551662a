/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terms.h - what an account's usage is worked out by, from which hour on.
 *
 * Invariants
 *   - The ledger keeps every version of an account's terms; a version is never changed or removed.  The configuration
 *     is compared with the last one when it is bound, and where it differs a new version is added, in force from the
 *     first hour that is not closed.  So a closed hour is worked out anew, and proven, by the terms that closed it, and
 *     no change of the configuration bills it another way.
 *   - The account of a series that is as new as itself begins with the first event; another one, of a dimension that is sold
 *     later, begins where its first version does: usage from before is not billed.
 *   - A subscription's time is only ever widened for hours that are closed: where its start moves back or its end away,
 *     those hours are marked to be worked out anew.
 *   - All versions added at once are vouched for by one posting.
 */
#ifndef METERING_TERMS_H
#define METERING_TERMS_H

#include "metering/book.h"
#include "metering/ledger.h"

struct terms {
	int64_t account;    /* the ledger's id */
	int64_t hour;       /* in force from it on, until the account's next version */
	int64_t series;     /* the ledger's id: what it feeds on */
	int64_t hold;       /* as in struct book_meter; 0 where the aggregation does not hold */
	int64_t start, end; /* as in struct book_subscription */
	int64_t divide_by, included; /* this and what follows: as in struct book_account */
	int64_t from, to;   /* not stored: the widest time of this version and the later ones; to is never 0 */
	int reset_months;
	int aggregation;
	bool unlimited;
	bool sold;          /* false: nobody is billed by this account while the version is in force */
};

/* All of a ledger, in memory. */
struct terms_table {
	struct terms *items;  /* by account and hour */
	size_t count;
	size_t *first;        /* of each account id, and one behind the last: where its versions begin */
	int64_t account_last; /* the highest account id */
	struct terms_feed {
		int64_t series, account;
	} *feeds;             /* every series and account that were ever joined, by series */
	size_t feed_count;
};

int terms_load(struct ledger *ledger, struct terms_table *table, struct error *error);
void terms_release(struct terms_table *table);
#define TERMS_CLEANUP __attribute__((cleanup(terms_release)))

/* The version of an account in force in an hour, or NULL where it is not sold then. */
const struct terms *terms_at(const struct terms_table *table, int64_t account, int64_t hour);

/* The accounts that a series ever fed, through *count. */
const struct terms_feed *terms_feeds(const struct terms_table *table, int64_t series, size_t *count);

/* The period of the allowance that an hour falls into, by the time its first hour begins.  Where terms changed within a
 * period, the period goes on under the new ones until their own next begins: what was used of it stays used. */
int64_t terms_period(const struct terms_table *table, const struct terms *terms, int64_t hour);

/* Compares the bound book with the ledger and adds the versions that differ.  series_known: the highest id of a series
 * that was in the ledger before this book was bound.  Inside a transaction.  APOLLO_CONFIG for a change that stored
 * events do not allow. */
int terms_bind(struct ledger *ledger, const struct book *book, int64_t series_known, int64_t now, struct error *error);

/* The evidence hash of the versions that a posting vouches for. */
int terms_hash(struct ledger *ledger, int64_t sequence, uint8_t hash[HASH_BYTES], struct error *error);

#endif
