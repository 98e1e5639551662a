/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/cards.h"

#include "core/amount.h"

#include <apollo/kit.h>
#include <string.h>

enum { CARDS_CEILING = 16 << 20, CURRENCY_LETTERS = 3 };

#define KNOWN(...) ((const char *const[]){__VA_ARGS__, NULL})

static const int64_t tebi = INT64_C(1) << 40;

/* ---- pieces ---- */

static int text_keep(struct cards *cards, const config_setting_t *group, const char *name, int need, const char **kept, struct error *error)
{
	const char *text = NULL;
	int found = read_line(group, name, need, &text, error);

	if (found <= 0)
		return found;
	*kept = scope_text(&cards->scope, text);
	return *kept ? 1 : error_memory(error, "cards");
}

/* Without a source and its day a number is a rumour. */
static int source_read(struct cards *cards, const config_setting_t *group, struct card_source *source, struct error *error)
{
	bool day = true;

	if (!config_setting_get_member(group, "source") || !config_setting_get_member(group, "date")) {
		(void)read_fail(group, error, "these numbers have no \"source\" and no \"date\"");
		return error_hint(error, "say where they stand and when they were looked up: date = \"2026-11-22\"; source = \"...\"");
	}
	if (text_keep(cards, group, "source", READ_REQUIRED, &source->text, error) < 0 ||
	    text_keep(cards, group, "date", READ_REQUIRED, &source->date, error) < 0 ||
	    read_day(group, "date", READ_REQUIRED, NULL, &source->time, &day, error) < 0 || read_boolean(group, "unsure", &source->unsure, error) < 0)
		return error->code;
	return day ? 0 : read_fail(config_setting_get_member(group, "date"), error, "\"date\" is not a day, such as 2026-11-22");
}

static int words_read(struct cards *cards, const config_setting_t *group, const char *name, const char **words, struct error *error)
{
	const config_setting_t *list = config_setting_get_member(group, name);

	if (!list)
		return 0;
	if (config_setting_type(list) != CONFIG_TYPE_ARRAY || config_setting_length(list) > CARD_WORDS_MAX)
		return read_fail(list, error, "\"%s\" is not an array of at most %d texts", name, CARD_WORDS_MAX);
	for (int i = 0; i < config_setting_length(list); i++) {
		const char *word = config_setting_get_string_elem(list, i);

		if (!word || !*word || !apollo_text_valid(word, strlen(word)) || !is_line(word))
			return read_fail(list, error, "\"%s\" is not an array of texts in UTF-8, each on one line", name);
		words[i] = scope_text(&cards->scope, word);
		if (!words[i])
			return error_memory(error, "cards");
	}
	return 0;
}

static int currency_read(struct cards *cards, const config_setting_t *group, struct card *card, struct error *error)
{
	if (text_keep(cards, group, "currency", READ_REQUIRED, &card->currency, error) < 0)
		return error->code;
	if (strlen(card->currency) != CURRENCY_LETTERS || strspn(card->currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != CURRENCY_LETTERS)
		return read_fail(config_setting_get_member(group, "currency"), error, "\"currency\" is not three capital letters");
	return 0;
}

static int capacity_read(const config_setting_t *group, const char *name, int need, int64_t *bytes, struct error *error)
{
	int found = read_amount(group, name, need, amount_bytes, bytes, error);

	if (found > 0 && *bytes > CARD_CAPACITY_MOST)
		return read_fail(config_setting_get_member(group, name), error, "\"%s\" is more than 1024PiB", name);
	return found;
}

/* What both kinds have. */
static int head_read(struct cards *cards, const config_setting_t *group, struct card *card, struct error *error)
{
	static const char *const reductions[] = {"unknown", "none", "same", NULL};
	int reduction = CARD_REDUCTION_UNKNOWN;

	*card = (struct card){.where = read_where(group, &cards->scope), .nano_price = CARD_UNKNOWN, .read = CARD_UNKNOWN, .write = CARD_UNKNOWN,
			      .support = CARD_UNKNOWN, .kilowatts = CARD_UNKNOWN, .energy = CARD_UNKNOWN, .space = CARD_UNKNOWN, .people = CARD_UNKNOWN,
			      .overhead = 1000000};
	if (!card->where)
		return error_memory(error, "cards");
	if (text_keep(cards, group, "name", READ_REQUIRED, &card->name, error) < 0 || text_keep(cards, group, "region", READ_REQUIRED, &card->region, error) < 0 ||
	    currency_read(cards, group, card, error) < 0 || read_choice(group, "reduction", READ_OPTIONAL, reductions, &reduction, error) < 0 ||
	    words_read(cards, group, "included", card->included, error) < 0 || words_read(cards, group, "not_included", card->missing, error) < 0)
		return error->code;
	card->reduction = (enum card_reduction)reduction;
	for (size_t i = 0; i < cards->count; i++)
		if (strcmp(cards->items[i].name, card->name) == 0 && strcmp(cards->items[i].region, card->region) == 0)
			return read_fail(group, error, "%s in %s has a card already, at %s", card->name, card->region, cards->items[i].where);
	return 0;
}

/* ---- services ---- */

static int price_read(struct cards *cards, const config_setting_t *group, struct card *card, struct error *error)
{
	static const char *const pers[] = {"TiB-month", "GiB-month", "TiB-hour", "GiB-hour", "TB-month", "GB-month", NULL};
	static const int64_t units[] = {INT64_C(1) << 40, INT64_C(1) << 30, INT64_C(1) << 40, INT64_C(1) << 30, 1000000000000, 1000000000};
	const config_setting_t *price;
	int found = read_group(group, "price", &price, error), per = 0;

	if (found <= 0)
		return found;
	if (read_known(price, KNOWN("amount", "per", "date", "source", "unsure"), error) < 0 ||
	    read_quantity(price, "amount", READ_REQUIRED, 9, 1, &card->nano_price, error) < 0 ||
	    read_choice(price, "per", READ_REQUIRED, pers, &per, error) < 0 || source_read(cards, price, &card->source, error) < 0)
		return error->code;
	card->unit = units[per];
	card->hourly = strstr(pers[per], "hour") != NULL;
	return 0;
}

static int rates_read(struct cards *cards, const config_setting_t *group, struct card *card, struct error *error)
{
	const config_setting_t *rates;
	int found = read_group(group, "performance", &rates, error);
	const char *read = card->kind == CARD_SERVICE ? "read_per_tib" : "read", *write = card->kind == CARD_SERVICE ? "write_per_tib" : "write";

	if (found <= 0)
		return found;
	if (read_known(rates, KNOWN(read, write, "date", "source", "unsure"), error) < 0 ||
	    read_amount(rates, read, READ_OPTIONAL, amount_rates, &card->read, error) < 0 ||
	    read_amount(rates, write, READ_OPTIONAL, amount_rates, &card->write, error) < 0)
		return error->code;
	return source_read(cards, rates, &card->rate_source, error);
}

static int service_read(struct cards *cards, const config_setting_t *group, struct error *error)
{
	static const char *const places[] = {"included", "separate", NULL};
	struct card *card = &cards->items[cards->count];
	int place = 0;

	if (read_known(group, KNOWN("name", "region", "currency", "price", "performance", "reduction", "infrastructure", "least", "step", "included",
				    "not_included"), error) < 0 ||
	    head_read(cards, group, card, error) < 0)
		return error->code;
	card->kind = CARD_SERVICE;
	if (read_choice(group, "infrastructure", READ_REQUIRED, places, &place, error) < 0 || price_read(cards, group, card, error) < 0 ||
	    rates_read(cards, group, card, error) < 0 || capacity_read(group, "least", READ_OPTIONAL, &card->least, error) < 0 ||
	    capacity_read(group, "step", READ_OPTIONAL, &card->step, error) < 0)
		return error->code;
	card->infrastructure = place == 0;
	if (card->source.text || card->rate_source.text) {
		cards->count++;
		return 0;
	}
	(void)read_fail(group, error, "%s has neither a \"price\" nor a \"performance\"", card->name);
	return error_hint(error, "leave out a card of which nothing is known");
}

/* ---- hardware ---- */

/* Millionths of the currency's unit; what is not there is not known. */
static int money_read(const config_setting_t *group, const char *name, int need, int64_t *value, struct error *error)
{
	int found = read_quantity(group, name, need, 6, 0, value, error);

	if (found > 0 && *value > INT64_MAX / 1000)
		return read_fail(config_setting_get_member(group, name), error, "\"%s\" is too large", name);
	return found;
}

static int hardware_read(struct cards *cards, const config_setting_t *group, struct error *error)
{
	struct card *card = &cards->items[cards->count];
	int64_t years = 0;

	if (read_known(group, KNOWN("name", "region", "currency", "performance", "reduction", "included", "not_included", "usable", "capital", "years",
				    "support_year", "power_kw", "power_overhead", "power_price", "space_month", "people_month", "date", "source", "unsure"), error) < 0 ||
	    head_read(cards, group, card, error) < 0)
		return error->code;
	card->kind = CARD_HARDWARE;
	card->infrastructure = true;
	if (capacity_read(group, "usable", READ_REQUIRED, &card->usable, error) < 0 || money_read(group, "capital", READ_REQUIRED, &card->capital, error) < 0 ||
	    read_integer(group, "years", READ_REQUIRED, 1, 30, &years, error) < 0 || money_read(group, "support_year", READ_OPTIONAL, &card->support, error) < 0 ||
	    money_read(group, "power_kw", READ_OPTIONAL, &card->kilowatts, error) < 0 || money_read(group, "power_price", READ_OPTIONAL, &card->energy, error) < 0 ||
	    read_quantity(group, "power_overhead", READ_OPTIONAL, 6, 1000000, &card->overhead, error) < 0 ||
	    money_read(group, "space_month", READ_OPTIONAL, &card->space, error) < 0 || money_read(group, "people_month", READ_OPTIONAL, &card->people, error) < 0 ||
	    rates_read(cards, group, card, error) < 0 || source_read(cards, group, &card->source, error) < 0)
		return error->code;
	card->years = (int)years;
	if ((card->kilowatts < 0) != (card->energy < 0)) {
		(void)read_fail(group, error, "\"power_kw\" and \"power_price\" go together");
		return error_hint(error, "say both, or neither: then power is not in the cost, and that is said");
	}
	cards->count++;
	return 0;
}

/* ---- the file ---- */

static int root_read(struct cards *cards, const config_setting_t *root, struct error *error)
{
	const config_setting_t *services, *hardware;
	size_t service_count, hardware_count;

	cards->age = CARDS_AGE;
	if (read_known(root, KNOWN("old_after", "services", "hardware"), error) < 0 || read_months(root, "old_after", 120, &cards->age, error) < 0 ||
	    read_groups(root, "services", READ_OPTIONAL, &services, &service_count, error) < 0 ||
	    read_groups(root, "hardware", READ_OPTIONAL, &hardware, &hardware_count, error) < 0)
		return error->code;
	if (service_count + hardware_count > CARDS_MAX)
		return read_fail(root, error, "more than %d cards", CARDS_MAX);
	cards->items = scope_alloc(&cards->scope, (service_count + hardware_count + 1) * sizeof(*cards->items));
	if (!cards->items)
		return error_memory(error, "cards");
	for (size_t i = 0; i < service_count; i++)
		if (service_read(cards, config_setting_get_elem(services, (unsigned)i), error) < 0)
			return error->code;
	for (size_t i = 0; i < hardware_count; i++)
		if (hardware_read(cards, config_setting_get_elem(hardware, (unsigned)i), error) < 0)
			return error->code;
	return 0;
}

/* What libconfig read, or why it did not. */
static int config_take(config_t *config, int done, const char *name, struct cards *cards, struct error *error)
{
	struct cards read = {.scope = scope_init(CARDS_CEILING)};
	int code;

	read.path = scope_text(&read.scope, name);
	if (done != CONFIG_TRUE && config_error_type(config) == CONFIG_ERR_FILE_IO)
		code = error_errno(error, "the cards %s cannot be read", name);
	else if (done != CONFIG_TRUE)
		code = error_set(error, APOLLO_CONFIG, "%s:%d: %s", config_error_file(config) ? config_error_file(config) : name, config_error_line(config),
				 config_error_text(config));
	else
		code = read.path ? root_read(&read, config_root_setting(config), error) : error_memory(error, "cards");
	config_destroy(config);
	if (code < 0) {
		scope_release(&read.scope);
		return code;
	}
	*cards = read;
	return 0;
}

int cards_read(const char *path, struct cards *cards, struct error *error)
{
	config_t config;

	config_init(&config);
	return config_take(&config, config_read_file(&config, path), path, cards, error);
}

int cards_parse(const char *text, const char *name, struct cards *cards, struct error *error)
{
	config_t config;

	if (strstr(text, "@include"))
		return error_set(error, APOLLO_CONFIG, "%s: a text includes no files", name);
	config_init(&config);
	return config_take(&config, config_read_string(&config, text), name, cards, error);
}

void cards_release(struct cards *cards)
{
	scope_release(&cards->scope);
}

/* ---- a month ---- */

static int64_t whole_of(struct exact value)
{
	int64_t whole;

	return exact_integer(value, &whole) ? whole : CARD_UNKNOWN;
}

/* value / 10^scale / divisor as a whole number of 10^-decimals. */
static int64_t amount_of(struct exact value, int scale, struct exact divisor, int decimals)
{
	return whole_of(exact_divide(exact_multiply(value, exact_power(decimals)), exact_multiply(divisor, exact_power(scale)), ROUND_HALF_AWAY));
}

/* So many of what comes in one size. */
static int64_t count_of(int64_t capacity, int64_t each)
{
	return capacity / each + (capacity % each != 0);
}

static struct card_month service_month(const struct card *card, int64_t capacity, int decimals)
{
	int64_t bytes = capacity < card->least ? card->least : capacity;
	struct card_month month = {.amount = CARD_UNKNOWN, .read = CARD_UNKNOWN, .write = CARD_UNKNOWN};

	if (card->step && __builtin_mul_overflow(count_of(bytes, card->step), card->step, &bytes))
		return (struct card_month){CARD_UNKNOWN, 0, CARD_UNKNOWN, CARD_UNKNOWN, CARD_UNKNOWN};
	month.usable = bytes;
	if (card->nano_price >= 0)
		month.amount = amount_of(exact_multiply(exact_multiply(exact_of(card->nano_price), exact_of(card->hourly ? CARD_HOURS : 1)), exact_of(bytes)), 9,
					 exact_of(card->unit), decimals);
	if (card->read >= 0)
		month.read = whole_of(exact_divide(exact_multiply(exact_of(card->read), exact_of(bytes)), exact_of(tebi), ROUND_DOWN));
	if (card->write >= 0)
		month.write = whole_of(exact_divide(exact_multiply(exact_of(card->write), exact_of(bytes)), exact_of(tebi), ROUND_DOWN));
	return month;
}

static struct exact known_exact(int64_t value)
{
	return exact_of(value < 0 ? 0 : value);
}

/* Of one system, in 10^-18 and times 12 years, so that nothing divides: capital + years support + 12 years (power + space + people). */
static struct exact system_exact(const struct card *card)
{
	const struct exact million = exact_power(6), months = exact_of(12 * (int64_t)card->years);
	struct exact power = exact_multiply(exact_multiply(exact_multiply(known_exact(card->kilowatts), exact_of(card->overhead)), known_exact(card->energy)),
					    exact_of(CARD_HOURS));
	struct exact others = exact_multiply(exact_add(known_exact(card->space), known_exact(card->people)), exact_multiply(million, million));
	struct exact once = exact_add(exact_of(card->capital), exact_multiply(known_exact(card->support), exact_of(card->years)));

	return exact_add(exact_multiply(once, exact_multiply(million, million)), exact_multiply(exact_add(power, others), months));
}

static int64_t times_known(int64_t rate, int64_t count)
{
	return rate < 0 ? CARD_UNKNOWN : whole_of(exact_multiply(exact_of(rate), exact_of(count)));
}

static struct card_month hardware_month(const struct card *card, int64_t capacity, int decimals)
{
	int64_t systems = count_of(capacity, card->usable);

	return (struct card_month){
		.systems = systems,
		.usable = whole_of(exact_multiply(exact_of(systems), exact_of(card->usable))),
		.amount = amount_of(exact_multiply(system_exact(card), exact_of(systems)), 18, exact_of(12 * (int64_t)card->years), decimals),
		.read = times_known(card->read, systems),
		.write = times_known(card->write, systems),
	};
}

struct card_month card_month(const struct card *card, int64_t capacity, int decimals)
{
	return card->kind == CARD_SERVICE ? service_month(card, capacity, decimals) : hardware_month(card, capacity, decimals);
}
