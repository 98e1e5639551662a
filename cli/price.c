/* SPDX-License-Identifier: Apache-2.0 */
/* apollo price quote */
#include "cli/price.h"

#include "core/buffer.h"
#include "offers/explain.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>

enum { QUOTE_OUTPUT = 1 << 28 };

/* ---- a change of plan within the term ---- */

/* "--then NAME@DATE": the contract ends there, and another one goes on to the same end. */
static int then_split(const struct cli *cli, struct pricing *pricing, struct contract *later, struct error *error)
{
	const char *then = cli_value(cli, "then"), *at = then ? strrchr(then, '@') : NULL;
	const struct zone *zone;
	char day[32], *name;
	int64_t time;

	later->name = NULL;
	if (!then)
		return 0;
	(void)snprintf(day, sizeof(day), "%.10sT00:00:00Z", at ? at + 1 : "");
	if (!at || strlen(at) != 11 || apollo_time_parse(day, strlen(day), 0, &time) < 0) {
		(void)error_set(error, ERROR_USAGE, "--then %s is not NAME@DAY", then);
		return error_hint(error, "write it as other-offer@2027-01-01");
	}
	name = scope_copy(&pricing->scope, then, (size_t)(at - then));
	if (!name)
		return error_memory(error, "a quote");
	if (contract_find(&pricing->catalog, name, later, error) < 0 ||
	    zone_read(&pricing->scope, pricing->contract.phases[0].tariff->zone, &zone, error) < 0)
		return error->code;
	time = zone_time(zone, time);
	if (time <= pricing->contract.start || time >= pricing->contract.end)
		return error_set(error, ERROR_USAGE, "--then %s is not within the term", then);
	if (strcmp(later->phases[0].tariff->currency, pricing->contract.phases[0].tariff->currency) != 0 ||
	    later->phases[0].tariff->decimals != pricing->contract.phases[0].tariff->decimals || later->offer != pricing->contract.offer)
		return error_set(error, ERROR_INPUT, "%s is of another offer, currency or number of decimals than %s", later->name, pricing->contract.name);
	later->start = time;
	later->end = pricing->contract.end;
	pricing->contract.end = time;
	return 0;
}

/* ---- output ---- */

static void bill_text(const struct bill *bill, struct buffer *buffer)
{
	char from[APOLLO_TIME_TEXT], to[APOLLO_TIME_TEXT], total[EXACT_TEXT];

	(void)buffer_print(buffer, "%s to %s", apollo_time_format(bill->period->from, from), apollo_time_format(bill->period->to, to));
	if (bill->period->part.numerator != bill->period->part.denominator)
		(void)buffer_print(buffer, ", %lld of %lld parts", (long long)bill->period->part.numerator, (long long)bill->period->part.denominator);
	(void)buffer_text(buffer, "\n");
	for (size_t i = 0; i < bill->line_count; i++)
		bill_line_text(bill, &bill->lines[i], buffer);
	(void)buffer_print(buffer, "  %-20s %18s  %s\n\n", "total", bill_amount(bill, bill->total, total), bill->tariff->currency);
}

static void bills_csv(const struct quote *quote, bool header, struct buffer *buffer)
{
	char from[APOLLO_TIME_TEXT], to[APOLLO_TIME_TEXT], amount[EXACT_TEXT], texts[2][APOLLO_QUANTITY_TEXT];

	if (header)
		(void)buffer_text(buffer, "from,to,kind,dimension,quantity,billable,amount,currency\r\n");
	for (size_t i = 0; i < quote->bill_count; i++)
		for (size_t j = 0; j < quote->bills[i].line_count; j++) {
			const struct bill *bill = &quote->bills[i];
			const struct bill_line *line = &bill->lines[j];
			bool usage = line->kind == BILL_USAGE;

			(void)buffer_print(buffer, "%s,%s,%s,%s,%s,%s,%s,%s\r\n", apollo_time_format(bill->period->from, from),
					   apollo_time_format(bill->period->to, to), bill_kind_name(line->kind),
					   usage ? line->charge->dimension->name : line->payment ? line->payment->name : "",
					   usage ? apollo_quantity_format(line->usage.quantity, texts[0]) : "",
					   usage ? apollo_quantity_format(line->usage.billable, texts[1]) : "", bill_amount(bill, line->amount, amount),
					   bill->tariff->currency);
		}
}

static void bills_json(const struct contract *contract, const struct quote *quote, struct buffer *buffer)
{
	char total[EXACT_TEXT];

	(void)buffer_member(buffer, "{", "name", contract->name);
	(void)buffer_text(buffer, ",\"bills\":[");
	for (size_t i = 0; i < quote->bill_count; i++) {
		(void)buffer_text(buffer, i ? ",\n" : "\n");
		bill_json(&quote->bills[i], buffer);
	}
	(void)buffer_print(buffer, "],\"total\":\"%s\",\"usage_left_out\":%zu,\"payments_left_out\":%zu}",
			   exact_text(quote->total, quote->decimals, quote->decimals, total), quote->outside, quote->payments_outside);
}

struct showing {
	const struct cli *cli;
	struct buffer buffer;
	bool csv;
	struct exact total;
	size_t quoted;  /* rows that are in some bill */
	int parts;
};

static int part_show(struct pricing *pricing, const struct contract *contract, struct showing *showing, struct error *error)
{
	struct quote quote;

	if (quote_make(&pricing->scope, contract, &pricing->usage, &quote, error) < 0)
		return error->code;
	if (showing->csv) {
		bills_csv(&quote, showing->parts == 0, &showing->buffer);
	} else if (showing->cli->json) {
		(void)buffer_text(&showing->buffer, showing->parts ? ",\n" : "");
		bills_json(contract, &quote, &showing->buffer);
	} else {
		(void)buffer_print(&showing->buffer, "%s%s\n\n", contract->name, showing->parts ? ", from then on" : "");
		for (size_t i = 0; i < quote.bill_count; i++)
			bill_text(&quote.bills[i], &showing->buffer);
		if (quote.payments_outside)
			(void)buffer_print(&showing->buffer, "%zu payments are of days outside of this term, and in no bill of it.\n\n", quote.payments_outside);
	}
	showing->total = exact_add(showing->total, quote.total);
	showing->quoted += pricing->usage.count - quote.outside;
	showing->parts++;
	return 0;
}

static void total_show(const struct pricing *pricing, struct showing *showing)
{
	const struct tariff *tariff = pricing->contract.phases[0].tariff;
	size_t outside = pricing->usage.count - showing->quoted;
	char total[EXACT_TEXT];

	(void)exact_text(showing->total, tariff->decimals, tariff->decimals, total);
	if (showing->cli->json) {
		(void)buffer_print(&showing->buffer, "],\"total\":\"%s\",\"currency\":\"%s\",\"usage_left_out\":%zu}\n", total, tariff->currency, outside);
	} else if (!showing->csv) {
		(void)buffer_print(&showing->buffer, "%-22s %18s  %s in all\n", "The term", total, tariff->currency);
		if (outside)
			(void)buffer_print(&showing->buffer, "%zu rows of usage are outside of the term, or of what is not sold, and in no bill.\n", outside);
	}
}

static void showing_release(struct showing *showing)
{
	buffer_release(&showing->buffer);
}

static int run_quote(const struct cli *cli, struct error *error)
{
	PRICING_CLEANUP struct pricing pricing;
	__attribute__((cleanup(showing_release))) struct showing showing = {.cli = cli, .buffer = buffer_init(QUOTE_OUTPUT),
									    .csv = cli_value(cli, "csv") != NULL, .total = exact_zero()};
	struct contract later;

	if (pricing_open(cli, &pricing, error) < 0 || then_split(cli, &pricing, &later, error) < 0)
		return error->code;
	(void)buffer_text(&showing.buffer, cli->json && !showing.csv ? "{\"parts\":[\n" : "");
	if (part_show(&pricing, &pricing.contract, &showing, error) < 0 || (later.name && part_show(&pricing, &later, &showing, error) < 0))
		return error->code;
	total_show(&pricing, &showing);
	if (buffer_failed(&showing.buffer))
		return error_memory(error, "a quote");
	(void)fwrite(buffer_string(&showing.buffer), 1, showing.buffer.size, stdout);
	return 0;
}

static const struct cli_flag quote_flags[] = {
	PRICE_FLAGS,
	{"then", "NAME@DATE", "another offer or plan from that day on, to the same end"},
	{"csv", NULL, "each line of each bill as CSV"},
	{NULL, NULL, NULL},
};

const struct cli_command price_commands[] = {
	{"price quote", "OFFERS.cfg NAME|OFFER/PLAN", "what usage costs by an offer, every line explained", quote_flags, 2, 2, run_quote},
	{NULL, NULL, NULL, NULL, 0, 0, NULL},
};
