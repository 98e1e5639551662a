/* SPDX-License-Identifier: Apache-2.0 */
/* The command `apollo sandbox`. */
#include "sandbox/sandbox.h"

#include "core/log.h"
#include "core/scope.h"

#include <apollo/kit.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct command {
	struct sandbox_options options;
	const char *port_file, *pid_file;
	bool help;
};

enum command_option {
	OPTION_PORT = 256, OPTION_LISTEN, OPTION_PUBLIC, OPTION_OPEN, OPTION_CLOCK, OPTION_SEED, OPTION_CONFIG,
	OPTION_SCRIPT, OPTION_BOOKS, OPTION_RECORD, OPTION_PORT_FILE, OPTION_PID_FILE, OPTION_HELP
};

static const struct option command_options[] = {{"port", required_argument, NULL, OPTION_PORT},
						{"listen", required_argument, NULL, OPTION_LISTEN},
						{"public", no_argument, NULL, OPTION_PUBLIC},
						{"open", no_argument, NULL, OPTION_OPEN},
						{"clock", required_argument, NULL, OPTION_CLOCK},
						{"seed", required_argument, NULL, OPTION_SEED},
						{"config", required_argument, NULL, OPTION_CONFIG},
						{"script", required_argument, NULL, OPTION_SCRIPT},
						{"books", required_argument, NULL, OPTION_BOOKS},
						{"record", required_argument, NULL, OPTION_RECORD},
						{"port-file", required_argument, NULL, OPTION_PORT_FILE},
						{"pid-file", required_argument, NULL, OPTION_PID_FILE},
						{"help", no_argument, NULL, OPTION_HELP},
						{NULL, 0, NULL, 0}};

static const char help[] =
	"usage: apollo sandbox [OPTION]...\n"
	"The marketplaces on loopback, for rehearsals and tests.  The URL is the first line on standard output.\n\n"
	"  --open              take any app, resource, dimension, service, metric and consumer\n"
	"  --config FILE       what the marketplaces know (JSON)\n"
	"  --script FILE       faults (JSON)\n"
	"  --clock TIME        a clock that stands at TIME and moves only when it is told to\n"
	"  --seed NUMBER       of ids and dice; 1 unless given\n"
	"  --books FILE        write the books there at the end, and when asked\n"
	"  --record FILE       write every exchange there, one line of JSON each\n"
	"  --port NUMBER       0, the default: the system chooses\n"
	"  --port-file FILE    write the URL there\n"
	"  --pid-file FILE     write the process id there\n"
	"  --listen ADDRESS    127.0.0.1 unless given\n"
	"  --public            allow an address that other machines can reach\n\n"
	"apollo-sandbox(1) describes the services, the faults and the control interface.\n";

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

static int option_number(struct command *command, int option, const char *text, struct error *error)
{
	int64_t number = 0;
	int code;

	if (option == OPTION_PORT) {
		code = read_number("port", text, UINT16_MAX, &number, error);
		command->options.port = (uint16_t)number;
		return code;
	}
	if (option == OPTION_SEED) {
		code = read_number("seed", text, INT64_MAX, &number, error);
		command->options.seed = (uint64_t)number;
		return code;
	}
	command->options.frozen = true;
	if (apollo_time_parse(text, strlen(text), 0, &command->options.clock) < 0)
		return error_set(error, ERROR_USAGE, "--clock: a time such as 2026-11-01T05:00:00Z is wanted, not %s", text);
	return 0;
}

/* Where the option's text goes. */
static const char **option_place(struct command *command, int option)
{
	switch (option) {
	case OPTION_LISTEN:
		return &command->options.listen;
	case OPTION_CONFIG:
		return &command->options.config_file;
	case OPTION_SCRIPT:
		return &command->options.script_file;
	case OPTION_BOOKS:
		return &command->options.books_file;
	case OPTION_RECORD:
		return &command->options.record_file;
	case OPTION_PORT_FILE:
		return &command->port_file;
	default:
		return &command->pid_file;
	}
}

static int option_take(struct command *command, int option, const char *text, struct error *error)
{
	switch (option) {
	case OPTION_PORT:
	case OPTION_SEED:
	case OPTION_CLOCK:
		return option_number(command, option, text, error);
	case OPTION_PUBLIC:
		command->options.reachable = true;
		return 0;
	case OPTION_OPEN:
		command->options.open = true;
		return 0;
	case OPTION_HELP:
		command->help = true;
		return 0;
	default:
		*option_place(command, option) = text;
		return 0;
	}
}

static int command_read(int argc, char **argv, struct command *command, struct error *error)
{
	int option, code = 0;

	*command = (struct command){.options = {.seed = 1}};
	optind = 0; /* the caller may have read options of its own */
	opterr = 0;
	while (code == 0 && (option = getopt_long(argc, argv, ":", command_options, NULL)) != -1) {
		if (option == '?' || option == ':')
			return error_set(error, ERROR_USAGE, "%s: %s", argv[optind - 1],
					 option == ':' ? "a value is missing" : "there is no such option");
		code = option_take(command, option, optarg, error);
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
		(void)fputs(help, stdout);
		return 0;
	}
	if (code == 0)
		code = command_run(&command, &error);
	if (code == 0)
		return 0;
	log_error(&error);
	return code == ERROR_USAGE || code == ERROR_INPUT ? 2 : 1;
}
