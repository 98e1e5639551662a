/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/operation_read.h"

#include "sandbox/fields.h"
#include "sandbox/table.h"

#include <apollo/kit.h>
#include <string.h>

struct reading {
	struct scope *scope;
	const char *wrong;
};

static int refuse(struct reading *reading, const char *format, const char *name)
{
	reading->wrong = scope_print(reading->scope, "%s: %s", name, format);
	if (!reading->wrong)
		reading->wrong = format;
	return APOLLO_REJECTED;
}

static int members_known(struct reading *reading, struct json_object *object, const char *what,
			 const char *const *names)
{
	if (!json_object_is_type(object, json_type_object))
		return refuse(reading, "it must be an object", what);
	json_object_object_foreach(object, member, value)
	{
		const char *const *name = names;

		(void)value;
		while (*name && strcmp(*name, member) != 0)
			name++;
		if (!*name)
			return refuse(reading, "there is no such field", member);
	}
	return 0;
}

static int read_text(struct reading *reading, struct json_object *object, const char *name, const char **text)
{
	*text = plain_text(json_member(object, name));
	if (!*text || !**text)
		return refuse(reading, "it must be a text that is not empty", name);
	return strlen(*text) > OPERATION_TEXT_MAX ? refuse(reading, "it is too long", name) : 0;
}

/* A time where there is one, else what *time held; required: there must be one. */
static int read_time(struct reading *reading, struct json_object *object, const char *name, bool required,
		     int64_t *time)
{
	struct json_object *member = json_member(object, name);
	const char *text = plain_text(member);

	if (!member && !required)
		return 0;
	if (!text || apollo_time_parse(text, strlen(text), 0, time) < 0)
		return refuse(reading, "it must be an RFC 3339 time", name);
	return 0;
}

/* The sum of the hashes of the pairs, so that their order does not matter. */
static int read_labels(struct reading *reading, struct json_object *object, const char *name, uint64_t *hash,
		       struct json_object **labels)
{
	struct json_object *member = json_member(object, name);
	uint64_t pair[2];

	if (!member)
		return 0;
	if (!json_object_is_type(member, json_type_object))
		return refuse(reading, "it must be an object of texts", name);
	*labels = member;
	json_object_object_foreach(member, key, value)
	{
		const char *text = plain_text(value);

		if (!text)
			return refuse(reading, "it must be an object of texts", name);
		pair[0] = table_hash(key, strlen(key));
		pair[1] = table_hash(text, strlen(text));
		*hash += table_hash(pair, sizeof(pair));
	}
	return 0;
}

/* ---- values ------------------------------------------------------------------------------------------------ */

static int read_int64(struct reading *reading, struct json_object *number, struct sent_value *value)
{
	size_t size = 0;
	const char *digits = json_digits(number, &size);

	value->kind = VALUE_INT64;
	value->sized = digits && size && strspn(digits, "-0123456789") == size &&
		       apollo_decimal_read(digits, size, 0, APOLLO_EXACT, &value->amount) == 0;
	return value->sized ? 0 : refuse(reading, "it must be a whole number of 64 bits, as a text", "int64Value");
}

static int read_double(struct reading *reading, struct json_object *number, struct sent_value *value)
{
	size_t size;
	const char *digits = json_object_is_type(number, json_type_string) ? NULL : plain_digits(number, &size);

	if (!digits)
		return refuse(reading, "it must be a number", "doubleValue");
	value->kind = VALUE_DOUBLE;
	value->sized = apollo_quantity_parse(digits, size, APOLLO_EXACT, &value->amount) == 0;
	if (!value->sized) {
		value->rounded = apollo_quantity_parse(digits, size, APOLLO_HALF_EVEN, &value->amount) == 0;
		value->sized = value->rounded;
	}
	return 0;
}

static int read_amount(struct reading *reading, struct json_object *object, struct sent_value *value)
{
	static const char *const names[] = {"int64Value",  "doubleValue",	"boolValue",
					    "stringValue", "distributionValue", "moneyValue"};
	struct json_object *found = NULL;
	size_t count = 0, which = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct json_object *member = json_member(object, names[i]);

		if (!member)
			continue;
		found = member;
		which = i;
		count++;
	}
	if (count != 1)
		return refuse(reading, "there must be exactly one value", "metricValues");
	if (which == 0)
		return read_int64(reading, found, value);
	if (which == 1)
		return read_double(reading, found, value);
	value->kind = VALUE_OTHER;
	value->sized = true;
	return 0;
}

static uint64_t value_hash(const struct sent_value *value)
{
	const struct {
		uint64_t metric, labels;
		int64_t kind, amount, start, end;
	} all = {table_hash(value->metric, strlen(value->metric)),
		 value->labels,
		 value->kind,
		 value->amount,
		 value->start,
		 value->end};

	return table_hash(&all, sizeof(all));
}

static int read_value(struct reading *reading, struct json_object *object, const char *metric,
		      struct sent_operation *operation)
{
	static const char *const members[] = {"labels",	     "startTime", "endTime",	 "int64Value",
					      "doubleValue", "boolValue", "stringValue", "distributionValue",
					      "moneyValue",  NULL};
	struct sent_value *value = &operation->values[operation->count];
	int code;

	*value = (struct sent_value){.metric = metric, .start = operation->start, .end = operation->end};
	if ((code = members_known(reading, object, "metricValues", members)) < 0 ||
	    (code = read_labels(reading, object, "labels", &value->labels, &value->label_object)) < 0 ||
	    (code = read_time(reading, object, "startTime", false, &value->start)) < 0 ||
	    (code = read_time(reading, object, "endTime", false, &value->end)) < 0 ||
	    (code = read_amount(reading, object, value)) < 0)
		return code;
	if (value->end < value->start)
		return refuse(reading, "it lies before startTime", "endTime");
	for (size_t i = 0; i < operation->count; i++)
		if (operation->values[i].labels == value->labels && strcmp(operation->values[i].metric, metric) == 0)
			return refuse(reading, "it has two values with the same labels", metric);
	operation->content += value_hash(value);
	operation->count++;
	return 0;
}

/* The values of one set, counted first so that there is room. */
static int read_set(struct reading *reading, struct json_object *set, struct sent_operation *operation)
{
	static const char *const members[] = {"metricName", "metricValues", NULL};
	struct json_object *values;
	const char *metric;
	int code;

	if ((code = members_known(reading, set, "metricValueSets", members)) < 0 ||
	    (code = read_text(reading, set, "metricName", &metric)) < 0)
		return code;
	values = json_member(set, "metricValues");
	if (values && !json_object_is_type(values, json_type_array))
		return refuse(reading, "it must be an array", "metricValues");
	for (size_t i = 0; values && i < json_object_array_length(values); i++)
		if ((code = read_value(reading, json_object_array_get_idx(values, i), metric, operation)) < 0)
			return code;
	return 0;
}

static int read_sets(struct reading *reading, struct json_object *object, struct sent_operation *operation)
{
	struct json_object *sets = json_member(object, "metricValueSets");
	size_t count = 0;
	int code = 0;

	if (!sets)
		return 0;
	if (!json_object_is_type(sets, json_type_array))
		return refuse(reading, "it must be an array", "metricValueSets");
	for (size_t i = 0; i < json_object_array_length(sets); i++) {
		struct json_object *values = json_member(json_object_array_get_idx(sets, i), "metricValues");

		count += json_object_is_type(values, json_type_array) ? json_object_array_length(values) : 0;
	}
	if (count > OPERATION_VALUES_MAX)
		return refuse(reading, "the sandbox takes at most 1000 values in an operation", "metricValueSets");
	operation->values = scope_alloc(reading->scope, count * sizeof(*operation->values));
	if (!operation->values)
		return refuse(reading, "there is no memory for it", "metricValueSets");
	for (size_t i = 0; code == 0 && i < json_object_array_length(sets); i++)
		code = read_set(reading, json_object_array_get_idx(sets, i), operation);
	return code;
}

/* ---- the operation ----------------------------------------------------------------------------------------- */

static void content_add(struct sent_operation *operation, uint64_t labels)
{
	const struct {
		uint64_t name, consumer, labels, user_labels;
		int64_t start, end;
	} all = {table_hash(operation->name, strlen(operation->name)),
		 table_hash(operation->consumer, strlen(operation->consumer)), labels, operation->user_labels,
		 operation->start, operation->end};

	operation->content += table_hash(&all, sizeof(all));
}

static int read_importance(struct reading *reading, struct json_object *object)
{
	struct json_object *member = json_member(object, "importance");
	const char *text = plain_text(member);

	if (!member || (text && (strcmp(text, "LOW") == 0 || strcmp(text, "HIGH") == 0)))
		return 0;
	return refuse(reading, "it must be LOW or HIGH", "importance");
}

static int read_all(struct reading *reading, struct json_object *object, bool report, struct sent_operation *operation)
{
	static const char *const members[] = {"operationId", "operationName",	"consumerId", "startTime",  "endTime",
					      "labels",	     "metricValueSets", "userLabels", "importance", NULL};
	struct json_object *ignored = NULL;
	uint64_t labels = 0;
	int code;

	if ((code = members_known(reading, object, "operation", members)) < 0 ||
	    (code = read_text(reading, object, "operationId", &operation->id)) < 0 ||
	    (code = read_text(reading, object, "operationName", &operation->name)) < 0 ||
	    (code = read_text(reading, object, "consumerId", &operation->consumer)) < 0 ||
	    (code = read_time(reading, object, "startTime", true, &operation->start)) < 0)
		return code;
	operation->end = operation->start;
	if ((code = read_time(reading, object, "endTime", report, &operation->end)) < 0 ||
	    (code = read_labels(reading, object, "labels", &labels, &ignored)) < 0 ||
	    (code = read_labels(reading, object, "userLabels", &operation->user_labels,
				&operation->user_label_object)) < 0)
		return code;
	if ((code = read_importance(reading, object)) < 0)
		return code;
	if (operation->end < operation->start)
		return refuse(reading, "it lies before startTime", "endTime");
	if (operation->user_label_object && !report)
		return refuse(reading, "check does not take user labels", "userLabels");
	if ((code = read_sets(reading, object, operation)) < 0)
		return code;
	content_add(operation, labels);
	return 0;
}

int operation_read(struct json_object *object, bool report, struct scope *scope, struct sent_operation *operation,
		   const char **wrong)
{
	struct reading reading = {.scope = scope};
	int code;

	*operation = (struct sent_operation){0};
	code = read_all(&reading, object, report, operation);
	if (code < 0)
		*wrong = reading.wrong;
	return code;
}
