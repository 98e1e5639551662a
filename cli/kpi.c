/* SPDX-License-Identifier: Apache-2.0 */
/* apollo kpi: the standard sheet of a deployment: what it could do at best, what was measured, and why the two differ. */
#include "cli/cli.h"
#include "cli/data.h"

#include "core/digest.h"
#include "core/file.h"
#include "kpi/print.h"

#include <stdio.h>
#include <string.h>

enum { KPI_SCOPE = 1 << 30, KPI_OUTPUT = 256 << 20 };

/* What is read of the files of results; one of each for each of the sheet's files. */
struct read {
	struct runs runs[SHEET_FILES_MAX];
	char digests[SHEET_FILES_MAX][DIGEST_TEXT];
};

/* Results are input of a person's, as the sheet is. */
static int result_read(struct scope *scope, const char *path, struct runs *runs, char digest[static DIGEST_TEXT], struct error *error)
{
	BUFFER_CLEANUP struct buffer text = buffer_init(RESULT_BYTES_MAX);

	if (file_read(path, &text, error) < 0 || digest_make(buffer_string(&text), text.size, digest, error) < 0 ||
	    runs_read(scope, buffer_string(&text), text.size, path, runs, error) < 0)
		return error->code == ERROR_INPUT ? error->code = APOLLO_CONFIG : error->code;
	return 0;
}

static int markdown_write(const struct kpi *kpi, const char *path, struct error *error)
{
	BUFFER_CLEANUP struct buffer text = buffer_init(KPI_OUTPUT);
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];

	(void)snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
	if (kpi_markdown(kpi, &text, error) < 0)
		return error->code;
	return file_write(slash == path ? "/" : folder, slash ? slash + 1 : path, &text, error);
}

static int kpi_show(const struct cli *cli, const struct kpi *kpi, struct error *error)
{
	BUFFER_CLEANUP struct buffer text = buffer_init(KPI_OUTPUT);
	const char *out = cli_value(cli, "out");

	if (cli->json)
		kpi_json(kpi, &text);
	else if (kpi_text(kpi, &text, error) < 0)
		return error->code;
	if (buffer_failed(&text))
		return error_memory(error, "the sheet");
	if (out && markdown_write(kpi, out, error) < 0)
		return error->code;
	(void)fwrite(buffer_string(&text), 1, text.size, stdout);
	return kpi->verdict == VERDICT_BELOW ? ERROR_NO : kpi->verdict == VERDICT_INCOMPLETE ? ERROR_PERSON : 0;
}

static int run_kpi(const struct cli *cli, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(KPI_SCOPE);
	FACTS_CLEANUP struct facts facts = {0};
	SHEET_CLEANUP struct sheet sheet = {0};
	struct read *read = scope_alloc(&scope, sizeof(*read));
	struct kpi *kpi = scope_alloc(&scope, sizeof(*kpi));
	char folder[PATH_MAX];

	if (!read || !kpi)
		return error_memory(error, "the sheet");
	if (facts_read(data_folder("limits.cfg", folder), &facts, error) < 0 || sheet_read(cli->words[0], &facts, &sheet, error) < 0)
		return error->code;
	for (int i = 1; i < cli->word_count; i++)
		if (sheet_add(&sheet, cli->words[i], error) < 0)
			return error->code;
	for (size_t i = 0; i < sheet.file_count; i++)
		if (result_read(&scope, sheet.files[i], &read->runs[i], read->digests[i], error) < 0)
			return error->code;
	if (kpi_make(&scope, &sheet, read->runs, (const char (*)[DIGEST_TEXT])read->digests, kpi, error) < 0)
		return error->code;
	return kpi_show(cli, kpi, error);
}

static const struct cli_flag kpi_flags[] = {
	{"out", "FILE.md", "write the whole sheet there, as Markdown; also -o"},
	{NULL, NULL, NULL},
};

const struct cli_command kpi_commands[] = {
	{"kpi", "SHEET.cfg [TEST=RESULT...]", "the standard KPI sheet: ceilings, results of fio and elbencho, their ratio and its cause", kpi_flags, 1, -1, run_kpi},
	{NULL, NULL, NULL, NULL, 0, 0, NULL},
};
