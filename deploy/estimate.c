/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/estimate.h"

#include "core/quantity.h"

#include <string.h>

/* A fraction of wide numbers; the largest here are about 10^35: machines^2, bits a second and two ratios. */
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

/* One that needs all its terms is not known where one of them is not. */
static struct ceiling ceiling_if(bool known, struct ceiling ceiling)
{
	return known ? ceiling : (struct ceiling){FACTS_UNKNOWN, NULL};
}

static struct ceiling read_ceiling(const struct shape *shape, wide_t nodes)
{
	struct ceiling ceiling = {0, NULL};

	bind(&ceiling, (struct fraction){nodes * nodes * shape->network, 8 * (2 * nodes - 1)}, "network");
	bind(&ceiling, (struct fraction){nodes * shape->disk_read, 1}, "disk reads");
	return ceiling_if(shape->network >= 0 && shape->disk_read >= 0, ceiling);
}

static struct ceiling burst_ceiling(const struct shape *shape, wide_t nodes, struct ratio w)
{
	struct ceiling ceiling = {0, NULL};

	/* One machine alone sends nothing over the network. */
	if (nodes > 1)
		bind(&ceiling, (struct fraction){nodes * nodes * shape->network * w.under, 8 * (nodes - 1) * w.over}, "network");
	bind(&ceiling, (struct fraction){nodes * shape->disk_write * w.under, w.over}, "disk writes");
	return ceiling_if(shape->network >= 0 && shape->disk_write >= 0, ceiling);
}

static struct ceiling sustained_ceiling(const struct shape *shape, wide_t nodes, struct ratio w, struct ratio a, struct ratio r)
{
	/* a / R and w over one denominator. */
	const wide_t under = (wide_t)w.under * a.under * r.over, written = (wide_t)w.over * a.under * r.over + (wide_t)a.over * r.under * w.under;
	struct ceiling ceiling = burst_ceiling(shape, nodes, w);

	if (nodes > 1)
		bind(&ceiling, (struct fraction){nodes * nodes * shape->network / 8 * under, (nodes - 1) * (written + under)}, "network");
	bind(&ceiling, (struct fraction){nodes * shape->disk_write * under, written}, "disk writes");
	bind(&ceiling, (struct fraction){nodes * shape->disk_read, 1}, "disk reads");
	return ceiling_if(shape->network >= 0 && shape->disk_write >= 0 && shape->disk_read >= 0, ceiling);
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

struct estimate estimate_make(const struct shape *shape, int64_t nodes, struct ratio buffer, struct ratio capacity, struct ratio reduction,
			      const char *region)
{
	struct estimate estimate = {
		.usable = usable_bytes(shape, nodes),
		.read = read_ceiling(shape, nodes),
		.burst = burst_ceiling(shape, nodes, buffer),
		.sustained = sustained_ceiling(shape, nodes, buffer, capacity, reduction),
		.micro_month = month_price(shape, nodes, region),
		.currency = shape->currency,
	};

	if (!shape->raw_bytes || __builtin_mul_overflow(shape->raw_bytes, nodes, &estimate.raw))
		estimate.raw = FACTS_UNKNOWN;
	return estimate;
}
