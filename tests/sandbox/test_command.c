/* SPDX-License-Identifier: Apache-2.0 */
/* `apollo sandbox` as a process: its options, its files, its end. */
#include "tests/sandbox/azure.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 24 };

extern char **environ;

struct child {
	pid_t pid;
	FILE *said; /* standard output and standard error */
	char line[1000];
};

/* Starts it with arguments that end in NULL; false if it says nothing at all. */
static bool child_start(struct child *child, const char *const *arguments)
{
	char *argv[ARGUMENTS_MAX] = {(char *)(uintptr_t)TEST_APOLLO, (char *)(uintptr_t) "sandbox"};
	posix_spawn_file_actions_t actions;
	int ends[2];

	for (int i = 0; arguments[i]; i++)
		argv[i + 2] = (char *)(uintptr_t)arguments[i];
	if (pipe2(ends, O_CLOEXEC) < 0 || posix_spawn_file_actions_init(&actions) != 0)
		exit(2);
	(void)posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	(void)posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
	if (posix_spawn(&child->pid, TEST_APOLLO, &actions, NULL, argv, environ) != 0)
		exit(2);
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(ends[1]);
	child->said = fdopen(ends[0], "r");
	child->line[0] = '\0';
	return fgets(child->line, sizeof(child->line), child->said) != NULL;
}

/* Ends it with a signal, 0: it ends by itself; gives its exit status, or -1 if a signal ended it. */
static int child_end(struct child *child, int signal_number)
{
	int status = 0;

	if (signal_number)
		(void)kill(child->pid, signal_number);
	(void)waitpid(child->pid, &status, 0);
	(void)fclose(child->said);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static uint16_t child_port(const struct child *child)
{
	unsigned port = 0;

	(void)sscanf(child->line, "http://127.0.0.1:%u", &port);
	return (uint16_t)port;
}

static void lives(void)
{
	static const int ends[] = {SIGTERM, SIGINT};
	struct answer answer = {0};
	struct child child;

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		const char *port_file = unit_path("port%zu", i), *pid_file = unit_path("pid%zu", i),
			   *books = unit_path("books%zu", i);
		const char *operations = unit_path("operations%zu", i), *record = unit_path("record%zu", i);
		const char *const arguments[] = {"--open",   "--clock",	   NOON,     "--seed",	"42",  "--port-file",
						 port_file,  "--pid-file", pid_file, "--books", books, "--operations",
						 operations, "--record",   record,   NULL};
		struct client client;
		char pid[24];

		CU_ASSERT_FATAL(child_start(&child, arguments));
		CU_ASSERT_FATAL(child_port(&child) != 0);
		/* The files are there when the line is. */
		CU_ASSERT_STRING_EQUAL(unit_read(port_file), child.line);
		(void)snprintf(pid, sizeof(pid), "%ld\n", (long)child.pid);
		CU_ASSERT_STRING_EQUAL(unit_read(pid_file), pid);
		client = client_init(child_port(&child));
		CU_ASSERT(client_ask(&client, "GET", "/sandbox/", "", NULL, 0, &answer));
		UNIT_HOLDS(answer.body, "\"seed\":42");
		UNIT_HOLDS(answer.body, "\"now\":\"" NOON "\"");
		CU_ASSERT(client_ask(&client, "GET", QUERY, "", NULL, 0, &answer) && answer.status == 403);
		CU_ASSERT_EQUAL(child_end(&child, ends[i]), 0);
		UNIT_HOLDS(unit_read(books), "\"azure\"");
		UNIT_HOLDS(unit_read(operations), "{\"rows\":[");
		UNIT_HOLDS(unit_read(record), "\"route\":\"azure.query\"");
		CU_ASSERT(access(pid_file, F_OK) < 0);
		client_close(&client);
	}
	answer_release(&answer);
}

static void refused(void)
{
	const char *bad_config = stage_file("bad.json", "{'apps': 7}"), *no_json = stage_file("none.json", "apps");
	const char *bad_fault = stage_file("fault.json", "[{'route': 'azure.batch', 'action': 'explode'}]");
	const char *twice = stage_file("twice.json", "{'apps': [], 'apps': []}");
	const struct {
		const char *arguments[4];
		int status;
		const char *says;
	} cases[] = {{{"--prot", "1"}, 2, "--prot"},
		     {{"--port"}, 2, "--port"},
		     {{"--port", "65536"}, 2, "65535"},
		     {{"--port", "many"}, 2, "many"},
		     {{"--seed", "-1"}, 2, "-1"},
		     {{"--clock", "noon"}, 2, "noon"},
		     {{"7"}, 2, "7"},
		     {{"--listen", "0.0.0.0"}, 2, "can be reached from other machines"},
		     {{"--listen", "192.0.2.1"}, 2, "can be reached from other machines"},
		     {{"--listen", "::"}, 2, "can be reached from other machines"},
		     {{"--listen", "localhost"}, 2, "no numeric address"},
		     {{"--config", "/none/such.json"}, 1, "/none/such.json"},
		     {{"--script", "/none/such.json"}, 1, "/none/such.json"},
		     {{"--record", "/none/such.jsonl"}, 1, "/none/such.jsonl"},
		     {{"--port-file", "/none/port"}, 1, "/none/port"},
		     {{"--config", bad_config}, 2, "\"apps\" must be an array"},
		     {{"--config", no_json}, 2, "not JSON"},
		     {{"--config", twice}, 2, "twice"},
		     {{"--script", bad_fault}, 2, "explode"}};
	struct child child;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CU_ASSERT(child_start(&child, cases[i].arguments));
		UNIT_HOLDS(child.line, cases[i].says);
		CU_ASSERT_EQUAL(child_end(&child, 0), cases[i].status);
	}
}

static void port_taken(void)
{
	static const char *const arguments[] = {"--open", NULL};
	const char *again[] = {"--open", "--port", NULL, NULL};
	struct child first, second;
	char port[12];

	CU_ASSERT_FATAL(child_start(&first, arguments));
	(void)snprintf(port, sizeof(port), "%u", child_port(&first));
	again[2] = port;
	CU_ASSERT(child_start(&second, again));
	UNIT_HOLDS(second.line, port);
	CU_ASSERT_EQUAL(child_end(&second, 0), 1);
	CU_ASSERT_EQUAL(child_end(&first, SIGTERM), 0);
}

/* The books could not be written: it says so, and its status too. */
static void books_lost(void)
{
	static const char *const arguments[] = {"--open", "--books", "/none/books.json", NULL};
	struct child child;

	CU_ASSERT_FATAL(child_start(&child, arguments));
	(void)kill(child.pid, SIGTERM);
	CU_ASSERT_PTR_NOT_NULL(fgets(child.line, sizeof(child.line), child.said));
	UNIT_HOLDS(child.line, "/none/books.json");
	CU_ASSERT_EQUAL(child_end(&child, 0), 1);
}

static void helped(void)
{
	static const char *const arguments[] = {"--help", NULL};
	struct child child;

	CU_ASSERT(child_start(&child, arguments));
	UNIT_HOLDS(child.line, "usage: apollo sandbox [OPTION]...");
	CU_ASSERT_EQUAL(child_end(&child, 0), 0);
}

/* The shipped document: what the shipped rehearsal.cfg names is known, and nothing else. */
static void shipped(void)
{
	stage_begin_with((struct sandbox_options){.config_file = TEST_SOURCE_DIR "/templates/sandbox.json"}, NULL);
	(void)token_azure("aaaaaaaa-0000-0000-0000-000000000001", "aaaaaaaa-0000-0000-0000-000000000002",
			  "rehearsal-secret");
	azure("POST", SINGLE,
	      "{'resourceUri': '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/contoso/providers/"
	      "Microsoft.Solutions/applications/vast', 'quantity': 1, 'dimension': 'tib_hours', 'effectiveStartTime': "
	      "'" NOON "', 'planId': 'standard'}");
	WANT_STATUS(200);
	WANT("resourceId", "db9c58de-1c6e-4a7b-9d3f-2f1f0f6c5a01");
	azure("POST", SINGLE, EVENT("tib", NOON, "1"));
	WANT_STATUS(400);
	(void)token_google();
	google("/v1/services/vast.endpoints.example.cloud.goog:report",
	       "{'operations': [{'operationId': 'o', 'operationName': 'n', 'consumerId': "
	       "'project_number:123456789012', 'startTime': '" NOON "', 'endTime': '" NOON
	       "', 'metricValueSets': [{'metricName': 'vast.endpoints.example.cloud.goog/tib_hours',"
	       " 'metricValues': [{'int64Value': '1'}]}]}]}");
	WANT_STATUS(200);
	WANT_NONE("reportErrors");
	google("/v1/services/other.example:report", "{'operations': []}");
	WANT_STATUS(404);
	stage_end();
}

static const struct unit_test tests[] = {
	{"it starts, says where, and leaves its files", lives},
	{"command lines and files that it refuses", refused},
	{"a port that is taken", port_taken},
	{"books that cannot be written", books_lost},
	{"help", helped},
	{"the shipped document", shipped},
};

int main(void)
{
	return UNIT_RUN("sandbox command", tests);
}
