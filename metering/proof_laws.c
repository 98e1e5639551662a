/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/proof.h"

#include <stdio.h>
#include <string.h>

/* Each query gives rows that must not be there: an id, and a text that says what is wrong. */
static const struct {
	const char *what, *sql;
} laws[] = {
	{"account %lld: its balances are not the sum of its postings",
	 "SELECT a.id FROM account a LEFT JOIN (SELECT account, SUM(metered) m, SUM(included) i, SUM(pending) p,"
	 " SUM(parked) k, SUM(in_doubt) d, SUM(accepted) c, SUM(written_off) w FROM posting GROUP BY account) s"
	 " ON s.account = a.id WHERE a.metered <> COALESCE(s.m, 0) OR a.included <> COALESCE(s.i, 0)"
	 " OR a.pending <> COALESCE(s.p, 0) OR a.parked <> COALESCE(s.k, 0) OR a.in_doubt <> COALESCE(s.d, 0)"
	 " OR a.accepted <> COALESCE(s.c, 0) OR a.written_off <> COALESCE(s.w, 0) ORDER BY a.id LIMIT 1"},
	{"account %lld breaks the law: metered is not the sum of the others",
	 "SELECT id FROM account WHERE metered <> included + pending + parked + in_doubt + accepted + written_off LIMIT 1"},
	{"account %lld: what is due and what open claims hold is not what is pending",
	 "SELECT a.id FROM account a LEFT JOIN (SELECT account, SUM(amount) amount FROM claim WHERE state = 1 GROUP BY account) c"
	 " ON c.account = a.id WHERE a.pending <> a.due + COALESCE(c.amount, 0) ORDER BY a.id LIMIT 1"},
	{"account %lld: what is due is not the sum of its hours",
	 "SELECT a.id FROM account a LEFT JOIN (SELECT account, SUM(amount) amount FROM due GROUP BY account) d"
	 " ON d.account = a.id WHERE a.due <> COALESCE(d.amount, 0) ORDER BY a.id LIMIT 1"},
	{"account %lld: its claims in doubt are not its balance in doubt",
	 "SELECT a.id FROM account a LEFT JOIN (SELECT account, SUM(amount) amount FROM claim WHERE state = 2 GROUP BY account)"
	 " c ON c.account = a.id WHERE a.in_doubt <> COALESCE(c.amount, 0) ORDER BY a.id LIMIT 1"},
	{"account %lld: its parked claims are not its parked balance",
	 "SELECT a.id FROM account a LEFT JOIN (SELECT account, SUM(amount) amount FROM claim WHERE state = 4 GROUP BY account)"
	 " c ON c.account = a.id WHERE a.parked <> COALESCE(c.amount, 0) ORDER BY a.id LIMIT 1"},
	{"account %lld: its accepted claims are not its accepted balance",
	 "SELECT a.id FROM account a LEFT JOIN (SELECT account, SUM(held) amount FROM claim WHERE state = 3 GROUP BY account)"
	 " c ON c.account = a.id WHERE a.accepted <> COALESCE(c.amount, 0) ORDER BY a.id LIMIT 1"},
	/* What became pending for an hour is due from that hour, unless a claim that still counts has taken it up or it was
	 * written off; and what a marketplace holds less than was claimed is due from the claim's slot. */
	{"account %lld: what is due from an hour is not what its postings and claims left of it",
	 "SELECT account FROM (SELECT account, hour, amount FROM due UNION ALL"
	 " SELECT account, hour, 0 - pending FROM posting WHERE kind IN (4, 5) OR (kind = 11 AND claim = 0) UNION ALL"
	 " SELECT c.account, l.hour, l.amount FROM claim_link l JOIN claim c ON c.id = l.claim WHERE c.state NOT IN (5, 7) UNION ALL"
	 " SELECT account, hour, held - amount FROM claim WHERE state = 3) x"
	 " GROUP BY account, hour HAVING SUM(amount) <> 0 LIMIT 1"},
	{"claim %lld: its links do not add up to its amount",
	 "SELECT c.id FROM claim c LEFT JOIN (SELECT claim, SUM(amount) amount FROM claim_link GROUP BY claim) l"
	 " ON l.claim = c.id WHERE c.amount <> COALESCE(l.amount, 0) ORDER BY c.id LIMIT 1"},
	{"claim %lld was made by no posting",
	 "SELECT id FROM claim WHERE (SELECT COUNT(*) FROM claim) <> (SELECT COALESCE(SUM(samples), 0) FROM posting"
	 " WHERE kind = 13) ORDER BY id DESC LIMIT 1"},
	{"claim %lld is of an account that does not exist",
	 "SELECT id FROM claim WHERE account NOT IN (SELECT id FROM account) LIMIT 1"},
	{"claim %lld is not in the state that its last posting left it in",
	 "SELECT c.id FROM claim c WHERE c.state <> COALESCE((SELECT CASE p.kind WHEN 6 THEN 2 WHEN 7 THEN 3"
	 " WHEN 8 THEN 4 WHEN 9 THEN 7 WHEN 10 THEN 5 WHEN 11 THEN 6 WHEN 15 THEN 1 END FROM posting p WHERE p.hour = c.hour"
	 " AND p.account = c.account AND p.claim = c.id ORDER BY p.seq DESC LIMIT 1), 1) ORDER BY c.id LIMIT 1"},
	{"claim %lld was never sent, and says that it was",
	 "SELECT id FROM claim WHERE state = 1 AND (record IS NOT NULL OR body IS NOT NULL OR maybe_taken <> 0"
	 " OR dispatch <> 0 OR held <> 0) LIMIT 1"},
	{"claim %lld left with a request that is not there",
	 "SELECT id FROM claim WHERE state = 2 AND dispatch NOT IN (SELECT id FROM dispatch) LIMIT 1"},
	{"a link belongs to claim %lld, which does not exist",
	 "SELECT claim FROM claim_link WHERE claim NOT IN (SELECT id FROM claim) LIMIT 1"},
	{"event block %lld was taken by no posting",
	 "SELECT b.id FROM event_block b WHERE (SELECT COUNT(*) FROM event_block) <>"
	 " (SELECT COUNT(*) FROM posting WHERE kind = 3) ORDER BY b.id DESC LIMIT 1"},
	{"series %lld was named by no posting",
	 "SELECT s.id FROM series s WHERE (SELECT COUNT(*) FROM series) + (SELECT COUNT(*) FROM account) +"
	 " (SELECT COUNT(*) FROM origin) <> (SELECT COUNT(*) FROM posting WHERE kind = 2) ORDER BY s.id DESC LIMIT 1"},
	{"posting %lld set no terms, and there are some",
	 "SELECT seq FROM terms WHERE seq NOT IN (SELECT seq FROM posting WHERE kind = 12) LIMIT 1"},
	{"a mark of late events is of series %lld, which does not exist",
	 "SELECT series FROM late WHERE series NOT IN (SELECT id FROM series) LIMIT 1"},
};

int proof_laws(struct ledger *ledger, struct error *error)
{
	for (size_t i = 0; i < sizeof(laws) / sizeof(laws[0]); i++) {
		struct db_statement *statement = db_statement(ledger->db, laws[i].sql, error);
		const char *at = strstr(laws[i].what, "%lld");
		int64_t id;
		int code;

		if (!statement)
			return error->code;
		code = db_step(statement, error);
		if (code < 0)
			return code;
		id = code ? db_int(statement, 0) : 0;
		db_reset(statement);
		if (code == 1)
			return BAD(error, "%.*s%lld%s", (int)(at - laws[i].what), laws[i].what, (long long)id, at + 4);
	}
	return 0;
}
