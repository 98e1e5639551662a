/* SPDX-License-Identifier: Apache-2.0 */
/* apollo plan: whether a cluster fits the customer's addresses, and what would exist. */
#include "cli/cli.h"

#include "deploy/print.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PLAN_SCOPE = 1 << 30, PLAN_OUTPUT = 1 << 30, PATH_BYTES = 4096 };

static const char *data_folder(void)
{
	const char *named = getenv("APOLLO_DATA_PATH");

	return named && *named ? named : APOLLO_PKGDATADIR;
}

static int whole_write(int file, const char *data, size_t size)
{
	while (size) {
		ssize_t written = write(file, data, size);

		if (written < 0 && errno != EINTR)
			return -1;
		if (written > 0) {
			data += written;
			size -= (size_t)written;
		}
	}
	return 0;
}

/* A file of the folder: whole, or as it was. */
static int file_write(const char *folder, const char *name, const struct buffer *buffer, struct error *error)
{
	char path[PATH_BYTES], draft[PATH_BYTES];
	int file, failed;

	if (buffer_failed(buffer))
		return error_memory(error, "the plan's files");
	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path) ||
	    snprintf(draft, sizeof(draft), "%s/.%s.draft", folder, name) >= (int)sizeof(draft))
		return error_set(error, ERROR_USAGE, "the folder %s has too long a name", folder);
	file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (file < 0)
		return error_errno(error, "%s cannot be written", draft);
	failed = whole_write(file, buffer_string(buffer), buffer->size) < 0 || fsync(file) < 0;
	failed = close(file) < 0 || failed;
	if (failed || rename(draft, path) < 0) {
		(void)error_errno(error, "%s cannot be written", path);
		(void)unlink(draft);
		return error->code;
	}
	return 0;
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

static int run_plan(const struct cli *cli, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(PLAN_SCOPE);
	DEPLOYMENT_CLEANUP struct deployment deployment = {0};
	NETWORK_CLEANUP struct network network = {0};
	FACTS_CLEANUP struct facts facts = {0};
	const char *snapshot = cli_value(cli, "network");
	struct plan plan;

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
	{NULL, NULL, NULL},
};

const struct cli_command plan_commands[] = {
	{"plan", "DEPLOYMENT.cfg", "whether a cluster fits the customer's addresses, why not, and what would exist", plan_flags, 1, 1, run_plan},
	{NULL, NULL, NULL, NULL, 0, 0, NULL},
};
