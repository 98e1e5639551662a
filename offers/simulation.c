/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/simulation.h"

/* What all parts of a simulation are made from. */
struct simulating {
	struct scope *scope;
	const struct contract *contract;
	const struct forecast *forecast;
	const struct goals *goals;
};

static int ground_make(const struct simulating *making, const struct phase *phases, size_t phase_count, struct schedule *schedule, struct ground *ground,
		       struct error *error)
{
	if (schedule_make(making->scope, phases, phase_count, making->contract->start, making->contract->end, schedule, error) < 0)
		return error->code;
	*ground = (struct ground){.schedule = schedule, .path_count = making->forecast->paths, .risk = making->goals ? making->goals->risk : 5};
	ground->quantities = forecast_make(making->scope, making->forecast, schedule, making->contract->offer, error);
	return ground->quantities ? 0 : error->code;
}

/* The totals of prices that are not the offer's, on the same paths; NULL where there are none. */
static int others_make(const struct simulating *making, const struct tariff *tariff, const int64_t **totals, struct error *error)
{
	const struct phase phase = {0, tariff};
	struct schedule schedule;
	struct ground ground;
	int64_t *made;

	if (!tariff)
		return 0;
	made = scope_alloc(making->scope, making->forecast->paths * sizeof(*made));
	if (!made)
		return error_memory(error, "a simulation");
	if (ground_make(making, &phase, 1, &schedule, &ground, error) < 0 || ground_rate(&ground, &schedule, made, NULL, NULL, error) < 0)
		return error->code;
	*totals = made;
	return 0;
}

static int bands_make(const struct simulating *making, const struct ground *ground, const struct schedule *schedule, struct spread **bands,
		      struct error *error)
{
	*bands = scope_alloc(making->scope, schedule->period_count * sizeof(**bands));
	return *bands ? outcome_bands(ground, schedule, *bands, error) : error_memory(error, "a simulation");
}

/* The ground of an offer, with costs and a competitor's prices. */
static int offer_make(const struct simulating *making, struct schedule *schedule, struct ground *ground, struct error *error)
{
	const struct contract *contract = making->contract;

	if (ground_make(making, contract->phases, contract->phase_count, schedule, ground, error) < 0)
		return error->code;
	return making->goals && (others_make(making, making->goals->cost, &ground->costs, error) < 0 ||
				 others_make(making, making->goals->rival, &ground->rivals, error) < 0) ? error->code : 0;
}

int simulation_outcome(struct scope *scope, const struct contract *contract, const struct forecast *forecast, const struct goals *goals,
		       struct outcome *outcome, struct error *error)
{
	const struct simulating making = {scope, contract, forecast, goals};
	struct schedule schedule;
	struct ground ground;

	return offer_make(&making, &schedule, &ground, error) < 0 ? error->code : outcome_make(&ground, &schedule, goals_fee, goals, outcome, error);
}

int simulation_make(struct scope *scope, const struct contract *contract, const struct forecast *forecast, const struct goals *goals,
		    struct simulation *simulation, struct error *error)
{
	const struct simulating making = {scope, contract, forecast, goals};
	const struct catalog_plan *plan = contract->plan;

	*simulation = (struct simulation){0};
	if (offer_make(&making, &simulation->schedule, &simulation->ground, error) < 0 ||
	    ground_make(&making, plan->phases, plan->phase_count, &simulation->list_schedule, &simulation->list_ground, error) < 0)
		return error->code;
	simulation->list_ground.costs = simulation->ground.costs;
	simulation->list_ground.rivals = simulation->ground.rivals;
	if (outcome_make(&simulation->ground, &simulation->schedule, goals_fee, goals, &simulation->offer, error) < 0 ||
	    outcome_make(&simulation->list_ground, &simulation->list_schedule, goals_fee, goals, &simulation->list, error) < 0 ||
	    bands_make(&making, &simulation->ground, &simulation->schedule, &simulation->bands, error) < 0 ||
	    bands_make(&making, &simulation->list_ground, &simulation->list_schedule, &simulation->list_bands, error) < 0)
		return error->code;
	simulation->zone_count = tune_dead_zones(&simulation->ground, &simulation->schedule, simulation->zones, SIMULATION_ZONES_MAX);
	return 0;
}
