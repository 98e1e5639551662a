/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/event.h"

#include "core/json.h"
#include "metering/dedupe.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

enum { EVENT_DEPTH = 8 };

int event_reader_init(struct event_reader *reader, const struct book *book, const struct intake_options *options,
		      int64_t seed, struct error *error)
{
	*reader = (struct event_reader){.book = book, .options = *options, .seed = seed};
	reader->tokener = json_tokener_new_ex(EVENT_DEPTH);
	if (!reader->tokener)
		return error_memory(error, "the event parser");
	json_tokener_set_flags(reader->tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS);
	return 0;
}

void event_reader_release(struct event_reader *reader)
{
	if (reader->tokener)
		json_tokener_free(reader->tokener);
	reader->tokener = NULL;
}

#define WRONG(...) ((void)snprintf(reason, REASON_TEXT, __VA_ARGS__), 0)

/* The object of a line, or NULL with the reason. */
static struct json_object *line_parse(struct json_tokener *tokener, const char *line, size_t size, char *reason)
{
	struct json_object *object;
	enum json_tokener_error problem;
	size_t end;

	/* json-c lets surrogates and overlong forms through. */
	if (!apollo_text_valid(line, size)) {
		(void)WRONG("not JSON: not UTF-8");
		return NULL;
	}
	json_tokener_reset(tokener);
	object = json_tokener_parse_ex(tokener, line, (int)size);
	problem = json_tokener_get_error(tokener);
	end = json_tokener_get_parse_end(tokener);
	if (problem == json_tokener_continue)
		(void)WRONG("not a whole JSON object: it ends too early");
	else if (problem != json_tokener_success)
		(void)WRONG("not JSON: %s at byte %zu", json_tokener_error_desc(problem), end + 1);
	else if (!json_object_is_type(object, json_type_object))
		(void)WRONG("not a JSON object");
	else {
		while (end < size && (line[end] == ' ' || line[end] == '\t' || line[end] == '\r'))
			end++;
		if (end == size)
			return object;
		(void)WRONG("something stands behind the JSON object at byte %zu", end + 1);
	}
	json_object_put(object);
	return NULL;
}

/* A required text attribute of 1 to `most` bytes. */
static const char *attribute(struct json_object *object, const char *name, size_t most, size_t *size, char *reason)
{
	struct json_object *member = json_member(object, name);

	if (!member || !json_object_is_type(member, json_type_string)) {
		(void)WRONG("\"%s\" is %s", name, member ? "not a text" : "missing");
		return NULL;
	}
	*size = (size_t)json_object_get_string_len(member);
	if (*size == 0 || *size > most) {
		(void)WRONG("\"%s\" has %zu bytes, it may have 1 to %zu", name, *size, most);
		return NULL;
	}
	if (memchr(json_object_get_string(member), '\0', *size)) {
		(void)WRONG("\"%s\" holds a NUL character", name);
		return NULL;
	}
	return json_object_get_string(member);
}

static int series_find(const struct event_reader *reader, struct json_object *object, uint32_t *index, char *reason)
{
	size_t meter_size, subscription_size;
	const char *meter = attribute(object, "type", BOOK_NAME_MAX, &meter_size, reason);
	const char *subscription = meter ? attribute(object, "subject", BOOK_NAME_MAX, &subscription_size, reason) : NULL;
	int64_t found;

	if (!subscription)
		return 0;
	found = book_find_series(reader->book, subscription, subscription_size, meter, meter_size);
	if (found == -2)
		return WRONG("unknown subscription \"%s\"", subscription);
	if (found < 0)
		return WRONG("unknown meter \"%s\" of subscription \"%s\"", meter, subscription);
	*index = (uint32_t)found;
	return 1;
}

static int time_read(const struct event_reader *reader, struct json_object *object,
		     const struct book_subscription *subscription, int64_t *time, char *reason)
{
	char limit[APOLLO_TIME_TEXT];
	size_t size;
	const char *text = attribute(object, "time", 64, &size, reason);

	if (!text)
		return 0;
	if (apollo_time_parse(text, size, 0, time) < 0)
		return WRONG("\"time\" is \"%s\", not an RFC 3339 time with a zone", text);
	if (*time > reader->options.now + reader->options.ahead)
		return WRONG("\"time\" %s is in the future, it is %s", text,
			     apollo_time_format(reader->options.now, limit));
	if (*time < reader->options.now - reader->options.window)
		return WRONG("\"time\" %s is older than the dedupe window of %lld hours", text,
			     (long long)(reader->options.window / APOLLO_HOUR));
	if (*time < subscription->start)
		return WRONG("\"time\" %s is before the subscription's start, %s", text,
			     apollo_time_format(subscription->start, limit));
	if (subscription->end && *time >= subscription->end)
		return WRONG("\"time\" %s is after the subscription's end, %s", text,
			     apollo_time_format(subscription->end, limit));
	return 1;
}

static int value_read(struct json_object *object, const struct book_meter *meter, struct event *event, char *reason)
{
	int64_t *value = &event->value;
	struct json_object *member = json_member(json_member(object, "data"), "value");
	size_t size = 0;
	const char *digits = member ? json_digits(member, &size) : NULL;
	int code;

	if (!digits)
		return WRONG("\"data.value\" is %s", member ? "not a number or a text" : "missing");
	event->decimals = meter->aggregation == BOOK_UNIQUE ? EVENT_HASHED : meter->decimals;
	if (meter->aggregation == BOOK_UNIQUE) {
		*value = (int64_t)XXH3_64bits(digits, size);
		return 1;
	}
	code = apollo_decimal_read(digits, size, meter->decimals, APOLLO_EXACT, value);
	if (code == APOLLO_NOMEM || (code == 0 && (*value > EVENT_VALUE_MAX || *value < -EVENT_VALUE_MAX)))
		return WRONG("value %.40s is too large for meter %s, which keeps %d decimals", digits, meter->name,
			     meter->decimals);
	if (code < 0)
		return WRONG("value \"%.40s\" is not a decimal with at most %d decimals", digits, meter->decimals);
	if (*value < 0 && !meter->negative)
		return WRONG("value %.40s is negative, and meter %s takes no corrections", digits, meter->name);
	return 1;
}

/* The attributes into *event; 1, or 0 with the reason. */
static int object_read(struct event_reader *reader, struct json_object *object, struct event *event,
		       const char **source, char *reason)
{
	const struct book_series *series;
	size_t size, source_size;
	const char *version = attribute(object, "specversion", 8, &size, reason);

	if (!version)
		return 0;
	if (strcmp(version, "1.0") != 0)
		return WRONG("\"specversion\" is \"%s\", only 1.0 is understood", version);
	if (!(*source = attribute(object, "source", EVENT_ID_MAX, &source_size, reason)))
		return 0;
	if (!(event->id = attribute(object, "id", EVENT_ID_MAX, &size, reason)))
		return 0;
	event->id_size = (uint32_t)size;
	if (!series_find(reader, object, &event->index, reason))
		return 0;
	series = &reader->book->series[event->index];
	if (!time_read(reader, object, &reader->book->subscriptions[series->subscription], &event->time, reason) ||
	    !value_read(object, &reader->book->meters[series->meter], event, reason))
		return 0;
	dedupe_key(reader->seed, *source, source_size, event->id, size, event->key);
	return 1;
}

int event_read(struct event_reader *reader, const char *line, size_t size, struct event *event, const char **source,
	       struct json_object **object, char reason[REASON_TEXT])
{
	*event = (struct event){0};
	*object = NULL;
	if (size > INTAKE_LINE_MAX)
		return WRONG("the line has more than %d bytes", INTAKE_LINE_MAX);
	*object = line_parse(reader->tokener, line, size, reason);
	return *object ? object_read(reader, *object, event, source, reason) : 0;
}
