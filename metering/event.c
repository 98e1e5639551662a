/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/event.h"

#include "metering/dedupe.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

int event_reader_init(struct event_reader *reader, const struct book *book, const struct intake_options *options,
		      int64_t seed, struct error *error)
{
	*reader = (struct event_reader){.book = book, .options = *options, .seed = seed, .tokener = envelope_tokener()};
	return reader->tokener ? 0 : error_memory(error, "the event parser");
}

void event_reader_release(struct event_reader *reader)
{
	if (reader->tokener)
		json_tokener_free(reader->tokener);
	reader->tokener = NULL;
}

#define WRONG(...) ((void)snprintf(reason, REASON_TEXT, __VA_ARGS__), 0)

/* What a message shows of a text: its size is bounded by the reason's. */
#define SHOWN(TEXT) (int)((TEXT)->size < REASON_TEXT ? (TEXT)->size : REASON_TEXT), (TEXT)->text

/* A required text of 1 to `most` bytes, or NULL with the reason. */
static const struct attribute_text *text_get(const struct envelope *envelope, enum attribute attribute, size_t most, char *reason)
{
	const struct attribute_text *text = &envelope->attributes[attribute];
	const char *name = attribute_name(attribute);

	if (!text->text)
		(void)WRONG("\"%s\" is %s", name, text->wrong_type ? "not a text" : "missing");
	else if (text->size == 0 || text->size > most)
		(void)WRONG("\"%s\" has %zu bytes, it may have 1 to %zu", name, text->size, most);
	else if (memchr(text->text, '\0', text->size))
		(void)WRONG("\"%s\" holds a NUL character", name);
	else
		return text;
	return NULL;
}

static int series_find(const struct event_reader *reader, const struct envelope *envelope, uint32_t *index, char *reason)
{
	const struct attribute_text *meter = text_get(envelope, ATTRIBUTE_TYPE, BOOK_NAME_MAX, reason);
	const struct attribute_text *subject = meter ? text_get(envelope, ATTRIBUTE_SUBJECT, BOOK_NAME_MAX, reason) : NULL;
	int64_t found;

	if (!subject)
		return 0;
	found = book_find_series(reader->book, subject->text, subject->size, meter->text, meter->size);
	if (found == -2)
		return WRONG("unknown subscription \"%.*s\"", SHOWN(subject));
	if (found < 0)
		return WRONG("unknown meter \"%.*s\" of subscription \"%.*s\"", SHOWN(meter), SHOWN(subject));
	*index = (uint32_t)found;
	return 1;
}

static int time_read(const struct event_reader *reader, const struct envelope *envelope,
		     const struct book_subscription *subscription, int64_t *time, char *reason)
{
	const struct attribute_text *text = text_get(envelope, ATTRIBUTE_TIME, 64, reason);
	char limit[APOLLO_TIME_TEXT];

	if (!text)
		return 0;
	if (apollo_time_parse(text->text, text->size, 0, time) < 0)
		return WRONG("\"time\" is \"%.*s\", not an RFC 3339 time with a zone", SHOWN(text));
	if (*time > reader->options.now + reader->options.ahead)
		return WRONG("\"time\" %.*s is in the future, it is %s", SHOWN(text),
			     apollo_time_format(reader->options.now, limit));
	if (*time < reader->options.now - reader->options.window)
		return WRONG("\"time\" %.*s is older than the dedupe window of %lld hours", SHOWN(text),
			     (long long)(reader->options.window / APOLLO_HOUR));
	if (*time < subscription->start)
		return WRONG("\"time\" %.*s is before the subscription's start, %s", SHOWN(text),
			     apollo_time_format(subscription->start, limit));
	if (subscription->end && *time >= subscription->end)
		return WRONG("\"time\" %.*s is after the subscription's end, %s", SHOWN(text),
			     apollo_time_format(subscription->end, limit));
	return 1;
}

static int value_read(const struct envelope *envelope, const struct book_meter *meter, struct event *event, char *reason)
{
	const struct attribute_text *digits = &envelope->attributes[ATTRIBUTE_VALUE];
	int64_t *value = &event->value;
	int shown = digits->size < 40 ? (int)digits->size : 40, code;

	if (!digits->text)
		return WRONG("\"data.value\" is %s", digits->wrong_type ? "not a number or a text" : "missing");
	event->decimals = meter->aggregation == BOOK_UNIQUE ? EVENT_HASHED : meter->decimals;
	if (meter->aggregation == BOOK_UNIQUE) {
		*value = (int64_t)XXH3_64bits(digits->text, digits->size);
		return 1;
	}
	code = apollo_decimal_read(digits->text, digits->size, meter->decimals, APOLLO_EXACT, value);
	if (code == APOLLO_NOMEM || (code == 0 && (*value > EVENT_VALUE_MAX || *value < -EVENT_VALUE_MAX)))
		return WRONG("value %.*s is too large for meter %s, which keeps %d decimals", shown, digits->text, meter->name,
			     meter->decimals);
	if (code < 0)
		return WRONG("value \"%.*s\" is not a decimal with at most %d decimals", shown, digits->text, meter->decimals);
	if (*value < 0 && !meter->negative)
		return WRONG("value %.*s is negative, and meter %s takes no corrections", shown, digits->text, meter->name);
	return 1;
}

/* The attributes into *event; 1, or 0 with the reason. */
static int envelope_take(const struct event_reader *reader, const struct envelope *envelope, struct event *event, char *reason)
{
	const struct attribute_text *version = text_get(envelope, ATTRIBUTE_SPECVERSION, 8, reason), *source, *id;
	const struct book_series *series;

	if (!version)
		return 0;
	if (version->size != 3 || memcmp(version->text, "1.0", 3) != 0)
		return WRONG("\"specversion\" is \"%.*s\", only 1.0 is understood", SHOWN(version));
	if (!(source = text_get(envelope, ATTRIBUTE_SOURCE, EVENT_ID_MAX, reason)) ||
	    !(id = text_get(envelope, ATTRIBUTE_ID, EVENT_ID_MAX, reason)))
		return 0;
	event->id = id->text;
	event->id_size = (uint32_t)id->size;
	if (!series_find(reader, envelope, &event->index, reason))
		return 0;
	series = &reader->book->series[event->index];
	if (!time_read(reader, envelope, &reader->book->subscriptions[series->subscription], &event->time, reason) ||
	    !value_read(envelope, &reader->book->meters[series->meter], event, reason))
		return 0;
	dedupe_key(reader->seed, source->text, source->size, id->text, id->size, event->key);
	return 1;
}

int event_read(struct event_reader *reader, const char *line, size_t size, struct event *event, struct envelope *envelope,
	       char reason[REASON_TEXT])
{
	*event = (struct event){0};
	*envelope = (struct envelope){0};
	if (size > INTAKE_LINE_MAX)
		return WRONG("the line has more than %d bytes", INTAKE_LINE_MAX);
	if (!envelope_scan(line, size, envelope) && !envelope_parse(reader->tokener, line, size, envelope, reason))
		return 0;
	return envelope_take(reader, envelope, event, reason);
}
