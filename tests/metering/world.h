/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world.h - a small world for metering tests: a ledger in a fresh folder and a book with one subscription, "acme".
 * Its meters: capacity (time weighted bytes, held 15 minutes), calls (sum, corrections allowed), peak (max),
 * seats (last), users (unique).  Each has a dimension of the same name.  It begins on 2026-01-01.
 */
#ifndef TESTS_METERING_WORLD_H
#define TESTS_METERING_WORLD_H

#include "metering/close.h"
#include "metering/intake.h"

#include <CUnit/Basic.h>

enum { WORLD_METERS = 5 };

/* What the book is made from; change it and call world_rebind, as a person changes the configuration between two runs. */
struct world_config {
	struct book_subscription acme;
	bool without; /* the subscription is left out, and so is all of it */
	struct world_meter {
		struct book_meter meter;
		struct book_account account; /* its dimension, but for the series */
		bool unsold;                 /* the plan does not sell it */
	} meters[WORLD_METERS]; /* in the order above */
	int more; /* the meter on which one more dimension, "more", feeds; WORLD_METERS: there is none */
};
enum { CAPACITY, CALLS, PEAK, SEATS, USERS };

struct world {
	struct world_config config;
	char folder[64];
	char path[128];
	struct ledger ledger;
	struct book book;
	struct intake_options options;
	struct error error;
};

/* 2026-01-01T00:00:00Z plus hours and seconds. */
int64_t world_time(int hours, int seconds);

/* step and joined: of every account; included: micro-units each month, of every account. */
struct world_terms {
	int64_t step;
	int64_t included;
	bool joined;
};

/* Stops the test program where the world cannot be made. */
void world_init(struct world *world, const struct world_terms *terms);
void world_release(struct world *world);

/* One event, of acme or of another subscription; value as text. */
/* Makes the book anew and binds it; the code of binding. */
int world_rebind(struct world *world);

/* Proves the ledger; fails the test with the finding. */
void world_prove(struct world *world);

/* One event; value as text. */
void world_event(struct world *world, const char *meter, const char *id, int64_t time, const char *value,
		 struct intake_counts *counts);
void world_event_of(struct world *world, const char *subscription, const char *meter, const char *id, int64_t time,
		    const char *value, struct intake_counts *counts);

/* Closes all hours up to `now` (grace 5 minutes). */
struct close_counts world_close(struct world *world, int64_t now);

/* A balance of acme's account. */
int64_t world_balance(struct world *world, const char *dimension, enum ledger_amount amount);

/* The one number that a query gives; -1 where it gives no row. */
int64_t world_query(struct world *world, const char *sql);

/* Fails the test, with the error, where code is negative. */
#define WORLD_OK(WORLD, EXPRESSION) world_check(WORLD, EXPRESSION, __FILE__, __LINE__)
void world_check(struct world *world, int code, const char *file, int line);

void close_tests(void);
void collect_tests(void);
void intake_tests(void);
void terms_tests(void);
void verify_tests(void);

#endif
