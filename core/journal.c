/* SPDX-License-Identifier: Apache-2.0 */
#include "core/journal.h"
#include "core/buffer.h"
#include "core/log.h"
#include "core/request.h"

#include <apollo/kit.h>
#include <string.h>

enum { HEADERS_MAX = 256, HEADER_TEXT_MAX = 256 << 10 };

static const char schema[] =
	"CREATE TABLE IF NOT EXISTS conversation ("
	" id INTEGER PRIMARY KEY, instance TEXT NOT NULL, role TEXT NOT NULL, goal TEXT NOT NULL, task TEXT NOT NULL,"
	" status TEXT NOT NULL, turns INTEGER NOT NULL, state TEXT, result TEXT, code INTEGER, message TEXT,"
	" detail TEXT, hint TEXT, started INTEGER NOT NULL, updated INTEGER NOT NULL);"
	"CREATE INDEX IF NOT EXISTS conversation_open ON conversation (status, instance, goal);"
	"CREATE INDEX IF NOT EXISTS conversation_updated ON conversation (updated);"
	"CREATE TABLE IF NOT EXISTS conversation_turn ("
	" conversation INTEGER NOT NULL, turn INTEGER NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL,"
	" request TEXT, until INTEGER, replied INTEGER, reply_status INTEGER, reply_error TEXT,"
	" reply_headers TEXT, reply_body BLOB, PRIMARY KEY (conversation, turn));";

int journal_create(struct db *db, struct error *error)
{
	return db_exec(db, schema, error);
}

static void rollback(struct db **db)
{
	if (*db)
		db_rollback(*db);
}

/* Begins a transaction that is undone at the end of the block unless DB is set to NULL after its commit. */
#define ROLLBACK CLEANUP(rollback)

static int turns_commit(struct db **open, struct error *error)
{
	int code = db_commit(*open, error);

	if (code == 0)
		*open = NULL;
	return code;
}

/* A text without secrets, in scope memory; NULL gives NULL. */
static const char *redacted(struct scope *scope, const char *text)
{
	char *copy = scope_text(scope, text);
	size_t size = copy ? strlen(copy) : 0;

	if (copy)
		log_redact(copy, &size);
	return copy;
}

/* ---- opening ----------------------------------------------------------------------------------------------- */

/* 1: found; 0: there is none. */
static int entry_find(struct db *db, const struct journal_name *name, struct scope *scope,
		      struct journal_entry *entry, struct error *error)
{
	static const char sql[] = "SELECT id, turns, state FROM conversation WHERE status = 'open' AND instance = ?1"
				  " AND goal = ?2 AND role = ?3 AND task = ?4";
	struct db_statement *statement = db_statement(db, sql, error);
	int code;

	if (!statement)
		return error->code;
	db_bind_text(statement, 1, name->instance);
	db_bind_text(statement, 2, name->goal);
	db_bind_text(statement, 3, name->role);
	db_bind_text(statement, 4, name->task);
	code = db_step(statement, error);
	if (code == 1) {
		*entry = (struct journal_entry){db_int(statement, 0), (uint32_t)db_int(statement, 1), NULL, true};
		entry->state = scope_text(scope, db_text(statement, 2));
		if (!db_null(statement, 2) && !entry->state)
			code = error_memory(error, "a conversation's state");
	}
	db_reset(statement);
	return code;
}

static int entry_insert(struct db *db, const struct journal_name *name, int64_t now, struct journal_entry *entry,
			struct error *error)
{
	static const char highest[] = "SELECT COALESCE(MAX(id), 0) + 1 FROM conversation";
	static const char sql[] = "INSERT INTO conversation"
				  " (id, instance, role, goal, task, status, turns, started, updated)"
				  " VALUES (?1, ?2, ?3, ?4, ?5, 'open', 0, ?6, ?6)";
	struct db_statement *statement = db_statement(db, highest, error);
	int code;

	if (!statement)
		return error->code;
	code = db_step(statement, error);
	*entry = (struct journal_entry){.id = code == 1 ? db_int(statement, 0) : 0};
	db_reset(statement);
	if (code < 0 || !(statement = db_statement(db, sql, error)))
		return error->code;
	db_bind_int(statement, 1, entry->id);
	db_bind_text(statement, 2, name->instance);
	db_bind_text(statement, 3, name->role);
	db_bind_text(statement, 4, name->goal);
	db_bind_text(statement, 5, name->task);
	db_bind_int(statement, 6, now);
	return db_run(statement, error);
}

int journal_open(struct db *db, const struct journal_name *name, int64_t now, struct scope *scope,
		 struct journal_entry *entry, struct error *error)
{
	struct db *open ROLLBACK = NULL;
	struct journal_entry found;
	int code = db_begin(db, error);

	if (code < 0)
		return code;
	open = db;
	code = entry_find(db, name, scope, &found, error);
	if (code == 0)
		code = entry_insert(db, name, now, &found, error);
	if (code < 0 || (code = turns_commit(&open, error)) < 0)
		return code;
	*entry = found;
	return 0;
}

/* ---- moves ------------------------------------------------------------------------------------------------- */

static int turn_insert(struct db *db, int64_t id, uint32_t turn, const char *instance, const struct apollo_move *move,
		       int64_t now, struct error *error)
{
	static const char sql[] = "INSERT INTO conversation_turn (conversation, turn, kind, at, request, until)"
				  " VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
	struct buffer request BUFFER_CLEANUP = buffer_init(REQUEST_WRITTEN_MAX);
	struct db_statement *statement = db_statement(db, sql, error);
	int code;

	if (!statement)
		return error->code;
	if (move->kind == APOLLO_SEND)
		request_write(&request, instance, move->request);
	if (buffer_failed(&request))
		return error_memory(error, "a request's journal");
	db_bind_int(statement, 1, id);
	db_bind_int(statement, 2, turn);
	db_bind_int(statement, 3, move->kind);
	db_bind_int(statement, 4, now);
	if (move->kind == APOLLO_SEND)
		db_bind_text(statement, 5, buffer_string(&request));
	else
		db_bind_int(statement, 6, move->until);
	code = db_run(statement, error);
	return code;
}

static int state_update(struct db *db, int64_t id, uint32_t turns, const char *state, int64_t now, struct error *error)
{
	static const char sql[] = "UPDATE conversation SET turns = ?2, state = ?3, updated = ?4 WHERE id = ?1";
	struct scope scope SCOPE_CLEANUP = scope_init(4 << 20);
	const char *kept = redacted(&scope, state);
	struct db_statement *statement = db_statement(db, sql, error);

	if (!statement)
		return error->code;
	if (state && !kept)
		return error_memory(error, "a conversation's state");
	db_bind_int(statement, 1, id);
	db_bind_int(statement, 2, turns);
	db_bind_text(statement, 3, kept);
	db_bind_int(statement, 4, now);
	return db_run(statement, error);
}

int journal_move(struct db *db, int64_t id, uint32_t turn, const char *instance, const struct apollo_move *move,
		 const char *state, int64_t now, struct error *error)
{
	struct db *open ROLLBACK = NULL;
	int code = db_begin(db, error);

	if (code < 0)
		return code;
	open = db;
	code = turn_insert(db, id, turn, instance, move, now, error);
	if (code == 0)
		code = state_update(db, id, turn + 1, state, now, error);
	return code < 0 ? code : turns_commit(&open, error);
}

/* ---- replies ----------------------------------------------------------------------------------------------- */

/* "Name: value" lines. */
static void headers_write(struct buffer *buffer, const struct apollo_reply *reply)
{
	for (size_t i = 0; i < reply->header_count; i++)
		(void)buffer_print(buffer, "%s: %s\n", reply->headers[i].name, reply->headers[i].value);
	if (buffer->data)
		log_redact(buffer->data, &buffer->size);
}

int journal_reply(struct db *db, int64_t id, uint32_t turn, const struct apollo_reply *reply, int64_t now,
		  struct error *error)
{
	static const char sql[] = "UPDATE conversation_turn SET replied = ?3, reply_status = ?4, reply_error = ?5,"
				  " reply_headers = ?6, reply_body = ?7 WHERE conversation = ?1 AND turn = ?2";
	struct buffer headers BUFFER_CLEANUP = buffer_init(HEADER_TEXT_MAX);
	struct buffer body BUFFER_CLEANUP = buffer_init(reply->body_size);
	struct db_statement *statement = db_statement(db, sql, error);

	if (!statement)
		return error->code;
	headers_write(&headers, reply);
	(void)buffer_append(&body, reply->body, reply->body_size);
	if (buffer_failed(&headers) || buffer_failed(&body))
		return error_memory(error, "a reply's journal");
	log_redact(body.data, &body.size);
	db_bind_int(statement, 1, id);
	db_bind_int(statement, 2, turn);
	db_bind_int(statement, 3, now);
	db_bind_int(statement, 4, reply->status);
	db_bind_text(statement, 5, reply->transport_error);
	db_bind_text(statement, 6, buffer_string(&headers));
	db_bind_blob(statement, 7, body.data, body.size);
	return db_run(statement, error);
}

/* Cuts the lines back into headers, in place. */
static int headers_read(char *text, struct scope *scope, struct apollo_reply *reply)
{
	struct apollo_header *headers = scope_alloc(scope, HEADERS_MAX * sizeof(*headers));
	char *end, *colon;

	if (!text || !headers)
		return APOLLO_NOMEM;
	for (; reply->header_count < HEADERS_MAX && (end = strchr(text, '\n')) != NULL; text = end + 1) {
		*end = '\0';
		colon = strstr(text, ": ");
		if (!colon)
			continue;
		*colon = '\0';
		headers[reply->header_count++] = (struct apollo_header){text, colon + 2};
	}
	reply->headers = headers;
	return 0;
}

/* The reply in the row that a statement stands at; NULL where memory is short. */
static struct apollo_reply *reply_read(struct db_statement *statement, struct scope *scope)
{
	struct apollo_reply *reply = scope_alloc(scope, sizeof(*reply));
	const char *text = db_text(statement, 5);
	const void *body;
	size_t size = 0;

	if (!reply)
		return NULL;
	body = db_blob(statement, 6, &size);
	reply->size = sizeof(*reply);
	reply->status = (int32_t)db_int(statement, 3);
	reply->transport_error = scope_text(scope, db_text(statement, 4));
	reply->body = scope_copy(scope, body, size);
	reply->body_size = size;
	if (!reply->body || headers_read(scope_text(scope, text ? text : ""), scope, reply) < 0)
		return NULL;
	if (!reply->status && !reply->transport_error)
		reply->transport_error = "no answer";
	return reply;
}

int journal_turn(struct db *db, int64_t id, uint32_t turn, struct scope *scope, struct journal_turn *found,
		 struct error *error)
{
	static const char sql[] = "SELECT kind, until, replied, reply_status, reply_error, reply_headers, reply_body"
				  " FROM conversation_turn WHERE conversation = ?1 AND turn = ?2";
	struct db_statement *statement = db_statement(db, sql, error);
	struct journal_turn read = {0};
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, id);
	db_bind_int(statement, 2, turn);
	code = db_step(statement, error);
	if (code == 0)
		code = error_set(error, ERROR_CORRUPT, "turn %u of conversation %lld is not in the journal",
				 (unsigned)turn, (long long)id);
	if (code == 1) {
		read.kind = (int)db_int(statement, 0);
		read.until = db_int(statement, 1);
		if (!db_null(statement, 2) && !(read.reply = reply_read(statement, scope)))
			code = error_memory(error, "a reply from the journal");
	}
	db_reset(statement);
	if (code < 0)
		return code;
	*found = read;
	return 0;
}

/* ---- ends -------------------------------------------------------------------------------------------------- */

int journal_end(struct db *db, int64_t id, const char *result, const struct error *failure, int64_t now,
		struct error *error)
{
	static const char sql[] = "UPDATE conversation SET status = ?2, result = ?3, code = ?4, message = ?5,"
				  " detail = ?6, hint = ?7, updated = ?8 WHERE id = ?1";
	struct scope scope SCOPE_CLEANUP = scope_init(4 * JOURNAL_RESULT_MAX);
	struct db_statement *statement = db_statement(db, sql, error);

	if (!statement)
		return error->code;
	if (result && strnlen(result, JOURNAL_RESULT_MAX + 1) > JOURNAL_RESULT_MAX)
		result = NULL;
	db_bind_int(statement, 1, id);
	db_bind_text(statement, 2, failure ? "failed" : "done");
	db_bind_text(statement, 3, redacted(&scope, result));
	if (failure) {
		db_bind_int(statement, 4, failure->code);
		db_bind_text(statement, 5, redacted(&scope, failure->message));
		db_bind_text(statement, 6, redacted(&scope, failure->detail));
		db_bind_text(statement, 7, redacted(&scope, failure->hint));
	}
	db_bind_int(statement, 8, now);
	return db_run(statement, error);
}

static int prune_run(struct db *db, const char *sql, const char *role, bool open, int64_t before, struct error *error)
{
	struct db_statement *statement = db_statement(db, sql, error);

	if (!statement)
		return error->code;
	db_bind_text(statement, 1, role);
	db_bind_int(statement, 2, before);
	db_bind_int(statement, 3, open);
	return db_run(statement, error);
}

#define OLD "role = ?1 AND updated < ?2 AND (status <> 'open' OR ?3 = 1)"

int journal_prune(struct db *db, const char *role, bool also_open, int64_t before, int64_t *count, struct error *error)
{
	static const char turns[] = "DELETE FROM conversation_turn WHERE conversation IN (SELECT id FROM conversation WHERE " OLD ")";
	static const char conversations[] = "DELETE FROM conversation WHERE " OLD;
	struct db *open ROLLBACK = NULL;
	int64_t deleted = 0;
	int code = db_begin(db, error);

	if (code < 0)
		return code;
	open = db;
	code = prune_run(db, turns, role, also_open, before, error);
	if (code == 0)
		code = prune_run(db, conversations, role, also_open, before, error);
	if (code == 0)
		deleted = db_changes(db);
	if (code < 0 || (code = turns_commit(&open, error)) < 0)
		return code;
	*count = deleted;
	return 0;
}
