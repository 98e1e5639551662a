/* SPDX-License-Identifier: Apache-2.0 */
/*
 * studio.h - what the commands share that go by a forecast: their files, the contract, and the usage that may come.
 */
#ifndef CLI_STUDIO_H
#define CLI_STUDIO_H

#include "cli/price.h"
#include "core/buffer.h"
#include "offers/tune.h"

/* Flags of every command that draws paths. */
#define FORECAST_FLAGS                                                                                        \
	{"usage", "FILE", "what was used, as CSV or JSON lines: the forecast goes on from it"},               \
	{"ledger", "SUBSCRIPTION", "usage of the ledger of the configuration (-c) instead"},                  \
	{"start", "DATE", "else behind the usage"},                                                           \
	{"paths", "COUNT", "how many are drawn; else as the goals say, or 1000"},                             \
	{"seed", "NUMBER", "of what is drawn; else as the goals say, or 1"}

enum { STUDIO_SCOPE = INT32_MAX, STUDIO_OUTPUT = 1 << 28 };

/* A command's files and the forecast they make. */
struct studio {
	const struct cli *cli;
	struct scope scope;
	struct catalog catalog;
	struct goals goals;
	struct marketplaces marketplaces; /* what they keep, where the goals do not say it */
	bool catalog_open, goals_open, marketplaces_open;
	struct usage history;
	struct forecast forecast;
	const struct zone *zone;
	int decimals;
	const char *currency;
};

/* Reads the goals, and what marketplaces keep. */
int studio_goals(struct studio *studio, const char *path, struct error *error);

void studio_close(struct studio *studio);
#define STUDIO_CLEANUP __attribute__((cleanup(studio_close)))

/* Reads the offers and, by --goals where it is there, the goals; finds the contract of the second word, settles its term, and makes the forecast. */
int studio_open(struct studio *studio, struct contract *contract, struct error *error);

/* Reads the usage of --usage or --ledger into the history; makes a forecast of the history and what the goals say on top, with --paths and --seed. */
int studio_usage(struct studio *studio, const struct catalog_offer *offer, struct error *error);
int studio_fit(struct studio *studio, const struct catalog_offer *offer, struct error *error);

/* Both. */
int studio_forecast(struct studio *studio, const struct catalog_offer *offer, struct error *error);

/* The first instant of the month behind the history's last, or of --start. */
int studio_start(struct studio *studio, int64_t *start, struct error *error);

/* What the best candidates are looked for with; threads: --threads, or one for each processor. */
int studio_tune(struct studio *studio, int64_t start, struct tune *tune, struct error *error);

/* A flag that is a whole number; value is kept where it was not given. */
int whole_flag(const struct cli *cli, const char *flag, int64_t least, int64_t most, int64_t *value, struct error *error);

/* A result to standard output. */
int output_write(const struct buffer *buffer, struct error *error);

/* A result to the file of a flag; nothing where that was not given. */
int output_file(const struct cli *cli, const char *flag, const struct buffer *buffer, struct error *error);

#endif
