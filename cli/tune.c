/* SPDX-License-Identifier: Apache-2.0 */
/* apollo price simulate, tune */
#include "cli/studio.h"
#include "offers/simulation.h"
#include "offers/tune_lp.h"

#include <apollo/kit.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRONT_ROWS = 12 };

/* ---- what both have ---- */

static const char *money(const struct studio *studio, int64_t amount, char text[static EXACT_TEXT])
{
	return exact_text(exact_of(amount), studio->decimals, studio->decimals, text);
}

static void money_member(const struct studio *studio, struct buffer *buffer, const char *before, const char *name, int64_t amount)
{
	char text[EXACT_TEXT];

	(void)buffer_print(buffer, "%s\"%s\":\"%s\"", before, name, money(studio, amount, text));
}

static void spread_json(const struct studio *studio, struct buffer *buffer, const char *name, const struct spread *spread)
{
	(void)buffer_print(buffer, ",\"%s\":{", name);
	money_member(studio, buffer, "", "mean", spread->mean);
	money_member(studio, buffer, ",", "low", spread->shares[OUTCOME_LOW]);
	money_member(studio, buffer, ",", "median", spread->shares[OUTCOME_MIDDLE]);
	money_member(studio, buffer, ",", "high", spread->shares[OUTCOME_HIGH]);
	(void)buffer_text(buffer, "}");
}

static void outcome_json(const struct studio *studio, struct buffer *buffer, const struct outcome *outcome)
{
	money_member(studio, buffer, "{", "fee", outcome->fee_mean);
	money_member(studio, buffer, ",", "cost", outcome->cost_mean);
	money_member(studio, buffer, ",", "unused_credit", outcome->unused_mean);
	money_member(studio, buffer, ",", "revenue_at_risk", outcome->at_risk);
	spread_json(studio, buffer, "bill", &outcome->bill);
	spread_json(studio, buffer, "net", &outcome->net);
	(void)buffer_print(buffer, ",\"margin_percent\":%.4f,\"chance_shortfall\":%.6f,\"chance_overage\":%.6f,\"chance_dearer\":%.6f}", outcome->margin,
			   outcome->shortfall, outcome->overage, outcome->dearer);
}

/* ---- simulate ---- */

static void spread_row(const struct studio *studio, struct buffer *buffer, const char *label, const struct spread *spread)
{
	char texts[4][EXACT_TEXT];

	(void)buffer_print(buffer, "  %-22s %16s %16s %16s %16s\n", label, money(studio, spread->mean, texts[0]),
			   money(studio, spread->shares[OUTCOME_LOW], texts[1]), money(studio, spread->shares[OUTCOME_MIDDLE], texts[2]),
			   money(studio, spread->shares[OUTCOME_HIGH], texts[3]));
}

static void amount_row(const struct studio *studio, struct buffer *buffer, const char *label, int64_t amount, const char *why)
{
	char text[EXACT_TEXT];

	(void)buffer_print(buffer, "  %-22s %16s  %s\n", label, money(studio, amount, text), why);
}

static void chances_text(const struct studio *studio, const struct outcome *outcome, bool credit, struct buffer *buffer)
{
	if (credit)
		(void)buffer_print(buffer, "  %-22s %15.1f%%  credit is left unused, %.1f%% usage goes past it\n", "chance", 100 * outcome->shortfall,
				   100 * outcome->overage);
	if (studio->goals_open && studio->goals.rival)
		(void)buffer_print(buffer, "  %-22s %15.1f%%  the customer pays more than %s asks\n", "chance", 100 * outcome->dearer, studio->goals.rival_name);
}

static void zones_text(const struct simulation *simulation, struct buffer *buffer)
{
	char from[APOLLO_QUANTITY_TEXT], to[APOLLO_QUANTITY_TEXT];

	for (size_t i = 0; i < simulation->zone_count; i++)
		(void)buffer_print(buffer, "  dead zone              %s from %s to %s: just past it costs less; %.1f%% of all months are in it\n",
				   simulation->zones[i].charge->dimension->name, apollo_quantity_format(simulation->zones[i].from, from),
				   apollo_quantity_format(simulation->zones[i].to, to), 100 * simulation->zones[i].mass);
}

static void months_text(const struct studio *studio, const struct simulation *simulation, struct buffer *buffer)
{
	char from[APOLLO_TIME_TEXT], label[32];

	for (size_t i = 0; i < simulation->schedule.period_count; i++) {
		(void)snprintf(label, sizeof(label), "  %.10s", apollo_time_format(simulation->schedule.periods[i].from, from));
		spread_row(studio, buffer, label, &simulation->bands[i]);
	}
}

static void simulation_text(const struct studio *studio, const struct contract *contract, const struct simulation *simulation, struct buffer *buffer)
{
	const struct outcome *offer = &simulation->offer;
	char from[APOLLO_TIME_TEXT], to[APOLLO_TIME_TEXT], risk[32], mirror[32];

	(void)buffer_print(buffer, "%s, %s to %s, %zu paths of seed %llu, %s\n", contract->name, apollo_time_format(simulation->schedule.start, from),
			   apollo_time_format(simulation->schedule.end, to), studio->forecast.paths, (unsigned long long)studio->forecast.seed,
			   studio->currency);
	(void)snprintf(risk, sizeof(risk), "P%g", simulation->ground.risk);
	(void)snprintf(mirror, sizeof(mirror), "P%g", 100 - simulation->ground.risk);
	(void)buffer_print(buffer, "  %-22s %16s %16s %16s %16s\n", "", "mean", risk, "P50", mirror);
	spread_row(studio, buffer, "bill", &offer->bill);
	spread_row(studio, buffer, "bill by the list", &simulation->list.bill);
	spread_row(studio, buffer, "net", &offer->net);
	amount_row(studio, buffer, "marketplace's fee", offer->fee_mean, "of the mean bill");
	amount_row(studio, buffer, "our costs", offer->cost_mean, simulation->ground.costs ? "" : "none are given");
	(void)buffer_print(buffer, "  %-22s %15.2f%%  net of bill less fee\n", "margin", offer->margin);
	amount_row(studio, buffer, "revenue at risk", offer->at_risk, "mean net less its low share");
	if (contract->phases[0].tariff->payment_count)
		amount_row(studio, buffer, "credit left unused", offer->unused_mean, "paid, and never drawn");
	chances_text(studio, offer, contract->phases[0].tariff->payment_count > 0, buffer);
	zones_text(simulation, buffer);
	(void)buffer_text(buffer, "  month by month\n");
	months_text(studio, simulation, buffer);
}

static void simulation_json(const struct studio *studio, const struct contract *contract, const struct simulation *simulation, struct buffer *buffer)
{
	char text[APOLLO_TIME_TEXT], quantity[APOLLO_QUANTITY_TEXT];

	(void)buffer_member(buffer, "{", "name", contract->name);
	(void)buffer_member(buffer, ",", "currency", studio->currency);
	(void)buffer_print(buffer, ",\"from\":\"%s\"", apollo_time_format(simulation->schedule.start, text));
	(void)buffer_print(buffer, ",\"to\":\"%s\",\"paths\":%zu,\"seed\":%llu,\"risk\":%g,\"offer\":", apollo_time_format(simulation->schedule.end, text),
			   studio->forecast.paths, (unsigned long long)studio->forecast.seed, simulation->ground.risk);
	outcome_json(studio, buffer, &simulation->offer);
	(void)buffer_text(buffer, ",\"list\":");
	outcome_json(studio, buffer, &simulation->list);
	(void)buffer_text(buffer, ",\"months\":[");
	for (size_t i = 0; i < simulation->schedule.period_count; i++) {
		(void)buffer_print(buffer, "%s{\"from\":\"%s\"", i ? ",\n" : "\n", apollo_time_format(simulation->schedule.periods[i].from, text));
		spread_json(studio, buffer, "bill", &simulation->bands[i]);
		(void)buffer_text(buffer, "}");
	}
	(void)buffer_text(buffer, "],\"dead_zones\":[");
	for (size_t i = 0; i < simulation->zone_count; i++) {
		(void)buffer_member(buffer, i ? ",{" : "{", "dimension", simulation->zones[i].charge->dimension->name);
		(void)buffer_print(buffer, ",\"from\":\"%s\"", apollo_quantity_format(simulation->zones[i].from, quantity));
		(void)buffer_print(buffer, ",\"to\":\"%s\",\"share\":%.6f}", apollo_quantity_format(simulation->zones[i].to, quantity), simulation->zones[i].mass);
	}
	(void)buffer_text(buffer, "]}\n");
}

static int run_simulate(const struct cli *cli, struct error *error)
{
	STUDIO_CLEANUP struct studio studio = {.cli = cli, .scope = scope_init(STUDIO_SCOPE)};
	BUFFER_CLEANUP struct buffer buffer = buffer_init(STUDIO_OUTPUT);
	struct simulation simulation;
	struct contract contract;

	if (studio_open(&studio, &contract, error) < 0 ||
	    simulation_make(&studio.scope, &contract, &studio.forecast, studio.goals_open ? &studio.goals : NULL, &simulation, error) < 0)
		return error->code;
	if (cli->json)
		simulation_json(&studio, &contract, &simulation, &buffer);
	else
		simulation_text(&studio, &contract, &simulation, &buffer);
	return output_write(&buffer, error);
}

/* ---- tune ---- */

static void candidate_row(const struct studio *studio, const struct tune *tune, const struct tune_candidate *candidate, struct buffer *buffer)
{
	char texts[3][EXACT_TEXT];

	(void)buffer_print(buffer, "%14s %14s %14s %7.2f%%  ", money(studio, candidate->customer, texts[0]), money(studio, candidate->outcome.net.mean, texts[1]),
			   money(studio, candidate->outcome.at_risk, texts[2]), candidate->outcome.margin);
	tune_words(tune, candidate, buffer);
	(void)buffer_text(buffer, "\n");
}

/* Why the first one won, and how far the next one is. */
static void why_text(const struct studio *studio, const struct tune *tune, struct buffer *buffer)
{
	const struct tune_candidate *best = &tune->candidates[tune->best];
	char text[EXACT_TEXT];

	(void)buffer_print(buffer, "\nIt has the largest mean net of the %zu offers that keep all bounds%s%s.\n", tune->broken[BOUND_NONE],
			   best->solved ? "; its discount is the one at which it just keeps " : "", tune_bound_name(best->solved));
	if (tune->next != SIZE_MAX) {
		const struct tune_candidate *next = &tune->candidates[tune->next];

		(void)buffer_print(buffer, "The next best that no other beats nets %s less", money(studio, best->outcome.net.mean - next->outcome.net.mean, text));
		(void)buffer_print(buffer, " and costs the customer %s %s: ", money(studio, next->customer < best->customer ? best->customer - next->customer
														: next->customer - best->customer, text),
				   next->customer < best->customer ? "less" : "more");
		tune_words(tune, next, buffer);
		(void)buffer_text(buffer, ".\n");
	}
	for (int bound = 1; bound < BOUNDS; bound++)
		if (tune->broken[bound])
			(void)buffer_print(buffer, "%zu offers were left out by %s.\n", tune->broken[bound], tune_bound_name((enum tune_bound)bound));
}

static void left_out_text(const struct tune *tune, struct buffer *buffer)
{
	if (tune->left_out)
		(void)buffer_print(buffer, "%zu combinations were not tried: their machines are bound for longer than the offer.\n", tune->left_out);
}

static void tune_text(const struct studio *studio, const struct tune *tune, struct buffer *buffer)
{
	size_t rows = tune->front_count < FRONT_ROWS ? tune->front_count : FRONT_ROWS;

	(void)buffer_print(buffer, "%zu offers at %s on %zu paths of seed %llu, %s; %zu keep all bounds, %zu of those are beaten by none\n\n",
			   tune->candidate_count, tune->goals->market, studio->forecast.paths, (unsigned long long)studio->forecast.seed, studio->currency,
			   tune->broken[BOUND_NONE], tune->front_count);
	(void)buffer_print(buffer, "%14s %14s %14s %8s  %s\n", "customer", "net", "at risk", "margin", "offer");
	candidate_row(studio, tune, &tune->candidates[tune->best], buffer);
	(void)buffer_text(buffer, "  of the front, by the customer's cost:\n");
	for (size_t i = 0; i < rows; i++)
		candidate_row(studio, tune, &tune->candidates[tune->front[rows < 2 ? i : i * (tune->front_count - 1) / (rows - 1)]], buffer);
	why_text(studio, tune, buffer);
	left_out_text(tune, buffer);
}

static void candidate_json(const struct studio *studio, const struct tune *tune, const struct tune_candidate *candidate, const char *before,
			   struct buffer *buffer)
{
	const struct goals *goals = tune->goals;
	char text[EXACT_TEXT];

	(void)buffer_member(buffer, before, "plan", candidate->plan->name);
	(void)buffer_print(buffer, ",\"months\":%d,\"discount\":\"%s\",\"form\":", candidate->months, exact_text(exact_of(candidate->discount), 6, 0, text));
	(void)buffer_json(buffer, commitment_form_name(candidate->form));
	(void)buffer_print(buffer, ",\"commitment\":%lld,\"quantile\":%g,\"base_fee\":\"%s\"", (long long)candidate->commitment, candidate->quantile,
			   candidate->tariff->base_fee.text ? candidate->tariff->base_fee.text : "0");
	(void)buffer_member(buffer, ",", "infrastructure", candidate->infrastructure ? candidate->infrastructure->name : "");
	money_member(studio, buffer, ",", "infrastructure_month", candidate->infrastructure ? candidate->infrastructure->month : 0);
	(void)buffer_member(buffer, ",", "solved", tune_bound_name(candidate->solved));
	(void)buffer_text(buffer, ",\"prices\":{");
	for (size_t i = 0; i < goals->levers.price_count; i++)
		(void)buffer_member(buffer, i ? "," : "", goals->levers.prices[i].dimension->name,
				    exact_text(exact_of(candidate->prices[i]), goals->levers.prices[i].lever.decimals, 0, text));
	(void)buffer_text(buffer, "}");
	money_member(studio, buffer, ",", "customer", candidate->customer);
	(void)buffer_text(buffer, ",\"outcome\":");
	outcome_json(studio, buffer, &candidate->outcome);
	(void)buffer_text(buffer, "}");
}

static void tune_json(const struct studio *studio, const struct tune *tune, struct buffer *buffer)
{
	(void)buffer_print(buffer, "{\"candidates\":%zu,\"paths\":%zu,\"seed\":%llu,\"currency\":\"%s\",\"market\":\"%s\",\"left_out\":%zu,\"kept\":%zu,\"broken\":{",
			   tune->candidate_count, studio->forecast.paths, (unsigned long long)studio->forecast.seed, studio->currency, tune->goals->market,
			   tune->left_out, tune->broken[BOUND_NONE]);
	for (int bound = 1; bound < BOUNDS; bound++)
		(void)buffer_print(buffer, "%s\"%s\":%zu", bound > 1 ? "," : "", tune_bound_name((enum tune_bound)bound), tune->broken[bound]);
	(void)buffer_text(buffer, "},\"best\":");
	if (tune->best == SIZE_MAX)
		(void)buffer_text(buffer, "null");
	else
		candidate_json(studio, tune, &tune->candidates[tune->best], "{", buffer);
	(void)buffer_text(buffer, ",\"front\":[");
	for (size_t i = 0; i < tune->front_count; i++)
		candidate_json(studio, tune, &tune->candidates[tune->front[i]], i ? ",\n{" : "\n{", buffer);
	(void)buffer_text(buffer, "]}\n");
}

/* None keeps all bounds: the answer is no, and which bound it is that most break. */
static int none_said(const struct tune *tune, struct error *error)
{
	int worst = 1;

	for (int bound = 2; bound < BOUNDS; bound++)
		if (tune->broken[bound] > tune->broken[worst])
			worst = bound;
	(void)error_set(error, ERROR_NO, "none of the %zu offers keeps all bounds: %zu break %s first", tune->candidate_count, tune->broken[worst],
			tune_bound_name((enum tune_bound)worst));
	return error_hint(error, "widen a lever or a bound in %s", tune->goals->path);
}

/* The folder of a path, "." where it has none. */
static const char *folder_of(const char *path, char folder[static PATH_MAX])
{
	(void)snprintf(folder, PATH_MAX, "%s", path);
	return dirname(folder);
}

/* How the offer file is named from a file in another folder: by its name alone where both are in one. */
static int include_print(const char *offers, const char *out, struct buffer *buffer, struct error *error)
{
	char real[PATH_MAX], from[PATH_MAX], offers_folder[PATH_MAX], out_folder[PATH_MAX];

	if (!realpath(offers, real) || !realpath(folder_of(out, out_folder), from))
		return error_errno(error, "%s cannot be found", out);
	(void)buffer_text(buffer, "@include \"");
	if (strcmp(folder_of(real, offers_folder), from) == 0) {
		(void)buffer_print(buffer, "%s\"\n", strrchr(real, '/') + 1);
		return 0;
	}
	/* libconfig looks for every path below the file's folder. */
	for (const char *at = from; *at; at++)
		if (*at == '/' && at[1])
			(void)buffer_text(buffer, "../");
	(void)buffer_print(buffer, "%s\"\n", real + 1);
	return 0;
}

/* The best one as a file that the other commands take: it includes what it is on top of, unless there are private offers in it already, of which a
 * configuration can have one list. */
static int offer_write(const struct studio *studio, const struct tune *tune, struct error *error)
{
	BUFFER_CLEANUP struct buffer buffer = buffer_init(1 << 20);
	const char *out = cli_value(studio->cli, "out"), *name = cli_value(studio->cli, "name"), *like = cli_value(studio->cli, "like");
	const struct private_offer *draft = like ? catalog_private(&studio->catalog, like) : NULL;
	bool whole = true;

	if (like && !draft)
		return error_set(error, ERROR_INPUT, "there is no private offer \"%s\" in %s", like, studio->cli->words[0]);
	if (!out)
		return 0;
	for (size_t i = 0; i < studio->catalog.private_count; i++)
		whole &= studio->catalog.privates[i].draft;
	(void)buffer_print(&buffer, "# Found by apollo price tune: %zu offers, %zu paths of seed %llu.\n", tune->candidate_count, studio->forecast.paths,
			   (unsigned long long)studio->forecast.seed);
	if (!whole)
		(void)buffer_print(&buffer, "# To be copied into the private_offers of %s.\n", studio->cli->words[0]);
	else if (include_print(studio->cli->words[0], out, &buffer, error) < 0)
		return error->code;
	(void)buffer_text(&buffer, "private_offers = (\n");
	if (tune_config(tune, &tune->candidates[tune->best], name ? name : "tuned", draft, &buffer, error) < 0)
		return error->code;
	(void)buffer_text(&buffer, "\n);\n");
	return output_file(studio->cli, "out", &buffer, error);
}

/* The best one's linear program to the file of --lp. */
static int program_write(const struct studio *studio, const struct tune *tune, struct error *error)
{
	BUFFER_CLEANUP struct buffer buffer = buffer_init(1 << 20);

	if (!cli_value(studio->cli, "lp"))
		return 0;
	return tune_lp(tune, &tune->candidates[tune->best], &buffer, error) < 0 ? error->code : output_file(studio->cli, "lp", &buffer, error);
}

static int run_tune(const struct cli *cli, struct error *error)
{
	STUDIO_CLEANUP struct studio studio = {.cli = cli, .scope = scope_init(STUDIO_SCOPE)};
	BUFFER_CLEANUP struct buffer buffer = buffer_init(STUDIO_OUTPUT);
	int64_t start = 0;
	struct tune tune;

	if (catalog_read(cli->words[0], CATALOG_SOLD, &studio.catalog, error) < 0)
		return error->code;
	studio.catalog_open = true;
	if (studio_goals(&studio, cli->words[1], error) < 0 ||
	    zone_read(&studio.scope, studio.goals.plans[0]->tariff.zone, &studio.zone, error) < 0 ||
	    studio_forecast(&studio, studio.goals.offer, error) < 0 || studio_start(&studio, &start, error) < 0)
		return error->code;
	studio.decimals = studio.goals.plans[0]->tariff.decimals;
	studio.currency = studio.goals.plans[0]->tariff.currency;
	if (studio_tune(&studio, start, &tune, error) < 0)
		return error->code;
	if (cli->json)
		tune_json(&studio, &tune, &buffer);
	else if (tune.best != SIZE_MAX)
		tune_text(&studio, &tune, &buffer);
	if (output_write(&buffer, error) < 0)
		return error->code;
	if (tune.best == SIZE_MAX)
		return none_said(&tune, error);
	return program_write(&studio, &tune, error) < 0 ? error->code : offer_write(&studio, &tune, error);
}

static const struct cli_flag simulate_flags[] = {
	FORECAST_FLAGS,
	{"months", "COUNT", "so many; else as the offer or the plan says"},
	{"goals", "FILE", "a forecast, costs, a competitor and the fee; see apollo-price(5)"},
	{NULL, NULL, NULL},
};

static const struct cli_flag tune_flags[] = {
	FORECAST_FLAGS,
	{"threads", "COUNT", "else one for each processor; the result is the same"},
	{"lp", "FILE", "write the choice of its prices, or of its discount, as a linear program for a solver"},
	{"out", "FILE", "write the best one there, as a private offer"},
	{"name", "NAME", "of that offer; else tuned"},
	{"like", "NAME", "a private offer of OFFERS.cfg whose customer, beginning and words it has"},
	{NULL, NULL, NULL},
};

const struct cli_command tune_commands[] = {
	{"price simulate", "OFFERS.cfg NAME|OFFER/PLAN", "what an offer may come to, over many paths of usage", simulate_flags, 2, 2, run_simulate},
	{"price tune", "OFFERS.cfg GOALS.cfg", "the offers that meet the goals, and the best of them", tune_flags, 2, 2, run_tune},
	{NULL, NULL, NULL, NULL, 0, 0, NULL},
};
