/* SPDX-License-Identifier: Apache-2.0 */
#include "core/db.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	STATEMENTS_MAX = 256,
	BUSY_MILLISECONDS = 10000,
	CACHE_DEFAULT = 64 << 20,
	/* The log is written back when it holds this many pages: large enough that a big hour is written once. */
	CHECKPOINT_PAGES = 16384
};

struct db_statement {
	sqlite3_stmt *compiled;
	const char *sql;
	struct db *db;
	int bind_result;
};

struct db {
	sqlite3 *handle;
	char *path;
	size_t count;
	struct db_statement statements[STATEMENTS_MAX];
};

/* What a person can do about a result of SQLite's. */
static const char *hint_of(int result)
{
	switch (result & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return "another program holds the database; wait for it, or find it with fuser";
	case SQLITE_FULL: return "the disk is full; make room and run the same command again, nothing is lost";
	case SQLITE_READONLY: return "the file or its folder cannot be written by this user";
	case SQLITE_CANTOPEN: return "check that the folder exists and that this user may write in it";
	case SQLITE_IOERR: return "the disk failed or is full; run the same command again once it works, nothing is lost";
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB: return "the file is damaged or is not a ledger; restore it from a copy";
	default: return "";
	}
}

static int code_of(int result)
{
	switch (result & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return ERROR_BUSY;
	case SQLITE_NOMEM: return APOLLO_NOMEM;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB: return ERROR_CORRUPT;
	case SQLITE_CONSTRAINT:
	case SQLITE_MISUSE:
	case SQLITE_ERROR: return APOLLO_BUG;
	default: return ERROR_IO;
	}
}

static int db_fail(struct db *db, int result, const char *what, struct error *error)
{
	const char *text = db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(result);
	int system = db->handle ? sqlite3_system_errno(db->handle) : 0;

	(void)error_set(error, code_of(result), "database %s: %s", db->path, what);
	if ((result & 0xff) == SQLITE_IOERR || (result & 0xff) == SQLITE_CANTOPEN)
		(void)error_detail(error, "%s%s%s", text, system ? ": " : "", system ? strerror(system) : "");
	else
		(void)error_detail(error, "%s", text);
	return error_hint(error, "%s", hint_of(result));
}

void db_set_wait(struct db *db, int milliseconds)
{
	(void)sqlite3_busy_timeout(db->handle, milliseconds);
}

static int settings_apply(struct db *db, unsigned flags, size_t cache, struct error *error)
{
	char sql[256];

	db_set_wait(db, BUSY_MILLISECONDS);
	(void)snprintf(sql, sizeof(sql), "PRAGMA cache_size = -%zu; PRAGMA temp_store = MEMORY;"
		       "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;",
		       (cache ? cache : CACHE_DEFAULT) / 1024);
	if (db_exec(db, sql, error) < 0)
		return error->code;
	if (flags & DB_READ_ONLY)
		return 0;
	(void)snprintf(sql, sizeof(sql), "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
		       "PRAGMA wal_autocheckpoint = %d; PRAGMA journal_size_limit = 67108864;", CHECKPOINT_PAGES);
	/* The log stays when the last one leaves: who may only read could not make it anew, and without it not read. */
	if (!(flags & DB_CREATE))
		(void)sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_PERSIST_WAL, &(int){1});
	return db_exec(db, sql, error);
}

int db_open(const char *path, unsigned flags, size_t cache, struct db **db, struct error *error)
{
	struct db *opened = calloc(1, sizeof(*opened));
	int mode = flags & DB_READ_ONLY ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
	int result;

	if (!opened || !(opened->path = strdup(path))) {
		free(opened);
		return error_memory(error, "a database connection");
	}
	if (!(flags & DB_CREATE) && access(path, F_OK) != 0) {
		(void)error_errno(error, "database %s cannot be opened", path);
		(void)error_hint(error, "make one with: apollo ledger init");
		db_close(opened);
		return error->code;
	}
	/* Counting the library's memory takes a lock at each allocation.  Refused, harmlessly, once a database was open. */
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if (flags & DB_CREATE)
		mode |= SQLITE_OPEN_CREATE;
	result = sqlite3_open_v2(path, &opened->handle, mode | SQLITE_OPEN_NOMUTEX, NULL);
	if (result != SQLITE_OK) {
		(void)db_fail(opened, result, "cannot be opened", error);
		db_close(opened);
		return error->code;
	}
	(void)sqlite3_extended_result_codes(opened->handle, 1);
	if (settings_apply(opened, flags, cache, error) < 0) {
		int code = error->code;

		db_close(opened);
		return code;
	}
	*db = opened;
	return 0;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < db->count; i++)
		(void)sqlite3_finalize(db->statements[i].compiled);
	(void)sqlite3_close(db->handle);
	free(db->path);
	free(db);
}

int db_exec(struct db *db, const char *sql, struct error *error)
{
	int result = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	return result == SQLITE_OK ? 0 : db_fail(db, result, "a statement failed", error);
}

int db_begin(struct db *db, struct error *error)
{
	return db_exec(db, "BEGIN IMMEDIATE", error);
}

int db_commit(struct db *db, struct error *error)
{
	int result;

	for (size_t i = 0; i < db->count; i++)
		(void)sqlite3_reset(db->statements[i].compiled);
	result = sqlite3_exec(db->handle, "COMMIT", NULL, NULL, NULL);
	if (result == SQLITE_OK)
		return 0;
	(void)db_fail(db, result, "a transaction could not be committed", error);
	db_rollback(db);
	return error->code;
}

void db_rollback(struct db *db)
{
	if (sqlite3_get_autocommit(db->handle))
		return;
	for (size_t i = 0; i < db->count; i++)
		(void)sqlite3_reset(db->statements[i].compiled);
	(void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

struct db_statement *db_statement(struct db *db, const char *sql, struct error *error)
{
	struct db_statement *statement;
	int result;

	for (size_t i = 0; i < db->count; i++)
		if (db->statements[i].sql == sql) {
			db_reset(&db->statements[i]);
			return &db->statements[i];
		}
	if (db->count == STATEMENTS_MAX) {
		(void)error_set(error, APOLLO_BUG, "more than %d statements are kept", STATEMENTS_MAX);
		return NULL;
	}
	statement = &db->statements[db->count];
	result = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement->compiled, NULL);
	if (result != SQLITE_OK) {
		(void)db_fail(db, result, "a statement cannot be prepared", error);
		return NULL;
	}
	statement->sql = sql;
	statement->db = db;
	statement->bind_result = SQLITE_OK;
	db->count++;
	return statement;
}

static void bound(struct db_statement *statement, int result)
{
	if (result != SQLITE_OK && statement->bind_result == SQLITE_OK)
		statement->bind_result = result;
}

void db_bind_int(struct db_statement *statement, int index, int64_t value)
{
	bound(statement, sqlite3_bind_int64(statement->compiled, index, value));
}

void db_bind_text(struct db_statement *statement, int index, const char *text)
{
	bound(statement, sqlite3_bind_text(statement->compiled, index, text, -1, SQLITE_STATIC));
}

void db_bind_blob(struct db_statement *statement, int index, const void *data, size_t size)
{
	bound(statement, sqlite3_bind_blob64(statement->compiled, index, size ? data : "", size, SQLITE_STATIC));
}

void db_bind_wide(struct db_statement *statement, int index, wide_t value)
{
	uint8_t bytes[WIDE_BYTES];

	wide_store(value, bytes);
	bound(statement, sqlite3_bind_blob(statement->compiled, index, bytes, WIDE_BYTES, SQLITE_TRANSIENT));
}

int db_step(struct db_statement *statement, struct error *error)
{
	int result = statement->bind_result;

	if (result == SQLITE_OK)
		result = sqlite3_step(statement->compiled);
	if (result == SQLITE_ROW)
		return 1;
	if (result == SQLITE_DONE)
		return 0;
	return db_fail(statement->db, result, "a statement failed", error);
}

int db_run(struct db_statement *statement, struct error *error)
{
	int code;

	do
		code = db_step(statement, error);
	while (code > 0);
	(void)sqlite3_reset(statement->compiled);
	return code;
}

int64_t db_int(struct db_statement *statement, int column)
{
	return sqlite3_column_int64(statement->compiled, column);
}

const char *db_text(struct db_statement *statement, int column)
{
	return (const char *)sqlite3_column_text(statement->compiled, column);
}

const void *db_blob(struct db_statement *statement, int column, size_t *size)
{
	const void *data = sqlite3_column_blob(statement->compiled, column);

	*size = (size_t)sqlite3_column_bytes(statement->compiled, column);
	return data;
}

wide_t db_wide(struct db_statement *statement, int column)
{
	size_t size;
	const void *data = db_blob(statement, column, &size);

	return data && size == WIDE_BYTES ? wide_load(data) : 0;
}

bool db_null(struct db_statement *statement, int column)
{
	return sqlite3_column_type(statement->compiled, column) == SQLITE_NULL;
}

void db_reset(struct db_statement *statement)
{
	(void)sqlite3_reset(statement->compiled);
	(void)sqlite3_clear_bindings(statement->compiled);
	statement->bind_result = SQLITE_OK;
}

int64_t db_changes(struct db *db)
{
	return sqlite3_changes(db->handle);
}

int db_checkpoint(struct db *db, struct error *error)
{
	int result = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);

	/* Somebody reading is no failure: the log is written back next time. */
	if (result == SQLITE_OK || result == SQLITE_BUSY)
		return 0;
	return db_fail(db, result, "the write-ahead log cannot be written back", error);
}

int db_check(struct db *db, struct error *error)
{
	sqlite3_stmt *check = NULL;
	int result = sqlite3_prepare_v2(db->handle, "PRAGMA integrity_check(1)", -1, &check, NULL);
	int code = 0;

	if (result == SQLITE_OK)
		result = sqlite3_step(check);
	if (result != SQLITE_ROW)
		code = db_fail(db, result, "cannot be checked", error);
	else if (strcmp((const char *)sqlite3_column_text(check, 0), "ok") != 0)
		code = error_set(error, ERROR_CORRUPT, "database %s is damaged: %s", db->path,
				 (const char *)sqlite3_column_text(check, 0));
	(void)sqlite3_finalize(check);
	return code;
}

int db_schema_check(struct db *db, const char *sql, struct error *error)
{
	sqlite3_stmt *check = NULL;
	int result = sqlite3_prepare_v2(db->handle, "SELECT 1 FROM sqlite_schema WHERE sql = ?1", -1, &check, NULL);
	int code = 0;

	for (const char *end; result == SQLITE_OK && code == 0 && (end = strchr(sql, ';')) != NULL; sql = end + 1) {
		(void)sqlite3_bind_text(check, 1, sql, (int)(end - sql), SQLITE_STATIC);
		if (sqlite3_step(check) != SQLITE_ROW)
			code = error_set(error, ERROR_CORRUPT, "database %s lacks what was made by: %.*s", db->path,
					 (int)(end - sql), sql);
		result = sqlite3_reset(check);
	}
	if (code == 0 && result != SQLITE_OK)
		code = db_fail(db, result, "cannot be checked", error);
	(void)sqlite3_finalize(check);
	return code;
}
