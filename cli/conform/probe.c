/* SPDX-License-Identifier: Apache-2.0 */
/* What every check needs: calls whose memory runs out, an instance, values, replies. */
#include "cli/conform/conform.h"

#include <string.h>

enum { ALLOCATIONS_MAX = 100000, DEEP_BYTES = 1 << 20 };

/* ---- calls ---- */

static void *probe_alloc(const struct apollo_call *table, size_t size)
{
	struct probe *probe = table->core; /* its first member is the call that the core looks for there */

	probe->allocs++;
	return probe->allocs == probe->fail_at ? NULL : scope_alloc(&probe->call.scope, size);
}

void probe_init(struct probe *probe)
{
	*probe = (struct probe){0};
	call_init(&probe->call, "check", CONFORM_NOW);
	probe->call.table.alloc = probe_alloc;
}

void probe_begin(struct probe *probe, size_t fail_at)
{
	call_clear(&probe->call, CONFORM_NOW);
	probe->allocs = 0;
	probe->fail_at = fail_at;
}

void probe_release(struct probe *probe)
{
	call_release(&probe->call);
}

void conform_memory(struct conform *conform, struct instance *instance, const char *what, conform_call run,
		    void *context)
{
	PROBE_CLEANUP struct probe probe;
	struct error error = {0};
	int usual;

	probe_init(&probe);
	usual = run(conform, instance, &probe, context, &error);
	for (size_t n = 1; n < ALLOCATIONS_MAX; n++) {
		int code;

		conform_doing(conform, "%s, with no memory at its allocation %zu", what, n);
		probe_begin(&probe, n);
		code = run(conform, instance, &probe, context, &error);
		if (probe.allocs < n)
			return;
		if (code != usual && code != APOLLO_NOMEM)
			conform_find(conform, "%s: no memory at allocation %zu gives %d (%s); %d as with memory, or APOLLO_NOMEM, is expected",
				     what, n, code, error.message, usual);
		else if (code == APOLLO_NOMEM && probe.call.error.code == 0)
			conform_find(conform, "%s: no memory at allocation %zu gives APOLLO_NOMEM without call->fail()", what, n);
	}
	conform_find(conform, "%s: takes more than %d allocations", what, ALLOCATIONS_MAX);
}

/* ---- instances and values ---- */

/* What a required option without a word is given. */
static const char *example_of(int32_t type)
{
	static const char *const examples[] = {"example", "https://service.example", "env:APOLLO_EXAMPLE_SECRET", "1",
					       "false", "1m", "example"};

	return examples[type];
}

/* The words and examples for the options of one table. */
static struct setting *settings_make(struct conform *conform, const struct apollo_option *table, size_t count,
				     size_t *made)
{
	struct setting *settings = scope_alloc(&conform->scope, (count + 1) * sizeof(*settings));

	*made = 0;
	for (size_t i = 0; settings && i < count; i++) {
		const char *value = table[i].flags & APOLLO_REQUIRED ? example_of(table[i].type) : NULL;

		for (size_t j = 0; j < conform->word_count; j++)
			if (strcmp(conform->words[j].name, table[i].name) == 0)
				value = conform->words[j].value;
		if (value)
			settings[(*made)++] = (struct setting){table[i].name, value, NULL};
	}
	return settings;
}

struct instance *conform_open(struct conform *conform)
{
	const struct apollo_plugin *plugin = &conform->plugin->descriptor;
	const struct clock clock = clock_fixed(CONFORM_NOW);
	struct instance *instance = NULL;
	struct error error = {0};
	size_t count;
	struct setting *settings = settings_make(conform, plugin->options, plugin->option_count, &count);

	conform_doing(conform, "open");
	if (settings && instance_open(conform->plugin, "check", settings, count, "/", &clock, &instance, &error) == 0)
		return instance;
	conform_find(conform, "open: %s%s%s; give option values that it takes: NAME=VALUE", error.message,
		     error.hint[0] ? "; " : "", error.hint);
	return NULL;
}

const char *const *conform_values(struct conform *conform, const struct apollo_option *table, size_t count)
{
	const char *const *values = NULL;
	struct error error = {0};
	size_t made;
	struct setting *settings = settings_make(conform, table, count, &made);

	if (settings && options_resolve(table, count, settings, made, "/", &conform->scope, &values, &error) == 0)
		return values;
	conform_find(conform, "%s", error.message);
	return NULL;
}

/* ---- replies ---- */

#define HTML "<!DOCTYPE html><html><body><h1>Bad Gateway</h1></body></html>"
#define ROW "{\"status\":\"Accepted\",\"id\":7,\"quantity\":1e999,\"results\":{},\"result\":[null]}"

static const struct {
	const char *name, *text;
	size_t size;
} bodies[] = {
	{"no body", "", 0},
	{"an HTML page", HTML, sizeof(HTML) - 1},
	{"{}", "{}", 2},
	{"[]", "[]", 2},
	{"null", "null", 4},
	{"a number", "-1e400", 6},
	{"a text", "\"\"", 2},
	{"half of a JSON object", "{\"results\":[{\"id\":\"x", 20},
	{"an object of odd values", ROW, sizeof(ROW) - 1},
	{"an array of odd values", "[[],{},null,\"\",0,[[[]]]]", 25},
	{"a zero byte", "{\"a\":\"\0\"}", 9},
	{"bytes that are no UTF-8", "{\"a\":\"\xff\xfe\xc0\x80\"}", 12},
	{"a key twice", "{\"error\":1,\"error\":{\"code\":[]}}", 32},
	{"a megabyte of brackets", NULL, DEEP_BYTES},
};

static const int statuses[] = {200, 201, 202, 204, 302, 400, 401, 402, 403, 404, 408, 409, 410, 413, 422, 425, 429, 500,
			       501, 502, 503, 504, 599};

enum { BODIES = sizeof(bodies) / sizeof(bodies[0]), STATUSES = sizeof(statuses) / sizeof(statuses[0]) };

static const char *deep_body(struct conform *conform)
{
	char *deep = scope_alloc(&conform->scope, DEEP_BYTES + 1);

	if (deep)
		memset(deep, '[', DEEP_BYTES);
	return deep;
}

bool conform_reply(struct conform *conform, size_t n, struct conform_reply *reply)
{
	static const struct apollo_header headers[] = {{"Content-Type", "application/json"}, {"Retry-After", "soon"}};
	static const char *deep; /* of this process, made once */
	size_t body;

	*reply = (struct conform_reply){.reply = {.size = sizeof(reply->reply), .body = ""}};
	if (n == 0) {
		reply->name = "no answer";
		reply->reply.transport_error = "the connection was reset";
		return true;
	}
	if (--n >= STATUSES * BODIES)
		return false;
	body = n % BODIES;
	if (!deep)
		deep = deep_body(conform);
	reply->name = scope_print(&conform->scope, "HTTP %d with %s", statuses[n / BODIES], bodies[body].name);
	reply->reply.status = statuses[n / BODIES];
	reply->reply.headers = headers;
	reply->reply.header_count = n % 2 ? 2 : 0;
	reply->reply.body = bodies[body].text ? bodies[body].text : deep;
	reply->reply.body_size = bodies[body].size;
	return reply->name && reply->reply.body;
}
