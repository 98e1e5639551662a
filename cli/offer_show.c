/* SPDX-License-Identifier: Apache-2.0 */
/* apollo offer show and apollo offer diff. */
#include "cli/data.h"
#include "cli/offer.h"

#include "core/clock.h"
#include "offers/terms.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>

enum { SHOW_SCOPE = 1 << 30, SHOW_OUTPUT = 1 << 28 };

/* What both read. */
struct showing {
	struct scope scope;
	struct catalog catalog;
	struct marketplaces marketplaces;
	struct buffer buffer;
	int64_t now;
};

static void showing_release(struct showing *showing)
{
	buffer_release(&showing->buffer);
	marketplaces_release(&showing->marketplaces);
	catalog_release(&showing->catalog);
	scope_release(&showing->scope);
}
#define SHOWING_CLEANUP __attribute__((cleanup(showing_release)))

static int showing_open(const struct cli *cli, struct showing *showing, struct error *error)
{
	const struct clock clock = clock_system();
	char folder[PATH_MAX];

	*showing = (struct showing){.scope = scope_init(SHOW_SCOPE), .buffer = buffer_init(SHOW_OUTPUT)};
	if (cli_time(cli, "now", clock_now(&clock), &showing->now, error) < 0 ||
	    marketplaces_read(data_folder("marketplaces.cfg", folder), &showing->marketplaces, error) < 0 ||
	    catalog_read(cli->words[0], CATALOG_SOLD, &showing->catalog, error) < 0)
		return error->code;
	return 0;
}

static int showing_write(struct showing *showing, struct error *error)
{
	if (buffer_failed(&showing->buffer))
		return error_memory(error, "what is shown");
	(void)fwrite(buffer_string(&showing->buffer), 1, showing->buffer.size, stdout);
	return 0;
}

/* A name that there is none of is a wrong command line here. */
static int named_find(const struct showing *showing, const char *name, struct contract *contract, struct error *error)
{
	if (contract_find(&showing->catalog, name, contract, error) < 0)
		return error->code = error->code == ERROR_INPUT ? ERROR_USAGE : error->code;
	return 0;
}

/* ---- one contract ---- */

static void prices_text(const struct terms *terms, struct buffer *buffer)
{
	char from[APOLLO_QUANTITY_TEXT], to[APOLLO_QUANTITY_TEXT], label[2 * APOLLO_QUANTITY_TEXT + 16];

	(void)buffer_print(buffer, "\n  %-24s %22s %16s %16s %10s\n", "price", "", "list", "offer", "off %");
	for (size_t i = 0; i < terms->price_count; i++) {
		const struct price_row *row = &terms->prices[i];

		label[0] = '\0';
		if (row->charge && row->charge->tier_count > 1 && row->up_to != INT64_MAX)
			(void)snprintf(label, sizeof(label), "%s to %s", apollo_quantity_format(row->from, from), apollo_quantity_format(row->up_to, to));
		else if (row->charge && row->charge->tier_count > 1)
			(void)snprintf(label, sizeof(label), "above %s", apollo_quantity_format(row->from, from));
		(void)buffer_print(buffer, "  %-24s %22s %16s %16s %10s\n", row->charge ? row->charge->dimension->name : "base fee", label, row->list ? row->list : "-", row->offer,
				   row->percent ? row->percent : "-");
	}
}

static void prices_json(const struct terms *terms, struct buffer *buffer)
{
	char text[APOLLO_QUANTITY_TEXT];

	for (size_t i = 0; i < terms->price_count; i++) {
		const struct price_row *row = &terms->prices[i];

		(void)buffer_member(buffer, i ? ",\n{" : "\n{", "price", row->charge ? row->charge->dimension->name : "base fee");
		if (row->charge) {
			(void)buffer_print(buffer, ",\"model\":\"%s\",\"tier\":%zu", tariff_model_name(row->charge->model), row->tier);
			(void)buffer_member(buffer, ",", "from", apollo_quantity_format(row->from, text));
			if (row->up_to != INT64_MAX)
				(void)buffer_member(buffer, ",", "up_to", apollo_quantity_format(row->up_to, text));
		}
		if (row->list)
			(void)buffer_member(buffer, ",", "list", row->list);
		(void)buffer_member(buffer, ",", "offer", row->offer);
		if (row->percent)
			(void)buffer_member(buffer, ",", "percent_off", row->percent);
		(void)buffer_text(buffer, "}");
	}
}

/* A term's name as the name of a member: "accept by" is accept_by. */
static void name_json(struct buffer *buffer, const char *before, const char *name)
{
	(void)buffer_text(buffer, before);
	for (; *name; name++)
		(void)buffer_append(buffer, *name == ' ' ? "_" : name, 1);
}

static void terms_show(const struct cli *cli, const char *name, const struct terms *terms, struct buffer *buffer)
{
	if (!cli->json) {
		(void)buffer_print(buffer, "%s\n", name);
		for (size_t i = 0; i < terms->count; i++)
			(void)buffer_print(buffer, "  %-24s %s\n", terms->rows[i].name, terms->rows[i].text);
		prices_text(terms, buffer);
		return;
	}
	(void)buffer_member(buffer, "{", "name", name);
	(void)buffer_text(buffer, ",\"terms\":");
	for (size_t i = 0; i < terms->count; i++) {
		name_json(buffer, i ? ",\"" : "{\"", terms->rows[i].name);
		(void)buffer_text(buffer, "\":");
		(void)buffer_json(buffer, terms->rows[i].text);
	}
	(void)buffer_text(buffer, "},\"prices\":[");
	prices_json(terms, buffer);
	(void)buffer_text(buffer, "]}");
}

/* ---- show ---- */

static int one_show(const struct cli *cli, struct showing *showing, const char *name, bool first, struct error *error)
{
	struct contract contract;
	struct terms terms;

	if (named_find(showing, name, &contract, error) < 0 || terms_make(&showing->scope, &contract, &showing->marketplaces, showing->now, &terms, error) < 0)
		return error->code;
	(void)buffer_text(&showing->buffer, first ? "" : cli->json ? ",\n" : "\n");
	terms_show(cli, name, &terms, &showing->buffer);
	return 0;
}

/* A private offer, each of its plans by itself. */
static int private_show(const struct cli *cli, struct showing *showing, const struct private_offer *offer, bool first, struct error *error)
{
	for (size_t i = 0; i < offer->item_count; i++) {
		const char *name = offer->item_count == 1 ? offer->name : scope_print(&showing->scope, "%s:%s", offer->name, offer->items[i].plan->name);

		if (!name)
			return error_memory(error, "what is shown");
		if (one_show(cli, showing, name, first && i == 0, error) < 0)
			return error->code;
	}
	return 0;
}

static int all_show(const struct cli *cli, struct showing *showing, struct error *error)
{
	bool first = true;

	for (size_t i = 0; i < showing->catalog.offer_count; i++)
		for (size_t j = 0; j < showing->catalog.offers[i].plan_count; j++, first = false) {
			const char *name = scope_print(&showing->scope, "%s/%s", showing->catalog.offers[i].name, showing->catalog.offers[i].plans[j].name);

			if (!name)
				return error_memory(error, "what is shown");
			if (one_show(cli, showing, name, first, error) < 0)
				return error->code;
		}
	for (size_t i = 0; i < showing->catalog.private_count; i++, first = false)
		if (private_show(cli, showing, &showing->catalog.privates[i], first, error) < 0)
			return error->code;
	return 0;
}

int offer_show(const struct cli *cli, struct error *error)
{
	SHOWING_CLEANUP struct showing showing;
	const char *name = cli->word_count > 1 ? cli->words[1] : NULL;
	const struct private_offer *private;
	int code;

	if (showing_open(cli, &showing, error) < 0)
		return error->code;
	(void)buffer_text(&showing.buffer, cli->json ? "[" : "");
	private = name ? catalog_private(&showing.catalog, name) : NULL;
	code = private ? private_show(cli, &showing, private, true, error) : name ? one_show(cli, &showing, name, true, error) : all_show(cli, &showing, error);
	if (code < 0)
		return code;
	(void)buffer_text(&showing.buffer, cli->json ? "]\n" : "");
	return showing_write(&showing, error);
}

/* ---- what differs ---- */

/* Rows that are not the same in both; *count: how many. */
static void rows_differ(const struct cli *cli, const struct terms *one, const struct terms *other, struct buffer *buffer, size_t *count)
{
	*count = 0;
	for (size_t pass = 0; pass < 2; pass++) {
		const struct terms *of = pass ? other : one;

		for (size_t i = 0; i < of->count; i++) {
			const char *name = of->rows[i].name, *left = terms_text(one, name), *right = terms_text(other, name);

			/* What only the other one has comes behind. */
			if ((pass && left) || (left && right && strcmp(left, right) == 0))
				continue;
			if (cli->json) {
				name_json(buffer, *count ? ",\n{\"term\":\"" : "\n{\"term\":\"", name);
				(void)buffer_text(buffer, "\"");
				if (left)
					(void)buffer_member(buffer, ",", "first", left);
				if (right)
					(void)buffer_member(buffer, ",", "second", right);
				(void)buffer_text(buffer, "}");
			} else {
				(void)buffer_print(buffer, "  %s\n    - %s\n    + %s\n", name, left ? left : "(none)", right ? right : "(none)");
			}
			++*count;
		}
	}
}

/* How much more the second is than the first, in percent. */
static const char *more_percent(struct exact one, struct exact other, char text[static EXACT_TEXT])
{
	struct exact size = exact_sign(one) < 0 ? exact_negate(one) : one;

	if (exact_sign(one) == 0)
		return exact_sign(other) == 0 ? "0.00" : "-";
	return exact_text(exact_divide(exact_multiply(exact_subtract(other, one), exact_of(10000)), size, ROUND_HALF_AWAY), 2, 2, text);
}

struct money {
	const struct cli *cli;
	struct buffer *buffer;
	int decimals;
	size_t rows;
};

/* A row of the table: what, the cost by both, and the difference. */
static void money_row(struct money *money, const char *what, const char *quantity, struct exact one, struct exact other)
{
	char texts[3][EXACT_TEXT], percent[EXACT_TEXT];
	const char *first = exact_text(one, money->decimals, money->decimals, texts[0]), *second = exact_text(other, money->decimals, money->decimals, texts[1]);
	const char *more = exact_text(exact_subtract(other, one), money->decimals, money->decimals, texts[2]);

	if (money->cli->json) {
		(void)buffer_member(money->buffer, money->rows ? ",\n{" : "\n{", "of", what);
		(void)buffer_member(money->buffer, ",", "quantity", quantity);
		(void)buffer_member(money->buffer, ",", "first", first);
		(void)buffer_member(money->buffer, ",", "second", second);
		(void)buffer_member(money->buffer, ",", "change", more);
		(void)buffer_member(money->buffer, ",", "percent", more_percent(one, other, percent));
		(void)buffer_text(money->buffer, "}");
	} else {
		(void)buffer_print(money->buffer, "  %-24s %12s %18s %18s %18s %9s\n", what, quantity, first, second, more, more_percent(one, other, percent));
	}
	money->rows++;
}

/* A billing period with so much of one dimension. */
static int quantity_row(struct showing *showing, struct money *money, const struct contract *one, const struct contract *other, size_t dimension, int64_t units,
			struct error *error)
{
	const struct contract *of[2] = {one, other};
	char text[APOLLO_QUANTITY_TEXT];
	struct exact cost[2];

	for (int i = 0; i < 2; i++) {
		const struct tariff *tariff = of[i]->phases[0].tariff;
		const struct tariff_charge *charge = tariff_charge(tariff, &one->offer->dimensions[dimension]);
		int64_t *quantities = scope_alloc(&showing->scope, (tariff->charge_count + 1) * sizeof(*quantities));

		if (!quantities)
			return error_memory(error, "a comparison");
		if (charge)
			quantities[charge - tariff->charges] = units * APOLLO_MICRO;
		if (tariff_period_cost(&showing->scope, tariff, quantities, &cost[i], error) < 0)
			return error->code;
	}
	money_row(money, units ? one->offer->dimensions[dimension].name : "nothing used", units ? apollo_quantity_format(units * APOLLO_MICRO, text) : "0", cost[0], cost[1]);
	return 0;
}

static int quantities_diff(struct showing *showing, struct money *money, const struct contract *one, const struct contract *other, struct error *error)
{
	if (quantity_row(showing, money, one, other, 0, 0, error) < 0)
		return error->code;
	for (size_t i = 0; i < one->offer->dimension_count; i++)
		for (int64_t units = 10; units <= 10000000; units *= 10)
			if ((tariff_charge(one->phases[0].tariff, &one->offer->dimensions[i]) || tariff_charge(other->phases[0].tariff, &one->offer->dimensions[i])) &&
			    quantity_row(showing, money, one, other, i, units, error) < 0)
				return error->code;
	return 0;
}

/* The months that usage covers, by both. */
static int usage_diff(const struct cli *cli, struct showing *showing, struct money *money, struct contract *one, struct contract *other, struct error *error)
{
	struct contract *of[2] = {one, other};
	struct quote quotes[2];
	struct usage usage = {0};

	for (int i = 0; i < 2; i++) {
		const struct zone *zone;
		int64_t start, end;
		int months = 0;

		if (zone_read(&showing->scope, of[i]->phases[0].tariff->zone, &zone, error) < 0 ||
		    usage_read(&showing->scope, cli_value(cli, "usage"), of[i]->offer, zone, &usage, error) < 0)
			return error->code;
		if (usage.count == 0)
			return error_set(error, ERROR_INPUT, "there is no usage in %s", cli_value(cli, "usage"));
		start = calendar_month(zone_local(zone, usage.rows[0].time));
		end = zone_local(zone, usage.rows[usage.count - 1].time);
		while (months < CATALOG_TERM_MAX && calendar_add_months(start, months) <= end)
			months++;
		of[i]->start = 0;
		if (contract_term(&showing->scope, of[i], zone_time(zone, start), months, error) < 0 ||
		    quote_make(&showing->scope, of[i], &usage, &quotes[i], error) < 0)
			return error->code;
	}
	if (quotes[0].bill_count == quotes[1].bill_count)
		for (size_t i = 0; i < quotes[0].bill_count; i++) {
			const struct bill *left = &quotes[0].bills[i], *right = &quotes[1].bills[i];
			char from[APOLLO_TIME_TEXT];

			(void)apollo_time_format(zone_local(quotes[0].schedule.zone, left->period->from), from);
			from[10] = '\0';
			money_row(money, from, "", tariff_last_place(left->tariff, left->total),
				  tariff_last_place(right->tariff, right->total));
		}
	money_row(money, "in all", "", quotes[0].total, quotes[1].total);
	return 0;
}

static int comparable(const struct contract *one, const struct contract *other, struct error *error)
{
	const struct tariff *left = one->phases[0].tariff, *right = other->phases[0].tariff;

	if (one->offer != other->offer)
		return error_set(error, ERROR_USAGE, "%s is of offer %s and %s of offer %s: they do not count the same", one->name, one->offer->name, other->name,
				 other->offer->name);
	if (strcmp(left->currency, right->currency) != 0 || left->decimals != right->decimals || left->billing_months != right->billing_months)
		return error_set(error, ERROR_USAGE, "%s and %s have different currencies, decimals or billing periods", one->name, other->name);
	return 0;
}

static int money_diff(const struct cli *cli, struct showing *showing, struct contract *one, struct contract *other, struct error *error)
{
	const struct tariff *tariff = one->phases[0].tariff;
	struct money money = {.cli = cli, .buffer = &showing->buffer, .decimals = tariff->decimals};
	bool usage = cli_value(cli, "usage") != NULL;

	if (cli->json)
		(void)buffer_print(&showing->buffer, "],\"currency\":\"%s\",\"money\":[", tariff->currency);
	else
		(void)buffer_print(&showing->buffer, "\nWhat the customer pays, in %s, %s\n  %-24s %12s %18.18s %18.18s %18s %9s\n", tariff->currency,
				   usage ? "at this usage:" : "in a billing period of so much:", "", usage ? "" : "quantity", one->name, other->name, "change", "%");
	if ((usage ? usage_diff(cli, showing, &money, one, other, error) : quantities_diff(showing, &money, one, other, error)) < 0)
		return error->code;
	(void)buffer_text(&showing->buffer, cli->json ? "]}\n" : "");
	return 0;
}

int offer_diff(const struct cli *cli, struct error *error)
{
	SHOWING_CLEANUP struct showing showing;
	struct contract contracts[2];
	struct terms terms[2];
	size_t count;

	if (showing_open(cli, &showing, error) < 0)
		return error->code;
	for (int i = 0; i < 2; i++)
		if (named_find(&showing, cli->words[i + 1], &contracts[i], error) < 0 ||
		    terms_make(&showing.scope, &contracts[i], &showing.marketplaces, showing.now, &terms[i], error) < 0)
			return error->code;
	if (comparable(&contracts[0], &contracts[1], error) < 0)
		return error->code;
	if (cli->json) {
		(void)buffer_member(&showing.buffer, "{", "first", cli->words[1]);
		(void)buffer_member(&showing.buffer, ",", "second", cli->words[2]);
		(void)buffer_text(&showing.buffer, ",\"terms\":[");
	} else {
		(void)buffer_print(&showing.buffer, "- %s\n+ %s\n\n", cli->words[1], cli->words[2]);
	}
	rows_differ(cli, &terms[0], &terms[1], &showing.buffer, &count);
	if (!cli->json && count == 0)
		(void)buffer_text(&showing.buffer, "  Nothing differs.\n");
	if (money_diff(cli, &showing, &contracts[0], &contracts[1], error) < 0)
		return error->code;
	return showing_write(&showing, error);
}
