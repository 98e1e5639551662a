/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli.h - how a command is described, parsed and run.
 *
 * Invariants: a command is a row of a table, and its flags are a table; parsing, --help and the errors come from
 * them.  Results go to standard output; everything else goes to standard error, through log.h.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exit statuses. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_NO = 3, EXIT_PERSON = 4 };

struct cli_flag {
	const char *name;     /* without dashes */
	const char *argument; /* what the help calls its argument; NULL: takes none */
	const char *help;
};

enum { CLI_FLAGS_MAX = 16 };

/* What was given on the command line. */
struct cli {
	const char *config; /* -c, or the default */
	bool json;
	bool verbose;
	const struct cli_command *command;
	const char *values[CLI_FLAGS_MAX]; /* of the command's flags; "" for one without argument; NULL: not given */
	char **words;                      /* behind the command */
	int word_count;
};

struct cli_command {
	const char *name;    /* "meter run" */
	const char *words;   /* what follows it, for the help: "FILE..." */
	const char *summary; /* one line */
	const struct cli_flag *flags; /* ends with a NULL name */
	int words_least, words_most;  /* most -1: any number */
	int (*run)(const struct cli *cli, struct error *error); /* 0 or a negative code; see cli_exit */
};

/* The value of a flag by its name, or NULL. */
const char *cli_value(const struct cli *cli, const char *flag);

/* The exit status for a code. */
int cli_exit(int code);

/* A time given with a flag; otherwise: the value where it was not given. */
int cli_time(const struct cli *cli, const char *flag, int64_t otherwise, int64_t *time, struct error *error);

/* A capacity or a rate given with a flag; *amount is kept where it was not given. */
struct amount_unit;
int cli_amount(const struct cli *cli, const char *flag, const struct amount_unit *units, int64_t *amount, struct error *error);

/* The commands; each file brings its own, ended by a NULL name. */
extern const struct cli_command backtest_commands[];
extern const struct cli_command compare_commands[];
extern const struct cli_command kpi_commands[];
extern const struct cli_command ledger_commands[];
extern const struct cli_command meter_commands[];
extern const struct cli_command offer_commands[];
extern const struct cli_command offer_export_commands[];
extern const struct cli_command package_commands[];
extern const struct cli_command parity_commands[];
extern const struct cli_command plan_commands[];
extern const struct cli_command plugin_commands[];
extern const struct cli_command price_commands[];
extern const struct cli_command report_commands[];
extern const struct cli_command tune_commands[];

#endif
