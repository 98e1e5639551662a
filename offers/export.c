/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/export.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>

/* ---- notes ---- */

static void note_add(struct export *export, bool refused, const char *instead, const char *format, va_list arguments)
	__attribute__((format(printf, 4, 0)));
static void note_add(struct export *export, bool refused, const char *instead, const char *format, va_list arguments)
{
	struct export_note *note;

	if (!export->notes)
		export->notes = scope_alloc(export->scope, EXPORT_NOTES_MAX * sizeof(*export->notes));
	if (!export->notes || export->note_count == EXPORT_NOTES_MAX) {
		export->failed = true;
		return;
	}
	note = &export->notes[export->note_count];
	*note = (struct export_note){refused, scope_vprint(export->scope, format, arguments), instead};
	if (!note->what) {
		export->failed = true;
		return;
	}
	export->note_count++;
	export->refused += refused;
}

void export_refuse(struct export *export, const char *instead, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	note_add(export, true, instead, format, arguments);
	va_end(arguments);
}

void export_tell(struct export *export, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	note_add(export, false, "", format, arguments);
	va_end(arguments);
}

/* ---- texts ---- */

static const char *text_or_fail(struct export *export, const char *text)
{
	if (!text)
		export->failed = true;
	return text ? text : "";
}

const char *export_text(struct export *export, const char *format, ...)
{
	va_list arguments;
	const char *text;

	va_start(arguments, format);
	text = scope_vprint(export->scope, format, arguments);
	va_end(arguments);
	return text_or_fail(export, text);
}

const char *export_net(struct export *export, const struct decimal *price, const struct decimal *percent)
{
	struct exact rest = exact_subtract(exact_multiply(exact_of(100), exact_power(percent->decimals)), percent->digits);
	char text[EXACT_TEXT];

	return text_or_fail(export, scope_text(export->scope, exact_text(exact_multiply(price->digits, rest), price->decimals + percent->decimals + 2, 0, text)));
}

const char *export_decimal(struct export *export, const struct decimal *decimal)
{
	char text[EXACT_TEXT];

	return text_or_fail(export, scope_text(export->scope, exact_text(decimal->digits, decimal->decimals, 0, text)));
}

const char *export_day(struct export *export, const struct zone *zone, int64_t time, bool *exact)
{
	int64_t local = zone_local(zone, time);
	char text[APOLLO_TIME_TEXT];

	*exact = local == calendar_day(local);
	return export_text(export, "%.10s", apollo_time_format(local, text));
}

int64_t export_end(struct export *export)
{
	const struct private_offer *offer = export->offer;
	struct error error;
	int64_t end = 0;

	if (offer->end)
		return offer->end;
	if (!offer->start || offer->on_acceptance)
		return 0;
	if (schedule_end(export->scope, &offer->items[0].tariff, offer->start, offer->months ? offer->months : offer->items[0].plan->term_months, &end,
			 &error) < 0)
		export_refuse(export, "give an end or other months", "%s", error.message);
	return end;
}

/* ---- what no market's private offer can be ---- */

static void charge_refuse(struct export *export, const struct private_item *item, const struct tariff_charge *charge, const char *market)
{
	const struct tariff_limits *limits = &charge->limits;
	const char *name = charge->dimension->name;

	if (limits->discount_amount.text)
		export_refuse(export, "give a percentage", "%s: %s cannot take an amount (%s) off %s", item->plan->name, market, limits->discount_amount.text, name);
	if (limits->minimum.text)
		export_refuse(export, "make it the base fee, with a quantity included", "%s: %s has no minimum (%s) of %s", item->plan->name, market,
			      limits->minimum.text, name);
	if (limits->maximum.text)
		export_refuse(export, "leave it out, or include all of it for a base fee", "%s: %s has no maximum (%s) of %s", item->plan->name, market,
			      limits->maximum.text, name);
	if (charge->step)
		export_refuse(export, "round what is metered instead", "%s: %s does not round quantities of %s", item->plan->name, market, name);
}

void export_refuse_tariff(struct export *export, const struct private_item *item, const char *market)
{
	const struct tariff *tariff = &item->tariff;

	if (strcmp(tariff->currency, "USD") != 0)
		export_refuse(export, "price it in USD; the marketplace converts", "%s: %s takes USD, not %s", item->plan->name, market, tariff->currency);
	if (item->phase_count > 1)
		export_refuse(export, "write an offer for each step, each amending the one before", "%s: %s cannot change prices within a term (%zu steps)",
			      item->plan->name, market, item->phase_count);
	if (tariff->limits.discount.text || tariff->limits.discount_amount.text)
		export_refuse(export, "give every price the discount", "%s: %s takes no discount off the whole bill", item->plan->name, market);
	if (tariff->limits.minimum.text)
		export_refuse(export, "make it a base fee or a commitment", "%s: %s has no minimum bill (%s)", item->plan->name, market, tariff->limits.minimum.text);
	if (tariff->limits.maximum.text)
		export_refuse(export, "leave it out", "%s: %s has no maximum bill (%s)", item->plan->name, market, tariff->limits.maximum.text);
	for (size_t i = 0; i < tariff->charge_count; i++)
		charge_refuse(export, item, &tariff->charges[i], market);
}

/* ---- files ---- */

struct buffer *export_file(struct export *export, const char *name)
{
	struct export_file *file = &export->files[export->file_count++];

	*file = (struct export_file){name, buffer_init(EXPORT_FILE_BYTES)};
	return &file->content;
}

bool export_terms_file(const struct private_offer *offer)
{
	return offer->terms && strcmp(offer->terms, "standard") != 0 && strncmp(offer->terms, "http://", 7) != 0 && strncmp(offer->terms, "https://", 8) != 0;
}

static void line_begin(int depth, struct buffer *out)
{
	(void)buffer_text(out, "\n");
	for (int i = 0; i < depth; i++)
		(void)buffer_text(out, "  ");
}

void export_layout(const char *json, struct buffer *out)
{
	bool quoted = false;
	int depth = 0;

	for (const char *at = json; *at; at++) {
		if (*at == '"' && !quoted) {
			quoted = true;
		} else if (quoted) {
			quoted = *at != '"';
			if (*at == '\\' && at[1])
				(void)buffer_append(out, at++, 1);
		} else if ((*at == '}' || *at == ']') && at[-1] != '{' && at[-1] != '[') {
			line_begin(depth - 1, out);
		}
		(void)buffer_append(out, at, 1);
		if (quoted)
			continue;
		if (*at == '{' || *at == '[')
			depth++;
		else if (*at == '}' || *at == ']')
			depth--;
		if (*at == ':')
			(void)buffer_text(out, " ");
		if (*at == ',' || ((*at == '{' || *at == '[') && at[1] != '}' && at[1] != ']'))
			line_begin(depth, out);
	}
	(void)buffer_text(out, "\n");
}

static void file_layout(struct export *export, struct export_file *file)
{
	BUFFER_CLEANUP struct buffer compact = file->content;

	file->content = buffer_init(EXPORT_FILE_BYTES);
	export_layout(buffer_string(&compact), &file->content);
	if (buffer_failed(&compact) || buffer_failed(&file->content))
		export->failed = true;
}

int export_make(struct export *export, struct error *error)
{
	const char *market = export->offer->market->plugin;

	if (strcmp(market, "azure") == 0) {
		export_azure(export);
	} else if (strcmp(market, "gcp") == 0) {
		export_gcp(export);
	} else {
		(void)error_set(error, ERROR_NO, "private offer %s is of market %s, whose files are not known", export->offer->name, market);
		return error_hint(error, "markets that are: azure, gcp");
	}
	for (size_t i = 0; i < export->file_count; i++)
		file_layout(export, &export->files[i]);
	return export->failed ? error_memory(error, "an export") : 0;
}

void export_release(struct export *export)
{
	for (size_t i = 0; i < export->file_count; i++)
		buffer_release(&export->files[i].content);
}
