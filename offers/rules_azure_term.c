/* SPDX-License-Identifier: Apache-2.0 */
/* Azure's rules about days, people, and what goes on over a term. */
#include "offers/rules.h"

#include "offers/fees.h"

#include <apollo/kit.h>
#include <string.h>

/* ---- days ---- */

static void start_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	const char *day = offer_day(check, NULL, offer->start), *next = offer_day(check, NULL, month_of(NULL, offer->start, 1));

	if (offer->start < check->now && day)
		offer_find(check, rule, offer, offer->where, offer_text(check, "start = \"acceptance\", or \"%s\"", offer_day(check, NULL, month_of(NULL, check->now, 1))),
			   "it starts on %s, which is past", day);
	if (!month_begins(NULL, offer->start) && day)
		offer_find(check, rule, offer, offer->where, offer_text(check, "\"%s\" or \"%s\"", offer_day(check, NULL, month_of(NULL, offer->start, 0)), next),
			   "it starts on %s, which is not the first of a month", day);
}

/* The last days of months on both sides of an end. */
static const char *ends_near(struct offer_check *check, int64_t end)
{
	return offer_text(check, "end = \"%s\" or \"%s\"", offer_day(check, NULL, month_of(NULL, end - 1, 0) - APOLLO_DAY),
			  offer_day(check, NULL, month_of(NULL, end - 1, 1) - APOLLO_DAY));
}

static void end_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	int64_t end = check->term.end;

	if (check->term.end_guessed || (offer->on_acceptance && !offer->end))
		offer_find(check, rule, offer, offer->where, ends_near(check, end), offer->months ? "it starts when it is accepted, so a length of months is no day to end with"
												   : "it has no end");
	else if (!month_begins(NULL, end))
		offer_find(check, rule, offer, offer->where, ends_near(check, end), "it ends on %s, which is not the last day of a month",
			   offer_day(check, NULL, calendar_day(end - 1)));
}

static void accept_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	int64_t last = offer->accept_by, before = offer->start ? offer->start - APOLLO_DAY : month_of(NULL, check->now, 1) - APOLLO_DAY;
	const char *near = offer_text(check, "accept_by = \"%s\"", offer_day(check, NULL, before));

	if (!last)
		offer_find(check, rule, offer, offer->where, near, "it has no day to be accepted by");
	else if (last + APOLLO_DAY <= check->now)
		offer_find(check, rule, offer, offer->where, near, "it is to be accepted by %s, which is past", offer_day(check, NULL, last));
	else if (last >= check->term.end)
		offer_find(check, rule, offer, offer->where, near, "it is to be accepted by %s, when it has ended", offer_day(check, NULL, last));
	else if (offer->start && last > offer->start)
		offer_warn(check, rule, offer, offer->where, near, "it may be accepted until %s, after it starts on %s", offer_day(check, NULL, last),
			   offer_day(check, NULL, offer->start));
}

void azure_days(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	if (!offer->day_edges)
		offer_find(check, rule, offer, offer->where, "write days, such as 2026-10-01", "a start, an end or a day to accept by has a time of day, and Azure takes days");
	if (offer->start)
		start_look(rule, check, offer);
	else
		offer_warn(check, rule, offer, offer->where, offer_text(check, "start = \"%s\", where that is not meant", offer_day(check, NULL, month_of(NULL, check->now, 1))),
			   "it starts when it is accepted, and then the whole of that month is at its prices");
	end_look(rule, check, offer);
	accept_look(rule, check, offer);
}

/* ---- what was accepted ---- */

/* The phases of a ramp, each a private offer of its own. */
static const char *ramp_instead(struct offer_check *check, const struct private_item *item)
{
	const char *text = "a private offer for each step, each an upgrade of the one before it:";
	int64_t from = check->term.start;

	for (size_t i = 0; i < item->phase_count && text; i++) {
		text = offer_text(check, "%s%s %zu from %s", text, i ? "," : "", i + 1, offer_day(check, NULL, from));
		from = calendar_add_months(from, item->phases[i].months);
	}
	return text;
}

static bool has_plan(const struct private_offer *offer, const struct catalog_plan *plan)
{
	for (size_t i = 0; i < offer->item_count; i++)
		if (offer->items[i].plan == plan)
			return true;
	return false;
}

static bool same_customer(const struct private_offer *one, const struct private_offer *other)
{
	const char *a = one->customer.billing_account, *b = other->customer.billing_account;

	return one->market == other->market && a && b && strcmp(a, b) == 0;
}

static void upgrade_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct private_offer *old)
{
	struct private_term term;
	struct error error = {0};

	if (private_term(check->scope, old, check->now, &term, &error) < 0)
		return;
	if (!same_customer(offer, old))
		offer_find(check, rule, offer, offer->where, "take the market and billing_account of the other", "it upgrades %s, which is another customer's or marketplace's",
			   old->name);
	if (offer->start && offer->start < term.end)
		offer_find(check, rule, offer, offer->where, offer_text(check, "start = \"%s\"", offer_day(check, NULL, term.end)),
			   "it starts on %s and upgrades %s, which runs until %s", offer_day(check, NULL, offer->start), old->name, offer_day(check, NULL, term.end - APOLLO_DAY));
	else if (offer->start > term.end)
		offer_warn(check, rule, offer, offer->where, offer_text(check, "start = \"%s\"", offer_day(check, NULL, term.end)),
			   "it starts on %s and upgrades %s, which ends on %s: between them the list price holds", offer_day(check, NULL, offer->start), old->name,
			   offer_day(check, NULL, term.end - APOLLO_DAY));
	for (size_t i = 0; i < old->item_count; i++)
		if (!has_plan(offer, old->items[i].plan))
			offer_warn(check, rule, offer, offer->where, "add an item for it, where that is not meant", "it does not speak of plan %s, which keeps the prices of %s",
				   old->items[i].plan->name, old->name);
}

void azure_follow(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	if (offer->amends)
		upgrade_look(rule, check, offer, offer->amends);
	for (size_t i = 0; i < offer->item_count; i++)
		if (offer->items[i].phase_count > 1)
			offer_find(check, rule, offer, offer->items[i].where, ramp_instead(check, &offer->items[i]),
				   "the prices of plan %s go in %zu steps, and a private offer has one price for its term", offer->items[i].plan->name,
				   offer->items[i].phase_count);
}

void azure_subscribe(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	int64_t days = marketplace_limit(check->marketplaces, LIMIT_AZURE_SUBSCRIBE_DAYS);

	for (size_t i = 0; i < offer->item_count; i++)
		if (offer->items[i].offer->product == PRODUCT_SAAS && offer->accept_by)
			offer_find(check, rule, offer, offer->where, "", "accepting is not subscribing: who accepts on %s has to subscribe to %s by %s",
				   offer_day(check, NULL, offer->accept_by), offer->items[i].plan->name, offer_day(check, NULL, offer->accept_by + days * APOLLO_DAY));
}

/* Which of two offers holds while both run. */
static const char *overlap_winner(const struct private_item *one, const char *one_name, const struct private_item *other, const char *other_name)
{
	int order = decimal_compare(&one->tariff.base_discount, &other->tariff.base_discount);

	if (one->absolute != other->absolute)
		return one->absolute ? one_name : other_name;
	if (one->absolute || order == 0)
		return NULL;
	return order > 0 ? one_name : other_name;
}

static void overlap_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct private_offer *other)
{
	struct private_term term;
	struct error error = {0};
	int64_t from, start = offer->start ? offer->start : check->now;

	if (private_term(check->scope, other, check->now, &term, &error) < 0)
		return;
	from = other->start ? other->start : check->now;
	if (start >= term.end || from >= check->term.end)
		return;
	for (size_t i = 0; i < offer->item_count; i++)
		for (size_t j = 0; j < other->item_count; j++) {
			const char *winner = overlap_winner(&offer->items[i], offer->name, &other->items[j], other->name);

			if (offer->items[i].plan != other->items[j].plan)
				continue;
			offer_find(check, rule, offer, offer->items[i].where, offer_text(check, "start = \"%s\" follows on", offer_day(check, NULL, term.end)),
				   "plan %s is in private offer %s (%s) of the same customer too, from %s to %s: %s%s", offer->items[i].plan->name, other->name,
				   other->items[j].where, offer_day(check, NULL, start > from ? start : from),
				   offer_day(check, NULL, (check->term.end < term.end ? check->term.end : term.end) - APOLLO_DAY),
				   winner ? "what then holds is " : "what then holds is the better price for the customer", winner ? winner : "");
		}
}

void azure_overlap(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	for (const struct private_offer *other = check->catalog->privates; other < offer; other++)
		if (!other->draft && same_customer(offer, other) && offer->amends != other)
			overlap_look(rule, check, offer, other);
}

/* ---- list prices that change ---- */

/* A charge that becomes dearer; NULL: none.  *fee: the base fee does. */
static const struct tariff_charge *charge_rises(const struct tariff *before, const struct tariff *after, bool *fee)
{
	*fee = decimal_compare(&after->base_fee, &before->base_fee) > 0;
	for (size_t i = 0; i < after->charge_count; i++)
		for (size_t j = 0; j < after->charges[i].tier_count && j < before->charges[i].tier_count; j++)
			if (decimal_compare(&after->charges[i].tiers[j].price, &before->charges[i].tiers[j].price) > 0)
				return &after->charges[i];
	return NULL;
}

static void rise_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct catalog_change *change,
		      const struct tariff *before)
{
	int64_t days = marketplace_limit(check->marketplaces, LIMIT_AZURE_RISE_DAYS), told = change->announced ? change->announced : check->now;
	int64_t first = told + days * APOLLO_DAY;
	bool fee;
	const struct tariff_charge *charge = charge_rises(before, change->tariff, &fee);

	if ((!charge && !fee) || change->at - told >= days * APOLLO_DAY)
		return;
	if (!month_begins(NULL, first))
		first = month_of(NULL, first, 1);
	offer_find(check, rule, offer, change->where, offer_text(check, "at = \"%s\"", offer_day(check, NULL, first)),
		   "%s rises on %s, and is %s %s: less than %lld days", charge ? charge->dimension->name : "the base fee", offer_day(check, NULL, change->at),
		   change->announced ? "announced on" : "not announced by", offer_day(check, NULL, calendar_day(told)), (long long)days);
}

/* What a percentage makes of a changed list. */
static void straddle_look(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct private_item *item,
			  const struct catalog_change *change, const struct tariff *before)
{
	const struct tariff *after = change->tariff;

	if (item->absolute || change->at <= check->term.start || change->at >= check->term.end)
		return;
	for (size_t i = 0; i < after->charge_count; i++) {
		const struct tariff_charge *charge = &item->tariff.charges[i];
		const struct decimal *was, *is;

		if (!before->charges[i].tier_count || !after->charges[i].tier_count)
			continue;
		was = &before->charges[i].tiers[0].price;
		is = &after->charges[i].tiers[0].price;
		if (decimal_compare(was, is) == 0)
			continue;
		offer_warn(check, rule, offer, item->where, offer_text(check, "a price of its own, %s, stays", price_less(check, was, &charge->limits.discount)),
			   "the list price of %s goes from %s to %s on %s (%s), and the price of a percentage off it from %s to %s", charge->dimension->name,
			   was->text ? was->text : "0", is->text ? is->text : "0", offer_day(check, NULL, change->at), change->where, price_less(check, was, &charge->limits.discount),
			   price_less(check, is, &charge->limits.discount));
	}
}

void azure_changes(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	for (size_t i = 0; i < offer->item_count; i++) {
		const struct private_item *item = &offer->items[i];
		const struct tariff *before = &item->plan->tariff;

		for (size_t j = 0; j < item->plan->change_count; j++) {
			const struct catalog_change *change = &item->plan->changes[j];

			if (!month_begins(NULL, change->at))
				offer_find(check, rule, offer, change->where,
					   offer_text(check, "at = \"%s\" or \"%s\"", offer_day(check, NULL, month_of(NULL, change->at, 0)),
						      offer_day(check, NULL, month_of(NULL, change->at, 1))),
					   "the list prices of %s change on %s, which is not the first of a month", item->plan->name, offer_day(check, NULL, change->at));
			if (change->at > check->now)
				rise_look(rule, check, offer, change, before);
			straddle_look(rule, check, offer, item, change, before);
			before = change->tariff;
		}
	}
}

/* ---- what is paid ahead ---- */

static void instalments_dates(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct private_item *item)
{
	const struct tariff *tariff = &item->tariff;

	for (size_t i = 0; i < tariff->payment_count; i++) {
		const struct tariff_payment *payment = &tariff->payments[i];

		if (!payment_is_instalment(payment))
			continue;
		if (payment->at < check->term.start || payment->at >= check->term.end)
			offer_find(check, rule, offer, item->where, offer_text(check, "from %s to %s", offer_day(check, NULL, check->term.start),
									       offer_day(check, NULL, check->term.end - APOLLO_DAY)),
				   "the instalment of %s on %s is outside of the term", payment->paid.text, offer_day(check, NULL, payment->at));
		for (size_t j = 0; j < i; j++)
			if (payment_is_instalment(&tariff->payments[j]) && calendar_day(tariff->payments[j].at) == calendar_day(payment->at))
				offer_find(check, rule, offer, item->where, "one instalment of both", "two instalments are on %s", offer_day(check, NULL, calendar_day(payment->at)));
	}
}

void azure_instalments(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	int64_t most = marketplace_limit(check->marketplaces, LIMIT_AZURE_INSTALMENTS), total = marketplace_limit(check->marketplaces, LIMIT_AZURE_INSTALMENTS_TOTAL);

	instalments_total_check(rule, check, offer);
	for (size_t i = 0; i < offer->item_count; i++) {
		const struct private_item *item = &offer->items[i];
		struct exact sum;
		size_t count = instalments_count(&item->tariff, &sum);

		if (count == 0)
			continue;
		if ((int64_t)count > most)
			offer_find(check, rule, offer, item->where, offer_text(check, "at most %lld, so fewer and larger ones", (long long)most), "there are %zu instalments", count);
		if (exact_sign(item->tariff.base_fee.digits) > 0)
			offer_find(check, rule, offer, item->where, "base_fee = \"0\"", "a base fee of %s comes beside the instalments, which are that fee on Azure",
				   item->tariff.base_fee.text);
		if (check->term.end <= calendar_add_months(check->term.start, 1))
			offer_find(check, rule, offer, item->where, "a longer term, or a base fee", "the term is not longer than a month, and has instalments");
		if (exact_compare(sum, exact_multiply(exact_of(total), exact_power(item->tariff.decimals))) > 0)
			offer_find_limit(LIMIT_AZURE_INSTALMENTS_TOTAL, check, rule, offer, item->where, "two agreements", "the instalments add up to %s, and more than %lld is reported to be refused",
					 money_text(check, sum, item->tariff.decimals), (long long)total);
		instalments_dates(rule, check, offer, item);
	}
}

/* The only priced charge of one price; NULL: there are several. */
static const struct tariff_charge *charge_alone(const struct tariff *tariff)
{
	const struct tariff_charge *alone = NULL;

	for (size_t i = 0; i < tariff->charge_count; i++) {
		const struct tariff_charge *charge = &tariff->charges[i];

		if (!charge->priced || charge->tier_count != 1 || exact_sign(charge->tiers[0].price.digits) == 0)
			continue;
		if (alone)
			return NULL;
		alone = charge;
	}
	return alone;
}

/* A base fee, and what is to be included for it. */
static const char *commitment_instead(struct offer_check *check, const struct private_item *item, const struct tariff_payment *payment)
{
	const struct tariff *tariff = &item->tariff;
	const struct tariff_charge *alone = charge_alone(tariff);
	int months = payment_is_commitment(payment) ? payment->every_months : tariff->billing_months;
	struct exact part = exact_power(tariff->scale - tariff->decimals), share = exact_of(months / tariff->billing_months), paid, credit;
	const char *fee, *more = item->offer->product == PRODUCT_SAAS ? "; or instalments" : "";
	char text[EXACT_TEXT];

	paid = exact_divide(decimal_exact(&payment->paid, tariff->scale), exact_multiply(part, share), ROUND_HALF_AWAY);
	fee = money_text(check, paid, tariff->decimals);
	if (!fee || !alone)
		return fee ? offer_text(check, "a base fee of %s each billing period with included quantities that are worth it, in a plan of its own%s", fee, more) : NULL;
	/* credit / (price * (1 - discount)) units, where price is of a micro-unit. */
	credit = exact_divide(exact_multiply(decimal_exact(&payment->credit, tariff->scale), exact_power(alone->limits.discount.decimals + 2)), share, ROUND_DOWN);
	credit = exact_divide(credit, exact_multiply(exact_multiply(alone->tiers[0].unit, exact_of(APOLLO_MICRO)),
						     exact_subtract(exact_power(alone->limits.discount.decimals + 2), alone->limits.discount.digits)), ROUND_DOWN);
	return offer_text(check, "a base fee of %s each billing period with %s %s included, in a plan of its own%s", fee, exact_text(credit, 0, 0, text),
			  alone->dimension->name, more);
}

static const char *instalment_instead(struct offer_check *check, const struct private_item *item)
{
	const struct tariff *tariff = &item->tariff;
	int64_t start = zone_local(check->term.zone, check->term.start), months = 0;
	struct exact sum;

	(void)instalments_count(tariff, &sum);
	while (calendar_add_months(start, months) < zone_local(check->term.zone, check->term.end))
		months++;
	months = (months + tariff->billing_months - 1) / tariff->billing_months;
	return offer_text(check, "a base fee of %s each billing period, %lld of them",
			  money_text(check, exact_divide(sum, exact_of(months), ROUND_HALF_AWAY), tariff->decimals), (long long)months);
}

void azure_ahead(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	for (size_t i = 0; i < offer->item_count; i++) {
		const struct private_item *item = &offer->items[i];
		bool told = item->offer->product == PRODUCT_SAAS;

		for (size_t j = 0; j < item->tariff.payment_count; j++) {
			const struct tariff_payment *payment = &item->tariff.payments[j];

			if (payment_is_instalment(payment) && !payment->credit.text) {
				if (!told)
					offer_find(check, rule, offer, item->where, instalment_instead(check, item), "plan %s has instalments, and is of a %s", item->plan->name,
						   item->offer->product == PRODUCT_VM ? "machine image" : "managed application");
				told = true;
			} else {
				offer_find(check, rule, offer, item->where, commitment_instead(check, item, payment),
					   "%s of %s for usage worth %s, and Azure has no credit that usage draws on", payment->name, payment->paid.text ? payment->paid.text : "0",
					   payment->credit.text ? payment->credit.text : "0");
			}
		}
	}
}

/* ---- people ---- */

static bool ends_with(const char *text, const char *end)
{
	size_t size = strlen(text), end_size = strlen(end);

	return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

/* GUID:GUID_yyyy-MM-dd; x: a hexadecimal digit, 0: a decimal one. */
static bool account_valid(const char *text)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx_0000-00-00";

	for (const char *want = shape; *want; want++, text++) {
		bool digit = *text >= '0' && *text <= '9', letter = (*text >= 'a' && *text <= 'f') || (*text >= 'A' && *text <= 'F');

		if (*want == 'x' ? !digit && !letter : *want == '0' ? !digit : *text != *want)
			return false;
	}
	return *text == '\0';
}

void azure_people(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	size_t most = (size_t)marketplace_limit(check->marketplaces, LIMIT_AZURE_CONTACTS);
	const char *account = offer->customer.billing_account;

	if (offer->contact_count > most)
		offer_find(check, rule, offer, offer->where, "a list of recipients as one address", "there are %zu contacts, and %zu may be told", offer->contact_count, most);
	for (size_t i = 0; i < offer->contact_count; i++)
		if (!strchr(offer->contacts[i], '@'))
			offer_find(check, rule, offer, offer->where, "", "the contact \"%s\" is no e-mail address", offer->contacts[i]);
	if (offer->prepared_by && !strchr(offer->prepared_by, '@'))
		offer_find(check, rule, offer, offer->where, "", "prepared_by \"%s\" is no e-mail address", offer->prepared_by);
	if (offer->terms && strcmp(offer->terms, "standard") != 0 && !ends_with(offer->terms, ".pdf") && !strstr(offer->terms, ".pdf?"))
		offer_find(check, rule, offer, offer->where, "a PDF, or \"standard\"", "the terms \"%s\" are no PDF", offer->terms);
	if (!account)
		offer_find(check, rule, offer, offer->where, "write customer: { billing_account = \"GUID:GUID_2019-05-31\"; }", "the customer has no billing account");
	else if (!account_valid(account))
		offer_find(check, rule, offer, offer->where, "it is a GUID, a colon, a GUID, and _2019-05-31", "the billing account \"%s\" is not one of Azure's", account);
}

void azure_attested(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	const struct marketplace_fee *plain = fee_find(check->marketplaces, "azure", offer->deal, false, check->value.total, check->value.decimals);
	const struct marketplace_fee *lower = fee_find(check->marketplaces, "azure", offer->deal, true, check->value.total, check->value.decimals);

	if (offer->renewal_attested && offer->deal == DEAL_NEW)
		offer_find(check, rule, offer, offer->where, "deal = \"renewal\" or \"migration\", or renewal_attested = false",
			   "a renewal is attested, and the deal is new");
	else if (!offer->renewal_attested && plain && lower && decimal_compare(&lower->percent, &plain->percent) < 0)
		offer_warn(check, rule, offer, offer->where, "renewal_attested = true", "the deal is a %s that is not attested, which cannot be made good later: the fee is %s and not %s percent, %s and not %s %s of the contract's %s",
			   private_deal_name(offer->deal), plain->percent.text, lower->percent.text, money_text(check, fee_of(plain, check->value.total), check->value.decimals),
			   money_text(check, fee_of(lower, check->value.total), check->value.decimals), check->value.currency,
			   money_text(check, check->value.total, check->value.decimals));
}

/* ---- what comes after it ---- */

/* The list as it is at a time. */
static const struct tariff *list_at(const struct catalog_plan *plan, int64_t time)
{
	const struct tariff *tariff = &plan->tariff;

	for (size_t i = 0; i < plan->change_count && plan->changes[i].at <= time; i++)
		tariff = plan->changes[i].tariff;
	return tariff;
}

/* The usage of its last month, by charges; NULL: there is none, or it is of another product. */
static int64_t *usage_last(struct offer_check *check, const struct private_offer *offer, const struct private_item *item)
{
	const struct usage *usage = check->usage;
	int64_t *quantities, from;

	if (!usage || usage->count == 0 || item->offer != offer->items[0].offer ||
	    !(quantities = scope_alloc(check->scope, (item->tariff.charge_count + 1) * sizeof(*quantities))))
		return NULL;
	from = month_of(check->term.zone, usage->rows[usage->count - 1].time, 0);
	for (size_t i = usage->count; i > 0 && usage->rows[i - 1].time >= from; i--) {
		const struct tariff_charge *charge = tariff_charge(&item->tariff, &item->offer->dimensions[usage->rows[i - 1].dimension]);

		if (charge)
			(void)__builtin_add_overflow(quantities[charge - item->tariff.charges], usage->rows[i - 1].quantity, &quantities[charge - item->tariff.charges]);
	}
	return quantities;
}

/* The cliff in money; false: there is no usage. */
static bool cliff_money(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct private_item *item,
			const struct tariff *last, const struct tariff *list)
{
	int64_t *quantities = usage_last(check, offer, item);
	struct exact before, after;
	struct error error = {0};

	if (!quantities || tariff_period_cost(check->scope, last, quantities, &before, &error) < 0 ||
	    tariff_period_cost(check->scope, list, quantities, &after, &error) < 0)
		return false;
	offer_find(check, rule, offer, item->where, "an upgrade that starts then, or auto-renewal off",
		   "from %s plan %s is at list price: with the usage's last month a billing period goes from %s to %s %s", offer_day(check, check->term.zone, check->term.end),
		   item->plan->name, money_text(check, before, last->decimals), money_text(check, after, list->decimals), list->currency);
	return true;
}

static void cliff_prices(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer, const struct private_item *item,
			 const struct tariff *last, const struct tariff *list)
{
	const char *text = "";

	for (size_t i = 0; i < last->charge_count && text; i++) {
		const struct tariff_charge *one = &last->charges[i], *other = &list->charges[i];

		if (one->tier_count && other->tier_count && (charge_differs(other, one) || exact_sign(one->limits.discount.digits) > 0))
			text = offer_text(check, "%s%s %s from %s to %s", text, *text ? "," : "", one->dimension->name,
					  price_less(check, &one->tiers[0].price, &one->limits.discount), price_less(check, &other->tiers[0].price, &other->limits.discount));
	}
	if (text && (decimal_compare(&last->base_fee, &list->base_fee) != 0 || exact_sign(last->base_discount.digits) > 0))
		text = offer_text(check, "%s%s the base fee from %s to %s", text, *text ? "," : "", price_less(check, &last->base_fee, &last->base_discount),
				  price_less(check, &list->base_fee, &list->base_discount));
	if (text && *text)
		offer_find(check, rule, offer, item->where, "an upgrade that starts then, or auto-renewal off", "from %s plan %s is at list price:%s",
			   offer_day(check, check->term.zone, check->term.end), item->plan->name, text);
}

void azure_cliff(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	for (size_t i = 0; i < offer->item_count; i++) {
		const struct private_item *item = &offer->items[i];
		const struct tariff *last = item->phases[item->phase_count - 1].tariff, *list = list_at(item->plan, check->term.end);

		if (!cliff_money(rule, check, offer, item, last, list))
			cliff_prices(rule, check, offer, item, last, list);
	}
}
