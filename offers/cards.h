/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cards.h - what others ask, and what hardware of one's own costs: a file of cards, templates/competitors.cfg.
 *
 * Invariants
 *   - A number stands on a card with its source and the day on which it was looked up, or it is not there, and what follows from it is not known.
 *   - A service is bought by capacity, and may promise rates for each TiB of it.  Hardware is bought in whole systems, which are written off over years.
 *   - Amounts are exact; a card's month is rounded once, half away from zero, to the currency's last place.
 */
#ifndef OFFERS_CARDS_H
#define OFFERS_CARDS_H

#include "core/error.h"
#include "core/scope.h"
#include "offers/exact.h"

enum { CARDS_MAX = 500, CARD_WORDS_MAX = 16, CARDS_AGE = 6 /* months */, CARD_UNKNOWN = -1, CARD_HOURS = 730 };

#define CARD_CAPACITY_MOST (INT64_C(1) << 60) /* bytes of a system, of a service's least and step */

enum card_kind { CARD_SERVICE = 0, CARD_HARDWARE = 1 };

/* What becomes of a customer's data on it. */
enum card_reduction {
	CARD_REDUCTION_UNKNOWN = 0,
	CARD_REDUCTION_NONE = 1, /* what is written is what is paid for */
	CARD_REDUCTION_SAME = 2  /* it is reduced as ours, and the customer has the use of it */
};

struct card_source {
	const char *text, *date; /* as written */
	int64_t time;
	bool unsure;
};

struct card {
	const char *where; /* "FILE:LINE" */
	const char *name, *region, *currency;
	enum card_kind kind;
	enum card_reduction reduction;
	bool infrastructure; /* of a service: machines, disks and their network are in its price */
	const char *included[CARD_WORDS_MAX], *missing[CARD_WORDS_MAX]; /* in words; NULL behind the last, where there is room */
	struct card_source source; /* of the price; of hardware, of all of it */

	/* A service's: */
	int64_t nano_price; /* 10^-9 of the currency's unit, for `unit` bytes and a month, or an hour; CARD_UNKNOWN */
	int64_t unit;
	bool hourly;
	int64_t least, step; /* bytes that are bought at least, and in what; 0: any */

	/* Bytes a second: of a service for each TiB, of hardware for a system; CARD_UNKNOWN. */
	int64_t read, write;
	struct card_source rate_source; /* text NULL: none is known */

	/* Of one system, in millionths; money of the currency's unit.  What is CARD_UNKNOWN is not in the cost, and is told so. */
	int64_t usable; /* bytes */
	int64_t capital;
	int years;
	int64_t support;     /* a year */
	int64_t kilowatts;   /* drawn on average */
	int64_t overhead;    /* what cooling and the supply make of them: 1.4; 1 where it is not said */
	int64_t energy;      /* a kilowatt-hour */
	int64_t space, people; /* a month */
};

struct cards {
	struct scope scope;
	const char *path;
	int age; /* months after which a source is called old */
	struct card *items; /* in the order of the file */
	size_t count;
};

/* APOLLO_CONFIG with FILE:LINE, ERROR_IO where the file cannot be read.  On failure nothing needs to be released. */
int cards_read(const char *path, struct cards *cards, struct error *error);

/* The same of a text; name stands for the file in messages. */
int cards_parse(const char *text, const char *name, struct cards *cards, struct error *error);

void cards_release(struct cards *cards);
#define CARDS_CLEANUP __attribute__((cleanup(cards_release)))

/* What so many usable bytes cost in a month, and what is then there: for services a capacity that can be bought, for hardware whole systems. */
struct card_month {
	int64_t usable; /* bytes; CARD_UNKNOWN where it does not fit */
	int64_t systems; /* of hardware; else 0 */
	int64_t amount;  /* in 10^-decimals of the currency's unit; CARD_UNKNOWN */
	int64_t read, write; /* bytes a second; CARD_UNKNOWN */
};

/* capacity: 1 or more. */
struct card_month card_month(const struct card *card, int64_t capacity, int decimals);

#endif
