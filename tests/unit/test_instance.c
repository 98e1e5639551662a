/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Option values, secrets, requests, and what a plugin may give back.
 */
#include "core/json.h"
#include "core/log.h"
#include "tests/unit/fixture.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct error error;
static const struct clock noon = {.fixed = INT64_C(1767268800) * APOLLO_MICRO};

/* ---- options ----------------------------------------------------------------------------------------------- */

static const struct apollo_option table[] = {
	{"endpoint", APOLLO_URL, APOLLO_REQUIRED, NULL, "where it is"},
	{"key", APOLLO_SECRET, 0, NULL, "the key"},
	{"timeout", APOLLO_DURATION, 0, "5m", "how long"},
	{"count", APOLLO_INTEGER, 0, "3", "how many"},
	{"strict", APOLLO_BOOLEAN, 0, NULL, "whether"},
	{"folder", APOLLO_PATH, 0, "data", "where to"},
	{"label", APOLLO_TEXT, 0, NULL, "its name"},
};
enum { ENDPOINT, KEY, TIMEOUT, COUNT, STRICT, FOLDER, LABEL, OPTIONS };

/* Resolves endpoint and one more setting; gives the value of the option at `index`, or NULL and an error. */
static const char *resolved(struct scope *scope, const char *name, const char *value, int index)
{
	const struct setting settings[] = {{"endpoint", "https://a.test", "apollo.cfg:3"},
					   {name, value, "apollo.cfg:4"}};
	const char *const *values = NULL;

	error.code = 0;
	if (options_resolve(table, OPTIONS, settings, 2, "/etc/apollo", scope, &values, &error) < 0)
		return NULL;
	return values[index];
}

static void values_have_their_form(void)
{
	struct scope scope SCOPE_CLEANUP = scope_init(1 << 20);
	const struct setting endpoint = {"endpoint", "http://127.0.0.1:80/api//", NULL};
	const char *const *values = NULL;

	UNIT_OK(options_resolve(table, OPTIONS, &endpoint, 1, "/etc/apollo", &scope, &values, &error), &error);
	CU_ASSERT_STRING_EQUAL(values[ENDPOINT], "http://127.0.0.1:80/api");
	CU_ASSERT_PTR_NULL(values[KEY]);
	CU_ASSERT_STRING_EQUAL(values[TIMEOUT], "300");
	CU_ASSERT_STRING_EQUAL(values[COUNT], "3");
	CU_ASSERT_PTR_NULL(values[STRICT]);
	CU_ASSERT_STRING_EQUAL(values[FOLDER], "/etc/apollo/data");
	CU_ASSERT_PTR_NULL(values[LABEL]);
	CU_ASSERT_STRING_EQUAL(resolved(&scope, "timeout", "90s", TIMEOUT), "90");
	CU_ASSERT_STRING_EQUAL(resolved(&scope, "timeout", "2h", TIMEOUT), "7200");
	CU_ASSERT_STRING_EQUAL(resolved(&scope, "timeout", "1d", TIMEOUT), "86400");
	CU_ASSERT_STRING_EQUAL(resolved(&scope, "count", "-9223372036854775807", COUNT), "-9223372036854775807");
	CU_ASSERT_STRING_EQUAL(resolved(&scope, "strict", "false", STRICT), "false");
	CU_ASSERT_STRING_EQUAL(resolved(&scope, "folder", "/var/lib", FOLDER), "/var/lib");
	CU_ASSERT_STRING_EQUAL(resolved(&scope, "key", "env:A_KEY", KEY), "env:A_KEY");
	CU_ASSERT_STRING_EQUAL(resolved(&scope, "key", "file:key.pem", KEY), "file:/etc/apollo/key.pem");
	CU_ASSERT_STRING_EQUAL(resolved(&scope, "key", "file:/k", KEY), "file:/k");
	CU_ASSERT_STRING_EQUAL(resolved(&scope, "label", "", LABEL), "");
}

#define WRONG(NAME, VALUE, ...)                                                               \
	do {                                                                                  \
		struct scope own SCOPE_CLEANUP = scope_init(1 << 20);                       \
		CU_ASSERT_PTR_NULL(resolved(&own, NAME, VALUE, 0));                         \
		UNIT_REFUSED(error.code, APOLLO_CONFIG, &error, "apollo.cfg:4", __VA_ARGS__); \
	} while (0)

static void wrong_values_are_refused(void)
{
	WRONG("endpoint", "https://b.test", "endpoint", "set twice");
	WRONG("time_out", "5m", "no option \"time_out\"", "did you mean \"timeout\"?");
	WRONG("stric", "true", "did you mean \"strict\"?");
	WRONG("nothing_like_it", "1", "no option", "apollo plugins");
	WRONG("timeout", "5", "such as 90s");
	WRONG("timeout", "5 m", "such as 90s");
	WRONG("timeout", "-5m", "such as 90s");
	WRONG("timeout", "5mm", "such as 90s");
	WRONG("timeout", "9999999999999999999d", "such as 90s");
	WRONG("count", "3.5", "whole number");
	WRONG("count", "0x10", "whole number");
	WRONG("count", "9223372036854775808", "whole number");
	WRONG("count", "", "whole number");
	WRONG("strict", "yes", "true or false");
	WRONG("folder", "", "must name a file");
	WRONG("label", "a\nb", "control character");
	WRONG("label", "caf\xe9", "is not UTF-8");
	WRONG("folder", "/\xed\xa0\x80", "is not UTF-8");
	WRONG("key", "file:/\xc0\xaf", "is not UTF-8");
}

static void wrong_urls_are_refused(void)
{
	static const char *const urls[] = {"ftp://a.test", "a.test", "https://", "https:///path", "http://:80",
					   "https://me:word@a.test", "https://a.test/a b", "https://a.test/#here",
					   "https://a.test/api?version=1", "https://a.test?", "https://f\xc3\xbcr.test"};

	for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
		const char *reason = NULL;

		CU_ASSERT_FALSE(option_fits(APOLLO_URL, urls[i], &reason));
		CU_ASSERT_PTR_NOT_NULL(reason);
	}
}

/* Who writes the secret itself into the configuration does not find it in the message. */
static void misplaced_secret_is_not_shown(void)
{
	struct scope scope SCOPE_CLEANUP = scope_init(1 << 20);

	CU_ASSERT_PTR_NULL(resolved(&scope, "key", "hunter2-hunter2", KEY));
	UNIT_REFUSED(error.code, APOLLO_CONFIG, &error, "apollo.cfg:4", "key", "env:NAME or file:PATH");
	CU_ASSERT_PTR_NULL(strstr(error.message, "hunter2"));
	CU_ASSERT_PTR_NULL(strstr(error.hint, "hunter2"));
	WRONG("key", "env:", "names no variable");
	WRONG("key", "env:A-B", "names no variable");
	WRONG("key", "file:", "names no file");
}

static void missing_option_is_named(void)
{
	struct scope scope SCOPE_CLEANUP = scope_init(1 << 20);
	const char *const *values = NULL;

	UNIT_REFUSED(options_resolve(table, OPTIONS, NULL, 0, "/", &scope, &values, &error), APOLLO_CONFIG, &error,
		     "endpoint is missing", "where it is");
	CU_ASSERT_PTR_NULL(values);
	UNIT_OK(options_resolve(NULL, 0, NULL, 0, "/", &scope, &values, &error), &error);
	CU_ASSERT_PTR_NOT_NULL(values);
}

/* ---- secrets ----------------------------------------------------------------------------------------------- */

static const char *secret(struct scope *scope, const char *reference)
{
	const char *value = NULL;

	error.code = 0;
	(void)secret_resolve(reference, scope, &value, &error);
	return value;
}

static void secrets_are_found(void)
{
	struct scope scope SCOPE_CLEANUP = scope_init(1 << 20);
	const char *path = unit_path("secret");
	char reference[PATH_MAX + 8];

	(void)setenv("APOLLO_UNIT_SECRET", "from the environment", 1);
	CU_ASSERT_STRING_EQUAL(secret(&scope, "env:APOLLO_UNIT_SECRET"), "from the environment");
	unit_write(path, "from a file\r\n\n", 14, 0600);
	(void)snprintf(reference, sizeof(reference), "file:%s", path);
	CU_ASSERT_STRING_EQUAL(secret(&scope, reference), "from a file");
	(void)chmod(path, 0400);
	CU_ASSERT_STRING_EQUAL(secret(&scope, reference), "from a file");
	log_release();
}

static void open_secrets_are_refused(void)
{
	static const unsigned modes[] = {0640, 0604, 0620, 0602, 0610, 0601};
	struct scope scope SCOPE_CLEANUP = scope_init(1 << 20);
	const char *path = unit_path("open-secret");
	char reference[PATH_MAX + 8];

	unit_write(path, "swordfish\n", 10, 0600);
	(void)snprintf(reference, sizeof(reference), "file:%s", path);
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		(void)chmod(path, modes[i]);
		CU_ASSERT_PTR_NULL(secret(&scope, reference));
		UNIT_REFUSED(error.code, APOLLO_CONFIG, &error, path, "others can get at it", "chmod 600");
		CU_ASSERT_PTR_NULL(strstr(error.message, "swordfish"));
	}
	(void)chmod(path, 0600);
	CU_ASSERT_STRING_EQUAL(secret(&scope, reference), "swordfish");
	if (geteuid() == 0) {
		CU_ASSERT_EQUAL(chown(path, 12345, 12345), 0);
		CU_ASSERT_PTR_NULL(secret(&scope, reference));
		UNIT_REFUSED(error.code, APOLLO_CONFIG, &error, "belongs to user 12345");
	}
	log_release();
}

static void odd_secrets_are_refused(void)
{
	static char large[SECRET_BYTES_MAX + 1];
	struct scope scope SCOPE_CLEANUP = scope_init(1 << 20);
	const char *path = unit_path("odd-secret");
	char reference[PATH_MAX + 8];

	(void)unsetenv("APOLLO_UNIT_ABSENT");
	CU_ASSERT_PTR_NULL(secret(&scope, "env:APOLLO_UNIT_ABSENT"));
	UNIT_REFUSED(error.code, APOLLO_CONFIG, &error, "APOLLO_UNIT_ABSENT", "not set");
	CU_ASSERT_PTR_NULL(secret(&scope, "swordfish"));
	UNIT_REFUSED(error.code, APOLLO_CONFIG, &error, "env:NAME or file:PATH");
	CU_ASSERT_PTR_NULL(strstr(error.message, "swordfish"));
	(void)snprintf(reference, sizeof(reference), "file:%s", path);
	CU_ASSERT_PTR_NULL(secret(&scope, reference));
	UNIT_REFUSED(error.code, APOLLO_CONFIG, &error, path, "cannot open");
	unit_write(path, "\n\n", 2, 0600);
	CU_ASSERT_PTR_NULL(secret(&scope, reference));
	UNIT_REFUSED(error.code, APOLLO_CONFIG, &error, "is empty");
	unit_write(path, "a\0b", 3, 0600);
	CU_ASSERT_PTR_NULL(secret(&scope, reference));
	UNIT_REFUSED(error.code, APOLLO_CONFIG, &error, "zero byte");
	memset(large, 'x', sizeof(large));
	unit_write(path, large, sizeof(large), 0600);
	CU_ASSERT_PTR_NULL(secret(&scope, reference));
	UNIT_REFUSED(error.code, APOLLO_CONFIG, &error, "65537 bytes");
	unit_write(path, large, sizeof(large) - 1, 0600);
	CU_ASSERT_PTR_NOT_NULL(secret(&scope, reference));
	(void)snprintf(reference, sizeof(reference), "file:%s", unit_folder());
	CU_ASSERT_PTR_NULL(secret(&scope, reference));
	UNIT_REFUSED(error.code, APOLLO_CONFIG, &error, "not a regular file");
	log_release();
}

/* What a key file protects is the key within, with its line ends as a request would carry them. */
static void secrets_stay_out_of_the_log(void)
{
	static const char file[] = "{\"email\": \"a@b\", \"private_key\": \"-----BEGIN\\nAAAA\\n-----END\\n\"}\n";
	struct scope scope SCOPE_CLEANUP = scope_init(1 << 20);
	const char *path = unit_path("key.json");
	char text[] = "signed with -----BEGIN\nAAAA\n-----END\n and sent", reference[PATH_MAX + 8];
	size_t size = strlen(text);

	unit_write(path, file, sizeof(file) - 1, 0600);
	(void)snprintf(reference, sizeof(reference), "file:%s", path);
	CU_ASSERT_PTR_NOT_NULL(secret(&scope, reference));
	log_redact(text, &size);
	CU_ASSERT_STRING_EQUAL(text, "signed with *** and sent");
	log_release();
}

static void forgotten_secret_is_shown_again(void)
{
	char text[] = "one token-a two token-b";
	size_t size = strlen(text);

	(void)log_secret("token-a");
	(void)log_secret("token-b");
	(void)log_secret("token-b");
	log_secret_forget("token-a");
	log_secret_forget("token-b");
	log_secret_forget("token-c");
	log_redact(text, &size);
	CU_ASSERT_STRING_EQUAL(text, "one token-a two ***");
	for (int i = 0; i < 1000; i++) {
		char value[16];

		(void)snprintf(value, sizeof(value), "token-%d", i);
		CU_ASSERT_EQUAL(log_secret(value), 0);
		log_secret_forget(value);
	}
	log_release();
}

/* ---- calls ------------------------------------------------------------------------------------------------- */

static void call_serves_a_plugin(void)
{
	struct call call CALL_CLEANUP;
	const struct apollo_call *table_of_call = &call.table;
	char *memory;

	call_init(&call, "demo", noon.fixed);
	CU_ASSERT_EQUAL(table_of_call->now, noon.fixed);
	memory = table_of_call->alloc(table_of_call, 100);
	CU_ASSERT_PTR_NOT_NULL_FATAL(memory);
	for (int i = 0; i < 100; i++)
		CU_ASSERT_EQUAL(memory[i], 0);
	CU_ASSERT_PTR_NULL(table_of_call->alloc(table_of_call, CALL_BYTES_MAX));
	CU_ASSERT_PTR_NULL(table_of_call->alloc(table_of_call, SIZE_MAX));
	CU_ASSERT_EQUAL(table_of_call->fail(table_of_call, APOLLO_AUTH, "no", NULL, "do"), APOLLO_AUTH);
	CU_ASSERT_STRING_EQUAL(call.error.message, "no");
	CU_ASSERT_STRING_EQUAL(call.error.detail, "");
	CU_ASSERT_STRING_EQUAL(call.error.hint, "do");
	CU_ASSERT_PTR_NULL(table_of_call->secret(table_of_call, NULL));
	CU_ASSERT_EQUAL(call.error.code, APOLLO_CONFIG);
	(void)setenv("APOLLO_UNIT_SECRET", "swordfish", 1);
	CU_ASSERT_STRING_EQUAL(table_of_call->secret(table_of_call, "env:APOLLO_UNIT_SECRET"), "swordfish");
	call_clear(&call, 7);
	CU_ASSERT_EQUAL(call.error.code, 0);
	CU_ASSERT_EQUAL(table_of_call->now, 7);
	CU_ASSERT_PTR_NOT_NULL(table_of_call->alloc(table_of_call, CALL_BYTES_MAX));
	log_release();
}

/* ---- requests ---------------------------------------------------------------------------------------------- */

static const struct apollo_header plain_headers[] = {{"Content-Type", "application/json"}};
static const struct apollo_request plain = {
	.size = sizeof(plain), .method = "POST", .url = "https://a.test/b?c=d", .headers = plain_headers,
	.header_count = 1, .body = "{}", .body_size = 2};

#define UNSENDABLE(MEMBER, VALUE, TEXT)                                              \
	do {                                                                         \
		struct apollo_request request = plain;                               \
		request.MEMBER = (VALUE);                                            \
		UNIT_REFUSED(request_check(&request, &error), APOLLO_BUG, &error, TEXT); \
	} while (0)

static void bad_requests_are_refused(void)
{
	static const struct apollo_header authorization = {"authorization", "Bearer x"};
	static const struct apollo_header length = {"Content-Length", "0"};
	static const struct apollo_header split = {"X-A", "b\r\nX-C: d"};
	static const struct apollo_header spaced = {"X A", "b"};
	static const struct apollo_header empty = {"X-A", NULL};

	UNIT_OK(request_check(&plain, &error), &error);
	UNSENDABLE(method, NULL, "method");
	UNSENDABLE(method, "", "method");
	UNSENDABLE(method, "GET /x HTTP/1.1\r\n", "method");
	UNSENDABLE(url, NULL, "url is NULL");
	UNSENDABLE(url, "/relative", "https:// or http://");
	UNSENDABLE(url, "file:///etc/passwd", "https:// or http://");
	UNSENDABLE(url, "https://", "no host");
	UNSENDABLE(url, "https:///x", "no host");
	UNSENDABLE(url, "https://u:p@a.test", "password");
	UNSENDABLE(url, "https://a.test/ b", "percent-encoded");
	UNSENDABLE(url, "https://a.test/\r\nX: y", "percent-encoded");
	UNSENDABLE(url, "https://a.test/\xc3\xa4", "percent-encoded");
	UNSENDABLE(headers, NULL, "header_count");
	UNSENDABLE(header_count, REQUEST_HEADERS_MAX + 1, "header_count");
	UNSENDABLE(headers, &authorization, "only the core may set");
	UNSENDABLE(headers, &length, "only the core may set");
	UNSENDABLE(headers, &split, "control character");
	UNSENDABLE(headers, &spaced, "no usable name");
	UNSENDABLE(headers, &empty, "value is NULL");
	UNSENDABLE(body, NULL, "body is NULL");
	UNSENDABLE(body_size, REQUEST_BODY_MAX + 1, "16 MiB");
	UNSENDABLE(auth, 9, "auth is unknown");
	UNSENDABLE(auth, APOLLO_AUTH_TOKEN, "scope is NULL");
	UNSENDABLE(auth, APOLLO_AUTH_BASIC, "user is NULL");
	UNSENDABLE(auth, APOLLO_AUTH_BEARER, "secret is NULL");
	UNSENDABLE(flags, 8, "flags");
	UNSENDABLE(timeout, -1, "timeout");
	UNSENDABLE(scope, "a\nb", "control character");
}

static void copy_stands_alone(void)
{
	char url[] = "https://a.test/b", body[] = "b\0dy", name[] = "X-A", value[] = "v";
	struct apollo_header header = {name, value};
	struct apollo_request request = {.size = sizeof(request), .method = "PUT", .url = url, .headers = &header,
					 .header_count = 1, .body = body, .body_size = 4, .scope = "s"};
	struct apollo_request *copy = request_copy(&request);

	memset(url, 'x', sizeof(url) - 1);
	memset(body, 'x', sizeof(body) - 1);
	memset(value, 'x', sizeof(value) - 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
	CU_ASSERT_STRING_EQUAL(copy->url, "https://a.test/b");
	CU_ASSERT_EQUAL(memcmp(copy->body, "b\0dy", 5), 0);
	CU_ASSERT_STRING_EQUAL(copy->headers[0].name, "X-A");
	CU_ASSERT_STRING_EQUAL(copy->headers[0].value, "v");
	CU_ASSERT_STRING_EQUAL(copy->scope, "s");
	CU_ASSERT_PTR_NULL(copy->user);
	free(copy);
}

/* What request_write makes is JSON that holds what it should and no more. */
static void shown_request_has_no_secrets(void)
{
	struct apollo_request request = plain;
	struct buffer text BUFFER_CLEANUP = buffer_init(1 << 20);
	struct json_object *object JSON_CLEANUP = NULL;

	(void)log_secret("swordfish");
	request.url = "https://a.test/?key=swordfish";
	request.body = "{\"a\": \"swordfish \\\"\"}";
	request.body_size = strlen(request.body);
	request.auth = APOLLO_AUTH_BASIC;
	request.user = "me";
	request.secret = "env:X";
	request_write(&text, "demo", &request);
	CU_ASSERT_FALSE(buffer_failed(&text));
	UNIT_OK(json_read(text.data, text.size, "request", &object, &error), &error);
	CU_ASSERT_STRING_EQUAL(json_text(object, "instance"), "demo");
	CU_ASSERT_STRING_EQUAL(json_text(object, "url"), "https://a.test/?key=***");
	CU_ASSERT_STRING_EQUAL(json_text(object, "body"), "{\"a\": \"*** \\\"\"}");
	CU_ASSERT_STRING_EQUAL(json_text(object, "auth"), "basic");
	CU_ASSERT_STRING_EQUAL(json_text(object, "user"), "me");
	CU_ASSERT_STRING_EQUAL(json_text(json_member(object, "headers"), "Content-Type"), "application/json");
	buffer_clear(&text);
	request.flags = APOLLO_CONFIDENTIAL;
	request_write(&text, "demo", &request);
	CU_ASSERT_PTR_NULL(strstr(buffer_string(&text), "body"));
	buffer_clear(&text);
	request.flags = 0;
	request.body = "\xff\xfe\x00";
	request.body_size = 3;
	request_write(&text, "demo", &request);
	UNIT_HOLDS(buffer_string(&text), "\"body_base64\":\"//4A\"");
	log_release();
}

/* ---- instances --------------------------------------------------------------------------------------------- */

static void instance_lives_and_ends(void)
{
	struct instance *instance;
	const struct setting wrong = {"uri", "https://a.test", "apollo.cfg:9"};

	fixture_reset();
	instance = fixture_open("demo", "https://a.test/");
	CU_ASSERT_STRING_EQUAL((const char *)instance->self, "https://a.test");
	CU_ASSERT_EQUAL(instance->limits.batch_records, 25);
	CU_ASSERT_PTR_EQUAL(instance->issuer, instance);
	CU_ASSERT_PTR_NOT_NULL(instance_converse_of(instance, ROLE_SOURCE));
	instance_close(&instance);
	CU_ASSERT_PTR_NULL(instance);
	CU_ASSERT_EQUAL(fixture.opened, 1);
	CU_ASSERT_EQUAL(fixture.closed, 1);
	UNIT_REFUSED(instance_open(fixture_plugin(), "demo", &wrong, 1, "/", &noon, &instance, &error), APOLLO_CONFIG,
		     &error, "demo", "apollo.cfg:9", "did you mean \"url\"?");
	UNIT_REFUSED(instance_open(fixture_plugin(), "a b", &wrong, 1, "/", &noon, &instance, &error), APOLLO_CONFIG,
		     &error, "cannot name an instance");
	CU_ASSERT_PTR_NULL(instance);
}

#define BAD_LIMITS(MEMBER, VALUE, TEXT)                                                                     \
	do {                                                                                                \
		struct instance *instance = NULL;                                                           \
		fixture_reset();                                                                            \
		fixture.limits.MEMBER = (VALUE);                                                            \
		UNIT_REFUSED(instance_open(fixture_plugin(), "demo", &url, 1, "/", &noon, &instance, &error), \
			     APOLLO_BUG, &error, "demo", TEXT);                                             \
		CU_ASSERT_PTR_NULL(instance);                                                               \
		CU_ASSERT_EQUAL(fixture.opened, fixture.closed);                                            \
	} while (0)

static void bad_limits_are_refused(void)
{
	static const struct setting url = {"url", "https://a.test", NULL};

	BAD_LIMITS(batch_records, 0, "no record");
	BAD_LIMITS(batch_bytes, UINT64_MAX, "16 MiB");
	BAD_LIMITS(step_min, 0, "step");
	BAD_LIMITS(quantity_max, 0, "step");
	BAD_LIMITS(cutoff, -1, "cutoff");
	BAD_LIMITS(window, fixture.limits.cutoff = APOLLO_DAY, "a cutoff that is not below its window");
	BAD_LIMITS(concurrency, 0, "concurrency");
	BAD_LIMITS(concurrency, 100000, "concurrency");
}

/* ---- what a plugin gives back ------------------------------------------------------------------------------ */

static int wanted_code;
static bool wanted_reason;
static struct apollo_prepared wanted_prepared;
static struct apollo_request wanted_request;
static struct apollo_verdict wanted_verdicts[4];
static struct apollo_move wanted_move;

static int give(const struct apollo_call *call)
{
	return wanted_reason ? call->fail(call, wanted_code, "the reason", "the detail", "the hint") : wanted_code;
}

static int give_prepared(void *instance, const struct apollo_call *call, const struct apollo_record *record,
			 struct apollo_prepared *prepared)
{
	(void)instance, (void)record;
	*prepared = wanted_prepared;
	return give(call);
}

static int give_request(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
			struct apollo_request *request)
{
	(void)instance, (void)items, (void)count;
	*request = wanted_request;
	return give(call);
}

static int give_verdicts(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
			 const struct apollo_reply *reply, struct apollo_verdict *const *verdicts)
{
	(void)instance, (void)items, (void)reply;
	for (size_t i = 0; i < count; i++) {
		CU_ASSERT_EQUAL(verdicts[i]->size, sizeof(*verdicts[i]));
		CU_ASSERT_EQUAL(verdicts[i]->outcome, APOLLO_PENDING_OUTCOME);
		*verdicts[i] = wanted_verdicts[i];
	}
	return give(call);
}

static int give_move(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
		     struct apollo_move *move)
{
	struct apollo_request *request = move->request;

	(void)instance, (void)turn;
	CU_ASSERT_EQUAL(request->size, sizeof(*request));
	CU_ASSERT_PTR_NULL(request->method);
	*request = wanted_request;
	*move = wanted_move;
	if (!move->request)
		move->request = request;
	return give(call);
}

static struct instance *giver(void)
{
	fixture_reset();
	fixture.prepare = give_prepared;
	fixture.encode = give_request;
	fixture.decode = give_verdicts;
	fixture.converse = give_move;
	wanted_code = 0;
	wanted_reason = false;
	wanted_prepared = (struct apollo_prepared){sizeof(wanted_prepared), "id", "body", 4};
	wanted_request = plain;
	return fixture_open("demo", "https://a.test");
}

static void codes_are_judged(void)
{
	struct instance *instance INSTANCE_CLEANUP = giver();
	struct call call CALL_CLEANUP;
	struct apollo_record record = {.size = sizeof(record)};
	struct apollo_prepared prepared = {0};

	call_init(&call, "demo", 0);
	UNIT_OK(instance_prepare(instance, &call, &record, &prepared, &error), &error);
	CU_ASSERT_STRING_EQUAL(prepared.id, "id");
	wanted_code = APOLLO_AUTH;
	wanted_reason = true;
	UNIT_REFUSED(instance_prepare(instance, &call, &record, &prepared, &error), APOLLO_AUTH, &error,
		     "demo: the reason", "the detail", "the hint");
	call_clear(&call, 0);
	wanted_reason = false;
	UNIT_REFUSED(instance_prepare(instance, &call, &record, &prepared, &error), APOLLO_AUTH, &error, "demo",
		     "did not say why");
	wanted_code = -1000;
	UNIT_REFUSED(instance_prepare(instance, &call, &record, &prepared, &error), APOLLO_BUG, &error, "demo",
		     "plugin fixture", "not one of the contract");
}

static void prepared_records_are_checked(void)
{
	static char long_id[PREPARED_ID_MAX + 2];
	struct instance *instance INSTANCE_CLEANUP = giver();
	struct call call CALL_CLEANUP;
	struct apollo_record record = {.size = sizeof(record)};
	struct apollo_prepared prepared = {0};

	call_init(&call, "demo", 0);
	memset(long_id, 'i', sizeof(long_id) - 1);
	wanted_prepared.id = long_id;
	UNIT_REFUSED(instance_prepare(instance, &call, &record, &prepared, &error), APOLLO_BUG, &error, "256 bytes");
	wanted_prepared.id = "";
	UNIT_REFUSED(instance_prepare(instance, &call, &record, &prepared, &error), APOLLO_BUG, &error, "no id");
	wanted_prepared.id = NULL;
	UNIT_REFUSED(instance_prepare(instance, &call, &record, &prepared, &error), APOLLO_BUG, &error, "no id");
	wanted_prepared.id = "id";
	wanted_prepared.body_size = 0;
	UNIT_REFUSED(instance_prepare(instance, &call, &record, &prepared, &error), APOLLO_BUG, &error, "no body");
	wanted_prepared.body_size = (1 << 20) + 1;
	UNIT_REFUSED(instance_prepare(instance, &call, &record, &prepared, &error), APOLLO_REJECTED, &error, "1048577");
	CU_ASSERT_PTR_NULL(prepared.id);
}

static void encoded_requests_are_checked(void)
{
	struct instance *instance INSTANCE_CLEANUP = giver();
	struct call call CALL_CLEANUP;
	struct apollo_request request = {0};

	call_init(&call, "demo", 0);
	UNIT_OK(instance_encode(instance, &call, NULL, 0, &request, &error), &error);
	CU_ASSERT_STRING_EQUAL(request.url, plain.url);
	wanted_request.url = "nowhere";
	UNIT_REFUSED(instance_encode(instance, &call, NULL, 0, &request, &error), APOLLO_BUG, &error, "demo: encode",
		     "https://");
}

static void verdicts_are_settled(void)
{
	static char long_text[5000];
	struct instance *instance INSTANCE_CLEANUP = giver();
	struct call call CALL_CLEANUP;
	struct apollo_verdict verdicts[4];
	struct apollo_reply reply = {.size = sizeof(reply), .status = 200, .body = ""};

	call_init(&call, "demo", 0);
	/* Two-byte letters: the cut falls between them. */
	for (size_t i = 0; i + 2 < sizeof(long_text); i += 2)
		memcpy(long_text + i, "\xc3\xa4", 2);
	wanted_verdicts[0] = (struct apollo_verdict){sizeof(*verdicts), APOLLO_PENDING_OUTCOME, 5, NULL, NULL, NULL};
	wanted_verdicts[1] = (struct apollo_verdict){sizeof(*verdicts), 99, 5, NULL, NULL, NULL};
	wanted_verdicts[2] = (struct apollo_verdict){sizeof(*verdicts), APOLLO_ALREADY, -7, "ref", "code",
						     long_text + 1};
	wanted_verdicts[3] = (struct apollo_verdict){sizeof(*verdicts), APOLLO_ALREADY, 12, NULL, NULL, "fine"};
	UNIT_OK(instance_decode(instance, &call, NULL, 4, &reply, verdicts, &error), &error);
	CU_ASSERT_EQUAL(verdicts[0].outcome, APOLLO_UNKNOWN);
	CU_ASSERT_EQUAL(verdicts[0].held, -1);
	CU_ASSERT_EQUAL(verdicts[1].outcome, APOLLO_UNKNOWN);
	CU_ASSERT_EQUAL(verdicts[2].outcome, APOLLO_ALREADY);
	CU_ASSERT_EQUAL(verdicts[2].held, -1);
	CU_ASSERT_STRING_EQUAL(verdicts[2].reference, "ref");
	CU_ASSERT_EQUAL(strlen(verdicts[2].message), 499);
	CU_ASSERT_EQUAL(verdicts[3].held, 12);
	CU_ASSERT_STRING_EQUAL(verdicts[3].message, "fine");
}

#define BAD_MOVE(TEXT, ...)                                                                                        \
	do {                                                                                                       \
		wanted_move = (struct apollo_move){.size = sizeof(move), __VA_ARGS__};                             \
		UNIT_REFUSED(instance_converse(instance, ROLE_SOURCE, &call, &turn, &move, &error), APOLLO_BUG,    \
			     &error, "demo", TEXT);                                                                \
	} while (0)

static void moves_are_checked(void)
{
	static char large[STATE_BYTES_MAX + 16];
	struct instance *instance INSTANCE_CLEANUP = giver();
	struct call call CALL_CLEANUP;
	struct apollo_turn turn = {.size = sizeof(turn), .goal = "collect", .task = "{}"};
	struct apollo_move move;

	call_init(&call, "demo", 0);
	memset(large, ' ', sizeof(large) - 1);
	memcpy(large, "{}", 2);
	wanted_move = (struct apollo_move){.size = sizeof(move), .kind = APOLLO_DONE, .result = "[1]", .state = "7"};
	UNIT_OK(instance_converse(instance, ROLE_SOURCE, &call, &turn, &move, &error), &error);
	BAD_MOVE("no move that is known", .kind = 0);
	BAD_MOVE("no move that is known", .kind = 4);
	BAD_MOVE("result that is no JSON", .kind = APOLLO_DONE);
	BAD_MOVE("result that is no JSON", .kind = APOLLO_DONE, .result = "{");
	BAD_MOVE("state that is no JSON", .kind = APOLLO_DONE, .result = "{}", .state = "{\"a\"");
	BAD_MOVE("1 MiB", .kind = APOLLO_WAIT, .until = 1, .state = large);
	BAD_MOVE("before 1970", .kind = APOLLO_WAIT, .until = -1);
	BAD_MOVE("in the place of", .kind = APOLLO_SEND, .request = &wanted_request);
	wanted_request.method = NULL;
	BAD_MOVE("method", .kind = APOLLO_SEND);
}

static const struct unit_test tests[] = {
	{"values have their form", values_have_their_form},
	{"wrong values are refused", wrong_values_are_refused},
	{"wrong URLs are refused", wrong_urls_are_refused},
	{"a misplaced secret is not shown", misplaced_secret_is_not_shown},
	{"a missing option is named", missing_option_is_named},
	{"secrets are found", secrets_are_found},
	{"open secrets are refused", open_secrets_are_refused},
	{"odd secrets are refused", odd_secrets_are_refused},
	{"secrets stay out of the log", secrets_stay_out_of_the_log},
	{"a forgotten secret is shown again", forgotten_secret_is_shown_again},
	{"a call serves a plugin", call_serves_a_plugin},
	{"bad requests are refused", bad_requests_are_refused},
	{"a copy stands alone", copy_stands_alone},
	{"a shown request has no secrets", shown_request_has_no_secrets},
	{"an instance lives and ends", instance_lives_and_ends},
	{"bad limits are refused", bad_limits_are_refused},
	{"codes are judged", codes_are_judged},
	{"prepared records are checked", prepared_records_are_checked},
	{"encoded requests are checked", encoded_requests_are_checked},
	{"verdicts are settled", verdicts_are_settled},
	{"moves are checked", moves_are_checked},
};

int main(void)
{
	return UNIT_RUN("instance", tests);
}
