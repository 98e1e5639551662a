/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/size.h"

#include "core/quantity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct estimate estimate_of(const struct shape *shape, const struct size_wish *wish, int64_t nodes)
{
	const struct ratio one = {1, 1};
	struct estimate estimate = estimate_make(shape, nodes, one, one, one, wish->region);

	if (wish->share)
		estimate.usable = estimate.raw < 0 ? FACTS_UNKNOWN : (int64_t)((wide_t)estimate.raw * wish->share / 100000);
	return estimate;
}

static bool reaches_capacity(const struct size_wish *wish, const struct estimate *estimate)
{
	return (wide_t)estimate->usable * wish->reduction / 1000 >= wish->capacity;
}

static bool reaches(const struct shape *shape, const struct size_wish *wish, int64_t nodes)
{
	struct estimate estimate = estimate_of(shape, wish, nodes);

	return (!wish->capacity || reaches_capacity(wish, &estimate)) && (!wish->read || estimate.read.rate >= wish->read);
}

/* The least that a cluster may be: what the cloud's limit says, and what the shape's capacity is known for. */
static int64_t least_nodes(const struct facts *facts, const struct shape *shape, const struct size_wish *wish)
{
	char name[64];
	const struct limit *limit;
	int64_t least = 2;

	(void)snprintf(name, sizeof(name), "cluster.data_nodes_least.%.20s", shape->cloud);
	limit = facts_limit(facts, name);
	if (limit && limit->value > least)
		least = limit->value;
	if (wish->capacity && !wish->share && shape->usable_count && shape->usable[0].nodes > least)
		least = shape->usable[0].nodes;
	return least;
}

/* More machines never hold or read less: by halving. */
static void nodes_find(const struct facts *facts, const struct size_wish *wish, struct size_answer *answer)
{
	int64_t least = least_nodes(facts, answer->shape, wish), not = least - 1, fits = DEPLOYMENT_NODES_MAX;

	if (!reaches(answer->shape, wish, fits)) {
		answer->state = SIZE_TOO_LARGE;
		return;
	}
	while (fits - not > 1) {
		int64_t middle = not + (fits - not) / 2;

		*(reaches(answer->shape, wish, middle) ? &fits : &not) = middle;
	}
	answer->nodes = fits;
	answer->estimate = estimate_of(answer->shape, wish, fits);
	answer->cost = month_cost_make(facts, answer->shape, fits, wish->region);
	if (fits == least) {
		answer->binds = "smallest cluster";
	} else {
		struct estimate less = estimate_of(answer->shape, wish, fits - 1);

		answer->binds = wish->capacity && !reaches_capacity(wish, &less) ? "capacity" : "read";
	}
}

int size_make(const struct facts *facts, const struct size_wish *wish, const struct shape *shape, struct size_answer *answer, struct error *error)
{
	struct deployment deployment = {.vips_per_node = 4, .replication_vips = -1};
	struct estimate most = estimate_of(shape, wish, DEPLOYMENT_NODES_MAX);
	struct demand demand;
	int64_t preferred;

	*answer = (struct size_answer){.shape = shape, .binds = ""};
	if ((wish->capacity && most.usable < 0) || (wish->read && most.read.rate < 0)) {
		answer->state = SIZE_UNKNOWN;
		return 0;
	}
	nodes_find(facts, wish, answer);
	if (answer->state != SIZE_FOUND)
		return 0;
	if (facts_value(facts, "vips.per_node_preferred", &preferred, error) < 0)
		return error->code;
	deployment.vips_per_node = preferred;
	if (demand_make(&deployment, facts, answer->nodes, &demand, error) < 0)
		return error->code;
	answer->addresses = demand.machines + demand.vips;
	/* One for each node's home, one for every other virtual address. */
	answer->routes = demand.vips - (preferred - 1) * answer->nodes;
	return 0;
}

static int answer_compare(const void *left, const void *right)
{
	const struct size_answer *one = left, *other = right;
	bool priced = one->state == SIZE_FOUND && one->cost.total >= 0, other_priced = other->state == SIZE_FOUND && other->cost.total >= 0;

	if (one->state != other->state)
		return one->state < other->state ? -1 : 1;
	if (priced != other_priced)
		return priced ? -1 : 1;
	if (priced && one->cost.total != other->cost.total)
		return one->cost.total < other->cost.total ? -1 : 1;
	if (one->nodes != other->nodes)
		return one->nodes < other->nodes ? -1 : 1;
	return strcmp(one->shape->name, other->shape->name);
}

/* The shape itself, or one of a kind: "z3-highmem-88" is both of its disks. */
static bool is_on(const struct size_wish *wish, const struct shape *shape)
{
	size_t size = wish->on ? strlen(wish->on) : 0;

	return !size || (strncmp(shape->name, wish->on, size) == 0 && strchr("-", shape->name[size]));
}

int size_find(struct scope *scope, const struct facts *facts, const struct size_wish *wish, struct size_answers *answers, struct error *error)
{
	*answers = (struct size_answers){.items = scope_alloc(scope, facts->shape_count * sizeof(*answers->items))};
	if (!answers->items)
		return error_memory(error, "sizes");
	for (size_t i = 0; i < facts->shape_count; i++) {
		const struct shape *shape = &facts->shapes[i];

		if (strcmp(shape->role, "data") != 0 || !is_on(wish, shape))
			continue;
		if (size_make(facts, wish, shape, &answers->items[answers->count++], error) < 0)
			return error->code;
	}
	if (!answers->count) {
		(void)error_set(error, APOLLO_CONFIG, "shapes.cfg has no data machine \"%s\"", wish->on ? wish->on : "");
		return error_hint(error, "apollo size without --on lists those that are known");
	}
	qsort(answers->items, answers->count, sizeof(*answers->items), answer_compare);
	return 0;
}

/* ---- print ---- */

static void cell_print(struct buffer *buffer, int64_t value, int64_t unit, const char *name)
{
	char text[64] = "unknown";

	if (value >= 0)
		(void)snprintf(text, sizeof(text), "%lld.%lld %.8s", (long long)(value / unit), (long long)(value % unit / (unit / 10)), name);
	(void)buffer_print(buffer, " %15s", text);
}

void size_text(const struct size_answers *answers, struct buffer *buffer)
{
	(void)buffer_print(buffer, "%-30s %6s %15s %15s %9s %7s %15s  %s\n", "Shape", "Nodes", "usable", "read", "addresses", "routes", "a month", "bound by");
	for (size_t i = 0; i < answers->count; i++) {
		const struct size_answer *answer = &answers->items[i];

		(void)buffer_print(buffer, "%-30s", answer->shape->name);
		if (answer->state != SIZE_FOUND) {
			(void)buffer_print(buffer, " %s\n", answer->state == SIZE_UNKNOWN ? "what was asked for is not known of it" : "more machines than can be planned");
			continue;
		}
		(void)buffer_print(buffer, " %6lld", (long long)answer->nodes);
		cell_print(buffer, answer->estimate.usable, INT64_C(1) << 40, "TiB");
		cell_print(buffer, answer->estimate.read.rate, 1000000000, "GB/s");
		(void)buffer_print(buffer, " %9lld %7lld", (long long)answer->addresses, (long long)answer->routes);
		cell_print(buffer, answer->cost.total, 1000000, answer->cost.currency ? answer->cost.currency : "");
		(void)buffer_print(buffer, "  %s%s\n", answer->binds,
				   answer->cost.total >= 0 && !answer->cost.whole ? "; the month is without the management, whose price is not known" : "");
	}
}

static void number_json(struct buffer *buffer, const char *name, int64_t value)
{
	if (value < 0)
		(void)buffer_print(buffer, ",\"%s\":null", name);
	else
		(void)buffer_print(buffer, ",\"%s\":%lld", name, (long long)value);
}

void size_json(const struct size_answers *answers, struct buffer *buffer)
{
	static const char *const states[] = {"found", "unknown", "too-large"};

	(void)buffer_text(buffer, "{\"sizes\":[");
	for (size_t i = 0; i < answers->count; i++) {
		const struct size_answer *answer = &answers->items[i];
		bool found = answer->state == SIZE_FOUND;

		(void)buffer_print(buffer, "%s\n{\"shape\":", i ? "," : "");
		(void)buffer_json(buffer, answer->shape->name);
		(void)buffer_print(buffer, ",\"state\":\"%s\",\"bound_by\":\"%s\"", states[answer->state], answer->binds);
		number_json(buffer, "nodes", found ? answer->nodes : FACTS_UNKNOWN);
		number_json(buffer, "usable_bytes", found ? answer->estimate.usable : FACTS_UNKNOWN);
		number_json(buffer, "read_bytes_per_second", found ? answer->estimate.read.rate : FACTS_UNKNOWN);
		number_json(buffer, "addresses", found ? answer->addresses : FACTS_UNKNOWN);
		number_json(buffer, "routes", found ? answer->routes : FACTS_UNKNOWN);
		number_json(buffer, "month_micro", found ? answer->cost.total : FACTS_UNKNOWN);
		number_json(buffer, "management_month_micro", found ? answer->cost.management : FACTS_UNKNOWN);
		(void)buffer_print(buffer, ",\"month_whole\":%s,\"currency\":", found && answer->cost.whole ? "true" : "false");
		(void)buffer_json(buffer, found && answer->cost.currency ? answer->cost.currency : "");
		(void)buffer_text(buffer, "}");
	}
	(void)buffer_text(buffer, "]}\n");
}
