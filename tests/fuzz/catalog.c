/* SPDX-License-Identifier: Apache-2.0 */
/* Configurations; private offers in them, by the rules of their marketplaces and in words. */
#include "offers/rules.h"
#include "offers/terms.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

static void check_name(const char *name, size_t most)
{
	FUZZ_CHECK(name && *name && strlen(name) <= most);
	FUZZ_CHECK(apollo_text_valid(name, strlen(name)));
}

static void check_settings(const struct catalog_settings *settings)
{
	for (size_t i = 0; i < settings->count; i++)
		FUZZ_CHECK(settings->items[i].name && settings->items[i].value && settings->items[i].where);
}

static void check_dimension(const struct catalog *catalog, const struct catalog_offer *offer,
			    const struct catalog_dimension *dimension)
{
	check_name(dimension->name, CATALOG_NAME_MAX);
	FUZZ_CHECK(catalog_dimension(offer, dimension->name) == dimension);
	FUZZ_CHECK(dimension->meter >= offer->meters && dimension->meter < offer->meters + offer->meter_count);
	FUZZ_CHECK(dimension->divide_by >= 1 && dimension->listing_count <= CATALOG_LISTINGS_MAX);
	for (size_t i = 0; i < dimension->listing_count; i++) {
		const struct catalog_listing *listing = &dimension->listings[i];

		check_name(listing->id, CATALOG_LISTING_MAX);
		FUZZ_CHECK(listing->step >= 1 && catalog_listing(dimension, listing->market) == listing);
		FUZZ_CHECK(catalog_instance(catalog, listing->market->name) == listing->market);
	}
}

static void check_offer(const struct catalog *catalog, const struct catalog_offer *offer)
{
	check_name(offer->name, CATALOG_NAME_MAX);
	FUZZ_CHECK(catalog_offer(catalog, offer->name) == offer);
	for (size_t i = 0; i < offer->meter_count; i++) {
		check_name(offer->meters[i].name, CATALOG_NAME_MAX);
		FUZZ_CHECK(catalog_meter(offer, offer->meters[i].name) == &offer->meters[i]);
		FUZZ_CHECK(offer->meters[i].decimals >= 0 && offer->meters[i].decimals <= 6);
		FUZZ_CHECK(offer->meters[i].hold >= 0 && offer->meters[i].hold <= APOLLO_DAY);
	}
	for (size_t i = 0; i < offer->dimension_count; i++)
		check_dimension(catalog, offer, &offer->dimensions[i]);
	for (size_t i = 0; i < offer->plan_count; i++) {
		check_name(offer->plans[i].name, CATALOG_NAME_MAX);
		FUZZ_CHECK(catalog_plan(offer, offer->plans[i].name) == &offer->plans[i]);
		for (size_t j = 0; j < offer->dimension_count; j++) {
			const struct tariff_charge *charge = catalog_charge(&offer->plans[i], &offer->dimensions[j]);

			FUZZ_CHECK(!charge || (charge->included >= 0 && charge->reset_months >= 0 && (charge->unlimited || charge->priced)));
		}
	}
}

static void check_subscription(const struct catalog *catalog, const struct catalog_subscription *subscription)
{
	check_name(subscription->name, CATALOG_NAME_MAX);
	FUZZ_CHECK(catalog_subscription(catalog, subscription->name) == subscription);
	FUZZ_CHECK(subscription->offer >= catalog->offers && subscription->offer < catalog->offers + catalog->offer_count);
	FUZZ_CHECK(catalog_plan(subscription->offer, subscription->plan->name) == subscription->plan);
	FUZZ_CHECK(!subscription->end || subscription->end > subscription->start);
	check_settings(&subscription->options);
}

/* ---- private offers ---- */

static struct marketplaces marketplaces;

static void check_findings(const struct offer_check *check)
{
	size_t refused = 0;

	for (size_t i = 0; i < check->count; i++) {
		const struct offer_finding *finding = &check->findings[i];

		FUZZ_CHECK(finding->message[0] && finding->where[0] && finding->hint);
		FUZZ_CHECK(!strstr(finding->message, "(null)") && !strstr(finding->hint, "(null)"));
		FUZZ_CHECK(finding->rule->severity == OFFER_REFUSED || finding->severity == OFFER_WARNING);
		refused += finding->severity == OFFER_REFUSED;
	}
	FUZZ_CHECK(refused == check->refused || check->left_out);
}

static void check_private(const struct catalog *catalog, const struct private_offer *offer, int64_t now)
{
	SCOPE_CLEANUP struct scope scope = scope_init(256 << 20);
	struct error error = {0};
	struct contract contract;
	struct terms terms;

	check_name(offer->name, CATALOG_NAME_MAX);
	FUZZ_CHECK(catalog_private(catalog, offer->name) == offer && offer->item_count >= 1);
	if (strchr(offer->name, ':'))
		return;
	FUZZ_CHECK(contract_find(catalog, offer->name, &contract, &error) == 0 && contract.private == offer);
	if (terms_make(&scope, &contract, &marketplaces, now, &terms, &error) < 0)
		return;
	FUZZ_CHECK(terms_text(&terms, "plan") && terms.price_count >= 1);
	for (size_t i = 0; i < terms.count; i++)
		FUZZ_CHECK(!strstr(terms.rows[i].text, "(null)"));
}

/* The same text as a file of what is sold. */
static void check_sold(const char *text, size_t size)
{
	SCOPE_CLEANUP struct scope scope = scope_init(256 << 20);
	struct catalog catalog;
	struct error error = {0};
	struct offer_check check = {.scope = &scope, .catalog = &catalog, .marketplaces = &marketplaces, .now = INT64_C(1795608000000000)};

	/* What libc prints of a text that is not there is looked for below, and fuzzers find that out. */
	if (strstr(text, "(null)"))
		return;
	if (!marketplaces.fees && marketplaces_read(TEST_SOURCE_DIR "/templates", &marketplaces, &error) < 0)
		abort();
	if (catalog_parse(text, size, "fuzz.cfg", "/", CATALOG_SOLD, &catalog, &error) < 0)
		return;
	if (offer_check_run(&check, &error) == 0)
		check_findings(&check);
	else
		FUZZ_CHECK(error.message[0]);
	for (size_t i = 0; i < catalog.private_count; i++)
		check_private(&catalog, &catalog.privates[i], check.now);
	catalog_release(&catalog);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	char *text = fuzz_rest(&input, &size);
	struct catalog catalog;
	struct error error = {0};
	int code = catalog_parse(text, size, "fuzz.cfg", "/", CATALOG_ALL, &catalog, &error);

	FUZZ_CHECK(code == 0 || (code == APOLLO_CONFIG && error.code == code && error.message[0]));
	for (size_t i = 0; code == 0 && i < catalog.instance_count; i++) {
		check_name(catalog.instances[i].name, CATALOG_INSTANCE_MAX);
		check_settings(&catalog.instances[i].options);
	}
	for (size_t i = 0; code == 0 && i < catalog.offer_count; i++)
		check_offer(&catalog, &catalog.offers[i]);
	for (size_t i = 0; code == 0 && i < catalog.subscription_count; i++)
		check_subscription(&catalog, &catalog.subscriptions[i]);
	if (code == 0)
		catalog_release(&catalog);
	check_sold(text, size);
	free(text);
	return 0;
}
