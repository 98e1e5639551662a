/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db.h - the one thin door to the database.
 *
 * Invariants: SQL outside this file is plain enough for PostgreSQL too (no rowid tricks, no SQLite functions,
 * `INSERT ... ON CONFLICT`, parameters as ?1 ?2).  SQLite runs in WAL mode with synchronous FULL: when db_commit
 * returns 0 the transaction is on disk.  One connection is used by one thread.
 * The log and its index stay beside the file, empty, when the last connection ends, so that a user who may only read can
 * open it; a file that was opened with DB_CREATE is left alone instead.
 * A statement is prepared once for its text and kept; db_statement gives it reset and with nothing bound.
 * The first failure of a run of binds is remembered and given by the next db_step, so binds need no checks.
 */
#ifndef CORE_DB_H
#define CORE_DB_H

#include "core/error.h"
#include "core/quantity.h"

#include <stdbool.h>
#include <stddef.h>

struct db;
struct db_statement;

enum db_open_flags {
	DB_CREATE = 1,  /* make the file if there is none; without it a missing file is an error */
	DB_READ_ONLY = 2
};

/* Opens the file.  cache: page cache ceiling in bytes; 0: 64 MiB.  Errors say whether the file is missing, locked,
 * read-only, or not a database, and what to do. */
int db_open(const char *path, unsigned flags, size_t cache, struct db **db, struct error *error);
void db_close(struct db *db);
static inline void db_close_pointer(struct db **db)
{
	db_close(*db);
}
#define DB_CLEANUP __attribute__((cleanup(db_close_pointer)))

/* Runs statements without parameters, separated by semicolons. */
int db_exec(struct db *db, const char *sql, struct error *error);

/* One writer at a time: begin waits for another process at most 10 s, or as long as db_set_wait says, then
 * ERROR_BUSY.  Transactions do not nest.
 * db_rollback does nothing where no transaction is open. */
int db_begin(struct db *db, struct error *error);
int db_commit(struct db *db, struct error *error);
void db_rollback(struct db *db);
void db_set_wait(struct db *db, int milliseconds);

/* The kept statement for this text, reset; sql must be a constant, it is known by its address.  NULL on failure. */
struct db_statement *db_statement(struct db *db, const char *sql, struct error *error);

/* Parameters count from 1.  Texts and blobs must stay valid until the statement's next reset. */
void db_bind_int(struct db_statement *statement, int index, int64_t value);
void db_bind_text(struct db_statement *statement, int index, const char *text); /* NULL binds null */
void db_bind_blob(struct db_statement *statement, int index, const void *data, size_t size);
void db_bind_wide(struct db_statement *statement, int index, wide_t value); /* WIDE_BYTES big-endian */

/* 1: a row is there; 0: done; negative: failed. */
int db_step(struct db_statement *statement, struct error *error);

/* Steps a statement that gives no rows to its end, and resets it. */
int db_run(struct db_statement *statement, struct error *error);

/* Columns count from 0; valid until the next step or reset. */
int64_t db_int(struct db_statement *statement, int column);
const char *db_text(struct db_statement *statement, int column); /* NULL for null */
const void *db_blob(struct db_statement *statement, int column, size_t *size);
wide_t db_wide(struct db_statement *statement, int column); /* 0 for null or a wrong size */
bool db_null(struct db_statement *statement, int column);

void db_reset(struct db_statement *statement);

/* Rows changed by the last db_run. */
int64_t db_changes(struct db *db);

/* Writes the write-ahead log back into the file and empties it. */
int db_checkpoint(struct db *db, struct error *error);

/* SQLite's own structural check; 0 if sound, ERROR_CORRUPT with the first finding otherwise. */
int db_check(struct db *db, struct error *error);

/* Whether every statement of the text, separated by semicolons and each making a table or an index, is in the database as it
 * is written there; ERROR_CORRUPT with the first that is not. */
int db_schema_check(struct db *db, const char *sql, struct error *error);

#endif
