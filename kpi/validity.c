/* SPDX-License-Identifier: Apache-2.0 */
#include "kpi/stages.h"

const char *const kpi_reasons[REASONS] = {
	[REASON_FAILED] = "failed", [REASON_SHORT] = "short", [REASON_WITHIN_BUFFER] = "within-buffer", [REASON_BEYOND_BUFFER] = "beyond-buffer",
	[REASON_DATA_SET] = "small-data-set", [REASON_BLOCK] = "block-size", [REASON_MIX] = "mix", [REASON_CLIENTS] = "several-clients",
	[REASON_ABOVE_CEILING] = "above-ceiling",
};

/* A run that is being looked at. */
struct look {
	struct scope *scope;
	const struct kpi *kpi;
	const struct test *test;
	struct judged *judged;
	bool short_of_memory;
};

static void refuse(struct look *look, enum reason reason, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void refuse(struct look *look, enum reason reason, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = scope_vprint(look->scope, format, arguments);
	va_end(arguments);
	look->short_of_memory |= !text;
	look->judged->reasons[reason] = text;
	look->judged->valid = false;
}

static double giga(int64_t bytes)
{
	return (double)bytes / 1e9;
}

static void look_at_buffer(struct look *look)
{
	const struct run *run = look->judged->run;
	int64_t written = run->flows[FLOW_WRITE].bytes, buffer = look->kpi->sheet->buffer;

	if (look->test->bound == BOUND_SUSTAINED && run->milliseconds < KPI_SUSTAINED_SECONDS * INT64_C(1000))
		refuse(look, REASON_SHORT, "%lld.%lld s, %d s are the least", (long long)(run->milliseconds / 1000), (long long)(run->milliseconds % 1000 / 100),
		       KPI_SUSTAINED_SECONDS);
	if (buffer < 0)
		return;
	if (look->test->bound == BOUND_SUSTAINED && written < 2 * (wide_t)buffer)
		refuse(look, REASON_WITHIN_BUFFER, "%.1f GB written, twice the buffer are %.1f", giga(written), 2 * giga(buffer));
	if (look->test->bound == BOUND_BURST && 2 * (wide_t)written > buffer)
		refuse(look, REASON_BEYOND_BUFFER, "%.1f GB written, half of the buffer are %.1f", giga(written), giga(buffer) / 2);
}

/* What is read may be in the clients' memory, and what is written through their cache may be only there. */
static void look_at_memory(struct look *look)
{
	const struct sheet *sheet = look->kpi->sheet;
	const struct run *run = look->judged->run;
	bool reads = look->test->flows & 1 << FLOW_READ, writes = look->test->flows == 1 << FLOW_WRITE;
	int64_t data_set = look->judged->result->data_set >= 0 ? look->judged->result->data_set : sheet->data_set;
	int64_t clients = look->test->one_client ? 1 : run->clients > 0 ? run->clients : sheet->clients;
	wide_t memory = (wide_t)sheet->client_memory * clients;

	if (writes)
		data_set = run->flows[FLOW_WRITE].bytes;
	if ((!reads && !(writes && run->cached)) || data_set < 0 || clients < 0 || sheet->client_memory < 0)
		return;
	if (data_set < KPI_MEMORIES * memory)
		refuse(look, REASON_DATA_SET, "a data set of %.1f GB%s, %d times the clients' memory are %.1f", giga(data_set), writes ? " through their cache" : "",
		       KPI_MEMORIES, (double)memory * KPI_MEMORIES / 1e9);
}

static void look_at_load(struct look *look)
{
	const struct run *run = look->judged->run;
	wide_t reads = run->flows[FLOW_READ].operations, writes = run->flows[FLOW_WRITE].operations;

	if (look->test->small_blocks && run->block >= 0 && run->block != KPI_BLOCK)
		refuse(look, REASON_BLOCK, "blocks of %lld bytes, not %d", (long long)run->block, KPI_BLOCK);
	if (look->test->flows == (1 << FLOW_READ | 1 << FLOW_WRITE) && (reads * 100 < (reads + writes) * 65 || reads * 100 > (reads + writes) * 75))
		refuse(look, REASON_MIX, "%lld %% reads, not 70", (long long)(reads * 100 / (reads + writes)));
	if (look->test->one_client && run->clients > 1)
		refuse(look, REASON_CLIENTS, "%lld clients, not one", (long long)run->clients);
}

/* Nothing is faster than what the hardware can do: a cache answered, or what the sheet says is wrong. */
static void look_at_ceiling(struct look *look)
{
	struct ceiling ceiling = ceiling_of(&look->kpi->cluster, look->test->bound);

	if (ceiling.rate >= 0 && look->judged->value > ceiling.rate)
		refuse(look, REASON_ABOVE_CEILING, "%.3f GB/s, the ceiling is %.3f: a cache answered, or the sheet is wrong", giga(look->judged->value), giga(ceiling.rate));
}

static void values_fill(const struct test *test, struct judged *judged)
{
	for (int i = 0; i < LATENCIES; i++)
		judged->latency[i] = KPI_UNKNOWN;
	for (int flow = 0; flow < FLOWS; flow++) {
		const struct flow *of = &judged->run->flows[flow];
		int64_t value = test->measure == MEASURE_RATE ? of->rate : of->operations;

		if (!(test->flows & 1U << flow))
			continue;
		if (__builtin_add_overflow(judged->value, value, &judged->value))
			judged->value = INT64_MAX;
		for (int i = 0; i < LATENCIES; i++)
			if (of->latency[i] > judged->latency[i])
				judged->latency[i] = of->latency[i];
	}
}

int run_judge(struct scope *scope, const struct kpi *kpi, const struct test *test, struct judged *judged, struct error *error)
{
	struct look look = {scope, kpi, test, judged, false};

	judged->valid = true;
	values_fill(test, judged);
	if (judged->run->failure)
		refuse(&look, REASON_FAILED, "%.200s", judged->run->failure);
	look_at_buffer(&look);
	look_at_memory(&look);
	look_at_load(&look);
	look_at_ceiling(&look);
	return look.short_of_memory ? error_memory(error, "the sheet") : 0;
}
