/* SPDX-License-Identifier: Apache-2.0 */
/* apollo package: the packages that marketplaces are given, and whether they take them. */
#include "cli/cli.h"
#include "cli/data.h"

#include "arm/check.h"
#include "core/clock.h"
#include "core/file.h"
#include "gcp/check.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>

enum { REPORT_OUTPUT = 256 << 20, CHECK_SCOPE = 1 << 30 };

/* A marketplace's row; a package is of the first whose files it has. */
static const struct package_kind *const kinds[] = {&arm_package, &gcp_package};

enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

static const struct package_kind *kind_find(const struct package *package, struct error *error)
{
	char hint[ERROR_TEXT] = "";

	for (size_t i = 0; i < KINDS; i++)
		if (kinds[i]->is(package))
			return kinds[i];
	(void)error_set(error, ERROR_INPUT, "%s is no package of a marketplace's", package->path);
	for (size_t i = 0, at = 0; i < KINDS && at < sizeof(hint); i++)
		at += (size_t)snprintf(hint + at, sizeof(hint) - at, "%sone for %s has %s", i ? "; " : "", kinds[i]->name, kinds[i]->files);
	(void)error_hint(error, "%s", hint);
	return NULL;
}

/* Days since 1970-01-01: of --date, or today. */
static int day_read(const struct cli *cli, int64_t *day, struct error *error)
{
	const char *text = cli_value(cli, "date");
	char time[32];
	int64_t micro;

	if (!text) {
		const struct clock clock = clock_system();

		*day = clock_now(&clock) / APOLLO_DAY;
		return 0;
	}
	(void)snprintf(time, sizeof(time), "%.10sT00:00:00Z", text);
	if (strlen(text) != 10 || apollo_time_parse(time, strlen(time), 0, &micro) < 0) {
		(void)error_set(error, ERROR_USAGE, "--date %s is not a day", text);
		return error_hint(error, "write it as 2026-10-01");
	}
	*day = micro / APOLLO_DAY;
	return 0;
}

/* Looks at a package, and puts what is found into the buffer. */
static int package_judge(const struct cli *cli, const struct package_kind *kind, struct package_check *check, struct buffer *buffer, struct error *error)
{
	char folder[PATH_MAX];

	if (day_read(cli, &check->day, error) < 0)
		return error->code;
	check->data_folder = data_folder("azure-versions.cfg", folder);
	if (package_check_run(kind, check, error) < 0)
		return error->code;
	check->data_folder = NULL;
	if (cli->json)
		package_check_json(kind, check, buffer);
	else
		package_check_text(kind, check, buffer);
	return buffer_failed(buffer) ? error_memory(error, "what was found") : 0;
}

static int run_check(const struct cli *cli, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(CHECK_SCOPE);
	BUFFER_CLEANUP struct buffer buffer = buffer_init(REPORT_OUTPUT);
	PACKAGE_CLEANUP struct package package = {0};
	struct package_check check = {.scope = &scope, .package = &package};
	const struct package_kind *kind;

	if (package_read(cli->words[0], &package, error) < 0)
		return error->code;
	kind = kind_find(&package, error);
	if (!kind || package_judge(cli, kind, &check, &buffer, error) < 0)
		return error->code;
	(void)fwrite(buffer_string(&buffer), 1, buffer.size, stdout);
	return check.blocking ? ERROR_NO : 0;
}

static int archive_save(const char *path, const struct package *package, size_t *size, struct error *error)
{
	BUFFER_CLEANUP struct buffer archive = buffer_init(ARCHIVE_BYTES);
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];

	(void)snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
	if (package_pack(package, &archive, error) < 0 || file_write(slash == path ? "/" : folder, slash ? slash + 1 : path, &archive, error) < 0)
		return error->code;
	*size = archive.size;
	return 0;
}

/* Packs what apollo brings, or a folder of one's own; not what the marketplace would refuse. */
static int package_make(const struct cli *cli, const struct package_kind *kind, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(CHECK_SCOPE);
	BUFFER_CLEANUP struct buffer buffer = buffer_init(REPORT_OUTPUT);
	PACKAGE_CLEANUP struct package package = {0};
	struct package_check check = {.scope = &scope, .package = &package};
	const char *from = cli_value(cli, "from"), *out = cli_value(cli, "out");
	char folder[PATH_MAX], path[PATH_MAX], name[PATH_MAX];
	size_t size = 0;

	if (!out || !*out)
		return error_set(error, ERROR_USAGE, "apollo %s: --out is missing: the archive to be written", cli->command->name);
	(void)snprintf(name, sizeof(name), "%s/%s", kind->folder, kind->shipped[0]);
	if (snprintf(path, sizeof(path), "%s/%s", data_folder(name, folder), kind->folder) >= (int)sizeof(path))
		return error_set(error, ERROR_IO, "the folder %s has too long a name", folder);
	if (package_read(from ? from : path, &package, error) < 0)
		return error->code;
	if (!from)
		package_keep(&package, kind->shipped);
	if (package_judge(cli, kind, &check, &buffer, error) < 0)
		return error->code;
	if (check.count)
		(void)fwrite(buffer_string(&buffer), 1, buffer.size, stdout);
	if (check.blocking)
		return ERROR_NO;
	if (archive_save(out, &package, &size, error) < 0)
		return error->code;
	if (!cli->json)
		(void)printf("%s: a package for %s, %zu files, %zu bytes\n", out, kind->name, package.count, size);
	return 0;
}

static int run_azure(const struct cli *cli, struct error *error)
{
	return package_make(cli, &arm_package, error);
}

static int run_gcp(const struct cli *cli, struct error *error)
{
	return package_make(cli, &gcp_package, error);
}

static int run_rules(const struct cli *cli, struct error *error)
{
	BUFFER_CLEANUP struct buffer buffer = buffer_init(REPORT_OUTPUT);

	(void)buffer_text(&buffer, cli->json ? "[" : "");
	for (size_t i = 0; i < KINDS; i++) {
		(void)buffer_text(&buffer, cli->json && i ? ",\n" : "");
		if (cli->json)
			package_rules_json(kinds[i], &buffer);
		else
			package_rules_text(kinds[i], &buffer);
	}
	(void)buffer_text(&buffer, cli->json ? "]\n" : "");
	if (buffer_failed(&buffer))
		return error_memory(error, "the rules");
	(void)fwrite(buffer_string(&buffer), 1, buffer.size, stdout);
	return 0;
}

static const struct cli_flag make_flags[] = {
	{"out", "FILE.zip", "the archive to be written"},
	{"from", "FOLDER", "pack this one instead of what apollo brings"},
	{"date", "YYYY-MM-DD", "the day on which it is judged; else today"},
	{NULL, NULL, NULL},
};

static const struct cli_flag check_flags[] = {
	{"date", "YYYY-MM-DD", "the day on which it is judged; else today"},
	{NULL, NULL, NULL},
};

const struct cli_command package_commands[] = {
	{"package azure", "--out app.zip", "make the package of a managed application for Azure's marketplace", make_flags, 0, 0, run_azure},
	{"package gcp", "--out module.zip", "make the Terraform package for Google Cloud's marketplace", make_flags, 0, 0, run_gcp},
	{"package check", "FILE.zip|FOLDER", "would the marketplace take it, and why not", check_flags, 1, 1, run_check},
	{"package rules", "", "the rules that packages are checked by", NULL, 0, 0, run_rules},
	{NULL, NULL, NULL, NULL, 0, 0, NULL},
};
