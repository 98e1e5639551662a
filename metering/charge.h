/* SPDX-License-Identifier: Apache-2.0 */
/*
 * charge.h - from what an hour came to, to a posting: divided once, the rest carried, the allowance used up.
 *
 * Invariants
 *   - What is left below a micro-unit is carried to the account's next posting, never rounded away.
 *   - How much of a period is included depends on all that was metered in it, not on the order in which usage, late usage
 *     and corrections come.
 *   - A change of the terms bills nothing anew that was included, and includes nothing anew that was billed: a posting moves
 *     no more than its own quantity.
 */
#ifndef METERING_CHARGE_H
#define METERING_CHARGE_H

#include "metering/ledger.h"
#include "metering/terms.h"

/* What closing keeps of each account in memory. */
struct balance {
	wide_t remainder; /* carried below a micro-unit */
	int64_t due;      /* pending that no claim has taken up */
};

struct charger {
	struct ledger *ledger;
	const struct terms_table *terms;
	struct balance *balances; /* by the ledger's account id */
	int64_t account_last;
};

/* Reads the balances; again where a transaction failed or accounts came. */
int charger_init(struct ledger *ledger, const struct terms_table *terms, struct charger *charger, struct error *error);
void charger_release(struct charger *charger);

/* Posts raw, samples and gap of a posting HOUR or LATE by these terms, and gives what became pending.  What is pending is
 * not in `due` yet.  ERROR_INPUT, and nothing changed, where a quantity or a balance would leave its range. */
int charge_post(struct charger *charger, const struct terms *terms, struct posting *posting, int64_t *pending,
		struct error *error);

/* The part of `quantity` that is included, given what was metered and included in the period before; *metered and *used
 * become those after it.  ERROR_INPUT where metered would leave its range. */
int allowance_share(const struct terms *terms, int64_t quantity, int64_t *metered, int64_t *used, int64_t *share,
		    struct error *error);

#endif
