/* SPDX-License-Identifier: Apache-2.0 */
#include "kpi/print.h"

#include <string.h>

static void number_json(struct buffer *buffer, const char *before, const char *name, int64_t value)
{
	if (value < 0)
		(void)buffer_print(buffer, "%s\"%s\":null", before, name);
	else
		(void)buffer_print(buffer, "%s\"%s\":%lld", before, name, (long long)value);
}

static void text_json(struct buffer *buffer, const char *before, const char *name, const char *text)
{
	if (text)
		(void)buffer_member(buffer, before, name, text);
	else
		(void)buffer_print(buffer, "%s\"%s\":null", before, name);
}

/* Thousandths, as a decimal. */
static void ratio_json(struct buffer *buffer, const char *name, int64_t ratio)
{
	if (ratio < 0)
		(void)buffer_print(buffer, ",\"%s\":null", name);
	else
		(void)buffer_print(buffer, ",\"%s\":%lld.%03lld", name, (long long)(ratio / 1000), (long long)(ratio % 1000));
}

static void texts_json(struct buffer *buffer, const char *name, const char *const *names, const char *const *texts, int count)
{
	(void)buffer_print(buffer, ",\n\"%s\":{", name);
	for (int i = 0; i < count; i++)
		text_json(buffer, i ? "," : "", names[i], texts[i]);
}

static void sheet_json(const struct sheet *sheet, struct buffer *buffer)
{
	(void)buffer_member(buffer, "{", "name", sheet->name);
	texts_json(buffer, "identity", sheet_identity_names, sheet->identity, SHEET_IDENTITY);
	(void)buffer_text(buffer, "},\n\"cluster\":{");
	(void)buffer_member(buffer, "", "shape", sheet->shape->name);
	number_json(buffer, ",", "nodes", sheet->nodes);
	number_json(buffer, ",", "cpus", sheet->shape->cpus * sheet->nodes);
	(void)buffer_member(buffer, ",", "buffer_code", sheet->buffer_code);
	(void)buffer_member(buffer, ",", "capacity_code", sheet->capacity_code);
	number_json(buffer, ",", "buffer_bytes", sheet->buffer);
	number_json(buffer, ",", "usable_bytes", sheet->usable);
	ratio_json(buffer, "fill_percent", sheet->fill);
	ratio_json(buffer, "reduction", sheet->reduction);
	text_json(buffer, ",", "reduction_method", sheet->reduction_method);
	text_json(buffer, ",", "rebuild", sheet->rebuild);
	(void)buffer_print(buffer, ",\"paid_network\":%s", sheet->paid_network ? "true" : "false");
	number_json(buffer, ",", "egress", sheet->rates.egress);
	number_json(buffer, ",", "ingress", sheet->rates.ingress);
	number_json(buffer, ",", "disk_read", sheet->rates.disk_read);
	number_json(buffer, ",", "disk_write", sheet->rates.disk_write);
	number_json(buffer, ",", "cpu_read", sheet->rates.cpu_read);
	number_json(buffer, ",", "cpu_write", sheet->rates.cpu_write);
	ratio_json(buffer, "read_amplification", sheet->codes.read.over);
	(void)buffer_print(buffer, ",\"replicated\":%s}", sheet->codes.replicated ? "true" : "false");
	texts_json(buffer, "load", sheet_load_names, sheet->load, SHEET_LOAD);
	number_json(buffer, ",", "clients", sheet->clients);
	number_json(buffer, ",", "client_network", sheet->client_rate);
	number_json(buffer, ",", "client_memory_bytes", sheet->client_memory);
	number_json(buffer, ",", "data_set_bytes", sheet->data_set);
	ratio_json(buffer, "reduction", sheet->codes.reduction.over);
	(void)buffer_text(buffer, "}");
}

static void ceiling_json(struct buffer *buffer, const char *before, const char *name, struct ceiling ceiling)
{
	(void)buffer_print(buffer, "%s\"%s\":{", before, name);
	number_json(buffer, "", "rate", ceiling.rate);
	text_json(buffer, ",", "bound_by", ceiling.term);
	(void)buffer_text(buffer, "}");
}

static void ceilings_json(struct buffer *buffer, const char *name, const struct ceilings *ceilings)
{
	(void)buffer_print(buffer, ",\n\"%s\":{", name);
	ceiling_json(buffer, "", "read", ceilings->read);
	ceiling_json(buffer, ",", "burst_write", ceilings->burst);
	ceiling_json(buffer, ",", "sustained_write", ceilings->sustained);
	(void)buffer_text(buffer, "}");
}

static void latency_json(struct buffer *buffer, const int64_t *latency)
{
	static const char *const names[LATENCIES] = {"p50", "p95", "p99", "p99_9", "mean", "max"};

	(void)buffer_text(buffer, ",\"latency_ns\":{");
	for (int i = 0; i < LATENCIES; i++)
		number_json(buffer, i ? "," : "", names[i], latency[i]);
	(void)buffer_text(buffer, "}");
}

/* The texts of a list of names whose flags are set. */
static void flags_json(struct buffer *buffer, const char *name, const bool *flags, const char *const *names, int count)
{
	bool first = true;

	(void)buffer_print(buffer, ",\"%s\":[", name);
	for (int i = 0; i < count; i++)
		if (flags[i]) {
			(void)buffer_text(buffer, first ? "" : ",");
			(void)buffer_json(buffer, names[i]);
			first = false;
		}
	(void)buffer_text(buffer, "]");
}

static void run_json(const struct sheet *sheet, const struct judged *judged, struct buffer *buffer)
{
	const struct run *run = judged->run;
	bool first = true;

	(void)buffer_member(buffer, "{", "file", sheet->files[judged->result->file]);
	number_json(buffer, ",", "line", run->line);
	(void)buffer_member(buffer, ",", "tool", run->tool);
	(void)buffer_member(buffer, ",", "operation", run->operation);
	(void)buffer_member(buffer, ",", "label", run->label);
	(void)buffer_member(buffer, ",", "command", run->command);
	number_json(buffer, ",", "value", judged->value);
	number_json(buffer, ",", "milliseconds", run->milliseconds);
	number_json(buffer, ",", "read_bytes", run->flows[FLOW_READ].bytes);
	number_json(buffer, ",", "written_bytes", run->flows[FLOW_WRITE].bytes);
	number_json(buffer, ",", "block", run->block);
	number_json(buffer, ",", "clients", run->clients);
	number_json(buffer, ",", "client_cpu_percent", run->cpu);
	ratio_json(buffer, "gap", run->gap);
	latency_json(buffer, judged->latency);
	(void)buffer_print(buffer, ",\"valid\":%s,\"reasons\":{", judged->valid ? "true" : "false");
	for (int i = 0; i < REASONS; i++)
		if (judged->reasons[i]) {
			(void)buffer_member(buffer, first ? "" : ",", kpi_reasons[i], judged->reasons[i]);
			first = false;
		}
	(void)buffer_text(buffer, "}}");
}

static void row_json(const struct kpi *kpi, const struct row *row, struct buffer *buffer)
{
	(void)buffer_member(buffer, "\n{", "test", row->test->name);
	(void)buffer_member(buffer, ",", "operation", row->operation);
	(void)buffer_member(buffer, ",", "unit", row->test->measure == MEASURE_RATE ? "bytes/s" : "operations/s");
	number_json(buffer, ",", "median", row->median);
	number_json(buffer, ",", "min", row->least);
	number_json(buffer, ",", "max", row->most);
	if (row->variation < 0)
		(void)buffer_text(buffer, ",\"cv\":null");
	else
		(void)buffer_print(buffer, ",\"cv\":%.4f", row->variation);
	number_json(buffer, ",", "runs", (int64_t)row->count);
	number_json(buffer, ",", "valid", (int64_t)row->valid);
	ratio_json(buffer, "gap", row->gap);
	ceiling_json(buffer, ",", "ceiling", row->ceiling);
	ceiling_json(buffer, ",", "cluster_ceiling", row->cluster);
	ratio_json(buffer, "ratio", row->ratio);
	ratio_json(buffer, "cluster_ratio", row->cluster_ratio);
	ratio_json(buffer, "band", row->test->band ? row->test->band : KPI_UNKNOWN);
	(void)buffer_member(buffer, ",", "state", kpi_states[row->state]);
	text_json(buffer, ",", "cause", row->cause < 0 ? NULL : kpi_causes[row->cause]);
	(void)buffer_print(buffer, ",\"cause_stated\":%s", row->stated ? "true" : "false");
	flags_json(buffer, "causes_proposed", row->proposed, kpi_causes, CAUSES);
	flags_json(buffer, "doubts", row->doubts, kpi_doubts, DOUBTS);
	latency_json(buffer, row->latency);
	(void)buffer_text(buffer, ",\"run\":[");
	for (size_t i = 0; i < row->count; i++) {
		(void)buffer_text(buffer, i ? ",\n" : "\n");
		run_json(kpi->sheet, &row->runs[i], buffer);
	}
	(void)buffer_text(buffer, "]}");
}

static void costs_json(const struct kpi *kpi, struct buffer *buffer)
{
	static const char *const names[] = {"infrastructure", "software", "both"};
	static const char *const costs[COSTS] = {"hour", "month", "usable_tib_month", "logical_tib_month", "read_gb_s_month", "sustained_write_gb_s_month", "pb_read"};

	(void)buffer_text(buffer, ",\n\"costs_micro\":{");
	text_json(buffer, "", "currency", kpi->sheet->currency);
	for (int i = 0; i < 3; i++) {
		(void)buffer_print(buffer, ",\"%s\":{", names[i]);
		for (int cost = 0; cost < COSTS; cost++)
			number_json(buffer, cost ? "," : "", costs[cost], kpi->costs[i][cost]);
		(void)buffer_text(buffer, "}");
	}
	(void)buffer_text(buffer, "}");
}

void kpi_json(const struct kpi *kpi, struct buffer *buffer)
{
	const struct sheet *sheet = kpi->sheet;

	sheet_json(sheet, buffer);
	ceilings_json(buffer, "ceilings", &kpi->ceilings);
	ceilings_json(buffer, "cluster_ceilings", &kpi->cluster);
	(void)buffer_text(buffer, ",\n\"results\":[");
	for (size_t i = 0; i < kpi->row_count; i++) {
		(void)buffer_text(buffer, i ? "," : "");
		row_json(kpi, &kpi->rows[i], buffer);
	}
	(void)buffer_text(buffer, "]");
	costs_json(kpi, buffer);
	(void)buffer_text(buffer, ",\n\"files\":[");
	for (size_t i = 0; i < sheet->file_count; i++) {
		(void)buffer_member(buffer, i ? ",\n{" : "\n{", "path", sheet->files[i]);
		(void)buffer_member(buffer, ",", "sha256", kpi->digests[i]);
		(void)buffer_text(buffer, "}");
	}
	(void)buffer_member(buffer, "],\n", "verdict", kpi_verdicts[kpi->verdict]);
	(void)buffer_text(buffer, "}\n");
}
