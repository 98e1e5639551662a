/* SPDX-License-Identifier: Apache-2.0 */
/* apollo price simulate, tune */
#include "cli/price.h"

#include "core/buffer.h"
#include "core/file.h"
#include "offers/explain.h"
#include "offers/tune.h"

#include <apollo/kit.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TUNE_OUTPUT = 1 << 28, TUNE_SCOPE = INT32_MAX, ZONES_MAX = 32, FRONT_ROWS = 12 };

/* ---- what both have ---- */

/* A command's files and the forecast they make. */
struct studio {
	const struct cli *cli;
	struct scope scope;
	struct catalog catalog;
	struct goals goals;
	bool catalog_open, goals_open;
	struct usage history;
	struct forecast forecast;
	const struct zone *zone;
	int decimals;
	const char *currency;
};

static void studio_close(struct studio *studio)
{
	if (studio->goals_open)
		goals_release(&studio->goals);
	if (studio->catalog_open)
		catalog_release(&studio->catalog);
	scope_release(&studio->scope);
}
#define STUDIO_CLEANUP __attribute__((cleanup(studio_close)))

static int whole_flag(const struct cli *cli, const char *flag, int64_t least, int64_t most, int64_t *value, struct error *error)
{
	const char *text = cli_value(cli, flag);
	int64_t number;

	if (!text)
		return 0;
	if (apollo_decimal_read(text, strlen(text), 0, APOLLO_EXACT, &number) < 0 || number < least || number > most)
		return error_set(error, ERROR_USAGE, "--%s %s is not a whole number from %lld to %lld", flag, text, (long long)least, (long long)most);
	*value = number;
	return 0;
}

static int forecast_open(struct studio *studio, const struct catalog_offer *offer, struct error *error)
{
	const char *file = cli_value(studio->cli, "usage"), *ledger = cli_value(studio->cli, "ledger");
	int64_t paths, seed;

	if (file && ledger)
		return error_set(error, ERROR_USAGE, "--usage and --ledger are there both");
	if ((file && usage_read(&studio->scope, file, offer, studio->zone, &studio->history, error) < 0) ||
	    (ledger && usage_from_ledger(studio->cli, ledger, &studio->scope, offer, &studio->history, error) < 0) ||
	    forecast_fit(&studio->scope, offer, studio->zone, &studio->history, &studio->forecast, error) < 0 ||
	    (studio->goals_open && studio->goals.forecast && forecast_read(studio->goals.forecast, offer, &studio->forecast, error) < 0))
		return error->code;
	paths = (int64_t)studio->forecast.paths;
	seed = (int64_t)studio->forecast.seed;
	if (whole_flag(studio->cli, "paths", 1, FORECAST_PATHS_MAX, &paths, error) < 0 || whole_flag(studio->cli, "seed", 0, INT64_MAX, &seed, error) < 0)
		return error->code;
	studio->forecast.paths = (size_t)paths;
	studio->forecast.seed = (uint64_t)seed;
	for (size_t i = 0; i < studio->forecast.dimension_count; i++)
		if (studio->forecast.dimensions[i].known)
			return 0;
	(void)error_set(error, ERROR_USAGE, "nothing says what will be used");
	return error_hint(error, "give --usage or --ledger, or a \"forecast\" with levels in the goals");
}

/* The first instant of the month behind the history's last, or of --start. */
static int start_settle(struct studio *studio, int64_t *start, struct error *error)
{
	const char *text = cli_value(studio->cli, "start");
	const struct usage *history = &studio->history;
	char midnight[32];

	if (text) {
		(void)snprintf(midnight, sizeof(midnight), "%.10sT00:00:00Z", text);
		if (strlen(text) != 10 || apollo_time_parse(midnight, strlen(midnight), 0, start) < 0) {
			(void)error_set(error, ERROR_USAGE, "--start %s is not a day", text);
			return error_hint(error, "write it as 2027-01-01");
		}
		*start = zone_time(studio->zone, *start);
	} else if (*start == 0 && history->count) {
		*start = zone_time(studio->zone, calendar_add_months(calendar_month(zone_local(studio->zone, history->rows[history->count - 1].time)), 1));
	}
	if (*start)
		return 0;
	(void)error_set(error, ERROR_USAGE, "when does it begin?");
	return error_hint(error, "say --start 2027-01-01, or give usage: it begins behind that");
}

/* What the marketplace keeps, as the goals say. */
static int64_t fee_percent(const void *context, int64_t total)
{
	const struct decimal *percent = context;
	int64_t fee = 0;

	if (percent->text && total > 0)
		(void)exact_integer(exact_divide(exact_multiply(exact_of(total), percent->digits), exact_power(percent->decimals + 2), ROUND_HALF_AWAY), &fee);
	return fee;
}

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

static int output_write(struct buffer *buffer, struct error *error)
{
	if (buffer_failed(buffer))
		return error_memory(error, "the result");
	(void)fwrite(buffer_string(buffer), 1, buffer->size, stdout);
	return 0;
}

/* ---- simulate ---- */

struct simulation {
	struct schedule schedule, list_schedule;
	struct ground ground, list_ground;
	struct outcome offer, list;
	struct spread *bands;
	struct dead_zone zones[ZONES_MAX];
	size_t zone_count;
};

/* The totals of prices that are not the offer's, on the same paths; NULL where there are none. */
static int others_make(struct studio *studio, const struct simulation *simulation, const struct contract *contract, const struct tariff *tariff,
		       const int64_t **totals, struct error *error)
{
	const struct phase phase = {0, tariff};
	struct ground ground = {.path_count = studio->forecast.paths, .risk = 5};
	struct schedule schedule;
	int64_t *made;

	if (!tariff)
		return 0;
	made = scope_alloc(&studio->scope, ground.path_count * sizeof(*made));
	if (!made)
		return error_memory(error, "a simulation");
	if (schedule_make(&studio->scope, &phase, 1, simulation->schedule.start, simulation->schedule.end, &schedule, error) < 0 ||
	    !(ground.quantities = forecast_make(&studio->scope, &studio->forecast, &schedule, contract->offer, error)) ||
	    ground_rate(&ground, &schedule, made, NULL, NULL, error) < 0)
		return error->code;
	*totals = made;
	return 0;
}

static int ground_make(struct studio *studio, const struct contract *contract, const struct phase *phases, size_t phase_count, struct schedule *schedule,
		       struct ground *ground, struct error *error)
{
	if (schedule_make(&studio->scope, phases, phase_count, contract->start, contract->end, schedule, error) < 0)
		return error->code;
	*ground = (struct ground){.schedule = schedule, .path_count = studio->forecast.paths, .risk = studio->goals_open ? studio->goals.risk : 5};
	ground->quantities = forecast_make(&studio->scope, &studio->forecast, schedule, contract->offer, error);
	return ground->quantities ? 0 : error->code;
}

static int simulation_make(struct studio *studio, const struct contract *contract, struct simulation *simulation, struct error *error)
{
	const struct tariff *cost = studio->goals_open ? studio->goals.cost : NULL, *rival = studio->goals_open ? studio->goals.rival : NULL;

	if (ground_make(studio, contract, contract->phases, contract->phase_count, &simulation->schedule, &simulation->ground, error) < 0 ||
	    ground_make(studio, contract, contract->plan->phases, contract->plan->phase_count, &simulation->list_schedule, &simulation->list_ground, error) < 0 ||
	    others_make(studio, simulation, contract, cost, &simulation->ground.costs, error) < 0 ||
	    others_make(studio, simulation, contract, rival, &simulation->ground.rivals, error) < 0)
		return error->code;
	simulation->list_ground.costs = simulation->ground.costs;
	simulation->list_ground.rivals = simulation->ground.rivals;
	simulation->bands = scope_alloc(&studio->scope, simulation->schedule.period_count * sizeof(*simulation->bands));
	if (!simulation->bands)
		return error_memory(error, "a simulation");
	if (outcome_make(&simulation->ground, &simulation->schedule, fee_percent, &studio->goals.fee, &simulation->offer, error) < 0 ||
	    outcome_make(&simulation->list_ground, &simulation->list_schedule, fee_percent, &studio->goals.fee, &simulation->list, error) < 0 ||
	    outcome_bands(&simulation->ground, &simulation->schedule, simulation->bands, error) < 0)
		return error->code;
	simulation->zone_count = tune_dead_zones(&simulation->ground, &simulation->schedule, simulation->zones, ZONES_MAX);
	return 0;
}

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
	char from[APOLLO_TIME_TEXT], to[APOLLO_TIME_TEXT], risk[32];

	(void)buffer_print(buffer, "%s, %s to %s, %zu paths of seed %llu, %s\n", contract->name, apollo_time_format(simulation->schedule.start, from),
			   apollo_time_format(simulation->schedule.end, to), studio->forecast.paths, (unsigned long long)studio->forecast.seed,
			   studio->currency);
	(void)snprintf(risk, sizeof(risk), "P%g", simulation->ground.risk);
	(void)buffer_print(buffer, "  %-22s %16s %16s %16s %12s%4g\n", "", "mean", risk, "P50", "P", 100 - simulation->ground.risk);
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
	STUDIO_CLEANUP struct studio studio = {.cli = cli, .scope = scope_init(TUNE_SCOPE)};
	BUFFER_CLEANUP struct buffer buffer = buffer_init(TUNE_OUTPUT);
	struct simulation simulation = {0};
	const char *goals = cli_value(cli, "goals");
	struct contract contract;
	int64_t start, months = 0;

	if (catalog_read(cli->words[0], CATALOG_SOLD, &studio.catalog, error) < 0)
		return error->code;
	studio.catalog_open = true;
	studio.goals_open = goals != NULL;
	if ((goals && goals_read(goals, &studio.catalog, &studio.goals, error) < 0) || contract_find(&studio.catalog, cli->words[1], &contract, error) < 0 ||
	    zone_read(&studio.scope, contract.phases[0].tariff->zone, &studio.zone, error) < 0 || forecast_open(&studio, contract.offer, error) < 0 ||
	    whole_flag(cli, "months", 1, CATALOG_TERM_MAX, &months, error) < 0)
		return error->code;
	if (goals && studio.goals.offer != contract.offer)
		return error_set(error, ERROR_INPUT, "the goals are for offer %s, and %s is of offer %s", studio.goals.offer->name, contract.name, contract.offer->name);
	studio.decimals = contract.phases[0].tariff->decimals;
	studio.currency = contract.phases[0].tariff->currency;
	start = contract.start;
	if (start_settle(&studio, &start, error) < 0)
		return error->code;
	contract.start = start;
	if (contract_term(&studio.scope, &contract, start, (int)months, error) < 0 || simulation_make(&studio, &contract, &simulation, error) < 0)
		return error->code;
	if (cli->json)
		simulation_json(&studio, &contract, &simulation, &buffer);
	else
		simulation_text(&studio, &contract, &simulation, &buffer);
	return output_write(&buffer, error);
}

/* ---- tune ---- */

static void candidate_words(const struct tune *tune, const struct tune_candidate *candidate, struct buffer *buffer)
{
	const struct goals *goals = tune->goals;
	char text[EXACT_TEXT];

	(void)buffer_print(buffer, "%s, %d months", candidate->plan->name, candidate->months);
	if (candidate->discount)
		(void)buffer_print(buffer, ", %s%% off", exact_text(exact_of(candidate->discount), 6, 0, text));
	if (candidate->base_fee >= 0)
		(void)buffer_print(buffer, ", base fee %s", candidate->tariff->base_fee.text);
	for (size_t i = 0; i < goals->levers.price_count; i++)
		(void)buffer_print(buffer, ", %s at %s", goals->levers.prices[i].dimension->name,
				   exact_text(exact_of(candidate->prices[i]), goals->levers.prices[i].lever.decimals, 0, text));
	if (candidate->commitment)
		(void)buffer_print(buffer, ", %s of %lld every %d months (P%g)", commitment_form_name(candidate->form), (long long)candidate->commitment,
				   goals->levers.commitment_months, candidate->quantile);
	if (candidate->infrastructure)
		(void)buffer_print(buffer, ", on %s", candidate->infrastructure->name);
}

static void candidate_row(const struct studio *studio, const struct tune *tune, const struct tune_candidate *candidate, struct buffer *buffer)
{
	char texts[3][EXACT_TEXT];

	(void)buffer_print(buffer, "%14s %14s %14s %7.2f%%  ", money(studio, candidate->customer, texts[0]), money(studio, candidate->outcome.net.mean, texts[1]),
			   money(studio, candidate->outcome.at_risk, texts[2]), candidate->outcome.margin);
	candidate_words(tune, candidate, buffer);
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
		candidate_words(tune, next, buffer);
		(void)buffer_text(buffer, ".\n");
	}
	for (int bound = 1; bound < BOUNDS; bound++)
		if (tune->broken[bound])
			(void)buffer_print(buffer, "%zu offers were left out by %s.\n", tune->broken[bound], tune_bound_name((enum tune_bound)bound));
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
	(void)buffer_print(buffer, "{\"candidates\":%zu,\"paths\":%zu,\"seed\":%llu,\"currency\":\"%s\",\"market\":\"%s\",\"kept\":%zu,\"broken\":{",
			   tune->candidate_count, studio->forecast.paths, (unsigned long long)studio->forecast.seed, studio->currency, tune->goals->market,
			   tune->broken[BOUND_NONE]);
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
	const char *slash = out ? strrchr(out, '/') : NULL;
	char folder[PATH_MAX];
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
	return file_write(folder_of(out, folder), slash ? slash + 1 : out, &buffer, error);
}

static int run_tune(const struct cli *cli, struct error *error)
{
	STUDIO_CLEANUP struct studio studio = {.cli = cli, .scope = scope_init(TUNE_SCOPE)};
	BUFFER_CLEANUP struct buffer buffer = buffer_init(TUNE_OUTPUT);
	struct tune_input input = {.fee = fee_percent};
	int64_t threads = sysconf(_SC_NPROCESSORS_ONLN), start = 0;
	struct tune tune;

	if (catalog_read(cli->words[0], CATALOG_SOLD, &studio.catalog, error) < 0)
		return error->code;
	studio.catalog_open = studio.goals_open = true;
	if (goals_read(cli->words[1], &studio.catalog, &studio.goals, error) < 0 ||
	    zone_read(&studio.scope, studio.goals.plans[0]->tariff.zone, &studio.zone, error) < 0 || forecast_open(&studio, studio.goals.offer, error) < 0 ||
	    start_settle(&studio, &start, error) < 0 || whole_flag(cli, "threads", 1, TUNE_THREADS_MAX, &threads, error) < 0)
		return error->code;
	studio.decimals = studio.goals.plans[0]->tariff.decimals;
	studio.currency = studio.goals.plans[0]->tariff.currency;
	input.goals = &studio.goals;
	input.forecast = &studio.forecast;
	input.start = start;
	input.fee_context = &studio.goals.fee;
	input.threads = (int)threads;
	if (tune_make(&studio.scope, &input, &tune, error) < 0)
		return error->code;
	if (cli->json)
		tune_json(&studio, &tune, &buffer);
	else if (tune.best != SIZE_MAX)
		tune_text(&studio, &tune, &buffer);
	if (output_write(&buffer, error) < 0)
		return error->code;
	return tune.best == SIZE_MAX ? none_said(&tune, error) : offer_write(&studio, &tune, error);
}

#define FORECAST_FLAGS                                                                                        \
	{"usage", "FILE", "what was used, as CSV or JSON lines: the forecast goes on from it"},               \
	{"ledger", "SUBSCRIPTION", "usage of the ledger of the configuration (-c) instead"},                  \
	{"start", "DATE", "else behind the usage"},                                                           \
	{"paths", "COUNT", "how many are drawn; else as the goals say, or 1000"},                             \
	{"seed", "NUMBER", "of what is drawn; else as the goals say, or 1"}

static const struct cli_flag simulate_flags[] = {
	FORECAST_FLAGS,
	{"months", "COUNT", "so many; else as the offer or the plan says"},
	{"goals", "FILE", "a forecast, costs, a competitor and the fee; see apollo-price(5)"},
	{NULL, NULL, NULL},
};

static const struct cli_flag tune_flags[] = {
	FORECAST_FLAGS,
	{"threads", "COUNT", "else one for each processor; the result is the same"},
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
