/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proof.h - the parts of verify.c: each is a witness that follows the chain and says what must be in the tables.
 *
 * Each is made before the chain is read, is handed the postings in order, and is asked at the end.  A finding is
 * ERROR_CORRUPT.
 */
#ifndef METERING_PROOF_H
#define METERING_PROOF_H

#include "core/scope.h"
#include "metering/block.h"
#include "metering/ledger.h"
#include "metering/terms.h"

#define BAD(ERROR, ...) error_set(ERROR, ERROR_CORRUPT, __VA_ARGS__)

/* Quantities: each posting HOUR and LATE follows from its raw value, the terms of its hour, what was carried before it and
 * what was included in its period before it; and the tables hold the last of both. */
struct proof_charge {
	struct ledger *ledger;
	const struct terms_table *terms;
	wide_t *remainders; /* by account id */
	struct proof_allowance {
		int64_t account, period;
		int64_t metered, used;     /* by the postings so far */
		int64_t stored[2];         /* the same, as the table has them */
	} *allowances;      /* by account and period */
	size_t allowance_count;
};

int proof_charge_init(struct ledger *ledger, const struct terms_table *terms, struct proof_charge *proof,
		      struct error *error);
void proof_charge_release(struct proof_charge *proof);
int proof_charge_posting(struct proof_charge *proof, const struct posting *posting, int64_t sequence, struct error *error);
int proof_charge_end(struct proof_charge *proof, struct error *error);

/* Keys: the dedupe window, with what was forgotten of it, is that of the events of all blocks. */
struct proof_keys {
	struct ledger *ledger;
	int64_t seed;
	struct proof_run {
		int64_t id; /* of the generation, 0: forgotten */
		int64_t keys, newest;
		uint8_t digest[EVENT_KEY_BYTES];
	} *runs;
	size_t run_count, at;
	int64_t counted; /* in the run so far */
	uint8_t digest[EVENT_KEY_BYTES];
	struct scope scope;
	const char **origins; /* names, by id - 1 */
	size_t origin_count;
};

int proof_keys_init(struct ledger *ledger, struct proof_keys *proof, struct error *error);
void proof_keys_release(struct proof_keys *proof);
int proof_keys_event(struct proof_keys *proof, const struct event *event, struct error *error);
int proof_keys_taken(struct proof_keys *proof, int64_t time, struct error *error); /* after the events of a block */
int proof_keys_end(struct proof_keys *proof, struct error *error);

/* What the rows of all tables must be to each other, after the chain was read. */
int proof_laws(struct ledger *ledger, struct error *error);

#endif
