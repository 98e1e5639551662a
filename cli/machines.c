/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/machines.h"

#include "cli/data.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MILLION = 1000000, RATIO_UNDER = 1000 };

int machines_market(const struct shape *shape, const char *market, const char *where, struct error *error)
{
	if (!market || strcmp(market, shape->cloud) == 0 || (strcmp(market, "azure") != 0 && strcmp(market, "gcp") != 0))
		return 0;
	(void)error_set(error, APOLLO_CONFIG, "%s: %s are machines of %s, and the offer is at %s", where, shape->name, shape->cloud, market);
	return error_hint(error, "take a shape of %s's: apollo size lists them", market);
}

/* A reduction is at most 1000, so both sides are small. */
struct ratio machines_reduction(const struct forecast *forecast)
{
	return (struct ratio){llround(forecast_reduction(forecast, 50) * RATIO_UNDER), RATIO_UNDER};
}

int64_t machines_month(const struct choice *choice, int decimals)
{
	int64_t amount = -1;

	(void)exact_integer(exact_divide(exact_multiply(exact_of(choice->micro_month), exact_power(decimals)), exact_of(MILLION), ROUND_HALF_AWAY), &amount);
	return amount;
}

/* What is usable once so much that is written is reduced, rounded up. */
static int64_t reduced(int64_t logical, const struct forecast *forecast, double percentile)
{
	wide_t micro = llround(forecast_reduction(forecast, percentile) * MILLION);

	return (int64_t)(((wide_t)logical * MILLION + micro - 1) / micro);
}

/* What the forecast has of a dimension, over the longest term that is tried. */
static int stored(struct scope *scope, const struct goals *goals, const struct machines_time *time, const struct goals_machines *machines, int64_t *capacity,
		  struct error *error)
{
	const struct tariff *tariff = &goals->plans[0]->tariff;
	const struct phase phase = {0, tariff};
	struct schedule schedule;
	int months = 0;
	int64_t end;

	for (size_t i = 0; i < goals->levers.month_count; i++)
		months = goals->levers.months[i] > months ? goals->levers.months[i] : months;
	for (size_t i = 0; goals->levers.month_count == 0 && i < goals->plan_count; i++)
		months = goals->plans[i]->term_months > months ? goals->plans[i]->term_months : months;
	if (schedule_end(scope, tariff, time->start, months, &end, error) < 0 ||
	    schedule_make(scope, &phase, 1, time->start, end, &schedule, error) < 0 ||
	    forecast_stored(time->forecast, &schedule, goals->offer, machines->stores, 100 - machines->percentile, capacity, error) < 0)
		return error->code;
	if (*capacity)
		return 0;
	(void)error_set(error, APOLLO_CONFIG, "%s: the forecast has no usage of %s to be stored", machines->where, machines->stores->name);
	return error_hint(error, "give usage, or a \"level\" of it in the goals' forecast");
}

int machines_choose(struct scope *scope, const struct facts *facts, const struct goals *goals, const struct machines_time *time,
		    const struct goals_machines *machines, struct choices *choices, int64_t *capacity, struct error *error)
{
	struct choice_wish wish = {.where = machines->where, .shape = machines->shape, .region = machines->region, .terms = machines->terms,
				   .term_count = machines->term_count, .nodes = machines->nodes, .share = machines->share,
				   .reduction = machines_reduction(time->forecast)};
	const char *currency = goals->plans[0]->tariff.currency;
	const struct shape *shape;

	wish.capacity = machines->logical ? reduced(machines->logical, time->forecast, machines->percentile) : machines->capacity;
	if (machines->stores && stored(scope, goals, time, machines, &wish.capacity, error) < 0)
		return error->code;
	*capacity = wish.capacity;
	if (choices_find(scope, facts, &wish, choices, error) < 0)
		return error->code;
	shape = choices->items[0].shape;
	if (machines_market(shape, goals->market, machines->where, error) < 0)
		return error->code;
	if (strcmp(shape->currency, currency) == 0)
		return 0;
	return error_set(error, APOLLO_CONFIG, "%s: the price of %s is in %s, and the plans are in %s: nothing is converted", machines->where, shape->name,
			 shape->currency, currency);
}

/* "40 x Standard_L32aos_v4, on demand, room in 95% of cases (reduction 1.77), 68% of raw usable": what is not known is said where the choice is. */
static const char *name_make(struct scope *scope, const struct goals_machines *machines, const struct forecast *forecast, const struct choice *choice)
{
	char reduction[80] = "", share[80] = "";

	if (machines->logical)
		(void)snprintf(reduction, sizeof(reduction), ", room in %g%% of cases (reduction %.2f)", 100 - machines->percentile,
			       forecast_reduction(forecast, machines->percentile));
	if (machines->stores)
		(void)snprintf(reduction, sizeof(reduction), ", room in %g%% of cases", 100 - machines->percentile);
	if (choice->assumed)
		(void)snprintf(share, sizeof(share), ", %g%% of raw usable", (double)machines->share / 1000);
	return scope_print(scope, "%s%s%s%s", choice->name, reduction, share, choice->manager ? "" : ", without the management machine");
}

static int choice_enter(struct scope *scope, struct goals *goals, const struct goals_machines *machines, const struct forecast *forecast,
			const struct choice *choice, struct error *error)
{
	struct goals_infrastructure *infrastructure = &goals->levers.infrastructure[goals->levers.infrastructure_count];

	if (goals->levers.infrastructure_count == GOALS_CHOICES_MAX) {
		(void)error_set(error, APOLLO_CONFIG, "%s: with all terms there are more than %d kinds of infrastructure", machines->where, GOALS_CHOICES_MAX);
		return error_hint(error, "name fewer shapes, or fewer of their \"terms\"");
	}
	*infrastructure = (struct goals_infrastructure){.name = name_make(scope, machines, forecast, choice), .bound = choice->months,
							.month = machines_month(choice, goals->plans[0]->tariff.decimals)};
	if (!infrastructure->name)
		return error_memory(error, "infrastructure");
	if (infrastructure->month < 0 || infrastructure->month > GOALS_MONTH_MOST)
		return error_set(error, APOLLO_CONFIG, "%s: %s cost too much to be counted", machines->where, choice->name);
	goals->levers.infrastructure_count++;
	return 0;
}

int machines_enter(struct scope *scope, struct goals *goals, const struct machines_time *time, struct error *error)
{
	FACTS_CLEANUP struct facts facts = {0};
	char folder[PATH_MAX];

	if (goals->levers.machine_count && facts_read(data_folder("limits.cfg", folder), &facts, error) < 0)
		return error->code;
	for (size_t i = 0; i < goals->levers.machine_count; i++) {
		const struct goals_machines *machines = &goals->levers.machines[i];
		struct choices choices;
		int64_t capacity;

		if (machines_choose(scope, &facts, goals, time, machines, &choices, &capacity, error) < 0)
			return error->code;
		for (size_t j = 0; j < choices.count; j++)
			if (choice_enter(scope, goals, machines, time->forecast, &choices.items[j], error) < 0)
				return error->code;
	}
	goals->levers.machine_count = 0;
	return 0;
}
