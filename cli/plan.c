/* SPDX-License-Identifier: Apache-2.0 */
/* apollo plan: whether a cluster fits the customer's addresses, and what would exist. */
#include "cli/cli.h"

#include "core/file.h"
#include "deploy/diff.h"
#include "deploy/print.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PLAN_SCOPE = 1 << 30, PLAN_OUTPUT = 1 << 30 };

static const char *data_folder(void)
{
	const char *named = getenv("APOLLO_DATA_PATH");

	return named && *named ? named : APOLLO_PKGDATADIR;
}

static int folder_write(const struct plan *plan, const char *folder, struct error *error)
{
	BUFFER_CLEANUP struct buffer json = buffer_init(PLAN_OUTPUT), csv = buffer_init(PLAN_OUTPUT);

	if (mkdir(folder, 0755) < 0 && errno != EEXIST)
		return error_errno(error, "the folder %s cannot be made", folder);
	plan_json(plan, &json);
	plan_csv(plan, &csv);
	if (file_write(folder, "plan.json", &json, error) < 0)
		return error->code;
	return file_write(folder, "map.csv", &csv, error);
}

static int plan_show(const struct cli *cli, const struct plan *plan, struct error *error)
{
	BUFFER_CLEANUP struct buffer text = buffer_init(PLAN_OUTPUT);
	const char *folder = cli_value(cli, "out");

	if (cli->json)
		plan_json(plan, &text);
	else
		plan_text(plan, &text);
	if (buffer_failed(&text))
		return error_memory(error, "the plan");
	if (folder && folder_write(plan, folder, error) < 0)
		return error->code;
	(void)fwrite(buffer_string(&text), 1, text.size, stdout);
	return plan->verdict == VERDICT_NOT ? ERROR_NO : 0;
}

/* Two plans of one deployment: growth has moved nothing. */
static int diff_show(const struct cli *cli, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(PLAN_SCOPE);
	BUFFER_CLEANUP struct buffer text = buffer_init(PLAN_OUTPUT);
	struct diff_rows old, new;
	struct diff diff;

	if (diff_rows_read(&scope, cli->words[0], &old, error) < 0 || diff_rows_read(&scope, cli->words[1], &new, error) < 0)
		return error->code;
	diff_make(&old, &new, cli->json, &diff, &text);
	if (buffer_failed(&text))
		return error_memory(error, "the difference");
	(void)fwrite(buffer_string(&text), 1, text.size, stdout);
	return diff.moved ? ERROR_NO : 0;
}

static int plan_words_check(const struct cli *cli, struct error *error)
{
	int wanted = cli_value(cli, "diff") ? 2 : 1;

	if (cli->word_count == wanted)
		return 0;
	(void)error_set(error, ERROR_USAGE, "apollo plan: %s", cli->word_count < wanted ? "something is missing" : "too many words");
	return error_hint(error, "use: apollo plan DEPLOYMENT.cfg, or apollo plan --diff OLD.json NEW.json");
}

static int run_plan(const struct cli *cli, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(PLAN_SCOPE);
	DEPLOYMENT_CLEANUP struct deployment deployment = {0};
	NETWORK_CLEANUP struct network network = {0};
	FACTS_CLEANUP struct facts facts = {0};
	const char *snapshot = cli_value(cli, "network");
	struct plan plan;

	if (plan_words_check(cli, error) < 0)
		return error->code;
	if (cli_value(cli, "diff"))
		return diff_show(cli, error);
	if (facts_read(data_folder(), &facts, error) < 0 || deployment_read(cli->words[0], &deployment, error) < 0)
		return error->code;
	network = network_none(deployment.cloud);
	if (snapshot && network_read(snapshot, &network, error) < 0)
		return error->code;
	if (plan_make(&scope, &deployment, &network, &facts, &plan, error) < 0)
		return error->code;
	return plan_show(cli, &plan, error);
}

static const struct cli_flag plan_flags[] = {
	{"network", "SNAPSHOT.json", "what is in the customer's network; see apollo-plan(5)"},
	{"out", "FOLDER", "write the plan's files there"},
	{"diff", NULL, "what moved, was added and freed between the JSON of two plans; 3 where something moved"},
	{NULL, NULL, NULL},
};

const struct cli_command plan_commands[] = {
	{"plan", "DEPLOYMENT.cfg | --diff OLD.json NEW.json", "whether a cluster fits the customer's addresses, why not, and what would exist", plan_flags, 1, 2, run_plan},
	{NULL, NULL, NULL, NULL, 0, 0, NULL},
};
