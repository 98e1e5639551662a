/* SPDX-License-Identifier: Apache-2.0 */
/* apollo offer: private offers, whether a marketplace takes them, what they say, and how two of them differ. */
#include "cli/offer.h"

#include "cli/data.h"
#include "core/clock.h"
#include "core/nearest.h"
#include "offers/rules.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>

enum { OFFER_SCOPE = 1 << 30, OFFER_OUTPUT = 1 << 28 };

/* ---- check ---- */

static void finding_text(const struct offer_finding *finding, struct buffer *buffer)
{
	(void)buffer_print(buffer, "%s: %s %s: %s: %s\n", finding->where, finding->rule->code, offer_severity_name(finding->severity), finding->offer->name,
			   finding->message);
	if (*finding->hint)
		(void)buffer_print(buffer, "    -> %s\n", finding->hint);
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static void check_text(const struct offer_check *check, struct buffer *buffer)
{
	for (size_t i = 0; i < check->count; i++)
		finding_text(&check->findings[i], buffer);
	if (check->left_out)
		(void)buffer_print(buffer, "... and %zu more\n", check->left_out);
	(void)buffer_print(buffer, "%s%zu private offer%s: %zu refused, %zu warning%s", check->count ? "\n" : "", check->checked, plural(check->checked), check->refused,
			   check->warned, plural(check->warned));
	if (check->unchecked)
		(void)buffer_print(buffer, "; %zu of a marketplace without rules", check->unchecked);
	(void)buffer_text(buffer, "\n");
}

static void check_json(const struct cli *cli, const struct offer_check *check, struct buffer *buffer)
{
	char now[APOLLO_TIME_TEXT];

	(void)buffer_member(buffer, "{", "file", cli->words[0]);
	(void)buffer_member(buffer, ",", "now", apollo_time_format(check->now, now));
	(void)buffer_print(buffer, ",\"offers\":%zu,\"without_rules\":%zu,\"refused\":%zu,\"warnings\":%zu,\"left_out\":%zu,\"findings\":[", check->checked,
			   check->unchecked, check->refused, check->warned, check->left_out);
	for (size_t i = 0; i < check->count; i++) {
		const struct offer_finding *finding = &check->findings[i];

		(void)buffer_member(buffer, i ? ",\n{" : "\n{", "code", finding->rule->code);
		(void)buffer_member(buffer, ",", "severity", offer_severity_name(finding->severity));
		(void)buffer_member(buffer, ",", "offer", finding->offer->name);
		(void)buffer_member(buffer, ",", "where", finding->where);
		(void)buffer_member(buffer, ",", "message", finding->message);
		(void)buffer_member(buffer, ",", "hint", finding->hint);
		(void)buffer_member(buffer, ",", "title", finding->rule->title);
		(void)buffer_member(buffer, ",", "source", finding->rule->source);
		(void)buffer_member(buffer, ",", "date", finding->rule->date);
		(void)buffer_text(buffer, "}");
	}
	(void)buffer_text(buffer, "]}\n");
}

static int name_check(const struct catalog *catalog, const char *name, struct error *error)
{
	struct nearest nearest;

	if (!name || catalog_private(catalog, name))
		return 0;
	nearest = nearest_init(name);
	for (size_t i = 0; i < catalog->private_count; i++)
		nearest_offer(&nearest, catalog->privates[i].name);
	(void)error_set(error, ERROR_USAGE, "there is no private offer \"%s\" in %s", name, catalog->path);
	return nearest.name ? error_hint(error, "did you mean \"%s\"?", nearest.name) : error->code;
}

/* The usage of the one offer that is named. */
static int usage_flag(const struct cli *cli, const struct catalog *catalog, struct scope *scope, struct usage *usage, struct error *error)
{
	const char *path = cli_value(cli, "usage"), *name = cli_value(cli, "offer");
	const struct private_offer *offer;
	const struct zone *zone;

	if (!path)
		return 0;
	if (!name) {
		(void)error_set(error, ERROR_USAGE, "--usage is of one offer");
		return error_hint(error, "say which with --offer NAME");
	}
	offer = catalog_private(catalog, name);
	if (zone_read(scope, catalog_market_zone(offer->market), &zone, error) < 0)
		return error->code;
	return usage_read(scope, path, offer->items[0].offer, zone, usage, error);
}

static int check_options(const struct cli *cli, struct offer_check *check, struct error *error)
{
	const struct clock clock = clock_system();

	check->name = cli_value(cli, "offer");
	check->market = cli_value(cli, "market");
	if (check->market && strcmp(check->market, "azure") != 0 && strcmp(check->market, "gcp") != 0)
		return error_set(error, ERROR_USAGE, "--market %s is neither azure nor gcp", check->market);
	return cli_time(cli, "now", clock_now(&clock), &check->now, error);
}

static int run_check(const struct cli *cli, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(OFFER_SCOPE);
	BUFFER_CLEANUP struct buffer buffer = buffer_init(OFFER_OUTPUT);
	CATALOG_CLEANUP struct catalog catalog = {0};
	MARKETPLACES_CLEANUP struct marketplaces marketplaces = {0};
	struct usage usage = {0};
	struct offer_check check = {.scope = &scope, .catalog = &catalog, .marketplaces = &marketplaces, .usage = &usage};
	char folder[PATH_MAX];

	if (check_options(cli, &check, error) < 0 || marketplaces_read(data_folder("marketplaces.cfg", folder), &marketplaces, error) < 0 ||
	    catalog_read(cli->words[0], CATALOG_SOLD, &catalog, error) < 0 || name_check(&catalog, check.name, error) < 0 ||
	    usage_flag(cli, &catalog, &scope, &usage, error) < 0 || offer_check_run(&check, error) < 0)
		return error->code;
	if (cli->json)
		check_json(cli, &check, &buffer);
	else
		check_text(&check, &buffer);
	if (buffer_failed(&buffer))
		return error_memory(error, "what was found");
	(void)fwrite(buffer_string(&buffer), 1, buffer.size, stdout);
	return check.refused ? ERROR_NO : 0;
}

/* ---- rules ---- */

static int run_rules(const struct cli *cli, struct error *error)
{
	BUFFER_CLEANUP struct buffer buffer = buffer_init(OFFER_OUTPUT);
	size_t count;
	const struct offer_rule *rules = offer_rules(&count);

	for (size_t i = 0; i < count; i++) {
		const struct offer_rule *rule = &rules[i];

		if (!cli->json) {
			(void)buffer_print(&buffer, "%s  %-7s  %s (%s, %s)\n", rule->code, offer_severity_name(rule->severity), rule->title, rule->source, rule->date);
			continue;
		}
		(void)buffer_member(&buffer, i ? ",\n{" : "[{", "code", rule->code);
		(void)buffer_member(&buffer, ",", "severity", offer_severity_name(rule->severity));
		(void)buffer_member(&buffer, ",", "title", rule->title);
		(void)buffer_member(&buffer, ",", "source", rule->source);
		(void)buffer_member(&buffer, ",", "date", rule->date);
		(void)buffer_text(&buffer, "}");
	}
	(void)buffer_text(&buffer, cli->json ? "]\n" : "");
	if (buffer_failed(&buffer))
		return error_memory(error, "the rules");
	(void)fwrite(buffer_string(&buffer), 1, buffer.size, stdout);
	return 0;
}

static const struct cli_flag check_flags[] = {
	{"offer", "NAME", "this private offer only"},
	{"market", "azure|gcp", "those of this marketplace only"},
	{"now", "TIME", "when it is published; else now"},
	{"usage", "FILE", "with --offer: usage, to say in money what the list asks for after the end"},
	{NULL, NULL, NULL},
};

static const struct cli_flag show_flags[] = {
	{"now", "TIME", "when what begins with acceptance is taken to; else now"},
	{NULL, NULL, NULL},
};

static const struct cli_flag diff_flags[] = {
	{"usage", "FILE", "the customer's usage, as CSV or JSON lines; else round quantities"},
	{"now", "TIME", "when what begins with acceptance is taken to; else now"},
	{NULL, NULL, NULL},
};

const struct cli_command offer_commands[] = {
	{"offer check", "OFFERS.cfg", "would the marketplace take the private offers, and why not", check_flags, 1, 1, run_check},
	{"offer show", "OFFERS.cfg [NAME|OFFER/PLAN]", "a private offer or a plan in words: parties, days, prices, what is paid ahead", show_flags, 1, 2, offer_show},
	{"offer diff", "OFFERS.cfg FIRST SECOND", "how two of them differ, and what that changes for the customer in money", diff_flags, 3, 3, offer_diff},
	{"offer rules", "", "the rules that private offers are checked by", NULL, 0, 0, run_rules},
	{NULL, NULL, NULL, NULL, 0, 0, NULL},
};
