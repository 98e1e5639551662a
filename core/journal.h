/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal.h - what a conversation said and heard, on disk; used by conversation.c alone.
 *
 * Invariants
 *   - Each function that writes does so in one transaction of its own, and what it wrote is on disk when it returns 0.
 *     None may be called while a transaction is open.
 *   - Secrets are replaced by *** in everything that is written.
 *   - Nothing of a conversation is changed after it ended, and it is only deleted by journal_prune.
 *   - One process at a time goes on with the conversations of a journal: its owner holds the ledger's lease.
 */
#ifndef CORE_JOURNAL_H
#define CORE_JOURNAL_H

#include "core/db.h"
#include "core/scope.h"

enum { JOURNAL_RESULT_MAX = 64 << 10 /* bytes of a result that are kept; larger ones are left out */ };

/* Makes the tables where they are missing. */
int journal_create(struct db *db, struct error *error);

struct journal_name {
	const char *instance;
	const char *role;
	const char *goal;
	const char *task;
};

struct journal_entry {
	int64_t id;
	uint32_t turns;    /* moves written so far */
	const char *state; /* in scope memory; NULL: none yet */
	bool resumed;      /* it was there already */
};

/* The open conversation of this name, or a new one. */
int journal_open(struct db *db, const struct journal_name *name, int64_t now, struct scope *scope,
		 struct journal_entry *entry, struct error *error);

/* The move of turn number `turn` and the state to go on with. */
int journal_move(struct db *db, int64_t id, uint32_t turn, const char *instance, const struct apollo_move *move,
		 const char *state, int64_t now, struct error *error);

/* The reply to the request of turn number `turn`. */
int journal_reply(struct db *db, int64_t id, uint32_t turn, const struct apollo_reply *reply, int64_t now,
		  struct error *error);

struct journal_turn {
	int kind;                         /* enum apollo_move_kind */
	int64_t until;                    /* WAIT */
	const struct apollo_reply *reply; /* SEND: in scope memory, NULL where none was written */
};

/* What is known of turn number `turn`. */
int journal_turn(struct db *db, int64_t id, uint32_t turn, struct scope *scope, struct journal_turn *found,
		 struct error *error);

/* Its end: result where it is done, failure where it failed; the other is NULL. */
int journal_end(struct db *db, int64_t id, const char *result, const struct error *failure, int64_t now,
		struct error *error);

/* Deletes what of this role was last written to before `before`, and ended or may go open; how many conversations. */
int journal_prune(struct db *db, const char *role, bool also_open, int64_t before, int64_t *count, struct error *error);

#endif
