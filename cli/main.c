/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include "core/amount.h"
#include "core/log.h"
#include "core/nearest.h"
#include "sandbox/sandbox.h"

#include <apollo/kit.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct cli_command *const groups[] = {
	backtest_commands,
	compare_commands,
	kpi_commands,
	ledger_commands,
	meter_commands,
	offer_commands,
	offer_export_commands,
	package_commands,
	parity_commands,
	plan_commands,
	plugin_commands,
	price_commands,
	report_commands,
	tune_commands,
};

enum { GROUPS = sizeof(groups) / sizeof(groups[0]) };

int cli_exit(int code)
{
	switch (code) {
	case 0: return EXIT_DONE;
	case ERROR_USAGE:
	case APOLLO_CONFIG: return EXIT_USAGE;
	case ERROR_NO:
	case ERROR_CORRUPT: return EXIT_NO;
	case ERROR_PERSON: return EXIT_PERSON;
	default: return code > 0 ? EXIT_DONE : EXIT_FAILED;
	}
}

const char *cli_value(const struct cli *cli, const char *flag)
{
	for (int i = 0; cli->command->flags && cli->command->flags[i].name; i++)
		if (strcmp(cli->command->flags[i].name, flag) == 0)
			return cli->values[i];
	return NULL;
}

int cli_time(const struct cli *cli, const char *flag, int64_t otherwise, int64_t *time, struct error *error)
{
	const char *text = cli_value(cli, flag);

	if (!text) {
		*time = otherwise;
		return 0;
	}
	if (apollo_time_parse(text, strlen(text), 0, time) == 0)
		return 0;
	(void)error_set(error, ERROR_USAGE, "--%s %s is not a time", flag, text);
	return error_hint(error, "write it as 2026-10-01T00:00:00Z");
}

int cli_amount(const struct cli *cli, const char *flag, const struct amount_unit *units, int64_t *amount, struct error *error)
{
	const char *text = cli_value(cli, flag);

	if (!text || amount_parse(text, units, amount))
		return 0;
	(void)error_set(error, ERROR_USAGE, "--%s %s is not an amount", flag, text);
	return amount_hint(error, units);
}

/* ---- help ---- */

/* The commands of a family ("meter"), or all; how many there are. */
static int help_list(FILE *file, const char *family)
{
	size_t size = strlen(family);
	int count = 0;

	for (size_t g = 0; g < GROUPS; g++)
		for (const struct cli_command *command = groups[g]; command->name; command++)
			if (!size || (strncmp(command->name, family, size) == 0 && command->name[size] == ' ')) {
				(void)fprintf(file, "  %-18s %s\n", command->name, command->summary);
				count++;
			}
	return count;
}

static void help_all(FILE *file)
{
	(void)fprintf(file, "Usage: apollo [-c FILE] [--json] [-v] COMMAND ...\n\n"
			    "Meters the usage of a storage cluster and reports it to cloud marketplaces, every hour once.\n\n"
			    "Commands:\n");
	(void)help_list(file, "");
	(void)fprintf(file, "  %-18s %s\n\n", "sandbox", "the marketplaces on loopback, for rehearsals and tests");
	(void)fprintf(file, "Options:\n"
			    "  -c FILE     the configuration; else $APOLLO_CONFIG, else apollo.cfg here, else the system's\n"
			    "  --json      results as JSON\n"
			    "  -v          say more on standard error\n"
			    "  --version   the version\n"
			    "  --help      this page; behind a command, that command's\n\n"
			    "Exit status: 0 done; 1 failed; 2 usage or configuration; 3 the answer is no;\n"
			    "4 done, but something needs a person.\n");
}

static void help_command(FILE *file, const struct cli_command *command)
{
	(void)fprintf(file, "Usage: apollo [-c FILE] [--json] [-v] %s%s%s%s\n\n%s\n", command->name,
		      command->flags && command->flags[0].name ? " [OPTION...]" : "", *command->words ? " " : "",
		      command->words, command->summary);
	for (int i = 0; command->flags && command->flags[i].name; i++) {
		const struct cli_flag *flag = &command->flags[i];
		char left[64];

		(void)snprintf(left, sizeof(left), "--%s%s%s", flag->name, flag->argument ? " " : "",
			       flag->argument ? flag->argument : "");
		(void)fprintf(file, "%s  %-24s %s\n", i ? "" : "\n", left, flag->help);
	}
}

/* ---- parsing ---- */

/* The command that the words begin with, and how many words it is; NULL where there is none. */
static const struct cli_command *command_find(char **words, int count, int *used)
{
	char two[64];

	(void)snprintf(two, sizeof(two), "%s %s", words[0], count > 1 ? words[1] : "");
	for (size_t g = 0; g < GROUPS; g++)
		for (const struct cli_command *command = groups[g]; command->name; command++) {
			*used = strchr(command->name, ' ') ? 2 : 1;
			if (strcmp(command->name, *used == 2 ? two : words[0]) == 0)
				return command;
		}
	return NULL;
}

/* One "--flag", "--flag=value" or "--flag value" of the command; gives how many words it took, or a negative code. */
static int flag_parse(struct cli *cli, char **words, int count, struct error *error)
{
	const char *name = words[0] + 2, *equals = strchr(name, '=');
	size_t size = equals ? (size_t)(equals - name) : strlen(name);

	for (int i = 0; cli->command->flags && cli->command->flags[i].name; i++) {
		const struct cli_flag *flag = &cli->command->flags[i];

		if (strlen(flag->name) != size || strncmp(flag->name, name, size) != 0)
			continue;
		if (!flag->argument && equals)
			return error_set(error, ERROR_USAGE, "--%s takes no value", flag->name);
		if (flag->argument && !equals && count < 2)
			return error_set(error, ERROR_USAGE, "--%s wants a value: %s", flag->name, flag->argument);
		cli->values[i] = !flag->argument ? "" : equals ? equals + 1 : words[1];
		return flag->argument && !equals ? 2 : 1;
	}
	(void)error_set(error, ERROR_USAGE, "apollo %s has no option %s", cli->command->name, words[0]);
	return error_hint(error, "see: apollo %s --help", cli->command->name);
}

/* -o is short for --out. */
static int short_parse(struct cli *cli, char **words, int count, struct error *error)
{
	static char out[] = "--out";
	char *named[] = {out, count > 1 ? words[1] : NULL};

	return strcmp(words[0], "-o") == 0 ? flag_parse(cli, named, count, error) : 0;
}

/* Options that every command knows; 1 or 2 words taken, 0: it is none of them, or a negative code. */
static int common_parse(struct cli *cli, char **words, int count, struct error *error)
{
	if (strcmp(words[0], "--json") == 0) {
		cli->json = true;
		return 1;
	}
	if (strcmp(words[0], "-v") == 0 || strcmp(words[0], "--verbose") == 0) {
		cli->verbose = true;
		return 1;
	}
	if (strcmp(words[0], "-c") == 0 || strcmp(words[0], "--config") == 0) {
		if (count < 2)
			return error_set(error, ERROR_USAGE, "%s wants a file", words[0]);
		cli->config = words[1];
		return 2;
	}
	return 0;
}

static int words_parse(struct cli *cli, char **words, int count, struct error *error)
{
	bool only_words = false;

	for (int at = 0; at < count;) {
		int taken = 0;

		if (!only_words && strcmp(words[at], "--") == 0) {
			only_words = true;
			at++;
			continue;
		}
		if (!only_words && words[at][0] == '-' && words[at][1]) {
			taken = common_parse(cli, words + at, count - at, error);
			if (taken == 0 && words[at][1] == '-')
				taken = flag_parse(cli, words + at, count - at, error);
			else if (taken == 0)
				taken = short_parse(cli, words + at, count - at, error);
			if (taken == 0)
				return error_set(error, ERROR_USAGE, "apollo %s has no option %s", cli->command->name, words[at]);
			if (taken < 0)
				return taken;
		} else {
			cli->words[cli->word_count++] = words[at];
			taken = 1;
		}
		at += taken;
	}
	if (cli->word_count < cli->command->words_least ||
	    (cli->command->words_most >= 0 && cli->word_count > cli->command->words_most)) {
		(void)error_set(error, ERROR_USAGE, "apollo %s: %s", cli->command->name,
				cli->word_count < cli->command->words_least ? "something is missing" : "too many words");
		return error_hint(error, "use: apollo %s%s%s", cli->command->name, *cli->command->words ? " " : "",
				  cli->command->words);
	}
	return 0;
}

static bool wants_help(char **words, int count)
{
	for (int i = 0; i < count && strcmp(words[i], "--") != 0; i++)
		if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0)
			return true;
	return false;
}

static const char *config_default(void)
{
	const char *named = getenv("APOLLO_CONFIG");

	if (named && *named)
		return named;
	return access("apollo.cfg", F_OK) == 0 ? "apollo.cfg" : APOLLO_SYSCONFDIR "/apollo/apollo.cfg";
}

static int fail(const struct error *error)
{
	log_error(error);
	log_release();
	return cli_exit(error->code);
}

/* The words name no command: a family of them, whose members are listed, or nothing that is known. */
static int command_missing(char **words, int count)
{
	bool asked = wants_help(words, count);
	struct error error = {0};
	struct nearest nearest;
	char two[64];

	if ((count == 1 || asked) && help_list(asked ? stdout : stderr, words[0]) > 0)
		return asked ? EXIT_DONE : EXIT_USAGE;
	(void)snprintf(two, sizeof(two), "%s%s%s", words[0], count > 1 ? " " : "", count > 1 ? words[1] : "");
	nearest = nearest_init(two);
	for (size_t g = 0; g < GROUPS; g++)
		for (const struct cli_command *command = groups[g]; command->name; command++)
			nearest_offer(&nearest, command->name);
	(void)error_set(&error, ERROR_USAGE, "there is no command \"%s\"", two);
	(void)(nearest.name ? error_hint(&error, "did you mean \"apollo %s\"?", nearest.name) : error_hint(&error, "see: apollo --help"));
	return fail(&error);
}

static int command_run(struct cli *cli, char **words, int count)
{
	struct error error = {0};
	int used = 0, code;

	cli->command = command_find(words, count, &used);
	if (!cli->command)
		return command_missing(words, count);
	if (wants_help(words + used, count - used)) {
		help_command(stdout, cli->command);
		return EXIT_DONE;
	}
	cli->words = calloc((size_t)count + 1, sizeof(*cli->words));
	if (!cli->words)
		return EXIT_FAILED;
	code = words_parse(cli, words + used, count - used, &error);
	if (cli->verbose)
		log_threshold(APOLLO_INFO);
	if (code >= 0)
		code = cli->command->run(cli, &error);
	free(cli->words);
	if (code >= 0 && (fflush(stdout) != 0 || ferror(stdout)))
		code = error_errno(&error, "the result cannot be written to standard output");
	/* A command that has said all it had to say gives a code without a message. */
	if (code < 0 && error.message[0])
		return fail(&error);
	log_release();
	return cli_exit(code);
}

int main(int argc, char **argv)
{
	struct cli cli = {.config = config_default()};
	struct error error = {0};
	int at = 1, taken;

	(void)signal(SIGPIPE, SIG_IGN);
	for (; at < argc && argv[at][0] == '-'; at += taken) {
		if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0) {
			help_all(stdout);
			return EXIT_DONE;
		}
		if (strcmp(argv[at], "--version") == 0) {
			(void)printf("apollo %s\n", PACKAGE_VERSION);
			return EXIT_DONE;
		}
		taken = common_parse(&cli, argv + at, argc - at, &error);
		if (taken == 0) {
			(void)error_set(&error, ERROR_USAGE, "there is no option %s", argv[at]);
			taken = error_hint(&error, "see: apollo --help");
		}
		if (taken < 0)
			return fail(&error);
	}
	if (at == argc) {
		help_all(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[at], "sandbox") == 0)
		return sandbox_main(argc - at, argv + at);
	return command_run(&cli, argv + at, argc - at);
}
