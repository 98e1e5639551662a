/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/statement.h"

#include "metering/block.h"
#include "metering/claim.h"

#include <stdlib.h>
#include <string.h>

/* [from, to) in the parameters 2 and 3, from the beginning of the hour that each falls into. */
static void hours_bind(struct db_statement *statement, int64_t from, int64_t to)
{
	db_bind_int(statement, 2, hour_of(from));
	db_bind_int(statement, 3, hour_of(to));
}

static int sums_read(struct ledger *ledger, const char *sql, int64_t account, int64_t from, int64_t to,
		     int64_t *const *sums, int count, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db, sql, error);
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, account);
	hours_bind(statement, from, to);
	code = db_step(statement, error);
	if (code < 0)
		return code;
	for (int i = 0; i < count; i++)
		*sums[i] += code ? db_int(statement, i) : 0;
	db_reset(statement);
	return 0;
}

int statement_total(struct ledger *ledger, int64_t account, int64_t from, int64_t to, struct statement_total *total,
		    struct error *error)
{
	struct statement_total sum = {0};
	int64_t *const usage[] = {&sum.metered, &sum.included, &sum.hours, &sum.gap};
	int64_t *const told[] = {&sum.accepted, &sum.waiting};
	int64_t *const due[] = {&sum.due};
	int64_t *const written_off[] = {&sum.written_off};

	if (sums_read(ledger, "SELECT SUM(metered), SUM(included), SUM(CASE WHEN kind = 4 AND metered <> 0 THEN 1 ELSE 0 END),"
		      " SUM(CASE WHEN kind = 4 THEN gap ELSE 0 END) FROM posting"
		      " WHERE account = ?1 AND hour >= ?2 AND hour < ?3 AND kind IN (4, 5)", account, from, to, usage, 4,
		      error) < 0 ||
	    sums_read(ledger, "SELECT SUM(CASE WHEN state = 3 THEN held ELSE 0 END),"
		      " SUM(CASE WHEN state IN (1, 2, 4) THEN amount ELSE 0 END) FROM claim"
		      " WHERE account = ?1 AND hour >= ?2 AND hour < ?3", account, from, to, told, 2, error) < 0 ||
	    /* By the hours that the usage is of: its claims may have later slots. */
	    sums_read(ledger, "SELECT SUM(l.amount) FROM claim c JOIN claim_link l ON l.claim = c.id"
		      " WHERE c.account = ?1 AND c.state = 6 AND c.hour >= ?2 AND l.hour >= ?2 AND l.hour < ?3", account, from, to,
		      written_off, 1, error) < 0 ||
	    sums_read(ledger, "SELECT SUM(written_off) FROM posting WHERE account = ?1 AND hour >= ?2 AND hour < ?3 AND kind = 11"
		      " AND claim = 0", account, from, to, written_off, 1, error) < 0 ||
	    sums_read(ledger, "SELECT SUM(amount) FROM due WHERE account = ?1 AND hour >= ?2 AND hour < ?3", account, from, to,
		      due, 1, error) < 0)
		return error->code;
	sum.waiting += sum.due;
	sum.billable = sum.metered - sum.included;
	sum.charged = sum.billable - sum.written_off;
	*total = sum;
	return 0;
}

int statement_lines(struct ledger *ledger, int64_t account, int64_t from, int64_t to, statement_line_each each,
		    void *context, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT seq, kind, hour, metered, included, pending, samples, gap FROM posting"
		" WHERE account = ?1 AND hour >= ?2 AND hour < ?3 AND kind IN (4, 5) ORDER BY hour, seq", error);
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, account);
	hours_bind(statement, from, to);
	while ((code = db_step(statement, error)) == 1) {
		const struct statement_line line = {
			.posting = db_int(statement, 0), .kind = (int)db_int(statement, 1), .hour = db_int(statement, 2),
			.metered = db_int(statement, 3), .included = db_int(statement, 4), .billable = db_int(statement, 5),
			.samples = db_int(statement, 6), .gap = db_int(statement, 7)};

		if (each(context, &line, error) < 0) {
			db_reset(statement);
			return error->code;
		}
	}
	return code;
}

struct links {
	struct statement_link *items;
	size_t count, room;
};

static void links_release(struct links *links)
{
	free(links->items);
}

/* All hours that a claim settles: their number is bounded by what one claim may take up. */
static int links_read(struct ledger *ledger, int64_t claim, struct links *links, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT hour, amount FROM claim_link WHERE claim = ?1 ORDER BY hour", error);
	int code;

	if (!statement)
		return error->code;
	links->count = 0;
	db_bind_int(statement, 1, claim);
	while ((code = db_step(statement, error)) == 1) {
		if (links->count == links->room) {
			size_t room = links->room ? links->room * 2 : 64;
			struct statement_link *grown = realloc(links->items, room * sizeof(*grown));

			if (!grown)
				return error_memory(error, "the hours of a claim");
			links->items = grown;
			links->room = room;
		}
		links->items[links->count++] = (struct statement_link){db_int(statement, 0), db_int(statement, 1)};
	}
	return code;
}

int statement_claims(struct ledger *ledger, int64_t account, int64_t from, int64_t to, statement_claim_each each,
		     void *context, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT id, hour, amount, held, state, reference, record FROM claim"
		" WHERE account = ?1 AND hour >= ?2 AND hour < ?3 ORDER BY hour", error);
	__attribute__((cleanup(links_release))) struct links links = {0};
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, account);
	hours_bind(statement, from, to);
	while ((code = db_step(statement, error)) == 1) {
		struct statement_claim claim = {
			.id = db_int(statement, 0), .slot = db_int(statement, 1), .amount = db_int(statement, 2),
			.held = db_int(statement, 3), .state = (int)db_int(statement, 4), .reference = db_text(statement, 5),
			.record = db_text(statement, 6)};

		if (links_read(ledger, claim.id, &links, error) < 0)
			return error->code;
		claim.links = links.items;
		claim.link_count = links.count;
		if (each(context, &claim, error) < 0) {
			db_reset(statement);
			return error->code;
		}
	}
	return code;
}

struct event_pick {
	struct ledger *ledger;
	int64_t series;
	statement_event_each each;
	void *context;
};

static int event_pick_one(void *context, const struct event *event, struct error *error)
{
	struct event_pick *pick = context;
	struct db_statement *statement;
	int code;

	if (event->series != pick->series)
		return 0;
	statement = db_statement(pick->ledger->db, "SELECT name FROM origin WHERE id = ?1", error);
	if (!statement)
		return error->code;
	db_bind_int(statement, 1, event->origin);
	code = db_step(statement, error);
	if (code >= 0)
		code = pick->each(pick->context, event, code ? db_text(statement, 0) : "?", error);
	db_reset(statement);
	return code;
}

int statement_events(struct ledger *ledger, int64_t series, int64_t hour, statement_event_each each, void *context,
		     struct error *error)
{
	struct event_pick pick = {ledger, series, each, context};

	return block_scan(ledger, hour, hour + APOLLO_HOUR, event_pick_one, &pick, error);
}
