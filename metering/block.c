/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/block.h"

#include <string.h>

enum { NUMBER_BYTES = 10, RECORD_BYTES = 6 * NUMBER_BYTES + EVENT_ID_MAX };

static uint8_t *number_put(uint8_t *at, uint64_t value)
{
	for (; value >= 128; value >>= 7)
		*at++ = (uint8_t)(value | 128);
	*at++ = (uint8_t)value;
	return at;
}

/* Small for numbers near zero of either sign. */
static uint64_t sign_fold(int64_t value)
{
	return (uint64_t)value << 1 ^ (uint64_t)(value >> 63);
}

static int64_t sign_unfold(uint64_t folded)
{
	return (int64_t)(folded >> 1) ^ -(int64_t)(folded & 1);
}

int block_encode(const struct event *events, size_t count, int64_t hour, struct buffer *data, struct error *error)
{
	int64_t series = 0;

	for (size_t i = 0; i < count; i++) {
		const struct event *event = &events[i];
		uint8_t record[RECORD_BYTES], *at = record;

		at = number_put(at, (uint64_t)(event->series - series));
		at = number_put(at, (uint64_t)(event->time - hour));
		at = number_put(at, sign_fold(event->value));
		at = number_put(at, (uint64_t)event->decimals);
		at = number_put(at, (uint64_t)event->origin);
		at = number_put(at, event->id_size);
		memcpy(at, event->id, event->id_size);
		at += event->id_size;
		if (buffer_append(data, record, (size_t)(at - record)) < 0)
			return error_memory(error, "an event block");
		series = event->series;
	}
	return 0;
}

struct reader {
	const uint8_t *at, *end;
	bool failed;
};

static uint64_t number_get(struct reader *reader)
{
	uint64_t value = 0;

	for (int shift = 0; shift < 64 && reader->at < reader->end; shift += 7) {
		uint8_t byte = *reader->at++;

		value |= (uint64_t)(byte & 127) << shift;
		if (byte < 128)
			return value;
	}
	reader->failed = true;
	return 0;
}

static bool event_get(struct reader *reader, int64_t hour, int64_t *series, struct event *event)
{
	uint64_t step = number_get(reader), offset = number_get(reader), value = number_get(reader);
	uint64_t decimals = number_get(reader);
	uint64_t origin = number_get(reader), size = number_get(reader);

	if (reader->failed || offset >= (uint64_t)APOLLO_HOUR || decimals > EVENT_HASHED || size > EVENT_ID_MAX ||
	    size > (uint64_t)(reader->end - reader->at) || step > INT64_MAX || origin > INT64_MAX ||
	    !quantity_add(*series, (int64_t)step, series))
		return false;
	*event = (struct event){
		.time = hour + (int64_t)offset,
		.value = sign_unfold(value),
		.decimals = (int)decimals,
		.series = *series,
		.origin = (int64_t)origin,
		.id = (const char *)reader->at,
		.id_size = (uint32_t)size,
	};
	reader->at += size;
	return true;
}

int block_decode(const void *data, size_t size, int64_t hour, int64_t events, block_each each, void *context,
		 struct error *error)
{
	struct reader reader = {.at = data, .end = (const uint8_t *)data + size};
	int64_t series = 0, count = 0;

	while (reader.at < reader.end) {
		struct event event;
		int code;

		if (!event_get(&reader, hour, &series, &event))
			return error_set(error, ERROR_CORRUPT, "an event block is damaged at byte %zu of %zu",
					 (size_t)(reader.at - (const uint8_t *)data), size);
		code = each(context, &event, error);
		if (code < 0)
			return code;
		count++;
	}
	if (count != events)
		return error_set(error, ERROR_CORRUPT, "an event block holds %lld events and says %lld",
				 (long long)count, (long long)events);
	return 0;
}

void block_hash(int64_t hour, int64_t events, const void *data, size_t size, uint8_t hash[HASH_BYTES])
{
	const struct hash_part parts[] = {{&hour, sizeof(hour)}, {&events, sizeof(events)}, {data, size}};

	hash_parts(parts, 3, hash);
}

int block_scan(struct ledger *ledger, int64_t from, int64_t to, block_each each, void *context, struct error *error)
{
	struct db_statement *statement = db_statement(ledger->db,
		"SELECT id, hour, events, data FROM event_block WHERE hour >= ?1 AND hour < ?2 ORDER BY hour, id", error);
	int code;

	if (!statement)
		return error->code;
	db_bind_int(statement, 1, from);
	db_bind_int(statement, 2, to);
	while ((code = db_step(statement, error)) == 1) {
		size_t size;
		const void *data = db_blob(statement, 3, &size);
		int64_t id = db_int(statement, 0);

		code = block_decode(data, size, db_int(statement, 1), db_int(statement, 2), each, context, error);
		if (code < 0) {
			db_reset(statement);
			return code == ERROR_CORRUPT ? error_prefix(error, "block %lld", (long long)id) : code;
		}
	}
	return code;
}
