/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify.h - the proof that the books are whole.
 *
 * What is checked, in this order, so that the first finding is the first bad row:
 *   1. the file's structure (SQLite's own check);
 *   2. the chain: every posting's hash, and that sequence numbers have no hole;
 *   3. the law: balances, allowances and what is due follow from the postings and claims;
 *   4. the evidence: event blocks, names, claims with their links and bytes, verdicts are what was posted;
 *   5. the dedupe keys;
 *   6. every closed hour worked out anew from its events, by the terms that the ledger has for it, gives what was posted.
 */
#ifndef METERING_VERIFY_H
#define METERING_VERIFY_H

#include "metering/ledger.h"

struct verify_report {
	int64_t postings;
	int64_t blocks;
	int64_t events;
	int64_t claims;
	int64_t hours;  /* of series, worked out anew */
	char head[2 * HASH_BYTES + 1]; /* the last posting's hash, in hexadecimal; note it elsewhere to prove the past */
};

/* 0; ERROR_CORRUPT naming the first finding; or what kept it from checking. */
int ledger_verify(struct ledger *ledger, struct verify_report *report, struct error *error);

#endif
