/* SPDX-License-Identifier: Apache-2.0 */
/* apollo price parity: the offer of the other marketplace that costs the same, or leaves us the same. */
#include "cli/data.h"
#include "cli/studio.h"

#include "offers/parity.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>

/* ---- what is looked for ---- */

/* The marketplace that the offer is for: a private offer's own, else --market. */
static int market_find(const struct cli *cli, const struct contract *contract, struct parity_input *input, struct error *error)
{
	const char *flag = cli_value(cli, "market"), *own = contract->private && contract->private->market ? contract->private->market->plugin : NULL;

	if (own && flag && strcmp(own, flag) != 0)
		return error_set(error, ERROR_USAGE, "%s is an offer at %s, not at %s", contract->name, own, flag);
	input->from = own ? own : flag;
	if (!input->from) {
		(void)error_set(error, ERROR_USAGE, "which marketplace is %s offered at?", contract->name);
		return error_hint(error, "say --market azure or --market gcp");
	}
	if (strcmp(input->from, "azure") != 0 && strcmp(input->from, "gcp") != 0)
		return error_set(error, ERROR_USAGE, "the marketplace %s has no other one to compare with: it is neither azure nor gcp", input->from);
	input->to = strcmp(input->from, "azure") == 0 ? "gcp" : "azure";
	return 0;
}

/* --discount: the plan less a percentage, as an offer. */
static int discount_apply(struct studio *studio, struct contract *contract, struct error *error)
{
	const char *text = cli_value(studio->cli, "discount");
	struct phase *phase = scope_alloc(&studio->scope, sizeof(*phase));
	struct tariff *tariff = tariff_copy(&studio->scope, contract->phases[0].tariff);

	if (!text)
		return 0;
	if (!tariff || !phase)
		return error_memory(error, "an offer");
	if (contract->private)
		return error_set(error, ERROR_USAGE, "--discount goes with a plan, and %s is a private offer", contract->name);
	if (!decimal_read(text, &tariff->base_discount) || decimal_compare(&tariff->base_discount, &(struct decimal){"100", exact_of(100), 0}) > 0)
		return error_set(error, ERROR_USAGE, "--discount %s is not a percentage from 0 to 100", text);
	for (size_t i = 0; i < tariff->charge_count; i++)
		tariff->charges[i].limits.discount = tariff->base_discount;
	*phase = (struct phase){0, tariff};
	contract->phases = phase;
	return tariff_ready(tariff, error);
}

/* ---- output ---- */

static const char *money(const struct studio *studio, int64_t amount, char text[static EXACT_TEXT])
{
	return exact_text(exact_of(amount), studio->decimals, studio->decimals, text);
}

static void pair_row(const struct studio *studio, const char *label, int64_t here, int64_t there, struct buffer *buffer)
{
	char texts[2][EXACT_TEXT];

	(void)buffer_print(buffer, "#   %-22s %18s %18s\n", label, money(studio, here, texts[0]), money(studio, there, texts[1]));
}

static void fee_words(const struct parity_side *side, struct buffer *buffer)
{
	if (side->fee)
		(void)buffer_print(buffer, "#   %s keeps %s percent (%s%s)\n", side->market, side->fee->percent.text, side->fee->date, side->fee->unsure ? ", unsure" : "");
}

/* How far one unit's price may be off. */
static void unit_words(const struct parity *parity, struct buffer *buffer)
{
	char text[EXACT_TEXT];

	for (size_t i = 0; i < parity->tariff->charge_count; i++) {
		const struct tariff_charge *list = &parity->input->plan->tariff.charges[i];

		if (!list->priced || parity->prices[i].matched)
			continue;
		if (strcmp(parity->input->to, "azure") == 0)
			(void)exact_text(exact_of(5), parity->input->price_decimals + 1, 0, text);
		else
			(void)exact_text(exact_multiply(list->tiers[0].price.digits, exact_of(5)), list->tiers[0].price.decimals + 5, 0, text);
		(void)buffer_print(buffer, "#   a unit of %s is at most %s off\n", list->dimension->name, text);
	}
}

static void residual_words(const struct studio *studio, const struct parity *parity, struct buffer *buffer)
{
	char texts[3][EXACT_TEXT];

	(void)buffer_print(buffer, "#   %s less %s: %s in the mean, %s at most on any path", parity->input->to, parity->input->from,
			   money(studio, parity->residual.mean, texts[0]), money(studio, parity->residual.largest, texts[1]));
	if (parity->residual.bound >= 0)
		(void)buffer_print(buffer, "; the grids allow %s%s\n", money(studio, parity->residual.bound, texts[2]), parity->residual.kept ? "" : ", AND IT IS MORE");
	else
		(void)buffer_print(buffer, "; %s\n", parity->input->net ? "the nets are to agree, not the bills" : "no bound, since not all could be carried over");
	for (size_t i = 0; i < parity->loss_count; i++)
		(void)buffer_print(buffer, "#   not carried over: %s; instead: %s\n", parity->losses[i].what, parity->losses[i].instead);
}

static void offer_head(const struct contract *contract, const char *name, const char *market, size_t months, struct buffer *buffer)
{
	(void)buffer_print(buffer, "  { name = \"%s\"; market = \"%s\"; offer = \"%s\"; plan = \"%s\"; months = \"%zum\";\n", name, market, contract->offer->name,
			   contract->plan->name, months);
}

/* All of it is a configuration: what is said of the pair is in comments. */
static void parity_text(const struct studio *studio, const struct contract *contract, const struct parity *parity, struct buffer *buffer)
{
	const struct parity_input *input = parity->input;
	const char *discount = cli_value(studio->cli, "discount"), *base = contract->private ? contract->private->name : contract->plan->name;
	char from[APOLLO_TIME_TEXT], to[APOLLO_TIME_TEXT], name[CATALOG_NAME_MAX + 16];

	(void)buffer_print(buffer, "# %s at %s, and at %s for the same %s: %.10s to %.10s, %zu paths of seed %llu, %s\n", contract->name, input->from, input->to,
			   input->net ? "net" : "bill", apollo_time_format(input->schedule->start, from), apollo_time_format(input->schedule->end, to),
			   studio->forecast.paths, (unsigned long long)studio->forecast.seed, studio->currency);
	(void)buffer_print(buffer, "#   %-22s %18s %18s\n", "mean", input->from, input->to);
	pair_row(studio, "bill", parity->source.outcome.bill.mean, parity->target.outcome.bill.mean, buffer);
	pair_row(studio, "marketplace's fee", parity->source.outcome.fee_mean, parity->target.outcome.fee_mean, buffer);
	pair_row(studio, "net", parity->source.outcome.net.mean, parity->target.outcome.net.mean, buffer);
	fee_words(&parity->source, buffer);
	fee_words(&parity->target, buffer);
	residual_words(studio, parity, buffer);
	unit_words(parity, buffer);
	(void)buffer_print(buffer, "# Beside the offers of %s.\nprivate_offers = (\n", studio->cli->words[0]);
	if (discount) {
		(void)snprintf(name, sizeof(name), "%.120s-%s", base, input->from);
		offer_head(contract, name, input->from, input->schedule->slice_count, buffer);
		(void)buffer_print(buffer, "    discount = \"%s\";\n  },\n", discount);
	}
	(void)snprintf(name, sizeof(name), "%.120s-%s", base, input->to);
	offer_head(contract, name, input->to, input->schedule->slice_count, buffer);
	parity_config(parity, "    ", buffer);
	(void)buffer_text(buffer, "  }\n);\n");
}

static void side_json(const struct studio *studio, const struct parity_side *side, const char *name, struct buffer *buffer)
{
	char texts[3][EXACT_TEXT];

	(void)buffer_print(buffer, ",\"%s\":", name);
	(void)buffer_member(buffer, "{", "market", side->market);
	(void)buffer_member(buffer, ",", "fee_percent", side->fee ? side->fee->percent.text : "");
	(void)buffer_print(buffer, ",\"bill\":\"%s\",\"fee\":\"%s\",\"net\":\"%s\"}", money(studio, side->outcome.bill.mean, texts[0]),
			   money(studio, side->outcome.fee_mean, texts[1]), money(studio, side->outcome.net.mean, texts[2]));
}

static void parity_json(const struct studio *studio, const struct contract *contract, const struct parity *parity, struct buffer *buffer)
{
	BUFFER_CLEANUP struct buffer config = buffer_init(1 << 20);
	char texts[4][EXACT_TEXT];

	(void)buffer_member(buffer, "{", "name", contract->name);
	(void)buffer_member(buffer, ",", "same", parity->input->net ? "net" : "bill");
	(void)buffer_member(buffer, ",", "currency", studio->currency);
	(void)buffer_print(buffer, ",\"paths\":%zu,\"seed\":%llu", studio->forecast.paths, (unsigned long long)studio->forecast.seed);
	side_json(studio, &parity->source, "from", buffer);
	side_json(studio, &parity->target, "to", buffer);
	(void)buffer_print(buffer, ",\"residual\":{\"mean\":\"%s\",\"largest\":\"%s\",\"net\":\"%s\",\"bound\":", money(studio, parity->residual.mean, texts[0]),
			   money(studio, parity->residual.largest, texts[1]), money(studio, parity->net_residual, texts[2]));
	if (parity->residual.bound >= 0)
		(void)buffer_print(buffer, "\"%s\"}", money(studio, parity->residual.bound, texts[3]));
	else
		(void)buffer_text(buffer, "null}");
	(void)buffer_text(buffer, ",\"not_carried\":[");
	for (size_t i = 0; i < parity->loss_count; i++) {
		(void)buffer_member(buffer, i ? ",{" : "{", "what", parity->losses[i].what);
		(void)buffer_member(buffer, ",", "instead", parity->losses[i].instead);
		(void)buffer_text(buffer, "}");
	}
	parity_config(parity, "", &config);
	(void)buffer_member(buffer, "],", "config", buffer_string(&config));
	(void)buffer_text(buffer, "}\n");
}

/* ---- the command ---- */

static int run_parity(const struct cli *cli, struct error *error)
{
	STUDIO_CLEANUP struct studio studio = {.cli = cli, .scope = scope_init(STUDIO_SCOPE)};
	BUFFER_CLEANUP struct buffer buffer = buffer_init(STUDIO_OUTPUT);
	MARKETPLACES_CLEANUP struct marketplaces marketplaces = {0};
	struct parity_input input = {.net = cli_value(cli, "net") != NULL};
	char folder[PATH_MAX];
	struct contract contract;
	struct schedule schedule;
	struct ground ground;
	struct parity parity;

	if (marketplaces_read(data_folder("marketplaces.cfg", folder), &marketplaces, error) < 0 || studio_open(&studio, &contract, error) < 0 ||
	    market_find(cli, &contract, &input, error) < 0 || discount_apply(&studio, &contract, error) < 0)
		return error->code;
	if (contract.phase_count > 1 || contract.plan->phase_count > 1) {
		(void)error_set(error, ERROR_INPUT, "%s goes in steps over its term, and a pair is found for one set of prices", contract.name);
		return error_hint(error, "write each step as an offer of its own");
	}
	if (schedule_make(&studio.scope, contract.phases, contract.phase_count, contract.start, contract.end, &schedule, error) < 0)
		return error->code;
	ground = (struct ground){.schedule = &schedule, .path_count = studio.forecast.paths, .risk = 5};
	ground.quantities = forecast_make(&studio.scope, &studio.forecast, &schedule, contract.offer, error);
	if (!ground.quantities)
		return error->code;
	input.offer = contract.offer;
	input.plan = contract.plan;
	input.source = contract.phases[0].tariff;
	input.schedule = &schedule;
	input.ground = &ground;
	input.price_decimals = (int)marketplace_limit(&marketplaces, LIMIT_AZURE_PRICE_DECIMALS);
	input.marketplaces = &marketplaces;
	input.deal = contract.private ? contract.private->deal : DEAL_NEW;
	input.attested = contract.private && contract.private->renewal_attested;
	if (parity_make(&studio.scope, &input, &parity, error) < 0)
		return error->code;
	if (cli->json)
		parity_json(&studio, &contract, &parity, &buffer);
	else
		parity_text(&studio, &contract, &parity, &buffer);
	return output_write(&buffer, error);
}

static const struct cli_flag parity_flags[] = {
	FORECAST_FLAGS,
	{"months", "COUNT", "so many; else as the offer or the plan says"},
	{"goals", "FILE", "a forecast; see apollo-price(5)"},
	{"net", NULL, "what is left to us after the fee is to agree, not the bill"},
	{"discount", "PERCENT", "with OFFER/PLAN: that much off the list"},
	{"market", "azure|gcp", "with OFFER/PLAN: where it is offered"},
	{NULL, NULL, NULL},
};

const struct cli_command parity_commands[] = {
	{"price parity", "OFFERS.cfg NAME|OFFER/PLAN", "the offer of the other marketplace that costs the customer the same", parity_flags, 2, 2, run_parity},
	{NULL, NULL, NULL, NULL, 0, 0, NULL},
};
