/* SPDX-License-Identifier: Apache-2.0 */
/* The command `apollo sandbox`. */
#include "sandbox/sandbox.h"

#include "core/log.h"
#include "core/scope.h"

#include <apollo/kit.h>
#include <getopt.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct command {
	struct sandbox_options options;
	const char *port_file, *pid_file;
	bool help;
};

enum kind { KIND_FLAG, KIND_TEXT, KIND_CLOCK, KIND_SEED, KIND_PORT };

/* The manual page has the same options with the same words; a test compares them. */
struct command_option {
	const char *name, *argument; /* NULL: none */
	enum kind kind;
	size_t place; /* in struct command, of a flag or a text */
	const char *help;
};

#define OF(MEMBER) offsetof(struct command, MEMBER)

static const struct command_option command_options[] = {
	{"open", NULL, KIND_FLAG, OF(options.open), "take any app, resource, dimension, service, metric and consumer"},
	{"config", "FILE", KIND_TEXT, OF(options.config_file), "what the marketplaces know (JSON)"},
	{"script", "FILE", KIND_TEXT, OF(options.script_file), "faults (JSON)"},
	{"clock", "TIME", KIND_CLOCK, 0, "a clock that stands at TIME and moves only when it is told to"},
	{"seed", "NUMBER", KIND_SEED, 0, "of ids and dice; 1 unless given"},
	{"books", "FILE", KIND_TEXT, OF(options.books_file), "write the books there at the end, and when asked"},
	{"operations", "FILE", KIND_TEXT, OF(options.operations_file),
	 "write Service Control's operations there, for apollo meter reconcile --record"},
	{"record", "FILE", KIND_TEXT, OF(options.record_file), "write every exchange there, one line of JSON each"},
	{"port", "NUMBER", KIND_PORT, 0, "0, the default: the system chooses"},
	{"port-file", "FILE", KIND_TEXT, OF(port_file), "write the URL there"},
	{"pid-file", "FILE", KIND_TEXT, OF(pid_file), "write the process id there"},
	{"listen", "ADDRESS", KIND_TEXT, OF(options.listen), "127.0.0.1 unless given"},
	{"public", NULL, KIND_FLAG, OF(options.reachable), "allow an address that other machines can reach"},
	{"help", NULL, KIND_FLAG, OF(help), "say this"},
};

enum { COMMAND_OPTIONS = sizeof(command_options) / sizeof(*command_options) };

static void help_print(void)
{
	(void)printf("usage: apollo sandbox [OPTION]...\n"
		     "The marketplaces on loopback, for rehearsals and tests.  The URL is the first line on standard "
		     "output.\n\n");
	for (int i = 0; i < COMMAND_OPTIONS; i++) {
		const struct command_option *option = &command_options[i];
		char name[32];

		(void)snprintf(name, sizeof(name), "%s %s", option->name, option->argument ? option->argument : "");
		(void)printf("  --%-17s %s\n", name, option->help);
	}
	(void)printf("\napollo-sandbox(1) describes the services, the faults and the control interface.\n");
}

/* ---- the command line -------------------------------------------------------------------------------------- */

static int read_number(const char *name, const char *text, int64_t high, int64_t *number, struct error *error)
{
	int64_t read;

	if (apollo_decimal_read(text, strlen(text), 0, APOLLO_EXACT, &read) < 0 || read < 0 || read > high)
		return error_set(error, ERROR_USAGE, "--%s: a whole number from 0 to %lld is wanted, not %s", name,
				 (long long)high, text);
	*number = read;
	return 0;
}

static int option_take(struct command *command, const struct command_option *option, const char *text,
		       struct error *error)
{
	void *place = (char *)command + option->place;
	int64_t number = 0;
	int code = 0;

	switch (option->kind) {
	case KIND_FLAG:
		*(bool *)place = true;
		break;
	case KIND_TEXT:
		*(const char **)place = text;
		break;
	case KIND_SEED:
		code = read_number(option->name, text, INT64_MAX, &number, error);
		command->options.seed = (uint64_t)number;
		break;
	case KIND_PORT:
		code = read_number(option->name, text, UINT16_MAX, &number, error);
		command->options.port = (uint16_t)number;
		break;
	case KIND_CLOCK:
		command->options.frozen = true;
		if (apollo_time_parse(text, strlen(text), 0, &command->options.clock) < 0)
			code = error_set(error, ERROR_USAGE,
					 "--clock: a time such as 2026-11-01T05:00:00Z is wanted, not %s", text);
		break;
	}
	return code;
}

static int command_read(int argc, char **argv, struct command *command, struct error *error)
{
	struct option options[COMMAND_OPTIONS + 1] = {{NULL, 0, NULL, 0}};
	int option, code = 0;

	for (int i = 0; i < COMMAND_OPTIONS; i++)
		options[i] =
			(struct option){command_options[i].name,
					command_options[i].argument ? required_argument : no_argument, NULL, 256 + i};
	*command = (struct command){.options = {.seed = 1}};
	optind = 0; /* the caller may have read options of its own */
	opterr = 0;
	while (code == 0 && (option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option == '?' || option == ':')
			return error_set(error, ERROR_USAGE, "%s: %s", argv[optind - 1],
					 option == ':' ? "a value is missing" : "there is no such option");
		code = option_take(command, &command_options[option - 256], optarg, error);
	}
	if (code == 0 && optind < argc)
		return error_set(error, ERROR_USAGE, "the sandbox takes options only, not %s", argv[optind]);
	return code;
}

/* ---- running ----------------------------------------------------------------------------------------------- */

/* One line into a file that appears whole: whoever waits for it can read it at once. */
static int line_write(const char *path, const char *line, struct error *error)
{
	char *temporary FREE_CLEANUP = NULL;
	FILE *file;
	bool bad;

	if (!path)
		return 0;
	if (asprintf(&temporary, "%s.new", path) < 0) {
		temporary = NULL;
		return error_memory(error, path);
	}
	file = fopen(temporary, "we");
	if (!file)
		return error_errno(error, "cannot write %s", temporary);
	bad = fprintf(file, "%s\n", line) < 0;
	if (fclose(file) != 0 || bad || rename(temporary, path) < 0)
		return error_errno(error, "cannot write %s", path);
	return 0;
}

static int announce(const struct command *command, const struct sandbox *sandbox, struct error *error)
{
	char pid[24];
	int code;

	(void)snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	if ((code = line_write(command->pid_file, pid, error)) < 0 ||
	    (code = line_write(command->port_file, sandbox_url(sandbox), error)) < 0)
		return code;
	if (printf("%s\n", sandbox_url(sandbox)) < 0 || fflush(stdout) != 0)
		return error_errno(error, "cannot write to standard output");
	return 0;
}

static int command_run(const struct command *command, struct error *error)
{
	struct sandbox *sandbox = NULL;
	sigset_t ends;
	int signal_number, code;

	/* Blocked before the server's thread is made, so that only sigwait sees them. */
	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigaddset(&ends, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &ends, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	code = sandbox_new(&command->options, &sandbox, error);
	if (code < 0)
		return code;
	code = announce(command, sandbox, error);
	if (code == 0) {
		(void)sigwait(&ends, &signal_number);
		code = sandbox_stop(sandbox, error);
	}
	sandbox_free(sandbox);
	if (command->pid_file)
		(void)unlink(command->pid_file);
	return code;
}

int sandbox_main(int argc, char **argv)
{
	struct command command;
	struct error error;
	int code = command_read(argc, argv, &command, &error);

	if (code == 0 && command.help) {
		help_print();
		return 0;
	}
	if (code == 0)
		code = command_run(&command, &error);
	if (code == 0)
		return 0;
	log_error(&error);
	return code == ERROR_USAGE || code == ERROR_INPUT ? 2 : 1;
}
