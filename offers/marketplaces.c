/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/marketplaces.h"

#include "core/read.h"
#include "offers/catalog_read.h"
#include "offers/fees.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>

enum { MARKETPLACES_CEILING = 4 << 20, PATH_BYTES = 4096 };

#define KNOWN(...) ((const char *const[]){__VA_ARGS__, NULL})

#define LIMIT_NAME(CONSTANT, NAME) NAME,
static const char *const limit_names[] = {MARKETPLACE_LIMITS(LIMIT_NAME) NULL};
static const char *const market_names[] = {"azure", "gcp", NULL};

static int text_keep(struct marketplaces *marketplaces, const config_setting_t *group, const char *name, const char **kept, struct error *error)
{
	const char *text = NULL;

	if (read_text(group, name, READ_REQUIRED, &text, error) < 0)
		return error->code;
	*kept = scope_text(&marketplaces->scope, text);
	return *kept ? 0 : error_memory(error, "the marketplaces");
}

static int limit_read(struct marketplaces *marketplaces, const config_setting_t *group, struct error *error)
{
	struct marketplace_number read = {0};
	int limit = 0;

	if (read_known(group, KNOWN("name", "value", "date", "source", "unsure"), error) < 0 ||
	    read_choice(group, "name", READ_REQUIRED, limit_names, &limit, error) < 0 ||
	    read_integer(group, "value", READ_REQUIRED, 0, 2000000000, &read.value, error) < 0 ||
	    text_keep(marketplaces, group, "date", &read.date, error) < 0 || text_keep(marketplaces, group, "source", &read.source, error) < 0 ||
	    read_boolean(group, "unsure", &read.unsure, error) < 0)
		return error->code;
	if (marketplaces->limits[limit].source)
		return read_fail(group, error, "the limit \"%s\" is there twice", limit_names[limit]);
	marketplaces->limits[limit] = read;
	return 0;
}

static int fee_read(struct marketplaces *marketplaces, const config_setting_t *group, struct error *error)
{
	static const char *const deals[] = {"new", "renewal", "migration", "channel_shift", NULL};
	struct marketplace_fee *fee = &marketplaces->fees[marketplaces->fee_count];
	const char *percent = NULL;
	int market = 0, deal = 0;

	if (read_known(group, KNOWN("market", "deal", "from", "percent", "date", "source", "unsure"), error) < 0 ||
	    read_choice(group, "market", READ_REQUIRED, market_names, &market, error) < 0 ||
	    read_choice(group, "deal", READ_REQUIRED, deals, &deal, error) < 0 ||
	    read_integer(group, "from", READ_REQUIRED, 0, 2000000000, &fee->from, error) < 0 ||
	    read_decimal(group, "percent", READ_REQUIRED, &marketplaces->scope, &percent, error) < 0 ||
	    text_keep(marketplaces, group, "date", &fee->date, error) < 0 || text_keep(marketplaces, group, "source", &fee->source, error) < 0 ||
	    read_boolean(group, "unsure", &fee->unsure, error) < 0)
		return error->code;
	if (!decimal_read(percent, &fee->percent) || fee->percent.decimals > TARIFF_PERCENT_DECIMALS ||
	    exact_compare(fee->percent.digits, exact_multiply(exact_of(100), exact_power(fee->percent.decimals))) > 0)
		return read_fail(group, error, "the fee \"%s\" is not a percentage of at most %d decimals", percent, TARIFF_PERCENT_DECIMALS);
	fee->market = market_names[market];
	fee->deal = (enum private_deal)deal;
	for (size_t i = 0; i < marketplaces->fee_count; i++) {
		const struct marketplace_fee *other = &marketplaces->fees[i];

		if (other->market == fee->market && other->deal == fee->deal && other->from == fee->from)
			return read_fail(group, error, "the fee of %s for a deal \"%s\" from %lld on is there twice", fee->market, deals[deal],
					 (long long)fee->from);
	}
	marketplaces->fee_count++;
	return 0;
}

static int whole_check(const struct marketplaces *marketplaces, const char *path, struct error *error)
{
	for (int i = 0; i < MARKETPLACE_LIMIT_COUNT; i++)
		if (!marketplaces->limits[i].source) {
			(void)error_set(error, APOLLO_CONFIG, "%s has no limit \"%s\"", path, limit_names[i]);
			return error_hint(error, "add it, with its value, date and source");
		}
	for (int market = 0; market_names[market]; market++)
		for (int deal = DEAL_NEW; deal <= DEAL_CHANNEL_SHIFT; deal++)
			if (!fee_find(marketplaces, market_names[market], (enum private_deal)deal, true, exact_zero(), 0))
				return error_set(error, APOLLO_CONFIG, "%s has no fee of %s for a deal \"%s\" that begins at 0", path,
						 market_names[market], private_deal_name((enum private_deal)deal));
	return 0;
}

static int root_read(struct marketplaces *marketplaces, const config_setting_t *root, const char *path, struct error *error)
{
	const config_setting_t *limits, *fees;
	size_t limit_count, fee_count;

	if (read_known(root, KNOWN("limits", "fees"), error) < 0 || read_groups(root, "limits", READ_REQUIRED, &limits, &limit_count, error) < 0 ||
	    read_groups(root, "fees", READ_REQUIRED, &fees, &fee_count, error) < 0)
		return error->code;
	if (fee_count > MARKETPLACES_FEES_MAX)
		return read_fail(fees, error, "more than %d fees", MARKETPLACES_FEES_MAX);
	marketplaces->fees = scope_alloc(&marketplaces->scope, (fee_count + 1) * sizeof(*marketplaces->fees));
	if (!marketplaces->fees)
		return error_memory(error, "the marketplaces");
	for (size_t i = 0; i < limit_count; i++)
		if (limit_read(marketplaces, config_setting_get_elem(limits, (unsigned)i), error) < 0)
			return error->code;
	for (size_t i = 0; i < fee_count; i++)
		if (fee_read(marketplaces, config_setting_get_elem(fees, (unsigned)i), error) < 0)
			return error->code;
	return whole_check(marketplaces, path, error);
}

int marketplaces_read(const char *folder, struct marketplaces *marketplaces, struct error *error)
{
	struct marketplaces read = {.scope = scope_init(MARKETPLACES_CEILING)};
	char path[PATH_BYTES];
	config_t config;
	int code;

	if (snprintf(path, sizeof(path), "%s/marketplaces.cfg", folder) >= (int)sizeof(path))
		return error_set(error, APOLLO_CONFIG, "the folder %s has too long a name", folder);
	config_init(&config);
	if (config_read_file(&config, path) != CONFIG_TRUE)
		code = error_set(error, APOLLO_CONFIG, "%s:%d: %s", path, config_error_line(&config), config_error_text(&config));
	else
		code = root_read(&read, config_root_setting(&config), path, error);
	config_destroy(&config);
	if (code < 0) {
		marketplaces_release(&read);
		return code;
	}
	*marketplaces = read;
	return 0;
}

void marketplaces_release(struct marketplaces *marketplaces)
{
	scope_release(&marketplaces->scope);
}

int64_t marketplace_limit(const struct marketplaces *marketplaces, enum marketplace_limit limit)
{
	return marketplaces->limits[limit].value;
}
