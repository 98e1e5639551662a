/* SPDX-License-Identifier: Apache-2.0 */
#include "kpi/run.h"

#include "core/json.h"
#include "core/quantity.h"

#include <stdlib.h>
#include <string.h>

/* A document within the file, and what stood outside of all of them. */
struct document {
	size_t begin, size;
	int64_t line;
	const char *failure; /* a line; NULL */
};

/* Jobs of one group, added up. */
struct group {
	int64_t id;
	wide_t bytes[FLOWS], operations[FLOWS];
	int64_t milliseconds[FLOWS];
	int64_t slowest, fastest; /* bytes a second, of one job */
	size_t jobs;
	struct json_object *first; /* the first job; borrowed */
	struct run run;
};

struct reader {
	struct scope *scope;
	const char *name;
	int64_t line;
	struct error *error;
	struct group *groups;
	size_t count;
	struct json_object *global; /* options of all jobs; NULL */
};

/* ---- the document ---- */

/* The bytes from text[begin] on, a brace, up to the one that closes it; 0 where none does. */
static size_t document_size(const char *text, size_t begin, size_t size)
{
	size_t depth = 0;
	bool inside = false;

	for (size_t at = begin; at < size; at++) {
		char c = text[at];

		if (inside && c == '\\')
			at++;
		else if (c == '"')
			inside = !inside;
		else if (!inside && c == '{')
			depth++;
		else if (!inside && c == '}' && --depth == 0)
			return at + 1 - begin;
	}
	return 0;
}

static const char *failure_copy(struct scope *scope, const char *line, size_t size)
{
	char *copy = NULL;

	if (size > 5 && memcmp(line, "fio: ", 5) == 0 && (memmem(line, size, "err=", 4) || memmem(line, size, "terminating on signal", 21)))
		copy = apollo_text_valid(line, size) ? scope_copy(scope, line + 5, size - 5) : scope_text(scope, "an error that is not UTF-8");
	return copy;
}

/* The last document of the file.  Each begins a line, and lines outside of them are fio's notes. */
static int document_find(struct scope *scope, const char *text, size_t size, const char *name, struct document *document, struct error *error)
{
	int64_t line = 1;

	*document = (struct document){0};
	for (size_t at = 0; at < size;) {
		const char *newline = memchr(text + at, '\n', size - at);
		size_t end = newline ? (size_t)(newline - text) : size;

		if (text[at] == '{') {
			const char *failure = document->failure;
			size_t length = document_size(text, at, size);

			if (!length)
				return error_set(error, ERROR_INPUT, "%s:%lld: the JSON that begins here does not end", name, (long long)line);
			*document = (struct document){at, length, line, failure};
			end = at + length;
			for (size_t i = at; i < end; i++)
				line += text[i] == '\n';
		} else if (!document->failure) {
			document->failure = failure_copy(scope, text + at, end - at);
		}
		line += end < size && text[end] == '\n';
		at = end < size && text[end] == '\n' ? end + 1 : end;
		/* What stands behind the brace on its line. */
		if (at == end && at < size) {
			newline = memchr(text + at, '\n', size - at);
			at = newline ? (size_t)(newline - text) + 1 : size;
			line += newline != NULL;
		}
	}
	if (document->size)
		return 0;
	(void)error_set(error, ERROR_INPUT, "%s:1: neither fio's JSON nor elbencho's CSV%s%s", name, document->failure ? ": fio said: " : "",
			document->failure ? document->failure : "");
	return error_hint(error, "run fio with --output-format=json, or elbencho with --csvfile FILE");
}

/* ---- numbers ---- */

static int job_fail(const struct reader *reader, size_t job, const char *member)
{
	return error_set(reader->error, ERROR_INPUT, "%s:%lld: job %zu has no \"%s\", or it is not a number of 0 or more", reader->name,
			 (long long)reader->line, job + 1, member);
}

static int number_read(const struct reader *reader, size_t job, struct json_object *object, const char *member, int64_t *value)
{
	if (!json_integer(object, member, value) || *value < 0)
		return job_fail(reader, job, member);
	return 0;
}

/* A decimal in whole units, rounded; KPI_UNKNOWN where it is not there. */
static int64_t rounded(struct json_object *object, const char *member)
{
	struct json_object *value = json_member(object, member);
	size_t size = 0;
	const char *digits = value ? json_digits(value, &size) : NULL;
	int64_t number;

	return digits && apollo_decimal_read(digits, size, 0, APOLLO_HALF_EVEN, &number) == 0 && number >= 0 ? number : KPI_UNKNOWN;
}

static void worst(int64_t *latency, int64_t value)
{
	if (value > *latency)
		*latency = value;
}

/* Keys are decimals of percents: "99.900000". */
static void percentiles_read(struct json_object *percentiles, struct flow *flow)
{
	static const int64_t wanted[] = {[LATENCY_P50] = 50000, [LATENCY_P95] = 95000, [LATENCY_P99] = 99000, [LATENCY_P999] = 99900};

	json_object_object_foreach(percentiles, key, value)
	{
		int64_t percent;

		(void)value;
		if (apollo_decimal_read(key, strlen(key), 3, APOLLO_EXACT, &percent) < 0)
			continue;
		for (int i = LATENCY_P50; i <= LATENCY_P999; i++)
			if (wanted[i] == percent)
				worst(&flow->latency[i], rounded(percentiles, key));
	}
}

static void latency_read(struct json_object *direction, struct flow *flow)
{
	struct json_object *completion = json_member(direction, "clat_ns"), *percentiles = json_member(completion, "percentile");

	worst(&flow->latency[LATENCY_MEAN], rounded(completion, "mean"));
	worst(&flow->latency[LATENCY_MAX], rounded(completion, "max"));
	if (json_object_is_type(percentiles, json_type_object))
		percentiles_read(percentiles, flow);
}

/* ---- jobs ---- */

static const char *option(const struct reader *reader, struct json_object *job, const char *name)
{
	const char *text = json_text(json_member(job, "job options"), name);

	return text ? text : json_text(reader->global, name);
}

/* "4k", "4096", "1m", also "128k,4k": the first. */
static int64_t block_of(const char *text)
{
	static const char letters[] = "kmgt";
	int64_t number, unit = 1;
	size_t digits;
	const char *letter;

	if (!text)
		return 4096;
	digits = strspn(text, "0123456789");
	letter = text[digits] ? strchr(letters, text[digits] | 0x20) : NULL;
	for (ptrdiff_t i = letter ? letter - letters + 1 : 0; i > 0; i--)
		unit *= 1024;
	if (!digits || apollo_decimal_read(text, digits, 0, APOLLO_EXACT, &number) < 0 || __builtin_mul_overflow(number, unit, &number))
		return KPI_UNKNOWN;
	return number;
}

static bool option_on(const char *text)
{
	return text && strcmp(text, "0") != 0 && strcmp(text, "none") != 0;
}

static bool through_cache(const struct reader *reader, struct json_object *job)
{
	static const char *const waits[] = {"direct", "sync", "fsync", "fdatasync", "end_fsync", "fsync_on_close"};
	const char *buffered = option(reader, job, "buffered");

	for (size_t i = 0; i < sizeof(waits) / sizeof(*waits); i++)
		if (option_on(option(reader, job, waits[i])))
			return false;
	return !buffered || strcmp(buffered, "0") != 0;
}

/* What the options of a group's first job say. */
static int options_read(const struct reader *reader, struct json_object *job, struct run *run)
{
	const char *direction = option(reader, job, "rw"), *engine = option(reader, job, "ioengine"), *label = json_text(job, "jobname");

	if (!direction)
		direction = option(reader, job, "readwrite");
	if (engine && strncmp(engine, "file", 4) == 0 && engine[4])
		direction = engine + 4;
	run->random = direction && strncmp(direction, "rand", 4) == 0;
	run->cached = through_cache(reader, job);
	run->block = block_of(option(reader, job, "bs") ? option(reader, job, "bs") : option(reader, job, "blocksize"));
	run->operation = scope_text(reader->scope, direction ? direction : "read");
	run->label = scope_text(reader->scope, label ? label : "");
	run->line = reader->line;
	return run->operation && run->label ? 0 : error_memory(reader->error, reader->name);
}

/* Engines that make, look at or delete files count entries. */
static enum flow_kind flow_of(const struct reader *reader, struct json_object *job, enum flow_kind kind)
{
	const char *engine = option(reader, job, "ioengine");

	return engine && strncmp(engine, "file", 4) == 0 && engine[4] ? FLOW_ENTRIES : kind;
}

static struct group *group_of(struct reader *reader, int64_t id, struct json_object *job)
{
	struct group *group = reader->groups;

	for (; group < reader->groups + reader->count; group++)
		if (group->id == id)
			return group;
	if (reader->count == RESULT_RUNS_MAX) {
		(void)error_set(reader->error, ERROR_INPUT, "%s: more than %d groups of jobs", reader->name, RESULT_RUNS_MAX);
		return NULL;
	}
	*group = (struct group){.id = id, .first = job, .run = run_none()};
	if (options_read(reader, job, &group->run) < 0)
		return NULL;
	reader->count++;
	return group;
}

static int direction_add(struct reader *reader, size_t index, struct json_object *job, struct group *group, enum flow_kind kind, int64_t *rate)
{
	struct json_object *direction = json_member(job, kind == FLOW_READ ? "read" : "write");
	enum flow_kind at = flow_of(reader, job, kind);
	int64_t bytes, operations, milliseconds;

	if (number_read(reader, index, direction, "io_bytes", &bytes) < 0 || number_read(reader, index, direction, "total_ios", &operations) < 0 ||
	    number_read(reader, index, direction, "runtime", &milliseconds) < 0)
		return reader->error->code;
	if (!operations)
		return 0;
	group->bytes[at] += bytes;
	group->operations[at] += operations;
	if (milliseconds > group->milliseconds[at])
		group->milliseconds[at] = milliseconds;
	if (milliseconds)
		*rate += (int64_t)((wide_t)bytes * 1000 / milliseconds > INT64_MAX / 4 ? INT64_MAX / 4 : (wide_t)bytes * 1000 / milliseconds);
	latency_read(direction, &group->run.flows[at]);
	return 0;
}

static void job_cpu(struct json_object *job, struct run *run)
{
	int64_t user = rounded(job, "usr_cpu"), system = rounded(job, "sys_cpu");

	if (user >= 0 && system >= 0 && user <= 100000 && system <= 100000 && user + system > run->cpu)
		run->cpu = user + system;
}

static int job_add(struct reader *reader, size_t index, struct json_object *job)
{
	struct group *group;
	int64_t id, failed, rate = 0;

	if (number_read(reader, index, job, "groupid", &id) < 0 || number_read(reader, index, job, "error", &failed) < 0)
		return reader->error->code;
	group = group_of(reader, id, job);
	if (!group || direction_add(reader, index, job, group, FLOW_READ, &rate) < 0 || direction_add(reader, index, job, group, FLOW_WRITE, &rate) < 0)
		return reader->error->code;
	if (failed && !group->run.failure)
		group->run.failure = scope_print(reader->scope, "job %zu ended with error %lld", index + 1, (long long)failed);
	job_cpu(job, &group->run);
	if (!group->jobs || rate < group->slowest)
		group->slowest = rate;
	if (!group->jobs || rate > group->fastest)
		group->fastest = rate;
	group->jobs++;
	return 0;
}

/* What fio added up itself, of all its clients. */
static bool sum_of_clients(struct json_object *job)
{
	const char *name = json_text(job, "jobname");

	return json_text(job, "hostname") && name && strcmp(name, "All clients") == 0;
}

/* How many different machines the jobs of a group ran on, where fio says on which. */
static int64_t hosts_count(struct json_object *jobs, size_t count, int64_t id)
{
	const char *hosts[256];
	size_t known = 0;

	for (size_t i = 0; i < count; i++) {
		struct json_object *job = json_object_array_get_idx(jobs, i);
		const char *host = json_text(job, "hostname");
		size_t at = 0;
		int64_t group;

		if (!host || sum_of_clients(job) || !json_integer(job, "groupid", &group) || group != id)
			continue;
		while (at < known && strcmp(hosts[at], host) != 0)
			at++;
		if (at == known && known < sizeof(hosts) / sizeof(*hosts))
			hosts[known++] = host;
	}
	return known ? (int64_t)known : KPI_UNKNOWN;
}

/* ---- runs ---- */

static int64_t second(wide_t amount, int64_t milliseconds)
{
	wide_t each = milliseconds ? amount * 1000 / milliseconds : 0;

	return each > INT64_MAX ? INT64_MAX : (int64_t)each;
}

static struct run group_end(struct group *group)
{
	struct run run = group->run;

	for (int i = 0; i < FLOWS; i++) {
		struct flow *flow = &run.flows[i];

		flow->bytes = group->bytes[i] > INT64_MAX ? INT64_MAX : (int64_t)group->bytes[i];
		flow->rate = second(group->bytes[i], group->milliseconds[i]);
		flow->operations = second(group->operations[i], group->milliseconds[i]);
		if (group->milliseconds[i] > run.milliseconds)
			run.milliseconds = group->milliseconds[i];
	}
	if (group->jobs > 1 && group->fastest > 0)
		run.gap = (int64_t)((wide_t)(group->fastest - group->slowest) * 1000 / group->fastest);
	return run;
}

static int jobs_read(struct reader *reader, struct json_object *root)
{
	struct json_object *jobs = json_member(root, "jobs");
	size_t count;

	jobs = jobs ? jobs : json_member(root, "client_stats");
	if (!json_object_is_type(jobs, json_type_array))
		return error_set(reader->error, ERROR_INPUT, "%s:%lld: the JSON has no \"jobs\": it is not fio's", reader->name, (long long)reader->line);
	count = json_object_array_length(jobs);
	if (count > RESULT_JOBS_MAX)
		return error_set(reader->error, ERROR_INPUT, "%s:%lld: %zu jobs, %d are the most", reader->name, (long long)reader->line, count, RESULT_JOBS_MAX);
	for (size_t i = 0; i < count; i++)
		if (!sum_of_clients(json_object_array_get_idx(jobs, i)) && job_add(reader, i, json_object_array_get_idx(jobs, i)) < 0)
			return reader->error->code;
	for (size_t i = 0; i < reader->count; i++)
		reader->groups[i].run.clients = hosts_count(jobs, count, reader->groups[i].id);
	return 0;
}

int fio_read(struct scope *scope, const char *text, size_t size, const char *name, struct runs *runs, struct error *error)
{
	FREE_CLEANUP struct group *groups = calloc(RESULT_RUNS_MAX, sizeof(*groups));
	JSON_CLEANUP struct json_object *root = NULL;
	struct reader reader = {.scope = scope, .name = name, .error = error, .groups = groups};
	struct document document;
	const char *version;
	struct run *items;
	bool failed = false;

	if (!groups)
		return error_memory(error, name);
	if (document_find(scope, text, size, name, &document, error) < 0)
		return error->code;
	reader.line = document.line;
	if (json_read_part(text, document.begin, document.size, name, &root, error) < 0)
		return error->code;
	reader.global = json_member(root, "global options");
	version = json_text(root, "fio version");
	if (jobs_read(&reader, root) < 0)
		return error->code;
	items = scope_alloc(scope, reader.count * sizeof(*items));
	version = scope_text(scope, version ? version : "fio");
	if (!items || !version)
		return error_memory(error, name);
	for (size_t i = 0; i < reader.count; i++) {
		items[i] = group_end(&groups[i]);
		items[i].tool = version;
		failed |= items[i].failure != NULL;
	}
	/* What fio said is about the jobs that failed; where none did, all of them were ended. */
	for (size_t i = 0; document.failure && i < reader.count; i++)
		if (items[i].failure || !failed)
			items[i].failure = document.failure;
	*runs = (struct runs){items, reader.count};
	return 0;
}
