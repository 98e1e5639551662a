/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/schema.h"

#include "metering/ledger.h"

/*
 * CLUSTERED tables are kept in the order of their primary key, which is how they are read and written; another
 * database may leave the hint out.  All tables are strict: a value of another type than its column is refused, and found by
 * the structural check; INT is 64 bits (another database calls it BIGINT).  Amounts are micro-units, times microseconds.
 */
#define KEPT " STRICT"
#define CLUSTERED " STRICT, WITHOUT ROWID"

/* A sum beyond 64 bits would be kept as a floating point number: it is refused. */
#define RANGE(COLUMN) " CHECK (" COLUMN " " LEDGER_AMOUNT_RANGE ")"

#define AMOUNTS                                                                                           \
	" metered INT NOT NULL, included INT NOT NULL, pending INT NOT NULL, parked INT NOT NULL," \
	" in_doubt INT NOT NULL, accepted INT NOT NULL, written_off INT NOT NULL,"               \
	" CHECK (metered = included + pending + parked + in_doubt + accepted + written_off),"             \
	RANGE("metered") "," RANGE("included") "," RANGE("pending") "," RANGE("parked") "," RANGE("in_doubt") "," \
	RANGE("accepted") "," RANGE("written_off")

const char schema_sql[] =
	/* Named values: format, id, closed, epoch, ... */
	"CREATE TABLE ledger (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)" CLUSTERED ";"

	"CREATE TABLE origin (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)" KEPT ";"
	"CREATE TABLE series (id INTEGER PRIMARY KEY, subscription TEXT NOT NULL, meter TEXT NOT NULL,"
	" UNIQUE (subscription, meter))" KEPT ";"
	"CREATE TABLE account (id INTEGER PRIMARY KEY, subscription TEXT NOT NULL, dimension TEXT NOT NULL,"
	" remainder BLOB NOT NULL, due INT NOT NULL," AMOUNTS "," RANGE("due") ", UNIQUE (subscription, dimension))" KEPT ";"

	/* What accounts are worked out by, from which hour on; `seq` is the posting that vouches for it.  See terms.h. */
	"CREATE TABLE terms (seq INT NOT NULL, account INT NOT NULL, hour INT NOT NULL, series INT NOT NULL,"
	" aggregation INTEGER NOT NULL, hold INT NOT NULL, starts INT NOT NULL, ends INT NOT NULL,"
	" divide_by INT NOT NULL, included INT NOT NULL, unlimited INTEGER NOT NULL, reset_months INTEGER NOT NULL,"
	" sold INTEGER NOT NULL, PRIMARY KEY (seq, account))" CLUSTERED ";"

	/* Events, packed and sorted, of one hour each; see block.h. */
	"CREATE TABLE event_block (id INTEGER PRIMARY KEY, hour INT NOT NULL, events INT NOT NULL,"
	" data BLOB NOT NULL)" KEPT ";"
	"CREATE INDEX event_block_hour ON event_block (hour);"

	/* The ids of events taken in the dedupe window; see dedupe.h. */
	"CREATE TABLE key_generation (id INTEGER PRIMARY KEY, keys INT NOT NULL, newest INT NOT NULL,"
	" digest BLOB NOT NULL, filter BLOB)" KEPT ";"
	"CREATE TABLE event_key (generation INT NOT NULL, id BLOB NOT NULL, PRIMARY KEY (generation, id))" CLUSTERED ";"

	/* Closed hours that are to be worked out anew: events came for them afterwards, or they could not be posted. */
	"CREATE TABLE late (hour INT NOT NULL, series INT NOT NULL, PRIMARY KEY (hour, series))" CLUSTERED ";"

	"CREATE TABLE posting (seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, time INT NOT NULL,"
	" account INT NOT NULL, hour INT NOT NULL, claim INT NOT NULL, raw BLOB NOT NULL,"
	" remainder BLOB NOT NULL, samples INT NOT NULL, gap INT NOT NULL, evidence BLOB NOT NULL,"
	" note TEXT NOT NULL, hash BLOB NOT NULL," AMOUNTS ")" KEPT ";"
	"CREATE INDEX posting_hour ON posting (hour, account);"

	/* How much of a period's allowance is used: what was metered in it, and the part that was included. */
	"CREATE TABLE allowance (account INT NOT NULL, period INT NOT NULL, metered INT NOT NULL,"
	" included INT NOT NULL, PRIMARY KEY (account, period), " RANGE("metered") ")" CLUSTERED ";"

	/* Pending amounts that no claim has taken up, by the hour they come from; an account's sum of them is its `due`. */
	"CREATE TABLE due (account INT NOT NULL, hour INT NOT NULL, amount INT NOT NULL,"
	" PRIMARY KEY (account, hour), " RANGE("amount") ")" CLUSTERED ";"

	/* What a marketplace is told; see claim.h. */
	"CREATE TABLE claim (id INTEGER PRIMARY KEY, account INT NOT NULL, hour INT NOT NULL,"
	" oldest INT NOT NULL, amount INT NOT NULL, market TEXT NOT NULL, state INTEGER NOT NULL, maybe_taken INTEGER NOT NULL,"
	" alone INTEGER NOT NULL, tries INT NOT NULL, next INT NOT NULL, dispatch INT NOT NULL, record TEXT, body BLOB,"
	" held INT NOT NULL, reference TEXT, code TEXT, message TEXT, UNIQUE (hour, account))" KEPT ";"
	/* SQLite uses an index with a condition only for a query that repeats the condition: "state = 1" alone is read through the
	 * whole table, every claim that ever was. */
	"CREATE INDEX claim_open ON claim (market, state, id) WHERE state < 3;"
	"CREATE INDEX claim_age ON claim (market, oldest) WHERE state < 3;"
	"CREATE INDEX claim_parked ON claim (market, hour) WHERE state = 4;"
	"CREATE INDEX claim_dispatch ON claim (dispatch) WHERE state = 2;"
	"CREATE TABLE claim_link (claim INT NOT NULL, hour INT NOT NULL, amount INT NOT NULL,"
	" PRIMARY KEY (claim, hour))" CLUSTERED ";"

	/* Requests that were sent, and what came back. */
	"CREATE TABLE dispatch (id INTEGER PRIMARY KEY, market TEXT NOT NULL, time INT NOT NULL,"
	" claims INT NOT NULL, digest BLOB NOT NULL, status INT, reply BLOB, settled INT)" KEPT ";"
	"CREATE INDEX dispatch_open ON dispatch (market, id) WHERE settled IS NULL;"

	/* Whether a subscription may be charged, as the marketplace last said. */
	"CREATE TABLE admission (subscription TEXT NOT NULL PRIMARY KEY, time INT NOT NULL,"
	" outcome INTEGER NOT NULL, code TEXT, message TEXT)" CLUSTERED ";"

	/* How far each source was collected. */
	"CREATE TABLE cursor (source TEXT NOT NULL, subscription TEXT NOT NULL, meter TEXT NOT NULL,"
	" until INT NOT NULL, cursor TEXT, PRIMARY KEY (subscription, meter, source))" CLUSTERED ";";
