/* SPDX-License-Identifier: Apache-2.0 */
/* apollo offer export, readback: a private offer as the files of its marketplace and as a term sheet, and what the marketplace holds of it. */
#include "cli/cli.h"
#include "cli/data.h"
#include "cli/offer_submit.h"

#include "core/clock.h"
#include "core/digest.h"
#include "core/file.h"
#include "offers/readback.h"
#include "offers/rules.h"
#include "offers/sheet.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { EXPORT_SCOPE = 256 << 20, OFFER_FILE_BYTES = 256 << 20, EXPORT_OUTPUT = 16 << 20 };

/* What an export works on. */
struct work {
	struct scope scope;
	struct catalog catalog;
	bool catalog_open;
	struct export export;
	struct marketplaces marketplaces;
	struct offer_check check;
	struct buffer terms;
	char sha256[DIGEST_TEXT];
};

static void work_close(struct work *work)
{
	export_release(&work->export);
	marketplaces_release(&work->marketplaces);
	buffer_release(&work->terms);
	if (work->catalog_open)
		catalog_release(&work->catalog);
	scope_release(&work->scope);
}

static int file_digest(const char *path, char text[static DIGEST_TEXT], struct error *error)
{
	BUFFER_CLEANUP struct buffer content = buffer_init(OFFER_FILE_BYTES);

	if (file_read(path, &content, error) < 0)
		return error->code;
	return digest_make(buffer_string(&content), content.size, text, error);
}

/* --azure and --gcp say which marketplace is meant; the offer is of one, and its dates and ids are that one's. */
static int market_check(const struct cli *cli, const struct private_offer *offer, struct error *error)
{
	const char *plugin = offer->market->plugin, *wanted = cli_value(cli, "azure") ? "azure" : cli_value(cli, "gcp") ? "gcp" : plugin;

	if (cli_value(cli, "azure") && cli_value(cli, "gcp"))
		return error_set(error, ERROR_USAGE, "--azure and --gcp are there both");
	if (strcmp(plugin, wanted) == 0)
		return 0;
	(void)error_set(error, ERROR_USAGE, "private offer %s is of market %s, and --%s is asked for", offer->name, plugin, wanted);
	return error_hint(error, "its dates and ids are of one marketplace: write another private offer for the other one");
}

static int terms_read(struct work *work, struct error *error)
{
	const struct private_offer *offer = work->export.offer;
	char path[PATH_MAX];

	if (!export_terms_file(offer) || strcmp(offer->market->plugin, "gcp") != 0)
		return 0;
	work->terms = buffer_init(EXPORT_TERMS_BYTES);
	if (snprintf(path, sizeof(path), "%s%s%s", offer->terms[0] == '/' ? "" : work->catalog.folder, offer->terms[0] == '/' ? "" : "/", offer->terms) >=
	    (int)sizeof(path))
		return error_set(error, ERROR_INPUT, "the path of the terms is too long");
	if (file_read(path, &work->terms, error) < 0)
		return error_prefix(error, "the terms of private offer %s", offer->name);
	work->export.terms = buffer_string(&work->terms);
	work->export.terms_size = work->terms.size;
	return 0;
}

/* What the marketplace's rules refuse is refused here too. */
static int rules_look(const struct cli *cli, struct work *work, struct error *error)
{
	const struct clock clock = clock_system();
	char folder[PATH_MAX];

	work->check = (struct offer_check){.scope = &work->scope, .catalog = &work->catalog, .marketplaces = &work->marketplaces, .name = work->export.offer->name};
	if (cli_time(cli, "now", clock_now(&clock), &work->check.now, error) < 0 ||
	    marketplaces_read(data_folder("marketplaces.cfg", folder), &work->marketplaces, error) < 0 || offer_check_run(&work->check, error) < 0)
		return error->code;
	for (size_t i = 0; i < work->check.count; i++) {
		const struct offer_finding *finding = &work->check.findings[i];

		if (finding->severity == OFFER_REFUSED)
			export_refuse(&work->export, finding->hint, "%s %s", finding->rule->code, finding->message);
		else
			export_tell(&work->export, "%s %s", finding->rule->code, finding->message);
	}
	return 0;
}

/* rules: what the marketplace refuses of a new offer is refused. */
static int work_open(const struct cli *cli, struct work *work, bool rules, struct error *error)
{
	const char *name = cli->words[1];

	*work = (struct work){.scope = scope_init(EXPORT_SCOPE), .terms = buffer_init(EXPORT_TERMS_BYTES)};
	if (file_digest(cli->words[0], work->sha256, error) < 0 || catalog_read(cli->words[0], CATALOG_SOLD, &work->catalog, error) < 0)
		return error->code;
	work->catalog_open = true;
	work->export = (struct export){.scope = &work->scope, .offer = catalog_private(&work->catalog, name), .amends = cli_value(cli, "amends")};
	if (!work->export.offer) {
		(void)error_set(error, ERROR_USAGE, "there is no private offer \"%s\" in %s", name, cli->words[0]);
		return work->catalog.private_count ? error_hint(error, "there is: %s", work->catalog.privates[0].name) : error->code;
	}
	if (market_check(cli, work->export.offer, error) < 0 || terms_read(work, error) < 0)
		return error->code;
	return rules && rules_look(cli, work, error) < 0 ? error->code : export_make(&work->export, error);
}

/* ---- output ---- */

static void notes_show(const struct cli *cli, const struct export *export, const char *folder, struct buffer *out)
{
	size_t last = 0;

	if (cli->json) {
		(void)buffer_member(out, "{", "offer", export->offer->name);
		(void)buffer_member(out, ",", "market", export->offer->market->plugin);
		(void)buffer_print(out, ",\"refused\":%zu,\"notes\":[", export->refused);
		for (size_t i = 0; i < export->note_count; i++) {
			(void)buffer_print(out, "%s{\"refused\":%s,", i ? ",\n" : "\n", export->notes[i].refused ? "true" : "false");
			(void)buffer_member(out, "", "what", export->notes[i].what);
			(void)buffer_member(out, ",", "instead", export->notes[i].instead);
			(void)buffer_text(out, "}");
		}
		(void)buffer_text(out, "]}\n");
		return;
	}
	for (size_t i = 0; i < export->note_count; i++) {
		const struct export_note *note = &export->notes[i];

		(void)buffer_print(out, "%s  %s\n", note->refused ? "refused" : "note   ", note->what);
		if (*note->instead)
			(void)buffer_print(out, "         instead: %s\n", note->instead);
		last = i + 1;
	}
	if (export->refused) {
		(void)buffer_print(out, "%s%zu %s refused: nothing was written.\n", last ? "\n" : "", export->refused, export->refused == 1 ? "thing is" : "things are");
		return;
	}
	(void)buffer_print(out, "%s%s:", last ? "\n" : "", folder);
	for (size_t i = 0; i < export->file_count; i++)
		(void)buffer_print(out, " %s", export->files[i].name);
	(void)buffer_text(out, " term-sheet.md term-sheet.html\n");
}

/* Rules of the offer's market, and what came of each. */
static const struct sheet_rule *rules_told(struct work *work, size_t *count)
{
	const char *prefix = strcmp(work->export.offer->market->plugin, "gcp") == 0 ? "GC-" : "AZ-";
	size_t all;
	const struct offer_rule *rules = offer_rules(&all);
	struct sheet_rule *told = scope_alloc(&work->scope, all * sizeof(*told));

	*count = 0;
	for (size_t i = 0; told && i < all; i++) {
		const char *verdict = "passed";

		if (strncmp(rules[i].code, prefix, strlen(prefix)) != 0)
			continue;
		for (size_t j = 0; j < work->check.count; j++)
			if (work->check.findings[j].rule == &rules[i])
				verdict = "warning";
		told[(*count)++] = (struct sheet_rule){rules[i].code, verdict, rules[i].title};
	}
	return told;
}

static int sheets_write(const struct cli *cli, struct work *work, const char *folder, struct error *error)
{
	const char *slash = strrchr(cli->words[0], '/');
	size_t count;
	const struct sheet_rule *rules = rules_told(work, &count);
	const struct sheet sheet = {.rules = rules, .rule_count = count, .export = &work->export, .file = slash ? slash + 1 : cli->words[0], .sha256 = work->sha256, .version = PACKAGE_VERSION};
	BUFFER_CLEANUP struct buffer markdown = buffer_init(SHEET_BYTES), html = buffer_init(SHEET_BYTES);

	if (sheet_make(&sheet, SHEET_MARKDOWN, &markdown, error) < 0 || sheet_make(&sheet, SHEET_HTML, &html, error) < 0 ||
	    file_write(folder, "term-sheet.md", &markdown, error) < 0 || file_write(folder, "term-sheet.html", &html, error) < 0)
		return error->code;
	return 0;
}

static int folder_write(const struct cli *cli, struct work *work, const char *folder, struct error *error)
{
	if (mkdir(folder, 0755) < 0 && errno != EEXIST)
		return error_errno(error, "the folder %s cannot be made", folder);
	for (size_t i = 0; i < work->export.file_count; i++)
		if (file_write(folder, work->export.files[i].name, &work->export.files[i].content, error) < 0)
			return error->code;
	return sheets_write(cli, work, folder, error);
}

static int run_export(const struct cli *cli, struct error *error)
{
	__attribute__((cleanup(work_close))) struct work work = {.catalog_open = false};
	BUFFER_CLEANUP struct buffer out = buffer_init(EXPORT_OUTPUT);
	const char *folder = cli_value(cli, "out");

	if (!folder || !*folder) {
		(void)error_set(error, ERROR_USAGE, "apollo %s: --out is missing: the folder for the files", cli->command->name);
		return error_hint(error, "use: apollo offer export OFFERS.cfg NAME --out FOLDER");
	}
	if (work_open(cli, &work, true, error) < 0)
		return error->code;
	if (!work.export.refused && folder_write(cli, &work, folder, error) < 0)
		return error->code;
	notes_show(cli, &work.export, folder, &out);
	if (buffer_failed(&out))
		return error_memory(error, "what is said of an export");
	/* What was written is told even where it is not taken. */
	(void)fwrite(buffer_string(&out), 1, out.size, stdout);
	if (work.export.refused || !(cli_value(cli, "submit") || cli_value(cli, "dry-run")))
		return work.export.refused ? ERROR_NO : 0;
	buffer_clear(&out);
	if (offer_submit(cli, &work.export, cli_value(cli, "dry-run") != NULL, &out, error) < 0)
		return error->code;
	(void)fwrite(buffer_string(&out), 1, out.size, stdout);
	return 0;
}

/* ---- what the marketplace holds ---- */

static void readback_text(const struct export *export, const struct readback *readback, struct buffer *out)
{
	(void)buffer_print(out, "%s at %s: %s%s%s\n", export->offer->name, export->offer->market->name, readback->state ? readback->state : "no state",
			   readback->id ? ", " : "", readback->id ? readback->id : "");
	if (readback->named > 1)
		(void)buffer_print(out, "  %zu offers have that name; this is one that is not over, if there is one\n", readback->named);
	for (size_t i = 0; i < readback->own_count; i++)
		(void)buffer_print(out, "  there     %s is %s\n", readback->own[i].path, readback->own[i].theirs);
	for (size_t i = 0; i < readback->row_count; i++)
		(void)buffer_print(out, "  DIFFERS   %s: ours %s, theirs %s\n", readback->rows[i].path, readback->rows[i].ours,
				   readback->rows[i].theirs ? readback->rows[i].theirs : "is not there");
	(void)buffer_print(out, "%zu values were compared, %zu differ\n", readback->compared, readback->row_count);
}

static void readback_json(const struct export *export, const struct readback *readback, struct buffer *out)
{
	(void)buffer_member(out, "{", "offer", export->offer->name);
	(void)buffer_member(out, ",", "market", export->offer->market->name);
	(void)buffer_member(out, ",", "state", readback->state ? readback->state : "");
	(void)buffer_member(out, ",", "id", readback->id ? readback->id : "");
	(void)buffer_print(out, ",\"named\":%zu,\"compared\":%zu,\"there\":{", readback->named, readback->compared);
	for (size_t i = 0; i < readback->own_count; i++) {
		(void)buffer_text(out, i ? "," : "");
		(void)buffer_json(out, readback->own[i].path);
		(void)buffer_print(out, ":%s", readback->own[i].theirs);
	}
	(void)buffer_text(out, "},\"differing\":[");
	for (size_t i = 0; i < readback->row_count; i++) {
		(void)buffer_member(out, i ? ",\n{" : "\n{", "path", readback->rows[i].path);
		(void)buffer_print(out, ",\"ours\":%s,\"theirs\":%s}", readback->rows[i].ours, readback->rows[i].theirs ? readback->rows[i].theirs : "null");
	}
	(void)buffer_text(out, "]}\n");
}

static int run_readback(const struct cli *cli, struct error *error)
{
	__attribute__((cleanup(work_close))) struct work work = {.catalog_open = false};
	BUFFER_CLEANUP struct buffer out = buffer_init(EXPORT_OUTPUT), answer = buffer_init(READBACK_BYTES_MAX);
	const char *from = cli_value(cli, "from");
	struct readback readback;

	if (!from) {
		(void)error_set(error, ERROR_USAGE, "apollo %s: --from is missing: what the marketplace answered", cli->command->name);
		return error_hint(error, "use: apollo offer readback OFFERS.cfg NAME --from ANSWER.json");
	}
	if (work_open(cli, &work, false, error) < 0)
		return error->code;
	for (size_t i = 0; i < work.export.note_count; i++)
		if (work.export.notes[i].refused) {
			(void)error_set(error, ERROR_NO, "private offer %s cannot be there as it is here: %s", work.export.offer->name, work.export.notes[i].what);
			return *work.export.notes[i].instead ? error_hint(error, "%s", work.export.notes[i].instead) : error->code;
		}
	if (file_read(from, &answer, error) < 0 ||
	    readback_make(&work.scope, &work.export, buffer_string(&answer), answer.size, from, &readback, error) < 0)
		return error->code;
	if (cli->json)
		readback_json(&work.export, &readback, &out);
	else
		readback_text(&work.export, &readback, &out);
	if (buffer_failed(&out))
		return error_memory(error, "what a marketplace holds");
	(void)fwrite(buffer_string(&out), 1, out.size, stdout);
	return readback.row_count ? ERROR_NO : 0;
}

static const struct cli_flag readback_flags[] = {
	{"from", "FILE", "the marketplace's answer for this offer, or its list of offers, as JSON"},
	{"amends", "ID", "the marketplace's name of the offer that this one amends"},
	{NULL, NULL, NULL},
};

static const struct cli_flag export_flags[] = {
	{"out", "FOLDER", "where the files go; it is made where it is missing"},
	{"azure", NULL, "the offer must be for Azure"},
	{"gcp", NULL, "the offer must be for Google Cloud"},
	{"submit", NULL, "hand it to the marketplace, through the configuration (-c)"},
	{"dry-run", NULL, "show what --submit would hand over, and send nothing"},
	{"now", "TIME", "when it is published; else now"},
	{"amends", "ID", "the marketplace's name of the offer that this one amends"},
	{NULL, NULL, NULL},
};

const struct cli_command offer_export_commands[] = {
	{"offer export", "OFFERS.cfg NAME --out FOLDER", "a private offer as the marketplace's files, and a term sheet", export_flags, 2, 2, run_export},
	{"offer readback", "OFFERS.cfg NAME --from FILE", "what the marketplace holds of a private offer, against ours", readback_flags, 2, 2, run_readback},
	{NULL, NULL, NULL, NULL, 0, 0, NULL},
};
