/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/reconcile.h"

#include "core/json.h"
#include "metering/claim.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 4000000, KEY_MAX = 1024 };

const char *reconcile_state_name(enum reconcile_state state)
{
	static const char *const names[RECONCILE_STATES] = {"agreed",       "pending there", "missing there",
							    "missing here", "different",     "rejected there"};

	return state < RECONCILE_STATES ? names[state] : "?";
}

/* One slot of the comparison, made by whichever side names it first. */
struct slot {
	const char *key; /* "what\nresource\ndimension", resource in lower case */
	const char *what, *resource, *dimension;
	int64_t ours, theirs;
	bool here, there, pending, rejected;
};

struct table {
	struct scope scope;
	struct map keys;
	struct slot *slots;
	size_t count, room;
};

static void table_release(struct table *table)
{
	scope_release(&table->scope);
	map_release(&table->keys);
	free(table->slots);
}

static struct slot *slot_get(struct table *table, const char *what, const char *resource, const char *dimension,
			     struct error *error)
{
	char key[KEY_MAX];
	int size = snprintf(key, sizeof(key), "%s\n%s\n%s", what, resource, dimension);
	struct slot *slot;
	int64_t found;

	if (size < 0 || size >= KEY_MAX) {
		(void)error_set(error, ERROR_INPUT, "a row of the marketplace's record has names longer than %d bytes", KEY_MAX);
		return NULL;
	}
	for (char *at = key; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	found = map_get(&table->keys, key, (size_t)size);
	if (found >= 0)
		return &table->slots[found];
	if (table->count == table->room) {
		size_t room = table->room ? table->room * 2 : 256;
		struct slot *grown = room <= ROWS_MAX ? realloc(table->slots, room * sizeof(*grown)) : NULL;

		if (!grown) {
			(void)error_memory(error, "reconciliation");
			return NULL;
		}
		table->slots = grown;
		table->room = room;
	}
	slot = &table->slots[table->count];
	*slot = (struct slot){.key = scope_copy(&table->scope, key, (size_t)size), .what = scope_text(&table->scope, what),
			      .resource = scope_text(&table->scope, resource), .dimension = scope_text(&table->scope, dimension)};
	if (!slot->key || !slot->what || !slot->resource || !slot->dimension ||
	    map_set(&table->keys, slot->key, (size_t)size, (int64_t)table->count) < 0) {
		(void)error_memory(error, "reconciliation");
		return NULL;
	}
	table->count++;
	return slot;
}

/* ---- their side ---- */

static int quantity_get(struct json_object *row, const char *name, int64_t *quantity)
{
	struct json_object *member = json_member(row, name);
	size_t size;
	const char *digits = member ? json_digits(member, &size) : NULL;

	return digits ? apollo_quantity_parse(digits, size, APOLLO_HALF_EVEN, quantity) : APOLLO_REJECTED;
}

static int their_row(struct table *table, struct json_object *row, size_t number, bool *operations, struct error *error)
{
	const char *operation = json_text(row, "operation"), *day = json_text(row, "day");
	const char *resource = json_text(row, "resource"), *dimension = json_text(row, "dimension");
	const char *state = json_text(row, "state");
	struct slot *slot;
	int64_t quantity;

	if (!(operation || (day && resource && dimension)) ||
	    quantity_get(row, operation ? "quantity" : "submitted", &quantity) < 0)
		return error_set(error, ERROR_INPUT, "row %zu of the marketplace's record is neither a day nor an operation",
				 number);
	*operations |= operation != NULL;
	slot = slot_get(table, operation ? operation : day, operation ? "" : resource,
			operation || !dimension ? "" : dimension, error);
	if (!slot)
		return error->code;
	if (!quantity_add(slot->theirs, quantity, &slot->theirs))
		return error_set(error, ERROR_INPUT, "row %zu of the marketplace's record is out of range", number);
	slot->there = true;
	slot->pending |= state && strcmp(state, "pending") == 0;
	slot->rejected |= state && strcmp(state, "rejected") == 0;
	return 0;
}

static int their_side(struct table *table, const char *record, size_t size, bool *operations, struct error *error)
{
	JSON_CLEANUP struct json_object *document = NULL;
	struct json_object *rows;

	if (json_read(record, size, "the marketplace's record", &document, error) < 0)
		return error->code;
	rows = json_member(document, "rows");
	if (!json_object_is_type(rows, json_type_array))
		return error_set(error, ERROR_INPUT, "the marketplace's record has no \"rows\"");
	for (size_t i = 0; i < json_object_array_length(rows); i++)
		if (their_row(table, json_object_array_get_idx(rows, i), i + 1, operations, error) < 0)
			return error->code;
	return 0;
}

/* ---- our side ---- */

static int our_row(const struct reconcile *reconcile, struct table *table, const struct book_account *account,
		   struct db_statement *statement, bool operations, struct error *error)
{
	const struct book_subscription *subscription =
		&reconcile->book->subscriptions[reconcile->book->series[account->series].subscription];
	int64_t hour = db_int(statement, 0), held = db_int(statement, 1);
	char day[APOLLO_TIME_TEXT];
	CALL_CLEANUP struct call call;
	const char *resource = "";
	struct slot *slot;

	call_init(&call, reconcile->market->name, hour);
	if (operations) {
		slot = slot_get(table, db_text(statement, 2) ? db_text(statement, 2) : "", "", "", error);
	} else {
		(void)apollo_time_format(hour, day);
		day[10] = '\0';
		if (instance_resource_of(reconcile->market, &call, reconcile->values[subscription->index], &resource, error) < 0)
			return error->code;
		slot = slot_get(table, day, resource ? resource : subscription->name, account->listing, error);
	}
	if (!slot)
		return error->code;
	slot->here = true;
	if (!quantity_add(slot->ours, held, &slot->ours))
		return error_set(error, ERROR_INPUT, "our own amounts of a day are out of range");
	return 0;
}

static int our_account(const struct reconcile *reconcile, struct table *table, const struct book_account *account,
		       bool operations, struct error *error)
{
	struct db_statement *statement = db_statement(reconcile->ledger->db,
		"SELECT hour, held, record FROM claim WHERE account = ?1 AND hour >= ?2 AND hour < ?3 AND state = 3", error);
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, account->id);
	db_bind_int(statement, 2, reconcile->from);
	db_bind_int(statement, 3, reconcile->to);
	while ((code = db_step(statement, error)) == 1)
		if (our_row(reconcile, table, account, statement, operations, error) < 0) {
			db_reset(statement);
			return error->code;
		}
	return code;
}

static int our_side(const struct reconcile *reconcile, struct table *table, bool operations, struct error *error)
{
	for (size_t i = 0; i < reconcile->book->account_count; i++) {
		const struct book_account *account = &reconcile->book->accounts[i];
		const char *market = reconcile->book->subscriptions[reconcile->book->series[account->series].subscription].market;

		if (market && account->listing && strcmp(market, reconcile->market->name) == 0 &&
		    our_account(reconcile, table, account, operations, error) < 0)
			return error->code;
	}
	return 0;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct slot *)a)->key, ((const struct slot *)b)->key);
}

static enum reconcile_state state_of(const struct slot *slot)
{
	if (!slot->there)
		return slot->ours == 0 ? RECONCILE_AGREED : RECONCILE_MISSING_THERE;
	if (!slot->here)
		return RECONCILE_MISSING_HERE;
	if (slot->ours != slot->theirs)
		return RECONCILE_DIFFERENT;
	return slot->rejected ? RECONCILE_REJECTED_THERE : slot->pending ? RECONCILE_PENDING_THERE : RECONCILE_AGREED;
}

int reconcile_compare(const struct reconcile *reconcile, const char *record, size_t size, reconcile_each each,
		      void *context, struct error *error)
{
	__attribute__((cleanup(table_release))) struct table table = {
		.scope = scope_init((size_t)1 << 30), .keys = map_init(ROWS_MAX)};
	bool operations = false;

	if (their_side(&table, record, size, &operations, error) < 0 ||
	    our_side(reconcile, &table, operations, error) < 0)
		return error->code;
	if (table.count)
		qsort(table.slots, table.count, sizeof(*table.slots), by_key);
	for (size_t i = 0; i < table.count; i++) {
		const struct slot *slot = &table.slots[i];
		const struct reconcile_row row = {state_of(slot), slot->what, slot->resource, slot->dimension, slot->ours,
						  slot->theirs};

		if (each(context, &row, error) < 0)
			return error->code;
	}
	return 0;
}
