/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/choice.h"

#include "core/nearest.h"
#include "core/quantity.h"
#include "deploy/size.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is missing ---- */

static int shape_missing(const struct facts *facts, const struct choice_wish *wish, struct error *error)
{
	struct nearest nearest = nearest_init(wish->shape);
	size_t size = strlen(wish->shape);
	const char *longer = NULL;

	for (size_t i = 0; i < facts->shape_count; i++)
		if (strcmp(facts->shapes[i].role, "data") == 0) {
			nearest_offer(&nearest, facts->shapes[i].name);
			if (!longer && strncmp(facts->shapes[i].name, wish->shape, size) == 0)
				longer = facts->shapes[i].name;
		}
	(void)error_set(error, APOLLO_CONFIG, "%s: shapes.cfg has no data machine \"%s\"", wish->where, wish->shape);
	if (longer || nearest.name)
		return error_hint(error, "did you mean \"%s\"?", longer ? longer : nearest.name);
	return error_hint(error, "apollo size lists those that are known");
}

/* The regions that the shape has a price in. */
static int price_missing(const struct choice_wish *wish, const struct shape *shape, const char *term, struct error *error)
{
	char regions[200] = "";
	size_t size = 0;

	for (size_t i = 0; i < shape->price_count; i++)
		if (size < sizeof(regions) - 1) {
			int more = snprintf(regions + size, sizeof(regions) - size, "%s%s %s", i ? ", " : "", shape->prices[i].region, shape->prices[i].term);

			size = more < 0 ? sizeof(regions) : size + (size_t)more;
		}
	(void)error_set(error, APOLLO_CONFIG, "%s: what %s costs in %s%s%s is not known", wish->where, shape->name, wish->region, term ? ", " : "",
			term ? term : "");
	return error_hint(error, "add it to \"prices\" of that shape in shapes.cfg, with its date and source; known are: %s", size ? regions : "none");
}

static int capacity_missing(const struct choice_wish *wish, const struct shape *shape, struct error *error)
{
	(void)error_set(error, APOLLO_CONFIG, "%s: how much of a cluster of %s is usable is not known%s", wish->where, shape->name,
			wish->nodes ? " for so many machines" : "");
	return error_hint(error, "add \"usable\" to that shape in shapes.cfg, or say which share of the raw capacity you go by: usable_percent in goals, --usable-percent");
}

static int too_large(const struct choice_wish *wish, const struct shape *shape, struct error *error)
{
	(void)error_set(error, APOLLO_CONFIG, "%s: so much capacity wants more than %d machines %s", wish->where, DEPLOYMENT_NODES_MAX, shape->name);
	return error_hint(error, "ask for less, or take a larger shape");
}

/* ---- how many machines ---- */

static int size_choose(const struct facts *facts, const struct choice_wish *wish, const struct shape *shape, struct choice *choice, struct error *error)
{
	const struct size_wish size = {.capacity = wish->capacity, .region = wish->region, .reduction = 1000, .share = wish->share};
	struct size_answer answer;

	if (size_make(facts, &size, shape, &answer, error) < 0)
		return error->code;
	if (answer.state == SIZE_UNKNOWN)
		return capacity_missing(wish, shape, error);
	if (answer.state == SIZE_TOO_LARGE)
		return too_large(wish, shape, error);
	choice->nodes = answer.nodes;
	choice->usable = answer.estimate.usable;
	return 0;
}

/* So many as were said. */
static int nodes_take(const struct choice_wish *wish, const struct shape *shape, struct choice *choice, struct error *error)
{
	const struct ratio one = {1, 1};
	struct estimate estimate = estimate_make(shape, wish->nodes, one, one, one, wish->region);

	choice->nodes = wish->nodes;
	choice->usable = !wish->share ? estimate.usable : estimate.raw < 0 ? FACTS_UNKNOWN : (int64_t)((wide_t)estimate.raw * wish->share / 100000);
	return choice->usable < 0 ? capacity_missing(wish, shape, error) : 0;
}

static int choice_size(const struct facts *facts, const struct choice_wish *wish, const struct shape *shape, struct choice *choice, struct error *error)
{
	const struct rates rates = rates_of_shape(shape);
	struct ceilings ceilings;
	struct codes codes;

	if ((wish->nodes ? nodes_take(wish, shape, choice, error) : size_choose(facts, wish, shape, choice, error)) < 0 ||
	    codes_make(facts, choice->nodes, wish->reduction, &codes, error) < 0)
		return error->code;
	ceilings = ceilings_make(&rates, choice->nodes, &codes);
	choice->read = ceilings.read;
	/* One machine alone has neither code: how it keeps what is written is not known. */
	choice->sustained = choice->nodes > 1 ? ceilings.sustained : (struct ceiling){FACTS_UNKNOWN, NULL};
	return 0;
}

/* ---- prices ---- */

/* "3 years" is 36, "1 year" 12, and anything else is not bound. */
static int term_months(const char *term)
{
	int years = 0;

	return strspn(term, "0123456789") <= 2 && sscanf(term, "%2d year", &years) == 1 ? 12 * years : 0;
}

static const struct price *price_find(const struct shape *shape, const char *region, const char *term)
{
	for (size_t i = 0; i < shape->price_count; i++)
		if (strcmp(shape->prices[i].region, region) == 0 && strcmp(shape->prices[i].term, term) == 0)
			return &shape->prices[i];
	return NULL;
}

/* The management's machine, whose only price that is known is on demand. */
static bool manager_add(const struct facts *facts, struct choice *choice)
{
	struct month_cost cost = month_cost_make(facts, choice->shape, choice->nodes, choice->region);

	if (cost.management < 0 || strcmp(cost.manager->currency, choice->shape->currency) != 0)
		return true;
	choice->manager = cost.manager;
	return quantity_add(choice->micro_month, cost.management, &choice->micro_month);
}

static int price_take(const struct facts *facts, const struct choice_wish *wish, const struct choice *sized, const struct price *price,
		      struct choice *choice, struct error *error)
{
	*choice = *sized;
	choice->term = price->term;
	choice->months = term_months(price->term);
	if (__builtin_mul_overflow(price->micro_month, sized->nodes, &choice->micro_month) || !manager_add(facts, choice))
		return too_large(wish, sized->shape, error);
	(void)snprintf(choice->name, sizeof(choice->name), "%lld x %.80s, %.40s", (long long)sized->nodes, sized->shape->name, price->term);
	return 0;
}

int choices_find(struct scope *scope, const struct facts *facts, const struct choice_wish *wish, struct choices *choices, struct error *error)
{
	const struct shape *shape = facts_shape(facts, wish->shape);
	struct choice sized = {.shape = shape, .region = wish->region, .assumed = wish->share != 0};

	if (!shape || strcmp(shape->role, "data") != 0)
		return shape_missing(facts, wish, error);
	*choices = (struct choices){.items = scope_alloc(scope, CHOICE_TERMS_MAX * sizeof(*choices->items))};
	if (!choices->items)
		return error_memory(error, "clusters");
	if (choice_size(facts, wish, shape, &sized, error) < 0)
		return error->code;
	for (size_t i = 0; i < wish->term_count && i < CHOICE_TERMS_MAX; i++) {
		const struct price *price = price_find(shape, wish->region, wish->terms[i]);

		if (!price)
			return price_missing(wish, shape, wish->terms[i], error);
		if (price_take(facts, wish, &sized, price, &choices->items[choices->count++], error) < 0)
			return error->code;
	}
	for (size_t i = 0; !wish->term_count && i < shape->price_count; i++)
		if (strcmp(shape->prices[i].region, wish->region) == 0 &&
		    price_take(facts, wish, &sized, &shape->prices[i], &choices->items[choices->count++], error) < 0)
			return error->code;
	return choices->count ? 0 : price_missing(wish, shape, NULL, error);
}
