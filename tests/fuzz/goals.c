/* SPDX-License-Identifier: Apache-2.0 */
/* Files of goals, and the forecasts in them. */
#include "offers/goals.h"
#include "tests/fuzz/fuzz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char offers[] =
	"offers = ( { name = \"o\"; meters = ( { name = \"m\"; aggregation = \"sum\"; } );\n"
	"  dimensions = ( { name = \"a\"; meter = \"m\"; unit = \"TiB-hour\"; }, { name = \"b\"; meter = \"m\"; } );\n"
	"  plans = ( { name = \"p\"; term = \"1y\"; base_fee = \"100\"; prices = ( { dimension = \"a\"; unit_price = \"2\"; }, { dimension = \"b\"; unit_price = \"1\"; } ); },\n"
	"            { name = \"q\"; term = \"1y\"; prices = ( { dimension = \"a\"; unit_price = \"1.25\"; } ); } ); } );\n";

static void check_lever(const struct lever *lever)
{
	FUZZ_CHECK(lever->count <= LEVER_STEPS_MAX);
	FUZZ_CHECK(!lever->count || (lever->step >= 1 && lever->from >= 0 && lever->from + (int64_t)(lever->count - 1) * lever->step <= lever->to));
}

static void check_infrastructure(const struct goals *goals)
{
	FUZZ_CHECK(goals->levers.infrastructure_count + goals->levers.machine_count <= GOALS_CHOICES_MAX);
	for (size_t i = 0; i < goals->levers.infrastructure_count; i++) {
		const struct goals_infrastructure *infrastructure = &goals->levers.infrastructure[i];

		FUZZ_CHECK(infrastructure->name && infrastructure->month >= 0 && infrastructure->month <= GOALS_MONTH_MOST);
		FUZZ_CHECK(infrastructure->bound >= 0 && infrastructure->bound <= CATALOG_TERM_MAX);
		fuzz_check_line(infrastructure->name);
	}
	for (size_t i = 0; i < goals->levers.machine_count; i++) {
		const struct goals_machines *machines = &goals->levers.machines[i];

		FUZZ_CHECK(machines->where && machines->shape && machines->region && machines->term_count <= GOALS_TERMS_MAX);
		FUZZ_CHECK((machines->capacity > 0) + (machines->logical > 0) + (machines->nodes > 0) + (machines->stores != NULL) == 1);
		FUZZ_CHECK(machines->capacity <= GOALS_CAPACITY_MOST && machines->logical <= GOALS_CAPACITY_MOST);
		FUZZ_CHECK(machines->percentile >= 0 && machines->percentile <= 100 && machines->share >= 0 && machines->share <= 100000);
		for (size_t j = 0; j < machines->term_count; j++)
			fuzz_check_line(machines->terms[j]);
	}
}

static void check_forecast(const struct goals *goals)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 24);
	const struct usage none = {0};
	struct forecast forecast;
	struct error error = {0};
	double before = 0;

	FUZZ_CHECK(forecast_fit(&scope, goals->offer, NULL, &none, &forecast, &error) == 0);
	if (!goals->forecast)
		return;
	if (forecast_read(goals->forecast, goals->offer, &forecast, &error) < 0) {
		FUZZ_CHECK(error.code == APOLLO_CONFIG && error.message[0]);
		return;
	}
	FUZZ_CHECK(forecast.paths >= 1 && forecast.paths <= FORECAST_PATHS_MAX && forecast.event_count <= FORECAST_EVENTS_MAX);
	for (int i = 0; i <= 100; i += 5) {
		double reduction = forecast_reduction(&forecast, i);

		FUZZ_CHECK(isfinite(reduction) && reduction >= 0.0999 && reduction <= 1000.001 && reduction >= before - 1e-9);
		before = reduction;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct catalog catalog;
	static struct goals goals;
	struct fuzz_input input = {data, size};
	char *text = fuzz_rest(&input, &size);
	struct error error = {0};
	int code;

	/* Costs and competitors are kept by the catalogue, so each input has its own. */
	FUZZ_CHECK(catalog_parse(offers, sizeof(offers) - 1, "offers.cfg", "/", CATALOG_SOLD, &catalog, &error) == 0);
	code = goals_parse(text, "fuzz.cfg", &catalog, &goals, &error);
	FUZZ_CHECK(code == 0 || ((code == APOLLO_CONFIG || code == APOLLO_NOMEM) && error.code == code && error.message[0]));
	fuzz_check_line(error.message);
	fuzz_check_line(error.hint);
	if (code == 0) {
		FUZZ_CHECK(goals.offer && goals.plan_count >= 1 && goals.plan_count <= GOALS_CHOICES_MAX && goals.risk > 0 && goals.risk < 50);
		check_lever(&goals.levers.discount);
		check_lever(&goals.levers.base_fee);
		for (size_t i = 0; i < goals.levers.price_count; i++)
			check_lever(&goals.levers.prices[i].lever);
		fuzz_check_line(goals.rival_name);
		check_infrastructure(&goals);
		check_forecast(&goals);
	}
	goals_release(&goals);
	catalog_release(&catalog);
	free(text);
	return 0;
}
