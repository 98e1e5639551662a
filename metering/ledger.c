/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/ledger.h"
#include "metering/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const kind_names[POSTING_KINDS] = {
	"?", "opened", "named", "taken", "hour", "late", "sent", "settled", "parked", "released", "rebooked", "written off",
	"terms", "closed", "forgotten", "reopened",
};

const char *posting_kind_name(int kind)
{
	return kind > 0 && kind < POSTING_KINDS ? kind_names[kind] : kind_names[0];
}

/* ---- named values ---- */

static int value_set(struct ledger *ledger, const char *name, const char *text, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"INSERT INTO ledger (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
		error);

	if (!statement)
		return error->code;
	db_bind_text(statement, 1, name);
	db_bind_text(statement, 2, text);
	return db_run(statement, error);
}

int ledger_set(struct ledger *ledger, const char *name, int64_t value, struct error *error)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%lld", (long long)value);
	return value_set(ledger, name, text, error);
}

/* The text of a value into `text`; 1 if it is there, 0 if not. */
static int value_get(struct ledger *ledger, const char *name, char *text, size_t room, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db, "SELECT value FROM ledger WHERE name = ?1", error);
	int code;

	if (!statement)
		return error->code;
	db_bind_text(statement, 1, name);
	code = db_step(statement, error);
	if (code == 1)
		(void)snprintf(text, room, "%s", db_text(statement, 0));
	if (code >= 0)
		db_reset(statement);
	return code;
}

int ledger_get(struct ledger *ledger, const char *name, int64_t otherwise, int64_t *value, struct error *error)
{
	char text[24];
	int code = value_get(ledger, name, text, sizeof(text), error);

	if (code < 0)
		return code;
	if (code == 0)
		*value = otherwise;
	else if (apollo_decimal_read(text, strlen(text), 0, APOLLO_EXACT, value) < 0)
		return error_set(error, ERROR_CORRUPT, "ledger %s: the value of %s is \"%s\", not a number", ledger->path,
				 name, text);
	return 0;
}

/* ---- hashes ---- */

static void put_int(uint8_t **at, int64_t value)
{
	for (int shift = 56; shift >= 0; shift -= 8)
		*(*at)++ = (uint8_t)((uint64_t)value >> shift);
}

/* A digest begins; the algorithm is fetched once, since a fetch costs more than the hash of a posting. */
static EVP_MD_CTX *digest_begin(void)
{
	static _Thread_local EVP_MD_CTX *context;
	static _Thread_local EVP_MD *sha256;

	if (!context) {
		context = EVP_MD_CTX_new();
		sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	}
	if (!context || !sha256 || EVP_DigestInit_ex2(context, sha256, NULL) != 1)
		abort();
	return context;
}

static void hash_bytes(const void *data, size_t size, uint8_t hash[HASH_BYTES])
{
	EVP_MD_CTX *context = digest_begin();
	unsigned length = 0;

	if (EVP_DigestUpdate(context, data, size) != 1 || EVP_DigestFinal_ex(context, hash, &length) != 1)
		abort();
}

void hash_parts(const struct hash_part *parts, size_t count, uint8_t hash[HASH_BYTES])
{
	EVP_MD_CTX *context = digest_begin();
	unsigned size = 0;

	for (size_t i = 0; i < count; i++) {
		uint8_t length[8], *at = length;

		put_int(&at, (int64_t)parts[i].size);
		if (EVP_DigestUpdate(context, length, sizeof(length)) != 1 ||
		    EVP_DigestUpdate(context, parts[i].data, parts[i].size) != 1)
			abort();
	}
	if (EVP_DigestFinal_ex(context, hash, &size) != 1)
		abort();
}


enum { NOTE_MAX = 1024, FIXED_BYTES = HASH_BYTES + 6 * 8 + LEDGER_AMOUNTS * 8 + 2 * WIDE_BYTES + 2 * 8 + HASH_BYTES + 8 };

void posting_hash(const struct posting *posting, int64_t sequence, const uint8_t before[HASH_BYTES],
		  uint8_t hash[HASH_BYTES])
{
	uint8_t bytes[FIXED_BYTES + NOTE_MAX], *at = bytes;
	size_t note = strlen(posting->note);

	if (note > NOTE_MAX)
		note = NOTE_MAX;
	memcpy(at, before, HASH_BYTES);
	at += HASH_BYTES;
	put_int(&at, sequence);
	put_int(&at, posting->kind);
	put_int(&at, posting->time);
	put_int(&at, posting->account);
	put_int(&at, posting->hour);
	put_int(&at, posting->claim);
	for (int i = 0; i < LEDGER_AMOUNTS; i++)
		put_int(&at, posting->amounts[i]);
	wide_store(posting->raw, at);
	wide_store(posting->remainder, at + WIDE_BYTES);
	at += 2 * WIDE_BYTES;
	put_int(&at, posting->samples);
	put_int(&at, posting->gap);
	memcpy(at, posting->evidence, HASH_BYTES);
	at += HASH_BYTES;
	put_int(&at, (int64_t)note);
	memcpy(at, posting->note, note);
	hash_bytes(bytes, (size_t)(at - bytes) + note, hash);
}

/* ---- postings ---- */

static int posting_check(const struct posting *posting, struct error *error)
{
	int64_t sum = 0;

	for (int i = 0; i < LEDGER_AMOUNTS; i++)
		if (posting->amounts[i] > LEDGER_AMOUNT_MAX || posting->amounts[i] < -LEDGER_AMOUNT_MAX ||
		    (i != METERED && !quantity_add(sum, posting->amounts[i], &sum)))
			return error_set(error, ERROR_INPUT, "the amounts of a posting leave the range of a quantity");
	if (sum != posting->amounts[METERED])
		return error_set(error, APOLLO_BUG, "a posting of kind \"%s\" is not balanced: metered %lld, the rest %lld",
				 posting_kind_name(posting->kind), (long long)posting->amounts[METERED], (long long)sum);
	if (strlen(posting->note) > NOTE_MAX)
		return error_set(error, APOLLO_BUG, "a posting's note is longer than %d bytes", NOTE_MAX);
	return 0;
}

/* Why a move changed no row: there is none, or a balance would have left its range. */
static int move_refused(struct ledger *ledger, int64_t account, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT subscription, dimension FROM account WHERE id = ?1", error);
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, account);
	code = db_step(statement, error);
	if (code < 0)
		return code;
	if (code == 0)
		(void)error_set(error, ERROR_CORRUPT, "ledger %s has no account %lld", ledger->path, (long long)account);
	else
		(void)error_set(error, ERROR_INPUT, "subscription %s, dimension %s: a balance would leave its range",
				db_text(statement, 0), db_text(statement, 1));
	db_reset(statement);
	return error->code;
}

static int account_move(struct ledger *ledger, const struct posting *posting, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"UPDATE account SET metered = metered + ?2, included = included + ?3, pending = pending + ?4,"
		" parked = parked + ?5, in_doubt = in_doubt + ?6, accepted = accepted + ?7,"
		" written_off = written_off + ?8, remainder = CASE ?9 WHEN 1 THEN ?10 ELSE remainder END WHERE id = ?1"
		" AND metered + ?2 " LEDGER_AMOUNT_RANGE " AND included + ?3 " LEDGER_AMOUNT_RANGE
		" AND pending + ?4 " LEDGER_AMOUNT_RANGE " AND parked + ?5 " LEDGER_AMOUNT_RANGE
		" AND in_doubt + ?6 " LEDGER_AMOUNT_RANGE " AND accepted + ?7 " LEDGER_AMOUNT_RANGE
		" AND written_off + ?8 " LEDGER_AMOUNT_RANGE, error);

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, posting->account);
	for (int i = 0; i < LEDGER_AMOUNTS; i++)
		db_bind_int(statement, 2 + i, posting->amounts[i]);
	db_bind_int(statement, 9, posting->kind == POSTING_HOUR || posting->kind == POSTING_LATE);
	db_bind_wide(statement, 10, posting->remainder);
	if (db_run(statement, error) < 0)
		return error->code;
	return db_changes(ledger->db) == 1 ? 0 : move_refused(ledger, posting->account, error);
}

static int posting_insert(struct ledger *ledger, const struct posting *posting, int64_t sequence,
			  const uint8_t hash[HASH_BYTES], struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"INSERT INTO posting (" POSTING_COLUMNS ") VALUES"
		" (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)", error);

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, sequence);
	db_bind_int(statement, 2, posting->kind);
	db_bind_int(statement, 3, posting->time);
	db_bind_int(statement, 4, posting->account);
	db_bind_int(statement, 5, posting->hour);
	db_bind_int(statement, 6, posting->claim);
	for (int i = 0; i < LEDGER_AMOUNTS; i++)
		db_bind_int(statement, 7 + i, posting->amounts[i]);
	db_bind_wide(statement, 14, posting->raw);
	db_bind_wide(statement, 15, posting->remainder);
	db_bind_int(statement, 16, posting->samples);
	db_bind_int(statement, 17, posting->gap);
	db_bind_blob(statement, 18, posting->evidence, HASH_BYTES);
	db_bind_text(statement, 19, posting->note);
	db_bind_blob(statement, 20, hash, HASH_BYTES);
	return db_run(statement, error);
}

/* A claim that is made, or one of zero that is told, moves nothing. */
static bool posting_moves(const struct posting *posting)
{
	bool moves = posting->kind == POSTING_HOUR || posting->kind == POSTING_LATE;

	for (int i = 0; i < LEDGER_AMOUNTS; i++)
		moves |= posting->amounts[i] != 0;
	return posting->account && moves;
}

int posting_append(struct ledger *ledger, const struct posting *posting, struct error *error)
{
	struct posting whole = *posting;
	uint8_t hash[HASH_BYTES];

	if (!whole.note)
		whole.note = "";
	if (posting_check(&whole, error) < 0)
		return error->code;
	if (posting_moves(&whole) && account_move(ledger, &whole, error) < 0)
		return error->code;
	posting_hash(&whole, ledger->sequence + 1, ledger->head, hash);
	if (posting_insert(ledger, &whole, ledger->sequence + 1, hash, error) < 0)
		return error->code;
	memcpy(ledger->head, hash, HASH_BYTES);
	ledger->sequence++;
	return 0;
}

int64_t posting_read(struct db_statement *statement, struct posting *posting, uint8_t hash[HASH_BYTES])
{
	const void *data;
	size_t size;

	*posting = (struct posting){
		.kind = (int)db_int(statement, 1),
		.time = db_int(statement, 2),
		.account = db_int(statement, 3),
		.hour = db_int(statement, 4),
		.claim = db_int(statement, 5),
		.raw = db_wide(statement, 13),
		.remainder = db_wide(statement, 14),
		.samples = db_int(statement, 15),
		.gap = db_int(statement, 16),
		.note = db_text(statement, 18),
	};
	for (int i = 0; i < LEDGER_AMOUNTS; i++)
		posting->amounts[i] = db_int(statement, 6 + i);
	if (!posting->note)
		posting->note = "";
	data = db_blob(statement, 17, &size);
	if (data && size == HASH_BYTES)
		memcpy(posting->evidence, data, HASH_BYTES);
	memset(hash, 0, HASH_BYTES);
	data = db_blob(statement, 19, &size);
	if (data && size == HASH_BYTES)
		memcpy(hash, data, HASH_BYTES);
	return db_int(statement, 0);
}

/* ---- transactions ---- */

/* The chain may have grown through another process since the last transaction. */
static int head_read(struct ledger *ledger, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT seq, hash FROM posting ORDER BY seq DESC LIMIT 1", error);
	const void *hash;
	size_t size;
	int code;

	if (!statement)
		return error->code;
	code = db_step(statement, error);
	if (code < 0)
		return code;
	ledger->sequence = 0;
	memset(ledger->head, 0, HASH_BYTES);
	if (code == 0)
		return 0;
	ledger->sequence = db_int(statement, 0);
	hash = db_blob(statement, 1, &size);
	if (hash && size == HASH_BYTES)
		memcpy(ledger->head, hash, HASH_BYTES);
	db_reset(statement);
	return 0;
}

static int state_read(struct ledger *ledger, struct error *error)
{
	int64_t epoch;

	if (head_read(ledger, error) < 0 || ledger_get(ledger, "closed", 0, &ledger->closed, error) < 0 ||
	    ledger_get(ledger, "epoch", 0, &epoch, error) < 0)
		return error->code;
	if (ledger->epoch && epoch != ledger->epoch)
		return error_set(error, ERROR_FENCED, "ledger %s was taken over by another run (epoch %lld, ours was %lld)",
				 ledger->path, (long long)epoch, (long long)ledger->epoch);
	return 0;
}

int ledger_begin(struct ledger *ledger, struct error *error)
{
	if (db_begin(ledger->db, error) < 0)
		return error->code;
	if (state_read(ledger, error) < 0) {
		db_rollback(ledger->db);
		return error->code;
	}
	return 0;
}

int ledger_commit(struct ledger *ledger, struct error *error)
{
	return db_commit(ledger->db, error);
}

void ledger_rollback(struct ledger *ledger)
{
	db_rollback(ledger->db);
}

/* ---- open, make, lease ---- */

int ledger_identity_hash(struct ledger *ledger, uint8_t hash[HASH_BYTES], struct error *error)
{
	static const char *const names[] = {"id", "format", "rehearsal", "made", "seed"};
	char texts[5][LEDGER_ID_TEXT] = {{0}};
	struct hash_part parts[5];

	for (size_t i = 0; i < 5; i++) {
		if (value_get(ledger, names[i], texts[i], sizeof(texts[i]), error) < 0)
			return error->code;
		parts[i] = (struct hash_part){texts[i], strlen(texts[i])};
	}
	hash_parts(parts, 5, hash);
	return 0;
}

static int identity_make(struct ledger *ledger, bool rehearsal, int64_t now, struct error *error)
{
	struct posting opened = {.kind = POSTING_OPENED, .time = now};
	uint8_t random[24];
	char id[LEDGER_ID_TEXT];
	uint64_t seed = 0;

	if (RAND_bytes(random, sizeof(random)) != 1)
		return error_set(error, ERROR_IO, "the system gives no random bytes for the ledger's id");
	for (int i = 0; i < 16; i++)
		(void)snprintf(id + 2 * i, 3, "%02x", random[i]);
	for (int i = 16; i < 24; i++)
		seed = seed << 8 | random[i];
	if (value_set(ledger, "id", id, error) < 0 || ledger_set(ledger, "format", LEDGER_FORMAT, error) < 0 ||
	    ledger_set(ledger, "rehearsal", rehearsal, error) < 0 || ledger_set(ledger, "made", now, error) < 0 ||
	    ledger_set(ledger, "seed", (int64_t)(seed >> 1), error) < 0 ||
	    ledger_identity_hash(ledger, opened.evidence, error) < 0)
		return error->code;
	opened.note = id;
	return posting_append(ledger, &opened, error);
}

/* Writes a new ledger into an empty file. */
static int ledger_make(const char *path, bool rehearsal, int64_t now, struct error *error)
{
	LEDGER_CLEANUP struct ledger ledger = {.lock = -1};

	ledger.path = strdup(path);
	if (!ledger.path)
		return error_memory(error, "the ledger");
	if (db_open(path, DB_CREATE, 0, &ledger.db, error) < 0 || db_begin(ledger.db, error) < 0 ||
	    db_exec(ledger.db, schema_sql, error) < 0 || identity_make(&ledger, rehearsal, now, error) < 0)
		return error->code;
	return db_commit(ledger.db, error);
}

static int already_there(const char *path, struct error *error)
{
	(void)error_set(error, ERROR_INPUT, "ledger %s is there already", path);
	return error_hint(error, "a ledger is made once; to begin anew, name another file");
}

/* The folder's entry is on disk when the folder is. */
static int folder_sync(const char *path, struct error *error)
{
	char *copy = strdup(path), *slash = copy ? strrchr(copy, '/') : NULL;
	int folder, code = 0;

	if (slash)
		slash[slash == copy] = '\0';
	folder = copy ? open(slash ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (folder < 0 || fsync(folder) < 0)
		code = error_errno(error, "the folder of ledger %s cannot be written to disk", path);
	if (folder >= 0)
		(void)close(folder);
	free(copy);
	return code;
}

int ledger_init(const char *path, bool rehearsal, int64_t now, struct error *error)
{
	static const char *const ends[] = {"-journal", "-wal", "-shm", ""};
	char making[4096], part[4096 + 16];
	int size = snprintf(making, sizeof(making), "%s.XXXXXX", path), file, code;

	if (access(path, F_OK) == 0)
		return already_there(path, error);
	/* Under another name until it is whole: half a ledger would be refused for ever. */
	file = size > 0 && size < (int)sizeof(making) ? mkostemp(making, O_CLOEXEC) : -1;
	if (file < 0) {
		(void)error_errno(error, "ledger %s cannot be made", path);
		return error_hint(error, "make its folder first, and check that this user may write in it");
	}
	(void)close(file);
	code = ledger_make(making, rehearsal, now, error);
	if (code >= 0 && link(making, path) < 0)
		code = errno == EEXIST ? already_there(path, error) : error_errno(error, "ledger %s cannot be made", path);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		(void)snprintf(part, sizeof(part), "%s%s", making, ends[i]);
		(void)unlink(part);
	}
	return code < 0 ? code : folder_sync(path, error);
}

static int identity_read(struct ledger *ledger, struct error *error)
{
	int64_t format, rehearsal;
	int code = ledger_get(ledger, "format", 0, &format, error);

	if (code < 0 && code != ERROR_IO && code != ERROR_BUSY) {
		(void)error_set(error, ERROR_CORRUPT, "%s is not a ledger of apollo's", ledger->path);
		return error_hint(error, "make one with: apollo ledger init");
	}
	if (code < 0)
		return code;
	if (format != LEDGER_FORMAT) {
		(void)error_set(error, APOLLO_CONFIG, "ledger %s has format %lld, this apollo reads format %d",
				ledger->path, (long long)format, LEDGER_FORMAT);
		return error_hint(error, "use the version of apollo that made it");
	}
	if (ledger_get(ledger, "rehearsal", 0, &rehearsal, error) < 0 ||
	    ledger_get(ledger, "seed", 0, &ledger->seed, error) < 0 ||
	    ledger_get(ledger, "closed", 0, &ledger->closed, error) < 0 ||
	    value_get(ledger, "id", ledger->id, sizeof(ledger->id), error) < 0)
		return error->code;
	ledger->rehearsal = rehearsal != 0;
	return 0;
}

int ledger_open(const char *path, bool read_only, size_t cache, struct ledger *ledger, struct error *error)
{
	struct ledger opened = {.lock = -1};

	opened.path = strdup(path);
	if (!opened.path)
		return error_memory(error, "the ledger");
	if (db_open(path, read_only ? DB_READ_ONLY : 0, cache, &opened.db, error) < 0 ||
	    identity_read(&opened, error) < 0) {
		ledger_close(&opened);
		return error->code;
	}
	*ledger = opened;
	return 0;
}

void ledger_close(struct ledger *ledger)
{
	ledger_unlease(ledger);
	db_close(ledger->db);
	free(ledger->path);
	ledger->db = NULL;
	ledger->path = NULL;
}

enum { EPOCH_DIGITS = 19 }; /* in the lease, and a newline */

/* The lease's file remembers the last epoch, so that a ledger that was put back from an old copy is seen: it knows nothing of what
 * the runs since then have told.  A file that says less than the ledger, or nothing, says nothing. */
static int epoch_check(int lock, const char *name, int64_t epoch, struct error *error)
{
	char text[EPOCH_DIGITS + 1];
	int64_t last;

	if (pread(lock, text, sizeof(text), 0) != sizeof(text) || text[EPOCH_DIGITS] != '\n' ||
	    apollo_decimal_read(text, EPOCH_DIGITS, 0, APOLLO_EXACT, &last) < 0 ||
	    last <= epoch)
		return 0;
	(void)error_set(error, ERROR_FENCED, "the ledger is older than the last run that used it here: it was put back from a copy, or"
			" another one stands in its place (it was used %lld times, this one %lld)", (long long)last, (long long)epoch);
	return error_hint(error, "what was told since then is not in it: reconcile with every marketplace, and then remove %s", name);
}

/* Written after the ledger knows it: a run killed in between leaves a file that says less. */
static void epoch_note(int lock, int64_t epoch)
{
	char text[EPOCH_DIGITS + 8];
	ssize_t written;

	(void)snprintf(text, sizeof(text), "%0*lld\n", EPOCH_DIGITS, (long long)epoch);
	written = pwrite(lock, text, EPOCH_DIGITS + 1, 0);
	(void)written; /* a full disk leaves it as it was */
}

int ledger_lease(struct ledger *ledger, int64_t now, struct error *error)
{
	FREE_CLEANUP char *name = NULL;
	int64_t epoch;
	int lock;

	if (asprintf(&name, "%s.lease", ledger->path) < 0)
		return error_memory(error, "the lease");
	lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock < 0) {
		(void)error_errno(error, "the lease %s cannot be opened", name);
		return error->code;
	}
	if (flock(lock, LOCK_EX | LOCK_NB) < 0) {
		(void)error_set(error, ERROR_LEASED, "another run holds the ledger (%s)", name);
		(void)close(lock);
		return error->code;
	}
	/* The kernel frees a dead holder's lock; the epoch shuts out one that lives but lost it. */
	if (db_begin(ledger->db, error) < 0 || ledger_get(ledger, "epoch", 0, &epoch, error) < 0 ||
	    epoch_check(lock, name, epoch, error) < 0 ||
	    ledger_set(ledger, "epoch", epoch + 1, error) < 0 ||
	    ledger_set(ledger, "leased", now, error) < 0 || db_commit(ledger->db, error) < 0) {
		db_rollback(ledger->db);
		(void)close(lock);
		return error->code;
	}
	epoch_note(lock, epoch + 1);
	ledger->lock = lock;
	ledger->epoch = epoch + 1;
	return 0;
}

void ledger_unlease(struct ledger *ledger)
{
	if (ledger->lock >= 0)
		(void)close(ledger->lock);
	ledger->lock = -1;
	ledger->epoch = 0;
}
