/* SPDX-License-Identifier: Apache-2.0 */
#include "kpi/stages.h"

enum { MONTH_HOURS = 730 };

/* price * over / under, rounded to the nearest; KPI_UNKNOWN where one of them is not known or it is too much. */
static int64_t share(int64_t price, wide_t over, wide_t under)
{
	wide_t product;

	if (price < 0 || over <= 0 || under <= 0 || !wide_multiply(price, over, &product))
		return KPI_UNKNOWN;
	product = (product + under / 2) / under;
	return product > INT64_MAX ? KPI_UNKNOWN : (int64_t)product;
}

/* What a valid test measured; KPI_UNKNOWN. */
static int64_t measured(const struct kpi *kpi, int test)
{
	const struct row *row = kpi_row(kpi, test);

	return row && row->valid ? row->median : KPI_UNKNOWN;
}

static void column_make(const struct kpi *kpi, int64_t hour, int64_t *costs)
{
	const int64_t read = measured(kpi, TEST_READ), sustained = measured(kpi, TEST_SUSTAINED), usable = kpi->sheet->usable;
	const wide_t giga = 1000000000, tebi = (wide_t)1 << 40, peta = giga * 1000000;

	costs[COST_HOUR] = hour;
	costs[COST_MONTH] = share(hour, MONTH_HOURS, 1);
	costs[COST_USABLE] = share(hour, MONTH_HOURS * tebi, usable);
	costs[COST_LOGICAL] = share(hour, MONTH_HOURS * tebi * 1000, (wide_t)usable * kpi->sheet->reduction);
	if (usable < 0 || kpi->sheet->reduction < 0)
		costs[COST_LOGICAL] = KPI_UNKNOWN;
	costs[COST_READ] = share(hour, MONTH_HOURS * giga, read);
	costs[COST_SUSTAINED] = share(hour, MONTH_HOURS * giga, sustained);
	costs[COST_MOVED] = share(hour, peta, (wide_t)read * 3600);
}

void costs_make(struct kpi *kpi)
{
	int64_t infrastructure = kpi->sheet->infrastructure_hour, software = kpi->sheet->software_hour;

	column_make(kpi, infrastructure, kpi->costs[0]);
	column_make(kpi, software, kpi->costs[1]);
	column_make(kpi, infrastructure < 0 || software < 0 ? KPI_UNKNOWN : infrastructure + software, kpi->costs[2]);
}
