/* SPDX-License-Identifier: Apache-2.0 */
/* apollo price compare: list, offer, competitors and hardware of one's own, on the axes on which storage is bought. */
#include "cli/data.h"
#include "cli/machines.h"
#include "cli/studio.h"

#include "core/amount.h"
#include "core/clock.h"
#include "offers/compare.h"
#include "offers/simulation.h"

#include <apollo/kit.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { REDUCTION_PLACES = 1000000, CLUSTERS_MAX = 1000 };

struct comparing {
	struct studio studio;
	struct contract contract;
	struct facts facts;
	struct cards cards;
	struct compare_input input;
	struct compare_cluster *clusters;
	bool facts_open, cards_open;
};

static void comparing_close(struct comparing *comparing)
{
	if (comparing->facts_open)
		facts_release(&comparing->facts);
	if (comparing->cards_open)
		cards_release(&comparing->cards);
	studio_close(&comparing->studio);
}

static int files_read(struct comparing *comparing, struct error *error)
{
	const struct cli *cli = comparing->studio.cli;
	const char *cards = cli_value(cli, "cards");
	char folder[PATH_MAX], path[PATH_MAX + 32];

	if (facts_read(data_folder("limits.cfg", folder), &comparing->facts, error) < 0)
		return error->code;
	comparing->facts_open = true;
	(void)snprintf(path, sizeof(path), "%s/competitors.cfg", data_folder("competitors.cfg", folder));
	if (cards_read(cards ? cards : path, &comparing->cards, error) < 0)
		return error->code;
	comparing->cards_open = true;
	return 0;
}

/* ---- ours ---- */

/* What is paid over the term as a month of so many hours as the machines' prices have. */
static int64_t month_of(const struct contract *contract, int64_t bill)
{
	struct exact hours = exact_multiply(exact_of(CARD_HOURS), exact_of(APOLLO_HOUR));
	int64_t month = COMPARE_UNKNOWN;

	(void)exact_integer(exact_divide(exact_multiply(exact_of(bill), hours), exact_of(contract->end - contract->start), ROUND_HALF_AWAY), &month);
	return month;
}

/* The mean of what is used in such a month, of each dimension: the bill is for that, and not for a full cluster. */
static int usage_say(struct comparing *comparing, const struct simulation *simulation, struct error *error)
{
	BUFFER_CLEANUP struct buffer words = buffer_init(1 << 16);
	struct scope *scope = &comparing->studio.scope;
	const struct tariff *tariff = simulation->schedule.periods[0].tariff;
	size_t cells = simulation->ground.path_count * simulation->schedule.slice_count;
	const double share = (double)CARD_HOURS * (double)APOLLO_HOUR / (double)(comparing->contract.end - comparing->contract.start);

	for (size_t i = 0; i < tariff->charge_count; i++) {
		const struct catalog_dimension *dimension = tariff->charges[i].dimension;
		double sum = 0;

		for (size_t j = 0; j < cells; j++)
			sum += (double)simulation->ground.quantities[j * tariff->charge_count + i];
		(void)buffer_print(&words, "%s%.1f %s", i ? " and " : "", sum / (double)simulation->ground.path_count * share / 1e6,
				   dimension->unit ? dimension->unit : dimension->name);
	}
	comparing->input.usage = buffer_failed(&words) ? NULL : scope_text(scope, buffer_string(&words));
	return comparing->input.usage ? 0 : error_memory(error, "a comparison");
}

/* Where it is offered; NULL: not said. */
static const char *market_of(const struct comparing *comparing)
{
	const struct private_offer *private = comparing->contract.private;

	return private && private->market ? private->market->plugin : comparing->studio.goals_open ? comparing->studio.goals.market : NULL;
}

/* What the marketplace keeps is in the price: it is the vendor's to pay. */
static int fee_say(struct comparing *comparing, int64_t bill, struct error *error)
{
	struct studio *studio = &comparing->studio;
	const struct private_offer *private = comparing->contract.private;
	const char *market = market_of(comparing);
	const struct marketplace_fee *fee;

	if (!studio->marketplaces_open) {
		char folder[PATH_MAX];

		if (marketplaces_read(data_folder("marketplaces.cfg", folder), &studio->marketplaces, error) < 0)
			return error->code;
		studio->marketplaces_open = true;
	}
	fee = market ? fee_find(&studio->marketplaces, market, private ? private->deal : DEAL_NEW, private && private->renewal_attested, exact_of(bill),
				studio->decimals)
		     : NULL;
	comparing->input.fee = fee ? scope_print(&studio->scope, "the marketplace's fee, which the vendor pays: %s percent at %s (%s%s)", fee->percent.text, market,
						 fee->date, fee->unsure ? ", unsure" : "")
				   : "the marketplace's fee, which the vendor pays";
	return comparing->input.fee ? 0 : error_memory(error, "a comparison");
}

static int software_make(struct comparing *comparing, struct error *error)
{
	struct studio *studio = &comparing->studio;
	const struct contract *contract = &comparing->contract;
	struct compare_input *input = &comparing->input;
	struct simulation simulation;

	if (simulation_make(&studio->scope, contract, &studio->forecast, studio->goals_open ? &studio->goals : NULL, &simulation, error) < 0)
		return error->code;
	input->software[input->software_count++] = (struct compare_software){COMPARE_LIST, "the list", month_of(contract, simulation.list.bill.mean)};
	if (contract->private)
		input->software[input->software_count++] = (struct compare_software){COMPARE_OFFER, contract->name, month_of(contract, simulation.offer.bill.mean)};
	input->inside = contract->offer->product == PRODUCT_SAAS;
	if (usage_say(comparing, &simulation, error) < 0)
		return error->code;
	return fee_say(comparing, simulation.offer.bill.mean, error);
}

static struct card_source source_of(const struct shape *shape)
{
	struct card_source source = {.text = shape->source, .date = shape->date};
	char midnight[32];

	(void)snprintf(midnight, sizeof(midnight), "%.10sT00:00:00Z", shape->date);
	(void)apollo_time_parse(midnight, strlen(midnight), 0, &source.time);
	return source;
}

static struct compare_cluster cluster_of(const struct choice *choice, int decimals)
{
	return (struct compare_cluster){
		.name = choice->name,
		.region = choice->region,
		.currency = choice->shape->currency,
		.usable = choice->usable,
		.month = machines_month(choice, decimals),
		.read = choice->read.term ? choice->read.rate : COMPARE_UNKNOWN,
		.write = choice->sustained.term ? choice->sustained.rate : COMPARE_UNKNOWN,
		.assumed = choice->assumed,
		.source = source_of(choice->shape),
		.management = choice->manager ? source_of(choice->manager) : (struct card_source){0},
	};
}

static int clusters_add(struct comparing *comparing, const struct choices *choices, struct error *error)
{
	struct compare_input *input = &comparing->input;

	if (input->cluster_count + choices->count > CLUSTERS_MAX)
		return error_set(error, ERROR_USAGE, "more than %d clusters are to be compared", CLUSTERS_MAX);
	for (size_t i = 0; i < choices->count; i++)
		comparing->clusters[input->cluster_count++] = cluster_of(&choices->items[i], comparing->studio.decimals);
	return 0;
}

/* --shape: one shape, at every term. */
static int clusters_by_flags(struct comparing *comparing, struct error *error)
{
	struct studio *studio = &comparing->studio;
	struct choice_wish wish = {.where = "--shape", .shape = cli_value(studio->cli, "shape"), .region = cli_value(studio->cli, "region"),
				   .capacity = comparing->input.capacity, .reduction = machines_reduction(&studio->forecast)};
	const char *share = cli_value(studio->cli, "usable-percent");
	struct choices choices;

	if (share && (apollo_decimal_read(share, strlen(share), 3, APOLLO_EXACT, &wish.share) < 0 || wish.share < 1 || wish.share > 100000))
		return error_set(error, ERROR_USAGE, "--usable-percent %s is not a percentage above 0 and at most 100", share);
	if (!wish.region || !wish.capacity) {
		(void)error_set(error, ERROR_USAGE, "where would it run, and how much is it to hold?");
		return error_hint(error, "say --region and the usable capacity, such as --capacity 500TiB");
	}
	if (choices_find(&studio->scope, &comparing->facts, &wish, &choices, error) < 0 ||
	    machines_market(choices.items[0].shape, market_of(comparing), wish.where, error) < 0)
		return error->code;
	return clusters_add(comparing, &choices, error);
}

/* The machines that the goals name.  Without --capacity others are to hold as much as the largest of them must. */
static int clusters_by_goals(struct comparing *comparing, struct error *error)
{
	struct studio *studio = &comparing->studio;
	const struct machines_time time = {&studio->forecast, comparing->contract.start};
	int64_t most = 0;

	for (size_t i = 0; i < studio->goals.levers.machine_count; i++) {
		struct choices choices;
		int64_t capacity;

		if (machines_choose(&studio->scope, &comparing->facts, &studio->goals, &time, &studio->goals.levers.machines[i], &choices, &capacity,
				    error) < 0 ||
		    clusters_add(comparing, &choices, error) < 0)
			return error->code;
		capacity = capacity ? capacity : choices.items[0].usable;
		most = capacity > most ? capacity : most;
	}
	if (!comparing->input.capacity)
		comparing->input.capacity = most;
	return 0;
}

static int clusters_make(struct comparing *comparing, struct error *error)
{
	struct studio *studio = &comparing->studio;

	comparing->clusters = scope_alloc(&studio->scope, CLUSTERS_MAX * sizeof(*comparing->clusters));
	if (!comparing->clusters)
		return error_memory(error, "a comparison");
	comparing->input.clusters = comparing->clusters;
	if (cli_value(studio->cli, "shape"))
		return clusters_by_flags(comparing, error);
	if (studio->goals_open && studio->goals.levers.machine_count)
		return clusters_by_goals(comparing, error);
	(void)error_set(error, ERROR_USAGE, "on which machines would it run?");
	return error_hint(error, "say --shape, --region and --capacity (apollo size lists the shapes), or name them in the goals' \"infrastructure\"");
}

/* ---- the command ---- */

static int input_make(struct comparing *comparing, struct error *error)
{
	const struct cli *cli = comparing->studio.cli;
	struct compare_input *input = &comparing->input;
	struct clock clock = clock_system();

	if (cli_amount(cli, "capacity", amount_bytes, &input->capacity, error) < 0 || cli_time(cli, "now", clock_now(&clock), &input->now, error) < 0)
		return error->code;
	if (input->capacity > CARD_CAPACITY_MOST)
		return error_set(error, ERROR_USAGE, "--capacity %s is more than 1024PiB", cli_value(cli, "capacity"));
	if (files_read(comparing, error) < 0 || studio_open(&comparing->studio, &comparing->contract, error) < 0)
		return error->code;
	input->cards = &comparing->cards;
	input->currency = comparing->studio.currency;
	input->decimals = comparing->studio.decimals;
	for (int i = 0; i < COMPARE_SHARES; i++)
		input->reductions[i] = llround(forecast_reduction(&comparing->studio.forecast, compare_percents[i]) * REDUCTION_PLACES);
	if (clusters_make(comparing, error) < 0)
		return error->code;
	return software_make(comparing, error);
}

static void term_text(const struct comparing *comparing, struct buffer *buffer)
{
	const struct studio *studio = &comparing->studio;
	char from[APOLLO_TIME_TEXT], to[APOLLO_TIME_TEXT];

	(void)buffer_print(buffer, "%s, %.10s to %.10s, %zu paths of seed %llu\n", comparing->contract.name,
			   apollo_time_format(comparing->contract.start, from), apollo_time_format(comparing->contract.end, to), studio->forecast.paths,
			   (unsigned long long)studio->forecast.seed);
}

static int run_compare(const struct cli *cli, struct error *error)
{
	__attribute__((cleanup(comparing_close))) struct comparing comparing = {.studio = {.cli = cli, .scope = scope_init(STUDIO_SCOPE)}};
	BUFFER_CLEANUP struct buffer buffer = buffer_init(STUDIO_OUTPUT);
	struct compare compare;

	if (cli->json && cli_value(cli, "csv"))
		return error_set(error, ERROR_USAGE, "--json and --csv do not go together");
	if (input_make(&comparing, error) < 0 || compare_make(&comparing.studio.scope, &comparing.input, &compare, error) < 0)
		return error->code;
	if (cli->json) {
		compare_json(&compare, &buffer);
	} else if (cli_value(cli, "csv")) {
		compare_csv(&compare, &buffer);
	} else {
		term_text(&comparing, &buffer);
		compare_text(&compare, &buffer);
	}
	return output_write(&buffer, error);
}

static const struct cli_flag compare_flags[] = {
	FORECAST_FLAGS,
	{"months", "COUNT", "so many; else as the offer or the plan says"},
	{"goals", "FILE", "a forecast, and the reduction of the data; see apollo-price(5)"},
	{"capacity", "BYTES", "usable, that is wanted at least: 500TiB, 2PB"},
	{"shape", "SHAPE", "the data machines, as shapes.cfg names them; else those of the goals"},
	{"region", "NAME", "where they run; every term with a price there is a row"},
	{"usable-percent", "PERCENT", "of the raw capacity, where shapes.cfg does not say what is usable"},
	{"cards", "FILE", "what others ask and hardware costs; else competitors.cfg of apollo's data"},
	{"now", "TIME", "by which a source is old; else now"},
	{"csv", NULL, "a line for each row, as CSV"},
	{NULL, NULL, NULL},
};

const struct cli_command compare_commands[] = {
	{"price compare", "OFFERS.cfg NAME|OFFER/PLAN", "list, offer, competitors and own hardware, by the TiB and by the GB/s", compare_flags, 2, 2, run_compare},
	{NULL, NULL, NULL, NULL, 0, 0, NULL},
};
