/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/estimate.h"

#include "core/quantity.h"

#include <stdio.h>
#include <string.h>

/* A fraction of wide numbers; the largest here are about 10^38: machines^2, bytes a second and two ratios. */
struct fraction {
	wide_t over, under;
};

static void bind(struct ceiling *ceiling, struct fraction rate, const char *term)
{
	wide_t whole = rate.over / rate.under;
	int64_t value = whole > INT64_MAX ? INT64_MAX : (int64_t)whole;

	if (ceiling->term && ceiling->rate <= value)
		return;
	*ceiling = (struct ceiling){value, term};
}

static void bind_known(struct ceiling *ceiling, int64_t rate, wide_t over, wide_t under, const char *term)
{
	if (rate >= 0)
		bind(ceiling, (struct fraction){rate * over, under}, term);
}

/* One that needs all its terms is not known where one of them is not. */
static struct ceiling ceiling_if(bool known, struct ceiling ceiling)
{
	return known ? ceiling : (struct ceiling){FACTS_UNKNOWN, NULL};
}

static struct ceiling read_ceiling(const struct rates *rates, wide_t nodes, struct ratio r)
{
	struct ceiling ceiling = {0, NULL};

	bind_known(&ceiling, rates->egress, nodes * nodes, 2 * nodes - 1, "network");
	bind_known(&ceiling, rates->disk_read, nodes * r.under, r.over, "disk reads");
	bind_known(&ceiling, rates->cpu_read, nodes, 1, "cpu");
	bind_known(&ceiling, rates->clients, 1, 1, "clients");
	return ceiling_if(rates->egress >= 0 && rates->disk_read >= 0, ceiling);
}

/* What is written leaves `crossing` times of `whole`, and once more for the other cluster.  One machine alone that is not replicated sends nothing. */
static void egress_bind(struct ceiling *ceiling, const struct rates *rates, wide_t nodes, wide_t whole, wide_t crossing, bool replicated)
{
	wide_t leaving = crossing + (replicated ? whole : 0);

	if (leaving > 0)
		bind_known(ceiling, rates->egress, nodes * whole, leaving, "network");
}

static struct ceiling burst_ceiling(const struct rates *rates, wide_t nodes, struct ratio w, bool replicated)
{
	struct ceiling ceiling = {0, NULL};

	egress_bind(&ceiling, rates, nodes, nodes * w.under, (nodes - 1) * w.over, replicated);
	bind_known(&ceiling, rates->ingress, nodes * nodes * w.under, nodes * w.under + (nodes - 1) * w.over, "ingress");
	bind_known(&ceiling, rates->disk_write, nodes * w.under, w.over, "disk writes");
	bind_known(&ceiling, rates->cpu_write, nodes, 1, "cpu");
	bind_known(&ceiling, rates->clients, 1, 1, "clients");
	return ceiling_if(rates->egress >= 0 && rates->disk_write >= 0, ceiling);
}

static struct ceiling sustained_ceiling(const struct rates *rates, wide_t nodes, const struct codes *codes)
{
	const struct ratio w = codes->buffer, a = codes->capacity, r = codes->reduction;
	/* a / R and w over one denominator. */
	const wide_t under = (wide_t)w.under * a.under * r.over, written = (wide_t)w.over * a.under * r.over + (wide_t)a.over * r.under * w.under;
	const wide_t crossing = (nodes - 1) * (written + under);
	struct ceiling ceiling = burst_ceiling(rates, nodes, w, codes->replicated);

	egress_bind(&ceiling, rates, nodes, nodes * under, crossing, codes->replicated);
	bind_known(&ceiling, rates->ingress, nodes * nodes * under, nodes * under + crossing, "ingress");
	bind_known(&ceiling, rates->disk_write, nodes * under, written, "disk writes");
	bind_known(&ceiling, rates->disk_read, nodes, 1, "disk reads");
	return ceiling_if(rates->egress >= 0 && rates->disk_write >= 0 && rates->disk_read >= 0, ceiling);
}

struct ceilings ceilings_make(const struct rates *rates, int64_t nodes, const struct codes *codes)
{
	return (struct ceilings){
		.read = read_ceiling(rates, nodes, codes->read),
		.burst = burst_ceiling(rates, nodes, codes->buffer, codes->replicated),
		.sustained = sustained_ceiling(rates, nodes, codes),
	};
}

/* ---- codes ---- */

/* Strips of data and parity by three limits; name: what they begin with. */
static int code_make(const struct facts *facts, const char *name, int64_t nodes, struct ratio *code, struct error *error)
{
	char texts[3][40];
	int64_t least, most, parity, data;

	(void)snprintf(texts[0], sizeof(texts[0]), "%.16s.data_least", name);
	(void)snprintf(texts[1], sizeof(texts[1]), "%.16s.data_most", name);
	(void)snprintf(texts[2], sizeof(texts[2]), "%.16s.parity", name);
	if (facts_within(facts, texts[0], 1, CODE_STRIPS_MOST, &least, error) < 0 || facts_within(facts, texts[1], least, CODE_STRIPS_MOST, &most, error) < 0 ||
	    facts_within(facts, texts[2], 0, CODE_STRIPS_MOST, &parity, error) < 0)
		return error->code;
	data = nodes - parity < least ? least : nodes - parity > most ? most : nodes - parity;
	*code = (struct ratio){data + parity, data};
	return 0;
}

int codes_make(const struct facts *facts, int64_t nodes, struct ratio reduction, struct codes *codes, struct error *error)
{
	*codes = (struct codes){.reduction = reduction, .read = {1, 1}};
	if (code_make(facts, "buffer", nodes, &codes->buffer, error) < 0)
		return error->code;
	return code_make(facts, "stripe", nodes, &codes->capacity, error);
}

/* ---- a shape's ---- */

/* More than that binds nowhere. */
static int64_t rate_kept(int64_t rate)
{
	return rate > RATE_MOST ? RATE_MOST : rate;
}

struct rates rates_of_shape(const struct shape *shape)
{
	return (struct rates){
		.egress = shape->network < 0 ? FACTS_UNKNOWN : rate_kept(shape->network / 8),
		.ingress = FACTS_UNKNOWN,
		.disk_read = rate_kept(shape->disk_read),
		.disk_write = rate_kept(shape->disk_write),
		.cpu_read = FACTS_UNKNOWN,
		.cpu_write = FACTS_UNKNOWN,
		.clients = FACTS_UNKNOWN,
	};
}

/* The largest step that is not beyond, in proportion: wider stripes only leave more. */
static int64_t usable_bytes(const struct shape *shape, int64_t nodes)
{
	const struct usable *step = NULL;

	for (size_t i = 0; i < shape->usable_count && shape->usable[i].nodes <= nodes; i++)
		step = &shape->usable[i];
	return step ? (int64_t)((wide_t)step->bytes * nodes / step->nodes) : FACTS_UNKNOWN;
}

static int64_t month_price(const struct shape *shape, int64_t nodes, const char *region)
{
	int64_t sum;

	for (size_t i = 0; i < shape->price_count; i++)
		if (strcmp(shape->prices[i].region, region) == 0 && strcmp(shape->prices[i].term, "on demand") == 0 &&
		    !__builtin_mul_overflow(shape->prices[i].micro_month, nodes, &sum))
			return sum;
	return FACTS_UNKNOWN;
}

struct month_cost month_cost_make(const struct facts *facts, const struct shape *shape, int64_t nodes, const char *region)
{
	const struct shape *manager = facts_manager(facts, shape->cloud);
	struct month_cost cost = {.data = month_price(shape, nodes, region), .management = FACTS_UNKNOWN, .manager = manager, .currency = shape->currency};

	if (manager)
		cost.management = month_price(manager, 1, region);
	if (!cost.currency && cost.management >= 0)
		cost.currency = manager->currency;
	cost.total = cost.data;
	if (cost.data >= 0 && cost.management >= 0 && strcmp(cost.currency, manager->currency) == 0)
		cost.whole = !__builtin_add_overflow(cost.data, cost.management, &cost.total);
	cost.total = cost.data >= 0 && !cost.whole ? cost.data : cost.total;
	return cost;
}

struct estimate estimate_make(const struct shape *shape, int64_t nodes, struct ratio buffer, struct ratio capacity, struct ratio reduction,
			      const char *region)
{
	const struct rates rates = rates_of_shape(shape);
	const struct ceilings ceilings = ceilings_make(&rates, nodes, &(struct codes){buffer, capacity, reduction, {1, 1}, false});
	struct estimate estimate = {
		.usable = usable_bytes(shape, nodes),
		.read = ceilings.read,
		.burst = ceilings.burst,
		.sustained = ceilings.sustained,
		.micro_month = month_price(shape, nodes, region),
		.currency = shape->currency,
	};

	if (!shape->raw_bytes || __builtin_mul_overflow(shape->raw_bytes, nodes, &estimate.raw))
		estimate.raw = FACTS_UNKNOWN;
	return estimate;
}
