/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/rules.h"

#include <apollo/kit.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define OFFER_RULE_ROW(FUNCTION, CODE, SEVERITY, TITLE, SOURCE, DATE) {CODE, OFFER_##SEVERITY, TITLE, SOURCE, DATE, FUNCTION},
static const struct offer_rule rules[] = {OFFER_RULES(OFFER_RULE_ROW)};

enum { RULES = sizeof(rules) / sizeof(*rules) };

const struct offer_rule *offer_rules(size_t *count)
{
	*count = RULES;
	return rules;
}

const char *offer_severity_name(enum offer_severity severity)
{
	return severity == OFFER_REFUSED ? "refused" : "warning";
}

/* ---- findings ---- */

static bool room_make(struct offer_check *check)
{
	size_t room = check->room ? 2 * check->room : 32;
	struct offer_finding *findings;

	if (check->count < check->room)
		return true;
	findings = scope_alloc(check->scope, room * sizeof(*findings));
	if (!findings)
		return false;
	if (check->count)
		memcpy(findings, check->findings, check->count * sizeof(*findings));
	check->findings = findings;
	check->room = room;
	return true;
}

__attribute__((format(printf, 3, 0)))
static void finding_add(struct offer_check *check, const struct offer_finding *parts, const char *format, va_list arguments)
{
	struct offer_finding finding = *parts;

	if (check->count == OFFER_FINDINGS_MAX) {
		check->left_out++;
		check->refused += finding.severity == OFFER_REFUSED;
		check->warned += finding.severity == OFFER_WARNING;
		return;
	}
	finding.message = scope_vprint(check->scope, format, arguments);
	if (check->failed || !finding.message || !finding.hint || !finding.where || !room_make(check)) {
		check->failed = true;
		return;
	}
	check->findings[check->count++] = finding;
}

void offer_find(struct offer_check *check, const struct offer_rule *rule, const struct private_offer *offer, const char *where, const char *hint,
		const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	finding_add(check, &(struct offer_finding){.rule = rule, .offer = offer, .severity = rule->severity, .where = where, .hint = hint}, format, arguments);
	va_end(arguments);
}

void offer_warn(struct offer_check *check, const struct offer_rule *rule, const struct private_offer *offer, const char *where, const char *hint,
		const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	finding_add(check, &(struct offer_finding){.rule = rule, .offer = offer, .severity = OFFER_WARNING, .where = where, .hint = hint}, format, arguments);
	va_end(arguments);
}

const char *offer_text(struct offer_check *check, const char *format, ...)
{
	va_list arguments;
	const char *text;

	va_start(arguments, format);
	text = scope_vprint(check->scope, format, arguments);
	va_end(arguments);
	if (!text)
		check->failed = true;
	return text;
}

/* ---- their order ---- */

/* The line of "FILE:LINE", and how long the file's name is. */
static long line_of(const char *where, size_t *size)
{
	const char *colon = strrchr(where, ':');

	*size = colon ? (size_t)(colon - where) : strlen(where);
	return colon ? strtol(colon + 1, NULL, 10) : 0;
}

static int finding_compare(const void *left, const void *right)
{
	const struct offer_finding *one = left, *other = right;
	size_t one_size, other_size;
	long one_line = line_of(one->where, &one_size), other_line = line_of(other->where, &other_size);
	int order = strncmp(one->where, other->where, one_size > other_size ? one_size : other_size);

	if (one_size == other_size && strncmp(one->where, other->where, one_size) == 0)
		order = (one_line > other_line) - (one_line < other_line);
	if (order != 0 || (order = strcmp(one->rule->code, other->rule->code)) != 0)
		return order;
	return strcmp(one->message, other->message);
}

/* Sorted, each once, and counted. */
static void findings_settle(struct offer_check *check)
{
	size_t kept = 0;

	if (check->count)
		qsort(check->findings, check->count, sizeof(*check->findings), finding_compare);
	for (size_t i = 0; i < check->count; i++) {
		if (kept && finding_compare(&check->findings[kept - 1], &check->findings[i]) == 0)
			continue;
		check->findings[kept++] = check->findings[i];
		check->refused += check->findings[i].severity == OFFER_REFUSED;
		check->warned += check->findings[i].severity == OFFER_WARNING;
	}
	check->count = kept;
}

/* ---- all of them ---- */

static int offer_look(struct offer_check *check, const struct private_offer *offer, const char *prefix, struct error *error)
{
	if (private_term(check->scope, offer, check->now, &check->term, error) < 0 ||
	    private_value(check->scope, offer, &check->term, &check->value, error) < 0)
		return error->code;
	for (size_t i = 0; i < RULES; i++)
		if (strncmp(rules[i].code, prefix, strlen(prefix)) == 0)
			rules[i].look(&rules[i], check, offer);
	check->checked++;
	return 0;
}

int offer_check_run(struct offer_check *check, struct error *error)
{
	for (size_t i = 0; i < check->catalog->private_count; i++) {
		const struct private_offer *offer = &check->catalog->privates[i];
		const char *plugin = offer->market->plugin, *prefix = strcmp(plugin, "azure") == 0 ? "AZ-" : strcmp(plugin, "gcp") == 0 ? "GC-" : NULL;

		if ((check->name ? strcmp(check->name, offer->name) != 0 : offer->draft) || (check->market && strcmp(check->market, plugin) != 0))
			continue;
		if (!prefix)
			check->unchecked++;
		else if (offer_look(check, offer, prefix, error) < 0)
			return error->code;
	}
	findings_settle(check);
	return check->failed ? error_memory(error, "what was found") : 0;
}

/* ---- days ---- */

bool day_begins(const struct zone *zone, int64_t time)
{
	int64_t local = zone_local(zone, time);

	return local == calendar_day(local);
}

bool month_begins(const struct zone *zone, int64_t time)
{
	int64_t local = zone_local(zone, time);

	return local == calendar_month(local);
}

int64_t month_of(const struct zone *zone, int64_t time, int64_t later)
{
	return zone_time(zone, calendar_add_months(calendar_month(zone_local(zone, time)), later));
}

const char *offer_day(struct offer_check *check, const struct zone *zone, int64_t time)
{
	char text[APOLLO_TIME_TEXT];

	(void)apollo_time_format(zone_local(zone, time), text);
	return day_begins(zone, time) ? offer_text(check, "%.10s", text) : offer_text(check, "%.10s %.5s", text, text + 11);
}

/* ---- prices ---- */

const char *money_text(struct offer_check *check, struct exact amount, int decimals)
{
	char text[EXACT_TEXT];

	return offer_text(check, "%s", exact_text(amount, decimals, decimals, text));
}

/* 100 percent less this one, in its own last place. */
static struct exact percent_rest(const struct decimal *percent)
{
	return exact_subtract(exact_multiply(exact_of(100), exact_power(percent->decimals)), percent->digits);
}

const char *price_less(struct offer_check *check, const struct decimal *price, const struct decimal *percent)
{
	char text[EXACT_TEXT];

	return offer_text(check, "%s", exact_text(exact_multiply(price->digits, percent_rest(percent)), price->decimals + percent->decimals + 2, 0, text));
}

struct nearest_discount discount_nearest(struct offer_check *check, const struct decimal *list, const struct decimal *price, int decimals)
{
	int scale = list->decimals > price->decimals ? list->decimals : price->decimals;
	struct exact whole = exact_power(decimals + 2), lower = exact_subtract(decimal_exact(list, scale), decimal_exact(price, scale)), steps = exact_zero();
	char percent[EXACT_TEXT], text[EXACT_TEXT];

	if (exact_sign(lower) > 0)
		steps = exact_divide(exact_multiply(lower, whole), decimal_exact(list, scale), ROUND_HALF_AWAY);
	return (struct nearest_discount){
		offer_text(check, "%s", exact_text(steps, decimals, 0, percent)),
		offer_text(check, "%s", exact_text(exact_multiply(list->digits, exact_subtract(whole, steps)), list->decimals + decimals + 2, 0, text))};
}

bool charge_differs(const struct tariff_charge *list, const struct tariff_charge *charge)
{
	if (list->model != charge->model || list->tier_count != charge->tier_count || list->package != charge->package)
		return true;
	for (size_t i = 0; i < list->tier_count; i++)
		if (list->tiers[i].up_to != charge->tiers[i].up_to || decimal_compare(&list->tiers[i].price, &charge->tiers[i].price) != 0 ||
		    decimal_compare(&list->tiers[i].fee, &charge->tiers[i].fee) != 0)
			return true;
	return false;
}

const char *limits_other(const struct tariff_limits *limits)
{
	return limits->discount_amount.text ? "a discount in money" : limits->minimum.text ? "a minimum" : limits->maximum.text ? "a maximum" : NULL;
}

/* ---- instalments ---- */

size_t instalments_count(const struct tariff *tariff, struct exact *sum)
{
	size_t count = 0;

	*sum = exact_zero();
	for (size_t i = 0; i < tariff->payment_count; i++)
		if (payment_is_instalment(&tariff->payments[i])) {
			*sum = exact_add(*sum, decimal_exact(&tariff->payments[i].paid, tariff->scale));
			count++;
		}
	*sum = exact_divide(*sum, exact_power(tariff->scale - tariff->decimals), tariff->rounding);
	return count;
}

/* Equal parts that add up: the first ones are one last place more. */
static const char *parts_text(struct offer_check *check, struct exact total, size_t count, int decimals)
{
	struct exact part = exact_divide(total, exact_of((int64_t)count), ROUND_DOWN);
	struct exact rest = exact_subtract(total, exact_multiply(part, exact_of((int64_t)count)));
	const char *low = money_text(check, part, decimals);
	int64_t more = 0;

	(void)exact_integer(rest, &more);
	if (!low)
		return NULL;
	if (more == 0)
		return offer_text(check, "%zu equal parts are %s each", count, low);
	return offer_text(check, "%zu equal parts are %s for the first %lld and %s for the rest", count,
			  money_text(check, exact_add(part, exact_of(1)), decimals), (long long)more, low);
}

void instalments_total_check(const struct offer_rule *rule, struct offer_check *check, const struct private_offer *offer)
{
	int decimals = check->value.decimals;
	struct exact sum = exact_zero(), one, total;
	size_t count = 0;

	for (size_t i = 0; i < offer->item_count; i++) {
		count += instalments_count(&offer->items[i].tariff, &one);
		sum = exact_add(sum, one);
	}
	if (!offer->total.text)
		return;
	if (offer->total.decimals > decimals) {
		offer_find(check, rule, offer, offer->where, "", "the total %s has more than %d decimals", offer->total.text, decimals);
		return;
	}
	total = decimal_exact(&offer->total, decimals);
	if (count == 0)
		offer_find(check, rule, offer, offer->where, "write instalments, or leave out \"total\"", "there is a total of %s and no instalment",
			   offer->total.text);
	else if (exact_compare(total, sum) != 0)
		offer_find(check, rule, offer, offer->where, parts_text(check, total, count, decimals), "the instalments add up to %s and the total is %s",
			   money_text(check, sum, decimals), offer->total.text);
}
