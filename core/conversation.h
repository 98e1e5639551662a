/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conversation.h - runs a plugin's conversations, and journals them so that they survive being killed.
 *
 * Invariants
 *   - A conversation is named by instance, role, goal and task (the task's text, byte for byte).  At most one with
 *     the same name is open in a journal; starting it again goes on with it.
 *   - The move and the state that the plugin left are on disk before the request leaves; the reply is on disk
 *     before the next turn.  Where the process dies between the two, the plugin is resumed without a reply.
 *   - Secrets are replaced by *** in everything that is journalled; of an APOLLO_CONFIDENTIAL request neither body
 *     nor reply is written.  After a resume the reply to such a request is unknown.
 *   - It ends at the latest after CONVERSATION_TURNS_MAX turns and at its deadline.
 *   - What a remote service must not cost: no reply is kept after the next turn's move but in the journal, and the
 *     journal is pruned by conversations_prune.
 *   - In a dry run nothing is journalled: the first request is printed and the conversation fails with
 *     ERROR_DRY_RUN.  When the engine is stopped it fails with ERROR_STOPPED and stays open in the journal.
 */
#ifndef CORE_CONVERSATION_H
#define CORE_CONVERSATION_H

#include "core/exchange.h"

enum { CONVERSATION_TURNS_MAX = 10000, CONVERSATIONS_MAX = 100000, CONVERSATION_TASK_MAX = 1 << 20 };

#define CONVERSATION_DEADLINE INT64_C(3600000000) /* an hour, microseconds; counted anew after a resume */

struct db;
struct conversations;

/* What is to be reached.  Copied, but for instance, which lives until done was called. */
struct conversation_goal {
	struct instance *instance;
	enum role role;
	const char *goal;
	const char *task;              /* a JSON object */
	int64_t deadline;              /* microseconds; 0: CONVERSATION_DEADLINE */
	struct exchange_policy policy; /* of its requests; zeros: the engine's */
};

/* result: JSON, NULL where it failed; then error says why, with the plugin's code.  Both live until it returns.
 * It may start conversations. */
typedef void (*conversation_done)(void *context, const char *result, const struct error *error);

/* db: the journal, whose tables are made where they are missing; NULL: nothing is journalled.  Both outlive it.  No
 * transaction is open on db while a conversation is started or exchanges_run runs: the journal's are its own. */
int conversations_new(struct exchanges *exchanges, struct db *db, struct conversations **conversations,
		      struct error *error);

/* Leaves what is open as it is in the journal; calls nobody. */
void conversations_free(struct conversations **conversations);
#define CONVERSATIONS_CLEANUP __attribute__((cleanup(conversations_free)))

/* Starts one, or goes on with the open one of the same name.  done is called from within exchanges_run.
 * APOLLO_UNSUPPORTED where the instance does not offer the role; ERROR_BUSY where this engine runs it already. */
int conversation_start(struct conversations *conversations, const struct conversation_goal *goal,
		       conversation_done done, void *context, struct error *error);

/* As exchanges_run, on the engine's exchanges. */
int conversations_run(struct conversations *conversations, struct error *error);

/* The conversations that were started with this context stay as they are in the journal and call nobody: their owner
 * ends. */
void conversations_forget(struct conversations *conversations, const void *context);

/* Starts one and runs the engine until it is done; others on the same engine go on meanwhile.  The result is JSON in
 * `scope`. */
int conversation_run(struct conversations *conversations, const struct conversation_goal *goal, struct scope *scope,
		     const char **result, struct error *error);

/* Deletes from the journal the conversations of a role that were last written to before `before` (microseconds since
 * 1970) and have ended.  also_open: those that have not ended too, where nobody will start them again.  Gives how many. */
int conversations_prune(struct db *db, enum role role, bool also_open, int64_t before, int64_t *count,
			struct error *error);

#endif
