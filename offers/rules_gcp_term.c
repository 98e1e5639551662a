/* SPDX-License-Identifier: Apache-2.0 */
/* Google Cloud's rules about days, words and the customer. */
#include "offers/rules.h"

#include "offers/fees.h"

#include <apollo/kit.h>
#include <string.h>

/* The midnight before a time, and the one after it. */
static const char *midnights_near(struct offer_check *check, int64_t time)
{
	const struct zone *zone = check->term.zone;
	int64_t local = zone_local(zone, time), day = calendar_day(local);

	return offer_text(check, "\"%s\" or \"%s\", whose midnights there are %s and %s UTC", offer_day(check, zone, zone_time(zone, day)),
			  offer_day(check, zone, zone_time(zone, day + APOLLO_DAY)), offer_day(check, NULL, zone_time(zone, day)),
			  offer_day(check, NULL, zone_time(zone, day + APOLLO_DAY)));
}

static bool midnight_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const char *what, int64_t time)
{
	if (day_begins(check->term.zone, time))
		return true;
	offer_find(check, rule, offer, offer->where, midnights_near(check, time), "%s is %s in Los Angeles, which is no midnight there", what,
		   offer_day(check, check->term.zone, time));
	return false;
}

/* So many months after a time, on the marketplace's calendar. */
static int64_t months_later(const struct offer_check *check, int64_t time, int64_t months)
{
	return zone_time(check->term.zone, calendar_add_months(zone_local(check->term.zone, time), months));
}

/* ---- the term ---- */

/* Months of the term, one that is begun for a whole one. */
static int64_t term_months(const struct offer_check *check)
{
	int64_t months = 0;

	while (months_later(check, check->term.start, months) < check->term.end)
		months++;
	return months;
}

void gcp_length(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	int64_t most = marketplace_limit(check->marketplaces, LIMIT_GCP_TERM_MONTHS), months = offer->months ? offer->months : term_months(check);

	if (check->term.end_guessed)
		offer_find(check, rule, offer, offer->where, offer_text(check, "months = \"%lldm\"", (long long)months), "it has neither an end nor a number of months");
	if (months > most)
		offer_find(check, rule, offer, offer->where, offer_text(check, "at most %lld months", (long long)most), "the term of %lld months is too long", (long long)months);
	else if (months * (1 + offer->renewals) > most)
		offer_find(check, rule, offer, offer->where, offer_text(check, "renewals = %lld", (long long)(most / months - 1)),
			   "%lld months and %d renewals are %lld months, and %lld are the most", (long long)months, offer->renewals,
			   (long long)(months * (1 + offer->renewals)), (long long)most);
	if (offer->renewals && offer->interval == INTERVAL_CUSTOM)
		offer_find(check, rule, offer, offer->where, "renewals = 0, or a standard interval", "%d renewals with instalments, and only a standard interval renews", offer->renewals);
}

void gcp_start(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	int64_t months = marketplace_limit(check->marketplaces, LIMIT_GCP_START_MONTHS), last = months_later(check, check->now, months);

	if (!offer->start)
		return;
	(void)midnight_look(rule, check, offer, "the start", offer->start);
	if (offer->start < check->now)
		offer_find(check, rule, offer, offer->where, "start = \"acceptance\", or a day to come", "it starts on %s, which is past", offer_day(check, check->term.zone, offer->start));
	else if (offer->start > last)
		offer_find(check, rule, offer, offer->where, offer_text(check, "\"%.10s\" at the latest", offer_day(check, check->term.zone, last)),
			   "it starts on %s, more than %lld months after it is published", offer_day(check, check->term.zone, offer->start), (long long)months);
}

/* ---- acceptance ---- */

/* The first instalment after the first one, or the end. */
static int64_t instalment_second(const struct private_offer *offer, int64_t otherwise)
{
	const struct tariff *tariff = &offer->items[0].tariff;
	int64_t second = otherwise;
	bool first = true;

	for (size_t i = 0; i < tariff->payment_count; i++) {
		if (!payment_is_instalment(&tariff->payments[i]))
			continue;
		if (!first && tariff->payments[i].at < second)
			second = tariff->payments[i].at;
		first = false;
	}
	return second;
}

/* The last day that an offer can be accepted by, and why. */
static int64_t accept_latest(struct offer_check *check, const struct private_offer *offer, const char **why)
{
	int64_t months = marketplace_limit(check->marketplaces, LIMIT_GCP_ACCEPT_MONTHS), latest = months_later(check, check->now, months);
	int64_t second = instalment_second(offer, check->term.end);

	*why = offer_text(check, "%lld months after it is published", (long long)months);
	if (offer->start >= check->now && offer->start < latest) {
		latest = offer->start;
		*why = "its start";
	}
	if (offer->end && offer->end < latest) {
		latest = offer->end;
		*why = "its end";
	}
	if (second < latest) {
		latest = second;
		*why = "an instalment";
	}
	if (offer->amends && offer->amends->end && offer->amends->end < latest) {
		latest = offer->amends->end;
		*why = "the end of what it amends";
	}
	return zone_time(check->term.zone, calendar_day(zone_local(check->term.zone, latest)));
}

void gcp_accept(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	const struct zone *zone = check->term.zone;
	const char *why, *near;
	int64_t latest = accept_latest(check, offer, &why);

	near = offer_text(check, "accept_by = \"%s\" at the latest", offer_day(check, zone, latest));
	if (!offer->accept_by) {
		offer_find(check, rule, offer, offer->where, near, "it has no day to be accepted by");
		return;
	}
	(void)midnight_look(rule, check, offer, "what it is to be accepted by", offer->accept_by);
	if (offer->accept_by <= check->now)
		offer_find(check, rule, offer, offer->where, near, "it is to be accepted by %s, which is past", offer_day(check, zone, offer->accept_by));
	else if (offer->accept_by > latest)
		offer_find(check, rule, offer, offer->where, near, "it is to be accepted by %s, which is after %s", offer_day(check, zone, offer->accept_by), why);
}

/* ---- instalments ---- */

struct instalments {
	const struct offer_rule *rule;
	struct offer_check *check;
	const struct private_offer *offer;
	const struct private_item *item;
	const struct tariff_payment *before; /* the one that was looked at last; NULL: none */
	bool credit;                         /* the first one buys credit */
};

static void first_look(struct instalments *looking, const struct tariff_payment *payment)
{
	struct offer_check *check = looking->check;
	const struct private_offer *offer = looking->offer;
	const struct zone *zone = check->term.zone;

	looking->credit = payment->credit.text != NULL;
	if (offer->start && payment->at != offer->start)
		offer_find(check, looking->rule, offer, looking->item->where, offer_text(check, "at = \"%s\"", offer_day(check, zone, offer->start)),
			   "the first instalment is on %s, and the start on %s", offer_day(check, zone, payment->at), offer_day(check, zone, offer->start));
	if (!offer->start && offer->accept_by && payment->at > offer->accept_by)
		offer_find(check, looking->rule, offer, looking->item->where, offer_text(check, "at = \"%s\" or earlier, which stands for the start", offer_day(check, zone, offer->accept_by)),
			   "it starts when it is accepted, and the first instalment is on %s", offer_day(check, zone, payment->at));
}

static void next_look(struct instalments *looking, const struct tariff_payment *payment)
{
	struct offer_check *check = looking->check;
	const struct private_offer *offer = looking->offer;
	const struct zone *zone = check->term.zone;

	if (payment->at <= looking->before->at)
		offer_find(check, looking->rule, offer, looking->item->where, "each after the one before it", "the instalment on %s comes behind the one on %s",
			   offer_day(check, zone, payment->at), offer_day(check, zone, looking->before->at));
	if (offer->accept_by && payment->at < offer->accept_by)
		offer_find(check, looking->rule, offer, looking->item->where, offer_text(check, "at = \"%s\" or later", offer_day(check, zone, offer->accept_by)),
			   "the instalment on %s is before %s, by which it is to be accepted", offer_day(check, zone, payment->at), offer_day(check, zone, offer->accept_by));
	if ((payment->credit.text != NULL) != looking->credit)
		offer_find(check, looking->rule, offer, looking->item->where, "\"credit\" in all of them, or in none", "the instalment on %s %s credit, and the first one %s",
			   offer_day(check, zone, payment->at), payment->credit.text ? "buys" : "buys no", looking->credit ? "does" : "does not");
}

static void item_instalments(struct instalments *looking)
{
	struct offer_check *check = looking->check;
	const struct zone *zone = check->term.zone;

	for (size_t i = 0; i < looking->item->tariff.payment_count; i++) {
		const struct tariff_payment *payment = &looking->item->tariff.payments[i];

		if (!payment_is_instalment(payment))
			continue;
		if (!looking->before)
			first_look(looking, payment);
		else
			next_look(looking, payment);
		if (payment->at >= check->term.end)
			offer_find(check, looking->rule, looking->offer, looking->item->where, offer_text(check, "before %s", offer_day(check, zone, check->term.end)),
				   "the instalment on %s is not before the end", offer_day(check, zone, payment->at));
		if (!day_begins(zone, payment->at))
			offer_find(check, looking->rule, looking->offer, looking->item->where, midnights_near(check, payment->at), "the instalment on %s is at no midnight of Los Angeles",
				   offer_day(check, zone, payment->at));
		looking->before = payment;
	}
	if (looking->before && looking->offer->interval != INTERVAL_CUSTOM)
		offer_find(check, looking->rule, looking->offer, looking->item->where, "interval = \"custom\"", "there are instalments, and the interval is %s",
			   private_interval_name(looking->offer->interval));
	if (!looking->before && looking->offer->interval == INTERVAL_CUSTOM)
		offer_find(check, looking->rule, looking->offer, looking->item->where, "instalments = ( { at = \"...\"; amount = \"...\"; } )",
			   "the interval is custom, and there are no instalments");
}

void gcp_instalments(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	instalments_total_check(rule, check, offer);
	for (size_t i = 0; i < offer->item_count; i++)
		item_instalments(&(struct instalments){.rule = rule, .check = check, .offer = offer, .item = &offer->items[i]});
}

/* ---- words ---- */

/* Characters, not bytes. */
static size_t characters(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xC0) != 0x80;
	return count;
}

static void length_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const char *what, const char *text,
			enum marketplace_limit limit)
{
	size_t most = (size_t)marketplace_limit(check->marketplaces, limit), count = text ? characters(text) : 0;

	if (count > most)
		offer_find(check, rule, offer, offer->where, offer_text(check, "%zu characters less", count - most), "%s has %zu characters, and %zu are the most", what, count, most);
}

void gcp_words(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	size_t size = offer->terms ? strlen(offer->terms) : 0;

	if (!offer->title)
		offer_find(check, rule, offer, offer->where, "title = \"...\"", "it has no title");
	length_look(rule, check, offer, "the title", offer->title, LIMIT_GCP_TITLE);
	length_look(rule, check, offer, "the note", offer->note, LIMIT_GCP_NOTE);
	length_look(rule, check, offer, "the internal note", offer->internal_note, LIMIT_GCP_INTERNAL_NOTE);
	for (size_t i = 0; i < offer->feature_count; i++) {
		length_look(rule, check, offer, "the name of a feature", offer->features[i].name, LIMIT_GCP_FEATURE_NAME);
		length_look(rule, check, offer, offer_text(check, "the feature %.40s", offer->features[i].name), offer->features[i].value, LIMIT_GCP_FEATURE_VALUE);
	}
	if (!offer->terms)
		offer_find(check, rule, offer, offer->where, "terms = \"standard\", or a PDF", "it has no licence agreement");
	else if (strcmp(offer->terms, "standard") != 0 && (size < 4 || strcmp(offer->terms + size - 4, ".pdf") != 0))
		offer_find(check, rule, offer, offer->where, "a PDF, or \"standard\"", "the terms \"%s\" are no PDF", offer->terms);
	if (offer->item_count > 1)
		offer_find(check, rule, offer, offer->where, offer_text(check, "%zu private offers", offer->item_count), "it has %zu plans, and Google's private offer is about one",
			   offer->item_count);
}

/* ---- the customer ---- */

/* XXXXXX-XXXXXX-XXXXXX of capital hexadecimal digits, with or without billingAccounts/ before it. */
static bool account_valid(const char *text)
{
	static const char before[] = "billingAccounts/";

	if (strncmp(text, before, sizeof(before) - 1) == 0)
		text += sizeof(before) - 1;
	for (int i = 0; i < 20; i++, text++)
		if (!*text || !(i % 7 == 6 ? *text == '-' : strchr("0123456789ABCDEF", *text) != NULL))
			return false;
	return *text == '\0';
}

void gcp_customer(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	const struct private_customer *customer = &offer->customer;
	const struct {
		const char *name, *value;
	} members[] = {{"name", customer->name}, {"contact", customer->contact}, {"email", customer->email}, {"address", customer->address},
		       {"billing_account", customer->billing_account}};

	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		if (!members[i].value)
			offer_find(check, rule, offer, offer->where, offer_text(check, "customer: { %s = \"...\"; }", members[i].name), "the customer has no %s", members[i].name);
	if (customer->email && !strchr(customer->email, '@'))
		offer_find(check, rule, offer, offer->where, "", "the customer's email \"%s\" is no e-mail address", customer->email);
	if (customer->billing_account && !account_valid(customer->billing_account))
		offer_find(check, rule, offer, offer->where, "it is as 0123AB-4567CD-89EF01", "the billing account \"%s\" is not one of Google's", customer->billing_account);
}

/* ---- what Google does with it ---- */

void gcp_review(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	int64_t above = marketplace_limit(check->marketplaces, LIMIT_GCP_REVIEW_ABOVE), hours = marketplace_limit(check->marketplaces, LIMIT_GCP_REVIEW_HOURS);
	bool large = exact_compare(check->value.total, exact_multiply(exact_of(above), exact_power(check->value.decimals))) > 0;
	const char *value = money_text(check, check->value.total, check->value.decimals), *hint;

	if (!large && offer->deal == DEAL_NEW)
		return;
	hint = offer_text(check, "publish it %lld hours before the customer is to see it", (long long)hours);
	if (large)
		offer_find(check, rule, offer, offer->where, hint, "its total value of %s %s is above %lld, so Google looks at it first", value, check->value.currency, (long long)above);
	else
		offer_find(check, rule, offer, offer->where, hint, "the deal is a %s, so Google looks at it first; its total value is %s %s", private_deal_name(offer->deal), value,
			   check->value.currency);
}

static bool eligible_known(const struct private_offer *offer, const char *name)
{
	for (size_t i = 0; i < offer->item_count; i++)
		for (size_t j = 0; j < offer->items[i].offer->dimension_count; j++) {
			const struct catalog_dimension *dimension = &offer->items[i].offer->dimensions[j];
			const struct catalog_listing *listing = catalog_listing(dimension, offer->market);

			if (strcmp(dimension->name, name) == 0 || (listing && strcmp(listing->id, name) == 0))
				return true;
		}
	return false;
}

void gcp_additional(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	const struct decimal *value = &offer->additional_value;
	int64_t most = marketplace_limit(check->marketplaces, LIMIT_GCP_ADDITIONAL_VALUE);

	if (!value->text && offer->eligible_count)
		offer_find(check, rule, offer, offer->where, "additional_value = \"...\", or leave out \"eligible\"", "something is eligible, and there is no additional value");
	if (!value->text)
		return;
	if (exact_compare(value->digits, exact_multiply(exact_of(most), exact_power(value->decimals))) > 0)
		offer_find(check, rule, offer, offer->where, offer_text(check, "at most %lld", (long long)most), "the additional value of %s is too much", value->text);
	if (offer->eligible_count == 0)
		offer_find(check, rule, offer, offer->where, "eligible = [ \"...\" ]", "there is an additional value of %s, and nothing counts toward it", value->text);
	for (size_t i = 0; i < offer->eligible_count; i++)
		if (!eligible_known(offer, offer->eligible[i]))
			offer_warn(check, rule, offer, offer->where, "a dimension, or its id at the marketplace", "\"%s\" counts toward the additional value, and is nothing that is sold here",
				   offer->eligible[i]);
	offer_warn(check, rule, offer, offer->where, "", "what is missing to the additional value of %s is asked for by the seller, and not by Google", value->text);
}
