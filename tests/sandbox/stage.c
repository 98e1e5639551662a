/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sandbox/stage.h"

#include "core/scope.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOKEN_MAX = 4096, KEEP_MAX = 16 << 20 };

static struct {
	struct sandbox *sandbox;
	struct client client;
	struct answer answer;
	struct json_object *document; /* the reply's body, where it is JSON */
	char azure[TOKEN_MAX], google[TOKEN_MAX];
	struct scope kept;
	int files;
} stage;

static void die(const char *what, const struct error *error)
{
	(void)printf("\n    %s: %s %s\n", what, error ? error->message : "", error ? error->detail : "");
	exit(2);
}

/* ---- beginning and end ------------------------------------------------------------------------------------- */

static void quotes_turn(char *text)
{
	for (; *text; text++)
		if (*text == '\'')
			*text = '"';
}

const char *keep(const char *text)
{
	return scope_text(&stage.kept, text);
}

const char *stage_file(const char *name, const char *json)
{
	const char *path = unit_path("%d-%s", stage.files++, name);
	char *text = strdup(json);

	if (!text)
		die(name, NULL);
	quotes_turn(text);
	unit_write(path, text, strlen(text), 0600);
	free(text);
	return path;
}

void stage_begin_with(struct sandbox_options options, const char *registry)
{
	struct error error;

	stage.kept = scope_init(KEEP_MAX);
	options.frozen = true;
	options.seed = 7;
	if (apollo_time_parse(NOON, strlen(NOON), 0, &options.clock) < 0)
		die("the clock", NULL);
	if (registry)
		options.config_file = stage_file("registry.json", registry);
	if (sandbox_new(&options, &stage.sandbox, &error) < 0)
		die("sandbox_new", &error);
	stage.client = client_init(sandbox_port(stage.sandbox));
}

void stage_begin(const char *registry)
{
	stage_begin_with((struct sandbox_options){.open = !registry}, registry);
}

void stage_end(void)
{
	client_close(&stage.client);
	answer_release(&stage.answer);
	json_object_put(stage.document);
	stage.document = NULL;
	sandbox_free(stage.sandbox);
	stage.sandbox = NULL;
	scope_release(&stage.kept);
}

struct sandbox *stage_sandbox(void)
{
	return stage.sandbox;
}

struct client *stage_client(void)
{
	return &stage.client;
}

/* ---- asking ------------------------------------------------------------------------------------------------ */

void ask_raw(const char *method, const char *target, const char *headers, const void *body, size_t size)
{
	json_object_put(stage.document);
	stage.document = NULL;
	if (client_ask(&stage.client, method, target, headers, body, size, &stage.answer) && stage.answer.body)
		stage.document = json_tokener_parse(stage.answer.body);
}

void ask(const char *method, const char *target, const char *headers, const char *body)
{
	char *text = body ? strdup(body) : NULL;

	if (text)
		quotes_turn(text);
	ask_raw(method, target, headers, text, text ? strlen(text) : 0);
	free(text);
}

const char *bearer(const char *token)
{
	static char headers[TOKEN_MAX + 80];

	(void)snprintf(headers, sizeof(headers), "Content-Type: application/json\r\nAuthorization: Bearer %s\r\n",
		       token);
	return headers;
}

void control(const char *method, const char *target, const char *body)
{
	ask(method, target, "", body);
}

void azure(const char *method, const char *target, const char *body)
{
	ask(method, target, bearer(stage.azure), body);
}

void google(const char *target, const char *body)
{
	ask("POST", target, bearer(stage.google), body);
}

static const char *token_take(char *token)
{
	const char *text = said("access_token");

	if (stage.answer.status != 200 || !text || strlen(text) >= TOKEN_MAX)
		die("no token was given", NULL);
	(void)snprintf(token, TOKEN_MAX, "%s", text);
	return token;
}

const char *token_azure(const char *tenant, const char *app, const char *secret)
{
	char target[200], body[800];

	(void)snprintf(target, sizeof(target), "/%s/oauth2/token", tenant);
	(void)snprintf(body, sizeof(body),
		       "grant_type=client_credentials&client_id=%s&client_secret=%s&resource=" METERING, app, secret);
	ask("POST", target, "Content-Type: application/x-www-form-urlencoded\r\n", body);
	return token_take(stage.azure);
}

const char *token_google(void)
{
	ask("GET", "/computeMetadata/v1/instance/service-accounts/default/token", "Metadata-Flavor: Google\r\n", NULL);
	return token_take(stage.google);
}

static void must(const char *what)
{
	if (stage.answer.status != 200)
		(void)printf("\n    refused: %s: %.300s\n", what, stage.answer.body ? stage.answer.body : "");
	CU_ASSERT(stage.answer.status == 200);
}

void clock_set(const char *time)
{
	char body[80];

	(void)snprintf(body, sizeof(body), "{'now': '%s'}", time);
	control("PUT", "/sandbox/clock", body);
	must(time);
}

void settings(const char *json)
{
	char body[1000];

	(void)snprintf(body, sizeof(body), "{'settings': %s}", json);
	control("POST", "/sandbox/register", body);
	must(json);
}

void fault(const char *json)
{
	control("POST", "/sandbox/faults", json);
	must(json);
}

/* ---- what was said ----------------------------------------------------------------------------------------- */

const struct answer *reply(void)
{
	return &stage.answer;
}

static struct json_object *place_of(const char *path)
{
	struct json_object *at = stage.document;
	char name[100];

	while (at && *path) {
		size_t size = strcspn(path, ".");
		struct json_object *next = NULL;

		(void)snprintf(name, sizeof(name), "%.*s", (int)size, path);
		if (json_object_is_type(at, json_type_array))
			next = json_object_array_get_idx(at, strtoul(name, NULL, 10));
		else if (json_object_is_type(at, json_type_object))
			(void)json_object_object_get_ex(at, name, &next);
		at = next;
		path += size + (path[size] == '.');
	}
	return at;
}

const char *said(const char *path)
{
	struct json_object *at = place_of(path);

	if (!at)
		return NULL;
	return json_object_is_type(at, json_type_string)
		       ? json_object_get_string(at)
		       : json_object_to_json_string_ext(at, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

int said_count(const char *path)
{
	struct json_object *at = place_of(path);

	if (json_object_is_type(at, json_type_array))
		return (int)json_object_array_length(at);
	return json_object_is_type(at, json_type_object) ? json_object_object_length(at) : -1;
}

static void judge(bool good, const char *what, const char *wanted, const char *have, const char *file, int line)
{
	if (!good)
		(void)printf("\n    %s:%d: %s is %s, %s is wanted; the reply: %d %.600s\n", file, line, what,
			     have ? have : "(none)", wanted ? wanted : "(none)", stage.answer.status,
			     stage.answer.body ? stage.answer.body : "");
	(void)CU_assertImplementation(good, (unsigned)line, what, file, "", CU_FALSE);
}

void want_status(int status, const char *file, int line)
{
	char wanted[12], have[12];

	(void)snprintf(wanted, sizeof(wanted), "%d", status);
	(void)snprintf(have, sizeof(have), "%d", stage.answer.status);
	judge(status == stage.answer.status, "the status", wanted, have, file, line);
}

void want(const char *path, const char *text, const char *file, int line)
{
	const char *have = said(path);

	judge(text ? have && strcmp(text, have) == 0 : !have, path, text, have, file, line);
}

void want_count(const char *path, int count, const char *file, int line)
{
	char wanted[12], have[12];

	(void)snprintf(wanted, sizeof(wanted), "%d", count);
	(void)snprintf(have, sizeof(have), "%d", said_count(path));
	judge(count == said_count(path), *path ? path : "the count", wanted, have, file, line);
}

void want_header(const char *name, const char *text, const char *file, int line)
{
	const char *have = answer_header(&stage.answer, name);

	judge(text ? have && strcmp(text, have) == 0 : !have, name, text, have, file, line);
}

void want_guid(const char *text, const char *file, int line)
{
	static const char shape[] = "xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx";
	bool good = text && strlen(text) == sizeof(shape) - 1;

	for (size_t i = 0; good && shape[i]; i++)
		good = shape[i] == 'x' ? strchr("0123456789abcdef", text[i]) != NULL : text[i] == shape[i];
	judge(good, "the text", "a GUID", text, file, line);
}
