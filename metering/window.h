/* SPDX-License-Identifier: Apache-2.0 */
/*
 * window.h - a marketplace whose windows join sees every hour, also those that closed while nothing could be claimed.
 *
 * Hours close without a claim where a subscription was left out of the configuration, or had ended before its end was moved
 * away.  When it is claimed for again, the hours since its last window are claimed first, of zero: their usage is late by
 * then and is part of the claim that follows.
 *
 * What stays open: the rest of the hour in which a subscription had ended, where its window was told before the end was
 * moved, since an hour has one slot and a window one hour at most; an hour past a configured cut-off, which is told no more, whatever the
 * policy; and what is older than WINDOWS_BACK.
 */
#ifndef METERING_WINDOW_H
#define METERING_WINDOW_H

#include "metering/claim.h"
#include "metering/terms.h"

enum { WINDOWS_BACK = 45 * 24 }; /* hours */

/* Claims the hours between the account's last claim and `hour` in which it ran, of zero each; none where it has no claim. */
int windows_join(struct ledger *ledger, const struct terms_table *table, int64_t account, const char *market, int64_t hour,
		 struct claims_made *made, struct error *error);

#endif
