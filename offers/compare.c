/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/compare.h"

#include "core/calendar.h"

#include <stdio.h>
#include <string.h>

const char *const compare_shares[COMPARE_SHARES] = {"P5", "P50", "P95"};
const double compare_percents[COMPARE_SHARES] = {5, 50, 95};

const char *compare_kind_name(enum compare_kind kind)
{
	static const char *const names[] = {"list", "offer", "service", "hardware"};

	return names[kind];
}

/* ---- prices ---- */

/* month * over / under. */
static int64_t price_of(int64_t month, struct exact over, struct exact under)
{
	int64_t price;

	if (month < 0 || exact_sign(under) <= 0)
		return COMPARE_UNKNOWN;
	return exact_integer(exact_divide(exact_multiply(exact_of(month), over), under, ROUND_HALF_AWAY), &price) ? price : COMPARE_UNKNOWN;
}

int64_t compare_usable_price(int64_t month, int64_t bytes)
{
	return price_of(month, exact_of(INT64_C(1) << 40), exact_of(bytes));
}

int64_t compare_logical_price(int64_t month, int64_t bytes, int64_t reduction)
{
	return price_of(month, exact_multiply(exact_of(INT64_C(1) << 40), exact_power(6)), exact_multiply(exact_of(bytes), exact_of(reduction)));
}

int64_t compare_rate_price(int64_t month, int64_t rate)
{
	return price_of(month, exact_power(9), exact_of(rate));
}

static void prices_fill(const struct compare_input *input, enum card_reduction reduction, struct compare_row *row)
{
	row->usable_price = compare_usable_price(row->month, row->usable);
	row->read_price = compare_rate_price(row->month, row->read);
	row->write_price = compare_rate_price(row->month, row->write);
	for (int i = 0; i < COMPARE_SHARES; i++)
		row->logical_prices[i] = reduction == CARD_REDUCTION_UNKNOWN ? COMPARE_UNKNOWN
					 : reduction == CARD_REDUCTION_NONE ? row->usable_price
									    : compare_logical_price(row->month, row->usable, input->reductions[i]);
}

/* ---- words ---- */

static int text_finish(struct scope *scope, const struct buffer *buffer, const char **text, struct error *error)
{
	*text = buffer_failed(buffer) ? NULL : scope_text(scope, buffer_string(buffer));
	return *text ? 0 : error_memory(error, "a comparison");
}

static void word_add(struct buffer *buffer, const char *word)
{
	(void)buffer_print(buffer, "%s%s", buffer->size ? "; " : "", word);
}

static void words_add(struct buffer *buffer, const char *const *words)
{
	for (int i = 0; i < CARD_WORDS_MAX && words[i]; i++)
		word_add(buffer, words[i]);
}

static int warn(struct scope *scope, struct compare_row *row, const char *text, struct error *error)
{
	if (row->warning_count == COMPARE_WARNINGS_MAX)
		return 0;
	row->warnings[row->warning_count] = text ? text : "";
	if (!text || !(row->warnings[row->warning_count] = scope_text(scope, text)))
		return error_memory(error, "a comparison");
	row->warning_count++;
	return 0;
}

/* what: "the price", "the rates". */
static int source_warn(struct scope *scope, const struct compare_input *input, const struct card_source *source, const char *what, struct compare_row *row,
		       struct error *error)
{
	char text[200];

	if (!source->text)
		return 0;
	if (source->unsure) {
		(void)snprintf(text, sizeof(text), "%s is not sure", what);
		if (warn(scope, row, text, error) < 0)
			return error->code;
	}
	if (calendar_add_months(source->time, input->cards->age) >= input->now)
		return 0;
	(void)snprintf(text, sizeof(text), "%s is of %.10s: older than %d months", what, source->date, input->cards->age);
	return warn(scope, row, text, error);
}

/* ---- ours ---- */

static int ours_words(struct scope *scope, const struct compare_input *input, struct compare_row *row, struct error *error)
{
	BUFFER_CLEANUP struct buffer included = buffer_init(1 << 16), missing = buffer_init(1 << 16);
	const struct compare_cluster *cluster = row->cluster;

	(void)buffer_print(&included, "the software, at its mean bill for %s; %s", input->usage, input->fee);
	if (input->inside)
		(void)buffer_text(&included, "; the machines, which the vendor pays for");
	else
		(void)buffer_print(&included, "; the data machines in %s, paid to the cloud and not through the offer: prices of %s (%s)", cluster->region,
				   cluster->source.date, cluster->source.text);
	if (!input->inside && cluster->management.text)
		(void)buffer_print(&included, "; the management machine, on demand: prices of %s (%s)", cluster->management.date, cluster->management.text);
	else if (!input->inside)
		word_add(&missing, "the management machine, whose price is not known");
	if (!input->inside)
		word_add(&missing, "the network and what leaves the cloud, a support plan of the cloud's");
	if (text_finish(scope, &included, &row->included, error) < 0 || text_finish(scope, &missing, &row->missing, error) < 0 ||
	    (!input->inside && source_warn(scope, input, &cluster->source, "the machines' price", row, error) < 0) ||
	    (!input->inside && source_warn(scope, input, &cluster->management, "the management machine's price", row, error) < 0))
		return error->code;
	if (cluster->assumed && warn(scope, row, "the usable capacity is by a share of the raw one that was given, and not a published one", error) < 0)
		return error->code;
	return strcmp(cluster->currency, input->currency) == 0 || input->inside
		       ? 0
		       : warn(scope, row, "the machines' price is in another currency: nothing is converted", error);
}

static int ours_make(struct scope *scope, const struct compare_input *input, const struct compare_software *software,
		     const struct compare_cluster *cluster, struct compare_row *row, struct error *error)
{
	bool same = strcmp(cluster->currency, input->currency) == 0;

	*row = (struct compare_row){.kind = software->kind, .region = cluster->region, .usable = cluster->usable, .software = software->month,
				    .infrastructure = input->inside ? 0 : same ? cluster->month : COMPARE_UNKNOWN, .read = cluster->read,
				    .write = cluster->write, .cluster = cluster};
	row->name = scope_print(scope, "%s on %s", software->name, cluster->name);
	if (!row->name)
		return error_memory(error, "a comparison");
	if (row->infrastructure < 0 || !quantity_add(row->software, row->infrastructure, &row->month))
		row->month = COMPARE_UNKNOWN;
	prices_fill(input, CARD_REDUCTION_SAME, row);
	return ours_words(scope, input, row, error);
}

/* ---- others ---- */

static void hardware_words(const struct card *card, int64_t systems, struct buffer *included, struct buffer *missing)
{
	(void)buffer_print(included, "%lld %s, written off over %d years", (long long)systems, systems == 1 ? "system" : "systems", card->years);
	word_add(card->support < 0 ? missing : included, "support");
	word_add(card->kilowatts < 0 ? missing : included, "power and cooling");
	word_add(card->space < 0 ? missing : included, "space");
	word_add(card->people < 0 ? missing : included, "people");
	word_add(missing, "interest on the capital, what is left of it at the end");
}

static int card_words(struct scope *scope, const struct compare_input *input, int64_t systems, struct compare_row *row, struct error *error)
{
	BUFFER_CLEANUP struct buffer included = buffer_init(1 << 16), missing = buffer_init(1 << 16);
	const struct card *card = row->card;

	if (card->kind == CARD_HARDWARE)
		hardware_words(card, systems, &included, &missing);
	else
		word_add(card->infrastructure ? &included : &missing, card->infrastructure ? "infrastructure" : "infrastructure, which is paid for separately");
	words_add(&included, card->included);
	words_add(&missing, card->missing);
	if (card->source.text)
		(void)buffer_print(&included, "; %s of %s (%s)", card->kind == CARD_HARDWARE ? "figures" : "price", card->source.date, card->source.text);
	if (card->rate_source.text)
		(void)buffer_print(&included, "; rates of %s (%s)", card->rate_source.date, card->rate_source.text);
	if (text_finish(scope, &included, &row->included, error) < 0 || text_finish(scope, &missing, &row->missing, error) < 0)
		return error->code;
	if (!card->source.text && warn(scope, row, "its card has no price", error) < 0)
		return error->code;
	if (strcmp(card->currency, input->currency) != 0 && warn(scope, row, "its price is in another currency: nothing is converted", error) < 0)
		return error->code;
	if (card->reduction == CARD_REDUCTION_UNKNOWN && warn(scope, row, "whether it reduces data for the customer is not known", error) < 0)
		return error->code;
	if (source_warn(scope, input, &card->source, "the price", row, error) < 0)
		return error->code;
	if (source_warn(scope, input, &card->rate_source, "its throughput", row, error) < 0)
		return error->code;
	if (card->kind == CARD_SERVICE && strcmp(card->region, "any") != 0 && input->cluster_count && strcmp(card->region, input->clusters[0].region) != 0)
		return warn(scope, row, "it is in another region than ours", error);
	return 0;
}

static int other_make(struct scope *scope, const struct compare_input *input, const struct card *card, struct compare_row *row, struct error *error)
{
	struct card_month month = card_month(card, input->capacity, input->decimals);
	bool same = strcmp(card->currency, input->currency) == 0;

	*row = (struct compare_row){.kind = card->kind == CARD_SERVICE ? COMPARE_SERVICE : COMPARE_HARDWARE, .name = card->name, .region = card->region,
				    .usable = month.usable, .month = same ? month.amount : COMPARE_UNKNOWN, .software = COMPARE_UNKNOWN,
				    .infrastructure = COMPARE_UNKNOWN, .read = month.read, .write = month.write, .card = card};
	prices_fill(input, card->reduction, row);
	return card_words(scope, input, month.systems, row, error);
}

int compare_make(struct scope *scope, const struct compare_input *input, struct compare *compare, struct error *error)
{
	size_t most = input->software_count * input->cluster_count + input->cards->count;

	*compare = (struct compare){.input = input, .rows = scope_alloc(scope, (most + 1) * sizeof(*compare->rows))};
	if (!compare->rows)
		return error_memory(error, "a comparison");
	for (size_t i = 0; i < input->software_count; i++)
		for (size_t j = 0; j < input->cluster_count; j++)
			if (ours_make(scope, input, &input->software[i], &input->clusters[j], &compare->rows[compare->count++], error) < 0)
				return error->code;
	for (size_t i = 0; i < input->cards->count; i++)
		if (other_make(scope, input, &input->cards->items[i], &compare->rows[compare->count++], error) < 0)
			return error->code;
	return 0;
}
