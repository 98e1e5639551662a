/* SPDX-License-Identifier: Apache-2.0 */
/*
 * books.h - what the marketplaces have taken, exactly.
 *
 * Invariants
 *   - Azure: one event for each slot, the first one, for ever.
 *   - Google: one operation for each (service, operation id); its values are entered with it.
 *   - Amounts are integers: micro-units, or whole units where the metric is one of integers; totals are 128 bits wide.
 *   - What a client did that it should not have done is a violation: counted always, described while there is room.
 *     Whether windows join is judged when the books are read, so that a late resend can fill a gap.
 */
#ifndef SANDBOX_BOOKS_H
#define SANDBOX_BOOKS_H

#include "core/buffer.h"
#include "core/error.h"
#include "core/quantity.h"
#include "sandbox/calendar.h"
#include "sandbox/table.h"

#include <stdio.h>

struct sandbox;

enum {
	EVENTS_MAX = 4000000,     /* Azure */
	DAYS_MAX = 4000000,       /* sums of a resource, dimension, plan and day */
	OPERATIONS_MAX = 4000000, /* Google */
	VALUES_MAX = 4000000,
	SERIES_MAX = 1000000,
	VIOLATIONS_MAX = 10000, /* that are described */
	VIOLATION_TEXT = 200
};

/* ---- Azure ------------------------------------------------------------------------------------------------- */

/* What one event may be taken for.  A key: no padding, unused members 0. */
struct slot {
	uint32_t resource;  /* index of the registry */
	uint32_t dimension; /* number of its name */
	uint32_t plan;      /* number of its name, where plans have slots of their own; else 0 */
	uint32_t zero;
	int64_t hour; /* since 1970 */
};

struct event {
	struct slot slot;
	uint32_t plan, time; /* numbers of names; time as it was sent */
	uint32_t earlier;    /* another event of the same usage_day, or TABLE_NONE */
	bool foreign;        /* put there by a fault, not by a client */
	int64_t start;       /* of the usage */
	int64_t taken;       /* when; microseconds since 1970 */
	int64_t quantity;    /* micro-units */
};

enum recon_state {
	RECON_AUTOMATIC, /* Submitted until the delay is over, then Accepted */
	RECON_SUBMITTED, RECON_ACCEPTED, RECON_REJECTED, RECON_MISMATCH, RECON_TEST_HEADERS, RECON_DRY_RUN,
	RECON_HIDDEN /* the marketplace does not show it */
};

/* One row of the marketplace's own record. */
struct usage_day {
	uint32_t resource, dimension, plan;
	uint32_t day;    /* days since 1970 */
	uint32_t earlier; /* another row of the same day, or TABLE_NONE */
	uint32_t last;    /* of its events; others follow through `earlier` */
	int64_t quantity, count;
	int64_t taken; /* the last of them */
	int state;     /* enum recon_state */
	int64_t processed;
};

/* Totals of a resource and a dimension. */
struct usage_total {
	uint32_t resource, dimension;
	int64_t count;
	wide_t quantity;
};

struct azure_counts {
	int64_t accepted, foreign, duplicate_equal, duplicate_different, rejected;
};

/* ---- Google ------------------------------------------------------------------------------------------------ */

/* Values of one consumer and metric with the same labels. */
struct series {
	uint64_t labels;               /* their hash, whatever their order */
	uint32_t consumer, metric;     /* indices of the registry */
	uint32_t label_text;           /* number of their names, as first seen: JSON, or 0 */
	uint32_t last;                 /* value, or TABLE_NONE */
	int64_t count;
	wide_t total; /* micro-units */
};

struct value {
	uint32_t series, operation;
	uint32_t earlier; /* of the same series, or TABLE_NONE */
	bool whole;       /* amount is in units, not in micro-units */
	int64_t amount;
	int64_t start, end;
};

struct operation {
	uint32_t service, id; /* numbers of names */
	uint64_t content;     /* hash of all that it says */
	int64_t taken;
	int64_t repeats;
	bool changed; /* it came again with other content */
};

struct google_counts {
	int64_t checks, check_errors, accepted, repeated_equal, repeated_different, refused;
};

struct violation {
	int64_t time;
	const char *kind; /* a constant */
	char text[VIOLATION_TEXT];
};

struct books {
	struct event *events;
	size_t event_count, event_room;
	struct table slots;
	struct usage_day *days;
	size_t day_count, day_room;
	struct table days_by_key, days_by_date;
	struct usage_total *totals;
	size_t total_count, total_room;
	struct table totals_by_key;
	struct azure_counts azure;

	struct operation *operations;
	size_t operation_count, operation_room;
	struct table operations_by_id;
	struct value *values;
	size_t value_count, value_room;
	struct series *series;
	size_t series_count, series_room;
	struct table series_by_key;
	struct google_counts google;

	struct violation *violations;
	size_t violation_count, violation_room;
	int64_t violations_seen;
};

void books_release(struct books *books);

/* ---- Azure ------------------------------------------------------------------------------------------------- */

/* The event in a slot, or TABLE_NONE. */
uint32_t books_slot(const struct books *books, const struct slot *slot);

/* Enters an event into a free slot and into its sums; gives its index, or TABLE_NONE (memory or a ceiling; then
 * nothing is entered). */
uint32_t books_enter_event(struct books *books, const struct event *event);

/* The id of an event, made from its index and the sandbox's seed.  text: GUID_TEXT bytes. */
void event_id(uint64_t seed, uint32_t index, char *text);

/* The first row of a day (days since 1970); others follow through `earlier`.  TABLE_NONE: none. */
uint32_t books_day(const struct books *books, uint32_t day);

/* The row that counts an event. */
const struct usage_day *books_day_of(const struct books *books, const struct event *event);

/* The state that a row shows at a time. */
int usage_day_state(const struct usage_day *day, int64_t now, int64_t recon_delay);

/* The words for states, by enum recon_state; NULL behind them. */
extern const char *const recon_words[];

/* ---- Google ------------------------------------------------------------------------------------------------ */

/* The operation with this id, or TABLE_NONE. */
uint32_t books_operation(const struct books *books, uint32_t service, uint32_t id);

/* Enters an operation that is not there yet; gives its index, or TABLE_NONE (memory or the ceiling). */
uint32_t books_enter_operation(struct books *books, const struct operation *operation);

/* Whether so many more values, each of a new series, surely fit. */
bool books_have_room(const struct books *books, size_t values);

/* Enters a value of an operation into its series.  0 or APOLLO_NOMEM. */
int books_enter_value(struct books *books, const struct series *series, struct value value);

/* ---- violations and printing ------------------------------------------------------------------------------- */

/* kind: a constant. */
void books_violation(struct sandbox *sandbox, const char *kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Micro-units to exact decimal text.  text: WIDE_TEXT bytes. */
enum { WIDE_TEXT = 48 };
const char *wide_format(wide_t micro, char *text);

/* Where the books are printed to: a buffer, which is emptied into a file as it fills where there is one. */
struct sink {
	struct buffer *out;
	FILE *file;
	bool failed;
};

/* What Service Control took in windows that begin in [from, to), as `apollo meter reconcile --record` reads it:
 * {"rows": [{"operation": ID, "quantity": DECIMAL TEXT}, ...]}, a row for each value. */
void books_print_operations(const struct sandbox *sandbox, int64_t from, int64_t to, struct sink *sink);

/* The books as one JSON document (see the manual page).  details: with every event and operation. */
void books_print(const struct sandbox *sandbox, bool details, struct sink *sink);

/* Hands the buffer's content on to the file if there is one and enough has gathered, or at once. */
void sink_flush(struct sink *sink, bool at_once);

/* Both into the sandbox's books_file and operations_file, where it has them: files that appear whole or not at all. */
int books_write(const struct sandbox *sandbox, struct error *error);

#endif
