/* SPDX-License-Identifier: Apache-2.0 */
/* From the catalogue to instances and the book. */
#include "cli/app.h"

#include "core/buffer.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS_JSON_MAX = 1 << 20, PLAN_CHECK_MAX = 1 << 22, IDENTITIES_MAX = 4 * CATALOG_SUBSCRIPTIONS_MAX };

#define DEFAULT_QUANTITY_MAX (INT64_MAX / 4)

/* ---- instances ---- */

static const char *search_path(const struct app *app)
{
	const char *named = getenv("APOLLO_PLUGIN_PATH");

	if (named && *named)
		return named;
	return app->catalog.plugin_path ? app->catalog.plugin_path : APOLLO_PKGLIBDIR;
}

static size_t instance_index(const struct app *app, const struct catalog_instance *instance)
{
	return (size_t)(instance - app->catalog.instances);
}

int app_instances(struct app *app, struct error *error)
{
	size_t count = app->catalog.instance_count;

	app->plugins = calloc(count + 1, sizeof(*app->plugins));
	app->instances = calloc(count + 1, sizeof(*app->instances));
	app->markets = scope_alloc(&app->scope, (count + 1) * sizeof(*app->markets));
	if (!app->plugins || !app->instances || !app->markets)
		return error_memory(error, "the instances");
	for (size_t i = 0; i < count; i++) {
		const struct catalog_instance *from = &app->catalog.instances[i];

		if (loader_find(from->plugin, search_path(app), &app->plugins[i], error) < 0 ||
		    instance_open(app->plugins[i], from->name, from->options.items, from->options.count, app->catalog.folder,
				  &app->clock, &app->instances[i], error) < 0)
			return error_prefix(error, "%s", from->where);
		if (from->cutoff && app->instances[i]->limits.window && from->cutoff >= app->instances[i]->limits.window)
			return error_set(error, APOLLO_CONFIG, "%s: cutoff is %lld minutes, and %s takes hours up to %lld minutes old",
					 from->where, (long long)(from->cutoff / 60 / APOLLO_MICRO), from->name,
					 (long long)(app->instances[i]->limits.window / 60 / APOLLO_MICRO));
		if (app->plugins[i]->descriptor.market)
			app->markets[app->market_count++] = (struct report_market){
				app->instances[i], from->cutoff ? from->cutoff : app->instances[i]->limits.cutoff};
	}
	for (size_t i = 0; i < count; i++)
		if (app->catalog.instances[i].issuer)
			app->instances[i]->issuer = app->instances[instance_index(app, app->catalog.instances[i].issuer)];
	return 0;
}

/* ---- the book ---- */

/* What is known while the book is made. */
struct making {
	uint32_t *first; /* by offer: the index in the book of its first meter; meters are added once an offer */
	struct map identities; /* "market\nvalue", in lower case, to the index of the subscription */
};

static int meters_add(struct app *app, struct making *making, struct error *error)
{
	const struct catalog *catalog = &app->catalog;

	making->first = scope_alloc(&app->scope, (catalog->offer_count + 1) * sizeof(*making->first));
	if (!making->first)
		return error_memory(error, "the meters");
	for (size_t i = 0; i < catalog->offer_count; i++) {
		making->first[i] = (uint32_t)app->book.meter_count;
		for (size_t j = 0; j < catalog->offers[i].meter_count; j++) {
			const struct catalog_meter *from = &catalog->offers[i].meters[j];
			const struct book_meter meter = {from->name, from->aggregation, from->decimals, from->hold, from->negative};

			if (book_add_meter(&app->book, &meter, NULL, error) < 0)
				return error->code;
		}
	}
	return 0;
}

static int account_add(struct app *app, const struct catalog_subscription *from, uint32_t series,
		       const struct catalog_dimension *dimension, struct error *error)
{
	const struct tariff_charge *charge = catalog_charge(from->plan, dimension);
	const struct catalog_listing *listing = from->market ? catalog_listing(dimension, from->market) : NULL;
	const struct apollo_limits *limits = from->market ? &app->instances[instance_index(app, from->market)]->limits : NULL;
	struct book_account account = {
		.series = series, .dimension = dimension->name, .divide_by = dimension->divide_by, .step = 1,
		.quantity_max = DEFAULT_QUANTITY_MAX};

	if (!charge)
		return 0; /* the plan does not sell it */
	account.unlimited = charge->unlimited;
	account.included = charge->included;
	account.reset_months = charge->reset_months;
	if (listing && limits) {
		if (listing->step % limits->step_min != 0)
			return error_set(error, APOLLO_CONFIG, "%s: the step of %s is not a multiple of what market %s takes, %lld micro-units",
					 listing->where, listing->id, from->market->name, (long long)limits->step_min);
		account.listing = listing->id;
		account.step = listing->step;
		account.quantity_max = limits->quantity_max > 0 ? limits->quantity_max : DEFAULT_QUANTITY_MAX;
		account.joined = (limits->flags & APOLLO_JOINED_WINDOWS) != 0;
	}
	if (book_add_account(&app->book, &account, error) < 0)
		return error_prefix(error, "%s", dimension->where);
	app->charges[app->book.account_count - 1] = charge;
	return 0;
}

static int series_add(struct app *app, const struct catalog_subscription *from, uint32_t subscription,
		      const struct catalog_meter *meter, uint32_t meter_index, struct error *error)
{
	uint32_t series;

	if (book_add_series(&app->book, subscription, meter_index, catalog_expects(from, meter), &series, error) < 0)
		return error_prefix(error, "%s", from->where);
	for (size_t i = 0; i < from->offer->dimension_count; i++)
		if (from->offer->dimensions[i].meter == meter &&
		    account_add(app, from, series, &from->offer->dimensions[i], error) < 0)
			return error->code;
	return 0;
}

/* ---- what the ledger takes off as the bills do ---- */

/* The ledger begins an allowance anew every so many months from the subscription's start, in UTC, and gives it whole; so must the bills. */
static int allowance_check(const struct catalog_subscription *from, const struct schedule *schedule, const struct tariff_charge *charge, struct error *error)
{
	char ours[APOLLO_TIME_TEXT], theirs[APOLLO_TIME_TEXT];

	for (size_t i = 0; i < schedule->slice_count && charge->reset_months; i++) {
		const struct slice *slice = &schedule->slices[i];
		const struct period *period = &schedule->periods[slice->period];
		const struct part *part = charge->reset_months == period->tariff->billing_months ? &period->part : &slice->part;
		int64_t begin = book_period_start(from->start, charge->reset_months, slice->month / charge->reset_months);

		if (slice->month % charge->reset_months == 0 && slice->from != begin) {
			(void)error_set(error, APOLLO_CONFIG, "%s: subscription %s: the bills give what plan %s includes of %s anew at %s, and the ledger at %s",
					from->where, from->name, from->plan->name, charge->dimension->name, apollo_time_format(slice->from, theirs),
					apollo_time_format(begin, ours));
			return error_hint(error, "begin it with a calendar month in UTC, or leave billing_months and zone out of the plan");
		}
		if ((charge->reset_months == 1 || part == &period->part) && part->numerator != part->denominator) {
			(void)error_set(error, APOLLO_CONFIG, "%s: subscription %s: the bill of %s has a part of what plan %s includes of %s, and the ledger all of it",
					from->where, from->name, apollo_time_format(slice->from, theirs), from->plan->name, charge->dimension->name);
			return error_hint(error, "begin and end it with whole billing periods, or leave proration out of the plan");
		}
	}
	return 0;
}

/* A statement's bill goes by what the ledger counted, hour by hour; so a plan must ask for nothing that hours cannot say. */
static int plan_check(const struct catalog_subscription *from, struct error *error)
{
	SCOPE_CLEANUP struct scope scope = scope_init(PLAN_CHECK_MAX);
	const struct tariff *tariff = &from->plan->tariff;
	int64_t end = from->end;
	struct schedule schedule;
	bool included = false;

	for (size_t i = 0; i < tariff->charge_count; i++) {
		const struct tariff_charge *charge = &tariff->charges[i];

		if (charge->step) {
			(void)error_set(error, APOLLO_CONFIG, "%s: subscription %s: the usage of %s is told as it comes, and plan %s rounds it to steps", charge->where,
					from->name, charge->dimension->name, from->plan->name);
			return error_hint(error, "leave out the \"step\" of that price; a listing's step is for what a marketplace takes");
		}
		included = included || charge->included > 0;
	}
	if (!included || (!tariff->calendar && !tariff->zone && tariff->proration == TARIFF_WHOLE))
		return 0;
	if ((!end && schedule_end(&scope, tariff, from->start, APP_OPEN_MONTHS, &end, error) < 0) ||
	    schedule_make(&scope, from->plan->phases, from->plan->phase_count, from->start, end, &schedule, error) < 0)
		return error_prefix(error, "%s: subscription %s", from->where, from->name);
	for (size_t i = 0; i < tariff->charge_count; i++)
		if (tariff->charges[i].included > 0 && !tariff->charges[i].unlimited && allowance_check(from, &schedule, &tariff->charges[i], error) < 0)
			return error->code;
	return 0;
}

/* ---- the subscriptions ---- */

/* No two subscriptions of one market name the same thing to bill: their claims would take each other's slots. */
static int identities_check(struct app *app, struct map *identities, const struct apollo_market *market, size_t index,
			    struct error *error)
{
	const struct catalog_subscription *from = &app->catalog.subscriptions[index], *other;

	for (size_t i = 0; i < market->subscription_option_count; i++) {
		const char *value = app->values[index][i];
		char *key;
		int64_t known;

		if (!(market->subscription_options[i].flags & APOLLO_IDENTITY) || !value)
			continue;
		key = scope_print(&app->scope, "%s\n%s", from->market->name, value);
		for (char *at = key; at && *at; at++)
			*at = (char)tolower((unsigned char)*at);
		known = key ? map_get(identities, key, strlen(key)) : -1;
		if (known >= 0 && known != (int64_t)index) {
			other = &app->catalog.subscriptions[known];
			(void)error_set(error, APOLLO_CONFIG, "%s: subscription %s has the %s of subscription %s (%s), and market %s bills "
					"it once", from->where, from->name, market->subscription_options[i].name, other->name, other->where,
					from->market->name);
			return error_hint(error, "a change of plan is a change of the subscription that is there");
		}
		if (!key || map_set(identities, key, strlen(key), (int64_t)index) < 0)
			return error_memory(error, "the subscriptions");
	}
	return 0;
}

/* The market's values of a subscription, checked by the market itself. */
static int values_resolve(struct app *app, struct map *identities, const struct catalog_subscription *from, size_t index,
			  struct error *error)
{
	struct instance *instance;
	const struct apollo_market *market;
	CALL_CLEANUP struct call call;
	int code;

	call_init(&call, from->name, app->now);
	if (!from->market)
		return 0;
	instance = app->instances[instance_index(app, from->market)];
	market = instance->plugin->descriptor.market;
	if (!market)
		return error_set(error, APOLLO_CONFIG, "%s: instance %s is of plugin %s, which is no market", from->where,
				 instance->name, instance->plugin->descriptor.name);
	if (options_resolve(market->subscription_options, market->subscription_option_count, from->options.items,
			    from->options.count, app->catalog.folder, &app->scope, &app->values[index], error) < 0)
		return error_prefix(error, "%s: subscription %s", from->where, from->name);
	code = instance_check_subscription(instance, &call, app->values[index], error);
	if (code < 0)
		return error_prefix(error, "%s: subscription %s", from->where, from->name);
	return identities_check(app, identities, market, index, error);
}

/* The collect options as a JSON object of texts. */
static const char *options_json(struct app *app, const struct apollo_option *table, size_t count,
				const char *const *values)
{
	BUFFER_CLEANUP struct buffer text = buffer_init(OPTIONS_JSON_MAX);
	const char *comma = "";

	(void)buffer_text(&text, "{");
	for (size_t i = 0; i < count; i++) {
		if (!values[i])
			continue;
		(void)buffer_text(&text, comma);
		(void)buffer_json(&text, table[i].name);
		(void)buffer_text(&text, ":");
		(void)buffer_json(&text, values[i]);
		comma = ",";
	}
	if (buffer_text(&text, "}") < 0)
		return NULL;
	return scope_text(&app->scope, text.data);
}

/* The source looks at its options together with the meter. */
static int job_check(const struct app *app, const struct collect_job *job, int64_t start, struct error *error)
{
	BUFFER_CLEANUP struct buffer task = buffer_init(CONVERSATION_TASK_MAX);
	CALL_CLEANUP struct call call;

	call_init(&call, job->source->name, app->now);
	if (collect_task(&app->book, job, start, start + APOLLO_HOUR, NULL, &task) < 0)
		return error_memory(error, "the options of a source");
	return instance_check_collect(job->source, &call, task.data, error);
}

static int job_add(struct app *app, const struct catalog_subscription *from, const struct catalog_collect *collect,
		   struct error *error)
{
	struct instance *source = app->instances[instance_index(app, collect->source)];
	const struct apollo_source *role = source->plugin->descriptor.source;
	const char *const *values;
	struct collect_job *job = &app->jobs[app->job_count];

	if (!role)
		return error_set(error, APOLLO_CONFIG, "%s: instance %s is of plugin %s, which is no source", collect->where,
				 source->name, source->plugin->descriptor.name);
	if (options_resolve(role->collect_options, role->collect_option_count, collect->options.items,
			    collect->options.count, app->catalog.folder, &app->scope, &values, error) < 0)
		return error_prefix(error, "%s", collect->where);
	*job = (struct collect_job){
		.series = (uint32_t)book_find_series(&app->book, from->name, strlen(from->name), collect->meter->name,
						     strlen(collect->meter->name)),
		.source = source,
		.options = options_json(app, role->collect_options, role->collect_option_count, values)};
	if (!job->options)
		return error_memory(error, "the options of a source");
	if (job_check(app, job, from->start, error) < 0)
		return error_prefix(error, "%s", collect->where);
	app->job_count++;
	return 0;
}

static int subscription_add(struct app *app, struct making *making, size_t index, struct error *error)
{
	const struct catalog_subscription *from = &app->catalog.subscriptions[index];
	const struct book_subscription subscription = {
		.name = from->name, .market = from->market ? from->market->name : NULL, .start = from->start,
		.end = from->end, .policy = from->plan->policy, .index = (int64_t)index};
	uint32_t added, first = making->first[from->offer - app->catalog.offers];

	if (plan_check(from, error) < 0 || values_resolve(app, &making->identities, from, index, error) < 0)
		return error->code;
	if (book_add_subscription(&app->book, &subscription, &added, error) < 0)
		return error_prefix(error, "%s", from->where);
	for (size_t i = 0; i < from->offer->meter_count; i++)
		if (series_add(app, from, added, &from->offer->meters[i], first + (uint32_t)i, error) < 0)
			return error->code;
	for (size_t i = 0; i < from->collect_count; i++)
		if (job_add(app, from, &from->collects[i], error) < 0)
			return error->code;
	return 0;
}

/* Room for the accounts' terms and the jobs, counted before they are made. */
static int tables_make(struct app *app, struct error *error)
{
	const struct catalog *catalog = &app->catalog;
	size_t accounts = 0, jobs = 0;

	for (size_t i = 0; i < catalog->subscription_count; i++) {
		accounts += catalog->subscriptions[i].offer->dimension_count;
		jobs += catalog->subscriptions[i].collect_count;
	}
	app->values = scope_alloc(&app->scope, (catalog->subscription_count + 1) * sizeof(*app->values));
	app->charges = scope_alloc(&app->scope, (accounts + 1) * sizeof(*app->charges));
	app->jobs = scope_alloc(&app->scope, (jobs + 1) * sizeof(*app->jobs));
	return app->values && app->charges && app->jobs ? 0 : error_memory(error, "the book");
}

int app_book(struct app *app, struct error *error)
{
	struct making making = {.identities = map_init(IDENTITIES_MAX)};
	int code = tables_make(app, error);

	if (code >= 0)
		code = meters_add(app, &making, error);
	for (size_t i = 0; i < app->catalog.subscription_count && code >= 0; i++)
		code = subscription_add(app, &making, i, error);
	map_release(&making.identities);
	return code < 0 ? error->code : 0;
}
