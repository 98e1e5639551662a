/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/prometheus/prometheus.h"

enum { NOTES_MAX = 3 };

/* ---- replies that are no answer ---- */

#define QUERY_HINT "try the query in Prometheus's own page, and correct it"

/* What Prometheus says of a failure (errorType), and what it means. */
static const struct {
	const char *word;
	int code;
	const char *hint;
} failures[] = {
	{"bad_data", APOLLO_REJECTED, QUERY_HINT},
	{"execution", APOLLO_REJECTED, QUERY_HINT},
	{"not_found", APOLLO_REJECTED, "check the option url: it is what stands before /api/v1"},
	{"timeout", APOLLO_RETRY, "make the query cheaper, with a recording rule for instance"},
	{"canceled", APOLLO_RETRY, NULL},
	{"unavailable", APOLLO_RETRY, NULL},
	{"internal", APOLLO_RETRY, NULL},
	{"too_many_requests", APOLLO_THROTTLED, NULL},
};

static int failure_read(const struct apollo_call *call, const struct question *question,
			const struct apollo_reply *reply, struct json_object *answer)
{
	const char *word = json_text(answer, "errorType"), *said = json_text(answer, "error");
	int status = reply->status, code = reply_code(reply);

	if (code == APOLLO_AUTH)
		return fail_print(call, code, said ? said : line_copy(call, reply->body),
				  "check the options auth, user and secret", "%s: HTTP %d", question->what, status);
	if (!said)
		return reply_fail(call, reply, question->what, NULL);
	for (size_t i = 0; word && i < sizeof(failures) / sizeof(failures[0]); i++)
		if (strcmp(word, failures[i].word) == 0)
			return fail_print(call, failures[i].code, said, failures[i].hint, "%s: HTTP %d, %s",
					  question->what, status, word);
	return fail_print(call, code < 0 ? code : APOLLO_REJECTED, said, NULL, "%s: HTTP %d, %.100s", question->what,
			  status, word ? word : "an error without a type");
}

/* ---- what the server adds to an answer ---- */

/* An answer that is not whole would be billed for ever. */
static int part_fail(const struct apollo_call *call, const struct question *question, const char *detail)
{
	return fail_print(call, APOLLO_RETRY, detail, "mend the storage that Prometheus reads from",
			  "%s: the answer may not be whole", question->what);
}

/* Remarks about the query are told.  Any other warning says that a part of the data could not be had. */
static int warnings_read(const struct apollo_call *call, const struct question *question, struct json_object *answer)
{
	static const char *const names[] = {"warnings", "infos"};
	static const char remark[] = "PromQL ";
	struct json_object *partial = json_get(answer, "isPartial"); /* as VictoriaMetrics says it */

	if (partial && !(json_object_is_type(partial, json_type_boolean) && !json_object_get_boolean(partial)))
		return part_fail(call, question, NULL);
	for (size_t k = 0; k < 2; k++) {
		struct json_object *list = json_array(answer, names[k]);

		for (size_t i = 0; list && i < json_object_array_length(list); i++) {
			const char *said = json_object_get_string(json_object_array_get_idx(list, i));
			const char *line = line_copy(call, said ? said : "null");

			if (!line)
				return fail_memory(call, "a warning");
			if (k == 0 && strncmp(line, remark, strlen(remark)) != 0)
				return part_fail(call, question, line);
			if (i < NOTES_MAX)
				call->note(call, k == 0 ? APOLLO_WARNING : APOLLO_INFO, line);
		}
	}
	return 0;
}

int answer_read(const struct apollo_call *call, const struct question *question, const struct apollo_reply *reply,
		struct json_object **answer, struct json_object **series)
{
	JSON_CLEANUP struct json_object *read = NULL;
	struct json_object *data;
	const char *status, *type;
	int code = reply->status ? json_load(reply->body, reply->body_size, &read) : APOLLO_REJECTED;

	if (code == APOLLO_NOMEM)
		return fail_memory(call, "an answer");
	status = json_text(read, "status");
	if (reply_code(reply) < 0 || !status || strcmp(status, "success") != 0)
		return failure_read(call, question, reply, read);
	data = json_get(read, "data");
	type = json_text(data, "resultType");
	if (!type || strcmp(type, "matrix") != 0 || !json_array(data, "result"))
		return fail_print(call, APOLLO_REJECTED, NULL, "check that the option url is Prometheus's own address",
				  "%s: the answer is no matrix", question->what);
	code = warnings_read(call, question, read);
	if (code < 0)
		return code;
	*series = json_array(data, "result");
	*answer = read;
	read = NULL;
	return 0;
}

/* ---- series ---- */

int series_values(const struct apollo_call *call, const struct question *question, struct json_object *series,
		  size_t index, struct json_object **values)
{
	struct json_object *one = json_object_array_get_idx(series, index);

	if (json_get(one, "histograms"))
		return fail_print(call, APOLLO_REJECTED, NULL,
				  "ask for a number, with histogram_sum() or histogram_count()",
				  "%s: the query gives a histogram", question->what);
	*values = json_array(one, "values");
	if (!*values || !json_object_is_type(json_get(one, "metric"), json_type_object))
		return fail_print(call, APOLLO_REJECTED, NULL, NULL,
				  "%s: series %zu of the answer has no metric or no values", question->what, index + 1);
	return 0;
}

/* The digits of a JSON number as they were written; NULL if it is none, or memory is short. */
static const char *number_digits(struct json_object *number)
{
	if (!json_object_is_type(number, json_type_int) && !json_object_is_type(number, json_type_double))
		return NULL;
	return json_object_to_json_string_ext(number, JSON_C_TO_STRING_PLAIN);
}

/* Not numbers that can be billed: they are gaps. */
static bool value_missing(const char *text)
{
	text += *text == '+' || *text == '-';
	return text_same(text, "nan") || text_same(text, "inf");
}

static int value_read(const struct apollo_call *call, const struct question *question, int64_t time, const char *text,
		      int64_t *value)
{
	char at[APOLLO_TIME_TEXT];
	int64_t read;
	int code;

	if (value_missing(text))
		return 0;
	code = apollo_decimal_read(text, strlen(text), question->decimals, APOLLO_EXACT, &read);
	if (code == 0 && read >= 0) {
		*value = read;
		return 1;
	}
	return fail_print(call, APOLLO_REJECTED, NULL,
			  code == 0              ? NULL
			  : code == APOLLO_NOMEM ? "count in a larger unit: divide in the query"
						 : "give the meter more decimals, or round in the query",
			  "%s: the value \"%.60s\" at %s %s %d decimals", question->what, text,
			  apollo_time_format(time, at),
			  code == 0              ? "is negative; the meter keeps"
			  : code == APOLLO_NOMEM ? "is too large for"
						 : "does not fit",
			  question->decimals);
}

int series_value(const struct apollo_call *call, const struct question *question, const struct span *span,
		 struct json_object *values, size_t index, int64_t *time, int64_t *value)
{
	struct json_object *pair = json_object_array_get_idx(values, index), *second = NULL;
	const char *digits = NULL;
	int64_t at;

	if (json_object_is_type(pair, json_type_array) && json_object_array_length(pair) == 2) {
		digits = number_digits(json_object_array_get_idx(pair, 0));
		second = json_object_array_get_idx(pair, 1);
	}
	if (!digits || !json_object_is_type(second, json_type_string) ||
	    strlen(json_object_get_string(second)) != (size_t)json_object_get_string_len(second))
		return fail_print(call, APOLLO_REJECTED, NULL, NULL,
				  "%s: value %zu of the answer is not a time and a text", question->what, index + 1);
	if (apollo_quantity_parse(digits, strlen(digits), APOLLO_EXACT, &at) < 0 || at < span->first ||
	    at > span->last || (at - span->first) % question->step != 0 || at <= *time)
		return fail_print(call, APOLLO_REJECTED, NULL, NULL,
				  "%s: the answer has a value at %.40s, which was not asked for or is out of order",
				  question->what, digits);
	*time = at;
	return value_read(call, question, at, json_object_get_string(second), value);
}

/* ---- samples ---- */

const char *value_format(int64_t value, int decimals, char *text)
{
	int64_t unit = 1;

	for (int i = 0; i < decimals; i++)
		unit *= 10;
	if (decimals)
		(void)snprintf(text, APOLLO_QUANTITY_TEXT, "%lld.%0*lld", (long long)(value / unit), decimals,
			       (long long)(value % unit));
	else
		(void)snprintf(text, APOLLO_QUANTITY_TEXT, "%lld", (long long)value);
	return text;
}

void sample_write(struct apollo_text *text, const struct question *question, int64_t id, int64_t time, int64_t value)
{
	char name[APOLLO_TIME_TEXT], at[APOLLO_TIME_TEXT], number[APOLLO_QUANTITY_TEXT];

	apollo_text_print(text, "%s{\"id\":\"%s\",\"time\":\"%s\",\"value\":\"%s\"}",
			  text->data[text->size - 1] == '[' ? "" : ",", apollo_time_format(id, name),
			  apollo_time_format(time, at), value_format(value, question->decimals, number));
}
