/* SPDX-License-Identifier: Apache-2.0 */
#include "kpi/stages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const kpi_doubts[DOUBTS] = {
	[DOUBT_FEW_RUNS] = "fewer than 5 valid runs", [DOUBT_BUFFER] = "the buffer's size is not known",
	[DOUBT_DATA_SET] = "the data set or the clients' memory is not known", [DOUBT_BLOCK] = "the size of the blocks is not known",
	[DOUBT_CLIENTS] = "whether it was one client is not known", [DOUBT_CEILING] = "the ceiling is not known",
};

const char *const kpi_states[] = {
	[STATE_MEASURED] = "measured", [STATE_IN_BAND] = "in band", [STATE_BELOW] = "below", [STATE_INVALID] = "invalid", [STATE_UNKNOWN] = "unknown",
};

/* ---- statistics ---- */

static int number_compare(const void *left, const void *right)
{
	const int64_t *one = left, *other = right;

	return (*one > *other) - (*one < *other);
}

/* Of an even number of values the mean of the two in the middle, rounded down.  Sorts them.  KPI_UNKNOWN of none. */
static int64_t median_of(int64_t *values, size_t count)
{
	if (!count)
		return KPI_UNKNOWN;
	qsort(values, count, sizeof(*values), number_compare);
	return (int64_t)(((wide_t)values[(count - 1) / 2] + values[count / 2]) / 2);
}

static double variation_of(const int64_t *values, size_t count)
{
	double sum = 0, squares = 0, mean;

	for (size_t i = 0; i < count; i++)
		sum += (double)values[i];
	mean = sum / (double)count;
	if (count < 2 || mean <= 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		squares += ((double)values[i] - mean) * ((double)values[i] - mean);
	return sqrt(squares / (double)(count - 1)) / mean;
}

static void statistics_make(struct row *row, size_t count)
{
	int64_t values[KPI_RUNS_MAX];
	size_t known;

	for (size_t i = 0; i < count; i++)
		values[i] = row->runs[i].value;
	row->variation = variation_of(values, count);
	row->median = median_of(values, count);
	row->least = values[0];
	row->most = values[count - 1];
	for (int l = 0; l < LATENCIES; l++) {
		known = 0;
		for (size_t i = 0; i < count; i++)
			if (row->runs[i].latency[l] >= 0)
				values[known++] = row->runs[i].latency[l];
		row->latency[l] = median_of(values, known);
	}
	known = 0;
	for (size_t i = 0; i < count; i++)
		if (row->runs[i].run->gap >= 0)
			values[known++] = row->runs[i].run->gap;
	row->gap = median_of(values, known);
}

/* ---- doubts ---- */

static void doubts_find(const struct kpi *kpi, struct row *row)
{
	const struct sheet *sheet = kpi->sheet;
	bool reads = row->test->flows & 1 << FLOW_READ, writes = row->test->flows == 1 << FLOW_WRITE;

	row->doubts[DOUBT_FEW_RUNS] = row->valid < KPI_RUNS_WANTED;
	row->doubts[DOUBT_BUFFER] = sheet->buffer < 0 && (row->test->bound == BOUND_BURST || row->test->bound == BOUND_SUSTAINED);
	row->doubts[DOUBT_CEILING] = row->test->bound != BOUND_NONE && row->cluster.rate < 0;
	for (size_t i = 0; i < row->count; i++) {
		const struct run *run = row->runs[i].run;
		int64_t data_set = row->runs[i].result->data_set >= 0 ? row->runs[i].result->data_set : sheet->data_set;
		bool clients = row->test->one_client || run->clients > 0 || sheet->clients > 0;

		if (reads || (writes && run->cached))
			row->doubts[DOUBT_DATA_SET] |= sheet->client_memory < 0 || !clients || (reads && data_set < 0);
		row->doubts[DOUBT_BLOCK] |= row->test->small_blocks && run->block < 0;
		row->doubts[DOUBT_CLIENTS] |= row->test->one_client && run->clients < 0 && sheet->clients != 1;
	}
}

/* ---- ratios and causes ---- */

struct ceiling ceiling_of(const struct ceilings *ceilings, enum bound bound)
{
	switch (bound) {
	case BOUND_READ: return ceilings->read;
	case BOUND_BURST: return ceilings->burst;
	case BOUND_SUSTAINED: return ceilings->sustained;
	default: return (struct ceiling){KPI_UNKNOWN, NULL};
	}
}

static int64_t ratio_of(int64_t value, int64_t ceiling)
{
	return ceiling > 0 ? (int64_t)((wide_t)value * 1000 / ceiling) : KPI_UNKNOWN;
}

static bool reaches(int64_t value, int64_t ceiling, int64_t band)
{
	return (wide_t)value * 1000 >= (wide_t)ceiling * band;
}

/* What is reached is what the plain network carries, where the better one was to be on. */
static bool plain_network_explains(const struct kpi *kpi, const struct row *row)
{
	const struct sheet *sheet = kpi->sheet;
	struct rates rates = sheet->rates;
	struct ceilings plain;
	struct ceiling ceiling;

	if (!sheet->paid_network || sheet->shape->network < 0 || sheet->shape->network / 8 >= rates.egress)
		return false;
	rates.egress = sheet->shape->network / 8;
	rates.clients = KPI_UNKNOWN;
	plain = ceilings_make(&rates, sheet->nodes, &sheet->codes);
	ceiling = ceiling_of(&plain, row->test->bound);
	return row->median <= ceiling.rate && reaches(row->median, ceiling.rate, row->test->band);
}

static bool any_over(const struct row *row, int64_t (*of)(const struct judged *judged), int64_t most)
{
	for (size_t i = 0; i < row->valid; i++)
		if (of(&row->runs[i]) >= most)
			return true;
	return false;
}

static int64_t client_cpu(const struct judged *judged)
{
	return judged->run->cpu;
}

static int64_t network_busy(const struct judged *judged)
{
	return judged->result->network_busy;
}

static int64_t cpu_busy(const struct judged *judged)
{
	return judged->result->cpu_busy;
}

/* What the data says of why a test is below its band.  A published rate of disks is that of fresh ones. */
static void causes_propose(const struct kpi *kpi, struct row *row)
{
	bool *proposed = row->proposed;

	proposed[CAUSE_CLIENT] = (row->ceiling.term && strcmp(row->ceiling.term, "clients") == 0) || any_over(row, client_cpu, KPI_BUSY);
	proposed[CAUSE_NIC] = plain_network_explains(kpi, row) || any_over(row, network_busy, KPI_BUSY);
	proposed[CAUSE_SSD] = row->test->bound != BOUND_READ && strcmp(row->cluster.term, "disk writes") == 0;
	proposed[CAUSE_CPU] = any_over(row, cpu_busy, KPI_BUSY);
	proposed[CAUSE_IMBALANCE] = row->gap >= KPI_GAP;
}

static void cause_choose(struct row *row)
{
	for (size_t i = 0; i < row->count && row->cause < 0; i++)
		row->cause = row->runs[i].result->cause;
	row->stated = row->cause >= 0;
	for (int i = 0; i < CAUSES && row->cause < 0; i++)
		if (row->proposed[i])
			row->cause = i;
}

void row_judge(const struct kpi *kpi, struct row *row)
{
	statistics_make(row, row->valid ? row->valid : row->count);
	row->ceiling = ceiling_of(&kpi->ceilings, row->test->bound);
	row->cluster = ceiling_of(&kpi->cluster, row->test->bound);
	row->ratio = ratio_of(row->median, row->ceiling.rate);
	row->cluster_ratio = ratio_of(row->median, row->cluster.rate);
	row->cause = -1;
	doubts_find(kpi, row);
	if (!row->valid)
		row->state = STATE_INVALID;
	else if (!row->test->band)
		row->state = STATE_MEASURED;
	else if (row->cluster.rate < 0)
		row->state = STATE_UNKNOWN;
	else
		row->state = reaches(row->median, row->cluster.rate, row->test->band) ? STATE_IN_BAND : STATE_BELOW;
	if (row->state == STATE_BELOW) {
		causes_propose(kpi, row);
		cause_choose(row);
	}
}
