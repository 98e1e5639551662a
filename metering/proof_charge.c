/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/proof.h"

#include "metering/aggregate.h"
#include "metering/charge.h"

#include <stdlib.h>

static int allowances_read(struct proof_charge *proof, struct error *error)
{
	struct db_statement *statement = db_statement(proof->ledger->db,
		"SELECT account, period, metered, included FROM allowance ORDER BY account, period", error);
	size_t room = 0;
	int code;

	if (!statement)
		return error->code;
	while ((code = db_step(statement, error)) == 1) {
		if (proof->allowance_count == room) {
			struct proof_allowance *grown =
				realloc(proof->allowances, (room = room ? room * 2 : 256) * sizeof(*grown));

			if (!grown)
				return error_memory(error, "the allowances");
			proof->allowances = grown;
		}
		proof->allowances[proof->allowance_count++] = (struct proof_allowance){
			.account = db_int(statement, 0), .period = db_int(statement, 1),
			.stored = {db_int(statement, 2), db_int(statement, 3)}};
	}
	return code;
}

int proof_charge_init(struct ledger *ledger, const struct terms_table *terms, struct proof_charge *proof,
		      struct error *error)
{
	*proof = (struct proof_charge){.ledger = ledger, .terms = terms};
	proof->remainders = calloc((size_t)terms->account_last + 1, sizeof(*proof->remainders));
	if (!proof->remainders)
		return error_memory(error, "the remainders");
	return allowances_read(proof, error);
}

void proof_charge_release(struct proof_charge *proof)
{
	free(proof->remainders);
	free(proof->allowances);
	*proof = (struct proof_charge){0};
}

static struct proof_allowance *allowance_find(struct proof_charge *proof, int64_t account, int64_t period)
{
	size_t low = 0, high = proof->allowance_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct proof_allowance *at = &proof->allowances[middle];

		if (at->account == account && at->period == period)
			return at;
		if (at->account < account || (at->account == account && at->period < period))
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* What must be included of a posting. */
static int share_work_out(struct proof_charge *proof, const struct terms *terms, const struct posting *posting,
			  int64_t sequence, int64_t *share, struct error *error)
{
	struct proof_allowance *allowance;
	int64_t period;

	if (terms->unlimited || terms->included == 0) {
		*share = terms->unlimited ? posting->amounts[METERED] : 0;
		return 0;
	}
	period = terms_period(proof->terms, terms, posting->hour);
	allowance = allowance_find(proof, posting->account, period);
	if (!allowance)
		return BAD(error, "posting %lld: account %lld has no allowance for its period", (long long)sequence,
			   (long long)posting->account);
	return allowance_share(terms, posting->amounts[METERED], &allowance->metered, &allowance->used, share, error);
}

int proof_charge_posting(struct proof_charge *proof, const struct posting *posting, int64_t sequence, struct error *error)
{
	const struct terms *terms = terms_at(proof->terms, posting->account, posting->hour);
	wide_t numerator, remainder;
	int64_t quantity, share;

	if (!terms)
		return BAD(error, "posting %lld: account %lld has no terms for its hour", (long long)sequence,
			   (long long)posting->account);
	if (!wide_multiply(posting->raw, aggregate_factor(terms), &numerator) ||
	    !wide_add(numerator, proof->remainders[terms->account], &numerator) ||
	    !wide_divide(numerator, aggregate_divisor(terms), &quantity, &remainder) ||
	    quantity != posting->amounts[METERED] || remainder != posting->remainder)
		return BAD(error, "posting %lld: its quantity does not follow from what its hour came to", (long long)sequence);
	proof->remainders[terms->account] = remainder;
	if (share_work_out(proof, terms, posting, sequence, &share, error) < 0)
		return error->code;
	if (share != posting->amounts[INCLUDED])
		return BAD(error, "posting %lld: what is included does not follow from its account's terms", (long long)sequence);
	return 0;
}

int proof_charge_end(struct proof_charge *proof, struct error *error)
{
	struct db_statement *statement = db_statement(proof->ledger->db,
		"SELECT id, remainder FROM account ORDER BY id", error);
	int code;

	for (size_t i = 0; i < proof->allowance_count; i++) {
		const struct proof_allowance *at = &proof->allowances[i];

		if (at->metered != at->stored[0] || at->used != at->stored[1])
			return BAD(error, "account %lld: the allowances it used are not what was included", (long long)at->account);
	}
	if (!statement)
		return error->code;
	while ((code = db_step(statement, error)) == 1) {
		int64_t id = db_int(statement, 0);
		size_t size;

		(void)db_blob(statement, 1, &size);
		if (size != WIDE_BYTES ||
		    db_wide(statement, 1) != (id > 0 && id <= proof->terms->account_last ? proof->remainders[id] : 0))
			return BAD(error, "account %lld: its remainder is not the one last carried", (long long)id);
	}
	return code;
}
