/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/schema.h"

#include "metering/ledger.h"

/*
 * CLUSTERED tables are kept in the order of their primary key, which is how they are read and written; another
 * database may leave the hint out.  Amounts are micro-units, times microseconds.
 */
#define CLUSTERED " WITHOUT ROWID"

/* A sum beyond 64 bits would be kept as a floating point number: it is refused. */
#define RANGE(COLUMN) " CHECK (" COLUMN " " LEDGER_AMOUNT_RANGE ")"

#define AMOUNTS                                                                                           \
	" metered BIGINT NOT NULL, included BIGINT NOT NULL, pending BIGINT NOT NULL, parked BIGINT NOT NULL," \
	" in_doubt BIGINT NOT NULL, accepted BIGINT NOT NULL, written_off BIGINT NOT NULL,"               \
	" CHECK (metered = included + pending + parked + in_doubt + accepted + written_off),"             \
	RANGE("metered") "," RANGE("included") "," RANGE("pending") "," RANGE("parked") "," RANGE("in_doubt") "," \
	RANGE("accepted") "," RANGE("written_off")

const char schema_sql[] =
	/* Named values: format, id, closed, epoch, ... */
	"CREATE TABLE ledger (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)" CLUSTERED ";"

	"CREATE TABLE origin (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
	"CREATE TABLE series (id INTEGER PRIMARY KEY, subscription TEXT NOT NULL, meter TEXT NOT NULL,"
	" UNIQUE (subscription, meter));"
	"CREATE TABLE account (id INTEGER PRIMARY KEY, subscription TEXT NOT NULL, dimension TEXT NOT NULL,"
	" remainder BLOB NOT NULL," AMOUNTS ", UNIQUE (subscription, dimension));"

	/* Events, packed and sorted, of one hour each; see block.h. */
	"CREATE TABLE event_block (id INTEGER PRIMARY KEY, hour BIGINT NOT NULL, events BIGINT NOT NULL,"
	" data BLOB NOT NULL);"
	"CREATE INDEX event_block_hour ON event_block (hour);"

	/* The ids of events taken in the dedupe window; see dedupe.h. */
	"CREATE TABLE key_generation (id INTEGER PRIMARY KEY, keys BIGINT NOT NULL, newest BIGINT NOT NULL,"
	" digest BLOB NOT NULL, filter BLOB);"
	"CREATE TABLE event_key (generation BIGINT NOT NULL, id BLOB NOT NULL, PRIMARY KEY (generation, id))" CLUSTERED ";"

	/* Closed hours that events came for afterwards; emptied when the next hour closes. */
	"CREATE TABLE late (hour BIGINT NOT NULL, series BIGINT NOT NULL, PRIMARY KEY (hour, series))" CLUSTERED ";"

	"CREATE TABLE posting (seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, time BIGINT NOT NULL,"
	" account BIGINT NOT NULL, hour BIGINT NOT NULL, claim BIGINT NOT NULL, raw BLOB NOT NULL,"
	" remainder BLOB NOT NULL, samples BIGINT NOT NULL, gap BIGINT NOT NULL, evidence BLOB NOT NULL,"
	" note TEXT NOT NULL, hash BLOB NOT NULL," AMOUNTS ");"
	"CREATE INDEX posting_hour ON posting (hour, account);"

	/* How much of a period's allowance is used: what was metered in it, and the part that was included. */
	"CREATE TABLE allowance (account BIGINT NOT NULL, period BIGINT NOT NULL, metered BIGINT NOT NULL,"
	" included BIGINT NOT NULL, PRIMARY KEY (account, period), " RANGE("metered") ")" CLUSTERED ";"

	/* Pending amounts that no claim has taken up, by the hour they come from. */
	"CREATE TABLE due (account BIGINT NOT NULL, hour BIGINT NOT NULL, amount BIGINT NOT NULL,"
	" PRIMARY KEY (account, hour), " RANGE("amount") ")" CLUSTERED ";"

	/* What a marketplace is told; see claim.h. */
	"CREATE TABLE claim (id INTEGER PRIMARY KEY, account BIGINT NOT NULL, hour BIGINT NOT NULL,"
	" amount BIGINT NOT NULL, market TEXT NOT NULL, state INTEGER NOT NULL, maybe_taken INTEGER NOT NULL,"
	" alone INTEGER NOT NULL, tries BIGINT NOT NULL, next BIGINT NOT NULL, dispatch BIGINT NOT NULL, record TEXT, body BLOB,"
	" held BIGINT NOT NULL, reference TEXT, code TEXT, message TEXT, UNIQUE (hour, account));"
	"CREATE INDEX claim_open ON claim (market, state, id) WHERE state < 3;"
	"CREATE INDEX claim_age ON claim (market, hour) WHERE state < 3;"
	"CREATE INDEX claim_parked ON claim (market, hour) WHERE state = 4;"
	"CREATE INDEX claim_dispatch ON claim (dispatch) WHERE state = 2;"
	"CREATE TABLE claim_link (claim BIGINT NOT NULL, hour BIGINT NOT NULL, amount BIGINT NOT NULL,"
	" PRIMARY KEY (claim, hour))" CLUSTERED ";"

	/* Requests that were sent, and what came back. */
	"CREATE TABLE dispatch (id INTEGER PRIMARY KEY, market TEXT NOT NULL, time BIGINT NOT NULL,"
	" claims BIGINT NOT NULL, digest BLOB NOT NULL, status BIGINT, reply BLOB, settled BIGINT);"
	"CREATE INDEX dispatch_open ON dispatch (market, id) WHERE settled IS NULL;"

	/* Whether a subscription may be charged, as the marketplace last said. */
	"CREATE TABLE admission (subscription TEXT NOT NULL PRIMARY KEY, time BIGINT NOT NULL,"
	" outcome INTEGER NOT NULL, code TEXT, message TEXT)" CLUSTERED ";"

	/* How far each source was collected. */
	"CREATE TABLE cursor (source TEXT NOT NULL, subscription TEXT NOT NULL, meter TEXT NOT NULL,"
	" until BIGINT NOT NULL, cursor TEXT, PRIMARY KEY (subscription, meter, source))" CLUSTERED ";";
