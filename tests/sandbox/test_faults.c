/* SPDX-License-Identifier: Apache-2.0 */
/* Every fault, as it is seen on the wire, and what the books say of it: point 8 of the checklist. */
#include "core/buffer.h"
#include "tests/sandbox/azure.h"
#include "tests/sandbox/google.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Polls of the sandbox until something has come about; each is a whole exchange, so this is patience enough. */
enum { POLLS_MAX = 100000 };

static void begin(void)
{
	stage_begin(NULL);
	(void)token_azure(TENANT, APP, SECRET);
	(void)token_google();
}

static void batch(const char *hour)
{
	char body[1000];

	(void)snprintf(body, sizeof(body), "{'request': [" EVENT("tib", "2026-11-01T%s:00:00Z", "1") ", "
		       EVENT("tb", "2026-11-01T%s:00:00Z", "2") "]}", hour, hour);
	azure("POST", BATCH, body);
}

static void report(const char *id)
{
	char body[600];

	(void)snprintf(body, sizeof(body), "{'operations': [" OPERATION("%s", "'3'") "]}", id);
	google(REPORT, body);
}

#define WANT_BOOKS(AZURE, GOOGLE) want_books(AZURE, GOOGLE, __LINE__)
static void want_books(const char *azure_count, const char *google_count, int line)
{
	control("GET", "/sandbox/books?details=no", NULL);
	want("azure.counts.accepted", azure_count, __FILE__, line);
	want("google.counts.accepted", google_count, __FILE__, line);
}

/* ---- the reply is lost, or nothing is taken ---------------------------------------------------------------- */

static void lose_reply(void)
{
	begin();
	fault("{'route': 'azure.batch', 'action': 'lose-reply'}");
	fault("{'route': 'sc.report', 'action': 'lose-reply'}");
	batch("11");
	WANT_STATUS(0);
	CU_ASSERT(!reply()->whole && reply()->size == 0);
	report("o");
	WANT_STATUS(0);
	WANT_BOOKS("2", "1");
	/* Whoever asks again learns that it was taken. */
	batch("11");
	WANT_STATUS(200);
	WANT("result.0.status", "Duplicate");
	report("o");
	WANT_STATUS(200);
	WANT_BOOKS("2", "1");
	stage_end();
}

static void closed(void)
{
	begin();
	fault("{'route': '*', 'action': 'close', 'count': 2}");
	batch("11");
	WANT_STATUS(0);
	report("o");
	WANT_STATUS(0);
	WANT_BOOKS("0", "0");
	batch("11");
	report("o");
	WANT_BOOKS("2", "1");
	stage_end();
}

/* ---- statuses ---------------------------------------------------------------------------------------------- */

static void throttled(void)
{
	begin();
	fault("{'route': 'azure.batch', 'action': 'status', 'status': 429, 'retry_after': 7}");
	batch("11");
	WANT_STATUS(429);
	WANT_HEADER("Retry-After", "7");
	WANT("code", "TooManyRequests");
	fault("{'route': 'sc.report', 'action': 'status', 'status': 429, 'retry_after': 90, 'retry_date': true}");
	report("o");
	WANT_STATUS(429);
	WANT_HEADER("Retry-After", "Sun, 01 Nov 2026 12:01:30 GMT");
	WANT("error.status", "RESOURCE_EXHAUSTED");
	WANT_BOOKS("0", "0");
	stage_end();
}

static void storm(void)
{
	begin();
	fault("{'route': 'azure.batch', 'action': 'status', 'status': 503, 'count': 3}");
	fault("{'route': 'sc.report', 'action': 'status', 'status': 500, 'count': 3}");
	for (int i = 0; i < 3; i++) {
		batch("11");
		WANT_STATUS(503);
		WANT_HEADER("Retry-After", NULL);
		report("o");
		WANT_STATUS(500);
		WANT("error.status", "INTERNAL");
	}
	WANT_BOOKS("0", "0");
	batch("11");
	WANT_STATUS(200);
	report("o");
	WANT_STATUS(200);
	/* After it was taken, too. */
	fault("{'route': 'azure.batch', 'action': 'status', 'status': 504, 'taken': true}");
	batch("10");
	WANT_STATUS(504);
	WANT_BOOKS("4", "1");
	stage_end();
}

/* An endpoint of tokens answers with its own form of an error: Entra's whole, the others' with a word and a sentence. */
static void token_errors(void)
{
	static const struct {
		const char *name, *method, *target;
		int members;
		const char *flavor;
	} all[] = {{"entra", "POST", "/" TENANT "/oauth2/token", 6, NULL},
		   {"entra", "POST", "/" TENANT "/oauth2/v2.0/token", 6, NULL},
		   {"imds", "GET", "/metadata/identity/oauth2/token", 2, NULL},
		   {"google.token", "POST", "/token", 2, NULL},
		   {"metadata", "GET", "/computeMetadata/v1/instance/service-accounts/default/token", 2, "Google"}};
	static const int statuses[] = {400, 429, 503};
	char body[200];

	begin();
	for (size_t i = 0; i < sizeof(all) / sizeof(*all) * 3; i++) {
		size_t at = i / 3;

		(void)snprintf(body, sizeof(body), "{'route': '%s', 'action': 'status', 'status': %d}", all[at].name,
			       statuses[i % 3]);
		fault(body);
		ask(all[at].method, all[at].target, "", *all[at].method == 'P' ? "x=y" : NULL);
		WANT_STATUS(statuses[i % 3]);
		WANT("error", i % 3 ? "temporarily_unavailable" : "invalid_request");
		CU_ASSERT_PTR_NOT_NULL(said("error_description"));
		WANT_COUNT("", all[at].members);
		WANT_HEADER("Metadata-Flavor", all[at].flavor);
		if (all[at].members == 6) {
			WANT("error_codes.0", i % 3 ? "90033" : "9000410");
			WANT("timestamp", "2026-11-01 12:00:00Z");
			WANT_GUID(said("trace_id"));
			WANT_GUID(said("correlation_id"));
		}
	}
	/* A page from something in between, too, came through the metadata server's address. */
	fault("{'route': 'metadata', 'action': 'html', 'status': 502}");
	ask("GET", "/computeMetadata/v1/instance/service-accounts/default/token", "", NULL);
	WANT_STATUS(502);
	WANT_HEADER("Metadata-Flavor", "Google");
	stage_end();
}

/* Each route has its name, and faults of its own. */
static void routes(void)
{
	static const struct {
		const char *name, *method, *target, *headers, *body;
	} all[] = {{"azure.single", "POST", SINGLE, "", "{}"},
		   {"azure.batch", "POST", BATCH, "", "{}"},
		   {"azure.query", "GET", QUERY, "", NULL},
		   {"sc.check", "POST", CHECK, "", "{}"},
		   {"sc.report", "POST", REPORT, "", "{}"},
		   {"entra", "POST", "/" TENANT "/oauth2/token", "", "x=y"},
		   {"entra", "POST", "/" TENANT "/oauth2/v2.0/token", "", "x=y"},
		   {"imds", "GET", "/metadata/identity/oauth2/token", "", NULL},
		   {"google.token", "POST", "/token", "", "x=y"},
		   {"metadata", "GET", "/computeMetadata/v1/instance/service-accounts/default/token", "", NULL}};
	char body[200];
	bool same;

	begin();
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		(void)snprintf(body, sizeof(body), "{'route': '%s', 'action': 'status', 'status': 418}", all[i].name);
		fault(body);
		for (size_t other = 0; other < sizeof(all) / sizeof(*all); other++) {
			ask(all[other].method, all[other].target, all[other].headers, all[other].body);
			same = strcmp(all[other].name, all[i].name) == 0; /* two have the name entra */
			CU_ASSERT((reply()->status == 418) == same);
			if (same)
				break;
		}
	}
	fault("{'route': '*', 'action': 'status', 'status': 418, 'count': -1}");
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		ask(all[i].method, all[i].target, all[i].headers, all[i].body);
		WANT_STATUS(418);
	}
	control("GET", "/sandbox/", NULL);
	WANT_STATUS(200);
	stage_end();
}

/* ---- slow -------------------------------------------------------------------------------------------------- */

static void waiting_until(const char *count)
{
	for (int i = 0; i < POLLS_MAX; i++) {
		control("GET", "/sandbox/", NULL);
		if (said("waiting") && strcmp(said("waiting"), count) == 0)
			return;
	}
	WANT("waiting", count);
}

/* A request that is answered by nobody yet, on a connection of its own. */
static void batch_send(struct client *client, const char *token)
{
	static const char body[] = "{\"request\":[{\"resourceId\":\"" ACTIVE "\",\"quantity\":1,\"dimension\":\"tib\","
				   "\"effectiveStartTime\":\"2026-11-01T11:00:00Z\",\"planId\":\"silver\"}]}";
	char text[8192];

	(void)snprintf(text, sizeof(text), "POST " BATCH " HTTP/1.1\r\nHost: x\r\n%sContent-Length: %zu\r\n\r\n%s",
		       bearer(token), sizeof(body) - 1, body);
	CU_ASSERT_FATAL(client_send(client, text, strlen(text)));
}

static void slow(void)
{
	const char *token;
	struct answer answer = {0};
	struct client client;

	stage_begin(NULL);
	token = keep(token_azure(TENANT, APP, SECRET));
	client = client_init(sandbox_port(stage_sandbox()));
	/* An hour before anything is taken, and another before the reply; meanwhile others are served. */
	fault("{'route': 'azure.batch', 'action': 'slow', 'before_ms': 3600000, 'after_ms': 3600000}");
	batch_send(&client, token);
	waiting_until("1");
	WANT_BOOKS("0", "0");
	control("POST", "/sandbox/release", NULL);
	WANT("released", "1");
	waiting_until("1");
	WANT_BOOKS("1", "0");
	control("POST", "/sandbox/release", NULL);
	CU_ASSERT(client_read(&client, &answer));
	CU_ASSERT(answer.status == 200);
	/* The client gives up: what was taken stays taken. */
	control("POST", "/sandbox/reset", NULL);
	token = keep(token_azure(TENANT, APP, SECRET));
	fault("{'route': 'azure.batch', 'action': 'slow', 'after_ms': 3600000}");
	batch_send(&client, token);
	waiting_until("1");
	client_close(&client);
	WANT_BOOKS("1", "0");
	control("POST", "/sandbox/release", NULL);
	/* A short delay passes by itself; a lost reply may be slow as well. */
	fault("{'route': 'azure.batch', 'action': 'slow', 'before_ms': 1, 'after_ms': 1}");
	batch("10");
	WANT_STATUS(200);
	fault("{'route': 'azure.batch', 'action': 'slow', 'after_ms': 1}");
	fault("{'route': 'azure.batch', 'action': 'lose-reply'}");
	batch("09");
	WANT_STATUS(0);
	WANT_BOOKS("5", "0");
	/* Whatever is held back goes when the sandbox ends. */
	fault("{'route': 'azure.batch', 'action': 'slow', 'after_ms': 3600000}");
	batch_send(&client, token);
	waiting_until("1");
	CU_ASSERT(sandbox_stop(stage_sandbox(), &(struct error){0}) == 0);
	CU_ASSERT(client_read(&client, &answer) && answer.status == 200);
	answer_release(&answer);
	client_close(&client);
	stage_end();
}

/* ---- broken replies ---------------------------------------------------------------------------------------- */

static void truncated(void)
{
	begin();
	fault("{'route': 'azure.batch', 'action': 'truncate', 'bytes': 20}");
	batch("11");
	WANT_STATUS(200);
	CU_ASSERT(!reply()->whole);
	CU_ASSERT_EQUAL(reply()->size, 20);
	CU_ASSERT(reply()->length > 100);
	CU_ASSERT(strncmp(reply()->body, "{\"count\":2,\"result\":", 20) == 0);
	fault("{'route': 'sc.report', 'action': 'truncate', 'bytes': 100000}");
	report("o");
	CU_ASSERT(!reply()->whole);
	CU_ASSERT_EQUAL(reply()->size, reply()->length - 1); /* there is always something missing */
	WANT_BOOKS("2", "1");
	batch("11");
	CU_ASSERT(reply()->whole);
	stage_end();
}

static void html(void)
{
	begin();
	fault("{'route': 'azure.batch', 'action': 'html', 'status': 502}");
	batch("11");
	WANT_STATUS(502);
	WANT_HEADER("Content-Type", "text/html");
	CU_ASSERT(strncmp(reply()->body, "<!DOCTYPE html>", 15) == 0);
	WANT_BOOKS("0", "0");
	fault("{'route': 'sc.report', 'action': 'html', 'status': 200, 'taken': true}");
	report("o");
	WANT_STATUS(200);
	CU_ASSERT(strncmp(reply()->body, "<!DOCTYPE html>", 15) == 0);
	WANT_BOOKS("0", "1");
	stage_end();
}

static void huge(void)
{
	begin();
	fault("{'route': 'azure.batch', 'action': 'huge', 'bytes': 3000000}");
	batch("11");
	WANT_STATUS(200);
	CU_ASSERT(reply()->whole);
	CU_ASSERT_EQUAL(reply()->size, 3000000);
	WANT("result.0.status", "Accepted");
	WANT_BOOKS("2", "0");
	stage_end();
}

static void wrong_type(void)
{
	begin();
	fault("{'route': 'azure.batch', 'action': 'wrong-type', 'text': 'application/pdf'}");
	fault("{'route': 'sc.report', 'action': 'wrong-type'}");
	batch("11");
	WANT_STATUS(200);
	WANT_HEADER("Content-Type", "application/pdf");
	WANT("result.0.status", "Accepted");
	report("o");
	WANT_HEADER("Content-Type", "text/plain");
	WANT_BOOKS("2", "1");
	stage_end();
}

/* ---- tokens ------------------------------------------------------------------------------------------------ */

static void revoked(void)
{
	begin();
	fault("{'route': 'azure.batch', 'action': 'revoke'}");
	fault("{'route': 'sc.report', 'action': 'revoke'}");
	batch("11");
	WANT_STATUS(403);
	batch("11");
	WANT_STATUS(403); /* for good */
	report("o");
	WANT_STATUS(401);
	report("o");
	WANT_STATUS(401);
	WANT_BOOKS("0", "0");
	(void)token_azure(TENANT, APP, SECRET);
	(void)token_google();
	batch("11");
	WANT_STATUS(200);
	report("o");
	WANT_STATUS(200);
	stage_end();
}

/* ---- parts of a call --------------------------------------------------------------------------------------- */

static void rows(void)
{
	static const char *const words[] = {
		"Expired",	    "Error",	       "ResourceNotFound", "ResourceNotAuthorized", "ResourceNotActive",
		"InvalidDimension", "InvalidQuantity", "BadArgument"};
	char body[200], hour[8];

	begin();
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		(void)snprintf(body, sizeof(body),
			       "{'route': 'azure.batch', 'action': 'rows', 'rows': [1], 'text': '%s'}", words[i]);
		fault(body);
		(void)snprintf(hour, sizeof(hour), "%02zu", i);
		batch(hour);
		WANT_STATUS(200);
		WANT("result.0.status", "Accepted");
		WANT("result.1.status", words[i]);
		WANT_NONE("result.1.usageEventId");
		/* A target comes with details, and never alone. */
		CU_ASSERT_PTR_NOT_NULL(said("result.1.error.message"));
		if (strcmp(words[i], "Error") == 0) {
			CU_ASSERT(said_count("result.1.error") == 2);
		} else {
			WANT("result.1.error.target", "usageEventRequest");
			CU_ASSERT_PTR_NOT_NULL(said("result.1.error.details.0.target"));
		}
		if (strcmp(words[i], "BadArgument") == 0)
			WANT("result.1.error.details.0.target", "usageEventRequest");
	}
	WANT_BOOKS("8", "0");
	fault("{'route': 'azure.batch', 'action': 'rows'}"); /* all of them, with the generic error */
	batch("11");
	WANT("result.0.status", "Error");
	WANT("result.1.status", "Error");
	WANT_BOOKS("8", "0");
	control("POST", "/sandbox/faults", "{'route': 'azure.batch', 'action': 'rows', 'text': 'Whatever'}");
	WANT_STATUS(400);
	control("POST", "/sandbox/faults", "{'route': 'azure.batch', 'action': 'rows', 'text': 'Duplicate'}");
	WANT_STATUS(400);
	stage_end();
}

static void occupied(void)
{
	begin();
	fault("{'route': 'azure.batch', 'action': 'occupy', 'rows': [0], 'quantity': 5.5}");
	batch("11");
	WANT("result.0.status", "Duplicate");
	WANT("result.0.error.additionalInfo.acceptedMessage.quantity", "5.5");
	WANT("result.1.status", "Accepted");
	control("GET", "/sandbox/books", NULL);
	WANT("azure.counts.accepted", "1");
	WANT("azure.counts.foreign", "1");
	WANT("azure.events.0.foreign", "true");
	WANT("azure.events.0.quantity", "5.5");
	fault("{'route': 'azure.batch', 'action': 'occupy'}");
	batch("10");
	WANT("result.0.error.additionalInfo.acceptedMessage.quantity", "1"); /* unless told otherwise */
	stage_end();
}

static void check_errors(void)
{
	static const char body[] =
		"{'operation': {" NAMED("c") "'consumerId': 'project:one', 'startTime': '" NOON "'}}";

	begin();
	fault("{'route': 'sc.check', 'action': 'check-error', 'code': 'SERVICE_STATUS_UNAVAILABLE'}");
	google(CHECK, body);
	WANT_STATUS(200);
	WANT("checkErrors.0.code", "SERVICE_STATUS_UNAVAILABLE");
	google(CHECK, body);
	WANT_NONE("checkErrors");
	/* By consumer. */
	fault("{'route': 'sc.check', 'action': 'check-error', 'code': 'BILLING_DISABLED', 'text': 'project:two', "
	      "'count': -1}");
	google(CHECK, body);
	WANT_NONE("checkErrors");
	google(CHECK, "{'operation': {" NAMED("c") "'consumerId': 'project:two', 'startTime': '" NOON "'}}");
	WANT("checkErrors.0.code", "BILLING_DISABLED");
	stage_end();
}

static void report_errors(void)
{
	static const char body[] =
		"{'operations': [" OPERATION("a", "'1'") ", " OPERATION("b", "'1'") ", " OPERATION("c", "'1'") "]}";

	begin();
	fault("{'route': 'sc.report', 'action': 'report-error', 'rows': [0, 2], 'code': 8}");
	google(REPORT, body);
	WANT_STATUS(200);
	WANT_COUNT("reportErrors", 2);
	WANT("reportErrors.0.operationId", "a");
	WANT("reportErrors.0.status.code", "8");
	WANT("reportErrors.1.operationId", "c");
	WANT_BOOKS("0", "1");
	/* By id; the passing trouble of Google's own is the code unless another is given. */
	fault("{'route': 'sc.report', 'action': 'report-error', 'text': 'a'}");
	google(REPORT, body);
	WANT_COUNT("reportErrors", 1);
	WANT("reportErrors.0.operationId", "a");
	WANT("reportErrors.0.status.code", "14");
	WANT_BOOKS("0", "2");
	google(REPORT, body);
	WANT_NONE("reportErrors");
	WANT_BOOKS("0", "3");
	stage_end();
}

/* ---- which requests ---------------------------------------------------------------------------------------- */

static void counted(void)
{
	begin();
	fault("{'route': 'azure.batch', 'action': 'status', 'after': 2, 'count': 2}");
	for (int i = 0; i < 6; i++) {
		batch("11");
		WANT_STATUS(i == 2 || i == 3 ? 503 : 200);
	}
	control("GET", "/sandbox/faults", NULL);
	WANT_COUNT("", 1);
	WANT("0.number", "1");
	WANT("0.route", "azure.batch");
	WANT("0.action", "status");
	WANT("0.fired", "2");
	stage_end();
}

static void matched(void)
{
	begin();
	fault("{'route': '*', 'action': 'status', 'match': '2026-11-01T10', 'count': -1}");
	batch("11");
	WANT_STATUS(200);
	batch("10");
	WANT_STATUS(503);
	fault("{'route': '*', 'action': 'status', 'match': ':report', 'status': 500}");
	report("o");
	WANT_STATUS(500);
	stage_end();
}

/* Of two that say the same thing the older one wins; what they say of different things joins. */
static void joined(void)
{
	begin();
	control("POST", "/sandbox/faults",
		"[{'route': 'azure.batch', 'action': 'status', 'status': 500}, {'route': 'azure.batch', 'action': "
		"'status', 'status': 502},"
		" {'route': 'azure.batch', 'action': 'truncate', 'bytes': 5}]");
	WANT("number", "3");
	batch("11");
	WANT_STATUS(500);
	CU_ASSERT_EQUAL(reply()->size, 5);
	batch("11");
	WANT_STATUS(502);
	batch("11");
	WANT_STATUS(200);
	stage_end();
}

/* Which of 400 requests a fault of probability 0.3 befalls, as a text of 0 and 1. */
static const char *dice(uint64_t seed, bool tokens)
{
	static char fired[401];
	struct client client;

	stage_begin(NULL);
	stage_end(); /* its seed is another one */
	{
		struct sandbox_options options = {.open = true, .frozen = true, .seed = seed};
		struct sandbox *sandbox = NULL;
		struct answer answer = {0};
		struct error error;
		static const char body[] =
			"{\"route\":\"azure.query\",\"action\":\"status\",\"probability\":0.3,\"count\":-1}";

		CU_ASSERT_FATAL(sandbox_new(&options, &sandbox, &error) == 0);
		client = client_init(sandbox_port(sandbox));
		(void)client_ask(&client, "POST", "/sandbox/faults", "", body, sizeof(body) - 1, &answer);
		for (int i = 0; i < 400; i++) {
			/* Tokens and trace ids come from another chance. */
			if (tokens)
				(void)client_ask(&client, "GET",
						 "/computeMetadata/v1/instance/service-accounts/default/token",
						 "Metadata-Flavor: Google\r\n", NULL, 0, &answer);
			(void)client_ask(&client, "GET", QUERY, tokens ? "" : "x-ms-requestid: a\r\n", NULL, 0,
					 &answer);
			fired[i] = answer.status == 503 ? '1' : '0';
		}
		answer_release(&answer);
		client_close(&client);
		sandbox_free(sandbox);
	}
	return fired;
}

static void random_faults(void)
{
	const char *text = getenv("APOLLO_SEED");
	uint64_t seed = text ? strtoull(text, NULL, 10) : 20261101;
	char first[401];
	int fired = 0;

	(void)printf("(seed %llu) ", (unsigned long long)seed);
	(void)snprintf(first, sizeof(first), "%s", dice(seed, false));
	for (int i = 0; i < 400; i++)
		fired += first[i] == '1';
	CU_ASSERT(fired > 70 && fired < 170); /* 120, and more than five deviations to both sides */
	CU_ASSERT_STRING_EQUAL(first, dice(seed, true));
	CU_ASSERT_STRING_NOT_EQUAL(first, dice(seed + 1, false));
}

static void script(void)
{
	stage_begin_with((struct sandbox_options){.open = true,
						  .script_file = stage_file(
							  "script.json",
							  "[{'route': 'entra', 'action': 'status', 'status': 500},"
							  " {'route': 'entra', 'action': 'close', 'after': 1}]")},
			 NULL);
	ask("POST", "/" TENANT "/oauth2/token", "", "x=y");
	WANT_STATUS(500);
	WANT("error", "temporarily_unavailable");
	ask("POST", "/" TENANT "/oauth2/token", "", "x=y");
	WANT_STATUS(0);
	(void)token_azure(TENANT, APP, SECRET);
	stage_end();
}

/* ---- what a fault may say ---------------------------------------------------------------------------------- */

static void strict(void)
{
	static const char *const wrong[] = {"7",
					    "{}",
					    "{'route': 'azure.batch'}",
					    "{'action': 'close'}",
					    "{'route': 'azure', 'action': 'close'}",
					    "{'route': 'control', 'action': 'close'}",
					    "{'route': 'azure.batch', 'action': 'explode'}",
					    "{'route': 'azure.batch', 'action': 'close', 'more': 1}",
					    "{'route': 'azure.batch', 'Action': 'close'}",
					    "{'route': 'azure.batch', 'action': 'close', 'action': 'close'}",
					    "{'route': 'azure.batch', 'action': 'status', 'status': 99}",
					    "{'route': 'azure.batch', 'action': 'status', 'status': '500'}",
					    "{'route': 'azure.batch', 'action': 'close', 'count': -2}",
					    "{'route': 'azure.batch', 'action': 'close', 'after': -1}",
					    "{'route': 'azure.batch', 'action': 'close', 'probability': 1.5}",
					    "{'route': 'azure.batch', 'action': 'close', 'probability': -0.5}",
					    "{'route': 'azure.batch', 'action': 'rows', 'rows': [128]}",
					    "{'route': 'azure.batch', 'action': 'rows', 'rows': 1}",
					    "{'route': 'azure.batch', 'action': 'slow', 'before_ms': 3600001}",
					    "{'route': 'sc.check', 'action': 'check-error'}",
					    "{'route': 'sc.check', 'action': 'check-error', 'code': 'NOPE'}",
					    "{'route': 'sc.report', 'action': 'report-error', 'code': 17}",
					    "{'route': 'azure.batch', 'action': 'close', 'code': 5}",
					    "{'route': 'sc.report', 'action': 'rows'}",
					    "{'route': 'entra', 'action': 'occupy'}",
					    "{'route': 'sc.report', 'action': 'check-error', 'code': 'NOT_FOUND'}",
					    "{'route': 'sc.check', 'action': 'report-error'}",
					    "{'route': 'azure.batch', 'action': 'status', 'status': 100}"};

	begin();
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		control("POST", "/sandbox/faults", wrong[i]);
		WANT_STATUS(400);
		CU_ASSERT_PTR_NOT_NULL(said("error"));
	}
	control("GET", "/sandbox/faults", NULL);
	WANT_COUNT("", 0);
	/* Of an array, what stands before the wrong one has been taken. */
	control("POST", "/sandbox/faults", "[{'route': 'azure.batch', 'action': 'close'}, {'route': 'azure.batch'}]");
	WANT_STATUS(400);
	control("GET", "/sandbox/faults", NULL);
	WANT_COUNT("", 1);
	stage_end();
}

static void removed(void)
{
	begin();
	fault("[{'route': 'azure.batch', 'action': 'close'}, {'route': 'azure.batch', 'action': 'html'}]");
	control("DELETE", "/sandbox/faults?number=1", NULL);
	WANT_STATUS(200);
	control("DELETE", "/sandbox/faults?number=1", NULL);
	WANT_STATUS(404);
	control("DELETE", "/sandbox/faults?number=one", NULL);
	WANT_STATUS(400);
	control("GET", "/sandbox/faults", NULL);
	WANT_COUNT("", 1);
	WANT("0.number", "2");
	control("DELETE", "/sandbox/faults", NULL);
	WANT_STATUS(200);
	batch("11");
	WANT_STATUS(200);
	stage_end();
}

static const struct unit_test tests[] = {
	{"8: the reply is lost after the events were taken", lose_reply},
	{"8: the connection is closed before", closed},
	{"8: 429 with Retry-After, in seconds and as a date", throttled},
	{"8: a storm of 5xx, before or after taking", storm},
	{"8: endpoints of tokens in their own form", token_errors},
	{"8: each route by its name, and all of them", routes},
	{"8: slow before taking and after it", slow},
	{"truncated replies", truncated},
	{"pages of HTML", html},
	{"huge replies", huge},
	{"another media type", wrong_type},
	{"a revoked token", revoked},
	{"rows of a batch that fail", rows},
	{"slots that somebody else took", occupied},
	{"errors of check", check_errors},
	{"errors of report, by place and by id", report_errors},
	{"after some, for some", counted},
	{"by what the path or the body holds", matched},
	{"two at once", joined},
	{"at random, the same for the same seed", random_faults},
	{"by script", script},
	{"strict: what a fault may say", strict},
	{"removed, one or all", removed},
};

int main(void)
{
	return UNIT_RUN("sandbox faults", tests);
}
