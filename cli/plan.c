/* SPDX-License-Identifier: Apache-2.0 */
/* apollo plan and apollo size: whether a cluster fits the customer's addresses, what would exist, and how large it must be. */
#include "cli/cli.h"
#include "cli/data.h"

#include "core/amount.h"
#include "core/file.h"
#include "core/log.h"
#include "deploy/capture.h"
#include "deploy/diff.h"
#include "deploy/pack.h"
#include "deploy/print.h"
#include "deploy/size.h"

#include <apollo/kit.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PLAN_SCOPE = 1 << 30, PLAN_OUTPUT = 1 << 30 };

static int folder_make(const char *folder, struct error *error)
{
	if (mkdir(folder, 0755) < 0 && errno != EEXIST)
		return error_errno(error, "the folder %s cannot be made", folder);
	return 0;
}

static int pack_write(const struct plan *plan, const struct pack_file *file, const char *folder, struct error *error)
{
	BUFFER_CLEANUP struct buffer buffer = buffer_init(PLAN_OUTPUT);

	if (file->wanted && !file->wanted(plan)) {
		if (file->lacks && file->lacks(plan))
			log_line(APOLLO_WARNING, "%s/%s is not written: %s", folder, file->name, file->lacks(plan));
		return 0;
	}
	file->make(plan, &buffer);
	if (buffer_failed(&buffer))
		return error_memory(error, file->name);
	return file_write(folder, file->name, &buffer, error);
}

static int folder_write(const struct plan *plan, const char *folder, struct error *error)
{
	size_t count;
	const struct pack_file *files = pack_files(&count);

	if (folder_make(folder, error) < 0)
		return error->code;
	for (size_t i = 0; i < count; i++)
		if (pack_write(plan, &files[i], folder, error) < 0)
			return error->code;
	return 0;
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

/* Two plans of one deployment: growth has moved nothing.  Of two deployments nothing is kept. */
static int diff_show(const struct cli *cli, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(PLAN_SCOPE);
	BUFFER_CLEANUP struct buffer text = buffer_init(PLAN_OUTPUT);
	struct diff_plan old, new;
	struct diff diff;

	if (diff_plan_read(&scope, cli->words[0], &old, error) < 0 || diff_plan_read(&scope, cli->words[1], &new, error) < 0)
		return error->code;
	diff_make(&old, &new, cli->json, &diff, &text);
	if (buffer_failed(&text))
		return error_memory(error, "the difference");
	(void)fwrite(buffer_string(&text), 1, text.size, stdout);
	return diff.moved || diff.apart ? ERROR_NO : 0;
}

/* ---- snapshots ---- */

static int cloud_of(const char *name, enum cloud *cloud, struct error *error)
{
	for (int i = CLOUD_AZURE; i <= CLOUD_GCP; i++)
		if (strcmp(name, cloud_name((enum cloud)i)) == 0) {
			*cloud = (enum cloud)i;
			return 0;
		}
	return error_set(error, ERROR_USAGE, "--network-from %s is neither azure nor gcp", name);
}

static void notes_log(const char *notes)
{
	for (size_t size; *notes; notes += size + 1) {
		size = strcspn(notes, "\n");
		log_line(APOLLO_WARNING, "%.*s", (int)size, notes);
	}
}

/* From what the cloud's own tool printed to a snapshot.  A capture that is wrong is wrong input of a person's, as a deployment is. */
static int capture_show(const struct cli *cli, struct error *error)
{
	BUFFER_CLEANUP struct buffer text = buffer_init(CAPTURE_BYTES_MAX), snapshot = buffer_init(NETWORK_BYTES_MAX);
	BUFFER_CLEANUP struct buffer notes = buffer_init(CAPTURE_NOTES_MAX);
	const char *folder = cli_value(cli, "out"), *path = cli->words[0];
	bool input = strcmp(path, "-") == 0;
	enum cloud cloud = CLOUD_AZURE;

	if (cloud_of(cli_value(cli, "network-from"), &cloud, error) < 0 || file_read(input ? "/dev/stdin" : path, &text, error) < 0 ||
	    capture_make(cloud, input ? "standard input" : path, buffer_string(&text), text.size, cli_value(cli, "name"), &snapshot, &notes,
			 error) < 0)
		return error->code == ERROR_INPUT ? error->code = APOLLO_CONFIG : error->code;
	if (folder && (folder_make(folder, error) < 0 || file_write(folder, "network.json", &snapshot, error) < 0))
		return error->code;
	notes_log(buffer_string(&notes));
	(void)fwrite(buffer_string(&snapshot), 1, snapshot.size, stdout);
	return 0;
}

/* The three forms of the command, and the flags that belong to one of them. */
static int plan_words_check(const struct cli *cli, struct error *error)
{
	bool diff = cli_value(cli, "diff"), from = cli_value(cli, "network-from");
	int wanted = diff ? 2 : 1;

	if (cli->word_count != wanted)
		(void)error_set(error, ERROR_USAGE, "apollo plan: %s", cli->word_count < wanted ? "something is missing" : "too many words");
	else if (cli_value(cli, "keep") && (diff || from))
		(void)error_set(error, ERROR_USAGE, "apollo plan: --keep goes with a deployment");
	else if ((diff && (from || cli_value(cli, "network") || cli_value(cli, "out"))) || (from && cli_value(cli, "network")))
		(void)error_set(error, ERROR_USAGE, "apollo plan: --diff, --network-from and --network do not go together");
	else if (cli_value(cli, "name") && !from)
		(void)error_set(error, ERROR_USAGE, "apollo plan: --name goes with --network-from");
	else
		return 0;
	return error_hint(error, "use: apollo plan DEPLOYMENT.cfg, apollo plan --network-from azure|gcp FILE, or apollo plan --diff OLD.json NEW.json");
}

/* The plan whose addresses are kept: of the same deployment at the same place. */
static int older_read(const struct cli *cli, struct scope *scope, const struct deployment *deployment, struct diff_plan *older, struct error *error)
{
	const char *path = cli_value(cli, "keep");
	const char *const wanted[] = {[HEAD_NAME] = deployment->name, [HEAD_PROVISIONER] = cloud_name(deployment->cloud), [HEAD_REGION] = deployment->region};

	if (diff_plan_read(scope, path, older, error) < 0)
		return error->code;
	for (int i = HEAD_NAME; i <= HEAD_REGION; i++)
		if (!older->heads[i] || strcmp(older->heads[i], wanted[i]) != 0) {
			(void)error_set(error, APOLLO_CONFIG, "%s is a plan of %s, and %s is of %s: none of its addresses can be kept", path,
					older->heads[i] ? older->heads[i] : "nobody", cli->words[0], wanted[i]);
			return error_hint(error, "give --keep the JSON of the plan that the deployment was made by");
		}
	return 0;
}

static int run_plan(const struct cli *cli, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(PLAN_SCOPE);
	DEPLOYMENT_CLEANUP struct deployment deployment = {0};
	NETWORK_CLEANUP struct network network = {0};
	FACTS_CLEANUP struct facts facts = {0};
	const char *snapshot = cli_value(cli, "network");
	struct diff_plan older = {0};
	char folder[PATH_MAX];
	struct plan plan;

	if (plan_words_check(cli, error) < 0)
		return error->code;
	if (cli_value(cli, "diff"))
		return diff_show(cli, error);
	if (cli_value(cli, "network-from"))
		return capture_show(cli, error);
	if (facts_read(data_folder("limits.cfg", folder), &facts, error) < 0 || deployment_read(cli->words[0], &deployment, error) < 0)
		return error->code;
	network = network_none(deployment.cloud);
	if (snapshot && network_read(snapshot, &network, error) < 0)
		return error->code;
	if (cli_value(cli, "keep") && older_read(cli, &scope, &deployment, &older, error) < 0)
		return error->code;
	if (plan_make_keeping(&scope, &deployment, &network, &facts, cli_value(cli, "keep") ? &older.rows : NULL, &plan, error) < 0)
		return error->code;
	return plan_show(cli, &plan, error);
}

/* ---- size ---- */

/* --gpus times --read-per-gpu; with --read, whichever is more. */
static int gpus_read(const struct cli *cli, struct size_wish *wish, struct error *error)
{
	const char *gpus = cli_value(cli, "gpus"), *each = cli_value(cli, "read-per-gpu");
	int64_t count, rate, all;

	if (!gpus && !each)
		return 0;
	if (!gpus || !each)
		return error_set(error, ERROR_USAGE, "--gpus and --read-per-gpu go together");
	if (apollo_decimal_read(gpus, strlen(gpus), 0, APOLLO_EXACT, &count) < 0 || count < 1 || count > 100000000)
		return error_set(error, ERROR_USAGE, "--gpus %s is not a whole number from 1 to 100000000", gpus);
	if (cli_amount(cli, "read-per-gpu", amount_rates, &rate, error) < 0)
		return error->code;
	if (__builtin_mul_overflow(count, rate, &all))
		return error_set(error, ERROR_USAGE, "--gpus %s and --read-per-gpu %s are too much together", gpus, each);
	if (all > wish->read)
		wish->read = all;
	return 0;
}

static int wish_read(const struct cli *cli, struct size_wish *wish, struct error *error)
{
	const char *reduction = cli_value(cli, "reduction"), *region = cli_value(cli, "region");

	*wish = (struct size_wish){.on = cli_value(cli, "on"), .region = region ? region : "", .reduction = 1000};
	if (cli_amount(cli, "capacity", amount_bytes, &wish->capacity, error) < 0 ||
	    cli_amount(cli, "read", amount_rates, &wish->read, error) < 0 || gpus_read(cli, wish, error) < 0)
		return error->code;
	if (reduction && (apollo_decimal_read(reduction, strlen(reduction), 3, APOLLO_EXACT, &wish->reduction) < 0 || wish->reduction < 1 ||
			  wish->reduction > 100000))
		return error_set(error, ERROR_USAGE, "--reduction %s is not a number up to 100, such as 1.8", reduction);
	if (wish->capacity || wish->read)
		return 0;
	(void)error_set(error, ERROR_USAGE, "apollo size: nothing is asked for");
	return error_hint(error, "say --capacity 500TiB, --read 200GB/s, or both");
}

static int run_size(const struct cli *cli, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(PLAN_SCOPE);
	BUFFER_CLEANUP struct buffer text = buffer_init(PLAN_OUTPUT);
	FACTS_CLEANUP struct facts facts = {0};
	struct size_answers answers;
	struct size_wish wish;
	char folder[PATH_MAX];

	if (wish_read(cli, &wish, error) < 0 || facts_read(data_folder("limits.cfg", folder), &facts, error) < 0 ||
	    size_find(&scope, &facts, &wish, &answers, error) < 0)
		return error->code;
	if (cli->json)
		size_json(&answers, &text);
	else
		size_text(&answers, &text);
	if (buffer_failed(&text))
		return error_memory(error, "the sizes");
	(void)fwrite(buffer_string(&text), 1, text.size, stdout);
	return answers.items[0].state == SIZE_FOUND ? 0 : ERROR_NO;
}

static const struct cli_flag size_flags[] = {
	{"capacity", "BYTES", "usable, after reduction: 500TiB, 2PB"},
	{"read", "RATE", "200GB/s"},
	{"gpus", "COUNT", "with --read-per-gpu; beside --read, whichever is more"},
	{"read-per-gpu", "RATE", "1GB/s"},
	{"reduction", "RATIO", "of the data, such as 1.8; else 1"},
	{"on", "SHAPE", "this data machine only, or all whose names go on behind it with a dash"},
	{"region", "NAME", "whose prices"},
	{NULL, NULL, NULL},
};

static const struct cli_flag plan_flags[] = {
	{"network", "SNAPSHOT.json", "what is in the customer's network; see apollo-plan(5)"},
	{"keep", "OLD.json", "each role and owner keeps the address that it has in the JSON of this plan"},
	{"out", "FOLDER", "write the plan's files there"},
	{"network-from", "azure|gcp", "make a snapshot of what az or gcloud printed; see apollo-plan(1) for the commands"},
	{"name", "NETWORK", "with --network-from: which network, where there are several"},
	{"diff", NULL, "what moved, was added and freed between the JSON of two plans; 3 where something moved, or they are of two deployments"},
	{NULL, NULL, NULL},
};

const struct cli_command plan_commands[] = {
	{"plan", "DEPLOYMENT.cfg | --network-from azure|gcp FILE | --diff OLD.json NEW.json", "whether a cluster fits the customer's addresses, why not, and what would exist", plan_flags, 1, 2, run_plan},
	{"size", "", "how many machines hold and read so much, on each shape, cheapest first", size_flags, 0, 0, run_size},
	{NULL, NULL, NULL, NULL, 0, 0, NULL},
};
