/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/private_text.h"

#include "core/calendar.h"

#include <apollo/kit.h>

/* A text as libconfig reads it back. */
static void text_print(struct buffer *buffer, const char *text)
{
	(void)buffer_text(buffer, "\"");
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			(void)buffer_append(buffer, "\\", 1);
		if (*text == '\n')
			(void)buffer_text(buffer, "\\n");
		else if ((unsigned char)*text < ' ')
			(void)buffer_print(buffer, "\\x%02x", (unsigned)(unsigned char)*text);
		else
			(void)buffer_append(buffer, text, 1);
	}
	(void)buffer_text(buffer, "\"");
}

static void member_print(struct buffer *buffer, const char *indent, const char *name, const char *text)
{
	if (!text)
		return;
	(void)buffer_print(buffer, "%s%s = ", indent, name);
	text_print(buffer, text);
	(void)buffer_text(buffer, ";");
}

static void time_print(struct buffer *buffer, const struct zone *zone, const char *name, int64_t time, bool day)
{
	char text[APOLLO_TIME_TEXT];

	if (!time)
		return;
	if (day)
		(void)buffer_print(buffer, "    %s = \"%.10s\";", name, apollo_time_format(zone_local(zone, time), text));
	else
		(void)buffer_print(buffer, "    %s = \"%s\";", name, apollo_time_format(time, text));
}

static void texts_print(struct buffer *buffer, const char *name, const char *const *texts, size_t count)
{
	if (count == 0)
		return;
	(void)buffer_print(buffer, "    %s = [ ", name);
	for (size_t i = 0; i < count; i++) {
		(void)buffer_text(buffer, i ? ", " : "");
		text_print(buffer, texts[i]);
	}
	(void)buffer_text(buffer, " ];\n");
}

static void customer_print(struct buffer *buffer, const struct private_customer *customer)
{
	if (!customer->name && !customer->contact && !customer->email && !customer->address && !customer->billing_account)
		return;
	(void)buffer_text(buffer, "    customer: {");
	member_print(buffer, " ", "name", customer->name);
	member_print(buffer, " ", "contact", customer->contact);
	member_print(buffer, " ", "email", customer->email);
	member_print(buffer, " ", "address", customer->address);
	member_print(buffer, " ", "billing_account", customer->billing_account);
	(void)buffer_text(buffer, " };\n");
}

static void words_print(struct buffer *buffer, const struct private_offer *offer)
{
	const struct {
		const char *name, *text;
	} words[] = {{"title", offer->title}, {"note", offer->note}, {"internal_note", offer->internal_note}, {"prepared_by", offer->prepared_by},
		     {"terms", offer->terms}};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (words[i].text) {
			member_print(buffer, "    ", words[i].name, words[i].text);
			(void)buffer_text(buffer, "\n");
		}
	texts_print(buffer, "contacts", offer->contacts, offer->contact_count);
	for (size_t i = 0; i < offer->feature_count; i++) {
		(void)buffer_text(buffer, i ? ",\n      {" : "    features = ( {");
		member_print(buffer, " ", "name", offer->features[i].name);
		member_print(buffer, " ", "value", offer->features[i].value);
		(void)buffer_text(buffer, " }");
	}
	(void)buffer_text(buffer, offer->feature_count ? " );\n" : "");
}

int private_head_print(const struct private_offer *offer, struct buffer *buffer, struct error *error)
{
	static const char *const deals[] = {"new", "renewal", "migration", "channel_shift"};
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 16);
	const struct zone *zone;

	if (zone_read(&scope, catalog_market_zone(offer->market), &zone, error) < 0)
		return error->code;
	customer_print(buffer, &offer->customer);
	if (!offer->on_acceptance)
		time_print(buffer, zone, "start", offer->start, offer->day_edges);
	time_print(buffer, zone, "accept_by", offer->accept_by, offer->day_edges);
	(void)buffer_print(buffer, "\n    deal = \"%s\";", deals[offer->deal]);
	if (offer->renewals)
		(void)buffer_print(buffer, " renewals = %d;", offer->renewals);
	(void)buffer_text(buffer, offer->renewal_attested ? " renewal_attested = true;\n" : "\n");
	words_print(buffer, offer);
	return 0;
}
