/* SPDX-License-Identifier: Apache-2.0 */
/* The control interface: clock, books, registry, log, reset, and who may use it. */
#include "tests/sandbox/azure.h"
#include "tests/sandbox/google.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WANT_REFUSED(STATUS) want_refused(STATUS, __LINE__)
static void want_refused(int status, int line)
{
	want_status(status, __FILE__, line);
	if (!said("error"))
		want("error", "a sentence", __FILE__, line);
}

/* ---- clock ------------------------------------------------------------------------------------------------- */

static void clock_moves(void)
{
	static const char *const wrong[] = {"7",
					    "{'now': 'noon'}",
					    "{'now': 7}",
					    "{'advance': -1}",
					    "{'advance': '5'}",
					    "{'advance': 34560001}",
					    "{'system': 'yes'}",
					    "{'system': true, 'advance': 5}",
					    "{'Now': '" NOON "'}",
					    "{'now': '" NOON "', 'now': '" NOON "'}",
					    "{"};

	stage_begin(NULL);
	control("GET", "/sandbox/clock", NULL);
	WANT("now", NOON);
	WANT("clock", "frozen");
	WANT_HEADER("Date", "Sun, 01 Nov 2026 12:00:00 GMT");
	control("PUT", "/sandbox/clock", "{'advance': 90}");
	WANT("now", "2026-11-01T12:01:30Z");
	control("PUT", "/sandbox/clock", "{'now': '2026-11-30T23:59:59.5Z', 'advance': 1}");
	WANT("now", "2026-12-01T00:00:00.500000Z");
	control("PUT", "/sandbox/clock", "{'now': '2026-11-01T13:00:00+01:00'}"); /* back again */
	WANT("now", NOON);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		control("PUT", "/sandbox/clock", wrong[i]);
		WANT_REFUSED(400);
	}
	control("GET", "/sandbox/clock", NULL);
	WANT("now", NOON);
	control("PUT", "/sandbox/clock", "{'system': true}");
	WANT("clock", "system");
	control("PUT", "/sandbox/clock", NULL); /* stops where it is */
	WANT("clock", "frozen");
	CU_ASSERT(said("now") && strcmp(said("now"), NOON) != 0);
	stage_end();
}

/* ---- books ------------------------------------------------------------------------------------------------- */

static void fill(void)
{
	(void)token_azure(TENANT, APP, SECRET);
	(void)token_google();
	azure("POST", BATCH,
	      "{'request': [" EVENT("tib", "2026-11-01T11:30:00Z", "1.5") ", " EVENT("tib", "2026-11-01T10:00:00Z",
										     "2") "]}");
	google(REPORT, "{'operations': [" OPERATION("op-1", "'5'") ", {" NAMED("op-2") "'consumerId': 'project:one', "
		       WINDOW("10:00:00", "11:00:00") ", 'metricValueSets': [{'metricName': '" SERVICE
		       "/tib', 'metricValues': [{'int64Value': '7'}]}, {'metricName': '" SERVICE
		       "/gb', 'metricValues': [{'doubleValue': 0.125}]}]}]}");
	WANT_STATUS(200);
	WANT_NONE("reportErrors");
}

static void books(void)
{
	const char *id;

	stage_begin(NULL);
	(void)token_azure(TENANT, APP, SECRET);
	azure("POST", SINGLE, EVENT("tb", "2026-11-01T11:00:00Z", "0.25"));
	id = keep(said("usageEventId"));
	fill();
	control("GET", "/sandbox/books", NULL);
	WANT_STATUS(200);
	WANT("now", NOON);
	WANT("clock", "frozen");
	WANT("seed", "7");
	/* Azure: each event with its id, window, quantity and state; and the sums. */
	WANT_COUNT("azure.events", 3);
	WANT("azure.events.0.id", id);
	WANT("azure.events.1.resource", ACTIVE);
	WANT("azure.events.1.dimension", "tib");
	WANT("azure.events.1.plan", "silver");
	WANT("azure.events.1.hour", "2026-11-01T11:00:00Z");
	WANT("azure.events.1.start", "2026-11-01T11:30:00Z");
	WANT("azure.events.1.taken", NOON);
	WANT("azure.events.1.quantity", "1.5");
	WANT("azure.events.1.state", "Accepted");
	WANT("azure.events.1.foreign", "false");
	WANT_COUNT("azure.totals", 2);
	WANT("azure.totals.1.count", "2");
	WANT("azure.totals.1.quantity", "3.5");
	/* Google: each value with its operation, window, quantity and state. */
	WANT_COUNT("google.values", 3);
	WANT("google.values.0.operation", "op-1");
	WANT("google.values.1.operation", "op-2");
	WANT("google.values.2.operation", "op-2");
	WANT("google.values.2.metric", SERVICE "/gb");
	WANT("google.values.2.quantity", "0.125");
	WANT("google.values.2.state", "accepted");
	WANT_COUNT("google.totals", 2);
	WANT("google.totals.0.quantity", "12");
	WANT_COUNT("google.hours", 3);
	WANT("violation_count", "0");
	/* The sums alone. */
	control("GET", "/sandbox/books?details=no", NULL);
	WANT_NONE("azure.events");
	WANT_NONE("google.values");
	WANT_NONE("google.hours");
	WANT_COUNT("azure.totals", 2);
	stage_end();
}

/* A row for each value, in the form that reconciliation reads. */
static void operations(void)
{
	stage_begin(NULL);
	control("GET", "/sandbox/operations", NULL);
	WANT_COUNT("rows", 0);
	fill();
	control("GET", "/sandbox/operations", NULL);
	WANT_STATUS(200);
	WANT_COUNT("", 1);
	WANT_COUNT("rows", 3);
	WANT_COUNT("rows.0", 2);
	WANT("rows.0.operation", "op-1");
	WANT("rows.0.quantity", "5");
	WANT("rows.1.operation", "op-2");
	WANT("rows.2.operation", "op-2");
	WANT("rows.2.quantity", "0.125");
	/* By the begin of the window. */
	control("GET", "/sandbox/operations?from=2026-11-01T11:00:00Z&to=2026-11-01T12:00:00Z", NULL);
	WANT_COUNT("rows", 1);
	WANT("rows.0.operation", "op-1");
	control("GET", "/sandbox/operations?to=2026-11-01T11:00:00Z", NULL);
	WANT_COUNT("rows", 2);
	control("GET", "/sandbox/operations?from=2026-11-02", NULL);
	WANT_COUNT("rows", 0);
	control("GET", "/sandbox/operations?from=noon", NULL);
	WANT_REFUSED(400);
	stage_end();
}

static void files(void)
{
	const char *books_file = unit_path("books.json"), *operations_file = unit_path("operations.json");

	stage_begin(NULL);
	control("POST", "/sandbox/books", NULL);
	WANT_REFUSED(409);
	stage_end();
	stage_begin_with(
		(struct sandbox_options){.open = true, .books_file = books_file, .operations_file = operations_file},
		NULL);
	control("POST", "/sandbox/books", NULL);
	WANT_STATUS(200);
	UNIT_HOLDS(unit_read(books_file), "\"accepted\":0");
	UNIT_HOLDS(unit_read(operations_file), "{\"rows\":[\n]}");
	fill();
	UNIT_HOLDS(unit_read(books_file), "\"accepted\":0");
	CU_ASSERT(sandbox_stop(stage_sandbox(), &(struct error){0}) == 0);
	UNIT_HOLDS(unit_read(books_file), "\"accepted\":2");
	UNIT_HOLDS(unit_read(operations_file), "{\"operation\":\"op-2\",\"quantity\":\"0.125\"}");
	stage_end();
	/* Where they cannot be written. */
	stage_begin_with((struct sandbox_options){.open = true, .books_file = unit_path("none/books.json")}, NULL);
	control("POST", "/sandbox/books", NULL);
	WANT_REFUSED(503);
	CU_ASSERT(sandbox_stop(stage_sandbox(), &(struct error){0}) < 0);
	stage_end();
}

/* ---- registry ---------------------------------------------------------------------------------------------- */

static void registry_strict(void)
{
	static const char *const wrong[] = {
		"7",
		"{'things': []}",
		"{'apps': {}}",
		"{'apps': [7]}",
		"{'apps': [{'tenant': 't'}]}",
		"{'apps': [{'client': 'c'}]}",
		"{'apps': [{'tenant': 't', 'client': 'c', 'more': 1}]}",
		"{'apps': [{'tenant': 't', 'client': 7}]}",
		"{'apps': [{'tenant': 't', 'client': 'c', 'managed': 'yes'}]}",
		"{'resources': [{}]}",
		"{'resources': [{'id': 'x'}]}",
		"{'resources': [{'id': '" ACTIVE "', 'state': 'Happy'}]}",
		"{'resources': [{'id': '" ACTIVE "', 'dimensions': ['']}]}",
		"{'resources': [{'id': '" ACTIVE "', 'ended': 'x'}]}",
		"{'resources': [{'id': '" UNKNOWN "', 'uri': '" ACTIVE_URI "'}]}",
		"{'resources': [{'id': '" ACTIVE "', 'uri': '/other'}]}",
		"{'services': [{'metrics': []}]}",
		"{'services': [{'name': 's', 'metrics': [{'name': 'other/m'}]}]}",
		"{'services': [{'name': 's', 'metrics': [{'name': 's/m', 'type': 'STRING'}]}]}",
		"{'consumers': [{'error': 'NOT_FOUND'}]}",
		"{'accounts': [{'email': 'a', 'public_key': 'x'}]}",
		"{'settings': 7}",
		"{'settings': {'azure_window': 'day'}}",
		"{'settings': {'azure_window': true}}",
		"{'settings': {'azure_both_ids': 1}}",
		"{'settings': {'token_lifetime': -1}}",
		"{'settings': {'token_lifetime': '60'}}",
		"{'settings': {'azure_token_status': 402}}",
		"{'settings': {'azure_dimension_limit': 0}}",
		"{'settings': {'azure_order': ['time', 'time']}}",
		"{'settings': {'azure_order': ['moon']}}",
		"{'settings': {'what': 1}}",
		"{'settings': {'azure_window': 'hour', 'azure_window': 'second'}}"};

	stage_begin(AZURE_REGISTRY);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		control("POST", "/sandbox/register", wrong[i]);
		WANT_REFUSED(400);
	}
	/* The place of what is wrong is said. */
	control("POST", "/sandbox/register", "{'apps': [{'tenant': 't', 'client': 'c'}, {'tenant': 't'}]}");
	CU_ASSERT(said("error") && strstr(said("error"), "apps[1]") && strstr(said("error"), "client"));
	stage_end();
}

/* ---- the rest ---------------------------------------------------------------------------------------------- */

static void home(void)
{
	stage_begin(AZURE_REGISTRY);
	control("GET", "/sandbox/", NULL);
	WANT_STATUS(200);
	WANT("url", sandbox_url(stage_sandbox()));
	WANT("open", "false");
	WANT("now", NOON);
	WANT("seed", "7");
	WANT("requests", "0");
	WANT("waiting", "0");
	WANT("faults", "0");
	control("GET", "/sandbox/nothing", NULL);
	WANT_REFUSED(404);
	control("GET", "/nothing/at%20all/%ff%22", NULL);
	WANT_REFUSED(404);
	control("PATCH", "/sandbox/clock", NULL);
	WANT_STATUS(405);
	stage_end();
}

static void request_log(void)
{
	stage_begin(NULL);
	(void)token_azure(TENANT, APP, SECRET);
	azure("POST", SINGLE, "{}");
	fault("{'route': 'azure.single', 'action': 'close'}");
	azure("POST", SINGLE, "{}");
	ask("GET", "/%ff%22", "", NULL);
	control("GET", "/sandbox/log", NULL);
	WANT_COUNT("", 5);
	WANT("0.number", "1");
	WANT("0.route", "entra");
	WANT("0.method", "POST");
	WANT("0.path", "/" TENANT "/oauth2/token");
	WANT("0.status", "200");
	WANT("0.time", NOON);
	WANT("1.status", "400");
	WANT("3.route", "azure.single");
	WANT("3.status", "0"); /* it got no reply */
	WANT("4.path", "/%FF%22");
	WANT("4.route", "none");
	control("GET", "/sandbox/log?since=4", NULL);
	WANT("0.number", "4");
	control("GET", "/sandbox/log?since=0", NULL);
	WANT_REFUSED(400);
	for (int i = 0; i < 4100; i++)
		control("GET", "/sandbox/clock", NULL);
	control("GET", "/sandbox/log", NULL);
	WANT_COUNT("", 4096);
	WANT("0.number", "13");
	stage_end();
}

static void reset(void)
{
	stage_begin(AZURE_REGISTRY);
	(void)token_azure(TENANT, APP, SECRET);
	azure("POST", SINGLE, EVENT("tib", "2026-11-01T11:00:00Z", "1"));
	fault("{'route': 'azure.query', 'action': 'close'}");
	control("POST", "/sandbox/reset", "{}");
	WANT_STATUS(200);
	control("GET", "/sandbox/books", NULL);
	WANT_COUNT("azure.events", 0);
	WANT("azure.counts.accepted", "0");
	control("GET", "/sandbox/faults", NULL);
	WANT_COUNT("", 0);
	azure("POST", SINGLE, EVENT("tib", "2026-11-01T11:00:00Z", "1"));
	WANT_STATUS(403); /* the token is gone, the resource is not */
	(void)token_azure(TENANT, APP, SECRET);
	azure("POST", SINGLE, EVENT("tib", "2026-11-01T11:00:00Z", "1"));
	WANT_STATUS(200);
	settings("{'azure_token_status': 401}");
	control("POST", "/sandbox/reset", "{'registry': true}");
	azure("POST", SINGLE, EVENT("tib", "2026-11-01T11:00:00Z", "1"));
	WANT_STATUS(403); /* the settings are as at first */
	control("POST", "/sandbox/register", AZURE_REGISTRY);
	(void)token_azure(TENANT, APP, SECRET);
	azure("POST", SINGLE, EVENT("tib", "2026-11-01T11:00:00Z", "1"));
	WANT_STATUS(200);
	control("POST", "/sandbox/reset", "{'books': true}");
	WANT_REFUSED(400);
	stage_end();
}

static void tokens_revoke(void)
{
	stage_begin(NULL);
	(void)token_azure(TENANT, APP, SECRET);
	(void)token_azure(TENANT, APP, SECRET);
	(void)token_google();
	control("POST", "/sandbox/tokens/revoke", "{'kind': 'azure'}");
	WANT("revoked", "2");
	control("POST", "/sandbox/tokens/revoke", NULL);
	WANT("revoked", "1");
	control("POST", "/sandbox/tokens/revoke", "{'kind': 'all'}");
	WANT_REFUSED(400);
	stage_end();
}

/* Each exchange as one line of JSON, and no secrets in them. */
static void record(void)
{
	const char *path = unit_path("record.jsonl"), *token;
	char line[8192];
	int lines = 0;
	FILE *file;

	stage_begin_with((struct sandbox_options){.open = true, .record_file = path}, NULL);
	token = keep(token_azure(TENANT, APP, "hushhush"));
	azure("POST", SINGLE, EVENT("tib", "2026-11-01T11:00:00Z", "1"));
	control("GET", "/sandbox/clock", NULL);
	CU_ASSERT(sandbox_stop(stage_sandbox(), &(struct error){0}) == 0);
	file = fopen(path, "r");
	CU_ASSERT_FATAL(file != NULL);
	for (; fgets(line, sizeof(line), file); lines++) {
		struct json_object *read = json_tokener_parse(line);

		CU_ASSERT(json_object_is_type(read, json_type_object));
		CU_ASSERT(!strstr(line, "hushhush") && !strstr(line, token));
		json_object_put(read);
	}
	CU_ASSERT_EQUAL(lines, 2);
	UNIT_HOLDS(unit_read(path), "\"path\":\"/api/usageEvent?api-version=2018-08-31\"");
	UNIT_HOLDS(unit_read(path), "\"Authorization\":\"***\"");
	UNIT_HOLDS(unit_read(path), "\\\"status\\\":\\\"Accepted\\\"");
	(void)fclose(file);
	stage_end();
}

/* ---- where it listens -------------------------------------------------------------------------------------- */

static void addresses(void)
{
	static const char *const loopback[] = {"127.0.0.1", "127.1.2.3", "::1"};
	static const char *const reachable[] = {"0.0.0.0", "192.0.2.1",	  "10.0.0.1",
						"::",	   "2001:db8::1", "::ffff:127.0.0.1"};
	struct sandbox_options options = {.open = true, .frozen = true};
	struct sandbox *sandbox = NULL;
	struct error error;

	for (size_t i = 0; i < sizeof(loopback) / sizeof(*loopback); i++) {
		options.listen = loopback[i];
		UNIT_OK(sandbox_new(&options, &sandbox, &error), &error);
		UNIT_HOLDS(sandbox_url(sandbox), loopback[i]);
		sandbox_free(sandbox);
		sandbox = NULL;
	}
	for (size_t i = 0; i < sizeof(reachable) / sizeof(*reachable); i++) {
		options.listen = reachable[i];
		UNIT_REFUSED(sandbox_new(&options, &sandbox, &error), ERROR_USAGE, &error, reachable[i], "--public");
	}
	options.listen = "localhost";
	UNIT_REFUSED(sandbox_new(&options, &sandbox, &error), ERROR_USAGE, &error, "localhost", "no numeric address");
	CU_ASSERT_PTR_NULL(sandbox);
}

/* An address of this machine that is not loopback; 0 where it has none. */
static in_addr_t other_address(void)
{
	struct ifaddrs *all = NULL;
	in_addr_t found = 0;

	if (getifaddrs(&all) < 0)
		return 0;
	for (struct ifaddrs *one = all; one && !found; one = one->ifa_next) {
		struct sockaddr_in *address = (struct sockaddr_in *)(void *)one->ifa_addr;

		if (address && address->sin_family == AF_INET && ntohl(address->sin_addr.s_addr) >> 24 != 127)
			found = address->sin_addr.s_addr;
	}
	freeifaddrs(all);
	return found;
}

/* A client that connects to the other address; -1 where nobody listens there. */
static int other_connect(uint16_t port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = other_address()};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (const struct sockaddr *)(const void *)&address, sizeof(address)) < 0) {
		(void)close(fd);
		fd = -1;
	}
	return fd;
}

static void other_machines(void)
{
	struct client *client;
	struct answer answer = {0};

	if (!other_address()) {
		(void)printf("(this machine has no other address) ");
		return;
	}
	stage_begin(NULL);
	CU_ASSERT(other_connect(sandbox_port(stage_sandbox())) < 0);
	stage_end();
	/* Where it is let out, it serves the marketplaces to all, and its control to loopback only. */
	stage_begin_with((struct sandbox_options){.open = true, .listen = "0.0.0.0", .reachable = true}, NULL);
	client = stage_client();
	control("GET", "/sandbox/", NULL);
	WANT_STATUS(200);
	client_close(client);
	client->fd = other_connect(client->port);
	CU_ASSERT_FATAL(client->fd >= 0);
	CU_ASSERT(client_ask(client, "GET", "/sandbox/", "", NULL, 0, &answer) && answer.status == 404);
	CU_ASSERT(client_ask(client, "PUT", "/sandbox/clock", "", "{}", 2, &answer) && answer.status == 404);
	CU_ASSERT(client_ask(client, "GET", QUERY, "", NULL, 0, &answer) && answer.status == 403);
	answer_release(&answer);
	stage_end();
}

static const struct unit_test tests[] = {
	{"the clock stands, is set, moves on and is the system's", clock_moves},
	{"the books", books},
	{"operations, as reconciliation reads them", operations},
	{"the files of both", files},
	{"what the registry refuses", registry_strict},
	{"how it stands", home},
	{"the log", request_log},
	{"reset", reset},
	{"tokens are revoked", tokens_revoke},
	{"the record of exchanges", record},
	{"loopback only, unless told otherwise", addresses},
	{"other machines: not at all, or the marketplaces only", other_machines},
};

int main(void)
{
	return UNIT_RUN("sandbox control", tests);
}
