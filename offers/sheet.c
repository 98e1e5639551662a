/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/sheet.h"

#include "offers/explain.h"
#include "offers/quote.h"
#include "offers/value.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>

enum { SHEET_SCOPE = 256 << 20, COLUMNS_MOST = 6 };

static const char style[] =
	":root{color-scheme:light dark;--text:#1c1c1c;--soft:#595959;--line:#d4d4d4;--paper:#fff;--band:#f5f5f3}\n"
	"@media (prefers-color-scheme:dark){:root{--text:#e8e8e6;--soft:#a9a9a5;--line:#444;--paper:#161616;--band:#202020}}\n"
	"body{font:15px/1.5 system-ui,sans-serif;color:var(--text);background:var(--paper);max-width:52rem;margin:2rem auto;padding:0 1rem}\n"
	"h1{font-size:1.6rem;line-height:1.25;margin:0 0 .3rem}h2{font-size:1.1rem;margin:1.8rem 0 .4rem;border-bottom:1px solid var(--line)}\n"
	".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem .4rem;"
	"border-bottom:1px solid var(--line)}th{font-weight:600;color:var(--soft)}tbody tr:nth-child(even){background:var(--band)}\n"
	"td{overflow-wrap:anywhere}.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}tr.sum td{font-weight:600}\n"
	"@media print{:root{--text:#000;--soft:#444;--line:#bbb;--paper:#fff;--band:#fff}body{margin:0;max-width:none;font-size:10.5pt}\n"
	"h2{break-after:avoid}tr{break-inside:avoid}@page{margin:18mm}}\n";

/* ---- one account, two forms ---- */

struct writer {
	const struct sheet *sheet;
	struct scope scope;
	struct buffer *out;
	bool html;
	const char *numbers; /* of the table: 'n' for each column of numbers */
};

static void writer_release(struct writer *writer)
{
	scope_release(&writer->scope);
}

/* As text of the form. */
static void put(struct writer *writer, const char *text)
{
	if (writer->html) {
		(void)buffer_markup(writer->out, text);
		return;
	}
	for (; *text; text++) {
		if (strchr("\\`*_[]<>#|", *text))
			(void)buffer_text(writer->out, "\\");
		(void)buffer_append(writer->out, (unsigned char)*text < ' ' ? " " : text, 1);
	}
}

static void raw(struct writer *writer, const char *markdown, const char *html)
{
	(void)buffer_text(writer->out, writer->html ? html : markdown);
}

static void heading(struct writer *writer, const char *text)
{
	raw(writer, "## ", "<h2>");
	put(writer, text);
	raw(writer, "\n\n", "</h2>\n");
}

static void paragraph(struct writer *writer, const char *text)
{
	raw(writer, "", "<p>");
	put(writer, text);
	raw(writer, "\n\n", "</p>\n");
}

static void list_begin(struct writer *writer)
{
	raw(writer, "", "<ul>\n");
}

static void list_item(struct writer *writer, const char *text)
{
	raw(writer, "- ", "<li>");
	put(writer, text);
	raw(writer, "\n", "</li>\n");
}

static void list_end(struct writer *writer)
{
	raw(writer, "\n", "</ul>\n");
}

static void cells(struct writer *writer, const char *tag, const char *const *texts)
{
	for (int i = 0; i < COLUMNS_MOST && texts[i]; i++) {
		raw(writer, i ? " | " : "| ", "<");
		if (writer->html)
			(void)buffer_print(writer->out, "%s%s>", tag, writer->numbers[i] == 'n' ? " class=\"n\"" : "");
		put(writer, texts[i]);
		if (writer->html)
			(void)buffer_print(writer->out, "</%s>", tag);
	}
	raw(writer, " |\n", "</tr>\n");
}

/* numbers: a letter for each column, 'n' where it has numbers. */
static void table_begin(struct writer *writer, const char *numbers, const char *const *heads)
{
	writer->numbers = numbers;
	raw(writer, "", "<div class=\"scroll\"><table><thead><tr>");
	cells(writer, "th", heads);
	raw(writer, "|", "</thead><tbody>\n");
	for (int i = 0; !writer->html && numbers[i]; i++)
		(void)buffer_text(writer->out, numbers[i] == 'n' ? " ---: |" : " --- |");
	raw(writer, "\n", "");
}

static void row(struct writer *writer, const char *const *texts)
{
	raw(writer, "", "<tr>");
	cells(writer, "td", texts);
}

static void sum_row(struct writer *writer, const char *const *texts)
{
	raw(writer, "", "<tr class=\"sum\">");
	cells(writer, "td", texts);
}

static void table_end(struct writer *writer)
{
	raw(writer, "\n", "</tbody></table></div>\n");
}

static void pair(struct writer *writer, const char *name, const char *value)
{
	if (value)
		row(writer, (const char *const[]){name, value, NULL});
}

static const char *const pair_heads[] = {"What", "How", NULL};

static const char *print(struct writer *writer, const char *format, ...) __attribute__((format(printf, 2, 3)));
static const char *print(struct writer *writer, const char *format, ...)
{
	va_list arguments;
	const char *text;

	va_start(arguments, format);
	text = scope_vprint(&writer->scope, format, arguments);
	va_end(arguments);
	/* One failure is enough to know of: the buffer's. */
	if (!text)
		writer->out->failed = true;
	return text ? text : "";
}

/* ---- words of the model ---- */

static const struct private_offer *offer_of(const struct writer *writer)
{
	return writer->sheet->export->offer;
}

static bool google(const struct writer *writer)
{
	return strcmp(offer_of(writer)->market->plugin, "gcp") == 0;
}

static const char *day_of(struct writer *writer, int64_t time)
{
	const struct zone *zone = NULL;
	char text[APOLLO_TIME_TEXT];
	struct error error;

	if (zone_read(&writer->scope, catalog_market_zone(offer_of(writer)->market), &zone, &error) < 0)
		return apollo_time_format(time, text), print(writer, "%s", text);
	return print(writer, "%.10s", apollo_time_format(zone_local(zone, time), text));
}

static const char *percent_off(struct writer *writer, const struct decimal *list, const struct decimal *list_percent, const struct decimal *price,
			       const struct decimal *percent)
{
	struct exact rest = exact_subtract(exact_multiply(exact_of(100), exact_power(percent->decimals)), percent->digits);
	struct exact list_rest = exact_subtract(exact_multiply(exact_of(100), exact_power(list_percent->decimals)), list_percent->digits);
	struct exact net = exact_multiply(exact_multiply(price->digits, rest), exact_power(list->decimals + list_percent->decimals));
	struct exact base = exact_multiply(exact_multiply(list->digits, list_rest), exact_power(price->decimals + percent->decimals)), off, share;
	char text[EXACT_TEXT];

	if (exact_compare(net, base) == 0)
		return "none";
	if (exact_sign(base) == 0)
		return "new";
	off = exact_multiply(exact_subtract(base, net), exact_multiply(exact_of(100), exact_power(4)));
	share = exact_divide(off, base, ROUND_HALF_AWAY);
	return print(writer, "%s%s %%", exact_compare(exact_multiply(share, base), off) == 0 ? "" : "about ", exact_text(share, 4, 0, text));
}

static const char *net_of(struct writer *writer, const struct decimal *price, const struct decimal *percent)
{
	struct exact rest = exact_subtract(exact_multiply(exact_of(100), exact_power(percent->decimals)), percent->digits);
	char text[EXACT_TEXT];

	return print(writer, "%s", exact_text(exact_multiply(price->digits, rest), price->decimals + percent->decimals + 2, 2, text));
}

/* ---- parties and dates ---- */

static void parties_part(struct writer *writer)
{
	const struct private_offer *offer = offer_of(writer);
	const struct private_customer *customer = &offer->customer;

	heading(writer, "Parties");
	table_begin(writer, "tt", pair_heads);
	pair(writer, "Prepared by", offer->prepared_by);
	for (size_t i = 0; i < offer->contact_count; i++)
		pair(writer, i ? "" : "Contact", offer->contacts[i]);
	pair(writer, "Customer", customer->name);
	pair(writer, "Customer's contact", customer->contact);
	pair(writer, "E-mail", customer->email);
	pair(writer, "Address", customer->address);
	pair(writer, "Billing account", customer->billing_account);
	pair(writer, "Marketplace", google(writer) ? "Google Cloud Marketplace" : "Azure Marketplace");
	table_end(writer);
}

static void term_part(struct writer *writer)
{
	const struct private_offer *offer = offer_of(writer);
	const struct private_item *item = &offer->items[0];

	heading(writer, "Plan, term and dates");
	table_begin(writer, "tt", pair_heads);
	for (size_t i = 0; i < offer->item_count; i++)
		pair(writer, i ? "" : "Plan", print(writer, "%s, plan %s", offer->items[i].offer->name, offer->items[i].plan->name));
	if (offer->amends)
		pair(writer, "Amends", offer->amends->title ? offer->amends->title : offer->amends->name);
	pair(writer, "Accept by", offer->accept_by ? day_of(writer, offer->accept_by) : NULL);
	pair(writer, "Starts", offer->on_acceptance ? "when it is accepted" : day_of(writer, offer->start));
	if (offer->end)
		pair(writer, "Ends", print(writer, "%s, that day included", day_of(writer, offer->end - APOLLO_HOUR)));
	else
		pair(writer, "Lasts", print(writer, "%d months", offer->months ? offer->months : item->plan->term_months));
	if (offer->renewals)
		pair(writer, "Renewals", print(writer, "up to %d", offer->renewals));
	pair(writer, "Billed", item->tariff.billing_months == 1 ? "each month" : print(writer, "each %d months", item->tariff.billing_months));
	pair(writer, "Calendar", google(writer) ? "days begin at midnight in Los Angeles (America/Los_Angeles)" : "days are of UTC");
	pair(writer, "Currency", item->tariff.currency);
	table_end(writer);
}

/* ---- prices ---- */

static void price_row(struct writer *writer, const struct private_item *item, const struct tariff_charge *charge, const struct tariff_charge *list, size_t tier)
{
	const struct tariff_tier *at = &charge->tiers[tier];
	char up_to[APOLLO_QUANTITY_TEXT];
	bool listed = list->priced && tier < list->tier_count;
	const char *unit = charge->model == TARIFF_PACKAGE ? print(writer, "package of %s %s", apollo_quantity_format(charge->package, up_to), charge->dimension->unit)
							    : charge->dimension->unit;

	if (charge->tier_count > 1)
		unit = at->up_to == INT64_MAX ? print(writer, "%s, above", unit) : print(writer, "%s, up to %s", unit, apollo_quantity_format(at->up_to, up_to));
	if (at->fee.text)
		unit = print(writer, "%s, and a fee of %s", unit, at->fee.text);
	row(writer, (const char *const[]){item->plan->name, charge->dimension->name, unit,
					  listed ? net_of(writer, &list->tiers[tier].price, &list->limits.discount) : "none",
					  listed ? percent_off(writer, &list->tiers[tier].price, &list->limits.discount, &at->price, &charge->limits.discount) : "new",
					  net_of(writer, &at->price, &charge->limits.discount)});
}

static void prices_item(struct writer *writer, const struct private_item *item)
{
	const struct tariff *tariff = &item->tariff, *list = &item->plan->tariff;

	if (tariff->base_fee.text || list->base_fee.text)
		row(writer, (const char *const[]){item->plan->name, "base fee", tariff->billing_months == 1 ? "month" : print(writer, "%d months", tariff->billing_months),
						  net_of(writer, &list->base_fee, &list->base_discount),
						  percent_off(writer, &list->base_fee, &list->base_discount, &tariff->base_fee, &tariff->base_discount),
						  net_of(writer, &tariff->base_fee, &tariff->base_discount)});
	for (size_t i = 0; i < tariff->charge_count; i++) {
		const struct tariff_charge *charge = &tariff->charges[i];

		for (size_t j = 0; charge->priced && !charge->unlimited && j < charge->tier_count; j++)
			price_row(writer, item, charge, &list->charges[i], j);
	}
}

static void prices_part(struct writer *writer)
{
	const struct private_offer *offer = offer_of(writer);

	heading(writer, "Prices");
	table_begin(writer, "tttnnn", (const char *const[]){"Plan", "What", "Unit", "List", "Off", "This offer"});
	for (size_t i = 0; i < offer->item_count; i++)
		prices_item(writer, &offer->items[i]);
	table_end(writer);
}

static const char *each_words(struct writer *writer, int months)
{
	return months == 0 ? "the whole term" : months == 1 ? "each month" : print(writer, "each %d months", months);
}

static void included_part(struct writer *writer)
{
	const struct private_offer *offer = offer_of(writer);
	char text[APOLLO_QUANTITY_TEXT];
	bool any = false;

	for (size_t i = 0; i < offer->item_count; i++)
		for (size_t j = 0; j < offer->items[i].tariff.charge_count; j++) {
			const struct tariff_charge *charge = &offer->items[i].tariff.charges[j];

			if (!charge->included && !charge->unlimited)
				continue;
			if (!any) {
				heading(writer, "Included");
				table_begin(writer, "ttnt", (const char *const[]){"Plan", "What", "Quantity", "For", NULL});
			}
			any = true;
			row(writer, (const char *const[]){offer->items[i].plan->name, charge->dimension->name,
							  charge->unlimited ? "all" : print(writer, "%s %s", apollo_quantity_format(charge->included, text), charge->dimension->unit),
							  charge->unlimited ? "the whole term" : each_words(writer, charge->reset_months), NULL});
		}
	if (any)
		table_end(writer);
}

/* ---- what is paid ahead ---- */

static void payment_row(struct writer *writer, const struct tariff_payment *payment)
{
	char paid[EXACT_TEXT], credit[EXACT_TEXT];
	const char *when = payment->at ? day_of(writer, payment->at) : payment->every_months ? each_words(writer, payment->every_months)
					: payment->from_month	? print(writer, "after %d months", payment->from_month)
								: "at the start";

	row(writer, (const char *const[]){payment->name, when, exact_text(payment->paid.digits, payment->paid.decimals, 2, paid),
					  payment->credit.text ? exact_text(payment->credit.digits, payment->credit.decimals, 2, credit) : "none", NULL});
}

static bool usage_has_discount(const struct tariff *tariff)
{
	bool found = false;

	for (size_t i = 0; i < tariff->charge_count; i++)
		found = found || exact_sign(tariff->charges[i].limits.discount.digits) > 0;
	return found;
}

static void commitment_words(struct writer *writer, const struct tariff *tariff)
{
	bool discount = false, expires = false, credit = false;

	for (size_t i = 0; i < tariff->payment_count; i++) {
		discount = discount || exact_sign(tariff->payments[i].discount.digits) > 0;
		expires = expires || tariff->payments[i].expires;
		credit = credit || tariff->payments[i].credit.text;
	}
	if (!credit)
		return;
	list_begin(writer);
	list_item(writer, discount ? "Form: the commitment has the discount. Less is paid than is credited; usage draws on the credit at the prices above."
				   : usage_has_discount(tariff) ? "Form: usage has the discount. What is paid is credited; usage draws on it at the discounted prices above."
							      : "What is paid is credited; usage draws on it at the prices above.");
	list_item(writer, expires ? "What is left of a credit ends when the next one comes." : "What is left of a credit is carried on to the end of the term.");
	list_end(writer);
}

static void payments_part(struct writer *writer)
{
	const struct private_offer *offer = offer_of(writer);
	const struct tariff *tariff = &offer->items[0].tariff;
	struct exact sum = exact_zero();
	const int scale = DECIMAL_DIGITS_MAX;
	bool instalments = false;
	char text[EXACT_TEXT];

	if (!tariff->payment_count)
		return;
	heading(writer, "Commitment and instalments");
	table_begin(writer, "ttnn", (const char *const[]){"What", "When", "Paid", "Credit", NULL});
	for (size_t i = 0; i < tariff->payment_count; i++) {
		payment_row(writer, &tariff->payments[i]);
		instalments = instalments || tariff->payments[i].at;
		if (tariff->payments[i].at)
			sum = exact_add(sum, decimal_exact(&tariff->payments[i].paid, scale));
	}
	if (instalments)
		sum_row(writer, (const char *const[]){"all instalments", "", exact_text(sum, scale, 2, text), "", NULL});
	table_end(writer);
	commitment_words(writer, tariff);
}

static void overage_part(struct writer *writer)
{
	const struct tariff *tariff = &offer_of(writer)->items[0].tariff;
	bool credit = false;

	for (size_t i = 0; i < tariff->payment_count; i++)
		credit = credit || tariff->payments[i].credit.text;
	heading(writer, "Overage");
	if (tariff->overage.text)
		paragraph(writer, print(writer, "Usage that the credit does not cover costs %s times its price above.", tariff->overage.text));
	else if (credit)
		paragraph(writer, "Usage that the credit does not cover costs the prices above, and is billed each month.");
	else
		paragraph(writer, "Usage above what is included costs the prices above, and is billed each month.");
}

/* ---- what is due for sure ---- */

static void bills_table(struct writer *writer, const struct quote *quote)
{
	char each[EXACT_TEXT], sum[EXACT_TEXT];
	size_t next;

	table_begin(writer, "ttnnn", (const char *const[]){"From", "To, not included", "Bills", "Each", "Due without any usage", NULL});
	for (size_t i = 0; i < quote->bill_count; i = next) {
		const struct bill *bill = &quote->bills[i];
		struct exact total = exact_zero();

		/* Bills that follow each other and are alike are one row; those of nothing are none. */
		for (next = i; next < quote->bill_count && exact_compare(quote->bills[next].total, bill->total) == 0; next++)
			total = exact_add(total, quote->bills[next].total);
		if (exact_sign(total) != 0)
			row(writer, (const char *const[]){day_of(writer, bill->period->from), day_of(writer, quote->bills[next - 1].period->to),
							  print(writer, "%zu", next - i), bill_amount(bill, bill->total, each), bill_amount(bill, total, sum), NULL});
	}
	sum_row(writer, (const char *const[]){"all", "", print(writer, "%zu", quote->bill_count), "",
					      print(writer, "%s %s", exact_text(quote->total, quote->decimals, quote->decimals, sum), quote->currency), NULL});
	table_end(writer);
}

/* What each plan's bills come to without usage, where that is what the marketplace asks for: it can cut months in another way. */
static int bills_part(struct writer *writer, const struct private_term *term, const struct contract_value *value, struct error *error)
{
	const struct private_offer *offer = offer_of(writer);
	struct quote *quotes = scope_alloc(&writer->scope, offer->item_count * sizeof(*quotes));
	const struct usage none = {0};
	struct exact total = exact_zero();

	if (!quotes)
		return error_memory(error, "a term sheet");
	for (size_t i = 0; i < offer->item_count; i++) {
		const struct private_item *item = &offer->items[i];
		const struct contract contract = {.name = offer->name, .offer = item->offer, .plan = item->plan, .private = offer, .item = item, .phases = item->phases,
						  .phase_count = item->phase_count, .start = term->start, .end = term->end};

		if (quote_make(&writer->scope, &contract, &none, &quotes[i], error) < 0)
			return error->code;
		total = exact_add(total, quotes[i].total);
	}
	if (exact_compare(total, value->total) != 0) {
		paragraph(writer, "The marketplace bills each month of its calendar, those that are cut short in proportion.");
		return 0;
	}
	for (size_t i = 0; i < offer->item_count; i++) {
		if (offer->item_count > 1)
			paragraph(writer, print(writer, "Plan %s:", offer->items[i].plan->name));
		bills_table(writer, &quotes[i]);
	}
	return 0;
}

static int value_part(struct writer *writer, const struct private_term *term, struct error *error)
{
	const struct private_offer *offer = offer_of(writer);
	struct contract_value value;
	char text[EXACT_TEXT];

	if (private_value(&writer->scope, offer, term, &value, error) < 0)
		return error->code;
	heading(writer, "Total contract value");
	if (bills_part(writer, term, &value, error) < 0)
		return error->code;
	(void)exact_text(value.total, value.decimals, value.decimals, text);
	paragraph(writer, print(writer, "Due for sure, whatever is used: %s %s%s%s%s.", text, value.currency, offer->additional_value.text ? ", and " : "",
				offer->additional_value.text ? offer->additional_value.text : "",
				offer->additional_value.text ? " of usage billed beside the marketplace" : ""));
	return 0;
}

/* ---- the rest ---- */

static void assumptions_part(struct writer *writer, const struct private_term *term)
{
	static const char *const roundings[] = {[ROUND_HALF_AWAY] = "halves away from zero", [ROUND_HALF_UP] = "halves up", [ROUND_HALF_EVEN] = "halves to the even digit",
						[ROUND_UP] = "away from zero", [ROUND_DOWN] = "toward zero", [ROUND_FLOOR] = "down", [ROUND_CEILING] = "up"};
	static const char *const places[] = {[TARIFF_LINE] = "each line of a bill once", [TARIFF_STEP] = "each price and each step of a line",
					     [TARIFF_HOUR] = "each hour", [TARIFF_INVOICE] = "each bill once"};
	const struct private_offer *offer = offer_of(writer);

	heading(writer, "Assumptions");
	list_begin(writer);
	if (term->start_guessed)
		list_item(writer, print(writer, "It starts when it is accepted. Amounts above are as if that were %s.", day_of(writer, term->start)));
	list_item(writer, print(writer, "Amounts are rounded to %d places, %s, %s.", offer->items[0].tariff.decimals, roundings[offer->items[0].tariff.rounding],
				places[offer->items[0].tariff.place]));
	list_item(writer, "Taxes and the cloud's own resources (machines, disks, network) are not part of this offer.");
	list_item(writer, google(writer) ? "Percentages are off the prices of the list as they are when usage is billed."
					 : "Percentages are off the prices of the list as they are when usage is billed; absolute prices stay as they are.");
	list_item(writer, "At the end of the term the prices of the list hold again, unless another offer follows.");
	list_end(writer);
}

static void words_part(struct writer *writer)
{
	const struct private_offer *offer = offer_of(writer);

	if (offer->note) {
		heading(writer, "Note");
		paragraph(writer, offer->note);
	}
	if (offer->feature_count) {
		heading(writer, "Features");
		table_begin(writer, "tt", pair_heads);
		for (size_t i = 0; i < offer->feature_count; i++)
			pair(writer, offer->features[i].name ? offer->features[i].name : "", offer->features[i].value ? offer->features[i].value : "");
		table_end(writer);
	}
	heading(writer, "Terms and validity");
	paragraph(writer, !offer->terms ? "The terms of the product's public offer hold."
			  : strcmp(offer->terms, "standard") == 0 ? "The marketplace's standard agreement holds." : print(writer, "Terms: %s", offer->terms));
	if (offer->accept_by)
		paragraph(writer, print(writer, "This offer is void unless it is accepted by %s.", day_of(writer, offer->accept_by)));
}

static void rules_part(struct writer *writer)
{
	const struct sheet *sheet = writer->sheet;

	if (!sheet->rule_count)
		return;
	heading(writer, "Marketplace rules");
	table_begin(writer, "ttt", (const char *const[]){"Rule", "Result", "What", NULL});
	for (size_t i = 0; i < sheet->rule_count; i++)
		row(writer, (const char *const[]){sheet->rules[i].code, sheet->rules[i].verdict, sheet->rules[i].text, NULL});
	table_end(writer);
}

static void origin_part(struct writer *writer)
{
	const struct sheet *sheet = writer->sheet;

	heading(writer, "Made from");
	table_begin(writer, "tt", pair_heads);
	pair(writer, "Offer file", sheet->file);
	pair(writer, "SHA-256", sheet->sha256);
	pair(writer, "Private offer", offer_of(writer)->name);
	pair(writer, "Made by", print(writer, "apollo %s", sheet->version));
	table_end(writer);
}

static void title_part(struct writer *writer)
{
	const struct private_offer *offer = offer_of(writer);

	if (writer->html) {
		(void)buffer_text(writer->out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>");
		put(writer, offer->title ? offer->title : offer->name);
		(void)buffer_print(writer->out, "</title>\n<style>\n%s</style></head>\n<body>\n", style);
	}
	raw(writer, "# ", "<h1>");
	put(writer, offer->title ? offer->title : offer->name);
	raw(writer, "\n\n", "</h1>\n");
	paragraph(writer, print(writer, "Private offer%s%s through %s", offer->customer.name ? " for " : "", offer->customer.name ? offer->customer.name : "",
				google(writer) ? "Google Cloud Marketplace" : "Azure Marketplace"));
}

int sheet_make(const struct sheet *sheet, enum sheet_form form, struct buffer *out, struct error *error)
{
	__attribute__((cleanup(writer_release))) struct writer writer = {.sheet = sheet, .scope = scope_init(SHEET_SCOPE), .out = out, .html = form == SHEET_HTML};

	struct private_term term;

	if (private_term(&writer.scope, sheet->export->offer, 0, &term, error) < 0)
		return error->code;
	title_part(&writer);
	parties_part(&writer);
	term_part(&writer);
	prices_part(&writer);
	included_part(&writer);
	payments_part(&writer);
	overage_part(&writer);
	if (value_part(&writer, &term, error) < 0)
		return error->code;
	assumptions_part(&writer, &term);
	words_part(&writer);
	rules_part(&writer);
	origin_part(&writer);
	raw(&writer, "", "</body></html>\n");
	return buffer_failed(out) ? error_memory(error, "a term sheet") : 0;
}
