/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compare.h - what a customer pays for storage in a month, ours and others', on the axes on which storage is bought: for a TiB that is usable, for
 * one that is written, and for a GB/s that is read or written sustained.
 *
 * Invariants
 *   - A row is one way to have at least the capacity that was asked for.  Its prices are its month divided by what is then there, not by what was asked
 *     for, and each is rounded once, half away from zero, to the currency's last place.
 *   - What follows from a number that is not known is COMPARE_UNKNOWN.  Nothing is guessed, and no currency is made another.
 *   - Every row says what is in its month, what is not, and what is to be doubted.
 *   - Pure: the same input gives the same rows.
 */
#ifndef OFFERS_COMPARE_H
#define OFFERS_COMPARE_H

#include "core/buffer.h"
#include "offers/cards.h"

enum { COMPARE_UNKNOWN = CARD_UNKNOWN, COMPARE_SHARES = 3, COMPARE_SOFTWARE_MAX = 2, COMPARE_WARNINGS_MAX = 6 };

extern const char *const compare_shares[COMPARE_SHARES];        /* "P5", "P50", "P95" */
extern const double compare_percents[COMPARE_SHARES]; /* 5, 50, 95 */

enum compare_kind { COMPARE_LIST = 0, COMPARE_OFFER = 1, COMPARE_SERVICE = 2, COMPARE_HARDWARE = 3 };

/* Ours: what the customer pays us in a month, the mean of a forecast, in the last place. */
struct compare_software {
	enum compare_kind kind; /* COMPARE_LIST or COMPARE_OFFER */
	const char *name;
	int64_t month;
};

/* Where ours would run. */
struct compare_cluster {
	const char *name, *region, *currency;
	int64_t usable; /* bytes */
	int64_t month;  /* in the last place */
	int64_t read, write; /* bytes a second, ceilings; COMPARE_UNKNOWN */
	bool assumed;   /* usable is a share of the raw capacity that somebody said */
	struct card_source source;     /* of the price */
	struct card_source management; /* of the management machine's, which is in the month; text NULL: it is not known, nor in it */
};

struct compare_input {
	struct compare_software software[COMPARE_SOFTWARE_MAX];
	size_t software_count;
	bool inside;     /* the machines are in the price of the software: ours are a service */
	const char *usage; /* what the software's months are for, in words */
	const char *fee;   /* what the marketplace keeps, in words */
	const struct compare_cluster *clusters;
	size_t cluster_count;
	const struct cards *cards;
	int64_t capacity; /* bytes, usable; 1 or more */
	int64_t reductions[COMPARE_SHARES]; /* of the data, in millionths, 1 or more */
	const char *currency;
	int decimals;
	int64_t now; /* by which a source is old */
};

struct compare_row {
	enum compare_kind kind;
	const char *name, *region;
	int64_t usable;                          /* bytes */
	int64_t month, software, infrastructure; /* last place; the second and third are of ours */
	int64_t read, write;                     /* bytes a second */
	int64_t usable_price, logical_prices[COMPARE_SHARES]; /* of a TiB and a month */
	int64_t read_price, write_price;         /* of a GB/s and a month */
	const struct compare_cluster *cluster;   /* of ours */
	const struct card *card;                 /* of others' */
	const char *included, *missing;          /* in words; "" */
	const char *warnings[COMPARE_WARNINGS_MAX];
	size_t warning_count;
};

struct compare {
	const struct compare_input *input;
	struct compare_row *rows; /* the list and the offer on each cluster, then the cards in the file's order */
	size_t count;
};

int compare_make(struct scope *scope, const struct compare_input *input, struct compare *compare, struct error *error);

/* In the last place, or COMPARE_UNKNOWN: month / (bytes / 2^40), the same by a reduction in millionths, and month / (rate / 10^9). */
int64_t compare_usable_price(int64_t month, int64_t bytes);
int64_t compare_logical_price(int64_t month, int64_t bytes, int64_t reduction);
int64_t compare_rate_price(int64_t month, int64_t rate);

const char *compare_kind_name(enum compare_kind kind);

/* A table for people with what is in each row below it; an object; and a line for each row.  Numbers are the same. */
void compare_text(const struct compare *compare, struct buffer *buffer);
void compare_json(const struct compare *compare, struct buffer *buffer);
void compare_csv(const struct compare *compare, struct buffer *buffer);

#endif
