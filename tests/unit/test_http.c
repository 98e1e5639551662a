/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes over the wire: methods, headers, ceilings, broken replies, TLS, proxies, credentials.
 */
#include "core/log.h"
#include "tests/unit/certificate.h"
#include "tests/unit/engine.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { HOUR = 3600 };

/* Says what the path asks for. */
static void say(void *context, const struct heard *heard, struct said *said)
{
	static char large[200000], many[40000];
	const char *what = strrchr(heard->target, '/');

	(void)context;
	if (strcmp(what, "/large") == 0 || strcmp(what, "/large-chunked") == 0) {
		memset(large, 'x', sizeof(large) - 1);
		said->body = large;
		said->chunked = what[6] == '-';
	} else if (strcmp(what, "/short") == 0) {
		said->body = "half of";
		said->length = 1000;
	} else if (strcmp(what, "/html") == 0) {
		said->body = "<html><body>502 Bad Gateway</body></html>";
		said->headers = "Content-Type: text/html\r\n";
	} else if (strcmp(what, "/many") == 0) {
		many[0] = '\0';
		for (size_t i = 0, size = 0; i < 300; i++)
			size += (size_t)snprintf(many + size, sizeof(many) - size, "X-%zu: y\r\n", i);
		said->headers = many;
	} else if (strcmp(what, "/interim") == 0) {
		said->raw = "HTTP/1.1 103 Early Hints\r\nX-Test: early\r\n\r\n"
			    "HTTP/1.1 200 OK\r\nX-Test:   late  \r\nContent-Length: 2\r\n\r\nok";
	} else if (strcmp(what, "/odd") == 0) {
		said->raw = "HTTP/1.1 200 OK\r\nX-Test: \x01one\rX-Two:\x7f 2\t3 \r\r\n"
			    "Content-Length: 2\r\n\r\nok";
	} else if (strcmp(what, "/nonsense") == 0) {
		said->raw = "I am no HTTP server\r\n\r\n";
		said->close = true;
	} else if (strcmp(what, "/status") == 0) {
		said->raw = "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n";
	} else if (strcmp(what, "/gzip") == 0) {
		said->headers = "Content-Encoding: gzip\r\n";
		said->body = "not unpacked";
	} else if (strcmp(what, "/hold") == 0) {
		said->hold = true;
	} else {
		(void)snprintf(said->text, sizeof(said->text), "%s %.100s", heard->method, heard->content_type);
	}
}

struct stage {
	struct server *server;
	struct engine engine;
	struct instance *instance;
};

static void stage_init(struct stage *stage, const struct certificate *certificate, const struct http_options *http)
{
	struct exchange_options extra = {.policy = {.tries = 1}};

	if (http)
		extra.http = *http;
	fixture_reset();
	stage->server = server_start(say, NULL, certificate ? certificate->path : NULL,
				     certificate ? certificate->key : NULL);
	stage->instance = fixture_open("demo", server_url(stage->server));
	engine_init(&stage->engine, &extra);
}

static void stage_release(struct stage *stage)
{
	engine_release(&stage->engine);
	server_stop(stage->server);
	instance_close(&stage->instance);
}
#define STAGE(NAME, CERTIFICATE, HTTP)                                      \
	struct stage NAME __attribute__((cleanup(stage_release))) = {0};    \
	stage_init(&NAME, CERTIFICATE, HTTP)

/* ---- requests ---------------------------------------------------------------------------------------------- */

static void methods_leave_as_they_are(void)
{
	static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
	STAGE(stage, NULL, NULL);
	struct outcome outcome;

	for (size_t i = 0; i < 5; i++) {
		ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/m", .more = {.method = methods[i]});
		CU_ASSERT_STRING_EQUAL(server_heard(stage.server, (int)i)->method, methods[i]);
		CU_ASSERT_EQUAL(server_heard(stage.server, (int)i)->body_size, 0);
		/* curl's own idea of a type is not sent. */
		CU_ASSERT_STRING_EQUAL(server_heard(stage.server, (int)i)->content_type, "");
	}
	for (size_t i = 0; i < 5; i++) {
		ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/m", .body = "{}",
			   .more = {.method = methods[i]});
		CU_ASSERT_STRING_EQUAL(server_heard(stage.server, (int)i + 5)->method, methods[i]);
		CU_ASSERT_STRING_EQUAL(server_heard(stage.server, (int)i + 5)->body, "{}");
	}
	CU_ASSERT_EQUAL(server_connections(stage.server), 1);
}

/* Found by the fuzzer: a header's value with a line end of its own in it. */
static void odd_headers_are_one_line(void)
{
	STAGE(stage, NULL, NULL);
	struct outcome outcome;

	for (int i = 0; i < 2; i++) {
		ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/odd");
		CU_ASSERT_EQUAL(outcome.status, 200);
		CU_ASSERT_STRING_EQUAL(outcome.header, "one X-Two:  2\t3");
	}
}

static void headers_leave_as_they_are(void)
{
	static const struct apollo_header headers[] = {{"Content-Type", "application/json"}, {"X-Empty", ""}};
	STAGE(stage, NULL, NULL);
	struct outcome outcome;

	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/m", .body = "{}",
		   .more = {.headers = headers, .header_count = 2});
	CU_ASSERT_STRING_EQUAL(outcome.body, "POST application/json");
}

/* A large body is sent at once, not after an Expect: 100-continue. */
static void large_body_arrives(void)
{
	STAGE(stage, NULL, NULL);
	struct outcome outcome;
	char *body = malloc((3 << 20) + 1);

	memset(body, 'b', 3 << 20);
	body[3 << 20] = '\0';
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/m", .body = body);
	CU_ASSERT_EQUAL(outcome.status, 200);
	CU_ASSERT_EQUAL(server_heard(stage.server, 0)->body_size, 3 << 20);
	free(body);
}

static void credentials_are_sent(void)
{
	const char *path = unit_path("password");
	char reference[300];
	STAGE(stage, NULL, NULL);
	struct outcome outcome;

	unit_write(path, "open sesame\n", 12, 0600);
	(void)snprintf(reference, sizeof(reference), "file:%s", path);
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/m",
		   .more = {.auth = APOLLO_AUTH_BASIC, .user = "Aladdin", .secret = reference});
	CU_ASSERT_STRING_EQUAL(server_heard(stage.server, 0)->authorization, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/m",
		   .more = {.auth = APOLLO_AUTH_BEARER, .secret = reference});
	CU_ASSERT_STRING_EQUAL(server_heard(stage.server, 1)->authorization, "Bearer open sesame");
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/m");
	CU_ASSERT_STRING_EQUAL(server_heard(stage.server, 2)->authorization, "");
	unit_write(path, "two\nlines\n", 10, 0600);
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/m",
		   .more = {.auth = APOLLO_AUTH_BEARER, .secret = reference});
	CU_ASSERT_EQUAL(outcome.facts.end, EXCHANGE_UNAUTHORIZED);
	CU_ASSERT_EQUAL(outcome.code, APOLLO_CONFIG);
	UNIT_HOLDS(outcome.reason, "demo");
	UNIT_HOLDS(outcome.reason, "more than one line");
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/m",
		   .more = {.auth = APOLLO_AUTH_BEARER, .secret = "file:/nowhere/at/all"});
	CU_ASSERT_EQUAL(outcome.facts.end, EXCHANGE_UNAUTHORIZED);
	CU_ASSERT_FALSE(outcome.facts.maybe_arrived);
	UNIT_HOLDS(outcome.text, "/nowhere/at/all");
	CU_ASSERT_EQUAL(server_count(stage.server), 3);
	log_release();
}

/* ---- replies ----------------------------------------------------------------------------------------------- */

static void large_reply_is_cut_off(void)
{
	static const char *const paths[] = {"/large", "/large-chunked"};
	STAGE(stage, NULL, NULL);
	struct outcome outcome;

	for (int i = 0; i < 2; i++) {
		ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = paths[i], .more = {.reply_max = 1000});
		CU_ASSERT_EQUAL(outcome.status, 0);
		UNIT_HOLDS(outcome.text, "larger than its ceiling");
		ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = paths[i], .more = {.reply_max = 200000});
		CU_ASSERT_EQUAL(outcome.status, 200);
	}
}

static void broken_replies_are_no_answers(void)
{
	STAGE(stage, NULL, NULL);
	struct outcome outcome;

	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/short");
	CU_ASSERT_EQUAL(outcome.status, 0);
	CU_ASSERT_STRING_EQUAL(outcome.body, "");
	CU_ASSERT_TRUE(outcome.facts.outcome_unknown);
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/many");
	UNIT_HOLDS(outcome.text, "256 headers");
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/nonsense");
	CU_ASSERT_EQUAL(outcome.status, 0);
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/status");
	CU_ASSERT_EQUAL(outcome.status, 0);
	UNIT_HOLDS(outcome.text, "status");
}

static void odd_replies_are_given_as_they_are(void)
{
	STAGE(stage, NULL, NULL);
	struct outcome outcome;

	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/html");
	CU_ASSERT_EQUAL(outcome.status, 200);
	UNIT_HOLDS(outcome.body, "<html>");
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/gzip");
	CU_ASSERT_STRING_EQUAL(outcome.body, "not unpacked");
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/interim");
	CU_ASSERT_EQUAL(outcome.status, 200);
	CU_ASSERT_STRING_EQUAL(outcome.header, "late");
	CU_ASSERT_STRING_EQUAL(outcome.body, "ok");
}

static void slow_reply_is_given_up(void)
{
	STAGE(stage, NULL, NULL);
	struct outcome outcome;

	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/hold", .more = {.timeout = 50000});
	CU_ASSERT_EQUAL(outcome.status, 0);
	CU_ASSERT_TRUE(outcome.facts.outcome_unknown);
	UNIT_HOLDS(outcome.text, "no complete answer within 0.050 s");
}

static void refused_connection_surely_did_nothing(void)
{
	STAGE(stage, NULL, NULL);
	struct outcome outcome;

	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "http://127.0.0.1:1/x");
	CU_ASSERT_EQUAL(outcome.status, 0);
	CU_ASSERT_FALSE(outcome.facts.maybe_arrived);
	CU_ASSERT_FALSE(outcome.facts.outcome_unknown);
	UNIT_HOLDS(outcome.text, "http://127.0.0.1:1: Connection refused");
}

/* ---- ways -------------------------------------------------------------------------------------------------- */

static void rehearsal_stays_on_loopback(void)
{
	const struct http_options http = {.loopback_only = true, .proxy = "http://192.0.2.7:3128"};
	STAGE(stage, NULL, &http);
	struct outcome outcome;

	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/m");
	CU_ASSERT_EQUAL(outcome.status, 200);
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "http://192.0.2.1/m");
	CU_ASSERT_EQUAL(outcome.status, 0);
	CU_ASSERT_FALSE(outcome.facts.maybe_arrived);
	UNIT_HOLDS(outcome.text, "loopback");
}

/* The server of the stage plays the proxy: it sees whole URLs. */
static void proxy_is_used_unless_direct(void)
{
	struct server *proxy = server_start(say, NULL, NULL, NULL);
	const struct http_options http = {.proxy = server_url(proxy)};
	STAGE(stage, NULL, &http);
	struct outcome outcome;

	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "http://host.test/m");
	CU_ASSERT_EQUAL(outcome.status, 200);
	CU_ASSERT_STRING_EQUAL(server_heard(proxy, 0)->target, "http://host.test/m");
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/m", .more = {.flags = APOLLO_DIRECT});
	CU_ASSERT_EQUAL(outcome.status, 200);
	CU_ASSERT_EQUAL(server_count(proxy), 1);
	CU_ASSERT_EQUAL(server_count(stage.server), 1);
	server_stop(proxy);
}

static void proxy_of_the_environment_is_used(void)
{
	struct server *proxy = server_start(say, NULL, NULL, NULL);
	const struct http_options none = {.proxy = ""};
	struct outcome outcome;

	(void)setenv("http_proxy", server_url(proxy), 1);
	{
		STAGE(stage, NULL, NULL);
		ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "http://host.test/m");
		CU_ASSERT_EQUAL(outcome.status, 200);
		CU_ASSERT_EQUAL(server_count(proxy), 1);
	}
	{
		STAGE(stage, NULL, &none);
		ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/m");
		CU_ASSERT_EQUAL(outcome.status, 200);
		CU_ASSERT_EQUAL(server_count(proxy), 1);
	}
	(void)unsetenv("http_proxy");
	server_stop(proxy);
}

/* ---- TLS --------------------------------------------------------------------------------------------------- */

static void known_certificate_is_trusted(void)
{
	struct certificate own, other;
	struct outcome outcome;

	certificate_make(&own, "own", "IP:127.0.0.1", -HOUR, HOUR);
	certificate_make(&other, "other", "IP:127.0.0.1", -HOUR, HOUR);
	STAGE(stage, &own, NULL);
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/m", .more = {.ca_file = own.path});
	CU_ASSERT_EQUAL(outcome.status, 200);
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/m",
		   .more = {.ca_file = own.path, .pinned_key = own.pin});
	CU_ASSERT_EQUAL(outcome.status, 200);
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/m",
		   .more = {.ca_file = own.path, .pinned_key = other.pin});
	CU_ASSERT_EQUAL(outcome.status, 0);
	UNIT_HOLDS(outcome.text, "not the pinned one");
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/m", .more = {.ca_file = other.path});
	CU_ASSERT_EQUAL(outcome.status, 0);
	UNIT_HOLDS(outcome.text, "certificate");
	/* The system's store does not know it. */
	ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/m");
	CU_ASSERT_EQUAL(outcome.status, 0);
	CU_ASSERT_FALSE(outcome.facts.maybe_arrived);
	UNIT_HOLDS(outcome.text, "certificate");
	CU_ASSERT_EQUAL(server_count(stage.server), 2);
}

static void bad_certificates_are_refused(void)
{
	static const struct {
		const char *name, *subject;
		long from, to;
		const char *text;
	} bad[] = {
		{"expired", "IP:127.0.0.1", -2 * HOUR, -HOUR, "expired"},
		{"early", "IP:127.0.0.1", HOUR, 2 * HOUR, "not yet valid"},
		{"foreign", "DNS:host.test", -HOUR, HOUR, "127.0.0.1"},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct certificate certificate;
		struct outcome outcome;

		certificate_make(&certificate, bad[i].name, bad[i].subject, bad[i].from, bad[i].to);
		STAGE(stage, &certificate, NULL);
		ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/m",
			   .more = {.ca_file = certificate.path});
		CU_ASSERT_EQUAL(outcome.status, 0);
		CU_ASSERT_FALSE(outcome.facts.maybe_arrived);
		UNIT_HOLDS(outcome.text, bad[i].text);
		CU_ASSERT_EQUAL(server_count(stage.server), 0);
	}
}

/* The engine's own file is used where a request names none. */
static void engine_has_a_file_of_its_own(void)
{
	struct certificate certificate;
	struct outcome outcome;
	struct http_options http = {0};

	certificate_make(&certificate, "engine", "IP:127.0.0.1", -HOUR, HOUR);
	http.ca_file = certificate.path;
	STAGE(stage, &certificate, &http);
	for (int i = 0; i < 10; i++) {
		ENGINE_GET(&stage.engine, stage.instance, &outcome, .path = "/m");
		CU_ASSERT_EQUAL(outcome.status, 200);
	}
	CU_ASSERT_EQUAL(server_connections(stage.server), 1);
}

static const struct unit_test tests[] = {
	{"methods leave as they are", methods_leave_as_they_are},
	{"headers leave as they are", headers_leave_as_they_are},
	{"odd headers are one line", odd_headers_are_one_line},
	{"a large body arrives", large_body_arrives},
	{"credentials are sent", credentials_are_sent},
	{"a large reply is cut off", large_reply_is_cut_off},
	{"broken replies are no answers", broken_replies_are_no_answers},
	{"odd replies are given as they are", odd_replies_are_given_as_they_are},
	{"a slow reply is given up", slow_reply_is_given_up},
	{"a refused connection surely did nothing", refused_connection_surely_did_nothing},
	{"a rehearsal stays on loopback", rehearsal_stays_on_loopback},
	{"a proxy is used unless direct", proxy_is_used_unless_direct},
	{"the proxy of the environment is used", proxy_of_the_environment_is_used},
	{"a known certificate is trusted", known_certificate_is_trusted},
	{"bad certificates are refused", bad_certificates_are_refused},
	{"the engine has a file of its own", engine_has_a_file_of_its_own},
};

int main(void)
{
	(void)unsetenv("http_proxy");
	(void)unsetenv("https_proxy");
	(void)unsetenv("all_proxy");
	return UNIT_RUN("http", tests);
}
